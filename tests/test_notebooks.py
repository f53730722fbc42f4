"""The built notebooks: they are what the text says, give nothing away, and print the published figures."""

from __future__ import annotations

import ast
import base64
import io
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread
from nbclient import NotebookClient
from nbformat import NotebookNode
from sample_class import ROOT, write_course

from grader import builder
from grader.assignment import CourseCell, read_assignment, region, without_region
from grader.course import Course
from utils import reg_utils

COURSE = Course.load(ROOT)
TOPICS = [assignment.name for assignment in COURSE.assignments]


@cache
def cells(topic: str) -> tuple[CourseCell, ...]:
    return tuple(read_assignment(COURSE.text(topic)))


def released(topic: str) -> NotebookNode:
    return nbformat.read(COURSE.release(topic), as_version=4)


@cache
def executed(topic: str) -> NotebookNode:
    """The source notebook, run in a kernel with Jupyter's own plotting; any exception in it fails the test."""
    notebook = nbformat.read(COURSE.source(topic), as_version=4)
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("MPLBACKEND", raising=False)
        NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    return notebook


def printed(topic: str) -> str:
    outputs = [output for cell in executed(topic).cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output.get("text", "") for output in outputs)


def test_rebuilding_everything_changes_nothing(tmp_path):
    write_course(tmp_path)
    course = Course.load(tmp_path)
    for assignment in course.assignments:
        builder.build(course, assignment)
    for folder in ("source", "release"):
        built = {path.relative_to(tmp_path): path.read_bytes() for path in sorted((tmp_path / folder).rglob("*.*"))}
        committed = {path.relative_to(ROOT): path.read_bytes() for path in sorted((ROOT / folder).rglob("*.*"))}
        committed = {path: data for path, data in committed.items() if ".ipynb_checkpoints" not in path.parts}
        assert built == committed, f"{folder}/ is not what course/ builds: run `make build`"


@pytest.mark.parametrize("topic", TOPICS)
def test_the_release_holds_no_solution_and_no_hidden_test(topic):
    public, secret = set(), {}
    for cell in cells(topic):
        source = cell.source
        for name in ("SOLUTION", "HIDDEN TESTS"):
            span = region(source, name)
            if span:
                for line in source.splitlines()[span[0] + 1 : span[1]]:
                    secret[line.strip()] = cell.grade_id
                source = without_region(source, name)
        if cell.kind == "manual":
            secret.update(dict.fromkeys(filter(None, map(str.strip, source.splitlines())), cell.grade_id))
        else:
            public.update(line.strip() for line in source.splitlines())
    secret = {line: where for line, where in secret.items() if line not in public and len(line) > 3}
    assert len(secret) > 20
    text = "\n".join(line.strip() for cell in released(topic).cells for line in cell.source.splitlines())
    assert {line: where for line, where in secret.items() if line in text} == {}


@pytest.mark.parametrize("topic", TOPICS)
def test_the_release_has_no_outputs_markers_or_values_of_hidden_seeds(topic):
    for cell in released(topic).cells:
        assert not cell.get("outputs")
        assert "BEGIN SOLUTION" not in cell.source and "BEGIN HIDDEN" not in cell.source
        assert "checks.rng(" not in cell.source


@pytest.mark.parametrize("topic", TOPICS)
def test_utils_hold_no_line_of_a_solution(topic):
    modules = COURSE.assignment(topic).utils
    helpers = {
        line.strip() for module in modules for line in (ROOT / "utils" / f"{module}.py").read_text().splitlines()
    }
    for cell in cells(topic):
        if cell.kind == "solution":
            first, last = region(cell.source, "SOLUTION")
            lines = {line.strip() for line in cell.source.splitlines()[first + 1 : last]}
            assert not {line for line in lines & helpers if len(line) > 12}, cell.grade_id


