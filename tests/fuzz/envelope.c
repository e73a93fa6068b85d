/* What is signed: envelopes, statements, keys, and the strict reader of JSON beneath them. The input is an envelope, a key file, and
 * the payload of an envelope that was signed: what opens is what was signed, and no statement passes that does not say so. */
#include <stdlib.h>
#include <string.h>

#include "ledger/attestation.h"
#include "ledger/envelope.h"
#include "ledger/json_tree.h"
#include "ledger/results.h"
#include "tests/fuzz/fuzz.h"

static bool holds(str text, const char *part) {
    for (size_t i = 0, length = strlen(part); i + length <= text.length; i++) {
        if (memcmp(text.at + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

static void check_statement(str statement, struct arena *arena) {
    struct attestation attestation = {0};
    struct attestation_fault fault = {0};
    struct expectation expected = {
        .verifier = STR("https://example.org/gate"), .resource = STR("pkg:generic/model"), .level = STR(LEVEL_ACCEPT)};
    digest_of(STR("weights"), &expected.subject);
    if (attestation_check(arena, statement, &expected, &attestation, &fault)) {
        fuzz_check(holds(statement, "PASSED") || holds(statement, "\\u"), "what passes says that it passed");
        str again = attestation_write(arena, &attestation);
        fuzz_check(again.length > 0 || arena->failed, "a statement that passes can be written");
    } else {
        fuzz_check(fault.text.length > 0 || arena->failed, "a statement that does not pass has words");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const unsigned char seed[SEED_SIZE] = {7};
    char *copy = fuzz_copy(data, size);
    str text = {copy, size}, payload = {0}, problem = {0}, type = STR(STATEMENT_TYPE);
    struct public_key public_key;
    struct secret_key key, read_key;
    struct key_list trusted = {&public_key, 1, 1}, read = {0};
    struct arena arena;
    size_t signer = 0;
    arena_init(&arena);
    key_pair_from_seed(seed, &public_key, &key);

    if (envelope_open(&arena, text, type, &trusted, &payload, &signer, &problem) == ENVELOPE_VERIFIED) {
        check_statement(payload, &arena);
    }
    str envelope = envelope_write(&arena, type, text, &public_key, &key);
    enum envelope_status status = envelope_open(&arena, envelope, type, &trusted, &payload, &signer, &problem);
    fuzz_check(arena.failed || (status == ENVELOPE_VERIFIED && str_equal(payload, text)), "what was signed opens");
    check_statement(text, &arena);

    struct public_key other;
    if (key_read_public(&arena, text, &read, &problem)) {
        fuzz_check(read.count > 0, "a file of keys holds one");
    }
    key_read_secret(&arena, text, &other, &read_key, &problem);

    const struct json_node *root = json_tree(&arena, text, &problem);
    fuzz_check(root || problem.length > 0 || arena.failed, "what is no JSON has words");
    struct program *program = fuzz_compile(str_from(fuzz_policy), &arena);
    struct results_shape shape;
    if (program && results_look(&arena, text, program, &shape)) {
        fuzz_check(shape.end < size, "the closing brace lies within the text");
    }
    program_free(program);
    arena_free(&arena);
    free(copy);
    return 0;
}
