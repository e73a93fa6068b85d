#!/bin/sh
# Prints a fuzzer's dictionary: every word of the language, of policies and of records, from the tables that define them.
set -u
cd "$(dirname "$0")/.." || exit 2

word() { sed 's/[\\"]/\\&/g; s/.*/"&"/'; }
{
    sed -n 's/^KEY([A-Z_]*, *"\([^"]*\)".*/\1:/p' grammar/keys.def
    sed -n 's/^OPERATOR([A-Z_]*, *"\([^"]*\)").*/ \1 /p' grammar/operators.def
    sed -n 's/^FUNCTION(\([a-z_]*\),.*/\1(/p' stdlib/functions.def
    sed -n 's/^ATTRIBUTE([A-Z_]*, *"\([^"]*\)".*/.\1/p' vm/attributes.def
    sed -n 's/^ATTRIBUTE([A-Z_]*, *"\([^"]*\)".*/"\1": /p' vm/attributes.def
    sed -n 's/^define \([a-z_]*\)(.*/ \1 /p' stdlib/*.assize
    # what no table holds: the punctuation of YAML, JSON and rules, and numbers at the edges
    printf '%s\n' 'with confidence >= ' 'with certainty >= ' 'at_least 1 of ' 'all of ' 'any of ' ' within ' '2%' '- ' '{' '}' '[' \
        ']' ': ' ', ' '"metrics": {' 'NaN' '-Infinity' 'null' 'true' '1e999' '-0' '0.1' '1e-400' '|' '>-' "'" '%%' '# '
} | awk 'length && !seen[$0]++' | word
