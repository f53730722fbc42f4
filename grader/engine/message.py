"""What both ends of the wire agree on: the limits, the kinds of nodes, and the two ways to fail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from operator import is_
from typing import Any


class WireError(Exception):
    """A message that is damaged, forged or over a limit."""


class CannotFollow(WireError):
    """An argument that was changed in place into something that the original cannot become."""


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
    contents : list
        Of a decoded message: an object that can change, and what it held then.
    """

    data: bytes
    root: Any
    objects: list[Any]
    contents: list[tuple[Any, Any]] = field(default_factory=list)

    def is_as_it_came(self) -> bool:
        """Whether nothing that was decoded has been changed since."""
        return all(_holds(thing, content) for thing, content in self.contents)


@dataclass(frozen=True)
class Handle:
    """An object that stays where it is: its number and the name of its type."""

    number: int
    kind: str


LIMITS = Limits()
_DTYPE = re.compile(
    r"[<>|](?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32)|[SU][1-9]\d{0,6}|[mM]8(?:\[\d{0,4}(?:[YMWDhms]|[munpfa]s)\])?)"
)


@lru_cache(maxsize=256)
def may_travel(dtype: str) -> bool:
    """Whether arrays of a type, written as `numpy.dtype.str` does, are plain data."""
    return _DTYPE.fullmatch(dtype) is not None


_LARGE = 1 << 40  # a size that no limit allows: it need not be known better
MUTABLE = {"list": list, "dict": dict, "set": set}
CONTAINERS = frozenset({"list", "tuple", "dict", "set", "frozenset", "slice"})
EXPANSION = (
    20  # times the limit of elements that a graph may have when shared containers are counted wherever they stand
)


def measure(nodes: list, top: Any) -> tuple[int, int, int]:
    """How many nodes of a message its root reaches, how deep they are nested, and how large they are written out (at least).

    A container that stands in two places counts twice in the size, and for the depth on its longest way; a container
    inside itself is not followed again. Nodes without a meaning have no inside.
    """
    return _measure_in_order(nodes, top) or _measure_in_any_order(nodes, top)


def _measure_in_order(nodes: list, top: Any) -> tuple[int, int, int] | None:
    """`measure` in one pass, for messages in which every node stands behind those that hold it, as in most; else None."""
    if top != [0] or not nodes:
        return None
    depths, times = [0] * len(nodes), [0] * len(nodes)
    depths[0] = times[0] = 1
    size = 0
    for number, node in enumerate(nodes):
        depth, count = depths[number], min(times[number], _LARGE)
        if not count:
            return None
        size += count * (1 + len(node))
        if (node[2] if node[0] == "origin" else node[0]) not in CONTAINERS:
            continue
        for item in node:
            if type(item) is list and len(item) == 1 and type(item[0]) is int:
                inside = item[0]
                if not number < inside < len(nodes):
                    return None
                times[inside] += count
                if depths[inside] <= depth:
                    depths[inside] = depth + 1
    return len(nodes), max(depths), size


def _measure_in_any_order(nodes: list, top: Any) -> tuple[int, int, int]:
    depth: dict[int, int] = {}
    size: dict[int, int] = {}
    on_the_way: set[int] = set()
    first = _references([None, top])
    stack = list(first)
    while stack:
        number = stack[-1]
        inside = _references(nodes[number]) if 0 <= number < len(nodes) else []
        if number not in depth and number not in on_the_way:
            on_the_way.add(number)
            stack += [other for other in inside if other not in depth and other not in on_the_way]
            continue
        stack.pop()
        if number in on_the_way:
            on_the_way.discard(number)
            known = [other for other in inside if other in depth]
            depth[number] = 1 + max((depth[other] for other in known), default=0)
            items = len(nodes[number]) if 0 <= number < len(nodes) and isinstance(nodes[number], list) else 0
            size[number] = min(1 + items + sum(size[other] for other in known), _LARGE)
    return len(depth), max((depth[number] for number in first), default=0), sum(size[number] for number in first)


def _holds(thing: Any, content: Any) -> bool:
    if type(content) is tuple:
        dtype, shape, data = content
        return thing.dtype == dtype and thing.shape == shape and thing.tobytes() == bytes(data)
    if len(thing) != len(content):
        return False
    if type(content) is dict:
        return all(map(is_, thing.values(), content.values())) and all(map(is_, thing, content))
    if type(content) is list:
        return all(map(is_, thing, content))
    return thing == content


def _references(node: Any) -> list[int]:
    """The nodes that a container holds."""
    if not isinstance(node, list) or not node:
        return []
    items = node[2:] if node[0] == "origin" else node
    if not items or (items[0] is not None and items[0] not in CONTAINERS):
        return []
    return [item[0] for item in items[1:] if isinstance(item, list) and len(item) == 1 and type(item[0]) is int]
