"""Hand-ins to graded notebooks: which there are, and which have to be graded again.

What cannot be graded (a file that is no notebook, for example) is not an exception but a verdict with a reason: it
scores 0, appears in the marks, and never stops the class.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.engine import make_url
from traitlets import TraitError

from grader import nbgrader_setup
from grader.autograde import Autograde, grade_class
from grader.course import Assignment, Course
from grader.errors import CourseError, NothingToDo
from grader.gradebook import Change
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
    course: Course,
    assignment: Assignment,
    workers: int | None = None,
    least_tier: str | None = None,
    scheduler: str | None = None,
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
    scheduler : str, optional
        The same for the Dask scheduler whose workers grade.

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
    if scheduler is not None:
        made.scheduler = scheduler
    return made


def unchanged(course: Course, work: Sequence[tuple[Autograde, Submission]]) -> dict[int, Verdict]:
    """The verdicts that are still the last word: neither the hand-in nor what it was graded with has changed.

    Parameters
    ----------
    course : Course
    work : sequence of (Autograde, Submission)
        Hand-ins, each with the converter of its assignment.

    Returns
    -------
    dict of int to Verdict
        By the place of the hand-in in `work`.
    """
    found = {}
    with open_gradebook(course) as gradebook:
        assignments = {submission.assignment for _, submission in work}
        recorded = {
            (assignment, submitted.student_id)
            for assignment in assignments
            for submitted in gradebook.assignment_submissions(assignment)
        }
    for number, (autograde, submission) in enumerate(work):
        if (submission.assignment, submission.student) in recorded:
            before = _current(course, autograde, submission)
            if before:
                found[number] = before
    return found


def _current(course: Course, autograde: Autograde, submission: Submission) -> Verdict | None:
    """The verdict on a hand-in, if neither that nor what it was graded with has changed, and its notebook is there."""
    folder = course.autograded(submission.student, submission.assignment)
    before = read_verdict(folder)
    if before is None or (before.graded and not (folder / f"{submission.assignment}.ipynb").is_file()):
        return None
    try:
        return before if before.digest == autograde.digest(submission.folder) else None
    except OSError:  # a file that cannot be read: to be said when it is graded
        return None


def renew_penalties(work: Sequence[tuple[Autograde, Submission]]) -> list[Submission]:
    """Work out anew how late hand-ins are that were graded before: a due date, an extension or the policy may have changed.

    Parameters
    ----------
    work : sequence of (Autograde, Submission)

    Returns
    -------
    list of Submission
        Those whose late penalty has changed.
    """
    changed: list[Submission] = []
    for autograde in dict.fromkeys(one for one, _ in work):
        own = {submission.student: submission for one, submission in work if one is autograde}
        with contextlib.closing(autograde):
            changed += [own[student] for student in autograde.renew_penalties(list(own))]
    return changed


def grade(
    work: Sequence[tuple[Autograde, Submission]], under_way: dict[int, float] | None = None
) -> Generator[tuple[int, Verdict | CourseError], None, None]:
    """Grade hand-ins.

    Parameters
    ----------
    work : sequence of (Autograde, Submission)
        What to grade, each with the converter of its assignment.
    under_way : dict of int to float, optional
        Holds, while this goes on, the places in `work` of what has been begun and is not done, and when that was
        (`time.monotonic`).

    Yields
    ------
    (int, Verdict or CourseError)
        The place of a hand-in in `work`, and what became of it, in the order in which they are done. An error says that
        the fault is not the hand-in's; nothing is recorded then, so that the next run tries again.
    """
    todo = [(autograde, submission.student, [submission.assignment]) for autograde, submission in work]
    yield from grade_class(todo, under_way)


def compare(
    work: Sequence[tuple[Autograde, Submission]], under_way: dict[int, float] | None = None
) -> Generator[tuple[int, list[Change] | CourseError], None, None]:
    """What `grade` would change in the gradebook: the hand-ins are graded, and nothing is recorded.

    Parameters
    ----------
    work, under_way
        As for `grade`.

    Yields
    ------
    (int, list of Change or CourseError)
        The place of a hand-in in `work`, and the exercises that would get other points.
    """
    todo = [(autograde, submission.student, [submission.assignment]) for autograde, submission in work]
    yield from grade_class(todo, under_way, is_dry=True)


def open_gradebook(course: Course) -> Gradebook:
    """nbgrader's gradebook of the course; use it in a ``with`` block.

    Raises
    ------
    NothingToDo
        If there is none; nbgrader would make an empty one.
    """
    coursedir = nbgrader_setup.directory(course)
    url = make_url(coursedir.db_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        raise NothingToDo(
            f"There is no gradebook {url.database}. `grader build` makes one without marks; or restore your backup."
        )
    return Gradebook(coursedir.db_url, coursedir.course_id)


def _is_recorded(course: Course, assignment: Assignment) -> bool:
    try:
        with open_gradebook(course) as gradebook:
            gradebook.find_notebook(assignment.name, assignment.name)
    except (MissingEntry, NothingToDo):
        return False
    return True
