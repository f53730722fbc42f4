"""A handed-in notebook: read with suspicion, then given back the cells that are the course's.

What a hand-in says about kinds, points, locks and tags of cells counts for nothing; only the name of a cell (its grade
id) is taken from it, to know whose answer it holds.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from nbformat import NotebookNode
from nbformat.v4.rwbase import strip_transient

from grader.engine.examiner import Result, Step
from grader.engine.outputs import as_utf8, joined, plain_outputs
from grader.master import IN_BOTH, STUDENTS_CODE, Master, MasterCell

LARGEST_FILES = 100_000_000  # bytes of the files beside a notebook, those that it wrote included
LARGEST_NOTEBOOK = 50_000_000  # bytes; a notebook with all its figures has well under one million
MOST_FILES = 2_000  # files and folders that are looked at
LONGEST_PATH = 2_000  # bytes of the path of a file that is kept; the system reads 4,096 with the folders above
DEEPEST_FOLDER = 30  # folders inside each other of which files are kept
NOT_RERUN = "[Not re-run while grading. What follows, if anything, is what was handed in.]"
MOST_CELLS = 2_000  # our longest notebook has 60
MOST_BRACKETS, MOST_COMMAS = 1_000_000, 4_000_000  # of a notebook's JSON: what it takes of memory, at most about 1 GB
LONGEST_TEXT = 200_000  # characters of all cells whose names are looked for
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


Files = dict[str, bytes]  # contents by path, with /, relative to the folder of the notebook


class NotANotebook(Exception):
    """A hand-in that cannot be graded, with one sentence on why."""


@dataclass(frozen=True)
class GradedCell:
    """A cell of the notebook that is graded, and the course's cell it stands for, if it does."""

    cell: NotebookNode
    master: MasterCell | None
    is_look: bool = False  # an unchanged cell of the course that only looks at results, and that no other cell needs

    @property
    def kind(self) -> str:
        if self.is_look:
            return "look"
        if self.master is not None:
            return self.master.kind
        return "code" if self.cell.cell_type == "code" else "prose"

    @property
    def is_locked(self) -> bool:
        return self.master is not None and self.master.is_locked


def read(path: Path) -> bytes:
    """The bytes of a handed-in notebook.

    Raises
    ------
    NotANotebook
        If the file is missing, not regular, or too large.
    """
    try:
        return read_regular(path, LARGEST_NOTEBOOK)
    except FileNotFoundError:
        others = sorted(other.name for other in path.parent.iterdir()) if path.parent.is_dir() else []
        found = f"found {', '.join(others[:5])} instead" if others else "the folder is empty"
        raise NotANotebook(f"There is no {path.name} in the hand-in; {found}.") from None


def parse(data: bytes, name: str) -> NotebookNode:
    """The handed-in notebook of a name.

    Raises
    ------
    NotANotebook
        If it is none.
    """
    file = f"{name}.ipynb"
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS or data.count(b",") > MOST_COMMAS:
        raise NotANotebook(
            f"{file} holds too many lists and numbers. Clear the outputs of its cells, and save it again."
        )
    try:
        notebook = json.loads(data.decode("utf-8"))
    except UnicodeError:
        raise NotANotebook(f"{file} is not a notebook: it is not text in UTF-8.") from None
    except RecursionError:
        raise NotANotebook(f"{file} is not a notebook: its JSON is nested too deeply.") from None
    except ValueError as error:
        raise NotANotebook(f"{file} is not a notebook: it is not JSON ({error}).") from None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise NotANotebook(f"{file} is not a notebook of format 4. Open it in Jupyter and save it again.")
    if not isinstance(notebook.get("cells"), list):
        raise NotANotebook(f"{file} is not a notebook: it has no list of cells.")
    if len(notebook["cells"]) > MOST_CELLS:
        raise NotANotebook(f"{file} has {len(notebook['cells']):,} cells; at most {MOST_CELLS:,} are run.")
    cells = []
    for number, cell in enumerate(notebook["cells"], 1):
        try:
            cells.append(_cell(cell))
        except UnicodeError:
            raise NotANotebook(f"{file} is not a notebook: cell {number} is not text in UTF-8.") from None
        except (TypeError, ValueError):
            raise NotANotebook(f"{file} is not a valid notebook: cell {number} has no kind or no text.") from None
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=cells)


