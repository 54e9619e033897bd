# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# The guest's kernel: Debian's, unpacked into the cache. Sourced after packages.sh.
#
# It is not installed: that would run the host's boot-loader and initramfs hooks, and a container has neither.

vm_kernel=$vm_cache/kernel # image, release, lib/modules/RELEASE

prepare_kernel() {
    [[ -e $vm_kernel/image ]] || with_cache_lock kernel fetch_kernel
}

fetch_kernel() {
    [[ ! -e $vm_kernel/image ]] || return 0 # another run made it while this one waited for the lock
    local package work
    package=$(kernel_package)
    [[ -n $package ]] || { apt_update && package=$(kernel_package); }
    [[ -n $package ]] || die "apt knows no linux-image-amd64; the guest needs Debian's kernel"

    say "fetching $package"
    work=$(empty_directory kernel.work)
    mkdir "$work/download"
    (cd "$work/download" && apt_get_fresh download "$package")
    unpack_kernel "$work"
    rm -rf "$vm_kernel"
    mv "$work" "$vm_kernel"
}

# linux-image-amd64 only points at the current version's package: that one has the files.
kernel_package() {
    { apt-cache depends linux-image-amd64 2>/dev/null || true; } | awk '$1 == "Depends:" { print $2; exit }'
}

unpack_kernel() {
    local work=$1 compressed
    dpkg -x "$work"/download/*.deb "$work"
    rm -rf "$work/download" "${work:?}/usr/share"
    compressed=$(echo "$work"/boot/vmlinuz-*)
    echo "${compressed#*/vmlinuz-}" >"$work/release"
    depmod -b "$work" "$(<"$work/release")"
    # QEMU boots the plain ELF image too (PVH); emulated, the kernel's unpacking of itself takes four seconds.
    decompress "$compressed" >"$work/image" 2>/dev/null || cp "$compressed" "$work/image"
}

# decompress VMLINUZ: the kernel inside. Its place is in the boot header (Documentation/arch/x86/boot.rst):
# setup_sects at 0x1f1, payload_offset at 0x248, payload_length at 0x24c. The payload ends in its unpacked size.
decompress() {
    local setup_sects offset length
    setup_sects=$(od -An -tu1 -j $((0x1f1)) -N1 "$1")
    offset=$(od -An -tu4 -j $((0x248)) -N4 "$1")
    length=$(od -An -tu4 -j $((0x24c)) -N4 "$1")
    dd if="$1" iflag=skip_bytes,count_bytes skip=$(((setup_sects + 1) * 512 + offset)) count=$((length - 4)) bs=1M |
        xz -dc
}
