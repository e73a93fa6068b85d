/* Which of several records is the one (cli/eval.h). Fail-closed: what is eligible is accepted by every policy; a record
 * that was not read, or whose unknowns leave it open, might have been eligible, too, and so keeps any other from being
 * named. Degrading one candidate never promotes another. Ties are broken by the named metric or not at all. */
#include "cli/eval.h"

static size_t count_eligible(const struct candidates *candidates, size_t *first) {
    size_t count = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        if (candidates->items[i].class == CLASS_ACCEPT && count++ == 0) {
            *first = i;
        }
    }
    return count;
}

static bool any_open(const struct candidates *candidates) {
    for (size_t i = 0; i < candidates->count; i++) {
        if (candidates->items[i].open) {
            return true;
        }
    }
    return false;
}

/* The one eligible candidate that is better than every other; false where two are equal, or a value is unknown. */
static bool break_tie(const struct candidates *candidates, bool higher, size_t *best) {
    struct arena arena;
    bool parted = true, any = false;
    arena_init(&arena);
    for (size_t i = 0; i < candidates->count && !arena.failed; i++) {
        const struct candidate *candidate = &candidates->items[i];
        int order = 0;
        if (candidate->class != CLASS_ACCEPT) {
            continue;
        }
        if (!candidate->has_score) {
            arena_free(&arena);
            return false;
        }
        if (!any) {
            *best = i;
            any = true;
            continue;
        }
        if (!number_compare(&arena, candidate->score, candidates->items[*best].score, &order)) {
            break;
        }
        order = higher ? order : -order;
        if (order > 0) {
            *best = i;
            parted = true;
        } else if (order == 0) { /* of two that are best neither is; a better one may follow */
            parted = false;
        }
    }
    parted = parted && any && !arena.failed;
    arena_free(&arena);
    return parted;
}

void choose(const struct candidates *candidates, bool any_error, str by, bool higher, struct selection *choice) {
    size_t one = 0;
    *choice = (struct selection){.items = candidates->items, .count = candidates->count, .by = by};
    choice->eligible = count_eligible(candidates, &one);
    choice->was_tie = choice->eligible > 1;
    if (any_error) {
        choice->kind = CHOICE_BROKEN;
    } else if (any_open(candidates)) {
        choice->kind = CHOICE_OPEN;
    } else if (choice->eligible == 0) {
        choice->kind = CHOICE_NONE;
    } else if (choice->eligible == 1 || (by.length > 0 && break_tie(candidates, higher, &one))) {
        choice->kind = CHOICE_ONE;
        choice->chosen = one;
    } else {
        choice->kind = CHOICE_TIE;
    }
}

int choice_exit_code(const struct selection *choice) {
    static const int codes[] = {
        [CLASS_ACCEPT] = EXIT_ACCEPT, [CLASS_REJECT] = EXIT_REJECT, [CLASS_INCONCLUSIVE] = EXIT_INCONCLUSIVE};
    enum class class;
    return choice_class(choice, &class) ? codes[class] : EXIT_FAILURE_TO_RUN;
}
