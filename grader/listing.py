"""The files of a zip or a folder of hand-ins: every name is judged before anything is opened.

Links and special files are never followed or opened, nothing leads out of the collection, and sizes are bounded by
what is really read, not by what a zip says of itself.
"""

from __future__ import annotations

import functools
import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader.errors import CourseError
from grader.roster import plain

MEGABYTE = 1024 * 1024
MAX_FILE = 50 * MEGABYTE  # a notebook with all its figures has a few MB
MAX_ENTRIES = 20_000  # a class of 1000 with 20 files each
MAX_DIRECTORY = 512 * MAX_ENTRIES  # bytes of a zip's table of contents, which zipfile reads into memory at once

_JUNK = {"__macosx", ".ds_store", "thumbs.db", ".ipynb_checkpoints"}
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_NO_LINKS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Refused:
    """A file that was not filed: its name inside the zip or folder, and one sentence on why and what to do."""

    origin: str
    reason: str


@dataclass(frozen=True)
class File:
    """A file in the zip or folder; `problem` says why it must not be opened, although its name is in order."""

    origin: str
    parts: tuple[str, ...]
    size: int
    open: Callable[[], IO[bytes]]
    problem: str

    @property
    def name(self) -> str:
        return _safe(self.parts[-1])

    @property
    def notebook(self) -> bool:
        return self.name.lower().endswith(".ipynb")


def list_files(origin: Path, stack: ExitStack) -> list[File | Refused]:
    """The files of a zip or a folder; a zip stays open until `stack` closes.

    Raises
    ------
    CourseError
        If `origin` is neither, is broken, or holds too many files.
    """
    return list(_walk(origin) if os.path.isdir(origin) else _unzip(origin, stack))


def _walk(origin: Path) -> Iterator[File | Refused]:
    pending, seen = [""], 0
    while pending:
        below = pending.pop()
        try:
            with os.scandir(origin / below) as entries:
                for entry in entries:
                    if (seen := seen + 1) > MAX_ENTRIES:
                        raise _too_many(origin)
                    name, info = below + entry.name, entry.stat(follow_symlinks=False)
                    if not stat.S_ISDIR(info.st_mode):
                        opener = functools.partial(_open_regular, origin / name)
                        yield from _listed(name, info.st_mode, info.st_size, opener)
                    elif not _junk((entry.name, "")):
                        pending.append(name + "/")
        except OSError as error:
            yield Refused(_printable(below) or ".", f"the folder cannot be read ({error.strerror}): see to that first.")


def _open_regular(path: Path) -> IO[bytes]:
    file = os.fdopen(os.open(path, _NO_LINKS), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # exchanged since the folder was listed
        file.close()
        raise OSError("no longer an ordinary file")
    return file


class _Bounded(io.BufferedReader):
    """A zip whose table of contents zipfile cannot read if it is too long, whatever length the zip declares."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise _too_many(self.name)
        return super().read(size)


def _unzip(origin: Path, stack: ExitStack) -> Iterator[File | Refused]:
    if not os.path.isfile(origin):
        raise CourseError(f"{origin} is neither a zip file nor a folder. Name the download or the folder of hand-ins.")
    try:
        archive = stack.enter_context(zipfile.ZipFile(stack.enter_context(_Bounded(io.FileIO(origin)))))
    # zipfile raises NotImplementedError for an archive of a version that it does not know, struct.error for a torn one
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, struct.error) as error:
        raise CourseError(f"{origin} is not a zip file, or a broken one ({error}). Download it again.") from None
    if len(archive.infolist()) > MAX_ENTRIES:
        raise _too_many(origin)
    for info in archive.infolist():
        name, problem = info.filename, ""
        if not info.flag_bits & 0x800:
            with suppress(UnicodeError):  # macOS writes UTF-8 without saying so
                name = name.encode("cp437").decode("utf-8")
        if info.flag_bits & 0x1:
            problem = "it is encrypted: unpack the zip with its password and collect the folder."
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # zipfile unpacks a whole block of the other methods into memory, whatever it grows to
            problem = "it is packed by an unusual method: unpack the zip and collect the folder."
        if not name.endswith(("/", "\\")):
            yield from _listed(
                name, info.external_attr >> 16, info.file_size, functools.partial(archive.open, info), problem
            )


def _listed(
    name: str, mode: int, size: int, opener: Callable[[], IO[bytes]], problem: str = ""
) -> Iterator[File | Refused]:
    origin, parts = _printable(name), tuple(part for part in re.split(r"[/\\]", name) if part not in ("", "."))
    if name.startswith(("/", "\\")) or ".." in parts or re.match("[A-Za-z]:", name):
        yield Refused(origin, "its name leads out of the collection: rename it and collect it again.")
    elif not parts or _junk(parts):
        return
    elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        yield Refused(origin, "it is a link or a special file, which is never opened: ask for the file itself.")
    elif max(map(len, parts)) > 255 or len(name) > 4096:
        yield Refused(origin, "its name is too long for a file system: rename it and collect it again.")
    elif name.lower().endswith(_ARCHIVES):
        yield Refused(origin, "it is an archive inside the collection: unpack it and collect the folder.")
    elif _safe(parts[-1]).lower() == "timestamp.txt":
        yield Refused(origin, "nbgrader would take it for the time of the hand-in: add it yourself if you trust it.")
    else:
        if size > MAX_FILE:
            problem = f"it is larger than {MAX_FILE // MEGABYTE} MB: ask for a notebook with its outputs cleared."
        yield File(origin, parts, size, opener, problem)


def _junk(parts: tuple[str, ...]) -> bool:
    hidden = any(folder.startswith(".") for folder in parts[:-1]) or parts[-1].startswith("._")
    return hidden or any(part.casefold() in _JUNK for part in parts)


def _safe(name: str) -> str:
    """A file's name made safe for any folder; its end is kept, with the suffix."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", plain(name))[-100:].strip("._-") or "file"


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _too_many(origin: object) -> CourseError:
    return CourseError(f"{origin} holds more than {MAX_ENTRIES} files. Collect it in smaller parts.")
