/* What the objects of a source have looked like so far, so that the next one can be read by comparing.
 *
 * A site is a place in the tree of records where objects stand: the record itself, its `metrics`, one metric. It knows the
 * keys seen there, each with how it is written, where its value goes, and which key followed it last time. What producers
 * write again and again is then one comparison: of `"variant": ` with the bytes that come next.
 *
 * All that a program wants is in the tables from the beginning. What else is seen is learned up to a bound, and beyond it read
 * without being learned: a hostile source gets no memory and no time for its new names. A wrong guess costs a comparison and
 * decides nothing. */
#ifndef RECORDS_SHAPES_H
#define RECORDS_SHAPES_H

#include "records/projection.h"

enum {
    NO_SITE = 0, /* an index of no site; nothing in it is wanted, and its keys are not learned */
    TOP_SITE = 1,
    NO_SHAPE_KEY = 0, /* an index of no key */
    SPELLING_MAX = 32
};

struct shape_key {
    unsigned char spelling[SPELLING_MAX]; /* `, "key": `, with what stands between the value before and its own */
    uint32_t spelling_length;             /* 0: longer than there is room for, or not seen yet */
    uint32_t separator_length;            /* of it, the comma and blanks before the quote; 0 where it came first */
    uint32_t next;                        /* the key that followed it last */
    uint64_t seen_in;                     /* the number of the object that had it last */
    uint32_t node;                        /* of the projection, or NO_NODE */
    uint32_t inside;                      /* the site of an object or array that is its value; NO_SITE: not known yet */
    uint32_t site;
    uint32_t length;
    const char *text;
};

struct site {
    uint32_t node;    /* of the projection, or NO_NODE */
    uint32_t first;   /* the key that came first last time */
    uint32_t items;   /* the site of what stands in an array here */
    uint32_t others;  /* the site of what keys stand for that are not learned */
    uint32_t learned; /* keys that nothing wants */
};

struct shapes {
    const struct projection *projection;
    struct arena arena; /* of `kept`, and of the text of learned keys */
    struct shape_key *keys;
    uint32_t key_count, key_capacity;
    struct site *sites;
    uint32_t site_count, site_capacity;
    uint32_t *table; /* of keys by site and text: open addressing, a power of two */
    uint32_t table_mask;
    uint64_t object; /* objects are numbered */
    uint32_t *kept;  /* the nodes that the last record filled, to be emptied for the next: most are not there */
    uint32_t kept_count;
    bool all_kept; /* it was not read quickly: any node may have been filled */
    bool usable;   /* else everything is read the careful way */
};

/* False where memory is out. */
bool shapes_init(struct shapes *shapes, const struct projection *projection);
void shapes_free(struct shapes *shapes);

/* The key of this text at a site; learned where it is new and there is room, else NO_SHAPE_KEY. */
uint32_t shapes_find(struct shapes *shapes, uint32_t site, const unsigned char *text, uint32_t length);

/* The site of what is the value of a key, of an array's items, of keys not learned; NO_SITE where there is no room. */
uint32_t shapes_inside(struct shapes *shapes, uint32_t key);
uint32_t shapes_items(struct shapes *shapes, uint32_t site);
uint32_t shapes_others(struct shapes *shapes, uint32_t site);

#endif
