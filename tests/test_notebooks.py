"""The built notebooks: they are what the text says, give nothing away, and print the published figures."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import sys
from functools import cache

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
from utils import init_utils, opt_utils

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
    write_course(tmp_path, TOPICS)
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
    public, secret = [], {}
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
            public.append(source)
    said = "\n".join(public)
    secret = {line: where for line, where in secret.items() if line not in said and len(line) > 3}
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
        "initialization": [
            "zeros_forecast",
            "symmetry_forecast",
            "depth_forecast",
            "weight_deviation",
            "diagnosis",
        ],
        "gradient_checking": [
            "error_forecast",
            "faulty_parameters",
            "backward_propagation_n_repaired",
            "forward_passes",
        ],
        "optimization": [
            "average_forecast",
            "largest_stable_learning_rate",
            "update_parameters_with_rmsprop",
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


def test_initialization_prints_the_published_figures_and_what_its_text_says():
    text = printed("initialization")
    assert text.count("cost before step     0: 0.6931471805599453\n") == 1
    assert "zeros, every cost: 0.6931471805599453\n" in text
    assert "cost before step     0: inf\n" in text
    assert "the first cost, from Z3 instead of A3: 1773.6\n" in text
    assert "0.8830537463 0.6879825920 0.6751286265 0.5304944492 0.1501555628 0.0735789596\n" in text
    table = {row[0]: row[1:] for row in re.findall(r"(?m)^(\w+) +([\d.]+|inf) +([\d.]+) +([\d.]+) +([\d.]+)$", text)}
    assert table["zeros"] == ("0.6931", "0.6931", "0.5000", "0.5000")
    assert (table["random"][0], table["random"][2:]) == ("inf", ("0.8300", "0.8600"))
    assert float(table["random"][1]) == pytest.approx(0.383, rel=0.01)  # saturated sigmoids: platforms differ
    assert table["he"] == ("0.8831", "0.0736", "0.9933", "0.9600")
    assert table["xavier"] == ("0.7295", "0.1085", "0.9900", "0.9300")
    assert "all weights 0.5 distinct units in layer 1 after 4000 steps: 1\n" in text
    assert "random          distinct units in layer 1 after 4000 steps: 10\n" in text
    factors = [float(x) for x in re.findall(r"layer 10 / layer 1: +(\S+)", text)]
    assert factors[0] < 1e-4 and 1e-3 < factors[1] < 1e-2 and 0.5 < factors[2] < 2 and factors[3] > 1e4
    source = "\n".join(cell.source for cell in cells("initialization"))
    for said in ("the same cost is finite: 1773.6", "stop near 0.38", "93 against 96 of the 100 test points"):
        assert said in source


def test_the_data_of_initialization_are_the_well_known_ones():
    train_X, train_Y, test_X, _ = init_utils.load_dataset()
    np.testing.assert_allclose(train_X[:, :2].T, [[-0.07741354, 0.85260226], [0.4318696, -0.87214504]], rtol=1e-6)
    assert train_Y[0, :10].tolist() == [1, 0, 1, 1, 0, 0, 1, 0, 1, 1]
    np.testing.assert_allclose(test_X[:, 0], [-0.52423739, -0.60910361], rtol=1e-6)


def test_optimization_loads_the_published_data():
    X, Y = opt_utils.load_dataset()
    assert (X.shape, Y.shape) == ((2, 300), (1, 300))
    np.testing.assert_allclose(X[:, :2].T, [[-0.21687013, 1.01544937], [0.80505015, -0.5579734]], atol=1e-8)
    assert Y[0, :10].tolist() == [0, 1, 1, 1, 0, 0, 1, 1, 0, 1]


def test_optimization_prints_the_published_figures_and_what_its_text_says():
    text = printed("optimization")
    assert "shapes: (12288, 64), (12288, 64), (12288, 20)\n" in text
    assert "first entries of batch 0: [ 0.90085595 -0.7612069   0.2344157 ]\n" in text
    costs = re.findall(r"(gd|adam) +mean cost of epoch +(\d+): ([\d.]+)\n", text)
    published = {
        "gd": [0.702405, 0.668101, 0.635288, 0.600491, 0.573367],
        "adam": [0.702166, 0.167845, 0.141316, 0.138788, 0.136066],
    }
    for optimizer, expected in published.items():
        found = [float(cost) for name, epoch, cost in costs if name == optimizer and int(epoch) <= 4000]
        np.testing.assert_allclose(found, expected, atol=2e-6)
    shares = {name: float(share) for name, share in re.findall(r"(\w+) +accuracy (0\.\d{7}), cost", text)}
    assert shares == {"gd": 0.7966667, "momentum": 0.7966667, "rmsprop": 0.94, "adam": 0.94}
    assert "11 of 11 exercises pass their visible checks.\n" in text

    noise = {
        int(m): (int(n), float(c)) for m, n, c in re.findall(r"batches of +(\d+): +(\d+) steps, .* ([\d.]+)", text)
    }
    assert [noise[size][0] for size in (300, 64, 8)] == [40, 200, 1520]
    assert noise[300][1] > noise[64][1] > noise[8][1]  # "the cost of all examples ends far lower"
    ends = [float(y) for y in re.findall(r"the limit +\|y\| at the start 1\.00, at the end ([\d.]+)", text)]
    assert ends[0] == 0 and ends[1] > 10 and ends[2] < 0.2
    broken, mended = text.split("(mended)")[0].split("step of b\n")[1], text.split("(mended)\n")[1]
    rows = [re.findall(r"\d+\.\d+|nan", row) for row in broken.splitlines()[:4]]
    assert rows[0][1:] == ["9.909", "0.316"] and rows[2][1:] == ["0.000", "0.316"] and rows[3][2] == "nan"
    assert [row.split()[1:] for row in mended.splitlines()[:4]] == [["1.000", "1.000"]] * 3 + [["0.000", "0.000"]]
    assert len(re.findall(r"height at the start 153\.0, after 40 steps [0-2]\.\d{3}\n", text)) == 4
    decays = re.findall(r"(constant|every .*?) +cost of all examples ([\d.]+), accuracy ([\d.]+)\n", text)
    constant, fast, mild, schedule = [(float(cost), float(share)) for _, cost, share in decays]
    assert constant[0] > fast[0] > max(mild[0], schedule[0]) and constant[1] < fast[1]
    assert round(mild[1], 2) == round(schedule[1], 2) == 0.94
    source = "\n".join(cell.source for cell in cells("optimization"))
    for said in ("classify 79.7% of the points", "separate the moons: 94.0%", "reach 94%, in a tenth of the epochs"):
        assert said in source


def test_the_text_also_runs_as_plain_python(tmp_path):
    shutil.copy(COURSE.text("gradient_checking"), tmp_path / "assignment.py")
    done = subprocess.run([sys.executable, tmp_path / "assignment.py"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "0.2850931567" in done.stdout
