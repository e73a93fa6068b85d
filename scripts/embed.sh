#!/bin/sh
# Files as C: prints the table that stdlib/embedded.h declares.
# Usage: scripts/embed.sh FILE... >embedded.c
set -eu

printf '/* Made by scripts/embed.sh. */\n#include "stdlib/embedded.h"\n'
number=0
for file; do
    printf '\nstatic const unsigned char bytes_%d[] = {\n' "$number"
    od -An -v -tx1 "$file" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
    printf '0x00};\n'
    number=$((number + 1))
done

printf '\nconst struct embedded_file embedded_files[] = {\n'
number=0
for file; do
    printf '    {"%s", (const char *)bytes_%d, sizeof bytes_%d - 1},\n' "$file" "$number" "$number"
    number=$((number + 1))
done
printf '    {0, 0, 0}};\nconst size_t embedded_file_count = %d;\n' "$number"
