"""File hand-ins that came from an LMS or by mail the way nbgrader expects them: the library behind `grader collect`.

Names alone decide; content is never looked at, so that a broken notebook still reaches the marks, with a reason. These
names are understood, ``STUDENT`` being the part that says who, also below one folder that wraps everything:

======================  ===========================================================================================
nbgrader's own          ``STUDENT/gradient_checking/gradient_checking.ipynb``
a folder per student    ``STUDENT/gradient_checking.ipynb``
Moodle                  ``STUDENT_1234567_assignsubmission_file_/gradient_checking.ipynb``
Moodle without folders  ``STUDENT_1234567_assignsubmission_file_gradient_checking.ipynb``
Canvas                  ``STUDENT_12345_678901_gradient_checking.ipynb``, ``STUDENT_LATE_12345_678901_...``; a final
                        ``-1``, ``-2`` is a later attempt
mailed                  ``STUDENT_gradient_checking.ipynb``, ``STUDENT-gradient_checking.ipynb``,
                        ``gradient_checking_STUDENT.ipynb``; a browser's ``(1)`` may follow
======================  ===========================================================================================

In all but the last the file may have any name, if a folder or `assignment` says which assignment it is. Run one
collection at a time: each clears up what a killed one left in ``submitted/``, under names that begin with a dot.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course import Course
from grader.errors import CourseError
from grader.listing import MEGABYTE, File, Refused, list_files
from grader.roster import NotIdentified, Student, identify, matches, student_index

MAX_TOTAL = 2048 * MEGABYTE  # a class of 400 at 5 MB each; keeps a zip bomb from filling the disk

_CHUNK = 256 * 1024
_MOODLE = re.compile(r"(.+?)_(\d+)_assignsubmission_.*")
_CANVAS = re.compile(r"([^_]+)(?:_LATE)?_(\d+)_\d+_(.+)")
_COPY = r"(?: ?\(\d+\))?"  # what a browser appends to a name it has already


@dataclass(frozen=True)
class HandIn:
    """A file that was filed: whose, for what, its name inside the zip or folder, and where it is now."""

    student: str
    assignment: str
    origin: str
    path: Path


@dataclass(frozen=True)
class Collection:
    """What `collect` did, in a stable order."""

    taken: tuple[HandIn, ...]
    refused: tuple[Refused, ...]


def collect(
    course: Course, origin: Path, assignment: str | None = None, roster: tuple[Student, ...] = (), force: bool = False
) -> Collection:
    """File the hand-ins in a zip or a folder as ``submitted/<student_id>/<assignment>/<assignment>.ipynb``.

    Parameters
    ----------
    course : Course
        The course that they belong to.
    origin : Path
        A zip file or a folder; it is only read.
    assignment : str, optional
        The assignment that everything in it belongs to; otherwise each path says it.
    roster : tuple of Student
        The class. Without it, the part of a name that says who becomes the student id.
    force : bool
        Replace what a student handed in before, if it differs.

    Raises
    ------
    CourseError
        If there is no such assignment, or `origin` is neither a zip nor a folder, is broken, or is too large.
    """
    given = "" if assignment is None else course.assignment(assignment).name
    with ExitStack() as stack:
        listed = list_files(origin, stack)
        files = [entry for entry in listed if isinstance(entry, File)]
        if sum(file.size for file in files if not file.problem) > MAX_TOTAL:
            raise CourseError(f"{origin} holds more than {MAX_TOTAL // MEGABYTE} MB. Collect it in smaller parts.")
        claims, unclear = _claims(files, course, given, student_index(roster))
        try:
            filed = _file_all(course, claims, force)
        except OSError as error:
            raise CourseError(f"{course.root / 'submitted'} cannot be written: {error.strerror}.") from None
    taken = [outcome for outcome in filed if isinstance(outcome, HandIn)]
    refused = [outcome for outcome in (*listed, *unclear, *filed) if isinstance(outcome, Refused)]
    return Collection(
        tuple(sorted(taken, key=lambda hand_in: (hand_in.student, hand_in.assignment, hand_in.path.name))),
        tuple(sorted(refused, key=lambda refusal: (refusal.origin, refusal.reason))),
    )


class _Refusal(Exception):
    """Why a file is not filed; it becomes the reason of a `Refused`."""


@dataclass(frozen=True)
class _Reading:
    """What a path says: who it may be from, in whose own folder, their number in the LMS, Canvas's attempt."""

    candidates: tuple[str, ...]
    own: bool = False
    number: str = ""
    attempt: tuple[str, int] | None = None
    mailed: bool = False


