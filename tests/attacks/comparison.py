"""What the attacks of groups B and E get from nbgrader's own converter, beside ours: a table in comparison.md.

nbgrader runs tests and answers in one kernel, and says so; it is made for classes whose code one trusts. The table shows
what the second process is for. ``python tests/attacks/comparison.py`` writes it; the suite `comparison` compares.
"""

from __future__ import annotations

import logging
import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import nbformat
import psutil
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


def graded(converter: type, root: Path, in_time: Callable[[Callable[[], bool]], bool]) -> dict[str, str]:
    """Points by student. Each is graded alone, so that none stands in another's way."""
    points = {}
    for folder in sorted((root / "submitted").iterdir()):
        if not in_time(partial(grades, converter, root, folder.name)):
            points[folder.name] = "not graded"
            continue
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            points[folder.name] = f"{gradebook.find_submission('ps1', folder.name).score:g}"
    return points


def grades(converter: type, root: Path, student: str) -> bool:
    """Grade one hand-in: whether that was possible."""
    coursedir = CourseDirectory(config=Config({"CourseDirectory": {"root": str(root)}}))
    coursedir.assignment_id, coursedir.student_id = "ps1", student
    log = logging.Logger("comparison", logging.CRITICAL)
    try:
        converter(coursedir=coursedir, config=Config(SETTINGS), log=log, force=True).start()
    except (Exception, SystemExit):
        return False
    return True


def in_a_fork(grade: Callable[[], bool]) -> bool:
    """Grade in a process that can be given up: jupyter_client may wait for ever for the heart of a kernel that died at once.

    Raises
    ------
    TimeoutError
        If it does so again and again.
    """
    for _ in range(5):
        process = multiprocessing.get_context("fork").Process(target=lambda: sys.exit(not grade()))
        process.start()
        process.join(90)
        if process.exitcode is not None:
            return process.exitcode == 0
        for one in [*psutil.Process(process.pid).children(recursive=True), process]:
            one.kill()
        process.join()
    raise TimeoutError("nbgrader's converter did not come to an end, five times")


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
        theirs = graded(converters.Autograde, stock, in_a_fork)
        ours = graded(Autograde, course, lambda grade: grade())
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
