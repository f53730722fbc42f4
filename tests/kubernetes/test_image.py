"""What is in the image, and what is not."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from sample_class import ROOT, reference_answers

from grader.course import Course

# ngshare_exchange of 2022; that it works with ours, test_ngshare.py shows
KNOWN = ["ngshare-exchange 0.5.3 has requirement jupyter-core<4.11.2"]


def run(image: Path, *command: str, **environment: str) -> str:
    path = os.pathsep.join([str(image / "bin"), "/usr/bin:/bin"])
    done = subprocess.run(
        [image / "bin" / command[0], *command[1:]],
        cwd="/",
        env={"PATH": path, "JUPYTERHUB_USER": "ada", "HOME": str(image / "home"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0 or command[:3] == ("python", "-m", "pip"), done.stdout
    return done.stdout


def test_the_packages_fit_together_but_for_one_that_is_known(image):
    said = [line for line in run(image, "python", "-m", "pip", "check").splitlines() if "has requirement" in line]
    assert [line.partition(", but")[0] for line in said] == KNOWN


def test_it_has_the_grader_and_the_helpers_and_nothing_else_of_the_course(image):
    files = run(
        image,
        "python",
        "-c",
        "import importlib.metadata as m; print(*m.files('deep-learning-course'), sep='\\n')",
    ).split()
    ours = {Path(file).parts[0] for file in files}
    assert ours == {"grader", "utils", "..", next(one for one in ours if one.endswith(".dist-info"))}
    own = [path for name in ("grader", "utils") for path in image.glob(f"lib/python*/site-packages/{name}/**/*.py")]
    texts = "\n".join(path.read_text(encoding="utf-8") for path in own)
    assert len(own) > 50 and "def close" in texts
    for assignment in Course.load(ROOT).assignments:
        for answer in reference_answers(assignment.name).values():
            body = answer.partition("### BEGIN SOLUTION")[2].partition("### END SOLUTION")[0].strip()
            assert len(body) < 40 or body not in texts
    assert not [path for path in image.rglob("*.ipynb") if "site-packages" not in path.parts]


def test_a_student_gets_the_assignment_list_and_only_the_course_the_formgrader(image):
    formgrader = "nbgrader.server_extensions.formgrader"
    shown = {
        gradebook: run(image, "jupyter", "server", "extension", "list", **environment)
        for gradebook, environment in ((False, {}), (True, {"COURSE_GRADEBOOK": "sqlite://"}))
    }
    for said in shown.values():
        assert "nbgrader.server_extensions.assignment_list" in said
    config = "from jupyter_server.serverapp import ServerApp; a = ServerApp(); a.load_config_file(); print(a.jpserver_extensions.get('%s'))"
    assert run(image, "python", "-c", config % formgrader).split()[-1] == "False"
    assert run(image, "python", "-c", config % formgrader, COURSE_GRADEBOOK="x").split()[-1] == "None"  # as installed
    assert re.search(rf"{formgrader} \S*enabled", shown[True])  # between them may be a colour
    settings = json.loads((image / "etc/jupyter/labconfig/page_config.json").read_text())
    assert settings["disabledExtensions"]["@jupyter/nbgrader:formgrader"]


def test_its_commands_are_there(image):
    assert "grader 0" in run(image, "grader", "--version")
    for command in ("dask", "jupyterhub-singleuser", "ngshare-course-management"):
        run(image, command, "--help")
