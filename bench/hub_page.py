"""The figures of `bench/hub.py`, worked out from its visits, and the page that shows them. Nothing here measures."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

STEPS = {
    "log in": "log in",
    "start the server": "start the server, to JupyterLab's page",
    "fetch": "fetch, by the Assignment List",
    "open": "open the notebook: its kernel, and the first cell",
    "save": "save",
    "validate": "validate",
    "submit": "submit, by the Assignment List",
}


def figures(result: dict) -> dict:
    """By step: seconds of the one who came alone, and the median and the slowest of the class."""
    found = {}
    for step in STEPS:
        taken = [one["steps"][step] for one in result["visits"] if step in one["steps"]]
        if taken:
            found[step] = {
                "alone": result["alone"]["steps"][step],
                "median": statistics.median(taken),
                "slowest": max(taken),
                "count": len(taken),
            }
    whole = [sum(one["steps"].values()) for one in result["visits"] if one["answered"]]
    if whole:
        alone = sum(result["alone"]["steps"].values())
        found["everything"] = {
            "alone": alone, "median": statistics.median(whole), "slowest": max(whole), "count": len(whole),
        }  # fmt: skip
    return found


def page(result: dict) -> str:
    """The page, in Markdown."""
    return "\n\n".join([_head(result), _steps(result), _nothing_lost(result), _walls(result), _how(result)]) + "\n"


def _head(result: dict) -> str:
    machine = result["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    minutes = result["arrivals_minutes"]
    arrive = f"arrive at random over {minutes:g} minutes" if minutes else "arrive all at once"
    return f"""# A class at the hub before a deadline

Written by `bench/hub.py` from one run with {result["students"]} students on {machine["cores"]} cores and {machine["memory_gb"]:.0f} GB of memory, which other work may have
shared (the load average was {machine["load_before"]:.1f} before the class came). The hub is that of [deploy/jupyterhub](../deploy/jupyterhub/README.md) with an account for each
student. They {arrive} and do at once, without reading or thinking, what takes a student the evening, so the
machine is busier than with people. The deadline is {result["deadline_minutes"]:g} minutes after the start.

{versions}."""


def _steps(result: dict) -> str:
    names = {**STEPS, "everything": "all of it"}
    rows = [
        [names[step], *(f"{one[key]:.2f}" for key in ("alone", "median", "slowest")), str(one["count"])]
        for step, one in result["figures"].items()
    ]
    head = ["seconds", "one student alone", "of the class: median", "slowest", "students"]
    used = result["measured"]
    most = used["cores"] * used["seconds"]
    shares = [used[key] / most for key in ("cpu_hub", "cpu_bench", "cpu_others")]
    retries = sum(one["retries"] for one in result["visits"])
    unshared = " Where that could not be read, it is the memory that it does not share." if used["unshared"] else ""
    return f"""## What a student waits for

{_table(head, rows)}

* From the first arrival to the last hand-in: {result["seconds"]:.0f} s.
* Errors: {len(result["errors"])}, and {len(result["log_errors"])} in the hub's log. Times that the hub asked to come back later: {retries}.
* Most memory of the hub with all servers and kernels, together {used["processes"]} processes at most: {used["peak_mb"] / 1024:.1f} GB, or {used["peak_mb"] / (result["students"] + 1):.0f} MB for each student with an open notebook. It is the proportional share of each process, in {used["samples"]} samples.{unshared}
* Processor time of all that for each student: {used["cpu_hub"] / result["students"]:.0f} s. Of what the machine had meanwhile, the hub with all servers and kernels used {shares[0]:.0%}, this bench {shares[1]:.0%}, and other work {shares[2]:.0%}."""


def _nothing_lost(result: dict) -> str:
    collected, graded = result["collected"], result["graded"]
    lost = [*collected["faults"], *graded["faults"]]
    points = ", ".join(f"{one:g}" for one in graded["points"])
    words = "\n".join(f"* {one}" for one in lost) if lost else (
        "Each is there once, with its student's own text and nobody else's, and with a time between the one at which the student "
        "pressed the button and the one at which the answer came."
    )  # fmt: skip
    return f"""## Nothing is lost

{collected["count"]} hand-ins were collected, {result["students"]} of the class and one of the student who came alone before; {result["in_time"]} of the class were in before the deadline.
{words}

* `nbgrader collect`: {collected["seconds"]:.1f} s.
* `grader grade`: {graded["seconds"]:.1f} s for {graded["count"]} hand-ins; each got {points} points by tests, and a text waits for a person."""


def _walls(result: dict) -> str:
    tried = result["attempts"]
    rows = [[kind, f"{count:,}"] for kind, count in tried["refused"].items()]
    total = sum(tried["refused"].values())
    opened = "".join(f"\n* {one}" for one in tried["open"])
    return f"""## Nobody sees another's work

Each of the {tried["students"]} students, with the own kernel, server and cookies, went for the work of the others, and for what is not for students.
Of {total + len(tried["open"]):,} attempts {total:,} were refused.{opened}

{_table(["attempts", "refused"], rows)}

The hand-ins were tried by the whole name of their folder, which students cannot know. What another's kernel prints: at all its sockets, while it printed.
[check.py](../deploy/jupyterhub/check.py) tries more."""


def _how(result: dict) -> str:
    return """## How it is measured

Each student is a thread that sends the requests of the login page, of JupyterLab and of nbgrader's buttons to the hub; JupyterLab's own
files, which a browser loads once, are not among them. All students write the same right answers, so that validating
runs the whole notebook, and a line of their own. Validating keeps the student's server busy until it is done, as nbgrader does it in the server itself.

```
make bench-hub                                                    # as root; all of it, and this page
.venv/bin/python bench/hub.py --students 3 --arrivals 0 --keep    # to see that it works; the installation stays for a next run
.venv/bin/python bench/hub.py --help                              # other classes and files
```"""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
