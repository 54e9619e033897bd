"""Servers for jobs that may reach some places and not others: a name server, and a host that says that it was reached."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.network import Host

# Answers from a file of JSON: {"name": [[owner, type, seconds to live, value], …]}; of these the ones of the type that was asked for, the
# aliases (CNAME), and those of type "also:A". Writes each name that it is asked for, with the way, into a log.
NAME_SERVER = r"""
import json, socket, struct, sys, threading

addresses, port, zone, log = sys.argv[1].split(","), int(sys.argv[2]), sys.argv[3], sys.argv[4]
TYPES = {1: "A", 28: "AAAA", 5: "CNAME"}
NUMBERS = {name: number for number, name in TYPES.items()}

def encoded(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"

def data(kind, value):
    if kind == "CNAME":
        return encoded(value)
    return socket.inet_pton(socket.AF_INET if kind == "A" else socket.AF_INET6, value)

def answer(query, way):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode())
        at += 1 + query[at]
    (kind,) = struct.unpack_from(">H", query, at + 1)
    name = ".".join(labels)
    with open(log, "a") as file:
        file.write(f"{way} {name}\n")
    records = json.load(open(zone)).get(name.lower())
    chosen = []
    for owner, of, life, value in records or []:
        extra, _, of = of.rpartition(":")
        if extra or of in ("CNAME", TYPES.get(kind)):
            content = data(of, value)
            chosen.append(encoded(owner) + struct.pack(">HHIH", NUMBERS[of], 1, life, len(content)) + content)
    header = query[:2] + struct.pack(">HHHHH", 0x8180 | (0 if records is not None else 3), 1, len(chosen), 0, 0)
    return header + query[12 : at + 5] + b"".join(chosen)

def datagrams(server):
    while True:
        query, client = server.recvfrom(4096)
        server.sendto(answer(query, "udp"), client)

def streams(server):
    while True:
        client, _ = server.accept()
        with client:
            while size := client.recv(2, socket.MSG_WAITALL):
                reply = answer(client.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL), "tcp")
                client.sendall(struct.pack(">H", len(reply)) + reply)

for address in addresses:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind, serve in ((socket.SOCK_DGRAM, datagrams), (socket.SOCK_STREAM, streams)):
        server = socket.socket(family, kind)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port))
        if kind == socket.SOCK_STREAM:
            server.listen()
        threading.Thread(target=serve, args=(server,)).start()
print("ready", flush=True)
"""

# Says "reached" to whoever connects, and to each datagram; writes what it was sent in datagrams into a log. Besides, it looks at every
# frame that comes in by an interface for a mark.
REACHED = r"""
import socket, sys, threading

addresses, port, log, interface = sys.argv[1].split(","), int(sys.argv[2]), sys.argv[3], sys.argv[4]

def note(text):
    with open(log, "a") as file:
        file.write(text + "\n")

def datagrams(server):
    while True:
        _, client = server.recvfrom(4096)
        server.sendto(b"reached", client)

def streams(server):
    while True:
        client, _ = server.accept()
        client.sendall(b"reached")
        client.close()

def frames(sniffer):
    while True:
        frame, source = sniffer.recvfrom(65536)
        at = frame.find(b"mark:")
        if at >= 0 and source[2] != socket.PACKET_OUTGOING:
            note(frame[at : at + 40].split(b";")[0].decode())

for address in addresses:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind, protocol, serve in (
        (socket.SOCK_DGRAM, 0, datagrams), (socket.SOCK_STREAM, 0, streams), (socket.SOCK_STREAM, 262, streams),
    ):
        try:
            server = socket.socket(family, kind, protocol)
        except OSError:
            continue  # MPTCP, which not every kernel has.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port + (protocol == 262)))
        if kind == socket.SOCK_STREAM:
            server.listen()
        threading.Thread(target=serve, args=(server,)).start()
sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
sniffer.bind((interface, 0))
threading.Thread(target=frames, args=(sniffer,)).start()
print("ready", flush=True)
"""


class Service:
    """A server on one of the hosts; ends with `close`."""

    def __init__(self, host: Host, script: str, *words: str):
        self._process = subprocess.Popen([*host.prefix, sys.executable, "-c", script, *words], stdout=subprocess.PIPE)
        if self._process.stdout.readline() != b"ready\n":
            raise AssertionError("the server did not start")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


class NameServer(Service):
    """What it is asked stands in `log`, a line each: `udp api.example.org`."""

    def __init__(self, host: Host, addresses: list[str], directory: Path, port: int = 53):
        own = Path(tempfile.mkdtemp(dir=directory))
        self._zone, self._log = own / "zone.json", own / "asked"
        self._log.touch()
        self.hold({})
        super().__init__(host, NAME_SERVER, ",".join(addresses), str(port), str(self._zone), str(self._log))

    def hold(self, zone: dict[str, list[list[object]]]) -> None:
        """Has it answer by these records from now on."""
        self._zone.write_text(json.dumps(zone))

    @property
    def log(self) -> list[str]:
        return self._log.read_text().splitlines()


class Reached(Service):
    """Answers at a port by TCP and UDP, and at the next by MPTCP."""

    def __init__(self, host: Host, addresses: list[str], port: int, directory: Path):
        self._log = directory / "reached"
        self._log.touch()
        super().__init__(host, REACHED, ",".join(addresses), str(port), str(self._log), host.interface)

    @property
    def marks(self) -> list[str]:
        """What frames had that came in: the part from `mark:` to the semicolon."""
        return self._log.read_text().splitlines()
