/* Merge sort from the bottom up: short runs by insertion, then runs of twice the length until there is one. */
#include "records/sort.h"

#include <stdbool.h>
#include <string.h>

enum { RUN = 16 };

struct sorting {
    size_t size;
    sort_compare compare;
    const void *context;
};

static void insertion_sort(const struct sorting *s, char *items, char *hole, size_t count) {
    for (size_t i = 1; i < count; i++) {
        size_t j = i;
        while (j > 0 && s->compare(items + (j - 1) * s->size, items + i * s->size, s->context) > 0) {
            j--;
        }
        if (j < i) {
            memcpy(hole, items + i * s->size, s->size);
            memmove(items + (j + 1) * s->size, items + j * s->size, (i - j) * s->size);
            memcpy(items + j * s->size, hole, s->size);
        }
    }
}

/* from[begin, middle) and from[middle, end), both sorted, to to[begin, end). */
static void merge(const struct sorting *s, const char *from, char *to, size_t begin, size_t middle, size_t end) {
    size_t left = begin, right = middle;
    for (size_t i = begin; i < end; i++) {
        bool take_left = left < middle &&
                         (right == end || s->compare(from + left * s->size, from + right * s->size, s->context) <= 0);
        size_t taken = take_left ? left++ : right++;
        memcpy(to + i * s->size, from + taken * s->size, s->size);
    }
}

static size_t at_most(size_t value, size_t limit) {
    return value < limit ? value : limit;
}

void sort_items(void *items, void *spare, size_t count, size_t size, sort_compare compare, const void *context) {
    struct sorting s = {size, compare, context};
    char *from = items, *to = spare;
    for (size_t begin = 0; begin < count; begin += RUN) {
        insertion_sort(&s, from + begin * size, to, at_most(RUN, count - begin));
    }
    for (size_t run = RUN; run < count; run *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * run) {
            merge(&s, from, to, begin, begin + at_most(run, count - begin), begin + at_most(2 * run, count - begin));
        }
        char *other = from;
        from = to;
        to = other;
    }
    if (count > 0 && from != (char *)items) {
        memcpy(items, from, count * size);
    }
}
