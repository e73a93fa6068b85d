/* The lines of a description that say where the scores of single samples stand (format.h). */
#include "records/format_parse.h"

bool format_samples(struct parser *p, bool of_baseline) {
    p->samples = of_baseline ? &p->row->baseline_samples : &p->row->samples;
    *p->samples = (struct sample_spec){0};
    return format_pattern(p, format_word(p), &p->samples->each);
}

/* C=1 I=0 P=0.5 */
static bool read_letters(struct parser *p) {
    for (str word = format_word(p); word.length > 0; word = format_word(p)) {
        size_t equal = 0;
        while (equal < word.length && word.at[equal] != '=') {
            equal++;
        }
        struct letter *letter = LIST_ADD(p->arena, &p->samples->letters);
        if (!letter) {
            return false;
        }
        letter->text = str_slice(word, 0, equal);
        if (equal == 0 || equal == word.length ||
            number_parse(p->arena, str_slice(word, equal + 1, word.length), &letter->score) != NUMBER_OK) {
            return format_wrong(p, "what a text means is written as `TEXT=NUMBER`", word);
        }
    }
    return p->samples->letters.count > 0 || format_wrong(p, "a text and its number are missing, as in C=1", (str){0});
}

static bool read_limit(struct parser *p, bool is_ban) {
    str why = format_message(p);
    struct sample_limit *limit =
        is_ban ? LIST_ADD(p->arena, &p->samples->bans) : LIST_ADD(p->arena, &p->samples->limits);
    if (!limit) {
        return false;
    }
    limit->capture = format_word(p);
    limit->glob = format_word(p);
    limit->why = why;
    return (limit->glob.length > 0 && why.length > 0) ||
           format_wrong(p, "behind it stands `NAME GLOB -- why`, not", p->line);
}

static bool read_condition(struct parser *p, bool is_maybe) {
    struct condition *condition =
        is_maybe ? LIST_ADD(p->arena, &p->samples->maybes) : LIST_ADD(p->arena, &p->samples->conditions);
    if (!condition || !format_pattern(p, format_word(p), &condition->at)) {
        return false;
    }
    str text = format_word(p);
    return text.length > 0 ? format_template(p, text, &condition->text)
                           : format_wrong(p, "behind it stands `PATH TEXT`, not", p->line);
}

bool format_sample(struct parser *p) {
    struct sample_spec *s = p->samples;
    str word = format_word(p);
    if (!s) {
        return format_wrong(p, "a `sample` line stands below `samples`", (str){0});
    }
    if (str_is(word, "letters")) {
        return read_letters(p);
    }
    if (str_is(word, "only") || str_is(word, "never")) {
        return read_limit(p, str_is(word, "never"));
    }
    if (str_is(word, "where") || str_is(word, "maybe")) {
        return read_condition(p, str_is(word, "maybe"));
    }
    if (str_is(word, "file")) {
        return format_template(p, format_word(p), &s->file);
    }
    if (str_is(word, "check")) {
        struct pattern *check = LIST_ADD(p->arena, &s->checks);
        return check && format_pattern(p, format_word(p), check);
    }
    struct {
        const char *word;
        struct pattern *pattern;
    } const paths[] = {
        {"id", &s->id}, {"epoch", &s->epoch}, {"score", &s->score}, {"member", &s->members}, {"unit", &s->unit}};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (str_is(word, paths[i].word)) {
            return format_pattern(p, format_word(p), paths[i].pattern);
        }
    }
    return format_wrong(
        p,
        "behind `sample` stands id, epoch, score, member, unit, check, file, letters, where, maybe, only or "
        "never, not",
        word);
}
