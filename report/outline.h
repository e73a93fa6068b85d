/* What stands where on a page for people: which rules are listed apart as guards, which block heads its rung,
 * how deep the others stand, and what each rule does to its rung. */
#ifndef REPORT_OUTLINE_H
#define REPORT_OUTLINE_H

#include "report/words.h"

struct outline {
    struct view *view;
    bool *aside;        /* of each rule: a guard listed under the guards' heading */
    uint32_t *children; /* of each block: how many of its items are shown */
    bool *headed;       /* of each block: its line stands, or needs none */
    uint32_t *path;     /* the blocks that outline_new_blocks found */
    uint32_t *heading;  /* of each rung: the block that its heading speaks of; NO_INDEX where it shows nothing */
};

/* False where memory is out. */
bool outline_make(struct view *view, struct outline *outline);

/* The blocks around a rule that have no line yet, into `path`, from the inside out; their number. They have one now. */
size_t outline_new_blocks(struct outline *outline, uint32_t rule);

/* How deep a block's items, or a rule, stand below their rung's heading: 1 is directly. */
size_t outline_block_depth(const struct outline *outline, uint32_t block);
size_t outline_rule_depth(const struct outline *outline, uint32_t rule);

/* The value of what stands below a rung's heading: without the guards that are listed apart. */
enum truth outline_heading_value(const struct outline *outline, uint32_t rung);

/* "any of 2", "at_least 2 of 3": a block and how many of its items are shown. */
void outline_block_words(struct page *page, const struct outline *outline, uint32_t block);

const struct count *outline_count(const struct view *view, uint32_t block);
enum truth outline_block_value(const struct view *view, uint32_t block);
const struct rung *outline_rung(const struct view *view, uint32_t rule);

/* Whether a rule or a block speaks for its rung (true), against it (false), or neither. */
enum truth outline_leaning(const struct view *view, uint32_t rule);
enum truth outline_block_leaning(const struct view *view, uint32_t block);

/* What a rule's comparisons are for. */
enum role outline_role(const struct view *view, uint32_t rule);

/* Whether the rule is among those that decide: it fires, or it keeps an accepting rung from being true, or it is
 * unknown and that matters. */
bool outline_decides(const struct view *view, uint32_t rule);

/* Which members made a rule that is a quantifier what it is: the true ones or the false ones. */
enum truth outline_telling_value(const struct view *view, uint32_t rule);

#endif
