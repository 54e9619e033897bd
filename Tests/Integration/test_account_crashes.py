"""Whoever dies, nothing is lost or charged twice: what a job used is booked once, and what was set aside for it comes back."""

import contextlib
import fcntl
import json
import os
import random
import signal
import sqlite3
import subprocess
import time

from harness import groups, host, processes
from harness.case import RMRUN, Case, workload

SEED = int(os.environ.get("RMRUN_SEED", random.randrange(1 << 32)))
ROUNDS = int(os.environ.get("RMRUN_CRASHES", 50))
SPAN = 2.5 if host.in_guest else 0.5
TICK = 1 / os.sysconf("SC_CLK_TCK")
PRICES = "rates: {cpu: {price: 1, unit: core-second}}\n"
POINTS = ("unrecorded", "reserved", "launched", "charged", "ended", "settled")


class AccountCrashes(Case):
    patience_factor = 20

    def setUp(self) -> None:
        super().setUp()
        self.need_groups()
        self.random = random.Random(SEED)
        self.ledger = str(self.directory / "ledger.db")
        self.prices = self.directory / "prices.yaml"
        self.prices.write_text(PRICES)
        self.ask("account", "create", "acme", "--limit", "100000")
        self.used = 0

    def ask(self, *words: str) -> str:
        command = subprocess.run(
            [RMRUN, *words, "--ledger", self.ledger], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(command.returncode, 0, command.stderr)
        return command.stdout

    def account(self) -> dict:
        return json.loads(self.ask("account", "show", "acme", "--json"))["accounts"][0]

    def launch(self, group: groups.Group, *command: str, fault: str = "", options: tuple[str, ...] = ()):
        environment = dict(os.environb)
        if fault:
            environment[b"RMRUN_FAULT"] = fault.encode()
        words = ("--account", "acme", "--ledger", self.ledger, "--prices", str(self.prices), "--budget", "50", *options)
        return self.start(*words, "--", *command, env=environment, preexec_fn=group.enter, report=False)

    @staticmethod
    def burned(group: groups.Group) -> float:
        """CPU seconds that the workload has used so far, by the kernel's word on its process; it is left to burn more."""
        pids = [pid for pid in groups.members(group.path) if processes.arguments(pid)[:1] == [workload("busy").encode()]]
        return sum(processes.cpu_seconds(pid) for pid in pids)

    def assert_settled(self, group: groups.Group, running, burned: float = 0) -> None:
        """The job is over, its group gone, and what was charged is no less than what the job is known to have burned, and no more than
        what the kernel counted in the group around it and rmrun."""
        processes.wait_until(lambda: not running.marked() and not groups.members(group.path), "the job's processes end")
        processes.wait_until(lambda: not groups.below(group.path), "its groups are removed", host.patience / 4)
        account = self.account()
        self.assertEqual((account["jobs"], account["reserved"]), (0, "0"))
        charged = round(float(account["used"]) * 1_000_000) - self.used
        self.used += charged
        counted = int(group.read("cpu.stat").split()[1])
        self.assertLessEqual(charged, counted)
        # The workload's own clock ticks.
        self.assertGreaterEqual(charged, (burned - 2 * TICK) * 1_000_000)
        self.assertEqual(self.ask("ledger", "verify"), "the books are right\n")

    def test_a_supervisor_that_is_killed(self) -> None:
        for number in range(ROUNDS):
            moment = self.random.uniform(0, SPAN)
            with self.subTest(round=number, moment=moment, seed=SEED), groups.Group() as group:
                running = self.launch(group, workload("busy"), "-i", "-w", "600")
                time.sleep(moment)
                burned = self.burned(group)
                running.process.kill()
                running.process.wait()
                self.assert_settled(group, running, burned)

    def test_a_supervisor_and_its_guardian_that_are_killed(self) -> None:
        for number in range(ROUNDS):
            moment = self.random.uniform(0, SPAN)
            with self.subTest(round=number, moment=moment, seed=SEED), groups.Group() as group:
                running = self.launch(group, workload("busy"), "-i", "-w", "600")
                time.sleep(moment)
                burned = self.burned(group)
                for pid in (*running.helpers(), running.process.pid):
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                running.process.wait()
                subprocess.run(
                    [RMRUN, "recover", "--cgroup-parent", str(group.path), "--ledger", self.ledger], capture_output=True, check=True
                )
                self.assert_settled(group, running, burned)

    def test_a_guardian_that_is_killed(self) -> None:
        for number in range(ROUNDS):
            moment = self.random.uniform(0, SPAN)
            with self.subTest(round=number, moment=moment, seed=SEED), groups.Group() as group:
                running = self.launch(group, workload("busy"), "-c", str(SPAN))
                time.sleep(moment)
                for pid in running.helpers():
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                self.assertEqual(running.wait().code, 0)
                self.assert_settled(group, running, SPAN)

    def test_between_each_pair_of_durable_steps(self) -> None:
        for point in POINTS:
            for number in range(max(1, ROUNDS // 5)):
                with self.subTest(point=point, round=number), groups.Group() as group:
                    # A threshold that it crosses, so that something is booked while it runs.
                    options = ("--budget", "0.5", "--warn-at", "2%")
                    running = self.launch(group, workload("busy"), "-c", "0.05", fault=point, options=options)
                    running.process.wait()
                    self.assertEqual(running.process.returncode, -signal.SIGKILL)
                    self.assert_settled(group, running, 0.05 if point in ("ended", "settled") else 0)

    def test_what_a_guardian_has_in_hand_is_left_to_it(self) -> None:
        with groups.Group() as group:
            running = self.launch(group, workload("busy"), "-i", "-w", "600")
            processes.wait_until(lambda: self.account()["jobs"] == 1 and self.burned(group) > 0.2, "the job burns")
            # In this order nobody starts another guardian.
            running.send(signal.SIGSTOP)
            for pid in running.helpers():
                os.kill(pid, signal.SIGKILL)
            (place,) = [path for path in groups.below(group.path) if path.name.startswith("job-")]
            running.process.kill()
            running.process.wait()
            # As a guardian that has not ended the job yet.
            held = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(held, fcntl.LOCK_EX)
            account = self.account()
            self.assertEqual((account["jobs"], account["used"]), (1, "0"))
            burned = self.burned(group)
            os.close(held)
            self.ask("recover", "--cgroup-parent", str(group.path))
            self.assert_settled(group, running, burned)

    def reserved(self) -> list[tuple[int, int]]:
        """Jobs and credits set aside, as they stand in the file: to ask rmrun would recover."""
        with contextlib.closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*), coalesce(sum(held), 0) FROM job WHERE settlement IS NULL").fetchall()

    def test_whatever_rmrun_does_next_books_what_both_left(self) -> None:
        environment = {**os.environ, "RMRUN_LEDGER": self.ledger}
        for words in (("--", "true"), ("--account", "acme", "--budget", "1", "--", "true"), ("ps",), ("account", "list")):
            with self.subTest(words=words), groups.Group() as group:
                running = self.launch(group, workload("busy"), "-i", "-w", "600")
                processes.wait_until(lambda: self.account()["jobs"] == 1 and self.burned(group) > 0.2, "the job burns")
                # In this order nobody starts another guardian.
                running.send(signal.SIGSTOP)
                for pid in (*running.helpers(), running.process.pid):
                    os.kill(pid, signal.SIGKILL)
                running.process.wait()
                self.assertEqual(self.reserved()[0][0], 1)
                subprocess.run([RMRUN, *words], env=environment, capture_output=True, timeout=host.patience, check=True)
                self.assertEqual(self.reserved(), [(0, 0)])
                self.assertEqual(groups.members(group.path), [])
                self.assertEqual([path for path in groups.below(group.path) if path.name.startswith("job-")], [])

    def test_the_next_run_books_what_both_left(self) -> None:
        with groups.Group() as group:
            running = self.launch(group, workload("busy"), "-i", "-w", "600")
            processes.wait_until(lambda: self.account()["jobs"] == 1 and self.burned(group) > 0.2, "the job burns")
            for pid in (*running.helpers(), running.process.pid):
                os.kill(pid, signal.SIGKILL)
            running.process.wait()
            outcome = self.rmrun("--account", "acme", "--ledger", self.ledger, "--budget", "1", "--", "true", report=False)
            self.assertEqual(outcome.code, 0, outcome.text)
            processes.wait_until(lambda: self.account()["jobs"] == 0, "it is booked")
            self.assertEqual(groups.members(group.path), [])
            self.assertGreaterEqual(float(self.account()["used"]), 0.2)
