"""What came of one run of rmrun."""

import json
import signal
from dataclasses import dataclass
from typing import Any


@dataclass
class Outcome:
    """`code` is what the parent saw: an exit status, or minus the number of the signal that rmrun died of."""

    code: int
    out: bytes
    err: bytes
    report: dict[str, Any] | None

    @property
    def text(self) -> str:
        """rmrun's and the command's standard error."""
        return self.err.decode(errors="replace")

    @property
    def reason(self) -> str | None:
        return self.bill["terminationReason"]

    @property
    def bill(self) -> dict[str, Any]:
        assert self.report is not None, f"no report; rmrun said: {self.text}"
        return self.report

    @property
    def job(self) -> str:
        return self.bill["job"]

    @property
    def usage(self) -> dict[str, Any]:
        return self.bill["usage"]

    @property
    def cpu(self) -> float:
        """Seconds of CPU."""
        return self.usage["cpuTime"]

    @property
    def used(self) -> float:
        """Credits."""
        return float(self.bill["credits"]["used"])

    @property
    def json(self) -> Any:
        """What the command printed."""
        return json.loads(self.out)

    @property
    def ending_signal(self) -> signal.Signals | None:
        """The signal that the command died of, by the report."""
        name = self.bill["exitSignal"]
        if name is None:
            return None
        return signal.Signals[name if name.startswith("SIG") else "SIG" + name]


def read_report(path: str) -> dict[str, Any] | None:
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None
