"""Long suites of tests that are not run again while nothing has changed that their result depends on.

A suite that has passed whole leaves a *stamp* in `.ci/stamps`, a small file in git with the digest of all that its
result depends on, and its figures. `.ci/run` computes the digests: a suite whose stamp matches is not run again.

    python3 .ci/stamps.py             what has a stamp that matches, and what has not
    python3 .ci/stamps.py run         run the suites that have none, and stamp those that pass (`make stamps`)
    python3 .ci/stamps.py run --all   run all of them (`make check-all`)
    python3 .ci/stamps.py run NAME    run these

A stamp is written in one place, `run`, and only behind commands that all ended with 0. What a suite depends on is
worked out, not listed by hand, where it can be: the modules of `grader`, `utils` and `tests` that its own modules
import, also within functions. A suite runs in a folder that holds nothing else of the repository, so that a file
that was forgotten is missed at once.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ".ci/stamps"
SOURCES = ("", "tests/", "tests/attacks/", "tests/kubernetes/", "deploy/jupyterhub/", ".ci/")  # where imports lead
LOCK = "requirements/dev.txt"
_MODULE = re.compile(r"(grader|utils)(\.\w+)+")  # as it is named in settings and commands


@dataclass(frozen=True)
class Suite:
    """Tests that belong together, and what their result depends on.

    Attributes
    ----------
    name : str
    commands : tuple of tuple of str
        Run one after the other in the folder of the suite; ``python`` is that of `.venv`.
    modules : tuple of str
        Files in Python that the commands run or import by name; what these import is found.
    files : tuple of str
        Other files and folders, relative to the repository. The lock is always among them.
    made : tuple of str
        What `make` has to make first.
    skipped : int
        Tests of pytest that are skipped, on every machine; with another number the suite has not passed whole.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    modules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    skipped: int = 0


