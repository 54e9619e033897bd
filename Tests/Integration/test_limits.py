"""Limits as the kernel has them: what is written into the job's group, and that it holds."""

import os
import subprocess
from pathlib import Path

from harness import groups, host
from harness.case import Case, workload

READ = 'cd "{mount}$(grep ^0:: /proc/self/cgroup | cut -c4-)/.." && grep -H . {files}'


class Written(Case):
    def files(self, options: list[str], *names: str) -> dict[str, str]:
        script = READ.format(mount=host.cgroup_mount, files=" ".join(names))
        outcome = self.rmrun(*options, "--", "/bin/sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome.text)
        found: dict[str, str] = {}
        for line in outcome.out.decode().splitlines():
            name, _, text = line.partition(":")
            found[name] = (found.get(name, "") + "\n" + text).strip()
        return found

    def test_each_setting_is_in_its_control_file(self) -> None:
        self.need_controllers("cpu", "memory", "pids", "cpuset")
        options = [
            "--cpus", "0.5", "--cpu-weight", "250", "--memory", "200M", "--memory-high", "150M", "--pids", "77",
            "--cpuset-cpus", "0", "--swap", "10M",
        ]
        names = ["cpu.max", "cpu.weight", "memory.max", "memory.high", "memory.oom.group", "pids.max", "cpuset.cpus"]
        found = self.files(options, *names)
        quota, period = map(int, found["cpu.max"].split())
        self.assertEqual(quota * 2, period)
        self.assertEqual(found["cpu.weight"], "250")
        self.assertEqual(found["memory.max"], str(200 << 20))
        self.assertEqual(found["memory.high"], str(150 << 20))
        self.assertEqual(found["memory.oom.group"], "1")
        self.assertEqual(found["pids.max"], "77")
        self.assertEqual(found["cpuset.cpus"], "0")

    def test_without_any_there_is_a_bound_against_fork_bombs(self) -> None:
        self.need_controllers("pids")
        self.assertEqual(self.files([], "pids.max")["pids.max"], "4096")

    def test_device_rates_go_to_the_device_of_a_path(self) -> None:
        self.need_controllers("io")
        self.need(os.path.ismount("/mnt/disk"), "a disk at /mnt/disk")
        options = ["--io-write-bps", "/mnt/disk=4M", "--io-read-iops", "/mnt/disk=100"]
        found = self.files(options, "io.max")["io.max"]
        device = os.stat("/mnt/disk").st_dev
        self.assertRegex(found, rf"^{os.major(device)}:{os.minor(device)} ")
        self.assertIn(f"wbps={4 << 20}", found)
        self.assertIn("riops=100", found)

    def test_the_report_says_who_holds_them(self) -> None:
        self.need_controllers("cpu", "memory", "pids")
        bill = self.rmrun("--cpus", "1", "--memory", "200M", "--pids", "77", "--", "/bin/true").bill
        for feature in ("cpu.max", "memory.max", "pids.max"):
            self.assertEqual(bill["enforcement"][feature], "kernel")

    def test_a_job_can_not_loosen_its_limits_from_its_own_group(self) -> None:
        self.need_controllers("memory")
        script = f'echo max > "{host.cgroup_mount}$(grep ^0:: /proc/self/cgroup | cut -c4-)/memory.max"; exec {workload("hog")} -m 500 -s 60'
        outcome = self.rmrun("--memory", "80M", "--", "/bin/sh", "-c", script)
        self.assertEqual((outcome.code, outcome.reason), (121, "memory"), outcome.text)


class Held(Case):
    def test_the_bandwidth_of_the_cpu(self) -> None:
        self.need_controllers("cpu")
        outcome = self.rmrun("--cpus", "0.2", "--", workload("busy"), "-t", "2", "-w", "3")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertLess(outcome.cpu, outcome.bill["wallTime"] * 0.2 * 1.25 + 0.2)

    def test_the_set_of_cpus(self) -> None:
        self.need_controllers("cpuset")
        self.assertEqual(self.rmrun("--cpuset-cpus", "0", "--", "nproc").out, b"1\n")

    def test_the_number_of_processes(self) -> None:
        outcome = self.rmrun(
            "--pids", "50", "--timeout", "2s", "--grace", "200ms", "--", workload("forkbomb"), "-n", "3000", "-w", "60"
        )
        if "pids" in host.controllers():
            self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
            self.assertLessEqual(outcome.usage["processesPeak"], 50)
        else:
            self.assertEqual(outcome.reason, "processes", outcome.text)
        self.assertGreater(outcome.usage["processesPeak"], 10)

    def test_a_fork_bomb_can_not_outspend_its_budget(self) -> None:
        outcome = self.rmrun("--pids", "2000", "--budget", "1", "--", workload("forkbomb"), "-n", "1500", "-w", "100")
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        # Signalling and ending a process costs the job some of its CPU time, each.
        each = 0.005 if host.in_guest else 0.001
        bound = float(outcome.bill["credits"]["overshootBound"]) + each * outcome.usage["processesPeak"]
        self.assertLess(outcome.used, 1 + bound)

    def test_an_unbounded_fork_bomb_is_stopped_by_the_default(self) -> None:
        self.need_controllers("pids")
        outcome = self.rmrun("--timeout", "5s", "--grace", "1s", "--", workload("forkbomb"), "-w", "200")
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
        self.assertLessEqual(outcome.usage["processesPeak"], 4096)


class Storage(Case):
    def setUp(self) -> None:
        super().setUp()
        self.need_controllers("io")
        self.need(os.path.ismount("/mnt/disk"), "a disk at /mnt/disk")
        device = os.stat("/mnt/disk").st_dev
        self.counters = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat")
        os.sync()

    def device_bytes(self) -> tuple[int, int]:
        """Read and written, as the device counted them."""
        fields = list(map(int, self.counters.read_text().split()))
        return fields[2] * 512, fields[6] * 512

    def measured(self, *options: str):
        """The use of a job that writes 32 MiB, and what the device counted meanwhile."""
        before = self.device_bytes()
        outcome = self.rmrun("--", workload("store"), *options, "/mnt/disk/stored", "32")
        os.sync()
        after = self.device_bytes()
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(outcome.bill["metering"]["storage"], "kernel")
        return outcome.usage, after[0] - before[0], after[1] - before[1]

    def assert_near(self, reported: int, counted: int) -> None:
        self.assertGreaterEqual(reported, counted * 0.99)
        self.assertLessEqual(reported, counted * 1.01)

    def test_direct_writes_are_what_the_device_counted(self) -> None:
        usage, _, written = self.measured("-d", "-f")
        self.assertGreaterEqual(usage["storageWritten"], 32 << 20)
        self.assert_near(usage["storageWritten"], written)
        self.assertGreaterEqual(usage["storageWriteOperations"], 32)

    def test_direct_reads_are_what_the_device_counted(self) -> None:
        usage, read, _ = self.measured("-d", "-r")
        self.assertGreaterEqual(usage["storageRead"], 32 << 20)
        self.assert_near(usage["storageRead"], read)

    def test_buffered_writes_that_are_synced_are_what_the_device_counted(self) -> None:
        usage, _, written = self.measured("-f")
        self.assertGreaterEqual(usage["storageWritten"], 32 << 20)
        self.assert_near(usage["storageWritten"], written)

    def test_rates_hold(self) -> None:
        outcome = self.rmrun("--io-write-bps", "/mnt/disk=8M", "--", workload("store"), "-d", "/mnt/disk/stored", "32")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["io.max"], "kernel")
        # 32 MiB at 8 MiB a second, and the kernel may let the first slice pass.
        self.assertGreater(outcome.bill["wallTime"], 3)

    def test_operations_hold(self) -> None:
        outcome = self.rmrun("--io-write-iops", "/mnt/disk=20", "--", workload("store"), "-d", "-b", "64", "/mnt/disk/stored", "4")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertGreater(outcome.bill["wallTime"], 2)

    def test_they_cost_credits(self) -> None:
        outcome = self.rmrun("--", workload("store"), "-d", "/mnt/disk/stored", "64")
        self.assertGreater(outcome.used, outcome.cpu)


class Unheld(Case):
    def test_is_told_once_on_standard_error(self) -> None:
        """Where somebody else lives in the own group, it hands no controller on."""
        self.need_groups()
        with groups.Group() as group:
            other = subprocess.Popen(["sleep", "600"], preexec_fn=group.enter)
            try:
                for options, times in (([], 1), (["--summary"], 1), (["--verbose"], 1), (["--quiet"], 0)):
                    with self.subTest(options=options):
                        outcome = self.rmrun(
                            *options, "--cpus", "0.5", "--", "/bin/sh", "-c", "exit 3", preexec_fn=group.enter
                        )
                        self.assertEqual(outcome.code, 3, outcome.text)
                        self.assertEqual(outcome.text.count("warning: cpu.max can't be held here: "), times, outcome.text)
                        self.assertEqual(outcome.bill["enforcement"]["cpu.max"], "unavailable")
            finally:
                other.kill()
                other.wait()
