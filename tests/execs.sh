#!/bin/sh
# No command but `run` executes anything that a policy names: every command is followed by ptrace on a policy whose template,
# assets and fields name programs; no program is started and no process made. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
build=${ASSIZE_BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-execs.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
export LC_ALL=C.UTF-8 PATH="$build:$PATH"
unset VISUAL EDITOR
number=0 failures=0
report() { # PASSED NAME [FILE]
    number=$((number + 1))
    [ "$1" -eq 0 ] || failures=$((failures + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; sed 's/^/#   /' "${3:-/dev/null}" | head -20; fi
}

cat >t.assize.yaml <<'POLICY'
assize: 1
name: t
description: $(touch made)
metrics: {acc: {better: higher, description: '`touch made`'}}
eval: {runtime: [sh, -c], script: mark.sh, baseline: ./mark.sh, metrics: [acc]}
ship: ["acc improves_by 0.02"]
POLICY
printf '#!/bin/sh\ntouch "%s/made"\n' "$tmp" >mark.sh && chmod +x mark.sh
echo '{"metrics": {"acc": {"baseline": 0.5, "variant": 0.6}}, "run": {"asset": "./mark.sh"}}' >r.json
echo '{"metrics": {"acc": 0.4}}' >a.json
echo '{"metrics": {"acc": 0.9}}' >b.json
printf 'policy: t.assize.yaml\ncases: [{name: ships, file: r.json, verdict: ship}]\n' >t.assize-test.yaml
assize key new k >/dev/null && assize lock t.assize.yaml >/dev/null
attest='attest -p t.assize.yaml --artifact r.json --resource u:r --verifier u:v --sign k'
# shellcheck disable=SC2086 # the words of a command
assize $attest r.json >e.dsse

"$build/tests/ledger/execs" true
if [ $? -eq 99 ]; then
    echo 'ok 1 - no command executes what a policy names # SKIP processes cannot be traced here'
    echo 1..1
    exit 0
fi
"$build/tests/ledger/execs" assize run -p t.assize.yaml --unlocked --variant x >out 2>seen
grep -q '^exec ' seen && grep -q '^process' seen
report $? 'the tracer sees what run starts' seen

: >tried
while read -r command rest; do
    rm -f made
    # shellcheck disable=SC2086 # the words of a command
    "$build/tests/ledger/execs" assize $command $rest </dev/null >out 2>seen
    status=$?
    echo "$command" >>tried
    [ $status -lt 70 ] && ! grep -qE '^(exec|process)' seen && [ ! -e made ]
    report $? "$command $rest" seen
done <<COMMANDS
eval -p t.assize.yaml r.json
eval -p t.assize.yaml --locked -o json r.json
eval -p t.assize.yaml --baseline a.json --variant b.json
check --locked t.assize.yaml
check --diff t.assize.yaml
fmt --check t.assize.yaml
prove t.assize.yaml
lock t.assize.yaml
key show k.pub
diff t.assize.yaml t.assize.yaml.lock
$attest --locked r.json
attest --verify e.dsse --trust k.pub --artifact r.json --resource u:r --verifier u:v
explain A838
records r.json
dump t.assize.yaml
test t.assize-test.yaml
test --mutate t.assize-test.yaml
compare a.json b.json
fingerprint r.json
clusters r.json
decide -p t.assize.yaml --locked --as ship --because b --next n r.json
verify decisions
replay -p t.assize.yaml decisions
patterns decisions
timeline decisions
select -p t.assize.yaml --limitation none --rollback old r.json
canary -p t.assize.yaml r.json
schema policy
init --from r.json new
completions bash
man
COMMANDS

# A command that is new stands here, too.
assize --help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | sort -u >all
sort -u tried >known
comm -23 all known | grep -vx 'run\|help' >missing
[ -s all ] && [ ! -s missing ]
report $? 'every command was tried' missing
echo "1..$number"
[ $failures -eq 0 ]
