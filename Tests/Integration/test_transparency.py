"""The command can't tell that rmrun is there."""

import json
import os
import resource
import signal
import subprocess
from typing import Any

from harness.case import Case, WORKLOADS, workload


class Transparency(Case):
    def witness(self, *options: str, **how: Any) -> dict[str, Any]:
        """What a command sees under rmrun."""
        return self.rmrun(*options, "--", workload("witness"), report=False, **how).json

    def directly(self, **how: Any) -> dict[str, Any]:
        """What it sees without."""
        how.setdefault("stdin", subprocess.DEVNULL)
        return json.loads(subprocess.run([workload("witness")], stdout=subprocess.PIPE, check=True, **how).stdout)

    same = (
        "blocked", "ignored", "limits", "directory", "session", "nice", "policy", "timerSlack", "umask", "oomScoreAdj",
        "parentDeathSignal",
    )

    def assert_same(self, **how: Any) -> None:
        seen, expected = self.witness(**how), self.directly(**how)
        for key in self.same:
            self.assertEqual(seen[key], expected[key], key)

    def test_all_that_a_process_inherits_is_the_same(self) -> None:
        self.assert_same(cwd=self.directory)

    def test_blocked_signals_stay_blocked(self) -> None:
        def block() -> None:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD, signal.SIGWINCH})

        self.assert_same(preexec_fn=block)
        self.assertEqual(len(self.witness(preexec_fn=block)["blocked"]), 4)

    def test_ignored_signals_stay_ignored(self) -> None:
        numbers = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGTSTP, signal.SIGCHLD, signal.SIGTERM}

        def ignore() -> None:
            for number in numbers:
                signal.signal(number, signal.SIG_IGN)

        self.assert_same(preexec_fn=ignore)
        self.assertEqual(set(self.witness(preexec_fn=ignore)["ignored"]), {int(number) for number in numbers})

    def test_priorities_and_limits_are_inherited(self) -> None:
        def change() -> None:
            os.nice(3)
            os.umask(0o027)
            resource.setrlimit(resource.RLIMIT_NOFILE, (200, 300))
            resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20))

        self.assert_same(preexec_fn=change)
        seen = self.witness(preexec_fn=change)
        self.assertEqual((seen["nice"], seen["limits"]["nofile"], seen["limits"]["core"][0]), (3, [200, 300], 1 << 20))

    def test_the_command_stays_in_rmruns_process_group_as_its_child(self) -> None:
        running = self.start("--", workload("witness"), process_group=0)
        seen = running.wait().json
        self.assertEqual((seen["parent"], seen["processGroup"]), (running.pid, running.pid))

    def test_the_environment_has_one_variable_more(self) -> None:
        environment = {b"PATH": b"/usr/bin:/bin", b"EMPTY": b"", b"NOT_UTF8": b"\xff\xfe=\x80", b"RMRUN_JOB": b"outer"}
        outcome = self.rmrun("--", workload("witness"), env=environment)
        seen = [bytes.fromhex(line) for line in outcome.json["environment"]]
        given = {name + b"=" + value for name, value in environment.items() if name != b"RMRUN_JOB"}
        extra = [line for line in seen if line not in given and not line.startswith(b"RMRUN_TEST=")]
        self.assertEqual(extra, [b"RMRUN_JOB=" + outcome.job.encode()])
        self.assertLessEqual(given, set(seen))

    def test_an_empty_environment_stays_empty(self) -> None:
        outcome = self.rmrun("--", workload("witness"), prefix=("/usr/bin/env", "-i"))
        seen = [bytes.fromhex(line) for line in outcome.json["environment"]]
        self.assertEqual(seen, [b"RMRUN_JOB=" + outcome.job.encode()])

    def test_arguments_are_passed_as_bytes(self) -> None:
        words = [b"", b" ", b"--budget", b"--", b"\xff\x80not utf-8", "ünïcode".encode(), b"a\nb\tc", b"$HOME", b"-", b"x" * 100_000]
        outcome = self.rmrun("--", workload("witness"), *words)
        self.assertEqual([bytes.fromhex(word) for word in outcome.json["arguments"][1:]], words)
        self.assertEqual(bytes.fromhex(outcome.json["arguments"][0]), workload("witness").encode())

    def test_the_commands_own_options_are_not_rmruns(self) -> None:
        outcome = self.rmrun("echo", "--budget", "5", "--", "--help")
        self.assertEqual(outcome.out, b"--budget 5 -- --help\n")

    def test_the_name_is_looked_up_in_path(self) -> None:
        for path in (f"/nonexistent:{WORKLOADS}", f"{WORKLOADS}:/usr/bin"):
            with self.subTest(path=path):
                outcome = self.rmrun("--", "witness", env={b"PATH": path.encode()})
                self.assertEqual(bytes.fromhex(outcome.json["arguments"][0]), b"witness")

    def test_an_empty_element_of_path_is_the_working_directory(self) -> None:
        outcome = self.rmrun("--", "witness", env={b"PATH": b"/nonexistent:"}, cwd=WORKLOADS)
        self.assertEqual(outcome.code, 0, outcome.text)

    def test_a_program_that_can_not_be_executed_is_passed_over_in_path(self) -> None:
        self.file("witness", "text\n")
        outcome = self.rmrun("--", "witness", env={b"PATH": f"{self.directory}:{WORKLOADS}".encode()})
        self.assertEqual(outcome.code, 0, outcome.text)


