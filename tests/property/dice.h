/* Chance that can be had again: the same seed gives the same throws on every machine, and the same trees
 * as long as no two throws stand in one call: C does not say which argument comes first.
 * (SplitMix64: one addition and three mixing steps; good enough for tests, and nothing to get wrong.)
 *
 * Dice may have a tape: bytes that are the throws for as long as they last, which is how a fuzzer steers what is made
 * (tests/fuzz/model.c). */
#ifndef TESTS_PROPERTY_DICE_H
#define TESTS_PROPERTY_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
    const uint8_t *tape, *tape_end;
};

static inline uint64_t dice_next(struct dice *dice) {
    uint64_t z = dice->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* From 0 to n - 1; n is above 0. */
static inline int dice_below(struct dice *dice, int n) {
    if (dice->tape != dice->tape_end) {
        int byte = *dice->tape++;
        return n > 256 && dice->tape != dice->tape_end ? (byte << 8 | *dice->tape++) % n : byte % n;
    }
    return (int)(dice_next(dice) % (uint64_t)n);
}

/* Both ends included. */
static inline int dice_between(struct dice *dice, int low, int high) {
    return low + dice_below(dice, high - low + 1);
}

static inline bool dice_chance(struct dice *dice, int percent) {
    return dice_below(dice, 100) < percent;
}

#define DICE_PICK(dice, array) ((array)[dice_below((dice), (int)(sizeof(array) / sizeof *(array)))])

/* Dice of their own for the nth thing of a run, so that it can be made again without those before it. */
static inline struct dice dice_for(uint64_t seed, uint64_t nth) {
    struct dice dice = {.state = seed ^ (nth * 0xd1342543de82ef95u)};
    dice_next(&dice);
    return dice;
}

#endif
