#!/bin/sh
# The Big List of Naughty Strings in every place of a policy where a string may stand: label, description, name, metric, tag, group,
# path, rule, id, class; plain, quoted, in a block scalar, and as a comment. `assize check` may say what it likes of them, with
# status 0, 1 or 2, but must not crash, and must not pass a control or bidirectional character on.
# Then as every name of a record, through every format of `eval`: the report must have the build of one with a harmless name (lines,
# tags, columns of a table, commands), so that nothing of the name acts.
# Prints TAP, one line for each string; skipped where $ASSIZE_CORPORA (default ../shared)/corpora has no such list.
set -u
cd "$(dirname "$0")/../.." || exit 2
list=${ASSIZE_CORPORA:-../shared}/corpora/blns/blns.txt
PATH=$(cd "${ASSIZE_BUILD:-build}" && pwd):$PATH
export LC_ALL=C.UTF-8
. tests/corpora/clean.sh

if [ ! -f "$list" ]; then
    echo "ok 1 - naughty strings # SKIP there is no $list"
    echo "1..1"
    exit 0
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-blns.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

# N.STYLE.yaml for string N; the lines of the list that begin with `#` are its own comments.
LC_ALL=C awk -v tmp="$tmp" '
    function policy(style, text,    file) {
        file = tmp "/" count "." style ".yaml"
        printf "assize: 1 # %s\nname: example\ndescription: %s\nmetrics:\n", $0, text > file
        printf "  acc: {better: higher}\n  f1:\n    label: %s\n    unit: %s\n    from: %s\n", text, text, text > file
        printf "    better: higher\nship:\n  - acc improves\n  - rule: %s\n    because: %s\n", text, text > file
        close(file)
        file = tmp "/" count "." style "-names.yaml"
        printf "assize: 1\nname: %s\nconfidence_from: %s\nmetrics:\n  acc: {better: higher}\n", text, text > file
        printf "  m:\n    better: %s\n    baseline: %s\n    tags:\n      - %s\ngroups:\n  g:\n    - %s\n", text, text, text, text > file
        printf "comparable:\n  same:\n    - %s\nship:\n  - {metric: acc, op: improves}\n", text > file
        printf "  - field: acc\n    op: %s\n    value: %s\n    id: %s\n", text, text, text > file
        if (style != "block") printf "%s: 1\n", text > file
        close(file)
    }
    function record(text,    file) {
        file = tmp "/" int((count - 1) / 4) ".jsonl"
        printf "{\"experiment\": \"%s\", \"variant\": \"%s\", \"baseline\": \"%s\", \"who\": \"%s\",", text, text, text, text > file
        printf " \"metrics\": {\"acc\": {\"baseline\": 0.9, \"variant\": 0.8}}}\n" > file
    }
    BEGIN { for (i = 1; i < 32; i++) control[i] = sprintf("%c", i) }
    /^#/ || /^$/ { next }
    {
        count++
        quoted = $0; gsub(/\047/, "\047\047", quoted)
        doubled = $0; gsub(/\\/, "\\\\&", doubled); gsub(/"/, "\\\\&", doubled)
        policy("plain", $0)
        policy("quoted", "\047" quoted "\047")
        policy("doubled", "\"" doubled "\"")
        policy("block", "|\n        " $0)
        for (i = 1; i < 32; i++) gsub(control[i], sprintf("\\u%04x", i), doubled)
        record(doubled)
    }
    END { print count }' "$list" >"$tmp/count"

cat >"$tmp/policy.yaml" <<'FILE'
assize: 1
name: example
metrics: {acc: {better: higher}}
fields: {who: {type: string}}
ship: [acc improves, who == "me"]
reject: [acc < 0.85, who == "you"]
FILE
formats='text json jsonl markdown html junit github github-output gitlab openmetrics tap plain'
outputs=
for format in $formats; do outputs="$outputs -o $format=$tmp/report.$format"; done

# FILE: how the reports of this record are built, and whether something in them is hidden.
outline() {
    rm -f "$tmp"/report.*
    # shellcheck disable=SC2086 # a word each
    assize eval -p "$tmp/policy.yaml" $outputs "$1" >/dev/null 2>&1 </dev/null
    echo "status $?"
    # The record's own name is the file's.
    LC_ALL=C sed "s#$1#record#g" "$tmp"/report.* >"$tmp/reports"
    is_clean "$tmp/reports" || echo 'a control or bidirectional character'
    LC_ALL=C awk '
        { format = FILENAME; sub(/.*\./, "", format); lines[format]++; commands[format] += /^::/ }
        format ~ /html|junit/ { tags[format] += gsub(/</, "<") }
        format == "markdown" && /^\|/ { gsub(/\\\|/, ""); tags[format] += gsub(/\|/, "|") }
        format == "openmetrics" { sub(/\{.*\}/, ""); shape[format] = shape[format] $1 " " }
        format == "github-output" { sub(/=.*/, ""); shape[format] = shape[format] $1 " " }
        END { for (format in lines) print format, lines[format], commands[format], tags[format], shape[format] }
    ' "$tmp"/report.* | LC_ALL=C sort
}
count=$(cat "$tmp/count")
number=0
failed=0
while [ "$number" -lt "$count" ]; do
    number=$((number + 1))
    timeout 5 assize check "$tmp/$number".*.yaml >"$tmp/out" 2>&1 </dev/null
    status=$?
    problem=
    case $status in
    0 | 1 | 2) is_clean "$tmp/out" || problem="a control or bidirectional character in the output" ;;
    *) problem="status $status" ;;
    esac
    if [ -z "$problem" ]; then
        echo "ok $number - naughty string $number"
    else
        failed=$((failed + 1))
        echo "not ok $number - naughty string $number"
        echo "# $problem"
        sed -n 's/^description: /#   /p' "$tmp/$number.plain.yaml" | LC_ALL=C tr -d '\000-\010\013-\037\177'
    fi
done

# Four records a run, beside four with a plain name.
plain='{"experiment": "a", "variant": "a", "baseline": "a", "who": "a", "metrics": {"acc": {"baseline": 0.9, "variant": 0.8}}}'
expected=0
for records in "$tmp"/*.jsonl; do
    number=$((number + 1))
    lines=$(wc -l <"$records")
    if [ "$lines" -ne "$expected" ]; then
        expected=$lines
        yes "$plain" | head -n "$lines" >"$tmp/plain"
        outline "$tmp/plain" >"$tmp/wanted"
    fi
    outline "$records" >"$tmp/outline"
    # shellcheck disable=SC2086
    set -- $formats
    if cmp -s "$tmp/wanted" "$tmp/outline" && [ "$(wc -l <"$tmp/outline")" -eq $(($# + 1)) ]; then
        echo "ok $number - as names in $lines records, through $# formats"
    else
        failed=$((failed + 1))
        echo "not ok $number - as names in $lines records, through $# formats"
        diff "$tmp/wanted" "$tmp/outline" | cut -c1-200 | sed 's/^/#   /'
        LC_ALL=C tr -d '\000-\010\013-\037\177' <"$records" | cut -c1-200 | sed 's/^/#   /'
    fi
done
echo "1..$number"
[ "$failed" -eq 0 ] && [ "$number" -gt 0 ]
