"""What the builder refuses: rules that keep tests independent, points right and answers out of the release.

A rule looks at the whole assignment and yields problems as ``(line, sentence)``. Names are followed through scopes, so
that a local variable of a function is never taken for a name that cells share.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.assignment import GRADED_KINDS, CourseCell, regions
from grader.course import Assignment

Problem = tuple[int, str]


@dataclass(frozen=True)
class Names:
    """The module-level names that a code cell binds, and those it reads from other cells."""

    bound: frozenset[str]
    read: frozenset[str]
    loaded: frozenset[str] = frozenset()


def names(source: str) -> Names:
    """Follow the names of a cell through its scopes.

    >>> sorted(names("import numpy as np\\ndef f(x):\\n    return np.sum(g(x))").read)
    ['g']
    """
    cell = _Scope()
    for statement in ast.parse(source).body:
        cell.visit(statement)
    return Names(frozenset(cell.stored), frozenset(cell.loaded - cell.stored), frozenset(cell.loaded))


class _Scope(ast.NodeVisitor):
    """The names that one scope stores, and those that it and the scopes inside it load from outside of themselves."""

    def __init__(self) -> None:
        self.stored: set[str] = set()
        self.loaded: set[str] = set()
        self.globals: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        (self.loaded if isinstance(node.ctx, ast.Load) else self.stored).add(node.id)

    def visit_Global(self, node: ast.Global) -> None:
        self.globals.update(node.names)

    def visit_alias(self, node: ast.alias) -> None:
        self.stored.add((node.asname or node.name).partition(".")[0])

    def visit_ExceptHandler(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self.stored.add(node.name)
        self.generic_visit(node)

    visit_MatchAs = visit_MatchStar = visit_ExceptHandler

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.stored.add(node.rest)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.stored.add(node.name)
        for part in (*node.decorator_list, *filter(None, [node.returns])):
            self.visit(part)
        self._function(node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node.args, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.stored.add(node.name)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._inner(node.body, set())

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        targets = {name.id for part in node.generators for name in ast.walk(part.target) if isinstance(name, ast.Name)}
        inner = self._inner(ast.iter_child_nodes(node), targets)
        self.stored |= inner.stored - targets  # an assignment expression binds outside of the comprehension

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def _function(self, arguments: ast.arguments, body: Sequence[ast.AST]) -> None:
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        parameters = {argument.arg for argument in filter(None, every)}
        for default in filter(None, [*arguments.defaults, *arguments.kw_defaults]):
            self.visit(default)
        for argument in filter(None, every):
            if argument.annotation:
                self.visit(argument.annotation)
        self._inner(body, parameters)

    def _inner(self, body: Iterable[ast.AST], given: set[str]) -> _Scope:
        inner = _Scope()
        for statement in body:
            inner.visit(statement)
        local = (inner.stored | given) - inner.globals
        self.loaded |= inner.loaded - local
        self.stored |= inner.stored & inner.globals
        return inner


def problems(assignment: Assignment, cells: Sequence[CourseCell]) -> Iterator[Problem]:
    """Everything that is wrong with an assignment whose markers could be read, rule by rule."""
    yield from _ids(cells)
    yield from _solutions_and_tests(cells)
    yield from _points(assignment, cells)
    yield from _imports(assignment, cells)
    yield from _shared_names(cells)
    yield from _needs(cells)
    yield from _test_cells(cells)
    yield from _overwritten_answers(cells)


def _ids(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for cell in cells:
        if cell.grade_id is None:
            continue
        if cell.grade_id in seen:
            yield cell.text.line, f"the name {cell.grade_id!r} is already used in line {seen[cell.grade_id]}."
        seen.setdefault(cell.grade_id, cell.text.line)


def _solutions_and_tests(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    solutions = {cell.name: cell for cell in cells if cell.kind == "solution"}
    tested = {cell.solution for cell in cells if cell.kind == "test"}
    for grade_id, cell in solutions.items():
        if grade_id not in tested:
            yield cell.text.line, f'solution {grade_id!r} has no test. Add a cell test="test_{grade_id}".'
    for cell in cells:
        if cell.kind != "test":
            continue
        if not cell.name.startswith("test_") or cell.solution not in solutions:
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
                if any(other.kind == "code" for other in binders):
                    yield (
                        cell.text.line,
                        f"reads {name!r}, which a cell binds that students may change. Bind it in a given cell alone.",
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
    solutions = {cell.name: cell for cell in cells if cell.kind == "solution"}
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
            where = f"its test {'test_' + cell.name!r}" if cell.kind == "solution" else "it"
            yield cell.text.line, f'uses the solution {missing!r}, and {where} does not declare needs="{missing}".'


def _test_cells(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    """A test cell is ``with progress.exercise(...)`` around the visible checks, then the hidden tests, and nothing else."""
    for cell in cells:
        if cell.kind != "test":
            continue
        line = cell.text.line
        lines = cell.source.splitlines()
        hidden = regions(cell.source, "HIDDEN TESTS")
        for first, last in hidden:
            if lines[first] != lines[first].lstrip():
                yield (
                    cell.text.first_line + first,
                    "BEGIN HIDDEN TESTS is indented: a hidden failure would be shown as a visible one.",
                )
            if any(text.strip() for text in lines[last + 1 :]):
                yield cell.text.first_line + last + 1, "nothing may stand after END HIDDEN TESTS."
        calls = [
            node
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "exercise"
        ]
        if len(calls) != 1:
            yield (
                line,
                f'a test has one progress.exercise("{cell.solution}", ...) around its visible checks, not {len(calls)}.',
            )
            continue
        words = {keyword.arg: keyword.value for keyword in calls[0].keywords}
        where = cell.text.first_line + calls[0].lineno - 1
        if not calls[0].args or ast.unparse(calls[0].args[0]) != repr(cell.solution):
            yield where, f'write progress.exercise("{cell.solution}", ...), the exercise that this cell tests.'
        if set(_constant(words.get("needs")).split()) != set(cell.needs):
            yield where, f'write needs="{" ".join(cell.needs)}" in progress.exercise, as in the marker of the cell.'
        if bool(hidden) != bool(_constant(words.get("hidden_tests"))):
            yield (
                where,
                'hidden_tests="…" says in words what the hidden tests try; it belongs to a cell that has them, and only there.',
            )


def _constant(node: ast.expr | None) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _overwritten_answers(cells: Sequence[CourseCell]) -> Iterator[Problem]:
    """Nothing but the student gives a solution's names their values."""
    solutions = {name: cell.grade_id for cell in cells if cell.kind == "solution" for name in names(cell.source).bound}
    for cell in cells:
        if cell.is_code and cell.kind not in ("solution", "adapter"):
            for name in sorted(names(cell.source).bound & set(solutions)):
                yield cell.text.line, f"binds {name!r}, which is the student's answer to {solutions[name]!r}."
