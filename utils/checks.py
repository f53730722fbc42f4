"""What test cells say to a student: checks whose message names the symptom and the likely cause, never the answer.

A check takes plain data (numbers, lists, tuples, dictionaries, arrays) and raises `CheckFailed` with a text such as::

    dW2 is 2 times as large as it should be.
    Likely cause: a factor in the formula; look at the line that computes dW2.

Test cells put their visible checks into `Progress.exercise`, which turns every failure, also an exception of the
student's own code, into such a text, and remembers which exercises pass for the overview at the end of a notebook.
"""

from __future__ import annotations

import hashlib
import linecache
import os
import random
import sys
import textwrap
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import NoReturn, TypeVar

import numpy as np

Given = TypeVar("Given", Mapping, np.ndarray)

NICE_FACTORS = (2, 3, 4, 10)  # a single number off by such a factor is told so; any other factor would give it away


class CheckFailed(AssertionError):
    """A check that does not hold; its text is written for the student."""


class VisibleCheckFailed(CheckFailed):
    """A failure inside `Progress.exercise`: the student may see all of it."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines in place of a traceback: bold, but in no colour, which some theme would swallow."""
        first, *rest = [part for line in str(self).splitlines() for part in textwrap.wrap(line, 80) or [""]]
        return [f"\x1b[1m{first}\x1b[0m", *rest]


def fail(symptom: str, cause: str = "") -> NoReturn:
    """Raise `CheckFailed` with a symptom and, on a line of its own, the likely cause."""
    raise CheckFailed(symptom + (f"\nLikely cause: {cause}" if cause else ""))


def array(value: object, name: str) -> np.ndarray:
    """`value` as an array of float64; lists, tensors and other number types are welcome.

    Raises
    ------
    CheckFailed
        If it is nothing, text, complex or otherwise not an array of real numbers.
    """
    if value is None:
        fail(f"{name} is None.", "a function that ends without `return`, or a name that was never given a value.")
    if value is Ellipsis:
        fail(f"{name} is still `...`.", "the placeholder was not replaced.")
    try:
        found = np.asarray(value)
    except (TypeError, ValueError):
        found = np.asarray(None)
    if found.dtype.kind not in "biuf":
        held = " that holds something else than real numbers" if isinstance(value, list | tuple | np.ndarray) else ""
        cause = "write the number itself, without quotes and without a unit." if isinstance(value, str) else ""
        fail(f"{name} is {_kind(value)}{held}; it should be a number or an array of real numbers.", cause)
    return found.astype(np.float64)


def number(value: object, name: str, cause: str = "") -> float:
    """`value` as a float; an array with exactly one element counts as a number, True and False do not."""
    if isinstance(value, list | tuple):
        fail(f"{name} is {_kind(value)}; it should be a single number.", "return the number itself, without brackets.")
    found = array(value, name)
    if found.size != 1:
        fail(
            f"{name} has the shape {found.shape}; it should be a single number.", cause or "a sum or a norm is missing."
        )
    if np.asarray(value).dtype.kind == "b":
        fail(f"{name} is {bool(found)}, a verdict and not a number.", "return the number itself.")
    return float(found.reshape(()))


def shape(value: object, expected: tuple[int, ...], name: str, cause: str = "") -> None:
    """Check the shape of an array."""
    found = array(value, name).shape
    if found != tuple(expected):
        if not cause and found == tuple(expected)[::-1]:
            cause = "the array is transposed."
        elif not cause and (*found, 1) == tuple(expected):
            cause = "a column has two axes, (n, 1), not one."
        fail(f"{name} has the shape {found}; it should be {tuple(expected)}.", cause)


def shapes(mapping: object, expected: Mapping[str, tuple[int, ...]], name: str, cause: str = "") -> None:
    """Check the keys of a dictionary of arrays, and the shape of each."""
    keys(mapping, list(expected), name, cause)
    assert isinstance(mapping, Mapping)
    for key, one in expected.items():
        shape(mapping[key], one, key, cause)


