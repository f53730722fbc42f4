"""Plain data on the wire: object graphs as bytes, and back, without anything that could execute.

A message is a JSON header followed by raw buffers. The header lists *nodes*; a node is a container or an array, and a
value inside it is a scalar or a reference to another node. So one array that stands in two places stays one array, and
a list may contain itself. What the other side returns for an object it was sent names that object (its *origin*):
decoding such a node changes the original in place, as the call would have done in one process.

=============================  ====================================================================================
on this side                   on the other side
=============================  ====================================================================================
None, bool, int, float, str    the same; also nan, infinity and integers of up to 4,300 digits
complex, bytes, slice, ...     the same
NumPy scalars and arrays       the same dtype, shape and strides order; views of one array still share its memory
list, tuple, dict, set         the same, also for their subclasses (OrderedDict, named tuples)
range, zip, generators, views  a list, up to a bound
tensors                        an array
anything else                  a handle, if the sender gives one; otherwise `NotPlain`
=============================  ====================================================================================

Limits bound what is read before it is built: bytes, number of elements and depth.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


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
_DTYPE = re.compile(r"[<>|](?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32)|[SUmM]\d{1,7}(?:\[[a-zA-Z0-9/]{1,10}\])?)")
_GENERATED = (range, zip, map, filter, enumerate, reversed, type({}.keys()), type({}.values()), type({}.items()))
_INT = 2**53  # beyond it JSON readers may round


def encode(
    root: object,
    handle: Callable[[object], Handle] | None = None,
    origins: Mapping[int, int] | None = None,
    limits: Limits = LIMITS,
) -> Graph:
    """Encode an object graph.

    Parameters
    ----------
    root : object
    handle : function, optional
        Gives a handle for an object that is not plain data.
    origins : mapping of int to int, optional
        ``id(object)`` of what was received, to its position in the objects of that message.
    limits : Limits

    Raises
    ------
    NotPlain
        If there is something that cannot travel, or more of it than the limits allow.
    """
    return _Encoder(handle, origins or {}, limits).encode(root)


def decode(
    data: bytes,
    handle: Callable[[Handle], object] | None = None,
    originals: Sequence[object] = (),
    limits: Limits = LIMITS,
) -> Graph:
    """Decode a message; what it says of `originals` is changed in them, after all of it was checked.

    Parameters
    ----------
    data : bytes
    handle : function, optional
        Makes an object for a handle.
    originals : sequence of object
        The objects of the message that this one replies to.
    limits : Limits

    Raises
    ------
    WireError
        If the message is damaged, forged or over a limit. Nothing was changed then.
    """
    try:
        return _Decoder(data, handle, originals, limits).decode()
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, MemoryError) as error:
        raise WireError(f"{type(error).__name__}: {error}") from None


class _Encoder:
    def __init__(self, handle: Callable | None, origins: Mapping[int, int], limits: Limits) -> None:
        self.handle, self.origins, self.limits = handle, origins, limits
        self.nodes: list[list] = []
        self.objects: list[Any] = []
        self.numbers: dict[int, int] = {}  # id of an object -> its node
        self.waiting: list[tuple[int, Any, int]] = []  # node, the plain object to fill it from, depth
        self.buffers: list[bytes] = []
        self.buffer_of: dict[int, int] = {}  # id of the array that owns memory -> its buffer
        self.kept: list[Any] = []  # what ids point to must live until the end
        self.elements = 0
        self.size = 0

    def encode(self, root: object) -> Graph:
        top = self.value(root, 0)
        while self.waiting:
            number, plain, depth = self.waiting.pop()
            if depth > self.limits.depth:
                raise NotPlain(f"more than {self.limits.depth} containers inside each other")
            self.nodes[number] += [self.value(item, depth) for item in _items(plain)]
        sizes = [len(buffer) for buffer in self.buffers]
        head = json.dumps({"root": top, "nodes": self.nodes, "buffers": sizes}, separators=(",", ":")).encode()
        data = b"".join([len(head).to_bytes(8, "big"), head, *self.buffers])
        if len(data) > self.limits.size:
            raise NotPlain(f"more than {self.limits.size:,} bytes")
        return Graph(data, root, self.objects)

    def value(self, item: Any, depth: int) -> Any:
        """A scalar as it is, or a reference to a node: a list with one number."""
        self.elements += 1
        if self.elements > self.limits.elements:
            raise NotPlain(f"more than {self.limits.elements:,} elements")
        kind = type(item)
        if item is None or kind is bool or kind is float:
            return item
        if kind is int and -_INT < item < _INT:
            return item
        if kind is str:
            self._grow(len(item))
            return item
        if id(item) in self.numbers:
            return [self.numbers[id(item)]]
        return [self.node(item, depth + 1)]

    def node(self, item: Any, depth: int) -> int:
        number = len(self.nodes)
        self.nodes.append([])
        self.objects.append(item)
        self.kept.append(item)
        self.numbers[id(item)] = number
        head, plain = self._head(item)
        if id(item) in self.origins:
            head = ["origin", self.origins[id(item)], *head]
        self.nodes[number] = head
        if plain is not None:
            self.kept.append(plain)
            self.waiting.append((number, plain, depth))
        return number

    def _head(self, item: Any) -> tuple[list, Any]:
        """The node of an object, and the plain container whose items follow, if it is one."""
        if isinstance(item, np.generic) and item.dtype.kind in "biufcSUmM":
            return ["scalar", item.dtype.str, self._buffer(item.tobytes())], None
        if isinstance(item, np.ndarray):
            return self._array(item), None
        if isinstance(item, bool | int):  # also subclasses of int
            return ["int", _digits(int(item))], None
        if isinstance(item, float):
            return ["float", float.__float__(item)], None
        if isinstance(item, complex):
            plain = complex(item)
            return ["complex", plain.real, plain.imag], None
        if isinstance(item, str):
            self._grow(len(item))
            return ["str", str.__str__(item)], None
        if isinstance(item, bytes | bytearray | memoryview):
            return ["bytearray" if isinstance(item, bytearray) else "bytes", self._buffer(bytes(item))], None
        if item is Ellipsis:
            return ["ellipsis"], None
        if isinstance(item, slice):
            return ["slice"], (item.start, item.stop, item.step)
        for kind in (list, tuple, dict, set, frozenset):
            if isinstance(item, kind):
                return [kind.__name__], item
        if isinstance(item, _GENERATED) or hasattr(item, "gi_frame"):
            return ["list"], list(itertools.islice(item, self.limits.elements + 1))
        if type(item).__module__.partition(".")[0] == "tensorflow" and hasattr(item, "numpy"):
            return self._array(np.asarray(item.numpy())), None
        if self.handle is None:
            raise NotPlain(f"an object of the type {type(item).__name__}")
        given = self.handle(item)
        return ["handle", given.number, given.kind], None

    def _array(self, item: np.ndarray) -> list:
        if not _DTYPE.fullmatch(item.dtype.str):
            if self.handle is None:
                raise NotPlain(f"an array of the type {item.dtype}")
            given = self.handle(item)
            return ["handle", given.number, given.kind]
        plain = np.ndarray.view(item, np.ndarray)
        owner = _owner(plain)
        if owner is not None and owner.nbytes <= 16 * max(plain.nbytes, 64):
            offset = plain.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
            strides = list(plain.strides)
        elif plain.flags.c_contiguous or plain.flags.f_contiguous:
            owner, offset, strides = plain, 0, list(plain.strides)
        else:
            owner = np.ascontiguousarray(plain)
            offset, strides = 0, list(owner.strides)
        return ["array", plain.dtype.str, list(plain.shape), strides, offset, self._memory(owner)]

    def _memory(self, owner: np.ndarray) -> int:
        """The buffer with an array's memory, in the order in which it lies there."""
        if id(owner) not in self.buffer_of:
            self.kept.append(owner)
            self.buffer_of[id(owner)] = self._buffer(owner.tobytes("A"))
        return self.buffer_of[id(owner)]

    def _buffer(self, data: bytes) -> int:
        self._grow(len(data))
        self.buffers.append(data)
        return len(self.buffers) - 1

    def _grow(self, size: int) -> None:
        self.size += size
        if self.size > self.limits.size:
            raise NotPlain(f"more than {self.limits.size:,} bytes")


