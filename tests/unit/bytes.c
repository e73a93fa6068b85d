/* Sixteen bytes at once (records/bytes.h) against one after the other, on texts drawn by lot from the bytes that matter; a program
 * that prints TAP. Whatever the processor has, the answers are the same. */
#include "records/bytes.h"
#include "tests/property/dice.h"
#include "tests/unit/tap.h"

enum { LANES = 16, TEXT = 96, ROUNDS = 200000 };

typedef bool (*byte_test)(unsigned char c);

static bool is_special(unsigned char c) {
    return c < 0x20 || c >= 0x80 || c == '"' || c == '\\';
}

static bool is_no_digit(unsigned char c) {
    return c < '0' || c > '9';
}

static bool is_no_space(unsigned char c) {
    return c != ' ';
}

/* Where the first byte stands, from a place on, that passes; LANES where none does. */
static unsigned find(const unsigned char *text, unsigned from, byte_test test) {
    while (from < LANES && !test(text[from])) {
        from++;
    }
    return from;
}

static unsigned first_of(byte_mask mask) {
    return mask ? bytes_first(mask) : LANES;
}

static bool same_masks(const unsigned char *text, byte_mask mask, byte_test test) {
    unsigned first = find(text, 0, test);
    bool fine = first_of(mask) == first;
    return fine && (mask == 0 || first_of(bytes_after_first(mask)) == find(text, first + 1, test)) &&
           (first > 0 || bytes_after_first(mask) == (mask ^ BYTES_FIRST));
}

static bool same_spelling(struct dice *dice, const unsigned char *text) {
    unsigned char other[TEXT];
    struct spelling spelling;
    size_t length = (size_t)dice_below(dice, SPELLING_MAX + 4);
    memcpy(other, text, sizeof other);
    if (dice_chance(dice, 50)) {
        other[dice_below(dice, SPELLING_MAX)] ^= 1;
    }
    spelling_set(&spelling, text, length);
    bool known = length > 0 && length <= SPELLING_MAX;
    const unsigned char *expected = known && memcmp(text, other, length) == 0 ? other + length : NULL;
    return spelling_pass(&spelling, other) == expected;
}

static bool same_digits(struct dice *dice, unsigned char *text) {
    unsigned count = (unsigned)dice_between(dice, 1, 8);
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        text[i] = (unsigned char)('0' + dice_below(dice, 10));
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    return bytes_digits(text, count) == value;
}

int main(void) {
    static const unsigned char bytes[] = "00123456789-+.eE,}]  \"\\\n\x01\x7f\x80\xff{[az";
    bool special = true, digits = true, spaces = true, spellings = true, values = true;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct dice dice = dice_for(20261129, round);
        unsigned char text[TEXT];
        int kinds = dice_chance(&dice, 50) ? (int)sizeof bytes - 1 : 11; /* or digits alone */
        for (size_t i = 0; i < sizeof text; i++) {
            text[i] = bytes[dice_below(&dice, kinds)];
        }
        special = special && same_masks(text, bytes_special(text), is_special);
        digits = digits && same_masks(text, bytes_not_digit(text), is_no_digit);
        spaces = spaces && same_masks(text, bytes_not_space(text), is_no_space);
        spellings = spellings && same_spelling(&dice, text);
        values = values && same_digits(&dice, text);
    }
    check(special, "what ends a plain run is found");
    check(digits, "what is no digit is found");
    check(spaces, "what is no space is found");
    check(spellings, "a spelling stands where its bytes stand");
    check(values, "digits come to their number");
    return tap_end();
}
