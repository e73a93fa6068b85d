#!/bin/sh
# From the start of the process to the verdict on one small record, its policy compiled from source, beside C programs that
# do nothing, `true`, and `jq -n 1` (a known tool that does nothing), in one interleaved run. A ratio is the median of those
# within a round, to the empty program that is linked alike, static or dynamic; a third empty program loads the shared
# libraries that assize does, and shows what that takes. Times depend on the machine, the ratios less so, and least on
# one that does nothing else: the larger program suffers more from neighbours that use its caches. So the ratio of
# the least processor times is shown, too.
#
# Usage: bench/start.sh [STARTS]   (400; at least 50)
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
starts=${1:-400}
[ "$starts" -ge 50 ] || starts=50
policy=examples/spatial/spatial.assize.yaml
record=examples/spatial/iterate.json

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-bench.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

empty() { # NAME FLAGS...
    name=$1
    shift
    ${CC:-cc} -O2 -fPIE -Wl,-z,relro,-z,now -o "$tmp/$name" bench/empty.c "$@" || exit 1
}
empty static -static-pie
empty dynamic -pie
# shellcheck disable=SC2046 # paths without blanks
empty with-libraries -pie -Wl,--no-as-needed $(ldd "$build/assize" | awk '/lib(yaml|gmp|sodium|m)[-.]/ { print $3 }')

count=0
set --
program() { # NAME FLOOR: of the command that is added behind it; FLOOR is the index of a program, or -
    echo "$count|$1|$2" >>"$tmp/programs"
    count=$((count + 1))
}
program 'empty, static' -
set -- "$@" "$tmp/static"
if [ -x "$build/assize-static" ]; then
    program 'assize-static eval' 0
    set -- "$@" -- "$build/assize-static" eval -p "$policy" "$record"
    program '... -o verdict' 0
    set -- "$@" -- "$build/assize-static" eval -o verdict -p "$policy" "$record"
fi
dynamic=$count
program 'empty, dynamic' -
set -- "$@" -- "$tmp/dynamic"
program '... with our libraries' "$dynamic"
set -- "$@" -- "$tmp/with-libraries"
program 'assize eval' "$dynamic"
set -- "$@" -- "$build/assize" eval -p "$policy" "$record"
program '... -o verdict' "$dynamic"
set -- "$@" -- "$build/assize" eval -o verdict -p "$policy" "$record"
program 'true' "$dynamic"
set -- "$@" -- "$(command -v /bin/true || command -v /usr/bin/true)"
if command -v jq >/dev/null 2>&1; then
    program 'jq -n 1' "$dynamic"
    set -- "$@" -- jq -n 1
else
    echo 'jq is not installed and not measured'
fi

"$build/bench/launch" "$starts" "$@" >"$tmp/starts" || exit 1

# An evaluation that failed would be fast.
if awk '$5 != 0 && $5 != 1 && $5 != 3 { exit 1 }' "$tmp/starts"; then :; else
    echo 'bench/start.sh: an evaluation failed; nothing is reported' >&2
    exit 1
fi

middle() { # PER_CENT, of the numbers read
    sort -n | awk -v part="$1" '{ values[NR] = $1 } END { print values[int((NR - 1) * part / 100 + 1.5)] }'
}
quantile() { # PROGRAM COLUMN PER_CENT
    awk -v program="$1" -v column="$2" '$1 == program { print $column }' "$tmp/starts" | middle "$3"
}
ratio() { # PROGRAM FLOOR COLUMN: the median over the rounds
    awk -v program="$1" -v floor="$2" -v column="$3" '
        $1 == floor { below = $column }
        $1 == program { above = $column }
        $1 == last { print above / below }
        ' last="$((count - 1))" "$tmp/starts" | middle 50
}

echo "$starts starts of each, interleaved; times in ms, peak memory in MB; ratios to the empty program: of wall time, of processor"
echo "time, and of the least processor time"
echo
printf '%-22s %8s %15s %8s %8s %8s %8s %8s\n' program median 'p10 .. p90' cpu memory wall cpu least
while IFS='|' read -r index name floor; do
    printf '%s|%s|%s|%s|' "$name" "$(quantile "$index" 2 50)" "$(quantile "$index" 2 10)" "$(quantile "$index" 2 90)"
    printf '%s|%s|' "$(quantile "$index" 3 50)" "$(quantile "$index" 4 50)"
    [ "$floor" != - ] || floor=$index
    echo "$(ratio "$index" "$floor" 2)|$(ratio "$index" "$floor" 3)|$(quantile "$index" 3 0)|$(quantile "$floor" 3 0)"
done <"$tmp/programs" | awk -F'|' '{
    printf "%-22s %8.2f %6.2f .. %5.2f ", $1, $2 / 1000, $3 / 1000, $4 / 1000
    printf "%8.2f %8.1f %8.2f %8.2f %8.2f\n", $5 / 1000, $6 / 1024, $7, $8, $9 / $10
}'
