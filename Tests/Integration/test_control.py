"""Running jobs, as others see and change them: ps, show, grant, resize, stop, kill, freeze, thaw, wait."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from harness import groups, host, processes, schema
from harness.case import RMRUN, Case, workload
from harness.running import Running

# Asks over a socket as anybody could, and prints the answer.
RAW = """
import os, socket, sys, time
directory = os.environ["RMRUN_RUNTIME_DIR"]
for attempt in range(500):
    names = [name for name in os.listdir(directory) if not name.startswith(".")]
    if names:
        break
    time.sleep(0.01)
connection = socket.socket(socket.AF_UNIX)
connection.connect(os.path.join(directory, names[0]))
connection.sendall(sys.argv[1].encode() + b"\\n")
print(connection.makefile().readline(), end="")
"""


class Control(Case):
    def setUp(self) -> None:
        super().setUp()
        self.runtime = self.directory / "run"
        self.environment = {**os.environ, "RMRUN_RUNTIME_DIR": str(self.runtime)}

    def begin(self, *words: str, **how: object) -> Running:
        """Starts a job, and waits until it can be asked about."""
        before = len(self.jobs())
        running = self.start(*words, env={os.fsencode(k): os.fsencode(v) for k, v in self.environment.items()}, **how)
        processes.wait_until(lambda: len(self.jobs()) > before, "the job is listed")
        return running

    def command(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [RMRUN, *words], env=self.environment, capture_output=True, text=True, timeout=host.patience, check=False
        )
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def ask(self, *words: str, code: int = 0) -> str:
        """What a subcommand prints; what it says on standard error if it fails."""
        done = self.command(*words, code=code)
        return done.stdout if code == 0 else done.stderr

    def jobs(self) -> list[dict]:
        return json.loads(self.ask("ps", "--json"))["jobs"]

    def job(self, name: str) -> dict:
        return json.loads(self.ask("show", name, "--json"))["jobs"][0]

    def until(self, name: str, state: str) -> None:
        processes.wait_until(lambda: self.job(name)["state"] == state, f"{name} is {state}")

    @staticmethod
    def connections(running: Running) -> int:
        return len(os.listdir(f"/proc/{running.pid}/fd"))

    def until_connected(self, running: Running, wanted: int) -> None:
        """Who looks for a job is connected for a moment, who waits for its end stays so."""
        seen: list[bool] = []
        looks = 50 if host.in_guest else 10

        def is_steady() -> bool:
            time.sleep(0.1)
            seen.append(self.connections(running) == wanted)
            return len(seen) >= looks and all(seen[-looks:])

        processes.wait_until(is_steady, "all are waiting")

    def sockets(self) -> list[str]:
        return os.listdir(self.runtime) if self.runtime.exists() else []


class Seeing(Control):
    def test_a_running_job_is_listed_with_what_it_uses(self) -> None:
        running = self.begin("--name", "spinner", "--budget", "100", "--", workload("busy"), "-i")
        time.sleep(0.5)
        (job,) = self.jobs()
        self.assertEqual((job["name"], job["state"], job["budget"]), ("spinner", "running", "100"))
        self.assertEqual((job["supervisor"], job["pid"]), (running.pid, running.command()))
        self.assertEqual(job["command"], [workload("busy"), "-i"])
        self.assertGreater(float(job["used"]), 0)
        self.assertGreater(job["cpuTime"], 0)
        for words in (("ps",), ("show", "spinner")):
            self.assertEqual(schema.faults(self.ask(*words, "--json"), "accounts.schema.json"), [])
        table = self.ask("ps")
        self.assertIn("spinner", table)
        self.assertIn(job["job"], table)
        text = self.ask("show", "spinner")
        self.assertIn(f"job {job['job']}: running", text)
        self.assertIn("of 100 credits", text)
        self.ask("kill", "spinner")
        self.assertEqual(running.wait().code, -signal.SIGKILL)
        self.assertEqual(self.jobs(), [])
        self.assertEqual(self.ask("ps"), "no job runs\n")

    def test_a_job_is_named_by_its_identifier_its_beginning_or_its_name(self) -> None:
        first = self.begin("--name", "twin", "--", "sleep", "600")
        self.begin("--name", "twin", "--", "sleep", "600")
        message = self.ask("show", "twin", code=125)
        self.assertIn("2 jobs can be meant by 'twin'", message)
        (job,) = [job for job in self.jobs() if job["supervisor"] == first.pid]
        self.assertIn(job["job"], message)
        self.assertEqual(self.job(job["job"])["supervisor"], first.pid)
        self.assertEqual(self.job(job["job"][:8])["supervisor"], first.pid)
        self.assertIn("there is no running job 'nobody'", self.ask("show", "nobody", code=125))

    def test_names_from_a_job_cannot_drive_the_terminal(self) -> None:
        self.begin("--name", "a\x1b[2Jb\nc", "--", "sh", "-c", "sleep 600", "\x1b]0;x\x07")
        for text in (self.ask("ps"), self.ask("ps", "--json"), self.ask("show", self.jobs()[0]["job"])):
            self.assertNotIn("\x1b", text)
            self.assertNotIn("\x07", text)

    def test_the_socket_goes_with_the_job(self) -> None:
        running = self.begin("--", "sleep", "600")
        self.assertEqual(self.sockets(), [self.jobs()[0]["job"]])
        self.assertEqual(os.stat(self.runtime).st_mode & 0o777, 0o700)
        running.send(signal.SIGTERM)
        running.wait()
        self.assertEqual(self.sockets(), [])

    def test_a_socket_that_a_crash_left_is_swept(self) -> None:
        running = self.begin("--", "sleep", "600")
        running.process.kill()
        running.process.wait()
        self.assertEqual(len(self.sockets()), 1)
        self.assertEqual(self.jobs(), [])
        self.assertEqual(self.sockets(), [])

    def test_a_supervisor_that_stands_still_hides_no_other(self) -> None:
        still = self.begin("--name", "still", "--", "sleep", "600")
        self.begin("--name", "lively", "--", "sleep", "600")
        still.send(signal.SIGSTOP)
        try:
            done = self.command("ps", "--json")
            self.assertEqual([job["name"] for job in json.loads(done.stdout)["jobs"]], ["lively"])
            self.assertIn("did not answer in time", done.stderr)
        finally:
            still.send(signal.SIGCONT)
        self.assertEqual(sorted(job["name"] for job in self.jobs()), ["lively", "still"])

    def test_a_directory_that_others_can_get_at_is_not_used(self) -> None:
        self.runtime.mkdir(mode=0o777)
        self.runtime.chmod(0o777)
        outcome = self.rmrun("--", "sleep", "0.2", env={os.fsencode(k): os.fsencode(v) for k, v in self.environment.items()})
        self.assertEqual((outcome.code, outcome.text), (0, ""))
        self.assertEqual(self.sockets(), [])


class Ending(Control):
    def test_a_job_that_is_stopped_gets_its_grace(self) -> None:
        running = self.begin("--grace", "60s", "--", "sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.05; done")
        self.assertIn("asked to stop", self.ask("stop", self.jobs()[0]["job"]))
        outcome = running.wait()
        self.assertEqual(outcome.code, 7, outcome.text)
        self.assertEqual(outcome.report["terminationReason"], "signal")
        self.assertIsNone(outcome.report["stopping"]["killedAt"])

    def test_a_job_that_does_not_stop_is_killed_after_its_grace(self) -> None:
        running = self.begin("--grace", "200ms", "--", workload("busy"), "-i")
        self.ask("stop", self.jobs()[0]["job"])
        outcome = running.wait()
        self.assertEqual(outcome.code, -signal.SIGKILL)
        stopping = outcome.report["stopping"]
        self.assertGreaterEqual(stopping["killedAt"] - stopping["askedAt"], 0.2)

    def test_a_job_is_killed_with_all_its_processes(self) -> None:
        running = self.begin("--grace", "60s", "--", "sh", "-c", "trap '' TERM; sleep 600 & sleep 600")
        self.ask("kill", self.jobs()[0]["job"])
        outcome = running.wait()
        self.assertEqual(outcome.code, -signal.SIGKILL)
        self.assertIsNone(outcome.report["stopping"]["askedAt"])
        self.assert_nothing_left(running, outcome)

    def test_who_waits_gets_the_jobs_status(self) -> None:
        go = self.directory / "go"
        running = self.begin("--name", "short", "--", "sh", "-c", 'while [ ! -e "$0" ]; do sleep 0.05; done; exit 9', str(go))
        before = self.connections(running)
        waiting = [subprocess.Popen([RMRUN, "wait", "short"], env=self.environment) for _ in range(3)]
        self.until_connected(running, before + 3)
        go.touch()
        self.assertEqual([process.wait(host.patience) for process in waiting], [9, 9, 9])
        self.assertEqual(running.wait().code, 9)

    def test_who_waits_for_a_supervisor_that_dies_is_told(self) -> None:
        running = self.begin("--name", "doomed", "--", "sleep", "600")
        before = self.connections(running)
        waiting = subprocess.Popen([RMRUN, "wait", "doomed"], env=self.environment, stderr=subprocess.PIPE, text=True)
        self.until_connected(running, before + 1)
        running.process.kill()
        _, message = waiting.communicate(timeout=host.patience)
        self.assertEqual(waiting.returncode, 125)
        self.assertIn("ended without an answer", message)


class Changing(Control):
    def test_a_frozen_job_uses_no_cpu_until_it_is_thawed(self) -> None:
        self.begin("--name", "spinner", "--", workload("busy"), "-i")
        self.ask("freeze", "spinner")
        self.assertEqual(self.job("spinner")["state"], "frozen")
        # The kernel brings a group's counters up to date at its own pace.
        time.sleep(0.2)
        before = self.job("spinner")["cpuTime"]
        time.sleep(0.5)
        self.assertEqual(self.job("spinner")["cpuTime"], before)
        self.ask("thaw", "spinner")
        processes.wait_until(lambda: self.job("spinner")["cpuTime"] > before, "it goes on")
        self.assertEqual(self.job("spinner")["state"], "running")

    def test_a_frozen_job_still_has_to_stop(self) -> None:
        running = self.begin("--name", "held", "--timeout", "20s" if host.in_guest else "1s", "--", "sleep", "600")
        self.ask("freeze", "held")
        outcome = running.wait()
        self.assertEqual(outcome.code, 124, outcome.text)
        self.assertIsNone(outcome.report["stopping"]["killedAt"])

    def test_a_grant_lets_an_exhausted_job_go_on(self) -> None:
        running = self.begin(
            "--name", "hungry", "--budget", "0.5", "--on-exhausted", "freeze", "--", workload("busy"), "-c", "0.8"
        )
        self.until("hungry", "exhausted")
        self.assertIn("rmrun grant", self.ask("thaw", "hungry", code=122))
        self.assertEqual(self.job("hungry")["state"], "exhausted")
        # Too little to go on with.
        self.ask("grant", "hungry", "0.000001", "--key", "once")
        self.ask("grant", "hungry", "0.000001", "--key", "once")
        self.assertEqual(self.job("hungry")["budget"], "0.500001")
        self.ask("grant", "hungry", "9.999999")
        outcome = running.wait()
        self.assertEqual(outcome.code, 0, outcome.text)
        self.assertEqual(outcome.report["credits"]["budget"], "10.5")

    def test_a_job_without_a_budget_takes_no_grant(self) -> None:
        self.begin("--name", "free", "--", "sleep", "600")
        self.assertIn("no budget that could be raised", self.ask("grant", "free", "5", code=125))
        for amount in ("0", "-1", "nan", "1e30", "max"):
            with self.subTest(amount):
                self.command("grant", "free", amount, code=125)

    def test_an_account_has_to_have_what_is_granted(self) -> None:
        self.environment["RMRUN_LEDGER"] = str(self.directory / "ledger.db")
        self.ask("account", "create", "acme", "--limit", "1")
        running = self.begin(
            "--account", "acme", "--name", "hungry", "--budget", "0.5", "--on-exhausted", "freeze", "--",
            workload("busy"), "-c", "0.8",
        )  # fmt: skip
        self.until("hungry", "exhausted")
        message = self.ask("grant", "hungry", "2", code=122)
        self.assertIn("account acme is short of 1.5 credits", message)
        self.assertEqual(self.job("hungry")["state"], "exhausted")
        self.ask("grant", "acme", "1.5")
        self.ask("grant", "hungry", "2")
        outcome = running.wait()
        self.assertEqual(outcome.code, 0, outcome.text)
        account = json.loads(self.ask("account", "show", "acme", "--json"))["accounts"][0]
        self.assertEqual(account["used"], outcome.report["credits"]["used"])
        self.assertEqual(account["reserved"], "0")
        self.assertEqual(self.ask("ledger", "verify"), "the books are right\n")

    def test_a_job_of_another_ledger_is_granted_credits(self) -> None:
        """As root does to a user's job."""
        self.environment["RMRUN_LEDGER"] = str(self.directory / "ledger.db")
        self.ask("account", "create", "acme", "--limit", "9")
        self.begin("--account", "acme", "--name", "theirs", "--budget", "1", "--", "sleep", "600")
        self.environment["RMRUN_LEDGER"] = str(self.directory / "another.db")
        self.ask("grant", "theirs", "2")
        self.assertEqual(self.job("theirs")["budget"], "3")
        self.assertFalse((self.directory / "another.db").exists())

    def test_what_is_an_account_and_a_job_is_told(self) -> None:
        self.environment["RMRUN_LEDGER"] = str(self.directory / "ledger.db")
        self.ask("account", "create", "both", "--limit", "1")
        self.begin("--name", "both", "--budget", "1", "--", "sleep", "600")
        self.assertIn("is an account and a job", self.ask("grant", "both", "1", code=125))

    def test_time_limits_are_changed(self) -> None:
        running = self.begin("--name", "slow", "--", "sleep", "600")
        self.ask("resize", "slow", "--timeout", "1h", "--grace", "5s")
        limits = self.job("slow")["limits"]
        self.assertEqual((limits["timeout"], limits["grace"]), ("1h 0m", "5s"))
        self.ask("resize", "slow", "--timeout", "500ms")
        self.assertEqual(running.wait().code, 124)

    def test_what_cannot_be_changed_is_told(self) -> None:
        self.begin("--name", "sleeper", "--", "sleep", "600")
        for words, message in (
            ((), "no limit was given"),
            (("--nice", "5"), "unknown option '--nice'"),
            (("--budget", "5"), "unknown option '--budget'"),
            (("--memory", "much"), "--memory"),
            (("2G",), "'2G' is no limit"),
        ):
            with self.subTest(words=words):
                self.assertIn(message, self.ask("resize", "sleeper", *words, code=125))

    def test_a_limit_that_the_group_cannot_hold_is_refused(self) -> None:
        self.need_groups()
        with groups.Group() as group:
            running = self.begin("--name", "sleeper", "--", "sleep", "600", preexec_fn=group.enter)
            message = self.ask("resize", "sleeper", "--cpus", "1", "--timeout", "1h", code=122)
            self.assertIn("cpu.max can't be held", message)
            self.assertNotIn("timeout", self.job("sleeper")["limits"])
            running.send(signal.SIGTERM)
            running.wait()

    def test_the_kernels_limits_are_changed(self) -> None:
        self.need_controllers("cpu", "memory", "pids")
        self.begin("--name", "sleeper", "--cpus", "1", "--memory", "512M", "--", "sleep", "600")
        self.ask("resize", "sleeper", "--cpus", "0.5", "--memory", "1G", "--pids", "7")
        group = Path(self.job("sleeper")["cgroup"])
        self.assertEqual((group / "memory.max").read_text(), f"{1 << 30}\n")
        self.assertEqual((group / "cpu.max").read_text().split()[0], "50000")
        self.assertEqual((group / "pids.max").read_text(), "7\n")
        self.ask("resize", "sleeper", "--memory", "max")
        self.assertEqual((group / "memory.max").read_text(), "max\n")

    def test_a_memory_limit_that_would_kill_at_once_is_refused(self) -> None:
        self.need_controllers("memory")
        self.begin("--name", "holder", "--memory", "512M", "--", workload("hog"), "-m", "64", "-s", "600")
        processes.wait_until(lambda: (self.job("holder")["memory"] or 0) > 60 << 20, "it holds its memory")
        message = self.ask("resize", "holder", "--memory", "16M", code=122)
        self.assertIn("would be killed", message)
        self.assertEqual(Path(self.job("holder")["cgroup"], "memory.max").read_text(), f"{512 << 20}\n")


