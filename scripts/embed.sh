#!/bin/sh
# Files as C: prints the table that stdlib/embedded.h declares, or with --as the one that another header does.
# Usage: scripts/embed.sh [--as HEADER NAME] FILE... >embedded.c
set -eu

header=stdlib/embedded.h
table=embedded
if [ "${1:-}" = --as ]; then
    header=$2
    table=$3
    shift 3
fi
printf '/* Made by scripts/embed.sh. */\n#include "%s"\n' "$header"
number=0
for file; do
    printf '\nstatic const unsigned char bytes_%d[] = {\n' "$number"
    od -An -v -tx1 "$file" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
    printf '0x00};\n'
    number=$((number + 1))
done

printf '\nconst struct embedded_file %s_files[] = {\n' "$table"
number=0
for file; do
    printf '    {"%s", (const char *)bytes_%d, sizeof bytes_%d - 1},\n' "$file" "$number" "$number"
    number=$((number + 1))
done
printf '    {0, 0, 0}};\nconst size_t %s_file_count = %d;\n' "$table" "$number"
