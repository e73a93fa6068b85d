/* assize attest: a verdict in an envelope that others can verify, and their side of it.
 *
 * Only what was judged here is attested, never a report that somebody hands in: the digests are those of the bytes that
 * were read, each file once, so that nothing can be exchanged in between. */
#include <string.h>
#include <unistd.h>

#include "cli/lock.h"
#include "ledger/attestation.h"
#include "ledger/envelope.h"
#include "ledger/store.h"
#include "records/json.h"
#include "records/records.h"
#include "report/escape.h"

enum { RESULT_MAX_BYTES = 64 << 20 };
static const size_t ARTIFACT_MAX_BYTES = (size_t)1 << 30;

static str option(const struct command_line *line, enum option option) {
    return line->given[option] ? str_from(line->values[option]) : (str){0};
}

/* --- the pieces of both sides --- */

static bool artifact_digest(const struct command_line *line, str artifact, struct digest *digest) {
    str bytes, problem = {0};
    struct arena arena;
    if (str_starts(artifact, "sha256:")) {
        if (!digest_read_hex(str_slice(artifact, 7, artifact.length), digest)) {
            misuse(line, "`sha256:` is followed by 64 small hex digits");
            return false;
        }
        return true;
    }
    arena_init(&arena);
    bool good =
        read_file(&arena, artifact.at, ARTIFACT_MAX_BYTES, &bytes, &problem); /* caches of models are full of links */
    if (good && bytes.length > ARTIFACT_MAX_BYTES) {
        problem = STR("it is larger than 1 GiB: give its digest, `sha256:HEX`");
        good = false;
    }
    if (good) {
        digest_of(bytes, digest);
    } else {
        report_unreadable(line, artifact.at, problem);
    }
    arena_free(&arena);
    return good;
}

static bool needs(const struct command_line *line, const enum option *options, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!line->given[options[i]] || line->values[options[i]][0] == '\0') {
            misuse(line, "attest needs `--%s`", option_infos[options[i]].name);
            return false;
        }
    }
    return true;
}

/* --- judging --- */

static bool judge(const struct command_line *line, const struct program *program, struct records_pair pair,
                  struct records *single, struct outcome *outcome) {
    struct record record;
    struct record_error error = {0};
    enum records_status status = single ? records_next(single, line->arena, &record, &error)
                                        : records_read_pair(program, &pair, line->arena, &record, &error);
    if (status == RECORDS_ONE && !vm_run(program, &record, line->arena, outcome)) {
        complain(line, "out of memory");
        return false;
    }
    struct record more;
    if (status == RECORDS_ONE && single && records_next(single, line->arena, &more, &error) != RECORDS_END) {
        complain(line, "an attestation is about one verdict, and the result holds more than one record");
        return false;
    }
    if (status != RECORDS_ONE) {
        str source = str_copy(line->arena, error.source);
        report_fault(line, source.at ? source.at : "result", error.code ? error.code : DIAG_NO_RECORD, error.text,
                     error.help);
        return false;
    }
    return true;
}

/* Whether it is what assize itself has said of a result: its object names one of our schemas. */
static bool is_own_report(str text) {
    struct json json;
    str key = {0};
    json_start(&json, text.at, text.length, 0, true);
    for (;;) {
        enum json_event event = json_next(&json);
        if (event == JSON_END || event == JSON_ERROR) {
            return false;
        }
        if (event == JSON_KEY && json.depth == 1) {
            key = json_text(&json);
        } else if (event == JSON_STRING && json.depth == 1 && str_is(key, "schema")) {
            return str_starts(json_text(&json), "assize.");
        }
    }
}

static bool read_input(const struct command_line *line, const char *path, str *text, struct attested_input *input) {
    str problem = {0};
    if (!read_file(line->arena, path, RESULT_MAX_BYTES, text, &problem)) {
        report_unreadable(line, path, problem);
        return false;
    }
    if (is_own_report(*text)) {
        report_fault(line, path, DIAG_OWN_REPORT, STR("this is what assize said of a result, and no result"),
                     STR("attest the result itself: it is judged again, and only that is signed"));
        return false;
    }
    struct text uri = {.arena = line->arena};
    escape_uri(&uri, str_from(path));
    input->uri = text_str(&uri);
    digest_of(*text, &input->digest);
    return true;
}

