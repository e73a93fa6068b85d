/* Exact numbers, their arithmetic and order; a program that prints TAP.
 *
 * What is checked is exactness, so nearly every check is of the form "equal": over tables, over all pairs of the
 * decimal grids on which binary subtraction goes wrong, over random numbers, and where memory runs out.
 * The allocator is the real one with a malloc that can be made to fail. Being part of this file it is linked
 * in place of the library's. */
#include <stdbool.h>
#include <stdlib.h>

static bool malloc_fails;

static void *malloc_or_not(size_t size) {
    return malloc_fails ? NULL : malloc(size);
}

#define malloc(size) malloc_or_not(size)
#include "base/arena.c"
#undef malloc

#include "tests/unit/number_help.h"

/* --- the grids on which binary subtraction is wrong at the limit --- */

/* All b from `limit` to 1 in steps of 1/steps, against b - limit: the difference is the limit, exactly, both ways. One
 * step more or less is on its own side. From text, and from the nearest doubles as a program hands them over. */
static int test_grid(int steps, int places, int limit_steps) {
    int pairs = 0, wrong = 0, binary = 0;
    for (int i = limit_steps; i <= steps; i++) {
        struct number text[2], value[2];
        text[0] = num(str_format(&arena, "%d.%0*d", i / steps, places, i % steps).at);
        text[1] = num(str_format(&arena, "0.%0*d", places, i - limit_steps).at);
        value[0] = from_double((double)i / steps);
        value[1] = from_double((double)(i - limit_steps) / steps);
        struct number limit = num(str_format(&arena, "0.%0*d", places, limit_steps).at);
        struct number step = num(str_format(&arena, "0.%0*d", places, 1).at);
        const struct number(*spellings[2])[2] = {&text, &value};
        for (int spelling = 0; spelling < 2; spelling++) {
            struct number high = (*spellings[spelling])[0];
            struct number low = (*spellings[spelling])[1];
            struct number loss = minus(low, high);
            struct number gain = minus(high, low);
            struct number minus_limit = negative(limit);
            bool right = order(loss, minus_limit) == 0 &&
                         order(minus_limit, loss) == 0 && /* neither < nor >, so <= and >= */
                         order(gain, limit) == 0 && order(limit, gain) == 0 &&
                         order(minus(loss, step), minus_limit) < 0 && order(minus_limit, minus(loss, step)) > 0 &&
                         order(plus(loss, step), minus_limit) > 0 && order(minus_limit, plus(loss, step)) < 0 &&
                         order(plus(gain, step), limit) > 0 && order(minus(gain, step), limit) < 0 &&
                         order(low, minus(high, limit)) == 0 && order(high, plus(low, limit)) == 0 &&
                         order(as_big(loss), minus_limit) == 0 && order(gain, as_big(limit)) == 0;
            wrong += !right;
        }
        pairs++;
        binary += (double)(i - limit_steps) / steps - (double)i / steps < -(double)limit_steps / steps;
        arena_reset(&arena);
    }
    check(wrong == 0, "boundary: %d pairs in steps of 1/%d at limit %d/%d (binary doubles get %d of them wrong)", pairs,
          steps, limit_steps, steps, binary);
    return pairs;
}

static void test_boundaries(void) {
    int pairs = test_grid(10000, 4, 100) + test_grid(1000, 3, 10) + test_grid(100, 2, 1) + test_grid(1000, 3, 5) +
                test_grid(1000, 3, 20);
    check(pairs == 12969, "boundary: %d pairs in all", pairs);
}

/* --- values --- */

