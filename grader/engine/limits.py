"""What one examination may use, and how the limits are set: by the kernel, on the student's process and all it starts.

Computing time comes first, because it is the same on a busy machine; time on the clock is a backstop that is several
times as long. Memory, processes and computing time are limited for each process; the memory and the number of
processes of all together where a control group (cgroup) can be had.
"""

from __future__ import annotations

import bisect
import contextlib
import errno
import os
import resource
import threading
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.engine.scratch import PREFIX, held, remove_left

MEGABYTE = 1 << 20
_DESCRIPTORS = 1_024
_MOST_PROCESSES = 1 << 22  # that Linux can number
_CGROUPS = Path("/sys/fs/cgroup")
ENDING = 10.0  # seconds in which processes that were killed are gone
END_FIRST = "1000"  # in oom_score_adj: where memory runs out, the kernel ends this process before any other


@dataclass(frozen=True)
class Limits:
    """The limits of a student's process.

    Attributes
    ----------
    memory : int
        Megabytes beyond those that the warm template has.
    processes : int
        Processes and threads together.
    disk : int
        Megabytes of files, `/tmp` and `/dev/shm` included.
    file : int
        Megabytes of one file.
    cpu : int
        Seconds of computing time of a notebook; all the cells and calls of one process together.
    wall : int
        Seconds on the clock of a whole examination.
    """

    memory: int = 4_096
    processes: int = 128
    disk: int = 256
    file: int = 128
    cpu: int = 900
    wall: int = 3_600


def apply(limits: Limits, address_space: int, others: int = 0) -> None:
    """Limit this process and whatever it starts. It cannot take that back.

    Parameters
    ----------
    limits : Limits
    address_space : int
        Bytes that this process has already.
    others : int
        Processes and threads that count beside its own.
    """
    set_limits = {
        resource.RLIMIT_AS: address_space + limits.memory * MEGABYTE,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: limits.cpu,
        resource.RLIMIT_FSIZE: limits.file * MEGABYTE,
        resource.RLIMIT_NOFILE: _DESCRIPTORS,
        resource.RLIMIT_NPROC: others + limits.processes,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    for which, value in set_limits.items():
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def other_processes() -> int:
    """How many processes and threads of this user the kernel counts beside this one; 0 for an administrator, who has no limit.

    The limit is about all processes of a user, also those of other containers, which cannot be seen. So the answer is the
    smallest limit with which a thread starts.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    most = _MOST_PROCESSES if hard == resource.RLIM_INFINITY else hard

    def can_start(limit: int) -> bool:
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, hard))
        thread = threading.Thread(target=bool)
        try:
            thread.start()
        except RuntimeError:
            return False
        thread.join()
        return True

    try:
        return max(0, bisect.bisect_left(range(most), True, key=can_start) - 2)  # this process, and the thread
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, (soft, hard))


class ControlGroup:
    """A control group for the student's processes of one template, one after the other: their memory and number.

    It needs rights that the administrator has, or has delegated; `ControlGroup.make` returns None where they are missing.
    """

    def __init__(self, folders: dict[str, Path], version: int, holding: contextlib.ExitStack) -> None:
        self._folders = folders  # by controller
        self._version = version
        self._holding = holding
        self._threads = ThreadPoolExecutor(len(folders), "control-groups")
        self._kills = self._count()

    @classmethod
    def make(cls, limits: Limits) -> ControlGroup | None:
        name = f"{PREFIX}{uuid.uuid4().hex}"
        for version, parents in ((2, _unified()), (1, _by_controller())):
            folders = {controller: parent / name for controller, parent in parents.items()}
            with contextlib.ExitStack() as holding:
                try:
                    for folder in {*folders.values()}:
                        _make(folder, holding)
                    for controller, folder in folders.items():
                        _limit(folder, controller, limits, version)
                except OSError:
                    continue
                if folders:
                    return cls(folders, version, holding.pop_all())
        return None

    def add(self, process: int) -> list[Future]:
        """Put a process under the limits, which the kernel takes its time for; the futures raise `OSError`."""
        files = {folder / "cgroup.procs" for folder in self._folders.values()}
        return [self._threads.submit(file.write_text, str(process)) for file in files]

    def begin(self) -> None:
        """Note that the next process begins."""
        self._kills = self._count()

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel has ended a process since the last `begin`, because the memory was used up."""
        return self._count() > self._kills

    def remove(self) -> None:
        """Remove the group, when the processes in it, which were killed, are gone."""
        self._threads.shutdown()
        self._holding.close()

    def _count(self) -> int:
        name = "memory.events" if self._version == 2 else "memory.oom_control"
        with contextlib.suppress(OSError):
            for line in (self._folders["memory"] / name).read_text().splitlines():
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
        return 0


def _limit(folder: Path, controller: str, limits: Limits, version: int) -> None:
    if controller == "pids":
        (folder / "pids.max").write_text(str(limits.processes))
        return
    most = (
        limits.memory + limits.disk
    ) * MEGABYTE  # so that one process alone meets its own limit first, a MemoryError
    name, swap = (
        ("memory.max", "memory.swap.max") if version == 2 else ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
    )
    (folder / name).write_text(str(most))
    with contextlib.suppress(OSError):  # a kernel that does not count swap
        (folder / swap).write_text("0" if version == 2 else str(most))


def _unified() -> dict[str, Path]:
    """The next group above this process, in the hierarchy of version 2, below which both controllers are switched on."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        if line.startswith("0::/"):
            own = _CGROUPS / line[4:]
            for parent in own.parents:
                switched_on = parent / "cgroup.subtree_control"
                if switched_on.is_file() and {"memory", "pids"} <= {*switched_on.read_text().split()}:
                    return {"memory": parent, "pids": parent}
    return {}


def _by_controller() -> dict[str, Path]:
    """The group of this process in the hierarchies of version 1."""
    found = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in {"memory", "pids"} & {*controllers.split(",")}:
            parent = _CGROUPS / controller / path.lstrip("/")
            found[controller] = parent if parent.is_dir() else _CGROUPS / controller
    return found


def _make(folder: Path, holding: contextlib.ExitStack) -> None:
    """Make a group that is removed when `holding` is closed; and those go that killed clients have left."""
    with held(folder.parent, wait=True):  # so that nobody takes the new one for one that was left
        remove_left(folder.parent, PREFIX, os.rmdir)  # which the kernel refuses while processes are in it
        folder.mkdir()
        holding.callback(_remove, folder)
        holding.enter_context(held(folder))


def _remove(folder: Path) -> None:
    """Remove a group as soon as it is empty; one that does not become so is left to the next client."""
    until = time.monotonic() + ENDING
    while time.monotonic() < until:
        try:
            os.rmdir(folder)
        except OSError as error:
            if error.errno != errno.EBUSY:
                return
            time.sleep(0.01)
        else:
            return
