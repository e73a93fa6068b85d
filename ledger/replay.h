/* Past decisions under another policy: which verdicts would change, and of which nobody can say. */
#ifndef LEDGER_REPLAY_H
#define LEDGER_REPLAY_H

#include "ledger/verify.h"

enum replay_status {
    REPLAY_JUDGED,       /* `to` is the new policy's verdict */
    REPLAY_LACKING,      /* the record holds too little for it: `needs`, and `possible` */
    REPLAY_BROKEN,       /* it is no whole record, or its own policy cannot be read: `problem` */
    REPLAY_OTHER_POLICY, /* it was made under a policy of another name */
};

struct replayed {
    str record; /* its file */
    enum replay_status status;
    str policy;                         /* the name of the policy it was made under */
    str from, from_class, to, to_class; /* verdicts */
    bool from_decided, to_decided;
    str decision; /* the team's; not `from` where it was an override or a deferral */
    bool is_override;
    struct str_list needs;
    struct str_list possible, possible_classes; /* what it may become */
    str problem;
};

/* Judges one record by `program`. The strings of *replayed live in `keep`, all else in `arena`. False where memory is out. */
bool replay_record(struct verifier *verifier, const struct program *program, bool any_policy, str name, str bytes,
                   struct arena *arena, struct arena *keep, struct replayed *replayed);

#endif
