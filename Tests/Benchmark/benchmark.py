"""Measures rmrun's parts and prints one table. Tests/benchmark.sh builds and installs what it needs, then calls it."""

import argparse
import os
import sys

import accuracy
import confinement
import control
import figures
import launch
import ledger
import machine
import network
import overshoot
import vm
import watching
from figures import Missing

PARTS = {
    "launch": ("Launch", launch.measure),
    "overshoot": ("Overshoot", overshoot.measure),
    "watching": ("Cost of watching", watching.measure),
    "accuracy": ("Accuracy", accuracy.measure),
    "ledger": ("Accounts", ledger.measure),
    "control": ("Running jobs", control.measure),
    "confinement": ("Confinement", confinement.measure),
    "network": ("Network", network.measure),
    "vm": ("In the virtual machines", vm.measure),
}


class Full:
    """How often each figure is taken."""

    rounds = 200  # launches of each contender
    repeats = 5  # runs of each combination
    watched = 20  # seconds
    watchings = 3
    pairs = 15
    guest_repeats = 5
    guest_launches = 20


class Quick:
    """Enough to see that everything works; the figures mean little."""

    rounds = 20
    repeats = 1
    watched = 3
    watchings = 1
    pairs = 2
    guest_repeats = 1
    guest_launches = 3


def main():
    options = arguments()
    settings = Quick if options.quick else Full
    sections = []
    for part in options.parts:
        title, measure = PARTS[part]
        print(f"benchmark: {title}", file=sys.stderr)
        try:
            rows = measure(options.work, options.rmrun, settings)
        except machine.Unavailable as error:
            rows = [Missing(title, str(error))]
        sections.append((title, rows))
    table = figures.markdown_table if options.markdown else figures.text_table
    print(table(sections))
    print(f"\nMeasured by Tests/benchmark.sh on {machine.description()}.")
    missed = [row for _, rows in sections for row in rows if row.reached is False]
    if missed:
        print(f"benchmark: {len(missed)} targets missed", file=sys.stderr)
    return 1 if missed and options.check else 0


def arguments():
    parser = argparse.ArgumentParser(prog="benchmark.sh")
    parser.add_argument("--work", required=True)
    parser.add_argument("--rmrun", required=True)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("parts", nargs="+", choices=PARTS)
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.pop("RMRUN_LOG", None)
    sys.exit(main())
