"""Numbers with their spread, and the table that they go into."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """What was seen in many runs: the middle, the half of the runs around it, and the worst (largest)."""

    median: float
    low: float
    high: float
    worst: float
    runs: int

    @classmethod
    def of(cls, values):
        values = list(values)
        if len(values) < 2:
            return cls(values[0], values[0], values[0], values[0], len(values))
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, low, high, max(values), len(values))


def paired_ratios(numerators, denominators):
    """The ratio within each round: what slows the machine for a while slows both."""
    return [numerator / denominator for numerator, denominator in zip(numerators, denominators, strict=True)]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `value` is the median, or the worst where `judged` is "worst"; `limit` is None where the figure is for information.
    """

    what: str
    spread: Spread
    limit: float | None = None
    unit: str = "×"
    judged: str = "median"
    strict: bool = False  # below the limit, not at it
    note: str = ""

    @property
    def value(self):
        return self.spread.worst if self.judged == "worst" else self.spread.median

    @property
    def reached(self):
        if self.limit is None:
            return None
        return self.value < self.limit if self.strict else self.value <= self.limit

    def cells(self):
        quartiles = f"{number(self.spread.low)}–{number(self.spread.high)}, max {number(self.spread.worst)}"
        target = "" if self.limit is None else f"{'<' if self.strict else '≤'} {number(self.limit)} {self.unit}"
        verdict = {None: "", True: "yes", False: "NO"}[self.reached]
        value = f"{number(self.value)} {self.unit}" + (" (worst)" if self.judged == "worst" else "")
        return [self.what, value, quartiles, str(self.spread.runs), target, verdict, self.note]


@dataclass(frozen=True)
class Missing:
    """A line that could not be measured here, and why."""

    what: str
    why: str
    reached = None

    def cells(self):
        return [self.what, "not measured", "", "", "", "", self.why]


def number(value):
    """Three digits that matter, no exponent."""
    magnitude = abs(value)
    if magnitude >= 100:
        return f"{value:.0f}"
    if magnitude >= 10:
        return f"{value:.1f}"
    if magnitude >= 1 or magnitude == 0:
        return f"{value:.2f}"
    return f"{value:.4f}".rstrip("0")


HEADINGS = ["figure", "value", "quartiles", "runs", "target", "reached", "note"]


def text_table(sections):
    """The table for a terminal; `sections` is a list of (title, rows)."""
    cells = [row.cells() for _, rows in sections for row in rows]
    widths = [max(len(line[i]) for line in [HEADINGS, *cells]) for i in range(len(HEADINGS))]

    def line(fields):
        return "  ".join(field.ljust(width) for field, width in zip(fields, widths)).rstrip()

    lines = [line(HEADINGS), line(["-" * width for width in widths])]
    for title, rows in sections:
        lines.append(title)
        lines += [line(row.cells()) for row in rows]
    return "\n".join(lines)


def markdown_table(sections):
    """The table for the README."""

    def line(fields):
        return "| " + " | ".join(field.replace("|", "\\|") for field in fields) + " |"

    lines = [line(HEADINGS), line(["---", "---:", "---:", "---:", "---:", "---", "---"])]
    for title, rows in sections:
        lines.append(line([f"**{title}**"] + [""] * (len(HEADINGS) - 1)))
        lines += [line(row.cells()) for row in rows]
    return "\n".join(lines)
