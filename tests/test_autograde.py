"""The converter in nbgrader's place: its options and habits, one transaction, whole folders, nothing lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
import small_course
import sqlalchemy.event
from catalogue import threat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import NbGraderPreprocessor
from small_class import Class
from small_course import SOLUTION, cell, course_notebook
from sqlalchemy.engine import Engine
from traitlets import TraitError

from grader import autograde, handin, nbgrader_setup, work
from grader.autograde import Autograde, grade_class
from grader.engine.limits import Limits
from grader.engine.template import shared_template
from grader.errors import CourseError
from grader.examination import EngineFault
from grader.feedback import GenerateFeedback
from grader.master import Master
from grader.verdict import VERDICT_FILE, Verdict, read_verdict

pytestmark = pytest.mark.system


def grade_one(converter: Autograde, student: str) -> Verdict | CourseError:
    ((_, outcome),) = grade_class([(converter, student, ["p1"])])
    return outcome


@pytest.fixture
def ps1(tmp_path) -> Class:
    made = Class(tmp_path / "course")
    made.release()
    return made


def test_a_later_notebook_cannot_tell_what_a_hidden_test_of_an_earlier_one_asked(tmp_path):
    visible = 'with progress.exercise("first"):\n    checks.close(first(2), 4, "first(2)")'
    later = [cell("solution", "", "first"), cell("test", visible, "test_first", 5)]
    course = Class(tmp_path / "course")
    course.release(p1=course_notebook(), p2=course_notebook(*later, *course_notebook().cells[2:]))
    keep = "def double(x):\n    print(repr(x), file=open('seen.txt', 'a'))\n    return 2 * x"
    tell = "import os\nraise Exception(open('seen.txt').read() if os.path.exists('seen.txt') else 'nothing')"
    course.hand_in("ada", {"double": keep})
    course.hand_in("ada", {"first": tell, "double": SOLUTION}, "p2")
    course.run()
    assert course.grades("ada", "p2") == {"test_first": (0, False), "test_double": (5, False)}
    told = read_verdict(course.root / "autograded/ada/ps1").messages["p2"]
    assert "Exception: nothing" in told["first"] and "array(" not in str(told)
    assert "array(" in str(course.graded("ada", "p2"))  # where the instructor sees it


def test_a_class_is_graded_into_nbgraders_folders_and_gradebook(ps1):
    ps1.hand_in("ada", {"double": SOLUTION})
    ps1.hand_in("ben", {})
    ps1.run()
    assert ps1.grades("ada") == {"test_double": (5, False), "essay": (0, False)}
    assert ps1.grades("ben") == {"test_double": (0, False), "essay": (0, False)}
    with ps1.gradebook() as gradebook:
        assert gradebook.find_comment("double", "p1", "ps1", "ada").comment is None
        assert gradebook.find_comment("essay", "p1", "ps1", "ada").comment == "No response."
        assert gradebook.find_comment("double", "p1", "ps1", "ben").comment == "No response."
    notebook = ps1.graded("ada")
    assert notebook.cells[3].outputs[0].text.startswith("✔ double: the visible checks pass.")
    assert "BEGIN HIDDEN TESTS" in notebook.cells[3].source
    assert [one.execution_count for one in notebook.cells if one.cell_type == "code"] == [1, 2, 3]
    assert os.stat(ps1.root / "autograded/ada/ps1/p1.ipynb").st_mode & 0o777 == 0o444


def test_a_result_says_behind_which_walls_it_was_found(ps1, monkeypatch):
    ps1.hand_in("ada", {"double": SOLUTION})
    ps1.write("submitted/ben/ps1/p1.ipynb", "{")
    with pytest.raises(NbGraderException, match="ben"):
        ps1.run()
    tiers = [read_verdict(ps1.root / f"autograded/{name}/ps1").tier for name in ("ada", "ben")]
    assert tiers == ["isolated", ""]


def test_with_fewer_walls_than_asked_for_nothing_is_graded(ps1, monkeypatch):
    for name in ("ada", "ben"):
        ps1.hand_in(name, {"double": SOLUTION})
    settings = {"Autograde": {"limits": {"cpu": 899}}}  # a template of its own
    template = shared_template("numpy", Limits(cpu=899))
    template.start()
    monkeypatch.setattr(template, "tier", "confined")
    monkeypatch.setattr(work, "shared_template", lambda *_: template)
    with pytest.raises(
        NbGraderException, match=r"cannot be isolated on this machine .*; --least-tier confined grades with"
    ):
        ps1.run(settings=settings)
    assert not (ps1.root / "autograded").exists()
    ps1.run(settings={"Autograde": {**settings["Autograde"], "least_tier": "confined"}})
    assert read_verdict(ps1.root / "autograded/ada/ps1").tier == "confined"


def test_limits_are_settings(ps1):
    ps1.hand_in("ada", {"double": SOLUTION}, before=["open('large', 'wb').write(bytes(3_000_000))"])
    ps1.run(settings={"Autograde": {"limits": {"file": 2}}})
    assert ps1.graded("ada").cells[0].outputs[0].evalue == "[Errno 27] File too large"
    with pytest.raises(TraitError, match="files"):
        ps1.run(settings={"Autograde": {"limits": {"files": 2}}})


def test_what_was_graded_is_skipped_unless_it_is_newer_or_forced(ps1):
    ps1.hand_in("ada", {})
    ps1.write("submitted/ada/ps1/timestamp.txt", "2026-05-01 12:00:00 UTC")
    ps1.run()
    ps1.hand_in("ada", {"double": SOLUTION})
    ps1.run()
    assert ps1.grades("ada")["test_double"] == (0, False)
    ps1.write("submitted/ada/ps1/timestamp.txt", "2026-05-01 13:00:00 UTC")
    ps1.run()
    assert ps1.grades("ada")["test_double"] == (5, False)
    ps1.hand_in("ada", {})
    ps1.run(force=True)
    assert ps1.grades("ada")["test_double"] == (0, False)


def test_one_student_or_all_but_some_can_be_named(ps1):
    for student in ("ada", "ben", "cleo"):
        ps1.hand_in(student, {})
    ps1.run(student="ada")
    assert sorted(os.listdir(ps1.root / "autograded")) == ["ada"]
    ps1.run(settings={"CourseDirectory": {"student_id_exclude": "ben,ada"}})
    assert sorted(os.listdir(ps1.root / "autograded")) == ["ada", "cleo"]


def test_without_execution_there_are_no_automatic_points(ps1):
    ps1.hand_in("ada", {"double": SOLUTION})
    submitted = nbformat.read(ps1.root / "submitted/ada/ps1/p1.ipynb", as_version=4)
    submitted.cells[2].outputs = [nbformat.v4.new_output("stream", text="as handed in")]
    ps1.write("submitted/ada/ps1/p1.ipynb", submitted)
    ps1.run(settings={"Execute": {"enabled": False}, "ClearOutput": {"enabled": False}})
    assert ps1.grades("ada")["test_double"] == (None, True)  # a person has to look
    assert ps1.graded("ada").cells[2].outputs[0].text == "as handed in"
    assert ps1.graded("ada").cells[3].source == small_course.TEST


def test_demo_cells_are_marked_as_not_run(tmp_path):
    ps1 = Class(tmp_path)
    ps1.release(p1=course_notebook(cell("demo", "print('trained')", "demo")))
    ps1.hand_in("ada", {})
    submitted = nbformat.read(ps1.root / "submitted/ada/ps1/p1.ipynb", as_version=4)
    submitted.cells[2].outputs = [nbformat.v4.new_output("stream", text="trained for hours")]
    ps1.write("submitted/ada/ps1/p1.ipynb", submitted)
    ps1.run()
    note, kept = ps1.graded("ada").cells[2].outputs
    assert note.text.startswith("[Not re-run while grading.") and kept.text == "trained for hours"


def look(source: str) -> NotebookNode:
    return cell("code", source)


def test_unchanged_figures_of_the_course_are_not_drawn_again(tmp_path):
    ps1 = Class(tmp_path)
    unused, used, needed = "print('a figure')", "shift = 0\nprint('needed')", "print('changed by the student')"
    answer = "def double(x):\n    return 2 * x + shift"
    ps1.release(
        p1=course_notebook(
            look(unused),
            look(used),
            look(needed),
            cell("solution", SOLUTION, "double"),
            cell("test", small_course.TEST, "test_double", 5),
        )
    )
    ps1.hand_in("ada", {"double": answer})
    submitted = nbformat.read(ps1.root / "submitted/ada/ps1/p1.ipynb", as_version=4)
    submitted.cells[2].outputs = [nbformat.v4.new_output("stream", text="as handed in")]
    submitted.cells[4].source += "  # mine"
    ps1.write("submitted/ada/ps1/p1.ipynb", submitted)
    ps1.run()
    assert ps1.grades("ada") == {"test_double": (5, False)}
    said = [[output.text for output in one.outputs] for one in ps1.graded("ada").cells[2:5]]
    assert said == [[f"{handin.NOT_RERUN}\n", "as handed in"], ["needed\n"], ["changed by the student\n"]]


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_figure_of_the_course_that_a_student_made_text_is_text(kind):
    source = course_notebook(look("print('a figure')"), look("print('another')"), cell("solution", SOLUTION, "double"))
    notebook = small_course.handed_in(source, {})
    notebook.cells[2].cell_type = kind
    kinds = [graded.kind for graded in handin.restore(notebook, Master.of(source))]
    assert kinds == ["prose", "setup", "prose", "look", "solution"]


def test_points_of_a_person_stay_and_ask_for_a_second_look(ps1):
    ps1.hand_in("ada", {"double": SOLUTION})
    ps1.run()
    with ps1.gradebook() as gradebook:
        for name, points in (("essay", 2), ("test_double", 1)):
            grade = gradebook.find_grade(name, "p1", "ps1", "ada")
            grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.find_comment("essay", "p1", "ps1", "ada").manual_comment = "Good."
        gradebook.db.commit()
    ps1.run(force=True)
    with ps1.gradebook() as gradebook:
        assert gradebook.find_submission("ps1", "ada").score == 3
        assert gradebook.find_submission("ps1", "ada").needs_manual_grade
        assert gradebook.find_comment("essay", "p1", "ps1", "ada").comment == "Good."


class PerHour(BasePlugin):
    """Takes one point for every hour."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late // 3600


