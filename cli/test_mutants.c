/* The single changes of a policy that its tests should notice (cli/test.h). A change is an edit of the policy's own bytes,
 * so each has a place to point at, and is compiled like any other policy:
 *
 *   a number            one unit in its last place more, and less
 *   a comparison        its neighbour: >= and >, <= and <, == and !=
 *   a floor             taken away
 *   a rule              taken away; where it is the only one of its block, the block
 *
 * Counts (`at_least 3 of`) are numbers as any other. A change that makes no policy is not counted. */
#include <string.h>

#include "cli/test.h"
#include "grammar/policy.h"

struct collector {
    struct arena *arena;
    const struct source *source;
    struct mutant_list *mutants;
};

static str bytes_of(const struct collector *collector, span at) {
    return str_slice(collector->source->text, at.begin, at.end);
}

static void add_mutant(struct collector *collector, span at, str replacement, span shown, str what, str catch) {
    struct mutant *mutant = LIST_ADD(collector->arena, collector->mutants);
    if (mutant) {
        *mutant = (struct mutant){at, replacement, shown, what, catch};
    }
}

/* --- numbers --- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Where the digits with their point end: "1.50" of "1.50e-3" and of "1.50%". */
static size_t mantissa_end(str number) {
    size_t at = 0;
    while (at < number.length && (is_digit(number.at[at]) || number.at[at] == '.')) {
        at++;
    }
    return at;
}

/* The digits with one added to the last; a carry may make them longer. */
static str next_up(struct arena *arena, str digits) {
    str copy = str_copy(arena, digits);
    char *at = arena_array(arena, copy.length + 1, 1);
    if (!at || copy.length == 0) {
        return (str){0};
    }
    memcpy(at + 1, digits.at, digits.length);
    at[0] = '0';
    size_t i = digits.length;
    while (at[i] == '9' || at[i] == '.') {
        at[i] = at[i] == '9' ? '0' : at[i];
        i--;
    }
    at[i]++;
    return i == 0 ? (str){at, digits.length + 1} : (str){at + 1, digits.length};
}

/* The digits with one taken from the last; empty for zero. */
static str next_down(struct arena *arena, str digits) {
    char *at = arena_array(arena, digits.length + 1, 1);
    if (!at) {
        return (str){0};
    }
    memcpy(at, digits.at, digits.length);
    size_t i = digits.length;
    while (i > 0 && (at[i - 1] == '0' || at[i - 1] == '.')) {
        at[i - 1] = at[i - 1] == '0' ? '9' : at[i - 1];
        i--;
    }
    if (i == 0) {
        return (str){0};
    }
    at[i - 1]--;
    size_t begin = 0; /* "10" - 1 is "09", and a number does not begin with a 0 before a digit */
    while (begin + 1 < digits.length && at[begin] == '0' && is_digit(at[begin + 1])) {
        begin++;
    }
    return (str){at + begin, digits.length - begin};
}

static void change_number(struct collector *collector, span at, str digits, str changed) {
    if (changed.length == 0) {
        return;
    }
    str old = bytes_of(collector, at);
    str rest = str_slice(old, digits.length, old.length);
    str new = str_format(collector->arena, "%.*s%.*s", STR_ARG(changed), STR_ARG(rest));
    add_mutant(
        collector, at, new, at, str_format(collector->arena, "`%.*s` becomes `%.*s`", STR_ARG(old), STR_ARG(new)),
        str_format(
            collector->arena,
            "a case whose value lies at `%.*s`, or between it and `%.*s`, while nothing else decides, would notice",
            STR_ARG(old), STR_ARG(new)));
}

static void mutate_number(struct collector *collector, span at) {
    str text = bytes_of(collector, at);
    if (text.length > 0 && text.at[0] == '-') { /* -0.01: the sign stays */
        at.begin++;
        text = bytes_of(collector, at);
    }
    str digits = str_slice(text, 0, mantissa_end(text));
    if (digits.length > 0 && is_digit(digits.at[0])) {
        change_number(collector, at, digits, next_up(collector->arena, digits));
        change_number(collector, at, digits, next_down(collector->arena, digits));
    }
}

/* --- comparisons and floors --- */

