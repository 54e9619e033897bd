"""The table of attacks and levels (Tests/Attacks/attacks.txt), and what an attack says of itself."""

import shlex
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness import host

TABLE = Path(__file__).resolve().parents[2] / "Attacks" / "attacks.txt"
MARKS = ("<!-- attacks: made by Tests/Attacks/readme-table.py -->", "<!-- /attacks -->")
NAMESPACES = "pid,mount,ipc,uts,net,cgroup"


@dataclass(frozen=True)
class Level:
    name: str
    # As the README has it.
    title: str
    options: tuple[str, ...]
    # Whether it has a file system of its own, in which paths have to be shown to it.
    is_isolated: bool = False


LEVELS = (
    Level("none", "none", ()),
    Level("default", "`default`", ("--confine", "default")),
    Level("strict", "`strict`", ("--confine", "strict")),
    Level("isolated", "`default` + isolate", ("--confine", "default", "--isolate", NAMESPACES, "--tmp-size", "16M"), True),
    Level("untrusted", "`untrusted`", ("--profile", "untrusted", "--tmp-size", "16M"), True),
    Level("user", "other user", ("--user", "nobody")),
)


def _sysctl(name: str) -> int:
    """0 where this kernel lacks it."""
    path = Path("/proc/sys", *name.split("."))
    return int(path.read_text()) if path.exists() else 0


# Where one holds, what would be open is stopped: found out without rmrun.
CONDITIONS: dict[str, tuple[str, Callable[[], bool]]] = {
    "domain": (
        "stopped where the kernel has Landlock (Linux 5.19, in `lsm=`), or `kernel.yama.ptrace_scope` is at least 1",
        lambda: host.landlock_version() >= 2 or _sysctl("kernel.yama.ptrace_scope") > 0,
    ),
    "scopes": ("stopped where Landlock has scopes (Linux 6.12)", lambda: host.landlock_version() >= 6),
    "yama": ("stopped where `kernel.yama.ptrace_scope` is at least 1", lambda: _sysctl("kernel.yama.ptrace_scope") > 0),
    "userns": ("stopped where users may make no user namespaces", lambda: not host.has_user_namespaces()),
    "uring": ("stopped where `kernel.io_uring_disabled` is at least 1", lambda: _sysctl("kernel.io_uring_disabled") > 0),
    "dmesg": ("stopped where `kernel.dmesg_restrict` is 1", lambda: _sysctl("kernel.dmesg_restrict") > 0),
    "tiocsti": (
        "stopped where `dev.tty.legacy_tiocsti` is 0 (Linux 6.2 and later can)",
        lambda: Path("/proc/sys/dev/tty/legacy_tiocsti").exists() and not _sysctl("dev.tty.legacy_tiocsti"),
    ),
}


@dataclass(frozen=True)
class Attack:
    section: str
    # The program, the attack, and its targets.
    words: tuple[str, ...]
    # Of rmrun, at every level.
    options: tuple[str, ...]
    title: str
    # By the names of the levels.
    cells: dict[str, str]

    @property
    def name(self) -> str:
        return "_".join(self.words).translate(str.maketrans("-/", "__", "{}"))

    @property
    def is_plain(self) -> bool:
        """Whether it needs nothing but to be run, by whichever process of a job."""
        needs = any(word.startswith("{") for word in self.words) or self.options or "terminal" in self.words[1]
        return not needs and self.words[1] != "traceme"

    def is_stopped(self, level: Level) -> bool:
        """What is to become of it on this host."""
        cell = self.cells[level.name]
        return CONDITIONS[cell][1]() if cell in CONDITIONS else cell == "stopped"


@dataclass(frozen=True)
class Verdict:
    is_stopped: bool
    # The attack's own line, or how its job was ended.
    text: str


def verdict(code: int, text: str) -> Verdict | None:
    """What an attack came to by its status and its line; None if that can't be told."""
    line = text.strip()
    if code == 0 and line == "reached":
        return Verdict(False, line)
    if code == 1 and line.startswith("stopped: "):
        return Verdict(True, line)
    # As Python has it, and as a shell.
    if code in (-signal.SIGSYS, 128 + signal.SIGSYS):
        return Verdict(True, "the filter killed it")
    return None


def _parse(section: str, line: str) -> Attack:
    command, title, cells = (part.strip() for part in line.split("|"))
    words, _, options = command.partition(" -- ")
    states = cells.split()
    assert len(states) == len(LEVELS), line
    assert set(states) <= {"open", "stopped", *CONDITIONS}, line
    by_level = {level.name: state for level, state in zip(LEVELS, states)}
    return Attack(section, tuple(shlex.split(words)), tuple(shlex.split(options)), title, by_level)


def _read() -> list[Attack]:
    attacks, section = [], ""
    for line in TABLE.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            attacks.append(_parse(section, line))
    return attacks


ATTACKS = _read()


def markdown() -> str:
    """The table as the README has it."""
    notes = {name: f"<sup>{number}</sup>" for number, name in enumerate(CONDITIONS, 1)}
    shown = {"open": "**not stopped**", "stopped": "stopped"} | {name: f"**not**{note}" for name, note in notes.items()}
    lines = [f"| A job tries to … | {' | '.join(level.title for level in LEVELS)} |", "|---" * (len(LEVELS) + 1) + "|"]
    section = None
    for attack in ATTACKS:
        if attack.section != section:
            section = attack.section
            lines.append(f"| *{section}* |" + " |" * len(LEVELS))
        lines.append(f"| {attack.title} | {' | '.join(shown[cell] for cell in attack.cells.values())} |")
    lines.append("")
    lines += [f"{notes[name]} {text}.  " for name, (text, _) in CONDITIONS.items()]
    return "\n".join(lines)


def with_table(readme: str) -> str:
    """A README with the table of today between its marks."""
    before, start, rest = readme.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    assert start and end, f"the README lacks the marks {MARKS}"
    return f"{before}{start}\n\n{markdown()}\n\n{end}{after}"
