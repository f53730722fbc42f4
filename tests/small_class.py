"""A class that hands in the small course: nbgrader's folders, gradebook and commands, without their start-up."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from small_course import course_notebook, handed_in
from traitlets.config import Config

from grader import nbgrader_setup
from grader.autograde import Autograde

_RELEASED: dict[
    str, dict[str, bytes]
] = {}  # the files of a class by what was released, for the next one that releases it


class Class:
    """A course folder with the assignment ps1, and nbgrader's command line on it, without its start-up."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = {"CourseDirectory": {"root": str(root)}, "Execute": {"timeout": 20}}
        self.log = logging.Logger("test")
        self.messages: list[str] = []
        handler = logging.Handler()
        handler.emit = lambda record: self.messages.append(record.getMessage())
        self.log.addHandler(handler)

    def write(self, path: str, content: NotebookNode | str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(content if isinstance(content, str) else nbformat.writes(content))
        return file

    def release(self, **notebooks: NotebookNode) -> None:
        notebooks = notebooks or {"p1": example()}
        what = json.dumps([{name: nbformat.writes(notebook) for name, notebook in notebooks.items()}, self.settings])
        what = what.replace(str(self.root), "")
        is_new = not (self.root / "gradebook.db").exists()
        for path, content in (_RELEASED.get(what) or {}).items() if is_new else ():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_bytes(content)
        if is_new and what in _RELEASED:
            return
        for name, notebook in notebooks.items():
            self.write(f"source/ps1/{name}.ipynb", notebook)
        nbgrader_setup.put_tools_on_path()
        self.run(GenerateAssignment, force=True)
        if is_new:
            files = [self.root / "gradebook.db", *self.root.glob("source/ps1/*"), *self.root.glob("release/ps1/*")]
            _RELEASED[what] = {str(path.relative_to(self.root)): path.read_bytes() for path in files}

    def hand_in(self, student: str, answers: dict[str, str], name: str = "p1", **options: object) -> None:
        source = nbformat.read(self.root / f"source/ps1/{name}.ipynb", as_version=4)
        self.write(f"submitted/{student}/ps1/{name}.ipynb", handed_in(source, answers, **options))

    def converter(self, kind: type = Autograde, settings: dict | None = None, student: str = "*", **options: object):
        config = Config(self.settings)
        config.merge(Config(settings or {}))
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id, coursedir.student_id = "ps1", student
        coursedir.notebook_id = str(options.pop("notebook", "*"))
        self.messages.clear()
        return kind(coursedir=coursedir, config=config, log=self.log, **options)

    def run(self, kind: type = Autograde, **options: object) -> None:
        self.converter(kind, **options).start()

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root}/gradebook.db")

    def grades(self, student: str, name: str = "p1") -> dict[str, tuple]:
        with self.gradebook() as gradebook:
            notebook = gradebook.find_submission_notebook(name, "ps1", student)
            return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}

    def graded(self, student: str, name: str = "p1") -> NotebookNode:
        return nbformat.read(self.root / f"autograded/{student}/ps1/{name}.ipynb", as_version=4)


def example() -> NotebookNode:
    notebook = course_notebook()
    essay = new_markdown_cell("YOUR ANSWER HERE", id="essay")
    meta = {
        "grade": True,
        "grade_id": "essay",
        "locked": False,
        "points": 3,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    essay.metadata["nbgrader"] = meta
    notebook.cells.append(essay)
    return notebook