static void test_values(void) {
    check(equal(minus(num("0.57"), num("0.55")), num("0.02")), "value: 0.57 - 0.55 is 0.02");
    check(equal(plus(num("0.1"), num("0.2")), num("0.3")), "value: 0.1 + 0.2 is 0.3");
    check(order(num("0.55899999999999994"), num("0.559")) < 0 && order(num("0.30000000000000004"), num("0.3")) > 0,
          "value: 17 digits are told from the decimal beside them");
    check(order(num("9007199254740993"), num("9007199254740992")) > 0, "value: 2^53 + 1 is above 2^53");
    check(order(num("0.1000000000000000000000000000000001"), num("0.1")) > 0 &&
              equal(minus(num("1.234567890123456789012345678901234"), num("1")),
                    num("0.234567890123456789012345678901234")),
          "value: decimals of 34 digits");
    check(equal(num("1.50"), num("15e-1")) && equal(num("100"), num("1e2")) &&
              order(num("1e400"), num("9.9e399")) > 0 && order(num("-1e400"), num("1e-400")) < 0 &&
              order(num("1e-400"), num("0")) > 0,
          "value: exponents");
    struct number third = over(num("1"), num("3"));
    check(equal(times(third, num("3")), num("1")) && equal(plus(third, plus(third, third)), num("1")) &&
              order(third, num("0.34")) < 0 && order(third, num("0.3333333333333333333333333333333333")) > 0 &&
              order(negative(third), num("-0.34")) > 0 && equal(over(third, third), num("1")),
          "value: a third");
    check(equal(over(num("0.027"), num("0.42")), over(num("9"), num("140"))) &&
              equal(over(num("1"), num("8")), num("0.125")) && !over(num("1"), num("8")).is_big &&
              equal(over(num("7"), num("125")), num("0.056")) && !over(num("7"), num("125")).is_big &&
              equal(over(num("3"), num("9223372036854775808")),
                    times(num("3"), over(num("1"), num("9223372036854775808")))) &&
              equal(over(num("1"), num("1024e-5")), num("97.65625")) &&
              equal(over(num("-3"), num("1e-3")), num("-3000")),
          "value: quotients, those that terminate in the small form");
    struct number far = plus(num("1e400"), num("1e-400"));
    check(order(far, num("1e400")) > 0 && equal(minus(far, num("1e400")), num("1e-400")),
          "value: 1e400 + 1e-400 - 1e400 is 1e-400");
    struct number result;
    arena.failed = false;
    check(!number_divide(&arena, num("1"), num("0"), &result) &&
              !number_divide(&arena, third, minus(third, third), &result) && !arena.failed &&
              number_sign(over(num("0"), third)) == 0,
          "value: division by zero is refused, and is not a lack of memory");
    check(equal(number_from_int(INT64_MIN), num("-9223372036854775808")) && number_sign(number_from_int(-5)) == -1 &&
              equal(minus(num("170141183460469231731687303715884105727"), num("-1")),
                    num("170141183460469231731687303715884105728")) &&
              equal(minus(num("-170141183460469231731687303715884105727"), num("1")),
                    num("-170141183460469231731687303715884105728")),
          "value: the ends of 64 and 128 bits");
    struct arena other;
    arena_init(&other);
    struct number copy;
    must(number_copy(&other, over(num("22"), num("7")), &copy), "copy");
    arena_reset(&arena);
    memset(arena_alloc(&arena, 4096), 0x55, 4096);
    check(equal(times(copy, num("7")), num("22")), "value: a copy outlives its original");
    arena_free(&other);
}

/* --- laws --- */

static void test_laws(void) {
    enum { ROUNDS = 10000 };
    int sum = 0, product = 0, antisymmetric = 0, transitive = 0, forms = 0, sign = 0, text = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct number a = random_number(), b = random_number(), c = random_number();
        struct number big_a = as_big(a), big_b = as_big(b);
        sum += !equal(minus(plus(a, b), b), a) || !equal(plus(a, b), plus(b, a)) ||
               !equal(plus(plus(a, b), c), plus(a, plus(b, c)));
        product += !equal(times(a, plus(b, c)), plus(times(a, b), times(a, c))) || !equal(times(a, b), times(b, a)) ||
                   (number_sign(b) != 0 && (!equal(over(times(a, b), b), a) || !equal(times(over(a, b), b), a)));
        antisymmetric += order(a, b) != -order(b, a) || order(negative(a), negative(b)) != order(b, a) ||
                         (order(a, b) < 0) != (number_sign(minus(a, b)) < 0);
        transitive += order(a, b) <= 0 && order(b, c) <= 0 && order(a, c) > 0;
        forms += !equal(a, big_a) || !equal(big_a, a) || order(a, b) != order(big_a, b) ||
                 order(a, b) != order(a, big_b) || order(a, b) != order(big_a, big_b) ||
                 !equal(plus(a, b), plus(big_a, big_b)) || !equal(times(a, b), times(a, big_b)) ||
                 !str_equal(printed(a), printed(big_a)) || bits_of(to_double(a)) != bits_of(to_double(big_a));
        sign += number_sign(a) != order(a, num("0")) || number_sign(times(a, b)) != number_sign(a) * number_sign(b);
        /* what was printed reads back as the value, or is within half a unit of the 17th digit of it */
        struct number back;
        str decimal = printed(a);
        if (number_parse(&arena, decimal, &back) == NUMBER_OK && !equal(back, a)) {
            struct number off = minus(back, a), allowed = times(a, num("5e-17"));
            text += order(times(off, off), times(allowed, allowed)) > 0;
        }
        arena_reset(&arena);
    }
    check(sum == 0, "laws: sums of %d random triples", ROUNDS);
    check(product == 0, "laws: products and quotients");
    check(antisymmetric == 0, "laws: a < b where b > a, -a > -b and a - b < 0");
    check(transitive == 0, "laws: order is transitive");
    check(forms == 0, "laws: the small and the big form of a value cannot be told apart");
    check(sign == 0, "laws: signs");
    check(text == 0, "laws: what is printed reads back");
}