static bool judge_inputs(const struct command_line *line, const struct program *program, struct attestation *a,
                         struct attested_input *inputs, struct outcome *outcome) {
    bool pair = line->given[OPTION_ATTEST_VARIANT];
    const char *paths[] = {pair ? line->values[OPTION_ATTEST_BASELINE] : line->arguments[0],
                           pair ? line->values[OPTION_ATTEST_VARIANT] : NULL};
    struct records *open[2] = {NULL, NULL};
    struct record_error error = {0};
    bool good = true;
    a->input_count = pair ? 2 : 1;
    for (size_t i = 0; i < a->input_count && good; i++) {
        str text;
        good = read_input(line, paths[i], &text, &inputs[i]);
        open[i] = good ? records_open_memory(program, str_from(paths[i]), text, line->arena, &error) : NULL;
        if (good && !open[i]) {
            report_fault(line, paths[i], error.code, error.text, error.help);
            good = false;
        }
    }
    if (good && pair && digest_equal(&inputs[0].digest, &inputs[1].digest)) {
        report_fault(line, paths[1], DIAG_SAME_FILE, STR("the baseline and the variant are the same bytes"),
                     STR("an arm cannot be compared with itself"));
        good = false;
    }
    good = good && judge(line, program, (struct records_pair){open[0], open[1]}, pair ? NULL : open[0], outcome);
    a->verdict = good ? str_copy(line->arena, outcome->verdict) : (str){0};
    a->inputs = inputs;
    records_close(open[0]);
    records_close(open[1]);
    return good;
}

/* --- attesting --- */

static bool write_envelope(const struct command_line *line, const struct attestation *a) {
    struct public_key public_key;
    struct secret_key key;
    str problem = {0};
    if (!read_signer(line, line->values[OPTION_ATTEST_SIGN], &public_key, &key)) {
        return false;
    }
    str statement = attestation_write(line->arena, a);
    str envelope = envelope_write(line->arena, STR(STATEMENT_TYPE), statement, &public_key, &key);
    secret_wipe(&key, sizeof key);
    if (line->arena->failed) {
        complain(line, "out of memory");
        return false;
    }
    if (!line->given[OPTION_ATTEST_OUT]) {
        sink_put(line->out, envelope);
        return true;
    }
    if (!store_create(line->arena, line->values[OPTION_ATTEST_OUT], envelope, STORE_SHARED, NULL, &problem)) {
        complain(line, "%.*s", STR_ARG(problem));
        return false;
    }
    return true;
}

/* The digest is of the very bytes that were compiled. */
static struct program *compile(const struct command_line *line, struct digest *digest) {
    struct lock_wish wish = {.required = line->given[OPTION_ATTEST_LOCKED] || line->given[OPTION_ATTEST_TRUST],
                             .trust = line->given[OPTION_ATTEST_TRUST] ? line->values[OPTION_ATTEST_TRUST] : NULL};
    wish.format_file = line->given[OPTION_ATTEST_FORMAT_FILE] ? line->values[OPTION_ATTEST_FORMAT_FILE] : NULL;
    return compile_locked(line, &wish, line->values[OPTION_ATTEST_POLICY], (struct style){.ascii = true}, digest);
}

