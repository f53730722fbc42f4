"""One examination: a student's process and an examiner, forked for one notebook, and what they report.

Faults are kept apart here. What the student's process does, dying and hanging included, ends up in the report. What
goes wrong with the examiner or the templates is raised: it is never a score.
"""

from __future__ import annotations

import contextlib
import json
import math
import secrets
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from grader.engine.channel import Channel, ChannelError, Silent
from grader.engine.examiner import REPORT_SIZE, Job, Result
from grader.engine.limits import Limits
from grader.engine.sandbox import TIERS
from grader.engine.template import Child, End, Template, TemplateError
from grader.engine.timelimit import BACKSTOP
from grader.errors import Fault
from grader.handin import Files, read_files
from grader.pausing import Pausing

LAST_STEPS = 0.2  # seconds that a process that was killed may take to be gone
PATIENCE = 30.0  # seconds beyond every time limit inside, before an examiner is given up


class EngineFault(Fault):
    """An examination did not take place, and the hand-in is not to blame."""


class TooFewWalls(EngineFault):
    """This machine cannot isolate hand-ins as it was asked for. No further one needs to be tried."""


@dataclass(frozen=True)
class Report:
    """What an examination found.

    Attributes
    ----------
    results : dict of int to Result
        By the position of the cell in the notebook.
    lost : str
        Why the student's process was not asked to the end; empty if it was.
    files : dict of str to bytes
        The files beside the notebook afterwards.
    killed : bool
        Whether somebody else than the grader, and no limit of ours, has killed the student's process (SIGKILL).
    tier : str
        One of `grader.engine.sandbox.TIERS`: the walls that it had.
    """

    results: dict[int, Result]
    lost: str
    files: Files
    killed: bool = False
    tier: str = ""


def examine(
    template: Template,
    job: Job,
    files: Files,
    courses: Files,
    modules: Sequence[str] | None = None,
    least_tier: str = TIERS[-1],
) -> Pausing[Report]:
    """Run a job, with a pause when both processes are at work, and one before a template has to be started.

    Parameters
    ----------
    template : Template
    job : Job
    files, courses : dict of str to bytes
        What lies beside the notebook of the student's process, and beside the examiner.
    modules : sequence of str, optional
        The modules of `utils` that the student's process can import; all of them unless given.
    least_tier : str
        Of `grader.engine.sandbox.TIERS`.

    Raises
    ------
    TooFewWalls
        If this machine has only a weaker tier.
    EngineFault
        If the course's own code does not run, or the engine fails.
    """
    if not template.runs():
        yield  # its start takes seconds
    _demand(template, least_tier)
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(one) for pair in (socket.socketpair(), socket.socketpair()) for one in pair]
        to_examiner, to_student, to_grader, ours = sockets
        children: list[Child] = []
        left: Files = {}
        try:
            children.append(template.fork("student", modules))
            children.append(template.fork("examiner"))
            template.release(children[0], [to_examiner], files)
            template.release(children[1], [to_student, to_grader], courses)
            for child in children:
                template.wait(child)
            for one in (to_examiner, to_student, to_grader):
                one.close()
            examiner = Channel(ours, REPORT_SIZE)
            token = secrets.token_bytes(16)
            examiner.send(token, job.to_bytes(), template.limits.wall)
            template.fork_ahead(modules)  # while it works
            yield
            results, lost = _follow(examiner, token, job, template.limits)
            had_ended = bool(lost) and children[0].has_ended(LAST_STEPS)
            template.kill(*children)
            left = read_files(children[0].folder)
        except TemplateError as error:
            raise EngineFault(str(error)) from None
        except ChannelError as error:
            raise EngineFault(f"the examiner was lost: {error}") from None
        finally:
            template.kill(*children)
            ends = [template.reap(child) for child in children]
    if had_ended and ends[0].status is None:
        raise EngineFault("the template was lost before it could say how the student's process had ended")
    how = _how(ends[0], template.limits) if lost else ""
    killed = had_ended and ends[0].status == -signal.SIGKILL and not how
    return Report(results, f"{lost}{how}." if lost else "", left, killed, template.tier)


def _demand(template: Template, least_tier: str) -> None:
    try:
        template.start()
    except TemplateError as error:
        raise EngineFault(str(error)) from None
    if TIERS.index(template.tier) > TIERS.index(least_tier):
        raise TooFewWalls(
            f"Hand-ins cannot be {least_tier} on this machine ({template.why}), only {template.tier}. docs/security.md says "
            f"what it takes; --least-tier {template.tier} grades with fewer walls."
        )


def _how(end: End, limits: Limits) -> str:
    """How a student's process has ended before its time, in brackets."""
    if end.ran_out_of_memory:
        return f" (it needed more than {limits.memory:,} MB of memory)"
    if end.status is None or end.status >= 0:
        return ""
    if end.status == -signal.SIGKILL:
        return f" (it used more than {limits.cpu:,} s of computing time)" if end.cpu >= limits.cpu - 1 else ""
    names = {one.value: one.name for one in signal.Signals}
    return f" ({names.get(-end.status, f'signal {-end.status}')})"


def _follow(examiner: Channel, token: bytes, job: Job, limits: Limits) -> tuple[dict[int, Result], str]:
    """Read the reports until the last one.

    Raises
    ------
    ChannelError
        If the examiner is lost.
    """
    results: dict[int, Result] = {}
    until = time.monotonic() + limits.wall
    patience = math.inf if job.seconds is None else 2 * BACKSTOP * (job.seconds + job.grace) + PATIENCE
    try:
        while True:
            answered, payload = examiner.receive(min(patience, until - time.monotonic()))
            report = json.loads(payload)
            if answered != token or "fault" in report:
                raise EngineFault(report.get("fault", "an answer to another question"))
            if "lost" in report:
                return results, report["lost"]
            results[report["cell"]] = Result(**report)
    except Silent:
        if time.monotonic() >= until:
            return results, f"The notebook took more than {limits.wall:,} s in all"
        return results, "A check did not come to an end with what the notebook answered"