def _cell(cell: Any) -> NotebookNode:
    """Of a cell in a file, what counts for something: its kind, text, name, id, outputs and pictures.

    All of that is checked here, and nothing else looked at: nbformat's validation takes hours for some small files.

    Raises
    ------
    TypeError, ValueError
        If it is no cell.
    """
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        raise TypeError("no cell")
    source = joined(cell.get("source"))
    if not isinstance(source, str):
        raise TypeError("no text")
    source.encode("utf-8")
    name, own_id = _name(cell), cell.get("id")
    made = NotebookNode(cell_type=cell["cell_type"], source=source, metadata=NotebookNode())
    made.id = own_id if isinstance(own_id, str) and _CELL_ID.fullmatch(own_id) else ""
    if name:
        made.metadata.nbgrader = NotebookNode(grade_id=name)
    if made.cell_type == "code":
        made.update(execution_count=None, outputs=_outputs(cell.get("outputs")))
    elif attachments := _attachments(cell.get("attachments")):
        made.attachments = attachments
    return made


def _outputs(outputs: Any) -> list[NotebookNode]:
    """The outputs that were handed in."""
    return [NotebookNode(one) for one in plain_outputs(outputs)]


def _attachments(attachments: Any) -> dict[str, dict[str, str]]:
    """The pictures of a text cell, by name and kind."""
    kept = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        kinds = {kind: joined(content) for kind, content in bundle.items()} if isinstance(bundle, dict) else {}
        if kinds and all(isinstance(content, str) and f"{kind}{content}".isascii() for kind, content in kinds.items()):
            kept[as_utf8(name)] = kinds
    return kept


def check_origin(notebook: NotebookNode, name: str, master: Master) -> None:
    """Refuse work without a cell of the assignment: graded, it would have 0 points without a word.

    An empty notebook has no work that could be lost, and an assignment may have no graded cells.

    Raises
    ------
    NotANotebook
    """
    is_work = any(cell.source.strip() for cell in notebook.cells)
    if is_work and master.by_name and not any(_name(cell) in master.by_name for cell in notebook.cells):
        raise NotANotebook(
            f"No cell of {name}.ipynb is one of the assignment's: it is another notebook, or a program that saved it "
            "dropped what nbgrader notes in the metadata of cells (grade_id). Put the answers into a fresh copy of the assignment."
        )


def restore(notebook: NotebookNode, master: Master) -> list[GradedCell]:
    """The cells to be graded: the student's in their order, the course's in place of the student's copies.

    Of several cells with one name the last counts, as with nbgrader. A locked cell of the course that is missing is put
    back behind the cell that it follows in the course: what a student deleted by mistake costs nothing.
    """
    masters = master.by_name
    last = {name: position for position, name in enumerate(map(_name, notebook.cells)) if name in masters}
    cells = [
        _graded(cell, masters[name])
        if (name := _name(cell)) in masters and last[name] == position
        else _free(cell, master)
        for position, cell in enumerate(notebook.cells)
    ]
    previous = None
    for own in master.cells:
        if own.name in last or not (own.is_locked and own.is_code):
            previous = own.name if own.name in last else previous
            continue
        names = [cell.master.name if cell.master else "" for cell in cells]
        cells.insert(names.index(previous) + 1 if previous else 0, _graded(None, own))
        previous = own.name
        last[own.name] = -1
    return _without_looks(cells, master)


