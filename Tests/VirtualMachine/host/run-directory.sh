# shellcheck shell=bash disable=SC2154 # sourced: names come from the files before it, and go to those after it
# One directory for each run.sh, in the cache; removed when it ends. Sourced after cache.sh.
#
# A run.sh that was SIGKILLed can't remove its own. The lock tells whether the owner still lives, so the next
# run sweeps what is left.

vm_runs=$vm_cache/runs

# Sets $run. Its lock is held until this process, and whatever inherits the descriptor, is gone.
make_run_directory() {
    local sweep
    mkdir -p "$vm_runs"
    exec {sweep}>"$vm_cache/runs.lock"
    flock "$sweep"
    remove_abandoned_runs
    run=$(mktemp -d "$vm_runs/XXXXXXXX")
    exec {run_lock}>"$run/lock"
    flock "$run_lock"
    exec {sweep}>&-
}

remove_abandoned_runs() {
    local lock
    for lock in "$vm_runs"/*/lock; do
        [[ -e $lock ]] || continue
        flock -n "$lock" rm -rf "$(dirname "$lock")" || true
    done
}
