/* Malformed programs, each refused by the verifier with its own words: the lines of tests/unit/malformed.txt. TAP.
 *
 *     malformed [--accept]     --accept: print the table anew, with what the verifier says now
 *
 * A line is edits and, behind `=>`, the refusal. An edit names a place in the program of this test and a value:
 *     code AND.0 = NOT 1        the first AND becomes NOT with operand 1 (a number, or a table's name: its length)
 *     operand LOAD.2 = slots    only its operand; `slots+1`, `max`
 *     insert AND.0 = NOT 0      before it;  `drop AND.0`, `swap AND.0 LOAD.1`, `cut 2` (from the end)
 *     check 3.slot = none       a field of a table's row; `none` is NO_INDEX; also rule, count, block, rung, slot
 *     program all.tables = 0    nothing but slots, constants and strings */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "stdlib/functions.h"
#include "tests/unit/verify_policy.h"
#include "vm/opcode.h"
#include "vm/vm.h"

static struct arena arena;

static struct program *compile(void) {
    static struct source source;
    struct diags diags;
    source_init(&source, &arena, STR("verify.assize.yaml"), str_from(policy_text));
    diags_init(&diags, &arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    if (!program) {
        printf("Bail out! the policy of this test does not compile\n");
        exit(1);
    }
    /* room to insert */
    instruction *code = arena_array(&arena, program->code_count + 8, sizeof *code);
    memcpy(code, program->code, program->code_count * sizeof *code);
    program->code = code;
    return program;
}

/* ---- names ---- */

static const char *const opcode_names[] = {
#define OPCODE(name, operand, takes, gives, meaning) #name,
#include "vm/opcodes.def"
};

static int opcode_named(const char *name, size_t length) {
    for (int op = 0; op < OPCODE_COUNT; op++) {
        if (strlen(opcode_names[op]) == length && memcmp(opcode_names[op], name, length) == 0) {
            return op;
        }
    }
    return OPCODE_COUNT; /* no such opcode, which is a case of its own */
}

static bool find_place(const struct program *program, const char *word, size_t *place) {
    const char *dot = strchr(word, '.');
    long nth = dot ? strtol(dot + 1, NULL, 10) : 0;
    int op = opcode_named(word, dot ? (size_t)(dot - word) : strlen(word));
    for (size_t i = 0; i < program->code_count; i++) {
        if ((int)instruction_op(program->code[i]) == op && nth-- == 0) {
            *place = i;
            return true;
        }
    }
    return false;
}

static uint32_t value_of(const struct program *program, const char *word) {
    const struct {
        const char *name;
        size_t value;
    } names[] = {{"none", NO_INDEX},
                 {"max", OPERAND_MAX},
                 {"constants", program->constant_count},
                 {"strings", program->string_count},
                 {"slots", program->slot_count},
                 {"checks", program->check_count},
                 {"counts", program->count_count},
                 {"rules", program->rule_count},
                 {"rungs", program->rung_count},
                 {"blocks", program->block_count},
                 {"metrics", program->metric_count},
                 {"fields", program->field_count},
                 {"functions", FUNCTION_COUNT},
                 {"code", program->code_count}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i].name);
        if (strncmp(word, names[i].name, length) == 0) {
            return (uint32_t)names[i].value + (uint32_t)strtol(word + length, NULL, 10);
        }
    }
    return (uint32_t)strtoul(word, NULL, 10);
}

/* ---- edits ---- */

static bool edit_row(struct program *program, const char *table, const char *word, uint32_t value) {
    const char *field = strchr(word, '.');
    unsigned long row = strtoul(word, NULL, 10);
    struct check *check = (struct check *)&program->checks[row < program->check_count ? row : 0];
    struct rule *rule = (struct rule *)&program->rules[row < program->rule_count ? row : 0];
    struct count *count = (struct count *)&program->counts[row < program->count_count ? row : 0];
    struct block *block = (struct block *)&program->blocks[row < program->block_count ? row : 0];
    struct rung *rung = (struct rung *)&program->rungs[row < program->rung_count ? row : 0];
    struct slot *slot = (struct slot *)&program->slots[row < program->slot_count ? row : 0];
    const struct {
        const char *table, *field;
        void *at; /* a uint32_t, or an enumeration as wide */
    } fields[] = {{"check", "slot", &check->slot},
                  {"check", "constant", &check->constant},
                  {"check", "rule", &check->rule},
                  {"check", "left_begin", &check->left_begin},
                  {"check", "left_end", &check->left_end},
                  {"check", "right_begin", &check->right_begin},
                  {"check", "right_end", &check->right_end},
                  {"check", "metric", &check->metric},
                  {"rule", "begin", &rule->begin},
                  {"rule", "end", &rule->end},
                  {"rule", "block", &rule->block},
                  {"rule", "rung", &rule->rung},
                  {"rule", "first_check", &rule->first_check},
                  {"rule", "check_count", &rule->check_count},
                  {"rule", "quantifier", &rule->quantifier},
                  {"count", "of", &count->of},
                  {"count", "low", &count->low},
                  {"count", "high", &count->high},
                  {"block", "count", &block->count},
                  {"count", "rule", &count->rule},
                  {"block", "parent", &block->parent},
                  {"block", "rung", &block->rung},
                  {"rung", "block", &rung->block},
                  {"slot", "index", &slot->index},
                  {"check", "op", &check->op},
                  {"check", "type", &check->type},
                  {"count", "kind", &count->kind},
                  {"rung", "class", &rung->class},
                  {"slot", "type", &slot->type},
                  {"slot", "attribute", &slot->attribute}};
    if (!field) {
        return false;
    }
    if (strcmp(table, "program") == 0 && strcmp(word, "all.tables") == 0) {
        program->rule_count = program->check_count = program->count_count = program->rung_count = value;
        program->block_count = value;
        return true;
    }
    if (strcmp(table, "slot") == 0 && strcmp(field + 1, "is_field") == 0) {
        slot->is_field = value != 0;
        return true;
    }
    if (strcmp(table, "check") == 0 && strcmp(field + 1, "list_count") == 0) {
        check->list_count = value;
        return true;
    }
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strcmp(fields[i].table, table) == 0 && strcmp(fields[i].field, field + 1) == 0) {
            memcpy(fields[i].at, &value, sizeof value);
            return true;
        }
    }
    return false;
}

