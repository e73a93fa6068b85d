#!/bin/sh
# Ends with the status of `assize eval`. No status, or one that it does not have, is a gate that did not run: 2.
set -eu
case ${ASSIZE_EXIT_CODE:-} in
0 | 1 | 2 | 3) exit "$ASSIZE_EXIT_CODE" ;;
*)
    echo "assize: there is no verdict (status \`${ASSIZE_EXIT_CODE:-}\`), and no verdict is never a pass" >&2
    exit 2
    ;;
esac