static void mutate_comparison(struct collector *collector, span at) {
    static const char *const neighbours[][2] = {{">=", ">"}, {">", ">="},  {"<=", "<"},
                                                {"<", "<="}, {"==", "!="}, {"!=", "=="}};
    str text = bytes_of(collector, at);
    if (text.length > 2 && strchr("'\"", text.at[0])) { /* op: ">=" */
        at = (span){at.begin + 1, at.end - 1};
        text = bytes_of(collector, at);
    }
    for (size_t i = 0; i < sizeof neighbours / sizeof *neighbours; i++) {
        if (str_is(text, neighbours[i][0])) {
            add_mutant(collector, at, str_from(neighbours[i][1]), at,
                       str_format(collector->arena, "`%s` becomes `%s`", neighbours[i][0], neighbours[i][1]),
                       STR("a case whose value is exactly the limit, while nothing else decides, would notice"));
        }
    }
}

static void drop_floor(struct collector *collector, const struct node *floor) {
    span at = {floor->operands[0]->at.end, floor->at.end};
    str words = str_trim(bytes_of(collector, at));
    if (str_starts(words, "with")) { /* one of a rule spelled as a mapping is a key; its number is changed anyway */
        uint32_t begin = (uint32_t)(words.at - collector->source->text.at);
        add_mutant(collector, at, (str){0}, (span){begin, begin + (uint32_t)words.length},
                   STR("the floor is taken away"),
                   STR("a case that misses only this floor, while nothing else decides, would notice"));
    }
}

static void mutate_tree(struct collector *collector, const struct node *node) {
    if (node->kind == NODE_NUMBER) {
        mutate_number(collector, node->at);
    }
    if (node->kind == NODE_COMPARE || node->kind == NODE_FLOOR) {
        for (size_t i = 0; i < node->operator_count; i++) {
            mutate_comparison(collector, node->operator_spans[i]);
        }
    }
    if (node->kind == NODE_FLOOR) {
        drop_floor(collector, node);
    }
    for (size_t i = 0; i < node->operand_count; i++) {
        mutate_tree(collector, node->operands[i]);
    }
    const struct node *others[] = {node->amount, node->n};
    for (size_t i = 0; i < 2; i++) {
        if (others[i]) {
            mutate_tree(collector, others[i]);
        }
    }
}

static void mutate_block(struct collector *collector, const struct policy_block *block) {
    for (size_t i = 0; block && i < block->count; i++) {
        if (block->items[i].rule) {
            mutate_tree(collector, block->items[i].rule);
        }
        mutate_block(collector, block->items[i].block);
    }
    if (block && block->n.text.length > 0) {
        mutate_number(collector, block->n.at);
    }
}

/* --- dropping rules: on the YAML, where the items of a list are --- */

/* The bytes of an item with what makes it one: its `- ` and its line, or its comma. Empty where that cannot be told. */
static span item_span(const struct collector *collector, const struct yaml *list, size_t index) {
    const char *text = collector->source->text.at;
    uint32_t length = (uint32_t)collector->source->text.length;
    span at = list->items[index]->at;
    if (list->flow) {
        return index + 1 < list->count ? (span){at.begin, list->items[index + 1]->at.begin}
                                       : (span){list->items[index - 1]->at.end, at.end};
    }
    while (at.begin > 0 && strchr(" \t", text[at.begin - 1])) {
        at.begin--;
    }
    if (at.begin == 0 || text[at.begin - 1] != '-') {
        return (span){0, 0};
    }
    at.begin--;
    while (at.begin > 0 && text[at.begin - 1] == ' ') {
        at.begin--;
    }
    if (at.begin > 0 && text[at.begin - 1] != '\n') {
        return (span){0, 0};
    }
    while (at.end > at.begin && text[at.end - 1] == '\n') { /* a block scalar ends with its line */
        at.end--;
    }
    while (at.end < length && text[at.end] != '\n') {
        at.end++;
    }
    at.end += at.end < length;
    return at;
}

static void drop_items(struct collector *collector, const struct yaml *list);

static void drop_inside(struct collector *collector, const struct yaml *node) {
    static const char *const lists[] = {"all", "any", "none", "of"};
    if (node->kind == YAML_SEQUENCE) {
        drop_items(collector, node);
        return;
    }
    for (size_t i = 0; node->kind == YAML_MAPPING && i < 4; i++) {
        const struct yaml *list = yaml_get(node, lists[i]);
        if (list && list->kind == YAML_SEQUENCE) {
            drop_items(collector, list);
        }
    }
}

