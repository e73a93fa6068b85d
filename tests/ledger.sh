#!/bin/sh
# What decisions withstand: many writers, kill -9 at every system call, failing calls, damage, planted links, full disks; TAP.
#
# Usage: tests/ledger.sh [--full]      full size: 16 writers × 10,000 decisions, every bit (about an hour)
#
# Everything happens in a scratch folder under TMPDIR.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
build=${ASSIZE_BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
writers=16 times=50 bits=7 kills=4
[ "${1:-}" != --full ] || { times=10000 bits=1 kills=1; }
[ -z "${ASSIZE_TIMES:-}" ] || times=$ASSIZE_TIMES

tmp=$(mktemp -d "${TMPDIR:-/tmp}/assize-ledger.XXXXXX") || exit 2
trap 'chmod -R u+w "$tmp" 2>/dev/null; rm -rf "$tmp"' EXIT
export LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH=1795183391
unset GIT_AUTHOR_NAME
number=0
failures=0
report() { # PASSED NAME [FILE]
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        failures=$((failures + 1))
        echo "not ok $number - $2"
        [ -z "${3:-}" ] || sed 's/^/#   /' "$3" | head -40
    fi
}
skip() { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }

cd "$tmp" || exit 2
cp "$root/examples/spatial/spatial.assize.yaml" policy.assize.yaml
cp "$root/examples/spatial/ship.json" result.json
decide() { # DIR
    "$build/assize" decide -p policy.assize.yaml --as ship --because tried --next 'on it goes' --by ada --dir "$1" result.json
}
verify() { "$build/assize" verify --today 2026-11-20 "$@"; }

# ---- many writers ------------------------------------------------------------------------------------------

mkdir many && decide many >first
while [ ! -e finished ]; do verify many >watched 2>&1 || cat watched >>seen; done &
watcher=$!
"$build/tests/ledger/writers" $writers "$times" "$build/assize" decide -p policy.assize.yaml --as ship --because tried \
    --next 'on it goes' --by ada --dir many result.json >said 2>errors
report $? "$writers writers × $times decisions: none failed" errors
touch finished && wait $watcher
[ ! -e seen ]
report $? 'who verifies while they write finds nothing' seen
sed -n 's,^many/\(.*\.yaml\): ship$,\1,p' first said | sort >acknowledged
find many -name '*.yaml' | sed 's,^many/,,' | sort >there
cut -d' ' -f5 many/INDEX | sort >listed
[ "$(wc -l <acknowledged)" -eq $((writers * times + 1)) ] && cmp -s acknowledged there && cmp -s acknowledged listed
report $? "$(wc -l <acknowledged) acknowledged, $(wc -l <there) there, $(wc -l <listed) listed, and they are the same"
verify many >out 2>&1
report $? 'every one of them verifies' out
[ "$(find many -name '.assize*' | wc -l)" -eq 0 ]
report $? 'nothing is left over'

# ---- large records: one line of the INDEX each, 64 KB of file ----------------------------------------------------

large=$((times / 10)) # 16 × 1,000 × 64 KB is 1 GB
long=$(head -c 60000 /dev/zero | tr '\0' x)
mkdir large
"$build/tests/ledger/writers" $writers "$large" "$build/assize" decide -p policy.assize.yaml --as ship --because "$long" \
    --next 'on it goes' --by ada --dir large result.json >said 2>errors
report $? "$writers writers × $large decisions of 64 KB: none failed" errors
verify large >out 2>&1 && [ "$(find large -name '*.yaml' -size +58k | wc -l)" -eq $((writers * large)) ] &&
    [ "$(wc -l <large/INDEX)" -eq $((writers * large)) ]
report $? 'every one of them is whole, listed, and verifies' out
rm -rf large

# ---- kill -9 at every system call --------------------------------------------------------------------------

mkdir start && decide start >said && first=$(sed -n 's/^head //p' said)
crash=$build/tests/ledger/crash

# What may be found after a crash: a record that is whole and was not acknowledged, the torn end of a line.
only_unlisted() { ! sed -nE 's/.*error\[(A[0-9]+)\].*/\1/p' "$1" | grep -qvE '^A(855|864)$'; }

# The folder after a crash, and that work goes on in it.
look_after() { # WHAT STATUS
    verify --head "$first" box >out 2>&1
    only_unlisted out || { echo "$1: damage" >>wrong; cat out >>wrong; }
    head=$(sed -n 's/^head //p' said)
    if [ -n "$head" ]; then
        acknowledged=$((acknowledged + 1))
        verify --head "$head" box >out 2>&1 || { echo "$1: acknowledged, and not there" >>wrong; cat out >>wrong; }
    fi
    decide box >again 2>&1 || { echo "$1: nothing can be added" >>wrong; cat again >>wrong; }
    verify --adopt box >/dev/null 2>&1
    verify --head "$(sed -n 's/^head //p' again)" box >out 2>&1 || { echo "$1: not mended" >>wrong; cat out >>wrong; }
}

stops=$("$crash" count "$build/assize" decide -p policy.assize.yaml --as ship --because tried --next 'on it goes' --by ada \
    --dir start result.json 2>/dev/null | tail -1)
rm -rf start && mkdir start && decide start >said && first=$(sed -n 's/^head //p' said)
case $stops in
'' | *[!0-9]*) skip 'kill -9 at every system call' 'processes cannot be traced here' ;;
*)
    : >wrong
    at=1 tried=0 acknowledged=0
    while [ $at -le "$stops" ]; do
        rm -rf box && cp -a start box
        "$crash" kill $at "$build/assize" decide -p policy.assize.yaml --as ship --because tried --next 'on it goes' \
            --by ada --dir box result.json >said 2>errors
        [ $? -eq 137 ] || { echo "stop $at: not killed" >>wrong; cat errors >>wrong; }
        look_after "stop $at"
        tried=$((tried + 1))
        at=$((at + kills))
    done
    [ ! -s wrong ] && [ $tried -gt 5 ]
    report $? "kill -9 at $tried of $stops stops, $acknowledged acknowledged: nothing lost, nothing half-written" wrong

    # ---- calls that fail ---------------------------------------------------------------------------------------
    : >wrong
    refused=0 succeeded=0 tried=0
    for error in 28 5; do # ENOSPC, EIO
        at=1
        while :; do
            rm -rf box && cp -a start box
            "$crash" fail $at $error "$build/assize" decide -p policy.assize.yaml --as ship --because tried \
                --next 'on it goes' --by ada --dir box result.json >said 2>errors
            status=$?
            [ $status -ne 100 ] || break
            tried=$((tried + 1))
            case $status in
            0) succeeded=$((succeeded + 1)); grep -q '^head ' said || echo "call $at, errno $error: silent success" >>wrong ;;
            2) refused=$((refused + 1))
               [ -s errors ] || echo "call $at, errno $error: silent refusal" >>wrong ;;
            *) echo "call $at, errno $error: status $status" >>wrong; cat errors >>wrong ;;
            esac
            [ $status -eq 0 ] || : >said
            look_after "call $at, errno $error"
            at=$((at + kills))
        done
    done
    [ ! -s wrong ] && [ $refused -gt 3 ]
    report $? "$tried failing calls: $refused refused by name, $succeeded without consequence, nothing lost" wrong
    ;;
