"""On a terminal: keys that send signals, job control, pagers, the window's size, the live line."""

import os
import random
import shlex
import shutil
import signal
import time

from harness import host, processes
from harness.case import Case, workload
from harness.terminal import Terminal

RMRUN = os.environ["RMRUN"]


def command(*words: str) -> str:
    return shlex.join([RMRUN, *words])


def await_idle(pid: int) -> None:
    """Waits until a process stands still for a moment: then rmrun is through with the launch, during which a key may be passed on to a
    command that it has reached already (better twice than never)."""

    def stands_still() -> bool:
        for _ in range(5):
            if processes.state(pid) != "S":
                return False
            time.sleep(0.02)
        return True

    processes.wait_until(stands_still, "rmrun waits for its job")


class Keys(Case):
    def test_the_interrupt_key_reaches_the_command_once(self) -> None:
        with Terminal(RMRUN, "--", workload("signals"), "-i", "-e", "USR1=4", "-w", "600") as terminal:
            terminal.expect("ready")
            await_idle(terminal.pid)
            for key, name in ((b"\x03", "INT"), (b"\x1c", "QUIT"), (b"\x03", "INT")):
                terminal.type(key)
                terminal.expect(name + " 0")
            terminal.watch(0.5)
            self.assertEqual(terminal.seen.count(b"INT"), 2)
            self.assertEqual(terminal.seen.count(b"QUIT"), 1)
            os.kill(terminal.pid, signal.SIGUSR1)
            self.assertEqual(terminal.wait(), 4)

    def test_rmrun_dies_of_the_interrupt_that_its_command_died_of(self) -> None:
        with Terminal(RMRUN, "--", "/bin/sh", "-c", "echo ready; exec sleep 600") as terminal:
            terminal.expect("ready")
            terminal.type(b"\x03")
            self.assertEqual(terminal.wait(), -signal.SIGINT)

    def test_no_interrupt_is_lost_at_the_start(self) -> None:
        for _ in range(30):
            with Terminal(RMRUN, "--", "sleep", "600") as terminal:
                processes.wait_until(lambda: processes.arguments(terminal.pid)[:1] == [RMRUN.encode()], "rmrun starts")
                time.sleep(random.uniform(0, 0.5 if host.in_guest else 0.02))
                terminal.type(b"\x03")
                self.assertEqual(terminal.wait(host.patience / 6), -signal.SIGINT)

    def test_a_shell_loop_notices_the_interrupt(self) -> None:
        loop = f"for i in 1 2 3; do echo round $i; {command('--', 'sleep', '600')}; done; echo after"
        with Terminal("/bin/bash", "-c", loop) as terminal:
            terminal.expect("round 1")
            processes.wait_until(lambda: any(processes.children(pid) for pid in processes.children(terminal.pid)), "it runs")
            terminal.watch(0.3)
            terminal.type(b"\x03")
            self.assertEqual(terminal.wait(), -signal.SIGINT)
            self.assertNotIn(b"round 2", terminal.seen)
            self.assertNotIn(b"after", terminal.seen)

    def test_a_terminal_that_goes_away_ends_the_job(self) -> None:
        with Terminal(RMRUN, "--", "/bin/sh", "-c", "echo ready; exec sleep 1234.501") as terminal:
            terminal.expect("ready")
        processes.wait_until(lambda: not processes.with_argument("1234.501"), "the job ends")


class Window(Case):
    def test_its_size_is_seen(self) -> None:
        with Terminal(RMRUN, "--", "/bin/sh", "-c", f"read go; exec {workload('witness')}") as terminal:
            terminal.resize(132, 43)
            terminal.type("go\n")
            terminal.expect('"columns": 132, "rows": 43')

    def test_a_change_is_told_once(self) -> None:
        with Terminal(RMRUN, "--", workload("signals"), "-e", "USR1=4", "-w", "600") as terminal:
            terminal.expect("ready")
            terminal.resize(100, 30)
            terminal.expect("WINCH 0")
            terminal.expect("window 100x30")
            terminal.watch(0.5)
            self.assertEqual(terminal.seen.count(b"WINCH"), 1)


