"""Walls round the processes of a template, and which of them this machine can have.

A *tier* says what a student's process is kept from:

``isolated``
    It has namespaces of its own (users, files, processes, IPC, network): it sees the files of `grader.engine.filetree`, no
    process but its own, and no network. A filter leaves it the system calls of `grader.engine.seccomp`, Landlock guards
    files once more where the kernel has it, and `grader.engine.limits` bounds what it may use.
``confined``
    No namespaces. Landlock lets it read the same folders and write its own, without TCP; the filter lets it send signals to
    itself alone and make no sockets. It can see which processes the machine runs and how the modules of `utils` are
    called, and disk space is not limited. What it started and left is adopted by the template, which ends it.
``open``
    Limits only. A hand-in has the rights of whoever grades.

A template finds its tier when it starts, by trying, in a process of its own, all that the best one needs. Landlock is a
part of "confined", and a second wall of "isolated": where a kernel has none, the namespaces still hide every file.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.engine import filetree, limits, linux, scratch, seccomp
from grader.engine.limits import Limits

TIERS = ("isolated", "confined", "open")  # from the strongest to the weakest
WALLS = ("mount", "pid", "net", "ipc", "user", "landlock", "seccomp", "limits", "cgroup")
_NOBODY = 65534  # in whose name the processes of an administrator's grader run: limits do not bind the administrator
_INSIDE = 1000  # the user and group that they see
_DONE = "done"
_HOST = Path("/host")  # where the machine's own files are seen, with the wall "mount" taken down


@dataclass(frozen=True)
class Plan:
    """What a template is asked to build.

    Attributes
    ----------
    folder : Path
        Of the template: its view is built in it, and where there is no view, its processes live in it.
    helpers, program : Path
        The folders of the packages `utils` and `grader`.
    without : tuple of str
        Those of `WALLS` that are left out. Only tests name some, to see what they hold back.
    """

    folder: Path
    helpers: Path
    program: Path
    without: tuple[str, ...] = ()

    def namespaces(self, *names: str) -> int:
        """The flags of namespaces that are walls here."""
        flags = {"user": linux.NEWUSER, "pid": linux.NEWPID, "net": linux.NEWNET, "ipc": linux.NEWIPC}
        return sum(flags[name] for name in names if name not in self.without)


class Sandbox:
    """The walls of a template, which it builds round the processes that it forks.

    Attributes
    ----------
    tier : str
        One of `TIERS`.
    why : str
        Why it is not the best one; empty if it is.
    """

    def __init__(self, plan: Plan, tier: str, why: str, program: bytes) -> None:
        self.tier, self.why = tier, why
        self._plan, self._filter = plan, program
        self._proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self._homes: dict[int, Path] = {}
        self._home = plan.folder
        if tier != "isolated":
            linux.adopt_orphans()

    @classmethod
    def enter(cls, plan: Plan) -> Sandbox:
        """Put this process behind the walls that all of a template's processes share, as far as the machine lets us.

        The caller goes on in a fork of its process, while the first one waits for the end of that.
        """
        if not seccomp.is_available():
            return cls(plan, "open", "libseccomp is not installed", b"")
        program = seccomp.program()
        why = _trial(plan, program)
        if why and not linux.landlock_version():
            return cls(plan, "open", f"{why}, and this kernel has no Landlock", program)
        sandbox = cls(plan, "confined" if why else "isolated", why, program)
        if not why:
            sandbox._isolate()
        return sandbox

    def threads(self) -> int:
        """How many threads this process has."""
        tasks = os.open("self/task", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._proc)
        try:
            return len(os.listdir(tasks))
        finally:
            os.close(tasks)

    def fork(self) -> int:
        """As `os.fork`; the child is the first process of a namespace of its own."""
        if self.tier != "isolated":
            self._home = Path(tempfile.mkdtemp(dir=self._plan.folder))
        if self.tier != "isolated" or "pid" in self._plan.without:
            pid = os.fork()
        else:
            own = os.pidfd_open(os.getpid())
            linux.unshare(linux.NEWPID)
            pid = os.fork()
            if pid:
                linux.setns(own, linux.NEWPID)
            os.close(own)
        if pid and self.tier != "isolated":
            self._homes[pid] = self._home
        return pid

    def reap(self, pid: int) -> tuple[int, resource.struct_rusage]:
        """Wait for a process that has been killed: its exit status, as `os.wait4` gives it, and what it has used."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # where it has no namespace of its own, whoever is left in its session
        _, status, used = os.wait4(pid, 0)
        if home := self._homes.pop(pid, None):
            self._end_orphans()
            scratch.remove(home)
        return status, used

    def _end_orphans(self) -> None:
        """End what forks that are gone have left: without namespaces, it has become this process's."""
        import psutil

        while orphans := {child.pid for child in psutil.Process().children()} - self._homes.keys():
            for pid in orphans:
                os.kill(pid, signal.SIGKILL)
            for pid in orphans:
                os.waitpid(pid, 0)

    def prepare_modules(self, names: Sequence[str] | None) -> Path | None:
        """The folder with the modules of `utils` that a student's process gets; None for all of them."""
        if names is None or self.tier != "isolated" or "mount" in self._plan.without:
            return None
        return filetree.prepare_modules(self._plan.helpers, names)

    def give_home(self, disk: int, modules: Path | None, is_student: bool) -> int:
        """In a new fork: leave everything that others share, and change into a folder of its own.

        Parameters
        ----------
        disk : int
            Megabytes of files.
        modules : Path or None
            From `prepare_modules`.
        is_student : bool
            Whether the grader's own files are covered up.

        Returns
        -------
        int
            A descriptor of the folder.
        """
        os.setsid()
        if self.tier == "isolated":
            linux.unshare(linux.NEWNS | (self._plan.namespaces("net", "ipc") if is_student else 0))
            with contextlib.suppress(OSError):  # a container that covers parts of /proc: there is none inside, then
                filetree.mount_processes()
            filetree.give_private_files(disk)
            if is_student and "mount" not in self._plan.without:
                filetree.cover(self._plan.helpers, self._plan.program, modules)
            linux.drop_capabilities()
            os.chdir(filetree.HOME)
        else:
            linux.die_with_parent(signal.SIGKILL)
            filetree.give_folders(self._home)
        return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def enclose(self, allowed: Limits, modules: Sequence[str] | None = None) -> None:
        """Raise all other walls round this process, a student's; nothing that it does can take them down.

        Parameters
        ----------
        allowed : Limits
        modules : sequence of str, optional
            Those of `utils` that it can read; all of them unless given.
        """
        walls = {*WALLS} - {*self._plan.without}
        size = self._address_space()
        self._end_first()
        if self.tier == "isolated" and "user" in walls:
            linux.unshare(linux.NEWUSER)
            self._be(_INSIDE, _INSIDE)
            linux.drop_capabilities()  # those of the new namespace
            others = 0  # it is the first process of its user
        else:
            others = limits.other_processes()
            linux.drop_capabilities()  # of an administrator
        if "limits" in walls:
            limits.apply(allowed, size, others)
        linux.no_new_privileges()
        if "landlock" in walls and self.tier != "open" and linux.landlock_version():
            self._landlock(modules).restrict()
        os.close(self._proc)
        if "seccomp" in walls and self.tier != "open":
            linux.install_filter(self._filter if self.tier == "isolated" else seccomp.program(os.getpid()))

    def bound_memory(self, allowed: Limits) -> None:
        """Let this process, an examiner, take no more memory for what it is sent than the process that sends it."""
        most = self._address_space() + allowed.memory * limits.MEGABYTE
        self._end_first()
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

    def _end_first(self) -> None:
        with contextlib.suppress(OSError):
            self._write("self/oom_score_adj", limits.END_FIRST)

    def _address_space(self) -> int:
        return int(self._read("self/statm").split()[0]) * resource.getpagesize()

    def _landlock(self, modules: Sequence[str] | None) -> linux.Landlock:
        rules = linux.Landlock()
        reading = linux.EXECUTE | linux.READ_FILE | linux.READ_DIR
        writing = ~(linux.MAKE_CHAR | linux.MAKE_BLOCK)
        if self.tier == "isolated":
            rules.allow("/", reading)
            rules.allow(filetree.PRIVATE, writing)
        else:
            helpers = filetree.files_of_modules(self._plan.helpers, modules)
            for path in (*filetree.readable(), *helpers, Path("/proc/self"), Path("/proc/cpuinfo")):
                rules.allow(path, reading if path.is_dir() else linux.EXECUTE | linux.READ_FILE)
            rules.allow(self._plan.helpers, linux.READ_DIR)  # imports look for the names
            rules.allow(self._home, writing)
        for device in filetree.DEVICES:
            rules.allow(Path("/dev") / device, linux.READ_FILE | linux.WRITE_FILE)
        return rules

    def _be(self, user: int, group: int) -> None:
        """Give this process, the first of a namespace of users, the one user and group that there are in it."""
        self._write("self/setgroups", "deny")
        self._write("self/uid_map", f"{_INSIDE} {user} 1")
        self._write("self/gid_map", f"{_INSIDE} {group} 1")

    def _read(self, name: str) -> str:
        with open(os.open(name, os.O_RDONLY, dir_fd=self._proc), encoding="utf-8") as file:
            return file.read()

    def _write(self, name: str, text: str) -> None:
        with open(os.open(name, os.O_WRONLY, dir_fd=self._proc), "w", encoding="utf-8") as file:
            file.write(text)

    def _isolate(self) -> None:
        """Enter namespaces and the view. The caller goes on in a fork of its process."""
        plan, user, group = self._plan, os.getuid(), os.getgid()
        os.umask(0o022)
        root = plan.folder / "root"
        root.mkdir(exist_ok=True)
        shown = filetree.readable()  # while it can all be looked at
        may_mount = user == 0 and _gets_namespace_of_files()
        if may_mount:
            _build(plan, root, shown)
        if user == 0:
            if not may_mount:
                os.chown(root, _NOBODY, _NOBODY)
            user = group = _NOBODY
            os.setgroups([])
            os.setresgid(group, group, group)
            os.setresuid(user, user, user)
            linux.set_dumpable()
        shared = linux.NEWUSER | linux.NEWNS | linux.NEWPID | linux.NEWUTS | linux.NEWCGROUP
        linux.unshare(shared | plan.namespaces("net", "ipc"))
        self._be(user, group)
        if not may_mount:
            _build(plan, root, shown)
        socket.sethostname("notebook")
        first = os.fork()
        if first:
            os._exit(1 if os.waitpid(first, 0)[1] else 0)
        linux.die_with_parent(signal.SIGKILL)
        linux.bind(".", ".", read_only=False)  # what an administrator has mounted is locked; this is not
        os.chdir(f"../{root.name}")  # into it; the folders further up may be closed to us
        with contextlib.suppress(OSError):  # the kernel allows those of the forks only beside one that is there
            filetree.mount_processes(Path("proc"))
        linux.pivot_root()


