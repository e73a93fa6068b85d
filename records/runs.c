/* Runs side by side (runs.h). Rows are found by a table from names, so many facts of many runs stay linear; they are
 * sorted once, at the end. */
#include "records/runs.h"

#include "base/number.h"
#include "base/table.h"
#include "records/sort.h"

const char *const fact_group_names[FACTS_COUNT] = {"data", "prompt", "sampling", "tool", "machine", "model", "other"};
const char *const fact_weight_names[] = {"idle", "may_differ", "must_agree", "must_differ"};
const char *const fact_status_names[] = {"agrees", "differs", "unclear", "silent"};
const char *const comparability_names[] = {"comparable", "incomparable", "unclear"};

static const struct fact_kind {
    const char *words;
    enum fact_group group;
    enum fact_weight weight;
} kinds[] = {
#define FACT(words, group, weight) {words, FACTS_##group, WEIGHT_##weight},
#define SILENCE(words, value, why)
#include "records/facts.def"
#undef SILENCE
};

static const struct silence {
    const char *words, *value, *why;
} silences[] = {
#define FACT(words, group, weight)
#define SILENCE(words, value, why) {words, value, why},
#include "records/facts.def"
#undef FACT
};

bool fact_group_find(str name, enum fact_group *group) {
    for (size_t i = 0; i < FACTS_COUNT; i++) {
        if (str_is(name, fact_group_names[i])) {
            *group = (enum fact_group)i;
            return true;
        }
    }
    return false;
}

/* --- names --- */

/* A name's words, small, with one blank before and behind each: " dataset revision ". */
static str words_of(str name, struct arena *arena) {
    struct text words = {.arena = arena};
    bool small = false;
    text_add_char(&words, ' ');
    for (size_t i = 0; i < name.length; i++) {
        char c = name.at[i];
        bool capital = c >= 'A' && c <= 'Z', letter = capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if ((!letter || (capital && small)) && words.count > 0 && words.items[words.count - 1] != ' ') {
            text_add_char(&words, ' ');
        }
        if (letter) {
            text_add_char(&words, capital ? (char)(c - 'A' + 'a') : c);
        }
        small = letter && !capital;
    }
    if (words.count > 1) {
        text_add_char(&words, ' ');
    }
    return text_str(&words);
}

static bool holds_words(str words, str wanted) {
    for (size_t i = 0; i + wanted.length + 2 <= words.length; i++) {
        if (words.at[i] == ' ' && words.at[i + 1 + wanted.length] == ' ' &&
            str_equal(str_slice(words, i + 1, i + 1 + wanted.length), wanted)) {
            return true;
        }
    }
    return false;
}

/* Whether one of several single words is there. */
static bool holds_any(str words, const char *list) {
    str rest = str_from(list);
    for (size_t begin = 0; begin < rest.length;) {
        size_t end = begin;
        while (end < rest.length && rest.at[end] != ' ') {
            end++;
        }
        if (holds_words(words, str_slice(rest, begin, end))) {
            return true;
        }
        begin = end + 1;
    }
    return rest.length == 0;
}

static str head_of(str name) {
    size_t end = 0;
    while (end < name.length && name.at[end] != '.') {
        end++;
    }
    return str_slice(name, 0, end);
}

static const struct fact_kind *kind_of(str words) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (holds_words(words, str_from(kinds[i].words))) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* --- rows --- */

struct comparing {
    struct runs *runs;
    const struct fact_ruling *rulings;
    size_t ruling_count;
    struct arena *arena;
    struct table names;
    bool plain; /* all runs are native records or trees: a fact's name is a path */
    bool speed; /* all runs measure time: the machine counts */
};

static bool is_speed(str format) {
    static const char *const names[] = {"google-benchmark", "pytest-benchmark", "hyperfine", "k6"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_starts(format, names[i])) {
            return true;
        }
    }
    return false;
}

/* The ruling on a fact: of its whole name before that on what stands before its dot, and that before its group's. */
static const struct fact_ruling *ruling_of(const struct comparing *c, const struct fact_row *row) {
    const struct fact_ruling *found = NULL;
    int best = 0;
    for (size_t i = 0; i < c->ruling_count; i++) {
        str name = c->rulings[i].name;
        int nearness = str_equal(name, row->name)                   ? 3
                       : str_equal(name, head_of(row->name))        ? 2
                       : str_is(name, fact_group_names[row->group]) ? 1
                                                                    : 0;
        if (nearness > best || (nearness == best && nearness > 0)) {
            best = nearness;
            found = &c->rulings[i];
        }
    }
    return found;
}

