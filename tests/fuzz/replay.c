/* Runs a fuzzing target on kept inputs, one after the other, without a fuzzer: files, or folders of them. TAP: one line for
 * each argument. An input that breaks a promise ends the program, and its name was printed before. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

static void run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct arena arena;
    arena_init(&arena);
    struct text text = {.arena = &arena};
    for (int c; file && (c = fgetc(file)) != EOF;) {
        text_add_char(&text, (char)c);
    }
    if (file) {
        fclose(file);
    }
    LLVMFuzzerTestOneInput((const uint8_t *)text.items, text.count);
    arena_free(&arena);
}

static int run_folder(const char *path) {
    int count = 0;
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.') {
            char inner[4096];
            snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
            printf("# %s\n", inner);
            fflush(stdout);
            run_file(inner);
            count++;
        }
    }
    if (folder) {
        closedir(folder);
    } else {
        run_file(path);
        count++;
    }
    return count;
}

int main(int argc, char **argv) {
    int bad = 0;
    for (int i = 1; i < argc; i++) {
        int count = run_folder(argv[i]);
        bad += count == 0;
        printf("%sok %d - %s: %d inputs\n", count ? "" : "not ", i, argv[i], count);
    }
    printf("1..%d\n", argc - 1);
    return bad > 0;
}
