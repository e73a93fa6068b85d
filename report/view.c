/* What formats share (report/view.h). */
#include "report/view.h"

#include "report/escape.h"

const char *const direction_names[] = {"unknown", "better", "worse", "same"};

bool view_make(const struct verdict *verdict, struct view *view) {
    *view = (struct view){
        .program = verdict->program,
        .record = verdict->record,
        .outcome = verdict->outcome,
        .arena = verdict->arena,
    };
    places_init(&view->places, verdict->record, verdict->arena);
    return formula_make(verdict->program, verdict->outcome, verdict->arena, &view->formula) &&
           change_find(verdict, &view->formula, &view->plan);
}

const struct value *view_value(const struct view *view, uint32_t slot) {
    return slot < view->program->slot_count ? &view->record->values[slot] : NULL;
}

const struct evidence *view_evidence(const struct view *view, const struct metric *metric) {
    const struct value *confidence = view_value(view, metric->show_confidence);
    if (!view->record->evidence || !confidence || confidence->reason != REASON_NONE) {
        return NULL;
    }
    const struct evidence *evidence = &view->record->evidence[metric - view->program->metrics];
    return evidence->text.length > 0 ? evidence : NULL;
}

enum direction view_direction(const struct view *view, const struct metric *metric) {
    const struct value *delta = view_value(view, metric->show_delta);
    if (!delta || delta->reason != REASON_NONE) {
        return DIRECTION_UNKNOWN;
    }
    int sign = number_sign(delta->number);
    if (metric->better == BETTER_LOWER) {
        sign = -sign;
    }
    return sign > 0 ? DIRECTION_BETTER : sign < 0 ? DIRECTION_WORSE : DIRECTION_SAME;
}

static enum attribute shown_attribute(enum attribute attribute) {
    return attribute == ATTRIBUTE_SCALE ? ATTRIBUTE_BASELINE : attribute;
}

bool view_same_name(const struct view *view, uint32_t a, uint32_t b) {
    const struct slot *left = &view->program->slots[a];
    const struct slot *right = &view->program->slots[b];
    return left->is_field == right->is_field && left->index == right->index &&
           (left->is_field || shown_attribute(left->attribute) == shown_attribute(right->attribute));
}

void view_finish(struct sink *sink, const struct text *page) {
    if (page->arena->failed) {
        sink->failed = true;
        return;
    }
    escape_page(sink, text_str(page));
}
