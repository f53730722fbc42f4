"""Hand-ins from an LMS or by mail: who and what a name means, what is never opened or written, what a kill leaves."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import stat
import struct
import subprocess
import tempfile
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import pytest
from catalogue import threat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader import collect as module
from grader import listing
from grader import roster as roster_module
from grader.collect import HandIn, collect
from grader.course import Course
from grader.errors import CourseError
from grader.roster import Student, read_roster

GC, OPT = "gradient_checking", "optimization_methods"
ROW = """
[[assignment]]
name = "{name}"
title = "Title"
topic = "topic"
week = 1
points = 100
minutes = 60
stack = "numpy"
utils = []
"""
ROSTER = (
    Student("al815", "Ada King Lovelace", "ada.lovelace@uni.edu"),
    Student("jh1", "José Hernández", "jose@uni.edu"),
    Student("ob7", "O'Brien, Miles", "chief@uni.edu"),
    Student("js1", "John Smith", "john1@uni.edu"),
    Student("js2", "John Smith", "john2@uni.edu"),
)


def make_course(root: Path) -> Course:
    (root / "course").mkdir(parents=True)
    (root / "course" / "assignments.toml").write_text(ROW.format(name=GC) + ROW.format(name=OPT), encoding="utf-8")
    return Course.load(root)


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path / "course_root")


@pytest.fixture
def inbox(tmp_path):
    """Write files into a folder to collect: `inbox({"alice/x.ipynb": b"..."})`; a list of names fills them itself."""

    def fill(files, name="inbox"):
        folder = tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for path, content in contents(files).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return folder

    return fill


@pytest.fixture
def zipped(tmp_path):
    """The same as a zip, whose entries may also be `zipfile.ZipInfo`."""

    def fill(files, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "download.zip"
        with warnings.catch_warnings(), zipfile.ZipFile(path, "w", compression) as archive:
            warnings.simplefilter("ignore")  # about two entries of one name
            for name, content in contents(files).items():
                archive.writestr(name, content)
        return path

    return fill


def contents(files):
    return files if isinstance(files, dict) else {name: str(name).encode() for name in files}


def filed(course):
    """Every file in submitted/, hidden ones too, with its content."""
    root = course.root / "submitted"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def taken(collection):
    return {hand_in.origin: (hand_in.student, hand_in.assignment) for hand_in in collection.taken}


def reasons(collection):
    return {refusal.origin: refusal.reason for refusal in collection.refused}


# Layouts


@pytest.mark.parametrize(
    ("path", "student"),
    [
        (f"alice/{GC}/{GC}.ipynb", "alice"),
        (f"alice/{GC}.ipynb", "alice"),
        (f"alice/{GC} (1).ipynb", "alice"),
        ("alice/Gradient-Checking.IPYNB", "alice"),
        (f"alice/bob_{GC}.ipynb", "alice"),
        (f"alice/bob_12_34_{GC}.ipynb", "alice"),
        (f"alice/bob_12_assignsubmission_file_/{GC}.ipynb", "alice"),
        (f"{GC}/alice/homework.ipynb", "alice"),
        (f"{GC}/alice_{GC}.ipynb", "alice"),
        (f"Ada Lovelace_1234567_assignsubmission_file_/{GC}.ipynb", "Ada_Lovelace"),
        (f"José Hernández_1234567_assignsubmission_file_/bob_{GC}.ipynb", "Jose_Hernandez"),
        (f"Ada Lovelace_1234567_assignsubmission_file_{GC}.ipynb", "Ada_Lovelace"),
        (f"lovelaceada_12345_678901_{GC}.ipynb", "lovelaceada"),
        (f"lovelaceada_LATE_12345_678901_{GC}.ipynb", "lovelaceada"),
        (f"lovelaceada_12345_678901_{GC}-2.ipynb", "lovelaceada"),
        (f"lovelaceada_12345_678901_{GC} (1).ipynb", "lovelaceada"),
        (f"lovelaceada_12345_678901_bob_1_assignsubmission_file_{GC}.ipynb", "lovelaceada"),
        (f"alice_{GC}.ipynb", "alice"),
        (f"{GC}_alice.ipynb", "alice"),
        (f"alice-{GC}.ipynb", "alice"),
        (f"alice_{GC} (1).ipynb", "alice"),
        (f"{GC}_alice (2).ipynb", "alice"),
        (f"Ada Lovelace - {GC}.ipynb", "Ada_Lovelace"),
        (f"ada_king_{GC}.ipynb", "ada_king"),
        (f"a.b@uni.edu_{GC}.ipynb", "a.b@uni.edu"),
        (f"{GC}_20231234.ipynb", "20231234"),
    ],
)
@pytest.mark.parametrize("kind", ["inbox", "zipped"])
def test_each_layout_says_who_and_what(course, request, path, student, kind):
    origin = request.getfixturevalue(kind)({path: b"bytes", f"zoe/{OPT}.ipynb": b"other"})
    collection = collect(course, origin)
    where = course.root / "submitted" / student / GC / f"{GC}.ipynb"
    assert HandIn(student, GC, path, where) in collection.taken
    assert len(collection.taken) == 2 and not collection.refused
    assert filed(course) == {f"{student}/{GC}/{GC}.ipynb": b"bytes", f"zoe/{OPT}/{OPT}.ipynb": b"other"}


@pytest.mark.parametrize(
    "files",
    [
        {f"inbox/alice/{GC}.ipynb": "alice"},
        {f"inbox/alice/{GC}.ipynb": "alice", f"inbox/bob/{GC}.ipynb": "bob"},
        {f"submitted/alice/{GC}/{GC}.ipynb": "alice"},
        {f"inbox/Ada L_12_assignsubmission_file_/{GC}.ipynb": "Ada_L"},
        {f"inbox/lovelaceada_1_2_{GC}.ipynb": "lovelaceada"},
        {f"inbox/alice_{GC}.ipynb": "alice", f"inbox/{GC}_bob.ipynb": "bob"},
    ],
)
def test_one_wrapping_folder_is_looked_through(course, zipped, files):
    collection = collect(course, zipped(list(files)))
    assert taken(collection) == {path: (student, GC) for path, student in files.items()}


def test_another_file_in_the_wrapping_folder_does_not_hide_that_it_wraps(course, zipped):
    collection = collect(course, zipped([f"inbox/alice/{GC}.ipynb", f"inbox/bob/{GC}.ipynb", "inbox/README.txt"]))
    assert sorted(taken(collection).values()) == [("alice", GC), ("bob", GC)]
    assert set(reasons(collection)) == {"inbox/README.txt"}


@pytest.mark.parametrize(
    "path",
    [f"alice/{GC}.ipynb", f"alice/{GC}/{GC}.ipynb", f"alice/{GC}_final.ipynb", f"alice/{GC}-1.ipynb"],
)
def test_the_folder_of_the_only_student_is_not_taken_for_a_wrapping_one(course, zipped, path):
    assert taken(collect(course, zipped([path]))) == {path: ("alice", GC)}


def test_the_moodle_folder_of_the_only_student_is_not_a_wrapping_one(course, zipped):
    path = f"Ada L_12_assignsubmission_file_/bob/{GC}.ipynb"
    assert taken(collect(course, zipped([path]))) == {path: ("Ada_L", GC)}


def test_the_roster_tells_a_students_folder_from_a_wrapping_one(course, zipped):
    own, wrapping = f"al815/jh1/{GC}.ipynb", f"inbox/jh1/{GC}.ipynb"
    assert taken(collect(course, zipped([own]), roster=ROSTER)) == {own: ("al815", GC)}
    assert taken(collect(course, zipped([wrapping]), roster=ROSTER)) == {wrapping: ("jh1", GC)}


@pytest.mark.parametrize(
    "junk",
    ["__MACOSX/alice/._x.ipynb", ".DS_Store", "alice/Thumbs.db", f"alice/.ipynb_checkpoints/{GC}.ipynb"]
    + [f".git/{GC}.ipynb", f"alice/._{GC}.ipynb"],
)
@pytest.mark.parametrize("kind", ["inbox", "zipped"])
def test_what_systems_leave_behind_is_ignored_silently(course, request, junk, kind):
    collection = collect(course, request.getfixturevalue(kind)([junk, f"alice/{GC}.ipynb"]))
    assert taken(collection) == {f"alice/{GC}.ipynb": ("alice", GC)}
    assert not collection.refused
    assert list(filed(course)) == [f"alice/{GC}/{GC}.ipynb"]


def test_names_that_macos_zips_write_without_the_utf8_flag_are_read(course, tmp_path):
    path, name = tmp_path / "mac.zip", f"José_{GC}.ipynb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"bytes")
    raw = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset + 1] &= ~0x08  # bit 11 of the flags: the name is UTF-8
    path.write_bytes(raw)
    assert taken(collect(course, path)) == {name: ("Jose", GC)}


# Assignments


def test_the_given_assignment_goes_before_any_name(course, inbox):
    files = ["alice/Untitled.ipynb", f"bob_1_2_{OPT}.ipynb", "Ada L_12_assignsubmission_file_/week 3.ipynb"]
    collection = collect(course, inbox(files), assignment=GC)
    assert {who for who in taken(collection).values()} == {("alice", GC), ("bob", GC), ("Ada_L", GC)}


def test_an_unknown_assignment_is_an_error(course, inbox):
    with pytest.raises(CourseError, match="no assignment called 'knitting'"):
        collect(course, inbox([]), assignment="knitting")


def test_a_file_that_names_no_assignment_is_refused_with_the_option_that_helps(course, inbox):
    collection = collect(course, inbox(["alice/Untitled.ipynb", f"bob/my{GC}.ipynb"]))
    assert not collection.taken
    assert all("--topic" in reason for reason in reasons(collection).values())
    assert len(collection.refused) == 2


def test_a_file_that_names_two_assignments_is_refused_naming_both(course, inbox):
    name = f"alice/{GC}_and_{OPT}.ipynb"
    reason = reasons(collect(course, inbox([name])))[name]
    assert GC in reason and OPT in reason and "--topic" in reason


def test_the_file_name_goes_before_the_folder_and_the_longer_name_before_one_inside_it(tmp_path, inbox):
    root = tmp_path / "other"
    (root / "course").mkdir(parents=True)
    table = "".join(ROW.format(name=name) for name in ("rnn", "lstm_rnn", "lstm_rnn_text"))
    (root / "course" / "assignments.toml").write_text(table)
    files = ["rnn/alice/lstm_rnn.ipynb", "bob_lstm_rnn.ipynb", "cy_lstm_rnn_text.ipynb", "lstm_rnn_text_dan.ipynb"]
    assert taken(collect(Course.load(root), inbox(files))) == {
        "rnn/alice/lstm_rnn.ipynb": ("alice", "lstm_rnn"),
        "bob_lstm_rnn.ipynb": ("bob", "lstm_rnn"),
        "cy_lstm_rnn_text.ipynb": ("cy", "lstm_rnn_text"),
        "lstm_rnn_text_dan.ipynb": ("dan", "lstm_rnn_text"),
    }


# Students


@pytest.mark.parametrize(
    ("part", "student"),
    [
        ("al815", "al815"),
        ("AL815", "al815"),
        ("ada.lovelace@uni.edu", "al815"),
        ("Ada.Lovelace", "al815"),
        ("Ada King Lovelace", "al815"),
        ("Lovelace, Ada King", "al815"),
        ("lovelaceadaking", "al815"),
        ("kinglovelaceada", "al815"),
        ("JOSE HERNANDEZ", "jh1"),
        ("Jose\u0301 Herna\u0301ndez", "jh1"),
        ("hernandezjose", "jh1"),
        ("Miles OBrien", "ob7"),
        ("obrienmiles", "ob7"),
    ],
)
def test_the_roster_recognises_ids_addresses_and_names(course, inbox, part, student):
    path = f"{part}/{GC}.ipynb"
    assert taken(collect(course, inbox([path]), roster=ROSTER)) == {path: (student, GC)}


def test_a_part_that_is_not_on_the_roster_is_refused_with_the_closest_entry(course, inbox):
    names = [f"lovelaceadak_1_2_{GC}.ipynb", f"0000_{GC}.ipynb"]
    collection = collect(course, inbox(names), roster=ROSTER)
    assert not collection.taken
    assert "'lovelaceadak'" in reasons(collection)[names[0]]
    assert "closest: al815, Ada King Lovelace" in reasons(collection)[names[0]]
    assert "'0000'" in reasons(collection)[names[1]] and "closest" not in reasons(collection)[names[1]]


def test_a_part_that_means_two_students_is_refused_naming_both(course, inbox):
    name = f"smithjohn_1_2_{GC}.ipynb"
    collection = collect(course, inbox([name]), roster=ROSTER)
    assert not collection.taken
    assert "js1" in reasons(collection)[name] and "js2" in reasons(collection)[name]


def test_a_students_exact_id_is_never_ambiguous(course, inbox):
    roster = (Student("smith", "Ann Boleyn"), Student("x1", "Smith"))
    assert taken(collect(course, inbox([f"smith/{GC}.ipynb"]), roster=roster)) == {f"smith/{GC}.ipynb": ("smith", GC)}


def test_a_part_without_letters_does_not_match_a_student_without_an_address(course, inbox):
    collection = collect(course, inbox([f"---/{GC}.ipynb"]), roster=(Student("s1"),))
    assert not collection.taken and "not on the roster" in collection.refused[0].reason


def test_names_in_other_scripts_do_not_match_each_other(course, inbox):
    roster = (Student("s1", "王芳"), Student("s2", "李娜"))
    collection = collect(course, inbox([f"李娜/{GC}.ipynb", f"张伟_{GC}.ipynb"]), roster=roster)
    assert taken(collection) == {f"李娜/{GC}.ipynb": ("s2", GC)}


def test_a_name_on_both_sides_of_the_assignment_needs_the_roster(course, inbox):
    name = f"al815_{GC}_final.ipynb"
    refused = reasons(collect(course, inbox([name])))
    assert "'al815' or 'final'" in refused[name] and "--roster" in refused[name]
    assert taken(collect(course, inbox([name]), roster=ROSTER)) == {name: ("al815", GC)}


@pytest.mark.parametrize(
    ("part", "student"),
    [("Ada  Lovelace", "Ada_Lovelace"), ("Lovelace, Ada", "Lovelace_Ada"), ("O'Brien", "OBrien"), ("Łukasz", "Lukasz")]
    + [("Zoë Müller-Groß", "Zoe_Muller-Gross"), ("a.b@uni.edu", "a.b@uni.edu"), ("x_", "x_")],
)
def test_without_a_roster_the_part_is_made_a_safe_id(course, inbox, part, student):
    collect(course, inbox([f"{part}/{GC}.ipynb"]))
    assert list(filed(course)) == [f"{student}/{GC}/{GC}.ipynb"]


@pytest.mark.parametrize(
    "part", ["a+b", "-alice", "_alice", "alice..", "alice.", "王芳", "ab:c", "a\nb", "x" * 101, "~"]
)
def test_a_part_that_cannot_be_made_safe_is_refused(course, inbox, part):
    collection = collect(course, inbox([f"{part}/{GC}.ipynb"]))
    assert not collection.taken and not filed(course)
    assert "cannot be a student id" in collection.refused[0].reason


def test_a_file_without_a_student_is_refused(course, inbox):
    names = [f"{GC}.ipynb", f"{GC} (1).ipynb", f"{GC}-2.ipynb", "Untitled.ipynb"]
    collection = collect(course, inbox(names))
    assert not collection.taken
    assert set(reasons(collection)) == set(names)
    assert all("who handed it in" in reason for reason in reasons(collection).values())


# What is filed


def test_a_broken_notebook_is_filed_as_it_is(course, inbox):
    collect(course, inbox({f"alice/{GC}.ipynb": b"\xff not json", f"bob/{GC}.ipynb": b""}))
    assert filed(course) == {f"alice/{GC}/{GC}.ipynb": b"\xff not json", f"bob/{GC}/{GC}.ipynb": b""}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"zoe_{GC}.pdf", f"zoe_{GC}.pdf"),
        (f"zoe_{GC}.ipynb.txt", f"zoe_{GC}.ipynb.txt"),
        (f"zoe/{GC} répönse.pdf", f"{GC}_reponse.pdf"),
        (f"zoe/.{GC}.py", f"{GC}.py"),
        (f"zoe/{GC}/...", "file"),
    ],
)
def test_a_file_that_is_no_notebook_is_filed_under_its_own_safe_name(course, inbox, path, name):
    collection = collect(course, inbox([path]))
    assert taken(collection) == {path: ("zoe", GC)}
    assert list(filed(course)) == [f"zoe/{GC}/{name}"]


def test_a_long_name_keeps_its_suffix(course, inbox):
    collect(course, inbox([f"zoe/{GC}{' x' * 80}.pdf"]))
    (path,) = filed(course)
    assert path.endswith("x.pdf") and len(Path(path).name) <= 100


def test_files_in_a_students_own_folder_go_along_with_the_notebook(course, zipped):
    files = [f"zoe/{GC}.ipynb", "zoe/data.csv", "zoe/figures/plot.png", f"zoe/{OPT}/{OPT}.ipynb", f"zoe/{OPT}/more.txt"]
    moodle = "Ada L_1_assignsubmission_file_/"
    collection = collect(course, zipped([*files[:3], f"{moodle}{OPT}.ipynb", f"{moodle}notes.md"]))
    assert not collection.refused
    assert set(filed(course)) == {
        *(f"zoe/{GC}/{name}" for name in (f"{GC}.ipynb", "data.csv", "plot.png")),
        *(f"Ada_L/{OPT}/{name}" for name in (f"{OPT}.ipynb", "notes.md")),
    }


def test_a_file_beside_the_notebooks_of_two_assignments_needs_a_name(course, zipped):
    collection = collect(course, zipped([f"zoe/{GC}.ipynb", f"zoe/{OPT}.ipynb", "zoe/data.csv", f"zoe/{OPT}/a.csv"]))
    assert set(reasons(collection)) == {"zoe/data.csv"}
    assert f"zoe/{OPT}/a.csv" in filed(course)


def test_a_file_that_names_no_assignment_goes_along_only_from_the_students_own_folder(course, inbox):
    collection = collect(course, inbox([f"zoe/{GC}.ipynb", "zoe/Untitled.ipynb", "zoe_1_2_notes.txt"]))
    assert list(filed(course)) == [f"zoe/{GC}/{GC}.ipynb"]
    assert set(reasons(collection)) == {"zoe/Untitled.ipynb", "zoe_1_2_notes.txt"}
    assert all("--topic" in reason for reason in reasons(collection).values())


@pytest.mark.parametrize("notebook", [f"zoe/{GC}.ipynb", f"zoe_{GC}.ipynb"])
def test_a_loose_file_with_a_number_from_the_lms_does_not_cost_the_notebook(course, inbox, notebook):
    collection = collect(course, inbox([notebook, f"zoe_1_2_{GC}.pdf"]))
    assert list(filed(course)) == [f"zoe/{GC}/{GC}.ipynb"]
    assert "only that is filed" in reasons(collection)[f"zoe_1_2_{GC}.pdf"]


def test_a_loose_file_beside_a_notebook_is_refused(course, inbox):
    collection = collect(course, inbox([f"zoe_{GC}.ipynb", f"zoe_{GC}.pdf"]))
    assert list(filed(course)) == [f"zoe/{GC}/{GC}.ipynb"]
    assert f"zoe_{GC}.ipynb" in reasons(collection)[f"zoe_{GC}.pdf"]


def test_no_other_file_takes_the_place_of_the_notebook(course, zipped):
    files = {f"zoe/{GC}.ipynb": b"notebook", f"zoe/{GC}.ipynb ": b"trailing space", f"zoe/sub/{GC}.IPYNB": b"capitals"}
    collection = collect(course, zipped(files))
    assert not collection.taken and not filed(course)
    assert len(collection.refused) == 3


def test_two_other_files_of_one_name_are_both_refused(course, inbox):
    collection = collect(course, inbox([f"zoe/{GC}.ipynb", "zoe/a/data.csv", "zoe/b/DATA.csv"]))
    assert set(reasons(collection)) == {"zoe/a/data.csv", "zoe/b/DATA.csv"}
    assert list(filed(course)) == [f"zoe/{GC}/{GC}.ipynb"]


@threat("forged timestamps", "collect")
@pytest.mark.parametrize("name", ["timestamp.txt", " timestamp.txt", "_timestamp.txt."])
def test_a_time_stamp_is_not_believed(course, inbox, name):
    collection = collect(course, inbox([f"zoe/{GC}/{GC}.ipynb", f"zoe/{GC}/{name}"]))
    assert f"zoe/{GC}/timestamp.txt" not in filed(course)
    assert "time" in reasons(collection)[f"zoe/{GC}/{name}"]


# Two notebooks


def test_the_last_canvas_attempt_counts(course, inbox):
    stem = f"lovelaceada_12345_6789{{}}_{GC}"
    names = [stem.format(1) + ".ipynb", stem.format(2) + "-2.ipynb", stem.format(3) + "-10.ipynb"]
    late = f"lovelaceada_LATE_12345_67894_{GC}-9.ipynb"
    collection = collect(course, inbox([*names, late]))
    assert taken(collection) == {names[2]: ("lovelaceada", GC)}
    assert filed(course) == {f"lovelaceada/{GC}/{GC}.ipynb": names[2].encode()}
    assert set(reasons(collection)) == {names[0], names[1], late}
    assert all("an older attempt" in r and names[2] in r for r in reasons(collection).values())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"alice_{GC}.ipynb", f"{GC}_alice.ipynb"),
        (f"alice_{GC}.ipynb", f"alice_{GC}-2.ipynb"),
        (f"alice/{GC}.ipynb", f"alice/{GC} (1).ipynb"),
        (f"alice/{GC}.ipynb", f"alice_1_2_{GC}-1.ipynb"),
        (f"alice_1_2_{GC}-1.ipynb", f"alice_1_3_{GC}-1.ipynb"),
        (f"alice_1_2_{GC}-1.ipynb", f"alice_1_3_{GC}_draft-2.ipynb"),
        (f"alice_1_2_{GC}.ipynb", f"alice_7_3_{GC}-1.ipynb"),
    ],
)
def test_two_notebooks_without_an_order_are_both_refused_naming_both(course, inbox, first, second):
    collection = collect(course, inbox([first, second, f"bob/{GC}.ipynb"]))
    assert taken(collection) == {f"bob/{GC}.ipynb": ("bob", GC)}
    assert set(reasons(collection)) == {first, second}
    assert all(first in reason and second in reason for reason in reasons(collection).values())


def test_the_reason_stays_short_however_many_notebooks_there_are(course, inbox):
    collection = collect(course, inbox([f"alice/{GC} ({i}).ipynb" for i in range(40)]))
    assert len(collection.refused) == 40
    assert all("37 more" in refusal.reason and len(refusal.reason) < 300 for refusal in collection.refused)


@threat("another student's id in metadata or path", "collect")
def test_two_people_of_one_name_in_the_lms_are_never_merged(course, inbox):
    files = [f"John Smith_1_assignsubmission_file_/{GC}.ipynb", f"John Smith_2_assignsubmission_file_/{GC}.pdf"]
    collection = collect(course, inbox(files))
    assert not collection.taken and set(reasons(collection)) == set(files)


def test_two_entries_of_one_name_in_a_zip_are_both_refused(course, tmp_path):
    path = tmp_path / "twice.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(f"alice/{GC}.ipynb", b"one")
        archive.writestr(f"alice/{GC}.ipynb", b"two")
    collection = collect(course, path)
    assert not collection.taken and len(collection.refused) == 2


# Filing again


def test_the_same_bytes_again_are_taken_silently(course, inbox):
    folder = inbox([f"alice/{GC}.ipynb", "alice/data.csv"])
    first = collect(course, folder)
    assert len(first.taken) == 2
    for force in (False, True):
        assert collect(course, folder, force=force) == first
    assert not [name for name in os.listdir(course.root / "submitted") if name.startswith(".")]


def test_a_file_that_only_the_old_hand_in_has_makes_no_difference(course, inbox):
    folder = inbox([f"alice/{GC}.ipynb"])
    collect(course, folder)
    (course.submitted("alice", GC) / "timestamp.txt").write_text("2024-01-01 00:00:00 UTC")
    for force in (False, True):
        assert len(collect(course, folder, force=force).taken) == 1
    assert f"alice/{GC}/timestamp.txt" in filed(course)


@pytest.mark.parametrize("changed", [f"alice/{GC}.ipynb", "alice/data.csv"])
def test_other_bytes_are_refused_without_force(course, inbox, changed):
    files = contents([f"alice/{GC}.ipynb", "alice/data.csv"])
    collect(course, inbox(files))
    before = filed(course)
    collection = collect(course, inbox({**files, changed: b"new"}))
    assert not collection.taken and filed(course) == before
    assert all("already has a hand-in" in r and "--force" in r for r in reasons(collection).values())


def test_a_file_that_only_the_new_hand_in_has_needs_force(course, inbox):
    collect(course, inbox({f"alice/{GC}.ipynb": b"same"}))
    folder = inbox({f"alice/{GC}.ipynb": b"same", "alice/data.csv": b"new"})
    assert all("--force" in reason for reason in reasons(collect(course, folder)).values())
    assert list(filed(course)) == [f"alice/{GC}/{GC}.ipynb"]
    assert len(collect(course, folder, force=True).taken) == 2
    assert filed(course)[f"alice/{GC}/data.csv"] == b"new"


def test_force_replaces_the_whole_folder(course, inbox):
    collect(course, inbox({f"alice/{GC}.ipynb": b"old", "alice/data.csv": b"old"}))
    collection = collect(course, inbox({f"alice_{GC}.ipynb": b"new"}), force=True)
    assert len(collection.taken) == 1 and not collection.refused
    assert filed(course) == {f"alice/{GC}/{GC}.ipynb": b"new"}
    assert os.listdir(course.root / "submitted") == ["alice"]


def test_force_leaves_other_assignments_and_students_alone(course, inbox):
    collect(course, inbox({f"alice/{OPT}.ipynb": b"old", f"bob/{GC}.ipynb": b"old", f"alice/{GC}.ipynb": b"old"}))
    collect(course, inbox({f"alice/{GC}.ipynb": b"new"}), force=True)
    assert filed(course) == {
        f"alice/{OPT}/{OPT}.ipynb": b"old",
        f"bob/{GC}/{GC}.ipynb": b"old",
        f"alice/{GC}/{GC}.ipynb": b"new",
    }


def test_an_empty_folder_does_not_count_as_a_hand_in(course, inbox):
    course.submitted("alice", GC).mkdir(parents=True)
    assert len(collect(course, inbox([f"alice/{GC}.ipynb"])).taken) == 1


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the program catches it."""


