/* Properties of formatting, on random rules in every style of YAML scalar, and on all policies of the repository:
 * a formatted policy compiles to the same program as before, and formatting it again changes nothing.
 *
 *     format [RULES [SEED]]     default: 20000 rules
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/compile.h"
#include "grammar/format.h"
#include "vm/opcode.h"

/* --- two programs --- */

static bool same_list(const str *a, size_t a_count, const str *b, size_t b_count) {
    bool same = a_count == b_count;
    for (size_t i = 0; same && i < a_count; i++) {
        same = str_equal(a[i], b[i]);
    }
    return same;
}

static bool same_checks(const struct program *a, const struct program *b) {
    bool same = a->check_count == b->check_count;
    for (size_t i = 0; same && i < a->check_count; i++) {
        const struct check *x = &a->checks[i];
        const struct check *y = &b->checks[i];
        same = x->rule == y->rule && x->op == y->op && str_equal(x->text, y->text) && x->type == y->type &&
               x->slot == y->slot && x->constant == y->constant && x->left_begin == y->left_begin &&
               x->left_end == y->left_end && x->right_begin == y->right_begin && x->right_end == y->right_end &&
               x->metric == y->metric && x->floor == y->floor &&
               same_list(x->list, x->list_count, y->list, y->list_count);
    }
    return same;
}

static bool same_rules(const struct program *a, const struct program *b) {
    bool same = a->rule_count == b->rule_count;
    for (size_t i = 0; same && i < a->rule_count; i++) {
        const struct rule *x = &a->rules[i];
        const struct rule *y = &b->rules[i];
        same = str_equal(x->id, y->id) && str_equal(x->because, y->because) && x->block == y->block &&
               x->rung == y->rung && x->guard == y->guard && x->in_guards == y->in_guards &&
               x->optional == y->optional && x->begin == y->begin && x->end == y->end &&
               x->first_check == y->first_check && x->check_count == y->check_count && x->quantifier == y->quantifier &&
               x->read_count == y->read_count;
        for (size_t k = 0; same && k < x->read_count; k++) {
            same = x->reads[k] == y->reads[k];
        }
    }
    return same;
}

static bool same_slots(const struct program *a, const struct program *b) {
    bool same = a->slot_count == b->slot_count;
    for (size_t i = 0; same && i < a->slot_count; i++) {
        const struct slot *x = &a->slots[i];
        const struct slot *y = &b->slots[i];
        same = x->is_field == y->is_field && x->index == y->index && x->attribute == y->attribute && x->type == y->type;
    }
    return same;
}

static bool same_programs(struct arena *arena, const struct program *a, const struct program *b) {
    struct text left = {.arena = arena};
    struct text right = {.arena = arena};
    program_print(&left, a);
    program_print(&right, b);
    return a->code_count == b->code_count && memcmp(a->code, b->code, a->code_count * sizeof *a->code) == 0 &&
           str_equal(text_str(&left), text_str(&right)) && a->constant_count == b->constant_count &&
           a->count_count == b->count_count && a->block_count == b->block_count && a->rung_count == b->rung_count &&
           same_list(a->strings, a->string_count, b->strings, b->string_count) && same_checks(a, b) &&
           same_rules(a, b) && same_slots(a, b);
}

/* --- one policy --- */

struct tally {
    size_t policies, read, compiled, changed, wrong;
};

static struct program *compile(struct arena *arena, str text) {
    struct source *source = arena_alloc(arena, sizeof *source);
    struct diags diags;
    if (!source || !source_init(source, arena, STR("p.yaml"), text)) {
        return NULL;
    }
    diags_init(&diags, arena, source);
    return compile_policy(source, &diags, NULL);
}

static enum format_status format(struct arena *arena, str text, str *formatted) {
    struct source *source = arena_alloc(arena, sizeof *source);
    struct diags *diags = arena_alloc(arena, sizeof *diags);
    if (!source || !diags || !source_init(source, arena, STR("p.yaml"), text)) {
        return FORMAT_NO_MEMORY;
    }
    diags_init(diags, arena, source);
    return format_policy(diags, source, formatted);
}

