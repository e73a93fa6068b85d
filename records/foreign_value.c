/* What the expressions of a description give in a file (foreign.h). Sums and quotients are exact; what goes through a
 * square root is a double's decimal, as in derive.c. */
#include "records/foreign_value.h"

#include <math.h>
#include <string.h>

/* --- a value at a place --- */

static struct given nothing(enum reason reason, uint32_t node) {
    return (struct given){.there = reason != REASON_MISSING, .node = node, .reason = reason};
}

static struct given given_at(const struct foreign *f, struct spot spot) {
    if (spot.doubled) {
        return nothing(REASON_DUPLICATE, spot.last);
    }
    if (spot.node == TREE_NONE) {
        enum json_event kind = f->tree.nodes[spot.last].kind;
        return kind == JSON_NULL ? nothing(REASON_NULL, spot.last) : nothing(REASON_MISSING, TREE_NONE);
    }
    const struct tree_node *node = &f->tree.nodes[spot.node];
    return (struct given){.there = true, .node = spot.node, .kind = node->kind, .text = node->text};
}

/* As a number, or why not. */
static struct given as_number(const struct foreign *f, struct given given) {
    if (!given.there || given.reason != REASON_NONE || given.computed) {
        return given;
    }
    switch (given.kind) {
    case JSON_NUMBER:
        given.computed = true;
        if (number_parse(f->arena, given.text, &given.number) != NUMBER_OK) {
            given.reason = REASON_NOT_A_NUMBER;
        }
        return given;
    case JSON_NULL:
        return nothing(REASON_NULL, given.node);
    case JSON_NAN:
        return nothing(REASON_NOT_A_NUMBER, given.node);
    default:
        return nothing(REASON_WRONG_TYPE, given.node);
    }
}

static bool is_known(struct given given) {
    return given.there && given.reason == REASON_NONE;
}

static struct given operand(const struct foreign *f, const struct expression *expression, size_t i,
                            const struct captures *captures) {
    return as_number(f, given_at(f, spot_find(f, 0, &expression->operands[i], captures)));
}

static struct given computed(uint32_t node, struct number number) {
    return (struct given){.there = true, .node = node, .kind = JSON_NUMBER, .computed = true, .number = number};
}

static struct given from_double(const struct foreign *f, uint32_t node, double value) {
    struct number number;
    if (!isfinite(value) || !number_from_double(f->arena, value, &number)) {
        return nothing(REASON_NOT_A_NUMBER, node);
    }
    return computed(node, number);
}

/* --- lists --- */

struct list {
    const struct foreign *foreign;
    struct number sum, squares;
    int64_t count;
    struct given bad; /* the first that is no number; reason none: there is none */
    uint32_t first;
    int64_t bad_count;
    struct pattern rest; /* below each item */
};

static bool add_item(void *context, uint32_t node, const struct captures *captures) {
    struct list *list = context;
    const struct foreign *f = list->foreign;
    struct spot spot = spot_find(f, node, &list->rest, captures);
    struct given given = as_number(f, given_at(f, spot));
    enum json_event kind = spot.node != TREE_NONE && !spot.doubled ? f->tree.nodes[spot.node].kind : JSON_NOTHING;
    if (kind == JSON_TRUE || kind == JSON_FALSE) {
        given = computed(spot.node, number_from_int(kind == JSON_TRUE));
    }
    list->first = list->first == TREE_NONE ? node : list->first;
    if (!is_known(given)) {
        list->bad = list->bad_count++ == 0 ? given : list->bad;
        return true;
    }
    struct number square;
    list->count++;
    return number_add(f->arena, list->sum, given.number, &list->sum) &&
           number_multiply(f->arena, given.number, given.number, &square) &&
           number_add(f->arena, list->squares, square, &list->squares);
}

static struct given mean_of(const struct foreign *f, const struct list *list) {
    struct number mean;
    if (list->bad_count > 0) {
        struct given bad = list->bad;
        bad.hint = str_format(f->arena, "%lld of %lld have no score, so the mean of the others is not the mean",
                              (long long)list->bad_count, (long long)list->bad_count + (long long)list->count);
        return bad;
    }
    if (list->count == 0 || !number_divide(f->arena, list->sum, number_from_int(list->count), &mean)) {
        return nothing(REASON_MISSING, TREE_NONE);
    }
    return computed(list->first, mean);
}

