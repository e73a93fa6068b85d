/* assize lock: POLICY.lock beside each policy. assize key: key pairs in files. */
#include <string.h>

#include "cli/formats.h"
#include "cli/lock.h"
#include "ledger/store.h"

static struct program *compile(const struct command_line *line, const struct source *source) {
    struct diags diags;
    diags_init(&diags, line->arena, source);
    struct program *program = compile_policy(source, &diags, NULL);
    diags_sort(&diags);
    report_findings(line->err, (struct style){.ascii = true}, &diags, line->arena);
    if (!program) {
        complain(line, line->arena->failed ? "out of memory" : "the policy does not compile, so it was not locked");
    }
    return program;
}

static bool fill_template(const struct command_line *line, const char *path, const struct program *program,
                          struct lock *lock) {
    str script;
    lock->has_script = program->eval.given;
    return !lock->has_script ||
           (digest_read_hex(str_slice(program->eval.digest, 7, program->eval.digest.length), &lock->template) &&
            script_digest(line, path, program->eval.script, &lock->script, &script));
}

/* The built-in descriptions are in every lock of a policy that reads a format; one of --format-file only where it is given. */
static bool fill_formats(const struct command_line *line, struct program *program, struct lock *lock) {
    lock->has_formats = program->format.length > 0;
    lock->has_format_file = lock->has_formats && line->given[OPTION_LOCK_FORMAT_FILE];
    if (!lock->has_formats) {
        return true;
    }
    const char *path = lock->has_format_file ? line->values[OPTION_LOCK_FORMAT_FILE] : NULL;
    if (!give_formats(line, path, program, &lock->format_file)) {
        return false;
    }
    if (!formats_find(program->formats, program->format)) {
        complain(line, "there is no format `%.*s`: describe it with --format-file", STR_ARG(program->format));
        return false;
    }
    return true;
}

static bool write_lock(const struct command_line *line, const char *path, struct lock *lock,
                       const struct secret_key *key) {
    str problem, text = lock_write(line->arena, lock, key);
    str target = str_format(line->arena, "%s.lock", path);
    if (line->arena->failed) {
        complain(line, "out of memory");
        return false;
    }
    if (!store_replace(line->arena, target.at, text, &problem)) {
        complain(line, "%.*s", STR_ARG(problem));
        return false;
    }
    str name = digest_name(line->arena, &lock->fingerprint);
    str signer = key ? key_name(line->arena, &lock->key) : (str){0};
    sink_format(line->out, "%.*s %.*s%s%.*s\n", STR_ARG(target), STR_ARG(name), key ? ", signed by " : ", not signed",
                STR_ARG(signer));
    return true;
}

static bool lock_policy(const struct command_line *line, const char *path, str when,
                        const struct public_key *public_key, const struct secret_key *key) {
    struct source source;
    if (strcmp(path, "-") == 0) {
        misuse(line, "a policy that is locked is a file: its lock stands beside it");
        return false;
    }
    if (!read_policy(line, path, &source)) {
        return false;
    }
    struct program *program = compile(line, &source);
    if (!program) {
        return false;
    }
    const char *slash = strrchr(path, '/');
    struct lock lock = {.policy = str_from(slash ? slash + 1 : path), .time = when, .text = source.text};
    bool good = fill_template(line, path, program, &lock) && fill_formats(line, program, &lock);
    if (good) {
        lock_complete(line->arena, &lock);
        if (key) {
            lock.key = *public_key;
        }
        good = write_lock(line, path, &lock, key);
    }
    program_free(program);
    return good;
}

int run_lock(const struct command_line *line) {
    struct public_key public_key;
    struct secret_key key;
    str when;
    bool sign = line->given[OPTION_SIGN];
    if (line->argument_count == 0) {
        return misuse(line, "lock needs a policy");
    }
    if (!find_time(line, line->given[OPTION_LOCK_TIME] ? line->values[OPTION_LOCK_TIME] : NULL, &when) ||
        (sign && !read_signer(line, line->values[OPTION_SIGN], &public_key, &key))) {
        return EXIT_FAILURE_TO_RUN;
    }
    bool good = true;
    for (size_t i = 0; i < line->argument_count; i++) {
        good = lock_policy(line, line->arguments[i], when, &public_key, sign ? &key : NULL) && good;
    }
    secret_wipe(&key, sizeof key);
    return good ? EXIT_ACCEPT : EXIT_FAILURE_TO_RUN;
}

/* --- keys --- */

static int new_key(const struct command_line *line, const char *path) {
    struct public_key public_key;
    struct secret_key key;
    str problem = {0};
    if (!key_pair_new(&public_key, &key)) {
        complain(line, "there is no source of random numbers");
        return EXIT_FAILURE_TO_RUN;
    }
    str beside = str_format(line->arena, "%s.pub", path);
    str public_text = key_write_public(line->arena, &public_key), text = key_write_secret(line->arena, &key);
    secret_wipe(&key, sizeof key);
    bool good = !line->arena->failed;
    problem = good ? (str){0} : STR("out of memory");
    /* the private key last: where it is there, its public half is */
    good = good && store_create(line->arena, beside.at, public_text, STORE_SHARED, NULL, &problem) &&
           store_create(line->arena, path, text, STORE_PRIVATE, NULL, &problem);
    secret_wipe((char *)text.at, text.length);
    if (!good) {
        complain(line, "%.*s", STR_ARG(problem));
        return EXIT_FAILURE_TO_RUN;
    }
    str name = key_name(line->arena, &public_key);
    sink_format(line->out, "%s %.*s\n", path, STR_ARG(name));
    return EXIT_ACCEPT;
}

static bool read_either(const struct command_line *line, const char *path, struct key_list *keys) {
    str text, problem = {0};
    if (!store_read(line->arena, path, 1 << 20, false, &text, NULL, &problem)) {
        report_fault(line, path, DIAG_BAD_KEY, problem, (str){0});
        return false;
    }
    struct public_key public_key;
    struct secret_key key;
    if (key_read_secret(line->arena, text, &public_key, &key, &problem)) {
        secret_wipe(&key, sizeof key);
        secret_wipe((char *)text.at, text.length);
        struct public_key *item = LIST_ADD(line->arena, keys);
        if (item) {
            *item = public_key;
        }
        return item != NULL;
    }
    return read_trusted(line, path, keys);
}

static int show_key(const struct command_line *line, const char *path) {
    struct key_list keys = {0};
    if (!read_either(line, path, &keys)) {
        return EXIT_FAILURE_TO_RUN;
    }
    for (size_t i = 0; i < keys.count; i++) {
        str name = key_name(line->arena, &keys.items[i]), pem = key_write_public(line->arena, &keys.items[i]);
        sink_format(line->out, "%.*s\n", STR_ARG(name));
        sink_put(line->out, pem);
    }
    return EXIT_ACCEPT;
}

int run_key(const struct command_line *line) {
    bool makes = line->argument_count > 0 && strcmp(line->arguments[0], "new") == 0;
    bool shows = line->argument_count > 0 && strcmp(line->arguments[0], "show") == 0;
    if (makes && line->argument_count == 2) {
        return new_key(line, line->arguments[1]);
    }
    if (!shows || line->argument_count < 2) {
        return misuse(line, "say `key new FILE`, or `key show FILE`");
    }
    int code = EXIT_ACCEPT;
    for (size_t i = 1; i < line->argument_count; i++) {
        int one = show_key(line, line->arguments[i]);
        code = one == EXIT_ACCEPT ? code : one;
    }
    return code;
}