static span words_of(const struct collector *collector, const struct yaml *node) {
    span at = node->at;
    while (at.end > at.begin && strchr(" \t\r\n", collector->source->text.at[at.end - 1])) {
        at.end--;
    }
    return at;
}

static void drop_items(struct collector *collector, const struct yaml *list) {
    for (size_t i = 0; i < list->count; i++) {
        span at = list->count > 1 ? item_span(collector, list, i) : (span){0, 0};
        if (at.end > at.begin) {
            add_mutant(collector, at, (str){0}, words_of(collector, list->items[i]), STR("the rule is taken away"),
                       STR("a case that only this rule decides would notice"));
        }
        drop_inside(collector, list->items[i]);
    }
}

/* A key with its value, up to the next key of a mapping in block style. */
static void drop_entry(struct collector *collector, const struct yaml *mapping, size_t index) {
    const char *text = collector->source->text.at;
    uint32_t begin = mapping->keys[index]->at.begin, end = mapping->items[index]->at.end;
    if (mapping->flow) {
        return;
    }
    while (begin > 0 && text[begin - 1] == ' ') {
        begin--;
    }
    while (end > begin && text[end - 1] == '\n') {
        end--;
    }
    while (end < collector->source->text.length && text[end] != '\n') {
        end++;
    }
    end += end < collector->source->text.length;
    add_mutant(collector, (span){begin, end}, (str){0}, mapping->keys[index]->at, STR("the whole block is taken away"),
               STR("a case that this block decides would notice"));
}

static size_t rules_in(const struct yaml *node) {
    size_t count = 0;
    static const char *const lists[] = {"all", "any", "none", "of"};
    if (node->kind == YAML_SEQUENCE) {
        return node->count;
    }
    for (size_t i = 0; node->kind == YAML_MAPPING && i < 4; i++) {
        const struct yaml *list = yaml_get(node, lists[i]);
        count += list ? rules_in(list) : 0;
    }
    return count;
}

static void drop_blocks(struct collector *collector, const struct yaml *mapping, const char *const *keys,
                        size_t count) {
    for (size_t i = 0; i < mapping->count; i++) {
        bool wanted = count == 0;
        for (size_t k = 0; k < count; k++) {
            wanted = wanted || str_is(mapping->keys[i]->value, keys[k]);
        }
        if (wanted) {
            drop_inside(collector, mapping->items[i]);
        }
        if (wanted && rules_in(mapping->items[i]) == 1) {
            drop_entry(collector, mapping, i);
        }
    }
}

static void mutate_settings(struct collector *collector, const struct policy *policy) {
    for (size_t i = 0; i < policy->metrics.count; i++) {
        const struct yaml *settings = policy->metrics.items[i].settings;
        const struct yaml *least = settings ? yaml_get(settings, "min_n") : NULL;
        if (least && least->kind == YAML_SCALAR && least->style == YAML_PLAIN) {
            mutate_number(collector, least->at);
        }
    }
}

void mutants_collect(struct arena *arena, const struct tested_policy *policy, struct mutant_list *mutants) {
    static const char *const blocks[] = {"ship", "reject", "guards", "gates"};
    struct collector collector = {arena, &policy->source, mutants};
    struct diags ignored;
    diags_init(&ignored, arena, &policy->source);
    const struct policy *tree = policy_read(arena, &ignored, &policy->source);
    const struct yaml *root = yaml_read(arena, &ignored, &policy->source);
    if (!tree || !root) {
        return;
    }
    mutate_settings(&collector, tree);
    for (size_t i = 0; i < tree->definitions.count; i++) {
        mutate_tree(&collector, tree->definitions.items[i].body);
    }
    mutate_block(&collector, tree->guards);
    mutate_block(&collector, tree->gates);
    for (size_t i = 0; i < tree->rungs.count; i++) {
        mutate_block(&collector, tree->rungs.items[i].block);
    }
    drop_blocks(&collector, root, blocks, 4);
    const struct yaml *verdicts = yaml_get(root, "verdicts");
    if (verdicts && verdicts->kind == YAML_MAPPING) {
        drop_blocks(&collector, verdicts, NULL, 0);
    }
}
