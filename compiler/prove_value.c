/* What a record gives, and where: the slots of a program as pieces over variables (compiler/prover.h).
 *
 * This is records/native.c read backwards: there a place in a record gives an attribute, here an attribute says which
 * places it rests on, and under which guards it is known. A place that several declarations read is one variable. */
#include <string.h>

#include "compiler/prover.h"
#include "stdlib/functions.h"

static struct path path_of_keys(struct prover *prover, str a, str b, str c) {
    struct path_step *steps = arena_array(prover->arena, 3, sizeof *steps);
    if (!steps) {
        return (struct path){0};
    }
    steps[0].key = a;
    steps[1].key = b;
    steps[2].key = c;
    return (struct path){.steps = steps, .count = 3};
}

/* Where a metric's source stands; count 0 where nowhere. */
static struct path place_of(struct prover *prover, const struct metric *metric, unsigned source) {
    if (metric->has_from) {
        return metric->from[source];
    }
    return path_of_keys(prover, STR("metrics"), metric->key, str_from(source_names[source]));
}

/* Lengths stand before keys, so that no two places have one key. */
str place_key(struct prover *prover, const char *space, struct path place) {
    struct text text = {.arena = prover->arena};
    text_add(&text, str_from(space));
    for (size_t i = 0; i < place.count; i++) {
        const struct path_step *step = &place.steps[i];
        size_t number = step->is_index ? step->index : step->key.length;
        text_add_char(&text, step->is_index ? '[' : '.');
        text_add(&text, (str){(const char *)&number, sizeof number});
        text_add(&text, step->is_index ? STR("") : step->key);
    }
    return text_str(&text);
}

/* The number at the places that `draft` names; made where it is new. NO_INDEX: records cannot give it. */
static bool find_variable(struct prover *prover, const struct variable *draft, uint32_t *variable) {
    *variable = NO_INDEX;
    if (prover->arena->failed || (draft->single[0].count == 0 && draft->paired[0].count == 0)) {
        return !prover->arena->failed;
    }
    bool single = draft->single[0].count > 0;
    prover->pair = prover->pair || !single;
    str key = place_key(prover,
                        single                 ? "one"
                        : draft->other_file[0] ? "other"
                                               : "file",
                        single ? draft->single[0] : draft->paired[0]);
    uint32_t found = table_find(&prover->names, key);
    if (found == TABLE_NONE) {
        found = (uint32_t)prover->variables.count;
        struct variable *place = LIST_ADD(prover->arena, &prover->variables);
        if (!place || !table_add(&prover->names, prover->arena, key, found)) {
            return false;
        }
        *place = *draft;
    }
    prover->shared = prover->shared || prover->variables.items[found].owner != draft->owner;
    *variable = found;
    return true;
}

static bool start_piece(struct prover *prover, struct linear top, struct piece *piece) {
    (void)prover;
    *piece = (struct piece){.top = top, .bottom = linear_constant(number_from_int(1))};
    return true;
}

/* Guards: `low` <= sum, or < where it is strict; sum <= high. */
static bool guard_low(struct prover *prover, struct piece *piece, struct linear sum, struct number low,
                      enum relation relation) {
    struct linear below;
    return linear_subtract(prover->arena, linear_constant(low), sum, &below) &&
           piece_guard(prover, piece, below, relation);
}

static bool guard_high(struct prover *prover, struct piece *piece, struct linear sum, struct number high) {
    struct linear above;
    return linear_subtract(prover->arena, sum, linear_constant(high), &above) &&
           piece_guard(prover, piece, above, RELATION_AT_MOST);
}

static bool guard_range(struct prover *prover, struct piece *piece, struct linear sum, const struct range *range) {
    return !range->given ||
           (guard_low(prover, piece, sum, range->low, RELATION_AT_MOST) && guard_high(prover, piece, sum, range->high));
}

static struct number decimal(struct prover *prover, const char *text) {
    struct number number = {0};
    number_parse(prover->arena, str_from(text), &number);
    return number;
}

/* A value that looks plausible: the policy's baseline, else the middle of the range, else 100. */
static struct number usual_value(struct prover *prover, const struct range *range, const struct metric *metric) {
    struct number value = number_from_int(100);
    if (metric && metric->has_baseline) {
        return metric->baseline;
    }
    if (range->given && number_add(prover->arena, range->low, range->high, &value)) {
        number_divide(prover->arena, value, number_from_int(2), &value);
    }
    return value;
}

