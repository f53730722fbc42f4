"""Servers that tests start: at ports that nobody else is given, awaited by what they answer, and ended with the tests.

Nothing here depends on how fast the machine is. Bounds are for what is broken, and so generous that load does not matter.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from events import PATIENCE, wait_until


@contextlib.contextmanager
def held_ports(count: int) -> Iterator[list[int]]:
    """Ports of 127.0.0.1 for servers that are about to start.

    A socket that is bound and does not listen holds each of them: the kernel gives such a port to nobody who asks for any,
    and still lets a server listen at it that reuses addresses, as those of Python, Tornado, Node and Go do.

    Parameters
    ----------
    count : int

    Yields
    ------
    list of int
    """
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(("127.0.0.1", 0))
        yield [one.getsockname()[1] for one in sockets]


def with_us(command: Sequence[str | Path], end: str = "TERM") -> list[str]:
    """A command whose process gets a signal when the one that starts it has ended, be it by SIGKILL."""
    ends = ["setpriv", "--pdeathsig", end] if shutil.which("setpriv") else []
    return [*ends, *map(str, command)]


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], log: Path, end: str = "TERM", **options: object
) -> Iterator[subprocess.Popen]:
    """A program that runs until the block ends; what it says goes to a file.

    Parameters
    ----------
    command : sequence of str or Path
    log : Path
    end : str
        The signal that ends it.
    options
        Of `subprocess.Popen`.

    Yields
    ------
    Popen
    """
    with log.open("w") as words:
        process = subprocess.Popen(with_us(command, end), stdout=words, stderr=words, **options)
    try:
        yield process
    finally:
        process.send_signal(signal.Signals[f"SIG{end}"])
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()


def wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    """Wait until an address answers well.

    Raises
    ------
    AssertionError
        If the process has ended before, with its last words.
    """

    def answers() -> bool:
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        try:
            with urllib.request.urlopen(address, timeout=30):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False

    wait_until(answers)
