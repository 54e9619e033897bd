# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# The host's packages that the harness needs. Sourced after cache.sh.

# The C library's own tools, tar and dpkg are on every Debian; these may be missing. One program of each package
# stands for the package, because looking up a file costs nothing and asking dpkg does.
vm_programs=(
    qemu-system-x86_64:qemu-system-x86
    modprobe:kmod
    depmod:kmod
    mke2fs:e2fsprogs
    mkfs.xfs:xfsprogs
    debootstrap:debootstrap
    wget:wget
    xz:xz-utils
    flock:util-linux
    setpriv:util-linux
)

missing_packages() {
    local entry
    for entry in "${vm_programs[@]}"; do
        command -v "${entry%%:*}" >/dev/null || printf '%s\n' "${entry#*:}"
    done
    # By path: on PATH there may be a dynamic busybox, useless in an initramfs.
    is_static_busybox || echo busybox-static
}

is_static_busybox() {
    [[ -x /bin/busybox ]] && ! LC_ALL=C ldd /bin/busybox 2>/dev/null | grep -q '=>'
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o APT::Sandbox::User=root -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2
}

# Package lists may be old or absent (a fresh container), and one mirror hiccup should not fail a CI run.
apt_update() { apt_get update || { sleep 5 && apt_get update; }; }

# After a first failure the lists are taken to be stale: update, try again.
apt_get_fresh() { apt_get "$@" || { apt_update && apt_get "$@"; }; }

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages | sort -u)
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    apt_get_fresh install --no-install-recommends "${missing[@]}"
}
