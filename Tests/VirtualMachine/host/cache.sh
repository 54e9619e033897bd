# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# Where the harness keeps what is slow to make: kernel, initramfs, systemd root, the KVM probe's answer.
# Sourced. Outside the checkout, so that `git clean` does not cost a download.

# mke2fs, depmod, debootstrap and chroot are there, which is not on everyone's PATH.
export PATH=$PATH:/usr/sbin:/sbin

vm_cache=${RMRUN_VM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/rmrun-vm}
mkdir -p "$vm_cache"
vm_cache=$(cd "$vm_cache" && pwd -P)

say() { printf 'vm: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 125
}

# as_root COMMAND...: packages and debootstrap need root; a developer's account may have sudo instead.
as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n "$@"
    else
        die "needs root (or sudo without a password) for: $*"
    fi
}

# with_cache_lock NAME COMMAND...: two runs that start together must not make the same thing twice.
with_cache_lock() {
    local lock
    exec {lock}>"$vm_cache/$1.lock"
    flock "$lock"
    shift
    "$@"
    exec {lock}>&-
}

# empty_directory NAME: a place in the cache to build something in, cleared of what an interrupted run left.
# The caller holds the lock for it.
empty_directory() {
    rm -rf "${vm_cache:?}/$1" 2>/dev/null || as_root rm -rf "${vm_cache:?}/$1" # debootstrap's files are root's
    mkdir "$vm_cache/$1"
    printf '%s\n' "$vm_cache/$1"
}
