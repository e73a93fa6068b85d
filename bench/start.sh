#!/bin/sh
# From the start of the process to the verdict on one small record, beside `true` (what starting anything costs) and
# `jq -n 1` (a known tool that does nothing), in one interleaved run. Times depend on the machine; the ratios less so.
#
# Usage: bench/start.sh [STARTS]   (200; at least 50)
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
starts=${1:-200}
[ "$starts" -ge 50 ] || starts=50
policy=examples/spatial/spatial.assize.yaml
record=examples/spatial/iterate.json

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-bench.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

true=$(command -v /bin/true || command -v /usr/bin/true)
set -- "$true" -- "$build/assize" eval -p "$policy" "$record"
echo 'true' >"$tmp/names"
echo 'assize eval' >>"$tmp/names"
if [ -x "$build/assize-static" ]; then
    set -- "$@" -- "$build/assize-static" eval -p "$policy" "$record"
    echo 'assize-static eval' >>"$tmp/names"
fi
if command -v jq >/dev/null 2>&1; then
    set -- "$@" -- jq -n 1
    echo 'jq -n 1' >>"$tmp/names"
else
    echo 'jq is not installed and not measured'
fi

"$build/bench/launch" "$starts" "$@" >"$tmp/starts" || exit 1

# An evaluation that failed would be fast.
if awk '$1 > 0 && $5 != 0 && $5 != 1 && $5 != 3 { exit 1 }' "$tmp/starts"; then :; else
    echo 'bench/start.sh: an evaluation failed; nothing is reported' >&2
    exit 1
fi

quantile() { # PROGRAM COLUMN PER_CENT
    awk -v program="$1" -v column="$2" '$1 == program { print $column }' "$tmp/starts" | sort -n |
        awk -v part="$3" '{ values[NR] = $1 } END { i = int((NR - 1) * part / 100 + 1.5); print values[i] }'
}

echo "$starts starts of each, interleaved; times in ms, peak memory in MB, ratio of the medians to that of true"
echo
printf '%-20s %8s %15s %8s %8s %8s\n' program median 'p10 .. p90' cpu memory ratio
index=0
while read -r name; do
    median=$(quantile "$index" 2 50)
    [ "$index" -gt 0 ] || floor=$median
    printf '%s|%s|%s|%s|' "$name" "$median" "$(quantile "$index" 2 10)" "$(quantile "$index" 2 90)"
    printf '%s|%s|%s\n' "$(quantile "$index" 3 50)" "$(quantile "$index" 4 50)" "$floor"
    index=$((index + 1))
done <"$tmp/names" | awk -F'|' '{
    printf "%-20s %8.2f %6.2f .. %5.2f ", $1, $2 / 1000, $3 / 1000, $4 / 1000
    printf "%8.2f %8.1f %8.2f\n", $5 / 1000, $6 / 1024, $2 / $7
}'
