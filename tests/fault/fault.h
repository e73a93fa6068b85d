/* Faults on demand: the linker sends the product's calls of the functions in faults.def to wrappers (shim.c), which count
 * them and let one fail, or all from one on. The driver (driver.c) runs the whole program once for each call of each command.
 * Counters are shared between a run, which is a process of its own, and the driver. */
#ifndef TESTS_FAULT_FAULT_H
#define TESTS_FAULT_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault_call {
#define FAULT_CALL(symbol, modes) FAULT_##symbol,
#include "tests/fault/faults.def"
#undef FAULT_CALL
    FAULT_CALLS
};

/* How a call goes wrong. */
enum fault_mode {
    MODE_ONCE,    /* it fails; those after it work */
    MODE_FOREVER, /* it and all after it of its name fail */
    MODE_SHORT,   /* it does a part of what was asked; no failure */
    MODE_EINTR,   /* a signal interrupts it; no failure */
    MODE_KILLED,  /* the process ends there, as by kill -9 */
    MODE_PLACE,   /* it fails, once for each place in the program that makes it */
    FAULT_MODES
};

struct fault_state {
    long calls[FAULT_CALLS]; /* made so far */
    long live;               /* allocations not yet freed */
    bool fired;
    bool returned;  /* main came back */
    int descriptor; /* of the read or write that failed; else -1 */
};

extern struct fault_state *fault_state; /* NULL: every call passes */

/* Where the calls with MODE_PLACE were made from in a run without faults, in their order. */
enum { FAULT_PLACES = 1 << 17 };
extern uintptr_t *fault_places;
extern const char *const fault_call_names[FAULT_CALLS];
extern const char *const fault_mode_names[FAULT_MODES];
extern const unsigned fault_call_modes[FAULT_CALLS]; /* bits: 1 << enum fault_mode */

/* Starts counting in *state; the call of that index and name goes wrong (-1: none). */
void fault_arm(struct fault_state *state, enum fault_call call, long nth, enum fault_mode mode);
void fault_disarm(void);

#endif
