/* Attestations, written and verified (attestation.h). Unknown fields are ignored, as in-toto's rules for readers ask;
 * whatever the seven steps need must be there and be a string of the right form. */
#include "ledger/attestation.h"

#include "ledger/json_tree.h"

#define STATEMENT "https://in-toto.io/Statement/v1"
#define PREDICATE "https://slsa.dev/verification_summary/v1"

/* --- writing: the ledger may not use report/, and its strings need little --- */

static void add_string(struct text *out, str s) {
    text_add_char(out, '"');
    for (size_t i = 0; i < s.length; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c == '"' || c == '\\') {
            text_format(out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7f) {
            text_format(out, "\\u%04x", (unsigned)c);
        } else {
            text_add_char(out, (char)c);
        }
    }
    text_add_char(out, '"');
}

static void add_member(struct text *out, const char *before, const char *key, str value) {
    text_format(out, "%s\"%s\":", before, key);
    add_string(out, value);
}

static void add_digest(struct text *out, const struct digest *digest) {
    str hex = digest_hex(out->arena, digest);
    text_format(out, ",\"digest\":{\"sha256\":\"%.*s\"}", STR_ARG(hex));
}

str attestation_write(struct arena *arena, const struct attestation *a) {
    struct text out = {.arena = arena};
    text_add(&out, STR("{\"_type\":\"" STATEMENT "\",\"subject\":[{"));
    add_member(&out, "", "name", a->subject);
    add_digest(&out, &a->subject_digest);
    text_add(&out, STR("}],\"predicateType\":\"" PREDICATE "\",\"predicate\":{\"verifier\":{"));
    add_member(&out, "", "id", a->verifier);
    add_member(&out, ",\"version\":{", "assize", a->version);
    add_member(&out, "}},", "timeVerified", a->time);
    add_member(&out, ",", "resourceUri", a->resource);
    add_member(&out, ",\"policy\":{", "uri", a->policy);
    add_digest(&out, &a->policy_digest);
    text_add(&out, STR("},\"inputAttestations\":["));
    for (size_t i = 0; i < a->input_count; i++) {
        add_member(&out, i > 0 ? ",{" : "{", "uri", a->inputs[i].uri);
        add_digest(&out, &a->inputs[i].digest);
        text_add_char(&out, '}');
    }
    text_format(&out, "],\"verificationResult\":\"%s\",\"verifiedLevels\":[\"%s\"],\"slsaVersion\":\"1.1\"",
                a->passed ? "PASSED" : "FAILED", a->passed ? LEVEL_ACCEPT : "FAILED");
    add_member(&out, ",\"urn:assize:verdict\":{", "policy", a->policy_name);
    add_member(&out, ",", "verdict", a->verdict);
    text_add(&out, STR("}}}"));
    return text_str(&out);
}

/* --- verifying --- */

struct checking {
    struct arena *arena;
    const struct json_node *root, *predicate;
    const struct expectation *expected;
    struct attestation_fault *fault;
};

