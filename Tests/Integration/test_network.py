"""Traffic is counted as the interfaces count it, and for the job that moves it."""

import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess

from harness import groups, host, network, processes
from harness.case import RMRUN, workload
from harness.two_hosts import TwoHosts

KINDS = ("networkReceived", "networkSent", "loopbackReceived", "loopbackSent")
PORT = 7000


class Networked(TwoHosts):
    """Jobs on the left host, who talk to the right one."""

    patience_factor = 3
    # What the kernel counts as one frame of many segments, the interface counts as one frame.
    is_segmented = True

    def setUp(self) -> None:
        super().setUp()
        if self.is_segmented:
            self.cable.segment_in_software()

    def traffic(self, *words: str, options: tuple[str, ...] = ("--meter", "network"), side: str = "left"):
        """Runs Tests/Workloads/traffic.c as a job, and returns its report's usage with what the interface counted meanwhile."""
        end = getattr(self.cable, side)
        before = end.counts()
        outcome = self.rmrun(*options, "--", workload("traffic"), *words, prefix=end.prefix)
        self.assertEqual(outcome.code, 0, outcome.text)
        after = end.counts()
        moved = {way: tuple(now - then for now, then in zip(after[way], before[way])) for way in after}
        return outcome.usage, moved

    def assert_counted(self, usage: dict, moved: dict) -> None:
        """Within 0.5 % of what the interface says. (Neighbours look for each other too: some packets are nobody's.)"""
        for way, (bytes_moved, packets) in moved.items():
            key = f"network{way.capitalize()}"
            self.assertLess(abs(usage[key] - bytes_moved), 0.005 * bytes_moved + 400, f"{key}: {usage[key]} of {bytes_moved}")
            counted = usage[key + "Packets"]
            self.assertLess(abs(counted - packets), 0.005 * packets + 6, f"{key}Packets: {counted} of {packets}")


