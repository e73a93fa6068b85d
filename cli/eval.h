/* `assize eval`: what its parts share.
 *
 *   cmd_eval.c    the command: policies, inputs and outputs to one exit code
 *   policies.c    -p and --policy-from → compiled programs
 *   git.c         what a file was at a revision
 *   results.c     arguments → result files (cli/results.h); wildcard.c matches their names
 *   judging.c     a source of records, a pair → verdicts, each by every policy
 *   parallel.c    the same on several threads, to the same bytes
 *   choose.c      which of the records is the one (--select)
 *   progress.c    how far it is, on a terminal
 *   interrupt.c   Ctrl-C and SIGTERM
 *
 * A judging is one thread's work: it owns its arena and its totals, and shares nothing that is written to. */
#ifndef CLI_EVAL_H
#define CLI_EVAL_H

#include "cli/outputs.h"
#include "cli/results.h"
#include "records/records.h"

/* --- policies --- */

struct policies {
    struct program **items;
    size_t count, capacity;
};

/* False after a message: one cannot be read, does not compile, or is not there. Free them in any case. */
bool policies_load(const struct command_line *line, struct policies *policies);
void policies_free(struct policies *policies);

/* --- git (git.c): a program of its own, started without a shell --- */

enum git_status { GIT_DONE, GIT_NO_SUCH_THING, GIT_FAILED };

/* The commit that a revision means, as its hash. GIT_FAILED: *problem and *help say why. */
enum git_status git_find_commit(struct arena *arena, const char *revision, str *commit, str *problem, str *help);

/* The bytes of a file, as of a commit, by its path from here. */
enum git_status git_read_file(struct arena *arena, str commit, const char *path, str *text, str *problem);

/* The names of all files in a folder and below it, as of a commit, each ended by a NUL. */
enum git_status git_list_folder(struct arena *arena, str commit, const char *path, str *names, str *problem);

/* --- judging --- */

struct reporter {
    const struct report_format *format;
    struct report report;
};

struct candidates {
    struct candidate *items;
    size_t count, capacity;
};

struct judging {
    const struct command_line *line;   /* of complaints: of the main thread's judging alone */
    const struct command_line *beside; /* says which files of samples stand beside two arms; NULL: none does */
    const struct policies *policies;
    struct reporter *reporters; /* one for each output */
    size_t reporter_count;
    struct arena record;      /* reset for each */
    struct totals *by_policy; /* one for each policy; nothing of them is shared */
    struct candidates candidates;
    struct arena *candidate_arena; /* NULL: nothing is chosen */
    str select_by;
    bool answers;       /* of --why and --why-not, in place of reports */
    struct style style; /* theirs */
    bool fail_fast;
    bool stopped;       /* a record was not accepted, and fail_fast says to stop */
    bool out_of_memory; /* a report is not whole */
    struct progress *progress;
};

/* Opened files of one source, for every policy. */
struct readers {
    struct records **items; /* the first holds the stream */
    size_t count;
};

/* False, with the error refused in the judging's name, where they cannot be opened. */
bool judging_open(struct judging *judging, const char *path, struct readers *readers);
/* For pieces of a file: records_begin_piece. */
bool judging_open_pieces(struct judging *judging, str name, struct readers *readers);
void readers_close(struct readers *readers);

/* Judges what is left of an opened source. */
void judging_read(struct judging *judging, struct readers *readers);

void judging_source(struct judging *judging, const struct result_file *file);
void judging_pair(struct judging *judging, const char *baseline, const char *variant);
void judging_refuse(struct judging *judging, const struct record_error *error);
void judging_refuse_file(struct judging *judging, const struct result_file *file);

/* Whether there is no more to do: stopped, or nobody reads what is written. */
bool judging_is_over(const struct judging *judging);

/* All policies' totals in one. */
struct totals judging_totals(const struct judging *judging);
void totals_add(struct totals *to, const struct totals *from);

/* Judges files one after the other in the given order on `jobs` threads: the same bytes as judging_source, whatever
 * their number. Only where every report says of a record what it says, whatever came before. */
void judging_files(struct judging *judging, const struct result_list *files, unsigned jobs);
bool judging_may_part(const struct judging *judging);

/* --- choosing (choose.c) --- */

/* The choice among candidates, by the rules of `--select`. */
void choose(const struct candidates *candidates, bool any_error, str by, bool higher, struct selection *choice);

/* 0 one, 1 none as all are rejected, 2 broken, 3 a tie, or open, or none as some are inconclusive. */
int choice_exit_code(const struct selection *choice);

/* --- progress (progress.c) --- */

struct progress {
    int descriptor; /* -1: silent */
    bool terminal;  /* a line that is written over; else a line every half minute */
    bool shown;
    long long began, last; /* in milliseconds */
};

void progress_start(struct progress *progress, bool out_is_terminal);
void progress_tick(struct progress *progress, const struct totals *totals, size_t policies);
void progress_end(struct progress *progress); /* takes away what is shown */

/* --- interrupts (interrupt.c) --- */

/* From now on Ctrl-C and SIGTERM say so, empty the reports that are not whole yet, and end the program by the signal. A pipe
 * that nobody reads is a failed write. */
void interrupts_watch(const struct outputs *outputs);
void interrupts_forget(void);

#endif
