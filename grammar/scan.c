/* The byte scan of grammar/scan.h. One finding for each kind and line is enough to act on. */
#include "grammar/scan.h"

#include <string.h>

static bool is_bidirectional(unsigned point) {
    return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0x200e ||
           point == 0x200f || point == 0x061c;
}

static bool is_zero_width(unsigned point) {
    return (point >= 0x200b && point <= 0x200d) || (point >= 0x2060 && point <= 0x2064) || point == 0xfeff ||
           point == 0x00ad || point == 0x180e || (point >= 0xe0000 && point <= 0xe007f);
}

static void report(struct diags *diags, size_t begin, size_t length, unsigned point) {
    span at = {(uint32_t)begin, (uint32_t)(begin + length)};
    struct diag *diag;
    if (point == 0x85 || point == 0x2028 || point == 0x2029) {
        diag = diag_add(diags, DIAG_LINE_SEPARATOR, at,
                        "U+%04X stands here, which YAML takes for a line end and editors don't", point);
        diag_help(diags, diag, "remove it; lines end with a line feed");
    } else if (is_bidirectional(point)) {
        diag = diag_add(diags, DIAG_INVISIBLE_CHARACTER, at, "U+%04X stands here, which reorders the text that follows",
                        point);
        diag_help(diags, diag, "remove it; a policy must read the way it is displayed");
    } else if (is_zero_width(point)) {
        diag = diag_add(diags, DIAG_INVISIBLE_CHARACTER, at, "U+%04X stands here, which cannot be seen", point);
        diag_help(diags, diag, "remove it");
    } else if (point == '\r') {
        diag = diag_add(diags, DIAG_CONTROL_CHARACTER, at, "a carriage return stands alone, without a line feed");
        diag_help(diags, diag, "lines end with a line feed, or with both");
    } else if (point == 0xfffe || point == 0xffff) {
        diag = diag_add(diags, DIAG_CONTROL_CHARACTER, at, "U+%04X stands here, which is no character", point);
        diag_help(diags, diag, "remove it");
    } else {
        diag = diag_add(diags, DIAG_CONTROL_CHARACTER, at, "the control character U+%04X stands here", point);
        diag_help(diags, diag, "remove it");
    }
}

bool scan_refuses(str text, size_t at, unsigned point) {
    if (point < 0x20) {
        bool line_end = point == '\n' || (point == '\r' && at + 1 < text.length && text.at[at + 1] == '\n');
        return !line_end && point != '\t';
    }
    return (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029 || is_bidirectional(point) ||
           is_zero_width(point) || point == 0xfffe || point == 0xffff;
}

bool scan_bytes(struct diags *diags, const struct source *source) {
    enum { MOST_FINDINGS = 20 };
    str text = source->text;
    size_t before = diags->count;
    size_t at = str_starts(text, "\xef\xbb\xbf") ? 3 : 0;
    while (at < text.length && diags->count - before < MOST_FINDINGS) {
        if (text.at[at] >= ' ' && text.at[at] <= '~') { /* nearly all of a policy */
            at++;
            continue;
        }
        unsigned point;
        size_t length = utf8_decode(text.at + at, text.at + text.length, &point);
        if (length == 0) {
            struct diag *diag = diag_add(diags, DIAG_NOT_UTF8, (span){(uint32_t)at, (uint32_t)at + 1},
                                         "the byte 0x%02X is not UTF-8 here", (unsigned char)text.at[at]);
            diag_help(diags, diag, "save the file as UTF-8");
            return false;
        }
        if (scan_refuses(text, at, point)) {
            report(diags, at, length, point);
        }
        at += length;
    }
    return diags->count == before;
}
