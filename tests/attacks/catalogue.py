"""The attacks by line of the threat model, read from the percent files and from the marks of test functions.

A percent file is a group. Its first cell is the title; a markdown cell ``threat="..."`` is a line of the threat model, in the words of README.md;
the code cells behind it are the attacks on that line. Groups that are about files, pages and commands are test modules,
whose tests carry ``@threat("...", walls="...")``. ``python tests/attacks/catalogue.py`` writes README.md; a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

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
