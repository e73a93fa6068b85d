/* The differences of two policies as text, Markdown and JSON (diff.h). */
#include "cli/diff.h"
#include "library/witness.h"
#include "report/escape.h"
#include "report/json_writer.h"

bool policy_diff_make(const struct program *old, const struct program *new, struct arena *arena, bool prove,
                      struct policy_diff *diff) {
    *diff = (struct policy_diff){.proved = prove};
    bool found = differences_find(old, new, arena, &diff->differences), differ = diff->differences.count > 0;
    return found && (!prove || (prove_accepts_only(new, old, witness_judge, arena, &diff->new_only) &&
                                prove_accepts_only(old, new, witness_judge, arena, &diff->old_only) &&
                                search_lacking(new, old, differ, arena, &diff->new_only) &&
                                search_lacking(old, new, differ, arena, &diff->old_only)));
}

static const char *effect_words(enum effect effect) {
    static const char *const words[] = {"changes no verdict by itself", "looser", "stricter",
                                        "looser or stricter: it depends"};
    return words[effect];
}

/* What the prover knows, as a sentence. */
static str whole_words(const struct policy_diff *diff) {
    enum proof_status looser = diff->new_only.status, stricter = diff->old_only.status;
    bool undecided = looser == PROOF_UNDECIDED || stricter == PROOF_UNDECIDED;
    if (looser == PROOF_WITNESS && stricter == PROOF_WITNESS) {
        return STR("on the whole neither looser nor stricter: each accepts what the other does not");
    }
    if (undecided && looser != PROOF_WITNESS && stricter != PROOF_WITNESS) {
        return STR("on the whole: not decided");
    }
    if (looser == PROOF_WITNESS) {
        return undecided ? STR("on the whole looser in places; whether stricter in others was not decided")
                         : STR("on the whole looser: it accepts more, and all that was accepted");
    }
    if (stricter == PROOF_WITNESS) {
        return undecided ? STR("on the whole stricter in places; whether looser in others was not decided")
                         : STR("on the whole stricter: it accepts less, and nothing that was not accepted");
    }
    if (diff->differences.count == 0) {
        return STR("on the whole the same: no record is accepted by one and not by the other");
    }
    return STR(
        "on the whole the same: of the records that give all that they read, none is accepted by one and not by the "
        "other");
}

/* --- text --- */

static void add_escaped(struct text *out, str s) {
    escape_prose(out, s, false, ESCAPE_MESSAGE);
}

static void add_witness(struct text *out, const struct only_accepts *only, const char *here, const char *there) {
    if (only->status != PROOF_WITNESS) {
        return;
    }
    text_format(out, "  %s says ", here);
    add_escaped(out, only->verdict);
    text_format(out, ", %s ", there);
    add_escaped(out, only->other_verdict);
    text_add(out, STR(":\n    "));
    if (only->witness.baseline.length > 0) {
        add_escaped(out, only->witness.baseline);
        text_add(out, STR("  (the baseline's file)\n    "));
    }
    add_escaped(out, only->witness.record);
    text_add_char(out, '\n');
}

static void add_difference(struct text *out, const struct difference *difference) {
    static const char marks[] = "+-~";
    text_format(out, "%c %s ", marks[difference->change], difference->kind);
    add_escaped(out, difference->name);
    text_format(out, ": %s\n", effect_words(difference->effect));
    if (difference->old_text.length > 0) {
        text_add(out, STR("    - "));
        add_escaped(out, difference->old_text);
        text_add_char(out, '\n');
    }
    if (difference->new_text.length > 0) {
        text_add(out, STR("    + "));
        add_escaped(out, difference->new_text);
        text_add_char(out, '\n');
    }
    for (size_t i = 0; i < difference->limit_count; i++) {
        const struct moved_limit *limit = &difference->limits[i];
        text_add(out, STR("      "));
        add_escaped(out, limit->subject);
        text_add_char(out, ' ');
        add_escaped(out, limit->from);
        text_add(out, STR(" → "));
        add_escaped(out, limit->to);
        text_format(out, ", %s\n", effect_words(limit->effect));
    }
}

void policy_diff_text(struct text *out, const struct policy_diff *diff) {
    const struct differences *differences = &diff->differences;
    for (size_t i = 0; i < differences->count; i++) {
        add_difference(out, &differences->items[i]);
    }
    if (differences->count == 0) {
        text_add(out, STR("no rule, limit or declaration differs\n"));
    }
    if (diff->proved) {
        text_add_char(out, '\n');
        text_add(out, whole_words(diff));
        text_add_char(out, '\n');
        add_witness(out, &diff->new_only, "the new policy", "the old one");
        add_witness(out, &diff->old_only, "the old policy", "the new one");
    }
}

/* --- Markdown: code spans hold what files say, so that no markup of theirs counts --- */

