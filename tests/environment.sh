#!/bin/sh
# The same inputs give the same bytes whatever the locale, the time zone, the environment, the folder and the limits of the
# shell are: 20 surroundings, one digest for each command; TAP. The marks of a text depend on the locale by design, so text is asked
# for in one character set.
set -u
cd "$(dirname "$0")/.." || exit 2
assize=$PWD/${ASSIZE_BUILD:-build}/assize
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-environment.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
cp examples/spatial/*.yaml examples/spatial/*.json examples/pythia/* "$tmp"
mkdir -p "$tmp/elsewhere"
failures=0
number=0

# The surroundings, one a line: words for env(1).
surroundings() {
    for zone in UTC Asia/Kathmandu America/St_Johns; do
        for locale in C C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8 ar_EG.UTF-8; do
            echo "LC_ALL=$locale LC_CTYPE=$locale TZ=$zone"
        done
    done
    echo 'LANG=fr_FR TZ=:/etc/passwd HOME=/nonexistent'
    echo 'LC_ALL=xx_YY.nonsense POSIXLY_CORRECT=1 MALLOC_PERTURB_=165'
    echo 'COLUMNS=20 LINES=3 TERM=xterm-256color NO_COLOR=1'
    echo 'ASSIZE_POLICY=other GATE_VERDICT=ship PATH=/nonexistent TMPDIR=/nonexistent'
    echo "LONG=$(awk 'BEGIN { for (i = 0; i < 100000; i++) printf "x" }') MALLOC_ARENA_MAX=1"
}

digests() { # ARGUMENTS...
    surroundings | while read -r words; do
        # shellcheck disable=SC2086 # a word is a variable
        (cd "$tmp" && env -i $words "$assize" "$@" 2>&1; echo "status $?") | sha256sum
    done | sort | uniq -c
}

check() { # ARGUMENTS...
    number=$((number + 1))
    found=$(digests "$@")
    if [ "$(echo "$found" | wc -l)" -eq 1 ] && [ "$(echo "$found" | awk '{ print $1 }')" -eq 20 ]; then
        echo "ok $number - $*: 20 surroundings, one outcome"
    else
        failures=$((failures + 1))
        echo "not ok $number - $*"
        echo "$found" | sed 's/^/#   /'
    fi
}

check eval -p spatial.assize.yaml -o json ship.json
check eval -p spatial.assize.yaml -o jsonl ship.json reject.json iterate.json undecided.json unknown.json
check eval -p pythia.assize.yaml -o json --baseline baseline.json --variant variant.json
check eval -p spatial.assize.yaml -o jsonl -j 2 ship.json reject.json iterate.json
check check --no-config -o sarif spatial.assize.yaml
check dump spatial.assize.yaml
check prove -o json spatial.assize.yaml
check fingerprint baseline.json
check compare -o json baseline.json variant.json
echo "1..$number"
[ "$failures" -eq 0 ]
