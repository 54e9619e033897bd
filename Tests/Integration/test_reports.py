"""The report: what is in it, where it goes, and that it is always written."""

import json
import os
import re
import tempfile

from harness.case import Case, workload

KEYS = {
    "schema", "job", "name", "account", "labels", "command", "profile", "startedAt", "endedAt", "wallTime", "exitStatus", "exitSignal",
    "terminationReason", "usage", "metering", "enforcement", "pressure", "credits", "thresholds", "readings", "timing",
    "warnings",
}
USAGE_KEYS = {
    "cpuTime", "cpuUserTime", "cpuSystemTime", "memoryPeak", "memoryTime", "storageRead", "storageWritten",
    "storageReadOperations", "storageWriteOperations", "networkReceived", "networkSent", "processesPeak",
}


class Contents(Case):
    def test_every_key_is_there(self) -> None:
        bill = self.rmrun("--", "/bin/true").bill
        self.assertLessEqual(KEYS, set(bill))
        self.assertLessEqual(USAGE_KEYS, set(bill["usage"]))
        self.assertLessEqual({"cpu", "memory", "io"}, set(bill["pressure"]))
        self.assertLessEqual({"budget", "used", "overdraft", "byMeter"}, set(bill["credits"]))
        self.assertLessEqual({"setup", "run", "settle"}, set(bill["timing"]))
        self.assertEqual(bill["schema"], "rmrun.report/1")

    def test_credits_are_decimal_strings(self) -> None:
        bill = self.rmrun("--budget", "0.25", "--", workload("busy"), "-c", "0.05").bill["credits"]
        for key in ("budget", "used", "overdraft"):
            self.assertIsInstance(bill[key], str)
            self.assertRegex(bill[key], r"^\d+(\.\d+)?$")

    def test_says_what_was_run(self) -> None:
        outcome = self.rmrun(
            "--name", "step one", "--label", "team=research", "--label", "empty=", "--profile", "ci", "--", "echo", "a b", "ü"
        )
        bill = outcome.bill
        self.assertEqual(bill["name"], "step one")
        self.assertEqual(bill["command"], ["echo", "a b", "ü"])
        self.assertEqual(bill["profile"], "ci")
        self.assertEqual(bill["labels"], {"team": "research", "empty": ""})

    def test_times_fit_together(self) -> None:
        bill = self.rmrun("--", "sleep", "0.2").bill
        self.assertGreaterEqual(bill["wallTime"], 0.2)
        self.assertLess(bill["startedAt"], bill["endedAt"])
        self.assertRegex(bill["startedAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        for time in (bill["timing"][name] for name in ("setup", "run", "settle")):
            self.assertGreaterEqual(time, 0)

    def test_user_and_system_time_add_up(self) -> None:
        usage = self.rmrun("--", workload("busy"), "-c", "0.2").usage
        self.assertAlmostEqual(usage["cpuUserTime"] + usage["cpuSystemTime"], usage["cpuTime"], places=3)

    def test_a_run_of_a_millisecond_has_a_full_one(self) -> None:
        usage = self.rmrun("--", "/bin/true").usage
        self.assertGreater(usage["cpuTime"], 0)

    def test_what_is_not_measured_is_null(self) -> None:
        bill = self.rmrun("--", "/bin/true").bill
        self.assertIsNone(bill["usage"]["networkSent"])
        self.assertIsNone(bill["usage"]["networkReceived"])
        self.assertEqual(bill["metering"].get("network", "unavailable"), "unavailable")

    def test_every_mechanism_is_one_of_three(self) -> None:
        bill = self.rmrun("--memory", "200M", "--pids", "100", "--", "/bin/true").bill
        for mechanisms in (bill["metering"], bill["enforcement"]):
            self.assertLessEqual(set(mechanisms.values()), {"kernel", "polled", "unavailable"})
        self.assertIn("memory.max", bill["enforcement"])
        self.assertIn("cpu", bill["metering"])

    def test_odd_names_are_escaped(self) -> None:
        words = ['quote"', "back\\slash", "line\nbreak", "escape\x1b[31m", "nul-free \x01", b"\xff not utf-8", "\u2028"]
        outcome = self.rmrun("--name", 'a"b\\\n', "--label", 'k"=v\n', "--", "/bin/true", *words)
        self.assertEqual(outcome.bill["name"], 'a"b\\\n')
        self.assertEqual(outcome.bill["command"][1:5], words[:4])


class Places(Case):
    def run_reporting(self, *options: str, **how):
        return self.rmrun(*options, "--", "/bin/sh", "-c", "echo output; exit 2", report=False, **how)

    def test_forms_go_by_the_ending_of_the_name(self) -> None:
        paths = [self.directory / f"report.{ending}" for ending in ("json", "md", "txt")]
        options = [word for path in paths for word in ("--report", str(path))]
        self.assertEqual(self.run_reporting(*options).code, 2)
        data, markdown, text = (path.read_text() for path in paths)
        self.assertEqual(json.loads(data)["exitStatus"], 2)
        self.assertIn("|", markdown)
        self.assertNotIn("|", text.replace("||", ""))
        self.assertEqual({path.name for path in self.directory.iterdir()}, {"report.json", "report.md", "report.txt"})

    def test_a_dash_is_json_on_standard_output(self) -> None:
        outcome = self.run_reporting("--report", "-")
        output, _, data = outcome.out.partition(b"\n")
        self.assertEqual(output, b"output")
        self.assertEqual(json.loads(data)["exitStatus"], 2)

    def test_a_descriptor(self) -> None:
        with tempfile.TemporaryFile() as file:
            outcome = self.run_reporting("--report", f"fd:{file.fileno()}", pass_fds=(file.fileno(),))
            file.seek(0)
            self.assertEqual(json.load(file)["exitStatus"], 2, outcome.text)

    def test_a_descriptor_that_is_not_open(self) -> None:
        outcome = self.run_reporting("--report", "fd:77")
        self.assertEqual((outcome.code, outcome.out), (125, b""), outcome.text)
        self.assertIn("77", outcome.text)

    def test_an_ending_that_says_nothing(self) -> None:
        outcome = self.run_reporting("--report", str(self.directory / "report.doc"))
        self.assertEqual((outcome.code, outcome.out), (125, b""), outcome.text)
        self.assertIn("report.doc", outcome.text)

    def test_a_directory_that_is_not_there(self) -> None:
        outcome = self.run_reporting("--report", "/no/such/directory/report.json")
        self.assertEqual((outcome.code, outcome.out), (125, b""), outcome.text)
        self.assertIn("/no/such/directory", outcome.text)

    def test_a_relative_path_is_the_callers(self) -> None:
        self.run_reporting("--report", "report.json", "--chdir", "/", cwd=self.directory)
        self.assertEqual(json.loads((self.directory / "report.json").read_text())["exitStatus"], 2)

    def test_an_older_report_is_replaced(self) -> None:
        path = self.file("report.json", "old " * 10_000)
        self.run_reporting("--report", path)
        self.assertEqual(json.loads(open(path).read())["exitStatus"], 2)

    def test_a_command_that_could_not_be_started_has_one(self) -> None:
        outcome = self.rmrun("--", "/no/such/program")
        self.assertEqual((outcome.code, outcome.bill["exitStatus"]), (127, 127))
        self.assertTrue(any("/no/such/program" in str(value) for value in outcome.bill.values()))
        self.assertEqual(float(outcome.bill["credits"]["used"]), 0)

    def test_a_directory_that_is_gone_has_one(self) -> None:
        outcome = self.rmrun("--chdir", "/no/such/directory", "--", "/bin/true")
        self.assertEqual(outcome.code, 125, outcome.text)
        self.assertIn("/no/such/directory", outcome.text)
        self.assertEqual(outcome.bill["exitStatus"], 125)


class OnStandardError(Case):
    def test_a_summary_is_printed_when_the_job_was_stopped(self) -> None:
        outcome = self.rmrun("--timeout", "300ms", "--", "sleep", "600")
        self.assertIn("sleep", outcome.text)
        self.assertIn("time", outcome.text)

    def test_a_summary_is_printed_on_demand(self) -> None:
        self.assertIn("credits", self.rmrun("--summary", "--", "/bin/true").text)

    def test_control_characters_of_the_job_do_not_reach_the_terminal(self) -> None:
        outcome = self.rmrun("--summary", "--name", "evil\x1b]0;title\x07", "--", "/bin/true")
        self.assertNotIn("\x1b", outcome.text)

    def test_verbose_tells_every_action(self) -> None:
        outcome = self.rmrun("--verbose", "--timeout", "300ms", "--", "sleep", "600")
        self.assertIn("SIGTERM", outcome.text)


class ContinuousIntegration(Case):
    def environment(self, **variables: str) -> dict[bytes, bytes]:
        found = {name: value for name, value in os.environb.items() if not name.startswith((b"GITHUB_", b"GITLAB_", b"CI"))}
        return found | {name.encode(): value.encode() for name, value in variables.items()}

    def test_github_gets_a_summary_and_a_line(self) -> None:
        summary = self.file("summary.md", "# before\n")
        environment = self.environment(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=summary)
        outcome = self.rmrun("--budget", "0.2", "--", workload("busy"), "-w", "600", env=environment)
        self.assertEqual(outcome.code, 120)
        self.assertRegex(outcome.text, r"(?m)^::error( [^:]*)?::")
        self.assertEqual(outcome.out, b"", "standard output is the command's own")
        text = open(summary).read()
        self.assertTrue(text.startswith("# before\n"))
        self.assertIn("|", text)

    def test_elsewhere_there_is_no_such_line(self) -> None:
        summary = self.file("summary.md", "")
        environment = self.environment(GITHUB_STEP_SUMMARY=summary)
        outcome = self.rmrun("--budget", "0.2", "--", workload("busy"), "-w", "600", env=environment)
        self.assertIsNone(re.search(rb"^::", outcome.out + outcome.err, re.MULTILINE))
        self.assertEqual(open(summary).read(), "")

    def test_gitlab_gets_sections(self) -> None:
        outcome = self.rmrun("--summary", "--", "/bin/true", env=self.environment(GITLAB_CI="true"))
        self.assertIn("section_start:", outcome.text + outcome.out.decode())
