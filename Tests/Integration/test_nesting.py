"""rmrun inside rmrun: the inner job is part of the outer one."""

import json
import os
import signal
from pathlib import Path

from harness import host, processes
from harness.case import Case, workload

RMRUN = os.environ["RMRUN"]


class Nesting(Case):
    def test_statuses_come_through(self) -> None:
        self.assertEqual(self.rmrun("--", RMRUN, "--", RMRUN, "--", "/bin/sh", "-c", "exit 7").code, 7)
        self.assertEqual(self.rmrun("--", RMRUN, "--", "/bin/sh", "-c", "kill -TERM $$").code, -signal.SIGTERM)

    def test_the_inner_jobs_use_is_the_outers_too(self) -> None:
        inner = self.directory / "inner.json"
        outcome = self.rmrun("--", RMRUN, "--report", str(inner), "--", workload("busy"), "-c", "0.3")
        inside = json.loads(inner.read_text())
        self.assertGreaterEqual(outcome.cpu, inside["usage"]["cpuTime"])
        self.assertGreaterEqual(inside["usage"]["cpuTime"], 0.3)
        self.assertNotEqual(inside["job"], outcome.job)

    def test_the_inner_job_is_bounded_by_the_outer_budget(self) -> None:
        outcome = self.rmrun("--budget", "0.5", "--", RMRUN, "--budget", "1000", "--", workload("busy"), "-i", "-w", "600")
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)

    def test_the_inner_budget_stops_the_inner_job_alone(self) -> None:
        script = f'"{RMRUN}" --quiet --budget 0.3 -- {workload("busy")} -i -w 600; echo $?; exit 5'
        outcome = self.rmrun("--budget", "1000", "--", "/bin/sh", "-c", script)
        self.assertEqual((outcome.code, outcome.out, outcome.reason), (5, b"120\n", None), outcome.text)

    def test_the_outer_timeout_reaches_the_inner_job(self) -> None:
        outcome = self.rmrun("--timeout", "1s", "--", RMRUN, "--", "sleep", "1234.201")
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)

    def test_groups_are_beside_each_other(self) -> None:
        self.need_groups()
        script = f'grep ^0:: /proc/self/cgroup; exec "{RMRUN}" -- grep ^0:: /proc/self/cgroup'
        outcome = self.rmrun("--", "/bin/sh", "-c", script)
        outer, inner = (Path(line.removeprefix("0::")) for line in outcome.out.decode().splitlines())
        self.assertEqual(outer.name, "main")
        self.assertIn(outer.parent, inner.parents)
        self.assertNotIn(outer, inner.parents)

    def test_the_outer_memory_limit_holds_for_the_inner_job(self) -> None:
        inner = (RMRUN, "--quiet", "--best-effort", "--memory", "1G", "--", workload("hog"), "-m", "300", "-s", "60")
        outcome = self.rmrun("--memory", "60M", "--", *inner)
        self.assertEqual((outcome.code, outcome.reason), (121, "memory"), outcome.text)

    def test_the_inner_memory_limit_is_held_by_the_kernel(self) -> None:
        self.need_controllers("memory")
        inner = self.directory / "inner.json"
        script = f'"{RMRUN}" --quiet --report {inner} --memory 60M -- {workload("hog")} -m 300 -s 60; echo $?'
        outcome = self.rmrun("--memory", "500M", "--", "/bin/sh", "-c", script)
        self.assertEqual((outcome.code, outcome.out), (0, b"121\n"), outcome.text)
        inside = json.loads(inner.read_text())
        self.assertEqual((inside["terminationReason"], inside["enforcement"]["memory.max"]), ("memory", "kernel"))
        self.assertIsNone(outcome.reason)

    def test_a_killed_inner_supervisor_leaves_nothing(self) -> None:
        script = f'"{RMRUN}" -- {workload("busy")} -i -w 600 & sleep 1; kill -KILL $!; wait; sleep 1; exit 3'
        outcome = self.rmrun("--", "/bin/sh", "-c", script)
        self.assertEqual(outcome.code, 3, outcome.text)

    def test_a_killed_outer_supervisor_takes_the_inner_job_along(self) -> None:
        running = self.start("--", RMRUN, "--", "/bin/sh", "-c", f"echo ready; exec {workload('busy')} -i -w 600")
        running.line()
        running.process.kill()
        running.process.wait()
        processes.wait_until(lambda: not running.marked(), "all processes end")
        self.assertEqual(running.marked(), [])

    def test_deeply(self) -> None:
        depth = 3 if host.in_guest else 8
        words = [word for _ in range(depth) for word in (RMRUN, "--")]
        self.assertEqual(self.rmrun("--", *words, "/bin/sh", "-c", "exit 9").code, 9)
