/* The table of output formats, read off report/formats.def. */
#include "report/formats.h"

const struct report_format report_formats[] = {
#define FORMAT(symbol, name, tier, meaning) \
    {name, \
     meaning, \
     tier, \
     report_##symbol##_begin, \
     report_##symbol##_verdict, \
     report_##symbol##_refusal, \
     report_##symbol##_end},
#include "report/formats.def"
};

const size_t report_format_count = sizeof report_formats / sizeof *report_formats;

bool report_is_brief(const struct report_format *format) {
    return format->verdict == report_verdict_verdict || format->verdict == report_marks_verdict ||
           format->verdict == report_summary_verdict;
}

const struct report_format *report_find(str name) {
    for (size_t i = 0; i < report_format_count; i++) {
        if (str_is(name, report_formats[i].name)) {
            return &report_formats[i];
        }
    }
    return NULL;
}