static void classify(const struct comparing *c, struct fact_row *row) {
    static const char identifying[] = "hash hashes fingerprint digest checksum md5 sha sha256 revision ids";
    str words = words_of(row->name, c->arena);
    const struct fact_kind *kind = c->plain ? NULL : kind_of(words_of(head_of(row->name), c->arena));
    kind = kind ? kind : kind_of(words);
    row->group = kind ? kind->group : FACTS_OTHER;
    row->weight = kind ? kind->weight : WEIGHT_MAY;
    if (row->group == FACTS_MACHINE && c->speed) {
        row->weight = WEIGHT_MUST;
    }
    row->identifies = row->group == FACTS_DATA && holds_any(words, identifying);
    const struct fact_ruling *ruling = ruling_of(c, row);
    if (ruling) {
        row->weight = ruling->weight;
        row->by_policy = true;
        row->identifies = row->identifies || (ruling->required && ruling->weight == WEIGHT_MUST);
    }
}

static struct fact_row *row_of(struct comparing *c, str name) {
    struct runs *runs = c->runs;
    uint32_t at = table_find(&c->names, name);
    if (at != TABLE_NONE) {
        return &runs->rows.items[at];
    }
    struct fact_row *row = LIST_ADD(c->arena, &runs->rows);
    if (!row || !table_add(&c->names, c->arena, name, (uint32_t)(runs->rows.count - 1))) {
        return NULL;
    }
    row->name = name;
    row->runs = arena_array(c->arena, runs->count, sizeof *row->runs);
    return row->runs ? row : NULL;
}

static const char *silent_because(const struct audit_fact *fact, str words) {
    if (fact->kind == JSON_NULL) {
        return "null";
    }
    if (fact->kind == JSON_NAN) {
        return "not a number";
    }
    for (size_t i = 0; i < sizeof silences / sizeof *silences; i++) {
        if (str_is(fact->text, silences[i].value) && holds_any(words, silences[i].words)) {
            return silences[i].why;
        }
    }
    return NULL;
}

/* The format that a file is of, as a fact like any other. */
static const struct audit_fact *format_fact(const struct audit *audit, struct arena *arena) {
    struct audit_fact *fact = arena_alloc(arena, sizeof *fact);
    if (fact) {
        *fact = (struct audit_fact){.name = STR("format"), .text = audit->format, .kind = JSON_STRING, .at = {1, 1}};
    }
    return fact;
}

static bool add_fact(struct comparing *c, size_t run, str name, const struct audit_fact *fact) {
    struct fact_row *row = fact ? row_of(c, name) : NULL;
    if (!row) {
        return false;
    }
    struct run_fact *given = &row->runs[run];
    given->twice = given->fact != NULL;
    given->fact = given->fact ? given->fact : fact;
    given->silent = silent_because(given->fact, words_of(name, c->arena));
    return true;
}

static bool list_rows(struct comparing *c) {
    const struct runs *runs = c->runs;
    c->plain = c->speed = true;
    bool good = true;
    for (size_t i = 0; i < runs->count; i++) {
        str format = runs->audits[i].format;
        c->plain = c->plain && (str_is(format, "native") || str_is(format, "tree"));
        c->speed = c->speed && is_speed(format);
    }
    for (size_t i = 0; good && i < runs->count; i++) {
        const struct audit *audit = &runs->audits[i];
        good = add_fact(c, i, STR("(format)"), format_fact(audit, c->arena));
        for (size_t f = 0; good && f < audit->facts.count; f++) {
            good = add_fact(c, i, audit->facts.items[f].name, &audit->facts.items[f]);
        }
    }
    for (size_t i = 0; good && i < c->ruling_count; i++) { /* what must be there has a row, there or not */
        good = !c->rulings[i].required || row_of(c, c->rulings[i].name) != NULL;
    }
    return good;
}

/* --- values --- */

enum equality { EQUAL, UNEQUAL, UNLIKE };

static enum equality compare_facts(const struct audit_fact *a, const struct audit_fact *b, struct arena *arena) {
    bool truths = (a->kind == JSON_TRUE || a->kind == JSON_FALSE) && (b->kind == JSON_TRUE || b->kind == JSON_FALSE);
    if (a->kind != b->kind && !truths) {
        return UNLIKE;
    }
    if (a->kind == JSON_NUMBER) {
        struct number x, y;
        int order = 0;
        if (number_parse(arena, a->text, &x) != NUMBER_OK || number_parse(arena, b->text, &y) != NUMBER_OK ||
            !number_compare(arena, x, y, &order)) {
            return UNLIKE;
        }
        return order == 0 ? EQUAL : UNEQUAL;
    }
    return str_equal(a->text, b->text) ? EQUAL : UNEQUAL;
}

/* All must agree; the first that speaks is what the others are held against. */
static enum fact_status weigh_same(const struct comparing *c, const struct fact_row *row) {
    const struct audit_fact *first = NULL;
    size_t spoken = 0;
    bool unlike = false;
    for (size_t i = 0; i < c->runs->count; i++) {
        const struct run_fact *run = &row->runs[i];
        if (!run->fact || run->silent || run->twice) {
            unlike = unlike || run->twice;
            continue;
        }
        spoken++;
        first = first ? first : run->fact;
        enum equality equality = compare_facts(first, run->fact, c->arena);
        if (equality == UNEQUAL) {
            return FACT_DIFFERS;
        }
        unlike = unlike || equality == UNLIKE;
    }
    if (spoken == 0 && !unlike) {
        return FACT_SILENT;
    }
    return unlike || spoken < c->runs->count ? FACT_UNCLEAR : FACT_AGREES;
}

