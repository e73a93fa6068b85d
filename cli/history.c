/* Folders of decisions → experiments (cli/history.h). A record that cannot be counted is named on standard error, and stays known:
 * nothing that was read badly passes for something that was not there. */
#include "cli/history.h"

#include "cli/decide.h"
#include "report/escape.h"

struct gathering {
    const struct command_line *line;
    struct history *history;
    struct verifier verifier;
    struct arena scratch; /* of one record */
    str project, since;   /* empty: all */
    bool failed;
};

static void report_left_out(const struct command_line *line, const struct left_out *left_out) {
    struct text page = {.arena = line->arena};
    escape_text(&page, left_out->folder, false, ESCAPE_NAME);
    text_add(&page, STR("/"));
    escape_text(&page, left_out->file, false, ESCAPE_NAME);
    text_format(&page, ": error[%s]: the record is left out: ", diag_infos[DIAG_RECORD_LEFT_OUT].code);
    escape_text(&page, left_out->problem, false, ESCAPE_MESSAGE);
    text_add(&page, STR("\n  help: `assize verify` says all that is wrong with it\n"));
    escape_page(line->err, line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
}

static void gather_record(struct gathering *gathering, const struct folder *folder, str path, str name) {
    struct history *history = gathering->history;
    str bytes, problem = {0};
    bool unsafe;
    size_t left_out = history->left_out.count;
    arena_reset(&gathering->scratch);
    str file = str_copy(&gathering->scratch, name);
    if (file.at && !folder_read(folder, &gathering->scratch, file.at, DECISION_MAX_BYTES, &bytes, &unsafe, &problem)) {
        history_leave_out(history, path, name, problem);
    } else if (!file.at || !history_add(history, &gathering->verifier, path, name, bytes, &gathering->scratch)) {
        complain(gathering->line, "out of memory while `%.*s` was read", STR_ARG(name));
        gathering->failed = true;
    }
    if (history->left_out.count > left_out) {
        report_left_out(gathering->line, &history->left_out.items[left_out]);
    }
}

/* "decisions/" and "decisions" are one. */
static str without_slash(str path) {
    while (path.length > 1 && path.at[path.length - 1] == '/') {
        path.length--;
    }
    return path;
}

static void gather_folder(struct gathering *gathering, str path) {
    struct folder folder;
    struct folder_names list = {0};
    str problem = {0};
    if (!open_decisions(gathering->line, path, false, &folder)) {
        gathering->failed = true;
        return;
    }
    if (!folder_list(&folder, gathering->line->arena, &list, &problem)) {
        report_ledger(gathering->line, path, false, problem);
        gathering->failed = true;
    }
    for (size_t i = 0; i < list.count; i++) {
        gather_record(gathering, &folder, without_slash(path), list.items[i]);
    }
    folder_close(&folder);
}

static void gather_file(struct gathering *gathering, str path) {
    size_t slash = path.length;
    while (slash > 0 && path.at[slash - 1] != '/') {
        slash--;
    }
    struct folder folder;
    str parent = slash > 0 ? str_slice(path, 0, slash) : STR(".");
    if (!open_decisions(gathering->line, parent, false, &folder)) {
        gathering->failed = true;
        return;
    }
    str name = str_copy(gathering->line->arena, str_slice(path, slash, path.length));
    if (name.at && folder_has(&folder, name.at)) {
        gather_record(gathering, &folder, without_slash(parent), name);
    } else {
        report_ledger(gathering->line, path, false, STR("there is no such record"));
        gathering->failed = true;
    }
    folder_close(&folder);
}

/* A name of the options that nothing bears is a slip, and would make an empty report. */
static bool select_experiments(struct gathering *gathering) {
    struct history *history = gathering->history;
    size_t kept = 0;
    for (size_t i = 0; i < history->experiments.count; i++) {
        const struct experiment *experiment = &history->experiments.items[i];
        bool project = gathering->project.length == 0 || str_equal(gathering->project, experiment->project);
        bool recent = gathering->since.length == 0 ||
                      str_compare(str_slice(experiment->last->decision.time, 0, 10), gathering->since) >= 0;
        if (project && recent) {
            history->experiments.items[kept++] = *experiment;
        }
    }
    bool any = kept > 0 || history->experiments.count == 0;
    history->experiments.count = kept;
    if (!any) {
        complain(gathering->line, "error[%s]: no experiment is of that project or time",
                 diag_infos[DIAG_NO_DECISIONS].code);
    }
    return any;
}

static bool read_filters(struct gathering *gathering, const struct history_options *options) {
    const struct command_line *line = gathering->line;
    gathering->project = line->given[options->project] ? str_from(line->values[options->project]) : (str){0};
    gathering->since = line->given[options->since] ? str_from(line->values[options->since]) : (str){0};
    if (line->given[options->since] && !is_day(gathering->since)) {
        misuse(line, "`--%s` is a day, as 2027-01-31", option_infos[options->since].name);
        return false;
    }
    return true;
}

static void gather_arguments(struct gathering *gathering) {
    const struct command_line *line = gathering->line;
    if (line->argument_count == 0) {
        gather_folder(gathering, STR("decisions"));
    }
    for (size_t i = 0; i < line->argument_count; i++) {
        str path = str_from(line->arguments[i]);
        if (str_ends(path, ".yaml") || str_ends(path, ".yml")) {
            gather_file(gathering, path);
        } else {
            gather_folder(gathering, path);
        }
    }
}

bool history_gather(const struct command_line *line, const struct history_options *options,
                    const struct pattern_settings *settings, struct history *history) {
    struct gathering gathering = {.line = line, .history = history};
    *history = (struct history){.arena = line->arena, .measure = settings->measure};
    if (!read_filters(&gathering, options)) {
        return false;
    }
    arena_init(&gathering.scratch);
    verifier_init(&gathering.verifier, (str){0});
    gather_arguments(&gathering);
    verifier_free(&gathering.verifier);
    arena_free(&gathering.scratch);
    if (gathering.failed) {
        return false;
    }
    if (history->records.count == 0 && history->left_out.count == 0) {
        complain(line, "error[%s]: there is no decision to count", diag_infos[DIAG_NO_DECISIONS].code);
        return false;
    }
    if (!history_join(history)) {
        complain(line, "out of memory");
        return false;
    }
    return select_experiments(&gathering);
}
