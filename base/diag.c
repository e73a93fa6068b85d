/* Collecting diagnostics, and their registry as data (base/diag.h, base/diag.def). */
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

const struct diag_info diag_infos[DIAG_COUNT] = {
#define DIAG(symbol, code, severity, name, meaning, kind, bad, good) \
    {code, name, SEVERITY_##severity, meaning, EXAMPLE_##kind, bad, good},
#include "base/diag.def"
};

const struct diag_info *diag_find(str code_or_name) {
    for (size_t i = 0; i < DIAG_COUNT; i++) {
        if (str_is(code_or_name, diag_infos[i].code) || str_is(code_or_name, diag_infos[i].name)) {
            return &diag_infos[i];
        }
    }
    return NULL;
}

static const char example_head[] = "assize: 1\nname: example\n";
static const char example_metrics[] = "metrics:\n"
                                      "  acc: {better: higher, range: [0, 1]}\n"
                                      "  f1: {better: higher, range: [0, 1]}\n"
                                      "  latency: {better: lower, unit: ms}\n"
                                      "fields:\n"
                                      "  delta_confidence: {type: number, range: [0, 1]}\n"
                                      "  evaluator: {type: string}\n"
                                      "  passed: {type: boolean}\n"
                                      "groups:\n"
                                      "  suite: [acc, f1]\n";

str diag_example(struct arena *arena, const struct diag_info *info, const char *example) {
    switch (info->kind) {
    case EXAMPLE_RULE:
        return str_format(arena, "%s%sship:\n  - %s\n", example_head, example_metrics, example);
    case EXAMPLE_BODY:
        return str_format(arena, "%s%s%s\n", example_head, example_metrics, example);
    case EXAMPLE_METRICS:
        return str_format(arena, "%s%s\n", example_head, example);
    case EXAMPLE_POLICY:
    case EXAMPLE_RECORD:
    case EXAMPLE_TEST:
    case EXAMPLE_NONE:
        break;
    }
    return str_format(arena, "%s\n", example);
}

void diags_init(struct diags *diags, struct arena *arena, const struct source *source) {
    *diags = (struct diags){.arena = arena, .source = source};
}

struct diag *diag_add(struct diags *diags, enum diag_code code, span at, const char *format, ...) {
    struct diag *diag = arena_alloc(diags->arena, sizeof *diag);
    struct diag **place = diag ? LIST_ADD(diags->arena, diags) : NULL;
    if (!place) {
        return &diags->spare;
    }
    *place = diag;
    diag->code = code;
    diag->severity = diag_infos[code].severity;
    diag->source = diags->source;
    diag->at = at;
    va_list arguments;
    va_start(arguments, format);
    diag->message = str_vformat(diags->arena, format, arguments);
    va_end(arguments);
    diags->errors += diag->severity == SEVERITY_ERROR;
    return diag;
}

void diag_help(struct diags *diags, struct diag *diag, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    diag->help = str_vformat(diags->arena, format, arguments);
    va_end(arguments);
}

void diag_label(struct diags *diags, struct diag *diag, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    diag->label = str_vformat(diags->arena, format, arguments);
    va_end(arguments);
}

void diag_other(struct diags *diags, struct diag *diag, span other, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    diag->other = other;
    diag->other_source = diags->source;
    diag->other_label = str_vformat(diags->arena, format, arguments);
    va_end(arguments);
}

void diag_fix(struct diags *diags, struct diag *diag, bool safe, span at, str text) {
    struct edit *edit = arena_alloc(diags->arena, sizeof *edit);
    if (edit) {
        *edit = (struct edit){at, str_copy(diags->arena, text)};
        diag->edits = edit;
        diag->edit_count = 1;
        diag->fix_is_safe = safe;
    }
}

void diag_fix_word(struct diags *diags, struct diag *diag, bool safe, span at, str wrong, str right) {
    if (at.begin > at.end || at.end > diags->source->text.length) {
        return;
    }
    str there = str_slice(diags->source->text, at.begin, at.end);
    if (there.length >= 2 && (there.at[0] == '"' || there.at[0] == '\'')) {
        at = (span){at.begin + 1, at.end - 1};
        there = str_slice(there, 1, there.length - 1);
    }
    if (wrong.length > 0 && str_equal(there, wrong)) {
        diag_fix(diags, diag, safe, at, right);
    }
}

void diag_set_aside(struct diags *diags, size_t index, str reason) {
    struct diag *diag = diags->items[index];
    struct diag **place = diag->severity == SEVERITY_ERROR ? NULL : LIST_ADD(diags->arena, &diags->set_aside);
    if (place) {
        diag->set_aside = reason;
        *place = diag;
        memmove(diags->items + index, diags->items + index + 1, (--diags->count - index) * sizeof *diags->items);
    }
}

static int compare_diags(const void *left, const void *right) {
    const struct diag *a = *(struct diag *const *)left;
    const struct diag *b = *(struct diag *const *)right;
    if (a->at.begin != b->at.begin) {
        return a->at.begin < b->at.begin ? -1 : 1;
    }
    if (a->at.end != b->at.end) {
        return a->at.end < b->at.end ? -1 : 1;
    }
    if (a->code != b->code) {
        return a->code < b->code ? -1 : 1;
    }
    return str_compare(a->message, b->message);
}

void diags_sort(struct diags *diags) {
    if (diags->count < 2) {
        return;
    }
    qsort(diags->items, diags->count, sizeof *diags->items, compare_diags);
    size_t kept = 1;
    for (size_t i = 1; i < diags->count; i++) {
        if (compare_diags(&diags->items[i], &diags->items[kept - 1]) != 0) {
            diags->items[kept++] = diags->items[i];
        } else {
            diags->errors -= diags->items[i]->severity == SEVERITY_ERROR;
        }
    }
    diags->count = kept;
}
