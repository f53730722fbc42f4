"""`make hub`: a real JupyterHub with this course on the loopback interface, to try everything in a browser.

One instructor, two students and the account of the course, with passwords drawn for this run. As root, each is a Linux
account of its own, as on a server; as anybody else, all servers run under one account, and nothing is kept apart.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import settings as server
from install import REPOSITORY, InstallError, as_course, closed, install, refuse, run

ACCOUNT, TEACHER, STUDENTS = "demo-course", "demo-teacher", ("demo-ada", "demo-ben")
HERE = Path(__file__).resolve().parent
SHARED = """\
c = get_config()
import os
# Everybody is one Linux account here, so names come from the hub, and the owner of a hand-in says nothing.
c.CourseDirectory.student_id = os.environ.get("JUPYTERHUB_USER") or "*"
c.ExchangeCollect.check_owner = False
"""
# The commands `nbgrader db student add` and `nbgrader release_assignment`, without a start of nbgrader for each name.
RELEASE = """\
import json, sys
from nbgrader.apps import NbGrader, NbGraderAPI
course = NbGrader()
course.load_config_file()
nbgrader = NbGraderAPI(config=course.config)
students, assignments = map(json.loads, sys.argv[1:])
with nbgrader.gradebook as gradebook:
    for name in students:
        gradebook.update_or_create_student(name)
for name in assignments:
    done = nbgrader.release_assignment(name)
    if not done["success"]:
        sys.exit(f"{name} cannot be released: " + (done.get("error") or done["log"]))
"""
PATIENCE = 400.0  # seconds for the start of a hub; it waits for the course's server itself, and says what is wrong


def prepare(
    prefix: Path, port: int, account: str = ACCOUNT, teacher: str = TEACHER, students: tuple[str, ...] = STUDENTS
) -> dict[str, str]:
    """Install the hub and its people, release the assignments, and draw passwords.

    Parameters
    ----------
    prefix : Path
    port : int
        Of the hub's pages, on 127.0.0.1.
    account : str
        Of the course; without root it is who runs this.
    teacher : str
    students : tuple of str

    Returns
    -------
    dict of str to str
        Passwords by name.

    Raises
    ------
    InstallError
        If something is in the way, such as a folder that is not a demo's.
    """
    is_root = os.geteuid() == 0
    secret = prefix / "state/demo.json"  # what tells the folder of a demo from a server's, which must never become one
    if prefix.exists() and not secret.exists() and (not prefix.is_dir() or any(prefix.iterdir())):
        raise InstallError(f"{prefix} is not a demo's folder, and not empty. Name another with --prefix.")
    refuse(prefix)
    os.umask(0o022)
    for name in ("etc", "state"):
        (prefix / name).mkdir(parents=True, exist_ok=True)
        (prefix / name).chmod(0o700)
    secret.touch(mode=0o600)
    _alone(prefix)
    secret.write_text("{}", encoding="utf-8")  # `remove` knows it from now on, and nobody can log in
    ports = [port, *_free_ports(3)]
    _settings(prefix / "etc/hub.toml", ports, account, teacher, students)
    if is_root:
        for name in (teacher, *students):
            _account(prefix, name)
    own = install(prefix, say=lambda what: print(f"{what} ...", flush=True))
    names = [*own.instructors, *own.students]
    home = prefix / "home"
    home.mkdir(exist_ok=True)
    for name in names if is_root else ():
        folder = Path(pwd.getpwnam(name).pw_dir)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        shutil.chown(folder, name, name)
    if not is_root:
        (prefix / "etc/shared").mkdir(exist_ok=True)
        (prefix / "etc/shared/nbgrader_config.py").write_text(SHARED, encoding="utf-8")
    print("releasing the assignments ...", flush=True)
    _release(prefix, own)
    passwords = {name: secrets.token_urlsafe(6) for name in names}
    secret.write_text(json.dumps(passwords), encoding="utf-8")
    return passwords


def start(prefix: Path) -> subprocess.Popen:
    """Start the hub, and wait until the course's server answers through its proxy: it is the last to come.

    Raises
    ------
    InstallError
        If it does not.
    """
    own = server.read(prefix / "etc/hub.toml")
    log = prefix / "state/hub.log"
    environment = {**os.environ, "COURSE_DEMO": str(prefix), "PYTHONUNBUFFERED": "1"}
    # The hub ends with this program, however that ends.
    ends = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    with log.open("wb") as words, (prefix / "state/hub.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the hub's: when it ends, this program may have ended before
        hub = subprocess.Popen(
            [*ends, prefix / "venv/bin/python", "-m", "jupyterhub", "--config", HERE / "demo_config.py"],
            cwd=prefix / "state", stdout=words, stderr=words, env=environment, start_new_session=True,
            pass_fds=[lock.fileno()],
        )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and hub.poll() is None:
        try:
            with urllib.request.urlopen(f"{own.bind_url}/services/{own.course}/api", timeout=30):
                return hub
        except OSError:
            time.sleep(0.1)
    stop(hub)
    last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:])
    raise InstallError(f"The hub did not start. The end of {log}:\n{last}")


def stop(hub: subprocess.Popen, patience: float = 60) -> None:
    """End the hub with its proxy and its servers; if it takes too long, in seconds, by force."""
    if hub.poll() is None:
        hub.send_signal(signal.SIGTERM)
        try:
            hub.wait(patience)
        except subprocess.TimeoutExpired:
            # Its proxy and servers have sessions of their own, and would stay, with their ports.
            children = [one.read_text() for one in Path("/proc", str(hub.pid), "task").glob("*/children")]
            os.killpg(hub.pid, signal.SIGKILL)
            hub.wait()
            for child in " ".join(children).split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)


def remove(prefix: Path) -> None:
    """Take everything away again that `prepare` made, accounts included; only what is the demo's."""
    if not (prefix / "state/demo.json").exists():
        raise InstallError(f"{prefix} is not a demo's folder; nothing was removed.")
    _alone(prefix)
    if os.geteuid() == 0:
        for entry in pwd.getpwall():
            if Path(entry.pw_dir).is_relative_to(prefix):
                _end(entry.pw_uid)
                run("userdel", entry.pw_name)
    shutil.rmtree(prefix)


