"""Processes as /proc shows them."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from harness import host


def all_pids() -> Iterator[int]:
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            yield int(entry)


def _read(pid: int, name: str) -> bytes:
    """Empty for a process that is gone, or not ours to read."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _stat(pid: int) -> list[bytes]:
    """The fields behind the name, which may hold anything: state, parent, process group, …"""
    return _read(pid, "stat").rpartition(b") ")[2].split()


def state(pid: int) -> str | None:
    fields = _stat(pid)
    return fields[0].decode() if fields else None


def parent(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def cpu_seconds(pid: int) -> float:
    fields = _stat(pid)
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if fields else 0


def is_alive(pid: int) -> bool:
    return state(pid) not in (None, "Z", "X")


def children(pid: int) -> list[int]:
    return [other for other in all_pids() if parent(other) == pid]


def environment(pid: int) -> list[bytes]:
    return _read(pid, "environ").split(b"\0")


def arguments(pid: int) -> list[bytes]:
    return _read(pid, "cmdline").split(b"\0")[:-1]


def group(pid: int) -> bytes:
    """The line of its cgroup v2 group."""
    return b"".join(line for line in _read(pid, "cgroup").splitlines() if line.startswith(b"0::"))


def with_variable(assignment: str) -> list[int]:
    """The live processes that have NAME=VALUE in their environment."""
    wanted = assignment.encode()
    return [pid for pid in all_pids() if wanted in environment(pid) and is_alive(pid)]


def with_argument(word: str) -> list[int]:
    return [pid for pid in all_pids() if word.encode() in arguments(pid) and is_alive(pid)]


def wait_until(condition: Callable[[], object], what: str, patience: float = host.patience) -> None:
    """Waits for a condition; there is no way to be told of most of them."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:g} s in vain: {what}")
        time.sleep(0.01)