def _gets_namespace_of_files() -> bool:
    """Enter one, as an administrator may, though mostly not the administrator of a container."""
    try:
        linux.unshare(linux.NEWNS)
    except PermissionError:
        return False
    return True


def _build(plan: Plan, root: Path, shown: list[Path]) -> None:
    filetree.build(root, [*shown, plan.helpers, plan.program])
    os.chdir(root)
    if "mount" in plan.without:
        (root / _HOST.relative_to("/")).mkdir()
        linux.bind("/", root / _HOST.relative_to("/"), read_only=False)


def _trial(plan: Plan, program: bytes) -> str:
    """Build everything once in a process of its own: why that failed, or nothing.

    Raises
    ------
    RuntimeError
        If somebody killed it, which says nothing about the machine.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        with open(reading, encoding="utf-8") as answer:
            said = answer.read()
        os.waitpid(pid, 0)
        if not said:
            raise RuntimeError("the trial of the sandbox was killed")
        return "" if said == _DONE else said
    said = _DONE
    try:
        sandbox = Sandbox(plan, "isolated", "", program)
        sandbox._isolate()
        child = sandbox.fork()
        if child == 0:
            os.close(sandbox.give_home(1, None, is_student=True))
            sandbox.enclose(Limits())
        else:
            os._exit(os.waitpid(child, 0)[1])
    except OSError as error:
        said = f"{error.strerror} ({error.filename})" if error.filename else str(error.strerror)
    os.write(writing, said.encode())
    os._exit(0)
