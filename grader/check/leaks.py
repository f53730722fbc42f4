"""Whether anything that students get holds a line of a solution or of a hidden test."""

from __future__ import annotations

import html
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat

from grader import builder, grading, nbgrader_setup
from grader.assignment import CourseCell, regions, without_regions
from grader.check import trials
from grader.course import Course
from grader.engine.sandbox import TIERS
from grader.errors import CourseError
from grader.feedback import write_pages
from grader.modules import closure
from grader.variants import Variant

SHORTEST = 12  # characters of a line that says something
STUDENT = "somebody"


def secret_lines(cells: Sequence[CourseCell], region: str) -> dict[str, str]:
    """The lines between markers, by their text, each with its cell; without those that students may read elsewhere."""
    public: list[str] = []
    secret: dict[str, str] = {}
    for cell in cells:
        source = cell.source
        for name in ("SOLUTION", "HIDDEN TESTS"):
            lines = source.splitlines()
            for first, last in regions(source, name):
                if name == region:
                    secret.update({line.strip(): cell.grade_id or "" for line in lines[first + 1 : last]})
            source = without_regions(source, name)
        if cell.kind != "manual":
            public += map(str.strip, source.splitlines())
    said = "\n".join(public)
    return {line: where for line, where in secret.items() if len(line) >= SHORTEST and line not in said}


def found(root: Path, topic: str, places: Sequence[str]) -> list[list[str]]:
    """A sentence for each line that is where it must not be; `places` are ``release``, ``utils`` and ``feedback``."""
    looks = {"release": _in_release, "utils": _in_utils, "feedback": _in_feedback}
    return [list(looks[place](root, topic)) for place in places]


def _in_release(root: Path, topic: str) -> Iterator[str]:
    course, cells = trials.course_at(root), trials.cells_of(root, topic)
    built = course.release(topic)
    texts = {"what is released": "\n".join(builder.released_sources(course, course.assignment(topic)))}
    if built.is_file():
        notebook = nbformat.read(built, as_version=4)
        texts[f"release/{topic}/{topic}.ipynb"] = "\n".join(cell.source for cell in notebook.cells)
    for region in ("SOLUTION", "HIDDEN TESTS"):
        for line, where in secret_lines(cells, region).items():
            yield from (f"{name} holds a line of {where}: {line}" for name, text in texts.items() if line in text)


def _in_utils(root: Path, topic: str) -> Iterator[str]:
    lines: dict[str, str] = {}
    for region in ("SOLUTION", "HIDDEN TESTS"):
        lines |= secret_lines(trials.cells_of(root, topic), region)
    listed = trials.course_at(root).assignment(topic).utils
    for module in sorted({*listed, *closure(listed)}):
        path = root / "utils" / f"{module}.py"
        if path.is_file():
            helpers = {line.strip() for line in path.read_text(encoding="utf-8").splitlines()}
            yield from (f"utils/{module}.py holds a line of {lines[line]}: {line}" for line in lines.keys() & helpers)


def _in_feedback(root: Path, topic: str) -> Iterator[str]:
    """Grades a hand-in whose answers only hidden tests catch, where there are some, and reads the page that comes back."""
    wrong = _wrong_answers(trials.variants_of(root, topic))
    with tempfile.TemporaryDirectory(prefix="grader-check-") as folder:
        course = _course_with(Path(folder), root, topic)
        assignment = course.assignment(topic)
        builder.build(course, assignment)
        notebook = nbformat.read(course.release(topic), as_version=4)
        for cell in notebook.cells:
            cell.source = wrong.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        handed_in = course.submitted(STUDENT, topic)
        handed_in.mkdir(parents=True)
        nbformat.write(notebook, handed_in / f"{topic}.ipynb")
        (submission,) = grading.submissions(course, assignment)
        autograde = grading.autograder(course, assignment, 1, TIERS[-1])
        for _, verdict in grading.grade([(autograde, submission)]):
            if isinstance(verdict, CourseError):
                raise verdict
        for _, _, written in write_pages(nbgrader_setup.directory(course), [(topic, STUDENT)]):
            if isinstance(written, CourseError):
                raise written
            pages = "".join(path.read_text(encoding="utf-8") for path in written)
    text = html.unescape(re.sub(r"<[^>]+>", "", pages))
    for line, where in secret_lines(trials.cells_of(root, topic), "HIDDEN TESTS").items():
        if line in text:
            yield f"The feedback holds a line of {where}: {line}"
    own = "\n".join(wrong.values())
    for line, where in secret_lines(trials.cells_of(root, topic), "SOLUTION").items():
        if line in text and line not in own:
            yield f"The feedback holds a line of {where}: {line}"


def _wrong_answers(variants: Sequence[Variant]) -> dict[str, str]:
    """A wrong answer to each exercise; one that passes the visible checks, if one is known."""
    found: dict[str, Variant] = {}
    for variant in variants:
        if not variant.right and (variant.solution not in found or variant.hidden):
            found[variant.solution] = variant
    return {solution: variant.source for solution, variant in found.items()}


def _course_with(folder: Path, root: Path, topic: str) -> Course:
    """A course folder of its own with one assignment: whatever is done there, the live gradebook is not touched."""
    (folder / "course").mkdir()
    head, *rows = (root / "course" / "assignments.toml").read_text(encoding="utf-8").split("[[assignment]]")
    own = [row for row in rows if tomllib.loads(row)["name"] == topic]
    (folder / "course" / "assignments.toml").write_text("[[assignment]]".join([head, *own]), encoding="utf-8")
    shutil.copytree(root / "course" / topic, folder / "course" / topic)
    if (root / "nbgrader_config.py").is_file():
        shutil.copyfile(root / "nbgrader_config.py", folder / "nbgrader_config.py")
    return Course.load(folder)
