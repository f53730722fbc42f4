"""A time limit for code that plays fair: an exception in the middle of it.

Computing time counts, because it is the same on a busy machine; the clock is a backstop, several times as long, for code that
waits. Code that catches everything can ignore both; whoever waits for such code needs a limit of his own.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

BACKSTOP = 4.0  # seconds on the clock for one of computing time
_SHORTEST = 1e-3  # seconds; 0 would switch a timer off


class Allowed(NamedTuple):
    """Seconds that something may take: of computing time, and on the clock."""

    cpu: float
    wall: float

    @classmethod
    def of(cls, seconds: float | None) -> Allowed | None:
        """Both limits from the one that people set, that of computing time; None is none."""
        return None if seconds is None else cls(seconds, BACKSTOP * seconds)


TOO_LONG = "not finished within the time limit"


class CellTimeoutError(KeyboardInterrupt):
    """A cell, or a call, took longer than it may. Not an `Exception`, so that ``except Exception`` lets it pass."""


_TIMERS = ((signal.SIGPROF, signal.ITIMER_PROF), (signal.SIGALRM, signal.ITIMER_REAL))
_running = False  # whether a limit is; a signal that comes late, when the time is no longer counted, means nothing


def listen() -> None:
    """Let time limits be heard, whatever the code before has done with the signals."""
    for number, _ in _TIMERS:
        signal.signal(number, _interrupt)


@contextmanager
def time_limit(allowed: Allowed | None) -> Iterator[None]:
    """Raise `CellTimeoutError` in the main thread when the time is over; never, if it is None. `listen` comes first.

    It is raised once at most, and only inside. Limits do not nest.
    """
    global _running
    if allowed is None:
        yield
        return
    _running = True
    for (_, timer), seconds in zip(_TIMERS, allowed, strict=True):
        signal.setitimer(timer, max(seconds, _SHORTEST))
    try:
        yield
    finally:
        _running = False
        _stop()


def _interrupt(*_: Any) -> None:
    global _running
    if _running:
        _running = False  # the other timer may be over as well, and its signal on the way
        _stop()
        raise CellTimeoutError(TOO_LONG)


def _stop() -> None:
    for _, timer in _TIMERS:
        signal.setitimer(timer, 0)
