"""What it costs to have packets counted: at a launch, and on their way."""

import json
import pathlib
import random
import subprocess

import launch
import machine
import peers
from confinement import added
from figures import Row, Spread

MILLISECONDS = 1000


def measure(work, rmrun, settings):
    """The rows of this part."""
    found = json.loads(subprocess.run([rmrun, "doctor", "--json"], stdout=subprocess.PIPE, check=True).stdout)
    if found["meters"]["network"]["mechanism"] != "kernel":
        raise machine.Unavailable(found["meters"]["network"]["cause"])
    runs = launch.timed(
        work,
        [
            peers.command("plain", [rmrun, "--", "/bin/true"]),
            peers.command("counted", [rmrun, "--meter", "network", "--", "/bin/true"]),
            peers.command("timed", [rmrun, "--meter", "network,network-latency", "--", "/bin/true"]),
            peers.command("held", [rmrun, "--net-bytes", "1G", "--", "/bin/true"]),
            peers.command("paced", [rmrun, "--net-rate", "10Mbit", "--", "/bin/true"]),
            peers.command("connected", [rmrun, "--net-connections", "100", "--", "/bin/true"]),
            peers.command("listed", [rmrun, "--net-allow", "localhost:80", "--", "/bin/true"]),
        ],
        settings.rounds,
    )
    return [
        Row("--meter network adds to a launch", Spread.of(added(runs, "counted", "plain")), limit=1, unit="ms"),
        Row("--meter network,network-latency adds to a launch", Spread.of(added(runs, "timed", "plain")), limit=1, unit="ms"),
        Row("--net-bytes adds to a launch", Spread.of(added(runs, "held", "plain")), limit=1, unit="ms"),
        Row("--net-rate adds to a launch", Spread.of(added(runs, "paced", "plain")), limit=1, unit="ms"),
        Row("--net-connections adds to a launch", Spread.of(added(runs, "connected", "plain")), limit=1, unit="ms"),
        Row("--net-allow adds to a launch", Spread.of(added(runs, "listed", "plain")), unit="ms"),
        metered(work, rmrun, settings.pairs, "network", "stream", "loopback TCP throughput uncounted ÷ counted", limit=1 / 0.97),
        metered(work, rmrun, settings.pairs, "network", "connections", "loopback TCP connections a second uncounted ÷ counted", limit=1 / 0.95),
        metered(work, rmrun, settings.pairs, "network-latency", "connections", "loopback TCP connections a second untimed ÷ timed", limit=1 / 0.95),
    ]


def metered(work, rmrun, pairs, meter, kind, what, **target):
    """The rate without a meter over that with it, run in pairs in a random order."""
    program = pathlib.Path(work) / "programs" / "loopback"
    order = random.Random(1)
    ratios = []
    for _ in range(pairs):
        rates = {}
        for counts in order.sample([True, False], 2):
            options = ["--meter", meter] if counts else []
            command = [rmrun, *options, "--", program, kind, str(MILLISECONDS)]
            rates[counts] = float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        ratios.append(rates[False] / rates[True])
    return Row(what, Spread.of(ratios), **target)
