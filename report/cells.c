/* Rules as tables show them (report/cells.h). */
#include "report/cells.h"

#include "report/escape.h"
#include "report/sides.h"

enum { DIGITS = 6, MOST_CHECKS = 8, MOST_OPEN = 6, MOST_CHANGES = 8, MOST_HINTS = 4 };

/* --- records --- */

const char *const kind_names[KIND_COUNT] = {
    [KIND_ERROR] = "error", [KIND_REJECT] = "reject", [KIND_INCONCLUSIVE] = "inconclusive", [KIND_ACCEPT] = "accept"};

const char *const kind_words[KIND_COUNT] = {[KIND_ERROR] = "could not be evaluated",
                                            [KIND_REJECT] = "rejected",
                                            [KIND_INCONCLUSIVE] = "inconclusive",
                                            [KIND_ACCEPT] = "accepted"};

enum kind kind_of_class(enum class class) {
    static const enum kind kinds[] = {
        [CLASS_ACCEPT] = KIND_ACCEPT, [CLASS_REJECT] = KIND_REJECT, [CLASS_INCONCLUSIVE] = KIND_INCONCLUSIVE};
    return kinds[class];
}

uint64_t kind_count(const struct totals *totals, enum kind kind) {
    const uint64_t counts[KIND_COUNT] = {[KIND_ERROR] = totals->errors,
                                         [KIND_REJECT] = totals->rejected,
                                         [KIND_INCONCLUSIVE] = totals->inconclusive,
                                         [KIND_ACCEPT] = totals->accepted};
    return counts[kind];
}

enum kind kind_of_totals(const struct totals *totals) {
    enum class class;
    if (totals->choice) {
        return choice_class(totals->choice, &class) ? kind_of_class(class) : KIND_ERROR;
    }
    for (enum kind kind = KIND_ERROR; kind < KIND_COUNT && totals->records > 0; kind++) {
        if (kind_count(totals, kind) > 0) {
            return kind;
        }
    }
    return KIND_ERROR;
}

/* --- how a rule stands --- */

enum standing standing_find(const struct view *view, uint32_t rule) {
    enum truth leaning = outline_leaning(view, rule);
    bool accepts = outline_rung(view, rule)->class == CLASS_ACCEPT;
    if (trace_left_out(view->program, view->outcome, rule)) {
        return STANDING_LEFT_OUT;
    }
    if (leaning != TRUTH_UNKNOWN && (leaning == TRUTH_TRUE) == accepts) {
        return STANDING_HOLDS;
    }
    if (view->outcome->class == CLASS_ACCEPT || !outline_decides(view, rule)) {
        return STANDING_IDLE;
    }
    if (leaning == TRUTH_UNKNOWN) {
        return STANDING_UNKNOWN;
    }
    /* Where no rung was reached and that alone rejects, what kept the accepting one from being true is why. */
    bool fell_through = view->outcome->decided && view->outcome->rung == NO_INDEX;
    bool rejects = view->outcome->class == CLASS_REJECT &&
                   (outline_rung(view, rule)->class == CLASS_REJECT || (accepts && fell_through));
    return rejects ? STANDING_FAILS : STANDING_SHORT;
}

const char *standing_word(const struct view *view, uint32_t rule) {
    const struct rule *row = &view->program->rules[rule];
    enum truth value = trace_contribution(view->program, view->outcome, rule);
    if (trace_left_out(view->program, view->outcome, rule)) {
        return "left out";
    }
    if (value == TRUTH_UNKNOWN) {
        return "unknown";
    }
    if (row->guard) {
        return value == TRUTH_TRUE ? "violated" : "holds";
    }
    if (outline_rung(view, rule)->class == CLASS_ACCEPT) {
        return value == TRUTH_TRUE ? "met" : "not met";
    }
    return value == TRUTH_TRUE ? "applies" : "does not apply";
}

/* --- places --- */

struct spot spot_of_origin(struct view *view, struct origin origin) {
    struct spot spot = {0};
    if (place_find(&view->places, origin, &spot.place)) {
        spot.file = place_file(&view->places, origin);
    }
    return spot;
}

struct spot spot_of_slot(struct view *view, uint32_t slot) {
    const struct value *value = view_value(view, slot);
    return value ? spot_of_origin(view, value->origin) : (struct spot){0};
}

struct spot spot_of_metric(struct view *view, const struct metric *metric) {
    struct spot spot = spot_of_slot(view, metric->show_variant);
    return spot.file.length > 0 ? spot : spot_of_slot(view, metric->show_delta);
}