/* --- the double beside each number --- */

static void test_approx(void) {
    enum { ROUNDS = 100000 };
    int wrong = 0, useless = 0, loose = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct number a = random_number();
        if (random_below(3) == 0) {
            a = as_big(a);
        }
        double error = number_approx_error(a);
        if (isinf(error)) {
            double size = fabs(to_double(a));
            useless++;
            loose += size > 1e-260 && size < 1e280;
        } else {
            struct number off = minus(exactly(a.approx), a);
            struct number bound = exactly(error);
            wrong += order(off, bound) > 0 || order(off, negative(bound)) < 0;
            loose += error > fabs(a.approx) * 2e-15;
        }
        arena_reset(&arena);
    }
    check(wrong == 0, "approx: the bound holds for %d random numbers (%d of them without one)", ROUNDS, useless);
    check(loose == 0, "approx: there is a bound, and a close one, for all within 1e-260 and 1e280");
    struct number huge = num("1e300"), tiny = num("-1e-300");
    check(isinf(number_approx_error(huge)) && isinf(number_approx_error(tiny)) &&
              isinf(number_approx_error(as_big(tiny))) && number_approx_error(num("0")) == 0 && num("0").approx == 0 &&
              num("-0.75").approx == -0.75 && isinf(number_approx_error(over(num("1e-350"), num("3e349")))),
          "approx: nothing is claimed beyond 1e290, and zero is exact");
}

/* --- limits --- */

static int lies;

/* Of an operation: it has a result, or the arena says that memory is out. */
static bool told(const struct arena *where, bool ok) {
    lies += ok == where->failed;
    return ok;
}

/* A long calculation that ends in a text; false as soon as a step says so. */
static bool calculation(struct arena *where, str *text) {
    struct number a, b, c, d, e, f;
    int comparison, second, third;
    double value;
    return told(where,
                number_parse(where, STR("123456789012345678901234567890123456789012345.678"), &a) == NUMBER_OK) &&
           told(where, number_parse(where, STR("-0.7"), &b) == NUMBER_OK) &&
           told(where, number_divide(where, a, b, &c)) && told(where, number_multiply(where, c, c, &d)) &&
           told(where, number_add(where, d, a, &d)) && told(where, number_subtract(where, d, c, &d)) &&
           told(where, number_negate(where, d, &d)) && told(where, number_compare(where, c, d, &comparison)) &&
           told(where, number_from_double(where, 0.1 + 0.2, &e)) && told(where, number_multiply(where, d, e, &d)) &&
           told(where, number_quotient(where, d, b, &value)) && told(where, number_quotient(where, b, d, &value)) &&
           told(where, number_copy(where, d, &d)) && told(where, number_to_double(where, d, &value)) &&
           told(where, number_from_double(where, value, &e)) && told(where, number_subtract(where, d, e, &d)) &&
           told(where, number_divide(where, b, number_from_int(22), &f)) &&
           told(where, number_compare(where, f, b, &second)) && told(where, number_compare(where, b, f, &third)) &&
           told(where, number_copy(where, b, &b)) && told(where, number_divide(where, b, f, &b)) &&
           told(where, number_add(where, f, number_from_int(comparison + 10 * second + 100 * third), &f)) &&
           told(where, number_add(where, d, f, &d)) && told(where, number_add(where, d, b, &d)) &&
           told(where, number_print(where, d, text));
}

