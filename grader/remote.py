"""Workers that somebody else has started, on other machines: a Dask scheduler by its address, or Dask Gateway.

They need no file of the course: a task carries its notebooks, tests and data. Scheduler and workers do need what this
grader has installed, since tasks are its objects and answers depend on it; they are asked before a class is sent there.
"""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.errors import CourseError
from grader.verdict import installed

if TYPE_CHECKING:
    from distributed import Client

GATEWAY = "gateway"
CONNECTING, WAITING = 20.0, 120.0  # seconds for a scheduler, and for a first worker


@contextmanager
def client(scheduler: str, workers: int) -> Iterator[Client]:
    """A client of a scheduler that has at least one worker, all of them able to grade.

    Parameters
    ----------
    scheduler : str
        Its address, such as ``tls://scheduler:8786`` (certificates as in Dask's own configuration), or ``gateway``
        for a cluster of this run's own from Dask Gateway (address and authentication as in Dask's configuration).
    workers : int
        How many of them Dask Gateway is asked for; a scheduler has those that it has.

    Raises
    ------
    CourseError
        If there is no such scheduler, or its workers are missing or have something else installed.
    """
    with contextlib.ExitStack() as stack:
        try:
            made = stack.enter_context(_gateway(workers) if scheduler == GATEWAY else _by_address(scheduler))
        except Exception as error:  # of the network, of certificates, of Dask Gateway: each has its own
            reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
            raise CourseError(f"There is no Dask scheduler to be had at {scheduler!r}: {reason}.") from None
        try:
            made.wait_for_workers(1, timeout=WAITING)
        except TimeoutError:
            raise CourseError(
                f"The Dask scheduler {scheduler!r} has no workers, {WAITING:.0f} seconds after it was asked. Start some."
            ) from None
        _demand_the_same(made, scheduler)
        yield made


@contextmanager
def _by_address(address: str) -> Iterator[Client]:
    from distributed import Client

    with Client(address, timeout=CONNECTING, set_as_default=False) as made:
        yield made


@contextmanager
def _gateway(workers: int) -> Iterator[Client]:
    from dask_gateway import GatewayCluster

    with GatewayCluster(shutdown_on_close=True) as cluster:
        cluster.scale(workers)
        with cluster.get_client(set_as_default=False) as made:
            yield made


def _demand_the_same(made: Client, scheduler: str) -> None:
    """See that scheduler and workers have what this process has, and that workers do one thing at a time."""
    threads = made.nthreads()
    if busy := sorted(worker for worker, number in threads.items() if number != 1):
        raise CourseError(
            f"The worker {busy[0]} of {scheduler!r} does {threads[busy[0]]} things at once, and a grading worker does one: "
            "start it with --nthreads 1, and more of them if there are more cores."
        )
    try:
        found = {"The scheduler": made.run_on_scheduler(here)}
        found |= {f"The worker {worker}": has for worker, has in sorted(made.run(here).items())}
    except (ImportError, AttributeError):  # no grader there, or one without this function
        found = {"The scheduler or a worker": ""}
    for who, has in found.items():
        if has != here():
            raise CourseError(
                f"{who} of {scheduler!r} does not have the same Python, packages, grader and utils installed as this "
                "grader. Give it the same image, or install the same."
            )


def here() -> str:
    """A digest of the Python, the packages, the grader and the helpers where this is called."""
    return f"{'.'.join(platform.python_version_tuple()[:2])} {installed()}"
