#!/usr/bin/env bash
# Shows that the virtual machine harness does what run.sh promises. About two minutes of emulation.
#
# usage: selftest.sh [plain|systemd]      (no argument: both)
# shellcheck disable=SC2016 # the guest's shell is to expand, not this one
set -euo pipefail

vm_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
passed=0 failed=0

# check WHAT COMMAND...: COMMAND's success is WHAT's.
check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$what"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n' "$what"
    fi
}

# guest OPTION... -- COMMAND...: runs it, keeps the output in $work/output, and sets $status.
guest() {
    status=0
    "$vm_here/run.sh" "$@" >"$work/output" 2>"$work/errors" || status=$?
}

said() { grep -q -- "$1" "$work/output"; }
complained() { grep -q -- "$1" "$work/errors"; }
status_is() { [[ $status -eq $1 ]] || { cat "$work/output" "$work/errors" && echo "status $status" && false; }; }

# The guest's own checks, as "ok: WHAT" and "no: WHAT".
check_what_the_guest_said() {
    local line
    while read -r line; do
        check "${line#*: }" test "${line%%:*}" = ok
    done < <(grep -E '^(ok|no): ' "$work/output")
}

# By the log file, which is on QEMU's command line.
guest_runs() { pgrep -f "qemu-system.*$1/console-plain.log" >/dev/null; }
no_guest_runs() { ! guest_runs "$1"; }

test_plain() {
    mkdir "$work/shared" && echo "from the host" >"$work/shared/file"

    guest --out "$work/out" --share "$work/shared" -- "$vm_here/guest/selftest-plain" "$work/shared"
    check "status 37 comes back as 37" status_is 37
    check "the command's stderr is in the output" said "to standard error"
    check "a file written to \$OUT comes back" grep -q "written in the guest" "$work/out/result"
    check "the kernel's log is beside it" grep -q "Linux version" "$work/out/console-plain.log"
    check "a share is not written to" grep -q "from the host" "$work/shared/file"
    check_what_the_guest_said

    guest -- "$work/not-there"
    check "a missing command is status 127" status_is 127

    guest --timeout 20 -- sh -c 'echo early; sleep 1000'
    check "--timeout 20 ends sleep 1000 with 124" status_is 124
    check "what was printed before the timeout came out" said early

    guest -- sh -c 'echo c >/proc/sysrq-trigger; sleep 60'
    check "a guest that panics is status 125" status_is 125
    check "and the kernel's log is named" complained "kernel log: /"

    test_endings
    test_side_by_side
}

# However run.sh ends, QEMU ends too.
test_endings() {
    local signal pid
    for signal in TERM KILL; do
        "$vm_here/run.sh" --out "$work/out-$signal" -- sh -c 'echo >"$OUT/up"; sleep 1000' >/dev/null 2>&1 &
        pid=$!
        for _ in {1..300}; do
            [[ ! -e $work/out-$signal/up ]] || break
            sleep 0.2
        done
        check "a guest runs before SIG$signal" guest_runs "$work/out-$signal"
        kill -"$signal" "$pid"
        wait "$pid" 2>/dev/null || true
        sleep 1
        check "SIG$signal to run.sh leaves no guest behind" no_guest_runs "$work/out-$signal"
    done
}

test_systemd() {
    guest --guest systemd --out "$work/out-systemd" -- "$vm_here/guest/selftest-systemd"
    check "the systemd guest's status 0 comes back" status_is 0
    check_what_the_guest_said
}

# Two at once, as two test suites on one machine would.
test_side_by_side() {
    local first second
    "$vm_here/run.sh" --memory 1G -- sh -c 'sleep 2; exit 3' >/dev/null 2>&1 &
    first=$!
    "$vm_here/run.sh" --memory 1G -- sh -c 'sleep 2; exit 4' >/dev/null 2>&1 &
    second=$!
    status=0 && wait "$first" || status=$?
    check "two at once: the first has its own status" status_is 3
    status=0 && wait "$second" || status=$?
    check "two at once: the second has its own status" status_is 4
}

case ${1:-both} in
plain) test_plain ;;
systemd) test_systemd ;;
both)
    test_plain
    test_systemd
    ;;
esac
printf '%d passed, %d failed\n' "$passed" "$failed"
((passed > 0 && failed == 0))
