#!/bin/sh
# The pages of docs/reference that are made from the tables: findings.md, functions.md, opcodes.md and formats.md.
# Says which of them are stale (TAP); with --write it makes them anew. ASSIZE_BUILD (default build) holds the program.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
build=${ASSIZE_BUILD:-build}
PATH=$(cd "$build" && pwd):$PATH || exit 2
export LC_ALL=C.UTF-8 TERM=dumb

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-reference.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

# What `explain` indents by four, as a block.
block() { # LANGUAGE
    echo "\`\`\`$1"
    sed 's/^    //'
    echo '```'
}

# The part of what `explain CODE` said that follows a heading, up to the next.
part_of() { # HEADING
    awk -v heading="$1:" '
        $0 == heading { inside = 1; next }
        inside && /^[a-z]+:$/ { exit }
        inside && (lines > 0 || $0 != "") { text[++lines] = $0 }
        END { while (lines > 0 && text[lines] == "") lines--; for (i = 1; i <= lines; i++) print text[i] }' "$tmp/explained"
}

# What assize says about the bad example: the finding without the sum below it.
said_about() { # CODE
    case $1 in
    A9*)
        printf 'assize: 1\nname: example\nmetrics: {acc: {better: higher}}\nship: ["acc >= 0.9"]\n' >policy.assize.yaml
        assize explain "$1" --bad >result.json
        assize eval -p policy.assize.yaml result.json
        ;;
    A7*)
        printf 'assize: 1\nname: example\nmetrics: {acc: {better: higher}}\nship: ["acc >= 0.9"]\n' >policy.assize.yaml
        assize explain "$1" --bad >example.assize-test.yaml
        assize test example.assize-test.yaml 2>&1 >/dev/null
        assize test example.assize-test.yaml 2>/dev/null | sed -n '/^example.*error\[/,$p' | sed '/^[0-9]* passed, /d'
        ;;
    *)
        assize explain "$1" --bad >policy.assize.yaml
        case $1 in A6*) assize check --fail-on note policy.assize.yaml ;; *) assize check policy.assize.yaml ;; esac
        ;;
    esac 2>&1 | awk '
        /^[0-9]+ (records?:|findings?$)/ { next }
        { text[++lines] = $0 }
        END { while (lines > 0 && text[lines] == "") lines--; for (i = 1; i <= lines; i++) print text[i] }'
}

finding() { # CODE NAME
    assize explain "$1" >"$tmp/explained"
    printf '\n### %s %s\n\n' "$1" "$2"
    sed -n 3p "$tmp/explained"
    part_of refused >"$tmp/refused"
    [ -s "$tmp/refused" ] || return 0
    language=yaml
    case $1 in A9*) language=json ;; esac
    printf '\nRefused:\n\n'
    block "$language" <"$tmp/refused"
    echo '```text'
    said_about "$1"
    echo '```'
    printf '\nRead:\n\n'
    part_of read | block "$language"
}

area_of() { # CODE
    case $1 in
    A0*) echo 'The bytes and the YAML of a policy' ;;
    A1*) echo 'Keys and their values' ;;
    A2*) echo 'The words of a rule' ;;
    A3*) echo Names ;;
    A4*) echo 'Types, numbers and floors' ;;
    A5*) echo 'Blocks, guards and ladders' ;;
    A69*) echo 'Comments that set a finding aside' ;;
    A6*) echo 'What compiles and is hardly meant' ;;
    A7*) echo 'Test files, and what tests find' ;;
    A8*) echo 'Files and memory' ;;
    A9*) echo 'Result files' ;;
    *) echo Others ;;
    esac
}

findings() {
    cat <<'PAGE'
# Findings

Everything that assize can find wrong with a policy or a result, by its code. A code is never reused and never changes its
meaning; the words of a message may. `assize explain CODE` prints an entry, `assize explain CODE --bad` and `--good` its
examples as whole files.

This page is made from the table of findings: `make docs`.
PAGE
    last=
    assize explain --list | while read -r code name; do
        area=$(area_of "$code")
        [ "$area" = "$last" ] || printf '\n## %s\n' "$area"
        last=$area
        finding "$code" "$name"
    done
}

