#!/bin/sh
# The action and the workflows of the pages, held against outside referees: the schemas of GitHub and GitLab (check-jsonschema)
# and an auditor of workflows (zizmor); TAP. Both come from PyPI into a folder of their own.
set -u
cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-actions.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

if ! { python3 -m venv "$tmp/venv" && "$tmp/venv/bin/pip" -q install zizmor==1.32.0 check-jsonschema; } >"$tmp/log" 2>&1; then
    echo 'ok 1 - the action # SKIP its referees cannot be installed'
    echo '1..1'
    exit 0
fi
number=0
failures=0
check() { # NAME COMMAND...
    name=$1
    shift
    number=$((number + 1))
    if "$@" >"$tmp/out" 2>&1; then
        echo "ok $number - $name"
    else
        failures=$((failures + 1))
        echo "not ok $number - $name"
        sed 's/^/#   /' "$tmp/out"
    fi
}

# The page's first two blocks of YAML are workflows. A name of a commit that only stands for one is made one.
mkdir -p "$tmp/.github/workflows"
awk -v to="$tmp/.github/workflows/" '
    /^```yaml/ { inside = 1; count++; next }
    /^```/ { inside = 0 }
    inside && count <= 2 { sub(/OWNER\/assize@COMMIT/, "owner/assize@11bd71901bbe5b1630ceea73d27597364c9af683"); print >(to count ".yml") }
' docs/how-to/ci.md
awk 'under; /^---$/ { under = 1 }' ci/gitlab.yml | sed 's/\$\[\[ inputs\.[a-z]* \]\]/test/' >"$tmp/.gitlab-ci.yml"

schema() { "$tmp/venv/bin/check-jsonschema" --builtin-schema "vendor.$1" "$2"; }
check 'action.yml is an action' schema github-actions action.yml
check 'the workflow of the page' schema github-workflows "$tmp/.github/workflows/1.yml"
check 'the workflow for forks' schema github-workflows "$tmp/.github/workflows/2.yml"
check 'the GitLab template' schema gitlab-ci "$tmp/.gitlab-ci.yml"
check 'nothing to hold against action.yml' "$tmp/venv/bin/zizmor" --offline --no-progress action.yml
check 'nor against the workflow of the page' "$tmp/venv/bin/zizmor" --offline --no-progress "$tmp/.github/workflows/1.yml"
echo "1..$number"
[ "$failures" -eq 0 ]
