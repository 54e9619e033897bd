"""Whoever dies, nothing leaks: no process outlives its supervisor, and no group is left."""

import contextlib
import os
import random
import signal
import subprocess
import time

from harness import groups, host, processes
from harness.case import Case, workload
from harness.running import Running

SEED = int(os.environ.get("RMRUN_SEED", random.randrange(1 << 32)))
ROUNDS = int(os.environ.get("RMRUN_CRASHES", 50))
# Moments from before the launch to well into the run.
SPAN = 2.5 if host.in_guest else 0.12
# The same for the launch alone.
LAUNCH = 0.6 if host.in_guest else 0.015
# With controllers to hand on, rmrun and its guardian move to a leaf, and somebody has to undo that too.
CONTROLLERS = host.controllers() & {"memory", "pids", "cpu", "io"}
SCRIPT = f"{workload('daemonize')} -b -i; {workload('busy')} -i -w 600 & setsid sleep 600 & exec {workload('busy')} -i -w 600"


class Crash(Case):
    patience_factor = 20

    def setUp(self) -> None:
        super().setUp()
        self.need_groups()
        self.random = random.Random(SEED)

    @contextlib.contextmanager
    def round(self, number: int, span: float = SPAN):
        """Starts a job in a group of its own, and waits for a random time."""
        moment = self.random.uniform(0, span)
        with self.subTest(round=number, moment=moment, seed=SEED), groups.Group(CONTROLLERS) as group:
            running = self.start(
                "--budget", "1000", *self.options, "--", "/bin/sh", "-c", SCRIPT, preexec_fn=group.enter, report=False
            )
            time.sleep(moment)
            yield running, group
        self._end_what_runs()

    options: tuple[str, ...] = ()

    def assert_nothing_remains(self, running: Running, group: groups.Group) -> None:
        processes.wait_until(lambda: not running.marked() and not groups.members(group.path), "the job's processes end")
        processes.wait_until(lambda: not groups.below(group.path), f"its groups are removed: {groups.below(group.path)}", host.patience / 4)

    @staticmethod
    def kill(*pids: int) -> None:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def test_the_guardian_ends_the_job_of_a_supervisor_that_was_killed(self) -> None:
        for number in range(ROUNDS):
            with self.round(number) as (running, group):
                running.process.kill()
                running.process.wait()
                self.assert_nothing_remains(running, group)

    def test_the_guardian_undoes_what_a_supervisor_was_killed_over(self) -> None:
        for number in range(ROUNDS):
            with self.round(number, LAUNCH) as (running, group):
                running.process.kill()
                running.process.wait()
                self.assert_nothing_remains(running, group)

    def test_the_guardian_waits_for_a_leaf_to_become_empty(self) -> None:
        self.need_controllers("pids")
        with groups.Group(CONTROLLERS) as group:
            running = self.start("--", "/bin/sh", "-c", "echo ready; sleep 600", preexec_fn=group.enter, report=False)
            self.assertEqual(running.line(), "ready")
            leaf = group.path / "rmrun-supervisor"
            # As threads of a dead supervisor are listed there for a moment.
            other = subprocess.Popen(["sleep", "600"])
            (leaf / "cgroup.procs").write_text(str(other.pid))
            running.process.kill()
            running.process.wait()
            time.sleep(0.5)
            other.kill()
            other.wait()
            self.assert_nothing_remains(running, group)

    def test_a_guardian_that_was_killed_is_replaced(self) -> None:
        self.options = ("--timeout", f"{SPAN + 0.2:.2f}s", "--grace", "100ms")
        for number in range(ROUNDS):
            with self.round(number) as (running, group):
                self.kill(*running.helpers())
                processes.wait_until(
                    lambda: running.process.poll() is not None or running.helpers(), "another guardian takes over"
                )
                outcome = running.wait()
                self.assertEqual(outcome.code, 124, outcome.text)
                self.assert_nothing_remains(running, group)

    def test_a_replaced_guardian_guards(self) -> None:
        for number in range(5):
            with self.round(number) as (running, group):
                running.command()
                first = running.guardian()
                self.kill(first)
                processes.wait_until(lambda: set(running.helpers()) - {first}, "another guardian takes over")
                running.process.kill()
                running.process.wait()
                self.assert_nothing_remains(running, group)

    def test_recover_sweeps_what_a_crash_of_both_left(self) -> None:
        for number in range(ROUNDS):
            with self.round(number) as (running, group):
                # Stopped, the supervisor can't start another guardian.
                running.send(signal.SIGSTOP)
                helpers = running.helpers()
                self.kill(*helpers, running.pid)
                running.process.wait()
                # The group is locked until the last that holds its descriptor is gone, or a command that has just been cloned has closed it.
                processes.wait_until(lambda: not any(map(processes.is_alive, helpers)), "the guardian dies")
                time.sleep(SPAN / 5)
                self.recover(group)
                self.assert_nothing_remains(running, group)

    def recover(self, group: groups.Group) -> None:
        # From outside: a group that still hands controllers on takes no process.
        outcome = self.start("recover", "--cgroup-parent", str(group.path), report=False).wait()
        self.assertEqual(outcome.code, 0, outcome.text)

    def test_recover_leaves_living_jobs_alone(self) -> None:
        with groups.Group(CONTROLLERS) as group:
            running = self.start("--", "/bin/sh", "-c", "echo ready; sleep 1; exit 3", preexec_fn=group.enter)
            running.line()
            for _ in range(3):
                self.recover(group)
            self.assertEqual(self.finish(running).code, 3)

    def test_recover_leaves_groups_of_others_alone(self) -> None:
        with groups.Group() as group:
            other = group.path / "rmrun" / "job-like"
            other.mkdir(parents=True)
            self.recover(group)
            self.assertTrue(other.is_dir())

    def test_recover_has_nothing_to_do(self) -> None:
        with groups.Group() as group:
            self.recover(group)
            outcome = self.start("recover", preexec_fn=group.enter, report=False).wait()
            self.assertEqual(outcome.code, 0, outcome.text)
