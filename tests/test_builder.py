"""The builder: percent text to notebooks, and the mistakes that it refuses with file and line."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import nbformat
import pytest

from grader import builder
from grader.assignment import read_assignment
from grader.course import Course
from grader.errors import CourseError
from grader.grading import open_gradebook
from grader.rules import names

GOOD = """\
# %% [markdown]
# # Sums

# %% setup="setup"
from utils import checks

progress = checks.Progress()

# %% [markdown] locked="total_statement"
# Write `total`.

# %% solution="total"
def total(a, b):
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION

# %% test="test_total" points=3
with progress.exercise("total", hidden_tests="other numbers"):
    checks.close(total(1, 2), 3, "total(1, 2)")
### BEGIN HIDDEN TESTS
assert total(2, 2) == 4
### END HIDDEN TESTS

# %% solution="twice"
def twice(a):
    ### BEGIN SOLUTION
    return total(a, a)
    ### END SOLUTION

# %% test="test_twice" points=2 needs="total"
with progress.exercise("twice", needs="total"):
    assert twice(2) == total(2, 2)

# %% [markdown] manual="why" points=1
# Because.

# %% tags=["figure"] needs="twice"
twice(3)
"""

TABLE = """\
[[assignment]]
name = "sums"
title = "Sums"
topic = "adding"
week = 1
points = 6
minutes = 10
stack = "numpy"
utils = ["checks"]
"""


@pytest.fixture
def toy(course: Course) -> Course:
    """A course with one small assignment."""
    (course.root / "course" / "assignments.toml").write_text(TABLE)
    course.text("sums").parent.mkdir()
    course.text("sums").write_text(GOOD)
    return Course.load(course.root)


def problems(toy: Course, text: str) -> list[str]:
    """What the builder says of `text`, without the path."""
    toy.text("sums").write_text(text)
    with pytest.raises(CourseError) as refused:
        builder.source_notebook(toy, toy.assignment("sums"))
    lines = str(refused.value).splitlines()
    assert all(line.startswith(f"{toy.text('sums')}:") for line in lines), lines
    return [line.removeprefix(f"{toy.text('sums')}:") for line in lines]


def test_a_good_text_becomes_a_notebook_with_nbgraders_metadata(toy):
    notebook = nbformat.reads(builder.source_notebook(toy, toy.assignment("sums")), as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    assert cells["total"].metadata.nbgrader == {
        "grade": False, "grade_id": "total", "locked": False, "schema_version": 3, "solution": True, "task": False,
    }  # fmt: skip
    assert cells["test_total"].metadata.nbgrader["points"] == 3
    assert cells["test_total"].metadata.nbgrader["locked"]
    assert cells["why"].metadata.nbgrader["grade"] and cells["why"].metadata.nbgrader["solution"]
    assert cells["setup"].metadata.course == {"kind": "setup"}
    assert cells["total"].metadata.tags == cells["test_total"].metadata.tags == ["raises-exception"]
    assert notebook.cells[-1].metadata.course == {"kind": "code", "needs": ["twice"]}
    assert notebook.cells[-1].metadata.tags == ["figure", "raises-exception"]


def test_the_same_text_gives_the_same_bytes(toy):
    first = builder.source_notebook(toy, toy.assignment("sums"))
    assert builder.source_notebook(toy, toy.assignment("sums")) == first
    assert str(toy.root) not in first


def test_an_edit_changes_only_the_ids_of_the_cells_it_touches(toy):
    before = json.loads(builder.source_notebook(toy, toy.assignment("sums")))
    toy.text("sums").write_text(GOOD.replace("# # Sums", "# # Sums and more\n\n# %% [markdown]\n# A new cell."))
    after = json.loads(builder.source_notebook(toy, toy.assignment("sums")))
    assert [cell["id"] for cell in before["cells"][1:]] == [cell["id"] for cell in after["cells"][2:]]


def test_repeated_cells_get_ids_of_their_own(toy):
    toy.text("sums").write_text(GOOD + "\n# %% [markdown]\n# Pause.\n\n# %% [markdown]\n# Pause.\n")
    ids = [cell["id"] for cell in json.loads(builder.source_notebook(toy, toy.assignment("sums")))["cells"]]
    assert len(set(ids)) == len(ids)
    assert ids[-1] == f"{ids[-2]}-2"


def test_a_marker_inside_a_string_is_text(toy):
    toy.text("sums").write_text(GOOD.replace("twice(3)", 'text = """\n# %% not a cell\n"""'))
    notebook = json.loads(builder.source_notebook(toy, toy.assignment("sums")))
    assert "# %% not a cell" in "".join(notebook["cells"][-1]["source"])


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('setup="setup"', 'setpu="setup"', 4, "unknown marker 'setpu'"),
        ('test="test_total" points=3', 'test="test_total" points=3 demo="x"', 18, "two kinds on one cell: demo and test"),
        ('locked="total_statement"', 'locked="total"', 12, "'total' is already used in line 9"),
        ('test="test_total" points=3', 'test="test_total"', 18, "has no points"),
        ("points=3", 'points="three"', 18, "points must be a whole number"),
        ("points=3", "points=0", 18, "points must be a whole number"),
        ('solution="total"', 'solution="total" points=3', 12, "points belong on a test or a manual cell"),
        ('test="test_twice" points=2', 'test="test_total_2" points=2', 25, "solution 'twice' has no test"),
        ('test="test_twice" points=2', 'test="test_thrice" points=2', 31, "there is no 'thrice'"),
        ("points=3", "points=4", 1, "the points add up to 7, but course/assignments.toml says 6"),
        ("    ### END SOLUTION\n\n# %% test=\"test_total\"", "\n# %% test=\"test_total\"", 14, "BEGIN SOLUTION without END"),
        ("    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION", "    return a + b", 12, "no ### BEGIN SOLUTION"),
        ("### BEGIN HIDDEN TESTS\n", "", 22, "END HIDDEN TESTS without BEGIN"),
        ("### END HIDDEN TESTS\n", "", 21, "BEGIN HIDDEN TESTS without END"),
        ("twice(3)\n", "### BEGIN SOLUTION\ntwice(3)\n### END SOLUTION\n", 39, "in a cell that is not a solution"),
        ("from utils import checks\n", "from utils import checks, gc_utils\n", 5, "imports utils.gc_utils"),
        ("from utils import checks\n", "from utils import checks\nimport utils.plotting\n", 6, "imports utils.plotting"),
        ("    assert twice(2) == total(2, 2)", "    four = 4\n    assert twice(2) == four", 0, ""),
        ("twice(3)\n", "twice(3)\n\n# %%\nfour + 1\n", 0, ""),
        (' needs="total"', "", 31, "uses the solution 'total', and it does not declare"),
        (' needs="twice"', "", 38, "uses the solution 'twice', and it does not declare"),
        ('needs="total"', 'needs="totals"', 31, "no solution has that name"),
        ('[markdown] manual="why"', 'manual="why"', 35, "belongs on a markdown cell"),
        ('setup="setup"', 'setup="set up"', 4, "takes a name made of letters"),
        ('tags=["figure"]', 'tags="figure"', 38, "an option of this marker has a wrong type: 'figure' is not of type 'array'"),
        ("# %% [markdown]\n# # Sums", "import os\n# %% [markdown]\n# # Sums", 1, "text before the first cell"),
        ('setup="setup"', 'A title setup="setup"', 4, "takes no title"),
        ("return a + b", "return a +", 15, "not valid Python"),
        ("twice(3)", "return 3", 39, "not valid Python: 'return' outside function"),
        ("twice(3)", "# %% [raw]\n# text", 39, "a raw cell"),
        ("# %% tags=", "#%% nothing=1 tags=", 38, "unknown marker 'nothing'"),
        ('setup="setup"', 'setup="größe"', 4, "takes a name made of letters"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(toy, old, new, line, words):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if not words:  # a harmless change: the text is accepted
        toy.text("sums").write_text(text)
        builder.source_notebook(toy, toy.assignment("sums"))
        return
    found = problems(toy, text)
    assert any(one.startswith(f"{line}: ") and words in one for one in found), found


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("# %%\nprint(leftover)\n", "reads 'leftover', which the test cell 'test_total' (line 18) binds"),
        ('# %% demo="long"\ncosts = [1]\n\n# %%\nprint(costs)\n', "reads 'costs', which the demo cell 'long'"),
        ("# %%\ndef helper():\n    return leftover\n", "reads 'leftover'"),
    ],
)
def test_what_a_test_or_demo_binds_may_not_be_read_outside(toy, cells, words):
    text = GOOD.replace("    checks.close(total(1", "    leftover = 1\n    checks.close(total(1") + "\n" + cells
    assert any(words in one for one in problems(toy, text))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (', needs="total"', "", 'write needs="total" in progress.exercise'),
        ('exercise("twice"', 'exercise("twise"', 'write progress.exercise("twice", ...)'),
        ('with progress.exercise("twice", needs="total"):', "if True:", 'one progress.exercise("twice", ...)'),
        (', hidden_tests="other numbers"', "", 'hidden_tests="…" says in words'),
        ('"twice", needs', '"twice", hidden_tests="none", needs', 'hidden_tests="…" says in words'),
        ("### BEGIN HIDDEN TESTS\nassert", "    ### BEGIN HIDDEN TESTS\nassert", "BEGIN HIDDEN TESTS is indented"),
        ("### END HIDDEN TESTS\n", "### END HIDDEN TESTS\nprint()\n", "nothing may stand after END HIDDEN TESTS"),
        ("### BEGIN HIDDEN TESTS", "### Begin Hidden Tests", "is not a marker that nbgrader knows"),
        ("twice(3)\n", "twice = None\n", "binds 'twice', which is the student's answer to 'twice'"),
    ],
)
def test_a_test_cell_has_one_shape(toy, old, new, words):
    assert old in GOOD
    assert any(words in one for one in problems(toy, GOOD.replace(old, new, 1)))


