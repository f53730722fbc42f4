"""A course of one exercise, and hand-ins for it: what the tests of the engine examine."""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader import examination, handin
from grader.builder import STUB
from grader.engine.examiner import Job, Result
from grader.engine.template import Template
from grader.gradebook import scores
from grader.master import Master
from grader.pausing import without_pause

SETUP = "import numpy as np\n\nfrom utils import checks\n\nprogress = checks.Progress()"
SOLUTION = "def double(x):\n    return 2 * x"
TEST = """with progress.exercise("double", hidden_tests="arrays"):
    checks.close(double(2), 4, "double(2)", "the input comes back")
### BEGIN HIDDEN TESTS
secret = checks.rng(7).normal(size=3)
np.testing.assert_allclose(double(secret), 2 * secret, err_msg="HIDDEN ORACLE")
assert double(-1) == -2, "HIDDEN ASSERTION"
### END HIDDEN TESTS"""


def cell(kind: str, source: str, name: str = "", points: float | None = None, **more: object) -> NotebookNode:
    """A cell with our markers; `name` is its grade id."""
    metadata: dict = {"course": {"kind": kind, **more}}
    if name:
        is_test = kind == "test"
        metadata["nbgrader"] = {
            "grade": is_test,
            "grade_id": name,
            "locked": kind != "solution",
            "schema_version": 3,
            "solution": kind == "solution",
            "task": False,
        }
        if points is not None:
            metadata["nbgrader"]["points"] = points
    return (
        new_code_cell(source, metadata=metadata, id=name or None) if name else new_code_cell(source, metadata=metadata)
    )


def course_notebook(*cells: NotebookNode) -> NotebookNode:
    """The source notebook: set-up, then these cells, or the exercise `double` with its test."""
    exercise = [cell("solution", SOLUTION, "double"), cell("test", TEST, "test_double", 5)]
    return new_notebook(
        cells=[new_markdown_cell("# A course", id="title"), cell("setup", SETUP, "setup"), *(cells or exercise)]
    )


def handed_in(
    source: NotebookNode, answers: dict[str, str], before: Sequence[str] = (), after: Sequence[str] = ()
) -> NotebookNode:
    """The notebook with answers in its solution cells, stubs elsewhere, and cells of the student's own."""
    cells = []
    for one in source.cells:
        copy = one.copy()
        if one.metadata.get("course", {}).get("kind") == "solution":
            copy.source = answers.get(one.id, STUB)
        cells.append(copy)
    own = [[new_code_cell(text) for text in texts] for texts in (before, after)]
    return new_notebook(cells=[*own[0], *cells, *own[1]], metadata=source.metadata)


class Examined:
    """What came out: results and points by grade id, the outputs of the student's own cells, and the loss of the process."""

    def __init__(self, cells: list[handin.GradedCell], report: examination.Report) -> None:
        self.results: dict[str, Result] = {}
        self.own: list[list[dict]] = []
        self.lost = report.lost
        for number, graded in enumerate(cells):
            result = report.results.get(number)
            if graded.master and graded.master.name:
                self.results[graded.master.name] = result
            elif graded.cell.cell_type == "code":
                self.own.append(result.outputs if result else [])
        self.points = {score.name: score.points for score in scores(cells, report.results)}
        self.everything = str([result.outputs for result in report.results.values() if result.passed is None])

    def said(self, name: str) -> str:
        """The text of the exception that a cell ended with; empty if it did not."""
        outputs = self.results[name].outputs
        return next((f"{out['ename']}: {out['evalue']}" for out in outputs if out["output_type"] == "error"), "")


def examine(
    template: Template,
    answers: dict[str, str],
    source: NotebookNode | None = None,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    seconds: float | None = 10,
    seed: str | None = "a secret of the course",
    files: handin.Files | None = None,
    courses: handin.Files | None = None,
    modules: Sequence[str] | None = None,
    **more: float,
) -> Examined:
    """Examine one hand-in of the small course."""
    source = source or course_notebook()
    master = Master.of(source)
    cells = handin.restore(handed_in(source, answers, before, after), master)
    job = Job(list(handin.steps(cells, master)), seconds, seed, **more)
    return Examined(cells, without_pause(examination.examine(template, job, files or {}, courses or {}, modules)))
