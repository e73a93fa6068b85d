/* assize verify: each record judged again with nothing but itself, and the folder held against its INDEX.
 *
 * Findings come in every format that `check` has. What cannot be seen without a head is said: a verify without one shows that
 * the folder agrees with itself, and no more. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/decide.h"
#include "cli/outputs.h"
#include "cli/repository.h"
#include "ledger/add.h"
#include "ledger/fill.h"
#include "ledger/verify.h"
#include "report/escape.h"
#include "report/finding.h"

struct findings_reporter {
    const struct findings_format *format;
    struct findings_report report;
};

struct verify_run {
    const struct command_line *line;
    struct outputs outputs;
    struct findings_reporter *reporters;
    struct repository repository;
    struct findings_totals totals;
    struct verifier verifier;
    struct arena arena; /* of one record */
    size_t records, overrides, expired, unkept;
    size_t files; /* records and indexes that were looked at */
    str head;
    bool failed;
};

/* --- reports --- */

static bool begin_reports(struct verify_run *run) {
    const struct command_line *line = run->line;
    const char **names = arena_array(line->arena, findings_format_count, sizeof *names);
    for (size_t i = 0; names && i < findings_format_count; i++) {
        names[i] = findings_formats[i].name;
    }
    if (!names || !outputs_open(line, OPTION_VERIFY_COLOR, names, findings_format_count, &run->outputs)) {
        return false;
    }
    run->reporters = arena_array(line->arena, run->outputs.count, sizeof *run->reporters);
    for (size_t i = 0; run->reporters && i < run->outputs.count; i++) {
        const struct output *output = &run->outputs.items[i];
        struct findings_reporter *reporter = &run->reporters[i];
        reporter->format = &findings_formats[output->format];
        reporter->report = (struct findings_report){.sink = output->sink, .style = output->style, .arena = line->arena};
        reporter->format->begin(&reporter->report);
    }
    return run->reporters != NULL;
}

static void report_file(struct verify_run *run, struct checked_file *file, struct diags *diags, struct arena *arena) {
    file->arena = arena;
    file->repository_path = repository_path(arena, &run->repository, file->path.at);
    if (diags) {
        diags_sort(diags);
        checked_file_fill(file, diags);
    }
    findings_count(&run->totals, file);
    for (size_t i = 0; i < run->outputs.count; i++) {
        struct findings_reporter *reporter = &run->reporters[i];
        reporter->format->file(&reporter->report, file);
        reporter->report.files++;
        reporter->report.findings += file->count;
    }
    run->failed = run->failed || arena->failed;
}

static void report_problem(struct verify_run *run, str path, bool unsafe, str problem, struct arena *arena) {
    struct checked_file file = {
        .path = path, .problem = problem, .code = unsafe ? DIAG_LEDGER_UNSAFE : DIAG_UNREADABLE};
    report_ledger(run->line, path, unsafe, problem);
    report_file(run, &file, NULL, arena);
}

static str path_in(struct arena *arena, str folder, str name) {
    return str_format(arena, "%.*s%s%.*s", STR_ARG(folder), folder.length == 0 || str_ends(folder, "/") ? "" : "/",
                      STR_ARG(name));
}

/* --- a record --- */

