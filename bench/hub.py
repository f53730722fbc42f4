"""A class at the hub in the last minutes before a deadline: real accounts, real servers, real requests, on this machine.

    .venv/bin/python bench/hub.py [--students 30] [--arrivals 4] [--deadline 6] [--json FILE] [--page FILE]

Sets up a hub of its own as `make hub` does, on the loopback interface, and takes it away at the end. One student comes alone
first; then the class arrives, spread at random over some minutes. Each logs in, gets a server, fetches the assignment, opens
it, saves all answers with a line of their own, validates and submits. Then everybody looks for the work of others, and the
course collects and grades. The exit code is 0 if nothing was lost, nothing failed and no door was open, and 1 otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
from grading_arms import BenchError
from grading_memory import PAUSE, REST, memory
from hub_client import ClientError, Student
from hub_page import figures, page
from hub_walls import Attempts, attempts

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "deploy/jupyterhub"))
import demo  # noqa: E402
import settings as server  # noqa: E402
from install import InstallError, as_course  # noqa: E402

PREFIX = Path("/srv/deep-learning-load")
ACCOUNT, TEACHER, ALONE = "load-course", "load-teacher", "load-00"
ASSIGNMENT = "gradient_checking"
EXERCISE = "difference_quotients"  # gets the line of the student
SETUP = "setup"  # the cell that a student runs first
MINUTE = 60.0


@dataclass
class Visit:
    """What happened to a student.

    Attributes
    ----------
    name : str
    arrived : float
        Seconds after the start.
    steps : dict of str to float
        Seconds that each step took, in order.
    sent, answered : str
        Times between which the hand-in was made, in UTC.
    listed : list of str
        The times of the hand-ins that the Assignment List shows.
    retries : int
        How often the hub asked to come back later.
    error : str
        What went wrong, if something did.
    """

    name: str
    arrived: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)
    sent: str = ""
    answered: str = ""
    listed: list[str] = field(default_factory=list)
    retries: int = 0
    error: str = ""


@dataclass
class Course:
    """The course that the class takes.

    Attributes
    ----------
    prefix : Path
        Of the hub.
    own : Settings
    address : str
    passwords : dict of str to str
    answers : dict of str to str
        The source of each answer cell with all exercises done.
    mark : str
        What stands in every hand-in of this run.
    """

    prefix: Path
    own: server.Settings
    address: str
    passwords: dict[str, str]
    answers: dict[str, str]
    mark: str

    def student(self, name: str) -> Student:
        return Student(self.address, name, self.passwords[name], self.own.course, ASSIGNMENT)

    def line(self, name: str) -> str:
        """What nobody else writes."""
        return f"# {self.mark}: this is the work of {name}."


class Watch:
    """Memory and processor of the hub and everything it started, until it is told to stop."""

    def __init__(self, hub: subprocess.Popen) -> None:
        self.samples: list[tuple[float, float, int]] = []  # seconds, MB, processes
        self.unshared = 0
        self._tree = psutil.Process(hub.pid)
        self._stop = threading.Event()
        self._begin = self._used()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> dict[str, float]:
        """Figures: MB, processes, and seconds of processor time by whom."""
        self._stop.set()
        self._thread.join()
        hub, ours, machine, when = (end - begin for end, begin in zip(self._used(), self._begin, strict=True))
        return {
            "seconds": when,
            "cores": os.cpu_count() or 1,
            "peak_mb": max(one[1] for one in self.samples),
            "processes": max(one[2] for one in self.samples),
            "samples": len(self.samples),
            "unshared": self.unshared,
            "cpu_hub": hub,
            "cpu_bench": ours,
            "cpu_others": max(0.0, machine - hub - ours),
        }

    def _watch(self) -> None:
        start = time.perf_counter()
        while not self._stop.is_set():
            begin, total, processes = time.perf_counter(), 0.0, self._processes()
            for one in processes:
                megabytes, is_share = memory(one.pid)
                total += megabytes
                self.unshared += not is_share
            self.samples.append((begin - start, total, len(processes)))
            self._stop.wait(max(PAUSE, REST * (time.perf_counter() - begin)))

    def _processes(self) -> list[psutil.Process]:
        return [self._tree, *self._tree.children(recursive=True)]

    def _used(self) -> tuple[float, float, float, float]:
        """Seconds of processor time of the hub's tree, of this bench and of the machine; and the time."""
        hub = 0.0
        for one in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                hub += sum(one.cpu_times()[:4])  # of the children that have ended too
        whole = psutil.cpu_times()
        machine = whole.user + whole.nice + whole.system + whole.irq + whole.softirq
        return hub, sum(psutil.Process().cpu_times()[:2]), machine, time.perf_counter()


