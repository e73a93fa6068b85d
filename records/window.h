/* A window that moves along the bytes of a file, of standard input or of memory.
 *
 * Positions count from the source's first byte, so they stay good when the window moves; pointers do not. */
#ifndef RECORDS_WINDOW_H
#define RECORDS_WINDOW_H

#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"

/* Bytes behind the window's end that may be looked at: the NUL, and what a wide comparison reads past it. */
enum { WINDOW_PADDING = 64 };

struct window {
    int fd;        /* -1: memory */
    bool is_stdin; /* is not closed */
    str memory;    /* what has not been in the window yet; not owned */
    dev_t device;  /* of a file, by which two names for it are known to be one */
    ino_t inode;

    char *bytes;     /* [start, end), and the padding behind them */
    bool is_lent;    /* they are someone else's */
    size_t capacity; /* without the padding */
    uint64_t start, end;
    bool ended; /* `end` is the source's end */
    int error;  /* the errno of a failed read */
};

enum fill {
    FILL_MORE, /* at least one byte was added */
    FILL_END,
    FILL_UNREADABLE, /* `error` says why */
    FILL_NO_MEMORY
};

/* "-" is standard input. False where it cannot be opened or is neither a file nor a pipe: `error` says why. */
bool window_open_file(struct window *window, const char *path, size_t capacity);
void window_open_memory(struct window *window, str text, size_t capacity);
void window_close(struct window *window);

/* Lies over bytes that stay the caller's, and forgets what it lay over before. The padding behind them must be there, and its
 * first byte is written to. */
void window_lie_over(struct window *window, char *bytes, size_t length);

/* Reads on, until `wanted` is in the window, or the source ends, or has nothing at hand. Bytes before `keep`
 * are forgotten; the window grows where what is kept and wanted does not fit. */
enum fill window_fill(struct window *window, uint64_t keep, uint64_t wanted);

/* At most `room` bytes past the window: how many, 0 at the end, -1 where `error` says why. */
ssize_t window_read(struct window *window, char *to, size_t room);

/* The byte at a position inside [start, end]; at the end it is a NUL. */
static inline char *window_at(const struct window *window, uint64_t position) {
    return window->bytes + (position - window->start);
}

/* Where `c` stands next in [from, to), both inside the window; `to` where it does not. */
uint64_t window_find(const struct window *window, uint64_t from, uint64_t to, char c);

#endif
