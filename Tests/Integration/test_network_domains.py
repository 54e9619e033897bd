"""A job reaches what is listed for it, and nothing else, whatever it tries."""

import array
import ctypes
import os
import signal
import socket
import subprocess

from harness import groups, host, network, processes
from harness.case import RMRUN, workload
from harness.guest import also_in_guest
from harness.names import NameServer, Reached
from harness.running import Running
from harness.two_hosts import TwoHosts

PORT = 7000
# Of the right host, beside those of the cable's own, which no name is to name: as addresses on the Internet are.
PUBLIC, PUBLIC_6 = "11.77.0.2", "2a77::2"
PRIVATE, PRIVATE_6 = "10.77.0.2", "fd77::2"
# A list of what nobody asks for.
ELSEWHERE = "11.77.0.3"

TOOLS = """
import ctypes, errno, os, socket, struct, sys, time

def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET

def named(call, *words):
    # What a call returned, or its error's name.
    try:
        return call(*words)
    except socket.timeout:
        return "ETIMEDOUT"
    except socket.gaierror as error:
        return "no address"
    except OSError as error:
        return errno.errorcode[error.errno]

def read(client):
    client.settimeout(20)
    return client.recv(100).decode()

def connected(client, address, port=7000):
    client.settimeout(20)
    client.connect((address, port))
    return read(client)

def tcp(address, port=7000):
    with socket.socket(family(address), socket.SOCK_STREAM) as client:
        return named(connected, client, address, port)

def udp(address, port=7000):
    def asked(client):
        client.connect((address, port))
        client.send(b"x")
        return read(client)
    with socket.socket(family(address), socket.SOCK_DGRAM) as client:
        return named(asked, client)

def sent(address, port=7000):
    def asked(client):
        client.sendto(b"x", (address, port))
        return read(client)
    with socket.socket(family(address), socket.SOCK_DGRAM) as client:
        return named(asked, client)

def look_up(name, of=socket.AF_INET):
    return named(lambda: socket.getaddrinfo(name, 7000, of, socket.SOCK_STREAM)[0][4][0])

# DNS by hand.

def query(name, kind=1):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack(">HHHHHH", 77, 0x100, 1, 0, 0, 0) + labels + b"\\0" + struct.pack(">HH", kind, 1)

def understood(reply):
    # The status, and the last four bytes where there is an answer: an address of IPv4.
    (_, flags, _, answers) = struct.unpack_from(">HHHH", reply)
    return f"{flags & 15} {socket.inet_ntoa(reply[-4:]) if answers else '-'}"

def dns(way, name, server, port=53):
    def asked(client):
        client.settimeout(20)
        if way == "tcp":
            client.connect((server, port))
            client.sendall(struct.pack(">H", len(query(name))) + query(name))
            return understood(client.recv(int.from_bytes(client.recv(2), "big")))
        client.sendto(query(name), (server, port))
        reply, source = client.recvfrom(4096)
        return understood(reply) if source[:2] == (server, port) else f"from {source}"
    with socket.socket(family(server), socket.SOCK_STREAM if way == "tcp" else socket.SOCK_DGRAM) as client:
        return named(asked, client)
"""


class Listed(TwoHosts):
    """Jobs on the left host, who may reach some of what is on the right one."""

    patience_factor = 4
    is_left_to_hosts = True

    def setUp(self) -> None:
        super().setUp()
        for end, number in ((self.cable.left, 1), (self.cable.right, 2)):
            end.run("ip", "address", "add", f"11.77.0.{number}/24", "dev", end.interface)
            end.run("ip", "address", "add", f"2a77::{number}/64", "dev", end.interface, "nodad")
        self.reached = Reached(self.cable.right, [PUBLIC, PUBLIC_6, PRIVATE, PRIVATE_6], PORT, self.directory)
        self.addCleanup(self.reached.close)

    @property
    def prefix(self) -> tuple[str, ...]:
        return self.cable.left.prefix

    def say(self, allow: str | None, script: str, *words: str, options: tuple[str, ...] = ()) -> str:
        """What a script says as a job that may reach so much; None: all."""
        held = () if allow is None else ("--net-allow", allow)
        command = ("python3", "-c", TOOLS + script, *words)
        self.outcome = self.rmrun(*held, *options, "--", *command, prefix=self.prefix)
        self.assertEqual(self.outcome.code, 0, self.outcome.text)
        if allow is not None:
            self.assertEqual(self.outcome.bill["enforcement"]["network.domains"], "kernel")
        return self.outcome.out.decode().strip()

    def refused(self) -> list[str]:
        """Where the last job wanted to go, as its report says it."""
        return [f"{each['address']} {each['port']}/{each['protocol']} {each['count']}" for each in self.network["refused"]]

    @property
    def network(self) -> dict:
        return self.outcome.bill["network"]


    def lose_supervisors(self, running: Running) -> None:
        """Ends rmrun and its guardian; the job's descendants go on."""
        # Else it has another guardian at once.
        running.send(signal.SIGSTOP)
        for pid in running.helpers():
            os.kill(pid, signal.SIGKILL)
        running.process.kill()
        running.process.wait()

    def recover(self, group: groups.Group) -> None:
        subprocess.run([RMRUN, "recover", "--cgroup-parent", str(group.path)], check=True, stdout=subprocess.DEVNULL)
        processes.wait_until(lambda: not groups.below(group.path), "its groups are removed")

    def last_line(self, running: Running) -> str:
        """The second line of a job that nobody supervises any more."""
        processes.wait_until(lambda: Running.output(running._out).count(b"\n") == 2, "it says more")
        return Running.output(running._out).decode().splitlines()[1]


