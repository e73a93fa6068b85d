/* Locks, written and read (lock.h). What is written is what is read: the reader knows one spelling of each line. */
#include "ledger/lock.h"

#include <string.h>

#include "compiler/edition.h"
#include "stdlib/embedded.h"

/* The lines' names in their order. `text` is followed by the policy's lines, each behind a bar. */
enum field {
    FIELD_LOCK,
    FIELD_POLICY,
    FIELD_DIGEST,
    FIELD_BYTES,
    FIELD_EDITION,
    FIELD_SEMANTICS,
    FIELD_LIBRARY,
    FIELD_TEMPLATE,
    FIELD_SCRIPT,
    FIELD_FINGERPRINT,
    FIELD_TIME,
    FIELD_TEXT,
    FIELD_KEY,
    FIELD_SIGNATURE,
    FIELD_COUNT
};
static const char *const field_names[FIELD_COUNT] = {
    "assize-lock", "policy", "digest",      "bytes", "edition", "semantics", "library",
    "template",    "script", "fingerprint", "time",  "text",    "key",       "signature",
};

/* --- what this assize is --- */

static void library_digest(struct arena *arena, struct digest *digest) {
    struct digesting digesting;
    digest_start(&digesting);
    for (size_t i = 0; i < embedded_file_count; i++) {
        const struct embedded_file *file = &embedded_files[i];
        str head = str_format(arena, "%s %zu\n", file->name, file->length);
        digest_add(&digesting, head);
        digest_add(&digesting, (str){(const char *)file->bytes, file->length});
    }
    digest_end(&digesting, digest);
}

/* --- writing --- */

static void add_digest(struct text *out, enum field field, const struct digest *digest) {
    str name = digest_name(out->arena, digest);
    text_format(out, "%s: %.*s\n", field_names[field], STR_ARG(name));
}

/* All but the time, the text and the signature; the text is here by its digest. */
static void add_identity(struct text *out, const struct lock *lock) {
    text_format(out, "%s: 1\n%s: %.*s\n", field_names[FIELD_LOCK], field_names[FIELD_POLICY], STR_ARG(lock->policy));
    add_digest(out, FIELD_DIGEST, &lock->digest);
    text_format(out, "%s: %llu\n%s: %llu\n%s: %llu\n", field_names[FIELD_BYTES], (unsigned long long)lock->bytes,
                field_names[FIELD_EDITION], (unsigned long long)lock->edition, field_names[FIELD_SEMANTICS],
                (unsigned long long)lock->semantics);
    add_digest(out, FIELD_LIBRARY, &lock->library);
    if (lock->has_script) {
        add_digest(out, FIELD_TEMPLATE, &lock->template);
        add_digest(out, FIELD_SCRIPT, &lock->script);
    } else {
        text_format(out, "%s: none\n%s: none\n", field_names[FIELD_TEMPLATE], field_names[FIELD_SCRIPT]);
    }
}

static void find_fingerprint(struct arena *arena, const struct lock *lock, struct digest *digest) {
    struct text identity = {.arena = arena};
    add_identity(&identity, lock);
    digest_of(text_str(&identity), digest);
}

void lock_complete(struct arena *arena, struct lock *lock) {
    digest_of(lock->text, &lock->digest);
    lock->bytes = lock->text.length;
    lock->edition = LANGUAGE_EDITION;
    lock->semantics = SEMANTICS_VERSION;
    library_digest(arena, &lock->library);
    find_fingerprint(arena, lock, &lock->fingerprint);
}

/* Bytes that a line cannot show stand in escapes, so that a carriage return or a byte order mark is seen. */
static void add_line(struct text *out, str line) {
    text_add_char(out, '|');
    for (size_t i = 0; i < line.length; i++) {
        unsigned char c = (unsigned char)line.at[i];
        if (c == '\\') {
            text_add(out, STR("\\\\"));
        } else if ((c < 0x20 && c != '\t') || c == 0x7f) {
            text_format(out, "\\x%02x", (unsigned)c);
        } else if (str_starts(str_slice(line, i, line.length), "\xef\xbb\xbf")) { /* a byte order mark */
            text_add(out, STR("\\xef\\xbb\\xbf"));
            i += 2;
        } else {
            text_add_char(out, (char)c);
        }
    }
    text_add_char(out, '\n');
}