static bool edit_code(struct program *program, const char *verb, size_t place, char **words) {
    instruction *code = (instruction *)program->code;
    size_t after = program->code_count - place, other;
    if (strcmp(verb, "drop") == 0) {
        memmove(code + place, code + place + 1, (after - 1) * sizeof *code);
        program->code_count--;
    } else if (strcmp(verb, "swap") == 0 && words[2] && find_place(program, words[2], &other)) {
        instruction kept = code[place];
        code[place] = code[other];
        code[other] = kept;
    } else if (strcmp(verb, "operand") == 0 && words[3]) {
        code[place] =
            instruction_make((enum opcode)instruction_op(code[place]), value_of(program, words[3]) & OPERAND_MAX);
    } else if ((strcmp(verb, "code") == 0 || strcmp(verb, "insert") == 0) && words[3] && words[4]) {
        instruction made = instruction_make((enum opcode)opcode_named(words[3], strlen(words[3])),
                                            value_of(program, words[4]) & OPERAND_MAX);
        if (strcmp(verb, "insert") == 0) {
            memmove(code + place + 1, code + place, after * sizeof *code);
            program->code_count++;
        }
        code[place] = made;
    } else {
        return false;
    }
    return true;
}

static bool edit(struct program *program, char *text) {
    char *words[6] = {NULL}, *rest = NULL;
    size_t count = 0, place;
    for (char *word = strtok_r(text, " ", &rest); word && count < 5; word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    if (count == 2 && strcmp(words[0], "cut") == 0) {
        program->code_count -= strtoul(words[1], NULL, 10);
        return true;
    }
    if (count == 1 && strcmp(words[0], "empty") == 0) {
        program->rule_count = program->check_count = program->count_count = program->rung_count = program->block_count =
            0;
        return true;
    }
    if (count == 2 && strcmp(words[0], "skip") == 0) {
        size_t skipped = strtoul(words[1], NULL, 10);
        program->code += skipped;
        program->code_count -= skipped;
        return true;
    }
    if (count == 4 && edit_row(program, words[0], words[1], value_of(program, words[3]))) {
        return true;
    }
    return count >= 2 && find_place(program, words[1], &place) && edit_code(program, words[0], place, words);
}

/* ---- a line ---- */

/* What the verifier says of the program with the edits; "accepted"; or "no such edit". */
static const char *judge(char *edits) {
    struct program *program = compile();
    char *rest = NULL;
    str problem = {0};
    const char *said = "accepted";
    for (char *one = strtok_r(edits, ";", &rest); one; one = strtok_r(NULL, ";", &rest)) {
        if (!edit(program, one)) {
            said = "no such edit";
        }
    }
    if (strcmp(said, "accepted") == 0 && !program_verify(program, &arena, &problem)) {
        said = str_copy(&arena, problem).at;
    }
    program_free(program);
    return said;
}

int main(int argc, char **argv) {
    FILE *table = fopen("tests/unit/malformed.txt", "r");
    char line[400], kept[400];
    int count = 0, failures = 0;
    bool accept = argc > 1 && strcmp(argv[1], "--accept") == 0;
    while (table && fgets(line, sizeof line, table)) {
        line[strcspn(line, "\n")] = 0;
        char *arrow = strstr(line, " =>");
        if (line[0] == '#' || !arrow) {
            accept ? (void)printf("%s\n", line) : (void)0;
            continue;
        }
        *arrow = 0;
        memcpy(kept, line, sizeof kept);
        const char *said = judge(line), *wanted = arrow[3] == ' ' ? arrow + 4 : "";
        if (accept) {
            printf("%s => %s\n", kept, said);
            continue;
        }
        bool good = strcmp(said, wanted) == 0 && strncmp(said, "instruction ", 12) == 0;
        failures += !good;
        printf("%sok %d - %s: %s\n", good ? "" : "not ", ++count, kept, said);
        arena_reset(&arena);
    }
    if (table) {
        fclose(table);
    }
    if (!accept) {
        printf("%sok %d - %d programs are refused, of at least 200\n1..%d\n", count >= 200 ? "" : "not ", count + 1,
               count, count + 1);
        failures += count < 200;
    }
    arena_free(&arena);
    return failures > 0;
}
