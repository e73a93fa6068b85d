/* What `assize init` writes, as files under cli/templates. scripts/embed.sh makes the table when assize is built.
 * `@NAME@` stands for the policy's name. */
#ifndef CLI_TEMPLATES_H
#define CLI_TEMPLATES_H

#include "stdlib/embedded.h"

extern const struct embedded_file template_files[];
extern const size_t template_file_count;

#endif
