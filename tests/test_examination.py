"""Examinations: what earns points, what costs none, and what a submission cannot do about it."""

from __future__ import annotations

from typing import ClassVar

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from small_course import SETUP, SOLUTION, TEST, Examined, cell, course_notebook, examine

from grader import examination, handin
from grader.builder import STUB
from grader.engine.channel import Channel
from grader.engine.examiner import Job
from grader.engine.template import Template
from grader.examination import EngineFault
from grader.master import Master
from grader.pausing import without_pause

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def template():
    with Template("numpy", imports=("numpy",)) as template:
        yield template


@pytest.fixture
def run(template):
    def run(answers, *cells, **options):
        return examine(template, answers, course_notebook(*cells) if cells else None, **options)

    return run


def test_a_right_answer_has_its_points_and_a_wrong_one_is_told_why(run):
    assert run({"double": SOLUTION}).points == {"test_double": 5}
    assert run({"double": "double = lambda x: np.add(x, x)"}).points == {"test_double": 5}
    wrong = run({"double": "def double(x):\n    return x"})
    assert wrong.points == {"test_double": 0}
    assert wrong.said("test_double").startswith("VisibleCheckFailed: double: double(2) is 0.5 times as large")
    assert "is not written yet" in run({}).said("test_double")


def two(first: str, second: str) -> list:
    test = "with progress.exercise({0!r}):\n    checks.close({0}(2), 4, 'it')"
    return [
        cell("solution", first, "one"),
        cell("test", test.format("one"), "test_one", 2),
        cell("solution", second, "two"),
        cell("test", test.format("two"), "test_two", 3),
    ]


@pytest.mark.parametrize("end", ["os._exit(0)", "os.abort()", "import ctypes; ctypes.string_at(0)"])
def test_points_from_before_a_crash_are_kept(run, end):
    exercises = two("one = lambda x: 4", "two = lambda x: 4")
    crash = f"import os\n{end}"
    report = run({"one": "one = lambda x: 4", "two": crash}, *exercises)
    assert report.points == {"test_one": 2, "test_two": 0}
    assert "process died" in report.lost
    assert "This check did not run." in report.said("test_two")
    report = run({"one": "one = lambda x: 4", "two": f"def two(x):\n    import os\n    {end}"}, *exercises)
    assert report.points == {"test_one": 2, "test_two": 0}
    assert "two: your code raised StudentLost: The notebook's Python process died" in report.said("test_two")


def test_an_endless_cell_ends_with_its_time_and_the_rest_goes_on(run):
    exercises = two("", "")
    report = run({"one": "while True:\n    pass", "two": "two = lambda x: 4"}, *exercises, seconds=0.5)
    assert report.points == {"test_one": 0, "test_two": 3}
    assert report.results["one"].outputs[0]["ename"] == "CellTimeoutError"
    deaf = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    report = run({"one": deaf, "two": "two = lambda x: 4"}, *exercises, seconds=0.5)
    assert report.points == {"test_one": 0, "test_two": 0}
    assert report.lost == "A cell did not stop, and could not be stopped, within the time limit."


def test_time_that_a_cell_waits_counts_a_quarter(run):
    waits = "import time\ntime.sleep({})\none = lambda x: 4"
    exercises, right = two("", ""), {"two": "two = lambda x: 4"}
    assert run({"one": waits.format(1.1), **right}, *exercises, seconds=1).points == {"test_one": 2, "test_two": 3}
    report = run({"one": waits.format(60), **right}, *exercises, seconds=0.5)
    assert report.points == {"test_one": 0, "test_two": 3}
    assert report.results["one"].outputs[0]["ename"] == "CellTimeoutError"


def test_a_test_that_the_answer_keeps_busy_ends_with_its_time(run):
    endless = "n = 0\nwhile count() > 0:\n    n += 1"
    report = run(
        {"count": "count = lambda: 1"},
        cell("solution", "", "count"),
        cell("test", endless, "test_count", 2),
        seconds=0.5,
        grace=0.2,
    )
    assert report.points == {"test_count": 0}
    assert report.lost == ""


class Impatient(Channel):
    """Waits for reports as long as it may, but not for the fifth."""

    patience: ClassVar[list[float]] = []

    def receive(self, seconds):
        self.patience.append(seconds)
        return super().receive(0.3 if len(self.patience) == 5 else seconds)