static uint64_t owner_of(uint32_t metric, unsigned attribute) {
    return (uint64_t)metric * 16 + attribute + 1;
}

/* One side of a metric, its guards added to `piece`. *known is false where records cannot give it. */
static bool side(struct prover *prover, uint32_t index, enum attribute attribute, struct piece *piece,
                 struct linear *sum, bool *known) {
    const struct metric *metric = &prover->program->metrics[index];
    bool baseline = attribute == ATTRIBUTE_BASELINE;
    *known = false;
    if (metric->given_delta) {
        return true;
    }
    if (baseline && metric->baseline_from_policy) {
        *sum = linear_constant(metric->baseline);
    } else {
        struct variable draft = {.owner = owner_of(index, attribute),
                                 .wish = {.value = usual_value(prover, &metric->range, metric)}};
        draft.single[0] = place_of(prover, metric, attribute);
        draft.paired[0] = baseline && !(metric->has_from && draft.single[0].count > 0)
                              ? place_of(prover, metric, ATTRIBUTE_VARIANT)
                              : draft.single[0];
        draft.other_file[0] = baseline;
        uint32_t variable;
        if (!find_variable(prover, &draft, &variable)) {
            return false;
        }
        if (variable == NO_INDEX) {
            return true;
        }
        if (!linear_variable(prover->arena, variable, sum)) {
            return false;
        }
    }
    *known = true;
    return guard_range(prover, piece, *sum, &metric->range);
}

/* variant - baseline, or the delta that is given. */
static bool change(struct prover *prover, uint32_t index, struct piece *piece, struct linear *sum,
                   struct linear *baseline, bool *known) {
    const struct metric *metric = &prover->program->metrics[index];
    if (metric->given_delta) {
        struct variable draft = {.owner = owner_of(index, ATTRIBUTE_DELTA), .wish = {.value = decimal(prover, "0.01")}};
        draft.single[0] = draft.paired[0] = place_of(prover, metric, ATTRIBUTE_DELTA);
        uint32_t variable;
        bool found = find_variable(prover, &draft, &variable);
        *known = found && variable != NO_INDEX;
        return found && (!*known || linear_variable(prover->arena, variable, sum));
    }
    struct linear variant;
    bool other;
    if (!side(prover, index, ATTRIBUTE_BASELINE, piece, baseline, known) ||
        !side(prover, index, ATTRIBUTE_VARIANT, piece, &variant, &other)) {
        return false;
    }
    *known = *known && other;
    return !*known || linear_subtract(prover->arena, variant, *baseline, sum);
}

/* --- doubt --- */

static bool size_of(struct prover *prover, uint32_t index, struct piece *piece, struct linear *sum, bool *known) {
    const struct metric *metric = &prover->program->metrics[index];
    bool arms = metric->confidence_from == CONFIDENCE_ARMS;
    struct variable draft = {.owner = owner_of(index, ATTRIBUTE_N), .other_file = {false, true}};
    draft.wish.value = metric->has_min_n ? metric->min_n : number_from_int(1000);
    draft.single[0] = place_of(prover, metric, arms ? SOURCE_VARIANT_N : ATTRIBUTE_N);
    draft.single[1] = arms ? place_of(prover, metric, SOURCE_BASELINE_N) : (struct path){0};
    draft.paired[0] = draft.paired[1] = place_of(prover, metric, ATTRIBUTE_N);
    uint32_t variable = NO_INDEX;
    *known = false;
    if (arms && draft.single[1].count == 0) {
        draft.single[0].count = 0;
    }
    if (!find_variable(prover, &draft, &variable)) {
        return false;
    }
    *known = variable != NO_INDEX;
    return !*known || (linear_variable(prover->arena, variable, sum) &&
                       guard_low(prover, piece, *sum, number_from_int(0), RELATION_AT_MOST));
}

/* What rests on samples is known only where there are enough of them. */
static bool guard_size(struct prover *prover, uint32_t index, struct piece *piece, bool *known) {
    const struct metric *metric = &prover->program->metrics[index];
    struct linear size;
    *known = true;
    if (!metric->has_min_n) {
        return true;
    }
    return size_of(prover, index, piece, &size, known) &&
           (!*known || guard_low(prover, piece, size, metric->min_n, RELATION_AT_MOST));
}

