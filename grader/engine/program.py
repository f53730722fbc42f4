"""Cells of the course as the examiner runs them: compiled once for all hand-ins, with the student's names followed.

In one process a test may take a function away (``del squares``), to see whether another one uses it, and give it back.
The statements that do so are followed by calls that do the same in the student's process (see `grader.engine.names`).
"""

from __future__ import annotations
import __future__

import ast
import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from types import CodeType

from IPython.core.compilerop import code_name

FUTURES = reduce(or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names))
BIND, DELETE = "__bind_there__", "__delete_there__"  # functions that a program calls: (name, value) and (name)


@dataclass(frozen=True)
class Program:
    """A compiled cell.

    Attributes
    ----------
    source : str
        What was compiled, for tracebacks.
    parts : tuple of code
        To run one after the other; the last expression of the cell, which is displayed, by itself.
    bound : frozenset of str
        Names that the cell binds itself.
    """

    source: str
    parts: tuple[CodeType, ...]
    bound: frozenset[str]

    def to_bytes(self) -> bytes:
        """For another process of the same Python, which has to trust this one."""
        return marshal.dumps((self.source, self.parts, self.bound))

    @classmethod
    def from_bytes(cls, data: bytes) -> Program:
        return cls(*marshal.loads(data))


def compiled(source: str, names: Sequence[str] = (), futures: int = 0) -> Program:
    """Compile a cell without magics.

    Parameters
    ----------
    source : str
    names : sequence of str
        The student's names, whose rebinding and deletion are followed.
    futures : int
        What earlier cells have imported from ``__future__``, as `futures_in` gives it.

    Raises
    ------
    SyntaxError, ValueError
    """
    flags, name = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | futures, code_name(source)
    module = compile(source, name, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    last = module.body.pop() if module.body and isinstance(module.body[-1], ast.Expr) else None
    follow = _Follow(frozenset(names))
    module = follow.visit(module)
    parts = [compile(module, name, "exec", flags, dont_inherit=True)] if module.body else []
    if last is not None:
        parts.append(compile(ast.Interactive([follow.visit(last)]), name, "single", flags, dont_inherit=True))
    return Program(source, tuple(parts), frozenset(follow.bound))


@lru_cache(maxsize=1024)
def program_of(source: str, names: tuple[str, ...], futures: int = 0) -> bytes:
    """A cell compiled, as bytes; none if it is no plain Python, and a shell has to see what it is."""
    try:
        return compiled(source, names, futures).to_bytes()
    except (SyntaxError, ValueError):
        return b""


def futures_in(program: Program) -> int:
    """The flags of what a cell was compiled with, or has imported, from ``__future__``; they hold for the cells behind it."""
    return reduce(or_, (part.co_flags & FUTURES for part in program.parts), 0)


class _Follow(ast.NodeTransformer):
    """Puts a call behind every plain assignment to certain names, and every `del` of them, but not inside functions."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.bound: set[str] = set()

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
        return node

    def visit_FunctionDef(self, node: ast.AST) -> ast.AST:
        return node

    visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = visit_FunctionDef

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        self.generic_visit(node)
        targets = [part for target in node.targets for part in ast.walk(target)]
        return [node, *(self._call(node, BIND, name, True) for name in self._own(targets))]

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        return [node, *(self._call(node, DELETE, name, False) for name in self._own(node.targets))]

    def _own(self, nodes: Sequence[ast.AST]) -> list[str]:
        names = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        return sorted(names & self._names)

    def _call(self, after: ast.stmt, function: str, name: str, with_value: bool) -> ast.stmt:
        arguments: list[ast.expr] = [ast.Constant(name)]
        if with_value:
            arguments.append(ast.Name(name, ast.Load()))
        call = ast.Expr(ast.Call(ast.Name(function, ast.Load()), arguments, []))
        return ast.fix_missing_locations(ast.copy_location(call, after))
