/* assize clusters: what the misses of an evaluation have in common (records/clusters.h). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/clusters.h"
#include "cli/outputs.h"
#include "cli/rows_file.h"

struct clustering {
    const struct command_line *line;
    struct cluster_options options;
    size_t top;
};

static str value_of(const struct command_line *line, enum option option, const char *otherwise) {
    return str_from(line->given[option] ? line->values[option] : otherwise);
}

/* Names with commas between them. */
static bool read_names(const struct command_line *line, enum option option, const char *otherwise, const str **names,
                       size_t *count) {
    str all = value_of(line, option, otherwise);
    str *items = arena_array(line->arena, all.length + 1, sizeof *items);
    *names = items;
    for (size_t at = 0; items && at < all.length;) {
        const char *comma = memchr(all.at + at, ',', all.length - at);
        size_t end = comma ? (size_t)(comma - all.at) : all.length;
        str name = str_trim(str_slice(all, at, end));
        if (name.length > 0) {
            items[(*count)++] = name;
        }
        at = end + 1;
    }
    return items != NULL;
}

static bool read_count(const struct command_line *line, enum option option, size_t otherwise, size_t least, size_t most,
                       size_t *count) {
    const char *value = line->given[option] ? line->values[option] : NULL;
    size_t read = 0, i = 0;
    for (; value && value[i] >= '0' && value[i] <= '9' && i < 7; i++) {
        read = read * 10 + (size_t)(value[i] - '0');
    }
    *count = value ? read : otherwise;
    if (value && (i == 0 || value[i] != '\0' || read < least || read > most)) {
        misuse(line, "`--%s` is a number from %zu to %zu, not `%s`", option_infos[option].name, least, most, value);
        return false;
    }
    return true;
}

static bool read_level(struct clustering *c) {
    str value = value_of(c->line, OPTION_CLUSTERS_LEVEL, "0.05");
    struct number level;
    bool good = number_parse(c->line->arena, value, &level) == NUMBER_OK &&
                number_to_double(c->line->arena, level, &c->options.level) && c->options.level > 0 &&
                c->options.level < 1;
    if (!good) {
        misuse(c->line, "`--level` is a number between 0 and 1, not `%.*s`", STR_ARG(value));
    }
    return good;
}

static bool read_correction(struct clustering *c) {
    str value = value_of(c->line, OPTION_CLUSTERS_CORRECT, tries_correction_names[CORRECTION_HOLM]);
    for (size_t i = 0; i <= CORRECTION_NONE; i++) {
        if (str_is(value, tries_correction_names[i])) {
            c->options.correction = (enum tries_correction)i;
            return true;
        }
    }
    misuse(c->line, "`--correct` is holm, bh or none, not `%.*s`", STR_ARG(value));
    return false;
}

static bool read_passes(struct clustering *c) {
    str value = value_of(c->line, OPTION_CLUSTERS_PASSES, "1");
    if (number_parse(c->line->arena, value, &c->options.passes) == NUMBER_OK) {
        return true;
    }
    misuse(c->line, "`--passes` is a number, not `%.*s`", STR_ARG(value));
    return false;
}

