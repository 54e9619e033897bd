"""How far beyond its budget a job gets that does not want to stop."""

import itertools
import pathlib

from figures import Row, Spread
from job import Rmrun

THREADS = [1, 2, 8]
BUDGETS = ["0.2", "1", "5"]
RESIDENT = [0, 1024]  # MiB
STOPPED_FOR_BUDGET = 120
STATED_FOR_FEW = 10  # ms of CPU


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
        note = f"bound: {Spread.of([run.credits('overshootBound') for run in some]).median * 1e3:.0f} millicredits"
        loops = f"{threads} thread{'s' if threads > 1 else ''}"
        if resident:
            # Memory is paid from the same budget, so it is credits that count.
            beyond = Spread.of([run.overdraft * 1e3 for run in some])
            what = f"credits beyond the budget, {loops}, 1 GiB resident"
            result.append(Row(what, beyond, unit="millicredits", judged="worst", note=note))
        else:
            beyond = Spread.of([run.cpu_beyond * 1e3 for run in some])
            limit = STATED_FOR_FEW if threads <= 2 else None
            what = f"CPU beyond the budget, {loops}"
            result.append(Row(what, beyond, limit=limit, unit="ms", judged="worst", note=note))
    readings = Spread.of([float(run.report["readings"]) for some in runs.values() for run in some])
    return [*result, Row("readings of a run", readings, unit="")]
