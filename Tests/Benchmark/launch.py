"""How long it takes to start and end a command that does nothing."""

import collections
import contextlib
import json
import pathlib
import subprocess
import tempfile

import peers
from figures import Missing, Row, Spread, paired_ratios
from machine import Unavailable

MIB = 1 << 20


def measure(work, rmrun, settings):
    """The rows of this part."""
    with contextlib.ExitStack() as stack:
        commands, missing = contenders(work, rmrun, stack)
        runs = timed(work, commands, settings.rounds)
    rows = [
        row
        for row in [
            against(runs, "bwrap", "whole launch ÷ bwrap --dev-bind / / true", limit=1.5, note="aim: 1.2"),
            against(runs, "crun", "whole launch ÷ crun run, cgroups disabled", limit=1, strict=True),
            against(runs, "floor", "whole launch ÷ C floor (mkdir, clone3 into it, wait, read, rmdir)", limit=2.5),
            against(runs, "timeout", "whole launch ÷ timeout 10 true"),
            against(runs, "true", "whole launch ÷ /bin/true by itself"),
        ]
        if row
    ]
    rows += missing
    rows.append(Row("whole launch", Spread.of([wall * 1e3 for wall, _, _ in runs["rmrun"]]), unit="ms"))
    rows.append(Row("CPU time of a launch, /bin/true's included", cpu_of(runs, "rmrun"), unit="ms"))
    peaks = Spread.of([peak / MIB for _, _, peak in runs["rmrun"]])
    rows.append(Row("peak resident set", peaks, limit=16, unit="MiB", judged="worst"))
    return rows + second_opinion(rmrun, settings.rounds)


def contenders(work, rmrun, stack):
    """Lines for `launches`, and a row for each peer that is not to be had here."""
    makers = {
        "bwrap": peers.bwrap,
        "crun": lambda: peers.crun(work, stack.enter_context(peers.legacy_mounts())),
        "timeout": peers.timeout,
        "floor": lambda: peers.floor(work),
        "true": lambda: peers.command("true", ["/bin/true"]),
    }
    commands = [peers.command("rmrun", [rmrun, "--budget", "500", "--", "/bin/true"])]
    missing = []
    for name, make in makers.items():
        try:
            commands.append(make())
        except Unavailable as error:
            missing.append(Missing(f"whole launch ÷ {name}", str(error)))
    return commands, missing


def timed(work, commands, rounds):
    """Runs them interleaved: by name, a list of (seconds, CPU seconds, peak bytes), one for each round."""
    program = pathlib.Path(work) / "programs" / "launches"
    result = subprocess.run(
        [program, "-n", str(rounds)], input="\n".join(commands) + "\n", stdout=subprocess.PIPE, text=True, check=True
    )
    return parsed(result.stdout)


def parsed(lines):
    """What `launches` prints, by name."""
    runs = collections.defaultdict(list)
    for line in lines.splitlines():
        _, name, wall, cpu, peak, _ = line.split("\t")
        runs[name].append((int(wall) / 1e9, int(cpu) / 1e6, int(peak) * 1024))
    return runs


def against(runs, peer, what, **target):
    """rmrun's time over a peer's, round by round."""
    if peer not in runs:
        return None
    ratios = paired_ratios([run[0] for run in runs["rmrun"]], [run[0] for run in runs[peer]])
    return Row(what, Spread.of(ratios), **target)


def cpu_of(runs, name):
    return Spread.of([cpu * 1e3 for _, cpu, _ in runs[name]])


def second_opinion(rmrun, rounds):
    """The same by hyperfine, one command after the other: rests between, but no pairs."""
    try:
        hyperfine, bwrap = peers.program("hyperfine"), peers.program("bwrap")
    except Unavailable as error:
        return [Missing("the same by hyperfine ÷ bwrap", str(error))]
    with tempfile.NamedTemporaryFile(suffix=".json") as export:
        subprocess.run(
            [hyperfine, "-N", "--style", "none", "--warmup", "5", "--runs", str(rounds), "--prepare", "sleep 0.03"]
            + ["--export-json", export.name, f"{rmrun} --budget 500 -- /bin/true", f"{bwrap} --dev-bind / / true"],
            check=True,
        )
        ours, theirs = (sorted(result["times"]) for result in json.load(export)["results"])
    # The k-th fastest of one over the k-th fastest of the other.
    return [Row("the same by hyperfine ÷ bwrap", Spread.of(paired_ratios(ours, theirs)))]
