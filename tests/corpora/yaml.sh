#!/bin/sh
# yaml-test-suite: 402 YAML files that find the corners of every reader. None of them is a policy, so `assize check` refuses each:
# with status 1 (or 2), within a second, without a crash, and without a control or bidirectional character in what it says.
# Prints TAP; skipped where $ASSIZE_CORPORA (default ../shared)/corpora has no such suite.
set -u
cd "$(dirname "$0")/../.." || exit 2
data=${ASSIZE_CORPORA:-../shared}/corpora/yaml-test-suite/data
PATH=$(cd "${ASSIZE_BUILD:-build}" && pwd):$PATH
export LC_ALL=C.UTF-8
seconds=${ASSIZE_SECONDS:-1}
. tests/corpora/clean.sh

if [ ! -d "$data" ]; then
    echo "ok 1 - yaml-test-suite # SKIP there is no $data"
    echo "1..1"
    exit 0
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-yaml.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

find "$data" -name in.yaml | LC_ALL=C sort >"$tmp/files"
number=0
failed=0
while read -r file; do
    number=$((number + 1))
    name=${file#"$data"/}
    timeout "$seconds" assize check "$file" >"$tmp/out" 2>&1 </dev/null
    status=$?
    problem=
    case $status in
    1 | 2) is_clean "$tmp/out" || problem="a control or bidirectional character in the output" ;;
    124) problem="not done after $seconds s" ;;
    *) problem="status $status" ;;
    esac
    [ -s "$tmp/out" ] || problem=${problem:-"refused without a word"}
    if [ -z "$problem" ]; then
        echo "ok $number - ${name%/in.yaml}"
    else
        failed=$((failed + 1))
        echo "not ok $number - ${name%/in.yaml}"
        echo "# $problem"
        LC_ALL=C tr -d '\000-\010\013-\037\177' <"$tmp/out" | head -20 | sed 's/^/#   /'
    fi
done <"$tmp/files"
echo "1..$number"
[ "$failed" -eq 0 ] && [ "$number" -gt 0 ]
