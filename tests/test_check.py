"""`grader check`: that it sees what is wrong with an assignment, and that a sample of it holds for every assignment."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import run_grader
from sample_class import ROOT

from grader.check import inputs, leaks, margins, notebooks, trials, weakened
from grader.check.batches import LOST, Batch, done
from grader.check.claim import Claim, Finding, Topic
from grader.check.claims import (
    CLAIMS,
    Answers,
    Everything,
    HiddenChecks,
    Mutants,
    Notebooks,
    Secrets,
    Spoiling,
    Steadiness,
    Styles,
)
from grader.check.mutants import mutants
from grader.course import Course
from grader.errors import CourseError
from grader.rehearsal import Outcome
from grader.variants import read_explanations
from utils import checks

pytestmark = pytest.mark.system

# a topic of its own, as the README adds it

TOY = re.findall(r"(?ms)^```\w+\n(.*?)^```", README := (ROOT / "README.md").read_text(encoding="utf-8"))


def toy(folder: Path, *edits: tuple[str, str]) -> Course:
    """The course of the README's walk-through, with pieces of its text replaced."""
    row, assignment, variants = TOY
    for old, new in edits:
        assert sum(old in text for text in (row, assignment, variants)) >= 1, old
        row, assignment, variants = (text.replace(old, new) for text in (row, assignment, variants))
    (folder / "course" / "centering").mkdir(parents=True)
    (folder / "course" / "assignments.toml").write_text(row)
    (folder / "course" / "centering" / "assignment.py").write_text(assignment)
    (folder / "course" / "centering" / "variants.py").write_text(variants)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return Course.load(folder)


def finding(course: Course, *claims: type[Claim], quick: bool = True) -> dict[str, Finding]:
    """What becomes of some claims, all in this process."""
    topic, found = Topic.read(course, course.assignments[0], quick), {}
    for claim in (kind(topic) for kind in claims):
        for batch in claim.batches():
            claim.take(batch, batch.do(*batch.given, list(batch.items)))
        found |= {one.claim: one for one in claim.findings()}
    return found


