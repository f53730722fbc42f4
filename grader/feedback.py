"""The page that a student gets back: points and messages per exercise, the own answer, the grader's comments.

Nothing of a hidden test goes into it: its words are those that `grader.messages` chose when the hand-in was graded.
"""

from __future__ import annotations

import glob
import html
import re
from collections.abc import Iterable, Iterator
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
from grader.errors import CourseError, as_course_error
from grader.master import Master, MasterCell
from grader.verdict import read_verdict

FOR_THE_EXCHANGE = ("timestamp.txt", "submission_secret.txt")  # what nbgrader's release of feedback reads beside a page
LONGEST_HIGHLIGHTED, LONGEST_LINE = 20_000, 500  # characters; a lexer may need the square of a line


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
    for name in FOR_THE_EXCHANGE:
        if (graded / name).is_file():
            write_if_changed(folder / name, (graded / name).read_text(encoding="utf-8", errors="replace"))
    return written


def write_pages(
    coursedir: CourseDirectory, work: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, list[Path] | CourseError]]:
    """Write the pages of some (assignment, student), and say what became of each: one that fails stops no other."""
    for assignment, student in work:
        try:
            yield assignment, student, write_feedback(coursedir, assignment, student)
        except Exception as error:
            yield assignment, student, as_course_error(error)


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
        students = [
            self.init_single_notebook_resources(str(folder / "x.ipynb"))["nbgrader"]["student"] for folder in folders
        ]
        wanted = [one for one in students if one not in self.coursedir.student_id_exclude.split(",")]
        for _, student, written in write_pages(self.coursedir, [(assignment, one) for one in wanted]):
            if isinstance(written, CourseError):
                self.log.error("%s", written)
                failed.append(student)
                continue
            for path in written:
                self.log.info("Wrote %s", path)
            self.set_permissions(assignment, student)
        if failed:
            raise NbGraderException(f"There was no feedback for: {', '.join(failed)}")


def _exercises(gradebook: Gradebook, master: Master, assignment: str, student: str, path: Path) -> Iterator[Exercise]:
    try:
        graded = _by_grade_id(nbformat.read(path, as_version=4))
    except Exception as error:  # JSON, Unicode, the format: each library says it in its own way
        raise CourseError(f"{path} cannot be read as a notebook: {error}. Grade it again with --force.") from None
    verdict = read_verdict(path.parent)
    said = verdict.messages.get(path.stem, {}) if verdict else {}
    title = answer = ""
    for own in master.cells:
        title = _heading(own) or title
        answer = own.name if own.kind in ("solution", "manual", "task") else answer
        if own.kind in ("test", "manual", "task"):
            tested = own.name.removeprefix("test_")
            answer_id = tested if tested in graded else answer
            yield _exercise(gradebook, own, answer_id, assignment, path.stem, student, title or own.name, graded, said)


def _exercise(
    gradebook: Gradebook,
    own: MasterCell,
    answer_id: str,
    assignment: str,
    notebook: str,
    student: str,
    title: str,
    graded: dict[str, NotebookNode],
    said: dict[str, str],
) -> Exercise:
    try:
        grade = gradebook.find_grade(own.name, notebook, assignment, student)
    except MissingEntry:
        raise CourseError(
            f"{student} has no grade for {own.name} of {assignment}. If source/ has changed, build {assignment} and "
            f"grade it again."
        ) from None
    score, points = float(grade.score or 0), float(grade.max_score)
    answer = graded.get(answer_id)
    is_open = grade.needs_manual_grade and grade.manual_score is None
    state = "open" if is_open else _state(score, points)
    message = ""
    if own.kind == "test" and score < points and grade.manual_score is None:
        message = "\n".join(filter(None, [said.get(answer_id), said.get(own.name)]))
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
        answer=_highlighted(text) if is_code else text,
        is_code=is_code,
        comments=tuple(filter(None, [comment.comment if comment else None])),
    )


def _highlighted(code: str) -> str:
    """Code as HTML; plain where a lexer would take its time."""
    if len(code) > LONGEST_HIGHLIGHTED or max(map(len, code.splitlines()), default=0) > LONGEST_LINE:
        return html.escape(code)
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True))


def _state(score: float, points: float) -> str:
    return "full" if score >= points else ("part" if score > 0 else "none")


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