struct spot spot_of_check(struct view *view, uint32_t index) {
    const struct check *check = &view->program->checks[index];
    struct spot spot = spot_of_slot(view, side_slot(view->program, check, false));
    return spot.file.length > 0 ? spot : spot_of_slot(view, side_slot(view->program, check, true));
}

struct spot spot_of_value(struct view *view, uint32_t rule) {
    const struct rule *row = &view->program->rules[rule];
    struct spot spot = {0};
    for (size_t i = 0; i < row->read_count && spot.file.length == 0; i++) {
        spot = spot_of_slot(view, row->reads[i]);
    }
    return spot;
}

struct spot spot_of_rule(const struct view *view, uint32_t rule) {
    const struct location *at = &view->program->rules[rule].at;
    return (struct spot){view->program->file, {at->line, at->column}};
}

str spot_words(struct arena *arena, struct style style, const struct spot *spot) {
    struct page page = page_make(arena, style);
    if (spot->file.length > 0) {
        page_name(&page, spot->file);
        text_format(&page.out, ":%u:%u", spot->place.line, spot->place.column);
    }
    return text_str(&page.out);
}

str spot_sentence(struct arena *arena, struct style style, const struct spot *spot) {
    struct page page = page_make(arena, style);
    if (spot->file.length > 0) {
        page_name(&page, spot->file);
        text_format(&page.out, ", line %u, column %u", spot->place.line, spot->place.column);
    }
    return text_str(&page.out);
}

str source_words(struct arena *arena, str source, uint64_t index) {
    str name = str_is(source, "-") ? STR("standard input") : source;
    return index == 0 ? name : str_format(arena, "%.*s, record %llu", STR_ARG(name), (unsigned long long)index + 1);
}

str path_words(str path) {
    while (str_starts(path, "./")) {
        path = str_slice(path, 2, path.length);
    }
    return path;
}

struct spot spot_of_annotation(struct view *view, const struct rule_cells *cells) {
    struct spot spot = cells->value;
    for (size_t i = 0; i < cells->check_count; i++) {
        const struct check_cells *check = &cells->checks[i];
        if (check->at.file.length > 0 && view->outcome->checks[check->check] == view->outcome->rules[cells->rule]) {
            spot = check->at;
            break;
        }
    }
    spot = spot.file.length == 0 || str_is(spot.file, "-") ? cells->policy : spot;
    spot.file = path_words(spot.file);
    return spot;
}

/* --- comparisons --- */

str cells_change(const struct view *view, struct style style, uint32_t index, struct arena *arena) {
    struct page page = page_make(arena, style);
    const struct metric *metric = &view->program->metrics[index];
    const struct value *delta = view_value(view, metric->show_delta);
    const struct value *baseline = view_value(view, metric->show_baseline);
    const struct value *variant = view_value(view, metric->show_variant);
    if (delta && delta->reason == REASON_NONE) {
        page_number(&page, delta->number, DIGITS, true);
        if (baseline && variant && baseline->reason == REASON_NONE && variant->reason == REASON_NONE) {
            page_puts(&page, " (");
            page_number(&page, baseline->number, DIGITS, false);
            page_puts(&page, " to ");
            page_number(&page, variant->number, DIGITS, false);
            page_puts(&page, ")");
        }
    }
    return text_str(&page.out);
}

static uint32_t metric_of(const struct view *view, const struct check *check) {
    if (check->metric != NO_INDEX) {
        return check->metric;
    }
    for (int right = 0; right < 2; right++) {
        uint32_t slot = side_slot(view->program, check, right);
        if (slot != NO_INDEX && !view->program->slots[slot].is_field) {
            return view->program->slots[slot].index;
        }
    }
    return NO_INDEX;
}

static str missing(const struct view *view, struct style style, const struct missing_input *inputs, size_t count,
                   struct arena *arena) {
    struct page page = page_make(arena, style);
    words_missing(&page, view, inputs, count, MOST_OPEN);
    return text_str(&page.out);
}

static struct check_cells check_make(struct view *view, struct style style, uint32_t index, enum role role,
                                     struct arena *arena) {
    const struct check *check = &view->program->checks[index];
    struct page text = page_make(arena, style);
    struct page value = page_make(arena, style);
    struct page limit = page_make(arena, style);
    struct page margin = page_make(arena, style);
    page_name(&text, check->text);
    words_limit(&limit, view, index);
    if (view->outcome->checks[index] == TRUTH_UNKNOWN) {
        words_check(&value, view, index, role);
    } else {
        words_value(&value, view, index);
        words_distance(&margin, view, index, check->floor ? ROLE_CONDITION : role);
    }
    uint32_t metric = check->floor ? NO_INDEX : metric_of(view, check);
    return (struct check_cells){
        .check = index,
        .text = text_str(&text.out),
        .value = text_str(&value.out),
        .limit = text_str(&limit.out),
        .margin = text_str(&margin.out),
        .change = metric != NO_INDEX ? cells_change(view, style, metric, arena) : (str){0},
        .at = spot_of_check(view, index),
    };
}

