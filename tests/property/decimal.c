/* Small decimals of the generator (decimal.h). */
#include "tests/property/decimal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *text_make(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
    if (!text) {
        fputs("out of memory in a test\n", stderr);
        exit(2);
    }
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

static int64_t power_of_ten(int exponent) {
    int64_t power = 1;
    while (exponent-- > 0) {
        power *= 10;
    }
    return power;
}

static struct decimal with_places(struct decimal a, int places) {
    return (struct decimal){a.units * power_of_ten(places - a.places), places};
}

struct decimal decimal_add(struct decimal a, struct decimal b) {
    int places = a.places > b.places ? a.places : b.places;
    return (struct decimal){with_places(a, places).units + with_places(b, places).units, places};
}

struct decimal decimal_negate(struct decimal a) {
    return (struct decimal){-a.units, a.places};
}

struct decimal decimal_subtract(struct decimal a, struct decimal b) {
    return decimal_add(a, decimal_negate(b));
}

static struct decimal shortest(struct decimal a) {
    while (a.places > 0 && a.units % 10 == 0) {
        a.units /= 10;
        a.places--;
    }
    return a;
}

struct decimal decimal_multiply(struct decimal a, struct decimal b) {
    a = shortest(a);
    b = shortest(b);
    return shortest((struct decimal){a.units * b.units, a.places + b.places});
}

int decimal_compare(struct decimal a, struct decimal b) {
    int64_t difference = decimal_subtract(a, b).units;
    return (difference > 0) - (difference < 0);
}

struct decimal decimal_round(struct decimal a, int places) {
    if (a.places <= places) {
        return a;
    }
    int64_t step = power_of_ten(a.places - places);
    int64_t half = a.units < 0 ? -step / 2 : step / 2;
    return (struct decimal){(a.units + half) / step, places};
}

double decimal_double(struct decimal a) {
    return (double)a.units / (double)power_of_ten(a.places);
}

struct decimal decimal_unit(int places) {
    return (struct decimal){1, places};
}

const char *decimal_plain(struct decimal a, struct arena *arena) {
    int64_t power = power_of_ten(a.places);
    long long whole = llabs(a.units / power), rest = llabs(a.units % power);
    const char *sign = a.units < 0 ? "-" : "";
    return a.places == 0 ? text_make(arena, "%s%lld", sign, whole)
                         : text_make(arena, "%s%lld.%0*lld", sign, whole, a.places, rest);
}

const char *decimal_spell(struct decimal a, struct dice *dice, struct arena *arena) {
    a = shortest(a);
    switch (dice_below(dice, 8)) {
    case 0:
        return decimal_plain(with_places(a, a.places + dice_between(dice, 1, 3)), arena);
    case 1: {
        int shift = dice_between(dice, 0, a.places);
        struct decimal left = {a.units, a.places - shift};
        const char *sign = shift > 0 ? "-" : dice_chance(dice, 50) ? "+" : "";
        return text_make(arena, "%s%c%s%d", decimal_plain(left, arena), dice_chance(dice, 50) ? 'e' : 'E', sign, shift);
    }
    default:
        return decimal_plain(a, arena);
    }
}

const char *double_spell(double value, struct arena *arena) {
    const char *text = NULL;
    for (int digits = 1; digits <= 17; digits++) {
        text = text_make(arena, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    return text;
}
