/* The arithmetic of base/number.h. Each operation tries 128 bits first and goes to base/big.c when they
 * overflow; which way it went cannot be seen in the result's value. */
#include "base/number.h"

#include "base/number_form.h"

enum { MAX_POWER = 38 }; /* of ten, in a mantissa */

static uint128 power_of_ten(unsigned power) {
    if (power <= DIGITS_PER_LIMB) {
        return powers_of_ten[power];
    }
    return (uint128)powers_of_ten[DIGITS_PER_LIMB] * powers_of_ten[power - DIGITS_PER_LIMB];
}

/* Written out because the compilers' builtin needs a library function that not every compiler ships. */
static bool multiply_fits(int128 a, int128 b, int128 *product) {
    uint128 long_one = number_magnitude(a);
    uint128 short_one = number_magnitude(b);
    if (long_one < short_one) {
        uint128 swap = long_one;
        long_one = short_one;
        short_one = swap;
    }
    if (short_one >> 64) {
        return false;
    }
    uint128 low = (uint128)(uint64_t)long_one * short_one;
    uint128 high = (long_one >> 64) * short_one; /* below 2^127 */
    uint128 sum = (high << 64) + low; /* below 2^128 where high is below 2^63: then short_one is, too, or high is 0 */
    if (high >> 63 || sum > (uint128)MANTISSA_MAX) {
        return false;
    }
    *product = (a < 0) == (b < 0) ? (int128)sum : -(int128)sum;
    return true;
}

static bool add_fits(int128 a, int128 b, int128 *sum) {
    return !__builtin_add_overflow(a, b, sum) && *sum >= -MANTISSA_MAX;
}

/* mantissa * 10^power; the mantissa is not 0, so that false means a size above MANTISSA_MAX. */
static bool scale_fits(int128 mantissa, int64_t power, int128 *scaled) {
    if (power == 0) {
        *scaled = mantissa;
        return true;
    }
    if (power <= DIGITS_PER_LIMB && mantissa == (int64_t)mantissa) { /* nearly always: below 2^63 * 10^19 */
        *scaled = mantissa * powers_of_ten[power];
        return true;
    }
    return power <= MAX_POWER && multiply_fits(mantissa, (int128)power_of_ten((unsigned)power), scaled);
}

static struct number zero(void) {
    return (struct number){0};
}

bool number_from_small(struct arena *arena, int128 mantissa, int64_t exponent, struct number *number) {
    if (mantissa == 0) {
        *number = zero();
        return true;
    }
    if (exponent < -EXPONENT_LIMIT || exponent > EXPONENT_LIMIT) {
        arena->failed = true;
        return false;
    }
    *number = (struct number){
        .mantissa = mantissa, .exponent = (int32_t)exponent, .approx = number_approx_small(mantissa, exponent)};
    return true;
}

bool number_to_big(struct arena *arena, const struct number *a, struct big *big) {
    if (a->is_big) {
        *big = *a->big;
        return true;
    }
    *big = (struct big){.denominator = natural_one, .exponent = a->exponent, .sign = number_sign(*a)};
    return big->sign == 0 || natural_from(arena, number_magnitude(a->mantissa), &big->numerator);
}

static bool keep_big(struct arena *arena, const struct big *big, struct number *number) {
    if (big->exponent < -EXPONENT_LIMIT || big->exponent > EXPONENT_LIMIT) {
        arena->failed = true;
        return false;
    }
    struct big *kept = arena_alloc(arena, sizeof *kept);
    if (!kept) {
        return false;
    }
    *kept = *big;
    *number = (struct number){.big = kept, .is_big = true, .approx = number_approx_big(kept)};
    return true;
}

