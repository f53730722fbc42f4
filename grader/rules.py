"""What the builder refuses: rules that keep tests independent, points right and answers out of the release.

A rule looks at the whole assignment and yields problems as ``(line, sentence)``. Names are followed with Python's
own symbol tables, so that a local variable of a function is never taken for a name that cells share.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.assignment import GRADED_KINDS, CourseCell
from grader.course import Assignment

Problem = tuple[int, str]


@dataclass(frozen=True)
class Names:
    """The module-level names that a code cell binds, and those it reads from other cells."""

    bound: frozenset[str]
    read: frozenset[str]


def names(source: str) -> Names:
    """Follow the names of a cell.

    >>> sorted(names("import numpy as np\\ndef f(x):\\n    return np.sum(g(x))").read)
    ['g']
    """
    top = symtable.symtable(source, "cell", "exec")
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    read = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    tables = list(top.get_children())
    while tables:
        table = tables.pop()
        tables.extend(table.get_children())
        for symbol in table.get_symbols():
            if symbol.is_global():
                if symbol.is_assigned() or symbol.is_imported():
                    bound.add(symbol.get_name())
                if symbol.is_referenced():
                    read.add(symbol.get_name())
    return Names(frozenset(bound), frozenset(read - bound))


def problems(assignment: Assignment, cells: Sequence[CourseCell]) -> Iterator[Problem]:
    """Everything that is wrong with an assignment whose markers could be read, rule by rule."""
    yield from _ids(cells)
    yield from _solutions_and_tests(cells)
    yield from _points(assignment, cells)
    yield from _imports(assignment, cells)
    yield from _shared_names(cells)
    yield from _needs(cells)
    yield from _said_needs(cells)


def _ids(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for cell in cells:
        if cell.grade_id is None:
            continue
        if cell.grade_id in seen:
            yield cell.text.line, f"the name {cell.grade_id!r} is already used in line {seen[cell.grade_id]}."
        seen.setdefault(cell.grade_id, cell.text.line)


def _solutions_and_tests(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    solutions = {cell.grade_id: cell for cell in cells if cell.kind == "solution"}
    tested = {cell.solution for cell in cells if cell.kind == "test"}
    for grade_id, cell in solutions.items():
        if grade_id not in tested:
            yield cell.text.line, f'solution {grade_id!r} has no test. Add a cell test="test_{grade_id}".'
    for cell in cells:
        if cell.kind != "test":
            continue
        if not cell.grade_id.startswith("test_") or cell.solution not in solutions:
            yield (
                cell.text.line,
                f"test {cell.grade_id!r} tests no solution: test_x tests the solution x, and there is no {cell.solution!r}.",
            )
        elif solutions[cell.solution].text.line > cell.text.line:
            yield cell.text.line, f"test {cell.grade_id!r} stands before the solution that it tests."


def _points(assignment: Assignment, cells: Sequence[CourseCell]) -> Iterator[Problem]:
    total = sum(cell.points or 0 for cell in cells if cell.kind in GRADED_KINDS)
    if total != assignment.points:
        yield 1, f"the points add up to {total}, but course/assignments.toml says {assignment.points}."


def _imports(assignment: Assignment, cells: Sequence[CourseCell]) -> Iterator[Problem]:
    for cell in cells:
        if not cell.is_code:
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module == "utils":
                modules = [f"utils.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            else:
                continue
            for module in modules:
                package, _, name = module.partition(".")
                if package == "utils" and name.partition(".")[0] not in assignment.utils:
                    line = cell.text.first_line + node.lineno - 1
                    yield line, f"imports {module}, which course/assignments.toml does not list under utils."


def _shared_names(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    code = [(cell, names(cell.source)) for cell in cells if cell.is_code]
    for cell, own in code:
        for name in sorted(own.bound):
            readers = [other for other, used in code if other is not cell and name in used.read]
            if cell.kind in ("test", "demo"):
                for reader in readers:
                    if cell.kind == "demo" == reader.kind:
                        continue
                    yield (
                        reader.text.line,
                        f"reads {name!r}, which the {cell.kind} cell {cell.grade_id!r} (line {cell.text.line}) binds: "
                        f"{'test cells run apart from the rest' if cell.kind == 'test' else 'demo cells are not run while grading'}.",
                    )
        if cell.kind == "test":
            for name in sorted(own.read):
                binders = [other for other, bound in code if name in bound.bound]
                if binders and all(other.kind == "code" for other in binders):
                    yield (
                        cell.text.line,
                        f"reads {name!r}, which only cells bind that students may change. Bind it in a given cell.",
                    )
        if cell.kind in ("setup", "given", "code"):
            for name in sorted(_functions(cell.source)):
                readers = [other for other, used in code if other is not cell and name in used.read]
                if len(readers) > 1 and all(reader.kind == "test" for reader in readers):
                    yield (
                        cell.text.line,
                        f"{name!r} is a helper that only tests share. Such helpers live in utils.checks.",
                    )


def _functions(source: str) -> set[str]:
    """Functions and classes that a cell defines itself, imports apart."""
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def _needs(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    solutions = {cell.grade_id: cell for cell in cells if cell.kind == "solution"}
    binders: dict[str, str] = {}  # name -> the solution that gives it its value
    for grade_id, cell in solutions.items():
        for name in names(cell.source).bound:
            binders.setdefault(name, grade_id)
    adapters = {}  # name -> the solutions that an adapter calls
    for cell in cells:
        if cell.kind == "adapter":
            for name in names(cell.source).bound - set(binders):
                adapters[name] = set(cell.needs)
    for cell in cells:
        if not cell.is_code:
            continue
        for need in cell.needs:
            if need not in solutions:
                yield cell.text.line, f"needs {need!r}, but no solution has that name."
            elif solutions[need].text.line > cell.text.line:
                yield cell.text.line, f"needs {need!r}, which stands below it."
        used = names(cell.source)
        owner = cell.grade_id if cell.kind == "solution" else cell.solution
        declared = set(cell.needs) | {owner}
        if cell.kind == "solution":  # what an answer may call, its test has to declare
            declared |= {need for test in cells if test.solution == cell.grade_id for need in test.needs}
        wanted = {binders[name] for name in used.read if name in binders}
        wanted |= {need for name in used.read & set(adapters) for need in adapters[name]}
        for missing in sorted(wanted - declared):
            where = f"its test {'test_' + cell.grade_id!r}" if cell.kind == "solution" else "it"
            yield cell.text.line, f'uses the solution {missing!r}, and {where} does not declare needs="{missing}".'


def _said_needs(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    """``progress.exercise(..., needs=...)`` tells students what the marker tells the grader."""
    for cell in cells:
        if cell.kind != "test":
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "exercise":
                said = {keyword.arg: keyword.value for keyword in node.keywords}.get("needs", ast.Constant(""))
                if not isinstance(said, ast.Constant) or set(str(said.value).split()) != set(cell.needs):
                    line = cell.text.first_line + node.lineno - 1
                    yield (
                        line,
                        f'write needs="{" ".join(cell.needs)}" in progress.exercise, as in the marker of the cell.',
                    )
