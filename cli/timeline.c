/* The model of `assize timeline` (cli/timeline.h). */
#include "cli/timeline.h"

#include <stdlib.h>

static int digits(str text, size_t begin, size_t end) {
    int number = 0;
    for (size_t i = begin; i < end && i < text.length; i++) {
        number = number * 10 + (text.at[i] >= '0' && text.at[i] <= '9' ? text.at[i] - '0' : 0);
    }
    return number;
}

/* Days since 1970-01-01 in the Gregorian calendar: years begin in March, so that the leap day is their last. */
static double day_of(str time) {
    int year = digits(time, 0, 4), month = digits(time, 5, 7), day = digits(time, 8, 10);
    year -= month <= 2;
    int era = year / 400, of_era = year % 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int days_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    double days = era * 146097.0 + days_of_era - 719468.0;
    return days + (digits(time, 11, 13) * 3600 + digits(time, 14, 16) * 60 + digits(time, 17, 19)) / 86400.0;
}

str experiment_date(const struct experiment *experiment) {
    str time = experiment->last->decision.time;
    return str_slice(time, 0, time.length < 10 ? time.length : 10);
}

struct wilson project_rate(const struct project *project) {
    return project->points.count > 0 ? project->points.items[project->points.count - 1].hit_rate : wilson_of(0, 0);
}

static str name_of_project(const struct experiment *experiment) {
    return experiment->project.length > 0 ? experiment->project : experiment->last->folder;
}

static struct project *find_project(struct timeline *timeline, str name) {
    for (size_t i = 0; i < timeline->projects.count; i++) {
        if (str_equal(timeline->projects.items[i].name, name)) {
            return &timeline->projects.items[i];
        }
    }
    struct project *project = LIST_ADD(timeline->arena, &timeline->projects);
    if (project) {
        *project = (struct project){.name = name};
    }
    return project;
}

static size_t find_series(struct timeline *timeline, struct project *project, str target) {
    for (size_t i = 0; i < project->series.count; i++) {
        if (str_equal(project->series.items[i].target, target)) {
            return i;
        }
    }
    struct series *series = target.length > 0 ? LIST_ADD(timeline->arena, &project->series) : NULL;
    if (!series) {
        return SIZE_MAX;
    }
    *series = (struct series){.target = target};
    return project->series.count - 1;
}

static bool add_point(struct timeline *timeline, struct project *project, const struct experiment *experiment) {
    struct point *point = LIST_ADD(timeline->arena, &project->points);
    double effect = 0;
    if (!point) {
        return false;
    }
    bool accepted = str_is(experiment->last->decided_class, "accept");
    project->accepted += accepted;
    project->positive += experiment->result == RESULT_POSITIVE;
    *point = (struct point){.experiment = experiment, .day = day_of(experiment->last->decision.time)};
    point->hit_rate = wilson_of(project->positive, project->points.count);
    point->series = find_series(timeline, project, experiment->target);
    if (point->series == SIZE_MAX) {
        return !timeline->arena->failed;
    }
    struct series *series = &project->series.items[point->series];
    if (accepted && experiment->last->has_effect) {
        if (!number_to_double(timeline->arena, experiment->last->effect, &effect)) {
            return false;
        }
        /* Each starts where the one before ended: 10% off and 10% off are 19% off. */
        series->total =
            experiment->last->lower ? 1 - (1 - series->total) * (1 - effect) : (1 + series->total) * (1 + effect) - 1;
        series->accepted++;
        point->counts = true;
    } else if (accepted) {
        series->unknown++;
    }
    point->total = series->total;
    return true;
}

static int compare_projects(const void *a, const void *b) {
    return str_compare(((const struct project *)a)->name, ((const struct project *)b)->name);
}

bool timeline_make(struct timeline *timeline, const struct history *history, const struct measure *measure,
                   struct arena *arena) {
    *timeline = (struct timeline){.history = history, .measure = measure, .arena = arena};
    for (size_t i = 0; i < history->experiments.count; i++) {
        const struct experiment *experiment = &history->experiments.items[i];
        struct project *project = find_project(timeline, name_of_project(experiment));
        if (!project || !add_point(timeline, project, experiment)) {
            return false;
        }
    }
    if (history->experiments.count > 0) {
        const struct experiment *first = &history->experiments.items[0];
        const struct experiment *last = &history->experiments.items[history->experiments.count - 1];
        timeline->first_date = experiment_date(first);
        timeline->last_date = experiment_date(last);
        timeline->first_day = day_of(first->last->decision.time);
        timeline->last_day = day_of(last->last->decision.time);
    }
    if (timeline->projects.count > 1) {
        qsort(timeline->projects.items, timeline->projects.count, sizeof *timeline->projects.items, compare_projects);
    }
    return !arena->failed;
}
