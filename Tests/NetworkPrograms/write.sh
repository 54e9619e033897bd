#!/usr/bin/env bash
# Compiles the programs on packets anew, with the toolchain's own clang. Needs libbpf's headers (libbpf-dev).
#
# usage: write.sh [FILE]      FILE: instead of where they are built in
set -euo pipefail
cd "$(dirname "$0")/../.."
sources=Sources/CNetworkPrograms

clang=$(dirname "$(realpath "$(command -v swift)")")/clang
[ -x "$clang" ] || clang=clang
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
for source in "$sources"/*.bpf.c; do
  # v3: what Linux 5.12 runs.
  "$clang" -target bpf -mcpu=v3 -O2 -Wall -Wextra -Werror -isystem "/usr/include/$(uname -m)-linux-gnu" \
    -c "$source" -o "$objects/$(basename "$source").o"
done
text=$(python3 Tests/NetworkPrograms/table.py "$objects"/*.o)
printf '%s\n' "$text" >"${1:-$sources/programs.c}"
