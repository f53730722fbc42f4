"""The attacks by line of the threat model, read from the percent files and from the marks of test functions.

`GROUPS` is the threat model. A percent file is a group. Its first cell is the title; a markdown cell ``threat="..."`` is a line of the threat model, in the words of README.md;
the code cells behind it are the attacks on that line. Groups that are about files, pages and commands are test modules,
whose tests carry ``@threat("...", walls="...")``. ``python tests/attacks/catalogue.py`` writes README.md; a test compares.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import pytest

from grader.percent import Cell, read_cells

HERE = Path(__file__).parent
PLACES = ("before", "answer", "call")


@dataclass(frozen=True)
class Attack:
    """One thing that a cell of an unsolved notebook may try.

    Attributes
    ----------
    group, threat, name : str
    source : str
        What the cell runs.
    walls : frozenset of str
        What stops it, any of these alone: all have to be taken down before it has its effect.
    effect : str
        What it has then: ``sight`` of a canary, ``points``, ``loss`` of what was earned, ``harm`` to a process outside,
        a process ``left`` behind, an engine's ``fault``, output beyond all ``size``, or ``excess``, a number above
        `most`.
    places : tuple of str
        Where it is tried: in a cell ``before`` the set-up, in the ``answer``, in a ``call`` by a hidden test. The
        first is where it is tried without its walls.
    seconds : float
        The time limit of a cell.
    most : float
        The most that the cell may say to have reached with the walls in place.
    low_limits : bool
        Whether the limits of the sandbox are lower for it than they are for a notebook.
    """

    group: str
    threat: str
    name: str
    source: str
    walls: frozenset[str]
    effect: str
    places: tuple[str, ...] = PLACES
    seconds: float = 5.0
    most: float | None = None
    low_limits: bool = False

    def __str__(self) -> str:
        return f"{self.group}: {self.name}"


def attacks(*groups: str) -> list[Attack]:
    """The attacks of some groups, or of all that are percent files."""
    files = sorted(path for path in HERE.glob("[a-z]_*.py"))
    return [attack for path in files if not groups or path.name[0].upper() in groups for attack in _read(path)]


def _read(path: Path) -> list[Attack]:
    found, threat = [], ""
    for cell in read_cells(path):
        if "threat" in cell.options:
            threat = cell.options["threat"]
        elif "attack" in cell.options:
            found.append(_attack(path.name[0].upper(), threat, cell))
    return found


def _attack(group: str, threat: str, cell: Cell) -> Attack:
    options = dict(cell.options)
    name, walls, effect = options.pop("attack"), options.pop("walls"), options.pop("effect")
    if "places" in options:
        options["places"] = tuple(options["places"].split())
    options["low_limits"] = options.pop("limits", "") == "low"
    return Attack(group, threat, name, cell.source, frozenset(walls.split()), effect, **options)


def threat(line: str, walls: str, names: Sequence[str] = ()) -> Callable:
    """Mark a test as an attack, or several by name, on a line of the threat model, and say what stops it."""
    return pytest.mark.threat(line, walls, tuple(names))


GROUPS = {
    "A. Seeing the tests": (
        "read test files by relative, absolute and globbed paths",
        "walk /",
        "stack frames and gc",
        "/proc/self and the parent's environ, cmdline, fds, maps",
        "environment variables",
        "IPython history and In; pre_run_cell handlers",
        "sys.settrace",
        "traceback text",
        "other submissions and left-overs in temporary folders and /dev/shm",
        "inherited descriptors",
        "the solution in an installed package, the course folder or git",
    ),
    "B. Forging in process": (
        "AST, input and cell transformers that drop or replace asserts",
        "patched numpy.testing, numpy.allclose, builtins, AssertionError, sys.modules, import hooks",
        "modules that shadow (numpy.py, utils/, sitecustomize.py beside the notebook)",
        "showtraceback, run_code, run_cell replaced",
        "os._exit, SystemExit, SIGKILL to itself before the tests",
        "atexit, threads and timers that act later",
        "ctypes edits of interpreter objects",
        "no-op or fixed seed functions",
    ),
    "C. The result channel": (
        "writing result files or the gradebook",
        "fake verdict lines and terminal escapes on stdout",
        "writing to every open descriptor",
        "forged protocol messages",
        "outputs already stored in the submitted notebook",
        "malicious pickle or object arrays as return values",
        "processes that outlive the notebook",
    ),
    "D. Values that lie": (
        "classes whose comparison, arithmetic, __array__ or __bool__ always please",
        "subclasses of float and ndarray",
        "NaN, inf, empty, 0-d, wrong-shape, object-dtype and masked arrays",
        "values that change between reads",
        "returning or mutating the caller's input",
        "lookup tables of the visible cases",
    ),
    "E. The file": (
        "deleted, duplicated, swapped, re-typed, re-ordered graded cells",
        "changed points, locks, checksums, tags (skip-execution)",
        "foreign kernels and nbformat versions",
        "not JSON, not UTF-8, 200 MB, 100,000 cells, deep nesting",
        "another assignment's or another student's notebook",
        "syntax errors and parser killers",
    ),
    "F. Files around it": (
        "symbolic and hard links (to the solution, the gradebook)",
        "FIFOs, devices",
        "path traversal in names",
        "archives that expand without end",
        "unremovable folders",
    ),
    "G. Resources": (
        "endless loops in Python and in C",
        "sleeping for ever",
        "blocked signals",
        "fork and thread bombs",
        "memory and /dev/shm and disk bombs",
        "10 GB of output, millions of small outputs",
        "descriptor exhaustion",
        "thread oversubscription that slows the neighbours",
    ),
    "H. Escape": (
        "signals to the parent and to all",
        "ptrace",
        "new namespaces",
        "mounts",
        "keyrings",
        "io_uring",
        "vsock",
        "abstract sockets",
        "setuid programs",
        "service sockets",
    ),
    "I. Network": (
        "HTTP, DNS",
        "raw and IPv6 sockets",
        "services on localhost",
        "cloud metadata addresses",
        "unix sockets",
    ),
    "J. What people look at": (
        "scripts and frames in feedback, reports and the formgrader (outputs, markdown, file and student names)",
        "spreadsheet formulas in exported marks",
        "terminal escapes in the command's output",
    ),
    "K. Identity and time": (
        "another student's id in metadata or path",
        "forged timestamps",
        "submitting while being graded",
        "a cached good result re-used for other code, data or tests",
    ),
}
WALLS = {
    "process": "the tests run in another process, and the student's has no right or file of the grader's",
    "mount": "a view of the files with nothing of the course in it",
    "pid": "a namespace of processes",
    "net": "a namespace of networks and abstract sockets",
    "ipc": "a namespace of System V memory",
    "landlock": "Landlock: writing only to the own folder",
    "seccomp": "a list of system calls",
    "limits": "limits of a process",
    "cgroup": "limits of all its processes together",
    "disk": "a file system of limited size",
    "checks": "tests that look at shape, type and finiteness",
    "secret": "hidden inputs that are drawn from a secret",
    "messages": "a format that cannot run anything, tokens, and checks of what arrives",
    "restore": "the course's cells, kinds and points in place of the hand-in's",
    "read": "regular files only, bounded, never through a link",
    "collect": "names and sizes are judged before anything is opened",
    "view": "the files of a hand-in vanish with its process",
    "escape": "text on a page is text",
    "harmless": "the formgrader shows text and pictures only",
    "apostrophe": "no cell of the marks begins like a formula",
    "plain": "no character that steers a terminal",
    "folder": "a hand-in belongs to the folder it lies in",
    "time": "a time is the one beside the hand-in, not one from its notebook",
    "digest": "a result is used again only for the same hand-in, course, secret and versions",
}
MODULES = (
    "test_c_messages",
    "test_e_the_file",
    "test_f_files_around_it",
    "test_j_what_people_look_at",
    "test_k_identity_and_time",
    "test_autograde",
    "test_collect",
)


def by_line() -> dict[str, list[tuple[str, str]]]:
    """For every line of the threat model, its attacks with what stops them."""
    found: dict[str, list[tuple[str, str]]] = {line: [] for lines in GROUPS.values() for line in lines}
    for attack in attacks():
        found[attack.threat].append((attack.name, " ".join(sorted(attack.walls))))
    for module in MODULES:
        for test in vars(importlib.import_module(module)).values():
            for mark in getattr(test, "pytestmark", []) if callable(test) else []:
                if mark.name == "threat":
                    line, walls, names = mark.args
                    found[line] += [(name, walls) for name in names or [_words(test)]]
    return found


def _words(test: Callable) -> str:
    return test.__name__.removeprefix("test_").replace("_", " ")


def readme() -> str:
    """README.md, with the attacks of every line."""
    lines = [INTRODUCTION]
    found = by_line()
    for group, threats in GROUPS.items():
        lines += [f"## {group}", "", "| threat | attack | what stops it |", "|---|---|---|"]
        for line in threats:
            lines += [f"| {line} | {name} | {walls} |" for name, walls in found[line]]
        lines.append("")
    lines += ["## What stops them", "", "| wall | what it is |", "|---|---|"]
    lines += [f"| {wall} | {what} |" for wall, what in WALLS.items()]
    return "\n".join(lines) + "\n"


INTRODUCTION = """# Attacks on our own grading