class Asking(Control):
    def raw(self, line: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-c", RAW, line], env=self.environment, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    def test_a_job_may_ask_for_nothing(self) -> None:
        for words in (("ps",), ("grant", "me", "5"), ("kill", "me"), ("resize", "me", "--memory", "1G"), ("wait", "me")):
            with self.subTest(words=words):
                outcome = self.rmrun("--name", "me", "--", RMRUN, *words, report=False)
                self.assertEqual(outcome.code, 122)
                self.assertIn("refused: this runs inside the job", outcome.text)

    def test_a_job_that_speaks_over_the_socket_itself_is_refused(self) -> None:
        for containment in ((), ("unshare", "--mount", "sh", "-c", 'umount -l "$0" && exec "$@"', str(host.cgroup_mount))):
            with self.subTest(containment=containment):
                if containment:
                    self.need(host.is_root and host.can_unshare_mounts(), "root, to hide cgroup v2 from a job")
                self.refused_inside(containment)

    def refused_inside(self, prefix: tuple[str, ...]) -> None:
        line = '{"version":1,"verb":"grant","job":"me","microcredits":1000000}'
        environment = {os.fsencode(k): os.fsencode(v) for k, v in self.environment.items()}
        mark = self.directory / "asked"
        left_behind = f'( (env -u RMRUN_JOB "$@"; : >"{mark}") & ) ; until [ -e "{mark}" ]; do sleep 0.1; done; rm "{mark}"'
        # Without the variable that names the job, and from a process that its command has left behind, be it only just.
        for script in ('exec env -u RMRUN_JOB "$@"', left_behind, "sleep 0.5; " + left_behind):
            outcome = self.rmrun(
                "--budget", "5", "--", "sh", "-c", script, "sh", sys.executable, "-c", RAW, line,
                env=environment, prefix=prefix, report=False,
            )  # fmt: skip
            self.assertEqual(outcome.code, 0, outcome.text)
            answer = json.loads(outcome.out)
            self.assertEqual(answer["failure"]["code"], "refused", answer)
            self.assertIn("this runs inside the job", answer["failure"]["message"])

    def test_a_job_that_is_over_as_soon_as_it_is_killed_was_killed(self) -> None:
        self.need(host.is_root and host.can_unshare_mounts(), "root, to hide cgroup v2 from rmrun")
        # Without a group it is found among all processes of the host: with many of them a job is over before it has been looked at again.
        hidden = ("unshare", "--mount", "sh", "-c", 'umount -l "$0" && exec "$@"', str(host.cgroup_mount))
        others = [subprocess.Popen(["sleep", "600"]) for _ in range(300)]
        try:
            for verb in ("kill", "stop"):
                with self.subTest(verb=verb):
                    running = self.begin("--name", "tree", "--", "sleep", "600", prefix=hidden)
                    (job,) = self.jobs()
                    # By then what was last seen of it is too old to be shown.
                    time.sleep(0.3)
                    answer = self.raw(json.dumps({"version": 1, "verb": verb, "job": job["job"]}))
                    self.assertNotIn("failure", answer)
                    self.assertLess(running.wait().code, 0)
        finally:
            for other in others:
                other.kill()
                other.wait()

    def test_anybody_else_of_the_user_may_ask(self) -> None:
        self.begin("--name", "sleeper", "--", "sleep", "600")
        answer = self.raw('{"version":1,"verb":"list"}')
        self.assertEqual([job["name"] for job in answer["jobs"]], ["sleeper"])
        self.assertEqual(self.raw('{"version":9,"verb":"list"}')["failure"]["code"], "version")
        self.assertEqual(self.raw('{"version":1,"verb":"stop","job":"other"}')["failure"]["code"], "noJob")

    def test_nonsense_does_not_disturb_the_supervision(self) -> None:
        # It burns only once it is known where to ask.
        words = ("--budget", "0.6", "--grace", "0", "--", "sh", "-c", 'read go; exec "$0" -i', workload("busy"))
        running = self.begin(*words, stdin=subprocess.PIPE)
        path = str(self.runtime / self.sockets()[0])
        connections = []
        assert running.process.stdin
        running.process.stdin.write(b"go\n")
        running.process.stdin.close()
        for number in range(300):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(5)
            try:
                connection.connect(path)
                connection.send((b"x" * 5000, b"\xff\xfe\n", b'{"version":1', b"\n" * 100)[number % 4])
            except OSError:
                pass
            connections.append(connection)
        outcome = running.wait()
        for connection in connections:
            connection.close()
        self.assertEqual(outcome.code, 120, outcome.text)
        self.assertLessEqual(
            float(outcome.report["credits"]["overdraft"]), float(outcome.report["credits"]["overshootBound"])
        )

    def test_root_sees_and_ends_every_users_jobs(self) -> None:
        self.need(host.is_root, "root, to become another user")
        self.environment.pop("RMRUN_RUNTIME_DIR")
        self.environment.pop("XDG_RUNTIME_DIR", None)
        place = Path("/tmp/rmrun-65534")
        self.addCleanup(lambda: place.exists() and place.rmdir())
        become = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        running = self.begin("--name", "others", "--", "sleep", "600", prefix=become, report=False)
        (job,) = [job for job in self.jobs() if job["name"] == "others"]
        self.assertEqual((job["user"], job["supervisor"]), ("nobody", running.pid))
        mine = self.start("--name", "mine", "--", "sleep", "600", env={os.fsencode(k): os.fsencode(v) for k, v in self.environment.items()})
        processes.wait_until(lambda: "mine" in [job["name"] for job in self.jobs()], "root's own job is listed")
        seen = subprocess.run([*become, RMRUN, "ps", "--json"], env=self.environment, capture_output=True, check=True)
        self.assertEqual([job["name"] for job in json.loads(seen.stdout)["jobs"]], ["others"])
        self.ask("kill", "others")
        self.assertEqual(running.wait().code, -signal.SIGKILL)
        mine.send(signal.SIGTERM)
        mine.wait()

    def test_root_trusts_no_directory_of_another_owner(self) -> None:
        self.need(host.is_root, "root, to make another user's directory")
        self.environment.pop("RMRUN_RUNTIME_DIR")
        planted = Path("/tmp/rmrun-54321")
        planted.mkdir(mode=0o700)
        self.addCleanup(planted.rmdir)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(planted / "planted"))
        self.addCleanup((planted / "planted").unlink)
        listener.listen()
        listener.settimeout(0)
        for owner in (65534, 54321):
            with self.subTest(owner=owner):
                # Of another user than its name says; then with a socket on which another user listens.
                os.chown(planted, owner, owner)
                self.command("ps")
                if owner == 65534:
                    self.assertRaises(BlockingIOError, listener.accept)
        self.assertIn("can't trust the socket", self.command("ps").stderr)
        listener.close()
