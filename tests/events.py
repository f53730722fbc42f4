"""Waiting for what happens, in the place of sleeping for a time that is right on one machine only."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 300.0  # seconds for what takes a few where the machine is not busy: the bound is for what never happens


def wait_until(is_so: Callable[[], object]) -> None:
    """Look until something is so.

    Raises
    ------
    AssertionError
        If it never is.
    """
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"{is_so} is not so after {PATIENCE:.0f} seconds"
        time.sleep(0.02)