def visit(course: Course, student: Student, found: Visit) -> None:
    """Everything a student does before a deadline; what goes wrong is noted."""
    notebook: dict = {}

    def open_notebook() -> None:
        student.open_notebook(path)
        notebook.update(student.read(path))
        student.run(next("".join(one["source"]) for one in notebook["cells"] if _name(one) == SETUP))

    def save() -> None:
        for cell in notebook["cells"]:
            if _name(cell) in course.answers:
                cell["source"] = course.answers[_name(cell)]
            if _name(cell) == EXERCISE:
                cell["source"] = f"{course.line(student.name)}\n{cell['source']}"
        student.write(path, notebook)

    def validate() -> None:
        said = student.validate(path)
        if said:
            raise ClientError(f"{student.name}: right answers were not valid: {json.dumps(said)[:300]}")

    try:
        with _step(found, "log in"):
            student.log_in()
        with _step(found, "start the server"):
            student.start_server()
        with _step(found, "fetch"):
            path = student.fetch()
        with _step(found, "open"):
            open_notebook()
        with _step(found, "save"):
            save()
        with _step(found, "validate"):
            validate()
        found.sent = _now()
        with _step(found, "submit"):
            found.listed = student.submit()
        found.answered = _now()
    except Exception as error:  # of a thread: it would be lost
        found.error = f"{type(error).__name__}: {error}"
    found.retries = student.retries


def rush(
    course: Course, names: Sequence[str], arrivals: float, seed: int
) -> tuple[dict[str, Student], list[Visit], float]:
    """Let the class arrive.

    Parameters
    ----------
    course : Course
    names : sequence of str
    arrivals : float
        Minutes over which they arrive, at random; 0 for all at once.
    seed : int
        Of the times.

    Returns
    -------
    students : dict of str to Student
        By name.
    visits : list of Visit
    seconds : float
        From the first to the last answer.
    """
    times = random.Random(seed)
    students = {name: course.student(name) for name in names}
    visits = [Visit(name, times.uniform(0, arrivals * MINUTE)) for name in names]
    begin = time.perf_counter()

    def come(found: Visit) -> None:
        time.sleep(found.arrived)
        say(f"{_since(begin)} {found.name} arrives")
        visit(course, students[found.name], found)
        say(f"{_since(begin)} {found.name}: {found.error or 'handed in'}")

    threads = [threading.Thread(target=come, args=(one,), daemon=True) for one in visits]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return students, visits, time.perf_counter() - begin


