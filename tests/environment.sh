#!/bin/sh
# The same inputs give the same bytes, and status, whatever surrounds the program: locale, time zone, variables, folder, umask,
# where the kernel puts it in memory, and which compiler built it. Each command runs in 20 surroundings, or in as many as the
# argument says, put together by lot with a seed; each must have one digest. TAP. The marks of a text depend on whether
# the locale is UTF-8, by design: a text is asked for within each character set by itself.
#
# Usage: tests/environment.sh [SURROUNDINGS [SEED]]
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
build=$PWD/${ASSIZE_BUILD:-build}
runs=${1:-20} seed=${2:-1}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-environment.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

# Two folders of the same files, by a short and a long name.
folders="$tmp/a $tmp/a-folder-whose-name-is-long/and-deep/b"
for folder in $folders; do
    mkdir -p "$folder"
    cp examples/spatial/*.yaml examples/spatial/*.json examples/pythia/* "$folder"
    for record in ship reject iterate; do
        tr -d '\n' <"$folder/$record.json"
        echo
    done >"$folder/stream.ndjson"
done
# Locales that are more than names, where they can be made: they differ in decimal points, cases, order.
if command -v localedef >/dev/null 2>&1; then
    for locale in de_DE tr_TR; do
        localedef -i "$locale" -f UTF-8 "$tmp/$locale.UTF-8" >/dev/null 2>&1
    done
fi
made=$(find "$tmp" -maxdepth 1 -name '*.UTF-8' | wc -l)
# The program as other steps have built it, too.
programs=$build/assize
for other in "$build/assize-static" "$root"/build/clang-O2/assize "$root"/build/gcc-O0/assize "$root"/build/clang-O0/assize; do
    [ ! -x "$other" ] || programs="$programs $other"
done
fixed=
! setarch -R true 2>/dev/null || fixed='setarch -R'

# A surrounding a line: folder, umask, program, how it is placed, and words for env(1).
surroundings() { # SEED_OFFSET LOCALES...
    offset=$1
    shift
    awk -v runs="$runs" -v seed="$((seed + offset))" -v locales="$*" -v folders="$folders" -v programs="$programs" -v fixed="$fixed" -v path="$tmp" '
    function one(words,   parts, count) { count = split(words, parts, " "); return parts[1 + int(rand() * count)] }
    BEGIN {
        srand(seed)
        zones = "UTC Asia/Kathmandu America/St_Johns Pacific/Kiritimati :/etc/passwd nonsense"
        noise[0] = ""; noise[1] = "POSIXLY_CORRECT=1 MALLOC_PERTURB_=165"; noise[2] = "COLUMNS=20 LINES=3 TERM=xterm-256color NO_COLOR=1"
        noise[3] = "ASSIZE_POLICY=other GATE_VERDICT=ship PATH=/nonexistent TMPDIR=/nonexistent"; noise[4] = "MALLOC_ARENA_MAX=1 HOME=/nonexistent USER=x"
        noise[5] = "CI=true GITHUB_ACTIONS=true GITLAB_CI=true"; noise[6] = "MALLOC_CHECK_=3 LD_BIND_NOW=1 LANGUAGE=tr:de"
        for (i = 0; i < 50000; i++) long = long "x"
        noise[7] = "LONG=" long
        for (i = 0; i < runs; i++)
            print one(folders), one("022 077 000"), one(programs), (fixed != "" && rand() < 0.3 ? fixed : "env"), \
                "LC_ALL=" one(locales), "TZ=" one(zones), "LOCPATH=" path, noise[int(rand() * 8)]
    }'
}
surroundings 0 C POSIX xx_YY.nonsense C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8 ar_EG.UTF-8 >"$tmp/any"
surroundings 1 C POSIX xx_YY.nonsense de_DE >"$tmp/plain"
surroundings 2 C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8 ar_EG.UTF-8 >"$tmp/utf-8"

number=0 failures=0
check() { # SURROUNDINGS ARGUMENTS...
    where=$1
    shift
    number=$((number + 1))
    found=$(while read -r folder mask program how words; do
        [ "$how" != setarch ] || { how='setarch -R' words=${words#-R }; }
        # shellcheck disable=SC2086 # a word is a variable
        (cd "$folder" && umask "$mask" && $how env -i $words "$program" "$@" 2>&1 </dev/null; echo "status $?") | sha256sum
    done <"$tmp/$where" | sort | uniq -c)
    if [ "$(echo "$found" | wc -l)" -eq 1 ] && [ "$(echo "$found" | awk '{ print $1 }')" -eq "$runs" ]; then
        echo "ok $number - $*: $runs surroundings, one outcome"
    else
        failures=$((failures + 1))
        echo "not ok $number - $*"
        echo "$found" | sed 's/^/#   /'
    fi
}

echo "# seed $seed; $made locales made; $(echo "$programs" | wc -w) builds"
for format in json jsonl markdown html junit github github-output gitlab openmetrics verdict marks summary; do
    check any eval -p spatial.assize.yaml -o "$format" ship.json reject.json iterate.json undecided.json unknown.json
done
for format in text tap plain; do
    check plain eval -p spatial.assize.yaml -o "$format" iterate.json undecided.json
    check utf-8 eval -p spatial.assize.yaml -o "$format" iterate.json undecided.json
done
check any eval -p pythia.assize.yaml -o json --baseline baseline.json --variant variant.json
check any eval -p spatial.assize.yaml -o jsonl -j 2 ship.json reject.json iterate.json
check any eval -p spatial.assize.yaml -o verdict stream.ndjson
check any check --no-config --today 2026-01-01 -o sarif spatial.assize.yaml
check any check --no-config --today 2026-01-01 -o json spatial.assize.yaml
check any dump spatial.assize.yaml
check any prove -o json spatial.assize.yaml
check any fingerprint baseline.json
check any compare -o json baseline.json variant.json
check any records -p spatial.assize.yaml ship.json
check any diff -o json spatial.assize.yaml pythia.assize.yaml
check any fmt --diff spatial.assize.yaml
check any explain A605
check any schema
check any man eval
check any completions bash
check any lock nothing.assize.yaml
echo "1..$number"
[ "$failures" -eq 0 ]