/* Every hashed value must be the one that the given result has. */
static bool check_hashes(struct verify_run *run, const struct source *source, struct diags *diags,
                         const struct verified *verified) {
    const struct decision *said = &verified->decision;
    const struct command_line *line = run->line;
    struct decision found = {0};
    struct record_error error;
    str problem = {0};
    const struct bench *bench = verifier_bench(&run->verifier, said, &run->arena, &problem);
    if (!bench || !decision_fill(&found, bench, said->policy_text, line->values[OPTION_VERIFY_RESULT],
                                 line->given[OPTION_VERIFY_BASELINE] ? line->values[OPTION_VERIFY_BASELINE] : NULL,
                                 said->salt, &run->arena, &error, &problem)) {
        complain(line, "the result cannot be judged by the record's policy: %.*s",
                 STR_ARG(problem.length > 0 ? problem : error.text));
        return false;
    }
    struct diag *diag;
    for (size_t i = 0; i < said->hashed.count || i < found.hashed.count; i++) {
        const struct decision_pair *a = i < said->hashed.count ? &said->hashed.items[i] : NULL;
        const struct decision_pair *b = i < found.hashed.count ? &found.hashed.items[i] : NULL;
        if (!a || !b || !str_equal(a->key, b->key) || !str_equal(a->value, b->value)) {
            str key = a ? a->key : b->key;
            diag = diag_add(diags, DIAG_HASH_DIFFERS, (span){0, source->text.length > 0},
                            "`%.*s` is not the value that the record holds a digest of", STR_ARG(key));
            diag_help(diags, diag, "it is another result, or it was changed since");
        }
    }
    if (!str_equal(said->result_text, found.result_text) || !str_equal(said->baseline_text, found.baseline_text)) {
        diag = diag_add(diags, DIAG_HASH_DIFFERS, (span){0, source->text.length > 0},
                        "what the policy reads of the result is not what the record holds");
        diag_help(diags, diag, "it is another result, or it was changed since");
    } else if (!str_equal(said->trace, found.trace)) {
        diag = diag_add(diags, DIAG_HASH_DIFFERS, (span){0, source->text.length > 0},
                        "judged again, the result does not give the record's trace");
        diag_help(diags, diag, "it is another result, or it was changed since");
    }
    return true;
}

static void count_record(struct verify_run *run, const struct verified *verified) {
    run->records++;
    if (verified->readable) {
        run->overrides += decision_is_override(&verified->decision);
        run->unkept += verified->unkept > 0;
    }
}

/* What the index says of a file: whether it is listed, and with the digest that it has. */
static void check_listing(const struct index *index, str name, str bytes, struct diags *diags, struct arena *arena) {
    struct digest digest;
    span at = {0, bytes.length > 0};
    uint32_t number = table_find(&index->by_name, name);
    decision_digest(bytes, &digest);
    str hex = digest_hex(arena, &digest);
    if (number == TABLE_NONE) {
        struct diag *diag = diag_add(diags, DIAG_DECISION_UNLISTED, at, "the record is not listed in " INDEX_FILE);
        diag_help(diags, diag,
                  "`assize verify --adopt` lists it, if it is to stay; see `assize explain unlisted-decision`");
    } else if (!str_equal(index->items[number].record, hex)) {
        struct diag *diag = diag_add(diags, DIAG_DECISION_REPLACED, at,
                                     "the record is not the one that " INDEX_FILE " lists by this name");
        diag_help(diags, diag, "take the file from version control; a decision that has changed is a new record");
    }
}

/* `index` is NULL for a record that is verified by itself. */
static bool verify_one(struct verify_run *run, const struct folder *folder, str name, str path,
                       const struct index *index) {
    struct arena *arena = &run->arena;
    struct source source;
    struct diags diags;
    struct verified verified;
    bool unsafe = false;
    str bytes, problem = {0};
    arena_reset(arena);
    run->files++;
    str shown = str_copy(arena, path), file_name = str_copy(arena, name);
    if (!shown.at || !file_name.at ||
        !folder_read(folder, arena, file_name.at, DECISION_MAX_BYTES, &bytes, &unsafe, &problem)) {
        report_problem(run, shown.at ? shown : path, unsafe, problem.length > 0 ? problem : STR("out of memory"),
                       arena);
        return false;
    }
    if (!source_init(&source, arena, shown, bytes)) { /* nothing was verified: that is no success */
        complain(run->line, "out of memory while `%.*s` was read", STR_ARG(path));
        run->failed = true;
        return false;
    }
    diags_init(&diags, arena, &source);
    bool good = verify_record(&run->verifier, &source, &diags, arena, &verified);
    if (good && verified.readable && run->line->given[OPTION_VERIFY_RESULT]) {
        good = check_hashes(run, &source, &diags, &verified);
    }
    bool whole = diags.errors == 0 && verified.readable;
    if (index) {
        check_listing(index, file_name, bytes, &diags, arena);
    }
    count_record(run, &verified);
    struct checked_file file = {.path = shown, .source = &source};
    report_file(run, &file, &diags, arena);
    if (!good) {
        complain(run->line, "`%.*s` was not verified", STR_ARG(path));
        run->failed = true;
    }
    return good && whole;
}

