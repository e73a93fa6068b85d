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

echo "1..$number"
[ "$failures" -eq 0 ]