def die_at(monkeypatch, number, error):
    """Let the renames from the given one on fail, as they do in a dead process; undo with monkeypatch.undo()."""
    rename, calls = os.rename, []

    def dying(source, target):
        calls.append(target)
        if len(calls) >= number:
            raise error
        rename(source, target)

    monkeypatch.setattr(os, "rename", dying)
    return calls


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("error", [Killed(), OSError(28, "No space left on device")])
def test_a_kill_while_a_hand_in_is_replaced_loses_nothing(course, inbox, monkeypatch, number, error):
    old = {f"alice/{GC}/{GC}.ipynb": b"old", f"alice/{GC}/data.csv": b"old"}
    collect(course, inbox({f"alice/{GC}.ipynb": b"old", "alice/data.csv": b"old"}))
    folder = inbox({f"alice/{GC}.ipynb": b"new"})
    calls = die_at(monkeypatch, number, error)
    with contextlib.suppress(Killed):
        assert not collect(course, folder, force=True).taken
    monkeypatch.undo()
    assert len(calls) >= number
    assert sorted(content for content in filed(course).values()) == [b"old", b"old"]
    collect(course, inbox([], "empty"))
    assert filed(course) == old
    assert os.listdir(course.root / "submitted") == ["alice"]
    collect(course, folder, force=True)
    assert filed(course) == {f"alice/{GC}/{GC}.ipynb": b"new"}


