"""Put JupyterHub with this course into a folder of this machine: ``sudo python3 deploy/jupyterhub/install.py /srv/deep-learning``.

As root it makes the account of the course, and every folder belongs to whom it should. As somebody else it installs the
same without accounts, which is enough for a demonstration only. Running it again brings everything up to date and keeps
hub.toml, the course folder, the exchange and all work in them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import settings as server

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CONFIGURATION = ("settings.py", "jupyterhub_config.py", "check.py")
SECRETS = ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "JUPYTERHUB_CLIENT_ID", "JUPYTERHUB_SERVICE_URL")


class InstallError(Exception):
    """A sentence that says what is in the way, and what to do."""


def install(prefix: Path, say=print) -> server.Settings:
    """Install, or bring up to date, everything under a folder.

    Parameters
    ----------
    prefix : Path
        The folder; ``venv``, ``proxy``, ``etc``, ``state``, ``exchange`` and ``course`` lie in it.
    say : function of str
        Is told what happens.

    Returns
    -------
    Settings
        Of ``etc/hub.toml``, which is written where there is none.

    Raises
    ------
    InstallError, SettingsError
        If something is in the way.
    """
    prefix = prefix.resolve()
    is_root = os.geteuid() == 0
    if REPOSITORY.is_relative_to(prefix):
        raise InstallError(f"{prefix} holds this repository. Name a folder of its own, such as /srv/deep-learning.")
    if is_root and (folder := _closed(prefix)):
        raise InstallError(f"Other accounts cannot enter {folder}. Name another folder, such as /srv/deep-learning.")
    python = _python(is_root)
    os.umask(0o022)
    prefix.mkdir(parents=True, exist_ok=True)
    _configuration(prefix)
    own = server.read(prefix / "etc/hub.toml")
    say("installing Python packages; some minutes")
    _packages(prefix, python)
    say("installing the proxy")
    _proxy(prefix)
    _jupyter(prefix, own)
    if is_root:
        _account(prefix, own)
    say("copying the course")
    _course(prefix, own)
    make_exchange(prefix, own)
    return own


def as_course(prefix: Path, own: server.Settings) -> dict[str, object]:
    """Arguments of `subprocess.run` for a command in the course folder, as the account of the course; without root, as we are."""
    path = f"{prefix}/venv/bin:/usr/local/bin:/usr/bin:/bin"
    if os.geteuid() != 0:
        return {"cwd": prefix / "course", "env": {**os.environ, "PATH": path}}
    entry = pwd.getpwnam(own.account)
    environment = {"HOME": entry.pw_dir, "USER": own.account, "PATH": path}
    return {
        "cwd": prefix / "course",
        "env": environment,
        "user": entry.pw_uid,
        "group": entry.pw_gid,
        "extra_groups": [],
        "umask": 0o077,
    }


def run(*command: object, **options: object) -> None:
    """Run a command, and make a sentence of its last words if it fails.

    Raises
    ------
    InstallError
    """
    words = [str(word) for word in command]
    found = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if found.returncode:
        last = "\n".join(found.stdout.strip().splitlines()[-5:])
        raise InstallError(f"`{' '.join(words)}` failed:\n{last}")


def _closed(place: Path) -> Path | None:
    """The folder above a place that other accounts cannot enter, if there is one."""
    return next((folder for folder in place.parents if folder.exists() and not folder.stat().st_mode & 0o001), None)


def _python(is_root: bool) -> Path:
    """The Python to make the virtual environment with. Students' servers run it as other accounts."""
    asks = "import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))"
    for python in (Path(sys.executable), Path("/usr/bin/python3"), Path("/usr/local/bin/python3")):
        if not python.exists() or (is_root and _closed(python.resolve())):
            continue
        if subprocess.run([python, "-c", asks], capture_output=True, check=False).returncode == 0:
            return python
    raise InstallError(
        "Python 3.11 to 3.13 with venv is needed, in a folder that other accounts can enter. "
        "On Debian and Ubuntu: apt-get install python3-venv"
    )


def _configuration(prefix: Path) -> None:
    etc, state = prefix / "etc", prefix / "state"
    for folder in (etc, state):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    for name in CONFIGURATION:
        shutil.copy(HERE / name, etc / name)
    if not (etc / "hub.toml").exists():
        shutil.copy(HERE / "hub.toml", etc / "hub.toml")
    unit = (HERE / "jupyterhub.service").read_text(encoding="utf-8").replace("@PREFIX@", str(prefix))
    (etc / "jupyterhub.service").write_text(unit, encoding="utf-8")


def _packages(prefix: Path, base: Path) -> None:
    """A virtual environment with the locked packages, and this project without course/ and source/."""
    venv, lock = prefix / "venv", REPOSITORY / "requirements/hub.txt"
    python, installed = venv / "bin/python", venv / "installed.txt"
    if not python.exists():
        run(base, "-m", "venv", venv)
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lock)
        shutil.copy(lock, installed)
    wheels = prefix / "state/wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, REPOSITORY)
    run(python, "-m", "pip", *build)
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", *wheels.glob("*.whl"))