/* Of a quantifier, the comparisons that made it what it is; of any other rule, all. */
static bool is_telling(const struct view *view, uint32_t rule, uint32_t check) {
    if (view->program->rules[rule].quantifier == NO_INDEX) {
        return true;
    }
    enum truth wanted = view->outcome->rules[rule] == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : outline_telling_value(view, rule);
    return view->outcome->checks[check] == wanted;
}

bool cells_make(struct view *view, struct style style, uint32_t rule, struct arena *arena, struct rule_cells *cells) {
    const struct rule *row = &view->program->rules[rule];
    struct page text = page_make(arena, style);
    struct page found = page_make(arena, style);
    struct page because = page_make(arena, style);
    page_name(&text, row->text);
    words_rule(&found, view, rule, outline_role(view, rule));
    escape_prose(&because.out, row->because, style.ascii, ESCAPE_NAME);
    *cells = (struct rule_cells){
        .rule = rule,
        .standing = standing_find(view, rule),
        .word = standing_word(view, rule),
        .text = text_str(&text.out),
        .found = text_str(&found.out),
        .because = text_str(&because.out),
        .policy = spot_of_rule(view, rule),
        .value = spot_of_value(view, rule),
        .checks = arena_array(arena, MOST_CHECKS, sizeof *cells->checks),
    };
    for (uint32_t i = row->first_check; cells->checks && i < row->first_check + row->check_count; i++) {
        if (!is_telling(view, rule, i)) {
            continue;
        }
        if (cells->check_count == MOST_CHECKS) {
            cells->more++;
        } else {
            cells->checks[cells->check_count++] = check_make(view, style, i, outline_role(view, rule), arena);
        }
    }
    return cells->checks && !arena->failed;
}

/* --- the verdict --- */

str cells_title(const struct view *view, struct style style, struct arena *arena) {
    const struct record *record = view->record;
    struct page page = page_make(arena, style);
    str other = record->inputs[INPUT_BASELINE].name;
    page_name(&page, record->experiment);
    if (record->experiment.length > 0 && record->variant.length > 0) {
        page_puts(&page, page.glyphs->between);
    }
    page_name(&page, record->variant);
    if (record->experiment.length == 0 && record->variant.length == 0) {
        page_name(&page, record->source);
        if (record->index > 0) {
            page_puts(&page, ", record ");
            page_count(&page, record->index + 1);
        }
        other = record->baseline.length > 0 ? record->baseline : other;
    } else {
        other = record->baseline;
    }
    if (other.length > 0) {
        page_puts(&page, " against ");
        page_name(&page, other);
    }
    return text_str(&page.out);
}

str cells_record(const struct view *view, struct style style, struct arena *arena) {
    struct page page = page_make(arena, style);
    str title = cells_title(view, style, arena);
    if (view->record->experiment.length + view->record->variant.length > 0) {
        page_name(&page, source_words(arena, view->record->source, view->record->index));
        page_puts(&page, ": ");
    }
    text_add(&page.out, title);
    return text_str(&page.out);
}

const char *const remark_heads[REMARK_COUNT] = {
    [REMARK_ALSO] = "also met",         [REMARK_POSSIBLE] = "still possible",
    [REMARK_UNKNOWN] = "unknown",       [REMARK_CHANGES] = "what would change it",
    [REMARK_NEAREST] = "nearest limit", [REMARK_HELP] = "help"};

static void also_met(struct page *page, const struct view *view) {
    bool any = false;
    for (uint32_t i = 0; i < view->program->rung_count; i++) {
        if (view->outcome->decided && i != view->outcome->rung && view->outcome->rungs[i] == TRUTH_TRUE) {
            page_puts(page, any ? ", " : "");
            page_name(page, view->program->rungs[i].verdict);
            any = true;
        }
    }
}

static void possible(struct page *page, const struct view *view) {
    for (size_t i = 0; !view->outcome->decided && i < view->outcome->possible_count; i++) {
        uint32_t rung = view->outcome->possible[i];
        page_puts(page, i > 0 ? ", " : "");
        page_name(page, rung == NO_INDEX ? view->program->fallback : view->program->rungs[rung].verdict);
    }
}

