/* Degradation never promotes, in every format: whatever entry of a file is deleted, renamed, made null, NaN or a string,
 * or given twice, each value that a policy reads is then what it was, or unknown, or the file is refused.
 *
 * For each format a small file in which all values are known, and each single damage to each of its entries in turn,
 * and to each scalar in its lists. For each format with scores of single samples two such files, whose samples are
 * lost, doubled and given other ids, too. Prints TAP. */
#include <stdio.h>
#include <string.h>

#include "compiler/compile.h"
#include "records/format.h"
#include "records/records.h"
#include "records/tree.h"
#include "tests/unit/tap.h"

enum damage { WHOLE, DELETED, RENAMED, NULLED, NAN_INSTEAD, STRINGIFIED, DOUBLED, RETEXTED, DAMAGE_COUNT };
static const char *const damage_names[] = {"whole", "deleted",  "renamed", "null",
                                           "NaN",   "a string", "doubled", "another text"};

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
    {"helm-instances", "from: test/em, confidence_from: stderr", NULL,
     "[{\"instance_id\":\"a\",\"train_trial_index\":0,\"stats\":[{\"name\":{\"name\":\"em\",\"split\":\"test\"},\"mean\":1}]},"
     "{\"instance_id\":\"b\",\"train_trial_index\":0,\"stats\":[{\"name\":{\"name\":\"em\",\"split\":\"test\"},\"mean\":0}]}]"},
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
    {"statsig", "from: buy, confidence_from: arms", NULL,
     "{\"data\":{\"primaryMetrics\":[{\"metricID\":\"buy\",\"value\":0.5,\"test_mean\":12.5,\"control_mean\":12,\"test_std\":0.7,"
     "\"control_std\":0.6,\"test_units\":90,\"control_units\":80}],\"secondaryMetrics\":[{\"metricID\":\"b\",\"test_mean\":1}]}}"},
    {"sklearn", "from: a/precision", "audit.n, type: number",
     "{\"a\":{\"precision\":0.5,\"support\":3},\"macro avg\":{\"precision\":0.6,\"support\":3},\"accuracy\":0.4}"},
    {"tree", "from: a.b", NULL, "{\"a\":{\"b\":0.5,\"c\":1},\"b\":0.7}"},
};

/* Two files whose samples are judged; of a format that holds both arms the second is NULL. */
#define INSPECT(A, B, C, MEAN) \
    "{\"version\":2,\"status\":\"success\",\"eval\":{\"task\":\"t\"},\"results\":{\"completed_samples\":3,\"total_samples\":3," \
    "\"scores\":[{\"name\":\"s\",\"metrics\":{\"accuracy\":{\"value\":" MEAN \
    "},\"stderr\":{\"value\":0.1}}}]},\"samples\":[" \
    "{\"id\":\"a\",\"epoch\":1,\"scores\":{\"s\":{\"value\":" A \
    "}}},{\"id\":\"b\",\"epoch\":1,\"scores\":{\"s\":{\"value\":" B "}}}," \
    "{\"id\":\"c\",\"epoch\":1,\"scores\":{\"s\":{\"value\":" C "}}}]}"
#define EPOCHS(A, B, MEAN) \
    "{\"version\":2,\"status\":\"success\",\"eval\":{\"task\":\"t\"},\"results\":{\"completed_samples\":4,\"total_samples\":4," \
    "\"scores\":[{\"name\":\"s\",\"metrics\":{\"mean\":{\"value\":" MEAN "}}}]},\"samples\":[" \
    "{\"id\":\"a\",\"epoch\":1,\"scores\":{\"s\":{\"value\":0}}},{\"id\":\"a\",\"epoch\":2,\"scores\":{\"s\":{\"value\":" A \
    "}}}," \
    "{\"id\":\"b\",\"epoch\":1,\"scores\":{\"s\":{\"value\":" B \
    "}}},{\"id\":\"b\",\"epoch\":2,\"scores\":{\"s\":{\"value\":0.5}}}]}"
