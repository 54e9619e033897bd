#!/usr/bin/env bash
# Measures rmrun beside its peers and prints one table: ratios with their spread, and whether the targets are reached.
#
# usage: benchmark.sh [OPTION...] [PART...]
#
#   launch      start to end of a command that does nothing, beside bwrap, crun, timeout and a C floor
#   overshoot   CPU beyond the budget of busy loops that ignore SIGTERM
#   watching    rmrun's own CPU time, and what the job loses
#   accuracy    reported CPU time against the workload's own
#   ledger      what accounts cost: on a launch, and by themselves
#   control     rmrun ps with 200 jobs
#   confinement what --confine adds to a launch and to a system call, and --isolate beside bwrap
#   network     what --meter network adds to a launch, and takes of throughput and connections
#   vm          in virtual machines: storage, BenchExec's runexec, systemd-run (a quarter of an hour)
#   (none)      all but vm
#
#   --markdown  the table for the README
#   --check     status 1 if a target is missed
#   --quick     few runs: shows that it works, no more
#   --rmrun P   measure this executable instead of building one
#
# Installs what it compares with (apt, pip) and builds the release executable first. The figures are worth what the
# machine's rest is worth: nothing else should run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")
# In the checkout, because the virtual machines show it at the same path.
work=$root/.build-benchmark

source "$here/Benchmark/install.sh"

parts=() options=() rmrun=
while (($#)); do
    case $1 in
    --help | -h)
        sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    --markdown | --check | --quick) options+=("$1") ;;
    --rmrun)
        rmrun=$(realpath -e "${2:?--rmrun needs a path}")
        shift
        ;;
    launch | overshoot | watching | accuracy | ledger | control | confinement | network | vm) parts+=("$1") ;;
    *) die "unknown argument $1 (--help explains)" ;;
    esac
    shift
done
((${#parts[@]})) || parts=(launch overshoot watching accuracy ledger control confinement network)

mkdir -p "$work"
install_peers "${parts[@]}"
build_programs
if [[ -n $rmrun ]]; then
    # Also to where the virtual machines see it.
    [[ $rmrun -ef $work/rmrun ]] || install -m 755 "$rmrun" "$work/rmrun"
else
    "$root/.ci/build" "$work" >&2
fi
case " ${parts[*]} " in
*" ledger "*)
    swift build --package-path "$root" --scratch-path "$root/.build-load" -c release --product ledger-load >&2
    install -m 755 "$root/.build-load/release/ledger-load" "$work/ledger-load"
    ;;
esac
exec python3 "$here/Benchmark/benchmark.py" --work "$work" --rmrun "$work/rmrun" "${options[@]}" "${parts[@]}"
