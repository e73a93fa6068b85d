/* Exact numbers against GMP's fractions, on random expressions.
 *
 *     arithmetic [--jobs N] [EXPRESSIONS [SEED]]      100,000 by default
 *
 * An expression is a random decimal, or a sum, difference, product or quotient of two expressions, up to six deep. Both sides
 * read the same text. Compared are the value, the order beside another expression that is often equal or next to it, the
 * nearest double, and the 17 digits that are printed. The operands are those on which arithmetic goes wrong: decimals with one
 * place more or less, powers of ten and two and their neighbours, long digits, halves between two printed decimals. */
#include <gmp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "tests/property/dice.h"
#include "tests/property/jobs.h"
#include "tests/property/product.h"

static struct arena arena;
static struct figures { long compared, divisions, unequal, printed, wrong, skipped; } counts;

/* One value, as both sides know it; `good` is false where a side has none (division by zero). */
struct both {
    struct number ours;
    mpq_t theirs;
    bool good;
};

/* ---- operands ---- */

static str random_decimal(struct dice *dice) {
    struct text text = {.arena = &arena};
    int kind = dice_below(dice, 8);
    text_add(&text, dice_chance(dice, 40) ? STR("-") : STR(""));
    if (kind < 4) { /* as results have them */
        int places = dice_between(dice, 1, 6);
        text_format(&text, "%d.%0*d", dice_below(dice, 3), places, dice_below(dice, 10));
    } else if (kind == 4) { /* next to a power of ten */
        static const char *const near[] = {"0.99999999999999999999",
                                           "1.00000000000000000001",
                                           "9007199254740993",
                                           "0.1000000000000000055511151231257827",
                                           "1e22",
                                           "1e23",
                                           "0.30000000000000004"};
        text_format(&text, "%s", DICE_PICK(dice, near));
    } else if (kind == 5) { /* many digits */
        text_format(&text, "%d.", dice_below(dice, 1000));
        for (int i = dice_between(dice, 1, 60); i > 0; i--) {
            text_add_char(&text, (char)('0' + dice_below(dice, 10)));
        }
    } else if (kind == 6) { /* an exponent */
        int digits = dice_below(dice, 100000), exponent = dice_between(dice, -60, 60);
        text_format(&text, "%de%d", digits, exponent);
    } else { /* seventeen digits and a half */
        text_format(&text, "%d", dice_between(dice, 1, 9));
        for (int i = 0; i < 16; i++) {
            text_add_char(&text, (char)('0' + dice_below(dice, 10)));
        }
        text_add(&text, dice_chance(dice, 50) ? STR(".5") : STR(".49999999999999999999"));
    }
    return text_str(&text);
}

/* The fraction that a decimal's text is, by its digits and its power of ten. */
static void read_decimal(mpq_t value, str text) {
    struct text digits = {.arena = &arena};
    long exponent = 0;
    bool behind = false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == 'e') {
            exponent += strtol(str_copy(&arena, str_slice(text, i + 1, text.length)).at, NULL, 10);
            break;
        }
        if (text.at[i] == '.') {
            behind = true;
        } else {
            text_add_char(&digits, text.at[i]);
            exponent -= behind;
        }
    }
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, (unsigned long)labs(exponent));
    mpq_set_ui(value, 0, 1);
    text_add_char(&digits, '\0');
    mpz_set_str(mpq_numref(value), digits.items, 10);
    if (exponent < 0) {
        mpz_set(mpq_denref(value), power);
    } else {
        mpz_mul(mpq_numref(value), mpq_numref(value), power);
    }
    mpq_canonicalize(value);
    mpz_clear(power);
}

/* ---- expressions ---- */

static void make_leaf(struct dice *dice, struct both *value) {
    str text = random_decimal(dice);
    read_decimal(value->theirs, text);
    value->good = number_parse(&arena, text, &value->ours) == NUMBER_OK;
}

static void make(struct dice *dice, int depth, struct both *value) {
    mpq_init(value->theirs);
    if (depth == 0 || dice_chance(dice, 25)) {
        make_leaf(dice, value);
        return;
    }
    struct both left, right;
    make(dice, depth - 1, &left);
    make(dice, depth - 1, &right);
    value->good = left.good && right.good;
    int op = dice_below(dice, 4);
    if (op == 3 && (!value->good || mpq_sgn(right.theirs) == 0)) {
        op = 0;
    }
    counts.divisions += op == 3;
    if (value->good) {
        static bool (*const ours[])(struct arena *, struct number, struct number,
                                    struct number *) = {number_add, number_subtract, number_multiply, number_divide};
        static void (*const theirs[])(mpq_ptr, mpq_srcptr, mpq_srcptr) = {mpq_add, mpq_sub, mpq_mul, mpq_div};
        value->good = ours[op](&arena, left.ours, right.ours, &value->ours);
        theirs[op](value->theirs, left.theirs, right.theirs);
    }
    mpq_clear(left.theirs);
    mpq_clear(right.theirs);
}

