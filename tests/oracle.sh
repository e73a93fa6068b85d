#!/bin/sh
# Random policies and records before a judge in Python that was written from the language page alone: tests/oracle/judge.py. It
# reads YAML by PyYAML, which is installed into build/venv where it is missing; where that cannot be done it is skipped. TAP.
#
# Usage: tests/oracle.sh [PAIRS [SEED]]      10,000 by default
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
venv=build/venv
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

if [ -z "$python" ]; then
    echo 'ok 1 - a judge in Python # SKIP there is no python3'
    echo '1..1'
    exit 0
fi
if ! "$python" -c 'import yaml' 2>/dev/null; then
    if ! "$venv/bin/python" -c 'import yaml' 2>/dev/null; then
        {
            mkdir -p build && "$python" -m venv "$venv" &&
                "$venv/bin/pip" install -q --disable-pip-version-check 'PyYAML>=6,<7'
        } >/dev/null 2>&1 </dev/null
    fi
    python=$venv/bin/python
fi
if ! "$python" -c 'import yaml' 2>/dev/null; then
    echo 'ok 1 - a judge in Python # SKIP PyYAML could not be installed'
    echo '1..1'
    exit 0
fi
exec "$python" -B tests/oracle/judge.py "$build/assize" "$build/tests/property/differential" "$@"
