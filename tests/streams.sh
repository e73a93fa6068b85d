#!/bin/sh
# Each scenario of tests/fault/scenarios.txt, which every command has, with standard streams that do not work and with an interrupt.
# What is printed into a full disk, a closed descriptor or a pipe that nobody reads is never taken for printed; where input or
# messages are closed the outcome is the same; no file takes a closed descriptor's place. TAP.
#
# Usage: tests/streams.sh [SCENARIO]      only those whose name holds this
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
build=${ASSIZE_BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-streams.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
export LC_ALL=C.UTF-8 PATH="$build:$PATH" SOURCE_DATE_EPOCH=1795183391 HOME="$tmp"
unset VISUAL EDITOR
number=0 failures=0 only=${1-}

report() { # NAME: passed where `wrong` is empty
    number=$((number + 1))
    if [ ! -s "$tmp/wrong" ]; then echo "ok $number - $1"; else
        failures=$((failures + 1))
        echo "not ok $number - $1"
        sed 's/^/#   /' "$tmp/wrong" | head -20
    fi
}

# A fresh copy of the scenario's files, in which the command runs.
fresh() { rm -rf "$tmp/work" && cp -R "$tmp/before" "$tmp/work" && cd "$tmp/work" || exit 2; }
run() { # shellcheck disable=SC2086 # the words of a command
    if [ -n "$input" ]; then assize $words <"$input"; else assize $words </dev/null; fi
}
complain() { echo "$*" >>"$tmp/wrong"; }
# What there is, but for reports.
files() { (cd "$tmp/work" && find . | LC_ALL=C sort) | awk -v reports="$reports" '
    BEGIN { count = split(reports, one, " "); for (i = 1; i <= count; i++) report["./" one[i]] = 1 }
    !($0 in report)'; }
# Whether a file holds what belongs on a standard stream.
strays() { ! grep -rqsF 'assize: standard output could not be written' "$tmp/work"; }

try() {
    : >"$tmp/wrong"
    fresh
    run >"$tmp/out" 2>"$tmp/err"
    status=$?
    files >"$tmp/files"
    [ "$status" -lt 70 ] || complain "status $status"
    # What is printed and cannot be: never the status of a verdict.
    if [ -s "$tmp/out" ]; then
        fresh
        run >/dev/full 2>"$tmp/said"
        got=$?
        { [ "$got" -eq 2 ] && [ -s "$tmp/said" ]; } || complain "/dev/full: status $got, '$(head -1 "$tmp/said")'"
        fresh
        run >&- 2>"$tmp/said"
        got=$?
        { [ "$got" -eq 2 ] && [ -s "$tmp/said" ] && strays; } || complain "standard output closed: status $got, '$(head -1 "$tmp/said")'"
        fresh
        { (trap '' PIPE; sleep 0.05; run; echo $? >"$tmp/got") 2>"$tmp/said"; } | :
        [ "$(cat "$tmp/got")" -eq 2 ] || complain "a pipe that nobody reads: status $(cat "$tmp/got"), '$(head -1 "$tmp/said")'"
    fi
    fresh
    run 2>&- >"$tmp/out2"
    got=$?
    if [ -s "$tmp/err" ]; then
        [ "$got" -eq "$status" ] || [ "$got" -eq 2 ] || complain "standard error closed: status $got, not $status"
    else
        { [ "$got" -eq "$status" ] && cmp -s "$tmp/out" "$tmp/out2"; } || complain "standard error closed: status $got, not $status"
    fi
    files | cmp -s - "$tmp/files" || complain "standard error closed: other files"
    # Nothing open: what is opened first is none of the three.
    fresh
    # shellcheck disable=SC2086
    assize $words <&- >&- 2>&-
    got=$?
    [ "$got" -eq 2 ] || { [ "$got" -eq "$status" ] && [ ! -s "$tmp/out" ]; } || complain "all three closed: status $got"
    strays || complain "all three closed: a message stands in a file"
    if [ -z "$input" ]; then
        fresh
        # shellcheck disable=SC2086
        assize $words <&- >"$tmp/out2" 2>/dev/null
        got=$?
        { [ "$got" -eq "$status" ] && cmp -s "$tmp/out" "$tmp/out2"; } || complain "standard input closed: status $got, not $status"
    fi
    interrupt
    cd "$tmp" || exit 2
    report "$name"
}

# Interrupted while it waits for its first file, a pipe that nobody writes: it ends, not well, and leaves the files as they were.
interrupt() {
    fresh
    for word in $words; do
        [ -f "$word" ] || continue
        rm "$word" && mkfifo "$word" && files >"$tmp/files"
        # shellcheck disable=SC2086
        timeout -k 5 -s INT --preserve-status 0.15 assize $words </dev/null >/dev/null 2>&1
        got=$?
        [ "$got" -eq 130 ] || [ "$got" -eq 2 ] || complain "interrupted: status $got"
        files | cmp -s - "$tmp/files" || complain "interrupted: other files"
        for report in $reports; do
            [ ! -s "$report" ] || complain "interrupted: a report that may look whole"
        done
        return
    done
}

mkdir before
name='' reports=''
while IFS= read -r line; do
    rest=${line#? }
    case $line in
    '= '*)
        name=$rest reports=
        rm -rf before work && mkdir before
        ;;
    '< '*)
        # shellcheck disable=SC2086 # FILE and what it is called
        set -- $rest
        cp "$root/$1" "before/${2:-${1##*/}}"
        ;;
    '~ '*) reports="$reports $rest" ;;
    '! '*)
        # shellcheck disable=SC2086
        (cd before && assize $rest >/dev/null 2>&1) || { complain "what comes before"; report "$name"; }
        ;;
    '$ '*)
        case $name in *"$only"*) ;; *) continue ;; esac
        case $rest in *' < '*) input=${rest##* < } words=${rest%% < *} ;; *) input='' words=$rest ;; esac
        try </dev/null
        ;;
    esac
done <"$root/tests/fault/scenarios.txt"
echo "1..$number"
[ $failures -eq 0 ] && [ $number -gt 0 ]
