/* The tree of one rule, and what would give another verdict (cli/why.h). All words about values are those of the text report. */
#include "cli/why.h"

#include "report/escape.h"
#include "report/outline.h"
#include "report/sides.h"
#include "vm/reason.h"

enum { TRIES = 20000, DEEPEST = 256, MOST_MISSING = 6 };

bool why_is_asked(const struct command_line *line) {
    return line->given[OPTION_WHY] || line->given[OPTION_WHY_NOT];
}

/* --- what is asked about --- */

static uint32_t find_rule(const struct program *program, str id) {
    for (uint32_t i = 0; i < program->rule_count; i++) {
        if (str_equal(program->rules[i].id, id)) {
            return i;
        }
    }
    return NO_INDEX;
}

/* *rung is NO_INDEX for the fallback. */
static bool find_verdict(const struct program *program, str verdict, uint32_t *rung) {
    for (*rung = 0; *rung < program->rung_count; (*rung)++) {
        if (str_equal(program->rungs[*rung].verdict, verdict)) {
            return true;
        }
    }
    *rung = NO_INDEX;
    return str_equal(program->fallback, verdict);
}

bool why_check(const struct command_line *line, const struct program *program) {
    uint32_t rung;
    struct text names = {.arena = line->arena};
    if (line->given[OPTION_WHY] && find_rule(program, str_from(line->values[OPTION_WHY])) == NO_INDEX) {
        for (size_t i = 0; i < program->rule_count; i++) {
            text_format(&names, "%s%.*s", i > 0 ? ", " : "", STR_ARG(program->rules[i].id));
        }
        complain(line, "the policy has no rule `%s`; its rules are %.*s", line->values[OPTION_WHY],
                 STR_ARG(text_str(&names)));
        return false;
    }
    if (line->given[OPTION_WHY_NOT] && !find_verdict(program, str_from(line->values[OPTION_WHY_NOT]), &rung)) {
        for (size_t i = 0; i < program->rung_count; i++) {
            text_format(&names, "%.*s, ", STR_ARG(program->rungs[i].verdict));
        }
        complain(line, "the policy has no verdict `%s`; its verdicts are %.*s%.*s", line->values[OPTION_WHY_NOT],
                 STR_ARG(text_str(&names)), STR_ARG(program->fallback));
        return false;
    }
    return true;
}

/* --- the tree of a rule --- */

static void add_place(struct page *page, struct view *view, const struct value *value) {
    struct place place;
    if (place_find(&view->places, value->origin, &place)) {
        page_puts(page, page->glyphs->between);
        page_name(page, place_file(&view->places, value->origin));
        text_format(&page->out, ":%u:%u", place.line, place.column);
    }
}

static void add_tally(struct page *page, const struct view *view, const struct node *node) {
    const struct count *count = &view->program->counts[node->index];
    const struct tally *tally = &view->outcome->counts[node->index];
    page_puts(page, count_names[count->kind]);
    if (count->kind == COUNT_AT_LEAST || count->kind == COUNT_AT_MOST || count->kind == COUNT_EXACTLY) {
        text_format(&page->out, " %u", (unsigned)count->n);
    }
    text_format(&page->out, " of %u: %u true, %u false, %u unknown", (unsigned)count->of, (unsigned)tally->trues,
                (unsigned)tally->falses, (unsigned)tally->unknowns);
}

static void add_node(struct page *page, struct view *view, const struct node *node, enum role role, size_t depth) {
    page_pad(page, 2 + 2 * depth);
    page_puts(page, page->glyphs->marks[node->value]);
    page_puts(page, " ");
    switch (node->kind) {
    case NODE_CHECK:
        page_name(page, view->program->checks[node->index].text);
        page_puts(page, "   ");
        words_check(page, view, node->index, view->program->checks[node->index].floor ? ROLE_CONDITION : role);
        break;
    case NODE_NOT:
        page_puts(page, "not");
        break;
    case NODE_AND:
        page_puts(page, "and");
        break;
    case NODE_OR:
        page_puts(page, "or");
        break;
    case NODE_COUNT:
        add_tally(page, view, node);
        break;
    case NODE_RULE:
    case NODE_OPTIONAL:
        page_puts(page, truth_names[node->value]);
        break;
    }
    page_line(page);
}

/* Parents before their children, in the order of the text; a rule nests no deeper than the parser lets it. */
static void add_tree(struct page *page, struct view *view, uint32_t root, enum role role) {
    struct step {
        uint32_t node;
        size_t depth;
    } *stack = arena_array(page->out.arena, view->formula.count, sizeof *stack);
    size_t count = 0;
    if (stack) {
        stack[count++] = (struct step){root, 0};
    }
    while (count > 0) {
        struct step step = stack[--count];
        const struct node *node = &view->formula.nodes[step.node];
        add_node(page, view, node, role, step.depth);
        for (uint32_t i = node->child_count; i-- > 0;) {
            stack[count++] = (struct step){node->children[i], step.depth + (step.depth < DEEPEST)};
        }
    }
}

static void add_reads(struct page *page, struct view *view, const struct rule *rule) {
    for (size_t i = 0; i < rule->read_count; i++) {
        uint32_t slot = rule->reads[i];
        const struct value *value = view_value(view, slot);
        str number;
        page_puts(page, "  reads ");
        page_name(page, slot_name(page->out.arena, view->program, slot));
        page_puts(page, ": ");
        if (value->reason != REASON_NONE) {
            page_puts(page, reason_infos[value->reason].phrase);
        } else if (view->program->slots[slot].type == TYPE_STRING) {
            page_name(page, value->string);
        } else if (view->program->slots[slot].type == TYPE_BOOLEAN) {
            page_puts(page, value->truth ? "true" : "false");
        } else if (number_print(page->out.arena, value->number, &number)) {
            page_name(page, number);
        }
        add_place(page, view, value);
        page_line(page);
        if (value->reason != REASON_NONE && value->hint.length > 0) {
            page_puts(page, "    help: ");
            escape_text(&page->out, value->hint, page->style.ascii, ESCAPE_MESSAGE);
            page_line(page);
        }
    }
}