class _Decoder:
    def __init__(self, data: bytes, handle: Callable | None, originals: Sequence, limits: Limits) -> None:
        if len(data) > limits.size:
            raise WireError(f"more than {limits.size:,} bytes")
        length = int.from_bytes(data[:8], "big")
        if len(data) < 8 or length > len(data) - 8:
            raise WireError("cut off")
        head = data[8 : 8 + length]
        if head.count(b",") + head.count(b"[") > 16 * limits.elements:  # before it is all built
            raise WireError(f"more than {limits.elements:,} elements")
        head = json.loads(head)
        if not isinstance(head, dict) or set(head) != {"root", "nodes", "buffers"}:
            raise WireError("no header")
        self.top, self.nodes, sizes = head["root"], head["nodes"], head["buffers"]
        if not isinstance(self.nodes, list) or not isinstance(sizes, list):
            raise WireError("no header")
        self.handle, self.originals, self.limits = handle, originals, limits
        self.buffers = _cut(data, 8 + length, sizes)
        self.memory: dict[int, np.ndarray] = {}  # buffer -> the array of bytes that arrays share
        self.objects: list[Any] = [_UNSET] * len(self.nodes)
        self.origin: dict[int, Any] = {}  # node -> the original that it speaks of
        self.building: set[int] = set()
        self.changes: list[tuple[np.ndarray, np.ndarray]] = []  # an original, and what it holds now
        self._check_size()

    def decode(self) -> Graph:
        for number, node in enumerate(self.nodes):
            self.nodes[number] = self._strip_origin(number, node)
        root = self.value(self.top)
        for number in range(len(self.nodes)):
            self.build(number)
        fills = [
            (number, [self.value(item) for item in node[1:]]) for number, node in enumerate(self.nodes) if _fills(node)
        ]
        prepared = [
            (self.objects[number], self.nodes[number][0], _prepared(self.nodes[number][0], items))
            for number, items in fills
        ]
        for target, kind, content in prepared:  # from here on nothing can fail
            if kind == "list":
                target[:] = content
            else:
                target.clear()
                target.update(content)
        for target, new in self.changes:
            target[...] = new
        return Graph(b"", root, self.objects)

    def value(self, item: Any) -> Any:
        if item is None or isinstance(item, bool | int | float | str):
            return item
        if isinstance(item, list) and len(item) == 1 and type(item[0]) is int and 0 <= item[0] < len(self.nodes):
            return self.build(item[0])
        raise WireError("neither a scalar nor a reference")

    def build(self, number: int) -> Any:
        """The object of a node; mutable containers come empty and are filled when all nodes are there."""
        if self.objects[number] is not _UNSET:
            return self.objects[number]
        if number in self.building:
            raise WireError("an immutable object contains itself")
        self.building.add(number)
        self.objects[number] = built = self._new(number, self.nodes[number])
        self.building.discard(number)
        return built

    def _new(self, number: int, node: list) -> Any:
        kind, rest = node[0], node[1:]
        original = self.origin.get(number)
        if kind in _MUTABLE:
            return original if isinstance(original, _MUTABLE[kind]) else _MUTABLE[kind]()
        if kind in ("tuple", "frozenset"):
            items = [self.value(item) for item in rest]
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
        if kind == "array":
            new = self._array(*rest)
            if not isinstance(original, np.ndarray):
                return new
            self.changes += _array_change(original, new)
            return original
        if kind == "scalar":
            dtype, buffer = rest
            return np.frombuffer(self._bytes(buffer), _dtype(dtype), 1)[0]
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
            return bytearray(data) if kind == "bytearray" else data
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

    def _array(self, dtype: Any, shape: Any, strides: Any, offset: Any, buffer: Any) -> np.ndarray:
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
        if math.prod(shape) and (low < 0 or high > memory.size):
            raise WireError("an array that reaches out of its memory")
        if math.prod(shape) * max(kind.itemsize, 1) > self.limits.size:  # strides of 0 repeat one entry for ever
            raise WireError("an array larger than its message")
        if math.prod(shape) == 0:
            return np.empty(shape, kind)
        return np.ndarray(shape, kind, memory, offset, strides)

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
        data = self._bytes(buffer)
        if buffer not in self.memory:
            self.memory[buffer] = np.frombuffer(bytearray(data), np.uint8)
        return self.memory[buffer]

    def _check_size(self) -> None:
        """Bound elements and depth before anything is built."""
        elements = len(self.nodes) + sum(len(node) for node in self.nodes if isinstance(node, list))
        if elements > 4 * self.limits.elements:
            raise WireError(f"more than {self.limits.elements:,} elements")
        level, seen, depth = [self.top], set(), 0
        while level:
            if (depth := depth + 1) > self.limits.depth + 2:
                raise WireError(f"more than {self.limits.depth} containers inside each other")
            inside: list = []
            for item in level:
                if isinstance(item, list) and len(item) == 1 and type(item[0]) is int and item[0] not in seen:
                    seen.add(item[0])
                    node = self.nodes[item[0]] if 0 <= item[0] < len(self.nodes) else None
                    if not isinstance(node, list):
                        raise WireError("a reference to no node")
                    items = node[2:] if node[:1] == ["origin"] else node
                    inside += items[1:] if items and items[0] in _CONTAINERS else []
            level = inside


