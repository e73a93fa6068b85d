#!/bin/sh
# Finds what the build needs and is not there, and installs it with apt-get where that is allowed.
# Says nothing when nothing is missing, and then asks no network. Plain POSIX sh: a bare machine has no compiler yet.
#
# Usage: scripts/deps.sh           what `make` needs
#        scripts/deps.sh --more    also what `make check-more` likes to have; never fails for that
#        scripts/deps.sh --bench   also what the peers of `make bench` are built with; never fails for that
set -u

# True when the version $1 is at least $2.$3.
version_reaches() {
    major=${1%%.*}
    rest=${1#*.}
    minor=${rest%%[!0-9]*}
    [ "${major:-0}" -gt "$2" ] || { [ "${major:-0}" -eq "$2" ] && [ "${minor:-0}" -ge "$3" ]; }
}

has() { command -v "$1" >/dev/null 2>&1; }

# Headers are looked for where Debian puts them; elsewhere the compiler is asked.
has_header() {
    for place in /usr/include/"$1" /usr/include/*-linux-gnu/"$1" /usr/local/include/"$1"; do
        [ -e "$place" ] && return 0
    done
    has "${CC:-cc}" && echo "#include <$1>" | "${CC:-cc}" -E - >/dev/null 2>&1
}

has_version() { # PROGRAM MAJOR MINOR
    has "$1" || return 1
    words=$("$1" --version 2>/dev/null) || return 1
    first=${words%%
*}
    version_reaches "${first##* }" "$2" "$3"
}

# Names of Debian's and Ubuntu's packages for what is missing.
missing_packages() {
    compiler=${CC:-cc}
    compiler=${compiler%% *}
    has "$compiler" || case $compiler in cc) echo gcc ;; *) echo "$compiler" ;; esac
    has make || echo make
    has_header stdio.h || echo libc6-dev
    has_version re2c 3 0 || echo re2c
    has_version bison 3 8 || echo bison
    has_header yaml.h || echo libyaml-dev
    has_header xxhash.h || echo libxxhash-dev
    has_header gmp.h || echo libgmp-dev
    has_header sodium.h || echo libsodium-dev
}

missing_more() {
    has gcc || echo gcc
    if has clang; then
        [ -n "$(find /usr/lib/llvm-*/lib/clang -name 'libclang_rt.asan*' 2>/dev/null)" ] ||
            echo "libclang-rt-$(clang -dumpversion | sed 's/\..*//')-dev"
    else
        echo clang
    fi
    has clang-format-14 || has clang-format || echo clang-format
    has shellcheck || echo shellcheck
    has git || echo git
    has pkg-config || echo pkg-config
    has jq || echo jq
    has g++ || echo g++
    has_header simdjson.h || echo libsimdjson-dev
    for package in checksec clang-tidy cppcheck valgrind; do
        has "$package" || echo "$package"
    done
    has chromium || has chromium-browser || has google-chrome || echo chromium
    if [ -x /usr/bin/python3 ]; then
        /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
    else
        echo python3-venv
    fi
}

# Go and Rust are not here: the peers need newer ones than distributions have, and are left out where there are none.
missing_bench() {
    has g++ || echo g++
    has_header simdjson.h || echo libsimdjson-dev
    has node || echo nodejs
    has npm || echo npm
    has tar || echo tar
    if has python3; then
        python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
        python3 -m pip --version >/dev/null 2>&1 || echo python3-pip
    else
        echo python3-venv
        echo python3-pip
    fi
}

missing_for() { # --more, --bench, or nothing
    case $1 in
    --more) missing_more ;;
    --bench) missing_bench ;;
    esac
}

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

updated=
# Install the packages given; what apt-get said is shown only when it fails.
install_packages() {
    has apt-get || return 1
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        has sudo && sudo -n true 2>/dev/null || return 1
        as_root='sudo -n'
    fi
    echo "installing $*"
    log=$(mktemp) || return 1
    { { [ -n "$updated" ] || apt update; } && apt install -y --no-install-recommends "$@"; } >"$log" 2>&1
    status=$?
    updated=yes
    [ "$status" -eq 0 ] || tail -n 5 "$log" >&2
    rm -f "$log"
    return "$status"
}

packages=$(missing_packages)
if [ -n "$packages" ]; then
    # shellcheck disable=SC2086 # one word a package
    install_packages $packages
    packages=$(missing_packages)
fi
if [ -n "$packages" ]; then
    {
        echo 'assize cannot be built here yet: something is missing, and it could not be installed.'
        echo 'On Debian 12, Ubuntu 24.04 and later:'
        echo
        # shellcheck disable=SC2086
        echo "    sudo apt-get install" $packages
        echo
        echo 'Elsewhere: a C11 compiler, make, re2c 3.0 or later, bison 3.8 or later, and the headers of'
        echo 'libyaml, xxHash, GMP and libsodium.'
    } >&2
    exit 1
fi

# One by one, so that one without a package here does not keep the others away; twice, as a compiler that has just
# come may lack its sanitizers.
tried=
for _ in 1 2; do
    for package in $(missing_for "${1:-}"); do
        case " $tried " in
        *" $package "*) ;;
        *)
            tried="$tried $package"
            install_packages "$package" || echo "not installed: $package; what needs it is skipped"
            ;;
        esac
    done
done
exit 0