/* --- the index --- */

static void check_entries(struct verify_run *run, const struct folder *folder, const struct index *index,
                          struct diags *diags, struct arena *arena) {
    for (size_t i = 0; i < index->count; i++) {
        const struct index_entry *entry = &index->items[i];
        str name = str_copy(arena, entry->name);
        if (!name.at || folder_has(folder, name.at)) {
            continue; /* without memory the whole run fails */
        }
        if (errno != ENOENT) { /* who cannot tell does not say that it is gone, nor that it is there */
            complain(run->line, "cannot look for `%.*s`: %s", STR_ARG(entry->name), strerror(errno));
            run->failed = true;
        } else {
            struct diag *diag = diag_add(diags, DIAG_DECISION_DELETED, entry->at,
                                         "`%.*s` is listed here, and it is gone", STR_ARG(entry->name));
            diag_help(diags, diag, "take the file from version control: decisions stay, rejected ones, too");
        }
    }
}

static void check_head(struct verify_run *run, const struct index *index, struct diags *diags) {
    const char *head = run->line->values[OPTION_HEAD];
    if (!run->line->given[OPTION_HEAD] || !head) {
        return;
    }
    str missing = index_find_missing(index, str_from(head));
    if (missing.length > 0) {
        struct diag *diag = diag_add(diags, DIAG_HEAD_MISSING, (span){0, index->source.text.length > 0},
                                     "the head `%.*s` is not here", STR_ARG(missing));
        diag_help(diags, diag, "a decision that was there when this head was printed has been taken out since");
    }
}

/* Reads INDEX; one that is not there is empty. False after a message. */
static bool load_index(struct verify_run *run, const struct folder *folder, struct arena *arena, struct index *index,
                       struct diags *diags) {
    str bytes = {0}, problem;
    bool unsafe;
    str path = path_in(arena, folder->path, STR(INDEX_FILE));
    if ((folder_has(folder, INDEX_FILE) || errno != ENOENT) &&
        !folder_read(folder, arena, INDEX_FILE, INDEX_MAX_BYTES, &bytes, &unsafe, &problem)) {
        report_problem(run, path, unsafe, problem, arena);
        run->failed = true;
        return false;
    }
    if (!index_read(index, arena, path, bytes, diags)) {
        complain(run->line, "out of memory while `%.*s` was read", STR_ARG(path));
        run->failed = true;
        return false;
    }
    return true;
}

static void report_index(struct verify_run *run, const struct folder *folder, struct index *index, struct diags *diags,
                         struct arena *arena) {
    check_entries(run, folder, index, diags, arena);
    check_head(run, index, diags);
    if (!run->line->given[OPTION_HEAD] || !run->line->values[OPTION_HEAD] || diags->count > 0 || index->count > 0) {
        struct checked_file file = {.path = index->source.name, .source = &index->source};
        report_file(run, &file, diags, arena);
    }
    run->head = index_head(index, run->line->arena);
}

/* --- adopting --- */

struct adoption {
    struct folder_names *names;
    bool *whole; /* of each name */
};

static void adopt(struct verify_run *run, const struct folder *folder, const struct index *index,
                  const struct adoption *adoption) {
    const struct command_line *line = run->line;
    bool unsafe;
    str problem = {0};
    struct added added;
    if (index->torn && !ledger_adopt(folder, line->arena, (str){0}, NULL, &added, &unsafe, &problem)) {
        report_ledger(line, folder->path, unsafe, problem);
        run->failed = true;
        return;
    }
    for (size_t i = 0; i < adoption->names->count; i++) {
        str name = adoption->names->items[i], bytes;
        struct digest digest;
        arena_reset(&run->arena);
        if (table_find(&index->by_name, name) != TABLE_NONE || !adoption->whole[i]) {
            continue;
        }
        if (!folder_read(folder, &run->arena, name.at, DECISION_MAX_BYTES, &bytes, &unsafe, &problem)) {
            report_ledger(line, name, unsafe, problem);
            run->failed = true;
            continue;
        }
        decision_digest(bytes, &digest);
        if (!ledger_adopt(folder, &run->arena, name, &digest, &added, &unsafe, &problem)) {
            report_ledger(line, folder->path, unsafe, problem);
            run->failed = true;
            return;
        }
        complain(line, "`%.*s` is listed now", STR_ARG(name));
    }
}

