#!/bin/sh
# Runs shellcheck on the scripts, and checks the rules of the house that a grep can see; TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
number=0
failures=0

# report NAME FINDINGS: no findings is a pass.
report() {
    number=$((number + 1))
    if [ -z "$2" ]; then
        echo "ok $number - $1"
    else
        failures=$((failures + 1))
        echo "not ok $number - $1"
        printf '%s\n' "$2" | sed 's/^/#   /'
    fi
}

folders=
for folder in base grammar stdlib vm compiler records report ledger library cli include tests bench; do
    [ ! -d "$folder" ] || folders="$folders $folder"
done
# shellcheck disable=SC2086 # names without spaces
sources=$(find $folders -type f \( -name '*.[chy]' -o -name '*.re' -o -name '*.def' -o -name '*.assize' \) |
    LC_ALL=C sort)
scripts=$(find scripts tests bench ci -name '*.sh' -type f | LC_ALL=C sort)

if command -v shellcheck >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    report 'shellcheck' "$(shellcheck -f gcc $scripts .ci/run 2>&1)"
else
    number=$((number + 1))
    echo "ok $number - shellcheck # SKIP there is no shellcheck"
fi

# shellcheck disable=SC2086
report 'every source begins with a comment' \
    "$(awk 'FNR == 1 && !/^(\/\*|#)/ { print FILENAME ": " $0 }' $sources)"
# shellcheck disable=SC2086
report 'no work is left in a comment' "$(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $sources)"
# shellcheck disable=SC2086
report 'no tabs, no blanks at the end of a line' "$(grep -nE "$(printf '\t')| +\$" $sources)"

# Conversions that depend on the locale, and functions that write past what they know; in comments they may be named.
unwanted='strtod|strtof|atof|atoi|atol|isalpha|isdigit|isspace|isalnum|isupper|islower|toupper|tolower|setlocale'
unwanted="$unwanted|strcpy|strcat|sprintf|vsprintf|gets|strtok"
code=$(printf '%s\n' "$sources" | grep -vE '^(tests|bench)/|\.def$')
comment=':[0-9]+: *(/?\*|//)'
# shellcheck disable=SC2086
report 'no locale-dependent or unbounded function' "$(grep -nE "\b($unwanted)[ ]*\(" $code | grep -vE "$comment")"

quiet=$(printf '%s\n' "$code" | grep -v '^cli/')
prints='\b(printf|puts|putchar|perror|exit|abort|_exit)[ ]*\(|[(, ](stdout|stderr)[,;)]'
# shellcheck disable=SC2086
report 'only cli/ prints or exits' "$(grep -nE "$prints" $quiet | grep -vE "$comment" | grep -v 'format(printf')"

unlinked=
for page in docs/*/*.md docs/[!R]*.md; do
    grep -qF "](${page#docs/})" docs/README.md || unlinked="$unlinked$page
"
done
report 'docs/README.md links every page' "$unlinked"

# Which functions take bytes and are called readers, by their declarations; and what tests/fuzz/readers.txt says of each.
readers=tests/fuzz/readers.txt
declared=$(awk '
    /^[a-z].*\(/ || more {
        line = more $0
        more = line ~ /;/ ? "" : line " "
        if (!more && match(line, /[a-z_0-9]+\(/)) {
            name = substr(line, RSTART, RLENGTH - 1)
            if (name ~ /(_read|_parse|_open|_check|_tree|_look)(_[a-z]+)?$/ &&
                line ~ /(str (name, str )?(text|bytes|json|statement|hex)|struct source \*source|char \*(path|json|text))[,)]/)
                print name
        }
    }' base/*.h grammar/*.h compiler/*.h records/*.h ledger/*.h include/*.h | sort -u)
unfuzzed=
for name in $declared; do grep -q "^$name " $readers || unfuzzed="$unfuzzed$name is not in $readers
"; done
while read -r name target by; do
    case $name in '#' | '') continue ;; esac
    grep -qE "\b$name\(" base/*.h grammar/*.h compiler/*.h records/*.h ledger/*.h include/*.h ||
        unfuzzed="$unfuzzed$name is declared nowhere
"
    cat "tests/fuzz/$target.c" tests/fuzz/common.c 2>/dev/null | grep -qE "\b$by\b" ||
        unfuzzed="${unfuzzed}tests/fuzz/$target.c says nothing of $by
"
done <$readers
report 'each reader of bytes has a fuzzing target' "$unfuzzed"

echo "1..$number"
[ "$failures" -eq 0 ]