esac

# ---- damage ------------------------------------------------------------------------------------------------

rm -rf box && mkdir box
decide box >/dev/null && decide box >/dev/null && decide box >/dev/null && decide box >/dev/null
"$build/tests/ledger/damage" box/2026-11-20-depth-estimator-swap.yaml box/INDEX $bits >out 2>&1
report $? "damage ($(sed -n 's/^ok .* - \(.*\), 0 not found$/\1/p' out | tr '\n' ';'))" out

# ---- planted links -----------------------------------------------------------------------------------------

: >wrong
echo untouched >canary
for planted in decisions decisions/INDEX decisions/.assize-new decisions/.gitattributes decisions/2026-11-20-depth-estimator-swap.yaml; do
    for kind in symbolic dangling hard; do
        rm -rf decisions && { [ $planted = decisions ] || mkdir decisions; }
        target=$tmp/canary
        [ $planted != decisions ] || { rm -rf elsewhere && mkdir elsewhere && target=$tmp/elsewhere; }
        case $kind in
        symbolic) ln -s "$target" $planted ;;
        dangling) ln -s "$tmp/nowhere" $planted ;;
        hard)
            [ $planted != decisions ] || continue
            ln "$target" $planted
            ;;
        esac
        decide decisions >said 2>errors
        status=$?
        [ "$(cat canary)" = untouched ] || echo "$kind $planted: the canary was changed" >>wrong
        [ ! -e nowhere ] || { echo "$kind $planted: a file was made through the link" >>wrong; rm -rf nowhere; }
        [ ! -d elsewhere ] || [ -z "$(ls -A elsewhere)" ] || echo "$kind $planted: the folder was written to" >>wrong
        case $planted in
        decisions | decisions/INDEX)
            if [ $status -ne 2 ] || ! grep -q 'A862' errors; then
                echo "$kind $planted: status $status" >>wrong
                cat errors >>wrong
            fi
            ;;
        esac
    done
