"""Profiles and price books by name and by file."""

import os

from harness.case import Case, workload

BUILT_IN = ("default", "ci", "agent", "batch", "interactive")


class Profiles(Case):
    def test_the_built_in_ones_are_listed_and_shown(self) -> None:
        listed = self.rmrun("profile", "list", report=False)
        self.assertEqual(listed.code, 0, listed.text)
        for name in BUILT_IN:
            self.assertIn(name, listed.out.decode())
            shown = self.rmrun("profile", "show", name, report=False)
            self.assertEqual(shown.code, 0, shown.text)
            self.assertIn("pids.max", shown.out.decode())

    def test_the_built_in_ones_run(self) -> None:
        for name in BUILT_IN:
            outcome = self.rmrun("--profile", name, "--", "/bin/sh", "-c", "exit 3")
            self.assertEqual((outcome.code, outcome.bill["profile"]), (3, name), outcome.text)

    def test_a_file_is_taken_and_options_win(self) -> None:
        profile = self.file("short.yaml", "description: short\nextends: default\ntimeout: 300ms\ngrace: 1s\n")
        outcome = self.rmrun("--profile", profile, "--", "sleep", "600")
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
        outcome = self.rmrun("--timeout", "10m", "--profile", profile, "--", "sleep", "0.6")
        self.assertEqual((outcome.code, outcome.reason), (0, None), outcome.text)

    def test_a_name_is_found_in_the_users_directory(self) -> None:
        place = self.directory / "rmrun" / "profiles"
        place.mkdir(parents=True)
        (place / "mine.yaml").write_text("description: mine\ntimeout: 300ms\n")
        environment = dict(os.environb) | {b"XDG_CONFIG_HOME": str(self.directory).encode()}
        outcome = self.rmrun("--profile", "mine", "--", "sleep", "600", env=environment)
        self.assertEqual((outcome.code, outcome.bill["profile"]), (124, "mine"), outcome.text)
        self.assertIn("mine", self.rmrun("profile", "list", report=False, env=environment).out.decode())

    def test_a_built_in_name_can_not_be_shadowed(self) -> None:
        place = self.directory / "rmrun" / "profiles"
        place.mkdir(parents=True)
        (place / "ci.yaml").write_text("description: not the real one\ntimeout: 1ms\n")
        environment = dict(os.environb) | {b"XDG_CONFIG_HOME": str(self.directory).encode()}
        outcome = self.rmrun("--profile", "ci", "--", "sleep", "0.3", env=environment)
        self.assertEqual(outcome.code, 0, outcome.text)

    def test_check_tells_every_fault(self) -> None:
        good = self.file("good.yaml", "description: good\ntimeout: 5m\n")
        self.assertEqual(self.rmrun("profile", "check", good, report=False).code, 0)
        bad = self.file("bad.yaml", "timeout: x\nmemory.mux: 5G\n")
        outcome = self.rmrun("profile", "check", bad, report=False)
        self.assertNotEqual(outcome.code, 0)
        text = outcome.out.decode() + outcome.text
        self.assertIn(f"{bad}:1:", text)
        self.assertIn(f"{bad}:2:", text)
        self.assertIn("memory.max", text)


class Prices(Case):
    def test_the_standard_book_is_shown(self) -> None:
        outcome = self.rmrun("prices", "show", report=False)
        self.assertEqual(outcome.code, 0, outcome.text)
        for word in ("standard", "cpu", "memory", "storage"):
            self.assertIn(word, outcome.out.decode())

    def test_check_tells_every_fault(self) -> None:
        bad = self.file("bad.yaml", "name: x\nrates:\n  cpuu: {price: 1, unit: core-second}\n  memory: {price: -1, unit: y}\n")
        outcome = self.rmrun("prices", "check", bad, report=False)
        self.assertNotEqual(outcome.code, 0)
        text = outcome.out.decode() + outcome.text
        self.assertIn(f"{bad}:3:", text)
        self.assertIn(f"{bad}:4:", text)

    def test_a_job_without_rates_costs_nothing(self) -> None:
        book = self.file("free.yaml", "name: free\nrates: {}\n")
        outcome = self.rmrun("--prices", book, "--", workload("busy"), "-c", "0.1")
        self.assertIn(outcome.code, (0, 125), outcome.text)
        if outcome.code == 0:
            self.assertEqual(outcome.used, 0)
