"""Where attacks are tried: a course with canaries in every place that no hand-in should reach.

A canary is a word that exists in one place only. What an attack can find it tells, by printing and by writing a file;
then a canary in any output, file or page shows what it has reached.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
import psutil
from catalogue import Attack
from nbformat import NotebookNode
from one_process import OneProcess
from small_class import Class
from small_course import cell, course_notebook, handed_in

from grader import autograde, examination, handin, work
from grader.engine.examiner import Job
from grader.engine.limits import Limits
from grader.engine.template import Template
from grader.examination import EngineFault
from grader.feedback import GenerateFeedback
from grader.gradebook import scores
from grader.master import Master
from grader.pausing import without_pause
from grader.verdict import read_verdict
from grader.work import Task

HERE = Path(__file__).parent
LOW = Limits(memory=200, processes=16, disk=8, file=4)
OUTSIDE = ("/tmp", "/var/tmp", "/dev/shm")
CANARY = re.compile(r"canary-[a-z]+-[0-9a-f]{16}")

# The unsolved notebook: its functions know what the visible tests ask, so that hidden tests do call them.
VISIBLE_CASE = "def {0}(x):\n    return {2} if np.ndim(x) == 0 and x == 2 else x"
UNSOLVED = {"double": VISIBLE_CASE.format("double", 2, 4), "triple": VISIBLE_CASE.format("triple", 3, 6)}
SOLVED = {"double": "def double(x):\n    return 2 * x", "triple": "def triple(x):\n    return 3 * x"}
FULL = {"test_double": 5, "test_triple": 5}
NOTHING = {"test_double": 0, "test_triple": 0}
CHECKED = """with progress.exercise("double", hidden_tests="arrays"):
    checks.close(double(2), 4, "double(2)", "the input comes back")
### BEGIN HIDDEN TESTS
inputs = checks.rng(7).normal(size=3)
expected = {{"{expected}": 2 * inputs}}
np.testing.assert_allclose(double(inputs), expected["{expected}"], err_msg="{text}")
checks.close(double(-1), -2, "{text}")
### END HIDDEN TESTS"""
ASSERTED = """assert triple(2) == 6
### BEGIN HIDDEN TESTS
inputs = checks.rng(8).normal(size=3)
expected = {{"{expected}": 3 * inputs}}
assert np.allclose(triple(inputs), expected["{expected}"]), "{text}"
assert triple(-1) == -3, "{text}"
### END HIDDEN TESTS"""

# A test that is not careful: what is no number at all passes it.
CARELESS = """got, want = double(2), 4
assert not np.any(np.abs(got - want) / (np.abs(got) + np.abs(want)) > 1e-6)
### BEGIN HIDDEN TESTS
inputs = checks.rng(7).normal(size=3)
got, want = double(inputs), 2 * inputs
assert not np.any(np.abs(got - want) / (np.abs(got) + np.abs(want)) > 1e-6)
### END HIDDEN TESTS"""

# The first cell of every attack: what it knows of its surroundings, and how it tells what it finds.
PRELUDE = """import os, re
KNOWN = {known}
FOUND = []
def tell(thing):
    text = thing.decode("latin-1") if isinstance(thing, (bytes, bytearray)) else str(thing)
    FOUND.extend(sorted(set(re.findall("canary-[a-z]+-[0-9a-f]{{16}}", text))))
    with open(os.environ["HOME"] + "/found.txt", "a") as file:
        file.write("".join(one + "\\n" for one in FOUND))
def reach(number):
    print("REACHED", number, flush=True)
    with open(os.environ["HOME"] + "/reached.txt", "w") as file:
        file.write("REACHED " + str(number))
"""
LAST = "print(FOUND)"
WHILE_A_HIDDEN_TEST_RUNS = """def double(x):
    if np.ndim(x):
        exec({0!r}, globals())
    return 4 if np.ndim(x) == 0 and x == 2 else x"""


