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

import check
import install
import pytest
import settings

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become the accounts that the check tries as")

COURSE, ADA, BEN, TEACHER = "chk-course", "chk-ada", "chk-ben", "chk-teacher"
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
    homes = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="chk-"))
    homes.chmod(0o755)
    for entry in pwd.getpwall():  # what a run that was killed has left
        if entry.pw_dir.startswith("/var/tmp/chk-"):
            subprocess.run(["userdel", entry.pw_name], check=True)
    for name in (COURSE, ADA, BEN, TEACHER):
        subprocess.run(["useradd", "--create-home", "--home-dir", homes / name, name], check=True)
        (homes / name).chmod(0o700)
    yield homes
    for name in (ADA, BEN, TEACHER, COURSE):
        subprocess.run(["userdel", name], check=True)
    shutil.rmtree(homes)


@pytest.fixture
def server(accounts):
    """A small server, sound in every way: a folder with everything, and something that answers on its ports."""
    prefix = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="chk-server-"))
    prefix.chmod(0o755)
    answers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Answers,), {})) for _ in range(3)]
    for one in answers:
        threading.Thread(target=one.serve_forever, daemon=True).start()
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
    hand_in = prefix / "exchange/deep-learning/inbound/chk-ben+x+2026-01-01 12:00:00 UTC+r"
    hand_in.mkdir()
    shutil.chown(hand_in, BEN, COURSE)
    hand_in.chmod(0o770)
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


WALLS = {
    "the course is open": (opened("course"), f"{ADA} can read .*/course"),
    "the settings are open": (opened("etc"), f"{ADA} can read .*/etc"),
    "the hub's state is open": (opened("state"), f"{ADA} can read .*/state"),
    "hand-ins can be listed": (chmod("exchange/deep-learning/inbound", 0o3777), "can see whose work is in .*/inbound"),
    "feedback can be listed": (chmod("exchange/deep-learning/feedback", 0o755), "can see whose work is in .*/feedback"),
    "releases can be replaced": (chmod("exchange/deep-learning/outbound", 0o777), "can put files into .*/outbound"),
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
        lambda prefix: shutil.chown(prefix / "exchange/deep-learning/outbound", BEN),
        f"outbound does not belong to {COURSE}",
    ),
    "programs can be changed": (chmod("venv/bin/python", 0o777), "Others than root can change .*/venv/bin/python"),
    "programs are somebody else's": (
        lambda prefix: shutil.chown(prefix / "proxy/index.js", COURSE),
        "Others than root can change .*/proxy/index.js",
    ),
    "the folder itself is somebody else's": (lambda prefix: shutil.chown(prefix, BEN), "can rename .*chk-server-"),
}  # fmt: skip


@pytest.mark.parametrize("wall", WALLS)
def test_a_wall_that_is_down_is_found(server, wall):
    prefix, _ = server
    take_down, words = WALLS[wall]
    take_down(prefix)
    found = list(check.findings(prefix))
    assert any(re.search(words, sentence) for sentence in found), found


def test_a_home_that_is_open_is_found(server, accounts):
    (accounts / BEN).chmod(0o755)
    try:
        (found,) = check.findings(server[0])
        assert f"can enter {accounts / BEN}, the home of {BEN}. chmod 0700" in found
    finally:
        (accounts / BEN).chmod(0o700)


@pytest.mark.parametrize("group", [COURSE, "sudo"])
def test_a_student_in_a_mighty_group_is_found(server, group):
    subprocess.run(["gpasswd", "--add", BEN, group], check=True, capture_output=True)
    try:
        assert f"{BEN} is in the group {group}. gpasswd --delete {BEN} {group}" in list(check.findings(server[0]))
    finally:
        subprocess.run(["gpasswd", "--delete", BEN, group], check=True, capture_output=True)


@pytest.mark.parametrize("which", range(3))
def test_a_socket_that_answers_without_a_token_is_found(server, which):
    prefix, answers = server
    answers[which].status = 200
    found = list(check.findings(prefix))
    assert found and all("without a token. It must not be open" in sentence for sentence in found)


def test_a_hub_that_does_not_run_was_not_tried(server):
    prefix, _ = server
    text = (prefix / "etc/hub.toml").read_text()
    (prefix / "etc/hub.toml").write_text(text.replace("hub_port = ", "hub_port = 1 #"))
    (found,) = check.findings(prefix)
    assert "Nothing answers" in found and "Start the hub" in found


def test_without_a_student_nothing_can_be_tried(server):
    prefix, _ = server
    (prefix / "etc/hub.toml").write_text('students = ["nobody-of-this-name"]\n')
    with pytest.raises(settings.SettingsError, match="no student with an account"):
        list(check.findings(prefix))


def test_who_is_not_root_is_told_so(accounts):
    entry = pwd.getpwnam(ADA)
    done = subprocess.run(
        ["/usr/bin/python3", "-c", f"import runpy, sys; sys.path[:0] = [{str(Path(check.__file__).parent)!r}]; import check; sys.exit(check.main())"],
        user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1) and "Run this as root" in done.stderr
