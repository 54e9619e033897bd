"""What it costs to be confined: at a launch, beside bwrap, and at each system call."""

import pathlib
import random
import statistics
import subprocess

import container_filter
import launch
import peers
from figures import Row, Spread, paired_ratios

ISOLATED = "pid,mount,ipc,net"
# The same view of the files as with --isolate mount.
BWRAP = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
BWRAP_ISOLATED = [*BWRAP, "--unshare-pid", "--unshare-ipc", "--unshare-net"]
# A difference of two launches is mostly noise: it is taken of so many rounds together.
GROUP = 10
CALLS_MILLISECONDS = 300


def measure(work, rmrun, settings):
    """The rows of this part."""
    bwrap = peers.program("bwrap")
    runs = launch.timed(
        work,
        [
            peers.command("plain", [rmrun, "--", "/bin/true"]),
            peers.command("default", [rmrun, "--confine", "default", "--", "/bin/true"]),
            peers.command("strict", [rmrun, "--confine", "strict", "--", "/bin/true"]),
            # bwrap has no filter of its own.
            peers.command("isolated", [rmrun, "--confine", "none", "--isolate", ISOLATED, "--", "/bin/true"]),
            peers.command("bwrap", [bwrap, "--dev-bind", "/", "/", "/bin/true"]),
            peers.command("bwrap isolated", [bwrap, *BWRAP_ISOLATED, "/bin/true"]),
        ],
        settings.rounds,
    )
    ours, theirs = added(runs, "isolated", "plain"), added(runs, "bwrap isolated", "bwrap")
    return [
        Row("--confine default adds to a launch", Spread.of(added(runs, "default", "plain")), limit=0.5, unit="ms"),
        Row("--confine strict adds to a launch", Spread.of(added(runs, "strict", "plain")), unit="ms"),
        Row(f"--confine none --isolate {ISOLATED} adds to a launch", Spread.of(ours), unit="ms"),
        Row("the same ÷ what it adds to bwrap", Spread.of(paired_ratios(ours, theirs)), limit=1.1),
        # What programs do is what the target is about: no filter is to be had for a twentieth of the cheapest call there is.
        slowdown("files", "--confine default", settings.pairs, level(work, rmrun, "default", "files"), limit=1 / 0.95),
        slowdown("files", "--confine strict", settings.pairs, level(work, rmrun, "strict", "files")),
        *[
            slowdown("cheapest", name, settings.pairs, commands)
            for name, commands in [
                ("--confine default", level(work, rmrun, "default", "cheapest")),
                # What of that is the kernel's way into a filter, and what its rules.
                ("a filter that allows all", allowing(work)),
                ("podman's default filter", container(work)),
            ]
        ],
    ]


# Each yields the commands without and with a filter.


def level(work, rmrun, name, kind):
    program = [pathlib.Path(work) / "programs" / "calls", str(CALLS_MILLISECONDS), kind]
    return [rmrun, "--", *program], [rmrun, "--confine", name, "--", *program]


def allowing(work):
    program = [pathlib.Path(work) / "programs" / "calls", str(CALLS_MILLISECONDS), "cheapest"]
    return program, [*program, "allowing"]


def container(work):
    words = [str(CALLS_MILLISECONDS), "cheapest"]
    return tuple([*peers.hiding_groups(), *container_filter.command(work, words, filtered)] for filtered in (False, True))


def added(runs, name, base):
    """Milliseconds, for each group of rounds."""
    pairs = [(one[0] - other[0]) * 1e3 for one, other in zip(runs[name], runs[base], strict=True)]
    return [statistics.median(pairs[start : start + GROUP]) for start in range(0, len(pairs), GROUP)]


def slowdown(kind, under, pairs, commands, **target):
    """The rate of system calls without a filter over that with it, run in pairs in a random order."""
    order = random.Random(1)
    ratios = []
    for _ in range(pairs):
        rates = {}
        for filtered in order.sample([True, False], 2):
            rates[filtered] = float(subprocess.run(commands[filtered], stdout=subprocess.PIPE, check=True).stdout)
        ratios.append(rates[False] / rates[True])
    what = {"files": "calls on files", "cheapest": "cheapest calls (getppid)"}[kind]
    return Row(f"{what} a second without ÷ under {under}", Spread.of(ratios), **target)