/* sqrt(sum of squared distances / (n - 1) / n), the sums exact. */
static struct given sem_of(const struct foreign *f, const struct list *list) {
    struct number mean, product, spread;
    if (list->bad_count > 0 || list->count < 2) {
        return list->bad_count > 0 ? list->bad : nothing(REASON_MISSING, TREE_NONE);
    }
    double value;
    if (!number_divide(f->arena, list->sum, number_from_int(list->count), &mean) ||
        !number_multiply(f->arena, mean, list->sum, &product) ||
        !number_subtract(f->arena, list->squares, product, &spread) ||
        !number_divide(f->arena, spread, number_from_int((list->count - 1) * list->count), &spread) ||
        !number_to_double(f->arena, spread, &value)) {
        return nothing(REASON_NOT_A_NUMBER, list->first);
    }
    return from_double(f, list->first, sqrt(value));
}

static struct given of_list(const struct foreign *f, const struct expression *expression,
                            const struct captures *captures) {
    struct list list = {.foreign = f, .first = TREE_NONE};
    list.sum = list.squares = number_from_int(0);
    struct pattern items = expression->operands[0];
    size_t all = items.count;
    while (all > 0 && items.items[all - 1].kind != STEP_ALL) {
        all--;
    }
    list.rest = (struct pattern){.items = items.items + all, .count = items.count - all};
    items.count = all;
    spot_visit(f, &items, captures, add_item, &list);
    return expression->function == FUNCTION_SEM ? sem_of(f, &list) : mean_of(f, &list);
}

static struct given count_of(const struct foreign *f, const struct expression *expression,
                             const struct captures *captures) {
    struct given given = given_at(f, spot_find(f, 0, &expression->operands[0], captures));
    if (!is_known(given)) {
        return given;
    }
    if (given.kind != JSON_ARRAY && given.kind != JSON_OBJECT) {
        return nothing(REASON_WRONG_TYPE, given.node);
    }
    return computed(given.node, number_from_int(f->tree.nodes[given.node].count));
}

struct widths {
    const struct tree *tree;
    uint32_t width, first;
    bool differ;
};

static bool add_width(void *context, uint32_t node, const struct captures *captures) {
    (void)captures;
    struct widths *widths = context;
    const struct tree_node *array = &widths->tree->nodes[node];
    if (widths->first == TREE_NONE) {
        widths->first = node;
        widths->width = array->count;
    }
    widths->differ = widths->differ || array->kind != JSON_ARRAY || array->count != widths->width;
    return true;
}

static struct given width_of(const struct foreign *f, const struct expression *expression,
                             const struct captures *captures) {
    struct widths widths = {&f->tree, 0, TREE_NONE, false};
    spot_visit(f, &expression->operands[0], captures, add_width, &widths);
    if (widths.first == TREE_NONE || widths.differ) {
        return nothing(widths.differ ? REASON_INCONSISTENT : REASON_MISSING, widths.first);
    }
    return computed(widths.first, number_from_int(widths.width));
}

/* --- arithmetic --- */

static struct given ratio_of(const struct foreign *f, const struct expression *expression,
                             const struct captures *captures) {
    struct given over = operand(f, expression, 0, captures);
    struct number under = number_from_int(0), result;
    for (size_t i = 1; i < expression->count && is_known(over); i++) {
        struct given part = operand(f, expression, i, captures);
        if (!is_known(part)) {
            return part;
        }
        number_add(f->arena, under, part.number, &under);
    }
    if (!is_known(over)) {
        return over;
    }
    if (number_sign(under) == 0 || !number_divide(f->arena, over.number, under, &result)) {
        return nothing(REASON_DIVISION_BY_ZERO, over.node);
    }
    return computed(over.node, result);
}

static struct given sum_of(const struct foreign *f, const struct expression *expression,
                           const struct captures *captures) {
    struct given sum = operand(f, expression, 0, captures);
    for (size_t i = 1; i < expression->count && is_known(sum); i++) {
        struct given part = operand(f, expression, i, captures);
        if (!is_known(part)) {
            return part;
        }
        number_add(f->arena, sum.number, part.number, &sum.number);
    }
    return sum;
}

static struct given over_root(const struct foreign *f, const struct expression *expression,
                              const struct captures *captures) {
    struct given a = operand(f, expression, 0, captures), n = operand(f, expression, 1, captures);
    double value, size;
    if (!is_known(a) || !is_known(n)) {
        return is_known(a) ? n : a;
    }
    if (number_sign(n.number) <= 0 || !number_to_double(f->arena, a.number, &value) ||
        !number_to_double(f->arena, n.number, &size)) {
        return nothing(REASON_OUT_OF_RANGE, n.node);
    }
    return from_double(f, a.node, value / sqrt(size));
}