class Repository:
    """The files of a checkout that count, as they are when they are first asked for.

    Parameters
    ----------
    root : Path
    """

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root

    @cached_property
    def files(self) -> list[str]:
        """Those that git tracks, or would if they were added, sorted."""
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout.split("\0")
        return sorted({name for name in names if name and (self.root / name).is_file()})

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.files)

    def below(self, path: str) -> list[str]:
        """A file, or the files in a folder.

        Raises
        ------
        SystemExit
            If there is none.
        """
        found = [name for name in self.files if name == path or name.startswith(f"{path.rstrip('/')}/")]
        if not found:
            raise SystemExit(f"error: a suite depends on {path}, which is not there. Correct .ci/suites.py.")
        return found

    def dependencies(self, suite: Suite) -> list[str]:
        """The files that the result of a suite depends on, sorted."""
        found: set[str] = set()
        waiting = [name for path in suite.modules for name in self.below(path)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                if name.endswith(".py"):
                    waiting += self.imported(name)
        return sorted(found.union(*map(self.below, (LOCK, *suite.files))))

    def imported(self, name: str) -> tuple[str, ...]:
        """The files of the repository that a module imports, anywhere in it, with the packages that they lie in."""
        names = _names((self.root / name).read_text(encoding="utf-8"), name)
        parts = [module.split(".") for module in names]
        tried = {"/".join(one[: size + 1]) for one in parts for size in range(len(one))}
        files = (f"{folder}{one}{end}" for folder in SOURCES for one in tried for end in (".py", "/__init__.py"))
        return tuple(file for file in files if file in self._known)

    def digest(self, suite: Suite) -> str:
        """Of everything that the result of a suite depends on: files, commands, version of Python, kind of machine."""
        digest = hashlib.sha256()
        about = [suite.commands, sys.version_info[:2], platform.system(), platform.machine()]
        digest.update(json.dumps(about).encode())
        for name in self.dependencies(suite):
            content = (self.root / name).read_bytes()
            digest.update(f"\n{name} {hashlib.sha256(content).hexdigest()}".encode())
        return digest.hexdigest()

    def stamp(self, suite: Suite) -> Path:
        return self.root / FOLDER / f"{suite.name}.json"

    def is_stamped(self, suite: Suite) -> bool:
        """Whether the suite has passed with everything as it is now."""
        try:
            return json.loads(self.stamp(suite).read_text())["digest"] == self.digest(suite)
        except (OSError, ValueError, KeyError, TypeError):
            return False


@lru_cache(maxsize=1024)
def _names(source: str, name: str) -> frozenset[str]:
    """The dotted names that a module may import, and those of modules that it starts by name in another process."""
    package = name.removesuffix(".py").split("/")[:-1]
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE.fullmatch(node.value):
            found.add(node.value)
    return frozenset(found)


def run(repository: Repository, suite: Suite, python: str, environment: Mapping[str, str]) -> str:
    """Run a suite, and stamp it if it has passed.

    Parameters
    ----------
    repository : Repository
    suite : Suite
    python : str
        The interpreter, with everything installed.
    environment : mapping of str to str

    Returns
    -------
    str
        Why it has not passed, in one sentence; empty if it has, and has its stamp.
    """
    for name in suite.made:
        if subprocess.run(["make", "--quiet", name], cwd=repository.root).returncode:
            return f"`make {name}` failed."
    before, begin, used = repository.digest(suite), time.monotonic(), _children()
    with tempfile.TemporaryDirectory(prefix=f"{suite.name}-") as place:
        folder = Path(place)
        folder.chmod(0o755)  # some tests are done by other users
        for name in repository.dependencies(suite):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository.root / name, folder / name)
        figures_file = folder / "figures.json"
        alone = {key: value for key, value in environment.items() if key not in ("COURSE_SEED", "PYTHONPATH")}
        alone |= {"PYTHONPATH": str(folder), "SUITE_FIGURES": str(figures_file)}
        alone["PATH"] = os.pathsep.join([str(Path(python).parent), alone.get("PATH", os.defpath)])
        for command in suite.commands:
            words = [python if word == "python" else word for word in command]
            code = subprocess.run(words, cwd=folder, env=alone).returncode
            if code:
                return f"`{' '.join(command)}` ended with exit code {code}."
        figures = json.loads(figures_file.read_text()) if figures_file.is_file() else {}
        if (report := folder / "tests.xml").is_file():
            (counts,) = ElementTree.parse(report).iter("testsuite")
            figures |= {key: int(counts.get(key, 0)) for key in ("tests", "skipped")}
            skipped = sum(one.get("type") == "pytest.skip" for one in counts.iter("skipped"))
            if skipped != suite.skipped:
                return f"{skipped} tests were skipped, not {suite.skipped}."
    if Repository(repository.root).digest(suite) != before:
        return "What it depends on has changed while it ran. Run it again."
    spent = {"minutes": round((time.monotonic() - begin) / 60, 1), "cpu_minutes": round((_children() - used) / 60, 1)}
    stamp = {"digest": before, **spent, "figures": figures}
    path = repository.stamp(suite)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(stamp, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return ""


def _children() -> float:
    """Seconds of computing time of all processes that this one has started and that have ended."""
    return os.times().children_user + os.times().children_system


def main() -> int:
    """The command; 1 if a suite has not passed."""
    from suites import SUITES

    parser = argparse.ArgumentParser(description="Long suites of tests, and their stamps.")
    commands = parser.add_subparsers(dest="command")
    runs = commands.add_parser("run", help="run suites, and stamp those that pass")
    runs.add_argument("names", nargs="*", metavar="SUITE", help="unless named, those whose stamp does not match")
    runs.add_argument("--all", action="store_true", help="all of them")
    asked = parser.parse_args()
    repository, known = Repository(), {suite.name: suite for suite in SUITES}
    if asked.command != "run":
        for suite in SUITES:
            print(f"{suite.name:32}{'stamped' if repository.is_stamped(suite) else 'to be run'}")
        return 0
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f"there is no suite {unknown[0]}; the suites are {', '.join(known)}")
    wanted = [known[name] for name in asked.names] or [
        suite for suite in SUITES if asked.all or not repository.is_stamped(suite)
    ]
    broken = {}
    for suite in wanted:
        print(f"--- {suite.name}", flush=True)
        why = run(repository, suite, str(ROOT / ".venv/bin/python"), os.environ)
        print(f"--- {suite.name}: {why or 'passed, and stamped'}", flush=True)
        if why:
            broken[suite.name] = why
    print(f"{len(wanted) - len(broken)} of {len(wanted)} suites passed.", flush=True)
    for name, why in broken.items():
        print(f"failed: {name}: {why}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
