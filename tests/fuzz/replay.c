/* Runs a fuzzing target on kept inputs, one after the other, without a fuzzer: files, or folders of them. TAP: one line for
 * each argument. An input that breaks a promise ends the program, and its name was printed before.
 *
 * What an input costs counts, too: more than a second of this process' time is a failure, and so is a process that at any time
 * held more than 256 MB. A sanitizer's own cost is not the product's, so these are for the ordinary build. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/fuzz/fuzz.h"

enum { MOST_SECONDS = 1, MOST_MEGABYTES = 256 };

static double slowest;
static char slowest_path[4096];

static double seconds_used(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct arena arena;
    arena_init(&arena);
    struct text text = {.arena = &arena};
    char block[4096];
    for (size_t got; file && (got = fread(block, 1, sizeof block, file)) > 0;) {
        text_add(&text, (str){block, got});
    }
    if (file) {
        fclose(file);
    }
    double begin = seconds_used();
    LLVMFuzzerTestOneInput((const uint8_t *)text.items, text.count);
    double seconds = seconds_used() - begin;
    if (seconds > slowest) {
        slowest = seconds;
        snprintf(slowest_path, sizeof slowest_path, "%s", path);
    }
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
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    bool good = slowest <= MOST_SECONDS && usage.ru_maxrss <= MOST_MEGABYTES * 1024L;
    bad += !good;
    printf("%sok %d - within %d s and %d MB each: at most %.3f s (%s), %.1f MB\n1..%d\n", good ? "" : "not ", argc,
           MOST_SECONDS, MOST_MEGABYTES, slowest, slowest_path, (double)usage.ru_maxrss / 1024, argc);
    return bad > 0;
}
