/* Totals and the choice in words (report.h): how text and summary end. Nothing in it is a contract. */
#include "report/page.h"
#include "report/report.h"
#include "report/view.h"

const char *const choice_names[] = {"one", "tie", "none", "open", "broken"};

static void counts(struct page *page, const struct totals *totals, const char *what) {
    page_count(page, totals->records);
    page_puts(page, " ");
    page_puts(page, what);
    page_puts(page, totals->records == 1 ? ": " : "s: ");
    page_count(page, totals->accepted);
    page_puts(page, " accept, ");
    page_count(page, totals->rejected);
    page_puts(page, " reject, ");
    page_count(page, totals->inconclusive);
    page_puts(page, " inconclusive, ");
    page_count(page, totals->errors);
    page_puts(page, totals->errors == 1 ? " error" : " errors");
    page_line(page);
}

static void finish(struct sink *sink, struct arena *arena, const struct page *page) {
    view_finish(sink, &page->out);
    arena_free(arena);
}

void totals_write(struct sink *sink, struct style style, const struct totals *totals) {
    struct arena arena;
    arena_init(&arena);
    struct page page = page_make(&arena, style);
    size_t widest = 3;
    for (size_t i = 0; i < totals->policy_count; i++) {
        size_t width = page_width(&page, totals->policies[i].name);
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i < totals->policy_count; i++) {
        page_name(&page, totals->policies[i].name);
        page_pad(&page, widest + 3);
        counts(&page, &totals->policies[i].totals, "record");
    }
    if (totals->policy_count > 0) {
        page_puts(&page, "all");
        page_pad(&page, widest + 3);
    }
    counts(&page, totals, totals->policy_count > 0 ? "verdict" : "record");
    if (totals->stopped) {
        page_puts(&page, "stopped at the first that was not accepted; what follows it was not judged");
        page_line(&page);
    }
    finish(sink, &arena, &page);
}

/* --- the choice --- */

bool choice_class(const struct selection *choice, enum class *class) {
    *class = choice->kind == CHOICE_ONE ? CLASS_ACCEPT : CLASS_INCONCLUSIVE;
    if (choice->kind == CHOICE_NONE) {
        *class = CLASS_REJECT;
        for (size_t i = 0; i < choice->count; i++) {
            *class = choice->items[i].class == CLASS_INCONCLUSIVE ? CLASS_INCONCLUSIVE : *class;
        }
    }
    return choice->kind != CHOICE_BROKEN && choice->count > 0;
}

static void candidate_words(struct page *page, const struct candidate *candidate) {
    if (candidate->name.length > 0) {
        page_name(page, candidate->name);
        page_puts(page, page->glyphs->between);
    }
    page_name(page, candidate->source);
    if (candidate->index > 0) {
        page_puts(page, ", record ");
        page_count(page, candidate->index + 1);
    }
}

static void score_words(struct page *page, const struct selection *choice, const struct candidate *candidate) {
    enum { DIGITS = 6 };
    if (choice->by.length == 0) {
        return;
    }
    page_puts(page, page->glyphs->between);
    page_name(page, choice->by);
    page_puts(page, " ");
    if (candidate->has_score) {
        page_number(page, candidate->score, DIGITS, false);
    } else {
        page_puts(page, "unknown");
    }
}

static bool is_in_question(const struct selection *choice, const struct candidate *candidate) {
    return choice->kind == CHOICE_OPEN ? candidate->open : candidate->class == CLASS_ACCEPT;
}

static void list_candidates(struct page *page, const struct selection *choice) {
    enum { MOST = 20 };
    size_t listed = 0;
    for (size_t i = 0; i < choice->count; i++) {
        const struct candidate *candidate = &choice->items[i];
        if (!is_in_question(choice, candidate) || listed++ >= MOST) {
            continue;
        }
        page_puts(page, "  ");
        candidate_words(page, candidate);
        score_words(page, choice, candidate);
        page_line(page);
    }
    if (listed > MOST) {
        page_puts(page, "  and ");
        page_count(page, listed - MOST);
        page_puts(page, " more");
        page_line(page);
    }
}

void choice_write(struct sink *sink, struct style style, const struct selection *choice) {
    struct arena arena;
    arena_init(&arena);
    struct page page = page_make(&arena, style);
    switch (choice->kind) {
    case CHOICE_ONE:
        page_puts(&page, "selected: ");
        candidate_words(&page, &choice->items[choice->chosen]);
        score_words(&page, choice, &choice->items[choice->chosen]);
        page_puts(&page, choice->was_tie ? "; the best of " : "; the only one eligible of ");
        page_count(&page, choice->was_tie ? choice->eligible : choice->count);
        page_puts(&page, choice->was_tie ? " that are eligible" : "");
        page_line(&page);
        break;
    case CHOICE_TIE:
        page_puts(&page, "nothing selected: a tie, ");
        page_count(&page, choice->eligible);
        page_puts(&page, " are eligible");
        page_puts(&page, choice->by.length > 0 ? ", and the metric does not part them" : "");
        page_line(&page);
        list_candidates(&page, choice);
        break;
    case CHOICE_NONE:
        page_puts(&page, "nothing selected: none of ");
        page_count(&page, choice->count);
        page_puts(&page, " is eligible");
        page_line(&page);
        break;
    case CHOICE_OPEN:
        page_puts(&page, "nothing selected: what is unknown leaves it open whether these are eligible");
        page_line(&page);
        list_candidates(&page, choice);
        break;
    case CHOICE_BROKEN:
        page_puts(&page, "nothing selected: a record that could not be judged might have been the one");
        page_line(&page);
        break;
    }
    finish(sink, &arena, &page);
}
