#!/bin/sh
# Looks at what was built: position independent, read-only relocations, bound at start, no executable stack, code apart from
# data, stack protector, fortified calls, marked for control flow integrity, each object compiled with each flag of the
# Makefile, nothing exported but the functions of include/assize.h. By readelf, and by checksec where it can be had; TAP.
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
no_code_is_written() { has_not -l 'LOAD.* RWE '; }
make --no-print-directory BUILD="$build" static >/dev/null 2>&1
for file in "$build/assize" "$build/assize-static" "$build/libassize.so"; do
    check "$file is there" test -s "$file"
    check "$file is position independent" has -h 'Type: *DYN'
    check "$file has read-only relocations" has -l 'GNU_RELRO'
    check "$file is bound at start" has -d 'BIND_NOW|FLAGS.*NOW'
    check "$file has no executable stack" has -l 'GNU_STACK.* RW '
    check "$file has no relocations in its code" has_not -d 'TEXTREL'
    check "$file has no segment that is written and run" no_code_is_written
    check "$file has a stack protector" has -s '__stack_chk_fail'
    check "$file uses fortified functions" has -s '_chk(@| |$)'
    check "$file looks for libraries where the system does" has_not -d 'RPATH|RUNPATH'
done

# A processor checks where jumps and returns go, of a program all of whose parts are marked; the C library's are not everywhere.
count() { readelf "$@" 2>/dev/null | grep -c "$pattern"; }
all_marked() {
    pattern='x86 feature: IBT, SHSTK'
    [ "$(count -n "$build/libassize.a")" -eq "$(ar t "$build/libassize.a" | wc -l)" ]
}
case $(uname -m) in
x86_64) check 'each object is marked for control flow integrity' all_marked ;;
esac

# gcc writes into each object how it was made; what the Makefile asks for is there once for each.
flags=$(sed -n 's/^  *HARDEN := \(-fstack.*\)\\$/\1/p; s/^  *\(-fno-strict-overflow.*\)$/\1/p' Makefile)
made_with() {
    [ "$(readelf --debug-dump=info --dwarf-depth=1 "$build/libassize.a" 2>/dev/null | grep DW_AT_producer |
        grep -vcE -e "$1( |\$)")" -eq 0 ]
}
check 'the flags of HARDEN are found in the Makefile' test "$(echo "$flags" | wc -w)" -ge 5
if readelf --debug-dump=info --dwarf-depth=1 "$build/libassize.a" 2>/dev/null | grep -q 'DW_AT_producer.*GNU C'; then
    for flag in $flags -ftrivial-auto-var-init=zero; do
        check "each object is compiled with $flag" made_with "$flag"
    done
fi

# The same by an outsider.
second_opinion() { # FILE PATTERN
    said=$(checksec --file="$1" --output=csv 2>/dev/null)
    echo "$said" | grep -qE "$2" || { echo "# $said"; return 1; }
}
if command -v checksec >/dev/null 2>&1; then
    good='^Full RELRO,Canary found,NX enabled'
    check "checksec: $build/assize" second_opinion "$build/assize" "$good,PIE enabled,No RPATH,No RUNPATH,.*,Yes,"
    check "checksec: $build/assize-static" second_opinion "$build/assize-static" "$good,PIE enabled,No RPATH,No RUNPATH"
    check "checksec: $build/libassize.so" second_opinion "$build/libassize.so" "$good,DSO,No RPATH,No RUNPATH,.*,Yes,"
else
    number=$((number + 1))
    echo "ok $number - checksec # SKIP there is no checksec"
fi

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
