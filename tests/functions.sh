#!/bin/sh
# Every native function's example (stdlib/functions.def) is a rule that is true of tests/functions.json: each is taken from
# `assize explain NAME`, where it is the last indented line, and judged as a policy's only rule. Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
record=$PWD/tests/functions.json
PATH=$(cd "${ASSIZE_BUILD:-build}" && pwd):$PATH
export LC_ALL=C.UTF-8

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-functions.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2

write_policy() { # RULE
    cat <<POLICY
assize: 1
name: example
metrics:
  acc: {better: higher}
  f1: {better: higher}
  latency: {better: lower}
fields:
  evaluator: {type: string}
  delta_confidence: {type: number}
  passed: {type: boolean}
ship:
  - $1
POLICY
}

assize explain --functions >names || : >names
number=0
failed=0
while read -r name; do
    number=$((number + 1))
    assize explain "$name" >page 2>&1
    rule=$(sed -n 's/^    //p' page | tail -n 1)
    write_policy "$rule" >policy.assize.yaml
    assize eval -p policy.assize.yaml "$record" >out 2>&1 </dev/null
    status=$?
    # A rule that shows a function of the compiler's own names it only after it was compiled.
    case $rule in
    *"$name("*) shown=0 ;;
    *) assize dump policy.assize.yaml 2>/dev/null | grep -qwF -e "$name"; shown=$? ;;
    esac
    if [ -n "$rule" ] && [ "$status" -eq 0 ] && [ "$shown" -eq 0 ]; then
        echo "ok $number - $name: $rule"
    else
        failed=$((failed + 1))
        echo "not ok $number - $name: ${rule:-there is no example}"
        [ "$shown" -eq 0 ] || echo "#   the example does not use $name"
        echo "#   status $status"
        sed 's/^/#   /' out
    fi
done <names
echo "1..$number"
[ "$failed" -eq 0 ] && [ "$number" -gt 0 ]
