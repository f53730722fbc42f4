"""What became of a hand-in, beside its graded notebook, and the digest that says when it has to be graded again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import grader.engine
import utils
from grader.handin import files_in

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

VERDICT_FILE = "verdict.json"
_PACKAGES = ("nbgrader", "numpy", "matplotlib", "ipython", "tensorflow")  # what an answer's result may depend on


@dataclass(frozen=True)
class Verdict:
    """What became of a hand-in.

    Attributes
    ----------
    student, assignment : str
    graded : bool
        False if there was nothing that could be graded; it then has no automatic points.
    reason : str
        What went wrong, in a sentence for student and instructor: why it could not be graded, or why its process did
        not live to the end, in which case the points from before are kept. Empty if nothing did.
    digest : str
        Of the hand-in and of all that it was graded with.
    messages : dict
        What the student may read about graded cells and answers: by notebook, then by grade id.
    tier : str
        The walls that it ran behind, one of `grader.engine.sandbox.TIERS`; empty if it did not run.
    """

    student: str
    assignment: str
    graded: bool
    reason: str
    digest: str
    messages: dict[str, dict[str, str]]
    tier: str = ""

    def write(self, folder: Path) -> None:
        (folder / VERDICT_FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def read_verdict(folder: Path) -> Verdict | None:
    """The verdict in an autograded folder; None if there is none that this program wrote."""
    try:
        return Verdict(**json.loads((folder / VERDICT_FILE).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError):
        return None  # not ours: grade again


def course_digest(depends_on: Iterable[Path]) -> Hash:
    """Of all that the grades of a class depend on: the course's files, helpers and seed, the engine, the versions.

    Parameters
    ----------
    depends_on : iterable of Path
        Files and folders of the course.
    """
    found = hashlib.sha256(os.environ.get("COURSE_SEED", "").encode())
    found.update(" ".join(map(_version, _PACKAGES)).encode())
    for path in (*depends_on, *(Path(file).parent for file in (utils.__file__, grader.engine.__file__))):
        _add(found, path)
    return found


def installed() -> str:
    """A digest of what is installed here: the grader, the helpers, the versions of what an answer may depend on."""
    found = hashlib.sha256(" ".join(map(_version, _PACKAGES)).encode())
    for file in (utils.__file__, grader.__file__):
        _add(found, Path(file).parent)
    return found.hexdigest()


def digest(handed_in: Path, of_course: Hash) -> str:
    """Of all that one grade depends on.

    Parameters
    ----------
    handed_in : Path
        The folder of the hand-in.
    of_course : Hash
        As `course_digest` gives it.
    """
    found = of_course.copy()
    _add(found, handed_in)
    for notebook in sorted(handed_in.glob("*.ipynb")):  # however many files come before it
        if notebook.is_file() and not notebook.is_symlink():
            _add(found, notebook)
    return found.hexdigest()


def _add(found: Hash, path: Path) -> None:
    for file in [path] if path.is_file() else files_in(path, largest=1 << 40):
        if file.suffix == ".pyc":
            continue
        found.update(f"\0{file.relative_to(path.parent)}\0{file.stat().st_size}\0".encode("utf-8", "surrogateescape"))
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                found.update(block)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
