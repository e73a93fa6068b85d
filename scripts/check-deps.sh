#!/bin/sh
# Which folder may include which, and who may use which outside library. The tables are the architecture's; TAP.
# An include of the project is written with its folder, so a line says which way it points.
set -u
cd "$(dirname "$0")/.." || exit 2

# folder: the folders whose headers it may include, beside its own
may_include='
base:
grammar: base
stdlib: base
vm: base stdlib
compiler: base grammar stdlib vm
records: base vm
report: base vm
ledger: base grammar stdlib vm compiler records
library: base grammar stdlib vm compiler records report ledger include
cli: base grammar stdlib vm compiler records report ledger library include
tests: base grammar stdlib vm compiler records report ledger library include cli
bench: base grammar stdlib vm compiler records
include:
'

# header of an outside library: its one user in the product; tests may check the product with it
one_user='
yaml.h grammar/yaml.c
xxhash.h base/hash.c
gmp.h base/natural.c
sodium.h base/crypto.c
'

files=$(find base grammar stdlib vm compiler records report ledger library cli tests bench include -type f \
    \( -name '*.[chy]' -o -name '*.re' -o -name '*.def' \) 2>/dev/null | LC_ALL=C sort)

# shellcheck disable=SC2086 # names without spaces
awk -v may_include="$may_include" -v one_user="$one_user" '
    BEGIN {
        count = split(may_include, rows, "\n")
        for (i = 1; i <= count; i++) {
            folder = rows[i]; sub(/:.*/, "", folder)
            if (folder == "") continue
            folders[++folder_count] = folder; known[folder] = 1; may[folder, folder] = 1
            targets = rows[i]; sub(/^[^:]*:/, "", targets)
            for (j = split(targets, list, " "); j > 0; j--) may[folder, list[j]] = 1
        }
        count = split(one_user, rows, "\n")
        for (i = 1; i <= count; i++) {
            if (split(rows[i], list, " ") != 2) continue
            headers[++header_count] = list[1]
            user[list[1]] = list[2]
        }
    }
    FNR == 1 { from = FILENAME; sub(/\/.*/, "", from) }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, parts, "\"")
        to = parts[2]
        if (to !~ /\//) { bad(from, "\"" to "\" is written without its folder"); next }
        sub(/\/.*/, "", to)
        if (!(to in known)) bad(from, "\"" parts[2] "\" is in no known folder")
        else if (!((from, to) in may)) bad(from, from "/ may not include " to "/")
    }
    /^[ \t]*#[ \t]*include[ \t]*</ {
        name = $0; sub(/^[^<]*</, "", name); sub(/>.*/, "", name)
        if (name in user && FILENAME != user[name] && from != "tests")
            misuse[name] = misuse[name] "#   " FILENAME ":" FNR ": only " user[name] " may include it\n"
    }
    function bad(folder, what) { wrong[folder] = wrong[folder] "#   " FILENAME ":" FNR ": " what "\n" }
    function result(text, what) {
        printf "%s %d - %s\n%s", text == "" ? "ok" : "not ok", ++number, what, text
        if (text != "") failed = 1
    }
    END {
        for (i = 1; i <= folder_count; i++) result(wrong[folders[i]], folders[i] "/ includes what it may")
        for (i = 1; i <= header_count; i++) result(misuse[headers[i]], "<" headers[i] "> has one user")
        print "1.." number
        exit failed
    }' $files