def test_a_replacement_that_fails_puts_the_old_hand_in_back_at_once(course, inbox, monkeypatch):
    collect(course, inbox({f"alice/{GC}.ipynb": b"old"}))
    rename = os.rename

    def failing(source, target):
        if ".collect-" in str(source):
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "rename", failing)
    collection = collect(course, inbox({f"alice/{GC}.ipynb": b"new"}), force=True)
    assert "No space left" in reasons(collection)[f"alice/{GC}.ipynb"]
    assert filed(course) == {f"alice/{GC}/{GC}.ipynb": b"old"}


def test_a_kill_after_the_new_hand_in_is_in_place_keeps_the_new_one(course, inbox, monkeypatch):
    collect(course, inbox({f"alice/{GC}.ipynb": b"old"}))
    folder = inbox({f"alice/{GC}.ipynb": b"new"})
    rmtree = shutil.rmtree

    def dying(path, *arguments, **options):
        if ".replaced" in str(path):
            raise Killed
        rmtree(path, *arguments, **options)

    monkeypatch.setattr(shutil, "rmtree", dying)
    with pytest.raises(Killed):
        collect(course, folder, force=True)
    monkeypatch.undo()
    assert filed(course)[f"alice/{GC}/{GC}.ipynb"] == b"new"
    collect(course, inbox([], "empty"))
    assert filed(course) == {f"alice/{GC}/{GC}.ipynb": b"new"}