@dataclass(frozen=True)
class _Claim:
    file: File
    reading: _Reading
    student: str
    assignment: str


# Reading: who and what a path says.


def _claims(
    files: list[File], course: Course, given: str, index: dict[str, set[Student]]
) -> tuple[list[_Claim], list[Refused]]:
    """Whose each file is and for which assignment, or why that cannot be said."""
    names = sorted((assignment.name for assignment in course.assignments), key=len, reverse=True)
    topic = "|".join(map(_loose, names))
    wrapped = _wrapped(files, topic, index)
    claims, refused, homes = [], [], defaultdict(set)
    for file in files:
        try:
            if not (reading := _read(file.parts[wrapped:], topic)):
                raise _Refusal("its name does not say who handed it in: put it into a folder named after the student.")
            student = identify(reading.candidates, index)
            claims.append(_Claim(file, reading, student, given or _named(file.parts, topic, names)))
        except (_Refusal, NotIdentified) as why:
            refused.append(Refused(file.origin, str(why)))
    for claim in claims:
        if claim.file.notebook and claim.reading.own and claim.assignment:
            homes[claim.student].add(claim.assignment)
    for place, claim in enumerate(claims):
        if not claim.assignment and not claim.file.notebook and claim.reading.own and len(homes[claim.student]) == 1:
            claims[place] = replace(claim, assignment=min(homes[claim.student]))  # data.csv beside the one notebook
    reason = "its name does not say which assignment it is for: name the assignment with --topic."
    refused += _refuse([claim for claim in claims if not claim.assignment], reason)
    return [claim for claim in claims if claim.assignment], refused


def _loose(name: str) -> str:
    """A pattern for an assignment, however its words are joined: gradient-checking, Gradient Checking."""
    return name.replace("_", "[ _-]+")


def _named(parts: tuple[str, ...], topic: str, names: list[str]) -> str:
    """The assignment that the file's name contains, or else the nearest folder's; empty if there is none."""
    for part in reversed(parts):
        spelled = {match[0] for match in re.finditer(rf"(?<![^\W_])(?:{topic})(?![^\W_])", part, re.IGNORECASE)}
        found = sorted({name for name in names for text in spelled if re.fullmatch(_loose(name), text, re.IGNORECASE)})
        if len(found) > 1:
            raise _Refusal(f"its name contains more than one assignment ({', '.join(found)}): name one with --topic.")
        if found:
            return found[0]
    return ""


def _wrapped(files: list[File], topic: str, index: dict[str, set[Student]]) -> bool:
    """Whether the one folder that everything lies in only wraps the collection, and is not a student's own."""
    if len({file.parts[0] for file in files}) != 1 or any(len(file.parts) == 1 for file in files):
        return False
    (folder,) = {file.parts[0] for file in files}
    telling = [file for file in files if file.notebook] or files
    inside = [reading for file in telling if (reading := _read(file.parts[1:], topic))]
    if _MOODLE.fullmatch(folder) or len(inside) < len(telling):
        return False
    if index:
        return not matches(folder, index)
    # alice/gradient_checking_final.ipynb on its own is Alice's; two people's names in one folder are two students.
    return not any(reading.mailed for reading in inside) or len({reading.candidates for reading in inside}) > 1


