/* Degradation never promotes, in every format: whatever entry of a file is deleted, renamed, made null, NaN or a string,
 * or given twice, each value that a policy reads is then what it was, or unknown, or the file is refused.
 *
 * For each format a small file in which all values are known, and each single damage to each of its entries in turn,
 * and to each scalar in its lists. Prints TAP. */
#include <stdio.h>
#include <string.h>

#include "compiler/compile.h"
#include "records/format.h"
#include "records/records.h"
#include "records/tree.h"

enum damage { WHOLE, DELETED, RENAMED, NULLED, NAN_INSTEAD, STRINGIFIED, DOUBLED, DAMAGE_COUNT };
static const char *const damage_names[] = {"whole", "deleted", "renamed", "null", "NaN", "a string", "doubled"};

static const struct sample {
    const char *format, *metric; /* the metric's settings */
    const char *fact;            /* a field's path and type; NULL: none */
    const char *text;
} samples[] = {
    {"lm-eval", "from: 't/acc,none', confidence_from: stderr", "audit.task_hash.t, type: string",
     "{\"results\":{\"t\":{\"alias\":\"t\",\"acc,none\":0.5,\"acc_stderr,none\":0.01},\"g\":{\"acc,none\":0.4,\"acc_stderr,none\":0.0001}},"
     "\"configs\":{\"t\":{\"metric_list\":[{\"metric\":\"acc\",\"higher_is_better\":true}]}},\"n-samples\":{\"t\":{\"original\":9,\"effective\":9}},"
     "\"higher_is_better\":{\"t\":{\"acc\":true}},\"versions\":{\"t\":1},\"task_hashes\":{\"t\":\"aa\"}}"},
    {"lm-eval-v3", "from: t/acc, confidence_from: stderr", "audit.task_version.t, type: number",
     "{\"results\":{\"t\":{\"acc\":0.618475645255191,\"acc_stderr\":0.006767600373792185}},\"versions\":{\"t\":0}}"},
    {"lighteval", "from: t|0/acc, confidence_from: stderr", "'audit.\"dataset_hash.t|0\"', type: string",
     "{\"config_general\":{},\"results\":{\"t|0\":{\"acc\":0.618475645255191,\"acc_stderr\":0.006767600373792185},\"all\":{\"acc\":0.4}},"
     "\"config_tasks\":{\"t|0\":{\"effective_num_docs\":-1,\"metrics\":[{\"metric_name\":\"acc\",\"higher_is_better\":true}]}},"
     "\"summary_tasks\":{\"t|0\":{\"hashes\":{\"hash_examples\":\"aa\"}}}}"},
    {"inspect", "from: s/accuracy, confidence_from: stderr", "audit.dataset, type: string",
     "{\"version\":2,\"status\":\"success\",\"eval\":{\"task\":\"t\",\"dataset\":{\"name\":\"d\"}},\"results\":{\"completed_samples\":5,"
     "\"total_samples\":5,\"scores\":[{\"name\":\"s\",\"unscored_samples\":0,\"metrics\":{\"accuracy\":{\"value\":0.5},\"stderr\":{\"value\":0.1}}}]}}"},
    {"every-eval-ever", "from: e/acc, confidence_from: stderr", "audit.model, type: string",
     "{\"schema_version\":\"0.2\",\"model_info\":{\"id\":\"m\"},\"evaluation_results\":[{\"evaluation_name\":\"e\",\"metric_config\":"
     "{\"metric_id\":\"acc\",\"lower_is_better\":false},\"score_details\":{\"score\":0.5,\"uncertainty\":{\"standard_error\":{\"value\":0.1},\"num_samples\":9}}}]}"},
    {"helm", "from: test/em", NULL,
     "[{\"name\":{\"name\":\"num_instances\",\"split\":\"test\"},\"sum_squared\":4,\"count\":1,\"mean\":2},"
     "{\"name\":{\"name\":\"em\",\"split\":\"test\"},\"sum_squared\":1,\"count\":1,\"mean\":0.5,\"stddev\":0},"
     "{\"name\":{\"name\":\"em\",\"split\":\"valid\"},\"sum_squared\":1,\"count\":1,\"mean\":0.7}]"},
    {"swe-bench", "from: resolved", "audit.n_error, type: number",
     "{\"total_instances\":9,\"submitted_instances\":4,\"resolved_instances\":2,\"error_instances\":1,"
     "\"submitted_ids\":[\"a\",\"b\",\"c\",\"d\"],\"resolved_ids\":[\"a\",\"b\"]}"},
    {"promptfoo", "from: 0/pass_rate", "audit.provider.0, type: string",
     "{\"results\":{\"results\":[{}],\"prompts\":[{\"provider\":\"p\",\"metrics\":{\"score\":2,\"testPassCount\":2,\"testFailCount\":1,\"testErrorCount\":0}}]}}"},
    {"promptfoo-pair", "from: pass_rate", NULL,
     "{\"results\":{\"results\":[{}],\"prompts\":[{\"metrics\":{\"testPassCount\":1,\"testFailCount\":2,\"testErrorCount\":0}},"
     "{\"metrics\":{\"testPassCount\":2,\"testFailCount\":1,\"testErrorCount\":0}}]}}"},
    {"deepeval", "from: F, confidence_from: stderr", NULL,
     "{\"testCases\":[],\"metricsScores\":[{\"metric\":\"F\",\"scores\":[0.5,1,0.25],\"passes\":2,\"fails\":1,\"errors\":0}]}"},
    {"ragas", "from: f, confidence_from: stderr", NULL,
     "[{\"user_input\":\"a\",\"f\":0.5},{\"user_input\":\"b\",\"f\":1},{\"user_input\":\"c\",\"f\":0.75}]"},
    {"ragas-report", "from: f, confidence_from: stderr", NULL,
     "{\"averages\":{\"f\":0.75},\"per_question\":[{\"f\":0.5},{\"f\":1},{\"f\":0.75}]}"},
    {"mlflow-run", "from: acc", "audit.commit, type: string",
     "{\"run\":{\"info\":{\"status\":\"FINISHED\"},\"data\":{\"metrics\":[{\"key\":\"acc\",\"value\":0.9},{\"key\":\"f\",\"value\":0.8}],"
     "\"tags\":[{\"key\":\"mlflow.source.git.commit\",\"value\":\"c\"}]}}}"},
    {"mlflow-describe", "from: acc", "audit.run, type: string",
     "{\"info\":{\"run_id\":\"r\",\"status\":\"FINISHED\"},\"data\":{\"metrics\":{\"acc\":0.9}}}"},
    {"mlflow-table", "from: c/score, confidence_from: stderr", NULL,
     "{\"columns\":[\"in\",\"c/score\",\"d/score\"],\"data\":[[\"a\",1,4],[\"b\",2,5],[\"c\",4,4]]}"},
    {"k6", "from: d/p95", "audit.\"threshold_passed.d.x\", type: boolean",
     "{\"metrics\":{\"d\":{\"contains\":\"time\",\"values\":{\"p95\":2.5},\"thresholds\":{\"x\":{\"ok\":true}}}},\"root_group\":{},\"state\":{}}"},
    {"k6-export", "from: req_duration/p95", "audit.\"threshold_failed.req_duration.x\", type: boolean",
     "{\"metrics\":{\"req_duration\":{\"p95\":2.5,\"thresholds\":{\"x\":true}},\"checks\":{\"passes\":2}},\"root_group\":{}}"},
    {"k6-v2", "from: d/p95", NULL,
     "{\"results\":{\"metrics\":[{\"name\":\"d\",\"contains\":\"time\",\"values\":{\"p95\":2.5}},{\"name\":\"c\",\"values\":{\"p95\":3}}]},"
     "\"metadata\":{\"k6Version\":\"2\"}}"},
    {"google-benchmark", "from: B_mean/real_time, confidence_from: stderr, unit: us, better: lower",
     "audit.build, type: string",
     "{\"context\":{\"library_build_type\":\"release\"},\"benchmarks\":[{\"name\":\"B_mean\",\"run_name\":\"B\",\"aggregate_name\":\"mean\",\"repetitions\":4,"
     "\"real_time\":10,\"time_unit\":\"ns\"},{\"name\":\"B_stddev\",\"run_name\":\"B\",\"aggregate_name\":\"stddev\",\"repetitions\":4,\"real_time\":1,\"time_unit\":\"ns\"}]}"},
    {"pytest-benchmark", "from: 't::a/mean', confidence_from: stderr, better: lower", "audit.commit, type: string",
     "{\"machine_info\":{},\"commit_info\":{\"id\":\"c\"},\"benchmarks\":[{\"fullname\":\"t::a\",\"stats\":{\"mean\":0.5,\"min\":0.2,\"stddev\":0.1,\"rounds\":4}}]}"},
    {"hyperfine", "from: a/mean, confidence_from: stderr, better: lower", NULL,
     "{\"results\":[{\"command\":\"a\",\"mean\":1.5,\"stddev\":0.7,\"times\":[1,2],\"exit_codes\":[0,0]},{\"command\":\"b\",\"mean\":1,\"times\":[1,1],\"exit_codes\":[0,0]}]}"},
    {"hyperfine-pair", "from: mean, confidence_from: arms, better: lower", NULL,
     "{\"results\":[{\"command\":\"a\",\"mean\":1.5,\"times\":[1,2],\"exit_codes\":[0,0]},{\"command\":\"b\",\"mean\":1,\"times\":[0.9,1.1],\"exit_codes\":[0,0]}]}"},
    {"github-action-benchmark", "from: S/x, unit: req/s", "audit.tool.S, type: string",
     "{\"lastUpdate\":1,\"entries\":{\"S\":[{\"benches\":[{\"name\":\"x\",\"value\":70,\"unit\":\"req/s\"}]},"
     "{\"tool\":\"t\",\"benches\":[{\"name\":\"x\",\"value\":75,\"unit\":\"req/s\"}]}]}}"},
    {"github-action-benchmark-input", "from: x, unit: req/s", NULL,
     "[{\"name\":\"x\",\"value\":70,\"unit\":\"req/s\"},{\"name\":\"y\",\"value\":80,\"unit\":\"req/s\"}]"},
    {"dvc-diff", "from: f/a", NULL,
     "{\"f\":{\"a\":{\"old\":1,\"new\":3,\"diff\":2},\"b\":{\"old\":1,\"new\":2,\"diff\":1}}}"},
    {"dvc-show", "from: w/f/a.b", NULL, "{\"w\":{\"data\":{\"f\":{\"data\":{\"a\":{\"b\":0.5,\"c\":0.6}}}}}}"},
    {"hf-trainer", "from: eval_f1", "audit.n, type: number",
     "{\"eval_f1\":0.5,\"eval_acc\":0.6,\"eval_runtime\":3,\"eval_samples\":9}"},
    {"wandb", "from: acc", NULL, "{\"acc\":0.5,\"loss\":1,\"_step\":9,\"_wandb\":{\"runtime\":2}}"},
    {"sklearn", "from: a/precision", "audit.n, type: number",
     "{\"a\":{\"precision\":0.5,\"support\":3},\"macro avg\":{\"precision\":0.6,\"support\":3},\"accuracy\":0.4}"},
    {"tree", "from: a.b", NULL, "{\"a\":{\"b\":0.5,\"c\":1},\"b\":0.7}"},
};

