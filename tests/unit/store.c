/* Files put on the disk: whole or not at all, never over another, never through a link, private from the first moment. */
#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/store.h"

static int number, failures;
static struct arena arena;

static void check(bool good, const char *what) {
    printf("%sok %d - %s\n", good ? "" : "not ", ++number, what);
    failures += !good;
}

static bool holds(const char *path, const char *wanted) {
    str bytes, problem;
    return store_read(&arena, path, 1 << 20, false, &bytes, NULL, &problem) && str_is(bytes, wanted);
}

static void files(void) {
    str problem = {0}, bytes;
    bool exists = false, absent = false;
    struct stat status;
    check(store_create(&arena, "a", STR("one"), STORE_SHARED, &exists, &problem) && holds("a", "one"), "a new file");
    check(!store_create(&arena, "a", STR("two"), STORE_SHARED, &exists, &problem) && exists && holds("a", "one"),
          "is not made twice");
    check(store_replace(&arena, "a", STR("three"), &problem) && holds("a", "three"), "and can be replaced");
    check(store_create(&arena, "key", STR("k"), STORE_PRIVATE, NULL, &problem) && stat("key", &status) == 0 &&
              (status.st_mode & 0777) == 0600,
          "a private one is its owner's");
    check(symlink("a", "link") == 0 && !store_create(&arena, "link", STR("x"), STORE_SHARED, &exists, &problem) &&
              exists && !store_replace(&arena, "link", STR("x"), &problem) && holds("a", "three"),
          "a link is never followed when writing");
    check(!store_read(&arena, "link", 100, false, &bytes, NULL, &problem), "nor when reading");
    check(symlink("nowhere", "dangling") == 0 &&
              !store_create(&arena, "dangling", STR("x"), STORE_SHARED, &exists, &problem) &&
              access("nowhere", F_OK) != 0,
          "one that leads nowhere makes nothing there");
    check(mkfifo("pipe", 0600) == 0 && !store_read(&arena, "pipe", 100, false, &bytes, NULL, &problem) &&
              !store_replace(&arena, "pipe", STR("x"), &problem),
          "a pipe is refused, and nothing is waited for");
    check(!store_read(&arena, "gone", 100, false, &bytes, &absent, &problem) && absent, "what is absent is said to be");
    check(!store_read(&arena, "a", 4, false, &bytes, &absent, &problem) && !absent, "a file over the limit is refused");
    check(store_read(&arena, "a", 5, false, &bytes, NULL, &problem), "and one at the limit is read");
    check(!store_create(&arena, "no/where", STR("x"), STORE_SHARED, &exists, &problem) && !exists, "no folder is made");
    check(!store_create(&arena, "dir/", STR("x"), STORE_SHARED, NULL, &problem), "a folder's name is no file's");
    check(chmod("a", 0640) == 0 && store_replace(&arena, "a", STR("y"), &problem) && stat("a", &status) == 0 &&
              (status.st_mode & 0777) == 0640,
          "permissions stay when it is replaced");
}

/* Many writers, one name: one of them has it, whole; nothing else is left behind. */
static void writers(void) {
    enum { WRITERS = 16, SIZE = 100000 };
    for (int i = 0; i < WRITERS; i++) {
        if (fork() == 0) {
            struct arena own;
            str problem;
            arena_init(&own);
            char *bytes = malloc(SIZE);
            memset(bytes, 'a' + i, SIZE);
            bool made = store_create(&own, "raced", (str){bytes, SIZE}, STORE_SHARED, NULL, &problem);
            _exit(made ? 0 : 1);
        }
    }
    int winners = 0, status;
    for (int i = 0; i < WRITERS; i++) {
        winners += wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    str bytes, problem;
    bool whole = store_read(&arena, "raced", SIZE, false, &bytes, NULL, &problem) && bytes.length == SIZE;
    for (size_t i = 1; whole && i < bytes.length; i++) {
        whole = bytes.at[i] == bytes.at[0];
    }
    check(winners == 1 && whole, "of sixteen writers of one name one wins, and its file is whole");
    check(system("test -z \"$(find . -name '.*-*')\"") == 0, "no temporary file is left");
}

int main(void) {
    char folder[] = "/tmp/assize-store-XXXXXX";
    arena_init(&arena);
    if (!mkdtemp(folder) || chdir(folder) != 0) {
        return 2;
    }
    files();
    writers();
    arena_free(&arena);
    printf("1..%d\n", number);
    fflush(stdout);
    char command[sizeof folder + 16];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return chdir("/") != 0 || system(command) != 0 || failures > 0;
}
