"""F. Files around a hand-in: links, pipes and folders in it lead nowhere, and nothing that it leaves stays in the way.

Archives and names in them are attacked where they are read, in tests/test_collect.py.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from catalogue import threat
from testbed import NOTHING, SOLVED, UNSOLVED, Testbed

from grader import handin
from grader.verdict import VERDICT_FILE, read_verdict

pytestmark = pytest.mark.system

LINKS = "symbolic and hard links (to the solution, the gradebook)"
SPECIAL = "FIFOs, devices"
NAMES = "path traversal in names"
ARCHIVES = "archives that expand without end"
FOLDERS = "unremovable folders"
SHADOWS = "modules that shadow (numpy.py, utils/, sitecustomize.py beside the notebook)"


@pytest.fixture
def folder(testbed):
    """An empty folder for mallory's hand-in, which is gone afterwards."""
    made = testbed.root / "submitted/mallory/ps1"
    shutil.rmtree(made.parent, ignore_errors=True)
    made.mkdir(parents=True)
    yield made
    subprocess.run(["rm", "-rf", made.parent], check=True)


def link_to_solution(folder: Path, testbed: Testbed) -> None:
    (folder / "p1.ipynb").symlink_to(testbed.root / "source/ps1/p1.ipynb")


def link_to_another(folder: Path, testbed: Testbed) -> None:
    (folder / "p1.ipynb").symlink_to(testbed.root / "submitted/beth/ps1/p1.ipynb")


def link_up(folder: Path, testbed: Testbed) -> None:
    folder.rmdir()
    folder.symlink_to(testbed.root / "submitted/beth/ps1")


def a_pipe(folder: Path, testbed: Testbed) -> None:
    os.mkfifo(folder / "p1.ipynb")


def a_device(folder: Path, testbed: Testbed) -> None:
    (folder / "p1.ipynb").symlink_to("/dev/zero")


def a_folder(folder: Path, testbed: Testbed) -> None:
    (folder / "p1.ipynb").mkdir()


def a_socket(folder: Path, testbed: Testbed) -> None:
    here = os.getcwd()
    os.chdir(folder)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("p1.ipynb")
    os.chdir(here)


IN_ITS_PLACE: dict[str, Callable] = {
    "a link to the solution": link_to_solution,
    "a link to another's notebook": link_to_another,
    "a pipe": a_pipe,
    "a link to a device": a_device,
    "a folder": a_folder,
    "a socket": a_socket,
}


@threat(LINKS, "read", ["a link to the solution", "a link to another's notebook"])
@threat(SPECIAL, "read", ["a pipe", "a link to a device", "a folder", "a socket"])
@pytest.mark.parametrize("name", IN_ITS_PLACE)
def test_what_is_no_regular_file_is_no_notebook(testbed, folder, name):
    IN_ITS_PLACE[name](folder, testbed)
    outcome = testbed.grade_again()
    assert (outcome.points, outcome.score) == (NOTHING, 0)
    assert not read_verdict(testbed.root / "autograded/mallory/ps1").graded and not outcome.seen
    assert testbed.is_honest()


@pytest.mark.parametrize("name", ["a link to the solution", "a link to another's notebook"])
def test_a_link_that_is_followed_has_points(testbed, folder, name, monkeypatch):
    IN_ITS_PLACE[name](folder, testbed)
    monkeypatch.setattr(handin, "read_regular", lambda path, largest: path.read_bytes())
    assert testbed.grade_again().score == 10


@pytest.mark.parametrize("name", ["a pipe", "a link to a device"])
def test_a_special_file_that_is_opened_has_no_end(testbed, folder, name):
    IN_ITS_PLACE[name](folder, testbed)
    reads = f"print('opens', flush=True); open({str(folder / 'p1.ipynb')!r}, 'rb').read(1 << 24); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        pytest.raises(subprocess.TimeoutExpired),
        subprocess.Popen([sys.executable, "-c", reads], **pipes) as reader,
    ):
        try:
            assert reader.stdout.readline() == b"opens\n"
            reader.wait(0.3)
        finally:
            reader.kill()


