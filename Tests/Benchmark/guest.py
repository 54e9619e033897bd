"""Runs in the plain guest: storage against the block device, overshoot and launch beside BenchExec's runexec.

usage: guest.py WORK RMRUN OUT REPEATS     writes OUT/rows.json
"""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from figures import Missing, Row, Spread, paired_ratios
from job import Rmrun
from machine import Group, cgroup_mount

DISK = pathlib.Path("/mnt/disk")
SECTOR = 512  # /sys/block/*/stat counts in these whatever the device's own are
MIB = 64
CPU_LIMIT = 1
# Its default, an overlay over the root, is not to be had where the root is an overlay itself.
CONTAINER = ["--quiet", "--read-only-dir", "/", "--hidden-dir", "/home", "--output", "/dev/null"]


def main():
    work, rmrun, out, repeats = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
    controllers = (cgroup_mount() / "cgroup.controllers").read_text().split()
    (cgroup_mount() / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in controllers))
    runner = Rmrun(rmrun)
    rows = []
    for measure in [storage, beside_runexec]:
        try:
            rows += measure(work, runner, repeats)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            rows.append(Missing(measure.__name__.replace("_", " "), str(error)))
        # After each: a guest that is cut off leaves what it had.
        (out / "rows.json").write_text(json.dumps([dataclasses.asdict(row) for row in rows]))


def storage(work, runner, repeats):
    """Bytes in the report over bytes at the device."""
    store = work / "workloads" / "store"
    rows = []
    for what, options in [
        ("written with O_DIRECT", ["-d"]),
        ("written through the page cache, fsync", ["-f"]),
        ("written and read back with O_DIRECT", ["-d", "-r"]),
    ]:
        errors = []
        for _ in range(repeats):
            os.sync()
            before = device_bytes()
            run = runner.run(["--budget", "500"], [store, *options, "-k", DISK / "benchmark", str(MIB)])
            os.sync()
            device = sum(device_bytes()) - sum(before)
            usage = run.report["usage"]
            reported = (usage["storageRead"] or 0) + (usage["storageWritten"] or 0)
            errors.append(abs(reported / device - 1) * 100)
            (DISK / "benchmark").unlink(missing_ok=True)
        rows.append(Row(f"|storage reported ÷ at the device − 1|, {what}", Spread.of(errors), limit=1, unit="%"))
    return rows


def device_bytes():
    """Bytes read from and written to the disk since boot."""
    number = os.stat(DISK).st_dev
    fields = pathlib.Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}/stat").read_text().split()
    return int(fields[2]) * SECTOR, int(fields[6]) * SECTOR


def beside_runexec(work, runner, repeats):
    """The same limit on the same busy loop."""
    busy = work / "workloads" / "busy"
    rows = []
    for threads in [1, 2]:
        ours, theirs = [], []
        for _ in range(repeats):
            command = [str(busy), "-i", "-t", str(threads)]
            ours.append(runner.run(["--budget", str(CPU_LIMIT)], command).cpu_beyond)
            theirs.append(runexec(work, ["--timelimit", str(CPU_LIMIT)], command)[0] - CPU_LIMIT)
        what = f"CPU beyond a limit of {CPU_LIMIT} s, {threads} thread{'s' if threads > 1 else ''}"
        middle = Spread.of(theirs).median * 1e3
        rows.append(
            Row(
                f"in the guest: {what} ÷ runexec's",
                Spread.of(paired_ratios(ours, theirs)),
                note=f"{Spread.of(ours).median * 1e3:.1f} ms against {middle:.0f} ms",
            )
        )
    command = [runner.program, "--budget", "500", "--", "/bin/true"]
    ours = [timed(lambda: subprocess.run(command, check=True)) for _ in range(repeats)]
    theirs = [runexec(work, [], ["/bin/true"])[1] for _ in range(repeats)]
    return [*rows, Row("in the guest: whole launch ÷ runexec true", Spread.of(paired_ratios(ours, theirs)))]


def runexec(work, options, command):
    """CPU seconds that it reports, and the time that it took."""
    program = work / "venv" / "bin" / "runexec"
    with Group() as own:
        start = time.monotonic()
        result = subprocess.run(
            [sys.executable, program, *CONTAINER, *options, "--", *command],
            stdout=subprocess.PIPE,
            preexec_fn=own.enter,
            text=True,
        )
        took = time.monotonic() - start
    found = re.search(r"^cputime=([0-9.]+)s$", result.stdout, re.MULTILINE)
    if not found:
        raise RuntimeError(f"runexec ended with status {result.returncode} and printed no cputime: {result.stdout}")
    return float(found[1]), took


def timed(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


main()
