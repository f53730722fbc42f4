"""Who a hand-in is from: the class list, and what the part of a file's name that says who means.

Without a class list that part becomes the student id itself, if it can be made safe as the name of a folder.
"""

from __future__ import annotations

import csv
import difflib
import functools
import io
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

MAX_ROSTER = 5 * 1024 * 1024  # bytes: 50 000 students at 100 each

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,98}[A-Za-z0-9_@-])?")  # Windows would drop a final dot
_ID_RULE = "An id is made of letters A to Z, digits and . _ @ -, begins with a letter or digit and ends in no dot."
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d"})


class NotIdentified(Exception):
    """A part of a name that means nobody, or more than one person; its text says so and what to do."""


@dataclass(frozen=True)
class Student:
    """One row of a roster."""

    student_id: str
    name: str = ""
    email: str = ""


def read_roster(path: Path) -> tuple[Student, ...]:
    """Read a class list: CSV in UTF-8 (comma, semicolon or tab) with a header.

    The header names ``student_id`` (or ``id``, ``username``) and, if wanted, ``name`` (or ``first_name`` and
    ``last_name``) and ``email``.

    Raises
    ------
    CourseError
        If the file is not such a table, or an id is missing, not usable as the name of a folder, or there twice.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_ROSTER + 1)
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text, so save it as CSV in UTF-8"
        raise CourseError(f"The roster {path} cannot be read: {why}.") from None
    if len(raw) > MAX_ROSTER or "\0" in text:
        raise CourseError(f"The roster {path} is not a class list: save it as CSV in UTF-8, of at most 5 MB.")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    students: dict[str, Student] = {}
    try:
        header = [re.sub(r"[ -]+", "_", cell.strip().casefold()) for cell in next(lines, [])]
        key = next((column for column in ("student_id", "id", "username") if column in header), None)
        if key is None:
            raise CourseError(f"{path}, line 1: the column student_id (or id, or username) is missing. Add a header.")
        for cells in lines:
            where, row = f"{path}, line {lines.line_num}", dict(zip(header, map(str.strip, cells), strict=False))
            if not any(row.values()):
                continue
            if len(cells) > len(header):
                raise CourseError(f"{where}: {len(cells)} cells under {len(header)} columns. Quote a name with commas.")
            student = row.get(key, "")
            if not _ID.fullmatch(student):
                raise CourseError(f"{where}: {student!r} is not a usable id. {_ID_RULE}")
            if student.casefold() in students:  # two spellings would be one folder on macOS and Windows
                raise CourseError(f"{where}: the id {student} is in the roster twice. Remove one of the two rows.")
            name = row.get("name") or f"{row.get('first_name', '')} {row.get('last_name', '')}".strip()
            students[student.casefold()] = Student(student, name, row.get("email", ""))
    except csv.Error as error:
        raise CourseError(f"{path}, line {lines.line_num}: this is not readable as CSV: {error}.") from None
    if not students:
        raise CourseError(f"The roster {path} lists no students. Add a row for each of them below the header.")
    return tuple(students.values())


def _key(text: str) -> str:
    return "".join(c for c in plain(text).casefold() if c.isalnum())[:100]


def student_index(roster: tuple[Student, ...]) -> dict[str, set[Student]]:
    """Whom each key means: an id, an e-mail address, its local part, the words of a name from any of them on."""
    index = defaultdict(set)
    for student in roster:
        words = re.split(r"[\s,]+", student.name)
        turned = ["".join(words[i:] + words[:i]) for i in range(len(words))]
        for text in (student.student_id, student.email, student.email.partition("@")[0], *turned):
            index[_key(text)].add(student)
    index.pop("", None)
    return dict(index)


def matches(part: str, index: dict[str, set[Student]]) -> set[Student]:
    found = index.get(_key(part), set())
    return {student for student in found if student.student_id == part} or found


def identify(candidates: tuple[str, ...], index: dict[str, set[Student]]) -> str:
    """The id of the one student whom the candidates mean; without a roster, the one candidate made safe."""
    said = " or ".join(repr(part[:80]) for part in candidates)
    if index:
        found = sorted(set().union(*(matches(part, index) for part in candidates)), key=lambda s: s.student_id)
        people = [f"{student.student_id} ({student.name})" if student.name else student.student_id for student in found]
        if len(found) > 1:
            raise NotIdentified(f"{said} may be {' and '.join(people)}: rename it with the id of the one it is from.")
        if not found:
            near = _closest(_key(candidates[0]), tuple(index))
            closest = min((s.student_id, s.name) for s in index[near]) if near else ()
            hint = f" (closest: {', '.join(filter(None, closest))})" if closest else ""
            raise NotIdentified(
                f"{said} is not on the roster{hint}: rename it with a student's id, or add the student."
            )
        return found[0].student_id
    if len(candidates) > 1:
        raise NotIdentified(f"the student may be {said}: rename it, or give a class list with --roster.")
    student = re.sub(" +", "_", re.sub("[,'’]", "", plain(candidates[0])).strip())
    if not _ID.fullmatch(student):
        raise NotIdentified(f"{said} cannot be a student id: rename it, or give a class list with --roster. {_ID_RULE}")
    return student


@functools.lru_cache(maxsize=16)  # one unknown student may have a folder of thousands of files
def _closest(key: str, keys: tuple[str, ...]) -> str:
    return next(iter(difflib.get_close_matches(key, keys, n=1, cutoff=0.5)), "")


def plain(text: str) -> str:
    """`text` without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)
