/* Distances (report/distance.h). */
#include "report/distance.h"

#include <math.h>

#include "base/normal.h"
#include "report/sides.h"

static bool width_of(struct arena *arena, const struct range *range, double *width) {
    struct number difference;
    return number_subtract(arena, range->high, range->low, &difference) && number_to_double(arena, difference, width);
}

/* The size of what a slot holds, so that milliseconds and accuracies can be told apart: the range that the policy
 * declares, 1 for a probability or a relative change, a metric's baseline. *size stays where there is none of these. */
static bool find_size(const struct verdict *v, const struct slot *slot, double *size) {
    if (slot->is_field) {
        const struct range *range = &v->program->fields[slot->index].range;
        return !range->given || width_of(v->arena, range, size);
    }
    const struct metric *metric = &v->program->metrics[slot->index];
    if (slot->attribute == ATTRIBUTE_CONFIDENCE || slot->attribute == ATTRIBUTE_RELATIVE) {
        *size = 1;
        return true;
    }
    if (slot->attribute == ATTRIBUTE_N) {
        return true;
    }
    if (metric->range.given) {
        return width_of(v->arena, &metric->range, size);
    }
    bool known = metric->show_baseline < v->program->slot_count &&
                 v->record->values[metric->show_baseline].reason == REASON_NONE;
    return !known || number_to_double(v->arena, v->record->values[metric->show_baseline].number, size);
}

/* The known value of a metric's attribute as a double. */
static bool known_double(const struct verdict *v, uint32_t metric, enum attribute attribute, double *value) {
    for (uint32_t i = 0; i < v->program->slot_count; i++) {
        const struct slot *slot = &v->program->slots[i];
        if (!slot->is_field && slot->index == metric && slot->attribute == attribute &&
            v->record->values[i].reason == REASON_NONE) {
            return number_to_double(v->arena, v->record->values[i].number, value);
        }
    }
    return false;
}

double distance_quantile(double p) {
    double low = 0, high = 40;
    for (int i = 0; i < 80; i++) {
        double middle = (low + high) / 2;
        if (normal_cdf(middle) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

bool distance_error(const struct verdict *v, uint32_t metric, double *error) {
    double confidence, delta;
    if (known_double(v, metric, ATTRIBUTE_STDERR, error)) {
        return *error > 0;
    }
    if (v->program->metrics[metric].confidence_from == CONFIDENCE_RECORD ||
        !known_double(v, metric, ATTRIBUTE_CONFIDENCE, &confidence) ||
        !known_double(v, metric, ATTRIBUTE_DELTA, &delta) || !(confidence > 0.5) || !(confidence < 1 - 1e-12)) {
        return false;
    }
    *error = fabs(delta) / distance_quantile(confidence);
    return *error > 0;
}

static void add_errors(const struct verdict *v, const struct slot *slot, double amount, struct distance *distance) {
    double error, baseline = 1;
    if (slot->is_field || !side_is_of_change(slot) ||
        (slot->attribute == ATTRIBUTE_RELATIVE && !known_double(v, slot->index, ATTRIBUTE_BASELINE, &baseline)) ||
        !distance_error(v, slot->index, &error)) {
        return;
    }
    distance->errors = fabs(amount) * fabs(baseline) / error;
    distance->has_errors = isfinite(distance->errors) != 0;
}

bool distance_of_margin(const struct verdict *v, const struct check *check, const struct comparison_trace *trace,
                        struct distance *distance) {
    double margin, left, right, size = 0;
    uint32_t index = side_slot(v->program, check, false);
    index = index != NO_INDEX ? index : side_slot(v->program, check, true);
    const struct slot *slot = index != NO_INDEX ? &v->program->slots[index] : NULL;
    *distance = (struct distance){0};
    if (!number_to_double(v->arena, trace->margin, &margin) || !number_to_double(v->arena, trace->left.number, &left) ||
        !number_to_double(v->arena, trace->right.number, &right)) {
        return false;
    }
    if (check->floor) {
        size = 1;
    } else if (slot && !find_size(v, slot, &size)) {
        return false;
    }
    if (!(fabs(size) > 0)) {
        size = fabs(left) > fabs(right) ? left : right;
    }
    distance->share = fabs(size) > 0 ? fabs(margin) / fabs(size) : 0;
    if (slot && !check->floor) {
        add_errors(v, slot, margin, distance);
    }
    return true;
}

bool distance_of_change(const struct verdict *v, const struct change *change, struct distance *distance) {
    double by, limit, size = 0;
    *distance = (struct distance){.share = INFINITY};
    if (change->kind != CHANGE_BY || change->slot == NO_INDEX) {
        return true;
    }
    const struct slot *slot = &v->program->slots[change->slot];
    if (!number_to_double(v->arena, change->by, &by) || !number_to_double(v->arena, change->limit, &limit) ||
        !find_size(v, slot, &size)) {
        return false;
    }
    if (!(fabs(size) > 0)) {
        size = fabs(limit) > fabs(limit - by) ? limit : limit - by;
    }
    distance->share = fabs(size) > 0 ? fabs(by) / fabs(size) : 0;
    add_errors(v, slot, by, distance);
    return true;
}
