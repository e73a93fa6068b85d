#!/bin/sh
# OSS-Fuzz's build.sh: every target into $OUT, with its seeds and the dictionary. CC, CFLAGS, LIB_FUZZING_ENGINE, OUT are set by it.
set -eu
cd "$(dirname "$0")/.."
make -j"$(nproc)" BUILD=build/oss-fuzz CC="$CC" CFLAGS="$CFLAGS" HARDEN= HARDEN_LINK= build/oss-fuzz/libassize.a
for source in tests/fuzz/*.c; do
    target=$(basename "$source" .c)
    case $target in common | replay) continue ;; esac
    # shellcheck disable=SC2086 # a word is a flag
    "$CC" $CFLAGS -std=c11 -D_POSIX_C_SOURCE=200809L -I. -Ibuild/oss-fuzz/gen -c "$source" -o "build/oss-fuzz/$target.o"
    # shellcheck disable=SC2086
    "$CC" $CFLAGS -std=c11 -D_POSIX_C_SOURCE=200809L -I. -c tests/fuzz/common.c -o build/oss-fuzz/common.o
    # shellcheck disable=SC2086
    "${CXX:-clang++}" ${CXXFLAGS:-} "build/oss-fuzz/$target.o" build/oss-fuzz/common.o build/oss-fuzz/libassize.a $LIB_FUZZING_ENGINE \
        -Wl,-Bstatic -lyaml -lgmp -lsodium -Wl,-Bdynamic -lm -lpthread -o "$OUT/$target"
    sh scripts/fuzz-seeds.sh "$target" "build/oss-fuzz/seeds/$target"
    (cd "build/oss-fuzz/seeds/$target" && zip -q "$OUT/${target}_seed_corpus.zip" ./*)
    sh scripts/fuzz-dict.sh >"$OUT/$target.dict"
done
