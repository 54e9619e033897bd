"""`--work-size`: what the directory where a job starts may hold."""

import errno
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from harness import host, processes, projects
from harness.case import RMRUN, Case, workload
from harness.outcome import Outcome
from harness.running import Running

MIB = 1 << 20
SIZE = 4 * MIB
FILL = 'head -c {}M /dev/zero >"$0"; status=$?; [ {} = 0 ] || sleep {}; exit $status'


# Makes so many empty files, tells how many were made, and holds on.
EMPTY_FILES = """
import time
made = 0
try:
    for made in range({}): open(f"f{{made}}", "w").close()
except OSError as error:
    print(made, error.errno)
time.sleep({})
"""


def make_deep(place: Path, depth: int) -> None:
    """Makes directories in directories, deeper than a path can be."""
    script = f"import os\nfor _ in range({depth}): os.mkdir('d'); os.chdir('d')\nopen('file', 'w').close()"
    subprocess.run(["python3", "-c", script], cwd=place, check=True)


def fill(mebibytes: int, hold: float = 0, name: str = "file") -> tuple[str, ...]:
    """A command that writes a file, and holds on."""
    return ("/bin/sh", "-c", FILL.format(mebibytes, hold, hold), name)


class WorkSize(Case):
    patience_factor = 4

    def make(self, name: str = "work") -> Path:
        place = self.directory / name
        place.mkdir()
        return place

    def run_in(self, place: Path, *words: str, options: tuple[str, ...] = (), **how: object) -> Outcome:
        return self.rmrun("--work-size", f"{SIZE // MIB}M", "--chdir", str(place), *options, "--", *words, **how)

    def begin(self, place: Path, script: str, options: tuple[str, ...] = ()) -> Running:
        """Starts a job named `sized` that says when it is ready, and what it reads goes on."""
        words = ("--name", "sized", "--work-size", f"{SIZE // MIB}M", "--chdir", str(place), *options)
        running = self.start(*words, "--", "/bin/sh", "-c", script, stdin=subprocess.PIPE)
        self.assertEqual(running.line(), "ready")
        return running

    def resize(self, size: str, code: int = 0) -> str:
        """Resizes that job, and returns what is said."""

        def asked() -> subprocess.CompletedProcess[str]:
            return subprocess.run([RMRUN, "resize", "sized", "--work-size", size], capture_output=True, text=True, check=False)

        # It can be asked once it has run for a moment.
        processes.wait_until(lambda: "no job" not in asked().stderr, "the job can be asked")
        done = asked()
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def assert_stopped(self, outcome: Outcome) -> None:
        self.assertEqual((outcome.code, outcome.reason), (121, "workSize"), outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["work-size"], "polled")
        self.assertIn("the work directory held more than its size", outcome.text)

    def assert_ended(self, outcome: Outcome, mechanism: str = "polled", status: int = 0) -> None:
        self.assertEqual((outcome.code, outcome.reason), (status, None), outcome.text)
        self.assertEqual(outcome.bill["enforcement"]["work-size"], mechanism, outcome.text)


