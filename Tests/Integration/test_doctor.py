"""What rmrun says of this host is what the host does."""

from harness import groups, host
from harness.case import Case

LIMITS = ("cpu.max", "memory.max", "pids.max")


class Doctor(Case):
    def test_speaks_of_every_limit_and_meter(self) -> None:
        outcome = self.rmrun("doctor", report=False)
        self.assertEqual(outcome.code, 0, outcome.text)
        text = outcome.out.decode()
        for word in ("cgroup.kill", "memory.max", "pids.max", "io.max", "cpu", "storage", "network"):
            self.assertIn(word, text)

    def test_says_what_is_so(self) -> None:
        answer = self.answer()
        for limit in LIMITS:
            self.assertEqual(answer[limit] == "kernel", limit.partition(".")[0] in host.controllers(), limit)
        self.assertEqual(answer["cgroup.kill"] == "kernel", host.can_make_groups())

    def test_a_job_then_has_what_was_promised(self) -> None:
        answer = self.answer()
        bill = self.rmrun("--memory", "200M", "--pids", "50", "--cpus", "1", "--", "/bin/true").bill
        for limit in LIMITS:
            self.assertEqual(bill["enforcement"][limit], answer[limit], limit)
        for meter in ("cpu", "memory", "storage"):
            self.assertEqual(bill["metering"][meter], answer[meter], meter)

    def test_required_features_set_the_status(self) -> None:
        self.assertNotEqual(self.rmrun("doctor", "--require", "network", report=False).code, 0)
        if host.can_make_groups():
            self.assertEqual(self.rmrun("doctor", "--require", "cgroup,cgroup.kill,cpu", report=False).code, 0)
        self.assertEqual(self.rmrun("doctor", "--require", "nonsense", report=False).code, 125)

    def test_leaves_nothing(self) -> None:
        self.need_groups()
        with groups.Group() as group:
            self.rmrun("doctor", report=False, preexec_fn=group.enter)
            self.assertEqual(groups.below(group.path), [])

    def answer(self) -> dict[str, str]:
        """Who holds each limit and measures each meter."""
        outcome = self.rmrun("doctor", "--json", report=False)
        self.assertEqual(outcome.code, 0, outcome.text)
        found = outcome.json
        self.assertEqual(found["schema"], "rmrun.doctor/1")
        return {name: entry["mechanism"] for part in ("limits", "meters") for name, entry in found[part].items()}