/* p(1-p)/se^2 + 1, where that is a whole number but for the digits that the file has rounded away. */
static struct given binomial_of(const struct foreign *f, const struct expression *expression,
                                const struct captures *captures) {
    struct given p = operand(f, expression, 0, captures), se = operand(f, expression, 1, captures);
    double value, error;
    if (!is_known(p) || !is_known(se)) {
        return is_known(p) ? se : p;
    }
    if (!number_to_double(f->arena, p.number, &value) || !number_to_double(f->arena, se.number, &error) ||
        !(error > 0) || !(value > 0) || !(value < 1)) {
        return nothing(REASON_MISSING, TREE_NONE);
    }
    double n = value * (1 - value) / (error * error) + 1;
    if (!(n < 1e9) || fabs(n - nearbyint(n)) > 1e-6 * n) {
        return nothing(REASON_MISSING, TREE_NONE);
    }
    return computed(se.node, number_from_int((int64_t)nearbyint(n)));
}

static struct given negation_of(struct given given) {
    if (given.kind == JSON_TRUE || given.kind == JSON_FALSE) {
        given.kind = given.kind == JSON_TRUE ? JSON_FALSE : JSON_TRUE;
    }
    return given;
}

/* A number, or a text that spells one as JSON would. */
static struct given spelled(const struct foreign *f, struct given given) {
    if (is_known(given) && given.kind == JSON_STRING) {
        given.computed = true;
        given.kind = JSON_NUMBER;
        if (number_parse(f->arena, given.text, &given.number) != NUMBER_OK) {
            return nothing(REASON_WRONG_TYPE, given.node);
        }
    }
    return given;
}

struct given given_of(const struct foreign *f, const struct expression *expression, const struct captures *captures) {
    struct spot spot = {0, 0, false};
    const str *it;
    switch (expression->function) {
    case FUNCTION_IT:
        it = find_capture(captures, CAPTURE_IT);
        for (size_t i = 0; it && i < it->length; i++) {
            spot.node = spot.node * 10 + (uint32_t)(it->at[i] - '0');
        }
        spot.last = spot.node;
        spot.doubled = spot_is_doubled(f, spot.node);
        return given_at(f, spot);
    case FUNCTION_RATIO:
        return ratio_of(f, expression, captures);
    case FUNCTION_SUM:
        return sum_of(f, expression, captures);
    case FUNCTION_OVER:
        return over_root(f, expression, captures);
    case FUNCTION_COUNT:
        return count_of(f, expression, captures);
    case FUNCTION_WIDTH:
        return width_of(f, expression, captures);
    case FUNCTION_MEAN:
    case FUNCTION_SEM:
        return of_list(f, expression, captures);
    case FUNCTION_BINOMIAL:
        return binomial_of(f, expression, captures);
    case FUNCTION_WORD:
        return (struct given){.there = true, .node = TREE_NONE, .kind = JSON_STRING, .text = expression->word};
    default:
        spot = spot_find(f, 0, &expression->operands[0], captures);
        break;
    }
    struct given given = given_at(f, spot);
    return expression->function == FUNCTION_NOT      ? negation_of(given)
           : expression->function == FUNCTION_NUMBER ? spelled(f, given)
                                                     : given;
}

bool given_equal(const struct foreign *f, struct given a, struct given b) {
    int order = 1;
    if (!is_known(a) || !is_known(b)) {
        return false;
    }
    if (a.kind == JSON_STRING && b.kind == JSON_STRING) {
        return str_equal(a.text, b.text);
    }
    a = as_number(f, a);
    b = as_number(f, b);
    return is_known(a) && is_known(b) && number_compare(f->arena, a.number, b.number, &order) && order == 0;
}

/* --- of a row --- */

struct captures captures_of(const struct row *row) {
    struct captures captures = {.count = row->capture_count};
    memcpy(captures.items, row->captures, row->capture_count * sizeof *row->captures);
    return captures;
}

str foreign_unit(const struct foreign *foreign, const struct row *row) {
    struct captures captures = captures_of(row);
    struct given unit = {0};
    if (row->spec->unit.count > 0) {
        unit = given_of(foreign, &row->spec->unit, &captures);
    }
    return is_known(unit) && unit.kind == JSON_STRING ? unit.text : (str){0};
}

static bool is_doubt(unsigned source) {
    return source == ATTRIBUTE_STDERR || source == ATTRIBUTE_CONFIDENCE || source == SOURCE_BASELINE_STDERR ||
           source == SOURCE_VARIANT_STDERR;
}

static bool is_measured(unsigned source) {
    return source == ATTRIBUTE_VARIANT || source == ATTRIBUTE_BASELINE || source == ATTRIBUTE_DELTA ||
           (is_doubt(source) && source != ATTRIBUTE_CONFIDENCE);
}

