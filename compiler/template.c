/* `eval:`, the template of an evaluation, → the program's (compiler/checker.h).
 *
 * It is data like the rest of a policy: nothing here or later opens the script, but `assize run` and `assize lock`.
 * What a record says of how it was made is pinned: a record that says otherwise is incomparable. */
#include "base/crypto.h"
#include "compiler/checker.h"
#include "grammar/shape.h"

enum { TIMEOUT_DEFAULT = 3600, TIMEOUT_MAX = 7 * 24 * 3600, PINS_MAX = 6 };

static void refuse(struct checker *checker, span at, const char *message, const char *help) {
    struct diag *diag = report(checker, DIAG_EVAL_TEMPLATE, at, "%s", message);
    diag_help(checker->diags, diag, "%s", help);
}

/* A word that goes to a program or stands in a lock: one line, not empty. */
static str read_word(struct checker *checker, const struct yaml *node, const char *what) {
    str word = node->value;
    if (node->kind != YAML_SCALAR) {
        return (str){0}; /* reported as a wrong shape */
    }
    bool good = word.length > 0;
    for (size_t i = 0; i < word.length; i++) {
        good = good && (unsigned char)word.at[i] >= 0x20 && word.at[i] != 0x7f;
    }
    if (!good) {
        struct diag *diag = report(checker, DIAG_EVAL_TEMPLATE, node->at, "%s is one line of text", what);
        diag_help(checker->diags, diag, "write it without line ends, and not empty");
        return (str){0};
    }
    return str_copy(&checker->program->arena, word);
}

static str read_text(struct checker *checker, const struct yaml *root, const char *key, const char *what) {
    const struct yaml *node = yaml_get(root, key);
    return node ? read_word(checker, node, what) : (str){0};
}

static void read_runtime(struct checker *checker, const struct yaml *root, struct eval_template *eval) {
    const struct yaml *node = yaml_get(root, "runtime");
    size_t count = !node ? 0 : node->kind == YAML_SEQUENCE ? node->count : 1;
    if (node && (node->kind == YAML_MAPPING || count == 0)) {
        refuse(checker, node->at, "`runtime` is a program, or a list of it and its options",
               "write `runtime: [python3, -I]`");
        return;
    }
    str *words = arena_array(&checker->program->arena, count, sizeof *words);
    for (size_t i = 0; words && i < count; i++) {
        const struct yaml *word = node->kind == YAML_SEQUENCE ? node->items[i] : node;
        if (word->kind != YAML_SCALAR) {
            refuse(checker, word->at, "a word of `runtime` is a text", "write `runtime: [python3, -I]`");
            return;
        }
        words[i] = read_word(checker, word, "a word of `runtime`");
    }
    eval->runtime = words;
    eval->runtime_count = words ? count : 0;
}

/* The script lies in the policy's folder or below it, so that both move and are reviewed together. */
static bool stays_below(str path) {
    bool below = path.length > 0 && path.at[0] != '/';
    for (size_t begin = 0; begin <= path.length; begin++) {
        size_t end = begin;
        while (end < path.length && path.at[end] != '/') {
            end++;
        }
        below = below && !str_is(str_slice(path, begin, end), "..");
        begin = end;
    }
    return below;
}

static void read_script(struct checker *checker, const struct yaml *root, struct eval_template *eval) {
    const struct yaml *node = yaml_get(root, "script");
    if (!node) {
        refuse(checker, root->at, "`eval` names no script",
               "write `script: eval/run.py`, a path from the policy's folder");
        return;
    }
    eval->script = read_word(checker, node, "`script`");
    if (eval->script.length > 0 && !stays_below(eval->script)) {
        refuse(checker, node->at, "the script lies outside the policy's folder",
               "write a path from that folder, without `..`");
    }
}

