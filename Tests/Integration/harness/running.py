"""A run of rmrun that goes on while the test looks at it."""

import os
import signal
import subprocess
import tempfile
import time
from typing import IO, Any

from harness import host, processes
from harness.outcome import Outcome, read_report


class Running:
    """rmrun as a process.

    Its streams go to files: a pipe that nobody reads would hold the command up, and one that a leftover keeps open would hold
    the test up.
    """

    def __init__(self, words: list[Any], report: str | None, mark: str, **how: Any):
        self.mark = mark
        self._report = report
        self._out, self._err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        how.setdefault("stdin", subprocess.DEVNULL)
        how.setdefault("stdout", self._out)
        how.setdefault("stderr", self._err)
        self._read = 0
        self.process = subprocess.Popen(words, **how)

    @property
    def pid(self) -> int:
        return self.process.pid

    def line(self) -> str:
        """The next line that the command prints."""
        end = time.monotonic() + host.patience
        while True:
            ended = self.process.poll() is not None
            rest = self.output(self._out)[self._read :]
            if b"\n" in rest:
                line = rest[: rest.index(b"\n")]
                self._read += len(line) + 1
                return line.decode()
            if ended or time.monotonic() > end:
                raise AssertionError(f"no further line; rmrun said: {self.output(self._err)!r}")
            time.sleep(0.01)

    def tell(self, line: str) -> None:
        """Gives the command a line to read, where its standard input is a pipe."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    @staticmethod
    def output(file: IO[bytes]) -> bytes:
        """What a file holds, without moving the place where the next writer writes."""
        return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to rmrun alone."""
        os.kill(self.pid, number)

    def wait(self, patience: float = host.patience) -> Outcome:
        code = self.process.wait(patience)
        report = read_report(self._report) if self._report else None
        return Outcome(code, self.output(self._out), self.output(self._err), report)

    def close(self) -> None:
        """Ends what is still running: rmrun first, so that its guardian can do its work."""
        self.process.kill()
        self.process.wait()
        end = time.monotonic() + 2
        while left := self.marked():
            for pid in left if time.monotonic() > end else []:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.02)
        self._out.close()
        self._err.close()

    def is_stopped(self) -> bool:
        return processes.state(self.pid) == "T"

    def marked(self) -> list[int]:
        """rmrun, its guardian, and what the job consists of, unless it cleared its environment."""
        return processes.with_variable(self.mark)

    def command(self) -> int:
        """The command's own process."""
        return self._child(lambda pid: self._is_in_job(pid), "the command")

    def guardian(self) -> int:
        """The child that is rmrun's own."""
        return self._child(lambda pid: not self._is_in_job(pid), "the guardian")

    def helpers(self) -> list[int]:
        """rmrun's live children that are not in the job."""
        mine = [pid for pid in processes.children(self.pid) if processes.is_alive(pid)]
        return [pid for pid in mine if not self._is_in_job(pid)]

    def _is_in_job(self, pid: int) -> bool:
        if processes.group(pid) != processes.group(self.pid):
            return True
        ours = set(processes.environment(self.pid))
        return any(line.startswith(b"RMRUN_JOB=") and line not in ours for line in processes.environment(pid))

    def _child(self, fits: Any, what: str) -> int:
        end = time.monotonic() + host.patience
        while time.monotonic() < end:
            for pid in processes.children(self.pid):
                if processes.is_alive(pid) and fits(pid):
                    return pid
            time.sleep(0.01)
        raise AssertionError(f"rmrun has no such child: {what}")