#define SWE(COUNT, RESOLVED) \
    "{\"total_instances\":9,\"submitted_instances\":4,\"resolved_instances\":" COUNT ",\"error_instances\":1," \
    "\"submitted_ids\":[\"a\",\"b\",\"c\",\"d\"],\"resolved_ids\":[" RESOLVED "]}"
#define HELM(A, B) \
    "[{\"instance_id\":\"a\",\"train_trial_index\":0,\"stats\":[{\"name\":{\"name\":\"em\",\"split\":\"test\"},\"mean\":" A \
    "}]}," \
    "{\"instance_id\":\"b\",\"train_trial_index\":0,\"stats\":[{\"name\":{\"name\":\"em\",\"split\":\"test\"},\"mean\":" B \
    "}]}]"
#define PYTEST(TIMES, MEAN) \
    "{\"machine_info\":{},\"benchmarks\":[{\"fullname\":\"t\",\"stats\":{\"mean\":" MEAN \
    ",\"stddev\":0.1,\"rounds\":3," \
    "\"data\":[" TIMES "]}}]}"
#define HYPERFINE(TIMES, MEAN) \
    "{\"results\":[{\"command\":\"a\",\"mean\":" MEAN ",\"times\":[" TIMES "],\"exit_codes\":[0,0,0]}]}"
#define GOOGLE_RUN(I, T) \
    "{\"name\":\"B\",\"run_name\":\"B\",\"run_type\":\"iteration\",\"repetition_index\":" I ",\"real_time\":" T \
    ",\"time_unit\":\"ns\"},"
#define GOOGLE(A, B, MEAN) \
    "{\"context\":{},\"benchmarks\":[" GOOGLE_RUN("0", A) GOOGLE_RUN( \
        "1", \
        B) "{\"name\":\"B_mean\",\"run_name\":\"B\",\"run_type\":\"aggregate\",\"aggregate_name\":\"mean\",\"repetitions\":2,\"real_time\":" MEAN \
           ",\"time_unit\":\"ns\"}]}"
#define LM_EVAL(MEAN) \
    "{\"results\":{\"t\":{\"acc,none\":" MEAN "}},\"configs\":{\"t\":{}},\"n-samples\":{\"t\":{\"effective\":2}}}"
#define LM_SAMPLE(ID, FILTER, SCORE) \
    "{\"doc_id\":" ID ",\"doc_hash\":\"d" ID "\",\"prompt_hash\":\"p" ID "\",\"filter\":\"" FILTER "\",\"acc\":" SCORE \
    "}"
#define LM_SAMPLES(A, B) \
    "[" LM_SAMPLE("0", "none", A) "," LM_SAMPLE("0", "other", "0.5") "," LM_SAMPLE("1", "none", B) "]"
