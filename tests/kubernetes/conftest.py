"""The image, as far as it can be made without Docker: its files, and its steps in a new virtual environment."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from sample_class import ROOT

DOCKERFILE = ROOT / "deploy/kubernetes/Dockerfile"


def copied() -> list[tuple[str, str]]:
    """What the Dockerfile copies: from where in the repository, and to where in the image."""
    found = []
    for line in DOCKERFILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY "):
            *sources, target = shlex.split(line)[1:]
            found += [(source, target) for source in sources]
    return found


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The virtual environment of the image, made of the files that the Dockerfile copies, and of nothing else."""
    if "COURSE_IMAGE" in os.environ:  # one that was made before, while these tests are written
        return Path(os.environ["COURSE_IMAGE"])
    folder = tmp_path_factory.mktemp("image")
    for source, target in copied():
        place = folder / target.removeprefix("/")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, place)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    subprocess.run(
        ["sh", folder / "build/deploy/kubernetes/install.sh", folder / "course"], env=environment, check=True
    )
    shutil.rmtree(folder / "build")
    return folder / "course"
