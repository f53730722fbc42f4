"""What grading costs, beside nbgrader's own converter, Otter-Grader, and the cells alone in a plain process.

    .venv/bin/python bench/grading.py [--quick] [--many 1000] [--json FILE] [--page FILE] [TOPIC ...]

The arms take turns, and each ratio is of two costs of the same turn. A cost is that of one more hand-in: the time for a
larger class less the time for a smaller one, divided by the difference, so that the start counts for nothing. All arms run
the same cells and the same tests; they are asked first what they give for a right, a partly right and an untouched hand-in,
and a bench whose arms do not agree is an error.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import grading_arms as arms
import grading_class as classes
import otter_grader
from grading_arms import BenchError
from grading_memory import many
from grading_page import figures, page

PACKAGES = ("numpy", "matplotlib", "tensorflow", "nbgrader", "nbclient", "ipykernel", "ipython")


@dataclass(frozen=True)
class Sizes:
    """How many hand-ins the smaller and the larger class of each arm have."""

    ours: tuple[int, int] = (16, 96)  # both as many as several workers are started for
    one_worker: tuple[int, int] = (4, 34)
    nbgrader: tuple[int, int] = (1, 3)
    otter_run: tuple[int, int] = (0, 1)  # a command for each hand-in, so every one pays the start
    otter_loop: tuple[int, int] = (1, 3)
    bound: int = 5


QUICK = Sizes(ours=(2, 6), one_worker=(2, 6), nbgrader=(1, 2), otter_loop=(1, 2), bound=2)


@dataclass(frozen=True)
class Arm:
    """Something that grades, with its two classes."""

    runner: Any
    sizes: tuple[int, int]
    is_asked: bool = True  # for its scores


def the_arms(topic: classes.Topic, folder: Path, sizes: Sizes, otter: Path | None) -> dict[str, Arm]:
    """By name; ours come first."""
    found = {"ours": Arm(arms.ours(topic, folder / "ours"), sizes.ours)}
    if has_workers():
        found["ours, one worker"] = Arm(arms.ours(topic, folder / "one", workers=1), sizes.one_worker, is_asked=False)
    found["nbgrader"] = Arm(arms.nbgraders(topic, folder / "stock"), sizes.nbgrader)
    if otter:
        found["otter run"] = Arm(arms.Otter(topic, folder / "otter", otter, False), sizes.otter_run)
        loop = arms.Otter(topic, folder / "otter-loop", otter, True)
        found["otter, one process"] = Arm(loop, sizes.otter_loop, is_asked=False)
    return found


def has_workers() -> bool:
    """Whether `grader grade` can be told how many processes grade at a time."""
    done = subprocess.run([*arms.OURS, "grade", "--help"], capture_output=True, text=True, env=arms.environment())
    return "--workers" in done.stdout


def agree(topic: classes.Topic, named: dict[str, Arm], bound: arms.PlainProcess) -> dict[str, dict[str, float]]:
    """The points by hand-in and test, which all arms give.

    Raises
    ------
    BenchError
        If they do not.
    """
    hand_ins = {kind: topic.hand_in(kind) for kind in classes.KINDS}
    found = {"the plain process": bound.scores(hand_ins)}
    for name, arm in named.items():
        if arm.is_asked:
            found[name] = arm.runner.scores(arm.runner.prepare(hand_ins, "asked"))
    if sentences := arms.disagreements(found):
        raise BenchError(f"{topic.name}: " + " ".join(sentences))
    scores = found["the plain process"]
    totals = [sum(scores[kind].values()) for kind in classes.KINDS]
    if not totals[0] == sum(topic.points.values()) > totals[1] > totals[2] == 0:
        raise BenchError(f"{topic.name}: a right, a partly right and an untouched hand-in get {totals} points.")
    return scores


def measure(
    topic: classes.Topic, folder: Path, sizes: Sizes, repeat: int, otter: Path | None, say: Callable[[str], None]
) -> dict:
    """The costs of a topic, turn by turn."""
    named = the_arms(topic, folder, sizes, otter)
    bound = arms.PlainProcess(topic, folder / "plain")
    scores = agree(topic, named, bound)
    say(f"{topic.name}: {len(named) + 1} arms agree on the scores")
    own = classes.students(topic, sizes.bound)
    prepared = {
        name: [arm.runner.prepare(classes.students(topic, size)) for size in arm.sizes] for name, arm in named.items()
    }
    turns = []
    for number in range(1, repeat + 1):
        turn: dict[str, dict] = {}
        for name, arm in named.items():
            small, large = (arm.runner.run(course) for course in prepared[name])
            turn[name] = extra(small, large, arm.sizes)
            say(f"{topic.name}, turn {number} of {repeat}: {name} {turn[name]['seconds']:.2f} s per extra hand-in")
        found = bound.run(own)
        turn["bound"] = {key: sum(one[key] for one in found) / len(found) for key in ("seconds", "cpu")}
        say(f"{topic.name}, turn {number} of {repeat}: the cells alone {turn['bound']['seconds']:.2f} s")
        turns.append(turn)
    return {"scores": scores, "sizes": {name: arm.sizes for name, arm in named.items()}, "turns": turns}


def extra(small: arms.Cost, large: arms.Cost, sizes: tuple[int, int]) -> dict[str, float]:
    """The cost of one more hand-in, and of the start."""
    one = (large - small) / (sizes[1] - sizes[0])
    return {"seconds": one.seconds, "cpu": one.cpu, "start": small.seconds - sizes[0] * one.seconds}


def machine(otter: Path | None, why_not: str) -> dict:
    versions = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    if otter:
        versions["otter-grader"] = otter_grader.VERSION
    cores = len(os.sched_getaffinity(0))
    return {"cores": cores, "load_before": os.getloadavg()[0], "versions": versions, "otter_left_out": why_not}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "topics",
        nargs="*",
        metavar="TOPIC",
        help=f"of {', '.join(classes.HOMES)}; {' and '.join(classes.USUAL)} unless named",
    )
    parser.add_argument("--repeat", type=int, help="turns of the arms (5, or 1 with --quick)")
    parser.add_argument(
        "--quick", action="store_true", help="small classes of the first notebook, to see that it works"
    )
    parser.add_argument("--many", type=int, default=0, metavar="N", help="also grade N hand-ins and watch the memory")
    parser.add_argument("--many-topic", default="gradient_checking", metavar="TOPIC", help="the notebook for --many")
    parser.add_argument(
        "--otter-venv", type=Path, default=otter_grader.DEFAULT_FOLDER, metavar="DIR",
        help=f"where Otter-Grader {otter_grader.VERSION} is, or will be, installed (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write them as a page, in Markdown")
    given = parser.parse_args()
    for name in (*given.topics, given.many_topic):
        if name not in classes.HOMES:
            parser.error(f"there is no notebook {name!r} in this bench; there are {', '.join(classes.HOMES)}")
    given.repeat = given.repeat if given.repeat is not None else (1 if given.quick else 5)
    if given.repeat < 1:
        parser.error("--repeat must be at least 1")
    if given.many and given.many < 300:
        parser.error("--many must be at least 300: it compares the first hundred with the last")
    given.topics = given.topics or list(classes.USUAL)[: 1 if given.quick else None]
    return given


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def bench(given: argparse.Namespace, folder: Path) -> dict:
    otter, why_not = given.otter_venv, ""
    try:
        otter_grader.install(otter, may_install=not given.quick)
    except otter_grader.NotInstalled as reason:
        otter, why_not = None, f"{reason}."
        say(why_not)
    result: dict = {"machine": machine(otter, why_not), "topics": {}}
    sizes = QUICK if given.quick else Sizes()
    for name in given.topics:
        topic = classes.build(name, folder / name / "course")
        result["topics"][name] = measure(topic, folder / name, sizes, given.repeat, otter, say)
        result["topics"][name]["stack"] = topic.stack
    if given.many:
        topic = classes.build(given.many_topic, folder / "many" / "course")
        result["many"] = {"topic": topic.name, **asdict(many(topic, folder / "many", given.many, say))}
    result["figures"] = figures(result)
    return result


def main() -> None:
    given = options()
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as folder:
        try:
            result = bench(given, Path(folder))
        except BenchError as error:
            say(f"error: {error}")
            sys.exit(2)
    text = page(result)
    print(text)
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if given.page:
        given.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
