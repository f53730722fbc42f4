"""Mutants of a solution: the solution with one small slip in it, as a tired student would make it.

Each mutant replaces a stretch of the text between the solution markers, so that the rest reads as it was written and a
mutant can be shown as a difference of one or two lines. What only prints is left alone. Libraries for mutation testing (mutmut, cosmic-ray) mutate the
modules of a project and run its test suite once for each mutant in a process; here the mutated text is one cell of a
notebook, and slips that matter in numerical code (an axis, a transpose, another variable of the same shape) are not among
their operators.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from grader.assignment import regions

BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)  # operators whose sides matter
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
CALLS = {  # the last part of what is called, and what may be called in its place
    "sum": ("mean",),
    "mean": ("sum",),
    "reduce_sum": ("reduce_mean",),
    "reduce_mean": ("reduce_sum",),
    "max": ("min",),
    "min": ("max",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "standard_normal": ("random",),
    "normal": ("uniform",),
    "randn": ("rand",),
    "rand": ("randn",),
    "sin": ("cos",),
    "cos": ("sin",),
    "tanh": ("sin",),
    "vstack": ("hstack",),
    "hstack": ("vstack",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "std": ("var",),
    "var": ("std",),
    "any": ("all",),
    "all": ("any",),
}
DROPPED = {
    "sqrt",
    "abs",
    "square",
    "exp",
    "log",
    "copy",
    "deepcopy",
    "reversed",
    "sorted",
    "transpose",
    "astype",
    "float",
}
MOST_NAMES = 2  # other variables that are tried in the place of one


@dataclass(frozen=True)
class Mutant:
    """A solution with one slip.

    Attributes
    ----------
    solution : str
        The cell.
    operator : str
        The kind of slip, in a word or two.
    source : str
        Of the whole cell.
    line : int
        Of the slip in the cell, from 1.
    """

    solution: str
    operator: str
    source: str
    line: int

    def difference(self, reference: str) -> list[str]:
        """The lines that differ, as a unified difference without its head."""
        lines = difflib.unified_diff(reference.splitlines(), self.source.splitlines(), n=0, lineterm="")
        return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


Alike = Mapping[str, Mapping[str, Sequence[str]]]  # by function and name: names of values of the same kind and shape


def mutants(solution: str, source: str, alike: Alike | None = None) -> list[Mutant]:
    """All mutants of a solution cell, in the order of its text.

    Parameters
    ----------
    solution : str
        The name of the cell.
    source : str
    alike : mapping, optional
        For each function, and each of its names, other names that held values of the same shape when it ran, as
        `grader.check.inputs.alike` finds them.
    """
    tree = ast.parse(source)
    text = _Text(source)
    seen = {ast.dump(tree)}
    found = []
    for node, operator, edits in _Slips(text, alike or {}).of(tree):
        mutated = text.edited(edits)
        try:
            dump = ast.dump(ast.parse(mutated))
            compile(mutated, "<mutant>", "exec")
        except (SyntaxError, ValueError):
            continue
        if dump not in seen:
            seen.add(dump)
            found.append(Mutant(solution, operator, mutated, node.lineno))
    return found


Edit = tuple[int, int, str]  # from, to, text
Placed = ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword | ast.alias | ast.pattern  # nodes with a place


class _Text:
    """A source and where its nodes are."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        spans = regions(source, "SOLUTION")
        self._own = [range(first + 2, last + 1) for first, last in spans]  # lines between the markers, from 1

    def is_own(self, node: ast.AST) -> TypeGuard[Placed]:
        """Whether a node is what the student writes."""
        return hasattr(node, "lineno") and any(node.lineno in lines for lines in self._own)

    def at(self, line: int, column: int) -> int:
        """The place of a line and a column, which Python's parser counts in bytes."""
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def span(self, node: Placed) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None  # as for every node that was parsed
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)

    def of(self, node: Placed) -> str:
        first, last = self.span(node)
        return self.source[first:last]

    def edited(self, edits: Sequence[Edit]) -> str:
        mutated = self.source
        for first, last, text in sorted(edits, reverse=True):
            mutated = mutated[:first] + text + mutated[last:]
        return mutated


