"""Bytes to objects: everything is checked before anything is built, and built before anything is changed.

See `grader.engine.wire` for what travels and how.
"""

from __future__ import annotations

import json
import math
import re
import warnings
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from grader.engine.message import (
    EXPANSION,
    MUTABLE,
    CannotFollow,
    Graph,
    Handle,
    Limits,
    WireError,
    may_travel,
    measure,
)

_UNSET = object()
_MANY_KEYS, _MOST_OF_A_HASH = 1_000, 8  # of a set or dictionary; -1 and -2 have one hash, and so have a few others
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_PARTS = {"root", "nodes", "buffers"}
_SCALARS = frozenset({type(None), bool, int, float, str})


class Decoder:
    def __init__(self, data: bytes, handle: Callable | None, originals: Sequence, limits: Limits) -> None:
        if len(data) > limits.size:
            raise WireError(f"more than {limits.size:,} bytes")
        length = int.from_bytes(data[:8], "big")
        if len(data) < 8 or length > len(data) - 8:
            raise WireError("cut off")
        head = data[8 : 8 + length]
        if _marks(head) > 16 * limits.elements and _marks(_STRINGS.sub(b"", head)) > 16 * limits.elements:
            raise WireError(f"more than {limits.elements:,} elements")  # before it is all built
        head = json.loads(head.decode())
        if type(head) is not dict or head.keys() != _PARTS:
            raise WireError("no header")
        self.top, self.nodes, sizes = head["root"], head["nodes"], head["buffers"]
        if not isinstance(self.nodes, list) or not isinstance(sizes, list):
            raise WireError("no header")
        self.handle, self.originals, self.limits = handle, originals, limits
        self.buffers = _cut(data, 8 + length, sizes)
        self.memory: dict[int, np.ndarray] = {}  # buffer -> the array that has its memory, which others share
        self.objects: list[Any] = [_UNSET] * len(self.nodes)
        self.origin: dict[int, Any] = {}  # node -> the original that it speaks of
        self.building: set[int] = set()
        self.written_out = 0  # bytes of the arrays that are views, without what they share
        self.changes: list[tuple[Any, Any]] = []  # an original array or bytearray, and what it holds now
        self.contents: list[tuple[Any, Any]] = []
        self._check_size()

    def decode(self) -> Graph:
        root = self.value(self.top)
        for number, built in enumerate(self.objects):
            if built is _UNSET:
                self.build(number)
        prepared = [
            (self.objects[number], _prepared(node[0], self._items(node)))
            for number, node in enumerate(self.nodes)
            if node[0] in MUTABLE
        ]
        for target, content in prepared:  # from here on nothing can fail
            if type(content) is list:
                target[:] = content
            else:
                target.clear()
                target.update(content)
        for target, new in self.changes:
            _change(target, new)
        return Graph(b"", root, self.objects, prepared + self.contents)

    def value(self, item: Any) -> Any:
        if type(item) in _SCALARS:
            return item
        if isinstance(item, list) and len(item) == 1 and type(item[0]) is int and 0 <= item[0] < len(self.nodes):
            return self.build(item[0])
        raise WireError("neither a scalar nor a reference")

    def _items(self, node: list) -> list:
        """The items of a container."""
        return [item if type(item) in _SCALARS else self.value(item) for item in node[1:]]

    def build(self, number: int) -> Any:
        """The object of a node; mutable containers come empty and are filled when all nodes are there."""
        built = self.objects[number]
        if built is _UNSET:
            if number in self.building:
                raise WireError("an immutable object contains itself")
            self.building.add(number)
            self.objects[number] = built = self._new(number, self.nodes[number])
            self.building.discard(number)
        return built

    def _new(self, number: int, node: list) -> Any:
        kind, *rest = node
        original = self.origin.get(number)
        if kind in ("array", "readonly"):
            new = self._array(*rest)
            if kind == "readonly":
                new.flags.writeable = False
            if not isinstance(original, np.ndarray):
                return new
            self.changes += _array_change(original, new)
            return original
        if kind in MUTABLE:
            return original if isinstance(original, MUTABLE[kind]) else MUTABLE[kind]()
        if kind in ("tuple", "frozenset"):
            items = self._items(node)
            if kind == "frozenset":
                _check_hashes(items)
            built = tuple(items) if kind == "tuple" else frozenset(items)
            same = type(original) is type(built) and (
                (kind == "frozenset" and original == built)
                or (
                    kind == "tuple"
                    and len(original) == len(built)
                    and all(a is b or _same_scalar(a, b) for a, b in zip(original, built, strict=True))
                )
            )
            return original if same else built
        if kind == "scalar":
            dtype, buffer = rest
            entries = np.frombuffer(self._bytes(buffer), _dtype(dtype), 1)
            _check(entries)
            return entries[0]
        if kind == "int":
            (digits,) = rest
            return int(_text(digits))
        if kind == "float":
            (number_,) = rest
            return float(number_)
        if kind == "complex":
            real, imaginary = rest
            return complex(float(real), float(imaginary))
        if kind == "str":
            return _text(*rest)
        if kind in ("bytes", "bytearray"):
            data = bytes(self._bytes(*rest))
            if kind == "bytes":
                return data
            if isinstance(original, bytearray):
                self.changes.append((original, data))
                return original
            self.contents.append((bytearray(data), data))
            return self.contents[-1][0]
        if kind == "ellipsis":
            return Ellipsis
        if kind == "slice":
            start, stop, step = (self.value(item) for item in rest)
            return slice(start, stop, step)
        if kind == "handle":
            handle_number, type_name = rest
            if self.handle is None or type(handle_number) is not int:
                raise WireError("a handle that nobody asked for")
            return self.handle(Handle(handle_number, _text(type_name)[:100]))
        raise WireError("an unknown kind of node")

    def _array(self, dtype: Any, shape: Any, *where: Any) -> np.ndarray:
        if len(where) == 1:
            return self._whole_array(_dtype(dtype), shape, *where)
        strides, offset, buffer = where
        kind = _dtype(dtype)
        for sequence in (shape, strides):
            if not isinstance(sequence, list) or len(sequence) > 32 or not all(type(n) is int for n in sequence):
                raise WireError("a shape or strides that are no list of numbers")
        if len(shape) != len(strides) or any(n < 0 for n in shape) or type(offset) is not int:
            raise WireError("a shape that fits no strides")
        memory = self._shared(buffer)
        low = offset + sum(min(0, (n - 1) * stride) for n, stride in zip(shape, strides, strict=True) if n)
        high = (
            offset
            + sum(max(0, (n - 1) * stride) for n, stride in zip(shape, strides, strict=True) if n)
            + kind.itemsize
        )
        if math.prod(shape) and (low < 0 or high > memory.nbytes):
            raise WireError("an array that reaches out of its memory")
        self.written_out += math.prod(shape) * max(kind.itemsize, 1)
        if self.written_out > 2 * self.limits.size:  # strides of 0 repeat one entry for ever
            raise WireError("arrays larger than their message")
        if math.prod(shape) == 0:
            return np.empty(shape, kind)
        array = np.ndarray(shape, kind, memory, offset, strides)
        _check(array)
        self.contents.append((array, (kind, array.shape, array.tobytes())))
        return array

    def _whole_array(self, kind: np.dtype, shape: Any, buffer: Any) -> np.ndarray:
        """An array that fills a buffer, in C order."""
        data = self._bytes(buffer)
        if type(shape) is not list or len(shape) > 32:
            raise WireError("a shape that is no list of sizes")
        size = kind.itemsize
        for n in shape:
            if type(n) is not int or n < 0:
                raise WireError("a shape that is no list of sizes")
            size *= n
        if size != len(data):
            raise WireError("an array that does not fill its memory")
        if not data:
            if math.prod(shape) > self.limits.size:
                raise WireError("an array larger than its message")
            return np.empty(shape, kind)
        shared = self._shared(buffer) if kind.kind in "mM" else self.memory.get(buffer)  # dates cannot share theirs
        if shared is None:
            array = self.memory[buffer] = np.ndarray(shape, kind, data).copy()
        else:
            array = np.ndarray(shape, kind, shared)
        if kind.kind in "Ub":
            _check(array)
        self.contents.append((array, (kind, array.shape, data)))
        return array

    def _strip_origin(self, number: int, node: Any) -> list:
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            raise WireError("a node that is no list")
        if node[0] != "origin":
            return node
        if (
            len(node) < 3
            or type(node[1]) is not int
            or not 0 <= node[1] < len(self.originals)
            or not isinstance(node[2], str)
        ):
            raise WireError("an origin that was never sent")
        self.origin[number] = self.originals[node[1]]
        return node[2:]

    def _bytes(self, buffer: Any) -> memoryview:
        if type(buffer) is not int or not 0 <= buffer < len(self.buffers):
            raise WireError("a buffer that is not there")
        return self.buffers[buffer]

    def _shared(self, buffer: Any) -> np.ndarray:
        """The memory of a buffer, as an array."""
        data = self._bytes(buffer)
        if buffer not in self.memory:
            self.memory[buffer] = np.frombuffer(bytearray(data), np.uint8)
        return self.memory[buffer]

    def _check_size(self) -> None:
        """Bound elements and depth before anything is built."""
        elements = len(self.nodes)
        for number, node in enumerate(self.nodes):
            if type(node) is not list or not node or type(node[0]) is not str or node[0] == "origin":
                self.nodes[number] = self._strip_origin(number, node)
            elements += len(node)
        if elements > 4 * self.limits.elements:
            raise WireError(f"more than {self.limits.elements:,} elements")
        reached, depth, size = measure(self.nodes, self.top)
        if reached != len(self.nodes):
            raise WireError("nodes that stand nowhere, or references to none")
        if depth > self.limits.depth:
            raise WireError(f"more than {self.limits.depth} containers inside each other")
        if size > EXPANSION * self.limits.elements:
            raise WireError("shared containers that grow without end when they are written out")