static struct arena arena, scratch;
static int number, failures;

static void report(bool good, const char *name, const char *what) {
    number++;
    failures += !good;
    printf("%s %d - %s: %s\n", good ? "ok" : "not ok", number, name, what);
}

/* --- files with one damage --- */

static void write_node(const struct tree *tree, uint32_t node, uint32_t target, enum damage damage, struct text *out);

static void write_scalar(const struct tree_node *node, struct text *out) {
    static const char *const words[] = {
        [JSON_TRUE] = "true", [JSON_FALSE] = "false", [JSON_NULL] = "null", [JSON_NAN] = "NaN"};
    if (node->kind == JSON_STRING) {
        text_format(out, "\"%.*s\"", STR_ARG(node->text));
    } else {
        text_add(out, node->kind == JSON_NUMBER ? node->text : str_from(words[node->kind]));
    }
}

static void write_value(const struct tree *tree, uint32_t node, uint32_t target, enum damage damage, struct text *out) {
    const struct tree_node *n = &tree->nodes[node];
    bool opens = n->kind == JSON_OBJECT || n->kind == JSON_ARRAY;
    if (node == target && damage == NULLED) {
        text_add(out, STR("null"));
    } else if (node == target && damage == NAN_INSTEAD) {
        text_add(out, STR("NaN"));
    } else if (node == target && damage == STRINGIFIED) {
        text_format(out, "\"%.*s\"", STR_ARG(n->kind == JSON_NUMBER ? n->text : STR("x")));
    } else if (!opens) {
        write_scalar(n, out);
    } else {
        text_add_char(out, n->kind == JSON_OBJECT ? '{' : '[');
        for (uint32_t i = 0; i < n->count; i++) {
            write_node(tree, tree->order[n->first + i], target, damage, out);
        }
        if (out->items[out->count - 1] == ',') {
            out->count--;
        }
        text_add_char(out, n->kind == JSON_OBJECT ? '}' : ']');
    }
}

