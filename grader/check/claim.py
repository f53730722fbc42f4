"""A claim about an assignment: what has to be done to measure it, and what was found."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.assignment import CourseCell
from grader.builder import source_notebook
from grader.check import trials
from grader.check.batches import Batch
from grader.course import Assignment, Course
from grader.errors import CourseError
from grader.variants import Explanation, Variant, read_explanations, read_variants

CHUNK = 40  # items that one process does in a row


@dataclass(frozen=True)
class Topic:
    """An assignment with all that is known of it.

    Attributes
    ----------
    course : Course
    row : Assignment
    quick : bool
        Whether a sample is enough.
    """

    course: Course
    row: Assignment
    quick: bool
    cells: Sequence[CourseCell]
    variants: Sequence[Variant]
    explanations: Sequence[Explanation]

    @classmethod
    def read(cls, course: Course, row: Assignment, quick: bool = False) -> Topic:
        """Read an assignment and its known answers.

        Raises
        ------
        CourseError
            With a line ``file:line: what is wrong``; also when the assignment would not build.
        """
        source_notebook(course, row)
        cells = trials.cells_of(course.root, row.name)
        path = course.variants(row.name)
        if not path.is_file():
            raise CourseError(
                f"{path} is missing: {row.name} has no known answers to try its tests with. docs/authoring.md says how they are written."
            )
        return cls(course, row, quick, cells, read_variants(path, cells), read_explanations(path, cells))

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def given(self) -> tuple[Path, str]:
        return self.course.root, self.name

    def of_kind(self, kind: str) -> dict[str, CourseCell]:
        return {cell.name: cell for cell in self.cells if cell.kind == kind}

    def dependents(self, solution: str) -> set[str]:
        """The tests that may fail when a solution is wrong: its own, and those that declare to need it."""
        return {
            test.name for test in self.of_kind("test").values() if test.solution == solution or solution in test.needs
        }

    def explained(self, kind: str, name: str) -> list[Explanation]:
        return [one for one in self.explanations if one.kind == kind and one.of == name]


@dataclass(frozen=True)
class Finding:
    """What became of a claim.

    Attributes
    ----------
    claim : str
    measured : str
    problems : list of str
        One sentence each; empty if the claim holds.
    remarks : list of str
        What is worth knowing and no problem.
    """

    claim: str
    measured: str
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class Claim(ABC):
    """Something that is claimed of an assignment."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.results: dict[Any, Any] = {}  # by item

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """What has to be done; `results` has the result of each item afterwards."""

    @abstractmethod
    def findings(self) -> Iterator[Finding]:
        """What the results say."""

    def take(self, batch: Batch, results: list) -> None:
        self.results.update(zip(batch.items, results, strict=True))

    def _batch(self, do: Any, items: Sequence[Any], *more: Any, size: int = CHUNK) -> Iterator[Batch]:
        """Batches of a convenient size; items are dealt in turn, because dear ones stand side by side."""
        parts = max(1, math.ceil(len(items) / size))
        for part in range(parts):
            yield Batch(self, do, (*self.topic.given, *more), tuple(items[part::parts]))
