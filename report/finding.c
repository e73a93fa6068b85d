/* What the formats need of a finding, made once a file (report/finding.h). */
#include "report/finding.h"

#include "report/escape.h"
#include "report/fingerprint.h"

const char *const severity_words[] = {
    [SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTE] = "note"};

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Counts on from a place to a later one, perhaps on a later line. A byte order mark takes no column. */
static void count_to(struct counted *counted, size_t offset) {
    str text = counted->source->text;
    if (counted->offset == 0 && offset > 0 && str_starts(text, "\xef\xbb\xbf")) {
        counted->offset++;
    }
    for (; counted->offset < offset; counted->offset++) {
        if (text.at[counted->offset] == '\n') {
            counted->place.line++;
            counted->place.column = 1;
        } else {
            counted->place.column += !is_continuation(text.at[counted->offset]);
        }
    }
}

struct extent extent_find(struct counted *from, const struct source *source, span at) {
    size_t length = source->text.length;
    size_t begin = at.begin < length ? at.begin : length;
    size_t end = at.end < begin ? begin : at.end < length ? at.end : length;
    if (from->source != source || from->offset > begin) {
        *from = (struct counted){source, begin, source_place(source, (uint32_t)begin)};
    }
    count_to(from, begin);
    struct counted to = *from;
    count_to(&to, end);
    return (struct extent){from->place, to.place};
}

bool checked_file_fill(struct checked_file *file, const struct diags *diags) {
    struct finding *findings = arena_array(file->arena, diags->count, sizeof *findings);
    if (!findings || !fingerprint_findings(file->arena, file->source, diags)) {
        return false;
    }
    struct counted counted = {0};
    struct counted counted_other = {0};
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag *diag = diags->items[i];
        const struct source *source = diag->source ? diag->source : file->source;
        struct finding *finding = &findings[i];
        *finding = (struct finding){.diag = diag,
                                    .info = &diag_infos[diag->code],
                                    .at = extent_find(&counted, source, diag->at),
                                    .file = source->name,
                                    .here = source == file->source,
                                    .fingerprint = diag->fingerprint};
        if (diag->other_label.length > 0) {
            const struct source *other = diag->other_source ? diag->other_source : source;
            finding->has_other = true;
            finding->other = extent_find(&counted_other, other, diag->other);
            finding->other_file = other->name;
            finding->other_here = other == file->source;
        }
    }
    file->findings = findings;
    file->count = diags->count;
    file->diags = diags;
    return !file->arena->failed;
}

void findings_count(struct findings_totals *totals, const struct checked_file *file) {
    totals->files++;
    totals->not_checked += file->problem.length > 0;
    totals->clean += file->problem.length == 0 && file->count == 0;
    totals->with_findings += file->problem.length == 0 && file->count > 0;
    totals->findings += file->count;
    for (size_t i = 0; i < file->count; i++) {
        enum severity severity = file->findings[i].diag->severity;
        totals->errors += severity == SEVERITY_ERROR;
        totals->warnings += severity == SEVERITY_WARNING;
        totals->notes += severity == SEVERITY_NOTE;
    }
}

str finding_message(struct arena *arena, const struct diag *diag, const char *between) {
    struct text text = {.arena = arena};
    escape_text(&text, diag->message, false, ESCAPE_MESSAGE);
    if (diag->help.length > 0) {
        text_add(&text, str_from(between));
        escape_text(&text, diag->help, false, ESCAPE_MESSAGE);
    }
    return text_str(&text);
}

str finding_problem(struct arena *arena, const struct checked_file *file) {
    struct text text = {.arena = arena};
    escape_text(&text, file->problem, false, ESCAPE_MESSAGE);
    return text_str(&text);
}