@pytest.mark.parametrize("topic", TOPICS)
def test_students_can_edit_what_they_write_and_nothing_that_is_graded_for_them(topic):
    by_id = {cell.id: cell for cell in released(topic).cells}
    for cell in cells(topic):
        if cell.kind in ("solution", "manual"):
            assert by_id[cell.grade_id].metadata.get("editable", True)
        elif cell.grade_id:
            assert by_id[cell.grade_id].metadata["editable"] is False


@pytest.mark.parametrize("topic", TOPICS)
def test_the_text_agrees_with_the_table(topic):
    assignment = COURSE.assignment(topic)
    text = cells(topic)[0].source
    assert text.startswith(f"# {assignment.title}\n")
    assert f"about {assignment.minutes} minutes" in text
    by_tests = sum(cell.points for cell in cells(topic) if cell.kind == "test")
    by_hand = sum(cell.points for cell in cells(topic) if cell.kind == "manual")
    assert f"{assignment.points} points: {by_tests} by tests and {by_hand} for" in text


@pytest.mark.parametrize("topic", TOPICS)
def test_every_heading_of_an_exercise_says_its_points(topic):
    points = [cell.points for cell in cells(topic) if cell.points]
    said = [
        int(n) for cell in cells(topic) for n in re.findall(r"(?m)^### Exercise \d+: .*\((\d+) points", cell.source)
    ]
    assert said == points


@pytest.mark.parametrize("topic", TOPICS)
def test_a_notebook_is_neither_short_nor_endless(topic):
    assert 25 <= len(cells(topic)) <= 60


@pytest.mark.parametrize("topic", TOPICS)
def test_a_quarter_of_the_automatic_points_is_not_typing_a_formula(topic):
    thinking = {
        "regularization": [
            "weight_after_decay",
            "chosen_lambd",
            "dropout_forecast",
            "backward_with_both_repaired",
        ],
        "gradient_checking": [
            "error_forecast",
            "faulty_parameters",
            "backward_propagation_n_repaired",
            "forward_passes",
        ],
    }
    tests = {cell.solution: cell.points for cell in cells(topic) if cell.kind == "test"}
    assert sum(tests[name] for name in thinking[topic]) >= sum(tests.values()) / 4


@pytest.mark.parametrize("topic", TOPICS)
def test_the_source_notebook_runs_in_a_kernel_and_every_figure_is_opaque(topic):
    figures = []
    for cell in executed(topic).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output
            if "image/png" in output.get("data", {}):
                figures.append(imread(io.BytesIO(base64.b64decode(output.data["image/png"]))))
    assert len(figures) >= 3
    for figure in figures:
        assert figure.shape[2] == 3 or (figure[..., 3] == 1).all()


def test_gradient_checking_prints_the_published_figures_and_what_its_text_says():
    text = printed("gradient_checking")
    assert "with the two errors, epsilon 1e-7: 0.2850931567\n" in text
    assert re.search(r"repaired, epsilon 1e-7: +1\.[12]e-07\n", text)  # 1.189e-07; the third digit is the platform's
    assert "difference with the given backward pass: 0.285093\n" in text
    assert "1-D check at (2, 4), below 1e-7:          True\n" in text
    assert "cost at the start 1.08, after 1000 steps 0.025\n" in text
    assert "cost after 1000 steps, wrong gradients:   0.025\n" in text
    assert "cost after 1000 steps, right gradients:   0.106\n" in text
    assert "11 of 11 exercises pass their visible checks.\n" in text
    quotients = [(float(a), float(b)) for a, b in re.findall(r"each pass +(-?[\d.]+) +same mask +(-?[\d.]+)", text)]
    assert len(quotients) == 3
    assert all(abs(new) > 1e4 and abs(same) < 1 for new, same in quotients)
    assert len({same for _, same in quotients}) == 3
    source = "\n".join(cell.source for cell in cells("gradient_checking"))
    for said in ("from 1.08 to 0.025", "The difference is 0.285093", "the right gradient gives 1.2e-07"):
        assert said in source


