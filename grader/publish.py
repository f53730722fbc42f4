"""The student edition: what students get is not this repository, which holds solutions and hidden tests.

It consists of the release notebooks, a wheel with the package `utils` alone, the environment and a README, and can
be pushed as a repository of its own. If that is public, its README links the notebooks to Binder and Colab, and says
what is lost there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import nbformat

import utils
from grader.builder import STUB, released_sources, source_notebook
from grader.course import Assignment, Course
from grader.errors import CourseError
from grader.repository import Repository

MARKER = ".student-edition"  # says that publish made this folder and may replace what it put there
WHEEL_NAME = "deep_learning_course_utils"
_PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "deep-learning-course-utils"
version = "{version}"
description = "Helpers that the notebooks of the deep-learning course import"
requires-python = "{python}"
dependencies = ["matplotlib", "numpy", "scikit-learn", "scipy", "tqdm"]

[tool.hatch.build.targets.wheel]
packages = ["utils"]
"""
_TITLE = "# Deep learning, in notebooks that check your answers"
_START = """\
## Start

With conda or mamba: `conda env create -f environment.yml`, `conda activate deep-learning-course`, `jupyter lab`.

With Python 3.11 to 3.13 alone: `pip install jupyterlab ./{wheel}`, `jupyter lab`.
"""
_BINDER = """\
## On Binder

The link makes a machine for you, with the packages of `environment.yml`, and opens the notebook in JupyterLab.
You need no account. The first start after a change here can take many minutes.

**What is lost there.** The machine goes away after some minutes without use, and your work goes with it:
download the notebook (menu File, Download) before every break, and upload it to a new machine to go on.
Memory is small, and a notebook that asks for more than there is loses its kernel. nbgrader cannot fetch or submit there: hand in the file that you downloaded.
"""
_COLAB = """\
## On Colab

You need a Google account. Save a copy in Drive first (menu File), or your work is gone when you close the page.
Colab opens the notebook alone, without the helpers. Make a new code cell at the very top, and run it first each time you come back:

```
%pip install {wheel}
```

If an import then says `ModuleNotFoundError`, install in the same way what it names: `%pip install gensim`, for example.

**What is lost there.**

* Versions: Colab has its own packages. What counts are those of `environment.yml`, which grading uses; a number, or a check, can come out another way.
* Locks: cells that are read-only in Jupyter can be changed. Change only the cells for your answers; grading puts the tests back as they were.
* Names: grading finds an answer by the name of its cell, which stands in the file and which you do not see. Open the file that you
  downloaded (menu File, Download .ipynb) in a text editor and search for `grade_id`. If it is not there, your answers would not be found and get no points:
  copy them into a new copy of the notebook from here, and hand that in.
* nbgrader: it cannot fetch or submit there. Hand in the file that you downloaded.
"""
_WORK = f"""\
## Work

Open a notebook and read from the top. In an exercise replace `{STUB.splitlines()[-1]}` with your answer, run the cell,
then run the check below it: it says what is wrong and where to look. Grading also runs hidden tests;
a check that passes says what they try. Before you hand in, restart the kernel and run all cells.
"""


