/* What the objects of a source have looked like so far, so that the next one can be read by comparing.
 *
 * A site is a place in the tree of records where objects stand: the record itself, its `metrics`, one metric. It knows the
 * keys seen there, each with how it is written, where its value goes, and which key followed it last time. What producers
 * write again and again is then one comparison: of `, "variant": ` with the bytes that come next.
 *
 * All that a program wants is in the tables from the beginning. What else is seen is learned up to a bound, and beyond it read
 * without being learned: a hostile source gets no memory and no time for its new names. A wrong guess costs a comparison and
 * decides nothing. */
#ifndef RECORDS_SHAPES_H
#define RECORDS_SHAPES_H

#include "records/bytes.h"
#include "records/projection.h"

/* A key; or what stands for one where there is none: the record itself, the beginning of an object, an array's items, keys that
 * are not learned. */
struct shape_key {
    struct spelling
        spelling; /* `, "key": `, with all that stands between the value before and its own; of the beginning of an
                                object what follows it */
    struct shape_key *next; /* the key that followed it last; shapes->nothing: none yet */
    uint64_t seen_in;       /* the number of the object that had it last */
    uint32_t node;          /* of the projection, or NO_NODE */
    bool wanted;            /* its value itself, not only what stands in it */
    struct site *inside;    /* of an object or array that is its value; NULL: not known yet */

    const struct site *site; /* that it is a key of */
    const unsigned char *text;
    uint32_t length;
    uint64_t head, tail; /* its first and last eight bytes, or as many as there are */
};

struct site {
    struct shape_key begin; /* stands before an object's first key */
    struct shape_key item;  /* stands for what is in an array here */
    struct shape_key other; /* stands for keys that are not learned */
    uint32_t number;        /* 0: there was no room for it, nothing in it is wanted, and its keys are not learned */
    uint32_t learned;       /* keys that nothing wants */
};

struct shapes {
    const struct projection *projection;
    struct arena arena; /* of `kept`, and of keys' texts */
    struct shape_key *keys, *nothing;
    uint32_t key_count, key_capacity;
    struct site *sites, *deaf;
    uint32_t site_count, site_capacity;
    struct shape_key top; /* stands for the record itself */
    uint32_t *table;      /* of keys by site and text: open addressing, a power of two */
    uint32_t table_mask;
    uint64_t object; /* objects are numbered, from 1 */
    uint32_t *kept;  /* the nodes that the last record filled, to be emptied for the next: most are not there */
    uint32_t kept_count;
    bool all_kept; /* it was not read quickly: any node may have been filled */
    bool usable;   /* else everything is read the careful way */
};

/* False where memory is out. */
bool shapes_init(struct shapes *shapes, const struct projection *projection);
void shapes_free(struct shapes *shapes);

/* The key of this text at a site, learned where it is new and there is room, else &site->other. Eight bytes behind the text may be
 * looked at. */
struct shape_key *shapes_find(struct shapes *shapes, struct site *site, const unsigned char *text, uint32_t length);

/* The site of what is a key's value, where it is not known yet. */
struct site *shapes_inside(struct shapes *shapes, struct shape_key *key);

#endif
