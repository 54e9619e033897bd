#!/usr/bin/env bash
# Runs the unit tests that touch the kernel, in the guest that has every controller, where nothing may be skipped:
#
#   Tests/VirtualMachine/run.sh -- Tests/VirtualMachine/unit-tests.sh BUNDLE
#
# BUNDLE is the test bundle that `swift build --build-tests` made.
set -euo pipefail

[[ ${RMRUN_VM:-} == plain ]] || {
    echo "unit-tests.sh: this is not the guest: see Tests/VirtualMachine/run.sh" >&2
    exit 2
}
for kind in LinuxSystemTests CgroupV2Tests CgroupProgramsTests ConfinementTests SupervisionTests; do
    log=$(mktemp)
    if ! "$1" --testing-library swift-testing --filter "$kind" >"$log" 2>&1; then
        cat "$log"
        exit 1
    fi
    if grep '^➜.* skipped' "$log"; then
        echo "unit-tests.sh: nothing may be skipped here" >&2
        exit 1
    fi
    echo "$kind: $(grep 'Test run with' "$log")"
done
