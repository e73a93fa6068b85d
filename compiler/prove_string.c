/* Strings for a record (compiler/prover.h). What equality and lists can tell apart is finite: the strings that the
 * policy names, and for each variable one that it does not name. `starts_with` and its like see more of such another
 * string: relaxed, they may say of it what they like; strict, it is put together from what they ask for, and tried. */
#include <string.h>

#include "compiler/prover.h"

struct choice {
    str text;
    bool other; /* named nowhere in the policy */
};

struct chooser {
    struct prover *prover;
    const unsigned char *states;
    unsigned mode;
    struct arena *arena;
    struct {
        struct choice *items;
        size_t count, capacity;
    } named;
    struct choice *chosen;
    bool *wanted; /* variables that a set atom reads */
    size_t tries;
};

static bool name_text(struct chooser *c, str text) {
    for (size_t i = 0; i < c->named.count; i++) {
        if (str_equal(c->named.items[i].text, text)) {
            return true;
        }
    }
    struct choice *place = LIST_ADD(c->arena, &c->named);
    if (place) {
        *place = (struct choice){text, false};
    }
    return place != NULL;
}

static bool gather(struct chooser *c) {
    for (size_t i = 0; i < c->prover->atoms.count; i++) {
        const struct atom *atom = &c->prover->atoms.items[i];
        if (atom->kind != ATOM_STRING) {
            continue;
        }
        bool set = c->states[i] == ATOM_TRUE || c->states[i] == ATOM_FALSE;
        const struct string_side *const sides[] = {&atom->left, &atom->right};
        for (size_t s = 0; s < (atom->relation == STRING_IN ? 1 : 2); s++) {
            if (sides[s]->variable != NO_INDEX) {
                c->wanted[sides[s]->variable] = c->wanted[sides[s]->variable] || set;
            } else if (!name_text(c, sides[s]->constant)) {
                return false;
            }
        }
        for (size_t k = 0; k < atom->list_count; k++) {
            if (!name_text(c, atom->list[k])) {
                return false;
            }
        }
    }
    return true;
}

static bool is_named(const struct chooser *c, str text) {
    for (size_t i = 0; i < c->named.count; i++) {
        if (str_equal(c->named.items[i].text, text)) {
            return true;
        }
    }
    return false;
}

/* A string for a variable that the policy names nowhere: `glue` between what the set atoms ask for. */
static str other_text(struct chooser *c, uint32_t variable, const char *glue) {
    struct text text = {.arena = c->arena};
    for (int part = STRING_STARTS; part <= STRING_CONTAINS; part++) {
        int relation = part == STRING_STARTS ? STRING_STARTS : part == STRING_ENDS ? STRING_CONTAINS : STRING_ENDS;
        str longest = {0};
        for (size_t i = 0; c->mode == STRICT && i < c->prover->atoms.count; i++) {
            const struct atom *atom = &c->prover->atoms.items[i];
            if (atom->kind != ATOM_STRING || c->states[i] != ATOM_TRUE || (int)atom->relation != relation ||
                atom->left.variable != variable || atom->right.variable != NO_INDEX) {
                continue;
            }
            if (relation == STRING_CONTAINS) {
                text_add(&text, atom->right.constant);
                text_add(&text, str_from(glue));
            } else if (atom->right.constant.length > longest.length) {
                longest = atom->right.constant;
            }
        }
        text_add(&text, longest);
        if (part == STRING_STARTS) {
            text_add(&text, str_from(glue));
        }
    }
    while ((text.count == 0 || is_named(c, text_str(&text))) && !c->arena->failed) {
        text_add_char(&text, 'x');
    }
    return text_str(&text);
}

static bool contains(str text, str part) {
    for (size_t i = 0; i + part.length <= text.length; i++) {
        if (str_equal(str_slice(text, i, i + part.length), part)) {
            return true;
        }
    }
    return false;
}

