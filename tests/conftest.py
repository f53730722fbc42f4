"""What several test modules need: a course folder to write in, and one that was taken through the whole pipeline."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import grader  # noqa: F401  # before what imports nbformat: it keeps a grammar away that takes a second to build

# isort: split
import hypothesis
import nbgrader.api
import pytest
import sample_class
from servers import held_ports, running, wait_for

from grader import cli
from grader.course import Course
from grader.engine import scratch

if TYPE_CHECKING:
    from testbed import Testbed

os.environ.setdefault("MPLBACKEND", "Agg")
ROOT = sample_class.ROOT
TOOLS = Path(sys.executable).parent
WIDTH = 100  # characters of a line of what the command prints
cli.out.width = cli.err.width = WIDTH
cli.out.soft_wrap = cli.err.soft_wrap = True  # as for a file, also where pytest runs in a terminal

# The same examples in every run, however long one takes and whatever an earlier run has found.
hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")

# For every new gradebook nbgrader starts a program of seconds that answers the same each time: here it does so once.
nbgrader.api.get_alembic_version = functools.cache(nbgrader.api.get_alembic_version)


SLOW_FIXTURE = 0.5  # seconds from which a fixture is noted
_BEGIN = pytest.StashKey[float]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[_BEGIN] = sum(os.times()[:4])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """Note the computing time of a test, that of ended processes included, for `make ci-times`."""
    if call.when == "teardown":
        item.user_properties.append(("cpu", f"{sum(os.times()[:4]) - item.stash[_BEGIN]:.2f}"))
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> Iterator[None]:
    begin = time.monotonic()
    try:
        return (yield)
    finally:
        if (seconds := time.monotonic() - begin) > SLOW_FIXTURE:
            request._pyfuncitem.user_properties.append((f"fixture {fixturedef.argname}", f"{seconds:.2f}"))


def run_grader(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, in a process of its own."""
    command = [sys.executable, "-c", "from grader.cli import main; main()", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": str(WIDTH)}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment)


def run_here(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The same command in this process: without a start of seconds, and with the templates that are warm here."""
    command, out, err = ["grader", *map(str, arguments)], io.StringIO(), io.StringIO()
    before = signal.getsignal(signal.SIGTERM)
    with contextlib.ExitStack() as stack:
        stack.callback(signal.signal, signal.SIGTERM, before)
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(contextlib.chdir(cwd))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        stack.enter_context(mock.patch.object(sys, "argv", command))
        stopped = stack.enter_context(pytest.raises(SystemExit))
        cli.main()
    return subprocess.CompletedProcess(command, stopped.value.code or 0, out.getvalue(), err.getvalue())


@contextmanager
def jupyter_lab(root: Path) -> Iterator[str]:
    """The server of `make lab` for a course folder, on a port of this machine; its token is ``secret``."""
    environment = {**os.environ, "PATH": os.pathsep.join([str(TOOLS), os.environ["PATH"]])}
    environment.pop("MPLBACKEND", None)
    log = root / "jupyter.log"
    with held_ports(1) as (port,), tempfile.TemporaryDirectory(dir="/tmp", prefix="jupyter-") as sockets:
        environment["JUPYTER_RUNTIME_DIR"] = sockets  # the name of a socket must not be longer than 107 bytes
        command = [TOOLS / "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"]
        command += ["--ServerApp.port_retries=0", "--ServerApp.root_dir=.", "--IdentityProvider.token=secret"]
        command += ["--LabApp.expose_app_in_browser=True", "--KernelManager.transport=ipc"]  # kernels need no ports
        with running(command, log, cwd=root, env=environment) as server:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/api?token=secret", server, log)
            yield address


@pytest.fixture(scope="session", autouse=True)
def test_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the worker processes of one test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def only_once(folder: Path) -> Iterator[bool]:
    """Whether the block has to make what a folder will hold: one worker process does so, and the others wait for it."""
    folder.mkdir(exist_ok=True)
    with scratch.held(folder, wait=True):
        is_done = folder / "done"
        yield not is_done.exists()
        is_done.touch()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """This course's text and settings in a folder of their own."""
    sample_class.write_course(tmp_path / "course folder")
    return Course.load(tmp_path / "course folder")


@pytest.fixture
def testbed(whole_testbed: Testbed, monkeypatch: pytest.MonkeyPatch) -> Testbed:
    """Where attacks are tried (tests/attacks), with canaries in the environment, too."""
    for name, value in whole_testbed.environment.items():
        monkeypatch.setenv(name, value)
    return whole_testbed


@pytest.fixture(scope="session")
def whole_testbed() -> Iterator[Testbed]:
    """The testbed of all tests; not in pytest's folder, which only its owner can enter."""
    from testbed import Testbed  # the engine, which most test runs need not import

    with tempfile.TemporaryDirectory(prefix="testbed-") as folder:
        made = Testbed(Path(folder))
        yield made
        made.close()


@pytest.fixture(scope="session")
def graded(test_run: Path) -> Course:
    """The sample class, collected, graded and fed back by the commands of `make demo`. Tests only read it."""
    folder = test_run / "graded" / "demo"
    with only_once(folder.parent) as is_first:
        if is_first:
            sample_class.main(folder)
            for command in (["build"], ["collect", folder / "hand-ins.zip"], ["grade"], ["feedback"]):
                done = run_grader("--root", folder, *command)
                assert done.returncode == (1 if command == ["grade"] else 0), done.stderr
    return Course.load(folder)


@pytest.fixture
def graded_copy(graded: Course, tmp_path: Path) -> Course:
    """The graded class in a folder that a test may change."""
    shutil.copytree(graded.root, tmp_path / "copy")
    return Course.load(tmp_path / "copy")
