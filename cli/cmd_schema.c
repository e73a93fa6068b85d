/* assize schema: the JSON Schema of policies, for editors. */
#include "cli/cli.h"
#include "grammar/schema.h"

int run_schema(const struct command_line *line) {
    if (line->argument_count > 0) {
        return misuse(line, "schema takes no arguments");
    }
    struct text text = {.arena = line->arena};
    schema_print(&text);
    if (line->arena->failed) {
        complain(line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    sink_put(line->out, text_str(&text));
    return EXIT_ACCEPT;
}
