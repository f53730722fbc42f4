"""What a worker of `grader check` does with whole notebooks: run them, also with their training, and look at what they print.

`course/<topic>/facts.py` holds what the text says of outputs and data, as functions that assert it. A function names what
it needs: ``printed`` (all text that the executed notebook prints), ``figures`` (how many it draws), ``source`` (the text of
all its cells) or ``cells``.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import inspect
import io
import linecache
import os
import subprocess
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from matplotlib.image import imread
from nbclient import NotebookClient
from nbformat import NotebookNode

from grader import builder
from grader.check.trials import cells_of, course_at, examine, variants_of
from grader.errors import CourseError
from grader.rehearsal import rehearse, untouched

KERNEL_SECONDS = 600  # that a cell may take in a kernel, with all its training
LONGEST_VALUE = 200  # characters of a value that is shown beside a fact that does not hold
GIVEN = ("printed", "figures", "source", "cells")  # what a fact can ask for
EVERYTHING = ("setup", "given", "adapter", "solution", "test", "code", "demo")


def run_notebook(root: Path, topic: str, ways: Sequence[str]) -> list[list[str]]:
    """What is wrong with the source notebook or the released one, in sentences; for ``kernel``, see `run_in_a_kernel`."""
    does = {"source": _run_source, "release": _run_release}
    return [list(does[way](root, topic)) for way in ways]


def _run_source(root: Path, topic: str) -> Iterator[str]:
    found = rehearse(cells_of(root, topic))
    yield from (f"The source notebook raises {error!r} in {where}." for where, error in found.errors.items())
    for place, tests in (("in one process", found.tests), ("in the engine", examine(root, topic, {}))):
        failed = (name for name, outcome in tests.items() if not outcome.passed)
        yield from (f"The course's own answer fails {name} {place}: {tests[name].message}" for name in failed)


def _run_release(root: Path, topic: str) -> Iterator[str]:
    cells = cells_of(root, topic)
    answers = untouched(cells)
    found = rehearse(cells, answers, kinds=EVERYTHING)
    declared = {cell.grade_id or f"line {cell.text.line}" for cell in cells if cell.needs or cell.kind == "solution"}
    for where, error in found.errors.items():
        if where not in declared:
            yield f"The released notebook raises {error!r} in {where}, which declares to need no exercise."
    for place, tests in (("in one process", found.tests), ("in the engine", examine(root, topic, answers))):
        yield from (f"The released notebook passes {name} {place}." for name, one in tests.items() if one.passed)
    for name, outcome in found.tests.items():
        if not outcome.visible or "is not written yet" not in outcome.message:
            yield f"{name} does not tell an untouched exercise that it is not written yet: {outcome.message}"


def run_in_a_kernel(root: Path, topic: str, _: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Execute the source notebook in a kernel, with its training.

    Returns
    -------
    list of one (list of str, list of str)
        What is wrong with how it runs, and which facts do not hold, in sentences.
    """
    course = course_at(root)
    notebook = nbformat.reads(builder.source_notebook(course, course.assignment(topic)), as_version=4)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    environment.pop("MPLBACKEND", None)
    client = NotebookClient(notebook, timeout=KERNEL_SECONDS, kernel_name="python3", allow_errors=True)
    client.execute(env=environment, stderr=subprocess.DEVNULL)  # where ipykernel warns of TCP
    return [(list(_unwanted(notebook)), untrue(root, topic, *shown(notebook)))]


