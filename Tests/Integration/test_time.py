"""Limits of time, and how a job is asked to stop."""

import signal

from harness import host
from harness.case import Case, workload


class TimeLimits(Case):
    def test_the_wall_time(self) -> None:
        outcome = self.rmrun("--timeout", "500ms", "--", "sleep", "600")
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
        self.assertEqual(outcome.ending_signal, signal.SIGTERM)
        self.assertGreaterEqual(outcome.bill["wallTime"], 0.5)

    def test_the_cpu_time_of_all_threads(self) -> None:
        for threads in ("1", "2"):
            outcome = self.rmrun("--cpu-time", "300ms", "--", workload("busy"), "-t", threads, "-w", "600")
            self.assertEqual((outcome.code, outcome.reason), (124, "cpuTime"), outcome.text)
            self.assertGreaterEqual(outcome.cpu, 0.28)

    def test_a_job_that_makes_no_progress_is_idle(self) -> None:
        outcome = self.rmrun("--idle-timeout", "1s", "--", "sleep", "600")
        self.assertEqual((outcome.code, outcome.reason), (124, "idle"), outcome.text)

    def test_a_busy_job_is_not_idle(self) -> None:
        outcome = self.rmrun("--idle-timeout", "1s", "--", workload("busy"), "-w", "2.5")
        self.assertEqual((outcome.code, outcome.reason), (0, None), outcome.text)

    def test_the_first_limit_is_the_reason(self) -> None:
        outcome = self.rmrun(
            "--timeout", "500ms", "--idle-timeout", "10m", "--cpu-time", "10m", "--budget", "1000", "--", "sleep", "600"
        )
        self.assertEqual(outcome.reason, "timeout")

    def test_a_job_that_ends_in_time_is_left_alone(self) -> None:
        outcome = self.rmrun("--timeout", "10m", "--cpu-time", "10m", "--idle-timeout", "10m", "--", "/bin/sh", "-c", "exit 3")
        self.assertEqual((outcome.code, outcome.reason, outcome.err), (3, None, b""))

    def test_max_lifts_the_limit_of_a_profile(self) -> None:
        profile = self.file("short.yaml", "description: short\ntimeout: 100ms\n")
        outcome = self.rmrun("--profile", profile, "--timeout", "max", "--", "sleep", "0.5")
        self.assertEqual((outcome.code, outcome.reason), (0, None), outcome.text)


class Stopping(Case):
    def test_a_job_has_its_grace_to_end(self) -> None:
        outcome = self.rmrun("--timeout", "1s", "--grace", "200s", "--", workload("signals"), "-d", "0.5", "-e", "TERM=5")
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
        self.assertIsNone(outcome.ending_signal)
        self.assertIn(b"TERM", outcome.out)

    def test_after_its_grace_it_is_killed(self) -> None:
        outcome = self.rmrun("--timeout", "500ms", "--grace", "300ms", "--", workload("signals"), "-i", "-w", "600")
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
        self.assertEqual(outcome.ending_signal, signal.SIGKILL)
        self.assertGreaterEqual(outcome.bill["wallTime"], 0.8)

    def test_the_grace_that_is_asked_for_is_the_one_that_is_given(self) -> None:
        # Error 12 of the first system: a grace was declared, tested as a value, and read by nothing.
        for grace in (0.3, 1.2):
            outcome = self.rmrun("--timeout", "200ms", "--grace", f"{grace}s", "--", workload("signals"), "-i", "-w", "600")
            stopping = outcome.bill["stopping"]
            given = stopping["killedAt"] - stopping["askedAt"]
            # Well below the grace of the default profile.
            self.assertTrue(grace <= given < 9, f"{given} s were given instead of {grace}")

    def test_the_request_is_sent_once(self) -> None:
        outcome = self.rmrun("--timeout", "500ms", "--grace", "1s", "--", workload("signals"), "-i", "-w", "600")
        self.assertEqual(outcome.out.count(b"TERM"), 1, outcome.out)

    def test_the_signal_can_be_chosen(self) -> None:
        outcome = self.rmrun("--timeout", "1s", "--stop-signal", "INT", "--", workload("signals"), "-e", "INT=3", "-w", "600")
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
        self.assertNotIn(b"TERM", outcome.out)

    def test_every_process_is_asked(self) -> None:
        script = 'for i in 1 2 3; do sh -c "trap \'echo asked; exit\' TERM; while :; do sleep 0.05; done" & done; wait; wait'
        outcome = self.rmrun("--timeout", "2s", "--", "/bin/sh", "-c", f"trap : TERM; {script}")
        self.assertEqual((outcome.code, outcome.out.count(b"asked")), (124, 3), outcome.text)

    def test_a_process_that_stopped_itself_is_asked_too(self) -> None:
        outcome = self.rmrun("--timeout", "500ms", "--grace", f"{host.patience}s", "--", workload("selfstop"))
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
        self.assertIsNone(outcome.ending_signal, "it was killed instead of asked")

    def test_a_process_that_the_job_froze_itself_is_asked_too(self) -> None:
        self.need_groups()
        outcome = self.rmrun("--timeout", "1s", "--grace", f"{host.patience}s", "--", workload("refreeze"))
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
        self.assertIsNone(outcome.ending_signal, "it was killed instead of asked")

    def test_a_frozen_child_of_the_job_is_killed_with_it(self) -> None:
        self.need_groups()
        outcome = self.rmrun("--timeout", "1s", "--grace", "0s", "--", workload("refreeze"))
        self.assertEqual((outcome.code, outcome.ending_signal), (124, signal.SIGKILL), outcome.text)
