"""The pool of worker processes: what goes in comes back, whatever happens to a worker, and never much of it at once."""

from __future__ import annotations

import gc
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import dask.system
import distributed.system
import psutil
import pytest
from events import wait_until

from grader import pool
from grader.course import STACKS
from grader.engine import scratch
from grader.errors import CourseError
from grader.pausing import Pausing

pytestmark = pytest.mark.system


def double(number: int) -> tuple[int, int]:
    if number < 0:
        error = ValueError("a negative number")
        error.lock = threading.Lock()  # which cannot be sent to another process
        raise error
    return 2 * number, os.getpid()


def meet(folder: str) -> tuple[int, str | None]:
    """Waits until another process does the same task."""
    Path(folder, str(os.getpid())).touch()
    wait_until(lambda: len(os.listdir(folder)) == 2)
    return os.getpid(), os.environ.get("GRADER_WORKER")


def echo(data: bytes) -> bytes:
    return data[:100_000]


def wait(seconds: float) -> None:
    time.sleep(seconds)


def deadly(marker: str) -> str:
    """Ends its process, where no marker is named, and the first time that one is."""
    if not marker or not Path(marker).exists():
        if marker:
            Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def endless(folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    time.sleep(1000)


def call(task: tuple[str, object]) -> object:
    """Do what a task names, so that one start of workers is enough for many claims."""
    name, argument = task
    return globals()[name](argument)


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


MEGABYTES = 60  # that go to the workers


def test_results_come_back_with_their_keys_and_few_tasks_are_under_way_and_none_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "BATCH", 600.0)  # seconds: every task is a quick one here, also on a slow machine
    taken, given, most, used = 0, {}, 0, []
    fault, folder = OSError("not read"), tmp_path / "met"
    folder.mkdir()

    def tasks():
        nonlocal taken
        small = [(("meet", n), ("meet", str(folder))) for n in range(2)]
        small += [*((("double", n), ("double", n)) for n in range(-1, 40)), ("fault", fault)]
        small += [(name, ("pausing", name)) for name in ("ada", "ben")]
        large = ((("echo", n), ("echo", os.urandom(200_000))) for n in range(5 * MEGABYTES))
        for task in itertools.chain(small, large):
            taken += 1
            yield task

    tracemalloc.start()
    for done, (key, result) in enumerate(pool.run(call, tasks(), workers=2), 1):
        most = max(most, taken - done)
        if key[0] == "echo":
            assert len(result) == 100_000
            given[key] = None
            if key[1] in (50, 5 * MEGABYTES - 1):
                gc.collect()
                used.append(tracemalloc.get_traced_memory()[0] / 1e6)
        else:
            given[key] = result
    tracemalloc.stop()
    assert len(given) == done == taken == 46 + 5 * MEGABYTES
    doubled = [given["double", n] for n in range(40)]
    assert [twice for twice, _ in doubled] == [2 * n for n in range(40)]
    assert os.getpid() not in {pid for _, pid in doubled}
    assert {given["meet", n][1] for n in range(2)} == {"0", "1"}  # the number decides on the core
    refused = given["double", -1]
    assert isinstance(refused, CourseError) and str(refused) == "ValueError: a negative number"
    assert given["fault"] is fault
    assert (given["ada"], given["ben"]) == ("ADA", "BEN")  # workers do what pauses
    assert 2 * pool.WINDOW < most <= 2 * pool.WINDOW * pool.LARGEST_BATCH
    assert used[1] - used[0] < MEGABYTES / 4  # in messages that are small enough for a log


def test_slow_tasks_come_one_by_one_and_whoever_stops_reading_ends_the_workers(monkeypatch):
    monkeypatch.setattr(pool, "BATCH", 0.05)
    taken = 0

    def tasks():
        nonlocal taken
        while True:
            taken += 1
            yield taken, 0.06  # seconds

    results = pool.run(wait, tasks(), workers=2)
    most = max(taken - done for done, _ in zip(range(24), results, strict=False))
    assert most <= 2 * pool.WINDOW
    results.close()  # the fixture looks for what is left


def test_exceptions_are_results():
    fault = OSError("not read")
    found = dict(pool.run(double, [("a", 1), ("b", -1), ("c", fault), ("d", 4)], 1))
    assert found["a"][0] == 2 and found["d"][0] == 8
    assert isinstance(found["b"], CourseError) and str(found["b"]) == "ValueError: a negative number"
    assert found["c"] is fault


def test_one_worker_is_this_process():
    assert dict(pool.run(double, [("a", 1)], 1)) == {"a": (2, os.getpid())}


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


def test_whoever_grades_alone_keeps_off_the_processor_of_its_forks():
    before = os.sched_getaffinity(0)
    for _ in pool.run(double, [("a", 1), ("b", 2)], 1):
        assert len(os.sched_getaffinity(0)) == max(1, len(before) - 1)
    assert os.sched_getaffinity(0) == before


def test_a_task_that_ends_its_workers_is_reported_and_what_they_were_at_is_done(tmp_path, monkeypatch):
    allowed = "distributed.scheduler.allowed-failures"
    assert pool._SETTINGS[allowed] == pool.DEATHS - 1
    monkeypatch.setitem(pool._SETTINGS, allowed, 1)  # two deaths take less time than three
    tasks = [(number, ("double", number)) for number in range(8)]
    tasks[5:5] = [("deadly", ("deadly", "")), ("once", ("deadly", str(tmp_path / "marker")))]
    found = dict(pool.run(call, tasks, 2))
    fault = found.pop("deadly")
    assert isinstance(fault, pool.WorkerFault) and "the processes that graded it ended" in str(fault)
    assert found.pop("once") == "alive"
    assert {number: twice for number, (twice, _) in found.items()} == {number: 2 * number for number in range(8)}


STOPPED = """import signal, sys
from grader import pool
import test_pool
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where tests run in the background
def tasks():
    print("asks", flush=True)
    yield from ((number, sys.argv[1]) for number in range(4))
list(pool.run(test_pool.endless, tasks(), 2))"""


@pytest.mark.parametrize("when", ["its workers start", "it asks for tasks", "its workers are at work"])
def test_an_interrupt_ends_workers_that_are_at_work_or_only_start(tmp_path, temporary, when):
    at_work = tmp_path / "at work"
    at_work.mkdir()
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": paths, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, at_work], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        grader = psutil.Process(process.pid)
        wait_until(lambda: process.poll() is not None or len(grader.children()) >= 3)  # one is multiprocessing's own
        if when != "its workers start":
            assert process.stdout.readline() == "asks\n"
        if when == "its workers are at work":
            wait_until(lambda: process.poll() is not None or any(at_work.iterdir()))
        children = grader.children()
        assert process.poll() is None and len(children) >= 3
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers as well
        _, said = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGINT
    assert said.strip().splitlines()[-1] == "KeyboardInterrupt" and said.count("Traceback") == 1, said
    assert psutil.wait_procs(children, 60)[1] == []


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
