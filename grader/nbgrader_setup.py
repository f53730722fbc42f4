"""nbgrader, set up for a course folder: its configuration, its course directory, its converters, without its command line."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from grader.course import Course
from grader.errors import CourseError


def config(course: Course) -> Config:
    """The course's `nbgrader_config.py`, with the course folder as nbgrader's root."""
    try:
        loaded = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    except ConfigFileNotFound:
        raise CourseError(
            f"{course.root} has no nbgrader_config.py. Copy the one from the course's repository."
        ) from None
    except Exception as error:  # the file is Python: whatever it raises is a fault in it
        raise CourseError(f"{course.root / 'nbgrader_config.py'}: {type(error).__name__}: {error}") from None
    loaded.CourseDirectory.root = str(course.root)
    return loaded


def directory(course: Course, assignment: str = "", student: str = "*") -> CourseDirectory:
    """nbgrader's view of the course folder, for one assignment and one student (or all of them)."""
    put_tools_on_path()
    coursedir = CourseDirectory(config=config(course))
    coursedir.assignment_id = assignment
    coursedir.student_id = student
    return coursedir


def run(converter: type[BaseConverter], course: Course, assignment: str, student: str = "*", **options: Any) -> None:
    """Run one of nbgrader's converters.

    Raises
    ------
    CourseError
        With the errors that nbgrader logged, or else the text of what it raised.
    """
    coursedir = directory(course, assignment, student)
    log = logging.Logger(f"nbgrader.{assignment}")
    errors = _ErrorLog()
    log.addHandler(errors)
    try:
        converter(coursedir=coursedir, config=coursedir.config, log=log, **options).start()
    except SystemExit:
        raise CourseError(errors.text() or f"nbgrader stopped on {assignment} without saying why.") from None
    except (NbGraderException, RuntimeError, OSError) as error:
        raise CourseError(errors.text() or f"nbgrader on {assignment}: {error}") from None


def put_tools_on_path() -> None:
    """nbgrader starts `alembic` by name to make a gradebook; it lies beside this Python, activated or not."""
    tools = str(Path(sys.executable).parent)
    if tools not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([tools, os.environ.get("PATH", "")])


class _ErrorLog(logging.Handler):
    """Keeps the errors that nbgrader logs; the last line of a logged traceback says what happened."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def text(self) -> str:
        lines = [message.strip().splitlines()[-1] for message in self.messages if message.strip()]
        return "\n".join(line for line in lines if not line.startswith("Please see the"))
