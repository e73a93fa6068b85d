/* What only commands read: settings, baselines of findings, whole folders of decisions, run folders of MLflow, runs and windows of
 * a promotion, rows in YAML. The first line of an input names a scenario of the table below, and the files stand behind it,
 * parted by lines that are `%%`; they are written to a scratch folder, and the command runs in this process. It exits with
 * one of its four statuses, what it prints in JSON is JSON, and a command that writes nothing prints the same again. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "tests/fuzz/fuzz.h"

enum { MOST_WORDS = 12, MOST_FILES = 5, STATUSES = 4 };

/* `@` at the beginning of a word is the scratch folder. A file beyond those that the input gives is empty. */
static const struct scenario {
    const char *name;
    bool json;
    const char *words[MOST_WORDS];
    const char *files[MOST_FILES];
} scenarios[] = {
    {"settings",
     true,
     {"check", "--today", "2026-11-20", "--config", "@s.yaml", "-o", "json", "@p.assize.yaml"},
     {"s.yaml", "p.assize.yaml"}},
    {"baseline",
     false,
     {"check", "--no-config", "--notes", "--baseline-file", "@b.txt", "@p.assize.yaml"},
     {"b.txt", "p.assize.yaml"}},
    {"fix", false, {"check", "--no-config", "--fix", "--diff", "@p.assize.yaml"}, {"p.assize.yaml"}},
    {"lint", true, {"check", "--no-config", "--notes", "-o", "sarif", "@p.assize.yaml"}, {"p.assize.yaml"}},
    {"prove", true, {"prove", "-o", "json", "@p.assize.yaml"}, {"p.assize.yaml"}},
    {"patterns",
     true,
     {"patterns", "--today", "2026-11-20", "--config", "@s.yaml", "-o", "json", "@a.yaml", "@b.yaml", "@c.yaml"},
     {"s.yaml", "a.yaml", "b.yaml", "c.yaml"}},
    {"timeline",
     true,
     {"timeline", "--today", "2026-11-20", "--no-config", "-o", "json", "@a.yaml", "@b.yaml", "@c.yaml"},
     {"a.yaml", "b.yaml", "c.yaml"}},
    {"verify",
     false,
     {"verify", "--today", "2026-11-20", "--head", "@folder"},
     {"folder/INDEX", "folder/a.yaml", "folder/b.yaml"}},
    {"replay",
     true,
     {"replay", "--any-policy", "--all", "-p", "@p.assize.yaml", "-o", "json", "@a.yaml", "@b.yaml"},
     {"p.assize.yaml", "a.yaml", "b.yaml"}},
    {"locked",
     false,
     {"eval", "--lock", "@p.lock", "-p", "@p.assize.yaml", "@r.json"},
     {"p.lock", "p.assize.yaml", "r.json"}},
    {"eval",
     true,
     {"eval", "--format-file", "@f.assize-format", "-p", "@p.assize.yaml", "-o", "json", "@r.json"},
     {"f.assize-format", "p.assize.yaml", "r.json"}},
    {"pair",
     true,
     {"eval", "-p", "@p.assize.yaml", "-o", "json", "--baseline", "@b.json", "--variant", "@v.json"},
     {"p.assize.yaml", "b.json", "v.json"}},
    {"jobs",
     false,
     {"eval", "-j", "2", "-p", "@p.assize.yaml", "-o", "jsonl", "@r.ndjson"},
     {"p.assize.yaml", "r.ndjson"}},
    {"why", false, {"eval", "--why-not", "ship", "-p", "@p.assize.yaml", "@r.json"}, {"p.assize.yaml", "r.json"}},
    {"compare",
     true,
     {"compare", "-p", "@p.assize.yaml", "-o", "json", "@a.json", "@b.json"},
     {"p.assize.yaml", "a.json", "b.json"}},
    {"select",
     true,
     {"select", "--dry-run", "-p", "@p.assize.yaml", "-o", "json", "@a.json", "@b.json"},
     {"p.assize.yaml", "a.json", "b.json"}},
    {"canary",
     false,
     {"canary", "--all", "-p", "@p.assize.yaml", "--promotion", "@a.yaml", "@w.ndjson"},
     {"p.assize.yaml", "a.yaml", "w.ndjson"}},
    {"run-folder",
     false,
     {"records", "@run"},
     {"run/meta.yaml", "run/metrics/acc", "run/metrics/eval/loss", "run/params/p", "run/tags/t"}},
    {"syntax", false, {"records", "--syntax", "@r.json"}, {"r.json"}},
    {"rows", true, {"fingerprint", "--key", "id", "-o", "json", "@rows.yaml"}, {"rows.yaml"}},
    {"clusters",
     true,
     {"clusters", "--least", "1", "--level", "0.9", "-o", "json", "--baseline", "@b.jsonl", "@v.yaml"},
     {"b.jsonl", "v.yaml"}},
    {"attest",
     false,
     {"attest", "--verify", "@v.dsse", "--trust", "@k.pub", "--artifact", "@w.bin", "--resource", "r", "--verifier",
      "v"},
     {"v.dsse", "k.pub", "w.bin"}},
    {"tests", true, {"test", "-o", "json", "@p.assize-test.yaml"}, {"p.assize-test.yaml", "p.assize.yaml", "r.json"}},
    {"init", false, {"init", "--from", "@r.json", "@new.assize.yaml"}, {"r.json"}},
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

/* ---- the scratch folder ---- */

static char scratch[64];

static void remove_below(const char *path) {
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char inner[400];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (unlink(inner) != 0) {
            remove_below(inner);
            rmdir(inner);
        }
    }
    if (folder) {
        closedir(folder);
    }
}