def test_an_examiner_that_hears_no_limit_ends_with_our_patience(run, monkeypatch):
    monkeypatch.setattr(Impatient, "patience", [])
    monkeypatch.setattr(examination, "Channel", Impatient)
    deaf = "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\ntime.sleep(600)"
    exercises = [
        *two("one = lambda x: 4", "")[:2],
        cell("solution", "", "slow"),
        cell("test", f"slow()\n{deaf}", "test_slow", 5),
        cell("test", "pass", "test_after", 1),
    ]
    answers = {"one": "one = lambda x: 4", "slow": "slow = lambda: None"}
    report = run(answers, *exercises, seconds=2, grace=1)
    assert report.points == {"test_one": 2, "test_slow": 0, "test_after": 0}
    assert report.lost == "A check did not come to an end with what the notebook answered."
    # for a test twice its time on the clock, which is four times that of computing, and more for a busy machine
    assert Impatient.patience == [pytest.approx(2 * 4 * (2 + 1) + examination.PATIENCE)] * 5


def test_what_is_written_to_standard_error_costs_nothing(run):
    noisy = "import sys, warnings, os\n\ndef double(x):\n    warnings.warn('careful')\n    print('noise', file=sys.stderr)\n    os.write(2, b'noise')\n    return 2 * x"
    assert run({"double": noisy}).points == {"test_double": 5}
    loud_test = cell(
        "test",
        TEST + "\nimport sys, warnings\nwarnings.warn('the test itself')\nprint('x', file=sys.stderr)",
        "test_double",
        5,
    )
    assert run({"double": SOLUTION}, cell("solution", SOLUTION, "double"), loud_test).points == {"test_double": 5}


@pytest.mark.parametrize(
    ("last", "points"),
    [("2.5", 2.5), ("np.float32(2)", 2), ("0", 0), ("7", 5), ("-1", 0), ("np.nan", 0), ("np.inf", 5), ("True", 5), ("'text'", 5), ("[1, 2]", 5), ("None", 5)],
)  # fmt: skip
def test_a_number_at_the_end_of_a_test_is_partial_credit(run, last, points):
    report = run(
        {"double": SOLUTION}, cell("solution", SOLUTION, "double"), cell("test", f"double(1)\n{last}", "test_double", 5)
    )
    assert report.points == {"test_double": points}


def test_given_code_runs_on_both_sides_and_the_examiner_uses_its_own(run):
    given = cell("given", "def helper(f, x):\n    return f(x) + offset\n\noffset = 1", "helper")
    solution = cell("solution", "def double(x):\n    return helper(lambda y: 2 * y, x) - 1", "double")
    test = cell("test", "assert double(2) == 4\nassert helper(abs, -3) == 4 and offset == 1", "test_double", 5)
    assert run({"double": solution.source}, given, solution, test).points == {"test_double": 5}
    patched = "def helper(f, x):\n    return 5\n\noffset = 77\n\ndef double(x):\n    return 2 * x"
    assert run({"double": patched}, given, solution, test).points == {"test_double": 5}


def test_given_code_may_call_the_students(run):
    given = cell("given", "def twice(x):\n    return double(double(x))", "twice")
    solution = cell("solution", SOLUTION, "double")
    test = cell("test", "assert twice(1) == 4", "test_double", 5)
    assert run({"double": SOLUTION}, solution, given, test).points == {"test_double": 5}
    assert run({"double": "def double(x):\n    return x"}, solution, given, test).points == {"test_double": 0}


def test_an_adapter_runs_beside_the_students_code(run):
    solution = cell("solution", "class Model:\n    def __init__(self): self.w = np.ones(2)", "Model")
    adapter = cell("adapter", "def weights():\n    return Model().w", "weights")
    test = cell("test", "assert weights().tolist() == [1, 1]", "test_Model", 5)
    assert run({"Model": solution.source}, solution, adapter, test).points == {"test_Model": 5}
    assert run({"Model": "Model = None"}, solution, adapter, test).points == {"test_Model": 0}


def test_answers_that_are_data_come_by_value(run):
    solution = cell("solution", "prediction, shapes = 3.5, {'W1': (2, 3)}", "prediction")
    test = cell(
        "test", "assert prediction == 3.5 and shapes['W1'] == (2, 3) and type(shapes) is dict", "test_prediction", 5
    )
    assert run({"prediction": solution.source}, solution, test).points == {"test_prediction": 5}
    named = "from collections import OrderedDict, namedtuple\nprediction, shapes = np.float64(3.5), OrderedDict(W1=namedtuple('S', 'a b')(2, 3))"
    assert run({"prediction": named}, solution, test).points == {"test_prediction": 5}


