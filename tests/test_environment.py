"""The installation: three lists that must agree, and a lock that names no address."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import yaml
from packaging.requirements import Requirement
from packaging.version import Version
from sample_class import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
EVERYWHERE = ("/", "/home", "/mnt", "/opt", "/root", "/srv", "/tmp", "/usr/local", "/usr/src", "/var/lib", "/var/tmp")


def locked(name: str, python: str) -> dict[str, Version]:
    """The versions that a lock file installs for a version of Python on Linux."""
    versions = {}
    environment = {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": "linux"}
    environment |= {"platform_system": "Linux", "platform_machine": "x86_64", "implementation_name": "cpython"}
    for line in re.findall(r"(?m)^[a-z0-9][^\\\n]+", (ROOT / "requirements" / name).read_text()):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            (pin,) = requirement.specifier
            versions[requirement.name] = Version(pin.version)
    return versions


def test_environment_yml_holds_the_dependencies_of_the_project_at_the_locked_versions():
    python, _, packages = ENVIRONMENT["dependencies"]
    *pins, own = packages["pip"]
    assert own == "-e .[grader]"
    lock = locked("dev.txt", python.removeprefix("python="))
    wanted = {requirement.name: requirement for requirement in map(Requirement, PROJECT["dependencies"])}
    pinned = {requirement.name: requirement for requirement in map(Requirement, pins)}
    assert list(pinned) == list(wanted)
    for name, requirement in pinned.items():
        (pin,) = requirement.specifier
        assert Version(pin.version) == lock[name]
        assert pin.version in wanted[name].specifier


def test_the_python_of_environment_yml_is_one_that_the_project_supports():
    (python,) = [one for one in ENVIRONMENT["dependencies"] if str(one).startswith("python=")]
    assert Version(python.removeprefix("python=") + ".0") in Requirement("x" + PROJECT["requires-python"]).specifier


def test_every_lock_satisfies_the_project_on_every_supported_python():
    extras = PROJECT["optional-dependencies"]
    for lock, extra in (("dev.txt", "dev"), ("hub.txt", "hub"), ("cluster.txt", "cluster"), ("book.txt", "book")):
        for python in ("3.11", "3.12", "3.13"):
            versions = locked(lock, python)
            wanted = [*PROJECT["dependencies"], *extras[extra]]
            for requirement in map(Requirement, wanted):
                if requirement.name != PROJECT["name"]:
                    assert versions[requirement.name] in requirement.specifier, (lock, python, requirement)


def test_the_locks_have_a_hash_for_every_package_and_name_no_address():
    assert [path.name for path in LOCKS] == ["book.txt", "cluster.txt", "dev.txt", "hub.txt", "pip.txt"]
    for path in LOCKS:
        text = path.read_text()
        assert "://" not in text
        for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
            assert "--hash=sha256:" in block, block


def test_no_tracked_file_names_this_machine_or_a_registry():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    here = [ROOT] if str(ROOT.parent) in EVERYWHERE else [ROOT, ROOT.parent]
    places = [rf"(?<![\w./)\]}}-]){re.escape(str(folder))}/" for folder in here]  # no part of a longer path
    addresses = "|".join(["pypi" + r"\.org", "files.python" + "hosted", "registry.npm" + "js", *places])
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        if path.is_file():
            assert not re.search(addresses.encode(), path.read_bytes()), name


def test_the_packages_import_from_anywhere(tmp_path):
    code = "import grader, utils, utils.checks, utils.gc_utils, utils.plotting; print('ok')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "ok\n", done.stderr


def test_the_grader_starts_without_the_grammar_of_addresses_that_jsonschema_would_build():
    code = "import sys, grader, nbformat; print(sys.modules['jsonschema'].__name__, sys.modules['rfc3987_syntax'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "jsonschema None\n"
