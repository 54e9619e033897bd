"""What it takes to see the jobs that run."""

import json
import os
import subprocess
import tempfile
import time

from figures import Row, Spread

JOBS = 200


def measure(work, rmrun, settings):
    """The rows of this part."""
    with tempfile.TemporaryDirectory(prefix="rmrun-run-") as directory:
        environment = {**os.environ, "RMRUN_RUNTIME_DIR": directory}
        jobs = [
            subprocess.Popen([rmrun, "--budget", "500", "--", "/bin/sleep", "600"], env=environment) for _ in range(JOBS)
        ]
        try:
            wait_for_all(rmrun, environment)
            times = [listed(rmrun, environment) for _ in range(5 if settings.repeats == 1 else 30)]
        finally:
            for job in jobs:
                job.terminate()
            for job in jobs:
                job.wait()
    return [Row(f"rmrun ps with {JOBS} jobs", Spread.of(times), limit=100, unit="ms")]


def wait_for_all(rmrun, environment):
    end = time.monotonic() + 120
    while count(rmrun, environment) < JOBS:
        if time.monotonic() > end:
            raise RuntimeError(f"rmrun ps does not show all {JOBS} jobs")
        time.sleep(0.2)


def count(rmrun, environment):
    done = subprocess.run([rmrun, "ps", "--json"], env=environment, stdout=subprocess.PIPE, check=True)
    return len(json.loads(done.stdout)["jobs"])


def listed(rmrun, environment):
    begin = time.monotonic()
    subprocess.run([rmrun, "ps"], env=environment, stdout=subprocess.DEVNULL, check=True)
    return (time.monotonic() - begin) * 1000
