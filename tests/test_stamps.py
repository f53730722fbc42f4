"""The stamps of long suites: what makes one invalid, and that only a run that has passed writes one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import stamps
import suites
import targets
from sample_class import ROOT
from stamps import Repository, Suite

PASSES = Suite("sums", (("python", "tests/sums.py"),), ("tests/sums.py",), ("course/sums",))


FILES = {
    "tests/sums.py": "from grader import adding\nassert adding.total() == 3\n",
    "grader/__init__.py": "",
    "grader/adding.py": "def total():\n    from utils.reading import numbers\n    return sum(numbers())\n",
    "grader/other.py": "",
    "utils/__init__.py": "",
    "utils/reading.py": "def numbers():\n    return map(int, open('course/sums/n').read().split())\n",
    "course/sums/n": "1 2",
    "course/other/n": "3",
    "requirements/dev.txt": "numpy==1",
    ".gitignore": "made\n",
}


@pytest.fixture
def small(tmp_path) -> Repository:
    """A repository with one suite, that adds up what a helper of a helper reads from a folder."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Repository(tmp_path)


def run(repository: Repository, suite: Suite = PASSES, **environment: str) -> str:
    return stamps.run(repository, suite, sys.executable, {"PATH": "/usr/bin:/bin", **environment})


def test_a_run_that_passes_writes_a_stamp_that_holds_until_something_changes(small):
    assert not small.is_stamped(PASSES)
    assert run(small) == ""
    stamp = json.loads(small.stamp(PASSES).read_text())
    assert stamp["digest"] == small.digest(PASSES) and stamp["minutes"] >= 0
    assert Repository(small.root).is_stamped(PASSES)
    for name in ("course/other/n", "grader/other.py", "README.md", "course/sums/made"):
        (small.root / name).write_text("# changed")
        assert Repository(small.root).is_stamped(PASSES), name


@pytest.mark.parametrize(
    "name",
    [
        "tests/sums.py",
        "grader/adding.py",
        "grader/__init__.py",
        "utils/reading.py",
        "course/sums/n",
        "requirements/dev.txt",
    ],
)
def test_a_byte_of_anything_that_a_suite_depends_on_makes_its_stamp_invalid(small, name):
    run(small)
    path = small.root / name
    path.write_text(path.read_text() + "\n")
    assert not Repository(small.root).is_stamped(PASSES)


def test_a_new_file_in_a_folder_another_command_or_another_python_makes_a_stamp_invalid(small, monkeypatch):
    run(small)
    (small.root / "course/sums/more").write_text("")
    assert not Repository(small.root).is_stamped(PASSES)
    (small.root / "course/sums/more").unlink()
    assert Repository(small.root).is_stamped(PASSES)
    assert not small.is_stamped(
        Suite("sums", (("python", "-W", "error", "tests/sums.py"),), PASSES.modules, PASSES.files)
    )
    monkeypatch.setattr(stamps.sys, "version_info", (3, 99, 0))
    assert not small.is_stamped(PASSES)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"digest": 5}', '{"digest": "' + "0" * 64 + '"}'])
def test_a_stamp_that_is_none_counts_for_nothing(small, text):
    run(small)
    small.stamp(PASSES).write_text(text)
    assert not small.is_stamped(PASSES)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import sys; sys.exit(3)", "ended with exit code 3"),
        ("assert False", "ended with exit code 1"),
        ("open('course/other/n').read()", "ended with exit code 1"),  # which it does not say that it depends on
        ("from grader import other", ""),
        ("__import__('grader.' + 'other')", "ended with exit code 1"),  # nor can one see that
        ("import os; assert 'COURSE_SEED' not in os.environ", ""),
    ],
)
def test_only_a_run_that_has_passed_writes_a_stamp(small, text, why):
    (small.root / "tests/sums.py").write_text(text)
    said = run(small, COURSE_SEED="mine")
    assert (why in said) if why else (said == "")
    assert small.stamp(PASSES).exists() == (why == "")


def test_what_changes_during_a_run_is_not_stamped(small):
    (small.root / "tests/sums.py").write_text(f"open({str(small.root / 'course/sums/n')!r}, 'a').write(' 4')")
    assert "has changed while it ran" in run(small)
    assert not small.stamp(PASSES).exists()