@pytest.mark.parametrize(("hours", "penalty"), [(0, None), (2, 2), (100, 5), (-5, None)])
def test_late_penalties_are_those_of_the_plugin_within_the_score(ps1, hours, penalty):
    with ps1.gradebook() as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-05-01 12:00:00 UTC")
    ps1.hand_in("ada", {"double": SOLUTION})
    clock = f"2026-05-{1 + (12 + hours) // 24:02d} {(12 + hours) % 24:02d}:00:00 UTC"
    ps1.write("submitted/ada/ps1/timestamp.txt", clock)
    ps1.run(settings={"AssignLatePenalties": {"plugin_class": PerHour}})
    with ps1.gradebook() as gradebook:
        submission = gradebook.find_submission("ps1", "ada")
        assert submission.notebooks[0].late_submission_penalty == penalty
        assert submission.total_seconds_late == max(hours, 0) * 3600


@pytest.mark.parametrize("text", ["soon", "99999999999999999999", "x" * 1000, "\x00"])
def test_a_timestamp_that_is_none_costs_nothing_and_is_said(ps1, text):
    with ps1.gradebook() as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-05-01 12:00:00 UTC")
    ps1.hand_in("ada", {"double": SOLUTION})
    ps1.write("submitted/ada/ps1/timestamp.txt", text)
    ps1.run(settings={"AssignLatePenalties": {"plugin_class": PerHour}})
    assert any("ada, ps1: Its timestamp.txt does not hold a time, so none" in message for message in ps1.messages)
    assert ps1.grades("ada")["test_double"] == (5, False)
    verdict = read_verdict(ps1.root / "autograded/ada/ps1")
    assert verdict.graded and "Write one such as 2026-05-01 12:00:00 UTC" in verdict.reason


