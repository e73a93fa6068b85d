#!/bin/sh
# SciPy, statsmodels and mpmath judge our statistics: distributions, tests on samples, corrections. They are installed
# into build/venv-evidence; where that cannot be done the tests are skipped. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
venv=build/venv-evidence
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

if [ -z "$python" ]; then
    echo 'ok 1 - statistics # SKIP there is no python3'
    echo '1..1'
    exit 0
fi
if ! "$venv/bin/python" -c 'import scipy, statsmodels, mpmath' 2>/dev/null; then
    {
        mkdir -p build && "$python" -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check 'scipy>=1.10,<2' 'statsmodels>=0.14,<1' 'mpmath>=1.3,<2'
    } >/dev/null 2>&1 </dev/null
fi
if ! "$venv/bin/python" -c 'import scipy, statsmodels, mpmath' 2>/dev/null; then
    echo 'ok 1 - statistics # SKIP scipy and statsmodels could not be installed'
    echo '1..1'
    exit 0
fi
exec "$venv/bin/python" tests/evidence.py "${ASSIZE_BUILD:-build}" "${ASSIZE_CORPORA:-../shared}" "$@"
