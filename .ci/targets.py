"""What CI runs, target by target: cheap ones first, and at the end where the minutes went and what failed first.

It stops at the first target that fails. What it measures goes to `artefacts/times`, which `times.py` reads; so does
what pytest writes about each test. Suites that carry a stamp (`stamps.py`) run only where something has changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TextIO

import times
from stamps import ROOT, Repository
from suites import SUITES

LAST_LINES = 40  # of a target that failed, which are said again at the end
HANGING = 5.0  # seconds for the last output of a target that has ended
PACKAGES = ("chromium", "fonts-dejavu-core", "python3-venv", "curl", "procps", "postgresql")
APT = ("apt-get", "-qq", "-o", "Acquire::Retries=3")


@dataclass(frozen=True)
class Target:
    """Something that CI runs.

    Attributes
    ----------
    name : str
    commands : sequence of sequence of str
        Run one after the other until one fails.
    """

    name: str
    commands: Sequence[Sequence[str]]


def make(name: str) -> Target:
    """A target of the Makefile, whose pytest writes down what each test took."""
    return Target(name, [["make", name, f"REPORT=--junitxml=artefacts/times/{name}.xml"]])


def targets() -> Iterator[Target]:
    """All that CI runs, in order."""
    yield make("install")
    yield make("style")
    yield make("unit-test")
    yield make("demo")
    repository = Repository()
    for suite in SUITES:
        if not repository.is_stamped(suite):
            yield Target(suite.name, [[sys.executable, ".ci/stamps.py", "run", suite.name]])
    yield make("system-test")
    yield Target("packages", [[*APT, "update"], [*APT, "install", "-y", "--no-install-recommends", *PACKAGES]])
    yield make("browser-test")
    yield make("deploy-test")
    yield make("kubernetes-test")
    yield make("hub-test")


def main() -> int:
    """Run the targets; 0 if all have passed."""
    shutil.rmtree(times.FOLDER, ignore_errors=True)
    times.FOLDER.mkdir(parents=True)
    failed = None
    with times.Observer() as observer:
        for target in targets():
            print(f"\n=== {target.name}", flush=True)
            last = observer.measure(target.name, partial(_run, target))
            if last is not None:
                failed = target.name, last
                break
    print()
    times.main()
    if failed is None:
        return 0
    name, last = failed
    print(f"\n=== the last lines of {name}", *last, "", sep="\n")
    for test in times.failures(name):
        print(f"failed: {test}")
    print(f"{name} failed. What comes behind it was not run.")
    return 1


def _run(target: Target) -> list[str] | None:
    """Run a target; its last lines if it failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in target.commands:
        last: deque[str] = deque(maxlen=LAST_LINES)
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        reader = threading.Thread(target=_show, args=(process.stdout, last), daemon=True)
        reader.start()
        code = process.wait()
        reader.join(HANGING)  # what it has left behind may hold its output open, for ever
        if code:
            return list(last)
    return None


def _show(output: TextIO, last: deque[str]) -> None:
    for line in output:
        print(line, end="", flush=True)
        last.append(line.rstrip("\n"))


if __name__ == "__main__":
    sys.exit(main())