static void add_code(struct text *out, str s) {
    struct text plain = {.arena = out->arena};
    escape_prose(&plain, s, false, ESCAPE_MESSAGE);
    text_add_char(out, '`');
    for (size_t i = 0; i < plain.count; i++) {
        if (plain.items[i] == '`') {
            text_add_char(out, '\'');
        } else if (plain.items[i] == '|') {
            text_add(out, STR("\\|"));
        } else {
            text_add_char(out, plain.items[i]);
        }
    }
    text_add_char(out, '`');
}

static void add_row(struct text *out, const struct difference *difference) {
    text_format(out, "| %s | %s ", change_names[difference->change], difference->kind);
    add_code(out, difference->name);
    text_add(out, STR(" | "));
    if (difference->old_text.length > 0) {
        add_code(out, difference->old_text);
    }
    text_add(out, STR(" | "));
    if (difference->new_text.length > 0) {
        add_code(out, difference->new_text);
    }
    text_format(out, " | %s |\n", effect_words(difference->effect));
}

static void add_witness_code(struct text *out, const struct only_accepts *only, const char *words) {
    if (only->status == PROOF_WITNESS) {
        text_format(out, "\n%s\n\n```json\n", words);
        if (only->witness.baseline.length > 0) {
            text_format(out, "%.*s\n", STR_ARG(only->witness.baseline));
        }
        text_format(out, "%.*s\n```\n", STR_ARG(only->witness.record));
    }
}

void policy_diff_markdown(struct text *out, const struct policy_diff *diff) {
    const struct differences *differences = &diff->differences;
    text_add(out, STR("### Policy "));
    add_code(out, differences->new->name);
    text_add(out, STR("\n\n"));
    str whole = whole_words(diff);
    text_format(out, "**%c%.*s.**\n", whole.at[0] + ('A' - 'a'), (int)whole.length - 1, whole.at + 1);
    if (differences->count > 0) {
        text_add(out, STR("\n| change | what | old | new | effect |\n|---|---|---|---|---|\n"));
    }
    for (size_t i = 0; i < differences->count; i++) {
        add_row(out, &differences->items[i]);
    }
    add_witness_code(out, &diff->new_only, "Accepted by the new policy and not by the old one:");
    add_witness_code(out, &diff->old_only, "Accepted by the old policy and not by the new one:");
}

/* --- JSON --- */

static void add_place(struct json_writer *json, const char *key, const struct location *at) {
    if (at->line > 0) {
        json_open(json, key, '{');
        json_add_count(json, "line", at->line);
        json_add_count(json, "column", at->column);
        json_leave(json, '}');
    }
}

static void add_object(struct json_writer *json, const struct difference *difference) {
    json_open(json, NULL, '{');
    json_add(json, "change", str_from(change_names[difference->change]));
    json_add(json, "kind", str_from(difference->kind));
    json_add(json, "name", difference->name);
    json_add(json, "effect", str_from(effect_names[difference->effect]));
    json_add_name(json, "old", difference->old_text);
    json_add_name(json, "new", difference->new_text);
    add_place(json, "old_at", &difference->old_at);
    add_place(json, "new_at", &difference->new_at);
    json_open(json, "limits", '[');
    for (size_t i = 0; i < difference->limit_count; i++) {
        json_open(json, NULL, '{');
        json_add(json, "subject", difference->limits[i].subject);
        json_add(json, "old", difference->limits[i].from);
        json_add(json, "new", difference->limits[i].to);
        json_add(json, "effect", str_from(effect_names[difference->limits[i].effect]));
        json_leave(json, '}');
    }
    json_leave(json, ']');
    json_leave(json, '}');
}

static void add_only(struct json_writer *json, const char *key, const struct only_accepts *only) {
    static const char *const statuses[] = {"exists", "none", "undecided"};
    json_open(json, key, '{');
    json_add(json, "record_that_shows_it", str_from(statuses[only->status]));
    if (only->status == PROOF_WITNESS) {
        json_key(json, "record");
        text_add(&json->out, only->witness.record);
        if (only->witness.baseline.length > 0) {
            json_key(json, "baseline");
            text_add(&json->out, only->witness.baseline);
        }
        json_add(json, "verdict", only->verdict);
        json_add(json, "other_verdict", only->other_verdict);
    }
    json_add_name(json, "why", str_from(only->status == PROOF_UNDECIDED ? only->why : NULL));
    json_leave(json, '}');
}

void policy_diff_json(struct text *out, const struct policy_diff *diff) {
    struct json_writer json = {.out = *out, .pretty = true};
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.diff/1"));
    json_add(&json, "old", diff->differences.old->file);
    json_add(&json, "new", diff->differences.new->file);
    json_open(&json, "changes", '[');
    for (size_t i = 0; i < diff->differences.count; i++) {
        add_object(&json, &diff->differences.items[i]);
    }
    json_leave(&json, ']');
    add_only(&json, "accepted_by_new_only", &diff->new_only);
    add_only(&json, "accepted_by_old_only", &diff->old_only);
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    *out = json.out;
}
