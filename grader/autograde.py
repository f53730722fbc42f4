"""Our engine in the place of nbgrader's autograde converter: same folders, same gradebook, same command line.

The class has nbgrader's name and traits, so that its options, ``nbgrader autograde`` and the buttons of the formgrader
work unchanged. What differs is listed in docs/engine.md, each point with its reason.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import time
import traceback
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader import converters
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import AssignLatePenalties, ClearHiddenTests, Execute, IgnorePattern, LimitOutput
from nbgrader.utils import parse_utc
from sqlalchemy.engine import make_url
from traitlets import Dict, Enum, Int, List, Unicode
from traitlets.config import Configurable

from grader import gradebook as grades
from grader import handin, messages, modules, pool
from grader.course import Course
from grader.engine.limits import Limits
from grader.engine.sandbox import TIERS
from grader.errors import CourseError, as_course_error
from grader.examination import TooFewWalls
from grader.handin import Files, NotANotebook
from grader.master import Master
from grader.verdict import VERDICT_FILE, Verdict, course_digest, digest, read_verdict
from grader.work import Graded, GradedNotebook, Rules, Task, grade

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

TIMESTAMP = "timestamp.txt"
LARGEST_TIMESTAMP = 200  # bytes
STAGING = ".staging"  # in autograded/: folders that are not complete yet
LEFT_BEHIND = 3600.0  # seconds after which nobody works on such a folder any more


@dataclass(frozen=True)
class HandIn:
    """A hand-in as it was read, with what has to be known to record it.

    Attributes
    ----------
    student, assignment : str
    paths : list of str
        Of its notebooks.
    task : Task
    refused : list of GradedNotebook
        The notebooks that could not be read, each with its reason.
    missing : list of str
        The names of those that were not handed in.
    timestamp : bytes or None
        The content of its ``timestamp.txt``, if that is a time.
    digest : str
        As in a `Verdict`.
    remark : str
        What an instructor should know about its files; empty if there is nothing to say.
    """

    student: str
    assignment: str
    paths: list[str]
    task: Task
    refused: list[GradedNotebook]
    missing: list[str]
    timestamp: bytes | None
    digest: str
    remark: str = ""


class Autograde(converters.Autograde):
    """Grade submissions with student's process and examiner apart."""

    sanitize_preprocessors: List[Any] = List([], help="Has no effect: grading restores the course's cells itself.").tag(
        config=True
    )
    autograde_preprocessors = List(
        [IgnorePattern, ClearMetadataPreprocessor, LimitOutput],
        help="What is done to a graded notebook before it is written. Cannot change a score.",
    ).tag(config=True)

    workers = Int(
        None,
        min=1,
        allow_none=True,
        help="How many hand-ins are graded at once; unless set, as many as cores and free memory allow.",
    ).tag(config=True)

    scheduler = Unicode(
        None,
        allow_none=True,
        help="The Dask scheduler whose workers grade, by its address or as `gateway`; unless set, this machine grades.",
    ).tag(config=True)

    least_tier = Enum(
        TIERS, TIERS[0], help="The tier of the sandbox below which nothing is graded; see docs/security.md."
    ).tag(config=True)

    limits = Dict(
        key_trait=Enum([field.name for field in fields(Limits)]),
        value_trait=Int(min=1),
        help="What a hand-in may use, where it is not the default; see docs/security.md.",
    ).tag(config=True)

    def start(self) -> None:
        """Grade what the command line asks for.

        Raises
        ------
        NbGraderException
            If a submission could not be graded, after all the others were.
        """
        self.init_notebooks()
        failed, wanted = [], []
        for folder, paths in sorted(self.assignments.items()):
            student, names = self._student_of(folder), sorted(Path(path).stem for path in paths)
            try:
                if self._is_wanted(student, names):
                    wanted.append((self, student, names))
            except CourseError as error:
                self.log.error("%s, %s: %s", student, self.coursedir.assignment_id, error)
                failed.append(student)
        for number, outcome in self._graded(wanted):
            _, student, _ = wanted[number]
            if isinstance(outcome, CourseError) or not outcome.graded:
                why = outcome.reason if isinstance(outcome, Verdict) else outcome
                self.log.error("%s, %s: %s", student, self.coursedir.assignment_id, why)
                failed.append(student)
            elif outcome.reason:
                self.log.warning("%s, %s: %s", student, self.coursedir.assignment_id, outcome.reason)
        if failed:
            message = f"There was an error processing the submissions of: {', '.join(sorted(failed))}"
            self.log.error(message)
            raise NbGraderException(message)

    def init_notebooks(self) -> None:
        """As nbgrader's, but a folder without the right notebook is a hand-in as well: it gets its row."""
        if self.coursedir.notebook_id != "*":
            return super().init_notebooks()
        found = glob.glob(self._format_source(self.coursedir.assignment_id, self.coursedir.student_id))
        folders = [folder for folder in found if os.path.isdir(folder)]
        if not folders:  # to be said in nbgrader's words
            return super().init_notebooks()
        self.notebooks: list[str] = []
        self.assignments = {folder: glob.glob(os.path.join(glob.escape(folder), "*.ipynb")) for folder in folders}

    def _graded(self, wanted: Sequence[tuple[Autograde, str, Sequence[str]]]) -> Iterator:
        try:
            yield from grade_class(wanted)
        except CourseError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None

    def read(self, student: str, notebooks: Sequence[str]) -> HandIn:
        """Read some notebooks of one submission, with the files beside them.

        Raises
        ------
        CourseError
            If the fault is not the hand-in's.
        """
        assignment = self.coursedir.assignment_id
        submitted = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, assignment))
        try:
            os.listdir(submitted)
        except OSError as error:
            raise CourseError(f"{submitted} cannot be read: {error.strerror}.") from None
        self.notebooks = paths = [str(submitted / f"{name}.ipynb") for name in notebooks]
        self.run_pre_convert_hook()
        timestamp, remark = self._timestamp(submitted), ""
        if timestamp is None and os.path.lexists(submitted / TIMESTAMP):
            remark = (
                f"Its {TIMESTAMP} does not hold a time, so none is known of this hand-in. "
                "Write one such as 2026-05-01 12:00:00 UTC, or remove the file."
            )
        rules, digest = self.rules(), self.digest(submitted)
        known = [name for name in notebooks if name in rules.masters]
        for name in sorted(set(notebooks) - set(known)):
            self.log.warning("Skipping unknown notebook: %s", submitted / f"{name}.ipynb")
        if not rules.masters:
            raise CourseError("No notebooks found, did you forget to run 'nbgrader generate_assignment'?")
        if self.coursedir.notebook_id == "*":  # without any of them, each is refused with its reason
            known = known or sorted(rules.masters)
        read, refused = {}, []
        for name in known:
            try:
                read[name] = handin.read(submitted / f"{name}.ipynb")
            except NotANotebook as error:
                refused.append(GradedNotebook(name, reason=str(error)))
            except PermissionError as error:
                raise CourseError(f"{error.filename} cannot be read: {error.strerror}.") from None
        missing = sorted(name for name in rules.masters if not (submitted / f"{name}.ipynb").exists())
        task = Task(read, handin.read_files(submitted, self._ignored), rules)
        return HandIn(student, assignment, paths, task, refused, missing, timestamp, digest, remark)

    def record(self, hand_in: HandIn, result: Graded) -> Verdict:
        """Record what came out of a hand-in: one transaction in the gradebook, and the new folder in ``autograded/``.

        Raises
        ------
        CourseError
            If the student is not on the roll and may not be put there.
        """
        student, assignment = hand_in.student, hand_in.assignment
        for fault in result.faults:
            self.log.warning("%s, %s: examined again: %s", student, assignment, fault)
        graded = sorted([*result.notebooks, *hand_in.refused], key=lambda one: one.name)
        for one in graded:
            for name, why in one.undecided.items():
                self.log.warning("%s, %s: a person has to decide on %s: %s", student, one.name, name, why)
        verdict = self._verdict(hand_in, graded)
        staged = self._stage(hand_in, graded, result.files, verdict)
        gradebook = self._ledger
        with self._published(staged, student, assignment), gradebook.transaction():
            grades.open_submission(gradebook, student, assignment, _time(hand_in.timestamp), self.create_student)
            late = AssignLatePenalties(parent=self)
            for one in graded:
                if one.content is not None:
                    grades.record(gradebook, late, student, assignment, one.name, one.scores, one.untouched)
            for name in {*hand_in.missing, *(one.name for one in graded if one.content is None)}:
                grades.record_nothing(gradebook, late, student, assignment, name)
        self.notebooks = hand_in.paths  # others may have been read since
        self.run_post_convert_hook()
        return verdict

    def compare(self, hand_in: HandIn, result: Graded) -> list[grades.Change]:
        """What recording a result would change in the gradebook, exercise by exercise; nothing is written."""
        student, assignment, changes = hand_in.student, hand_in.assignment, []
        ledger = self._ledger
        with ledger.transaction():
            is_known = ledger.has_submission(assignment, student)
            for one in [*result.notebooks, *hand_in.refused]:
                recorded = ledger.points(ledger.notebook_of(student, assignment, one.name).id) if is_known else {}
                after = {score.name: score.points for score in one.scores}
                for name in {**recorded, **after}:
                    before, manual = recorded.get(name, (None, None))
                    now = after.get(name, 0.0)
                    if before != now or name not in recorded:
                        changes.append(grades.Change(student, assignment, name, before, now, manual))
        return changes

    def renew_penalties(self, students: Sequence[str]) -> list[str]:
        """Work out anew how late hand-ins are that were graded before: their due date or the policy may have changed.

        Parameters
        ----------
        students : sequence of str

        Returns
        -------
        list of str
            The students whose late penalty has changed.
        """
        assignment, late = self.coursedir.assignment_id, AssignLatePenalties(parent=self)
        with self._ledger.transaction():
            return [
                student
                for student in students
                if any(
                    [grades.penalize(self._ledger, late, student, assignment, name) for name in self.rules().masters]
                )
            ]

    def demand_writable(self) -> None:
        """Find out before a class is graded whether the results can be recorded.

        Raises
        ------
        CourseError
            If the gradebook or the folder of graded work cannot be written.
        """
        url = make_url(self.coursedir.db_url)
        places = [Path(self.coursedir.root) / self.coursedir.autograded_directory]
        if url.get_backend_name() == "sqlite" and url.database:
            places += [Path(url.database), Path(url.database).parent]  # SQLite's journal lies beside it
        for place in places:
            while not place.exists():
                place = place.parent
            if not os.access(place, os.W_OK):
                raise CourseError(
                    f"{place} cannot be written, so nothing was graded. Give yourself the right to write it."
                )

    @cached_property
    def _ledger(self) -> grades.Ledger:
        """The gradebook, open from the first record on."""
        return grades.Ledger(self.coursedir.db_url, self.coursedir.course_id)

    def close(self) -> None:
        """Let go of the gradebook; it is opened again when it is needed."""
        if "_ledger" in self.__dict__:
            self._ledger.close()
            del self._ledger

    def _student_of(self, folder: str) -> str:
        path = os.path.join(folder, "x.ipynb")
        return self.init_single_notebook_resources(path)["nbgrader"]["student"]

    def _is_wanted(self, student: str, notebooks: Sequence[str]) -> bool:
        """Whether a submission is to be graded, by nbgrader's rules: not yet, newer, or ``--force``."""
        assignment = self.coursedir.assignment_id
        if student in self.coursedir.student_id_exclude.split(","):
            return False
        folder = Path(self._format_dest(assignment, student))
        names = [f"{name}.ipynb" for name in notebooks] if self.coursedir.notebook_id != "*" else [""]
        if self.force or not all((folder / name).exists() for name in names):
            return True
        source = Path(self._format_source(assignment, student))
        before, now = (_time(self._timestamp(where)) for where in (folder, source))
        if before is not None and now is not None and now > before:
            return True
        self.log.info("Skipping existing assignment: %s", folder)
        return False

    def _timestamp(self, folder: Path) -> bytes | None:
        """The content of a ``timestamp.txt``, a time or nothing; None if there is no such file, or it holds no time."""
        try:
            text = handin.read_regular(folder / TIMESTAMP, LARGEST_TIMESTAMP)
            _time(text)
            return text
        except (OSError, NotANotebook, ValueError, OverflowError):
            return None

    def rules(self) -> Rules:
        """What the hand-ins of the assignment are graded by, read once.

        Raises
        ------
        CourseError
            If the assignment is not in the gradebook, or its notebooks are not in ``source/`` or not in Python.
        """
        return self._read_course()[0]

    def stacks(self) -> set[str]:
        """The software stacks that the assignment needs; none if nothing of it can be graded."""
        try:
            rules = self.rules()
        except CourseError:  # it is said for every hand-in
            return set()
        return {rules.stack or master.stack for master in rules.masters.values()}

    def digest(self, submitted: Path) -> str:
        """Of a hand-in, given by its folder, and of all that it is graded with."""
        return digest(submitted, self._read_course()[1])

    def _read_course(self) -> tuple[Rules, Hash]:
        """The course's side of the assignment, and its digest, taken before anything of it is read."""
        assignment = self.coursedir.assignment_id
        if getattr(self, "_course_of", None) != assignment:
            depends_on = [self._source, Path(self.coursedir.root) / "nbgrader_config.py"]
            self._course = course_digest(depends_on), self._rules(assignment)
            self._course_of = assignment
        of_course, rules = self._course
        return rules, of_course

    def _rules(self, assignment: str) -> Rules:
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                names = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
            except MissingEntry:
                raise CourseError(f"No assignment with ID '{assignment}' exists in the database") from None
            masters = {name: Master.load(self.coursedir, gradebook, assignment, name).work_out() for name in names}
        row = Course.row(Path(self.coursedir.root), assignment)
        execute, markers = Execute(parent=self), ClearHiddenTests(parent=self)
        listed = modules.closure(row.utils) if row else None
        sources = [cell.answer for master in masters.values() for cell in master.cells if cell.is_code]
        return Rules(
            masters,
            handin.read_files(self._source, self._ignored),  # given code and tests may read them
            tuple(self.exclude_overwriting.get(assignment, [])),
            row.stack if row else "",  # else the one that the notebook imports
            execute.enabled,
            execute.timeout if execute.timeout and execute.timeout > 0 else None,  # as nbclient reads it
            os.environ.get("COURSE_SEED"),
            messages.Hidden(markers.begin_test_delimeter, markers.end_test_delimeter),
            tuple((kind, _settings(kind(parent=self))) for kind in self.autograde_preprocessors),
            listed,
            modules.packages(sources, listed or ()),
            Limits(**self.limits),
            self.least_tier,
        )

    def _verdict(self, hand_in: HandIn, graded: Sequence[GradedNotebook]) -> Verdict:
        reason = " ".join(filter(None, [*(one.reason for one in graded), hand_in.remark]))
        before = read_verdict(Path(self._format_dest(hand_in.assignment, hand_in.student)))
        kept = before.messages if before and self.coursedir.notebook_id != "*" else {}  # of the other notebooks
        said = {**kept, **{one.name: dict(one.messages) for one in graded}}
        is_graded = all(one.content is not None for one in graded)
        tier = max((one.tier for one in graded if one.tier), key=TIERS.index, default="")
        return Verdict(hand_in.student, hand_in.assignment, is_graded, reason, hand_in.digest, said, tier)

    @property
    def _source(self) -> Path:
        """The folder of the assignment in ``source/``."""
        return Path(self.coursedir.format_path(self.coursedir.source_directory, ".", self.coursedir.assignment_id))

    @property
    def _ignored(self) -> list[str]:
        return [*self.coursedir.ignore, "*.ipynb", VERDICT_FILE]

    def _stage(self, hand_in: HandIn, graded: Sequence[GradedNotebook], files: Files, verdict: Verdict) -> Path:
        """The new autograded folder, complete but under another name."""
        folder = Path(self._format_dest(hand_in.assignment, hand_in.student))
        staging = Path(self.coursedir.root) / self.coursedir.autograded_directory / STAGING
        for left in staging.glob("*"):  # by a grader that was killed
            if time.time() - left.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(left, ignore_errors=True)
        staged = staging / uuid.uuid4().hex
        staged.mkdir(parents=True)
        if self.coursedir.notebook_id != "*" and folder.is_dir():  # the other notebooks stay
            for notebook in folder.glob("*.ipynb"):
                shutil.copyfile(notebook, staged / notebook.name)
            files = handin.overlay(handin.read_files(folder), files)
        handin.write_files(files, staged, [*self._ignored, TIMESTAMP])
        if hand_in.timestamp is not None:  # the hand-in's, whatever its notebook wrote in this place
            (staged / TIMESTAMP).write_bytes(hand_in.timestamp)
        for one in graded:
            if one.content is not None:
                path = staged / f"{one.name}.ipynb"
                path.unlink(missing_ok=True)
                path.write_bytes(one.content)
        verdict.write(staged)
        return staged

    @contextmanager
    def _published(self, staged: Path, student: str, assignment: str) -> Iterator[None]:
        """Put the new folder in the place of the old one around the transaction in the block.

        While the gradebook changes there is no graded folder. So whoever is killed here is graded again by the next
        run, and what fails here leaves everything as it was.
        """
        folder = Path(self._format_dest(assignment, student))
        old = staged.with_name(f"{staged.name}.old")
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            if folder.exists():
                os.rename(folder, old)
            try:
                yield
            except BaseException:
                if old.exists():
                    os.rename(old, folder)
                raise
            if folder.exists():  # another grader has graded the same in the meantime
                os.rename(folder, staged.with_name(f"{staged.name}.other"))
            os.rename(staged, folder)
        finally:
            for rest in (staged, old, staged.with_name(f"{staged.name}.other")):
                shutil.rmtree(rest, ignore_errors=True)
            for parent in (staged.parent, folder.parent, folder.parent.parent):
                with contextlib.suppress(OSError):  # not empty
                    parent.rmdir()
        self.set_permissions(assignment, student)


