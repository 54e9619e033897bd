# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# The virtual machine itself: QEMU's arguments. Sourced after accelerator.sh.

# Devices and the names under which the guest finds them:
#   9p tags   host: the host's root, read-only    job: this run's control files    out: the results directory
#   disks     by serial: disk (512 MiB) and small (32 MiB), empty ext4; quota (64 MiB), with project quotas; quota-xfs (300 MiB), the same of
#             XFS; root: a snapshot of the systemd root
#   serial    the kernel's messages, nothing else
machine_arguments() {
    local accelerator
    accelerator=$(accelerator)
    machine=(
        -name "rmrun-vm-$guest" -nodefaults -no-user-config -display none -no-reboot
        -smp "$cpus" -m "$memory" -rtc base=utc
        -kernel "$vm_kernel/image" -initrd "$run/initramfs" -append "$(kernel_command_line "$accelerator")"
        -serial "file:$(escaped "$console")"
    )
    # Five-level page tables, emulated, cost time and show nothing.
    case $accelerator in
    kvm) machine+=(-accel kvm -cpu host) ;;
    tcg) machine+=(-accel "tcg,thread=multi" -cpu "max,la57=off") ;;
    esac

    # remap: the host's root spans file systems, whose inode numbers collide.
    # none: as passthrough, but a host user who is not root may run guests too.
    add_share host / readonly=on
    add_share job "$run/job"
    add_share out "$out"
    add_disk disk "$run/disk.ext4"
    add_disk small "$run/small.ext4"
    add_disk quota "$run/quota.ext4"
    add_disk quota-xfs "$run/quota.xfs"
    [[ $guest == plain ]] || add_disk root "$vm_systemd_root" snapshot=on
}

# cgroup_no_v1: v2 gets every controller. psi: Debian has it compiled in but off.
# panic=-1 with -no-reboot: a guest that panics ends QEMU at once.
# tsc=reliable: emulated, the kernel distrusts the TSC, which is the host's and sound; without it reading the
# clock costs 1.6 instead of 0.15 us, and CPU time is kept by a coarser clock.
kernel_command_line() {
    local line="console=ttyS0 loglevel=6 panic=-1 cgroup_no_v1=all psi=1 mitigations=off audit=0"
    [[ $1 == kvm ]] || line+=" tsc=reliable"
    [[ $guest == plain ]] || line+=" systemd.unit=rmrun-vm.target systemd.log_target=kmsg systemd.show_status=no"
    printf '%s\n' "$line"
}

add_share() {
    local tag=$1 directory=$2 options=${3:+,$3}
    machine+=(-virtfs "local,path=$(escaped "$directory"),mount_tag=$tag,security_model=none,multidevs=remap$options")
}

# unsafe: nothing on these disks outlives the guest, so the host need not flush them.
add_disk() {
    local serial=$1 file=$2 options=${3:+,$3}
    machine+=(
        -drive "if=none,id=$serial,format=raw,cache=unsafe,discard=unmap,file=$(escaped "$file")$options"
        -device "virtio-blk-pci,drive=$serial,serial=$serial"
    )
}

# QEMU separates options by commas; a comma that is meant is written twice.
escaped() { printf '%s' "${1//,/,,}"; }

# make_disk FILE SIZE [OPTION...]: options of mke2fs.
#
# Written in full now, else the guest's kernel does it in the background, and io.stat moves by itself.
make_disk() {
    local file=$1 size=$2
    shift 2
    truncate -s "$size" "$file" # else mke2fs says that it creates the file, even with -q
    mke2fs -q -t ext4 -E lazy_itable_init=0,lazy_journal_init=0 "$@" "$file"
}

# The smallest that there can be.
make_xfs_disk() {
    truncate -s 300M "$1"
    mkfs.xfs -q "$1"
}
