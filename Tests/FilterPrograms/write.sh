#!/usr/bin/env bash
# Compiles the built-in policies anew, for every machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
swift build --product filter-programs >&2
program=$(swift build --show-bin-path)/filter-programs
for machine in x86_64 aarch64; do
  text=$("$program" "$machine")
  printf '%s\n' "$text" >"Sources/CFilterPrograms/programs_$machine.c"
done
