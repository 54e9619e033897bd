"""The base of all live tests."""

import atexit
import os
import shutil
import signal
import tempfile
import unittest
import uuid
from pathlib import Path
from typing import Any

from harness import groups, host, processes
from harness.outcome import Outcome
from harness.running import Running

RMRUN = os.environ.get("RMRUN", "")
WORKLOADS = Path(os.environ.get("WORKLOADS", ""))
# Jobs of the tests are asked, and listed, apart from this user's own.
if "RMRUN_RUNTIME_DIR" not in os.environ:
    os.environ["RMRUN_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="rmrun-run-")
    atexit.register(shutil.rmtree, os.environ["RMRUN_RUNTIME_DIR"], ignore_errors=True)


def workload(name: str) -> str:
    """The path of a workload program."""
    return str(WORKLOADS / name)


class Case(unittest.TestCase):
    """Runs rmrun, with a time limit on everything, and checks after each run that nothing of it is left."""

    # Seconds for one test, in multiples of what anything may take.
    patience_factor = 2

    def setUp(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="rmrun-test-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self._started: list[Running] = []
        self.addCleanup(self._end_what_runs)
        limit = host.patience * self.patience_factor

        def out_of_time(*_: object) -> None:
            raise AssertionError(f"the test took longer than {limit} s")

        signal.signal(signal.SIGALRM, out_of_time)
        signal.alarm(limit)
        self.addCleanup(signal.alarm, 0)

    def need(self, condition: object, what: str) -> None:
        """Skips the test where this host lacks what it needs; where nothing may be missing, fails."""
        if condition:
            return
        if host.skips_nothing:
            self.fail(f"needs {what}, and nothing may be skipped here")
        self.skipTest(f"needs {what}")

    def need_controllers(self, *names: str) -> None:
        missing = set(names) - host.controllers()
        self.need(not missing, f"the cgroup v2 controllers {', '.join(sorted(missing))} (see cgroup.controllers)")

    def need_groups(self) -> None:
        self.need(host.can_make_groups(), "a cgroup v2 group that this user may make groups in")

    def rmrun(self, *words: str | bytes, **how: Any) -> Outcome:
        """Runs `rmrun WORDS…` to its end."""
        return self.finish(self.start(*words, **how))

    def start(
        self,
        *words: str | bytes,
        report: bool = True,
        prefix: tuple[str, ...] = (),
        input: bytes | None = None,
        env: dict[Any, Any] | None = None,
        **how: Any,
    ) -> Running:
        """Starts `rmrun WORDS…`. With `report`, a JSON report is asked for besides. `prefix` are words before rmrun's own."""
        mark = f"RMRUN_TEST={uuid.uuid4()}"
        path = str(self.directory / f"{mark[-12:]}.json") if report else None
        environment = dict(os.environb if env is None else env)
        environment[b"RMRUN_TEST"] = mark.partition("=")[2].encode()
        if isinstance(input, bytes):
            source = tempfile.TemporaryFile()
            source.write(input)
            source.seek(0)
            how["stdin"] = source
        options = ["--report", path] if path else []
        running = Running([*prefix, RMRUN, *options, *words], path, mark, env=environment, **how)
        self._started.append(running)
        return running

    def finish(self, running: Running) -> Outcome:
        outcome = running.wait()
        self.assert_nothing_left(running, outcome)
        return outcome

    def assert_nothing_left(self, running: Running, outcome: Outcome) -> None:
        """No process of the job, no guardian, no group."""
        if outcome.code in (122, 125):
            # A guardian whose supervisor gave up at once ends when it notices.
            processes.wait_until(lambda: not running.marked(), "the guardian ends", 2)
        left = running.marked()
        self.assertEqual(left, [], f"left running: {[processes.arguments(pid) for pid in left]}")
        if outcome.report and outcome.report.get("job"):
            self.assertEqual(groups.of_job(outcome.job), [], "left groups")

    def _end_what_runs(self) -> None:
        """Ends what a failed test has left."""
        for running in self._started:
            running.close()
        self._started.clear()

    def file(self, name: str, text: str, mode: int = 0o644) -> str:
        """Writes a file into the test's own directory; returns its path."""
        path = self.directory / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)