static void write_node(const struct tree *tree, uint32_t node, uint32_t target, enum damage damage, struct text *out) {
    const struct tree_node *n = &tree->nodes[node];
    unsigned times = node != target ? 1 : damage == DELETED ? 0 : damage == DOUBLED ? 2 : 1;
    for (; times > 0; times--) {
        if (tree->nodes[n->parent].kind == JSON_OBJECT) {
            text_format(out, "\"%.*s%s\":", STR_ARG(n->key), node == target && damage == RENAMED ? "_x" : "");
        }
        write_value(tree, node, target, damage, out);
        text_add_char(out, ',');
    }
}

/* Of a list's items only scalars are lost or doubled; an object there is an entry of its own kind. */
static bool is_possible(const struct tree *tree, uint32_t node, enum damage damage) {
    const struct tree_node *n = &tree->nodes[node];
    bool in_list = tree->nodes[n->parent].kind == JSON_ARRAY;
    bool opens = n->kind == JSON_OBJECT || n->kind == JSON_ARRAY;
    if (damage == RENAMED) {
        return !in_list;
    }
    if (damage == STRINGIFIED && n->kind == JSON_STRING) {
        return false; /* another text is another file */
    }
    return !(in_list && opens && (damage == DELETED || damage == DOUBLED));
}

