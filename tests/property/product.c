/* The product in a test's hands (product.h). */
#include "tests/property/product.h"

#include <stdio.h>
#include <time.h>

#include "compiler/compile.h"

struct program *product_compile(str text, struct arena *arena) {
    struct source source;
    struct diags diags;
    if (!source_init(&source, arena, STR("generated.assize.yaml"), text)) {
        return NULL;
    }
    diags_init(&diags, arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    for (size_t i = 0; !program && i < diags.count; i++) {
        const struct diag *diag = diags.items[i];
        struct place place = source_place(&source, diag->at.begin);
        printf("# %u:%u: %.*s [%s]\n", place.line, place.column, STR_ARG(diag->message), diag_infos[diag->code].code);
    }
    return program;
}

enum judged product_judge(const struct program *program, str text, struct arena *arena, struct record *record,
                          struct outcome *outcome, struct record_error *error) {
    *error = (struct record_error){0};
    struct records *records = records_open_memory(program, STR("generated.json"), text, arena, error);
    if (!records) {
        return BROKEN;
    }
    enum judged judged = BROKEN;
    enum records_status status = records_next(records, arena, record, error);
    if (status == RECORDS_ONE) {
        judged = vm_run(program, record, arena, outcome) ? JUDGED : BROKEN;
    } else if (error->text.length > 0 && (status == RECORDS_BAD || status == RECORDS_FAILED)) {
        judged = REFUSED;
    }
    records_close(records);
    return judged;
}

static int tests, failures;

bool tap(bool ok, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%sok %d - ", ok ? "" : "not ", ++tests);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    failures += !ok;
    return ok;
}

int tap_finish(void) {
    printf("1..%d\n", tests);
    return failures > 0;
}

void show(const char *what, str text) {
    printf("# %s:\n#   ", what);
    for (size_t i = 0; i < text.length; i++) {
        putchar(text.at[i]);
        if (text.at[i] == '\n' && i + 1 < text.length) {
            printf("#   ");
        }
    }
    printf(text.length > 0 && text.at[text.length - 1] == '\n' ? "" : "\n");
}

double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
