#!/bin/sh
# Whether the hand-written C is formatted as .clang-format says; TAP, one test a folder. With --fix it formats.
# Versions of clang-format differ in details, so only the one that Debian 12 has (14) is believed.
# Tables (*.def) and the sources of re2c and bison are laid out by hand.
set -u
cd "$(dirname "$0")/.." || exit 2

format=
for program in clang-format-14 clang-format; do
    case $("$program" --version 2>/dev/null) in
    *'version 14.'*) format=$program; break ;;
    esac
done
if [ -z "$format" ]; then
    echo 'ok 1 - format # SKIP there is no clang-format 14'
    echo '1..1'
    exit 0
fi

number=0
failures=0
for folder in base grammar stdlib vm compiler records report ledger library cli include tests bench; do
    [ -d "$folder" ] || continue
    files=$(find "$folder" -name '*.[ch]' -type f | LC_ALL=C sort)
    [ -n "$files" ] || continue
    if [ "${1:-}" = --fix ]; then
        # shellcheck disable=SC2086 # names without spaces
        "$format" -i $files
        continue
    fi
    number=$((number + 1))
    # shellcheck disable=SC2086
    if found=$("$format" --dry-run --Werror $files 2>&1); then
        echo "ok $number - $folder/ is formatted"
    else
        failures=$((failures + 1))
        echo "not ok $number - $folder/ is formatted (make fmt)"
        printf '%s\n' "$found" | sed -n 's/^\([^ ]*:[0-9]*:[0-9]*\): error:.*/#   \1/p'
    fi
done
[ "${1:-}" = --fix ] || echo "1..$number"
[ "$failures" -eq 0 ]
