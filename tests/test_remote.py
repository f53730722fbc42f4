"""Grading by the workers of a Dask scheduler that runs elsewhere: processes that share nothing but a socket with us."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT, TOOLS, run_here
from distributed import Client
from distributed.security import Security
from events import wait_until
from small_class import Class, example
from small_course import SOLUTION
from test_kill import TABLE, WRONG
from test_pool import call, double

from grader import pool, remote
from grader.course import Course
from grader.errors import CourseError
from grader.grading import autograder, grade, open_gradebook, submissions

pytestmark = pytest.mark.system

PATHS = f"{ROOT}:{ROOT / 'tests'}"


class Elsewhere:
    """A Dask scheduler and its workers: processes in an empty folder, in an environment of their own, with TLS."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "empty").mkdir()
        security = Security.temporary()
        texts = {
            "ca-file": security.tls_ca_file,
            "cert": security.tls_scheduler_cert,
            "key": security.tls_scheduler_key,
        }
        for name, text in texts.items():
            (folder / name).write_text(text)
        written = folder / "scheduler.json"
        paths = {"PYTHONPATH": PATHS}
        self._own = [
            self._start(
                "scheduler", "--host", "tls://127.0.0.1", "--port", "0", "--scheduler-file", str(written), **paths
            )
        ]
        wait_until(lambda: written.is_file() and written.read_text().endswith("}"))
        self.address = json.loads(written.read_text())["address"]

    def settings(self) -> dict[str, str]:
        """Dask's own settings for whoever wants to talk to them, as environment variables."""
        tls = {f"CLIENT__{part}": str(self.folder / part.lower()) for part in ("CERT", "KEY")}
        tls["CA_FILE"] = str(self.folder / "ca-file")
        return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": value for name, value in tls.items()}

    @contextmanager
    def workers(self, number: int, *options: str, paths: str = PATHS) -> Iterator[None]:
        command = ["worker", self.address, "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", *options]
        started = [self._start(*command, PYTHONPATH=paths) for _ in range(number)]
        try:
            with self.client() as client:
                client.wait_for_workers(number, timeout=120)
            yield
        finally:
            self._end(started)
            with self.client() as client:
                wait_until(lambda: not client.nthreads())

    def client(self) -> Client:
        return Client(self.address, set_as_default=False)

    def close(self) -> None:
        self._end(self._own)

    def _start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        tls = [part for name in ("ca-file", "cert", "key") for part in (f"--tls-{name}", str(self.folder / name))]
        return subprocess.Popen(
            [TOOLS / "dask", *command, "--no-dashboard", *tls],
            cwd=self.folder / "empty",
            env={"PATH": os.environ["PATH"], "TMPDIR": str(self.folder), **more},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _end(self, processes: list[subprocess.Popen[bytes]]) -> None:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(120)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    made = Elsewhere(tmp_path_factory.mktemp("elsewhere"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def tls(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    import dask

    for name, value in elsewhere.settings().items():
        monkeypatch.setenv(name, value)
    before = dask.config.get("distributed.comm.tls")
    dask.config.refresh()
    yield
    dask.config.set({"distributed.comm.tls": before})


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of one small assignment, and four hand-ins, one of them no notebook."""
    made = Class(tmp_path / "course")
    made.write("course/assignments.toml", TABLE)
    made.write("nbgrader_config.py", "c = get_config()\nc.Execute.timeout = 60\n")
    made.release(ps1=example())
    for student, answer in {"ada": SOLUTION, "ben": WRONG, "cleo": SOLUTION}.items():
        made.hand_in(student, {"double": answer}, "ps1", before=["import os\nprint(os.environ)"])
    made.write("submitted/dan/ps1/ps1.ipynb", "no notebook")
    return Course.load(made.root)


def test_the_workers_of_a_scheduler_do_the_tasks_outlive_us_and_grade_as_is_graded_here(
    elsewhere, course, tmp_path, monkeypatch
):
    monkeypatch.setenv("COURSE_SEED", "a secret that the workers do not have")
    here = tmp_path / "here"
    shutil.copytree(course.root, here)
    assert run_here("--root", here, "grade").returncode == 1  # dan's is no notebook
    with elsewhere.workers(2):
        for turn in range(2):
            folder = tmp_path / f"met {turn}"
            folder.mkdir()
            tasks = [(name, ("meet", str(folder))) for name in ("a", "b")]
            tasks += [(n, ("double", n)) for n in range(20)]
            found = dict(pool.run(call, tasks, workers=1, scheduler=elsewhere.address))
            pids, numbers = zip(found.pop("a"), found.pop("b"), strict=True)
            assert len({*pids}) == 2 and os.getpid() not in pids
            assert all(numbers)  # each has a number, which decides on the core
            assert {key: twice for key, (twice, _) in found.items()} == {n: 2 * n for n in range(20)}
        done = run_here("--root", course.root, "grade", "--scheduler", elsewhere.address)
    assert done.returncode == 1 and "3 of 4 hand-ins graded" in done.stdout, done.stderr
    both = [everything(Course.load(root)) for root in (here, course.root)]
    assert both[0] == both[1] and {row[0]: row[2] for row in both[0][0]} == {
        "ada": 5.0, "ben": 0.0, "cleo": 5.0, "dan": 0.0
    }  # fmt: skip
    assert list((elsewhere.folder / "empty").iterdir()) == []


def everything(course: Course) -> tuple[list, dict]:
    with open_gradebook(course) as gradebook:
        rows = sorted(
            (submission.student_id, grade.name, grade.auto_score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions("ps1")
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.name == "test_double"
        )
    files = {
        str(path.relative_to(course.root)): path.read_bytes()
        for path in sorted(course.root.glob("autograded/*/ps1/*.ipynb"))
    }
    return rows, files


def test_a_scheduler_can_be_set_and_one_that_is_not_there_is_told(course, monkeypatch):
    monkeypatch.setattr(remote, "CONNECTING", 1.0)
    with socket.socket() as nobodys:  # a port at which nobody listens
        nobodys.bind(("127.0.0.1", 0))
        address = f"tls://127.0.0.1:{nobodys.getsockname()[1]}"
        with (course.root / "nbgrader_config.py").open("a") as settings:
            settings.write(f"c.Autograde.scheduler = {address!r}\n")
        (assignment,) = course.select(["ps1"])
        autograde = autograder(course, assignment)
        work = [(autograde, submission) for submission in submissions(course, assignment)]
        with pytest.raises(CourseError, match=rf"There is no Dask scheduler to be had at '{address}': .*[^.]\.$"):
            list(grade(work))


def test_workers_that_cannot_grade_as_we_do_are_told_before_anything_is_sent(elsewhere, tmp_path):
    task = [(1, 1)]

    def refusal() -> str:
        with pytest.raises(CourseError) as refused:
            list(pool.run(double, task, workers=1, scheduler=elsewhere.address))
        return str(refused.value)

    with elsewhere.workers(1, "--nthreads", "2"):
        assert "does 2 things at once" in refusal()
    for name in ("grader", "utils"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "utils/checks.py").write_text("# an older one")
    with elsewhere.workers(1, paths=str(tmp_path)):
        assert "does not have the same Python, packages, grader and utils" in refusal()


def test_a_scheduler_without_workers_is_told(elsewhere, monkeypatch):
    monkeypatch.setattr(remote, "WAITING", 0.1)
    with pytest.raises(CourseError, match="has no workers"):
        list(pool.run(double, [(1, 1)], workers=1, scheduler=elsewhere.address))
