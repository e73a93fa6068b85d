/* The settings of `check`: options before the settings file before what the table of findings says (cli/settings.h). */
#include "cli/settings.h"

#include <time.h>

#include "compiler/suppress.h"

const char *const level_names[LEVEL_COUNT] = {"error", "warning", "note", "off"};

static bool find_level(str text, int *level) {
    for (int i = 0; i < LEVEL_COUNT; i++) {
        if (str_is(text, level_names[i])) {
            *level = i;
            return true;
        }
    }
    return false;
}

bool parse_severity(str text, int *severity) {
    int level;
    bool good = find_level(text, &level) && level != LEVEL_OFF;
    *severity = good ? level : *severity;
    return good;
}

/* A code in full goes before a family, whichever was said first: so families are set in a first round. */
bool set_level(int levels[DIAG_COUNT], str code, str level, struct arena *arena, str *problem) {
    int wanted = 0;
    bool any = false;
    bool error = false;
    if (!find_level(level, &wanted)) {
        *problem = str_format(arena, "`%.*s` is no level: it is error, warning, note or off", STR_ARG(level));
        return false;
    }
    for (int i = 0; i < DIAG_COUNT && code.length > 0; i++) {
        str own = str_from(diag_infos[i].code);
        if (own.length < code.length || !str_equal(str_slice(own, 0, code.length), code)) {
            continue;
        }
        any = true;
        error = error || diag_infos[i].severity == SEVERITY_ERROR;
        levels[i] = diag_infos[i].severity == SEVERITY_ERROR ? SEVERITY_ERROR : wanted;
    }
    if (!any) {
        *problem = str_format(arena, "there is no finding or family `%.*s`; `assize explain --list` shows them",
                              STR_ARG(code));
    } else if (error) {
        *problem = str_format(arena, "`%.*s` holds errors, and an error stays one", STR_ARG(code));
    }
    return any && !error;
}

/* One round over "A601=error,A6=note": families, or codes. */
static bool read_levels(const struct command_line *line, struct settings *settings, bool codes) {
    str rest = str_from(line->values[OPTION_LEVEL]);
    while (rest.length > 0) {
        size_t end = 0;
        size_t equals = 0;
        while (end < rest.length && rest.at[end] != ',') {
            end++;
        }
        while (equals < end && rest.at[equals] != '=') {
            equals++;
        }
        str code = str_trim(str_slice(rest, 0, equals));
        str level = str_trim(str_slice(rest, equals < end ? equals + 1 : end, end));
        str problem = {0};
        if (equals == end) {
            misuse(line, "`--level` takes CODE=LEVEL, and `%.*s` is not that", STR_ARG(code));
            return false;
        }
        if ((code.length == 4) == codes && !set_level(settings->levels, code, level, line->arena, &problem)) {
            misuse(line, "`--level`: %.*s", STR_ARG(problem));
            return false;
        }
        rest = str_slice(rest, end < rest.length ? end + 1 : end, rest.length);
    }
    return true;
}

static uint32_t clock_day(void) {
    time_t now = time(NULL);
    struct tm day;
    if (now == (time_t)-1 || !gmtime_r(&now, &day)) {
        return 0;
    }
    return (uint32_t)(day.tm_year + 1900) * 10000 + (uint32_t)(day.tm_mon + 1) * 100 + (uint32_t)day.tm_mday;
}

static bool read_options(const struct command_line *line, struct settings *settings) {
    if (line->given[OPTION_FAIL_ON] && !parse_severity(str_from(line->values[OPTION_FAIL_ON]), &settings->fail_on)) {
        misuse(line, "`--fail-on` is error, warning or note, not `%s`", line->values[OPTION_FAIL_ON]);
        return false;
    }
    if (line->given[OPTION_LEVEL] && !(read_levels(line, settings, false) && read_levels(line, settings, true))) {
        return false;
    }
    settings->today = line->given[OPTION_TODAY] ? parse_date(str_from(line->values[OPTION_TODAY])) : clock_day();
    if (settings->today == 0) {
        misuse(line, "%s",
               line->given[OPTION_TODAY] ? "`--today` is a day, as 2027-01-31"
                                         : "the clock cannot be read: give `--today`");
        return false;
    }
    settings->notes = line->given[OPTION_NOTES] || settings->fail_on == SEVERITY_NOTE;
    return true;
}

