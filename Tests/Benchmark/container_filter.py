"""The filter that podman gives a container by default, run by crun."""

import json
import pathlib
import shutil

import peers
from machine import Unavailable

# As the package golang-github-containers-common installs it.
PROFILE = pathlib.Path("/usr/share/containers/seccomp.json")


def filter_without_capabilities():
    """The profile for this machine as an OCI configuration has it, for a container with no capabilities."""
    if not PROFILE.exists():
        raise Unavailable(f"{PROFILE} is not installed")
    profile = json.loads(PROFILE.read_text())
    (machine,) = [each for each in profile["archMap"] if each["architecture"] == "SCMP_ARCH_X86_64"]
    calls = []
    for rule in profile["syscalls"]:
        wanted, unwanted = rule.get("includes") or {}, rule.get("excludes") or {}
        if "caps" in wanted or "amd64" not in wanted.get("arches", ["amd64"]) or "amd64" in unwanted.get("arches", []):
            continue
        calls.append({key: rule[key] for key in ("names", "action", "args", "errnoRet") if rule.get(key) is not None})
    return {
        "defaultAction": profile["defaultAction"],
        "defaultErrnoRet": profile["defaultErrnoRet"],
        "architectures": [machine["architecture"], *machine["subArchitectures"]],
        "syscalls": calls,
    }


def bundle(work, words, filtered):
    """An OCI bundle that runs the program `calls` with these words, with or without the filter."""
    directory = pathlib.Path(work) / ("filtered-bundle" if filtered else "plain-bundle")
    for part in ("proc", "sys", "dev"):
        (directory / "root" / part).mkdir(parents=True, exist_ok=True)
    shutil.copy(pathlib.Path(work) / "programs" / "calls", directory / "root" / "calls")
    config = json.loads(json.dumps(peers.CONTAINER))
    config["process"] |= {"args": ["/calls", *words], "noNewPrivileges": True}
    if filtered:
        config["linux"]["seccomp"] = filter_without_capabilities()
    (directory / "config.json").write_text(json.dumps(config))
    return directory


def command(work, words, filtered):
    """What runs that."""
    return [
        peers.program("crun"), "--cgroup-manager=disabled", "run", "--bundle", str(bundle(work, words, filtered)), "rmrun-benchmark-calls",
    ]  # fmt: skip