class Polled(WorkSize):
    """On file systems without project quotas, as the test's own directory is."""

    def test_a_job_that_writes_more_is_stopped(self) -> None:
        outcome = self.run_in(self.make(), *fill(64, hold=60))
        self.assert_stopped(outcome)
        self.assertIsNotNone(outcome.bill["stopping"]["killedAt"])
        self.assertIsNone(outcome.bill["stopping"]["askedAt"])

    def test_one_that_writes_less_is_left_alone(self) -> None:
        self.assert_ended(self.run_in(self.make(), *fill(3, hold=0.5)))

    def test_one_that_sleeps_meanwhile_is_stopped(self) -> None:
        # What moves last is seen, although nothing moves any more.
        script = "import os, time; f = os.open('f', os.O_CREAT | os.O_WRONLY); os.posix_fallocate(f, 0, 8 << 20); time.sleep(60)"
        self.assert_stopped(self.run_in(self.make(), "python3", "-c", script))

    def test_holes_take_no_room_and_names_no_more_than_one_file(self) -> None:
        script = "truncate -s 1G sparse; head -c 3M /dev/zero >file; ln file b; mkdir d; ln file d/c; sleep 1.5"
        self.assert_ended(self.run_in(self.make(), "/bin/sh", "-c", script))

    def test_what_is_removed_is_given_back(self) -> None:
        script = "for i in 1 2 3 4; do head -c 3M /dev/zero >file; sleep 0.4; rm file; done"
        self.assert_ended(self.run_in(self.make(), "/bin/sh", "-c", script))

    def test_what_is_moved_in_counts(self) -> None:
        place = self.make()
        (self.directory / "big").write_bytes(bytes(8 * MIB))
        self.assert_stopped(self.run_in(place, "/bin/sh", "-c", "mv ../big . && sleep 60"))

    def test_links_that_lead_out_are_not_followed(self) -> None:
        place, outside = self.make(), self.make("outside")
        (outside / "big").write_bytes(bytes(8 * MIB))
        script = "ln -s ../outside link; ln -s ../outside/big file; ln -s . self; mkfifo pipe; sleep 1.5"
        self.assert_ended(self.run_in(place, "/bin/sh", "-c", script))
        self.assertEqual((outside / "big").stat().st_size, 8 * MIB)

    def test_what_is_mounted_there_lies_elsewhere(self) -> None:
        self.need(host.is_root and host.can_unshare_mounts(), "root, to mount in a namespace of its own")
        place, outside = self.make(), self.make("outside")
        (outside / "big").write_bytes(bytes(8 * MIB))
        (place / "below").mkdir()
        prefix = ("unshare", "-m", "/bin/sh", "-c", f'mount --bind "{outside}" "{place}/below" && exec "$@"', "sh")
        self.assert_ended(self.run_in(place, "/bin/sh", "-c", "test -f below/big; sleep 1.5", prefix=prefix))

    def test_one_that_makes_its_directory_anew_works_in_that(self) -> None:
        place = self.make()
        script = f'rmdir "{place}" && mkdir "{place}" && cd "{place}" && head -c 64M /dev/zero >file; sleep 60'
        self.assert_stopped(self.run_in(place, "/bin/sh", "-c", script))

    def test_deep_and_wide_trees_are_counted(self) -> None:
        script = (
            "import os, time\n"
            "for n in range(2000): open(f'f{n}', 'w').close()\n"
            "for n in range(150): os.mkdir('d'); os.chdir('d')\n"
            "open('big', 'wb').write(bytes(8 << 20)); time.sleep(60)"
        )
        self.assert_stopped(self.run_in(self.make(), "python3", "-c", script))

    def test_one_that_is_too_full_is_not_begun(self) -> None:
        place = self.make()
        (place / "big").write_bytes(bytes(8 * MIB))
        outcome = self.run_in(place, "/bin/touch", "ran")
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("holds 8 MiB already, 4 MiB are allowed", outcome.text)
        self.assertFalse((place / "ran").exists())

    def test_the_kernel_can_be_asked_for(self) -> None:
        place = self.make()
        outcome = self.run_in(place, "/bin/touch", "ran", options=("--require", "work-size"))
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("work-size (polled)", outcome.text)
        self.assertFalse((place / "ran").exists())

    def test_files_that_take_no_room_count_too(self) -> None:
        self.assert_stopped(self.run_in(self.make(), "python3", "-c", EMPTY_FILES.format(5000, 60)))
        self.assert_ended(self.run_in(self.make("other"), "python3", "-c", EMPTY_FILES.format(4000, 1.5)))

    def test_one_of_too_many_files_is_not_begun(self) -> None:
        place = self.make()
        for number in range(4096):
            (place / f"f{number}").touch()
        outcome = self.run_in(place, "/bin/touch", "ran")
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("holds 4097 files already, 4096 are allowed in 4 MiB", outcome.text)
        self.assertFalse((place / "ran").exists())

    def test_one_too_deep_to_be_counted_is_not_begun(self) -> None:
        place = self.make()
        make_deep(place, 210)
        outcome = self.run_in(place, "/bin/touch", "ran")
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("holds more than can be counted: no more than 4194304 files, none deeper than 200 directories", outcome.text)
        self.assertFalse((place / "ran").exists())

    def test_a_job_that_hides_what_it_writes_too_deep_is_stopped(self) -> None:
        script = "import os, time\nfor _ in range(210): os.mkdir('d'); os.chdir('d')\nopen('f', 'wb').write(bytes(8 << 20)); time.sleep(60)"
        self.assert_stopped(self.run_in(self.make(), "python3", "-c", script))

    def test_what_is_not_counted_is_said(self) -> None:
        place = self.make()
        make_deep(place, 150)
        few = ("/bin/sh", "-c", 'ulimit -n 64; exec "$@"', "sh")
        outcome = self.run_in(place, "/bin/true", prefix=few)
        self.assert_ended(outcome)
        self.assertIn("files in it, 1 of them, can't be reached (Too many open files)", outcome.text)

    def test_it_can_be_resized(self) -> None:
        place = self.make()
        running = self.begin(place, "head -c 2M /dev/zero >a; echo ready; read word; head -c 8M /dev/zero >b; sleep 1.5")
        self.assertIn("can't be taken away", self.resize("max", 122))
        self.resize("16M")
        running.tell("go")
        self.assert_ended(self.finish(running))

    def test_a_size_that_it_has_passed_is_refused(self) -> None:
        place = self.make()
        (place / "file").write_bytes(bytes(2 * MIB))
        running = self.begin(place, "echo ready; read word; sleep 1")
        self.assertIn("holds 2 MiB already, 1 MiB are allowed", self.resize("1M", 122))
        running.tell("go")
        outcome = self.finish(running)
        self.assert_ended(outcome)

    def test_a_job_without_a_size_gets_none_later(self) -> None:
        running = self.start("--name", "sized", "--chdir", str(self.make()), "--", "/bin/sh", "-c", "echo ready; read word", stdin=subprocess.PIPE)
        self.assertEqual(running.line(), "ready")
        self.assertIn("nor set later", self.resize("16M", 122))
        running.tell("go")
        self.assertEqual(self.finish(running).code, 0)

    def test_it_starts_where_rmrun_was_started(self) -> None:
        place = self.make()
        outcome = self.rmrun("--work-size", "4M", "--", "/bin/sh", "-c", "pwd -P; head -c 64M /dev/zero >file; sleep 60", cwd=place)
        self.assert_stopped(outcome)
        self.assertEqual(outcome.out.decode().strip(), str(place.resolve()))

    def test_a_profile_can_say_it(self) -> None:
        profile = self.file("small.yaml", "work-size: 4M\n")
        outcome = self.rmrun("--profile", profile, "--chdir", str(self.make()), "--", *fill(64, hold=60))
        self.assert_stopped(outcome)

    def test_users_have_it_too(self) -> None:
        self.need(host.is_root, "root, to become somebody else")
        self.directory.chmod(0o777)
        place = self.make()
        os.chown(place, 65534, 65534)
        self.assert_stopped(self.run_in(place, *fill(64, hold=60), prefix=host.become(65534)))