static int attest(const struct command_line *line) {
    static const enum option needed[] = {OPTION_ATTEST_POLICY, OPTION_ARTIFACT, OPTION_RESOURCE, OPTION_VERIFIER,
                                         OPTION_ATTEST_SIGN};
    bool pair = line->given[OPTION_ATTEST_BASELINE] && line->given[OPTION_ATTEST_VARIANT];
    bool half = line->given[OPTION_ATTEST_BASELINE] != line->given[OPTION_ATTEST_VARIANT];
    if (!needs(line, needed, sizeof needed / sizeof *needed)) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (half || line->argument_count != (pair ? 0 : 1)) {
        return misuse(line, "attest takes one result, or --baseline and --variant");
    }
    struct attested_input inputs[2];
    struct outcome outcome;
    struct attestation a = {.resource = option(line, OPTION_RESOURCE), .verifier = option(line, OPTION_VERIFIER)};
    if (!find_time(line, line->given[OPTION_ATTEST_TIME] ? line->values[OPTION_ATTEST_TIME] : NULL, &a.time) ||
        !artifact_digest(line, option(line, OPTION_ARTIFACT), &a.subject_digest)) {
        return EXIT_FAILURE_TO_RUN;
    }
    a.subject = option(line, OPTION_ARTIFACT);
    a.version = STR(ASSIZE_VERSION);
    struct program *program = compile(line, &a.policy_digest);
    if (!program) {
        return EXIT_FAILURE_TO_RUN;
    }
    struct text uri = {.arena = line->arena};
    escape_uri(&uri, option(line, OPTION_ATTEST_POLICY));
    a.policy = line->given[OPTION_POLICY_URI] ? option(line, OPTION_POLICY_URI) : text_str(&uri);
    a.policy_name = program->name;
    int code = EXIT_FAILURE_TO_RUN;
    if (judge_inputs(line, program, &a, inputs, &outcome)) {
        a.passed = outcome.class == CLASS_ACCEPT;
        if (write_envelope(line, &a)) {
            code = outcome.class == CLASS_ACCEPT   ? EXIT_ACCEPT
                   : outcome.class == CLASS_REJECT ? EXIT_REJECT
                                                   : EXIT_INCONCLUSIVE;
        }
    }
    program_free(program);
    return code;
}

/* --- verifying --- */

static int fail_step(const struct command_line *line, enum diag_code code, str text) {
    report_fault(line, line->values[OPTION_VERIFY], code, text, (str){0});
    return code == DIAG_UNREADABLE ? EXIT_FAILURE_TO_RUN : EXIT_REJECT;
}

static int verify(const struct command_line *line) {
    static const enum option needed[] = {OPTION_ATTEST_TRUST, OPTION_ARTIFACT, OPTION_RESOURCE, OPTION_VERIFIER};
    struct expectation expected = {.resource = option(line, OPTION_RESOURCE),
                                   .verifier = option(line, OPTION_VERIFIER)};
    struct key_list trusted = {0};
    struct digest policy_digest;
    str text, payload, problem;
    size_t signer = 0;
    if (!needs(line, needed, sizeof needed / sizeof *needed)) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (line->argument_count > 0) {
        return misuse(line, "with --verify there is one envelope and no result");
    }
    expected.level = line->given[OPTION_ATTEST_LEVEL] ? option(line, OPTION_ATTEST_LEVEL) : STR(LEVEL_ACCEPT);
    struct source source;
    if (!read_trusted(line, line->values[OPTION_ATTEST_TRUST], &trusted) ||
        !artifact_digest(line, option(line, OPTION_ARTIFACT), &expected.subject) ||
        (line->given[OPTION_ATTEST_POLICY] && !read_policy(line, line->values[OPTION_ATTEST_POLICY], &source))) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (line->given[OPTION_ATTEST_POLICY]) {
        digest_of(source.text, &policy_digest);
        expected.policy = &policy_digest;
    }
    if (!read_file(line->arena, line->values[OPTION_VERIFY], RESULT_MAX_BYTES, &text, &problem)) {
        return fail_step(line, DIAG_UNREADABLE, problem);
    }
    enum envelope_status status =
        envelope_open(line->arena, text, STR(STATEMENT_TYPE), &trusted, &payload, &signer, &problem);
    if (status != ENVELOPE_VERIFIED) {
        return fail_step(line, status == ENVELOPE_BROKEN ? DIAG_ENVELOPE : DIAG_ENVELOPE_SIGNATURE, problem);
    }
    struct attestation a;
    struct attestation_fault fault;
    if (!attestation_check(line->arena, payload, &expected, &a, &fault)) {
        return fail_step(line, fault.code, fault.text);
    }
    str name = key_name(line->arena, &trusted.items[signer]);
    sink_format(line->out, "verified: PASSED, signed by %.*s\n", STR_ARG(name));
    return EXIT_ACCEPT;
}

int run_attest(const struct command_line *line) {
    return line->given[OPTION_VERIFY] ? verify(line) : attest(line);
}
