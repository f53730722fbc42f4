"""Collecting from nbgrader's exchange on a machine that students have accounts on.

Everybody may write to the exchange's inbound folder, and collecting runs with the rights of who may read solutions,
hidden tests and other students' work. So nothing in there is trusted: not the name in a folder's name, not its time,
and nothing that leads out of it.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import pwd
import re
import secrets
import stat
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc
from traitlets import Integer

TIMESTAMP = "timestamp.txt"  # nbgrader's
SECRET = "submission_secret.txt"  # nbgrader's: where a student finds feedback in the exchange follows from it
DEEPEST = 8  # folders in each other that are copied
MOST_FILES = 1000  # of a hand-in


class Collect(ExchangeCollect):
    """nbgrader's, which takes from each student what that student's account has put there, and nothing else."""

    grace = Integer(
        600,
        min=0,
        help=(
            "Seconds by which the files of a hand-in may be newer than the time in its name; where they are newer than "
            "that, their own time counts. 0 believes the name."
        ),
    ).tag(config=True)

    def init_src(self) -> None:
        if not self.coursedir.course_id:
            self.fail("No course id specified. Re-run with --course flag.")
        self.course_path = os.path.join(self.root, self.coursedir.course_id)
        self.inbound_path = os.path.join(self.course_path, "inbound")
        by_student: dict[str, list[dict[str, Any]]] = {}
        try:
            names = sorted(os.listdir(self.inbound_path))
        except OSError as error:
            self.fail(f"{self.inbound_path} cannot be read: {error.strerror}.")
        for name in names:
            parts = name.rsplit("+", 3)  # student, assignment, time, and what makes it unique
            if len(parts) < 3 or parts[1] != self.coursedir.assignment_id:
                continue
            if fnmatch(parts[0], self.coursedir.student_id) and (record := self._record(name, parts[0], parts[2])):
                by_student.setdefault(record["username"], []).append(record)
        self.src_records = [self._chosen(records) for records in by_student.values()]

    def _record(self, name: str, student: str, time: str) -> dict[str, Any] | None:
        folder = Path(self.inbound_path, name)
        owner = _owner(folder)
        if owner is None or (self.check_owner and owner != student):
            self.log.error("%s is left out: %s put it there, not %s.", name, owner or "an unknown account", student)
            return None
        try:
            handed_in = parse_utc(time)
            last = _last_change(folder)
        except (ValueError, OverflowError, OSError):
            self.log.error("%s is left out: its name has no time, or it went while it was read.", name)
            return None
        if self.grace and (last - handed_in).total_seconds() > self.grace:
            self.log.warning(
                "%s: the name has an earlier time than its files, which changed last at %s (UTC); the later time counts.",
                name,
                last.isoformat(" ", "seconds"),
            )
            handed_in = last
        return {"username": student, "filename": name, "timestamp": handed_in}

    def _chosen(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        """The last hand-in of a student, or the last in time where that is asked for."""
        records = self._sort_by_timestamp(records)
        if self.before_duedate:
            gradebook = Gradebook(self.coursedir.db_url, self.coursedir.course_id)
            with gradebook, contextlib.suppress(MissingEntry):
                due = gradebook.find_assignment(self.coursedir.assignment_id).duedate
                return next((one for one in records if due and one["timestamp"] <= due), records[0])
        return records[0]

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a hand-in: its regular files, without following a link, and the time that counts."""
        folder = Path(dest)
        folder.mkdir()
        largest = 1000 * self.coursedir.max_dir_size
        for name in copy_tree(Path(src), folder, self.coursedir.ignore, largest, self.check_owner):
            self.log.warning("%s: %r is left out: a link, something else that is no file, or too much.", src, name)
        time = next(one["timestamp"] for one in self.src_records if one["filename"] == os.path.basename(src))
        secret = folder / SECRET
        if not secret.is_file() or not re.fullmatch(rb"[0-9a-f]{128}", secret.read_bytes()):
            self.log.warning("%s: no usable %s; the student cannot fetch feedback for it.", src, SECRET)
            secret.write_text(secrets.token_hex(64), encoding="utf-8")  # without one, nobody's feedback is released
        text = time.replace(tzinfo=datetime.UTC).strftime(self.timestamp_format)
        (folder / TIMESTAMP).unlink(missing_ok=True)
        (folder / TIMESTAMP).write_text(text, encoding="utf-8")


def copy_tree(source: Path, target: Path, ignore: list[str], largest: int, own_only: bool = True) -> Iterator[str]:
    """Copy the regular files under a folder that somebody else may change meanwhile.

    Parameters
    ----------
    source, target : Path
        `target` exists and is empty.
    ignore : list of str
        Patterns of names of files and folders that are left out without a word.
    largest : int
        Bytes of all files together.
    own_only : bool
        Whether files must belong to the owner of `source`: a hard link may lead to somebody else's.

    Yields
    ------
    str
        What else is left out: links, devices, pipes, sockets, other people's files, and what is too deep or too much.
    """
    root = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        owner, room = os.fstat(root).st_uid, MOST_FILES
        for place, folders, files, descriptor in os.fwalk(".", dir_fd=root):
            here = Path(place)
            for name in list(folders):
                found = os.lstat(name, dir_fd=descriptor)
                is_folder = stat.S_ISDIR(found.st_mode) and (found.st_uid == owner or not own_only)
                if _matches(name, ignore):
                    folders.remove(name)
                elif is_folder and len(here.parts) < DEEPEST and room > 0:
                    (target / here / name).mkdir()
                    room -= 1
                else:
                    folders.remove(name)
                    yield str(here / name)
            for name in files:
                if _matches(name, ignore):
                    continue
                room -= 1
                allowed = largest if room >= 0 else -1
                size = _copy_file(descriptor, name, target / here / name, owner if own_only else None, allowed)
                if size is None:
                    yield str(here / name)
                else:
                    largest -= size
    finally:
        os.close(root)


def _copy_file(folder: int, name: str, target: Path, owner: int | None, largest: int) -> int | None:
    """Its bytes, or None if it is not copied."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    with open(descriptor, "rb") as data:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > largest or owner not in (None, found.st_uid):
            return None
        target.write_bytes(data.read(found.st_size))  # no more, should it grow
    return found.st_size


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _owner(folder: Path) -> str | None:
    """The account that a folder belongs to; None if it is no folder, or there is no such account."""
    try:
        found = folder.lstat()
        return pwd.getpwuid(found.st_uid).pw_name if stat.S_ISDIR(found.st_mode) else None
    except (OSError, KeyError):
        return None


def _last_change(folder: Path) -> datetime.datetime:
    """When something in a folder changed last, which its owner cannot make earlier; UTC without a zone, as nbgrader's."""
    last = 0.0
    root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for place, folders, files, descriptor in os.fwalk(".", dir_fd=root):
            last = max(
                [last, os.fstat(descriptor).st_ctime, *(os.lstat(name, dir_fd=descriptor).st_ctime for name in files)]
            )
            if len(Path(place).parts) >= DEEPEST:
                folders.clear()
    finally:
        os.close(root)
    return datetime.datetime.fromtimestamp(last, datetime.UTC).replace(tzinfo=None)
