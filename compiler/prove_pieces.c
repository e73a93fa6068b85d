/* Arithmetic on pieces (compiler/prover.h). A value is one of several quotients of linear sums, each under its guards;
 * abs, min, max, clamp and sign split it further, a division splits by the divisor's sign. A product of two sums that
 * both vary is not linear, and what it stands in is opaque. */
#include "compiler/prover.h"
#include "stdlib/functions.h"

enum { PIECES_MAX = 32 };

static const char *const product_of_two = "it multiplies or divides one value of the record by another";

bool pieces_add(struct prover *prover, struct pieces *pieces, struct piece piece) {
    if (pieces->count >= PIECES_MAX) {
        pieces->opaque = "it has too many cases";
        return true;
    }
    struct piece *place = LIST_ADD(prover->arena, pieces);
    if (place) {
        *place = piece;
    }
    return place != NULL;
}

bool piece_guard(struct prover *prover, struct piece *piece, struct linear sum, enum relation relation) {
    struct constraint *guards =
        arena_grow(prover->arena, piece->guards, piece->guard_count, piece->guard_count + 1, sizeof *guards);
    if (!guards) {
        return false;
    }
    guards[piece->guard_count] = (struct constraint){sum, relation};
    piece->guards = guards;
    piece->guard_count++;
    return true;
}

/* The guards of both. */
static bool join(struct prover *prover, const struct piece *a, const struct piece *b, struct piece *joined) {
    size_t count = a->guard_count + b->guard_count;
    struct constraint *guards = arena_grow(prover->arena, a->guards, a->guard_count, count, sizeof *guards);
    for (size_t i = 0; guards && i < b->guard_count; i++) {
        guards[a->guard_count + i] = b->guards[i];
    }
    *joined = (struct piece){.guards = guards, .guard_count = count};
    return guards != NULL;
}

/* *linear is false where both vary. */
static bool multiply(struct prover *prover, struct linear a, struct linear b, struct linear *result, bool *linear) {
    if (a.count > 0 && b.count > 0) {
        *linear = false;
        return true;
    }
    return a.count == 0 ? linear_scale(prover->arena, b, a.constant, result)
                        : linear_scale(prover->arena, a, b.constant, result);
}

static bool is_same(struct prover *prover, struct linear a, struct linear b, bool *same) {
    struct linear difference;
    if (!linear_subtract(prover->arena, a, b, &difference)) {
        return false;
    }
    *same = difference.count == 0 && number_sign(difference.constant) == 0;
    return true;
}

static bool add(struct prover *prover, const struct piece *a, const struct piece *b, struct piece *result,
                bool *linear) {
    bool same;
    struct linear left = a->top, right = b->top;
    if (!is_same(prover, a->bottom, b->bottom, &same)) {
        return false;
    }
    result->bottom = a->bottom;
    if (!same &&
        (!multiply(prover, a->top, b->bottom, &left, linear) || !multiply(prover, b->top, a->bottom, &right, linear) ||
         !multiply(prover, a->bottom, b->bottom, &result->bottom, linear))) {
        return false;
    }
    return !*linear || linear_add(prover->arena, left, right, &result->top);
}

static bool minus(struct prover *prover, const struct piece *a, struct piece *result) {
    *result = *a;
    return linear_scale(prover->arena, a->top, number_from_int(-1), &result->top);
}

bool pieces_negate(struct prover *prover, const struct pieces *a, struct pieces *result) {
    *result = (struct pieces){.opaque = a->opaque};
    for (size_t i = 0; i < a->count; i++) {
        struct piece piece;
        if (!minus(prover, &a->items[i], &piece) || !pieces_add(prover, result, piece)) {
            return false;
        }
    }
    return true;
}

/* a / b where b has this sign. */
static bool divide_by(struct prover *prover, const struct piece *a, const struct piece *b, bool negative,
                      struct pieces *result) {
    struct piece piece;
    struct linear divisor, dividend = a->top;
    bool linear = true;
    struct number sign = number_from_int(negative ? -1 : 1);
    if (!join(prover, a, b, &piece) || !linear_scale(prover->arena, b->top, sign, &divisor) ||
        !linear_scale(prover->arena, dividend, sign, &dividend) ||
        !multiply(prover, dividend, b->bottom, &piece.top, &linear) ||
        !multiply(prover, a->bottom, divisor, &piece.bottom, &linear)) {
        return false;
    }
    if (!linear) {
        result->opaque = product_of_two;
        return true;
    }
    struct linear below;
    return linear_scale(prover->arena, divisor, number_from_int(-1), &below) &&
           piece_guard(prover, &piece, below, RELATION_BELOW) && pieces_add(prover, result, piece);
}

