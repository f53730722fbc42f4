"""Which part of the tree may import which, in the whole of it."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

from sample_class import ROOT

# Who must not import what; the longest name that fits a file counts.
FORBIDDEN = {
    "utils": ("grader", "course", "tests", "bench", "deploy"),  # it goes to students
    "grader": ("course", "tests", "bench", "deploy"),
    "deploy": ("course", "tests", "bench"),
    "bench": ("course",),
}
ONLY_ITS_OWN = {"grader/engine": "grader.engine"}  # of the package that it lies in, a folder imports nothing else


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, anywhere in it, also by a name in quotes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots; write the whole name"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            yield from (one.value for one in node.args if isinstance(one, ast.Constant))


def upwards(root: Path) -> list[str]:
    """Every import that leads where it must not, as ``file: name``."""
    found = []
    for part, forbidden in FORBIDDEN.items():
        for path in sorted((root / part).rglob("*.py")):
            name = str(path.relative_to(root))
            own = [package for folder, package in ONLY_ITS_OWN.items() if name.startswith(f"{folder}/")]
            for module in imported(path):
                is_stranger = any(_is_in(module, one) for one in forbidden)
                leaves = any(
                    _is_in(module, package.partition(".")[0]) and not _is_in(module, package) for package in own
                )
                if is_stranger or (leaves and module != "grader"):
                    found.append(f"{name}: {module}")
    return found


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_nothing_imports_upwards():
    assert upwards(ROOT) == []


PLANTED = {
    ("bench/hub.py", "from course.cnn import x"): ["course.cnn", "course.cnn.x"],
    ("deploy/jupyterhub/demo.py", "import tests.conftest"): ["tests.conftest"],
    ("grader/check/claims.py", "def f():\n    import course.cnn"): ["course.cnn"],
    ("grader/engine/deep/new.py", "import grader.work"): ["grader.work"],
    ("grader/engine/names.py", "from course import x"): ["course", "course.x"],
    ("grader/engine/wire.py", "from grader import gradebook"): ["grader.gradebook"],
    ("grader/work.py", "import importlib\nimportlib.import_module('tests.conftest')"): ["tests.conftest"],
    ("utils/deep/new.py", "from grader.engine import wire"): ["grader.engine", "grader.engine.wire"],
}


def test_an_import_that_leads_upwards_is_seen_anywhere_in_the_tree(tmp_path):
    for part in FORBIDDEN:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("*.ipynb", "__pycache__", "*.json"))
    for file, lines in PLANTED:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + f"\n{lines}\n")
    expected = [f"{file}: {name}" for (file, _), names in PLANTED.items() for name in names]
    assert sorted(upwards(tmp_path)) == sorted(expected)
