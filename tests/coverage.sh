#!/bin/sh
# How much of the hand-written C the tests reach: runs what `make check` runs, thinned where it is random or long, with the programs
# of build/coverage, which count (`make coverage`), and judges lines and branches by tests/coverage.table. TAP; a page
# with each line is written to build/coverage/html.
#
# gcovr counts; it is installed into build/venv-coverage, and where that cannot be done the test is skipped. That a test fails
# here is said, and is no failure: `make check` judges that, in the build that is shipped.
#
# Usage: tests/coverage.sh [--report]      --report: of what has been run already
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build/coverage}
venv=build/venv-coverage
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

skip() {
    echo "ok 1 - coverage # SKIP $1"
    echo '1..1'
    exit 0
}
[ -n "$python" ] || skip 'there is no python3'
gcovr_is_there() { [ "$("$venv/bin/gcovr" --version 2>/dev/null | awk 'NR == 1 { print $2 }')" = 8.8 ]; }
if ! gcovr_is_there; then
    { mkdir -p build && "$python" -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check 'gcovr==8.8'; } \
        >/dev/null 2>&1 </dev/null
fi
gcovr_is_there || skip 'gcovr could not be installed'
[ -n "$(find "$build/obj" -name '*.gcno' 2>/dev/null | head -n 1)" ] || skip "$build was not built to count; run make coverage"

# Every unit program, as many times as shows what it shows.
units() {
    for source in tests/unit/*.c; do
        name=${source#tests/unit/}
        name=${name%.c}
        case $name in
        degrade | quick | verify | format) thin=' 2000' ;;
        prove) thin=' 300 20' ;;
        *) thin= ;;
        esac
        echo "$build/tests/unit/$name$thin"
    done
}

# What runs beside the cases. tests/ledger.sh is left out: it kills a program at every system call, and a program that counts
# makes thousands more of them at its end. The walk of faults goes the same ways.
others() {
    cat <<EOF
tests/completions.sh
tests/execs.sh
tests/environment.sh 2
tests/streams.sh
$build/tests/faults 1
EOF
    units
    for target in "$build"/tests/fuzz/*; do
        inputs=
        for folder in tests/fuzz/corpus/"${target##*/}" tests/fuzz/found/"${target##*/}"; do
            [ ! -d "$folder" ] || inputs="$inputs $folder"
        done
        echo "$target$inputs"
    done
    for program in differential degrade changes arithmetic laws; do
        echo "$build/tests/property/$program 1000"
    done
}

if [ "${1:-}" != --report ]; then
    find "$build/obj" -name '*.gcda' -exec rm -f {} +
    others >"$build/others"
    ASSIZE_BUILD=$build sh tests/steps.sh 'tests/run.sh tests/cases README.md docs examples' >"$build/cases.log" 2>&1 &
    ASSIZE_BUILD=$build sh -c 'IFS="
"; set -f; exec sh tests/steps.sh $(cat "$1")' sh "$build/others" >"$build/others.log" 2>&1 &
    wait
    for log in "$build/cases.log" "$build/others.log"; do
        sed -n 's/^not ok/# under coverage, not ok/p; $s/^/# the tests: /p' "$log"
    done
fi

# What re2c and bison write is not hand-written; a branch that the compiler adds is not ours.
mkdir -p "$build/html"
"$venv/bin/gcovr" --root . --object-directory "$build/obj" "$build/obj" -j "$(nproc 2>/dev/null || echo 1)" \
    --exclude 'build/' --exclude 'tests/' --exclude 'bench/' --exclude '.*\.(re|y)$' --exclude-throw-branches \
    --exclude-unreachable-branches --gcov-ignore-parse-errors=negative_hits.warn \
    --json-summary "$build/summary.json" --json "$build/full.json" --html-details "$build/html/index.html" >"$build/gcovr.log" 2>&1 || {
    tail -n 5 "$build/gcovr.log" | sed 's/^/# /'
    echo 'not ok 1 - gcovr'
    echo '1..1'
    exit 1
}
exec "$python" tests/coverage.py "$build/summary.json" "$build/full.json"
