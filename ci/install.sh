#!/bin/sh
# Puts assize on the PATH of the steps that follow: a program that is downloaded and has the SHA-256 that was asked for, or one
# built from the source beside this script. A program that is on the PATH already is taken where neither is asked for and
# ASSIZE_INSTALLED is 1.
#
#   ASSIZE_URL, ASSIZE_SHA256   what to download, and what it must be
#   RUNNER_TEMP, GITHUB_PATH    GitHub's; elsewhere a folder in TMPDIR, which is printed
set -eu

fail() { echo "assize: $*" >&2; exit 2; }

source=$(cd "$(dirname "$0")/.." && pwd)
place=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/assize/bin
mkdir -p "$place"

if [ -n "${ASSIZE_URL:-}" ]; then
    case ${ASSIZE_SHA256:-} in
    *[!0-9a-f]* | '') fail 'a program is downloaded only by its SHA-256: give binary-sha256, 64 hex digits' ;;
    esac
    rm -f "$place/assize"
    [ ${#ASSIZE_SHA256} -eq 64 ] || fail 'binary-sha256 is 64 hex digits'
    curl --fail --silent --show-error --location --proto '=https,file' --output "$place/assize.new" -- "$ASSIZE_URL" ||
        fail "cannot download $ASSIZE_URL"
    echo "$ASSIZE_SHA256  $place/assize.new" | sha256sum --check --status - || {
        rm -f "$place/assize.new"
        fail 'the program that was downloaded is not the one that was asked for: its SHA-256 differs'
    }
    chmod 755 "$place/assize.new"
    mv "$place/assize.new" "$place/assize"
elif [ "${ASSIZE_INSTALLED:-}" = 1 ]; then
    place=$(dirname "$(command -v assize)") || fail 'there is no assize on the PATH'
else
    make -C "$source" deps >&2
    make -C "$source" -j"$(nproc 2>/dev/null || echo 2)" BUILD="$place/../build" "$place/../build/assize" >&2
    cp "$place/../build/assize" "$place/assize"
fi
[ -z "${GITHUB_PATH:-}" ] || echo "$place" >>"$GITHUB_PATH"
"$place/assize" --version
