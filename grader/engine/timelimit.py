"""A time limit for code that plays fair: an exception in the middle of it.

Code that catches everything can ignore it; whoever waits for such code needs a limit of his own.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class CellTimeoutError(KeyboardInterrupt):
    """A cell, or a call, took longer than it may. Not an `Exception`, so that ``except Exception`` lets it pass."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `CellTimeoutError` in the main thread after `seconds` of wall time; never, if that is None."""
    if seconds is None:
        yield
        return

    def interrupt(*_: Any) -> None:
        raise CellTimeoutError("not finished within the time limit")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
