/* The naturals of base/natural.h: schoolbook arithmetic, a row at a time, by mpn_mul_1 and mpn_addmul_1.
 * Numbers of a policy have a few dozen digits, of a hostile record a few hundred: nothing faster pays. */
#include "base/natural.h"

#include <gmp.h>
#include <string.h>

_Static_assert(sizeof(limb) == sizeof(mp_limb_t) && sizeof(limb) * 8 == LIMB_BITS, "a limb is GMP's, and 64 bits");
_Static_assert(GMP_NAIL_BITS == 0, "all bits of a limb are used");

const limb powers_of_ten[DIGITS_PER_LIMB + 1] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
    10000000000000000000u,
};

static const limb one_limb[1] = {1};
const struct natural natural_one = {one_limb, 1};

static limb *new_limbs(struct arena *arena, size_t count) {
    if (count > NATURAL_MAX_LIMBS) {
        arena->failed = true;
        return NULL;
    }
    return arena_array(arena, count, sizeof(limb));
}

/* Without zeros on top. */
static struct natural trimmed(const limb *limbs, size_t count) {
    while (count > 0 && limbs[count - 1] == 0) {
        count--;
    }
    return (struct natural){limbs, count};
}

static mp_size_t size(size_t count) {
    return (mp_size_t)count; /* at most NATURAL_MAX_LIMBS + 1 */
}

bool natural_from(struct arena *arena, uint128 value, struct natural *result) {
    limb *limbs = new_limbs(arena, 2);
    if (!limbs) {
        return false;
    }
    limbs[0] = (limb)value;
    limbs[1] = (limb)(value >> LIMB_BITS);
    *result = trimmed(limbs, 2);
    return true;
}

bool natural_from_digits(struct arena *arena, const char *digits, size_t count, struct natural *result) {
    limb *limbs = new_limbs(arena, count / DIGITS_PER_LIMB + 1);
    if (!limbs) {
        return false;
    }
    size_t used = 1; /* limbs[0] is 0 */
    while (count > 0) {
        size_t step = count < DIGITS_PER_LIMB ? count : DIGITS_PER_LIMB;
        limb chunk = 0;
        for (size_t i = 0; i < step; i++) {
            chunk = chunk * 10 + (limb)(digits[i] - '0');
        }
        limb carry = mpn_mul_1(limbs, limbs, size(used), powers_of_ten[step]);
        carry += mpn_add_1(limbs, limbs, size(used), chunk);
        if (carry) {
            limbs[used++] = carry;
        }
        digits += step;
        count -= step;
    }
    *result = trimmed(limbs, used);
    return true;
}

bool natural_add(struct arena *arena, struct natural a, struct natural b, struct natural *result) {
    if (a.count < b.count) {
        struct natural swap = a;
        a = b;
        b = swap;
    }
    limb *limbs = new_limbs(arena, a.count + 1);
    if (!limbs) {
        return false;
    }
    limbs[a.count] = mpn_add(limbs, a.limbs, size(a.count), b.limbs, size(b.count));
    *result = trimmed(limbs, a.count + 1);
    return true;
}

bool natural_subtract(struct arena *arena, struct natural a, struct natural b, struct natural *result) {
    limb *limbs = new_limbs(arena, a.count);
    if (!limbs) {
        return false;
    }
    mpn_sub(limbs, a.limbs, size(a.count), b.limbs, size(b.count));
    *result = trimmed(limbs, a.count);
    return true;
}

bool natural_multiply(struct arena *arena, struct natural a, struct natural b, struct natural *result) {
    if (a.count < b.count) {
        struct natural swap = a;
        a = b;
        b = swap;
    }
    if (natural_is_one(b)) {
        *result = a;
        return true;
    }
    limb *limbs = new_limbs(arena, a.count + b.count);
    if (!limbs) {
        return false;
    }
    limbs[a.count] = mpn_mul_1(limbs, a.limbs, size(a.count), b.limbs[0]);
    for (size_t i = 1; i < b.count; i++) {
        limbs[a.count + i] = mpn_addmul_1(limbs + i, a.limbs, size(a.count), b.limbs[i]);
    }
    *result = trimmed(limbs, a.count + b.count);
    return true;
}

