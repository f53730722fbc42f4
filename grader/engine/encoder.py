"""Objects to bytes: see `grader.engine.wire` for what travels and how."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from types import GeneratorType
from typing import Any

import numpy as np

from grader.engine.message import EXPANSION, Graph, Limits, NotPlain, may_travel, measure

_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
READ_ONCE = (zip, map, filter, enumerate, reversed, GeneratorType)
_GENERATED = (range, *READ_ONCE, *_VIEWS)
_BASE = np.ndarray.base.__get__  # the array's own, whatever a subclass says
_INT = 2**53  # beyond it JSON readers may round
_CONTAINERS: dict[type, str] = {list: "list", tuple: "tuple", dict: "dict", set: "set", frozenset: "frozenset"}
_FREE = frozenset({type(None), bool, float})  # kinds of values that stand in a message as they are
_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False)


class Encoder:
    def __init__(self, handle: Callable | None, origins: Mapping[int, int], limits: Limits) -> None:
        self.handle, self.origins, self.limits = handle, origins, limits
        self.nodes: list[list] = []
        self.objects: list[Any] = []
        self.numbers: dict[int, int] = {}  # id of an object -> its node
        self.waiting: list[tuple[int, Any, int]] = []  # node, the plain object to fill it from, depth
        self.buffers: list[bytes] = []
        self.buffer_of: dict[int, int] = {}  # id of the array that owns memory -> its buffer
        self.plain_of: dict[int, np.ndarray] = {}  # id of an owner of a subclass -> it as a plain array
        self.views: dict[int, list[np.ndarray]] = {}  # buffer to be written -> the arrays of the message that lie in it
        self.owners: dict[int, np.ndarray] = {}  # buffer -> the array that owns the memory
        self.kept: list[Any] = []  # what ids point to must live until the end
        self.elements = 1
        self.size = 0
        self.is_tree = True  # as long as no object stands in two places

    def encode(self, root: object) -> Graph:
        top = self.value(root, 0)
        while self.waiting:
            number, plain, depth = self.waiting.pop()
            if depth > self.limits.depth:
                raise NotPlain(f"more than {self.limits.depth} containers inside each other")
            items = _items(plain)
            self.elements += len(items)
            if self.elements > self.limits.elements:
                raise NotPlain(f"more than {self.limits.elements:,} elements")
            self.nodes[number] += [item if type(item) in _FREE else self.value(item, depth) for item in items]
        if not self.is_tree:
            self._measure(top)
        for number, views in self.views.items():
            self.buffers[number] = _covered(self.owners[number], views)
        sizes = [len(buffer) for buffer in self.buffers]
        head = _JSON.encode({"root": top, "nodes": self.nodes, "buffers": sizes}).encode()
        data = b"".join([len(head).to_bytes(8, "big"), head, *self.buffers])
        if len(data) > self.limits.size:
            raise NotPlain(f"more than {self.limits.size:,} bytes")
        return Graph(data, root, self.objects)

    def value(self, item: Any, depth: int) -> Any:
        """A scalar as it is, or a reference to a node: a list with one number."""
        kind = type(item)
        if kind in _FREE or (kind is int and -_INT < item < _INT):
            return item
        if kind is str:
            self._grow(len(item))
            return item
        number = self.numbers.get(id(item))
        if number is not None:
            self.is_tree = False
            return [number]
        return [self.node(item, depth + 1)]

    def _measure(self, top: Any) -> None:
        """Bound what the reader would bound."""
        _, depth, size = measure(self.nodes, top)
        if depth > self.limits.depth:
            raise NotPlain(f"more than {self.limits.depth} containers inside each other")
        if size > EXPANSION * self.limits.elements:
            raise NotPlain("shared containers that grow without end when they are written out")

    def node(self, item: Any, depth: int) -> int:
        number = len(self.nodes)
        self.objects.append(item)
        self.numbers[id(item)] = number
        kind = type(item)
        if kind is np.ndarray:
            head, plain = self._array(item), None
        elif kind in _CONTAINERS:
            head, plain = [_CONTAINERS[kind]], item
        else:
            head, plain = self._head(item)
        if id(item) in self.origins:
            head = ["origin", self.origins[id(item)], *head]
        self.nodes.append(head)
        if plain is not None:
            self.kept.append(plain)
            self.waiting.append((number, plain, depth))
        return number

    def _head(self, item: Any) -> tuple[list, Any]:
        """The node of an object, and the plain container whose items follow, if it is one."""
        cls = type(item)  # an object can lie about its class to isinstance, but not here
        if issubclass(cls, np.generic) and item.dtype.kind in "biufcSUmM" and item.dtype.itemsize:
            return ["scalar", item.dtype.str, self._buffer(item.tobytes())], None
        if issubclass(cls, np.ndarray):
            return self._array(item), None
        if issubclass(cls, bool | int):  # also subclasses of int
            return ["int", _digits(int(item))], None
        if issubclass(cls, float):
            return ["float", float.__float__(item)], None
        if issubclass(cls, complex):
            plain = complex(item)
            return ["complex", plain.real, plain.imag], None
        if issubclass(cls, str):
            self._grow(len(item))
            return ["str", str.__str__(item)], None
        if issubclass(cls, bytes | bytearray | memoryview):
            return ["bytearray" if issubclass(cls, bytearray) else "bytes", self._buffer(bytes(item))], None
        if item is Ellipsis:
            return ["ellipsis"], None
        if issubclass(cls, slice):
            return ["slice"], (item.start, item.stop, item.step)
        for kind, name in _CONTAINERS.items():
            if issubclass(cls, kind):
                return [name], item
        if issubclass(cls, _GENERATED):
            return ["list"], list(itertools.islice(item, self.limits.elements + 1))
        if cls.__module__.partition(".")[0] == "tensorflow" and hasattr(item, "numpy"):
            return self._array(np.asarray(item.numpy()), "array"), None
        if self.handle is None:
            raise NotPlain(f"an object of the type {type(item).__name__}")
        given = self.handle(item)
        return ["handle", given.number, given.kind], None

    def _array(self, item: np.ndarray, kind: str = "") -> list:
        dtype = item.dtype.str
        if not may_travel(dtype):
            if self.handle is None:
                raise NotPlain(f"an array of the type {item.dtype}")
            given = self.handle(item)
            return ["handle", given.number, given.kind]
        plain = item if type(item) is np.ndarray else np.ndarray.view(item, np.ndarray)
        kind = kind or ("array" if item.flags.writeable else "readonly")
        owner = self._owner(plain)
        if plain.flags.c_contiguous and (owner is None or owner.nbytes == plain.nbytes):  # all of its memory, in order
            return [kind, dtype, list(plain.shape), self._memory(plain if owner is None else owner, plain, True)]
        if owner is not None and owner.nbytes <= 16 * max(plain.nbytes, 64):
            offset = plain.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
            strides = list(plain.strides)
        elif plain.flags.c_contiguous or plain.flags.f_contiguous:
            owner, offset, strides = plain, 0, list(plain.strides)
        else:
            owner = plain = np.ascontiguousarray(plain)
            offset, strides = 0, list(owner.strides)
        return [kind, dtype, list(plain.shape), strides, offset, self._memory(owner, plain)]

    def _owner(self, array: np.ndarray) -> np.ndarray | None:
        """The array whose memory a view shows; None if that is not an array with one contiguous block."""
        owner = array
        while isinstance(base := _BASE(owner), np.ndarray):
            owner = base
        if type(owner) is not np.ndarray:
            self.kept.append(owner)
            owner = self.plain_of.setdefault(id(owner), np.ndarray.view(owner, np.ndarray))
        return owner if owner.flags.c_contiguous or owner.flags.f_contiguous else None

    def _memory(self, owner: np.ndarray, view: np.ndarray, is_whole: bool = False) -> int:
        """The buffer for an array's memory: of the whole, or written when all views of it in the message are known."""
        number = self.buffer_of.get(id(owner))
        if number is None:
            number = self.buffer_of[id(owner)] = len(self.buffers)
            self.kept.append(owner)
            self._grow(owner.nbytes)
            self.buffers.append(b"")
            self.owners[number] = owner
        if is_whole:
            self.views.pop(number, None)
            self.buffers[number] = view.tobytes()
        elif number in self.views or not self.buffers[number]:
            self.views.setdefault(number, []).append(view)
        return number

    def _buffer(self, data: bytes) -> int:
        self._grow(len(data))
        self.buffers.append(data)
        return len(self.buffers) - 1

    def _grow(self, size: int) -> None:
        self.size += size
        if self.size > self.limits.size:
            raise NotPlain(f"more than {self.limits.size:,} bytes")


