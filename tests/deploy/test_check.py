"""The check of permissions: it finds nothing on a sound server, and each wall that is taken down. Runs as root, with accounts of its own."""

from __future__ import annotations

import http.server
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
from conftest import PLACE
from servers import held_ports

import check
import install
import settings

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become the accounts that the check tries as")

# Names of this run alone, so that two can go on at a time.
COURSE, ADA, BEN, TEACHER = (f"chk{os.getpid()}-{name}" for name in ("course", "ada", "ben", "teacher"))
KEPT = ("etc", "course", "state")


class Answers(http.server.BaseHTTPRequestHandler):
    """The proxy, the hub and the course's server, to those who show no token."""

    status = 403

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def accounts():
    """Accounts without passwords, with homes of their own."""
    homes = Path(tempfile.mkdtemp(dir=PLACE, prefix=f"walls-{os.getpid()}-"))
    homes.chmod(0o755)
    made = []
    try:
        for name in (COURSE, ADA, BEN, TEACHER):
            subprocess.run(["useradd", "--create-home", "--home-dir", homes / name, name], check=True)
            made.append(name)
            (homes / name).chmod(0o700)
        yield homes
    finally:
        for name in made:
            subprocess.run(["userdel", name], check=True)
        shutil.rmtree(homes)


@pytest.fixture
def server(accounts):
    """A small server, sound in every way: a folder with everything, and something that answers on its ports."""
    prefix = Path(tempfile.mkdtemp(dir=PLACE, prefix=f"walls-{os.getpid()}-server-"))
    prefix.chmod(0o755)
    answers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Answers,), {})) for _ in range(3)]
    for one in answers:
        threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True).start()
    ports = [one.server_address[1] for one in answers]
    for name in ("venv/bin", "proxy", "state", "etc", "course/source", "course/submitted"):
        (prefix / name).mkdir(parents=True)
    (prefix / "etc/hub.toml").write_text(
        f'account = "{COURSE}"\nstudents = ["{ADA}", "{BEN}"]\ninstructors = ["{TEACHER}"]\n'
        f"proxy_port = {ports[0]}\nhub_port = {ports[1]}\ncourse_port = {ports[2]}\n"
    )
    for name in ("venv/bin/python", "proxy/index.js", "state/cookie_secret", "course/gradebook.db", "course/source/x"):
        (prefix / name).write_text("x")
    own = settings.read(prefix / "etc/hub.toml")
    for name in KEPT:
        (prefix / name).chmod(0o700)
    subprocess.run(["chown", "-R", f"{COURSE}:{COURSE}", prefix / "course"], check=True)
    install.make_exchange(prefix, own)
    hand_in = prefix / f"exchange/deep-learning/inbound/{BEN}+x+2026-01-01 12:00:00 UTC+r"
    hand_in.mkdir()
    shutil.chown(hand_in, BEN, COURSE)
    hand_in.chmod(0o770)
    release = prefix / "exchange/deep-learning/outbound/x/x.ipynb"
    release.parent.mkdir()
    release.write_text("{}")
    yield prefix, [one.RequestHandlerClass for one in answers]
    for one in answers:
        one.shutdown()
        one.server_close()
    shutil.rmtree(prefix)


def test_a_sound_server_has_no_findings(server):
    prefix, _ = server
    assert list(check.findings(prefix)) == []


def chmod(path: str, mode: int):
    return lambda prefix: next(prefix.glob(path)).chmod(mode)


def opened(name: str):
    """A folder and what is in it, for everybody to read."""
    return lambda prefix: subprocess.run(["chmod", "-R", "a+rX", prefix / name], check=True)


def chown(path: str, owner: str):
    return lambda prefix: shutil.chown(next(prefix.glob(path)), owner)


def one_readable_file(prefix: Path) -> None:
    """A folder that can be entered by who knows the names in it, with one file that was forgotten."""
    (prefix / "course").chmod(0o711)
    (prefix / "course/source").chmod(0o700)
    (prefix / "course/gradebook.db").chmod(0o604)


