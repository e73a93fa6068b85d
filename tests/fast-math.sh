#!/bin/sh
# A build that lets the compiler reorder floating point must be refused, by an #error and not by luck; TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-fast-math.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
number=0
failures=0

report() { # PASSED NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        failures=$((failures + 1))
        echo "not ok $number - $2"
        sed 's/^/#   /' "$tmp/out"
    fi
}

compile() { # COMPILER FLAGS...
    program=$1
    shift
    "$program" -std=c11 -D_POSIX_C_SOURCE=200809L -I. "$@" -c -o "$tmp/number.o" base/number.c >"$tmp/out" 2>&1
}

for compiler in gcc clang; do
    if ! command -v "$compiler" >/dev/null 2>&1; then
        number=$((number + 1))
        echo "ok $number - $compiler # SKIP there is no $compiler"
        continue
    fi
    compile "$compiler" -O2
    report $? "$compiler -O2 is taken"
    for flags in -ffast-math '-O2 -ffast-math' -Ofast '-O2 -ffinite-math-only'; do
        # shellcheck disable=SC2086 # a word is a flag
        ! compile "$compiler" $flags && grep -q '#error' "$tmp/out"
        report $? "$compiler $flags is refused"
    done
done
echo "1..$number"
[ "$failures" -eq 0 ]
