#!/bin/sh
# Runs fuzzing targets under libFuzzer, each for SECONDS (60): seeds, dictionary and the kept corpus in, what was newly reached
# under build/fuzz/corpus/TARGET, findings under build/fuzz/findings. 1 s for an input of up to 64 KB, or an allocation above
# 256 MB, is a finding (SLOW: seconds, where a sanitizer or a busy machine needs more).
# Usage: scripts/fuzz.sh TARGET...; `make fuzz T=TARGET` builds them first. MERGE=1 minimises what is kept instead.
set -u
cd "$(dirname "$0")/.." || exit 2
seconds=${SECONDS_EACH:-60}
slow=${SLOW:-5}
failed=0

mkdir -p build/fuzz/findings
sh scripts/fuzz-dict.sh >build/fuzz/words.dict
for target; do
    corpus=build/fuzz/corpus/$target
    kept=tests/fuzz/corpus/$target
    mkdir -p "$corpus" "$kept"
    sh scripts/fuzz-seeds.sh "$target" "build/fuzz/seeds/$target"
    if [ -n "${MERGE:-}" ]; then
        # Smaller inputs first, and one for each edge alone: the corpus stays small enough to be kept.
        rm -rf "build/fuzz/kept/$target"
        mkdir -p "build/fuzz/kept/$target"
        "build/fuzz/fuzz/$target" -merge=1 -use_value_profile=0 -max_len=4096 "build/fuzz/kept/$target" "$kept" "$corpus" \
            2>&1 | tail -n 1
        continue
    fi
    echo "# $target: $seconds s"
    if ! "build/fuzz/fuzz/$target" -max_total_time="$seconds" -timeout="$slow" -max_len=65536 -malloc_limit_mb=256 \
        -rss_limit_mb=2048 -dict=build/fuzz/words.dict -print_final_stats=1 -artifact_prefix="build/fuzz/findings/$target-" \
        "$corpus" "$kept" "build/fuzz/seeds/$target" >"build/fuzz/$target.log" 2>&1; then
        failed=1
        echo "not ok - $target: a finding, build/fuzz/$target.log"
        grep -E 'ERROR|broken promise|SUMMARY|Test unit written|runtime error' "build/fuzz/$target.log" | sed 's/^/#   /'
        continue
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$target.log")
    reached=$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "build/fuzz/$target.log" | tail -n 1)
    echo "ok - $target: $runs executions, $reached"
done
exit "$failed"
