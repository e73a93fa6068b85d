/* Exact numbers as text and as doubles, in and out; a program that prints TAP.
 *
 * Tables of edges, random doubles, and the published test data for decimal-to-double conversion: in
 * $ASSIZE_CORPORA/corpora (default ../shared), skipped where it is absent. */
#include "tests/unit/number_help.h"

/* --- reading --- */

static str repeated(char c, size_t times_over) {
    char *bytes = arena_alloc(&arena, times_over);
    must(bytes, "memory");
    memset(bytes, c, times_over);
    return (str){bytes, times_over};
}

static void test_parse(void) {
    static const struct {
        const char *text;
        enum number_status status;
    } cases[] = {
        {"0", NUMBER_OK},
        {"-0", NUMBER_OK},
        {"10", NUMBER_OK},
        {"0.10", NUMBER_OK},
        {"1e5", NUMBER_OK},
        {"1E+05", NUMBER_OK},
        {"1.5e-3", NUMBER_OK},
        {"-12.75", NUMBER_OK},
        {"", NUMBER_SYNTAX},
        {"-", NUMBER_SYNTAX},
        {"+1", NUMBER_SYNTAX},
        {"01", NUMBER_SYNTAX},
        {"-00", NUMBER_SYNTAX},
        {"00.5", NUMBER_SYNTAX},
        {".5", NUMBER_SYNTAX},
        {"5.", NUMBER_SYNTAX},
        {"1.e5", NUMBER_SYNTAX},
        {"1e", NUMBER_SYNTAX},
        {"1e+", NUMBER_SYNTAX},
        {"1e-", NUMBER_SYNTAX},
        {"1e5.0", NUMBER_SYNTAX},
        {"1 ", NUMBER_SYNTAX},
        {" 1", NUMBER_SYNTAX},
        {"1,5", NUMBER_SYNTAX},
        {"1_000", NUMBER_SYNTAX},
        {"0x10", NUMBER_SYNTAX},
        {"NaN", NUMBER_SYNTAX},
        {"Infinity", NUMBER_SYNTAX},
        {"--1", NUMBER_SYNTAX},
        {"1e++1", NUMBER_SYNTAX},
        {"1.2.3", NUMBER_SYNTAX},
        {"1%", NUMBER_SYNTAX},
        {"1e400", NUMBER_OK},
        {"1e-400", NUMBER_OK},
        {"10e399", NUMBER_OK},
        {"0.001e403", NUMBER_OK},
        {"9.99e399", NUMBER_OK},
        {"0e99999999", NUMBER_OK},
        {"-0.000e-99999999999999999999", NUMBER_OK},
        {"1e401", NUMBER_TOO_LARGE},
        {"1.1e400", NUMBER_TOO_LARGE},
        {"-2e400", NUMBER_TOO_LARGE},
        {"10.01e399", NUMBER_TOO_LARGE},
        {"9.99e-401", NUMBER_TOO_LARGE},
        {"-1e-401", NUMBER_TOO_LARGE},
        {"1e99999999999999999999", NUMBER_TOO_LARGE},
        {"1e-99999999999999999999", NUMBER_TOO_LARGE},
        {"1e9223372036854775807", NUMBER_TOO_LARGE},
        {"1e-9223372036854775808", NUMBER_TOO_LARGE},
        {"1e99999999999999999999x", NUMBER_SYNTAX},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct number number;
        enum number_status status = number_parse(&arena, str_from(cases[i].text), &number);
        if (status != cases[i].status) {
            note("`%s` has status %d", cases[i].text, (int)status);
            wrong++;
        }
    }
    check(wrong == 0, "parse: %zu texts are accepted or refused as they should be", sizeof cases / sizeof *cases);

    struct number number;
    str digits = repeated('7', 401);
    check(number_parse(&arena, str_slice(digits, 0, 400), &number) == NUMBER_OK &&
              number_parse(&arena, digits, &number) == NUMBER_TOO_LARGE,
          "parse: 400 digits are read, 401 are too many");
    str zeros = repeated('0', 500);
    str small = str_format(&arena, "0.%.*s1e501", STR_ARG(zeros));
    str nothing = str_format(&arena, "0.%.*s", STR_ARG(zeros));
    str padded = str_format(&arena, "0.5%.*s", STR_ARG(str_slice(zeros, 0, 399)));
    check(number_parse(&arena, small, &number) == NUMBER_OK && equal(number, num("1")) &&
              number_parse(&arena, nothing, &number) == NUMBER_OK && number_sign(number) == 0,
          "parse: leading zeros count as no digits");
    check(number_parse(&arena, padded, &number) == NUMBER_OK && !number.is_big && equal(number, num("0.5")),
          "parse: trailing zeros do not make a number big");
    check(number_parse(&arena, (str){NULL, 0}, &number) == NUMBER_SYNTAX &&
              number_parse(&arena,
                           (str){"1\0"
                                 "2",
                                 3},
                           &number) == NUMBER_SYNTAX &&
              number_parse(&arena, (str){"12345", 2}, &number) == NUMBER_OK && equal(number, num("12")),
          "parse: the slice is what counts, whatever stands behind it");
    check(number_sign(num("-0")) == 0 && number_sign(num("-0.0e5")) == 0 && equal(num("-0"), num("0")) &&
              !signbit(num("-0.0").approx) && !signbit(negative(num("0")).approx) &&
              str_is(printed(negative(num("0"))), "0"),
          "parse: minus zero is zero");
}

