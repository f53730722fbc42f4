"""A course on disk: the table of assignments and the folders that nbgrader's pipeline uses.

Everything else asks this module where things are; nothing here reads a notebook.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

STACKS = ("numpy", "tensorflow")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Assignment:
    """One row of `course/assignments.toml`.

    Attributes
    ----------
    name : str
        Folder and notebook name, for example ``gradient_checking``.
    title, topic : str
        The heading of the notebook, and a few words on its content for the table in the README.
    week : int
        The week of the course it belongs to.
    points : int
        The sum of the points of its test cells and free-text questions.
    minutes : int
        The time a student is told to plan for.
    stack : str
        The software it runs on, one of `STACKS`.
    utils : tuple of str
        The modules of the package `utils` that the notebook may import.
    """

    name: str
    title: str
    topic: str
    week: int
    points: int
    minutes: int
    stack: str
    utils: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """A course folder: the one that holds `course/assignments.toml`."""

    root: Path
    assignments: tuple[Assignment, ...]

    @classmethod
    def load(cls, root: Path) -> Course:
        """Read the table of the course in `root`.

        Raises
        ------
        CourseError
            If there is no table there or a row of it is not complete and of the right types.
        """
        root = root.resolve()
        table = root / "course" / "assignments.toml"
        try:
            rows = tomllib.loads(table.read_text(encoding="utf-8")).get("assignment")
        except (FileNotFoundError, NotADirectoryError):
            raise CourseError(
                f"{root} is not a course: it has no course/assignments.toml. Change into the course folder, or name it with --root."
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CourseError(f"{table} is not readable as TOML: {error}.") from None
        except OSError as error:
            raise CourseError(f"{table} cannot be read: {error.strerror}.") from None
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise CourseError(f"{table} lists no assignment. Add one under [[assignment]].")
        assignments = tuple(_assignment(row, table) for row in rows)
        names = [assignment.name for assignment in assignments]
        for name in names:
            if names.count(name) > 1:
                raise CourseError(f"{table} lists the assignment {name} more than once.")
        return cls(root, assignments)

    @classmethod
    def find(cls, start: Path) -> Course:
        """Load the course that `start` lies in: the nearest folder upwards with a table."""
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / "course" / "assignments.toml").is_file():
                return cls.load(folder)
        return cls.load(start)

    def assignment(self, name: str) -> Assignment:
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        known = ", ".join(assignment.name for assignment in self.assignments) or "none"
        raise CourseError(
            f"There is no assignment called {name!r} in course/assignments.toml. The assignments are: {known}."
        )

    def select(self, names: list[str] | None) -> tuple[Assignment, ...]:
        """The named assignments in the order of the table; all of them if none is named."""
        if not names:
            return self.assignments
        wanted = {self.assignment(name).name for name in names}
        return tuple(assignment for assignment in self.assignments if assignment.name in wanted)

    @classmethod
    def row(cls, root: Path, name: str) -> Assignment | None:
        """The row of an assignment in the course at `root`; None if that is no course of ours or has no such row."""
        if not (root / "course" / "assignments.toml").is_file():
            return None
        return next((row for row in cls.load(root).assignments if row.name == name), None)

    def text(self, name: str) -> Path:
        return self.root / "course" / name / "assignment.py"

    def variants(self, name: str) -> Path:
        return self.root / "course" / name / "variants.py"

    def facts(self, name: str) -> Path:
        return self.root / "course" / name / "facts.py"

    def source(self, name: str) -> Path:
        return self.root / "source" / name / f"{name}.ipynb"

    def release(self, name: str) -> Path:
        return self.root / "release" / name / f"{name}.ipynb"

    def submitted(self, student: str, name: str) -> Path:
        """The folder of one hand-in; `student` may be a glob pattern."""
        return self.root / "submitted" / student / name

    def autograded(self, student: str, name: str) -> Path:
        return self.root / "autograded" / student / name

    def feedback(self, student: str, name: str) -> Path:
        return self.root / "feedback" / student / name


_COLUMNS = {
    "name": str,
    "title": str,
    "topic": str,
    "week": int,
    "points": int,
    "minutes": int,
    "stack": str,
    "utils": list,
}


def _assignment(row: dict, table: Path) -> Assignment:
    label = f"{table}, assignment {row.get('name', '(without a name)')!r}"
    if unknown := sorted(set(row) - set(_COLUMNS)):
        raise CourseError(f"{label}: unknown column {unknown[0]!r}. The columns are: {', '.join(_COLUMNS)}.")
    for column, kind in _COLUMNS.items():
        if column not in row:
            raise CourseError(f"{label}: the column {column!r} is missing.")
        if type(row[column]) is not kind:
            raise CourseError(f"{label}: {column} must be of type {kind.__name__}, not {row[column]!r}.")
    if not _NAME.fullmatch(row["name"]):
        raise CourseError(
            f"{label}: a name consists of small letters, digits and underscores and starts with a letter."
        )
    if row["stack"] not in STACKS:
        raise CourseError(f"{label}: stack must be one of {', '.join(STACKS)}, not {row['stack']!r}.")
    return Assignment(**{**row, "utils": tuple(row["utils"])})