class Streams(Case):
    def test_pass_straight_through(self) -> None:
        data = os.urandom(300_000)
        outcome = self.rmrun("--", "/bin/sh", "-c", "cat; echo problem >&2", input=data)
        self.assertEqual((outcome.out, outcome.err, outcome.code), (data, b"problem\n", 0))

    def test_nothing_of_rmruns_own_is_printed(self) -> None:
        outcome = self.rmrun("--budget", "5", "--", "/bin/true")
        self.assertEqual((outcome.out, outcome.err), (b"", b""))

    def test_are_the_very_same_files(self) -> None:
        path = self.directory / "output"
        with open(path, "wb") as file:
            seen = self.rmrun("--", workload("witness"), "-o", "2", stdout=file)
        descriptors = json.loads(seen.err)["descriptors"]
        self.assertEqual(bytes.fromhex(descriptors["1"]), str(path).encode())
        self.assertEqual(bytes.fromhex(descriptors["0"]), b"/dev/null")

    def test_open_descriptors_are_passed_and_rmruns_own_are_not(self) -> None:
        reader, writer = os.pipe()
        outcome = self.rmrun("--", workload("witness"), "-o", str(writer), pass_fds=(reader, writer))
        os.close(writer)
        with os.fdopen(reader, "rb") as file:
            seen = json.loads(file.read())["descriptors"]
        self.assertEqual(outcome.code, 0)
        self.assertEqual({int(number) for number in seen}, {0, 1, 2, reader, writer})

    def test_process_substitution_works(self) -> None:
        script = f'"{os.environ["RMRUN"]}" -- cat <(echo substituted) <(echo twice)'
        done = subprocess.run(["/bin/bash", "-c", script], stdout=subprocess.PIPE, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(done.stdout, b"substituted\ntwice\n")

    def test_closed_streams_stay_closed(self) -> None:
        reader, writer = os.pipe()
        script = f'exec "$0" -- "{workload("witness")}" -o {writer} <&- >&- 2>&-'
        outcome = subprocess.run(["/bin/sh", "-c", script, os.environ["RMRUN"]], pass_fds=(writer,), timeout=60)
        os.close(writer)
        with os.fdopen(reader, "rb") as file:
            seen = json.loads(file.read())["descriptors"]
        self.assertEqual(outcome.returncode, 0)
        strange = {number: bytes.fromhex(target) for number, target in seen.items() if int(number) != writer}
        self.assertLessEqual(set(strange.values()), {b"/dev/null"}, strange)

    def test_can_be_files(self) -> None:
        source = self.file("in", "input\n")
        out, err = self.directory / "out", self.directory / "err"
        out.write_text("what was there before is gone")
        outcome = self.rmrun(
            "--stdin", source, "--stdout", str(out), "--stderr", str(err), "--", "/bin/sh", "-c", "cat; echo e >&2"
        )
        self.assertEqual((outcome.code, outcome.out, outcome.err), (0, b"", b""))
        self.assertEqual((out.read_text(), err.read_text()), ("input\n", "e\n"))

    def test_a_stream_file_that_can_not_be_opened_is_named(self) -> None:
        for option in ("--stdin", "--stdout", "--stderr"):
            with self.subTest(option=option):
                ran = self.directory / "ran"
                outcome = self.rmrun(option, "/no/such/file", "--", "touch", str(ran))
                self.assertEqual(outcome.code, 125, outcome.text)
                self.assertIn("/no/such/file", outcome.text)
                self.assertFalse(ran.exists())

    def test_what_the_command_leaves_unread_is_left_to_the_next(self) -> None:
        script = f'"{os.environ["RMRUN"]}" -- head -c 2 >/dev/null; cat'
        done = subprocess.run(["/bin/sh", "-c", script], stdin=open(self.file("in", "abcdef")), stdout=subprocess.PIPE, timeout=60)
        # head may read ahead, rmrun may not: a seekable file is left where head leaves it.
        self.assertEqual(done.stdout, b"cdef")

    def test_the_directory_can_be_changed(self) -> None:
        for option in ("--chdir", "-C"):
            outcome = self.rmrun(option, str(self.directory), "--", "/bin/pwd")
            self.assertEqual(outcome.out.decode(), f"{self.directory}\n")

    def test_a_relative_command_is_found_in_the_new_directory(self) -> None:
        self.file("script", "#!/bin/sh\necho found\n", 0o755)
        outcome = self.rmrun("--chdir", str(self.directory), "--", "./script")
        self.assertEqual((outcome.code, outcome.out), (0, b"found\n"), outcome.text)
