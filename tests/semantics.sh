#!/bin/sh
# The number of the semantics against what policies mean: every verdict, rule and value of the trace over a fixed set of policies and
# records has a digest, and tests/semantics.table says which number it belongs to. Where the digest changes, the same policy may
# judge the same record otherwise than before: then SEMANTICS_VERSION in compiler/edition.h grows, and the table gets a line. TAP.
#
# Usage: tests/semantics.sh [--print]      --print: what the digest is of
#
# It cannot prove that a change of meaning is always seen; it sees those in what the examples and the cases of the language judge.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
build=${ASSIZE_BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-semantics.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C

# Of the JSON of a verdict what decides: verdicts, classes, truths, reasons, values, limits, margins. No words for people, no places.
judge() { # POLICY RECORD...
    "$build/assize" eval -p "$@" -o json 2>/dev/null |
        grep -E '^ *"(verdict|class|decided|result|truth|reason|value|limit|margin|id|code)":' || echo refused
}
cd examples || exit 2
for policy in spatial/*.assize.yaml pythia/*.assize.yaml; do
    for record in "${policy%/*}"/*.json; do
        [ -f "$record" ] && echo "== $policy $record" && judge "$policy" "$record"
    done
done >"$tmp/said"
cd "$root" || exit 2
# The files of the cases, each policy with each record beside it.
for case in tests/cases/language/*.test tests/cases/language/*/*.test tests/cases/evidence/*.test; do
    [ -f "$case" ] || continue
    rm -rf "$tmp/case" && mkdir "$tmp/case"
    awk -v folder="$tmp/case/" '/^--- / { out = $0 ~ /\(/ ? "" : folder $2; if ($2 ~ /\//) out = ""; next } /^\$ / { out = "" } out != "" { print >out }' "$case"
    for policy in "$tmp"/case/*.assize.yaml; do
        for record in "$tmp"/case/*.json; do
            [ -f "$policy" ] && [ -f "$record" ] && echo "== $case ${policy##*/} ${record##*/}" && judge "$policy" "$record"
        done
    done
done >>"$tmp/said"
[ "${1:-}" != --print ] || { cat "$tmp/said"; exit 0; }

digest=$(sha256sum <"$tmp/said" | cut -d' ' -f1)
number=$(sed -n 's/.*SEMANTICS_VERSION = \([0-9]*\).*/\1/p' compiler/edition.h)
known=$(sed -n "s/^$number //p" tests/semantics.table)
judged=$(grep -c '^== ' "$tmp/said")
if [ "$known" = "$digest" ] && [ "$judged" -gt 50 ]; then
    echo "ok 1 - $judged judgements mean what semantics $number says"
else
    echo "not ok 1 - $judged judgements mean what semantics $number says"
    echo "#   the digest is $digest, and the table has '$known'"
    echo "#   where a case was added or taken away, put the new digest into tests/semantics.table; where an old case is judged"
    echo "#   otherwise (compare tests/semantics.sh --print before and after), raise SEMANTICS_VERSION, too"
fi
last=$(tail -1 tests/semantics.table | cut -d' ' -f1)
if [ "$last" = "$number" ]; then echo "ok 2 - the table ends with this number"; else echo "not ok 2 - the table ends with this number"; fi
echo 1..2
[ "$known" = "$digest" ] && [ "$last" = "$number" ]
