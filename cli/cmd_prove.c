/* assize prove: what a policy can and cannot say, each answer with a record that shows it or with "none exists". */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/prove.h"
#include "compiler/compile.h"
#include "library/witness.h"

static bool write_file(const struct command_line *line, const char *path, str text) {
    struct buffer *buffer = arena_alloc(line->arena, sizeof *buffer);
    int descriptor = buffer ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (descriptor < 0) {
        complain(line, "cannot write `%s`: %s", path, buffer ? strerror(errno) : "out of memory");
        return false;
    }
    buffer->descriptor = descriptor;
    struct sink sink = sink_to_buffer(buffer);
    sink_put(&sink, text);
    bool written = buffer_flush(buffer, &sink);
    if (close(descriptor) != 0 || !written) {
        complain(line, "`%s` could not be written", path);
        return false;
    }
    return true;
}

/* The verdicts' witnesses, one a line, in the ladder's order. */
static bool write_witnesses(const struct command_line *line, const struct proof *proof) {
    struct text text = {.arena = line->arena};
    for (size_t i = 0; i < proof->answer_count; i++) {
        const struct answer *answer = &proof->answers[i];
        if (answer->question == ASK_VERDICT && answer->status == PROOF_WITNESS) {
            if (answer->witness.baseline.length > 0) {
                complain(
                    line,
                    "the witnesses of this policy are pairs of files, because `from:` names no place for a baseline: use --witness-dir");
                return false;
            }
            text_add(&text, answer->witness.record);
            text_add_char(&text, '\n');
        }
    }
    return write_file(line, line->values[OPTION_WITNESS], text_str(&text));
}

static bool write_answer(const struct command_line *line, const struct proof *proof, const struct answer *answer,
                         const char *folder) {
    str name = proof_name(proof, answer, line->arena);
    bool pair = answer->witness.baseline.length > 0;
    str path = str_format(line->arena, "%s/%.*s%s.json", folder, STR_ARG(name), pair ? ".variant" : "");
    str record = str_format(line->arena, "%.*s\n", STR_ARG(answer->witness.record));
    if (line->arena->failed || !write_file(line, path.at, record)) {
        return false;
    }
    if (!pair) {
        return true;
    }
    path = str_format(line->arena, "%s/%.*s.baseline.json", folder, STR_ARG(name));
    record = str_format(line->arena, "%.*s\n", STR_ARG(answer->witness.baseline));
    return !line->arena->failed && write_file(line, path.at, record);
}

static bool write_folder(const struct command_line *line, const struct proof *proof) {
    const char *folder = line->values[OPTION_WITNESS_DIR];
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        complain(line, "cannot make the folder `%s`: %s", folder, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < proof->answer_count; i++) {
        const struct answer *answer = &proof->answers[i];
        if (answer->status == PROOF_WITNESS && !write_answer(line, proof, answer, folder)) {
            return false;
        }
    }
    return true;
}

static struct program *compile(const struct command_line *line) {
    struct source source;
    if (!read_policy(line, line->arguments[0], &source)) {
        return NULL;
    }
    struct diags diags;
    diags_init(&diags, line->arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    diags_sort(&diags);
    report_findings(line->err, (struct style){.ascii = true}, &diags, line->arena);
    if (!program) {
        complain(line, line->arena->failed ? "out of memory" : "the policy does not compile, so nothing was proved");
    }
    return program;
}

static int report(const struct command_line *line, const struct proof *proof, bool json) {
    struct arena arena;
    arena_init(&arena);
    (json ? prove_json : prove_text)(line->out, proof, &arena);
    bool good = !arena.failed;
    arena_free(&arena);
    if (!good) {
        complain(line, "out of memory");
    }
    good = good && (!line->given[OPTION_WITNESS] || write_witnesses(line, proof));
    good = good && (!line->given[OPTION_WITNESS_DIR] || write_folder(line, proof));
    struct proof_count count = proof_count(proof);
    return !good || line->arena->failed ? EXIT_FAILURE_TO_RUN
           : count.findings > 0         ? EXIT_FINDINGS
           : count.undecided > 0        ? EXIT_FAILURE_TO_RUN
                                        : EXIT_ACCEPT;
}

int run_prove(const struct command_line *line) {
    const char *format = line->given[OPTION_PROVE_OUTPUT] ? line->values[OPTION_PROVE_OUTPUT] : "text";
    bool json = strcmp(format, "json") == 0;
    if (line->argument_count != 1) {
        return misuse(line, "prove takes one policy");
    }
    if (!json && strcmp(format, "text") != 0) {
        return misuse(line, "there is no format `%s`: there are text and json", format);
    }
    struct program *program = compile(line);
    if (!program) {
        return EXIT_FAILURE_TO_RUN;
    }
    struct arena arena;
    arena_init(&arena);
    struct proof proof;
    int code = EXIT_FAILURE_TO_RUN;
    if (prove_policy(program, witness_judge, program, &arena, &proof)) {
        code = report(line, &proof, json);
    } else {
        complain(line, "out of memory while the policy was looked at");
    }
    arena_free(&arena);
    program_free(program);
    return code;
}
