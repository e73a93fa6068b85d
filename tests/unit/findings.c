/* The findings' formats where no command shows them: a program that prints TAP.
 *
 * Escaping is undone again and compared, on hostile strings and on 100,000 random ones. Findings made by hand have every
 * severity and more of them than a platform takes: what is left out must be the mildest, and be counted. Fingerprints
 * must outlive what an editor does around a rule, and tell apart what is not the same. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/finding.h"
#include "report/fingerprint.h"

static struct arena arena;
static int tests, failures;

static void __attribute__((format(printf, 2, 3))) check(bool ok, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%sok %d - ", ok ? "" : "not ", ++tests);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    failures += !ok;
}

/* --- escaping, undone --- */

static const char *const hostile[] = {"",
                                      "plain",
                                      "a&b<c>d\"e'f",
                                      "]]>",
                                      "<!--",
                                      "&amp;",
                                      "&#10;",
                                      "%0A",
                                      "%25",
                                      "100%",
                                      "::error::x",
                                      "a,b:c",
                                      "##[error]x",
                                      "##vso[task.complete]",
                                      "a\nb",
                                      "a\r\n::error::b",
                                      "\033[31mred",
                                      "\xe2\x80\xae txt",
                                      "\xff\xfe",
                                      "\xed\xa0\x80",
                                      "caf\xc3\xa9",
                                      "\xf0\x9f\x98\x80",
                                      "[link](http://x)",
                                      "[a] (b)",
                                      "{0}",
                                      "{12} {x} {}",
                                      "{{0}}",
                                      "../../etc/passwd",
                                      "a b#c?d",
                                      "\\x0a",
                                      "\t"};

/* What is shown of a string: as escape_text, but line ends stay. */
static str shown(str s, bool keep_return) {
    struct text out = {.arena = &arena};
    for (size_t i = 0; i < s.length;) {
        int width;
        if (s.at[i] == '\n' || (keep_return && s.at[i] == '\r')) {
            text_add_char(&out, s.at[i++]);
        } else {
            i += escape_character(&out, str_slice(s, i, s.length), false, &width);
        }
    }
    return text_str(&out);
}

static str undo_xml(str s) {
    static const struct {
        const char *entity, *stands_for;
    } entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&#10;", "\n"}};
    struct text out = {.arena = &arena};
    for (size_t i = 0; i < s.length;) {
        size_t before = i;
        for (size_t e = 0; s.at[i] == '&' && e < sizeof entities / sizeof *entities; e++) {
            if (str_starts(str_slice(s, i, s.length), entities[e].entity)) {
                text_add(&out, str_from(entities[e].stands_for));
                i += strlen(entities[e].entity);
                break;
            }
        }
        if (i == before) {
            bool raw = strchr("&<>\"'\n", s.at[i]) != NULL;
            text_add(&out, raw ? STR("(raw)") : str_slice(s, i, i + 1));
            i++;
        }
    }
    return text_str(&out);
}

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Undoes %XX; one of the characters in `never` that stands raw is a fault. */
static str undo_percent(str s, const char *never) {
    struct text out = {.arena = &arena};
    for (size_t i = 0; i < s.length; i++) {
        if (s.at[i] == '%' && i + 2 < s.length && digit(s.at[i + 1]) >= 0 && digit(s.at[i + 2]) >= 0) {
            text_add_char(&out, (char)(digit(s.at[i + 1]) * 16 + digit(s.at[i + 2])));
            i += 2;
        } else if (s.at[i] != '\0' && strchr(never, s.at[i])) {
            text_add(&out, STR("(raw)"));
        } else {
            text_add_char(&out, s.at[i]);
        }
    }
    return text_str(&out);
}

/* The agents' commands lose their `#`. */
static str without_commands(str s) {
    struct text out = {.arena = &arena};
    for (size_t i = 0; i < s.length; i++) {
        size_t end = i + 2;
        while (end < s.length && ((s.at[end] | 0x20) >= 'a' && (s.at[end] | 0x20) <= 'z')) {
            end++;
        }
        bool command = s.at[i] == '#' && i + 2 < s.length && s.at[i + 1] == '#' && end < s.length && s.at[end] == '[';
        text_add(&out, command ? STR("\\x23") : str_slice(s, i, i + 1));
    }
    return text_str(&out);
}

