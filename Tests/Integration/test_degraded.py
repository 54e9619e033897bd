"""Hosts that can't: without a writable cgroup v2 a job is found by its descent, and everything is marked."""

import contextlib
import os
import shutil
import signal

from harness import groups, host, processes
from harness.case import Case, workload


class WithoutGroups(Case):
    """In a mount namespace of its own, in which the cgroup v2 tree is read-only or not there."""

    views = {
        "read-only": 'mount -o remount,bind,ro "$0"',
        "not mounted": 'umount -l "$0"',
    }

    def setUp(self) -> None:
        super().setUp()
        self.need(host.is_root and host.can_unshare_mounts(), "mount namespaces (unshare --mount)")
        self.need(host.cgroup_mount, "a cgroup v2 mount to hide")

    @contextlib.contextmanager
    def view(self, name: str):
        """The words before rmrun's own, for such a host."""
        with self.subTest(view=name):
            yield ("unshare", "--mount", "/bin/sh", "-c", f'{self.views[name]} && exec "$@"', str(host.cgroup_mount))

    def test_says_so(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                outcome = self.rmrun("--memory", "100M", "--pids", "100", "--", "/bin/sh", "-c", "exit 3", prefix=prefix)
                self.assertEqual(outcome.code, 3, outcome.text)
                self.assertNotEqual(outcome.bill["enforcement"].get("cgroup"), "kernel")
                self.assertEqual(outcome.bill["enforcement"]["memory.max"], "polled")
                self.assertEqual(outcome.bill["metering"]["cpu"], "polled")
                self.assertTrue(outcome.bill["warnings"])

    def test_is_refused_where_the_kernel_is_required(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                for feature in ("kernel", "cgroup", "cpu"):
                    ran = self.directory / "ran"
                    outcome = self.rmrun("--require", feature, "--", "touch", str(ran), prefix=prefix)
                    self.assertEqual((outcome.code, ran.exists()), (122, False), outcome.text)
                    self.assertIn("cgroup" if feature == "kernel" else feature, outcome.text)

    def test_a_budget_is_held(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                for threads in ("1", "2"):
                    outcome = self.rmrun("--budget", "0.5", "--", workload("busy"), "-i", "-t", threads, "-w", "600", prefix=prefix)
                    self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
                    bound = float(outcome.bill["credits"]["overshootBound"])
                    self.assertLess(outcome.used, 0.5 + (30 if host.in_guest else 1) * bound)

    def test_time_limits_are_held(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                outcome = self.rmrun("--timeout", "500ms", "--", "sleep", "600", prefix=prefix)
                self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)

    def test_cpu_time_is_measured(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                outcome = self.rmrun("--", workload("busy"), "-t", "2", "-c", "0.5", prefix=prefix)
                own = sum(outcome.json.values())
                # clock ticks of a hundredth of a second
                self.assertGreater(outcome.cpu, own * 0.97 - 0.02)
                self.assertLess(outcome.cpu, own * 1.03 + 0.02 + (0.1 if host.in_guest else 0))

    def test_what_short_processes_used_is_measured(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                outcome = self.rmrun("--", workload("storm"), "-n", "100", prefix=prefix)
                self.assertGreater(outcome.cpu, sum(outcome.json.values()) * 0.9 - 0.02)

    def test_leftovers_are_ended(self) -> None:
        scripts = {
            "sleep 1234.401 & exit 4": "1234.401",
            "nohup env -i sleep 1234.402 >/dev/null 2>&1 & exit 4": "1234.402",
            "setsid sleep 1234.403 & exit 4": "1234.403",
            f"env -i {workload('daemonize')} -w 1234.404; exit 4": "1234.404",
        }
        for name in self.views:
            with self.view(name) as prefix:
                for script, word in scripts.items():
                    outcome = self.rmrun("--grace", "2s", "--", "/bin/sh", "-c", script, prefix=prefix)
                    self.assertEqual((outcome.code, outcome.reason), (4, None), outcome.text)
                    self.assertEqual(processes.with_argument(word), [])

    def test_memory_is_held(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                outcome = self.rmrun(
                    "--memory", "80M", "--", workload("hog"), "-m", "300", "-p", "3", "-r", "50", "-s", "60", prefix=prefix
                )
                self.assertEqual((outcome.code, outcome.reason), (121, "memory"), outcome.text)

    def test_the_number_of_processes_is_held(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                outcome = self.rmrun(
                    "--pids", "60", "--", workload("forkbomb"), "-n", "600", "-w", str(host.patience), prefix=prefix
                )
                self.assertEqual(outcome.reason, "processes", outcome.text)

    def test_a_fork_bomb_ends(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                outcome = self.rmrun(
                    "--pids", "max", "--timeout", "1s", "--grace", "300ms", "--", workload("forkbomb"), "-n", "400", "-w", "100",
                    prefix=prefix,
                )
                self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)

    def test_freezing_stops_all(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                outcome = self.rmrun(
                    "--budget", "2", "--warn-at", "40%", "--emergency-at", "50%", "--on-exhausted", "freeze", "--timeout", "8s", "--grace", "1s", "--",
                    workload("busy"), "-w", "600", prefix=prefix,
                )
                self.assertEqual((outcome.code, outcome.reason), (124, "timeout"), outcome.text)
                self.assertLess(outcome.cpu, 2)

    def test_a_killed_supervisor_leaves_no_process(self) -> None:
        for name in self.views:
            with self.view(name) as prefix:
                script = f"echo ready; {workload('daemonize')} -b -i; exec {workload('busy')} -i -w 600"
                running = self.start("--", "/bin/sh", "-c", script, prefix=prefix)
                running.line()
                running.process.kill()
                running.process.wait()
                processes.wait_until(lambda: not running.marked(), "the guardian ends the job")

    def test_the_parent_group_of_the_caller_stays_as_it_was(self) -> None:
        if host.own_group():
            before = groups.below(host.own_group())
            for name in self.views:
                with self.view(name) as prefix:
                    self.rmrun("--", "/bin/true", prefix=prefix)
            self.assertLessEqual({group for group in groups.below(host.own_group()) if "test" in group.name}, set(before))


class BesideOthers(Case):
    """In a group with a process that is not rmrun's: no controllers can be handed on, and nobody is moved."""

    def setUp(self) -> None:
        super().setUp()
        self.need_groups()
        self.group = groups.Group()
        self.group.__enter__()
        self.addCleanup(self.group.__exit__)
        sleep = shutil.which("sleep")
        assert sleep
        self.neighbour = os.posix_spawn(sleep, ["sleep", "600"], os.environ)
        self.addCleanup(os.waitpid, self.neighbour, 0)
        self.addCleanup(os.kill, self.neighbour, signal.SIGKILL)
        self.group.write("cgroup.procs", str(self.neighbour))

    def test_memory_is_held_by_readings(self) -> None:
        outcome = self.rmrun(
            "--memory", "80M", "--", workload("hog"), "-m", "300", "-r", "50", "-s", "60", preexec_fn=self.group.enter
        )
        self.assertEqual((outcome.code, outcome.reason), (121, "memory"), outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["memory.max"], "polled")
        self.assertEqual(outcome.bill["enforcement"]["cgroup"], "kernel")

    def test_bytes_on_devices_are_counted_by_the_processes(self) -> None:
        place = next((path for path in ("/mnt/disk", "/var/tmp", os.getcwd()) if self.is_on_a_device(path)), None)
        self.need(place, "a directory on a block device")
        file = f"{place}/stored-{os.getpid()}"
        outcome = self.rmrun("--", workload("store"), "-d", "-f", file, "16", preexec_fn=self.group.enter)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(outcome.bill["metering"]["storage"], "polled")
        self.assertGreaterEqual(outcome.usage["storageWritten"], 16 << 20)
        self.assertLess(outcome.usage["storageWritten"], 20 << 20)

    @staticmethod
    def is_on_a_device(path: str) -> bool:
        if not os.access(path, os.W_OK):
            return False
        device = os.stat(path).st_dev
        return os.path.exists(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")

    def test_the_kernel_can_be_required(self) -> None:
        outcome = self.rmrun("--require", "memory.max", "--memory", "80M", "--", "/bin/true", preexec_fn=self.group.enter)
        self.assertEqual(outcome.code, 122, outcome.text)

    def test_the_group_stays_as_it_was(self) -> None:
        before = self.group.read("cgroup.type"), self.group.read("cgroup.subtree_control")
        self.assertEqual(self.rmrun("--memory", "80M", "--pids", "50", "--", "/bin/true", preexec_fn=self.group.enter).code, 0)
        self.assertEqual((self.group.read("cgroup.type"), self.group.read("cgroup.subtree_control")), before)
        self.assertEqual(before[0], "domain\n")
        self.assertEqual(groups.below(self.group.path), [])
        self.assertIn(str(self.neighbour), self.group.read("cgroup.procs").split())


class Alone(Case):
    """In a group of its own: rmrun moves to a leaf while its job runs, and leaves nothing behind."""

    def test_the_group_stays_as_it_was(self) -> None:
        self.need_groups()
        with groups.Group(host.controllers() & {"memory", "pids", "cpu", "io"}) as group:
            before = group.read("cgroup.type"), group.read("cgroup.subtree_control")
            outcome = self.rmrun("--memory", "80M", "--pids", "50", "--", "/bin/sh", "-c", "exit 3", preexec_fn=group.enter)
            self.assertEqual(outcome.code, 3, outcome.text)
            self.assertEqual((group.read("cgroup.type"), group.read("cgroup.subtree_control")), before)
            self.assertEqual(groups.below(group.path), [])

    def test_the_kernel_holds_what_it_can(self) -> None:
        self.need_controllers("memory", "pids")
        with groups.Group({"memory", "pids"}) as group:
            outcome = self.rmrun(
                "--require", "memory.max,pids.max", "--memory", "80M", "--", workload("hog"), "-m", "300", "-s", "60",
                preexec_fn=group.enter,
            )
        self.assertEqual((outcome.code, outcome.reason), (121, "memory"), outcome.text)

    def test_two_runs_one_after_the_other(self) -> None:
        self.need_groups()
        with groups.Group(host.controllers() & {"memory", "pids"}) as group:
            for status in (3, 4):
                outcome = self.rmrun("--memory", "80M", "--", "/bin/sh", "-c", f"exit {status}", preexec_fn=group.enter)
                self.assertEqual(outcome.code, status, outcome.text)


class OtherUsers(Case):
    def test_a_user_who_may_make_no_groups_has_a_budget_too(self) -> None:
        self.need(host.is_root, "root, to become somebody else")
        self.directory.chmod(0o777)
        outcome = self.rmrun(
            "--budget", "0.3", "--", workload("busy"), "-i", "-w", "600", preexec_fn=lambda: (os.setgid(65534), os.setuid(65534))
        )
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        self.assertNotEqual(outcome.bill["enforcement"].get("cgroup"), "kernel")

    def test_a_group_that_was_handed_to_a_user_is_used(self) -> None:
        self.need(host.is_root, "root, to become somebody else")
        self.need_groups()
        self.directory.chmod(0o777)
        with groups.Group() as group:
            for name in (".", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"):
                os.chown(group.path / name, 65534, 65534)

            def become() -> None:
                group.enter()
                os.setgid(65534)
                os.setuid(65534)

            outcome = self.rmrun("--budget", "0.3", "--", workload("busy"), "-i", "-w", "600", preexec_fn=become)
            self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
            self.assertEqual(outcome.bill["enforcement"]["cgroup"], "kernel")
            self.assertEqual(groups.below(group.path), [])
