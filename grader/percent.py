"""Percent text (`# %%` cells in a Python file) to cells that know their line, kind and options.

jupytext reads the format; this module adds what it does not keep: the line each cell starts on, and the meaning
of the course's short markers. It knows nothing about what a good assignment is; that is `grader.rules`.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from grader.errors import CourseError

# A comment that looks like a magic (`# cp of the array`) stays a comment.
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}


@dataclass(frozen=True)
class Cell:
    """A cell of percent text.

    Attributes
    ----------
    line : int
        The line of its marker in the file, from 1.
    type : str
        ``markdown`` or ``code``.
    options : mapping of str to str, int or list
        What stands behind the marker, for example ``{"test": "test_cost", "points": 5}``.
    source : str
        The text, without the comment signs of a markdown cell.
    first_line : int
        The line of the file on which `source` starts.
    """

    line: int
    type: str
    options: Mapping[str, Any]
    source: str
    first_line: int


def read_text(path: Path) -> str:
    """The text of a file that an author wrote; a `CourseError` if there is none or it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(f"{path} does not exist. Every assignment of the table needs it.") from None
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise CourseError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start}). Save it as UTF-8.") from None


def read_cells(path: Path) -> list[Cell]:
    """Read a file in percent format.

    Raises
    ------
    CourseError
        If the file is missing, is not Python, has text before its first cell, or has an option that cannot be read.
    """
    text = read_text(path)
    _check_python(path, text)
    lines = text.splitlines()
    markers = [line for line in _marker_lines(text)]
    before = lines[: markers[0] - 1] if markers else lines
    for number, line in enumerate(before, start=1):
        if line.strip():
            raise CourseError(f"{path}:{number}: text before the first cell. Start the file with a `# %%` marker.")
    try:
        notebook = jupytext.reads(text, fmt=_FORMAT)
    except nbformat.ValidationError as error:
        wrong = _invalid_marker(lines, markers)
        raise CourseError(f"{path}:{wrong}: an option of this marker has a wrong type: {error.message}.") from None
    if len(notebook.cells) != len(markers):
        raise CourseError(f"{path}: jupytext sees {len(notebook.cells)} cells where {len(markers)} markers stand.")
    return [_cell(path, cell, line, lines) for cell, line in zip(notebook.cells, markers, strict=True)]


def _check_python(path: Path, source: str, lines_before: int = 0) -> None:
    try:
        compile(source, str(path), "exec", dont_inherit=True, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        raise CourseError(f"{path}:{lines_before + (error.lineno or 1)}: not valid Python: {error.msg}.") from None
    except ValueError as error:  # a null byte
        raise CourseError(f"{path}:{lines_before + 1}: not valid Python: {error}.") from None


def _marker_lines(text: str) -> list[int]:
    """Lines with a `# %%` marker; those inside a string are text, which only a tokenizer can tell."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT and token.start[1] == 0 and token.string.startswith(("# %%", "#%%"))
    ]


def _invalid_marker(lines: list[str], markers: list[int]) -> int:
    """The line of the first marker that jupytext refuses when it stands alone."""
    for line in markers:
        try:
            jupytext.reads(lines[line - 1] + "\n", fmt=_FORMAT)
        except nbformat.ValidationError:
            return line
    return 1


def _cell(path: Path, cell: Any, line: int, lines: list[str]) -> Cell:
    options = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
    if "incorrectly_encoded_metadata" in options:
        raise CourseError(
            f'{path}:{line}: cannot read the options of this marker. Write them as name="value" or name=5.'
        )
    if "title" in options:
        raise CourseError(f"{path}:{line}: a marker takes no title ({options['title']!r}), only options.")
    if cell.cell_type not in ("markdown", "code"):
        raise CourseError(f"{path}:{line}: a {cell.cell_type} cell; an assignment has markdown and code cells.")
    first = line + 1
    while first <= len(lines) and not lines[first - 1].strip():
        first += 1
    if cell.cell_type == "code":
        _check_python(path, cell.source, first - 1)
    return Cell(line, cell.cell_type, options, cell.source, first)
