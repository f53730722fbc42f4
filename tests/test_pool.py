"""The pool of worker processes: what goes in comes back, whatever happens to a worker, and never much of it at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import dask.system
import distributed.system
import psutil
import pytest

from grader import pool
from grader.course import STACKS
from grader.engine import scratch
from grader.errors import CourseError
from grader.pausing import Pausing

pytestmark = pytest.mark.system


def double(number: int) -> tuple[int, int, str | None]:
    if number < 0:
        error = ValueError("a negative number")
        error.lock = threading.Lock()  # which cannot be sent to another process
        raise error
    time.sleep(0.05)
    return 2 * number, os.getpid(), os.environ.get("GRADER_WORKER")


def echo(data: tuple[bytes, int]) -> bytes:
    return data[0][:100_000]


def wait(seconds: float) -> None:
    time.sleep(seconds)


def deadly(number: int) -> int:
    """Ends its process, where 13 is asked for."""
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def endless(number: int) -> int:
    time.sleep(1000)
    return number


def once(marker: str) -> int:
    """Ends its process the first time only."""
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 1


events: list[str] = []


def pausing(name: str) -> Pausing[str]:
    events.append(f"{name} begins")
    try:
        yield
        events.append(f"{name} goes on")
        if name == "broken":
            raise ValueError(name)
        yield
    finally:
        events.append(f"{name} ends")
    return name.upper()


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A folder for what the pool puts on disk, in which nothing may be left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    yield folder
    assert list(folder.iterdir()) == []
    left = [one for one in psutil.Process().children(recursive=True) if one.pid not in before]
    assert [one for one in left if "resource_tracker" not in " ".join(one.cmdline())] == []


def test_results_come_back_with_their_keys_and_few_tasks_are_under_way_at_once():
    taken, given, most = [], [], 0

    def tasks():
        for number in range(40):
            taken.append(number)
            yield f"key {number}", number

    for key, (twice, pid, worker) in pool.run(double, tasks(), workers=2):
        given.append((key, twice, pid, worker))
        most = max(most, len(taken) - len(given))
    assert {(key, twice) for key, twice, _, _ in given} == {(f"key {n}", 2 * n) for n in range(40)}
    assert len(given) == 40 and os.getpid() not in {pid for *_, pid, _ in given}
    assert {worker for *_, worker in given} == {"0", "1"}  # which decides on the core
    assert most <= 2 * pool.WINDOW * pool.LARGEST_BATCH


def test_what_is_done_does_not_stay_in_memory():
    used = []
    for number, _ in enumerate(pool.run(echo, ((n, (os.urandom(200_000), n)) for n in range(800)), workers=2)):
        if number in (50, 799):
            used.append(psutil.Process().memory_info().rss >> 20)
    assert used[1] - used[0] < 60  # of 150 MB that went through, in messages that are small enough for a log


def test_slow_tasks_come_one_by_one_and_quick_ones_in_batches():
    taken, most = [], {}

    def tasks(seconds: float):
        for number in range(24):
            taken.append(number)
            yield number, seconds

    for seconds in (0.01, 0.6):
        taken.clear()
        found = 0
        for found, _ in enumerate(pool.run(wait, tasks(seconds), workers=2), 1):
            most[seconds] = max(most.get(seconds, 0), len(taken) - found)
        assert found == 24
    assert most[0.6] <= 2 * pool.WINDOW < most[0.01] <= 2 * pool.WINDOW * pool.LARGEST_BATCH


@pytest.mark.parametrize("workers", [1, 2])
def test_exceptions_are_results(workers):
    fault = OSError("not read")
    found = dict(pool.run(double, [("a", 1), ("b", -1), ("c", fault), ("d", 4)], workers))
    assert found["a"][0] == 2 and found["d"][0] == 8
    assert isinstance(found["b"], CourseError) and str(found["b"]) == "ValueError: a negative number"
    assert found["c"] is fault


def test_one_worker_is_this_process():
    assert dict(pool.run(double, [("a", 1)], 1)) == {"a": (2, os.getpid(), None)}


def test_what_one_worker_has_done_is_looked_at_while_the_next_task_pauses():
    events.clear()
    for key, result in pool.run(pausing, [("a", "ada"), ("b", "broken"), ("c", OSError("x")), ("d", "dora")], 1):
        events.append(f"{key}: {result}")
    assert events == [
        *("ada begins", "ada goes on", "ada ends"),
        *("broken begins", "a: ADA", "broken goes on", "broken ends"),
        *("b: ValueError: broken", "dora begins", "c: x", "dora goes on", "dora ends"),
        "d: DORA",
    ]


def test_whoever_stops_reading_results_ends_what_pauses():
    events.clear()
    results = pool.run(pausing, [("a", "ada"), ("b", "ben")], 1)
    next(results)
    assert events[-1] == "ben begins"
    results.close()
    assert events[-1] == "ben ends" and "ben goes on" not in events


def test_workers_do_what_pauses():
    assert dict(pool.run(pausing, [("a", "ada"), ("b", "ben")], 2)) == {"a": "ADA", "b": "BEN"}


def test_whoever_grades_alone_keeps_off_the_processor_of_its_forks():
    before = os.sched_getaffinity(0)
    for _ in pool.run(double, [("a", 1), ("b", 2)], 1):
        assert len(os.sched_getaffinity(0)) == max(1, len(before) - 1)
    assert os.sched_getaffinity(0) == before


def test_a_task_that_ends_its_workers_is_reported_and_the_others_are_done():
    found = dict(pool.run(deadly, [(number, number) for number in range(8, 20)], 2))
    fault = found.pop(13)
    assert isinstance(fault, pool.WorkerFault) and "the processes that graded it ended" in str(fault)
    assert found == {number: number for number in range(8, 20) if number != 13}


def test_what_a_worker_was_at_when_it_ended_is_done_again(tmp_path):
    assert dict(pool.run(once, [("a", str(tmp_path / "marker"))], 2)) == {"a": 1}


def test_whoever_stops_reading_results_ends_the_workers():
    results = pool.run(deadly, ((number, number) for number in range(10_000) if number != 13), 2)
    next(results)
    results.close()  # the fixture looks for what is left


STOPPED = """import signal
from grader import pool
import test_pool
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where tests run in the background
list(pool.run(test_pool.endless, [(number, number) for number in range(4)], 2))"""


@pytest.mark.parametrize("seconds", [0, 1, 3])
def test_an_interrupt_ends_workers_that_are_at_work_or_only_start(tmp_path, temporary, seconds):
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": paths, "TMPDIR": str(temporary)}
    command = [sys.executable, "-c", STOPPED]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while len(children := psutil.Process(process.pid).children()) < 3:  # two workers and multiprocessing's own
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers as well
    _, said = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert said.strip().splitlines()[-1] == "KeyboardInterrupt" and said.count("Traceback") == 1, said
    assert psutil.wait_procs(children, 10)[1] == []


def test_what_a_killed_grader_left_on_disk_goes_with_the_next_run(temporary):
    left, busy = (temporary / f"{scratch.PREFIX}{name}" for name in ("left", "busy"))
    (left / "deep").mkdir(parents=True)
    busy.mkdir()
    with scratch.held(busy), scratch.scratch() as folder:
        assert sorted(temporary.iterdir()) == sorted([folder, busy])
    busy.rmdir()


@pytest.mark.parametrize(
    ("cores", "gigabytes", "limit", "stacks", "tasks", "workers"),
    [
        (8, 100, 100, {"numpy"}, 1000, 8),
        (8, 100, 100, {"numpy"}, 33, 4),
        (8, 100, 100, {"numpy"}, 15, 1),
        (8, 5, 100, {"numpy"}, 1000, 5),
        (8, 5, 100, {"numpy", "tensorflow"}, 1000, 1),
        (8, 100, 7, {"tensorflow"}, 1000, 2),  # a container's
        (8, 0.5, 100, {"numpy"}, 1000, 1),
        (8, 100, 100, set(), 1000, 8),
    ],
)
def test_workers_are_as_many_as_cores_memory_and_work_allow(
    monkeypatch, cores, gigabytes, limit, stacks, tasks, workers
):
    monkeypatch.setattr(dask.system, "CPU_COUNT", cores)
    monkeypatch.setattr(distributed.system, "MEMORY_LIMIT", limit << 30)
    free = SimpleNamespace(available=int(gigabytes * (1 << 30)))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    assert pool.admitted(stacks, tasks) == workers


def test_every_stack_has_its_memory():
    assert set(pool.MEMORY) == set(STACKS)
