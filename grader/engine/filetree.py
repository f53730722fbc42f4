"""The files that a student's process can see: the interpreter, its packages, the system's programs, and its own.

A template builds this *view* once, in a mount namespace of its own: a small file system in memory, in which folders of the machine
appear at their usual places, read-only. What is not named here does not exist for the processes inside: no home folder,
no course, no gradebook, no socket of a service. Each process then gets a folder of its own in `HOME`, and the modules of
`utils` that its assignment may import.
"""

from __future__ import annotations

import compileall
import hashlib
import importlib.util
import os
import shutil
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.engine import linux
from grader.engine.limits import MEGABYTE

PRIVATE = Path("/student")  # the file system of one process
HOME, TMP, SHM = PRIVATE / "notebook", PRIVATE / "tmp", PRIVATE / "shm"  # where it runs, and its /tmp and /dev/shm
_EMPTY, _MODULES = Path("/empty"), Path("/modules")
_SYSTEM = (
    "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec",
    "/usr/local/bin", "/usr/local/lib", "/usr/local/lib64", "/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/zoneinfo",
    "/usr/share/terminfo", "/usr/share/locale", "/usr/local/share/fonts", "/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives",
    "/etc/localtime", "/etc/mime.types", "/etc/ssl/certs", "/nix/store",
)  # fmt: skip
DEVICES = ("null", "zero", "full", "random", "urandom")
_FILES = {
    "/etc/passwd": "student:x:1000:1000:student:/student/notebook:/bin/sh\n",
    "/etc/group": "student:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
_FILES_OF_A_PROCESS = 20_000  # that may exist at the same time


def readable() -> list[Path]:
    """The folders and files of this machine that a student's process may read, by their usual paths."""
    return [path for path in dict.fromkeys([*map(Path, _SYSTEM), *_interpreter()]) if path.exists()]


def _interpreter() -> Iterator[Path]:
    """Where this Python, its standard library and its packages lie; not the folders above them."""
    for prefix in dict.fromkeys([sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]):
        for name in ("bin", "lib", "lib64", "pyvenv.cfg"):
            yield Path(prefix) / name
            yield Path(os.path.realpath(prefix)) / name
    yield from (Path(path) for path in sysconfig.get_paths().values() if "site-packages" in path)
    packages = {
        *site.getsitepackages(),
        *(path for path in sys.path if path.endswith(("site-packages", "dist-packages"))),
    }
    yield from map(Path, sorted(packages))


def build(root: Path, shown: Sequence[Path]) -> None:
    """Build the view below `root`, an empty folder, in the mount namespace of this process.

    Parameters
    ----------
    root : Path
    shown : sequence of Path
        The folders and files of the machine that appear in it: those of `readable`, and the packages `utils` and
        `grader`, which a template imports and then covers up.

    Raises
    ------
    OSError
        If something cannot be mounted.
    """
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    for folder in (HOME, TMP, SHM, _EMPTY, _MODULES, Path("/proc")):
        (root / folder.relative_to("/")).mkdir(parents=True)
    for folder in (TMP, _MODULES):  # the template writes here, and may be another user by then
        (root / folder.relative_to("/")).chmod(0o777)
    for path, text in _FILES.items():
        file = root / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for own in sorted(set(shown), key=lambda path: len(path.parts)):
        _show(own, root)
    (root / "dev").mkdir()
    for name in DEVICES:
        device = root / "dev" / name
        device.touch()
        linux.bind(Path("/dev") / name, device, read_only=False)
    (root / "dev" / "fd").symlink_to("/proc/self/fd")
    (root / "dev" / "shm").symlink_to(SHM)
    if not (root / "tmp").exists():  # unless the interpreter itself lies below /tmp
        (root / "tmp").symlink_to(TMP)


def _show(path: Path, root: Path) -> None:
    """Let a folder or file of the machine appear below `root`, or the link that it is."""
    place = root / path.relative_to("/")
    if os.path.lexists(place):
        return  # in a folder that is shown already
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() and str(path.parent) in ("/", "/usr"):  # /lib is a link to usr/lib
        place.symlink_to(os.readlink(path))
        return
    if path.is_dir():
        place.mkdir()
    else:
        place.touch()
    linux.bind(os.path.realpath(path), place)


def mount_processes(place: Path = Path("/proc")) -> None:
    """Mount a /proc with the processes of this namespace, and nothing else in it.

    Raises
    ------
    OSError
        Where parts of the machine's own /proc are covered, as in most containers, the kernel refuses. /proc is empty then.
    """
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", place, "proc", flags, "subset=pid")


def give_private_files(megabytes: int) -> None:
    """Mount a file system in memory, as large as that, for the files of one process."""
    options = f"size={megabytes * MEGABYTE},nr_inodes={_FILES_OF_A_PROCESS},mode=755"
    linux.mount("tmpfs", PRIVATE, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    for folder in (HOME, TMP, SHM):
        folder.mkdir()


def prepare_modules(helpers: Path, names: Sequence[str]) -> Path:
    """A folder with the named modules of `utils` alone, compiled; made when it is first asked for."""
    folder = _MODULES / hashlib.sha256(" ".join(names).encode()).hexdigest()[:16]
    if not folder.exists():
        folder.mkdir()
        for name in ("__init__", *names):
            shutil.copy2(helpers / f"{name}.py", folder)
        compileall.compile_dir(folder, quiet=2, stripdir=folder, prependdir=helpers)
    return folder


def give_folders(place: Path) -> None:
    """Without a view: let this process live in a folder of its own, with the folders of `PRIVATE` below it."""
    home, tmp = (place / folder.relative_to(PRIVATE) for folder in (HOME, TMP))
    for folder in (home, tmp):
        folder.mkdir(exist_ok=True)
    os.chdir(home)
    os.environ.update(environment(home, tmp))
    tempfile.tempdir = None  # what the template had found


def environment(home: Path = HOME, tmp: Path = TMP) -> dict[str, str]:
    """The variables that name a process's own folders."""
    return {
        "HOME": str(home),
        "KERAS_HOME": str(tmp / "keras"),
        "MPLCONFIGDIR": str(tmp / "matplotlib"),
        "TMPDIR": str(tmp),
    }


def files_of_modules(helpers: Path, names: Sequence[str] | None) -> list[Path]:
    """The files of the named modules of `utils`, compiled ones included; its folder for None, all modules."""
    if names is None:
        return [helpers]
    sources = [helpers / f"{name}.py" for name in ("__init__", *names)]
    compiled = [Path(importlib.util.cache_from_source(source)) for source in sources]
    return [path for path in (*sources, *compiled) if path.is_file()]


def cover(helpers: Path, program: Path, modules: Path | None) -> None:
    """Leave, of `utils`, only these modules (or all of it, for None), and nothing of the grader; let nothing be changed."""
    if modules is not None:
        linux.bind(modules, helpers)
    for folder in (program, _MODULES):
        linux.bind(_EMPTY, folder)
    linux.mount(
        "none", "/", flags=linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV
    )
