"""Run an assignment in one process, as a student's notebook would, with other answers in place of the solutions.

This is how the tests of an assignment are tested while it is written. It trusts the answers, so it is not for
submissions.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.assignment import CourseCell
from grader.builder import stub
from utils.checks import VisibleCheckFailed


@dataclass(frozen=True)
class Outcome:
    """How one test ended.

    Attributes
    ----------
    passed : bool
    message : str
        What it raised, as text; empty if it passed.
    visible : bool
        Whether a visible check failed, not only a hidden one.
    """

    passed: bool
    message: str = ""
    visible: bool = False


@dataclass
class Rehearsal:
    """The tests of an assignment by name, and the exceptions of all other cells by name or line."""

    tests: dict[str, Outcome] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)

    @property
    def failed(self) -> set[str]:
        return {name for name, outcome in self.tests.items() if not outcome.passed}


def rehearse(
    cells: Sequence[CourseCell],
    answers: Mapping[str, str] | None = None,
    kinds: Sequence[str] = ("setup", "given", "adapter", "solution", "test"),
    namespace: dict | None = None,
) -> Rehearsal:
    """Run the code cells of an assignment in order.

    Parameters
    ----------
    cells : sequence of CourseCell
    answers : mapping of str to str, optional
        Source texts that replace solution cells, by their name.
    kinds : sequence of str
        The kinds of cells to run. Tests read nothing from plots and demos, so these are left out unless asked for.
    namespace : dict, optional
        Where they run, to look into afterwards; one of their own unless given.
    """
    rehearsal = Rehearsal()
    namespace = {} if namespace is None else namespace
    namespace["__name__"] = "__main__"
    for cell in cells:
        if not cell.is_code or cell.kind not in kinds:
            continue
        source = cell.source
        if cell.kind == "solution":
            source = (answers or {}).get(cell.name, source)
        name = cell.grade_id or f"line {cell.text.line}"
        error = _run(source, name, namespace)
        if cell.kind == "test":
            rehearsal.tests[name] = (
                Outcome(True) if error is None else Outcome(False, _text(error), isinstance(error, VisibleCheckFailed))
            )
        elif error is not None:
            rehearsal.errors[name] = error
    return rehearsal


def untouched(cells: Sequence[CourseCell]) -> dict[str, str]:
    """The solution cells as students get them."""
    return {cell.name: stub(cell.source) for cell in cells if cell.kind == "solution"}


def _run(source: str, name: str, namespace: dict) -> Exception | None:
    filename = f"<cell {name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(source, filename, "exec"), namespace)
    except Exception as error:
        return error
    return None


def _text(error: Exception) -> str:
    return str(error) if isinstance(error, VisibleCheckFailed) else f"{type(error).__name__}: {error}"