static const char *judge(struct arena *arena, str text, struct tally *tally) {
    str once = {0};
    str twice = {0};
    enum format_status status = format(arena, text, &once);
    if (status == FORMAT_UNREAD) {
        return NULL;
    }
    if (status != FORMAT_DONE) {
        return "it could not be formatted";
    }
    tally->read++;
    tally->changed += !str_equal(text, once);
    if (format(arena, once, &twice) != FORMAT_DONE || !str_equal(once, twice)) {
        return "formatting it again changes it";
    }
    struct program *before = compile(arena, text);
    struct program *after = compile(arena, once);
    tally->compiled += before != NULL;
    const char *problem = !before != !after                                ? "one compiles and one does not"
                          : before && !same_programs(arena, before, after) ? "it compiles to another program"
                                                                           : NULL;
    program_free(before);
    program_free(after);
    return problem;
}

static void try_policy(str text, const char *name, struct tally *tally) {
    struct arena arena;
    arena_init(&arena);
    tally->policies++;
    const char *problem = judge(&arena, text, tally);
    if (problem && ++tally->wrong <= 10) {
        printf("# %s: %s\n%.*s\n", name, problem, STR_ARG(text));
    }
    arena_free(&arena);
}

/* --- random rules, spelled as nobody would --- */

static unsigned long long state;

static unsigned dice(unsigned sides) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % sides;
}

struct writer {
    struct text out;
    bool lines; /* line breaks may stand between tokens */
    bool flow;  /* no commas, no brackets */
    char quote; /* of strings */
};

static void blank(struct writer *w) {
    unsigned kind = dice(8);
    text_add(&w->out, kind == 0 && w->lines ? STR("\n        ")
                      : kind == 1           ? STR("   ")
                      : kind == 2           ? STR(" \t ")
                                            : STR(" "));
}

static void gap(struct writer *w) {
    if (dice(2)) {
        blank(w);
    }
}

static void word(struct writer *w, const char *text) {
    text_add(&w->out, str_from(text));
}

static void pick(struct writer *w, const char *const *words, unsigned count) {
    word(w, words[dice(count)]);
}

static void number(struct writer *w) {
    static const char *const numbers[] = {"0.02",    "0.80", "1E-3", "1e+2", "5E-05",
                                          "0.50e-0", "500",  "0",    "3e0",  "0.020"};
    pick(w, numbers, 10);
}

static void limit(struct writer *w) {
    number(w);
    if (dice(3) == 0) {
        gap(w);
        word(w, dice(2) ? "%" : "pp");
    }
}

static void path(struct writer *w) {
    static const char *const names[] = {"acc", "f1", "latency", "score"};
    static const char *const attributes[] = {"delta", "gain", "relative", "n", "variant"};
    pick(w, names, 4);
    if (dice(2)) {
        gap(w);
        word(w, ".");
        gap(w);
        pick(w, attributes, 5);
    }
}

static void write_rule(struct writer *w, unsigned depth);

static void write_sum(struct writer *w, unsigned depth) {
    static const char *const operators[] = {"+", "-", "*", "/"};
    unsigned kind = dice(depth == 0 ? 3 : 9);
    switch (kind) {
    case 0:
        number(w);
        break;
    case 1:
    case 2:
        path(w);
        break;
    case 3:
    case 4:
    case 5:
        write_sum(w, depth - 1);
        gap(w);
        pick(w, operators, 4);
        gap(w);
        write_sum(w, depth - 1);
        break;
    case 6:
        word(w, "(");
        gap(w);
        write_sum(w, depth - 1);
        gap(w);
        word(w, ")");
        break;
    case 7:
        word(w, "-");
        gap(w);
        write_sum(w, depth - 1);
        break;
    default:
        word(w, w->flow ? "abs (" : "max(");
        write_sum(w, depth - 1);
        if (!w->flow) {
            gap(w);
            word(w, ",");
            gap(w);
            write_sum(w, depth - 1);
        }
        word(w, ")");
    }
}

static void write_floor(struct writer *w) {
    if (dice(3) == 0) {
        blank(w);
        word(w, "with");
        blank(w);
        word(w, dice(2) ? "confidence" : "certainty");
        gap(w);
        word(w, dice(3) ? ">=" : ">");
        gap(w);
        word(w, dice(2) ? "0.80" : "9E-1");
    }
}

static void write_verb(struct writer *w) {
    static const char *const verbs[] = {"improves_by", "regresses_by", "holds_within", "no_regression within"};
    if (dice(4) == 0) {
        word(w, dice(2) ? "improves" : "solid");
    } else {
        pick(w, verbs, 4);
        blank(w);
        limit(w);
    }
}

