"""One run of rmrun, with its report and what independent counters say of it."""

import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import time
from dataclasses import dataclass

from machine import Group


@dataclass
class Run:
    """What is known of one run; CPU times in seconds."""

    report: dict
    status: int
    output: str
    own_cpu: float  # rmrun's, its guardian's: everything but the job's
    job_cpu: float  # the job's, by a group around it that rmrun does not read
    peak_rss: int  # bytes; of rmrun or of a process that it reaped, whichever is larger

    @property
    def reported_cpu(self):
        return float(self.report["usage"]["cpuTime"])

    def credits(self, key):
        return float(self.report["credits"][key])

    @property
    def overdraft(self):
        """Credits beyond the budget, the CPU's share taken from the independent counter (1 credit = 1 core-second)."""
        charged = float(self.report["credits"]["byMeter"]["cpu"])
        return self.credits("used") - charged + self.job_cpu - self.credits("budget")

    @property
    def cpu_beyond(self):
        """Seconds of CPU beyond the budget, if CPU were all that it pays for."""
        return self.job_cpu - self.credits("budget")


class Rmrun:
    """The program under test."""

    def __init__(self, program):
        self.program = os.path.abspath(program)

    @contextlib.contextmanager
    def start(self, options, command):
        """Starts it in a group of its own, the job in another; yields (process, own group, a function that ends it)."""
        with Group() as own, Group() as around, tempfile.TemporaryDirectory() as directory:
            report = pathlib.Path(directory) / "report.json"
            arguments = [self.program, "--quiet", "--cgroup-parent", str(around.path), "--report", str(report)]
            process = subprocess.Popen(
                [*arguments, *options, "--", *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                preexec_fn=own.enter,
            )

            def finish():
                output = process.stdout.read().decode()
                _, wait_status, used = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(wait_status)
                self.settle(own)
                if not report.exists():
                    raise RuntimeError(f"rmrun ended with status {process.returncode} and wrote no report")
                return Run(
                    report=json.loads(report.read_text()),
                    status=process.returncode,
                    output=output,
                    own_cpu=own.cpu_seconds(),
                    job_cpu=around.cpu_seconds(),
                    peak_rss=used.ru_maxrss * 1024,
                )

            try:
                yield process, own, finish
            finally:
                if process.returncode is None:
                    process.kill()
                    process.wait()
                    self.settle(own)

    def run(self, options, command):
        with self.start(options, command) as (_, _, finish):
            return finish()

    @staticmethod
    def settle(group):
        """Waits for the guardian to be gone as well."""
        deadline = time.monotonic() + 15
        while (group.path / "cgroup.procs").read_text() and time.monotonic() < deadline:
            time.sleep(0.005)
