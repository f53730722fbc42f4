"""The packages that `.venv` has already, put where the hub's installer finds them, so that it need not unpack 3 GB again.

The installer runs as it does for anybody: pip compares what is there with the lock, and installs what is missing or has
another version. Only packages for the same Python are lent. That the installer fills an empty folder with all packages
of the lock, by their hashes, is a suite of its own, `hub-packages` (`tests/hub_packages.py`).
"""

from __future__ import annotations

import csv
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import install

LOCKS = tuple(install.REPOSITORY / "requirements" / name for name in ("pip.txt", "hub.txt"))
PACKAGES = sysconfig.get_path("purelib")


def lend(prefix: Path) -> None:
    """Make the virtual environment of a hub that is not installed yet, with the packages that are here.

    Parameters
    ----------
    prefix : Path
        Of the hub.
    """
    asks = "import sys; print(sys.version_info[:2])"
    python = install._python(os.geteuid() == 0)
    theirs = subprocess.run([python, "-c", asks], capture_output=True, text=True, check=True).stdout.strip()
    if theirs != str(sys.version_info[:2]):
        return
    venv, made = str(prefix / "venv"), set()
    for path in _files():
        place = venv + path.removeprefix(sys.prefix)
        if (folder := os.path.dirname(place)) not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        if path.startswith(PACKAGES):
            _link(path, place)
        else:  # scripts name their Python, and the installer writes into some of the others
            shutil.copy(path, place)
            if (text := Path(place).read_bytes()).startswith(b"#!"):
                Path(place).write_bytes(text.replace(os.fsencode(sys.prefix), os.fsencode(venv)))


def _files() -> Iterator[str]:
    """The files of all packages that are here in a version that the locks have."""
    text = "".join(lock.read_text(encoding="utf-8") for lock in LOCKS)
    locked = set(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))
    for package in importlib.metadata.distributions(path=[PACKAGES]):
        name = re.sub(r"[-_.]+", "-", package.name).lower()
        if (name, package.version) in locked:
            for file, *_ in csv.reader((package.read_text("RECORD") or "").splitlines()):
                path = os.path.normpath(os.path.join(PACKAGES, file))
                if path.startswith(sys.prefix):
                    yield path


def _link(path: str, place: str) -> None:
    """The same file at another place; a copy where it is on another disk, or where others could change it."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return  # pip lists what it could not compile, too
    if status.st_uid == os.geteuid() and not status.st_mode & 0o022:
        try:
            os.link(path, place)
            return
        except OSError:
            pass
    shutil.copy2(path, place)
    os.chmod(place, status.st_mode & 0o755)