def _marks(text: bytes) -> int:
    return text.count(b",") + text.count(b"[")


def _prepared(kind: str, items: list) -> Any:
    if kind == "list":
        return items
    _check_hashes(items[::2] if kind == "dict" else items)
    return dict(zip(items[::2], items[1::2], strict=True)) if kind == "dict" else set(items)


def _check_hashes(keys: list) -> None:
    """Refuse many keys with few hashes: to compare each with all others may take hours, in which nothing interrupts."""
    if len(keys) > _MANY_KEYS and len(set(map(hash, keys))) < len(keys) // _MOST_OF_A_HASH:
        raise WireError("keys that have one hash")


def _array_change(original: np.ndarray, new: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """What to copy where, so that an array holds what the other side made of it."""
    if original.dtype != new.dtype or original.size != new.size:
        raise CannotFollow("the function changes the type or the size of an array that it is given")
    if original.shape != new.shape and not original.flags.c_contiguous:
        raise CannotFollow("the function changes the shape of an array that it is given")
    if original.flags.writeable:
        return [(original, new)]
    if original.shape != new.shape or original.tobytes() != new.tobytes():
        raise CannotFollow("the function changes an array that cannot be written to")
    return []


def _change(target: np.ndarray | bytearray, new: Any) -> None:
    """Write into an original what the other side has made of it: bytes, or an array."""
    if isinstance(target, bytearray):
        target[:] = new
        return
    if target.shape != new.shape:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            target.shape = new.shape
    target[...] = new


def _cut(data: bytes, start: int, sizes: list) -> list[memoryview]:
    view, buffers = memoryview(data), []
    for size in sizes:
        if type(size) is not int or size < 0:
            raise WireError("buffers without a size")
        buffers.append(view[start : start + size])
        start += size
    if start != len(data):
        raise WireError("buffers that do not fill the message")
    return buffers


@lru_cache(maxsize=256)
def _dtype(text: Any) -> np.dtype:
    if not isinstance(text, str) or not may_travel(text):
        raise WireError("a dtype that may not travel")
    return np.dtype(text)


def _check(array: np.ndarray) -> None:
    """Refuse entries that the type of an array has no meaning for: they would break, or fool, whoever reads them."""
    for kind, raw, largest in (("U", "u4", 0x10FFFF), ("b", "u1", 1)):
        if array.dtype.kind == kind and array.dtype.itemsize:
            entries = np.ascontiguousarray(array).view(array.dtype.byteorder.replace("|", "=") + raw)
            if entries.size and entries.max() > largest:
                raise WireError("an array with an entry that is no character or no truth value")


def _text(item: Any) -> str:
    if not isinstance(item, str):
        raise WireError("no text where one belongs")
    return item


def _same_scalar(one: Any, other: Any) -> bool:
    return (
        type(one) is type(other)
        and isinstance(one, int | float | str | bytes | complex)
        and (one == other or one != one)
    )