def one_file_of_a_group(prefix: Path) -> None:
    """Closed to the first student, and open to the second."""
    (prefix / "state").chmod(0o750)
    shutil.chown(prefix / "state", group=BEN)


def writable_and_not_readable(prefix: Path) -> None:
    """Nothing can be read, and a settings file of nbgrader's can be put in, which the course's account would run."""
    subprocess.run(["chmod", "-R", "go=", prefix / "course"], check=True)
    (prefix / "course").chmod(0o733)


def more_than_a_pipe_holds(prefix: Path) -> None:
    for number in range(600):
        (prefix / "course/source" / f"{number:0200}").touch()
    opened("course")(prefix)


def link(path: str):
    """A folder of the exchange leads to somewhere else."""

    def take_down(prefix: Path) -> None:
        (prefix / path).rename(prefix / "elsewhere")
        (prefix / path).symlink_to(prefix / "elsewhere")
        os.chown(prefix / path, pwd.getpwnam(BEN).pw_uid, -1, follow_symlinks=False)

    return take_down


def a_python_of_a_student(prefix: Path) -> None:
    """The virtual environment was made with somebody's own Python."""
    (prefix / "python").write_text("x")
    shutil.chown(prefix / "python", BEN)
    (prefix / "venv/bin/python").unlink()
    (prefix / "venv/bin/python").symlink_to(prefix / "python")


def elsewhere(prefix: Path) -> None:
    """The exchange is on another disk, in a folder of somebody else."""
    (prefix / "disk").mkdir()
    (prefix / "exchange").rename(prefix / "disk/exchange")
    (prefix / "exchange").symlink_to(prefix / "disk/exchange")
    shutil.chown(prefix / "disk", BEN)


def repository(prefix: Path) -> None:
    """What install.py was started from lies open, with its solutions."""
    (prefix / "clone/course").mkdir(parents=True)
    (prefix / "clone/course/assignment.py").write_text("x")
    (prefix / "etc/repository").write_text(str(prefix / "clone"))


