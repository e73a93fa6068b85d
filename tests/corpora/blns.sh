#!/bin/sh
# The Big List of Naughty Strings in every place of a policy where a string may stand: label, description, name, metric, tag, group,
# path, rule, id, class; plain, quoted, in a block scalar, and as a comment. `assize check` may say what it likes of them, with
# status 0, 1 or 2, but must not crash, and must not pass a control or bidirectional character on.
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
    /^#/ || /^$/ { next }
    {
        count++
        quoted = $0; gsub(/\047/, "\047\047", quoted)
        doubled = $0; gsub(/\\/, "\\\\&", doubled); gsub(/"/, "\\\\&", doubled)
        policy("plain", $0)
        policy("quoted", "\047" quoted "\047")
        policy("doubled", "\"" doubled "\"")
        policy("block", "|\n        " $0)
    }
    END { print count }' "$list" >"$tmp/count"

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
echo "1..$number"
[ "$failed" -eq 0 ] && [ "$number" -gt 0 ]
