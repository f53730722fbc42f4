"""What differs between two servers: hub.toml, read and checked. The installer, the hub and the check of permissions share it."""

from __future__ import annotations

import re
import sys

if sys.version_info < (3, 11):  # noqa: UP036  # an admin may start install.py with any Python
    sys.exit(f"Python 3.11 to 3.13 is needed; this is {sys.version.split()[0]}.")

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

AUTHENTICATION = ("pam", "oauth", "lti13")
SPAWNERS = ("systemd", "local", "shared")
NAME = re.compile(r"[a-z_][a-z0-9._-]{0,30}")  # of a Linux account
COURSE = re.compile(r"[a-z0-9]([a-z0-9._-]{0,60}[a-z0-9])?")  # JupyterHub makes groups and roles of it
# Who is in one of these groups of Linux can read, or become, everybody.
POWERFUL = (
    *("root", "sudo", "wheel", "admin", "adm", "shadow", "disk", "kmem", "staff", "systemd-journal"),
    *("docker", "lxd", "incus-admin", "libvirt"),
)


class SettingsError(Exception):
    """A sentence about hub.toml, with what to do."""


@dataclass(frozen=True)
class Settings:
    """The settings of a server.

    Attributes
    ----------
    course : str
        nbgrader's course id, and the name of the hub's service.
    account : str
        The Linux account that owns the course folder, and that collects and grades.
    instructors, students : tuple of str
        Who may log in, by account name; instructors get the course's server too.
    everybody : bool
        Whether whoever the authenticator knows may log in as a student.
    bind_url : str
        Where people reach the hub; with https, `ssl_key` and `ssl_cert` are needed, or a web server in front.
    ssl_key, ssl_cert : str
    hub_port, proxy_port, course_port : int
        Of the hub, the proxy's interface and the course's server, all on the loopback interface.
    spawner : str
        "systemd" or "local"; only systemd limits the memory and the cores of all processes of a student together.
        "shared" is for the demonstration without root: all servers run as one account, and nothing is kept apart.
    memory : str
        That a student's server may use, such as "4G".
    cores : float
    processes : int
        Of a student, threads included.
    idle_minutes : int
        After which a student's server is stopped; 0 for never.
    auth : str
        "pam", "oauth" or "lti13".
    auth_options : dict
        Traits of the authenticator.
    """

    course: str = "deep-learning"
    account: str = "deep-learning"
    instructors: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    everybody: bool = False
    bind_url: str = "http://127.0.0.1:8000"
    ssl_key: str = ""
    ssl_cert: str = ""
    hub_port: int = 8081
    proxy_port: int = 8001
    course_port: int = 8082
    spawner: str = "systemd"
    memory: str = "4G"
    cores: float = 2.0
    processes: int = 1024
    idle_minutes: int = 60
    auth: str = "pam"
    auth_options: dict[str, Any] = field(default_factory=dict)


def read(path: Path) -> Settings:
    """The settings in a TOML file.

    Raises
    ------
    SettingsError
        If the file cannot be read, or a setting is unknown or of another type.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}. install.py writes one.") from None
    except ValueError as error:
        raise SettingsError(f"{path} is not TOML: {error}.") from None
    known = {one.name: one for one in fields(Settings)}
    given: dict[str, Any] = {}
    for name, value in found.items():
        if name not in known:
            raise SettingsError(f"{path}: {name!r} is no setting. There are {', '.join(known)}.")
        default = getattr(Settings(), name)
        if isinstance(default, tuple):
            is_right = isinstance(value, list) and all(isinstance(one, str) for one in value)
            kind = "a list of names"
        elif isinstance(default, float):
            is_right, kind = isinstance(value, (int, float)) and not isinstance(value, bool), "a number"
        else:
            is_right, kind = type(value) is type(default), f"of the type {type(default).__name__}"
        if not is_right:
            raise SettingsError(f"{path}: {name} must be {kind}, not {value!r}.")
        given[name] = tuple(value) if isinstance(value, list) else value
    settings = Settings(**given)
    _check(path, settings)
    return settings


def _check(path: Path, settings: Settings) -> None:
    for name, choices in (("auth", AUTHENTICATION), ("spawner", SPAWNERS)):
        if getattr(settings, name) not in choices:
            raise SettingsError(f"{path}: {name} must be one of {', '.join(choices)}, not {getattr(settings, name)!r}.")
    if not COURSE.fullmatch(settings.course):
        raise SettingsError(
            f"{path}: course must be of a-z, 0-9, ., _ and -, with a letter or digit at both ends, not {settings.course!r}."
        )
    for name in (settings.account, *settings.instructors, *settings.students):
        if not NAME.fullmatch(name):
            raise SettingsError(
                f"{path}: {name!r} cannot be the name of an account on Linux: a-z, 0-9, ., _ and -, up to 31."
            )
    if settings.account in (*settings.instructors, *settings.students, "root"):
        raise SettingsError(f"{path}: nobody logs in as {settings.account!r}; the course needs an account of its own.")
    for name in set(settings.instructors) & set(settings.students):
        raise SettingsError(f"{path}: {name!r} cannot be an instructor and a student.")
    for name in ("allowed_users", "blocked_users", "username_pattern"):
        if name in settings.auth_options:
            raise SettingsError(
                f"{path}: {name} does not belong into [auth_options]; who may log in follows from instructors, students and everybody."
            )
    _check_addresses(path, settings)
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?[KMGT]", settings.memory):
        raise SettingsError(
            f'{path}: memory must be a number with K, M, G or T, such as "4G", not {settings.memory!r}.'
        )
    for name in ("memory", "cores", "processes"):
        value = getattr(settings, name)
        if not float(str(value).rstrip("KMGT")) > 0:
            raise SettingsError(f"{path}: {name} must be more than 0, not {value!r}.")
    if settings.idle_minutes < 0:
        raise SettingsError(f"{path}: idle_minutes must be 0 (for never) or more, not {settings.idle_minutes}.")


def _check_addresses(path: Path, settings: Settings) -> None:
    try:
        address = urlsplit(settings.bind_url)
        port = address.port
        is_right = address.scheme in ("http", "https") and (address.hostname or port)
    except ValueError:  # a port that cannot be one
        is_right = False
    if not is_right:
        raise SettingsError(f'{path}: bind_url must be like "http://127.0.0.1:8000", not {settings.bind_url!r}.')
    if bool(settings.ssl_key) != bool(settings.ssl_cert):
        raise SettingsError(f"{path}: ssl_key and ssl_cert go together.")
    if (address.scheme == "https") != bool(settings.ssl_key):
        raise SettingsError(
            f"{path}: a bind_url with https:// and ssl_key with ssl_cert go together; behind a web server, use http://."
        )
    names = ("hub_port", "proxy_port", "course_port")
    ports = [getattr(settings, name) for name in names]
    if not all(0 < port < 65536 for port in ports) or len({*ports, port}) <= len(ports):
        raise SettingsError(f"{path}: bind_url, {', '.join(names)} need four ports, from 1 to 65535, not {ports}.")
