"""Every attack at every level: what is stopped, and what is not (Tests/Attacks/attacks.txt). With RMRUN_SHOW_ATTACKS=1 it prints what it saw."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from harness import attacks, groups, host
from harness.attacks import ATTACKS, LEVELS, Attack, Level, Verdict
from harness.case import Case
from harness.outcome import Outcome
from harness.targets import ATTACK_PROGRAMS, Targets

README = Path(__file__).resolve().parents[2] / "README.md"
# A shell that becomes rmrun: the job's last word is its supervisor's number.
AS_SUPERVISOR = ("/bin/sh", "-c", 'exec "$@" $$', "sh")
# A shell that stays, with a child: they stand for a supervisor and its guardian.
IN_PLACE_OF_RMRUN = ("/bin/sh", "-c", 'sleep 60 & "$@" $$; status=$?; kill $!; exit $status', "sh")
# Behind the output of each of the attacks that one job runs.
STATUS = "status "


class Confinement(Case):
    patience_factor = 6
    # What the plain attacks came to, by level and attack: one job runs all of a level, since in a guest each launch takes a second.
    plain: dict[str, dict[str, Verdict | None]] = {}
    # Who runs rmrun, and owns what is attacked; None: root.
    user: int | None = None

    def setUp(self) -> None:
        super().setUp()
        self.need(host.is_root, "root, whose jobs could do anything")

    def words(self, attack: Attack, targets: Targets) -> list[str]:
        if attack.words[1].startswith("terminal"):
            targets.give_terminal()
        program, *words = targets.words(attack.words)
        return [str(ATTACK_PROGRAMS / program), *words]

    def job(self, level: Level, targets: Targets, words: list[str], options: tuple[str, ...] = ()) -> Outcome:
        return self.rmrun(
            *options, *level.options, *targets.options, "--", *words,
            prefix=(*host.become(self.user), *AS_SUPERVISOR), env={os.fsencode(k): os.fsencode(v) for k, v in targets.environment.items()}, **targets.how,
        )  # fmt: skip

    def inside(self, attack: Attack, level: Level) -> Verdict:
        """What becomes of the attack of a job."""
        if attack.is_plain:
            seen = self.all_plain(level)[attack.name]
            assert seen, f"the attack did not say what became of it, {level.name}"
            return seen
        targets = Targets(self, level, self.user)
        words = self.words(attack, targets)
        outcome = self.job(level, targets, words, attack.options)
        if outcome.report and outcome.reason in ("budget", "processes"):
            return self.ended_by_rmrun(outcome)
        return self.judged(attack, targets, outcome)

    def ended_by_rmrun(self, outcome: Outcome) -> Verdict:
        if outcome.reason == "budget":
            # As late as it says that it can be, and no later; in an emulated guest times say little.
            credits = outcome.bill["credits"]
            bound = float(credits["overshootBound"]) * (30 if host.in_guest else 1)
            self.assertLessEqual(float(credits["overdraft"]), bound)
        return Verdict(True, f"rmrun ended it: {outcome.reason}")

    def all_plain(self, level: Level) -> dict[str, Verdict | None]:
        if level.name not in self.plain:
            targets = Targets(self, level, self.user)
            plain = [attack for attack in ATTACKS if attack.is_plain]
            script = [f'{shlex.join(self.words(attack, targets))} "$1"; echo "{STATUS}$?"' for attack in plain]
            outcome = self.job(level, targets, ["/bin/sh", "-c", "\n".join(script), "sh"])
            verdicts, said = [], ""
            for line in outcome.out.decode(errors="replace").splitlines():
                if line.startswith(STATUS):
                    verdicts.append(attacks.verdict(int(line.removeprefix(STATUS)), said))
                said = line
            self.assertEqual(len(verdicts), len(plain), f"{outcome.code} {outcome.out!r} {outcome.text}")
            self.plain[level.name] = {attack.name: verdict for attack, verdict in zip(plain, verdicts)}
        return self.plain[level.name]

    def outside(self, attack: Attack) -> Verdict:
        """What becomes of it without rmrun: whether it works here at all."""
        targets = Targets(self, None, self.user)
        words = self.words(attack, targets)
        if attack.words[0] != "groups":
            return self.judged(attack, targets, self.directly(words, targets))
        self.need_groups()
        with groups.Group() as group:
            targets.how["preexec_fn"] = group.enter
            return self.judged(attack, targets, self.directly(words, targets))

    @staticmethod
    def directly(words: list[str], targets: Targets) -> Outcome:
        how = {"stdin": subprocess.DEVNULL} | targets.how
        # No pipe, which what an attack leaves behind would keep open.
        with tempfile.TemporaryFile() as out:
            command = [*IN_PLACE_OF_RMRUN, *words]
            code = subprocess.run(command, stdout=out, timeout=host.patience, check=False, **how).returncode
            out.seek(0)
            text = out.read()
        if targets.report.is_symlink():
            # As a supervisor would that writes to a name.
            targets.report.write_text("report")
        return Outcome(code, text, b"", None)

    def judged(self, attack: Attack, targets: Targets, outcome: Outcome) -> Verdict:
        text = outcome.out.decode(errors="replace")
        if text.startswith("can't be tried: "):
            self.skipTest(text)
        verdict = attacks.verdict(outcome.code, text)
        if verdict is None:
            self.fail(f"the attack did not say what became of it: {outcome.code} {text!r} {outcome.text}")
        # A link that was planted is no harm until somebody follows it.
        if attack.words[:2] == ("belongings", "link") and not verdict.is_stopped:
            is_kept = targets.precious.read_text() == "precious"
            return Verdict(is_kept, "the link was not followed" if is_kept else "the link was followed")
        return verdict

    def assert_cells(self, attack: Attack) -> None:
        outside = self.outside(attack)
        self.need(not outside.is_stopped, f"a host on which one can {attack.title} at all; outside of any job: {outside.text}")
        for level in LEVELS:
            with self.subTest(level=level.name):
                seen = self.inside(attack, level)
                if os.environ.get("RMRUN_SHOW_ATTACKS"):
                    print(f"{attack.name:40} {level.name:10} {seen.text}")
                self.assertEqual(seen.is_stopped, attack.is_stopped(level), f"{attack.title}, {level.name}: {seen.text}")


class Attacks(Confinement):
    """One test for each line of the table."""


def _test(attack: Attack):
    return lambda self: self.assert_cells(attack)


for each in ATTACKS:
    setattr(Attacks, f"test_{each.name}", _test(each))


class OwnMounts(Confinement):
    """What mounts of one's own come to without a level: they hide the groups, and a filter keeps them hidden."""

    attack = next(attack for attack in ATTACKS if attack.words == ("groups", "user-mount"))

    def under(self, *options: str) -> Outcome:
        level = Level("own mounts", "", options, True)
        targets = Targets(self, level, self.user)
        return self.job(level, targets, self.words(self.attack, targets))

    def test_a_level_is_implied(self) -> None:
        self.need(not self.outside(self.attack).is_stopped, "a host on which one can mount groups in a user namespace")
        outcome = self.under("--isolate", attacks.NAMESPACES)
        self.assertEqual(outcome.code, 1, outcome.text)
        self.assertEqual(outcome.out, b"stopped: EPERM at unshare\n")
        self.assertEqual(outcome.bill["confinement"]["level"], "default")
        self.assertEqual(outcome.bill["enforcement"]["seccomp"], "kernel")
        self.assertFalse([each for each in outcome.bill["warnings"] if "--confine default" in each])

    def test_none_has_to_be_named_and_is_told_of(self) -> None:
        self.need(not self.outside(self.attack).is_stopped, "a host on which one can mount groups in a user namespace")
        outcome = self.under("--isolate", attacks.NAMESPACES, "--confine", "none")
        # In the guest the covered mount of its groups was the only one, and the kernel lets nobody have another in a user namespace.
        reached = (1, b"stopped: EPERM at mount cgroup2\n") if host.in_guest else (0, b"reached\n")
        self.assertEqual((outcome.code, outcome.out), reached, outcome.text)
        self.assertEqual(outcome.bill["confinement"]["level"], "none")
        (warning,) = [each for each in outcome.bill["warnings"] if "--confine default" in each]
        self.assertIn(warning, outcome.text)