def _read(parts: tuple[str, ...], topic: str) -> _Reading | None:
    """Who a path may be from. A student's own folder goes before any name that the student gave a file."""
    *folders, file = parts
    while folders and re.fullmatch(topic, folders[0], re.IGNORECASE):
        folders.pop(0)
    if folders:
        moodle = _MOODLE.fullmatch(folders[0])
        return _Reading((moodle[1],), True, moodle[2]) if moodle else _Reading((folders[0],), True)
    if canvas := _CANVAS.fullmatch(file):
        named = re.fullmatch(r"(.+?)(?:-(\d{1,3}))?", os.path.splitext(canvas[3])[0], re.DOTALL)
        assert named is not None  # splitext leaves something of every name
        stem, attempt = named.groups("0")
        return _Reading((canvas[1],), number=canvas[2], attempt=(stem.casefold(), int(attempt)))
    if moodle := _MOODLE.fullmatch(file):
        return _Reading((moodle[1],), number=moodle[2])
    stem = os.path.splitext(file)[0].removesuffix(".ipynb")  # mail programs and browsers append .txt or .json
    before_or_after = rf"(?:(.+?)[ _-]+)??(?:{topic})(?:-\d\d?)?{_COPY}(?:[ _-]+(.+?))?{_COPY}"
    if (mailed := re.fullmatch(before_or_after, stem, re.IGNORECASE)) and any(mailed.groups()):
        return _Reading(tuple(filter(None, mailed.groups())), mailed=True)
    return None


# Filing: a folder for each student and assignment, built out of sight and renamed into place.


def _file_all(course: Course, claims: list[_Claim], force: bool) -> list[HandIn | Refused]:
    submitted = course.root / "submitted"
    submitted.mkdir(exist_ok=True)
    _recover(submitted)
    groups, outcomes = defaultdict(list), []
    for claim in claims:
        groups[claim.student, claim.assignment].append(claim)
    with tempfile.TemporaryDirectory(prefix=".collect-", dir=submitted, ignore_cleanup_errors=True) as staging:
        for (student, assignment), group in groups.items():
            staged = Path(staging, f"{student}+{assignment}")
            outcomes += _file(group, staged, course.submitted(student, assignment), force)
    return outcomes


def _file(claims: list[_Claim], staged: Path, target: Path, force: bool) -> list[HandIn | Refused]:
    """File what a student handed in for an assignment; none of it if the notebook cannot be had."""
    chosen, refused = _choose(claims)
    outcomes: list[HandIn | Refused] = [*refused]
    staged.mkdir()
    for name, claim in list(chosen.items()):  # the notebook is the first
        try:
            _copy(claim.file, staged / name)
        except _Refusal as why:
            (staged / name).unlink(missing_ok=True)
            outcomes += _refuse([chosen.pop(name)], str(why))
            if claim.file.notebook:
                return outcomes + _refuse(
                    chosen.values(), f"it belongs to {claim.file.origin}: see why that is refused."
                )
    try:
        if chosen:
            _install(staged, target, force)
    except _Refusal as why:
        return outcomes + _refuse(chosen.values(), str(why))
    except OSError as error:
        return outcomes + _refuse(chosen.values(), f"{target} cannot be written ({error}): see to that first.")
    return outcomes + [HandIn(c.student, c.assignment, c.file.origin, target / name) for name, c in chosen.items()]


