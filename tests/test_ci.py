"""What CI prints: where the minutes went, and at the end the first failure by its name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import targets
import times
from targets import Target

REPORT = """<testsuites><testsuite name="pytest" tests="2" failures="1">
<testcase classname="tests.test_a" name="test_one" time="3.5"><properties><property name="cpu" value="1.25"/>
<property name="fixture hub" value="2.5"/></properties></testcase>
<testcase classname="tests.test_a" name="test_two" time="0.5"><failure message="no">no</failure></testcase>
</testsuite></testsuites>"""


def command(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where the record goes, instead of to `artefacts/times`."""
    made = tmp_path / "times"
    monkeypatch.setattr(times, "FOLDER", made)
    monkeypatch.setattr(times, "RECORD", made / "targets.json")
    monkeypatch.setattr(times, "tensorflow_start", lambda: 9.0)
    return made


def run(monkeypatch: pytest.MonkeyPatch, *wanted: Target) -> int:
    monkeypatch.setattr(targets, "targets", lambda: iter(wanted))
    return targets.main()


def test_the_first_failure_ends_the_run_and_stands_in_the_last_lines(folder, monkeypatch, capfd):
    writes = f"""
        print("it begins")
        open({str(folder / "b.xml")!r}, "w").write({REPORT!r})
        import sys; sys.exit(3)
    """
    assert (
        run(
            monkeypatch,
            Target("a", [command("print('fine')")]),
            Target("b", [command(writes)]),
            Target("c", [["false"]]),
        )
        == 1
    )
    *_, told, last = capfd.readouterr().out.splitlines()
    assert told == "failed: tests/test_a.py::test_two"
    assert last == "b failed. What comes behind it was not run."
    record = json.loads((folder / "targets.json").read_text())
    assert [(row["name"], row["failed"]) for row in record["targets"]] == [("a", False), ("b", True)]


def test_a_run_that_passes_says_where_the_minutes_went(folder, monkeypatch, capfd):
    passing = REPORT.replace('<failure message="no">no</failure>', "")
    writes = f"sum(range(3_000_000)); open({str(folder / 'tests.xml')!r}, 'w').write({passing!r})"
    assert run(monkeypatch, Target("tests", [["true"], command(writes)])) == 0
    said = capfd.readouterr().out
    assert "tests.test_a (2 tests)" in said and "tests.test_a::test_one" in said
    lines = {line.split()[-1]: line.split()[:-1] for line in said.splitlines() if line.strip()}
    assert lines["tests.test_a::test_one"] == ["3.5", "1.2"] and lines["hub"] == ["2.5"]
    assert [line.split()[0] for line in said.splitlines() if "%" in line] == ["tests"]


def test_what_a_target_leaves_behind_does_not_hold_the_run(folder, monkeypatch, capfd):
    leaves = "import subprocess; subprocess.Popen(['sleep', '1000']); print('done')"
    monkeypatch.setattr(targets, "HANGING", 0.1)
    assert run(monkeypatch, Target("leaves", [command(leaves)]), Target("next", [["true"]])) == 0
    assert "done" in capfd.readouterr().out


def test_new_processes_with_tensorflow_are_counted_and_forks_of_one_are_not(monkeypatch, folder):
    """With a library of Python's in the place of TensorFlow's, which takes seconds to load."""
    monkeypatch.setattr(times, "TENSORFLOW", "_bisect")
    monkeypatch.setattr(times, "LOOKS", 0.02)
    loads = """
        import os, sys, _bisect
        forked = os.fork()
        print("ready", flush=True)
        sys.stdin.read() if forked else os.read(int(sys.argv[1]), 1)
    """
    folder.mkdir()
    with times.Observer() as observer:

        def both() -> None:
            reading, writing = os.pipe()
            started = [
                subprocess.Popen(
                    [*command(loads), str(reading)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[reading]
                )
                for _ in range(2)
            ]
            for one in started:
                one.stdout.readline()
            until = time.monotonic() + 60
            while observer._starts["both"] < 2 and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(0.1)  # in which the forks would be counted
            os.close(writing)
            for one in started:
                one.communicate()
            os.close(reading)

        observer.measure("both", both)
    (row,) = observer.record["targets"]
    assert row["tensorflow"] == 2


def test_without_a_record_that_is_said(folder, capsys):
    with pytest.raises(SystemExit, match="there is no record of a run"):
        times.main()
