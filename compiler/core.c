/* Printing checked trees (compiler/core.h): as rules would write them, and as S-expressions. */
#include "compiler/core.h"

#include "stdlib/functions.h"

static void add(struct text *out, const char *text) {
    text_add(out, str_from(text));
}

static void add_number(struct text *out, struct number number) {
    str text;
    if (number_print(out->arena, number, &text)) {
        text_add(out, text);
    }
}

static int binding(const struct core *core) {
    switch (core->kind) {
    case CORE_OR:
        return 1;
    case CORE_AND:
        return 2;
    case CORE_NOT:
        return 3;
    case CORE_COMPARE:
    case CORE_IN:
    case CORE_COUNT:
        return 4;
    case CORE_ARITHMETIC:
        return core->op == OPERATOR_ADD || core->op == OPERATOR_SUBTRACT ? 5 : 6;
    case CORE_NEGATE:
        return 7;
    default:
        return 8;
    }
}

static void spell_inside(struct text *out, const struct program *program, const struct core *core, int least) {
    bool parentheses = binding(core) < least;
    add(out, parentheses ? "(" : "");
    core_spell(out, program, core);
    add(out, parentheses ? ")" : "");
}

static void spell_pair(struct text *out, const struct program *program, const struct core *core, const char *between,
                       int least) {
    spell_inside(out, program, core->operands[0], least);
    add(out, " ");
    add(out, between);
    add(out, " ");
    spell_inside(out, program, core->operands[1], least + (core->kind == CORE_ARITHMETIC));
}

static void spell_list(struct text *out, const struct program *program, const struct core *core, size_t first) {
    for (size_t i = first; i < core->operand_count; i++) {
        add(out, i > first ? ", " : "");
        core_spell(out, program, core->operands[i]);
    }
}

void core_spell(struct text *out, const struct program *program, const struct core *core) {
    switch (core->kind) {
    case CORE_CONSTANT:
        add_number(out, core->number);
        break;
    case CORE_STRING:
        text_format(out, "\"%.*s\"", STR_ARG(core->text));
        break;
    case CORE_SLOT:
        slot_spell(out, program, core->slot);
        break;
    case CORE_NEGATE:
        add(out, "-");
        spell_inside(out, program, core->operands[0], 7);
        break;
    case CORE_ARITHMETIC:
        spell_pair(out, program, core, operator_symbols[core->op], binding(core));
        break;
    case CORE_CALL:
        if (core->text.length > 0) {
            text_add(out, core->text);
        } else {
            text_format(out, "%s(", functions[core->function].name);
            spell_list(out, program, core, 0);
            add(out, ")");
        }
        break;
    case CORE_COMPARE:
        spell_pair(out, program, core, operator_symbols[core->op], 5);
        break;
    case CORE_IN:
        spell_inside(out, program, core->operands[0], 5);
        add(out, " in [");
        spell_list(out, program, core, 1);
        add(out, "]");
        break;
    case CORE_TRUTH:
        core_spell(out, program, core->operands[0]);
        break;
    case CORE_NOT:
        add(out, "not ");
        spell_inside(out, program, core->operands[0], 3);
        break;
    case CORE_AND:
    case CORE_OR:
        spell_pair(out, program, core, core->kind == CORE_AND ? "and" : "or", binding(core));
        break;
    case CORE_COUNT:
        text_format(out, "%s", count_names[core->count]);
        if (core->count >= COUNT_AT_LEAST) {
            text_format(out, " %u", core->n);
        }
        add(out, " of (");
        spell_list(out, program, core, 0);
        add(out, ")");
        break;
    }
}

static void print_node(struct text *out, const struct program *program, const struct core *core) {
    switch (core->kind) {
    case CORE_CONSTANT:
    case CORE_STRING:
    case CORE_SLOT:
        core_spell(out, program, core);
        return;
    default:
        break;
    }
    static const char *const words[] = {[CORE_NEGATE] = "-", [CORE_IN] = "in",   [CORE_TRUTH] = "is",
                                        [CORE_NOT] = "not",  [CORE_AND] = "and", [CORE_OR] = "or"};
    add(out, "(");
    if (core->kind == CORE_ARITHMETIC || core->kind == CORE_COMPARE) {
        add(out, operator_symbols[core->op]);
    } else if (core->kind == CORE_CALL) {
        add(out, functions[core->function].name);
    } else if (core->kind == CORE_COUNT) {
        add(out, count_names[core->count]);
        if (core->count >= COUNT_AT_LEAST) {
            text_format(out, " %u", core->n);
        }
    } else {
        add(out, words[core->kind]);
    }
    for (size_t i = 0; i < core->operand_count; i++) {
        add(out, " ");
        print_node(out, program, core->operands[i]);
    }
    add(out, ")");
}

static void print_block(struct text *out, const struct program *program, const struct core_block *block, int depth) {
    text_format(out, "%*s%s", depth * 2, "", count_names[block->kind]);
    if (block->kind == COUNT_AT_LEAST) {
        text_format(out, " %u", block->n);
    }
    text_format(out, " of %zu\n", block->count);
    for (size_t i = 0; i < block->count; i++) {
        const struct core_item *item = &block->items[i];
        if (item->block) {
            print_block(out, program, item->block, depth + 1);
        } else if (item->rule) {
            text_format(out, "%*s%.*s%s%s: ", depth * 2 + 2, "", STR_ARG(item->id), item->guard ? " (guard)" : "",
                        item->item->optional ? " (optional)" : "");
            print_node(out, program, item->rule);
            add(out, "\n");
        }
    }
}

void core_print(struct text *out, const struct program *program, const struct core_rungs *rungs) {
    for (size_t i = 0; i < rungs->count; i++) {
        text_format(out, "%.*s (%s)\n", STR_ARG(rungs->items[i].verdict), class_names[rungs->items[i].class]);
        if (rungs->items[i].block) {
            print_block(out, program, rungs->items[i].block, 1);
        }
    }
    text_format(out, "otherwise %.*s (%s)\n", STR_ARG(program->fallback), class_names[program->fallback_class]);
}

void core_metrics(const struct slot *slots, const struct core *core, uint32_t *metric, bool *several) {
    if (core->kind == CORE_SLOT && !slots[core->slot].is_field) {
        *several = *several || (*metric != NO_INDEX && *metric != slots[core->slot].index);
        *metric = slots[core->slot].index;
    }
    for (size_t i = 0; i < core->operand_count; i++) {
        core_metrics(slots, core->operands[i], metric, several);
    }
}
