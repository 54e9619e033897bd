"""What it costs to be watched: rmrun's own CPU time, and what the job loses."""

import json
import pathlib
import random
import subprocess
import time

from figures import Row, Spread, paired_ratios
from job import Rmrun

LAUNCH_OVER = 1.0  # seconds after which a sleeping job is only watched
UNITS = 1500  # about 1.5 s of work


def measure(work, rmrun, settings):
    """The rows of this part."""
    runner = Rmrun(rmrun)
    busy = [busy_share(work, runner, settings.watched) for _ in range(settings.watchings)]
    sleeping = [sleeping_share(runner, settings.watched) for _ in range(settings.watchings)]
    return [
        Row(
            f"rmrun's CPU ÷ the job's, busy for {settings.watched} s, launch included",
            Spread.of(share * 100 for share in busy),
            limit=0.2,
            unit="%",
        ),
        Row(
            f"rmrun's CPU of a core, job asleep for {settings.watched} s",
            Spread.of(share * 100 for share, _ in sleeping),
            limit=0.02,
            unit="%",
        ),
        Row(
            "the same, launch and end included",
            Spread.of(share * 100 for _, share in sleeping),
            unit="%",
        ),
        Row("job's CPU per unit of work ÷ without rmrun", unit_ratios(work, runner, settings.pairs), limit=1.01),
    ]


def busy_share(work, runner, seconds):
    busy = pathlib.Path(work) / "workloads" / "busy"
    run = runner.run(["--budget", "500"], [busy, "-w", str(seconds)])
    return run.own_cpu / run.job_cpu


def sleeping_share(runner, seconds):
    """Of a core: while it only watches, and over the whole run."""
    with runner.start(["--budget", "500"], ["/bin/sleep", str(seconds + LAUNCH_OVER + 1)]) as (_, own, finish):
        time.sleep(LAUNCH_OVER)
        before, start = own.cpu_seconds(), time.monotonic()
        time.sleep(seconds)
        watching = (own.cpu_seconds() - before) / (time.monotonic() - start)
        run = finish()
    return watching, run.own_cpu / float(run.report["wallTime"])


def unit_ratios(work, runner, pairs):
    """The same work with and without rmrun, one right after the other, in either order."""
    command = [str(pathlib.Path(work) / "programs" / "units"), str(UNITS)]
    order = random.Random(1)

    def alone():
        return cpu_of(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

    def watched():
        return cpu_of(runner.run(["--budget", "500"], command).output)

    alone()
    with_rmrun, without = [], []
    for _ in range(pairs):
        steps = [(watched, with_rmrun), (alone, without)]
        order.shuffle(steps)
        for run, times in steps:
            times.append(run())
    return Spread.of(paired_ratios(with_rmrun, without))


def cpu_of(output):
    used = json.loads(output)
    return used["user"] + used["system"]
