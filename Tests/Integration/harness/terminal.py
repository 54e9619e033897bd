"""A pseudo-terminal with a program on it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from harness import host


class Terminal:
    """Starts a program as the leader of a session with this terminal, 80 columns by 24 rows."""

    def __init__(self, *words: str, environment: dict[str, str] | None = None):
        self.seen = b""
        self._read = 0
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execvpe(words[0], list(words), os.environ | {"TERM": "xterm", "PS1": "prompt> "} | (environment or {}))
        self.resize(80, 24)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._master)
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text: str | bytes) -> None:
        os.write(self._master, text.encode() if isinstance(text, str) else text)

    def foreground(self) -> int:
        """The process group that has the terminal."""
        return os.tcgetpgrp(self._master)

    def expect(self, pattern: str, patience: float = host.patience) -> re.Match[bytes]:
        """Waits for output that matches, behind what was expected before."""
        end = time.monotonic() + patience
        while True:
            match = re.compile(pattern.encode()).search(self.seen, self._read)
            if match:
                self._read = match.end()
                return match
            if time.monotonic() > end or not self._more(0.2):
                raise AssertionError(f"expected {pattern!r}, saw {self.seen[self._read:]!r}")

    def watch(self, seconds: float) -> bytes:
        """What comes within some time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._more(0.05):
            pass
        return self.seen[self._read :]

    def wait(self, patience: float = host.patience) -> int:
        """The exit status, or minus the signal, of the program."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            self._more(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"still running; saw {self.seen!r}")

    def _more(self, patience: float) -> bool:
        """False once the terminal is closed."""
        readable, _, _ = select.select([self._master], [], [], patience)
        if not readable:
            return True
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return False
        self.seen += data
        return bool(data)
