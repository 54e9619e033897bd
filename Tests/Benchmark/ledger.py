"""What accounts cost: on a launch, and by themselves."""

import json
import pathlib
import subprocess
import tempfile

import peers
from figures import Row, Spread, paired_ratios
from launch import timed

LEVELS = "a/b/c/d/e"
SIZES = (1_000, 1_000_000)


def measure(work, rmrun, settings):
    """The rows of this part."""
    load = str(pathlib.Path(work) / "ledger-load")
    # Where ledgers are by default: on the disk, whose answer a durable booking waits for.
    with tempfile.TemporaryDirectory(dir=pathlib.Path.home(), prefix=".rmrun-benchmark-") as directory:
        ledgers = Ledgers(rmrun, load, directory)
        return [
            launched(work, rmrun, ledgers, settings),
            *charged(ledgers, settings),
            *contended(ledgers, settings),
            *reserved(ledgers, settings),
        ]


class Ledgers:
    """Ledgers of a benchmark's own."""

    def __init__(self, rmrun, load, directory):
        self.rmrun, self.load_program, self.directory = rmrun, load, directory
        self.count = 0

    def make(self, path=LEVELS, limit="1000000"):
        """A new ledger with an account and all above it."""
        self.count += 1
        file = f"{self.directory}/ledger-{self.count}.db"
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            words = ["account", "create", "/".join(parts[:depth]), "--limit", limit, "--ledger", file]
            subprocess.run([self.rmrun, *words], check=True, stdout=subprocess.DEVNULL)
        return file

    def start(self, mode, file, path, *numbers):
        words = [self.load_program, mode, file, path, *(str(number) for number in numbers)]
        return subprocess.Popen(words, stdout=subprocess.PIPE)

    def load(self, *words):
        return finished(self.start(*words))


def finished(load):
    output, _ = load.communicate()
    if load.returncode:
        raise RuntimeError("ledger-load failed")
    return json.loads(output)


def launched(work, rmrun, ledgers, settings):
    ledger = ledgers.make("acme", limit="1000000000")
    words = ["--budget", "500", "--", "/bin/true"]
    runs = timed(
        work,
        [
            peers.command("account", [rmrun, "--account", "acme", "--ledger", ledger, *words]),
            peers.command("plain", [rmrun, *words]),
        ],
        settings.rounds,
    )
    ratios = paired_ratios([run[0] for run in runs["account"]], [run[0] for run in runs["plain"]])
    return Row("whole launch with an account ÷ without", Spread.of(ratios), limit=1.6)


def charged(ledgers, settings):
    seconds = 2 if settings.repeats == 1 else 5

    def thousands(mode, jobs):
        return ledgers.load(mode, ledgers.make(), LEVELS, seconds, jobs)["charges"] / seconds / 1000

    # At least so many: the figure's floor is the other way round, so it is judged by its inverse.
    inverse = Spread.of([1 / thousands("charges", 200)])
    yield Row("time for 1,000 charges in batches of 200, 5 levels", inverse, limit=0.02, unit="s")
    yield Row("the same with a reading kept of each", Spread.of([1 / thousands("readings", 200)]), unit="s")
    yield Row("charges one by one, 5 levels", Spread.of([thousands("charges", 1)]), unit="thousand/s")


def contended(ledgers, settings):
    seconds = 5 if settings.repeats == 1 else 20
    ledger = ledgers.make("acme")
    loads = [ledgers.start("contend", ledger, "acme", seconds, seed) for seed in range(16)]
    results = [finished(load) for load in loads]
    transactions = [result["transactions"] for result in results]
    waits = Spread.of([result["p99"] / 1000 for result in results])
    yield Row("16 processes on one account: 99th percentile wait", waits, limit=50, unit="ms", judged="worst")
    fairness = max(transactions) / min(transactions)
    yield Row("16 processes: most ÷ fewest transactions", Spread.of([fairness]), limit=2)
    yield Row("16 processes: transactions", Spread.of([sum(transactions) / seconds]), unit="/s")


def reserved(ledgers, settings):
    count = 50 if settings.repeats == 1 else 500
    medians = []
    for size in SIZES if settings.repeats > 1 else (SIZES[0], SIZES[0] * 10):
        ledger = ledgers.make()
        ledgers.load("fill", ledger, LEVELS, size)
        medians.append(ledgers.load("reservations", ledger, LEVELS, count)["median"] / 1000)
    yield Row("a reservation through 5 levels, median", Spread.of(medians[:1]), limit=0.5, unit="ms")
    yield Row("the same with 1,000,000 entries ÷ with 1,000", Spread.of([medians[1] / medians[0]]), limit=2)