@pytest.mark.parametrize("comment", ["# why?", "# cp of the array", "# ls shows it", "# %matplotlib inline", "# !ls"])
def test_a_comment_that_looks_like_a_magic_stays_a_comment(toy, comment):
    toy.text("sums").write_text(GOOD.replace("    return a + b", f"    {comment}\n    return a + b"))
    assert comment in builder.source_notebook(toy, toy.assignment("sums"))


def test_what_a_released_cell_looks_like_is_known_from_the_text(toy):
    builder.build(toy, toy.assignment("sums"))
    release = nbformat.read(toy.release("sums"), as_version=4)
    assert [cell.source for cell in release.cells] == builder.released_sources(toy, toy.assignment("sums"))


def test_a_demo_may_read_what_a_demo_binds(toy):
    toy.text("sums").write_text(GOOD + '\n# %% demo="a"\ncosts = [1]\n\n# %% demo="b"\nprint(costs)\n')
    builder.source_notebook(toy, toy.assignment("sums"))


def test_helpers_that_only_tests_share_are_refused(toy):
    text = GOOD.replace(
        "progress = checks.Progress()", "progress = checks.Progress()\n\ndef check_it(x):\n    assert x"
    )
    text = text.replace("assert total(2, 2) == 4", "check_it(total(2, 2) == 4)")
    text = text.replace("    assert twice(2) == total(2, 2)", "    check_it(twice(2) == total(2, 2))")
    assert any("'check_it' is a helper that only tests share" in one for one in problems(toy, text))


