/* The ladder as text (report/rungs.h).
 *
 * A line for each rule: mark, text, and from one column on what was found. Under the rules that decide, those
 * that fire, fail or are unknown, stand what they are made of, why the author wants them, and their places in the
 * policy and in the result files. A block's rules follow each other: its line is written when the first of them comes. */
#include "report/rungs.h"

#include "report/escape.h"
#include "report/outline.h"
#include "report/sides.h"
#include "report/words.h"

enum { WIDEST_RULE = 64, GAP = 3, MOST_CHECKS = 8, MOST_PLACES = 4 };

struct ladder {
    struct page *page;
    struct view *view;
    struct outline outline;
    size_t column; /* where values begin */
    size_t names;  /* where what follows a rung's name begins */
};

/* --- columns and colours --- */

/* Good news is green: an accepting rung's rule that holds, a ground that does not apply. */
static enum colour effect(const struct view *view, uint32_t rung, enum truth value) {
    if (value == TRUTH_UNKNOWN) {
        return COLOUR_YELLOW;
    }
    return (view->program->rungs[rung].class == CLASS_ACCEPT) == (value == TRUTH_TRUE) ? COLOUR_GREEN : COLOUR_RED;
}

static void guard_words(struct page *page, const struct rung *rung) {
    bool rejects = str_is(rung->verdict, "reject");
    page_puts(page, rejects ? "a violated one rejects" : "a violated one means ");
    page_name(page, rejects ? (str){0} : rung->verdict);
}

/* How wide the words behind a rung's name are, and those behind "guards" where it has any. */
static size_t head_width(const struct ladder *ladder, uint32_t rung) {
    const struct program *program = ladder->view->program;
    struct page head = page_make(ladder->page->out.arena, ladder->page->style);
    struct page guards = page_make(ladder->page->out.arena, ladder->page->style);
    if (ladder->outline.heading[rung] != NO_INDEX) {
        outline_block_words(&head, &ladder->outline, ladder->outline.heading[rung]);
    }
    bool any = false;
    for (uint32_t rule = 0; rule < program->rule_count && !any; rule++) {
        any = ladder->outline.aside[rule] && program->rules[rule].rung == rung;
    }
    if (any) {
        guard_words(&guards, &program->rungs[rung]);
    }
    return page_column(&head) > page_column(&guards) ? page_column(&head) : page_column(&guards);
}

static void measure(struct ladder *ladder) {
    const struct program *program = ladder->view->program;
    size_t widest = 0;
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        size_t width =
            2 * outline_rule_depth(&ladder->outline, rule) + 2 + page_width(ladder->page, program->rules[rule].text);
        widest = width > widest && width <= WIDEST_RULE ? width : widest;
    }
    ladder->names = 0;
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        size_t width =
            ladder->outline.aside[rule] ? 6 : page_width(ladder->page, outline_rung(ladder->view, rule)->verdict);
        ladder->names = width > ladder->names ? width : ladder->names;
    }
    ladder->names += 2;
    for (uint32_t rung = 0; rung < program->rung_count; rung++) {
        size_t width = ladder->names + head_width(ladder, rung);
        widest = width > widest && width <= WIDEST_RULE ? width : widest;
    }
    ladder->column = widest + GAP < 24 ? 24 : widest + GAP;
}

/* --- lines --- */

static void indent(struct ladder *ladder, size_t depth) {
    page_pad(ladder->page, 2 * depth);
}

/* To the column of values, or a gap behind what reaches past it. */
static void to_values(struct ladder *ladder) {
    size_t least = page_column(ladder->page) + GAP;
    page_pad(ladder->page, least > ladder->column ? least : ladder->column);
}

static void mark(struct ladder *ladder, enum truth value, enum colour colour) {
    page_colour(ladder->page, colour);
    page_puts(ladder->page, ladder->page->glyphs->marks[value]);
    page_colour(ladder->page, COLOUR_NONE);
    page_puts(ladder->page, " ");
}

static void status(struct ladder *ladder, const char *word, enum colour colour) {
    to_values(ladder);
    page_colour(ladder->page, colour);
    page_puts(ladder->page, word);
    page_colour(ladder->page, COLOUR_NONE);
    page_line(ladder->page);
}

static const char *met_word(enum truth value) {
    return value == TRUTH_TRUE ? "met" : value == TRUTH_FALSE ? "not met" : "unknown";
}

static void block_line(struct ladder *ladder, uint32_t block) {
    enum truth value = outline_block_value(ladder->view, block);
    indent(ladder, outline_block_depth(&ladder->outline, block) - 1);
    mark(ladder, value,
         effect(ladder->view, ladder->view->program->blocks[block].rung, outline_block_leaning(ladder->view, block)));
    outline_block_words(ladder->page, &ladder->outline, block);
    status(ladder, met_word(value), COLOUR_NONE);
}

