/* Each call of each command fails, one run for each: the outcome is the same bytes as without a fault, or a refusal with
 * exit status 2 that says so. A program that prints TAP; the product's own `main` is linked into it and run in a child.
 *
 *     faults [MOST [SCENARIO]]     at most MOST calls of a name a scenario, evenly chosen (0, the default: all of them)
 *
 * After a fault a run may end in one of three ways:
 *   as ever      same status, same standard output, same files
 *   refused      status 2 (or the scenario's own, with its code), something said, no line that promotes and was not there without
 *                the fault; each file is as it
 *                was before or as it should have become (a report that was being written may be cut short)
 *                A write that does a part may be taken for a full disk, where a line must be written in one piece.
 *   killed       by us; each file is as it was before or as it should have become
 * It never crashes, hangs, ends with another status, or leaks. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/sandbox.h"
#include "tests/fault/fault.h"
#include "tests/fault/snapshot.h"

enum { MOST_ARGUMENTS = 24, MOST_SIGNS = 2, HANG_SECONDS = 20, REFUSED = 2, SHOWN = 6 };

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);
void __wrap_sandbox_enter(enum sandbox sandbox);
const char *__asan_default_options(void);
void __gcov_dump(void); /* of libgcov, where coverage is measured */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED
#endif

const char *__asan_default_options(void) {
    return "exitcode=99:allocator_may_return_null=1";
}

struct scenario {
    char name[120];
    char *words[MOST_ARGUMENTS + 1];
    int word_count;
    char *input;                   /* what is on standard input, or NULL */
    char *reports[MOST_ARGUMENTS]; /* files that a refusal may leave cut short */
    int report_count;
    char *signs[MOST_SIGNS]; /* one of them says a refusal that ends with `status` instead */
    int sign_count, status;
    struct snapshot before;
};

/* What a run left. */
struct result {
    int status; /* of the exit, or -1 */
    int signal; /* that ended it, or 0 */
    char *out, *err;
    size_t out_length, err_length;
    struct snapshot after;
    struct fault_state state;
};

struct figures {
    long runs, same, refused, killed, findings;
};

static char root[] = "/tmp/assize-faults.XXXXXX";
static char scratch[64], out_path[64], err_path[64];
static struct fault_state *shared;
static long allowed_live;
static int count, failures;

