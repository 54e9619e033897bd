"""Which tests are left to hosts: in the emulated guest some take half a minute each, and few of them ask the kernel for anything of its own."""

import unittest

from . import host


def also_in_guest(test):
    """Marks a test of a case that is left to hosts, but for such tests."""
    test.also_in_guest = True
    return test


def without_those_left_to_hosts(suite: unittest.TestSuite) -> tuple[unittest.TestSuite, int]:
    """What is to be run here, and how many tests are not."""
    tests = list(_each(suite))
    kept = [test for test in tests if not host.in_guest or not _is_left(test)]
    return unittest.TestSuite(kept), len(tests) - len(kept)


def _each(suite: unittest.TestSuite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _each(test)
        else:
            yield test


def _is_left(test: unittest.TestCase) -> bool:
    method = getattr(test, test._testMethodName, None)
    return getattr(test, "is_left_to_hosts", False) and not getattr(method, "also_in_guest", False)
