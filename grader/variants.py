"""Known answers to the exercises of a topic, right and wrong: the tests of its tests.

`course/<topic>/variants.py` holds them as cells in percent format. A cell replaces the solution cell it names:

``# %% right="gradient_check" name="abs instead of norms"``
    An answer that must get all points.
``# %% wrong="gradient_check" name="one-sided" says="one-sided difference"``
    A misconception. It must lose ``test_gradient_check``, and the message must contain `says`.
``… hidden="the reason"``
    On a wrong answer that passes all visible checks: why only a hidden test can catch it.
``… elsewhere="the reason"``
    On an answer that other tests see with other eyes in the engine than in one process: why.

Two more kinds of cell explain what `grader check` would complain about. Their text is comments:

``# %% survives="error_forecast" why="a factor of 2 is allowed"``
    Lines, one to a comment, that a mutant may have and still pass.
``# %% near="test_corrupt" why="it looks at an average of random numbers"``
    Known answers may come nearer than usual to the tolerances of this test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import CourseCell
from grader.errors import CourseError
from grader.percent import read_cells


@dataclass(frozen=True)
class Variant:
    """An answer to one exercise.

    Attributes
    ----------
    solution : str
        The solution cell that it replaces.
    name : str
        What is particular about it, or the misconception.
    right : bool
    says : str
        Words of the message that a wrong answer must get.
    hidden : str
        Why only a hidden test can catch it; empty if a visible check does.
    elsewhere : str
        Why the tests of other exercises may see it differently in the engine; empty if they may not.
    source : str
    line : int
        Its marker in the file.
    """

    solution: str
    name: str
    right: bool
    says: str
    hidden: str
    elsewhere: str
    source: str
    line: int

    def __str__(self) -> str:
        return f"{'right' if self.right else 'wrong'} {self.solution}: {self.name}"


@dataclass(frozen=True)
class Explanation:
    """Why something that `grader check` sees is right as it is.

    Attributes
    ----------
    kind : str
        ``survives`` or ``near``.
    of : str
        The solution or the test.
    why : str
    lines : frozenset of str
        Of mutants.
    line : int
        Its marker in the file.
    """

    kind: str
    of: str
    why: str
    lines: frozenset[str]
    line: int


EXPLANATIONS = {"survives": "solution", "near": "test"}  # each of a cell of this kind


def read_explanations(path: Path, cells: Sequence[CourseCell]) -> tuple[Explanation, ...]:
    """Read what explains survivors and tolerances of an assignment whose cells are `cells`.

    Raises
    ------
    CourseError
        With a line ``file:line: what is wrong`` for the first explanation that is not understood.
    """
    found = []
    for cell in read_cells(path):
        options = dict(cell.options)
        for kind, of in EXPLANATIONS.items():
            if kind not in options:
                continue
            name, why = options.pop(kind), options.pop("why", "")
            if name not in {one.grade_id for one in cells if one.kind == of}:
                raise CourseError(f"{path}:{cell.line}: no {of} is called {name!r}.")
            if not why or options:
                raise CourseError(f'{path}:{cell.line}: {kind}="{name}" takes why="…" and nothing else.')
            lines = frozenset(line.lstrip("# ").rstrip() for line in cell.source.splitlines() if line.strip())
            found.append(Explanation(kind, name, why, lines, cell.line))
    return tuple(found)


def read_variants(path: Path, cells: Sequence[CourseCell]) -> tuple[Variant, ...]:
    """Read the variants of an assignment whose cells are `cells`.

    Raises
    ------
    CourseError
        With a line ``file:line: what is wrong`` for the first variant that is not understood.
    """
    solutions = {cell.grade_id for cell in cells if cell.kind == "solution"}
    variants: list[Variant] = []
    for cell in read_cells(path):
        if cell.type == "markdown" or EXPLANATIONS.keys() & dict(cell.options).keys():
            continue
        options = dict(cell.options)
        where = f"{path}:{cell.line}"
        right, wrong = options.pop("right", None), options.pop("wrong", None)
        if (right is None) == (wrong is None):
            raise CourseError(f'{where}: a variant is either right="solution" or wrong="solution".')
        solution = right or wrong
        if solution not in solutions:
            raise CourseError(f"{where}: no solution is called {solution!r}.")
        name = options.pop("name", None)
        if not name or any(variant.name == name and variant.solution == solution for variant in variants):
            raise CourseError(f'{where}: a variant of {solution} needs a name="…" of its own.')
        says, hidden, elsewhere = options.pop("says", None), options.pop("hidden", ""), options.pop("elsewhere", "")
        if wrong and says is None:
            raise CourseError(f'{where}: a wrong answer promises words of its message, says="…".')
        if options or (right and (says or hidden)):
            raise CourseError(f"{where}: a variant takes right or wrong, name, and for wrong ones says and hidden.")
        variants.append(
            Variant(solution, name, right is not None, says or "", hidden, elsewhere, cell.source, cell.line)
        )
    return tuple(variants)
