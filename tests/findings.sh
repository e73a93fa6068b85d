#!/bin/sh
# Judges from outside for the outputs of `check`: the SARIF 2.1.0 schema (as the npm package @microsoft/jest-sarif ships it),
# Jenkins' JUnit schema (from pytest's source on PyPI), our own JSON Schema, and Python's readers of JSON and XML on
# naughty names. All is fetched into build/; where that cannot be done its tests are skipped. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
venv=build/venv
schemas=build/schemas
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

if [ -z "$python" ]; then
    echo 'ok 1 - outputs of check # SKIP there is no python3'
    echo '1..1'
    exit 0
fi
if ! "$venv/bin/python" -c 'import jsonschema, xmlschema' 2>/dev/null; then
    {
        mkdir -p build && "$python" -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check 'jsonschema>=4.17,<5' 'xmlschema>=3,<5'
    } >/dev/null 2>&1 </dev/null
fi
! "$venv/bin/python" -c 'import jsonschema, xmlschema' 2>/dev/null || python=$venv/bin/python

mkdir -p "$schemas"
if [ ! -s "$schemas/sarif.json" ] && command -v npm >/dev/null 2>&1; then
    (
        cd "$schemas" && npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 &&
            tar xzOf microsoft-jest-sarif-1.0.0-beta.0.tgz package/lib/schemas/sarif-2.1.0-rtm.5.json >sarif.json
    ) >/dev/null 2>&1 </dev/null
fi
if [ ! -s "$schemas/junit.xsd" ] && [ -x "$venv/bin/pip" ]; then
    (
        "$venv/bin/pip" download -q --disable-pip-version-check --no-deps --no-binary :all: -d "$schemas" pytest==8.3.4 &&
            tar xzOf "$schemas/pytest-8.3.4.tar.gz" pytest-8.3.4/testing/example_scripts/junit-10.xsd \
                >"$schemas/junit.xsd"
    ) >/dev/null 2>&1 </dev/null
fi
exec "$python" tests/findings.py "${ASSIZE_BUILD:-build}/assize" "${ASSIZE_CORPORA:-../shared}" "$schemas"
