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
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from grader.engine import filetree, linux
from grader.engine.limits import ControlGroup, Limits
from grader.engine.sandbox import Plan, Sandbox
from grader.engine.scratch import scratch

if TYPE_CHECKING:
    from grader.engine.shell import RecordingShell

    Role = Callable[[RecordingShell, list[socket.socket]], None]

_NUMPY = ("numpy", "matplotlib.pyplot", "h5py", "scipy.io", "sklearn.datasets", "ipywidgets", "tqdm.auto")
STACKS = {  # what a template can import before it is forked; what is not installed is left out
    "numpy": _NUMPY,
    "tensorflow": (*_NUMPY, "tensorflow"),
}
START = 120.0  # seconds that the imports may take on a busy machine
ANSWER = 30.0  # seconds for a fork, or for the end of a process that was killed
ENDING = 10.0  # seconds in which a template ends its forks and itself
IDLE = 900.0  # seconds without forks and requests after which a template ends; it is started again when it is needed
LARGEST_REQUEST = 65_536
MOST_SOCKETS = 2  # of a fork


class TemplateError(Exception):
    """A template does not start or does not answer: a fault of the installation, never of a submission."""


@dataclass
class Child:
    """A forked process, behind its walls: how to wait for its end, and its folder."""

    number: int  # in the template
    start: int  # of the template: its number
    role: str
    modules: Sequence[str] | None
    process: int  # a pidfd, readable when the process has ended
    control: socket.socket
    folders: Sequence[int] = ()  # a descriptor of its folder, when it has one
    entering: Sequence[Future] = ()  # its control groups

    @property
    def folder(self) -> Path:
        """Where its files can be read, also when it has ended."""
        return Path(f"/proc/self/fd/{self.folders[0]}")

    def is_for(self, modules: Sequence[str] | None) -> bool:
        """Whether it lives, and can import just these modules."""
        return self.modules == modules and not self.has_ended()

    def has_ended(self, seconds: float = 0.0) -> bool:
        """Whether it has ended by itself, or does so within some seconds."""
        return _is_readable(self.process, seconds)

    def close(self) -> None:
        self.control.close()
        for descriptor in (self.process, *self.folders):
            os.close(descriptor)


@dataclass(frozen=True)
class End:
    """How a process has ended.

    Attributes
    ----------
    status : int or None
        As `os.waitstatus_to_exitcode` gives it: negative for a signal. None if that is lost.
    cpu : float
        Seconds of computing time that it has used.
    ran_out_of_memory : bool
    """

    status: int | None
    cpu: float = 0.0
    ran_out_of_memory: bool = False