/* Which records are whole, without a report. */
static bool find_whole(struct verify_run *run, const struct folder *folder, const struct index *index,
                       struct adoption *adoption) {
    for (size_t i = 0; i < adoption->names->count; i++) {
        str name = adoption->names->items[i], bytes, problem;
        struct source source;
        struct diags diags;
        struct verified verified;
        bool unsafe;
        arena_reset(&run->arena);
        if (table_find(&index->by_name, name) != TABLE_NONE ||
            !folder_read(folder, &run->arena, name.at, DECISION_MAX_BYTES, &bytes, &unsafe, &problem) ||
            !source_init(&source, &run->arena, name, bytes)) {
            continue;
        }
        diags_init(&diags, &run->arena, &source);
        bool good = verify_record(&run->verifier, &source, &diags, &run->arena, &verified);
        for (size_t j = 0; j < diags.count; j++) {
            good = good && diags.items[j]->code == DIAG_OVERRIDE_EXPIRED;
        }
        adoption->whole[i] = good && verified.readable;
    }
    return !run->arena.failed;
}

/* --- a folder --- */

static void verify_listed(struct verify_run *run, const struct folder *folder, int lock, struct arena *arena,
                          struct folder_names *names) {
    struct index index;
    struct diags diags;
    bool loaded = load_index(run, folder, arena, &index, &diags);
    if (lock >= 0) { /* names and index are of one moment, and records never change */
        close(lock);
    }
    if (!loaded) {
        return;
    }
    if (run->line->given[OPTION_ADOPT]) {
        struct adoption adoption = {names, arena_array(arena, names->count, sizeof(bool))};
        if (adoption.whole && find_whole(run, folder, &index, &adoption)) {
            adopt(run, folder, &index, &adoption);
        }
        if (!load_index(run, folder, arena, &index, &diags)) {
            return;
        }
    }
    for (size_t i = 0; i < names->count; i++) {
        verify_one(run, folder, names->items[i], path_in(arena, folder->path, names->items[i]), &index);
    }
    if (names->count == 0 && index.count == 0) {
        complain(run->line, "error[%s]: there is no decision in `%.*s`", diag_infos[DIAG_NO_DECISIONS].code,
                 STR_ARG(folder->path));
        run->failed = true;
        return;
    }
    report_index(run, folder, &index, &diags, arena);
}

static void verify_folder(struct verify_run *run, str path) {
    struct folder folder;
    struct folder_names names = {0};
    struct arena arena;
    str problem = {0};
    arena_init(&arena);
    if (!open_decisions(run->line, path, false, &folder)) {
        run->failed = true;
    } else {
        int lock = folder_lock(&folder, INDEX_FILE);
        if (folder_list(&folder, &arena, &names, &problem)) {
            verify_listed(run, &folder, lock, &arena, &names);
        } else {
            report_ledger(run->line, path, false, problem);
            run->failed = true;
            close(lock);
        }
    }
    folder_close(&folder);
    run->failed = run->failed || arena.failed;
    arena_free(&arena);
}

/* A record by itself: the folder that holds it is opened, and its name read in it. */
static void verify_file(struct verify_run *run, str path) {
    size_t slash = path.length;
    while (slash > 0 && path.at[slash - 1] != '/') {
        slash--;
    }
    struct folder folder;
    if (!open_decisions(run->line, slash > 0 ? str_slice(path, 0, slash) : STR("."), false, &folder)) {
        run->failed = true;
        return;
    }
    verify_one(run, &folder, str_slice(path, slash, path.length), path, NULL);
    folder_close(&folder);
}