static bool fail(struct checking *c, enum diag_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool fail(struct checking *c, enum diag_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    *c->fault = (struct attestation_fault){code, str_vformat(c->arena, format, arguments)};
    va_end(arguments);
    return false;
}

static bool digest_at(const struct json_node *holder, struct digest *digest) {
    str hex;
    return json_string(json_at(json_at(holder, "digest"), "sha256"), &hex) && digest_read_hex(hex, digest);
}

/* Step 2. One of several subjects is enough. */
static bool check_subject(struct checking *c, struct attestation *a) {
    const struct json_node *subjects = json_at(c->root, "subject");
    if (!subjects || subjects->kind != JSON_ARRAY || !subjects->first) {
        return fail(c, DIAG_ENVELOPE, "the statement has no `subject`");
    }
    for (const struct json_node *n = subjects->first; n; n = n->next) {
        struct digest digest;
        if (digest_at(n, &digest) && digest_equal(&digest, &c->expected->subject)) {
            json_string(json_at(n, "name"), &a->subject);
            return true;
        }
    }
    str wanted = digest_name(c->arena, &c->expected->subject);
    return fail(c, DIAG_ENVELOPE_SUBJECT, "no subject of it is the artifact %.*s", STR_ARG(wanted));
}

/* Step 3. */
static bool check_type(struct checking *c) {
    str type, predicate;
    if (!json_string(json_at(c->root, "_type"), &type) || !str_is(type, STATEMENT)) {
        return fail(c, DIAG_ENVELOPE, "the payload is no in-toto Statement of version 1");
    }
    if (!json_string(json_at(c->root, "predicateType"), &predicate)) {
        return fail(c, DIAG_ENVELOPE_TYPE, "the statement has no `predicateType`");
    }
    return str_is(predicate, PREDICATE) ||
           fail(c, DIAG_ENVELOPE_TYPE, "its predicate is `%.*s`, and `" PREDICATE "` is wanted", STR_ARG(predicate));
}

/* Steps 4 and 5: a string that must be the expected one, byte for byte. */
static bool check_string(struct checking *c, const struct json_node *node, const char *name, str expected,
                         enum diag_code code, str *value) {
    if (!json_string(node, value)) {
        return fail(c, code, "the summary has no `%s`", name);
    }
    return str_equal(*value, expected) ||
           fail(c, code, "its `%s` is `%.*s`, and `%.*s` is wanted", name, STR_ARG(*value), STR_ARG(expected));
}

/* Step 7. */
static bool check_level(struct checking *c) {
    const struct json_node *levels = json_at(c->predicate, "verifiedLevels");
    for (const struct json_node *n = levels && levels->kind == JSON_ARRAY ? levels->first : NULL; n; n = n->next) {
        str level;
        if (json_string(n, &level) && str_equal(level, c->expected->level)) {
            return true;
        }
    }
    return fail(c, DIAG_ENVELOPE_LEVEL, "`%.*s` is not among its `verifiedLevels`", STR_ARG(c->expected->level));
}

static bool check_policy(struct checking *c, struct attestation *a) {
    const struct json_node *policy = json_at(c->predicate, "policy");
    if (!json_string(json_at(policy, "uri"), &a->policy)) {
        return fail(c, DIAG_ENVELOPE, "the summary names no policy");
    }
    if (!c->expected->policy) {
        return true;
    }
    if (!digest_at(policy, &a->policy_digest)) {
        return fail(c, DIAG_ENVELOPE_POLICY, "the summary has no digest of its policy");
    }
    str wanted = digest_name(c->arena, c->expected->policy);
    return digest_equal(&a->policy_digest, c->expected->policy) ||
           fail(c, DIAG_ENVELOPE_POLICY, "the verdict was not reached by the policy %.*s", STR_ARG(wanted));
}

bool attestation_check(struct arena *arena, str statement, const struct expectation *expected, struct attestation *a,
                       struct attestation_fault *fault) {
    str problem, result;
    struct checking c = {arena, json_tree(arena, statement, &problem), NULL, expected, fault};
    *a = (struct attestation){0};
    if (!c.root) {
        return fail(&c, DIAG_ENVELOPE, "the payload is no JSON: %.*s", STR_ARG(problem));
    }
    c.predicate = json_at(c.root, "predicate");
    if (!check_subject(&c, a) || !check_type(&c)) {
        return false;
    }
    if (!c.predicate || c.predicate->kind != JSON_OBJECT) {
        return fail(&c, DIAG_ENVELOPE, "the statement has no `predicate`");
    }
    if (!check_string(&c, json_at(json_at(c.predicate, "verifier"), "id"), "verifier.id", expected->verifier,
                      DIAG_ENVELOPE_VERIFIER, &a->verifier) ||
        !check_string(&c, json_at(c.predicate, "resourceUri"), "resourceUri", expected->resource,
                      DIAG_ENVELOPE_RESOURCE, &a->resource) ||
        !check_string(&c, json_at(c.predicate, "verificationResult"), "verificationResult", STR("PASSED"),
                      DIAG_ENVELOPE_RESULT, &result) ||
        !check_level(&c) || !check_policy(&c, a)) {
        return false;
    }
    json_string(json_at(c.predicate, "timeVerified"), &a->time);
    a->passed = true;
    return true;
}
