/* Folders as values (tests/fault/snapshot.h). What fails here ends the test: nothing it says would be true any more. */
#include "tests/fault/snapshot.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *must(void *memory) {
    if (!memory) {
        printf("Bail out! the test itself has no memory\n");
        exit(1);
    }
    return memory;
}

static char *join(const char *a, const char *b, const char *c) {
    size_t room = strlen(a) + strlen(b) + strlen(c) + 1;
    char *joined = must(malloc(room));
    snprintf(joined, room, "%s%s%s", a, b, c);
    return joined;
}

char *read_whole(const char *path, size_t *length) {
    struct stat status;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status) != 0) {
        return NULL;
    }
    char *bytes = must(malloc((size_t)status.st_size + 1));
    ssize_t got = read(fd, bytes, (size_t)status.st_size);
    close(fd);
    *length = got > 0 ? (size_t)got : 0;
    bytes[*length] = 0;
    return bytes;
}

static void add(struct snapshot *folder, const char *root, const char *under) {
    char *path = join(root, "/", under);
    DIR *entries = must(opendir(path));
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (folder->count == MOST_FILES) {
            printf("Bail out! a scenario has more than %d files\n", MOST_FILES);
            exit(1);
        }
        struct stat status;
        char *whole = join(path, "/", entry->d_name);
        bool is_folder = lstat(whole, &status) == 0 && S_ISDIR(status.st_mode);
        struct snapshot_file *file = &folder->files[folder->count++];
        *file = (struct snapshot_file){.path = join(under, entry->d_name, is_folder ? "/" : "")};
        if (is_folder) {
            add(folder, root, file->path);
        } else {
            file->bytes = must(read_whole(whole, &file->length));
        }
        free(whole);
    }
    closedir(entries);
    free(path);
}

void snapshot_take(struct snapshot *folder, const char *path) {
    folder->count = 0;
    add(folder, path, "");
}

const struct snapshot_file *snapshot_find(const struct snapshot *folder, const char *path) {
    for (int i = 0; i < folder->count; i++) {
        if (strcmp(folder->files[i].path, path) == 0) {
            return &folder->files[i];
        }
    }
    return NULL;
}

bool snapshot_same(const struct snapshot_file *a, const struct snapshot_file *b) {
    return a && b && a->length == b->length && (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0);
}

void snapshot_restore(const struct snapshot *wanted, const struct snapshot *now, const char *path) {
    for (int i = now->count - 1; i >= 0; i--) {
        if (!snapshot_find(wanted, now->files[i].path)) {
            char *whole = join(path, "/", now->files[i].path);
            remove(whole);
            free(whole);
        }
    }
    for (int i = 0; i < wanted->count; i++) {
        const struct snapshot_file *file = &wanted->files[i];
        if (snapshot_find(now, file->path) && snapshot_same(snapshot_find(now, file->path), file)) {
            continue;
        }
        char *whole = join(path, "/", file->path);
        FILE *to = file->bytes ? fopen(whole, "wb") : NULL;
        if (to) {
            fwrite(file->bytes, 1, file->length, to);
            fclose(to);
        } else {
            mkdir(whole, 0777);
        }
        free(whole);
    }
}

void snapshot_free(struct snapshot *folder) {
    for (int i = 0; i < folder->count; i++) {
        free(folder->files[i].path);
        free(folder->files[i].bytes);
    }
    folder->count = 0;
}