/* results.json:3:51, of the first of a comparison's inputs that has a place. */
static void check_place(struct ladder *ladder, const struct check *check) {
    struct page *page = ladder->page;
    struct view *view = ladder->view;
    for (int right = 0; right < 2; right++) {
        const struct value *value = view_value(view, side_slot(view->program, check, right));
        struct place place;
        if (value && place_find(&view->places, value->origin, &place)) {
            page_colour(page, COLOUR_DIM);
            page_puts(page, page->glyphs->between);
            page_name(page, place_file(&view->places, value->origin));
            text_format(&page->out, ":%u:%u", place.line, place.column);
            page_colour(page, COLOUR_NONE);
            return;
        }
    }
}

static void check_line(struct ladder *ladder, uint32_t index, size_t depth, enum role role) {
    const struct check *check = &ladder->view->program->checks[index];
    indent(ladder, depth);
    page_puts(ladder->page, ladder->page->glyphs->marks[ladder->view->outcome->checks[index]]);
    page_puts(ladder->page, " ");
    page_name(ladder->page, check->text);
    to_values(ladder);
    words_check(ladder->page, ladder->view, index, role);
    check_place(ladder, check);
    page_line(ladder->page);
}

static void more_line(struct ladder *ladder, size_t more, size_t depth) {
    if (more > 0) {
        indent(ladder, depth);
        page_puts(ladder->page, "and ");
        page_count(ladder->page, more);
        page_puts(ladder->page, " more");
        page_line(ladder->page);
    }
}

/* --- what a rule is made of --- */

static size_t compound_lines(struct ladder *ladder, uint32_t rule, size_t depth) {
    const struct rule *row = &ladder->view->program->rules[rule];
    for (uint32_t i = 0; i < row->check_count && i < MOST_CHECKS; i++) {
        check_line(ladder, row->first_check + i, depth, ROLE_CONDITION);
    }
    more_line(ladder, row->check_count > MOST_CHECKS ? row->check_count - MOST_CHECKS : 0, depth);
    return row->check_count;
}

/* The comparisons of a member that have its value; where none has (under `not`), the first. */
static size_t member_lines(struct ladder *ladder, const struct node *member, size_t depth, enum role role,
                           size_t room) {
    const struct formula *formula = &ladder->view->formula;
    uint32_t self = (uint32_t)(member - formula->nodes);
    size_t written = 0;
    for (int pass = 0; pass < 2 && written == 0; pass++) {
        for (uint32_t i = member->first; i <= self && (pass == 0 || written == 0); i++) {
            const struct node *node = &formula->nodes[i];
            if (node->kind == NODE_CHECK && (pass == 1 || node->value == member->value)) {
                if (written < room) {
                    check_line(ladder, node->index, depth, role);
                }
                written++;
            }
        }
    }
    return written;
}

static size_t quantifier_lines(struct ladder *ladder, uint32_t rule, size_t depth) {
    const struct view *view = ladder->view;
    uint32_t root = view->formula.rules[rule];
    if (root == NO_INDEX || view->formula.nodes[root].kind != NODE_COUNT) {
        return 0;
    }
    const struct node *node = &view->formula.nodes[root];
    enum truth telling = outline_telling_value(view, rule);
    enum role role = view->program->counts[node->index].low > 0 ? outline_role(view, rule) : ROLE_CONDITION;
    size_t written = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const struct node *member = &view->formula.nodes[node->children[i]];
        if (member->value == telling) {
            written += member_lines(ladder, member, depth, role, written < MOST_CHECKS ? MOST_CHECKS - written : 0);
        }
    }
    more_line(ladder, written > MOST_CHECKS ? written - MOST_CHECKS : 0, depth);
    return written;
}

/* --- where it stands --- */

static void place_words(struct page *page, struct place place) {
    page_count(page, place.line);
    page_puts(page, ":");
    page_count(page, place.column);
}

static bool same_place(struct view *view, struct origin a, struct origin b) {
    return str_equal(place_file(&view->places, a), place_file(&view->places, b)) && a.begin == b.begin;
}

/* results.json:3:51, 4:50: the file once, and no place twice. */
static void value_places(struct ladder *ladder, const struct rule *rule) {
    struct page *page = ladder->page;
    struct view *view = ladder->view;
    struct origin last = {.input = INPUT_NONE};
    size_t written = 0;
    size_t more = 0;
    for (size_t i = 0; i < rule->read_count; i++) {
        struct origin origin = view_value(view, rule->reads[i])->origin;
        struct place place;
        bool seen = !place_find(&view->places, origin, &place);
        for (size_t j = 0; j < i && !seen; j++) {
            seen = same_place(view, view_value(view, rule->reads[j])->origin, origin);
        }
        if (seen || written == MOST_PLACES) {
            more += !seen;
            continue;
        }
        bool same_file = written > 0 && str_equal(place_file(&view->places, last), place_file(&view->places, origin));
        page_puts(page, same_file ? ", " : page->glyphs->between);
        if (!same_file) {
            page_name(page, place_file(&view->places, origin));
            page_puts(page, ":");
        }
        place_words(page, place);
        last = origin;
        written++;
    }
    if (more > 0) {
        page_puts(page, ", ");
        page_count(page, more);
        page_puts(page, " more");
    }
}

