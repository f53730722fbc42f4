"""The long suites that carry a stamp (`stamps.py`): what each runs, and what its result depends on.

Nothing is here whose result could depend on the machine: no test of walls, of time, or of what people click.
"""

from __future__ import annotations

import tomllib

from stamps import ROOT, Suite

PYTEST = ("python", "-m", "pytest", "-p", "no:cacheprovider", "--junitxml=tests.xml")


def topic(name: str, utils: list[str]) -> Suite:
    """All that is claimed of an assignment, its training included: what `grader check` measures."""
    helpers = [f"utils/{module}.py" for module in utils]
    return Suite(
        f"topic-{name}",
        (("python", ".ci/check_topic.py", name),),
        (".ci/check_topic.py", "grader/engine/template.py", "nbgrader_config.py", *helpers),
        (f"course/{name}", f"release/{name}", "course/assignments.toml", "grader/templates"),
    )


NBGRADERS = Suite(
    "nbgraders-own",
    ((*PYTEST, "-p", "nbgraders_own", "--pyargs", "nbgrader.tests.apps.test_nbgrader_autograde"),),
    ("tests/nbgraders_own.py", "grader/engine/template.py"),
    ("grader/templates", "pyproject.toml"),
    skipped=2,  # by nbgrader, on every machine
)
COMPARISON = Suite(
    "comparison",
    ((*PYTEST, "--confcutdir=tests/attacks", "tests/attacks/comparison.py"),),
    ("tests/attacks/comparison.py", "grader/engine/template.py"),
    ("grader/templates", "pyproject.toml", "tests/attacks"),
)
IMAGE = Suite(
    "kubernetes-image",
    ((*PYTEST, "--confcutdir=tests/kubernetes", "tests/kubernetes/test_image.py", "tests/kubernetes/test_ngshare.py"),),
    ("tests/kubernetes", "grader", "utils"),
    ("course", "release", "deploy", "requirements", "nbgrader_config.py", "LICENSE", "README.md", "pyproject.toml"),
    made=(".venv/hub-ready",),
)
PACKAGES = Suite(
    "hub-packages",
    ((*PYTEST, "--confcutdir=tests/deploy", "tests/deploy/hub_packages.py"),),
    ("tests/deploy/hub_packages.py",),
    ("requirements", "deploy/jupyterhub/proxy", "pyproject.toml"),
)
COURSE = tomllib.loads((ROOT / "course" / "assignments.toml").read_text(encoding="utf-8"))["assignment"]
SUITES = (*(topic(row["name"], row["utils"]) for row in COURSE), NBGRADERS, COMPARISON, PACKAGES, IMAGE)
