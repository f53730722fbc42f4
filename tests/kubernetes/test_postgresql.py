"""The gradebook in PostgreSQL, where the whole way gives what it gives with nbgrader's file; and the hub's own database."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
import requests
import sample_class
import yaml
from test_ngshare import CONFIG, free_port, wait_for

from grader.course import Course
from grader.grading import open_gradebook

ROOT, TOPIC = sample_class.ROOT, sample_class.TOPIC
TOOLS = Path(sys.executable).parent
PASSWORD = "it's % a @password/"  # with what has a meaning in SQL, in settings and in addresses


def run_grader(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from grader.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The gradebook's address on a PostgreSQL of Debian's, with the databases that the script of postgresql.yaml makes."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "This needs PostgreSQL: apt-get install postgresql"
    user = {"user": "postgres"} if os.geteuid() == 0 else {}  # it does not run as root
    manifests = yaml.safe_load_all((ROOT / "deploy/kubernetes/postgresql.yaml").read_text(encoding="utf-8"))
    script = next(one["data"]["databases.sh"] for one in manifests if one["kind"] == "ConfigMap")
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        place, data = Path(folder), f"{folder}/data"
        if user:
            shutil.chown(place, "postgres")
        given = {"PATH": f"{programs[-1]}:/usr/bin:/bin", "PGHOST": folder}
        given |= {"HUB_PASSWORD": "x", "GRADEBOOK_PASSWORD": PASSWORD}

        def run(*command: str) -> None:
            subprocess.run(command, cwd=place, env=given, check=True, stdout=subprocess.DEVNULL, **user)

        run("initdb", "--pgdata", data, "--auth", "trust", "--username", "postgres", "--no-sync")
        (place / "data/pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        options = f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
        run("pg_ctl", "start", "--pgdata", data, "--wait", "--log", str(place / "log"), "--options", options)
        try:
            run("sh", "-c", script)
            yield f"postgresql+psycopg://gradebook:{quote(PASSWORD, safe='')}@/gradebook?host={place}"
        finally:
            run("pg_ctl", "stop", "--pgdata", data, "--mode", "immediate")


def marks_of(course: Course, folder: Path) -> list[dict[str, str]]:
    written = folder / "marks.csv"
    assert run_grader("--root", course.root, "marks", "--csv", written).returncode == 0
    with written.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_class_has_the_same_marks_with_postgresql(graded, database, tmp_path, monkeypatch):
    expected = marks_of(graded, tmp_path)
    monkeypatch.setenv("COURSE_GRADEBOOK", database)
    sample_class.main(tmp_path / "course")
    course = Course.load(tmp_path / "course")

    def grader(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return run_grader("--root", course.root, *arguments)

    for command in (["build"], ["collect", course.root / "hand-ins.zip"], ["grade", "--workers", "2"], ["feedback"]):
        done = grader(*command)
        assert done.returncode == (1 if command[0] == "grade" else 0), done.stderr
    assert marks_of(course, tmp_path) == expected and len(expected) >= 8
    assert not list(course.root.rglob("gradebook.db*"))

    # what a person gives stays when all is graded again, and a due date counts
    with open_gradebook(course) as gradebook:
        grade = gradebook.find_grade("explain_dropout", TOPIC, TOPIC, "ada")
        grade.manual_score, grade.needs_manual_grade = 7, False
        gradebook.db.commit()
    assert "0 of them would get other points" in grader("grade", "--dry-run", "--force").stdout
    done = grader("grade", "--force", "--student", "ada")
    assert done.returncode == 0, done.stderr
    with open_gradebook(course) as gradebook:
        assert gradebook.find_grade("explain_dropout", TOPIC, TOPIC, "ada").manual_score == 7

    # nbgrader's own commands work on it
    environment = {**os.environ, "PATH": os.pathsep.join([str(TOOLS), os.environ["PATH"]])}
    for command in (["db", "student", "list"], ["db", "assignment", "list"]):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=course.root,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0 and ("ada" in done.stdout or TOPIC in done.stdout), done.stderr
    graded_again = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", TOPIC, "--student", "ada", "--force"],
        cwd=course.root, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert graded_again.returncode == 0, graded_again.stderr
    assert not list(course.root.rglob("gradebook.db*"))


def test_the_hub_keeps_its_people_in_postgresql(database, tmp_path):
    """A real JupyterHub with the settings and the database's address of jupyterhub.yaml, started twice."""
    values = yaml.safe_load((ROOT / "deploy/kubernetes/jupyterhub.yaml").read_text(encoding="utf-8"))["hub"]
    driver, _, address = values["db"]["url"].partition("://")
    # The chart's image has psycopg2; here is its successor, which the hub's lock has. The password comes in PGPASSWORD.
    assert (
        driver == "postgresql+psycopg2" and address == "hub@postgresql:5432/hub" and "PGPASSWORD" in values["extraEnv"]
    )
    port, place = free_port(), database.partition("?host=")[2]
    config = CONFIG.format(
        values=str(ROOT / "deploy/kubernetes/jupyterhub.yaml"), folder=str(tmp_path), port=port, server="unused"
    )
    config += f'c.JupyterHub.db_url = "postgresql+psycopg://hub@/hub?host={place}"\n'
    (tmp_path / "jupyterhub_config.py").write_text(config)
    environment = {"PATH": f"{TOOLS}:{os.environ['PATH']}", "HOME": str(tmp_path), "PGPASSWORD": "x"}
    command = [sys.executable, "-m", "jupyterhub", "-f", str(tmp_path / "jupyterhub_config.py")]
    hub, known = f"http://127.0.0.1:{port}/hub/api", []
    for user in ("ada", "ben"):
        with (tmp_path / "hub.log").open("w") as log:
            process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
        try:
            wait_for(hub + "/", [process], tmp_path)
            headers = {"Authorization": "token token-of-test"}
            assert requests.post(f"{hub}/users/{user}", headers=headers).status_code == 201
            known.append({one["name"] for one in requests.get(f"{hub}/users", headers=headers).json()})
        finally:
            process.terminate()
            process.wait(30)
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
