#!/usr/bin/env bash
# Builds the workloads: small programs that each do one thing to their supervisor.
#
# usage: build.sh OUTDIR
#
# They are linked statically, so that they run in any guest whatever its C library.
set -euo pipefail

(($# == 1)) || {
    echo "usage: build.sh OUTDIR" >&2
    exit 2
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
mkdir -p "$1"

flags=(-std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -pthread)
if echo 'int main(void) { return 0; }' | cc -static -x c -o /dev/null - 2>/dev/null; then
    flags+=(-static)
else
    echo "build.sh: no static C library here: the workloads run on this host alone" >&2
fi

for source in "$here"/*.c; do
    program=$1/$(basename "$source" .c)
    [[ $program -nt $source && $program -nt $here/workload.h ]] && continue
    cc "${flags[@]}" -o "$program" "$source"
done
