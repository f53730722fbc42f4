"""The marks of a class: one row per student and assignment, from nbgrader's gradebook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from nbgrader.api import Gradebook, MissingEntry

from grader.course import Assignment, Course
from grader.grading import open_gradebook
from grader.verdict import Verdict, read_verdict

GRADED, PARTLY, PENDING = "graded", "graded in part", "needs manual grading"
FAILED, MISSING = "could not be graded", "not handed in"


@dataclass(frozen=True)
class Mark:
    """What one student has for one assignment.

    Attributes
    ----------
    student, assignment : str
    score, max_score : float
        Points so far (late penalty subtracted), and the most there are.
    automatic, manual : float
        The parts from test cells and from a person.
    late_penalty : float
    status : str
        `GRADED`, `PARTLY`, `PENDING`, `FAILED` or `MISSING`.
    reason : str
        Why it could not be graded, or not to the end.
    """

    student: str
    assignment: str
    score: float
    max_score: float
    automatic: float
    manual: float
    late_penalty: float
    status: str
    reason: str


def marks(course: Course, assignments: Sequence[Assignment]) -> list[Mark]:
    """The marks of every student that the gradebook knows, by assignment, then by student.

    An assignment that nobody has handed in yet has no rows.
    """
    rows = []
    with open_gradebook(course) as gradebook:
        students = [student.id for student in gradebook.students]
        for assignment in assignments:
            try:
                max_score = gradebook.find_assignment(assignment.name).max_score
            except MissingEntry:
                continue  # not built: nobody can have marks for it
            if not gradebook.assignment_submissions(assignment.name):
                continue
            for student in sorted(students):
                verdict = read_verdict(course.autograded(student, assignment.name))
                rows.append(mark(gradebook, verdict, assignment.name, student, max_score))
    return rows


def mark(gradebook: Gradebook, verdict: Verdict | None, assignment: str, student: str, max_score: float) -> Mark:
    """The mark of one student; `max_score` is the assignment's."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return Mark(student, assignment, 0.0, max_score, 0.0, 0.0, 0.0, MISSING, "")
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    manual = sum(grade.score for grade in grades if grade.manual_score is not None)
    automatic = sum(grade.score for grade in grades if grade.manual_score is None)
    penalty = submission.late_submission_penalty or 0.0
    if verdict and not verdict.graded:
        status = FAILED
    elif submission.needs_manual_grade:
        status = PENDING
    else:
        status = PARTLY if verdict and verdict.reason else GRADED
    reason = verdict.reason if verdict else ""
    score = max(0.0, submission.score - penalty)
    return Mark(student, assignment, score, max_score, automatic, manual, penalty, status, reason)


def to_csv(rows: Iterable[Mark]) -> str:
    """The marks as CSV text. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Mark)], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _safe(value) for key, value in asdict(row).items()})
    return text.getvalue()


def _safe(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = "".join(character if character.isprintable() else " " for character in value)  # a row is one line
    return "'" + text if text.lstrip().startswith(("=", "+", "-", "@")) else text
