/* Locks: read, held against this assize and a policy, and written again. What is read is written as it was read, and a signature
 * holds only over the bytes that were signed. A digest that does not fit ends most inputs, so the lock of the same policy is
 * also made, and damaged by what the input says. */
#include <stdlib.h>
#include <string.h>

#include "ledger/lock.h"
#include "tests/fuzz/fuzz.h"

static void look(str text, struct arena *arena, const struct key_list *trusted) {
    struct lock lock;
    struct lock_fault fault = {0};
    if (!lock_read(arena, text, &lock, &fault)) {
        fuzz_check(fault.text.length > 0 || arena->failed, "a lock that is refused has words");
        return;
    }
    lock_check_signer(arena, &lock, trusted, &fault);
    lock_check_language(arena, &lock, &fault);
    lock_check_formats(arena, &lock, true, NULL, &fault);
    lock_check_policy(arena, &lock, STR("assize: 1\n"), &fault);
    fuzz_check(lock_check_policy(arena, &lock, lock.text, &fault) || arena->failed,
               "the locked text is the locked one");
    if (!lock.is_signed && !arena->failed) {
        str again = lock_write(arena, &lock, NULL);
        fuzz_check(str_equal(again, text) || arena->failed, "a lock is written as it was read");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const unsigned char seed[SEED_SIZE] = {7};
    char *copy = fuzz_copy(data, size);
    struct public_key public_key;
    struct secret_key key;
    struct key_list trusted = {&public_key, 1, 1};
    struct arena arena;
    arena_init(&arena);
    key_pair_from_seed(seed, &public_key, &key);
    look((str){copy, size}, &arena, &trusted);
    /* a lock of the input as a policy's text; its first two bytes say where another byte is put */
    struct lock lock = {.policy = STR("fuzz.assize.yaml"), .time = STR("2026-11-20T09:30:00Z"), .text = {copy, size}};
    lock.bytes = size;
    lock.edition = 1;
    digest_of(lock.text, &lock.digest);
    lock_complete(&arena, &lock);
    str written = lock_write(&arena, &lock, size > 0 && copy[0] % 2 ? &key : NULL);
    look(written, &arena, &trusted);
    str damaged = str_copy(&arena, written);
    if (size > 3 && damaged.length > 0) {
        size_t at = ((size_t)(unsigned char)copy[0] << 8 | (unsigned char)copy[1]) % damaged.length;
        ((char *)damaged.at)[at] = copy[2];
        look(damaged, &arena, &trusted);
    }
    arena_free(&arena);
    free(copy);
    return 0;
}
