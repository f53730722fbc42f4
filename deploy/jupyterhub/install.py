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
import re
import shutil
import subprocess
import sys
from pathlib import Path

import settings as server
from check import loose

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CONFIGURATION = ("settings.py", "jupyterhub_config.py", "check.py")
# What a server needs to talk to the hub, and what runs in it does not.
SECRETS = ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "JUPYTERHUB_CLIENT_ID", "JUPYTERHUB_SERVICE_URL")
# jsonschema builds a grammar of addresses for formats that nothing here uses: more than a second at each start of a server.
WITHOUT_GRAMMAR = "import sys; sys.modules.setdefault('rfc3987_syntax', None)\n"


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
    refuse(prefix)
    python = _python(is_root)
    os.umask(0o022)
    prefix.mkdir(parents=True, exist_ok=True)
    make_configuration(prefix)
    own = server.read(prefix / "etc/hub.toml")
    if is_root:
        make_account(prefix, own)
    say("installing Python packages; some minutes")
    _packages(prefix, python)
    say("installing the proxy")
    _proxy(prefix)
    _jupyter(prefix, own)
    say("copying the course")
    copy_course(prefix, own)
    _compare_course(prefix, own)
    make_exchange(prefix, own)
    return own


def refuse(prefix: Path) -> None:
    """Look whether a folder can hold a hub, before anything is written.

    Parameters
    ----------
    prefix : Path
        Without links in it.

    Raises
    ------
    InstallError
        If it cannot.
    """
    if REPOSITORY.is_relative_to(prefix):
        raise InstallError(f"{prefix} holds this repository. Name a folder of its own, such as /srv/deep-learning.")
    if os.geteuid() != 0:
        return
    if not re.fullmatch(r"[A-Za-z0-9/._-]+", str(prefix)):
        raise InstallError(f"{str(prefix)!r} has other signs than letters, digits, ., _ and -. Name another folder.")
    if folder := closed(prefix / "venv"):
        raise InstallError(f"Other accounts cannot enter {folder}. Name another folder, such as /srv/deep-learning.")
    if folder := next(loose(prefix), None):
        raise InstallError(
            f"Others than root can rename what is in {folder}, and so take the hub over. "
            f"chown root {folder}; chmod go-w {folder}; or name another folder, such as /srv/deep-learning."
        )


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
    try:
        found = subprocess.run(
            words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
        )
    except OSError as error:
        raise InstallError(
            f"`{words[0]}` cannot be run: {error.strerror}. Root's PATH has /usr/sbin after `su -`."
        ) from None
    if found.returncode:
        last = "\n".join(found.stdout.strip().splitlines()[-5:])
        raise InstallError(f"`{' '.join(words)}` failed:\n{last}")


def closed(place: Path) -> Path | None:
    """The folder above a place that other accounts cannot enter, if there is one."""
    return next((folder for folder in place.parents if folder.exists() and not folder.stat().st_mode & 0o001), None)


def _python(is_root: bool) -> Path:
    """The Python to make the virtual environment with. Students' servers run it as other accounts."""
    asks = "import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))"
    for python in (Path(sys.executable), Path("/usr/bin/python3"), Path("/usr/local/bin/python3")):
        real = python.resolve()
        if not python.exists() or (is_root and (closed(real) or any(loose(real)))):
            continue
        if subprocess.run([python, "-c", asks], capture_output=True, check=False).returncode == 0:
            return python
    raise InstallError(
        "Python 3.11 to 3.13 with venv is needed; for a hub of root, one that is root's, and that other accounts can enter. "
        "On Debian and Ubuntu: apt-get install python3-venv"
    )


def make_configuration(prefix: Path) -> None:
    """The settings of the hub, which only root can read; hub.toml is kept if it is there."""
    etc, state = prefix / "etc", prefix / "state"
    for folder in (etc, state):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
    for name in CONFIGURATION:
        shutil.copy(HERE / name, etc / name)
    if not (etc / "hub.toml").exists():
        shutil.copy(HERE / "hub.toml", etc / "hub.toml")
    unit = (HERE / "jupyterhub.service").read_text(encoding="utf-8").replace("@PREFIX@", str(prefix))
    (etc / "jupyterhub.service").write_text(unit, encoding="utf-8")


