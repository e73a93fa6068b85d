#!/bin/sh
# Judges from outside for what reads rows: Python's json and hashlib on fingerprints, SciPy on clusters, jsonschema on the
# outputs. They are installed into build/venv; where that cannot be done their tests are skipped. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
venv=build/venv
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

if [ -z "$python" ]; then
    echo 'ok 1 - referees of rows # SKIP there is no python3'
    exit 0
fi
if ! "$venv/bin/python" -c 'import jsonschema, scipy' 2>/dev/null; then
    {
        mkdir -p build && "$python" -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check 'jsonschema>=4.17,<5' 'scipy>=1.10,<2'
    } >/dev/null 2>&1 </dev/null
fi
! "$venv/bin/python" -c 'import json' 2>/dev/null || python=$venv/bin/python
exec "$python" tests/rows.py "${ASSIZE_BUILD:-build}/assize"
