"""The tests of the tests: known right and wrong answers, in one process, as in a student's notebook."""

from __future__ import annotations

import ast
from functools import cache

import nbformat
import pytest
from sample_class import ROOT

from grader.assignment import CourseCell, regions
from grader.assignment import read_assignment as read
from grader.builder import stub
from grader.check.weakened import hidden_checks
from grader.course import Course
from grader.errors import CourseError
from grader.rehearsal import rehearse, untouched
from grader.variants import Variant, read_variants

COURSE = Course.load(ROOT)
TOPICS = [assignment.name for assignment in COURSE.assignments]


@cache
def cells(topic: str) -> tuple[CourseCell, ...]:
    return tuple(read(COURSE.text(topic)))


@cache
def variants(topic: str) -> tuple[Variant, ...]:
    return read_variants(COURSE.variants(topic), cells(topic))


def of_kind(topic: str, kind: str) -> dict[str, CourseCell]:
    return {cell.grade_id: cell for cell in cells(topic) if cell.kind == kind}


def test_the_derived_gradients_are_no_measurement_to_name_faults_with():
    liar = """def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    return gradients_to_vector(backward_propagation_n(X, Y, forward_propagation_n(X, Y, parameters)[1]))"""
    answers = {"numerical_gradient_n": liar, "faulty_parameters": "faulty_parameters = []"}
    outcome = rehearse(cells("gradient_checking"), answers).tests["test_faulty_parameters"]
    assert not outcome.passed and "What numerical_gradient_n measures" in outcome.message


@pytest.mark.parametrize("topic", TOPICS)
def test_every_hidden_region_holds_a_check(topic):
    for name, cell in of_kind(topic, "test").items():
        assert bool(regions(cell.source, "HIDDEN TESTS")) == bool(hidden_checks(cell.source)), name


@pytest.mark.parametrize("topic", TOPICS)
def test_every_exercise_has_right_answers_in_three_styles_and_wrong_ones(topic):
    for solution in of_kind(topic, "solution"):
        known = [v for v in variants(topic) if v.solution == solution]
        assert sum(v.right for v in known) >= 3, solution
        assert sum(not v.right for v in known) >= 3, solution


@pytest.mark.parametrize("topic", TOPICS)
def test_the_overview_at_the_end_lists_every_exercise(topic):
    (report,) = [cell.source for cell in cells(topic) if "progress.report(" in cell.source]
    for test in of_kind(topic, "test").values():
        assert f'"{test.solution}"' in report


def test_a_stub_is_what_nbgrader_leaves():
    for topic in TOPICS:
        released = {cell.id: cell.source for cell in nbformat.read(COURSE.release(topic), as_version=4).cells}
        for name, source in untouched(cells(topic)).items():
            assert released[name] == source


def test_a_stub_keeps_the_indent():
    assert stub("def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION") == (
        "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    )


def test_a_stub_keeps_the_beginning_of_each_function():
    source = "def f():\n    {0}\n    return 1\n    {1}\n\n\ndef g():\n    {0}\n    return 2\n    {1}"
    bare = "    # YOUR CODE HERE\n    raise NotImplementedError()"
    marked = source.format("### BEGIN SOLUTION", "### END SOLUTION")
    assert stub(marked) == f"def f():\n{bare}\n\n\ndef g():\n{bare}"


def functions(source: str) -> set[str]:
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("topic", TOPICS)
def test_students_see_how_each_function_of_an_exercise_begins(topic):
    for name, cell in of_kind(topic, "solution").items():
        assert functions(stub(cell.source)) == functions(cell.source), name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('# %% right="nothing" name="a"\n1\n', "no solution is called 'nothing'"),
        ('# %% right="forward_passes"\n1\n', "needs a name"),
        ('# %% wrong="forward_passes" name="a"\n1\n', "promises words of its message"),
        ('# %% right="forward_passes" wrong="forward_passes" name="a"\n1\n', "either right"),
        ('# %% right="forward_passes" name="a" says="b"\n1\n', "takes right or wrong, name"),
    ],
)
def test_a_mistake_in_the_variants_is_named_with_its_line(tmp_path, text, words):
    path = tmp_path / "variants.py"
    path.write_text(text)
    with pytest.raises(CourseError, match=words) as refused:
        read_variants(path, cells("gradient_checking"))
    assert str(refused.value).startswith(f"{path}:1: ")
