#!/bin/sh
# The tests' cases with every `assize` under valgrind's memcheck: no error, nothing definitely lost, and the output that each case
# wants. Every 40th case here, or every Nth by an argument; --full for all of them, an hour or more; TAP.
#
# Usage: tests/valgrind.sh [N | --full]
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
each=${1:-40}
[ "$each" != --full ] || each=1
if ! command -v valgrind >/dev/null 2>&1; then
    echo 'ok 1 - valgrind # SKIP there is no valgrind'
    echo '1..1'
    exit 0
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-valgrind.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/build" "$tmp/logs"
failures=0

# A folder of programs in which `assize` is valgrind with it. What it finds goes into a file, so outputs are as ever.
for file in "$build"/*; do
    [ "$file" = "$build/assize" ] || ln -s "$file" "$tmp/build/"
done
cat >"$tmp/build/assize" <<WRAPPER
#!/bin/sh
exec $(command -v valgrind) -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \\
    --log-file=$tmp/logs/%p "$build/assize" "\$@"
WRAPPER
chmod +x "$tmp/build/assize"

report() { # PASSED NAME
    number=$((${number:-0} + 1))
    [ "$1" -eq 0 ] || failures=$((failures + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

# That memcheck would see it: a program that is wrong on purpose.
cat >"$tmp/wrong.c" <<'C'
#include <stdlib.h>
int main(void) {
    volatile char *lost = malloc(10);
    return lost[3] ? 1 : (lost = NULL) != NULL;
}
C
${CC:-cc} -O0 -o "$tmp/wrong" "$tmp/wrong.c" && ! valgrind -q --error-exitcode=99 --leak-check=full "$tmp/wrong" >"$tmp/said" 2>&1 &&
    grep -q 'uninitialised' "$tmp/said" && grep -q 'definitely lost' "$tmp/said"
report $? 'memcheck sees an uninitialised byte and a leak'

# Cases that set limits of time or memory for the program are not for valgrind.
find tests/cases -name '*.test' | LC_ALL=C sort | xargs grep -LE 'ulimit|timeout |/proc/|prlimit' |
    awk -v each="$each" 'NR % each == 1 || each == 1' >"$tmp/cases"
# shellcheck disable=SC2046 # names without blanks
ASSIZE_BUILD=$tmp/build sh tests/run.sh $(cat "$tmp/cases") >"$tmp/out" 2>&1
report $? "$(wc -l <"$tmp/cases") cases: outputs as ever"
grep -A 12 '^not ok' "$tmp/out" | sed 's/^/#   /' | head -n 60
find "$tmp/logs" -type f ! -size 0 >"$tmp/errors"
[ ! -s "$tmp/errors" ]
report $? "$(find "$tmp/logs" -type f | wc -l) runs of assize: no error, nothing lost"
head -n 3 "$tmp/errors" | while read -r log; do sed 's/^/#   /' "$log" | head -n 30; done
[ "$(find "$tmp/logs" -type f | wc -l)" -ge "$(wc -l <"$tmp/cases")" ]
report $? 'each case ran it'
echo "1..$number"
[ "$failures" -eq 0 ]
