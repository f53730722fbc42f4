"""The page that a student gets back: points and messages per exercise, the own answer, the grader's comments.

Nothing of a hidden test goes into it. A visible failure shows its message, which the student has seen in the notebook;
a hidden one shows only what the released check cell says that hidden tests try.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import jinja2
import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from grader import marks
from grader.builder import write_if_changed
from grader.course import Assignment, Course
from grader.errors import CourseError
from grader.grading import open_gradebook
from utils.checks import VisibleCheckFailed

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Exercise:
    """One graded cell on the page.

    Attributes
    ----------
    title : str
    score, points : float
    state : str
        ``full``, ``part``, ``none`` or ``open`` (a person has not marked it yet).
    message : str
        What the check said; empty if it passed.
    hidden : bool
        Whether the visible checks passed and a hidden test did not.
    answer : str
        The student's cell as highlighted HTML or, for text, as plain text.
    is_code : bool
    comments : tuple of str
    """

    title: str
    score: float
    points: float
    state: str
    message: str
    hidden: bool
    answer: str
    is_code: bool
    comments: tuple[str, ...] = field(default=())


def write_feedback(course: Course, assignment: Assignment, student: str) -> Path:
    """Write `feedback/<student>/<assignment>/<assignment>.html` and return its path.

    Raises
    ------
    CourseError
        If the hand-in was not graded yet.
    """
    notebook = course.autograded(student, assignment.name) / f"{assignment.name}.ipynb"
    with open_gradebook(course) as gradebook:
        mark = marks.mark(course, gradebook, assignment.name, student, assignment.points)
        if mark.status == marks.MISSING or not (mark.status == marks.FAILED or notebook.is_file()):
            raise CourseError(f"{student} has no graded {assignment.name}. Run `grader grade {assignment.name}` first.")
        exercises = [] if mark.status == marks.FAILED else list(_exercises(gradebook, course, assignment, student))
    path = course.feedback(student, assignment.name) / f"{assignment.name}.html"
    write_if_changed(path, _page(assignment, mark, exercises))
    return path


def _exercises(gradebook: Gradebook, course: Course, assignment: Assignment, student: str) -> Iterator[Exercise]:
    source = nbformat.read(course.source(assignment.name), as_version=4)
    release = _by_grade_id(nbformat.read(course.release(assignment.name), as_version=4))
    graded_path = course.autograded(student, assignment.name) / f"{assignment.name}.ipynb"
    graded = _by_grade_id(nbformat.read(graded_path, as_version=4))
    title = ""
    for cell in source.cells:
        title = _heading(cell) or title
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("grade"):
            yield _exercise(gradebook, assignment.name, student, title, meta, release, graded)


def _exercise(
    gradebook: Gradebook,
    assignment: str,
    student: str,
    title: str,
    meta: NotebookNode,
    release: dict[str, NotebookNode],
    graded: dict[str, NotebookNode],
) -> Exercise:
    grade_id = meta["grade_id"]
    grade = gradebook.find_grade(grade_id, assignment, assignment, student)
    score, points = float(grade.score or 0), float(meta["points"])
    answer_id = grade_id if meta["solution"] else grade_id.removeprefix("test_")
    answer = graded.get(answer_id)
    message, hidden = "", False
    if meta["solution"]:
        state = "open" if grade.needs_manual_grade else _state(score, points)
    else:
        state = _state(score, points)
        if score < points and grade.manual_score is None:
            message, hidden = _message(graded.get(grade_id), release[grade_id])
            message = "\n".join(part for part in (_own_error(answer), message) if part)
    comment = gradebook.find_comment(answer_id, assignment, assignment, student) if answer is not None else None
    text = answer.source if answer is not None else ""
    is_code = answer is None or answer.cell_type == "code"
    return Exercise(
        title=re.sub(r"\s*\(\d+ points.*\)$", "", title),
        score=score,
        points=points,
        state=state,
        message=message,
        hidden=hidden,
        answer=highlight(text, PythonLexer(), HtmlFormatter(nowrap=True)) if is_code else text,
        is_code=is_code,
        comments=tuple(filter(None, [comment.comment if comment else None])),
    )


def _state(score: float, points: float) -> str:
    return "full" if score >= points else ("part" if score > 0 else "none")


def _message(cell: NotebookNode | None, released: NotebookNode) -> tuple[str, bool]:
    """What a student may read about a failed test, and whether only a hidden test failed."""
    if cell is None:
        return "The check cell of this exercise is missing from the notebook.", False
    for output in cell.get("outputs", []):
        if output.output_type == "error" and output.ename == VisibleCheckFailed.__name__:
            return _ANSI.sub("", output.evalue), False
        if output.output_type == "error" and output.ename == "CellTimeoutError":
            return "The check did not end within the time limit.", False
    printed = "".join(output.text for output in cell.get("outputs", []) if output.output_type == "stream")
    if "the visible checks pass." not in printed:
        return "The check did not run to its end: something in the notebook stopped it.", False
    tried = _hidden_tests(released.source)
    return (
        "Your answer passes the visible checks, but not the hidden tests."
        + (f" They also try: {tried}." if tried else "")
        + " Call your function with such inputs and compare with a result that you work out in another way.",
        True,
    )


def _hidden_tests(source: str) -> str:
    """The words of ``progress.exercise(..., hidden_tests="...")`` in a released check cell."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "hidden_tests" and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return ""


def _own_error(answer: NotebookNode | None) -> str:
    """The exception that the student's own cell ended with."""
    if answer is None:
        return "The cell for the answer is missing from the notebook."
    errors = [output for output in answer.get("outputs", []) if output.output_type == "error"]
    if not errors or errors[0].ename == "NotImplementedError":
        return ""
    return f"The cell with your answer raised {errors[0].ename}: {_ANSI.sub('', errors[0].evalue)}"


def _by_grade_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id")
    }


def _heading(cell: NotebookNode) -> str:
    """The last heading of a markdown cell; empty if it has none."""
    headings = re.findall(r"(?m)^#{2,4} +(.+)$", cell.source) if cell.cell_type == "markdown" else []
    return headings[-1].strip() if headings else ""


def _page(assignment: Assignment, mark: marks.Mark, exercises: list[Exercise]) -> str:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string((files("grader") / "templates" / "feedback.html").read_text(encoding="utf-8"))
    light, dark = (HtmlFormatter(style=style).get_style_defs("pre.code") for style in ("default", "github-dark"))
    return template.render(
        assignment=assignment,
        mark=mark,
        failed=mark.status == marks.FAILED,
        pending=mark.status == marks.PENDING,
        exercises=exercises,
        light=light,
        dark=dark,
    )