/* --- the end --- */

/* What a person wants to know beside the findings, on standard output, where that is text. */
static void print_summary(struct verify_run *run, bool folders) {
    struct text page = {.arena = run->line->arena};
    bool anchored = run->line->given[OPTION_HEAD] && run->line->values[OPTION_HEAD];
    if (run->records == 0) {
        return;
    }
    text_format(&page, "%zu %s %s", run->records, run->records == 1 ? "decision" : "decisions",
                run->totals.findings > 0 ? "looked at" : "verified");
    if (run->overrides > 0) {
        text_format(&page, ", %zu against the verdict", run->overrides);
    }
    if (run->unkept > 0) {
        text_format(&page, ", %zu in part: what they rest on was not kept", run->unkept);
    }
    text_add_char(&page, '\n');
    if (folders && !anchored && !run->line->given[OPTION_HEAD]) {
        text_add(
            &page,
            STR("not anchored: that nothing was deleted from the end is shown to who gives an earlier `--head`\n"));
    }
    escape_page(run->line->out, text_str(&page));
}

static void print_end(struct verify_run *run, bool folders) {
    bool text = false;
    for (size_t i = 0; i < run->outputs.count; i++) {
        text = text || (!run->outputs.items[i].path &&
                        strcmp(findings_formats[run->outputs.items[i].format].name, "text") == 0);
    }
    if (text) {
        print_summary(run, folders);
        if (run->line->given[OPTION_HEAD] && !run->line->values[OPTION_HEAD] && run->head.length > 0) {
            sink_format(run->line->out, "head %.*s\n", STR_ARG(run->head));
        }
    }
}

static bool check_usage(const struct command_line *line) {
    const char *head = line->given[OPTION_HEAD] ? line->values[OPTION_HEAD] : NULL;
    if (head && !index_is_head(str_from(head))) {
        misuse(line, "`--head` takes what `assize verify --head` printed: 64 hex digits");
    } else if (line->given[OPTION_VERIFY_RESULT] && line->argument_count != 1) {
        misuse(line, "--result goes with one record");
    } else if (line->given[OPTION_VERIFY_BASELINE] && !line->given[OPTION_VERIFY_RESULT]) {
        misuse(line, "--baseline goes with --result");
    } else if (line->given[OPTION_HEAD] && line->argument_count > 1) {
        misuse(line, "--head goes with one folder");
    } else {
        return true;
    }
    return false;
}

static bool is_record_path(const char *path) {
    str name = str_from(path);
    return str_ends(name, ".yaml") || str_ends(name, ".yml");
}

int run_verify(const struct command_line *line) {
    struct verify_run run = {.line = line};
    str today;
    bool folders = line->argument_count == 0;
    if (!check_usage(line) || !clock_today(line, OPTION_VERIFY_TODAY, &today)) {
        return EXIT_FAILURE_TO_RUN;
    }
    arena_init(&run.arena);
    verifier_init(&run.verifier, today);
    if (!repository_find(line->arena, &run.repository) || !begin_reports(&run)) {
        run.failed = true;
    } else {
        if (line->argument_count == 0) {
            verify_folder(&run, STR("decisions"));
        }
        for (size_t i = 0; i < line->argument_count; i++) {
            bool record = is_record_path(line->arguments[i]);
            folders = folders || !record;
            (record ? verify_file : verify_folder)(&run, str_from(line->arguments[i]));
        }
        for (size_t i = 0; i < run.outputs.count; i++) {
            run.reporters[i].format->end(&run.reporters[i].report, &run.totals);
        }
        print_end(&run, folders);
    }
    run.failed = !outputs_close(line, &run.outputs) || run.failed || line->arena->failed;
    verifier_free(&run.verifier);
    arena_free(&run.arena);
    bool failed = run.failed || run.totals.not_checked > 0;
    return failed ? EXIT_FAILURE_TO_RUN : run.totals.findings > 0 ? EXIT_FINDINGS : EXIT_ACCEPT;
}
