"""Where the minutes of the last `.ci/run` went: `make ci-times`.

Per target: the clock, the computing time of its processes, and how much of the machine was busy; TensorFlow's starts are
counted by looking which new processes have loaded it, and cost what one start costs on this machine. Per test and
fixture: what pytest wrote down (`tests/conftest.py` adds computing time and slow fixtures). A short calculation
says how fast the machine is, so that two runs can be compared.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "artefacts" / "times"
RECORD = FOLDER / "targets.json"
TENSORFLOW = "_pywrap_tensorflow"  # a library that every process with TensorFlow has loaded
LOOKS = 0.5  # seconds between two looks at the processes
YOUNG = 120.0  # seconds within which a process loads TensorFlow, if it does


class Observer:
    """Measures targets one after the other, and keeps what it has measured in `RECORD`."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._starts: Counter[str] = Counter()  # of TensorFlow, by target
        self._target = ""
        self._watch = threading.Thread(target=self._look, daemon=True)
        self.record: dict[str, Any] = {"cores": len(os.sched_getaffinity(0)), "speed": [speed()], "targets": []}

    def __enter__(self) -> Observer:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.record["speed"].append(speed())
        self.record["tensorflow"] = tensorflow_start()
        self._write()

    def measure(self, name: str, run: Callable[[], Result]) -> Result:
        """What a target returns, with the time it took written down."""
        self._target = name
        begin, used, (busy, whole) = time.monotonic(), _children(), _machine()
        result = run()
        now = _machine()
        row = {"name": name, "seconds": time.monotonic() - begin, "cpu": _children() - used}
        row |= {"busy": (now[0] - busy) / max(1, now[1] - whole), "failed": bool(result)}
        row["tensorflow"] = self._starts[name]
        self.record["targets"].append(row)
        self._write()
        return result

    def _write(self) -> None:
        RECORD.write_text(json.dumps(self.record, indent=1))

    def _look(self) -> None:
        """Count the processes that load TensorFlow; a fork of one that had it is no new start."""
        known: dict[int, str] = {}  # by process: its command, if it has TensorFlow
        while not self._done.wait(LOOKS):
            alive = {int(name) for name in os.listdir("/proc") if name.isdigit()}
            for gone in known.keys() - alive:
                del known[gone]
            for number in alive - known.keys():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    command = Path(f"/proc/{number}/cmdline").read_text(errors="replace")
                    if "python" not in command or not _is_ours(number) or _age(number) > YOUNG:
                        continue
                    if TENSORFLOW in Path(f"/proc/{number}/maps").read_text(errors="replace"):
                        known[number] = command
                        self._starts[self._target] += known.get(_parent(number)) != command


def speed() -> float:
    """Seconds that a fixed calculation takes, the least of five times: about 0.1 on a fast machine."""
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        total = 0
        for number in range(1_500_000):
            total += number * number % 7
        times.append(time.perf_counter() - begin)
    return min(times)


def tensorflow_start() -> float | None:
    """Seconds that a start of TensorFlow takes here; None where it is not installed."""
    begin = time.monotonic()
    command = [str(ROOT / ".venv/bin/python"), "-c", "import tensorflow"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        done = subprocess.run(command, env=environment, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return time.monotonic() - begin if done.returncode == 0 else None


def _children() -> float:
    """Seconds of computing time of the processes that this one started and that have ended."""
    return os.times().children_user + os.times().children_system


def _machine() -> tuple[float, float]:
    """Ticks in which the machine has worked, and all ticks."""
    user, nice, system, idle, waiting, *more = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:8])
    busy = user + nice + system + sum(more)
    return busy, busy + idle + waiting


def _fields(number: int) -> list[str]:
    return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()


def _parent(number: int) -> int:
    return int(_fields(number)[1])


def _is_ours(number: int) -> bool:
    """Whether a process descends from this one."""
    while number > 1:
        number = _parent(number)
        if number == os.getpid():
            return True
    return False


def _age(number: int) -> float:
    since_boot = float(Path("/proc/uptime").read_text().split()[0])
    return since_boot - int(_fields(number)[19]) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Test:
    """What pytest wrote about a test: its module, name, seconds, computing time and slow fixtures, and whether it failed."""

    module: str
    name: str
    seconds: float
    cpu: float
    fixtures: dict[str, float]
    failed: bool


def tests(target: str) -> Iterator[Test]:
    """The tests that a target ran, as far as pytest wrote them down."""
    path = FOLDER / f"{target}.xml"
    if not path.is_file():
        return
    for case in ElementTree.parse(path).iter("testcase"):
        noted = {one.get("name", ""): float(one.get("value", 0)) for one in case.iter("property")}
        fixtures = {name.removeprefix("fixture "): s for name, s in noted.items() if name.startswith("fixture ")}
        failed = case.find("failure") is not None or case.find("error") is not None
        seconds = float(case.get("time", 0))
        yield Test(case.get("classname", ""), case.get("name", ""), seconds, noted.get("cpu", 0.0), fixtures, failed)


def failures(target: str) -> list[str]:
    """The tests of a target that failed, as pytest names them."""
    return [f"{one.module.replace('.', '/')}.py::{one.name}" for one in tests(target) if one.failed]


def main() -> None:
    """Print the tables of the last run."""
    try:
        record = json.loads(RECORD.read_text())
    except (OSError, ValueError):
        sys.exit("error: there is no record of a run. Run `.ci/run` first; it measures and writes it.")
    cost = record.get("tensorflow") or 0.0
    speeds = ", ".join(f"{one:.3f}" for one in record["speed"])
    print(f"{record['cores']} cores; a fixed calculation at the begin and the end: {speeds} s")
    print("target                         minutes   CPU   busy   TensorFlow started")
    rows = record["targets"]
    for row in rows:
        started = f"{row['tensorflow']:4} x {cost:.0f} s" if row["tensorflow"] else ""
        failed = "   failed" if row["failed"] else ""
        print(
            f"{row['name']:30} {row['seconds'] / 60:7.1f} {row['cpu'] / 60:5.1f} {row['busy']:6.0%}   {started}{failed}"
        )
    whole, computed, starts = (sum(row[key] for row in rows) for key in ("seconds", "cpu", "tensorflow"))
    print(f"{'all':30} {whole / 60:7.1f} {computed / 60:5.1f}          {starts:4} x {cost:.0f} s")
    ran = [one for row in rows for one in tests(row["name"])]
    modules: dict[str, list[Test]] = {}
    for one in ran:
        modules.setdefault(one.module, []).append(one)
    _table(
        "modules",
        [
            (sum(t.seconds for t in found), sum(t.cpu for t in found), f"{name} ({len(found)} tests)")
            for name, found in modules.items()
        ],
        25,
    )
    _table("slowest tests", [(one.seconds, one.cpu, f"{one.module}::{one.name}") for one in ran], 20)
    spent: Counter[str] = Counter()
    for one in ran:
        spent.update(one.fixtures)
    _table("slow fixtures, all their uses together", [(seconds, None, name) for name, seconds in spent.items()], 12)


def _table(title: str, rows: list[tuple[float, float | None, str]], most: int) -> None:
    if rows:
        print(f"\n{title}: seconds, CPU of the process itself and of those that it waited for")
    for seconds, cpu, name in sorted(rows, reverse=True)[:most]:
        print(f"{seconds:8.1f} {'' if cpu is None else f'{cpu:.1f}':>7}  {name}")


if __name__ == "__main__":
    main()