static void remove_scratch(void) {
    remove_below(scratch);
    rmdir(scratch);
}

static void make_scratch(void) {
    bool in_memory = access("/dev/shm", W_OK) == 0;
    snprintf(scratch, sizeof scratch, "%s/assize-fuzz.XXXXXX", in_memory ? "/dev/shm" : "/tmp");
    fuzz_check(mkdtemp(scratch) != NULL, "there is a scratch folder");
    atexit(remove_scratch);
}

static void write_file(const char *name, str text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    for (char *slash = strchr(path + strlen(scratch) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    fuzz_check(file >= 0 && (text.length == 0 || write(file, text.at, text.length) == (ssize_t)text.length),
               "a file is written");
    close(file);
}

/* ---- a command ---- */

static int run(const struct scenario *scenario, struct arena *arena, struct text *printed) {
    struct text errors = {.arena = arena};
    struct sink out = sink_to_text(printed), err = sink_to_text(&errors);
    struct command_line line = {.arena = arena, .out = &out, .err = &err};
    char *words[MOST_WORDS + 2] = {(char *)"assize"};
    int count = 1;
    for (; count <= MOST_WORDS && scenario->words[count - 1]; count++) {
        const char *word = scenario->words[count - 1];
        words[count] = (char *)(word[0] == '@' ? str_format(arena, "%s/%s", scratch, word + 1) : str_from(word)).at;
        if (!words[count]) {
            return -1;
        }
    }
    int status = parse_command_line(&line, count, words);
    status = status >= 0 ? status : command_infos[line.command].run(&line);
    fuzz_check(status >= 0 && status < STATUSES, "a command has one of four statuses");
    fuzz_check(status != EXIT_FAILURE_TO_RUN || errors.count + printed->count > 0, "a command that fails says why");
    return status;
}

static void try_scenario(const struct scenario *scenario, const str *parts, size_t count) {
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < MOST_FILES && scenario->files[i]; i++) {
        write_file(scenario->files[i], i < count ? parts[i] : STR(""));
    }
    struct text once = {.arena = &arena}, again = {.arena = &arena};
    int status = run(scenario, &arena, &once);
    bool judged = status != EXIT_FAILURE_TO_RUN && !arena.failed;
    fuzz_check(!judged || !scenario->json || once.count == 0 || fuzz_is_json(text_str(&once), &arena),
               "what is printed as JSON is JSON");
    if (strcmp(scenario->name, "init") != 0) {
        int second = run(scenario, &arena, &again);
        fuzz_check(arena.failed || (status == second && str_equal(text_str(&once), text_str(&again))),
                   "a command prints the same again");
    }
    remove_below(scratch);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!scratch[0]) {
        make_scratch();
    }
    char *copy = fuzz_copy(data, size);
    const char *feed = size > 0 ? memchr(copy, '\n', size) : NULL;
    size_t head = feed ? (size_t)(feed - copy) : 0;
    str parts[FUZZ_PARTS];
    for (size_t i = 0; feed && i < SCENARIOS; i++) {
        if (str_is((str){copy, head}, scenarios[i].name)) {
            size_t count = fuzz_split((str){copy + head + 1, size - head - 1}, parts);
            try_scenario(&scenarios[i], parts, count);
        }
    }
    free(copy);
    return 0;
}
