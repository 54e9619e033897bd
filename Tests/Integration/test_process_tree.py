"""Jobs that are known by descent alone, where no group can be had: who belongs to one, and who does not."""

import os
import resource
import signal
import subprocess

from harness import host, processes
from harness.case import RMRUN, Case, workload


class ProcessTree(Case):
    """In a mount namespace of its own in which there is no cgroup v2."""

    def setUp(self) -> None:
        super().setUp()
        self.prefix: tuple[str, ...] = ()
        if host.cgroup_mount:
            self.need(host.is_root and host.can_unshare_mounts(), "mount namespaces (unshare --mount)")
            script = 'umount -l "$0" && exec "$@"'
            self.prefix = ("unshare", "--mount", "/bin/sh", "-c", script, str(host.cgroup_mount))

    def tree(self, *words: str, **how: object):
        return self.rmrun(*words, prefix=self.prefix, **how)


class Belonging(ProcessTree):
    def shell(self, script: str) -> subprocess.CompletedProcess:
        """A shell that turns into rmrun, where there is no group; `$0` is rmrun."""
        command = [*self.prefix, "bash", "-c", script, RMRUN]
        return subprocess.run(command, capture_output=True, timeout=host.patience)

    def test_children_from_before_are_left_alone(self) -> None:
        done = self.shell('sleep 1234.501 >/dev/null 2>&1 & exec "$0" --timeout 500ms --grace 100ms -- sleep 600')
        left = processes.with_argument("1234.501")
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(done.returncode, 124, done.stderr)
        self.assertEqual(len(left), 1)

    def test_what_feeds_the_command_is_not_the_job(self) -> None:
        done = self.shell('exec "$0" -- cat <(echo one; sleep 0.3; echo two)')
        self.assertEqual((done.returncode, done.stdout), (0, b"one\ntwo\n"), done.stderr)

    def test_what_an_inner_rmrun_left_is_ended(self) -> None:
        script = '"$0" -- sleep 1234.502 & sleep 1; kill -KILL $!; sleep 0.2; exit 5'
        outcome = self.tree("--grace", "1s", "--", "bash", "-c", script, RMRUN)
        self.assertEqual(outcome.code, 5, outcome.text)
        self.assertEqual(processes.with_argument("1234.502"), [])

    def test_the_job_of_an_inner_rmrun_is_the_outer_ones(self) -> None:
        outcome = self.tree("--budget", "0.3", "--", RMRUN, "--", workload("busy"), "-i", "-w", "600")
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        self.assertGreater(outcome.cpu, 0.25)

    def test_a_process_whose_first_thread_has_ended_lives_on(self) -> None:
        self.need(subprocess.run(["cc", "--version"], capture_output=True).returncode == 0, "a C compiler")
        source = self.file(
            "leader.c",
            "#include <pthread.h>\n#include <time.h>\n"
            "static void *other(void *unused) { for (;;) clock(); return unused; }\n"
            "int main(void) { pthread_t thread; pthread_create(&thread, 0, other, 0); pthread_exit(0); }\n",
        )
        program = str(self.directory / "leader")
        subprocess.run(["cc", "-O1", "-pthread", source, "-o", program], check=True)
        outcome = self.tree("--budget", "0.3", "--grace", "200ms", "--", program)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        self.assertEqual(processes.with_argument(program), [])


class Measuring(ProcessTree):
    def test_cpu_time_of_children_that_were_waited_for_counts_once(self) -> None:
        script = f"for i in 1 2 3 4 5; do {workload('busy')} -c 0.1 >/dev/null; done; exec {workload('busy')} -c 0.1"
        outcome = self.tree("--", "/bin/sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertGreater(outcome.cpu, 0.58)
        self.assertLess(outcome.cpu, 0.6 + (0.5 if host.in_guest else 0.1))

    def test_a_budget_is_never_overdrawn_by_the_count_of_children(self) -> None:
        """A child's time moves to its parent when it is waited for: the bill neither jumps nor falls by it."""
        script = f"while :; do {workload('busy')} -c 0.05 >/dev/null; done"
        outcome = self.tree("--budget", "1", "--emergency-at", "100%", "--", "/bin/sh", "-c", script)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        bound = float(outcome.bill["credits"]["overshootBound"])
        # Each read of a parent's count of children is down to hundredths of a second.
        self.assertLess(outcome.used, 1 + 0.02 + (10 if host.in_guest else 1) * bound)
        self.assertGreater(outcome.used, 0.9)

    def test_the_cpu_of_an_orphan_counts(self) -> None:
        script = f"(env -i {workload('busy')} -c 0.3 >/dev/null &) ; sleep 0.01; exit 0"
        outcome = self.tree("--wait", "all", "--", "/bin/sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertGreater(outcome.cpu, 0.29)


class Ending(ProcessTree):
    def test_leftovers_that_end_at_once_are_not_waited_for(self) -> None:
        outcome = self.tree("--grace", "60s", "--", "/bin/sh", "-c", "sleep 1234.511 & setsid sleep 1234.512 & sleep 1.5")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertIsNone(outcome.bill["stopping"]["killedAt"])
        self.assertLess(outcome.bill["timing"]["run"], 60)

    def test_what_cleared_its_environment_ends_with_a_killed_supervisor(self) -> None:
        script = "echo ready; env -i sleep 1234.521 & setsid sleep 1234.522 & exec sleep 1234.523"
        running = self.start("--", "/bin/sh", "-c", script, prefix=self.prefix)
        running.line()
        processes.wait_until(lambda: all(processes.with_argument(f"1234.52{n}") for n in (1, 2, 3)), "all are there")
        running.process.kill()
        running.process.wait()
        for number in (1, 2, 3):
            processes.wait_until(lambda: not processes.with_argument(f"1234.52{number}"), "the guardian ends the job")

    def test_a_guardian_that_was_replaced_is_not_taken_for_the_job(self) -> None:
        timeout = "60s" if host.in_guest else "3s"
        script = "echo ready; exec sleep 600"
        running = self.start("--timeout", timeout, "--grace", "200ms", "--", "/bin/sh", "-c", script, prefix=self.prefix)
        running.line()
        first = running.guardian()
        os.kill(first, signal.SIGKILL)
        processes.wait_until(lambda: set(running.helpers()) - {first}, "another guardian takes over")
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)


class Backstop(ProcessTree):
    def test_no_process_may_use_more_than_the_job(self) -> None:
        outcome = self.tree("--cpu-time", "5s", "--grace", "2s", "--", "/bin/sh", "-c", "ulimit -Ht; ulimit -St")
        self.assertEqual(outcome.out.split(), [b"9", b"9"])

    def test_a_stricter_limit_of_the_callers_stays(self) -> None:
        outcome = self.tree(
            "--cpu-time", "50s", "--", "/bin/sh", "-c", "ulimit -Ht; ulimit -St",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (6, 7)),
        )
        self.assertEqual(outcome.out.split(), [b"7", b"6"])

    def test_holds_while_rmrun_is_stopped(self) -> None:
        running = self.start(
            "--cpu-time", "500ms", "--grace", "0s", "--", workload("busy"), "-i", "-w", "600", prefix=self.prefix
        )
        command = running.command()
        running.send(signal.SIGSTOP)
        try:
            processes.wait_until(lambda: not processes.is_alive(command), "the kernel ends the command")
        finally:
            running.send(signal.SIGCONT)
        outcome = self.finish(running)
        self.assertNotEqual(outcome.code, 0, outcome.text)