/* ---- comparing ---- */

/* Whether the fraction is so large that its nearest double is infinite: 2^1024 less half a unit of its last place, or more. */
static bool is_beyond_doubles(mpq_t fraction) {
    mpq_t size, limit;
    mpq_inits(size, limit, NULL);
    mpz_setbit(mpq_numref(limit), 1024);
    mpz_set_ui(mpq_denref(limit), 1);
    mpz_set_ui(mpq_numref(size), 1);
    mpq_mul_2exp(size, size, 970);
    mpq_sub(limit, limit, size);
    mpq_abs(size, fraction);
    bool beyond = mpq_cmp(size, limit) >= 0;
    mpq_clears(size, limit, NULL);
    return beyond;
}

/* Whether no double is nearer to the fraction than `value`. */
static bool is_nearest(double value, mpq_t fraction) {
    bool nearest = true;
    if (isinf(value)) {
        return is_beyond_doubles(fraction) && (value > 0) == (mpq_sgn(fraction) > 0);
    }
    mpq_t at, away, other;
    mpq_inits(at, away, other, NULL);
    mpq_set_d(at, value);
    mpq_sub(away, at, fraction);
    mpq_abs(away, away);
    for (int side = -1; side <= 1; side += 2) {
        uint64_t bits;
        double beside = value;
        memcpy(&bits, &beside, sizeof bits);
        bits += (uint64_t)(int64_t)side; /* the next double away from 0, or towards it */
        memcpy(&beside, &bits, sizeof bits);
        if ((value == 0 && side < 0) || beside - beside != 0) {
            continue;
        }
        mpq_set_d(other, beside);
        mpq_sub(other, other, fraction);
        mpq_abs(other, other);
        nearest = nearest && mpq_cmp(away, other) <= 0;
    }
    mpq_clears(at, away, other, NULL);
    return nearest;
}

/* Whether the text is the fraction, or the fraction rounded half to even to 17 digits. */
static bool is_printed(str text, mpq_t fraction) {
    mpq_t read, away, half;
    mpq_inits(read, away, half, NULL);
    read_decimal(read, text);
    bool good = mpq_equal(read, fraction) != 0;
    if (!good && mpq_sgn(fraction) != 0) {
        /* half a unit of the 17th digit: 10^(e - 16) / 2, where 10^e <= |fraction| < 10^(e + 1) */
        long e = 0;
        mpq_t size, bound;
        mpq_inits(size, bound, NULL);
        mpq_abs(size, fraction);
        mpq_set_ui(bound, 1, 1);
        mpq_t ten;
        mpq_init(ten);
        mpq_set_ui(ten, 10, 1);
        while (mpq_cmp(bound, size) > 0) {
            mpq_div(bound, bound, ten);
            e--;
        }
        for (mpq_mul(size, size, ten); mpq_cmp(bound, size) <= 0; e++) {
            mpq_mul(bound, bound, ten);
        }
        mpq_div(bound, bound, ten); /* bound is 10^e now */
        mpq_div(bound, bound, ten);
        mpq_set(half, bound);
        for (int i = 0; i < 16; i++) {
            mpq_div(half, half, ten);
        }
        mpq_div_2exp(half, half, 1);
        mpq_sub(away, read, fraction);
        mpq_abs(away, away);
        good = mpq_cmp(away, half) <= 0;
        counts.printed++;
        mpq_clears(size, bound, ten, NULL);
    }
    mpq_clears(read, away, half, NULL);
    return good;
}