/* --- to doubles and from doubles --- */

static void test_to_double(void) {
    static const struct {
        const char *text;
        uint64_t bits;
    } cases[] = {
        {"0", 0},
        {"-0", 0},
        {"0.1", 0x3fb999999999999a},
        {"-0.3", 0xbfd3333333333333},
        {"9007199254740993", 0x4340000000000000}, /* a tie, to even */
        {"9007199254740995", 0x4340000000000002}, /* a tie, to even */
        {"9007199254740993.0000000000000000000000000000000000000000000001", 0x4340000000000001},
        {"1.7976931348623157e308", 0x7fefffffffffffff},
        {"1.797693134862315807e308", 0x7fefffffffffffff},
        {"1.797693134862315808e308", 0x7ff0000000000000},
        {"-1e309", 0xfff0000000000000},
        {"1e400", 0x7ff0000000000000},
        {"2.2250738585072014e-308", 0x0010000000000000},
        {"2.225073858507201e-308", 0x000fffffffffffff},
        {"4.9406564584124654e-324", 1},
        {"2.4703282292062327e-324", 0},
        {"2.4703282292062328e-324", 1},
        {"7.4e-324", 1},
        {"7.5e-324", 2},
        {"1e-400", 0},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct number number = num(cases[i].text);
        if (bits_of(to_double(number)) != cases[i].bits || bits_of(to_double(as_big(number))) != cases[i].bits) {
            note("`%s` gives %016" PRIx64, cases[i].text, bits_of(to_double(number)));
            wrong++;
        }
    }
    check(wrong == 0, "to double: ties, overflow, and doubles below the normal ones");
    check(bits_of(to_double(over(num("1"), num("3")))) == bits_of(1.0 / 3.0) &&
              bits_of(to_double(over(num("-2e-300"), num("7e23")))) == 0x8000000000000001,
          "to double: quotients");

    int different = 0;
    for (int i = 0; i < 20000; i++) { /* halfway between two doubles, and just beside */
        double low = double_of(random_bits() & 0x7fefffffffffffff);
        double high = nextafter(low, INFINITY);
        if (isinf(high)) {
            continue;
        }
        struct number half = over(plus(exactly(low), exactly(high)), number_from_int(2));
        struct number beside = times(half, num("1.00000000000000000000000000000000000000001"));
        double even = bits_of(low) % 2 == 0 ? low : high;
        different += to_double(half) != even || to_double(beside) != high || to_double(exactly(low)) != low;
        arena_reset(&arena);
    }
    check(different == 0, "to double: midpoints of 20000 random neighbours");
}

