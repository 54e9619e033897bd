"""Two hosts in network namespaces of a test's own, with a cable between them."""

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

# What a frame of the cable has beside the IP packet: Ethernet's header.
FRAME = 14
# <linux/ethtool.h>: what lets the kernel handle many segments as one frame; and how it is set.
SEGMENTATION = {"TSO": 0x1F, "GSO": 0x24, "GRO": 0x2C}
SET_OFF = """
import array, fcntl, socket, struct, sys

SIOCETHTOOL = 0x8946
name, *commands = sys.argv[1:]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
    for command in commands:
        value = array.array("I", [int(command), 0])
        fcntl.ioctl(control, SIOCETHTOOL, struct.pack("16sQ16x", name.encode(), value.buffer_info()[0]))
"""

# Root, but for what it takes to have packets counted.
UNPRIVILEGED = ("setpriv", "--bounding-set=-net_admin,-sys_admin,-bpf", "--inh-caps=-net_admin,-sys_admin,-bpf")

# Root, but for what it takes to find a program again that somebody has attached.
WITHOUT_LOOKING = ("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin")


def attach_alone(group: Path) -> None:
    """Attaches a program that lets every packet pass, and that has none beside it: one of a group below runs instead."""
    bpf, load, attach, group_packets, may_be_replaced = {"x86_64": 321, "aarch64": 280}[os.uname().machine], 5, 8, 8, 1
    library = ctypes.CDLL(None, use_errno=True)
    instructions, license_ = ctypes.create_string_buffer(struct.pack("<BBhiBBhi", 0xB7, 0, 0, 1, 0x95, 0, 0, 0)), b"GPL"

    def call(command: int, attributes: bytes) -> int:
        result = library.syscall(bpf, command, ctypes.create_string_buffer(attributes, 128), 128)
        if result < 0:
            raise OSError(ctypes.get_errno(), "bpf")
        return result

    text = ctypes.create_string_buffer(license_)
    program = call(load, struct.pack("<IIQQ", group_packets, 2, ctypes.addressof(instructions), ctypes.addressof(text)))
    directory = os.open(group, os.O_RDONLY | os.O_DIRECTORY)
    for direction in (0, 1):
        call(attach, struct.pack("<IIII", directory, program, direction, may_be_replaced))
    os.close(directory)
    os.close(program)


def obstacle() -> str | None:
    """What there can be no such hosts without; None if nothing is missing."""
    missing = [name for name in ("ip", "nsenter", "unshare") if not shutil.which(name)]
    if missing:
        return f"the programs {', '.join(missing)}"
    if subprocess.run(["unshare", "--net", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        return "the right to make network namespaces"
    return None


class Host:
    """One end of the cable."""

    def __init__(self, number: int):
        self._holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"], stdout=subprocess.PIPE)
        self._holder.stdout.readline()
        self.pid = self._holder.pid
        self.interface = f"cable{number}"
        self.addresses = [f"10.77.0.{number}", f"fd77::{number}"]

    @property
    def prefix(self) -> tuple[str, ...]:
        """The words before a command that is to run there. Mounts stay what they are: `ip netns exec` would hide the groups."""
        return ("nsenter", f"--net=/proc/{self.pid}/ns/net")

    def run(self, *words: str) -> str:
        return subprocess.run([*self.prefix, *words], check=True, stdout=subprocess.PIPE, text=True).stdout

    def set_up(self) -> None:
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "link", "set", self.interface, "up")
        for address, length in zip(self.addresses, (24, 64)):
            self.run("ip", "address", "add", f"{address}/{length}", "dev", self.interface, *["nodad"] * (length == 64))

    def segment_in_software(self) -> None:
        """From here on the interface sees, and counts, what would be on a wire."""
        self.run(sys.executable, "-c", SET_OFF, self.interface, *map(str, SEGMENTATION.values()))

    def counts(self) -> dict[str, tuple[int, int]]:
        """What the interface has counted: (bytes of IP packets, packets), received and sent."""
        for line in self.run("cat", "/proc/net/dev").splitlines():
            name, _, fields = line.partition(":")
            if name.strip() == self.interface:
                numbers = [int(field) for field in fields.split()]
                return {
                    way: (numbers[at] - FRAME * numbers[at + 1], numbers[at + 1]) for way, at in (("received", 0), ("sent", 8))
                }
        raise AssertionError(f"no interface {self.interface}")

    def close(self) -> None:
        self._holder.kill()
        self._holder.wait()
        self._holder.stdout.close()


class Cable:
    """Both hosts. The cable goes with them."""

    def __init__(self) -> None:
        self.left, self.right = Host(1), Host(2)
        self.left.run(
            "ip", "link", "add", self.left.interface, "type", "veth", "peer", "name", self.right.interface, "netns",
            str(self.right.pid),
        )
        for host in (self.left, self.right):
            host.set_up()
        self._servers: list[subprocess.Popen] = []

    def segment_in_software(self) -> None:
        for host in (self.left, self.right):
            host.segment_in_software()

    def serve(self, program: Path | str, address: str, port: int, side: Host | None = None) -> None:
        """Starts the server of Tests/Workloads/traffic.c on the right host, or on the other."""
        server = subprocess.Popen([*(side or self.right).prefix, str(program), "serve", address, str(port)], stdout=subprocess.PIPE)
        self._servers.append(server)
        if server.stdout.readline() != b"ready\n":
            raise AssertionError("the server did not start")

    def close(self) -> None:
        for server in self._servers:
            server.kill()
            server.wait()
            server.stdout.close()
        for host in (self.left, self.right):
            host.close()
