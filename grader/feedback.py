"""The page that a student gets back: points and messages per exercise, the own answer, the grader's comments.

Nothing of a hidden test goes into it. A visible failure shows its message, which the student has seen in the notebook;
a hidden one shows only what the released check cell says that hidden tests try.
"""

from __future__ import annotations

import ast
import glob
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import jinja2
import nbformat
from nbformat import NotebookNode
from nbgrader import converters
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from grader import marks
from grader.builder import write_if_changed
from grader.course import Course
from grader.engine.calls import StudentLost
from grader.engine.timelimit import CellTimeoutError
from grader.errors import CourseError
from grader.master import Master, MasterCell
from grader.verdict import read_verdict
from utils.checks import VisibleCheckFailed

_HIDDEN = re.compile(r"BEGIN HIDDEN TESTS")
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


def write_feedback(coursedir: CourseDirectory, assignment: str, student: str) -> list[Path]:
    """Write `feedback/<student>/<assignment>/<notebook>.html` for every notebook, and return the paths.

    Raises
    ------
    CourseError
        If the hand-in was not graded yet.
    """
    graded = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
    folder = Path(coursedir.format_path(coursedir.feedback_directory, student, assignment))
    row = Course.row(Path(coursedir.root), assignment)
    written = []
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            record = gradebook.find_assignment(assignment)
        except MissingEntry:
            raise CourseError(f"{assignment} is not in the gradebook. Build or generate it first.") from None
        mark = marks.mark(gradebook, read_verdict(graded), assignment, student, record.max_score)
        notebooks = [notebook.name for notebook in record.notebooks]
        there = [name for name in notebooks if (graded / f"{name}.ipynb").is_file()]
        if mark.status == marks.MISSING or not (there or mark.status == marks.FAILED):
            raise CourseError(f"{student} has no graded {assignment}. Run `grader grade {assignment}` first.")
        for name in there or notebooks:
            master = Master.load(coursedir, gradebook, assignment, name)
            exercises = (
                list(_exercises(gradebook, master, assignment, student, graded / f"{name}.ipynb")) if there else []
            )
            title = row.title if row else name
            path = folder / f"{name}.html"
            write_if_changed(path, _page(title, mark, exercises, failed=name not in there))
            written.append(path)
    return written


class GenerateFeedback(converters.GenerateFeedback):
    """Our pages in the place of nbgrader's feedback converter, whose pages show hidden tests."""

    def start(self) -> None:
        """Write the pages that the command line asks for.

        Raises
        ------
        NbGraderException
            If nothing is graded, or a page cannot be written, after all the others were.
        """
        assignment, failed = self.coursedir.assignment_id, []
        folders = sorted(map(Path, glob.glob(self._format_source(assignment, self.coursedir.student_id))))
        if not folders:
            self.log.error("No graded submission of %s", assignment)
            raise NbGraderException(f"No graded submission of {assignment}")
        for folder in folders:
            student = self.init_single_notebook_resources(str(folder / "x.ipynb"))["nbgrader"]["student"]
            if student in self.coursedir.student_id_exclude.split(","):
                continue
            try:
                for path in write_feedback(self.coursedir, assignment, student):
                    self.log.info("Wrote %s", path)
            except CourseError as error:
                self.log.error("%s", error)
                failed.append(student)
            else:
                self.set_permissions(assignment, student)
        if failed:
            raise NbGraderException(f"There was no feedback for: {', '.join(failed)}")


def _exercises(gradebook: Gradebook, master: Master, assignment: str, student: str, path: Path) -> Iterator[Exercise]:
    graded = _by_grade_id(nbformat.read(path, as_version=4))
    title = ""
    for own in master.cells:
        title = _heading(own) or title
        if own.kind in ("test", "manual", "task"):
            yield _exercise(gradebook, own, assignment, path.stem, student, title or own.name, graded)


def _exercise(
    gradebook: Gradebook,
    own: MasterCell,
    assignment: str,
    notebook: str,
    student: str,
    title: str,
    graded: dict[str, NotebookNode],
) -> Exercise:
    grade = gradebook.find_grade(own.name, notebook, assignment, student)
    score, points = float(grade.score or 0), float(grade.max_score)
    is_test = own.kind == "test"
    answer_id = own.name.removeprefix("test_") if is_test else own.name
    answer = graded.get(answer_id) if answer_id != own.name or not is_test else None
    message, hidden = "", False
    if not is_test:
        state = "open" if grade.needs_manual_grade else _state(score, points)
    else:
        state = "open" if grade.auto_score is None and grade.manual_score is None else _state(score, points)
        if state != "open" and score < points and grade.manual_score is None:
            message, hidden = _message(graded.get(own.name), own)
            message = "\n".join(part for part in (_own_error(answer), message) if part)
    try:
        comment = gradebook.find_comment(answer_id, notebook, assignment, student)
    except MissingEntry:
        comment = None
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


def _message(cell: NotebookNode | None, own: MasterCell) -> tuple[str, bool]:
    """What a student may read about a failed test, and whether only a hidden test failed."""
    outputs = cell.get("outputs", []) if cell is not None else []
    error = next((output for output in outputs if output.output_type == "error"), None)
    if error is not None and error.ename == VisibleCheckFailed.__name__:
        return _ANSI.sub("", error.evalue), False
    if error is not None and error.ename == StudentLost.__name__:
        return "The check did not run: the notebook's Python process had ended.", False
    if error is not None and error.ename == CellTimeoutError.__name__:
        return "The check did not end within the time limit.", False
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    if "the visible checks pass." in printed:
        tried = _hidden_tests(own.source)
        return (
            "Your answer passes the visible checks, but not the hidden tests."
            + (f" They also try: {tried}." if tried else "")
            + " Call your function with such inputs and compare with a result that you work out in another way.",
            True,
        )
    if error is not None and not _HIDDEN.search(own.source):  # released as it is: there is nothing to hide
        return f"The check ended with {error.ename}: {_ANSI.sub('', error.evalue)}".strip(": "), False
    return "The check did not pass.", False


def _hidden_tests(source: str) -> str:
    """The words of ``progress.exercise(..., hidden_tests="...")`` in a check cell."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "hidden_tests" and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return ""


def _own_error(answer: NotebookNode | None) -> str:
    """The exception that the student's own cell ended with."""
    if answer is None:
        return ""
    errors = [output for output in answer.get("outputs", []) if output.output_type == "error"]
    if not errors or errors[0].ename == "NotImplementedError":
        return ""
    if errors[0].ename == StudentLost.__name__:
        return "It ended in this cell."
    return f"The cell with your answer raised {errors[0].ename}: {_ANSI.sub('', errors[0].evalue)}"


def _by_grade_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id")
    }


def _heading(cell: MasterCell) -> str:
    """The last heading of a markdown cell; empty if it has none."""
    headings = re.findall(r"(?m)^#{2,4} +(.+)$", cell.source) if cell.type == "markdown" else []
    return headings[-1].strip() if headings else ""


def _page(title: str, mark: marks.Mark, exercises: list[Exercise], failed: bool) -> str:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string((files("grader") / "templates" / "feedback.html").read_text(encoding="utf-8"))
    light, dark = (HtmlFormatter(style=style).get_style_defs("pre.code") for style in ("default", "github-dark"))
    return template.render(
        title=title,
        mark=mark,
        failed=failed,
        pending=mark.status == marks.PENDING,
        exercises=exercises,
        light=light,
        dark=dark,
    )
