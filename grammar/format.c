/* Canonical spelling of a policy's rules (grammar/format.h).
 *
 * How: a rule is spelled from its tree, and the tokens of the spelling are laid beside those of the text. They are
 * the same tokens but for parentheses, so each line break of the text has its place in the spelling.
 */
#include "grammar/format.h"

#include <string.h>

#include "grammar/policy.h"
#include "grammar/scan.h"

struct formatter {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    struct edit_list edits;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

/* The part of a gap between two tokens from its first line end: the line break and the next line's indentation. */
static str line_break_in(str gap) {
    size_t begin = 0;
    while (begin < gap.length && !is_line_end(gap.at[begin])) {
        begin++;
    }
    return str_slice(gap, begin, gap.length);
}

/* `spelled` with the line breaks that stand before the tokens of `text`. */
struct layout {
    str text, spelled;
    struct rule_tokens from, to; /* their tokens, as offsets from the begin of each */
    size_t next;                 /* the first token of `text` that is not yet in the spelling */
};

/* Finds the token of the text for one of the spelling, and gives the line break on the way to it: between the two
 * may be parentheses that the spelling left out. A parenthesis that the spelling has added has none. */
static str take_token(struct layout *layout, const struct rule_token *wanted) {
    str line_break = {0};
    for (size_t i = layout->next; i < layout->from.count; i++) {
        const struct rule_token *token = &layout->from.items[i];
        size_t end = i > 0 ? layout->from.items[i - 1].at.end : 0;
        str gap = line_break_in(str_slice(layout->text, end, token->at.begin));
        line_break = line_break.length > 0 ? line_break : gap;
        if (token->parenthesis == wanted->parenthesis) {
            layout->next = i + 1;
            return line_break;
        }
        if (token->parenthesis == '\0') {
            break;
        }
    }
    return (str){0};
}

/* Closing parentheses that were left out at the end of the rule take no line break with them. */
static void lay_out(struct layout *layout, struct text *out) {
    size_t end = 0;
    for (size_t i = 0; i < layout->to.count; i++) {
        const struct rule_token *token = &layout->to.items[i];
        str line_break = take_token(layout, token);
        text_add(out, line_break.length > 0 && i > 0 ? line_break : str_slice(layout->spelled, end, token->at.begin));
        text_add(out, str_slice(layout->spelled, token->at.begin, token->at.end));
        end = token->at.end;
    }
}

static bool spell(struct formatter *formatter, const struct rule_scalar *rule, str text, str *formatted) {
    struct diags ignored; /* what is wrong with the text was reported when the policy was read */
    diags_init(&ignored, formatter->arena, formatter->source);
    struct node *tree = rule_parse(formatter->arena, &ignored, rule->mode, text, 0, rule->scalar->flow);
    if (!tree) {
        return false;
    }
    struct text spelled = {.arena = formatter->arena};
    tree_spell(&spelled, tree);
    struct layout layout = {.text = text, .spelled = text_str(&spelled)};
    if (!rule_scan(formatter->arena, &ignored, rule->mode, text, 0, &layout.from) ||
        !rule_scan(formatter->arena, &ignored, rule->mode, layout.spelled, 0, &layout.to)) {
        return false;
    }
    struct text out = {.arena = formatter->arena};
    lay_out(&layout, &out);
    *formatted = text_str(&out);
    return !formatter->arena->failed;
}

/* The rule's bytes and the blanks beside them that are the scalar's: those inside its quotes, and those at the end of
 * a block's last line. Blanks around a plain scalar are the YAML's. */
static span with_blanks(const struct formatter *formatter, const struct yaml *scalar, str text, uint32_t base) {
    str file = formatter->source->text;
    size_t begin = base;
    size_t end = base + text.length;
    if (scalar->style == YAML_PLAIN) {
        return (span){base, (uint32_t)end};
    }
    while (scalar->style != YAML_BLOCK && is_blank(file.at[begin - 1])) {
        begin--;
    }
    while (end < file.length && is_blank(file.at[end])) {
        end++;
    }
    bool line_begins = is_line_end(file.at[begin - 1]);
    bool line_ends = end == file.length || is_line_end(file.at[end]);
    bool closes = scalar->style != YAML_BLOCK && end + 1 == scalar->at.end;
    return (span){(uint32_t)(line_begins ? base : begin), (uint32_t)(line_ends || closes ? end : base + text.length)};
}

/* A plain scalar that began with a parenthesis may not come to begin with a quote: it would be another scalar. */
static bool may_begin(const struct yaml *scalar, str text, str formatted) {
    bool quoted = formatted.length > 0 && (formatted.at[0] == '"' || formatted.at[0] == '\'');
    return scalar->style != YAML_PLAIN || !quoted || text.at[0] == formatted.at[0];
}

static bool format_rule(struct formatter *formatter, const struct rule_scalar *rule) {
    str text, formatted;
    uint32_t base;
    if (!yaml_rule_text(formatter->diags, formatter->source, rule->scalar, &text, &base) ||
        !spell(formatter, rule, text, &formatted)) {
        return false;
    }
    span at = with_blanks(formatter, rule->scalar, text, base);
    if (str_equal(str_slice(formatter->source->text, at.begin, at.end), formatted) ||
        !may_begin(rule->scalar, text, formatted)) {
        return true;
    }
    struct edit *edit = LIST_ADD(formatter->arena, &formatter->edits);
    if (edit) {
        *edit = (struct edit){at, formatted};
    }
    return edit != NULL;
}

static struct policy *read(struct diags *diags, const struct source *source) {
    struct policy *policy = source->text.length <= POLICY_MAX_BYTES && scan_bytes(diags, source)
                                ? policy_read(diags->arena, diags, source)
                                : NULL;
    return policy && diags->errors == 0 && !diags->arena->failed ? policy : NULL;
}

static int compare_scalars(const struct rule_scalar *a, const struct rule_scalar *b) {
    return a->scalar->at.begin < b->scalar->at.begin ? -1 : a->scalar->at.begin > b->scalar->at.begin;
}

/* Rules are read in the order of the ladder; edits are applied in the order of the text. Merges runs from small to large. */
static struct rule_scalar *in_text_order(struct arena *arena, const struct rule_scalars *rules) {
    struct rule_scalar *items = arena_array(arena, rules->count, sizeof *items);
    struct rule_scalar *spare = arena_array(arena, rules->count, sizeof *items);
    if (!items || !spare) {
        return NULL;
    }
    if (rules->count > 0) {
        memcpy(items, rules->items, rules->count * sizeof *items);
    }
    for (size_t run = 1; run < rules->count; run *= 2) {
        for (size_t low = 0; low < rules->count; low += 2 * run) {
            size_t middle = low + run < rules->count ? low + run : rules->count;
            size_t high = middle + run < rules->count ? middle + run : rules->count;
            for (size_t i = low, a = low, b = middle; i < high; i++) {
                bool left = b >= high || (a < middle && compare_scalars(&items[a], &items[b]) <= 0);
                spare[i] = left ? items[a++] : items[b++];
            }
        }
        struct rule_scalar *swap = items;
        items = spare;
        spare = swap;
    }
    return items;
}

static struct node *parse_again(struct diags *diags, const struct source *source, const struct rule_scalar *rule) {
    str text;
    uint32_t base;
    return yaml_rule_text(diags, source, rule->scalar, &text, &base)
               ? rule_parse(diags->arena, diags, rule->mode, text, base, rule->scalar->flow)
               : NULL;
}

/* Whether the formatted text holds the same rules. Its other bytes are the old ones. */
static bool reads_the_same(const struct diags *diags, const struct policy *policy, const struct source *formatted) {
    struct diags ignored;
    diags_init(&ignored, diags->arena, formatted);
    const struct policy *again = read(&ignored, formatted);
    if (!again || again->rule_scalars.count != policy->rule_scalars.count) {
        return false;
    }
    for (size_t i = 0; i < policy->rule_scalars.count; i++) {
        const struct rule_scalar *before = &policy->rule_scalars.items[i];
        const struct rule_scalar *after = &again->rule_scalars.items[i];
        struct node *old = parse_again(&ignored, policy->source, before);
        struct node *new = parse_again(&ignored, formatted, after);
        if (!old || !new || before->mode != after->mode || before->scalar->style != after->scalar->style ||
            !tree_equal(old, new)) {
            return false;
        }
    }
    return true;
}

enum format_status format_policy(struct diags *diags, const struct source *source, str *formatted) {
    struct policy *policy = read(diags, source);
    if (!policy) {
        return diags->arena->failed ? FORMAT_NO_MEMORY : FORMAT_UNREAD;
    }
    struct formatter formatter = {.arena = diags->arena, .diags = diags, .source = source};
    struct rule_scalar *rules = in_text_order(diags->arena, &policy->rule_scalars);
    bool good = rules != NULL;
    for (size_t i = 0; good && i < policy->rule_scalars.count; i++) {
        good = format_rule(&formatter, &rules[i]);
    }
    *formatted = edits_apply(diags->arena, source->text, &formatter.edits);
    struct source after;
    if (diags->arena->failed || !source_init(&after, diags->arena, source->name, *formatted)) {
        return FORMAT_NO_MEMORY;
    }
    if (!good || (formatter.edits.count > 0 && !reads_the_same(diags, policy, &after))) {
        return diags->arena->failed ? FORMAT_NO_MEMORY : FORMAT_CHANGED;
    }
    return FORMAT_DONE;
}
