#!/bin/sh
# Judges from outside: Python's jsonschema on the verdicts against their schema, and Python's json beside our reader
# on JSONTestSuite. They are installed into build/venv; where that cannot be done their tests are skipped. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
venv=build/venv
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

if [ -z "$python" ]; then
    echo 'ok 1 - referees # SKIP there is no python3'
    exit 0
fi
if ! "$venv/bin/python" -c 'import jsonschema' 2>/dev/null; then
    {
        mkdir -p build && "$python" -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check 'jsonschema>=4.17,<5'
    } >/dev/null 2>&1 </dev/null
fi
! "$venv/bin/python" -c 'import jsonschema' 2>/dev/null || python=$venv/bin/python
exec "$python" tests/referees.py "${ASSIZE_BUILD:-build}/assize" "${ASSIZE_CORPORA:-../shared}"