static void changes(struct page *page, const struct view *view) {
    if (view->plan.rung != NO_INDEX) {
        str verdict = view->program->rungs[view->plan.rung].verdict;
        page_puts(page, view->plan.confirmed ? "would " : "might ");
        page_puts(page, str_is(verdict, "ship") ? "" : "be ");
        page_name(page, verdict);
        page_puts(page, " with: ");
        words_changes(page, view, &view->plan, MOST_CHANGES);
    }
}

static void nearest(struct page *page, const struct view *view) {
    if (view->plan.nearest == NO_INDEX) {
        return;
    }
    const struct check *check = &view->program->checks[view->plan.nearest];
    enum role role = check->floor ? ROLE_CONDITION : outline_role(view, check->rule);
    page_name(page, side_left_words(check));
    page_puts(page, ", ");
    words_distance(page, view, view->plan.nearest, role);
    if (outline_rung(view, check->rule)->class != CLASS_ACCEPT) {
        page_puts(page, role == ROLE_GUARD ? " before " : " from ");
        page_name(page, outline_rung(view, check->rule)->verdict);
    }
}

/* What would help with what is unknown and read by a rule, each piece of advice once. */
static void help(struct page *page, const struct view *view) {
    const struct program *program = view->program;
    str given[MOST_HINTS];
    size_t count = 0;
    for (uint32_t slot = 0; slot < program->slot_count && count < MOST_HINTS; slot++) {
        const struct value *value = view_value(view, slot);
        bool seen = value->reason == REASON_NONE || value->hint.length == 0;
        for (size_t i = 0; i < count && !seen; i++) {
            seen = str_equal(given[i], value->hint);
        }
        if (!seen) {
            page_puts(page, count > 0 ? "; " : "");
            page_name(page, slot_name(page->out.arena, program, slot));
            page_puts(page, ": ");
            escape_text(&page->out, value->hint, page->style.ascii, ESCAPE_MESSAGE);
            given[count++] = value->hint;
        }
    }
}

str cells_remark(const struct view *view, struct style style, enum remark remark, struct arena *arena) {
    struct page page = page_make(arena, style);
    switch (remark) {
    case REMARK_ALSO:
        also_met(&page, view);
        break;
    case REMARK_POSSIBLE:
        possible(&page, view);
        break;
    case REMARK_UNKNOWN:
        return view->outcome->decided ? (str){0} : missing(view, style, view->plan.open, view->plan.open_count, arena);
    case REMARK_CHANGES:
        changes(&page, view);
        break;
    case REMARK_NEAREST:
        nearest(&page, view);
        break;
    case REMARK_HELP:
        help(&page, view);
        break;
    case REMARK_COUNT:
        break;
    }
    return text_str(&page.out);
}

str cells_note(struct view *view, struct style style, size_t index, struct arena *arena, struct spot *spot) {
    const struct note *note = &view->record->notes[index];
    struct page page = page_make(arena, style);
    *spot = spot_of_origin(view, note->origin);
    page_puts(&page, note_names[note->code]);
    page_puts(&page, ": ");
    escape_text(&page.out, note->text, style.ascii, ESCAPE_MESSAGE);
    return text_str(&page.out);
}

str cells_reason(struct view *view, struct style style, struct arena *arena) {
    uint32_t chosen = NO_INDEX;
    enum standing best = STANDING_HOLDS;
    for (uint32_t rule = 0; rule < view->program->rule_count; rule++) {
        enum standing standing = standing_find(view, rule);
        if (standing < best) {
            best = standing;
            chosen = rule;
        }
    }
    struct rule_cells cells;
    if (chosen == NO_INDEX || !cells_make(view, style, chosen, arena, &cells)) {
        str nearest_words = cells_remark(view, style, REMARK_NEAREST, arena);
        return nearest_words.length > 0 ? str_format(arena, "nearest limit: %.*s", STR_ARG(nearest_words)) : (str){0};
    }
    return str_format(arena, "%s: %.*s: %.*s", cells.word, STR_ARG(cells.text), STR_ARG(cells.found));
}

bool cells_is_read(const struct view *view, uint32_t metric) {
    const struct program *program = view->program;
    for (size_t i = 0; i < program->rule_count; i++) {
        for (size_t j = 0; j < program->rules[i].read_count; j++) {
            const struct slot *slot = &program->slots[program->rules[i].reads[j]];
            if (!slot->is_field && slot->index == metric) {
                return true;
            }
        }
    }
    return false;
}
