"""What needs every controller, or another service manager: measured in the virtual machines of Tests/VirtualMachine.

Emulated processors are 20 to 50 times slower, so a time from there says nothing; two times from there, one over the
other, say a little.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import launch
import peers
from figures import Missing, Row, Spread

HERE = pathlib.Path(__file__).resolve().parent
MACHINE = HERE.parent / "VirtualMachine" / "run.sh"


def measure(work, rmrun, settings):
    """The rows of this part."""
    return in_plain_guest(work, rmrun, settings) + in_systemd_guest(work, rmrun, settings)


def in_plain_guest(work, rmrun, settings):
    """guest.py runs there with the host's Python and leaves its rows as JSON."""
    with tempfile.TemporaryDirectory(dir=work) as out:
        command = [python(work), HERE / "guest.py", work, rmrun, out, str(settings.guest_repeats)]
        failed = boot("plain", out, work, command)
        rows = pathlib.Path(out) / "rows.json"
        result = [from_json(row) for row in json.loads(rows.read_text())] if rows.exists() else []
    if failed:
        result.append(Missing("in the guest: what is not above", f"the plain guest ended with status {failed}"))
    return result


def from_json(row):
    """A row as guest.py wrote it."""
    return Row(**{**row, "spread": Spread(**row["spread"])}) if "spread" in row else Missing(**row)


def in_systemd_guest(work, rmrun, settings):
    """No Python there: `launches` alone, timing systemd-run and rmrun."""
    commands = [
        peers.command("rmrun", [rmrun, "--budget", "500", "--", "/bin/true"]),
        peers.command("scope", ["/usr/bin/systemd-run", "--quiet", "--scope", "/bin/true"]),
        peers.command("service", ["/usr/bin/systemd-run", "--quiet", "--wait", "/bin/true"]),
    ]
    with tempfile.TemporaryDirectory(dir=work) as out:
        lines, times = pathlib.Path(out) / "commands", pathlib.Path(out) / "times"
        lines.write_text("\n".join(commands) + "\n")
        script = '"$1" -n "$2" -g 200,400 <"$3" >"$4"'
        launches = pathlib.Path(work) / "programs" / "launches"
        failed = boot("systemd", out, work, ["sh", "-c", script, "sh", launches, settings.guest_launches, lines, times])
        if failed:
            return [Missing("launch beside systemd-run", f"the systemd guest ended with status {failed}")]
        runs = launch.parsed(times.read_text())
    return [
        launch.against(runs, "scope", "in the guest: whole launch ÷ systemd-run --scope true"),
        launch.against(runs, "service", "in the guest: whole launch ÷ systemd-run --wait true"),
    ]


def boot(guest, out, work, command):
    """Runs a command in a guest; its exit status."""
    options = ["--guest", guest, "--out", out, "--share", work, "--timeout", "1800"]
    return subprocess.run([MACHINE, *options, "--", *map(str, command)], stdout=sys.stderr).returncode


def python(work):
    """The interpreter that BenchExec is installed for."""
    return pathlib.Path(work) / "venv" / "bin" / "python"
