"""The student edition: what students get, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import sample_class
import yaml
from sample_class import ROOT, TOPIC

from grader.course import Course
from grader.errors import CourseError
from grader.publish import publish

COURSE = Course.load(ROOT)


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("edition") / "student edition"
    publish(COURSE, folder)
    return folder


def test_the_edition_holds_notebooks_helpers_environment_and_readme(edition):
    files = {str(path.relative_to(edition)) for path in edition.rglob("*") if path.is_file()}
    (wheel,) = {name for name in files if name.endswith(".whl")}
    notebooks = {f"{a.name}/{a.name}.ipynb" for a in COURSE.assignments}
    assert files - {wheel} == {".student-edition", "LICENSE", "README.md", "environment.yml", *notebooks}


def test_the_wheel_holds_utils_alone_and_imports(edition, tmp_path):
    (wheel,) = edition.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert all(name.startswith(("utils/", "deep_learning_course_utils-")) for name in names)
    assert {f"utils/{path.name}" for path in (ROOT / "utils").glob("*.py")} <= set(names)
    zipfile.ZipFile(wheel).extractall(tmp_path)
    modules = ", ".join(f"utils.{path.stem}" for path in (ROOT / "utils").glob("*.py") if path.stem != "__init__")
    code = f"import {modules}; print(utils.checks.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.startswith(str(tmp_path)), done.stderr


def test_the_environment_installs_the_wheel_in_place_of_the_repository(edition):
    environment = yaml.safe_load((edition / "environment.yml").read_text())
    (wheel,) = edition.glob("*.whl")
    assert environment["dependencies"][-1]["pip"][-1] == f"./{wheel.name}"


def test_no_solution_and_no_hidden_test_is_in_the_edition(edition):
    for path in edition.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".whl":
                wheel = zipfile.ZipFile(path)
                data = b"".join(wheel.read(name) for name in wheel.namelist())
            assert b"BEGIN SOLUTION" not in data and b"BEGIN HIDDEN" not in data and b"Model answer" not in data


def test_publishing_twice_gives_the_same_files_and_keeps_strangers(edition):
    before = {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()}
    (edition / "CONTRIBUTING.md").write_text("the edition's own")
    publish(COURSE, edition)
    after = {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()}
    assert after.pop(edition / "CONTRIBUTING.md") == b"the edition's own"
    assert after == before


def test_a_folder_with_other_files_is_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CourseError, match="holds other files"):
        publish(COURSE, tmp_path)
    with pytest.raises(CourseError, match="is a file"):
        publish(COURSE, tmp_path / "thesis.tex")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_text_that_changed_since_the_build_is_refused(tmp_path):
    sample_class.write_course(tmp_path)
    for folder in ("source", "release"):
        target = tmp_path / folder / TOPIC / f"{TOPIC}.ipynb"
        target.parent.mkdir(parents=True)
        target.write_bytes((ROOT / folder / TOPIC / f"{TOPIC}.ipynb").read_bytes())
    course = Course.load(tmp_path)
    course.text(TOPIC).write_text(course.text(TOPIC).read_text().replace("January 1982", "the year 1982"))
    with pytest.raises(CourseError, match="has changed since it was built"):
        publish(course, tmp_path / "edition")
    assert not (tmp_path / "edition").exists()


def test_a_release_that_is_not_built_from_the_text_is_refused(tmp_path):
    shutil.copytree(ROOT / "course", tmp_path / "course")
    for folder in ("source", "release"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    course = Course.load(tmp_path)
    shutil.copyfile(course.source(TOPIC), course.release(TOPIC))  # the solutions, in the place of the student notebook
    with pytest.raises(CourseError, match="release/ of gradient_checking is not what its text builds"):
        publish(course, tmp_path / "edition")
    assert not (tmp_path / "edition").exists()


def test_a_topic_that_the_course_dropped_leaves_the_edition(tmp_path):
    publish(COURSE, tmp_path / "edition")
    (tmp_path / "edition" / "old_topic").mkdir()
    (tmp_path / "edition" / "old_topic" / "old_topic.ipynb").write_text("{}")
    publish(COURSE, tmp_path / "edition")
    assert not (tmp_path / "edition" / "old_topic").exists()
    assert (tmp_path / "edition" / TOPIC).exists()


def test_a_folder_without_the_project_is_refused(tmp_path):
    for folder in ("course", "source", "release"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    with pytest.raises(CourseError, match=r"has no pyproject\.toml"):
        publish(Course.load(tmp_path), tmp_path / "edition")
