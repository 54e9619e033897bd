"""Whether the bill is right: what rmrun reports against what the workload itself says that it used."""

import json
import pathlib

from figures import Row, Spread
from job import Rmrun
from machine import tick

TOLERANCE = 0.005  # and one tick beside


def measure(work, rmrun, settings):
    """The rows of this part."""
    busy = pathlib.Path(work) / "workloads" / "busy"
    runner = Rmrun(rmrun)
    result = []
    for what, arguments, runs in [
        ("1 thread, 2 s of CPU", ["-c", "2"], settings.repeats),
        ("2 threads, 2 s of CPU", ["-t", "2", "-c", "2"], settings.repeats),
        ("8 threads, 2 s of CPU", ["-t", "8", "-c", "2"], settings.repeats),
        ("5 ms of CPU", ["-c", "0.005"], settings.repeats * 8),
    ]:
        seen = [compared(runner, [busy, *arguments]) for _ in range(runs)]
        result.append(
            Row(
                f"|reported − own rusage| ÷ (0.5 % + 1 tick), {what}",
                Spread.of(abs(reported - own) / (TOLERANCE * own + tick()) for reported, own in seen),
                limit=1,
                judged="worst",
                note=f"reported ÷ own: {Spread.of(reported / own for reported, own in seen).median:.4f}",
            )
        )
    return result


def compared(runner, command):
    """CPU seconds: reported, and by the workload's own rusage."""
    run = runner.run(["--budget", "500"], command)
    used = json.loads(run.output)
    return run.reported_cpu, used["user"] + used["system"]