def _choose(claims: list[_Claim]) -> tuple[dict[str, _Claim], list[Refused]]:
    """The files that count, under the names to file them by, and those that do not."""
    student, assignment = claims[0].student, claims[0].assignment
    notebooks = [claim for claim in claims if claim.file.notebook]
    extras = [claim for claim in claims if not claim.file.notebook]
    if len({claim.reading.number for claim in claims} - {""}) > 1:
        reason = f"two people in the LMS would be {student}, by {_listing(claims)}: rename these with their ids."
        return {}, _refuse(claims, reason)
    chosen, refused = {}, []
    if notebooks:
        if not (newest := _newest(notebooks)):
            reason = f"{student} has more than one notebook for {assignment}, {_listing(notebooks)}: keep one."
            return {}, _refuse(claims, reason)
        chosen[f"{assignment}.ipynb"] = newest
        older = [claim for claim in notebooks if claim is not newest]
        refused += _refuse(older, f"an older attempt: {newest.file.origin} is the one that counts.")
        loose = [claim for claim in extras if not claim.reading.own]
        refused += _refuse(loose, f"{student} also handed in a notebook, {newest.file.origin}, and only that is filed.")
        extras = [claim for claim in extras if claim.reading.own]
    named = defaultdict(list)
    for claim in extras:
        named[claim.file.name.lower()].append(claim)
    for name, same in named.items():
        if len(same) > 1:
            refused += _refuse(same, f"{student} has more than one file that would be called {name}: rename them.")
        else:
            chosen[same[0].file.name] = same[0]
    return chosen, refused


def _newest(notebooks: list[_Claim]) -> _Claim | None:
    """The notebook that counts: the only one, or Canvas's last attempt at a file of one name."""
    if len(notebooks) == 1:
        return notebooks[0]
    attempts = [claim.reading.attempt for claim in notebooks if claim.reading.attempt]
    if len(attempts) < len(notebooks) or len({stem for stem, _ in attempts}) > 1 or attempts.count(max(attempts)) > 1:
        return None
    return notebooks[attempts.index(max(attempts))]


def _listing(claims: list[_Claim]) -> str:
    more = [f"{len(claims) - 3} more"] if len(claims) > 3 else []
    return " and ".join([claim.file.origin for claim in claims[:3]] + more)


def _refuse(claims: Iterable[_Claim], reason: str) -> list[Refused]:
    return [Refused(claim.file.origin, reason) for claim in claims]


def _copy(file: File, target: Path) -> None:
    """Copy no more than was listed, because that is what the limits were checked against."""
    if file.problem:
        raise _Refusal(file.problem)
    left = file.size
    try:
        with file.open() as source, target.open("xb") as copy:
            while chunk := source.read(min(_CHUNK, left + 1)):
                if (left := left - len(chunk)) < 0:
                    raise _Refusal("it is larger than its listing says: collect it again when it no longer changes.")
                copy.write(chunk)
    except (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, struct.error) as error:
        raise _Refusal(f"it cannot be read or copied ({error}): download it again.") from None


def _install(staged: Path, target: Path, force: bool) -> None:
    """Rename `staged` to `target`. At every moment the old hand-in is there or where `_recover` finds it."""
    if target.is_symlink() or target.parent.is_symlink():
        raise _Refusal(f"{target} is behind a symbolic link, which may lead out of submitted/: remove the link.")
    target.parent.mkdir(exist_ok=True)
    with suppress(OSError):
        target.rmdir()  # an empty folder is not a hand-in
    if not target.exists():
        os.rename(staged, target)
        return
    # What is only in the old folder makes no difference: nbgrader may have put a timestamp.txt there.
    old = [target / new.name for new in staged.iterdir()]
    if all(path.is_file() and filecmp.cmp(path, staged / path.name, shallow=False) for path in old):
        return
    if not force:
        raise _Refusal(f"{target.parent.name} already has a hand-in that differs: use --force to replace it.")
    aside = target.parents[1] / f".replaced+{target.parent.name}+{target.name}"
    os.rename(target, aside)
    try:
        os.rename(staged, target)
    except BaseException:
        os.rename(aside, target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _recover(submitted: Path) -> None:
    """Clear up after a collection that was killed: a hand-in that was being replaced comes back."""
    for staging in submitted.glob(".collect-*"):
        shutil.rmtree(staging, ignore_errors=True)
    for aside in submitted.glob(".replaced+*+*"):
        target = submitted.joinpath(*aside.name.split("+")[1:])
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            target.parent.mkdir(exist_ok=True)
            os.rename(aside, target)
