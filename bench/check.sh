#!/bin/sh
# What one run of `assize check` over 100 policies costs, small ones (6 metrics, 12 rules) and large ones (30 metrics, 60
# rules), from the start of the process to the last finding: reading, all lints, and the cheap part of the prover.
#
# Usage: bench/check.sh [RUNS]   (20)
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
runs=${1:-20}

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-bench.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

make_policies() { # METRICS
    mkdir "$tmp/$1"
    for k in $(seq 100); do
        awk -v n="$1" -v k="$k" 'BEGIN {
            print "assize: 1\nname: p" k "\nmetrics:"
            for (i = 1; i <= n; i++) print "  m" i ": {better: higher, range: [0, 1], baseline: 0.5}"
            print "ship:"
            for (i = 1; i <= n; i++) print "  - m" i " improves_by 0.0" i % 9 + 1 " with confidence >= 0.80"
            print "guards:"
            for (i = 1; i <= n; i++) print "  - m" i " no_regression within 0.01"
        }' >"$tmp/$1/p$k.assize.yaml"
    done
}

for metrics in 6 30; do
    make_policies "$metrics"
    "$build/assize" check "$tmp/$metrics"/*.yaml >/dev/null || exit 1
    "$build/bench/launch" "$runs" "$build/assize" check "$tmp/$metrics"/*.yaml | awk '{ print $2 }' | sort -n |
        awk -v metrics="$metrics" '{ wall[NR] = $1 }
            END { printf "assize check, 100 policies of %2d metrics: %6.1f ms\n", metrics, wall[int((NR + 1) / 2)] / 1000 }'
done
