"""The wall clock may jump: limits of time and what is charged do not follow it."""

import subprocess
import time

from harness import host, processes
from harness.case import Case, workload


class WallClock(Case):
    def setUp(self) -> None:
        super().setUp()
        self.need(host.in_guest and host.is_root, "a guest whose clock may be set")
        self.offset = 0.0
        self.addCleanup(lambda: self.jump(-self.offset))

    def jump(self, seconds: float) -> None:
        self.offset += seconds
        subprocess.run(["date", "-s", f"@{time.time() + seconds:.3f}"], check=True, stdout=subprocess.DEVNULL)

    def test_a_jump_ends_no_job(self) -> None:
        for seconds in (86_400, -2 * 86_400):
            running = self.start("--timeout", "1h", "--budget", "1000", "--", "/bin/sh", "-c", "echo ready; sleep 1; exit 3")
            running.line()
            self.jump(seconds)
            outcome = self.finish(running)
            self.assertEqual((outcome.code, outcome.reason), (3, None), outcome.text)
            self.assertLess(outcome.bill["wallTime"], 3600)
            self.assertGreaterEqual(outcome.bill["wallTime"], 1)
            self.assertTrue(any("clock" in warning for warning in outcome.bill["warnings"]), outcome.bill["warnings"])

    def test_a_jump_keeps_no_job_alive(self) -> None:
        running = self.start("--timeout", "2s", "--", "/bin/sh", "-c", "echo ready; exec sleep 600")
        running.line()
        self.jump(-86_400)
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)

    def test_a_budget_is_held_across_jumps(self) -> None:
        running = self.start("--budget", "1", "--", "/bin/sh", "-c", f"echo ready; exec {workload('busy')} -i -w 600")
        running.line()
        for seconds in (86_400, -86_400, 3600, -3600):
            self.jump(seconds)
            if not processes.is_alive(running.pid):
                break
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
