/* A policy as text, for `dump --stage tree`: what it declares, then its blocks, a rule a line (grammar/policy.h). */
#include "grammar/policy.h"

static void print_block(struct text *out, const struct policy_block *block, int depth) {
    static const char *const words[] = {"all", "any", "none", "at_least"};
    text_format(out, "%*s%s%s%.*s\n", depth * 2, "", words[block->kind], block->n.text.length ? " " : "",
                STR_ARG(block->n.text));
    for (size_t i = 0; i < block->count; i++) {
        const struct policy_item *item = &block->items[i];
        if (item->block) {
            print_block(out, item->block, depth + 1);
        } else if (item->rule) {
            text_format(out, "%*s", depth * 2 + 2, "");
            tree_print(out, item->rule);
            text_add_char(out, '\n');
        }
    }
}

void policy_print(struct text *out, const struct policy *policy) {
    text_format(out, "policy %.*s\n", STR_ARG(policy->name.text));
    for (size_t i = 0; i < policy->metrics.count; i++) {
        text_format(out, "metric %.*s\n", STR_ARG(policy->metrics.items[i].key.text));
    }
    for (size_t i = 0; i < policy->fields.count; i++) {
        text_format(out, "field %.*s\n", STR_ARG(policy->fields.items[i].name.text));
    }
    for (size_t i = 0; i < policy->groups.count; i++) {
        const struct policy_group *group = &policy->groups.items[i];
        text_format(out, "group %.*s:", STR_ARG(group->name.text));
        for (size_t m = 0; m < group->members.count; m++) {
            text_format(out, " %.*s", STR_ARG(group->members.items[m].text));
        }
        text_add_char(out, '\n');
    }
    for (size_t i = 0; i < policy->definitions.count; i++) {
        const struct definition *definition = &policy->definitions.items[i];
        text_add(out, STR("define "));
        tree_print(out, definition->head);
        if (definition->body) {
            text_add_char(out, ' ');
            tree_print(out, definition->body);
        }
        text_add_char(out, '\n');
    }
    if (policy->guards) {
        text_add(out, STR("guards\n"));
        print_block(out, policy->guards, 1);
    }
    if (policy->gates) {
        text_add(out, STR("gates\n"));
        print_block(out, policy->gates, 1);
    }
    for (size_t i = 0; i < policy->rungs.count; i++) {
        const struct policy_rung *rung = &policy->rungs.items[i];
        text_format(out, "%.*s (%.*s)\n", STR_ARG(rung->verdict.text), STR_ARG(rung->class.text));
        if (rung->block) {
            print_block(out, rung->block, 1);
        }
    }
    text_format(out, "otherwise %.*s (%.*s)\n", STR_ARG(policy->fallback.text), STR_ARG(policy->fallback_class.text));
}