def killed_at(number, step):
    """Run `step` in a process that kills itself instead of the given rename; whether it came to that."""
    child = os.fork()
    if not child:
        rename, calls = os.rename, []

        def dying(source, target):
            calls.append(target)
            if len(calls) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            rename(source, target)

        os.rename = dying
        try:
            step()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_killed_first_filing_leaves_no_half_of_a_hand_in(course, inbox):
    folder = inbox([f"alice/{GC}.ipynb", "alice/data.csv", f"bob/{GC}.ipynb"])
    assert killed_at(2, lambda: collect(course, folder))
    alice = {f"alice/{GC}/{GC}.ipynb", f"alice/{GC}/data.csv"}
    assert {path for path in filed(course) if not path.startswith(".")} == alice
    assert any(path.startswith(".") for path in filed(course)), "the kill should have left a temporary folder"
    assert len(collect(course, folder).taken) == 3
    assert set(filed(course)) == alice | {f"bob/{GC}/{GC}.ipynb"}
    assert sorted(os.listdir(course.root / "submitted")) == ["alice", "bob"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_killed_replacement_is_taken_back_by_the_next_collection(course, inbox, number):
    old, new = inbox({f"alice/{GC}.ipynb": b"old"}, "old"), inbox({f"alice/{GC}.ipynb": b"new"}, "new")
    collect(course, old)
    assert killed_at(number, lambda: collect(course, new, force=True))
    assert set(filed(course).values()) == {b"old", b"new"}
    assert collect(course, new).refused, "without --force the old hand-in is the one that counts"
    assert filed(course) == {f"alice/{GC}/{GC}.ipynb": b"old"}
    assert os.listdir(course.root / "submitted") == ["alice"]


def test_a_killed_replacement_comes_back_even_if_the_students_folder_is_gone(course, inbox):
    aside = course.root / "submitted" / f".replaced+alice+{GC}"
    aside.mkdir(parents=True)
    (aside / f"{GC}.ipynb").write_bytes(b"old")
    collect(course, inbox([]))
    assert filed(course) == {f"alice/{GC}/{GC}.ipynb": b"old"}


def test_the_order_of_the_results_does_not_depend_on_the_order_of_the_entries(course, zipped):
    names = [f"zoe/{GC}.ipynb", f"bob/{OPT}.ipynb", f"bob/{GC}.ipynb", "b.txt", "a.txt", f"bob/{GC}/x.csv"]
    first = collect(course, zipped(names))
    assert collect(course, zipped(names[::-1])) == first
    assert [hand_in.origin for hand_in in first.taken] == [names[2], names[5], names[1], names[0]]
    assert [refusal.origin for refusal in first.refused] == ["a.txt", "b.txt"]


# What is never opened or written


@threat("path traversal in names", "collect")
@pytest.mark.parametrize(
    "name",
    [f"../../alice/{GC}.ipynb", f"/alice/{GC}.ipynb", f"alice/../../{GC}.ipynb", f"C:\\alice\\{GC}.ipynb"]
    + [f"..\\..\\alice\\{GC}.ipynb", f"\\\\host\\alice\\{GC}.ipynb", f"C:alice/{GC}.ipynb", f"../{GC}_alice.ipynb"],
)
def test_names_that_lead_out_of_the_zip_are_refused(course, zipped, tmp_path, name):
    before = {path for path in tmp_path.rglob("*") if "submitted" not in path.parts}
    collection = collect(course, zipped({name: b"evil", f"bob/{GC}.ipynb": b"good"}))
    assert reasons(collection).keys() == {name}
    assert "leads out" in reasons(collection)[name]
    assert filed(course) == {f"bob/{GC}/{GC}.ipynb": b"good"}
    assert {path for path in tmp_path.rglob("*") if "submitted" not in path.parts} == before | {
        tmp_path / "download.zip"
    }


def test_backslashes_of_a_windows_zip_separate_folders(course, zipped):
    name = f"alice\\{GC}\\{GC}.ipynb"
    collection = collect(course, zipped({name: b"x", "alice\\": b""}))
    assert taken(collection) == {name: ("alice", GC)} and not collection.refused


def special(name, mode, content=b"/etc/passwd"):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (mode | 0o644) << 16
    return {info: content}


@threat("FIFOs, devices", "collect")
@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_special_entries_of_a_zip_are_refused(course, zipped, mode):
    collection = collect(course, zipped({**special(f"alice/{GC}.ipynb", mode), f"bob/{GC}.ipynb": b"good"}))
    assert "link or a special file" in reasons(collection)[f"alice/{GC}.ipynb"]
    assert list(filed(course)) == [f"bob/{GC}/{GC}.ipynb"]


def test_an_ordinary_entry_with_a_unix_mode_is_taken(course, zipped):
    assert len(collect(course, zipped(special(f"alice/{GC}.ipynb", stat.S_IFREG))).taken) == 1


@threat("symbolic and hard links (to the solution, the gradebook)", "collect")
def test_links_fifos_and_sockets_in_a_folder_are_refused_and_never_opened(course, inbox, tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / f"{GC}.ipynb").write_bytes(b"secret")
    folder = inbox([f"bob/{GC}.ipynb"])
    for student in ("alice", "carol", "dave"):
        (folder / student).mkdir()
    (folder / "alice" / f"{GC}.ipynb").symlink_to(secret / f"{GC}.ipynb")
    os.mkfifo(folder / "carol" / f"{GC}.ipynb")
    (folder / "erin").symlink_to(secret, target_is_directory=True)
    monkeypatch.chdir(folder / "dave")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(f"{GC}.ipynb")
        collection = collect(course, folder)
    refused = {"erin", *(f"{student}/{GC}.ipynb" for student in ("alice", "carol", "dave"))}
    assert set(reasons(collection)) == refused
    assert all("never opened" in reason for reason in reasons(collection).values())
    assert list(filed(course)) == [f"bob/{GC}/{GC}.ipynb"]


@threat("FIFOs, devices", "collect")
@pytest.mark.parametrize("kind", ["link", "fifo"])
def test_a_file_exchanged_for_a_special_one_after_the_listing_is_not_opened(course, inbox, tmp_path, monkeypatch, kind):
    secret, folder = tmp_path / "secret", inbox([f"alice/{GC}.ipynb"])
    secret.write_bytes(b"secret")
    path = folder / "alice" / f"{GC}.ipynb"
    original = module._file_all

    def exchange(*arguments):
        path.unlink()
        path.symlink_to(secret) if kind == "link" else os.mkfifo(path)
        return original(*arguments)

    monkeypatch.setattr(module, "_file_all", exchange)
    collection = collect(course, folder)
    assert not collection.taken and not filed(course)
    assert set(reasons(collection)) == {f"alice/{GC}.ipynb"}


@threat("symbolic and hard links (to the solution, the gradebook)", "collect")
@pytest.mark.parametrize("depth", ["student", "assignment"])
def test_a_link_inside_submitted_is_not_followed(course, inbox, tmp_path, depth):
    outside = tmp_path / "outside"
    outside.mkdir()
    link = course.submitted("alice", GC) if depth == "assignment" else course.submitted("alice", GC).parent
    link.parent.mkdir(parents=True)
    link.symlink_to(outside, target_is_directory=True)
    collection = collect(course, inbox([f"alice/{GC}.ipynb"]), force=True)
    assert not collection.taken and "symbolic link" in collection.refused[0].reason
    assert not list(outside.iterdir()) and link.is_symlink()


@threat("archives that expand without end", "collect")
@pytest.mark.parametrize("suffix", [".zip", ".ZIP", ".tar.gz", ".7z"])
def test_an_archive_inside_is_refused(course, zipped, suffix):
    name = f"Ada L_1_assignsubmission_file_/{GC}{suffix}"
    collection = collect(course, zipped([name]))
    assert not collection.taken and "unpack it" in reasons(collection)[name]


@threat("terminal escapes in the command's output", "collect")
def test_control_characters_do_not_reach_the_terminal(course, zipped):
    collection = collect(course, zipped(["\x1b[31m\nevil.ipynb"]))
    assert collection.refused[0].origin.isprintable()
    assert collection.refused[0].reason.isprintable()


def test_bytes_that_are_no_text_in_a_file_name_are_survived(course, inbox):
    folder = inbox([f"bob/{GC}.ipynb"])
    with open(os.fsencode(folder) + b"/al\xffice_" + GC.encode() + b".ipynb", "wb"):
        pass
    collection = collect(course, folder)
    assert len(collection.taken) == len(collection.refused) == 1
    assert "\ufffd" in collection.refused[0].origin
    (collection.refused[0].origin + collection.refused[0].reason).encode("utf-8")


# Limits


@pytest.mark.parametrize("name", ["missing.zip", "fifo", "text.txt", "empty.zip"])
def test_an_origin_that_is_no_zip_and_no_folder_is_an_error_of_one_sentence(course, tmp_path, name):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "text.txt").write_text("hello")
    (tmp_path / "empty.zip").write_bytes(b"")
    with pytest.raises(CourseError, match=re.escape(name)) as error:
        collect(course, tmp_path / name)
    assert "\n" not in str(error.value)


