#!/bin/sh
# What `patterns`, `timeline`, `select` and `canary` say, by others' code: Python's arithmetic on hit rates, means and totals, JSON against
# the schemas, the page's HTML by a parser, and naughty names through every output. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=
if [ -z "$python" ]; then
    echo 'ok 1 - history # SKIP there is no python3'
    exit 0
fi
! build/venv/bin/python -c 'import jsonschema' 2>/dev/null || python=build/venv/bin/python
exec "$python" tests/history.py "${ASSIZE_BUILD:-build}/assize" "${ASSIZE_CORPORA:-../shared}"
