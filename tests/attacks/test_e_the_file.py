"""E. The file: what a hand-in says about its cells counts for nothing, and what is no notebook is a row with a reason.

The wall is that the course's own cells, kinds and points take the place of the hand-in's. Taken down, the file is
believed: its cells run as they stand, and its own metadata say what they are worth.
"""

from __future__ import annotations

import copy
import json
import tracemalloc
from collections.abc import Callable

import nbformat
import pytest
from catalogue import threat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from testbed import FULL, NOTHING, SOLVED, UNSOLVED, Testbed

from grader import handin
from grader.verdict import read_verdict

pytestmark = pytest.mark.system

CELLS = "deleted, duplicated, swapped, re-typed, re-ordered graded cells"
METADATA = "changed points, locks, checksums, tags (skip-execution)"
KERNELS = "foreign kernels and nbformat versions"
NO_NOTEBOOK = "not JSON, not UTF-8, 200 MB, 100,000 cells, deep nesting"
ANOTHER = "another assignment's or another student's notebook"
SYNTAX = "syntax errors and parser killers"
STORED = "outputs already stored in the submitted notebook"

FREE_POINTS = "print('free points')"
SKIP = ["skip-execution", "raises-exception", "remove-cell", "hide-input"]


def by_name(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def graded(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in by_name(notebook).values() if cell.metadata.nbgrader.grade]


def without_tests(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell not in graded(notebook)]


def copied(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        more = copy.deepcopy(test)
        more.source, more.id = FREE_POINTS, f"{test.id}-copy"
        notebook.cells.append(more)


def copied_before(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        more = copy.deepcopy(test)
        more.id, test.source = f"{test.id}-copy", FREE_POINTS
        notebook.cells.insert(0, more)


def swapped(notebook: NotebookNode) -> None:
    named = by_name(notebook)
    for test, other in (("test_double", "setup"), ("test_triple", "double")):
        named[test].metadata, named[other].metadata = named[other].metadata, named[test].metadata


def exchanged(notebook: NotebookNode) -> None:
    one, other = graded(notebook)
    one.metadata.nbgrader.grade_id, other.metadata.nbgrader.grade_id = "test_triple", "test_double"


def as_markdown(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        place = notebook.cells.index(test)
        notebook.cells[place] = new_markdown_cell(FREE_POINTS, metadata=test.metadata, id=test.id)


def as_solutions(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        test.metadata.nbgrader.update(grade=True, solution=True, locked=False)
        test.metadata.course.kind = "solution"
        test.source = FREE_POINTS


def as_demo(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        test.metadata.course.kind = "demo"
        test.source = FREE_POINTS


def early_tests(notebook: NotebookNode) -> None:
    """With nothing to test yet, a test that asks whether there is something passes."""
    notebook.cells.sort(key=lambda cell: cell not in graded(notebook))
    for test in graded(notebook):
        test.source = "assert 'double' not in globals()"


def emptied(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        test.source = ""


def many_points(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        test.metadata.nbgrader.points = 1000
        test.source = FREE_POINTS


def unlocked(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        test.metadata.nbgrader.locked = False
        test.source = FREE_POINTS


def with_checksums(notebook: NotebookNode) -> None:
    from nbgrader.utils import compute_checksum

    for test in graded(notebook):
        test.source = FREE_POINTS
        test.metadata.nbgrader.checksum = compute_checksum(test)


def skipped(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.tags = SKIP


def tagged_and_emptied(notebook: NotebookNode) -> None:
    skipped(notebook)
    emptied(notebook)


def spoilt_setup(notebook: NotebookNode) -> None:
    by_name(notebook)["setup"].source = "np = checks = progress = None"
    emptied(notebook)


def bash_kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"name": "bash", "display_name": "Bash", "language": "bash"}
    notebook.metadata.language_info = {"name": "bash"}


def kernel_of_the_hand_in(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"name": "../../../mine", "display_name": "x", "language": "python"}


def old_minor_version(notebook: NotebookNode) -> None:
    notebook.nbformat_minor = 2
    for cell in notebook.cells:
        del cell["id"]


def same_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.id = "same"


def stored(notebook: NotebookNode) -> None:
    for test in graded(notebook):
        test.outputs = [new_output("stream", text="\N{HEAVY CHECK MARK} all visible checks pass. 5 / 5\n")]
        test.execution_count = 7


def stored_and_skipped(notebook: NotebookNode) -> None:
    stored(notebook)
    skipped(notebook)


# What a hand-in may look like, by line of the threat model and name; `costs` says that a solved one loses points, too.
CHANGES: dict[str, dict[str, Callable[[NotebookNode], None]]] = {
    CELLS: {
        "deleted tests": without_tests,
        "copies behind the tests": copied,
        "copies before emptied tests": copied_before,
        "names of tests on other cells": swapped,
        "two tests exchanged": exchanged,
        "tests as text": as_markdown,
        "tests as answers": as_solutions,
        "tests as demos": as_demo,
        "tests first": early_tests,
        "emptied tests": emptied,
        "a set-up that breaks the tests": spoilt_setup,
        "the same id for all cells": same_ids,
    },
    METADATA: {
        "a thousand points": many_points,
        "unlocked tests": unlocked,
        "checksums that fit": with_checksums,
        "tags on all cells": skipped,
        "tags on emptied tests": tagged_and_emptied,
    },
    KERNELS: {
        "a kernel for bash": bash_kernel,
        "a kernel by a path": kernel_of_the_hand_in,
        "an older minor version": old_minor_version,
    },
    STORED: {"outputs of a pass": stored, "outputs of a pass, and tags": stored_and_skipped},
}
NAMES = [name for changes in CHANGES.values() for name in changes]
COST_A_SOLVED_ONE = {"names of tests on other cells"}  # the answer has lost its name


def changed(testbed: Testbed, answers: dict[str, str], name: str) -> NotebookNode:
    notebook = testbed.hand_in(answers, [testbed.prelude()])
    (change,) = (changes[name] for changes in CHANGES.values() if name in changes)
    change(notebook)
    return notebook


@threat(CELLS, "restore", list(CHANGES[CELLS]))
@threat(METADATA, "restore", list(CHANGES[METADATA]))
@threat(KERNELS, "restore", list(CHANGES[KERNELS]))
@threat(STORED, "restore", list(CHANGES[STORED]))
@pytest.mark.parametrize("name", NAMES)
def test_a_changed_file_has_the_points_of_its_answers(testbed, name):
    for answers, points in ((UNSOLVED, NOTHING), (SOLVED, FULL)):
        if answers is SOLVED and name in COST_A_SOLVED_ONE:
            continue
        outcome = testbed.grade(changed(testbed, answers, name))
        assert (outcome.points, outcome.score) == (points, sum(points.values()))
        assert not outcome.seen
        with testbed.course.gradebook() as gradebook:
            assert gradebook.find_submission("ps1", "mallory").max_score == 10
        nbformat.validate(testbed.course.graded("mallory"))
    assert testbed.is_honest()


# What a file that is believed would get: points that are not due, or none for a right answer.
HARMLESS_IF_BELIEVED = {
    "tags on all cells": "the one process that stands for a grader without walls reads no tags",
    "a kernel for bash": "it has one kernel only",
    "a kernel by a path": "it has one kernel only",
    "an older minor version": "nothing depends on it",
    "the same id for all cells": "it goes by grade ids",
    "outputs of a pass": "it runs the tests",
    "outputs of a pass, and tags": "it reads no tags",
    "two tests exchanged": "both have the same points",
}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in HARMLESS_IF_BELIEVED])
def test_a_file_that_is_believed_changes_its_points(testbed, name):
    unsolved = testbed.believing(changed(testbed, UNSOLVED, name)).score
    solved = testbed.believing(changed(testbed, SOLVED, name)).score
    assert (unsolved, solved) != (0, 10)


HEAVY = {
    "ten thousand tags that are dictionaries": {"metadata": {"tags": [{"a": number} for number in range(10_000)]}},
    "a hundred thousand outputs of no kind": {"outputs": [{"output_type": "strea"}] * 100_000},
    "attachments of no kind": {"attachments": {"x.png": [[[]]] * 10_000}},
}


@threat(METADATA, "read", list(HEAVY))
@pytest.mark.parametrize("name", HEAVY)
def test_what_takes_long_to_validate_is_not_looked_at(testbed, name):
    notebook = json.loads(json.dumps(testbed.hand_in(SOLVED, [testbed.prelude()])))
    for cell in notebook["cells"]:
        heavy = HEAVY[name]
        if "metadata" in heavy:
            cell["metadata"].update(heavy["metadata"])
        elif (cell["cell_type"] == "code") == ("outputs" in heavy):
            cell.update(heavy)
    outcome = testbed.grade(json.dumps(notebook).encode())
    assert outcome.score == 10 and not outcome.fault
    assert testbed.is_honest()


# What is no notebook, or none of this assignment.


def deep(depth: int) -> bytes:
    return (
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": '
        + b'{"a":' * depth
        + b"1"
        + b"}" * depth
        + b', "cells": []}'
    )


def many_cells(number: int) -> bytes:
    cell = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell] * number}).encode()


BYTES = {
    "nothing": (b"", "it is not JSON"),
    "not JSON": (b"%PDF-1.4 a scan", "it is not JSON"),
    "half of a notebook": (many_cells(3)[:-40], "it is not JSON"),
    "not UTF-8": (b'{"cells": "\xff\xfe"}', "it is not text in UTF-8"),
    "UTF-16": ('{"cells": []}'.encode("utf-16"), "it is not text in UTF-8"),
    "lone surrogates": (b'{"nbformat": 4, "cells": [{"cell_type": "raw", "source": "\\ud800"}]}', "not text in UTF-8"),
    "deep nesting": (b"[" * 200_000, "nested too deeply"),
    "deep metadata": (deep(50_000), "nested too deeply"),
    "a million lists": (b'{"nbformat": 4, "cells": [' + b"[]," * 1_000_000 + b"[]]}", "too many lists"),
    "a list": (b"[]", "not a notebook of format 4"),
    "cells that are no list": (
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}}',
        "no list of cells",
    ),
    "a number with a million digits": (b'{"nbformat": ' + b"4" * 1_000_000 + b"}", "not"),
    "infinity": (b'{"nbformat": Infinity, "cells": []}', "not a notebook of format 4"),
    "ten thousand cells": (many_cells(10_000), "10,000 cells"),
    "a hundred thousand cells": (many_cells(100_000), "100,000 cells"),
    "format 3": (
        b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}',
        "not a notebook of format 4",
    ),
    "format 99": (b'{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}', "not a notebook of format 4"),
}


@threat(NO_NOTEBOOK, "read", [name for name in BYTES if not name.startswith("format")])
@threat(KERNELS, "read", ["format 3", "format 99"])
@pytest.mark.parametrize("name", BYTES)
def test_a_file_that_is_no_notebook_has_no_points_and_a_reason(testbed, name):
    data, reason = BYTES[name]
    outcome = testbed.grade(data)
    assert (outcome.points, outcome.score) == (NOTHING, 0)
    assert reason in outcome.lost and len(outcome.lost) < 500
    assert not outcome.seen
    assert testbed.is_honest()


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in BYTES
        if name not in ("ten thousand cells", "a hundred thousand cells", "metadata that are valid and deep")
    ],
)
def test_a_file_that_is_no_notebook_stops_whoever_trusts_it(name):
    with pytest.raises(Exception):  # noqa: B017, each in another way
        notebook = nbformat.reads(BYTES[name][0].decode(), as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        assert notebook.nbformat == 4


@threat(NO_NOTEBOOK, "read", ["200 MB"])
def test_a_file_of_two_hundred_megabytes_is_not_read(testbed, monkeypatch):
    path = testbed.root / "submitted/mallory/ps1/p1.ipynb"

    def peak() -> float:
        path.write_bytes(b"")
        with path.open("r+b") as file:
            file.truncate(200_000_000)
        tracemalloc.start()
        outcome = testbed.grade_again()
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (outcome.points, outcome.score) == (NOTHING, 0)
        return highest

    path.parent.mkdir(parents=True, exist_ok=True)
    assert peak() < 50_000_000
    assert "at most" in read_verdict(testbed.root / "autograded/mallory/ps1").reason
    monkeypatch.setattr(handin, "LARGEST_NOTEBOOK", 250_000_000)
    assert peak() > 150_000_000  # without the limit
    path.unlink()
    assert testbed.is_honest()


@threat(ANOTHER, "restore", ["another assignment's notebook", "another student's notebook", "a student's name in it"])
def test_a_notebook_of_another_assignment_or_student_is_what_it_is(testbed):
    other = testbed.hand_in(UNSOLVED)
    for name, cell in by_name(other).items():
        cell.metadata.nbgrader.grade_id = f"other_{name}"
    for test in graded(other):
        test.source, test.metadata.nbgrader.points = FREE_POINTS, 100
    outcome = testbed.grade(other)
    assert (outcome.points, outcome.score) == (NOTHING, 0)
    assert testbed.believing(other).score == 200
    ada = testbed.hand_in(SOLVED)
    ada.metadata.nbgrader = {"student_id": "ada", "assignment_id": "ps1", "student": "ada"}
    assert testbed.grade(ada).points == FULL  # a copy of a right answer cannot be told from one
    testbed.grade(ada, "ada")
    ada_before = testbed.grades("ada")
    unsolved = testbed.hand_in(UNSOLVED)
    unsolved.metadata.nbgrader = unsolved.metadata.celltoolbar = ada.metadata.nbgrader
    assert testbed.grade(unsolved).score == 0
    assert testbed.grades("ada") == ada_before
    assert testbed.is_honest()


SOURCES = {
    "a syntax error": "def double(x:\n    return 2 *",
    "brackets without end": "(" * 5_000,
    "an indentation that fits nothing": "if True:\n        x = 1\n    y = 2",
    "six hundred commands of the shell": "!x\n" * 600,
    "twenty thousand empty lines": "\n" * 19_990,
    "nested brackets": "(" * 150 + "1" + ")" * 150,
    "a sum of fifty thousand terms": "x = " + "1 + " * 50_000 + "1",
    "minus signs": "x = " + "-" * 50_000 + "1",
    "nested lists": "x = " + "[" * 90 + "]" * 90 + "\n" + "lambda: " * 2_000 + "1",
    "a null character": "x = 1\x00",
    "a surrogate as an escape": "x = '\\ud800'; print(x); raise ValueError(x)",
    "a number of a million digits": "x = " + "9" * 1_000_000,
    "an encoding that does not exist": "# -*- coding: no-such-code -*-\nx = 1",
    "form feeds and carriage returns": "x = 1\r\x0c\ry = 2\r\n\x0b",
    "a line of five megabytes": "x = '" + "a" * 5_000_000 + "'",
    "a magic that does not exist": "%%no_such_magic\n" + "x" * 1000,
    "twenty thousand lines": "x = 1\n" * 20_000,
    "indentation without end": "\n".join(" " * depth + "if 1:" for depth in range(120)) + "\n" + " " * 120 + "pass",
}


@threat(SYNTAX, "process", list(SOURCES))
@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_no_parser_likes_costs_only_its_own_points(testbed, name):
    answers = {"double": SOURCES[name], "triple": SOLVED["triple"]}
    outcome = testbed.grade(testbed.hand_in(answers, [testbed.prelude()]), seconds=2)
    assert not outcome.fault, outcome.lost
    assert outcome.points["test_double"] == 0
    assert outcome.points["test_triple"] == 5 or outcome.lost  # a parser that crashes takes its process with it
    assert not outcome.seen
    assert testbed.is_honest()
