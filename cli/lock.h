/* What the commands share that lock, sign or look at locks (cli/lock.c). */
#ifndef CLI_LOCK_H
#define CLI_LOCK_H

#include "cli/cli.h"
#include "compiler/compile.h"
#include "ledger/lock.h"

/* "PATH: error[CODE]: TEXT" and a help line on standard error; gives EXIT_FAILURE_TO_RUN. */
int report_fault(const struct command_line *line, const char *path, enum diag_code code, str text, str help);

/* What was said on the command line about locks. */
struct lock_wish {
    bool required;
    const char *path;  /* NULL: POLICY.lock */
    const char *trust; /* NULL: whoever signed it, or nobody */
};

/* Whether the policy is the locked one, by a lock that is whole and, where that is asked, signed by who is trusted. False
 * after a message that says what differs. Fills *lock; the script of the template is not looked at. */
bool lock_holds(const struct command_line *line, const struct lock_wish *wish, const struct source *source,
                struct lock *lock);

/* The script of a policy's template: its bytes' digest, and its path from here. False after a message. */
bool script_digest(const struct command_line *line, const char *policy, str script, struct digest *digest, str *path);

/* Whether the script is the locked one. False after a message. */
bool lock_holds_script(const struct command_line *line, const char *policy, const struct program *program,
                       const struct lock *lock);

/* A policy compiled as `--locked` asks: the records of a run must then have been made by the locked script. NULL after
 * messages, which have this style. `digest`, where it is not NULL, gets that of the bytes that were compiled. */
struct program *compile_locked(const struct command_line *line, const struct lock_wish *wish, const char *path,
                               struct style style, struct digest *digest);

/* Keys from files. False after a message. */
bool read_trusted(const struct command_line *line, const char *path, struct key_list *keys);
bool read_signer(const struct command_line *line, const char *path, struct public_key *public_key,
                 struct secret_key *key);

/* The clock's time, or the one given: 2026-11-20T09:30:00Z. False after a message. */
bool find_time(const struct command_line *line, const char *given, str *time);

#endif
