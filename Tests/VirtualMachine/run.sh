#!/usr/bin/env bash
# Runs a command as root inside a Linux guest that has every cgroup v2 controller.
#
# usage: run.sh [OPTION...] -- COMMAND [ARG...]
#
#   --guest plain|systemd   plain (default): the host's own root file system, no service manager; COMMAND is in
#                           the root group. systemd: a small Debian with system and user managers; COMMAND runs
#                           in a service, and `as-tester CMD` runs CMD as a lingering user.
#   --memory SIZE           the guest's memory (2G)
#   --cpus N                its processors (2)
#   --timeout SECONDS       for boot and command together (900)
#   --share DIR             show this host directory in the guest at its own path (repeatable). This checkout
#                           always is; the plain guest sees all of the host but /tmp, /run, /dev anyway.
#   --out DIR               results directory, writable from the guest, at the same path; also in $OUT
#
# The guest has the host's root at /host, ext4 disks at /mnt/disk (512 MiB), /mnt/small (32 MiB) and /mnt/quota
# (64 MiB, with project quotas), an XFS one with such quotas at /mnt/quota-xfs, and no swap and no network but loopback. Whatever it writes elsewhere than $OUT is gone afterwards.
#
# COMMAND's stdout and stderr come out on stdout as they are written, and its exit status is this script's.
# 124: --timeout passed. 125: the guest never reported a status, or the harness failed. The last stderr line
# then names the kernel's log (OUT/console-GUEST.log, or one in the cache).
set -euo pipefail

vm_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
vm_guest=$vm_here/guest

source "$vm_here/host/cache.sh"
source "$vm_here/host/packages.sh"
source "$vm_here/host/kernel.sh"
source "$vm_here/host/initramfs.sh"
source "$vm_here/host/systemd-root.sh"
source "$vm_here/host/accelerator.sh"
source "$vm_here/host/run-directory.sh"
source "$vm_here/host/job.sh"
source "$vm_here/host/machine.sh"
source "$vm_here/host/watch.sh"

guest=plain memory=2G cpus=2 timeout=900 out=
shares=("$(cd "$vm_here/../.." && pwd -P)")

while (($#)); do
    case $1 in
    --)
        shift
        break
        ;;
    --help)
        sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    --guest | --memory | --cpus | --timeout | --share | --out)
        (($# > 1)) || die "$1 needs a value"
        case $1 in
        --guest) guest=$2 ;;
        --memory) memory=$2 ;;
        --cpus) cpus=$2 ;;
        --timeout) timeout=$2 ;;
        --share) shares+=("$(cd "$2" && pwd -P)") || die "--share: no such directory: $2" ;;
        --out) out=$(mkdir -p "$2" && cd "$2" && pwd -P) || die "--out: no directory, and none can be made: $2" ;;
        esac
        shift 2
        ;;
    *) die "unknown option $1 (run.sh [OPTION...] -- COMMAND [ARG...]; --help explains)" ;;
    esac
done
(($#)) || die "no command (run.sh [OPTION...] -- COMMAND [ARG...])"
[[ $guest == plain || $guest == systemd ]] || die "unknown guest '$guest'; there are plain and systemd"
[[ $timeout =~ ^[1-9][0-9]*$ ]] || die "--timeout takes whole seconds, not '$timeout'"

"$vm_here/install.sh" "$guest"

trap end_run EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

make_run_directory
if [[ -n $out ]]; then
    console=$out/console-$guest.log
else
    mkdir "$run/out"
    out=$run/out
    console=$(cached_console)
fi
make_disk "$run/disk.ext4" 512M
make_disk "$run/small.ext4" 32M
make_disk "$run/quota.ext4" 64M -O quota,project
make_xfs_disk "$run/quota.xfs"
write_job "$@"
write_initramfs
start_machine
watch_machine