class Counts(Networked):
    def serve_each(self) -> list[str]:
        for address in self.cable.right.addresses:
            self.cable.serve(workload("traffic"), address, PORT)
        return self.cable.right.addresses

    def test_a_stream(self) -> None:
        for address in self.serve_each():
            with self.subTest(address=address):
                usage, moved = self.traffic("tcp", address, str(PORT), "2", "20000000", "10000000")
                self.assertGreater(usage["networkSent"], 40_000_000)
                self.assertGreater(usage["networkReceived"], 20_000_000)
                self.assert_counted(usage, moved)

    def test_datagrams(self) -> None:
        for address in self.serve_each():
            with self.subTest(address=address):
                usage, moved = self.traffic("echo", address, str(PORT), "2000", "1200")
                header = 48 if ":" in address else 28
                self.assertEqual(usage["networkSent"], 2000 * (1200 + header))
                self.assertEqual(usage["networkReceived"], 2000 * (1200 + header))
                self.assert_counted(usage, moved)

    def test_datagrams_that_are_cut_into_fragments(self) -> None:
        for address in self.serve_each():
            for count, size in (("500", "1473"), ("500", "2000"), ("100", "60000")):
                for options in (("--meter", "network"), ("--net-bytes", "1G")):
                    with self.subTest(address=address, size=size, options=options):
                        usage, moved = self.traffic("echo", address, str(PORT), count, size, options=options)
                        self.assertGreater(usage["networkSent"], int(count) * int(size))
                        self.assert_counted(usage, moved)

    def test_fragments_that_are_full(self) -> None:
        """And one byte more. Where an MTU's packets don't carry a multiple of 8, the last fragment of IPv4 carries more than those before it."""
        # By MTU, for IPv4 and IPv6: what a datagram's bytes take in fragments. 8 bytes are UDP's own header.
        addresses = self.serve_each()
        exact = {1500: ((2952, 2), (2953, 3)), 1400: ((2748, 2), (2749, 3), (4124, 3))}, {1500: ((2888, 2), (2889, 3)), 1400: ((2680, 2), (2697, 3))}
        for mtu in (1500, 1400):
            for end in (self.cable.left, self.cable.right):
                end.run("ip", "link", "set", end.interface, "mtu", str(mtu))
            for address, sizes in zip(addresses, exact):
                header = 40 + 8 if ":" in address else 20
                for size, fragments in sizes[mtu]:
                    with self.subTest(mtu=mtu, address=address, size=size):
                        usage, moved = self.traffic("udp", address, str(PORT), "100", str(size))
                        self.assertEqual(usage["networkSentPackets"], 100 * fragments)
                        self.assertEqual(usage["networkSent"], 100 * (size + 8 + fragments * header))
                        self.assert_counted(usage, {"sent": moved["sent"]})

    def test_a_million_small_packets(self) -> None:
        address = self.cable.right.addresses[0]
        self.cable.serve(workload("traffic"), address, PORT)
        usage, moved = self.traffic("udp", address, str(PORT), "1000000", "16")
        self.assertEqual(usage["networkSentPackets"], 1_000_000)
        self.assertEqual(usage["networkSent"], 44_000_000)
        self.assert_counted(usage, {"sent": moved["sent"]})

    def test_short_and_half_closed_connections(self) -> None:
        for address in self.serve_each():
            with self.subTest(address=address):
                usage, moved = self.traffic("tcp", address, str(PORT), "200", "30000", "30000")
                self.assert_counted(usage, moved)

    def test_a_server(self) -> None:
        """The other end of the same, which leaves what comes in for later."""
        address = self.cable.right.addresses[0]
        before = self.cable.right.counts()
        server = self.start(
            "--meter", "network", "--timeout", "5m", "--grace", "0s", "--", workload("traffic"), "serve", address, str(PORT),
            prefix=self.cable.right.prefix,
        )
        self.assertEqual(server.line(), "ready")
        for words in (("tcp", "5", "1000000", "1000000"), ("udp", "20000", "100")):
            self.cable.left.run(workload("traffic"), words[0], address, str(PORT), *words[1:])
        os.kill(server.command(), 15)
        usage = self.finish(server).usage
        after = self.cable.right.counts()
        self.assert_counted(usage, {way: tuple(now - then for now, then in zip(after[way], before[way])) for way in after})

    def test_loopback_is_apart(self) -> None:
        own = self.cable.left.addresses[0]
        for address in ("127.0.0.1", "::1", own):
            with self.subTest(address=address):
                usage, _ = self.traffic("udp", address, str(PORT), "1", "100")
                header = 48 if ":" in address else 28
                self.assertEqual(usage["loopbackSent"], 100 + header)
                self.assertEqual(usage["networkSent"], 0)

    def test_what_a_job_inherits_is_counted_where_it_was_made(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inherited:
            inherited.connect(("127.0.0.1", PORT))
            script = f"printf 12345 >&{inherited.fileno()}; printf 123 >/dev/udp/127.0.0.1/{PORT}"
            outcome = self.rmrun("--meter", "network", "--", "bash", "-c", script, pass_fds=(inherited.fileno(),))
        self.assertEqual(outcome.usage["loopbackSent"], 28 + 3, outcome.text)


class Offload(Networked):
    is_segmented = False

    def test_a_stream_is_the_same_whoever_makes_its_segments(self) -> None:
        address, counted = self.cable.right.addresses[0], []
        self.cable.serve(workload("traffic"), address, PORT)
        for _ in range(2):
            # One way each, for how often the other way says that something has come is up to chance.
            # What is sent again adds to a run: the least of three.
            sent = min((self.traffic("tcp", address, str(PORT), "1", "20000000", "0") for _ in range(3)), key=lambda run: run[0]["networkSent"])
            received = min((self.traffic("tcp", address, str(PORT), "1", "0", "20000000") for _ in range(3)), key=lambda run: run[0]["networkReceived"])
            self.cable.segment_in_software()
            counted.append({"sent": sent, "received": received})
        for way, key in (("sent", "networkSent"), ("received", "networkReceived")):
            (whole, frames), (cut, segments) = (counts[way] for counts in counted)
            self.assertLess(frames[way][1], segments[way][1] / 4, "the interface was given segments in both cases")
            self.assertLess(abs(whole[key] - cut[key]), 0.005 * cut[key], key)


class LongPackets(Networked):
    is_segmented = False
    # An emulated processor is too slow for such packets to come about.
    is_left_to_hosts = True
    SIZE = 40_000_000

    def longest(self, address: str, *options: str) -> tuple[dict, dict]:
        """How long they are is up to how fast it goes: the one of three runs with the fewest."""
        words = ("tcp", address, str(PORT), "1", str(self.SIZE), "0")
        return min((self.traffic(*words, options=options) for _ in range(3)), key=lambda run: run[1]["sent"][1])

    def test_packets_of_more_than_64_kib(self) -> None:
        """BIG TCP, which IPv6 has by a header of the kernel's own."""
        for end in (self.cable.left, self.cable.right):
            words = ("ip", "link", "set", "dev", end.interface, "gso_max_size", "180000", "gro_max_size", "180000")
            has_it = subprocess.run([*end.prefix, *words], stderr=subprocess.DEVNULL).returncode == 0
            self.need(has_it, "an interface that takes packets of more than 64 KiB")
        address = self.cable.right.addresses[1]
        self.cable.serve(workload("traffic"), address, PORT)
        for options in (("--meter", "network"), ("--meter", "network", "--net-allow", address)):
            with self.subTest(options=options):
                usage, moved = self.longest(address, *options)
                frame_bytes, frames = moved["sent"]
                self.assertGreater(frame_bytes, 65536 * frames, "the interface was given longer packets")
                # Each segment has 1428 bytes, and headers of 72; what is sent again comes on top.
                self.assertLess(abs(usage["networkSent"] - self.SIZE * 1500 / 1428), 0.005 * self.SIZE)


class Asked(Networked):
    SEND = ("bash", "-c", f"printf 12345 >/dev/udp/127.0.0.1/{PORT}")

    # How many programs, and maps of programs, rmrun has open, which the command is a child of.
    LOOK = """
import os
place = f"/proc/{os.getppid()}/fd"
kinds = [os.readlink(f"{place}/{number}") for number in os.listdir(place)]
print(*(sum(kind.endswith(name) for kind in kinds) for name in ("bpf-prog", "bpf-map")))
"""

    def held(self, *options: str) -> list[int]:
        return [int(count) for count in self.rmrun(*options, "--", "python3", "-c", self.LOOK).out.split()]

    def test_only_what_is_read_stays_open(self) -> None:
        self.assertEqual(self.held("--meter", "network"), [0, 1])
        self.assertEqual(self.held("--net-bytes", "1G"), [0, 3])
        self.assertEqual(self.held("--net-connections", "5"), [0, 0])
        self.assertEqual(self.held("--meter", "network-latency"), [0, 2])

    def test_nothing_is_attached_for_nothing(self) -> None:
        self.assertEqual(self.held(), [0, 0])
        outcome = self.rmrun("--", *self.SEND)
        for kind in KINDS:
            self.assertIsNone(outcome.usage[kind])
            self.assertIsNone(outcome.usage[kind + "Packets"])
        self.assertNotIn("network", outcome.bill["metering"])

    def test_a_price_of_zero_is_no_reason(self) -> None:
        prices = self.file("free.yaml", "name: free\nrates:\n  network.sent: {price: 0, unit: GiB}\n")
        self.assertEqual(self.held("--prices", prices), [0, 0])

    def test_who_asks_is_told(self) -> None:
        for options in (("--meter", "network"), ("--require", "network"), ("--profile", self.file("p.yaml", "meter: network\n"))):
            with self.subTest(options=options):
                outcome = self.rmrun(*options, "--", *self.SEND)
                self.assertEqual(outcome.usage["loopbackSent"], 33)
                self.assertEqual(outcome.usage["networkSent"], 0)
                self.assertEqual(outcome.bill["metering"]["network"], "kernel")

    def test_a_price_is_paid(self) -> None:
        prices = self.file("dear.yaml", "name: dear\nrates:\n  loopback.sent: {price: 1000000, unit: GB}\n")
        outcome = self.rmrun("--prices", prices, "--", *self.SEND)
        self.assertEqual(outcome.bill["credits"]["byMeter"], {"loopback.sent": "0.033"})
        self.assertEqual(outcome.used, 0.033)

    def test_the_standard_price_is_paid_where_it_is_measured(self) -> None:
        send = ("bash", "-c", f"printf 12345 >/dev/udp/{self.cable.right.addresses[0]}/{PORT}")
        for options in (("--meter", "network"), ("--net-bytes", "1M", "--budget", "5")):
            with self.subTest(options=options):
                outcome = self.rmrun(*options, "--", *send, prefix=self.cable.left.prefix)
                self.assertEqual(outcome.usage["networkSent"], 33, outcome.text)
                self.assertEqual(outcome.bill["credits"]["byMeter"]["network.sent"], "0.000431")
        outcome = self.rmrun("--budget", "5", "--", *send, prefix=self.cable.left.prefix)
        self.assertIsNone(outcome.usage["networkSent"])
        self.assertNotIn("network.sent", outcome.bill["credits"]["byMeter"])

    def test_the_price_of_an_account_is_paid(self) -> None:
        """Which is known only once the launch has begun."""
        prices = self.file("dear.yaml", "name: dear\nrates:\n  loopback.sent: {price: 1000000, unit: GB}\n")
        ledger = ("--ledger", str(self.directory / "ledger.db"))
        create = [RMRUN, "account", "create", "acme", "--limit", "1000", "--default-budget", "1", "--prices", prices, *ledger]
        subprocess.run(create, check=True, stdout=subprocess.DEVNULL)
        # With a budget the account is asked when it is first refused, without one before that.
        for budget in (("--budget", "1"), ()):
            with self.subTest(budget=budget):
                outcome = self.rmrun("--account", "acme", *budget, *ledger, "--", *self.SEND)
                self.assertEqual(outcome.bill["credits"]["byMeter"], {"loopback.sent": "0.033"}, outcome.text)

    def test_an_unknown_meter_is_bad_usage(self) -> None:
        outcome = self.rmrun("--meter", "netwrok", "--", "/bin/true")
        self.assertEqual(outcome.code, 125)
        self.assertIn("none, or a list of", outcome.text)

    def test_who_may_not_is_told_why(self) -> None:
        outcome = self.rmrun("--meter", "network", "--", "/bin/true", prefix=network.UNPRIVILEGED)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertIn("can't be measured here", outcome.text)
        self.assertIn("not permitted", outcome.text)
        self.assertIsNone(outcome.usage["networkSent"])
        self.assertEqual(outcome.bill["metering"]["network"], "unavailable")

    # libbpf lifts the limit of a process that may do that, but not load programs; what has no capability to lift it here is so anyway.
    def test_who_may_not_keeps_its_limits(self) -> None:
        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 131072))

        outcome = self.rmrun("--meter", "network", "--", "bash", "-c", "ulimit -S -l; ulimit -H -l", prefix=network.UNPRIVILEGED, preexec_fn=limit)
        self.assertEqual(outcome.out.split(), [b"64", b"128"], outcome.text)

    def test_who_may_not_has_the_counters_of_a_network_of_its_own(self) -> None:
        for way in ("--net=none", "--isolate=net"):
            outcome = self.rmrun(*way.split("="), "--require", "network", "--", *self.SEND, prefix=network.UNPRIVILEGED)
            self.assertEqual(outcome.code, 0, outcome.text)
            # The header of IPv4, of UDP, and what was printed; and the kernel's answer that nobody listens there, which repeats it.
            datagram = 20 + 8 + 5
            moved = (outcome.usage["loopbackSent"], outcome.usage["loopbackSentPackets"])
            self.assertEqual(moved, (datagram + 20 + 8 + datagram, 2))
            self.assertEqual((outcome.usage["networkSent"], outcome.usage["networkReceived"]), (0, 0))
            self.assertEqual(outcome.bill["metering"]["network"], "kernel")
            # Of what else this kernel may lack there are others.
            self.assertEqual([warning for warning in outcome.bill["warnings"] if "network" in warning], [])

    def test_and_refused_where_it_has_to_be(self) -> None:
        outcome = self.rmrun("--require", "network", "--", "/bin/true", prefix=network.UNPRIVILEGED)
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("network (unavailable)", outcome.text)

    def test_a_program_of_a_group_above_is_not_lifted(self) -> None:
        with groups.Group() as group:
            network.attach_alone(group.path)
            outcome = self.rmrun("--meter", "network", "--", *self.SEND, preexec_fn=group.enter)
            self.assertEqual(outcome.code, 0, outcome.text)
            self.assertIn("a group above has a program that it", outcome.text)
            self.assertIsNone(outcome.usage["loopbackSent"])
            self.assertEqual(outcome.bill["metering"]["network"], "unavailable")

    def test_a_job_in_a_job_counts_for_both(self) -> None:
        inner = self.directory / "inner.json"
        outer = self.rmrun("--meter", "network", "--", RMRUN, "--meter", "network", "--report", str(inner), "--", *self.SEND)
        self.assertEqual(outer.usage["loopbackSent"], 33, outer.text)
        self.assertEqual(json.loads(inner.read_text())["usage"]["loopbackSent"], 33)


