/* DSSE envelopes (envelope.h). */
#include "ledger/envelope.h"

#include <string.h>

#include "ledger/json_tree.h"

str envelope_encoding(struct arena *arena, str type, str payload) {
    struct text out = {.arena = arena};
    text_format(&out, "DSSEv1 %zu %.*s %zu ", type.length, STR_ARG(type), payload.length);
    text_add(&out, payload);
    return text_str(&out);
}

str envelope_write(struct arena *arena, str type, str payload, const struct public_key *public_key,
                   const struct secret_key *key) {
    struct signature signature;
    signature_make(envelope_encoding(arena, type, payload), key, &signature);
    str base64 = base64_write(arena, payload), name = key_name(arena, public_key);
    str signed_by = base64_write(arena, (str){(const char *)signature.bytes, SIGNATURE_SIZE});
    return str_format(
        arena,
        "{\"payloadType\":\"%.*s\",\"payload\":\"%.*s\",\"signatures\":[{\"keyid\":\"%.*s\",\"sig\":\"%.*s\"}]}\n",
        STR_ARG(type), STR_ARG(base64), STR_ARG(str_slice(name, 7, name.length)), STR_ARG(signed_by));
}

/* Base64 in either alphabet, as the specification asks of who reads it. */
static bool read_base64(struct arena *arena, str text, str *bytes) {
    char *plain = arena_alloc(arena, text.length + 1);
    if (!plain) {
        return false;
    }
    bool url = false, standard = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        url = url || c == '-' || c == '_';
        standard = standard || c == '+' || c == '/';
        plain[i] = c;
        if (c == '-') {
            plain[i] = '+';
        } else if (c == '_') {
            plain[i] = '/';
        }
    }
    return !(url && standard) && base64_read(arena, (str){plain, text.length}, bytes);
}

static bool is_signed_by(struct arena *arena, str encoding, const struct json_node *signature,
                         const struct key_list *trusted, size_t *signer) {
    str text, bytes;
    struct signature raw;
    if (!json_string(json_at(signature, "sig"), &text) || !read_base64(arena, text, &bytes) ||
        bytes.length != SIGNATURE_SIZE) {
        return false;
    }
    memcpy(raw.bytes, bytes.at, SIGNATURE_SIZE);
    for (size_t i = 0; i < trusted->count; i++) {
        if (signature_holds(encoding, &trusted->items[i], &raw)) {
            *signer = i;
            return true;
        }
    }
    return false;
}

enum envelope_status envelope_open(struct arena *arena, str text, str type, const struct key_list *trusted,
                                   str *payload, size_t *signer, str *problem) {
    str said, base64;
    const struct json_node *root = json_tree(arena, text, problem);
    if (!root) {
        return ENVELOPE_BROKEN;
    }
    const struct json_node *signatures = json_at(root, "signatures");
    if (!json_string(json_at(root, "payloadType"), &said) || !json_string(json_at(root, "payload"), &base64) ||
        !signatures || signatures->kind != JSON_ARRAY) {
        *problem = STR("an envelope has `payloadType`, `payload` and `signatures`");
        return ENVELOPE_BROKEN;
    }
    if (!str_equal(said, type)) {
        *problem =
            str_format(arena, "its payload is of type `%.*s`, and `%.*s` is wanted", STR_ARG(said), STR_ARG(type));
        return ENVELOPE_BROKEN;
    }
    if (!read_base64(arena, base64, payload)) {
        *problem = STR("its payload is not base64");
        return ENVELOPE_BROKEN;
    }
    str encoding = envelope_encoding(arena, said, *payload);
    if (arena->failed) {
        *problem = STR("out of memory");
        return ENVELOPE_BROKEN;
    }
    for (const struct json_node *n = signatures->first; n; n = n->next) {
        if (is_signed_by(arena, encoding, n, trusted, signer)) {
            return ENVELOPE_VERIFIED;
        }
    }
    *problem = signatures->first ? STR("no signature of it is by a trusted key and holds") : STR("it is not signed");
    return ENVELOPE_UNTRUSTED;
}