/* Whether an atom has its truth; true also where it cannot be told yet. */
static bool agrees(const struct chooser *c, const struct atom *atom, bool wanted) {
    struct choice a = {atom->left.constant, false}, b = {atom->right.constant, false};
    if (atom->left.variable != NO_INDEX) {
        a = c->chosen[atom->left.variable];
    }
    if (atom->right.variable != NO_INDEX && atom->relation != STRING_IN) {
        b = c->chosen[atom->right.variable];
    }
    if (!a.text.at || (!b.text.at && atom->relation != STRING_IN)) {
        return true;
    }
    bool holds = false;
    switch (atom->relation) {
    case STRINGS_EQUAL:
        return str_equal(a.text, b.text) == wanted;
    case STRING_IN:
        for (size_t i = 0; i < atom->list_count && !holds; i++) {
            holds = str_equal(a.text, atom->list[i]);
        }
        return holds == wanted;
    case STRING_STARTS:
        holds = a.text.length >= b.text.length && str_equal(str_slice(a.text, 0, b.text.length), b.text);
        break;
    case STRING_ENDS:
        holds = a.text.length >= b.text.length &&
                str_equal(str_slice(a.text, a.text.length - b.text.length, a.text.length), b.text);
        break;
    case STRING_CONTAINS:
        holds = contains(a.text, b.text);
        break;
    }
    return holds == wanted || (c->mode == RELAXED && (a.other || b.other));
}

static bool all_agree(const struct chooser *c) {
    for (size_t i = 0; i < c->prover->atoms.count; i++) {
        const struct atom *atom = &c->prover->atoms.items[i];
        bool set = c->states[i] == ATOM_TRUE || c->states[i] == ATOM_FALSE;
        if (atom->kind == ATOM_STRING && set && !agrees(c, atom, c->states[i] == ATOM_TRUE)) {
            return false;
        }
    }
    return true;
}

static bool try_choice(struct chooser *c, uint32_t variable, struct choice choice);

/* Depth: the string fields that a policy declares. */
static bool choose_from(struct chooser *c, uint32_t variable) {
    while (variable < c->prover->strings.count && !c->wanted[variable]) {
        variable++;
    }
    if (variable >= c->prover->strings.count) {
        return true;
    }
    static const char *const glues[] = {"other", "", "-", "Q7"};
    for (size_t i = 0; i < 4; i++) {
        if (try_choice(c, variable, (struct choice){other_text(c, variable, glues[i]), true})) {
            return true;
        }
    }
    for (size_t i = 0; i < c->named.count; i++) {
        if (try_choice(c, variable, c->named.items[i])) {
            return true;
        }
    }
    for (uint32_t v = 0; v < c->prover->strings.count; v++) { /* what another variable is, so that they may be equal */
        if (v != variable && c->chosen[v].text.at && try_choice(c, variable, c->chosen[v])) {
            return true;
        }
    }
    str own = str_format(c->arena, "other-%u", (unsigned)variable + 1); /* and what no other is */
    bool found = !is_named(c, own) && try_choice(c, variable, (struct choice){own, true});
    if (!found) {
        c->chosen[variable] = (struct choice){0};
    }
    return found;
}

static bool try_choice(struct chooser *c, uint32_t variable, struct choice choice) {
    if (c->tries == 0) {
        return false;
    }
    c->tries--;
    c->chosen[variable] = choice;
    bool good = !c->arena->failed && all_agree(c) && choose_from(c, variable + 1);
    if (!good) {
        c->chosen[variable] = (struct choice){0};
    }
    return good;
}

bool strings_solve(struct prover *prover, const unsigned char *states, unsigned mode, struct arena *arena, str *model,
                   bool *gave_up) {
    struct chooser chooser = {.prover = prover, .states = states, .mode = mode, .arena = arena, .tries = STRING_TRIES};
    chooser.chosen = arena_array(arena, prover->strings.count, sizeof *chooser.chosen);
    chooser.wanted = arena_array(arena, prover->strings.count, sizeof *chooser.wanted);
    if (arena->failed || !gather(&chooser)) {
        *gave_up = true;
        return false;
    }
    bool found = all_agree(&chooser) && choose_from(&chooser, 0);
    if (chooser.tries == 0 || arena->failed) {
        *gave_up = true;
        return mode == RELAXED || found;
    }
    for (size_t i = 0; found && model && i < prover->strings.count; i++) {
        model[i] = chooser.chosen[i].text.at ? chooser.chosen[i].text : STR("any");
    }
    return found;
}
