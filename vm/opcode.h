/* The opcode table as data: what the verifier, the disassembler and the documentation read. */
#ifndef VM_OPCODE_H
#define VM_OPCODE_H

#include "vm/program.h"

enum operand_kind {
    OPERAND_KIND_NONE,
    OPERAND_KIND_CONST,
    OPERAND_KIND_STRING,
    OPERAND_KIND_SLOT,
    OPERAND_KIND_FUNCTION,
    OPERAND_KIND_CHECK,
    OPERAND_KIND_COUNT,
    OPERAND_KIND_RULE,
    OPERAND_KIND_RUNG,
    OPERAND_KIND_TRUTH,
};

struct opcode_info {
    const char *name;
    enum operand_kind operand;
    const char *takes; /* types popped, the top last; "?" where the operand's row says */
    const char *gives;
    const char *meaning;
};

extern const struct opcode_info opcode_infos[OPCODE_COUNT];

/* The program as text: an instruction a line, with what its operand means. */
void program_print(struct text *out, const struct program *program);

/* Whether the code may run: known opcodes, operands in range, types right on an abstract stack, every rule, check
 * and rung noted once and in order, END last and the stack empty there. Sets max_stack. On refusal *problem (if given)
 * gets a sentence, in `arena`. One pass; the code of a verified program cannot leave its bounds. */
bool program_verify(struct program *program, struct arena *arena, str *problem);

#endif
