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

/* (value - limit) / se. The difference is taken exactly, so that a tie is one half to the last bit. */
static bool distance_of(struct arena *arena, const struct datum *value, const struct datum *limit,
                        const struct datum *error, double *distance, double *plain) {
    struct number difference;
    return number_subtract(arena, value->number, limit->number, &difference) &&
           number_quotient(arena, difference, error->number, distance) && number_to_double(arena, limit->number, plain);
}

static bool call_certainty_at_least(struct arena *arena, const struct datum *arguments, struct datum *result) {
    const struct spread *spread = arguments[0].spread;
    double distance, limit;
    return distance_of(arena, &arguments[0], &arguments[1], &arguments[2], &distance, &limit) &&
           number_from_double(arena, spread ? spread_at_least(spread, distance, limit) : normal_cdf(distance),
                              &result->number);
}

static bool call_certainty_at_most(struct arena *arena, const struct datum *arguments, struct datum *result) {
    const struct spread *spread = arguments[0].spread;
    double distance, limit;
    return distance_of(arena, &arguments[0], &arguments[1], &arguments[2], &distance, &limit) &&
           number_from_double(arena, spread ? spread_at_most(spread, distance, limit) : normal_cdf(-distance),
                              &result->number);
}

static bool call_certainty_between(struct arena *arena, const struct datum *arguments, struct datum *result) {
    const struct spread *spread = arguments[0].spread;
    double above, below, low, high;
    if (!distance_of(arena, &arguments[0], &arguments[1], &arguments[3], &above, &low) ||
        !distance_of(arena, &arguments[0], &arguments[2], &arguments[3], &below, &high)) {
        return false;
    }
    double inside = normal_cdf(-below) - normal_cdf(-above);
    inside = inside > 0 ? inside : 0;
    return number_from_double(arena, spread ? spread_between(spread, above, low, below, high) : inside,
                              &result->number);
}

const struct function functions[FUNCTION_COUNT] = {
#define FUNCTION(name, takes, gives, kind, meaning, example) \
    {#name, takes, gives[0], FUNCTION_##kind, meaning, example, call_##name},
#include "stdlib/functions.def"
};