done
rm -rf decisions real && mkdir -p real/inner && ln -s real linked
decide linked/inner >said 2>errors
if [ $? -ne 2 ] || ! grep -q 'symbolic link' errors || [ -n "$(ls -A real/inner)" ]; then
    echo 'a link on the way was followed' >>wrong
    cat errors >>wrong
fi
decide real/inner >said 2>&1 && rm real/inner/INDEX && ln -s "$tmp/canary" real/inner/INDEX
verify real/inner >out 2>&1 && echo 'verify followed a link' >>wrong
[ ! -s wrong ]
report $? 'no symbolic or hard link is followed or written through' wrong

# ---- no room, no permission --------------------------------------------------------------------------------

rm -rf box && mkdir box && decide box >/dev/null
(
    ulimit -f 4
    trap '' XFSZ
    decide box >said 2>errors
    echo $? >status
)
[ "$(cat status)" -eq 2 ] && grep -q 'cannot write' errors && verify box >out 2>&1
report $? 'where a file may not grow: a clear refusal, and the folder verifies' errors
chmod 755 "$tmp" && chmod 555 box
if [ "$(id -u)" -ne 0 ]; then
    decide box >said 2>errors
    status=$?
elif command -v setpriv >/dev/null 2>&1; then # root may write anywhere
    setpriv --reuid 65534 --regid 65534 --clear-groups "$build/assize" decide -p policy.assize.yaml --as ship \
        --because tried --next 'on it goes' --dir box result.json >said 2>errors
    status=$?
else
    status=skip
fi
if [ $status = skip ]; then
    skip 'a folder that may not be written' 'root may'
else
    [ $status -eq 2 ] && grep -q 'ermission' errors
    report $? 'a folder that may not be written: a clear refusal' errors
fi

# ---- two branches ------------------------------------------------------------------------------------------

if command -v git >/dev/null 2>&1; then
    export HOME="$tmp" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=ada GIT_AUTHOR_EMAIL=a@localhost GIT_COMMITTER_NAME=ada GIT_COMMITTER_EMAIL=a@localhost
    mkdir team && cp policy.assize.yaml result.json team && cd team || exit 2
    in_branch() { # BRANCH EXPERIMENT
        git checkout -q "$1" && "$build/assize" decide -p policy.assize.yaml --as ship --because tried --next on --by ada --experiment "$2" result.json >"$tmp/said" &&
            git add -A && git commit -qm "$2"
    }
    {
        git init -q -b main . && git add -A && git commit -qm start && in_branch main one &&
            git branch left && git branch right && in_branch left two && in_branch left three && left=$(sed -n 's/^head //p' "$tmp/said") &&
            in_branch right four && right=$(sed -n 's/^head //p' "$tmp/said") && in_branch right five &&
            git checkout -q main && git merge -q --no-edit left && git merge -q --no-edit right &&
            verify --head "$left,$right" decisions &&
            in_branch main six && verify --head "$(sed -n 's/^head //p' "$tmp/said")" decisions && verify --head "$left,$right" decisions
    } >out 2>&1
    report $? 'two branches add decisions, git merges them, and all verify' out
    [ "$(verify --head decisions | sed -n 's/^head //p' | wc -c)" -eq 65 ]
    report $? 'the next decision joins the two heads'
    cd "$tmp" || exit 2
else
    skip 'two branches add decisions' 'there is no git'
fi

echo "1..$number"
[ "$failures" -eq 0 ]
