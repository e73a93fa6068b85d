/* What stands where on the page, and what it does there (report/outline.h). */
#include "report/outline.h"

const struct count *outline_count(const struct view *view, uint32_t block) {
    return &view->program->counts[view->program->blocks[block].count];
}

enum truth outline_block_value(const struct view *view, uint32_t block) {
    return view->outcome->counts[view->program->blocks[block].count].value;
}

/* Under `none:` and its like, what is true speaks against. */
static bool is_against(const struct count *count) {
    return count->low == 0;
}

/* Whether this block and those around it turn what stands in it round. */
static bool is_turned(const struct view *view, uint32_t block) {
    bool turned = false;
    for (; block != NO_INDEX; block = view->program->blocks[block].parent) {
        turned = turned != is_against(outline_count(view, block));
    }
    return turned;
}

static enum truth turn(enum truth value, bool turned) {
    return !turned || value == TRUTH_UNKNOWN ? value : value == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

enum truth outline_leaning(const struct view *view, uint32_t rule) {
    return turn(trace_contribution(view->program, view->outcome, rule),
                is_turned(view, view->program->rules[rule].block));
}

enum truth outline_block_leaning(const struct view *view, uint32_t block) {
    return turn(outline_block_value(view, block), is_turned(view, view->program->blocks[block].parent));
}

const struct rung *outline_rung(const struct view *view, uint32_t rule) {
    return &view->program->rungs[view->program->rules[rule].rung];
}

enum role outline_role(const struct view *view, uint32_t rule) {
    if (view->program->rules[rule].guard) {
        return ROLE_GUARD;
    }
    bool turned = is_turned(view, view->program->rules[rule].block);
    return (outline_rung(view, rule)->class == CLASS_ACCEPT) != turned ? ROLE_CONDITION : ROLE_GROUND;
}

/* Whether every block around the rule is of one of two leanings. */
static bool blocks_lean(const struct view *view, uint32_t rule, enum truth a, enum truth b) {
    for (uint32_t block = view->program->rules[rule].block; block != NO_INDEX;
         block = view->program->blocks[block].parent) {
        enum truth value = outline_block_leaning(view, block);
        if (value != a && value != b) {
            return false;
        }
    }
    return true;
}

bool outline_decides(const struct view *view, uint32_t rule) {
    if (trace_left_out(view->program, view->outcome, rule)) {
        return false;
    }
    bool accepts = outline_rung(view, rule)->class == CLASS_ACCEPT;
    switch (outline_leaning(view, rule)) {
    case TRUTH_UNKNOWN:
        return blocks_lean(view, rule, TRUTH_UNKNOWN, accepts ? TRUTH_FALSE : TRUTH_UNKNOWN);
    case TRUTH_FALSE:
        return accepts && blocks_lean(view, rule, TRUTH_FALSE, TRUTH_UNKNOWN);
    case TRUTH_TRUE:
        return trace_fires(view->program, view->outcome, rule);
    }
    return false;
}

enum truth outline_telling_value(const struct view *view, uint32_t rule) {
    uint32_t quantifier = view->program->rules[rule].quantifier;
    const struct count *count = &view->program->counts[quantifier];
    bool holds = view->outcome->counts[quantifier].value == TRUTH_TRUE;
    if (count->kind == COUNT_EXACTLY) {
        return view->outcome->counts[quantifier].trues > count->high ? TRUTH_TRUE : TRUTH_FALSE;
    }
    return holds == (count->low > 0) ? TRUTH_TRUE : TRUTH_FALSE;
}

/* Violated, it alone makes its rung true: every block around it is an `any`. */
static bool stands_aside(const struct view *view, uint32_t rule) {
    if (!view->program->rules[rule].in_guards) {
        return false;
    }
    for (uint32_t block = view->program->rules[rule].block; block != NO_INDEX;
         block = view->program->blocks[block].parent) {
        if (outline_count(view, block)->kind != COUNT_ANY) {
            return false;
        }
    }
    return true;
}

static uint32_t only_child(const struct outline *outline, uint32_t block) {
    const struct program *program = outline->view->program;
    for (uint32_t i = 0; i < program->block_count && outline->children[block] == 1; i++) {
        if (program->blocks[i].parent == block && outline->children[i] > 0) {
            return i;
        }
    }
    return NO_INDEX;
}

static bool is_inside(const struct program *program, uint32_t rule, uint32_t block) {
    uint32_t around = program->rules[rule].block;
    while (around != NO_INDEX && around != block) {
        around = program->blocks[around].parent;
    }
    return around == block;
}

static void count_children(struct outline *outline) {
    const struct program *program = outline->view->program;
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        outline->aside[rule] = stands_aside(outline->view, rule);
        uint32_t block = program->rules[rule].block;
        while (!outline->aside[rule] && block != NO_INDEX && outline->children[block]++ == 0) {
            block = program->blocks[block].parent;
        }
    }
    for (uint32_t rung = 0; rung < program->rung_count; rung++) {
        uint32_t block = program->rungs[rung].block;
        if (block == NO_INDEX || outline->children[block] == 0) {
            outline->heading[rung] = NO_INDEX;
            continue;
        }
        /* A block around a single one adds nothing, unless it turns it round. */
        uint32_t child = only_child(outline, block);
        while (child != NO_INDEX && !is_against(outline_count(outline->view, block))) {
            outline->headed[block] = true;
            block = child;
            child = only_child(outline, block);
        }
        outline->heading[rung] = block;
        outline->headed[block] = true;
    }
}