class Refused(WorkSize):
    def refused(self, *words: str, **how: object) -> str:
        outcome = self.rmrun("--work-size", "4M", *words, "--", "/bin/true", report=False, **how)
        self.assertEqual(outcome.code, 125, outcome.text)
        return outcome.text

    def test_where_it_makes_no_sense(self) -> None:
        place = str(self.make())
        self.assertIn("name one by --chdir", self.refused(cwd="/"))
        self.assertIn(f"--write {place}", self.refused("--chdir", place, "--isolate", "mount"))
        self.assertIn(f"--write {place}", self.refused("--chdir", place, "--write", str(self.make("other"))))
        self.assertIn("no such", self.refused("--chdir", place + "/gone").lower())

    def test_a_size_that_nothing_fits_in(self) -> None:
        outcome = self.rmrun("--work-size", "1K", "--", "/bin/true", report=False)
        self.assertEqual(outcome.code, 125)
        self.assertIn("from 4K on", outcome.text)

    def test_a_place_below_one_that_may_be_written_to_will_do(self) -> None:
        self.assert_ended(self.run_in(self.make(), "/bin/true", options=("--write", str(self.directory))))


class Quotas(WorkSize):
    """What tests need on a file system with project quotas, by root, as they take."""

    ROOT = Path("/mnt/quota")
    CONFINED = ("--confine", "default")

    def setUp(self) -> None:
        super().setUp()
        self.need(host.is_root and os.path.ismount(self.ROOT), f"root, and a file system with project quotas at {self.ROOT}")
        self.place = Path(tempfile.mkdtemp(dir=self.ROOT))
        self.place.chmod(0o777)
        self.addCleanup(shutil.rmtree, self.place)

    def assert_nothing_bound(self) -> None:
        self.assertEqual(projects.limits(self.ROOT), {})
        self.assertEqual(os.listdir(projects.RECORDS) if projects.RECORDS.exists() else [], [])

    def held(self, *words: str, options: tuple[str, ...] = CONFINED, status: int = 0, **how: object) -> Outcome:
        outcome = self.run_in(self.place, *words, options=options, **how)
        self.assert_ended(outcome, "kernel", status)
        self.assert_nothing_bound()
        for path in [self.place, *self.place.rglob("*")]:
            self.assertEqual(projects.of(path), 0, path)
        return outcome

    @staticmethod
    def kill_all_of(running: Running) -> None:
        # Stopped it starts no other guardian.
        for pid, number in (
            (running.pid, signal.SIGSTOP), (running.guardian(), signal.SIGKILL), (running.command(), signal.SIGKILL),
            (running.pid, signal.SIGKILL),
        ):  # fmt: skip
            os.kill(pid, number)
        processes.wait_until(lambda: not running.marked(), "all of them end")

    def ready(self, script: str = "head -c 1M /dev/zero >file; echo ready; exec sleep 60") -> Running:
        running = self.start("--work-size", "4M", "--chdir", str(self.place), *self.CONFINED, "--", "/bin/sh", "-c", script)
        self.assertEqual(running.line(), "ready")
        self.assertEqual(list(projects.limits(self.ROOT).values()), [SIZE])
        return running