static bool read_baselines(const struct command_line *line, struct settings *settings) {
    if (line->given[OPTION_WRITE_BASELINE] && line->given[OPTION_BASELINE_FILE]) {
        misuse(line, "`--write-baseline` makes the list anew, so `--baseline-file` does not go with it");
        return false;
    }
    settings->write_baseline = line->given[OPTION_WRITE_BASELINE];
    if (settings->write_baseline) {
        return true;
    }
    if (line->given[OPTION_BASELINE_FILE]) {
        return baseline_read(line, line->values[OPTION_BASELINE_FILE], &settings->baseline);
    }
    return settings->baseline_path.length == 0 || baseline_read(line, settings->baseline_path.at, &settings->baseline);
}

bool settings_read(const struct command_line *line, struct settings *settings) {
    *settings = (struct settings){.arena = line->arena, .fail_on = SEVERITY_WARNING};
    for (int i = 0; i < DIAG_COUNT; i++) {
        settings->levels[i] = (int)diag_infos[i].severity;
    }
    if (line->given[OPTION_CONFIG] && line->given[OPTION_NO_CONFIG]) {
        misuse(line, "`--config` and `--no-config` do not go together");
        return false;
    }
    bool good = (line->given[OPTION_NO_CONFIG] || settings_read_file(line, settings)) && read_options(line, settings) &&
                read_baselines(line, settings);
    if (good && line->given[OPTION_NO_EXCLUDE]) {
        settings->exclude.count = 0;
    }
    return good;
}

bool settings_exclude(const struct settings *settings, const char *path) {
    struct arena arena;
    bool excluded = false;
    arena_init(&arena);
    if (settings->exclude.count > 0 && !str_is(str_from(path), "-")) {
        str whole = path_absolute(&arena, working_folder(&arena), str_from(path));
        bool root = str_is(settings->root, "/");
        str folder = root ? STR("/") : str_format(&arena, "%.*s/", STR_ARG(settings->root));
        bool inside = whole.length > folder.length && str_equal(str_slice(whole, 0, folder.length), folder);
        for (size_t i = 0; inside && i < settings->exclude.count && !excluded; i++) {
            excluded = glob_matches(&arena, settings->exclude.items[i], str_slice(whole, folder.length, whole.length));
        }
    }
    arena_free(&arena);
    return excluded;
}

/* --- findings --- */

/* Whether a finding counts; else why not is counted. */
static bool is_counted(struct settings *settings, struct diag *diag, str policy, struct finding_counts *counts) {
    if (diag_infos[diag->code].severity == SEVERITY_ERROR) {
        return true;
    }
    int level = settings->levels[diag->code];
    if (level == LEVEL_OFF) {
        return false;
    }
    diag->severity = (enum severity)level;
    if (level == SEVERITY_NOTE && !settings->notes) {
        counts->hidden++;
        return false;
    }
    struct arena aside;
    arena_init(&aside);
    str identity = baseline_line(&aside, diag, policy);
    bool known = identity.length > 0 && (settings->write_baseline || baseline_has(&settings->baseline, identity));
    if (known && settings->write_baseline) {
        baseline_add(&settings->baseline, settings->arena, identity);
    }
    settings->arena->failed = settings->arena->failed || aside.failed;
    arena_free(&aside);
    counts->known += known;
    return !known;
}

void settings_apply(struct settings *settings, struct diags *diags, str policy, struct finding_counts *counts) {
    size_t kept = 0;
    counts->suppressed += diags->set_aside.count;
    for (size_t i = 0; i < diags->count; i++) {
        struct diag *diag = diags->items[i];
        if (is_counted(settings, diag, policy, counts)) {
            diags->items[kept++] = diag;
            counts->lints += diag_infos[diag->code].severity != SEVERITY_ERROR;
            counts->fails = counts->fails || (int)diag->severity <= settings->fail_on;
        }
    }
    diags->count = kept;
}