def test_a_folder_without_the_right_notebook_has_its_row(ps1):
    ps1.hand_in("ada", {"double": SOLUTION})
    ps1.write("submitted/ben/ps1/problem one.ipynb", new_notebook())
    ps1.write("submitted/cleo/ps1/notes.txt", "")
    with pytest.raises(NbGraderException, match="ben, cleo"):
        ps1.run()
    assert "ben, ps1: There is no p1.ipynb in the hand-in; found problem one.ipynb instead." in ps1.messages
    assert "cleo, ps1: There is no p1.ipynb in the hand-in; found notes.txt instead." in ps1.messages
    for name, points in (("ada", 5), ("ben", 0), ("cleo", 0)):
        assert ps1.grades(name) == {"test_double": (points, False), "essay": (0, False)}


def test_what_cannot_be_read_or_written_is_said_before_anything_is_graded(ps1, monkeypatch):
    """With stand-ins for the system's answers: root may read and write everything."""
    ps1.hand_in("ada", {"double": SOLUTION})
    ps1.hand_in("ben", {"double": SOLUTION})
    access, listdir = os.access, os.listdir
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: path != ps1.root / "gradebook.db" and access(path, mode))
        with pytest.raises(NbGraderException, match=r"gradebook\.db cannot be written, so nothing was graded"):
            ps1.run()
    assert not (ps1.root / "autograded").exists()

    def forbidden(path: Path) -> list[str]:
        if Path(path) == ps1.root / "submitted/ada/ps1":
            raise PermissionError(13, "Permission denied", str(path))
        return listdir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", forbidden)
        with pytest.raises(NbGraderException, match="ada"):
            ps1.run()
    assert any("submitted/ada/ps1 cannot be read: Permission denied." in message for message in ps1.messages)
    assert ps1.grades("ben")["test_double"] == (5, False) and not (ps1.root / "autograded/ada").exists()