class Networks(Listed):
    """Without names."""

    REACH = "print(*{tcp(sys.argv[1]), udp(sys.argv[1]), sent(sys.argv[1])})"

    @also_in_guest
    def test_addresses_and_networks(self) -> None:
        for allow, address, said in (
            (PUBLIC, PUBLIC, "reached"), (f"{PUBLIC}:{PORT}", PUBLIC, "reached"), ("11.77.0.0/24", PUBLIC, "reached"),
            (f"11.0.0.0/8:{PORT}", f"::ffff:{PUBLIC}", "reached"), ("2a77::/64", PUBLIC_6, "reached"),
            (f"[{PUBLIC_6}]:{PORT}", PUBLIC_6, "reached"), (f"{ELSEWHERE},{PUBLIC}", PUBLIC, "reached"),
            (f"{PUBLIC}:9", PUBLIC, "EPERM"), ("11.77.0.0/31", PUBLIC, "EPERM"), ("2a77:0:0:1::/64", PUBLIC_6, "EPERM"),
            (f"[{PUBLIC_6}]:9", PUBLIC_6, "EPERM"),
        ):
            with self.subTest(allow=allow, address=address):
                self.assertEqual(self.say(allow, self.REACH, address), said)

    def test_the_loopback_is_a_destination_like_any_other(self) -> None:
        script = """
places = (("127.0.0.1", 7100), ("127.0.0.1", 7101), ("::1", 7101))
servers = [socket.create_server(place, family=family(place[0])) for place in places]
def opened(place):
    with socket.create_connection(place):
        return "opened"
print(*(named(opened, place) for place in places))
"""
        self.assertEqual(self.say(None, script), "opened opened opened")
        self.assertEqual(self.say("localhost", script), "opened opened opened")
        self.assertEqual(self.say("localhost:7100", script), "opened EPERM EPERM")
        self.assertEqual(self.say(ELSEWHERE, script), "EPERM EPERM EPERM")

    def test_what_it_accepts_is_not_asked_about(self) -> None:
        script = """
with socket.create_server(("0.0.0.0", 7200)) as server:
    print("ready", flush=True)
    client, _ = server.accept()
    client.sendall(client.recv(10).upper())
"""
        running = self.start("--net-allow", ELSEWHERE, "--", "python3", "-c", TOOLS + script, prefix=self.prefix)
        self.assertEqual(running.line(), "ready")
        ask = "import socket; s = socket.create_connection(('11.77.0.1', 7200)); s.sendall(b'hello'); print(s.recv(10))"
        self.assertEqual(self.cable.right.run("python3", "-c", ask), "b'HELLO'\n")
        self.assertEqual(self.finish(running).code, 0)

    def test_a_socket_from_outside_is_its_makers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as inherited:
            script = "client = socket.socket(fileno=int(sys.argv[1])); client.connect(('127.0.0.1', int(sys.argv[2])))"
            words = (str(inherited.fileno()), str(server.getsockname()[1]))
            outcome = self.rmrun(
                "--net-allow", ELSEWHERE, "--", "python3", "-c", TOOLS + script, *words, pass_fds=(inherited.fileno(),)
            )
        self.assertEqual(outcome.code, 0, outcome.text)

    def test_refusals_are_reported_with_their_counts(self) -> None:
        script = """
for _ in range(3): tcp("11.77.0.2")
for _ in range(2): sent("2a77::2", 9)
tcp("10.77.0.2", 22)
named(socket.socket, socket.AF_INET, socket.SOCK_RAW, 255)
"""
        self.say(ELSEWHERE, script)
        self.assertEqual(self.refused(), [f"{PUBLIC} 7000/tcp 3", f"{PUBLIC_6} 9/udp 2", f"{PRIVATE} 22/tcp 1"])
        self.assertEqual(self.network["refusedMore"], 0)
        self.assertEqual(self.network["refusedSockets"], 1)
        self.assertEqual((self.network["refusedNames"], self.network["refusedNamesMore"]), ([], 0))
        self.say(ELSEWHERE, script, options=("--summary",))
        line = "network refused: 11.77.0.2:7000/tcp (3 times), [2a77::2]:9/udp (2 times), 10.77.0.2:22/tcp (once), 1 socket\n"
        self.assertIn(line, self.outcome.text)

    @also_in_guest
    def test_what_the_filter_refuses_is_reported_of_an_unconfined_job(self) -> None:
        script = """
for _ in range(2): print(named(socket.socket, socket.AF_PACKET, socket.SOCK_RAW))
print(named(socket.socket, socket.AF_VSOCK, socket.SOCK_STREAM))
with socket.socket(socket.AF_INET6) as client: print(named(client.setsockopt, socket.IPPROTO_IPV6, 78, 1))
"""
        self.assertEqual(self.say(ELSEWHERE, script).split(), 3 * ["EAFNOSUPPORT"] + ["EPERM"])
        self.assertEqual(self.outcome.bill["confinement"], {"level": "none", "refused": {"socket": 3, "setsockopt": 1}, "refusedMore": False, "killedFor": None})
        report = self.directory / "report.txt"
        self.say(ELSEWHERE, script, options=("--report", str(report)))
        self.assertIn("none; refused: socket (3), setsockopt\n", report.read_text())

    @also_in_guest
    def test_a_port_that_it_may_not_have_is_reported(self) -> None:
        script = """
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server: print(*(named(server.bind, ("127.0.0.1", 53)) for _ in range(2)))
with socket.socket(socket.AF_INET6) as server: print(named(server.bind, ("::", 53)))
"""
        self.assertEqual(self.say(ELSEWHERE, script).split(), 3 * ["EPERM"])
        self.assertEqual(self.refused(), ["127.0.0.1 53/udp 2", ":: 53/tcp 1"])
        self.assertEqual(self.say(None, "with socket.socket() as server: print(named(server.bind, ('127.0.0.53', 53)))"), "None")

    def test_a_job_without_a_list_has_no_such_report(self) -> None:
        self.say(None, "tcp('11.77.0.3', 9)")
        self.assertIsNone(self.network)


