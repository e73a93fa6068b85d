/* `.assize.yaml`: settings for all policies of a repository (cli/settings.h).
 *
 * It is looked for in the working folder and those above it, up to the one that holds `.git`. It is read by the YAML
 * reader and the table of keys that policies are read by, so a slip in it is shown as one in a policy is. */
#include <string.h>
#include <unistd.h>

#include "cli/settings.h"
#include "grammar/scan.h"
#include "grammar/shape.h"

static const char file_name[] = ".assize.yaml";

/* --- where it is --- */

static str join(struct arena *arena, str folder, const char *name) {
    return str_format(arena, "%.*s%s", STR_ARG(folder), name);
}

static bool exists(str path) {
    return path.at && access(path.at, F_OK) == 0;
}

str settings_find_file(struct arena *arena, str *root) {
    str here = working_folder(arena);
    str prefix = STR("");
    for (;;) {
        str path = join(arena, prefix, file_name);
        if (arena->failed || exists(path)) {
            if (root) {
                *root = here;
            }
            return path;
        }
        if (here.length <= 1 || exists(join(arena, prefix, ".git"))) {
            return (str){0};
        }
        while (here.length > 1 && here.at[here.length - 1] != '/') {
            here.length--;
        }
        here.length -= here.length > 1;
        prefix = str_format(arena, "../%.*s", STR_ARG(prefix));
    }
}

static str folder_of(str path) {
    while (path.length > 0 && path.at[path.length - 1] != '/') {
        path.length--;
    }
    return path;
}

/* --- what it says --- */

struct file_reader {
    struct settings *settings;
    struct diags *diags;
    struct arena *arena;
    str folder; /* of the file, as it is called here: "" or one that ends in `/` */
};

static void refuse(struct file_reader *reader, span at, str message, const char *help) {
    struct diag *diag = diag_add(reader->diags, DIAG_BAD_VALUE, at, "%.*s", STR_ARG(message));
    diag_help(reader->diags, diag, "%s", help);
}

static void read_level(struct file_reader *reader, const struct yaml *key, const struct yaml *value) {
    str problem = {0};
    int level;
    bool is_level = value->kind == YAML_SCALAR && (parse_severity(value->value, &level) || str_is(value->value, "off"));
    if (!is_level) {
        refuse(reader, value->at, STR("this is no level"), "write error, warning, note or off");
    } else if (!set_level(reader->settings->levels, key->value, value->value, reader->arena, &problem)) {
        refuse(reader, key->at, problem, "errors cannot be lowered; lints are the family A6");
    }
}

/* Families first, so that a code in full goes before its family whatever their order. */
static void read_levels(struct file_reader *reader, const struct yaml *levels) {
    for (int codes = 0; codes < 2; codes++) {
        for (size_t i = 0; i < levels->count; i++) {
            if ((levels->keys[i]->value.length == 4) == (codes == 1)) {
                read_level(reader, levels->keys[i], levels->items[i]);
            }
        }
    }
}

static void read_exclude(struct file_reader *reader, const struct yaml *list) {
    for (size_t i = 0; i < list->count; i++) {
        if (!shape_is(reader->diags, list->items[i], YAML_SCALAR, "a glob")) {
            continue;
        }
        str *glob = LIST_ADD(reader->arena, &reader->settings->exclude);
        if (glob) {
            *glob = list->items[i]->value;
        }
    }
}

static void read_keys(struct file_reader *reader, const struct yaml *root) {
    const struct yaml *levels = yaml_get(root, "levels");
    const struct yaml *exclude = yaml_get(root, "exclude");
    const struct yaml *fail_on = yaml_get(root, "fail_on");
    const struct yaml *baseline = yaml_get(root, "baseline");
    if (levels && levels->kind == YAML_MAPPING) {
        read_levels(reader, levels);
    }
    if (exclude && exclude->kind == YAML_SEQUENCE) {
        read_exclude(reader, exclude);
    }
    if (fail_on && fail_on->kind == YAML_SCALAR && !parse_severity(fail_on->value, &reader->settings->fail_on)) {
        refuse(reader, fail_on->at, STR("`fail_on` names a severity"), "write error, warning or note");
    }
    if (baseline && baseline->kind == YAML_SCALAR && baseline->value.length > 0) {
        bool whole = baseline->value.at[0] == '/';
        reader->settings->baseline_path =
            whole ? baseline->value : join(reader->arena, reader->folder, baseline->value.at);
    }
}

/* An empty file is fine: it marks where settings would stand. */
static bool is_empty(str text) {
    while (text.length > 0) {
        size_t end = 0;
        while (end < text.length && text.at[end] != '\n') {
            end++;
        }
        str line = str_trim(str_slice(text, 0, end));
        if (line.length > 0 && line.at[0] != '#') {
            return false;
        }
        text = str_slice(text, end < text.length ? end + 1 : end, text.length);
    }
    return true;
}

const struct yaml *settings_read_tree(struct diags *diags, const struct source *source, struct arena *arena) {
    bool text = scan_bytes(diags, source);
    const struct yaml *root = text && !is_empty(source->text) ? yaml_read(arena, diags, source) : NULL;
    return root && shape_check(arena, diags, root, PLACE_SETTINGS) ? root : NULL;
}

bool settings_read_file(const struct command_line *line, struct settings *settings) {
    bool named = line->given[OPTION_CONFIG];
    str path = named ? str_from(line->values[OPTION_CONFIG]) : settings_find_file(line->arena, &settings->root);
    if (path.length == 0) {
        return !line->arena->failed;
    }
    struct source source;
    if (!read_policy(line, path.at, &source)) {
        return false;
    }
    struct diags diags;
    diags_init(&diags, line->arena, &source);
    struct file_reader reader = {settings, &diags, line->arena, folder_of(path)};
    settings->file = path;
    if (named) {
        settings->root = path_absolute(line->arena, working_folder(line->arena),
                                       str_format(line->arena, "%.*s.", STR_ARG(reader.folder)));
    }
    const struct yaml *root = settings_read_tree(&diags, &source, line->arena);
    if (root) {
        read_keys(&reader, root);
    }
    if (diags.count > 0) {
        struct style style = {0};
        diags_sort(&diags);
        report_findings(line->err, style, &diags, line->arena);
    }
    return diags.count == 0 && !line->arena->failed;
}