/* The rule's own place, and those of its values where no lines above tell them. */
static void places_line(struct ladder *ladder, const struct rule *rule, size_t depth, bool values) {
    indent(ladder, depth);
    page_colour(ladder->page, COLOUR_DIM);
    page_name(ladder->page, ladder->view->program->file);
    page_puts(ladder->page, ":");
    place_words(ladder->page, (struct place){rule->at.line, rule->at.column});
    if (values) {
        value_places(ladder, rule);
    }
    page_colour(ladder->page, COLOUR_NONE);
    page_line(ladder->page);
}

static void because_line(struct ladder *ladder, const struct rule *rule, size_t depth) {
    if (rule->because.length > 0) {
        indent(ladder, depth);
        page_puts(ladder->page, "because: ");
        escape_prose(&ladder->page->out, rule->because, ladder->page->style.ascii, ESCAPE_NAME);
        page_line(ladder->page);
    }
}

/* --- rules and rungs --- */

static void rule_lines(struct ladder *ladder, uint32_t index) {
    struct page *page = ladder->page;
    struct view *view = ladder->view;
    const struct rule *rule = &view->program->rules[index];
    size_t depth = outline_rule_depth(&ladder->outline, index);
    bool accepts = outline_rung(view, index)->class == CLASS_ACCEPT;
    bool fires = trace_fires(view->program, view->outcome, index);
    indent(ladder, depth);
    mark(ladder, view->outcome->rules[index], effect(view, rule->rung, outline_leaning(view, index)));
    page_name(page, rule->text);
    to_values(ladder);
    words_rule(page, view, index, outline_role(view, index));
    if (rule->guard && !ladder->outline.aside[index]) {
        page_puts(page, ", counts when violated");
    }
    if (fires && !accepts) {
        page_puts(page, "  ");
        page_puts(page, page->glyphs->fires);
    }
    page_line(page);
    size_t lines = 0;
    if (words_is_compound(view, index)) {
        lines = compound_lines(ladder, index, depth + 1);
    } else if (rule->quantifier != NO_INDEX && outline_decides(view, index) && !(fires && accepts)) {
        lines = quantifier_lines(ladder, index, depth + 1);
    }
    if (outline_decides(view, index)) {
        if (!(fires && accepts)) {
            because_line(ladder, rule, depth + 1);
        }
        places_line(ladder, rule, depth + 1, lines == 0);
    }
}

static void rung_name(struct ladder *ladder, str name) {
    page_colour(ladder->page, COLOUR_BOLD);
    page_name(ladder->page, name);
    page_colour(ladder->page, COLOUR_NONE);
    page_pad(ladder->page, ladder->names);
}

static void guards_section(struct ladder *ladder, uint32_t rung) {
    const struct view *view = ladder->view;
    const struct program *program = view->program;
    size_t guards = 0;
    enum truth value = TRUTH_FALSE; /* of "one is violated" */
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        if (!ladder->outline.aside[rule] || program->rules[rule].rung != rung) {
            continue;
        }
        guards++;
        enum truth one = trace_contribution(program, view->outcome, rule);
        bool counts = !trace_left_out(program, view->outcome, rule);
        if (counts && value != TRUTH_TRUE && one != TRUTH_FALSE) {
            value = one;
        }
    }
    if (guards == 0) {
        return;
    }
    rung_name(ladder, STR("guards"));
    guard_words(ladder->page, &program->rungs[rung]);
    status(ladder,
           value == TRUTH_TRUE    ? "violated"
           : value == TRUTH_FALSE ? "hold"
                                  : "unknown",
           effect(view, rung, value));
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        if (ladder->outline.aside[rule] && program->rules[rule].rung == rung) {
            rule_lines(ladder, rule);
        }
    }
}

static void rung_section(struct ladder *ladder, uint32_t rung) {
    const struct program *program = ladder->view->program;
    if (ladder->outline.heading[rung] == NO_INDEX) {
        return;
    }
    rung_name(ladder, program->rungs[rung].verdict);
    outline_block_words(ladder->page, &ladder->outline, ladder->outline.heading[rung]);
    enum truth value = outline_heading_value(&ladder->outline, rung);
    status(ladder, met_word(value), effect(ladder->view, rung, value));
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        if (ladder->outline.aside[rule] || program->rules[rule].rung != rung) {
            continue;
        }
        for (size_t i = outline_new_blocks(&ladder->outline, rule); i-- > 0;) {
            block_line(ladder, ladder->outline.path[i]);
        }
        rule_lines(ladder, rule);
    }
}

bool rungs_write(struct page *page, struct view *view) {
    struct ladder ladder = {.page = page, .view = view};
    if (!outline_make(view, &ladder.outline)) {
        return false;
    }
    measure(&ladder);
    for (uint32_t rung = 0; rung < view->program->rung_count; rung++) {
        guards_section(&ladder, rung);
        rung_section(&ladder, rung);
    }
    return !view->arena->failed;
}
