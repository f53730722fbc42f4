"""Otter-Grader as a peer in `bench/grading.py`: its environment, and our notebooks in its format.

It is installed in an environment of its own, outside of the repository and of our lock. Each test cell of ours becomes one
test case with the same code, which runs in the notebook's own names where the test cell stood.
"""

from __future__ import annotations

import copy
import json
import subprocess
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

VERSION = "7.0.0"
PACKAGES = (
    "numpy",
    "scipy",
    "matplotlib",
    "tensorflow",
    "h5py",
    "ipykernel",
    "ipython",
)  # what notebooks run on, as it is here
DEFAULT_FOLDER = Path.home() / ".cache" / "deep-learning-course" / f"otter-{VERSION}"
START = "import otter\n\ngrader = otter.Notebook()"
TEST_FILE = """\
from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}
SOURCE = {source!r}


@test_case()
def the_test_cell(env):
    exec(compile(SOURCE, name, "exec"), env)
"""


class NotInstalled(Exception):
    """Otter-Grader cannot be had here; the text says why."""


def install(folder: Path, may_install: bool = True) -> None:
    """Make an environment with Otter-Grader and the versions of this environment, unless it is there.

    Raises
    ------
    NotInstalled
    """
    wanted = {"otter-grader": VERSION, **{package: version(package) for package in PACKAGES}}
    if _installed(folder, wanted):
        return
    if not may_install:
        raise NotInstalled(f"Otter-Grader {VERSION} is not in {folder}, and a quick run does not install it")
    venv.create(folder, with_pip=True, clear=True)
    pins = [f"{'otter-grader[grading]' if name == 'otter-grader' else name}=={pin}" for name, pin in wanted.items()]
    command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *pins]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or not _installed(folder, wanted):
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip did not say why"]
        raise NotInstalled(f"Otter-Grader {VERSION} could not be installed: {lines[-1].removeprefix('ERROR: ')}")


def _installed(folder: Path, wanted: dict[str, str]) -> bool:
    program = (
        "import json, sys; from importlib.metadata import version; "
        "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
    )
    try:
        done = subprocess.run([folder / "bin" / "python", "-c", program, *wanted], capture_output=True, text=True)
    except OSError:
        return False
    return done.returncode == 0 and json.loads(done.stdout) == wanted


def environment(root: Path, before: dict[str, str]) -> dict[str, str]:
    """The environment variables of its commands: the course's helpers can be imported, as in the other arms."""
    return {**before, "PYTHONPATH": str(root)}


def command(folder: Path, autograder: Path, results: Path, notebook: Path) -> list[str]:
    """``otter run`` for one hand-in; it takes one at a time."""
    return [str(folder / "bin" / "otter"), "run", "-a", str(autograder), "-o", str(results), "--no-logo", str(notebook)]


def loop(folder: Path, autograder: Path, notebooks: list[Path]) -> list[str]:
    """Its programming interface for several hand-ins in one process, so that its imports are paid once."""
    program = (
        "import sys; from otter.api import grade_submission\n"
        "for path in sys.argv[2:]: grade_submission(path, sys.argv[1], quiet=True)"
    )
    return [str(folder / "bin" / "python"), "-c", program, str(autograder), *map(str, notebooks)]


def converted(notebook: NotebookNode, tests: set[str]) -> NotebookNode:
    """A hand-in with `grader.check` in the place of each test cell, as `otter assign` would release it."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.get("id") in tests:
            cell.source = f'grader.check("{cell.id}")'
    notebook.cells.insert(0, new_code_cell(START, id="otter-start"))
    return notebook


def write_autograder(path: Path, tests: dict[str, tuple[str, float]]) -> None:
    """The zip file of an assignment, with one test file per test.

    Parameters
    ----------
    path : Path
    tests : dict of str to (str, float)
        Source and points of the test cells, by grade id.
    """
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"pdf": False}))
        for name, (source, points) in tests.items():
            archive.writestr(f"tests/{name}.py", TEST_FILE.format(name=name, points=points, source=source))


def scores(results: Path, tests: set[str]) -> dict[str, float]:
    """The points of each test in a ``results.json``."""
    found = json.loads((results / "results.json").read_text(encoding="utf-8"))["tests"]
    return {row["name"]: float(row["score"]) for row in found if row["name"] in tests}
