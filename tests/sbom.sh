#!/bin/sh
# The list of parts that `make sbom` writes: valid SPDX 2.3 for the tools of the SPDX project (installed into build/venv-sbom),
# digests as they are, every library that the program asks for, every source that was compiled, and the same bytes again; TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${ASSIZE_BUILD:-build}
sbom=$build/assize.spdx.json
venv=build/venv-sbom
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=
number=0 failures=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-sbom.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

report() { # PASSED NAME
    number=$((number + 1))
    [ "$1" -eq 0 ] || failures=$((failures + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; sed 's/^/#   /' "$tmp/said" | head -n 20; fi
}

make --no-print-directory BUILD="$build" sbom >"$tmp/said" 2>&1
report $? 'make sbom'
cp "$sbom" "$tmp/first"
make --no-print-directory BUILD="$build" sbom >"$tmp/said" 2>&1 && cmp "$tmp/first" "$sbom" >"$tmp/said" 2>&1
report $? 'the same bytes again'

if command -v jq >/dev/null 2>&1; then
    jq -r '.files[] | (.checksums[] | select(.algorithm == "SHA256").checksumValue) + "  " + .fileName' "$sbom" |
        sha256sum -c --quiet >"$tmp/said" 2>&1
    report $? "the digests of $(jq '.files | length' "$sbom") sources"
    jq -r '.packages[] | select(.SPDXID | startswith("SPDXRef-made-")) |
        (.checksums[] | select(.algorithm == "SHA256").checksumValue) + "  '"$build"'/" + .name' "$sbom" |
        sha256sum -c --quiet >"$tmp/said" 2>&1
    report $? 'the digests of the programs'

    jq -r '.files[].fileName' "$sbom" | LC_ALL=C sort >"$tmp/listed"
    find base grammar stdlib vm compiler records report ledger library cli -type f \
        \( -name '*.c' -o -name '*.re' -o -name '*.y' -o -name '*.assize' -o -name '*.assize-format' \) | sed 's|^|./|' |
        LC_ALL=C sort | comm -23 - "$tmp/listed" >"$tmp/said"
    [ ! -s "$tmp/said" ]
    report $? 'every source is listed'

    jq -r '.packages[].name' "$sbom" >"$tmp/packages"
    readelf -d "$build/assize" | sed -n 's/.*NEEDED.*\[lib\([a-z]*\).*/\1/p' | grep -vx m | sed 's/^c$/glibc/; s/^yaml$/libyaml/; s/^sodium$/libsodium/' |
        grep -vxFf "$tmp/packages" >"$tmp/said"
    [ ! -s "$tmp/said" ]
    report $? 'every library that the program asks for is a part'
    [ "$(jq '[.packages[] | select(.versionInfo == null or .versionInfo == "")] | length' "$sbom")" -eq 0 ]
    report $? 'every part has its version'
else
    number=$((number + 1))
    echo "ok $number - digests and parts # SKIP there is no jq"
fi

if [ -n "$python" ] && [ ! -x "$venv/bin/pyspdxtools" ]; then
    { mkdir -p build && "$python" -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check 'spdx-tools>=0.8.2,<0.9'; } \
        >/dev/null 2>&1 </dev/null
fi
if [ -x "$venv/bin/pyspdxtools" ]; then
    "$venv/bin/pyspdxtools" --infile "$sbom" --version SPDX-2.3 >"$tmp/said" 2>&1
    report $? 'spdx-tools: valid SPDX 2.3'
    sed 's/"SPDXRef-part-gmp", "name"/"SPDXRef part", "name"/' "$sbom" >"$tmp/wrong.spdx.json"
    ! "$venv/bin/pyspdxtools" --infile "$tmp/wrong.spdx.json" --version SPDX-2.3 >"$tmp/said" 2>&1
    report $? 'spdx-tools refuses a wrong one'
else
    number=$((number + 1))
    echo "ok $number - spdx-tools # SKIP it could not be installed"
fi

echo "1..$number"
[ "$failures" -eq 0 ]
