#!/bin/sh
# Runs fuzzing targets, each for SECONDS_EACH (60): seeds, dictionary and the kept corpus in, what was newly reached under
# build/fuzz/corpus/TARGET, findings under build/fuzz/findings. TAP, and a table at the end.
#
# More than a second for an input of up to 64 KB, or 256 MB, is a finding. Under the sanitizers, which make the product about five
# times as slow, and on a machine that does other things, too, only SLOW (20) seconds end the run; but every input that took more than
# one second is then run by the ordinary build, and held against a second of its processor's time. The 256 MB are those of
# the whole process, the sanitizers' and the fuzzer's own included.
#
#   MERGE=1     minimise what is kept instead: the fewest inputs that reach as much, under build/fuzz/kept/TARGET
#   OUTSIDE=1   begin also with outside corpora; what grows from them goes to build/fuzz/outside/TARGET and is never kept
#   ENGINE=afl  AFL++ in place of libFuzzer
#
# Seeds are made where build/fuzz/seeds/TARGET is not there.
#
# Usage: scripts/fuzz.sh TARGET...; `make fuzz T=TARGET` builds them first.
set -u
cd "$(dirname "$0")/.." || exit 2
seconds=${SECONDS_EACH:-60}
slow=${SLOW:-20}
memory=${MEMORY:-256}
engine=${ENGINE:-libfuzzer}
root=build/fuzz
failed=0
number=0

# The memory of freed blocks is the sanitizer's own: keep little of it.
export ASAN_OPTIONS="quarantine_size_mb=16:${ASAN_OPTIONS:-}"
mkdir -p $root/findings $root/log
sh scripts/fuzz-dict.sh >$root/words.dict
: >$root/table

say() { # OK WORDS
    number=$((number + 1))
    [ -z "$1" ] || failed=1
    echo "$1ok $number - $2"
}

count() { find "$@" -type f 2>/dev/null | wc -l; }

stat_of() { sed -n "s/^stat::$2: *//p" "$root/log/$1"; }

# Inputs that were slow under the sanitizers, by the ordinary build.
check_slow() {
    for input in "$root/findings/$1-slow-unit-"*; do
        [ -f "$input" ] || continue
        if [ -x "build/tests/fuzz/$1" ] && "build/tests/fuzz/$1" "$input" >/dev/null 2>&1; then
            rm "$input"
        else
            echo "#   $input takes more than a second or 256 MB"
            return 1
        fi
    done
}

run_libfuzzer() {
    target=$1
    corpus=$2
    shift 2
    before=$(count "$corpus")
    "$root/fuzz/$target" -max_total_time="$seconds" -timeout="$slow" -report_slow_units=1 -max_len=65536 -malloc_limit_mb="$memory" \
        -rss_limit_mb="$memory" -dict=$root/words.dict -print_final_stats=1 -artifact_prefix="$root/findings/$target-" \
        "$corpus" "$@" >"$root/log/$target" 2>&1
    status=$?
    check_slow "$target" || status=1
    reached=$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "$root/log/$target" | tail -n 1)
    findings=$(count "$root/findings" -name "$target-*")
    new=$(($(count "$corpus") - before))
    runs=$(stat_of "$target" number_of_executed_units)
    if [ "$status" -ne 0 ]; then
        say 'not ' "$target: a finding, $root/log/$target"
        grep -E 'ERROR|broken promise|SUMMARY|Test unit written|runtime error' "$root/log/$target" | sed 's/^/#   /'
    else
        say '' "$target: ${runs:-0} executions, $reached"
    fi
    echo "$target ${runs:-0} $(stat_of "$target" average_exec_per_sec) $(echo "$reached" | awk '{ print $2, $4 }') $new" \
        "$(stat_of "$target" slowest_unit_time_sec) $(stat_of "$target" peak_rss_mb) $findings" >>"$root/table"
}

run_afl() {
    target=$1
    corpus=$2
    out=$root/afl/$target
    shift 2
    rm -rf "$out" "$out-in"
    mkdir -p "$out" "$out-in"
    for folder in "$corpus" "$@"; do find "$folder" -type f -size -64k -exec cp {} "$out-in" \; 2>/dev/null; done
    AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_FAST_CAL=1 \
        ASAN_OPTIONS="abort_on_error=1:symbolize=0:detect_leaks=0" \
        afl-fuzz -V "$seconds" -t "$((slow * 1000))+" -m none -x $root/words.dict -i "$out-in" -o "$out" -- \
        "build/afl/fuzz/$target" >"$root/log/$target-afl" 2>&1
    stats=$out/default/fuzzer_stats
    value() { sed -n "s/^$1 *: *//p" "$stats" 2>/dev/null; }
    findings=$(count "$out/default/crashes" "$out/default/hangs" -name 'id*')
    if [ ! -f "$stats" ] || [ "$findings" -gt 0 ]; then
        say 'not ' "$target: $findings findings, $root/log/$target-afl, $out/default"
    else
        say '' "$target: $(value execs_done) executions, $(value edges_found) edges"
    fi
    echo "$target $(value execs_done) $(value execs_per_sec) $(value edges_found) - $(value corpus_found) - - $findings" \
        >>"$root/table"
}

for target; do
    corpus=$root/corpus/$target
    kept=tests/fuzz/corpus/$target
    found=tests/fuzz/found/$target
    seeds=$root/seeds/$target
    mkdir -p "$corpus"
    [ -d "$seeds" ] || sh scripts/fuzz-seeds.sh "$target" "$seeds"
    set -- "$seeds"
    for folder in "$kept" "$found"; do [ ! -d "$folder" ] || set -- "$@" "$folder"; done
    if [ -n "${MERGE:-}" ]; then
        rm -rf "$root/kept/$target"
        mkdir -p "$root/kept/$target"
        # One for each edge, how often it is passed left aside: small enough to be kept.
        "$root/fuzz/$target" -set_cover_merge=1 -use_counters=0 -use_value_profile=0 -max_len=4096 "$root/kept/$target" \
            "$corpus" "$@" >"$root/log/$target-merge" 2>&1 || failed=1
        echo "# $target: $(count "$root/kept/$target") inputs, $(tail -n 1 "$root/log/$target-merge")"
        continue
    fi
    echo "# $target: $seconds s"
    if [ -n "${OUTSIDE:-}" ]; then
        sh scripts/fuzz-seeds.sh "$target" "$root/outside-seeds/$target" outside
        set -- "$corpus" "$root/outside-seeds/$target" "$@"
        corpus=$root/outside/$target
        mkdir -p "$corpus"
    fi
    case $engine in
    afl) run_afl "$target" "$corpus" "$@" ;;
    *) run_libfuzzer "$target" "$corpus" "$@" ;;
    esac
done
if [ -z "${MERGE:-}" ]; then
    echo "1..$number"
    awk 'BEGIN {
        form = "# %-10s %12s %8s %8s %9s %7s %9s %8s %9s\n"
        printf form, "target", "executions", "each s", "edges", "features", "new", "slowest s", "peak MB", "findings"
    } { printf form, $1, $2, $3, $4, $5, $6, $7, $8, $9 }' $root/table
fi
exit "$failed"
