"""Try, as a student of this machine, what a student must not be able to do: ``/srv/deep-learning/venv/bin/python /srv/deep-learning/etc/check.py``.

Runs as root, because it becomes one account after the other: nothing is concluded from modes that can be tried out.
It changes nothing. Each finding is a sentence; the exit code is 0 if there is none, 1 if there are some, 2 if it could not try.
"""

from __future__ import annotations

import contextlib
import grp
import json
import os
import pwd
import stat
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import settings as server

POWERFUL = ("root", "sudo", "wheel", "adm", "shadow", "disk", "docker", "lxd", "systemd-journal")
LISTED = 3  # findings of a kind that are named


def findings(prefix: Path) -> Iterator[str]:
    """Everything that a student can do and must not.

    Parameters
    ----------
    prefix : Path
        Where install.py put the hub.

    Yields
    ------
    str
        A sentence with the way to mend it.

    Raises
    ------
    SettingsError
        If etc/hub.toml is wrong, or has no student to try with.
    """
    own = server.read(prefix / "etc/hub.toml")
    people = [name for name in (*own.students, *own.instructors) if _exists(name)]
    if not any(name in own.students for name in people):
        raise server.SettingsError("There is no student with an account to try with; name one in etc/hub.toml.")
    student = next(name for name in own.students if _exists(name))
    yield from _closed_folders(prefix, student)
    yield from _exchange(prefix, own, student)
    yield from _programs(prefix)
    yield from _homes(people)
    yield from _groups(own, people)
    yield from _processes(prefix, own, student)
    yield from _sockets(own, student)


def _closed_folders(prefix: Path, student: str) -> Iterator[str]:
    """Source notebooks, hidden tests, the gradebook, others' work; the hub's secrets."""
    for name in ("course", "etc", "state"):
        folder = prefix / name
        files = [str(path) for path in [folder, *folder.rglob("*")] if not path.is_symlink()]
        for path in _as(student, lambda files=files: [one for one in files if _can_read(one)])[:LISTED]:
            yield f"{student} can read {path}. chmod 0700 {folder}"


def _exchange(prefix: Path, own: server.Settings, student: str) -> Iterator[str]:
    root = prefix / "exchange"
    course = root / own.course
    for folder in (prefix, *prefix.parents):
        status = folder.stat()
        if status.st_uid != 0 or (status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX):
            yield f"Others than root can rename what is in {folder}. chown root {folder}; chmod go-w {folder}"
    names = os.listdir(course / "inbound") if (course / "inbound").is_dir() else []
    for name in ("inbound", "feedback"):
        if _as(student, lambda name=name: _can_read(course / name)):
            yield f"{student} can see whose work is in {course / name}. chmod o-r {course / name}"
    for folder in (course, course / "outbound", course / "feedback"):
        if _as(student, lambda folder=folder: os.access(folder, os.W_OK)):
            yield f"{student} can put files into {folder}. chmod o-w {folder}, and give it to {own.account}"
    if not _as(student, lambda: os.access(course / "inbound", os.W_OK | os.X_OK)):
        yield f"{student} cannot hand in: {course / 'inbound'} must be writable. chmod 3733 {course / 'inbound'}"
    for folder in (root, course / "inbound"):
        if not folder.stat().st_mode & stat.S_ISVTX:
            yield f"{student} can rename or remove what others put into {folder}. chmod +t {folder}"
    for folder in (course, course / "inbound", course / "outbound", course / "feedback"):
        if folder.stat().st_uid != pwd.getpwnam(own.account).pw_uid:
            yield f"{folder} does not belong to {own.account}. chown {own.account} {folder}"
    group = pwd.getpwnam(own.account).pw_gid
    for name in names:
        hand_in = course / "inbound" / name
        status = hand_in.lstat()
        if stat.S_ISLNK(status.st_mode):
            continue
        if status.st_mode & 0o007 or (status.st_mode & 0o070 and status.st_gid != group):
            yield f"Others can enter the hand-in {hand_in}. chmod o= it, and chgrp {own.account} it"


