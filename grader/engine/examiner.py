"""The examiner: it runs the course's own cells and tests, and asks the student's process about the student's.

Its job is a list of *steps*, one for each cell that has to run somewhere, in the order of the notebook. It is a fresh
fork of a template for every submission, gets the job, and the seed of the hidden tests, over a socket that the student's
process does not have, and reports each cell when it is done. So what a submission has earned is known, whatever becomes
of its process later.
"""

from __future__ import annotations

import builtins
import copy
import functools
import json
import marshal
import math
import os
import random
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.engine.calls import Link, NotData, StudentLost
from grader.engine.channel import Channel
from grader.engine.names import borrow
from grader.engine.outputs import LARGEST_OF_A_NOTEBOOK, plain_outputs, within
from grader.engine.program import Program
from grader.engine.shell import Recorded, RecordingShell
from grader.engine.timelimit import Allowed
from grader.engine.wire import LIMITS
from utils import checks

REPORT_SIZE = 4 * LIMITS.size
GRACE = 5.0  # seconds


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
    program, students_program : bytes
        What the examiner and the student's process run, compiled (`grader.engine.program.Program.to_bytes`); empty for a
        process that has to compile the source.
    """

    cell: int
    source: str
    by_student: bool = False
    by_examiner: bool = False
    is_test: bool = False
    names: tuple[str, ...] = ()
    imports: str = ""
    must_run: bool = False
    program: bytes = b""
    students_program: bytes = b""


@dataclass(frozen=True)
class Job:
    """What an examiner is asked to do.

    Attributes
    ----------
    steps : list of Step
    seconds : float or None
        The computing time that a cell, a test or a call may take.
    seed : str
        The secret that hidden tests draw their inputs from.
    is_rehearsed : bool
        Whether the tests are known to work from outside, as those of a course with our markers are. A test of another
        course that asks what cannot be asked from outside is left undecided.
    grace : float
        The computing time that a test has beyond the calls that it waits for.
    """

    steps: list[Step]
    seconds: float | None
    seed: str | None
    is_rehearsed: bool = True
    grace: float = GRACE

    def to_bytes(self) -> bytes:
        """For an examiner: a process of the same Python, which trusts the grader."""
        return marshal.dumps({**vars(self), "steps": [vars(step) for step in self.steps]})

    @classmethod
    def from_bytes(cls, data: bytes) -> Job:
        """A job as `to_bytes` has written it; never what a student's process has sent."""
        fields = marshal.loads(data)
        return cls(**{**fields, "steps": [Step(**step) for step in fields["steps"]]})


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
    undecided : str
        Why a test has no verdict and a person has to decide; empty if it has one.
    is_visible : bool
        Whether a test failed in its visible checks, so that its hidden tests were not begun. Known only for a course with
        our markers, where visible checks come first.
    """

    cell: int
    outputs: list[dict]
    passed: bool | None = None
    value: float | None = None
    undecided: str = ""
    is_visible: bool = False


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
    token, payload = request
    job = Job.from_bytes(payload)
    sys.path.insert(0, "")  # modules beside the notebook, as in Jupyter
    link = Link(Channel(to_student, LIMITS.size))
    try:
        for result in examine(shell, link, job):
            grader.answer(token, json.dumps(vars(result)).encode())
        grader.answer(token, json.dumps({"lost": link.lost}).encode())
    except CourseFault as fault:
        grader.answer(token, json.dumps({"fault": f"the course's own setup does not run: {fault}"}).encode())
    except Exception as error:  # a fault of ours: it is told, and is nobody's score
        grader.answer(token, json.dumps({"fault": f"the examiner failed: {type(error).__name__}: {error}"}).encode())


def examine(shell: RecordingShell, link: Link, job: Job) -> Iterator[Result]:
    """Run the steps of a job, in order.

    Raises
    ------
    CourseFault
        If a cell of the course that has to run here does not.
    """
    secret = _seed(link, job.seed)
    fixtures: dict[str, Any] = {}
    room = LARGEST_OF_A_NOTEBOOK
    for step in job.steps:
        outputs: list[dict] = []
        if step.by_student:
            outputs = _run_there(link, step, job.seconds)
        if step.is_test:
            shell.user_ns.update(copy.deepcopy(fixtures))  # an earlier answer may have changed them in place
            with _own_random_numbers(secret + step.cell):
                yield _test(shell, link, step, job)
            continue
        if step.by_examiner:
            shell.user_ns.update(copy.deepcopy(fixtures))
            before = {name: id(value) for name, value in shell.user_ns.items()}
            done = _run_here(shell, link, step, job)
            if step.must_run and not done.ok:
                error = next(
                    (one for one in done.outputs if one["output_type"] == "error"), {"ename": "", "evalue": ""}
                )
                raise CourseFault(f"{error['ename']}: {error['evalue']}")
            if not done.ok and not any(output["output_type"] == "error" for output in outputs):
                outputs += _failed_here(done)
            bound = {name for name, value in shell.user_ns.items() if before.get(name) != id(value)} - {*step.names}
            given = {name: shell.user_ns[name] for name in (bound | fixtures.keys()) & shell.user_ns.keys()}
            fixtures = copy.deepcopy({name: value for name, value in given.items() if _is_fixture(name, value)})
        if step.imports:
            shell.record(step.imports, Allowed.of(job.seconds))
        outputs, room = within(outputs, room)
        yield Result(step.cell, outputs)


def _failed_here(done: Recorded) -> list[dict]:
    """The exception of a given cell that only the examiner had, for the instructor to see."""
    errors = [output for output in done.outputs if output["output_type"] == "error"]
    return [{**error, "evalue": f"{error['evalue']} (in the examiner)"} for error in plain_outputs(errors)]


def _is_fixture(name: str, value: Any) -> bool:
    """Whether a name holds plain data that the course gives, and that a test should find as the course gave it."""
    return not name.startswith("_") and name not in ("In", "Out") and type(value) in _PLAIN and _only_plain([value])


def _only_plain(values: list) -> bool:
    level, seen = values, set()
    while level:
        inside = []
        for value in level:
            if type(value) not in _PLAIN and not isinstance(value, _ATOMS):
                return False
            if type(value) in (list, tuple, set, dict) and id(value) not in seen:
                seen.add(id(value))
                inside += [*value, *(value.values() if type(value) is dict else ())]
        level = inside
    return True


_PLAIN = (np.ndarray, list, dict, set, tuple)
_GENERATOR = np.random.RandomState(0)  # to make one takes longer than to seed it
_ATOMS = (int, float, complex, str, bytes, np.generic, type(None))


@contextmanager
def _own_random_numbers(seed: int) -> Iterator[None]:
    """Random numbers for a test that nobody foresees, and afterwards those of the given code, as if nothing had been."""
    states = random.getstate(), np.random.get_state()
    random.setstate(random.Random(seed).getstate())
    _GENERATOR.seed(seed % 2**32)
    np.random.set_state(_GENERATOR.get_state())
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


def _seed(link: Link, secret: str | None) -> int:
    """Let hidden tests draw from the course's secret, and seeds that a test sets reach both processes.

    Returns
    -------
    int
        A secret number.
    """
    os.environ.pop("COURSE_SEED", None)
    if secret is not None:
        os.environ["COURSE_SEED"] = secret

    def seed_there(k: int) -> None:
        if not link.lost:
            with suppress(StudentLost, NotData):  # that it is lost now is known, and no fault of the cell that seeds
                link.seed(k)

    def on_both_sides(seed_here: Callable) -> Callable:
        @functools.wraps(seed_here)
        def seed(k: Any = None, *more: Any) -> None:
            seed_here(k, *more)
            if type(k) is int and 0 <= k < 2**32:
                seed_there(k)

        return seed

    checks.seed(0)  # as in the student's process: given code draws the same numbers in both
    np.random.seed, random.seed = on_both_sides(np.random.seed), on_both_sides(random.seed)
    seed_all = checks.seed

    def seed(k: int) -> None:
        seed_all(k)  # through the two above, which tell the other side; and TensorFlow's here
        seed_there(k)

    checks.seed = seed
    return int(checks.rng().integers(2**31))


def _run_there(link: Link, step: Step, seconds: float | None) -> list[dict]:
    if link.lost:
        return []
    link.allow(Allowed.of(seconds))
    try:
        return link.run(step.source, step.students_program).outputs
    except (StudentLost, NotData) as error:
        return [_error(type(error).__name__, str(error))]


def _run_here(shell: RecordingShell, link: Link, step: Step, job: Job) -> Recorded:
    """Run a cell in this process, with the student's names that it needs."""
    link.allow(Allowed.of(job.seconds))
    here = Allowed.of(None if job.seconds is None else job.seconds + job.grace)
    try:
        program = Program.from_bytes(step.program) if step.program else shell.compiled(step.source, step.names)
    except (SyntaxError, ValueError):
        return shell.record(step.source, here)  # which shows what is wrong with it
    borrow(shell, link, step.names, program.bound)
    return shell.record_program(program, here)


def _test(shell: RecordingShell, link: Link, step: Step, job: Job) -> Result:
    if link.lost:
        return Result(step.cell, [_error("StudentLost", f"{link.lost}. This check did not run.")], False)
    link.refused = ""
    done = _run_here(shell, link, step, job)
    outputs = plain_outputs(done.outputs)
    error = next((f"{one['ename']}: {one['evalue']}" for one in outputs if one["output_type"] == "error"), "")
    undecided = link.refused and (done.ok or link.refused in error)
    if undecided and not job.is_rehearsed:
        return Result(step.cell, outputs, False, undecided=link.refused)
    passed = done.ok and not undecided
    if done.ok and undecided:  # the test swallowed it
        outputs.append(_error("TypeError", link.refused))
    is_visible = job.is_rehearsed and done.raised is checks.VisibleCheckFailed
    return Result(step.cell, outputs, passed, _number(done.value) if passed else None, is_visible=is_visible)


def _number(value: Any) -> float | None:
    """The value as partial credit: a real number, but no verdict such as True."""
    if isinstance(value, builtins.bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value > 0 or -1)


def _error(name: str, text: str) -> dict:
    (output,) = plain_outputs(
        [{"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}]
    )
    return output
