"""A ledger that fails while a job runs: the job stays enforced, and what it used is booked when the ledger is back."""

import json
import os
import sqlite3
import subprocess
from pathlib import Path

from harness import groups, host, processes
from harness.case import RMRUN, Case, workload

# Runs in a mount namespace of its own: a ledger on a disk of 2 MiB that fills up while a job runs. $1: the directory, $2: rmrun,
# $3: the workload. The ledger's own files are given no room by filling what is left, to the last byte.
FULL = """
set -eu
mount -t tmpfs -o size=2m,mode=700 none "$1"
export RMRUN_LEDGER="$1/ledger.db"
"$2" account create acme --limit 100 >/dev/null
"$2" --account acme --budget 50 --report "$4" -- sh -c 'cat /dev/zero >"$0/filler" 2>/dev/null; exec "$1" -c 0.3 >/dev/null' "$1" "$3"
echo "status $?"
rm "$1/filler"
"$2" account show acme --json
"$2" ledger verify
"""


# The same with a ledger on a file system that is read-only by the time a job is launched.
READ_ONLY = """
set -eu
mount -t tmpfs -o size=2m,mode=700 none "$1"
export RMRUN_LEDGER="$1/ledger.db"
"$2" account create acme --limit 100 >/dev/null
mount -o remount,ro "$1"
"$2" --account acme --budget 50 -- touch "$3" || echo "status $?"
"$2" --account acme --budget 50 --ledger none -- echo "ran without"
"""


class Spool(Case):
    patience_factor = 4

    def setUp(self) -> None:
        super().setUp()
        self.ledger = str(self.directory / "ledger.db")
        self.spool = Path(os.environ["RMRUN_RUNTIME_DIR"]) / "spool"
        self.ask("account", "create", "acme", "--limit", "100")

    def ask(self, *words: str) -> str:
        command = subprocess.run(
            [RMRUN, *words, "--ledger", self.ledger], capture_output=True, text=True, timeout=host.patience, check=False
        )
        self.assertEqual(command.returncode, 0, command.stderr)
        return command.stdout

    def account(self) -> dict:
        return json.loads(self.ask("account", "show", "acme", "--json"))["accounts"][0]

    def held(self) -> sqlite3.Connection:
        """Somebody who holds the ledger and does not let go."""
        connection = sqlite3.connect(self.ledger, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        self.addCleanup(connection.close)
        return connection

    def kept(self) -> list[str]:
        return os.listdir(self.spool) if self.spool.exists() else []

    def assert_booked(self, used: str) -> None:
        account = self.account()
        self.assertEqual((account["used"], account["reserved"], account["jobs"]), (used, "0", 0))
        self.assertEqual(self.ask("ledger", "verify"), "the books are right\n")
        self.assertEqual(self.kept(), [])

    def test_what_a_held_ledger_was_not_told_is_booked_later(self) -> None:
        running = self.start(
            "--account", "acme", "--ledger", self.ledger, "--budget", "50", "--", "sh", "-c",
            'echo ready; read go; exec "$0" -c 0.3', workload("busy"), stdin=subprocess.PIPE,
        )  # fmt: skip
        self.assertEqual(running.line(), "ready")
        holder = self.held()
        assert running.process.stdin
        running.process.stdin.write(b"go\n")
        running.process.stdin.close()
        outcome = running.wait()
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertIn("could not be booked", outcome.text)
        self.assertIn(str(self.spool / outcome.job), outcome.text)
        self.assert_nothing_left(running, outcome)
        self.assertEqual(self.kept(), [outcome.job])
        holder.execute("ROLLBACK")
        self.assert_booked(outcome.report["credits"]["used"])

    def test_the_budget_is_enforced_while_the_ledger_is_held(self) -> None:
        running = self.start(
            "--account", "acme", "--ledger", self.ledger, "--budget", "0.4", "--grace", "0", "--", "sh", "-c",
            'echo ready; read go; exec "$0" -i', workload("busy"), stdin=subprocess.PIPE,
        )  # fmt: skip
        self.assertEqual(running.line(), "ready")
        holder = self.held()
        assert running.process.stdin
        running.process.stdin.write(b"go\n")
        running.process.stdin.close()
        outcome = running.wait()
        self.assertEqual(outcome.code, 120, outcome.text)
        self.assertLessEqual(
            float(outcome.report["credits"]["overdraft"]), float(outcome.report["credits"]["overshootBound"])
        )
        holder.execute("ROLLBACK")
        self.assert_booked(outcome.report["credits"]["used"])

    def test_a_supervisor_that_dies_while_the_ledger_is_held_loses_nothing(self) -> None:
        self.need_groups()
        with groups.Group() as group:
            running = self.start(
                "--account", "acme", "--ledger", self.ledger, "--budget", "50", "--", "sh", "-c",
                'echo ready; read go; "$0" -c 0.3 >/dev/null; echo done; sleep 600', workload("busy"), stdin=subprocess.PIPE,
                preexec_fn=group.enter, report=False,
            )  # fmt: skip
            self.assertEqual(running.line(), "ready")
            holder = self.held()
            assert running.process.stdin
            running.process.stdin.write(b"go\n")
            running.process.stdin.close()
            self.assertEqual(running.line(), "done")
            used = sum(int(line.split()[1]) for line in (group.read("cpu.stat")).splitlines() if line.startswith("usage_usec"))
            running.process.kill()
            running.process.wait()
            processes.wait_until(lambda: self.kept() and not running.marked(), "the guardian keeps what was used")
            holder.execute("ROLLBACK")
            account = self.account()
        self.assertEqual(account["reserved"], "0")
        # The group around it counted rmrun's own work besides.
        self.assertGreaterEqual(float(account["used"]), 0.29)
        self.assertLessEqual(float(account["used"]), used / 1e6 + 0.05)
        self.assertEqual(self.ask("ledger", "verify"), "the books are right\n")
        self.assertEqual(self.kept(), [])

    def test_a_disk_that_fills_up_loses_nothing(self) -> None:
        self.need(host.is_root and host.can_unshare_mounts(), "root, to mount a small file system of its own")
        disk, report = self.directory / "disk", self.directory / "report.json"
        disk.mkdir()
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", FULL, "sh", str(disk), RMRUN, workload("busy"), str(report)],
            capture_output=True, text=True, timeout=host.patience, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        status, _, rest = done.stdout.partition("\n")
        self.assertEqual(status, "status 0")
        self.assertIn("the disk is full", done.stderr)
        account = json.loads(rest[: rest.rindex("}") + 1])["accounts"][0]
        used = json.loads(report.read_text())["credits"]["used"]
        self.assertEqual((account["used"], account["reserved"], account["jobs"]), (used, "0", 0))
        self.assertTrue(rest.endswith("the books are right\n"), rest)

    def test_a_ledger_that_can_only_be_read_is_refused_before_launch(self) -> None:
        self.need(host.is_root and host.can_unshare_mounts(), "root, to mount a file system of its own")
        disk, mark = self.directory / "disk", self.directory / "ran"
        disk.mkdir()
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", READ_ONLY, "sh", str(disk), RMRUN, str(mark)],
            capture_output=True, text=True, timeout=host.patience, check=False,
        )  # fmt: skip
        self.assertEqual((done.returncode, done.stdout), (0, "status 125\nran without\n"), done.stderr)
        self.assertRegex(done.stderr, "the ledger .*ledger.db.*nothing was run; --ledger none runs without accounts")
        self.assertFalse(mark.exists())