static void add_text(struct text *out, str text) {
    for (size_t begin = 0; begin < text.length;) {
        size_t end = begin;
        while (end < text.length && text.at[end] != '\n') {
            end++;
        }
        add_line(out, str_slice(text, begin, end));
        begin = end + 1;
    }
    if (text.length > 0 && text.at[text.length - 1] != '\n') {
        text_add(out, STR("\\ no newline at the end\n"));
    }
}

str lock_write(struct arena *arena, struct lock *lock, const struct secret_key *key) {
    struct text out = {.arena = arena};
    add_identity(&out, lock);
    add_digest(&out, FIELD_FINGERPRINT, &lock->fingerprint);
    text_format(&out, "%s: %.*s\n%s:\n", field_names[FIELD_TIME], STR_ARG(lock->time), field_names[FIELD_TEXT]);
    add_text(&out, lock->text);
    if (!key) {
        text_format(&out, "%s: none\n%s: none\n", field_names[FIELD_KEY], field_names[FIELD_SIGNATURE]);
        return text_str(&out);
    }
    str words = base64_write(arena, (str){(const char *)lock->key.bytes, PUBLIC_KEY_SIZE});
    text_format(&out, "%s: ed25519:%.*s\n", field_names[FIELD_KEY], STR_ARG(words));
    struct signature signature;
    signature_make(text_str(&out), key, &signature);
    words = base64_write(arena, (str){(const char *)signature.bytes, SIGNATURE_SIZE});
    text_format(&out, "%s: ed25519:%.*s\n", field_names[FIELD_SIGNATURE], STR_ARG(words));
    return text_str(&out);
}

/* --- reading --- */

struct reader {
    struct arena *arena;
    str text;
    size_t at;
    unsigned line;
    struct lock *lock;
    struct lock_fault *fault;
};

