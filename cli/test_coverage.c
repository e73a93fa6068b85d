/* What the cases have seen of a policy (cli/test.h): each rule, and each comparison of a rule that has several, true, false
 * and unknown; each verdict reached. A rule that is one comparison counts once. */
#include "cli/test.h"
#include "report/page.h"

/* The order in which they are named. */
static const enum truth truths[] = {TRUTH_TRUE, TRUTH_FALSE, TRUTH_UNKNOWN};

static size_t count_seen(const bool seen[3]) {
    return (size_t)seen[0] + seen[1] + seen[2];
}

struct coverage coverage_of(const struct tested_policy *policy) {
    struct coverage coverage = {0};
    const struct program *program = policy->program;
    for (size_t i = 0; i < program->rule_count; i++) {
        coverage.total += 3;
        coverage.seen += count_seen(policy->rules_seen[i]);
    }
    for (size_t i = 0; i < program->check_count; i++) {
        if (program->rules[program->checks[i].rule].check_count > 1) {
            coverage.total += 3;
            coverage.seen += count_seen(policy->checks_seen[i]);
        }
    }
    for (size_t i = 0; i <= program->rung_count; i++) {
        coverage.total++;
        coverage.seen += policy->verdicts_seen[i];
    }
    return coverage;
}

static void print_place(struct page *page, const struct tested_policy *policy, struct location at) {
    page_puts(page, "  ");
    page_name(page, policy->path);
    if (at.line > 0) {
        text_format(&page->out, ":%u:%u", at.line, at.column);
    }
    page_puts(page, ": ");
}

static void print_missing(struct page *page, const struct tested_policy *policy, struct location at, str name,
                          const char *part, str text, const bool seen[3]) {
    bool first = true;
    if (count_seen(seen) == 3) {
        return;
    }
    print_place(page, policy, at);
    page_name(page, name);
    text_format(&page->out, "%s is never ", part);
    for (size_t i = 0; i < 3; i++) {
        if (!seen[truths[i]]) {
            text_format(&page->out, "%s%s", first ? "" : ", never ", truth_names[truths[i]]);
            first = false;
        }
    }
    page_puts(page, ": ");
    page_name(page, text);
    page_line(page);
}

void coverage_print(struct page *page, const struct tested_policy *policy) {
    const struct program *program = policy->program;
    for (size_t i = 0; i <= program->rung_count; i++) {
        if (!policy->verdicts_seen[i]) {
            print_place(page, policy, (struct location){0});
            page_puts(page, "no case reaches the verdict ");
            page_name(page, i < program->rung_count ? program->rungs[i].verdict : program->fallback);
            page_line(page);
        }
    }
    for (size_t i = 0; i < program->rule_count; i++) {
        const struct rule *rule = &program->rules[i];
        print_missing(page, policy, rule->at, rule->id, "", rule->text, policy->rules_seen[i]);
        for (uint32_t k = rule->first_check; rule->check_count > 1 && k < rule->first_check + rule->check_count; k++) {
            const struct check *check = &program->checks[k];
            print_missing(page, policy, check->at, rule->id, ", a part of it,", check->text, policy->checks_seen[k]);
        }
    }
}
