#!/bin/sh
# Looks at what was built as a checksec would: position independent, read-only relocations, bound at start, no
# executable stack, stack protector, nothing exported but the functions of include/assize.h; TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
number=0
failures=0

check() { # NAME COMMAND...
    name=$1
    shift
    number=$((number + 1))
    if "$@"; then
        echo "ok $number - $name"
    else
        failures=$((failures + 1))
        echo "not ok $number - $name"
    fi
}

if ! command -v readelf >/dev/null 2>&1; then
    echo 'ok 1 - hardening # SKIP there is no readelf'
    exit 0
fi

has() { readelf -W "$1" "$file" 2>/dev/null | grep -qE "$2"; }
has_not() { ! has "$1" "$2"; }
for file in "$build/assize" "$build/libassize.so"; do
    check "$file is there" test -s "$file"
    check "$file is position independent" has -h 'Type: *DYN'
    check "$file has read-only relocations" has -l 'GNU_RELRO'
    check "$file is bound at start" has -d 'BIND_NOW|FLAGS.*NOW'
    check "$file has no executable stack" has -l 'GNU_STACK.* RW '
    check "$file has no relocations in its code" has_not -d 'TEXTREL'
    check "$file has a stack protector" has -s '__stack_chk_fail'
    check "$file uses fortified functions" has -s '_chk@|_chk '
done

exports() { readelf -W --dyn-syms "$build/libassize.so" | awk '$5 == "GLOBAL" && $7 != "UND" { print $8 }' | sort; }
only_ours() { exports | grep -q '^assize_' && ! exports | grep -v '^assize_' | sed 's/^/# exported: /' | grep ''; }
check 'libassize.so exports assize_* and nothing else' only_ours
all_there() {
    for symbol in $(grep -oE '\bassize_[a-z_0-9]+[ ]*\(' include/assize.h | tr -d ' (' | sort -u); do
        exports | grep -qx "$symbol" || { echo "# not exported: $symbol"; return 1; }
    done
}
check 'libassize.so exports every function of include/assize.h' all_there
check 'libassize.so has its name' sh -c "readelf -d '$build/libassize.so' | grep -q 'SONAME.*libassize.so.0'"

echo "1..$number"
[ "$failures" -eq 0 ]