def test_a_test_may_not_read_what_students_may_change(toy):
    text = GOOD.replace('# %% solution="twice"', '# %%\ndata = [1, 2]\n\n# %% solution="twice"')
    text = text.replace("total(2, 2)\n\n# %% [markdown]", "total(*data)\n\n# %% [markdown]")
    assert any("reads 'data', which a cell binds that students may change" in one for one in problems(toy, text))


def test_an_adapter_counts_as_the_solutions_it_calls(toy):
    text = (
        GOOD.replace(
            '# %% solution="twice"',
            '# %% adapter="call_total" needs="total"\ndef call_total(a):\n    return total(a, a)\n\n# %% solution="twice"',
        )
        .replace(', needs="total"', "")
        .replace(' needs="total"\nwith', "\nwith")
        .replace("total(2, 2)\n\n# %% [markdown]", "call_total(2)\n\n# %% [markdown]")
    )
    assert any("uses the solution 'total'" in one for one in problems(toy, text))


def test_names_follows_scopes():
    cell = textwrap.dedent("""
        import numpy as np
        def f(x, y=default):
            global counter
            counter = local = x + outer
            return [z for z in np.arange(local)]
        squares = [k * factor for k in range(3)]
        [last := k for k in [1]]
        match given:
            case [first, *rest]:
                pass
        try:
            pass
        except ValueError as problem:
            pass
        class A:
            attribute = given
    """)
    assert names(cell).bound == {"np", "f", "counter", "A", "squares", "last", "first", "rest", "problem"}
    assert names(cell).read - {"range", "ValueError"} == {"default", "outer", "given", "factor"}


