"""The helpers of test cells: what they accept, and what they say to a student."""

from __future__ import annotations

import random

import numpy as np
import pytest

from utils import checks


def message(function, *arguments, **options) -> str:
    with pytest.raises(checks.CheckFailed) as failed:
        function(*arguments, **options)
    return str(failed.value)


@pytest.mark.parametrize(
    "value", [[[1, 2], [3, 4]], ((1, 2), (3, 4)), np.array([[1, 2], [3, 4]], dtype=np.float32), np.matrix("1 2; 3 4")]
)
def test_any_style_of_array_is_right(value):
    checks.close(value, np.array([[1.0, 2.0], [3.0, 4.0]]), "W")


@pytest.mark.parametrize("value", [8, 8.0, np.float32(8), np.array(8), np.array([8]), np.array([[8.0]]), True + 7])
def test_any_style_of_number_is_right(value):
    checks.close(value, 8, "J")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "J is None.\nLikely cause: a function that ends without `return`"),
        (..., "J is still `...`"),
        ("8", "J is a str; it should be a number or an array of real numbers.\nLikely cause: write the number itself"),
        (8.001, "J differs by less than a thousandth of its size"),
        (8j, "J is a complex; it should be a number"),
        (np.array(["x"]), "J is a ndarray that holds something else than real numbers"),
        (True, "J is True, a verdict and not a number"),
        (object(), "J is an object; it should be a number"),
        (np.ones(2), "J has the shape (2,); it should be a single number"),
        (np.ones(0), "J has the shape (0,)"),
        ([9], "J is a list; it should be a single number.\nLikely cause: return the number itself"),
        (float("nan"), "J contains nan"),
        (float("inf"), "J contains infinity"),
        (-8, "J has the wrong sign"),
        (16, "J is 2 times as large as it should be"),
        (4, "J is 0.5 times as large as it should be"),
        (9, "J is 9, which is not right"),
    ],
)
def test_a_wrong_number_is_described_without_the_right_one(value, words):
    said = message(checks.close, value, 8, "J")
    assert words in said
    assert "8" not in said.replace("'8'", "")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            [[1, 3, 5], [2, 4, 6]],
            "W has the shape (2, 3); it should be (3, 2).\nLikely cause: the array is transposed.",
        ),
        ([1, 2], "W has the shape (2,); it should be (3, 2)"),
        ([[7, 14], [21, 28], [35, 42]], "W is 7 times as large as it should be, in every entry"),
        ([[-1, -2], [-3, -4], [-5, -6]], "W has the wrong sign"),
        ([[1, 2], [3, 5], [5, 7]], "W is wrong in 2 of 6 entries; the worst is 5 at index (1, 1)"),
    ],
)
def test_a_wrong_array_is_described(value, words):
    assert words in message(checks.close, value, [[1, 2], [3, 4], [5, 6]], "W")


def test_the_cause_stands_on_a_line_of_its_own():
    assert (
        message(checks.close, 1, 7, "J", "look at the sign.")
        == "J is 1, which is not right.\nLikely cause: look at the sign."
    )


def test_zero_is_told_from_nearly_zero():
    checks.close(1e-12, 0, "J")
    assert "should be zero" in message(checks.close, 0.5, 0, "J")


def test_keys_names_what_is_missing_and_what_is_there():
    checks.keys({"W1": 1, "b1": 2, "extra": 3}, ["W1", "b1"], "parameters")
    assert message(checks.keys, {"W1": 1}, ["W1", "b1"], "parameters") == "parameters has no entry 'b1'; it has ['W1']."
    assert "parameters is a list, not a dictionary" in message(checks.keys, [], ["W1"], "parameters")


def test_shapes_names_the_entry_that_has_another_shape():
    expected = {"W1": (2, 3), "b1": (2, 1)}
    checks.shapes({"W1": np.zeros((2, 3)), "b1": [[0], [0]], "note": "more do no harm"}, expected, "parameters")
    said = message(checks.shapes, {"W1": np.zeros((2, 3)), "b1": np.zeros(2)}, expected, "parameters")
    assert said == "b1 has the shape (2,); it should be (2, 1).\nLikely cause: a column has two axes, (n, 1), not one."
    assert "transposed" in message(checks.shapes, {"W1": np.zeros((3, 2)), "b1": np.zeros(2)}, expected, "parameters")
    assert "no entry 'b1'" in message(checks.shapes, {"W1": np.zeros((2, 3))}, expected, "parameters")


def test_unchanged_sees_a_change_in_place():
    before = {"W": np.ones(2)}
    after = {"W": np.ones(2)}
    checks.unchanged(after, before, "parameters")
    after["W"][0] = 5
    assert "parameters is not the same after the call" in message(checks.unchanged, after, before, "parameters")
    assert "parameters is not the same after the call" in message(checks.unchanged, {}, before, "parameters")
    assert "parameters is not the same" in message(checks.unchanged, {**before, "new": 1}, before, "parameters")
    assert "X is not the same" in message(checks.unchanged, np.ones(2), np.zeros(2), "X")


def test_property_fails_with_its_own_words():
    checks.property(np.bool_(True), "never said")
    assert message(checks.property, False, "Columns do not sum to one.", "the axis") == (
        "Columns do not sum to one.\nLikely cause: the axis"
    )


