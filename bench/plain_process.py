"""The bound of `bench/grading.py`: the cells of each hand-in by plain `exec`, in a fork of one warm process.

    python bench/plain_process.py JOBS RESULTS

JOBS is JSON, ``{"stack": ..., "hand_ins": [[{"name": ..., "source": ..., "is_test": ...}, ...], ...]}``. RESULTS gets one
entry per hand-in: the tests that passed, and the seconds and the seconds of CPU time that its cells took. No shell, no
isolation, no reading and writing of notebooks; the fork does not count.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import sys
import time
from pathlib import Path

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # read when numpy is imported

Cells = list[dict]


def run(cells: Cells) -> dict:
    """Run the cells of a hand-in in one namespace."""
    namespace = {"__name__": "__main__"}
    passed = []
    begin, cpu = time.perf_counter(), time.process_time()
    for cell in cells:
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                exec(compile(cell["source"], cell["name"], "exec"), namespace)
                passed += [cell["name"]] if cell["is_test"] else []
            except Exception:  # as in a notebook, the next cell runs
                pass
    return {"passed": passed, "seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu}


def run_in_a_fork(cells: Cells) -> dict:
    there, here = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(there)
        with os.fdopen(here, "w") as pipe:
            json.dump(run(cells), pipe)
        os._exit(0)
    os.close(here)
    with os.fdopen(there) as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(data)


def main(jobs: Path, results: Path) -> None:
    from grader.engine.template import STACKS

    os.environ.update(ONE_THREAD, MPLBACKEND="agg", TF_CPP_MIN_LOG_LEVEL="2", CUDA_VISIBLE_DEVICES="")
    asked = json.loads(jobs.read_text(encoding="utf-8"))
    for module in STACKS[asked["stack"]]:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    results.write_text(json.dumps([run_in_a_fork(cells) for cells in asked["hand_ins"]]), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
