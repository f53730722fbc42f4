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
import shutil
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import settings as server

LISTENING = "0A"  # in /proc/net/tcp
LISTED = 3  # findings of a kind that are named
SHADOW = Path("/etc/shadow")
PATIENCE = 60  # seconds for an answer; a server of a busy machine takes its time
# What root runs, or believes. Most of it is the machine's and not the hub's; the hub is worth no more than it.
SYSTEM = (
    *("/etc/systemd/system", "/etc/systemd/system/jupyterhub.service", "/etc/systemd/system/jupyterhub.service.d"),
    *("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/pam.d", "/etc/sudoers", "/etc/sudoers.d"),
    *("/etc/crontab", "/etc/cron.d", "/etc/cron.daily", "/etc/cron.hourly"),
    *("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"),
)


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
    students = [name for name in people if name in own.students]
    if not students:
        raise server.SettingsError("There is no student with an account to try with; name one in etc/hub.toml.")
    if not _exists(own.account):
        raise server.SettingsError(
            f"There is no account {own.account!r}, which etc/hub.toml names; install.py makes it."
        )
    yield from _closed_folders(prefix, students)
    yield from _parents(prefix, people)
    yield from _exchange(prefix, own, students[0])
    yield from _programs(prefix, students[0])
    yield from _homes(people)
    yield from _accounts(own, people)
    yield from _sudo(people)
    yield from _processes(prefix, own, students[0])
    yield from _listeners(own)
    yield from _sockets(own, students[0])


def loose(place: Path) -> Iterator[Path]:
    """A folder and those above it, as far as others than root can put something else in the place of what is in them.

    Parameters
    ----------
    place : Path
        Without links in it; what does not exist yet is left out.

    Yields
    ------
    Path
    """
    for folder in (place, *place.parents):
        if folder.exists():
            status = folder.stat()
            if status.st_uid != 0 or (status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX):
                yield folder


def _closed_folders(prefix: Path, students: list[str]) -> Iterator[str]:
    """Source notebooks, hidden tests, the gradebook, others' work; the hub's secrets."""
    places = [prefix / "course", prefix / "etc", prefix / "state"]
    if (origin := prefix / "etc/repository").exists():  # where install.py lay: it has the solutions too
        places.append(Path(origin.read_text(encoding="utf-8")))
    for place in places:
        for student in students:
            if not _as(student, lambda place=place: os.access(place, os.X_OK) or _is_open(place)):
                continue
            paths = list(_tree(place))
            found = _as(student, lambda paths=paths: [one for one in paths if _is_open(one)][:LISTED])
            for path in found:
                yield f"{student} can read or change {path}. chmod 0700 {place}"
            if found:
                break  # the others can, too


def _parents(prefix: Path, people: list[str]) -> Iterator[str]:
    places = [prefix / name for name in ("course", "etc", "state", "exchange", "venv", "proxy")]
    places += [Path(pwd.getpwnam(name).pw_dir) for name in people]
    for folder in dict.fromkeys(one for place in places for one in loose(place.resolve().parent)):
        yield f"Others than root can rename what is in {folder}. chown root {folder}; chmod go-w {folder}"


def _exchange(prefix: Path, own: server.Settings, student: str) -> Iterator[str]:
    root = prefix / "exchange"
    course = root / own.course
    inbound, outbound, feedback = (course / name for name in ("inbound", "outbound", "feedback"))
    account = pwd.getpwnam(own.account)
    for folder, owner in ((root, "root"), *((one, own.account) for one in (course, inbound, outbound, feedback))):
        status = folder.lstat()
        if stat.S_ISLNK(status.st_mode) and folder != root:  # that one is in a folder of root
            yield f"{folder} is a link, which whoever owns it can turn elsewhere. Remove it, and run install.py again"
        elif folder.stat().st_uid != pwd.getpwnam(owner).pw_uid:
            yield f"{folder} does not belong to {owner}. chown {owner} {folder}"
    for folder in (inbound, feedback):
        if _as(student, lambda folder=folder: _can_read(folder)):
            yield f"{student} can see whose work is in {folder}. chmod o-r {folder}"
    shown = [str(course), *_tree(outbound), *_tree(feedback)]
    for path in _as(student, lambda: [one for one in shown if os.access(one, os.W_OK)][:LISTED]):
        what = "put files into" if os.path.isdir(path) else "change"
        yield f"{student} can {what} {path}. chmod o-w {path}, and give it to {own.account}"
    if not _as(student, lambda: os.access(inbound, os.W_OK | os.X_OK)):
        yield f"{student} cannot hand in: {inbound} must be writable. chmod 3733 {inbound}"
    for folder in (root, inbound):
        if not folder.stat().st_mode & stat.S_ISVTX:
            yield f"{student} can rename or remove what others put into {folder}. chmod +t {folder}"
    status = inbound.stat()
    if not status.st_mode & stat.S_ISGID or status.st_gid != account.pw_gid:
        group = grp.getgrgid(account.pw_gid).gr_name
        yield f"Hand-ins in {inbound} would stay open to everybody: they must get the group {group}. chgrp {group} {inbound}; chmod 3733 {inbound}"
    yield from _hand_ins(inbound, account.pw_gid, own.account)


def _hand_ins(inbound: Path, group: int, account: str) -> Iterator[str]:
    found = 0
    for name in sorted(os.listdir(inbound)):
        with contextlib.suppress(FileNotFoundError):
            status = (inbound / name).lstat()
            is_open = status.st_mode & 0o007 or (status.st_mode & 0o070 and status.st_gid != group)
            if is_open and not stat.S_ISLNK(status.st_mode):
                found += 1
                if found <= LISTED:
                    yield f"Others can enter the hand-in {inbound / name}. chmod o= it, and chgrp {account} it"
    if found > LISTED:
        yield f"Others can enter {found - LISTED} more hand-ins in {inbound}. chmod o= them, and chgrp {account} them"


