"""Real programs run confined as they run without: under `default` all of them, under `strict` and in namespaces the local ones."""

import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import host, processes
from harness.case import RMRUN, Case, workload
from harness.outcome import Outcome

README = Path(__file__).resolve().parents[2] / "README.md"
ISOLATED = ("--isolate", "pid,mount,ipc,uts,net,cgroup")
LEVELS = {"default": ("--confine", "default"), "strict": ("--confine", "strict"), "untrusted": ("--profile", "untrusted")}

PYTHON = """
import concurrent.futures, hashlib, json, multiprocessing, os, pathlib, subprocess, sqlite3, tempfile, threading
with tempfile.TemporaryDirectory() as place:
    path = pathlib.Path(place) / "file"
    path.write_text("x" * 100000)
    assert hashlib.sha256(path.read_bytes()).hexdigest()
    assert subprocess.run(["cat", path], capture_output=True).stdout == path.read_bytes()
threads = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(8)]
[each.start() for each in threads]
[each.join() for each in threads]
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    assert list(pool.map(abs, [-1, -2])) == [1, 2]
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(abs, [-3]) == [3]
print(json.dumps(sorted(os.environ))[:1])
"""

NODE = """
const fs = require("fs"), { execSync } = require("child_process"), { Worker } = require("worker_threads");
fs.promises.readFile("/etc/passwd").then(text => {
  if (!execSync("echo out").toString().startsWith("out")) process.exit(3);
  new Worker("require('worker_threads').parentPort.postMessage(6*7)", {eval: true}).on("message", value => {
    console.log(text.length > 0 && value);
  });
});
"""

# Makes sockets of families as they are in the register.
SOCKETS = """
import ctypes, errno, platform, sys
libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
for family in map(int, sys.argv[1:]):
    made = libc.syscall(ctypes.c_long(number), ctypes.c_ulong(family), ctypes.c_long(2), ctypes.c_long(0))
    print("made" if made >= 0 else errno.errorcode[ctypes.get_errno()])
"""

GIT = """
set -e
git init -q -b main repository
cd repository
git config user.name N && git config user.email e@example.com
for i in 1 2 3; do echo $i >file; git add file; git commit -qm "commit $i"; done
git checkout -qb other HEAD~1 && git gc -q && git log --oneline | wc -l
cd .. && git clone -q repository copy && git -C copy status --short
"""

MAKE = """
set -e
printf 'int main(void) { return 42; }\\n' >program.c
printf 'all: program\\nprogram: program.o\\n\\tgcc -o $@ $^\\n%%.o: %%.c\\n\\tgcc -O2 -c -o $@ $<\\n' >Makefile
make -s -j2 && { ./program || echo $?; }
"""

SQLITE = "create table t (n); insert into t values (1),(2); pragma journal_mode=wal; insert into t select n+2 from t; select sum(n) from t;"


def has_audit_log() -> bool:
    """Whether this user may listen to the kernel's audit log (NETLINK_AUDIT, AUDIT_NLGRP_READLOG)."""
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9) as log:
            log.bind((0, 1))
            return True
    except OSError:
        return False


