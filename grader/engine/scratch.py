"""Folders that go when their owner does, and by the next owner's hand when it was killed before it could.

An owner holds a lock on its folder. The kernel lets go of the lock when the owner ends, however it ends, and knows it in
every namespace of processes; so a folder that nobody holds is one that was left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "grader-run-"


@contextmanager
def scratch() -> Iterator[Path]:
    """A temporary folder for this process; and those go that a killed one has left."""
    remove_left(Path(tempfile.gettempdir()), PREFIX, remove)
    made = Path(tempfile.mkdtemp(prefix="grader-"))
    with held(made):  # before it has the name by which others would find it
        folder = made.rename(made.with_name(f"{PREFIX}{uuid.uuid4().hex}"))
        try:
            yield folder
        finally:
            remove(folder)


@contextmanager
def held(folder: Path, wait: bool = False) -> Iterator[None]:
    """Hold a folder until the block, or this process, ends.

    Parameters
    ----------
    folder : Path
    wait : bool
        Whether to wait while another process holds it.

    Raises
    ------
    OSError
        If another process holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


def remove_left(parent: Path, prefix: str, remove: Callable[[Path], None]) -> None:
    """Remove the folders that nobody holds, of those whose names begin so."""
    for left in parent.glob(f"{prefix}*"):
        with contextlib.suppress(OSError), held(left):
            remove(left)


def remove(folder: Path) -> None:
    """Remove a folder, however deep it is."""
    subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL)