@pytest.mark.parametrize(("tests", "skipped", "passes"), [(0, 0, True), (1, 0, False), (1, 1, True), (0, 1, False)])
def test_a_suite_whose_tests_were_skipped_has_not_passed_whole(small, tests, skipped, passes):
    case = '<testcase name="a"><skipped type="pytest.skip" message="no"/></testcase>'
    other = '<testcase name="b"><skipped type="pytest.xfail" message="known"/></testcase><testcase name="c"/>'
    text = f'<testsuites><testsuite tests="{2 + tests}" skipped="{1 + tests}">{tests * case}{other}</testsuite></testsuites>'
    (small.root / "tests/sums.py").write_text(f"open('tests.xml', 'w').write({text!r})")
    said = run(small, Suite("sums", PASSES.commands, PASSES.modules, PASSES.files, skipped=skipped))
    assert (said == "") == small.stamp(PASSES).exists() == passes
    assert passes or said == f"{tests} tests were skipped, not {skipped}."


# the suites of this repository

KINDS = {  # suite: what its result depends on, of every kind, and what it does not depend on
    "topic-cnn": (
        [
            "course/cnn/assignment.py", "course/cnn/variants.py", "course/cnn/facts.py", "course/assignments.toml",
            "release/cnn/cnn.ipynb", "utils/cnn_utils.py", "utils/checks.py", "utils/datasets.py", "utils/quiet.py",
            "grader/check/mutants.py", "grader/engine/shell.py", "grader/engine/template.py", "grader/templates/feedback.html",
            "grader/harmless.py", "nbgrader_config.py", "requirements/dev.txt", ".ci/check_topic.py",
        ],
        ["course/rnn/assignment.py", "utils/rnn_utils.py", "grader/collect.py", "grader/cli.py", "docs/engine.md", "tests/conftest.py"],
    ),
    "nbgraders-own": (
        ["tests/nbgraders_own.py", "grader/autograde.py", "grader/engine/student.py", "utils/checks.py", "requirements/dev.txt"],
        ["course/cnn/assignment.py", "grader/collect.py", "tests/test_pool.py"],
    ),
    "comparison": (
        [
            "tests/attacks/comparison.py", "tests/attacks/comparison.md", "tests/attacks/b_forging_in_process.py",
            "tests/small_class.py", "grader/engine/seccomp.py", "requirements/dev.txt",
        ],
        ["course/cnn/assignment.py", "grader/collect.py"],
    ),
    "kubernetes-image": (
        [
            "tests/kubernetes/test_image.py", "tests/kubernetes/conftest.py", "deploy/kubernetes/Dockerfile",
            "deploy/kubernetes/ngshare.txt", "requirements/hub.txt", "grader/collect.py", "utils/rnn_utils.py", "pyproject.toml",
        ],
        ["docs/engine.md", "bench/hub.py", "tests/test_pool.py"],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the repository as it is, not yet committed."""
    copy = tmp_path_factory.mktemp("copy")
    subprocess.run(["git", "init", "-q", copy], check=True)
    for name in Repository(ROOT).files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.mark.parametrize("suite", KINDS)
def test_a_byte_of_each_kind_of_dependency_counts_and_nothing_else_does(suite, tree):
    (known,) = [one for one in suites.SUITES if one.name == suite]
    before = Repository(tree).digest(known)
    assert before == Repository(ROOT).digest(known)
    counts, does_not = KINDS[suite]
    for name in [*counts, *does_not]:
        path = tree / name
        kept = path.read_bytes()
        path.write_bytes(kept + b"\n")
        assert (Repository(tree).digest(known) == before) == (name in does_not), name
        path.write_bytes(kept)


def test_every_topic_has_a_suite_and_every_suite_one_name():
    names = [suite.name for suite in suites.SUITES]
    assert len(set(names)) == len(names) and set(KINDS) <= set(names)
    assert {f"topic-{folder.parent.name}" for folder in ROOT.glob("course/*/assignment.py")} <= set(names)


def test_what_runs_a_topics_process_is_among_what_its_suite_depends_on():
    """Against what Python itself says is loaded, in the process that checks and in the one that is forked."""
    (known,) = [one for one in suites.SUITES if one.name == "topic-cnn"]
    code = "import sys, grader.check, grader.engine.template, grader.engine.student, grader.engine.examiner, grader.dropin; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    files = {name.replace(".", "/") for name in loaded if name.split(".")[0] in ("grader", "utils")}
    depends = set(Repository(ROOT).dependencies(known))
    assert {name for name in files if f"{name}.py" not in depends and f"{name}/__init__.py" not in depends} == set()
    assert len(files) > 30


def test_ci_runs_what_has_no_stamp_and_leaves_out_what_has(monkeypatch):
    stamped = {suite.name for suite in suites.SUITES if suite.name != "comparison"}
    monkeypatch.setattr(Repository, "is_stamped", lambda _, suite: suite.name in stamped)
    named = [target.name for target in targets.targets()]
    assert [name for name in named if name in {suite.name for suite in suites.SUITES}] == ["comparison"]
    order = ["install", "style", "unit-test", "demo", "comparison", "system-test", "browser-test", "hub-test"]
    assert [name for name in named if name in order] == order
