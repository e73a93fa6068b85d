#!/bin/sh
# OSS-Fuzz's build.sh: every target into $OUT, with its seeds, its dictionary and its options. CC, CXX, CFLAGS, LIB_FUZZING_ENGINE and
# OUT are set by it, and sanitizers are in CFLAGS. What stands in $OUT runs elsewhere, so libraries are linked statically.
# tests/oss-fuzz.sh runs this with an environment like theirs.
set -eu
cd "$(dirname "$0")/.."
build=build/oss-fuzz
targets=$(make -s fuzz-targets)
programs=$build/assize
for target in $targets; do programs="$programs $build/fuzz/$target"; done
# shellcheck disable=SC2086 # a word is a program
make -j"$(nproc)" BUILD=$build CC="$CC" CFLAGS="$CFLAGS" HARDEN= HARDEN_LINK= FUZZ_LINK="${CXX:-clang++}" \
    FUZZ_ENGINE="$LIB_FUZZING_ENGINE" LIBS='-Wl,-Bstatic -lyaml -lgmp -lsodium -Wl,-Bdynamic -lm -lpthread' \
    $programs
sh scripts/fuzz-dict.sh >"$OUT/assize.dict"
for target in $targets; do
    cp "$build/fuzz/$target" "$OUT/$target"
    seeds=$build/seeds/$target
    ASSIZE_BUILD=$build sh scripts/fuzz-seeds.sh "$target" "$seeds"
    rm -f "$OUT/${target}_seed_corpus.zip"
    find "$seeds" "tests/fuzz/corpus/$target" "tests/fuzz/found/$target" -type f 2>/dev/null | zip -q -j -@ "$OUT/${target}_seed_corpus.zip"
    printf '[libfuzzer]\ndict = assize.dict\nmax_len = 65536\ntimeout = 20\nrss_limit_mb = 2048\n' >"$OUT/$target.options"
done
