"""An IPython shell that records what its cells print, display and raise as outputs of the notebook format.

It stands in for a Jupyter kernel where there is none: magics, rich display, inline figures, the value of the last
expression, plain tracebacks and top-level await work; history, widgets' messages and `input` do not.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import inspect
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO, cast

from IPython.core.async_helpers import _pseudo_sync_runner
from IPython.core.compilerop import CachingCompiler, code_name
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets import Type
from traitlets.config import Config

from grader.engine.program import FUTURES, Program, compiled, futures_in
from grader.engine.timelimit import Allowed, listen, time_limit

LARGEST_OUTPUT = 5_000_000  # characters of one cell, pictures included; a picture has about 50,000
MOST_OUTPUTS = 1_000  # of one cell
LARGEST_ERROR = 20_000  # characters of a traceback


@dataclass(frozen=True)
class Recorded:
    """What became of a cell.

    Attributes
    ----------
    outputs : list of dict
        Of the notebook format, version 4.
    ok : bool
        Whether it ended without an exception.
    value : object
        Of its last expression; None if there is none.
    raised : type or None
        The type of the exception that ended it.
    """

    outputs: list[dict]
    ok: bool
    value: Any
    raised: type[BaseException] | None = None


def _recorded(outputs: list[dict], result: ExecutionResult) -> Recorded:
    error = result.error_before_exec or result.error_in_exec
    return Recorded(outputs, bool(result.success), result.result, None if error is None else type(error))


# what IPython gives a meaning that Python does not, and a first line that is set in, which IPython moves
_MAY_HAVE_MAGICS = re.compile(r"(?m)[%!?]|^\s*(?:[,;/]|>>>|\.\.\.|In \[)|\A\s")


class Recorder:
    """The outputs of the cell that is running, and of none in between."""

    def __init__(self) -> None:
        self.outputs: list[dict] | None = None
        self._room = 0
        self._clear_first = False
        self._shown: dict[str, list[dict]] = {}  # display_id -> the outputs that show it

    def start(self) -> None:
        self.outputs, self._room, self._clear_first, self._shown = [], LARGEST_OUTPUT, False, {}

    def stop(self) -> list[dict]:
        outputs, self.outputs = self.outputs or [], None
        for output in outputs:
            if output["output_type"] == "stream":
                output["text"] = _as_a_terminal("".join(output["text"]))
        return outputs

    def stream(self, name: str, text: str) -> None:
        taken = self._fit(text)
        if not taken:
            return
        last = self.outputs[-1] if self.outputs and not self._clear_first else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"].append(taken)
        else:
            self._append({"output_type": "stream", "name": name, "text": [taken]})

    def data(self, kind: str, bundle: dict, metadata: dict | None, display_id: str = "", **more: Any) -> None:
        data = _jsonable(bundle)
        if self._fit("".join(map(str, data.values()))) is None:
            return
        output = {"output_type": kind, "data": data, "metadata": metadata or {}, **more}
        if self._append(output) and display_id:
            self._shown.setdefault(display_id, []).append(output)

    def update(self, bundle: dict, metadata: dict | None, display_id: str) -> None:
        data = _jsonable(bundle)
        for output in self._shown.get(display_id, []):
            if self._fit("".join(map(str, data.values()))) is not None:
                output["data"], output["metadata"] = data, metadata or {}

    def error(self, name: str, value: str, lines: list[str]) -> None:
        text = "\n".join(lines)
        if len(text) > LARGEST_ERROR:
            lines = [text[: LARGEST_ERROR // 2], "...", text[-LARGEST_ERROR // 2 :]]
        self._append({"output_type": "error", "ename": name, "evalue": value[:LARGEST_ERROR], "traceback": lines})

    def clear(self, wait: bool) -> None:
        if wait:
            self._clear_first = True
        elif self.outputs:
            self.outputs.clear()

    def _fit(self, text: str) -> str | None:
        """As much of `text` as there is room for; None if there is none, or no cell is running."""
        if self.outputs is None or self._room <= 0:
            return None
        taken = text[: self._room]
        self._room -= len(text)
        if self._room <= 0:
            taken += "\n... the rest of the output was cut off ...\n"
        return taken

    def _append(self, output: dict) -> bool:
        if self.outputs is None or len(self.outputs) >= MOST_OUTPUTS:
            return False
        if self._clear_first:
            self.outputs.clear()
            self._clear_first = False
        self.outputs.append(output)
        return True


class _Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, recorder: Recorder, name: str, descriptor: int) -> None:
        self._recorder, self._name, self._descriptor = recorder, name, descriptor
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.stream(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


class _Bytes(io.RawIOBase):
    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def write(self, data: Any) -> int:
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    def publish(
        self,
        data: dict,
        metadata: dict | None = None,
        source: Any = None,
        *,
        transient: dict | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        self._validate_data(data, metadata)
        display_id = str((transient or {}).get("display_id", ""))
        if update:
            self.shell.recorder.update(data, metadata, display_id)
        else:
            self.shell.recorder.data("display_data", data, metadata, display_id)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.recorder.clear(wait)


class _DisplayHook(DisplayHook):
    """Records the value of the last expression instead of printing it."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        shell = self.shell
        assert shell is not None  # the one that made it
        shell.recorder.data("execute_result", format_dict, md_dict, execution_count=shell.execution_count - 1)

    def finish_displayhook(self) -> None:
        pass


