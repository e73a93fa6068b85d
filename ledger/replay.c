/* Replaying records (ledger/replay.h). */
#include "ledger/replay.h"

static void add(struct arena *arena, struct str_list *list, str item) {
    str *place = LIST_ADD(arena, list);
    if (place) {
        *place = str_copy(arena, item);
    }
}

static void break_off(struct replayed *replayed, struct arena *keep, str problem) {
    replayed->status = REPLAY_BROKEN;
    replayed->problem = str_copy(keep, problem);
}

static void list_possible(struct replayed *replayed, const struct judged *judged, struct arena *keep) {
    const struct program *program = judged->program;
    for (size_t i = 0; i < judged->outcome.possible_count; i++) {
        uint32_t rung = judged->outcome.possible[i];
        bool fallback = rung == NO_INDEX;
        add(keep, &replayed->possible, fallback ? program->fallback : program->rungs[rung].verdict);
        add(keep, &replayed->possible_classes,
            str_from(class_names[fallback ? program->fallback_class : program->rungs[rung].class]));
    }
}

static bool take_outcome(struct replayed *replayed, const struct judged *judged, struct arena *keep) {
    const struct outcome *outcome = &judged->outcome;
    struct kept_needs needs;
    if (!judged_needs(judged, &needs)) {
        return false;
    }
    for (size_t i = 0; i < needs.count; i++) {
        add(keep, &replayed->needs, needs.items[i]);
    }
    replayed->status = needs.count > 0 ? REPLAY_LACKING : REPLAY_JUDGED;
    replayed->to = str_copy(keep, outcome->verdict);
    replayed->to_class = str_from(class_names[outcome->class]);
    replayed->to_decided = outcome->decided;
    list_possible(replayed, judged, keep);
    return !keep->failed;
}

static void take_record(struct replayed *replayed, const struct decision *d, struct arena *keep) {
    replayed->policy = str_copy(keep, d->policy_name);
    replayed->from = str_copy(keep, d->verdict);
    replayed->from_class = str_copy(keep, d->class);
    replayed->from_decided = d->decided;
    replayed->decision = str_copy(keep, d->decision);
    replayed->is_override = decision_is_override(d);
}

static bool judge(struct verifier *verifier, const struct decision *d, const struct program *program,
                  struct arena *arena, struct arena *keep, struct replayed *replayed) {
    str problem = {0};
    const struct bench *own = verifier_bench(verifier, d, arena, &problem);
    if (!own) {
        break_off(replayed, keep, str_format(arena, "its policy does not compile: %.*s", STR_ARG(problem)));
        return problem.length > 0;
    }
    struct judged judged = {0};
    bool good = judge_decision(d, own, program, arena, &judged, &problem);
    if (good) {
        good = take_outcome(replayed, &judged, keep);
    } else if (problem.length > 0) {
        break_off(replayed, keep, str_format(arena, "its result cannot be read: %.*s", STR_ARG(problem)));
        good = true;
    }
    judged_free(&judged);
    return good;
}

bool replay_record(struct verifier *verifier, const struct program *program, bool any_policy, str name, str bytes,
                   struct arena *arena, struct arena *keep, struct replayed *replayed) {
    struct source source;
    struct diags diags;
    struct decision d;
    enum seal seal;
    struct str_list edited;
    *replayed = (struct replayed){.record = str_copy(keep, name)};
    if (!source_init(&source, arena, name, bytes)) {
        return false;
    }
    diags_init(&diags, arena, &source);
    bool readable = decision_read(arena, &diags, &source, &d, &seal, &edited);
    if (arena->failed || keep->failed) {
        return false;
    }
    if (!readable || seal != SEAL_WHOLE) {
        break_off(replayed, keep,
                  seal == SEAL_TORN     ? STR("it is cut off")
                  : seal == SEAL_EDITED ? STR("it was edited")
                                        : STR("it is no decision record"));
        return !keep->failed;
    }
    take_record(replayed, &d, keep);
    if (!any_policy && !str_equal(d.policy_name, program->name)) {
        replayed->status = REPLAY_OTHER_POLICY;
        return !keep->failed;
    }
    return judge(verifier, &d, program, arena, keep, replayed) && !keep->failed;
}