class Quota(Quotas):
    """By the quotas of ext4."""

    def test_writing_more_fails_and_the_job_goes_on(self) -> None:
        outcome = self.held("/bin/sh", "-c", "head -c 64M /dev/zero >file && exit 1; head -c 64M /dev/zero >file; echo on")
        self.assertEqual(outcome.out, b"on\n")
        self.assertRegex(outcome.text, "(?i)quota exceeded|no space")
        self.assertLessEqual((self.place / "file").stat().st_blocks * 512, SIZE)
        self.assertGreater((self.place / "file").stat().st_blocks * 512, SIZE - MIB)

    def test_another_user_is_held_to_it(self) -> None:
        outcome = self.held(*fill(64), options=("--user", "nobody"), status=1)
        self.assertRegex(outcome.text, "(?i)quota exceeded|no space")

    def test_one_that_is_not_the_users_to_write_to_gets_no_limit(self) -> None:
        # As where an earlier job has put a link to the system's own files in its place.
        self.place.chmod(0o755)
        outcome = self.run_in(self.place, "/bin/true", options=("--user", "nobody"))
        self.assert_ended(outcome, "polled")
        self.assertIn("not the job's user's to write to", outcome.text)

    def test_one_in_namespaces_is_held_to_it(self) -> None:
        options = ("--profile", "untrusted", "--write", str(self.place))
        self.held(*fill(64), options=options, status=1)

    def test_what_is_removed_is_given_back(self) -> None:
        self.held("/bin/sh", "-c", "for i in 1 2 3 4; do head -c 3M /dev/zero >file || exit; rm file; done")

    def test_holes_take_no_room_and_names_no_more_than_one_file(self) -> None:
        self.held("/bin/sh", "-c", "truncate -s 1G s && head -c 3M /dev/zero >file && ln file b && mkdir d && ln file d/c")

    def test_what_is_moved_in_counts(self) -> None:
        outside = Path(tempfile.mkdtemp(dir=self.ROOT))
        self.addCleanup(shutil.rmtree, outside)
        (outside / "big").write_bytes(bytes(8 * MIB))
        outcome = self.held("/bin/sh", "-c", f"ln {outside}/big . || mv {outside}/big .", status=1)
        # Names can't be had across projects, so that moving is copying.
        self.assertRegex(outcome.text, "(?i)cross-device")
        self.assertEqual((outside / "big").stat().st_size, 8 * MIB)

    def test_what_was_there_counts_and_links_that_lead_out_do_not(self) -> None:
        outside = Path(tempfile.mkdtemp(dir=self.ROOT))
        self.addCleanup(shutil.rmtree, outside)
        (outside / "big").write_bytes(bytes(8 * MIB))
        (self.place / "a").mkdir()
        (self.place / "a" / "there").write_bytes(bytes(2 * MIB))
        (self.place / "link").symlink_to(outside)
        os.mkfifo(self.place / "pipe")
        running = self.start(
            "--work-size", "4M", "--chdir", str(self.place), *self.CONFINED, "--", "/bin/sh", "-c", "head -c 3M /dev/zero >f; echo $?; sleep 60"
        )  # fmt: skip
        self.assertEqual(running.line(), "1")
        self.assertNotEqual(projects.of(self.place / "a" / "there"), 0)
        self.assertEqual(projects.of(outside / "big"), 0)
        running.send(signal.SIGTERM)
        self.finish(running)
        self.assertEqual(projects.of(self.place / "a" / "there"), 0)
        self.assert_nothing_bound()

    def test_what_is_mounted_there_is_left_alone(self) -> None:
        outside = Path(tempfile.mkdtemp(dir=self.ROOT))
        self.addCleanup(shutil.rmtree, outside)
        (outside / "big").write_bytes(bytes(8 * MIB))
        (self.place / "below").mkdir()
        (self.place / "file").touch()
        script = f'mount --bind "{outside}" "{self.place}/below" && mount --bind "{outside}/big" "{self.place}/file" && exec "$@"'
        running = self.start(
            "--work-size", "4M", "--chdir", str(self.place), *self.CONFINED, "--", "/bin/sh", "-c", "echo ready; exec sleep 60",
            prefix=("unshare", "-m", "/bin/sh", "-c", script, "sh"),
        )  # fmt: skip
        self.assertEqual(running.line(), "ready")
        self.assertEqual([projects.of(path) for path in (outside, outside / "big")], [0, 0])
        running.send(signal.SIGTERM)
        self.assertEqual(self.finish(running).bill["enforcement"]["work-size"], "kernel")
        self.assert_nothing_bound()

    def test_one_that_is_too_full_is_not_begun(self) -> None:
        (self.place / "big").write_bytes(bytes(8 * MIB))
        outcome = self.run_in(self.place, "/bin/touch", "ran", options=self.CONFINED)
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("holds 8 MiB already", outcome.text)
        self.assertFalse((self.place / "ran").exists())
        self.assertEqual(projects.of(self.place / "big"), 0)
        self.assert_nothing_bound()

    def test_root_unconfined_ignores_quotas_and_is_watched(self) -> None:
        outcome = self.run_in(self.place, *fill(32, hold=60))
        self.assert_stopped(outcome)
        self.assertIn("quotas don't bind root", outcome.text)

    def test_a_confined_job_can_not_take_files_out(self) -> None:
        shutil.copy(workload("leave"), self.place)
        for options in (
            self.CONFINED,
            ("--confine", "strict"),
            ("--isolate", "pid", "--confine", "default"),
            ("--confine", "none", "--isolate", "mount,user", "--write", str(self.place)),
            # Confined without a level.
            ("--cap-keep", "chown"),
        ):
            with self.subTest(options=options):
                outcome = self.held("./leave", options=options)
                self.assertNotIn("reached", outcome.out.decode())
                # Whatever the level, by the filter that guards the quota.
                self.assertIn("ioctl", outcome.bill["confinement"]["refused"])

    def test_an_owner_that_is_not_confined_can(self) -> None:
        # The control: whom the file system alone does not bind. The README says so.
        os.chown(self.place, 65534, 65534)
        outcome = self.run_in(self.place, workload("leave"), options=("--user", "nobody"))
        self.assertEqual(outcome.out.decode().split()[:2], ["reached", "reached"], outcome.text)

    def test_jobs_side_by_side_have_projects_of_their_own(self) -> None:
        other = Path(tempfile.mkdtemp(dir=self.ROOT))
        self.addCleanup(shutil.rmtree, other)
        jobs = []
        for place in (self.place, other):
            words = ("--work-size", "4M", "--chdir", str(place), *self.CONFINED, "--", "/bin/sh", "-c", "echo ready; sleep 60")
            jobs.append(self.start(*words))
            self.assertEqual(jobs[-1].line(), "ready")
        numbers = {projects.of(self.place), projects.of(other)}
        self.assertEqual(len(numbers - {0}), 2)
        self.assertEqual(projects.limits(self.ROOT), dict.fromkeys(numbers, SIZE))
        # A third in the directory of the first is held to it by counting, and leaves it its project.
        outcome = self.run_in(self.place, *fill(1), options=self.CONFINED)
        self.assert_ended(outcome)
        self.assertIn("another job has the project", outcome.text)
        self.assertEqual({projects.of(self.place), projects.of(other)}, numbers)
        for job in jobs:
            job.send(signal.SIGTERM)
            self.finish(job)
        self.assert_nothing_bound()

    def test_a_directory_of_a_project_of_its_own_keeps_it(self) -> None:
        projects.assign(self.place, 7)
        outcome = self.run_in(self.place, *fill(1), options=self.CONFINED)
        self.assert_ended(outcome)
        self.assertIn("belongs to project 7 already", outcome.text)
        self.assertEqual(projects.of(self.place), 7)
        self.assertEqual(projects.of(self.place / "file"), 7)

    def test_a_project_whose_record_is_elsewhere_is_left_alone(self) -> None:
        # As a job's in a container is, with a /var/lib of its own.
        number = projects.NUMBERS[3]
        projects.assign(self.place, number)
        projects.bound(self.place, number, 2 * SIZE)
        self.addCleanup(projects.bound, self.place, number, 0)
        outcome = self.run_in(self.place, *fill(1), options=self.CONFINED)
        self.assert_ended(outcome)
        self.assertIn("another job has the project", outcome.text)
        self.assertEqual(projects.limits(self.ROOT), {number: 2 * SIZE})
        self.assertEqual(projects.of(self.place), number)

    def test_the_guardian_takes_the_limit_away(self) -> None:
        running = self.ready()
        running.send(signal.SIGKILL)
        processes.wait_until(lambda: not running.marked(), "the guardian ends the job")
        self.assert_nothing_bound()
        # What is left on the files means nothing, and the next job takes it over.
        self.held(*fill(1))

    def test_recover_takes_the_limit_away(self) -> None:
        self.kill_all_of(self.ready())
        self.assertEqual(list(projects.limits(self.ROOT).values()), [SIZE])
        outcome = subprocess.run([RMRUN, "recover"], capture_output=True, text=True, check=True)
        self.assertIn(f"{self.place}: its size is bounded no more", outcome.stdout)
        self.assert_nothing_bound()

    def test_the_next_job_takes_the_limit_away(self) -> None:
        self.kill_all_of(self.ready())
        self.held(*fill(3))

    def test_a_command_that_can_not_be_executed_leaves_nothing(self) -> None:
        # That shows once all is made.
        script = self.file("script", "#!/gone\n", 0o755)
        outcome = self.run_in(self.place, script, options=self.CONFINED)
        self.assertIn(outcome.code, (126, 127), outcome.text)
        self.assertEqual(projects.of(self.place), 0)
        self.assert_nothing_bound()

    def test_what_belongs_to_others_is_counted_besides(self) -> None:
        other = self.place / "other"
        other.mkdir()
        projects.assign(other, 7)
        outcome = self.run_in(self.place, *fill(16, hold=60, name="other/file"), options=self.CONFINED)
        self.assert_stopped(outcome)
        self.assertIn("belong to other projects (7)", outcome.text)
        self.assertEqual((projects.of(other), projects.of(other / "file"), projects.of(self.place)), (7, 7, 0))
        self.assert_nothing_bound()

    def test_what_is_not_the_others_stays_the_kernels_to_hold(self) -> None:
        (self.place / "other").mkdir()
        projects.assign(self.place / "other", 7)
        running = self.ready()
        self.assertNotEqual(projects.of(self.place / "file"), 0)
        running.send(signal.SIGTERM)
        self.assertEqual(self.finish(running).bill["enforcement"]["work-size"], "polled")
        self.assert_nothing_bound()

    def test_one_too_deep_to_be_bounded_is_not_begun(self) -> None:
        make_deep(self.place, 210)
        outcome = self.run_in(self.place, "/bin/touch", "ran", options=self.CONFINED)
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("more than can be counted", outcome.text)
        self.assertFalse((self.place / "ran").exists())
        self.assert_nothing_bound()

    def test_what_can_not_be_changed_is_said(self) -> None:
        (self.place / "file").touch()
        subprocess.run(["chattr", "+i", self.place / "file"], check=True)
        try:
            outcome = self.run_in(self.place, "/bin/true", options=self.CONFINED)
        finally:
            subprocess.run(["chattr", "-i", self.place / "file"], check=True)
        self.assert_ended(outcome)
        self.assertIn("files in it, 1 of them, can't be reached", outcome.text)
        self.assert_nothing_bound()

    def test_what_can_not_be_opened_is_said(self) -> None:
        make_deep(self.place, 100)
        few = ("/bin/sh", "-c", 'ulimit -n 64; exec "$@"', "sh")
        outcome = self.run_in(self.place, "/bin/true", options=self.CONFINED, prefix=few)
        self.assert_ended(outcome)
        self.assertIn("can't be reached (Too many open files)", outcome.text)
        self.assert_nothing_bound()

    def test_what_dead_jobs_left_is_taken_over(self) -> None:
        for number in (0, 5, 9):
            below = self.place / f"below{number}"
            below.mkdir()
            projects.assign(below, projects.NUMBERS[number])
            (below / "file").write_bytes(bytes(MIB))
        running = self.start(
            "--work-size", "4M", "--chdir", str(self.place), *self.CONFINED, "--", "/bin/sh", "-c", "head -c 2M /dev/zero >f; echo $?; sleep 60"
        )  # fmt: skip
        self.assertEqual(running.line(), "1")
        numbers = {projects.of(path) for path in (self.place, *self.place.rglob("*"))}
        self.assertEqual(len(numbers), 1)
        running.send(signal.SIGTERM)
        self.assertEqual(self.finish(running).bill["enforcement"]["work-size"], "kernel")
        self.assertEqual({projects.of(path) for path in (self.place, *self.place.rglob("*"))}, {0})
        self.assert_nothing_bound()

    def test_a_crashed_job_above_leaves_room(self) -> None:
        below = self.place / "below"
        below.mkdir()
        self.kill_all_of(self.ready("head -c 3M /dev/zero >file; echo ready; exec sleep 60"))
        crashed = projects.of(self.place)
        self.assertIn(crashed, projects.NUMBERS)
        outcome = self.run_in(below, *fill(3), options=self.CONFINED)
        self.assert_ended(outcome, "kernel")
        self.assert_nothing_bound()
        # What is made there is the crashed job's again, until the next one above takes all of it over.
        self.assertEqual({projects.of(path) for path in (self.place, below, below / "file")}, {crashed})
        outcome = self.rmrun("--work-size", "16M", "--chdir", str(self.place), *self.CONFINED, "--", "/bin/true")
        self.assert_ended(outcome, "kernel")
        self.assertEqual({projects.of(path) for path in (self.place, below, below / "file")}, {0})
        self.assert_nothing_bound()

    def test_jobs_that_begin_together_below_a_crashed_one_have_room(self) -> None:
        for name in ("a", "b"):
            (self.place / name).mkdir()
            for number in range(1000):
                (self.place / name / f"f{number}").touch()
        self.kill_all_of(self.ready())
        jobs = []
        for name in ("a", "b"):
            words = ("--work-size", "4M", "--chdir", str(self.place / name), *self.CONFINED, "--", "/bin/sh", "-c", "echo ready; read word")
            jobs.append(self.start(*words, stdin=subprocess.PIPE))
        for job in jobs:
            self.assertEqual(job.line(), "ready")
        self.assertEqual(len(projects.limits(self.ROOT)), 2)
        for job in jobs:
            job.tell("go")
            self.assert_ended(self.finish(job), "kernel")
        self.assert_nothing_bound()

    def test_jobs_one_below_the_other_share_what_is_below(self) -> None:
        below = self.place / "below"
        below.mkdir()
        words = (*self.CONFINED, "--", "/bin/sh", "-c", "touch file; echo ready; sleep 60")
        jobs = []
        for place in (below, self.place):
            jobs.append(self.start("--work-size", "4M", "--chdir", str(place), *words))
            self.assertEqual(jobs[-1].line(), "ready")
        numbers = [projects.of(place) for place in (below, self.place)]
        self.assertEqual(len({*numbers, 0}), 3)
        jobs[0].send(signal.SIGTERM)
        self.assertEqual(self.finish(jobs[0]).bill["enforcement"]["work-size"], "kernel")
        # As if it had been made in the other's directory now.
        self.assertEqual([projects.of(path) for path in (below, below / "file")], [numbers[1]] * 2)
        jobs[1].send(signal.SIGTERM)
        outcome = self.finish(jobs[1])
        self.assertEqual(outcome.bill["enforcement"]["work-size"], "polled")
        self.assertIn(f"belong to other projects ({numbers[0]})", outcome.text)
        self.assertEqual({projects.of(path) for path in (self.place, *self.place.rglob("*"))}, {0})
        self.assert_nothing_bound()

    def test_files_get_the_number_of_the_directory_above(self) -> None:
        below = self.place / "below"
        below.mkdir()
        projects.assign(self.place, 7)
        outcome = self.run_in(below, *fill(1), options=self.CONFINED)
        self.assert_ended(outcome, "kernel")
        self.assertEqual([projects.of(path) for path in (below, below / "file")], [7, 7])
        self.assert_nothing_bound()

    def test_the_directory_itself_is_given_back_last(self) -> None:
        names = [self.place / f"f{number}" for number in range(3000)]
        for name in names:
            name.touch()
        running = self.ready("head -c 1M /dev/zero >file; echo ready; exec sleep 60")
        running.send(signal.SIGTERM)
        processes.wait_until(lambda: projects.of(self.place) == 0, "it is given back")
        # Whoever kills rmrun before leaves a directory that shows it.
        self.assertEqual({projects.of(name) for name in names}, {0})
        self.finish(running)
        self.assert_nothing_bound()

    def test_a_record_stays_where_its_limit_can_not_be_taken_away(self) -> None:
        running = self.ready()
        subprocess.run(["mount", "-o", "remount,ro", self.ROOT], check=True)
        try:
            running.send(signal.SIGTERM)
            self.finish(running)
        finally:
            subprocess.run(["mount", "-o", "remount,rw", self.ROOT], check=True)
        self.assertEqual(list(projects.limits(self.ROOT).values()), [SIZE])
        outcome = subprocess.run([RMRUN, "recover"], capture_output=True, text=True, check=True)
        self.assertIn(f"{self.place}: its size is bounded no more", outcome.stdout)
        self.assert_nothing_bound()

    def test_files_that_take_no_room_are_bounded_too(self) -> None:
        running = self.ready()
        self.assertEqual(list(projects.file_limits(self.ROOT).values()), [4096])
        running.send(signal.SIGTERM)
        self.finish(running)
        outcome = self.held("python3", "-c", EMPTY_FILES.format(5000, 0))
        made, failure = outcome.out.split()
        # The directory counts, and what the first job wrote.
        self.assertEqual((int(made), int(failure)), (4094, errno.EDQUOT))

    def test_it_can_be_resized(self) -> None:
        script = 'head -c 2M /dev/zero >a; echo ready; read word; head -c 8M /dev/zero >b && echo "$(stat -c %s b)"; read word'
        running = self.begin(self.place, script, self.CONFINED)
        self.assertIn("holds 2", self.resize("1M", 122))
        self.assertEqual(list(projects.limits(self.ROOT).values()), [SIZE])
        self.resize("16M")
        self.assertEqual(list(projects.limits(self.ROOT).values()), [16 * MIB])
        self.assertEqual(list(projects.file_limits(self.ROOT).values()), [16384])
        running.tell("go")
        self.assertEqual(running.line(), str(8 * MIB))
        # Whatever it was last set to.
        self.kill_all_of(running)
        subprocess.run([RMRUN, "recover"], capture_output=True, check=True)
        self.assert_nothing_bound()

    def test_it_starts_where_rmrun_was_started(self) -> None:
        words = ("--work-size", "4M", *self.CONFINED, "--", "/bin/sh", "-c", "pwd -P; head -c 64M /dev/zero >file")
        outcome = self.rmrun(*words, cwd=self.place)
        self.assert_ended(outcome, "kernel", 1)
        self.assertEqual(outcome.out.decode().strip(), str(self.place))

    def test_users_are_watched(self) -> None:
        self.directory.chmod(0o777)
        self.assert_stopped(self.run_in(self.place, *fill(32, hold=60), prefix=host.become(65534)))

    def test_doctor_finds_it(self) -> None:
        outcome = self.start("doctor", "--require", "work-size", report=False, cwd=self.place).wait()
        self.assertEqual(outcome.code, 0, outcome.text)
        outcome = self.start("doctor", "--require", "work-size", report=False, cwd="/mnt/small").wait()
        self.assertEqual(outcome.code, 122, outcome.text)
        self.assertIn("prjquota", outcome.out.decode())


