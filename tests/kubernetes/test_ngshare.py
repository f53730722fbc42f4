"""ngshare as the exchange: the hub's settings of jupyterhub.yaml in a real JupyterHub, and the commands of the image.

Without a cluster. Servers are local processes that only answer; what counts is the token that the hub gives to each of
them, and that the environment of a pod would have.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import sample_class
import yaml
from events import PATIENCE, wait_until
from servers import held_ports, running, wait_for

ROOT, TOPIC = sample_class.ROOT, sample_class.TOPIC
COURSE = "deep-learning"
SERVER_OF_COURSE = f"/users/{COURSE}/server"
CONFIG = '''
import json, os, socket, sys
import yaml
from jupyterhub.proxy import Proxy
from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets.config import Config

values = yaml.safe_load(open({values!r}))["hub"]
c.merge(Config(values["config"]))
for source in values["extraConfig"].values():
    exec(source)
c.JupyterHub.load_roles = [{{"name": name, **role}} for name, role in values["loadRoles"].items()]
c.JupyterHub.services = [{{"name": name, "api_token": "token-of-" + name}} for name in values["services"]]
c.JupyterHub.services.append({{"name": "test", "api_token": "token-of-test"}})
c.JupyterHub.load_roles.append({{"name": "test", "services": ["test"], "scopes": ["admin:users", "admin:servers", "tokens"]}})
c.JupyterHub.authenticator_class = "dummy"


class NoProxy(Proxy):
    should_start = False

    async def start(self):
        pass

    async def get_all_routes(self):
        return {{}}

    async def add_route(self, routespec, target, data):
        pass

    async def delete_route(self, routespec):
        pass


class OnlyAnswers(SimpleLocalProcessSpawner):
    """Keeps the environment that a server gets, and starts something that answers in its place."""

    home_dir_template = {folder!r} + "/{{username}}"

    async def start(self):
        self.held = socket.socket()  # keeps the port for the server
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.held.bind(("127.0.0.1", 0))
        self.port = self.held.getsockname()[1]
        found = await super().start()
        written = {folder!r} + "/" + self.user.name
        with open(written + ".part", "w") as file:
            json.dump(self.get_env(), file)
        os.rename(written + ".part", written + ".json")
        return found


c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.spawner_class = OnlyAnswers
c.Spawner.cmd = [sys.executable, {server!r}]
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.db_url = "sqlite:///" + {folder!r} + "/hub.sqlite"
c.JupyterHub.cookie_secret_file = {folder!r} + "/cookie"
'''
SERVER = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlparse


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()


HTTPServer(("127.0.0.1", urlparse(os.environ["JUPYTERHUB_SERVICE_URL"]).port), Answer).serve_forever()
"""