static bool refuse(struct reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(struct reader *reader, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    str words = str_vformat(reader->arena, format, arguments);
    va_end(arguments);
    *reader->fault = (struct lock_fault){
        DIAG_BAD_LOCK,
        reader->line > 0 ? str_format(reader->arena, "line %u: %.*s", reader->line, STR_ARG(words)) : words,
        STR("locks are written by `assize lock` and not by hand")};
    return false;
}

static bool take_line(struct reader *reader, str *line) {
    if (reader->at >= reader->text.length) {
        return false;
    }
    const char *begin = reader->text.at + reader->at;
    const char *end = memchr(begin, '\n', reader->text.length - reader->at);
    if (!end) {
        return false;
    }
    *line = (str){begin, (size_t)(end - begin)};
    reader->at += line->length + 1;
    reader->line++;
    return true;
}

static int field_of(str line) {
    for (int i = 0; i < FIELD_COUNT; i++) {
        size_t length = strlen(field_names[i]);
        if (str_starts(line, field_names[i]) && line.length > length && line.at[length] == ':') {
            return i;
        }
    }
    return -1;
}

/* A line that is not the one wanted: what it is instead. */
static bool refuse_line(struct reader *reader, str line, enum field wanted) {
    int field = field_of(line);
    const char *colon = memchr(line.at, ':', line.length);
    str name =
        colon ? str_slice(line, 0, (size_t)(colon - line.at)) : str_slice(line, 0, line.length < 40 ? line.length : 40);
    if (line.length > 0 && line.at[line.length - 1] == '\r') {
        reader->fault->help = (str){0};
        refuse(reader, "the lock has CR LF line ends");
        reader->fault->help =
            STR("a lock's bytes count: put `*.lock -text` into .gitattributes and check it out again");
        return false;
    }
    if (wanted == FIELD_TEXT && line.length > 0 && line.at[0] == '|') {
        return refuse(reader, "the lock lacks its `%s`", field_names[wanted]);
    }
    if (field < 0) {
        return refuse(reader, "there is no field `%.*s`; `%s` stands here", STR_ARG(name), field_names[wanted]);
    }
    if (field < (int)wanted) {
        return refuse(reader, "the field `%s` is given again, or in the wrong place", field_names[field]);
    }
    return refuse(reader, "the lock lacks its `%s`", field_names[wanted]);
}

/* "NAME: VALUE", the value not empty. */
static bool take_field(struct reader *reader, enum field field, str *value) {
    str line;
    if (!take_line(reader, &line)) {
        if (reader->at < reader->text.length) {
            return refuse(reader, "the last line does not end: the file is cut off");
        }
        return refuse(reader, "the lock ends before its `%s`", field_names[field]);
    }
    size_t length = strlen(field_names[field]);
    if (field_of(line) != (int)field) {
        return refuse_line(reader, line, field);
    }
    if (line.at[line.length - 1] == '\r') {
        return refuse_line(reader, line, field);
    }
    if (field == FIELD_TEXT) {
        *value = (str){0};
        return line.length == length + 1 || refuse(reader, "`text` stands alone on its line");
    }
    if (line.length < length + 3 || line.at[length + 1] != ' ' || line.at[length + 2] == ' ') {
        return refuse(reader, "the field `%s` has no value", field_names[field]);
    }
    *value = str_slice(line, length + 2, line.length);
    return true;
}

static bool take_number(struct reader *reader, enum field field, uint64_t *number) {
    str value;
    if (!take_field(reader, field, &value)) {
        return false;
    }
    *number = 0;
    bool good = value.length <= 9 && (value.at[0] != '0' || value.length == 1);
    for (size_t i = 0; good && i < value.length; i++) {
        good = value.at[i] >= '0' && value.at[i] <= '9';
        *number = *number * 10 + (uint64_t)(value.at[i] - '0');
    }
    return good || refuse(reader, "`%s` is a whole number", field_names[field]);
}

/* "sha256:…", or "none" where that may be (`given` not NULL). */
static bool take_digest(struct reader *reader, enum field field, struct digest *digest, bool *given) {
    str value;
    if (!take_field(reader, field, &value)) {
        return false;
    }
    if (given) {
        *given = !str_is(value, "none");
        if (!*given) {
            return true;
        }
    }
    if (!str_starts(value, "sha256:")) {
        const char *colon = memchr(value.at, ':', value.length);
        str algorithm = colon ? str_slice(value, 0, (size_t)(colon - value.at)) : value;
        return refuse(reader, "`%s` is of an unknown algorithm, `%.*s`: only sha256 is known", field_names[field],
                      STR_ARG(algorithm));
    }
    return digest_read_hex(str_slice(value, 7, value.length), digest) ||
           refuse(reader, "`%s` is not 64 small hex digits behind `sha256:`", field_names[field]);
}

/* "ed25519:BASE64", or "none". */
static bool take_ed25519(struct reader *reader, enum field field, unsigned char *bytes, size_t size, bool *given) {
    str value, decoded;
    if (!take_field(reader, field, &value)) {
        return false;
    }
    *given = !str_is(value, "none");
    if (!*given) {
        return true;
    }
    if (!str_starts(value, "ed25519:")) {
        const char *colon = memchr(value.at, ':', value.length);
        str algorithm = colon ? str_slice(value, 0, (size_t)(colon - value.at)) : value;
        return refuse(reader, "`%s` is of an unknown algorithm, `%.*s`: only ed25519 is known", field_names[field],
                      STR_ARG(algorithm));
    }
    if (!base64_read(reader->arena, str_slice(value, 8, value.length), &decoded) || decoded.length != size) {
        return refuse(reader, "`%s` is not %zu bytes in base64 behind `ed25519:`", field_names[field], size);
    }
    memcpy(bytes, decoded.at, size);
    return true;
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_text_line(struct reader *reader, struct text *out, str line) {
    for (size_t i = 1; i < line.length; i++) {
        if (line.at[i] != '\\') {
            text_add_char(out, line.at[i]);
        } else if (i + 1 < line.length && line.at[i + 1] == '\\') {
            text_add_char(out, '\\');
            i++;
        } else if (i + 3 < line.length && line.at[i + 1] == 'x' && hex_digit(line.at[i + 2]) >= 0 &&
                   hex_digit(line.at[i + 3]) >= 0) {
            text_add_char(out, (char)(hex_digit(line.at[i + 2]) * 16 + hex_digit(line.at[i + 3])));
            i += 3;
        } else {
            return refuse(reader, "a backslash that escapes nothing");
        }
    }
    text_add_char(out, '\n');
    return true;
}

static bool take_text(struct reader *reader) {
    struct text out = {.arena = reader->arena};
    str nothing, line;
    if (!take_field(reader, FIELD_TEXT, &nothing)) {
        return false;
    }
    while (reader->at < reader->text.length && reader->text.at[reader->at] == '|' && take_line(reader, &line)) {
        if (!take_text_line(reader, &out, line)) {
            return false;
        }
    }
    if (reader->at < reader->text.length && reader->text.at[reader->at] == '\\' && take_line(reader, &line)) {
        if (!str_is(line, "\\ no newline at the end") || out.count == 0) {
            return refuse(reader, "this is no line of the policy's text");
        }
        out.count--;
    }
    reader->lock->text = text_str(&out);
    return true;
}

static bool take_all(struct reader *reader) {
    struct lock *lock = reader->lock;
    uint64_t version;
    bool has_template = false, has_script = false, has_key = false;
    if (!take_number(reader, FIELD_LOCK, &version)) {
        return false;
    }
    if (version != 1) {
        return refuse(reader, "it is a lock of version %llu, and this assize knows version 1",
                      (unsigned long long)version);
    }
    if (!take_field(reader, FIELD_POLICY, &lock->policy) || !take_digest(reader, FIELD_DIGEST, &lock->digest, NULL) ||
        !take_number(reader, FIELD_BYTES, &lock->bytes) || !take_number(reader, FIELD_EDITION, &lock->edition) ||
        !take_number(reader, FIELD_SEMANTICS, &lock->semantics) ||
        !take_digest(reader, FIELD_LIBRARY, &lock->library, NULL) ||
        !take_digest(reader, FIELD_TEMPLATE, &lock->template, &has_template) ||
        !take_digest(reader, FIELD_SCRIPT, &lock->script, &has_script)) {
        return false;
    }
    if (has_template != has_script) {
        return refuse(reader, "`template` and `script` go together");
    }
    lock->has_script = has_script;
    if (!take_digest(reader, FIELD_FINGERPRINT, &lock->fingerprint, NULL) ||
        !take_field(reader, FIELD_TIME, &lock->time)) {
        return false;
    }
    if (!is_time(lock->time)) {
        return refuse(reader, "`time` is written 2026-11-20T09:30:00Z");
    }
    if (!take_text(reader) || !take_ed25519(reader, FIELD_KEY, lock->key.bytes, PUBLIC_KEY_SIZE, &has_key)) {
        return false;
    }
    lock->signed_bytes = str_slice(reader->text, 0, reader->at);
    if (!take_ed25519(reader, FIELD_SIGNATURE, lock->signature.bytes, SIGNATURE_SIZE, &lock->is_signed)) {
        return false;
    }
    if (lock->is_signed != has_key) {
        return refuse(reader, has_key ? "the lock names a key and has no signature" : "the signature is of no key");
    }
    if (reader->at < reader->text.length) {
        reader->line++;
        return refuse(reader, "nothing stands behind the signature");
    }
    return true;
}

bool lock_read(struct arena *arena, str text, struct lock *lock, struct lock_fault *fault) {
    struct digest digest;
    *lock = (struct lock){0};
    struct reader reader = {arena, text, 0, 0, lock, fault};
    if (text.length == 0) {
        return refuse(&reader, "the lock is empty");
    }
    if (!take_all(&reader)) {
        return false;
    }
    reader.line = 0;
    digest_of(lock->text, &digest);
    if (lock->bytes != lock->text.length || !digest_equal(&digest, &lock->digest)) {
        return refuse(&reader, "the policy's text in the lock is not what the lock's own digest says");
    }
    find_fingerprint(arena, lock, &digest);
    if (!digest_equal(&digest, &lock->fingerprint)) {
        return refuse(&reader, "the lock's fields are not those of its fingerprint");
    }
    if (lock->is_signed && !signature_holds(lock->signed_bytes, &lock->key, &lock->signature)) {
        *fault =
            (struct lock_fault){DIAG_LOCK_UNTRUSTED, STR("the lock's signature does not hold: the lock was changed"),
                                STR("whoever holds the key signs it again: `assize lock POLICY --sign KEY`")};
        return false;
    }
    if (arena->failed) {
        return refuse(&reader, "out of memory");
    }
    return true;
}

/* --- holding it against the world --- */

bool lock_check_signer(struct arena *arena, const struct lock *lock, const struct key_list *trusted,
                       struct lock_fault *fault) {
    if (!lock->is_signed) {
        *fault = (struct lock_fault){DIAG_LOCK_UNSIGNED, STR("the lock is not signed, and a signature is asked for"),
                                     STR("sign it: `assize lock POLICY --sign KEY`")};
        return false;
    }
    for (size_t i = 0; i < trusted->count; i++) {
        if (key_equal(&lock->key, &trusted->items[i])) {
            return true; /* lock_read has verified the signature with this very key */
        }
    }
    str name = key_name(arena, &lock->key);
    *fault =
        (struct lock_fault){DIAG_LOCK_UNTRUSTED,
                            str_format(arena, "the lock is signed with a key that is not trusted: %.*s", STR_ARG(name)),
                            STR("`assize key show FILE` names the keys of a file")};
    return false;
}

bool lock_check_language(struct arena *arena, const struct lock *lock, struct lock_fault *fault) {
    struct digest library;
    library_digest(arena, &library);
    *fault = (struct lock_fault){
        .code = DIAG_LOCK_LANGUAGE,
        .help = STR("judge with the assize that locked it, or lock anew and review the difference")};
    if (lock->edition != LANGUAGE_EDITION) {
        fault->text = str_format(arena, "the lock is for edition %llu of the language, and this is edition %d",
                                 (unsigned long long)lock->edition, LANGUAGE_EDITION);
    } else if (lock->semantics != SEMANTICS_VERSION) {
        fault->text = str_format(arena, "the lock is for semantics %llu, and this assize has semantics %d",
                                 (unsigned long long)lock->semantics, SEMANTICS_VERSION);
    } else if (!digest_equal(&library, &lock->library)) {
        fault->text = STR("the lock is for another standard library than the one in this assize");
    }
    return fault->text.length == 0;
}

static str byte_words(struct arena *arena, str text, size_t at) {
    if (at >= text.length) {
        return STR("the end");
    }
    unsigned char c = (unsigned char)text.at[at];
    return c == '\r'                                                                   ? STR("a carriage return")
           : c == '\n'                                                                 ? STR("a line feed")
           : c == '\t'                                                                 ? STR("a tab")
           : c == 0xef && str_starts(str_slice(text, at, text.length), "\xef\xbb\xbf") ? STR("a byte order mark")
           : c > 0x20 && c < 0x7f                                                      ? str_format(arena, "`%c`", c)
           : c == ' '                                                                  ? STR("a blank")
                      : str_format(arena, "byte 0x%02x", (unsigned)c);
}

bool lock_check_policy(struct arena *arena, const struct lock *lock, str text, struct lock_fault *fault) {
    struct digest digest;
    digest_of(text, &digest);
    if (digest_equal(&digest, &lock->digest)) {
        return true;
    }
    size_t at = 0;
    while (at < text.length && at < lock->text.length && text.at[at] == lock->text.at[at]) {
        at++;
    }
    struct place place = text_place(text, at, 1);
    bool line_end = at < text.length && text.at[at] == '\r';
    *fault = (struct lock_fault){
        DIAG_LOCK_POLICY,
        str_format(arena, "the policy is not the locked one: byte %zu (%u:%u) is %.*s, and was %.*s", at + 1,
                   place.line, place.column, STR_ARG(byte_words(arena, text, at)),
                   STR_ARG(byte_words(arena, lock->text, at))),
        line_end ? STR("the checkout changed line ends: put `*.assize.yaml -text` into .gitattributes")
                 : STR("review the change and lock it: `assize lock POLICY`")};
    return false;
}

/* --- time --- */

static unsigned two_digits(str text, size_t at) {
    return (unsigned)(text.at[at] - '0') * 10 + (unsigned)(text.at[at + 1] - '0');
}

bool is_time(str text) {
    static const char form[] = "0000-00-00T00:00:00Z";
    if (text.length != sizeof form - 1) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        bool digit = text.at[i] >= '0' && text.at[i] <= '9';
        if (form[i] == '0' ? !digit : text.at[i] != form[i]) {
            return false;
        }
    }
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year = two_digits(text, 0) * 100 + two_digits(text, 2), month = two_digits(text, 5),
             day = two_digits(text, 8);
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap) &&
           two_digits(text, 11) < 24 && two_digits(text, 14) < 60 && two_digits(text, 17) < 60;
}
