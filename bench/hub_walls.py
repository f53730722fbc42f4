"""What a student at the hub tries who looks for the work of others: with the own kernel, the own server and the own cookies.

Every attempt names what the student goes for. It is refused if the machine says "permission denied", or if a server answers
with an error or a way to log in; that something is not there proves nothing, so it counts as open. Each student also goes
the same ways to their own things, which must work, so that a refusal is not a mistake of the attempt.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
from hub_client import Student

LISTEN = 3.0  # seconds at the sockets of another's kernel, which prints meanwhile
LINK = "not-mine"
SECRET = "a line that only its owner may see"

# Runs in the student's kernel and prints {what: answer}; "" is an open door.
IN_THE_KERNEL = """
import http.client, json, os
answers = {}
for what, path in json.loads(%r):
    try:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
        answers[what] = ""
    except PermissionError:
        answers[what] = "permission denied"
    except OSError as error:
        answers[what] = "" if not isinstance(error, FileNotFoundError) else "missing"
for what, port, path in json.loads(%r):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    status = connection.getresponse().status
    answers[what] = "" if status < 300 else str(status)
print(json.dumps(answers))
"""
LISTENING = """
import time, zmq
context, heard = zmq.Context(), b""
sockets = []
for where in %r:
    one = context.socket(zmq.SUB)
    one.setsockopt(zmq.LINGER, 0)
    one.subscribe(b"")
    one.connect(where)
    sockets.append(one)
end = time.monotonic() + %r
while time.monotonic() < end:
    for one in sockets:
        while one.poll(20):
            heard += b"".join(one.recv_multipart())
for one in sockets:
    one.close()
print("heard" if %r in heard else "silent")
"""


@dataclass
class Attempts:
    """What was tried.

    Attributes
    ----------
    refused : Counter
        How many attempts of each kind were refused.
    open : list of str
        A sentence for each one that was not.
    """

    refused: Counter[str] = field(default_factory=Counter)
    open: list[str] = field(default_factory=list)

    def note(self, kind: str, is_refused: bool, sentence: str) -> None:
        if is_refused:
            self.refused[kind] += 1
        else:
            self.open.append(f"{sentence}.")


def attempts(students: Sequence[Student], prefix: Path, notebook: str, hand_ins: Mapping[str, Path]) -> Attempts:
    """Let every student try what must not work.

    Parameters
    ----------
    students : sequence of Student
        With running servers and open notebooks, two at least.
    prefix : Path
        Of the hub.
    notebook : str
        The path of the fetched notebook in a home.
    hand_ins : mapping of str to Path
        The folder in the exchange of each student's hand-in. Students cannot know its whole name; here they do.

    Returns
    -------
    Attempts
    """
    found = Attempts()
    for number, student in enumerate(students):
        other = students[(number + 1) % len(students)]
        _files(found, student, students, prefix, notebook, hand_ins)
        _pages(found, student, other, notebook)
        _own_server(found, student, prefix / "home" / other.name, notebook)
    _outputs(found, students)
    return found


def _files(
    found: Attempts,
    student: Student,
    students: Sequence[Student],
    prefix: Path,
    notebook: str,
    hand_ins: Mapping[str, Path],
) -> None:
    exchange, course = prefix / "exchange" / student.course, prefix / "course"
    closed = {
        f"list {exchange}/inbound": ("the exchange", exchange / "inbound"),
        f"list {exchange}/feedback": ("the exchange", exchange / "feedback"),
        **{
            f"open {path}": ("the course folder", path)
            for path in (course, course / "submitted", course / "gradebook.db", course / "source" / notebook)
        },
        **{f"list {path}": ("settings of the hub", path) for path in (prefix / "etc", prefix / "state")},
    }
    for other in (one for one in students if one is not student):
        home, hand_in = prefix / "home" / other.name, hand_ins[other.name]
        closed[f"list the home of {other.name}"] = ("homes", home)
        closed[f"read the notebook of {other.name}"] = ("homes", home / notebook)
        closed[f"list the hand-in of {other.name}"] = ("hand-ins, by their whole name", hand_in)
        closed[f"read the hand-in of {other.name}"] = ("hand-ins, by their whole name", hand_in / Path(notebook).name)
    own = {what: prefix / "home" / student.name / what for what in (".", notebook)}
    files = [(what, str(path)) for what, (_, path) in closed.items()]
    controls = [(what, str(path)) for what, path in own.items()]
    doors = [(f"{other.name} at {port}", port, f"{other.server}api/contents")
             for other in students if other is not student for port in _ports(other.name)]  # fmt: skip
    answers = json.loads(student.run(IN_THE_KERNEL % (json.dumps(files + controls), json.dumps(doors))))
    for what, (kind, _) in closed.items():
        is_refused = answers[what] == "permission denied"
        found.note(kind, is_refused, f"{student.name} could {what} in the kernel ({answers[what] or 'open'})")
    for what, _, _ in doors:
        kind = "another's server, at its own port without a token"
        found.note(kind, bool(answers[what]), f"{student.name} could see the files of {what}")
    for what in own:
        if answers[what]:
            found.open.append(f"{student.name} could not open the own {what}, so the attempts prove nothing.")


def _pages(found: Attempts, student: Student, other: Student, notebook: str) -> None:
    service = f"/services/{student.course}"
    closed = {
        **{
            f"{other.server}{path}": "another's server"
            for path in ("lab", "api/contents", f"api/contents/{notebook}", f"files/{notebook}", "assignments")
        },
        **{f"{service}/{path}": "the course's server" for path in ("formgrader", "lab", "api/contents")},
        **{f"/hub/{path}": "the hub's lists" for path in ("admin", "api/users", f"api/users/{other.name}")},
    }
    for path, kind in closed.items():
        status = student.try_to("GET", path).status_code
        found.note(kind, 400 <= status < 500, f"{student.name} got {status} for {path}")
    if (status := student.try_to("GET", f"{student.server}api/contents").status_code) != 200:
        found.open.append(f"{student.name} got {status} for the own files, so the attempts prove nothing.")


def _own_server(found: Attempts, student: Student, home: Path, notebook: str) -> None:
    """The own server, asked for what lies outside the own home."""
    link = f"os.path.expanduser('~/{LINK}')"
    contents = f"{student.server}api/contents"
    try:
        student.run(f"import os; os.symlink(os.path.dirname(os.path.expanduser('~/{notebook}')), {link})")
        if (status := student.try_to("GET", f"{contents}/{LINK}").status_code) != 200:
            found.open.append(f"{student.name} got {status} for a link to the own files: the attempts prove nothing.")
        student.run(f"import os; os.remove({link}); os.symlink({str(home)!r}, {link})")
        for path in (LINK, f"{LINK}/{notebook}", f"../{home.name}", f"../{home.name}/{notebook}"):
            where = f"{contents}/{quote(path, safe='')}"
            status = student.try_to("GET", where).status_code
            kind = "the own server, asked for another's home"
            found.note(kind, status >= 400, f"{student.name} got {status} for {where}")
    finally:
        student.run(f"import os; os.path.lexists({link}) and os.remove({link})")


def _outputs(found: Attempts, students: Sequence[Student]) -> None:
    """The sockets of another's kernel, where it sends what it prints."""
    pairs = list(zip(students, [*students[1:], students[0]], strict=True))
    last = pairs.pop() if len(pairs) % 2 else None
    # Who listens cannot print, so neighbours take turns, and the last of an odd number comes alone.
    for turn in (pairs[::2], pairs[1::2], [last] if last else []):
        threads = [threading.Thread(target=_listen, args=(found, *pair), daemon=True) for pair in turn]
        for one in threads:
            one.start()
        for one in threads:
            one.join()


