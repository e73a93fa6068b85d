#!/bin/sh
# Builds with gcc and with clang, each warning an error, and runs every test with both; TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
jobs=$(nproc 2>/dev/null || echo 2)
failures=0
log=$(mktemp "${TMPDIR:-/tmp}/assize-compilers.XXXXXX") || exit 2
trap 'rm -f "$log"' EXIT

for compiler in gcc clang; do
    if ! command -v "$compiler" >/dev/null 2>&1; then
        echo "ok - $compiler # SKIP there is no $compiler"
        continue
    fi
    built=1
    for extra in '-O2 -g' '-O0 -g'; do
        build=build/$compiler${extra%% *}
        if make --no-print-directory -j"$jobs" CC="$compiler" CFLAGS="$extra" WERROR=-Werror BUILD="$build" tests \
            >"$log" 2>&1; then
            echo "ok - $compiler $extra -Werror"
        else
            failures=1
            built=0
            echo "not ok - $compiler $extra -Werror"
            grep -v '^  [A-Z]' "$log" | tail -n 40 | sed 's/^/#   /'
        fi
    done
    [ "$built" -eq 1 ] || continue
    echo "# the tests with $compiler -O2"
    ASSIZE_BUILD=build/$compiler-O2 sh tests/run.sh || failures=1
done
exit "$failures"