static str escaped(void (*escape)(struct text *out, str s), str s) {
    struct text out = {.arena = &arena};
    escape(&out, s);
    return text_str(&out);
}

static bool sarif_is_inert(str s) {
    for (size_t i = 0; i + 1 < s.length; i++) {
        size_t end = i + 1;
        while (end < s.length && s.at[end] >= '0' && s.at[end] <= '9') {
            end++;
        }
        bool single =
            s.at[i] == '{' && (i == 0 || s.at[i - 1] != '{') && end > i + 1 && end < s.length && s.at[end] == '}';
        if (single || (s.at[i] == ']' && s.at[i + 1] == '(')) {
            return false;
        }
    }
    return true;
}

static bool survives(str s) {
    bool rooted = str_starts(s, "/");
    str uri = escaped(escape_uri, s);
    return str_equal(undo_xml(escaped(escape_xml, s)), shown(s, false)) &&
           str_equal(undo_percent(escaped(escape_github_message, s), "%\r\n"), without_commands(shown(s, true))) &&
           str_equal(undo_percent(escaped(escape_github_property, s), "%\r\n:,"), without_commands(shown(s, true))) &&
           str_equal(undo_percent(str_slice(uri, rooted ? 7 : 0, uri.length), "% \"<>\\^`{|}:?#[]@!$&'()*+,;="), s) &&
           sarif_is_inert(escaped(escape_sarif, s));
}

static void test_escapes(void) {
    bool all = true;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        bool good = survives(str_from(hostile[i]));
        all = all && good;
        if (!good) {
            printf("# string %zu\n", i);
        }
    }
    check(all, "hostile strings come back from XML, from GitHub's commands and from URIs, and SARIF's are inert");
    static const char *const parts[] = {"&",  "<", "%", "0A", "\n", "\r", ":", ",", "##",       "[",
                                        "](", "{", "1", "}",  "\"", "'",  "a", "/", "\xc3\xa9", "\xff"};
    uint64_t state = 7;
    all = true;
    for (int i = 0; i < 100000 && all; i++) {
        struct text text = {.arena = &arena};
        for (int part = 0; part < 8; part++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text_add(&text, str_from(parts[(state >> 33) % (sizeof parts / sizeof *parts)]));
        }
        all = survives(text_str(&text));
        if (!all) {
            printf("# %.*s\n", STR_ARG(text_str(&text)));
        }
        arena_reset(&arena);
    }
    check(all, "so do 100,000 random ones");
}

/* --- reports of findings made by hand --- */

struct made {
    struct source source;
    struct diags diags;
    struct checked_file file;
};

/* One finding of each severity in turn for each line: an error, a warning, a note, an error … */
static bool make_findings(struct made *made, size_t errors, size_t warnings, size_t notes) {
    struct text text = {.arena = &arena};
    for (size_t i = 0; i < errors + warnings + notes; i++) {
        text_format(&text, "key%zu: value\n", i);
    }
    *made = (struct made){0};
    bool good = source_init(&made->source, &arena, STR("p.yaml"), text_str(&text));
    diags_init(&made->diags, &arena, &made->source);
    for (uint32_t line = 1; good && line <= errors + warnings + notes; line++) {
        span at = {made->source.lines[line - 1], made->source.lines[line - 1] + 3};
        struct diag *diag = diag_add(&made->diags, DIAG_UNKNOWN_NAME, at, "finding of line %u", line);
        /* the mild ones first: who takes them as they come would drop the errors */
        diag->severity = line <= notes ? SEVERITY_NOTE : line <= notes + warnings ? SEVERITY_WARNING : SEVERITY_ERROR;
    }
    made->file = (struct checked_file){
        .path = STR("p.yaml"), .repository_path = STR("p.yaml"), .source = &made->source, .arena = &arena};
    return good && checked_file_fill(&made->file, &made->diags);
}

static str report_of(const char *name, const struct checked_file *file) {
    struct text out = {.arena = &arena};
    struct sink sink = sink_to_text(&out);
    struct findings_report report = {.sink = &sink, .arena = &arena};
    struct findings_totals totals = {0};
    const struct findings_format *format = findings_format_find(str_from(name));
    findings_count(&totals, file);
    format->begin(&report);
    format->file(&report, file);
    format->end(&report, &totals);
    return sink.failed ? STR("(failed)") : text_str(&out);
}

