/* Comparisons in words (report/words.h).
 *
 * Numbers are rounded to 6 significant digits here, percentages to 3, with more where a value would otherwise
 * look like the limit that it is not. The exact ones are in the JSON formats. */
#include "report/words.h"

#include <string.h>

#include "report/sides.h"

enum { DIGITS = 6, PERCENT_DIGITS = 3, MOST_DIGITS = 17, MOST_MISSING = 3 };

/* How the numbers of a comparison are shown: as they are, of a baseline in percent, with the sign of the delta. */
struct scale {
    uint32_t slot; /* the left side, or NO_INDEX */
    bool percent;
    bool flip; /* a gain, shown as the delta that it is, of a metric where lower is better */
    bool plus;
    struct number of; /* what 100% is */
};

static bool contains(str text, const char *part) {
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= text.length; i++) {
        if (memcmp(text.at + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

/* The baseline that an amount in percent is of: the one slot of its kind on the right side. */
static const struct value *scale_value(const struct view *view, const struct check *check) {
    for (uint32_t pc = check->right_begin; check->slot == NO_INDEX && pc < check->right_end; pc++) {
        instruction code = view->program->code[pc];
        if (instruction_op(code) == OP_LOAD && !view->program->slots[instruction_operand(code)].is_field &&
            view->program->slots[instruction_operand(code)].attribute == ATTRIBUTE_SCALE) {
            return view_value(view, instruction_operand(code));
        }
    }
    return NULL;
}

static struct scale find_scale(const struct view *view, const struct check *check) {
    struct scale scale = {.slot = side_slot(view->program, check, false), .of = number_from_int(1)};
    if (scale.slot == NO_INDEX || view->program->slots[scale.slot].is_field) {
        return scale;
    }
    const struct slot *slot = &view->program->slots[scale.slot];
    const struct value *base = scale_value(view, check);
    scale.plus = slot->attribute == ATTRIBUTE_DELTA || slot->attribute == ATTRIBUTE_GAIN ||
                 slot->attribute == ATTRIBUTE_RELATIVE;
    scale.flip = slot->attribute == ATTRIBUTE_GAIN && view->program->metrics[slot->index].better == BETTER_LOWER &&
                 !contains(view->program->rules[check->rule].text, ".gain");
    scale.percent = slot->attribute == ATTRIBUTE_RELATIVE;
    if (base && base->reason == REASON_NONE && number_sign(base->number) > 0) {
        scale.percent = true;
        scale.of = base->number;
    }
    return scale;
}

static bool apply_scale(struct arena *arena, const struct scale *scale, struct number *number) {
    if (scale->flip && !number_negate(arena, *number, number)) {
        return false;
    }
    return !scale->percent || (number_divide(arena, *number, scale->of, number) &&
                               number_multiply(arena, *number, number_from_int(100), number));
}

/* Enough digits that a value does not look like a limit that it is not. */
static int distinct_digits(struct arena *arena, struct number value, struct number limit, int digits) {
    int order;
    if (!number_compare(arena, value, limit, &order) || order == 0) {
        return digits;
    }
    for (; digits < MOST_DIGITS; digits++) {
        str a;
        str b;
        if (!number_print_rounded(arena, value, digits, &a, NULL) ||
            !number_print_rounded(arena, limit, digits, &b, NULL) || !str_equal(a, b)) {
            break;
        }
    }
    return digits;
}

/* --- distance from the limit --- */

static bool is_rising(enum comparison op) {
    return op == CMP_GT || op == CMP_GE;
}

static const char *distance_word(enum comparison op, bool holds, enum role role) {
    if (op == CMP_EQ || op == CMP_NE) {
        return "away";
    }
    switch (role) {
    case ROLE_GROUND:
        return holds ? "past" : "away";
    case ROLE_GUARD:
        return holds ? "to spare" : "past";
    case ROLE_CONDITION:
        break;
    }
    return holds ? is_rising(op) ? "over" : "under" : is_rising(op) ? "short" : "past";
}

static void add_distance(struct page *page, const struct check *check, const struct scale *scale, struct number margin,
                         bool holds, enum role role) {
    struct arena *arena = page->out.arena;
    struct scale unsigned_scale = *scale;
    unsigned_scale.flip = false;
    if ((number_sign(margin) < 0 && !number_negate(arena, margin, &margin)) ||
        !apply_scale(arena, &unsigned_scale, &margin)) {
        return;
    }
    if (number_sign(margin) == 0) {
        page_puts(page, "at the limit");
        return;
    }
    page_number(page, margin, scale->percent ? PERCENT_DIGITS : DIGITS, false);
    page_puts(page, scale->percent ? "pp " : " ");
    page_puts(page, distance_word(check->op, holds, role));
}

void words_distance(struct page *page, const struct view *view, uint32_t index, enum role role) {
    const struct check *check = &view->program->checks[index];
    struct comparison_trace trace;
    if (trace_check(view->program, view->record, index, page->out.arena, &trace) && trace.has_margin) {
        struct scale scale = find_scale(view, check);
        add_distance(page, check, &scale, trace.margin, view->outcome->checks[index] == TRUTH_TRUE, role);
    }
}

/* --- one comparison --- */

static void quoted(struct page *page, str text) {
    page_puts(page, "\"");
    page_name(page, text);
    page_puts(page, "\"");
}

/* The right side, where it is not a number that the rule itself writes. */
static bool has_computed_limit(const struct view *view, const struct check *check) {
    return check->slot == NO_INDEX && (check->right_end - check->right_begin != 1 ||
                                       instruction_op(view->program->code[check->right_begin]) != OP_CONST);
}

/* The two sides of a comparison of numbers as they are shown. */
struct shown_numbers {
    struct scale scale;
    struct number value, limit;
    int digits;
};

static bool scale_numbers(struct arena *arena, const struct view *view, const struct check *check,
                          const struct comparison_trace *trace, struct shown_numbers *shown) {
    *shown = (struct shown_numbers){
        .scale = find_scale(view, check), .value = trace->left.number, .limit = trace->right.number};
    if (!apply_scale(arena, &shown->scale, &shown->value) || !apply_scale(arena, &shown->scale, &shown->limit)) {
        return false;
    }
    shown->digits = distinct_digits(arena, shown->value, shown->limit, shown->scale.percent ? PERCENT_DIGITS : DIGITS);
    return true;
}

static void number_words(struct page *page, const struct view *view, uint32_t index,
                         const struct comparison_trace *trace, enum role role) {
    const struct check *check = &view->program->checks[index];
    struct shown_numbers shown;
    if (!scale_numbers(page->out.arena, view, check, trace, &shown)) {
        return;
    }
    bool holds = view->outcome->checks[index] == TRUTH_TRUE;
    page_number(page, shown.value, shown.digits, shown.scale.plus);
    page_puts(page, shown.scale.percent ? "%" : "");
    if (has_computed_limit(view, check) && !shown.scale.percent) {
        page_puts(page, " against ");
        page_number(page, shown.limit, shown.digits, shown.scale.plus);
    }
    bool equality = check->op == CMP_EQ || check->op == CMP_NE;
    if (!trace->has_margin || (check->floor && holds) || (equality && number_sign(trace->margin) == 0)) {
        return;
    }
    bool aside = role == ROLE_GROUND && !holds && number_sign(trace->margin) != 0;
    page_puts(page, aside ? ", " : " (");
    add_distance(page, check, &shown.scale, trace->margin, holds, check->floor ? ROLE_CONDITION : role);
    page_puts(page, aside ? "" : ")");
}

/* --- its sides apart, for tables --- */

static void side_number(struct page *page, const struct scale *scale, struct number number, int digits) {
    page_number(page, number, digits, scale->plus);
    page_puts(page, scale->percent ? "%" : "");
}

static void operand_words(struct page *page, const struct check *check, const struct operand *operand) {
    switch (operand->kind) {
    case OPERAND_STRING:
        quoted(page, operand->string);
        break;
    case OPERAND_TRUTH:
        page_puts(page, operand->truth ? "true" : "false");
        break;
    case OPERAND_LIST:
        for (size_t i = 0; i < check->list_count; i++) {
            page_puts(page, i > 0 ? ", " : "");
            quoted(page, check->list[i]);
        }
        break;
    case OPERAND_NUMBER:
        page_number(page, operand->number, DIGITS, false);
        break;
    case OPERAND_UNKNOWN:
        page_puts(page, page->glyphs->nothing);
        break;
    }
}

void words_value(struct page *page, const struct view *view, uint32_t index) {
    const struct check *check = &view->program->checks[index];
    struct comparison_trace trace;
    struct shown_numbers shown;
    if (!trace_check(view->program, view->record, index, page->out.arena, &trace)) {
        return;
    }
    bool numbers = trace.left.kind == OPERAND_NUMBER && trace.right.kind == OPERAND_NUMBER;
    if (numbers && scale_numbers(page->out.arena, view, check, &trace, &shown)) {
        side_number(page, &shown.scale, shown.value, shown.digits);
    } else if (!numbers) {
        operand_words(page, check, &trace.left);
    }
}

/* Of a gain that is shown as the delta, "at least" is "at most". */
static enum comparison turned_comparison(enum comparison op) {
    static const enum comparison turned[] = {
        [CMP_LT] = CMP_GT, [CMP_LE] = CMP_GE, [CMP_GT] = CMP_LT, [CMP_GE] = CMP_LE};
    return op <= CMP_GE ? turned[op] : op;
}

void words_limit(struct page *page, const struct view *view, uint32_t index) {
    const struct check *check = &view->program->checks[index];
    struct comparison_trace trace;
    if (!trace_check(view->program, view->record, index, page->out.arena, &trace)) {
        return;
    }
    struct scale scale = find_scale(view, check);
    bool flip = scale.flip && trace.right.kind == OPERAND_NUMBER;
    page_puts(page, page->glyphs->comparisons[flip ? turned_comparison(check->op) : check->op]);
    page_puts(page, " ");
    struct shown_numbers shown;
    bool numbers = trace.left.kind == OPERAND_NUMBER && trace.right.kind == OPERAND_NUMBER;
    if (numbers && scale_numbers(page->out.arena, view, check, &trace, &shown)) {
        side_number(page, &shown.scale, shown.limit, shown.digits);
    } else if (trace.right.kind == OPERAND_NUMBER) {
        struct number limit = trace.right.number;
        if (apply_scale(page->out.arena, &scale, &limit)) {
            side_number(page, &scale, limit, DIGITS);
        }
    } else {
        operand_words(page, check, &trace.right);
    }
}

/* --- a comparison, whole --- */

void words_check(struct page *page, struct view *view, uint32_t index, enum role role) {
    const struct check *check = &view->program->checks[index];
    struct comparison_trace trace;
    if (!trace_check(view->program, view->record, index, page->out.arena, &trace)) {
        return;
    }
    if (view->outcome->checks[index] == TRUTH_UNKNOWN) {
        size_t place = 0;
        uint32_t slot = side_next_unknown(view->program, view->record, check, &place);
        if (slot == NO_INDEX) {
            page_puts(page, "unknown");
            return;
        }
        struct missing_input input = {slot, view->record->values[slot].reason};
        words_missing(page, view, &input, 1, 1);
        return;
    }
    switch (trace.left.kind) {
    case OPERAND_NUMBER:
        if (trace.right.kind == OPERAND_NUMBER) {
            number_words(page, view, index, &trace, role);
        }
        break;
    case OPERAND_STRING:
        quoted(page, trace.left.string);
        break;
    case OPERAND_TRUTH:
        page_puts(page, trace.left.truth ? "true" : "false");
        break;
    case OPERAND_UNKNOWN:
    case OPERAND_LIST:
        page_puts(page, truth_names[view->outcome->checks[index]]);
        break;
    }
}

/* --- what is missing --- */

/* What follows "NAME is". */
static const char *reason_words(const struct slot *slot, enum reason reason) {
    bool scale = slot && !slot->is_field && slot->attribute == ATTRIBUTE_SCALE;
    return scale && reason == REASON_NONPOSITIVE_BASELINE ? "0 or less" : reason_infos[reason].phrase;
}

static void missing_words(struct page *page, const struct view *view, const struct missing_input *input) {
    const struct slot *slot = input->slot != NO_INDEX ? &view->program->slots[input->slot] : NULL;
    if (input->reason == REASON_INCOMPARABLE || !slot) {
        page_puts(page, reason_infos[input->reason].phrase);
        return;
    }
    page_name(page, slot_name(page->out.arena, view->program, input->slot));
    page_puts(page, " is ");
    page_puts(page, reason_words(slot, input->reason));
}

/* Where a metric as a whole is no good, its baseline has the same reason as its change. */
static bool is_told_with_change(const struct slot *slot, enum reason reason) {
    bool baseline = !slot->is_field && (slot->attribute == ATTRIBUTE_BASELINE || slot->attribute == ATTRIBUTE_SCALE);
    return side_is_of_change(slot) || (baseline && reason != REASON_MISSING && reason != REASON_NULL);
}

void words_missing(struct page *page, const struct view *view, const struct missing_input *inputs, size_t count,
                   size_t most) {
    /* Of each metric: why its change is unknown, once said. */
    enum reason *said = arena_array(page->out.arena, view->program->metric_count, sizeof *said);
    size_t written = 0;
    size_t more = 0;
    for (size_t i = 0; said && i < count; i++) {
        const struct slot *slot = inputs[i].slot != NO_INDEX ? &view->program->slots[inputs[i].slot] : NULL;
        if (slot && is_told_with_change(slot, inputs[i].reason)) {
            if (said[slot->index] == inputs[i].reason) {
                continue;
            }
            said[slot->index] = inputs[i].reason;
        }
        if (written == most) {
            more++;
            continue;
        }
        page_puts(page, written++ > 0 ? ", " : "");
        missing_words(page, view, &inputs[i]);
        if (inputs[i].reason == REASON_INCOMPARABLE) {
            return; /* then it is so for all */
        }
    }
    if (more > 0) {
        page_puts(page, ", and ");
        page_count(page, more);
        page_puts(page, " more");
    }
}

/* --- a rule --- */

static uint32_t subject_slot(const struct view *view, uint32_t check) {
    uint32_t slot = side_slot(view->program, &view->program->checks[check], false);
    return slot != NO_INDEX ? slot : side_slot(view->program, &view->program->checks[check], true);
}

bool words_is_compound(const struct view *view, uint32_t index) {
    const struct rule *rule = &view->program->rules[index];
    uint32_t root = view->formula.rules[index];
    if (rule->quantifier != NO_INDEX || root == NO_INDEX) {
        return false;
    }
    for (uint32_t i = view->formula.nodes[root].first; i <= root; i++) {
        if (view->formula.nodes[i].kind != NODE_CHECK && view->formula.nodes[i].kind != NODE_AND) {
            return true;
        }
    }
    uint32_t first = NO_INDEX;
    for (uint32_t i = rule->first_check; i < rule->first_check + rule->check_count; i++) {
        if (view->program->checks[i].floor) {
            continue;
        }
        if (first != NO_INDEX &&
            (subject_slot(view, i) == NO_INDEX || subject_slot(view, i) != subject_slot(view, first))) {
            return true;
        }
        first = first == NO_INDEX ? i : first;
    }
    return false;
}

static void add_unknowns(struct page *page, struct view *view, uint32_t rule) {
    struct missing_input *inputs;
    size_t count;
    if (trace_unknowns(view->program, view->outcome, rule, page->out.arena, &inputs, &count)) {
        words_missing(page, view, inputs, count, MOST_MISSING);
    }
}

static void tally_words(struct page *page, struct view *view, uint32_t index) {
    const struct rule *rule = &view->program->rules[index];
    const struct tally *tally = &view->outcome->counts[rule->quantifier];
    if (view->outcome->rules[index] != TRUTH_UNKNOWN) {
        page_count(page, tally->trues);
        page_puts(page, " of ");
        page_count(page, view->program->counts[rule->quantifier].of);
        return;
    }
    if (tally->trues > 0) {
        page_count(page, tally->trues);
        page_puts(page, " true, ");
    }
    if (tally->falses > 0) {
        page_count(page, tally->falses);
        page_puts(page, " false, ");
    }
    add_unknowns(page, view, index);
}

/* Whether `a` is nearer to its limit than `b`. */
static bool is_nearer(struct page *page, struct view *view, uint32_t a, uint32_t b) {
    struct comparison_trace first;
    struct comparison_trace second;
    int order;
    return trace_check(view->program, view->record, a, page->out.arena, &first) &&
           trace_check(view->program, view->record, b, page->out.arena, &second) && first.has_margin &&
           second.has_margin && number_compare(page->out.arena, first.margin, second.margin, &order) && order < 0;
}

/* Of a chain such as 0 <= x < 1, the half that is nearest to failing, or has failed, speaks for both. */
static uint32_t main_check(struct page *page, struct view *view, const struct rule *rule) {
    uint32_t chosen = NO_INDEX;
    for (uint32_t i = rule->first_check; i < rule->first_check + rule->check_count; i++) {
        if (!view->program->checks[i].floor && (chosen == NO_INDEX || is_nearer(page, view, i, chosen))) {
            chosen = i;
        }
    }
    return chosen;
}

/* One comparison and its floors: what is known of them, then what is missing. Floors of what is unknown say nothing. */
static void simple_words(struct page *page, struct view *view, uint32_t index, enum role role) {
    const struct rule *rule = &view->program->rules[index];
    uint32_t first = main_check(page, view, rule);
    bool unknown = view->outcome->rules[index] == TRUTH_UNKNOWN;
    bool any = false;
    for (uint32_t i = rule->first_check; i < rule->first_check + rule->check_count; i++) {
        bool floor = view->program->checks[i].floor;
        bool shown =
            i == first || (floor && (first == NO_INDEX || view->outcome->checks[first] != TRUTH_UNKNOWN || !unknown));
        if (shown && !(unknown && view->outcome->checks[i] == TRUTH_UNKNOWN)) {
            page_puts(page, any ? ", " : "");
            words_check(page, view, i, role);
            any = true;
        }
    }
    if (unknown) {
        page_puts(page, any ? ", " : "");
        add_unknowns(page, view, index);
    }
}

void words_rule(struct page *page, struct view *view, uint32_t index, enum role role) {
    const struct rule *rule = &view->program->rules[index];
    enum truth value = view->outcome->rules[index];
    if (trace_left_out(view->program, view->outcome, index)) {
        page_puts(page, "left out: ");
        add_unknowns(page, view, index);
    } else if (rule->quantifier != NO_INDEX) {
        tally_words(page, view, index);
    } else if (!words_is_compound(view, index)) {
        simple_words(page, view, index, role);
    } else if (value == TRUTH_UNKNOWN) {
        add_unknowns(page, view, index);
    } else {
        page_puts(page, truth_names[value]);
    }
}

/* --- what would change it --- */

/* A relative change in percent, any other number as it is. */
static void amount_number(struct page *page, struct number number, bool relative, bool plus, int digits,
                          const char *unit) {
    if (!relative || number_multiply(page->out.arena, number, number_from_int(100), &number)) {
        page_number(page, number, digits, plus);
        page_puts(page, relative ? unit : "");
    }
}

static void change_amount(struct page *page, const struct view *view, const struct change *change) {
    const char *symbol = page->glyphs->comparisons[change->op];
    const struct slot *slot = change->slot != NO_INDEX ? &view->program->slots[change->slot] : NULL;
    bool relative = slot && !slot->is_field && slot->attribute == ATTRIBUTE_RELATIVE;
    bool stay = change->kind == CHANGE_BY && number_sign(change->by) == 0;
    if (change->kind == CHANGE_GIVE && !change->has_limit) {
        page_puts(page, " (");
        page_puts(page, reason_words(slot, change->reason));
        page_puts(page, ")");
    } else if (change->kind == CHANGE_GIVE || stay || change->op == CMP_EQ || change->op == CMP_NE) {
        page_puts(page, " ");
        page_puts(page, symbol);
        page_puts(page, " ");
        amount_number(page, change->limit, relative, false, MOST_DIGITS, "%");
    } else {
        page_puts(page, change->strict ? " by more than " : " ");
        amount_number(page, change->by, relative, true, relative ? PERCENT_DIGITS : DIGITS, "pp");
    }
}

/* A change that has no number: the words of the comparison itself. */
void words_change(struct page *page, const struct view *view, const struct change *change) {
    if (change->kind == CHANGE_HOLD) {
        page_puts(page, change->wanted ? "" : "not ");
        page_name(page, view->program->checks[change->check].text);
        return;
    }
    page_name(page, change->subject);
    change_amount(page, view, change);
}

static uint32_t metric_of(const struct view *view, const struct change *change) {
    if (change->slot == NO_INDEX || change->kind == CHANGE_HOLD || view->program->slots[change->slot].is_field) {
        return NO_INDEX;
    }
    return view->program->slots[change->slot].index;
}

/* The other changes of the same metric, those of the same attribute first; how many. */
static size_t companions(struct page *page, const struct view *view, const struct change_plan *plan, size_t first,
                         bool *done) {
    size_t shown = 0;
    uint32_t metric = metric_of(view, &plan->changes[first]);
    for (int same = 1; same >= 0; same--) {
        for (size_t i = first + 1; metric != NO_INDEX && i < plan->count; i++) {
            const struct change *change = &plan->changes[i];
            if (done[i] || metric_of(view, change) != metric || (same && change->slot != plan->changes[first].slot)) {
                continue;
            }
            page_puts(page, same ? " and" : " and its ");
            page_puts(page, same ? "" : attribute_infos[view->program->slots[change->slot].attribute].name);
            change_amount(page, view, change);
            done[i] = true;
            shown++;
        }
    }
    return shown;
}

void words_changes(struct page *page, const struct view *view, const struct change_plan *plan, size_t most) {
    bool *done = arena_array(page->out.arena, plan->count, sizeof *done);
    size_t shown = 0;
    for (size_t i = 0; done && i < plan->count && shown < most; i++) {
        if (!done[i]) {
            page_puts(page, shown > 0 ? "; " : "");
            words_change(page, view, &plan->changes[i]);
            shown += 1 + companions(page, view, plan, i, done);
        }
    }
    if (shown < plan->count) {
        page_puts(page, "; and ");
        page_count(page, plan->count - shown);
        page_puts(page, " more");
    }
}

void words_errors(struct page *page, const struct distance *distance) {
    text_format(&page->out, "%.2g standard errors", distance->errors);
}