class _Slips:
    """The slips that a syntax tree offers."""

    def __init__(self, text: _Text, alike: Alike) -> None:
        self._text, self._alike = text, alike

    def of(self, tree: ast.Module) -> Iterator[tuple[Placed, str, list[Edit]]]:
        """The node, the kind of slip and the edits of each."""
        yield from self._in(tree, "")

    def _in(self, parent: ast.AST, function: str) -> Iterator[tuple[Placed, str, list[Edit]]]:
        if isinstance(parent, ast.FunctionDef):
            function = function or parent.name
        if _only_prints(parent):
            return
        for body in (getattr(parent, name, None) for name in ("body", "orelse")):
            if isinstance(body, list):
                yield from self._statements(body)
        for node in ast.iter_child_nodes(parent):
            if self._text.is_own(node) and not _only_prints(node):
                for operator, new in self._slips(node, function):
                    yield node, operator, [(*self._text.span(node), new)]
                yield from self._more(node)
            if not isinstance(node, ast.JoinedStr):
                yield from self._in(node, function)

    def _statements(self, body: list[ast.stmt]) -> Iterator[tuple[Placed, str, list[Edit]]]:
        """A line forgotten, and two lines in the wrong order."""
        for place, node in enumerate(body):
            if not self._text.is_own(node) or _is_docstring(node) or _only_prints(node):
                continue
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr | ast.If | ast.For | ast.Delete):
                yield node, "line forgotten", [(*self._text.span(node), "pass")]
            after = body[place + 1] if place + 1 < len(body) else None
            simple = ast.Assign | ast.AugAssign | ast.Expr
            if isinstance(node, simple) and isinstance(after, simple):
                swapped = [
                    (*self._text.span(node), self._text.of(after)),
                    (*self._text.span(after), self._text.of(node)),
                ]
                yield node, "lines swapped", swapped

    def _slips(self, node: ast.AST, function: str) -> Iterator[tuple[str, str]]:
        """What may stand in the place of a node."""
        of = self._text.of
        match node:
            case ast.BinOp(left, op, right):
                for other in BINARY.get(type(op), ()):
                    yield "operator", _unparse(ast.BinOp(left, other(), right))
                if isinstance(op, ORDERED):
                    yield "sides swapped", _unparse(ast.BinOp(right, op, left))
                yield "term forgotten", f"({of(left)})"
                yield "term forgotten", f"({of(right)})"
            case ast.UnaryOp(ast.USub() | ast.Not(), operand):
                yield "sign", f"({of(operand)})"
            case ast.Compare(left, [op], [right]):
                for another in COMPARISONS[type(op)]:
                    yield "comparison", _unparse(ast.Compare(left, [another()], [right]))
            case ast.BoolOp(op, values):
                yield "operator", _unparse(ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values))
                for value in values:
                    yield "condition forgotten", f"({of(value)})"
            case ast.Constant(bool(value)):
                yield "constant", str(not value)
            case ast.Constant(int(value)):
                yield from (("constant", str(other)) for other in {value + 1, value - 1, 0} - {value})
            case ast.Constant(float(value)):
                yield from (
                    ("constant", repr(other)) for other in (value * 1.1, value * 10, -value, 0.0) if other != value
                )
            case ast.Name(name, ast.Load()):
                yield from (("variable", other) for other in self._alike.get(function, {}).get(name, ())[:MOST_NAMES])
            case ast.Attribute(value, "T", ast.Load()):
                yield "transpose forgotten", of(value)
            case ast.IfExp(test, body, orelse):
                yield "branches swapped", _unparse(ast.IfExp(test, orelse, body))
            case ast.Slice(lower, upper, step) if lower is not None or upper is not None:
                if upper is not None:
                    yield "off by one", _unparse(ast.Slice(lower, ast.BinOp(upper, ast.Sub(), ast.Constant(1)), step))
                    yield "off by one", _unparse(ast.Slice(lower, ast.BinOp(upper, ast.Add(), ast.Constant(1)), step))
                if lower is not None:
                    yield "off by one", _unparse(ast.Slice(ast.BinOp(lower, ast.Add(), ast.Constant(1)), upper, step))
            case ast.Tuple([first, second, *rest], ast.Load()):
                yield "order", f"({', '.join(of(one) for one in (second, first, *rest))})"
            case ast.Call():
                yield from self._call(node)

    def _call(self, node: ast.Call) -> Iterator[tuple[str, str]]:
        of, arguments = self._text.of, node.args
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        head = of(node.func).removesuffix(name)
        inside = self._text.source[self._text.span(node.func)[1] : self._text.span(node)[1]]
        for other in CALLS.get(name, ()):
            yield "function", head + other + inside
        if name in DROPPED:
            is_method = isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name)
            if arguments and name != "astype":
                yield f"{name} forgotten", f"({of(arguments[0])})"
            elif isinstance(node.func, ast.Attribute) and (is_method or not arguments or name == "astype"):
                yield f"{name} forgotten", f"({of(node.func.value)})"
        if name in ("range", "arange") and arguments:
            end = 0 if len(arguments) == 1 else 1
            for operator in (ast.Add(), ast.Sub()):
                longer = list(arguments)
                longer[end] = ast.BinOp(longer[end], operator, ast.Constant(1))
                yield "off by one", _unparse(ast.Call(node.func, longer, node.keywords))
            if len(arguments) == 1:
                yield "off by one", _unparse(ast.Call(node.func, [ast.Constant(1), *arguments], node.keywords))
        if len(arguments) == 2 and not any(isinstance(one, ast.Starred) for one in arguments):
            yield "arguments swapped", _unparse(ast.Call(node.func, arguments[::-1], node.keywords))
        for place, keyword in enumerate(node.keywords):
            if keyword.arg:
                rest = node.keywords[:place] + node.keywords[place + 1 :]
                yield f"{keyword.arg} forgotten", _unparse(ast.Call(node.func, arguments, rest))

    def _more(self, node: Placed) -> Iterator[tuple[Placed, str, list[Edit]]]:
        """Slips that are no other expression in the place of one."""
        of, span = self._text.of, self._text.span
        match node:
            case ast.AugAssign(target, op, value):
                for other in (*BINARY.get(type(op), ()), None):
                    sign = "=" if other is None else f"{_SIGNS[other]}="
                    yield node, "operator", [(*span(node), f"{of(target)} {sign} {of(value)}")]
            case ast.If(test=test) | ast.While(test=test):
                yield node, "condition", [(*span(test), f"not ({of(test)})")]
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                for test in (test for part in node.generators for test in part.ifs):
                    yield test, "condition", [(*span(test), f"not ({of(test)})")]


_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.MatMult: "@"}


def _unparse(node: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(node))
    return f"({text})" if isinstance(node, ast.BinOp | ast.BoolOp | ast.Compare | ast.IfExp) else text


def _only_prints(node: ast.AST) -> bool:
    """Whether a statement does nothing but print, which costs no points whatever it says."""
    match node:
        case ast.Expr(ast.Call(ast.Name("print"))):
            return True
        case ast.If(body=body, orelse=orelse):
            return all(map(_only_prints, [*body, *orelse]))
    return False


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
