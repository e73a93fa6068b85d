/* Durable additions to a folder of decisions (ledger/add.h). */
#include "ledger/add.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char temporary_name[] = ".assize-new", attributes_name[] = ".gitattributes";

/* git may join the lines of two branches, and changes no line end. */
static const char attributes[] = INDEX_FILE " merge=union -text\n*.yaml -text\n";

struct adding {
    const struct folder *folder;
    struct arena *arena;
    int index;  /* its descriptor, locked */
    off_t size; /* of it */
    bool named; /* the record has its name, and is ours to take back */
    struct added *added;
    bool *unsafe;
    str *problem;
};

static bool fail(struct adding *adding, const char *what, const char *name) {
    *adding->unsafe = *adding->unsafe || errno == ELOOP;
    *adding->problem = folder_error(adding->arena, what, str_from(name));
    return false;
}

static bool refuse(struct adding *adding, const char *message) {
    *adding->unsafe = true;
    *adding->problem = str_from(message);
    return false;
}

static bool write_all(int descriptor, str bytes) {
    while (bytes.length > 0) {
        ssize_t written = write(descriptor, bytes.at, bytes.length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            errno = written == 0 ? ENOSPC : errno;
            return false;
        }
        bytes = str_slice(bytes, (size_t)written, bytes.length);
    }
    return true;
}

/* --- the lock --- */

