/* The clock, and the folder of decisions (cli/decide.h). SOURCE_DATE_EPOCH is read here and nowhere else. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/decide.h"
#include "report/escape.h"

static bool clock_seconds(time_t *seconds) {
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    if (!epoch || !*epoch) {
        *seconds = time(NULL);
        return *seconds != (time_t)-1;
    }
    char *end;
    errno = 0;
    long long value = strtoll(epoch, &end, 10);
    *seconds = (time_t)value;
    return errno == 0 && *end == '\0' && value >= 0;
}

str clock_time(struct arena *arena) {
    time_t seconds;
    struct tm parts;
    char text[64];
    if (!clock_seconds(&seconds) || !gmtime_r(&seconds, &parts) || parts.tm_year > 9999 - 1900 ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        return (str){0};
    }
    return str_copy(arena, str_from(text));
}

bool is_day(str text) {
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (text.length != 10 || text.at[4] != '-' || text.at[7] != '-') {
        return false;
    }
    int numbers[10] = {0};
    for (size_t i = 0; i < 10; i++) {
        numbers[i] = text.at[i] - '0';
        if (i != 4 && i != 7 && (numbers[i] < 0 || numbers[i] > 9)) {
            return false;
        }
    }
    int year = numbers[0] * 1000 + numbers[1] * 100 + numbers[2] * 10 + numbers[3];
    int month = numbers[5] * 10 + numbers[6], day = numbers[8] * 10 + numbers[9];
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] && (month != 2 || day < 29 || leap);
}

bool clock_today(const struct command_line *line, enum option option, str *today) {
    str now = line->given[option] ? str_from(line->values[option]) : str_slice(clock_time(line->arena), 0, 10);
    *today = now;
    if (line->given[option] && !is_day(now)) {
        misuse(line, "`--%s` is a day, as 2027-01-31", option_infos[option].name);
        return false;
    }
    if (now.length == 0) {
        complain(line, "the clock cannot be read");
        return false;
    }
    return true;
}

void report_ledger(const struct command_line *line, str path, bool unsafe, str problem) {
    struct text page = {.arena = line->arena};
    escape_text(&page, path, false, ESCAPE_NAME);
    text_format(&page, ": error[%s]: ", diag_infos[unsafe ? DIAG_LEDGER_UNSAFE : DIAG_UNREADABLE].code);
    escape_text(&page, problem, false, ESCAPE_MESSAGE);
    text_add_char(&page, '\n');
    escape_page(line->err, line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
}

bool open_decisions(const struct command_line *line, str path, bool create, struct folder *folder) {
    bool unsafe;
    str problem = {0};
    if (folder_open(folder, line->arena, path, create, &unsafe, &problem)) {
        return true;
    }
    report_ledger(line, path, unsafe, problem);
    return false;
}
