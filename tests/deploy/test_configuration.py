"""The hub's settings and its configuration, loaded by JupyterHub's own classes."""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from unittest.mock import MagicMock

import jupyterhub.app
import jupyterhub.auth
import jupyterhub.proxy
import jupyterhub.spawner
import pytest
import systemdspawner
from traitlets.config import Config, PyFileConfigLoader

import install
import settings

HERE = Path(settings.__file__).parent
PEOPLE = 'instructors = ["eve"]\nstudents = ["ada"]\n'
OAUTH = """auth = "oauth"
[auth_options]
client_id = "x"
oauth_callback_url = "https://hub.example.org/hub/oauth_callback"
authorize_url = "https://login.example.org/authorize"
token_url = "https://login.example.org/token"
userdata_url = "https://login.example.org/userinfo"
username_claim = "preferred_username"
"""
LTI = """auth = "lti13"
everybody = true
[auth_options]
issuer = "https://lms.example.org"
client_id = ["x"]
authorize_url = "https://lms.example.org/auth"
jwks_endpoint = "https://lms.example.org/certs"
username_key = "preferred_username"
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load the configuration as installed, with some settings; as root unless said otherwise."""

    def load(text: str, user: int = 0) -> Config:
        etc = tmp_path / "etc"
        etc.mkdir(exist_ok=True)
        for name in install.CONFIGURATION:
            shutil.copy(HERE / name, etc)
        (etc / "hub.toml").write_text(text)
        monkeypatch.setattr(os, "geteuid", lambda: user)
        return PyFileConfigLoader("jupyterhub_config.py", str(etc)).load_config()

    return load


def unknown_traits(config: Config, *extra: type) -> list[str]:
    """Settings that the classes which they name do not have."""
    places = (jupyterhub.app, jupyterhub.auth, jupyterhub.proxy, jupyterhub.spawner, systemdspawner)
    classes = {name: one for place in places for name, one in vars(place).items() if isinstance(one, type)}
    classes |= {one.__name__: one for one in extra}
    return [
        f"{name}.{key}"
        for name, section in config.items()
        for key in section
        if key not in classes[name].class_traits()
    ]


@pytest.mark.parametrize("spawner", ["systemd", "local"])
def test_every_setting_of_the_hub_exists_in_jupyterhub(load, spawner):
    config = load(PEOPLE + f'spawner = "{spawner}"\n')
    assert unknown_traits(config) == []
    assert config.JupyterHub.authenticator_class == "pam"
    if spawner == "systemd":
        assert (config.SystemdSpawner.mem_limit, config.SystemdSpawner.cpu_limit) == ("4G", 2.0)
    else:
        assert config.Spawner.cmd[:3] == ["/usr/bin/prlimit", "--nproc=1024", f"--data={4 << 30}"]


@pytest.mark.parametrize("kind", ["oauth", "lti13"])
def test_people_whom_another_system_knows_get_accounts_but_never_one_of_the_system(load, kind):
    config = load(PEOPLE + (OAUTH if kind == "oauth" else LTI))
    authenticator_class = config.JupyterHub.authenticator_class
    assert unknown_traits(config, authenticator_class) == []
    authenticator = authenticator_class(config=config)
    assert authenticator.create_system_users
    assert {"root", "daemon", "nobody", "deep-learning"} <= authenticator.blocked_users
    assert not any(authenticator.check_blocked_users(name) for name in ("root", "deep-learning", "www-data"))
    assert authenticator.check_blocked_users("ada")
    assert authenticator.client_id in ("x", {"x"})
    assert bool(authenticator.allow_all) == (kind == "lti13")