class OfUsers(Confinement):
    """Who is not root has confinement too, by user namespaces: what is stopped for root's untrusted jobs is for a user's."""

    plain = {}
    user = 65534

    def test_what_is_stopped_for_root_is_stopped_for_users(self) -> None:
        self.need(host.has_user_namespaces(), "user namespaces for users")
        none, untrusted = LEVELS[0], next(level for level in LEVELS if level.name == "untrusted")
        works = []
        for attack in ATTACKS:
            with self.subTest(attack=attack.name):
                if attack.cells[untrusted.name] != "stopped" or self.inside(attack, none).is_stopped:
                    continue
                works.append(attack)
                seen = self.inside(attack, untrusted)
                self.assertTrue(seen.is_stopped, f"{attack.title}: {seen.text}")
        # Signals, files, other jobs, system calls, sockets, descriptors.
        self.assertGreater(len(works), 20, [attack.name for attack in works])


class Table(Confinement):
    def test_an_attack_runs_at_every_level(self) -> None:
        # What can't even start would count as stopped.
        idle = Attack("", ("calls", "nothing"), ("--quiet",), "do nothing", {})
        for level in LEVELS:
            with self.subTest(level=level.name):
                self.assertEqual(self.inside(idle, level), Verdict(False, "reached"))

    def test_no_attack_is_listed_twice(self) -> None:
        self.assertEqual(len({attack.name for attack in ATTACKS}), len(ATTACKS))

    def test_every_attack_is_shown_to_work_where_it_is_not_stopped(self) -> None:
        # The first column is the control; where rmrun itself stops an attack, the control is that it works outside.
        stopped = {attack.words[:2] for attack in ATTACKS if attack.cells["none"] != "open"}
        by_rmrun = {
            ("process", "storm"), ("calls", "refused"), ("belongings", "ask"), ("belongings", "link"), ("exhaustion", "processes"),
        }  # fmt: skip
        self.assertEqual(stopped, by_rmrun)

    def test_the_readme_says_what_is_tested(self) -> None:
        readme = README.read_text()
        self.assertEqual(attacks.with_table(readme), readme, "run Tests/Attacks/readme-table.py")
