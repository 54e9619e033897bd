"""Bad input gets a clear error: what failed, on what, what to do. And nothing is run."""

import os

from harness import host
from harness.case import Case


class BadInput(Case):
    def assert_refused(self, code: int, words: list[str], *named: str, **how) -> None:
        """The command is not run; the status is `code`; the message has all of `named`, on one line without control characters."""
        ran = self.directory / "ran"
        with self.subTest(words=words):
            outcome = self.rmrun(*words, "--", "touch", str(ran), report=False, **how)
            self.assertEqual(outcome.code, code, outcome.text)
            self.assertFalse(ran.exists(), "the command was run")
            self.assertTrue(outcome.text.startswith("rmrun: "), outcome.text)
            for name in named:
                self.assertIn(name, outcome.text)
            self.assertNotIn("Fatal error", outcome.text)
            self.assertNotIn("\x1b", outcome.text)

    def test_unknown_options_are_named_with_the_nearest(self) -> None:
        self.assert_refused(125, ["--bugdet", "5"], "--bugdet", "--budget")
        self.assert_refused(125, ["--nonsense"], "--nonsense")
        self.assert_refused(125, ["-Z"], "-Z")
        self.assert_refused(125, ["--\x1b[31mred"])
        self.assert_refused(125, ["--timeout=5m=6m"], "timeout", "5m=6m")
        self.assert_refused(125, ["--quiet=yes"], "--quiet")

    def test_numbers_that_are_none(self) -> None:
        every = ("budget", "cpus", "cpu-weight", "pids", "memory", "timeout", "cpu-time", "idle-timeout", "grace", "nice")
        for option in every[:2] if host.in_guest else every:
            for value in ("", "x", "NaN", "nan", "inf", "-inf", "1e400", "0x10", "١٢", " 5", "5 ", "5;", "--5", "1,5", "\x1b"):
                self.assert_refused(125, [f"--{option}={value}"], f"--{option}")

    def test_numbers_out_of_range(self) -> None:
        for words in (
            ["--budget=-5"], ["--budget=99999999999999999999999"], ["--budget=$-1"], ["--cpus=-1"], ["--cpus=0"],
            ["--cpu-weight=0"], ["--cpu-weight=10001"], ["--pids=0"], ["--pids=-1"], ["--pids=99999999999999999999"],
            ["--memory=-5M"], ["--memory=99999999999T"], ["--timeout=-1s"], ["--timeout=0s"], ["--timeout=999999999999999d"],
            ["--nice=20"], ["--nice=-21"], ["--oom-score-adj=1001"], ["--warn-at=101%"], ["--warn-at=-1%"], ["--grace=-1s"],
        ):
            self.assert_refused(125, words, words[0].partition("=")[0])

    def test_nothing_to_spend_is_refused(self) -> None:
        outcome = self.rmrun("--budget", "0", "--", "/bin/true", report=False)
        self.assertIn(outcome.code, (122, 125))
        self.assertIn("budget", outcome.text)

    def test_units_that_are_none(self) -> None:
        for words in (
            ["--memory=5Q"], ["--memory=5MM"], ["--memory=M"], ["--timeout=5"], ["--timeout=5x"], ["--timeout=m"],
            ["--budget=5 credits"], ["--budget=€"], ["--io-write-bps=/=fast"],
        ):
            self.assert_refused(125, words, words[0].partition("=")[0])

    def test_choices_name_what_there_is(self) -> None:
        self.assert_refused(125, ["--on-exhausted=explode"], "stop", "freeze")
        self.assert_refused(125, ["--wait=some"], "command", "all")
        self.assert_refused(125, ["--priority=urgent"], "low", "normal", "high")
        self.assert_refused(125, ["--stop-signal=NOPE"], "NOPE")
        self.assert_refused(125, ["--stop-signal=0"])
        self.assert_refused(125, ["--rlimit=nofles=5"], "nofles", "nofile")
        self.assert_refused(125, ["--require=memory.mux"], "memory.mux", "memory.max")
        self.assert_refused(125, ["--label=nothing"], "nothing")
        self.assert_refused(125, ["--cpuset-cpus=0-x"], "0-x")

    def test_money_in_another_currency(self) -> None:
        outcome = self.rmrun("--budget", "€5", "--", "/bin/true", report=False)
        self.assertIn(outcome.code, (122, 125), outcome.text)
        self.assertIn("EUR", outcome.text)

    def test_a_value_that_is_missing(self) -> None:
        outcome = self.rmrun("--budget", report=False)
        self.assertEqual(outcome.code, 125)
        self.assertIn("--budget", outcome.text)

    def test_a_command_that_is_missing(self) -> None:
        for words in ([], ["--"], ["--budget", "5"], ["--budget", "5", "--"]):
            outcome = self.rmrun(*words, report=False)
            self.assertEqual(outcome.code, 125, outcome.text)
            self.assertIn("command", outcome.text)

    def test_an_empty_command(self) -> None:
        outcome = self.rmrun("--", "", report=False)
        self.assertIn(outcome.code, (125, 127), outcome.text)

    def test_files_that_can_not_be_read(self) -> None:
        self.assert_refused(125, ["--prices", "/no/such/prices.yaml"], "/no/such/prices.yaml")
        self.assert_refused(125, ["--profile", "/no/such/profile.yaml"], "/no/such/profile.yaml")
        self.assert_refused(125, ["--profile", str(self.directory) + "/"], str(self.directory))
        self.assert_refused(125, ["--profile", "/dev/zero.yaml/"], "/dev/zero.yaml")

    def test_a_working_directory_that_is_gone(self) -> None:
        gone = self.directory / "gone"

        def leave() -> None:
            os.mkdir(gone)
            os.chdir(gone)
            os.rmdir(gone)

        # What needs no working directory runs in one that is gone, as it would without rmrun.
        outcome = self.rmrun("--", "/bin/true", preexec_fn=leave)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assert_refused(125, ["--chdir", str(gone)], str(gone))
        self.assert_refused(125, ["--chdir", self.file("file", "")], "file")

    def test_a_group_that_is_not_there(self) -> None:
        self.need_groups()
        assert host.cgroup_mount
        outcome = self.rmrun("--cgroup-parent", str(host.cgroup_mount / "no-such-group"), "--", "/bin/true", report=False)
        self.assertIn(outcome.code, (122, 125), outcome.text)
        self.assertIn("no-such-group", outcome.text)
        outcome = self.rmrun("--cgroup-parent", "/tmp", "--", "/bin/true", report=False)
        self.assertIn(outcome.code, (122, 125), outcome.text)


