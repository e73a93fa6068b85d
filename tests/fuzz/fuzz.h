/* What the fuzzing targets share. A target is one file with LLVMFuzzerTestOneInput; libFuzzer and AFL++ call it with inputs
 * of their own, tests/fuzz/replay.c with the kept ones. The input is never NUL-ended: each target works on a copy of exactly its
 * length, so that a byte too far is seen. A promise that is broken ends the process (fuzz_check). */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "base/diag.h"
#include "records/records.h"
#include "vm/vm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with words where `good` is false. */
void fuzz_check(bool good, const char *words);

/* A copy of the input at the end of an allocation; to be freed. */
char *fuzz_copy(const uint8_t *data, size_t size);

/* The parts of a text between lines that are `%%`; one at least, and the last takes what is left. */
enum { FUZZ_PARTS = 6 };
size_t fuzz_split(str text, str parts[FUZZ_PARTS]);

/* The program of a policy with its findings ignored; NULL where it does not compile. The text must outlive the arena. */
struct program *fuzz_compile(str policy, struct arena *arena);

/* Every record of a text judged by a program and reported in every format, those in JSON being JSON; what was reported, in the
 * arena. */
str fuzz_judge(const struct program *program, str text, struct arena *arena);

/* The same in the one format that says most, which takes a tenth of the time. `window`: the reader's, 0 for its own. */
str fuzz_judge_briefly(const struct program *program, str text, size_t window, struct arena *arena);

/* Whether a text is one value of JSON by RFC 8259. */
bool fuzz_is_json(str text, struct arena *arena);

/* A policy that uses all of the language. */
extern const char fuzz_policy[];

#endif
