#!/usr/bin/env bash
# Installs what is missing, builds rmrun, and runs a real workload under a budget that suffices and under one that does not.
# Needs a Swift toolchain and apt-get.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

missing=()
for package in git gcc g++ libbpf-dev libc6-dev libcap-dev libseccomp-dev libsqlite3-dev libstdc++-12-dev binutils pkg-config zstd; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "Installing ${missing[*]}"
  sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -q
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -qy --no-install-recommends "${missing[@]}"
fi
command -v swift >/dev/null || {
  echo "quickstart: needs a Swift toolchain (6.3 or later): https://www.swift.org/install/linux/" >&2
  exit 1
}

say "Building rmrun (a few minutes the first time)"
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
.ci/build "$bin"
PATH=$bin:$PATH

say "Making a tree of files to work on"
mkdir -p "$bin/tree"
for part in $(seq 1 24); do
  seq "$part" 7 $((part * 90000)) >"$bin/tree/numbers-$part.txt"
done
du -sh "$bin/tree"

# Compress and hash all of it: CPU, memory and a pipeline, as a build or an agent's step would use them.
work="tar -C $bin -cf - tree | zstd -q -12 -T1 | sha256sum"

say "With a budget that suffices: rmrun --budget 500 --summary -- sh -c '…'"
rmrun --budget 500 --timeout 10m --summary -- sh -c "$work"

say "With one that does not: rmrun --budget 0.3 --summary -- sh -c '…'"
status=0
rmrun --budget 0.3 --timeout 10m --summary -- sh -c "$work" || status=$?
echo "exit status $status"
[ "$status" -eq 120 ] || {
  echo "quickstart: 120 was expected: the budget used up" >&2
  exit 1
}
say "rmrun --help lists every option; rmrun doctor says what this host can enforce."
