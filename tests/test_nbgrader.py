"""nbgrader's own commands, and the formgrader, in a checkout of this course."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request

import nbformat
import pytest
import sample_class
from conftest import TOOLS, jupyter_lab
from sample_class import ROOT, TOPIC

from grader.course import Course
from grader.grading import open_gradebook


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
    done = run(course, "nbgrader", "validate", str(submitted / f"{TOPIC}.ipynb"))
    assert "Success! Your notebook passes all the tests." in done.stdout, done.stdout + done.stderr
    done = run(course, "nbgrader", "validate", str(course.release(TOPIC)))
    assert "FAILED ON 12 CELL" in done.stdout
    assert "is not written yet" in done.stdout

    done = run(course, "nbgrader", "autograde", TOPIC)
    assert done.returncode == 0, done.stderr
    with open_gradebook(course) as gradebook:
        assert gradebook.find_submission(TOPIC, "ada").score == 92
    done = run(course, "nbgrader", "generate_feedback", TOPIC)
    assert done.returncode == 0, done.stderr
    assert (course.feedback("ada", TOPIC) / f"{TOPIC}.html").is_file()


@pytest.fixture
def lab(graded_copy):
    with jupyter_lab(graded_copy.root) as address:
        yield address


def fetch(url: str) -> str:
    request = urllib.request.Request(url, headers={"Authorization": "token secret"})
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
