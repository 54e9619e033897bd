"""Runs the live tests: python3 Tests/Integration [-k PATTERN]... [-v] [--again] [MODULE...]

RMRUN names the binary, LEDGER_LOAD the program of Tests/LedgerLoad, WORKLOADS the directory that Tests/Workloads/build.sh filled. With RMRUN_ALL_CONTROLLERS=1 a test that
would be skipped fails. The last line says how many passed, failed and were skipped; the status is 1 if one failed.
"""

import argparse
import os
import signal
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from harness.guest import without_those_left_to_hosts  # noqa: E402


class Result(unittest.TextTestResult):
    """Prints what went wrong at once: a run that is cut off has told all that it knew."""

    def addFailure(self, test, failure):
        super().addFailure(test, failure)
        self.print_last(self.failures)

    def addError(self, test, error):
        super().addError(test, error)
        self.print_last(self.errors)

    def addSubTest(self, test, subtest, outcome):
        before = len(self.failures), len(self.errors)
        super().addSubTest(test, subtest, outcome)
        for entries, count in zip((self.failures, self.errors), before):
            if len(entries) > count:
                self.print_last(entries)

    def print_last(self, entries):
        test, text = entries[-1]
        self.stream.writeln(f"\nFAILED: {test}\n{text}")
        self.stream.flush()

    def printErrors(self):
        pass


def restore_signals():
    """What a shell ignores in a background job (SIGINT, SIGQUIT), and nohup (SIGHUP), would be ignored by the commands under test."""
    for number in (signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


# More that fail than these have another cause than a processor that was away.
MOST_AGAIN = 5


def failed_tests(result: unittest.TestResult) -> list[str]:
    """The names of those that failed; one with failing subtests has several entries."""
    return sorted({getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors})


def try_again(names: list[str], runner: unittest.TextTestRunner) -> list[str]:
    """Runs tests that failed once more. Returns those that fail again; says of each other one that it took two tries."""
    failed = failed_tests(runner.run(unittest.TestLoader().loadTestsFromNames(names)))
    for name in names:
        if name not in failed:
            print(f"passed at the second try: {name}")
    return failed


def main() -> int:
    restore_signals()
    parser = argparse.ArgumentParser(prog="Tests/Integration", description=__doc__)
    parser.add_argument("-k", dest="patterns", action="append", metavar="PATTERN", help="only tests with this in their name")
    parser.add_argument("-v", "--verbose", action="store_true", help="name each test")
    parser.add_argument(
        "--again",
        action="store_true",
        help=f"try up to {MOST_AGAIN} tests that failed once more, and say so: for guests whose processors the host takes away now and then",
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as test_budget; all by default")
    arguments = parser.parse_args()
    for variable in ("RMRUN", "WORKLOADS", "LEDGER_LOAD"):
        if not os.path.exists(os.environ.get(variable, "")):
            print(f"{variable} does not name what it should (see --help): {os.environ.get(variable)}", file=sys.stderr)
            return 2
        os.environ[variable] = os.path.abspath(os.environ[variable])

    loader = unittest.TestLoader()
    if arguments.patterns:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in arguments.patterns]
    names = [Path(name).stem for name in arguments.modules] or sorted(path.stem for path in HERE.glob("test_*.py"))
    suite, left = without_those_left_to_hosts(loader.loadTestsFromNames(names))
    runner = unittest.TextTestRunner(verbosity=2 if arguments.verbose else 1, resultclass=Result)
    result = runner.run(suite)
    for test, missing in result.skipped:
        print(f"skipped: {test}: {missing}", file=sys.stderr)
    failed = failed_tests(result)
    if arguments.again and 0 < len(failed) <= MOST_AGAIN:
        failed = try_again(failed, runner)
    if left:
        print(f"{left} tests are left to hosts, where they take a second each")
    passed = result.testsRun - len(failed) - len(result.skipped)
    print(f"{passed} passed, {len(failed)} failed, {len(result.skipped)} skipped")
    return 0 if not failed and not result.unexpectedSuccesses and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
