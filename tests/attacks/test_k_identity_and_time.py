"""K. Identity and time: whose a hand-in is, when it came, and which result belongs to which hand-in."""

from __future__ import annotations

import os
import shutil

import nbformat
import pytest
from catalogue import threat
from testbed import FULL, SOLVED, UNSOLVED

from grader import work
from grader.engine import template
from grader.verdict import course_digest, digest, read_verdict
from utils import checks

pytestmark = pytest.mark.system

WHOSE = "another student's id in metadata or path"
WHEN = "forged timestamps"
DURING = "submitting while being graded"
CACHED = "a cached good result re-used for other code, data or tests"


@threat(WHOSE, "folder", ["another id in all metadata", "another id in a file's name beside the notebook"])
def test_a_hand_in_belongs_to_the_folder_that_it_lies_in(testbed):
    testbed.grade(testbed.hand_in(SOLVED), "ada")
    before = testbed.grades("ada")
    notebook = testbed.hand_in(UNSOLVED)
    for meta in (notebook.metadata, *(cell.metadata for cell in notebook.cells)):
        meta["student_id"] = meta["student"] = "ada"
        meta.setdefault("nbgrader", {})["student_id"] = "ada"
    folder = testbed.root / "submitted/mallory/ps1"
    (folder / "ada").mkdir(parents=True, exist_ok=True)
    (folder / "ada/p1.ipynb").write_text(nbformat.writes(testbed.hand_in(SOLVED)))
    (folder / "student_id.txt").write_text("ada")
    assert testbed.grade(notebook).score == 0
    assert testbed.grades("ada") == before
    shutil.rmtree(folder)


@threat(WHEN, "time", ["a timestamp.txt that the notebook writes", "the times of its files"])
def test_a_notebook_cannot_set_its_time(testbed):
    early = "2001-01-01 00:00:00 UTC"
    write = f"import os\nopen('timestamp.txt', 'w').write('{early}')\nos.utime('timestamp.txt', (0, 0))"
    testbed.course.write("submitted/mallory/ps1/timestamp.txt", "2026-05-01 12:00:00 UTC")
    testbed.grade(testbed.hand_in(UNSOLVED, [write]))
    kept = testbed.root / "autograded/mallory/ps1/timestamp.txt"
    assert kept.read_text().startswith("2026-05-01")
    with testbed.course.gradebook() as gradebook:
        assert gradebook.find_submission("ps1", "mallory").timestamp.year == 2026
    shutil.rmtree(testbed.root / "submitted/mallory")


@threat(DURING, "digest", ["another notebook while the first is graded"])
def test_what_comes_while_a_hand_in_is_graded_is_graded_as_well(testbed, monkeypatch):
    folder = testbed.root / "submitted/mallory/ps1"
    real = work.examine

    def resubmit(*arguments):
        (folder / "p1.ipynb").write_text(nbformat.writes(testbed.hand_in(SOLVED)))
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(work, "examine", resubmit)
        assert testbed.grade(testbed.hand_in(UNSOLVED)).score == 0
    assert not testbed.is_current("mallory")  # so the next run grades it
    outcome = testbed.grade_again()
    assert outcome.points == FULL and testbed.is_current("mallory")


CHANGES = {
    "other code": lambda folder, root: (folder / "p1.ipynb").write_text("{}"),
    "other code behind two thousand files": lambda folder, root: many_files(folder),
    "other data beside it": lambda folder, root: (folder / "data.csv").write_text("1"),
    "other tests": lambda folder, root: (root / "source/ps1/p1.ipynb").write_text(
        (root / "source/ps1/p1.ipynb").read_text().replace("triple(-1)", "triple(-2)")
    ),
    "other data of the course": lambda folder, root: (root / "source/ps1/data.csv").write_text("1"),
    "other settings": lambda folder, root: (root / "nbgrader_config.py").write_text("# other settings"),
}


def many_files(folder):
    (folder / "p1.ipynb").write_text("{}")


@threat(CACHED, "digest", [*CHANGES, "another secret", "other helpers", "another version of a package"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_result_is_not_used_again_when_what_it_depends_on_has_changed(testbed, tmp_path, change):
    root = tmp_path / "copy"
    shutil.copytree(testbed.root / "source", root / "source")
    folder = root / "submitted/mallory/ps1"
    folder.mkdir(parents=True)
    (folder / "p1.ipynb").write_text(nbformat.writes(testbed.hand_in(SOLVED)))
    if "two thousand" in change:
        for number in range(2_500):
            (folder / f"a{number}").touch()

    def found() -> str:
        return digest(folder, course_digest([root / "source/ps1", root / "nbgrader_config.py"]))

    before = found()
    assert found() == before
    CHANGES[change](folder, root)
    assert found() != before


def test_a_result_depends_on_the_secret_the_helpers_and_the_versions(testbed, monkeypatch, tmp_path):
    def found() -> str:
        return digest(tmp_path, course_digest([]))

    seen = [found()]
    with monkeypatch.context() as patch:
        patch.setenv("COURSE_SEED", "another")
        seen.append(found())
    with monkeypatch.context() as patch:
        patch.setattr("grader.verdict._version", lambda package: "another")
        seen.append(found())
    for module in (checks, template):
        (tmp_path / "program").mkdir(exist_ok=True)
        shutil.copy(module.__file__, tmp_path / "program")
        with monkeypatch.context() as patch:
            patch.setattr(
                "utils.__file__" if module is checks else "grader.engine.__file__", str(tmp_path / "program/x.py")
            )
            seen.append(found())
    assert len(set(seen)) == len(seen)


@threat(CACHED, "digest", ["a verdict.json in the hand-in"])
def test_a_verdict_that_was_handed_in_is_not_read(testbed):
    testbed.grade(testbed.hand_in(SOLVED), "ada")
    folder = testbed.root / "submitted/mallory/ps1"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(testbed.root / "autograded/ada/ps1/verdict.json", folder)
    outcome = testbed.grade(testbed.hand_in(UNSOLVED))
    assert outcome.score == 0
    verdict = read_verdict(testbed.root / "autograded/mallory/ps1")
    assert verdict.student == "mallory" and verdict.messages["p1"]
    assert not os.path.exists(testbed.root / "autograded/mallory/ps1/verdict.json/x")
    shutil.rmtree(folder)
