"""Which modules a student's process needs: those of `utils` that an assignment lists, and what these import in turn."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import utils

_IMPORT = re.compile(r"(?m)^\s*(?:from|import)\s+(.*)")
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


def packages(sources: Iterable[str], listed: Iterable[str] = ()) -> frozenset[str]:
    """The packages that code seems to import.

    Parameters
    ----------
    sources : iterable of str
        Cells, magics included.
    listed : iterable of str
        Modules of `utils` that they use, from `closure`.

    >>> sorted(packages(["import os, numpy as np", "%time from scipy.io import loadmat", "from numpy import ones"]))
    ['as', 'np', 'numpy', 'os']
    """
    folder = Path(utils.__file__).parent
    texts = [*sources, *((folder / f"{name}.py").read_text(encoding="utf-8") for name in listed)]
    lines = [line.partition(" import ")[0] for text in texts for line in _IMPORT.findall(text)]
    return frozenset(re.split(r"\W", part, maxsplit=1)[0] for line in lines for part in re.split(r"[,\s]+", line))


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, _, module = node.module.partition(".")
            if package == "utils":
                yield from [module.partition(".")[0]] if module else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("utils."))