class Programs(Case):
    patience_factor = 4

    def confined(self, level: str, *command: str) -> Outcome:
        """Runs a command that may write to the test's own directory, and starts there."""
        if level == "untrusted":
            self.need(host.is_root or host.can_unshare_mounts(), "mount namespaces")
        # Root without capabilities is nobody special: what it writes to has to be its own.
        options = [*LEVELS[level], "--chdir", str(self.directory)]
        if level == "untrusted":
            options += ["--write", str(self.directory)]
        outcome = self.rmrun(*options, "--", *command)
        self.assertEqual(outcome.code, 0, f"{level}: {outcome.text}")
        for feature in ("seccomp", "capabilities"):
            self.assertEqual(outcome.bill["enforcement"][feature], "kernel")
        return outcome

    def program(self, name: str) -> str:
        path = shutil.which(name)
        self.need(path, f"the program {name}")
        return name

    def on_each(self, expected: bytes, *command: str) -> None:
        for level in LEVELS:
            with self.subTest(level):
                for entry in self.directory.iterdir():
                    if entry.is_dir():
                        shutil.rmtree(entry)
                    elif entry.suffix != ".json":
                        entry.unlink()
                self.assertEqual(self.confined(level, *command).out.strip(), expected)

    def test_bash(self) -> None:
        script = (
            "set -e; x=$(seq 1 100 | sort -rn | head -1); cat <<END | tr a-z A-Z\nheredoc $x\nEND\n"
            "trap 'echo trapped' TERM; kill -TERM $$; (exit 3) || echo $?; wait; ulimit -n >/dev/null; echo <(echo) >/dev/null"
        )
        self.on_each(b"HEREDOC 100\ntrapped\n3", self.program("bash"), "-c", script)

    def test_core_utilities(self) -> None:
        script = "set -e; printf 'b\\na\\n' >f; sort f | tee g | sed s/a/x/; cp g h; mv h i; tar cf t.tar f g i; gzip t.tar; find . -name '*.gz'; rm -f f g i t.tar.gz"
        self.on_each(b"x\nb\n./t.tar.gz", "sh", "-c", script)

    def test_python(self) -> None:
        self.on_each(b"[", sys.executable, "-c", PYTHON)

    def test_node(self) -> None:
        self.on_each(b"42", self.program("node"), "-e", NODE)

    def test_git(self) -> None:
        self.program("git")
        self.on_each(b"2", "sh", "-c", GIT)

    def test_gcc_and_make(self) -> None:
        self.program("make")
        self.program("gcc")
        self.on_each(b"42", "sh", "-c", MAKE)

    def test_sqlite(self) -> None:
        self.on_each(b"wal\n10", self.program("sqlite3"), "data.db", SQLITE)

    def test_a_debugger_under_the_default(self) -> None:
        # ptrace(2) within the job is the job's own business.
        outcome = self.confined("default", self.program("strace"), "-o", "trace", "-f", "true")
        self.assertEqual(outcome.out, b"")
        self.assertIn(b"execve", (self.directory / "trace").read_bytes())

    def test_the_network_under_the_default(self) -> None:
        script = (
            "import socket, threading\ns = socket.create_server(('127.0.0.1', 0))\n"
            "threading.Thread(target=lambda: s.accept()[0].send(b'hi')).start()\n"
            "print(socket.create_connection(s.getsockname()).recv(2))"
        )
        self.assertEqual(self.confined("default", sys.executable, "-c", script).out, b"b'hi'\n")
        # In a network of its own it has the loopback.
        outcome = self.rmrun("--confine", "default", *ISOLATED, "--", sys.executable, "-c", script)
        self.assertEqual((outcome.code, outcome.out), (0, b"b'hi'\n"), outcome.text)

    # An emulated processor would take longer for it than for all other tests.
    if not host.in_guest:

        def test_a_swift_program_is_built_under_the_default(self) -> None:
            self.program("swiftc")
            self.file("main.swift", "print((1...10).reduce(0, +))\n")
            script = "swiftc main.swift -o program && ./program"
            self.assertEqual(self.confined("default", "sh", "-c", script).out, b"55\n")

    def test_signals_and_statuses_are_the_commands_own(self) -> None:
        for options in (("--confine", "default"), ("--confine", "strict"), ISOLATED, ("--profile", "untrusted")):
            with self.subTest(options=options):
                self.assertEqual(self.rmrun(*options, "--", "sh", "-c", "exit 7").code, 7)
                self.assertEqual(self.rmrun(*options, "--", "sh", "-c", "kill -KILL $$").code, -9)
                outcome = self.rmrun(*options, "--", "sh", "-c", "sleep 60 & exit 3")
                self.assertEqual((outcome.code, outcome.reason), (3, None))

    def test_a_job_in_namespaces_is_asked_to_stop_as_any_other(self) -> None:
        outcome = self.rmrun("--timeout", "300ms", "--grace", "20s", *ISOLATED, "--", "sleep", "60")
        self.assertEqual((outcome.code, outcome.reason), (124, "timeout"))
        self.assertLess(outcome.bill["wallTime"], 10)
        self.assertIsNone(outcome.bill["stopping"]["killedAt"])

    def test_a_budget_holds_in_namespaces(self) -> None:
        outcome = self.rmrun("--budget", "0.3", "--grace", "1s", *ISOLATED, "--", "sh", "-c", "while :; do :; done")
        self.assertEqual((outcome.code, outcome.reason), (120, "budget"))

    def test_waiting_for_all_waits_for_what_the_command_left(self) -> None:
        outcome = self.rmrun("--wait", "all", *ISOLATED, "--", "sh", "-c", "(sleep 0.5; echo late) & echo first")
        self.assertEqual((outcome.code, outcome.out), (0, b"first\nlate\n"))
        self.assertLess(outcome.bill["wallTime"], 30)

    def test_nothing_that_ended_by_itself_is_reported_as_stopped(self) -> None:
        outcome = self.rmrun(*ISOLATED, "--", "true")
        self.assertEqual(set(outcome.bill["stopping"].values()), {None})


