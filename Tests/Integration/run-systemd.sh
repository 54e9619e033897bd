#!/bin/bash
# Tests the way to a transient scope, in the guest that has a system manager and a user's:
#
#   Tests/VirtualMachine/run.sh --guest systemd --share "$WORKLOADS" -- \
#     env RMRUN="$RMRUN" WORKLOADS="$WORKLOADS" Tests/Integration/run-systemd.sh
#
# Root and the lingering user `tester` run rmrun from an ordinary login session, whose group has other processes and hands no
# controllers on: rmrun starts anew in a scope of its own with Delegate=yes, and the kernel holds the limits.
# The last line says how many passed, failed and were skipped; the status is 1 if one failed.
set -u

[[ ${RMRUN_VM:-} == systemd ]] || {
    echo "run-systemd.sh: this is not the guest: see Tests/VirtualMachine/run.sh" >&2
    exit 2
}

# Where tester may read them, whatever the permissions of the host's directories.
# shellcheck disable=SC2153 # not the names below
cp "$RMRUN" /tmp/rmrun
# shellcheck disable=SC2153
cp -R "$WORKLOADS" /tmp/workloads
chmod -R a+rX /tmp/rmrun /tmp/workloads
rmrun=/tmp/rmrun workloads=/tmp/workloads
passed=0 failed=0

# A session as a login makes it: its own scope, with a shell and another process in it beside rmrun.
# shellcheck disable=SC2016 # the inner shell expands
in_session() {
    local user=$1 as=() manager=()
    shift
    [[ $user == root ]] || as=(as-tester) manager=(--user)
    timeout 240 "${as[@]}" systemd-run "${manager[@]}" --quiet --collect --scope \
        bash -c 'sleep 600 & "$@"; status=$?; kill $!; exit $status' bash "$@"
}

ok() {
    passed=$((passed + 1))
    echo "ok: $*"
}

not_ok() {
    failed=$((failed + 1))
    echo "FAILED: $*"
    sed 's/^/    /' "$output"
}

# expect STATUS WHAT COMMAND...: runs it; its output goes to $output.
expect() {
    local expected=$1 what=$2 status
    shift 2
    "$@" >"$output" 2>&1
    status=$?
    if ((status == expected)); then ok "$what"; else not_ok "$what: status $status, not $expected"; fi
}

# report_has WHAT PATTERN: the last report.
report_has() {
    if grep -Eq "$2" "$report"; then
        ok "$1"
    else
        cp "$report" "$output"
        not_ok "$1: no $2 in the report"
    fi
}

left() {
    find /sys/fs/cgroup -type d \( -name 'job-*' -o -name rmrun -o -name rmrun-supervisor \)
    systemctl list-units --all --plain --no-legend 'run-*.scope'
    as-tester systemctl --user list-units --all --plain --no-legend 'run-*.scope'
}

nothing_left() {
    # The managers clear scopes away in their own time.
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        left >"$output" 2>&1
        [[ -s $output ]] || break
        sleep 1
    done
    if [[ -s $output ]]; then not_ok "$1: something is left"; else ok "$1: nothing is left"; fi
}

passes_through() { [[ $(echo through | in_session "$1" "$rmrun" --memory 64M -- cat) == through ]]; }

place=$(mktemp -d)
chmod 777 "$place"
output=$place/output

for user in root tester; do
    report=$place/$user.json
    run() { in_session "$user" "$rmrun" --report "$report" "$@"; }

    expect 3 "$user: the status comes through the scope" run --memory 64M -- sh -c 'exit 3'
    report_has "$user: memory.max is held by the kernel" '"memory.max": "kernel"'
    nothing_left "$user"

    expect 121 "$user: a job that takes more is ended" run --memory 64M -- $workloads/hog -m 500 -s 60
    report_has "$user: its reason is its memory" '"terminationReason": "memory"'
    nothing_left "$user"

    expect 0 "$user: nothing may be missing" run --require memory.max,pids.max --memory 64M --pids 50 -- true
    expect 0 "$user: stdin and stdout pass through" passes_through "$user"
    expect 120 "$user: the budget is held" run --memory 64M --budget 0.3 -- $workloads/busy -i -w 600
    expect 143 "$user: the command's signal comes through" run --memory 64M -- sh -c 'kill -TERM $$'
    expect 0 "$user: the doctor promises it" in_session "$user" "$rmrun" doctor --require memory.max,pids.max
    expect 4 "$user: leftovers are ended" run --memory 64M -- sh -c "$workloads/daemonize -w 1234.601; exit 4"
    nothing_left "$user"

    # systemd-run turns into rmrun, so that the shell's child is rmrun.
    # shellcheck disable=SC2016
    expect 137 "$user: rmrun is killed" in_session "$user" bash -c '
        "$0" --memory 64M -- "$1" -i -w 600 & sleep 5; kill -KILL $!; wait $!' "$rmrun" "$workloads/busy"
    nothing_left "$user: after rmrun was killed"
done

expect 0 "tester may not touch root's groups" as-tester sh -c "! $rmrun --cgroup-parent /sys/fs/cgroup/system.slice --require cgroup -- true"

rm -rf "$place"
echo "$passed passed, $failed failed, 0 skipped"
((failed == 0))
