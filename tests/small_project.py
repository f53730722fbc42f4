"""A project of one module that builds itself: what stands for this repository where the installer is tested alone."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

PROJECT = """
[build-system]
requires = []
build-backend = "small_project"
backend-path = ["."]

[project]
name = "small-project"
version = "1.0"
"""


def write_project(folder: Path) -> None:
    """Write a project that pip can build without any other package."""
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (folder / "small_project.py").write_text(Path(__file__).read_text(encoding="utf-8"), encoding="utf-8")


def write_wheel(folder: Path, name: str, version: str = "1.0") -> str:
    """Write a wheel with one module; its line in a lock."""
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    files = {
        f"{module}.py": f'version = "{version}"\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    wheel = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: str | None = None) -> str:
    """What pip calls to build the project."""
    write_wheel(Path(wheel_directory), "small-project")
    return "small_project-1.0-py3-none-any.whl"