class _Compiler(CachingCompiler):
    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """A name by the code alone, which is then the same where it was compiled before."""
        return code_name(transformed_code)


class RecordingShell(InteractiveShell):
    """An IPython shell without a terminal; `record` runs a cell and returns its outputs."""

    displayhook_class = Type(_DisplayHook)
    display_pub_class = Type(_Publisher)
    compiler_class = Type(_Compiler)
    recorder: Recorder
    streams: tuple[TextIO, TextIO]
    _cleanups: int

    @classmethod
    def make(cls) -> RecordingShell:
        """The one shell of this process, with figures inline."""
        config = Config()
        config.HistoryManager.enabled = False  # it would start a thread and write to the home folder
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.xmode = "Plain"  # a verbose traceback of a deep recursion takes seconds
        shell = cls.instance(config=config)
        shell.recorder = Recorder()
        streams = _Stream(shell.recorder, "stdout", 1), _Stream(shell.recorder, "stderr", 2)
        shell.streams = cast("tuple[TextIO, TextIO]", streams)  # with what cells use of them
        shell._cleanups = len(shell.input_transformers_cleanup)  # a notebook may add its own
        shell.enable_matplotlib("inline")
        return shell

    def record(self, source: str, allowed: Allowed | None = None) -> Recorded:
        """Run a cell, within the time that it may take."""
        self.recorder.start()
        with self._streams():
            result = self._run(source, allowed)
        return _recorded(self.recorder.stop(), result)

    def compiled(self, source: str, names: Sequence[str] = ()) -> Program:
        """As `grader.engine.program.compiled`, magics included."""
        return compiled(self.transform_cell(source), names, self.compile.flags & FUTURES)

    def record_program(self, program: Program, allowed: Allowed | None = None) -> Recorded:
        """Run a cell that is compiled, within the time that it may take."""
        self.recorder.start()
        with self._streams():
            result = self._run_program(program, allowed)
        return _recorded(self.recorder.stop(), result)

    def _run_program(self, program: Program, allowed: Allowed | None) -> ExecutionResult:
        """What `run_cell` does with code that it has compiled."""
        result = ExecutionResult(None)
        result.execution_count = self.execution_count
        self.compile.cache(program.source, self.execution_count, program.source)
        assert self.history_manager is not None  # it is there, and keeps nothing
        self.history_manager.store_inputs(self.execution_count, program.source, program.source)
        listen()
        try:
            with time_limit(allowed), self.builtin_trap, self.display_trap:
                self.events.trigger("pre_execute")
                self.displayhook.exec_result = result
                for part in program.parts:
                    is_async = bool(part.co_flags & inspect.CO_COROUTINE)
                    run = self.loop_runner if is_async else _pseudo_sync_runner
                    if run(self.run_code(part, result, async_=is_async)):
                        break
                self.events.trigger("post_execute")
        except BaseException as error:  # the time limit struck between two parts
            result.error_in_exec = error
            self.showtraceback(running_compiled_code=True)
        finally:
            self.displayhook.exec_result = None
            self.execution_count += 1
            self.compile.flags |= futures_in(program)
        return result

    @contextmanager
    def capture(self) -> Iterator[list[str]]:
        """Collect what a block prints to standard output, in the list that it gets."""
        printed: list[str] = []
        self.recorder.start()
        try:
            with self._streams():
                yield printed
        finally:
            streams = [output for output in self.recorder.stop() if output.get("name") == "stdout"]
            printed += [output["text"] for output in streams]

    def _run(self, source: str, allowed: Allowed | None) -> Any:
        listen()
        with time_limit(allowed):
            return self.run_cell(source, store_history=True)

    @contextmanager
    def _streams(self) -> Iterator[None]:
        """What the cell prints is recorded; so is, after it, what its C code and its child processes wrote."""
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self.streams
        sizes = _size(1), _size(2)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before
            for name, descriptor, size in zip(("stdout", "stderr"), (1, 2), sizes, strict=True):
                if _size(descriptor) > size:
                    self.recorder.stream(name, _written_since(descriptor, size))

    def transform_cell(self, raw_cell: str) -> str:
        """A cell without magics. What is Python already has none, and need not be looked through token by token."""
        if not self.input_transformers_post and len(self.input_transformers_cleanup) == self._cleanups:
            if not _MAY_HAVE_MAGICS.search(raw_cell):
                return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"
            with contextlib.suppress(SyntaxError, ValueError):
                ast.parse(raw_cell)
                return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"
        return super().transform_cell(raw_cell)

    def should_run_async(self, raw_cell: str, *, transformed_cell: str | None = None, **more: Any) -> bool:
        """Whether a cell needs an event loop. Without one of these words it does not, and need not be compiled to see that."""
        if not any(word in (transformed_cell or raw_cell) for word in ("await", "async")):
            return False
        return super().should_run_async(raw_cell, transformed_cell=transformed_cell, **more)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        lines = stb if isinstance(stb, list) else str(stb).splitlines()
        self.recorder.error(etype.__name__, _text_of(evalue), [line for part in lines for line in part.splitlines()])

    def system(self, command: str) -> None:
        """``!command``, without the pseudo-terminal that IPython would take."""
        done = subprocess.run(
            self.var_expand(command, depth=1), shell=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
        )  # fmt: skip
        print(done.stdout, end="")
        self.user_ns["_exit_code"] = done.returncode

    def getoutput(self, command: str, split: bool = True, depth: int = 0) -> Any:
        """``x = !command``"""
        from IPython.utils.text import LSString, SList

        done = subprocess.run(
            self.var_expand(command, depth=depth + 1), shell=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
        )  # fmt: skip
        return SList(done.stdout.splitlines()) if split else LSString(done.stdout)

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window system here."""

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        """Every backend is the inline one."""
        from matplotlib import pyplot  # here, since whoever only reads what was recorded draws nothing

        enabled = super().enable_matplotlib("inline")
        pyplot.uninstall_repl_displayhook()  # it draws every figure once before the inline backend does
        return enabled

    def ask_exit(self) -> None:
        """``exit`` in a cell ends nothing, as in Jupyter while a notebook is executed."""

    def atexit_operations(self) -> None:
        """There is nothing to save."""


def redirect_descriptors() -> None:
    """Give this process an empty standard input and, as standard output and error, files in memory."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for descriptor in (1, 2):
        memory = os.memfd_create("output")
        os.dup2(memory, descriptor)
        os.close(memory)
    sys.stdin = os.fdopen(0, closefd=False)


def _size(descriptor: int) -> int:
    try:
        return os.fstat(descriptor).st_size
    except OSError:
        return 0


def _written_since(descriptor: int, offset: int) -> str:
    try:
        size = os.fstat(descriptor).st_size
        return os.pread(descriptor, min(size - offset, LARGEST_OUTPUT), offset).decode("utf-8", "replace")
    except (OSError, ValueError):  # the cell closed it
        return ""


def _jsonable(bundle: dict) -> dict:
    return {
        mime: base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else content
        for mime, content in bundle.items()
    }


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(an exception whose text cannot be read)"


def _as_a_terminal(text: str) -> str:
    """A line that a progress bar rewrote a thousand times, as it looks in the end."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines) if "\r" in text else text