def test_what_does_not_end_is_named(ps1):
    endless = "def double(x):\n    while True:\n        pass"
    ps1.hand_in("ada", {"double": endless}, before=["while True:\n    pass"])
    ps1.run(settings={"Execute": {"timeout": 1}})
    reason = read_verdict(ps1.root / "autograded/ada/ps1").reason
    assert reason == "Stopped after 1 s each: test_double, 1 cell of the student's own."


FOR_WHOLE_NUMBERS = "def double(x):\n    return 2 * int(x)"  # wrong in hidden tests only


def test_a_second_examination_is_only_for_what_a_message_is_about(ps1, monkeypatch):
    examined = []
    examine = work.examine
    monkeypatch.setattr(work, "examine", lambda *given: examined.append(given) or examine(*given))
    for number, (answer, times) in enumerate([(SOLUTION, 1), (None, 1), (FOR_WHOLE_NUMBERS, 2)]):
        ps1.hand_in(f"ada{number}", {"double": answer} if answer else {}, after=["1 / 0"])
        ps1.run()
        assert len(examined) == times
        examined.clear()


def test_the_courses_files_replace_the_students_copies(ps1):
    for name in ("data.csv", "helper.py"):
        ps1.write(f"source/ps1/{name}", "the course's")
        ps1.write(f"submitted/ada/ps1/{name}", "the student's")
    ps1.hand_in("ada", {"double": SOLUTION}, before=["print(open('data.csv').read(), open('helper.py').read())"])
    ps1.run(settings={"Autograde": {"exclude_overwriting": {"ps1": ["helper.py"]}}})
    assert ps1.graded("ada").cells[0].outputs[0].text == "the course's the student's\n"


def test_a_notebook_that_lost_the_names_of_its_cells_is_no_zero_without_a_word(ps1):
    """Programs other than Jupyter may drop metadata when they save."""
    ps1.hand_in("ada", {"double": SOLUTION})
    path = ps1.root / "submitted/ada/ps1/p1.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for one in notebook.cells:
        one.metadata.clear()
    nbformat.write(notebook, path)
    with pytest.raises(NbGraderException, match="ada"):
        ps1.run()
    assert any("No cell of p1.ipynb is one of the assignment's" in message for message in ps1.messages)
    assert not read_verdict(ps1.root / "autograded/ada/ps1").graded


def test_an_empty_notebook_has_no_points_and_needs_no_look(ps1):
    ps1.write("submitted/ada/ps1/p1.ipynb", nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(" ")]))
    ps1.run()
    assert ps1.grades("ada") == {"test_double": (0, False), "essay": (0, False)}
    assert read_verdict(ps1.root / "autograded/ada/ps1").graded


def test_an_assignment_without_graded_cells_takes_any_work(ps1):
    work = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    ps1.write("source/ps1/p1.ipynb", work)
    ps1.write("submitted/ada/ps1/p1.ipynb", work)
    ps1.run()
    assert ps1.graded("ada").cells[0].outputs[0].data["text/plain"] == "2"
    assert read_verdict(ps1.root / "autograded/ada/ps1").graded


def test_a_broken_hand_in_is_recorded_and_the_others_go_on(ps1):
    ps1.write("submitted/ada/ps1/p1.ipynb", "{")
    ps1.hand_in("ben", {"double": SOLUTION})
    with pytest.raises(NbGraderException, match="ada"):
        ps1.run()
    assert any("ada, ps1: p1.ipynb is not a notebook: it is not JSON" in message for message in ps1.messages)
    assert ps1.grades("ada") == {"test_double": (0, False), "essay": (0, False)}
    assert not read_verdict(ps1.root / "autograded/ada/ps1").graded
    assert ps1.grades("ben")["test_double"] == (5, False)


def test_graded_cells_of_another_assignment_are_the_students_own(ps1):
    other = course_notebook(
        cell("solution", "", "double"),
        cell("solution", SOLUTION, "triple"),
        cell("test", "print('free points')", "test_triple", 100),
    )
    other.cells[2].metadata = {}
    ps1.write("submitted/ada/ps1/p1.ipynb", other)
    ps1.run()
    assert ps1.grades("ada") == {"test_double": (0, False), "essay": (0, False)}
    assert ps1.graded("ada").cells[-1].outputs[0].text == "free points\n"