def shown(notebook: NotebookNode) -> tuple[str, int]:
    """All text that an executed notebook has printed, and how many figures it has drawn."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    figures = sum("image/png" in output.get("data", {}) for output in outputs)
    return "".join(output.get("text", "") for output in outputs), figures


def _unwanted(notebook: NotebookNode) -> Iterator[str]:
    """Errors, warnings, and figures through which a dark page would be seen."""
    for cell in notebook.cells:
        where = f"in the cell {cell.source.splitlines()[0]!r}" if cell.source else ""
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield f"The source notebook raises {output.ename}: {output.evalue} {where}."
            elif output.get("name") == "stderr":
                yield f"The source notebook writes to stderr {where}: {output.text[:200]}"
            elif "image/png" in output.get("data", {}):
                figure = imread(io.BytesIO(base64.b64decode(output.data["image/png"])))
                if figure.shape[2] == 4 and (figure[..., 3] != 1).any():
                    yield f"A figure of the source notebook is transparent {where}."


def untrue(root: Path, topic: str, text: str, figures: int) -> list[str]:
    """The facts of an assignment that do not hold, in sentences.

    Parameters
    ----------
    root : Path
    topic : str
    text : str
        All that its notebook has printed.
    figures : int
        That it has drawn.

    Raises
    ------
    CourseError
        If a fact asks for what there is not.
    """
    cells = cells_of(root, topic)
    given = dict(zip(GIVEN, (text, figures, "\n".join(cell.source for cell in cells), cells), strict=True))
    found = []
    for name, fact in facts(root, topic).items():
        if unknown := sorted(inspect.signature(fact).parameters.keys() - given.keys()):
            path = course_at(root).facts(topic)
            raise CourseError(f"{path}: {name} asks for {', '.join(unknown)}; there are {', '.join(GIVEN)}.")
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                fact(**{one: given[one] for one in inspect.signature(fact).parameters})
        except Exception as error:
            found.append(_described(name, error, course_at(root).facts(topic)))
    return found


def facts(root: Path, topic: str) -> dict[str, Callable[..., None]]:
    """The functions of an assignment's ``facts.py`` by name; none if it has no such file.

    Raises
    ------
    CourseError
        If the file does not run.
    """
    path = course_at(root).facts(topic)
    if not path.is_file():
        return {}
    spec = importlib.util.spec_from_file_location(f"facts_of_{topic}", path)
    assert spec is not None and spec.loader is not None  # as for every file whose name ends in .py
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from None
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }


def _described(name: str, error: Exception, path: Path) -> str:
    """Which line of a fact does not hold, and what its names stood for."""
    trace = error.__traceback__
    frames = [(frame, line) for frame, line in traceback.walk_tb(trace) if frame.f_code.co_filename == str(path)]
    frame, number = frames[-1]
    line = linecache.getline(str(path), number).strip()
    values = {key: _short(value) for key, value in frame.f_locals.items() if key not in GIVEN}
    said = "" if isinstance(error, AssertionError) and not str(error) else f" ({type(error).__name__}: {error})"
    named = "".join(f"\n{key} = {value}" for key, value in values.items() if key in line)
    return f"facts.py, line {number}, {name.replace('_', ' ')}: {line}{said}{named}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def rehearse_other_styles(root: Path, topic: str, quick: bool, places: Sequence[int]) -> list[list[str]]:
    """What is wrong when every exercise has its first (0) or last (-1) right variant, with all training unless quick."""
    return [list(_with_other_answers(root, topic, quick, place)) for place in places]


def _with_other_answers(root: Path, topic: str, quick: bool, place: int) -> Iterator[str]:
    right: dict[str, list[str]] = {}
    for variant in variants_of(root, topic):
        if variant.right:
            right.setdefault(variant.solution, []).append(variant.source)
    answers = {solution: sources[place] for solution, sources in right.items()}
    kinds = EVERYTHING[:-1] if quick else EVERYTHING
    found = rehearse(cells_of(root, topic), answers, kinds=kinds)
    which = "first" if place == 0 else "last"
    yield from (
        f"With the {which} right variant of every exercise {name} says: {found.tests[name].message}"
        for name in sorted(found.failed)
    )
    yield from (
        f"With the {which} right variant of every exercise the notebook raises {error!r} in {where}."
        for where, error in found.errors.items()
    )