verb() { # NAME
    assize explain "$1" >"$tmp/explained"
    printf '\n### %s\n\n' "$1"
    sed -n 3p "$tmp/explained"
    echo
    sed -n '/^    /p' "$tmp/explained" | block text
}

# The rows of stdlib/functions.def: name, what it takes, what it gives, meaning, example; `kind` chooses them.
function_rows() { # KINDS
    awk -v kinds="$1" '
        BEGIN { word["N"] = "number"; word["S"] = "string"; word["T"] = "truth value" }
        function types(letters,    i, list) {
            for (i = 1; i <= length(letters); i++) list = list (i > 1 ? ", " : "") word[substr(letters, i, 1)]
            return list
        }
        /^FUNCTION\(/ {
            name = $0; sub(/^FUNCTION\(/, "", name); sub(/,.*/, "", name)
            split($0, quoted, "\"")
            kind = quoted[5]; gsub(/[ ,]/, "", kind)
            takes = types(quoted[2]) (kind == "FOLD" ? ", …" : "")
            gives = word[quoted[4]]; meaning = quoted[6]
            next
        }
        name != "" {
            example = $0; sub(/^ *"/, "", example); sub(/"\)[ ]*$/, "", example); gsub(/\\"/, "\"", example)
            if (index(kinds, kind)) printf "| `%s` | %s | %s | %s | `%s` |\n", name, takes, gives, meaning, example
            name = ""
        }' "$root/stdlib/functions.def"
}

functions() {
    cat <<'PAGE'
# Verbs and functions

What rules may call. `assize explain NAME` prints an entry. This page is made from the tables: `make docs`.

## Verbs

A verb follows its metric: `accuracy improves_by 0.02`. Verbs are written in the language itself
(`stdlib/verbs.assize`), in the form that `define:` has in a policy. `x > 0` is a bound on the amount, `= 0` its default;
`x%` becomes x/100 of the metric's baseline before the definition sees it. What attributes such as `m.gain` are, says
[the language](language.md#attributes).
PAGE
    assize explain --verbs | while read -r name; do
        verb "$name"
    done
    cat <<'PAGE'

## Functions

A function stands in a sum or, where it gives a truth value, alone: `max(acc, f1) >= 0.9`, `starts_with(evaluator, "v2")`.
Numbers are exact. The examples are true of `tests/functions.json`.

| function | takes | gives | meaning | example |
|---|---|---|---|---|
PAGE
    function_rows 'PLAIN FOLD'
    cat <<'PAGE'

## Certainty

`with certainty` becomes one of these; rules cannot name them. Φ is the distribution function of the standard normal.

| function | takes | gives | meaning | example |
|---|---|---|---|---|
PAGE
    function_rows INTERNAL
}

opcodes() {
    cat <<'PAGE'
# Instructions

The bytecode that a policy becomes, as `assize dump --stage bytecode` prints it. An instruction has 32 bits: 8 of opcode, 24
of operand. There is no jump: a program's cost is its length, and every predicate is evaluated. N is a number, S a string,
T a truth value (true, false or unknown); `?` is what the operand's row says. The bytecode is no interface: it may change
with any version, and is never read from a file. How a policy becomes one is in
[the life of a policy](../life-of-a-policy.md).

This page is made from the table of instructions: `make docs`.

| instruction | operand | takes | gives | meaning |
|---|---|---|---|---|
PAGE
    awk -F'"' '
        function or_none(text) { return text == "" || text == "NONE" ? "–" : text }
        /^OPCODE\(/ {
            split($1, cells, /[(, ]+/)
            printf "| `%s` | %s | %s | %s | %s |\n", cells[2], or_none(cells[3]), or_none($2), or_none($4), $6
        }' "$root/vm/opcodes.def"
}

formats() {
    cat <<'PAGE'
# Formats of result files

What assize knows of other tools' files. A policy that says `format: NAME` names its metrics by the addresses below
([how to](../how-to/results-of-another-tool.md)), and reads a file only where its content is that format's; `assize records
FILE` says what a file is, and lists its addresses. The facts are read as `audit.NAME`, in `comparable:` and by fields. How a
description is written is in [format files](format-files.md); `assize records --show-format NAME` prints each.

This page is made from the descriptions: `make docs`.

| format | files |
|---|---|
PAGE
    for file in "$root"/records/formats/*.assize-format; do
        awk '/^format / { name = $2 } /^title / { sub(/^title /, ""); title = $0 }
            END { printf "| [`%s`](#%s) | %s |\n", name, name, title }' "$file"
    done
    for file in "$root"/records/formats/*.assize-format; do
        awk '
            function rest() { sub(/^ *[^ ]+ /, ""); return $0 }
            function add(list, word) { return list (list == "" ? "" : ", ") "`" word "`" }
            $1 == "format" { name = $2 }
            $1 == "title" { title = rest() }
            $1 == "about" { about = rest() }
            $1 == "both-arms" { both = 1 }
            $1 == "reads" { reads = $2 }
            $1 == "detect" { detect = add(detect, rest()) }
            $1 == "refuse" { text = $0; sub(/.* -- /, "", text); refuse = refuse "* " text "\n" }
            $1 == "row" { if (row != "") rows = rows row; row = ""; sources = "" }
            $1 == "name" { named = rest(); gives = "" }
            $1 ~ /^(variant|baseline|delta|stderr|n|better|higher_is_better|(baseline|variant)_(n|stderr))$/ { gives = gives (gives == "" ? "" : ", ") $1; given[named] = gives; if (!(named in seen)) { seen[named] = 1; order[++count] = named } }
            $1 == "unit" { unit[named] = $NF }
            $1 == "audit" { audits = add(audits, $2) }
            END {
                gsub(/\{value\}/, "…", refuse)
                printf "\n## %s\n\n%s: %s.\n", name, title, about
                if (reads != "") printf "\nThe same files as `%s`.", reads
                if (both) printf "\nA file holds both arms: give it as one record.\n"
                if (detect != "") printf "\nKnown by: %s.\n", detect
                printf "\n| address | gives | unit |\n|---|---|---|\n"
                for (i = 1; i <= count; i++) { shown = order[i]; gsub(/\|/, "\\|", shown)
                    printf "| `%s` | %s | %s |\n", shown, given[order[i]], order[i] in unit ? (unit[order[i]] == "-" ? "the metric says it" : unit[order[i]]) : "–" }
                if (audits != "") printf "\nFacts: %s.\n", audits
                if (refuse != "") printf "\nRefused where:\n\n%s", refuse
            }' "$file"
    done
}

number=0
failures=0
mkdir "$tmp/work" && cd "$tmp/work" || exit 2
for page in findings functions opcodes formats; do
    number=$((number + 1))
    "$page" >"$tmp/$page.md" || exit 2
    if [ "${1:-}" = --write ]; then
        cmp -s "$tmp/$page.md" "$root/docs/reference/$page.md" || cp "$tmp/$page.md" "$root/docs/reference/$page.md"
    elif cmp -s "$tmp/$page.md" "$root/docs/reference/$page.md"; then
        echo "ok $number - docs/reference/$page.md is made from the tables"
    else
        failures=$((failures + 1))
        echo "not ok $number - docs/reference/$page.md is stale (make docs)"
        diff "$root/docs/reference/$page.md" "$tmp/$page.md" 2>&1 | sed -n '1,10s/^/#   /p'
    fi
done
[ "${1:-}" = --write ] || echo "1..$number"
[ "$failures" -eq 0 ]
