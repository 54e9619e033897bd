# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# The systemd guest's root file system, made once by debootstrap. Sourced after packages.sh.
# Guests write to a throw-away snapshot of it, so it stays as it was made.

vm_systemd_packages=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps
# The host's own release, whose libraries the programs under test may be linked to.
# shellcheck source=/dev/null
vm_systemd_suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")

# A change of the recipe is a change of the name: no old image is taken for a new one.
vm_systemd_recipe=$(cat "${BASH_SOURCE[0]}" "$vm_guest/tester-setup.sh" | sha256sum | cut -c1-12)
vm_systemd_root=$vm_cache/systemd-root-$vm_systemd_suite-$vm_systemd_recipe.ext4

prepare_systemd_root() {
    [[ -e $vm_systemd_root ]] || with_cache_lock systemd-root build_systemd_root
}

build_systemd_root() {
    [[ ! -e $vm_systemd_root ]] || return 0
    local work mirror log=$vm_cache/debootstrap.log
    mirror=$(debian_mirror)
    [[ -n $mirror ]] || { apt_update && mirror=$(debian_mirror); }
    [[ -n $mirror ]] || die "apt has no source for Debian $vm_systemd_suite; the systemd guest is made from it"

    say "making the systemd guest's root (debootstrap, about a minute)"
    work=$(empty_directory systemd-root.work)
    as_root env DEBIAN_FRONTEND=noninteractive PATH="$PATH" \
        debootstrap --variant=minbase --include="$vm_systemd_packages" \
        "$vm_systemd_suite" "$work" "$mirror" </dev/null >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2 && die "debootstrap failed; all of its output: $log"; }
    as_root chroot "$work" /bin/sh -eu -s <"$vm_guest/tester-setup.sh" >>"$log" 2>&1 ||
        { tail -n 20 "$log" >&2 && die "setting up the systemd root failed; all of the output: $log"; }
    rm -f "$vm_cache"/systemd-root-*.ext4
    write_image "$work"
    as_root rm -rf "$work"
}

# The mirror that this host's apt uses: it may be the only one that can be reached from here.
debian_mirror() {
    # apt fills the placeholders in, not the shell.
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
        awk -v suite="$vm_systemd_suite" '$1 == "Debian" && $2 == suite { print $3; exit }'
}

write_image() {
    local megabytes
    megabytes=$(($(as_root du -sm "$1" | cut -f1) * 5 / 4 + 256))
    truncate -s "${megabytes}M" "$vm_systemd_root.new"
    as_root mke2fs -q -t ext4 -d "$1" "$vm_systemd_root.new"
    mv "$vm_systemd_root.new" "$vm_systemd_root"
}
