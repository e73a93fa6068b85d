/* Text as YAML scalars that read back as the same bytes, in the spelling that people read best.
 *
 * One line stands plain where nothing in it means anything to YAML, else in double quotes; several stand as a literal block.
 * What a file may not hold (controls, reordering and invisible characters, carriage returns) is escaped in quotes. */
#ifndef LEDGER_YAML_TEXT_H
#define LEDGER_YAML_TEXT_H

#include "base/str.h"

/* `indent`: how many blanks the lines of a block stand behind. Bytes that are no UTF-8 become U+FFFD: yaml_is_exact says
 * whether there are any. */
void yaml_put(struct text *out, str value, size_t indent);

/* On one line whatever it holds; in a list or a mapping in braces (`flow`) what ends an item there is quoted, too. */
void yaml_put_line(struct text *out, str value, bool flow);

/* In double quotes. */
void yaml_put_quoted(struct text *out, str value);

bool yaml_is_exact(str value);

/* "KEY: " and the value on lines of its own, where the value is not empty. */
void yaml_put_key(struct text *out, size_t indent, const char *key, str value);

#endif