What a hand-in may try against this grader, as tests. Each attack is asserted to get nothing: an unsolved notebook with it has no
point; nothing of the hidden tests, and no canary that was planted where a hand-in must not come (gradebook, other hand-ins,
environment, memory, services), is in anything that its process could write or that the student gets back; and the next
honest hand-in has all its points, with no process left behind and nothing changed outside.

* `[a-d]_*.py`, `[g-i]_*.py`: cells that are put into the unsolved notebook, in front of it, into an answer, and into a function that a hidden test calls. `test_code.py` runs them.
* `test_c_*.py`, `test_e_*.py`, `test_f_*.py`, `test_j_*.py`, `test_k_*.py`: messages, files, pages, identities.
* *With the wall down* every cell is run once more, where what stops it is missing, and has to have its effect: so each assertion can fail. For "process" this is one process that runs answers and tests and reports on itself (`one_process.py`); for a wall of the sandbox it is a sandbox without it (`Template(..., without=...)`). Where several walls are named, each of them alone stops the attack, or a part of it.
* [comparison.md](comparison.md): what the attacks of groups B and E get from nbgrader's own converter.

Bombs are small and end by themselves, and the limits are lowered for them. The attacks refuse to run where there are no
namespaces, because some of them end whatever process they can reach.

This file is written by `python tests/attacks/catalogue.py` from the attacks themselves.
"""


if __name__ == "__main__":
    (HERE / "README.md").write_text(readme())
