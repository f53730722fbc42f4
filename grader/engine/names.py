"""The student's names in the examiner: looked up before a cell of the course runs, and changed there when it changes them.

Nothing that a test made itself goes there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from grader.engine.calls import Link, NotData, Remote, StudentLost
from grader.engine.program import BIND, DELETE
from grader.engine.shell import RecordingShell


def borrow(shell: RecordingShell, link: Link, names: Sequence[str], bound: Collection[str]) -> None:
    """Give the shell the objects that the student's notebook knows by `names`, and take away those that it does not.

    Parameters
    ----------
    shell : RecordingShell
    link : Link
    names : sequence of str
    bound : collection of str
        Those that the cell binds itself: they are its own from then on, and are not looked up again.
    """
    if link.lost:
        return
    try:
        found = link.names(names) if names else {}
    except (StudentLost, NotData):
        found = {}
    for name in names:
        if name in found:
            shell.user_ns[name] = found[name]
        else:
            shell.user_ns.pop(name, None)

    def bind(name: str, value: Any) -> None:
        if isinstance(value, Remote):  # nothing else: what a test makes may be the value that it expects
            link.bind(name, value)

    data = {name for name, value in found.items() if not isinstance(value, Remote)} - {*bound}

    def changed(values: dict) -> None:
        shell.user_ns.update((name, value) for name, value in values.items() if name in data)

    link.changed = changed
    shell.user_ns.update({BIND: bind, DELETE: link.delete})
