"""What a worker of `grader check` does: try answers against the tests of an assignment, in one process or in the engine.

Every function here takes plain data and the root of a course, so that it can run in another process.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import nbformat
from threadpoolctl import threadpool_limits

from grader import builder, examination, handin
from grader.assignment import CourseCell, read_assignment
from grader.check import inputs, margins
from grader.check.mutants import Mutant, mutants
from grader.course import Course
from grader.engine.examiner import Job
from grader.engine.limits import Limits
from grader.engine.sandbox import TIERS
from grader.engine.template import shared_template
from grader.engine.timelimit import Allowed, CellTimeoutError, listen, time_limit
from grader.master import Master
from grader.modules import closure
from grader.pausing import without_pause
from grader.rehearsal import Outcome, rehearse
from grader.variants import Variant, read_variants
from utils.checks import VisibleCheckFailed

SECONDS = 60.0  # that a cell may take in the engine
PATIENCE = 10.0  # times as long as the reference, before a mutant counts as one that does not end
SHORTEST = 2.0  # seconds that a mutant may take in any case
RANDOM_INPUTS = 1_000  # on which a mutant has to agree with the reference to count as equivalent
COMPARING = 120.0  # seconds of computing time that this may take: where a solution trains a network it is not done
LOST = Outcome(False, "it does not come to an end")


@cache
def course_at(root: Path) -> Course:
    return Course.load(root)


@cache
def cells_of(root: Path, topic: str) -> tuple[CourseCell, ...]:
    return tuple(read_assignment(course_at(root).text(topic)))


@cache
def variants_of(root: Path, topic: str) -> tuple[Variant, ...]:
    path = course_at(root).variants(topic)
    return read_variants(path, cells_of(root, topic)) if path.is_file() else ()


@cache
def master_of(root: Path, topic: str) -> Master:
    course = course_at(root)
    return Master.of(nbformat.reads(builder.source_notebook(course, course.assignment(topic)), as_version=4))


def with_tests(cells: Sequence[CourseCell], tests: Collection[str]) -> list[CourseCell]:
    """An assignment with these of its tests only, which saves the time of the others."""
    return [cell for cell in cells if cell.kind != "test" or cell.grade_id in tests]


def examine(
    root: Path,
    topic: str,
    answers: Mapping[str, str],
    tests: Collection[str] | None = None,
    seed: str | None = None,
) -> dict[str, Outcome]:
    """The outcomes of some tests, or of all, through the engine.

    Parameters
    ----------
    root : Path
    topic : str
    answers : mapping of str to str
        Sources by solution; what is not named is the reference.
    tests : collection of str, optional
    seed : str, optional
        The secret that hidden tests draw their inputs from.

    Raises
    ------
    grader.examination.EngineFault
    """
    master = master_of(root, topic)
    notebook = nbformat.v4.new_notebook()
    for cell in cells_of(root, topic):
        if cell.is_code and cell.kind not in ("code", "demo"):  # tests need no figures
            source = answers.get(cell.name, cell.source) if cell.kind == "solution" else cell.source
            notebook.cells.append(
                nbformat.v4.new_code_cell(source, id=cell.grade_id, metadata={"nbgrader": {"grade_id": cell.grade_id}})
            )
    graded = handin.restore(notebook, master)
    names = {number: one.master.name for number, one in enumerate(graded) if one.master and one.kind == "test"}
    wanted = {number for number, name in names.items() if tests is None or name in tests}
    job = Job(
        [step for step in handin.steps(graded, master) if step.cell not in names or step.cell in wanted], SECONDS, seed
    )
    row = course_at(root).assignment(topic)
    template = shared_template(row.stack, Limits())
    report = without_pause(examination.examine(template, job, {}, {}, closure(row.utils), TIERS[-1]))
    found = {}
    for number in wanted:
        result = report.results.get(number)
        if result is None or report.lost:
            found[names[number]] = LOST
            continue
        error = next((out for out in result.outputs if out["output_type"] == "error"), None)
        if result.passed:
            found[names[number]] = Outcome(True)
        elif error is None:
            found[names[number]] = Outcome(False, result.undecided)
        else:
            is_visible = error["ename"] == VisibleCheckFailed.__name__
            text = error["evalue"] if is_visible else f"{error['ename']}: {error['evalue']}"
            found[names[number]] = Outcome(False, text, is_visible)
    return found


@dataclass(frozen=True)
class Rehearsed:
    """What became of an answer in one process.

    Attributes
    ----------
    tests : dict of str to Outcome
    comparisons : tuple of Comparison
        Those that the tests made, in their order.
    """

    tests: dict[str, Outcome]
    comparisons: tuple[margins.Comparison, ...] = ()

    @property
    def failed(self) -> set[str]:
        return {name for name, outcome in self.tests.items() if not outcome.passed}


def try_answer(
    root: Path,
    topic: str,
    answers: Mapping[str, str],
    tests: Collection[str] | None = None,
    threads: int | None = None,
) -> Rehearsed:
    """The outcomes of some tests, or of all, in one process.

    Parameters
    ----------
    root : Path
    topic : str
    answers : mapping of str to str
    tests : collection of str, optional
    threads : int, optional
        That linear algebra may use; as many as it likes unless given.
    """
    cells = cells_of(root, topic)
    chosen = cells if tests is None else with_tests(cells, tests)
    with threadpool_limits(threads) if threads else contextlib.nullcontext(), margins.compared() as comparisons:
        found = rehearse(chosen, answers)
    return Rehearsed(found.tests, tuple(comparisons))


def rehearse_variants(
    root: Path, topic: str, tests: Sequence[Sequence[str]], numbers: Sequence[int]
) -> list[Rehearsed]:
    """Known answers, by their place in `variants.py`, against some tests; right ones with one thread and with several."""
    found = []
    for number in numbers:
        variant = variants_of(root, topic)[number]
        answers, wanted = {variant.solution: variant.source}, set(tests[number])
        tried = try_answer(root, topic, answers, wanted)
        if variant.right and not tried.failed:
            with_one = try_answer(root, topic, answers, wanted, threads=1)
            tried = Rehearsed(with_one.tests, tried.comparisons + with_one.comparisons)
        own = f"test_{variant.solution}"
        near = tuple(one for one in tried.comparisons if one.test == own)
        found.append(Rehearsed(tried.tests, near))
    return found


def examine_variants(
    root: Path, topic: str, tests: Sequence[Sequence[str]], numbers: Sequence[int]
) -> list[dict[str, Outcome]]:
    """The same through the engine."""
    variants = variants_of(root, topic)
    return [
        examine(root, topic, {variants[number].solution: variants[number].source}, set(tests[number]))
        for number in numbers
    ]


def rehearse_all(root: Path, topic: str, numbers: Sequence[int]) -> list[dict[str, Outcome]]:
    """Known answers against the tests of all exercises."""
    variants = variants_of(root, topic)
    return [rehearse(cells_of(root, topic), {variants[n].solution: variants[n].source}).tests for n in numbers]


def expected_marks(root: Path, topic: str) -> dict[str, bool]:
    """By test, whether the answers of `mixed_answers` pass it."""
    wrong = {name for name, (_, right) in _mixed(root, topic).items() if not right}
    return {
        cell.name: not wrong.intersection({cell.solution, *cell.needs})
        for cell in cells_of(root, topic)
        if cell.kind == "test"
    }


def _mixed(root: Path, topic: str) -> dict[str, tuple[str, bool]]:
    """An answer to each exercise, and whether it is right: of those that no other exercise needs, every second one is wrong."""
    needed = {name for cell in cells_of(root, topic) if cell.kind == "test" for name in cell.needs}
    found: dict[str, tuple[str, bool]] = {}
    for variant in variants_of(root, topic):
        if variant.right and variant.solution not in found:
            found[variant.solution] = variant.source, True
    for name in [name for name in found if name not in needed][1::2]:
        wrong = [one for one in variants_of(root, topic) if one.solution == name and not one.right]
        chosen = next((one for one in wrong if one.hidden), wrong[0])
        found[name] = chosen.source, False
    return found


def grade_again(root: Path, topic: str, numbers: Sequence[int]) -> list[dict[str, bool]]:
    """Which tests a mixture of right and wrong answers passes, each time under another secret of the course."""
    answers = {name: source for name, (source, _) in _mixed(root, topic).items()}
    found = [examine(root, topic, answers, seed=f"grading {number}") for number in numbers]
    return [{name: outcome.passed for name, outcome in one.items()} for one in found]


@dataclass(frozen=True)
class Tried:
    """A mutant and what became of it.

    Attributes
    ----------
    mutant : Mutant
    killed_by : str
        In a few words; empty for a survivor.
    compared : int
        Random inputs on which a survivor was compared with the reference.
    difference : str
        How it differs there; empty for one that agrees on all, or that could not be compared.
    """

    mutant: Mutant
    killed_by: str = ""
    compared: int = 0
    difference: str = ""

    @property
    def is_equivalent(self) -> bool:
        return not self.killed_by and self.compared >= RANDOM_INPUTS and not self.difference


@lru_cache(maxsize=1)
def _watched(root: Path, topic: str, solution: str) -> tuple[dict, inputs.Calls]:
    """The namespace of the reference, and the calls that the test of a solution makes of its functions."""
    cells, test = cells_of(root, topic), f"test_{solution}"
    namespace: dict = {}
    place = next(number for number, cell in enumerate(cells) if cell.grade_id == test)
    rehearse(with_tests(cells[:place], ()), namespace=namespace)
    names = [name for name, value in namespace.items() if _is_of(value, solution)]
    with inputs.Calls(namespace, names) as calls:
        rehearse([cells[place]], namespace=namespace)
    return namespace, calls


def _is_of(value: object, solution: str) -> bool:
    code = getattr(value, "__code__", None)
    return code is not None and code.co_filename == f"<cell {solution}>"


def try_part(root: Path, topic: str, solution: str, parts: Sequence[tuple[int, int, int]]) -> list[list[Tried]]:
    """Try a part of the mutants of a solution against its own test, and compare survivors with the reference.

    Parameters
    ----------
    root : Path
    topic, solution : str
    parts : sequence of (part, parts, step)
        Every `step`-th mutant of every `parts`-th.
    """
    source = next(cell.source for cell in cells_of(root, topic) if cell.grade_id == solution)
    _, calls = _watched(root, topic, solution)
    begin = time.process_time()
    rehearse(with_tests(cells_of(root, topic), {f"test_{solution}"}))
    allowed = Allowed.of(max(SHORTEST, PATIENCE * (time.process_time() - begin)))
    found = mutants(solution, source, calls.alike)
    tried: list[list[Tried]] = []
    for part, of, step in parts:
        tried.append([])
        for mutant in found[part::of][::step]:
            tried[-1].append(_try_mutant(root, topic, mutant, allowed))
        _forget_graphs()
    return tried


def _forget_graphs() -> None:
    """Let TensorFlow forget what earlier answers have traced; it would keep some megabytes of each."""
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].keras.backend.clear_session()


def _try_mutant(root: Path, topic: str, mutant: Mutant, allowed: Allowed | None) -> Tried:
    test = f"test_{mutant.solution}"
    listen()
    try:
        with time_limit(allowed):
            outcome = rehearse(with_tests(cells_of(root, topic), {test}), {mutant.solution: mutant.source}).tests[test]
    except (CellTimeoutError, SystemExit, KeyboardInterrupt) as error:
        return Tried(mutant, type(error).__name__)
    if not outcome.passed:
        return Tried(mutant, "a visible check" if outcome.visible else "a hidden check")
    return compare(root, topic, mutant)


def compare(root: Path, topic: str, mutant: Mutant, count: int = RANDOM_INPUTS) -> Tried:
    """Compare a mutant that passes its test with the reference, on random inputs."""
    namespace, calls = _watched(root, topic, mutant.solution)
    other = dict(namespace)
    listen()
    compared, difference = 0, ""
    try:
        with time_limit(Allowed.of(2 * COMPARING)), contextlib.redirect_stdout(open(os.devnull, "w")):
            filename = f"<cell {mutant.solution}>"
            exec(compile(mutant.source, filename, "exec"), other)
            for name, given in calls.inputs.items():
                tried, difference = inputs.first_difference(namespace[name], other[name], given, count, COMPARING)
                compared = min(compared, tried) if compared else tried
                if difference:
                    difference = f"{name}: {difference}"
                    break
            if not calls.inputs:  # the answer is a value
                names = [name for name in namespace if name == mutant.solution]
                alike = all(inputs.same(namespace[name], other.get(name)) for name in names)
                compared, difference = (count, "") if names and alike else (1, "another value")
    except CellTimeoutError:
        return Tried(mutant, "", compared, "" if compared else "not compared within the time limit")
    except Exception as error:
        difference = f"raises {type(error).__name__}"
    return Tried(mutant, "", compared, difference)
