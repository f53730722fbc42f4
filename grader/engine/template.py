"""Warm templates: processes that have imported a software stack once and are forked for every submission.

A template knows no secret: it starts with an environment of its own, without any open socket but the one to its
client, and what a fork is to do arrives over a descriptor that only this fork gets. It has one thread, because a fork
has no more than that; so no TensorFlow operation may ever run in it.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib.util
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.engine.shell import RecordingShell

    Role = Callable[[RecordingShell, list[socket.socket]], None]

_NUMPY = ("numpy", "matplotlib.pyplot", "h5py", "scipy.io", "sklearn.datasets", "ipywidgets", "tqdm.auto")
STACKS = {  # what a template imports before it is forked; what is not installed is left out
    "numpy": _NUMPY,
    "tensorflow": (*_NUMPY, "tensorflow"),
}
START = 120.0  # seconds that the imports may take on a busy machine
ANSWER = 30.0  # seconds for a fork, or for the end of a process that was killed
IDLE = 900.0  # seconds without a request after which a template ends; it is started again when it is needed
LARGEST_REQUEST = 65_536


class TemplateError(Exception):
    """A template does not start or does not answer: a fault of the installation, never of a submission."""


@dataclass(frozen=True)
class Child:
    """A forked process: its number, and how to wait for its end."""

    pid: int
    descriptor: int  # a pidfd, readable when the process has ended

    def has_ended(self, seconds: float = 0.0) -> bool:
        """Whether it has ended by itself, or does so within some seconds."""
        return bool(select.select([self.descriptor], [], [], seconds)[0])


class Template:
    """A template process as its client sees it: started when it is first needed, and again after it was lost.

    Parameters
    ----------
    stack : str
        One of `STACKS`.
    """

    def __init__(self, stack: str) -> None:
        self._stack = stack
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._folder: Path | None = None
        self._lock = threading.Lock()
        self.starts = 0  # how often the imports were paid

    def fork(self, role: str, sockets: list[socket.socket], folder: Path) -> Child:
        """A new process in `folder` that runs `role` and owns the sockets.

        Raises
        ------
        TemplateError
        """
        with self._lock:
            request = {"fork": role, "folder": str(folder)}
            if self._process is None or not self._is_alive():
                self._start()
            answer, descriptors = self._ask(request, [one.fileno() for one in sockets])
            return Child(answer["pid"], descriptors[0])

    def end(self, child: Child) -> int | None:
        """Kill a fork with all that belongs to its session, wait for it, and say how it had ended.

        Returns
        -------
        int or None
            Its exit status as `os.waitstatus_to_exitcode` gives it: negative for a signal. None if that is lost.
        """
        with self._lock:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(child.descriptor, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)  # nobody has reaped it, so the number is still its own
            child.has_ended(ANSWER)
            os.close(child.descriptor)
            try:
                return self._ask({"reap": child.pid}, [])[0]["status"]
            except TemplateError:
                return None

    def close(self) -> None:
        """End the template. It would also end by itself when its client does."""
        with self._lock:
            self._forget()

    def __enter__(self) -> Template:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> None:
        self._forget()
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._folder = Path(tempfile.mkdtemp(prefix="grader-template-"))
        with there, (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "grader.engine.template", self._stack, str(there.fileno())],
                env=_environment(self._folder), cwd=self._folder, pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._connection = here
        self.starts += 1
        here.settimeout(START)
        self._receive()

    def _ask(self, request: dict, descriptors: list[int]) -> tuple[dict, list[int]]:
        if self._connection is None:
            raise TemplateError("the template has ended")
        try:
            self._connection.settimeout(ANSWER)
            socket.send_fds(self._connection, [json.dumps(request).encode()], descriptors)
        except OSError as error:
            raise self._lost(str(error)) from None
        return self._receive()

    def _receive(self) -> tuple[dict, list[int]]:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._connection, LARGEST_REQUEST, 1)
            answer = json.loads(data)
        except (OSError, ValueError) as error:
            raise self._lost(str(error)) from None
        if "error" in answer:
            raise self._lost(answer["error"])
        return answer, list(descriptors)

    def _lost(self, why: str) -> TemplateError:
        log = self._folder / "log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
        self._forget()
        errors = [line for line in lines if "Error" in line]
        return TemplateError(f"The template for {self._stack} is lost: {(errors or [why])[-1]}")

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._connection = self._process = self._folder = None


class Templates:
    """The templates of a grading run, by software stack."""

    def __init__(self) -> None:
        self._templates = {stack: Template(stack) for stack in STACKS}

    def __getitem__(self, stack: str) -> Template:
        return self._templates[stack]

    def close(self) -> None:
        for template in self._templates.values():
            template.close()

    def __enter__(self) -> Templates:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


@functools.cache
def shared_templates() -> Templates:
    """The templates of this process, so that a server pays the imports once and not with every click."""
    templates = Templates()
    atexit.register(templates.close)
    return templates


def _environment(folder: Path) -> dict[str, str]:
    """All that a template, and so every student's process, finds in its environment."""
    return {
        "HOME": str(folder),
        "KERAS_HOME": str(folder / "keras"),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "NBGRADER_EXECUTION": "autograde",  # as with nbgrader: code may ask whether it is being graded
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "PYTHONHASHSEED": "0",  # the same for all forks, so let it be the same for all runs
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "",
    }