def _packages(prefix: Path, base: Path) -> None:
    """A virtual environment with the locked packages, and this project without course/ and source/.

    They are installed by a pip that is locked, too: older ones, such as that of Debian 12, take twice the time for it.
    """
    venv, locks = prefix / "venv", REPOSITORY / "requirements"
    lock = locks / "hub.txt"
    python, installed = venv / "bin/python", venv / "installed.txt"
    if not installed.exists():  # nor was it finished
        run(base, "-m", "venv", venv)
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        for one in (locks / "pip.txt", lock):
            run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", one)
        shutil.copy(lock, installed)
    wheels = prefix / "state/wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, REPOSITORY)
    run(python, "-m", "pip", *build)
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", *wheels.glob("*.whl"))


def _proxy(prefix: Path) -> None:
    folder = prefix / "proxy"
    folder.mkdir(exist_ok=True)
    installed, wanted = folder / "installed.json", HERE / "proxy/package-lock.json"
    if installed.exists() and installed.read_bytes() == wanted.read_bytes():
        return
    shutil.copy(HERE / "proxy/package.json", folder)
    shutil.copy(wanted, folder)
    bin_ = prefix / "venv/bin"
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ.get('PATH', '/usr/bin:/bin')}"}
    run(bin_ / "npm", "ci", "--silent", "--no-audit", "--no-fund", cwd=folder, env=environment)
    shutil.copy(wanted, installed)


def _jupyter(prefix: Path, own: server.Settings) -> None:
    """The settings of Jupyter servers, where everything that runs in the virtual environment finds them."""
    folder = prefix / "venv/etc/jupyter"
    (folder / "labconfig").mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "page_config.json", folder / "labconfig")
    values = {"@COURSE@": own.course, "@EXCHANGE@": str(prefix / "exchange"), "@SECRETS@": SECRETS}
    for name in ("jupyter_server_config.py", "nbgrader_config.py"):
        text = (HERE / name).read_text(encoding="utf-8")
        for blank, value in values.items():
            text = text.replace(f'"{blank}"', repr(value))
        (folder / name).write_text(text, encoding="utf-8")
    settings = prefix / "venv/share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "overrides.json", settings)
    for packages in prefix.glob("venv/lib/python*/site-packages"):
        (packages / "without_grammar.pth").write_text(WITHOUT_GRAMMAR, encoding="utf-8")
    kernel = prefix / "venv/share/jupyter/kernels/python3/kernel.json"
    found = json.loads(kernel.read_text(encoding="utf-8"))
    found["env"] = dict.fromkeys(SECRETS, "")  # a kernel has no business with the hub
    kernel.write_text(json.dumps(found, indent=1), encoding="utf-8")


def make_account(prefix: Path, own: server.Settings) -> None:
    """The account of the course, if it is not there yet.

    Raises
    ------
    InstallError
        If there is an account of this name for something else.
    """
    home = prefix / "course"
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(own.account)
        if Path(entry.pw_dir) != home:
            raise InstallError(
                f"There is an account {own.account!r} with the home {entry.pw_dir}. Set another name as `account` in {prefix}/etc/hub.toml."
            )
        return
    run("useradd", "--system", "--user-group", "--home-dir", home, "--shell", "/bin/bash", own.account)


def copy_course(prefix: Path, own: server.Settings) -> None:
    """What this repository tracks, where only the course's account can read it; a course that is there stays as it is.

    Raises
    ------
    InstallError
        If this is no git repository, or the folder has something else in it.
    """
    folder = prefix / "course"
    if (folder / "nbgrader_config.py").exists():
        _give(folder, own)
        return
    if folder.is_dir() and any(folder.iterdir()):
        raise InstallError(f"{folder} has files in it, but no nbgrader_config.py. Move them elsewhere.")
    listing = ["git", "-c", f"safe.directory={REPOSITORY}", "ls-files", "-z"]  # it may be somebody else's: sudo
    try:
        files = subprocess.run(listing, cwd=REPOSITORY, capture_output=True, check=False)
    except OSError:
        raise InstallError("git is needed. On Debian and Ubuntu: apt-get install git") from None
    if files.returncode:
        raise InstallError(f"{REPOSITORY} is no git repository: {files.stderr.decode().strip()}")
    # It gets its place when it is whole, so that an interrupted installation can begin again; and it is never open.
    new = prefix / "state/course"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    for name in files.stdout.decode().split("\0"):
        if name and (REPOSITORY / name).is_file():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, new / name)
    _give(new, own)
    new.rename(folder)


