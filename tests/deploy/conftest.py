"""Accounts and folders have the number of their test run in their names, so that two can go on at a time."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

PLACE = Path("/var/tmp")  # pytest's folder is closed to other accounts


@pytest.fixture(scope="session", autouse=True)
def modes() -> None:
    """Files get the same modes, whoever runs the tests."""
    os.umask(0o022)


@pytest.fixture(scope="session", autouse=True)
def leftovers() -> None:
    """Take away what runs that were killed have left."""
    if os.geteuid() == 0:
        for name in _of_the_dead(entry.pw_name for entry in pwd.getpwall()):
            subprocess.run(["userdel", "--force", name], check=False, capture_output=True)  # another may do the same
        for name in _of_the_dead(folder.name for folder in PLACE.iterdir()):
            shutil.rmtree(PLACE / name, ignore_errors=True)


def _of_the_dead(names: Iterable[str]) -> list[str]:
    """Those of runs that are over; what has our own number is of one that had it before."""
    numbers = {name: found[1] for name in names if (found := re.fullmatch(r"(?:chk|walls-)(\d+)-.*", name))}
    return [
        name for name, number in numbers.items() if number == str(os.getpid()) or not Path("/proc", number).exists()
    ]
