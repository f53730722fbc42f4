"""The whole way of a class: collected, graded, fed back, marked. The commands are run once, by the fixture `graded`."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
import sample_class
from conftest import run_grader, run_here
from sample_class import TOPIC, hidden_lines

from grader import cli, grading, handin, nbgrader_setup, work
from grader.assignment import read_assignment
from grader.autograde import Autograde
from grader.course import Course
from grader.errors import CourseError
from grader.examination import EngineFault, Report
from grader.feedback import write_feedback
from grader.grading import open_gradebook
from grader.marks import FAILED, GRADED, MISSING, PARTLY, PENDING, Mark, marks, to_csv
from grader.verdict import VERDICT_FILE, Verdict, read_verdict

pytestmark = pytest.mark.system

STUDENTS = ["ada", "ben", "cleo", "dora", "emil", "finn", "gita", "hugo"]


def scores(course: Course, student: str) -> dict[str, float]:
    with open_gradebook(course) as gradebook:
        notebook = gradebook.find_submission_notebook(TOPIC, TOPIC, student)
        return {grade.name: grade.score for grade in notebook.grades}


def points() -> dict[str, int]:
    cells = read_assignment(Course.load(sample_class.ROOT).text(TOPIC))
    return {cell.grade_id: cell.points for cell in cells if cell.points}


def hand_in(course: Course, student: str, content: bytes) -> grading.Submission:
    folder = course.submitted(student, TOPIC)
    folder.mkdir(parents=True)
    (folder / f"{TOPIC}.ipynb").write_bytes(content)
    return grading.Submission(student, TOPIC, folder)


def grade(course: Course, submission: grading.Submission, force: bool = False) -> Verdict:
    autograder = grading.autograder(course, course.assignment(TOPIC))
    work = [(autograder, submission)]
    before = {} if force else grading.unchanged(course, work)
    if before:
        return before[0]
    ((_, outcome),) = grading.grade(work)
    if isinstance(outcome, CourseError):
        raise outcome
    return outcome


def feed_back(course: Course, student: str) -> None:
    write_feedback(nbgrader_setup.directory(course), TOPIC, student)


def page(course: Course, student: str) -> str:
    return (course.feedback(student, TOPIC) / f"{TOPIC}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("student", ["ada", "ben"])
def test_complete_answers_get_all_automatic_points_in_either_style(graded, student):
    assert scores(graded, student) == {**points(), "explain_dropout": 0}


@pytest.mark.parametrize(
    ("student", "lost"), [("dora", "test_gradient_check"), ("emil", "test_backward_propagation_n_repaired")]
)
def test_a_misconception_loses_exactly_its_exercise(graded, student, lost):
    assert scores(graded, student) == {**points(), "explain_dropout": 0, lost: 0}


def test_half_of_the_answers_get_half_of_the_exercises(graded):
    done = list(sample_class.reference_answers())
    done = {f"test_{name}" for name in done[: len(done) // 2]}
    assert scores(graded, "cleo") == {name: value if name in done else 0 for name, value in points().items()}


def test_the_untouched_notebook_gets_nothing(graded):
    assert set(scores(graded, "finn").values()) == {0}


def test_what_could_not_be_graded_is_a_row_with_a_reason(graded):
    rows = {row.student: row for row in marks(graded, graded.assignments)}
    assert list(rows) == STUDENTS
    assert {name: row.score for name, row in rows.items()} == {
        "ada": 92, "ben": 92, "cleo": 40, "dora": 80, "emil": 80, "finn": 0, "gita": 0, "hugo": 0,
    }  # fmt: skip
    assert rows["hugo"].status == FAILED
    assert rows["gita"].status == PARTLY  # what was earned before the crash would count
    assert "process died while its cells were running (SIGSEGV)" in rows["gita"].reason
    assert "is not a notebook: it is not JSON" in rows["hugo"].reason
    assert rows["ada"].status == PENDING and rows["finn"].status == GRADED
    assert {row.max_score for row in rows.values()} == {100}


def test_feedback_names_the_misconception(graded):
    assert "a one-sided quotient" in page(graded, "dora")
    assert "db1 is 4 times as large as it should be" in page(graded, "emil")
    assert "is not written yet" in page(graded, "finn")
    assert "process died" in page(graded, "gita")
    assert "Your hand-in could not be graded" in page(graded, "hugo")
    assert "12 / 12" in page(graded, "ada") and "not marked yet" in page(graded, "ada")
    assert "<strong>92 of 100 points</strong>" in page(graded, "ada")
    assert "<strong>0 of 100 points.</strong>" in page(graded, "hugo")


def test_no_page_holds_a_line_of_a_hidden_test(graded, graded_copy):
    lookup = sample_class.wrong_answer("forward_propagation", "the visible numbers only")
    submission = hand_in(graded_copy, "ivan", nbformat.writes(sample_class.hand_in(lookup)).encode())
    grade(graded_copy, submission)
    feed_back(graded_copy, "ivan")
    said = page(graded_copy, "ivan")
    assert "passes the visible checks, but not the hidden tests" in said
    assert "They also try: other numbers, also zero." in said
    pages = [page(graded, student) for student in STUDENTS]
    for text in [said, *pages]:
        plain = re.sub(r"<[^>]+>", "", text)
        assert not [line for line in hidden_lines() if line in plain]
    assert len(hidden_lines()) > 30


def test_a_page_escapes_what_a_student_wrote(graded_copy):
    notebook = nbformat.read(graded_copy.autograded("ada", TOPIC) / f"{TOPIC}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id == "explain_dropout":
            cell.source = "<script>alert(1)</script>"
        if cell.id == "forward_passes":
            cell.source = "'</pre><img src=x onerror=alert(1)>'"
    path = graded_copy.autograded("ada", TOPIC) / f"{TOPIC}.ipynb"
    path.chmod(0o644)
    nbformat.write(notebook, path)
    feed_back(graded_copy, "ada")
    said = page(graded_copy, "ada")
    assert "<script>" not in said and "<img" not in said
    assert "&lt;script&gt;" in said


def test_marks_and_comments_of_a_person_arrive(graded_copy):
    with open_gradebook(graded_copy) as gradebook:
        grade = gradebook.find_grade("explain_dropout", TOPIC, TOPIC, "ada")
        grade.manual_score, grade.needs_manual_grade = 7, False
        gradebook.find_comment("explain_dropout", TOPIC, TOPIC, "ada").manual_comment = "Clear. What of <relu>?"
        gradebook.db.commit()
    feed_back(graded_copy, "ada")
    said = page(graded_copy, "ada")
    assert "99 of 100 points" in said and "Clear. What of &lt;relu&gt;?" in said and "not final" not in said
    row = next(row for row in marks(graded_copy, graded_copy.assignments) if row.student == "ada")
    assert (row.score, row.automatic, row.manual, row.status) == (99, 92, 7, GRADED)


def test_a_dry_run_shows_whose_points_a_mended_test_would_change_and_records_nothing(graded_copy):
    test, essay = "test_forward_propagation", "explain_dropout"
    with open_gradebook(graded_copy) as gradebook:
        gradebook.find_grade(essay, TOPIC, TOPIC, "ada").manual_score = 7
        gradebook.find_comment(essay, TOPIC, TOPIC, "ada").manual_comment = "Clear."
        gradebook.find_grade(test, TOPIC, TOPIC, "ben").manual_score = 3
        gradebook.db.commit()
    nothing = run_here("grade", "--dry-run", cwd=graded_copy.root)
    assert (nothing.returncode, nothing.stdout) == (
        0,
        "0 hand-ins would be graded, and 0 of them would get other points. Nothing was recorded.\n",
    )
    text = graded_copy.text(TOPIC)
    right = "        forward_propagation(2, 4),\n        8,\n"
    assert text.read_text().count(right) == 1
    text.write_text(text.read_text().replace(right, right.replace("8", "9")))
    assert run_here("build", cwd=graded_copy.root).returncode == 0
    before = {student: scores(graded_copy, student) for student in STUDENTS}
    verdicts = {student: read_verdict(graded_copy.autograded(student, TOPIC)) for student in STUDENTS}

    dry = run_here("grade", TOPIC, "--dry-run", "--json", cwd=graded_copy.root)
    assert dry.returncode == 0, dry.stderr
    changes = {change["student"]: change for change in json.loads(dry.stdout)}
    assert set(changes) == {student for student in STUDENTS if before[student][test] > 0}
    for student, change in changes.items():
        assert (change["exercise"], change["before"], change["after"]) == (test, 4, 0)
        assert change["manual"] == (3 if student == "ben" else None)
    shown = run_here("grade", TOPIC, "--dry-run", cwd=graded_copy.root).stdout
    assert re.search(r"ben +gradient_checking +test_forward_propagation +4 +0 +3, which stay", shown)
    assert f"8 hand-ins would be graded, and {len(changes)} of them would get other points." in shown
    assert {student: scores(graded_copy, student) for student in STUDENTS} == before
    assert {student: read_verdict(graded_copy.autograded(student, TOPIC)) for student in STUDENTS} == verdicts

    run_here("grade", TOPIC, cwd=graded_copy.root)
    after = {student: scores(graded_copy, student) for student in STUDENTS}
    for student in STUDENTS:
        lost = {test: 0} if student in changes and student != "ben" else {}
        assert after[student] == {**before[student], **lost}
    with open_gradebook(graded_copy) as gradebook:
        assert gradebook.find_comment(essay, TOPIC, TOPIC, "ada").manual_comment == "Clear."
        assert gradebook.find_grade(essay, TOPIC, TOPIC, "ada").manual_score == 7
        assert gradebook.find_grade(test, TOPIC, TOPIC, "ben").needs_manual_grade


def test_what_has_not_changed_is_not_graded_again(graded_copy, monkeypatch):
    monkeypatch.setattr(Autograde, "read", lambda *_: pytest.fail("graded again"))
    for submission in grading.submissions(graded_copy, graded_copy.assignment(TOPIC)):
        before = read_verdict(graded_copy.autograded(submission.student, TOPIC))
        assert grade(graded_copy, submission) == before


@pytest.mark.parametrize(
    "change", ["hand-in", "source", "settings", "seed", "notebook", "gradebook", "force", "half a verdict"]
)
def test_what_has_changed_is_graded_again(graded_copy, monkeypatch, change):
    runs, read = [], Autograde.read
    monkeypatch.setattr(
        Autograde, "read", lambda self, student, names: runs.append(student) or read(self, student, names)
    )
    ada = next(one for one in grading.submissions(graded_copy, graded_copy.assignment(TOPIC), ["ada"]))
    if change == "hand-in":
        (ada.folder / "notes.txt").write_text("more")
    elif change == "source":
        graded_copy.source(TOPIC).write_text(graded_copy.source(TOPIC).read_text() + " ")
    elif change == "settings":
        (graded_copy.root / "nbgrader_config.py").write_text("c = get_config()")
    elif change == "seed":
        monkeypatch.setenv("COURSE_SEED", "of another year")
    elif change == "notebook":
        (graded_copy.autograded("ada", TOPIC) / f"{TOPIC}.ipynb").unlink()
    elif change == "gradebook":
        with open_gradebook(graded_copy) as gradebook:
            gradebook.remove_submission(TOPIC, "ada")
    elif change == "half a verdict":
        (graded_copy.autograded("ada", TOPIC) / VERDICT_FILE).write_text('{"student": "a')
    grade(graded_copy, ada, force=change == "force")
    assert runs == ["ada"]


def test_a_fault_that_is_not_the_students_is_never_a_score(graded_copy, monkeypatch):
    def out_of_order(*_):
        raise EngineFault("the examiner was lost")

    monkeypatch.setattr(work, "examine", out_of_order)
    notebook = nbformat.writes(sample_class.hand_in({})).encode()
    with pytest.raises(CourseError, match="the examiner was lost"):
        grade(graded_copy, hand_in(graded_copy, "ivan", notebook))
    assert read_verdict(graded_copy.autograded("ivan", TOPIC)) is None
    assert "ivan" not in {row.student for row in marks(graded_copy, graded_copy.assignments)}


def test_one_kill_between_faults_of_ours_is_not_the_notebooks_doing(graded_copy, monkeypatch):
    examine, before = work.examine, [EngineFault("x"), EngineFault("y"), Report({}, "died", {}, killed=True)]

    def troubled(*arguments):
        came = before.pop(0) if before else (yield from examine(*arguments))
        if isinstance(came, Exception):
            raise came
        return came

    monkeypatch.setattr(work, "examine", troubled)
    grade(graded_copy, hand_in(graded_copy, "ivan", nbformat.writes(sample_class.hand_in({})).encode()))
    right = nbformat.writes(sample_class.hand_in(sample_class.reference_answers())).encode()
    before[:] = [EngineFault("x"), EngineFault("y"), Report({}, "died", {}, killed=True)]
    assert not grade(graded_copy, hand_in(graded_copy, "jane", right)).reason
    assert sum(scores(graded_copy, "jane").values()) == 92


def test_folders_too_deep_for_the_system_cost_nobody_a_mark(graded_copy):
    deep = "import os\nfor _ in range(20):\n    os.mkdir('d' * 250)\n    os.chdir('d' * 250)\n"
    notebook = sample_class.hand_in(sample_class.reference_answers())
    notebook.cells.append(nbformat.v4.new_code_cell(deep))
    submission = hand_in(graded_copy, "ivan", nbformat.writes(notebook).encode())
    here = os.open(submission.folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        inside = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inside
    os.close(here)
    for _ in range(2):  # once more, when there is a verdict to compare with
        assert grade(graded_copy, submission).graded
    assert sum(scores(graded_copy, "ivan").values()) == 92
    subprocess.run(["rm", "-rf", submission.folder], check=True)


def test_a_page_that_cannot_be_written_stops_no_other(graded_copy):
    (graded_copy.autograded("ada", TOPIC) / f"{TOPIC}.ipynb").write_text("{")
    done = run_here("--root", graded_copy.root, "feedback")
    assert done.returncode == 2 and "7 pages written" in done.stdout
    assert f"ada, {TOPIC}" in done.stderr and "cannot be read as a notebook" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_of_ours_is_said_with_exit_code_2_and_the_others_are_graded(graded_copy, monkeypatch):
    examine = work.examine

    def out_of_order(template, job, *files):
        if "ivan" in job.steps[0].source:
            raise EngineFault("the examiner was lost")
        return examine(template, job, *files)

    monkeypatch.setattr(work, "examine", out_of_order)
    for student in ("ivan", "jane"):
        notebook = sample_class.hand_in(sample_class.reference_answers())
        notebook.cells.insert(0, nbformat.v4.new_code_cell(student))
        hand_in(graded_copy, student, nbformat.writes(notebook).encode())
    done = run_here("--root", graded_copy.root, "grade", "--student", "ivan", "--student", "jane")
    assert done.returncode == 2 and "1 of 2 hand-ins graded" in done.stdout
    assert f"ivan, {TOPIC}: the examiner was lost" in done.stderr and "These were not graded" in done.stderr
    assert sum(scores(graded_copy, "jane").values()) == 92
    assert not graded_copy.autograded("ivan", TOPIC).exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not JSON"),
        (b"\xff\xfe\x00", "it is not text in UTF-8"),
        (b"\xef\xbb\xbf{}", "it is not JSON (Unexpected UTF-8 BOM"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\ud800"}]}', "cell 1 is not text in UTF-8"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}', "cell 1 has no kind or no text"),
        (b"[1, 2]", "not a notebook of format 4"),
        (b'{"nbformat": 3, "cells": []}', "not a notebook of format 4"),
        (
            b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
            "it has no list of cells",
        ),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": "none"}', "it has no list of cells"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ["none"]}', "not a valid notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": 5}]}', "not a valid notebook"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_hand_in_that_is_no_notebook_scores_nothing_and_says_why(graded_copy, content, reason):
    verdict = grade(graded_copy, hand_in(graded_copy, "ivan", content))
    assert not verdict.graded
    assert reason in verdict.reason
    assert set(scores(graded_copy, "ivan").values()) == {0}


def test_other_files_links_and_folders_in_place_of_a_notebook_have_a_reason(graded_copy, tmp_path):
    folder = graded_copy.submitted("ivan", TOPIC)
    folder.mkdir(parents=True)
    (folder / "scan.pdf").write_bytes(b"%PDF")
    submission = grading.Submission("ivan", TOPIC, folder)
    assert "found scan.pdf instead" in grade(graded_copy, submission).reason
    (folder / f"{TOPIC}.ipynb").symlink_to(graded_copy.source(TOPIC))
    assert "not a regular file" in grade(graded_copy, submission, force=True).reason
    (folder / f"{TOPIC}.ipynb").unlink()
    (folder / f"{TOPIC}.ipynb").mkdir()
    assert "not a regular file" in grade(graded_copy, submission, force=True).reason


@pytest.mark.parametrize("damage", ["copied", "text", "future"])
def test_damaged_grading_metadata_changes_nothing(graded_copy, damage):
    notebook = sample_class.hand_in(sample_class.reference_answers())
    cell = next(cell for cell in notebook.cells if cell.id == "forward_passes")
    if damage == "copied":
        notebook.cells.append(nbformat.from_dict({**cell, "id": "copy"}))
    else:
        cell.metadata["nbgrader"] = "none" if damage == "text" else {**cell.metadata.nbgrader, "schema_version": 99}
    assert grade(graded_copy, hand_in(graded_copy, "ivan", nbformat.writes(notebook).encode())).graded
    assert scores(graded_copy, "ivan") == {**points(), "explain_dropout": 0}


def test_a_warning_costs_nothing_and_the_page_claims_nothing_that_it_does_not_know(graded_copy):
    reference = sample_class.reference_answers()
    noisy = reference["gradient_check"].replace(
        "    J_plus =",
        "    import sys, warnings\n    warnings.warn('careful')\n    print('noise', file=sys.stderr)\n    J_plus =",
    )
    stops = "import sys\n\n\ndef forward_passes(layer_dims):\n    sys.exit()"
    answers = {**reference, "gradient_check": noisy, "forward_passes": stops}
    submission = hand_in(graded_copy, "ivan", nbformat.writes(sample_class.hand_in(answers)).encode())
    assert "careful" in noisy and grade(graded_copy, submission).graded
    got = scores(graded_copy, "ivan")
    assert got["test_gradient_check"] == points()["test_gradient_check"]
    assert got["test_forward_passes"] == 0
    feed_back(graded_copy, "ivan")
    assert "forward_passes: your code raised SystemExit" in page(graded_copy, "ivan")
    assert "passes the visible checks" not in page(graded_copy, "ivan")


def test_points_that_a_person_gave_count_also_for_a_hand_in_that_broke(graded_copy):
    with open_gradebook(graded_copy) as gradebook:
        gradebook.find_grade("explain_dropout", TOPIC, TOPIC, "ada").manual_score = 7
        gradebook.db.commit()
    submission = grading.Submission("ada", TOPIC, graded_copy.submitted("ada", TOPIC))
    path = submission.folder / f"{TOPIC}.ipynb"
    path.chmod(0o644)
    path.write_text("broken")
    assert not grade(graded_copy, submission).graded
    assert os.listdir(graded_copy.autograded("ada", TOPIC)) == [VERDICT_FILE]
    feed_back(graded_copy, "ada")
    row = next(row for row in marks(graded_copy, graded_copy.assignments) if row.student == "ada")
    assert (row.score, row.status) == (7, FAILED)
    assert "<strong>7 of 100 points.</strong> Your hand-in could not be graded" in page(graded_copy, "ada")


def test_a_late_penalty_is_on_the_page_and_in_the_marks(graded_copy):
    with open_gradebook(graded_copy) as gradebook:
        gradebook.find_submission_notebook(TOPIC, TOPIC, "ben").late_submission_penalty = 10
        gradebook.db.commit()
    feed_back(graded_copy, "ben")
    row = next(row for row in marks(graded_copy, graded_copy.assignments) if row.student == "ben")
    assert row.score == 82
    assert "<strong>82 of 100 points</strong>, after 10 taken off for lateness" in page(graded_copy, "ben")


def test_a_better_hand_in_replaces_a_broken_one(graded_copy):
    submission = hand_in(graded_copy, "ivan", b"broken")
    assert not grade(graded_copy, submission).graded
    notebook = sample_class.hand_in({"forward_passes": sample_class.reference_answers()["forward_passes"]})
    (submission.folder / f"{TOPIC}.ipynb").write_text(nbformat.writes(notebook))
    assert grade(graded_copy, submission).graded
    assert sum(scores(graded_copy, "ivan").values()) == points()["test_forward_passes"]


def test_csv_has_a_row_per_student_and_no_formula():
    row = Mark("=cmd()", TOPIC, 1.0, 2.0, 1.0, 0.0, 0.0, FAILED, "+reason, with a comma")
    (read,) = csv.DictReader(io.StringIO(to_csv([row])))
    assert read["student"] == "'=cmd()" and read["reason"] == "'+reason, with a comma"
    assert read["score"] == "1.0"


def test_a_student_who_handed_in_nothing_is_in_the_marks(graded_copy):
    with open_gradebook(graded_copy) as gradebook:
        gradebook.add_student("zoe")
    row = next(row for row in marks(graded_copy, graded_copy.assignments) if row.student == "zoe")
    assert (row.status, row.score) == (MISSING, 0)


def test_the_command_line_speaks_json_and_uses_exit_codes(graded_copy):
    done = run_here("--root", graded_copy.root, "grade", "--json")
    assert done.returncode == 1  # two need a look
    verdicts = {one["student"]: one for one in json.loads(done.stdout)}
    assert [name for name, one in verdicts.items() if one["reason"]] == ["gita", "hugo"]
    assert [name for name, one in verdicts.items() if not one["graded"]] == ["hugo"]
    done = run_here("--root", graded_copy.root, "marks", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)[0]["score"] == 92
    done = run_here("--root", graded_copy.root, "feedback", "--json", "--student", "ada")
    assert json.loads(done.stdout) == [
        {"student": "ada", "assignment": TOPIC, "page": f"feedback/ada/{TOPIC}/{TOPIC}.html"}
    ]


def test_marks_fit_a_terminal_and_go_to_a_file(graded, tmp_path):
    done = run_grader("--root", graded.root, "marks", "--csv", tmp_path / "marks.csv")
    assert re.search(r"ada +gradient_checking +92 / 100 +needs manual grading", done.stdout)
    assert (tmp_path / "marks.csv").read_text().count("\n") == 1 + len(STUDENTS)
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_grading_says_what_it_leaves_out(graded_copy):
    submitted = graded_copy.root / "submitted"
    for name in (f"ada/{TOPIC}/{TOPIC}-copy.ipynb", "ben/gradient_cheking/work.ipynb", "cleo/work.ipynb", "work.ipynb"):
        (submitted / name).parent.mkdir(exist_ok=True)
        (submitted / name).write_text("{}")
    (submitted / f"dora/{TOPIC}/data.csv").symlink_to("/etc/passwd")
    with open(submitted / f"emil/{TOPIC}/large.bin", "wb") as file:
        file.truncate(handin.LARGEST_FILES + 1)
    (submitted / "finn/initialization").mkdir(parents=True)
    (submitted / f"finn/{TOPIC}/.ipynb_checkpoints").mkdir()
    (submitted / f"finn/{TOPIC}/.ipynb_checkpoints/{TOPIC}-checkpoint.ipynb").write_text("{}")
    expected = {
        f"submitted/ada/{TOPIC}/{TOPIC}-copy.ipynb is not graded: only {TOPIC}.ipynb is.",
        "submitted/ben/gradient_cheking is not graded: no assignment is called gradient_cheking.",
        "submitted/cleo/work.ipynb lies in no assignment's folder. Its place is submitted/cleo/<assignment>/.",
        f"submitted/dora/{TOPIC}/data.csv is left out: only regular files are read, up to 100,000,000 bytes in all.",
        f"submitted/emil/{TOPIC}/large.bin is left out: only regular files are read, up to 100,000,000 bytes in all.",
        "submitted/work.ipynb lies in no student's folder. `grader collect` files hand-ins.",
    }
    done = run_here("--root", graded_copy.root, "grade")
    said = [line for line in done.stderr.splitlines() if line.startswith("left out: ")]
    assert done.returncode == 1
    assert {line.removeprefix("left out: ") for line in said} == expected and len(said) == len(expected)
    done = run_here("--root", graded_copy.root, "grade", TOPIC, "--student", "finn")
    assert (done.returncode, done.stderr) == (0, "")


def test_work_for_an_assignment_that_is_not_built_is_not_left_out_in_silence(graded_copy):
    sample_class.write_course(graded_copy.root, (TOPIC, "initialization"))
    folder = graded_copy.root / "submitted/ada/initialization"
    folder.mkdir()
    (folder / "initialization.ipynb").write_text("{}")
    done = run_here("--root", graded_copy.root, "grade")
    assert (
        "ada/initialization is not graded: the assignment is not built. Run `grader build initialization`"
        in done.stderr
    )
    assert done.returncode == 1


class Interrupted:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


class Broken:
    def __del__(self) -> None:
        raise ValueError


def test_an_interrupt_that_python_drops_stops_all_the_same_and_is_not_reported_as_an_error(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: reported.append(error.exc_type))
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    with pytest.raises(KeyboardInterrupt), cli._stoppable() as go_on:
        Broken()
        Interrupted()
        go_on()
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before
    assert reported == [ValueError]


def test_progress_names_what_has_been_under_way_for_long(monkeypatch):
    now, names = 100.0, ["ada", "ben", "cleo"]
    monkeypatch.setattr(cli, "time", SimpleNamespace(monotonic=lambda: now))
    assert cli._LongUnderWay({1: now - 35.2, 2: now - 20}, names).render(None).plain == "ben: 35 s"
    assert cli._LongUnderWay({2: now}, names).render(None).plain == ""
    assert cli._LongUnderWay({}, []).render(None).plain == ""


def test_a_run_with_nothing_new_says_so(graded_copy):
    done = run_here("--root", graded_copy.root, "grade")
    assert "7 of 8 hand-ins graded (isolated), 8 of them before and unchanged;" in done.stdout


def test_a_due_date_that_is_set_after_grading_counts_with_the_next_run(graded_copy):
    timestamp = graded_copy.submitted("ada", TOPIC) / "timestamp.txt"
    timestamp.write_text("2026-05-02 12:00:00 UTC")
    assert "7 of them before" in run_here("--root", graded_copy.root, "grade").stdout
    with open_gradebook(graded_copy) as gradebook:
        gradebook.update_or_create_assignment(TOPIC, duedate="2026-05-01 12:00:00 UTC")
    with open(graded_copy.root / "nbgrader_config.py", "a") as config:
        config.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    assert run_here("--root", graded_copy.root, "grade").returncode == 1  # the configuration has changed: all anew
    with open_gradebook(graded_copy) as gradebook:
        assert gradebook.find_submission(TOPIC, "ada").late_submission_penalty == 92
        gradebook.update_or_create_assignment(TOPIC, duedate="2026-05-03 12:00:00 UTC")
    done = run_here("--root", graded_copy.root, "grade")
    assert "8 of them before and unchanged; 1 late penalty changed" in done.stdout
    with open_gradebook(graded_copy) as gradebook:
        assert not gradebook.find_submission(TOPIC, "ada").late_submission_penalty
    assert "changed" not in run_here("--root", graded_copy.root, "grade").stdout.replace("unchanged", "")


def test_an_assignment_that_nobody_has_handed_in_has_no_rows(graded_copy):
    sample_class.write_course(graded_copy.root, (TOPIC, "initialization"))
    assert run_here("--root", graded_copy.root, "build", "initialization").returncode == 0
    done = run_here("--root", graded_copy.root, "marks", "--json")
    assert {row["assignment"] for row in json.loads(done.stdout)} == {TOPIC}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "cnn"], "There is no assignment called 'cnn' in course/assignments.toml. The assignments are: gradient_checking."),
        (["grade", TOPIC], f"{TOPIC} is not built yet. Run `grader build {TOPIC}` first."),
        (["grade"], "Nothing to grade"),
        (["feedback"], "Nothing is graded yet"),
        (["marks"], "gradebook.db. `grader build` makes one without marks"),
        (["publish", "edition"], f"{TOPIC} is not built yet"),
        (["collect", "missing.zip"], "neither a zip file nor a folder"),
        (["collect", ".", "--roster", "missing.csv"], "cannot be read: No such file or directory"),
        (["grade", "--students", "ada"], "No such option"),
        (["grade", "--workers", "0"], "--workers must be 1 or more, not 0."),
        (["sing"], "No such command"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_exit_code_2(course, arguments, words):
    done = run_here("--root", course.root, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_nothing_submitted_is_said_plainly(course):
    run_here("--root", course.root, "build")
    done = run_here("--root", course.root, "grade", TOPIC)
    assert (done.returncode, "Nothing was handed in for gradient_checking" in done.stderr) == (2, True)
    hand_in(course, "ada", b"broken")
    done = run_here("--root", course.root, "grade", TOPIC, "--student", "bob")
    assert (done.returncode, "bob has handed in nothing" in done.stderr) == (2, True)
    done = run_here("--root", course.root, "marks")
    assert (done.returncode, "There are no marks yet" in done.stderr) == (2, True)


def test_faults_of_the_course_are_one_sentence(graded_copy):
    def says(*arguments: str) -> str:
        done = run_here("--root", graded_copy.root, *arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
        return done.stderr

    assert "submitted/ has no hand-in of bob" in says("grade", "--student", "bob")
    assert "bob has no graded work" in says("feedback", "--student", "ada", "--student", "bob")
    (graded_copy.root / "nbgrader_config.py").write_text("c = get_config(\n")
    assert "nbgrader_config.py: SyntaxError" in says("grade")
    (graded_copy.root / "nbgrader_config.py").write_text("c = get_config()\nc.Autograde.workers = 0\n")
    assert "nbgrader_config.py: The value of the 'workers' trait" in says("grade")
    (graded_copy.root / "nbgrader_config.py").unlink()
    assert "has no nbgrader_config.py" in says("grade")
    sample_class.write_course(graded_copy.root)
    (graded_copy.root / "gradebook.db").unlink()
    for command in ("feedback", "marks"):
        assert says(command).count("error:") == 1
    assert f"{TOPIC} is not built yet" in says("grade", TOPIC)
    assert not (graded_copy.root / "gradebook.db").exists()
    (graded_copy.root / "gradebook.db").write_text("not a database")
    assert "The gradebook cannot be read or written" in says("marks")
    (graded_copy.root / "source" / TOPIC / f"{TOPIC}.ipynb").unlink()
    (graded_copy.root / "source" / TOPIC).rmdir()
    (graded_copy.root / "source" / TOPIC).write_text("a file")
    assert "source" in says("build")


def test_a_file_in_place_of_the_course_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = run_here("--root", tmp_path / "file", "build")
    assert (done.returncode, "is not a course" in done.stderr) == (2, True)


def test_what_stock_nbgrader_graded_gets_its_page(graded_copy):
    (graded_copy.autograded("ada", TOPIC) / VERDICT_FILE).unlink()
    done = run_here("--root", graded_copy.root, "feedback", "--student", "ada")
    assert (done.returncode, done.stdout) == (0, "1 page written under feedback/.\n")


def test_a_folder_that_is_no_course_is_one_sentence(tmp_path):
    done = run_here("build", cwd=tmp_path)
    assert (done.returncode, "is not a course" in done.stderr) == (2, True)


def test_collect_says_what_it_did_not_take(course, tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / f"ada_{TOPIC}.ipynb").write_text("{}")
    (inbox / "mystery.ipynb").write_text("{}")
    done = run_here("--root", course.root, "collect", inbox)
    assert done.returncode == 1
    assert "1 hand-in filed under submitted/." in done.stdout
    assert "not taken: mystery.ipynb: its name does not say who handed it in" in done.stderr
    assert os.listdir(course.root / "submitted") == ["ada"]
