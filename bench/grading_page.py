"""The figures of `bench/grading.py`, worked out from its turns, and the page that shows them. Nothing here measures."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

ARMS = {
    "ours": "`grader grade`",
    "ours, one worker": "`grader grade --workers 1`",
    "nbgrader": "`nbgrader autograde`",
    "otter run": "`otter run`, a command for each hand-in",
    "otter, one process": "Otter-Grader's `grade_submission`, in one process",
}
OURS = ("ours", "ours, one worker")


@dataclass(frozen=True)
class Spread:
    """The median of several values, with the least and the largest."""

    median: float
    least: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values))

    def text(self, form: str = ".2f") -> str:
        return f"{self.median:{form}} ({self.least:{form}} to {self.largest:{form}})"


def paired(turns: Sequence[dict], arm: str, other: str, key: str = "seconds") -> list[float]:
    """How many times as much one arm costs as another, turn by turn."""
    return [turn[arm][key] / turn[other][key] for turn in turns]


def figures(result: dict) -> dict:
    """By topic: costs, ratios, overhead and the share of the limit, each a median with its range."""
    return {name: _figures(topic["turns"], result["machine"]["cores"]) for name, topic in result["topics"].items()}


def _figures(turns: Sequence[dict], cores: int) -> dict:
    arms = [name for name in ARMS if name in turns[0]]
    mine = [name for name in OURS if name in arms]
    alone = mine[-1]  # one worker, where there is a choice
    found = {
        "extra_seconds": {arm: [turn[arm]["seconds"] for turn in turns] for arm in arms},
        "extra_cpu_seconds": {arm: [turn[arm]["cpu"] for turn in turns] for arm in arms},
        "start_seconds": {arm: [turn[arm]["start"] for turn in turns] for arm in arms},
        "cells_seconds": [turn["bound"]["seconds"] for turn in turns],
        "cells_cpu_seconds": [turn["bound"]["cpu"] for turn in turns],
        "overhead_ms": [1000 * (turn[alone]["seconds"] - turn["bound"]["seconds"]) for turn in turns],
        "overhead_cpu_ms": [1000 * (turn[alone]["cpu"] - turn["bound"]["cpu"]) for turn in turns],
        "share_of_the_limit": [turn["bound"]["cpu"] / (cores * turn["ours"]["seconds"]) for turn in turns],
    }
    spreads = {key: _spreads(values) for key, values in found.items()}
    spreads["times_as_long"] = {
        other: {arm: vars(Spread.of(paired(turns, arm, other))) for arm in arms if arm not in OURS} for other in mine
    }
    return spreads


def _spreads(values: dict[str, list[float]] | list[float]) -> dict:
    if isinstance(values, dict):
        return {name: vars(Spread.of(some)) for name, some in values.items()}
    return vars(Spread.of(values))


def page(result: dict) -> str:
    """The page, in Markdown."""
    parts = [_head(result), *(_topic(name, topic, result["figures"][name]) for name, topic in result["topics"].items())]
    if "many" in result:
        parts.append(_many(result["many"]))
    return "\n\n".join([*parts, _how(result)]) + "\n"


def _head(result: dict) -> str:
    machine = result["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    turns = {len(topic["turns"]) for topic in result["topics"].values()}
    left_out = f"\n\n{machine['otter_left_out']} So that arm is missing." if machine["otter_left_out"] else ""
    return f"""# What grading costs

Written by `bench/grading.py` from the figures of one run on {machine["cores"]} cores, which other work may have shared (the load
average was {machine["load_before"]:.1f} before it). Trust the ratios: the arms took turns ({" or ".join(map(str, sorted(turns)))} of them), and each ratio is
of two costs of the same turn. Figures are medians, with the least and the largest in brackets. Before that, all arms gave the same
points, exercise by exercise, to a right, a partly right and an untouched hand-in.

{versions}.{left_out}"""


def _topic(name: str, topic: dict, found: dict) -> str:
    arms = list(found["extra_seconds"])
    mine = list(found["times_as_long"])
    head = ["", "seconds", "of CPU time", *(f"times {ARMS[arm]}" for arm in mine), "start, seconds", "classes of"]
    rows = [
        [
            ARMS[arm],
            Spread(**found["extra_seconds"][arm]).text(),
            Spread(**found["extra_cpu_seconds"][arm]).text(),
            *(Spread(**found["times_as_long"][other][arm]).text(".1f") if arm not in OURS else "" for other in mine),
            Spread(**found["start_seconds"][arm]).text(".1f"),
            " and ".join(map(str, topic["sizes"][arm])),
        ]
        for arm in arms
    ]
    cells, cpu = (Spread(**found[key]) for key in ("cells_seconds", "cells_cpu_seconds"))
    return f"""## {name} ({topic["stack"]})

The cost of one more hand-in:

{_table(head, rows)}

* The same cells alone, by plain `exec` in a fork of a warm process: {cells.text()} s, {cpu.text()} s of CPU time.
* What `{_alone(mine)}` adds to that: {Spread(**found["overhead_ms"]).text(".0f")} ms, {Spread(**found["overhead_cpu_ms"]).text(".0f")} ms of CPU time.
* Share of the physical limit, the CPU time of the cells over all cores times the time of `grader grade`: {Spread(**found["share_of_the_limit"]).text(".0%")}."""


def _alone(mine: Sequence[str]) -> str:
    return ARMS[mine[-1]].strip("`")


def _many(many: dict) -> str:
    what = "the proportional share of each process" if not many["shares"] else "where readable, the proportional share"
    return f"""## {many["count"]:,} hand-ins of {many["topic"]} with one command

| | first hundred | last hundred | whole run |
|---|---|---|---|
| seconds per hand-in | {many["first_seconds"]:.3f} | {many["last_seconds"]:.3f} | |
| most memory of the process tree, MB | {many["first_peak"]:.0f} | | {many["peak"]:.0f} |

Memory is {what}, in {many["samples"]:,} samples."""


def _how(result: dict) -> str:
    return """## How it is measured

A cost is that of one more hand-in: the time for the larger class less the time for the smaller one, divided by the difference. `otter run`
takes one hand-in at a time, so its start belongs to each. nbgrader runs with its own converters and settings; gradient_checking
stands here without its demo cells and figures, which only the peers would run. Each test cell is one test case of Otter-Grader with the same code.

```
make bench-grading                                                # all of it, and this page
.venv/bin/python bench/grading.py --quick                         # two minutes, to see that it works
.venv/bin/python bench/grading.py --help                          # other notebooks, turns and files
```"""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
