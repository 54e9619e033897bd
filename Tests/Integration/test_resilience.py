"""Things that go wrong beside a job: full disks, closed streams, no descriptors left, a group that somebody takes away."""

import json
import os
import resource
import signal
import subprocess
import threading
import time
from pathlib import Path

from harness import groups, host, processes
from harness.case import Case, workload
from harness.running import Running


class Output(Case):
    def test_a_full_disk_under_standard_error(self) -> None:
        with open("/dev/full", "wb") as full:
            outcome = self.rmrun("--summary", "--verbose", "--", "/bin/sh", "-c", "exit 3", stderr=full)
        self.assertEqual(outcome.code, 3)
        self.assertEqual(outcome.bill["exitStatus"], 3)

    def test_a_closed_standard_error(self) -> None:
        report = self.directory / "report.json"
        script = f'exec "$0" --summary --verbose --timeout 300ms --report {report} -- sleep 600 2>&-'
        done = subprocess.run(["/bin/sh", "-c", script, os.environ["RMRUN"]], timeout=host.patience)
        self.assertEqual(done.returncode, 124)
        self.assertEqual(json.loads(report.read_text())["terminationReason"], "timeout")

    def test_a_standard_error_that_nobody_reads(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        outcome = self.rmrun("--verbose", "--timeout", "300ms", "--", "sleep", "600", stderr=writer)
        os.close(writer)
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"))

    def test_a_standard_error_that_is_full(self) -> None:
        # A pipe whose reader sleeps must not keep rmrun from stopping its job.
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        while True:
            try:
                os.write(writer, b"x" * 4096)
            except BlockingIOError:
                break
        outcome = self.rmrun("--verbose", "--budget", "0.3", "--", workload("busy"), "-i", "-w", "600", stderr=writer)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"))
        os.close(writer)
        os.close(reader)

    def test_a_full_disk_under_the_report(self) -> None:
        outcome = self.rmrun("--report", "/dev/full", "--", "/bin/sh", "-c", "exit 3", report=False)
        self.assertIn("/dev/full", outcome.text)
        self.assertNotEqual(outcome.code, 0)

    def test_a_file_system_without_room_for_the_report(self) -> None:
        small = Path("/mnt/small")
        self.need(os.path.ismount(small), "a small file system at /mnt/small")
        filler, report = small / "filler", small / "report.json"
        try:
            with open(filler, "wb", buffering=0) as file:
                size = 1 << 20
                while size:
                    try:
                        file.write(b"x" * size)
                    except OSError:
                        size //= 2
            outcome = self.rmrun("--report", str(report), "--", "/bin/sh", "-c", "exit 3", report=False)
            self.assertIn("report.json", outcome.text)
            self.assertNotEqual(outcome.code, 0)
            self.assertFalse(report.exists(), "half a report")
            self.assertEqual({path.name for path in small.iterdir()} - {"lost+found"}, {"filler"})
        finally:
            filler.unlink()

    def test_a_file_size_limit(self) -> None:
        reader, writer = os.pipe()
        outcome = self.rmrun(
            "--report", str(self.directory / "r.json"), "--", "/bin/sh", "-c", "exit 3", report=False, stderr=writer,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16)),
        )
        os.close(writer)
        with os.fdopen(reader, "rb") as text:
            self.assertIn(b"r.json", text.read())
        self.assertGreater(outcome.code, 0, "rmrun died of SIGXFSZ")
        self.assertEqual(list(self.directory.iterdir()), [])


