#!/usr/bin/env bash
# Runs the live tests in the guest that has every controller, where nothing may be skipped:
#
#   Tests/VirtualMachine/run.sh --timeout 3000 --share "$WORKLOADS" -- \
#     env RMRUN="$RMRUN" LEDGER_LOAD="$LEDGER_LOAD" WORKLOADS="$WORKLOADS" Tests/Integration/run-inside.sh [ARGUMENT...]
#
# RMRUN names the binary, LEDGER_LOAD the program of Tests/LedgerLoad, WORKLOADS the directory that Tests/Workloads/build.sh filled;
# arguments as for Tests/Integration.
set -euo pipefail

[[ ${RMRUN_VM:-} == plain ]] || {
    echo "run-inside.sh: this is not the guest: see Tests/VirtualMachine/run.sh" >&2
    exit 2
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

# To memory: each page of a file on the host is a trip to the host.
cp "$RMRUN" /tmp/rmrun
cp "$LEDGER_LOAD" /tmp/ledger-load
cp -R "$WORKLOADS" /tmp/workloads
export RMRUN=/tmp/rmrun LEDGER_LOAD=/tmp/ledger-load WORKLOADS=/tmp/workloads RMRUN_ALL_CONTROLLERS=1

# A wrapper that picks a version (pyenv) costs seconds in here; what it picks does not.
python=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
# Emulated processors share the host's with whatever else runs there: a bound in time can be passed for reasons outside of the guest.
exec "$python" "$here" --again "$@"
