"""The classes that `bench/grading.py` grades: course folders made for it, and hand-ins in them.

Any notebook of the course, without its demo cells and figures, which our engine does not run while nbgrader's and
Otter-Grader's would train in them for minutes; and `bench/course/tensorflow_ops`, made for the bench.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import sample_class  # noqa: E402

from grader import builder, handin  # noqa: E402
from grader.assignment import read_assignment  # noqa: E402
from grader.course import Course  # noqa: E402
from grader.master import Master  # noqa: E402

BENCH = ROOT / "bench"
# The folder whose course/ has an assignment: the bench's own one and those of the course, and the two that are taken unless others are named.
HOMES = {row.name: home for home in (BENCH, ROOT) for row in Course.load(home).assignments}
USUAL = ("gradient_checking", "tensorflow_ops")
KINDS = ("right", "partly_right", "untouched")
STOCK = """\
c = get_config()
c.CourseDirectory.course_id = "bench"
c.Execute.timeout = 600
# What TensorFlow and the start of a kernel write to standard error would cost points.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"(?s).*"
"""


@dataclass(frozen=True)
class Topic:
    """An assignment of the bench, built in a course folder of its own."""

    name: str
    course: Course
    master: Master

    @property
    def root(self) -> Path:
        return self.course.root

    @property
    def stack(self) -> str:
        return self.course.assignment(self.name).stack

    @property
    def points(self) -> dict[str, float]:
        """By the grade id of a test."""
        return {cell.name: cell.points for cell in self.master.cells if cell.kind == "test"}

    def hand_in(self, kind: str = "right") -> NotebookNode:
        return sample_class.hand_in(answers(self.name, kind), "", self.name, self.root)

    def cells(self, notebook: NotebookNode) -> list[dict]:
        """The cells of a hand-in that run, each once and in order: their grade ids, their code, and which are tests."""
        restored = handin.restore(notebook, self.master)
        names = {number: graded.master.name for number, graded in enumerate(restored) if graded.master}
        return [
            {"name": names.get(step.cell, ""), "source": step.source, "is_test": step.is_test}
            for step in handin.steps(restored, self.master)
        ]

    def hand_in_class(self, folder: Path, notebooks: Mapping[str, NotebookNode], stock: bool = False) -> Path:
        """A copy of the course folder in which these students have handed in."""
        shutil.copytree(self.root, folder)
        for student, notebook in notebooks.items():
            path = folder / "submitted" / student / self.name / f"{self.name}.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(notebook, path)
        if stock:
            (folder / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
        return folder


def answers(name: str, kind: str) -> dict[str, str]:
    """By solution: all of them, the first half, or none."""
    home = HOMES[name]
    if kind == "untouched":
        return {}
    reference = sample_class.reference_answers(name, home)
    if kind == "partly_right":
        return dict(list(reference.items())[: len(reference) // 2])
    has_variants = Course.load(home).variants(name).is_file()
    return sample_class.variant_answers(0, name, home) if has_variants else reference


def students(topic: Topic, count: int) -> dict[str, NotebookNode]:
    """A class of `count` right hand-ins, each with a cell of its own, so that no two are the same work."""
    right = topic.hand_in()
    own = (new_code_cell(f"number = {number}", id=f"own-{number}") for number in range(count))
    return {f"s{number:05}": NotebookNode(right, cells=[*right.cells, cell]) for number, cell in enumerate(own)}


def build(name: str, folder: Path) -> Topic:
    """Build an assignment, without the cells that our engine does not run, in a course folder of its own."""
    home = HOMES[name]
    shutil.copytree(home / "course", folder / "course")
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
    text = folder / "course" / name / "assignment.py"
    text.write_text(without_demos(text), encoding="utf-8")
    course = Course.load(folder)
    builder.build(course, course.assignment(name))
    return Topic(name, course, Master.of(nbformat.read(course.source(name), as_version=4)))


NOT_RUN = ("demo", "code")  # kinds of cells: long training, and what only looks at results


def without_demos(path: Path) -> str:
    """The text of an assignment without its demo cells and its figures, which would be one arm's alone."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = read_assignment(path)
    ends = [cell.text.line - 1 for cell in cells[1:]] + [len(lines)]
    kept = [lines[cell.text.line - 1 : end] for cell, end in zip(cells, ends, strict=True) if cell.kind not in NOT_RUN]
    return "".join(line for part in kept for line in part)
