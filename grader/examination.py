"""One examination: a student's process and an examiner, forked for one notebook, and what they report.

Faults are kept apart here. What the student's process does, dying and hanging included, ends up in the report. What
goes wrong with the examiner or the templates is raised: it is never a score.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.engine.channel import Channel, ChannelError, Silent
from grader.engine.examiner import GRACE, REPORT_SIZE, Job, Result
from grader.engine.template import Child, Template, TemplateError
from grader.handin import Files, read_files, write_files

LAST_STEPS = 0.2  # seconds that a process that was killed may take to be gone
PATIENCE = 30.0  # seconds beyond every time limit inside, before an examiner is given up


class EngineFault(Exception):
    """An examination did not take place, and the hand-in is not to blame."""


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
        Whether somebody else than the grader has killed the student's process (SIGKILL).
    """

    results: dict[int, Result]
    lost: str
    files: Files
    killed: bool = False


@contextmanager
def private_folder(files: Files) -> Iterator[Path]:
    """A folder of its own for a process, which is removed afterwards whatever the process has built in it."""
    folder = Path(tempfile.mkdtemp(prefix="grader-"))
    try:
        write_files(files, folder)
        yield folder
    finally:
        subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL)  # does not mind how deep it is


def examine(template: Template, job: Job, files: Files, courses: Files) -> Report:
    """Run a job, with `files` in the working directory of the student's process and `courses` in the examiner's.

    Raises
    ------
    EngineFault
        If the course's own code does not run, or the engine fails.
    """
    with contextlib.ExitStack() as stack:
        folder, own_folder = stack.enter_context(private_folder(files)), stack.enter_context(private_folder(courses))
        sockets = [stack.enter_context(one) for pair in (socket.socketpair(), socket.socketpair()) for one in pair]
        to_examiner, to_student, to_grader, ours = sockets
        children: list[Child] = []
        try:
            children.append(template.fork("student", [to_examiner], folder))
            children.append(template.fork("examiner", [to_student, to_grader], own_folder))
            for one in (to_examiner, to_student, to_grader):
                one.close()
            results, lost = _follow(Channel(ours, REPORT_SIZE), job)
            had_ended = bool(lost) and children[0].has_ended(LAST_STEPS)
        except TemplateError as error:
            raise EngineFault(str(error)) from None
        finally:
            statuses = [template.end(child) for child in children]
        left = read_files(folder)
    if lost and (status := statuses[0]) is not None and status < 0 and status != -signal.SIGKILL:
        lost += f" ({signal.Signals(-status).name})"
    killed = had_ended and statuses[0] == -signal.SIGKILL
    return Report(results, f"{lost}." if lost else "", left, killed)


def _follow(channel: Channel, job: Job) -> tuple[dict[int, Result], str]:
    """Send the job and read the reports until the last one."""
    results: dict[int, Result] = {}
    patience = None if job.seconds is None else 2 * job.seconds + GRACE + PATIENCE
    token = secrets.token_bytes(16)
    try:
        channel.send(token, job.to_json(), patience)
        while True:
            answered, payload = channel.receive(patience)
            report = json.loads(payload)
            if answered != token or "fault" in report:
                raise EngineFault(report.get("fault", "an answer to another question"))
            if "lost" in report:
                return results, report["lost"]
            results[report["cell"]] = Result(**report)
    except Silent:
        return results, "A check did not come to an end with what the notebook answered"
    except ChannelError as error:
        raise EngineFault(f"the examiner was lost: {error}") from None
