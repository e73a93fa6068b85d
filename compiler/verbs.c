/* The standard library's verbs (compiler/checker.h). Their names are known at once, for names must not clash; the definition
 * of one, which stands on a line of its own, is parsed when the policy first uses it: most use two of them, or none. */
#include <string.h>

#include "compiler/checker.h"
#include "stdlib/embedded.h"

static struct source *open_library(struct arena *arena) {
    struct source *source = arena_alloc(arena, sizeof *source);
    for (size_t i = 0; source && i < embedded_file_count; i++) {
        const struct embedded_file *file = &embedded_files[i];
        if (str_is(str_from(file->name), "stdlib/verbs.assize")) {
            return source_init(source, arena, str_from(file->name), (str){file->bytes, file->length}) ? source : NULL;
        }
    }
    return NULL;
}

static bool take(str *line, str word) {
    bool there = str_starts(*line, word.at);
    *line = there ? str_slice(*line, word.length, line->length) : *line;
    return there;
}

/* The name that a line defines, as in "define guard no_regression(m): …"; empty where it defines none. */
static str defined_name(str line) {
    if (!take(&line, STR("define "))) {
        return (str){0};
    }
    take(&line, STR("guard "));
    const char *end = line.length > 0 ? memchr(line.at, '(', line.length) : NULL;
    return end ? str_slice(line, 0, (size_t)(end - line.at)) : (str){0};
}

bool verbs_index(struct checker *checker) {
    struct verb_list *verbs = &checker->verbs;
    verbs->source = open_library(checker->arena);
    for (uint32_t number = 1; verbs->source && number <= verbs->source->line_count; number++) {
        str line = source_line(verbs->source, number);
        str name = defined_name(line);
        struct verb *verb = name.length > 0 ? LIST_ADD(checker->arena, verbs) : NULL;
        if (verb) {
            uint32_t begin = verbs->source->lines[number - 1];
            *verb = (struct verb){.name = name, .at = {begin, begin + (uint32_t)line.length}};
            table_add(&checker->library_names, checker->arena, name, (uint32_t)verbs->count - 1);
        }
    }
    return verbs->source && !checker->arena->failed;
}

const struct definition *verb_find(const struct checker *checker, str name) {
    uint32_t index = table_find(&checker->library_names, name);
    struct verb *verb = index == TABLE_NONE ? NULL : &checker->verbs.items[index];
    if (verb && !verb->definition) {
        struct definition *definitions = NULL;
        struct diags diags; /* an error there is ours: the verb is then not found, and no test passes */
        size_t count;
        diags_init(&diags, checker->arena, checker->verbs.source);
        rule_parse_definitions(checker->arena, &diags, checker->verbs.source, verb->at, &definitions, &count);
        verb->definition = definitions;
    }
    return verb ? verb->definition : NULL;
}
