"""Work for several processes at once: the same thing done with many items, and nothing lost when a process is.

`grader.pool` grades hand-ins, which have processes of their own. A mutant runs in the very process that tries it, in its main
thread, where a time limit can interrupt it; and it may take that process down, or never give it back.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from grader.engine.scratch import scratch
from grader.errors import as_course_error

LOST = "lost"  # in the place of a result: the process that was at it ended, or had to be ended


@dataclass(frozen=True)
class Batch:
    """Something to do with several items.

    Attributes
    ----------
    key : object
        What the results belong to.
    do : function
        Takes `given` and a list with the items, and returns a list of as many results. Other processes import it by name.
    given : tuple
    items : tuple
    seconds : float
        That it may take; a process that takes longer is ended.
    """

    key: Any
    do: Callable[..., list]
    given: tuple
    items: tuple
    seconds: float = 900.0


def done(batches: Sequence[Batch], workers: int) -> Iterator[tuple[Batch, list]]:
    """Do batches, and yield each with its results as they come; an item that is lost when it is alone has `LOST` as result.

    Raises
    ------
    CourseError
        From what `do` raised: that is a fault of the course, and ends it.
    """
    context = multiprocessing.get_context("spawn")
    number = context.Value("i", 0)
    with (
        scratch() as folder,  # for what a process that is ended leaves behind
        ProcessPool(max_workers=workers, context=context, initializer=_begin, initargs=[number, folder]) as pool,
    ):
        running: dict[Future, Batch] = {}

        def start(batch: Batch) -> None:
            running[pool.schedule(batch.do, args=[*batch.given, list(batch.items)], timeout=batch.seconds)] = batch

        try:
            for batch in batches:
                start(batch)
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    batch = running.pop(future)
                    try:
                        results = future.result()
                    except (ProcessExpired, TimeoutError):
                        if len(batch.items) > 1:
                            for item in batch.items:
                                start(replace(batch, items=(item,)))
                            continue
                        results = [LOST]
                    except Exception as error:
                        raise as_course_error(error) from error
                    yield batch, results
        except BaseException:
            pool.stop()
            raise


def _begin(number: Any, folder: Path) -> None:
    """In every process: a number of its own, no windows, no chatter; and Ctrl-C is for the one that started it."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    with number.get_lock():
        number.value += 1
        os.environ["GRADER_WORKER"] = str(number.value)  # so that no two share a core
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["MPLBACKEND"] = "agg"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    warnings.simplefilter("ignore")