class QuotaOnXFS(Quotas):
    """By those of XFS, which keeps them in its own way."""

    ROOT = Path("/mnt/quota-xfs")

    def test_writing_more_fails_and_the_job_goes_on(self) -> None:
        outcome = self.held("/bin/sh", "-c", "head -c 64M /dev/zero >file && exit 1; echo on")
        self.assertEqual(outcome.out, b"on\n")
        self.assertRegex(outcome.text, "(?i)quota exceeded|no space")
        self.assertLessEqual((self.place / "file").stat().st_size, SIZE)
        self.assertGreater((self.place / "file").stat().st_size, SIZE - MIB)

    def test_files_that_take_no_room_are_bounded_too(self) -> None:
        outcome = self.held("python3", "-c", EMPTY_FILES.format(5000, 0))
        made, failure = map(int, outcome.out.split())
        # The directory counts.
        self.assertTrue(4000 <= made <= 4095, made)
        self.assertIn(failure, (errno.EDQUOT, errno.ENOSPC))

    def test_a_limit_that_was_rounded_is_taken_away(self) -> None:
        words = ("--work-size", "4097K", "--chdir", str(self.place), *self.CONFINED, "--", "/bin/sh", "-c", "echo ready; exec sleep 60")
        running = self.start(*words)
        self.assertEqual(running.line(), "ready")
        self.kill_all_of(running)
        self.assertEqual(list(projects.limits(self.ROOT).values()), [4100 << 10])
        outcome = subprocess.run([RMRUN, "recover"], capture_output=True, text=True, check=True)
        self.assertIn(f"{self.place}: its size is bounded no more", outcome.stdout)
        self.assert_nothing_bound()

    def test_the_guardian_takes_the_limit_away(self) -> None:
        running = self.ready()
        running.send(signal.SIGKILL)
        processes.wait_until(lambda: not running.marked(), "the guardian ends the job")
        self.assert_nothing_bound()
        self.held(*fill(1))

    def test_what_belongs_to_others_is_counted_besides(self) -> None:
        other = self.place / "other"
        other.mkdir()
        projects.assign(other, 7)
        outcome = self.run_in(self.place, *fill(16, hold=60, name="other/file"), options=self.CONFINED)
        self.assert_stopped(outcome)
        self.assertIn("belong to other projects (7)", outcome.text)
        self.assert_nothing_bound()