static bool apply(struct prover *prover, unsigned op, const struct piece *a, const struct piece *b,
                  struct pieces *result) {
    struct piece piece, negative;
    bool linear = true;
    if (op == OP_DIVIDE) {
        return divide_by(prover, a, b, false, result) && divide_by(prover, a, b, true, result);
    }
    if (!join(prover, a, b, &piece)) {
        return false;
    }
    if (op == OP_MULTIPLY) {
        if (!multiply(prover, a->top, b->top, &piece.top, &linear) ||
            !multiply(prover, a->bottom, b->bottom, &piece.bottom, &linear)) {
            return false;
        }
    } else if (op == OP_ADD) {
        if (!add(prover, a, b, &piece, &linear)) {
            return false;
        }
    } else if (!minus(prover, b, &negative) || !add(prover, a, &negative, &piece, &linear)) {
        return false;
    }
    if (!linear) {
        result->opaque = product_of_two;
        return true;
    }
    return pieces_add(prover, result, piece);
}

bool pieces_arithmetic(struct prover *prover, unsigned op, const struct pieces *a, const struct pieces *b,
                       struct pieces *result) {
    *result = (struct pieces){.opaque = a->opaque ? a->opaque : b->opaque};
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count && !result->opaque; j++) {
            if (!apply(prover, op, &a->items[i], &b->items[j], result)) {
                return false;
            }
        }
    }
    return true;
}

/* A piece with one more guard: that `sum` times `sign` is below 0, or at most 0. */
static bool add_where(struct prover *prover, struct piece piece, struct linear sum, int sign, enum relation relation,
                      struct pieces *result) {
    return linear_scale(prover->arena, sum, number_from_int(sign), &sum) &&
           piece_guard(prover, &piece, sum, relation) && pieces_add(prover, result, piece);
}

static bool call_abs(struct prover *prover, const struct pieces *x, struct pieces *result) {
    *result = (struct pieces){.opaque = x->opaque};
    for (size_t i = 0; i < x->count; i++) {
        struct piece negative;
        if (!minus(prover, &x->items[i], &negative) ||
            !add_where(prover, x->items[i], x->items[i].top, -1, RELATION_AT_MOST, result) ||
            !add_where(prover, negative, x->items[i].top, 1, RELATION_BELOW, result)) {
            return false;
        }
    }
    return true;
}

static bool call_sign(struct prover *prover, const struct pieces *x, struct pieces *result) {
    *result = (struct pieces){.opaque = x->opaque};
    for (size_t i = 0; i < x->count; i++) {
        for (int sign = -1; sign <= 1; sign++) {
            struct piece piece = x->items[i];
            piece.top = linear_constant(number_from_int(sign));
            piece.bottom = linear_constant(number_from_int(1));
            if (!add_where(prover, piece, x->items[i].top, sign == 0 ? 1 : -sign,
                           sign == 0 ? RELATION_EQUAL : RELATION_BELOW, result)) {
                return false;
            }
        }
    }
    return true;
}

/* The greatest (sign 1) or least (sign -1) of two. */
static bool choose(struct prover *prover, const struct pieces *a, const struct pieces *b, int sign,
                   struct pieces *result) {
    *result = (struct pieces){.opaque = a->opaque ? a->opaque : b->opaque};
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count && !result->opaque; j++) {
            struct piece negative, difference, first, second;
            bool linear = true;
            if (!minus(prover, &b->items[j], &negative) || !join(prover, &a->items[i], &negative, &difference) ||
                !add(prover, &a->items[i], &negative, &difference, &linear)) {
                return false;
            }
            if (!linear) {
                result->opaque = product_of_two;
                break;
            }
            first = second = difference;
            first.top = a->items[i].top;
            first.bottom = a->items[i].bottom;
            second.top = b->items[j].top;
            second.bottom = b->items[j].bottom;
            if (!add_where(prover, first, difference.top, -sign, RELATION_AT_MOST, result) ||
                !add_where(prover, second, difference.top, sign, RELATION_BELOW, result)) {
                return false;
            }
        }
    }
    return true;
}

bool pieces_call(struct prover *prover, uint32_t function, const struct pieces *arguments, struct pieces *result) {
    struct pieces above;
    switch (function) {
    case FUNCTION_abs:
        return call_abs(prover, &arguments[0], result);
    case FUNCTION_sign:
        return call_sign(prover, &arguments[0], result);
    case FUNCTION_min:
    case FUNCTION_max:
        return choose(prover, &arguments[0], &arguments[1], function == FUNCTION_max ? 1 : -1, result);
    case FUNCTION_clamp:
        return choose(prover, &arguments[0], &arguments[1], 1, &above) &&
               choose(prover, &above, &arguments[2], -1, result);
    default:
        *result = (struct pieces){.opaque = "it calls a function that is not linear"};
        return true;
    }
}