def test_regularization_prints_the_published_figures_and_what_its_text_says():
    text = printed("regularization")
    assert "Data: drawn from a seed, because there is no file datasets/data.mat.\n" in text
    assert "8 of 8 exercises pass their visible checks.\n" in text
    fixed = dict(re.findall(r"fixed numbers: (\w+) = (.+)\n", text))
    published = {
        "cost": 1.7864859451590758,
        "dW1": [[-0.25604646, 0.12298827, -0.28297129], [-0.17706303, 0.34536094, -0.4410571]],
        "dW2": [[0.79276486, 0.85133918], [-0.0957219, -0.01720463], [-0.13100772, -0.03750433]],
        "dW3": [[-1.77691347, -0.11832879, -0.09397446]],
        "A3": [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]],
        "dA1": [[0.36544439, 0, -0.00188233, 0, -0.17408748], [0.65515713, 0, -0.00337459, 0, 0]],
        "dA2": [
            [0.58180856, 0, -0.00299679, 0, -0.27715731],
            [0, 0.53159854, 0, 0.53159854, -0.34089673],
            [0, 0, -0.00292733, 0, 0],
        ],
    }
    assert set(fixed) == set(published)
    for name, value in published.items():
        np.testing.assert_allclose(ast.literal_eval(fixed[name]), value, rtol=0, atol=1.5e-8)

    table = {
        name.strip(): (float(train), float(test), float(gap))
        for name, train, test, gap in re.findall(r"(?m)^(\w.+?) +(0\.\d{4}) +(0\.\d{4}) +(-?0\.\d{4})$", text)
    }
    assert table == {
        "no regularization": (0.9431, 0.8400, 0.1031),
        "L2, lambd 0.7": (0.9147, 0.8750, 0.0397),
        "dropout, keep_prob 0.86": (0.9147, 0.8750, 0.0397),
    }
    for line in (
        "accuracy on the training set: 0.9431\naccuracy on the test set:     0.8400\n",
        "accuracy on the training set: 0.9147\naccuracy on the test set:     0.8750\n",
        "before       largest weight   1.71,",
        "no penalty   largest weight   7.75,",
        "lambd 0.7    largest weight   2.66, share below 0.01 in size 0.53\n",
        "lambd 0.7: after 1000 steps 0.369, after 6000 steps 0.0025\n",
        "sigmoid(36) == 1: False    sigmoid(37) == 1: True\n",
        "Z = 40, Y = 1, from A: nan   from Z: 0.0\n",
        "outputs that are exactly 1, with the masks on: 29\n",
        "masks dealt anew  accuracy train 0.9384, test 0.8600\n",
        "lowest held-out cost, step  200: cost 0.304 trained on, 0.256 held out, accuracy on the test set 0.845\n",
        "end of the training, step 3000: cost 0.160 trained on, 0.607 held out, accuracy on the test set 0.835\n",
        "100 points as they are  cost on the 100 points 0.07, on the test set 3.87; accuracy on the test set 0.775\n",
        "with jittered copies    cost on the 100 points 0.25, on the test set 0.50; accuracy on the test set 0.780\n",
        "with mirrored copies    cost on the 100 points 0.33, on the test set 0.73; accuracy on the test set 0.710\n",
    ):
        assert line in text, line
    costs = [float(cost) for cost in re.findall(r"cost at step 20000: (\S+)", text)]
    assert costs == pytest.approx([0.1493, 0.3035, 0.0655, 0.2332], abs=6e-5)  # none, decay, frozen masks, dealt anew
    differences = [float(d) for d in re.findall(r"(?m)^d[Wb][123]: (\S+)$", text)]
    colleague, repaired = differences[:6], differences[6:]
    assert [d > 1e-4 for d in colleague] == [True, True, True, False, False, True]  # dW1 db1 dW2 db2 dW3 db3
    assert 0.0025 < colleague[5] < 0.0035 and len(repaired) == 6 and max(repaired) < 1e-9
    noise = {row[0]: row[1:] for row in (line.split() for line in text.splitlines()) if len(row) == 6}
    assert all(abs(float(noise[p][0]) - 3) < 0.02 for p in ("0.3", "0.5", "0.8", "1.0"))
    assert float(noise["1.0"][1]) == 0 and abs(float(noise["0.5"][1]) - 9) < 0.05


