"""Calls into the student's process, from the examiner's end; `grader.engine.server` is the other one.

A remote stands for an object of the student's process. Calling it sends the arguments by value, runs it there, and
brings back the result and whatever it changed in place; an exception comes back as its built-in type with its text.
Attributes and items of a remote are fetched in the same way. A remote has no equality, truth value, length or
arithmetic of its own: those would run in the process that is being examined.

A question is ``[verb, cpu, wall, thing, ...]``, the two being an `Allowed` or None; its answer is an object graph as well.
Both are flat, since every container in a message has its price::

    "names", [name, ...]            -> ["value", {name: object, ...}], without the names that do not exist
    "call", callee, kwargs, *args   -> ["value", result, printed, changed, kwargs, *args], or the same with "raised" and
                                       a description; without the arguments if the call has changed nothing in them.
                                       `changed` has those of the names last asked for that held data and hold other now;
                                       it is None if there are none, and so is `kwargs`
    "attribute", object, name       -> as for a call
    "item", object, key             -> as for a call
    "run", source, program          -> ["value", {"outputs": [...], "ok": bool}]
    "seed", k                       -> ["value", None]
    "bind", name, object            -> ["value", None], and the same for "delete", name
    anything that cannot travel     -> ["stuck", sentence]
"""

from __future__ import annotations

import builtins
import functools
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from grader.engine.channel import Channel, ChannelError, Closed, Silent
from grader.engine.outputs import plain_outputs
from grader.engine.shell import Recorded
from grader.engine.timelimit import Allowed
from grader.engine.wire import CannotFollow, Handle, NotPlain, WireError, decode, encode

BY_THE_STUDENT = ("call", "attribute", "item")  # what runs the student's code
LONGEST_TEXT = 10_000  # characters of an exception
MAX_HANDLES = 10_000  # objects of one student that stay alive because the examiner may ask for them
Elsewhere = tuple[str, list[tuple[str, ...]]]  # what `utils.checks` says of an exception: its type, the student's lines
GRACE = 2.0  # seconds between the time limit of a call and the end of patience with the process that runs it


class StudentLost(Exception):
    """The student's process is gone, silent, or no longer to be believed; no further call will be answered."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.elsewhere: Elsewhere = ("StudentLost", [])


class NotData(Exception):
    """The student's answer is nothing that could be data, or more than the limits allow."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.elsewhere: Elsewhere = ("NotData", [])  # no line of the student's


class Link:
    """The examiner's end: what is asked of a student's process, within a time.

    Attributes
    ----------
    lost : str
        Why the student's process is not asked any more; empty as long as it is.
    refused : str
        What was last asked of a remote, or for a call, that cannot be asked of another process; empty if nothing was.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.allow(None)
        self.lost = ""
        self.refused = ""
        self.changed: Callable[[dict], None] | None = None  # told of names that the student's code has changed
        self._remotes: dict[int, Remote] = {}  # by the number of the handle, so that one object is one remote

    def allow(self, allowed: Allowed | None) -> None:
        """Each answer from now on may take the computing time, and all of them the time on the clock; None is for ever."""
        self._cpu: float | None
        self._cpu, wall = allowed or (None, None)
        self._until = None if wall is None else time.monotonic() + wall

    def names(self, names: Sequence[str]) -> dict[str, Any]:
        """The objects that the student's notebook knows by `names`: data by value, anything else as a remote."""
        found = self._ask_engine("names", list(names))
        if type(found) is not dict or not set(found) <= set(names):
            raise self._lose("an answer that does not fit the question")
        return found

    def run(self, source: str, program: bytes = b"") -> Recorded:
        """Run a cell in the student's notebook, or the program that it was compiled to; its value stays there."""
        done = self._ask_engine("run", source, program)
        try:
            return Recorded(plain_outputs(done["outputs"]), done["ok"] is True, None)
        except Exception as error:
            raise self._lose(f"{type(error).__name__}: outputs that are none") from None

    def seed(self, k: int) -> None:
        """Seed the random generators of the student's process."""
        self._ask_engine("seed", k)

    def bind(self, name: str, value: Any) -> None:
        """Give a name of the student's notebook another value.

        Raises
        ------
        NotPlain
            If the value is neither data nor a remote.
        """
        self._ask("bind", name, value)

    def delete(self, name: str) -> None:
        """Take a name out of the student's notebook."""
        self._ask("delete", name)

    def _ask_engine(self, verb: str, *parts: Any) -> Any:
        """Ask what only our own code answers: an exception means that the notebook has meddled with that code."""
        try:
            return self._ask(verb, *parts)
        except (StudentLost, NotData):
            raise
        except Exception as error:
            raise self._lose(f"{type(error).__name__}: {error}") from None

    def _ask(self, verb: str, *parts: Any) -> Any:
        if self.lost:
            raise StudentLost(self.lost)
        left = None if self._until is None else max(self._until - time.monotonic(), 0.001)
        cpu = None if left is None or self._cpu is None else min(self._cpu, left)
        try:
            sent = encode([verb, cpu, left, *parts], handle=_handle_of)
        except NotPlain as refusal:
            self.refused = str(refusal)
            raise
        try:
            answer = self._channel.request(sent.data, None if left is None else left + GRACE)
            kind, *rest = decode(answer, handle=self._remote, originals=sent.objects).root
        except Closed:
            raise self._lose("The notebook's Python process died while its cells were running") from None
        except Silent:
            raise self._lose("A cell did not stop, and could not be stopped, within the time limit") from None
        except CannotFollow as change:
            raise NotData(str(change)) from None
        except (ChannelError, WireError, ValueError, TypeError, MemoryError) as error:
            raise self._lose(str(error)) from None
        if verb in BY_THE_STUDENT and len(rest) > 1 and rest[1]:
            sys.stdout.write(_text(rest[1]))
        if verb in BY_THE_STUDENT and len(rest) > 2 and type(rest[2]) is dict and self.changed:
            self.changed(rest[2])
        if kind == "value" and rest:
            return rest[0]
        if kind == "raised" and rest and type(rest[0]) is dict:
            raise _built_in(rest[0])
        if kind == "stuck" and rest:
            raise NotData(_text(rest[0]))
        raise self._lose("an answer of no known kind")

    def _remote(self, handle: Handle) -> Remote:
        if handle.number not in self._remotes:
            if len(self._remotes) >= MAX_HANDLES:
                raise WireError(f"more than {MAX_HANDLES:,} objects that are no plain data")
            kind = handle.kind if handle.kind.isidentifier() else "object"
            self._remotes[handle.number] = _kind_of_remote(kind[:60])(self, handle)
        return self._remotes[handle.number]

    def _lose(self, why: str) -> StudentLost:
        """Ask no more. What the other end may have chosen the words of is said here only, and not in `lost`."""
        self.lost, said = why, why
        if not why.startswith(("The notebook", "A cell")):
            self.lost = "The notebook's Python process did not answer as it should"
            said = f"{self.lost} ({_text(why)[:200]})"
        self._channel.close()
        return StudentLost(said)