static void test_from_double(void) {
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0"},
        {-0.0, "0"},
        {1.0, "1"},
        {0.1, "0.1"},
        {-0.57, "-0.57"},
        {0.1 + 0.2, "0.30000000000000004"},
        {0.5589999999999999, "0.5589999999999999"},
        {1.0 / 3.0, "0.3333333333333333"},
        {123456789012345680.0, "123456789012345680"},
        {9007199254740993.0, "9007199254740992"},
        {1e21, "1e21"},
        {1e23, "1e23"},
        {0x1.52d02c7e14af7p+76, "1.0000000000000001e23"},
        {0x1p-44, "5.684341886080802e-14"}, /* the nearest 16 digits read back as the double below */
        {0x1p-1074, "5e-324"},
        {0x1.8p-1073, "1.5e-323"},
        {0x0.fffffffffffffp-1022, "2.225073858507201e-308"},
        {0x1p-1022, "2.2250738585072014e-308"},
        {0x1.fffffffffffffp1023, "1.7976931348623157e308"},
        {0x1p1023, "8.98846567431158e307"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str text = printed(from_double(cases[i].value));
        if (!str_is(text, cases[i].text)) {
            note("%a gives `%.*s`", cases[i].value, STR_ARG(text));
            wrong++;
        }
    }
    check(wrong == 0, "from double: the shortest decimal");
    struct number number;
    check(!number_from_double(&arena, (double)NAN, &number) && !number_from_double(&arena, -(double)INFINITY, &number),
          "from double: there is none of what is not finite");

    /* the shortest reads back, and no decimal of one digit less does: neither of the two around the value */
    int different = 0, longer = 0;
    for (int i = 0; i < 20000; i++) {
        static const uint64_t masks[] = {UINT64_MAX, 0xfff0000000000000, 0x800fffffffffffff, 0xffffffff00000000};
        double value = double_of(random_bits() & masks[random_below(4)]);
        if (!isfinite(value) || value == 0) {
            continue;
        }
        struct number shortest = from_double(value);
        different += bits_of(to_double(shortest)) != bits_of(value);
        int digits = 0;
        for (int128 rest = shortest.mantissa; rest != 0; rest /= 10) {
            digits++;
        }
        int128 cut = shortest.mantissa / 10;
        int128 next = cut + (value < 0 ? -1 : 1);
        struct number below, above;
        must(number_from_small(&arena, cut, shortest.exponent + 1, &below) &&
                 number_from_small(&arena, next, shortest.exponent + 1, &above),
             "a digit less");
        bool integer = shortest.exponent >= 0 && shortest.mantissa % 10 == 0; /* written out: 1200 */
        longer += digits > 17 || (!integer && (to_double(below) == value || to_double(above) == value));
        arena_reset(&arena);
    }
    check(different == 0 && longer == 0,
          "from double: 20000 random doubles read back, and with a digit less they do not");
}

/* One file of lines "f16 f32 f64 text", the f64 as 16 hexadecimal digits: false where it is absent. */
static bool run_corpus_file(const char *folder, const char *name, int *wrong, int *compared, int *refused,
                            int *too_large) {
    str path = str_format(&arena, "%s/corpora/parse-number-fxx/data/%s", folder, name);
    FILE *file = fopen(path.at, "r");
    if (!file) {
        return false;
    }
    static char line[65536];
    struct arena line_arena;
    arena_init(&line_arena);
    while (fgets(line, sizeof line, file)) {
        struct number number;
        double value;
        str text = str_trim(str_from(line + 31));
        uint64_t expected = strtoull(line + 14, NULL, 16);
        switch (number_parse(&line_arena, text, &number)) {
        case NUMBER_SYNTAX:
            ++*refused;
            break;
        case NUMBER_TOO_LARGE:
            ++*too_large;
            break;
        case NUMBER_NO_MEMORY:
            must(false, "memory");
            break;
        case NUMBER_OK:
            must(number_to_double(&line_arena, number, &value), "to double");
            ++*compared;
            if (number_sign(number) != 0 && bits_of(value) != expected) {
                note("`%.*s` gives %016" PRIx64, STR_ARG(text), bits_of(value));
                ++*wrong;
            }
            *wrong += number_sign(number) == 0 && expected << 1 != 0;
        }
        arena_reset(&line_arena);
    }
    arena_free(&line_arena);
    fclose(file);
    return true;
}

static void test_corpora(void) {
    static const char *const names[] = {"exhaustive-float16.txt", "freetype-2-7.txt",    "google-wuffs.txt",
                                        "lemire-fast-float.txt",  "more-test-cases.txt", "tencent-rapidjson.txt"};
    const char *folder = getenv("ASSIZE_CORPORA");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int wrong = 0, compared = 0, refused = 0, too_large = 0;
        if (run_corpus_file(folder ? folder : "../shared", names[i], &wrong, &compared, &refused, &too_large)) {
            check(wrong == 0 && compared > 0,
                  "corpus: %s: %d to the bit (beside %d that are no number of ours, %d too large)", names[i], compared,
                  refused, too_large);
        } else {
            check(true, "corpus: %s # SKIP not there", names[i]);
        }
    }
}

/* --- printing --- */

