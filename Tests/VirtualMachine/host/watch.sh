# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# From QEMU's start to its end. Sourced by run.sh, whose variables it uses.

# TCG on a busy machine takes half a minute to boot systemd; far past that the guest hangs.
boot_seconds=240
qemu='' streamer='' started=0

start_machine() {
    machine_arguments
    : >"$console"
    started=$SECONDS # installing and probing, which only the first run does, is not the command's time
    # pdeathsig: should this shell be SIGKILLed, no guest runs on for ever.
    setpriv --pdeathsig KILL qemu-system-x86_64 "${machine[@]}" </dev/null >"$run/qemu.log" 2>&1 &
    qemu=$!
    # Follows the file until QEMU has gone, and then to its end.
    tail -c +1 -s 0.1 --pid="$qemu" -f "$run/job/output" 2>/dev/null &
    streamer=$!
}

# Ends with the status of run.sh.
watch_machine() {
    while kill -0 "$qemu" 2>/dev/null; do
        [[ ! -e $run/job/status ]] || break
        ((SECONDS - started < timeout)) || finish 124 "the command was still running after $timeout s"
        [[ -e $run/job/started ]] || ((SECONDS - started < boot_seconds)) ||
            finish 125 "the guest did not come up within $boot_seconds s"
        sleep 0.2
    done
    [[ ! -e $run/job/status ]] || finish "$(<"$run/job/status")"
    finish 125 "the guest ended before the command had reported a status"
}

# finish STATUS [WHAT WENT WRONG]
finish() {
    stop_machine
    if (($# > 1)); then
        say "$2"
        [[ ! -s $run/job/failure ]] || say "the guest said: $(<"$run/job/failure")"
        [[ ! -s $run/qemu.log ]] || say "QEMU said: $(tail -n 5 "$run/qemu.log")"
        say "the guest's kernel log: $console"
    fi
    exit "$1"
}

# Once a status or a time-out is there, nothing in the guest needs an orderly end.
stop_machine() {
    [[ -n $qemu ]] || return 0
    kill -KILL "$qemu" 2>/dev/null || true
    wait "$qemu" 2>/dev/null || true
    qemu=''
    wait "$streamer" 2>/dev/null || true
}

end_run() {
    stop_machine
    [[ -z ${run:-} ]] || rm -rf "$run"
}

# Without --out the log outlives the run in the cache: the newest 20 do.
cached_console() {
    mkdir -p "$vm_cache/logs"
    find "$vm_cache/logs" -name '*.log' -printf '%T@ %p\n' | sort -rn | tail -n +20 | cut -d' ' -f2- |
        while read -r old; do rm -f "$old"; done
    printf '%s\n' "$vm_cache/logs/console-$guest-$(date +%Y%m%dT%H%M%S)-$$.log"
}
