"""What install.py and demo.py refuse, what they leave when they are interrupted, and what root does in folders of others."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import select
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import PLACE
from events import PATIENCE, wait_until
from small_project import write_project, write_wheel
from traitlets.config import PyFileConfigLoader

import demo
import install
import settings

HERE = Path(install.__file__).parent
COURSE, ADA, TEACHER = (f"chk{os.getpid()}-{name}" for name in ("owner", "learner", "tutor"))
OWN = settings.Settings(account=COURSE, students=(ADA,), instructors=(TEACHER,))
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make accounts, and give files to them")


@pytest.fixture
def place():
    """A folder that other accounts can enter, which pytest's is not."""
    folder = Path(tempfile.mkdtemp(dir=PLACE, prefix=f"walls-{os.getpid()}-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def take_away(*names: str) -> None:
    there = {entry.pw_name for entry in pwd.getpwall()}
    for name in there & set(names):
        subprocess.run(["userdel", "--force", name], check=True, capture_output=True)


@pytest.fixture
def accounts(place):
    """The course's account, as install.py makes it, and a student's."""
    try:
        install.make_account(place, OWN)
        subprocess.run(["useradd", "--no-create-home", ADA], check=True)
        yield
    finally:
        take_away(COURSE, ADA)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A small repository in the place of this one."""
    folder = tmp_path / "repository"
    (folder / "source").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    (folder / "source/x.ipynb").write_text("{}")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    subprocess.run(["git", "-C", folder, "add", "."], check=True)
    (folder / "gradebook.db").write_text("not tracked")
    monkeypatch.setattr(install, "REPOSITORY", folder)
    return folder


def owner(path: Path) -> str:
    return pwd.getpwuid(path.lstat().st_uid).pw_name


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def told(program: str, *arguments: str | Path) -> str:
    """The sentence of a program that refuses. Should it not, it finds no packages to install."""
    environment = {**os.environ, "PIP_NO_INDEX": "1"}
    command = [sys.executable, HERE / program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1
    return done.stderr.strip()


# The folder ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("above", [0, 1])
def test_a_folder_with_the_repository_in_it_is_refused(above):
    folder = [install.REPOSITORY, install.REPOSITORY.parent][above]
    assert (
        told("install.py", folder)
        == f"{folder} holds this repository. Name a folder of its own, such as /srv/deep-learning."
    )


@as_root
@pytest.mark.parametrize("program", ["install.py", "demo.py"])
@pytest.mark.parametrize("closed", ["", "hub"])
def test_a_folder_that_others_cannot_enter_is_refused_before_anything_is_written(place, program, closed):
    (place / closed).mkdir(exist_ok=True)
    (place / closed).chmod(0o700)
    before = list(place.rglob("*"))
    arguments = ["--prefix", place / "hub", *free_port()] if program == "demo.py" else [place / "hub"]
    assert told(program, *arguments).startswith(f"Other accounts cannot enter {place / closed}.")
    assert list(place.rglob("*")) == before


def free_port() -> list[str]:
    """The option of the demo for a port that nothing listens at."""
    return [f"--port={demo._free_ports(1)[0]}"]


@as_root
@pytest.mark.parametrize("why", ["owner", "mode"])
def test_a_folder_that_others_can_exchange_is_refused(place, why):
    if why == "owner":
        shutil.chown(place, "nobody")
    else:
        place.chmod(0o777)
    said = told("install.py", place / "hub")
    assert (
        f"Others than root can rename what is in {place}" in said and f"chown root {place}; chmod go-w {place}" in said
    )
    assert not (place / "hub").exists()


@as_root
def test_a_folder_that_a_unit_of_systemd_would_read_otherwise_is_refused(place):
    assert "has other signs than letters" in told("install.py", place / "100% deep")


def test_what_the_system_refuses_is_told_in_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(install, "_python", lambda is_root: Path(sys.executable))
    monkeypatch.setattr(sys, "argv", ["install.py", "/proc/deep-learning"])  # where not even root can make a folder
    assert install.main() == 2
    assert "/proc/deep-learning" in capsys.readouterr().err


def test_a_program_that_is_missing_is_told_in_a_sentence():
    with pytest.raises(install.InstallError, match="`no-such-program` cannot be run: No such file or directory"):
        install.run("no-such-program", "--help")


def test_a_python_that_is_too_old_is_told_in_a_sentence():
    old = f"import sys; sys.path.insert(0, {str(HERE)!r}); sys.version_info, sys.version = (3, 10, 4), '3.10.4 (main)'; import install"
    done = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Python 3.11 to 3.13 is needed; this is 3.10.4.\n")


@as_root
def test_the_hub_is_not_made_with_a_python_that_somebody_else_can_change(place, monkeypatch):
    real = next((one for one in ("/usr/bin/python3", "/usr/local/bin/python3") if Path(one).exists()), None)
    if not real:
        pytest.skip("there is no Python here that other accounts can run")
    asked = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: asked.append(command[0]) or subprocess.CompletedProcess(command, 0)
    )
    monkeypatch.setattr(sys, "executable", str(place / "python"))
    shutil.copy(real, place / "python")
    assert install._python(is_root=True) == place / "python"
    shutil.chown(place / "python", "nobody")
    assert install._python(is_root=True) == Path(real)
    assert asked == [place / "python", Path(real)]


# The pieces ----------------------------------------------------------------------------------------------------------


def test_settings_and_secrets_are_closed_and_what_an_admin_wrote_is_kept(tmp_path):
    install.make_configuration(tmp_path)
    assert (mode(tmp_path / "etc"), mode(tmp_path / "state")) == (0o700, 0o700)
    assert sorted(one.name for one in (tmp_path / "etc").iterdir()) == sorted(
        [*install.CONFIGURATION, "hub.toml", "jupyterhub.service"]
    )
    assert f"{tmp_path}/venv/bin/python -m jupyterhub" in (tmp_path / "etc/jupyterhub.service").read_text()
    (tmp_path / "etc/hub.toml").write_text('students = ["ada"]\n')
    (tmp_path / "etc").chmod(0o755)
    install.make_configuration(tmp_path)
    assert settings.read(tmp_path / "etc/hub.toml").students == ("ada",)
    assert mode(tmp_path / "etc") == 0o700


def test_an_account_that_is_for_something_else_is_refused(tmp_path):
    with pytest.raises(install.InstallError, match=r"There is an account 'daemon' with the home .* Set another name"):
        install.make_account(tmp_path, settings.Settings(account="daemon"))


@as_root
def test_the_account_of_the_course_is_made_once(place, accounts):
    entry = pwd.getpwnam(COURSE)
    install.make_account(place, OWN)
    assert pwd.getpwnam(COURSE) == entry
    assert entry.pw_dir == str(place / "course") and entry.pw_uid < 1000  # so the hub refuses its name at the login


def test_names_of_folders_are_quoted_in_nbgraders_settings(tmp_path):
    prefix = tmp_path / 'it\'s "a" \\place'
    kernel = prefix / "venv/share/jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["python"]}')
    install._jupyter(prefix, OWN)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(prefix / "venv/etc/jupyter")).load_config()
    assert (config.Exchange.root, config.CourseDirectory.course_id) == (str(prefix / "exchange"), "deep-learning")
    assert set(json.loads(kernel.read_text())["env"].values()) == {""}


def test_servers_start_without_the_grammar_that_jsonschema_would_build(tmp_path):
    packages = tmp_path / "venv/lib/python3/site-packages"
    kernel = tmp_path / "venv/share/jupyter/kernels/python3/kernel.json"
    for folder in (packages, kernel.parent):
        folder.mkdir(parents=True)
    kernel.write_text('{"argv": ["python"]}')
    install._jupyter(tmp_path, OWN)
    starts = "import site, sys; site.addsitedir(sys.argv[1]); import jsonschema; print(sys.modules['rfc3987_syntax'])"
    done = subprocess.run([sys.executable, "-c", starts, packages], capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"


class Runs:
    """In the place of `install.run`: notes commands, and fails where it is told to."""

    def __init__(self, fails: str) -> None:
        self.fails, self.commands = fails, []

    def __call__(self, *command: object, **options: object) -> None:
        words = " ".join(map(str, command))
        self.commands.append(words)
        if self.fails and self.fails in words:
            raise install.InstallError("interrupted")


def test_packages_that_were_interrupted_are_installed_again(tmp_path, monkeypatch):
    (tmp_path / "venv/bin").mkdir(parents=True)
    (tmp_path / "venv/bin/python").touch()  # what is there after a Ctrl-C, without pip
    for fails, venv, locked in (("--require-hashes", True, True), ("", True, True), ("", False, False)):
        runs = Runs(fails)
        monkeypatch.setattr(install, "run", runs)
        if fails:
            with pytest.raises(install.InstallError):
                install._packages(tmp_path, Path("/usr/bin/python3"))
        else:
            install._packages(tmp_path, Path("/usr/bin/python3"))
        assert any("-m venv" in one for one in runs.commands) == venv
        assert any("--require-hashes" in one for one in runs.commands) == locked


@pytest.fixture
def locks(tmp_path, monkeypatch) -> Path:
    """Small locks and a small project in the place of this repository's, and wheels in the place of a registry."""
    write_project(tmp_path / "repository")
    monkeypatch.setattr(install, "REPOSITORY", tmp_path / "repository")
    (folder := tmp_path / "repository/requirements").mkdir()
    (tmp_path / "wheels").mkdir()
    for lock in ("pip", "hub"):
        (folder / f"{lock}.txt").write_text(write_wheel(tmp_path / "wheels", f"of-{lock}"))
    for name, value in (("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", str(tmp_path / "wheels"))):
        monkeypatch.setenv(name, value)
    return folder


def test_packages_are_installed_by_their_hashes_and_another_file_of_that_name_is_not(tmp_path, locks):
    prefix = tmp_path / "hub"
    asks = [prefix / "venv/bin/python", "-c", "import of_pip, of_hub, small_project; print(of_hub.version)"]

    def installed() -> str:
        return subprocess.run(asks, capture_output=True, text=True, check=True).stdout.strip()

    install._packages(prefix, Path(sys.executable))
    assert installed() == "1.0"

    update = write_wheel(tmp_path / "wheels", "of-hub", "2.0")
    (locks / "hub.txt").write_text(re.sub("sha256:....", "sha256:0000", update))
    with pytest.raises(install.InstallError, match="Expected sha256 0000"):
        install._packages(prefix, Path(sys.executable))
    assert installed() == "1.0"


def test_a_proxy_that_was_interrupted_is_installed_again(tmp_path, monkeypatch):
    def interrupted(*_: object, cwd: Path, **__: object) -> None:
        (cwd / "node_modules").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        install._proxy(tmp_path)
    for expected in (1, 0):
        monkeypatch.setattr(install, "run", runs := Runs(""))
        install._proxy(tmp_path)
        assert len(runs.commands) == expected


@as_root
def test_a_course_with_another_name_is_refused(place, accounts):
    """A stand-in for the Python that asks nbgrader. It says who it is, too."""
    for name in ("venv/bin", "course"):
        (place / name).mkdir(parents=True)
    (place / "venv/bin/python").write_text("#!/bin/sh\nprintf another-course-of-; id -un | tr -d '\\n'\n")
    (place / "venv/bin/python").chmod(0o755)
    with pytest.raises(install.InstallError) as caught:
        install._compare_course(place, OWN)
    assert f"nbgrader_config.py has the course_id 'another-course-of-{COURSE}'" in str(caught.value)
    assert "hub.toml has 'deep-learning'. They must be the same." in str(caught.value)


# The course ----------------------------------------------------------------------------------------------------------


@as_root
def test_the_course_is_what_git_tracks_and_only_its_account_can_read_it(place, accounts, repository):
    (place / "state").mkdir(mode=0o700)
    (place / "state/course").mkdir()
    (place / "state/course/half").write_text("of a run that was interrupted")
    install.copy_course(place, OWN)
    found = {one.relative_to(place / "course") for one in (place / "course").rglob("*")}
    assert found == {Path("nbgrader_config.py"), Path("source"), Path("source/x.ipynb")}
    assert mode(place / "course") == 0o700
    assert {owner(one) for one in [place / "course", *(place / "course").rglob("*")]} == {COURSE}
    assert not (place / "state/course").exists()


@as_root
def test_a_clone_that_root_put_there_becomes_the_courses(place, accounts, repository):
    shutil.copytree(repository, place / "course")
    install.copy_course(place, OWN)
    assert mode(place / "course") == 0o700
    assert (owner(place / "course"), owner(place / "course/source/x.ipynb")) == (COURSE, COURSE)
    assert (place / "course/gradebook.db").read_text() == "not tracked"


@as_root
def test_root_gives_nothing_away_that_the_course_put_into_its_folder(place, accounts, repository):
    """With a hard link, `chown --recursive` makes a file of root's the account's own."""
    (place / "state").mkdir(mode=0o700)
    install.copy_course(place, OWN)
    (place / "roots").write_text("x")
    os.link(place / "roots", place / "course/mine")
    install.copy_course(place, OWN)
    assert owner(place / "roots") == "root"


@as_root
@pytest.mark.parametrize("why", ["another's", "open"])
def test_a_course_folder_that_is_not_the_courses_alone_is_refused(place, accounts, repository, why):
    shutil.copytree(repository, place / "course")
    shutil.chown(place / "course", ADA if why == "another's" else COURSE)
    (place / "course").chmod(0o755)
    with pytest.raises(
        install.InstallError, match=f"belongs neither to root nor to {COURSE}|Others can enter .* chmod 0700"
    ):
        install.copy_course(place, OWN)
    assert mode(place / "course") == 0o755


def test_a_course_folder_with_something_else_in_it_is_refused(tmp_path, repository):
    (tmp_path / "course").mkdir()
    (tmp_path / "course/thesis.tex").touch()
    with pytest.raises(install.InstallError, match=r"has files in it, but no nbgrader_config\.py"):
        install.copy_course(tmp_path, OWN)


def test_a_download_without_git_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "REPOSITORY", tmp_path)
    with pytest.raises(install.InstallError, match="is no git repository"):
        install.copy_course(tmp_path, OWN)


# The exchange --------------------------------------------------------------------------------------------------------

MODES = {"": 0o1777, "deep-learning": 0o755, "deep-learning/outbound": 0o755, "deep-learning/inbound": 0o3733, "deep-learning/feedback": 0o711}  # fmt: skip


@as_root
def test_the_exchange_has_the_modes_and_owners_that_keep_students_apart(place, accounts):
    for _ in range(2):
        install.make_exchange(place, OWN)
        assert {name: mode(place / "exchange" / name) for name in MODES} == MODES
        assert owner(place / "exchange") == "root"
        assert {owner(place / "exchange" / name) for name in MODES if name} == {COURSE}
        (place / "exchange/deep-learning/inbound").chmod(0o777)


def test_the_exchange_has_the_same_modes_for_whoever_installs_a_demonstration(tmp_path):
    install.make_exchange(tmp_path, settings.Settings(account=pwd.getpwuid(os.geteuid()).pw_name))
    assert {name: mode(tmp_path / "exchange" / name) for name in MODES} == MODES


@as_root
@pytest.mark.parametrize("who", [ADA, COURSE], ids=["a student", "the course"])
@pytest.mark.parametrize(
    "name", ["deep-learning", "deep-learning/outbound", "deep-learning/inbound", "deep-learning/feedback"]
)
def test_root_follows_no_link_that_somebody_put_into_the_exchange(place, accounts, who, name):
    """Everybody may write to its root, and a course may get another name; the course's account may write one folder below."""
    (place / "exchange" / name).parent.mkdir(parents=True)
    (place / "roots").mkdir(mode=0o700)
    (place / "exchange" / name).symlink_to(place / "roots")
    os.chown(place / "exchange" / name, pwd.getpwnam(who).pw_uid, -1, follow_symlinks=False)
    with pytest.raises(install.InstallError, match=rf"{name} is a link or a file; somebody has put it there"):
        install.make_exchange(place, OWN)
    assert (owner(place / "roots"), mode(place / "roots"), os.listdir(place / "roots")) == ("root", 0o700, [])


@as_root
def test_a_students_folder_does_not_become_the_exchange_of_the_course(place, accounts):
    (place / "exchange/deep-learning").mkdir(parents=True)
    shutil.chown(place / "exchange/deep-learning", ADA)
    with pytest.raises(install.InstallError, match=r"deep-learning belongs to the account \d+, which has put it there"):
        install.make_exchange(place, OWN)
    assert owner(place / "exchange/deep-learning") == ADA


# The demo ------------------------------------------------------------------------------------------------------------


def test_the_demo_does_not_take_a_port_that_is_in_use(place):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert (
            told("demo.py", "--prefix", place / "hub", "--port", str(port))
            == f"Port {port} is in use. Name another: make hub PORT=8010"
        )
    assert told("demo.py", "--prefix", place / "hub", "--port", "70000").startswith("There is no port 70000.")
    assert not (place / "hub").exists()


def test_a_demo_does_not_become_a_server(place):
    """Or `--remove` would take its work away, and the demo's passwords would open it."""
    (place / "state").mkdir()
    (place / "state/demo.json").write_text("{}")
    assert (
        told("install.py", place) == f"{place} is a demo's folder, which `demo.py --remove` takes away. Name another."
    )
    assert not (place / "etc").exists()


def test_nothing_is_removed_that_is_not_a_demos(place):
    (place / "etc").mkdir()
    assert told("demo.py", "--prefix", place, "--remove") == f"{place} is not a demo's folder; nothing was removed."
    assert (place / "etc").exists()


def test_a_server_does_not_become_a_demo(place):
    """Or `--remove` would take its work away."""
    install.make_configuration(place)
    before = (place / "etc/hub.toml").read_text()
    said = told("demo.py", "--prefix", place, *free_port())
    assert said == f"{place} is not a demo's folder, and not empty. Name another with --prefix."
    assert (place / "etc/hub.toml").read_text() == before and not (place / "state/demo.json").exists()


@pytest.fixture
def half(place, monkeypatch):
    """A demo whose installation failed, as with a full disk or without a network."""

    def fails(*_: object, **__: object) -> None:
        raise install.InstallError("no network")

    monkeypatch.setattr(demo, "install", fails)
    before = os.umask(0o077)  # as root may have it
    try:
        with pytest.raises(install.InstallError, match="no network"):
            demo.prepare(place / "hub", demo._free_ports(1)[0], COURSE, TEACHER, (ADA,))
    finally:
        os.umask(before)
    yield place / "hub"
    take_away(COURSE, ADA, TEACHER)


@as_root
def test_a_demo_that_was_interrupted_lets_nobody_in_and_can_be_removed(half):
    assert (mode(half), mode(half / "state"), mode(half / "etc")) == (0o755, 0o700, 0o700)
    assert json.loads((half / "state/demo.json").read_text()) == {}
    assert pwd.getpwnam(ADA).pw_dir == str(half / "home" / ADA)
    demo.remove(half)
    assert not half.exists()
    assert not [entry for entry in pwd.getpwall() if entry.pw_name in (ADA, TEACHER)]


@as_root
def test_processes_of_a_demos_accounts_end_with_it(half):
    entry = pwd.getpwnam(ADA)
    running = subprocess.Popen(["sleep", "1000"], cwd="/", user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
    try:
        demo.remove(half)
        assert running.wait(PATIENCE) == -9
    finally:
        running.terminate()
        running.wait()
    assert not half.exists()


def test_a_hub_that_does_not_stop_is_ended_with_what_it_started():
    stays = (
        "import signal, subprocess; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "proxy = subprocess.Popen(['sh', '-c', 'echo; exec sleep 1000'], start_new_session=True); proxy.wait()"
    )
    hub = subprocess.Popen([sys.executable, "-c", stays], stdout=subprocess.PIPE, start_new_session=True)
    hub.stdout.readline()
    (proxy,) = Path(f"/proc/{hub.pid}/task/{hub.pid}/children").read_text().split()
    try:
        demo.stop(hub, patience=0.1)
        assert hub.returncode == -9
        closed, _, _ = select.select([hub.stdout], [], [], PATIENCE)
        assert closed and hub.stdout.read() == b""  # nobody holds it any more
    finally:
        if Path("/proc", proxy, "fd/1").exists():
            os.kill(int(proxy), 9)


@as_root
def test_a_demo_that_runs_is_neither_removed_nor_started_again(half):
    holds = f"import sys; sys.path.insert(0, {str(HERE)!r}); import pathlib, demo; demo._alone(pathlib.Path({str(half)!r})); print(flush=True); input()"
    running = subprocess.Popen([sys.executable, "-c", holds], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        running.stdout.readline()
        for options in (["--remove"], free_port()):
            assert told("demo.py", "--prefix", half, *options).startswith(f"A demo runs from {half}. Stop it first")
        assert half.exists()
    finally:
        running.communicate("\n")


@as_root
def test_a_demo_whose_hub_is_still_ending_is_neither_removed_nor_started_again(half, monkeypatch):
    """A hub in whose place something stands that takes its time to end, started by a program that is killed."""
    (half / "venv/bin").mkdir(parents=True)
    stays = "#!/bin/sh\ntrap '' TERM\necho\nexec sleep 1000\n"
    (half / "venv/bin/python").write_text(stays)
    (half / "venv/bin/python").chmod(0o755)
    starts = (
        f"import sys; sys.path.insert(0, {str(HERE)!r}); import pathlib, demo; demo.start(pathlib.Path({str(half)!r}))"
    )
    program = subprocess.Popen([sys.executable, "-c", starts])
    log = half / "state/hub.log"
    wait_until(lambda: log.exists() and log.read_text())
    (hub,) = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
    program.kill()
    program.wait()
    try:
        for options in (["--remove"], free_port()):
            assert told("demo.py", "--prefix", half, *options).startswith(f"A demo runs from {half}. Stop it first")
    finally:
        os.kill(int(hub), 9)

    def is_removed() -> bool:
        with contextlib.suppress(install.InstallError):  # the hub has a moment to be gone
            demo.remove(half)
        return not half.exists()

    wait_until(is_removed)


@as_root
def test_an_account_that_is_not_the_demos_is_refused(place, monkeypatch):
    monkeypatch.setattr(demo, "install", lambda *_, **__: pytest.fail("it went on"))
    with pytest.raises(install.InstallError, match="an account 'daemon' that is not the demo's: its home is /usr/sbin"):
        demo.prepare(place / "hub", demo._free_ports(1)[0], COURSE, "daemon", ())
