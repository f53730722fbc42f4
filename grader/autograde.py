"""Our engine in the place of nbgrader's autograde converter: same folders, same gradebook, same command line.

The class has nbgrader's name and traits, so that its options, ``nbgrader autograde`` and the buttons of the formgrader
work unchanged. What differs is listed in docs/engine.md, each point with its reason.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import traceback
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader import converters
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import AssignLatePenalties, ClearHiddenTests, Execute, IgnorePattern, LimitOutput
from nbgrader.utils import parse_utc
from traitlets import List

from grader import gradebook as grades
from grader import handin, messages
from grader.course import Course
from grader.engine.examiner import Job
from grader.engine.template import shared_templates
from grader.errors import CourseError
from grader.examination import EngineFault, Report, examine
from grader.handin import Files, GradedCell, NotANotebook
from grader.master import Master
from grader.verdict import VERDICT_FILE, Verdict, digest, read_verdict

TIMESTAMP = "timestamp.txt"
LARGEST_TIMESTAMP = 200  # bytes
STAGING = ".staging"  # in autograded/: folders that are not complete yet
LEFT_BEHIND = 3600.0  # seconds after which nobody works on such a folder any more
ATTEMPTS = 2  # at an examination that fails for a reason of ours


@dataclass(frozen=True)
class GradedNotebook:
    """One notebook of a hand-in, graded but not recorded yet.

    Attributes
    ----------
    name : str
    cells : list of GradedCell or None
        None if it could not be graded.
    scores : list of grader.gradebook.Score
    reason : str
        As in a `Verdict`.
    messages : dict of str to str
        What the student may read, by grade id.
    """

    name: str
    cells: list[GradedCell] | None
    scores: list[grades.Score]
    reason: str
    messages: dict[str, str]


class Autograde(converters.Autograde):
    """Grade submissions with student's process and examiner apart."""

    sanitize_preprocessors = List([], help="Has no effect: grading restores the course's cells itself.").tag(
        config=True
    )
    autograde_preprocessors = List(
        [IgnorePattern, ClearMetadataPreprocessor, LimitOutput],
        help="What is done to a graded notebook before it is written. Cannot change a score.",
    ).tag(config=True)

    def start(self) -> None:
        """Grade what the command line asks for.

        Raises
        ------
        NbGraderException
            If a submission could not be graded, after all the others were.
        """
        self.init_notebooks()
        failed = []
        for folder, notebooks in sorted(self.assignments.items()):
            student = self._student_of(folder)
            self.notebooks = sorted(notebooks)
            try:
                if not self._is_wanted(student):
                    continue
                self.run_pre_convert_hook()
                verdict = self.grade(student, [Path(path).stem for path in self.notebooks])
                self.run_post_convert_hook()
            except CourseError as error:
                self.log.error("%s, %s: %s", student, self.coursedir.assignment_id, error)
                failed.append(student)
                continue
            if not verdict.graded:
                self.log.error("%s, %s: %s", student, self.coursedir.assignment_id, verdict.reason)
                failed.append(student)
            elif verdict.reason:
                self.log.warning("%s, %s: %s", student, self.coursedir.assignment_id, verdict.reason)
        if failed:
            message = f"There was an error processing the submissions of: {', '.join(failed)}"
            self.log.error(message)
            raise NbGraderException(message)

    def grade(self, student: str, notebooks: Sequence[str]) -> Verdict:
        """Grade some notebooks of one submission, and record what came out.

        Whatever the hand-in contains, the result is a verdict.

        Raises
        ------
        CourseError
            If the fault is not the hand-in's. Nothing is recorded then.
        """
        try:
            return self._grade(student, notebooks)
        except CourseError:
            raise
        except Exception as error:  # whatever it is: the other hand-ins are graded
            self.log.debug("%s", traceback.format_exc())
            raise CourseError(f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}") from error

    def _grade(self, student: str, notebooks: Sequence[str]) -> Verdict:
        assignment = self.coursedir.assignment_id
        submitted = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, assignment))
        timestamp = self._timestamp(submitted)
        masters = self._masters(assignment)
        known = [name for name in notebooks if name in masters]
        for name in sorted(set(notebooks) - set(known)):
            self.log.warning("Skipping unknown notebook: %s", submitted / f"{name}.ipynb")
        if notebooks and not known:
            raise CourseError("No notebooks found, did you forget to run 'nbgrader generate_assignment'?")
        graded, files = [], self._files(submitted)
        for name in known:
            one, files = self._grade_notebook(submitted / f"{name}.ipynb", masters[name], files)
            graded.append(one)
        missing = sorted(set(masters) - {name for name in masters if (submitted / f"{name}.ipynb").exists()})
        verdict = self._verdict(student, assignment, graded, submitted)
        staged = self._stage(student, assignment, graded, files, submitted, verdict)
        with (
            self._published(staged, student, assignment),
            grades.Transaction(self.coursedir.db_url, self.coursedir.course_id) as gradebook,
        ):
            grades.open_submission(gradebook, student, assignment, timestamp, self.create_student)
            late = AssignLatePenalties(parent=self)
            for one in graded:
                if one.cells is not None:
                    grades.record(gradebook, late, student, assignment, one.name, one.scores, one.cells)
            for name in (*missing, *(one.name for one in graded if one.cells is None)):
                grades.record_nothing(gradebook, student, assignment, name)
        return verdict

    def _student_of(self, folder: str) -> str:
        path = os.path.join(folder, "x.ipynb")
        return self.init_single_notebook_resources(path)["nbgrader"]["student"]

    def _is_wanted(self, student: str) -> bool:
        """Whether a submission is to be graded, by nbgrader's rules: not yet, newer, or ``--force``."""
        assignment = self.coursedir.assignment_id
        if student in self.coursedir.student_id_exclude.split(","):
            return False
        folder = Path(self._format_dest(assignment, student))
        names = [Path(path).name for path in self.notebooks] if self.coursedir.notebook_id != "*" else [""]
        if self.force or not all((folder / name).exists() for name in names):
            return True
        before, now = self._timestamp(folder), self._timestamp(Path(self._format_source(assignment, student)))
        if before is not None and now is not None and now > before:
            return True
        self.log.info("Skipping existing assignment: %s", folder)
        return False

    def _timestamp(self, folder: Path) -> datetime | None:
        """The time of a submission, in UTC, from its ``timestamp.txt``; None if there is none."""
        path = folder / TIMESTAMP
        try:
            text = handin.read_regular(path, LARGEST_TIMESTAMP).decode("utf-8").strip()
            return parse_utc(text) if text else None
        except FileNotFoundError:
            return None
        except (NotANotebook, ValueError, OverflowError):
            raise CourseError(
                f"{path} does not hold a time. Write one such as 2026-05-01 12:00:00 UTC, or remove it."
            ) from None

    def _masters(self, assignment: str) -> dict[str, Master]:
        """The course's own notebooks of an assignment, read once."""
        if getattr(self, "_read", ("", {}))[0] != assignment:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                try:
                    names = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
                except MissingEntry:
                    raise CourseError(f"No assignment with ID '{assignment}' exists in the database") from None
                masters = {name: Master.load(self.coursedir, gradebook, assignment, name) for name in names}
            self._read = (assignment, masters)
        return self._read[1]

    def _grade_notebook(self, path: Path, master: Master, files: Files) -> tuple[GradedNotebook, Files]:
        """A graded notebook, and the files beside it when it has run."""
        execute = Execute(parent=self)
        try:
            cells = handin.restore(handin.read(path), master)
        except NotANotebook as error:
            return GradedNotebook(path.stem, None, [], str(error), {}), files
        if not execute.enabled:
            return GradedNotebook(path.stem, cells, grades.scores(cells, {}, executed=False), "", {}), files
        secret = os.environ.get("COURSE_SEED")
        job = Job(list(handin.steps(cells, master)), execute.timeout, secret, is_rehearsed=master.is_marked)
        report = self._examine(job, files, master)
        handin.set_outputs(cells, report.results)
        for number, result in sorted(report.results.items()):
            if result.undecided:
                name = cells[number].master.name
                self.log.warning(
                    "%s, %s: a person has to decide on %s: %s", path.parent, path.stem, name, result.undecided
                )
        said = self._messages(cells, job, report, path.parent, master)
        found = grades.scores(cells, report.results)
        return GradedNotebook(path.stem, cells, found, report.lost, said), report.files

    def _messages(
        self, cells: Sequence[GradedCell], job: Job, report: Report, submitted: Path, master: Master
    ) -> dict[str, str]:
        """What the student may read, from a second examination where the first one could tell of hidden tests."""
        markers = ClearHiddenTests(parent=self)
        hidden = messages.Hidden(markers.begin_test_delimeter, markers.end_test_delimeter)
        visible = report.results
        if messages.need_a_second_look(cells, visible, hidden):
            job = replace(job, steps=messages.visible_steps(job.steps, hidden), seed=None)
            visible = self._examine(job, self._files(submitted), master).results
        return messages.messages(cells, report.results, visible, hidden)

    def _examine(self, job: Job, files: Files, master: Master) -> Report:
        template = shared_templates()[self._stack(master)]
        courses = handin.read_files(self._source, self._ignored)  # given code and tests may read them
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return examine(template, job, files, courses)
            except EngineFault as fault:
                if attempt == ATTEMPTS:
                    raise CourseError(str(fault)) from None
                self.log.warning("Examining again: %s", fault)
        raise AssertionError("unreachable")

    def _stack(self, master: Master) -> str:
        """The software stack of the course's table, or else the one that the notebook imports."""
        row = Course.row(Path(self.coursedir.root), self.coursedir.assignment_id)
        return row.stack if row else master.stack

    def _verdict(self, student: str, assignment: str, graded: Sequence[GradedNotebook], submitted: Path) -> Verdict:
        reason = " ".join(one.reason for one in graded if one.reason)
        before = read_verdict(Path(self._format_dest(assignment, student)))
        kept = before.messages if before and self.coursedir.notebook_id != "*" else {}  # of the other notebooks
        said = {**kept, **{one.name: one.messages for one in graded}}
        is_graded = all(one.cells is not None for one in graded)
        return Verdict(student, assignment, is_graded, reason, self.digest(submitted), said)

    def digest(self, submitted: Path) -> str:
        """Of a hand-in, given by its folder, and of all that it is graded with."""
        return digest(submitted, [self._source, Path(self.coursedir.root) / "nbgrader_config.py"])

    def _files(self, submitted: Path) -> Files:
        """The files beside the notebooks: the hand-in's, and over them the course's own."""
        keep = self.exclude_overwriting.get(self.coursedir.assignment_id, [])
        courses = handin.read_files(self._source, self._ignored)
        over = {name: data for name, data in courses.items() if name not in keep}
        return handin.overlay(handin.read_files(submitted, self._ignored), over)

    @property
    def _source(self) -> Path:
        """The folder of the assignment in ``source/``."""
        return Path(self.coursedir.format_path(self.coursedir.source_directory, ".", self.coursedir.assignment_id))

    @property
    def _ignored(self) -> list[str]:
        return [*self.coursedir.ignore, "*.ipynb", VERDICT_FILE]

    def _stage(
        self,
        student: str,
        assignment: str,
        graded: Sequence[GradedNotebook],
        files: Files,
        submitted: Path,
        verdict: Verdict,
    ) -> Path:
        """The new autograded folder, complete but under another name."""
        folder = Path(self._format_dest(assignment, student))
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
        with contextlib.suppress(FileNotFoundError):  # the hand-in's, whatever its notebook wrote in this place
            (staged / TIMESTAMP).write_bytes(handin.read_regular(submitted / TIMESTAMP, LARGEST_TIMESTAMP))
        masters = self._masters(assignment)
        for one in graded:
            if one.cells is not None:
                notebook = handin.as_notebook(one.cells, masters[one.name])
                for preprocessor in self.autograde_preprocessors:
                    notebook, _ = preprocessor(parent=self)(notebook, {})
                path = staged / f"{one.name}.ipynb"
                path.unlink(missing_ok=True)
                path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
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
            os.rename(staged, folder)
        finally:
            for rest in (staged, old):
                shutil.rmtree(rest, ignore_errors=True)
            for parent in (staged.parent, folder.parent, folder.parent.parent):
                with contextlib.suppress(OSError):  # not empty
                    parent.rmdir()
        self.set_permissions(assignment, student)