def test_an_unknown_assignment_and_a_missing_text_are_one_sentence(toy):
    with pytest.raises(CourseError, match="There is no assignment called 'cnn'"):
        toy.assignment("cnn")
    toy.text("sums").unlink()
    with pytest.raises(CourseError, match=r"assignment\.py does not exist"):
        builder.source_notebook(toy, toy.assignment("sums"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("points = 6", 'points = "6"', "points must be of type int"),
        ("week = 1\n", "", "the column 'week' is missing"),
        ("week = 1", "weak = 1", "unknown column 'weak'"),
        ('stack = "numpy"', 'stack = "fortran"', "stack must be one of numpy, tensorflow"),
        ('name = "sums"', 'name = "../sums"', "a name consists of small letters"),
        (TABLE, TABLE + TABLE, "more than once"),
        (TABLE, "", "lists no assignment"),
        (TABLE, "assignment = 3", "lists no assignment"),
        (TABLE, "[assignment]\nname = 1", "lists no assignment"),
        ("points = 6", "points = = 6", "not readable as TOML"),
    ],
)
def test_a_mistake_in_the_table_is_one_sentence(toy, old, new, words):
    table = toy.root / "course" / "assignments.toml"
    table.write_text(TABLE.replace(old, new))
    with pytest.raises(CourseError, match=words):
        Course.load(toy.root)


def test_build_writes_source_and_release_and_the_gradebook(toy):
    assert builder.build(toy, toy.assignment("sums"))
    release = nbformat.read(toy.release("sums"), as_version=4)
    total = next(cell for cell in release.cells if cell.id == "total")
    assert "raise NotImplementedError()" in total.source and "return a + b" not in total.source
    with open_gradebook(toy) as gradebook:
        assert gradebook.find_assignment("sums").max_score == 6
    assert not builder.build(toy, toy.assignment("sums"))


def test_build_refuses_python_files_that_would_be_released(toy):
    toy.source("sums").parent.mkdir(parents=True)
    (toy.source("sums").parent / "solutions.py").write_text("secret = 1")
    with pytest.raises(CourseError, match="would release this file"):
        builder.build(toy, toy.assignment("sums"))


def test_a_refused_build_keeps_the_old_release(toy):
    builder.build(toy, toy.assignment("sums"))
    before = toy.release("sums").read_bytes()
    with open_gradebook(toy) as gradebook:
        gradebook.update_or_create_student("ada")
        gradebook.update_or_create_submission("sums", "ada")
    renamed = GOOD.replace('solution="twice"', 'solution="double"').replace('"test_twice"', '"test_double"')
    renamed = renamed.replace('exercise("twice"', 'exercise("double"')
    toy.text("sums").write_text(renamed.replace('needs="twice"', 'needs="double"').replace("twice(", "double("))
    with pytest.raises(CourseError, match="Cannot add or remove cells"):
        builder.build(toy, toy.assignment("sums"))
    assert toy.release("sums").read_bytes() == before
    assert "double" not in toy.source("sums").read_text()


def test_the_reader_of_an_assignment_keeps_lines(toy):
    lines = GOOD.splitlines()
    for cell in read_assignment(toy.text("sums")):
        assert lines[cell.text.line - 1].startswith("# %%")
        first = cell.source.splitlines()[0]
        assert first in lines[cell.text.first_line - 1]


def test_a_course_is_found_from_a_folder_below_it(toy, tmp_path):
    below = toy.root / "submitted" / "ada"
    below.mkdir(parents=True)
    assert Course.find(below).root == toy.root
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(CourseError, match="is not a course"):
        Course.find(tmp_path / "elsewhere")


def test_paths_of_a_course_follow_nbgrader(toy):
    assert toy.submitted("ada", "sums") == Path(toy.root, "submitted", "ada", "sums")