class JobControl(Case):
    def shell(self) -> Terminal:
        terminal = Terminal("/bin/bash", "--norc", "--noprofile", "-i")
        terminal.expect("prompt> ")
        return terminal

    def test_the_suspend_key_suspends_job_and_rmrun_and_fg_resumes(self) -> None:
        with self.shell() as terminal:
            terminal.type(command("--", "/bin/sh", "-c", "echo be''gun; read word; echo got $word; exit 5") + "; echo status=$?\n")
            terminal.expect("begun")
            for _ in range(2):
                group = terminal.foreground()
                terminal.type(b"\x1a")
                terminal.expect("Stopped")
                processes.wait_until(lambda: processes.state(group) == "T", "rmrun stops")
                terminal.type("fg\n")
                processes.wait_until(lambda: terminal.foreground() == group, "rmrun is in the foreground again")
                processes.wait_until(lambda: processes.state(group) != "T", "rmrun goes on")
            terminal.type("hello\n")
            terminal.expect("got hello")
            terminal.type("echo still here\n")
            terminal.expect("here\r\n")

    def test_a_busy_job_stands_still_while_it_is_suspended(self) -> None:
        with self.shell() as terminal:
            terminal.type(command("--budget", "1000", "--", workload("busy"), "-i", "-w", "1234.502") + "\n")
            busy = self.wait_for("1234.502")
            terminal.type(b"\x1a")
            terminal.expect("Stopped")
            before = processes.cpu_seconds(busy)
            terminal.watch(0.5)
            self.assertLessEqual(processes.cpu_seconds(busy) - before, 0.02)
            terminal.type("fg\n")
            processes.wait_until(lambda: processes.cpu_seconds(busy) > before + 0.1, "the job goes on")
            terminal.type(b"\x1c")
            terminal.expect("prompt> ")

    def test_an_interrupt_at_the_prompt_afterwards(self) -> None:
        with self.shell() as terminal:
            terminal.type(command("--", "sleep", "1234.504") + "; echo status=$?\n")
            terminal.expect("echo status")
            self.wait_for("1234.504")
            terminal.type(b"\x03")
            terminal.expect("prompt> ")
            terminal.type("echo status=$?\n")
            terminal.expect("status=130")

    def test_a_job_in_the_background_that_reads_is_stopped(self) -> None:
        with self.shell() as terminal:
            terminal.type(command("--", "/bin/sh", "-c", "read word; echo got $word") + " &\n")
            terminal.expect("prompt> ")
            # bash tells of it at its next prompt.
            processes.wait_until(lambda: self.stopped_below(terminal.pid), "rmrun stops")
            terminal.type("\n")
            terminal.expect("Stopped")
            terminal.type("fg\n")
            terminal.expect("read word")
            processes.wait_until(lambda: terminal.foreground() != terminal.pid, "rmrun is in the foreground")
            terminal.type("hello\n")
            terminal.expect("got hello")

    @staticmethod
    def wait_for(word: str) -> int:
        """The command itself with this word, not the rmrun that has it too."""
        found: list[int] = []

        def is_there() -> bool:
            found[:] = [pid for pid in processes.with_argument(word) if b"--" not in processes.arguments(pid)]
            return bool(found)

        processes.wait_until(is_there, "the command runs")
        return found[0]

    @staticmethod
    def stopped_below(shell: int) -> bool:
        return any(processes.state(pid) == "T" for pid in processes.children(shell))

    def test_a_shell_inside_has_job_control_of_its_own(self) -> None:
        with self.shell() as terminal:
            terminal.type(command("--", "env", "PS1=inner> ", "/bin/bash", "--norc", "--noprofile", "-i") + "\n")
            terminal.expect("inner> ")
            terminal.type("sleep 1234.503\n")
            processes.wait_until(lambda: processes.with_argument("1234.503"), "the inner command runs")
            terminal.type(b"\x1a")
            terminal.expect("Stopped")
            terminal.expect("inner> ")
            terminal.type("fg\n")
            terminal.expect("sleep 1234.503")
            terminal.type(b"\x03")
            terminal.expect("inner> ")
            terminal.type("exit 6\n")
            terminal.expect("prompt> ")
            terminal.type("echo status=$?\n")
            terminal.expect("status=6")


class Pipelines(Case):
    # more(1) ends with the input, less(1) waits for its key; both read their keys from the terminal.
    pagers = ("more", "less")

    def test_a_pager_behind_a_job(self) -> None:
        for pager in self.pagers:
            self.need(shutil.which(pager), pager)
            with self.subTest(pager=pager), JobControl.shell(self) as terminal:
                terminal.type(command("--", "seq", "1", "100000") + f" | {pager}; echo pager=$?\n")
                terminal.expect("\n20\r")
                terminal.type("q")
                terminal.expect("pager=0")

    def test_a_pager_as_the_job(self) -> None:
        for pager in self.pagers:
            self.need(shutil.which(pager), pager)
            with self.subTest(pager=pager), JobControl.shell(self) as terminal:
                terminal.type("seq 1 100000 | " + command("--", pager) + "; echo pager=$?\n")
                terminal.expect("\n20\r")
                terminal.type(" ")
                terminal.expect("\n40\r")
                terminal.type("q")
                terminal.expect("pager=0")

    def test_a_reader_of_the_terminal_behind_a_job(self) -> None:
        with JobControl.shell(self) as terminal:
            terminal.type(command("--", "echo", "x") + " | (echo be''gun; read x </dev/tty; echo got $x)\n")
            terminal.expect("begun")
            terminal.watch(0.3)
            terminal.type("hello\n")
            terminal.expect("got hello")


class LiveLine(Case):
    def test_is_drawn_on_a_terminal_and_cleared(self) -> None:
        with Terminal(RMRUN, "--progress", "--budget", "1000", "--", workload("busy"), "-w", "2.5") as terminal:
            terminal.expect("credits")
            terminal.expect("\r")
            self.assertEqual(terminal.wait(), 0)
            self.assertIn(b"\x1b[K", terminal.seen)

    def test_is_not_drawn_into_a_file(self) -> None:
        outcome = self.rmrun("--progress", "--budget", "1000", "--", workload("busy"), "-w", "1")
        self.assertEqual(outcome.err, b"")