static const struct pair {
    const char *format, *metric, *baseline, *variant;
} pairs[] = {
    {"lm-eval", "better: higher, from: 't/acc,none'", LM_EVAL("0.5"), LM_EVAL("1")},
    {"inspect", "better: higher, from: s/accuracy", INSPECT("\"I\"", "\"C\"", "\"P\"", "0.5"),
     INSPECT("\"C\"", "\"C\"", "\"P\"", "0.8333333333333334")},
    {"inspect", "better: higher, from: s/mean", EPOCHS("0", "0.5", "0.25"), EPOCHS("1", "1", "0.625")},
    {"swe-bench", "better: higher, from: resolved", SWE("2", "\"a\",\"b\""), SWE("3", "\"a\",\"b\",\"c\"")},
    {"deepeval", "better: higher, from: F",
     "{\"testCases\":[{\"name\":\"a\",\"metricsData\":[{\"name\":\"F\",\"score\":0.5}]},{\"name\":\"b\",\"metricsData\":[{\"name\":\"F\",\"score\":1}]}],"
     "\"metricsScores\":[{\"metric\":\"F\",\"scores\":[0.5,1],\"passes\":1,\"fails\":1,\"errors\":0}]}",
     "{\"testCases\":[{\"name\":\"a\",\"metricsData\":[{\"name\":\"F\",\"score\":0.75}]},{\"name\":\"b\",\"metricsData\":[{\"name\":\"F\",\"score\":1}]}],"
     "\"metricsScores\":[{\"metric\":\"F\",\"scores\":[0.75,1],\"passes\":1,\"fails\":1,\"errors\":0}]}"},
    {"ragas", "better: higher, from: f", "[{\"user_input\":\"a\",\"f\":0.5},{\"user_input\":\"b\",\"f\":1}]",
     "[{\"user_input\":\"a\",\"f\":0.75},{\"user_input\":\"b\",\"f\":1}]"},
    {"helm-instances", "better: higher, from: test/em", HELM("0", "1"), HELM("0.5", "1")},
    {"pytest-benchmark", "better: lower, from: t/mean, evidence: {pair_by: none}", PYTEST("1,2,3", "2"),
     PYTEST("1,1,1.6", "1.2")},
    {"hyperfine", "better: lower, from: a/mean, unit: ms, evidence: {pair_by: none}", HYPERFINE("1,2,3", "2"),
     HYPERFINE("1,1,1.6", "1.2")},
    {"google-benchmark", "better: lower, from: B_mean/real_time, unit: us, evidence: {pair_by: none}",
     GOOGLE("10", "12", "11"), GOOGLE("5", "8", "6.5")},
    {"mlflow-table", "better: higher, from: c/score, evidence: {pair_by: position}",
     "{\"columns\":[\"in\",\"c/score\"],\"data\":[[\"a\",1],[\"b\",2],[\"c\",4]]}",
     "{\"columns\":[\"in\",\"c/score\"],\"data\":[[\"a\",2],[\"b\",2],[\"c\",5]]}"},
    {"promptfoo-pair", "better: higher, from: pass_rate",
     "{\"results\":{\"results\":[{\"promptIdx\":0,\"testIdx\":0,\"success\":false},{\"promptIdx\":1,\"testIdx\":0,\"success\":true},"
     "{\"promptIdx\":0,\"testIdx\":1,\"success\":true},{\"promptIdx\":1,\"testIdx\":1,\"success\":true}],\"prompts\":["
     "{\"metrics\":{\"testPassCount\":1,\"testFailCount\":1,\"testErrorCount\":0}},{\"metrics\":{\"testPassCount\":2,\"testFailCount\":0,\"testErrorCount\":0}}]}}",
     NULL},
    {"hyperfine-pair", "better: lower, from: mean, evidence: {pair_by: none}",
     "{\"results\":[{\"command\":\"a\",\"mean\":1.5,\"times\":[1,2],\"exit_codes\":[0,0]},{\"command\":\"b\",\"mean\":1,\"times\":[0.9,1.1],\"exit_codes\":[0,0]}]}",
     NULL},
};

/* Samples in files of their own. */
static const struct beside {
    const char *format, *baseline, *variant;
} besides[] = {{"lm-eval", LM_SAMPLES("0", "1"), LM_SAMPLES("1", "true")}};

static struct arena arena, scratch;
static struct format_set formats; /* read once, not for each damage */

