/* The assize library: policies compiled, results judged, verdicts explained.
 *
 *     struct assize_policy *policy = assize_policy_compile("spatial.assize.yaml", text, length);
 *     if (policy && assize_policy_is_sound(policy)) {
 *         struct assize_verdict *verdict = assize_evaluate(policy, "results.json", json, json_length);
 *         if (verdict && assize_verdict_class(verdict) == ASSIZE_ACCEPT) { … }
 *         assize_verdict_free(verdict);
 *     }
 *     assize_policy_free(policy);
 *
 * Handles are opaque and freed by the caller. Nothing is printed, nothing exits, there is no global state, and no
 * locale is read. A policy is never written to once it is compiled: any number of threads may evaluate with one.
 * Verdicts belong to the thread that made them. Every text handed out is UTF-8, ends in NUL, and lives as long as
 * the handle it came from. Functions that give a handle give NULL when memory is out, and never half a result.
 */
#ifndef ASSIZE_H
#define ASSIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ASSIZE_API __attribute__((visibility("default")))
#else
#define ASSIZE_API
#endif

/* "0.1.0" */
ASSIZE_API const char *assize_version(void);

/* --- policies --- */

struct assize_policy;

/* Compiles the text of a policy. `name` is how messages call it, usually its path. NULL only when memory is out:
 * a policy that does not compile is a handle with findings. The text is not kept. */
ASSIZE_API struct assize_policy *assize_policy_compile(const char *name, const char *text, size_t length);

/* Whether it compiled, so that records can be evaluated. */
ASSIZE_API bool assize_policy_is_sound(const struct assize_policy *policy);

ASSIZE_API const char *assize_policy_name(
    const struct assize_policy *policy); /* "spatial-vlm"; "" where it is not sound */
ASSIZE_API const char *assize_policy_fingerprint(
    const struct assize_policy *policy); /* "xxh3:…"; "" where it is not sound */

/* Something wrong with a policy. Lines and columns count from 1, columns in characters; the end is exclusive. */
struct assize_finding {
    const char *code;     /* "A301": stable, never reused */
    const char *severity; /* "error", "warning" or "note" */
    const char *message;
    const char *help; /* the way out, or "" */
    uint32_t line, column, end_line, end_column;
};

ASSIZE_API size_t assize_policy_finding_count(const struct assize_policy *policy);
/* False where there is no finding of that index. */
ASSIZE_API bool assize_policy_finding(const struct assize_policy *policy, size_t index, struct assize_finding *finding);

ASSIZE_API void assize_policy_free(struct assize_policy *policy); /* NULL is fine */

/* --- verdicts --- */

struct assize_verdict;

/* What a pipeline acts on. The values are the exit statuses of `assize eval`. */
enum assize_class {
    ASSIZE_ACCEPT = 0,
    ASSIZE_REJECT = 1,
    ASSIZE_ERROR = 2, /* the record could not be judged */
    ASSIZE_INCONCLUSIVE = 3
};

/* Judges the one record that a JSON text holds. `name` is how reports call it. The policy must be sound and must outlive
 * the verdict. A record that cannot be read gives a verdict of class ASSIZE_ERROR. The text is not kept. */
ASSIZE_API struct assize_verdict *assize_evaluate(const struct assize_policy *policy, const char *name,
                                                  const char *json, size_t length);

/* Judges two arms, one record each. */
ASSIZE_API struct assize_verdict *assize_evaluate_pair(const struct assize_policy *policy, const char *baseline_name,
                                                       const char *baseline_json, size_t baseline_length,
                                                       const char *variant_name, const char *variant_json,
                                                       size_t variant_length);

ASSIZE_API enum assize_class assize_verdict_class(const struct assize_verdict *verdict);
ASSIZE_API const char *assize_verdict_name(
    const struct assize_verdict *verdict); /* "ship"; "" where the class is ASSIZE_ERROR */
/* False where what is unknown leaves more than one verdict open; the verdict is then the policy's fallback. */
ASSIZE_API bool assize_verdict_is_decided(const struct assize_verdict *verdict);

/* Why a record could not be judged: "A901: …", with its place. "" where it was. */
ASSIZE_API const char *assize_verdict_error(const struct assize_verdict *verdict);

/* A rule and what became of it. */
struct assize_rule {
    const char *id; /* "ship.all.0" */
    const char *text;
    const char *value;                           /* "true", "false" or "unknown" */
    bool fires;                                  /* it is among those that made its rung true */
    uint32_t line, column, end_line, end_column; /* in the policy */
};

ASSIZE_API size_t
assize_verdict_rule_count(const struct assize_verdict *verdict); /* 0 where the class is ASSIZE_ERROR */
ASSIZE_API bool assize_verdict_rule(const struct assize_verdict *verdict, size_t index, struct assize_rule *rule);

/* The verdict in an output format of `assize eval` ("json", "markdown", "html" …), NUL-ended; its length without the NUL in *length
 * (which may be NULL). NULL where there is no such format or memory is out. The caller frees it with assize_text_free. */
ASSIZE_API char *assize_verdict_render(const struct assize_verdict *verdict, const char *format, size_t *length);
ASSIZE_API void assize_text_free(char *text);

ASSIZE_API void assize_verdict_free(struct assize_verdict *verdict); /* NULL is fine */

#ifdef __cplusplus
}
#endif

#endif
