#!/usr/bin/env bash
# Makes this host able to start the guests: packages, kernel, initramfs, the systemd guest's root.
# Quick when nothing is missing; run.sh calls it each time.
#
# usage: install.sh [plain|systemd]      (no argument: both)
set -euo pipefail

vm_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
vm_guest=$vm_here/guest

source "$vm_here/host/cache.sh"
source "$vm_here/host/packages.sh"
source "$vm_here/host/kernel.sh"
source "$vm_here/host/initramfs.sh"
source "$vm_here/host/systemd-root.sh"

guest=${1:-systemd}
[[ $guest == plain || $guest == systemd ]] || die "unknown guest '$guest'; there are plain and systemd"
[[ $(uname -m) == x86_64 ]] || die "the guests are x86_64, this host is $(uname -m)"

install_packages
prepare_kernel
prepare_initramfs
[[ $guest == plain ]] || prepare_systemd_root
