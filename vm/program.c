/* Names of the enums in vm/program.h, and what is common to all who read a program. */
#include "vm/program.h"

#include "vm/slots.h"

const char *const comparison_symbols[] = {"<", "<=", ">", ">=", "==", "!=", "in", "is"};
const char *const count_names[] = {"all", "any", "none", "at_least", "at_most", "exactly"};
const char *const class_names[] = {"accept", "reject", "inconclusive"};

const char *const source_names[SOURCE_COUNT] = {
#define ATTRIBUTE(symbol, name, from, meaning) name,
#include "vm/attributes.def"
    "baseline_stderr",  "variant_stderr",   "baseline_n",      "variant_n",     "better",
    "higher_is_better", "confidence_kind",  "interval_low",    "interval_high", "interval_level",
    "samples",          "baseline_samples", "variant_samples",
};

const char *const confidence_from_names[] = {"record", "stderr", "arms", "samples", "counts", "interval"};
const char *const evidence_method_names[] = {"auto", "paired", "welch", "mcnemar", "bootstrap"};
const char *const confidence_kind_names[] = {"directional", "two_sided", "p_value", "one_sided_p", "chance"};
const char *const correction_names[] = {"none", "bonferroni", "holm"};

const char *const note_names[NOTE_COUNT] = {
#define NOTE(symbol, name, meaning) name,
#include "vm/notes.def"
};

void program_free(struct program *program) {
    if (program) {
        struct arena arena = program->arena; /* the program itself lies in it */
        arena_free(&arena);
    }
}

str slot_name(struct arena *arena, const struct program *program, uint32_t slot) {
    const struct slot *row = &program->slots[slot];
    if (row->is_field) {
        return program->fields[row->index].name;
    }
    struct text name = {.arena = arena};
    text_add(&name, program->metrics[row->index].key);
    text_add_char(&name, '.');
    text_add(&name, str_from(attribute_infos[row->attribute].name));
    return text_str(&name);
}