static void tap(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tap(bool good, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%sok %d - ", good ? "" : "not ", ++count);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    failures += !good;
    fflush(stdout);
}

/* ---- one run ---- */

static void redirect(int descriptor, const char *path, int flags) {
    int fd = open(path, flags, 0666);
    if (fd < 0 || dup2(fd, descriptor) < 0) {
        _exit(98);
    }
    close(fd);
}

static _Noreturn void be_the_program(const struct scenario *scenario, enum fault_call call, long nth,
                                     enum fault_mode mode) {
    char *words[MOST_ARGUMENTS + 2] = {"assize"};
    memcpy(words + 1, scenario->words, sizeof scenario->words);
    redirect(STDOUT_FILENO, out_path, O_WRONLY | O_CREAT | O_TRUNC);
    redirect(STDERR_FILENO, err_path, O_WRONLY | O_CREAT | O_TRUNC);
    if (chdir(scratch) != 0) {
        _exit(98);
    }
    redirect(STDIN_FILENO, scenario->input ? scenario->input : "/dev/null", O_RDONLY);
    alarm(HANG_SECONDS);
    fault_arm(shared, call, nth, mode);
    int status = __real_main(scenario->word_count + 1, words);
    fault_disarm();
    shared->returned = true;
#ifdef ASSIZE_COVERAGE
    __gcov_dump();
#endif
#ifdef SANITIZED
    exit(status);
#else
    _exit(status);
#endif
}

/* Leaves the folder as the run left it. */
static void run_and_keep(const struct scenario *scenario, enum fault_call call, long nth, enum fault_mode mode,
                         struct result *result) {
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        be_the_program(scenario, call, nth, mode);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    *result = (struct result){.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                              .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                              .state = *shared};
    result->out = read_whole(out_path, &result->out_length);
    result->err = read_whole(err_path, &result->err_length);
    snapshot_take(&result->after, scratch);
}

static void run(const struct scenario *scenario, enum fault_call call, long nth, enum fault_mode mode,
                struct result *result) {
    run_and_keep(scenario, call, nth, mode, result);
    snapshot_restore(&scenario->before, &result->after, scratch);
}

static void result_free(struct result *result) {
    free(result->out);
    free(result->err);
    snapshot_free(&result->after);
}

/* ---- judging it ---- */

static bool same_text(const char *a, size_t a_length, const char *b, size_t b_length) {
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

static bool has_line(const char *text, const char *line, size_t length) {
    for (const char *at = text; (at = memmem(at, strlen(at), line, length)) != NULL; at++) {
        if ((at == text || at[-1] == '\n') && (at[length] == '\n' || at[length] == 0)) {
            return true;
        }
    }
    return false;
}

static bool promotes(const char *line, size_t length) {
    static const char *const words[] = {"SHIP", "\"ship\"", "\"accept\"", "ACCEPT"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (memmem(line, length, words[i], strlen(words[i]))) {
            return true;
        }
    }
    return false;
}

/* A line that says ship and is not among those of the run without faults. */
static bool has_new_promotion(const char *right, const char *text) {
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        if (line[length] == '\n' && promotes(line, length) && !has_line(right, line, length)) {
            return true;
        }
        line += length + (line[length] == '\n');
    }
    return false;
}

static bool is_report(const struct scenario *scenario, const char *path) {
    for (int i = 0; i < scenario->report_count; i++) {
        if (strcmp(scenario->reports[i], path) == 0) {
            return true;
        }
    }
    return false;
}

/* Each file as before or as it should be; `whole`: as it should be. The path of one that is not, or NULL. */
static const char *find_bad_file(const struct scenario *scenario, const struct result *right,
                                 const struct result *result, bool whole, bool killed) {
    for (int i = 0; i < result->after.count; i++) {
        const struct snapshot_file *file = &result->after.files[i];
        const struct snapshot_file *old = snapshot_find(&scenario->before, file->path);
        const struct snapshot_file *new = snapshot_find(&right->after, file->path);
        bool good = snapshot_same(file, new) || (!whole && snapshot_same(file, old));
        if (!good && !whole && file->bytes && is_report(scenario, file->path)) {
            good = !has_new_promotion(new ? new->bytes : "", file->bytes);
        }
        /* who is killed leaves the file it was making, under a name that nobody reads */
        if (!good && !(killed && !old && !new)) {
            return file->path;
        }
    }
    const struct snapshot *wanted = whole ? &right->after : &scenario->before;
    for (int i = 0; i < wanted->count; i++) {
        if (!snapshot_find(&result->after, wanted->files[i].path)) {
            return wanted->files[i].path;
        }
    }
    return NULL;
}

static bool is_refused(const struct scenario *scenario, const struct result *result) {
    bool said = false;
    for (int i = 0; i < scenario->sign_count; i++) {
        said = said || strstr(result->err, scenario->signs[i]) || strstr(result->out, scenario->signs[i]);
    }
    return result->status == REFUSED || (said && result->status == scenario->status);
}

/* What is wrong with a run; NULL: nothing. */
static const char *fault_of(const struct scenario *scenario, const struct result *right, const struct result *result,
                            enum fault_call call, enum fault_mode mode, struct figures *figures) {
    static char words[300];
    bool killed = mode == MODE_KILLED && result->signal == SIGKILL;
    if (killed) {
        figures->killed++;
        const char *bad = find_bad_file(scenario, right, result, false, true);
        snprintf(words, sizeof words, "killed, and `%s` is neither old nor new", bad ? bad : "");
        return bad ? words : NULL;
    }
    if (result->signal) {
        return result->signal == SIGALRM ? "it hangs" : "it crashes";
    }
#ifndef SANITIZED
    if (result->state.returned && result->state.live > allowed_live) {
        snprintf(words, sizeof words, "%ld allocations are never freed", result->state.live);
        return words;
    }
#endif
    if (result->status != right->status && !is_refused(scenario, result)) {
        snprintf(words, sizeof words, "it ends with %d, not %d", result->status, right->status);
        return words;
    }
    if ((mode == MODE_SHORT && call != FAULT_write) || mode == MODE_EINTR || !is_refused(scenario, result)) {
        const char *bad = find_bad_file(scenario, right, result, true, false);
        if (result->status != right->status) {
            return "it is refused, and nothing failed";
        }
        if (!same_text(result->out, result->out_length, right->out, right->out_length)) {
            return "the same status, but other standard output";
        }
        snprintf(words, sizeof words, "the same status, but `%s` is not as it should be", bad ? bad : "");
        figures->same++;
        return bad ? words : NULL;
    }
    figures->refused++;
    if (result->out_length + result->err_length == 0 && call != FAULT_write) {
        return "it is refused, and says nothing";
    }
    if (has_new_promotion(right->out, result->out)) {
        return "it is refused, and yet a line says ship";
    }
    const char *bad = find_bad_file(scenario, right, result, false, false);
    snprintf(words, sizeof words, "it is refused, and `%s` is neither old nor new", bad ? bad : "");
    return bad ? words : NULL;
}

/* ---- a scenario ---- */

static void show(const struct result *result, const char *words, enum fault_call call, long nth, enum fault_mode mode) {
    printf("# %s %ld %s: %s\n", fault_call_names[call], nth, fault_mode_names[mode], words);
    if (getenv("FAULTS_SHOW_OUTPUT")) {
        printf("%s\n", result->out);
    }
    size_t shown = result->err_length < 400 ? result->err_length : 400;
    for (const char *at = result->err, *end = at + shown; at < end;) {
        size_t length = strcspn(at, "\n");
        printf("#   %.*s\n", (int)length, at);
        at += length + 1;
    }
}

/* True for a place that was not asked about before: a set that only grows. */
static bool is_new_place(uintptr_t place) {
    static uintptr_t seen[1 << 17];
    const size_t mask = sizeof seen / sizeof *seen - 1;
    size_t at = (place * 0x9e3779b97f4a7c15u) >> 40 & mask;
    while (seen[at] != 0 && seen[at] != place) {
        at = (at + 1) & mask;
    }
    bool is_new = seen[at] == 0;
    seen[at] = place;
    return is_new;
}

static void try_faults(const struct scenario *scenario, const struct result *right, long most,
                       struct figures *figures) {
    for (int call = 0; call < FAULT_CALLS; call++) {
        long calls = right->state.calls[call];
        long step = most > 0 && calls > most ? (calls + most - 1) / most : 1;
        for (int mode = 0; mode < FAULT_MODES; mode++) {
            if (!(fault_call_modes[call] & 1u << mode)) {
                continue;
            }
            bool places = mode == MODE_PLACE;
            for (long nth = step > 1 && !places ? (call + mode) % step : 0; nth < calls; nth += places ? 1 : step) {
                if (places && (nth >= FAULT_PLACES || !is_new_place(fault_places[nth]))) {
                    continue;
                }
                struct result result;
                run(scenario, (enum fault_call)call, nth, (enum fault_mode)mode, &result);
                figures->runs++;
                const char *words =
                    fault_of(scenario, right, &result, (enum fault_call)call, (enum fault_mode)mode, figures);
                if (words && figures->findings++ < SHOWN) {
                    show(&result, words, (enum fault_call)call, nth, (enum fault_mode)mode);
                }
                result_free(&result);
            }
        }
    }
}

static void try_scenario(struct scenario *scenario, long most, struct figures *total) {
    struct result right;
    struct figures figures = {0};
    snapshot_take(&scenario->before, scratch);
    run(scenario, FAULT_malloc, -1, MODE_ONCE, &right);
    /* the C library keeps what threads need for the next one */
    allowed_live = right.state.calls[FAULT_pthread_create] > 0 ? right.state.live : 0;
    if (right.signal || !right.state.returned || right.state.live > allowed_live) {
        tap(false, "%s: without faults it ends with %d, signal %d, %ld allocations never freed", scenario->name,
            right.status, right.signal, right.state.live);
    } else {
        try_faults(scenario, &right, most, &figures);
        tap(figures.findings == 0 && figures.runs > 0,
            "%s (status %d): %ld faults, %ld as ever, %ld refused, %ld killed, %ld findings", scenario->name,
            right.status, figures.runs, figures.same, figures.refused, figures.killed, figures.findings);
    }
    total->runs += figures.runs;
    result_free(&right);
    struct snapshot none = {.count = 0};
    snapshot_restore(&none, &scenario->before, scratch);
    snapshot_free(&scenario->before);
}

/* ---- the table ---- */

static void copy_file(const char *from, const char *to) {
    size_t length = 0;
    char *bytes = read_whole(from, &length), path[300];
    snprintf(path, sizeof path, "%s/%s", scratch, to);
    FILE *file = bytes ? fopen(path, "wb") : NULL;
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        printf("Bail out! cannot copy %s\n", from);
        exit(1);
    }
    free(bytes);
}

