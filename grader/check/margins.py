"""How far known answers are from the tolerances of the tests that compare numbers."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from utils import checks

FACTOR = 10.0  # what a known answer keeps away from a tolerance, on either side


class Comparison(NamedTuple):
    """One comparison of numbers in a test.

    Attributes
    ----------
    test : str
    line : int
        In its cell, from 1.
    distance : float
        The largest difference, as a multiple of what the test allows.
    """

    test: str
    line: int
    distance: float

    @property
    def is_near(self) -> bool:
        """Whether it came out as it did by less than the factor."""
        return 1 / FACTOR < self.distance < FACTOR


def distance(found: object, expected: object, rtol: float, atol: float) -> float | None:
    """The largest difference of two arrays over ``atol + rtol * |expected|``; None if they cannot be compared."""
    try:
        a, b = np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            return None
        apart, allowed = np.abs(a - b), atol + rtol * np.abs(b)
    except (TypeError, ValueError):
        return None
    if not apart.size:
        return 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.max(np.where(apart == 0, 0.0, apart / allowed)))


@contextlib.contextmanager
def compared() -> Iterator[list[Comparison]]:
    """Collect every comparison that test cells make in the block with `checks.close` or `numpy.allclose`."""
    found: list[Comparison] = []

    def watched(compare: Callable) -> Callable:
        @functools.wraps(compare)
        def watching(*args: Any, **kwargs: Any) -> Any:
            frame = sys._getframe(1)
            filename = frame.f_code.co_filename
            if filename.startswith("<cell test_"):
                given = [*args, kwargs.get("expected", kwargs.get("b"))]
                apart = distance(given[0], given[1], kwargs.get("rtol", 1e-5), kwargs.get("atol", 1e-8))
                if apart is not None:
                    found.append(Comparison(filename[len("<cell ") : -1], frame.f_lineno, apart))
            return compare(*args, **kwargs)

        return watching

    with patch.object(checks, "close", watched(checks.close)), patch.object(np, "allclose", watched(np.allclose)):
        yield found