def _items(plain: Any) -> list:
    """The items of a container, read with the built-in type's own methods, whatever a subclass overrides."""
    kind = type(plain)
    if kind is list or kind is tuple:
        return plain
    if issubclass(kind, dict):
        return [part for pair in dict.items(plain) for part in pair]
    for kind in (list, tuple, set, frozenset):
        if issubclass(type(plain), kind):
            return list(kind.__iter__(plain))
    raise NotPlain(type(plain).__name__)


def _covered(owner: np.ndarray, views: list[np.ndarray]) -> bytes:
    """The memory of an array, in the order in which it lies there, with zeros where none of the views looks.

    What shares memory with an argument is not an argument: it may be the value that a test expects.
    """
    whole = (view for view in views if view.nbytes == owner.nbytes)
    if any(view.flags.f_contiguous for view in whole):
        return owner.tobytes("A")
    memory = bytearray(owner.nbytes)
    start = owner.__array_interface__["data"][0]
    for view in views:
        if view.size:
            offset = view.__array_interface__["data"][0] - start
            np.ndarray(view.shape, view.dtype, memory, offset, view.strides)[...] = view
    return bytes(memory)


def _digits(number: int) -> str:
    try:
        return str(number)
    except ValueError:
        raise NotPlain("an integer of more than 4,300 digits") from None
