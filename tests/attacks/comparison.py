"""What the attacks of groups B and E get from nbgrader's own converter, beside ours: a table in comparison.md.

nbgrader runs tests and answers in one kernel, and says so; it is made for classes whose code one trusts. The table shows
what the second process is for. ``python tests/attacks/comparison.py`` writes it; `make nbgrader-test` compares.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import nbformat
from catalogue import HERE, attacks
from nbgrader import converters
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from test_e_the_file import CHANGES, STORED, changed
from testbed import UNSOLVED, Testbed
from traitlets.config import Config

from grader import nbgrader_setup
from grader.autograde import Autograde

TABLE = HERE / "comparison.md"
SETTINGS = {
    "Execute": {"timeout": 30},
    # What the start of a kernel writes to stderr must not cost points with nbgrader's converter.
    "IgnorePattern": {"enabled": True, "pattern": r"(?s).*"},
}


def hand_ins(testbed: Testbed) -> dict[tuple[str, str], nbformat.NotebookNode]:
    """Unsolved notebooks, by group and attack."""
    found = {("B", one.name): testbed.notebook(one, one.places[0]) for one in attacks("B")}
    names = [name for line, changes in CHANGES.items() if line != STORED for name in changes]
    return {**found, **{("E", name): changed(testbed, UNSOLVED, name) for name in names}}


def graded(converter: type, root: Path) -> dict[str, str]:
    """Points by student. Each is graded alone, so that none stands in another's way."""
    points = {}
    for folder in sorted((root / "submitted").iterdir()):
        coursedir = CourseDirectory(config=Config({"CourseDirectory": {"root": str(root)}}))
        coursedir.assignment_id, coursedir.student_id = "ps1", folder.name
        log = logging.Logger("comparison", logging.CRITICAL)
        try:
            converter(coursedir=coursedir, config=Config(SETTINGS), log=log, force=True).start()
        except (Exception, SystemExit):  # a submission that could not be graded
            points[folder.name] = "not graded"
            continue
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            points[folder.name] = f"{gradebook.find_submission('ps1', folder.name).score:g}"
    return points


def table() -> str:
    nbgrader_setup.put_tools_on_path()
    with tempfile.TemporaryDirectory(prefix="testbed-") as folder:
        testbed = Testbed(Path(folder))
        try:
            notebooks = hand_ins(testbed)
        finally:
            testbed.close()
        course = Path(folder) / "course"
        shutil.rmtree(course / "submitted")
        for number, notebook in enumerate(notebooks.values()):
            path = course / f"submitted/s{number}/ps1/p1.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(nbformat.writes(notebook))
        stock = course.with_name("stock")
        shutil.copytree(course, stock)
        theirs, ours = graded(converters.Autograde, stock), graded(Autograde, course)
    rows = [
        f"| {group} | {name} | {theirs[f's{number}']} | {ours[f's{number}']} |"
        for number, (group, name) in enumerate(notebooks)
    ]
    head = f"""# What the attacks of groups B and E get

Points, of 10, for an unsolved notebook with an attack: from nbgrader {version("nbgrader")}'s own converter, and from the one of this
repository. nbgrader runs answers and tests in one process, as it says, and is meant for code that one trusts. Several
of the attacks on the shell (B) are written for the shell of `one_process.py`, and a kernel's has other parts.

| group | attack | nbgrader | here |
|---|---|---|---|
"""
    return head + "\n".join(rows) + "\n"


def test_the_table_is_what_is_measured():
    assert TABLE.read_text() == table()


if __name__ == "__main__":
    TABLE.write_text(table())