class Template:
    """A template process as its client sees it: started when it is first needed, and again after it was lost.

    Parameters
    ----------
    stack : str
        One of `STACKS`.
    limits : Limits, optional
        Of the students' processes.
    without : sequence of str
        Of `grader.engine.sandbox.WALLS`: those that are left out. Only tests name some.
    imports : sequence of str, optional
        The modules that it imports; all of the stack unless given. Each makes forks dearer, and dear imports cheap.

    Attributes
    ----------
    tier, why : str
        As in `grader.engine.sandbox.Sandbox`, when the template has started.
    """

    def __init__(
        self,
        stack: str,
        limits: Limits | None = None,
        without: Sequence[str] = (),
        imports: Sequence[str] | None = None,
    ) -> None:
        self._stack, self.limits, self._without = stack, limits or Limits(), tuple(without)
        self._imports = STACKS[stack] if imports is None else tuple(imports)
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._held = contextlib.ExitStack()
        self._folder: Path | None = None
        self._group: ControlGroup | None = None
        self._ahead: dict[str, Child] = {}  # by role
        self._lock = threading.Lock()
        self.tier = self.why = ""
        self.starts = 0  # how often the imports were paid

    def start(self) -> None:
        """Start the template, unless it runs.

        Raises
        ------
        TemplateError
        """
        with self._lock:
            if not self.runs():
                self._start()

    def runs(self) -> bool:
        """Whether it has been started, and was not lost since."""
        return self._process is not None and self._process.poll() is None

    def fork(self, role: str, modules: Sequence[str] | None = None) -> Child:
        """A process that will run `role` when it is released: one of those made ahead, or a new one.

        Parameters
        ----------
        role : str
            ``student`` or ``examiner``.
        modules : sequence of str, optional
            Those of `utils` that a student's process can import; all of them unless given.

        Raises
        ------
        TemplateError
        """
        self.start()
        with self._lock:
            ahead = self._ahead.pop(role, None)
            if ahead is not None and ahead.is_for(modules):
                return ahead
            child = self._fork(role, modules)
        if ahead is not None:
            self.kill(ahead)
            self.reap(ahead)
        return child

    def fork_ahead(self, modules: Sequence[str] | None = None) -> None:
        """Make the next two forks while others run: their walls stand, then, when they are wanted.

        Raises
        ------
        TemplateError
        """
        for role, needs in (("student", modules), ("examiner", None)):
            with self._lock:
                if role not in self._ahead:
                    self._ahead[role] = self._fork(role, needs)

    def ahead(self) -> list[int]:
        """The process numbers of the forks that were made ahead."""
        return [_process_id(child.process) for child in self._ahead.values()]

    def release(self, child: Child, sockets: Sequence[socket.socket], files: Mapping[str, bytes]) -> None:
        """Give a fork its sockets and files when its view of the files stands, and let it begin; `wait` until it does.

        Parameters
        ----------
        child : Child
        sockets : sequence of socket
        files : mapping of str to bytes
            What lies in its folder, by path.

        Raises
        ------
        TemplateError
            Unless somebody has just killed the fork, the template or its control group is broken: it is ended then, and
            started anew for the next fork.
        """
        try:
            child.control.settimeout(ANSWER)
            said, child.folders, _, _ = socket.recv_fds(child.control, LARGEST_REQUEST, 1)
            if not child.folders:
                raise _failed(said)
            for future in child.entering:
                future.result()
            with self._lock:
                self._tell({"begins": child.number})
                if self._group is not None and child.role == "student":
                    self._group.begin()
            with _in_memory(files) as carried:
                socket.send_fds(child.control, [b"go"], [carried.fileno(), *(one.fileno() for one in sockets)])
        except (OSError, TemplateError) as error:
            raise self._not_started(error) from None

    def wait(self, child: Child) -> None:
        """Wait until a fork that was released is behind all its walls and runs.

        Raises
        ------
        TemplateError
            As `release` does.
        """
        try:
            said = child.control.recv(LARGEST_REQUEST)
            if said != b"begins":
                raise _failed(said)
        except OSError as error:
            raise self._not_started(error) from None

    def _not_started(self, error: Exception) -> TemplateError:
        if not isinstance(error, ConnectionError | ProcessLookupError):
            self.close()
        return TemplateError(f"A process could not be started: {error}")

    def kill(self, *children: Child) -> None:
        """End forks, with all that they have started, and wait until they have.

        All but the first come to this process's own processor for that, when it keeps off theirs: they would take turns there
        to give back their memory.
        """
        for other in children[1:] if _left_to_forks is not None else ():
            with contextlib.suppress(OSError):  # it has ended, or this process may not say where it runs
                os.sched_setaffinity(_process_id(other.process), os.sched_getaffinity(0))
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(child.process, signal.SIGKILL)
        for child in children:
            child.has_ended(ANSWER)

    def reap(self, child: Child) -> End:
        """Forget a fork that was killed, its folder included, and say how it had ended."""
        child.close()
        with self._lock:
            if child.start != self.starts:  # it has ended with its template
                return End(None)
            try:
                answer, _ = self._ask({"reap": child.number})
            except TemplateError:
                return End(None)
            return End(**answer, ran_out_of_memory=self._group is not None and self._group.ran_out_of_memory())

    def close(self) -> None:
        """End the template, with its forks. It would also end by itself when its client does."""
        with self._lock:
            self._forget(ENDING)

    def __enter__(self) -> Template:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _fork(self, role: str, modules: Sequence[str] | None) -> Child:
        request = {"fork": role, "modules": modules, "limits": vars(self.limits), "core": _core()}
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            answer, (process,) = self._ask(request, [there.fileno()], 1)
        child = Child(answer["pid"], self.starts, role, modules, process, here)
        if self._group is not None and role == "student":
            child.entering = self._group.add(_process_id(process))
        return child

    def _start(self) -> None:
        self._forget()
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._folder = self._held.enter_context(scratch())
        self._folder.chmod(0o711)  # an administrator's template changes its user
        order = {
            "imports": self._imports,
            "connection": there.fileno(),
            "folder": str(self._folder),
            "without": self._without,
            "idle": IDLE,
        }
        words = self._folder / "log"
        words.touch(mode=0o600)  # what it writes is nobody's else on this machine
        with there, words.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "grader.engine.template", json.dumps(order)],
                env=_environment(), cwd="/", pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._connection = here
        self.starts += 1
        here.settimeout(START)
        answer, _ = self._receive()
        self.tier, self.why = answer["tier"], answer["why"]
        if "cgroup" not in self._without:
            self._group = ControlGroup.make(self.limits)

    def _ask(self, request: dict, descriptors: Sequence[int] = (), expected: int = 0) -> tuple[dict, list[int]]:
        self._tell(request, descriptors)
        return self._receive(expected)

    def _tell(self, request: dict, descriptors: Sequence[int] = ()) -> None:
        if self._connection is None:
            raise TemplateError("the template has ended")
        try:
            self._connection.settimeout(ANSWER)
            socket.send_fds(self._connection, [json.dumps(request).encode()], descriptors)
        except OSError as error:
            raise self._lost(str(error)) from None

    def _receive(self, expected: int = 0) -> tuple[dict, list[int]]:
        assert self._connection is not None  # whoever waits has started the template, or told it something
        try:
            data, descriptors, _, _ = socket.recv_fds(self._connection, LARGEST_REQUEST, 1)
            answer = json.loads(data)
        except (OSError, ValueError) as error:
            raise self._lost(str(error)) from None
        if "error" in answer or len(descriptors) != expected:
            raise self._lost(answer.get("error", "an answer without its descriptors"))
        return answer, list(descriptors)

    def _lost(self, why: str) -> TemplateError:
        assert self._folder is not None  # it has been there since the start
        log = self._folder / "log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
        self._forget()
        errors = [line for line in lines if "Error" in line]
        return TemplateError(f"The template for {self._stack} is lost: {(errors or [why])[-1]}")

    def _forget(self, seconds: float = 0.0) -> None:
        """End the process, if it does not end by itself within some seconds, and remove what is left of it."""
        for child in self._ahead.values():  # they end with it
            child.close()
        self._ahead.clear()
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        if self._group is not None:
            self._group.remove()
        self._held.close()
        self._connection = self._process = self._folder = self._group = None


