/* Whatever people write into a decision reads back as the same bytes: pieces that mean something to YAML, put together at
 * random, in every place that holds text. */
#include <stdio.h>
#include <stdlib.h>

#include "ledger/decision.h"
#include "ledger/yaml_text.h"

static const char *const pieces[] = {"a",
                                     "B c",
                                     " ",
                                     "  ",
                                     "\n",
                                     "\n\n",
                                     "\t",
                                     ":",
                                     ": ",
                                     "#",
                                     " #",
                                     "- ",
                                     "---",
                                     "...",
                                     "'",
                                     "\"",
                                     "\\",
                                     "|",
                                     ">",
                                     "{",
                                     "}",
                                     "[",
                                     "]",
                                     ",",
                                     "&x",
                                     "*x",
                                     "!t",
                                     "%",
                                     "@",
                                     "`",
                                     "?",
                                     "~",
                                     "null",
                                     "0.42",
                                     "\r\n",
                                     "\r",
                                     "é",
                                     "😀",
                                     "\xe2\x80\xae",
                                     "\x01",
                                     "\x7f",
                                     "\xc2\x85",
                                     "\xe2\x80\xa8",
                                     "\xef\xbb\xbf",
                                     "\n ",
                                     "key: v\n",
                                     "=",
                                     "<<: *a",
                                     "\n#",
                                     "\n- ",
                                     "z"};
enum { PIECES = sizeof pieces / sizeof *pieces };

static unsigned long next_random(unsigned long *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static str random_text(struct arena *arena, unsigned long *state) {
    struct text text = {.arena = arena};
    for (unsigned long count = 1 + next_random(state) % 6; count > 0; count--) {
        text_add(&text, str_from(pieces[next_random(state) % PIECES]));
    }
    return text_str(&text);
}

static struct decision make(struct arena *arena, unsigned long *state) {
    struct decision d = {.decision = STR("ship"),
                         .verdict = STR("ship"),
                         .class = STR("accept"),
                         .decided = true,
                         .time = STR("2026-11-20T14:03:11Z"),
                         .policy_name = STR("p"),
                         .policy_digest = STR("sha256:0"),
                         .version = STR("1"),
                         .semantics = STR("1")};
    str *texts[] = {&d.experiment, &d.what,        &d.because,     &d.next,  &d.hypothesis,
                    &d.by,         &d.policy_text, &d.policy_file, &d.trace, &d.result_text};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i] = random_text(arena, state);
    }
    str *tag = LIST_ADD(arena, &d.tags);
    struct decision_pair *link = LIST_ADD(arena, &d.links);
    if (!tag || !link) {
        exit(2);
    }
    *tag = random_text(arena, state);
    *link = (struct decision_pair){STR("run"), random_text(arena, state)};
    return d;
}

static bool same(const struct decision *a, const struct decision *b) {
    return str_equal(a->experiment, b->experiment) && str_equal(a->what, b->what) &&
           str_equal(a->because, b->because) && str_equal(a->next, b->next) &&
           str_equal(a->hypothesis, b->hypothesis) && str_equal(a->by, b->by) &&
           str_equal(a->policy_text, b->policy_text) && str_equal(a->policy_file, b->policy_file) &&
           str_equal(a->trace, b->trace) && str_equal(a->result_text, b->result_text) && b->tags.count == 1 &&
           str_equal(a->tags.items[0], b->tags.items[0]) && b->links.count == 1 &&
           str_equal(a->links.items[0].value, b->links.items[0].value);
}

static bool reads_back(unsigned long *state, struct arena *arena) {
    struct decision written = make(arena, state), read;
    struct text text = {.arena = arena};
    struct source source;
    struct diags diags;
    struct str_list edited;
    enum seal seal;
    decision_write(&text, &written);
    if (!source_init(&source, arena, STR("record"), text_str(&text))) {
        exit(2);
    }
    diags_init(&diags, arena, &source);
    bool good =
        decision_read(arena, &diags, &source, &read, &seal, &edited) && seal == SEAL_WHOLE && same(&written, &read);
    if (!good) {
        printf("# %.*s\n# %.*s\n", STR_ARG(diags.count > 0 ? diags.items[0]->message : STR("it differs")),
               STR_ARG(text_str(&text)));
    }
    return good;
}

int main(void) {
    enum { TRIES = 10000 };
    unsigned long state = 20261120;
    size_t failed = 0;
    struct arena arena;
    arena_init(&arena);
    for (int i = 0; i < TRIES && failed < 3; i++) {
        arena_reset(&arena);
        failed += !reads_back(&state, &arena);
    }
    arena_free(&arena);
    printf("%sok 1 - %d decisions read back as they were written\n1..1\n", failed > 0 ? "not " : "", TRIES);
    return failed > 0;
}