def test_seed_makes_every_generator_repeat_itself():
    checks.seed(3)
    first = random.random(), np.random.randn(3).tolist()
    checks.seed(3)
    assert first == (random.random(), np.random.randn(3).tolist())


def test_rng_depends_on_the_secret_and_the_stream(monkeypatch):
    monkeypatch.delenv("COURSE_SEED", raising=False)
    public = checks.rng(1).random()
    assert checks.rng(1).random() == public
    assert checks.rng(2).random() != public
    monkeypatch.setenv("COURSE_SEED", "of this year")
    assert checks.rng(1).random() != public


def test_progress_remembers_and_reports(capsys):
    progress = checks.Progress()
    with progress.exercise("a", hidden_tests="other shapes"):
        pass
    with pytest.raises(checks.VisibleCheckFailed, match="b: wrong shape"), progress.exercise("b"):
        checks.fail("wrong shape")
    progress.report(["a", "b", "c"])
    said = capsys.readouterr().out
    assert "✔ a: the visible checks pass. Hidden tests also try: other shapes.\n" in said
    assert said.endswith(
        "1 of 3 exercises pass their visible checks.\n"
        "  ✔ a: passes\n  ✘ b: does not pass yet\n  · c: its check has not run\n"
    )


def test_a_failure_points_to_an_exercise_that_it_needs(capsys):
    progress = checks.Progress()
    with pytest.raises(checks.VisibleCheckFailed) as failed, progress.exercise("b", needs="a"):
        checks.fail("b is 3.", "its own cause.")
    # the check of a has not run: it may be right
    assert str(failed.value) == "b: b is 3.\nLikely cause: its own cause."
    with pytest.raises(checks.VisibleCheckFailed), progress.exercise("a"):
        checks.fail("a is 2.")
    with pytest.raises(checks.VisibleCheckFailed) as failed, progress.exercise("b", needs="a"):
        checks.fail("b is 3.", "its own cause.")
    assert str(failed.value) == (
        "b: b is 3.\nLikely cause: this check uses a, whose own check does not pass. Look there first."
    )
    with progress.exercise("a"):
        pass
    with pytest.raises(checks.VisibleCheckFailed, match="its own cause"), progress.exercise("b", needs="a"):
        checks.fail("b is 3.", "its own cause.")


def test_an_exercise_that_broke_again_no_longer_counts(capsys):
    progress = checks.Progress()
    with progress.exercise("a"):
        pass
    with pytest.raises(checks.VisibleCheckFailed), progress.exercise("a"):
        checks.fail("broken")
    progress.report(["a"])
    assert "0 of 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise NotImplementedError()", "is not written yet"),
        ("undefined_name", "the name 'undefined_name' does not exist"),
        ("[1][2]", "your code raised IndexError: list index out of range"),
        ("answer()", "in answer, line 2: return None + 1"),
        ("a", "a: this exercise, or one that it builds on, is not written yet"),
        (
            "misspelt()",
            "the name 'thet' does not exist.\n  in misspelt, line 4: return thet\nLikely cause: a misspelt variable",
        ),
        ("endless()", "Likely cause: a function calls itself"),
        (
            "drawn()",
            "TypeError: 'tuple' object cannot be interpreted as an integer\n  in drawn, line 9: return rand((2, 3))",
        ),
    ],
)
def test_an_exception_of_the_students_code_becomes_a_message(code, words):
    import linecache

    source = (
        "def answer():\n    return None + 1\ndef misspelt():\n    return thet\ndef endless():\n    endless()\n"
        "def drawn():\n    from numpy.random import rand\n    return rand((2, 3))\n"
    )
    linecache.cache["<student>"] = (len(source), None, source.splitlines(keepends=True), "<student>")
    namespace: dict = {}
    exec(compile(source, "<student>", "exec"), namespace)
    namespace["progress"] = checks.Progress()
    test_cell = compile(f"with progress.exercise('a'):\n    {code}", "<test cell>", "exec")
    with pytest.raises(checks.VisibleCheckFailed) as failed:
        exec(test_cell, namespace)
    assert words in str(failed.value)
    assert str(failed.value).startswith("a: ")
    assert str(failed.value).count("\n") < 8
    assert "mtrand" not in str(failed.value)


def test_code_that_was_not_compiled_from_lines_is_passed_over():
    def made():
        raise ValueError("mine")

    size = len(made.__code__.co_code) // 2
    nowhere = [0xF8 | (min(8, size - at) - 1) for at in range(0, size, 8)]  # each is for up to eight instructions
    made.__code__ = made.__code__.replace(co_linetable=bytes(nowhere))
    try:
        made()
    except ValueError as error:
        trace = error.__traceback__
    assert trace.tb_next.tb_lineno is None
    assert checks.frames(trace, skip=1) == []


def test_ipython_shows_the_message_and_no_traceback_of_the_helpers():
    lines = checks.VisibleCheckFailed("a: first\nsecond")._render_traceback_()
    assert lines == ["\x1b[1ma: first\x1b[0m", "second"]
    assert all(len(line) < 100 for line in checks.VisibleCheckFailed("a: " + "word " * 50)._render_traceback_())