size_t outline_new_blocks(struct outline *outline, uint32_t rule) {
    const struct program *program = outline->view->program;
    size_t count = 0;
    for (uint32_t block = program->rules[rule].block; block != NO_INDEX && !outline->headed[block];
         block = program->blocks[block].parent) {
        outline->headed[block] = true;
        outline->path[count++] = block;
    }
    return count;
}

size_t outline_block_depth(const struct outline *outline, uint32_t block) {
    const struct program *program = outline->view->program;
    size_t depth = 1;
    while (block != NO_INDEX && block != outline->heading[program->blocks[block].rung]) {
        block = program->blocks[block].parent;
        depth++;
    }
    return depth;
}

size_t outline_rule_depth(const struct outline *outline, uint32_t rule) {
    return outline->aside[rule] ? 1 : outline_block_depth(outline, outline->view->program->rules[rule].block);
}

void outline_block_words(struct page *page, const struct outline *outline, uint32_t block) {
    const struct count *count = outline_count(outline->view, block);
    page_puts(page, count_names[count->kind]);
    if (count->kind == COUNT_AT_LEAST || count->kind == COUNT_AT_MOST || count->kind == COUNT_EXACTLY) {
        page_puts(page, " ");
        page_count(page, count->n);
    }
    page_puts(page, " of ");
    page_count(page, outline->children[block]);
}

/* Where guards were taken out of a rung, all blocks down to theirs are `any`s, and so is what is left: an or of the
 * rules shown, or of the first other block around them. */
enum truth outline_heading_value(const struct outline *outline, uint32_t rung) {
    const struct view *view = outline->view;
    enum truth value = TRUTH_FALSE;
    for (uint32_t rule = 0; rule < view->program->rule_count; rule++) {
        if (outline->aside[rule] || !is_inside(view->program, rule, outline->heading[rung])) {
            continue;
        }
        enum truth one = trace_left_out(view->program, view->outcome, rule)
                             ? TRUTH_FALSE
                             : trace_contribution(view->program, view->outcome, rule);
        for (uint32_t block = view->program->rules[rule].block; block != NO_INDEX;
             block = view->program->blocks[block].parent) {
            if (outline_count(view, block)->kind != COUNT_ANY) {
                one = outline_block_value(view, block);
            }
            if (block == outline->heading[rung]) {
                break;
            }
        }
        value = value == TRUTH_TRUE || one == TRUTH_TRUE ? TRUTH_TRUE : value == TRUTH_FALSE ? one : value;
    }
    return value;
}

bool outline_make(struct view *view, struct outline *outline) {
    const struct program *program = view->program;
    struct arena *arena = view->arena;
    *outline = (struct outline){
        .view = view,
        .aside = arena_array(arena, program->rule_count, sizeof *outline->aside),
        .children = arena_array(arena, program->block_count, sizeof *outline->children),
        .headed = arena_array(arena, program->block_count, sizeof *outline->headed),
        .path = arena_array(arena, program->block_count, sizeof *outline->path),
        .heading = arena_array(arena, program->rung_count, sizeof *outline->heading),
    };
    if (!outline->aside || !outline->children || !outline->headed || !outline->path || !outline->heading) {
        return false;
    }
    count_children(outline);
    return true;
}