static void write_comparison(struct writer *w, unsigned depth) {
    static const char *const comparisons[] = {"<", "<=", ">", ">=", "==", "!="};
    write_sum(w, depth);
    for (unsigned more = dice(8) == 0 ? 2 : 1; more > 0; more--) {
        gap(w);
        pick(w, comparisons, 6);
        gap(w);
        write_sum(w, depth);
    }
}

static void write_string(struct writer *w) {
    text_format(&w->out, "%cv%u  x%c", w->quote, dice(3), w->quote);
}

static void write_string_rule(struct writer *w) {
    bool list = dice(2) && !w->flow;
    bool turned = dice(4) == 0 && !list;
    if (turned) {
        word(w, dice(2) ? "( " : "");
        size_t parenthesis = w->out.count > 0 && w->out.items[w->out.count - 1] == ' ';
        write_string(w);
        word(w, parenthesis && w->out.items[0] == '(' ? ")==" : "==");
        word(w, "evaluator");
        return;
    }
    word(w, "evaluator");
    blank(w);
    word(w, list ? "in[" : "==");
    gap(w);
    write_string(w);
    if (list) {
        gap(w);
        word(w, ",");
        write_string(w);
        word(w, "]");
    }
}

static void write_quantified(struct writer *w) {
    static const char *const quantifiers[] = {"all", "any", "none", "at_least 1", "at_most 2", "exactly 1"};
    static const char *const sets[] = {"suite", "metrics", "@main", "@ main", "(acc,  f1)", "( acc,f1 , latency)"};
    pick(w, quantifiers, 6);
    blank(w);
    word(w, "of");
    blank(w);
    pick(w, sets, w->flow ? 4 : 6);
    if (dice(2)) {
        blank(w);
        write_verb(w);
    } else {
        gap(w);
        word(w, ".");
        gap(w);
        word(w, "gain>=0.01");
    }
    write_floor(w);
}

static void write_group(struct writer *w, unsigned depth) {
    word(w, "(");
    gap(w);
    write_rule(w, depth);
    gap(w);
    word(w, ")");
}

static void write_rule(struct writer *w, unsigned depth) {
    switch (dice(depth == 0 ? 6 : 13)) {
    case 0:
        write_comparison(w, depth > 2 ? 2 : depth);
        write_floor(w);
        break;
    case 1:
    case 2:
        word(w, "acc");
        blank(w);
        write_verb(w);
        write_floor(w);
        break;
    case 3:
        write_string_rule(w);
        break;
    case 4:
        write_quantified(w);
        break;
    case 5:
        word(w, "passed");
        break;
    case 6:
        word(w, "not");
        blank(w);
        write_rule(w, depth - 1);
        break;
    case 7:
        word(w, "not(");
        write_rule(w, depth - 1);
        word(w, ")");
        break;
    case 8:
    case 9:
    case 10:
        write_rule(w, depth - 1);
        blank(w);
        word(w, dice(2) ? "and" : "or");
        blank(w);
        write_rule(w, depth - 1);
        break;
    case 11:
        write_group(w, depth - 1);
        write_floor(w);
        break;
    default:
        write_group(w, depth - 1);
    }
}

/* --- rules in policies --- */

static const char head[] =
    "assize: 1\nname: random\nmetrics:\n  acc: {better: higher, tags: [main]}\n  f1: {better: higher, tags: [main]}\n"
    "  latency: {better: lower}\nfields:\n  score: {type: number}\n  evaluator: {type: string}\n  passed: {type: boolean}\n"
    "groups: {suite: [acc, f1]}\n";

/* A style of scalar: what stands around the rule, whether it takes line breaks, and its strings' quote. */
struct style {
    const char *before, *after;
    bool lines, flow;
    char quote;
};
static const struct style styles[] = {
    {"define:\n  solid(m): m improves_by 1E-2\nship:\n  - ", "   # kept\n", false, false, '"'},
    {"define:\n  solid( m ): m improves\nship:\n  - ", "\n", true, false, '\''},
    {"define: {solid( m ): m  improves}\nship: ['", "'  , passed ]\n", true, true, '"'},
    {"define:\n  \"solid( m )\": (m improves)\nreject:\n  any: [\" ", " \"]\n", true, true, '\''},
    {"define:\n  solid( m ): m improves\nship:\n  - rule: |\n      ", "  \n    id: it\n", true, false, '\''},
    {"define:\n  solid( m ): >-\n     m\n       improves\nship:\n  - rule: >-\n      ", "\n    because:  all  of it\n",
     true, false, '"'},
    {"define:\n  solid( m ): m improves\nship: [", "]\n", false, true, '"'},
    {"define:\n  solid(m): m.gain>0\nship:\n  any:\n  - none:\n    - {rule: \"", "\" , id: a }\n", false, true, '\''},
    {"define:\n  solid(m): m.gain>0\n  other(m): 'm improves and(", " )'\nship: [acc other]\n", true, false, '"'},
};

