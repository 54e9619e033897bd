"""How long a job's connections take, and their round trips, for each place that they go to."""

import os
import socket

from harness import network
from harness.case import workload
from harness.delay import Hop
from harness.outcome import Outcome
from harness.two_hosts import TwoHosts

METER = ("--meter", "network-latency")
PORT = 7000
# Opens so many connections to each place, with a byte each way, one after the other.
CLIENT = """
import socket, sys
for place in sys.argv[1:]:
    address, port, count = place.rsplit(",", 2)
    for _ in range(int(count)):
        with socket.create_connection((address, int(port))) as peer:
            peer.sendall(bytes(16))
            peer.shutdown(socket.SHUT_WR)
            peer.recv(1)
"""


class Latency(TwoHosts):
    def serve(self, *places: tuple[str, int]) -> None:
        for address, port in places:
            self.cable.serve(workload("traffic"), address, port)

    def connect(self, *places: tuple[str, int, int]) -> Outcome:
        words = [",".join(map(str, place)) for place in places]
        outcome = self.rmrun(*METER, "--", "python3", "-c", CLIENT, *words, prefix=self.cable.left.prefix)
        self.assertEqual(outcome.code, 0, outcome.text)
        return outcome

    def found(self, outcome: Outcome) -> dict[tuple[str, int], dict]:
        """What is said of each place, by address and port; it fits together."""
        latency = outcome.bill["timing"]["networkLatency"]
        for place in latency["destinations"]:
            for times in (place["connectTime"], place["roundTripTime"]):
                self.assertGreater(times["min"], 0)
                self.assertLessEqual(times["min"], times["mean"])
                self.assertLessEqual(times["mean"], times["max"])
            self.assertLessEqual(place["roundTripTime"]["min"], place["connectTime"]["min"])
        return {(place["address"], place["port"]): place for place in latency["destinations"]}

    def test_each_place_has_its_connections(self) -> None:
        four, six = self.cable.right.addresses
        self.serve((four, PORT), (four, PORT + 1), (six, PORT))
        # One of IPv4 by its other name is the same place.
        outcome = self.connect((four, PORT, 20), (four, PORT + 1, 3), (six, PORT, 7), ("::ffff:" + four, PORT, 5))
        found = self.found(outcome)
        counts = {place: each["connections"] for place, each in found.items()}
        self.assertEqual(counts, {(four, PORT): 25, (six, PORT): 7, (four, PORT + 1): 3})
        self.assertEqual(list(found), [(four, PORT), (six, PORT), (four, PORT + 1)], "the busiest first")
        self.assertEqual(outcome.bill["timing"]["networkLatency"]["otherConnections"], 0)
        self.assertEqual(outcome.bill["metering"]["network-latency"], "kernel")
        self.assertIsNone(outcome.usage["networkSent"], "nobody asked for that")

    def test_a_long_way_takes_long(self) -> None:
        self.need(os.path.exists("/dev/net/tun"), "/dev/net/tun")
        way = 0.02
        hop = Hop(self.cable, way)
        self.addCleanup(hop.close)
        near, far = self.cable.right.addresses, hop.addresses
        self.serve(*((address, PORT) for address in (*near, *far)))
        found = self.found(self.connect(*((address, PORT, 3) for address in (*near, *far))))
        for address in far:
            with self.subTest(address=address):
                place = found[address, PORT]
                self.assertGreaterEqual(place["connectTime"]["min"], 2 * way)
                self.assertGreaterEqual(place["roundTripTime"]["min"], 2 * way)
        for address in near:
            self.assertLess(found[address, PORT]["roundTripTime"]["min"], 2 * way)

    def test_one_that_is_open_at_the_end(self) -> None:
        address = self.cable.right.addresses[0]
        self.serve((address, PORT))
        script = "import socket, sys, os; peer = socket.create_connection((sys.argv[1], 7000)); os.kill(os.getpid(), 9)"
        outcome = self.rmrun(*METER, "--", "python3", "-c", script, address, prefix=self.cable.left.prefix)
        self.assertEqual(self.found(outcome)[address, PORT]["connections"], 1)

    def test_what_did_not_come_about_is_none(self) -> None:
        address = self.cable.right.addresses[0]
        script = """
import socket, sys
for port in range(9000, 9020):
    try:
        socket.create_connection((sys.argv[1], port))
    except ConnectionRefusedError:
        pass
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
    datagrams.sendto(b"x", (sys.argv[1], 7000))
"""
        outcome = self.rmrun(*METER, "--", "python3", "-c", script, address, prefix=self.cable.left.prefix)
        self.assertEqual(outcome.bill["timing"]["networkLatency"], {"destinations": [], "otherConnections": 0}, outcome.text)

    def test_what_is_accepted_is_not_in_it(self) -> None:
        script = """
import socket
server = socket.create_server(("127.0.0.1", 7000))
print("ready", flush=True)
for _ in range(3):
    server.accept()[0].close()
"""
        running = self.start(*METER, "--", "python3", "-c", script)
        self.assertEqual(running.line(), "ready")
        for _ in range(3):
            socket.create_connection(("127.0.0.1", PORT)).close()
        self.assertEqual(self.finish(running).bill["timing"]["networkLatency"]["destinations"], [])

    def test_many_places_are_bounded(self) -> None:
        """Each port of 1,500 is a place of its own; one of them has two connections."""
        script = """
import socket
servers = [socket.create_server(("127.0.0.1", port)) for port in range(20000, 21500)]
for server in (*servers, servers[700]):
    socket.create_connection(server.getsockname()).close()
    server.accept()[0].close()
"""
        outcome = self.rmrun(*METER, "--", "sh", "-c", 'ulimit -n 4096; exec python3 -c "$0"', script, prefix=self.cable.left.prefix)
        self.assertEqual(outcome.code, 0, outcome.text)
        latency = outcome.bill["timing"]["networkLatency"]
        self.assertEqual(len(latency["destinations"]), 64)
        self.assertEqual((latency["destinations"][0]["port"], latency["destinations"][0]["connections"]), (20700, 2))
        self.assertEqual(sum(place["connections"] for place in latency["destinations"]) + latency["otherConnections"], 1501)

    def test_the_report_says_it_in_a_line(self) -> None:
        six = self.cable.right.addresses[1]
        self.serve((six, PORT))
        report = self.directory / "report.txt"
        words = (*METER, "--report", str(report), "--", "python3", "-c", CLIENT, f"{six},{PORT},2")
        self.rmrun(*words, prefix=self.cable.left.prefix)
        (line,) = [line for line in report.read_text().splitlines() if line.startswith("  latency")]
        self.assertRegex(line, rf"\[{six}\]:{PORT} connect \S+, round trip \S+, 2 connections$")

    def test_who_does_not_ask_has_none(self) -> None:
        for options in ((), ("--meter", "network")):
            outcome = self.rmrun(*options, "--", "true")
            self.assertIsNone(outcome.bill["timing"]["networkLatency"])
            self.assertNotIn("network-latency", outcome.bill["metering"])

    def test_who_may_not_is_told_or_refused(self) -> None:
        outcome = self.rmrun(*METER, "--", "true", prefix=network.UNPRIVILEGED)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertIn("the network's latency can't be measured here", outcome.text)
        self.assertIsNone(outcome.bill["timing"]["networkLatency"])
        self.assertEqual(outcome.bill["metering"]["network-latency"], "unavailable")
        outcome = self.rmrun("--require", "network-latency", "--", "true", prefix=network.UNPRIVILEGED)
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("network-latency (unavailable)", outcome.text)

    def test_it_is_timed_for_the_job_above_as_well(self) -> None:
        address = self.cable.right.addresses[0]
        self.serve((address, PORT))
        words = (os.environ["RMRUN"], *METER, "--", "python3", "-c", CLIENT, f"{address},{PORT},4")
        outcome = self.rmrun(*METER, "--", *words, prefix=self.cable.left.prefix)
        self.assertEqual(self.found(outcome)[address, PORT]["connections"], 4, outcome.text)