class Files(Case):
    """What a job in a mount namespace can change."""

    def script(self, script: str, *options: str) -> Outcome:
        self.need(host.is_root, "root")
        # No filter helps: what it would refuse is not to be possible either.
        return self.rmrun("--confine", "none", "--isolate", "pid,mount,ipc,cgroup", *options, "--", "sh", "-c", script)

    def test_nothing_of_the_hosts(self) -> None:
        mark = str(self.directory / "mark")
        for attempt in (
            f"echo x >{mark}", f"mkdir {mark}", "echo x >/etc/rmrun-test", "chmod 0666 /dev/null", "touch /dev/x",
            "echo 1 >/proc/sys/vm/drop_caches", "echo x >/sys/kernel/mm/ksm/run", "rm -f /bin/sh", "mknod /tmp/x b 8 0",
            "mount -t tmpfs none /mnt", "mount -o remount,rw /", "umount /tmp", "echo 0 >/sys/fs/cgroup/cgroup.procs",
        ):
            with self.subTest(attempt):
                outcome = self.script(f"{attempt} 2>/dev/null")
                self.assertNotEqual(outcome.code, 0, attempt)
                self.assertFalse(os.path.lexists(mark))

    def test_only_what_is_named(self) -> None:
        inside = self.directory / "inside"
        inside.mkdir()
        # What lies around it below /tmp is the job's own.
        outcome = self.script(f"echo x >{inside}/made && echo y >{self.directory}/other", "--write", str(inside), "--chdir", "/")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(sorted(each.name for each in self.directory.iterdir() if each.suffix != ".json"), ["inside"])
        self.assertEqual((inside / "made").read_text(), "x\n")

    def test_all_that_is_writable(self) -> None:
        # Where it starts is shown, though it lies below a /tmp that is covered.
        with tempfile.TemporaryDirectory(dir="/tmp") as start:
            for place in ("/", start):
                with self.subTest(start=place):
                    made = self.directory / "made"
                    words = ("--write", "/", "--write", str(self.directory), "--chdir", place)
                    outcome = self.script(f"echo x >{made}; ls -A /run", *words)
                    self.assertEqual((outcome.code, made.read_text()), (0, "x\n"), outcome.text)
                    self.assertNotIn(b"rmrun", outcome.out)
                    made.unlink()

    def test_a_tmp_of_its_own_that_is_bounded(self) -> None:
        script = "ls -A /tmp; df -k /tmp | tail -1 | tr -s ' ' | cut -d' ' -f2; dd if=/dev/zero of=/tmp/f bs=1M count=8 2>&1 | grep -c 'No space'"
        outcome = self.script(f"cd /; {script}", "--tmp-size", "4M", "--chdir", "/")
        self.assertEqual(outcome.out.split(), [b"4096", b"1"], outcome.text)

    def test_its_files_are_bounded_too(self) -> None:
        # Empty ones, which take none of its space.
        script = "import errno, os\ntry:\n for i in range(150000): os.close(os.open(f'/tmp/{i}', os.O_CREAT))\n print(i, 'none')\nexcept OSError as e: print(i, errno.errorcode[e.errno])"
        outcome = self.rmrun("--profile", "untrusted", "--tmp-size", "1M", "--chdir", "/", "--", sys.executable, "-c", script)
        self.assertEqual(outcome.code, 0, outcome.text)
        count, error = outcome.out.decode().split()
        self.assertEqual(error, "ENOSPC")
        self.assertLess(int(count), 4096)
        self.assertGreater(int(count), 4000)

    def test_what_is_shown_below_it(self) -> None:
        shown = self.file("shown", "text")
        outcome = self.script(f"cat {shown}; ! echo x 2>/dev/null >{shown}", "--read", shown, "--chdir", "/")
        self.assertEqual((outcome.code, outcome.out), (0, b"text"), outcome.text)

    def test_a_run_of_its_own(self) -> None:
        self.need(host.is_root, "root, to leave something in /run")
        mark = Path(f"/run/rmrun-test-{os.getpid()}")
        mark.write_text("a service's")
        self.addCleanup(mark.unlink)
        script = f"cat {mark} /var/run/{mark.name}; ls -A /run; echo own >/run/own && cat /run/own && : >/run/lock/own && ls -A /run/lock"
        outcome = self.script(script, "--chdir", "/")
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertNotIn(b"a service's", outcome.out)
        # What leads out of it leads there still (Debian: shm).
        links = [name for name in ("current-system", "booted-system", "shm") if os.path.islink(f"/run/{name}")]
        self.assertEqual(sorted(outcome.out.decode().split()), sorted(["lock", *links, "own", "own"]), outcome.text)
        self.assertFalse(Path("/run/lock/own").exists())
        outcome = self.script(f"cat {mark}; ! echo x 2>/dev/null >{mark}", "--read", str(mark), "--chdir", "/")
        self.assertEqual((outcome.code, outcome.out), (0, b"a service's"), outcome.text)

    def test_names_are_resolved_as_outside(self) -> None:
        self.need(host.is_root and host.can_unshare_mounts(), "root, to have an /etc of its own")
        # As systemd-resolved has it.
        etc, run = self.directory / "etc", Path(f"/run/rmrun-test-{os.getpid()}")
        run.mkdir()
        self.addCleanup(shutil.rmtree, run)
        (run / "resolv.conf").write_text("nameserver 192.0.2.53\n")
        (run / "secret").write_text("secret")
        etc.mkdir()
        (etc / "resolv.conf").symlink_to(run / "resolv.conf")
        view = ("unshare", "--mount", "/bin/sh", "-c", 'mount --bind "$0" /etc && exec "$@"', str(etc))
        script = f"cat /etc/resolv.conf; ls -A {run}"
        outcome = self.rmrun("--isolate", "pid,mount", "--chdir", "/", "--", "/bin/sh", "-c", script, prefix=view)
        self.assertEqual((outcome.code, outcome.out), (0, b"nameserver 192.0.2.53\nresolv.conf\n"), outcome.text)
        # Who has no network has nobody to ask.
        outcome = self.rmrun("--isolate", "pid,mount,net", "--chdir", "/", "--", "/bin/sh", "-c", f"ls {run}", prefix=view)
        self.assertNotEqual(outcome.code, 0)

    def test_supervisors_sockets_are_out_of_sight(self) -> None:
        # Wherever they are: without groups a supervisor can't tell another's job from anybody else.
        place = Path(tempfile.mkdtemp(prefix="rmrun-test-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, place)
        environment = dict(os.environb) | {b"RMRUN_RUNTIME_DIR": os.fsencode(place / "run")}
        running = self.start("--", "/bin/sh", "-c", "echo ready; sleep 60", env=environment)
        self.assertEqual(running.line(), "ready")
        processes.wait_until(lambda: (place / "run").exists() and os.listdir(place / "run"), "the supervisor has a socket")
        for shown in ((), ("--write", str(place)), ("--read", str(place / "run"))):
            with self.subTest(shown=shown):
                words = ("--isolate", "pid,mount", *shown, "--chdir", "/", "--", "/bin/ls", "-A", str(place / "run"))
                outcome = self.rmrun(*words, env=environment)
                self.assertEqual((outcome.code, outcome.out), (0, b""), outcome.text)

    def test_ledgers_are_out_of_sight(self) -> None:
        # Not in /tmp, which is the job's own: of that nothing is seen.
        home = Path(tempfile.mkdtemp(prefix="rmrun-test-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, home)
        state = home / ".local/state"
        for standard in (state / "rmrun/ledger.db", home / "books/ledger.db"):
            environment = {k: v for k, v in os.environb.items() if k not in (b"RMRUN_LEDGER", b"XDG_STATE_HOME")} | {b"HOME": os.fsencode(home)}
            if "books" in str(standard):
                environment[b"RMRUN_LEDGER"] = os.fsencode(standard)
            subprocess.run([RMRUN, "account", "create", "acme", "--limit", "9", "--ledger", str(standard)], check=True, stdout=subprocess.DEVNULL)
            books = standard.read_bytes()
            place = standard.parent
            around = "; ".join(f"mv -T {each} {home}/moved; rm -rf {home}/moved" for each in (home / ".local", state, place))
            for account in ((), ("--budget", "1", "--account", "acme", "--ledger", str(standard))):
                for script in (f"true > {standard}", f"{around}; mkdir -p {place}; true > {standard}"):
                    with self.subTest(ledger=standard, account=account, script=script):
                        words = ("--profile", "untrusted", *account, "--write", str(home), "--chdir", "/", "--", "sh", "-c")
                        outcome = self.rmrun(*words, f"{script}; ls -A {place}; true > {home}/other", env=environment)
                        self.assertEqual((outcome.code, outcome.out), (0, b""), outcome.text)
                        self.assertTrue((home / "other").exists())
                        if not account:
                            self.assertEqual(standard.read_bytes(), books)
            subprocess.run([RMRUN, "ledger", "verify", "--ledger", str(standard)], check=True, stdout=subprocess.DEVNULL)

    def test_a_ledger_where_the_job_works_is_told(self) -> None:
        ledger = self.directory / "ledger.db"
        subprocess.run([RMRUN, "account", "create", "acme", "--limit", "9", "--ledger", str(ledger)], check=True, stdout=subprocess.DEVNULL)
        for options in ISOLATED, ("--confine", "default"):
            for written, is_open in (self.directory, True), (self.directory / "inside", False):
                with self.subTest(options=options, written=written):
                    written.mkdir(exist_ok=True)
                    words = ("--budget", "1", "--account", "acme", "--ledger", str(ledger), "--write", str(written), "--chdir", str(self.directory))
                    outcome = self.rmrun(*options, *words, "--", "true")
                    self.assertEqual(outcome.code, 0, outcome.text)
                    self.assertEqual(any("where a ledger lies" in each for each in outcome.bill["warnings"]), is_open)

    def test_paths_without_mounts(self) -> None:
        self.need(landlock_version() >= 1, "Landlock")
        inside = self.directory / "inside"
        inside.mkdir()
        script = f"echo x >{inside}/made && ! echo y 2>/dev/null >{self.directory}/other; mv {inside}/made {inside}/moved; echo z >/dev/null"
        outcome = self.rmrun("--write", str(inside), "--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["landlock"], "kernel")
        self.assertEqual([each.name for each in inside.iterdir()], ["moved"])
        self.assertFalse((self.directory / "other").exists())

    def test_what_landlock_leaves_open_is_told(self) -> None:
        self.need(landlock_version() >= 1, "Landlock")
        can_empty = landlock_version() < 3
        inside = self.directory / "inside"
        inside.mkdir()
        other = Path(self.file("other", "text"))
        # By its name: truncate(1) opens the file first, which is refused.
        script = f"{sys.executable} -c 'import os, sys; os.truncate(sys.argv[1], 0)' {other}; chmod 640 {other}; touch -d @1 {other}; true"
        for options, is_open in ((), True), (("--isolate", "mount", "--read", str(other)), False):
            with self.subTest(options=options):
                other.write_text("text")
                other.chmod(0o644)
                outcome = self.rmrun(*options, "--write", str(inside), "--", "sh", "-c", script)
                self.assertEqual((outcome.code, other.read_text()), (0, "" if is_open and can_empty else "text"), outcome.text)
                self.assertEqual((other.stat().st_mode & 0o777, other.stat().st_mtime == 1), (0o640, True) if is_open else (0o644, False))
                for gap, is_there in (("mode, owner, times", is_open), ("truncate", is_open and can_empty)):
                    self.assertEqual(any(gap in each for each in outcome.bill["warnings"]), is_there)

    def test_without_namespaces_the_best_effort_is_landlock(self) -> None:
        self.need(landlock_version() >= 1, "Landlock")
        inside = self.directory / "inside"
        inside.mkdir()
        report = self.directory / "inner.json"
        script = f"echo x >{inside}/made; ! echo y 2>/dev/null >{self.directory}/other"
        # The outer one's filter refuses namespaces.
        inner = [RMRUN, "--report", str(report), "--isolate", "mount,net", "--write", str(inside), "--", "sh", "-c", script]
        refused = self.rmrun("--confine", "default", "--", *inner)
        self.assertEqual(refused.code, 122, refused.text)
        inner.insert(1, "--best-effort")
        outcome = self.rmrun("--confine", "default", "--", *inner)
        self.assertEqual(outcome.code, 0, outcome.text)
        held = json.loads(report.read_text())["enforcement"]
        self.assertEqual((held["namespace.mount"], held["namespace.net"], held["landlock"]), ("unavailable", "unavailable", "kernel"))
        # The level that the mounts imply stays.
        self.assertEqual(held["seccomp"], "kernel")
        self.assertEqual([each.name for each in inside.iterdir()], ["made"])
        self.assertFalse((self.directory / "other").exists())

    def test_one_that_is_no_root_has_them_by_a_user_namespace(self) -> None:
        self.need(host.is_root, "root, who can become somebody else")
        self.need(user_namespaces(), "user namespaces for users")
        self.directory.chmod(0o777)
        shutil.copy(RMRUN, self.directory / "rmrun")
        script = "id -u; echo $$; echo x >/tmp/x && ls /tmp; ! echo x 2>/dev/null >here"
        words = [str(self.directory / "rmrun"), "--confine", "strict", *ISOLATED, "--", "sh", "-c", script]
        done = subprocess.run(
            words, user=65534, group=65534, extra_groups=[], cwd=self.directory, capture_output=True, timeout=host.patience, check=False
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        uid, number, *names = done.stdout.decode().split()
        self.assertEqual((uid, number), ("65534", "2"))
        self.assertIn("x", names)


def landlock_version() -> int:
    # landlock_create_ruleset(2) on every machine.
    return ctypes.CDLL(None).syscall(444, None, 0, 1)


def user_namespaces() -> bool:
    done = subprocess.run(["unshare", "--user", "true"], user=65534, group=65534, extra_groups=[], capture_output=True, check=False)
    return done.returncode == 0


class Plain(Case):
    def test_nothing_is_confined_that_was_not_asked_for(self) -> None:
        outcome = self.rmrun("--", "cat", "/proc/self/status")
        status = dict(line.split(":", 1) for line in outcome.out.decode().splitlines())
        own = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
        for key in ("NoNewPrivs", "Seccomp", "CapEff", "CapBnd"):
            self.assertEqual(status[key].strip(), own[key].strip())
        self.assertFalse({"seccomp", "capabilities", "landlock"} & set(outcome.bill["enforcement"]))

    def test_the_report_says_what_was_confined(self) -> None:
        self.need(host.is_root, "root")
        outcome = self.rmrun("--profile", "untrusted", "--", "true")
        self.assertEqual(outcome.code, 0, outcome.text)
        for name in ("pid", "mount", "ipc", "uts", "net", "cgroup"):
            self.assertEqual(outcome.bill["enforcement"]["namespace." + name], "kernel")

    def test_the_report_says_which_call_was_refused(self) -> None:
        script = "unshare --mount true; unshare --mount true; true"
        outcome = self.rmrun("--confine", "default", "--summary", "--", "sh", "-c", script)
        self.assertEqual(outcome.bill["confinement"], {"level": "default", "refused": {"unshare": 2}, "refusedMore": False, "killedFor": None})
        plain = self.rmrun("--", "true")
        self.assertEqual(plain.bill["confinement"], {"level": "none", "refused": None, "refusedMore": False, "killedFor": None})

    def test_the_report_says_that_a_filter_killed(self) -> None:
        path = self.file("rules.yaml", "extends: none\nrules:\n  - {calls: [mkdir, mkdirat], action: kill}\n")
        outcome = self.rmrun("--confine", path, "--", "mkdir", str(self.directory / "made"))
        self.assertEqual((outcome.code, outcome.bill["exitSignal"]), (-31, "SIGSYS"))
        (warning,) = [each for each in outcome.bill["warnings"] if "SIGSYS" in each]
        call = outcome.bill["confinement"]["killedFor"]
        if has_audit_log():
            self.assertIn(call, ("mkdir", "mkdirat"))
            self.assertIn(call, warning)
        else:
            self.assertIsNone(call)
            self.assertIn("type=1326", warning)

    def test_the_report_does_not_say_that_nothing_was_refused_where_a_rule_kills(self) -> None:
        path = self.file("rules.yaml", "extends: none\nrules:\n  - {calls: [mkdir, mkdirat], action: kill}\n")
        text = self.directory / "report.txt"
        outcome = self.rmrun("--confine", path, "--report", str(text), "--", "sh", "-c", f"mkdir {self.directory}/made; true")
        self.assertEqual(outcome.code, 0, outcome.text)
        said = text.read_text()
        self.assertNotIn("nothing was refused", said)
        self.assertIn("no call was refused by an error; whether its rules killed other processes is not known", said)

    def test_nothing_is_said_to_have_killed_what_ended_by_another_signal(self) -> None:
        path = self.file("rules.yaml", "extends: none\nrules:\n  - {calls: [mkdir, mkdirat], action: kill}\n")
        for script in (f"mkdir {self.directory}/made; exit 3", "kill -SYS $$"):
            with self.subTest(script=script):
                outcome = self.rmrun("--confine", path, "--", "sh", "-c", script)
                self.assertIsNone(outcome.bill["confinement"]["killedFor"])

    def test_one_in_another_is_confined_by_both(self) -> None:
        inner = [RMRUN, "--confine", "default", "--", "sh", "-c", "unshare --mount true; exit 5"]
        outcome = self.rmrun("--confine", "default", "--", *inner)
        self.assertEqual(outcome.code, 5, outcome.text)

    def test_refusals_are_counted_whatever_descriptors_the_job_may_have(self) -> None:
        # rmrun itself has more open where the command comes from than the command may have.
        refusing = "extends: none\nrules:\n  - {calls: [prlimit64, setrlimit], action: errno}\n"
        levels = ("default", "strict", self.file("rules.yaml", refusing))
        for level in levels:
            for most in (4, 5, 8, 12, 16, 24):
                with self.subTest(level=level, most=most):
                    outcome = self.rmrun("--rlimit", f"nofile={most}", "--confine", level, "--", "/bin/true")
                    self.assertEqual(outcome.code, 0, outcome.text)
                    self.assertIsNotNone(outcome.bill["confinement"]["refused"])

    def test_where_the_job_may_have_no_descriptor_nobody_counts(self) -> None:
        # A static program needs none itself.
        outcome = self.rmrun("--rlimit", "nofile=3", "--confine", "default", "--", workload("attacks/calls"), "nothing", "1")
        self.assertEqual((outcome.code, outcome.bill["confinement"]["refused"]), (0, None), outcome.text)

    def test_no_core_is_dumped_of_what_is_confined(self) -> None:
        # 0 would not do for a program that core_pattern names (core(5)).
        for options in (("--confine", "default"), ("--profile", "agent")):
            with self.subTest(options=options):
                outcome = self.rmrun(*options, "--", "cat", "/proc/self/limits")
                (line,) = [line for line in outcome.out.decode().splitlines() if line.startswith("Max core file size")]
                self.assertEqual(line.split()[4:6], ["1", "1"])

    def test_an_environment_of_its_own(self) -> None:
        env = {b"PATH": b"/usr/bin:/bin", b"A": b"1", b"B": b"2", b"RMRUN_TEST": b""}
        outcome = self.rmrun("--env-keep", "B", "--env-keep", "RMRUN_TEST", "--env", "C=3", "--", "env", env=env)
        names = {line.partition(b"=")[0] for line in outcome.out.splitlines()}
        self.assertEqual(names, {b"B", b"C", b"RMRUN_JOB", b"RMRUN_TEST"})

    def test_descriptors_are_inherited_by_name_when_confined(self) -> None:
        outcome = self.rmrun(
            "--confine", "default", "--keep-fd", "7", "--", "sh", "-c", "ls /proc/self/fd",
            prefix=("sh", "-c", 'exec 6</dev/null 7</dev/null; exec "$@"', "sh"))
        found = set(outcome.out.split())
        self.assertIn(b"7", found)
        self.assertNotIn(b"6", found)

    def test_a_descriptor_of_rmruns_own_is_not_to_be_had(self) -> None:
        for number in range(3, 20):
            outcome = self.rmrun("--confine", "default", "--keep-fd", str(number), "--", "true")
            self.assertEqual(outcome.code, 125, outcome.text)

    def test_another_user(self) -> None:
        self.need(host.is_root, "root")
        outcome = self.rmrun("--user", "nobody", "--", "sh", "-c", "id -u; id -G; echo $HOME")
        uid, groups, home = outcome.out.decode().splitlines()
        self.assertEqual((uid, groups), ("65534", "65534"))
        self.assertNotEqual(home, "/root")

    def test_bad_values_are_told(self) -> None:
        for words, part in (
            (("--confine", "strikt"), "strict"), (("--isolate", "pids"), "did you mean 'pid'"),
            (("--user", "no-such-user"), "/etc/passwd"), (("--cap-keep", "everything"), "capability"),
            (("--confine", str(self.directory / "none.yaml")), "none.yaml"), (("--write", "/nonexistent/x"), "/nonexistent/x"),
        ):
            with self.subTest(words):
                outcome = self.rmrun(*words, "--", "true", report=False)
                self.assertEqual(outcome.code, 125)
                self.assertIn(part, outcome.text)

    def test_rules_of_a_file(self) -> None:
        path = self.file("rules.yaml", "extends: none\nrules:\n  - {calls: [mkdir, mkdirat], action: errno=ENOSPC}\n")
        outcome = self.rmrun("--confine", path, "--", "mkdir", str(self.directory / "made"))
        self.assertEqual(outcome.code, 1)
        self.assertIn("No space left", outcome.text)
        self.assertFalse((self.directory / "made").exists())

    def test_the_readmes_rules_are_not_got_by(self) -> None:
        example = README.read_text().split("```yaml\n# rules.yaml", 1)[1].split("```", 1)[0]
        path = self.file("rules.yaml", "#" + example)
        # AF_NETLINK, AF_VSOCK, AF_UNIX; the kernel looks at the lower half.
        outcome = self.rmrun("--confine", path, "--", sys.executable, "-c", SOCKETS, *map(str, (16, 1 << 32 | 16, 40, 1 << 32 | 40, 1)))
        self.assertEqual(outcome.out.split(), [b"EAFNOSUPPORT"] * 4 + [b"made"], outcome.text)
        shown = subprocess.run([RMRUN, "confine", "show", path], capture_output=True, text=True, check=True).stdout
        self.assertIn("does not hold any more", shown)
        self.assertNotIn("gets by", shown)

    def test_the_faults_of_a_file_are_told_with_their_places(self) -> None:
        path = self.file("rules.yaml", "rules:\n  - {calls: mkdirr, action: kill}\n")
        outcome = self.rmrun("--confine", path, "--", "true", report=False)
        self.assertEqual(outcome.code, 125)
        self.assertIn("rules.yaml:2:13: error: mkdirr", outcome.text)

    def test_levels_are_explained(self) -> None:
        for name, part in (("default", "io_uring_setup"), ("strict", "execve"), ("untrusted", "strict: "), ("none", "nothing")):
            shown = subprocess.run([RMRUN, "confine", "show", name], capture_output=True, text=True)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn(part, shown.stdout)