@dataclass
class Outcome:
    """What came of a hand-in.

    Attributes
    ----------
    points : dict of str to float
        Of the tests, from the gradebook.
    score : float
        What the gradebook says in all.
    told : str
        Everything that the student's process wrote, and everything that the student gets to read.
    lost : str
        Why no result came, or not to the end.
    fault : bool
        Whether the engine itself has failed, so that nothing could be graded.
    """

    points: dict[str, float] = field(default_factory=dict)
    score: float = 0.0
    told: str = ""
    lost: str = ""
    fault: bool = False

    @property
    def seen(self) -> set[str]:
        """The canaries that it tells, and whether it has found the hidden tests of this repository."""
        return {*CANARY.findall(self.told), *re.findall("HIDDEN TESTS FOUND", self.told)}

    @property
    def reached(self) -> list[float]:
        return [float(number) for number in re.findall(r"REACHED (\d+)", self.told)]


class Neighbour:
    """A process beside the grader that no hand-in should reach; see `neighbour.py`."""

    def __init__(self, canaries: dict[str, str]) -> None:
        environment = {**os.environ, "NEIGHBOUR": canaries["environ"]}
        self.process = subprocess.Popen(
            [sys.executable, HERE / "neighbour.py", canaries["cmdline"]], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._says(canaries)
        self.address = json.loads(self.process.stdout.readline())

    @property
    def is_untouched(self) -> bool:
        """Whether it lives, and nobody has sent it a signal or knocked at one of its doors."""
        if self.process.poll() is not None:
            return False
        self._says({})
        state = json.loads(self.process.stdout.readline())
        return state == {"signals": [], "visits": 0}

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def _says(self, what: dict) -> None:
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()


class Testbed:
    """A course with canaries, its neighbour, and hand-ins that are graded in it."""

    __test__ = False

    def __init__(self, root: Path) -> None:
        self.canaries = {
            kind: f"canary-{kind}-{secrets.token_hex(8)}"
            for kind in (
                "text", "expected", "seed", "environment", "memory", "gradebook", "submission", "solution", "git",
                "temporary", "cmdline", "environ", "descriptor", "ipc", "service",
            )
        }  # fmt: skip
        root.chmod(0o755)  # an administrator's hand-ins run as nobody: the walls alone shall hide these files
        self.root = root / "course"
        self.course = Class(self.root)
        self.course.settings["Execute"] = {"timeout": 5}
        self._mark = f"left-by-a-hand-in-{os.getpid()}"
        self.memory = self.canaries["memory"] * 2  # in the memory of the grader itself
        self.environment = {"COURSE_SEED": self.canaries["seed"], "SOME_TOKEN": self.canaries["environment"]}
        self.source = course_notebook(
            cell("solution", SOLVED["double"], "double"),
            cell("solution", SOLVED["triple"], "triple"),
            cell("code", "shown = [1, 2]"),  # so that it is asked whether another cell loads what it binds
            cell("test", CHECKED.format(**self.canaries), "test_double", 5),
            cell("test", ASSERTED.format(**self.canaries), "test_triple", 5),
        )
        self.course.release(p1=self.source)
        self.released = nbformat.read(self.root / "release/ps1/p1.ipynb", as_version=4)
        self._plant()
        self._rules = replace(self.course.converter().rules(), seed=self.canaries["seed"])
        self._gradebook = (self.root / "gradebook.db").read_bytes()
        self._neighbour: Neighbour | None = None
        self._alone = OneProcess()
        self.template = self._template_of_hand_ins()
        if self.template.tier != "isolated":  # some attacks end whatever process they can reach
            raise RuntimeError(f"Attacks are tried behind namespaces only, and here are none: {self.template.why}.")
        self._templates: dict[tuple, Template] = {}
        self._host = ""

    def close(self) -> None:
        self._alone.close()
        for template in self._templates.values():
            template.close()
        if self._neighbour is not None:
            self._neighbour.close()
        self._left_over.unlink(missing_ok=True)

    def is_disturbed(self) -> bool:
        """Whether something was left outside, or has reached the neighbour, since this was last asked."""
        left = [path for folder in OUTSIDE if (path := Path(folder, self._mark)).exists()]
        left += self.root.rglob("written-by-a-hand-in")
        for path in left:
            path.unlink()
        gradebook = (self.root / "gradebook.db").read_bytes()
        if gradebook != self._gradebook:
            (self.root / "gradebook.db").write_bytes(self._gradebook)
            left.append(self.root / "gradebook.db")
        if self._neighbour is None or self._neighbour.is_untouched:
            return bool(left)
        self._neighbour.close()
        self._neighbour = None
        return True

    @property
    def neighbour(self) -> Neighbour:
        if self._neighbour is None:
            self._neighbour = Neighbour(self.canaries)
        return self._neighbour

    def hand_in(self, answers: dict[str, str], before: Sequence[str] = (), after: Sequence[str] = ()) -> NotebookNode:
        """The notebook as students get it, with answers and cells of their own."""
        return handed_in(copy.deepcopy(self.released), answers, before, after)

    def notebook(self, attack: Attack, place: str) -> NotebookNode:
        """The unsolved notebook with an attack in a place of it."""
        answers = dict(UNSOLVED)
        before, after = [self.prelude()], [LAST]
        if place == "before":
            before.append(attack.source)
        elif place == "answer":
            answers["triple"] += f"\n\n{attack.source}"  # behind both functions
        else:
            answers["double"] = WHILE_A_HIDDEN_TEST_RUNS.format(attack.source)
        return self.hand_in(answers, before, after)

    def prelude(self) -> str:
        known = {"course": f"{self._host}{self.root}", **self.neighbour.address}
        known |= {"path": self._host + known["path"], "host": self._host, "mark": self._mark}
        return PRELUDE.format(known=repr(known))

    def tried(self, notebook: NotebookNode, seconds: float = 5.0) -> Outcome:
        """Grade a notebook for nobody: what is not written down is the same as for a hand-in."""
        task = Task({"p1": nbformat.writes(notebook).encode()}, {}, replace(self._rules, seconds=seconds))
        try:
            graded = without_pause(work.grade(task))
        except EngineFault as fault:
            return Outcome(lost=str(fault), fault=True)
        (one,) = graded.notebooks
        points = {score.name: score.points for score in one.scores}
        told = [json.dumps(dict(one.messages)), one.reason, *_told_by_cells(one.content.decode())]
        told += [name + data.decode(errors="replace") for name, data in graded.files.items()]
        return Outcome(points, sum(points.values()), "\n".join(told), one.reason)

    def grade(self, notebook: NotebookNode | bytes, student: str = "mallory", seconds: float = 5.0) -> Outcome:
        """Hand in a notebook, grade it and write the page for the student."""
        path = self.root / f"submitted/{student}/ps1/p1.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode())
        return self.grade_again(student, seconds)

    def grade_again(self, student: str = "mallory", seconds: float = 5.0) -> Outcome:
        """Grade what a student's folder in ``submitted/`` holds."""
        self.course.settings["Execute"] = {"timeout": seconds}
        folder = self.root / f"autograded/{student}/ps1"
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(autograde.NbGraderException):  # that it could not be graded is in the verdict
            self.course.run(force=True, student=student)
        verdict = read_verdict(folder)
        if verdict is None:  # the fault is said to be ours
            return Outcome(lost="\n".join(self.course.messages), fault=True)
        with self.course.gradebook() as gradebook:
            submission = gradebook.find_submission("ps1", student)
            points = {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}
            score = submission.score
        self.course.run(GenerateFeedback, student=student)
        self._gradebook = (self.root / "gradebook.db").read_bytes()
        told = [
            (self.root / f"feedback/{student}/ps1/p1.html").read_text(),
            json.dumps(verdict.messages),
            verdict.reason,
        ]
        told += list(_told_by(folder))
        return Outcome(points, score, "\n".join(told), verdict.reason)

    def grades(self, student: str) -> list[tuple]:
        """All that the gradebook says about a student's points."""
        with self.course.gradebook() as gradebook:
            notebook = gradebook.find_submission_notebook("p1", "ps1", student)
            return [(one.name, one.auto_score, one.manual_score, one.needs_manual_grade) for one in notebook.grades]

    def is_current(self, student: str) -> bool:
        """Whether a result would be used again for what the student's folder in ``submitted/`` now holds."""
        verdict = read_verdict(self.root / f"autograded/{student}/ps1")
        return verdict.digest == self.course.converter().digest(self.root / f"submitted/{student}/ps1")

    def is_honest(self) -> bool:
        """Whether an honest hand-in on the same templates gets all its points."""
        outcome = self.tried(self.hand_in(SOLVED))
        return outcome.points == FULL and not outcome.lost

    def processes_left(self) -> list[int]:
        """Living processes that descend from a template, its own two and the next two forks apart."""
        left = []
        for template in (self.template, *self._templates.values()):
            if template._process is not None and template._process.poll() is None:
                started = psutil.Process(template._process.pid)
                left += [one.pid for child in started.children() for one in child.children(recursive=True)
                         if one.status() != psutil.STATUS_ZOMBIE]  # fmt: skip
                left = [one for one in left if one not in template.ahead()]
        return left

    def clear(self) -> None:
        """End what an attack has left, and forget what it has disturbed, so that neither is found again."""
        self.is_disturbed()
        for pid in self.processes_left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def in_one_process(self, notebook: NotebookNode, seconds: float = 10.0) -> Outcome:
        """Run a notebook with its hidden tests in one process that reports on itself."""
        hidden = {one.id: one.source for one in self.source.cells}
        cells = [(one.id, hidden[one.id] if one.id.startswith("test") else one.source)
                 for one in notebook.cells if one.cell_type == "code"]  # fmt: skip
        told, passed = self._alone_with(cells, seconds)
        points = {name: 5.0 if name in (passed or ()) else 0.0 for name in NOTHING}
        return Outcome(points, sum(points.values()), told, "no report came" if passed is None else "")

    def _alone_with(self, cells: list[tuple[str, str]], seconds: float) -> tuple[str, list[str] | None]:
        """What cells and files tell that no test printed, and the tests that passed; None if nothing is reported."""
        with tempfile.TemporaryDirectory() as folder:
            report = self._alone.run(cells, Path(folder), self.environment, seconds)
            told = [path.read_text(errors="replace") for path in Path(folder).rglob("*") if path.is_file()]
        for (name, _), outputs in zip(cells, report.get("outputs", []), strict=False):
            if not name.startswith("test"):
                told += map(str, outputs)
        return "\n".join(told), report.get("passed")

    def believing(self, notebook: NotebookNode) -> Outcome:
        """Run a notebook as it was handed in, and give the points that its own metadata promise."""
        cells, worth = [], {}
        for number, one in enumerate(notebook.cells):
            meta = one.metadata.get("nbgrader", {})
            name = f"{'test' if meta.get('grade') else 'cell'}-{meta.get('grade_id', number)}"
            if meta.get("grade"):
                worth[name] = meta.get("points", 0)
            if one.cell_type == "code":
                cells.append((name, one.source))
        outputs, passed = self._alone_with(cells, 10.0)
        believed = {name: worth[name] for name in passed if name in worth}
        return Outcome(believed, sum(believed.values()), outputs)

    def with_careless_tests(self, notebook: NotebookNode) -> Outcome:
        """Grade a notebook with tests that do not use the checks."""
        source = copy.deepcopy(self.source)
        (test,) = (one for one in source.cells if one.id == "test_double")
        test.source = CARELESS
        return self._examined(notebook, source, self.canaries["seed"])

    def without_a_secret(self, notebook: NotebookNode) -> Outcome:
        """Grade a notebook with hidden tests that draw from the public seed."""
        return self._examined(notebook, self.source, None)

    def _examined(self, notebook: NotebookNode, source: NotebookNode, seed: str | None) -> Outcome:
        master = Master.of(source)
        cells = handin.restore(notebook, master)
        job = Job(list(handin.steps(cells, master)), 5, seed)
        report = without_pause(examination.examine(self.template, job, {}, {}))
        points = {score.name: score.points for score in scores(cells, report.results)}
        return Outcome(points, sum(points.values()), "", report.lost)

    @contextlib.contextmanager
    def graded_by(self, low_limits: bool = False, without: frozenset[str] = frozenset()) -> Iterator[None]:
        """Grade with lower limits, or in a sandbox that lacks some of its walls."""
        if not low_limits and not without:
            yield
            return
        if (low_limits, without) not in self._templates:
            limits = LOW if low_limits else Limits()
            self._templates[low_limits, without] = Template("numpy", limits, sorted(without), imports=("numpy",))
        shared = work.shared_template
        work.shared_template = lambda stack, limits, imports: self._templates[low_limits, without]
        self._host = "/host" if "mount" in without else ""
        if without:
            _open_up(self.root)
        try:
            yield
        finally:
            work.shared_template, self._host = shared, ""

    def _template_of_hand_ins(self) -> Template:
        """The template that hand-ins are examined with, where nothing else is asked for."""
        used, shared = [], work.shared_template
        work.shared_template = lambda *given: used.append(shared(*given)) or used[-1]
        try:
            assert self.tried(self.hand_in(SOLVED)).points == FULL
        finally:
            work.shared_template = shared
        (template,) = {*used}
        return template

    def _plant(self) -> None:
        """Put canaries where a course folder has its secrets."""
        (self.root / "course/ps1").mkdir(parents=True)
        (self.root / "course/ps1/assignment.py").write_text(f"### BEGIN SOLUTION\n# {self.canaries['solution']}\n")
        (self.root / ".git").mkdir()
        (self.root / ".git/config").write_text(f"# {self.canaries['git']}\n")
        with self.course.gradebook() as gradebook:
            gradebook.update_or_create_student("ada", last_name=self.canaries["gradebook"])
        honest = self.hand_in(SOLVED, [f"# {self.canaries['submission']}"])
        self.course.write("submitted/beth/ps1/p1.ipynb", honest)
        self._left_over = Path(f"/dev/shm/left-by-another-{os.getpid()}")
        self._left_over.write_text(self.canaries["temporary"])
        (self.root.parent / "left-by-another").write_text(self.canaries["temporary"])


def _open_up(root: Path) -> None:
    """Let every user read and write a folder, so that nothing but a wall is in the way."""
    for path in (root, *root.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


def _told_by(folder: Path) -> Iterator[str]:
    """What a graded notebook's own cells printed, and the files beside it."""
    for path in folder.rglob("*"):
        if path.suffix == ".ipynb" and path.is_file():
            yield from _told_by_cells(path.read_text())
        elif path.is_file() and path.name != "verdict.json":
            yield path.read_text(errors="replace")


def _told_by_cells(notebook: str) -> Iterator[str]:
    """What cells printed that are no tests; the tests' outputs are the instructor's."""
    for one in nbformat.reads(notebook, as_version=4).cells:
        if one.cell_type == "code" and not one.metadata.get("nbgrader", {}).get("grade"):
            yield str(one.outputs)


def _comes_true(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether something is true, now or a little later: what outlives its notebook does harm when it is scheduled."""
    until = time.monotonic() + seconds
    while not (true := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return true


def has_effect(testbed: Testbed, attack: Attack, outcome: Outcome) -> bool:
    """Whether an attack had the effect that it is there for."""
    return {
        "sight": lambda: bool(outcome.seen),
        "points": lambda: outcome.score > 0,
        "loss": lambda: bool(outcome.lost),
        "harm": lambda: _comes_true(testbed.is_disturbed),
        "left": lambda: bool(testbed.processes_left()),
        "fault": lambda: outcome.fault,
        "size": lambda: len(outcome.told) > 8_000_000,
        "excess": lambda: any(number > attack.most for number in outcome.reached),
    }[attack.effect]()
