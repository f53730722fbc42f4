"""A real JupyterHub on the loopback interface, as `make hub` starts it, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts" / "hub"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
TEACHER, ADA, BEN = "demo-teacher", "demo-ada", "demo-ben"
MINUTE = 60_000  # milliseconds, as Playwright counts
expect.set_options(timeout=MINUTE)


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
    """HUB_PREFIX names a folder that is kept, so that a second run need not install everything again."""
    kept = os.environ.get("HUB_PREFIX")
    prefix = Path(kept or "/srv/deep-learning-hub-test")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    demo = [sys.executable, str(ROOT / "deploy/jupyterhub/demo.py"), "--prefix", str(prefix)]
    started = subprocess.Popen(
        [*demo, "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
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
        yield Hub(prefix, f"http://127.0.0.1:{port}", {one[0]: one[2] for one in words}, said)
    finally:
        started.send_signal(signal.SIGINT)
        started.wait(90)
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        if (log := prefix / "state/hub.log").exists():
            shutil.copy(log, ARTEFACTS)
        if not kept:
            subprocess.run([*demo, "--remove"], check=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


class Person:
    """Somebody at the hub, with a browser window."""

    def __init__(self, browser: Browser, hub: Hub, name: str) -> None:
        self.hub, self.name = hub, name
        self.context = browser.new_context(viewport={"width": 1300, "height": 900})
        self.context.set_default_timeout(MINUTE)
        self.page = self.context.new_page()
        self._shots = 0

    def log_in(self) -> Page:
        """Log in, and wait for JupyterLab."""
        self.page.goto(self.hub.address)
        self.page.get_by_label("Username").fill(self.name)
        self.page.get_by_label("Password").fill(self.hub.passwords[self.name])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("menuitem", name="Nbgrader").wait_for(timeout=2 * MINUTE)
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
            """async ([command, begin, end]) => {
                const base = JSON.parse(document.getElementById("jupyter-config-data").textContent).baseUrl;
                const cookie = document.cookie.split("; ").find(one => one.startsWith("_xsrf=")).slice(6);
                const answer = await fetch(base + "api/terminals", {method: "POST", headers: {"X-XSRFToken": cookie}});
                const {name} = await answer.json();
                const socket = new WebSocket(location.origin.replace("http", "ws") + base + "terminals/websocket/" + name);
                let text = "";
                await new Promise((resolve, reject) => {
                    socket.onerror = reject;
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
            [command, "THIS-IS-THE-BEGIN", "THIS-IS-THE-END"],
        )


@pytest.fixture(scope="session")
def person(browser, hub):
    """Somebody who is logged in; the same window for all tests."""
    people: dict[str, Person] = {}

    def log_in(name: str) -> Person:
        if name not in people:
            people[name] = Person(browser, hub, name)
            people[name].log_in()
        return people[name]

    yield log_in
    for one in people.values():
        one.look("at the end")
        one.context.close()
