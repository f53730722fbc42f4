"""What the student's shell records, as a Jupyter kernel would have shown it."""

from __future__ import annotations

import base64

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grader.engine import shell as shell_module
from grader.engine.examiner import Job, Step
from grader.engine.outputs import LARGEST, plain_outputs
from grader.engine.template import Template
from grader.examination import examine
from grader.handin import Files
from grader.pausing import without_pause

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def template():
    with Template("numpy") as template:
        yield template


@pytest.fixture
def run(template):
    """Run cells in one student's process: the outputs of the last one."""

    def run(*sources: str, seconds: float = 20, files: Files | None = None) -> list[dict]:
        steps = [Step(number, source, by_student=True) for number, source in enumerate(sources)]
        report = without_pause(examine(template, Job(steps, seconds, None), files or {}, {}))
        assert report.lost == ""
        run.files = report.files
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        for number, cell in enumerate(notebook.cells):
            cell.outputs = [nbformat.from_dict(output) for output in report.results[number].outputs]
        nbformat.validate(notebook)
        return report.results[len(sources) - 1].outputs

    return run


def text(outputs: list[dict]) -> str:
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


def value(outputs: list[dict]) -> str:
    (result,) = [output for output in outputs if output["output_type"] == "execute_result"]
    return result["data"]["text/plain"]


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("print('one'); print('two')", "one\ntwo\n"),
        ("!echo from a shell", "from a shell\n"),
        ("%%bash\necho from bash", "from bash\n"),
        ("import os; os.system('echo from C') and None", "from C\n"),
        ("import subprocess; subprocess.run(['echo', 'from a child']); None", "from a child\n"),
        ("import sys; sys.stdout.buffer.write(b'bytes\\n'); None", "bytes\n"),
        ("import asyncio\nawait asyncio.sleep(0)\nprint('awaited')", "awaited\n"),
        ("import asyncio\nasyncio.run(asyncio.sleep(0)); print('ran')", "ran\n"),
        ("for i in range(5):\n    print(f'\\r{i}/4', end='')", "4/4"),
        ("get_ipython().run_line_magic('pip', '--version')", "pip "),
        ("exit", ""),
        ("from multiprocessing import Pool\nprint(Pool(2).map(abs, [-1, 2]))", "[1, 2]\n"),
    ],
)
def test_what_a_cell_prints_is_recorded(run, source, printed):
    assert text(run(source)).startswith(printed)


@pytest.mark.parametrize(
    ("sources", "shown"),
    [
        (["1 + 1"], "2"),
        (["x = !echo lines\nx"], "['lines']"),
        (["6 * 7", "_ + 1"], "43"),
        (["%who_ls str"], "[]"),
        (["import tqdm.auto\nlist(tqdm.auto.tqdm(range(2)))"], "[0, 1]"),
        (["len(In)"], "2"),
        (["import numpy as np\nnp.random.random()"], "0.5488135039273248"),  # seeded with 0
    ],
)
def test_the_value_of_the_last_expression_is_recorded(run, sources, shown):
    assert value(run(*sources)) in (shown, f"np.float64({shown})")


def test_results_carry_their_number(run):
    assert run("1", "2")[0]["execution_count"] == 2


@pytest.mark.parametrize("show", ["", "plt.show()"])
@pytest.mark.parametrize("backend", ["", "%matplotlib inline", "%matplotlib notebook", "%matplotlib widget"])
def test_a_figure_is_recorded_once_as_png(run, backend, show):
    (output,) = run(f"{backend}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n{show}")
    assert output["output_type"] == "display_data"
    assert base64.b64decode(output["data"]["image/png"]).startswith(b"\x89PNG")


def test_rich_displays_are_recorded_updated_and_cleared(run):
    (html,) = run("from IPython.display import *\ndisplay(HTML('<b>x</b>'))")
    assert html["data"]["text/html"] == "<b>x</b>"
    (updated,) = run("from IPython.display import *\nh = display(1, display_id=True)\nh.update(2)")
    assert updated["data"]["text/plain"] == "2"
    assert text(run("from IPython.display import *\nprint('old')\nclear_output(wait=True)\nprint('new')")) == "new\n"
    (slider,) = run("import ipywidgets\nipywidgets.IntSlider()")
    assert "application/vnd.jupyter.widget-view+json" in slider["data"]


