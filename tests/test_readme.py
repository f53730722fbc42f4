"""What README and docs say is what there is: the table, the commands, the files, the code of the example."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest
from conftest import run_grader, run_here
from sample_class import ROOT
from test_check import toy

from grader.assignment import CODE_KINDS, MARKDOWN_KINDS
from grader.course import Course
from utils import checks

README = (ROOT / "README.md").read_text(encoding="utf-8")
AUTHORING = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
COURSE = Course.load(ROOT)


def blocks(text: str) -> list[str]:
    return re.findall(r"(?ms)^```\w*\n(.*?)^```", text)


def commands(program: str) -> list[list[str]]:
    lines = [line for block in blocks(README) for line in block.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.startswith(program + " ")]


def test_the_table_of_assignments_is_the_one_table():
    for a in COURSE.assignments:
        row = f"| [{a.title}](release/{a.name}/{a.name}.ipynb) | {a.topic} | {a.week} | {a.minutes} | {a.points} |"
        assert row in README
    assert README.count("](release/") == len(COURSE.assignments)


def test_the_first_two_commands_are_demo_and_test():
    first = next(line for line in blocks(README)[0].splitlines() if line)
    assert [command[1] for command in commands("make")[:2]] == ["demo", "test"]
    assert first.startswith("make demo")


def test_every_make_target_of_the_readme_exists():
    targets = subprocess.run(
        ["make", "--question", "--print-data-base"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    for _, target in commands("make"):
        assert re.search(rf"(?m)^{target}:", targets), target


@pytest.mark.system
def test_every_grader_command_of_the_readme_works(graded_copy, tmp_path):
    for name in ("pyproject.toml", "environment.yml", "LICENSE"):
        shutil.copy(ROOT / name, graded_copy.root)
    students = sorted(folder.name for folder in (graded_copy.root / "submitted").iterdir())
    (graded_copy.root / "roster.csv").write_text("student_id\n" + "\n".join(students))
    named = ["build", "check", "publish", "collect", "grade", "feedback", "marks", "grade", "grade"]
    assert [command[1] for command in commands("grader")] == named
    small = toy(tmp_path / "small").root  # the check of a real topic is a suite of its own
    for command in commands("grader"):
        is_check = command[1] == "check"
        done = run_here(*command[1:], *["--quick"] * is_check, cwd=small if is_check else graded_copy.root)
        needs_a_look = command[1] == "grade" and "--dry-run" not in command
        assert done.returncode == (1 if needs_a_look else 0), (command, done.stdout, done.stderr)
    assert (graded_copy.root / "edition" / "README.md").is_file()
    assert "ada" in (graded_copy.root / "marks.csv").read_text()


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")), "autograded/README.md"]
)
def test_every_link_within_the_repository_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", (ROOT / page).read_text(encoding="utf-8")):
        assert ((ROOT / page).parent / target).exists(), target


def test_every_picture_has_an_alternative_text():
    assert all(len(text) > 20 for text in re.findall(r"!\[([^]]*)\]", README))


def test_authoring_lists_every_marker():
    for kind in (*MARKDOWN_KINDS, *CODE_KINDS):
        assert f'{kind}="' in AUTHORING


def test_the_example_of_a_test_cell_runs():
    (example,) = [block for block in blocks(AUTHORING) if "progress.exercise" in block]
    names = {"checks": checks, "np": np, "progress": checks.Progress(), "a": np.zeros((2, 3)), "b": np.ones((2, 3))}
    exec(example, {**names, "total": lambda x, y: np.add(x, y)})
    with pytest.raises(AssertionError):
        exec(example, {**names, "total": lambda x, y: np.subtract(x, y)})


def test_every_topic_has_its_files():
    for a in COURSE.assignments:
        folder = COURSE.text(a.name).parent
        assert {"assignment.py", "lecture.md", "variants.py"} <= {path.name for path in folder.iterdir()}


@pytest.mark.system
def test_the_program_says_what_its_commands_do():
    done = run_grader("--help")
    for command in ("build", "check", "publish", "collect", "grade", "feedback", "marks"):
        assert re.search(rf"(?m)^\W+{command} +[A-Z]", done.stdout), command
        assert run_here(command, "--help").returncode == 0
    assert sys.version_info >= (3, 11)
