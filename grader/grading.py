"""Hand-ins to graded notebooks: which there are, and which have to be graded again.

What cannot be graded (a file that is no notebook, for example) is not an exception but a verdict with a reason: it
scores 0, appears in the marks, and never stops the class.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from traitlets import TraitError

from grader import nbgrader_setup
from grader.autograde import Autograde, grade_class
from grader.course import Assignment, Course
from grader.errors import CourseError, NothingToDo
from grader.verdict import Verdict, read_verdict


@dataclass(frozen=True)
class Submission:
    """One hand-in: who handed in what, and where it lies."""

    student: str
    assignment: str
    folder: Path


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


def autograder(
    course: Course, assignment: Assignment, workers: int | None = None, least_tier: str | None = None
) -> Autograde:
    """The converter that grades an assignment, silent apart from what it raises and returns.

    Parameters
    ----------
    course : Course
    assignment : Assignment
    workers : int, optional
        How many hand-ins are graded at once, if it is not what `nbgrader_config.py` says.
    least_tier : str, optional
        The same for the tier of the sandbox below which nothing is graded.

    Raises
    ------
    CourseError
        If `nbgrader_config.py` has a setting of the wrong type.
    """
    coursedir = nbgrader_setup.directory(course, assignment.name)
    try:
        made = Autograde(coursedir=coursedir, config=coursedir.config, log=logging.Logger("grader", logging.CRITICAL))
    except TraitError as error:
        raise CourseError(f"{course.root / 'nbgrader_config.py'}: {error}") from None
    if workers is not None:
        made.workers = workers
    if least_tier is not None:
        made.least_tier = least_tier
    return made


def grade(
    course: Course, work: Sequence[tuple[Autograde, Submission]], force: bool = False
) -> Iterator[tuple[int, Verdict | CourseError]]:
    """Grade hand-ins, unless they were graded before and neither they nor the assignment have changed.

    Parameters
    ----------
    course : Course
    work : sequence of (Autograde, Submission)
        What to grade, each with the converter of its assignment.
    force : bool
        Grade again what has not changed.

    Yields
    ------
    (int, Verdict or CourseError)
        The place of a hand-in in `work`, and what became of it, in the order in which they are done. An error says that
        the fault is not the hand-in's; nothing is recorded then, so that the next run tries again.
    """
    wanted = []
    for number, (autograde, submission) in enumerate(work):
        before = None if force else _current(course, autograde, submission)
        if before:
            yield number, before
        else:
            wanted.append(number)
    todo = [(work[number][0], work[number][1].student, [work[number][1].assignment]) for number in wanted]
    for place, outcome in grade_class(todo):
        yield wanted[place], outcome


def _current(course: Course, autograde: Autograde, submission: Submission) -> Verdict | None:
    """The verdict on a hand-in, if it is still the last word."""
    before = read_verdict(course.autograded(submission.student, submission.assignment))
    try:
        if before is None or before.digest != autograde.digest(submission.folder):
            return None
    except OSError:  # a file that cannot be read: to be said when it is graded
        return None
    return before if _is_there(course, submission, before) else None


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
