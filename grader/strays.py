"""What lies in ``submitted/`` and is not graded: in a place where nobody looks, under another name, or too large.

Grading goes by folders and names, as nbgrader does. Work that is elsewhere would be left out without a word.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from fnmatch import fnmatch
from pathlib import Path

from grader.course import Assignment, Course
from grader.handin import LARGEST_FILES, MOST_FILES, files_in


def strays(
    course: Course, assignments: Collection[Assignment], students: Collection[str] = (), ignore: Collection[str] = ()
) -> list[str]:
    """One sentence on each file or folder that somebody may have meant to be graded, and that is not.

    Parameters
    ----------
    course : Course
    assignments : collection of Assignment
        Those that are graded. Unless they are all of the course's, only their own hand-ins are looked at.
    students : collection of str
        Whose folders to look at; all of them if it is empty.
    ignore : collection of str
        Patterns of names that are nobody's work.
    """
    submitted = course.root / "submitted"
    found: list[tuple[Path, str]] = []
    for path in [Path(entry.path) for entry in _entries(submitted)] if submitted.is_dir() else ():
        if students and path.name not in students:
            continue
        if path.is_dir():
            found += _of_a_student(course, path, {assignment.name for assignment in assignments})
        elif path.suffix in (".ipynb", ".zip"):
            found.append((path, "lies in no student's folder. `grader collect` files hand-ins."))
    return [
        f"{path.relative_to(course.root)} {what}"
        for path, what in found
        if not any(fnmatch(part, pattern) for part in path.relative_to(submitted).parts for pattern in ignore)
    ]


def _of_a_student(course: Course, folder: Path, graded: Collection[str]) -> Iterator[tuple[Path, str]]:
    if folder.name.startswith("."):
        return
    try:
        entries = _entries(folder)
    except OSError as error:
        yield folder, f"cannot be read: {error.strerror}."
        return
    known = {assignment.name for assignment in course.assignments}
    for entry in entries:
        inside = Path(entry.path)
        if entry.name in known and not inside.is_dir():
            yield inside, "is a file. A hand-in is a folder with the notebook in it."
        elif entry.name in graded and course.source(entry.name).is_file():
            yield from _of_a_hand_in(inside, entry.name)
        elif known != graded:
            continue
        elif entry.name in known:
            if _holds_a_notebook(inside):
                yield inside, f"is not graded: the assignment is not built. Run `grader build {entry.name}` first."
        elif inside.suffix == ".ipynb" and not inside.is_dir():
            yield inside, f"lies in no assignment's folder. Its place is submitted/{folder.name}/<assignment>/."
        elif not entry.name.startswith(".") and _holds_a_notebook(inside):
            yield inside, f"is not graded: no assignment is called {entry.name}."


def _of_a_hand_in(folder: Path, assignment: str) -> Iterator[tuple[Path, str]]:
    try:
        entries = _entries(folder)[:MOST_FILES]
    except OSError:  # to be said when it is graded
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        if f"{assignment}.ipynb" in names and entry.name.endswith(".ipynb") and entry.name != f"{assignment}.ipynb":
            yield Path(entry.path), f"is not graded: only {assignment}.ipynb is."
    read = set(files_in(folder, LARGEST_FILES))
    for entry in entries:
        path = Path(entry.path)
        if path not in read and not entry.is_dir(follow_symlinks=False) and path.suffix != ".ipynb":
            yield path, f"is left out: only regular files are read, up to {LARGEST_FILES:,} bytes in all."


def _holds_a_notebook(folder: Path) -> bool:
    try:
        return any(entry.name.endswith(".ipynb") for entry in _entries(folder))
    except OSError:
        return False


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    return sorted(os.scandir(folder), key=lambda entry: entry.name)
