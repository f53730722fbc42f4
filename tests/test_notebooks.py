"""The built notebooks: they are what the text builds, give nothing away, and run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache

import nbformat
import pytest
from nbformat import NotebookNode
from sample_class import ROOT, write_course

from grader import builder
from grader.assignment import CourseCell, read_assignment
from grader.course import Course

COURSE = Course.load(ROOT)
TOPICS = [assignment.name for assignment in COURSE.assignments]


@cache
def cells(topic: str) -> tuple[CourseCell, ...]:
    return tuple(read_assignment(COURSE.text(topic)))


def released(topic: str) -> NotebookNode:
    return nbformat.read(COURSE.release(topic), as_version=4)


def test_rebuilding_everything_changes_nothing(tmp_path):
    write_course(tmp_path, TOPICS)
    course = Course.load(tmp_path)
    for assignment in course.assignments:
        builder.build(course, assignment)
    for folder in ("source", "release"):
        built = {path.relative_to(tmp_path): path.read_bytes() for path in sorted((tmp_path / folder).rglob("*.*"))}
        committed = {path.relative_to(ROOT): path.read_bytes() for path in sorted((ROOT / folder).rglob("*.*"))}
        committed = {path: data for path, data in committed.items() if ".ipynb_checkpoints" not in path.parts}
        assert built == committed, f"{folder}/ is not what course/ builds: run `make build`"


@pytest.mark.parametrize("topic", TOPICS)
def test_the_release_has_no_outputs_markers_or_values_of_hidden_seeds(topic):
    for cell in released(topic).cells:
        assert not cell.get("outputs")
        assert "BEGIN SOLUTION" not in cell.source and "BEGIN HIDDEN" not in cell.source
        assert "checks.rng(" not in cell.source


@pytest.mark.parametrize("topic", TOPICS)
def test_students_can_edit_what_they_write_and_nothing_that_is_graded_for_them(topic):
    by_id = {cell.id: cell for cell in released(topic).cells}
    for cell in cells(topic):
        if cell.kind in ("solution", "manual"):
            assert by_id[cell.grade_id].metadata.get("editable", True)
        elif cell.grade_id:
            assert by_id[cell.grade_id].metadata["editable"] is False


@pytest.mark.parametrize("topic", TOPICS)
def test_the_text_agrees_with_the_table(topic):
    assignment = COURSE.assignment(topic)
    text = cells(topic)[0].source
    assert text.startswith(f"# {assignment.title}\n")
    assert f"about {assignment.minutes} minutes" in text
    by_tests = sum(cell.points for cell in cells(topic) if cell.kind == "test")
    by_hand = sum(cell.points for cell in cells(topic) if cell.kind == "manual")
    assert f"{assignment.points} points: {by_tests} by tests and {by_hand} for" in text


@pytest.mark.parametrize("topic", TOPICS)
def test_every_heading_of_an_exercise_says_its_points(topic):
    points = [cell.points for cell in cells(topic) if cell.points]
    said = [
        int(n) for cell in cells(topic) for n in re.findall(r"(?m)^### Exercise \d+: .*\((\d+) points", cell.source)
    ]
    assert said == points


@pytest.mark.parametrize("topic", TOPICS)
def test_a_notebook_is_neither_short_nor_endless(topic):
    assert 25 <= len(cells(topic)) <= 62


@pytest.mark.parametrize("topic", TOPICS)
def test_a_quarter_of_the_automatic_points_is_not_typing_a_formula(topic):
    thinking = {
        "initialization": [
            "zeros_forecast",
            "symmetry_forecast",
            "depth_forecast",
            "weight_deviation",
            "diagnosis",
        ],
        "regularization": [
            "weight_after_decay",
            "chosen_lambd",
            "dropout_forecast",
            "backward_with_both_repaired",
        ],
        "gradient_checking": [
            "error_forecast",
            "faulty_parameters",
            "backward_propagation_n_repaired",
            "forward_passes",
        ],
        "optimization": [
            "average_forecast",
            "largest_stable_learning_rate",
            "update_parameters_with_rmsprop",
        ],
        "cnn": ["edge_forecast", "pool_backward", "network_forecast"],
        "word2vec": [
            "forecast",
            "negative_sampling_gradients",
        ],
        "tensorflow_tutorial": ["tensor_forecast", "trace_forecast", "train_step"],
        "rnn": [
            "hand_steps",
            "gradient_forecast",
            "prepare",
        ],
        "autoencoder": ["tied_gradients", "best_linear_error", "linear_forecast", "denoising_pairs"],
    }
    tests = {cell.solution: cell.points for cell in cells(topic) if cell.kind == "test"}
    assert sum(tests[name] for name in thinking[topic]) >= sum(tests.values()) / 4


def test_the_text_also_runs_as_plain_python(tmp_path):
    shutil.copy(COURSE.text("gradient_checking"), tmp_path / "assignment.py")
    done = subprocess.run([sys.executable, tmp_path / "assignment.py"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "0.2850931567" in done.stdout