def _without_looks(cells: list[GradedCell], master: Master) -> list[GradedCell]:
    """The cells, with those marked that need not run: figures of the course whose names no running cell loads."""
    is_code = [graded.cell.cell_type == "code" for graded in cells]
    is_look = [
        here and graded.master is None and graded.cell.source in master.looks
        for graded, here in zip(cells, is_code, strict=True)
    ]
    runs = [here and graded.kind not in ("test", "demo") for graded, here in zip(cells, is_code, strict=True)]
    if not any(is_look):
        return cells
    theirs = [graded.cell.source for graded, here in zip(cells, runs, strict=True) if here and not graded.is_locked]
    if sum(map(len, theirs)) > LONGEST_TEXT:
        return cells
    names = [master.names_in(graded.cell.source) if here else None for graded, here in zip(cells, runs, strict=True)]
    if any(here and one is None for one, here in zip(names, runs, strict=True)):
        return cells  # who knows what such a cell loads
    while True:
        known = list(zip(names, is_look, strict=True))
        loaded = frozenset().union(*(one.loaded for one, look in known if one and not look))
        needed = [number for number, (one, look) in enumerate(known) if one and look and one.bound & loaded]
        if not needed:
            break
        for number in needed:
            is_look[number] = False
    return [replace(graded, is_look=look) if look else graded for graded, look in zip(cells, is_look, strict=True)]


def set_outputs(cells: Sequence[GradedCell], results: Mapping[int, Result]) -> None:
    """Give the cells what they printed now. What is not run keeps its outputs, behind a line that says so."""
    count = 0
    for number, graded in enumerate(cells):
        if graded.cell.cell_type != "code":
            continue
        if graded.kind in ("demo", "look"):
            graded.cell.outputs.insert(0, NotebookNode(output_type="stream", name="stdout", text=f"{NOT_RERUN}\n"))
            continue
        result = results.get(number)
        count += result is not None
        graded.cell.execution_count = count if result else None
        graded.cell.outputs = [NotebookNode(output) for output in result.outputs] if result else []
        for output in graded.cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count  # the two processes count on their own


def as_notebook(cells: list[GradedCell], master: Master) -> NotebookNode:
    """The graded cells as a notebook, with the course's metadata."""
    taken = {graded.master.name for graded in cells if graded.master}
    for number, graded in enumerate(cells):
        own_id = graded.cell.get("id", "")
        if graded.master is None and (not own_id or own_id in taken):
            free = (f"{own_id[:40] or 'cell'}-{count}" for count in itertools.count(number))
            graded.cell["id"] = next(other for other in free if other not in taken)
        taken.add(graded.cell["id"])
    made = [graded.cell for graded in cells]
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=master.metadata, cells=made)


def to_bytes(notebook: NotebookNode) -> bytes:
    """A notebook as a file. Multi-line text stays in one piece, and nothing is indented: that takes a fifth of the time."""
    strip_transient(notebook)
    return (json.dumps(notebook, ensure_ascii=False, sort_keys=True) + "\n").encode()


def steps(cells: list[GradedCell], master: Master) -> Iterator[Step]:
    """What has to run, in order, and where.

    The course's code cells without a name, in notebooks without our markers, run for the tests behind them. They stand
    for no cell of the hand-in, and their number is -1.
    """
    places = {id(own): place for place, own in enumerate(master.cells)}
    unnamed = [own for own in master.cells if own.kind == "given" and not own.name]
    for number, graded in enumerate(cells):
        own = graded.master
        if own is None or own.kind in STUDENTS_CODE:
            if graded.cell.cell_type == "code" and not graded.is_look:
                yield Step(number, graded.cell.source, by_student=True, imports=master.imports(own) if own else "")
            continue
        while unnamed and places[id(unnamed[0])] < places[id(own)]:
            first = unnamed.pop(0)
            names = master.students_names(first)
            yield Step(-1, first.source, by_examiner=True, names=names, program=master.program(first))
        if not own.is_code or own.kind == "demo":
            continue
        by_student, by_examiner = own.kind in (*IN_BOTH, "adapter"), master.runs_in_examiner(own)
        yield Step(
            number,
            own.source,
            by_student=by_student,
            by_examiner=by_examiner,
            is_test=own.kind == "test",
            names=master.students_names(own) if by_examiner else (),
            must_run=own.kind == "setup",
            program=master.program(own) if by_examiner else b"",
            students_program=master.students_program(own) if by_student else b"",
        )


