"""What attacks are aimed at: made when an attack names it, gone with the test."""

import ctypes
import fcntl
import os
import pty
import shutil
import socket
import subprocess
import tempfile
import termios
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import host, processes
from harness.attacks import Level
from harness.case import RMRUN, WORKLOADS

if TYPE_CHECKING:
    from harness.case import Case

ATTACK_PROGRAMS = WORKLOADS / "attacks"
# ipc(5)
IPC_PRIVATE, IPC_RMID = 0, 0


class Targets:
    """The targets of one attack at one level (None: outside of any job), which are a user's own (None: root's)."""

    def __init__(self, case: "Case", level: Level | None, user: int | None):
        self._case = case
        self._level = level
        self._user = user
        self._sibling: int | None = None
        # Seen by all jobs, as /tmp isn't: what stops them is to be what they may do with it, not that they don't find it.
        self.directory = self._own(Path(tempfile.mkdtemp(prefix="rmrun-attack-", dir="/var/tmp")))
        self.directory.chmod(0o755)
        case.addCleanup(shutil.rmtree, self.directory)
        # Where the case has its reports.
        case.directory.chmod(0o700 if user is None else 0o777)
        self.environment = {**os.environ, "RMRUN_RUNTIME_DIR": str(self.directory / "run")}
        # Options of rmrun, and how it is started.
        self.options: list[str] = []
        self.how: dict[str, Any] = {}
        # What a link is planted for.
        self.precious = self.directory / "precious"
        self.report = self.directory / "reports" / "report.json"
        self.show(WORKLOADS)

    def _own(self, path: Path) -> Path:
        if self._user is not None:
            os.chown(path, self._user, self._user)
        return path

    def show(self, path: Path) -> None:
        """Has the job see a directory, where it has a file system of its own."""
        if self._level and self._level.is_isolated:
            self.options += ["--read", str(path)]

    def words(self, words: tuple[str, ...]) -> list[str]:
        """An attack's words, with the targets in the place of their names."""
        return [self._find(word[1:-1]) if word.startswith("{") else word for word in words]

    def _find(self, name: str) -> str:
        return str(getattr(self, "find_" + name.replace("-", "_"))())

    def find_sibling(self) -> int:
        """A job's process at the same level."""
        if self._sibling is None:
            word = f"victim-{uuid.uuid4()}"
            options = self._level.options if self._level else ()
            running = self._case.start(
                "--budget", "100", *options, *self.options, "--", str(ATTACK_PROGRAMS / "victim"), word,
                report=False, prefix=host.become(self._user),
                env={os.fsencode(k): os.fsencode(v) for k, v in self.environment.items()},
            )  # fmt: skip
            self._case.assertEqual(running.line(), "ready")
            self._sibling = self._by_word(word)
        return self._sibling

    @staticmethod
    def _by_word(word: str) -> int:
        (pid,) = [pid for pid in processes.with_argument(word) if len(processes.arguments(pid)) == 2]
        return pid

    def find_sibling_group(self) -> Path:
        assert host.cgroup_mount
        line = processes.group(self.find_sibling()).decode().strip()
        return host.cgroup_mount / line.removeprefix("0::/")

    def find_runtime(self) -> Path:
        """The directory with a supervisor's socket."""
        self.find_sibling()
        runtime = self.directory / "run"
        processes.wait_until(lambda: runtime.exists() and os.listdir(runtime), "the supervisor has a socket")
        return runtime

    def find_ledger(self) -> Path:
        ledger = self.directory / "ledger.db"
        words = [*host.become(self._user), RMRUN, "account", "create", "acme", "--limit", "9", "--ledger", str(ledger)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        return ledger

    def find_precious(self) -> Path:
        self.precious.write_text("precious")
        return self._own(self.precious)

    def find_writable(self) -> Path:
        """A directory in which everybody may write, and the job is to."""
        place = self.report.parent
        place.mkdir()
        place.chmod(0o777)
        if self._level and self._level.is_isolated:
            self.options += ["--write", str(place)]
        return place

    def find_report(self) -> Path:
        """Where rmrun will write a report."""
        self.find_writable()
        if self._level:
            self.options += ["--report", str(self.report)]
        return self.report

    def find_setuid(self) -> Path:
        """A set-user-ID copy, in a directory whose mount honours that."""
        for candidate in (WORKLOADS, Path("/var/tmp"), Path.cwd()):
            if not os.statvfs(candidate).f_flag & os.ST_NOSUID and os.access(candidate, os.W_OK):
                break
        else:
            self._case.need(False, "a directory on a mount without nosuid")
        place = candidate / f"rmrun-attack-{uuid.uuid4()}"
        place.mkdir()
        place.chmod(0o755)
        self._case.addCleanup(shutil.rmtree, place)
        self.show(place)
        copy = place / "privileges"
        shutil.copy(ATTACK_PROGRAMS / "privileges", copy)
        copy.chmod(0o4755)
        return copy

    def find_descriptor(self) -> int:
        secret = self._case.file("secret", "secret", 0o600)
        descriptor = os.open(secret, os.O_RDONLY)
        self._case.addCleanup(os.close, descriptor)
        self.how["pass_fds"] = (descriptor,)
        return descriptor

    def find_shared_file(self) -> Path:
        file = Path(f"/dev/shm/rmrun-attack-{uuid.uuid4()}")
        file.write_text("somebody else's")
        file.chmod(0o600)
        self._case.addCleanup(file.unlink)
        return self._own(file)

    def find_socket(self) -> Path:
        """As services have them."""
        return self._socket(Path("/run"))

    def find_other_socket(self) -> Path:
        """Where a few have them."""
        return self._socket(self.directory)

    def _socket(self, place: Path) -> Path:
        path = place / f"rmrun-attack-{uuid.uuid4()}"
        self._listen(socket.AF_UNIX, str(path))
        path.chmod(0o600)
        self._case.addCleanup(path.unlink)
        return self._own(path)

    def find_pipe(self) -> Path:
        """A service's, which reads it."""
        return self._pipe(Path("/run"))

    def find_other_pipe(self) -> Path:
        return self._pipe(self.directory)

    def _pipe(self, place: Path) -> Path:
        path = place / f"rmrun-attack-{uuid.uuid4()}"
        os.mkfifo(path, 0o600)
        self._case.addCleanup(path.unlink)
        self._case.addCleanup(os.close, os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        return self._own(path)

    def find_abstract(self) -> str:
        name = f"rmrun-attack-{uuid.uuid4()}"
        self._listen(socket.AF_UNIX, "\0" + name)
        return name

    def find_port(self) -> int:
        return self._listen(socket.AF_INET, ("127.0.0.1", 0)).getsockname()[1]

    def _listen(self, family: int, address: Any) -> socket.socket:
        listener = socket.socket(family)
        self._case.addCleanup(listener.close)
        listener.bind(address)
        listener.listen()
        return listener

    def find_shared(self) -> int:
        libc = ctypes.CDLL(None, use_errno=True)
        segment = libc.shmget(IPC_PRIVATE, 4096, 0o600)
        assert segment >= 0, os.strerror(ctypes.get_errno())
        self._case.addCleanup(libc.shmctl, segment, IPC_RMID, None)
        return segment

    def _terminal(self) -> int:
        """A terminal's descriptor."""
        master, slave = pty.openpty()
        for descriptor in (master, slave):
            self._case.addCleanup(os.close, descriptor)
        return slave

    def find_other_terminal(self) -> Path:
        return self._own(Path(os.ttyname(self._terminal())))

    def give_terminal(self) -> None:
        """A terminal as standard input, which is the job's controlling one."""
        slave = self._terminal()
        self.how |= {
            "stdin": slave,
            "start_new_session": True,
            "preexec_fn": lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        }