@overload
def grade_class(
    wanted: Sequence[tuple[Autograde, str, Sequence[str]]],
    under_way: dict[int, float] | None = None,
    is_dry: Literal[False] = False,
) -> Iterator[tuple[int, Verdict | CourseError]]: ...


@overload
def grade_class(
    wanted: Sequence[tuple[Autograde, str, Sequence[str]]],
    under_way: dict[int, float] | None = None,
    *,
    is_dry: Literal[True],
) -> Iterator[tuple[int, list[grades.Change] | CourseError]]: ...


def grade_class(
    wanted: Sequence[tuple[Autograde, str, Sequence[str]]],
    under_way: dict[int, float] | None = None,
    is_dry: bool = False,
) -> Iterator[tuple[int, Verdict | list[grades.Change] | CourseError]]:
    """Grade hand-ins and record what comes out, each as soon as it is done or the next one is under way.

    Parameters
    ----------
    wanted : sequence of (Autograde, str, sequence of str)
        Who grades them, whose they are, and the names of their notebooks.
    under_way : dict of int to float, optional
        Holds, while this goes on, the places in `wanted` of what has been read and is not recorded, and when it was read
        (`time.monotonic`).
    is_dry : bool
        Whether nothing is recorded, and what would change comes out instead of a verdict.

    Yields
    ------
    (int, Verdict or CourseError)
        The place of a hand-in in `wanted`, and its verdict. An error says that the fault is not the hand-in's; nothing
        is recorded then.

    Raises
    ------
    CourseError
        If this machine has not the walls that are asked for: that is so for every hand-in.
    """
    if not wanted:
        return
    under_way = {} if under_way is None else under_way
    graders = {one for one, _, _ in wanted}
    for one in graders if not is_dry else ():
        one.demand_writable()
    stacks = {stack for autograde in graders for stack in autograde.stacks()}
    first = wanted[0][0]
    admitted = max(1, len(wanted) // pool.SHARE) if first.scheduler else pool.admitted(stacks, len(wanted))
    workers = min(first.workers or admitted, len(wanted))

    def read() -> Iterator[tuple[tuple[int, HandIn | None], Task | Exception]]:
        for number, (autograde, student, notebooks) in enumerate(wanted):
            under_way[number] = time.monotonic()
            try:
                hand_in = autograde.read(student, notebooks)
                yield (number, hand_in), hand_in.task
            except Exception as error:
                yield (number, None), error

    with contextlib.ExitStack() as stack:
        for autograde in graders:
            stack.callback(autograde.close)
        results: Generator[tuple[tuple[int, HandIn | None], Graded | Exception], None, None] = pool.run(
            grade, read(), workers, first.scheduler
        )
        stack.enter_context(contextlib.closing(results))
        for (number, hand_in), result in results:
            if isinstance(result, TooFewWalls):
                raise CourseError(str(result))
            under_way.pop(number, None)
            yield number, _outcome(wanted[number][0], hand_in, result, is_dry)


def _outcome(
    autograde: Autograde, hand_in: HandIn | None, result: Graded | Exception, is_dry: bool
) -> Verdict | list[grades.Change] | CourseError:
    """Record a result, or compare it only. Whatever goes wrong, the other hand-ins are graded."""
    try:
        if isinstance(result, Exception):
            raise result
        assert hand_in is not None  # what could not be read has an exception for a result
        return autograde.compare(hand_in, result) if is_dry else autograde.record(hand_in, result)
    except Exception as error:
        autograde.log.debug("%s", traceback.format_exc())
        return as_course_error(error)


def _time(timestamp: bytes | None) -> datetime | None:
    """The time in UTC that stands in a ``timestamp.txt``."""
    text = (timestamp or b"").decode("utf-8").strip()
    return parse_utc(text) if text else None


def _settings(configured: Configurable) -> dict[str, Any]:
    return {name: getattr(configured, name) for name in configured.traits(config=True)}