/* Whether the queries would go over a file that is read. */
static bool overwrites(const struct command_line *line, const char *path) {
    struct stat a, b;
    return stat(line->values[OPTION_WRITE_QUERIES], &a) == 0 && stat(path, &b) == 0 && S_ISREG(a.st_mode) &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool read_options(struct clustering *c) {
    const struct command_line *line = c->line;
    struct cluster_options *o = &c->options;
    bool both = line->given[OPTION_CLUSTERS_BASELINE] && line->argument_count == 1 &&
                strcmp(line->arguments[0], "-") == 0 && strcmp(line->values[OPTION_CLUSTERS_BASELINE], "-") == 0;
    if (line->argument_count != 1) {
        misuse(line, "clusters takes one file of samples, or `-` for standard input");
        return false;
    }
    if (both) {
        misuse(line, "standard input can be read only once");
        return false;
    }
    if (line->given[OPTION_WRITE_QUERIES] &&
        (overwrites(line, line->arguments[0]) ||
         (line->given[OPTION_CLUSTERS_BASELINE] && overwrites(line, line->values[OPTION_CLUSTERS_BASELINE])))) {
        misuse(line, "`%s` is read, so no queries can be written to it", line->values[OPTION_WRITE_QUERIES]);
        return false;
    }
    o->id = value_of(line, OPTION_CLUSTERS_ID, "id");
    o->outcome = value_of(line, OPTION_CLUSTERS_OF, "correct");
    o->predicted = value_of(line, OPTION_CLUSTERS_PREDICTED, "predicted");
    o->expected = value_of(line, OPTION_CLUSTERS_EXPECTED, "expected");
    o->pairs = line->given[OPTION_CLUSTERS_PAIRS];
    return read_names(line, OPTION_CLUSTERS_TEXT, "input", &o->texts, &o->text_count) &&
           read_names(line, OPTION_CLUSTERS_BY, "", &o->by, &o->by_count) &&
           read_names(line, OPTION_CLUSTERS_EXCEPT, "", &o->except, &o->except_count) && read_passes(c) &&
           read_level(c) && read_correction(c) && read_count(line, OPTION_CLUSTERS_LEAST, 5, 1, 1000000, &o->least) &&
           read_count(line, OPTION_CLUSTERS_EXAMPLES, 3, 0, CLUSTER_EXAMPLES_MOST, &o->examples) &&
           read_count(line, OPTION_CLUSTERS_TOP, 10, 1, 1000, &c->top);
}

static bool write_queries(const struct command_line *line, str text) {
    const char *path = line->values[OPTION_WRITE_QUERIES];
    struct buffer *buffer = arena_alloc(line->arena, sizeof *buffer);
    int descriptor = buffer ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (descriptor < 0) {
        complain(line, "cannot write `%s`: %s", path, buffer ? strerror(errno) : "out of memory");
        return false;
    }
    buffer->descriptor = descriptor;
    struct sink sink = sink_to_buffer(buffer);
    sink_put(&sink, text);
    bool good = buffer_flush(buffer, &sink);
    good = close(descriptor) == 0 && good;
    if (!good) {
        complain(line, "`%s` could not be written", path);
    }
    return good;
}

static int report(const struct clustering *c, const struct clusters_page *page) {
    static const char *const formats[] = {"text", "json"};
    const struct command_line *line = c->line;
    struct outputs outputs;
    bool good = outputs_open(line, OPTION_CLUSTERS_COLOR, formats, 2, &outputs);
    for (size_t i = 0; good && i < outputs.count; i++) {
        const struct output *output = &outputs.items[i];
        (output->format == 1 ? clusters_json : clusters_text)(output->sink, output->style, page, line->arena);
    }
    good = outputs_close(line, &outputs) && good;
    good = good && (!line->given[OPTION_WRITE_QUERIES] || write_queries(line, clusters_queries(page, line->arena)));
    if (line->arena->failed) {
        complain(line, "out of memory");
        good = false;
    }
    return good ? EXIT_ACCEPT : EXIT_FAILURE_TO_RUN;
}

int run_clusters(const struct command_line *line) {
    struct clustering c = {.line = line};
    struct clusters clusters;
    struct record_error error = {0};
    str text, baseline;
    bool pair = line->given[OPTION_CLUSTERS_BASELINE];
    if (!read_options(&c) || !read_rows_file(line, line->arguments[0], line->arena, &text) ||
        (pair && !read_rows_file(line, line->values[OPTION_CLUSTERS_BASELINE], line->arena, &baseline))) {
        return EXIT_FAILURE_TO_RUN;
    }
    str name = str_from(line->arguments[0]);
    str other = pair ? str_from(line->values[OPTION_CLUSTERS_BASELINE]) : (str){0};
    if (!clusters_find(&clusters, &c.options, name, text, &other, pair ? &baseline : NULL, line->arena, &error)) {
        error.at = is_yaml_name(error.source) ? (struct place){0} : error.at;
        report_record_error(line, &error);
        return EXIT_FAILURE_TO_RUN;
    }
    struct clusters_page page = {&clusters, &c.options, name, other, c.top};
    return report(&c, &page);
}
