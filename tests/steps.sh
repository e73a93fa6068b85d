#!/bin/sh
# Runs each argument as a step, a command that prints TAP, and sums them up: the last line is
# "N passed, N failed", with ", N skipped" where some were. Status 1 when a test failed, when a step ended badly
# without saying so, or when nothing ran at all. Each step says how long it took.
#
# Usage: tests/steps.sh 'tests/run.sh' 'tests/registry.sh' ...
set -u
cd "$(dirname "$0")/.." || exit 2

# A step may run steps of its own; each level reads only its own marks.
ASSIZE_STEP_DEPTH=$((${ASSIZE_STEP_DEPTH:-0} + 1))
export ASSIZE_STEP_DEPTH

for step; do
    case ${step%% *} in
    *.sh) step="sh $step" ;;
    esac
    echo "# step $ASSIZE_STEP_DEPTH: $step"
    began=$(date +%s)
    eval "$step" 2>&1 </dev/null
    echo "# step $ASSIZE_STEP_DEPTH ended: $?, in $(($(date +%s) - began)) s"
done | awk -v depth="$ASSIZE_STEP_DEPTH" '
    $0 ~ "^# step " depth ": " { bad = 0; name = substr($0, 11) }
    $0 ~ "^# step " depth " ended: " {
        status = $5 + 0
        if (status != 0 && !bad) { failed++; print "not ok - " name " ended with status " status }
    }
    /^ok( |$)/          { if ($0 ~ /# SKIP/) skipped++; else passed++ }
    /^not ok( |$)/      { failed++; bad = 1 }
    # The sum of a step in a step is not the last word.
    /^[0-9]+ passed, /  { print "# " $0; next }
                        { print; fflush() }
    END {
        printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
        exit failed > 0 || passed == 0
    }'
