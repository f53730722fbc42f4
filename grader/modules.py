"""Which modules of `utils` a student's process needs: those that an assignment lists, and what these import in turn."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import utils

_ALWAYS = "checks"  # the visible checks, and the seeds that the engine sets


def closure(listed: Iterable[str]) -> tuple[str, ...]:
    """The listed modules with all that they import of `utils`, sorted.

    >>> closure(["gc_utils"])
    ('activations', 'checks', 'gc_utils')
    """
    folder = Path(utils.__file__).parent
    found: set[str] = set()
    waiting = [_ALWAYS, *listed]
    while waiting:
        name = waiting.pop()
        if name not in found and (folder / f"{name}.py").is_file():
            found.add(name)
            waiting += _imported((folder / f"{name}.py").read_text(encoding="utf-8"))
    return tuple(sorted(found))


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, _, module = node.module.partition(".")
            if package == "utils":
                yield from [module.partition(".")[0]] if module else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("utils."))
