"""Memory beyond the limit ends the job, and the reason names whose limit it was."""

import os
import signal
from pathlib import Path

from harness import groups, host, processes
from harness.case import Case, workload

MECHANISM = "kernel" if "memory" in host.controllers() else "polled"


class OwnLimit(Case):
    def assert_stopped(self, outcome) -> None:
        self.assertEqual((outcome.code, outcome.reason), (121, "memory"), outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["memory.max"], MECHANISM)
        self.assertIn("memory", outcome.text)

    def test_one_process_that_grows_fast(self) -> None:
        self.assert_stopped(self.rmrun("--memory", "80M", "--", workload("hog"), "-m", "1000", "-s", "60"))

    def test_one_process_that_grows_slowly(self) -> None:
        outcome = self.rmrun("--memory", "80M", "--", workload("hog"), "-m", "160", "-r", "40", "-s", "60")
        self.assert_stopped(outcome)
        if MECHANISM == "polled":
            # Readings that keep pace with the growth.
            self.assertLess(outcome.usage["memoryPeak"], 120 << 20)

    def test_many_processes(self) -> None:
        self.assert_stopped(self.rmrun("--memory", "80M", "--", workload("hog"), "-m", "400", "-p", "8", "-s", "60"))

    def test_all_of_the_job_ends_at_once(self) -> None:
        script = f"sleep 1234.301 & {workload('hog')} -m 1000 -s 60; sleep 600"
        self.assert_stopped(self.rmrun("--memory", "80M", "--grace", "200s", "--", "/bin/sh", "-c", script))
        self.assertEqual(processes.with_argument("1234.301"), [])

    def test_one_that_ignores_signals(self) -> None:
        self.assert_stopped(self.rmrun("--memory", "80M", "--", workload("hog"), "-m", "1000", "-s", "60", "-i"))

    def test_a_limit_that_is_kept_changes_nothing(self) -> None:
        outcome = self.rmrun("--memory", "200M", "--", workload("hog"), "-m", "80", "-s", "0.3")
        self.assertEqual((outcome.code, outcome.reason, outcome.out), (0, None, b"held\n"), outcome.text)
        self.assertGreater(outcome.usage["memoryPeak"], 80 << 20)

    def test_a_child_that_is_killed_alone_is_not_the_jobs_end(self) -> None:
        outcome = self.rmrun("--memory", "200M", "--", "/bin/sh", "-c", "sh -c 'kill -KILL $$'; exit 6")
        self.assertEqual((outcome.code, outcome.reason), (6, None))

    def test_137_of_the_commands_own_is_no_memory(self) -> None:
        outcome = self.rmrun("--memory", "200M", "--", "/bin/sh", "-c", "exit 137")
        self.assertEqual((outcome.code, outcome.reason), (137, None))

    def test_files_in_memory_belong_to_it(self) -> None:
        self.need_controllers("memory")
        outcome = self.rmrun("--memory", "40M", "--", workload("fill"), "/dev/shm", "200")
        self.assert_stopped(outcome)

    def test_the_peak_is_the_kernels(self) -> None:
        self.need_controllers("memory")
        outcome = self.rmrun("--", workload("fill"), "/dev/shm", "60")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(outcome.bill["metering"]["memory"], "kernel")
        self.assertGreater(outcome.usage["memoryPeak"], 60 << 20)


class High(Case):
    # 30 to 60 s of standing still.
    patience_factor = 4

    def test_a_job_that_stands_still_at_memory_high_is_stopped(self) -> None:
        self.need_controllers("memory")
        self.need(len(Path("/proc/swaps").read_text().splitlines()) == 1, "a host without swap")
        running = self.start("--memory-high", "20M", "--grace", "1s", "--", workload("hog"), "-m", "400", "-s", "600")
        outcome = running.wait(host.patience * 3)
        self.assertEqual((outcome.code, outcome.reason), (121, "memory"), outcome.text)
        self.assertGreaterEqual(outcome.bill["wallTime"], 30)


