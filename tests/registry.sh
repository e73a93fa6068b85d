#!/bin/sh
# The tables against the tests: every diagnostic's bad example gives exactly its code, its good example is clean,
# and every name in the tables (codes, reasons, opcodes, functions, formats) and every exit status is shown by a case
# under tests/cases. Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
cases=$PWD/tests/cases
PATH=$(cd "${ASSIZE_BUILD:-build}" && pwd):$PATH
export LC_ALL=C.UTF-8

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-registry.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
number=0
failures=0

report() { # PASSED NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        failures=$((failures + 1))
        echo "not ok $number - $2"
    fi
}

skip() { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }

# ---- the examples ------------------------------------------------------------------------------------------

cat >policy.assize.yaml <<'POLICY'
assize: 1
name: example
metrics: {acc: {better: higher}}
ship: ["acc >= 0.9"]
POLICY

# An example of a record (A9xx) is judged, a test file (A7xx) run, one of a policy is checked; $codes gets the codes that were reported.
try_example() { # CODE FILE
    case $1 in
    A9*) assize eval -p policy.assize.yaml "$2" ;;
    A6*) assize check --fail-on note "$2" ;;
    A7*) assize test "$2" ;;
    *) assize check "$2" ;;
    esac >out 2>&1 </dev/null
    status=$?
    codes=$(sed -nE 's/^[^|]*: (error|warning|note)\[(A[0-9]+)\].*/\2/p' out | sort -u | tr '\n' ' ')
}

show_output() {
    echo "#   status $status, codes: ${codes:-none}"
    sed 's/^/#   /' out
}

check_examples() { # CODE NAME
    case $1 in
    A9*) file=record.json bad_status=2 ;;
    A707 | A720) file=example.assize-test.yaml bad_status=1 ;;
    A7*) file=example.assize-test.yaml bad_status=2 ;;
    *) file=example.assize.yaml bad_status=1 ;;
    esac
    assize explain "$1" --bad >"$file" 2>&1
    if [ ! -s "$file" ]; then
        skip "$1 $2" "no text can show it"
        return
    fi
    try_example "$1" "$file"
    [ "$codes" = "$1 " ] && [ "$status" -eq "$bad_status" ]
    passed=$?
    report $passed "$1 $2: the bad example gives $1 and only that"
    [ $passed -eq 0 ] || show_output

    assize explain "$1" --good >"$file" 2>&1
    try_example "$1" "$file"
    [ -s "$file" ] && [ -z "$codes" ] && case $1-$status in A9*-[013] | *-0) true ;; *) false ;; esac
    passed=$?
    report $passed "$1 $2: the good example is clean"
    [ $passed -eq 0 ] || show_output
}

list() { # OPTION
    assize explain "$1" >"names$1" 2>&1 && [ -s "names$1" ] && return 0
    report 1 "assize explain $1 prints a list"
    sed 's/^/#   /' "names$1"
    : >"names$1"
    return 1
}

if list --list; then
    while read -r code name; do
        check_examples "$code" "$name"
    done <names--list
fi

# ---- the names ---------------------------------------------------------------------------------------------

# What the cases show: every word, codes only where they stand as in `error[A301]`. Cases that print the very lists
# that are checked here do not count.
find "$cases" -name '*.test' -type f -exec grep -L 'assize explain --' {} + >files
xargs cat <files 2>/dev/null >shown
{
    tr -cs 'A-Za-z0-9_' '\n' <shown
    tr -cs 'A-Za-z0-9_-' '\n' <shown # github-output
} | LC_ALL=C sort -u >words
grep -o '[a-z]\[A[0-9]*\]' shown | tr -d 'a-z[]' | sort -u >codes
sed -n 's/^\[\([0-9]*\)\]$/\1/p' shown | sort -u >statuses

check_shown() { # WHAT NAME FILE
    grep -qxF -e "$2" "$3"
    report $? "$1 $2 is shown by a case"
}

while read -r name rest; do
    # Of one that no text can show (memory ran out), a word must do.
    if assize explain "$name" --bad | grep -q ''; then
        check_shown code "$name" codes
    else
        check_shown code "$name" words
    fi
done <names--list

for table in reason--reasons opcode--opcodes function--functions format--formats; do
    list "--${table#*--}" || continue
    while read -r name rest; do
        check_shown "${table%%--*}" "$name" words
    done <"names--${table#*--}"
done

for status in 1 2 3; do
    check_shown 'exit status' "$status" statuses
done
# A case without a status line expects 0.
quiet=$(xargs grep -L '^\[[0-9]*\]$' <files | wc -l)
[ "$quiet" -gt 0 ]
report $? 'exit status 0 is shown by a case'

echo "1..$number"
[ "$failures" -eq 0 ]
