# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# The guest's initramfs: busybox and the few modules between the kernel and its first file system.
# Sourced after kernel.sh. The scripts in guest/ come as a second archive, made anew for each run, so an edit
# to them never meets a stale cache.

vm_modules=(virtio_pci 9pnet_virtio 9p virtio_blk crc32c_generic quota_v2 ext4 xfs overlay veth tun sctp)
# By what this file says: two checkouts that share the cache may want other modules.
vm_initramfs=$vm_cache/initramfs-$(cksum <"${BASH_SOURCE[0]}" | cut -d ' ' -f 1).cpio

prepare_initramfs() {
    [[ -e $vm_initramfs && $vm_initramfs -nt $vm_kernel/image ]] ||
        with_cache_lock initramfs build_initramfs
}

build_initramfs() {
    local work modules module
    modules=$(modules_in_load_order)
    work=$(empty_directory initramfs.work)
    mkdir -p "$work"/{bin,dev,proc,sys,run,modules,hostroot,rw,newroot}
    cp /bin/busybox "$work/bin/busybox"
    while read -r module; do
        add_module "$module" "$work/modules"
    done <<<"$modules"
    archive "$work" >"$vm_initramfs.new"
    mv "$vm_initramfs.new" "$vm_initramfs"
    rm -rf "$work"
}

# Dependencies first, each once, as paths of .ko files.
modules_in_load_order() {
    modprobe -d "$vm_kernel" -S "$(<"$vm_kernel/release")" --show-depends -a \
        "${vm_modules[@]}" | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# Newer kernels' packages compress their modules; busybox's insmod wants them plain.
add_module() {
    local file=$1 directory=$2 name
    name=$(basename "$file")
    case $name in
    *.xz) xz -dc "$file" >"$directory/${name%.xz}" && name=${name%.xz} ;;
    *.zst) zstd -qdc "$file" >"$directory/${name%.zst}" && name=${name%.zst} ;;
    *) cp "$file" "$directory/$name" ;;
    esac
    echo "$name" >>"$directory/order"
}

# archive DIRECTORY: the directory as a cpio archive, the format the kernel unpacks, on standard output.
archive() { (cd "$1" && find . | /bin/busybox cpio -o -H newc -R 0:0 2>/dev/null); }