def _programs(prefix: Path, student: str) -> Iterator[str]:
    """What runs as root or as somebody else must be root's alone to change."""
    found = 0
    for path in [*_tree(prefix / "venv"), *_tree(prefix / "proxy")]:
        status = os.lstat(path)
        is_roots = status.st_uid == 0 and not status.st_mode & 0o022
        lends_rights = stat.S_ISREG(status.st_mode) and status.st_mode & (stat.S_ISUID | stat.S_ISGID)
        if stat.S_ISLNK(status.st_mode) or (is_roots and not lends_rights):
            continue
        found += 1
        if found > LISTED:
            break
        if lends_rights:
            yield f"Whoever runs {path} gets the rights of its owner. chmod ug-s {path}"
        else:
            yield f"Others than root can change {path}. chown root {path}; chmod go-w {path}"
    for place in loose((prefix / "venv/bin/python").resolve()):
        yield f"Others than root can change {place}, where the hub's Python is. chown root {place}; chmod go-w {place}"
    for path in _as(student, lambda: [one for one in SYSTEM if os.access(one, os.W_OK)]):
        yield f"{student} can change {path}, which root runs or believes. chown root {path}; chmod go-w {path}"


def _homes(people: list[str]) -> Iterator[str]:
    for name in people:
        entry = pwd.getpwnam(name)
        home = entry.pw_dir
        if not os.path.isdir(home):
            continue
        if (owner := os.stat(home).st_uid) != entry.pw_uid:
            yield f"{home}, the home of {name}, belongs to {_name(owner)}. chown {name} {home}"
        for other in [one for one in people if one != name][:1]:
            if _as(other, lambda home=home: _is_open(home) or os.access(home, os.X_OK)):
                yield f"{other} can enter {home}, the home of {name}. chmod 0700 {home}"


def _accounts(own: server.Settings, people: list[str]) -> Iterator[str]:
    """Rights that come from numbers, groups and passwords of Linux."""
    course = pwd.getpwnam(own.account)
    seen = {course.pw_uid: own.account}
    for name in people:
        entry = pwd.getpwnam(name)
        if entry.pw_uid == 0:
            yield f"{name} is root. Give this person another account"
        elif entry.pw_uid in seen:
            yield f"{name} is the same account as {seen[entry.pw_uid]}: both have the number {entry.pw_uid}. usermod --uid NUMBER {name}"
        seen.setdefault(entry.pw_uid, name)
        for number in os.getgrouplist(name, entry.pw_gid):
            with contextlib.suppress(KeyError):
                group = grp.getgrgid(number).gr_name
                if number != course.pw_gid and group not in server.POWERFUL:
                    continue
                why = "to which hand-ins belong" if number == course.pw_gid else "which can read or become others"
                mend = f"gpasswd --delete {name} {group}" if number != entry.pw_gid else f"usermod --gid GROUP {name}"
                yield f"{name} is in the group {group}, {why}. {mend}"
    for line in SHADOW.read_text(encoding="utf-8", errors="replace").splitlines():
        name, password = line.split(":")[:2]
        if password == "" and name in (*people, own.account):
            yield f"Everybody can become {name}, which has an empty password. passwd --lock {name}"


def _sudo(people: list[str]) -> Iterator[str]:
    if not (sudo := shutil.which("sudo")):
        return
    for name in people:
        asks = [sudo, "--non-interactive", "--list", "--other-user", name]
        answer = subprocess.run(asks, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
        if "may run the following commands" in answer.stdout:
            yield f"{name} may run commands with sudo. Take the rule out with visudo; `sudo --list --other-user {name}` shows it"


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


def _listeners(own: server.Settings) -> Iterator[str]:
    """A student's program could listen where the hub does, while that is stopped, and ask for passwords."""
    page = urlsplit(own.bind_url)
    ports = {page.port or (443 if page.scheme == "https" else 80): "the hub's pages"}
    ports |= {own.hub_port: "the hub", own.proxy_port: "the proxy", own.course_port: "the course's server"}
    trusted = (0, pwd.getpwnam(own.account).pw_uid)
    lines = [line for name in ("tcp", "tcp6") for line in _lines(Path("/proc/net", name))[1:]]
    for _, local, _, state, _, _, _, owner, *_ in (line.split() for line in lines):
        port = int(local.rpartition(":")[2], 16)
        if state == LISTENING and port in ports and int(owner) not in trusted:
            yield f"A program of {_name(int(owner))} listens at port {port}, the place of {ports[port]}. Stop it, and restart the hub"


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
        with urllib.request.build_opener(Stay).open(address, timeout=PATIENCE) as answer:
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


def _is_open(path: str | Path) -> bool:
    return _can_read(path) or os.access(path, os.W_OK)


def _tree(folder: Path) -> Iterator[str]:
    """A folder and all that is in it, links left out."""
    yield str(folder)
    for place, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if not os.path.islink(path := os.path.join(place, name)))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines() if path.exists() else []


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"the account {uid}"


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
            with open(writing, "w") as answer:
                json.dump(do(), answer)
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
        # Names of files are the students'. What no terminal should see is spelled out.
        print(f"* {''.join(one if one.isprintable() else ascii(one)[1:-1] for one in sentence)}.")
    print(f"{len(found)} findings." if found else "Nothing found: a student can do nothing here that was tried.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
