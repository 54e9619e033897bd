"""What this host offers, found out without rmrun."""

import ctypes
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

# time(7); Python has no name for it. Its resolution is the tick.
CLOCK_MONOTONIC_COARSE = 6

# The guest that Tests/VirtualMachine boots says which one it is.
in_guest = bool(os.environ.get("RMRUN_VM"))
# There nothing may be skipped.
skips_nothing = os.environ.get("RMRUN_ALL_CONTROLLERS") == "1"
is_root = os.geteuid() == 0
cpus = len(os.sched_getaffinity(0))
# Seconds that anything may take before it counts as hung: an emulated processor is up to fifty times slower.
patience = 240 if in_guest else 60
# The accounting tick, 1/HZ, in seconds.
tick = time.clock_getres(CLOCK_MONOTONIC_COARSE)


def _unescaped(path: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), path)


def _cgroup_mount() -> Path | None:
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, rest = line.partition(" - ")
        if rest.split()[0] == "cgroup2":
            return Path(_unescaped(fields.split()[4]))
    return None


cgroup_mount = _cgroup_mount()


def own_group() -> Path | None:
    """The harness's own group."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        if line.startswith("0::") and cgroup_mount:
            return cgroup_mount / line[3:].lstrip("/")
    return None


def can_make_groups() -> bool:
    group = own_group()
    return group is not None and os.access(group / "cgroup.procs", os.W_OK)


def controllers() -> set[str]:
    """The controllers that a group below the harness's own can have."""
    group = own_group()
    if group is None or group != cgroup_mount:
        return set()
    return set((group / "cgroup.controllers").read_text().split())


def can_unshare_mounts() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL).returncode == 0


def landlock_version() -> int:
    """The version of its interface; 0 where the kernel lacks it."""
    # The same number on every machine. Source: landlock_create_ruleset(2).
    landlock_create_ruleset, version = 444, 1
    return max(0, ctypes.CDLL(None).syscall(landlock_create_ruleset, None, 0, version))


def become(user: int | None) -> tuple[str, ...]:
    """The words before a command that is to run as another user; none for None."""
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups") if user is not None else ()


def has_user_namespaces() -> bool:
    """Whether users may make them; for root to ask."""
    command = [*become(65534), "unshare", "--user", "true"]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def memory() -> int:
    """The host's memory in bytes."""
    total = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    assert total
    return int(total[1]) * 1024