@functools.cache
def shared_template(stack: str, limits: Limits, imports: tuple[str, ...] | None = None) -> Template:
    """The template of this process for what it imports, so that a server pays that once and not with every click."""
    template = Template(stack, limits, imports=imports)
    atexit.register(template.close)
    return template


def _environment() -> dict[str, str]:
    """All that a template, and so every student's process, finds in its environment."""
    return {
        **filetree.environment(),
        "LANG": "C.UTF-8",
        "LD_BIND_NOW": "1",  # symbols are looked up once, and not by every fork
        "MALLOC_ARENA_MAX": "2",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NBGRADER_EXECUTION": "autograde",  # as with nbgrader: code may ask whether it is being graded
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "PYTHONHASHSEED": "0",  # the same for all forks, so let it be the same for all runs
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "",
    }


def _failed(said: bytes) -> OSError:
    """Why a fork does not begin, from its last words."""
    return OSError(said.decode()) if said else ConnectionError("it died")


_left_to_forks: int | None = None  # a processor that this process keeps off


def _core() -> int:
    """The processor that the forks of this client share, so that their threads take nothing from its neighbours."""
    if _left_to_forks is not None:
        return _left_to_forks
    cores = sorted(os.sched_getaffinity(0))
    return cores[int(os.environ.get("GRADER_WORKER", os.getpid())) % len(cores)]


@contextlib.contextmanager
def off_the_core_of_forks() -> Iterator[None]:
    """Keep this thread, and what it starts, off the processor of its forks, if there is another and it does not do so already.

    So what the thread does while they run takes them no time. It is for a process that is alone: where each processor has a
    worker, nobody can step aside.
    """
    global _left_to_forks
    thread, before, core = threading.get_native_id(), os.sched_getaffinity(0), _core()
    if _left_to_forks is not None or before == {core}:
        yield
        return
    _left_to_forks = core
    try:
        with contextlib.suppress(OSError):  # what a thread may use can change at any time
            os.sched_setaffinity(thread, before - {core})
        yield
    finally:
        _left_to_forks = None
        with contextlib.suppress(OSError):
            os.sched_setaffinity(thread, before)