class Asked(Listed):
    """What --net-allow takes, and where it can't be held."""

    def run_plainly(self, *options: str, prefix: tuple[str, ...] = ()):
        return self.rmrun(*options, "--", "/bin/true", prefix=prefix)

    def test_a_profile_has_a_list_and_none_takes_it_away(self) -> None:
        profile = self.file("p.yaml", f"network.domains: {ELSEWHERE},*.example.org:443\n")
        self.assertEqual(self.say(None, "print(tcp(sys.argv[1]))", PUBLIC, options=("--profile", profile)), "EPERM")
        words = ("--profile", profile, "--net-allow", "none")
        self.assertEqual(self.say(None, "print(tcp(sys.argv[1]))", PUBLIC, options=words), "reached")
        self.assertNotIn("network.domains", self.outcome.bill["enforcement"])

    def test_lists_add_up_and_take_the_place_of_a_profiles(self) -> None:
        script = "print(tcp(sys.argv[1]), tcp(sys.argv[2]))"
        words = ("--profile", self.file("p.yaml", f"network.domains: {PUBLIC}\n"), "--net-allow", PRIVATE)
        self.assertEqual(self.say(None, script, PUBLIC, PRIVATE, options=words), "EPERM reached")
        self.assertEqual(self.say(PUBLIC, script, PUBLIC, PRIVATE, options=("--net-allow", PRIVATE)), "reached reached")
        anew = ("--net-allow", "none", "--net-allow", PRIVATE)
        self.assertEqual(self.say(PUBLIC, script, PUBLIC, PRIVATE, options=anew), "EPERM reached")

    def test_an_address_and_a_port_without_brackets(self) -> None:
        outcome = self.run_plainly("--net-allow", "::1:7001")
        self.assertEqual(outcome.code, 125)
        self.assertIn("write [::1]:7001 for a port, [::1:7001] for the address", outcome.text)

    def test_what_is_no_list_is_bad_usage(self) -> None:
        for text in ("", "a.example.org,", "a.example.org:http", "10.0.0.1/8", "bücher.example"):
            with self.subTest(text=text):
                outcome = self.run_plainly("--net-allow", text)
                self.assertEqual(outcome.code, 125)
                self.assertIn("--net-allow", outcome.text)

    def test_a_network_to_list_things_of_has_to_be_there(self) -> None:
        for options in (("--net", "none"), ("--isolate", "pid,net")):
            with self.subTest(options=options):
                outcome = self.run_plainly("--net-allow", PUBLIC, *options)
                self.assertEqual(outcome.code, 125)
                self.assertIn("leave one of them out", outcome.text)

    def test_who_may_not_is_told_or_refused(self) -> None:
        outcome = self.run_plainly("--net-allow", PUBLIC, prefix=network.UNPRIVILEGED)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertIn("network.domains can't be held here", outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["network.domains"], "unavailable")
        self.assertIsNone(outcome.bill["network"])
        for required in ("network.domains", "kernel"):
            with self.subTest(required=required):
                outcome = self.run_plainly("--net-allow", PUBLIC, "--require", required, prefix=network.UNPRIVILEGED)
                self.assertEqual(outcome.code, 122)
                self.assertIn("network.domains (unavailable)", outcome.text)

    def test_no_privilege_is_taken_from_a_job_that_is_not_confined(self) -> None:
        script = "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith(('NoNewPrivs', 'CapEff'))))"
        self.assertEqual(self.say(ELSEWHERE, script), self.say(None, script))

    def test_another_user_is_held_as_well(self) -> None:
        script = "id -u; exec 3<>/dev/tcp/11.77.0.2/7000; grep Seccomp: /proc/self/status"
        outcome = self.rmrun("--net-allow", ELSEWHERE, "--user", "nobody", "--", "bash", "-c", script, prefix=self.prefix)
        self.assertEqual(outcome.out.decode().split(), ["65534", "Seccomp:", "2"], outcome.text)
        self.assertIn("Operation not permitted", outcome.text)

    def test_a_confined_job_is_held_as_well(self) -> None:
        script = "print(tcp('11.77.0.2'), named(socket.socket, socket.AF_PACKET, socket.SOCK_RAW))"
        options = ("--confine", "default", "--isolate", "pid,mount,ipc", "--write", "/tmp")
        self.assertEqual(self.say(ELSEWHERE, script, options=options), "EPERM EAFNOSUPPORT")
        self.assertEqual(self.outcome.bill["confinement"]["refused"], {"socket": 1})


