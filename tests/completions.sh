#!/bin/sh
# What is made of the table of commands: the completions by their shells, the manual pages by a formatter, and both by
# what they must name. A shell or a formatter that is not there is skipped. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
PATH=$(cd "${ASSIZE_BUILD:-build}" && pwd):$PATH
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-completions.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
number=0
failures=0

report() { # NAME FINDINGS: no findings is a pass.
    number=$((number + 1))
    if [ -z "$2" ]; then
        echo "ok $number - $1"
    else
        failures=$((failures + 1))
        echo "not ok $number - $1"
        printf '%s\n' "$2" | sed 's/^/#   /'
    fi
}

skip() { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }

commands=$(assize help | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')

for shell in bash zsh fish; do
    assize completions "$shell" >"$tmp/$shell"
    if command -v "$shell" >/dev/null 2>&1; then
        report "$shell reads its completions" "$("$shell" -n "$tmp/$shell" 2>&1)"
    else
        skip "$shell reads its completions" "there is no $shell"
    fi
    for command in $commands; do
        grep -qw -e "$command" "$tmp/$shell" || echo "$command is missing"
        assize "$command" --help | sed -n 's/^  .*--\([a-z-]*\).*/\1/p' | while read -r option; do
            grep -q -e "$option" "$tmp/$shell" || echo "$command --$option is missing"
        done
    done >"$tmp/missing"
    report "$shell completes every command and option" "$(cat "$tmp/missing")"
done

# What bash makes of a line: the words before the last, and the last.
complete_in_bash() { # WORD...
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _assize; echo "${COMPREPLY[@]}"' "$tmp/bash" "$@"
}
completes() { # EXPECTED WORD...
    expected=$1
    shift
    got=$(complete_in_bash "$@")
    [ "$got" = "$expected" ] && got=
    report "bash: $* → $expected" "$got"
}
if command -v bash >/dev/null 2>&1; then
    completes 'check' assize che
    completes '--unsafe-fixes' assize check --un
    completes 'auto always' assize check --color a
    completes 'bytecode' assize dump --stage by
    completes 'jsonl' assize eval -o jsonl
    completes 'bash' assize completions b
    completes '' assize check policy
else
    skip 'bash completes a line' 'there is no bash'
fi

formatter=
for program in mandoc groff; do
    [ -n "$formatter" ] || ! command -v "$program" >/dev/null 2>&1 || formatter=$program
done
for command in '' $commands; do
    # shellcheck disable=SC2086 # nothing is one page, too
    assize man $command >"$tmp/page"
    case $formatter in
    mandoc) found=$(mandoc -T lint -W warning "$tmp/page" 2>&1 | grep -v 'missing date') ;;
    groff) found=$(groff -man -Tutf8 -ww "$tmp/page" 2>&1 >"$tmp/shown") ;;
    *) skip "the page of assize $command is read" 'there is neither mandoc nor groff'; continue ;;
    esac
    report "$formatter reads the page of assize $command" "$found"
done

echo "1..$number"
[ "$failures" -eq 0 ]