def _proxy(prefix: Path) -> None:
    folder = prefix / "proxy"
    folder.mkdir(exist_ok=True)
    lock = folder / "package-lock.json"
    wanted = HERE / "proxy/package-lock.json"
    if lock.exists() and lock.read_bytes() == wanted.read_bytes() and (folder / "node_modules").is_dir():
        return
    shutil.copy(HERE / "proxy/package.json", folder)
    bin_ = prefix / "venv/bin"
    shutil.copy(wanted, folder)
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ.get('PATH', '/usr/bin:/bin')}"}
    try:
        run(bin_ / "npm", "ci", "--silent", "--no-audit", "--no-fund", cwd=folder, env=environment)
    except InstallError:
        lock.unlink()  # so that the next run tries again
        raise


def _jupyter(prefix: Path, own: server.Settings) -> None:
    """The settings of Jupyter servers, where everything that runs in the virtual environment finds them."""
    folder = prefix / "venv/etc/jupyter"
    (folder / "labconfig").mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "page_config.json", folder / "labconfig")
    shutil.copy(HERE / "jupyter_server_config.py", folder)
    text = (HERE / "nbgrader_config.py").read_text(encoding="utf-8")
    text = text.replace("@COURSE@", own.course).replace("@EXCHANGE@", str(prefix / "exchange"))
    (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")
    settings = prefix / "venv/share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "overrides.json", settings)
    kernel = prefix / "venv/share/jupyter/kernels/python3/kernel.json"
    found = json.loads(kernel.read_text(encoding="utf-8"))
    found["env"] = dict.fromkeys(SECRETS, "")  # a kernel has no business with the hub
    kernel.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _account(prefix: Path, own: server.Settings) -> None:
    home = prefix / "course"
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(own.account)
        if Path(entry.pw_dir) != home:
            raise InstallError(
                f"There is an account {own.account!r} with the home {entry.pw_dir}. Set another name as `account` in {prefix}/etc/hub.toml."
            )
        return
    run("useradd", "--system", "--user-group", "--home-dir", home, "--shell", "/bin/bash", own.account)


def _course(prefix: Path, own: server.Settings) -> None:
    """A clone of this repository that only the course's account can read; one that is there stays as it is."""
    folder = prefix / "course"
    if not (folder / "nbgrader_config.py").exists():
        folder.mkdir(exist_ok=True)
        listing = ["git", "-c", f"safe.directory={REPOSITORY}", "ls-files", "-z"]  # it may be somebody else's: sudo
        files = subprocess.run(listing, cwd=REPOSITORY, capture_output=True, check=False)
        if files.returncode:
            raise InstallError(f"{REPOSITORY} is no git repository: {files.stderr.decode().strip()}")
        for name in files.stdout.decode().split("\0"):
            if name and (REPOSITORY / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(REPOSITORY / name, folder / name)
    if os.geteuid() == 0:
        run("chown", "--recursive", "--no-dereference", f"{own.account}:{own.account}", folder)
    folder.chmod(0o700)
    asks = "import sys; from nbgrader.apps import NbGrader; one = NbGrader(); one.load_config_file(); sys.stdout.write(one.config.CourseDirectory.course_id)"
    python = prefix / "venv/bin/python"
    found = subprocess.run([python, "-c", asks], capture_output=True, text=True, check=False, **as_course(prefix, own))
    if found.stdout != own.course:
        raise InstallError(
            f"{folder}/nbgrader_config.py has the course_id {found.stdout or found.stderr.strip()[-200:]!r}, "
            f"{prefix}/etc/hub.toml has {own.course!r}. They must be the same."
        )


def make_exchange(prefix: Path, own: server.Settings) -> None:
    """nbgrader's exchange, with folders that nobody but their owner can rename or empty."""
    root = prefix / "exchange"
    # nbgrader wants a root that everybody may write to. With the sticky bit, nobody can replace the course in it;
    # in `inbound`, nobody can see what there is, and nobody but its owner can remove it.
    for folder, mode in ((root, 0o1777), (root / own.course, 0o755)):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
    for name, mode in (("outbound", 0o755), ("inbound", 0o3733), ("feedback", 0o711)):
        folder = root / own.course / name
        folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, own.account, own.account)
        folder.chmod(mode)
    if os.geteuid() == 0:
        shutil.chown(root / own.course, own.account, own.account)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prefix", type=Path, metavar="FOLDER", help="such as /srv/deep-learning")
    prefix = parser.parse_args().prefix
    try:
        own = install(prefix)
    except (InstallError, server.SettingsError) as error:
        print(error, file=sys.stderr)
        return 2
    etc = prefix.resolve() / "etc"
    print(
        f"Installed. The settings are in {etc}/hub.toml; people: {len(own.instructors)} instructors, {len(own.students)} students."
    )
    print(
        f"Start it with `systemctl enable --now {etc}/jupyterhub.service`, then try the walls: {prefix.resolve()}/venv/bin/python {etc}/check.py"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