class Held(Networked):
    """Packets beyond what a job may move are refused, and it is stopped."""

    # Sends datagrams of 100 bytes, headers included, until one is refused; then waits to be asked to stop.
    SENDER = """
import errno, socket, sys, time
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.connect((sys.argv[1], 7000))
    count = 0
    while True:
        try:
            sender.send(b"x" * 72)
            count += 1
        except PermissionError:
            print(count, flush=True)
            break
        except ConnectionRefusedError:
            pass
time.sleep(600)
"""

    def prices(self, *rates: str) -> str:
        return self.file("prices.yaml", "name: dear\nrates:\n" + "".join(f"  {rate}\n" for rate in rates))

    def send(self, address: str, *options: str):
        words = (*options, "--grace", "5s", "--", "python3", "-c", self.SENDER, address)
        return self.rmrun(*words, prefix=self.cable.left.prefix)

    def test_bytes_are_held_to_the_packet(self) -> None:
        self.cable.serve(workload("traffic"), self.cable.right.addresses[0], PORT)
        outcome = self.send(self.cable.right.addresses[0], "--net-bytes", "10050B")
        self.assertEqual((outcome.code, outcome.reason), (120, "network"), outcome.text)
        self.assertEqual(outcome.out, b"100\n")
        self.assertEqual(outcome.usage["networkSent"] + outcome.usage["networkReceived"], 10_000)
        self.assertEqual(outcome.bill["enforcement"]["network.bytes"], "kernel")
        self.assertIsNotNone(outcome.bill["stopping"]["askedAt"])
        self.assertIsNone(outcome.bill["stopping"]["killedAt"])
        self.assertIn("bytes over the network used up (9.8 KiB received and sent)", outcome.text)

    def test_what_comes_in_counts_as_well(self) -> None:
        address = self.cable.right.addresses[0]
        self.cable.serve(workload("traffic"), address, PORT)
        outcome = self.rmrun(
            "--net-bytes", "1M", "--grace", "1s", "--", workload("traffic"), "tcp", address, str(PORT), "1", "0", "100000000",
            prefix=self.cable.left.prefix,
        )
        self.assertEqual((outcome.code, outcome.reason), (120, "network"), outcome.text)
        moved = outcome.usage["networkSent"] + outcome.usage["networkReceived"]
        self.assertLessEqual(moved, 1 << 20)
        # A packet that was too large may have been the kernel's many in one.
        self.assertGreater(moved, (1 << 20) - (1 << 17))

    def test_credits_are_held_to_the_packet(self) -> None:
        prices = self.prices("network.sent: {price: 1000, unit: GB}")
        outcome = self.send(self.cable.right.addresses[0], "--prices", prices, "--budget", "0.01")
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        # Up to where it is asked to stop; the rest is for its end.
        self.assertEqual(outcome.out, b"95\n")
        self.assertEqual(outcome.used, 0.0095)
        self.assertIsNotNone(outcome.bill["stopping"]["askedAt"])
        self.assertIsNone(outcome.bill["stopping"]["killedAt"])
        self.assertEqual(outcome.bill["credits"]["overdraft"], "0")

    def test_what_is_left_is_for_the_end(self) -> None:
        prices = self.prices("network.sent: {price: 1000, unit: GB}")
        # It is refused, waits to be asked to stop, and then takes its leave, in two packets of 100 bytes.
        leave = """
import signal, socket, sys
signal.sigwait([signal.SIGTERM])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    for _ in range(2):
        sender.sendto(b"x" * 72, (sys.argv[1], 7000))
"""
        script = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n" + self.SENDER
        script = script.replace("time.sleep(600)", leave)
        words = ("--prices", prices, "--budget", "0.01", "--grace", "30s", "--", "python3", "-c", script)
        outcome = self.rmrun(*words, self.cable.right.addresses[0], prefix=self.cable.left.prefix)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        self.assertEqual(outcome.usage["networkSent"], 9500 + 200)
        self.assertIsNone(outcome.bill["stopping"]["killedAt"])

    def test_many_at_a_time_do_not_pass_the_budget(self) -> None:
        prices = self.prices("network.sent: {price: 1000, unit: GB}")
        script = "for i in 1 2 3 4 5 6 7 8; do \"$@\" & done; wait"
        address = self.cable.right.addresses[0]
        outcome = self.rmrun(
            "--prices", prices, "--budget", "0.5", "--grace", "1s", "--", "sh", "-c", script, "sh",
            "python3", "-c", self.SENDER, address, prefix=self.cable.left.prefix,
        )
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        # Of several that are at the last bytes at once, each may find too few for its packet.
        sent = outcome.usage["networkSent"]
        self.assertLessEqual(sent, 475_000)
        self.assertGreaterEqual(sent, 475_000 - 8 * 100)
        self.assertEqual(outcome.used, sent / 1_000_000)

    def test_a_grant_lets_more_pass(self) -> None:
        prices = self.prices("loopback.sent: {price: 1000, unit: GB}")
        script = self.SENDER.replace("while True", "while count < 300").replace("            break", "            time.sleep(0.05)")
        script = script.replace("time.sleep(600)", "")
        running = self.start(
            "--prices", prices, "--budget", "0.01", "--on-exhausted", "freeze", "--", "python3", "-c", script, "127.0.0.1"
        )
        self.assertEqual(running.line(), "95")
        job = processes.environment(running.command())
        (name,) = [line.partition(b"=")[2].decode() for line in job if line.startswith(b"RMRUN_JOB=")]
        processes.wait_until(lambda: "is used up" in self.shown(name), "it is frozen")
        subprocess.run([RMRUN, "grant", name, "1"], check=True, stdout=subprocess.DEVNULL)
        outcome = self.finish(running)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(outcome.usage["loopbackSentPackets"], 300)

    def shown(self, job: str) -> str:
        return subprocess.run([RMRUN, "show", job], stdout=subprocess.PIPE, text=True, check=False).stdout

    def test_more_bytes_can_be_given_while_it_runs(self) -> None:
        address = self.cable.right.addresses[0]
        self.cable.serve(workload("traffic"), address, PORT)
        running = self.start(
            "--net-bytes", "1G", "--", "sh", "-c", 'echo ready; read line; exec "$@"', "sh",
            "python3", "-c", self.SENDER, address, prefix=self.cable.left.prefix, stdin=subprocess.PIPE,
        )
        self.assertEqual(running.line(), "ready")
        job = processes.environment(running.command())
        (name,) = [line.partition(b"=")[2].decode() for line in job if line.startswith(b"RMRUN_JOB=")]
        subprocess.run([RMRUN, "resize", name, "--net-bytes", "5000B"], check=True, stdout=subprocess.DEVNULL)
        running.process.stdin.write(b"\n")
        running.process.stdin.close()
        outcome = self.finish(running)
        self.assertEqual(outcome.out, b"ready\n50\n", outcome.text)
        self.assertEqual(outcome.reason, "network")

    def test_a_limit_can_be_taken_away_while_it_runs(self) -> None:
        """With a price that applies for its sake alone, and without any."""
        address = self.cable.right.addresses[0]
        free = self.file("free.yaml", "name: free\nrates:\n  cpu: {price: 1, unit: core-second}\n")
        script = f"echo $RMRUN_JOB; read line; for i in {{1..200}}; do printf %72s x >/dev/udp/{address}/{PORT}; done"
        for options in (("--budget", "500"), ("--budget", "500", "--prices", free), ()):
            with self.subTest(options=options):
                words = (*options, "--net-bytes", "8k", "--", "bash", "-c", script)
                running = self.start(*words, prefix=self.cable.left.prefix, stdin=subprocess.PIPE)
                job = running.line()
                subprocess.run([RMRUN, "resize", job, "--net-bytes", "max"], check=True, stdout=subprocess.DEVNULL)
                running.process.stdin.write(b"\n")
                running.process.stdin.close()
                outcome = self.finish(running)
                self.assertEqual((outcome.code, outcome.usage["networkSent"]), (0, 20_000), outcome.text)

    def test_credits_hold_after_a_limit_was_taken_away(self) -> None:
        prices = self.prices("network.sent: {price: 1000, unit: GB, applies: where-measured}")
        running = self.start(
            "--prices", prices, "--budget", "0.01", "--net-bytes", "10M", "--", "sh", "-c", 'echo $RMRUN_JOB; read line; exec "$@"', "sh",
            "python3", "-c", self.SENDER, self.cable.right.addresses[0], prefix=self.cable.left.prefix, stdin=subprocess.PIPE,
        )
        job = running.line()
        for limit in ("max", "10M"):
            subprocess.run([RMRUN, "resize", job, "--net-bytes", limit], check=True, stdout=subprocess.DEVNULL)
        running.process.stdin.write(b"\n")
        running.process.stdin.close()
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"), outcome.text)
        self.assertEqual(outcome.used, 0.0095)

    def test_what_is_set_while_it_runs_is_said_to_be_held(self) -> None:
        prices = self.prices("network.sent: {price: 1, unit: GB}")
        running = self.start("--prices", prices, "--budget", "1", "--", "sh", "-c", "echo $RMRUN_JOB; read line", stdin=subprocess.PIPE)
        job = running.line()
        subprocess.run([RMRUN, "resize", job, "--net-bytes", "1G", "--net-rate", "10Mbit"], check=True, stdout=subprocess.DEVNULL)
        running.process.stdin.close()
        enforcement = self.finish(running).bill["enforcement"]
        for feature in ("network.bytes", "network.rate"):
            self.assertEqual(enforcement.get(feature), "kernel")

    def test_what_nothing_has_held_from_the_start_can_not_be_set_later(self) -> None:
        for options in ((), ("--meter", "network")):
            with self.subTest(options=options):
                running = self.start(*options, "--", "sh", "-c", "echo $RMRUN_JOB; read line", stdin=subprocess.PIPE)
                job = running.line()
                said = subprocess.run([RMRUN, "resize", job, "--net-rate", "10Mbit"], stderr=subprocess.PIPE, text=True)
                running.process.stdin.close()
                self.finish(running)
                self.assertEqual(said.returncode, 122)
                self.assertIn("start it with --net-bytes, --net-rate or a budget that its traffic is paid from", said.stderr)

    def test_who_may_not_is_told_or_refused(self) -> None:
        outcome = self.rmrun("--net-bytes", "1M", "--", "/bin/true", prefix=network.UNPRIVILEGED)
        self.assertEqual(outcome.code, 0)
        self.assertIn("network.bytes can't be held here", outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["network.bytes"], "unavailable")
        outcome = self.rmrun("--net-bytes", "1M", "--require", "kernel", "--", "/bin/true", prefix=network.UNPRIVILEGED)
        self.assertEqual(outcome.code, 122)
        self.assertIn("network.bytes (unavailable)", outcome.text)


