"""A real JupyterHub on the loopback interface, as `make hub` starts it, and a real browser in front of it."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import packages
import pytest
from events import PATIENCE
from playwright.sync_api import Browser, Page
from servers import held_ports, with_us
from windows import chromium, context

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts" / "hub"
PREFIX = Path("/srv/deep-learning-hub-test")
DEMO = (sys.executable, str(ROOT / "deploy/jupyterhub/demo.py"), "--prefix", str(PREFIX))
TEACHER, ADA, BEN = "demo-teacher", "demo-ada", "demo-ben"


@dataclass(frozen=True)
class Hub:
    """A running hub.

    Attributes
    ----------
    prefix : Path
        Where it is installed.
    address : str
    passwords : dict of str to str
    said : str
        What `make hub` printed.
    """

    prefix: Path
    address: str
    passwords: dict[str, str]
    said: str


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    _take_away()  # what a run that was killed has left
    (PREFIX / "state").mkdir(parents=True)
    (PREFIX / "state/demo.json").write_text("{}")  # says that the folder is a demo's
    packages.lend(PREFIX)
    with held_ports(1) as (port,):
        started = subprocess.Popen(
            with_us([*DEMO, "--port", str(port)]), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        said = ""
        try:
            for line in started.stdout:
                said += line
                if "Ctrl-C stops it" in line:
                    break
            else:
                raise RuntimeError(said)
            words = [line.split() for line in said.splitlines() if " password " in line]
            yield Hub(PREFIX, f"http://127.0.0.1:{port}", {one[0]: one[2] for one in words}, said)
        finally:
            started.send_signal(signal.SIGINT)
            started.communicate(timeout=PATIENCE)
            ARTEFACTS.mkdir(parents=True, exist_ok=True)
            if (log := PREFIX / "state/hub.log").exists():
                shutil.copy(log, ARTEFACTS)
            _take_away()


def _take_away() -> None:
    """Remove the hub that is there, when nothing runs from it any more."""
    end = time.monotonic() + PATIENCE
    while PREFIX.exists():
        done = subprocess.run([*DEMO, "--remove"], capture_output=True, text=True, check=False)
        assert done.returncode == 0 or time.monotonic() < end, done.stdout + done.stderr
        if done.returncode:
            time.sleep(1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        yield browser


class Person:
    """Somebody at the hub, with a browser window."""

    def __init__(self, browser: Browser, hub: Hub, name: str) -> None:
        self.hub, self.name = hub, name
        self.context = context(browser, width=1300, height=900)
        self.page = self.context.new_page()
        self._shots = 0

    def log_in(self) -> None:
        """Log in; the server starts."""
        self.page.goto(self.hub.address)
        self.page.get_by_label("Username").fill(self.name)
        self.page.get_by_label("Password").fill(self.hub.passwords[self.name])
        self.page.get_by_role("button", name="Sign in").click()

    def arrive(self) -> Page:
        """Wait for JupyterLab."""
        self.page.get_by_role("menuitem", name="Nbgrader").wait_for()
        return self.page

    def menu(self, *names: str) -> None:
        for name in names:
            self.page.get_by_role("menuitem", name=re.compile(rf"^{name}( Ctrl\S+)?$")).click()

    def look(self, what: str, page: Page | None = None, whole: bool = False) -> None:
        """Keep a picture, to be looked at."""
        self._shots += 1
        (page or self.page).screenshot(
            path=ARTEFACTS / f"{self.name.removeprefix('demo-')} {self._shots:02} {what}.png", full_page=whole
        )

    def shell(self, command: str) -> str:
        """What a command prints in a terminal of this person's server."""
        return self.page.evaluate(
            """async ([command, begin, end, patience]) => {
                const base = JSON.parse(document.getElementById("jupyter-config-data").textContent).baseUrl;
                const cookie = document.cookie.split("; ").find(one => one.startsWith("_xsrf=")).slice(6);
                const answer = await fetch(base + "api/terminals", {method: "POST", headers: {"X-XSRFToken": cookie}});
                const {name} = await answer.json();
                const socket = new WebSocket(location.origin.replace("http", "ws") + base + "terminals/websocket/" + name);
                let text = "";
                await new Promise((resolve, reject) => {
                    const fail = why => reject(new Error(why + " after: " + text));
                    setTimeout(fail, 1000 * patience, "nothing more came");
                    socket.onerror = () => fail("an error");
                    socket.onclose = () => fail("the terminal ended");
                    socket.onmessage = message => {
                        const [kind, content] = JSON.parse(message.data);
                        if (kind === "setup") {
                            const say = word => `echo ${word.slice(0, 3)}""${word.slice(3)}`;
                            const line = `stty -echo; ${say(begin)}; ${command}; echo; ${say(end)}\\n`;
                            socket.send(JSON.stringify(["stdin", line]));
                        }
                        if (kind === "stdout") text += content;
                        if (text.includes("\\n" + end)) resolve();
                    };
                });
                socket.close();
                await fetch(base + "api/terminals/" + name, {method: "DELETE", headers: {"X-XSRFToken": cookie}});
                return text.slice(text.indexOf(begin) + begin.length, text.indexOf("\\n" + end)).replaceAll("\\r", "").trim();
            }""",
            [command, "THIS-IS-THE-BEGIN", "THIS-IS-THE-END", PATIENCE],
        )


@pytest.fixture(scope="session")
def person(browser, hub):
    """Somebody who is logged in; the same window for all tests."""
    people = {name: Person(browser, hub, name) for name in (ADA, TEACHER)}
    for one in people.values():
        one.log_in()  # so their servers start side by side
    for one in people.values():
        one.arrive()
    yield people.__getitem__
    for one in people.values():
        one.look("at the end")
        one.context.close()