class BadProfiles(Case):
    def refuse(self, text: str, *named: str) -> None:
        path = self.file("profile.yaml", text)
        with self.subTest(text=text):
            ran = self.directory / "ran"
            outcome = self.rmrun("--profile", path, "--", "touch", str(ran), report=False)
            self.assertEqual(outcome.code, 125, outcome.text)
            self.assertFalse(ran.exists())
            for name in (path, *named):
                self.assertIn(name, outcome.text)

    def test_faults_have_a_position(self) -> None:
        self.refuse("timeout: 5m\nmemory.mux: 4G\n", ":2:", "memory.mux", "memory.max")
        self.refuse("timeout: [5m\nmemory.max: 4G\n", ":2")
        self.refuse("timeout: 5m\ntimeout: 6m\n", ":2:", "timeout")
        self.refuse("timeout: -5m\n", ":1:", "timeout")
        self.refuse("timeout:\n  nested: 1\n", "timeout")
        self.refuse("- a list\n", ":1:")
        self.refuse("extends: no-such-profile\n", "no-such-profile")

    def test_every_fault_is_told(self) -> None:
        self.refuse("timeout: x\nmemory.max: y\npids.max: z\n", ":1:", ":2:", ":3:")

    def test_bombs_do_not_go_off(self) -> None:
        levels = "\n".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 12))
        self.refuse("l0: &l0 [x]\n" + levels + "\n")
        self.refuse("x: " + "[" * 50_000 + "\n")

    def test_text_that_is_none(self) -> None:
        path = self.directory / "profile.yaml"
        path.write_bytes(b"description: \xff\xfe\n")
        outcome = self.rmrun("--profile", str(path), "--", "/bin/true", report=False)
        self.assertEqual(outcome.code, 125, outcome.text)

    def test_an_unknown_name_is_told_with_the_nearest(self) -> None:
        outcome = self.rmrun("--profile", "interactiv", "--", "/bin/true", report=False)
        self.assertEqual(outcome.code, 125, outcome.text)
        self.assertIn("interactive", outcome.text)

    def test_a_name_is_never_looked_up_in_the_working_directory(self) -> None:
        self.file("mine.yaml", "timeout: 1ms\n")
        outcome = self.rmrun("--profile", "mine", "--", "/bin/true", cwd=self.directory, report=False)
        self.assertEqual(outcome.code, 125, outcome.text)

    def test_a_name_that_walks_through_directories_is_no_name(self) -> None:
        for name in ("..", ".hidden", "a b", "", "x\n"):
            outcome = self.rmrun("--profile", name, "--", "/bin/true", report=False)
            self.assertEqual(outcome.code, 125, outcome.text)


class BadPrices(Case):
    def refuse(self, text: str, *named: str) -> None:
        path = self.file("prices.yaml", text)
        with self.subTest(text=text):
            outcome = self.rmrun("--prices", path, "--", "/bin/true", report=False)
            self.assertEqual(outcome.code, 125, outcome.text)
            for name in (path, *named):
                self.assertIn(name, outcome.text)

    def test_faults_have_a_position(self) -> None:
        rates = "name: x\nrates:\n"
        self.refuse(rates + "  cpuu: {price: 1, unit: core-second}\n", ":3:", "cpuu", "cpu")
        self.refuse(rates + "  cpu: {price: -1, unit: core-second}\n", ":3:")
        self.refuse(rates + "  cpu: {price: 1, unit: furlong}\n", ":3:", "furlong")
        self.refuse(rates + "  cpu: {price: NaN, unit: core-second}\n", ":3:")
        self.refuse("rates: 5\n", ":1:")
        self.refuse("{", ":")
