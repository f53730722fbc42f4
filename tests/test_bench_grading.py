"""The bench of grading, apart from its clock: what the arms run, how costs are paired, and what the page says."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import types
import zipfile

import grading
import grading_arms as arms
import grading_class as classes
import grading_memory as memory
import otter_grader
import plain_process
import pytest
from grading_page import figures, page

from grader.assignment import read_assignment

pytestmark = pytest.mark.system


@pytest.fixture(scope="module", params=classes.USUAL)
def topic(request, tmp_path_factory):
    return classes.build(request.param, tmp_path_factory.mktemp("bench") / "course")


def turn(ours: float, nbgrader: float, cells: float) -> dict:
    """A turn with these costs; the CPU times are half of them, the starts ten times as much."""
    arm_costs = {"ours": ours, "nbgrader": nbgrader}
    found = {name: {"seconds": cost, "cpu": cost / 2, "start": 10 * cost} for name, cost in arm_costs.items()}
    return {**found, "bound": {"seconds": cells, "cpu": cells / 2}}


def result(*turns: dict) -> dict:
    sizes = {"ours": [4, 24], "nbgrader": [1, 3]}
    found = {
        "machine": {"cores": 4, "load_before": 0.5, "versions": {"python": "3.11"}, "otter_left_out": ""},
        "topics": {"small": {"stack": "numpy", "turns": list(turns), "sizes": sizes}},
    }
    return {**found, "figures": figures(found)}


def test_ratios_are_paired_within_a_turn():
    found = result(turn(1.0, 10.0, 0.5), turn(2.0, 60.0, 0.5), turn(1.0, 20.0, 0.5))["figures"]["small"]
    assert found["times_as_long"]["ours"]["nbgrader"] == {"median": 20.0, "least": 10.0, "largest": 30.0}
    assert found["extra_seconds"]["nbgrader"]["median"] / found["extra_seconds"]["ours"]["median"] == 20.0
    unpaired = result(turn(1.0, 10.0, 0.5), turn(2.0, 60.0, 0.5))["figures"]["small"]
    assert unpaired["times_as_long"]["ours"]["nbgrader"]["median"] == 20.0 != (10 + 60) / (1 + 2)


def test_overhead_and_share_of_the_limit_compare_with_the_cells_alone():
    found = result(turn(1.0, 10.0, 0.8))["figures"]["small"]
    assert found["overhead_ms"]["median"] == pytest.approx(200)
    assert found["overhead_cpu_ms"]["median"] == pytest.approx(100)
    assert found["share_of_the_limit"]["median"] == pytest.approx(0.4 / (4 * 1.0))


def test_the_overhead_is_that_of_one_worker_and_the_share_that_of_all():
    one = turn(1.0, 10.0, 0.8)
    one["ours, one worker"] = {"seconds": 1.5, "cpu": 1.2, "start": 1.0}
    found = figures({"machine": {"cores": 2}, "topics": {"small": {"turns": [one]}}})["small"]
    assert found["overhead_ms"]["median"] == pytest.approx(700)
    assert found["share_of_the_limit"]["median"] == pytest.approx(0.4 / (2 * 1.0))
    assert found["times_as_long"]["ours, one worker"]["nbgrader"]["median"] == pytest.approx(10 / 1.5)


def test_a_start_counts_for_nothing_in_the_cost_of_one_more():
    small, large = arms.Cost(seconds=9.0, cpu=5.0), arms.Cost(seconds=13.0, cpu=6.0)
    assert grading.extra(small, large, (2, 10)) == {"seconds": 0.5, "cpu": 0.125, "start": 8.0}


def test_the_page_shows_every_arm_and_says_which_is_missing():
    found = result(turn(1.0, 25.0, 0.8))
    text = page(found)
    assert "| `nbgrader autograde` | 25.00 (25.00 to 25.00) |" in text and "| 25.0 (25.0 to 25.0) |" in text
    assert "Otter-Grader cannot" not in text
    found["machine"]["otter_left_out"] = "Otter-Grader cannot be installed."
    found["many"] = {"topic": "small", **vars(memory.summary([float(i) for i in range(300)], [(0.0, 8.0)], 0))}
    text = page(found)
    assert "Otter-Grader cannot be installed. So that arm is missing." in text
    assert "## 300 hand-ins of small" in text


def test_the_arms_run_the_same_cells(topic, tmp_path):
    """nbgrader and ours get the same file; Otter-Grader gets its cells, and the code of each test cell as a test."""
    hand_in = classes.students(topic, 8)["s00007"]
    runs = [cell["source"] for cell in topic.cells(copy.deepcopy(hand_in))]
    assert runs[-1] == "number = 7"
    assert runs == [cell.source for cell in hand_in_as_graded(topic, hand_in).cells if cell.cell_type == "code"]

    ours, stock = (
        topic.hand_in_class(tmp_path / name, {"ada": hand_in}, stock)
        for name, stock in (("ours", False), ("stock", True))
    )
    submitted = f"submitted/ada/{topic.name}/{topic.name}.ipynb"
    assert (ours / submitted).read_bytes() == (stock / submitted).read_bytes()
    assert "dropin" in (ours / "nbgrader_config.py").read_text()
    assert "dropin" not in (stock / "nbgrader_config.py").read_text()

    tests = arms.tests(topic)
    converted = otter_grader.converted(hand_in, set(tests))
    assert converted.cells[0].source == otter_grader.START
    code = [cell for cell in converted.cells[1:] if cell.cell_type == "code"]
    asked = {cell.id: f'grader.check("{cell.id}")' for cell in code if cell.id in tests}
    assert asked.keys() == tests.keys() and all(cell.source == asked.get(cell.id, cell.source) for cell in code)
    assert [tests[cell.id][0] if cell.id in tests else cell.source for cell in code] == runs


def hand_in_as_graded(topic, notebook):
    """The hand-in with the hidden tests, as nbgrader puts the course's test cells into it."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.get("id") in topic.points:
            cell.source = topic.master.by_name[cell.id].source
    return notebook


