#!/bin/sh
# The schemas of policies and tests in the YAML language server, which is what editors use; it is installed into build/editor, and
# where that cannot be done the test is skipped. TAP.
set -u
cd "$(dirname "$0")/.." || exit 2
folder=build/editor
server=$folder/node_modules/yaml-language-server/bin/yaml-language-server
if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo 'ok 1 - the YAML language server # SKIP there is no node with npm'
    echo '1..1'
    exit 0
fi
if [ ! -e "$server" ]; then
    mkdir -p "$folder" && npm install --prefix "$folder" --silent --no-fund --no-audit yaml-language-server@1.19.2 \
        >/dev/null 2>&1 </dev/null
fi
if [ ! -e "$server" ]; then
    echo 'ok 1 - the YAML language server # SKIP it could not be installed'
    echo '1..1'
    exit 0
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-editor.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
"${ASSIZE_BUILD:-build}/assize" init "$tmp/first" >/dev/null || exit 2
"${ASSIZE_BUILD:-build}/assize" test --generate -o "$tmp/spatial.assize-test.yaml" \
    examples/spatial/spatial.assize.yaml >/dev/null || exit 2
node tests/editor.js "$server" docs/schema/policy.schema.json docs/schema/tests.schema.json \
    examples/*/*.assize.yaml "$tmp"/first/*.assize.yaml "$tmp"/first/*.assize-test.yaml "$tmp"/*.assize-test.yaml
