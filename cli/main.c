/* The program: one table of commands, one exit code. */
#include <fcntl.h>
#include <unistd.h>

#include "cli/cli.h"

#define run_EVAL run_eval
#define run_CHECK run_check
#define run_PROVE run_prove
#define run_DUMP run_dump
#define run_EXPLAIN run_explain
#define run_RECORDS run_records
#define run_HELP run_help

const struct command_info command_infos[COMMAND_COUNT] = {
#define COMMAND(symbol, name, arguments, summary, details) {name, arguments, summary, details, run_##symbol},
#define OPTION(command, symbol, name, letter, value, meaning)
#include "cli/commands.def"
};

/* Where a caller has closed standard input, output or error, the next file opened would take its place. */
static bool open_standard_descriptors(void) {
    int descriptor;
    do {
        descriptor = open("/dev/null", O_RDWR);
    } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor > STDERR_FILENO) {
        close(descriptor);
    }
    return descriptor >= 0;
}

static int run(struct command_line *line, int argc, char **argv) {
    int code = parse_command_line(line, argc, argv);
    return code >= 0 ? code : command_infos[line->command].run(line);
}

int main(int argc, char **argv) {
    if (!open_standard_descriptors()) {
        return EXIT_FAILURE_TO_RUN;
    }
    static struct buffer out_buffer = {.descriptor = STDOUT_FILENO};
    static struct buffer err_buffer = {.descriptor = STDERR_FILENO};
    struct sink out = sink_to_buffer(&out_buffer);
    struct sink err = sink_to_buffer(&err_buffer);
    struct arena arena;
    arena_init(&arena);
    struct command_line line = {.arena = &arena, .out = &out, .err = &err};
    int code = run(&line, argc, argv);
    if (!buffer_flush(&out_buffer, &out)) {
        sink_puts(&err, "assize: standard output could not be written\n");
        code = EXIT_FAILURE_TO_RUN;
    }
    buffer_flush(&err_buffer, &err);
    arena_free(&arena);
    return code;
}