/* --- what a policy reads --- */

static bool read_text(const struct program *program, str text, struct record *record) {
    struct record_error error;
    struct records *records = records_open_memory(program, STR("r.json"), text, &scratch, &error);
    bool good = records && records_next(records, &scratch, record, &error) == RECORDS_ONE;
    records_close(records);
    return good;
}

static bool same_value(const struct slot *slot, const struct value *a, const struct value *b) {
    int order = 1;
    if (slot->type == TYPE_STRING) {
        return str_equal(a->string, b->string);
    }
    if (slot->type == TYPE_BOOLEAN) {
        return a->truth == b->truth;
    }
    return number_compare(&scratch, a->number, b->number, &order) && order == 0;
}

/* How many values changed into others; the first is said. */
static unsigned count_changes(const struct program *program, const struct record *whole, const struct record *damaged,
                              const struct sample *sample, str text, enum damage damage) {
    unsigned changes = 0;
    for (size_t i = 0; i < program->slot_count; i++) {
        const struct value *before = &whole->values[i], *after = &damaged->values[i];
        bool promoted = after->reason == REASON_NONE &&
                        (before->reason != REASON_NONE || !same_value(&program->slots[i], before, after));
        if (promoted && changes++ == 0) {
            str slot = slot_name(&scratch, program, (uint32_t)i);
            printf("# %s, %s: %.*s changed in %.*s\n", sample->format, damage_names[damage], STR_ARG(slot),
                   STR_ARG(text));
        }
    }
    return changes;
}

