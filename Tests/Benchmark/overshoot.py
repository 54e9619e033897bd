"""How far beyond its budget a job gets that does not want to stop."""

import itertools
import pathlib

from figures import Row, Spread
from job import Rmrun

THREADS = [1, 2, 8]
BUDGETS = ["0.2", "1", "5"]
RESIDENT = [0, 1024]  # MiB
STOPPED_FOR_BUDGET = 120


def measure(work, rmrun, settings):
    """The rows of this part: every combination, `settings.repeats` times."""
    busy = pathlib.Path(work) / "workloads" / "busy"
    runner = Rmrun(rmrun)
    runs = {}
    # The repetition is the outer loop: a busy minute of the machine falls on all combinations.
    for _, threads, budget, resident in itertools.product(range(settings.repeats), THREADS, BUDGETS, RESIDENT):
        run = runner.run(["--budget", budget], [busy, "-i", "-t", str(threads), "-m", str(resident)])
        if run.status != STOPPED_FOR_BUDGET:
            raise RuntimeError(f"a busy loop under a budget of {budget} ended with status {run.status}")
        runs.setdefault((threads, resident), []).append(run)
    return rows(runs)


def rows(runs):
    """Rows from the runs by (threads, MiB resident)."""
    shares = [run.overdraft / run.credits("overshootBound") for some in runs.values() for run in some]
    result = [Row("credits beyond the budget ÷ stated bound", Spread.of(shares), limit=1, judged="worst")]
    for (threads, resident), some in sorted(runs.items(), key=lambda item: (item[0][1], item[0][0])):
        beyond = Spread.of([run.cpu_beyond * 1e3 for run in some])
        bound = Spread.of([run.credits("overshootBound") for run in some]).median
        what = f"CPU beyond the budget, {threads} thread{'s' if threads > 1 else ''}"
        result.append(
            Row(
                what + (", 1 GiB resident" if resident else ""),
                beyond,
                limit=10 if threads <= 2 and not resident else None,
                unit="ms",
                judged="worst",
                note=f"bound: {bound:.3f} credits",
            )
        )
    readings = Spread.of([float(run.report["readings"]) for some in runs.values() for run in some])
    return [*result, Row("readings of a run", readings, unit="")]