def test_an_empty_zip_or_folder_gives_an_empty_collection(course, inbox, zipped):
    for origin in (inbox([]), zipped([])):
        collection = collect(course, origin)
        assert collection.taken == collection.refused == ()


def test_a_damaged_entry_is_refused_and_the_others_are_taken(course, zipped):
    path = zipped({f"alice/{GC}.ipynb": b"A" * 50, f"bob/{GC}.ipynb": b"B" * 50}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"AAXA", 1))
    collection = collect(course, path)
    assert taken(collection) == {f"bob/{GC}.ipynb": ("bob", GC)}
    assert "CRC" in reasons(collection)[f"alice/{GC}.ipynb"]
    assert list(filed(course)) == [f"bob/{GC}/{GC}.ipynb"]


def test_a_damaged_extra_file_leaves_nothing_of_itself(course, zipped):
    path = zipped({f"alice/{GC}.ipynb": b"notebook", "alice/data.csv": b"A" * 50}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"AAXA", 1))
    assert set(reasons(collect(course, path))) == {"alice/data.csv"}
    assert filed(course) == {f"alice/{GC}/{GC}.ipynb": b"notebook"}


def patch(path, name, header, offset, form, value):
    """Overwrite a field of an entry's record in the table of contents (PK 1 2) or of its own header (PK 3 4)."""
    raw, length = bytearray(path.read_bytes()), {b"PK\x01\x02": 46, b"PK\x03\x04": 30}[header]
    starts = [m.start() for m in re.finditer(re.escape(header), raw)]
    (start,) = [s for s in starts if raw[s + length :].startswith(name.encode())]
    struct.pack_into(form, raw, start + offset, value)
    path.write_bytes(raw)