def files_in(folder: Path, largest: int) -> Iterator[Path]:
    """The regular files in a folder and the folders below it. Links are not followed; what is too large, too deep or too much is left out.

    Parameters
    ----------
    folder : Path
    largest : int
        Bytes of all the files together.
    """
    waiting, room, start = [(folder, 0)], MOST_FILES, len(os.fsencode(folder))
    while waiting and room > 0:
        parent, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(parent), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            room -= 1
            if room < 0:
                break
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:  # gone in the meantime, or too deep
                continue
            if len(os.fsencode(entry.path)) - start > LONGEST_PATH:
                continue
            if stat.S_ISDIR(status.st_mode) and depth < DEEPEST_FOLDER:
                waiting.append((Path(entry.path), depth + 1))
            elif stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_size <= largest:
                largest -= status.st_size
                yield Path(entry.path)


def read_files(folder: Path, ignore: Sequence[str] = ()) -> Files:
    """The regular files of a folder, up to `LARGEST_FILES`, by their paths in it.

    Parameters
    ----------
    folder : Path
    ignore : sequence of str
        nbgrader's patterns of names; what is in a folder that matches is ignored, too.
    """
    files = {}
    for path in files_in(folder, LARGEST_FILES):
        name = path.relative_to(folder)
        if not _is_ignored(name.parts, ignore):
            with contextlib.suppress(FileNotFoundError, NotANotebook):  # it was exchanged in the meantime
                files[name.as_posix()] = read_regular(path, LARGEST_FILES)
    return files


def overlay(files: Files, over: Files) -> Files:
    """Both sets of files together. Where the second needs a folder or a file, what the first has there gives way."""
    folders = {str(parent) for name in over for parent in PurePosixPath(name).parents}
    kept = {
        name: data
        for name, data in files.items()
        if name not in folders and not any(str(parent) in over for parent in PurePosixPath(name).parents)
    }
    return {**kept, **over}


def write_files(files: Files, folder: Path, ignore: Sequence[str] = ()) -> None:
    """Write files into an empty folder, without those whose names match a pattern in `ignore`."""
    for name, data in files.items():
        if not _is_ignored(PurePosixPath(name).parts, ignore):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _is_ignored(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatch(part, pattern) for part in parts for pattern in patterns)


def read_regular(path: Path, largest: int) -> bytes:
    """The content of a regular file of at most `largest` bytes, never through a link and never waiting for a pipe.

    Raises
    ------
    FileNotFoundError
    NotANotebook
        If it is something else, or larger.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        raise NotANotebook(f"{path.name} is not a regular file.") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotANotebook(f"{path.name} is not a regular file.")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > largest:
            raise NotANotebook(f"{path.name} has {status.st_size:,} bytes; at most {largest:,} are read.")
        return file.read(largest)


def _name(cell: Mapping[str, Any]) -> str:
    meta = cell.get("metadata")
    meta = meta.get("nbgrader") if isinstance(meta, dict) else None
    name = meta.get("grade_id") if isinstance(meta, dict) else None
    return name if isinstance(name, str) else ""


def _graded(cell: NotebookNode | None, own: MasterCell) -> GradedCell:
    """The student's cell as the course's: its source is the student's where the student may write."""
    source = own.source if cell is None or own.is_locked else cell.source
    made = NotebookNode(id=own.name, cell_type=own.type, metadata=own.metadata.copy(), source=source)
    if own.is_code:
        made.update(execution_count=None, outputs=cell.get("outputs", []) if cell is not None else [])
    elif cell is not None and cell.get("attachments") and not own.is_locked:
        made.attachments = cell.attachments
    return GradedCell(made, own)


def _free(cell: NotebookNode, master: Master) -> GradedCell:
    """A cell of the student's own, or one of the course's that has no name."""
    metadata = NotebookNode(master.looks.get(cell.source, {}))
    return GradedCell(NotebookNode({**cell, "metadata": metadata}), None)
