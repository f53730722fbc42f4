"""What several test modules need: a course folder to write in, and one that was taken through the whole pipeline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sample_class

from grader.course import Course

os.environ.setdefault("MPLBACKEND", "Agg")
ROOT = sample_class.ROOT


def run_grader(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, in a process of its own."""
    command = [sys.executable, "-c", "from grader.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={**os.environ, "COLUMNS": "100"})


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """This course's text and settings in a folder of their own."""
    sample_class.write_course(tmp_path / "course folder")
    return Course.load(tmp_path / "course folder")


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The sample class, collected, graded and fed back by the commands of `make demo`. Tests only read it."""
    folder = tmp_path_factory.mktemp("graded") / "demo"
    sample_class.main(folder)
    for command in (["build"], ["collect", folder / "hand-ins.zip"], ["grade"], ["feedback"]):
        done = run_grader("--root", folder, *command)
        assert done.returncode == (1 if command == ["grade"] else 0), done.stderr
    return Course.load(folder)


@pytest.fixture
def graded_copy(graded: Course, tmp_path: Path) -> Course:
    """The graded class in a folder that a test may change."""
    shutil.copytree(graded.root, tmp_path / "copy")
    return Course.load(tmp_path / "copy")