static void test_memory(void) {
    enum { ROOM = 1 << 15 };
    str expected, text;
    must(calculation(&arena, &expected), "calculation");
    int failed = 0, wrong = 0;
    bool done = false;
    for (size_t room = 0; room < ROOM && !done; room += 16) { /* memory ends at every place once */
        struct arena small;
        arena_init(&small);
        must(arena_alloc(&small, ROOM), "memory"); /* one block of that size, */
        arena_reset(&small);
        must(arena_alloc(&small, ROOM - room), "memory"); /* and all but `room` of it taken */
        malloc_fails = true;
        done = calculation(&small, &text);
        malloc_fails = false;
        wrong += done ? !str_equal(text, expected) : !small.failed;
        failed += !done;
        arena_free(&small);
    }
    check(wrong == 0 && lies == 0 && done && failed > 50,
          "memory: where it runs out, at each of %d places, there is no result", failed);

    struct arena none;
    arena_init(&none);
    malloc_fails = true;
    struct number a, b, c;
    int comparison;
    double value;
    bool ok = number_parse(&none, STR("0.57000000000000000000000"), &a) == NUMBER_OK &&
              number_parse(&none, STR("-1.25e-3"), &b) == NUMBER_OK && number_add(&none, a, b, &c) &&
              number_subtract(&none, c, a, &c) && number_multiply(&none, c, b, &c) && number_divide(&none, c, b, &c) &&
              number_compare(&none, c, b, &comparison) && comparison == 0 &&
              number_parse(&none, STR("-1e400"), &a) == NUMBER_OK && number_compare(&none, a, b, &comparison) &&
              comparison == -1 && number_to_double(&none, b, &value) && number_from_double(&none, 0.57, &a);
    malloc_fails = false;
    check(ok && !none.failed, "memory: everyday numbers need none");

    const struct number bases[] = {num("1.5"),
                                   num("1e400"),
                                   num("-1e-400"),
                                   over(num("1e400"), num("3")),
                                   over(num("-1e-400"), num("7")),
                                   over(num("1"), num("-3"))};
    struct number powers[sizeof bases / sizeof *bases];
    int refused = 0;
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        int squarings = 0;
        arena.failed = false;
        for (powers[i] = bases[i]; number_multiply(&arena, powers[i], powers[i], &powers[i]);) {
            squarings++;
        }
        refused += arena.failed && squarings > 8;
    }
    check(refused == 6, "memory: squaring and squaring again ends in a refusal");
    struct number huge = powers[1], tiny = powers[2], result;
    arena.failed = false;
    check(!number_add(&arena, huge, num("1"), &result) && arena.failed,
          "memory: so does a sum of two that are worlds apart");
    arena.failed = false;
    check(order(huge, as_big(num("1"))) > 0 && order(as_big(huge), powers[0]) > 0 &&
              order(negative(as_big(huge)), tiny) < 0 && isinf(to_double(huge)) && to_double(tiny) == 0 &&
              !arena.failed && str_is(printed(huge), "1e819200"),
          "memory: but they are compared");
}

/* --- exponents that no result can need --- */

/* How often a number can be squared until that is refused, as memory running out is. */
static int squarings(struct number a) {
    int count = 0;
    while (count < 20 && number_multiply(&arena, a, a, &a)) {
        count++;
    }
    bool refused = arena.failed;
    arena.failed = false;
    return refused ? count : -1;
}

/* 10^400 to the power of 2^11 is within 2^20, and the next square is not; so is a third of it, which is no decimal. */
static void test_exponents(void) {
    static const char *const ends[] = {"1e400", "1e-400", "-1e400", "-1e-400"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct number end = num(ends[i]);
        check(squarings(end) == 11, "%s is squared eleven times, not twelve", ends[i]);
        check(squarings(over(end, num("3"))) == 11, "so is a third of %s", ends[i]);
    }
}

/* One is known as such, so that multiplying by it costs nothing: no result shows whether it was. */
static void test_one(void) {
    struct natural one = {0}, two = {0}, long_one = {0};
    must(natural_from(&arena, 1, &one) && natural_from(&arena, 2, &two) &&
             natural_from(&arena, ((uint128)1 << 64) + 1, &long_one),
         "naturals");
    check(natural_is_one(one) && natural_is_one(natural_one), "1 is one");
    check(!natural_is_one(two) && !natural_is_one(long_one), "2 and 2^64 + 1 are not");
}

int main(void) {
    arena_init(&arena);
    void (*const parts[])(void) = {test_boundaries, test_values,    test_laws, test_approx,
                                   test_memory,     test_exponents, test_one};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        arena_reset(&arena);
        parts[i]();
    }
    arena_free(&arena);
    return tap_end();
}
