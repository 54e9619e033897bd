"""Control groups: the tests' own, and those that rmrun made."""

import itertools
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from harness import host, processes

_numbers = itertools.count(1)


def below(group: Path) -> list[Path]:
    """The groups below a group, the deepest first."""
    found = []
    for directory, _, _ in os.walk(group):
        if Path(directory) != group:
            found.append(Path(directory))
    return sorted(found, key=lambda path: len(path.parts), reverse=True)


def of_job(job: str) -> list[Path]:
    """What is left of a job's group."""
    return [group for group in below(host.cgroup_mount) if job in group.name] if host.cgroup_mount else []


def members(group: Path) -> list[int]:
    """The processes of a group and all below it."""
    found = []
    for each in [group, *below(group)]:
        try:
            found += [int(line) for line in (each / "cgroup.procs").read_text().split()]
        except OSError:
            continue
    return found


class Group:
    """A group of a test's own, in which it can start rmrun. Gone, with all in it, at the end of the `with`."""

    def __init__(self, controllers: Iterable[str] = (), parent: Path | None = None):
        own = parent or host.own_group()
        assert own
        for controller in controllers:
            (own / "cgroup.subtree_control").write_text("+" + controller)
        self.path = own / f"rmrun-test-{os.getpid()}-{next(_numbers)}"

    def __enter__(self) -> "Group":
        self.path.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        def is_gone() -> bool:
            for group in [*below(self.path), self.path]:
                try:
                    group.rmdir()
                except OSError:
                    pass
            return not self.path.exists()

        try:
            (self.path / "cgroup.kill").write_text("1")
        except OSError:
            pass
        processes.wait_until(is_gone, f"remove {self.path}")

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text)

    def read(self, name: str) -> str:
        return (self.path / name).read_text()

    @property
    def enter(self) -> Callable[[], None]:
        """What a child does before it executes a program, to start in this group."""
        procs = str(self.path / "cgroup.procs")

        def move() -> None:
            descriptor = os.open(procs, os.O_WRONLY)
            os.write(descriptor, b"0")
            os.close(descriptor)

        return move