class Rates(Networked):
    # What an emulated processor can send and receive whatever else its host does; and how long, for it takes its time to begin.
    FAST, SECONDS = (20, 15) if host.in_guest else (100, 5)

    def setUp(self) -> None:
        super().setUp()
        self.next_port = PORT

    def serve(self, address: str) -> str:
        """A server of its own for each connection: what is left of one that has ended still goes out at the rate."""
        port, self.next_port = self.next_port, self.next_port + 1
        self.cable.serve(workload("traffic"), address, port)
        return str(port)

    def rate(self, rate: int, *words: str, connections: int = 1, is_version_6: bool = False) -> dict[str, float]:
        """What a job that would go on for long moved in a few seconds, as a share of what it may: one connection for each process."""
        address = self.cable.right.addresses[is_version_6]
        commands = [(workload("traffic"), words[0], address, self.serve(address), *words[1:]) for _ in range(connections)]
        together = "\n".join((*(" ".join((*command, "&")) for command in commands), "wait"))
        command = commands[0] if connections == 1 else ("sh", "-c", together)
        outcome = self.rmrun(
            "--net-rate", f"{rate}Mbit", "--timeout", f"{self.SECONDS}s", "--grace", "0s", "--", *command, prefix=self.cable.left.prefix
        )
        self.assertEqual(outcome.reason, "timeout", outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["network.rate"], "kernel")
        allowed = rate * 1_000_000 / 8 * outcome.bill["wallTime"]
        return {way: outcome.usage["network" + way] / allowed for way in ("Sent", "Received")}

    def assert_kept(self, way: str, *arguments: object, **how: object) -> None:
        """Never above; and not below, but for what the rest of the machine takes from it: in one of three runs."""
        with self.subTest(way=way, arguments=arguments, how=how):
            shares = []
            while len(shares) < 3 and max(shares, default=0) < 0.95:
                shares.append(self.rate(*arguments, **how)[way])
                self.assertLess(shares[-1], 1.05)
            self.assertGreater(max(shares), 0.95)

    SEND, RECEIVE = ("tcp", "1", "1000000000", "0"), ("tcp", "1", "0", "1000000000")

    def test_a_stream_that_is_sent(self) -> None:
        self.assert_kept("Sent", 10, *self.SEND)
        self.assert_kept("Sent", self.FAST, *self.SEND, is_version_6=True)

    def test_a_stream_that_is_received(self) -> None:
        self.assert_kept("Received", 10, *self.RECEIVE)

    def test_slow_ones(self) -> None:
        self.assert_kept("Received", 1, *self.RECEIVE, is_version_6=True)
        self.assert_kept("Sent", 1, *self.SEND)
        self.assert_kept("Sent", 2, *self.SEND, is_version_6=True)
        self.assert_kept("Sent", 1, *self.SEND, connections=2)

    def test_a_fast_one(self) -> None:
        self.assert_kept("Received", self.FAST, *self.RECEIVE)

    def test_many_that_share(self) -> None:
        self.assert_kept("Received", 10, *self.RECEIVE, connections=8, is_version_6=True)

    def test_datagrams(self) -> None:
        self.assert_kept("Sent", 10, "udp", "1000000000", "1200")

    def test_what_it_sends_over_a_connection_is_not_dropped(self) -> None:
        """But for the first ones, be it the one that connects, or the one that accepts. 400 kB are 277 packets; those that are dropped are tried again,
        thousands of times."""
        left, right = self.cable.left, self.cable.right
        before = self.tried(left)
        words = ("tcp", right.addresses[0], self.serve(right.addresses[0]), "1", "400000", "0")
        # Both are told of the same connections.
        options = ("--net-rate", "1Mbit", "--meter", "network,network-latency")
        outcome = self.rmrun(*options, "--", workload("traffic"), *words, prefix=left.prefix)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertLess(self.tried(left) - before, 400)
        (place,) = outcome.bill["timing"]["networkLatency"]["destinations"]
        self.assertIsNotNone(place["roundTripTime"])
        before = self.tried(right)
        words = ("serve", right.addresses[1], str(PORT))
        server = self.start("--net-rate", "1Mbit", "--timeout", "5m", "--grace", "0s", "--", workload("traffic"), *words, prefix=right.prefix)
        self.assertEqual(server.line(), "ready")
        left.run(workload("traffic"), "tcp", right.addresses[1], str(PORT), "1", "0", "400000")
        os.kill(server.command(), 15)
        self.finish(server)
        self.assertLess(self.tried(right) - before, 400)

    @staticmethod
    def tried(side: network.Host) -> int:
        """How many packets of TCP a host would have sent."""
        table = subprocess.run([*side.prefix, "cat", "/proc/net/snmp"], stdout=subprocess.PIPE, text=True, check=True).stdout
        names, values = (line.split() for line in table.splitlines() if line.startswith("Tcp:"))
        return int(values[names.index("OutSegs")])

    def test_a_connection_follows_a_rate_that_is_changed(self) -> None:
        """25 MB take 200 s at the first one."""
        address = self.cable.right.addresses[0]
        sender = (workload("traffic"), "tcp", address, self.serve(address), "1", "25000000", "0")
        running = self.start(
            "--net-rate", "1Mbit", "--timeout", "100s", "--", "sh", "-c", 'echo $RMRUN_JOB; exec "$@"', "sh", *sender, prefix=self.cable.left.prefix,
        )
        job = running.line()
        # More than passes at once: it is paced by now.
        processes.wait_until(lambda: self.cable.left.counts()["sent"][0] > 80_000, "it is slow")
        subprocess.run([RMRUN, "resize", job, "--net-rate", "100Mbit"], check=True, stdout=subprocess.DEVNULL)
        outcome = self.finish(running)
        self.assertEqual((outcome.code, outcome.reason), (0, None), outcome.text)

    def test_the_loopback_has_no_rate(self) -> None:
        """It would take 80 s each."""
        own, own_6 = self.cable.left.addresses
        # The kernel sends to a further address of a network from the first one.
        further = "10.77.0.9"
        self.cable.left.run("ip", "address", "add", f"{further}/24", "dev", self.cable.left.interface)
        for address, server in (("127.0.0.1",) * 2, ("::ffff:127.0.0.1", "127.0.0.1"), ("::1",) * 2, (own,) * 2, (own_6,) * 2, (further,) * 2):
            with self.subTest(address=address):
                self.cable.serve(workload("traffic"), server, self.next_port, self.cable.left)
                words = ("tcp", address, str(self.next_port), "1", "10000000", "0")
                self.next_port += 1
                outcome = self.rmrun(
                    "--net-rate", "1Mbit", "--timeout", "60s", "--", workload("traffic"), *words, prefix=self.cable.left.prefix
                )
                self.assertEqual((outcome.code, outcome.usage["networkSent"]), (0, 0), outcome.text)

    def test_what_comes_first_is_not_lost(self) -> None:
        """Three answers of 26 ms each, at once: the last begins within what there is at first."""
        address = self.cable.right.addresses[0]
        self.cable.serve(workload("traffic"), address, PORT)
        outcome = self.rmrun("--net-rate", "100kbit", "--", workload("traffic"), "echo", address, str(PORT), "3", "300", prefix=self.cable.left.prefix)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(outcome.usage["networkReceived"], 3 * 328)

    def test_what_is_no_rate(self) -> None:
        outcome = self.rmrun("--net-rate", "10", "--", "/bin/true")
        self.assertEqual(outcome.code, 125)
        self.assertIn("such as 10Mbit", outcome.text)


