#!/bin/sh
# Two builds give the same bytes: in folders of different names and depths, by different users, with different locales, time
# zones, umasks, homes and numbers of jobs, days apart by the clock of the files. Programs, libraries, manual pages, completions and
# the list of parts are compared, as `make install` takes them; TAP. CC=clang for another compiler.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-reproducible.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
first=$tmp/one second="$tmp/another folder, deeper/two"
number=0 failures=0

report() { # PASSED NAME
    number=$((number + 1))
    [ "$1" -eq 0 ] || failures=$((failures + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

# Another user, where we may become one.
other_user() {
    if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
        chown -R 65534:65534 "$second"
        setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
    else
        "$@"
    fi
}

make_all() { # JOBS
    make --no-print-directory -j"$1" SOURCE_DATE_EPOCH=1700000000 ${CC:+CC="$CC"} all static sbom >build.log 2>&1 &&
        make --no-print-directory DESTDIR="$PWD/stage" SOURCE_DATE_EPOCH=1700000000 ${CC:+CC="$CC"} install >>build.log 2>&1 &&
        cp build/assize-static stage/
}

mkdir -p "$first" "$second"
for copy in "$first" "$second"; do
    tar -C "$root" --exclude=./build --exclude=./.git -cf - . | tar -C "$copy" -xf - || exit 2
done
find "$second" -exec touch -h -d '2001-02-03 04:05:06' {} +

(cd "$first" && umask 022 && LC_ALL=C TZ=UTC HOME=/nonexistent make_all 2)
report $? 'the first build'
# shellcheck disable=SC2016 # the inner shell expands
(cd "$second" && other_user env LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Kiritimati HOME="$second" USER=nobody ${CC:+CC="$CC"} \
    sh -c "umask 077; $(sed -n '/^make_all()/,/^}/p' "$root/tests/reproducible.sh")
make_all 1")
report $? 'the second build'
for copy in "$first" "$second"; do
    [ -d "$copy/stage" ] || tail -n 5 "$copy/build.log" | sed 's/^/#   /'
done

list() { (cd "$1/stage" 2>/dev/null && find . -type f | LC_ALL=C sort); }
list "$first" >"$tmp/files"
list "$second" | cmp -s - "$tmp/files"
report $? "the same $(wc -l <"$tmp/files") files"
[ "$(wc -l <"$tmp/files")" -ge 40 ]
report $? 'among them programs, libraries, pages'
while read -r file; do
    cmp -s "$first/stage/$file" "$second/stage/$file"
    same=$?
    report "$same" "$file"
    if [ "$same" -ne 0 ] && command -v diffoscope >/dev/null 2>&1; then
        diffoscope --max-report-size 4000 "$first/stage/$file" "$second/stage/$file" 2>/dev/null | head -n 40 | sed 's/^/#   /'
    fi
done <"$tmp/files"
! grep -rlF "$tmp" "$first/stage" >"$tmp/named"
report $? 'no file names the folder it was built in'
sed 's/^/#   /' "$tmp/named"

echo "1..$number"
[ "$failures" -eq 0 ]
