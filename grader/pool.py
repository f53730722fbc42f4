"""Tasks done by several worker processes at once: a Dask cluster on this machine, for as long as there is work, or one
that is elsewhere (`grader.remote`).

Workers get and give plain data. They start and keep warm templates of their own, have no access to the gradebook, and
can be killed at any time: what they were at is done again by others. Only as many tasks as keep the workers busy are
under way, so that memory does not grow with the class.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import secrets
import signal
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

import psutil

from grader import remote
from grader.engine.scratch import scratch
from grader.engine.template import off_the_core_of_forks
from grader.errors import CourseError, Fault, as_course_error
from grader.pausing import Pausing

if TYPE_CHECKING:
    from distributed import Client, LocalCluster, Worker
    from tornado.platform.asyncio import BaseAsyncIOLoop

Key = TypeVar("Key")
Task = TypeVar("Task")
Result = TypeVar("Result")
Do = Callable[[Task], Result | Pausing[Result]]

MEMORY = {"numpy": 1 << 30, "tensorflow": 3 << 30}  # bytes that a worker, its template and two forks may need
SHARE = 8  # tasks for each worker: with fewer, its start takes longer than it saves
WINDOW = 2  # batches of tasks under way for each worker: one that runs and one that waits
BATCH = 0.5  # seconds that a batch may take, when tasks are quick; a worker is asked for less often then
LARGEST_BATCH = 4  # tasks
DEATHS = 3  # of workers, at one task, before the task is suspected to be what kills them
NO_WORKERS = "120 s"  # without any worker, before the tasks are given up
ENDING = 10.0  # seconds that processes which were told to end may take
WORKER = "Dask Worker process (from Nanny)"  # the name that Dask gives to the processes of its workers
_SETTINGS = {
    "distributed.scheduler.allowed-failures": DEATHS - 1,
    "distributed.scheduler.no-workers-timeout": NO_WORKERS,
    "distributed.scheduler.work-stealing": True,
    "distributed.nanny.pre-spawn-environ": {},
    "distributed.worker.profile.enabled": False,
    "distributed.admin.low-level-log-length": 2,  # of messages, which hold the tasks
    "distributed.admin.tick.interval": "1s",  # nobody watches these processes, and what watching costs is the cores'
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.scheduler.work-stealing-interval": "1s",
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.comm.timeouts.connect": "60s",  # the machine is busy with examinations
    "distributed.deploy.lost-worker-timeout": "1d",  # a worker that was killed starts again, however long that takes
}


class WorkerFault(Fault):
    """A task was not done, because the workers that were at it ended."""


def admitted(stacks: Collection[str], tasks: int) -> int:
    """How many workers this machine has cores and free memory for, and that the tasks are worth; at least one.

    Parameters
    ----------
    stacks : collection of str
        The software stacks that the tasks need, of `MEMORY`.
    tasks : int
    """
    if tasks < 2 * SHARE:
        return 1
    from dask.system import CPU_COUNT
    from distributed.system import MEMORY_LIMIT

    free = min(psutil.virtual_memory().available, MEMORY_LIMIT)
    return max(1, min(CPU_COUNT, free // max(MEMORY[stack] for stack in stacks or MEMORY), tasks // SHARE))


def run(
    do: Do[Task, Result],
    tasks: Iterable[tuple[Key, Task | Exception]],
    workers: int,
    scheduler: str | None = None,
) -> Generator[tuple[Key, Result | Exception], None, None]:
    """Do tasks, in this process if one worker is enough; what the caller does with a result, it does in a pause of the next task.

    Parameters
    ----------
    do : function
        What is done with a task. It may be `Pausing`. Other processes must be able to import it.
    tasks : iterable of (key, task)
        Read as the work goes on. An exception in the place of a task comes back as it is.
    workers : int
    scheduler : str, optional
        A Dask scheduler whose workers do the tasks in the place of this machine's, as in `grader.remote.client`.

    Yields
    ------
    (key, result)
        As they are done; what `do` raised, or a `WorkerFault`, is in the place of a result, as a `Fault`.

    Raises
    ------
    CourseError
        If the workers do not start, or there are none to be had.
    """
    if scheduler:
        with _quiet(), remote.client(scheduler, workers) as client:
            yield from _run(client, do, tasks, lambda: WINDOW * max(1, len(client.nthreads())))  # they come and go
        return
    if workers == 1:
        yield from _one_by_one(do, tasks)
        return
    with _client(workers) as client:
        yield from _run(client, do, tasks, lambda: WINDOW * workers)


def _one_by_one(
    do: Do[Task, Result], tasks: Iterable[tuple[Key, Task | Exception]]
) -> Iterator[tuple[Key, Result | Exception]]:
    """Do tasks here; a result is given away in the first pause of the next task, or at its end if it has none."""
    done: list[tuple[Key, Result | Exception]] = []
    with off_the_core_of_forks():
        for key, task in tasks:
            with contextlib.closing(_attempt(do, task)) as attempt:
                for results in attempt:
                    yield from done
                    done = [(key, result) for result in results or ()]
        yield from done


def _attempt(do: Do[Task, Result], task: Task | Exception) -> Generator[list[Result | Exception] | None, None, None]:
    """Do a task: None at every pause, and a list with the result in the end."""
    try:
        result = task if isinstance(task, Exception) else do(task)
        if isinstance(result, Generator):
            result = yield from result
    except Fault as fault:
        result = fault
    except Exception as error:  # as its words: not every exception can be sent to another process
        result = as_course_error(error)
    yield [result]


def _run(
    client: Client,
    do: Do[Task, Result],
    tasks: Iterable[tuple[Key, Task | Exception]],
    window: Callable[[], int],
) -> Iterator[tuple[Key, Result | Exception]]:
    """Do tasks, at most `window()` batches at a time; those at which workers ended once more in the end, each alone."""
    from distributed import KilledWorker, as_completed

    running: dict[str, list[tuple[Key, Task]]] = {}
    finished = as_completed(loop=client.loop)
    suspects: list[tuple[Key, Task]] = []
    size = 1  # of a batch

    def submit(batch: list[tuple[Key, Task]]) -> None:
        name = uuid.uuid4().hex
        running[name] = batch
        finished.add(client.submit(_each, do, [task for _, task in batch], key=name))

    def outcome() -> list[tuple[Key, Task, Result | Exception]]:
        nonlocal size
        future = next(finished)
        batch, error = running.pop(future.key), future.exception()
        if error is not None:
            return [(*one, error) for one in batch]
        results, seconds = future.result()
        size = max(1, min(LARGEST_BATCH, int(len(batch) * BATCH / seconds)))
        return [(*one, result) for one, result in zip(batch, results, strict=True)]

    def outcomes(most: int) -> Iterator[tuple[Key, Result | Exception]]:
        while len(running) > most:
            for key, task, result in outcome():
                if isinstance(result, KilledWorker):
                    suspects.append((key, task))
                else:
                    yield key, result

    waiting: list[tuple[Key, Task]] = []
    for key, task in tasks:
        if isinstance(task, Exception):
            yield key, task
            continue
        waiting.append((key, task))
        if len(waiting) >= size:
            submit(waiting)
            waiting = []
            yield from outcomes(window() - 1)
    if waiting:
        submit(waiting)
    yield from outcomes(0)
    for key, task in suspects:
        submit([(key, task)])
        ((*_, result),) = outcome()
        if isinstance(result, KilledWorker):
            result = WorkerFault("the processes that graded it ended, again and again")
        yield key, result


def _each(do: Do[Task, Result], tasks: list[Task]) -> tuple[list[Result | Exception], float]:
    """What a worker does with a batch: the results, and the seconds that they took."""
    os.environ.setdefault("GRADER_WORKER", str(secrets.randbelow(1 << 16)))  # elsewhere nobody numbers them
    begin = time.monotonic()
    return [one for task in tasks for found in _attempt(do, task) for one in found or ()], time.monotonic() - begin


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask with our settings, and without its remarks."""
    import dask

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # also while everything is being closed
    with dask.config.set(_SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph")  # a task carries all that it needs
        warnings.filterwarnings("ignore", module="distributed")
        yield


@contextmanager
def _client(workers: int) -> Iterator[Client]:
    """A cluster of its own for this process; nobody else on this machine can talk to it."""
    import dask
    from distributed import Client, LocalCluster
    from distributed.security import Security

    with _quiet(), scratch() as folder, dask.config.set({"temporary-directory": str(folder)}):
        try:
            cluster = LocalCluster(
                n_workers=0,
                threads_per_worker=1,
                memory_limit=0,  # the examined processes have limits of their own
                dashboard_address=None,
                security=Security.temporary(),
                silence_logs=logging.CRITICAL,
                env={"TMPDIR": str(folder)},
                preload="grader.pool",  # for `dask_setup`
            )
        except OSError as error:
            raise CourseError(f"The workers do not start: {error}.") from None
        is_done = False
        try:
            _block_interrupts(cluster)
            cluster.scale(workers)
            with Client(cluster) as client:
                yield client
            is_done = True
        finally:
            with _uninterrupted():
                _end(cluster, at_once=not is_done)


def _block_interrupts(cluster: LocalCluster) -> None:
    """Let the workers start with SIGINT blocked: Ctrl-C is for this process, which ends them in good order."""
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # it would lift the block for the thread that starts it
    loop = cast("BaseAsyncIOLoop", cluster.loop)  # of its own thread, which runs
    loop.asyncio_loop.call_soon_threadsafe(signal.pthread_sigmask, signal.SIG_BLOCK, {signal.SIGINT})


def dask_setup(worker: Worker) -> None:
    """What Dask calls in every worker that starts: number it, so that no two share a core."""
    os.environ["GRADER_WORKER"] = str(worker.name)


def _end(cluster: LocalCluster, at_once: bool) -> None:
    """End the workers and wait until their templates and the examined processes are gone.

    Parameters
    ----------
    cluster : LocalCluster
    at_once : bool
        Whether the workers are killed, because they are still at something.
    """
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
    ended = _workers(kill=at_once)
    with contextlib.suppress(Exception):  # a worker that is killed while it starts: the cluster ends all the same
        cluster.close(timeout=ENDING)
    cluster.shutdown_on_close = False  # else Dask tries it once more when Python ends, for ten seconds
    ended += _workers(kill=True)
    for process in psutil.wait_procs(ended, ENDING)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _workers(kill: bool) -> list[psutil.Process]:
    """The workers, those included that only just start, and all that they have started; killed on request."""
    found = []
    for one in multiprocessing.active_children():
        if one.name == WORKER:
            with contextlib.suppress(psutil.NoSuchProcess):
                worker = psutil.Process(one.pid)
                found += [worker, *worker.children(recursive=True)]
                if kill:
                    worker.kill()
    return found


@contextmanager
def _uninterrupted() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