bool natural_scale(struct arena *arena, struct natural a, uint64_t power, struct natural *result) {
    if (power == 0) {
        *result = a;
        return true;
    }
    /* 10^19 fits a limb, so each 19 digits need at most one more */
    limb *limbs = new_limbs(arena, a.count + (size_t)(power / DIGITS_PER_LIMB) + 1);
    if (!limbs) {
        return false;
    }
    memcpy(limbs, a.limbs, a.count * sizeof(limb));
    size_t used = a.count;
    while (power > 0) {
        unsigned step = power < DIGITS_PER_LIMB ? (unsigned)power : DIGITS_PER_LIMB;
        limb carry = mpn_mul_1(limbs, limbs, size(used), powers_of_ten[step]);
        if (carry) {
            limbs[used++] = carry;
        }
        power -= step;
    }
    *result = (struct natural){limbs, used};
    return true;
}

bool natural_shift(struct arena *arena, struct natural a, uint64_t bits, struct natural *result) {
    size_t whole = (size_t)(bits / LIMB_BITS);
    unsigned part = (unsigned)(bits % LIMB_BITS);
    limb *limbs = new_limbs(arena, a.count + whole + 1);
    if (!limbs) {
        return false;
    }
    if (part > 0) { /* mpn_lshift takes 1 to 63 */
        limbs[whole + a.count] = mpn_lshift(limbs + whole, a.limbs, size(a.count), part);
    } else {
        memcpy(limbs + whole, a.limbs, a.count * sizeof(limb));
    }
    *result = trimmed(limbs, whole + a.count + 1);
    return true;
}

int natural_compare(struct natural a, struct natural b) {
    if (a.count != b.count) {
        return a.count < b.count ? -1 : 1;
    }
    int order = mpn_cmp(a.limbs, b.limbs, size(a.count));
    return (order > 0) - (order < 0);
}

bool natural_is_one(struct natural a) {
    return a.count == 1 && a.limbs[0] == 1;
}

int64_t natural_bits(struct natural a) {
    return (int64_t)a.count * LIMB_BITS - __builtin_clzl(a.limbs[a.count - 1]);
}

uint64_t natural_top(struct natural a) {
    limb high = a.limbs[a.count - 1];
    limb low = a.count > 1 ? a.limbs[a.count - 2] : 0;
    unsigned zeros = (unsigned)__builtin_clzl(high);
    return zeros == 0 ? high : high << zeros | low >> (LIMB_BITS - zeros);
}

uint128 natural_low(struct natural a) {
    return a.limbs[0] | (a.count > 1 ? (uint128)a.limbs[1] << LIMB_BITS : 0);
}

bool division_begin(struct arena *arena, struct natural dividend, struct natural divisor, struct division *division) {
    size_t count = (dividend.count > divisor.count ? dividend.count : divisor.count) + 1;
    limb *rest = new_limbs(arena, count);
    limb *padded = new_limbs(arena, count);
    if (!rest || !padded) {
        return false;
    }
    memcpy(rest, dividend.limbs, dividend.count * sizeof(limb));
    memcpy(padded, divisor.limbs, divisor.count * sizeof(limb));
    *division = (struct division){rest, padded, count};
    return true;
}

unsigned division_digit(struct division *division, unsigned base) {
    unsigned digit = 0;
    while (division_order(division) >= 0) {
        mpn_sub_n(division->rest, division->rest, division->divisor, size(division->count));
        digit++;
    }
    mpn_mul_1(division->rest, division->rest, size(division->count), base);
    return digit;
}

bool division_is_exact(const struct division *division) {
    return mpn_zero_p(division->rest, size(division->count));
}

int division_order(const struct division *division) {
    return mpn_cmp(division->rest, division->divisor, size(division->count));
}
