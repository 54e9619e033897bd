"""A job can't make rmrun, which may have more rights, write where it should not."""

import json
import os

from harness.case import Case, workload


class ReportSecurity(Case):
    def setUp(self) -> None:
        super().setUp()
        self.victim = self.file("victim", "precious")
        self.place = self.directory / "place"
        self.place.mkdir()
        self.path = self.place / "report.json"

    def run_job(self, script: str):
        return self.rmrun("--report", str(self.path), "--", "/bin/sh", "-c", script, report=False)

    def assert_unharmed(self) -> None:
        self.assertEqual(open(self.victim).read(), "precious")

    def assert_report_at(self, path) -> None:
        self.assertFalse(os.path.islink(path))
        self.assertEqual(json.loads(open(path).read())["schema"], "rmrun.report/1")

    def test_a_symbolic_link_that_the_job_plants_is_replaced(self) -> None:
        outcome = self.run_job(f"ln -sf {self.victim} {self.path}")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assert_unharmed()
        self.assert_report_at(self.path)

    def test_a_hard_link_that_the_job_plants_is_replaced(self) -> None:
        self.run_job(f"ln -f {self.victim} {self.path}")
        self.assert_unharmed()
        self.assert_report_at(self.path)

    def test_a_link_that_lay_there_before_is_not_followed(self) -> None:
        self.path.symlink_to(self.victim)
        self.run_job("true")
        self.assert_unharmed()

    def test_the_directory_is_the_one_of_the_start(self) -> None:
        elsewhere = self.directory / "elsewhere"
        elsewhere.mkdir()
        precious = elsewhere / "report.json"
        precious.write_text("precious")
        moved = self.directory / "moved"
        self.run_job(f"mv {self.place} {moved}; ln -s {elsewhere} {self.place}")
        self.assertEqual(precious.read_text(), "precious")
        self.assert_report_at(moved / "report.json")

    def test_a_link_planted_again_and_again(self) -> None:
        script = f"(while ln -sf {self.victim} {self.path}; do :; done) & sleep 0.3"
        for _ in range(5):
            self.run_job(script)
            self.assert_unharmed()

    def test_a_directory_in_the_place_of_the_report(self) -> None:
        outcome = self.run_job(f"mkdir {self.path}; exit 3")
        self.assertIn(str(self.path), outcome.text)
        self.assertEqual(os.listdir(self.place), ["report.json"], "a temporary file is left")

    def test_a_directory_that_is_removed(self) -> None:
        outcome = self.run_job(f"rm -rf {self.place}; exit 3")
        self.assertIn("report.json", outcome.text)

    def test_a_guessed_temporary_name_is_not_followed(self) -> None:
        # The job plants links beside the report while it is written.
        script = f"cd {self.place}; (while :; do for f in * .*; do ln -sf {self.victim} \"$f~\"; done; done) & sleep 0.2"
        self.run_job(script)
        self.assert_unharmed()

    def test_the_step_summary_is_the_one_of_the_start(self) -> None:
        summary = self.directory / "summary.md"
        summary.touch()
        environment = dict(os.environb) | {b"GITHUB_ACTIONS": b"true", b"GITHUB_STEP_SUMMARY": str(summary).encode()}
        script = f"mv {summary} {summary}.moved; ln -s {self.victim} {summary}"
        self.rmrun("--", "/bin/sh", "-c", script, env=environment)
        self.assert_unharmed()
        self.assertGreater(os.path.getsize(f"{summary}.moved"), 0)

    def test_the_report_is_no_executable_and_bears_the_callers_mask(self) -> None:
        self.rmrun("--report", str(self.path), "--", "/bin/true", report=False, preexec_fn=lambda: os.umask(0o077))
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)

    def test_the_job_sees_no_descriptor_of_the_reports_directory(self) -> None:
        outcome = self.rmrun("--report", str(self.path), "--", workload("witness"), report=False)
        self.assertEqual(set(outcome.json["descriptors"]), {"0", "1", "2"})
