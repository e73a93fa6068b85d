/* What the commands share: the parsed command line, files in, text out, exit codes. Only cli/ prints and exits. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/diag.h"
#include "base/sink.h"
#include "report/report.h"

/* One meaning each, changed by no flag but --exit-zero. */
enum exit_code {
    EXIT_ACCEPT = 0,
    EXIT_REJECT = 1,
    EXIT_FINDINGS = 1, /* of `check` */
    EXIT_FAILURE_TO_RUN = 2,
    EXIT_INCONCLUSIVE = 3,
    EXIT_BUG = 70
};

enum command {
    COMMAND_ANY = -1,
#define COMMAND(symbol, name, arguments, summary, details) COMMAND_##symbol,
#define OPTION(command, symbol, name, letter, value, meaning)
#include "cli/commands.def"
    COMMAND_COUNT
};

enum option {
#define COMMAND(symbol, name, arguments, summary, details)
#define OPTION(command, symbol, name, letter, value, meaning) OPTION_##symbol,
#include "cli/commands.def"
    OPTION_COUNT
};

struct command_line;

struct command_info {
    const char *name, *arguments, *summary, *details;
    int (*run)(const struct command_line *line);
};

struct option_info {
    int command; /* enum command, or COMMAND_ANY */
    const char *name;
    char letter;
    const char *value; /* "" where it takes none */
    const char *meaning;
};

/* An option as it was given; of those that may be given again, each. */
struct given_option {
    enum option option;
    const char *value;
};

/* The command line after the command's name. Strings are argv's. */
struct command_line {
    struct arena *arena;
    struct sink *out; /* standard output */
    struct sink *err; /* standard error */
    enum command command;
    bool given[OPTION_COUNT];
    const char *values[OPTION_COUNT]; /* the last one given */
    const char **outputs;             /* of every -o */
    size_t output_count;
    struct given_option *options; /* in the order in which they were given */
    size_t option_count;
    const char **policies; /* of every -p of `eval` */
    size_t policy_count;
    const char **samples; /* of every --sample */
    size_t sample_count;
    const char **arguments;
    size_t argument_count;
};

extern const struct command_info command_infos[COMMAND_COUNT];
extern const struct option_info option_infos[OPTION_COUNT];

/* "assize: MESSAGE" on standard error. Names in it may hold anything: they are shown and cannot act. */
void complain(const struct command_line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reports a misuse on standard error; gives EXIT_FAILURE_TO_RUN. */
int misuse(const struct command_line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Parses argv into `line`; an exit code where that ends the program (help, version, misuse), else -1. */
int parse_command_line(struct command_line *line, int argc, char **argv);

/* The command of that name, or COMMAND_ANY. */
int find_command(const char *name);

void print_help(struct sink *out, int command); /* COMMAND_ANY: the program's */

/* The bytes of a file ("-": standard input), at most `limit` and one more; false with a message in *problem. */
bool read_file(struct arena *arena, const char *path, size_t limit, str *text, str *problem);

/* "PATH: error[A801]: PROBLEM" on standard error. */
void report_unreadable(const struct command_line *line, const char *path, str problem);

/* A policy's source, read; false with a message in *problem, or without one where memory is out. */
bool read_policy_or(struct arena *arena, const char *path, struct source *source, str *problem);

/* The same; the message goes to standard error. */
bool read_policy(const struct command_line *line, const char *path, struct source *source);

/* Writes a file anew, all of it or nothing (cli/replace.c); false with a message in *problem. */
bool replace_file(struct arena *arena, const char *path, str text, str *problem);

/* Colour and marks from the option, NO_COLOR, TERM, the locale's variables and whether `descriptor` is a terminal. */
bool find_style(const struct command_line *line, enum option option, int descriptor, struct style *style);

/* A sink that gathers what is written into blocks before it goes to a descriptor. */
struct buffer {
    int descriptor;
    bool spoken; /* something was written to it */
    size_t used;
    char bytes[1 << 16];
};
struct sink sink_to_buffer(struct buffer *buffer);
bool buffer_flush(struct buffer *buffer, struct sink *sink);

int run_eval(const struct command_line *line);
int run_check(const struct command_line *line);
int run_fmt(const struct command_line *line);
int run_check_fix(const struct command_line *line); /* check with --fix, --unsafe-fixes or --diff */
int run_prove(const struct command_line *line);
int run_lock(const struct command_line *line);
int run_key(const struct command_line *line);
int run_diff(const struct command_line *line);
int run_attest(const struct command_line *line);
int run_run(const struct command_line *line);
int run_dump(const struct command_line *line);
int run_explain(const struct command_line *line);
int run_records(const struct command_line *line);
int run_compare(const struct command_line *line);
int run_clusters(const struct command_line *line);
int run_fingerprint(const struct command_line *line);
int run_schema(const struct command_line *line);
int run_completions(const struct command_line *line);
int run_man(const struct command_line *line);
int run_test(const struct command_line *line);
int run_init(const struct command_line *line);
int run_decide(const struct command_line *line);
int run_verify(const struct command_line *line);
int run_replay(const struct command_line *line);
int run_patterns(const struct command_line *line);
int run_timeline(const struct command_line *line);
int run_select(const struct command_line *line);
int run_canary(const struct command_line *line);
int run_help(const struct command_line *line);

#endif