def collect(course: Course, visits: Sequence[Visit]) -> dict:
    """Collect as the account of the course, and compare what is there with what each student did.

    Returns
    -------
    dict
        Seconds that `nbgrader collect` took, and a sentence for everything that is lost or not as it was handed in.
    """
    seconds = _as_course(course, "nbgrader", "collect", ASSIGNMENT)
    submitted = course.prefix / "course/submitted"
    there = sorted(one.name for one in submitted.iterdir())
    faults = []
    if there != sorted(one.name for one in visits):
        faults.append(f"Collected are {', '.join(there)}.")
    inbound = hand_ins(course)
    for one in visits:
        folder = submitted / one.name / ASSIGNMENT
        count = len(inbound.get(one.name, []))
        if count != 1:
            faults.append(f"The exchange holds {count} hand-ins of {one.name}.")
        if not (folder / f"{ASSIGNMENT}.ipynb").exists():
            faults.append(f"The hand-in of {one.name} is lost.")
            continue
        text = (folder / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8")
        if re.findall(rf"{course.mark}: this is the work of ([a-z0-9-]+)\.", text) != [one.name]:
            faults.append(f"The hand-in of {one.name} does not hold the text of {one.name}, and only that.")
        when = (folder / "timestamp.txt").read_text(encoding="utf-8").strip()
        if not (one.sent <= when <= one.answered) or one.listed != [when]:
            faults.append(
                f"{one.name} handed in between {one.sent} and {one.answered} and sees {one.listed}, but {when} counts."
            )
    return {"seconds": seconds, "count": len(there), "faults": faults}


def grade(course: Course, count: int) -> dict:
    """Grade as the account of the course.

    Returns
    -------
    dict
        Seconds that `grader grade` took, how many were graded, the points by tests that occur, and what is not as it must be.
    """
    seconds = _as_course(course, "grader", "grade", ASSIGNMENT)
    verdicts = sorted((course.prefix / "course/autograded").glob(f"*/{ASSIGNMENT}/verdict.json"))
    done = subprocess.run(
        [course.prefix / "venv/bin/grader", "marks", ASSIGNMENT, "--json"], capture_output=True, text=True, check=False,
        **as_course(course.prefix, course.own),
    )  # fmt: skip
    if done.returncode == 2:
        raise BenchError(f"`grader marks` failed: {done.stderr[-300:]}")
    marks = json.loads(done.stdout)
    points = sorted({one["automatic"] for one in marks if one["automatic"] is not None})
    wrong = [] if len(verdicts) == len(marks) == count else [f"{len(verdicts)} of {count} hand-ins were graded."]
    if len(points) != 1:
        wrong.append(f"The same answers got {points} points.")
    return {"seconds": seconds, "count": len(verdicts), "points": points, "faults": wrong}


def hand_ins(course: Course) -> dict[str, list[Path]]:
    """The folders in the exchange, by the account they belong to."""
    found: dict[str, list[Path]] = {}
    for one in sorted((course.prefix / "exchange" / course.own.course / "inbound").iterdir()):
        found.setdefault(one.owner(), []).append(one)
    return found


def bench(given: argparse.Namespace) -> dict:
    """Set up the hub, let the class come, and take the hub away."""
    names = tuple(f"load-{number:02}" for number in range(1, given.students + 1))
    hub = None
    _take(PREFIX)
    try:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        passwords = demo.prepare(PREFIX, port, ACCOUNT, TEACHER, (ALONE, *names))
        hub = demo.start(PREFIX)
        address = f"http://127.0.0.1:{port}"
        own = server.read(PREFIX / "etc/hub.toml")
        course = Course(PREFIX, own, address, passwords, _answers(PREFIX), f"run {secrets.token_hex(4)}")
        return _run(course, hub, names, given)
    finally:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)  # what is set up goes away, however often somebody is in a hurry
        if hub:
            say("stopping the hub and its servers ...")
            _stop(hub)
        if not given.keep:
            say("taking everything away ...")
            demo.remove(PREFIX)


