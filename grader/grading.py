"""Hand-ins to graded notebooks, one at a time, through nbgrader's autograde converter.

What cannot be graded (a file that is no notebook, a notebook that kills its process) is not an exception but a
verdict with a reason: it scores 0, appears in the marks, and never stops the class.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
import nbgrader
import numpy
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import MetadataValidator, ValidationError

import utils
from grader import nbgrader_setup
from grader.course import Assignment, Course
from grader.errors import CourseError, NothingToDo

VERDICT_FILE = "verdict.json"
LARGEST_NOTEBOOK = 50_000_000  # bytes; a notebook with all its figures has well under one million


@dataclass(frozen=True)
class Submission:
    """One hand-in: who handed in what, and where it lies."""

    student: str
    assignment: str
    folder: Path


@dataclass(frozen=True)
class Verdict:
    """What became of a hand-in; kept beside the graded notebook.

    Attributes
    ----------
    student, assignment : str
    graded : bool
        False if the notebook could not be graded; it then has no automatic points.
    reason : str
        Why it could not be graded, in a sentence for student and instructor; empty if it was.
    digest : str
        Of the hand-in and of the source notebook it was graded against.
    """

    student: str
    assignment: str
    graded: bool
    reason: str
    digest: str


def submissions(course: Course, assignment: Assignment, students: Sequence[str] = ()) -> list[Submission]:
    """The hand-ins of an assignment, by student.

    Raises
    ------
    CourseError
        If the assignment was not built, nothing was handed in, or a named student handed in nothing.
    """
    if not course.source(assignment.name).is_file() or not _is_recorded(course, assignment):
        raise NothingToDo(f"{assignment.name} is not built yet. Run `grader build {assignment.name}` first.")
    folders = sorted(folder for folder in course.root.glob(f"submitted/*/{assignment.name}") if folder.is_dir())
    found = [
        Submission(folder.parent.name, assignment.name, folder) for folder in folders if folder.parent.name[0] != "."
    ]
    if not found:
        raise NothingToDo(
            f"Nothing was handed in for {assignment.name}: submitted/ has no folder <student>/{assignment.name}. "
            "File hand-ins with `grader collect`."
        )
    known = {submission.student for submission in found}
    for student in students:
        if student not in known:
            raise NothingToDo(f"{student} has handed in nothing for {assignment.name}.")
    return [submission for submission in found if not students or submission.student in students]


def grade(course: Course, assignment: Assignment, submission: Submission, force: bool = False) -> Verdict:
    """Grade one hand-in, unless it was graded before and neither it nor the assignment has changed.

    Whatever the hand-in contains, the result is a verdict.

    Raises
    ------
    CourseError
        If the fault is not the hand-in's. Nothing is recorded then, so that the next run tries again.
    """
    digest = _digest(course, submission)
    before = read_verdict(course, submission.student, assignment.name)
    if before and before.digest == digest and not force and _is_there(course, submission, before):
        return before
    reason = _why_not_a_notebook(submission)
    if not reason:
        try:
            nbgrader_setup.run(Autograde, course, assignment.name, submission.student, force=True)
        except CourseError as error:
            reason = _fault_of_the_notebook(str(error))
            if not reason:
                raise CourseError(f"{submission.student}, {assignment.name}: {error}") from None
    if reason:
        _record_zero(course, submission)
        shutil.rmtree(course.autograded(submission.student, assignment.name), ignore_errors=True)
    verdict = Verdict(submission.student, assignment.name, not reason, reason, digest)
    _write_verdict(course, verdict)
    return verdict


def read_verdict(course: Course, student: str, assignment: str) -> Verdict | None:
    """The verdict on a hand-in, or None if it was never graded by this program."""
    path = course.autograded(student, assignment) / VERDICT_FILE
    try:
        return Verdict(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return None  # half a file from a run that was killed: grade again


def open_gradebook(course: Course) -> Gradebook:
    """nbgrader's gradebook of the course; use it in a ``with`` block."""
    coursedir = nbgrader_setup.directory(course)
    return Gradebook(coursedir.db_url, coursedir.course_id)


def _is_recorded(course: Course, assignment: Assignment) -> bool:
    with open_gradebook(course) as gradebook:
        try:
            gradebook.find_notebook(assignment.name, assignment.name)
        except MissingEntry:
            return False
    return True


