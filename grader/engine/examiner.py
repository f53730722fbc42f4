"""The examiner: it runs the course's own cells and tests, and asks the student's process about the student's.

Its job is a list of *steps*, one for each cell that has to run somewhere, in the order of the notebook. It is a fresh
fork of a template for every submission, gets the job, and the seed of the hidden tests, over a socket that the student's
process does not have, and reports each cell when it is done. So what a submission has earned is known, whatever becomes
of its process later.
"""

from __future__ import annotations

import builtins
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from grader.engine.calls import Link, NotData, StudentLost
from grader.engine.channel import Channel
from grader.engine.names import borrow
from grader.engine.outputs import plain_outputs
from grader.engine.shell import Recorded, RecordingShell, redirect_descriptors
from grader.engine.wire import LIMITS
from utils import checks

REPORT_SIZE = 4 * LIMITS.size
GRACE = 5.0  # seconds that a test has beyond the calls it waits for


@dataclass(frozen=True)
class Step:
    """One cell that has to run.

    Attributes
    ----------
    cell : int
        Its position in the notebook.
    source : str
        What runs.
    by_student, by_examiner : bool
        In whose process; given code runs in both.
    is_test : bool
        Whether its result is a verdict.
    names : tuple of str
        The student's names that the examiner needs for it.
    imports : str
        Import statements that the examiner runs after it, because a test may rely on them.
    must_run : bool
        Whether an exception of it in the examiner is a fault of the course.
    """

    cell: int
    source: str
    by_student: bool = False
    by_examiner: bool = False
    is_test: bool = False
    names: tuple[str, ...] = ()
    imports: str = ""
    must_run: bool = False


@dataclass(frozen=True)
class Job:
    """What an examiner is asked to do.

    Attributes
    ----------
    steps : list of Step
    seconds : float or None
        The time limit of a cell.
    seed : str
        The secret that hidden tests draw their inputs from.
    """

    steps: list[Step]
    seconds: float | None
    seed: str | None

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Job:
        fields = json.loads(data)
        steps = [Step(**{**step, "names": tuple(step["names"])}) for step in fields["steps"]]
        return cls(steps, fields["seconds"], fields["seed"])


@dataclass(frozen=True)
class Result:
    """What became of a cell.

    Attributes
    ----------
    cell : int
    outputs : list of dict
        Of the notebook format.
    passed : bool or None
        The verdict of a test; None for other cells.
    value : float or None
        The number that a test ended with, which is partial credit.
    """

    cell: int
    outputs: list[dict]
    passed: bool | None = None
    value: float | None = None


class CourseFault(Exception):
    """The course's own code does not run: nobody can be examined with it."""


def main(shell: RecordingShell, sockets: list[socket.socket]) -> None:
    """Do one job: read it, report every cell, and say at the end why the student's process was lost, if it was.

    Parameters
    ----------
    shell : RecordingShell
    sockets : list of two sockets
        The ways to the student's process and to the grader.
    """
    to_student, to_grader = sockets
    grader = Channel(to_grader, REPORT_SIZE)
    request = grader.next_request()
    if request is None:
        return
    redirect_descriptors()
    token, payload = request
    job = Job.from_json(payload)
    link = Link(Channel(to_student, LIMITS.size))
    try:
        for result in examine(shell, link, job):
            grader.answer(token, json.dumps(asdict(result)).encode())
        grader.answer(token, json.dumps({"lost": link.lost}).encode())
    except CourseFault as fault:
        grader.answer(token, json.dumps({"fault": str(fault)}).encode())


def examine(shell: RecordingShell, link: Link, job: Job) -> Iterator[Result]:
    """Run the steps of a job, in order.

    Raises
    ------
    CourseFault
        If a cell of the course that has to run here does not.
    """
    _seed(link, job.seed)
    for step in job.steps:
        outputs: list[dict] = []
        if step.by_student:
            outputs = _run_there(link, step, job.seconds)
        if step.is_test:
            yield _test(shell, link, step, job.seconds)
            continue
        if step.by_examiner:
            done = _run_here(shell, link, step, job.seconds)
            if step.must_run and not done.ok:
                error = next(
                    (one for one in done.outputs if one["output_type"] == "error"), {"ename": "", "evalue": ""}
                )
                raise CourseFault(f"{error['ename']}: {error['evalue']}")
            if not step.by_student:
                outputs = done.outputs
        if step.imports:
            shell.record(step.imports, job.seconds)
        yield Result(step.cell, outputs)


def _seed(link: Link, secret: str | None) -> None:
    """Let hidden tests draw from the course's secret, and `checks.seed` reach both processes."""
    os.environ.pop("COURSE_SEED", None)
    if secret is not None:
        os.environ["COURSE_SEED"] = secret
    seed_here = checks.seed

    def seed(k: int) -> None:
        seed_here(k)
        if not link.lost:
            link.seed(k)

    seed_here(int(checks.rng().integers(2**32)))  # nobody foresees what an unseeded test draws
    checks.seed = seed


def _run_there(link: Link, step: Step, seconds: float | None) -> list[dict]:
    if link.lost:
        return []
    link.allow(seconds)
    try:
        return plain_outputs(link.run(step.source).outputs)
    except (StudentLost, NotData) as error:
        return [_error(type(error).__name__, str(error))]


def _run_here(shell: RecordingShell, link: Link, step: Step, seconds: float | None) -> Recorded:
    """Run a cell in this process, with the student's names that it needs."""
    link.allow(seconds)
    borrow(shell, link, step.names)
    return shell.record(step.source, None if seconds is None else seconds + GRACE)


def _test(shell: RecordingShell, link: Link, step: Step, seconds: float | None) -> Result:
    if link.lost:
        return Result(step.cell, [_error("StudentLost", f"{link.lost}. This check did not run.")], False)
    done = _run_here(shell, link, step, seconds)
    return Result(step.cell, plain_outputs(done.outputs), done.ok, _number(done.value) if done.ok else None)


def _number(value: Any) -> float | None:
    """The value as partial credit: a real number, but no verdict such as True."""
    if isinstance(value, builtins.bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    return float(value)


def _error(name: str, text: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
