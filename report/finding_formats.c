/* The table of the findings' formats, read off report/finding_formats.def. */
#include "report/finding_formats.h"

const struct findings_format findings_formats[] = {
#define FORMAT(name, tier, meaning) \
    {#name, meaning, tier, findings_##name##_begin, findings_##name##_file, findings_##name##_end},
#include "report/finding_formats.def"
};

const size_t findings_format_count = sizeof findings_formats / sizeof *findings_formats;

const struct findings_format *findings_format_find(str name) {
    for (size_t i = 0; i < findings_format_count; i++) {
        if (str_is(name, findings_formats[i].name)) {
            return &findings_formats[i];
        }
    }
    return NULL;
}
