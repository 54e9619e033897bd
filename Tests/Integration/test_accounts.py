"""Accounts: budgets that outlive a run, in a tree, booked exactly."""

import contextlib
import json
import os
import random
import re
import sqlite3
import subprocess
import time
from decimal import Decimal

from harness import host, processes, schema
from harness.case import RMRUN, Case, workload


class Accounts(Case):
    def setUp(self) -> None:
        super().setUp()
        self.ledger = str(self.directory / "ledger.db")

    def ask(self, *words: str, code: int = 0, output: bool = False) -> str:
        """Runs a subcommand on the test's own ledger: what it prints, or, if it fails, what it says on standard error."""
        command = subprocess.run(
            [RMRUN, *words, "--ledger", self.ledger], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(command.returncode, code, command.stderr)
        return command.stdout if code == 0 or output else command.stderr

    def account(self, path: str) -> dict:
        return json.loads(self.ask("account", "show", path, "--json"))["accounts"][0]

    def run_in(self, account: str, *words: str, **how: object):
        return self.rmrun("--account", account, "--ledger", self.ledger, *words, **how)

    def assert_verified(self) -> None:
        self.assertEqual(self.ask("ledger", "verify"), "the books are right\n")

    def test_a_job_pays_what_it_used_and_the_rest_comes_back(self) -> None:
        self.ask("account", "create", "acme", "--limit", "100")
        self.ask("account", "create", "acme/team", "--limit", "40")
        outcome = self.run_in("acme/team", "--budget", "5", "--", workload("busy"), "-c", "0.3")
        self.assertEqual(outcome.code, 0, outcome.text)
        used = outcome.report["credits"]["used"]
        self.assertEqual(outcome.report["account"], "acme/team")
        for path, limit in (("acme/team", 40), ("acme", 100)):
            account = self.account(path)
            self.assertEqual(account["used"], used)
            self.assertEqual(sum(Decimal(account[book]) for book in ("available", "reserved", "used")), limit)
        self.assertEqual(self.account("acme/team")["reserved"], "0")
        self.assert_verified()

    def test_who_is_short_is_named_and_nothing_is_run(self) -> None:
        self.ask("account", "create", "acme", "--limit", "3")
        mark = self.directory / "ran"
        outcome = self.run_in("acme", "--budget", "5", "--", "touch", str(mark))
        self.assertEqual(outcome.code, 122)
        self.assertIn("account acme is short of 2 credits", outcome.text)
        self.assertIn("rmrun account grant acme 2", outcome.text)
        self.assertFalse(mark.exists())
        self.ask("account", "grant", "acme", "2")
        self.assertEqual(self.run_in("acme", "--budget", "5", "--", "touch", str(mark)).code, 0)
        self.assert_verified()

    def test_what_would_do_does(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10")
        self.ask("account", "create", "acme/team", "--limit", "6")
        self.ask("account", "create", "acme/team/a", "--limit", "5")
        outcome = self.run_in("acme/team/a", "--budget", "20", "--", "true")
        self.assertEqual(outcome.code, 122)
        grants = re.findall(r"`rmrun (account grant \S+ \S+)`", outcome.text)
        self.assertEqual(grants, ["account grant acme 10", "account grant acme/team 14", "account grant acme/team/a 15"])
        for grant in grants:
            self.ask(*grant.split())
        self.assertEqual(self.run_in("acme/team/a", "--budget", "20", "--", "true").code, 0)
        self.assert_verified()

    def test_an_account_that_is_not_there_is_refused(self) -> None:
        self.ask("account", "create", "acme", "--limit", "3")
        outcome = self.run_in("nobody", "--budget", "5", "--", "true")
        self.assertEqual(outcome.code, 122)
        self.assertIn("there is no account nobody", outcome.text)

    def test_the_accounts_budget_is_the_default(self) -> None:
        self.ask("account", "create", "acme", "--limit", "3")
        self.assertEqual(self.run_in("acme", "--", "true").code, 122)
        self.ask("account", "create", "acme/small", "--limit", "2", "--default-budget", "0.2")
        outcome = self.run_in("acme/small", "--grace", "0", "--", workload("busy"), "-i")
        self.assertEqual(outcome.code, 120, outcome.text)
        self.assertEqual(outcome.report["credits"]["budget"], "0.2")

    def test_a_command_that_cannot_be_started_costs_nothing(self) -> None:
        self.ask("account", "create", "acme", "--limit", "3")
        outcome = self.run_in("acme", "--budget", "1", "--", "/nonexistent/tool", report=False)
        self.assertEqual(outcome.code, 127)
        account = self.account("acme")
        self.assertEqual((account["available"], account["used"], account["jobs"]), ("3", "0", 0))
        self.assert_verified()

    def test_an_ancestors_threshold_stops_the_jobs_below(self) -> None:
        self.ask("account", "create", "acme", "--limit", "0.6", "--allocation", "best-effort")
        self.ask("account", "create", "acme/team", "--limit", "max", "--allocation", "best-effort")
        outcome = self.run_in("acme/team", "--budget", "100", "--grace", "0", "--", workload("busy"), "-i")
        self.assertEqual(outcome.code, 120, outcome.text)
        self.assertLess(float(self.account("acme")["used"]), 0.7)
        self.assert_verified()

    def test_an_ancestors_threshold_stops_jobs_of_other_processes(self) -> None:
        self.ask("account", "create", "acme", "--limit", "100", "--emergency-at", "81%", "--warn-at", "80%")
        for name, limit in (("a", "10"), ("b", "90")):
            self.ask("account", "create", f"acme/{name}", "--limit", limit)
        words = ("--account", "acme/a", "--ledger", self.ledger, "--budget", "5", "--", "/bin/sh", "-c", "echo ready; exec sleep 600")
        idle = self.start(*words)
        self.assertEqual(idle.line(), "ready")
        prices = self.directory / "prices.yaml"
        # A core-second for 500 credits: the other job uses most of what both have.
        prices.write_text("rates: {cpu: {price: 500, unit: core-second}}\n")
        busy = ("--prices", str(prices), "--budget", "90", "--emergency-at", "100%", "--", workload("busy"), "-i")
        self.assertEqual(self.run_in("acme/b", *busy, report=False).code, 120)
        outcome = self.finish(idle)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        self.assertIn("account acme has reached its emergency threshold", outcome.text)

    def test_a_threshold_of_an_account_alone_is_noticed_in_time(self) -> None:
        """The job's own thresholds lie far beyond, and ten seconds would be more than its whole budget."""
        self.ask("account", "create", "acme", "--limit", "40", "--warn-at", "5%", "--emergency-at", "10%", "--hard-at", "12%")
        prices = self.directory / "prices.yaml"
        prices.write_text("rates: {cpu: {price: 4, unit: core-second}}\n")
        busy = ("--prices", str(prices), "--budget", "40", "--grace", "0", "--", workload("busy"), "-i")
        outcome = self.run_in("acme", *busy)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        # Reached at 4 credits: a second is 4 more; an emulated processor is late for everything.
        used = float(self.account("acme")["used"])
        self.assertGreaterEqual(used, 4)
        self.assertLess(used, 20 if host.in_guest else 8)
        self.assertEqual(outcome.report["stopping"]["account"]["path"], "acme")
        self.assertIn("stopped: account acme reached its ", outcome.text)
        self.assert_verified()

    def test_an_account_that_froze_a_job_is_not_what_ends_it_later(self) -> None:
        self.ask("account", "create", "acme", "--limit", "50", "--warn-at", "1%", "--emergency-at", "1%", "--hard-at", "90%")
        words = ("--account", "acme", "--ledger", self.ledger, "--budget", "3", "--emergency-at", "100%")
        running = self.start(*words, "--on-exhausted", "freeze", "--grace", "0", "--", workload("busy"), "-i")
        jobs = lambda: json.loads(subprocess.run([RMRUN, "ps", "--json"], capture_output=True, check=True).stdout)["jobs"]  # noqa: E731
        state = lambda: [job["state"] for job in jobs() if job["account"] == "acme"]  # noqa: E731
        processes.wait_until(lambda: state() == ["exhausted"], "the account's threshold freezes it", host.patience)
        self.ask("account", "limit", "acme", "1000")
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        self.assertIsNotNone(outcome.report["stopping"]["frozenAt"])
        self.assertIsNone(outcome.report["stopping"]["account"], outcome.text)

    def test_who_holds_the_ledger_delays_nobody_without_an_account(self) -> None:
        self.ask("account", "create", "acme", "--limit", "5")
        locks = self.directory / "ledger.db-jobs"
        locks.mkdir(mode=0o700)
        (locks / "dead").write_text("-\n")
        environment = {**os.environ, "RMRUN_LEDGER": self.ledger}
        with contextlib.closing(sqlite3.connect(self.ledger, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            start = time.monotonic()
            subprocess.run([RMRUN, "--", "true"], env=environment, check=True, timeout=60)
            # A job's own patience with a ledger is ten seconds.
            self.assertLess(time.monotonic() - start, 8)
            connection.execute("ROLLBACK")
        subprocess.run([RMRUN, "--", "true"], env=environment, check=True, timeout=60)
        self.assertEqual(list(locks.iterdir()), [])

    def test_an_overdraft_that_is_allowed_can_be_used(self) -> None:
        self.ask("account", "create", "acme", "--limit", "5", "--overdraft", "5")
        self.ask("account", "check", "acme", "10")
        prices = self.directory / "prices.yaml"
        prices.write_text("rates: {cpu: {price: 20, unit: core-second}}\n")
        outcome = self.run_in("acme", "--prices", str(prices), "--budget", "10", "--", workload("busy"), "-c", "0.35")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertGreaterEqual(float(self.account("acme")["used"]), 7)
        self.assert_verified()

    def test_a_check_says_no_where_a_lease_could_be_had_and_the_amount_could_not(self) -> None:
        for number, allocation in enumerate(("elastic", "best-effort")):
            path = f"acme{number}"
            self.ask("account", "create", path, "--limit", "50", "--allocation", allocation)
            self.ask("account", "check", path, "50")
            self.assertIn("is short of 950 credits", self.ask("account", "check", path, "1000", code=122))

    def test_a_ledger_is_named_from_where_the_command_is(self) -> None:
        def there(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([RMRUN, *words], cwd=self.directory, capture_output=True, text=True, timeout=60, check=False)

        self.assertEqual(there("account", "create", "acme", "--limit", "5", "--ledger", "ledger.db").returncode, 0)
        outcome = there("--account", "acme", "--budget", "1", "--ledger", "ledger.db", "--", "true")
        self.assertEqual((outcome.returncode, outcome.stderr), (0, ""))
        self.assertFalse(os.path.exists("/ledger.db-jobs"))
        self.assert_verified()

    def test_no_ledger_is_made_but_for_an_account(self) -> None:
        for code, words in (
            (125, ("account", "list")), (125, ("account", "show", "acme")), (125, ("account", "grant", "acme", "1")),
            (125, ("ledger", "verify")), (125, ("ledger", "export")), (122, ("--account", "acme", "--budget", "1")),
        ):  # fmt: skip
            with self.subTest(words=words):
                command = ("--", "true") if words[0] == "--account" else ()
                said = subprocess.run(
                    [RMRUN, *words, "--ledger", self.ledger, *command], capture_output=True, text=True, timeout=60, check=False
                )
                self.assertEqual(said.returncode, code, said.stderr)
                self.assertIn("there is no ledger", said.stderr)
                self.assertEqual([path.name for path in self.directory.glob("ledger*")], [])

    def test_the_environment_can_say_that_there_is_none(self) -> None:
        environment = {**os.environ, "RMRUN_LEDGER": "none"}
        for words, code in ((("--account", "acme", "--budget", "1", "--", "true"), 0), (("account", "show", "acme"), 125)):
            said = subprocess.run(
                [RMRUN, *words], cwd=self.directory, env=environment, capture_output=True, text=True, timeout=60, check=False
            )
            self.assertEqual(said.returncode, code, said.stderr)
        self.assertIn("the ledger is 'none'", said.stderr)
        self.assertFalse((self.directory / "none").exists())

    def test_what_is_wrong_with_a_damaged_ledger_is_told(self) -> None:
        self.ask("account", "create", "acme", "--limit", "5")
        with open(self.ledger, "r+b") as file:
            file.seek(3 * 1024)
            file.write(self.random_bytes(4096))
        before = (self.directory / "ledger.db").read_bytes()
        self.assertIn("malformed", self.ask("ledger", "verify", code=125, output=True))
        self.assertEqual((self.directory / "ledger.db").read_bytes(), before)

    @staticmethod
    def random_bytes(count: int) -> bytes:
        return random.Random(1).randbytes(count)

    def test_words_that_make_no_sense_are_told(self) -> None:
        self.ask("account", "create", "acme", "--limit", "5")
        for words, message in (
            (("account", "tree", "nope"), "there is no account nope"),
            (("account", "list", "nope"), "there is no account nope"),
            (("account", "grant", "acme", "-5"), "'-5' is negative"),
            (("account", "create", "b", "--limit", "-5"), "'-5' is negative"),
            (("account", "create", "a//b"), "'a//b' is not an account, such as"),
            (("account", "create", "b", "--limit", "5x"), "'5x' is not a budget, such as"),
            (("account", "create", "b", "--warn-at", "120"), "'120' is not a share"),
            (("account", "creat", "b"), "did you mean 'create'?"),
        ):
            with self.subTest(words=words):
                self.assertIn(message, self.ask(*words, code=125))

    def test_many_jobs_of_one_account_do_not_overspend_it(self) -> None:
        self.ask("account", "create", "acme", "--limit", "1.5", "--allocation", "best-effort")
        running = [
            self.start("--account", "acme", "--ledger", self.ledger, "--budget", "100", "--grace", "0", "--", workload("busy"), "-i")
            for _ in range(4)
        ]
        outcomes = [self.finish(one) for one in running]
        codes = [outcome.code for outcome in outcomes]
        self.assertTrue(set(codes) <= {120, 122}, codes)
        self.assertIn(120, codes)
        # Each spends nothing that it does not hold, to within the bound that it stated.
        bounds = sum(Decimal(outcome.report["credits"]["overshootBound"]) for outcome in outcomes if outcome.code == 120)
        self.assertLessEqual(Decimal(self.account("acme")["used"]), Decimal("1.5") + bounds)
        self.assert_verified()

    def test_a_key_makes_a_grant_happen_once(self) -> None:
        self.ask("account", "create", "acme", "--limit", "3")
        for _ in range(3):
            self.ask("account", "grant", "acme", "2", "--key", "monday")
        self.assertEqual(self.account("acme")["limit"], "5")
        self.assertIn("another operation", self.ask("account", "grant", "acme", "3", "--key", "monday", code=125))

    def test_the_tree_shows_who_has_what(self) -> None:
        self.ask("account", "create", "acme", "--limit", "100")
        self.ask("account", "create", "acme/a", "--limit", "30")
        self.ask("account", "transfer", "acme", "acme/a", "5")
        tree = self.ask("account", "tree")
        self.assertRegex(tree, r"(?m)^acme +0 +0 USD +35 +65 +100 ")
        self.assertRegex(tree, r"(?m)a +0 +0 USD +0 +35 +35 ")
        self.ask("account", "close", "acme/a")
        self.assertEqual(self.account("acme")["available"], "100")
        history = json.loads(self.ask("account", "history", "acme", "--json"))
        self.assertEqual({line["kind"] for line in history["entries"]}, {"grant", "transfer", "release"})

    def test_an_account_has_a_currency_by_its_price_book(self) -> None:
        self.file("euro.yaml", "currency: EUR\ncredit-price: €0.5\nrates: {cpu: {price: 10, unit: core-second}}\n")
        file = os.path.relpath(self.directory / "euro.yaml")
        self.ask("account", "create", "acme", "--limit", "€100", "--prices", file)
        account = self.account("acme")
        # It is found from wherever a job is started.
        self.assertEqual(account["limit"], "200")
        self.assertEqual(os.path.normpath(account["priceBook"]), str(self.directory / "euro.yaml"))
        self.assertTrue(account["priceBook"].startswith("/"))
        used = 0.0
        for budget in ("€5", "10"):
            outcome = self.run_in("acme", "--budget", budget, "--", workload("busy"), "-c", "0.1", cwd="/")
            self.assertEqual(outcome.code, 0, outcome.text)
            self.assertEqual(outcome.report["credits"]["budget"], "10")
            self.assertGreaterEqual(float(self.account("acme")["used"]), used + 0.9)
            used = float(self.account("acme")["used"])
        entries = json.loads(self.ask("account", "history", "acme", "--json"))["entries"]
        self.assertEqual(len({line["movement"] for line in entries if line["kind"] == "reserve"}), 2)
        self.assertIn("EUR", self.ask("account", "tree"))
        self.assertIn("limit           200 credits (100.00 EUR)", self.ask("account", "show", "acme"))
        self.assertRegex(self.ask("account", "history", "acme"), r"grant +available +\+200 +\+100.00 EUR")
        self.ask("account", "grant", "acme", "€1")
        self.assertEqual(self.account("acme")["limit"], "202")
        self.assertIn("EUR", self.ask("account", "grant", "acme", "$1", code=125))
        self.assertIn("No such file", self.ask("account", "create", "x", "--prices", "no.yaml", code=125))
        (self.directory / "euro.yaml").unlink()
        self.assertIn("limit           202 credits\n", self.ask("account", "show", "acme"))

    def test_what_is_set_about_an_account_can_be_changed(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10", "--warn-at", "50%", "--label", "team=a")
        self.ask("account", "set", "acme", "--default-budget", "2", "--max-jobs", "0", "--hard-at", "99%", "--label", "site=b")
        account = self.account("acme")
        self.assertEqual(account["thresholds"], {"warning": 0.5, "emergency": 0.95, "hard": 0.99})
        self.assertEqual((account["limit"], account["defaultBudget"], account["maximalJobs"]), ("10", "2", 0))
        self.assertEqual(account["labels"], {"site": "b", "team": "a"})
        self.assertIn("may run 0 jobs at a time", self.run_in("acme", "--", "true").text)
        self.ask("account", "set", "acme", "--max-jobs", "max")
        self.assertEqual(self.run_in("acme", "--", "true").code, 0)
        self.assertIn("can't be above", self.ask("account", "set", "acme", "--emergency-at", "40%", code=125))
        self.assertIn("no account nobody", self.ask("account", "set", "nobody", "--max-jobs", "1", code=125))

    def test_what_was_booked_can_be_corrected(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10")
        outcome = self.run_in("acme", "--budget", "1", "--", workload("busy"), "-c", "0.2")
        used = Decimal(outcome.report["credits"]["used"])
        self.ask("account", "refund", outcome.job, "0.1", "--key", "once")
        self.ask("account", "refund", outcome.job, "0.1", "--key", "once")
        self.ask("account", "adjust", "acme", "3", "--note", "a machine that was not metered")
        self.ask("account", "adjust", "acme", "1", "--less", "--note", "it was less")
        self.assertEqual(Decimal(self.account("acme")["used"]), used - Decimal("0.1") + 2)
        self.assertIn("a machine that was not metered", self.ask("account", "history", "acme"))
        self.assertIn("no more can be given back", self.ask("account", "refund", outcome.job, "5", code=122))
        self.assertIn("there is no job nobody", self.ask("account", "refund", "nobody", "5", code=125))
        self.assert_verified()

    def test_what_can_be_set_aside_can_be_asked(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10")
        self.ask("account", "check", "acme", "10")
        self.assertIn("short of 1 credits", self.ask("account", "check", "acme", "11", code=122))

    def test_what_is_exported_adds_up(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10")
        self.run_in("acme", "--budget", "1", "--", workload("busy"), "-c", "0.1", report=False)
        lines = [json.loads(line) for line in self.ask("ledger", "export").splitlines()]
        self.assertEqual({line["kind"] for line in lines}, {"grant", "reserve", "charge", "release"})
        for movement in {line["movement"] for line in lines}:
            self.assertEqual(sum(round(float(line["amount"]) * 1_000_000) for line in lines if line["movement"] == movement), 0)

    def test_what_a_job_used_over_time_is_remembered(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10")
        outcome = self.run_in("acme", "--budget", "1", "--warn-at", "10%", "--", workload("busy"), "-c", "0.3")
        usage = json.loads(self.ask("account", "usage", outcome.job, "--json"))
        first, last = usage["readings"][0], usage["readings"][-1]
        self.assertGreater(len(usage["readings"]), 1)
        self.assertEqual(last["used"], outcome.report["credits"]["used"])
        self.assertEqual(last["quantities"]["cpu"], outcome.cpu)
        # The first is of the warning threshold.
        self.assertGreaterEqual(Decimal(first["used"]), Decimal("0.1"))
        self.assertLess(first["quantities"]["cpu"], last["quantities"]["cpu"])
        self.assertIn("credits", self.ask("account", "usage", outcome.job))
        self.assertIn(f"{len(usage['readings']) - 1} readings", self.ask("ledger", "compact", "--keep", "0"))
        self.assertEqual(len(json.loads(self.ask("account", "usage", outcome.job, "--json"))["readings"]), 1)
        self.assert_verified()
        self.assertIn("there is no job nobody", self.ask("account", "usage", "nobody", code=125))

    def test_what_is_printed_as_json_follows_its_schema(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10", "--period", "daily", "--label", "a=b", "--default-budget", "1")
        self.ask("account", "create", "acme/open", "--limit", "3", "--max-jobs", "2")
        outcome = self.run_in("acme/open", "--budget", "1", "--", workload("busy"), "-c", "0.1")
        for words in (
            ("account", "tree"), ("account", "show", "acme"), ("account", "history", "acme"), ("account", "usage", outcome.job),
            ("account", "grant", "acme", "1"), ("account", "set", "acme", "--warn-at", "1%"), ("account", "close", "acme/open"),
        ):  # fmt: skip
            with self.subTest(words=words):
                self.assertEqual(schema.faults(self.ask(*words, "--json"), "accounts.schema.json"), [])
        self.assertNotEqual(schema.faults('{"schema": "rmrun.accounts/1", "accounts": [{}]}', "accounts.schema.json"), [])

    def test_a_copy_is_a_ledger(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10")
        copy = str(self.directory / "copy.db")
        self.ask("ledger", "backup", copy)
        self.ledger = copy
        self.assertEqual(self.account("acme")["available"], "10")
        self.assert_verified()

    def test_a_ledger_that_is_none_is_told_and_kept(self) -> None:
        text = "this is no ledger " * 100
        (self.directory / "ledger.db").write_text(text)
        (self.directory / "ledger.db").chmod(0o600)
        outcome = self.run_in("acme", "--budget", "1", "--", "true", report=False)
        self.assertEqual(outcome.code, 125)
        self.assertIn("rmrun ledger verify", outcome.text)
        self.assertIn("--ledger none", outcome.text)
        self.assertEqual((self.directory / "ledger.db").read_text(), text)
        self.assertEqual(self.rmrun("--account", "acme", "--ledger", "none", "--", "true", report=False).code, 0)

    def test_a_job_cannot_give_itself_credits(self) -> None:
        self.ask("account", "create", "acme", "--limit", "10")
        for words in (("grant", "acme", "5"), ("limit", "acme", "50"), ("create", "own", "--limit", "5"), ("close", "acme")):
            # With a group of its own it is known by that, whatever it says of itself.
            command = ("env", "-u", "RMRUN_JOB", RMRUN) if host.can_make_groups() else (RMRUN,)
            outcome = self.run_in("acme", "--budget", "5", "--", *command, "account", *words, "--ledger", self.ledger)
            self.assertEqual(outcome.code, 122, outcome.text)
            self.assertIn("refused: this runs inside the job", outcome.text)
        self.assertEqual(self.account("acme")["limit"], "10")

    def test_bad_words_are_told(self) -> None:
        for words in (
            ("create", "a//b"), ("create", "acme", "--limit", "-5"), ("create", "acme", "--limit", "many"),
            ("create", "acme", "--max-jobs", "-1"), ("grant", "acme", "0.0000001"), ("history", "acme", "--count", "0"),
        ):
            with self.subTest(words=words):
                self.assertIn("rror", self.ask("account", *words, code=125))
        self.assertIn("there is no account acme/x", self.ask("account", "create", "acme/x/y", "--limit", "1", code=125))

    def test_sixteen_processes_on_one_account(self) -> None:
        # Error 1 of the first system: two children got the same credits, as nobody compared versions.
        load = os.environ["LEDGER_LOAD"]
        self.ask("account", "create", "acme", "--limit", "200")
        self.ask("account", "create", "acme/a", "--limit", "30")
        seconds = os.environ.get("RMRUN_LEDGER_SECONDS", "20")
        loads = [
            subprocess.Popen(
                [load, "contend", self.ledger, ("acme/a", "acme")[number % 2], seconds, str(number)], stdout=subprocess.PIPE
            )
            for number in range(16)
        ]
        results = [json.loads(load.communicate()[0]) for load in loads]
        self.assertEqual({load.returncode for load in loads}, {0})
        self.assertGreater(sum(result["jobs"] for result in results), 16)
        charged = sum(round(float(result["charged"]) * 1_000_000) for result in results)
        self.assertEqual(round(float(self.account("acme")["used"]) * 1_000_000), charged)
        self.assertEqual(self.account("acme")["jobs"], 0)
        self.assert_verified()

    def test_killed_in_the_middle_of_a_commit(self) -> None:
        self.ask("account", "create", "acme", "--limit", "100000")
        rounds = 20 if host.in_guest else 100
        for number in range(rounds):
            # It does nothing but commit: wherever it is hit, it is in the middle of something.
            load = subprocess.Popen([os.environ["LEDGER_LOAD"], "contend", self.ledger, "acme", "600", str(number)])
            self.addCleanup(load.kill)
            before = self.entries()
            processes.wait_until(lambda: self.entries() > before, "something is booked")
            time.sleep(random.uniform(0, 0.02))
            load.kill()
            load.wait()
        # All that is wrong is that nobody settles what was in the middle of its life; it is settled by what was booked of it.
        faults = self.ask("ledger", "verify", code=125, output=True).splitlines()
        self.assertEqual([line for line in faults if "its rmrun is dead, and its end is not booked" not in line], [])
        self.ask("recover")
        account = self.account("acme")
        self.assertEqual((account["jobs"], account["reserved"]), (0, "0"))
        self.assertEqual(Decimal(account["used"]) + Decimal(account["available"]), 100000)
        self.assert_verified()

    def entries(self) -> int:
        with contextlib.closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*) FROM entry").fetchone()[0]
