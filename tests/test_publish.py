"""The student edition: what students get, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import sample_class
import yaml
from conftest import run_here
from sample_class import ROOT, TOPIC

from grader.course import Course
from grader.errors import CourseError
from grader.publish import publish
from grader.repository import of_edition, read_address

pytestmark = pytest.mark.system

COURSE = Course.load(ROOT)


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("edition") / "student edition"
    publish(COURSE, folder)
    return folder


@pytest.fixture
def small(tmp_path) -> Course:
    """A course of one topic, with all that an edition is made of."""
    root = tmp_path / "small"
    sample_class.write_course(root)
    for folder in ("source", "release"):
        shutil.copytree(ROOT / folder / TOPIC, root / folder / TOPIC)
    for name in ("pyproject.toml", "environment.yml", "LICENSE"):
        shutil.copy(ROOT / name, root)
    return Course.load(root)


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


def test_publishing_twice_gives_the_same_files_keeps_strangers_and_drops_what_the_course_has_dropped(small, tmp_path):
    edition = tmp_path / "edition"
    publish(small, edition)
    before = {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()}
    (edition / "CONTRIBUTING.md").write_text("the edition's own")
    (edition / "old_topic").mkdir()
    (edition / "old_topic" / "old_topic.ipynb").write_text("{}")
    publish(small, edition)
    after = {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()}
    assert after.pop(edition / "CONTRIBUTING.md") == b"the edition's own"
    assert after == before and (edition / TOPIC).exists()
    assert not (edition / "old_topic").exists()


def test_a_folder_with_other_files_is_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CourseError, match="holds other files"):
        publish(COURSE, tmp_path)
    with pytest.raises(CourseError, match="is a file"):
        publish(COURSE, tmp_path / "thesis.tex")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_text_that_changed_since_the_build_is_refused(small, tmp_path):
    small.text(TOPIC).write_text(small.text(TOPIC).read_text().replace("January 1982", "the year 1982"))
    with pytest.raises(CourseError, match="has changed since it was built"):
        publish(small, tmp_path / "edition")
    assert not (tmp_path / "edition").exists()


def test_a_release_that_is_not_built_from_the_text_is_refused(small, tmp_path):
    shutil.copyfile(small.source(TOPIC), small.release(TOPIC))  # the solutions, in the place of the student notebook
    with pytest.raises(CourseError, match="release/ of gradient_checking is not what its text builds"):
        publish(small, tmp_path / "edition")
    assert not (tmp_path / "edition").exists()


def test_a_folder_without_the_project_is_refused(small, tmp_path):
    (small.root / "pyproject.toml").unlink()
    with pytest.raises(CourseError, match=r"has no pyproject\.toml"):
        publish(small, tmp_path / "edition")


# Links to the edition elsewhere: no service is asked here, so what is tested is the form of the links.


def links(folder: Path) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", (folder / "README.md").read_text())


@pytest.fixture(scope="module")
def public(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("public") / "edition"
    publish(COURSE, folder, read_address("https://github.com/owner/name"))
    return folder


def test_every_assignment_opens_on_binder_and_colab_and_every_link_leads_to_a_file(public):
    found = links(public)
    binder = [parse_qs(urlsplit(link).query)["labpath"][0] for link in found if "mybinder.org" in link]
    start = "https://colab.research.google.com/github/owner/name/blob/main/"
    colab = [unquote(link.removeprefix(start)) for link in found if link.startswith(start)]
    here = [link for link in found if "://" not in link]
    assert binder == colab == here == [f"{a.name}/{a.name}.ipynb" for a in COURSE.assignments]
    assert len(found) == len(binder) * 3
    assert all((public / file).is_file() for file in here)


def test_the_line_for_colab_installs_a_wheel_that_is_there(public):
    readme = (public / "README.md").read_text()
    (address,) = re.findall(r"(?m)^%pip install (https://raw\.githubusercontent\.com/owner/name/main/\S+)$", readme)
    assert (public / address.rpartition("/")[2]).is_file()


def test_the_readme_says_what_is_lost_where_its_links_lead(public, edition, small, tmp_path):
    readme = (public / "README.md").read_text()
    assert readme.count("**What is lost there.**") == 2
    for loss in ("goes away after some minutes", "Memory is small", "has its own packages", "read-only", "`grade_id`"):
        assert loss in readme
    without = (edition / "README.md").read_text()
    assert not re.search("Binder|Colab|lost|https?:", without)
    publish(small, tmp_path / "gitlab", read_address("https://gitlab.com/owner/name"))
    on_gitlab = (tmp_path / "gitlab" / "README.md").read_text()
    assert "## On Binder" in on_gitlab and "Colab" not in on_gitlab


def test_the_readme_loads_nothing_from_elsewhere(public):
    assert "![" not in (public / "README.md").read_text() and "<" not in (public / "README.md").read_text()


def test_the_readme_names_the_assignments_that_the_wheel_alone_is_not_enough_for(edition):
    (line,) = [line for line in (edition / "README.md").read_text().splitlines() if line.startswith("That is not")]
    for a in COURSE.assignments:
        assert (a.title in line) == (a.stack != "numpy")


def test_the_wheel_declares_what_the_notebooks_on_numpy_import(edition):
    (wheel,) = edition.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
    declared = set(re.findall(r"(?m)^Requires-Dist: (\S+)", archive.read(metadata).decode())) | {"scikit_learn"}
    texts = [COURSE.text(a.name) for a in COURSE.assignments if a.stack == "numpy"]
    texts += [ROOT / "utils" / f"{name}.py" for a in COURSE.assignments if a.stack == "numpy" for name in a.utils]
    for text in texts:
        for module in re.findall(r"(?m)^\s*(?:import|from) (\w+)", text.read_text()):
            known = module in sys.stdlib_module_names or module == "utils"
            assert known or {"sklearn": "scikit-learn"}.get(module, module) in declared, (text, module)


@pytest.mark.parametrize(
    ("address", "binder"),
    [
        ("https://github.com/owner/name", "gh/owner/name"),
        ("https://github.com/owner/name.git", "gh/owner/name"),
        ("https://GitHub.com/owner/my.name/", "gh/owner/my.name"),
        ("git@github.com:owner/name.git", "gh/owner/name"),
        ("ssh://git@github.com/owner/name.git", "gh/owner/name"),
        ("https://someone:secret@github.com/owner/name.git", "gh/owner/name"),
        ("https://gitlab.com/group/part/name", "gl/group%2Fpart%2Fname"),
        ("git@gitlab.com:owner/name.git", "gl/owner%2Fname"),
        ("https://git.example.org/owner/name.git", "git/https%3A%2F%2Fgit.example.org%2Fowner%2Fname.git"),
        ("https://git.example.org:8443/name", "git/https%3A%2F%2Fgit.example.org%3A8443%2Fname"),
        ("https://someone:sec@ret@git.example.org/~me/name", "git/https%3A%2F%2Fgit.example.org%2F~me%2Fname"),
    ],
)
def test_binder_gets_each_kind_of_address_in_its_own_form(address, binder):
    repository = read_address(address, "week-1")
    assert repository.binder("a b/c.ipynb") == f"https://mybinder.org/v2/{binder}/week-1?labpath=a%20b%2Fc.ipynb"
    assert "sec" not in repository.address


def test_the_links_for_colab_and_nbgitpuller_are_encoded():
    repository = read_address("https://github.com/owner/name", "v1.0")
    assert repository.colab("a b/c.ipynb").endswith("/github/owner/name/blob/v1.0/a%20b/c.ipynb")
    link = urlsplit(repository.git_pull())
    assert (link.netloc, link.path) == ("HUB", "/hub/user-redirect/git-pull")
    assert parse_qs(link.query) == {"repo": [repository.address], "branch": ["v1.0"], "urlpath": ["lab/tree/name"]}
    assert "repo=https%3A%2F%2Fgithub.com%2Fowner%2Fname&" in link.query


@pytest.mark.parametrize(
    "address",
    [
        "",
        "owner/name",
        "github.com/owner/name",
        "http://github.com/owner/name",
        "https://github.com/owner",
        "https://github.com/owner/.git",
        "https://github.com/owner/name/tree/main",
        "https://github.com/owner/../name",
        "https://github.com/owner/name?tab=readme",
        "https://github.com/owner/name#readme",
        "https://github.com/owner/na me",
        "https://github.com/owner/name) [x](y",
        "https://github.com/owner/name\n",
        "https://gitlab.com/owner/name/-/tree/main",
        "https://localhost/owner/name",
        "file:///home/me/edition",
        "/home/me/edition",
        "git@git.example.org:owner/name.git",
    ],
)
def test_a_bad_address_is_refused_with_a_sentence_that_says_how_to_write_it(address):
    with pytest.raises(CourseError, match="https://") as refused:
        read_address(address)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("branch", ["", "feature/x", "-x", "a b", "a?b", "x)"])
def test_a_branch_that_the_links_cannot_hold_is_refused(branch):
    with pytest.raises(CourseError, match="The links cannot hold the branch"):
        read_address("https://github.com/owner/name", branch)


def test_a_password_in_a_bad_address_is_not_repeated():
    with pytest.raises(CourseError) as refused:
        read_address("https://someone:secret@github.com/owner")
    assert "secret" not in str(refused.value)


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_a_clone_knows_its_repository_and_branch(tmp_path):
    git(tmp_path, "init", "--initial-branch", "autumn")
    assert of_edition(tmp_path) is None
    git(tmp_path, "remote", "add", "origin", "git@github.com:owner/name.git")
    assert of_edition(tmp_path) == read_address("https://github.com/owner/name", "autumn")
    assert of_edition(tmp_path, branch="main") == read_address("https://github.com/owner/name", "main")
    assert of_edition(tmp_path, "https://gitlab.com/a/b") == read_address("https://gitlab.com/a/b", "autumn")
    assert of_edition(tmp_path, "none") is None
    with pytest.raises(CourseError, match="cannot hold the branch"):
        of_edition(tmp_path, branch="a b")
    git(tmp_path, "remote", "set-url", "origin", str(tmp_path))
    assert of_edition(tmp_path) is None  # a folder of this machine is not public


def test_the_repository_that_an_edition_only_lies_in_is_not_its_own(tmp_path):
    git(tmp_path, "init")
    git(tmp_path, "remote", "add", "origin", "https://github.com/owner/course-with-solutions")
    (tmp_path / "edition").mkdir()
    assert of_edition(tmp_path / "edition") is None
    assert of_edition(tmp_path / "new") is None


def test_the_command_says_which_links_it_wrote(small, tmp_path):
    folder = tmp_path / "edition"
    folder.mkdir()
    git(folder, "init", "--initial-branch", "main")
    git(folder, "remote", "add", "origin", "https://someone:secret@github.com/owner/name.git")
    done = run_here("publish", str(folder), "--json", cwd=small.root)
    assert "https://github.com/owner/name, branch main" in done.stderr and "/git-pull?repo=" in done.stderr
    assert "secret" not in done.stderr + done.stdout + (folder / "README.md").read_text()
    before = (folder / "README.md").read_text()
    done = run_here("publish", str(folder), "--repository", "owner/name", cwd=small.root)
    assert done.returncode == 2 and "https://host/owner/name" in done.stderr and "Traceback" not in done.stderr
    assert (folder / "README.md").read_text() == before
    done = run_here("publish", str(folder), "--repository", "none", cwd=small.root)
    assert done.returncode == 0 and "name its public repository with --repository" in done.stderr
    assert "Binder" not in (folder / "README.md").read_text()
