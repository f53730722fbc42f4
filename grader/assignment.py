"""An assignment as its author wrote it: the cells of `assignment.py` with their kinds.

The short markers are the whole vocabulary of an author:

====================  =========  ==================================================================================
marker                cell       meaning
====================  =========  ==================================================================================
(none)                markdown   prose
``locked="id"``       markdown   exercise text; grading restores it
``manual="id"``       markdown   the answer to a free-text question, graded by a person; the text is rubric and model
(none)                code       a plot or an experiment; students may change it
``setup="id"``        code       imports and settings
``given="id"``        code       code that the student gets and does not write
``adapter="id"``      code       given code that runs beside the student's code and that tests call
``demo="id"``         code       long training that no test needs
``solution="id"``     code       what the student completes, between ``### BEGIN SOLUTION`` and ``### END SOLUTION``,
                                 once for each function, so that their first lines and docstrings stay
``test="test_id"``    code       the checks of the solution ``id``: visible ones, then
                                 ``### BEGIN HIDDEN TESTS`` .. ``### END HIDDEN TESTS``
====================  =========  ==================================================================================

``points=5`` goes with ``test`` and ``manual``; ``needs="a b"`` names the solutions that a code cell uses;
``tags=["figure"]`` goes into the notebook. Setup, given, adapter, demo and test cells are locked: grading runs the course's version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError
from grader.percent import Cell, read_cells

MARKDOWN_KINDS: tuple[str, ...] = ("locked", "manual")
CODE_KINDS: tuple[str, ...] = ("setup", "given", "adapter", "demo", "solution", "test")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")  # also the id of a cell, which the notebook format bounds
_REGION_MARKER = re.compile(r"#+\s*(begin|end)\s+(solution|hidden)", re.IGNORECASE)
GRADED_KINDS = ("test", "manual")
REGIONS = {"solution": "SOLUTION", "test": "HIDDEN TESTS"}


@dataclass(frozen=True)
class CourseCell:
    """A cell of an assignment.

    Attributes
    ----------
    kind : str
        A marker of the table above, or ``prose`` or ``code`` for a cell without one.
    grade_id : str or None
        Its name in the gradebook; None for cells without a marker.
    points : int or None
        For graded cells.
    needs : tuple of str
        The solutions it uses besides its own.
    tags : tuple of str
        Tags for the notebook.
    text : Cell
        Source and position.
    """

    kind: str
    grade_id: str | None
    points: int | None
    needs: tuple[str, ...]
    tags: tuple[str, ...]
    text: Cell

    @property
    def name(self) -> str:
        """Its name in the gradebook, for a cell with a marker: `read_assignment` gives none without one."""
        assert self.grade_id is not None
        return self.grade_id

    @property
    def source(self) -> str:
        return self.text.source

    @property
    def is_code(self) -> bool:
        return self.text.type == "code"

    @property
    def solution(self) -> str | None:
        """The solution that a test cell tests: ``test_x`` tests ``x``."""
        return self.grade_id.removeprefix("test_") if self.kind == "test" and self.grade_id else None


def read_assignment(path: Path) -> list[CourseCell]:
    """Read the cells of an `assignment.py`.

    Raises
    ------
    CourseError
        With a line ``file:line: what is wrong`` for every marker that is not understood.
    """
    problems: list[str] = []
    cells = [_course_cell(cell, problems, path) for cell in read_cells(path)]
    if problems:
        raise CourseError("\n".join(problems))
    return cells


def regions(source: str, name: str) -> list[tuple[int, int]]:
    """First and last line (from 0, the two markers included) of each region `name` in a cell, in order.

    Raises
    ------
    ValueError
        With a sentence on the first BEGIN or END that stands alone, and the offset of its line as second argument.
    """
    begin = None
    found = []
    for offset, line in enumerate(source.splitlines()):
        if f"BEGIN {name}" in line:
            if begin is not None:
                raise ValueError(f"BEGIN {name} without END {name}", begin)
            begin = offset
        elif f"END {name}" in line:
            if begin is None:
                raise ValueError(f"END {name} without BEGIN {name}", offset)
            found.append((begin, offset))
            begin = None
    if begin is not None:
        raise ValueError(f"BEGIN {name} without END {name}", begin)
    return found


def without_regions(source: str, name: str, instead: Sequence[str] = ()) -> str:
    """A cell without its regions `name`, as nbgrader leaves it for students.

    Parameters
    ----------
    source, name : str
    instead : sequence of str
        Lines that come in the place of each region, with the indent of its first line.
    """
    lines = source.splitlines()
    for first, last in reversed(regions(source, name)):
        indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        lines[first : last + 1] = [indent + line for line in instead]
    return "\n".join(lines)


def _course_cell(cell: Cell, problems: list[str], path: Path) -> CourseCell:
    def problem(message: str, line: int = cell.line) -> None:
        problems.append(f"{path}:{line}: {message}")

    own_kinds, other_kinds = MARKDOWN_KINDS, CODE_KINDS
    if cell.type == "code":
        own_kinds, other_kinds = other_kinds, own_kinds
    options = dict(cell.options)
    kinds = [kind for kind in (*own_kinds, *other_kinds) if kind in options]
    if len(kinds) > 1:
        problem(f"two kinds on one cell: {' and '.join(kinds)}. A cell has one.")
    kind = kinds[0] if kinds else ("code" if cell.type == "code" else "prose")
    if kind in other_kinds:
        problem(f'{kind}="…" belongs on a {"markdown" if cell.type == "code" else "code"} cell.')
    grade_id = options.pop(kind, None)
    for other in kinds[1:]:
        options.pop(other)
    if grade_id is not None and not (isinstance(grade_id, str) and _NAME.fullmatch(grade_id)):
        problem(f"{kind} takes a name made of letters, digits and underscores, at most 64 of them, not {grade_id!r}.")
        grade_id = None
    points = options.pop("points", None)
    if kind in GRADED_KINDS and points is None:
        problem(f"{kind} {grade_id!r} has no points. Write points=5 behind it.")
    elif points is not None and kind not in GRADED_KINDS:
        problem("points belong on a test or a manual cell.")
    elif points is not None and (type(points) is not int or points < 1):
        problem(f"points must be a whole number of at least 1, not {points!r}.")
        points = None
    needs = options.pop("needs", "")
    if not isinstance(needs, str) or (needs and cell.type != "code"):
        problem('needs takes the names of solutions, needs="a b", on a code cell.')
        needs = ""
    tags = options.pop("tags", [])
    for offset, text in enumerate(cell.source.splitlines() if cell.type == "code" else []):
        if _REGION_MARKER.match(text.strip()) and not any(
            f"{end} {name}" in text for end in ("BEGIN", "END") for name in REGIONS.values()
        ):
            problem(
                f"{text.strip()!r} is not a marker that nbgrader knows; write it in capitals.", cell.first_line + offset
            )
    for unknown in options:
        known = ", ".join((*MARKDOWN_KINDS, *CODE_KINDS, "points", "needs", "tags"))
        problem(f"unknown marker {unknown!r}. The markers are: {known}.")
    for region_kind, name in REGIONS.items():
        try:
            spans = regions(cell.source, name)
        except ValueError as error:
            message, offset = error.args
            problem(f"{message}.", cell.first_line + offset)
            continue
        if spans and kind != region_kind:
            problem(f"BEGIN {name} in a cell that is not a {region_kind} cell.", cell.first_line + spans[0][0])
        if not spans and kind == "solution" == region_kind:
            problem(f"solution {grade_id!r} has no ### BEGIN SOLUTION: students would get the answer.")
    return CourseCell(kind, grade_id, points, tuple(needs.split()), tuple(tags), cell)