def publish(course: Course, folder: Path, repository: Repository | None = None) -> list[Path]:
    """Write the student edition into a folder.

    Parameters
    ----------
    course : Course
    folder : Path
        New, empty, or an earlier student edition (for example a clone of its repository; other files in it stay).
    repository : Repository, optional
        Where the edition will be public, for the links of its README; without it there are none.

    Returns
    -------
    list of Path
        What was written, relative to `folder`.

    Raises
    ------
    CourseError
        If the folder holds something else, or a notebook is not built from the text as it is now.
    """
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file. Name a folder for the student edition.")
    if folder.is_dir() and not (folder / MARKER).is_file() and any(path.name != ".git" for path in folder.iterdir()):
        raise CourseError(f"{folder} holds other files. Name a new or empty folder, or an earlier student edition.")
    for assignment in course.assignments:
        _check_built(course, assignment)
    for name in ("pyproject.toml", "environment.yml", "LICENSE"):
        if not (course.root / name).is_file():
            raise CourseError(
                f"{course.root} has no {name}, which the student edition is made from. Publish from the repository."
            )
    project = tomllib.loads((course.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(
        "Written by `grader publish`; its files are replaced by the next one.\n", encoding="utf-8"
    )
    for old in folder.glob(f"{WHEEL_NAME}-*.whl"):
        old.unlink()
    wheel = _build_wheel(folder, project["version"], project["requires-python"])
    written = [Path(MARKER), Path(wheel)]
    current = {assignment.name for assignment in course.assignments}
    for notebook in folder.glob("*/*.ipynb"):  # of a topic that the course has dropped
        if notebook.stem == notebook.parent.name not in current:
            shutil.rmtree(notebook.parent)
    for assignment in course.assignments:
        notebook = Path(assignment.name) / f"{assignment.name}.ipynb"
        (folder / assignment.name).mkdir(exist_ok=True)
        shutil.copyfile(course.release(assignment.name), folder / notebook)
        written.append(notebook)
    environment = (
        (course.root / "environment.yml").read_text(encoding="utf-8").replace("- -e .[grader]\n", f"- ./{wheel}\n")
    )
    if wheel not in environment:
        raise CourseError(
            f"{course.root / 'environment.yml'} has no line `- -e .[grader]` to put the wheel in place of."
        )
    (folder / "environment.yml").write_text(environment, encoding="utf-8")
    (folder / "README.md").write_text(_readme(course.assignments, wheel, repository), encoding="utf-8")
    shutil.copyfile(course.root / "LICENSE", folder / "LICENSE")
    return [*written, Path("environment.yml"), Path("README.md"), Path("LICENSE")]


def _check_built(course: Course, assignment: Assignment) -> None:
    source = course.source(assignment.name)
    if not source.is_file() or not course.release(assignment.name).is_file():
        raise CourseError(f"{assignment.name} is not built yet. Run `grader build {assignment.name}` first.")
    if source.read_text(encoding="utf-8") != source_notebook(course, assignment):
        raise CourseError(
            f"The text of {assignment.name} has changed since it was built. Run `grader build {assignment.name}`."
        )
    release = nbformat.read(course.release(assignment.name), as_version=4)
    if [cell.source for cell in release.cells] != released_sources(course, assignment):
        raise CourseError(
            f"release/ of {assignment.name} is not what its text builds. Run `grader build {assignment.name}`."
        )


def _build_wheel(folder: Path, version: str, python: str) -> str:
    """Build the wheel with `utils` alone; the same files give the same bytes."""
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary)
        ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(Path(utils.__file__).parent, project / "utils", ignore=ignore)
        (project / "pyproject.toml").write_text(_PYPROJECT.format(version=version, python=python), encoding="utf-8")
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.resolve())]
        built = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if built.returncode:
        raise CourseError(f"The wheel with utils could not be built: {built.stderr.strip().splitlines()[-1]}")
    return next(folder.glob(f"{WHEEL_NAME}-{version}-*.whl")).name


def _readme(assignments: Sequence[Assignment], wheel: str, repository: Repository | None) -> str:
    head = "| assignment | what it is about | week | minutes | points |"
    line = "|---|---|---|---|---|"
    rows = [
        f"| [{a.title}]({a.name}/{a.name}.ipynb) | {a.topic} | {a.week} | {a.minutes} | {a.points} |"
        for a in assignments
    ]
    if repository:
        head, line = f"{head} without installing |", f"{line}---|"
        rows = [f"{row} {_links(a, repository)} |" for row, a in zip(rows, assignments, strict=True)]
    start = _START.format(wheel=wheel)
    if more := [a.title for a in assignments if a.stack != "numpy"]:
        start += f"That is not enough for {', '.join(more)}: they also need what `environment.yml` lists.\n"
    parts = ["\n".join([_TITLE, "", head, line, *rows, ""]), start]
    if repository:
        parts.append(_BINDER)
    if repository and repository.is_on_github:
        parts.append(_COLAB.format(wheel=repository.raw(wheel)))
    return "\n".join([*parts, _WORK])


def _links(assignment: Assignment, repository: Repository) -> str:
    """Links, and no badges: a picture from elsewhere would tell its server who reads the README."""
    file = f"{assignment.name}/{assignment.name}.ipynb"
    colab = f", [Colab]({repository.colab(file)})" if repository.is_on_github else ""
    return f"[Binder]({repository.binder(file)}){colab}"
