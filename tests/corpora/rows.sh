#!/bin/sh
# The Big List of Naughty Strings as names and values of facts, suites and samples, through every output of `compare`,
# `fingerprint` and `clusters`: no crash, and no control or bidirectional character, and no command for a build service.
# Prints TAP, one line for each output; skipped where $ASSIZE_CORPORA (default ../shared)/corpora has no such list.
set -u
cd "$(dirname "$0")/../.." || exit 2
list=${ASSIZE_CORPORA:-../shared}/corpora/blns/blns.txt
PATH=$(cd "${ASSIZE_BUILD:-build}" && pwd):$PATH
export LC_ALL=C.UTF-8
. tests/corpora/clean.sh

if [ ! -f "$list" ]; then
    echo "ok 1 - naughty rows # SKIP there is no $list"
    echo "1..1"
    exit 0
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-rows.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

# Each string as a key and a value; in the second run another value. The first half of the samples has it and was missed.
LC_ALL=C awk -v tmp="$tmp" '
    /^#/ || /^$/ { next }
    {
        gsub(/[\001-\037\177]/, "\\u001b"); gsub(/\\[^u]/, "/"); gsub(/\\$/, "/"); gsub(/"/, "\\\"")
        count++
        one = one (count > 1 ? ", " : "") "\"" count $0 "\": \"" $0 "\""
        two = two (count > 1 ? ", " : "") "\"" count $0 "\": \"x" $0 "\""
        printf "{\"case_id\": \"%s%d\", \"%s\": 1}\n", $0, count, $0 > (tmp "/a.ndjson")
        printf "{\"case_id\": \"%s%d\", \"%s\": 2}\n", $0, count, $0 > (tmp "/b.ndjson")
        for (i = 0; i < 12; i++)
            printf "{\"id\": \"%s %d %d\", \"%s\": \"%s%s\", \"tags\": [\"%s\"], \"input\": \"%s\", \"expected\": \"e%s\", \"predicted\": \"%s\", \"correct\": %s}\n", $0, count, i, $0, $0, i % 2 ? "!" : "", $0, $0, $0, $0, i % 2 ? "true" : "false" > (tmp "/s.ndjson")
    }
    END {
        printf "{\"metrics\": {\"acc\": 1}, \"hash\": {%s}}\n", one > (tmp "/one.json")
        printf "{\"metrics\": {\"acc\": 1}, \"hash\": {%s}}\n", two > (tmp "/two.json")
    }' "$list"

number=0
failed=0
# try STATUS COMMAND...: this status, and clean output.
try() {
    wanted=$1
    shift
    number=$((number + 1))
    timeout 60 "$@" >"$tmp/out" 2>&1 </dev/null
    status=$?
    problem=
    [ "$status" -eq "$wanted" ] || problem="status $status, not $wanted"
    is_clean "$tmp/out" || problem="a control or bidirectional character in the output"
    ! grep -q '^ *::\|##\[\|##vso' "$tmp/out" || problem="a command for a build service"
    [ -s "$tmp/out" ] || problem="no output"

    if [ -z "$problem" ]; then
        echo "ok $number - naughty rows: $command"
    else
        failed=$((failed + 1))
        echo "not ok $number - naughty rows: $command"
        echo "# $problem"
    fi
}
cd "$tmp" || exit 2
for format in text json; do
    command="compare -o $format"
    try 1 assize compare -o $format one.json two.json
    command="fingerprint --diff -o $format"
    try 1 assize fingerprint --diff -o $format a.ndjson b.ndjson
    command="clusters -o $format"
    try 0 assize clusters -o $format --pairs --correct none --level 0.999 --top 1000 s.ndjson
done
command="fingerprint -o canonical"
try 0 assize fingerprint -o canonical a.ndjson
echo "1..$number"
[ "$failed" -eq 0 ]