static uint64_t greatest_common_divisor(uint64_t a, uint64_t b) {
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* top / bottom * 10^exponent as a decimal, where the reduced bottom has no prime factors but 2 and 5 and the
 * mantissa fits: 3/8 is 3 * 5^3 * 10^-3. */
static bool terminates(uint64_t top, uint64_t bottom, int64_t *exponent, uint128 *mantissa) {
    int twos = __builtin_ctzll(bottom);
    int fives = 0;
    bottom >>= twos;
    while (bottom % 5 == 0) {
        bottom /= 5;
        fives++;
    }
    if (bottom != 1) {
        return false;
    }
    unsigned factor = twos > fives ? 5 : 2;
    int times = twos > fives ? twos - fives : fives - twos;
    *mantissa = top;
    for (int i = 0; i < times; i++) {
        *mantissa *= factor;
        if (*mantissa > (uint128)MANTISSA_MAX / 8) {
            return false;
        }
    }
    *exponent -= twos > fives ? twos : fives;
    return true;
}

/* A fraction of two 64-bit numbers, reduced. */
static bool from_short_fraction(struct arena *arena, int sign, uint64_t top, uint64_t bottom, int64_t exponent,
                                struct number *number) {
    uint64_t divisor = greatest_common_divisor(top, bottom);
    top /= divisor;
    bottom /= divisor;
    uint128 mantissa;
    if (terminates(top, bottom, &exponent, &mantissa)) {
        return number_from_small(arena, number_signed(sign, mantissa), exponent, number);
    }
    struct big big = {.exponent = exponent, .sign = sign};
    return natural_from(arena, top, &big.numerator) && natural_from(arena, bottom, &big.denominator) &&
           keep_big(arena, &big, number);
}

bool number_from_big(struct arena *arena, const struct big *big, struct number *number) {
    if (big->sign == 0) {
        *number = zero();
        return true;
    }
    if (natural_is_one(big->denominator) && natural_bits(big->numerator) <= 127) {
        return number_from_small(arena, number_signed(big->sign, natural_low(big->numerator)), big->exponent, number);
    }
    if (big->numerator.count == 1 && big->denominator.count == 1) {
        return from_short_fraction(arena, big->sign, big->numerator.limbs[0], big->denominator.limbs[0], big->exponent,
                                   number);
    }
    return keep_big(arena, big, number);
}

struct number number_from_int(int64_t value) {
    return (struct number){.mantissa = value, .approx = (double)value};
}

int number_sign(struct number a) {
    return a.is_big ? a.big->sign : (a.mantissa > 0) - (a.mantissa < 0);
}

/* A copy of a natural that shares nothing. */
static bool copy_natural(struct arena *arena, struct natural a, struct natural *copy) {
    limb *limbs = arena_grow(arena, a.limbs, a.count, a.count, sizeof *limbs);
    *copy = (struct natural){limbs, a.count};
    return limbs != NULL;
}

bool number_copy(struct arena *arena, struct number a, struct number *result) {
    *result = a;
    if (!a.is_big) {
        return true;
    }
    struct big copy = *a.big;
    return copy_natural(arena, copy.numerator, &copy.numerator) &&
           copy_natural(arena, copy.denominator, &copy.denominator) && keep_big(arena, &copy, result);
}

bool number_negate(struct arena *arena, struct number a, struct number *result) {
    if (!a.is_big) {
        double approx = a.mantissa == 0 ? 0 : -a.approx; /* no negative zero */
        *result = (struct number){.mantissa = -a.mantissa, .exponent = a.exponent, .approx = approx};
        return true;
    }
    struct big *negated = arena_alloc(arena, sizeof *negated);
    if (!negated) {
        return false;
    }
    *negated = *a.big;
    negated->sign = -negated->sign;
    *result = (struct number){.big = negated, .is_big = true, .approx = -a.approx};
    return true;
}

static bool by_big(struct arena *arena, const struct number *a, const struct number *b, struct number *result,
                   bool (*operation)(struct arena *, const struct big *, const struct big *, struct big *)) {
    struct big left, right, value;
    return number_to_big(arena, a, &left) && number_to_big(arena, b, &right) &&
           operation(arena, &left, &right, &value) && number_from_big(arena, &value, result);
}

bool number_add(struct arena *arena, struct number a, struct number b, struct number *result) {
    if (number_sign(a) == 0 || number_sign(b) == 0) {
        *result = number_sign(a) == 0 ? b : a;
        return true;
    }
    if (!a.is_big && !b.is_big) {
        int32_t exponent = a.exponent < b.exponent ? a.exponent : b.exponent;
        int128 left, right, sum;
        if (scale_fits(a.mantissa, a.exponent - exponent, &left) &&
            scale_fits(b.mantissa, b.exponent - exponent, &right) && add_fits(left, right, &sum)) {
            return number_from_small(arena, sum, exponent, result);
        }
    }
    return by_big(arena, &a, &b, result, big_add);
}

bool number_subtract(struct arena *arena, struct number a, struct number b, struct number *result) {
    struct number minus_b;
    return number_negate(arena, b, &minus_b) && number_add(arena, a, minus_b, result);
}

bool number_multiply(struct arena *arena, struct number a, struct number b, struct number *result) {
    int128 product;
    if (!a.is_big && !b.is_big && multiply_fits(a.mantissa, b.mantissa, &product)) {
        return number_from_small(arena, product, (int64_t)a.exponent + b.exponent, result);
    }
    return by_big(arena, &a, &b, result, big_multiply);
}

bool number_divide(struct arena *arena, struct number a, struct number b, struct number *result) {
    if (number_sign(b) == 0) {
        return false;
    }
    if (number_sign(a) == 0) {
        *result = zero();
        return true;
    }
    if (!a.is_big && !b.is_big) {
        uint128 top = number_magnitude(a.mantissa);
        uint128 bottom = number_magnitude(b.mantissa);
        if (top >> 64 == 0 && bottom >> 64 == 0) {
            return from_short_fraction(arena, number_sign(a) * number_sign(b), (uint64_t)top, (uint64_t)bottom,
                                       (int64_t)a.exponent - b.exponent, result);
        }
    }
    return by_big(arena, &a, &b, result, big_divide);
}

/* Both of the small form and of one sign. The one with the larger exponent is written out with the smaller;
 * where that overflows it is above all that 127 bits hold, so above the other one. */
static int compare_small(const struct number *a, const struct number *b) {
    int128 left, right;
    if (!scale_fits(a->mantissa, a->exponent > b->exponent ? (int64_t)a->exponent - b->exponent : 0, &left)) {
        return number_sign(*a);
    }
    if (!scale_fits(b->mantissa, b->exponent > a->exponent ? (int64_t)b->exponent - a->exponent : 0, &right)) {
        return -number_sign(*b);
    }
    return (left > right) - (left < right);
}

bool number_compare(struct arena *arena, struct number a, struct number b, int *order) {
    if (!a.is_big && !b.is_big && a.exponent == b.exponent) {
        *order = (a.mantissa > b.mantissa) - (a.mantissa < b.mantissa);
        return true;
    }
    int a_sign = number_sign(a);
    int b_sign = number_sign(b);
    if (a_sign != b_sign || a_sign == 0) {
        *order = (a_sign > b_sign) - (a_sign < b_sign);
        return true;
    }
    if (!a.is_big && !b.is_big) {
        *order = compare_small(&a, &b);
        return true;
    }
    struct big left, right;
    return number_to_big(arena, &a, &left) && number_to_big(arena, &b, &right) &&
           big_compare(arena, &left, &right, order);
}
