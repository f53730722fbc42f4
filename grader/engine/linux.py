"""Linux system calls that Python 3.11 has no function for, with their errors as `OSError`.

Names and constants are those of the manual pages: unshare(2), setns(2), mount(2), mount_setattr(2), pivot_root(2),
prctl(2), capset(2), landlock(7), seccomp(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
NAMESPACES = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

_HUGE_PAGE, _MADV_COLLAPSE = 1 << 21, 25

_MOUNT_SETATTR, _LANDLOCK = 442, 444  # the same number on every architecture
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 4, 24, 38, 22
_PR_SET_CHILD_SUBREAPER = 36
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> int:
    result = getattr(_libc, name)(*arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def _syscall(number: int, *arguments: object) -> int:
    return _call("syscall", ctypes.c_long(number), *arguments)


def unshare(namespaces: int) -> None:
    _call("unshare", ctypes.c_int(namespaces))


def setns(descriptor: int, namespace: int) -> None:
    _call("setns", ctypes.c_int(descriptor), ctypes.c_int(namespace))


def mount(source: Path | str, target: Path | str, kind: str = "", flags: int = 0, options: str = "") -> None:
    paths = os.fsencode(source), os.fsencode(target)
    _call("mount", *paths, kind.encode() or None, ctypes.c_ulong(flags), options.encode() or None)


def bind(source: Path | str, target: Path | str, read_only: bool = True) -> None:
    """Show `source` at `target`, with what is mounted below it; without set-user-id programs and devices if read-only."""
    mount(source, target, flags=MS_BIND | MS_REC)
    if read_only:
        attributes = (ctypes.c_uint64 * 4)(_ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV, 0, 0, 0)
        path = os.fsencode(target)
        _syscall(_MOUNT_SETATTR, _AT_FDCWD, path, _AT_RECURSIVE, attributes, ctypes.sizeof(attributes))


def pivot_root() -> None:
    """Make this folder, which has to be a mount point, the root folder, and let go of the old one."""
    _call("pivot_root", b".", b".")
    _call("umount2", b".", ctypes.c_int(MNT_DETACH))
    os.chdir("/")


def use_huge_pages() -> None:
    """Put the memory that this process has written to on huge pages, as far as the kernel (6.1) does so.

    A fork then copies, and its end frees, one entry of the page table in the place of 512. Where there is no /proc, nothing
    happens.
    """
    maps = Path("/proc/self/maps")
    for line in maps.read_text().splitlines() if maps.exists() else ():
        addresses, rights, _, _, inode, *_ = line.split()
        if "w" in rights and inode == "0":
            start, end = (int(address, 16) // _HUGE_PAGE * _HUGE_PAGE for address in addresses.split("-"))
            for page in range(start + _HUGE_PAGE, end, _HUGE_PAGE):
                _libc.madvise(ctypes.c_void_p(page), ctypes.c_size_t(_HUGE_PAGE), ctypes.c_int(_MADV_COLLAPSE))


def die_with_parent(signal: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def set_dumpable() -> None:
    """Let this process own its files in /proc again, after it has changed its user id."""
    _prctl(_PR_SET_DUMPABLE, 1)


def drop_capabilities() -> None:
    """Give up every capability, for this process and whatever it executes."""
    for capability in range(_LAST_CAPABILITY + 1):
        with contextlib.suppress(OSError):  # the kernel has fewer
            _prctl(_PR_CAPBSET_DROP, capability)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def no_new_privileges() -> None:
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def _prctl(option: int, value: int) -> None:
    _call("prctl", ctypes.c_int(option), *(ctypes.c_ulong(part) for part in (value, 0, 0, 0)))


def install_filter(program: bytes) -> None:
    """Put a seccomp filter, in the kernel's own form, over this process and all that it starts."""

    class _Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    described = _Program(len(program) // 8, program)
    arguments = (ctypes.c_int(_PR_SET_SECCOMP), ctypes.c_ulong(2), ctypes.byref(described))
    _call("prctl", *arguments, ctypes.c_ulong(0), ctypes.c_ulong(0))


# Landlock: rights that a version of the interface (ABI) knows; a ruleset takes away what it handles and gives back what
# its rules name.

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_CONNECT_OR_BIND_TCP = 3  # ABI 4
_SIGNALS_AND_ABSTRACT_SOCKETS = 3  # ABI 6


def landlock_version() -> int:
    """The version of Landlock's interface; 0 if the kernel has none."""
    try:
        return _syscall(_LANDLOCK, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError:
        return 0


def landlock_file_rights(version: int) -> int:
    return max(rights for since, rights in _FILE_RIGHTS.items() if since <= version)


class Landlock:
    """A ruleset that takes away all file rights, TCP, and signals and abstract sockets to the outside."""

    def __init__(self) -> None:
        self._version = landlock_version()
        self._rights = landlock_file_rights(self._version)
        handled = [self._rights]
        handled += [_CONNECT_OR_BIND_TCP] if self._version >= 4 else []
        handled += [_SIGNALS_AND_ABSTRACT_SOCKETS] if self._version >= 6 else []
        attributes = (ctypes.c_uint64 * len(handled))(*handled)
        self._ruleset = _syscall(_LANDLOCK, attributes, ctypes.c_size_t(8 * len(handled)), ctypes.c_uint32(0))

    def allow(self, path: Path | str, rights: int) -> None:
        """Give back rights on what lies at or below a path."""
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = (rights & self._rights).to_bytes(8, "little") + descriptor.to_bytes(4, "little")
        try:
            _syscall(_LANDLOCK + 1, ctypes.c_int(self._ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0))
        finally:
            os.close(descriptor)

    def restrict(self) -> None:
        """Put the ruleset over this process and all that it starts."""
        _syscall(_LANDLOCK + 2, ctypes.c_int(self._ruleset), ctypes.c_uint32(0))
        os.close(self._ruleset)