static void read_command(struct scenario *scenario, char *line) {
    scenario->word_count = 0;
    scenario->input = NULL;
    for (char *word = strtok(line, " "); word && scenario->word_count < MOST_ARGUMENTS; word = strtok(NULL, " ")) {
        if (strcmp(word, "<") == 0) {
            scenario->input = strtok(NULL, " ");
            break;
        }
        scenario->words[scenario->word_count++] = word;
    }
    scenario->words[scenario->word_count] = NULL;
}

static void read_line(struct scenario *scenario, char *line, long most, const char *wanted, struct figures *total) {
    bool chosen = !wanted || strstr(scenario->name, wanted);
    char *rest = line + 2;
    if (line[0] == '=') {
        snprintf(scenario->name, sizeof scenario->name, "%s", rest);
        scenario->report_count = 0;
        scenario->sign_count = 0;
    } else if (line[0] == '<' && chosen) {
        char *from = strtok(rest, " "), *to = strtok(NULL, " ");
        const char *base = strrchr(from, '/');
        copy_file(from, to ? to : base ? base + 1 : from);
    } else if (line[0] == '~' && scenario->report_count < MOST_ARGUMENTS) {
        scenario->reports[scenario->report_count++] = rest;
    } else if (line[0] == '?' && scenario->sign_count < MOST_SIGNS) {
        scenario->signs[scenario->sign_count++] = strtok(rest, " ");
        scenario->status = atoi(strtok(NULL, " "));
    } else if (line[0] == '!' && chosen) {
        struct result result;
        read_command(scenario, rest);
        run_and_keep(scenario, FAULT_malloc, -1, MODE_ONCE, &result);
        if (result.status != 0) {
            tap(false, "%s: what comes before it ends with %d: %s", scenario->name, result.status, result.err);
        }
        result_free(&result);
    } else if (line[0] == '$' && chosen) {
        read_command(scenario, rest);
        try_scenario(scenario, most, total);
    }
}

