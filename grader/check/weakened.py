"""What a worker of `grader check` does to tests and answers to see whether a verdict depends on what it must not depend on.

The secret of the course must decide nothing; every single hidden check must be needed; and an answer that destroys what it
was given must gain nothing by it.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from grader.assignment import regions
from grader.check.trials import cells_of, variants_of, with_tests
from grader.rehearsal import rehearse

SECRETS = ("spring term", "Herbst", "0")

# An answer computes as the reference does, forgets what came out but for its shape, and may spoil what it was given:
# a test that compares with its own data, after an answer had them, would take that for right.
_FORGETS = """
import copy, functools, types
import numpy as _np

def _spoil(x):
    if isinstance(x, _np.ndarray) and x.flags.writeable:
        x[...] = 0
    elif isinstance(x, (dict, list, tuple)):
        for part in x.values() if isinstance(x, dict) else x:
            _spoil(part)
        if not isinstance(x, tuple):
            x.clear()

def _nothing(x):
    if isinstance(x, _np.ndarray):
        return _np.zeros_like(x)
    if isinstance(x, dict):
        return {{key: _nothing(value) for key, value in x.items()}} if {keeps} else {{}}
    if isinstance(x, (list, tuple)):
        return type(x)(_nothing(part) for part in x) if {keeps} or type(x) is tuple else []
    return x if isinstance(x, (bool, str)) or x is None else type(x)(0)

def _forgets(f):
    @functools.wraps(f)
    def answer(*args, **kwargs):
        result = f(*copy.deepcopy(args), **copy.deepcopy(kwargs))
        if {spoils}:
            _spoil([*args, *kwargs.values()])
        return _nothing(result)
    return answer

for _name in {names}:
    _value = globals().get(_name)
    globals()[_name] = _forgets(_value) if isinstance(_value, types.FunctionType) else _nothing(_value)
"""


def under_secrets(root: Path, topic: str, numbers: Sequence[int]) -> list[list[str]]:
    """For known answers, by their place in `variants.py`: under which secrets of the course their own test judges otherwise."""
    return [list(_judged_otherwise(root, topic, number)) for number in numbers]


def _judged_otherwise(root: Path, topic: str, number: int) -> Iterator[str]:
    variant = variants_of(root, topic)[number]
    own = f"test_{variant.solution}"
    for secret in SECRETS:
        with _secret(secret):
            answers = {variant.solution: variant.source}
            outcome = rehearse(with_tests(cells_of(root, topic), {own}), answers).tests[own]
        if outcome.passed != variant.right:
            said = f"fails: {outcome.message}" if variant.right else "passes"
            yield f"{variant}: with the secret {secret!r} it {said}."


@contextmanager
def _secret(secret: str) -> Iterator[None]:
    before = os.environ.get("COURSE_SEED")
    os.environ["COURSE_SEED"] = secret
    try:
        yield
    finally:
        del os.environ["COURSE_SEED"]
        if before is not None:
            os.environ["COURSE_SEED"] = before


def hidden_checks(source: str) -> list[tuple[str, str]]:
    """Every check of a hidden test as text, and the cell without that one check."""
    spans = regions(source, "HIDDEN TESTS")
    first_line = spans[0][0] + 1 if spans else len(source)
    lines, found = source.splitlines(), []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assert | ast.Expr):
            continue
        is_check = isinstance(node, ast.Assert) or ast.unparse(node).startswith("checks.")
        if is_check and node.lineno > first_line:
            rest = [*lines[: node.lineno - 1], " " * node.col_offset + "pass", *lines[node.end_lineno :]]
            found.append((ast.unparse(node), "\n".join(rest)))
    return found


def without_hidden_checks(root: Path, topic: str, places: Sequence[tuple[str, int]]) -> list[str]:
    """For hidden checks, by test and number: what is wrong if no known wrong answer shows what they are for.

    Such an answer is caught by hidden tests only, and passes when that one check is left out.
    """
    return [_unneeded(root, topic, test, number) for test, number in places]


def _unneeded(root: Path, topic: str, test: str, number: int) -> str:
    cells = with_tests(cells_of(root, topic), {test})
    (judge,) = (cell for cell in cells if cell.grade_id == test)
    check, source = hidden_checks(judge.source)[number]
    weaker = [replace(cell, text=replace(cell.text, source=source)) if cell is judge else cell for cell in cells]
    known = (one for one in variants_of(root, topic) if one.solution == judge.solution and one.hidden)
    if any(rehearse(weaker, {one.solution: one.source}).tests[test].passed for one in known):
        return ""
    return f"{test}: no wrong answer shows what the hidden check `{check}` is for."


def spoil(root: Path, topic: str, tests: Sequence[str]) -> list[list[str]]:
    """For tests: whether answers without a value pass that destroy what they are given, and would not otherwise."""
    return [list(_gains(root, topic, test)) for test in tests]


def _gains(root: Path, topic: str, test: str) -> Iterator[str]:
    # each test alone, as in an examination, where it finds the course's data as they were
    cells = with_tests(cells_of(root, topic), {test})
    for keeps in (True, False):
        passed = {}
        for spoils in (True, False):
            answers = {
                cell.name: cell.source + _FORGETS.format(keeps=keeps, spoils=spoils, names=[cell.name])
                for cell in cells
                if cell.kind == "solution"
            }
            passed[spoils] = rehearse(cells, answers).tests[test].passed
        if passed[True] and not passed[False]:
            kept = "the shapes of" if keeps else "nothing of"
            yield f"{test} passes an answer that keeps {kept} its results, because it destroys what it is given."
