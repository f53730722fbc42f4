"""The gradebook in PostgreSQL, where the whole way gives what it gives with nbgrader's file; and the hub's own database."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
import requests
import sample_class
import yaml
from events import wait_until
from servers import held_ports, running, wait_for
from test_ngshare import HUB, write_configuration

from grader.course import Course
from grader.grading import open_gradebook

ROOT, TOPIC = sample_class.ROOT, sample_class.TOPIC
TOOLS = Path(sys.executable).parent
PASSWORD = "it's % a @password/"  # with what has a meaning in SQL, in settings and in addresses


def run(course: Course, *command: str | Path, gradebook: str = "") -> subprocess.CompletedProcess[str]:
    """A command in a course folder, with the gradebook at an address, or in nbgrader's file."""
    environment = {**os.environ, "PATH": os.pathsep.join([str(TOOLS), os.environ["PATH"]]), "PYTHONPATH": str(ROOT)}
    environment |= {"COURSE_GRADEBOOK": gradebook} if gradebook else {}
    command = [sys.executable, "-m", *map(str, command)]
    return subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The gradebook's address on a PostgreSQL of Debian's, with the databases that the script of postgresql.yaml makes."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "This needs PostgreSQL: apt-get install postgresql"
    user = {"user": "postgres"} if os.geteuid() == 0 else {}  # it does not run as root
    manifests = yaml.safe_load_all((ROOT / "deploy/kubernetes/postgresql.yaml").read_text(encoding="utf-8"))
    script = next(one["data"]["databases.sh"] for one in manifests if one["kind"] == "ConfigMap")
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="postgresql-") as folder:  # a socket must not have a long name
        place, data = Path(folder), f"{folder}/data"
        if user:
            shutil.chown(place, "postgres")
        given = {"PATH": f"{programs[-1]}:/usr/bin:/bin", "PGHOST": folder}
        given |= {"HUB_PASSWORD": "x", "GRADEBOOK_PASSWORD": PASSWORD}

        def program(*command: str) -> None:
            subprocess.run(command, cwd=place, env=given, check=True, stdout=subprocess.DEVNULL, **user)

        program("initdb", "--pgdata", data, "--auth", "trust", "--username", "postgres", "--no-sync")
        (place / "data/pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        options = ["listen_addresses=", f"unix_socket_directories={place}", "fsync=off"]
        command = ["postgres", "-D", data, *(word for option in options for word in ("-c", option))]
        with running(command, place / "log", "INT", cwd=place, env=given, **user) as server:

            def is_ready() -> bool:
                assert server.poll() is None, (place / "log").read_text()
                return subprocess.run(["pg_isready", "--quiet"], env=given, check=False).returncode == 0

            wait_until(is_ready)
            program("sh", "-c", script)
            yield f"postgresql+psycopg://gradebook:{quote(PASSWORD, safe='')}@/gradebook?host={place}"


def take_through(folder: Path, gradebook: str = "") -> tuple[Course, list[dict[str, str]]]:
    """Collect, grade and feed back the sample class; the course and its marks."""
    sample_class.main(folder)
    course = Course.load(folder)
    for command in (["build"], ["collect", folder / "hand-ins.zip"], ["grade", "--workers", "2"], ["feedback"]):
        done = run(course, "grader", *command, gradebook=gradebook)
        assert done.returncode == (1 if command[0] == "grade" else 0), done.stderr
    assert run(course, "grader", "marks", "--csv", folder / "marks.csv", gradebook=gradebook).returncode == 0
    with (folder / "marks.csv").open(encoding="utf-8-sig", newline="") as stream:
        return course, list(csv.DictReader(stream))


def test_a_class_has_the_same_marks_with_postgresql(database, tmp_path, monkeypatch):
    with ThreadPoolExecutor() as both:
        in_file = both.submit(take_through, tmp_path / "file")
        course, marks = take_through(tmp_path / "postgresql", database)
    assert marks == in_file.result()[1] and len(marks) >= 8
    assert not list(course.root.rglob("gradebook.db*"))

    # what a person gives stays when all is graded again, and a due date counts
    monkeypatch.setenv("COURSE_GRADEBOOK", database)
    with open_gradebook(course) as gradebook:
        grade = gradebook.find_grade("explain_dropout", TOPIC, TOPIC, "ada")
        grade.manual_score, grade.needs_manual_grade = 7, False
        gradebook.db.commit()
    assert "0 of them would get other points" in run(course, "grader", "grade", "--dry-run", "--force").stdout
    done = run(course, "grader", "grade", "--force", "--student", "ada")
    assert done.returncode == 0, done.stderr
    with open_gradebook(course) as gradebook:
        assert gradebook.find_grade("explain_dropout", TOPIC, TOPIC, "ada").manual_score == 7

    # nbgrader's own commands work on it
    commands = (
        ["db", "student", "list"],
        ["db", "assignment", "list"],
        ["autograde", TOPIC, "--student", "ada", "--force"],
    )
    with ThreadPoolExecutor() as all_three:
        students, assignments, graded_again = all_three.map(lambda command: run(course, "nbgrader", *command), commands)
    for done, name in ((students, "ada"), (assignments, TOPIC), (graded_again, "")):
        assert done.returncode == 0 and name in done.stdout, done.stderr
    assert not list(course.root.rglob("gradebook.db*"))


def test_the_hub_keeps_its_people_in_postgresql(database, tmp_path):
    """A real JupyterHub with the settings and the database's address of jupyterhub.yaml, started twice."""
    values = yaml.safe_load((ROOT / "deploy/kubernetes/jupyterhub.yaml").read_text(encoding="utf-8"))["hub"]
    driver, _, address = values["db"]["url"].partition("://")
    # The chart's image has psycopg2; here is its successor, which the hub's lock has. The password comes in PGPASSWORD.
    assert (
        driver == "postgresql+psycopg2" and address == "hub@postgresql:5432/hub" and "PGPASSWORD" in values["extraEnv"]
    )
    place, known, log = database.partition("?host=")[2], [], tmp_path / "hub.log"
    address = f'c.JupyterHub.db_url = "postgresql+psycopg://hub@/hub?host={place}"\n'
    environment = {"PATH": f"{TOOLS}:{os.environ['PATH']}", "HOME": str(tmp_path), "PGPASSWORD": "x"}
    with held_ports(1) as (port,):
        write_configuration(tmp_path, port, server="unused", more=address)
        hub = f"http://127.0.0.1:{port}/hub/api"
        for user in ("ada", "ben"):
            with running(HUB, log, cwd=tmp_path, env=environment) as process:
                wait_for(hub + "/", process, log)
                headers = {"Authorization": "token token-of-test"}
                assert requests.post(f"{hub}/users/{user}", headers=headers).status_code == 201
                known.append({one["name"] for one in requests.get(f"{hub}/users", headers=headers).json()})
    assert known[1] == known[0] | {"ben"} and "ada" in known[0]
    assert not list(tmp_path.rglob("*.sqlite"))


def test_neither_database_opens_to_the_other_s_user(database):
    place, password = database.partition("?host=")[2], {"hub": "x", "gradebook": PASSWORD}
    for user in password:
        for name in password:
            try:
                psycopg.connect(host=place, user=user, password=password[user], dbname=name).close()
                opened = True
            except psycopg.OperationalError as error:
                assert "permission denied for database" in str(error)
                opened = False
            assert opened == (user == name)
