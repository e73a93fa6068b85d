/* A decision → the bytes of its file (ledger/decision.h). The order of the keys is the order of grammar/keys.def. */
#include "ledger/seal.h"
#include "ledger/yaml_text.h"

enum { MOST_KEYS = 40 };

struct writer {
    struct text *out;
    str keys[MOST_KEYS];
    size_t begins[MOST_KEYS];
    size_t count;
};

/* A top-level key begins here. */
static void begin(struct writer *writer, const char *key) {
    writer->keys[writer->count] = str_from(key);
    writer->begins[writer->count++] = writer->out->count;
}

static void put(struct writer *writer, const char *key, str value) {
    if (value.length > 0) {
        begin(writer, key);
        yaml_put_key(writer->out, 0, key, value);
    }
}

static void open(struct writer *writer, const char *key) {
    begin(writer, key);
    text_format(writer->out, "%s:\n", key);
}

static void put_source(struct writer *writer, const struct decision *d) {
    if (d->source_kind.length > 0) {
        open(writer, "source");
        yaml_put_key(writer->out, 2, "kind", d->source_kind);
        yaml_put_key(writer->out, 2, "ref", d->source_ref);
    }
}

static void put_tags(struct writer *writer, const struct decision *d) {
    if (d->tags.count > 0) {
        begin(writer, "tags");
        text_add(writer->out, STR("tags: ["));
        for (size_t i = 0; i < d->tags.count; i++) {
            text_add(writer->out, i > 0 ? STR(", ") : STR(""));
            yaml_put_line(writer->out, d->tags.items[i], true);
        }
        text_add(writer->out, STR("]\n"));
    }
}

static void put_pair(struct text *out, size_t indent, const struct decision_pair *pair) {
    for (size_t i = 0; i < indent; i++) {
        text_add_char(out, ' ');
    }
    yaml_put_line(out, pair->key, true);
    text_add(out, STR(": "));
    yaml_put(out, pair->value, indent + 2);
    text_add_char(out, '\n');
}

static void put_pairs(struct writer *writer, const char *key, const struct decision_pairs *pairs) {
    if (pairs->count > 0) {
        open(writer, key);
        for (size_t i = 0; i < pairs->count; i++) {
            put_pair(writer->out, 2, &pairs->items[i]);
        }
    }
}

static void put_metric(struct text *out, const struct decision_metric *metric) {
    const struct {
        const char *name;
        str value;
    } values[] = {{"baseline", metric->baseline}, {"variant", metric->variant},       {"delta", metric->delta},
                  {"gain", metric->gain},         {"confidence", metric->confidence}, {"unknown", metric->unknown}};
    bool first = true;
    text_format(out, "  %.*s: {", STR_ARG(metric->key));
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (values[i].value.length > 0) {
            text_format(out, "%s%s: %.*s", first ? "" : ", ", values[i].name, STR_ARG(values[i].value));
            first = false;
        }
    }
    text_add(out, STR("}\n"));
}

static void put_metrics(struct writer *writer, const struct decision *d) {
    if (d->metrics.count > 0) {
        open(writer, "metrics");
        for (size_t i = 0; i < d->metrics.count; i++) {
            put_metric(writer->out, &d->metrics.items[i]);
        }
    }
}

static void put_override(struct writer *writer, const struct decision *d) {
    if (d->override_reason.length > 0) {
        open(writer, "override");
        yaml_put_key(writer->out, 2, "reason", d->override_reason);
        yaml_put_key(writer->out, 2, "expires", d->override_expires);
    }
}

static void put_policy(struct writer *writer, const struct decision *d) {
    open(writer, "policy");
    yaml_put_key(writer->out, 2, "name", d->policy_name);
    yaml_put_key(writer->out, 2, "file", d->policy_file);
    yaml_put_key(writer->out, 2, "digest", d->policy_digest);
    yaml_put_key(writer->out, 2, "text", d->policy_text);
}

static void put_result(struct writer *writer, const char *key, str file, str text) {
    if (text.length > 0) {
        open(writer, key);
        yaml_put_key(writer->out, 2, "file", file);
        yaml_put_key(writer->out, 2, "text", text);
    }
}

static void put_hashed(struct writer *writer, const struct decision *d) {
    if (d->hashed.count > 0) {
        open(writer, "hashed");
        yaml_put_key(writer->out, 2, "salt", d->salt);
        text_add(writer->out, STR("  values:\n"));
        for (size_t i = 0; i < d->hashed.count; i++) {
            put_pair(writer->out, 4, &d->hashed.items[i]);
        }
    }
}

void decision_write(struct text *out, const struct decision *d) {
    struct writer writer = {.out = out};
    put(&writer, "assize-decision", str_format(out->arena, "%d", DECISION_EDITION));
    put(&writer, "experiment", d->experiment);
    put(&writer, "project", d->project);
    put_source(&writer, d);
    put(&writer, "hypothesis", d->hypothesis);
    put(&writer, "target", d->target);
    put_tags(&writer, d);
    put(&writer, "decision", d->decision);
    put(&writer, "verdict", d->verdict);
    put(&writer, "class", d->class);
    put(&writer, "decided", d->decided ? STR("true") : STR("false"));
    put_override(&writer, d);
    put(&writer, "time", d->time);
    put(&writer, "by", d->by);
    put(&writer, "what", d->what);
    put(&writer, "because", d->because);
    put(&writer, "next", d->next);
    put(&writer, "follows", d->follows);
    put_pairs(&writer, "links", &d->links);
    put_pairs(&writer, "registry", &d->registry);
    put_metrics(&writer, d);
    put_policy(&writer, d);
    put_result(&writer, "result", d->result_file, d->result_text);
    put_result(&writer, "baseline", d->baseline_file, d->baseline_text);
    put_hashed(&writer, d);
    put(&writer, "trace", d->trace);
    open(&writer, "assize");
    yaml_put_key(out, 2, "version", d->version);
    yaml_put_key(out, 2, "semantics", d->semantics);
    seal_put(out, writer.keys, writer.begins, writer.count);
}