def close(actual: object, expected: object, name: str, cause: str = "", rtol: float = 1e-5, atol: float = 1e-8) -> None:
    """Check that numbers agree within ``atol + rtol * |expected|``, and describe in which way they do not.

    The default tolerances leave room for single precision and for sums in another order.
    """
    target = np.asarray(expected, dtype=np.float64)
    if target.ndim == 0:
        found = np.asarray(number(actual, name, cause))
    else:
        shape(actual, target.shape, name, cause)
        found = array(actual, name)
    if not np.isfinite(found).all():
        what = "nan" if np.isnan(found).any() else "infinity"
        fail(f"{name} contains {what}.", "a division by zero, or the logarithm of zero or of a negative number.")
    if not np.allclose(found, target, rtol=rtol, atol=atol):
        fail(f"{name} {_difference(found, target)}.", cause)


def keys(mapping: object, expected: Sequence[str], name: str, cause: str = "") -> None:
    """Check that a dictionary has the expected keys; more of them do no harm."""
    if mapping is None:
        array(mapping, name)
    if not isinstance(mapping, Mapping):
        fail(f"{name} is {_kind(mapping)}, not a dictionary.")
    missing = [key for key in expected if key not in mapping]
    if missing:
        fail(
            f"{name} has no entry {', '.join(repr(key) for key in missing)}; it has {sorted(map(str, mapping))}.", cause
        )


def property(holds: object, symptom: str, cause: str = "") -> None:
    """Check a property that a right answer has on any input; the symptom says what is seen when it does not hold."""
    if not holds:
        fail(symptom, cause)


def unchanged(value: Given, before: Given, name: str) -> None:
    """Check that a function left its input as it was; `before` is a copy made earlier."""
    if isinstance(before, Mapping):
        same = set(value) == set(before) and all(np.array_equal(value[key], before[key]) for key in before)
    else:
        same = np.array_equal(value, before)
    if not same:
        fail(
            f"{name} is not the same after the call.",
            "the function changes its input in place; work on a copy (`.copy()`).",
        )


def seed(k: int) -> None:
    """Seed every random generator that a notebook may use: `random`, NumPy's global one and TensorFlow's."""
    random.seed(k)
    np.random.seed(k)
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].random.set_seed(k)


