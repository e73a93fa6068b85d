#!/bin/sh
# Runs `assize eval` once, for all reports of a build, and keeps its status as an output: the step itself fails only where
# there is no status to keep. Nothing here looks at a verdict.
#
#   ASSIZE_POLICY, ASSIZE_RECORDS, ASSIZE_ARGUMENTS   one a line; a line is one argument, whatever it holds
#   ASSIZE_BASELINE, ASSIZE_VARIANT                   two arms, instead of records
#   ASSIZE_POLICY_FROM                                a revision, or `none`
#   GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, RUNNER_TEMP   GitHub's
set -eu

folder=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/assize
mkdir -p "$folder"
rm -f "$folder/report.json" "$folder/report.md" "$folder/annotations" "$folder/outputs"

set --
newline='
'
add_lines() { # OPTION TEXT
    rest=$2
    while [ -n "$rest" ]; do
        line=${rest%%"$newline"*}
        case $rest in *"$newline"*) rest=${rest#*"$newline"} ;; *) rest= ;; esac
        [ -z "$line" ] || printf '%s%s\n' "$1" "$line"
    done
}
list=$folder/arguments
{
    add_lines --policy= "${ASSIZE_POLICY:-}"
    [ "${ASSIZE_POLICY_FROM:-none}" = none ] || printf -- '--policy-from=%s\n' "$ASSIZE_POLICY_FROM"
    add_lines --baseline= "${ASSIZE_BASELINE:-}"
    add_lines --variant= "${ASSIZE_VARIANT:-}"
    add_lines '' "${ASSIZE_ARGUMENTS:-}"
    echo --
    add_lines '' "${ASSIZE_RECORDS:-}"
} >"$list"
while IFS= read -r line; do
    set -- "$@" "$line"
done <"$list"

status=0
assize eval -o text -o "json=$folder/report.json" -o "markdown=$folder/report.md" -o "github=$folder/annotations" \
    -o "github-output=$folder/outputs" "$@" || status=$?

[ ! -s "$folder/annotations" ] || cat "$folder/annotations"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || [ ! -s "$folder/report.md" ] || cat "$folder/report.md" >>"$GITHUB_STEP_SUMMARY"
if [ -n "${GITHUB_OUTPUT:-}" ]; then
    {
        [ ! -s "$folder/outputs" ] || cat "$folder/outputs"
        echo "exit-code=$status"
        echo "report-json=$folder/report.json"
        echo "report-markdown=$folder/report.md"
    } >>"$GITHUB_OUTPUT"
fi