def test_a_test_may_take_a_name_away_to_see_who_uses_it(run):
    source = [
        cell("solution", "def square(x):\n    return x * x", "square"),
        cell("solution", "def total(x):\n    return square(x)", "total"),
    ]
    uses = "kept = square\ndel square\ntry:\n    total(1)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError\nfinally:\n    square = kept"
    tests = [cell("test", uses, "test_total", 5), cell("test", "assert square(3) == 9 == total(3)", "test_square", 5)]
    right = {"square": source[0].source, "total": source[1].source}
    assert run(right, *source, *tests).points == {"test_total": 5, "test_square": 5}
    assert run({**right, "total": "def total(x):\n    return x * x"}, *source, *tests).points == {
        "test_total": 0,
        "test_square": 5,
    }


def test_imports_of_an_answer_are_the_examiners_own(run):
    solution = cell("solution", "import numpy.testing as nt\n\ndef double(x):\n    return 2 * x", "double")
    test = cell("test", "nt.assert_allclose(double(2.0), 4.0)", "test_double", 5)
    assert run({"double": solution.source}, solution, test).points == {"test_double": 5}
    liar = "class nt:\n    def assert_allclose(*_): pass\n\ndef double(x):\n    return 0"
    assert run({"double": liar}, solution, test).points == {"test_double": 0}


def test_hidden_inputs_depend_on_the_secret_of_the_course(run):
    show = cell(
        "test", "np.set_printoptions(precision=17)\nraise ValueError(double(checks.rng(1).normal()))", "test_double", 5
    )
    said = [
        run({"double": SOLUTION}, cell("solution", SOLUTION, "double"), show, seed=seed).said("test_double")
        for seed in ("a", "b", "a", None)
    ]
    assert said[0] == said[2] and len(set(said)) == 3


def test_checks_seed_reaches_both_processes(run):
    test = "checks.seed(4)\nhere = np.random.random()\nchecks.seed(4)\nassert noise() == here != noise()"
    solution = cell("solution", "def noise():\n    return np.random.random()", "noise")
    assert run({"noise": solution.source}, solution, cell("test", test, "test_noise", 5)).points == {"test_noise": 5}
    imported = "from utils.checks import seed\n" + test.replace("checks.seed", "seed")
    assert run({"noise": solution.source}, solution, cell("test", imported, "test_noise", 5)).points == {
        "test_noise": 5
    }


def test_magics_displays_and_await_do_not_disturb_the_tests(run):
    fancy = "%matplotlib inline\nimport asyncio\nawait asyncio.sleep(0)\n!true\ndef double(x):\n    import matplotlib.pyplot as plt\n    plt.plot([1, 2])\n    return 2 * x"
    report = run({"double": fancy}, after=["1 + 1"])
    assert report.points == {"test_double": 5}
    assert [output["output_type"] for output in report.own[0]] == ["execute_result"]  # no figure that a test drew


def test_a_course_whose_set_up_does_not_run_is_nobodys_score(template):
    source = new_notebook(cells=[cell("setup", "import no_such_module", "setup"), *course_notebook().cells[2:]])
    with pytest.raises(EngineFault, match="setup does not run: ModuleNotFoundError: No module named 'no_such_module'"):
        examine(template, {"double": SOLUTION}, source)


def test_demo_cells_keep_what_was_handed_in(run):
    demo = cell("demo", "raise RuntimeError('trained for hours')", "demo")
    report = run({"double": SOLUTION}, demo, cell("solution", SOLUTION, "double"), cell("test", TEST, "test_double", 5))
    assert report.results["demo"] is None and report.points == {"test_double": 5}


# A notebook without our markers: what the course shows its students runs for its tests, too.

PLAIN = """from math import sqrt
base = 10"""