/* Each must differ from each: agreement of any two is what is reported. */
static enum fact_status weigh_distinct(const struct comparing *c, const struct fact_row *row) {
    bool unclear = false;
    for (size_t i = 0; i < c->runs->count; i++) {
        const struct run_fact *a = &row->runs[i];
        unclear = unclear || !a->fact || a->silent || a->twice;
        for (size_t j = 0; j < i && !unclear; j++) {
            enum equality equality = compare_facts(a->fact, row->runs[j].fact, c->arena);
            if (equality == EQUAL) {
                return FACT_AGREES;
            }
            unclear = equality == UNLIKE;
        }
    }
    return unclear ? FACT_UNCLEAR : FACT_DIFFERS;
}

/* --- the verdict --- */

static void add_reason(struct comparing *c, enum comparability verdict, const struct fact_row *row, str text) {
    struct runs *runs = c->runs;
    if (verdict == RUNS_INCOMPARABLE && runs->verdict == RUNS_UNCLEAR) {
        runs->reasons.count = 0; /* what could not be told matters no longer */
    }
    if (runs->verdict == RUNS_INCOMPARABLE && verdict == RUNS_UNCLEAR) {
        return;
    }
    runs->verdict = verdict;
    struct comparison_reason *reason = LIST_ADD(c->arena, &runs->reasons);
    if (reason) {
        *reason = (struct comparison_reason){row, text};
    }
}

static void judge_row(struct comparing *c, const struct fact_row *row) {
    bool needed = row->by_policy && row->status == FACT_SILENT;
    bool dirty = row->status == FACT_SILENT && row->runs[0].fact && row->runs[0].fact->kind == JSON_TRUE;
    if (row->weight == WEIGHT_MUST && row->status == FACT_DIFFERS) {
        add_reason(c, RUNS_INCOMPARABLE, row, STR("differs"));
    } else if (row->weight == WEIGHT_DISTINCT && row->status == FACT_AGREES) {
        add_reason(c, RUNS_INCOMPARABLE, row, STR("must differ, and does not"));
    } else if (row->weight == WEIGHT_MUST && dirty) {
        add_reason(c, RUNS_UNCLEAR, row, STR("is true: what ran is not what was committed"));
    } else if (row->weight >= WEIGHT_MUST && (row->status == FACT_UNCLEAR || needed)) {
        add_reason(c, RUNS_UNCLEAR, row, needed ? STR("is given by no run") : STR("is not known of every run"));
    }
}

static void judge(struct comparing *c) {
    struct runs *runs = c->runs;
    bool identified = false;
    runs->verdict = RUNS_COMPARABLE;
    for (size_t i = 0; i < runs->rows.count; i++) {
        const struct fact_row *row = &runs->rows.items[i];
        identified = identified || (row->identifies && row->status == FACT_AGREES);
        judge_row(c, row);
    }
    if (!identified) {
        add_reason(c, RUNS_UNCLEAR, NULL,
                   STR("nothing that every run gives identifies the data: no hash, revision or fingerprint"));
    }
}

static int compare_rows(const void *a, const void *b, const void *context) {
    (void)context;
    const struct fact_row *left = a, *right = b;
    return left->group != right->group ? (left->group < right->group ? -1 : 1) : str_compare(left->name, right->name);
}

bool runs_compare(struct runs *runs, const struct audit *audits, size_t count, const struct fact_ruling *rulings,
                  size_t ruling_count, struct arena *arena) {
    struct comparing c = {.runs = runs, .rulings = rulings, .ruling_count = ruling_count, .arena = arena};
    *runs = (struct runs){.audits = audits, .count = count};
    if (!list_rows(&c)) {
        return false;
    }
    for (size_t i = 0; i < runs->rows.count; i++) {
        struct fact_row *row = &runs->rows.items[i];
        classify(&c, row);
        row->status = row->weight == WEIGHT_DISTINCT ? weigh_distinct(&c, row) : weigh_same(&c, row);
    }
    void *spare = arena_array(arena, runs->rows.count, sizeof *runs->rows.items);
    if (!spare) {
        return false;
    }
    sort_items(runs->rows.items, spare, runs->rows.count, sizeof *runs->rows.items, compare_rows, NULL);
    judge(&c);
    return !arena->failed;
}

str run_fact_text(const struct run_fact *run, struct arena *arena) {
    if (!run->fact) {
        return STR("absent");
    }
    bool quotes = run->fact->kind == JSON_STRING;
    str text = json_excerpt(arena, run->fact->text);
    return str_format(arena, "%s%.*s%s%s%s%s", quotes ? "\"" : "", STR_ARG(text), quotes ? "\"" : "",
                      run->twice ? ", given twice" : "", run->silent ? ", which says nothing: " : "",
                      run->silent ? run->silent : "");
}