_UNSET = object()
_MUTABLE = {"list": list, "dict": dict, "set": set}
_CONTAINERS = ("list", "tuple", "dict", "set", "frozenset", "slice")


def _items(plain: Any) -> list:
    """The items of a container, read with the built-in type's own methods, whatever a subclass overrides."""
    if isinstance(plain, dict):
        return [part for pair in dict.items(plain) for part in pair]
    for kind in (list, tuple, set, frozenset):
        if isinstance(plain, kind):
            return list(kind.__iter__(plain))
    raise NotPlain(type(plain).__name__)


def _fills(node: list) -> bool:
    return node[0] in _MUTABLE


def _prepared(kind: str, items: list) -> Any:
    if kind == "dict":
        return dict(zip(items[::2], items[1::2], strict=True))
    return items if kind == "list" else set(items)


def _owner(array: np.ndarray) -> np.ndarray | None:
    """The array whose memory a view shows; None if that is not an array with one contiguous block."""
    owner = array
    while isinstance(owner.base, np.ndarray):
        owner = np.ndarray.view(owner.base, np.ndarray) if type(owner.base) is not np.ndarray else owner.base
    if owner.flags.c_contiguous or owner.flags.f_contiguous:
        return owner
    return None


def _array_change(original: np.ndarray, new: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """What to copy where, so that an array holds what the other side made of it."""
    if original.shape != new.shape or original.dtype != new.dtype:
        raise WireError("an array changed its shape or type in place")
    if original.flags.writeable:
        return [(original, new)]
    if original.tobytes() != new.tobytes():
        raise WireError("a read-only array was changed")
    return []


def _digits(number: int) -> str:
    try:
        return str(number)
    except ValueError:
        raise NotPlain("an integer of more than 4,300 digits") from None


def _cut(data: bytes, start: int, sizes: list) -> list[memoryview]:
    if not all(type(size) is int and size >= 0 for size in sizes) or start + sum(sizes) != len(data):
        raise WireError("buffers that do not fill the message")
    view, buffers = memoryview(data), []
    for size in sizes:
        buffers.append(view[start : start + size])
        start += size
    return buffers


def _dtype(text: Any) -> np.dtype:
    if not isinstance(text, str) or not _DTYPE.fullmatch(text):
        raise WireError("a dtype that may not travel")
    return np.dtype(text)


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