WALLS = {
    "one file of the course is open": (one_readable_file, f"{ADA} can read or change .*/gradebook.db. chmod 0700 .*/course"),
    "only one student can read": (one_file_of_a_group, f"{BEN} can read or change .*/state"),
    "the course is open to be written": (writable_and_not_readable, f"{ADA} can read or change .*/course. chmod 0700"),
    "the course is open and large": (more_than_a_pipe_holds, f"{ADA} can read or change .*/course"),
    "the repository is open": (repository, f"{ADA} can read or change .*/clone. chmod 0700 .*/clone"),
    "the course is open": (opened("course"), f"{ADA} can read .*/course"),
    "the settings are open": (opened("etc"), f"{ADA} can read .*/etc"),
    "the hub's state is open": (opened("state"), f"{ADA} can read .*/state"),
    "hand-ins can be listed": (chmod("exchange/deep-learning/inbound", 0o3777), "can see whose work is in .*/inbound"),
    "feedback can be listed": (chmod("exchange/deep-learning/feedback", 0o755), "can see whose work is in .*/feedback"),
    "releases can be replaced": (chmod("exchange/deep-learning/outbound", 0o777), "can put files into .*/outbound"),
    "a released notebook can be changed": (chmod("exchange/*/outbound/x/x.ipynb", 0o666), f"{ADA} can change .*/x.ipynb. chmod o-w"),
    "a release can be replaced": (chmod("exchange/*/outbound/x", 0o777), f"{ADA} can put files into .*/outbound/x. chmod o-w"),
    "the exchange is another student's": (chown("exchange", BEN), "/exchange does not belong to root. chown root"),
    "the course's exchange is a link": (link("exchange/deep-learning"), "/exchange/deep-learning is a link.*Remove it"),
    "feedback is a link": (link("exchange/deep-learning/feedback"), "/feedback is a link.*Remove it"),
    "the exchange is in a folder of a student": (elsewhere, "can rename what is in .*/disk. chown root"),
    "hand-ins are not the course's": (chmod("exchange/deep-learning/inbound", 0o1733), f"would stay open .* group {COURSE}. chgrp"),
    "hand-ins are another group's": (
        lambda prefix: shutil.chown(prefix / "exchange/deep-learning/inbound", group=BEN),
        f"would stay open .* chgrp {COURSE} .*/inbound; chmod 3733",
    ),
    "feedback can be written": (chmod("exchange/deep-learning/feedback", 0o733), "can put files into .*/feedback"),
    "the course's folder can be written": (chmod("exchange/deep-learning", 0o777), "can put files into .*/deep-learning"),
    "nobody can hand in": (chmod("exchange/deep-learning/inbound", 0o700), f"{ADA} cannot hand in"),
    "the exchange can be renamed": (chmod("exchange", 0o777), "can rename or remove what others put into .*/exchange"),
    "hand-ins can be removed": (chmod("exchange/deep-learning/inbound", 0o2733), "rename or remove .*/inbound"),
    "a hand-in can be changed": (chmod("exchange/deep-learning/inbound/chk*", 0o777), "Others can enter the hand-in"),
    "a hand-in is open to another group": (
        lambda prefix: shutil.chown(next(prefix.glob("exchange/*/inbound/chk*")), BEN, ADA),
        f"Others can enter the hand-in .* chgrp {COURSE}",
    ),
    "the exchange is somebody else's": (
        chown("exchange/deep-learning/outbound", BEN),
        f"outbound does not belong to {COURSE}",
    ),
    "programs can be changed": (chmod("venv/bin/python", 0o777), "Others than root can change .*/venv/bin/python"),
    "programs are somebody else's": (chown("proxy/index.js", COURSE), "Others than root can change .*/proxy/index.js"),
    "the Python is somebody else's": (a_python_of_a_student, "can change .*/python, where the hub's Python is. chown root"),
    "a program lends its rights": (chmod("venv/bin/python", 0o4755), "runs .*/venv/bin/python gets the rights .* chmod ug-s"),
    "the folder itself is somebody else's": (lambda prefix: shutil.chown(prefix, BEN), "can rename .*walls-.*-server-"),
    "the folder can be written": (lambda prefix: prefix.chmod(0o777), "can rename .*walls-.*-server-.* chmod go-w"),
}  # fmt: skip


@pytest.mark.parametrize("wall", WALLS)
def test_a_wall_that_is_down_is_found(server, wall):
    prefix, _ = server
    take_down, words = WALLS[wall]
    take_down(prefix)
    found = list(check.findings(prefix))
    assert any(re.search(words, sentence) for sentence in found), found
    assert sum("can read or change" in sentence for sentence in found) <= check.LISTED


def test_a_home_that_is_open_is_found(server, accounts):
    (accounts / BEN).chmod(0o755)
    try:
        (found,) = check.findings(server[0])
        assert f"can enter {accounts / BEN}, the home of {BEN}. chmod 0700" in found
    finally:
        (accounts / BEN).chmod(0o700)


def test_a_home_of_somebody_else_is_found(server, accounts):
    shutil.chown(accounts / BEN, ADA)
    try:
        assert f"{accounts / BEN}, the home of {BEN}, belongs to {ADA}. chown {BEN} {accounts / BEN}" in list(
            check.findings(server[0])
        )
    finally:
        shutil.chown(accounts / BEN, BEN)


def test_a_folder_of_homes_that_can_be_written_is_found(server, accounts):
    accounts.chmod(0o777)
    try:
        (found,) = check.findings(server[0])
        assert f"can rename what is in {accounts}. chown root {accounts}; chmod go-w {accounts}" in found
    finally:
        accounts.chmod(0o755)