@pytest.fixture
def sudoer():
    """An account of the machine's admin, such as a cloud's image has one."""
    name = f"chk{os.getpid()}-admin"
    subprocess.run(["useradd", "--no-create-home", "--groups", "sudo", name], check=True)
    yield name
    subprocess.run(["userdel", name], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make an account")
def test_nobody_becomes_the_machines_admin_by_having_that_name_elsewhere(load, sudoer):
    def blocked(text: str) -> set[str]:
        config = load(text)
        return config.JupyterHub.authenticator_class(config=config).blocked_users

    assert sudoer in blocked(LTI)
    assert sudoer not in blocked(f'students = ["{sudoer}"]\n{LTI}')  # that is the admin's decision


@pytest.mark.parametrize("kind", ["oauth", "lti13"])
def test_a_name_from_outside_is_a_name_of_an_account_and_no_option_of_useradd(load, kind):
    config = load(PEOPLE + (OAUTH if kind == "oauth" else LTI))
    authenticator = config.JupyterHub.authenticator_class(config=config)
    assert all(authenticator.validate_username(name) for name in ("ada", "ada.lovelace", "ada-2"))
    assert not any(
        authenticator.validate_username(name) for name in ("-d", "--help", "ada l", "ada\n", "a@b.org", "../x")
    )


@pytest.mark.parametrize("text", ["", OAUTH, LTI], ids=["pam", "oauth", "lti13"])
def test_a_setting_that_the_authenticator_does_not_have_is_told(load, text):
    text = text or "[auth_options]\n"
    with pytest.raises(Exception, match=r"'alow_all' in \[auth_options\] is no setting for"):
        load(PEOPLE + text + "alow_all = true\n")


def test_an_option_reaches_the_authenticator(load):
    config = load(PEOPLE + '[auth_options]\nservice = "hub"\n')
    assert jupyterhub.auth.PAMAuthenticator(config=config).service == "hub"


@pytest.mark.parametrize("spawner", ["systemd", "local"])
def test_the_hubs_secrets_do_not_reach_a_students_server(load, spawner, monkeypatch):
    """What etc/secrets.env puts into the hub's environment, and the token of its proxy."""
    monkeypatch.setenv("OAUTH_CLIENT_SECRET", "hush")
    monkeypatch.setenv("CONFIGPROXY_AUTH_TOKEN", "hush")
    config = load(PEOPLE + f'spawner = "{spawner}"\n')
    made = jupyterhub.spawner.LocalProcessSpawner if spawner == "local" else systemdspawner.SystemdSpawner
    ada, hub = MagicMock(id=1, url="/user/ada/", escaped_name="ada"), MagicMock(api_url="/hub/api", base_url="/hub/")
    ada.name = pwd.getpwuid(os.getuid()).pw_name
    environment = made(config=config, user=ada, hub=hub, api_token="own").get_env()
    assert environment["JUPYTERHUB_API_TOKEN"] == "own"
    assert "hush" not in environment.values()


def test_servers_that_start_at_once_get_ports_that_nobody_else_gets(load):
    hold = load(PEOPLE + 'spawner = "local"\n').Spawner.pre_spawn_hook

    async def start() -> None:
        ports = set()
        for _ in range(50):
            hold(spawner := MagicMock(port=0))
            ports.add(spawner.port)
        assert len(ports) == 50
        for port in ports:
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            with socket.socket() as somebody, pytest.raises(OSError, match="in use"):
                somebody.bind(("127.0.0.1", port))
            with socket.create_server(("127.0.0.1", port)):  # as a server does
                socket.create_connection(("127.0.0.1", port)).close()

    asyncio.run(start())
    assert "pre_spawn_hook" not in load(PEOPLE + 'spawner = "systemd"\n').Spawner


def test_only_instructors_reach_the_courses_server(load):
    config = load(PEOPLE)
    (course, culler) = config.JupyterHub.services
    assert (course["name"], course["user"]) == ("deep-learning", "deep-learning")
    assert course["environment"]["JUPYTERHUB_DEFAULT_URL"] == "/formgrader"
    assert config.JupyterHub.load_groups == {"formgrade-deep-learning": {"users": ["eve"]}}
    formgrader, of_culler = config.JupyterHub.load_roles
    assert formgrader["scopes"] == ["access:services!service=deep-learning"]
    assert formgrader["groups"] == ["formgrade-deep-learning"] and "users" not in formgrader
    assert of_culler["services"] == [culler["name"]]


def test_everything_but_the_pages_listens_on_the_loopback_interface(load):
    config = load(PEOPLE)
    assert config.JupyterHub.hub_bind_url.startswith("http://127.0.0.1:")
    assert config.ConfigurableHTTPProxy.api_url.startswith("http://127.0.0.1:")
    assert config.JupyterHub.services[0]["url"].startswith("http://127.0.0.1:")


def test_the_hub_does_not_start_as_somebody_else_than_root(load):
    with pytest.raises(Exception, match="The hub starts as root"):
        load(PEOPLE, user=1000)
    with pytest.raises(Exception, match='which `spawner = "shared"` does not'):
        load(PEOPLE + 'spawner = "shared"\n')
    assert load(PEOPLE + 'spawner = "shared"\n', user=1000).JupyterHub.spawner_class == "simple"


BAD = {
    "studnets = []": "'studnets' is no setting. There are course, account",
    "students = 'ada'": "students must be a list of names",
    "idle_minutes = 'x'": "idle_minutes must be of the type int",
    "cores = 'x'": "cores must be a number",
    "auth = 'ldap'": "auth must be one of pam, oauth, lti13",
    "spawner = 'docker'": "spawner must be one of systemd, local, shared",
    "students = ['Ada L']": "'Ada L' cannot be the name of an account on Linux",
    "students = ['root']\naccount = 'root'": "nobody logs in as 'root'",
    "students = ['a']\ninstructors = ['a']": "'a' cannot be an instructor and a student",
    "bind_url = ':80'": "bind_url must be like",
    "bind_url = 'http://127.0.0.1:99999'": "bind_url must be like",
    "bind_url = 'https://hub.example.org'": "https:// and ssl_key with ssl_cert go together",
    "ssl_key = 'x'\nssl_cert = 'x'": "https:// and ssl_key with ssl_cert go together",
    "hub_port = 8001": "need four ports, from 1 to 65535, not [8001, 8001, 8082]",
    "proxy_port = 8000": "need four ports",
    "course_port = 0": "need four ports",
    "course = 'Deep Learning'": "course must be of a-z, 0-9",
    "course = '../x'": "course must be of a-z, 0-9",
    "students = ['-x']": "'-x' cannot be the name of an account on Linux",
    "account = 'no body'": "'no body' cannot be the name of an account on Linux",
    "memory = '0G'": "memory must be more than 0",
    "cores = 0": "cores must be more than 0",
    "processes = -1": "processes must be more than 0",
    "idle_minutes = -1": "idle_minutes must be 0 (for never) or more",
    "idle_minutes = true": "idle_minutes must be of the type int",
    "[auth_options]\nblocked_users = []": "blocked_users does not belong into [auth_options]",
    "memory = '4 GB'": "memory must be a number with K, M, G or T",
    "ssl_key = 'x'": "ssl_key and ssl_cert go together",
    "= 3": "is not TOML",
}


@pytest.mark.parametrize("text", BAD)
def test_a_wrong_setting_is_told_in_one_sentence(tmp_path, text):
    path = tmp_path / "hub.toml"
    path.write_text(text)
    with pytest.raises(settings.SettingsError, match=re.escape(BAD[text])) as caught:
        settings.read(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_of_settings_that_is_not_there_is_told(tmp_path):
    with pytest.raises(
        settings.SettingsError, match=r"cannot be read: No such file or directory\. install\.py writes one"
    ):
        settings.read(tmp_path / "hub.toml")


def test_good_settings_are_read(tmp_path):
    path = tmp_path / "hub.toml"
    path.write_text(
        'students = ["ada.l", "b_2"]\ncores = 1\nbind_url = "https://:443"\nssl_key = "k"\nssl_cert = "c"\n'
    )
    found = settings.read(path)
    assert found == settings.Settings(
        students=("ada.l", "b_2"), cores=1, bind_url="https://:443", ssl_key="k", ssl_cert="c"
    )


def test_the_file_that_an_admin_edits_holds_every_default():
    assert settings.read(HERE / "hub.toml") == settings.Settings()


def test_the_unit_is_one_that_systemd_reads(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed here")
    (tmp_path / "venv/bin").mkdir(parents=True)
    (tmp_path / "venv/bin/python").symlink_to(sys.executable)
    (tmp_path / "state").mkdir()
    unit = tmp_path / "jupyterhub.service"
    unit.write_text((HERE / "jupyterhub.service").read_text().replace("@PREFIX@", str(tmp_path)))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert "jupyterhub.service" not in done.stderr and done.returncode == 0, done.stderr


def test_nothing_of_the_demo_is_installed_on_a_server():
    assert not [name for name in install.CONFIGURATION if "demo" in name]
    assert "demo" not in (HERE / "jupyterhub_config.py").read_text().replace("is a demonstration without", "").lower()


@pytest.fixture
def demo(load, tmp_path, monkeypatch):
    """The configuration of `make hub`."""

    def demo(text: str, passwords: str | None = '{"ada": "right"}') -> Config:
        load(text)
        (tmp_path / "state").mkdir(exist_ok=True)
        if passwords:
            (tmp_path / "state/demo.json").write_text(passwords)
        monkeypatch.setenv("COURSE_DEMO", str(tmp_path))
        return PyFileConfigLoader("demo_config.py", str(HERE)).load_config()

    return demo


@pytest.mark.parametrize("address", ["http://0.0.0.0:8000", "http://192.0.2.1:8000", "http://:8000"])
def test_the_demo_listens_on_the_loopback_interface_only(demo, address):
    with pytest.raises(ValueError, match=r"loopback|address"):
        demo(PEOPLE + f'bind_url = "{address}"\n')


def test_the_demo_does_not_start_without_passwords_drawn_for_it(demo):
    with pytest.raises(FileNotFoundError):
        demo(PEOPLE, passwords=None)


@pytest.mark.parametrize(
    ("name", "password", "who"),
    [("ada", "right", "ada"), ("ada", "wrong", None), ("ada", "", None), ("eve", "", None), ("root", "right", None)],
)
def test_the_demo_takes_its_own_passwords_only(demo, name, password, who):
    authenticator = demo(PEOPLE).JupyterHub.authenticator_class()
    assert asyncio.run(authenticator.authenticate(None, {"username": name, "password": password})) == who


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make an account with a password")
def test_a_password_of_this_machine_opens_the_door(load):
    """The real PAM, with a real account."""
    name, password = f"chk{os.getpid()}-pam", secrets.token_urlsafe(12)
    subprocess.run(["useradd", "--no-create-home", name], check=True)
    try:
        subprocess.run(["chpasswd"], input=f"{name}:{password}", text=True, check=True)
        config = load(f'students = ["{name}"]\n')
        authenticator = jupyterhub.auth.PAMAuthenticator(config=config)
        for tried, expected in ((password, name), ("wrong", None)):
            found = asyncio.run(authenticator.get_authenticated_user(None, {"username": name, "password": tried}))
            assert (found and found["name"]) == expected
        assert pwd.getpwnam(name)
    finally:
        subprocess.run(["userdel", name], check=True)
