"""`grader check`: what an assignment claims, measured. No wrong answer passes its tests, and no right one fails them.

`claims` says what is claimed and judges it, `batches` spreads the work, `trials` does it: it tries known answers (`grader.variants`)
and `mutants` in one process and through the engine, with `inputs` for comparing survivors and `margins` for tolerances. `leaks` reads
what students get.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from grader.check.batches import done
from grader.check.claim import Claim, Finding, Topic
from grader.check.claims import CLAIMS
from grader.course import Assignment, Course


def check(
    course: Course, assignments: Sequence[Assignment], quick: bool = False, workers: int | None = None
) -> Iterator[tuple[int, int, str, list[Finding]]]:
    """Measure all claims of some assignments.

    Parameters
    ----------
    course : Course
    assignments : sequence of Assignment
    quick : bool
        Whether a sample of each is enough.
    workers : int, optional
        Processes at once; as many as there are cores unless given.

    Yields
    ------
    done, total : int
        Batches of work.
    topic : str
    findings : list of Finding
        Of an assignment, when all its work is done; an empty list before.

    Raises
    ------
    CourseError
        If an assignment cannot be read or built.
    """
    topics = [Topic.read(course, row, quick) for row in assignments]
    claims = [kind(topic) for topic in topics for kind in CLAIMS]
    batches = [batch for claim in claims for batch in claim.batches()]
    left = {topic.name: sum(len(b.items) for b in batches if b.key.topic is topic) for topic in topics}  # items
    for number, (batch, results) in enumerate(done(batches, workers or len(os.sched_getaffinity(0))), start=1):
        claim: Claim = batch.key
        claim.take(batch, results)
        name = claim.topic.name
        left[name] -= len(batch.items)
        is_last = left[name] == 0
        yield number, len(batches), name, _findings(claims, name) if is_last else []


def _findings(claims: Sequence[Claim], topic: str) -> list[Finding]:
    return [finding for claim in claims if claim.topic.name == topic for finding in claim.findings()]
