#!/usr/bin/env bash
# Installs what the tests need, and passes them all:
#   unit, property and simulation tests; reports against their JSON Schema; a short fuzzing run; live tests on this host's
#   cgroup v2; these and the unit tests that touch the kernel in a virtual machine with every controller, where nothing may be
#   skipped; scopes under systemd.
#
#   Tests/run.sh [unit|schema|fuzz|live|vm|systemd ...]     all of them if none is named
#
# RMRUN_CRASHES is how often each test of crashes kills something (50; 10 in the guest, where there are eleven such tests and each crash takes seconds).
# RMRUN_LIVE_MODULES and RMRUN_VM_MODULES narrow the live tests to some of Tests/Integration/test_*.py; RMRUN_FUZZ_SECONDS is for each parser.
set -euo pipefail
cd "$(dirname "$0")/.."

stages=("$@")
[ ${#stages[@]} -gt 0 ] || stages=(unit schema fuzz live vm systemd)
out=$(mktemp -d)
# Tests become other users, who have to reach the workloads.
chmod 755 "$out"
trap 'rm -rf "$out"' EXIT
scratch=${RMRUN_SCRATCH:-.build}

say() { printf '\n== %s\n' "$*"; }

install_packages() {
  local missing=() package
  for package in bash gcc git iproute2 libbpf-dev libc6-dev libcap-dev libseccomp-dev libsqlite3-dev make nodejs pkg-config python3 python3-jsonschema less procps \
    sqlite3 strace util-linux; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${missing[*]}"
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -q || "${sudo[@]}" apt-get update -q
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -qy --no-install-recommends "${missing[@]}"
}

# The binary and the programs that the live tests run, built once. A debug build: the tests are about behaviour, and its checks for overflow
# and the like are on.
build_live() {
  [ -z "${RMRUN:-}" ] || return 0
  say "building rmrun and the workloads"
  swift build --scratch-path "$scratch" --product rmrun
  Tests/Workloads/build.sh "$out/workloads"
  swift build --scratch-path "$scratch" --product ledger-load
  RMRUN=$(swift build --scratch-path "$scratch" --show-bin-path)/rmrun
  LEDGER_LOAD=$(dirname "$RMRUN")/ledger-load
  export RMRUN LEDGER_LOAD WORKLOADS=$out/workloads
}

# The same for the guests: optimised, since on an emulated processor a command of a debug build takes up to eight times as long (checks for
# overflow stay), and static, since a dynamic link costs seconds a start there, and one of them has no Swift libraries.
build_for_guests() {
  build_live
  local product library bpf=()
  for library in $(pkg-config --static --libs-only-l libbpf); do bpf+=(-Xlinker "$library"); done
  for product in rmrun ledger-load; do
    swift build --scratch-path .build-static -c release --product "$product" -Xswiftc -static-executable "${bpf[@]}" -Xswiftc -DFAULT_POINTS
  done
  guest_rmrun=$PWD/.build-static/release/rmrun
}

# Each kind in a process of its own: a supervisor under test takes stray children of its process for its jobs' orphans, and a test of it has to
# get a CPU.
stage_unit() {
  swift build --scratch-path "$scratch" --build-tests
  swift test --scratch-path "$scratch" --skip-build --skip SupervisionTests --skip LinuxSystemTests --skip CgroupV2Tests --skip CgroupProgramsTests \
    --skip CreditLedgerTests
  local kind
  for kind in LinuxSystemTests CgroupV2Tests CgroupProgramsTests SupervisionTests CreditLedgerTests; do
    swift test --scratch-path "$scratch" --skip-build --filter "$kind"
  done
}

stage_schema() { Tests/report-schema-test.sh --scratch-path "$scratch"; }

stage_fuzz() { Tests/Fuzz/run.sh "${RMRUN_FUZZ_SECONDS:-5}"; }

stage_live() {
  build_live
  # shellcheck disable=SC2086  # a list of words
  python3 Tests/Integration ${RMRUN_LIVE_MODULES:-}
}

stage_vm() {
  build_for_guests
  mkdir -p "$out/vm"
  swift build --scratch-path "$scratch" --build-tests
  Tests/VirtualMachine/run.sh --timeout 900 --out "$out/vm" -- \
    "$PWD/Tests/VirtualMachine/unit-tests.sh" "$(swift build --scratch-path "$scratch" --show-bin-path)/rmrunPackageTests.xctest"
  # shellcheck disable=SC2086  # a list of words
  Tests/VirtualMachine/run.sh --timeout 3000 --out "$out/vm" --share "$WORKLOADS" -- \
    env RMRUN="$guest_rmrun" LEDGER_LOAD="$(dirname "$guest_rmrun")/ledger-load" WORKLOADS="$WORKLOADS" \
    RMRUN_CRASHES="${RMRUN_CRASHES:-10}" \
    "$PWD/Tests/Integration/run-inside.sh" ${RMRUN_VM_MODULES:-}
}

stage_systemd() {
  build_for_guests
  mkdir -p "$out/systemd"
  Tests/VirtualMachine/run.sh --guest systemd --timeout 600 --out "$out/systemd" --share "$WORKLOADS" -- \
    env RMRUN="$guest_rmrun" WORKLOADS="$WORKLOADS" "$PWD/Tests/Integration/run-systemd.sh"
}

install_packages
for stage in "${stages[@]}"; do
  say "$stage"
  "stage_$stage"
done
say "all of: ${stages[*]} passed"