class OthersLimits(Case):
    def test_of_a_group_above(self) -> None:
        self.need_controllers("memory")
        with groups.Group({"memory"}) as group:
            group.write("memory.max", str(100 << 20))
            outcome = self.rmrun("--memory", "90M", "--", workload("hog"), "-m", "30", preexec_fn=group.enter)
            self.assertEqual(outcome.code, 0, outcome.text)
        with groups.Group({"memory"}) as outer:
            outer.write("memory.max", str(100 << 20))
            outer.write("cgroup.subtree_control", "+memory")
            with groups.Group(parent=outer.path) as group:
                outcome = self.rmrun("--", workload("hog"), "-m", "500", "-s", "60", preexec_fn=group.enter)
        self.assertEqual((outcome.code, outcome.reason), (121, "ancestorMemory"), outcome.text)

    def test_more_than_a_group_above_has_is_refused(self) -> None:
        self.need_controllers("memory")
        with groups.Group({"memory"}) as group:
            group.write("memory.max", str(100 << 20))
            outcome = self.rmrun("--memory", "1G", "--", "/bin/true", preexec_fn=group.enter)
            named = self.rmrun("--cgroup-parent", str(group.path), "--memory", "1G", "--", "/bin/true")
        for refused in (outcome, named):
            self.assertEqual(refused.code, 122, refused.text)
            self.assertIn("memory.max asks for 1 GiB, this host has 100 MiB", refused.text)

    def test_of_the_host(self) -> None:
        self.need_controllers("memory")
        self.need(host.in_guest, "a guest whose memory may be used up")
        swap = len(Path("/proc/swaps").read_text().splitlines()) > 1
        self.need(not swap, "a guest without swap")
        self.have_the_kernel_give_up_soon()
        mib = host.memory() * 2 >> 20
        outcome = self.rmrun("--oom-score-adj", "1000", "--", workload("hog"), "-m", str(mib), "-s", "60")
        self.assertEqual((outcome.code, outcome.reason), (-signal.SIGKILL, "hostMemory"), outcome.text)

    def have_the_kernel_give_up_soon(self) -> None:
        """A machine out of memory can read its programs back from the disk, page by page, for minutes before it kills one. With
        min_ttl_ms it does so once a working set does not stay that long (admin-guide/mm/multigen_lru.rst, "Thrashing prevention"), which
        says a second: an emulated processor does in ten what that means."""
        for name, value in (("enabled", "y"), ("min_ttl_ms", "10000")):
            file = Path("/sys/kernel/mm/lru_gen") / name
            if not file.exists():
                return
            self.addCleanup(file.write_text, file.read_text())
            file.write_text(value)


class Settings(Case):
    def test_the_killers_preference_is_set(self) -> None:
        outcome = self.rmrun("--oom-score-adj", "500", "--", workload("witness"))
        self.assertEqual(bytes.fromhex(outcome.json["oomScoreAdj"]).strip(), b"500")

    def test_limits_of_each_process_are_set(self) -> None:
        outcome = self.rmrun("--rlimit", "nofile=100:200", "--rlimit", "core=0", "--nice", "5", "--", workload("witness"))
        seen = outcome.json
        self.assertEqual((seen["limits"]["nofile"], seen["limits"]["core"], seen["nice"]), ([100, 200], [0, 0], 5))

    def test_a_priority_that_may_not_be_had_is_told(self) -> None:
        self.need(host.is_root, "root, to become somebody else")
        report = self.directory / "report.json"
        self.directory.chmod(0o777)
        words = ("--nice", "-5", "--report", str(report), "--", "/bin/sh", "-c", "exit 3")
        outcome = self.rmrun(*words, report=False, preexec_fn=lambda: os.setuid(65534))
        self.assertEqual(outcome.code, 125, outcome.text)
        self.assertIn("CAP_SYS_NICE", outcome.text)