class Generous(NbGraderPreprocessor):
    """Would let every test pass with nbgrader's converter."""

    def preprocess(self, nb, resources):
        for one in nb.cells:
            one.outputs = []
        return nb, resources


def test_preprocessors_cannot_change_a_score(ps1):
    lists = {"sanitize_preprocessors": [Generous], "autograde_preprocessors": [Generous]}
    ps1.hand_in("ada", {})
    ps1.run(settings={"Autograde": lists})
    assert ps1.grades("ada")["test_double"] == (0, False)
    assert ps1.graded("ada").cells[3].outputs == []


def test_two_notebooks_are_graded_together_or_one_by_one(tmp_path):
    ps1 = Class(tmp_path)
    ps1.release(p1=course_notebook(), p2=course_notebook())
    ps1.hand_in("ada", {"double": SOLUTION}, "p1")
    ps1.run()
    assert ps1.grades("ada", "p2") == {"test_double": (0, False)}  # nothing was handed in
    ps1.hand_in("ada", {"double": SOLUTION}, "p2")
    ps1.run(notebook="p2")
    assert ps1.grades("ada", "p2") == ps1.grades("ada", "p1") == {"test_double": (5, False)}
    assert sorted(os.listdir(ps1.root / "autograded/ada/ps1")) == ["p1.ipynb", "p2.ipynb", VERDICT_FILE]
    ps1.hand_in("ada", {}, "p2")
    ps1.run(notebook="p2", force=True)
    ps1.hand_in("ada", {"double": "double = abs"}, "p1")
    ps1.run(notebook="p1", force=True)
    said = read_verdict(ps1.root / "autograded/ada/ps1").messages
    assert "is not written yet" in said["p2"]["test_double"] and "0.5 times" in said["p1"]["test_double"]
    ps1.write("submitted/ada/ps1/extra.ipynb", new_notebook(cells=[new_code_cell("1 / 0")]))
    ps1.run(force=True)
    assert any(message.startswith("Skipping unknown notebook") for message in ps1.messages)


def test_one_submission_is_one_transaction(ps1):
    writes: list[list[str]] = [[]]

    def executed(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            writes[-1].append(statement)

    def committed(_: object) -> None:
        writes.append([])

    ps1.hand_in("ada", {"double": SOLUTION})
    converter = ps1.converter()
    converter.rules()
    listeners = (("before_cursor_execute", executed), ("commit", committed))
    for name, listener in listeners:
        sqlalchemy.event.listen(Engine, name, listener)
    try:
        assert grade_one(converter, "ada").graded
    finally:
        for name, listener in listeners:
            sqlalchemy.event.remove(Engine, name, listener)
    (transaction,) = filter(None, writes)
    written = {re.sub(r"INSERT INTO|UPDATE", "", statement).split()[0] for statement in transaction}
    assert written == {"student", "submitted_assignment", "submitted_notebook", "grade", "comment"}


@pytest.mark.parametrize("where", ["penalize", "rename"])
def test_what_fails_half_way_leaves_everything_as_it_was(ps1, monkeypatch, where):
    ps1.hand_in("ada", {})
    ps1.run()
    before = (ps1.root / "autograded/ada/ps1/p1.ipynb").read_bytes()
    ps1.hand_in("ada", {"double": SOLUTION})

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(*{"penalize": (autograde.grades, "penalize", fail), "rename": (os, "rename", fail)}[where])
        with pytest.raises(NbGraderException):
            ps1.run(force=True)
    assert any("No space left on device" in message for message in ps1.messages)
    assert ps1.grades("ada")["test_double"] == (0, False)
    assert (ps1.root / "autograded/ada/ps1/p1.ipynb").read_bytes() == before
    assert os.listdir(ps1.root / "autograded") == ["ada"]
    ps1.run(force=True)
    assert ps1.grades("ada")["test_double"] == (5, False)


KILLED = """
import pathlib, pkgutil, sys
from unittest import mock
from small_class import Class

root, where, number = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
function, calls = pkgutil.resolve_name(where), []

def stops(*given, **named):
    if function.__name__ != "rename" or "autograded" in str(given[1]):
        calls.append(given)
    if len(calls) == number:
        print("here", flush=True)
        sys.stdin.read()
    return function(*given, **named)

with mock.patch(where, stops):
    Class(root).run(force=True)
"""


@pytest.mark.parametrize(
    ("where", "number"),
    [
        ("grader.engine.template.Template._receive", 1),  # its template starts
        ("grader.examination._follow", 3),  # the third hand-in is examined
        ("grader.gradebook.penalize", 3),  # the third result is in a transaction
        ("os.rename", 3),  # the third result is in the gradebook, and its folder is not there
    ],
)
def test_a_grader_that_is_killed_loses_nothing(ps1, where, number):
    students = [f"s{number}" for number in range(4)]
    for student in students:
        ps1.hand_in(student, {"double": SOLUTION})
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, ps1.root, where, str(number)],
        env={**os.environ, "PYTHONPATH": paths}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "here\n"
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert children and psutil.wait_procs(children, timeout=60)[1] == []  # template, examiner, student's process
    done = sorted(folder.parent.name for folder in ps1.root.glob("autograded/*/ps1"))
    assert done == students[: number - 1]
    for student in done:  # what is there is whole
        nbformat.validate(ps1.graded(student))
        assert ps1.grades(student)["test_double"] == (5, False)
    ps1.run()
    assert sorted(os.listdir(ps1.root / "autograded"))[-4:] == students
    assert all(ps1.grades(student)["test_double"] == (5, False) for student in students)