/* Why an attribute is no linear function of what a record gives; NULL where it is one. */
static const char *not_linear(const struct metric *metric, enum attribute attribute) {
    enum confidence_from from = metric->confidence_from;
    if (from == CONFIDENCE_SAMPLES) {
        return "it rests on per-sample scores";
    }
    if (attribute == ATTRIBUTE_N) {
        return NULL;
    }
    if (from == CONFIDENCE_COUNTS || from == CONFIDENCE_INTERVAL) {
        return from == CONFIDENCE_COUNTS ? "it rests on the variance of proportions" : "it rests on an interval";
    }
    if (attribute != ATTRIBUTE_CONFIDENCE || (from == CONFIDENCE_RECORD && metric->evidence.kind == KIND_DIRECTIONAL)) {
        return NULL;
    }
    return from == CONFIDENCE_RECORD ? "it rests on a confidence of another kind"
                                     : "it computes with a confidence that comes from a standard error";
}

static bool error_of(struct prover *prover, uint32_t index, struct piece *piece, struct linear *sum, bool *known) {
    const struct metric *metric = &prover->program->metrics[index];
    bool arms = metric->confidence_from == CONFIDENCE_ARMS;
    struct variable draft = {.owner = owner_of(index, ATTRIBUTE_STDERR), .errors = arms, .other_file = {false, true}};
    draft.wish.value = decimal(prover, "0.01");
    draft.single[0] = place_of(prover, metric, arms ? SOURCE_VARIANT_STDERR : ATTRIBUTE_STDERR);
    draft.single[1] = arms ? place_of(prover, metric, SOURCE_BASELINE_STDERR) : (struct path){0};
    if (arms) {
        draft.paired[0] = draft.paired[1] = place_of(prover, metric, ATTRIBUTE_STDERR);
        draft.single[0].count = draft.single[1].count == 0 ? 0 : draft.single[0].count;
    }
    uint32_t variable = NO_INDEX;
    *known = false;
    if (!find_variable(prover, &draft, &variable)) {
        return false;
    }
    *known = variable != NO_INDEX;
    if (!*known) {
        return true;
    }
    return linear_variable(prover->arena, variable, sum) &&
           guard_low(prover, piece, *sum, number_from_int(0), RELATION_BELOW) &&
           guard_size(prover, index, piece, known);
}

static bool confidence_of(struct prover *prover, uint32_t index, struct piece *piece, struct linear *sum, bool *known) {
    const struct metric *metric = &prover->program->metrics[index];
    struct variable draft = {.owner = owner_of(index, ATTRIBUTE_CONFIDENCE), .wish = {.value = decimal(prover, "0.9")}};
    draft.single[0] = draft.paired[0] = place_of(prover, metric, ATTRIBUTE_CONFIDENCE);
    uint32_t variable = NO_INDEX;
    *known = false;
    if (!find_variable(prover, &draft, &variable)) {
        return false;
    }
    *known = variable != NO_INDEX;
    if (!*known) {
        return true;
    }
    return linear_variable(prover->arena, variable, sum) &&
           guard_low(prover, piece, *sum, number_from_int(0), RELATION_AT_MOST) &&
           guard_high(prover, piece, *sum, number_from_int(1)) && guard_size(prover, index, piece, known);
}

/* --- slots --- */

bool value_of_attribute(struct prover *prover, uint32_t metric, enum attribute attribute, struct pieces *pieces) {
    struct piece piece;
    struct linear sum = {0}, baseline = {0};
    bool known = false, done = false;
    *pieces = (struct pieces){0};
    start_piece(prover, sum, &piece);
    bool doubt = attribute == ATTRIBUTE_CONFIDENCE || attribute == ATTRIBUTE_STDERR || attribute == ATTRIBUTE_N;
    pieces->opaque = doubt ? not_linear(&prover->program->metrics[metric], attribute) : NULL;
    if (pieces->opaque) {
        return true;
    }
    switch (attribute) {
    case ATTRIBUTE_BASELINE:
    case ATTRIBUTE_VARIANT:
        done = side(prover, metric, attribute, &piece, &sum, &known);
        break;
    case ATTRIBUTE_SCALE:
        done = side(prover, metric, ATTRIBUTE_BASELINE, &piece, &sum, &known) &&
               (!known || guard_low(prover, &piece, sum, number_from_int(0), RELATION_BELOW));
        break;
    case ATTRIBUTE_DELTA:
    case ATTRIBUTE_GAIN:
        done = change(prover, metric, &piece, &sum, &baseline, &known);
        if (done && known && attribute == ATTRIBUTE_GAIN && prover->program->metrics[metric].better == BETTER_LOWER) {
            done = linear_scale(prover->arena, sum, number_from_int(-1), &sum);
        }
        break;
    case ATTRIBUTE_RELATIVE:
        done = change(prover, metric, &piece, &sum, &baseline, &known);
        known = known && !prover->program->metrics[metric].given_delta;
        piece.bottom = baseline;
        done = done && (!known || guard_low(prover, &piece, baseline, number_from_int(0), RELATION_BELOW));
        break;
    case ATTRIBUTE_CONFIDENCE:
        done = confidence_of(prover, metric, &piece, &sum, &known);
        break;
    case ATTRIBUTE_STDERR:
        done = error_of(prover, metric, &piece, &sum, &known);
        break;
    default:
        done = size_of(prover, metric, &piece, &sum, &known);
        break;
    }
    piece.top = sum;
    return done && (!known || pieces_add(prover, pieces, piece));
}

