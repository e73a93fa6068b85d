#!/bin/sh
# Writes a target's seeds into a folder: the examples, the files of the test cases, and outside corpora where they are.
# Usage: scripts/fuzz-seeds.sh TARGET FOLDER
set -u
cd "$(dirname "$0")/.." || exit 2
target=$1
folder=$2
corpora=${ASSIZE_CORPORA:-../shared}/corpora
mkdir -p "$folder" || exit 1

number=0
keep() { # FILE [PREFIX]: a copy under a number, with a byte before it
    number=$((number + 1))
    { printf '%s' "${2:-}" && cat "$1"; } >"$folder/seed-$number"
}
# The files inside the transcripts whose names end so, each as one file of a scratch folder.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assize-seeds.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
from_cases() {
    find tests/cases -name '*.test' | LC_ALL=C sort | while read -r case; do
        awk -v to="$scratch/$(echo "$case" | tr / _)" -v ending="$1" '
            /^(---|\$) / { if (out) close(out); out = "" }
            /^--- / && index($2, ending) && !/hex/ { out = to "." (++n); next }
            out { sub(/^\\/, ""); print >out }' "$case"
    done
}

case $target in
yaml | policy)
    from_cases .yaml
    for file in examples/*/*.yaml tests/fault/*.yaml "$scratch"/*; do keep "$file"; done
    if [ "$target" = yaml ]; then
        find "$corpora/yaml-test-suite" -name in.yaml 2>/dev/null | LC_ALL=C sort >"$scratch/list"
        while read -r file; do keep "$file"; done <"$scratch/list"
    fi
    ;;
rule)
    sed -n 's/^ *- \([a-z].*\)$/\1/p' examples/*/*.yaml tests/fault/*.yaml | while read -r rule; do
        number=$((number + 1))
        printf '0%s' "$rule" >"$folder/seed-$number"
    done
    for file in stdlib/*.assize; do cp "$file" "$folder/$(basename "$file")" && keep "$file" 3; done
    ;;
json | describe)
    from_cases json
    for file in examples/*/*.json tests/fault/*json "$scratch"/* "$corpora"/JSONTestSuite/test_*/*.json; do
        [ ! -f "$file" ] || keep "$file"
    done
    ;;
bytecode)
    for byte in 0 1 2 3 4 5; do printf '%b' "\\00$byte\\000\\005\\000\\000\\003" >"$folder/seed-$byte"; done
    ;;
whole)
    for policy in examples/*/*.assize.yaml tests/fault/wide.assize.yaml; do
        for record in "$(dirname "$policy")"/*json; do
            cat "$policy" >"$scratch/whole"
            echo '%%' >>"$scratch/whole"
            cat "$record" >>"$scratch/whole"
            keep "$scratch/whole"
        done
    done
    ;;
*)
    # a target without seeds of its own begins with nothing
    printf '\n' >"$folder/seed"
    ;;
esac