class WaysRound(Listed):
    """Each way is gone twice: by a job that may go everywhere, which arrives, and by one that may not."""

    def go(self, script: str, *words: str, refused: str = "EPERM") -> None:
        self.assertEqual(self.say(None, script, *words), "reached", "the way itself")
        self.assertEqual(self.say(ELSEWHERE, script, *words), refused)

    def refuse_frame(self, mark: str, script: str, refused: str, allow: str = ELSEWHERE) -> None:
        """The same for what is only sent: the mark arrives, or does not."""
        self.assertEqual(self.say(allow, script), refused)
        self.assertEqual(self.say(None, script), "sent")
        processes.wait_until(lambda: mark in self.reached.marks, f"{mark} arrives")
        self.assertEqual(self.reached.marks.count(mark), 1)

    def test_an_address_of_ipv4(self) -> None:
        self.go("print(tcp('11.77.0.2'))")
        self.assertEqual(self.refused(), [f"{PUBLIC} 7000/tcp 1"])

    def test_an_address_of_ipv6(self) -> None:
        self.go("print(tcp('2a77::2'))")

    def test_an_address_of_ipv4_within_ipv6(self) -> None:
        self.go("print(tcp('::ffff:11.77.0.2'))")
        self.go("print(sent('::ffff:11.77.0.2'))")
        # By whichever way it is written, it is one.
        self.assertEqual(self.refused(), [f"{PUBLIC} 7000/udp 1"])

    @also_in_guest
    def test_an_address_of_ipv4_by_a_socket_of_ipv6(self) -> None:
        """Which a datagram socket takes (RFC 3493 doesn't ask for it)."""
        script = """
client = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
place = struct.pack("=H", socket.AF_INET) + struct.pack(">H", 7000) + socket.inet_aton("11.77.0.2") + bytes(8)
library = ctypes.CDLL(None, use_errno=True)
def asked():
    if library.sendto(client.fileno(), b"x", 1, 0, place, 16) < 0: raise OSError(ctypes.get_errno(), "")
    return read(client)
print(named(asked))
"""
        self.go(script)

    def test_an_address_of_no_family(self) -> None:
        """udp(7): who sends to AF_UNSPEC sends to IPv4."""
        script = """
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
place = struct.pack("=H", 0) + struct.pack(">H", 7000) + socket.inet_aton("11.77.0.2") + bytes(8)
library = ctypes.CDLL(None, use_errno=True)
def asked():
    if library.sendto(client.fileno(), b"x", 1, 0, place, 16) < 0: raise OSError(ctypes.get_errno(), "")
    return read(client)
print(named(asked))
"""
        self.go(script)

    def test_datagrams_over_a_connected_socket(self) -> None:
        self.go("print(udp('11.77.0.2'))")
        self.go("print(udp('2a77::2'))")

    @also_in_guest
    def test_datagrams_that_name_their_place(self) -> None:
        self.go("print(sent('11.77.0.2'))")
        self.go("print(sent('2a77::2'))")

    def test_a_socket_that_was_connected_elsewhere_before(self) -> None:
        script = """
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(("11.77.0.3", 7000))
def asked():
    client.connect(("11.77.0.2", 7000))
    client.send(b"x")
    return read(client)
print(named(asked))
"""
        self.go(script)

    @also_in_guest
    def test_many_datagrams_in_one_call(self) -> None:
        script = """
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]
class Message(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p), ("name_length", ctypes.c_uint), ("vector", ctypes.POINTER(Vector)), ("count", ctypes.c_size_t),
        ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t), ("flags", ctypes.c_int), ("sent", ctypes.c_uint),
    ]
place = struct.pack("=H", socket.AF_INET) + struct.pack(">H", 7000) + socket.inet_aton("11.77.0.2") + bytes(8)
vector = Vector(b"x", 1)
messages = (Message * 3)(*(Message(place, 16, ctypes.pointer(vector), 1) for _ in range(3)))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
library = ctypes.CDLL(None, use_errno=True)
def asked():
    if library.sendmmsg(client.fileno(), messages, 3, 0) < 0: raise OSError(ctypes.get_errno(), "")
    return read(client)
print(named(asked))
"""
        self.go(script)

    def test_data_in_the_first_packet(self) -> None:
        script = """
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
def asked():
    client.sendto(b"x", socket.MSG_FASTOPEN, ("11.77.0.2", 7000))
    return read(client)
print(named(asked))
"""
        self.go(script)

    def test_a_connection_that_is_made_with_the_first_data(self) -> None:
        script = """
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.setsockopt(socket.IPPROTO_TCP, 30, 1)  # TCP_FASTOPEN_CONNECT
def asked():
    client.connect(("11.77.0.2", 7000))
    client.send(b"x")
    return read(client)
print(named(asked))
"""
        self.go(script)

    RAW = """
def checksum(words):
    total = sum(struct.unpack(f">{len(words) // 2}H", words))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff
def packet(mark):
    data = f"mark:{mark};  ".encode()
    data += bytes(len(data) % 2)
    body = struct.pack(">HHHH", 7000, 7000, 8 + len(data), 0) + data
    ends = socket.inet_aton("11.77.0.1") + socket.inet_aton("11.77.0.2")
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 7, 0, 64, 17, 0) + ends
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + body
"""

    @also_in_guest
    def test_a_raw_socket(self) -> None:
        script = self.RAW + """
def send():
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(packet("raw"), ("11.77.0.2", 0))
    return "sent"
print(named(send))
"""
        self.refuse_frame("mark:raw", script, "EPERM")

    @also_in_guest
    def test_a_packet_socket(self) -> None:
        script = self.RAW + """
def send():
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0) as frames:
        frames.sendto(packet("frame"), ("cable1", 0x800, 0, 0, b"\\xff" * 6))
    return "sent"
print(named(send))
"""
        self.refuse_frame("mark:frame", script, "EAFNOSUPPORT")

    def test_a_packet_socket_by_its_former_name(self) -> None:
        """packet(7): socket(AF_INET, SOCK_PACKET, protocol)."""
        script = self.RAW + """
library = ctypes.CDLL(None, use_errno=True)
def send():
    with socket.socket(socket.AF_INET, 10, socket.htons(0x800)) as frames:
        place = struct.pack("=H14sH", 0, b"cable1", socket.htons(0x800))
        frame = b"\\xff" * 6 + b"\\2" + bytes(5) + b"\\x08\\0" + packet("former")
        if library.sendto(frames.fileno(), frame, len(frame), 0, place, 18) < 0: raise OSError(ctypes.get_errno(), "")
    return "sent"
print(named(send))
"""
        self.refuse_frame("mark:former", script, "EAFNOSUPPORT")

    def test_a_ping_socket(self) -> None:
        self.cable.left.run("sh", "-c", "echo 0 2147483647 > /proc/sys/net/ipv4/ping_group_range")
        script = """
def asked():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as ping:
        ping.settimeout(20)
        ping.sendto(struct.pack(">BBHHH", 8, 0, 0, 0, 1) + b"mark:ping;", ("11.77.0.2", 0))
        return "reached" if b"mark:ping" in ping.recv(100) else "other"
print(named(asked))
"""
        self.go(script)

    @also_in_guest
    def test_other_protocols_over_ip(self) -> None:
        """SCTP, which the guest has, DCCP, UDP-Lite, SMC, L2TP: whatever the kernel has of them."""
        script = """
kinds = [(1, 132), (5, 132), (6, 33), (2, 136), (1, 256), (2, 115)]
def made(kind, protocol):
    socket.socket(socket.AF_INET, kind, protocol).close()
    return "made"
print(*(named(made, *kind) for kind in kinds))
"""
        without, held = self.say(None, script).split(), self.say(ELSEWHERE, script).split()
        self.assertIn("made", without)
        if host.in_guest:
            self.assertEqual(without[:2], ["made", "made"])
        self.assertEqual(held, ["EPERM" if said == "made" else said for said in without])

    def test_mptcp(self) -> None:
        script = """
def asked():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as client:
        return connected(client, "11.77.0.2", 7001)
print(named(asked))
"""
        self.go(script)

    def test_by_way_of_a_listed_host_but_through_another(self) -> None:
        """Nobody has 11.77.0.9 and 2a77::9: what arrives at the right host has left by the options of IPv4 (RFC 791), and by a header of IPv6
        (RFC 8754)."""
        four = """
def send():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes([131, 7, 4]) + socket.inet_aton("11.77.0.2") + b"\\0")
        client.sendto(b"mark:four;", ("11.77.0.9", 7000))
    return "sent"
print(named(send))
"""
        six = """
def send():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client:
        by = socket.inet_pton(socket.AF_INET6, "2a77::2")
        client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RTHDR, bytes([0, 4, 4, 1, 1, 0, 0, 0]) + bytes(16) + by)
        client.sendto(b"mark:six;", ("2a77::9", 7000))
    return "sent"
print(named(send))
"""
        self.refuse_frame("mark:four", four, "EPERM", allow="11.77.0.9")
        self.refuse_frame("mark:six", six, "EPERM", allow="2a77::9")

    def test_an_answer_to_somebody_elses_address(self) -> None:
        """Of this host's own, where everybody may claim any address: the question seems to come from outside, and the answer, which has it in
        it, would go there. What stands in for a name server where there is no list echoes."""
        self.cable.left.run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind")
        script = """
def echo(server):
    while True:
        data, client = server.recvfrom(4096)
        server.sendto(data, client)
import threading
server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
if named(server.bind, ("::1", 53)) is None:
    threading.Thread(target=echo, args=(server,), daemon=True).start()
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client:
    client.bind(("2a77::2", 1234))
    said = named(client.sendto, query("mark:answer;.example.com"), ("::1", 53))
# What is asked later is answered later.
dns("udp", "next.example.com", "::1")
print("EPERM" if said == "EPERM" else "sent")
"""
        self.refuse_frame("mark:answer", script, "EPERM", allow="api.example.org")

    # Answers as its listed address whoever seems to ask; the other address, which is not listed, has what it was sent written out.
    MIRROR = """
import socket, threading
sockets = [socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) for _ in range(2)]
sockets[0].bind(("2a77::2", 7100))
sockets[1].bind(("fd77::2", 7101))
def mirror():
    while True:
        data, client = sockets[0].recvfrom(4096)
        sockets[0].sendto(data, client)
threading.Thread(target=mirror, daemon=True).start()
print("ready", flush=True)
while True:
    print(sockets[1].recvfrom(4096)[0].decode(), flush=True)
"""

    def test_an_answer_of_a_listed_host_to_somebody_elses_address(self) -> None:
        """ipv6(7), IPV6_FREEBIND, which takes no privilege: a source in the address of the socket, or in what is said with the datagram
        (IPV6_PKTINFO), to a listed host that answers."""
        script = """
# Without any privilege.
os.setuid(65534)
level, option, way, mark = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4].encode()
source = socket.inet_pton(socket.AF_INET6, "fd77::2")
def send():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client:
        client.setsockopt(level, option, 1)
        if way == "bound":
            client.bind(("fd77::2", 7101))
            client.sendto(mark, ("2a77::2", 7100))
        else:
            client.bind(("::", 7101))
            said = [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, source + struct.pack("=i", 0))]
            client.sendmsg([mark], said, 0, ("2a77::2", 7100))
    return "sent"
print(named(send))
"""
        mirror = subprocess.Popen(
            [*self.cable.right.prefix, "python3", "-c", self.MIRROR], stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(mirror.communicate)
        self.addCleanup(mirror.kill)
        self.assertEqual(mirror.stdout.readline(), "ready\n")
        for level, option in ((41, 78), (0, 15)):
            for way in ("bound", "said"):
                with self.subTest(level=level, option=option, way=way):
                    words = (str(level), str(option), way)
                    self.assertEqual(self.say(PUBLIC_6, script, *words, "held"), "EPERM")
                    self.assertEqual(self.say(None, script, *words, f"{way} {level}"), "sent")
                    self.assertEqual(mirror.stdout.readline(), f"{way} {level}\n")

    def test_an_option_by_calls_of_32_bits(self) -> None:
        """Of which the kernel asks no program on options (BPF_CGROUP_SETSOCKOPT)."""
        self.need(os.uname().machine == "x86_64", "an x86-64 machine")
        for call in ("option", "optioncall32", "optiondirect32"):
            for option in (("41", "78"), ("41", "75"), ("0", "15"), ("0", "19")):
                with self.subTest(call=call, option=option):
                    words = (workload("detour"), call, *option)
                    self.assertEqual(self.rmrun("--", *words, prefix=self.prefix).out, b"set\n")
                    self.assertEqual(self.rmrun("--net-allow", PUBLIC, "--", *words, prefix=self.prefix).out, b"EPERM\n")
        # IPV6_V6ONLY
        words = (workload("detour"), "optiondirect32", "41", "26")
        self.assertEqual(self.rmrun("--net-allow", PUBLIC, "--", *words, prefix=self.prefix).out, b"set\n")

    def test_a_socket_that_somebody_outside_connects(self) -> None:
        script = """
import array
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
with socket.socket(socket.AF_UNIX) as outside:
    outside.connect(sys.argv[1])
    outside.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [client.fileno()]))])
    said = outside.recv(100).decode()
print(named(read, client) if said == "connected" else said)
"""
        path = str(self.directory / "outside")
        for allow, said in ((None, "reached"), (ELSEWHERE, "EPERM")):
            with self.subTest(allow=allow), socket.socket(socket.AF_UNIX) as server:
                server.bind(path)
                server.listen()
                held = () if allow is None else ("--net-allow", allow)
                running = self.start(*held, "--", "python3", "-c", TOOLS + script, path, prefix=self.prefix)
                peer, _ = server.accept()
                _, ancillary, _, _ = peer.recvmsg(1, socket.CMSG_SPACE(4))
                (number,) = array.array("i", ancillary[0][2])
                with socket.socket(fileno=number) as client:
                    try:
                        client.connect((PUBLIC, PORT))
                        peer.sendall(b"connected")
                    except PermissionError:
                        peer.sendall(b"EPERM")
                peer.close()
                self.assertEqual(self.finish(running).out.decode().strip(), said)
            os.unlink(path)

    def test_a_child_with_a_network_of_its_own(self) -> None:
        """The cable is not in it; on its loopback it is held as well."""
        script = """
import fcntl
library = ctypes.CDLL(None, use_errno=True)
assert library.unshare(0x40000000) == 0
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
    fcntl.ioctl(control, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
def own():
    with socket.create_server(("127.0.0.1", 7000)) as server, socket.create_connection(server.getsockname()) as client:
        server.accept()[0].sendall(b"reached")
        return read(client)
print(named(own), tcp("11.77.0.2"))
"""
        self.assertEqual(self.say(None, script), "reached ENETUNREACH")
        self.assertEqual(self.say(ELSEWHERE, script), "EPERM EPERM")
        self.assertEqual(self.say(PUBLIC, script), "EPERM ENETUNREACH")

    def test_a_grandchild_in_a_session_of_its_own(self) -> None:
        script = """
there, here = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(here, tcp("11.77.0.2").encode())
    os._exit(0)
os.close(here)
os.wait()
print(os.read(there, 100).decode())
"""
        self.go(script)

    def test_a_socket_that_a_ring_makes_and_connects(self) -> None:
        words = (workload("detour"), "ring", PUBLIC, str(PORT))
        self.assertEqual(self.rmrun("--", *words, prefix=self.prefix).out, b"reached\n")
        for options in ((), ("--confine", "default")):
            outcome = self.rmrun("--net-allow", PUBLIC, *options, "--", *words, prefix=self.prefix)
            self.assertEqual(outcome.out, b"EPERM\n", outcome.text)

    def test_a_key_that_somebody_else_is_to_find(self) -> None:
        """request_key(2): the kernel starts a program outside of the job, which for `dns_resolver` asks for a name. (Here the kind of key is
        one that nobody is started for.)"""
        self.need(os.uname().machine == "x86_64", "an x86-64 machine")
        script = """
library = ctypes.CDLL(None, use_errno=True)
def found(information):
    if library.syscall(249, b"user", b"rmrun-test", information, 0) < 0: raise OSError(ctypes.get_errno(), "")
print(named(found, b"x"), named(found, None))
"""
        without = self.say(None, script).split()
        self.assertNotIn("EPERM", without)
        self.assertEqual(self.say(ELSEWHERE, script).split(), ["EPERM", without[1]])

    def test_a_socket_by_calls_of_32_bits(self) -> None:
        self.need(os.uname().machine == "x86_64", "an x86-64 machine")
        for call, refused in (("direct32", b"EAFNOSUPPORT\n"), ("call32", b"EPERM\n")):
            with self.subTest(call=call):
                words = (workload("detour"), call, "17", "3", "0")
                self.assertEqual(self.rmrun("--", *words, prefix=self.prefix).out, b"made\n")
                self.assertEqual(self.rmrun("--net-allow", PUBLIC, "--", *words, prefix=self.prefix).out, refused)

    def test_when_its_supervisors_are_gone(self) -> None:
        """What refuses lives in the kernel, with the group."""
        script = """
# The command itself goes with its supervisor.
if os.fork() == 0:
    print(tcp("11.77.0.2"), flush=True)
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.05)
    print(tcp("11.77.0.2"), flush=True)
time.sleep(600)
"""
        for allow, said in ((ELSEWHERE, "EPERM"), (PUBLIC, "reached")):
            with self.subTest(allow=allow), groups.Group() as group:
                sign = str(self.directory / f"gone-{allow}")
                words = ("--net-allow", allow, "--", "python3", "-c", TOOLS + script, sign)
                running = self.start(*words, prefix=self.prefix, report=False, preexec_fn=group.enter)
                self.assertEqual(running.line(), said)
                self.lose_supervisors(running)
                open(sign, "w").close()
                self.assertEqual(self.last_line(running), said)
                self.recover(group)


class Named(Listed):
    """With names, which this host's name server knows; its file is the tests' own."""

    def setUp(self) -> None:
        super().setUp()
        self.names = NameServer(self.cable.right, [PRIVATE, PRIVATE_6], self.directory)
        self.addCleanup(self.names.close)
        self.names.hold(
            {
                "api.example.org": [["api.example.org", "A", 60, PUBLIC]],
                "six.example.org": [["six.example.org", "AAAA", 60, PUBLIC_6]],
                "deep.down.example.org": [["deep.down.example.org", "A", 60, PUBLIC]],
                "example.org": [["example.org", "A", 60, PUBLIC]],
                "notexample.org": [["notexample.org", "A", 60, PUBLIC]],
                "www.example.org": [["www.example.org", "CNAME", 60, "cdn.example.net"], ["cdn.example.net", "A", 60, PUBLIC]],
                "inside.example.org": [["inside.example.org", "A", 60, PRIVATE]],
                "host.example.org": [["host.example.org", "A", 60, "11.77.0.1"]],
                "self.example.org": [["self.example.org", "A", 60, "127.0.0.1"]],
                "short.example.org": [["short.example.org", "A", 1, PUBLIC]],
                "other.example.net": [["other.example.net", "A", 60, PUBLIC]],
                "and.example.org": [["and.example.org", "A", 60, "11.77.0.9"], ["other.example.net", "also:A", 60, PUBLIC]],
            }
        )
        self.resolver_file = ""

    @property
    def prefix(self) -> tuple[str, ...]:
        """There, and with name servers of the test's own: mounted where nobody else sees it."""
        path = self.file("resolv.conf", self.resolver_file or f"nameserver {PRIVATE}\n")
        mount = ("unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', path)
        return (*self.cable.left.prefix, *mount)

    REACH = "address = look_up(sys.argv[1]); print(address if address == 'no address' else tcp(address, int(sys.argv[2])))"

    def reach(self, allow: str | None, name: str, port: int = PORT) -> str:
        return self.say(allow, self.REACH, name, str(port))


class Names(Named):
    @also_in_guest
    def test_a_name_is_reached(self) -> None:
        self.assertEqual(self.reach("api.example.org", "api.example.org"), "reached")
        self.assertEqual(self.names.log, ["udp api.example.org"])
        self.assertEqual((self.network["refused"], self.network["refusedNames"]), ([], []))

    def test_over_tcp(self) -> None:
        self.resolver_file = f"nameserver {PRIVATE}\noptions use-vc\n"
        self.assertEqual(self.reach("api.example.org", "api.example.org"), "reached")

    def test_by_a_server_of_ipv6(self) -> None:
        self.resolver_file = f"nameserver {PRIVATE_6}\n"
        self.assertEqual(self.reach("api.example.org", "api.example.org"), "reached")
        self.assertEqual(self.names.log, ["udp api.example.org"])

    def test_names_below_one(self) -> None:
        for name, said in (
            ("api.example.org", "reached"), ("deep.down.example.org", "reached"), ("example.org", "no address"),
            ("notexample.org", "no address"),
        ):
            with self.subTest(name=name):
                self.assertEqual(self.reach("*.example.org", name), said)

    def test_a_name_that_is_another_one(self) -> None:
        self.assertEqual(self.reach("www.example.org", "www.example.org"), "reached")

    def test_ports(self) -> None:
        self.assertEqual(self.reach(f"api.example.org:{PORT}", "api.example.org", PORT), "reached")
        self.assertEqual(self.reach(f"api.example.org:{PORT}", "api.example.org", 80), "EPERM")
        self.assertEqual(self.refused(), [f"{PUBLIC} 80/tcp 1"])
        self.assertEqual(self.reach("api.example.org", "api.example.org", 80), "ECONNREFUSED")

    def test_an_address_of_ipv6(self) -> None:
        script = "print(tcp(look_up('six.example.org', socket.AF_INET6)))"
        self.assertEqual(self.say("six.example.org", script), "reached")

    def test_programs_that_are_there(self) -> None:
        script = "getent ahostsv4 api.example.org | head -n 1; curl -sS --http0.9 http://api.example.org:7000/"
        for command in ("getent", "curl"):
            missing = subprocess.run(["sh", "-c", f"command -v {command}"], stdout=subprocess.DEVNULL).returncode
            self.need(missing == 0, f"the program {command}")
        outcome = self.rmrun("--net-allow", "api.example.org", "--", "sh", "-c", script, prefix=self.prefix)
        self.assertEqual(outcome.out.split(), [PUBLIC.encode(), b"STREAM", b"api.example.org", b"reached"], outcome.text)

    def test_an_answer_comes_from_who_was_asked(self) -> None:
        """As the resolvers of musl and of Go look at it."""
        script = "print(*(dns(way, 'api.example.org', sys.argv[1]) for way in ('udp', 'tcp')), sep='; ')"
        for server in (PRIVATE, PRIVATE_6, "192.0.2.53"):
            with self.subTest(server=server):
                self.assertEqual(self.say("api.example.org", script, server), f"0 {PUBLIC}; 0 {PUBLIC}")

    def test_who_asks_from_an_address_of_the_host(self) -> None:
        script = """
def asked(way, own):
    with socket.socket(family(own), socket.SOCK_STREAM if way == "tcp" else socket.SOCK_DGRAM) as client:
        client.settimeout(20)
        client.bind((own, 0))
        client.connect(("10.77.0.2" if family(own) == socket.AF_INET else "fd77::2", 53))
        question = query("api.example.org")
        client.sendall(struct.pack(">H", len(question)) + question if way == "tcp" else question)
        return understood(client.recv(int.from_bytes(client.recv(2), "big") if way == "tcp" else 4096))
print(*(named(asked, way, own) for way in ("udp", "tcp") for own in ("127.0.0.1", "11.77.0.1", "::1", "2a77::1")), sep="; ")
"""
        self.assertEqual(self.say("api.example.org", script), "; ".join(8 * [f"0 {PUBLIC}"]))

    def test_who_is_named_may_not_be_reached_before(self) -> None:
        script = "first = tcp('11.77.0.2'); print(first, tcp(look_up('api.example.org')))"
        self.assertEqual(self.say("api.example.org", script), "EPERM reached")

    def test_names_that_are_refused_are_reported(self) -> None:
        script = "[dns('udp', name, '192.0.2.53') for name in 3 * ['other.example.net'] + ['evil.example.com']]"
        self.say("api.example.org", script)
        names = [{"name": "other.example.net", "count": 3}, {"name": "evil.example.com", "count": 1}]
        self.assertEqual(self.network["refusedNames"], names)
        self.assertEqual((self.network["refusedNamesMore"], self.network["refused"]), (0, []))
        self.say("api.example.org", script, options=("--summary",))
        self.assertIn("network refused: other.example.net (3 times), evil.example.com (once)\n", self.outcome.text)

    def test_more_names_than_are_told_apart(self) -> None:
        script = "[dns('udp', f'name{number}.example.com', '192.0.2.53') for number in range(70)]"
        self.say("api.example.org", script)
        self.assertEqual((len(self.network["refusedNames"]), self.network["refusedNamesMore"]), (64, 6))

    def test_two_jobs_have_a_server_each(self) -> None:
        script = "print(look_up('api.example.org'), flush=True); sys.stdin.read(); print(tcp('11.77.0.2'))"
        words = ("--", "python3", "-c", TOOLS + script)
        first = self.start("--net-allow", "api.example.org", *words, prefix=self.prefix, stdin=subprocess.PIPE)
        second = self.start("--net-allow", "www.example.org", *words, prefix=self.prefix, stdin=subprocess.PIPE)
        self.assertEqual((first.line(), second.line()), (PUBLIC, "no address"))
        for running in (second, first):
            running.process.stdin.close()
        self.assertEqual(self.finish(first).out, f"{PUBLIC}\nreached\n".encode())
        self.assertEqual(self.finish(second).out, b"no address\nEPERM\n")

    def test_a_job_in_a_job(self) -> None:
        """Both lists hold; the inner one's name server is on the loopback, which the outer one has to list for its names."""
        inner = ("--net-allow", "api.example.org:7000,11.77.0.0/24:9", "--", "python3", "-c", TOOLS + self.REACH)
        for outer, said in (("api.example.org,localhost", b"reached\n"), ("api.example.org:9,localhost", b"EPERM\n")):
            with self.subTest(outer=outer):
                words = ("--net-allow", outer, "--", RMRUN, *inner, "api.example.org", "7000")
                self.assertEqual(self.rmrun(*words, prefix=self.prefix).out, said)


class WaysRoundNames(Named):
    """By what names answer, and by whom."""

    def test_a_name_that_is_not_listed(self) -> None:
        self.assertEqual(self.reach("api.example.org", "other.example.net"), "no address")
        # Not even the question gets out, in which a job could say something.
        self.assertEqual(self.names.log, [])
        self.assertEqual({each["name"] for each in self.network["refusedNames"]}, {"other.example.net"})
        self.assertEqual(self.reach(None, "other.example.net"), "reached")
        self.assertEqual(self.names.log, ["udp other.example.net"])

    def test_a_name_of_an_address_inside(self) -> None:
        script = "print(look_up(sys.argv[1]), tcp(sys.argv[2]))"
        self.assertEqual(self.say("*.example.org", script, "inside.example.org", PRIVATE), "no address EPERM")
        self.assertEqual(self.say(None, script, "inside.example.org", PRIVATE), f"{PRIVATE} reached")
        # Unless it is listed itself.
        self.assertEqual(self.say("*.example.org,10.77.0.0/24", script, "inside.example.org", PRIVATE), f"{PRIVATE} reached")

    def test_a_name_of_the_host_itself(self) -> None:
        script = """
with socket.create_server(("127.0.0.1", 7100)):
    def opened():
        socket.create_connection(("127.0.0.1", 7100)).close()
        return "opened"
    print(look_up("self.example.org"), named(opened))
"""
        self.assertEqual(self.say("*.example.org", script), "no address EPERM")
        self.assertEqual(self.say(None, script), "127.0.0.1 opened")

    def test_a_name_of_the_hosts_public_address(self) -> None:
        script = """
with socket.create_server(("11.77.0.1", 7100)):
    def opened():
        socket.create_connection(("11.77.0.1", 7100)).close()
        return "opened"
    print(look_up("host.example.org"), named(opened))
"""
        self.assertEqual(self.say("*.example.org", script), "no address EPERM")
        self.assertEqual(self.say(None, script), "11.77.0.1 opened")
        self.assertEqual(self.say("*.example.org,11.77.0.1", script), "11.77.0.1 opened")

    def test_an_answer_from_a_server_of_the_jobs_own(self) -> None:
        """Where the host's name server has the loopback, a job that has its port answers the questions of its own name server."""
        script = """
import threading
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
said = named(server.bind, ("127.0.0.1", 53))
def forge():
    while True:
        question, client = server.recvfrom(4096)
        record = struct.pack(">HHHIH", 0xc00c, 1, 1, 60, 4) + socket.inet_aton("11.77.0.2")
        server.sendto(question[:2] + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + question[12:] + record, client)
if said is None: threading.Thread(target=forge, daemon=True).start()
print(said, dns("udp", "forged.example.org", "127.0.0.1")[0], tcp("11.77.0.2"))
"""
        self.resolver_file = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"
        self.assertEqual(self.say("*.example.org,localhost", script), "EPERM 2 EPERM")
        self.assertEqual(self.say(None, script), "None 0 reached")

    def test_an_answer_that_names_what_was_not_asked_for(self) -> None:
        script = "print(look_up('and.example.org'), tcp('11.77.0.2'))"
        self.assertEqual(self.say("and.example.org", script).split()[-1], "EPERM")
        self.assertEqual(self.say(None, script).split()[-1], "reached")

    @also_in_guest
    def test_an_answer_whose_life_is_over(self) -> None:
        script = """
address = look_up("short.example.org")
print(tcp(address), flush=True)
time.sleep(7)
print(tcp(address))
print(tcp(look_up("short.example.org")))
"""
        # No answer lives for less than five seconds.
        self.assertEqual(self.say("short.example.org", script).split(), ["reached", "EPERM", "reached"])
        self.assertEqual(self.say("api.example.org,short.example.org", script.replace("short", "api")).split(), 3 * ["reached"])

    def test_lives_are_as_long_in_a_time_namespace(self) -> None:
        """Programs in the kernel have the machine's clock, whatever rmrun's says."""
        shifted = ("unshare", "--time", "--fork", "--boottime")
        has_clocks = subprocess.run([*shifted, "1", "true"], stderr=subprocess.DEVNULL).returncode == 0
        self.need(has_clocks, "time namespaces")
        script = "print(tcp(look_up('short.example.org')), flush=True); time.sleep(7); print(tcp('11.77.0.2'))"
        for offset in ("100000", "-10"):
            with self.subTest(offset=offset):
                words = ("--net-allow", "short.example.org", "--", "python3", "-c", TOOLS + script)
                outcome = self.rmrun(*words, prefix=(*self.prefix, *shifted, offset))
                self.assertEqual(outcome.out.split(), [b"reached", b"EPERM"], outcome.text)

    def test_a_connection_outlives_the_answer(self) -> None:
        script = """
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect((look_up("short.example.org"), 7000))
client.send(b"x")
first = read(client)
time.sleep(7)
client.send(b"x")
print(first, read(client), sent("11.77.0.2"))
"""
        self.assertEqual(self.say("short.example.org", script), "reached reached EPERM")

    def evil(self, port: int = 53) -> NameServer:
        """Somebody's own name server, who takes questions for messages, and knows better."""
        server = NameServer(self.cable.right, [PUBLIC, PUBLIC_6], self.directory, port)
        self.addCleanup(server.close)
        server.hold({name: [[name, "A", 60, "11.77.0.66"]] for name in ("message.example.com", "api.example.org")})
        return server

    def test_another_name_server(self) -> None:
        evil = self.evil()
        script = "print(*(dns(way, name, sys.argv[1]) for way in ('udp', 'tcp') for name in sys.argv[2:]), sep='; ')"
        names = ("message.example.com", "api.example.org")
        for server in (PUBLIC, PUBLIC_6):
            with self.subTest(server=server):
                held = self.say("api.example.org", script, server, *names)
                self.assertEqual(held, f"3 -; 0 {PUBLIC}; 3 -; 0 {PUBLIC}")
                self.assertEqual(evil.log, [])
        self.assertEqual(self.say(None, script, PUBLIC, *names), "; ".join(4 * ["0 11.77.0.66"]))
        self.assertEqual(len(evil.log), 4)

    def test_a_name_server_that_is_listed(self) -> None:
        """It is the list's own doing: what it says of names lets nothing through."""
        self.evil()
        script = "print(dns('udp', 'api.example.org', '11.77.0.2'), tcp('11.77.0.66', 9))"
        self.assertEqual(self.say("api.example.org,11.77.0.2:53", script), "0 11.77.0.66 EPERM")

    def test_a_name_server_in_a_listed_network(self) -> None:
        """Who lists a whole network doesn't mean that its name servers are to be asked past the list."""
        evil = self.evil()
        script = "print(dns('udp', 'message.example.com', '11.77.0.2'), tcp('11.77.0.2'))"
        self.assertEqual(self.say("11.77.0.0/24", script), "3 - reached")
        self.assertEqual(evil.log, [])

    def test_a_name_server_at_another_port(self) -> None:
        evil = self.evil(5353)
        script = "print(*(dns(way, 'message.example.com', '11.77.0.2', 5353) for way in ('udp', 'tcp')), sep='; ')"
        self.assertEqual(self.say("api.example.org", script), "EPERM; EPERM")
        self.assertEqual(evil.log, [])
        self.assertEqual(self.say(None, script), "0 11.77.0.66; 0 11.77.0.66")

    def test_no_name_opens_when_its_supervisors_are_gone(self) -> None:
        script = """
if os.fork() == 0:
    print(look_up("api.example.org"), tcp("11.77.0.2"), flush=True)
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.05)
    print(dns("tcp", "www.example.org", "10.77.0.2"), tcp("11.77.0.2"), tcp("11.77.0.2", 9), flush=True)
time.sleep(600)
"""
        sign = str(self.directory / "gone")
        with groups.Group() as group:
            words = ("--net-allow", "api.example.org:7000,www.example.org:9", "--", "python3", "-c", TOOLS + script, sign)
            running = self.start(*words, prefix=self.prefix, report=False, preexec_fn=group.enter)
            self.assertEqual(running.line(), f"{PUBLIC} reached")
            self.lose_supervisors(running)
            open(sign, "w").close()
            # An address that was named is reached for its life; nobody answers any more.
            self.assertEqual(self.last_line(running), "ECONNREFUSED reached EPERM")
            self.recover(group)
