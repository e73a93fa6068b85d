/* Figures of past decisions in words and in JSON (cli/history.h). Exact numbers stay exact in JSON; people get three digits. */
#include "cli/history.h"

#include <math.h>

#include "report/escape.h"

enum { DIGITS = 3, DEVIATION_DIGITS = 2 };

void put_share(struct text *out, double share) {
    text_format(out, "%d%%", (int)lround(share * 100));
}

void put_interval(struct text *out, const struct wilson *proportion) {
    put_share(out, proportion->low);
    text_add(out, STR(" to "));
    put_share(out, proportion->high);
}

static void put_percent(struct text *out, struct number share, int digits, bool plus) {
    struct number percent;
    str text;
    if (number_multiply(out->arena, share, number_from_int(100), &percent) &&
        number_print_rounded(out->arena, percent, digits, &text, NULL)) {
        text_add(out, plus && number_sign(percent) > 0 ? STR("+") : STR(""));
        text_add(out, text);
        text_add_char(out, '%');
    }
}

void put_effect(struct text *out, struct number effect) {
    put_percent(out, effect, DIGITS, true);
}

void put_effect_near(struct text *out, double effect) {
    struct number number;
    if (isfinite(effect) && number_from_double(out->arena, effect, &number)) {
        put_percent(out, number, DIGITS, true);
    }
}

void put_deviation(struct text *out, double deviation) {
    struct number number;
    if (isfinite(deviation) && number_from_double(out->arena, deviation, &number)) {
        put_percent(out, number, DEVIATION_DIGITS, false);
    }
}

void json_add_number(struct json_writer *json, const char *name, struct number number) {
    str text;
    json_key(json, name);
    text_add(&json->out, number_print(json->out.arena, number, &text) ? text : STR("null"));
}

void json_add_proportion(struct json_writer *json, const struct wilson *proportion) {
    json_open(json, "hit_rate", '{');
    json_add_double(json, "share", proportion->share);
    json_add_double(json, "low", proportion->low);
    json_add_double(json, "high", proportion->high);
    json_leave(json, '}');
}

void json_add_list(struct json_writer *json, const char *name, const struct str_list *list) {
    json_open(json, name, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_add_item(json, list->items[i]);
    }
    json_leave(json, ']');
}

void json_add_left_out(struct json_writer *json, const struct history *history) {
    json_open(json, "left_out", '[');
    for (size_t i = 0; i < history->left_out.count; i++) {
        const struct left_out *left_out = &history->left_out.items[i];
        json_open(json, NULL, '{');
        json_add(json, "folder", left_out->folder);
        json_add(json, "record", left_out->file);
        json_add(json, "problem", left_out->problem);
        json_leave(json, '}');
    }
    json_leave(json, ']');
}

void json_add_measure(struct json_writer *json, const struct measure *measure) {
    json_open(json, "positive", '{');
    json_add(json, "by", measure->by_verdict ? STR("verdict") : STR("effect"));
    if (!measure->by_verdict) {
        json_add_number(json, "significance", measure->significance);
    }
    json_leave(json, '}');
}

str measure_words(struct arena *arena, const struct measure *measure) {
    str limit;
    if (measure->by_verdict) {
        return STR("the policy accepted it");
    }
    return number_print(arena, measure->significance, &limit)
               ? str_format(arena, "the target moved the better way, with a confidence of %.*s or more", STR_ARG(limit))
               : (str){0};
}