static void why(struct page *page, struct view *view, uint32_t index) {
    const struct rule *rule = &view->program->rules[index];
    page_name(page, rule->id);
    page_puts(page, ": ");
    page_name(page, rule->text);
    page_puts(page, " is ");
    page_puts(page, truth_names[view->outcome->rules[index]]);
    if (trace_left_out(view->program, view->outcome, index)) {
        page_puts(page, " and left out");
    } else if (trace_fires(view->program, view->outcome, index)) {
        page_puts(page, ", and decides for ");
        page_name(page, outline_rung(view, index)->verdict);
    }
    page_line(page);
    page_puts(page, "  ");
    page_name(page, view->program->file);
    text_format(&page->out, ":%u:%u", rule->at.line, rule->at.column);
    page_line(page);
    if (rule->because.length > 0) {
        page_puts(page, "  because ");
        page_name(page, rule->because);
        page_line(page);
    }
    if (view->formula.rules[index] != NO_INDEX) {
        add_tree(page, view, view->formula.rules[index], outline_role(view, index));
    }
    add_reads(page, view, rule);
}

/* --- why not another verdict --- */

/* A rule of the wanted rung that keeps it from being true, or of one above that is not false. */
static bool stands_in_the_way(const struct view *view, uint32_t rule, uint32_t rung) {
    uint32_t own = view->program->rules[rule].rung;
    enum truth value = trace_contribution(view->program, view->outcome, rule);
    bool left_out = trace_left_out(view->program, view->outcome, rule);
    return !left_out && (own == rung ? value != TRUTH_TRUE && view->outcome->rungs[own] != TRUTH_TRUE
                                     : own < rung && value != TRUTH_FALSE && view->outcome->rungs[own] != TRUTH_FALSE);
}

static void add_obstacles(struct page *page, struct view *view, uint32_t rung) {
    for (uint32_t i = 0; i < view->program->rule_count; i++) {
        if (stands_in_the_way(view, i, rung)) {
            page_puts(page, "  ");
            page_puts(page, page->glyphs->marks[view->outcome->rules[i]]);
            page_puts(page, " ");
            page_name(page, view->program->rules[i].id);
            page_puts(page, ": ");
            page_name(page, view->program->rules[i].text);
            page_puts(page, "   ");
            words_rule(page, view, i, outline_role(view, i));
            page_line(page);
        }
    }
}

static void add_plan(struct page *page, struct view *view, const struct change_plan *plan, str verdict) {
    page_puts(page, plan->confirmed ? "  would " : "  might ");
    page_puts(page, str_is(verdict, "ship") ? "" : "be ");
    page_name(page, verdict);
    page_puts(page, plan->count == 1 ? " with one change: " : " with: ");
    words_changes(page, view, plan, plan->count);
    page_line(page);
    if (!plan->confirmed) {
        page_puts(page, "  no set of changes that was tried gives it: two rules pull one value both ways, or a value "
                        "would leave its range");
        page_line(page);
    } else if (plan->count > 1) {
        page_puts(page, plan->smallest ? "  no smaller set of changes gives it"
                                       : "  a smaller set may give it: there are too many to try them all");
        page_line(page);
    }
}

static bool why_not(struct page *page, struct view *view, const struct verdict *verdict, uint32_t rung) {
    str name = rung == NO_INDEX ? view->program->fallback : view->program->rungs[rung].verdict;
    struct change_plan plan;
    const char *reason;
    page_puts(page, "not ");
    page_name(page, name);
    page_puts(page, " but ");
    page_name(page, view->outcome->verdict);
    page_puts(page, view->outcome->decided ? "" : ", undecided");
    page_line(page);
    add_obstacles(page, view, rung);
    if (!change_find_for(verdict, &view->formula, rung, TRIES, &plan, &reason)) {
        return false;
    }
    if (reason) {
        page_puts(page, "  nothing gives it: ");
        page_puts(page, reason);
        page_line(page);
    } else {
        add_plan(page, view, &plan, name);
    }
    if (view->plan.settled_count > 0) {
        page_puts(page, "  cannot change the verdict alone: ");
        words_missing(page, view, view->plan.settled, view->plan.settled_count, MOST_MISSING);
        page_line(page);
    }
    return true;
}

bool why_answer(const struct command_line *line, struct style style, const struct verdict *verdict) {
    struct view view;
    struct page page = page_make(verdict->arena, style);
    if (!view_make(verdict, &view)) {
        return false;
    }
    if (line->given[OPTION_WHY]) {
        why(&page, &view, find_rule(view.program, str_from(line->values[OPTION_WHY])));
    }
    if (line->given[OPTION_WHY_NOT]) {
        uint32_t rung;
        find_verdict(view.program, str_from(line->values[OPTION_WHY_NOT]), &rung);
        bool is = view.outcome->decided && view.outcome->rung == rung;
        if (is) {
            page_puts(&page, "it is ");
            page_name(&page, view.outcome->verdict);
            page_line(&page);
        } else if (!why_not(&page, &view, verdict, rung)) {
            return false;
        }
    }
    view_finish(line->out, &page.out);
    return !verdict->arena->failed;
}
