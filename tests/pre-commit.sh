#!/bin/sh
# The hooks of .pre-commit-hooks.yaml in the hands of the real `pre-commit`, on a scratch repository; TAP. pre-commit is
# installed into build/venv; where that cannot be done the tests are skipped. After that nothing needs the network: this
# repository is named by its path.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
build=${ASSIZE_BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
venv=$root/build/venv

skip() { echo "ok 1 - pre-commit # SKIP $1"; echo '1..1'; exit 0; }

command -v git >/dev/null 2>&1 || skip 'there is no git'
program=$(command -v pre-commit || echo "$venv/bin/pre-commit")
if ! "$program" --version >/dev/null 2>&1; then
    {
        mkdir -p build && python3 -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check 'pre-commit>=3,<5'
    } >/dev/null 2>&1 </dev/null
    program=$venv/bin/pre-commit
fi
"$program" --version >/dev/null 2>&1 || skip 'pre-commit cannot be installed'

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-hooks.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
PATH=$build:$PATH
# Nothing of the caller's: not their git configuration, not their hooks' environments, no proxy.
export PATH HOME="$tmp/home" PRE_COMMIT_HOME="$tmp/cache" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C.UTF-8 PRE_COMMIT_COLOR=never
export http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE SKIP
mkdir "$tmp/home"
git config --global user.name assize
git config --global user.email assize@localhost
git config --global init.defaultBranch main
git config --global protocol.file.allow always

number=0
failures=0
report() { # PASSED NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        failures=$((failures + 1))
        echo "not ok $number - $2"
        sed 's/^/#   /' "$tmp/out"
    fi
}

run() { # pre-commit's arguments; status in $status
    "$program" "$@" >"$tmp/out" 2>&1 </dev/null
    status=$?
}

# The hooks as a repository of their own: what a user's `repo:` would be.
mkdir "$tmp/hooks" && cp .pre-commit-hooks.yaml "$tmp/hooks/" && cd "$tmp/hooks" || exit 2
git init -q . && git add -A && git commit -qm hooks
revision=$(git rev-parse HEAD)

mkdir "$tmp/work" && cd "$tmp/work" || exit 2
git init -q .
assize init --ci none --name gate . >"$tmp/out" 2>&1
report $? 'assize init'
git add -A

# A hook whose command this build does not have yet is not asked.
ids=
for id in assize-check assize-fmt assize-test; do
    ! assize help "${id#assize-}" >/dev/null 2>&1 || ids="$ids $id"
done

run run --all-files
report $status 'what assize init wrote passes'
grep -q 'assize check.*Passed' "$tmp/out" && grep -q 'assize test.*Passed' "$tmp/out"
report $? 'both hooks ran'
git commit -qm first

{
    printf 'exclude: ^vendor/\nrepos:\n  - repo: %s\n    rev: %s\n    hooks:\n' "$tmp/hooks" "$revision"
    for id in $ids; do printf '      - id: %s\n' "$id"; done
} >.pre-commit-config.yaml
git add -A

run run --all-files
report $status 'the hooks of .pre-commit-hooks.yaml pass, without a network'

run try-repo "$tmp/hooks" assize-check --all-files
report $status 'pre-commit try-repo'

run install
report $status 'pre-commit install'
git commit -qm 'the hooks' >"$tmp/out" 2>&1
report $? 'a commit goes through the hooks'

# A slip in a policy stops the commit, and the message says where.
sed 's/accuracy improves_by/acuracy improves_by/' gate.assize.yaml >changed && mv changed gate.assize.yaml
! git commit -qam slip >"$tmp/out" 2>&1 && grep -q 'gate.assize.yaml:17:5: error\[A301\]' "$tmp/out"
report $? 'a slip stops the commit'
git checkout -q HEAD -- gate.assize.yaml

# So does a policy that no longer does what its tests say.
sed 's/improves_by 0.02/improves_by 0.03/' gate.assize.yaml >changed && mv changed gate.assize.yaml
! git commit -qam weaker >"$tmp/out" 2>&1 && grep -q 'error\[A720\]' "$tmp/out"
report $? 'a changed limit stops the commit'
git checkout -q HEAD -- gate.assize.yaml

# What a changed policy would have said of past decisions is shown, and a forbidden transition stops the commit.
assize decide -p gate.assize.yaml --as "$(assize eval -p gate.assize.yaml -o jsonl --exit-zero gate.sample.json | sed -n 's/^.*"verdict":"\([a-z]*\)","class".*/\1/p')" \
    --because tried --next 'and on' gate.sample.json >"$tmp/out" 2>&1
report $? 'a decision on the sample'
cat >>.pre-commit-config.yaml <<CONFIG
      - id: assize-impact
        args: [--forbid, "ship:iterate", --forbid, "ship:reject"]
CONFIG
git add -A && git commit -qm 'a decision' >"$tmp/out" 2>&1
report $? 'a commit goes through assize-impact'
sed 's/improves_by 0.02/improves_by 0.9/' gate.assize.yaml >changed && mv changed gate.assize.yaml
git add -A
run run assize-impact --all-files
[ $status -ne 0 ] && grep -q 'ship → iterate.*forbidden' "$tmp/out"
report $? 'a forbidden transition stops the commit'
git checkout -q HEAD -- gate.assize.yaml

# Files that are given by name and excluded are not looked at.
mkdir vendor && echo 'ship: [' >vendor/broken.assize.yaml && git add -f vendor
run run --files vendor/broken.assize.yaml
report $status 'a file that is given by name and excluded is skipped'
grep -q 'no files to check' "$tmp/out"
report $? 'and that is said'
git commit -qm vendor >"$tmp/out" 2>&1
report $? 'and does not stop a commit'

# Many files come in batches, several at a time, and names may hold blanks.
i=0
while [ $i -lt 300 ]; do
    i=$((i + 1))
    cp gate.assize.yaml "policy $i.assize.yaml"
    sed "s/^policy: .*/policy: policy $i.assize.yaml/" gate.assize-test.yaml >"policy $i.assize-test.yaml"
    ln -f gate.sample.json "policy $i.sample.json"
done
git add -A
run run --all-files
report $status '301 policies and their tests, in batches'
sed 's/improves_by 0.02/improves_by 0.03/' gate.assize.yaml >'policy 150.assize.yaml'
git add -A
run run --all-files
[ $status -ne 0 ] && [ "$(grep -c '^✗' "$tmp/out")" -ge 1 ] && grep -q 'policy 150.assize.yaml' "$tmp/out"
report $? 'one of them that fails fails the hook'

echo "1..$number"
[ "$failures" -eq 0 ]
