#!/bin/sh
# The schema of policies in the YAML language server, which is what editors use; it is installed into build/editor, and
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
exec node tests/editor.js "$server" docs/schema/policy.schema.json examples/*/*.assize.yaml