class Connections(Networked):
    # How many of so many connections come about, and what is said of the others; then how many more once two are closed.
    OPEN = """
import collections, socket, sys
address, count = sys.argv[1], int(sys.argv[2])

def attempts(number):
    said = collections.Counter()
    for _ in range(number):
        try:
            opened.append(socket.create_connection((address, 7000)))
            said["opened"] += 1
        except OSError as error:
            said[error.strerror] += 1
    return dict(said)

opened = []
print(attempts(count))
opened.pop().close()
opened.pop().close()
print(attempts(3))
"""

    def test_no_more_are_open_at_a_time(self) -> None:
        for address in (*self.cable.right.addresses, "127.0.0.1", "::1"):
            with self.subTest(address=address):
                side = self.cable.left if address in ("127.0.0.1", "::1") else self.cable.right
                self.cable.serve(workload("traffic"), address, PORT, side)
                outcome = self.rmrun(
                    "--net-connections", "5", "--", "python3", "-c", self.OPEN, address, "8", prefix=self.cable.left.prefix
                )
                self.assertEqual(outcome.code, 0, outcome.text)
                first, then = outcome.out.decode().splitlines()
                self.assertEqual(first, "{'opened': 5, 'Operation not permitted': 3}")
                self.assertEqual(then, "{'opened': 2, 'Operation not permitted': 1}")
                self.assertEqual(outcome.bill["enforcement"]["network.connections"], "kernel")

    def test_without_a_limit_all_are(self) -> None:
        address = self.cable.right.addresses[0]
        self.cable.serve(workload("traffic"), address, PORT)
        outcome = self.rmrun("--", "python3", "-c", self.OPEN, address, "8", prefix=self.cable.left.prefix)
        self.assertEqual(outcome.out, b"{'opened': 8}\n{'opened': 3}\n", outcome.text)

    def test_processes_share_the_limit_and_an_end_gives_back(self) -> None:
        address = self.cable.right.addresses[0]
        self.cable.serve(workload("traffic"), address, PORT)
        script = 'for i in 1 2 3; do "$@"; done'
        words = ("sh", "-c", script, "sh", "python3", "-c", self.OPEN, address, "6")
        outcome = self.rmrun("--net-connections", "4", "--", *words, prefix=self.cable.left.prefix)
        said = "{'opened': 4, 'Operation not permitted': 2}\n{'opened': 2, 'Operation not permitted': 1}\n"
        self.assertEqual(outcome.out.decode(), said * 3, outcome.text)

    def test_what_could_not_be_counted_back_is_refused(self) -> None:
        """A connection of MPTCP is closed without anybody being told."""
        script = """
import socket
server = socket.create_server(("127.0.0.1", 0))
for protocol in [262] * 4 + [0] * 4:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol) as client:
            client.connect(server.getsockname())
        print("connected")
    except OSError as error:
        print(error.strerror)
"""
        said = [self.rmrun(*options, "--", "python3", "-c", script).out.decode().splitlines() for options in ((), ("--net-connections", "2"))]
        self.need(said[0][0] != "Protocol not supported", "MPTCP in the kernel")
        self.assertEqual(said[0], ["connected"] * 8)
        self.assertEqual(said[1], ["Operation not permitted"] * 4 + ["connected"] * 4)

    def test_what_comes_in_and_datagrams_are_free(self) -> None:
        script = """
import socket
server = socket.create_server(("127.0.0.1", 7000))
for _ in range(4):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("127.0.0.1", 7000))
print("ready", flush=True)
print(len([server.accept() for _ in range(3)]))
"""
        running = self.start("--net-connections", "0", "--", "python3", "-c", script)
        self.assertEqual(running.line(), "ready")
        outside = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(3)]
        outcome = self.finish(running)
        for each in outside:
            each.close()
        self.assertEqual(outcome.out, b"ready\n3\n", outcome.text)

    def test_who_may_not_is_told(self) -> None:
        outcome = self.rmrun("--net-connections", "5", "--", "/bin/true", prefix=network.UNPRIVILEGED)
        self.assertEqual(outcome.code, 0)
        self.assertIn("network.connections can't be held here", outcome.text)