def _listen(found: Attempts, student: Student, other: Student) -> None:
    places = _sockets(other.name)
    answer: list[str] = []

    def listen() -> None:
        answer.append(student.run(LISTENING % (places, LISTEN, SECRET.encode())).strip())

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    printed = 0
    while listener.is_alive():
        other.run(f"print({SECRET!r})")
        printed += 1
        time.sleep(0.2)
    is_refused = bool(places) and printed > 2 and answer == ["silent"]
    words = f"{student.name} at {places} of {other.name}, which printed {printed} times: {answer}"
    found.note("what another's kernel prints", is_refused, words)


def _sockets(name: str) -> list[str]:
    """Where the kernels of an account listen, as their connection files say."""
    places = []
    for process in _processes(name, "ipykernel"):
        words = process.cmdline()
        found = json.loads(Path(words[words.index("-f") + 1]).read_text(encoding="utf-8"))
        between = ":" if found["transport"] == "tcp" else "-"
        ports = [number for what, number in found.items() if what.endswith("_port")]
        places += [f"{found['transport']}://{found['ip']}{between}{number}" for number in ports]
    return places


def _ports(name: str) -> list[int]:
    """Where the Jupyter server of an account listens."""
    ports = set()
    for process in _processes(name, "jupyterhub-singleuser"):
        ports |= {one.laddr.port for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN}
    return sorted(ports)


def _processes(name: str, program: str) -> Iterator[psutil.Process]:
    """Of an account, those that run a program."""
    for process in psutil.process_iter(["username", "cmdline"]):
        if process.info["username"] == name and any(program in word for word in process.info["cmdline"] or []):
            yield process
