#!/bin/sh
# Judges from outside for the outputs of `eval`: Jenkins' JUnit schema (from pytest's source on PyPI), the OpenMetrics parser of
# prometheus_client, GitHub's own Markdown (cmark-gfm, as the package cmarkgfm ships it), Python's readers, and a headless Chromium that
# opens the HTML. What is needed is fetched into build/; where that cannot be done its tests are skipped. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
venv=build/venv
schemas=build/schemas
browser=build/browser
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

if [ -z "$python" ]; then
    echo 'ok 1 - outputs of eval # SKIP there is no python3'
    echo '1..1'
    exit 0
fi
modules='import xmlschema, prometheus_client.openmetrics.parser, cmarkgfm, html5lib'
if ! "$venv/bin/python" -c "$modules" 2>/dev/null; then
    {
        mkdir -p build && "$python" -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check 'jsonschema>=4.17,<5' 'xmlschema>=3,<5' \
                'prometheus_client>=0.20,<1' 'cmarkgfm>=2022,<2026' 'html5lib>=1.1,<2'
    } >/dev/null 2>&1 </dev/null
fi
[ ! -x "$venv/bin/python" ] || python=$venv/bin/python

mkdir -p "$schemas"
if [ ! -s "$schemas/junit.xsd" ] && [ -x "$venv/bin/pip" ]; then
    (
        "$venv/bin/pip" download -q --disable-pip-version-check --no-deps --no-binary :all: -d "$schemas" pytest==8.3.4 &&
            tar xzOf "$schemas/pytest-8.3.4.tar.gz" pytest-8.3.4/testing/example_scripts/junit-10.xsd \
                >"$schemas/junit.xsd"
    ) >/dev/null 2>&1 </dev/null
fi
if [ ! -e "$browser/node_modules/playwright-core" ] && command -v npm >/dev/null 2>&1; then
    mkdir -p "$browser" && npm install --prefix "$browser" --silent --no-fund --no-audit playwright-core@1.49.1 \
        >/dev/null 2>&1 </dev/null
fi
exec "$python" tests/reports.py "${ASSIZE_BUILD:-build}/assize" "${ASSIZE_CORPORA:-../shared}" "$schemas" "$browser"