def beside(folder: Path, testbed: Testbed) -> None:
    (folder / "link.txt").symlink_to(testbed.root / "source/ps1/p1.ipynb")
    (folder / "up").symlink_to(testbed.root)
    (folder / "root").symlink_to("/")
    (folder / "round").symlink_to(".")
    os.link(testbed.root / "gradebook.db", folder / "hard")
    os.link(testbed.root / "course/ps1/assignment.py", folder / "solution.py")
    os.mkfifo(folder / "pipe")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "notes.txt").write_text("mine")
    (folder / "p1.ipynb").write_text(
        nbformat.writes(testbed.hand_in(UNSOLVED, ["import os\nprint(sorted(os.listdir()))"]))
    )


@threat(LINKS, "read", ["links beside the notebook", "hard links beside it", "links in a circle"])
@threat(SPECIAL, "read", ["pipes and devices beside the notebook"])
def test_links_and_special_files_beside_a_notebook_lead_nowhere(testbed, folder, monkeypatch):
    beside(folder, testbed)
    outcome = testbed.grade_again()
    assert (outcome.score, outcome.seen) == (0, set())
    assert testbed.course.graded("mallory").cells[0].outputs[0].text == "['notes.txt']\n"
    assert sorted(os.listdir(testbed.root / "autograded/mallory/ps1")) == ["notes.txt", "p1.ipynb", VERDICT_FILE]
    everything = {name: (folder / name).read_bytes() for name in ("link.txt", "hard", "solution.py")}
    monkeypatch.setattr(handin, "read_files", lambda *arguments: everything)  # as if links were followed
    assert testbed.grade_again().seen


WRITTEN = """import os
os.makedirs('results')
open('results/curve.csv', 'w').write('1,2')
open('large', 'w').write('x' * 20_000)
os.symlink(KNOWN['course'] + '/source/ps1/p1.ipynb', 'link')
os.symlink(KNOWN['course'] + '/gradebook.db', 'p1.html')
os.link('results/curve.csv', 'hard')
os.unlink('hard')
os.mkfifo('pipe')
os.symlink('/', 'root')
open('p1.ipynb', 'w').write('mine'); open('verdict.json', 'w').write('mine'); open('x.pyc', 'w').write('mine')"""


@threat(LINKS, "read", ["links that a notebook leaves for the grader to follow"])
@threat(SPECIAL, "read", ["pipes that a notebook leaves"])
def test_files_that_a_notebook_wrote_are_kept_if_they_are_regular_and_bounded(testbed, folder, monkeypatch):
    monkeypatch.setattr(handin, "LARGEST_FILES", 10_000)
    outcome = testbed.grade(testbed.hand_in(SOLVED, [testbed.prelude(), WRITTEN]))
    kept = testbed.root / "autograded/mallory/ps1"
    files = sorted(str(path.relative_to(kept)) for path in kept.rglob("*") if not path.is_dir())
    assert files == ["p1.ipynb", "results/curve.csv", VERDICT_FILE]
    assert outcome.score == 10 and not outcome.seen
    assert read_verdict(kept).student == "mallory"


@threat(NAMES, "read", ["names of other files of the grader", "names with control characters", "the folder above"])
def test_a_name_is_not_a_path(testbed, folder):
    above = "open('..\\\\up', 'w').write('x'); open('a\\\\..\\\\..\\\\b', 'w').write('x')\n"
    above += "import os\ntry:\n    open('../written-by-a-hand-in', 'w').write('x')\nexcept OSError:\n    pass\n"
    above += "open('a\\udcff\\n\\x1b[31m.txt', 'w').write('x'); open('%2e%2e%2fup', 'w').write('x')"
    outcome = testbed.grade(testbed.hand_in(UNSOLVED, [testbed.prelude(), above]))
    assert outcome.score == 0
    assert not testbed.is_disturbed()
    inside = (testbed.root / "autograded/mallory/ps1").resolve()
    assert all(path.resolve().is_relative_to(inside) for path in inside.rglob("*"))
    assert testbed.is_honest()


