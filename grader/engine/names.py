"""The student's names in the examiner: looked up before a cell of the course runs, and changed there when it changes them.

In one process a test may take a function away (``del squares``), to see whether another one uses it, and give it back.
The statements that do so are followed by calls that do the same in the student's process. Nothing that a test made
itself goes there.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Sequence
from typing import Any

from grader.engine.calls import Link, NotData, Remote, StudentLost
from grader.engine.shell import RecordingShell

_BIND, _DELETE = "__bind_there__", "__delete_there__"


def borrow(shell: RecordingShell, link: Link, names: Sequence[str]) -> None:
    """Give the shell the objects that the student's notebook knows by `names`, and take away those that it does not."""
    if link.lost:
        return
    try:
        found = link.names(names) if names else {}
    except (StudentLost, NotData):
        found = {}
    for name in names:
        if name in found:
            shell.user_ns[name] = found[name]
        else:
            shell.user_ns.pop(name, None)

    def bind(name: str, value: Any) -> None:
        if isinstance(value, Remote):  # nothing else: what a test makes may be the value that it expects
            link.bind(name, value)

    data = {name for name in names if name in found and not isinstance(found[name], Remote)}

    def refresh() -> None:
        """What the notebook keeps in such names may have changed with a call."""
        with contextlib.suppress(StudentLost, NotData):
            shell.user_ns.update(link.names(sorted(data)))

    link.after_call = refresh if data else None
    shell.user_ns.update({_BIND: bind, _DELETE: link.delete})
    shell.ast_transformers[:] = [_Follow(frozenset(names), data)]


class _Follow(ast.NodeTransformer):
    """Puts a call behind every statement of a cell, but not of its functions, that rebinds or deletes certain names.

    What the cell binds itself is dropped from `looked_up`: it is the cell's own from then on.
    """

    def __init__(self, names: frozenset[str], looked_up: set[str]) -> None:
        self._names, self._looked_up = names, looked_up

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if isinstance(node.ctx, ast.Store):
            self._looked_up.discard(node.id)
        return node

    def visit_FunctionDef(self, node: ast.AST) -> ast.AST:
        return node

    visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = visit_FunctionDef

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        self.generic_visit(node)
        targets = [part for target in node.targets for part in ast.walk(target)]
        return [node, *(self._call(node, _BIND, name, True) for name in self._own(targets))]

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        return [node, *(self._call(node, _DELETE, name, False) for name in self._own(node.targets))]

    def _own(self, nodes: Sequence[ast.AST]) -> list[str]:
        names = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        return sorted(names & self._names)

    def _call(self, after: ast.stmt, function: str, name: str, with_value: bool) -> ast.stmt:
        arguments: list[ast.expr] = [ast.Constant(name)]
        if with_value:
            arguments.append(ast.Name(name, ast.Load()))
        call = ast.Expr(ast.Call(ast.Name(function, ast.Load()), arguments, []))
        return ast.fix_missing_locations(ast.copy_location(call, after))
