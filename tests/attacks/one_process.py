"""The wall of another process taken down: a notebook and its hidden tests in one process, which reports on itself.

This is how our own engine would grade if it had no examiner: every cell, tests included, runs in one shell, in order; a
test without an error has passed; what it writes to its standard output is its report, and the first line of JSON in it
counts. It is a program of its own, so that the imports are paid once and a notebook gets a fork.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy.random

from grader.engine import shell as recording
from grader.engine.shell import RecordingShell


class OneProcess:
    """The program as its client sees it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, cells: list[tuple[str, str]], folder: Path, environment: dict[str, str], seconds: float) -> dict:
        """Run the cells ``(name, source)`` of a notebook in a folder.

        Returns
        -------
        dict
            ``outputs`` of every cell, and ``passed``: the tests that passed. Empty if no report came.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        request = {"cells": cells, "folder": str(folder), "environment": environment, "seconds": seconds}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait(10)
            self._process.stdout.close()


def serve(shell: RecordingShell) -> None:
    for line in sys.stdin:
        request = json.loads(line)
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            examine_itself(shell, request, write)
        os.close(write)
        report = first_line(read, request["seconds"])
        os.close(read)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        print(json.dumps(report), flush=True)


def examine_itself(shell: RecordingShell, request: dict, write: int) -> None:
    """The life of a fork: it never returns."""
    try:
        os.setpgid(0, 0)
        os.chdir(request["folder"])
        os.environ.update(request["environment"], HOME=request["folder"])
        os.dup2(write, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sys.path.insert(0, "")
        report = {"outputs": [], "passed": []}
        for name, source in request["cells"]:
            recorded = shell.record(source)
            report["outputs"].append(recorded.outputs)
            if name.startswith("test") and not any(output["output_type"] == "error" for output in recorded.outputs):
                report["passed"].append(name)
        os.write(1, json.dumps(report).encode() + b"\n")
    finally:
        os._exit(0)


def first_line(descriptor: int, seconds: float) -> dict:
    """The first report on a pipe; empty if none comes."""
    data, deadline = b"", time.monotonic() + seconds
    while b"\n" not in data and (left := deadline - time.monotonic()) > 0:
        if not select.select([descriptor], [], [], left)[0] or not (more := os.read(descriptor, 1 << 20)):
            break
        data += more
    for line in data.split(b"\n")[:-1]:
        with contextlib.suppress(ValueError):
            return json.loads(line)
    return {}


if __name__ == "__main__":
    numpy.random.seed(0)
    recording.LARGEST_OUTPUT = recording.LARGEST_ERROR = recording.MOST_OUTPUTS = 10**9  # nor does it cut anything
    serve(RecordingShell.make())