HUB = [sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"]


def write_configuration(folder: Path, port: int, server: str, more: str = "") -> None:
    """Write the configuration of a hub into the folder where it will run."""
    values = str(ROOT / "deploy/kubernetes/jupyterhub.yaml")
    text = CONFIG.format(values=values, folder=str(folder), port=port, server=server, patience=int(PATIENCE))
    (folder / "jupyterhub_config.py").write_text(text + more)


class Cluster(contextlib.ExitStack):
    """A hub and ngshare, and the servers of people as far as their environment goes."""

    def __init__(self, folder: Path, image: Path) -> None:
        super().__init__()
        self.folder, self.image = folder, image
        port, shared = self.enter_context(held_ports(2))
        self.hub = f"http://127.0.0.1:{port}/hub/api"
        self.ngshare = f"http://127.0.0.1:{shared}/services/ngshare"
        (folder / "server.py").write_text(SERVER)
        write_configuration(folder, port, server=str(folder / "server.py"))
        (deployment,) = (
            one
            for one in yaml.safe_load_all((ROOT / "deploy/kubernetes/ngshare.yaml").read_text())
            if one["kind"] == "Deployment"
        )
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        environment = {one["name"]: one.get("value", "") for one in container["env"]}
        environment |= {
            "JUPYTERHUB_API_URL": self.hub,
            "JUPYTERHUB_API_TOKEN": "token-of-ngshare",
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{shared}",
        }
        command = [container["command"][0].replace("/opt/course", str(image)), *container["command"][1:]]
        command += ["--database", f"sqlite:///{folder}/ngshare.db", "--storage", str(folder / "files")]
        try:
            self._start("jupyterhub", HUB, {}, self.hub + "/")
            self.callback(self._stop_servers)
            self._start("ngshare", command, environment, f"http://127.0.0.1:{shared}/healthz")
        except BaseException:
            self.close()
            raise

    def _start(self, name: str, command: list[str], environment: dict[str, str], address: str) -> None:
        own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(self.folder), "USER": "root"}
        log = self.folder / f"{name}.log"
        process = self.enter_context(running(command, log, cwd=self.folder, env={**own, **environment}))
        wait_for(address, process, log)

    def _stop_servers(self) -> None:
        for user in self.folder.glob("*.json"):
            self.api("DELETE", f"/users/{user.stem}/server")

    def api(self, method: str, path: str, token: str = "token-of-test", **options: object) -> requests.Response:
        return requests.request(method, self.hub + path, headers={"Authorization": f"token {token}"}, **options)

    def log_in(self, user: str) -> None:
        """A user with a server, whose environment is then known."""
        self.api("POST", f"/users/{user}")
        started = self.api("POST", f"/users/{user}/server")
        assert started.status_code in (201, 202), started.text
        wait_until(lambda: (self.folder / f"{user}.json").exists())
        (self.folder / user).mkdir(exist_ok=True)

    def run(self, user: str, *command: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        """A command of the image with the environment of a server."""
        given = json.loads((self.folder / f"{user}.json").read_text())
        hub = {name: value for name, value in given.items() if name.startswith("JUPYTERHUB_")}
        home = self.folder / user
        return subprocess.run(
            [self.image / "bin" / command[0], *command[1:]],
            cwd=cwd or home, capture_output=True, text=True,
            env={"PATH": f"{self.image}/bin:/usr/bin:/bin", "HOME": str(home), "COURSE_EXCHANGE": "ngshare",
                 "COURSE_NGSHARE": self.ngshare, **hub, **more},
        )  # fmt: skip


@pytest.fixture(scope="module")
def cluster(image, tmp_path_factory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("cluster"), image) as made:
        for user in (COURSE, "ada", "ben", "eve"):
            made.log_in(user)
        yield made


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_instructors_start_and_enter_the_course_s_server_and_students_do_not(cluster):
    for user, may in (("eve", True), ("ada", False)):
        token = cluster.api("POST", f"/users/{user}/tokens", json={}).json()["token"]
        scopes = cluster.api("GET", "/user", token).json()["scopes"]
        assert (f"access:servers!user={COURSE}" in scopes) == may
        stopped = cluster.api("DELETE", SERVER_OF_COURSE, token).status_code
        assert (stopped in (202, 204)) == may
        if may:
            (cluster.folder / f"{COURSE}.json").unlink()  # the next server has another token
            wait_until(lambda token=token: cluster.api("POST", SERVER_OF_COURSE, token).status_code in (201, 202))
            wait_until((cluster.folder / f"{COURSE}.json").exists)


def test_nobody_logs_in_as_the_course(cluster):
    for user, may in (("ada", True), (COURSE, False)):
        with requests.Session() as browser:
            address = cluster.hub.removesuffix("/api") + "/login"
            browser.get(address)
            form = {"username": user, "password": "x", "_xsrf": browser.cookies["_xsrf"]}
            answer = browser.post(address, data=form, allow_redirects=False)
        assert (answer.status_code == 302) == may, answer.text
        assert may or "the account of the course" in answer.text


def test_only_the_course_s_server_may_ask_for_workers(cluster):
    for user in (COURSE, "ada", "eve"):
        token = json.loads((cluster.folder / f"{user}.json").read_text())["JUPYTERHUB_API_TOKEN"]
        found = cluster.api("GET", "/user", token).json()
        assert found["name"] == user and "access:services!service=ngshare" in found["scopes"]
        assert ("access:services!service=dask-gateway" in found["scopes"]) == (user == COURSE)


def test_an_assignment_goes_out_and_comes_back_with_points_and_feedback(cluster):
    course = cluster.folder / COURSE / "course"
    sample_class.main(course)

    def teacher(*command: str) -> str:
        return said(cluster.run(COURSE, *command, cwd=course, COURSE_SEED="secret"))

    teacher("grader", "build", TOPIC)
    teacher("ngshare-course-management", "create_course", COURSE, COURSE)
    for student in ("ada", "ben"):
        teacher("ngshare-course-management", "add_student", COURSE, student)
    assert "Successfully released" in teacher("nbgrader", "release_assignment", TOPIC)

    home = cluster.folder / "ada"
    assert TOPIC in said(cluster.run("ada", "nbgrader", "list"))
    said(cluster.run("ada", "nbgrader", "fetch_assignment", TOPIC))
    notebook = home / TOPIC / f"{TOPIC}.ipynb"
    assert "HIDDEN TESTS" not in notebook.read_text()
    answers = sample_class.hand_in(sample_class.reference_answers(), sample_class.TEXT)
    notebook.write_text(json.dumps(answers))
    assert "Submitted as" in said(cluster.run("ada", "nbgrader", "submit", TOPIC))

    assert "Collecting submission: ada" in teacher("nbgrader", "collect", TOPIC)
    assert "1 of 1 hand-in graded (isolated)" in teacher("grader", "grade", TOPIC)
    teacher("grader", "feedback", TOPIC)
    teacher("nbgrader", "release_feedback", TOPIC)
    said(cluster.run("ada", "nbgrader", "fetch_feedback", TOPIC))
    (page,) = (home / TOPIC / "feedback").rglob("*.html")
    assert "of 100 points" in page.read_text() and "92 of 100 points" in page.read_text()


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("GET", f"/submission/{COURSE}/{TOPIC}/ada", {}),
        ("GET", f"/submissions/{COURSE}/{TOPIC}", {}),
        ("GET", f"/feedback/{COURSE}/{TOPIC}/ada", {"timestamp": "2026-01-01 00:00:00.0", "list_only": "false"}),
        ("POST", f"/assignment/{COURSE}/{TOPIC}", {"files": "[]"}),
        ("POST", f"/student/{COURSE}/ben", {"first_name": "", "last_name": "", "email": ""}),
        ("POST", f"/instructor/{COURSE}/ben", {"first_name": "", "last_name": "", "email": ""}),
        ("POST", f"/submission/{COURSE}/{TOPIC}", {"files": json.dumps([{"path": "../x", "content": "eA=="}])}),
        ("GET", "/dump", {}),
    ],
)
def test_a_student_gets_and_does_nothing_of_others(cluster, method, path, data):
    token = json.loads((cluster.folder / "ben.json").read_text())["JUPYTERHUB_API_TOKEN"]
    for given, statuses in ((token, (400, 403, 404)), ("none", (403, 404, 500))):  # refused, if not in good order
        options = {"params": data} if method == "GET" else {"data": data}
        answer = requests.request(
            method,
            cluster.ngshare + path,
            headers={"Authorization": f"token {given}"},
            allow_redirects=False,
            **options,
        )
        assert answer.status_code in statuses, answer.text