def _give(folder: Path, own: server.Settings) -> None:
    """Close a folder of root, and give it to the course with all that is in it.

    What the course has already is left alone: an account must not be able to have root do something to what it puts there.
    """
    if os.geteuid() == folder.stat().st_uid:
        folder.chmod(0o700)
        if os.geteuid() == 0:
            entry = pwd.getpwnam(own.account)
            run("chown", "--recursive", "--no-dereference", f"{entry.pw_uid}:{entry.pw_gid}", folder)
    elif folder.stat().st_uid != pwd.getpwnam(own.account).pw_uid:
        raise InstallError(f"{folder} belongs neither to root nor to {own.account}. chown --recursive root {folder}")
    elif folder.stat().st_mode & 0o077:
        raise InstallError(f"Others can enter {folder}. chmod 0700 {folder}")


def _compare_course(prefix: Path, own: server.Settings) -> None:
    """The hub and the course must have the same name for it."""
    asks = "import sys; from nbgrader.apps import NbGrader; one = NbGrader(); one.load_config_file(); sys.stdout.write(one.config.CourseDirectory.course_id)"
    python = prefix / "venv/bin/python"
    found = subprocess.run([python, "-c", asks], capture_output=True, text=True, check=False, **as_course(prefix, own))
    if found.stdout != own.course:
        raise InstallError(
            f"{prefix}/course/nbgrader_config.py has the course_id {found.stdout or found.stderr.strip()[-200:]!r}, "
            f"{prefix}/etc/hub.toml has {own.course!r}. They must be the same."
        )


def make_exchange(prefix: Path, own: server.Settings) -> None:
    """nbgrader's exchange, with folders that nobody but their owner can rename or empty.

    Everybody may write into its root, and the course's account into its folder in there. So no folder is reached through
    a link, and one that belongs to somebody else is refused.

    Raises
    ------
    InstallError
    """
    root = prefix / "exchange"
    owner = pwd.getpwnam(own.account) if os.geteuid() == 0 else None
    root.mkdir(exist_ok=True)
    folders = [os.open(root, os.O_RDONLY | os.O_DIRECTORY)]
    try:
        folders.append(_folder(folders[0], root / own.course, 0o755, owner))
        # In `inbound` nobody can see what there is, and nobody but its owner can remove it.
        for name, mode in (("outbound", 0o755), ("inbound", 0o3733), ("feedback", 0o711)):
            folders.append(_folder(folders[1], root / own.course / name, mode, owner))
        # nbgrader wants a root that everybody may write to. With the sticky bit, nobody can replace the course in it.
        os.fchmod(folders[0], 0o1777)
    finally:
        for one in folders:
            os.close(one)


def _folder(parent: int, path: Path, mode: int, owner: pwd.struct_passwd | None) -> int:
    """Make a folder in one that is open, or take the one that is there; its descriptor."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(path.name, 0o700, dir_fd=parent)
    try:
        found = os.open(path.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    except OSError:
        raise InstallError(
            f"{path} is a link or a file; somebody has put it there. Look at it, and remove it."
        ) from None
    uid = os.fstat(found).st_uid
    if uid not in (os.geteuid(), owner.pw_uid if owner else os.geteuid()):
        os.close(found)
        raise InstallError(f"{path} belongs to the account {uid}, which has put it there. Look at it, and remove it.")
    if owner:
        os.fchown(found, owner.pw_uid, owner.pw_gid)
    os.fchmod(found, mode)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prefix", type=Path, metavar="FOLDER", help="such as /srv/deep-learning")
    prefix = parser.parse_args().prefix
    try:
        if (prefix / "state/demo.json").exists():
            raise InstallError(f"{prefix} is a demo's folder, which `demo.py --remove` takes away. Name another.")
        own = install(prefix)
        if os.geteuid() == 0:  # the check tries whether students can read the solutions in it
            (prefix.resolve() / "etc/repository").write_text(str(REPOSITORY), encoding="utf-8")
    except (InstallError, server.SettingsError, OSError) as error:
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