static void report(bool good, const char *name, const char *what) {
    check(good, "%s: %s", name, what);
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
    } else if (node == target && damage == RETEXTED) {
        text_format(out, "\"%.*s_x\"", STR_ARG(n->text));
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

/* Of a list's items only scalars are lost or doubled; an object there is an entry of its own kind, unless it is a
 * sample. Another text is another file, unless it is of a sample. */
static bool is_possible(const struct tree *tree, uint32_t node, enum damage damage, bool of_samples) {
    const struct tree_node *n = &tree->nodes[node];
    bool in_list = tree->nodes[n->parent].kind == JSON_ARRAY;
    bool opens = n->kind == JSON_OBJECT || n->kind == JSON_ARRAY;
    if (damage == RENAMED) {
        return !in_list;
    }
    if (damage == STRINGIFIED && n->kind == JSON_STRING) {
        return false; /* another text is another file */
    }
    if (damage == RETEXTED) {
        return of_samples && n->kind == JSON_STRING;
    }
    return of_samples || !(in_list && opens && (damage == DELETED || damage == DOUBLED));
}

/* --- what a policy reads --- */

/* The strings of a record stand in its reader's window; here they outlive it. */
static bool read_text(const struct program *program, str text, struct record *record) {
    struct record_error error;
    struct records *records = records_open_memory(program, STR("r.json"), text, &scratch, &error);
    bool good = records && records_next(records, &scratch, record, &error) == RECORDS_ONE;
    for (size_t i = 0; good && i < program->slot_count; i++) {
        struct value *value = &record->values[i];
        if (program->slots[i].type == TYPE_STRING && value->reason == REASON_NONE) {
            value->string = str_copy(&scratch, value->string);
        }
    }
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
                              const char *format, str text, enum damage damage) {
    unsigned changes = 0;
    for (size_t i = 0; i < program->slot_count; i++) {
        const struct value *before = &whole->values[i], *after = &damaged->values[i];
        bool promoted = after->reason == REASON_NONE &&
                        (before->reason != REASON_NONE || !same_value(&program->slots[i], before, after));
        if (promoted && changes++ == 0) {
            str slot = slot_name(&scratch, program, (uint32_t)i);
            printf("# %s, %s: %.*s changed in %.*s\n", format, damage_names[damage], STR_ARG(slot), STR_ARG(text));
        }
    }
    return changes;
}

static struct program *compile_text(str text) {
    struct source source;
    struct diags diags;
    if (!source_init(&source, &arena, STR("p.assize.yaml"), text)) {
        return NULL;
    }
    diags_init(&diags, &arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    for (size_t i = 0; !program && i < diags.count; i++) {
        printf("# %.*s\n%.*s", STR_ARG(diags.items[i]->message), STR_ARG(text));
    }
    if (program) {
        program->formats = &formats;
    }
    return program;
}

static struct program *compile_sample(const struct sample *sample) {
    struct text policy = {.arena = &arena};
    bool pair = strstr(sample->format, "-pair") || strstr(sample->format, "diff") ||
                strcmp(sample->format, "github-action-benchmark") == 0 || strcmp(sample->format, "statsig") == 0;
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
    return compile_text(text_str(&policy));
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
            if (!is_possible(&tree, node, damage, false)) {
                continue;
            }
            struct record damaged;
            struct text out = {.arena = &scratch};
            arena_reset(&scratch);
            write_value(&tree, 0, node, damage, &out);
            tried++;
            if (read_text(program, str_copy(&scratch, text_str(&out)), &damaged)) {
                changes += count_changes(program, &whole, &damaged, sample->format, text_str(&out), damage);
            }
        }
    }
    printf("# %u damages, %u values known\n", tried, known);
    check(read && known >= 2 && tried > 0, "%s: its values are read", sample->format);
    check(changes == 0, "%s: damaged, each is what it was or unknown", sample->format);
    records_close(records);
    arena_free(&keep);
    program_free(program);
}

/* --- samples --- */

/* A pair's texts, one of them damaged; empty: there is none. */
struct texts {
    str baseline, variant, baseline_samples, variant_samples;
};

static struct texts texts_of(const struct pair *pair) {
    bool two = pair->variant != NULL;
    struct texts texts = {.baseline = two ? str_from(pair->baseline) : (str){0},
                          .variant = str_from(two ? pair->variant : pair->baseline)};
    for (size_t i = 0; i < sizeof besides / sizeof *besides; i++) {
        if (strcmp(besides[i].format, pair->format) == 0) {
            texts.baseline_samples = str_from(besides[i].baseline);
            texts.variant_samples = str_from(besides[i].variant);
        }
    }
    return texts;
}

static struct records *open_arm(const struct program *program, const char *name, str text, str beside,
                                struct arena *keep) {
    struct record_error error;
    struct records *records = records_open_memory(program, str_from(name), text, keep, &error);
    if (records && beside.length > 0 && !records_add_samples_memory(records, STR("t=s.jsonl"), beside, keep, &error)) {
        records_close(records);
        return NULL;
    }
    return records;
}

