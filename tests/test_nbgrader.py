"""nbgrader's own commands, and the formgrader, in a checkout of this course."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import urllib.request

import nbformat
import pytest
import sample_class
from conftest import TOOLS, jupyter_lab
from sample_class import ROOT, TOPIC, hidden_lines

from grader.course import Course
from grader.grading import open_gradebook
from grader.verdict import read_verdict

pytestmark = pytest.mark.system


def run(course: Course, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": os.pathsep.join([str(TOOLS), os.environ["PATH"]])}
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, env=environment)


def test_nbgrader_releases_validates_grades_and_gives_feedback(course):
    source = course.source(TOPIC)
    source.parent.mkdir(parents=True)
    source.write_bytes((ROOT / "source" / TOPIC / f"{TOPIC}.ipynb").read_bytes())
    done = run(course, "nbgrader", "generate_assignment", TOPIC)
    assert done.returncode == 0, done.stderr
    assert course.release(TOPIC).read_bytes() == (ROOT / "release" / TOPIC / f"{TOPIC}.ipynb").read_bytes()

    submitted = course.submitted("ada", TOPIC)
    submitted.mkdir(parents=True)
    nbformat.write(
        sample_class.hand_in(sample_class.reference_answers(), sample_class.TEXT), submitted / f"{TOPIC}.ipynb"
    )
    (submitted / "timestamp.txt").write_text("2026-05-01 12:00:00.000000 UTC")
    (submitted / "submission_secret.txt").write_text(128 * "a")  # `nbgrader submit` writes both
    done = run(course, "nbgrader", "validate", str(submitted / f"{TOPIC}.ipynb"))
    assert "Success! Your notebook passes all the tests." in done.stdout, done.stdout + done.stderr
    done = run(course, "nbgrader", "validate", str(course.release(TOPIC)))
    assert "FAILED ON 12 CELL" in done.stdout
    assert "is not written yet" in done.stdout

    done = run(course, "nbgrader", "autograde", TOPIC)
    assert done.returncode == 0, done.stderr
    with open_gradebook(course) as gradebook:
        assert gradebook.find_submission(TOPIC, "ada").score == 92
    assert read_verdict(course.autograded("ada", TOPIC)).graded  # our converter was at work
    done = run(course, "nbgrader", "generate_feedback", TOPIC)
    assert done.returncode == 0, done.stderr
    assert_is_our_page(course, "ada", "92 of 100 points")
    exchange = course.root.parent / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    done = run(course, "nbgrader", "release_feedback", TOPIC, f"--Exchange.root={exchange}")
    assert done.returncode == 0, done.stderr
    (page,) = (exchange / "deep-learning/feedback").glob("*.html")
    assert page.read_bytes() == (course.feedback("ada", TOPIC) / f"{TOPIC}.html").read_bytes()
    done = run(course, "nbgrader", "autograde", TOPIC, "--force", "--no-execute")
    assert done.returncode == 0, done.stderr
    with open_gradebook(course) as gradebook:
        submission = gradebook.find_submission(TOPIC, "ada")
        assert (submission.score, submission.needs_manual_grade) == (0, True)


def assert_is_our_page(course: Course, student: str, words: str) -> None:
    page = (course.feedback(student, TOPIC) / f"{TOPIC}.html").read_text()
    assert words in page
    plain = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert not [line for line in hidden_lines() if line in plain]


@pytest.fixture(scope="module")
def course_in_lab(graded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "course"
    shutil.copytree(graded.root, folder)
    return Course.load(folder)


@pytest.fixture(scope="module")
def lab(course_in_lab):
    with jupyter_lab(course_in_lab.root) as address:
        yield address


def fetch(url: str, method: str = "GET") -> str:
    request = urllib.request.Request(url, headers={"Authorization": "token secret"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


def test_the_lab_opens_with_nbgraders_extensions_and_the_formgrader(lab):
    assert "JupyterLab" in fetch(f"{lab}/lab/tree/release")
    assignments = json.loads(fetch(f"{lab}/formgrader/api/assignments"))
    assert [(one["name"], one["max_score"], one["num_submissions"]) for one in assignments] == [(TOPIC, 100, 8)]
    submissions = {one["student"]: one for one in json.loads(fetch(f"{lab}/formgrader/api/submissions/{TOPIC}"))}
    assert submissions["ada"]["score"] == 92 and submissions["ada"]["needs_manual_grade"]
    assert submissions["hugo"]["score"] == 0
    assert "formgrader" in fetch(f"{lab}/formgrader/")


def test_the_buttons_of_the_formgrader_run_our_converters(lab, course_in_lab):
    for student, words in (("finn", "92 of 100 points"), ("emil", "80 of 100 points")):
        page = course_in_lab.feedback(student, TOPIC) / f"{TOPIC}.html"
        page.unlink()
        if student == "finn":
            notebook = sample_class.hand_in(sample_class.reference_answers(), sample_class.TEXT)
            (course_in_lab.submitted("finn", TOPIC) / f"{TOPIC}.ipynb").write_text(nbformat.writes(notebook))
        answer = json.loads(fetch(f"{lab}/formgrader/api/submission/{TOPIC}/{student}/autograde", "POST"))
        assert answer["success"], answer
        assert read_verdict(course_in_lab.autograded(student, TOPIC)).graded
        answer = json.loads(fetch(f"{lab}/formgrader/api/assignment/{TOPIC}/{student}/generate_feedback", "POST"))
        assert answer["success"], answer
        assert_is_our_page(course_in_lab, student, words)
    answer = json.loads(fetch(f"{lab}/formgrader/api/submission/{TOPIC}/hugo/autograde", "POST"))
    assert not answer["success"] and "is not a notebook: it is not JSON" in answer["log"]
    answer = json.loads(fetch(f"{lab}/formgrader/api/assignment/{TOPIC}/generate_feedback", "POST"))
    assert answer["success"], answer
    assert "could not be graded" in (course_in_lab.feedback("hugo", TOPIC) / f"{TOPIC}.html").read_text()