def _alone(prefix: Path) -> None:
    """See that nobody else runs a demo from a folder, and no hub is still ending; it is ours until this program ends."""
    lock = os.open(prefix / "state/demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with (prefix / "state/hub.lock").open("wb") as of_hub:
            fcntl.flock(of_hub, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InstallError(f"A demo runs from {prefix}. Stop it first, or name another folder with --prefix.") from None


def _end(uid: int) -> None:
    """End all processes of an account; userdel does not take one away that has some."""
    for _ in range(100):
        left = list(_processes(uid))
        for number in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        if not left:
            return
        time.sleep(0.1)


def _processes(uid: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended
            words = dict(line.split(":", 1) for line in (folder / "status").read_text(encoding="utf-8").splitlines())
            if int(words["Uid"].split()[0]) == uid and words["State"].split()[0] != "Z":
                yield int(folder.name)


def _settings(path: Path, ports: list[int], account: str, teacher: str, students: tuple[str, ...]) -> None:
    own = {
        "course": "deep-learning",
        "account": account if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name,
        "instructors": [teacher],
        "students": list(students),
        "bind_url": f"http://127.0.0.1:{ports[0]}",
        "hub_port": ports[1],
        "proxy_port": ports[2],
        "course_port": ports[3],
        "spawner": "local" if os.geteuid() == 0 else "shared",
    }
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in own.items())
    path.write_text(f"# Written by demo.py at every start.\n{text}", encoding="utf-8")


def _account(prefix: Path, name: str) -> None:
    home = prefix / "home" / name
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        # No password: nobody can log in to the machine as this account.
        run("useradd", "--no-create-home", "--user-group", "--home-dir", home, "--shell", "/bin/bash", name)
        return
    if Path(entry.pw_dir) != home:
        raise InstallError(
            f"There is an account {name!r} that is not the demo's: its home is {entry.pw_dir}. "
            "If it is of another demo, remove that with `demo.py --remove --prefix FOLDER`."
        )


def _release(prefix: Path, own: server.Settings) -> None:
    programs, folder = prefix / "venv/bin", prefix / "course"
    options = as_course(prefix, own)
    run(programs / "grader", "build", **options)
    released = prefix / "exchange" / own.course / "outbound"
    names = [one.name for one in sorted((folder / "release").iterdir()) if not (released / one.name).exists()]
    run(programs / "python", "-c", RELEASE, json.dumps(own.students), json.dumps(names), **options)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody else gets until this program ends, unless by asking for their very number.

    The socket that holds a port does not listen. So the kernel gives the port to nobody who asks for any, and a server
    that reuses addresses, as the hub's, the proxy's and Jupyter's do, can listen at it.
    """
    ports = []
    for _ in range(count):
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        ports.append(held.getsockname()[1])
        held.detach()  # stays open
    return ports


def main() -> int:
    is_root = os.geteuid() == 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path("/srv/deep-learning-demo") if is_root else REPOSITORY / "hub-demo"
    parser.add_argument("--prefix", type=Path, default=default, help=f"where everything goes; {default} unless named")
    parser.add_argument("--port", type=int, default=8000, help="of the hub's pages on 127.0.0.1; 8000 unless named")
    parser.add_argument("--remove", action="store_true", help="take the demo away again, its accounts included")
    options = parser.parse_args()
    prefix = options.prefix.resolve()
    # SIGINT too: where a shell has it ignored, as in the background, the servers would ignore it as well, and stay.
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.default_int_handler)
    hub = None
    try:
        if options.remove:
            remove(prefix)
            return 0
        if not 0 < options.port < 65536:
            raise InstallError(f"There is no port {options.port}. Name one from 1024 to 65535: make hub PORT=8010")
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", options.port)) == 0:
                raise InstallError(f"Port {options.port} is in use. Name another: make hub PORT=8010")
        passwords = prepare(prefix, options.port)
        print("starting the hub ...", flush=True)
        hub = start(prefix)
        _tell(prefix, options.port, passwords)
        hub.wait()
        raise InstallError(f"The hub ended. Its words are in {prefix}/state/hub.log.")
    except (InstallError, server.SettingsError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopping the hub and its servers ...", flush=True)
        return 0
    finally:
        if hub:
            stop(hub)


def _tell(prefix: Path, port: int, passwords: dict[str, str]) -> None:
    print(f"\nJupyterHub runs at http://127.0.0.1:{port}\n")
    for name, password in passwords.items():
        role = "instructor" if name == TEACHER else "student"
        print(f"  {name:14} password {password}    {role}")
    print("\nThese passwords are drawn for this run, for this machine alone.")
    if os.geteuid() == 0:
        print(f"Each server runs as a Linux account of its own; {ACCOUNT} has the course and grades it.")
        if not closed(REPOSITORY / "course"):
            print(
                f"All accounts can read {REPOSITORY}, solutions included. To keep the students out: chmod 0700 {REPOSITORY}"
            )
    else:
        print("You are not root: all servers run as you, so accounts are NOT kept apart. This is for a look only.")
    print(f"The hub's log is {prefix}/state/hub.log. Ctrl-C stops it; `make hub-remove` takes everything away again.")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
