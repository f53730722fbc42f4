"""The course's own version of a notebook: what each of its cells is, what of it runs where, and what its tests need.

Kinds, points and locks come from here and never from a hand-in. The order and the kinds are those of `source/`; the text
of graded and locked cells is the one that nbgrader recorded in the gradebook when the release was made.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from operator import or_
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from grader import rules
from grader.engine.program import Program, futures_in, program_of
from grader.errors import CourseError

STUDENTS_CODE = ("solution", "manual", "code")  # runs as it was handed in, in the student's process
IN_BOTH = ("setup", "given")
LONGEST_CELL = 20_000  # characters of a student's cell whose names are looked for; our longest cell has about 3,000
_TENSORFLOW = re.compile(r"(?m)^\s*(?:import|from)\s+(?:tensorflow|keras)\b")
_TIMED = re.compile(r"(?m)^[ 	]*%%?(?:time|timeit|capture|prun)\b(?: +-\S+)*")  # magics around plain Python
_KNOWN_TO_THE_SHELL = {
    *dir(builtins),
    "get_ipython",
    "display",
    "In",
    "Out",
    "_",
    "__",
    "___",
    "exit",
    "quit",
    "__name__",
}


@dataclass(frozen=True)
class MasterCell:
    """A cell of the course's own notebook.

    Attributes
    ----------
    kind : str
        As in `grader.assignment`; ``task`` for nbgrader's tasks, ``prose`` for other text.
    name : str
        Its grade id; empty if it has none.
    type : str
        ``code``, ``markdown`` or ``raw``.
    source : str
        What stands in it when it is graded: with hidden tests, without solutions.
    answer : str
        The same with the course's solution.
    metadata : NotebookNode
        What the graded notebook gets, points and checksum included.
    """

    kind: str
    name: str
    type: str
    source: str
    answer: str
    metadata: NotebookNode

    @property
    def is_code(self) -> bool:
        return self.type == "code"

    @property
    def points(self) -> float:
        return float(self.metadata.get("nbgrader", {}).get("points") or 0)

    @property
    def is_locked(self) -> bool:
        return bool(self.name) and self.kind not in (*STUDENTS_CODE, "task")


@dataclass(frozen=True)
class Master:
    """The course's own version of one notebook.

    Attributes
    ----------
    cells : sequence of MasterCell
    metadata : NotebookNode
        Of the notebook.
    """

    cells: Sequence[MasterCell]
    metadata: NotebookNode
    _names: dict[str, rules.Names] = field(default_factory=dict, repr=False, compare=False)
    _needs: dict[int, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)  # by place

    def work_out(self) -> Master:
        """Itself, with what is asked of it for every hand-in worked out once, also for the processes it is sent to."""
        for cell in self.cells:
            if self.runs_in_examiner(cell):
                self.program(cell)
            if cell.is_code:
                self._of(cell)
        return self

    @classmethod
    def load(cls, coursedir: CourseDirectory, gradebook: Gradebook, assignment: str, notebook: str) -> Master:
        """Read one notebook of an assignment.

        Raises
        ------
        CourseError
            If it is missing from ``source/``, or its kernel is not Python.
        """
        path = Path(coursedir.format_path(coursedir.source_directory, ".", assignment)) / f"{notebook}.ipynb"
        try:
            own = nbformat.read(path, as_version=4)
        except FileNotFoundError:
            raise CourseError(
                f"{path} is missing: grading needs the notebook that the release was made from."
            ) from None
        except Exception as error:  # JSON, Unicode, the format: each library says it in its own way
            raise CourseError(f"{path} cannot be read as a notebook: {error}") from None
        record = gradebook.find_notebook(notebook, assignment)
        if kernelspec := json.loads(record.kernelspec or "{}"):
            own.metadata.kernelspec = NotebookNode(kernelspec)
        kernel = own.metadata.get("kernelspec") or {}
        if not str(kernel.get("language") or kernel.get("name") or "python").startswith("python"):
            raise CourseError(f"{path} has the kernel {kernel.get('name')!r}; only notebooks in Python can be graded.")
        return cls.of(own, {cell.name: (cell.source, cell.checksum) for cell in record.source_cells})

    @classmethod
    def of(cls, notebook: NotebookNode, recorded: Mapping[str, tuple[str, str]] | None = None) -> Master:
        """The master of a source notebook.

        Parameters
        ----------
        notebook : NotebookNode
        recorded : mapping of str to (str, str), optional
            Source and checksum of the cells that the gradebook knows, by grade id; without it, those of the notebook.
        """
        if recorded is None:
            named = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id")]
            recorded = {cell.metadata.nbgrader.grade_id: (cell.source, "") for cell in named}
        marked = any("course" in cell.metadata for cell in notebook.cells)
        return cls([_master_cell(cell, recorded, marked) for cell in notebook.cells], notebook.metadata)

    @cached_property
    def is_marked(self) -> bool:
        """Whether the notebook has our markers."""
        return any("course" in cell.metadata for cell in self.cells)

    @cached_property
    def stack(self) -> str:
        """The software stack that the notebook imports."""
        return "tensorflow" if any(_TENSORFLOW.search(cell.answer) for cell in self.cells if cell.is_code) else "numpy"

    @cached_property
    def by_name(self) -> dict[str, MasterCell]:
        return {cell.name: cell for cell in self.cells if cell.name}

    def students_names(self, cell: MasterCell) -> tuple[str, ...]:
        """The names of the student's notebook that the examiner needs to run a cell of the course.

        These are names that solution and adapter cells bind, and names that nothing of the course binds; directly, or
        through code of the course that the cell uses, earlier tests included. What such a cell imports is no answer, and
        the examiner imports it itself.
        """
        place = next(number for number, own in enumerate(self.cells) if own is cell)
        if place not in self._needs:
            self._needs[place] = self._students_names(cell)
        return self._needs[place]

    def program(self, cell: MasterCell) -> bytes:
        """A cell as the examiner runs it."""
        return program_of(cell.source, self.students_names(cell), self.futures)

    def students_program(self, cell: MasterCell) -> bytes:
        """A cell as the student's process runs it."""
        return program_of(cell.source, (), self.futures)

    @cached_property
    def futures(self) -> int:
        """What the course's own cells import from ``__future__``, as a compiler takes it."""
        programs = (program_of(cell.source, ()) for cell in self.cells if cell.is_code and cell.kind in IN_BOTH)
        return reduce(or_, (futures_in(Program.from_bytes(program)) for program in programs if program), 0)

    def _students_names(self, cell: MasterCell) -> tuple[str, ...]:
        here = [other for other in self.cells if self.runs_in_examiner(other) and other is not cell]
        given = frozenset().union(*(self._of(other).bound for other in here)) | self._imported | _KNOWN_TO_THE_SHELL
        answers = self._answers
        own = self._of(cell)
        seen: set[str] = set()
        waiting = set(own.read | own.bound)
        while waiting:
            name = waiting.pop()
            seen.add(name)
            for other in here:
                if name in self._of(other).bound:
                    waiting |= self._of(other).read - seen
        return tuple(sorted(name for name in seen if name in answers or (name not in given and name not in own.bound)))

    def imports(self, cell: MasterCell) -> str:
        """The import statements of an answer: tests may use them, but never the student's version."""
        if cell.kind not in ("solution", "manual") or not cell.is_code:
            return ""
        return _imports(cell.answer)

    def runs_in_examiner(self, cell: MasterCell) -> bool:
        return cell.is_code and cell.kind in (*IN_BOTH, "test")

    @cached_property
    def looks(self) -> dict[str, NotebookNode]:
        """The course's cells that only look at results, figures and the like, which no test needs: metadata by text."""
        return {cell.source: cell.metadata for cell in self.cells if cell.is_code and cell.kind == "code"}

    def names_in(self, source: str) -> rules.Names | None:
        """The names of a cell, whosever it is; those of the course's cells are known.

        None for a student's text that is too long, or too deep, to be taken apart in this process, or no Python.
        """
        if source in self._names:
            return self._names[source]
        try:
            return rules.names(_TIMED.sub("", source)) if len(source) <= LONGEST_CELL else None
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    @cached_property
    def _answers(self) -> frozenset[str]:
        """The names that answers and adapters bind, other than by an import."""
        bound = (self._of(cell, cell.answer).bound for cell in self.cells if _is_answer(cell))
        return frozenset().union(*bound) - self._imported

    @cached_property
    def _imported(self) -> frozenset[str]:
        imports = (self.imports(cell) for cell in self.cells)
        return frozenset().union(*(rules.names(source).bound for source in imports))

    def _of(self, cell: MasterCell, source: str | None = None) -> rules.Names:
        text = cell.source if source is None else source
        if text not in self._names:
            self._names[text] = _names(text)
        return self._names[text]