def _is_there(course: Course, submission: Submission, verdict: Verdict) -> bool:
    """Whether what a verdict speaks of still exists: the row in the gradebook and the graded notebook."""
    notebook = course.autograded(submission.student, submission.assignment) / f"{submission.assignment}.ipynb"
    if verdict.graded and not notebook.is_file():
        return False
    with open_gradebook(course) as gradebook:
        try:
            gradebook.find_submission(submission.assignment, submission.student)
        except MissingEntry:
            return False
    return True


def _digest(course: Course, submission: Submission) -> str:
    """Of all that a grade depends on: the hand-in, the tests, their helpers and seed, the settings and versions."""
    digest = hashlib.sha256(os.environ.get("COURSE_SEED", "").encode())
    digest.update(f"{nbgrader.__version__} {numpy.__version__}".encode())
    helpers = sorted(Path(utils.__file__).parent.glob("*.py"))
    for path in (course.source(submission.assignment), course.root / "nbgrader_config.py", *helpers):
        digest.update(path.read_bytes() if path.is_file() else b"")
    for path in sorted(submission.folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        digest.update(f"\0{path.relative_to(submission.folder)}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _why_not_a_notebook(submission: Submission) -> str:
    """One sentence on why a hand-in is no notebook that could be run; empty if it is one."""
    path = submission.folder / f"{submission.assignment}.ipynb"
    try:
        status = path.lstat()
    except FileNotFoundError:
        others = sorted(other.name for other in submission.folder.iterdir())
        found = f"found {', '.join(others[:5])} instead" if others else "the folder is empty"
        return f"There is no {path.name} in the hand-in; {found}."
    if not stat.S_ISREG(status.st_mode):
        return f"{path.name} is not a regular file."
    if status.st_size > LARGEST_NOTEBOOK:
        return f"{path.name} has {status.st_size:,} bytes; at most {LARGEST_NOTEBOOK:,} are read."
    try:
        text = path.read_bytes().decode("utf-8")
        notebook = json.loads(text)
        json.dumps(notebook, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        return f"{path.name} is not a notebook: it is not text in UTF-8."
    except RecursionError:
        return f"{path.name} is not a notebook: its JSON is nested too deeply."
    except ValueError as error:
        return f"{path.name} is not a notebook: it is not JSON ({error})."
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        return f"{path.name} is not a notebook of format 4. Open it in Jupyter and save it again."
    if not isinstance(notebook.get("cells"), list):
        return f"{path.name} is not a notebook: it has no list of cells."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a missing cell id is mended by Jupyter without a word
            nbformat.validate(nbformat.from_dict(notebook))
    except nbformat.ValidationError as error:
        return f"{path.name} is not a valid notebook: {str(error).splitlines()[0]}"
    except Exception:  # nbformat trips over types that it does not expect, each in another way
        return f"{path.name} is not a valid notebook: something in it has a wrong type."
    try:
        MetadataValidator().validate_nb(nbformat.from_dict(notebook))
    except Exception as error:  # likewise nbgrader
        detail = str(error).splitlines()[0] if isinstance(error, ValidationError) else "it is not nbgrader's"
        return (
            f"The grading metadata of {path.name} is damaged, for example because a graded cell was copied: {detail}."
        )
    return ""


_FAULTS = {  # what nbgrader logs -> what a person wants to read; anything else is not the notebook's fault
    "DeadKernelError": "The notebook's Python process died while its cells were running.",
    "the kernel became unresponsive": "A cell did not stop, and could not be stopped, within the time limit.",
}


def _fault_of_the_notebook(log: str) -> str:
    return next((sentence for sign, sentence in _FAULTS.items() if sign in log), "")


def _record_zero(course: Course, submission: Submission) -> None:
    """Give every exercise 0 automatic points. Marks that a person gave stay, and ask to be looked at again."""
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_student(submission.student)
        gradebook.update_or_create_submission(submission.assignment, submission.student)
        notebook = gradebook.find_submission_notebook(submission.assignment, submission.assignment, submission.student)
        for grade_row in notebook.grades:
            grade_row.auto_score = 0
            grade_row.needs_manual_grade = grade_row.manual_score is not None
        gradebook.db.commit()


def _write_verdict(course: Course, verdict: Verdict) -> None:
    folder = course.autograded(verdict.student, verdict.assignment)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{VERDICT_FILE}.new"
    temporary.write_text(json.dumps(asdict(verdict), indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, folder / VERDICT_FILE)
