#!/bin/sh
# The reader looks at sixteen bytes at once where the processor can. The plain C that does the same elsewhere is built
# here and held against the careful reader, too; TAP. ASSIZE_BUILD (default build) holds the library.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-bytes.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

if ! "${CC:-cc}" -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -DASSIZE_PLAIN_BYTES -I. records/quick.c records/shapes.c \
    tests/unit/quick.c "$build/libassize.a" -lyaml -lgmp -lsodium -lm -o "$tmp/quick" >"$tmp/out" 2>&1; then
    sed 's/^/# /' "$tmp/out"
    echo 'not ok 1 - the reader without wide comparisons is built'
    exit 1
fi
"$tmp/quick"