def main(stack: str, connection: socket.socket) -> None:
    """What the template process does: import, warm up, and then fork on request until its client is gone."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whatever its client blocks
    try:
        for module in STACKS[stack]:
            if importlib.util.find_spec(module.partition(".")[0]):
                importlib.import_module(module)
        from grader.engine.shell import RecordingShell

        shell = RecordingShell.make()
        _warm_up(shell)
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            raise RuntimeError(f"{threads} threads run after the imports; a process is forked with one of them only")
    except Exception as error:
        connection.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        return
    gc.collect()
    gc.freeze()
    try:
        _serve(stack, shell, connection)
    finally:
        shutil.rmtree(os.getcwd(), ignore_errors=True)


def _serve(stack: str, shell: RecordingShell, connection: socket.socket) -> None:
    """Fork on request, until nobody asks any more; then end what is still alive."""
    from grader.engine import examiner, student

    roles = {"student": student.main, "examiner": examiner.main}
    children: set[int] = set()
    connection.send(json.dumps({"ready": stack}).encode())
    while select.select([connection], [], [], IDLE)[0]:
        data, descriptors, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 4)
        if not data:
            break
        request = json.loads(data)
        if "reap" in request:
            status = os.waitstatus_to_exitcode(os.waitpid(request["reap"], 0)[1])
            children.discard(request["reap"])
            connection.send(json.dumps({"status": status}).encode())
            continue
        pid = os.fork()
        if pid == 0:
            connection.close()
            _become(roles[request["fork"]], shell, [socket.socket(fileno=one) for one in descriptors], request)
        for descriptor in descriptors:
            os.close(descriptor)
        children.add(pid)
        pidfd = os.pidfd_open(pid)
        socket.send_fds(connection, [json.dumps({"pid": pid}).encode()], [pidfd])
        os.close(pidfd)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _become(role: Role, shell: RecordingShell, sockets: list[socket.socket], request: dict) -> None:
    """The life of a fork; it never returns."""
    try:
        os.setsid()
        os.chdir(request["folder"])
        os.environ["HOME"] = request["folder"]
        role(shell, sockets)
    except BaseException as error:
        print(f"{request['fork']}: {type(error).__name__}: {error}", file=sys.__stderr__, flush=True)
        os._exit(1)
    os._exit(0)


def _warm_up(shell: RecordingShell) -> None:
    """Do once, before the forks, what is slow the first time; then forget it."""
    for source in (
        "1 + 1",
        "print()",
        "1 / 0",
        "f(:",
        "%matplotlib inline",
        "import matplotlib.pyplot as plt; plt.plot([1])",
    ):
        shell.record(source)
    shell.reset(new_session=True)


if __name__ == "__main__":
    main(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
