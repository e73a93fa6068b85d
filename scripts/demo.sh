#!/bin/sh
# What `make demo` shows: one policy, and what it says of one result after another. A variant that is rejected, or
# about which nothing can be decided, is a good demonstration; a result that could not be evaluated (2) is not.
set -u
cd "$(dirname "$0")/.." || exit 2
program=${ASSIZE_BUILD:-build}/assize
folder=examples/spatial
failed=0

show() { # COMMAND...
    echo
    echo "\$ $*"
    "$@"
    status=$?
    case $status in
    0) meaning=accept ;;
    1) meaning=reject ;;
    3) meaning=inconclusive ;;
    *) meaning='it could not be evaluated'; failed=1 ;;
    esac
    echo "(exit status $status: $meaning)"
}

echo "\$ cat $folder/spatial.assize.yaml"
cat "$folder/spatial.assize.yaml"
for result in ship reject iterate undecided unknown; do
    show "$program" eval -p "$folder/spatial.assize.yaml" "$folder/$result.json"
done
exit "$failed"
