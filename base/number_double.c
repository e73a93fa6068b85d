/* Numbers and doubles: the double near a number and how near it is, the nearest double, and the shortest
 * decimal of a double. No library function reads or writes a number here: they depend on the locale, and not
 * all of them round correctly. */
#include "base/number.h"

#include <math.h>

#include "base/number_form.h"

/* 10^0 to 10^22 are doubles exactly. */
enum { EXACT_POWERS = 22, POWER_STEP = 16, LAST_STEP = 288, MAX_APPROX_POWER = 300 };
static const double powers[EXACT_POWERS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const double steps[LAST_STEP / POWER_STEP + 1] = {1e0,   1e16,  1e32,  1e48,  1e64,  1e80,  1e96,
                                                         1e112, 1e128, 1e144, 1e160, 1e176, 1e192, 1e208,
                                                         1e224, 1e240, 1e256, 1e272, 1e288};

static const double APPROX_MIN = 1e-290, APPROX_MAX = 1e290;
static const int64_t EXACT_INTEGERS = (int64_t)1 << DBL_MANT_DIG; /* up to here every integer is a double */

/* The bound on `approx`. Let u = 2^-53: where nothing overflows or falls below the normal doubles, each
 * conversion, product and quotient is its exact result times (1 + d) with |d| <= u.
 *
 * A power 10^p, p <= 300, is fine * coarse: fine = 10^(p % 16) is exact, coarse = 10^(p - p % 16) is a constant
 * that the compiler rounded, (1 + d1).
 * Small form: the mantissa becomes a double (1 + d2), times or divided by fine (1 + d3), by coarse (1 + d4).
 * So approx = value * (1 + d) with 1 + d made of four factors: |d| < 5u.
 * Big form: the numerator is cut after 64 bits (2^-63 < u / 512) and becomes a double (u), so does the denominator;
 * their quotient (u); up to three coarse powers (u and u each) where the exponent is beyond 300; then fine (u) and
 * coarse (u and u), and a power of two, exactly. Twelve factors and two tiny ones: |d| < 13u.
 *
 * Nothing overflows or underflows unnoticed: a small form lies between 10^-300 and infinity all the way, a big one
 * between 10^-301 and 10^301 before the power of two, and a final result outside [1e-290, 1e290] is replaced by
 * infinity. So |approx - value| < 13u * |value| and |value| <= |approx| / (1 - 13u), which makes it less than
 * 16u * |approx|: a product with a power of two, itself exact. */
double number_approx_error(struct number a) {
    double size = fabs(a.approx);
    return size <= APPROX_MAX ? size * 0x1p-49 : (double)INFINITY;
}

static double times_power_of_ten(double x, int64_t power) {
    size_t size = (size_t)(power < 0 ? -power : power);
    double fine = powers[size % POWER_STEP];
    double coarse = steps[size / POWER_STEP];
    return power < 0 ? x / fine / coarse : x * fine * coarse;
}

static double in_approx_range(double x) {
    double size = fabs(x);
    return size >= APPROX_MIN && size <= APPROX_MAX ? x : (double)INFINITY;
}

/* mantissa * 10^exponent where it is one operation on two exact doubles, so correctly rounded. */
static bool exactly_rounded(int128 mantissa, int64_t exponent, double *value) {
    if (mantissa < -EXACT_INTEGERS || mantissa > EXACT_INTEGERS || exponent < -EXACT_POWERS ||
        exponent > EXACT_POWERS) {
        return false;
    }
    double integer = (double)(int64_t)mantissa;
    *value = exponent < 0 ? integer / powers[-exponent] : integer * powers[exponent];
    return true;
}

double number_approx_small(int128 mantissa, int64_t exponent) {
    double value;
    if (exactly_rounded(mantissa, exponent, &value)) {
        return value;
    }
    if (exponent < -MAX_APPROX_POWER || exponent > MAX_APPROX_POWER) {
        return (double)INFINITY;
    }
    return in_approx_range(times_power_of_ten((double)mantissa, exponent));
}

struct number number_from_digits(int64_t digits, unsigned places) {
    return digits == 0 ? (struct number){0}
                       : (struct number){.mantissa = digits,
                                         .exponent = -(int32_t)places,
                                         .approx = (double)digits / powers[places]};
}

/* Long decimals have large exponents that their long numerators make up for: 0.333, 400 digits of it. */
double number_approx_big(const struct big *big) {
    double value = (double)natural_top(big->numerator) / (double)natural_top(big->denominator);
    int64_t bits = natural_bits(big->numerator) - natural_bits(big->denominator);
    int64_t power = big->exponent;
    for (int i = 0; i < 3 && (power < -MAX_APPROX_POWER || power > MAX_APPROX_POWER); i++) {
        int64_t step = power < 0 ? -LAST_STEP : LAST_STEP;
        int shift;
        value = frexp(times_power_of_ten(value, step), &shift);
        bits += shift;
        power -= step;
    }
    if (power < -MAX_APPROX_POWER || power > MAX_APPROX_POWER) {
        return (double)INFINITY;
    }
    value = ldexp(times_power_of_ten(value, power), (int)bits);
    return in_approx_range(big->sign * value);
}

bool number_to_double(struct arena *arena, struct number a, double *value) {
    struct big big;
    if (number_sign(a) == 0) {
        *value = 0;
        return true;
    }
    if (!a.is_big && exactly_rounded(a.mantissa, a.exponent, value)) {
        return true;
    }
    return number_to_big(arena, &a, &big) && big_to_double(arena, &big, value);
}

bool decimal_rounds_up(const struct decimal *decimal, int count) {
    if (count >= decimal->count) {
        return false; /* nothing is cut */
    }
    if (decimal->digits[count] != 5) {
        return decimal->digits[count] > 5;
    }
    bool above_half = decimal->more || decimal->count > count + 1;
    return above_half || decimal->digits[count - 1] % 2 != 0;
}

/* A decimal of at most 15 digits survives the way to a double and back to 15 digits. So at most one of them reads
 * back as `value`, and where there is one, it is the shortest (without its trailing zeros): any way to come by it will
 * do. Here: times 10^places, to the nearest integer. That integer and the power are exact, so that the one division
 * reads it back correctly. */
static bool guess_short(struct arena *arena, double value, struct number *number) {
    double size = fabs(value);
    for (int places = 0; places <= EXACT_POWERS; places++) {
        double scaled = size * powers[places] + 0.5;
        if (!(scaled < 1e15)) {
            return false;
        }
        int64_t integer = (int64_t)scaled;
        if ((double)integer / powers[places] == size) {
            return number_from_small(arena, value < 0 ? -integer : integer, -places, number);
        }
    }
    return false;
}

/* A double as the binary fraction that it is. */
static bool exact_value(struct arena *arena, double value, struct big *big) {
    int exponent;
    double fraction = frexp(fabs(value), &exponent);
    uint64_t integer = (uint64_t)ldexp(fraction, DBL_MANT_DIG);
    exponent -= DBL_MANT_DIG;
    *big = (struct big){.denominator = natural_one, .sign = value < 0 ? -1 : 1};
    return natural_from(arena, integer, &big->numerator) &&
           (exponent >= 0 ? natural_shift(arena, big->numerator, (uint64_t)exponent, &big->numerator)
                          : natural_shift(arena, big->denominator, (uint64_t)-exponent, &big->denominator));
}

/* The first `count` digits of a decimal as an integer. */
static int64_t leading_digits(const struct decimal *decimal, int count) {
    int64_t integer = 0;
    for (int i = 0; i < count; i++) {
        integer = integer * 10 + (i < decimal->count ? decimal->digits[i] : 0);
    }
    return integer;
}

/* Whether integer * 10^exponent reads back as `value`; then it is *number. */
static bool reads_back(struct arena *arena, int64_t integer, int64_t exponent, double value, struct number *number,
                       bool *same) {
    while (integer % 10 == 0) {
        integer /= 10;
        exponent++;
    }
    double back;
    if (!number_from_small(arena, value < 0 ? -integer : integer, exponent, number) ||
        !number_to_double(arena, *number, &back)) {
        return false;
    }
    *same = back == value;
    return true;
}

/* With one digit after the other, the two decimals around the value, the nearer first. (The farther one can be the
 * shortest: beside a power of two the doubles below are closer together than those above.) 17 digits always do. */
bool number_from_double(struct arena *arena, double value, struct number *number) {
    if (!isfinite(value)) {
        return false;
    }
    if (value == 0) {
        *number = number_from_int(0);
        return true;
    }
    if (guess_short(arena, value, number)) {
        return true;
    }
    struct big big;
    struct decimal decimal;
    if (!exact_value(arena, value, &big) || !big_digits(arena, &big, DBL_DECIMAL_DIG + 1, &decimal)) {
        return false;
    }
    bool found = false;
    int first = fabs(value) < DBL_MIN ? 1 : DBL_DIG; /* the doubles below DBL_MIN have fewer digits */
    for (int count = first; count <= DBL_DECIMAL_DIG && !found; count++) {
        int64_t below = leading_digits(&decimal, count);
        int64_t exponent = decimal.exponent - count + 1;
        bool up = decimal_rounds_up(&decimal, count);
        if (!reads_back(arena, below + up, exponent, value, number, &found) ||
            (!found && !reads_back(arena, below + !up, exponent, value, number, &found))) {
            return false;
        }
    }
    return found;
}

/* Whether a double keeps its full precision in a quotient. */
static bool is_ordinary(double value) {
    return fabs(value) >= DBL_MIN && fabs(value) <= DBL_MAX;
}

bool number_quotient(struct arena *arena, struct number a, struct number b, double *value) {
    double dividend, divisor;
    struct number exact;
    *value = 0;
    if (number_sign(a) == 0) {
        return true;
    }
    if (!number_to_double(arena, a, &dividend) || !number_to_double(arena, b, &divisor)) {
        return false;
    }
    if (is_ordinary(dividend) && is_ordinary(divisor)) {
        *value = dividend / divisor;
        return true;
    }
    return number_divide(arena, a, b, &exact) && number_to_double(arena, exact, value);
}