def test_a_course_without_markers_works(template):
    def plain(source: str, **meta: object):
        made = new_code_cell(source)
        if meta:
            made.metadata["nbgrader"] = {
                "grade": False,
                "solution": False,
                "locked": False,
                "task": False,
                "schema_version": 3,
                **meta,
            }
        return made

    source = new_notebook(cells=[
        plain(PLAIN),
        plain("def root(x):\n    return sqrt(x) + base", grade_id="root", solution=True),
        plain("root(4)"),
        plain("expected = root(9)"),
        plain("assert root(4) == 2 + base\nassert sqrt(root(79)) and expected", grade_id="test_root", grade=True, points=3, locked=True),
    ])  # fmt: skip
    master = Master.of(source)
    assert master.students_names(master.by_name["test_root"]) == ("root",)
    stubbed = new_notebook(cells=[one.copy() for one in source.cells])
    assert points(template, stubbed, master) == {"test_root": 3}
    stubbed.cells[1].source = STUB
    assert points(template, stubbed, master) == {"test_root": 0}
    stubbed.cells[0].source = "base = 0\nsqrt = lambda x: x\nroot = lambda x: [2, 9][x > 9]"
    assert points(template, stubbed, master) == {"test_root": 0}


def points(template, notebook, master) -> dict:
    return examined(template, notebook, master).points


def examined(template, notebook, master) -> Examined:
    cells = handin.restore(notebook, master)
    job = Job(list(handin.steps(cells, master)), 10, None, is_rehearsed=False)
    work = examination.examine(template, job, {}, {"data.csv": b"1,2"})  # a file of the course
    return Examined(cells, without_pause(work))


@pytest.fixture
def plain(template):
    """Examine a notebook without our markers: cells ``(name, source)``, solutions as ``(name, source, answer)``."""

    def plain(*parts: tuple, points: int = 2) -> Examined:
        source, handed = new_notebook(), new_notebook()
        for name, text, *answer in parts:
            meta = {
                "grade": name.startswith("test"),
                "solution": bool(answer),
                "locked": not answer,
                "task": False,
                "schema_version": 3,
            }
            made = new_code_cell(text)
            if name:
                made.metadata["nbgrader"] = {**meta, "grade_id": name, **({"points": points} if meta["grade"] else {})}
            source.cells.append(made)
            handed.cells.append(made.copy())
            if answer:
                handed.cells[-1].source = answer[0]
        return examined(template, handed, Master.of(source))

    return plain


DOUBLE = "def double(x):\n    return 2 * x"


def test_what_an_earlier_test_binds_is_the_examiners(plain):
    cells = (
        ("test_1", "from numpy.testing import assert_equal\nassert_equal(double(2), 4)\ndef check(x): assert x"),
        ("test_2", "assert_equal(double(3), 6)\ncheck(double(1) == 2)"),
    )
    assert plain(("double", DOUBLE, DOUBLE), *cells).points == {"test_1": 2, "test_2": 2}
    liar = "def double(x):\n    return 0\n\nassert_equal = check = lambda *a: None"
    assert plain(("double", DOUBLE, liar), *cells).points == {"test_1": 0, "test_2": 0}


def test_what_a_test_binds_itself_never_goes_to_the_student(plain):
    course = DOUBLE + "\ny = double(3)"
    cells = [("test_1", "for x in (2, 5):\n    y = 2 * x\n    assert double(x) == y")]
    assert plain(("double", course, course), *cells).points == {"test_1": 2}
    assert plain(("double", course, "y = 0\ndef double(x):\n    return globals().get('y')"), *cells).points == {
        "test_1": 0
    }


def test_names_are_found_behind_timing_magics(plain):
    timed = ("test_1", "%%time\nassert double(2) == 4"), ("test_2", "%time r = double(3)\nassert r == 6")
    assert plain(("double", DOUBLE, DOUBLE), *timed).points == {"test_1": 2, "test_2": 2}


def test_given_code_and_tests_read_the_courses_files(plain):
    cells = (
        ("given", "rows = open('data.csv').read()"),
        ("double", DOUBLE, DOUBLE),
        ("test_1", "assert rows == open('data.csv').read() == '1,2'"),
    )
    assert plain(*cells).points == {"test_1": 2}


def test_a_given_cell_that_fails_only_in_the_examiner_says_so(plain):
    report = plain(
        ("given", "import os\nassert 'data.csv' not in os.listdir()"),
        ("double", DOUBLE, DOUBLE),
        ("test_1", "assert double(1) == 2"),
    )
    assert report.said("given").endswith("(in the examiner)")


def test_globals_that_a_call_changes_are_looked_up_again(plain):
    counting = "log = []\n\ndef note(x):\n    log.append(x)"
    assert plain(
        ("note", counting, counting), ("test_1", "note(1)\nassert log == [1]\nnote(2)\nassert log == [1, 2]")
    ).points == {"test_1": 2}
    assert plain(
        ("note", counting, "log = []\n\ndef note(x):\n    pass"), ("test_1", "note(1)\nassert log == [1]")
    ).points == {"test_1": 0}


