"""All that is claimed of one assignment, as `grader check` measures it; what the suite of a topic runs (`suites.py`)."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from grader.check import check
from grader.course import Course


def main(topic: str) -> int:
    """Print what was measured and what does not hold; 1 if there is anything."""
    course = Course.load(Path.cwd())
    *_, (_, _, _, findings) = check(course, [course.assignment(topic)])
    for one in findings:
        print(f"{one.claim:24}{one.measured:44}{'no' if one.problems else 'yes'}")
    problems = [problem for one in findings for problem in one.problems]
    print(*(f"* {problem}" for problem in problems), sep="\n", flush=True)
    if figures := os.environ.get("SUITE_FIGURES"):
        Path(figures).write_text(json.dumps({one.claim: one.measured for one in findings}), encoding="utf-8")
    return 1 if problems or not findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
