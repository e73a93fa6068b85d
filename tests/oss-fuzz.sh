#!/bin/sh
# Builds the fuzzing targets as OSS-Fuzz does, with its variables, and looks at what it will look at: each target is there, needs no
# library but the C library, has seeds, and runs them without a finding. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
number=0
failed=0
say() { # STATUS WORDS
    number=$((number + 1))
    [ "$1" -eq 0 ] || failed=1
    echo "$([ "$1" -eq 0 ] || echo 'not ')ok $number - $2"
}

if ! echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && n ? 0 : 0; }' |
    clang -fsanitize=fuzzer,address -x c - -o /dev/null 2>/dev/null || ! command -v zip >/dev/null || ! command -v clang++ >/dev/null; then
    printf '%s\n' 'ok 1 - OSS-Fuzz # SKIP there is no clang++ with libFuzzer, or no zip' 1..1
    exit 0
fi
OUT=$(mktemp -d "${TMPDIR:-/tmp}/assize-oss-fuzz.XXXXXX") || exit 1
trap 'rm -rf "$OUT"' EXIT
export OUT CC=clang CXX=clang++ LIB_FUZZING_ENGINE=-fsanitize=fuzzer
export CFLAGS='-O1 -fno-omit-frame-pointer -gline-tables-only -fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link'
sh scripts/oss-fuzz-build.sh >"$OUT/log" 2>&1
say $? 'the build script runs' || tail "$OUT/log" | sed 's/^/#   /'
for target in $(make -s fuzz-targets); do
    foreign=$(ldd "$OUT/$target" 2>/dev/null | grep -E 'yaml|gmp|sodium')
    mkdir -p "$OUT/seeds/$target"
    [ -z "$foreign" ] && unzip -q "$OUT/${target}_seed_corpus.zip" -d "$OUT/seeds/$target" &&
        [ -f "$OUT/$target.options" ] && "$OUT/$target" -runs=0 -timeout=60 "$OUT/seeds/$target" >"$OUT/log" 2>&1
    status=$?
    say $status "$target: built with its libraries in it, and its $(find "$OUT/seeds/$target" -type f | wc -l) seeds run"
    [ $status -eq 0 ] || tail "$OUT/log" | sed 's/^/#   /'
done
echo "1..$number"
exit $failed
