"""How long the notebooks take, and what their training costs beside the plain loops that one writes first.

    .venv/bin/python bench/notebooks.py [--repeat 5] [--json FILE] [TOPIC ...]

Two measurements for each numpy notebook that trains, every one repeated with the arms taking turns:

* the source notebook, executed in a Jupyter kernel, with its demo cells (long training) and without them, in seconds, the
  start of the kernel and the imports of the set-up cell included;
* its training beside `plain_loops`, as the median of the paired ratios plain / ours. Both arms take the same steps from the
  same start on the same data, and the parameters that they end with must agree, or the run is an error.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ["TQDM_DISABLE"] = "1"  # a progress bar is not what is measured
os.environ.setdefault("MPLBACKEND", "agg")

import nbformat
import numpy as np
import plain_loops
from nbclient import NotebookClient

from grader.assignment import read_assignment
from grader.course import Course

ROOT = Path(__file__).resolve().parent.parent
LOOPS = {  # topic -> the sizes that are long enough to measure and short enough to repeat
    "initialization": ("5000 steps of gradient descent from He's start", 5000),
    "regularization": ("5000 steps with dropout", 5000),
    "optimization": ("500 epochs of Adam, mini-batches of 64", 500),
}


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def execute(topic: str, demos: bool) -> None:
    """Run a source notebook in a kernel, with or without its demo cells."""
    course = Course.load(ROOT)
    names = {cell.grade_id for cell in read_assignment(course.text(topic)) if cell.kind == "demo"}
    notebook = nbformat.read(course.source(topic), as_version=4)
    if not demos:
        notebook.cells = [cell for cell in notebook.cells if cell.id not in names]
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()


def namespace(topic: str) -> dict:
    """What a notebook defines: all but its tests, and of the demo cells the functions alone."""
    found: dict = {"__name__": "__main__"}
    for cell in read_assignment(Course.load(ROOT).text(topic)):
        if cell.kind in ("setup", "given", "solution"):
            exec(cell.source, found)
        elif cell.kind == "demo":
            tree = ast.parse(cell.source)
            tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom)]
            exec(compile(tree, topic, "exec"), found)
    return found


def arms(topic: str) -> tuple[Callable[[], dict], Callable[[], dict]]:
    """Our training and the plain one, each a function that returns the parameters it ends with."""
    with contextlib.redirect_stdout(io.StringIO()):  # what the given cells print
        notebook = namespace(topic)
    size = LOOPS[topic][1]
    model, X, Y = notebook["model"], notebook["train_X"], notebook["train_Y"]
    return {
        "initialization": (
            lambda: model(X, Y, num_iterations=size, print_cost=False)[0],
            lambda: plain_loops.initialization(X, Y, size)[0],
        ),
        "regularization": (
            lambda: model(X, Y, num_iterations=size, print_cost=False, keep_prob=0.86),
            lambda: plain_loops.regularization(X, Y, size)[0],
        ),
        "optimization": (
            lambda: model(X, Y, [2, 5, 2, 1], "adam", num_epochs=size, print_cost=False)[0],
            lambda: plain_loops.optimization(X, Y, size)[0],
        ),
    }[topic]


def measure(topic: str, repeat: int) -> dict:
    ours, plain = arms(topic)
    mine, theirs = ours(), plain()
    for name, value in theirs.items():
        if not np.allclose(mine[name], value, rtol=1e-6, atol=1e-9):
            raise SystemExit(f"{topic}: both trainings should end with the same {name}, but they do not.")
    loops = [(seconds(ours), seconds(plain)) for _ in range(repeat)]
    whole = [(seconds(lambda: execute(topic, True)), seconds(lambda: execute(topic, False))) for _ in range(repeat)]
    return {
        "topic": topic,
        "training": LOOPS[topic][0],
        "ours_seconds": statistics.median(a for a, _ in loops),
        "plain_seconds": statistics.median(b for _, b in loops),
        "ratio": statistics.median(b / a for a, b in loops),
        "ratio_range": [min(b / a for a, b in loops), max(b / a for a, b in loops)],
        "notebook_seconds": statistics.median(a for a, _ in whole),
        "without_demos_seconds": statistics.median(b for _, b in whole),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"of {', '.join(LOOPS)}; all unless named")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args()
    if unknown := sorted(set(options.topics) - set(LOOPS)):
        parser.error(f"there is no training to compare for {unknown[0]!r}; the topics are {', '.join(LOOPS)}")
    if options.repeat < 1:
        parser.error("--repeat must be at least 1")
    rows = []
    for topic in options.topics or LOOPS:
        row = measure(topic, options.repeat)
        rows.append(row)
        print(
            f"{topic}: the notebook {row['notebook_seconds']:.1f} s, without demo cells {row['without_demos_seconds']:.1f} s\n"
            f"  {row['training']}: ours {row['ours_seconds']:.2f} s, plain loops {row['plain_seconds']:.2f} s, "
            f"ratio {row['ratio']:.2f} ({row['ratio_range'][0]:.2f} to {row['ratio_range'][1]:.2f})",
            flush=True,
        )
    if options.json:
        machine = {"python": sys.version.split()[0], "numpy": np.__version__, "cores": os.cpu_count()}
        options.json.write_text(
            json.dumps({"machine": machine, "repeat": options.repeat, "rows": rows}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
