"""A run of rmrun that goes on while the test looks at it."""

import os
import signal
import subprocess
import time
from typing import Any

from harness import host, processes
from harness.outcome import Outcome, read_report


class Running:
    """rmrun as a process. Its standard output is read line by line, its standard error at the end."""

    def __init__(self, process: subprocess.Popen[bytes], report: str | None, mark: str):
        self.process = process
        self.mark = mark
        self._report = report
        self._lines: list[bytes] = []

    @property
    def pid(self) -> int:
        return self.process.pid

    def line(self) -> str:
        """The next line that the command prints."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"the command's output ended; rmrun said: {self._error()}"
        self._lines.append(line)
        return line.decode().rstrip("\n")

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to rmrun alone."""
        os.kill(self.pid, number)

    def wait(self, patience: float = host.patience) -> Outcome:
        # What the command leaves open must not keep us from seeing that rmrun has ended.
        self.process.wait(patience)
        out, err = self.process.communicate(timeout=patience)
        report = read_report(self._report) if self._report else None
        return Outcome(self.process.returncode, b"".join(self._lines) + (out or b""), err or b"", report)

    def _error(self) -> str:
        self.process.kill()
        return (self.process.stderr.read() if self.process.stderr else b"").decode(errors="replace")

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
