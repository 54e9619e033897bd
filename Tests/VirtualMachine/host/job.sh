# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# What the guest is told and what it answers, as files in $run/job, which it mounts writable:
#
#   guest, out, shares    plain or systemd; the results directory's path; directories to show, one a line
#   modules               where the kernel's modules are on the host
#   command               a shell script: environment, working directory, exec COMMAND
#   output                COMMAND's stdout and stderr
#   started, status       the command is about to run; its exit status
#   failure               why the guest gave up before that

write_job() {
    mkdir "$run/job"
    printf '%s\n' "$guest" >"$run/job/guest"
    printf '%s\n' "$out" >"$run/job/out"
    printf '%s\n' "${shares[@]}" >"$run/job/shares"
    printf '%s\n' "$vm_kernel/lib/modules" >"$run/job/modules"
    : >"$run/job/output"
    command_script "$@" >"$run/job/command"
}

command_script() {
    local path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    # The plain guest is the host's own root: what the caller finds on PATH is there too.
    [[ $guest == systemd ]] || path=$PATH:$path
    printf 'export %s\n' "HOME=/root" "USER=root" "LOGNAME=root" "LANG=C.UTF-8" "RMRUN_VM=$guest" \
        "PATH=$(quoted "/run/rmrun-vm/bin:$path")" "OUT=$(quoted "$out")"
    printf 'cd %s 2>/dev/null || cd /\n' "$(quoted "$PWD")"
    local argument
    printf 'exec'
    for argument; do
        printf ' %s' "$(quoted "$argument")"
    done
    printf '\n'
}

# For any POSIX shell; bash's own %q uses quotes that others do not know.
quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

# The second initramfs archive: the guest's scripts as they are in this checkout.
write_initramfs() {
    mkdir "$run/initramfs.work"
    cp "$vm_guest/init" "$run/initramfs.work/init"
    cp -R "$vm_guest/run" "$run/initramfs.work/guest"
    { cat "$vm_initramfs" && archive "$run/initramfs.work"; } >"$run/initramfs"
}
