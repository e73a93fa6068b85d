/* Arithmetic on a record's values (derive.h). Sums and quotients are exact; what goes through a square root or the
 * normal distribution is a double, and from there on the decimal that the double prints as.
 *
 * Where memory runs out the arena's `failed` is set; what is returned then does not matter. */
#include "records/derive.h"

#include <float.h>
#include <math.h>

#include "base/normal.h"

struct value value_first_unknown(struct value a, struct value b) {
    bool b_first = !value_is_known(b) && (value_is_known(a) || b.reason < a.reason);
    return b_first ? b : a;
}

/* Whether both are known; else *result is the first unknown. */
static bool both_known(struct value a, struct value b, struct value *result) {
    *result = value_first_unknown(a, b);
    return value_is_known(*result);
}

struct value derive_difference(struct arena *arena, struct value a, struct value b) {
    struct value result;
    if (both_known(a, b, &result)) {
        number_subtract(arena, a.number, b.number, &result.number);
    }
    return result;
}

struct value derive_negative(struct arena *arena, struct value a) {
    if (value_is_known(a)) {
        number_negate(arena, a.number, &a.number);
    }
    return a;
}

struct value derive_relative(struct arena *arena, struct value delta, struct value baseline) {
    struct value result;
    if (both_known(delta, baseline, &result)) {
        if (number_sign(baseline.number) <= 0) {
            return value_unknown(REASON_NONPOSITIVE_BASELINE, baseline.origin);
        }
        number_divide(arena, delta.number, baseline.number, &result.number);
    }
    return result;
}

struct value derive_smaller(struct arena *arena, struct value a, struct value b) {
    struct value result;
    int order = 0;
    if (both_known(a, b, &result)) {
        number_compare(arena, b.number, a.number, &order);
    }
    return order < 0 ? b : result;
}

struct value derive_double(struct arena *arena, double value, struct origin origin) {
    struct value result = {.origin = origin};
    if (!isfinite(value)) {
        return value_unknown(REASON_NOT_A_NUMBER, origin);
    }
    number_from_double(arena, value, &result.number);
    return result;
}

static double to_double(struct arena *arena, struct number number) {
    double value = 0;
    number_to_double(arena, number, &value);
    return value;
}

/* The square root of a^2 + b^2. What a double would lose at its lower end is scaled up before and down after. */
static struct value root_of_squares(struct arena *arena, struct number a, struct number b, struct origin origin) {
    struct number scale = {0};
    double larger = fmax(fabs(to_double(arena, a)), fabs(to_double(arena, b)));
    if (larger >= 1e-150 || number_parse(arena, STR("1e250"), &scale) != NUMBER_OK) {
        return derive_double(arena, hypot(to_double(arena, a), to_double(arena, b)), origin);
    }
    number_multiply(arena, a, scale, &a);
    number_multiply(arena, b, scale, &b);
    struct value root = derive_double(arena, hypot(to_double(arena, a), to_double(arena, b)), origin);
    if (value_is_known(root)) {
        number_divide(arena, root.number, scale, &root.number);
    }
    return root;
}

struct value derive_combined_error(struct arena *arena, struct value a, struct value b) {
    struct value result;
    if (both_known(a, b, &result)) {
        return root_of_squares(arena, a.number, b.number, b.origin);
    }
    return result;
}

/* p (1 - p) / n, and why not. */
static struct value share_variance(struct arena *arena, struct value p, struct value n) {
    struct value result;
    struct number rest, product;
    if (!both_known(p, n, &result)) {
        return result;
    }
    int low = number_sign(p.number), size = 0;
    number_compare(arena, n.number, number_from_int(1), &size);
    if (!number_subtract(arena, number_from_int(1), p.number, &rest)) {
        return result;
    }
    int high = number_sign(rest);
    if (low < 0 || high < 0) {
        return value_unknown(REASON_OUT_OF_RANGE, p.origin);
    }
    if (size < 0 || low == 0 || high == 0) {
        return size < 0 ? value_unknown(REASON_TOO_FEW_SAMPLES, n.origin)
                        : value_unknown(REASON_ZERO_VARIANCE, p.origin);
    }
    if (number_multiply(arena, p.number, rest, &product)) {
        number_divide(arena, product, n.number, &result.number);
    }
    return result;
}