def _is_readable(descriptor: int, seconds: float | None) -> bool:
    """Whether a descriptor, of any number, can be read from within some seconds; None is for ever."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(None if seconds is None else 1_000 * seconds))


def _process_id(pidfd: int) -> int:
    """The number that a process has here, in whatever namespace it lives."""
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))


@contextlib.contextmanager
def _in_memory(files: Mapping[str, bytes]) -> Iterator[BinaryIO]:
    """Files one after the other, behind a line that says how long each is; `_take` reads it."""
    with open(os.memfd_create("files"), "w+b") as carrier:
        sizes = {path: len(data) for path, data in files.items()}
        carrier.writelines([json.dumps(sizes).encode(), b"\n", *files.values()])
        carrier.flush()
        yield carrier


def _take(descriptor: int) -> None:
    """Write the files of `_in_memory` into this folder."""
    with open(descriptor, "rb") as carrier:
        carrier.seek(0)
        for path, size in json.loads(carrier.readline()).items():
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "wb") as file:
                file.write(carrier.read(size))


def main(order: dict) -> None:
    """What the template process does: import, warm up, and then fork on request until its client is gone.

    Parameters
    ----------
    order : dict
        ``imports``, ``connection`` (a descriptor), ``folder``, ``without`` and ``idle`` (seconds).
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whatever its client blocks
    connection = socket.socket(fileno=order["connection"])
    try:
        sandbox = Sandbox.enter(
            Plan(Path(order["folder"]), _package("utils"), _package("grader"), tuple(order["without"]))
        )
        if sandbox.tier != "isolated":
            filetree.give_folders(Path(order["folder"]))
        for module in order["imports"]:
            if importlib.util.find_spec(module.partition(".")[0]):
                importlib.import_module(module)
        from grader.engine.shell import RecordingShell

        shell = RecordingShell.make()
        _warm_up(shell)
        if (threads := sandbox.threads()) != 1:
            raise RuntimeError(f"{threads} threads run after the imports; a process is forked with one of them only")
    except Exception as error:
        connection.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        return
    gc.collect()
    gc.freeze()
    linux.use_huge_pages()
    connection.send(json.dumps({"tier": sandbox.tier, "why": sandbox.why}).encode())
    _serve(sandbox, shell, connection, order["idle"])


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None  # as for all that is installed with this module
    return Path(spec.origin).parent


def _serve(sandbox: Sandbox, shell: RecordingShell, connection: socket.socket, idle: float) -> None:
    """Fork on request, until nobody asks any more; then end what is still alive."""
    from grader.engine import examiner, student

    roles = {"student": student.main, "examiner": examiner.main}
    children: set[int] = set()
    running: set[int] = set()
    while _is_readable(connection.fileno(), None if running else idle):
        data, descriptors, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 8)
        if not data:
            break
        request = json.loads(data)
        if "begins" in request:
            running.add(request["begins"])
            continue
        if "reap" in request:
            children.discard(request["reap"])
            running.discard(request["reap"])
            status, used = sandbox.reap(request["reap"])
            answer = {"status": os.waitstatus_to_exitcode(status), "cpu": used.ru_utime + used.ru_stime}
            connection.send(json.dumps(answer).encode())
            continue
        modules = sandbox.prepare_modules(request["modules"])
        pid = sandbox.fork()
        if pid == 0:
            connection.close()
            _become(roles[request["fork"]], shell, sandbox, modules, request, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        children.add(pid)
        pidfd = os.pidfd_open(pid)
        socket.send_fds(connection, [json.dumps({"pid": pid}).encode()], [pidfd])
        os.close(pidfd)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        sandbox.reap(pid)


def _become(
    role: Role,
    shell: RecordingShell,
    sandbox: Sandbox,
    modules: Path | None,
    request: dict,
    control: int,
) -> None:
    """The life of a fork; it never returns."""
    from grader.engine.shell import redirect_descriptors

    try:
        limits, is_student = Limits(**request["limits"]), request["fork"] == "student"
        client = socket.socket(fileno=control)
        try:
            folder = sandbox.give_home(limits.disk, modules, is_student)
            socket.send_fds(client, [b"ready"], [folder])
            os.close(folder)
            said, (files, *sockets), _, _ = socket.recv_fds(client, 2, MOST_SOCKETS + 1)
            if said != b"go":
                os._exit(0)
            with contextlib.suppress(OSError):  # a processor that was taken from this machine, or container, since
                os.sched_setaffinity(0, {request["core"]})
            _take(files)
            redirect_descriptors()
            if is_student:
                sandbox.enclose(limits, request["modules"])
            else:
                sandbox.bound_memory(limits)
            client.send(b"begins")
        except Exception as error:
            client.send(f"{type(error).__name__}: {error}".encode())
            os._exit(1)
        client.close()
        role(shell, [socket.socket(fileno=one) for one in sockets])
    except BaseException as error:
        print(f"{request['fork']}: {type(error).__name__}: {error}", file=sys.__stderr__, flush=True)
        os._exit(1)
    os._exit(0)


def _warm_up(shell: RecordingShell) -> None:
    """Do once, before the forks, what is slow the first time; then forget it."""
    from matplotlib import font_manager

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
    # or matplotlib does so in every fork, which copies pages to free what is in them
    font_manager._get_font.cache_clear()  # type: ignore[attr-defined]  # its stub has no private names


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