class Scarcity(Case):
    def test_no_descriptors_left(self) -> None:
        """However few there are: the command is run and accounted for, or rmrun says what it lacks."""
        results = set()
        for count in [*range(3, 24), 32, 48]:
            with self.subTest(descriptors=count):
                limits = (count, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
                outcome = self.rmrun(
                    "--", "/bin/sh", "-c", "exit 3", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limits)
                )
                if "loading shared libraries" in outcome.text:
                    continue  # A binary that is not static has not even begun.
                self.assertIn(outcome.code, (3, 122, 125), outcome.text)
                if outcome.code != 3:
                    self.assertTrue(outcome.text.startswith("rmrun: "), outcome.text)
                results.add(outcome.code)
        self.assertIn(3, results, "48 descriptors do not suffice")

    def lowered(self, *words: str, **how: object) -> Running:
        """A job whose supervisor can open nothing any more."""
        self.need_groups()
        running = self.start("--grace", "300ms", *words, report=False, **how)
        self.assertEqual(running.line(), "ready")
        resource.prlimit(running.pid, resource.RLIMIT_NOFILE, (3, 3))
        return running

    def test_a_supervisor_whose_descriptors_are_taken_away_holds_the_budget(self) -> None:
        script = f"trap '' TERM; echo ready; {workload('busy')} -i -w 600 & setsid {workload('busy')} -i -w 600"
        running = self.lowered("--budget", "0.5", "--", "/bin/sh", "-c", script)
        outcome = self.finish(running)
        self.assertEqual(outcome.code, 120, outcome.text)

    def test_it_asks_to_stop(self) -> None:
        script = "trap 'echo asked; exit 7' TERM; (trap 'echo the other; exit' TERM; echo ready; sleep 60 & wait) & wait"
        running = self.lowered("--timeout", "2s", "--grace", "20s", "--", "/bin/sh", "-c", script)
        outcome = self.finish(running)
        self.assertEqual(outcome.code, 124, outcome.text)
        self.assertEqual(sorted(outcome.out.decode().splitlines()), ["asked", "ready", "the other"])

    def test_it_freezes_and_kills(self) -> None:
        # SIGTSTP freezes, SIGCONT thaws.
        # A process group of its own: one that nobody could continue is not stopped.
        running = self.lowered("--", "/bin/sh", "-c", "echo ready; while :; do :; done", process_group=0)
        running.send(signal.SIGTSTP)
        processes.wait_until(running.is_stopped, "rmrun stops itself")
        used = processes.cpu_seconds(running.command())
        time.sleep(0.3)
        self.assertEqual(processes.cpu_seconds(running.command()), used)
        running.send(signal.SIGCONT)
        processes.wait_until(lambda: processes.cpu_seconds(running.command()) > used, "the job goes on")
        running.send(signal.SIGTERM)
        self.assertEqual(self.finish(running).code, -signal.SIGTERM)

    def test_without_a_group_it_ends_the_command(self) -> None:
        self.need(host.is_root and host.can_unshare_mounts(), "root, to hide the groups")
        hidden = ("unshare", "--mount", "/bin/sh", "-c", 'umount -l "$0" && exec "$@"', str(host.cgroup_mount))
        running = self.start("--timeout", "2s", "--grace", "0", "--", "/bin/sh", "-c", "echo ready; exec sleep 600", report=False, prefix=hidden)
        self.assertEqual(running.line(), "ready")
        resource.prlimit(running.pid, resource.RLIMIT_NOFILE, (3, 3))
        self.assertEqual(self.finish(running).code, 124)

    def test_a_guardian_whose_descriptors_are_taken_away_ends_the_job(self) -> None:
        script = f"echo ready; {workload('busy')} -i -w 600 & setsid {workload('busy')} -i -w 600"
        running = self.lowered("--budget", "1000", "--", "/bin/sh", "-c", script)
        resource.prlimit(running.guardian(), resource.RLIMIT_NOFILE, (0, 0))
        found = [group for group in groups.below(host.cgroup_mount) if group.name == "main" and running.command() in groups.members(group)]
        self.assertEqual(len(found), 1)
        running.send(signal.SIGKILL)
        processes.wait_until(lambda: not running.marked(), "the guardian ends the job")
        processes.wait_until(lambda: not found[0].parent.exists(), "its group is removed")

    def test_no_processes_left(self) -> None:
        self.need_controllers("pids")
        for count in (1, 2):
            with self.subTest(processes=count), groups.Group({"pids"}) as group:
                group.write("pids.max", str(count))
                outcome = self.rmrun("--", "/bin/sh", "-c", "exit 3", preexec_fn=group.enter)
                self.assertIn(outcome.code, (122, 125), outcome.text)
                self.assertTrue(outcome.text.startswith("rmrun: "), outcome.text)

    def test_a_long_command_line(self) -> None:
        words = ["x" * 1000] * 1000
        self.assertEqual(self.rmrun("--", "/bin/true", *words).code, 0)
        outcome = self.rmrun("--", "/bin/true", "y" * 100_000, env={b"BIG": b"z" * 130_000})
        self.assertEqual(outcome.code, 0, outcome.text)


class VanishingGroup(Case):
    def setUp(self) -> None:
        super().setUp()
        self.need_groups()

    def job_group(self, job: str) -> Path:
        found = [group for group in groups.of_job(job) if (group / "main").is_dir()]
        self.assertEqual(len(found), 1)
        return found[0]

    def test_killed_from_outside(self) -> None:
        running = self.start("--budget", "100", "--", "/bin/sh", "-c", "echo $RMRUN_JOB; sleep 600")
        group = self.job_group(running.line())
        (group / "cgroup.kill").write_text("1")
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (-signal.SIGKILL, "signal"), outcome.text)

    def test_killed_and_removed_from_outside(self) -> None:
        for attempt in range(10):
            running = self.start("--budget", "100", "--", "/bin/sh", "-c", "echo $RMRUN_JOB; sleep 600")
            group = self.job_group(running.line())
            running.send(signal.SIGSTOP)
            (group / "cgroup.kill").write_text("1")

            def is_gone() -> bool:
                for each in [*groups.below(group), group]:
                    try:
                        each.rmdir()
                    except OSError:
                        return False
                return True

            processes.wait_until(is_gone, "remove the job's group")
            running.send(signal.SIGCONT)
            outcome = self.finish(running)
            self.assertEqual((outcome.code, outcome.reason), (-signal.SIGKILL, "signal"), outcome.text)

    def test_its_processes_moved_away(self) -> None:
        running = self.start("--grace", "500ms", "--", "/bin/sh", "-c", "echo $RMRUN_JOB; sleep 2; exit 3")
        group = self.job_group(running.line())
        with groups.Group() as elsewhere:
            for pid in groups.members(group):
                elsewhere.write("cgroup.procs", str(pid))
            outcome = running.wait()
        self.assertEqual(outcome.code, 3, outcome.text)

    def test_frozen_from_outside(self) -> None:
        running = self.start("--timeout", "1s", "--", "/bin/sh", "-c", "echo $RMRUN_JOB; exec sleep 600")
        group = self.job_group(running.line())
        (group / "cgroup.freeze").write_text("1")
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)


class ManyAtOnce(Case):
    def test_runs_beside_each_other_do_not_disturb_each_other(self) -> None:
        wrong: list[str] = []

        def run() -> None:
            for status in range(5):
                running = self.start("--", "/bin/sh", "-c", f"exit {status}")
                outcome = running.wait()
                if outcome.code != status:
                    wrong.append(f"{outcome.code} instead of {status}: {outcome.text}")

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        for running in self._started:
            self.assertEqual(running.marked(), [])