def test_what_a_call_prints_can_be_tested_and_is_shown_to_the_instructor(plain):
    greet = "def greet(name):\n    print('Hello', name)"
    test = "import io\nfrom contextlib import redirect_stdout\nwith redirect_stdout(io.StringIO()) as out:\n    greet('Ada')\nassert out.getvalue() == 'Hello Ada\\n'\ngreet('Ben')"
    report = plain(("greet", greet, greet), ("test_1", test))
    assert report.points == {"test_1": 2}
    assert report.results["test_1"].outputs == [{"output_type": "stream", "name": "stdout", "text": "Hello Ben\n"}]


def test_seeds_of_a_test_reach_the_student_and_given_numbers_agree(plain):
    roll = "import numpy as np\nimport random\n\ndef roll():\n    return float(np.random.random()), random.random()"
    test = "import numpy as np, random\nnp.random.seed(3)\nrandom.seed(3)\nfirst = roll()\nnp.random.seed(3)\nrandom.seed(3)\nassert roll() == first != roll()"
    given = "import numpy as np\ndata = np.random.normal(size=3)"
    mean = "def mean():\n    return data.mean()"
    cells = (
        ("given", given),
        ("roll", roll, roll),
        ("test_1", test),
        ("mean", mean, mean),
        ("given2", "more = np.random.normal()"),
        ("test_2", "assert mean() == data.mean()"),
    )
    assert plain(*cells).points == {"test_1": 2, "test_2": 2}


def test_tests_find_given_data_as_the_course_gave_it(plain):
    given = "import numpy as np\ndata = np.array([1.0, 3.0, 2.0])\ntable = {'rows': [1, 2]}"
    spoil = "def mean(x):\n    x[:] = 0\n    return 2.0\n\ndef top(x):\n    return float(x[0])"
    right = "def mean(x):\n    return x.mean()\n\ndef top(x):\n    return x.max()"
    tests = (
        ("test_1", "assert mean(data) == 2"),
        ("test_2", "expected = data.max()\nassert top(data) == expected == 3 and table['rows'].pop() == 2"),
        ("test_3", "assert table['rows'] == [1, 2]"),
    )
    assert plain(("given", given), ("answer", right, right), *tests).points == {"test_1": 2, "test_2": 2, "test_3": 2}
    assert plain(("given", given), ("answer", right, spoil), *tests).points == {"test_1": 2, "test_2": 0, "test_3": 2}


@pytest.mark.parametrize(
    "test",
    [
        "assert Point(1) == Point(1)",
        "assert str(Point(1)) == 'Point(1)'",
        "assert keep(lambda x: x)",
        "try:\n    Point(1).x = 2\nexcept Exception:\n    pass\nelse:\n    assert False",
    ],
)
def test_what_cannot_be_asked_from_outside_is_left_to_a_person_in_other_courses(plain, run, test):
    answer = "class Point:\n    def __init__(self, x):\n        self.x = x\n\ndef keep(f):\n    return f"
    report = plain(("answer", answer, answer), ("test_1", test))
    assert report.points == {"test_1": None}
    assert (
        "no plain data" in report.results["test_1"].undecided or "use an adapter" in report.results["test_1"].undecided
    )
    ours = [cell("solution", answer, "answer"), cell("test", test, "test_answer", 2)]
    assert run({"answer": answer}, *ours).points == {"test_answer": 0}  # such a test does not pass our own rehearsals


@pytest.mark.parametrize(
    "test",
    [
        "for got, x in zip(map(double, xs), xs):\n    assert got == 2 * x",
        "assert all(map(lambda x: double(x) == 2 * x, xs))",
    ],
)
def test_an_answer_cannot_end_the_loops_of_a_test(plain, test):
    parts = ("test_1", "xs = [1, 2]\n" + test)
    assert plain(("double", DOUBLE, DOUBLE), parts).points == {"test_1": 2}
    assert plain(("double", DOUBLE, "def double(x):\n    raise StopIteration"), parts).points == {"test_1": 0}


