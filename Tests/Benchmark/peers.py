"""The programs that rmrun is compared with, each ready to start `true`."""

import contextlib
import json
import pathlib
import shutil
import subprocess

from machine import Unavailable, own_group

# Namespaces that a container can hardly do without; `crun spec` writes twice as many, and takes longer.
CONTAINER = {
    "ociVersion": "1.0.0",
    "process": {"user": {"uid": 0, "gid": 0}, "args": ["/bin/true"], "cwd": "/"},
    "root": {"path": "root"},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
    "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]},
}

# The v2 tree of a hybrid host.
HIDDEN = pathlib.Path("/sys/fs/cgroup/unified")


def program(name):
    """Where a peer is installed."""
    path = shutil.which(name)
    if path is None:
        raise Unavailable(f"{name} is not installed")
    return path


def command(name, arguments, mounts="-"):
    """A line for `launches`."""
    return "\t".join([name, mounts, *map(str, arguments)])


def bundle(work):
    """An OCI bundle whose root holds nothing but a static `true`."""
    directory = pathlib.Path(work) / "bundle"
    for part in ["bin", "dev", "proc", "sys"]:
        (directory / "root" / part).mkdir(parents=True, exist_ok=True)
    shutil.copy(pathlib.Path(work) / "programs" / "true", directory / "root" / "bin" / "true")
    (directory / "config.json").write_text(json.dumps(CONTAINER))
    return directory


@contextlib.contextmanager
def legacy_mounts():
    """A mount namespace in which crun does not see cgroup v2; yields its file, or "-" where crun needs none.

    On a hybrid host whose v2 tree has any controller crun ends with an error, even with `--cgroup-manager=disabled`.
    The mount is private to the namespace: the host's tree stays as it is.
    """
    if not HIDDEN.exists():
        yield "-"
        return
    script = f"mount -t tmpfs none {HIDDEN} && echo ready && exec sleep infinity"
    holder = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", script], stdout=subprocess.PIPE
    )
    try:
        if holder.stdout.readline() != b"ready\n":
            raise Unavailable("crun: no mount namespace of its own (needs root)")
        yield f"/proc/{holder.pid}/ns/mnt"
    finally:
        holder.kill()
        holder.wait()


def hiding_groups():
    """The words before a command that is to run so, where the time that they take does not matter."""
    if not HIDDEN.exists():
        return []
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", f'mount -t tmpfs none {HIDDEN} && exec "$0" "$@"']


def floor(work):
    """The C program that does the least."""
    return command("floor", [pathlib.Path(work) / "programs" / "floor", own_group(), "/bin/true"])


def bwrap():
    return command("bwrap", [program("bwrap"), "--dev-bind", "/", "/", "true"])


def crun(work, mounts):
    arguments = ["--cgroup-manager=disabled", "run", "--bundle", bundle(work), "rmrun-benchmark"]
    return command("crun", [program("crun"), *arguments], mounts)


def timeout():
    return command("timeout", [program("timeout"), "10", "true"])
