"""The arms of `bench/grading.py`: what grades a class, what that costs, and the scores that come out.

Each arm is a command in a process of its own. Its cost is the wall time from start to end, and the CPU time of the process
and of all the processes below it (`bench/cost_of.py`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import otter_grader
from grading_class import ROOT, Topic
from nbformat import NotebookNode
from nbgrader.api import Gradebook

OURS = (sys.executable, "-c", "from grader.cli import main; main()")
TOOLS = str(Path(sys.executable).parent)


class BenchError(Exception):
    """The bench cannot go on; one sentence says why."""


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time and of CPU time."""

    seconds: float
    cpu: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.seconds - other.seconds, self.cpu - other.cpu)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.seconds + other.seconds, self.cpu + other.cpu)

    def __truediv__(self, count: float) -> Cost:
        return Cost(self.seconds / count, self.cpu / count)


class Grading:
    """A command that grades the whole class of a course folder: ``grader grade`` or stock ``nbgrader autograde``.

    Parameters
    ----------
    topic : Topic
    command : sequence of str
    folder : Path
        Where the course folders of this arm are made.
    stock : bool
        Whether nbgrader's own converters grade.
    """

    def __init__(self, topic: Topic, command: Sequence[str], folder: Path, stock: bool = False) -> None:
        self._topic, self.command, self._folder, self._stock = topic, list(command), folder, stock

    def prepare(self, notebooks: Mapping[str, NotebookNode], name: str = "class") -> Path:
        """A course folder in which these students have handed in."""
        return self._topic.hand_in_class(self._folder / f"{name}-{len(notebooks)}", notebooks, self._stock)

    def run(self, course: Path) -> Cost:
        """Grade a class as if for the first time."""
        shutil.rmtree(course / "autograded", ignore_errors=True)
        shutil.copyfile(self._topic.root / "gradebook.db", course / "gradebook.db")
        return timed(self.command, course, environment())

    def scores(self, course: Path) -> dict[str, dict[str, float]]:
        self.run(course)
        found: dict[str, dict[str, float]] = {}
        with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
            for submission in gradebook.assignment_submissions(self._topic.name):
                grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
                found[submission.student.id] = {
                    grade.name: grade.auto_score or 0.0 for grade in grades if grade.name in self._topic.points
                }
        return found


def ours(topic: Topic, folder: Path, workers: int | None = None) -> Grading:
    option = [] if workers is None else ["--workers", str(workers)]
    return Grading(topic, [*OURS, "grade", topic.name, *option], folder)


def nbgraders(topic: Topic, folder: Path) -> Grading:
    return Grading(topic, [sys.executable, "-m", "nbgrader", "autograde", topic.name], folder, stock=True)


class Otter:
    """Otter-Grader: its command for each hand-in, or its programming interface for all of them in one process."""

    def __init__(self, topic: Topic, folder: Path, home: Path, one_process: bool) -> None:
        self._topic, self._folder, self._home, self._one_process = topic, folder, home, one_process
        folder.mkdir(parents=True)
        self._autograder = folder / "autograder.zip"
        otter_grader.write_autograder(self._autograder, tests(topic))

    def prepare(self, notebooks: Mapping[str, NotebookNode], name: str = "class") -> Path:
        """A folder with a folder for each student."""
        course = self._folder / f"{name}-{len(notebooks)}"
        for student, notebook in notebooks.items():
            path = course / student / f"{self._topic.name}.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(otter_grader.converted(notebook, set(self._topic.points)), path)
        return course

    def run(self, course: Path) -> Cost:
        paths = sorted(course.glob("*/*.ipynb"))
        if self._one_process:
            return self._timed(otter_grader.loop(self._home, self._autograder, paths), course)
        commands = [otter_grader.command(self._home, self._autograder, path.parent, path) for path in paths]
        return sum((self._timed(command, course) for command in commands), Cost(0.0, 0.0))

    def scores(self, course: Path) -> dict[str, dict[str, float]]:
        self.run(course)
        folders = (path.parent for path in sorted(course.glob("*/*.ipynb")))
        return {folder.name: otter_grader.scores(folder, set(self._topic.points)) for folder in folders}

    def _timed(self, command: Sequence[str], course: Path) -> Cost:
        return timed(command, course, otter_grader.environment(ROOT, environment()))


class PlainProcess:
    """The bound: the same cells by plain `exec` in a warm process; the cost is that of the cells alone."""

    def __init__(self, topic: Topic, folder: Path) -> None:
        self._topic, self._folder = topic, folder
        folder.mkdir(parents=True)

    def run(self, notebooks: Mapping[str, NotebookNode]) -> list[dict]:
        """What `bench/plain_process.py` finds, for each hand-in."""
        jobs, results = self._folder / "jobs.json", self._folder / "results.json"
        asked = [self._topic.cells(notebook) for notebook in notebooks.values()]
        jobs.write_text(json.dumps({"stack": self._topic.stack, "hand_ins": asked}), encoding="utf-8")
        program = str(ROOT / "bench" / "plain_process.py")
        timed([sys.executable, program, str(jobs), str(results)], self._folder, environment())
        return json.loads(results.read_text(encoding="utf-8"))

    def scores(self, notebooks: Mapping[str, NotebookNode]) -> dict[str, dict[str, float]]:
        found = self.run(notebooks)
        return {
            student: {name: points if name in one["passed"] else 0.0 for name, points in self._topic.points.items()}
            for student, one in zip(notebooks, found, strict=True)
        }


def tests(topic: Topic) -> dict[str, tuple[str, float]]:
    """Source and points of the test cells, by grade id."""
    return {cell.name: (cell.source, cell.points) for cell in topic.master.cells if cell.kind == "test"}


def disagreements(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    """Where the arms do not give the same points: one sentence per arm, with the first difference.

    Parameters
    ----------
    found : mapping
        Arm -> hand-in -> test -> points.
    """
    (first, expected), *others = found.items()
    sentences = []
    for arm, scores in others:
        rows = [
            (student, test, points, scores.get(student, {}).get(test))
            for student, tests_of_one in expected.items()
            for test, points in tests_of_one.items()
        ]
        wrong = [row for row in rows if row[2] != row[3]]
        if wrong:
            student, test, points, other = wrong[0]
            sentences.append(
                f"{first} gives {points:g} points for {test} of the hand-in {student}, and {arm} {other}; "
                f"{len(wrong)} of {len(rows)} scores differ."
            )
    return sentences


def environment() -> dict[str, str]:
    """What the commands find: this environment, with nbgrader's tools on the path and the public seed."""
    path = os.pathsep.join([TOOLS, os.environ.get("PATH", "")])
    return {name: value for name, value in os.environ.items() if name != "COURSE_SEED"} | {"PATH": path}


def timed(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Cost:
    """Run a command to its end.

    Raises
    ------
    BenchError
        If it fails, with the last line that it wrote.
    """
    log, result = folder / "bench.log", folder / "bench-cost.json"
    result.unlink(missing_ok=True)
    whole = [sys.executable, "-S", "-E", str(ROOT / "bench" / "cost_of.py"), str(result), *command]
    with log.open("wb") as output:
        done = subprocess.run(
            whole, cwd=folder, env=dict(variables), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    if done.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() or ["it wrote nothing"]
        raise BenchError(f"`{command[0]} … {command[-1]}` ended with {done.returncode}: {lines[-1]}")
    return Cost(**json.loads(result.read_text(encoding="utf-8")))
