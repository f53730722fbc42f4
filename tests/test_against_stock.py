"""Honest submissions get from our converter what they get from nbgrader's own, cell by cell."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import nbformat
import nbgrader
import pytest
import sample_class
from nbgrader import converters
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sample_class import TOPIC
from traitlets.config import Config

from grader import nbgrader_setup
from grader.autograde import Autograde

pytestmark = pytest.mark.system

EXAMPLE = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"  # nbgrader's own example course
HONEST = ["ada", "ben", "cleo", "dora", "emil", "finn"]
# What the start of a kernel writes to stderr must not cost points with nbgrader's converter.
SETTINGS = {"Execute": {"timeout": 120}, "IgnorePattern": {"enabled": True, "pattern": r"(?s).*"}}

Row = tuple[float | None, float | None, bool]


def convert(converter: type[converters.BaseConverter], root: Path, assignment: str) -> None:
    nbgrader_setup.put_tools_on_path()
    coursedir = CourseDirectory(config=Config({"CourseDirectory": {"root": str(root)}}))
    coursedir.assignment_id = assignment
    log = logging.Logger("stock", logging.CRITICAL)
    converter(coursedir=coursedir, config=Config(SETTINGS), log=log, force=True).start()


def recorded(root: Path, assignment: str) -> tuple[dict[tuple, Row], dict[tuple, str | None]]:
    """All grades and all automatic comments, by student, notebook and cell."""
    grades, comments = {}, {}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            for notebook in submission.notebooks:
                where = submission.student.id, notebook.name
                for grade in notebook.grades:
                    grades[*where, grade.name] = grade.auto_score, grade.score, grade.needs_manual_grade
                for comment in notebook.comments:
                    comments[*where, comment.name] = comment.auto_comment
    return grades, comments


def our_course(root: Path) -> None:
    shutil.copytree(sample_class.ROOT / "source" / TOPIC, root / "source" / TOPIC)
    for name, content in sample_class.sample_class().items():
        if (student := name.split("_")[0]) in HONEST:
            folder = root / "submitted" / student / TOPIC
            folder.mkdir(parents=True)
            (folder / f"{TOPIC}.ipynb").write_bytes(content)


def nbgraders_example(root: Path) -> None:
    for folder in ("source", "submitted"):
        shutil.copytree(EXAMPLE / folder, root / folder)


@pytest.mark.parametrize(("assignment", "prepare"), [(TOPIC, our_course), ("ps1", nbgraders_example)])
def test_grades_comments_cells_and_marks_are_those_of_nbgrader(tmp_path, assignment, prepare):
    """From copies of one course folder, graded by nbgrader's converter and by ours."""
    stock, ours = tmp_path / "stock", tmp_path / "ours"
    prepare(stock)
    convert(converters.GenerateAssignment, stock, assignment)
    shutil.copytree(stock, ours)
    convert(converters.Autograde, stock, assignment)
    convert(Autograde, ours, assignment)
    assert recorded(ours, assignment) == recorded(stock, assignment)
    grades, comments = recorded(stock, assignment)
    assert len(grades) == {TOPIC: 6 * 12, "ps1": 2 * 9}[assignment]
    assert {row[0] for row in grades.values()} > {0.0, None}
    assert set(comments.values()) == {None, "No response."}

    paths = sorted(path.relative_to(stock) for path in stock.glob(f"autograded/*/{assignment}/*.ipynb"))
    assert len(paths) == {TOPIC: 6, "ps1": 4}[assignment]
    for path in paths:
        one, other = (nbformat.read(root / path, as_version=4) for root in (stock, ours))
        assert [(cell.cell_type, cell.source) for cell in other.cells] == [(c.cell_type, c.source) for c in one.cells]
        assert [meta(cell) for cell in other.cells] == [meta(cell) for cell in one.cells]
        ran = [number for number, cell in enumerate(other.cells) if is_run(cell)]
        failed = [failed_with(other.cells[number]) for number in ran]
        assert failed == [failed_with(one.cells[number]) for number in ran]


def meta(cell: nbformat.NotebookNode) -> tuple:
    found = cell.metadata.get("nbgrader", {})
    return tuple(found.get(key) for key in ("grade_id", "grade", "solution", "locked", "points", "checksum"))


def is_run(cell: nbformat.NotebookNode) -> bool:
    """Whether our converter runs a cell: demos and unchanged figures of the course it does not."""
    return cell.metadata.get("course", {}).get("kind") not in ("demo", "code")


def failed_with(cell: nbformat.NotebookNode) -> str | None:
    return next((output.ename for output in cell.get("outputs", []) if output.output_type == "error"), None)
