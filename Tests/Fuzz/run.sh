#!/usr/bin/env bash
# Fuzzes every parser of what rmrun did not write, with the toolchain's libFuzzer.
#   Tests/Fuzz/run.sh [SECONDS]     for each parser; 10 by default
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-10}
export RMRUN_FUZZ=1

options=(--scratch-path .build-fuzz --product fuzz)
swift build "${options[@]}" -Xswiftc -sanitize=fuzzer 2>&1 | tail -1
binary=$(swift build "${options[@]}" --show-bin-path)/fuzz

found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
passed=0
failed=0
for parser in $(RMRUN_FUZZ_PARSER=list "$binary" 2>/dev/null); do
  mkdir -p "$found/$parser"
  corpus=()
  [ -d "Tests/Fuzz/corpus/$parser" ] && corpus=("Tests/Fuzz/corpus/$parser")
  if RMRUN_FUZZ_PARSER=$parser "$binary" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=4096 \
    -artifact_prefix="$found/$parser-" -verbosity=0 -print_final_stats=1 "$found/$parser" "${corpus[@]}" >"$found/log" 2>&1; then
    passed=$((passed + 1))
    printf '%-16s %s inputs\n' "$parser" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/log")"
  else
    failed=$((failed + 1))
    printf '%-16s FAILED\n' "$parser"
    cat "$found/log"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