@pytest.mark.parametrize(
    ("group", "why"),
    [(COURSE, "to which hand-ins belong"), ("sudo", "which can read or become others")],
    ids=["the course's", "sudo"],
)
def test_a_student_in_a_mighty_group_is_found(server, group, why):
    subprocess.run(["gpasswd", "--add", BEN, group], check=True, capture_output=True)
    try:
        (found,) = check.findings(server[0])
        assert found == f"{BEN} is in the group {group}, {why}. gpasswd --delete {BEN} {group}"
    finally:
        subprocess.run(["gpasswd", "--delete", BEN, group], check=True, capture_output=True)


def test_a_course_whose_group_is_the_students_is_found(server):
    """As where useradd makes no group for each account: all are in `users`, and hand-ins belong to that."""
    own = {name: pwd.getpwnam(name).pw_gid for name in (COURSE, BEN)}
    for name in own:
        subprocess.run(["usermod", "--gid", "users", name], check=True)
    try:
        assert f"{BEN} is in the group users, to which hand-ins belong. usermod --gid GROUP {BEN}" in list(
            check.findings(server[0])
        )
    finally:
        for name, group in own.items():
            subprocess.run(["usermod", "--gid", str(group), name], check=True)


def test_an_empty_password_is_found(server):
    subprocess.run(["passwd", "--delete", BEN], check=True, capture_output=True)
    try:
        (found,) = check.findings(server[0])
        assert found == f"Everybody can become {BEN}, which has an empty password. passwd --lock {BEN}"
    finally:
        subprocess.run(["usermod", "--password", "!", BEN], check=True)


def test_a_student_who_is_the_course_for_the_kernel_is_found_and_reads_what_its_server_holds(server):
    """Two accounts of one number. No other way is known to read the environment of a process that is not one's own."""
    prefix, _ = server
    twin, course = f"chk{os.getpid()}-twin", pwd.getpwnam(COURSE)
    numbers = ["--uid", str(course.pw_uid), "--gid", str(course.pw_gid)]
    subprocess.run(["useradd", "--non-unique", "--no-create-home", *numbers, twin], check=True)
    text = (prefix / "etc/hub.toml").read_text()
    (prefix / "etc/hub.toml").write_text(text.replace(f'students = ["{ADA}"', f'students = ["{twin}"'))
    running = subprocess.Popen(
        ["sh", "-c", f": {prefix}; read line"], stdin=subprocess.PIPE, cwd="/", user=course.pw_uid, group=course.pw_gid,
        extra_groups=[], env={"TOKEN": "secret"},
    )  # fmt: skip
    try:
        found = list(check.findings(prefix))
    finally:
        running.communicate()
        subprocess.run(["userdel", "--force", twin], check=True, capture_output=True)
    assert (
        f"{twin} is the same account as {COURSE}: both have the number {course.pw_uid}. usermod --uid NUMBER {twin}"
        in found
    )
    assert any(f"{twin} can read /proc/{running.pid}/environ, which holds tokens" in sentence for sentence in found)


def test_a_student_who_is_root_is_found(server, monkeypatch):
    """By an entry that is made up: an account with root's number should not be there for a moment, even in a test."""
    real = pwd.getpwnam

    def getpwnam(name: str) -> pwd.struct_passwd:
        entry = real(name)
        return pwd.struct_passwd((*entry[:2], 0, *entry[3:])) if name == BEN else entry

    monkeypatch.setattr(pwd, "getpwnam", getpwnam)
    assert f"{BEN} is root. Give this person another account" in list(check.findings(server[0]))


def test_a_rule_of_sudo_is_found(server, tmp_path, monkeypatch):
    """A stand-in says what sudo says: sudo itself reads one place only, the machine's."""
    says = f'#!/bin/sh\n[ "$4" = {BEN} ] && echo "User $4 may run the following commands on x:"; [ "$4" = {BEN} ]\n'
    (tmp_path / "sudo").write_text(says)
    (tmp_path / "sudo").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (found,) = check.findings(server[0])
    assert found.startswith(f"{BEN} may run commands with sudo. Take the rule out with visudo")


