#!/bin/sh
# Static analyzers over the hand-written C of the product: gcc's -fanalyzer, clang-tidy (.clang-tidy) and cppcheck. Each finding
# is mended, or stands in tests/analyzers.list with the reason why it is none. clang's own path analyzer, the slow
# part of clang-tidy, looks at vm/ and base/ here, and at all with --full; TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-analyzers.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
jobs=$(nproc 2>/dev/null || echo 2)
number=0 failures=0
folders='base grammar stdlib vm compiler records report ledger library cli'
core='base vm'
[ "${1:-}" != --full ] || core=$folders

sources() { for folder; do ls "$folder"/*.c; done; }
# shellcheck disable=SC2089,SC2090 # a word is a flag, and its quotes are C's
export flags='-std=c11 -D_POSIX_C_SOURCE=200809L -DASSIZE_VERSION="0" -I.'" -I$build/gen"

# What is left of a tool's findings, `FILE:LINE:...: kind: words [CHECK]`, after those that are explained: the list
# names tool, file, check, and what the line contains.
unexplained() { # TOOL
    sed "s|^$PWD/||; s|^\\./||" | awk -F'|' -v tool="$1" '
        FNR == NR { if (!/^#/ && $1 == tool) { count++; file[count] = $2; check[count] = $3; text[count] = $4 } next }
        {
            split($0, parts, ":"); line = ""; number = parts[2] + 0
            for (i = 1; (getline row < parts[1]) > 0; i++) if (i == number) line = row
            close(parts[1])
            for (i = 1; i <= count; i++)
                if ((file[i] == "*" || file[i] == parts[1]) && index($0, check[i]) && index(line, text[i])) next
            print
        }' tests/analyzers.list - | sort -u
}

report() { # TOOL NAME: the findings in $tmp/found
    unexplained "$1" <"$tmp/found" >"$tmp/left"
    number=$((number + 1))
    if [ -s "$tmp/left" ]; then
        failures=$((failures + 1))
        echo "not ok $number - $2"
        sed 's/^/#   /' "$tmp/left"
    else
        echo "ok $number - $2 ($(sort -u "$tmp/found" | grep -c .) findings, all explained)"
    fi
}

skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP there is no $1"
}

findings() { grep -hE '^[^ ]+:[0-9]+:.*(warning|error): '; }

# What all must find, so that a tool which says nothing has looked: in a copy that is wrong on purpose.
cat >"$tmp/wrong.c" <<'C'
#include <stdlib.h>
int wrong(int which);
int wrong(int which) {
    int *place = malloc(sizeof *place);
    int table[4] = {0};
    free(place);
    free(place);
    return table[which == 5 ? 7 : 7] + which / 0;
}
C
sees() { # NAME COMMAND...
    name=$1
    shift
    number=$((number + 1))
    if "$@" 2>&1 | grep -q 'wrong.c:[67]'; then
        echo "ok $number - $name sees a double free"
    else
        failures=$((failures + 1))
        echo "not ok $number - $name sees a double free"
    fi
}

make --no-print-directory BUILD="$build" all >/dev/null 2>&1

if gcc --version >/dev/null 2>&1; then
    # shellcheck disable=SC2016,SC2086 # the inner shell expands; a word is a flag or a folder
    {
        sees 'gcc -fanalyzer' gcc -fanalyzer -c -o /dev/null "$tmp/wrong.c"
        sources $folders | xargs -P "$jobs" -n 4 sh -c '
            for file; do gcc $flags -O1 -fanalyzer -fdiagnostics-plain-output -c -o /dev/null "$file" 2>&1; done' sh |
            findings >"$tmp/found"
        report gcc "gcc $(gcc -dumpfullversion) -fanalyzer"
    }
else
    skip gcc
fi

tidy() { # CHECKS FOLDERS...
    checks=$1
    shift
    # shellcheck disable=SC2016 # the inner shell expands
    sources "$@" | xargs -P "$jobs" -n 6 sh -c 'clang-tidy --quiet --checks="$0" "$@" -- $flags 2>/dev/null' "$checks" | findings
}
if command -v clang-tidy >/dev/null 2>&1; then
    version=$(clang-tidy --version | sed -n 's/.*LLVM version //p')
    sees clang-tidy clang-tidy --quiet "$tmp/wrong.c" --
    # shellcheck disable=SC2086
    tidy '-clang-analyzer-*' $folders >"$tmp/found"
    report clang-tidy "clang-tidy $version"
    # shellcheck disable=SC2086
    tidy '-bugprone-*,-cert-*,-misc-*,-performance-*,-portability-*,-readability-*' $core >"$tmp/found"
    report clang-tidy "clang's analyzer $version: $core"
else
    skip clang-tidy
fi

if command -v cppcheck >/dev/null 2>&1; then
    sees cppcheck cppcheck --quiet "$tmp/wrong.c"
    # shellcheck disable=SC2046,SC2086,SC2090
    cppcheck -j "$jobs" --quiet --std=c11 --enable=warning,performance,portability \
        --template='{file}:{line}: warning: {message} [{id}]' $flags -D__GNUC__=12 -D__x86_64__ -D__SSE2__ \
        -DFLT_EVAL_METHOD=0 -DFLT_RADIX=2 -DDBL_MANT_DIG=53 $(sources $folders) 2>&1 | findings >"$tmp/found"
    report cppcheck "$(cppcheck --version)"
else
    skip cppcheck
fi

echo "1..$number"
[ "$failures" -eq 0 ]