def test_an_encrypted_entry_is_refused(course, zipped):
    name = f"alice/{GC}.ipynb"
    path = zipped([name, f"bob/{GC}.ipynb"])
    patch(path, name, b"PK\x01\x02", 8, "<H", 1)
    patch(path, name, b"PK\x03\x04", 6, "<H", 1)
    collection = collect(course, path)
    assert "unpack the zip with its password" in reasons(collection)[name]
    assert list(filed(course)) == [f"bob/{GC}/{GC}.ipynb"]


def test_an_entry_that_does_not_unpack_is_refused(course, zipped):
    name = f"alice/{GC}.ipynb"
    path = zipped({name: b"some text" * 20})
    raw = path.read_bytes()
    start = 30 + len(name)
    path.write_bytes(raw[:start] + b"\xff" + raw[start + 1 :])  # no kind of block that deflate knows
    assert "cannot be read" in reasons(collect(course, path))[name]


def test_an_entry_of_a_kind_that_zipfile_cannot_read_is_refused(course, zipped):
    name = f"alice/{GC}.ipynb"
    path = zipped([name])
    patch(path, name, b"PK\x01\x02", 8, "<H", 1 << 5)
    patch(path, name, b"PK\x03\x04", 6, "<H", 1 << 5)
    assert "patched" in reasons(collect(course, path))[name]


