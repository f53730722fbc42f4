"""Waiting for what happens, in the place of sleeping for a time that is right on one machine only."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait for an event. The bound is for what never happens, and so as long as the slowest machine needs."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"still not so after {seconds:.0f} s"
        time.sleep(0.02)