static bool agree(struct both *value, struct both *other) {
    int order;
    double nearest;
    str text;
    mpq_t difference;
    bool good = number_sign(value->ours) == mpq_sgn(value->theirs);
    int theirs = mpq_cmp(value->theirs, other->theirs);
    good = good && number_compare(&arena, value->ours, other->ours, &order) && order == (theirs > 0) - (theirs < 0);
    counts.unequal += theirs != 0;
    good = good && number_to_double(&arena, value->ours, &nearest) && is_nearest(nearest, value->theirs);
    good = good && number_print(&arena, value->ours, &text) && is_printed(text, value->theirs);
    /* the value itself: what is left of it less its fraction, read back from digits */
    mpq_init(difference);
    struct number numerator, denominator, quotient;
    str top = str_from(mpz_get_str(arena_alloc(&arena, mpz_sizeinbase(mpq_numref(value->theirs), 10) + 2), 10,
                                   mpq_numref(value->theirs)));
    str bottom = str_from(mpz_get_str(arena_alloc(&arena, mpz_sizeinbase(mpq_denref(value->theirs), 10) + 2), 10,
                                      mpq_denref(value->theirs)));
    if (good && number_parse(&arena, top, &numerator) == NUMBER_OK &&
        number_parse(&arena, bottom, &denominator) == NUMBER_OK) {
        good = number_divide(&arena, numerator, denominator, &quotient) &&
               number_compare(&arena, quotient, value->ours, &order) && order == 0;
        counts.compared++;
    }
    mpq_clear(difference);
    return good;
}

/* Another value to be compared with: often the same one, reached otherwise, or one next to it. */
static void make_other(struct dice *dice, const struct both *value, struct both *other) {
    if (dice_chance(dice, 50)) {
        make(dice, 2, other);
        return;
    }
    struct both step;
    mpq_init(other->theirs);
    mpq_init(step.theirs);
    make_leaf(dice, &step);
    struct number sum = value->ours;
    bool back = dice_chance(dice, 70);
    other->good = step.good && number_add(&arena, value->ours, step.ours, &sum) &&
                  (!back || number_subtract(&arena, sum, step.ours, &sum));
    other->ours = sum;
    mpq_add(other->theirs, value->theirs, step.theirs);
    if (back) {
        mpq_sub(other->theirs, other->theirs, step.theirs);
    }
    mpq_clear(step.theirs);
}

static struct {
    long expressions;
    uint64_t seed;
} wanted;

static void try_one(uint64_t nth) {
    struct dice dice = dice_for(wanted.seed, nth);
    struct both value, other;
    arena_reset(&arena);
    make(&dice, dice_below(&dice, 7), &value);
    if (value.good) {
        make_other(&dice, &value, &other);
        bool good = !other.good || agree(&value, &other);
        counts.skipped += !other.good;
        counts.wrong += !good;
        if (!good && counts.wrong <= 5) {
            printf("# expression %llu of seed %llu\n", (unsigned long long)nth, (unsigned long long)wanted.seed);
            gmp_printf("#   theirs %Qd\n", value.theirs);
        }
        mpq_clear(other.theirs);
    }
    counts.skipped += !value.good;
    mpq_clear(value.theirs);
}

static void try_all(struct jobs jobs, void *figures) {
    counts = (struct figures){0};
    arena_init(&arena);
    for (long i = jobs.at; i < wanted.expressions; i += jobs.count) {
        try_one((uint64_t)i);
    }
    arena_free(&arena);
    memcpy(figures, &counts, sizeof counts);
}

int main(int count, char **arguments) {
    static struct figures figures;
    int jobs = jobs_take(&count, &arguments);
    wanted.expressions = count > 1 ? strtol(arguments[1], NULL, 10) : 100000;
    wanted.seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 20261129;
    double begin = seconds_now();
    bool ended = jobs_run(jobs, try_all, &figures, sizeof figures);
    const struct figures *f = &figures;
    printf("# seed %llu: %ld expressions in %.1f s, %ld with more digits than are read or beyond bounds\n",
           (unsigned long long)wanted.seed, wanted.expressions, seconds_now() - begin, f->skipped);
    tap(ended && f->wrong == 0, "exact numbers and GMP's fractions agree; %ld disagreements", f->wrong);
    tap(f->skipped * 10 < wanted.expressions, "few are left out: %ld of %ld", f->skipped, wanted.expressions);
    tap(f->compared * 2 > wanted.expressions, "the value itself is compared in %ld", f->compared);
    tap(f->unequal * 5 > wanted.expressions && f->unequal * 10 < wanted.expressions * 9,
        "and %ld are unequal to what they are compared with", f->unequal);
    tap(f->printed * 10 > wanted.expressions && f->divisions * 5 > wanted.expressions,
        "%ld are rounded when printed, %ld divisions", f->printed, f->divisions);
    return tap_finish();
}
