/* A window over a file's bytes (window.h). */
#include "records/window.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void init(struct window *window, size_t capacity) {
    *window = (struct window){.fd = -1, .capacity = capacity > 0 ? capacity : 1};
}

/* A path must lead to a file or a pipe; standard input may be a terminal, too. */
static bool check_kind(struct window *window) {
    struct stat status;
    if (fstat(window->fd, &status) != 0) {
        window->error = errno;
        return false;
    }
    if (S_ISDIR(status.st_mode)) {
        window->error = EISDIR;
        return false;
    }
    if (!window->is_stdin && !S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode)) {
        window->error = ENODEV;
        return false;
    }
    if (S_ISREG(status.st_mode) && status.st_size >= 0 && (uint64_t)status.st_size < window->capacity) {
        window->capacity =
            (size_t)status.st_size + 1; /* a small file needs no more, and the end is seen by a byte of room */
    }
    window->device = status.st_dev;
    window->inode = status.st_ino;
    return true;
}

bool window_open_file(struct window *window, const char *path, size_t capacity) {
    init(window, capacity);
    window->is_stdin = strcmp(path, "-") == 0;
    do {
        window->fd = window->is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    } while (window->fd < 0 && errno == EINTR);
    if (window->fd < 0) {
        window->error = errno;
        return false;
    }
    if (!check_kind(window)) {
        window_close(window);
        return false;
    }
    return true;
}

void window_open_memory(struct window *window, str text, size_t capacity) {
    init(window, capacity);
    window->memory = text;
}

void window_close(struct window *window) {
    if (window->fd >= 0 && !window->is_stdin) {
        close(window->fd);
    }
    window->fd = -1;
    if (!window->is_lent) {
        free(window->bytes);
    }
    window->bytes = NULL;
}

void window_lie_over(struct window *window, char *bytes, size_t length) {
    window_close(window);
    init(window, length);
    window->bytes = bytes;
    window->is_lent = window->ended = true;
    window->end = length;
}

/* Whether a read would give something at once. */
static bool is_ready(int fd) {
    struct pollfd question = {.fd = fd, .events = POLLIN};
    return poll(&question, 1, 0) > 0;
}

static bool can_try_again(int fd) {
    if (errno == EAGAIN) {
        struct pollfd question = {.fd = fd, .events = POLLIN};
        return poll(&question, 1, -1) >= 0 || errno == EINTR;
    }
    return errno == EINTR;
}

ssize_t window_read(struct window *window, char *to, size_t room) {
    if (window->fd < 0) {
        size_t length = window->memory.length < room ? window->memory.length : room;
        if (length > 0) {
            memcpy(to, window->memory.at, length);
        }
        window->memory = str_slice(window->memory, length, window->memory.length);
        return (ssize_t)length;
    }
    ssize_t got;
    do {
        got = read(window->fd, to, room);
    } while (got < 0 && can_try_again(window->fd));
    window->error = got < 0 ? errno : 0;
    return got;
}

/* Room for `needed` bytes, those that are kept at the front. */
static bool make_room(struct window *window, uint64_t keep, size_t needed) {
    if (keep > window->start && window->bytes) {
        memmove(window->bytes, window_at(window, keep), (size_t)(window->end - keep));
    }
    window->start = keep;
    if (window->bytes && needed <= window->capacity) {
        return true;
    }
    size_t capacity = window->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    char *bytes = realloc(window->bytes, capacity + WINDOW_PADDING);
    if (!bytes) {
        return false;
    }
    memset(bytes + capacity, 0, WINDOW_PADDING);
    window->bytes = bytes;
    window->capacity = capacity;
    return true;
}

uint64_t window_find(const struct window *window, uint64_t from, uint64_t to, char c) {
    if (from >= to) {
        return to;
    }
    const char *begin = window_at(window, from);
    const char *found = memchr(begin, c, (size_t)(to - from));
    return found ? from + (uint64_t)(found - begin) : to;
}

/* Whether what has come is worth a look before all that was wanted is here: a line that is whole, of a record that is
 * small, from a pipe that has no more just now. A large one is read by doublings only, or looking would cost its square. */
static bool is_worth_a_look(const struct window *window, uint64_t keep, uint64_t before) {
    enum { SMALL = 1 << 20 };
    return window->fd >= 0 && window->end - keep < SMALL &&
           window_find(window, before, window->end, '\n') < window->end && !is_ready(window->fd);
}

enum fill window_fill(struct window *window, uint64_t keep, uint64_t wanted) {
    if (window->ended && window->bytes) {
        return FILL_END;
    }
    uint64_t before = window->end;
    uint64_t least = wanted > before ? wanted : before + 1;
    if (!make_room(window, keep, (size_t)(least - keep))) {
        return FILL_NO_MEMORY;
    }
    while (window->end < least && !window->ended) {
        size_t filled = (size_t)(window->end - window->start);
        ssize_t got = window_read(window, window->bytes + filled, window->capacity - filled);
        if (got < 0) {
            return FILL_UNREADABLE;
        }
        window->end += (uint64_t)got;
        window->ended = got == 0;
        if (window->end > before && window->end < least && is_worth_a_look(window, keep, before)) {
            break;
        }
    }
    *window_at(window, window->end) = '\0';
    return window->end > before ? FILL_MORE : FILL_END;
}
