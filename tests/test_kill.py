"""A class of 40 while its grader, workers, templates and forks are killed: every mark is right, and nothing is left."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest
from events import wait_until
from small_class import Class, example
from small_course import SOLUTION

from grader.course import Course
from grader.grading import open_gradebook
from grader.verdict import VERDICT_FILE

pytestmark = pytest.mark.system

STUDENTS = [f"s{number:02}" for number in range(40)]
WRONG = "def double(x):\n    return x"
TABLE = """[[assignment]]
name = "ps1"
title = "Doubling"
topic = "one function"
week = 1
points = 8
minutes = 5
stack = "numpy"
utils = []
"""
GRADER = "from grader.cli import main; main()"


def points(student: str) -> float:
    """What the hand-in of a student is worth: every third one is wrong."""
    return 0.0 if STUDENTS.index(student) % 3 == 0 else 5.0


@pytest.fixture
def course(tmp_path) -> Course:
    """A course of one small assignment, and the hand-ins of 40 students."""
    made = Class(tmp_path / "course")
    made.write("course/assignments.toml", TABLE)
    made.write("nbgrader_config.py", "c = get_config()\nc.Execute.timeout = 60\n")
    made.release(ps1=example())
    for student in STUDENTS:
        answer = SOLUTION if points(student) else WRONG
        made.hand_in(student, {"double": answer}, "ps1", before=["import time\ntime.sleep(.1)"])
    return Course.load(made.root)


def start(course: Course, *options: str, workers: int = 2) -> subprocess.Popen[str]:
    temporary = course.root / "temporary"
    temporary.mkdir(exist_ok=True)
    command = [sys.executable, "-c", GRADER, "--root", course.root, "grade", f"--workers={workers}", "--json", *options]
    return subprocess.Popen(
        command, env={**os.environ, "TMPDIR": str(temporary)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> tuple[list[dict], str]:
    out, said = process.communicate(timeout=600)
    return json.loads(out) if out else [], said


def processes(grader: subprocess.Popen[str]) -> dict[str, list[psutil.Process]]:
    """The processes below a grader, by what they are."""
    found: dict[str, list[psutil.Process]] = {"worker": [], "template": [], "student": [], "examiner": []}
    try:
        for worker in psutil.Process(grader.pid).children():
            if "spawn_main" not in " ".join(worker.cmdline()):
                continue
            found["worker"].append(worker)
            for template in worker.children():
                if "grader.engine.template" in " ".join(template.cmdline()):
                    found["template"].append(template)
                    for inside in template.children():  # the first process of its namespace, which forks the others
                        forks = sorted(inside.children(), key=lambda fork: fork.pid)
                        found["student"] += forks[:1]
                        found["examiner"] += forks[1:2]
    except psutil.NoSuchProcess:
        pass
    return found


def everything(grader: subprocess.Popen[str]) -> list[psutil.Process]:
    try:
        return psutil.Process(grader.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def done(course: Course) -> dict[str, int]:
    """The graded folders that are there, with their identity on the disk."""
    folders = course.root.glob("autograded/*/ps1")
    return {folder.parent.name: folder.stat().st_ino for folder in folders}


def assert_all_is_right(course: Course, verdicts: list[dict]) -> None:
    assert [one["student"] for one in verdicts] == STUDENTS
    assert [one["student"] for one in verdicts if one["reason"] or not one["graded"]] == []
    # Half a folder of a grader that was killed just then stays in .staging for a while, where nobody takes it for a whole one.
    assert sorted(set(os.listdir(course.root / "autograded")) - {".staging"}) == STUDENTS
    for student in STUDENTS:
        assert sorted(os.listdir(course.autograded(student, "ps1"))) == ["ps1.ipynb", VERDICT_FILE]
    with open_gradebook(course) as gradebook:
        submissions = {one.student.id: one for one in gradebook.assignment_submissions("ps1")}
        assert {name: one.score for name, one in submissions.items()} == {name: points(name) for name in STUDENTS}
        assert len(gradebook.assignment_submissions("ps1")) == len(STUDENTS)


def assert_nothing_is_left(course: Course, seen: set[psutil.Process]) -> None:
    assert psutil.wait_procs(seen, 120)[1] == []
    assert os.listdir(course.root / "temporary") == []


def kill(course: Course, grader: subprocess.Popen[str], seed: int) -> set[psutil.Process]:
    """Kill three processes of each kind while the grader runs, and name all processes that were seen."""
    draw, seen = random.Random(seed), set()
    kinds = 3 * ["student", "worker", "examiner", "template"]
    before = -1  # so many hand-ins were graded at the last kill
    while kinds:
        assert grader.poll() is None, finish(grader)
        seen.update(everything(grader))
        if len(done(course)) > before:  # it has gone on since
            time.sleep(draw.uniform(0, 0.05))  # for a kill in any phase
            with contextlib.suppress(IndexError, psutil.NoSuchProcess):  # there is none at this moment
                draw.choice(processes(grader)[kinds[0]]).kill()
                kinds.pop(0)
                before = len(done(course))
        time.sleep(0.01)
    return seen


def test_workers_templates_and_forks_may_be_killed_and_every_mark_is_right(course):
    grader = start(course)
    seen = kill(course, grader, seed=1)
    verdicts, said = finish(grader)
    assert grader.returncode == 0, said
    assert_all_is_right(course, verdicts)
    assert_nothing_is_left(course, seen)


def test_a_grader_that_is_stopped_goes_on_where_it_was(course):
    draw, before = random.Random(2), {}
    ways = [(workers, how) for workers in (1, 2) for how in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)]
    for workers, how in ways:
        grader = start(course, workers=workers)
        enough = len(before) + draw.randrange(1, 5)
        wait_until(lambda grader=grader, enough=enough: len(done(course)) >= enough or grader.poll() is not None)
        assert grader.poll() is None, finish(grader)
        seen = set(everything(grader))
        assert len(seen) >= 2 * workers  # templates, with their first processes or in workers
        if how == signal.SIGINT:
            os.killpg(grader.pid, how)  # as a terminal does
        else:
            grader.send_signal(how)
        verdicts, said = finish(grader)
        assert psutil.wait_procs(seen, 120)[1] == []
        if how != signal.SIGKILL:
            assert (grader.returncode, verdicts) == (130, [])
            assert said == "Stopped. Run the same command again to go on: what is done stays done.\n"
            assert_nothing_is_left(course, seen)
        assert before.items() <= done(course).items()  # nothing was graded twice
        before = {name: place for name, place in done(course).items() if name in STUDENTS}
        assert enough - 1 <= len(before) < len(STUDENTS)
    grader = start(course)
    verdicts, said = finish(grader)
    assert grader.returncode == 0, said
    assert before.items() <= done(course).items()
    assert_all_is_right(course, verdicts)
    assert_nothing_is_left(course, seen)
