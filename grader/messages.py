"""What a student may read about a hand-in: the words of visible checks, and nothing that a hidden test has touched.

Once a hidden test has called a student's function, the notebook knows the hidden input, and every later message could
tell it: an exception's text, a returned number, the type of an object. So the messages of a hand-in that loses points
after that come from a second examination, in new processes, that runs the visible checks only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.engine.calls import StudentLost
from grader.engine.examiner import Result, Step
from grader.engine.program import program_of
from grader.engine.timelimit import TOO_LONG, CellTimeoutError
from grader.handin import GradedCell
from utils.checks import VisibleCheckFailed

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Hidden:
    """The lines around the hidden tests of a cell, as nbgrader is told to know them."""

    begin: str = "BEGIN HIDDEN TESTS"
    end: str = "END HIDDEN TESTS"

    def without(self, source: str) -> str:
        """A cell as it was released."""
        kept, inside = [], False
        for line in source.split("\n"):
            if self.begin in line:
                inside = True
            elif self.end in line:
                inside = False
            elif not inside:
                kept.append(line)
        return "\n".join(kept)

    def is_in(self, source: str) -> bool:
        return self.begin in source


def visible_steps(steps: Sequence[Step], hidden: Hidden, futures: int = 0) -> list[Step]:
    """The steps of an examination with the tests as they were released, and what the course imports from ``__future__``."""
    return [_visible(step, hidden.without(step.source), futures) if step.is_test else step for step in steps]


def _visible(step: Step, source: str, futures: int) -> Step:
    return replace(step, source=source, program=program_of(source, step.names, futures))


def need_a_second_look(
    cells: Sequence[GradedCell], results: Mapping[int, Result], hidden: Hidden, behind: bool = False
) -> bool:
    """Whether a message is due on a cell in which, or behind which, hidden tests ran; also in an earlier notebook."""
    for number, graded in enumerate(cells):
        result = results.get(number)
        stopped_before = result is not None and result.is_visible
        behind |= graded.kind == "test" and hidden.is_in(graded.cell.source) and not stopped_before
        if behind and graded.master is not None and result is not None and _went_wrong(result):
            return True
    return False


def messages(
    cells: Sequence[GradedCell], results: Mapping[int, Result], visible: Mapping[int, Result], hidden: Hidden
) -> dict[str, str]:
    """What a student reads about graded cells without all points, and about answers that raised, by grade id.

    Parameters
    ----------
    cells : sequence of GradedCell
    results, visible : mapping of int to Result
        Of the whole examination, and of one that met no hidden test before anything went wrong.
    hidden : Hidden
    """
    found = {}
    for number, graded in enumerate(cells):
        name = graded.master.name if graded.master else ""
        if not name or graded.cell.cell_type != "code":
            continue
        if graded.kind == "test":
            said = _about_a_test(graded.cell.source, results.get(number), visible.get(number), hidden)
        else:
            said = _about_an_answer(visible.get(number))
        if said:
            found[name] = said
    return found


def out_of_time(cells: Sequence[GradedCell], results: Mapping[int, Result], seconds: float | None) -> str:
    """What did not end within the time limit of a cell, in a sentence; empty if everything did."""
    stopped = [graded for number, graded in enumerate(cells) if _ran_out_of_time(results.get(number))]
    named = [graded.master.name for graded in stopped if graded.master]
    unnamed = len(stopped) - len(named)
    said = [*named, f"{unnamed} cell{'s' * (unnamed > 1)} of the student's own"] if unnamed else named
    return f"Stopped after {seconds:g} s each: {', '.join(said)}." if said else ""


def _ran_out_of_time(result: Result | None) -> bool:
    """Whether a cell was stopped, or a call of a check, which a visible check tells in words."""
    error = _error(result)
    return error is not None and (error["ename"] == CellTimeoutError.__name__ or TOO_LONG in error["evalue"])


def _went_wrong(result: Result) -> bool:
    return result.passed is False or _error(result) is not None


def _error(result: Result | None) -> dict | None:
    outputs = result.outputs if result else []
    return next((output for output in outputs if output["output_type"] == "error"), None)


def _about_a_test(source: str, result: Result | None, visible: Result | None, hidden: Hidden) -> str:
    if result is None:
        return "The check did not run."
    if result.passed:
        return ""
    if result.undecided:
        return "A person has to look at this: the check could not be decided by the computer."
    error = _error(visible)
    if error is None and hidden.is_in(source) and visible is not None:
        tried = _hidden_tests(source)
        return (
            "Your answer passes the visible checks, but not the hidden tests."
            + (f" They also try: {tried}." if tried else "")
            + " Call your function with such inputs and compare with a result that you work out in another way."
        )
    if error is None:
        return "The check did not pass."
    if error["ename"] == VisibleCheckFailed.__name__:
        return _plain(error["evalue"])
    if error["ename"] == StudentLost.__name__:
        return "The check did not run: the notebook's Python process had ended."
    if error["ename"] == CellTimeoutError.__name__:
        return "The check did not end within the time limit."
    return _plain(f"The check ended with {error['ename']}: {error['evalue']}").strip(": ")


def _about_an_answer(visible: Result | None) -> str:
    error = _error(visible)
    if error is None or error["ename"] == NotImplementedError.__name__:  # the stub is still there: nothing was answered
        return ""
    if error["ename"] == StudentLost.__name__:
        return "It ended in this cell."
    return _plain(f"The cell with your answer raised {error['ename']}: {error['evalue']}")


def _hidden_tests(source: str) -> str:
    """The words of ``progress.exercise(..., hidden_tests="...")`` in a check cell."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "hidden_tests" and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return ""


def _plain(text: str) -> str:
    text = _ANSI.sub("", text)
    return "".join(character for character in text if character.isprintable() or character in "\n\t")
