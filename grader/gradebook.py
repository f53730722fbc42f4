"""Grades into nbgrader's gradebook: one transaction for one submission, so that no reader sees half of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum
from sqlalchemy import bindparam, insert, select, update

from grader.engine.examiner import Result
from grader.errors import CourseError
from grader.handin import GradedCell

_CELLS = BaseCell.__table__
_GRADES, _COMMENTS = Grade.__table__, Comment.__table__
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


class Ledger(Gradebook):
    """A gradebook whose methods do not commit one by one: all of a `transaction` counts at its end, or nothing."""

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(db_url, course_id)
        self._commit = self.db.commit
        self.db.commit = self.db.flush

    def add_submission(self, assignment: str, student: str, **values: Any) -> SubmittedAssignment:
        """As nbgrader's, with a statement for each table instead of an object for each row."""
        of, by = self.find_assignment(assignment), self.find_student(student)
        made = {"id": new_uuid(), "assignment_id": of.id, "student_id": by.id, **values}
        notebooks = {notebook.id: new_uuid() for notebook in of.notebooks}
        cells = self.db.execute(select(_CELLS).where(_CELLS.c.notebook_id.in_(notebooks))).all()
        graded, commented = (
            [
                {"id": new_uuid(), "cell_id": cell.id, "notebook_id": notebooks[cell.notebook_id]}
                for cell in cells
                if cell.type in kinds
            ]
            for kinds in (_GRADED, _COMMENTED)
        )
        rows = {
            SubmittedAssignment: [made],
            SubmittedNotebook: [
                {"id": own, "assignment_id": made["id"], "notebook_id": notebook} for notebook, own in notebooks.items()
            ],
            Grade: graded,
            Comment: commented,
        }
        for table, new in rows.items():
            if new:
                self.db.execute(insert(table.__table__), new)
        return self.find_submission(assignment, student)

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
    submitted = gradebook.find_submission_notebook(notebook, assignment, student)
    points = {score.name: score.points for score in found}
    gradebook.set_points(submitted.id, lambda name: points.get(name, 0.0))
    gradebook.set_comments(submitted.id, lambda name: NO_RESPONSE if name in blank else None)
    _penalize(gradebook, late, submitted, student)


def record_nothing(gradebook: Ledger, student: str, assignment: str, notebook: str) -> None:
    """Give every exercise of a notebook 0 automatic points. Marks that a person gave stay, to be looked at again."""
    submitted = gradebook.find_submission_notebook(notebook, assignment, student)
    gradebook.set_points(submitted.id, lambda name: 0.0)


def open_submission(
    gradebook: Ledger, student: str, assignment: str, timestamp: datetime | None, create_student: bool
) -> None:
    """Make sure that the gradebook has the student and the submission.

    Raises
    ------
    CourseError
        If the student is not on the roll and may not be put there.
    """
    if create_student:
        gradebook.update_or_create_student(student)
    else:
        try:
            gradebook.find_student(student)
        except MissingEntry:
            raise CourseError(f"No student with ID '{student}' exists in the database") from None
    when = {"timestamp": timestamp} if timestamp else {}
    with gradebook.db.no_autoflush:
        gradebook.update_or_create_submission(assignment, student, **when)


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
    if own.kind not in ("solution", "manual"):
        return False
    return meta.get("checksum") == compute_checksum(graded.cell)


def _penalize(gradebook: Ledger, late: AssignLatePenalties, submitted: SubmittedNotebook, student: str) -> None:
    """The late penalty, as nbgrader's plugin computes it."""
    submitted.late_submission_penalty = None
    seconds = submitted.assignment.total_seconds_late
    if seconds > 0:
        gradebook.db.refresh(submitted)  # its score is the sum of the grades in the database
        late.init_plugin()
        penalty = late.plugin_inst.late_submission_penalty(student, submitted.score, seconds)
        if penalty is not None:
            submitted.late_submission_penalty = min(max(penalty, 0), submitted.score)
