/* JSON on one line (cli/members.h). */
#include "cli/members.h"

#include <math.h>

#include "base/number.h"
#include "report/escape.h"

static void comma(struct text *out) {
    if (out->count > 0 && out->items[out->count - 1] != '{' && out->items[out->count - 1] != '[') {
        text_add(out, STR(", "));
    }
}

void member_key(struct text *out, const char *key) {
    comma(out);
    text_format(out, "\"%s\": ", key);
}

void member_add(struct text *out, const char *key, str value) {
    member_key(out, key);
    escape_json(out, value);
}

void member_add_name(struct text *out, const char *key, str value) {
    member_key(out, key);
    if (value.length > 0) {
        escape_json(out, value);
    } else {
        text_add(out, STR("null"));
    }
}

void member_add_count(struct text *out, const char *key, uint64_t value) {
    member_key(out, key);
    text_format(out, "%llu", (unsigned long long)value);
}

str double_text(struct arena *arena, double value, int digits) {
    struct number number;
    str text = STR("null");
    if (isfinite(value) && number_from_double(arena, value, &number)) {
        number_print_rounded(arena, number, digits, &text, NULL);
    }
    return text;
}

void member_add_double(struct text *out, const char *key, double value) {
    member_key(out, key);
    text_add(out, double_text(out->arena, value, 12));
}

void member_add_truth(struct text *out, const char *key, bool value) {
    member_key(out, key);
    text_add(out, value ? STR("true") : STR("false"));
}

void member_open(struct text *out, const char *key, char bracket) {
    if (key) {
        member_key(out, key);
    } else {
        comma(out);
    }
    text_add_char(out, bracket);
}

void member_item(struct text *out, str value) {
    comma(out);
    escape_json(out, value);
}

void member_close(struct text *out, char bracket) {
    text_add_char(out, bracket);
}
