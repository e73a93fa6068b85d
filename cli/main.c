/* The program: one table of commands, one exit code. */
#include <fcntl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/sandbox.h"

#define run_EVAL run_eval
#define run_CHECK run_check
#define run_FMT run_fmt
#define run_PROVE run_prove
#define run_LOCK run_lock
#define run_KEY run_key
#define run_DIFF run_diff
#define run_ATTEST run_attest
#define run_RUN run_run
#define run_DUMP run_dump
#define run_EXPLAIN run_explain
#define run_RECORDS run_records
#define run_COMPARE run_compare
#define run_CLUSTERS run_clusters
#define run_FINGERPRINT run_fingerprint
#define run_SCHEMA run_schema
#define run_COMPLETIONS run_completions
#define run_MAN run_man
#define run_TEST run_test
#define run_INIT run_init
#define run_DECIDE run_decide
#define run_VERIFY run_verify
#define run_REPLAY run_replay
#define run_PATTERNS run_patterns
#define run_TIMELINE run_timeline
#define run_SELECT run_select
#define run_CANARY run_canary
#define run_HELP run_help

const struct command_info command_infos[COMMAND_COUNT] = {
#define COMMAND(symbol, name, arguments, summary, details) {name, arguments, summary, details, run_##symbol},
#define OPTION(command, symbol, name, letter, value, meaning)
#include "cli/commands.def"
};

/* Where a caller has closed standard input, output or error, the next file opened would take its place. What is put
 * there cannot be used: reading or writing it fails, and so a verdict that nobody can see does not end with 0. */
static bool open_standard_descriptors(void) {
    for (int wanted = STDIN_FILENO; wanted <= STDERR_FILENO; wanted++) {
        if (fcntl(wanted, F_GETFD) >= 0) {
            continue;
        }
        if (open("/dev/null", wanted == STDIN_FILENO ? O_WRONLY : O_RDONLY) != wanted) {
            return false;
        }
    }
    return true;
}

static int run(struct command_line *line, int argc, char **argv) {
    int code = parse_command_line(line, argc, argv);
    if (code >= 0) {
        return code;
    }
    sandbox_enter(sandbox_of(line));
    return command_infos[line->command].run(line);
}

int main(int argc, char **argv) {
    if (!open_standard_descriptors()) {
        return EXIT_FAILURE_TO_RUN;
    }
    static struct buffer out_buffer, err_buffer;
    out_buffer.descriptor = STDOUT_FILENO;
    err_buffer.descriptor = STDERR_FILENO;
    struct sink out = sink_to_buffer(&out_buffer);
    struct sink err = sink_to_buffer(&err_buffer);
    struct arena arena;
    arena_init(&arena);
    struct command_line line = {.arena = &arena, .out = &out, .err = &err};
    int code = run(&line, argc, argv);
    if (err.failed) { /* a message found no memory to be put together in */
        err = sink_to_buffer(&err_buffer);
        arena.failed = true;
    }
    if (arena.failed ||
        (code == EXIT_FAILURE_TO_RUN && line.output_count == 0 && !out_buffer.spoken && !err_buffer.spoken)) {
        /* memory that runs out in the dark, or leaves none to say so with: the outcome is no result, and is said */
        sink_puts(&err, "assize: out of memory\n");
        code = EXIT_FAILURE_TO_RUN;
    }
    if (!buffer_flush(&out_buffer, &out)) {
        sink_puts(&err, "assize: standard output could not be written\n");
        code = EXIT_FAILURE_TO_RUN;
    }
    buffer_flush(&err_buffer, &err);
    arena_free(&arena);
    return code;
}