struct value derive_count_error(struct arena *arena, struct value a, struct value a_n, struct value b,
                                struct value b_n) {
    struct value result, x = share_variance(arena, a, a_n), y = share_variance(arena, b, b_n);
    struct number sum = {0};
    if (!both_known(x, y, &result)) {
        return result;
    }
    number_add(arena, x.number, y.number, &sum);
    double error = sqrt(to_double(arena, sum));
    return error > 0 ? derive_double(arena, error, b.origin) : value_unknown(REASON_ZERO_VARIANCE, b.origin);
}

struct value derive_complement(struct arena *arena, struct value value) {
    number_subtract(arena, number_from_int(1), value.number, &value.number);
    return value;
}

struct value derive_half_above(struct arena *arena, struct value share) {
    struct number sum;
    if (number_add(arena, number_from_int(1), share.number, &sum)) {
        number_divide(arena, sum, number_from_int(2), &share.number);
    }
    return share;
}

struct value derive_confidence(struct arena *arena, struct value delta, struct value error) {
    struct value result;
    if (!both_known(delta, error, &result)) {
        return result;
    }
    double ratio = 0;
    number_quotient(arena, delta.number, error.number, &ratio);
    return derive_double(arena, normal_cdf(fabs(ratio)), error.origin);
}

/* One in the last decimal that a number's text has; at most 1. False where it is too small to be a number. */
static bool last_decimal(struct arena *arena, str text, struct number *unit) {
    int64_t decimals = 0, exponent = 0;
    bool after_point = false, negative = false;
    size_t i = 0;
    for (; i < text.length && (text.at[i] | 0x20) != 'e'; i++) {
        decimals += after_point;
        after_point = after_point || text.at[i] == '.';
    }
    for (i++; i < text.length; i++) {
        negative = negative || text.at[i] == '-';
        if (text.at[i] >= '0' && text.at[i] <= '9' && exponent < NUMBER_MAX_EXPONENT * 10) {
            exponent = exponent * 10 + (text.at[i] - '0');
        }
    }
    decimals += negative ? exponent : -exponent;
    str power = str_format(arena, "1e-%d", (int)(decimals > 0 ? decimals : 0));
    return number_parse(arena, power, unit) == NUMBER_OK;
}

/* |delta - exact| <= unit / 2: either neighbour of a tie will do. */
static bool agrees_rounded(struct arena *arena, struct number delta, str text, struct number exact) {
    struct number unit = {0}, error = {0}, twice = {0};
    int order = 0;
    if (!number_subtract(arena, delta, exact, &error) ||
        (number_sign(error) < 0 && !number_negate(arena, error, &error))) {
        return true;
    }
    if (!last_decimal(arena, text, &unit)) {
        return number_sign(error) == 0;
    }
    return !number_add(arena, error, error, &twice) || !number_compare(arena, twice, unit, &order) || order <= 0;
}

static bool agrees_as_doubles(struct arena *arena, struct number delta, struct number variant, struct number baseline) {
    double v = to_double(arena, variant), b = to_double(arena, baseline), d = to_double(arena, delta);
    if (!isfinite(v) || !isfinite(b) || !isfinite(d)) {
        return false;
    }
    double larger = fmax(fabs(v), fabs(b));
    double last_place = nextafter(larger, INFINITY) - larger;
    return isfinite(last_place) && fabs(d - (v - b)) <= 4 * last_place;
}

bool derive_agrees(struct arena *arena, struct number delta, str text, struct number variant, struct number baseline) {
    struct number exact = {0};
    if (!number_subtract(arena, variant, baseline, &exact)) {
        return true;
    }
    return agrees_rounded(arena, delta, text, exact) || agrees_as_doubles(arena, delta, variant, baseline);
}

bool derive_is_mean(struct arena *arena, struct number value, str text, struct number mean) {
    double x = to_double(arena, value), y = to_double(arena, mean);
    return agrees_rounded(arena, value, text, mean) || fabs(x - y) <= 1e-9 * fmax(fabs(x), fabs(y));
}

bool number_is_inside(struct arena *arena, struct number number, const struct range *range) {
    int low = 0, high = 0;
    if (range->given) {
        number_compare(arena, number, range->low, &low);
        number_compare(arena, number, range->high, &high);
    }
    return low >= 0 && high <= 0;
}