def test_the_points_of_regularization_are_the_same_each_time_and_like_the_original_ones():
    first, again = reg_utils.make_dataset(), reg_utils.make_dataset()
    assert [part.shape for part in first] == [(2, 211), (1, 211), (2, 200), (1, 200)]
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert not np.array_equal(first[0], reg_utils.make_dataset(seed=4)[0])
    for labels in (first[1], first[3]):
        assert set(np.unique(labels)) == {0, 1} and 0.4 < labels.mean() < 0.6


def test_the_table_of_regularization_supports_the_answers_that_its_check_accepts():
    rows = re.findall(r"(?m)^ +([\d.]+) {5,}([\d.]+) +([\d.]+) {5,}([\d.]+) +([\d.]+)$", printed("regularization"))
    grid = {float(row[0]): tuple(map(float, row[1:])) for row in rows}
    assert list(grid) == [0, 0.03, 0.1, 0.3, 1, 3, 10, 30]
    (test,) = [cell.source for cell in cells("regularization") if cell.grade_id == "test_chosen_lambd"]
    stored = ast.literal_eval(re.search(r"table = (\{.+?\n    \})", test, re.DOTALL)[1])
    assert list(stored) == list(grid)
    for lambd, numbers in stored.items():
        assert numbers == pytest.approx(grid[lambd][:3], abs=2e-4)
    # No answer hangs on the last digits: the limits of the questions are far from the numbers.
    lowest, *others = sorted(held for _, held, _, _ in grid.values())
    assert lowest == grid[0.3][1] and others[0] > lowest + 0.01
    assert min(abs(held - lowest - 0.05) for _, held, _, _ in grid.values()) > 0.01
    assert min(abs(grid[0][2] - 0.02 - accuracy) for _, _, accuracy, _ in grid.values()) > 0.005
    assert all(0.88 < grid[lambd][3] < 0.92 for lambd in (0, 0.03, 0.1, 0.3, 1, 3, 10))


def test_regularization_on_the_original_points_gives_the_published_accuracies(tmp_path, monkeypatch, capsys):
    originals = os.environ.get("COURSE_ORIGINALS")
    if not originals or not (Path(originals) / "data.mat").is_file():
        pytest.skip("COURSE_ORIGINALS does not name a folder with data.mat, the points of the well-known exercise")
    (tmp_path / "datasets").symlink_to(Path(originals).resolve())
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for cell in cells("regularization"):
        if cell.kind in ("setup", "given", "solution") or cell.grade_id == "model":
            exec(cell.source, names)
    assert "Data: read from datasets/data.mat.\n" in capsys.readouterr().out
    for settings, costs, on_train, on_test in (
        ({}, [0.6557412523, 0.1632998753, 0.1385164242], 0.9478673, 0.915),
        ({"lambd": 0.7}, [0.6974484493, 0.2684918873, 0.2680916337], 0.9383886, 0.93),
        ({"keep_prob": 0.86}, [0.6543912405, 0.0610169866, 0.0605824358], 0.9289100, 0.95),
    ):
        parameters = names["model"](names["train_X"], names["train_Y"], **settings)
        shown = [float(cost) for cost in re.findall(r"cost at step +\d+: ([\d.]+)", capsys.readouterr().out)]
        np.testing.assert_allclose(shown, costs, rtol=1e-4)
        reached = [names["accuracy"](names[f"{part}_X"], names[f"{part}_Y"], parameters) for part in ("train", "test")]
        np.testing.assert_allclose(reached, [on_train, on_test], atol=1e-6)


def test_the_text_also_runs_as_plain_python(tmp_path):
    shutil.copy(COURSE.text("gradient_checking"), tmp_path / "assignment.py")
    done = subprocess.run([sys.executable, tmp_path / "assignment.py"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "0.2850931567" in done.stdout