static struct program *compile_sample(const struct sample *sample) {
    struct text policy = {.arena = &arena};
    bool pair = strstr(sample->format, "-pair") || strstr(sample->format, "diff") ||
                strcmp(sample->format, "github-action-benchmark") == 0;
    const char *better = strstr(sample->metric, "better:") ? "" : "better: higher, ";
    text_format(&policy, "assize: 1\nname: p\nformat: %s\nmetrics:\n  m: {%s%s%s}\n", sample->format, better,
                pair ? "" : "baseline: 0, baseline_from: policy, ", sample->metric);
    if (sample->fact) {
        text_format(&policy, "fields:\n  f: {from: %s}\n", sample->fact);
    }
    text_format(&policy, "ship:\n  - m improves with confidence >= 0.5\n  - m.n >= 1\n  - m.variant >= 0\n%s",
                !sample->fact                    ? ""
                : strstr(sample->fact, "string") ? "  - f == \"a\"\n"
                : strstr(sample->fact, "number") ? "  - f == 1\n"
                                                 : "  - f\n");
    struct source source;
    struct diags diags;
    if (!source_init(&source, &arena, STR("p.assize.yaml"), text_str(&policy))) {
        return NULL;
    }
    diags_init(&diags, &arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    for (size_t i = 0; !program && i < diags.count; i++) {
        printf("# %.*s\n%.*s", STR_ARG(diags.items[i]->message), STR_ARG(text_str(&policy)));
    }
    return program;
}

static void test_sample(const struct sample *sample) {
    struct program *program = compile_sample(sample);
    struct record whole;
    struct tree tree;
    str text = str_copy(&arena, str_from(sample->text));
    struct arena keep;
    arena_init(&keep);
    struct record_error error = {0};
    struct records *records = program ? records_open_memory(program, STR("w.json"), text, &keep, &error) : NULL;
    bool read =
        records && records_next(records, &keep, &whole, &error) == RECORDS_ONE && tree_read(&tree, text, 0, &arena);
    unsigned known = 0, tried = 0, changes = 0;
    for (size_t i = 0; read && i < program->slot_count; i++) {
        known += whole.values[i].reason == REASON_NONE;
    }
    if (!read && error.text.length > 0) {
        printf("# %.*s\n", STR_ARG(error.text));
    }
    for (uint32_t node = 1; read && node < tree.count; node++) {
        for (enum damage damage = DELETED; damage < DAMAGE_COUNT; damage++) {
            if (!is_possible(&tree, node, damage)) {
                continue;
            }
            struct record damaged;
            struct text out = {.arena = &scratch};
            arena_reset(&scratch);
            write_value(&tree, 0, node, damage, &out);
            tried++;
            if (read_text(program, str_copy(&scratch, text_str(&out)), &damaged)) {
                changes += count_changes(program, &whole, &damaged, sample, text_str(&out), damage);
            }
        }
    }
    printf("# %u damages, %u values known\n", tried, known);
    report(read && known >= 2 && tried > 0, sample->format, "its values are read");
    report(changes == 0, sample->format, "damaged, each is what it was or unknown");
    records_close(records);
    arena_free(&keep);
    program_free(program);
}

/* Every embedded format has a sample. */
static void test_all_have_one(void) {
    struct format_set set;
    bool loaded = formats_load(&set, &arena);
    report(loaded, "formats", "the embedded descriptions can be read");
    for (size_t i = 0; loaded && i < set.count; i++) {
        bool found = false;
        for (size_t j = 0; j < sizeof samples / sizeof *samples; j++) {
            found = found || str_is(set.items[i]->name, samples[j].format);
        }
        report(found, set.items[i]->name.at ? str_copy(&arena, set.items[i]->name).at : "?", "has a sample here");
    }
}

int main(void) {
    arena_init(&arena);
    arena_init(&scratch);
    test_all_have_one();
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        test_sample(&samples[i]);
    }
    printf("1..%d\n", number);
    arena_free(&scratch);
    arena_free(&arena);
    return failures > 0;
}
