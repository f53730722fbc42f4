"""Collecting from an exchange that students write to: what is taken, and what is left out with a word."""

from __future__ import annotations

import datetime
import os
import pwd
import shutil
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grader.exchange import DEEPEST, Collect, copy_tree

ME = pwd.getpwuid(os.getuid()).pw_name
TOPIC = "centering"


def when(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f UTC")


@pytest.fixture
def exchange(tmp_path):
    """A course in an exchange, and what collects from it."""

    class Exchange:
        now = datetime.datetime.now(datetime.UTC)
        inbound = tmp_path / "exchange/course/inbound"
        submitted = tmp_path / "course/submitted"

        def put(self, student: str, moment: str = "", text: str = "{}", suffix: str = "+x") -> Path:
            folder = self.inbound / f"{student}+{TOPIC}+{moment or when(self.now)}{suffix}"
            folder.mkdir()
            (folder / f"{TOPIC}.ipynb").write_text(text)
            (folder / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC")
            (folder / "submission_secret.txt").write_text(128 * "a")
            return folder

        def collect(self, **traits: object) -> dict[str, list[str]]:
            """What is in submitted/ afterwards, by student."""
            config = Config()
            config.CourseDirectory.root = str(tmp_path / "course")
            config.CourseDirectory.course_id = "course"
            config.CourseDirectory.assignment_id = TOPIC
            config.Exchange.root = str(tmp_path / "exchange")
            Collect(coursedir=CourseDirectory(config=config), config=config, **traits).start()
            return {
                path.name: sorted(file.name for file in (path / TOPIC).iterdir())
                for path in sorted(self.submitted.iterdir() if self.submitted.is_dir() else ())
            }

        def text(self, student: str = ME, name: str = f"{TOPIC}.ipynb") -> str:
            return (self.submitted / student / TOPIC / name).read_text()

    (tmp_path / "course").mkdir()
    Exchange.inbound.mkdir(parents=True)
    return Exchange()


def test_the_last_hand_in_of_the_student_who_put_it_there_is_taken(exchange):
    exchange.put(ME, when(exchange.now - datetime.timedelta(seconds=60)), "first")
    exchange.put(ME, when(exchange.now), "second")
    assert exchange.collect() == {ME: [f"{TOPIC}.ipynb", "submission_secret.txt", "timestamp.txt"]}
    assert exchange.text() == "second"
    assert exchange.text(name="timestamp.txt") == when(exchange.now)  # not what the student's file says


def test_work_in_anothers_name_is_left_out_and_does_not_hide_theirs(exchange, caplog):
    exchange.put("somebody")
    exchange.put(ME)
    assert list(exchange.collect()) == [ME]
    assert f"is left out: {ME} put it there, not somebody." in caplog.text


def test_without_accounts_of_their_own_names_are_believed(exchange):
    exchange.put("somebody")
    assert list(exchange.collect(check_owner=False)) == ["somebody"]


def test_a_time_that_is_earlier_than_the_files_does_not_count(exchange, caplog):
    exchange.put(ME, when(exchange.now - datetime.timedelta(days=2)))
    exchange.collect()
    counts = datetime.datetime.strptime(exchange.text(name="timestamp.txt"), "%Y-%m-%d %H:%M:%S.%f UTC")
    assert counts.replace(tzinfo=datetime.UTC) > exchange.now - datetime.timedelta(hours=1)
    assert "the later time counts" in caplog.text


def test_a_time_can_be_believed_where_that_is_asked_for(exchange):
    early = when(exchange.now - datetime.timedelta(days=2))
    exchange.put(ME, early)
    exchange.collect(grace=0)
    assert exchange.text(name="timestamp.txt") == early


def test_names_that_are_no_hand_ins_stop_nobody(exchange, caplog):
    exchange.put(ME)
    for name in (
        f"{ME}+{TOPIC}+yesterday+x",
        f"{ME}+{TOPIC}+9999999999-1-1+x",
        "+",
        "a+b",
        f"..+{TOPIC}+{when(exchange.now)}+x",
    ):
        (exchange.inbound / name).mkdir()
    (exchange.inbound / f"{ME}+{TOPIC}+{when(exchange.now + datetime.timedelta(hours=1))}+file").write_text("no folder")
    (exchange.inbound / f"{ME}+{TOPIC}+{when(exchange.now + datetime.timedelta(hours=1))}+link").symlink_to("/")
    assert exchange.collect() == {ME: [f"{TOPIC}.ipynb", "submission_secret.txt", "timestamp.txt"]}
    assert "its name has no time" in caplog.text


def test_links_to_what_the_collector_can_read_are_left_out(exchange, tmp_path, caplog):
    """Else a link to the reference solution would come back as the student's own work, with full points."""
    secret = tmp_path / "course/source/solution.ipynb"
    secret.parent.mkdir()
    secret.write_text("the solution")
    folder = exchange.put(ME)
    (folder / f"{TOPIC}.ipynb").unlink()
    (folder / f"{TOPIC}.ipynb").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    os.mkfifo(folder / "pipe")
    assert exchange.collect() == {ME: ["submission_secret.txt", "timestamp.txt"]}
    for name in (f"{TOPIC}.ipynb", "folder", "pipe"):
        assert f"{name!r} is left out" in caplog.text


def test_the_students_timestamp_may_be_a_link(exchange, tmp_path):
    target = tmp_path / "precious"
    target.write_text("kept")
    folder = exchange.put(ME)
    (folder / "timestamp.txt").unlink()
    (folder / "timestamp.txt").symlink_to(target)
    exchange.collect()
    assert target.read_text() == "kept"
    assert exchange.text(name="timestamp.txt") == when(exchange.now)


@pytest.mark.parametrize("secret", [b"", b"\xff", b"short", None])
def test_a_secret_that_is_none_does_not_stop_the_feedback_of_others(exchange, secret):
    """nbgrader's release of feedback reads it for each student, and ends at the first that it cannot read."""
    folder = exchange.put(ME)
    if secret is None:
        (folder / "submission_secret.txt").unlink()
    else:
        (folder / "submission_secret.txt").write_bytes(secret)
    exchange.collect()
    assert len(bytes.fromhex(exchange.text(name="submission_secret.txt"))) == 64


@pytest.mark.skipif(os.getuid() != 0, reason="another account's file cannot be made without root")
def test_a_hard_link_to_another_accounts_file_is_left_out(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    for folder in (source, target):
        folder.mkdir()
    (source / "mine").write_text("mine")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    os.chown(secret, 12345, 12345)
    os.link(secret, source / "linked")
    assert list(copy_tree(source, target, [], 1000)) == ["linked"]
    assert [path.name for path in target.iterdir()] == ["mine"]


def test_a_hand_in_has_bounds(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    deep = source / "/".join("d" * (DEEPEST + 3))
    deep.mkdir(parents=True)
    target.mkdir()
    (source / "large").write_bytes(b"x" * 101)
    (source / "small").write_bytes(b"x" * 100)
    (source / ".ipynb_checkpoints").mkdir()
    left_out = list(copy_tree(source, target, [".ipynb_checkpoints"], 100))
    assert left_out == ["large", "/".join("d" * (DEEPEST + 1))]
    assert {path.name for path in target.iterdir()} == {"small", "d"}


def test_a_tree_that_is_too_deep_to_walk_stops_nobody(exchange):
    folder = exchange.put(ME)
    here = os.getcwd()
    try:
        os.chdir(folder)
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        os.chdir(here)
        assert exchange.collect() == {ME: ["centering.ipynb", "d", "submission_secret.txt", "timestamp.txt"]}
    finally:
        os.chdir(here)
        shutil.rmtree(exchange.submitted)
        os.system(f"rm -rf '{folder}'")