class Remote:
    """An object of the student's process. Its class is named after the object's, for messages."""

    __slots__ = ("_handle", "_link")

    def __init__(self, link: Link, handle: Handle) -> None:
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_handle", handle)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._link._ask("call", self, kwargs or None, *args)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # numpy and copy ask for these to see what they have before them
            raise AttributeError(name)
        return self._link._ask("attribute", self, name)

    def __getitem__(self, key: Any) -> Any:
        return self._link._ask("item", self, key)

    def __setattr__(self, name: str, value: Any) -> None:
        raise self._no("setting an attribute")

    def __repr__(self) -> str:
        return f"<an object of the type {self._handle.kind} in the student's notebook>"

    def __eq__(self, other: object) -> bool:
        raise self._no("==")

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # typeshed gives every object a hash

    def __bool__(self) -> bool:
        raise self._no("a truth value")

    def __str__(self) -> str:
        raise self._no("text")

    def __deepcopy__(self, memory: dict) -> Remote:
        return self

    def _no(self, what: str) -> TypeError:
        self._link.refused = f"an object of the student's notebook that is no plain data has no {what} here"
        return TypeError(self._link.refused)

    __iter__ = None  # or items would be asked for, one after the other


@functools.lru_cache(maxsize=256)
def _kind_of_remote(name: str) -> type[Remote]:
    return type(name, (Remote,), {"__slots__": ()})


_ENDS_A_LOOP = (StopIteration, StopAsyncIteration)


def _handle_of(thing: object) -> Handle:
    if isinstance(thing, Remote):
        return thing._handle
    raise NotPlain(
        f"an object of the type {type(thing).__name__} cannot be sent to a student's function; use an adapter"
    )


def _text(part: Any) -> str:
    """Text of the other end, cut, and without characters that no file could hold."""
    return part[:LONGEST_TEXT].encode("utf-8", "replace").decode() if isinstance(part, str) else "?"


def _built_in(raised: dict) -> Exception:
    """The student's exception, as one of Python's own types and with no object of the student's in it.

    What would stop an examiner (SystemExit), or end a loop of the test as if it had come to its end (StopIteration),
    becomes a RuntimeError.
    """
    kind, name, text, shown = (_text(raised.get(part)) for part in ("kind", "name", "text", "shown"))
    found = getattr(builtins, kind, None)
    if isinstance(found, type) and issubclass(found, Exception) and not issubclass(found, _ENDS_A_LOOP):
        try:
            error = found(text)
        except TypeError:  # UnicodeDecodeError wants five arguments
            error = ValueError(text)
    else:
        error = RuntimeError(f"{kind}: {text}" if text else kind)
    if isinstance(error, NameError) and name:
        error.name = name
    frames = raised.get("frames")
    frames = [tuple(map(_text, frame)) for frame in frames if type(frame) is tuple] if type(frames) is list else []
    elsewhere: Elsewhere = (shown if shown.isidentifier() else kind, frames)
    vars(error)["elsewhere"] = elsewhere
    return error
