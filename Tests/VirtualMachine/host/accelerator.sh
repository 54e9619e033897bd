# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# Hardware virtualisation or emulation? Sourced after initramfs.sh.
#
# /dev/kvm alone proves nothing: nested variants exist on which an unmodified kernel never comes up. So KVM is
# used only where a guest has booted with it, and the answer is kept for as long as the host stays up.

# accelerator: prints kvm or tcg.
accelerator() {
    local answer
    answer=$vm_cache/kvm-probe-$(</proc/sys/kernel/random/boot_id)
    [[ -s $answer ]] || with_cache_lock kvm-probe probe_kvm "$answer"
    cat "$answer"
}

probe_kvm() {
    [[ ! -s $1 ]] || return 0
    rm -f "$vm_cache"/kvm-probe-*-*
    if kvm_boots; then echo kvm >"$1"; else echo tcg >"$1"; fi
}

# The probe's guest prints one line and powers off: about a second where KVM works.
kvm_boots() {
    [[ -w /dev/kvm ]] || return 1
    local work
    work=$(empty_directory kvm-probe.work)
    mkdir -p "$work/root/bin" "$work/root/dev"
    cp /bin/busybox "$work/root/bin/busybox"
    printf '%s\n' '#!/bin/busybox sh' \
        '/bin/busybox mount -t devtmpfs dev /dev; echo rmrun-vm-alive >/dev/ttyS0; /bin/busybox poweroff -f' \
        >"$work/root/init"
    chmod +x "$work/root/init"
    archive "$work/root" >"$work/initramfs"
    timeout -k 1 8 qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
        -accel kvm -cpu host -m 512M -kernel "$vm_kernel/image" -initrd "$work/initramfs" \
        -append 'console=ttyS0 quiet panic=-1' -serial "file:${work//,/,,}/console" </dev/null >/dev/null 2>&1 || true
    grep -q rmrun-vm-alive "$work/console" 2>/dev/null
}
