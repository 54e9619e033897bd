#!/usr/bin/env bash
# Builds the workloads: small programs that each do one thing to their supervisor. The attacks of Tests/Attacks go to OUTDIR/attacks.
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

flags=(-std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -pthread)
if echo 'int main(void) { return 0; }' | cc -static -x c -o /dev/null - 2>/dev/null; then
    flags+=(-static)
else
    echo "build.sh: no static C library here: the workloads run on this host alone" >&2
fi

build() {
    local from=$1 to=$2 source program
    mkdir -p "$to"
    for source in "$from"/*.c; do
        program=$to/$(basename "$source" .c)
        [[ -e $program && -z $(find "$here" "$from" -name '*.h' -newer "$program") && $program -nt $source ]] && continue
        cc "${flags[@]}" -o "$program" "$source"
    done
}

build "$here" "$1"
build "$here/../Attacks" "$1/attacks"
