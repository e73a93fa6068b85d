#!/bin/sh
# What a newcomer does: clone, make, make install, and compile a program against the installed library; TAP.
# It sees what is committed, not what lies in the working tree: a file that was forgotten fails here.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
jobs=$(nproc 2>/dev/null || echo 2)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-clone.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
number=0
failures=0

step() { # NAME COMMAND...
    name=$1
    shift
    number=$((number + 1))
    if "$@" >"$tmp/log" 2>&1 </dev/null; then
        echo "ok $number - $name"
    else
        failures=$((failures + 1))
        echo "not ok $number - $name"
        tail -n 20 "$tmp/log" | sed 's/^/#   /'
    fi
}

if ! git rev-parse -q --verify HEAD >/dev/null 2>&1; then
    echo 'ok 1 - a fresh clone # SKIP this is not a git clone with a commit'
    exit 0
fi
[ -z "$(git status --porcelain 2>/dev/null)" ] || echo '# the working tree has changes that a clone does not see'

step 'git clone' git clone -q --no-local "$root" "$tmp/clone"
cd "$tmp/clone" 2>/dev/null || exit 1
prefix=$tmp/prefix
step 'make' make -j"$jobs"
step 'nothing is left to do' sh -c '! make | grep "^  [A-Z]"'
step 'git sees no new file' sh -c '! git status --porcelain | grep .'
step 'make static' make static
step 'the static program runs' build/assize-static --version
step 'make install' make install PREFIX="$prefix"
step 'the installed program runs' "$prefix/bin/assize" --version

cat >"$tmp/use.c" <<'C'
#include <assize.h>
#include <stdio.h>
int main(void) {
    return puts(assize_version()) < 0;
}
C
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib"
if command -v pkg-config >/dev/null 2>&1; then
    cflags=$(pkg-config --cflags assize) libs=$(pkg-config --libs assize) static=$(pkg-config --static --libs assize)
    step 'pkg-config knows the version' test "$(pkg-config --modversion assize)" = "$(cat VERSION)"
else
    cflags=-I$prefix/include libs="-L$prefix/lib -lassize" static="-L$prefix/lib -lassize -lyaml -lgmp -lsodium -lm"
fi
for compiler in gcc clang; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    # shellcheck disable=SC2086 # a word is a flag
    step "$compiler, shared library" \
        "$compiler" -std=c11 -Wall -Wextra -Wpedantic -Werror $cflags -o "$tmp/shared" "$tmp/use.c" $libs
    step "$compiler, shared library: the program runs" "$tmp/shared"
    # shellcheck disable=SC2086
    step "$compiler, static library" "$compiler" -std=c11 -static $cflags -o "$tmp/static" "$tmp/use.c" $static
    step "$compiler, static library: the program runs" "$tmp/static"
done

# The same with DESTDIR: everything lands below it, and uninstall takes everything back.
step 'make install DESTDIR=' make install DESTDIR="$tmp/stage" PREFIX=/usr
step 'pkg-config file names the prefix, not the stage' grep -qx 'prefix=/usr' "$tmp/stage/usr/lib/pkgconfig/assize.pc"
step 'make uninstall' make uninstall DESTDIR="$tmp/stage" PREFIX=/usr
step 'no file is left' sh -c "! find '$tmp/stage' ! -type d | grep ."

echo "1..$number"
[ "$failures" -eq 0 ]