def test_a_view_carries_nothing_of_what_it_lies_in(plain):
    given = "import numpy as np\ndata = np.arange(24.0).reshape(6, 4)"
    right = "def predict(X):\n    return X[:, 0] + 3"
    peek = "import numpy as np\ndef predict(X):\n    while isinstance(X.base, np.ndarray): X = X.base\n    return np.frombuffer(X.tobytes(), float).reshape(6, 4)[:, 3]"
    test = "X, y = data[:, :3], data[:, 3]\nnp.testing.assert_allclose(predict(X), y)"
    assert plain(("given", given), ("predict", right, right), ("test_1", test)).points == {"test_1": 2}
    assert plain(("given", given), ("predict", right, peek), ("test_1", test)).points == {"test_1": 0}


def test_a_submission_never_gets_a_test_cell(run):
    tells = run({"double": SOLUTION}, after=["print(In)", "import inspect\nprint(globals().keys())"])
    assert "BEGIN HIDDEN TESTS" not in tells.everything and "secret" not in tells.everything
    assert SETUP.splitlines()[0] in tells.everything  # what it does get


def test_a_number_of_any_size_at_the_end_of_a_test_is_cut_to_its_points(run):
    exercise = [cell("solution", SOLUTION, "double"), cell("test", "double(2)", "test_double", 5)]
    assert run({"double": "double = lambda x: 10 ** 400"}, *exercise).points == {"test_double": 5}
    assert run({"double": "double = lambda x: -(10 ** 400)"}, *exercise).points == {"test_double": 0}


def test_text_full_of_commas_is_text(run):
    report = run({"double": "def double(x):\n    print(',[' * 2_000_000)\n    return 2 * x"})
    assert (report.points, report.lost) == ({"test_double": 5}, "")


def test_a_student_who_is_lost_while_the_setup_seeds_is_no_fault_of_the_course(run):
    seeds = cell("setup", "import numpy as np\nnp.random.seed(3)", "seeds")
    dies = "import numpy as np\ndef seed(k):\n    import os\n    os._exit(1)\nnp.random.seed = seed"
    exercise = [seeds, cell("solution", SOLUTION, "double"), cell("test", TEST, "test_double", 5)]
    assert run({"double": SOLUTION}, *exercise).points == {"test_double": 5}
    report = run({"double": SOLUTION}, *exercise, before=[dies])
    assert report.points == {"test_double": 0} and "died" in report.lost


def test_given_code_imports_modules_beside_the_notebook_in_both_processes(run):
    exercise = [
        cell("given", "import helper", "given"),
        cell("solution", SOLUTION, "double"),
        cell("test", "assert double(helper.K) == 2 * helper.K", "test_double", 5),
    ]
    files = {"helper.py": b"K = 21\n"}
    assert run({"double": SOLUTION}, *exercise, files=files, courses=files).points == {"test_double": 5}


SPOILT = [
    cell("given", "X = np.arange(1.0, 6.0)\ny = X > 2.5", "data"),
    cell("solution", "", "mean"),
    cell("test", "checks.close(mean(y), 0.6, 'mean')", "test_mean", 1),
    cell("given", "unrelated = 1", "more"),
    cell("solution", "", "predict"),
    cell("test", "assert (np.asarray(predict(X)) == y).mean() > 0.9", "test_predict", 5),
]


def test_data_that_an_answer_has_changed_in_a_test_are_whole_for_the_next(run):
    right = {"mean": "def mean(X):\n    return X.mean()", "predict": "def predict(X):\n    return X > 2.5"}
    assert run(right, *SPOILT).points == {"test_mean": 1, "test_predict": 5}
    spoils = {
        "mean": "def mean(X):\n    X[:] = 0\n    return 0.6",
        "predict": "def predict(X):\n    return np.zeros(5, bool)",
    }
    assert run(spoils, *SPOILT).points == {"test_mean": 1, "test_predict": 0}


def test_what_given_code_changes_in_place_stays_changed(run):
    exercise = [
        cell("given", "numbers = [1, 2]", "data"),
        cell("given", "numbers.append(3)", "more"),
        cell("solution", SOLUTION, "double"),
        cell("test", "assert [double(n) for n in numbers] == [2, 4, 6]", "test_double", 5),
    ]
    assert run({"double": SOLUTION}, *exercise).points == {"test_double": 5}


