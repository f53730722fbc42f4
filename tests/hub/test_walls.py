"""What a student finds behind their login who looks for more than their own work: nothing. Needs root, for accounts of their own."""

from __future__ import annotations

import os
import subprocess

import pytest
from conftest import ADA, BEN, TEACHER

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="without root all servers run as one account, and say so")

# What is tried in a shell of the student's server, and what the shell says to it.
CLOSED = {
    "hidden tests": "cat {prefix}/course/source/gradient_checking/gradient_checking.ipynb",
    "solutions": "cat {prefix}/course/course/gradient_checking/assignment.py",
    "the gradebook": "cat {prefix}/course/gradebook.db",
    "collected work": "ls {prefix}/course/submitted",
    "another student's home": "ls {prefix}/home/{other}",
    "who handed in": "ls {prefix}/exchange/deep-learning/inbound",
    "feedback for others": "ls {prefix}/exchange/deep-learning/feedback",
    "settings of the hub": "cat {prefix}/etc/hub.toml",
    "secrets of the hub": "cat {prefix}/state/cookie_secret",
    "passwords of the demo": "cat {prefix}/state/demo.json",
    "the hub's environment": "cat /proc/$(pgrep -f demo_config.py | head -1)/environ",
    "the environment of the course's server": "cat /proc/$(pgrep -u demo-course -f singleuser | head -1)/environ",
    "a release of their own": "touch {prefix}/exchange/deep-learning/outbound/x",
    "another course folder": "mv {prefix}/exchange/deep-learning {prefix}/exchange/x",
    "the programs of everybody": "touch {prefix}/venv/bin/x",
}


@pytest.mark.parametrize("what", CLOSED)
def test_a_shell_is_refused(person, hub, what):
    said = person(ADA).shell(CLOSED[what].format(prefix=hub.prefix, other=BEN) + "; echo status $?")
    assert "Permission denied" in said or "Operation not permitted" in said, said
    assert "status 1" in said or "status 2" in said, said


ASKED = {
    "the proxy's routes": "{proxy}/api/routes",
    "the hub's users": "{hub}/hub/api/users",
    "the formgrader": "{course}/services/deep-learning/formgrader",
    "files of the course": "{course}/services/deep-learning/api/contents",
}


@pytest.mark.parametrize("what", ASKED)
def test_a_socket_is_refused(person, hub, what):
    """Even with the token of the student's own server, which the server's process holds."""
    ports = dict(
        line.split(" = ") for line in (hub.prefix / "etc/hub.toml").read_text().splitlines() if "_port = " in line
    )
    address = ASKED[what].format(
        **{name: f"http://127.0.0.1:{ports[f'{name}_port']}" for name in ("proxy", "hub", "course")}
    )
    token = "$(tr '\\\\0' '\\\\n' < /proc/$PPID/environ | sed -n 's/^JUPYTERHUB_API_TOKEN=//p')"
    said = person(ADA).shell(
        f"curl --silent --output /dev/null --write-out 'code %{{http_code}}' -H \"Authorization: token {token}\" {address}"
    )
    assert any(f"code {code}" in said for code in (302, 401, 403, 404)), said


def test_a_page_of_the_course_or_of_another_student_is_refused(person, hub):
    page = person(ADA).page
    for path in ("services/deep-learning/formgrader", f"user/{BEN}/lab", f"user/{BEN}/api/contents", "hub/admin"):
        answer = page.request.get(f"{hub.address}/{path}")
        assert answer.status in (403, 404), (path, answer.status)


def test_terminals_and_kernels_do_not_hold_the_token(person, hub):
    student = person(ADA)
    assert "JUPYTERHUB_API_TOKEN" not in student.shell("env")
    kernel = f"{hub.prefix}/venv/share/jupyter/kernels/python3/kernel.json"
    assert '"JUPYTERHUB_API_TOKEN": ""' in student.shell(f"cat {kernel}")
    run = "jupyter execute --inplace --allow-errors x.ipynb > /dev/null 2>&1"
    write = 'python -c \'import nbformat.v4 as v; import nbformat; nbformat.write(v.new_notebook(cells=[v.new_code_cell("import os; print(sorted(os.environ.items()))")]), "x.ipynb")\''
    said = student.shell(f"JUPYTERHUB_API_TOKEN=secret-token; export JUPYTERHUB_API_TOKEN; {write}; {run}; cat x.ipynb")
    assert "JUPYTERHUB_API_TOKEN" in said and "secret-token" not in said.split("cells")[-1]


def test_servers_run_as_their_owners(person, hub):
    assert ADA in person(ADA).shell("id -un")
    person(TEACHER)
    owners = subprocess.run(["ps", "-ww", "-eo", "user:32,args"], capture_output=True, text=True, check=True).stdout
    running = {
        line.split()[0] for line in owners.splitlines() if f"{hub.prefix}/venv/bin/jupyterhub-singleuser" in line
    }
    assert {ADA, TEACHER, "demo-course"} <= running


def test_the_check_of_permissions_finds_nothing(person, hub):
    person(ADA)
    found = subprocess.run(
        [hub.prefix / "venv/bin/python", hub.prefix / "etc/check.py"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Nothing found" in found.stdout
