"""Inputs for a solution, learnt from those that its own test tries, and whether two solutions agree on them.

What a test calls a function with says what its arguments are: which arrays share a size, which hold labels or counts, which
lie between 0 and 1. New inputs keep that and change the rest: every size that is more than 1, and every value.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import math
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FrameType, FunctionType
from typing import Any

import numpy as np

from utils import checks

MOST_CALLS = 40  # of a function that are kept
LARGEST_SIZE = 9  # of an axis that gets another size, and the largest that it may get
FIRST = 5  # inputs that tell how long all of them would take
TRIES = 5  # inputs that the reference refuses, for each one that it takes
FUNCTIONS = (FunctionType,)


class Calls:
    """The calls of functions while a block runs, and the values of their variables when they returned.

    Attributes
    ----------
    inputs : dict of str to list of (tuple, dict)
        Positional and named arguments, copied before the call, by function.
    alike : dict of str to dict of str to list of str
        For each function and variable the other variables that had the same type and shape at every return.
    """

    def __init__(self, namespace: dict[str, Any], names: Sequence[str]) -> None:
        self._namespace, self._names = namespace, names
        self.inputs: dict[str, list[tuple[tuple, dict]]] = {}
        self._kinds: dict[str, list[dict[str, Any]]] = {}
        self._codes: dict[CodeType, str] = {}

    def __enter__(self) -> Calls:
        self._originals = {}
        for name in self._names:
            function = self._namespace.get(name)
            if isinstance(function, FUNCTIONS):
                self._originals[name] = function
                self._codes[function.__code__] = name
                self._namespace[name] = self._recording(name, function)
        sys.setprofile(self._returned)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        self._namespace.update(self._originals)

    @property
    def alike(self) -> dict[str, dict[str, list[str]]]:
        return {name: _alike(kinds) for name, kinds in self._kinds.items()}

    def _recording(self, name: str, function: Callable) -> Callable:
        @functools.wraps(function, assigned=(), updated=())
        def recorded(*args: Any, **kwargs: Any) -> Any:
            kept = self.inputs.setdefault(name, [])
            if len(kept) < MOST_CALLS:
                with contextlib.suppress(Exception):  # what cannot be copied cannot be tried again
                    kept.append(copy.deepcopy((args, kwargs)))
            return function(*args, **kwargs)

        return recorded

    def _returned(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code in self._codes:
            kinds = self._kinds.setdefault(self._codes[frame.f_code], [])
            if len(kinds) < MOST_CALLS:
                kinds.append({name: _kind(value) for name, value in frame.f_locals.items()})


def _kind(value: Any) -> Any:
    """The type and shape of a value; None if another value of this type would be no likely slip."""
    if isinstance(value, bool | np.bool_) or value is None or callable(value):
        return None
    if isinstance(value, int | float | np.number):
        return "number"
    shape = getattr(value, "shape", None)
    return ("array", tuple(shape)) if shape is not None else None


def _alike(kinds: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    names = sorted(set.union(*(set(one) for one in kinds))) if kinds else []

    def are_alike(a: str, b: str) -> bool:
        both = [(one[a], one[b]) for one in kinds if a in one and b in one]
        return bool(both) and all(first is not None and first == second for first, second in both)

    return {a: [b for b in names if b != a and are_alike(a, b)] for a in names}


def vary(arguments: tuple[tuple, dict], rng: np.random.Generator) -> tuple[tuple, dict]:
    """Arguments like those, of other sizes and with other values."""
    sizes: dict[int, int] = {}
    resized = rng.random() < 0.5

    def size(n: int) -> int:
        if not resized or not 1 < n <= LARGEST_SIZE:
            return n
        return sizes.setdefault(n, int(rng.integers(2, LARGEST_SIZE)))

    def of(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            return _array(value, tuple(map(size, value.shape)), rng)
        if isinstance(value, dict):
            return {key: of(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(of, value)) if type(value) in (list, tuple) else value
        if type(value) is int:
            if value in sizes:
                return sizes[value]
            return int(rng.integers(max(0, value - 2), value + 3)) if value >= 0 and rng.random() < 0.3 else value
        if isinstance(value, float):
            return float(_array(np.asarray(value), (), rng)) if rng.random() < 0.7 else value
        return copy.deepcopy(value)

    return of(arguments)


def _array(value: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """An array of this shape with values like those of another one."""
    if not value.size:
        return np.zeros(shape, value.dtype)
    drawn = rng.choice(value.ravel(), shape)
    if value.dtype.kind != "f":
        if value.dtype.kind in "iu" and value.ndim == 2 and _is_one_hot(value):
            return _one_hot(shape, rng).astype(value.dtype)
        return drawn
    if np.isin(value, (0.0, 1.0)).all() and value.size > 1:
        return (_one_hot(shape, rng) if value.ndim == 2 and _is_one_hot(value) else drawn).astype(value.dtype)
    low, high = value.min(), value.max()
    if low >= 0 and high <= 1:
        return rng.uniform(low * 0.5, 0.5 + high * 0.5, shape).astype(value.dtype)
    spread = float(np.abs(value).max()) or 1.0
    moved = drawn + rng.normal(0, 0.5 * spread, shape)
    return (np.abs(moved) if low >= 0 else moved).astype(value.dtype)


def _is_one_hot(value: np.ndarray) -> bool:
    return bool((value.sum(axis=0) == 1).all()) and len(value) > 1 and bool(np.isin(value, (0, 1)).all())


def _one_hot(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    classes, examples = shape
    return np.eye(classes)[:, rng.integers(0, classes, examples)]


def first_difference(
    reference: Callable,
    other: Callable,
    calls: Sequence[tuple[tuple, dict]],
    count: int,
    seconds: float = math.inf,
    seed: int = 0,
) -> tuple[int, str]:
    """Compare two functions on random inputs.

    Parameters
    ----------
    reference, other : function
    calls : sequence of (tuple, dict)
        Arguments that the inputs are to be like; each is also tried itself.
    count : int
        Inputs that the reference takes; fewer if it refuses most of them.
    seconds : float
        Of computing time. If the first inputs show that so many would take longer, no more are tried.
    seed : int

    Returns
    -------
    tried : int
        How many were compared. A function without arguments has one input only, which stands for all.
    difference : str
        In a few words, how the two differ on the last one; empty if they agree on all.
    """
    rng = np.random.default_rng(seed)
    tried, begin = 0, time.process_time()
    for number in range(TRIES * count):
        if tried == count or (tried == FIRST and (time.process_time() - begin) * count / tried > seconds):
            break
        given = calls[number] if number < len(calls) else calls[int(rng.integers(len(calls)))]
        try:
            given = copy.deepcopy(given) if number < len(calls) else vary(given, rng)
            expected = _outcome(reference, given, number)
        except Exception:
            continue
        if not tried and not same(expected, _outcome(reference, given, number)):
            return 0, "its results cannot be compared"
        tried += 1
        try:
            found = _outcome(other, given, number)
        except Exception as error:
            return tried, f"raises {type(error).__name__}"
        if not same(expected, found):
            return tried, "another result"
        if not any(map(any, calls)):
            return count, ""
    return tried, ""


def _outcome(function: Callable, given: tuple[tuple, dict], seed: int) -> tuple[Any, tuple[tuple, dict], float, float]:
    """The result of a call, and its arguments afterwards."""
    args, kwargs = copy.deepcopy(given)
    checks.seed(seed)
    result = function(*args, **kwargs)
    return result, (args, kwargs), random.random(), np.random.random()  # as many numbers drawn


def same(a: Any, b: Any) -> bool:
    """Whether two results are the same, but for the last digits of numbers."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, str | bytes | bool | None):
        return type(a) is type(b) and a == b
    if isinstance(a, FunctionType):  # an argument
        return a is b
    try:
        first, second = np.asarray(a), np.asarray(b)
        if first.shape != second.shape or first.dtype.kind not in "biufc":
            return False
        single = np.float32 in (first.dtype, second.dtype)
        return bool(
            np.allclose(first, second, rtol=1e-4 if single else 1e-7, atol=1e-5 if single else 1e-10, equal_nan=True)
        )
    except Exception:
        return False
