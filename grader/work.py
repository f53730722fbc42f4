"""Grading one hand-in, as far as neither the course folder nor the gradebook is needed: from plain data to plain data.

A task carries all that it needs and its result all that came out, so that it can be done in another process, or on
another machine, than the one that reads the hand-ins and writes the gradebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader import handin, messages
from grader.engine.examiner import Job
from grader.engine.limits import Limits
from grader.engine.sandbox import TIERS
from grader.engine.template import STACKS, shared_template
from grader.examination import EngineFault, Report, TooFewWalls, examine
from grader.gradebook import Score, scores, untouched
from grader.handin import Files, GradedCell, NotANotebook
from grader.master import Master
from grader.messages import Hidden
from grader.pausing import Pausing

ATTEMPTS = 3  # at an examination that fails, or seems to, for a reason of ours


@dataclass(frozen=True)
class Rules:
    """What all hand-ins of an assignment are graded by.

    Attributes
    ----------
    masters : dict of str to Master
        The course's notebooks, by name.
    files : dict of str to bytes
        The course's files beside them.
    kept : tuple of str
        Those of which the hand-in's version counts.
    stack : str
        The software stack; empty for the one that a notebook imports.
    executes : bool
        Whether code is run at all.
    seconds : float or None
        The time limit of a cell.
    seed : str or None
        The secret that hidden tests draw their inputs from.
    hidden : Hidden
    preprocessors : tuple of (class, dict)
        nbconvert's preprocessors for the graded notebook, with their settings.
    modules : tuple of str or None
        The modules of `utils` that the student's process can import; None for all.
    packages : frozenset of str or None
        Those of the stack that are worth importing before hand-ins are graded; None for all.
    limits : Limits
    least_tier : str
        The tier of the sandbox, of `grader.engine.sandbox.TIERS`, below which nothing is graded.
    """

    masters: dict[str, Master]
    files: Files
    kept: tuple[str, ...] = ()
    stack: str = ""
    executes: bool = True
    seconds: float | None = None
    seed: str | None = None
    hidden: Hidden = field(default_factory=Hidden)
    preprocessors: tuple[tuple[type, dict[str, Any]], ...] = ()
    modules: tuple[str, ...] | None = None
    packages: frozenset[str] | None = None
    limits: Limits = field(default_factory=Limits)
    least_tier: str = TIERS[0]


@dataclass(frozen=True)
class Task:
    """One hand-in to grade.

    Attributes
    ----------
    notebooks : dict of str to bytes
        The handed-in notebooks, by name.
    files : dict of str to bytes
        The files beside them.
    rules : Rules
    """

    notebooks: dict[str, bytes]
    files: Files
    rules: Rules


@dataclass(frozen=True)
class GradedNotebook:
    """One graded notebook.

    Attributes
    ----------
    name : str
    content : bytes or None
        The notebook as it goes into ``autograded/``; None if it could not be graded.
    scores : list of Score
    untouched : frozenset of str
        The answers that are as they were released, by grade id.
    reason : str
        As in a `grader.verdict.Verdict`.
    messages : dict of str to str
        What the student may read, by grade id.
    undecided : dict of str to str
        Why a person has to decide on a test, by grade id.
    tier : str
        The tier of the sandbox that it ran in; empty if it did not run.
    """

    name: str
    content: bytes | None = None
    scores: Sequence[Score] = ()
    untouched: frozenset[str] = frozenset()
    reason: str = ""
    messages: Mapping[str, str] = field(default_factory=dict)
    undecided: Mapping[str, str] = field(default_factory=dict)
    tier: str = ""


@dataclass(frozen=True)
class Graded:
    """What came out of a task.

    Attributes
    ----------
    notebooks : list of GradedNotebook
    files : dict of str to bytes
        The files beside them afterwards.
    faults : list of str
        What failed for a reason of ours, and was then done again with success.
    """

    notebooks: list[GradedNotebook]
    files: Files
    faults: list[str] = field(default_factory=list)


def grade(task: Task) -> Pausing[Graded]:
    """Grade a hand-in with the templates of this process, with a pause when an examination is under way.

    Raises
    ------
    EngineFault
        If it cannot be examined for a reason of ours.
    """
    return (yield from _Grading(task).done())


class _Grading:
    """The grading of one hand-in, and the faults of ours that it met on the way."""

    def __init__(self, task: Task) -> None:
        self._task, self._rules = task, task.rules
        self._faults: list[str] = []
        self._met_hidden_tests = False  # and may have left what they asked in a file

    def done(self) -> Pausing[Graded]:
        graded, files = [], self._files_beside()
        for name, data in self._task.notebooks.items():
            one, files = yield from self._notebook(name, data, files)
            graded.append(one)
        return Graded(graded, files, self._faults)

    def _notebook(self, name: str, data: bytes, files: Files) -> Pausing[tuple[GradedNotebook, Files]]:
        """A graded notebook, and the files beside it when it has run."""
        rules, master = self._rules, self._rules.masters[name]
        try:
            notebook = handin.parse(data, name)
            handin.check_origin(notebook, name, master)
            cells = handin.restore(notebook, master)
        except NotANotebook as error:
            return GradedNotebook(name, reason=str(error)), files
        blank = untouched(cells)
        if not rules.executes:
            found = scores(cells, {}, executed=False)
            return GradedNotebook(name, self._written(cells, master), found, blank), files
        job = Job(list(handin.steps(cells, master)), rules.seconds, rules.seed, is_rehearsed=master.is_marked)
        report = yield from self._examine(job, files, master)
        results = sorted(report.results.items())
        handin.set_outputs(cells, report.results)
        graded = GradedNotebook(
            name,
            self._written(cells, master),
            scores(cells, report.results),
            blank,
            " ".join(filter(None, [messages.out_of_time(cells, report.results, rules.seconds), report.lost])),
            (yield from self._messages(cells, job, report, master)),
            {own.name: one.undecided for number, one in results if one.undecided and (own := cells[number].master)},
            report.tier,
        )
        return graded, report.files

    def _messages(
        self, cells: Sequence[GradedCell], job: Job, report: Report, master: Master
    ) -> Pausing[dict[str, str]]:
        """What the student may read, from a second examination where the first one could tell of hidden tests."""
        hidden, visible = self._rules.hidden, report.results
        behind = self._met_hidden_tests
        self._met_hidden_tests |= any(step.is_test and hidden.is_in(step.source) for step in job.steps)
        if messages.need_a_second_look(cells, visible, hidden, behind):
            job = replace(job, steps=messages.visible_steps(job.steps, hidden, master.futures), seed=None)
            visible = (yield from self._examine(job, self._files_beside(), master)).results
        return messages.messages(cells, report.results, visible, hidden)

    def _examine(self, job: Job, files: Files, master: Master) -> Pausing[Report]:
        """An examination, repeated when it did not take place or when something killed the student's process.

        Who killed it cannot be known: the notebook itself, a machine without memory, a person. What happens every time
        is the notebook's doing.
        """
        rules = self._rules
        stack = rules.stack or master.stack
        template = shared_template(stack, rules.limits, self._imports(stack))
        faults = kills = 0
        while True:
            try:
                report = yield from examine(template, job, files, rules.files, rules.modules, rules.least_tier)
            except TooFewWalls:
                raise
            except EngineFault as fault:
                faults += 1
                if faults == ATTEMPTS:
                    raise
                self._faults.append(str(fault))
                continue
            kills += report.killed
            if not report.killed or kills == ATTEMPTS:
                return report
            self._faults.append("the student's process was killed")

    def _imports(self, stack: str) -> tuple[str, ...]:
        """What a template imports before it is forked."""
        worth = self._rules.packages
        wanted = [name for name in STACKS[stack] if worth is None or name.partition(".")[0] in worth]
        return (*wanted, *(f"utils.{name}" for name in self._rules.modules or ()))

    def _files_beside(self) -> Files:
        """The files beside the notebooks: the hand-in's, and over them the course's own."""
        over = {name: data for name, data in self._rules.files.items() if name not in self._rules.kept}
        return handin.overlay(self._task.files, over)

    def _written(self, cells: list[GradedCell], master: Master) -> bytes:
        notebook = handin.as_notebook(cells, master)
        for preprocessor, settings in self._rules.preprocessors:
            notebook, _ = preprocessor(**settings)(notebook, {})
        return handin.to_bytes(notebook)
