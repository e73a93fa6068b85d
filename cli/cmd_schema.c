/* assize schema: the JSON Schemas of what people write, for editors. */
#include <string.h>

#include "cli/cli.h"
#include "cli/test.h"
#include "grammar/schema.h"

static const struct schema_kind {
    const char *name;
    void (*print)(struct text *out);
} kinds[] = {{"policies", schema_print}, {"tests", test_schema_print}};

int run_schema(const struct command_line *line) {
    const char *wanted = line->given[OPTION_SCHEMA_OF] ? line->values[OPTION_SCHEMA_OF] : kinds[0].name;
    const struct schema_kind *kind = NULL;
    if (line->argument_count > 0) {
        return misuse(line, "schema takes no arguments");
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        kind = strcmp(wanted, kinds[i].name) == 0 ? &kinds[i] : kind;
    }
    if (!kind) {
        return misuse(line, "there is no schema of `%s`: there are policies and tests", wanted);
    }
    struct text text = {.arena = line->arena};
    kind->print(&text);
    if (line->arena->failed) {
        complain(line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    sink_put(line->out, text_str(&text));
    return EXIT_ACCEPT;
}
