"""Calls into the student's process: the server there, the remotes here.

A remote stands for an object of the student's process. Calling it sends the arguments by value, runs it there, and
brings back the result and whatever it changed in place; an exception comes back as its built-in type with its text.
Attributes and items of a remote are fetched in the same way. A remote has no equality, truth value, length or
arithmetic of its own: those would run in the process that is being examined.

Requests and answers are object graphs on the wire::

    ["name", name]                      -> ["value", object]
    ["call", callee, args, kwargs]      -> ["value", result, args, kwargs] or ["raised", type, name, text, args, kwargs]
    ["attribute", object, name]         -> as for a call
    ["item", object, key]               -> as for a call
    anything that cannot travel         -> ["stuck", sentence]
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

from grader.engine.channel import Channel, ChannelError
from grader.engine.wire import Handle, NotPlain, WireError, decode, encode

MAX_HANDLES = 10_000  # objects of one student that stay alive because the examiner may ask for them


class StudentLost(Exception):
    """The student's process is gone, silent, or no longer to be believed; no further call will be answered."""


class NotData(Exception):
    """The student's answer is nothing that could be data, or more than the limits allow."""


class Link:
    """The examiner's end: what is asked of a student's process, within a time for each question."""

    def __init__(self, channel: Channel, seconds: float) -> None:
        self._channel = channel
        self._seconds = seconds

    def name(self, name: str) -> Any:
        """The object that the student's notebook calls `name`: data by value, anything else as a remote.

        Raises
        ------
        NameError
            If there is none.
        """
        return self._ask(["name", name])

    def _ask(self, question: list) -> Any:
        sent = encode(question, handle=_handle_of)
        try:
            answer = self._channel.request(sent.data, self._seconds)
            root = decode(answer, handle=lambda handle: Remote(self, handle), originals=sent.objects).root
            kind, *parts = root
        except (ChannelError, WireError, ValueError, TypeError) as error:
            self._channel.close()
            raise StudentLost(str(error)) from None
        if kind == "value" and parts:
            return parts[0]
        if kind == "raised" and len(parts) >= 3:
            raise _built_in(*map(_text, parts[:3]))
        if kind == "stuck" and parts:
            raise NotData(_text(parts[0]))
        self._channel.close()
        raise StudentLost("an answer of no known kind")


class Remote:
    """An object of the student's process."""

    __slots__ = ("_handle", "_link")

    def __init__(self, link: Link, handle: Handle) -> None:
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_handle", handle)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._link._ask(["call", self, list(args), kwargs])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # numpy and copy ask for these to see what they have before them
            raise AttributeError(name)
        return self._link._ask(["attribute", self, name])

    def __getitem__(self, key: Any) -> Any:
        return self._link._ask(["item", self, key])

    def __setattr__(self, name: str, value: Any) -> None:
        raise _no("setting an attribute")

    def __repr__(self) -> str:
        return f"<an object of the type {self._handle.kind} in the student's notebook>"

    def __eq__(self, other: object) -> bool:
        raise _no("==")

    __hash__ = None

    def __bool__(self) -> bool:
        raise _no("a truth value")

    def __len__(self) -> int:
        raise _no("a length")

    def __iter__(self) -> Any:
        raise _no("iteration")


def _no(what: str) -> TypeError:
    return TypeError(f"an object of the student's notebook that is no plain data has no {what} here")


def _handle_of(thing: object) -> Handle:
    if type(thing) is Remote:
        return thing._handle
    raise NotPlain(
        f"an object of the type {type(thing).__name__} cannot be sent to a student's function; use an adapter"
    )


def _text(part: Any) -> str:
    return part if isinstance(part, str) else "?"


def _built_in(kind: str, name: str, text: str) -> Exception:
    """An exception of the built-in type `kind`; what would stop an examiner (SystemExit) becomes a RuntimeError."""
    found = getattr(builtins, kind, None)
    if not (isinstance(found, type) and issubclass(found, Exception)):
        return RuntimeError(f"{kind}: {text}" if text else kind)
    try:
        error = found(text)
    except TypeError:  # UnicodeDecodeError wants five arguments
        return ValueError(text)
    if isinstance(error, NameError) and name:
        error.name = name
    return error


class Server:
    """The student's end: answers questions about a namespace until the examiner has none left."""

    def __init__(self, channel: Channel, namespace: Mapping[str, Any]) -> None:
        self._channel = channel
        self._namespace = namespace
        self._things: list[Any] = []
        self._numbers: dict[int, int] = {}

    def run(self) -> None:
        while request := self._channel.next_request():
            token, payload = request
            self._channel.answer(token, self._answer(payload))

    def _answer(self, payload: bytes) -> bytes:
        asked = decode(payload, handle=lambda handle: self._things[handle.number])
        origins = {id(thing): number for number, thing in enumerate(asked.objects)}
        try:
            answer = self._do(*asked.root)
        except BaseException as error:  # whatever a student's code raises is an answer
            kind = next(base for base in type(error).__mro__ if base.__module__ == "builtins")
            answer = ["raised", kind.__name__, str(getattr(error, "name", "") or ""), _message(error)]
        try:
            return encode([*answer, *asked.root[2:]], handle=self._keep, origins=origins).data
        except NotPlain as problem:
            return encode(["stuck", str(problem)]).data
        except Exception as error:  # an object that fights being read
            return encode(["stuck", f"an object that raises {type(error).__name__} when it is read"]).data

    def _do(self, verb: str, thing: Any, *rest: Any) -> list:
        if verb == "name":
            if thing not in self._namespace:
                raise NameError(f"name {thing!r} is not defined", name=thing)
            return ["value", self._namespace[thing]]
        if verb == "call":
            args, kwargs = rest
            return ["value", thing(*args, **kwargs)]
        if verb == "attribute":
            return ["value", getattr(thing, *rest)]
        return ["value", thing[rest[0]]]

    def _keep(self, thing: Any) -> Handle:
        number = self._numbers.get(id(thing))
        if number is None:
            if len(self._things) >= MAX_HANDLES:
                raise NotPlain(f"more than {MAX_HANDLES:,} objects that are no plain data")
            number = self._numbers[id(thing)] = len(self._things)
            self._things.append(thing)
        return Handle(number, type(thing).__name__)


def _message(error: BaseException) -> str:
    try:
        text = error.args[0] if isinstance(error, KeyError) and len(error.args) == 1 else str(error)
        return str(text)[:10_000]
    except Exception:
        return "(an exception whose text cannot be read)"