class Without(Networked):
    TRY = """
import socket, sys
for address in sys.argv[1:]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family, kind) as client:
            client.settimeout(5)
            try:
                client.connect((address, 7000))
                print("connected")
            except OSError as error:
                print(error.strerror)
"""

    def attempts(self, *options: str) -> list[str]:
        for address in self.cable.right.addresses:
            self.cable.serve(workload("traffic"), address, PORT)
        addresses = (*self.cable.right.addresses, self.cable.left.addresses[0])
        words = (*options, "--", "python3", "-c", self.TRY, *addresses)
        return self.rmrun(*words, prefix=self.cable.left.prefix).out.decode().splitlines()

    def test_it_reaches_the_network_with_one(self) -> None:
        self.assertEqual(self.attempts("--net", "host")[:4], ["connected"] * 4)

    def test_it_reaches_nothing_without(self) -> None:
        self.assertEqual(set(self.attempts("--net", "none")), {"Network is unreachable"})

    def test_it_has_its_loopback(self) -> None:
        script = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
        outcome = self.rmrun("--net", "none", "--meter", "network", "--", "python3", "-c", script)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertGreater(outcome.usage["loopbackSent"], 0)
        self.assertEqual(outcome.usage["networkSent"], 0)
        self.assertEqual(outcome.bill["enforcement"]["namespace.net"], "kernel")

    def test_other_namespaces_take_nothing_from_it(self) -> None:
        self.assertEqual(set(self.attempts("--net", "none", "--isolate", "uts")), {"Network is unreachable"})