def test_a_zip_of_a_later_version_of_the_format_is_an_error(course, zipped):
    name = f"alice/{GC}.ipynb"
    path = zipped([name])
    patch(path, name, b"PK\x01\x02", 6, "<H", 99)
    with pytest.raises(CourseError, match="not a zip file, or a broken one"):
        collect(course, path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_zipfile_unpacks_without_a_bound_are_refused(course, zipped, method):
    name = f"alice/{GC}.ipynb"
    collection = collect(course, zipped({name: b"0" * 1000}, method))
    assert not collection.taken and "unusual method" in reasons(collection)[name]


@pytest.mark.parametrize("kind", ["inbox", "zipped"])
def test_a_file_above_the_limit_is_refused(course, request, monkeypatch, kind):
    monkeypatch.setattr(listing, "MAX_FILE", 1000)
    files = {f"alice/{GC}.ipynb": b"0" * 1001, "alice/data.csv": b"1", f"bob/{GC}.ipynb": b"0" * 1000}
    collection = collect(course, request.getfixturevalue(kind)(files))
    assert "larger than" in reasons(collection)[f"alice/{GC}.ipynb"]
    assert set(filed(course)) == {f"bob/{GC}/{GC}.ipynb"}, "the rest of Alice's folder must not look like a hand-in"
    assert "alice/data.csv" in reasons(collection)


def test_a_notebook_may_have_fifty_megabytes():
    assert listing.MAX_FILE == 50 * 1024**2


def test_an_extra_file_above_the_limit_does_not_cost_the_notebook(course, inbox, monkeypatch):
    monkeypatch.setattr(listing, "MAX_FILE", 1000)
    collection = collect(course, inbox({f"alice/{GC}.ipynb": b"0", "alice/data.csv": b"0" * 1001}))
    assert list(filed(course)) == [f"alice/{GC}/{GC}.ipynb"]
    assert set(reasons(collection)) == {"alice/data.csv"}


def test_a_student_whose_only_file_is_refused_gets_no_empty_folder(course, inbox, monkeypatch):
    monkeypatch.setattr(listing, "MAX_FILE", 1000)
    assert not collect(course, inbox({f"alice_{GC}.pdf": b"0" * 1001})).taken
    assert not course.submitted("alice", GC).exists()


def test_a_last_attempt_that_is_too_large_does_not_bring_back_an_older_one(course, inbox, monkeypatch):
    monkeypatch.setattr(listing, "MAX_FILE", 1000)
    files = {f"alice_1_2_{GC}.ipynb": b"0", f"alice_1_3_{GC}-1.ipynb": b"0" * 1001}
    assert set(reasons(collect(course, inbox(files)))) == set(files)
    assert not filed(course)


@pytest.mark.parametrize("kind", ["inbox", "zipped"])
def test_a_collection_above_the_total_limit_is_an_error(course, request, monkeypatch, kind):
    origin = request.getfixturevalue(kind)({f"s{i}/{GC}.ipynb": b"0" * 100 for i in range(5)})
    monkeypatch.setattr(module, "MAX_TOTAL", 499)
    with pytest.raises(CourseError, match="more than"):
        collect(course, origin)
    assert not (course.root / "submitted").exists()
    monkeypatch.setattr(module, "MAX_TOTAL", 500)
    assert len(collect(course, origin).taken) == 5


def test_one_huge_file_does_not_stop_the_others(course, inbox, monkeypatch):
    monkeypatch.setattr(listing, "MAX_FILE", 1000)
    monkeypatch.setattr(module, "MAX_TOTAL", 1000)
    collection = collect(course, inbox({f"alice/{GC}.ipynb": b"0" * 5000, f"bob/{GC}.ipynb": b"0"}))
    assert [hand_in.student for hand_in in collection.taken] == ["bob"]


@pytest.mark.parametrize("kind", ["inbox", "zipped"])
def test_a_collection_with_too_many_files_is_an_error(course, request, monkeypatch, kind):
    origin = request.getfixturevalue(kind)([f"s{i}_{GC}.ipynb" for i in range(5)])
    monkeypatch.setattr(listing, "MAX_ENTRIES", 4)
    with pytest.raises(CourseError, match="more than 4 files"):
        collect(course, origin)
    monkeypatch.setattr(listing, "MAX_ENTRIES", 5)
    assert len(collect(course, origin).taken) == 5


def test_files_in_hidden_folders_do_not_count(course, inbox, monkeypatch):
    folder = inbox([f"alice/{GC}.ipynb", *(f"alice/.git/{i}" for i in range(20))])
    monkeypatch.setattr(listing, "MAX_ENTRIES", 4)
    assert len(collect(course, folder).taken) == 1


def test_a_table_of_contents_that_is_too_long_is_not_read_into_memory(course, zipped, monkeypatch):
    path = zipped([f"s{i}_{GC}.ipynb" for i in range(50)])
    read = []
    original = zipfile.ZipFile._RealGetContents
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", lambda self: (original(self), read.append(self)))
    monkeypatch.setattr(listing, "MAX_DIRECTORY", 1000)
    with pytest.raises(CourseError, match="more than"):
        collect(course, path)
    assert not read


@threat("archives that expand without end", "collect")
def test_a_zip_bomb_that_declares_its_size_is_refused_without_unpacking(course, zipped):
    name = f"alice/{GC}.ipynb"
    path = zipped({name: bytes(51 * 1024**2)})
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    collection = collect(course, path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "larger than 50 MB" in reasons(collection)[name]
    assert not filed(course) and peak < 5 * 1024**2


@threat("archives that expand without end", "collect")
def test_a_zip_bomb_that_lies_about_its_size_stays_within_it(course, zipped):
    name = f"alice/{GC}.ipynb"
    path = zipped({name: bytes(51 * 1024**2)})
    patch(path, name, b"PK\x01\x02", 24, "<L", 10)
    patch(path, name, b"PK\x03\x04", 22, "<L", 10)
    tracemalloc.start()
    collection = collect(course, path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(reasons(collection)) == {name}
    assert not filed(course) and peak < 5 * 1024**2


def test_no_more_is_copied_than_was_listed(course, inbox, monkeypatch):
    folder = inbox([f"alice/{GC}.ipynb", f"bob/{GC}.ipynb"])
    original = listing._open_regular

    def growing(path):
        if path.parent.name == "alice":
            path.write_bytes(b"0" * 1_000_000)
        return original(path)

    monkeypatch.setattr(listing, "_open_regular", growing)
    collection = collect(course, folder)
    assert "larger than its listing" in reasons(collection)[f"alice/{GC}.ipynb"]
    assert list(filed(course)) == [f"bob/{GC}/{GC}.ipynb"]


@pytest.fixture
def abyss(inbox):
    """A notebook below more folders than Python has stack frames, which is why shutil cannot remove them again."""
    folder = inbox([])
    here = os.open(folder, os.O_RDONLY)
    for name in ["alice"] + ["d"] * 1200:
        os.mkdir(name, dir_fd=here)
        deeper = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(os.open(f"{GC}.ipynb", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


@threat("unremovable folders", "collect")
def test_a_folder_deeper_than_the_recursion_limit_is_walked(course, abyss):
    assert [hand_in.student for hand_in in collect(course, abyss, roster=(Student("alice"),)).taken] == ["alice"]


def test_a_name_that_no_file_system_holds_is_refused(course, zipped):
    collection = collect(course, zipped([f"{'_' * 60_000}{GC}.ipynb"]))
    assert "too long" in collection.refused[0].reason


def test_submitted_that_cannot_be_written_is_an_error(course, inbox):
    (course.root / "submitted").write_text("a file, no folder")
    with pytest.raises(CourseError, match="submitted cannot be written"):
        collect(course, inbox([f"alice/{GC}.ipynb"]))


@settings(max_examples=150)
@given(data=st.data())
def test_no_damage_to_a_zip_gives_a_traceback(data):
    with tempfile.TemporaryDirectory() as folder:
        course, path = make_course(Path(folder, "course_root")), Path(folder, "x.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"alice/{GC}.ipynb", b"some text, some text" * 5)
            archive.writestr(f"José_{GC}.ipynb", b"other")
        raw = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(raw[: data.draw(st.integers(len(raw) // 2, len(raw)))] if data.draw(st.booleans()) else raw)
        with contextlib.suppress(CourseError):
            collect(course, path)


PIECES = ["/", "\\", "..", "a", "b", "+", "_1_2_", GC, f"/{GC}.ipynb", ".ipynb", " ", ".", "é", "\n", "_", "C:"]
NAMES = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), unique=True, max_size=8)


@threat("path traversal in names", "collect")
@settings(max_examples=150)
@given(names=NAMES)
@example(names=["a_1_2_."])
def test_no_name_writes_outside_submitted_or_gets_lost_or_gives_a_traceback(names):
    names = [name for name in names if not name.endswith(("/", "\\"))]
    with tempfile.TemporaryDirectory() as folder:
        course, path = make_course(Path(folder, "a", "course_root")), Path(folder, "x.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, b"x")
        collection = collect(course, path)
        submitted = course.root / "submitted"
        outside = {p for p in Path(folder).rglob("*") if p.is_file() and submitted not in p.parents}
        assert outside == {path, course.root / "course" / "assignments.toml"}
        assert set(filed(course)) == {str(hand_in.path.relative_to(submitted)) for hand_in in collection.taken}
        kept = {name for name in names if not any(p.startswith(".") and p != ".." for p in re.split(r"[/\\]", name))}
        printable = {"".join(c if c.isprintable() else "\ufffd" for c in name) for name in kept}
        assert printable <= {outcome.origin for outcome in (*collection.taken, *collection.refused)}


# Rosters


@pytest.fixture
def roster(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_roster_is_read_however_a_spreadsheet_saves_it(roster, delimiter, encoding, end):
    rows = [
        ("student_id", "name", "email"),
        ("al815", "Ada Lovelace", "ada@uni.edu"),
        ("jh1", "José", ""),
        ("", "", ""),
    ]
    text = end.join(delimiter.join(row) for row in rows) + end
    assert read_roster(roster(text, encoding)) == (
        Student("al815", "Ada Lovelace", "ada@uni.edu"),
        Student("jh1", "José", ""),
    )


@pytest.mark.parametrize(
    ("text", "student"),
    [
        ("id\nal815\n", Student("al815", "", "")),
        ("username,email\nal815,a@b.c\n", Student("al815", "", "a@b.c")),
        ("First Name,Last Name,Student-ID\nAda,Lovelace,al815\n", Student("al815", "Ada Lovelace")),
        ('id,name\nal815,"Lovelace, Ada"\n', Student("al815", "Lovelace, Ada")),
        ('id;name\nal815;"Lovelace, Ada, Lady"\n', Student("al815", "Lovelace, Ada, Lady")),
        ("id,student_id,name\n7, al815 , Ada \n", Student("al815", "Ada")),
        ("name,id,email\nAda,al815\n", Student("al815", "Ada", "")),
    ],
)
def test_the_columns_of_a_roster_may_come_in_many_ways(roster, text, student):
    assert read_roster(roster(text)) == (student,)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("name,email\nAda,a@b.c\n", "line 1: the column student_id"),
        ("", "line 1: the column student_id|line 0: the column student_id"),
        ("id,name\na1,Ada\nb1,Bob\na1,Eve\n", "line 4: the id a1 is in the roster twice"),
        ("id,name\na1,Ada\nA1,Eve\n", "line 3: the id A1 is in the roster twice"),
        ("id,name\n../x,Ada\n", "line 2: '../x' is not a usable id"),
        ("id,name\na+b,Ada\n", "line 2: 'a\\+b' is not a usable id"),
        ("id,name\na..,Ada\n", "line 2: 'a..' is not a usable id"),
        ("id,name\n,Ada\n", "line 2: '' is not a usable id"),
        ("name,id\nAda\n", "line 2: '' is not a usable id"),
        ("id,name\na1,Lovelace, Ada\n", "line 2: 3 cells under 2 columns"),
        ('id,name\na1,"Ada\n', "not readable as CSV"),
        ("id,name\n", "lists no students"),
        ("id,name\na1,José\n".encode("latin-1"), "not UTF-8 text"),
        (b"PK\x03\x04\x00\x00id", "not a class list"),
    ],
)
def test_a_roster_that_is_no_class_list_is_an_error_that_says_where(roster, content, what):
    path = roster(content)
    with pytest.raises(CourseError, match=what) as error:
        read_roster(path)
    assert str(path) in str(error.value)


def test_a_roster_that_is_missing_or_a_folder_or_huge_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "huge.csv").write_text("id\n" + "x\n" * 100)
    monkeypatch.setattr(roster_module, "MAX_ROSTER", 100)
    for path, what in (("missing.csv", "No such file"), (".", "Is a directory"), ("huge.csv", "at most 5 MB")):
        with pytest.raises(CourseError, match=what) as error:
            read_roster(tmp_path / path)
        assert str(tmp_path / path) in str(error.value)
