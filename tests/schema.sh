#!/bin/sh
# The schemas of policies and of test files, judged from outside: Python's jsonschema on every one of the repository that
# assize takes (the schema must take it, too) and on those that it refuses for what a schema can see. jsonschema and PyYAML are
# installed into build/venv; where that cannot be done the tests are skipped. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
venv=build/venv
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

if [ -z "$python" ]; then
    echo 'ok 1 - schema # SKIP there is no python3'
    exit 0
fi
if ! "$venv/bin/python" -c 'import jsonschema, yaml' 2>/dev/null; then
    {
        mkdir -p build && "$python" -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check 'jsonschema>=4.17,<5' 'PyYAML>=6,<7'
    } >/dev/null 2>&1 </dev/null
fi
! "$venv/bin/python" -c 'import jsonschema, yaml' 2>/dev/null || python=$venv/bin/python
exec "$python" tests/schema.py "${ASSIZE_BUILD:-build}/assize"
