"""`rmrun doctor`: what it says is so, and the look at a host changes nothing on it."""

import json
import os
import subprocess

from harness import groups, host, network
from harness.case import Case
from harness.outcome import Outcome

LIMITS = [
    "cgroup", "cgroup.kill", "cgroup.freeze", "cpu.max", "cpu.weight", "cpuset.cpus", "cpuset.mems", "memory.max",
    "memory.high", "memory.swap.max", "pids.max", "io.max", "work-size", "network.bytes", "network.connections", "network.rate", "network.domains",
]
METERS = ["cpu", "memory", "storage", "network", "network-latency", "processes", "pressure"]
HIDDEN = 'umount -l "$0" && exec "$@"'
READ_ONLY = 'mount -o remount,bind,ro "$0" && exec "$@"'


class Doctor(Case):
    def doctor(self, *words: str, **how: object) -> Outcome:
        return self.start("doctor", *words, report=False, **how).wait()

    def look(self, *words: str, **how: object) -> dict:
        outcome = self.doctor("--json", *words, **how)
        self.assertEqual(outcome.code, 0, outcome.text)
        return json.loads(outcome.out)

    def view(self, script: str) -> tuple[str, ...]:
        """The words before rmrun's own for a mount namespace of its own in which the cgroup v2 tree is changed."""
        self.need(host.is_root and host.can_unshare_mounts(), "mount namespaces (unshare --mount)")
        self.need(host.cgroup_mount, "a cgroup v2 mount")
        return ("unshare", "--mount", "/bin/sh", "-c", script, str(host.cgroup_mount))

    def mechanisms(self, found: dict) -> dict[str, str]:
        return {name: each["mechanism"] for name, each in (found["limits"] | found["meters"]).items()}


class Findings(Doctor):
    def test_has_every_limit_and_meter_in_the_stated_shape(self) -> None:
        found = self.look()
        self.assertEqual(found["schema"], "rmrun.doctor/1")
        self.assertEqual(list(found["limits"]), LIMITS)
        self.assertEqual(list(found["meters"]), METERS)
        for name, each in (found["limits"] | found["meters"]).items():
            self.assertIn(each["mechanism"], ("kernel", "polled", "unavailable"))
            self.assertEqual(each["cause"] is None, each["mechanism"] == "kernel", name)
        self.assertEqual(found["cpus"], host.cpus)
        self.assertEqual(found["memory"], host.memory())
        self.assertEqual(found["user"]["id"], os.geteuid())
        self.assertEqual(found["kernelRelease"], os.uname().release)
        self.assertTrue(found["supervision"]["guardian"])
        self.assertFalse(found["binding"]["holdsAgainstHostileJobs"])

    def test_agrees_with_what_a_run_reports(self) -> None:
        found = self.mechanisms(self.look())
        outcome = self.rmrun(
            "--memory", "100M", "--pids", "100", "--cpus", "1", "--cpuset-cpus", "0", "--best-effort", "--", "/bin/true"
        )
        self.assertEqual(outcome.code, 0, outcome.text)
        for kind in ("enforcement", "metering"):
            for name, mechanism in outcome.bill[kind].items():
                self.assertEqual(found[name], mechanism, name)

    def test_finds_the_controllers_that_there_are(self) -> None:
        found = self.look()
        had = {name for name, each in found["controllers"].items() if each["available"]}
        self.assertEqual(had, host.controllers() & {"cpu", "cpuset", "io", "memory", "pids"})
        if {"memory", "pids", "cpu"} <= had:
            for name in ("memory.max", "pids.max", "cpu.max", "memory", "processes"):
                self.assertEqual(self.mechanisms(found)[name], "kernel")
            self.assertTrue(found["files"]["memory.oom.group"])

    def test_knows_the_places(self) -> None:
        self.need_groups()
        with groups.Group() as group:
            found = self.look(preexec_fn=group.enter)["groups"]
        self.assertEqual(found["mountPoint"], str(host.cgroup_mount))
        self.assertEqual(found["ownGroup"], str(group.path))
        self.assertTrue(found["jobs"].startswith(str(group.path)))
        self.assertTrue(found["clonesIntoGroup"])

    def test_for_people_fits_the_screen(self) -> None:
        text = self.doctor().out.decode()
        for word in [*LIMITS, *METERS, "Whom the budget binds", "guardian"]:
            self.assertIn(word, text)
        for line in text.splitlines():
            # A path or a word of a command is not broken.
            self.assertTrue(len(line) <= 80 or len(line.split()) <= 2, line)


