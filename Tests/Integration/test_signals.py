"""Signals that reach rmrun, its suspension, and what others do to the command."""

import os
import signal
import time

from harness import processes
from harness.case import Case, workload


class Forwarding(Case):
    def test_a_signal_to_rmrun_alone_reaches_the_command_once(self) -> None:
        running = self.start("--", workload("signals"), "-i", "-e", "TERM=9", "-w", "600")
        self.assertEqual(running.line(), "ready")
        for name in ("INT", "HUP", "QUIT", "USR1", "USR2", "WINCH", "TERM"):
            running.send(signal.Signals["SIG" + name])
            line = running.line()
            while line.startswith("window"):
                line = running.line()
            self.assertEqual(line, f"{name} {running.pid}")
        outcome = self.finish(running)
        # The command chose to end with a status: nobody's stop came first.
        self.assertEqual((outcome.code, outcome.reason), (9, None), outcome.text)
        self.assertEqual(outcome.out.count(b"TERM"), 1)

    def test_rmrun_dies_of_the_signal_that_it_passed_on(self) -> None:
        for name in ("TERM", "INT", "HUP", "QUIT", "USR1"):
            with self.subTest(signal=name):
                running = self.start("--", "/bin/sh", "-c", "echo ready; exec sleep 600", cwd=self.directory)
                running.line()
                running.send(signal.Signals["SIG" + name])
                outcome = self.finish(running)
                self.assertEqual((outcome.code, outcome.reason), (-signal.Signals["SIG" + name], "signal"), outcome.text)

    def test_a_job_that_ends_on_a_signal_leaves_nothing(self) -> None:
        script = f"{workload('daemonize')} -i; sleep 600"
        running = self.start("--grace", "300ms", "--", "/bin/sh", "-c", f"echo ready; exec sh -c '{script}'")
        running.line()
        running.line()
        running.send(signal.SIGTERM)
        self.assertEqual(self.finish(running).code, -signal.SIGTERM)

    def test_a_signal_that_was_ignored_at_the_start_is_not_taken(self) -> None:
        running = self.start("--", "/bin/sh", "-c", "echo ready; sleep 1; exit 6", prefix=("nohup",))
        self.assertEqual(running.line(), "ready")
        for _ in range(3):
            running.send(signal.SIGHUP)
        outcome = self.finish(running)
        self.assertEqual(outcome.code, 6, outcome.text)

    def test_a_hail_of_signals_is_survived(self) -> None:
        running = self.start("--", workload("signals"), "-i", "-e", "TERM=9", "-w", "600")
        running.line()
        for _ in range(300):
            running.send(signal.SIGUSR1)
            running.send(signal.SIGWINCH)
        running.send(signal.SIGTERM)
        self.assertEqual(self.finish(running).code, 9)


class OthersSignals(Case):
    def test_a_kill_by_somebody_else_is_told_as_a_signal(self) -> None:
        running = self.start("--budget", "100", "--", "/bin/sh", "-c", "echo ready; exec sleep 600")
        running.line()
        os.kill(running.command(), signal.SIGKILL)
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (-signal.SIGKILL, "signal"), outcome.text)

    def test_a_stop_by_somebody_else_is_no_end(self) -> None:
        running = self.start("--", "/bin/sh", "-c", "echo ready; sleep 0.5; exit 3")
        running.line()
        command = running.command()
        os.kill(command, signal.SIGSTOP)
        processes.wait_until(lambda: processes.state(command) == "T", "the command stops")
        os.kill(command, signal.SIGCONT)
        self.assertEqual(self.finish(running).code, 3)


class Suspension(Case):
    def start_stoppable(self, script: str):
        """In a process group of its own, below ours: the kernel stops no group that no shell could continue."""
        return self.start("--", "/bin/sh", "-c", script, process_group=0)

    def test_rmrun_freezes_its_job_and_stops_itself(self) -> None:
        mark = self.directory / "ticks"
        script = f"echo ready; while :; do echo tick >>{mark}; sleep 0.05; done"
        running = self.start_stoppable(script)
        running.line()
        processes.wait_until(mark.exists, "the job ticks")
        running.send(signal.SIGTSTP)
        processes.wait_until(running.is_stopped, "rmrun stops")
        size = mark.stat().st_size
        time.sleep(0.5)
        self.assertEqual(mark.stat().st_size, size, "the job goes on while rmrun is suspended")
        running.send(signal.SIGCONT)
        processes.wait_until(lambda: mark.stat().st_size > size, "the job goes on again")
        running.send(signal.SIGTERM)
        self.assertEqual(self.finish(running).code, -signal.SIGTERM)

    def test_it_can_be_suspended_again_and_again(self) -> None:
        running = self.start_stoppable("echo ready; sleep 1; exit 3")
        running.line()
        for _ in range(3):
            running.send(signal.SIGTSTP)
            processes.wait_until(running.is_stopped, "rmrun stops")
            running.send(signal.SIGCONT)
            processes.wait_until(lambda: not running.is_stopped(), "rmrun goes on")
        self.assertEqual(self.finish(running).code, 3)

    def test_a_supervisor_that_was_stopped_stops_the_job_late_and_says_so(self) -> None:
        running = self.start("--budget", "1", "--", "/bin/sh", "-c", f"echo ready; exec {workload('busy')} -i -w 600")
        running.line()
        running.send(signal.SIGSTOP)
        command = running.command()
        processes.wait_until(lambda: processes.cpu_seconds(command) > 2, "the job spends more than its budget")
        running.send(signal.SIGCONT)
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        self.assertGreater(outcome.used, 1.5)
        self.assertGreater(float(outcome.bill["credits"]["overdraft"]), 0.5)
        self.assertTrue(outcome.bill["warnings"], "a late reading is not told")

    def test_a_supervisor_that_was_stopped_when_its_command_ended(self) -> None:
        running = self.start("--", "/bin/sh", "-c", "echo ready; sleep 0.3; exit 3")
        running.line()
        running.send(signal.SIGSTOP)
        command = running.command()
        processes.wait_until(lambda: not processes.is_alive(command), "the command ends")
        running.send(signal.SIGCONT)
        self.assertEqual(self.finish(running).code, 3)