def _run(course: Course, hub: subprocess.Popen, names: tuple[str, ...], given: argparse.Namespace) -> dict:
    alone = Visit(ALONE)
    say("one student alone ...")
    visit(course, course.student(ALONE), alone)
    if alone.error:
        raise BenchError(f"The student who came alone could not hand in. {alone.error}\n{_log(course)}")
    load = os.getloadavg()[0]
    watch = Watch(hub)
    start = datetime.datetime.now(datetime.UTC)
    deadline = start + datetime.timedelta(minutes=given.deadline)
    students, visits, seconds = rush(course, names, given.arrivals, given.seed)
    measured = watch.stop()
    errors = [one.error for one in visits if one.error]
    log = [line for line in _log(course, 10**6).splitlines() if re.match(r"\[[EC] ", line)]
    say("everybody looks for the work of others ...")
    inbound = {name: found[0] for name, found in hand_ins(course).items()}
    ready = [students[one.name] for one in visits if not one.error and one.name in inbound]
    tried = (
        attempts(ready, course.prefix, f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb", inbound) if len(ready) > 1 else Attempts()
    )
    say("collecting and grading ...")
    everybody = [alone, *visits]
    collected = collect(course, everybody)
    graded = grade(course, len(everybody))
    in_time = [one.name for one in visits if one.answered and one.answered <= _text(deadline)]
    result = {
        "students": len(names),
        "arrivals_minutes": given.arrivals,
        "deadline_minutes": given.deadline,
        "seed": given.seed,
        "machine": _machine(course.prefix, load),
        "alone": asdict(alone),
        "visits": [asdict(one) for one in visits],
        "seconds": seconds,
        "in_time": len(in_time),
        "measured": measured,
        "errors": errors,
        "log_errors": log,
        "attempts": {"refused": dict(tried.refused), "open": tried.open, "students": len(ready)},
        "collected": collected,
        "graded": graded,
    }
    return {**result, "figures": figures(result)}


def faults(result: dict) -> list[str]:
    """A sentence for everything that was lost, failed or open."""
    return [
        *result["errors"], *result["log_errors"], *result["attempts"]["open"], *result["collected"]["faults"],
        *result["graded"]["faults"],
    ]  # fmt: skip


def _take(prefix: Path) -> None:
    """Take the folder, or what an earlier run has kept there: its installation, without anybody's work."""
    mark = prefix / "state/demo.json"
    if not prefix.exists():
        mark.parent.mkdir(parents=True)
        mark.touch(mode=0o600)  # from now on demo.remove takes it away
        return
    if not mark.exists():
        raise BenchError(f"{prefix} is there and is no demo's. Move it away first.")
    course = prefix / "course"
    old = [*prefix.glob("home/*"), *prefix.glob("exchange/*/inbound/*"), *prefix.glob("state/jupyterhub.sqlite*")]
    old += [course / name for name in ("submitted", "autograded", "feedback")]
    for path in [*old, *course.glob("gradebook.db*")]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _stop(hub: subprocess.Popen) -> None:
    """Stop the hub, and what it could not stop in time."""
    started = psutil.Process(hub.pid).children(recursive=True) if hub.poll() is None else []
    demo.stop(hub)
    for one in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()  # psutil looks first whether it is still the same process


def _answers(prefix: Path) -> dict[str, str]:
    notebook = json.loads((prefix / "course/source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8"))
    solved = [one for one in notebook["cells"] if one["metadata"].get("nbgrader", {}).get("solution")]
    found = {_name(one): "".join(one["source"]) for one in solved}
    if EXERCISE not in found:
        raise BenchError(f"{ASSIGNMENT} has no exercise {EXERCISE!r}.")
    return {name: re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n?", "", source) for name, source in found.items()}


def _name(cell: dict) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


@contextlib.contextmanager
def _step(found: Visit, name: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    found.steps[name] = time.perf_counter() - begin


def _as_course(course: Course, *command: str) -> float:
    """Seconds that a command of the course's account takes."""
    begin = time.perf_counter()
    program = course.prefix / "venv/bin" / command[0]
    options = as_course(course.prefix, course.own)
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise BenchError(
            f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr[-500:]}{done.stdout[-500:]}"
        )
    return time.perf_counter() - begin


def _machine(prefix: Path, load: float) -> dict:
    memory_gb = psutil.virtual_memory().total / 2**30
    versions = {"python": sys.version.split()[0]}
    for package in ("jupyterhub", "jupyter_server", "jupyterlab", "nbgrader", "ipykernel"):
        ask = f"from importlib.metadata import version; print(version({package!r}))"
        done = subprocess.run([prefix / "venv/bin/python", "-c", ask], capture_output=True, text=True, check=True)
        versions[package] = done.stdout.strip()
    return {"cores": os.cpu_count(), "memory_gb": memory_gb, "load_before": load, "versions": versions}


def _log(course: Course, lines: int = 10) -> str:
    text = (course.prefix / "state/hub.log").read_text(encoding="utf-8", errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def _now() -> str:
    return _text(datetime.datetime.now(datetime.UTC))


def _text(when: datetime.datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def _since(begin: float) -> str:
    return f"{time.perf_counter() - begin:6.1f} s"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=30, metavar="N", help="2 to 99 (%(default)s)")
    parser.add_argument(
        "--arrivals", type=float, default=4, metavar="MINUTES", help="over which they arrive (%(default)s)"
    )
    parser.add_argument("--deadline", type=float, default=6, metavar="MINUTES", help="after the start (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the times at which they arrive (%(default)s)")
    parser.add_argument("--keep", action="store_true", help=f"leave {PREFIX} with the installation for a next run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write them as a page, in Markdown")
    given = parser.parse_args()
    if not 2 <= given.students <= 99:
        parser.error("--students must be 2 to 99")
    return given


def main() -> int:
    given = options()
    if os.geteuid() != 0:
        say(
            "Run this as root: each student gets a Linux account, and that accounts are kept apart is part of the claim."
        )
        return 2
    os.environ.pop("PYTHONPATH", None)  # the hub would pass it on to the students' servers
    for one in (signal.SIGINT, signal.SIGTERM):  # as in demo.py, so that servers do not inherit that they ignore it
        signal.signal(one, signal.default_int_handler)
    try:
        result = bench(given)
    except (BenchError, ClientError, InstallError, server.SettingsError) as error:
        say(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        return 130
    text = page(result)
    print(text)
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if given.page:
        given.page.write_text(text, encoding="utf-8")
    wrong = faults(result)
    for sentence in wrong:
        say(f"* {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
