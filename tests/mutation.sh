#!/bin/sh
# Mutation testing of the verdict core: docs/how-to/mutate.md. Without options, what `make check-more` runs: a sample that must be
# killed, and mutants that are shown to a test which does not look, and must be seen to live. tree-sitter is installed into
# build/venv-mutation; where that cannot be done all is skipped. TAP.
#
# Usage: tests/mutation.sh [OPTION OF mutation.py]...        --all: every mutant (hours)
set -u
cd "$(dirname "$0")/.." || exit 2
venv=build/venv-mutation
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=
export PYTHONDONTWRITEBYTECODE=1

skip() {
    echo "ok 1 - mutation of the core # SKIP $1"
    echo '1..1'
    exit 0
}
[ -n "$python" ] || skip 'there is no python3'
if ! "$venv/bin/python" -c 'import tree_sitter, tree_sitter_c' 2>/dev/null; then
    {
        mkdir -p build && "$python" -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check tree-sitter==0.26.1 tree-sitter-c==0.24.2
    } >/dev/null 2>&1 </dev/null
fi
"$venv/bin/python" -c 'import tree_sitter, tree_sitter_c' 2>/dev/null || skip 'tree-sitter could not be installed'

mutate() { "$venv/bin/python" tests/mutation/mutation.py "$@"; }

[ $# -eq 0 ] || {
    [ "$1" != --all ] || shift
    mutate "$@"
    exit
}

# Of files whose every mutant was looked at, so that each of these is known to be killed.
said=$(mutate --file vm/vm.c --file vm/exact.c --sample 24 --seed 1 --unlisted --fresh)
status=$?
printf '%s\n' "$said" | sed '/^1\.\./d'
case $status:$said in
0:* | *'not ok'*) ;;
*) echo "not ok - the sample was not tried to its end" ;;
esac

seen=$(mutate --with blind --sample 4 --seed 1 | grep -c '^not ok .* survives$')
if [ "$seen" -ge 3 ]; then
    echo "ok - mutants that no test looks at are seen to live: $seen of 4"
else
    echo "not ok - mutants that no test looks at are seen to live: $seen of 4"
fi
