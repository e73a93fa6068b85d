/* Comparisons in words: what a rule found, against what it asked for, and what is missing. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "report/page.h"

/* What a comparison is for, which is how its distance from the limit is told. */
enum role {
    ROLE_CONDITION, /* asked for: 0.007 over, 0.009 short */
    ROLE_GROUND,    /* grounds for a verdict that nobody wants: 0.037 away, 0.021 past */
    ROLE_GUARD      /* must not break: 0.037 to spare, 0.021 past */
};

/* "+0.027 (0.007 over)"; of one that is unknown, what is missing. */
void words_check(struct page *page, struct view *view, uint32_t check, enum role role);

/* Its sides apart, for tables: "+0.027", and "≥ 0.02". */
void words_value(struct page *page, const struct view *view, uint32_t check);
void words_limit(struct page *page, const struct view *view, uint32_t check);

/* The value column of a rule: that of its comparison and floors, the tally of its quantifier, or a truth word
 * where it is put together from several (then words_is_compound, and each is shown on a line of its own). */
void words_rule(struct page *page, struct view *view, uint32_t rule, enum role role);
bool words_is_compound(const struct view *view, uint32_t rule);

/* "mindcube.n is missing, space10.n is null", at most `most`, and how many more. */
void words_missing(struct page *page, const struct view *view, const struct missing_input *inputs, size_t count,
                   size_t most);

/* "omnispatial.delta +0.009 and its confidence +0.09; mindcube.n ≥ 500", at most `most` changes. */
void words_changes(struct page *page, const struct view *view, const struct change_plan *plan, size_t most);

/* "omnispatial.delta +0.009": one change. */
void words_change(struct page *page, const struct view *view, const struct change *change);

/* "0.4 standard errors". */
void words_errors(struct page *page, const struct distance *distance);

/* "0.007 over": the distance of a comparison with a margin. */
void words_distance(struct page *page, const struct view *view, uint32_t check, enum role role);

#endif
