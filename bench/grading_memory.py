"""A large class for `bench/grading.py`: whether memory, and the cost of a hand-in, stay the same to the end.

Memory is that of the whole process tree of `grader grade`, sampled: of each process its proportional share (PSS), so that
pages which forks have in common count once; where that cannot be read, the resident pages that it does not share. A peak
between two samples is not seen. When each hand-in was done is the time of its verdict file.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from grading_arms import BenchError, environment, ours
from grading_class import Topic, students

PAUSE = 0.5  # seconds between two samples, at least
REST = 20  # between two samples so many times as long as a sample takes, so that watching costs little
HUNDRED = 100


@dataclass(frozen=True)
class Many:
    """What a large class showed.

    Attributes
    ----------
    count : int
    first_seconds, last_seconds : float
        Per hand-in, in the first and in the last hundred.
    first_peak, peak : float
        The most memory in MB while the first hundred were graded, and in the whole run.
    samples : int
    shares : int
        Of how many readings the proportional share could not be read.
    """

    count: int
    first_seconds: float
    last_seconds: float
    first_peak: float
    peak: float
    samples: int
    shares: int


def many(topic: Topic, folder: Path, count: int, say: Callable[[str], None]) -> Many:
    """Grade `count` right hand-ins with one command.

    Raises
    ------
    BenchError
        If the command fails or grades fewer.
    """
    grading = ours(topic, folder / "ours")
    course = grading.prepare(students(topic, count))
    say(f"{topic.name}: grading {count} hand-ins")
    samples, shares = _watch(grading.command, course)
    done = sorted(path.stat().st_mtime for path in course.glob(f"autograded/*/{topic.name}/verdict.json"))
    if len(done) != count:
        raise BenchError(f"Of {count} hand-ins {len(done)} were graded.")
    return summary(done, samples, shares)


def summary(done: list[float], samples: list[tuple[float, float]], shares: int) -> Many:
    """From the times at which hand-ins were done, and from samples of (time, MB)."""
    first = done[:HUNDRED]
    last = done[-HUNDRED - 1 :]
    return Many(
        count=len(done),
        first_seconds=(first[-1] - first[0]) / (len(first) - 1),
        last_seconds=(last[-1] - last[0]) / (len(last) - 1),
        first_peak=max((megabytes for when, megabytes in samples if when <= first[-1]), default=0.0),
        peak=max(megabytes for _, megabytes in samples),
        samples=len(samples),
        shares=shares,
    )


def _watch(command: list[str], course: Path) -> tuple[list[tuple[float, float]], int]:
    """Run a command and sample the memory of its process tree."""
    samples, shares = [], 0
    with (course / "bench.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=course, env=environment(), stdout=log, stderr=log)
    tree = psutil.Process(process.pid)
    while process.poll() is None:
        begin, total = time.perf_counter(), 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            for one in [tree, *tree.children(recursive=True)]:
                megabytes, is_share = memory(one.pid)
                total += megabytes
                shares += not is_share
        samples.append((time.time(), total))
        time.sleep(max(PAUSE, REST * (time.perf_counter() - begin)))
    if process.returncode:
        lines = (course / "bench.log").read_text(encoding="utf-8", errors="replace").splitlines() or ["nothing"]
        raise BenchError(f"`grader grade` ended with {process.returncode}: {lines[-1]}")
    return samples, shares


def memory(pid: int) -> tuple[float, bool]:
    """MB of a process, and whether they are its proportional share; nothing if it has ended."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        if found := re.search(r"(?m)^Pss:\s+(\d+) kB", text):
            return int(found[1]) / 1024, True
    try:
        resident, shared = map(int, Path(f"/proc/{pid}/statm").read_text().split()[1:3])
    except OSError:
        return 0.0, True
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE") / 2**20, resident == 0