LEFT_BEHIND = {
    "deep folders": "import os\nfor _ in range(1500):\n    os.mkdir('d')\n    os.chdir('d')",
    "a folder for the verdict": f"import os\nos.makedirs('{VERDICT_FILE}/x')\nopen('{VERDICT_FILE}/x/y', 'w').close()",
    "a folder for the notebook": "import os\nos.makedirs('p1.ipynb')\nopen('p1.ipynb/y', 'w').close()",
    "a false time": "open('timestamp.txt', 'w').write('garbage')",
    "an odd name": "open('a\\udcff\\n\\x1b[31m.txt', 'w').write('x')",
    "nothing left": "import os, shutil\nshutil.rmtree(os.getcwd())",
    "no rights": "import os\nos.makedirs('locked/x')\nos.chmod('locked', 0)\nos.chmod('.', 0)",
    "many files": "for n in range(3000):\n    open(f'{n}', 'w').close()",
    "a file that is everywhere and nowhere": "import os\nopen('sparse', 'w').truncate(100_000_000)",
    "a folder that moves": "import os\nos.makedirs('a/b')\nos.rename('a', 'c')\nos.chdir('c/b')\nos.rename('../../c', '../../a')",
}


@threat(FOLDERS, "view", list(LEFT_BEHIND))
@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_whatever_a_notebook_leaves_behind_the_others_are_graded(testbed, folder, name, tmp_path_factory, monkeypatch):
    own = tmp_path_factory.mktemp("temporary")  # other tests may grade at the same time
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    notebook = testbed.hand_in(UNSOLVED, [LEFT_BEHIND[name]])
    for _ in range(2):
        assert testbed.grade(notebook).score == 0
        assert (testbed.root / "autograded/mallory/ps1/p1.ipynb").is_file()
        assert testbed.grade(testbed.hand_in(SOLVED), "ada").score == 10
    assert [path.name for path in own.iterdir() if "template" not in path.name] == []


@threat(SHADOWS, "process", ["handed in beside the notebook"])
def test_modules_that_are_handed_in_shadow_nothing_of_the_examiner(testbed, folder):
    liar = "allclose = close = assert_allclose = rng = lambda *a, **k: None\nclass Progress:\n    exercise = None"
    for name in (
        "numpy.py",
        "utils/__init__.py",
        "utils/checks.py",
        "sitecustomize.py",
        "usercustomize.py",
        "json.py",
        "grader.py",
    ):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(liar)
    outcome = testbed.grade(testbed.hand_in(UNSOLVED, [testbed.prelude(), "import json, numpy\nprint(numpy.__file__)"]))
    assert (outcome.points, outcome.seen) == (NOTHING, set())
    done = subprocess.run(
        [sys.executable, "-c", "import numpy; print(numpy.allclose(1, 2))"], cwd=folder, capture_output=True, text=True
    )
    assert done.stdout == "None\n"  # what a Python that starts in that folder takes for NumPy
    assert testbed.is_honest()


@threat(ARCHIVES, "collect", ["an archive inside a hand-in"])
def test_an_archive_beside_a_notebook_stays_packed(testbed, folder):
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
        archive.writestr("../../written-by-a-hand-in", b"x")
    assert testbed.grade(testbed.hand_in(UNSOLVED)).score == 0
    kept = testbed.root / "autograded/mallory/ps1"
    assert sorted(os.listdir(kept)) == ["bomb.zip", "p1.ipynb", VERDICT_FILE]
    assert sum(path.stat().st_size for path in kept.iterdir()) < 1_000_000
    assert not testbed.is_disturbed() and testbed.is_honest()
