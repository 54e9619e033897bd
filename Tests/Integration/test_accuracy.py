"""The CPU time of the report is that which the workload itself saw: to 0.5 % and a tick."""

from harness import host
from harness.case import Case, workload


class Accuracy(Case):
    def assert_accurate(self, outcome) -> None:
        self.assertEqual(outcome.code, 0, outcome.text)
        own = sum(outcome.json.values())
        # What comes after the workload has looked: its end. Emulation makes that long.
        share, ending = (0.02, 0.1) if host.in_guest else (0.005, 0)
        self.assertGreaterEqual(outcome.cpu, own * (1 - share) - host.tick)
        self.assertLessEqual(outcome.cpu, own * (1 + share) + host.tick + ending)

    def test_of_threads(self) -> None:
        for threads in (1, 2, 8):
            with self.subTest(threads=threads):
                self.assert_accurate(self.rmrun("--", workload("busy"), "-t", str(threads), "-c", "1"))

    def test_of_a_run_of_five_milliseconds(self) -> None:
        for _ in range(5 if host.in_guest else 30):
            self.assert_accurate(self.rmrun("--", workload("busy"), "-c", "0.005"))

    def test_of_many_short_processes(self) -> None:
        outcome = self.rmrun("--", workload("storm"), "-n", "50" if host.in_guest else "500")
        own = sum(outcome.json.values())
        self.assertGreaterEqual(outcome.cpu, own * 0.995 - host.tick)

    def test_of_memory(self) -> None:
        outcome = self.rmrun("--", workload("hog"), "-m", "100", "-s", "2")
        self.assertEqual(outcome.code, 0, outcome.text)
        held = 100 << 20
        self.assertGreater(outcome.usage["memoryPeak"], held)
        self.assertLess(outcome.usage["memoryPeak"], held * 1.2)
        # 100 MiB for two seconds at least; taking and freeing it come on top.
        self.assertGreater(outcome.usage["memoryTime"], held * 2 * 0.9)
        self.assertLess(outcome.usage["memoryTime"], held * outcome.bill["wallTime"] * 1.2)
