"""What both ends of the wire agree on: the limits, the kinds of nodes, and the two ways to fail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


class WireError(Exception):
    """A message that is damaged, forged or over a limit."""


class NotPlain(Exception):
    """An object that cannot travel as data."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one message.

    Attributes
    ----------
    size : int
        Bytes in all.
    elements : int
        Nodes and the values inside them (not the entries of arrays, which `size` bounds).
    depth : int
        Containers inside containers.
    """

    size: int = 64 * 1024 * 1024
    elements: int = 200_000
    depth: int = 200


@dataclass(frozen=True)
class Graph:
    """An encoded or decoded message.

    Attributes
    ----------
    data : bytes
        The message.
    root : object
        What it holds.
    objects : list
        The object of every node; the position is its name in a reply.
    """

    data: bytes
    root: Any
    objects: list[Any]


@dataclass(frozen=True)
class Handle:
    """An object that stays where it is: its number and the name of its type."""

    number: int
    kind: str


LIMITS = Limits()
DTYPE = re.compile(r"[<>|](?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32)|[SUmM]\d{1,7}(?:\[[a-zA-Z0-9/]{1,10}\])?)")
MUTABLE = {"list": list, "dict": dict, "set": set}
