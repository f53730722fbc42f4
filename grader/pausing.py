"""Work that pauses where it waits for other processes, so that whoever asked for it can do something else meanwhile."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Pausing = Generator[None, None, T]  # what it comes to is a T


def without_pause(work: Pausing[T]) -> T:
    """Go through with it, and do nothing meanwhile."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