static bool read_arms(const struct program *program, struct texts texts, struct arena *keep, struct record *record) {
    struct record_error error;
    struct records_pair two = {.variant = open_arm(program, "v.json", texts.variant, texts.variant_samples, keep)};
    bool read;
    if (texts.baseline.length > 0) {
        two.baseline = open_arm(program, "b.json", texts.baseline, texts.baseline_samples, keep);
        read = two.variant && two.baseline && records_read_pair(program, &two, keep, record, &error) == RECORDS_ONE;
    } else {
        read = two.variant && records_next(two.variant, keep, record, &error) == RECORDS_ONE;
    }
    records_close(two.variant);
    records_close(two.baseline);
    return read;
}

/* Each damage to one of the texts, the others whole. */
static unsigned damage_text(const struct program *program, const struct pair *pair, struct texts *texts, str *text,
                            const struct record *whole, unsigned *tried) {
    struct tree tree = {0};
    str before = *text;
    unsigned changes = 0;
    bool read = before.length > 0 && tree_read(&tree, before, 0, &arena);
    for (uint32_t node = 1; read && node < tree.count; node++) {
        for (enum damage damage = DELETED; damage < DAMAGE_COUNT; damage++) {
            if (!is_possible(&tree, node, damage, true)) {
                continue;
            }
            struct record record;
            struct text out = {.arena = &scratch};
            arena_reset(&scratch);
            write_value(&tree, 0, node, damage, &out);
            *text = str_copy(&scratch, text_str(&out));
            ++*tried;
            if (read_arms(program, *texts, &scratch, &record)) {
                changes += count_changes(program, whole, &record, pair->format, *text, damage);
            }
        }
    }
    *text = before;
    return changes;
}

static void test_pair(const struct pair *pair) {
    struct text policy = {.arena = &arena};
    text_format(&policy,
                "assize: 1\nname: p\nformat: %s\nmetrics:\n  m: {%s, confidence_from: samples}\n"
                "ship:\n  - m improves with confidence >= 0.1\n  - m.variant >= 0\n  - m.stderr >= 0\n",
                pair->format, pair->metric);
    struct program *program = compile_text(text_str(&policy));
    struct record whole;
    struct arena keep;
    arena_init(&keep);
    struct texts texts = texts_of(pair);
    bool read = program && read_arms(program, texts, &keep, &whole);
    unsigned unknown = 0, tried = 0, changes = 0;
    for (size_t i = 0; read && i < program->slot_count; i++) {
        unknown += whole.values[i].reason != REASON_NONE;
        if (whole.values[i].reason != REASON_NONE) {
            str slot = slot_name(&keep, program, (uint32_t)i);
            printf("# %.*s is %s\n", STR_ARG(slot), reason_infos[whole.values[i].reason].phrase);
        }
    }
    if (read) {
        str *all[] = {&texts.baseline, &texts.variant, &texts.baseline_samples, &texts.variant_samples};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            changes += damage_text(program, pair, &texts, all[i], &whole, &tried);
        }
    }
    printf("# %u damages\n", tried);
    report(read && unknown == 0 && tried > 0, pair->format, "its samples are read");
    report(changes == 0, pair->format, "with damaged samples each value is what it was or unknown");
    arena_free(&keep);
    program_free(program);
}

/* Every embedded format has a sample. */
static void test_all_have_one(void) {
    bool loaded = formats_load(&formats, &arena);
    report(loaded, "formats", "the embedded descriptions can be read");
    for (size_t i = 0; loaded && i < formats.count; i++) {
        bool found = false;
        for (size_t j = 0; j < sizeof samples / sizeof *samples; j++) {
            found = found || str_is(formats.items[i]->name, samples[j].format);
        }
        report(found, formats.items[i]->name.at ? str_copy(&arena, formats.items[i]->name).at : "?",
               "has a sample here");
    }
}

int main(void) {
    arena_init(&arena);
    arena_init(&scratch);
    test_all_have_one();
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        test_sample(&samples[i]);
    }
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        test_pair(&pairs[i]);
    }
    arena_free(&scratch);
    arena_free(&arena);
    return tap_end();
}
