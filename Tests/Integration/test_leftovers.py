"""When the command's own process ends, what it left running is ended the same way, and metered."""

import signal

from harness import processes
from harness.case import Case, workload


class Leftovers(Case):
    def assert_ended(self, outcome, word: str) -> None:
        self.assertEqual((outcome.code, outcome.reason), (4, None), outcome.text)
        self.assertEqual(processes.with_argument(word), [])

    def test_a_process_in_the_background(self) -> None:
        self.assert_ended(self.rmrun("--", "/bin/sh", "-c", "sleep 1234.101 & exit 4"), "1234.101")

    def test_one_that_cleared_its_environment_and_ignores_hangups(self) -> None:
        script = "nohup env -i sleep 1234.102 >/dev/null 2>&1 & exit 4"
        self.assert_ended(self.rmrun("--", "/bin/sh", "-c", script), "1234.102")

    def test_a_whole_family_that_ignores_the_request(self) -> None:
        # Error 11 of the first system: its one runner killed the direct child only, without a group, with no SIGKILL after SIGTERM.
        script = "trap '' TERM; sleep 1234.107 & (setsid sh -c \"trap '' TERM; sleep 1234.107 & wait; sleep 1234.107\" &) ; wait; sleep 1234.107"
        outcome = self.rmrun("--timeout", "700ms", "--grace", "300ms", "--", "/bin/sh", "-c", script)
        self.assertEqual((outcome.code, outcome.reason, outcome.ending_signal), (124, "timeout", signal.SIGKILL), outcome.text)
        self.assertEqual(processes.with_argument("1234.107"), [])

    def test_one_in_a_session_of_its_own(self) -> None:
        self.assert_ended(self.rmrun("--", "/bin/sh", "-c", "setsid sleep 1234.103 & exit 4"), "1234.103")

    def test_a_daemon(self) -> None:
        script = f"env -i {workload('daemonize')} -w 1234.104; exit 4"
        self.assert_ended(self.rmrun("--", "/bin/sh", "-c", script), "1234.104")

    def test_a_daemon_that_ignores_the_request(self) -> None:
        script = f"env -i {workload('daemonize')} -i -w 1234.105; exit 4"
        outcome = self.rmrun("--grace", "300ms", "--", "/bin/sh", "-c", script)
        self.assert_ended(outcome, "1234.105")

    def test_is_metered(self) -> None:
        script = f"{workload('daemonize')} -b -i; exit 4"
        outcome = self.rmrun("--grace", "1s", "--", "/bin/sh", "-c", script)
        self.assertEqual(outcome.code, 4)
        self.assertGreater(outcome.cpu, 0.1)

    def test_may_be_waited_for(self) -> None:
        mark = self.directory / "done"
        outcome = self.rmrun("--wait", "all", "--", "/bin/sh", "-c", f"(sleep 1; touch {mark}) & exit 4")
        self.assertEqual((outcome.code, outcome.reason), (4, None), outcome.text)
        self.assertTrue(mark.exists())
        self.assertGreaterEqual(outcome.bill["wallTime"], 1)

    def test_that_is_waited_for_has_limits_too(self) -> None:
        script = f"{workload('daemonize')} -b -w 600; exit 4"
        outcome = self.rmrun("--wait", "all", "--budget", "0.5", "--", "/bin/sh", "-c", script)
        # The command's own end came first: the status is the command's.
        self.assertEqual(outcome.code, 4, outcome.text)

    def test_of_a_command_that_died_of_a_signal(self) -> None:
        outcome = self.rmrun("--", "/bin/sh", "-c", "sleep 1234.106 & kill -KILL $$")
        self.assertEqual((outcome.code, outcome.reason), (-signal.SIGKILL, "signal"))

    def test_that_forks_all_the_time(self) -> None:
        script = f"{workload('forkbomb')} -n 3000 -w 60 >/dev/null & sleep 0.3; exit 4"
        outcome = self.rmrun("--pids", "100", "--grace", "300ms", "--", "/bin/sh", "-c", script)
        # Where processes are counted by readings, the bomb may have been stopped before the command ended.
        self.assertIn(outcome.code, (4, -signal.SIGKILL), outcome.text)
