"""This machine: its cgroup v2 tree, its accounting tick, and groups to measure in."""

import os
import pathlib
import time


CLOCK_MONOTONIC_COARSE = 6  # <linux/time.h>; its resolution is 1/HZ


class Unavailable(Exception):
    """This machine can't measure it; the text says what is missing."""


def cgroup_mount():
    """Where cgroup v2 is mounted (on a hybrid host not at /sys/fs/cgroup)."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, options = line.partition(" - ")
        if options.startswith("cgroup2 "):
            return pathlib.Path(fields.split()[4].encode().decode("unicode_escape"))
    raise Unavailable("no cgroup v2 mount")


def own_group():
    """The group that this process is in."""
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        if line.startswith("0::"):
            return cgroup_mount() / line[3:].lstrip("/")
    raise Unavailable("no cgroup v2 in /proc/self/cgroup")


def tick():
    """The accounting tick in seconds: what a running task's counters can lag behind."""
    return time.clock_getres(CLOCK_MONOTONIC_COARSE)


def description():
    """What a reader must know of the machine to judge the figures."""
    release = ".".join(os.uname().release.split("-")[0].split(".")[:2])
    processors = len(os.sched_getaffinity(0))
    return f"Linux {release}, {processors} CPUs, accounting tick {tick() * 1e3:.0f} ms"


class Group:
    """A group of the benchmark's own, whose `cpu.stat` counts whatever ran in it or below, also what is gone."""

    serial = 0

    def __init__(self):
        Group.serial += 1
        self.path = own_group() / f"rmrun-benchmark-{os.getpid()}-{Group.serial}"

    def __enter__(self):
        try:
            self.path.mkdir()
        except OSError as error:
            raise Unavailable(f"no group can be made at {self.path}: {error.strerror}") from error
        return self

    def __exit__(self, *_):
        deadline = time.monotonic() + 10
        while True:
            try:
                for path, _, _ in os.walk(self.path, topdown=False):
                    os.rmdir(path)
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def cpu_seconds(self):
        """CPU time used in it and below, in seconds."""
        for line in (self.path / "cpu.stat").read_text().splitlines():
            key, value = line.split()
            if key == "usage_usec":
                return int(value) / 1e6
        raise Unavailable(f"no usage_usec in {self.path}/cpu.stat")

    def enter(self):
        """Moves this process in: for a child between fork and exec."""
        (self.path / "cgroup.procs").write_text("0")
