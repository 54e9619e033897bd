#!/usr/bin/env bash
# Runs the unit tests that touch the kernel, in the guest that has every controller, where nothing may be skipped:
#
#   Tests/VirtualMachine/run.sh -- Tests/VirtualMachine/unit-tests.sh BUNDLE
#
# BUNDLE is the test bundle that `swift build --build-tests` made. A kind of tests that fails is run once more, and that is said: the host takes the
# emulated processors away now and then.
set -euo pipefail

[[ ${RMRUN_VM:-} == plain ]] || {
    echo "unit-tests.sh: this is not the guest: see Tests/VirtualMachine/run.sh" >&2
    exit 2
}

log=$(mktemp)
pass() { "$1" --testing-library swift-testing --filter "$2" >"$log" 2>&1; }

for kind in LinuxSystemTests CgroupV2Tests CgroupProgramsTests ConfinementTests SupervisionTests; do
    if ! pass "$1" "$kind"; then
        cat "$log"
        pass "$1" "$kind" || {
            cat "$log"
            exit 1
        }
        echo "passed at the second try: $kind"
    fi
    if grep '^➜.* skipped' "$log"; then
        echo "unit-tests.sh: nothing may be skipped here" >&2
        exit 1
    fi
    echo "$kind: $(grep 'Test run with' "$log")"
done
