"""TensorFlow without the lines that it logs while it starts: ``from utils.quiet import tensorflow as tf``.

They come from C++ before any setting of ours is read, and say nothing that a reader of a notebook could act on. Errors of
your own code are Python exceptions and not touched. Nothing is computed here, so a process may still be forked afterwards.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

__all__ = ["no_error_output", "tensorflow"]

_ERRORS_ONLY = "2"


@contextlib.contextmanager
def no_error_output() -> Iterator[None]:
    """Send whatever is written to the standard error of this process, also by C++, to nowhere."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", _ERRORS_ONLY)  # after the start
with no_error_output():
    import tensorflow

    tensorflow.config.list_physical_devices()  # looks for graphics processors, and complains where there are none