static void read_metrics(struct checker *checker, const struct yaml *root, struct eval_template *eval) {
    const struct yaml *node = yaml_get(root, "metrics");
    if (!node || node->kind != YAML_SEQUENCE) {
        return;
    }
    if (node->count == 0) {
        refuse(checker, node->at, "this list of metrics is empty", "name the metrics that the script reports");
    }
    uint32_t *metrics = arena_array(&checker->program->arena, node->count, sizeof *metrics);
    for (size_t i = 0; metrics && i < node->count; i++) {
        struct name name = name_of(node->items[i]);
        uint32_t metric = node->items[i]->kind == YAML_SCALAR ? find_metric(checker, name.text) : TABLE_NONE;
        if (metric == TABLE_NONE) {
            refuse(checker, node->items[i]->at, "`eval` names a metric that the policy does not declare",
                   "declare it under `metrics`");
        } else {
            metrics[eval->metric_count++] = metric;
        }
    }
    eval->metrics = metrics;
}

static void read_timeout(struct checker *checker, const struct yaml *root, struct eval_template *eval) {
    const struct yaml *node = yaml_get(root, "timeout");
    eval->timeout = TIMEOUT_DEFAULT;
    if (!node || node->kind != YAML_SCALAR) {
        return;
    }
    uint32_t seconds = 0;
    bool good = node->value.length > 0 && node->value.length <= 6;
    for (size_t i = 0; good && i < node->value.length; i++) {
        good = node->value.at[i] >= '0' && node->value.at[i] <= '9';
        seconds = seconds * 10 + (uint32_t)(node->value.at[i] - '0');
    }
    if (!good || seconds == 0 || seconds > TIMEOUT_MAX) {
        refuse(checker, node->at, "`timeout` is a whole number of seconds, from 1 to 604800", "write `timeout: 600`");
        return;
    }
    eval->timeout = seconds;
}

static str template_digest(struct checker *checker, const struct eval_template *eval) {
    struct text text = {.arena = checker->arena};
    struct digest digest;
    for (size_t i = 0; i < eval->runtime_count; i++) {
        text_format(&text, "runtime: %.*s\n", STR_ARG(eval->runtime[i]));
    }
    text_format(&text, "script: %.*s\nbaseline: %.*s\nfingerprint: %.*s\ntimeout: %u\n", STR_ARG(eval->script),
                STR_ARG(eval->baseline), STR_ARG(eval->fingerprint), (unsigned)eval->timeout);
    for (size_t i = 0; i < eval->metric_count; i++) {
        text_format(&text, "metric: %.*s\n", STR_ARG(checker->program->metrics[eval->metrics[i]].key));
    }
    digest_of(text_str(&text), &digest);
    return digest_name(&checker->program->arena, &digest);
}

static void pin(struct checker *checker, struct pin *pins, const char *outer, const char *inner, str value,
                bool required, bool remark) {
    struct arena *arena = &checker->program->arena;
    struct path_step *steps = arena_array(arena, 2, sizeof *steps);
    if (!steps || value.length == 0) {
        return;
    }
    steps[0].key = str_from(outer);
    steps[1].key = str_from(inner);
    pins[checker->program->pin_count++] =
        (struct pin){{str_format(arena, "%s.%s", outer, inner), steps, 2}, str_copy(arena, value), required, remark};
}

void declare_eval(struct checker *checker, str script, str lock) {
    const struct yaml *node = yaml_get(checker->policy->root, "eval");
    struct program *program = checker->program;
    struct eval_template *eval = &program->eval;
    if (!node || !shape_check(checker->arena, checker->diags, node, PLACE_EVAL)) {
        return;
    }
    struct pin *pins = arena_array(&program->arena, PINS_MAX, sizeof *pins);
    if (!pins) {
        return;
    }
    eval->given = true;
    read_runtime(checker, node, eval);
    read_script(checker, node, eval);
    eval->baseline = read_text(checker, node, "baseline", "`baseline`");
    eval->fingerprint = read_text(checker, node, "fingerprint", "`fingerprint`");
    read_metrics(checker, node, eval);
    read_timeout(checker, node, eval);
    eval->digest = template_digest(checker, eval);
    program->pins = pins;
    pin(checker, pins, "eval", "fingerprint", eval->fingerprint, true, false);
    pin(checker, pins, "eval", "script", eval->script, false, false);
    pin(checker, pins, "run", "template", eval->digest, false, false);
    pin(checker, pins, "run", "script", script, false, false);
    pin(checker, pins, "run", "lock", lock, false, false);
    if (lock.length == 0) {
        pin(checker, pins, "run", "lock", STR("none"), false, true);
    }
}