def test_a_test_file_of_otter_runs_the_code_of_the_cell_in_the_notebooks_names(tmp_path, monkeypatch):
    source = 'seen.append("""quotes \' and \\\\n""")\nassert f(2) == 4'
    otter_grader.write_autograder(tmp_path / "a.zip", {"test_f": (source, 5.0)})
    text = zipfile.ZipFile(tmp_path / "a.zip").read("tests/test_f.py").decode()
    fake = types.SimpleNamespace(test_case=lambda: lambda function: function)
    monkeypatch.setitem(sys.modules, "otter", types.ModuleType("otter"))
    monkeypatch.setitem(sys.modules, "otter.test_files", fake)
    found: dict = {}
    exec(text, found)
    assert (found["name"], found["points"], found["OK_FORMAT"]) == ("test_f", 5.0, False)
    names: dict = {"seen": [], "f": lambda x: 2 * x}
    found["the_test_cell"](names)
    assert names["seen"] == ["quotes ' and \\n"]
    with pytest.raises(AssertionError):
        found["the_test_cell"]({"seen": [], "f": lambda x: x})


def test_no_arm_has_cells_that_only_some_run(topic):
    kinds = [cell.kind for cell in read_assignment(topic.course.text(topic.name))]
    before = [
        cell.kind for cell in read_assignment(classes.HOMES[topic.name] / "course" / topic.name / "assignment.py")
    ]
    assert kinds == [kind for kind in before if kind not in ("demo", "code")]
    assert {cell.kind for cell in topic.master.cells} >= {"setup", "solution", "test"}


def test_hand_ins_differ_from_each_other(topic):
    made = classes.students(topic, 3)
    assert len({json.dumps(notebook) for notebook in made.values()}) == 3
    untouched, partly, right = (topic.cells(topic.hand_in(kind)) for kind in ("untouched", "partly_right", "right"))
    stubs = [sum("NotImplementedError" in cell["source"] for cell in cells) for cells in (untouched, partly, right)]
    assert stubs[0] > stubs[1] > stubs[2] == 0


def test_arms_that_disagree_are_named():
    same = {"right": {"a": 2.0, "b": 3.0}}
    assert arms.disagreements({"x": same, "y": same}) == []
    assert arms.disagreements({"x": same, "y": {"right": {"a": 2.0, "b": 0.0}}, "z": {}}) == [
        "x gives 3 points for b of the hand-in right, and y 0.0; 1 of 2 scores differ.",
        "x gives 2 points for a of the hand-in right, and z None; 2 of 2 scores differ.",
    ]


def test_the_plain_process_runs_the_cells_one_after_the_other():
    cells = [("", "x = 1", False), ("test_a", "assert x == 1", True), ("test_b", "assert x == 2", True)]
    found = plain_process.run([dict(zip(("name", "source", "is_test"), cell, strict=True)) for cell in cells])
    assert found["passed"] == ["test_a"]


def test_a_cost_that_grows_and_memory_that_grows_are_seen():
    done = [i * 1.0 for i in range(200)] + [200 + i * 3.0 for i in range(200)]
    found = memory.summary(done, [(50.0, 100.0), (90.0, 120.0), (300.0, 400.0)], shares=0)
    assert (found.count, found.first_seconds, found.last_seconds) == (400, 1.0, 3.0)
    assert (found.first_peak, found.peak) == (120.0, 400.0)


def test_the_memory_of_a_process_is_read():
    takes = "import sys\nfor line in sys.stdin:\n    taken = b'1' * int(line)\n    print('taken', flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", takes], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as one:

        def with_more(number: int) -> float:
            one.stdin.write(f"{number}\n")
            one.stdin.flush()
            assert one.stdout.readline() == "taken\n"
            return memory.memory(one.pid)[0]

        few = with_more(1)
        assert 40 < with_more(50_000_000) - few < 60
    assert memory.memory(2**22 + 1) == (0.0, True)


def test_a_command_that_fails_stops_the_bench_with_its_last_line(tmp_path):
    command = [sys.executable, "-c", "import sys; print('first'); sys.exit('no gradebook')"]
    with pytest.raises(arms.BenchError, match=r"ended with 1: no gradebook"):
        arms.timed(command, tmp_path, os.environ)


@pytest.mark.parametrize("with_orphans", [False, True])
def test_the_cost_of_a_command_includes_all_that_it_starts(tmp_path, with_orphans):
    """Also of a process whose parent was killed, together with the parent's or after it."""
    work = "import time\nwhile time.process_time() < 0.5: pass"
    start = f"import os, subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {work!r}]); "
    parent = start + ("os.kill(os.getpid(), 9)" if with_orphans else "child.wait()")
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {parent!r}])"]
    assert arms.timed(command, tmp_path, os.environ).cpu >= 0.5


@pytest.mark.parametrize("wrong", [["no_such_topic"], ["--repeat", "0"], ["--many", "7"]])
def test_bad_input_is_one_sentence(wrong, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["grading.py", *wrong])
    with pytest.raises(SystemExit) as stopped:
        grading.main()
    assert stopped.value.code == 2 and "error: " in capsys.readouterr().err
