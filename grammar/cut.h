/* Rules that YAML's flow syntax has cut in two: `[all of (acc, f1) improves]` is two items to YAML. */
#ifndef GRAMMAR_CUT_H
#define GRAMMAR_CUT_H

#include "grammar/yaml.h"

/* Reports each rule under `node` that a comma between its parentheses has cut, once, and marks its parts as cut. */
void cut_find(struct diags *diags, const struct source *source, struct yaml *node);

/* The same where libyaml stumbles over the bracket or brace at `at`; false where no rule stands before it. */
bool cut_report_bracket(struct diags *diags, const struct source *source, uint32_t at);

#endif
