"""Projects of files and their quotas, asked of the kernel."""

import ctypes
import fcntl
import os
import struct
from pathlib import Path

# linux/fs.h: struct fsxattr is flags, extent size, extents, project, the size for copies, and padding.
FS_IOC_FSGETXATTR, FS_IOC_FSSETXATTR = 0x801C581F, 0x401C5820
FSXATTR = "=5I8x"
INHERITS = 0x200
# The same number on every machine. Source: quotactl(2), linux/quota.h: QCMD(command, PRJQUOTA).
QUOTACTL_FD = 443
GET_QUOTA, NEXT_QUOTA, PROJECTS = 0x800007, 0x800009, 2
# Where rmrun writes down which projects its jobs have.
RECORDS = Path("/var/lib/rmrun/projects")


def _attributes(path: Path) -> list[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return list(struct.unpack(FSXATTR, fcntl.ioctl(descriptor, FS_IOC_FSGETXATTR, bytes(28))))
    finally:
        os.close(descriptor)


def of(path: Path) -> int:
    """The project of a file."""
    return _attributes(path)[3]


def assign(path: Path, project: int) -> None:
    """Gives a directory a project, which what is made in it inherits."""
    attributes = _attributes(path)
    attributes[0] |= INHERITS
    attributes[3] = project
    descriptor = os.open(path, os.O_RDONLY)
    fcntl.ioctl(descriptor, FS_IOC_FSSETXATTR, struct.pack(FSXATTR, *attributes))
    os.close(descriptor)


def limits(place: Path) -> dict[int, int]:
    """The limits in bytes of all projects of a file system that have one."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    found, project = {}, 0
    try:
        while True:
            # struct if_nextdqblk: hard limit in KiB, soft limit, space; five more numbers; flags; the project.
            block = ctypes.create_string_buffer(72)
            if libc.syscall(QUOTACTL_FD, descriptor, NEXT_QUOTA << 8 | PROJECTS, project, block) < 0:
                return found
            limit, number = struct.unpack_from("=Q", block)[0], struct.unpack_from("=I", block, 68)[0]
            if limit:
                found[number] = limit * 1024
            project = number + 1
    finally:
        os.close(descriptor)