def test_a_student_off_the_roll_is_refused_when_students_are_not_created(ps1):
    ps1.hand_in("ada", {})
    with pytest.raises(NbGraderException):
        ps1.run(create_student=False)
    assert "ada, ps1: No student with ID 'ada' exists in the database" in ps1.messages
    assert not (ps1.root / "autograded" / "ada").exists()


def test_what_is_missing_of_the_course_is_said(tmp_path):
    ps1 = Class(tmp_path)
    ps1.write("submitted/ada/ps1/p1.ipynb", new_notebook())
    nbgrader_setup.put_tools_on_path()
    with pytest.raises(NbGraderException):
        ps1.run()
    assert "ada, ps1: No assignment with ID 'ps1' exists in the database" in ps1.messages
    ps1.release()
    (tmp_path / "source/ps1/p1.ipynb").unlink()
    with pytest.raises(NbGraderException):
        ps1.run()
    assert any(
        "p1.ipynb is missing: grading needs the notebook that the release was made from" in m for m in ps1.messages
    )


def test_only_notebooks_in_python_are_graded(tmp_path):
    ps1 = Class(tmp_path)
    notebook = new_notebook(metadata={"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}})
    ps1.write("source/ps1/p1.ipynb", notebook)
    ps1.release(p1=notebook)
    ps1.write("submitted/ada/ps1/p1.ipynb", notebook)
    with pytest.raises(NbGraderException):
        ps1.run()
    assert any("has the kernel 'ir'; only notebooks in Python can be graded" in message for message in ps1.messages)


def test_feedback_by_nbgraders_command_is_our_page(ps1):
    lookup = "def double(x):\n    print('INPUT', x)\n    open('seen.txt', 'a').write(str(x))\n    return {2: 4}.get(x) if isinstance(x, int) else x"
    ps1.hand_in("ada", {"double": lookup})
    ps1.hand_in("ben", {"double": "def double(x):\n    return x"})
    ps1.write("submitted/cleo/ps1/p1.ipynb", "{")
    with pytest.raises(NbGraderException):
        ps1.run()
    ps1.run(GenerateFeedback)
    assert sorted(str(path.relative_to(ps1.root / "feedback")) for path in ps1.root.glob("feedback/*/ps1/*")) == [
        f"{student}/ps1/p1.html" for student in ("ada", "ben", "cleo")
    ]
    ada, ben, cleo = ((ps1.root / f"feedback/{name}/ps1/p1.html").read_text() for name in ("ada", "ben", "cleo"))
    assert "passes the visible checks, but not the hidden tests. They also try: arrays." in ada
    assert "double(2) is 0.5 times as large" in ben
    assert "it is not JSON" in cleo
    numbers = re.findall(r"\d\.\d+", (ps1.root / "autograded/ada/ps1/seen.txt").read_text())
    assert len(numbers) == 3  # the hidden input, which the function wrote to a file
    for page in (ada, ben, cleo):
        assert "HIDDEN" not in page and "secret" not in page
        assert not [number for number in numbers if number in page]
    ps1.run(GenerateFeedback, student="ada")
    with pytest.raises(NbGraderException, match="No graded submission of ps1"):
        ps1.run(GenerateFeedback, student="zoe")


TWO = """def double(x):
    seen.append(x)
    return 2 * x

seen = []"""
TELLS = [
    "raise ValueError(seen)",
    "return float(np.ravel(seen[-2])[0])",
    "return type(str(seen), (), {})()",
    "print(seen)\n    return seen",
]


@threat("traceback text", "messages")
@pytest.mark.parametrize("tell", TELLS)
def test_a_later_exercise_cannot_tell_the_hidden_inputs_of_an_earlier_one(tmp_path, tell):
    exercises = [
        cell("solution", SOLUTION, "double"), cell("test", small_course.TEST, "test_double", 5),
        cell("solution", "def triple(x):\n    return 3 * x", "triple"),
        cell("test", "with progress.exercise('triple'):\n    checks.close(triple(2), 6, 'triple(2)')", "test_triple", 5),
        cell("solution", "pass", "last"), cell("test", "with progress.exercise('last'):\n    checks.close(1, 2, 'it')", "test_last", 5),
    ]  # fmt: skip
    ps1 = Class(tmp_path)
    ps1.release(p1=course_notebook(*exercises))
    ps1.hand_in("ada", {"double": TWO, "triple": f"def triple(x):\n    {tell}", "last": "raise ValueError(seen)"})
    ps1.run()
    assert {name: row[0] for name, row in ps1.grades("ada").items()} == {
        "test_double": 5,
        "test_triple": 0,
        "test_last": 0,
    }
    ps1.run(GenerateFeedback)
    (page,) = (path.read_text() for path in ps1.root.glob("feedback/ada/ps1/*"))
    instructor = str(ps1.graded("ada").cells[-2:])
    hidden = re.findall(r"\d\.\d{4,}", instructor)
    assert len(hidden) >= 3  # the instructor sees what the notebook told
    assert "triple: " in page and not [number for number in hidden if number[:6] in page]


def test_hidden_tests_stay_hidden_behind_other_delimiters(tmp_path):
    ps1 = Class(tmp_path)
    delimiters = {"begin_test_delimeter": "BEGIN SECRET", "end_test_delimeter": "END SECRET"}
    ps1.settings["ClearHiddenTests"] = delimiters
    notebook = course_notebook(
        cell("solution", SOLUTION, "double"),
        cell(
            "test",
            "assert double(2) == 4\n### BEGIN SECRET\nassert double(3) == 6, 'ORACLE'\n### END SECRET",
            "test_double",
            5,
        ),
    )
    for one in notebook.cells:
        one.metadata.pop("course", None)
    ps1.release(p1=notebook)
    ps1.hand_in("ada", {})
    for student, answer in (("ada", "double = {2: 4}.get"), ("ben", "double = lambda x: 5")):
        copy = nbformat.read(ps1.root / "source/ps1/p1.ipynb", as_version=4)
        copy.cells[2].source = answer
        ps1.write(f"submitted/{student}/ps1/p1.ipynb", copy)
    ps1.run()
    ps1.run(GenerateFeedback)
    ada, ben = ((ps1.root / f"feedback/{name}/ps1/p1.html").read_text() for name in ("ada", "ben"))
    assert "passes the visible checks, but not the hidden tests" in ada and "double = " in re.sub("<[^>]+>", "", ada)
    assert "The check ended with AssertionError" in ben
    assert "ORACLE" not in ada + ben and "SECRET" not in ada + ben


def test_files_that_stand_in_the_way_of_the_courses_give_way(ps1):
    ps1.write("source/ps1/data/rows.csv", "the course's")
    ps1.write("source/ps1/b.csv", "the course's")
    ps1.write("submitted/ada/ps1/data", "a file")
    ps1.write("submitted/ada/ps1/b.csv/c/d", "in a folder")
    ps1.write(f"submitted/ada/ps1/{VERDICT_FILE}/x", "in a folder")
    ps1.hand_in("ada", {"double": SOLUTION}, before=["print(open('data/rows.csv').read(), open('b.csv').read())"])
    ps1.run()
    assert ps1.graded("ada").cells[0].outputs[0].text == "the course's the course's\n"
    assert ps1.grades("ada")["test_double"] == (5, False)


def test_an_error_of_the_grader_itself_stops_one_hand_in_only(ps1, monkeypatch):
    real = handin.restore
    monkeypatch.setattr(handin, "restore", lambda nb, master: real(nb, master) if "ben" in str(nb) else 1 / 0)
    ps1.hand_in("ada", {})
    ps1.hand_in("ben", {"double": SOLUTION}, before=["'ben'"])
    with pytest.raises(NbGraderException, match="ada"):
        ps1.run()
    assert "ada, ps1: ZeroDivisionError: division by zero" in ps1.messages
    assert ps1.grades("ben")["test_double"] == (5, False)


def test_a_test_of_another_course_that_has_no_verdict_waits_for_a_person(tmp_path):
    ps1 = Class(tmp_path)
    answer = "class Point:\n    pass"
    notebook = course_notebook(
        cell("solution", answer, "Point"), cell("test", "assert Point() == Point()", "test_Point", 5)
    )
    for one in notebook.cells:
        one.metadata.pop("course", None)
    ps1.release(p1=notebook)
    copy = nbformat.read(ps1.root / "source/ps1/p1.ipynb", as_version=4)
    ps1.write("submitted/ada/ps1/p1.ipynb", copy)
    ps1.run()
    assert ps1.grades("ada") == {"test_Point": (None, True)}
    assert any(
        "a person has to decide on test_Point: an object of the student's notebook" in said for said in ps1.messages
    )
    ps1.run(GenerateFeedback)
    assert "not marked yet" in (ps1.root / "feedback/ada/ps1/p1.html").read_text()


def recorded(ps1: Class) -> tuple[list, dict[str, bytes]]:
    """All rows that grading writes, and all files."""
    with ps1.gradebook() as gradebook:
        rows = [
            (one.student.id, grade.name, grade.auto_score, grade.needs_manual_grade, one.late_submission_penalty)
            for submission in gradebook.assignment_submissions("ps1")
            for one in submission.notebooks
            for grade in one.grades
        ]
        rows += [
            (one.student.id, comment.name, comment.auto_comment)
            for submission in gradebook.assignment_submissions("ps1")
            for one in submission.notebooks
            for comment in one.comments
        ]
    folder = ps1.root / "autograded"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return sorted(rows, key=str), files


def test_several_workers_write_what_one_writes_and_hooks_are_told_of_their_own_hand_in(ps1):
    called = []

    def before(assignment: str, student: str, notebooks: list[str]) -> None:
        called.append(("before", *(Path(notebook).parts[-3] for notebook in notebooks)))

    def after(assignment: str, student: str, notebooks: list[str]) -> None:
        called.append(("after", *(Path(notebook).parts[-3] for notebook in notebooks)))

    ps1.write("source/ps1/data.csv", "the course's")
    ps1.hand_in("ada", {"double": SOLUTION}, before=["open('data.csv').read()", "open('mine.txt', 'w').write('x')"])
    ps1.hand_in("ben", {"double": "def double(x):\n    return x"})
    ps1.hand_in("cleo", {"double": "import os\nos.abort()"})
    ps1.hand_in("dora", {"double": TWO})
    ps1.write("submitted/emil/ps1/p1.ipynb", "{")
    ps1.write("submitted/finn/ps1/notes.txt", "no notebook")
    ps1.hand_in("gita", {"double": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"})
    ps1.write("submitted/ada/ps1/timestamp.txt", "2026-05-01 14:00:00 UTC")
    with ps1.gradebook() as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-05-01 12:00:00 UTC")
    own = {"autograde_preprocessors": [Generous], "pre_convert_hook": before, "post_convert_hook": after}
    settings = {"AssignLatePenalties": {"plugin_class": PerHour}, "Autograde": own}
    written, messages = [], []
    for workers in (1, 2):
        own["workers"] = workers
        with pytest.raises(NbGraderException, match="of: emil"):
            ps1.run(settings=settings, force=True)
        written.append(recorded(ps1))
        messages.append(sorted(message for message in ps1.messages if ", ps1: " in message))
        whose = [()] + [(name,) for name in ("ada", "ben", "cleo", "dora", "emil", "gita")]  # finn has no notebook
        assert sorted(called) == sorted((when, *one) for when in ("after", "before") for one in whose)
        called.clear()
    assert written[0] == written[1] and len(written[0][1]) >= 12
    assert messages[0] == messages[1]
    assert ("ada", "test_double", 5.0, False, 2.0) in written[0][0]


def test_the_engine_failing_is_no_ones_score(ps1, monkeypatch):
    calls = []

    def fail(*_: object) -> None:
        calls.append(1)
        raise EngineFault("the examiner was lost")

    monkeypatch.setattr(work, "examine", fail)
    ps1.hand_in("ada", {"double": SOLUTION})
    outcome = grade_one(ps1.converter(), "ada")
    assert isinstance(outcome, CourseError) and str(outcome) == "the examiner was lost"
    assert len(calls) == work.ATTEMPTS
    assert not (ps1.root / "autograded").exists()
    with ps1.gradebook() as gradebook:
        assert gradebook.students == []