def test_what_root_runs_and_a_student_can_change_is_found(server, accounts, monkeypatch):
    prefix, _ = server
    unit = accounts / "jupyterhub.service"
    unit.touch()
    monkeypatch.setattr(check, "SYSTEM", (str(unit),))
    assert list(check.findings(prefix)) == []
    unit.chmod(0o666)
    (found,) = check.findings(prefix)
    assert found == f"{ADA} can change {unit}, which root runs or believes. chown root {unit}; chmod go-w {unit}"
    unit.unlink()


def test_a_students_program_at_a_port_of_the_hub_is_found(server):
    """It could look like the hub, and be given passwords."""
    prefix, _ = server
    listens = (
        "import socket; one = socket.create_server(('127.0.0.1', 0)); print(one.getsockname()[1], flush=True); input()"
    )
    entry = pwd.getpwnam(BEN)
    program = subprocess.Popen(
        ["/usr/bin/python3", "-c", listens], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
        user=entry.pw_uid, group=entry.pw_gid, extra_groups=[],
    )  # fmt: skip
    try:
        port = int(program.stdout.readline())
        with (prefix / "etc/hub.toml").open("a") as settings_file:
            settings_file.write(f'bind_url = "http://127.0.0.1:{port}"\n')
        (found,) = check.findings(prefix)
    finally:
        program.communicate("\n")
    assert found.startswith(f"A program of {BEN} listens at port {port}, the place of the hub's pages. Stop it")


def test_names_that_students_choose_do_no_harm_where_the_check_prints(server):
    """They are bytes; some of them clear the screen, and some are no text at all."""
    prefix, _ = server
    for name in ("check.py", "settings.py"):
        shutil.copy(Path(check.__file__).with_name(name), prefix / "etc")
    for name in (b"\x1b[2J+x", b"\xff+x", b"two\nlines", b"open", b"and open"):
        os.mkdir(os.fsencode(prefix / "exchange/deep-learning/inbound") + b"/" + name)
        os.chmod(os.fsencode(prefix / "exchange/deep-learning/inbound") + b"/" + name, 0o777)
    done = subprocess.run(["/usr/bin/python3", prefix / "etc/check.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    first, *others, last = done.stdout.splitlines()
    assert first.startswith("* Others can enter the hand-in ") and "\\x1b[2J+x. chmod" in first
    assert last == "4 findings." and "2 more hand-ins" in others[-1]


@pytest.mark.parametrize("which", range(3))
def test_a_socket_that_answers_without_a_token_is_found(server, which):
    prefix, answers = server
    answers[which].status = 200
    found = list(check.findings(prefix))
    assert found and all("without a token. It must not be open" in sentence for sentence in found)


def test_a_hub_that_does_not_run_was_not_tried(server):
    prefix, _ = server
    text = (prefix / "etc/hub.toml").read_text()
    with held_ports(1) as (port,):
        (prefix / "etc/hub.toml").write_text(text.replace("hub_port = ", f"hub_port = {port} #"))
        (found,) = check.findings(prefix)
    assert "Nothing answers" in found and "Start the hub" in found


def test_without_a_student_nothing_can_be_tried(server):
    prefix, _ = server
    (prefix / "etc/hub.toml").write_text('students = ["nobody-of-this-name"]\n')
    with pytest.raises(settings.SettingsError, match="no student with an account"):
        list(check.findings(prefix))


def test_without_the_courses_account_nothing_can_be_tried(server):
    prefix, _ = server
    text = (prefix / "etc/hub.toml").read_text()
    (prefix / "etc/hub.toml").write_text(text.replace(COURSE, "nobody-of-this-name"))
    with pytest.raises(settings.SettingsError, match="no account 'nobody-of-this-name'"):
        list(check.findings(prefix))


def test_who_is_not_root_is_told_so(accounts):
    entry = pwd.getpwnam(ADA)
    done = subprocess.run(
        ["/usr/bin/python3", "-c", f"import runpy, sys; sys.path[:0] = [{str(Path(check.__file__).parent)!r}]; import check; sys.exit(check.main())"],
        user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1) and "Run this as root" in done.stderr
