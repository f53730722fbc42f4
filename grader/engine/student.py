"""The student's process: it runs the cells of one submission and answers the examiner's questions about them.

It has what a fork of a template has, a folder with the files of the hand-in, and one socket; it never sees a test.
"""

from __future__ import annotations

import socket
import sys

from grader.engine.channel import Channel
from grader.engine.program import Program
from grader.engine.server import Server
from grader.engine.shell import Recorded, RecordingShell
from grader.engine.timelimit import Allowed
from grader.engine.wire import LIMITS
from utils import checks


def main(shell: RecordingShell, sockets: list[socket.socket]) -> None:
    """Serve one submission until the examiner hangs up.

    Parameters
    ----------
    shell : RecordingShell
    sockets : list of one socket
        The way to the examiner.
    """
    (examiner,) = sockets
    sys.path.insert(0, "")  # modules beside the notebook, as in Jupyter
    checks.seed(0)  # a known state: the same hand-in gets the same result

    def record(cell: str | Program, allowed: Allowed | None) -> Recorded:
        _close_figures()  # those that a test made a function draw belong to no cell
        return shell.record(cell, allowed) if isinstance(cell, str) else shell.record_program(cell, allowed)

    Server(Channel(examiner, LIMITS.size), shell.user_ns, record, shell.capture).run()


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and pyplot.get_fignums():
        pyplot.close("all")