@pytest.mark.parametrize(
    ("source", "name", "words"),
    [
        ("def f():\n    return 1 / 0\nf()", "ZeroDivisionError", "return 1 / 0"),
        ("def f(:", "SyntaxError", "def f(:"),
        ("raise KeyError('W1')", "KeyError", "'W1'"),
        ("import sys; sys.exit(3)", "SystemExit", "3"),
        ("input()", "EOFError", "EOF"),
        ("%no_such_magic", None, ""),
        ("while True: pass", "CellTimeoutError", "not finished within the time limit"),
        ("def f(n): return f(n)\nf(1)", "RecursionError", "maximum recursion"),
    ],
)
def test_an_exception_is_recorded_with_its_traceback(run, source, name, words):
    outputs = run(source, seconds=1)
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert [error["ename"] for error in errors] == ([name] if name else [])
    for error in errors:
        assert words in "\n".join([error["evalue"], *error["traceback"]])
        assert len("\n".join(error["traceback"])) <= shell_module.LARGEST_ERROR + 100


def test_a_broken_cell_does_not_break_the_next(run):
    assert value(run("import sys\nsys.stdout.close()\nsys.stdout = None", "1 / 0", "1 + 1")) == "2"
    assert text(run("import os\nos.close(1)\nos.close(2)", "print('still here')")) == "still here\n"


def test_output_is_cut_off_at_the_source(run):
    printed = text(run("while True:\n    print('x' * 1000)", seconds=2))
    assert len(printed) < shell_module.LARGEST_OUTPUT + 100
    assert printed.endswith("the rest of the output was cut off ...\n")
    many = run("from IPython.display import display\nfor i in range(5000):\n    display(i)")
    assert len(many) == shell_module.MOST_OUTPUTS


def test_files_beside_the_notebook_can_be_imported_and_written(run):
    files = {"mine.py": b"answer = 42"}
    assert value(run("import mine\nopen('made.txt', 'w').write('text')\nmine.answer", files=files)) == "42"
    assert run.files["made.txt"] == b"text" and any(name.startswith("__pycache__/") for name in run.files)


@pytest.mark.parametrize(
    "outputs",
    [
        None,
        [7, {"output_type": "none"}, {}],
        [{"output_type": "stream", "name": 3, "text": ["a"]}],
        [{"output_type": "error"}],
        [{"output_type": "error", "traceback": 3}],
        [{"output_type": "execute_result", "data": {"text/plain": "\ud800"}, "execution_count": -3}],
        [{"output_type": "display_data", "data": {3: "x", "text/html": 5, "application/json": float("nan")}}],
    ],
)
def test_forged_outputs_become_valid_ones(outputs):
    plain = plain_outputs(outputs)
    cell = new_code_cell("1", outputs=[nbformat.from_dict(output) for output in plain])
    nbformat.validate(new_notebook(cells=[cell]))
    nbformat.writes(new_notebook(cells=[cell])).encode("utf-8")


def test_outputs_are_no_larger_written_out_than_they_may_be():
    text, endless = "x" * (LARGEST // 100), []
    endless.append(endless)
    small = {"output_type": "stream", "name": "stdout", "text": "fine"}
    for large in (
        {"output_type": "stream", "name": "stdout", "text": [text] * 200},
        {"output_type": "error", "ename": "", "evalue": "", "traceback": [text] * 200},
        {"output_type": "display_data", "data": {f"text/x{number}": text for number in range(200)}},
        {"output_type": "display_data", "data": {"application/json": endless}},
    ):
        assert plain_outputs([large, small]) == [small]
    assert 0 < len(plain_outputs([{**small, "text": text}] * 300)) <= 100
