"""Text to instructor notebook (a pure function), instructor notebook to student notebook (nbgrader's own step).

The same text gives the same bytes on every machine: cell ids come from grade ids or from the content, and nothing
of the time, the user or the folder goes in.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.converters import GenerateAssignment

from grader import nbgrader_setup, rules
from grader.assignment import CourseCell, read_assignment, without_regions
from grader.course import Assignment, Course
from grader.errors import CourseError

# What nbgrader, unless it is told otherwise, leaves in the place of a solution: of code, which says so when it runs, and of text.
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def build(course: Course, assignment: Assignment) -> bool:
    """Build `source/` and `release/` of one assignment and record it in the gradebook.

    Returns
    -------
    bool
        Whether the student notebook changed.

    Raises
    ------
    CourseError
        With one line ``file:line: sentence`` per problem of the text, or nbgrader's reason for refusing it.
    """
    notebook = source_notebook(course, assignment)
    strangers = [path for path in course.source(assignment.name).parent.glob("*.py")]
    if strangers:
        raise CourseError(
            f"{strangers[0]}: nbgrader would release this file with its solutions. Remove it from source/."
        )
    source, release = course.source(assignment.name), course.release(assignment.name)
    before = {path: path.read_bytes() for path in (source, release) if path.is_file()}
    write_if_changed(source, notebook)
    try:
        nbgrader_setup.run(GenerateAssignment, course, assignment.name, force=True)
    except CourseError:
        for path, data in before.items():  # nbgrader removes the old release before it refuses the new one
            write_if_changed(path, data.decode("utf-8"))
        raise
    return release.read_bytes() != before.get(release)


def source_notebook(course: Course, assignment: Assignment) -> str:
    """The instructor notebook of an assignment as JSON text; nothing is written.

    Raises
    ------
    CourseError
        With one line ``file:line: sentence`` per problem.
    """
    path = course.text(assignment.name)
    cells = read_assignment(path)
    problems = sorted(rules.problems(assignment, cells))
    if problems:
        raise CourseError("\n".join(f"{path}:{line}: {sentence}" for line, sentence in problems))
    return to_json(cells)


def released_sources(course: Course, assignment: Assignment) -> list[str]:
    """The sources of the cells that students get, worked out from the text and not read from `release/`."""
    cells = read_assignment(course.text(assignment.name))
    return [_released(cell) for cell in cells]


def stub(source: str) -> str:
    """A solution cell without its solution, as nbgrader's generate step leaves it."""
    return without_regions(source, "SOLUTION", STUB.splitlines())


def _released(cell: CourseCell) -> str:
    if cell.kind == "solution":
        return stub(cell.source)
    if cell.kind == "manual":
        return TEXT_STUB
    return without_regions(cell.source, "HIDDEN TESTS") if cell.kind == "test" else cell.source


def to_json(cells: Sequence[CourseCell]) -> str:
    """Cells to the JSON text of a notebook.

    A cell's id is its grade id, else a hash of its type and source, with an ordinal for repeats.
    """
    seen: Counter[str] = Counter()
    notebook = new_notebook(metadata=METADATA, cells=[_notebook_cell(cell, seen) for cell in cells])
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_if_changed(path: Path, text: str) -> None:
    """Write a text file through a temporary one, so that a reader never sees half of it."""
    data = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def _notebook_cell(cell: CourseCell, seen: Counter[str]) -> nbformat.NotebookNode:
    new_cell = new_code_cell if cell.is_code else new_markdown_cell
    return new_cell(id=cell.grade_id or _content_id(cell, seen), source=cell.source, metadata=_metadata(cell))


def _content_id(cell: CourseCell, seen: Counter[str]) -> str:
    digest = hashlib.sha256(f"{cell.text.type}\n{cell.source}".encode()).hexdigest()[:12]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _metadata(cell: CourseCell) -> dict:
    tags = list(cell.tags)
    if cell.kind in ("solution", "test") or cell.needs:
        tags.append("raises-exception")  # an unfinished exercise does not stop "Run all cells"
    metadata: dict = {"tags": tags} if tags else {}
    if cell.is_code:
        metadata["course"] = {"kind": cell.kind}
        if cell.needs:
            metadata["course"]["needs"] = list(cell.needs)
    if cell.grade_id is None:
        return metadata
    metadata["nbgrader"] = {
        "grade": cell.kind in ("test", "manual"),
        "grade_id": cell.grade_id,
        "locked": cell.kind not in ("solution", "manual"),
        "schema_version": 3,
        "solution": cell.kind in ("solution", "manual"),
        "task": False,
    }
    if cell.points is not None:
        metadata["nbgrader"]["points"] = cell.points
    return metadata
