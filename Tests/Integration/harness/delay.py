"""A second way between the two hosts, on which every packet takes its time: not every kernel has netem."""

import subprocess
import sys

from harness.network import Cable

# Carries packets between two interfaces of its own (tun), one in its network namespace and one in that of another process, each after a
# delay. <linux/if_tun.h>: TUNSETIFF, IFF_TUN, IFF_NO_PI.
HOP = """
import collections, ctypes, errno, fcntl, os, select, struct, sys, time

other, delay = sys.argv[1], float(sys.argv[2])

def interface(name):
    opened = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(opened, 0x400454CA, struct.pack("16sH22x", name, 0x0001 | 0x1000))
    return opened

left = interface(b"hop1")
with open(f"/proc/{other}/ns/net") as namespace:
    if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0) < 0:
        raise OSError(ctypes.get_errno(), "setns")
right = interface(b"hop2")
print("ready", flush=True)
to, waiting = {left: right, right: left}, collections.deque()
while True:
    pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    for ready in select.select([left, right], [], [], pause)[0]:
        waiting.append((time.monotonic() + delay, to[ready], os.read(ready, 65536)))
    while waiting and waiting[0][0] <= time.monotonic():
        try:
            os.write(*waiting.popleft()[1:])
        except OSError as error:
            # The other end is not up yet.
            if error.errno != errno.EIO:
                raise
"""


class Hop:
    """The addresses of the right host are reached by the left one over it."""

    def __init__(self, cable: Cable, delay: float):
        self.addresses = ["10.78.0.2", "fd78::2"]
        words = [*cable.left.prefix, sys.executable, "-c", HOP, str(cable.right.pid), str(delay)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE)
        if self._process.stdout.readline() != b"ready\n":
            raise AssertionError("the hop did not start")
        for number, host in enumerate((cable.left, cable.right), 1):
            host.run("ip", "link", "set", f"hop{number}", "up")
            host.run("ip", "address", "add", f"10.78.0.{number}/24", "dev", f"hop{number}")
            host.run("ip", "address", "add", f"fd78::{number}/64", "dev", f"hop{number}", "nodad")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