def _is_answer(cell: MasterCell) -> bool:
    return cell.is_code and cell.kind in ("solution", "manual", "adapter")


def _master_cell(cell: NotebookNode, recorded: Mapping[str, tuple[str, str]], marked: bool) -> MasterCell:
    meta = cell.metadata.get("nbgrader", {})
    name = meta.get("grade_id") or ""
    source, metadata = cell.source, NotebookNode({**cell.metadata})
    if name in recorded:
        source, checksum = recorded[name]
        metadata.nbgrader = NotebookNode({**meta, "checksum": checksum, "cell_type": cell.cell_type})
    else:
        name = ""
    return MasterCell(_kind(cell, name, marked), name, cell.cell_type, source, cell.source, metadata)


def _kind(cell: NotebookNode, name: str, marked: bool) -> str:
    meta = cell.metadata.get("nbgrader", {}) if name else {}
    is_code = cell.cell_type == "code"
    if meta.get("task"):
        return "task"
    if meta.get("grade"):
        return "manual" if meta.get("solution") else "test"
    if meta.get("solution"):
        return "solution"
    if is_code and marked:
        return cell.metadata.get("course", {}).get("kind", "code")
    if is_code:
        return "given"  # a course without our markers: what it shows its students runs for its tests, too
    return "locked" if meta.get("locked") else "prose"


def _names(source: str) -> rules.Names:
    """The names of a cell, which may contain magics; none if it is not Python at all."""
    source = _TIMED.sub("", source)
    for transform in (str, TransformerManager().transform_cell):
        try:
            return rules.names(transform(source))
        except (SyntaxError, ValueError):
            continue
    return rules.Names(frozenset(), frozenset())


@lru_cache(maxsize=1024)
def _imports(source: str) -> str:
    """The import statements of a cell; none if it is not Python."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ""
    return "\n".join(ast.unparse(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom))