class Requirements(Doctor):
    def test_what_the_kernel_holds_is_met(self) -> None:
        self.need_groups()
        self.assertEqual(self.doctor("--require", "cgroup,cgroup.kill,cgroup.freeze,cpu").code, 0)

    def test_what_it_does_not_hold_is_named(self) -> None:
        outcome = self.doctor("--require", "network,cpu", prefix=network.UNPRIVILEGED if host.is_root else ())
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("network (unavailable)", outcome.text)
        self.assertTrue(outcome.out, "the report is printed all the same")

    def test_what_counts_packets_is_tried(self) -> None:
        self.need_groups()
        self.need(host.is_root, "root")
        self.assertEqual(self.mechanisms(self.look())["network"], "kernel")
        found = self.look(prefix=network.UNPRIVILEGED)["meters"]["network"]
        self.assertEqual(found["mechanism"], "unavailable")
        self.assertIn("not permitted", found["cause"])
        self.assertIn("run rmrun as root", found["remedy"])

    def test_an_unknown_name_is_bad_usage(self) -> None:
        outcome = self.doctor("--require", "memory.maxx")
        self.assertEqual(outcome.code, 125, outcome.text)
        self.assertIn("did you mean 'memory.max'", outcome.text)


class HostsThatCant(Doctor):
    def test_without_groups_says_why_and_what_mends_it(self) -> None:
        for script, cause in ((HIDDEN, "not mounted"), (READ_ONLY, "read-only")):
            with self.subTest(cause=cause):
                found = self.look(prefix=self.view(script))
                mechanisms = self.mechanisms(found)
                self.assertNotIn("kernel", mechanisms.values())
                self.assertEqual(mechanisms["cpu"], "polled")
                self.assertIsNone(found["groups"]["jobs"])
                self.assertIn(cause, found["groups"]["cause"])
                self.assertIn("mount", found["groups"]["remedy"])
                self.assertEqual(self.doctor("--require", "cgroup", prefix=self.view(script)).code, 122)

    def test_a_user_without_a_group_is_told_how_to_get_one(self) -> None:
        self.need(host.is_root, "root, to become somebody else")
        found = self.look(preexec_fn=lambda: (os.setgid(65534), os.setuid(65534)))
        self.assertEqual(found["user"]["id"], 65534)
        self.assertIsNone(found["groups"]["jobs"])
        self.assertIn("permission", found["groups"]["cause"])
        self.assertIn("chown USER", found["groups"]["remedy"])

    def test_the_remedy_for_a_user_works(self) -> None:
        """The commands that doctor tells are typed as they stand."""
        self.need(host.is_root, "root, to become somebody else")
        self.need_groups()
        become = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        with groups.Group() as group:
            found = self.look(prefix=become, preexec_fn=group.enter)
            commands = found["groups"]["remedy"].partition("as root: ")[2].rpartition(", with PID")[0]
            self.assertIn(str(group.path), commands)
            for word, value in {"USER": "nobody", "PID": "$$"}.items():
                commands = commands.replace(word, value)
            script = f'{commands}; exec {" ".join(become)} "$0" doctor --json'
            done = subprocess.run(
                ["bash", "-c", script, os.environ["RMRUN"]], capture_output=True, timeout=host.patience,
                preexec_fn=group.enter,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            after = json.loads(done.stdout)
            self.assertEqual(after["groups"]["ownGroup"], str(group.path / "nobody"))
            self.assertEqual(self.mechanisms(after)["cgroup"], "kernel")


class Traces(Doctor):
    def test_nothing_of_a_look_is_left(self) -> None:
        self.need_groups()
        own = host.own_group()
        assert own
        before = (own / "cgroup.subtree_control").read_text()
        self.look()
        self.assertEqual((own / "cgroup.subtree_control").read_text(), before)
        self.assertEqual([group for group in groups.below(own) if "doctor-" in group.name], [])

    def test_a_group_of_its_own_stays_as_it_was(self) -> None:
        self.need_groups()
        with groups.Group(host.controllers() & {"memory", "pids", "cpu", "io"}) as group:
            before = group.read("cgroup.type"), group.read("cgroup.subtree_control"), groups.below(group.path)
            self.look(preexec_fn=group.enter)
            after = group.read("cgroup.type"), group.read("cgroup.subtree_control"), groups.below(group.path)
        self.assertEqual(after, before)

    def test_looks_beside_runs_disturb_neither(self) -> None:
        running = self.start("--memory", "100M", "--", "/bin/sh", "-c", "echo ready; read line; exit 3", stdin=subprocess.PIPE)
        running.line()
        for _ in range(3):
            self.look()
        assert running.process.stdin
        running.process.stdin.close()
        self.assertEqual(self.finish(running).code, 3)
