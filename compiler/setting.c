/* Single settings of a declaration: words out of a few, numbers, texts (compiler/checker.h). What is not there or of
 * the wrong shape is nobody's business here: the shape was checked when the policy was read. */
#include <stdio.h>

#include "compiler/checker.h"

const struct yaml *setting(const struct yaml *settings, const char *key, enum yaml_kind kind) {
    const struct yaml *value = settings ? yaml_get(settings, key) : NULL;
    return value && value->kind == kind ? value : NULL;
}

str text_setting(struct checker *checker, const struct yaml *settings, const char *key) {
    const struct yaml *value = setting(settings, key, YAML_SCALAR);
    return value ? str_copy(&checker->program->arena, value->value) : (str){0};
}

int choice_of(struct checker *checker, struct name value, const char *key, const char *const *words, size_t count,
              int absent) {
    if (value.text.length == 0 && value.at.end == 0) {
        return absent;
    }
    for (size_t i = 0; i < count; i++) {
        if (str_is(value.text, words[i])) {
            return (int)i;
        }
    }
    struct text list = {.arena = checker->arena};
    str names[8];
    for (size_t i = 0; i < count; i++) {
        names[i] = str_from(words[i]);
        text_format(&list, "%s`%s`", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i]);
    }
    struct diag *diag =
        value.text.length > 0
            ? diag_add(checker->diags, DIAG_BAD_VALUE, value.at, "`%s` cannot be `%.*s`", key, STR_ARG(value.text))
            : diag_add(checker->diags, DIAG_BAD_VALUE, value.at, "`%s` is given without a value", key);
    str near = str_suggest(value.text, names, count);
    if (near.length > 0) {
        diag_help(checker->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
        diag_fix_word(checker->diags, diag, false, value.at, value.text, near);
    } else {
        diag_help(checker->diags, diag, "write %.*s", STR_ARG(text_str(&list)));
    }
    return absent;
}

struct name name_setting(const struct yaml *settings, const char *key) {
    const struct yaml *value = setting(settings, key, YAML_SCALAR);
    return value ? (struct name){value->value, value->at} : (struct name){0};
}

bool declared_number(struct checker *checker, const struct yaml *value, const char *what, struct number *number) {
    enum number_status status =
        value->kind == YAML_SCALAR ? number_parse(&checker->program->arena, value->value, number) : NUMBER_SYNTAX;
    if (status == NUMBER_OK || status == NUMBER_NO_MEMORY) {
        return status == NUMBER_OK;
    }
    if (status == NUMBER_TOO_LARGE) {
        struct diag *diag =
            diag_add(checker->diags, DIAG_NUMBER_TOO_LARGE, value->at, "%s", too_large_words(value->value));
        diag_help(checker->diags, diag, "a number has at most 400 digits and lies within 1e400");
        return false;
    }
    struct diag *diag = diag_add(checker->diags, DIAG_BAD_VALUE, value->at, "%s is a number, and this is not", what);
    bool percent = value->kind == YAML_SCALAR && str_ends(value->value, "%");
    diag_help(checker->diags, diag, "%s",
              percent ? "write it in the metric's own unit, without `%`"
                      : "numbers are written like 0.02, 500 or 1e-3");
    return false;
}

bool number_setting(struct checker *checker, const struct yaml *settings, const char *key, struct number *number) {
    const struct yaml *value = setting(settings, key, YAML_SCALAR);
    if (!value) {
        return false;
    }
    char what[40];
    snprintf(what, sizeof what, "`%s`", key);
    return declared_number(checker, value, what, number);
}