def rng(stream: int = 0) -> np.random.Generator:
    """A generator for the inputs of hidden tests.

    Its seed depends on the environment variable ``COURSE_SEED``, a secret of the course that is set where grading
    runs; without it, while an assignment is developed, the seed is a fixed public one.
    """
    secret = os.environ.get("COURSE_SEED", "development")
    digest = hashlib.sha256(f"{secret}/{stream}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


class Progress:
    """The exercises of a notebook whose visible checks ran, and how they ended."""

    def __init__(self) -> None:
        self._passed: dict[str, bool] = {}

    @contextmanager
    def exercise(self, name: str, hidden_tests: str = "", needs: str = "") -> Iterator[None]:
        """Run the visible checks of the exercise `name` in a ``with`` block.

        Parameters
        ----------
        name : str
            The exercise, usually the name of its function.
        hidden_tests : str
            What the hidden tests try besides, in words for the student.
        needs : str
            Other exercises that the checks use, as in the marker of the cell. When the check of one of them has
            failed, a failure names it, because the cause probably lies there.

        Raises
        ------
        VisibleCheckFailed
            For whatever went wrong in the block.
        """
        self._passed[name] = False
        try:
            yield
        except Exception as error:
            # One whose check has not run says nothing.
            first = [other for other in needs.split() if self._passed.get(other) is False]
            raise VisibleCheckFailed(_explain(name, error, first)) from error
        self._passed[name] = True
        print(f"\N{HEAVY CHECK MARK} {name}: the visible checks pass.", end="")
        print(f" Hidden tests also try: {hidden_tests}." if hidden_tests else "")

    def report(self, exercises: Sequence[str]) -> bool:
        """Print which of the exercises pass their visible checks, before handing in; True if all do."""
        states = {True: ("\N{HEAVY CHECK MARK}", "passes"), False: ("\N{HEAVY BALLOT X}", "does not pass yet")}
        good = sum(self._passed.get(name, False) for name in exercises)
        print(f"{good} of {len(exercises)} exercises pass their visible checks.")
        for name in exercises:
            sign, words = (
                states[self._passed[name]] if name in self._passed else ("\N{MIDDLE DOT}", "its check has not run")
            )
            print(f"  {sign} {name}: {words}")
        return good == len(exercises)


def _explain(name: str, error: Exception, unmet: Sequence[str] = ()) -> str:
    kind, where = _origin(error)
    # NotImplementedError is what nbgrader's stub raises until the student replaces it
    if isinstance(error, NotImplementedError) or (isinstance(error, NameError) and error.name == name and not where):
        text = (
            f"{name}: this exercise, or one that it builds on, is not written yet.\n"
            "Likely cause: the line `raise NotImplementedError()` is still there, its cell has not run or ended with an error, "
            "or its name is spelt differently."
        )
    elif isinstance(error, CheckFailed):
        text = f"{name}: {error}"
    elif isinstance(error, NameError) and error.name:
        cause = (
            "a misspelt variable, or one that your function neither gets as an argument nor makes itself."
            if where
            else "its cell has not run since the kernel started, or ended with an error (look below it)."
        )
        text = f"{name}: the name {error.name!r} does not exist.{where}\nLikely cause: {cause}"
    elif isinstance(error, RecursionError):
        text = f"{name}: your code raised RecursionError.{where}\nLikely cause: a function calls itself."
    else:
        text = f"{name}: your code raised {kind}: {error}{where}"
    if unmet:
        text = text.split("\nLikely cause: ")[0]
        text += (
            f"\nLikely cause: this check uses {' and '.join(unmet)}, whose own check does not pass. Look there first."
        )
    return text


def frames(trace: TracebackType | None, skip: int = 0) -> list[tuple[str, int, str]]:
    """The lines of a notebook's own code that a traceback passes through, without the first `skip` of them.

    Returns
    -------
    list of (str, int, str)
        The function, the number of the line in its cell, and the line.
    """
    passed = [
        (frame.name, frame.lineno, frame.filename)
        for frame in traceback.extract_tb(trace)
        if frame.lineno is not None  # Python knows none for code that was not compiled from lines
        and frame.filename != __file__
        and not frame.filename.endswith(".pyx")
        and "site-packages" not in frame.filename
        and os.sep + "lib" + os.sep not in frame.filename
    ][skip:]
    if len(passed) > 5:
        passed = passed[:2] + passed[-2:]
    return [(name, line, linecache.getline(filename, line).strip()) for name, line, filename in passed]


def _origin(error: Exception) -> tuple[str, str]:
    """The type of an exception and where the student's code raised it, as text.

    An examiner that ran this code in another process says so in the attribute `elsewhere`.
    """
    if hasattr(error, "elsewhere"):
        kind, lines = error.elsewhere
    else:
        kind, lines = type(error).__name__, frames(error.__traceback__, skip=1)  # the first one is the test cell
    return kind, "".join(f"\n  in {name}, line {number}: {line}" for name, number, line in lines)


def _kind(value: object) -> str:
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _difference(found: np.ndarray, target: np.ndarray) -> str:
    """In which way two finite arrays of one shape differ, in words that do not give the target away."""
    if np.allclose(found, -target, rtol=1e-5, atol=1e-8):
        return "has the wrong sign"
    scale = np.abs(target).max()
    if scale == 0:
        return f"should be zero; its largest entry is {np.abs(found).max():.6g}"
    ratios = found[target != 0] / target[target != 0]
    factor = float(np.ravel(ratios)[0])
    if np.allclose(found, factor * target, rtol=1e-4, atol=1e-9 * scale) and factor != 0:
        if abs(factor - 1) < 1e-3:
            return "differs by less than a thousandth of its size; is a number rounded?"
        nice = [f for k in NICE_FACTORS for f in (k, 1 / k) if np.isclose(factor, f, rtol=1e-4)]
        if nice or target.size > 1:
            return f"is {nice[0] if nice else factor:.3g} times as large as it should be" + (
                ", in every entry" if target.size > 1 else ""
            )
    if not target.ndim:
        return f"is {float(found):.6g}, which is not right"
    wrong = ~np.isclose(found, target, rtol=1e-5, atol=1e-8)
    worst = tuple(int(i) for i in np.unravel_index(np.argmax(np.abs(found - target)), target.shape))
    return f"is wrong in {wrong.sum()} of {wrong.size} entries; the worst is {found[worst]:.6g} at index {worst}"
