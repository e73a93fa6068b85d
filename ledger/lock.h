/* A lock: which bytes decide, said once, before any result exists (docs/reference/lock.md).
 *
 * A lock is text of lines, one field each, always all of them and always in the same order, so that it can be read, and
 * compared line by line, and nothing in it can be left out. It holds the policy's text whole: what changed since can
 * be shown without the repository. Digests are SHA-256 over raw bytes. */
#ifndef LEDGER_LOCK_H
#define LEDGER_LOCK_H

#include "base/diag.h"
#include "ledger/key.h"

enum { LOCK_MAX_BYTES = 8 << 20, SCRIPT_MAX_BYTES = 64 << 20 };

struct lock {
    str policy; /* its file's name, without the folder: for people */
    struct digest digest;
    uint64_t bytes;
    uint64_t edition, semantics;
    struct digest library; /* what is built into assize and written in files: verbs, formats */
    bool has_script;
    struct digest template, script; /* of `eval:`, where the policy has one */
    str time;                       /* 2026-11-20T09:30:00Z */
    str text;                       /* the policy's bytes */
    struct digest fingerprint;      /* over all of the above but the time: what a run says it was locked by */
    bool is_signed;
    struct public_key key;
    struct signature signature;
    str signed_bytes; /* what stands before the signature's line */
};

/* What is wrong, with its code; `help` may be empty. */
struct lock_fault {
    enum diag_code code;
    str text, help;
};

/* Fills in what this assize is, and the fingerprint. */
void lock_complete(struct arena *arena, struct lock *lock);

/* The lock as text, signed where `key` is not NULL. */
str lock_write(struct arena *arena, struct lock *lock, const struct secret_key *key);

/* A lock's text, every field there and well-formed, its signature (if any) holding over it by the key that it names. */
bool lock_read(struct arena *arena, str text, struct lock *lock, struct lock_fault *fault);

/* Whether a lock is signed with one of these keys. */
bool lock_check_signer(struct arena *arena, const struct lock *lock, const struct key_list *trusted,
                       struct lock_fault *fault);

/* Whether this assize gives the locked policy the locked meaning. */
bool lock_check_language(struct arena *arena, const struct lock *lock, struct lock_fault *fault);

/* Whether the policy's bytes are the locked ones; the fault says which byte differs first. */
bool lock_check_policy(struct arena *arena, const struct lock *lock, str text, struct lock_fault *fault);

/* A date and time as a lock has it: 2026-11-20T09:30:00Z. */
bool is_time(str text);

#endif