static size_t count_of(str text, const char *words) {
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        count += str_starts(str_slice(text, i, text.length), words);
    }
    return count;
}

static void test_github(void) {
    struct made made;
    check(make_findings(&made, 12, 11, 9), "findings of each severity");
    str all = report_of("github", &made.file);
    check(count_of(all, "::error file=") == 10, "github: 10 of 12 errors");
    check(count_of(all, "::warning file=") == 10, "github: 10 of 11 warnings");
    check(count_of(all, "::notice file=") == 9 && count_of(all, "::notice title=assize::3 more are not shown") == 1,
          "github: all 9 notices, and one that counts 3 more");
    check(make_findings(&made, 12, 0, 10), "a notice has to make room");
    all = report_of("github", &made.file);
    check(count_of(all, "::notice file=") == 9 && count_of(all, "::3 more are not shown") == 1,
          "github: 9 of 10 notices, 3 more");
    check(make_findings(&made, 10, 10, 10), "as many as it takes");
    all = report_of("github", &made.file);
    check(count_of(all, "::notice file=") == 10 && count_of(all, " more ") == 0,
          "github: nothing is left out, nothing is said");
    check(str_starts(all, "::error file=p.yaml,line=21,col=1,endLine=21,endColumn=4,title=A301::finding of line 21\n"),
          "github: the worst comes first");
}

static void test_sarif(void) {
    struct made made;
    check(make_findings(&made, 3000, 1500, 2000), "6,500 findings");
    str all = report_of("sarif", &made.file);
    check(count_of(all, "\"ruleId\"") == 5000, "sarif: 5,000 results");
    check(count_of(all, "\"level\":\"error\",\"message\"") == 3000 &&
              count_of(all, "\"level\":\"note\",\"message\"") == 500,
          "sarif: all errors, and 500 of the notes");
    check(count_of(all, "5000 of 6500 results are in this report, the worst first") == 1, "sarif: it says so");
    check(count_of(all, "\"defaultConfiguration\"") == DIAG_COUNT, "sarif: every rule of the registry");
}

static void test_levels(void) {
    struct made made;
    check(make_findings(&made, 1, 1, 1), "one of each");
    str json = report_of("json", &made.file);
    check(count_of(json, "\"errors\": 1,") + count_of(json, "\"warnings\": 1,") + count_of(json, "\"notes\": 1\n") ==
                  3 &&
              count_of(json, "\"findings\": 3,") == 1,
          "json: the totals add up");
    str gitlab = report_of("gitlab", &made.file);
    check(count_of(gitlab, "\"major\"") == 1 && count_of(gitlab, "\"minor\"") == 1 && count_of(gitlab, "\"info\"") == 1,
          "gitlab: major, minor, info");
    str checkstyle = report_of("checkstyle", &made.file);
    check(count_of(checkstyle, "severity=\"warning\"") == 1 && count_of(checkstyle, "severity=\"info\"") == 1,
          "checkstyle: error, warning, info");
    str junit = report_of("junit", &made.file);
    check(count_of(junit, "<testcase ") == 1 && count_of(junit, "(and 2 more)") == 1, "junit: one case for a code");
}

static void test_fix(void) {
    struct made made;
    struct source *source = &made.source;
    made = (struct made){0};
    check(source_init(source, &arena, STR("p.yaml"), STR("caf\xc3\xa9: acc\nship: x\n")), "a source");
    diags_init(&made.diags, &arena, source);
    struct diag *diag = diag_add(&made.diags, DIAG_UNKNOWN_NAME, (span){7, 10}, "no `acc`");
    diag_fix(&made.diags, diag, true, (span){7, 10}, STR("\"f1\""));
    diag_other(&made.diags, diag, (span){17, 18}, "declared [here](evil)");
    made.file = (struct checked_file){
        .path = STR("p.yaml"), .repository_path = STR("sub dir/p.yaml"), .source = source, .arena = &arena};
    check(checked_file_fill(&made.file, &made.diags), "a finding with a fix and a second place");
    str line = report_of("jsonl", &made.file);
    check(
        count_of(
            line,
            "\"fix\":{\"safe\":true,\"edits\":[{\"begin\":7,\"end\":10,\"line\":1,\"column\":7,\"end_line\":1,\"end_column\":10,\"text\":\"\\\"f1\\\"\"}]}") ==
            1,
        "json: a fix in bytes and in characters");
    check(count_of(
              line,
              "\"other\":{\"file\":\"p.yaml\",\"line\":2,\"column\":7,\"end_line\":2,\"end_column\":8,\"label\":") == 1,
          "json: the second place");
    str sarif = report_of("sarif", &made.file);
    check(
        count_of(
            sarif,
            "\"replacements\":[{\"deletedRegion\":{\"startLine\":1,\"startColumn\":7,\"endLine\":1,\"endColumn\":10},\"insertedContent\":{\"text\":\"\\\"f1\\\"\"}}]") ==
            1,
        "sarif: the fix");
    check(
        count_of(
            sarif,
            "\"relatedLocations\":[{\"id\":1,\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"sub%20dir/p.yaml\"") ==
                1 &&
            count_of(sarif, "declared [here] (evil)") == 1,
        "sarif: the second place, and no link out of it");
}