@pytest.mark.parametrize(
    "forges",
    [
        "class Graph:\n            data = b'\\x00' * 8 + str(x).encode()\n        server.encode = lambda *_, **__: Graph",
        "server.encode = lambda root, *a, **k: real(['raised', {'kind': 'ValueError', 'text': str(x)}])",
    ],
)
def test_the_reason_of_a_loss_has_no_words_of_the_hand_in(run, forges):
    """It is said on the student's page, and the process may know inputs of hidden tests by then."""
    source = f"def double(x):\n    if np.ndim(x):\n        from grader.engine import server\n        real = server.encode\n        {forges}\n    return 2 * x"
    report = run({"double": source}, after=["1"])
    assert report.points == {"test_double": 0}
    assert report.lost in ("", "The notebook's Python process did not answer as it should.")


def test_a_hand_in_ends_with_any_signal_without_being_a_fault(template):
    end = "import os\nos.kill(os.getpid(), 40)"  # a real-time signal, which has no name
    report = examine(template, {"double": f"def double(x):\n    {end}".replace("\n", "\n    ")})
    assert report.points == {"test_double": 0}
    assert examination._how(examination.End(-40), template.limits) == " (signal 40)"
    assert examination._how(examination.End(-11), template.limits) == " (SIGSEGV)"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("x.shape = (-1,)\n    return 2 * x", "np.full(6, 2.0)"),
        ("x.sort()\n    return 2 * x", "np.full((2, 3), 2.0)"),
    ],
)
def test_an_answer_may_do_to_its_argument_what_it_may_do_in_one_process(run, change, expected):
    test = f'with progress.exercise("double"):\n    checks.close(double(np.ones((2, 3))), {expected}, "double")'
    answer = f"def double(x):\n    {change}"
    exercise = [cell("solution", SOLUTION, "double"), cell("test", test, "test_double", 5)]
    assert run({"double": answer}, *exercise).points == {"test_double": 5}


@pytest.mark.parametrize("change", ["x.resize((3,), refcheck=False)", "x.dtype = np.int64"])
def test_an_argument_that_cannot_be_followed_costs_one_check(run, change):
    test = 'with progress.exercise("{0}"):\n    checks.close({0}(np.ones((2, 3))), np.full((2, 3), 2.0), "{0}")'
    exercises = [
        cell("solution", "", "one"),
        cell("test", test.format("one"), "test_one", 2),
        cell("solution", "", "two"),
        cell("test", test.format("two"), "test_two", 3),
    ]
    report = run({"one": f"def one(x):\n    {change}", "two": "def two(x):\n    return 2 * x"}, *exercises)
    assert report.points == {"test_one": 0, "test_two": 3} and not report.lost
    assert "the function changes the type or the size of an array that it is given" in report.said("test_one")


def test_an_argument_that_cannot_be_written_to_is_so_for_the_student_too(run):
    test = 'with progress.exercise("double"):\n    double(np.broadcast_to(np.arange(3.0), (2, 3)))'
    exercise = [cell("solution", "", "double"), cell("test", test, "test_double", 5)]
    report = run({"double": "def double(x):\n    x *= 2\n    return x"}, *exercise)
    assert "ValueError: output array is read-only" in report.said("test_double") and not report.lost


@pytest.mark.parametrize("answer", ["map(lambda x: 2 * x, [1, 2, 3])", "(2 * x for x in [1, 2, 3])", "zip([2, 4, 6])"])
def test_what_can_be_read_once_arrives_as_what_it_gives(run, answer):
    tests = [cell("test", f"assert len(list(double)) == 3 {n * '  '}", f"test_{n}", 1) for n in range(2)]
    assert run({"double": f"double = {answer}"}, cell("solution", "", "double"), *tests).points == {
        "test_0": 1,
        "test_1": 1,
    }


def test_what_the_course_imports_from_the_future_holds_for_answers(run):
    given = cell("given", "from __future__ import annotations\n\ndef given(x: Nothing): ...", "given")
    report = run(
        {"double": "def double(x: Number):\n    return 2 * x"},
        given,
        cell("solution", SOLUTION, "double"),
        cell("test", TEST + "\ndef f(x: Nothing): ...", "test_double", 5),
    )
    assert report.points == {"test_double": 5}
    assert "NameError" in run({"double": "def double(x: Number):\n    return 2 * x"}).everything


def test_all_cells_of_a_notebook_show_no_more_than_one_may_keep(run):
    report = run({"double": SOLUTION}, before=["print('x' * 4_000_000)"] * 8)
    assert report.points == {"test_double": 5}
    assert sum(len(str(outputs)) for outputs in report.own) < 21_000_000
    assert "was cut off" in str(report.own[5]) and "x" * 100 not in str(report.own[6])