static void test_print(void) {
    static const struct {
        const char *text, *printed;
    } cases[] = {
        {"0", "0"},
        {"-0.000", "0"},
        {"0.50", "0.5"},
        {"-12.500e1", "-125"},
        {"100", "100"},
        {"1e20", "100000000000000000000"},
        {"999999999999999999999", "999999999999999999999"},
        {"1e21", "1e21"},
        {"-1.25e21", "-1.25e21"},
        {"1e400", "1e400"},
        {"0.000001", "0.000001"},
        {"0.0000012345", "0.0000012345"},
        {"0.00000099", "9.9e-7"},
        {"1.5e-12", "1.5e-12"},
        {"-1e-400", "-1e-400"},
        {"1.234567890123456789012345678901234", "1.234567890123456789012345678901234"},
        {"0.000001234567890123456789012345678901234", "0.000001234567890123456789012345678901234"},
        {"1234567890123456789012345678901234", "1.234567890123456789012345678901234e33"},
        {"1.2345678901234567890123456789012345", "1.2345678901234568"},
        {"1.00000000000000000000000000000000001", "1"},
        {"99999999999999999999.9999999999999999", "100000000000000000000"},
        {"999999999999999999999.9999999999999999", "1e21"},
        {"12345678901234565.00000000000000000000000000000000", "12345678901234565"},
        {"1.23456789012345650000000000000000000001", "1.2345678901234565"},
        {"1.23456789012345675000000000000000000000", "1.23456789012345675"},
        {"1.2345678901234567500000000000000000001", "1.2345678901234568"},
        {"0.99999999999999999999999999999999999999999", "1"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct number number = num(cases[i].text);
        if (!str_is(printed(number), cases[i].printed) || !str_is(printed(as_big(number)), cases[i].printed)) {
            note("`%s` prints `%.*s`", cases[i].text, STR_ARG(printed(number)));
            wrong++;
        }
    }
    check(wrong == 0, "print: %zu decimals, in both forms", sizeof cases / sizeof *cases);
    check(str_is(printed(over(num("1"), num("3"))), "0.33333333333333333") &&
              str_is(printed(over(num("-2"), num("3"))), "-0.66666666666666667") &&
              str_is(printed(over(num("1e30"), num("7"))), "1.4285714285714286e29") &&
              str_is(printed(over(num("1"), num("17179869184"))), "5.82076609134674072265625e-11") &&
              str_is(printed(over(num("6"), num("9"))), "0.66666666666666667") &&
              str_is(printed(times(over(num("1"), num("3")), num("0.3"))), "0.1"),
          "print: quotients, exactly where they terminate");

    static const struct {
        const char *text;
        int digits;
        const char *printed;
        bool rounded;
    } rounds[] = {
        {"0.42", 3, "0.42", false},
        {"0.4237", 3, "0.424", true},
        {"0.4235", 3, "0.424", true},
        {"0.4245", 3, "0.424", true},
        {"0.42450000000000000000000000000000000000001", 3, "0.425", true},
        {"-0.42449", 3, "-0.424", true},
        {"9.996", 3, "10", true},
        {"0.9996", 3, "1", true},
        {"1999", 1, "2000", true},
        {"2000", 1, "2000", false},
        {"2500", 1, "2000", true},
        {"3500", 1, "4000", true},
        {"9.5e20", 1, "1e21", true},
        {"9.6e-7", 1, "0.000001", true},
        {"123456789", 17, "123456789", false},
        {"0", 1, "0", false},
    };
    wrong = 0;
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        for (int form = 0; form < 2; form++) {
            struct number number = num(rounds[i].text);
            str text;
            bool rounded;
            must(number_print_rounded(&arena, form ? as_big(number) : number, rounds[i].digits, &text, &rounded),
                 "print");
            if (!str_is(text, rounds[i].printed) || rounded != rounds[i].rounded) {
                note("`%s` to %d digits prints `%.*s`", rounds[i].text, rounds[i].digits, STR_ARG(text));
                wrong++;
            }
        }
    }
    str text;
    must(number_print_rounded(&arena, over(num("2"), num("3")), 4, &text, NULL), "print");
    check(wrong == 0 && str_is(text, "0.6667"), "print: rounded for people, half to even");
}

int main(void) {
    arena_init(&arena);
    void (*const parts[])(void) = {test_parse, test_to_double, test_from_double, test_corpora, test_print};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        arena_reset(&arena);
        parts[i]();
    }
    arena_free(&arena);
    return done();
}
