# shellcheck shell=sh
# Runs once, inside the new systemd root, by chroot: makes a small, quick system with one lingering user.

echo rmrun-vm >/etc/hostname
# A set id, else systemd takes every boot for the first and applies all presets.
systemd-machine-id-setup

useradd --create-home --uid 1000 --shell /bin/bash tester
# The same as `loginctl enable-linger`, which needs a running logind.
mkdir -p /var/lib/systemd/linger
touch /var/lib/systemd/linger/tester

# Whatever waits for hardware, tends disks, or runs by the clock: it costs boot time, and disturbs measurements.
systemctl mask \
    getty.target getty@.service serial-getty@.service console-getty.service \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
    systemd-tmpfiles-clean.timer e2scrub_reap.service systemd-pstore.service \
    systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-random-seed.service \
    systemd-journal-flush.service systemd-binfmt.service systemd-modules-load.service kmod-static-nodes.service \
    modprobe@.service dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
    systemd-machine-id-commit.service systemd-boot-update.service remote-fs.target

rm -rf /var/cache/apt/* /var/lib/apt/lists/*