static void try_random(struct tally *tally) {
    struct arena arena;
    arena_init(&arena);
    const struct style *style = &styles[dice(sizeof styles / sizeof *styles)];
    struct writer writer = {
        .out = {.arena = &arena}, .lines = style->lines, .flow = style->flow, .quote = style->quote};
    write_rule(&writer, dice(4));
    try_policy(str_format(&arena, "%s%s%.*s%s", head, style->before, STR_ARG(text_str(&writer.out)), style->after),
               "a random rule", tally);
    arena_free(&arena);
}

/* --- the repository's policies --- */

static str read_whole(struct arena *arena, const char *path) {
    struct text text = {.arena = arena};
    char block[4096];
    FILE *file = fopen(path, "rb");
    for (size_t got; file && (got = fread(block, 1, sizeof block, file)) > 0;) {
        text_add(&text, (str){block, got});
    }
    if (file) {
        fclose(file);
    }
    return text_str(&text);
}

/* The files inside a transcript: from "--- NAME" to the next line that begins a file or a command. */
static void try_transcript(struct arena *arena, str transcript, const char *path, struct tally *tally) {
    struct text policy = {.arena = arena};
    bool inside = false;
    for (size_t begin = 0; begin < transcript.length;) {
        size_t end = begin;
        while (end < transcript.length && transcript.at[end++] != '\n') {
        }
        str line = str_slice(transcript, begin, end);
        begin = end;
        bool file = str_starts(line, "--- ");
        if (inside && (file || str_starts(line, "$ ") || begin == transcript.length)) {
            try_policy(text_str(&policy), path, tally);
            policy.count = 0;
            inside = false;
        }
        if (file) {
            inside = str_ends(str_trim(line), ".yaml");
        } else if (inside) {
            text_add(&policy, line);
        }
    }
}

static void try_folder(const char *folder, struct tally *tally) {
    DIR *directory = opendir(folder);
    for (const struct dirent *entry; directory && (entry = readdir(directory));) {
        struct arena arena;
        arena_init(&arena);
        str path = str_format(&arena, "%s/%s", folder, entry->d_name);
        struct stat status;
        if (entry->d_name[0] != '.' && stat(path.at, &status) == 0) {
            if (S_ISDIR(status.st_mode)) {
                try_folder(path.at, tally);
            } else if (str_ends(path, ".yaml")) {
                try_policy(read_whole(&arena, path.at), path.at, tally);
            } else if (str_ends(path, ".test")) {
                try_transcript(&arena, read_whole(&arena, path.at), path.at, tally);
            }
        }
        arena_free(&arena);
    }
    if (directory) {
        closedir(directory);
    }
}

static void try_registry(struct tally *tally) {
    struct arena arena;
    arena_init(&arena);
    for (int i = 0; i < DIAG_COUNT; i++) {
        const struct diag_info *info = &diag_infos[i];
        if (info->kind != EXAMPLE_NONE && info->kind != EXAMPLE_RECORD) {
            try_policy(diag_example(&arena, info, info->bad), info->code, tally);
            try_policy(diag_example(&arena, info, info->good), info->code, tally);
        }
    }
    arena_free(&arena);
}

static bool report(int test, const struct tally *tally, size_t least, const char *what) {
    bool good = tally->wrong == 0 && tally->compiled >= least;
    printf("%sok %d - %s\n", good ? "" : "not ", test, what);
    printf("# %zu policies: %zu read, %zu changed, %zu compiled, %zu wrong\n", tally->policies, tally->read,
           tally->changed, tally->compiled, tally->wrong);
    return good;
}

int main(int argc, char **argv) {
    size_t rules = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    struct tally random = {0};
    struct tally registry = {0};
    struct tally own = {0};
    for (size_t i = 0; i < rules; i++) {
        try_random(&random);
    }
    try_registry(&registry);
    try_folder("examples", &own);
    try_folder("tests/cases", &own);
    bool good = report(1, &random, rules / 10, "random rules mean the same after formatting");
    good = report(2, &registry, 10, "the registry's examples do") && good;
    good = report(3, &own, 0, "the policies of examples/ and tests/cases/ do") && good;
    printf("1..3\n");
    return good ? 0 : 1;
}