def test_the_walk_through_of_the_readme_gives_a_topic_that_passes(tmp_path):
    course = toy(tmp_path)
    build = run_grader("build", "centering", cwd=tmp_path)
    assert build.returncode == 0, build.stderr
    assert course.release("centering").is_file()
    done = run_grader("check", "centering", "--workers", "1", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(" yes") == 14 and " no " not in done.stdout
    assert "`grader build centering`" in README and "`grader check centering`" in README


HIDDEN = '### BEGIN HIDDEN TESTS\nX = checks.rng(1).normal(3, 1, size=(7, 4))\nchecks.close(center(X), X - np.ones((7, 7)) @ X / 7, "center", atol=1e-5)\n### END HIDDEN TESTS\n'

FLAWS = {
    "the hidden test is missing": (
        Answers,
        [(HIDDEN, ""), (', hidden_tests="other shapes"', "")],
        {"wrong answers fail": "right for two rows only: passes"},
    ),
    "a check is too strict": (
        Answers,
        [("    checks.unchanged(X", "    checks.property(type(centered) is list, 'no list')\n    checks.unchanged(X")],
        {"right answers pass": "einsum: test_center says: center: no list"},
    ),
    "the course's own answer fails": (
        Notebooks,
        [("    return X - X.mean(axis=0)\n    ###", "    return X - X.mean(axis=1)\n    ###")],
        {"notebooks run": "The course's own answer fails test_center in the engine: center: center of two"},
    ),
    "a test cell passes whatever the answer": (
        Notebooks,
        [("    centered = center(X)\n", "    centered = X - X.mean(axis=0)\n"), (HIDDEN, ""), (', hidden_tests="other shapes"', "")],
        {"notebooks run": "The released notebook passes test_center in the engine."},
    ),
    "a tolerance is too narrow": (
        Answers,
        [(', "center", atol=1e-5', ', "center"')],
        {"tolerances keep away": "right center: single precision: line 9 of test_center sees 0."},
    ),
    "a tolerance is too wide": (
        Answers,
        [("return X - X.mean()\n", "return X - X.mean(axis=0) + 4e-5\n"), (', "the mean of', ', atol=1e-5, cause="the mean of')],
        {"tolerances keep away": "wrong center: the mean of everything: line 6 of test_center sees 2"},
    ),
    "a message is promised that does not come": (
        Answers,
        [('says="axis=0"', 'says="keepdims"')],
        {"wrong answers fail": "which does not hold “keepdims”"},
    ),
    "a reason for a hidden test is given in vain": (
        Answers,
        [('says="axis=0"', 'says="axis=0" hidden="so"')],
        {"wrong answers fail": "a visible check catches it, which its marker denies"},
    ),
    "an exercise has two right answers": (
        Answers,
        [('# %% right="center" name="einsum"\ndef center(X):\n    return X - np.einsum("ij->j", X) / len(X)\n', "")],
        {"right answers pass": "center has 2 right variants"},
    ),
    "a test draws numbers of which some are unlucky": (
        Steadiness,
        [("size=(7, 4))\n", "size=(7, 4))\nassert X[0, 0] < 3\n")],
        {"marks are steady": "test_center fails in"},
    ),
    "an answer in another style breaks what follows": (
        Styles,
        [("# %% test=", '# %% demo="dtype" needs="center"\nassert center(np.ones((2, 2))).dtype == float\n\n\n# %% test=')],
        {"other styles run": "With the last right variant of every exercise the notebook raises AssertionError() in dtype."},
    ),
    "a test is lucky with one secret only": (
        Secrets,
        [("size=(7, 4))\n", "size=(7, 4))\nassert checks.rng(2).random() < 0.5\n")],
        {"secrets decide nothing": "right center: a loop: with the secret "},
    ),
    "a hidden check is for nothing": (
        HiddenChecks,
        [("size=(7, 4))\n", 'size=(7, 4))\nchecks.shape(center(X), (7, 4), "center")\n')],
        {"hidden checks count": "test_center: no wrong answer shows what the hidden check `checks.shape(center(X), (7, 4), 'center')` is"},
    ),
    "a test compares with what an answer may have destroyed": (
        Spoiling,
        [
            ('    checks.unchanged(X, kept, "X")\n', ""),
            ("    checks.close(centered, [[-1, -10], [1, 10]], ", "    checks.shape(centered, (2, 2), "),
            ("X - np.ones((7, 7)) @ X / 7", "X - X.mean(axis=0)"),
        ],
        {"spoiling gains nothing": "test_center passes an answer that keeps the shapes of its results, because"},
    ),
    "minutes differ from the table": (
        Notebooks,
        [("minutes = 10", "minutes = 20")],
        {"notebooks run": "The text does not say “about 20 minutes”"},
    ),
    "an explanation explains nothing": (
        Mutants,
        [("    return X - X.sum(axis=0) / 2\n", '    return X - X.sum(axis=0) / 2\n\n\n# %% survives="center" why="so"\n# pass\n')],
        {"mutants are caught": "no mutant of center survives that it explains"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_seen_and_named(flaw, tmp_path):
    claim, edits, expected = FLAWS[flaw]
    found = finding(toy(tmp_path, *edits), claim, quick=claim in (Answers, Notebooks))
    for name, words in expected.items():
        assert words in "\n".join(found[name].problems), found


def test_a_sample_of_every_claim_is_enough_where_that_is_asked_for(tmp_path):
    found = finding(toy(tmp_path), *CLAIMS, quick=True)
    assert {name: one.problems for name, one in found.items() if one.problems} == {}
    measured = {name: one.measured for name, one in found.items()}
    assert measured["facts hold"] == "not looked at" and measured["marks are steady"] == "5 gradings"
    assert measured["other styles run"] == "1 notebooks" and len(found) == 14


def test_hidden_checks_are_taken_out_one_by_one():
    source = "checks.close(1, 1, 'a')\n### BEGIN HIDDEN TESTS\nfor k in (1, 2):\n    checks.close(k, k, 'b')\nassert k\n### END HIDDEN TESTS"
    found = weakened.hidden_checks(source)
    assert sorted(check for check, _ in found) == ["assert k", "checks.close(k, k, 'b')"]
    assert all("'a'" in rest and rest.count("pass") == 1 for _, rest in found)


def test_a_wrong_answer_that_the_engine_sees_otherwise_is_told(tmp_path, monkeypatch):
    course = toy(tmp_path)
    monkeypatch.setattr(trials, "examine", lambda *args, **more: {"test_center": Outcome(True)})
    found = finding(course, Answers, quick=False)["the engine agrees"].problems
    assert "wrong center: in place: test_center fails a visible check in one process and passes in the engine." in found


def test_another_exercise_that_suffers_has_to_say_that_it_needs_the_first(tmp_path, monkeypatch):
    course = toy(tmp_path)
    tests = {"test_center": Outcome(False), "test_other": Outcome(False)}
    monkeypatch.setattr(trials, "rehearse_all", lambda root, topic, numbers: [tests for _ in numbers])
    (found, *_) = finding(course, Everything)["other exercises stay"].problems
    assert found == "wrong center: the mean of everything: test_other fails too, and does not say that it needs it."


def test_a_weak_test_shows_the_mutants_that_it_lets_pass_and_takes_an_explanation(tmp_path):
    weak = [
        ("checks.close(centered, [[-1, -10], [1, 10]], ", "checks.shape(centered, (2, 2), "),
        (HIDDEN, ""),
        (', hidden_tests="other shapes"', ""),
    ]
    found = finding(toy(tmp_path / "weak", *weak), Mutants, quick=False)["mutants are caught"]
    shown = "\n".join(found.problems)
    assert "-    return X - X.mean(axis=0)\n+    return (X + X.mean(axis=0))" in shown
    assert "The mutation score is" in shown
    explained = '    return X - X.sum(axis=0) / 2\n\n\n# %% survives="center" why="so"\n# return (X + X.mean(axis=0))\n'
    edits = [*weak, ("    return X - X.sum(axis=0) / 2\n", explained)]
    found = finding(toy(tmp_path / "explained", *edits), Mutants, quick=False)["mutants are caught"]
    assert "X + X.mean" not in "\n".join(found.problems)
    assert any("X + X.mean" in one and one.endswith("\nso") for one in found.remarks)


def test_a_line_of_a_hidden_test_or_a_solution_in_what_students_get_is_a_leak(tmp_path):
    course = toy(tmp_path, ('utils = ["checks"]', 'utils = ["checks", "leaky"]'))
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "leaky.py").write_text("X = checks.rng(1).normal(3, 1, size=(7, 4))\n")
    (found,) = leaks.found(course.root, "centering", ["utils"])
    assert found == ["utils/leaky.py holds a line of test_center: X = checks.rng(1).normal(3, 1, size=(7, 4))"]
    for source, lines in (("nothing", []), ("    return X - X.mean(axis=0)", ["center"])):
        cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": source}
        course.release("centering").parent.mkdir(parents=True, exist_ok=True)
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        course.release("centering").write_text(json.dumps(notebook))
        (found,) = leaks.found(course.root, "centering", ["release"])
        assert [line.split(" holds a line of ")[1].split(":")[0] for line in found] == lines


def test_a_page_that_shows_a_hidden_test_is_a_leak(tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    page.write_text("<pre>X = checks.rng(<b>1</b>).normal(3, 1, size=(7, 4))</pre>")
    monkeypatch.setattr(leaks, "write_pages", lambda *_: [("centering", leaks.STUDENT, [page])])
    (found,) = leaks.found(toy(tmp_path / "course").root, "centering", ["feedback"])
    assert found == ["The feedback holds a line of test_center: X = checks.rng(1).normal(3, 1, size=(7, 4))"]


FACTS = '''"""Facts."""
import math

from utils.checks import shape


def _helper(text):
    return len(text)


def the_mean_is_printed(printed, figures):
    means = [float(word) for word in printed.split()]
    assert figures == 1 and math.isclose(means[0], 1.5)


def the_text_names_the_columns(source, cells):
    assert "columns" in source and len(cells) == 5
    assert _helper(source) > 10


def pi_is_three():
    assert math.pi == 3, "no, it is not"
'''


def test_a_fact_that_does_not_hold_is_told_with_its_line_and_values(tmp_path):
    course = toy(tmp_path)
    assert notebooks.untrue(course.root, "centering", "", 0) == []  # there are none
    course.facts("centering").write_text(FACTS)
    assert list(notebooks.facts(course.root, "centering")) == [
        "the_mean_is_printed",
        "the_text_names_the_columns",
        "pi_is_three",
    ]
    wrong, pi = notebooks.untrue(course.root, "centering", "1.4 and", 1)[:1], "pi is three: assert math.pi == 3"
    assert wrong[0].startswith("facts.py, line 12, the mean is printed: means = [float(word)")
    assert "could not convert string to float: 'and'" in wrong[0]
    low, told = notebooks.untrue(course.root, "centering", "1.4", 1)
    assert low.endswith("assert figures == 1 and math.isclose(means[0], 1.5)\nmeans = [1.4]")
    assert pi in told and "no, it is not" in told
    course.facts("centering").write_text("def one(sentence):\n    pass\n")
    with pytest.raises(CourseError, match="one asks for sentence; there are printed, figures, source, cells"):
        notebooks.untrue(course.root, "centering", "", 0)
    course.facts("centering").write_text("1 / 0\n")
    with pytest.raises(CourseError, match=r"facts\.py: ZeroDivisionError"):
        notebooks.facts(course.root, "centering")


def test_the_kernel_shows_what_is_printed_and_drawn_and_what_nobody_wants_to_see(tmp_path):
    plot = "import matplotlib.pyplot as plt\nplt.figure(facecolor={}).gca().plot([1, 2])\nplt.show()"
    cells = [f"# %%\n{plot.format(repr(colour))}\nprint(1.5)\n\n\n" for colour in ("white", "none")]
    cells += ["# %%\nimport sys\nprint('careful', file=sys.stderr)\n\n\n", "# %%\n1 / 0\n\n\n"]
    course = toy(tmp_path, ("# %% [markdown] locked", "".join(cells) + "# %% [markdown] locked"))
    course.facts("centering").write_text(
        "def two(figures, printed):\n    assert figures == 2 and printed.count('1.5') == 2\n\n\n"
        "def none(figures):\n    assert figures == 0\n"
    )
    ((unwanted, untrue),) = notebooks.run_in_a_kernel(course.root, "centering", ["kernel"])
    assert [line.partition(" in the cell")[0] for line in unwanted] == [
        "A figure of the source notebook is transparent",
        "The source notebook writes to stderr",
        "The source notebook raises ZeroDivisionError: division by zero",
    ]
    assert untrue == ["facts.py, line 6, none: assert figures == 0"]


def test_a_topic_without_known_answers_is_told_so(tmp_path):
    course = toy(tmp_path)
    course.variants("centering").unlink()
    with pytest.raises(CourseError, match=r"variants\.py is missing: centering has no known answers"):
        Topic.read(course, course.assignments[0])
    done = run_grader("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and "has no known answers" in done.stderr


# mutants


def lines_of(source: str, alike: dict | None = None) -> set[str]:
    solution = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"
    return {one.source.splitlines()[1] for one in mutants("x", solution, alike)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("y = a - b", {"y = (a + b)", "y = (b - a)", "y = (a)", "y = (b)", "pass"}),
        ("y = a @ b", {"y = (a * b)", "y = (b @ a)"}),
        ("y = a / b", {"y = (a * b)", "y = (a // b)", "y = (b / a)"}),
        ("y = a < b", {"y = (a <= b)", "y = (a > b)"}),
        ("y = np.sum(a, axis=1, keepdims=True)", {"y = np.sum(a, axis=0, keepdims=True)", "y = np.sum(a, axis=1)", "y = np.mean(a, axis=1, keepdims=True)"}),
        ("y = a.T @ b", {"y = a @ b"}),
        ("y = a.copy()", {"y = (a)"}),
        ("y = np.dot(a, b)", {"y = np.dot(b, a)"}),
        ("y = range(n)", {"y = range(n + 1)", "y = range(n - 1)", "y = range(1, n)"}),
        ("y = a[1:n]", {"y = a[1:n - 1]", "y = a[1:n + 1]", "y = a[0:n]", "y = a[2:n]"}),
        ("y = np.random.randn(3)", {"y = np.random.rand(3)"}),
        ("y = 0.5", {"y = 5.0", "y = -0.5", "y = 0.0"}),
        ("y = True", {"y = False"}),
        ("y += a", {"y -= a", "y = a", "pass"}),
        ("y = -a", {"y = (a)"}),
        ("y = (a, b)", {"y = (b, a)"}),
        ("y = not a and b", {"y = (not a or b)", "y = (a) and b", "y = (b)"}),
        ("y = np.sqrt(a)", {"y = (a)"}),
        ("y = [x for x in a if x]", {"y = [x for x in a if not (x)]"}),
        ("y = a if c else b", {"y = (b if c else a)"}),
        ("if a > 1: y = 1", {"if (a >= 1): y = 1", "if not (a > 1): y = 1", "pass"}),
    ],
)  # fmt: skip
def test_mutants_are_the_slips_that_people_make(source, expected):
    assert expected <= lines_of(source)


def test_a_mutant_changes_nothing_but_what_students_write():
    source = "def f(a):\n    b = a + 1\n    ### BEGIN SOLUTION\n    c = b * 2\n    return c\n    ### END SOLUTION"
    found = mutants("f", source)
    assert found
    for one in found:
        assert one.source.splitlines()[:3] == source.splitlines()[:3]
        assert one.source != source and one.difference(source)
    assert len({one.source for one in found}) == len(found)


@pytest.mark.parametrize("source", ["print(a + 1)", "if a > 1: print(a - 1)"])
def test_what_only_prints_is_left_alone(source):
    assert lines_of(source) == set()


def test_swapped_lines_and_alike_variables_are_tried():
    source = "def f(W, V):\n    ### BEGIN SOLUTION\n    a = W\n    b = V\n    ### END SOLUTION"
    found = {one.source for one in mutants("f", source, {"f": {"W": ["V"]}})}
    assert any("a = V\n    b = V" in one for one in found)
    assert any("b = V\n    a = W" in one for one in found)


# random inputs


def calls_of(*arguments: object) -> list[tuple[tuple, dict]]:
    return [(arguments, {})]


def test_inputs_keep_which_sizes_are_equal_and_what_values_mean():
    rng = np.random.default_rng(0)
    given = (np.ones((3, 4)), np.eye(3), {"W": np.zeros((2, 3)), "name": "relu"}, np.array([0.2, 0.9]), 3), {}
    shapes = set()
    for _ in range(200):
        (a, one_hot, more, shares, n), _ = inputs.vary(given, rng)
        assert a.shape[0] == one_hot.shape[0] == more["W"].shape[1]
        assert (one_hot.sum(axis=0) == 1).all() and set(np.unique(one_hot)) <= {0, 1}
        assert more["name"] == "relu" and ((shares >= 0) & (shares <= 1)).all() and n >= 1
        shapes.add(a.shape)
    assert len(shapes) > 10


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (lambda x: 2 * x, ""),
        (lambda x: x + x, ""),
        (lambda x: 2 * np.abs(x), "another result"),
        (lambda x: np.multiply(x, 2, out=x), "another result"),  # changes its argument
        (lambda x: 2 * x + 0 * np.random.rand(), "another result"),  # draws a number
        (lambda x: 2 * x[:, :2] if x.shape[1] == 2 else 1 / 0, "raises ZeroDivisionError"),
    ],
)
def test_functions_are_compared_on_random_inputs(other, difference):
    tried, found = inputs.first_difference(lambda x: 2 * x, other, calls_of(np.array([[1.0, -2.0]])), 300)
    assert found == difference
    assert tried == 300 or difference


def test_a_function_without_arguments_has_one_input():
    runs = []
    found = inputs.first_difference(lambda: 1, lambda: runs.append(1) or 1, [((), {})], 1000)
    assert (found, runs) == ((1000, ""), [1])
    assert inputs.first_difference(lambda: 1, lambda: 2, [((), {})], 1000) == (1, "another result")


def test_what_cannot_be_compared_with_itself_is_not_called_another_result():
    assert inputs.first_difference(lambda n: object(), lambda n: 1, calls_of(4), 9) == (
        0,
        "its results cannot be compared",
    )


def test_where_all_inputs_would_take_too_long_few_are_tried():
    def slow(n):
        sum(range(100_000))
        return n

    tried, found = inputs.first_difference(slow, slow, calls_of(4), 1000, seconds=0.01)
    assert (tried, found) == (inputs.FIRST, "")


def test_inputs_that_the_reference_refuses_do_not_count():
    def reference(n):
        if n % 2:
            raise ValueError
        return n

    tried, found = inputs.first_difference(reference, lambda n: n, calls_of(4), 200)
    assert (tried, found) == (200, "")


def test_recorded_calls_say_what_a_test_asks_and_which_variables_are_alike():
    namespace: dict = {"np": np}
    exec("def f(W, x):\n    y = W @ x\n    n = 3\n    return y", namespace)
    original = namespace["f"]
    with inputs.Calls(namespace, ["f"]) as calls:
        W = np.eye(2)
        namespace["f"](W, np.ones((2, 2)))
        W[:] = 7  # what was asked stays
    assert namespace["f"] is original
    ((given, _),) = calls.inputs["f"]
    assert (given[0] == np.eye(2)).all()
    assert calls.alike["f"]["W"] == ["x", "y"] and calls.alike["f"]["n"] == []


# tolerances


def test_the_distance_is_a_multiple_of_what_is_allowed():
    assert margins.distance([1.0, 2.0], [1.0, 2.2], rtol=0, atol=0.1) == pytest.approx(2)
    assert margins.distance(1.0, 1.0, rtol=0, atol=0) == 0
    assert margins.distance(float("nan"), 1.0, rtol=0, atol=1) is None
    assert margins.distance("a", 1.0, rtol=0, atol=1) is None


def test_comparisons_of_test_cells_are_collected_and_those_of_others_are_not():
    source = "checks.close(1.0, 1.0 + 1e-6, 'x')\nnp.allclose([1], [2], atol=0.5)"
    with margins.compared() as found:
        checks.close(1.0, 1.0, "elsewhere")
        exec(compile(source, "<cell test_x>", "exec"), {"checks": checks, "np": np})
    assert [(one.test, one.line) for one in found] == [("test_x", 1), ("test_x", 2)]
    assert [one.is_near for one in found] == [False, True]
    assert found[0].distance == pytest.approx(0.1, rel=0.01)


# work in several processes


def die_at_three(items: list[int]) -> list[int]:
    if 3 in items:
        os._exit(1)
    return [2 * item for item in items]


def sleep_at_three(items: list[int]) -> list[int]:
    if 3 in items:
        time.sleep(600)
    return [2 * item for item in items]


@pytest.mark.parametrize("do", [die_at_three, sleep_at_three])
def test_an_item_that_takes_its_process_along_is_lost_alone(do):
    results: dict = {}
    for batch, found in done([Batch("key", do, (), (1, 2, 3, 4), seconds=3)], workers=1):
        assert batch.key == "key"
        results.update(zip(batch.items, found, strict=True))
    assert results == {1: 2, 2: 4, 3: LOST, 4: 8}


def fail(items: list[int]) -> list[int]:
    raise ValueError("what is this?")


def test_a_fault_of_the_course_ends_the_check_with_its_words():
    with pytest.raises(CourseError, match="ValueError: what is this"):
        list(done([Batch("key", fail, (), (1,))], workers=1))


def test_a_mutant_that_does_not_end_is_caught(tmp_path):
    endless = "    i = 0\n    while i < 2:\n        i += 1\n    return X - X.mean(axis=0)\n"
    course = toy(tmp_path, ("    return X - X.mean(axis=0)\n    ### END", f"{endless}    ### END"))
    (found,) = trials.try_part(course.root, "centering", "center", [(0, 1, 1)])
    by_line = {one.mutant.source.splitlines()[one.mutant.line - 1].strip(): one for one in found}
    assert by_line["i -= 1"].killed_by == by_line["i = 1"].killed_by == "CellTimeoutError"
    assert by_line["while i < 3:"].is_equivalent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('# %% survives="nothing" why="a"\n# 1\n', "no solution is called 'nothing'"),
        ('# %% near="center" why="a"\n', "no test is called 'center'"),
        ('# %% survives="center"\n# 1\n', "takes why="),
    ],
)
def test_a_mistake_in_an_explanation_is_named_with_its_line(tmp_path, text, words):
    course = toy(tmp_path)
    path = tmp_path / "explanations.py"
    path.write_text(text)
    with pytest.raises(CourseError, match=words) as refused:
        read_explanations(path, trials.cells_of(course.root, "centering"))
    assert str(refused.value).startswith(f"{path}:1: ")
