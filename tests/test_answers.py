"""The tests of the tests: known right and wrong answers, in one process, as in a student's notebook."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache

import nbformat
import pytest
from sample_class import ROOT, variant_answers

from grader.assignment import CourseCell, regions
from grader.assignment import read_assignment as read
from grader.builder import stub
from grader.check.trials import with_tests
from grader.course import Course
from grader.errors import CourseError
from grader.rehearsal import rehearse, untouched
from grader.variants import Variant, read_variants

COURSE = Course.load(ROOT)
TOPICS = [assignment.name for assignment in COURSE.assignments]
WITHOUT_DEMOS = ("setup", "given", "adapter", "solution", "test", "code")
EVERYTHING = (*WITHOUT_DEMOS, "demo")  # which train for a minute


@cache
def cells(topic: str) -> tuple[CourseCell, ...]:
    return tuple(read(COURSE.text(topic)))


@cache
def variants(topic: str) -> tuple[Variant, ...]:
    return read_variants(COURSE.variants(topic), cells(topic))


def of_kind(topic: str, kind: str) -> dict[str, CourseCell]:
    return {cell.grade_id: cell for cell in cells(topic) if cell.kind == kind}


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("which", [0, -1])
@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(WITHOUT_DEMOS, id="without demos"),
        pytest.param(EVERYTHING, id="and demos", marks=pytest.mark.training),
    ],
)
def test_complete_answers_in_another_style_pass(topic, which, kinds):
    result = rehearse(cells(topic), variant_answers(which, topic), kinds=kinds)
    assert {name: result.tests[name].message for name in result.failed} == {}
    assert result.errors == {}


# An answer computes as the reference does, forgets what came out but for its shape, and may spoil what it was given:
# a test that compares with its own data, after an answer had them, would take that for right.
FORGETS = """
import copy, functools, types

def _spoil(x):
    if isinstance(x, np.ndarray) and x.flags.writeable:
        x[...] = 0
    elif isinstance(x, (dict, list, tuple)):
        for part in x.values() if isinstance(x, dict) else x:
            _spoil(part)
        if not isinstance(x, tuple):
            x.clear()

def _nothing(x):
    if isinstance(x, np.ndarray):
        return np.zeros_like(x)
    if isinstance(x, dict):
        return {{key: _nothing(value) for key, value in x.items()}} if {keeps} else {{}}
    if isinstance(x, (list, tuple)):
        return type(x)(_nothing(part) for part in x) if {keeps} or type(x) is tuple else []
    return x if isinstance(x, (bool, str)) or x is None else type(x)(0)

def _forgets(f):
    @functools.wraps(f)
    def answer(*args, **kwargs):
        result = f(*copy.deepcopy(args), **copy.deepcopy(kwargs))
        if {spoils}:
            _spoil([*args, *kwargs.values()])
        return _nothing(result)
    return answer

for _name in {names}:
    _value = globals().get(_name)
    globals()[_name] = _forgets(_value) if isinstance(_value, types.FunctionType) else _nothing(_value)
"""


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("topic", TOPICS)
def test_an_answer_gains_nothing_by_spoiling_what_it_is_given(topic, keeps):
    def passed(spoils: bool) -> set[str]:
        answers = {
            name: cell.source + FORGETS.format(keeps=keeps, spoils=spoils, names=[name])
            for name, cell in of_kind(topic, "solution").items()
        }
        alone = {  # as in an examination, where each test finds the course's data as they were
            name: rehearse(with_tests(cells(topic), {name}), answers) for name in of_kind(topic, "test")
        }
        return {name for name, result in alone.items() if result.tests[name].passed}

    assert passed(spoils=True) <= passed(spoils=False)


@pytest.mark.parametrize("secret", ["spring term", "Herbst", "0"])
@pytest.mark.parametrize("topic", TOPICS)
def test_no_verdict_hangs_on_the_secret_of_the_course(topic, secret, monkeypatch):
    monkeypatch.setenv("COURSE_SEED", secret)
    other = {}
    for v in variants(topic):
        if v.right or v.hidden:
            own = f"test_{v.solution}"
            outcome = rehearse(with_tests(cells(topic), {own}), {v.solution: v.source}).tests[own]
            if outcome.passed != v.right:
                other[str(v)] = outcome.message
    assert other == {}


def test_the_derived_gradients_are_no_measurement_to_name_faults_with():
    liar = """def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    return gradients_to_vector(backward_propagation_n(X, Y, forward_propagation_n(X, Y, parameters)[1]))"""
    answers = {"numerical_gradient_n": liar, "faulty_parameters": "faulty_parameters = []"}
    outcome = rehearse(cells("gradient_checking"), answers).tests["test_faulty_parameters"]
    assert not outcome.passed and "What numerical_gradient_n measures" in outcome.message


def with_source(topic: str, test: str, source: str) -> list[CourseCell]:
    """The assignment with one test only, and another source in it."""
    return [
        replace(cell, text=replace(cell.text, source=source)) if cell.grade_id == test else cell
        for cell in with_tests(cells(topic), {test})
    ]


def hidden_checks(source: str) -> list[tuple[str, str]]:
    """Every check of a hidden test as text, and the cell without that one check."""
    spans = regions(source, "HIDDEN TESTS")
    first_line = spans[0][0] + 1 if spans else len(source)
    lines = source.splitlines()
    found = []
    for node in ast.walk(ast.parse(source)):
        is_check = isinstance(node, ast.Assert) or (
            isinstance(node, ast.Expr) and ast.unparse(node).startswith("checks.")
        )
        if is_check and node.lineno > first_line:
            dropped = " " * node.col_offset + "pass"
            rest = [*lines[: node.lineno - 1], dropped, *lines[node.end_lineno :]]
            found.append((ast.unparse(node), "\n".join(rest)))
    return found


HIDDEN = [
    pytest.param(topic, name, check, weakened, id=f"{name}: {check[:60]}")
    for topic in TOPICS
    for name, cell in of_kind(topic, "test").items()
    for check, weakened in hidden_checks(cell.source)
]


@pytest.mark.parametrize(("topic", "test", "check", "weakened"), HIDDEN)
def test_without_any_one_hidden_check_a_wrong_answer_gets_through(topic, test, check, weakened):
    solution = of_kind(topic, "test")[test].solution
    only_hidden = [v for v in variants(topic) if v.solution == solution and v.hidden]
    weaker = with_source(topic, test, weakened)
    gets_through = (rehearse(weaker, {solution: v.source}).tests[test].passed for v in only_hidden)
    assert any(gets_through), f"no wrong answer shows what `{check}` is for"


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
