"""The exit status is the command's own; only where rmrun's stop came first, or nothing was run, it is rmrun's."""

import os
import signal

from harness import host
from harness.case import Case, workload


class ExitStatus(Case):
    def test_is_the_commands_own(self) -> None:
        every = range(256)
        # rmrun's own statuses and the borders are enough where a launch takes half a second.
        some = [0, 1, 2, 7, 63, 64, 119, 120, 121, 122, 124, 125, 126, 127, 128, 129, 137, 143, 200, 254, 255]
        for status in some if host.in_guest else every:
            with self.subTest(status=status):
                outcome = self.rmrun("--", "/bin/sh", "-c", f"exit {status}")
                self.assertEqual(outcome.code, status, outcome.text)
                self.assertEqual(outcome.bill["exitStatus"], status)
                self.assertIsNone(outcome.bill["exitSignal"])
                self.assertIsNone(outcome.reason)
                self.assertEqual(outcome.err, b"")

    def test_rmrun_dies_of_the_signal_that_the_command_died_of(self) -> None:
        for number in ("HUP", "INT", "QUIT", "ABRT", "KILL", "SEGV", "PIPE", "ALRM", "TERM", "USR1", "XCPU", "SYS"):
            with self.subTest(signal=number):
                outcome = self.rmrun("--", "/bin/sh", "-c", f"kill -{number} $$", cwd=self.directory)
                expected = signal.Signals["SIG" + number]
                self.assertEqual(outcome.code, -expected, outcome.text)
                self.assertEqual(outcome.bill["exitStatus"], 128 + expected)
                self.assertEqual(outcome.ending_signal, expected)
                self.assertEqual(outcome.reason, "signal")
                self.assertEqual(list(self.directory.glob("core*")), [], "rmrun left a core")

    def test_a_child_of_the_command_may_die_of_what_it_likes(self) -> None:
        outcome = self.rmrun("--", "/bin/sh", "-c", "sh -c 'kill -KILL $$'; exit 3")
        self.assertEqual((outcome.code, outcome.reason), (3, None))

    def test_not_found_is_127(self) -> None:
        for command in ("no-such-program-anywhere", "/no/such/program", "./no-such-program", str(self.directory / "x")):
            with self.subTest(command=command):
                outcome = self.rmrun("--", command, "argument")
                self.assertEqual(outcome.code, 127, outcome.text)
                self.assertIn(command, outcome.text)
                self.assertEqual(outcome.bill["exitStatus"], 127)

    def test_not_executable_is_126(self) -> None:
        for command in (
            str(self.directory),
            self.file("plain.txt", "text\n"),
            self.file("no-interpreter", "exit 0\n", 0o755),
            self.file("empty", "", 0o755),
        ):
            with self.subTest(command=command):
                outcome = self.rmrun("--", command)
                self.assertEqual(outcome.code, 126, outcome.text)
                self.assertIn(command, outcome.text)
                self.assertEqual(outcome.bill["exitStatus"], 126)

    def test_a_script_whose_interpreter_is_missing_says_so(self) -> None:
        script = self.file("script", "#!/no/such/interpreter\n", 0o755)
        outcome = self.rmrun("--", script)
        self.assertIn(outcome.code, (126, 127))
        self.assertIn(script, outcome.text)
        self.assertIn("interpreter", outcome.text)

    def test_bad_usage_is_125(self) -> None:
        for words in ((), ("--",), ("--no-such-option", "--", "true"), ("--budget",), ("--budget", "1")):
            with self.subTest(words=words):
                self.assertEqual(self.rmrun(*words, report=False).code, 125)

    def test_a_command_that_prints_on_a_closed_pipe_dies_of_it(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        outcome = self.rmrun("--", "/bin/sh", "-c", "while echo y; do :; done", stdout=writer)
        os.close(writer)
        self.assertEqual(outcome.code, -signal.SIGPIPE, outcome.text)

    def test_closing_the_streams_changes_nothing(self) -> None:
        outcome = self.rmrun("--", workload("closestdio"), "5", "0.3")
        self.assertEqual((outcome.code, outcome.reason), (5, None))
