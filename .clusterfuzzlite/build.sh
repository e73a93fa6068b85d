#!/bin/sh
# Builds every target into $OUT; OSS-Fuzz and ClusterFuzzLite run the same script.
exec sh scripts/oss-fuzz-build.sh
