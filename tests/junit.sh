#!/bin/sh
# JUnit reports, held against what readers of JUnit ask for (tests/junit.py); TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
PATH=$(cd "${ASSIZE_BUILD:-build}" && pwd):$PATH
export LC_ALL=C.UTF-8
if ! command -v python3 >/dev/null 2>&1; then
    echo 'ok 1 - junit # SKIP there is no python3'
    echo '1..1'
    exit 0
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-junit.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
number=0
failures=0

judge() { # NAME ARGUMENTS: of assize test
    name=$1
    shift
    rm -f tests.xml
    assize test -o junit=tests.xml "$@" >/dev/null 2>&1
    number=$((number + 1))
    if python3 "$root/tests/junit.py" tests.xml >out 2>&1; then
        echo "ok $number - $name"
    else
        failures=$((failures + 1))
        echo "not ok $number - $name"
        sed 's/^/#   /' out
    fi
}

mkdir none gate && (cd gate && assize init --ci none --name gate . >/dev/null)
judge 'all pass' gate
judge 'with a threshold' --coverage --mutate --threshold 100 gate
judge 'there is no test' none
judge 'no case is meant' --run nobody gate
judge 'the file is not there' nowhere.assize-test.yaml
sed 's/improves_by 0.02/improves_by 0.03/' gate/gate.assize.yaml >gate/changed && mv gate/changed gate/gate.assize.yaml
judge 'some fail' gate
judge 'below a threshold' --coverage --threshold 100 gate
mkdir bad
cat >bad/gate.assize-test.yaml <<'FILE'
policy: ../gate/gate.assize.yaml
defaults: {metrics: {accuracy: 0.5}}
cases:
  - {name: "<&>\"' \e[31m \x01 ]]> é 🦄 \u202e", verdict: ship}
  - {name: no record, file: nowhere.json, verdict: ship}
FILE
judge 'names that XML must not read, and records that cannot be read' bad
echo 'cases: [{name: a, verdit: ship}]' >bad/gate.assize-test.yaml
judge 'a test file with errors' bad
echo 'cases: [' >bad/gate.assize-test.yaml
judge 'a test file that is not YAML' bad
sed 's/accuracy improves_by/acuracy improves_by/' gate/gate.assize.yaml >gate/changed && mv gate/changed gate/gate.assize.yaml
judge 'a policy that does not compile' gate

echo "1..$number"
[ "$failures" -eq 0 ]
