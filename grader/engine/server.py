"""The student's end of calls: it answers what the examiner asks about a namespace.

See `grader.engine.calls` for the questions. All of it runs in the process of the student, who may have changed any of it;
so nothing that it says is believed at the other end.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from grader.engine.calls import BY_THE_STUDENT, LONGEST_TEXT, MAX_HANDLES
from grader.engine.channel import Channel
from grader.engine.program import Program
from grader.engine.shell import Recorded
from grader.engine.timelimit import Allowed, CellTimeoutError, listen, time_limit
from grader.engine.wire import LIMITS, READ_ONCE, Handle, NotPlain, decode, encode
from utils import checks


class Server:
    """The student's end: answers questions about a namespace until the examiner has none left.

    Parameters
    ----------
    channel : Channel
    namespace : dict of str to object
    record : function, optional
        Runs a cell, or the program that it was compiled to, within the time that it may take.
    capture : function, optional
        Collects what is printed, as `RecordingShell.capture` does.
    """

    def __init__(
        self,
        channel: Channel,
        namespace: dict[str, Any],
        record: Callable[[str | Program, Allowed | None], Recorded] | None = None,
        capture: Callable[[], AbstractContextManager[list[str]]] = lambda: contextlib.nullcontext([]),
    ) -> None:
        self._channel = channel
        self._namespace = namespace
        self._record, self._capture = record, capture
        self._seed = checks.seed  # as it is now: the notebook may give the name another meaning
        self._things: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._watched: dict[str, bytes] = {}  # the names last asked for that hold data, and what was sent of them
        self._read: dict[int, tuple[Any, list]] = {}  # by id: what can be read once, and what was read

    def run(self) -> None:
        listen()
        while request := self._channel.next_request():
            token, payload = request
            self._channel.answer(token, self._answer(payload))

    def _answer(self, payload: bytes) -> bytes:
        asked = decode(payload, handle=lambda handle: self._things[handle.number])
        origins = {id(thing): number for number, thing in enumerate(asked.objects)}
        verb, cpu, wall, thing, *rest = asked.root
        allowed = None if wall is None else Allowed(cpu, wall)
        printed: list[str] = []
        changed: dict[str, Any] = {}
        try:
            if verb in BY_THE_STUDENT:
                with self._capture() as printed:
                    answer = ["value", self._do(verb, allowed, thing, rest)]
            else:
                answer = ["value", self._do(verb, allowed, thing, rest)]
        except BaseException as error:  # whatever a student's code raises is an answer
            answer = ["raised", _described(error)]
        try:
            if verb in BY_THE_STUDENT:
                changed = self._changed()
            more = [] if asked.is_as_it_came() else rest
            answer += ["".join(printed)[:LONGEST_TEXT], changed or None, *more]
            return encode(answer, handle=self._keep, origins=origins).data
        except NotPlain as problem:
            why = str(problem)
        except Exception as error:  # an object that fights being read
            why = f"an object that raises {type(error).__name__} when it is read"
        if verb == "names":
            found = {name: self._if_plain(value) for name, value in answer[1].items()}
            return encode(["value", found], handle=self._keep).data
        return encode(["stuck", why]).data

    def _do(self, verb: str, allowed: Allowed | None, thing: Any, rest: list) -> Any:
        if verb == "names":
            found = {name: self._named(name) for name in thing if name in self._namespace}
            sent = {name: self._as_data(value) for name, value in found.items()}
            self._watched = {name: data for name, data in sent.items() if data}
            return found
        if verb == "run":
            (program,) = rest
            assert self._record is not None  # who is asked to run cells was given what runs them
            done = self._record(Program.from_bytes(program) if program else thing, allowed)
            listen()  # the cell may have had other plans with the signals
            return {"outputs": done.outputs, "ok": done.ok}
        if verb == "seed":
            return self._seed(thing)
        if verb == "bind":
            self._namespace[thing] = rest[0]
            return None
        if verb == "delete":
            self._namespace.pop(thing, None)
            return None
        with time_limit(allowed):
            if verb == "call":
                kwargs, *args = rest
                return thing(*args, **kwargs or {})
            return getattr(thing, *rest) if verb == "attribute" else thing[rest[0]]

    def _changed(self) -> dict[str, Any]:
        """The names of data that are not what they were when the examiner was last told."""
        changed = {}
        for name in self._watched.keys() & self._namespace.keys():
            value = self._named(name)
            data = self._as_data(value)
            if data != self._watched[name]:
                self._watched[name] = data
                changed[name] = self._if_plain(value)
        return changed

    def _named(self, name: str) -> Any:
        """What a name of the notebook stands for; a generator and the like as the list that it gave when it was first read."""
        value = self._namespace[name]
        if type(value) not in READ_ONCE:
            return value
        if id(value) not in self._read:
            self._read[id(value)] = value, list(itertools.islice(value, LIMITS.elements + 1))
        return self._read[id(value)][1]

    def _as_data(self, value: Any) -> bytes:
        """A value as it would be sent; empty if it is no data."""

        def keep(thing: Any) -> Handle:
            if thing is value:
                raise NotPlain("an object that stays here")
            return self._keep(thing)

        try:
            return encode(value, handle=keep).data
        except Exception:
            return b""

    def _if_plain(self, value: Any) -> Any:
        """`value`, or something that becomes a handle of it when there is more of it than may travel."""
        try:
            encode(value, handle=self._keep)
        except Exception:
            return _Kept(value)
        return value

    def _keep(self, thing: Any) -> Handle:
        if type(thing) is _Kept:
            thing = thing.value
        number = self._numbers.get(id(thing))
        if number is None:
            if len(self._things) >= MAX_HANDLES:
                raise NotPlain(f"more than {MAX_HANDLES:,} objects that are no plain data")
            number = self._numbers[id(thing)] = len(self._things)
            self._things.append(thing)
        return Handle(number, type(thing).__name__)


class _Kept:
    def __init__(self, value: Any) -> None:
        self.value = value


def _described(error: BaseException) -> dict:
    kind = next(base for base in type(error).__mro__ if base.__module__ == "builtins").__name__
    shown, trace = type(error).__name__, error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    frames = checks.frames(trace)
    if type(error) is CellTimeoutError:
        kind = shown = "TimeoutError"
        frames = frames[:-1]  # where the limit struck, and not the line that raised
    name, text = str(getattr(error, "name", "") or ""), _message(error)
    lines = [(where, str(number), line) for where, number, line in frames]
    return {"kind": kind, "shown": shown, "name": name, "text": text, "frames": lines}


def _message(error: BaseException) -> str:
    try:
        text = error.args[0] if isinstance(error, KeyError) and len(error.args) == 1 else str(error)
        return str(text)[:LONGEST_TEXT]
    except Exception:
        return "(an exception whose text cannot be read)"
