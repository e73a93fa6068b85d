#!/bin/sh
# Prints the list of parts of a build as SPDX 2.3 JSON: every source file that went into it, as the compiler noted them, the
# programs and libraries that came out, with digests; the libraries and tools with the versions that were used, and their licences.
# The same build gives the same bytes: the time is SOURCE_DATE_EPOCH, else the commit's, else that of the file VERSION.
#
# Usage: CC=cc VERSION=1.0 scripts/sbom.sh BUILD OTHER_SOURCES...      (from the Makefile)
set -eu
build=$1
shift
export LC_ALL=C
made_at=${SOURCE_DATE_EPOCH:-}
[ -n "$made_at" ] || made_at=$(git log -1 --format=%ct 2>/dev/null) || made_at=
[ -n "$made_at" ] || made_at=$(stat -c %Y VERSION)
created=$(date -u -d "@$made_at" +%Y-%m-%dT%H:%M:%SZ)
programs="assize libassize.a libassize.so"

# The compiler's notes (*.d) name what each object was made of; what is ours has no leading slash and is not made by the build.
sources() {
    {
        find "$build/obj" -name '*.d' ! -path '*/obj/tests/*' ! -path '*/obj/bench/*' -exec cat {} + |
            tr ' ' '\n' | sed 's/:$//' | grep -E '\.(c|h|def)$' | grep -v "^/\|^$build/"
        printf '%s\n' "$@"
    } | sort -u
}

words() { sed -n "$1" | head -n 1; } # SED: of what a tool says, the version
compiler=$($CC --version | head -n 1)
case $compiler in
*clang*) tool="clang|$(echo "$compiler" | words 's/.*version \([0-9.]*\).*/\1/p')|Apache-2.0 WITH LLVM-exception|https://llvm.org" ;;
*) tool="gcc|$($CC -dumpfullversion)|GPL-3.0-or-later WITH GCC-exception-3.1|https://gcc.gnu.org" ;;
esac

{
    echo "file|$VERSION|$created"
    for program in $programs; do
        file=$build/$program
        echo "made|$program|$(sha1sum <"$file")|$(sha256sum <"$file")"
    done
    sources "$@" | while read -r file; do
        echo "source|$file|$(sha1sum <"$file")|$(sha256sum <"$file")"
    done
    "$build/parts" | sed 's/^/part|/'
    echo "tool|$tool"
    echo "tool|re2c|$(re2c --version | words 's/^re2c //p')|LicenseRef-public-domain|https://re2c.org"
    echo "tool|bison|$(bison --version | words 's/.* \([0-9][0-9.]*\)$/\1/p')|GPL-3.0-or-later WITH Bison-exception-2.2|https://www.gnu.org/software/bison"
} | sed 's/  -//g' | awk -F'|' -v code="$(sources "$@" | while read -r file; do sha1sum <"$file"; done | cut -c1-40 | sort | tr -d '\n' | sha1sum | cut -c1-40)" '
function name(text) { gsub(/[^A-Za-z0-9.-]/, "-", text); return "SPDXRef-" text }
function digests(one, two) {
    return "\"checksums\": [{\"algorithm\": \"SHA1\", \"checksumValue\": \"" one "\"}, {\"algorithm\": \"SHA256\", \"checksumValue\": \"" two "\"}]"
}
function file(id, path, type, one, two) {
    files = files (files == "" ? "" : ",\n") "    {\"SPDXID\": \"" id "\", \"fileName\": \"./" path "\", \"fileTypes\": [\"" type "\"], " digests(one, two) \
        ", \"licenseConcluded\": \"Apache-2.0\", \"copyrightText\": \"NOASSERTION\"}"
}
function package(id, label, version, licence, where, more) {
    packages = packages (packages == "" ? "" : ",\n") "    {\"SPDXID\": \"" id "\", \"name\": \"" label "\", \"versionInfo\": \"" version "\", \"downloadLocation\": \"" where "\", " more \
        ", \"licenseConcluded\": \"" licence "\", \"licenseDeclared\": \"" licence "\", \"copyrightText\": \"NOASSERTION\"}"
}
function relate(from, how, to) {
    relations = relations (relations == "" ? "" : ",\n") "    {\"spdxElementId\": \"" from "\", \"relationshipType\": \"" how "\", \"relatedSpdxElement\": \"" to "\"}"
}
$1 == "file" {
    version = $2; created = $3
    package("SPDXRef-assize", "assize", version, "Apache-2.0", "NOASSERTION",
        "\"filesAnalyzed\": true, \"packageVerificationCode\": {\"packageVerificationCodeValue\": \"" code "\"}, \"primaryPackagePurpose\": \"SOURCE\"")
    relate("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-assize")
}
$1 == "made" {
    id = name("made-" $2); made[++count] = id
    package(id, $2, version, "Apache-2.0", "NOASSERTION", "\"filesAnalyzed\": false, \"primaryPackagePurpose\": \"" ($2 == "assize" ? "APPLICATION" : "LIBRARY") "\", " digests($3, $4))
    relate("SPDXRef-DOCUMENT", "DESCRIBES", id)
    relate(id, "GENERATED_FROM", "SPDXRef-assize")
    all = all $4
}
$1 == "source" {
    id = name("source-" $2)
    file(id, $2, "SOURCE", $3, $4)
    relate("SPDXRef-assize", "CONTAINS", id)
}
$1 == "part" {
    id = name("part-" $2)
    package(id, $2, $3, $4, $5, "\"filesAnalyzed\": false, \"primaryPackagePurpose\": \"LIBRARY\", \"externalRefs\": [{\"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\", \"referenceLocator\": \"pkg:generic/" $2 "@" $3 "\"}]")
    for (i = 1; i <= count; i++)
        if (made[i] !~ /\.a$/ || $6 == "CONTAINS") relate(made[i], $6, id)
}
$1 == "tool" {
    id = name("tool-" $2)
    package(id, $2, $3, $4, $5, "\"filesAnalyzed\": false, \"primaryPackagePurpose\": \"APPLICATION\"")
    relate(id, "BUILD_TOOL_OF", "SPDXRef-assize")
}
END {
    print "{\n  \"spdxVersion\": \"SPDX-2.3\",\n  \"dataLicense\": \"CC0-1.0\",\n  \"SPDXID\": \"SPDXRef-DOCUMENT\",\n  \"name\": \"assize-" version "\","
    print "  \"documentNamespace\": \"https://spdx.org/spdxdocs/assize-" version "-" code "-" substr(all, 1, 32) "\","
    print "  \"creationInfo\": {\"created\": \"" created "\", \"creators\": [\"Tool: assize-sbom-" version "\"]},"
    print "  \"hasExtractedLicensingInfos\": [{\"licenseId\": \"LicenseRef-public-domain\", \"name\": \"public domain\", \"extractedText\": \"re2c is in the public domain.\"}],"
    print "  \"packages\": [\n" packages "\n  ],\n  \"files\": [\n" files "\n  ],\n  \"relationships\": [\n" relations "\n  ]\n}"
}'
