/* The bodies of the native functions (stdlib/functions.def). A row without a body does not link. */
#include "stdlib/functions.h"

#include <math.h>
#include <string.h>

#include "base/normal.h"

static bool call_abs(struct arena *arena, const struct datum *arguments, struct datum *result) {
    if (number_sign(arguments[0].number) >= 0) {
        result->number = arguments[0].number;
        return true;
    }
    return number_negate(arena, arguments[0].number, &result->number);
}

/* The argument that comes first (order -1) or last (order 1). */
static bool choose(struct arena *arena, const struct datum *arguments, int wanted, struct datum *result) {
    int order;
    if (!number_compare(arena, arguments[0].number, arguments[1].number, &order)) {
        return false;
    }
    result->number = order == -wanted ? arguments[1].number : arguments[0].number;
    return true;
}

static bool call_min(struct arena *arena, const struct datum *arguments, struct datum *result) {
    return choose(arena, arguments, -1, result);
}

static bool call_max(struct arena *arena, const struct datum *arguments, struct datum *result) {
    return choose(arena, arguments, 1, result);
}

static bool call_clamp(struct arena *arena, const struct datum *arguments, struct datum *result) {
    struct datum above[2] = {arguments[0], arguments[1]};
    struct datum below[2] = {arguments[0], arguments[2]};
    return choose(arena, above, 1, &below[0]) && choose(arena, below, -1, result);
}

static bool call_sign(struct arena *arena, const struct datum *arguments, struct datum *result) {
    (void)arena;
    result->number = number_from_int(number_sign(arguments[0].number));
    return true;
}

static bool call_starts_with(struct arena *arena, const struct datum *arguments, struct datum *result) {
    (void)arena;
    str s = arguments[0].string;
    str p = arguments[1].string;
    result->truth = s.length >= p.length && str_equal(str_slice(s, 0, p.length), p);
    return true;
}

static bool call_ends_with(struct arena *arena, const struct datum *arguments, struct datum *result) {
    (void)arena;
    str s = arguments[0].string;
    str p = arguments[1].string;
    result->truth = s.length >= p.length && str_equal(str_slice(s, s.length - p.length, s.length), p);
    return true;
}

static bool call_contains(struct arena *arena, const struct datum *arguments, struct datum *result) {
    (void)arena;
    str s = arguments[0].string;
    str p = arguments[1].string;
    result->truth = false;
    for (size_t i = 0; i + p.length <= s.length && !result->truth; i++) {
        result->truth = str_equal(str_slice(s, i, i + p.length), p);
    }
    return true;
}

/* Phi((a - b) / se). The difference is taken exactly, so that a tie is one half to the last bit. */
static bool normal_of(struct arena *arena, struct number a, struct number b, struct number se, double *probability) {
    struct number difference;
    double ratio;
    if (!number_subtract(arena, a, b, &difference) || !number_quotient(arena, difference, se, &ratio)) {
        return false;
    }
    *probability = normal_cdf(ratio);
    return true;
}

static bool call_certainty_at_least(struct arena *arena, const struct datum *arguments, struct datum *result) {
    double probability;
    return normal_of(arena, arguments[0].number, arguments[1].number, arguments[2].number, &probability) &&
           number_from_double(arena, probability, &result->number);
}

static bool call_certainty_at_most(struct arena *arena, const struct datum *arguments, struct datum *result) {
    double probability;
    return normal_of(arena, arguments[1].number, arguments[0].number, arguments[2].number, &probability) &&
           number_from_double(arena, probability, &result->number);
}

static bool call_certainty_between(struct arena *arena, const struct datum *arguments, struct datum *result) {
    double low, high;
    return normal_of(arena, arguments[1].number, arguments[0].number, arguments[3].number, &low) &&
           normal_of(arena, arguments[2].number, arguments[0].number, arguments[3].number, &high) &&
           number_from_double(arena, high > low ? high - low : 0, &result->number);
}

const struct function functions[FUNCTION_COUNT] = {
#define FUNCTION(name, takes, gives, kind, meaning, example) \
    {#name, takes, gives[0], FUNCTION_##kind, meaning, example, call_##name},
#include "stdlib/functions.def"
};
