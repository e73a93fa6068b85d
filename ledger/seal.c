/* Seals of records (ledger/seal.h). */
#include "ledger/seal.h"

static const char last_line[] = "digest: sha256:";
enum { LAST_LINE = sizeof last_line - 1 + 2 * DIGEST_SIZE + 1, SHORT_DIGITS = 16 };

static void digest_bytes(str bytes, struct digest *digest) {
    struct digesting digesting;
    digest_start(&digesting);
    digest_add(&digesting, STR("assize-decision-v1\n"));
    digest_add(&digesting, bytes);
    digest_end(&digesting, digest);
}

static str short_digest(struct arena *arena, str bytes) {
    struct digest digest;
    digest_of(bytes, &digest);
    return str_slice(digest_hex(arena, &digest), 0, SHORT_DIGITS);
}

void seal_put(struct text *out, const str *keys, const size_t *begins, size_t count) {
    size_t end = out->count;
    text_add(out, STR("seals: {"));
    for (size_t i = 0; i < count && !out->arena->failed; i++) {
        str bytes = str_slice(text_str(out), begins[i], i + 1 < count ? begins[i + 1] : end);
        str digits = short_digest(out->arena, bytes);
        text_format(out, "%s%.*s: %.*s", i > 0 ? ", " : "", STR_ARG(keys[i]), STR_ARG(digits));
    }
    text_add(out, STR("}\n"));
    struct digest digest;
    digest_bytes(text_str(out), &digest);
    str digits = digest_hex(out->arena, &digest);
    text_format(out, "%s%.*s\n", last_line, STR_ARG(digits));
}

enum seal seal_check(str bytes) {
    if (bytes.length < LAST_LINE) {
        return SEAL_TORN;
    }
    size_t begin = bytes.length - LAST_LINE;
    str line = str_slice(bytes, begin, bytes.length);
    struct digest said, found;
    str digits = str_slice(line, sizeof last_line - 1, LAST_LINE - 1);
    if ((begin > 0 && bytes.at[begin - 1] != '\n') || !str_starts(line, last_line) || line.at[LAST_LINE - 1] != '\n' ||
        !digest_read_hex(digits, &said)) {
        return SEAL_TORN;
    }
    digest_bytes(str_slice(bytes, 0, begin), &found);
    return digest_equal(&said, &found) ? SEAL_WHOLE : SEAL_EDITED;
}

static void add_edit(struct arena *arena, struct str_list *edited, str key) {
    str *item = LIST_ADD(arena, edited);
    if (item) {
        *item = key;
    }
}

static bool is_seal(str key) {
    return str_is(key, "seals") || str_is(key, "digest");
}

void seal_find_edits(struct arena *arena, const struct source *source, const struct yaml *root,
                     struct str_list *edited) {
    const struct yaml *seals = yaml_get(root, "seals");
    bool readable = seals && seals->kind == YAML_MAPPING;
    for (size_t i = 0; readable && i < root->count; i++) {
        str key = root->keys[i]->value;
        size_t end = i + 1 < root->count ? root->keys[i + 1]->at.begin : source->text.length;
        size_t begin = i == 0 ? 0 : root->keys[i]->at.begin;
        const struct yaml *seal = NULL;
        for (size_t j = 0; j < seals->count && !seal; j++) {
            seal = str_equal(seals->keys[j]->value, key) ? seals->items[j] : NULL;
        }
        str digits = short_digest(arena, str_slice(source->text, begin, end));
        if (!is_seal(key) && !(seal && seal->kind == YAML_SCALAR && str_equal(seal->value, digits))) {
            add_edit(arena, edited, key);
        }
    }
    for (size_t i = 0; readable && i < seals->count; i++) {
        bool there = false;
        for (size_t j = 0; j < root->count && !there; j++) {
            there = str_equal(root->keys[j]->value, seals->keys[i]->value);
        }
        if (!there) {
            add_edit(arena, edited, seals->keys[i]->value);
        }
    }
    if (edited->count == 0) {
        add_edit(arena, edited, STR("seals"));
    }
}