bool value_of_slot(struct prover *prover, uint32_t index, struct pieces *pieces) {
    const struct slot *slot = &prover->program->slots[index];
    if (!slot->is_field) {
        return value_of_attribute(prover, slot->index, slot->attribute, pieces);
    }
    const struct field *field = &prover->program->fields[slot->index];
    struct variable draft = {.owner = owner_of(slot->index, 15),
                             .wish = {.value = usual_value(prover, &field->range, NULL)}};
    draft.single[0] = draft.paired[0] = field->path;
    uint32_t variable;
    struct linear sum;
    struct piece piece;
    *pieces = (struct pieces){0};
    return find_variable(prover, &draft, &variable) && linear_variable(prover->arena, variable, &sum) &&
           start_piece(prover, sum, &piece) && guard_range(prover, &piece, sum, &field->range) &&
           pieces_add(prover, pieces, piece);
}

bool values_of_code(struct prover *prover, uint32_t begin, uint32_t end, struct pieces **values) {
    struct pieces *stack = arena_array(prover->arena, prover->program->max_stack, sizeof *stack);
    struct piece constant;
    size_t depth = 0;
    bool good = stack != NULL;
    for (uint32_t pc = begin; good && pc < end; pc++) {
        uint32_t operand = instruction_operand(prover->program->code[pc]);
        unsigned op = instruction_op(prover->program->code[pc]);
        struct pieces value = {0};
        switch (op) {
        case OP_CONST:
            good = start_piece(prover, linear_constant(prover->program->constants[operand]), &constant) &&
                   pieces_add(prover, &value, constant);
            break;
        case OP_LOAD:
            good = value_of_slot(prover, operand, &value);
            break;
        case OP_NEGATE:
            good = pieces_negate(prover, &stack[--depth], &value);
            break;
        case OP_CALL:
            depth -= strlen(functions[operand].takes);
            good = pieces_call(prover, operand, &stack[depth], &value);
            break;
        default:
            depth -= 2;
            good = pieces_arithmetic(prover, op, &stack[depth], &stack[depth + 1], &value);
            break;
        }
        if (good) {
            stack[depth++] = value;
        }
    }
    *values = stack;
    return good;
}

bool value_of_code(struct prover *prover, uint32_t begin, uint32_t end, struct pieces *pieces) {
    struct pieces *stack;
    bool good = values_of_code(prover, begin, end, &stack);
    if (good) {
        *pieces = stack[0];
    }
    return good;
}

/* --- strings and truths --- */

bool string_variable_of(struct prover *prover, uint32_t slot, uint32_t *variable) {
    struct path place = prover->program->fields[prover->program->slots[slot].index].path;
    str key = place_key(prover, "text", place);
    *variable = table_find(&prover->names, key);
    if (*variable != TABLE_NONE) {
        return true;
    }
    *variable = (uint32_t)prover->strings.count;
    struct string_variable *made = LIST_ADD(prover->arena, &prover->strings);
    if (made) {
        made->place = place;
    }
    return made && table_add(&prover->names, prover->arena, key, *variable);
}

bool truth_variable_of(struct prover *prover, uint32_t slot, uint32_t *variable) {
    struct path place = prover->program->fields[prover->program->slots[slot].index].path;
    str key = place_key(prover, "truth", place);
    *variable = table_find(&prover->names, key);
    if (*variable != TABLE_NONE) {
        return true;
    }
    *variable = (uint32_t)prover->truths.count;
    struct truth_variable *made = LIST_ADD(prover->arena, &prover->truths);
    if (made) {
        made->place = place;
    }
    return made && table_add(&prover->names, prover->arena, key, *variable);
}