static bool lock_descriptor(int descriptor) {
    int result;
    do {
        result = flock(descriptor, LOCK_EX);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

/* The index may be replaced while we wait for it, as `git checkout` does: then what we have locked is not the index. */
static bool is_current(const struct adding *adding, struct stat *status) {
    struct stat now;
    return fstat(adding->index, status) == 0 &&
           fstatat(adding->folder->descriptor, INDEX_FILE, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           now.st_ino == status->st_ino && now.st_dev == status->st_dev;
}

static bool open_index(struct adding *adding) {
    enum { FLAGS = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, TRIES = 1000 };
    for (int i = 0; i < TRIES; i++) {
        struct stat status;
        adding->index = openat(adding->folder->descriptor, INDEX_FILE, FLAGS, 0666);
        if (adding->index < 0 || fstat(adding->index, &status) != 0) {
            return fail(adding, "cannot open", INDEX_FILE);
        }
        if (!S_ISREG(status.st_mode) || status.st_nlink > 1) {
            return refuse(adding, "`" INDEX_FILE "` is no regular file, or has a second name");
        }
        if (!lock_descriptor(adding->index)) {
            return fail(adding, "cannot lock", INDEX_FILE);
        }
        if (is_current(adding, &status)) {
            adding->size = status.st_size;
            return true;
        }
        close(adding->index);
    }
    adding->index = -1;
    errno = EBUSY;
    return fail(adding, "cannot lock", INDEX_FILE);
}

/* A small file that must not be there yet. EEXIST is no failure where `may_exist`. */
static bool write_new(struct adding *adding, const char *name, str bytes, bool may_exist) {
    int descriptor =
        openat(adding->folder->descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return (errno == EEXIST && may_exist) || fail(adding, "cannot create", name);
    }
    bool good = write_all(descriptor, bytes) && fsync(descriptor) == 0;
    int number = errno;
    good = close(descriptor) == 0 && good;
    if (!good) {
        errno = number != 0 ? number : EIO;
        fail(adding, "cannot write", name);
        unlinkat(adding->folder->descriptor, name, 0);
    }
    return good;
}

/* --- the index --- */

static bool read_index(struct adding *adding, off_t begin, str *text) {
    size_t size = (size_t)(adding->size - begin), got = 0;
    char *bytes = arena_alloc(adding->arena, size + 1);
    while (bytes && got < size) {
        ssize_t more = pread(adding->index, bytes + got, size - got, begin + (off_t)got);
        if (more < 0 && errno == EINTR) {
            continue;
        }
        if (more <= 0) {
            errno = more == 0 ? EIO : errno;
            return fail(adding, "cannot read", INDEX_FILE);
        }
        got += (size_t)more;
    }
    *text = (str){bytes, got};
    return bytes != NULL;
}

/* The end of a text from behind its last line end. */
static size_t torn_bytes(str text) {
    size_t torn = 0;
    while (torn < text.length && text.at[text.length - 1 - torn] != '\n') {
        torn++;
    }
    return torn;
}

/* What a killed writer began and did not finish goes to a file of its own: never glued to, never just thrown away. */
static bool put_aside(struct adding *adding, str torn) {
    enum { MOST = 1000 };
    for (int i = 1; i < MOST; i++) {
        str name = str_format(adding->arena, INDEX_FILE ".torn-%d", i);
        if (!name.at || folder_has(adding->folder, name.at)) {
            continue;
        }
        adding->added->put_aside = name;
        if (!write_new(adding, name.at, torn, false)) {
            return false;
        }
        adding->size -= (off_t)torn.length;
        return (ftruncate(adding->index, adding->size) == 0 && fsync(adding->index) == 0) ||
               fail(adding, "cannot mend", INDEX_FILE);
    }
    return refuse(adding, "too many ends of `" INDEX_FILE "` were put aside: look at `" INDEX_FILE ".torn-1`");
}

/* The parents of the next line. The last page tells, unless there was a merge. */
static bool find_parents(struct adding *adding, str *parents) {
    enum { PAGE = 16384 };
    off_t begin = adding->size > PAGE ? adding->size - PAGE : 0;
    str text;
    bool needs_all;
    if (!read_index(adding, begin, &text)) {
        return false;
    }
    size_t torn = torn_bytes(text);
    if (torn > 0) {
        if (torn == text.length && begin > 0) {
            return refuse(adding, "the last line of `" INDEX_FILE "` is longer than a line can be");
        }
        if (!put_aside(adding, str_slice(text, text.length - torn, text.length))) {
            return false;
        }
        text = str_slice(text, 0, text.length - torn);
    }
    if (!index_parents(adding->arena, text, (size_t)begin, parents, &needs_all)) {
        return false;
    }
    if (needs_all) {
        struct index index;
        struct diags diags;
        if (!read_index(adding, 0, &text) || !index_read(&index, adding->arena, STR(INDEX_FILE), text, &diags)) {
            return false;
        }
        *parents = index_head(&index, adding->arena);
        if (parents->length == 0) { /* no sound line is left: `verify` says so */
            *parents = STR("-");
        }
    }
    return !adding->arena->failed;
}

static bool append_line(struct adding *adding, str file, const struct digest *digest, str parents) {
    struct text line = {.arena = adding->arena};
    index_put(&line, digest, (size_t)adding->size, parents, file);
    str bytes = text_str(&line);
    if (adding->arena->failed) {
        return false;
    }
    ssize_t written;
    do {
        written = write(adding->index, bytes.at, bytes.length);
    } while (written < 0 && errno == EINTR);
    if (written == (ssize_t)bytes.length && fsync(adding->index) == 0) {
        adding->added->name = file;
        adding->added->head = str_slice(bytes, 0, 2 * DIGEST_SIZE);
        return true;
    }
    errno = written >= 0 && written < (ssize_t)bytes.length ? ENOSPC : errno;
    fail(adding, "cannot write", INDEX_FILE);
    if (ftruncate(adding->index, adding->size) != 0 || fsync(adding->index) != 0) {
        adding->named = false; /* the line may be there after all: then its record stays, too */
    }
    return false;
}

/* --- the record --- */

/* Whoever holds the lock is the only writer: a file of this name is what a killed one has left. */
static bool write_temporary(struct adding *adding, str bytes) {
    if (folder_has(adding->folder, temporary_name) && unlinkat(adding->folder->descriptor, temporary_name, 0) != 0) {
        return fail(adding, "cannot remove", temporary_name);
    }
    return write_new(adding, temporary_name, bytes, false);
}

static str numbered(struct adding *adding, str name, uint64_t number) {
    return number == 1 ? str_format(adding->arena, "%.*s.yaml", STR_ARG(name))
                       : str_format(adding->arena, "%.*s-%llu.yaml", STR_ARG(name), (unsigned long long)number);
}

/* The first free name, in steps that double and are then halved: thousands of one name cost a dozen looks each. */
static str free_name(struct adding *adding, str name) {
    uint64_t taken = 0, free = 1;
    for (;; taken = free, free *= 2) {
        str file = numbered(adding, name, free);
        if (!file.at || !folder_has(adding->folder, file.at)) {
            break;
        }
    }
    while (free - taken > 1) {
        uint64_t middle = taken + (free - taken) / 2;
        str file = numbered(adding, name, middle);
        bool has = file.at && folder_has(adding->folder, file.at);
        taken = has ? middle : taken;
        free = has ? free : middle;
    }
    return numbered(adding, name, free);
}

static bool name_record(struct adding *adding, str name, str *file) {
    enum { TRIES = 1000 };
    int folder = adding->folder->descriptor;
    for (int i = 0; i < TRIES; i++) {
        *file = free_name(adding, name);
        if (!file->at) {
            return false;
        }
        if (linkat(folder, temporary_name, folder, file->at, 0) == 0) {
            adding->named = true;
            return (unlinkat(folder, temporary_name, 0) == 0 && fsync(folder) == 0) ||
                   fail(adding, "cannot write", file->at);
        }
        if (errno != EEXIST) {
            return fail(adding, "cannot create", file->at);
        }
    }
    return fail(adding, "cannot create", file->at);
}

/* Nothing was said yet, so what could not be listed is taken away again. */
static void take_back(struct adding *adding, str file) {
    if (adding->named && unlinkat(adding->folder->descriptor, file.at, 0) == 0) {
        fsync(adding->folder->descriptor);
    }
}

static bool end_adding(struct adding *adding, bool good) {
    if (adding->index >= 0 && close(adding->index) != 0 && good) {
        return fail(adding, "cannot write", INDEX_FILE);
    }
    if (!good && adding->problem->length == 0) {
        *adding->problem = STR("out of memory");
    }
    return good;
}

bool ledger_add(const struct folder *folder, struct arena *arena, str name, str bytes, struct added *added,
                bool *unsafe, str *problem) {
    struct adding adding = {
        .folder = folder, .arena = arena, .index = -1, .added = added, .unsafe = unsafe, .problem = problem};
    struct digest digest;
    str parents, file = {0};
    *added = (struct added){0};
    *unsafe = false;
    *problem = (str){0};
    digest_of(bytes, &digest);
    bool good = open_index(&adding) && find_parents(&adding, &parents) &&
                (adding.size > 0 || write_new(&adding, attributes_name, str_from(attributes), true)) &&
                write_temporary(&adding, bytes);
    if (good) {
        good = name_record(&adding, name, &file) && append_line(&adding, file, &digest, parents);
        if (!good) {
            unlinkat(folder->descriptor, temporary_name, 0);
            take_back(&adding, file);
        }
    }
    return end_adding(&adding, good);
}

bool ledger_adopt(const struct folder *folder, struct arena *arena, str file, const struct digest *digest,
                  struct added *added, bool *unsafe, str *problem) {
    struct adding adding = {
        .folder = folder, .arena = arena, .index = -1, .added = added, .unsafe = unsafe, .problem = problem};
    str parents;
    *added = (struct added){0};
    *unsafe = false;
    *problem = (str){0};
    bool good = open_index(&adding) && find_parents(&adding, &parents) &&
                (file.length == 0 || append_line(&adding, file, digest, parents));
    return end_adding(&adding, good);
}
