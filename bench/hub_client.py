"""A student at the hub without a browser: the requests that the login page, JupyterLab and nbgrader's buttons send.

Only what a student waits for is in here: the login form, the server, the Assignment List's fetch and submit, a notebook
opened with its kernel, saved, and validated. The files of JupyterLab's page itself are not asked for.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
import uuid
from typing import Any
from urllib.parse import quote, urlsplit

import requests
import websocket

PATIENCE = 600  # seconds for an answer; no student waits longer
BUSY = (429, 503)  # with Retry-After: the hub asks to come back later


class ClientError(Exception):
    """An answer that a student could not go on with; one sentence says which."""


class Student:
    """A student with a password, and what their browser keeps.

    Parameters
    ----------
    address : str
        Of the hub, such as ``http://127.0.0.1:8000``.
    name, password : str
    course, assignment : str
        nbgrader's names.

    Attributes
    ----------
    retries : int
        How often the hub asked to come back later.
    """

    def __init__(self, address: str, name: str, password: str, course: str, assignment: str) -> None:
        self.address, self.name = address.rstrip("/"), name
        self.course, self.assignment = course, assignment
        self.retries = 0
        self._password = password
        self._session = requests.Session()
        self._session.trust_env = False  # the hub is on this machine; a proxy is not
        self._kernel = ""

    @property
    def server(self) -> str:
        """The path of the student's own server, with a slash at its end."""
        return f"/user/{self.name}/"

    def log_in(self) -> None:
        """Fill in the login form.

        Raises
        ------
        ClientError
            If the hub does not take the name and the password.
        """
        form = self.ask("GET", "/hub/login")
        token = re.search(r'name="_xsrf"\s+value="([^"]+)"', form.text)
        if token is None:
            raise ClientError(f"{self.name}: the login page has no form.")
        words = {"username": self.name, "password": self._password, "_xsrf": token[1]}
        self.ask("POST", "/hub/login", params={"next": "/hub/home"}, data=words)
        if not any(one.name == "jupyterhub-session-id" for one in self._session.cookies):
            raise ClientError(f"{self.name}: the hub did not take the password.")

    def start_server(self) -> None:
        """Ask for the server, watch its progress as the page does, and open JupyterLab.

        Raises
        ------
        ClientError
            If the server does not start.
        """
        self.ask("GET", f"/hub/spawn/{self.name}")
        where = f"/hub/api/users/{self.name}/server/progress"
        events = {"Accept": "text/event-stream"}
        with self.ask("GET", where, params={"_xsrf": self._xsrf("/hub/")}, headers=events, stream=True) as answer:
            for line in answer.iter_lines():
                if line.startswith(b"data:"):
                    event = json.loads(line[5:])
                    if event.get("failed"):
                        raise ClientError(f"{self.name}: the server did not start: {event.get('message')}")
                    if event.get("ready"):
                        break
            else:
                raise ClientError(f"{self.name}: the hub stopped saying how the server starts.")
        self.ask("GET", f"{self.server}lab")

    def fetch(self) -> str:
        """Fetch the assignment by the Assignment List.

        Returns
        -------
        str
            The path of its first notebook on the student's server.

        Raises
        ------
        ClientError
            If it is not there afterwards.
        """
        for one in self._assignments("fetch"):
            if one["assignment_id"] == self.assignment and one["status"] == "fetched":
                return one["notebooks"][0]["path"]
        raise ClientError(f"{self.name}: {self.assignment} is not among the fetched assignments after the fetch.")

    def submit(self) -> list[str]:
        """Submit by the Assignment List.

        Returns
        -------
        list of str
            The times of all hand-ins of the assignment, as nbgrader lists them.

        Raises
        ------
        ClientError
            If the hand-in is not listed.
        """
        for one in self._assignments("submit"):
            if one["assignment_id"] == self.assignment and one["status"] == "submitted":
                return [each["timestamp"] for each in one["submissions"]]
        raise ClientError(f"{self.name}: no hand-in of {self.assignment} is listed after the submission.")

    def read(self, path: str) -> dict[str, Any]:
        """A notebook, by Jupyter's contents API."""
        return self.ask("GET", f"{self.server}api/contents/{quote(path)}", params={"content": 1}).json()["content"]

    def write(self, path: str, notebook: dict[str, Any]) -> None:
        """Save a notebook, by Jupyter's contents API."""
        model = {"type": "notebook", "format": "json", "content": notebook}
        self.ask("PUT", f"{self.server}api/contents/{quote(path)}", json=model)

    def validate(self, path: str) -> dict[str, Any]:
        """What nbgrader's Validate button says: lists of cells that ``failed``, ``changed`` or ``type_changed``.

        Raises
        ------
        ClientError
            If the notebook could not be validated.
        """
        answer = self.ask("POST", f"{self.server}assignments/validate", data={"path": path}).json()
        if not answer["success"]:
            raise ClientError(f"{self.name}: not validated: {str(answer['value'])[-300:]}")
        return answer["value"]

    def open_notebook(self, path: str) -> None:
        """Start the kernel that JupyterLab starts for an open notebook."""
        model = {"path": path, "type": "notebook", "name": path, "kernel": {"name": "python3"}}
        self._kernel = self.ask("POST", f"{self.server}api/sessions", json=model).json()["kernel"]["id"]

    def run(self, code: str) -> str:
        """What a cell prints in the open notebook's kernel.

        Raises
        ------
        ClientError
            If it raises an error, or the kernel does not answer.
        """
        identity = uuid.uuid4().hex
        header = {"msg_id": identity, "msg_type": "execute_request", "username": self.name, "session": identity}
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": True}
        message = {"header": {**header, "version": "5.3", "date": ""}, "parent_header": {}, "metadata": {}}
        message = {**message, "content": content, "channel": "shell", "buffers": []}
        printed, is_idle, answered = "", False, False
        with contextlib.closing(self._channels(identity)) as channels:
            channels.send(json.dumps(message))
            while not (is_idle and answered):
                try:
                    said = json.loads(channels.recv())
                except (OSError, websocket.WebSocketException) as error:
                    raise ClientError(f"{self.name}: the kernel does not answer: {error}") from None
                if said["parent_header"].get("msg_id") != identity:
                    continue
                kind, content = said["header"]["msg_type"], said["content"]
                if kind == "stream":
                    printed += content["text"]
                elif kind == "error":
                    raise ClientError(f"{self.name}: a cell ended with {content['ename']}: {content['evalue']}")
                is_idle |= kind == "status" and content["execution_state"] == "idle"
                answered |= kind == "execute_reply"
        return printed

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request that must succeed; where the hub asks to come back later, this waits and counts.

        Raises
        ------
        ClientError
            If the answer is an error.
        """
        end = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.try_to(method, path, **options)
            except requests.RequestException as error:
                raise ClientError(f"{self.name}: {method} {path}: {type(error).__name__}.") from None
            if answer.status_code not in BUSY or "Retry-After" not in answer.headers or time.monotonic() > end:
                break
            self.retries += 1
            time.sleep(float(answer.headers["Retry-After"]))
        if not answer.ok:
            raise ClientError(f"{self.name}: {method} {path}: {answer.status_code} {answer.text[-300:]}")
        return answer

    def try_to(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request with this student's cookies, whatever the answer is."""
        headers = dict(options.pop("headers", {}))
        if path.startswith(self.server):
            headers["X-XSRFToken"] = self._xsrf(self.server)
        return self._session.request(method, self.address + path, headers=headers, timeout=PATIENCE, **options)

    def _assignments(self, action: str) -> list[dict[str, Any]]:
        words = {"course_id": self.course, "assignment_id": self.assignment}
        answer = self.ask("POST", f"{self.server}assignments/{action}", data=words).json()
        if not answer["success"]:
            raise ClientError(f"{self.name}: {action}: {str(answer['value'])[-300:]}")
        return answer["value"]

    def _channels(self, identity: str) -> websocket.WebSocket:
        """A connection to the kernel of the open notebook."""
        where = f"{self.server}api/kernels/{self._kernel}/channels"
        words = f"session_id={identity}&_xsrf={quote(self._xsrf(self.server))}"
        socket = f"ws://{urlsplit(self.address).netloc}{where}?{words}"
        cookies = self._session.prepare_request(requests.Request("GET", self.address + where)).headers["Cookie"]
        try:
            return websocket.create_connection(socket, timeout=PATIENCE, cookie=cookies, origin=self.address)
        except (OSError, websocket.WebSocketException) as error:
            raise ClientError(f"{self.name}: no connection to the kernel: {error}") from None

    def _xsrf(self, path: str) -> str:
        """The token that pages below a path send back to show that they are the hub's own."""
        found = [one.value for one in self._session.cookies if one.name == "_xsrf" and one.path == path]
        return found[0] if found else ""
