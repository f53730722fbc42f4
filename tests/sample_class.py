"""A small class for demonstrations and tests: hand-ins of Gradient Checking made from the course's known answers.

``python tests/sample_class.py demo`` makes a course folder of its own in ``demo/`` (text and settings of this course)
and the zip with the hand-ins, as an LMS would deliver it. The live gradebook and the live folders are not touched.
"""

from __future__ import annotations

import shutil
import sys
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.assignment import read_assignment, regions
from grader.course import Course
from grader.variants import read_variants

ROOT = Path(__file__).resolve().parent.parent
TOPIC = "gradient_checking"
TEXT = "The two costs come from two different masks, so the quotient compares two networks. Switch dropout off, or fix the mask."
CRASH = "import os\n\nos.abort()  # what a broken compiled library does when it is imported"


def reference_answers(topic: str = TOPIC, root: Path = ROOT) -> dict[str, str]:
    """The solutions of the course itself, by solution."""
    cells = read_assignment(Course.load(root).text(topic))
    return {cell.grade_id: cell.source for cell in cells if cell.kind == "solution"}


def variant_answers(which: int, topic: str = TOPIC, root: Path = ROOT) -> dict[str, str]:
    """One right variant of every solution: the first (0) or the last (-1)."""
    course = Course.load(root)
    variants = read_variants(course.variants(topic), read_assignment(course.text(topic)))
    right: dict[str, list[str]] = {}
    for variant in variants:
        if variant.right:
            right.setdefault(variant.solution, []).append(variant.source)
    return {solution: sources[which] for solution, sources in right.items()}


def wrong_answer(solution: str, name: str, topic: str = TOPIC, root: Path = ROOT) -> dict[str, str]:
    """The reference with one misconception in it."""
    course = Course.load(root)
    variants = read_variants(course.variants(topic), read_assignment(course.text(topic)))
    (source,) = (v.source for v in variants if not v.right and v.solution == solution and v.name == name)
    return {**reference_answers(topic, root), solution: source}


def hand_in(answers: Mapping[str, str], text: str = "", topic: str = TOPIC, root: Path = ROOT) -> NotebookNode:
    """The release notebook with solution cells, and the free text, filled in."""
    notebook = nbformat.read(Course.load(root).release(topic), as_version=4)
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("grade_id") in answers:
            cell.source = answers[meta["grade_id"]]
        elif text and meta.get("grade") and meta.get("solution"):
            cell.source = text
    return notebook


def hidden_lines() -> set[str]:
    """The lines of all hidden tests, without those that are too short to be told from others."""
    lines = set()
    for cell in read_assignment(Course.load(ROOT).text(TOPIC)):
        for first, last in regions(cell.source, "HIDDEN TESTS"):
            lines |= {line.strip() for line in cell.source.splitlines()[first + 1 : last]}
    return {line for line in lines if len(line) > 12}


def sample_class() -> dict[str, bytes]:
    """The hand-ins by file name."""
    reference = reference_answers()
    names = list(reference)
    notebooks = {
        "ada": hand_in(variant_answers(0), TEXT),  # complete
        "ben": hand_in(variant_answers(-1), TEXT),  # complete, in another style
        "cleo": hand_in({name: reference[name] for name in names[: len(names) // 2]}),  # partly right
        "dora": hand_in(wrong_answer("gradient_check", "one-sided"), TEXT),  # a misconception
        "emil": hand_in(wrong_answer("backward_propagation_n_repaired", "only dW2 mended"), TEXT),  # another one
        "finn": hand_in({}),  # untouched
        "gita": hand_in({**reference, names[0]: CRASH}),  # kills its process
    }
    files = {f"{student}_{TOPIC}.ipynb": nbformat.writes(notebook).encode() for student, notebook in notebooks.items()}
    files[f"hugo_{TOPIC}.ipynb"] = b"%PDF-1.4 a scan of my notes"  # not a notebook at all
    return files


def write_course(folder: Path, topics: Sequence[str] = (TOPIC,)) -> None:
    """A course folder with this course's settings and the text of some of its assignments, and nothing else."""
    (folder / "course").mkdir(parents=True, exist_ok=True)
    head, *rows = (ROOT / "course" / "assignments.toml").read_text(encoding="utf-8").split("[[assignment]]")
    chosen = [row for row in rows if tomllib.loads(row)["name"] in topics]
    (folder / "course" / "assignments.toml").write_text("[[assignment]]".join([head, *chosen]), encoding="utf-8")
    for topic in topics:
        shutil.copytree(ROOT / "course" / topic, folder / "course" / topic, dirs_exist_ok=True)
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")


def main(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    write_course(folder)
    with zipfile.ZipFile(folder / "hand-ins.zip", "w") as archive:
        for name, content in sample_class().items():
            archive.writestr(name, content)
    print(f"{folder}: a course folder of its own, and hand-ins.zip with the work of {len(sample_class())} students")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
