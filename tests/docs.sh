#!/bin/sh
# Runs what the pages show, and only that. Usage: tests/docs.sh [--accept]
set -u
cd "$(dirname "$0")/.." || exit 2
pages=
for page in README.md docs examples; do
    [ ! -e "$page" ] || pages="$pages $page"
done
[ -n "$pages" ] || { echo '1..0 # no pages'; exit 0; }
# shellcheck disable=SC2046,SC2086 # names without spaces
exec sh tests/run.sh "$@" $(find $pages -name '*.md' -type f | LC_ALL=C sort)
