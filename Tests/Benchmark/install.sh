# shellcheck shell=bash disable=SC2154 # sourced by benchmark.sh, which sets here and work
# What a benchmark needs beside rmrun: its peers, and small programs of its own.

say() { printf 'benchmark: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 2
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n "$@"
    else
        die "needs root (or sudo without a password) for: $*"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2
}

# install_packages PROGRAM:PACKAGE...: installs the packages whose program is missing.
install_packages() {
    local entry missing=()
    for entry; do
        command -v "${entry%%:*}" >/dev/null || missing+=("${entry#*:}")
    done
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    apt_get install --no-install-recommends "${missing[@]}" ||
        { apt_get update && apt_get install --no-install-recommends "${missing[@]}"; }
}

# install_peers PART...
install_peers() {
    local part
    install_packages cc:gcc python3:python3
    for part; do
        case $part in
        launch) install_packages hyperfine:hyperfine bwrap:bubblewrap crun:crun unshare:util-linux timeout:coreutils ;;
        confinement)
            install_packages bwrap:bubblewrap crun:crun unshare:util-linux
            [[ -e /usr/share/containers/seccomp.json ]] || apt_get install --no-install-recommends golang-github-containers-common
            ;;
        vm) install_benchexec ;;
        esac
    done
}

# BenchExec is on PyPI alone. An environment of its own, in the checkout, where the guest sees it.
install_benchexec() {
    [[ -x $work/venv/bin/runexec ]] && return
    say "installing BenchExec"
    rm -rf "$work/venv"
    python3 -m venv "$work/venv" 2>/dev/null || {
        apt_get install --no-install-recommends python3-venv
        python3 -m venv "$work/venv"
    }
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check benchexec
}

# Static, so that they run in any guest, and so that the floor is one.
build_programs() {
    local source program flags=(-std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static)
    mkdir -p "$work/programs"
    for source in "$here"/Benchmark/*.c; do
        program=$work/programs/$(basename "$source" .c)
        [[ $program -nt $source ]] || cc "${flags[@]}" -o "$program" "$source"
    done
    "$here/Workloads/build.sh" "$work/workloads"
}