static bool is_size(unsigned source) {
    return source == ATTRIBUTE_N || source == SOURCE_BASELINE_N || source == SOURCE_VARIANT_N;
}

/* What speaks against a row: its value is unknown then, or where only its error is in doubt, that. */
static bool fails_demand(const struct foreign *f, const struct row *row, unsigned source,
                         const struct captures *captures, struct given *given) {
    for (size_t i = 0; i < row->spec->demands.count; i++) {
        const struct demand *demand = &row->spec->demands.items[i];
        if (demand->of_stderr ? !is_doubt(source) : !is_measured(source) && !is_size(source)) {
            continue;
        }
        struct given left = given_of(f, &demand->left, captures);
        bool holds = is_known(left);
        if (demand->kind == DEMAND_WITHOUT) {
            holds = !left.there || (is_known(left) && left.kind == JSON_FALSE);
        } else if (demand->kind == DEMAND_ZERO || demand->kind == DEMAND_ZERO_OR_ABSENT) {
            struct given number = as_number(f, left);
            bool absent = !left.there && left.reason == REASON_MISSING;
            holds =
                absent ? demand->kind == DEMAND_ZERO_OR_ABSENT : is_known(number) && number_sign(number.number) == 0;
        } else if (demand->kind == DEMAND_EQUAL) {
            holds = given_equal(f, left, given_of(f, &demand->right, captures));
        }
        if (!holds) {
            uint32_t node = given_of(f, &row->spec->sources[source], captures).node;
            node = left.node != TREE_NONE ? left.node : node != TREE_NONE ? node : row->node;
            *given = nothing(demand->of_stderr ? REASON_SUSPECT : REASON_INCOMPLETE, node);
            given->hint = demand->why;
            return true;
        }
    }
    return false;
}

struct given foreign_convert(const struct foreign *f, const struct row *row, struct given given, str from, str unit) {
    str to = unit.length > 0 ? unit : row->spec->canonical;
    bool unsaid = str_is(to, "-");
    struct number factor;
    given = as_number(f, given);
    if (!is_known(given)) {
        return given;
    }
    switch (from.length > 0 && !unsaid ? unit_factor(f->arena, from, to, &factor) : UNIT_CONFLICT) {
    case UNIT_SAME:
        return given;
    case UNIT_CHANGED:
        number_multiply(f->arena, given.number, factor, &given.number);
        return given;
    default:
        break;
    }
    struct given conflict = nothing(REASON_UNIT_CONFLICT, given.node);
    conflict.hint = unsaid             ? STR("the metric says its `unit:`, because the file's may change")
                    : from.length == 0 ? STR("the file does not say its unit")
                                       : str_format(f->arena, "the file says `%.*s`, and the policy `%.*s`",
                                                    STR_ARG(json_excerpt(f->arena, from)), STR_ARG(to));
    return conflict;
}

struct given foreign_fault(const struct foreign *foreign, const struct row *row) {
    struct captures captures = captures_of(row);
    struct given given = {.node = TREE_NONE};
    if (row->doubled) {
        return nothing(REASON_DUPLICATE, row->node);
    }
    fails_demand(foreign, row, ATTRIBUTE_VARIANT, &captures, &given);
    return given;
}

struct given foreign_value(const struct foreign *foreign, const struct row *row, unsigned source, str unit) {
    struct captures captures = captures_of(row);
    const struct expression *expression = &row->spec->sources[source];
    struct given given = {.node = TREE_NONE, .reason = REASON_MISSING};
    if (row->doubled) {
        return nothing(REASON_DUPLICATE, row->node);
    }
    if (expression->count == 0 || fails_demand(foreign, row, source, &captures, &given)) {
        return given;
    }
    given = given_of(foreign, expression, &captures);
    if (source == SOURCE_HIGHER_IS_BETTER && given.reason == REASON_MISSING && row->spec->other_direction.count > 0) {
        given = given_of(foreign, &row->spec->other_direction, &captures);
    }
    if (source == ATTRIBUTE_N && row->spec->derived_n.count > 0) {
        struct given n = as_number(foreign, given);
        bool says_nothing = given.reason == REASON_MISSING || (is_known(n) && number_sign(n.number) < 0);
        given = says_nothing ? given_of(foreign, &row->spec->derived_n, &captures) : given;
    }
    bool has_unit = row->spec->unit.count > 0 && is_measured(source);
    return has_unit ? foreign_convert(foreign, row, given, foreign_unit(foreign, row), unit) : given;
}