/* The driver counts, and looks for leaks, in the process that runs the product: it needs more than the product may. */
void __wrap_sandbox_enter(enum sandbox sandbox) {
    (void)sandbox;
}

int __wrap_main(int argc, char **argv) {
    long most = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    size_t length = 0;
    char *table = read_whole("tests/fault/scenarios.txt", &length);
    struct scenario scenario = {.word_count = 0};
    struct figures total = {0};
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fault_places =
        mmap(NULL, FAULT_PLACES * sizeof *fault_places, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!table || shared == MAP_FAILED || fault_places == MAP_FAILED || !mkdtemp(root)) {
        printf("Bail out! no table, or no folder\n");
        return 1;
    }
    snprintf(scratch, sizeof scratch, "%s/scratch", root);
    snprintf(out_path, sizeof out_path, "%s/out", root);
    snprintf(err_path, sizeof err_path, "%s/err", root);
    mkdir(scratch, 0777);
    tzset(); /* the C library keeps what it read; that is no leak of ours */
    for (char *line = table; line < table + length;) {
        size_t end = strcspn(line, "\n");
        line[end] = 0;
        read_line(&scenario, line, most, argc > 2 ? argv[2] : NULL, &total);
        line += end + 1;
    }
    printf("# %ld faults\n1..%d\n", total.runs, count);
    unlink(out_path);
    unlink(err_path);
    rmdir(scratch);
    rmdir(root);
    free(table);
    return failures > 0 || total.runs == 0;
}
