#!/bin/sh
# Writes a target's seeds into a folder: the examples, the files of the test cases, and what the program makes of them (decisions,
# locks, envelopes). With `outside` the seeds are outside corpora instead, where those are: what grows from them is not kept, as
# it is not ours.
# Usage: scripts/fuzz-seeds.sh TARGET FOLDER [outside]
set -u
cd "$(dirname "$0")/.." || exit 2
target=$1
folder=$2
corpora=${ASSIZE_CORPORA:-../shared}/corpora
assize=$PWD/${ASSIZE_BUILD:-build}/assize
mkdir -p "$folder" || exit 1

number=0
keep() { # FILE [PREFIX]: a copy under a number, with bytes before it
    number=$((number + 1))
    { printf %b "${2:-}" && cat "$1"; } >"$folder/seed-$number"
}
join() { # FIRST-LINE FILE...: several files as one input, parted by `%%`
    head=$1
    shift
    {
        printf '%s' "$head"
        first=1
        for file; do
            [ -n "$first" ] || echo '%%'
            first=
            cat "$file"
            [ -z "$(tail -c 1 "$file")" ] || echo
        done
    } >"$scratch/joined"
    keep "$scratch/joined"
}
# The files inside the transcripts whose names end so, each as one file of a scratch folder: CASE.test.NUMBER.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assize-seeds.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/cases" "$scratch/records" "$scratch/made"
from_cases() { # ENDING [FOLDER [TO]]
    # shellcheck disable=SC2016 # the program is awk's
    find "tests/cases/${2:-}" -name '*.test' | LC_ALL=C sort | xargs awk -v to="$scratch/${3:-cases}/" -v ending="$1" '
        FNR == 1 { if (out) close(out); out = ""; count = 0; name = FILENAME; gsub("/", "_", name) }
        /^(---|\$) / { if (out) close(out); out = "" }
        /^--- / && substr($2, length($2) - length(ending) + 1) == ending && !/hex/ { out = to name "." (++count); next }
        out { sub(/^\\/, ""); print >out }'
}
# Decisions, a lock and an envelope, as the program writes them, in $scratch/made.
make_records() {
    [ -x "$assize" ] || return 0
    cp examples/spatial/* "$scratch/made"
    # the key of RFC 8032's test vector: nobody's may be kept
    from_cases key attest made
    mv "$scratch"/made/*_steps.test.1 "$scratch/made/key"
    from_cases key.pub attest made
    mv "$scratch"/made/*_steps.test.1 "$scratch/made/key.pub"
    chmod 600 "$scratch/made/key"
    (
        cd "$scratch/made" || exit 1
        export SOURCE_DATE_EPOCH=1795183391
        policy=spatial.assize.yaml
        for result in ship reject iterate; do
            "$assize" decide -p $policy --by ada --as "$result" --because 'It is so.' --next 'Go on.' --tag depth "$result.json"
        done
        "$assize" decide -p $policy --by ada --as defer --because 'Wait.' --next wait --follows decisions/*.yaml ship.json
        "$assize" lock --time 2026-11-20T09:30:00Z $policy
        "$assize" attest -p $policy --artifact ship.json --resource r --verifier v --sign key --out v.dsse ship.json
    ) >/dev/null 2>&1
}

outside() {
    case $target in
    yaml) find "$corpora/yaml-test-suite" -name in.yaml ;;
    json | describe | envelope | rows) find "$corpora/JSONTestSuite" -path '*test_*' -name '*.json' ;;
    foreign) find "$corpora" "${corpora%/*}/samples" -name '*.json' -size -64k | grep -v JSONTestSuite ;;
    esac 2>/dev/null | LC_ALL=C sort >"$scratch/list"
    prefix=
    [ "$target" != foreign ] || prefix='\0001'
    while read -r file; do keep "$file" "$prefix"; done <"$scratch/list"
}

if [ "${3:-}" = outside ]; then
    outside
    exit 0
fi
case $target in
yaml | policy)
    from_cases .yaml
    for file in examples/*/*.yaml tests/fault/*.yaml "$scratch"/cases/*; do keep "$file"; done
    ;;
tests)
    from_cases .assize-test.yaml
    for file in "$scratch"/cases/*; do keep "$file"; done
    ;;
diff)
    from_cases .yaml diff
    for file in examples/*/*.assize.yaml "$scratch"/cases/*; do
        join '' "$file" "${last:-$file}"
        last=$file
    done
    ;;
rule)
    sed -n 's/^ *- \([a-z].*\)$/\1/p' examples/*/*.yaml tests/fault/*.yaml >"$scratch/list"
    while read -r rule; do
        printf '%s' "$rule" >"$scratch/rule"
        keep "$scratch/rule" 0
    done <"$scratch/list"
    for file in stdlib/*.assize; do cp "$file" "$folder/$(basename "$file")" && keep "$file" 3; done
    ;;
json | describe)
    from_cases json
    for file in examples/*/*.json tests/fault/*json "$scratch"/cases/*; do keep "$file"; done
    ;;
foreign)
    # a byte says under which of the formats a file is also read, in the order of their descriptions
    from_cases json formats
    from_cases json records
    number_of=0
    for format in records/formats/*.assize-format; do
        byte=$(printf '\\0%03o' "$number_of")
        number_of=$((number_of + 1))
        name=$(basename "$format" .assize-format)
        sed -n "s/^    {\"$name\",.*//p; /^    {\"$name\",/,/\"},\$/p" tests/unit/formats.c |
            sed -n 's/^ *"\(.*[]}]\)"},$/\1/p; s/^ *"\(.*,\)"$/\1/p' | sed 's/\\"/"/g; s/\\n/\n/g' | tr -d '\n' >"$scratch/sample"
        [ ! -s "$scratch/sample" ] || keep "$scratch/sample" "$byte"
        for file in "$scratch"/cases/*_"$name"*; do [ ! -f "$file" ] || keep "$file" "$byte"; done
    done
    for file in "$scratch"/cases/*; do keep "$file" '\0001'; done
    ;;
format)
    from_cases json formats
    for file in records/formats/*.assize-format; do
        keep "$file"
        for result in "$scratch"/cases/*_"$(basename "$file" .assize-format)"*; do
            [ ! -f "$result" ] || join '' "$file" "$result"
        done
    done
    ;;
rows)
    from_cases .jsonl clusters
    from_cases .json fingerprint
    from_cases .jsonl fingerprint
    for file in examples/promotion/holdout.jsonl "$scratch"/cases/*; do
        keep "$file"
        join '' "$file" "${last:-$file}"
        last=$file
    done
    ;;
decision | index | lock | envelope)
    make_records
    case $target in
    decision) for file in "$scratch"/made/decisions/*.yaml; do [ ! -f "$file" ] || keep "$file"; done ;;
    index)
        [ ! -f "$scratch/made/decisions/INDEX" ] || keep "$scratch/made/decisions/INDEX" 0
        printf '1a.yaml\nb.yaml\n^c.yaml\nd.yaml\n' >"$folder/seed-made"
        ;;
    lock)
        for file in "$scratch"/made/*.lock examples/spatial/*.assize.yaml; do [ ! -f "$file" ] || keep "$file"; done
        ;;
    envelope)
        for file in "$scratch"/made/v.dsse "$scratch"/made/key*; do [ ! -f "$file" ] || keep "$file"; done
        sed -n 's/^\({"_type".*}\)$/\1/p' tests/cases/attest/*.test | head -n 1 >"$scratch/statement"
        keep "$scratch/statement"
        ;;
    esac
    ;;
bytecode | reports)
    for byte in 0 1 2 3 4 5 6 7; do printf %b "\\000$byte\\0000\\0005\\0000\\0000\\0003" >"$folder/seed-$byte"; done
    ;;
model)
    # the bytes of any files will do: they are throws of dice
    for file in stdlib/*.c vm/*.c; do head -c 700 "$file" >"$folder/$(basename "$file")"; done
    ;;
commands)
    make_records
    policy=examples/spatial/spatial.assize.yaml
    other=examples/promotion/contract.assize.yaml
    record=examples/spatial/ship.json
    printf 'levels: {A605: off}\nexclude: [a/**]\nfail_on: error\npatterns: {positive: accepted, significance: 0.9, high: {experiments: 4}}\n' >"$scratch/s"
    printf '%s\n' 'id: A605 x' >"$scratch/b"
    printf -- '- {id: a, x: 1}\n- {id: b, x: 2.5, y: [true, null]}\n' >"$scratch/y"
    printf '{"id": "a", "correct": true, "input": "one two"}\n{"id": "b", "correct": false, "input": "two"}\n' >"$scratch/j"
    printf '1700000000000 0.5 0\n1700000000001 0.6 1\n' >"$scratch/m"
    printf 'artifact_uri: x\nrun_id: abc\nstatus: 3\n' >"$scratch/u"
    printf 'cases:\n  - {name: a, record: {metrics: {}}, verdict: iterate}\n' >"$scratch/t"
    set -- "$scratch"/made/decisions/*.yaml
    join 'settings
' "$scratch/s" $policy
    join 'baseline
' "$scratch/b" $policy
    for name in fix lint prove; do
        join "$name
" $policy
    done
    join 'patterns
' "$scratch/s" "$@"
    join 'timeline
' "$@"
    [ ! -f "$scratch/made/decisions/INDEX" ] || join 'verify
' "$scratch/made/decisions/INDEX" "$@"
    join 'replay
' $policy "$@"
    [ ! -f "$scratch/made/spatial.assize.yaml.lock" ] || join 'locked
' "$scratch/made/spatial.assize.yaml.lock" $policy $record
    join 'eval
' records/formats/tree.assize-format $policy $record
    join 'pair
' examples/pythia/pythia.assize.yaml examples/pythia/baseline.json examples/pythia/variant.json
    join 'jobs
' examples/promotion/canary.assize.yaml examples/promotion/clean.ndjson
    join 'why
' $policy examples/spatial/reject.json
    for name in compare select; do
        join "$name
" $other examples/promotion/runs/v1.1.json examples/promotion/runs/v1.2-fix.json
    done
    join 'canary
' examples/promotion/canary.assize.yaml "$1" examples/promotion/unsafe.ndjson
    join 'run-folder
' "$scratch/u" "$scratch/m" "$scratch/m" "$scratch/u" "$scratch/u"
    join 'rows
' "$scratch/y"
    join 'syntax
' $record
    join 'clusters
' "$scratch/j" "$scratch/y"
    [ ! -f "$scratch/made/v.dsse" ] || join 'attest
' "$scratch/made/v.dsse" "$scratch/made/key.pub" $record
    join 'tests
' "$scratch/t" $policy $record
    join 'init
' $record
    ;;
whole)
    for policy in examples/*/*.assize.yaml tests/fault/wide.assize.yaml; do
        for record in "$(dirname "$policy")"/*json; do join '' "$policy" "$record"; done
    done
    join '' examples/pythia/pythia.assize.yaml examples/pythia/baseline.json examples/pythia/variant.json
    # of each case each policy with each of its records
    for subject in language evidence; do
        from_cases .assize.yaml $subject
        from_cases json $subject records
    done
    for policy in "$scratch"/cases/*; do
        case=$(basename "${policy%.*}")
        for record in "$scratch/records/$case".*; do [ ! -f "$record" ] || join '' "$policy" "$record"; done
    done
    ;;
*)
    # a target without seeds of its own begins with nothing
    printf '\n' >"$folder/seed"
    ;;
esac
