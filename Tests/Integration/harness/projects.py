"""Projects of files and their quotas, asked of the kernel."""

import ctypes
import fcntl
import os
import struct
from collections.abc import Iterator
from pathlib import Path

# linux/fs.h: struct fsxattr is flags, extent size, extents, project, the size for copies, and padding.
FS_IOC_FSGETXATTR, FS_IOC_FSSETXATTR = 0x801C581F, 0x401C5820
FSXATTR = "=5I8x"
INHERITS = 0x200
# The same number on every machine. Source: quotactl(2), linux/quota.h: QCMD(command, PRJQUOTA).
QUOTACTL_FD = 443
GET_QUOTA, SET_QUOTA, NEXT_QUOTA, PROJECTS = 0x800007, 0x800008, 0x800009, 2
# The numbers that are rmrun's to give.
NUMBERS = range(0x50000000, 0x60000000)
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


def bound(place: Path, project: int, size: int) -> None:
    """Sets a project's limit in bytes; 0: none."""
    # struct if_dqblk, of which the limits on blocks are valid.
    block = struct.pack("=8QI4x", size // 1024, 0, 0, 0, 0, 0, 0, 0, 1)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if ctypes.CDLL(None, use_errno=True).syscall(QUOTACTL_FD, descriptor, SET_QUOTA << 8 | PROJECTS, project, block) < 0:
            raise OSError(ctypes.get_errno(), "quotactl_fd")
    finally:
        os.close(descriptor)


def limits(place: Path) -> dict[int, int]:
    """The limits in bytes of all projects of a file system that have one."""
    return {project: block[0] * 1024 for project, block in _quotas(place) if block[0]}


def file_limits(place: Path) -> dict[int, int]:
    """The same of the limits on files."""
    return {project: block[3] for project, block in _quotas(place) if block[3]}


def _quotas(place: Path) -> Iterator[tuple[int, tuple[int, ...]]]:
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    project = 0
    try:
        while True:
            # struct if_nextdqblk: of blocks, hard limit and soft limit in KiB and bytes in use; the same of files; two times; flags; the project.
            block = ctypes.create_string_buffer(72)
            if libc.syscall(QUOTACTL_FD, descriptor, NEXT_QUOTA << 8 | PROJECTS, project, block) < 0:
                return
            number = struct.unpack_from("=I", block, 68)[0]
            yield number, struct.unpack_from("=8Q", block)
            project = number + 1
    finally:
        os.close(descriptor)