/* --- fingerprints --- */

/* Of a finding at `word` in a text. */
static str fingerprint_at(const char *text, const char *word) {
    struct source source;
    struct diags diags;
    str fingerprint = {0};
    const char *found = strstr(text, word);
    uint32_t begin = (uint32_t)(found ? found - text : 0);
    if (!source_init(&source, &arena, STR("p.yaml"), str_from(text))) {
        return fingerprint;
    }
    diags_init(&diags, &arena, &source);
    diag_add(&diags, DIAG_UNKNOWN_NAME, (span){begin, begin + (uint32_t)strlen(word)}, "no such thing");
    fingerprint_findings(&arena, &source, &diags);
    fingerprint = diags.items[0]->fingerprint;
    return fingerprint;
}

static void test_fingerprints(void) {
    static const char plain[] = "ship:\n  - acc improves_by 0.02\nreject:\n  - f1 regresses\n";
    str first = fingerprint_at(plain, "acc");
    static const struct {
        const char *text, *word, *what;
        bool same;
    } cases[] = {
        {"# new\n\nname: x\nship:\n  - acc improves_by 0.02\n", "acc", "lines above", true},
        {"ship:\n  - f1 improves\n  - acc improves_by 0.02\n", "acc", "a rule above", true},
        {"ship:\n    -   acc  improves_by   0.02   # why\n", "acc", "blanks and a comment", true},
        {"ship:\n- acc improves_by 0.02\n", "acc", "a list in the key's column", true},
        {"ship:\r\n  - acc improves_by 0.02\r\n", "acc", "the line ends of Windows", true},
        {"ship:\n  - acc improves_by\n    0.02\n", "acc", "a rule on two lines", true},
        {"ship:\n  - acc improves_by 0.03\n", "acc", "another limit", false},
        {"reject:\n  - acc improves_by 0.02\n", "acc", "another block", false},
        {"ship:\n  - acc improves_by 0.02\n", "0.02", "another word of the rule", false},
    };
    check(first.length == 18, "a fingerprint has 16 digits and a number");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool same = str_equal(fingerprint_at(cases[i].text, cases[i].word), first);
        check(same == cases[i].same, "%s: %s", cases[i].what,
              cases[i].same ? "the same fingerprint" : "another fingerprint");
    }
    struct made made;
    check(make_findings(&made, 40, 0, 0), "forty keys");
    bool unique = true;
    for (size_t i = 0; i < 40; i++) {
        for (size_t j = 0; j < i; j++) {
            unique = unique && !str_equal(made.file.findings[i].fingerprint, made.file.findings[j].fingerprint);
        }
    }
    check(unique, "fingerprints of a file differ");
    str second = fingerprint_at("metrics:\n  acc:\n    better: higer\n  f1:\n    better: higher\n", "higer");
    check(
        !str_equal(second, fingerprint_at("metrics:\n  acc:\n    better: higher\n  f1:\n    better: higer\n", "higer")),
        "the keys above tell equal lines apart");
}

int main(void) {
    arena_init(&arena);
    test_escapes();
    test_github();
    test_sarif();
    test_levels();
    test_fix();
    test_fingerprints();
    printf("1..%d\n", tests);
    arena_free(&arena);
    return failures > 0;
}
