#!/bin/sh
# The reader of JSON beside simdjson (Debian's) and Python's json: tests/readers.py, where a peer is missing without it. TAP.
#
# Usage: tests/readers.sh [DOCUMENTS [SEED]]      50,000 by default
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

if [ -z "$python" ]; then
    echo 'ok 1 - readers # SKIP there is no python3'
    echo '1..1'
    exit 0
fi
peer=$build/tests/readers/simdjson
if [ ! -x "$peer" ] || [ -n "$(find tests/readers/simdjson.cpp -newer "$peer")" ]; then
    g++ -O2 -std=c++17 -Wall -Wextra -o "$peer" tests/readers/simdjson.cpp -lsimdjson 2>/dev/null || peer=-
fi
exec "$python" tests/readers.py "$build/tests/readers/reader" "$peer" "${ASSIZE_CORPORA:-../shared}" "$@"