def _programs(prefix: Path) -> Iterator[str]:
    """What runs as root or as somebody else must be root's alone to change."""
    found = 0
    for name in ("venv", "proxy"):
        for place, folders, files in os.walk(prefix / name):
            for path in [place, *(os.path.join(place, one) for one in (*folders, *files))]:
                status = os.lstat(path)
                if stat.S_ISLNK(status.st_mode) or (status.st_uid == 0 and not status.st_mode & 0o022):
                    continue
                found += 1
                if found <= LISTED:
                    yield f"Others than root can change {path}. chown root {path}; chmod go-w {path}"


def _homes(people: list[str]) -> Iterator[str]:
    for name in people:
        home = pwd.getpwnam(name).pw_dir
        for other in [one for one in people if one != name][:1]:
            if os.path.isdir(home) and _as(other, lambda home=home: _can_read(home) or os.access(home, os.X_OK)):
                yield f"{other} can enter {home}, the home of {name}. chmod 0700 {home}"


def _groups(own: server.Settings, people: list[str]) -> Iterator[str]:
    mighty = {own.account, *POWERFUL}
    for name in people:
        entry = pwd.getpwnam(name)
        if entry.pw_uid == 0:
            yield f"{name} is root. Give this person another account"
        for number in os.getgrouplist(name, entry.pw_gid):
            with contextlib.suppress(KeyError):
                if (group := grp.getgrgid(number).gr_name) in mighty:
                    yield f"{name} is in the group {group}. gpasswd --delete {name} {group}"


def _processes(prefix: Path, own: server.Settings, student: str) -> Iterator[str]:
    """The environments of the hub, its proxy and the course's server hold their tokens."""
    account = pwd.getpwnam(own.account).pw_uid
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and folder.stat().st_uid in (0, account):
                words = (folder / "cmdline").read_bytes()
                path = str(folder / "environ")
                if str(prefix).encode() in words and _as(student, lambda path=path: _can_read(path)):
                    yield f"{student} can read {path}, which holds tokens. The kernel protects it unless the program is {student}'s"


def _sockets(own: server.Settings, student: str) -> Iterator[str]:
    """What answers on the loopback interface, asked without a token."""
    questions = {
        f"http://127.0.0.1:{own.proxy_port}/api/routes": "the proxy's routes",
        f"http://127.0.0.1:{own.hub_port}/hub/api/users": "the hub's users",
        f"http://127.0.0.1:{own.course_port}/services/{own.course}/formgrader": "the formgrader",
        f"http://127.0.0.1:{own.course_port}/services/{own.course}/api/contents": "the files of the course",
    }
    for address, what in questions.items():
        answer = _as(student, lambda address=address: _ask(address))
        if answer is None:
            yield f"Nothing answers at {address}, so it was not tried. Start the hub, and check again"
        elif answer < 300:
            yield f"{student} can get {what} at {address} without a token. It must not be open"


def _ask(address: str) -> int | None:
    """The status of an answer, without following it to a login page."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(address, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def _can_read(path: str | Path) -> bool:
    try:
        if os.path.isdir(path):
            os.listdir(path)
        else:
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _as(name: str, do: Callable[[], object]):
    """What a function returns in a process of an account, as JSON can say it."""
    entry = pwd.getpwnam(name)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.initgroups(name, entry.pw_gid)
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            os.chdir("/")
            os.write(writing, json.dumps(do())[:60000].encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise server.SettingsError(f"Nothing could be tried as {name}.")
    return json.loads(answer)


def main() -> int:
    prefix = Path(__file__).resolve().parents[1]
    if os.geteuid() != 0:
        print("Run this as root: it becomes the accounts of students, to try what they can do.", file=sys.stderr)
        return 2
    try:
        found = list(findings(prefix))
    except (server.SettingsError, OSError, KeyError) as error:
        print(f"Could not try everything: {error}", file=sys.stderr)
        return 2
    for sentence in found:
        print(f"* {sentence}.")
    print(f"{len(found)} findings." if found else "Nothing found: a student can do nothing here that was tried.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
