#!/bin/sh
# The test runner: unit programs, transcript cases, the pages' examples. Prints TAP; tests/README.md has the forms.
#
# Usage: tests/run.sh [--accept] [-j N] [FILE|FOLDER]...
#        without files: build/tests/unit/*, tests/cases, README.md, docs, examples
#
# One awk splits all files into scratch folders, N shells run the commands, one awk compares. So a case costs a fork
# and what its commands cost. ASSIZE_BUILD (default build) holds the programs, ASSIZE_CORPORA (default ../shared) data
# that is not part of the repository.
set -u

root=$(cd "$(dirname "$0")/.." && pwd) || exit 2
accept=0
jobs=$(nproc 2>/dev/null || echo 2)
while [ $# -gt 0 ]; do
    case $1 in
    --accept) accept=1 ;;
    -j) jobs=$2; shift ;;
    -j*) jobs=${1#-j} ;;
    -*) echo "usage: tests/run.sh [--accept] [-j N] [FILE|FOLDER]..." >&2; exit 2 ;;
    *) break ;;
    esac
    shift
done

build=${ASSIZE_BUILD:-$root/build}
case $build in /*) ;; *) build=$root/$build ;; esac
corpora=${ASSIZE_CORPORA:-$root/../shared}
[ ! -d "$corpora" ] || corpora=$(cd "$corpora" && pwd)

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-tests.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
pids=
# shellcheck disable=SC2086 # one word a process
trap 'kill $pids 2>/dev/null; exit 130' INT TERM

# ---- what to run -------------------------------------------------------------------------------------------

find_cases() { find "$@" -name '*.test' -type f | LC_ALL=C sort; }
find_pages() { find "$@" -name '*.md' -type f | LC_ALL=C sort; }

if [ $# -eq 0 ]; then
    cd "$root" || exit 2
    for source in tests/unit/*.c; do
        [ ! -e "$source" ] || echo "$build/${source%.c}"
    done
    [ ! -d tests/cases ] || find_cases tests/cases
    for page in README.md docs examples; do
        [ ! -e "$page" ] || find_pages "$page"
    done
else
    for file; do
        if [ -d "$file" ]; then find_cases "$file"; find_pages "$file"
        elif [ -e "$file" ]; then echo "$file"
        else echo "$file" # and it fails, because nothing of that name can be read or run
        fi
    done
fi | awk -v here="$PWD/" -v root="$root/" '
    !/^\// { $0 = here $0 }
    index($0, root) == 1 { $0 = substr($0, length(root) + 1) }
    { print NR " " $0 }' >"$tmp/list"
cd "$root" || exit 2
count=$(awk 'END { print NR }' "$tmp/list")
[ "$count" -eq 0 ] || awk -v tmp="$tmp" '{ print tmp "/" NR "/d" }' "$tmp/list" | xargs mkdir -p

LC_ALL=C awk -v phase=split -v list="$tmp/list" -v tmp="$tmp" -f "$root/tests/transcript.awk" || exit 2

# ---- run ---------------------------------------------------------------------------------------------------

# For `# requires: NAME` of a case: data that may not be there, or a program.
need() {
    if [ "$1" = corpora ]; then
        [ -d "$ASSIZE_CORPORA" ] && return 0
    else
        command -v "$1" >/dev/null 2>&1 && return 0
    fi
    echo "there is no $1" >"$here/skip"
    return 1
}

# For pages: a scratch copy of a folder of the repository, one for each folder that a page runs in.
enter() {
    copy=$here/copy.$(echo "$1" | tr / _)
    if [ ! -d "$copy" ]; then
        mkdir "$copy"
        for entry in "$ASSIZE_ROOT/$1"/*; do
            case $entry in
            */build) ;;
            *) cp -R "$entry" "$copy/" ;;
            esac
        done
        [ "$1" != . ] || ln -s "$ASSIZE_BUILD" "$copy/build"
    fi
    cd "$copy" || exit 1
}

# One case, in a shell of its own. What a sanitizer reports counts even where the case hides standard error.
run_one() {
    here=$tmp/$1
    cd "$here/d" || exit 1
    export HOME="$here" ASAN_OPTIONS="exitcode=99:log_path=$here/report" UBSAN_OPTIONS="log_path=$here/report"
    # shellcheck source=/dev/null
    . "$here/script"
}

work() {
    number=0
    while [ "$number" -lt "$count" ]; do
        number=$((number + 1))
        # The worker that makes the file has the case.
        set -C
        { true >"$tmp/$number/taken"; } 2>/dev/null
        taken=$?
        set +C
        [ "$taken" -eq 0 ] || continue
        ( run_one "$number" ) 2>"$tmp/$number/stderr"
        for report in "$tmp/$number"/report.*; do
            [ ! -e "$report" ] || cat "$report" >>"$tmp/$number/sanitizer"
        done
    done
}

export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb PATH="$build:$PATH"
export ASSIZE_ROOT="$root" ASSIZE_BUILD="$build" ASSIZE_CORPORA="$corpora"
unset NO_COLOR CLICOLOR CLICOLOR_FORCE FORCE_COLOR COLUMNS CI GITHUB_ACTIONS GITLAB_CI 2>/dev/null
# shellcheck disable=SC3045 # where there is no such limit a case that never ends has to be stopped by hand
ulimit -t 300 2>/dev/null

worker=0
while [ "$worker" -lt "$jobs" ]; do
    worker=$((worker + 1))
    work &
    pids="$pids $!"
done
wait

# ---- compare -----------------------------------------------------------------------------------------------

LC_ALL=C awk -v phase=join -v list="$tmp/list" -v tmp="$tmp" -v accept="$accept" -f "$root/tests/transcript.awk"
