"""Grades into nbgrader's gradebook: one transaction for one submission, so that no reader sees half of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum
from sqlalchemy import Row, bindparam, insert, select, update

from grader.engine.examiner import Result
from grader.errors import CourseError
from grader.handin import GradedCell

_CELLS = BaseCell.__table__
_GRADES, _COMMENTS = Grade.__table__, Comment.__table__
_STUDENTS, _ASSIGNMENTS, _NOTEBOOKS = Student.__table__, Assignment.__table__, Notebook.__table__
_SUBMISSIONS, _SUBMITTED = SubmittedAssignment.__table__, SubmittedNotebook.__table__
_SET_POINTS = (
    update(_GRADES)
    .where(_GRADES.c.id == bindparam("key"))
    .values(auto_score=bindparam("points"), needs_manual_grade=bindparam("asks"))
)
_SET_COMMENT = update(_COMMENTS).where(_COMMENTS.c.id == bindparam("key")).values(auto_comment=bindparam("text"))
_GRADED, _COMMENTED = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")  # kinds of cells, as nbgrader calls them
NO_RESPONSE = "No response."  # nbgrader's comment on an answer that was left as released


@dataclass(frozen=True)
class Score:
    """The automatic points of a graded cell; None while a person has to give them."""

    name: str
    points: float | None


@dataclass(frozen=True)
class Change:
    """What grading again would change for one exercise of a hand-in.

    Attributes
    ----------
    student, assignment, exercise : str
        The exercise by its grade id.
    before, after : float or None
        Its automatic points; None while a person has to give them, or, before, if it was never graded.
    manual : float or None
        Points that a person gave in their place, which stay.
    """

    student: str
    assignment: str
    exercise: str
    before: float | None
    after: float | None
    manual: float | None = None


class Ledger(Gradebook):
    """A gradebook whose methods do not commit one by one: all of a `transaction` counts at its end, or nothing."""

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(db_url, course_id)
        self._commit = self.db.commit
        self.db.commit = self.db.flush

    def has_student(self, student: str) -> bool:
        return self.db.execute(select(_STUDENTS.c.id).where(_STUDENTS.c.id == student)).first() is not None

    def add_to_roll(self, student: str) -> None:
        self.db.execute(insert(_STUDENTS), [{"id": student}])

    def has_submission(self, assignment: str, student: str, **values: Any) -> bool:
        """Whether there is a submission, which gets the values then."""
        found = self.db.execute(
            select(_SUBMISSIONS.c.id)
            .join(_ASSIGNMENTS, _ASSIGNMENTS.c.id == _SUBMISSIONS.c.assignment_id)
            .where(_ASSIGNMENTS.c.name == assignment, _SUBMISSIONS.c.student_id == student)
        ).scalar()
        if found is not None and values:
            self.db.execute(update(_SUBMISSIONS).where(_SUBMISSIONS.c.id == found).values(**values))
        return found is not None

    def add_submission(self, assignment: str, student: str, **values: Any) -> None:
        """As nbgrader's, with a statement for each table instead of an object for each row."""
        cells = self.db.execute(
            select(_NOTEBOOKS.c.assignment_id, _NOTEBOOKS.c.id.label("notebook"), _CELLS.c.id, _CELLS.c.type)
            .join(_ASSIGNMENTS, _ASSIGNMENTS.c.id == _NOTEBOOKS.c.assignment_id)
            .outerjoin(_CELLS, _CELLS.c.notebook_id == _NOTEBOOKS.c.id)
            .where(_ASSIGNMENTS.c.name == assignment)
        ).all()
        made = {"id": new_uuid(), "assignment_id": cells[0].assignment_id, "student_id": student, **values}
        notebooks = {notebook: new_uuid() for notebook in dict.fromkeys(cell.notebook for cell in cells)}
        graded, commented = (
            [
                {"id": new_uuid(), "cell_id": cell.id, "notebook_id": notebooks[cell.notebook]}
                for cell in cells
                if cell.type in kinds
            ]
            for kinds in (_GRADED, _COMMENTED)
        )
        submitted = [
            {"id": own, "assignment_id": made["id"], "notebook_id": notebook} for notebook, own in notebooks.items()
        ]
        for table, new in ((_SUBMISSIONS, [made]), (_SUBMITTED, submitted), (_GRADES, graded), (_COMMENTS, commented)):
            if new:
                self.db.execute(insert(table), new)

    def notebook_of(self, student: str, assignment: str, notebook: str) -> Row:
        """A submitted notebook: its ``id`` and ``penalty``, and what is known of when it was handed in and due."""
        return self.db.execute(
            select(
                _SUBMITTED.c.id,
                _SUBMITTED.c.late_submission_penalty.label("penalty"),
                _SUBMISSIONS.c.timestamp,
                _SUBMISSIONS.c.extension,
                _ASSIGNMENTS.c.duedate,
            )
            .join(_NOTEBOOKS, _NOTEBOOKS.c.id == _SUBMITTED.c.notebook_id)
            .join(_SUBMISSIONS, _SUBMISSIONS.c.id == _SUBMITTED.c.assignment_id)
            .join(_ASSIGNMENTS, _ASSIGNMENTS.c.id == _SUBMISSIONS.c.assignment_id)
            .where(
                _NOTEBOOKS.c.name == notebook,
                _ASSIGNMENTS.c.name == assignment,
                _SUBMISSIONS.c.student_id == student,
            )
        ).one()

    def score_of(self, notebook: str) -> float:
        """The points of a submitted notebook, as nbgrader sums them up."""
        return self.db.get(SubmittedNotebook, notebook).score

    def set_penalty(self, notebook: str, penalty: float | None) -> None:
        """Give a submitted notebook its late penalty."""
        changed = update(_SUBMITTED).where(_SUBMITTED.c.id == notebook)
        self.db.execute(changed.values(late_submission_penalty=penalty))

    def set_points(self, notebook: str, points: Callable[[str], float | None]) -> None:
        """Give the cells of a submitted notebook automatic points, by their names; None asks for a person.

        Points that a person gave stay, and ask to be looked at again. A task cell is graded by people only.
        """
        found = (
            select(_GRADES.c.id, _CELLS.c.name, _GRADES.c.manual_score)
            .join(_CELLS, _CELLS.c.id == _GRADES.c.cell_id)
            .where(_GRADES.c.notebook_id == notebook, _CELLS.c.type != "TaskCell")
        )
        rows = [(key, points(name), manual) for key, name, manual in self.db.execute(found)]
        new = [
            {"key": key, "points": given, "asks": manual is not None or given is None} for key, given, manual in rows
        ]
        if new:
            self.db.connection().execute(_SET_POINTS, new)

    def points(self, notebook: str) -> dict[str, tuple[float | None, float | None]]:
        """The automatic points of the cells of a submitted notebook, and those that a person gave, by their names."""
        found = (
            select(_CELLS.c.name, _GRADES.c.auto_score, _GRADES.c.manual_score)
            .join(_CELLS, _CELLS.c.id == _GRADES.c.cell_id)
            .where(_GRADES.c.notebook_id == notebook, _CELLS.c.type != "TaskCell")
        )
        return {name: (auto, manual) for name, auto, manual in self.db.execute(found)}

    def set_comments(self, notebook: str, text: Callable[[str], str | None]) -> None:
        """Give the cells of a submitted notebook automatic comments, by their names."""
        found = (
            select(_COMMENTS.c.id, _CELLS.c.name, _COMMENTS.c.auto_comment)
            .join(_CELLS, _CELLS.c.id == _COMMENTS.c.cell_id)
            .where(_COMMENTS.c.notebook_id == notebook)
        )
        rows = [(key, text(name), before) for key, name, before in self.db.execute(found)]
        new = [{"key": key, "text": now} for key, now, before in rows if now != before]
        if new:
            self.db.connection().execute(_SET_COMMENT, new)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written in the block is there for others at its end; what fails in it leaves nothing."""
        try:
            yield
            self._commit()
        except BaseException:
            self.db.rollback()
            raise
        finally:
            self.db.remove()  # the next one sees what others have written, and memory stays flat


def scores(cells: Sequence[GradedCell], results: Mapping[int, Result], executed: bool = True) -> list[Score]:
    """The automatic points of a notebook's graded cells.

    A test that passes has all its points, or, if its last expression is a number, that many, within 0 and its points.
    What a cell writes to standard error costs nothing. A notebook that was not executed has no automatic points.

    Parameters
    ----------
    cells : sequence of GradedCell
    results : mapping of int to Result
        By the position of the cell.
    executed : bool
    """
    found = []
    for number, graded in enumerate(cells):
        own = graded.master
        if own is None:
            continue
        if own.kind == "manual":
            found.append(Score(own.name, 0.0 if _is_untouched(graded) else None))
        elif own.kind == "test":
            found.append(Score(own.name, _points(own.points, results.get(number)) if executed else None))
    return found


def untouched(cells: Sequence[GradedCell]) -> frozenset[str]:
    """The grade ids of the answers that are still what the release had in their place."""
    return frozenset(graded.master.name for graded in cells if graded.master and _is_untouched(graded))


def record(
    gradebook: Ledger,
    late: AssignLatePenalties,
    student: str,
    assignment: str,
    notebook: str,
    found: Sequence[Score],
    blank: Collection[str],
) -> None:
    """Write the points and automatic comments of one submitted notebook, and its late penalty.

    Points that a person gave stay, and ask to be looked at again. A graded cell that the notebook does not have gets 0.

    Parameters
    ----------
    gradebook : Ledger
    late : AssignLatePenalties
    student, assignment, notebook : str
    found : sequence of Score
    blank : collection of str
        The answers that were left as released.
    """
    submitted = gradebook.notebook_of(student, assignment, notebook)
    points = {score.name: score.points for score in found}
    gradebook.set_points(submitted.id, lambda name: points.get(name, 0.0))
    gradebook.set_comments(submitted.id, lambda name: NO_RESPONSE if name in blank else None)
    penalize(gradebook, late, student, assignment, notebook)


def record_nothing(gradebook: Ledger, late: AssignLatePenalties, student: str, assignment: str, notebook: str) -> None:
    """Give every exercise of a notebook 0 automatic points. Marks that a person gave stay, to be looked at again."""
    gradebook.set_points(gradebook.notebook_of(student, assignment, notebook).id, lambda name: 0.0)
    penalize(gradebook, late, student, assignment, notebook)


def open_submission(
    gradebook: Ledger, student: str, assignment: str, timestamp: datetime | None, create_student: bool
) -> None:
    """Make sure that the gradebook has the student and the submission.

    Raises
    ------
    CourseError
        If the student is not on the roll and may not be put there.
    """
    if not gradebook.has_student(student):
        if not create_student:
            raise CourseError(f"No student with ID '{student}' exists in the database")
        gradebook.add_to_roll(student)
    when = {"timestamp": timestamp} if timestamp else {}
    if not gradebook.has_submission(assignment, student, **when):
        gradebook.add_submission(assignment, student, **when)


def _points(most: float, result: Result | None) -> float | None:
    if result is not None and result.undecided:
        return None
    if result is None or not result.passed:
        return 0.0
    if result.value is None:
        return most
    return 0.0 if math.isnan(result.value) else min(max(result.value, 0.0), most)


def _is_untouched(graded: GradedCell) -> bool:
    """Whether an answer is still what the release had in its place."""
    own, meta = graded.master, graded.cell.metadata.get("nbgrader", {})
    if own is None or own.kind not in ("solution", "manual"):
        return False
    return meta.get("checksum") == compute_checksum(graded.cell)


def penalize(gradebook: Ledger, late: AssignLatePenalties, student: str, assignment: str, notebook: str) -> bool:
    """Give a submitted notebook its late penalty, as nbgrader's plugin computes it, and say whether it has changed."""
    submitted, penalty = gradebook.notebook_of(student, assignment, notebook), None
    if submitted.timestamp is not None and submitted.duedate is not None:
        due = submitted.duedate + (submitted.extension or timedelta())
        seconds = (submitted.timestamp - due).total_seconds()
        if seconds > 0:
            late.init_plugin()
            score = gradebook.score_of(submitted.id)
            penalty = late.plugin_inst.late_submission_penalty(student, score, seconds)
            penalty = None if penalty is None else min(max(penalty, 0), score)
    if penalty == submitted.penalty:
        return False
    gradebook.set_penalty(submitted.id, penalty)
    return (penalty or 0) != (submitted.penalty or 0)
