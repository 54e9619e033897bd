"""What this host can't hold is refused before anything is run; a dry run runs nothing at all."""

import os

from harness import groups, host
from harness.case import Case, workload


class Availability(Case):
    def assert_refused(self, *words: str, named: str) -> None:
        ran = self.directory / "ran"
        outcome = self.rmrun(*words, "--", "touch", str(ran))
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertFalse(ran.exists(), "the command was run")
        self.assertIn(named, outcome.text)
        if outcome.report:
            self.assertEqual(outcome.report["exitStatus"], 122)

    def test_more_memory_than_there_is(self) -> None:
        self.assert_refused("--memory", "8T", named="memory.max")

    def test_more_cpus_than_there_are(self) -> None:
        self.assert_refused("--cpus", str(host.cpus + 1), named="cpu.max")

    def test_a_cpu_that_is_not_there(self) -> None:
        self.assert_refused("--cpuset-cpus", "0-4000", named="cpuset.cpus")

    def test_what_there_is_is_taken_with_best_effort(self) -> None:
        outcome = self.rmrun("--best-effort", "--memory", "8T", "--cpus", "4096", "--", "/bin/sh", "-c", "exit 3")
        self.assertEqual(outcome.code, 3, outcome.text)
        self.assertTrue(any("memory.max" in warning for warning in outcome.bill["warnings"]))
        self.assertTrue(any("cpu.max" in warning for warning in outcome.bill["warnings"]))

    def test_all_that_there_is_may_be_asked_for(self) -> None:
        outcome = self.rmrun("--memory", f"{host.memory()}B", "--cpus", str(host.cpus), "--", "/bin/true")
        self.assertEqual(outcome.code, 0, outcome.text)


class Required(Case):
    def test_the_kernel_has_to_hold_what_is_required_or_nothing_is_run(self) -> None:
        ran = self.directory / "ran"
        for feature, option in {"memory.max": ("--memory", "100M"), "pids.max": ("--pids", "50"), "cpu.max": ("--cpus", "0.5")}.items():
            with self.subTest(feature=feature):
                ran.unlink(missing_ok=True)
                outcome = self.rmrun("--require", feature, *option, "--", "touch", str(ran))
                if feature.partition(".")[0] in host.controllers():
                    self.assertEqual((outcome.code, ran.exists()), (0, True), outcome.text)
                    self.assertEqual(outcome.bill["enforcement"][feature], "kernel")
                else:
                    self.assertEqual((outcome.code, ran.exists()), (122, False), outcome.text)
                    self.assertIn(feature, outcome.text)

    def test_what_is_not_set_is_not_the_hosts_fault(self) -> None:
        self.need_groups()
        for feature, option in {
            "memory.max": "--memory", "cpu.max": "--cpus", "network.rate": "--net-rate", "network.bytes": "--net-bytes",
            "network.connections": "--net-connections", "network.domains": "--net-allow", "io.max": "--io-read-bps",
            "work-size": "--work-size", "seccomp": "--confine", "namespace.pid": "--isolate",
        }.items():
            with self.subTest(feature=feature):
                outcome = self.rmrun("--require", feature, "--", "/bin/true")
                self.assertEqual(outcome.code, 122, outcome.text)
                self.assertIn(f"no {feature} is set for the job, so that nothing would be held: {option}", outcome.text)
                self.assertNotIn("doctor", outcome.text)

    def test_what_the_kernel_holds_here_is_given(self) -> None:
        self.need_groups()
        outcome = self.rmrun("--require", "cgroup,cgroup.kill,cgroup.freeze,cpu", "--", "/bin/sh", "-c", "exit 3")
        self.assertEqual(outcome.code, 3, outcome.text)


class DryRun(Case):
    def test_runs_nothing_and_prints_the_plan(self) -> None:
        ran = self.directory / "ran"
        before = set(groups.below(host.own_group())) if host.can_make_groups() else set()
        outcome = self.rmrun(
            "--dry-run", "--budget", "500", "--timeout", "10m", "--memory", "100M", "--", "touch", str(ran), report=False
        )
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertFalse(ran.exists())
        text = outcome.out.decode() + outcome.text
        for word in ("touch", "500", "10m", "100", "overshoot"):
            self.assertIn(word, text)
        if before:
            made = {group for group in groups.below(host.own_group()) if str(os.getpid()) in group.name} - before
            self.assertEqual(made, set())

    def test_shows_the_bound_on_the_overshoot(self) -> None:
        outcome = self.rmrun("--dry-run", "--budget", "5", "--", workload("busy"), report=False)
        self.assertRegex((outcome.out.decode() + outcome.text).lower(), r"overshoot[^\d]*\d")

    def test_refuses_what_a_run_would_refuse(self) -> None:
        self.assertEqual(self.rmrun("--dry-run", "--memory", "8T", "--", "/bin/true", report=False).code, 122)
        self.assertEqual(self.rmrun("--dry-run", "--bugdet", "1", "--", "/bin/true", report=False).code, 125)