class Crashes(Networked):
    def ask(self, *words: str) -> str:
        ledger = ("--ledger", str(self.directory / "ledger.db"))
        return subprocess.run([RMRUN, *words, *ledger], check=True, stdout=subprocess.PIPE, text=True).stdout

    def used(self) -> str:
        return json.loads(self.ask("account", "show", "acme", "--json"))["accounts"][0]["used"]

    def test_what_was_counted_is_booked_to_the_byte(self) -> None:
        """By the guardian's recovery, and by somebody's who finds what both left."""
        self.ask("account", "create", "acme", "--limit", "1000")
        prices = self.file("dear.yaml", "name: dear\nrates:\n  loopback.sent: {price: 1000000, unit: GB}\n")
        script = f"for i in 1 2 3 4 5; do printf 12345 >/dev/udp/127.0.0.1/{PORT}; done; echo sent; sleep 600"
        words = ("--account", "acme", "--ledger", str(self.directory / "ledger.db"), "--prices", prices, "--budget", "1")
        for number, kills_guardian in enumerate((False, True)):
            with self.subTest(kills_guardian=kills_guardian), groups.Group() as group:
                running = self.start(*words, "--", "bash", "-c", script, report=False, preexec_fn=group.enter)
                self.assertEqual(running.line(), "sent")
                for pid in running.helpers() if kills_guardian else []:
                    os.kill(pid, signal.SIGKILL)
                running.process.kill()
                running.process.wait()
                if kills_guardian:
                    self.ask("recover", "--cgroup-parent", str(group.path))
                processes.wait_until(lambda: not groups.below(group.path), "its groups are removed")
                self.assertEqual(float(self.used()), round(5 * 33 * 0.001 * (number + 1), 6))

    def test_what_may_not_be_looked_at_is_booked_as_of_the_last_reading(self) -> None:
        self.ask("account", "create", "acme", "--limit", "1000")
        prices = self.file("dear.yaml", "name: dear\nrates:\n  loopback.sent: {price: 1000000, unit: GB}\n")
        ledger = str(self.directory / "ledger.db")
        script = f"for i in 1 2 3 4 5; do printf 12345 >/dev/udp/127.0.0.1/{PORT}; done; echo $RMRUN_JOB; sleep 600"
        words = ("--account", "acme", "--ledger", ledger, "--prices", prices, "--budget", "1", "--", "bash", "-c", script)
        with groups.Group() as group:
            running = self.start(*words, report=False, preexec_fn=group.enter, prefix=network.WITHOUT_LOOKING)
            job = running.line()
            processes.wait_until(lambda: float(self.used()) == 0.165, "a reading is booked")
            running.process.kill()
            running.process.wait()
            processes.wait_until(lambda: not groups.below(group.path), "its groups are removed")
        self.assertEqual(float(self.used()), 0.165)
        with sqlite3.connect(ledger) as database:
            self.assertEqual(database.execute("SELECT settlement FROM job").fetchall(), [("final-but-traffic",)])
        last = json.loads(self.ask("account", "usage", job, "--json"))["readings"][-1]["quantities"]
        self.assertEqual(last["loopback.sent"], 165)
        self.assertIsNotNone(last["cpu"])
