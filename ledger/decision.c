/* What follows from a decision (ledger/decision.h): its name, whether it is an override, its metrics by name. */
#include "ledger/decision.h"

bool decision_is_override(const struct decision *decision) {
    return !str_equal(decision->decision, decision->verdict) && !str_is(decision->decision, "defer");
}

bool decision_has_expired(const struct decision *decision, str today) {
    return decision->override_expires.length > 0 && str_compare(decision->override_expires, today) < 0;
}

const struct decision_metric *decision_metric(const struct decision *decision, str key) {
    for (size_t i = 0; i < decision->metrics.count; i++) {
        if (str_equal(decision->metrics.items[i].key, key)) {
            return &decision->metrics.items[i];
        }
    }
    return NULL;
}

void decision_digest(str bytes, struct digest *digest) {
    digest_of(bytes, digest);
}

enum { SLUG_LIMIT = 80 };

str decision_name(struct arena *arena, const struct decision *decision) {
    struct text name = {.arena = arena};
    text_add(&name, str_slice(decision->time, 0, decision->time.length < 10 ? decision->time.length : 10));
    str words = decision->experiment.length > 0 ? decision->experiment : decision->policy_name;
    size_t begin = name.count;
    bool gap = true;
    for (size_t i = 0; i < words.length && name.count - begin < SLUG_LIMIT; i++) {
        char c = words.at[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (kept && gap) {
            text_add_char(&name, '-');
        }
        if (kept) {
            text_add_char(&name, c);
        }
        gap = !kept;
    }
    if (name.count == begin) {
        text_add(&name, STR("-decision"));
    }
    return text_str(&name);
}
