"""Templates: forked for every submission, with nothing in them that a submission should not find."""

from __future__ import annotations

import ast
import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from events import wait_until
from small_course import SOLUTION, cell, course_notebook, examine

from grader import examination
from grader.engine import scratch
from grader.engine.examiner import Job, Step
from grader.engine.template import End, Template, TemplateError, _is_readable, off_the_core_of_forks
from grader.examination import EngineFault, Report
from grader.pausing import Pausing

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def templates():
    with Template("numpy") as numpy, Template("tensorflow") as tensorflow:
        yield {"numpy": numpy, "tensorflow": tensorflow}


@pytest.fixture
def look(templates, monkeypatch):
    """The value of an expression in a student's process, as a literal."""

    def look(source: str, stack: str = "numpy"):
        monkeypatch.setenv("COURSE_SEED", "never to be seen")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "never to be seen")
        *lines, last = source.split("\n")
        examined = examine(templates[stack], {}, before=["\n".join([*lines, f"print(repr({last}))"])])
        (output,) = examined.own[0]
        return ast.literal_eval(output["text"])

    return look


def test_the_imports_are_paid_once_for_many_submissions(templates):
    template = templates["numpy"]
    for _ in range(5):
        assert examine(template, {"double": SOLUTION}).points == {"test_double": 5}
    assert template.starts == 1


TENSORFLOW = """import tensorflow as tf

def double(x):
    return tf.Variable(x) + tf.constant(x)"""
TENSOR_TEST = """import tensorflow as tf
with progress.exercise("double"):
    checks.close(double(np.ones(3)), 2 * np.ones(3), "double")
checks.seed(3)
first = draw()
checks.seed(3)
assert np.allclose(first, draw()) and np.allclose(double(tf.constant([4.0])), [8.0])
checks.seed(3)
assert np.allclose(first, tf.random.normal([2]))"""
DRAW = "import tensorflow as tf\n\ndef draw():\n    return tf.random.normal([2])"


def test_a_tensorflow_import_is_paid_once_and_works_in_every_fork(templates):
    template = templates["tensorflow"]
    source = course_notebook(
        cell("adapter", DRAW, "draw"),
        cell("solution", TENSORFLOW, "double"),
        cell("test", TENSOR_TEST, "test_double", 5),
    )
    imported = "import sys\nprint('tensorflow' in sys.modules)"
    for _ in range(2):
        report = examine(template, {"double": TENSORFLOW}, source, before=[imported], seconds=60)
        assert report.points == {"test_double": 5}, report.said("test_double")
        assert report.own[0][0]["text"] == "True\n"  # before the notebook has imported it
    assert template.starts == 1


def test_nothing_of_the_graders_environment_is_there(look):
    allowed = (
        "HOME KERAS_HOME LANG MPLBACKEND MPLCONFIGDIR NBGRADER_EXECUTION OMP_NUM_THREADS OPENBLAS_NUM_THREADS PATH"
    )
    allowed = {
        *allowed.split(),
        "LD_BIND_NOW",
        "MALLOC_ARENA_MAX",
        "PYTHONHASHSEED",
        "TMPDIR",
        "TF_CPP_MIN_LOG_LEVEL",
        "CUDA_VISIBLE_DEVICES",
        "KMP_DUPLICATE_LIB_OK",
        "KMP_INIT_AT_FORK",
    }
    assert set(look("import os\ndict(os.environ)")) <= allowed
    for path in ("/proc/self/environ", "/proc/self/cmdline"):
        assert "never to be seen" not in look(f"open({path!r}).read()")


def test_one_socket_and_no_other_descriptor_is_open(look):
    source = "import os\n[os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{n}')]"
    links = look(source)
    assert sum(link.startswith("socket:") for link in links) == 1
    assert all(link.startswith(("socket:", "/memfd:output", "/dev/null")) for link in links), links


def test_a_fork_has_one_thread_and_its_own_session(look):
    assert look("import os\nlen(os.listdir('/proc/self/task'))") == 1
    assert look("import os\nos.getsid(0) == os.getpid()") is True


def test_the_grader_and_the_course_are_not_in_memory(look):
    loaded = look("import sys\nsorted(sys.modules)")
    assert not [
        name for name in loaded if name.startswith(("nbgrader", "sqlalchemy", "grader.master", "grader.autograde"))
    ]


def test_one_submission_leaves_nothing_for_the_next(templates):
    template = templates["numpy"]
    leave = "import builtins, numpy, sys\nbuiltins.left = numpy.left = sys.left = left = 1\nnumpy.random.seed(5)"
    examine(template, {}, before=[leave])
    find = (
        "import builtins, numpy, sys\nprint([hasattr(m, 'left') for m in (builtins, numpy, sys)], 'left' in globals())"
    )
    draw = "numpy.random.random(), __import__('random').random()"
    found, drawn = examine(template, {}, before=[find, draw]).own
    assert found[0]["text"] == "[False, False, False] False\n"
    assert drawn == examine(template, {}, before=["import numpy", draw]).own[1]
    assert drawn[0]["data"]


def test_the_same_submission_draws_the_same_numbers(look):
    drawn = "import numpy as np, random\n(float(np.random.random()), random.random(), hash('a'))"
    assert look(drawn) == look(drawn)


def test_no_process_is_left_behind(templates):
    seconds = f"1234.{os.getpid()}"  # this test may run more than once on a machine
    spawn = f"import subprocess\nsleeps = subprocess.Popen(['sleep', '{seconds}'], start_new_session=True)"
    examined = examine(templates["numpy"], {}, before=[spawn, "print(sleeps.poll())"])
    assert examined.own[1][0]["text"] == "None\n"  # it was alive
    assert not [process for process in psutil.process_iter(["cmdline"]) if seconds in (process.info["cmdline"] or [])]


def test_a_template_that_was_killed_is_started_again():
    with Template("numpy", imports=("numpy",)) as template:
        examine(template, {})
        os.kill(template._process.pid, signal.SIGKILL)
        template._process.wait()
        assert examine(template, {"double": SOLUTION}).points == {"test_double": 5}
        assert template.starts == 2


def test_a_template_is_idle_only_when_it_has_no_forks(monkeypatch):
    for idle in (
        0.5,
        5.0,
        50.0,
    ):  # a slow machine may take longer until the fork begins, and has lost its template then
        monkeypatch.setattr("grader.engine.template.IDLE", idle)
        sleeps = f"import time\ntime.sleep({2 * idle})"
        with Template("numpy", imports=("numpy",)) as template, contextlib.suppress(EngineFault):
            examined = examine(template, {"double": SOLUTION}, before=[sleeps], seconds=60)
            if template.starts == 1:
                assert examined.points == {"test_double": 5}
                assert template._process.wait(120) == 0
                return
    pytest.fail("a template has ended beside its forks")


def test_a_grader_may_have_many_files_open(templates):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_000), hard))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
    try:
        died = examine(templates["numpy"], {}, before=["import os\nos._exit(3)"])
        assert died.lost
    finally:
        for one in opened:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def forks_of(template: Template) -> list[psutil.Process]:
    """Its forks, in the order in which they were made."""
    (first,) = psutil.Process(template._process.pid).children()
    return sorted(first.children(), key=lambda one: one.create_time())


def lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def computed(process: psutil.Process) -> float:
    """The seconds of computing time that a process has used."""
    try:
        return process.cpu_times().user
    except psutil.NoSuchProcess:
        return 0.0


def test_a_template_that_is_closed_at_work_leaves_no_process_and_no_control_group():
    with Template("numpy", imports=("numpy",)) as template, ThreadPoolExecutor() as threads:
        template.start()
        groups = {*template._group._folders.values()} if template._group else set()
        before = {*psutil.Process().children(recursive=True)}
        busy = "kept = bytearray(900_000_000)\nwhile True: pass"
        examined = threads.submit(examine, template, {}, before=[busy], seconds=300)

        def forks() -> set[psutil.Process]:
            return {*psutil.Process().children(recursive=True)} - before

        wait_until(lambda: examined.done() or any(computed(one) > 0.2 for one in forks()))
        assert not examined.done()
        forks = forks()
        template.close()
        assert [one for one in forks if lives(one)] == []
        assert [one for one in groups if one.exists()] == []
        with pytest.raises(EngineFault):
            examined.result(60)


def test_a_fork_that_is_killed_before_it_begins_costs_no_new_template(templates):
    template = templates["numpy"]
    starts = template.starts
    child = template.fork("examiner")
    template.kill(child)
    with pytest.raises(TemplateError, match="could not be started"):
        template.release(child, [], {})
        template.wait(child)
    template.reap(child)
    assert examine(template, {"double": SOLUTION}).points == {"test_double": 5}
    assert template.starts == max(starts, 1)


def test_an_end_that_the_template_has_lost_is_nobodys_score(templates, monkeypatch):
    """As when a template ends while it works: then its forks end as well, and the examiner may be the last to do so."""
    template = templates["numpy"]
    reap = template.reap
    monkeypatch.setattr(template, "reap", lambda child: (reap(child), End(None))[1])
    with pytest.raises(EngineFault, match="the template was lost"):
        examine(template, {}, before=["import os\nos._exit(1)"])


def test_the_next_forks_are_made_while_others_run(templates):
    template = templates["numpy"]
    assert examine(template, {"double": SOLUTION}).points == {"test_double": 5}
    ahead = [template._ahead[role] for role in ("student", "examiner")]
    assert [_is_readable(one.control.fileno(), 60.0) for one in ahead] == [True, True]  # their folders stand
    assert [one.has_ended() for one in ahead] == [False, False]
    student, examiner = template.fork("student"), template.fork("examiner")
    assert template.ahead() == [] and [one.is_for(None) for one in (student, examiner)] == [True, True]
    template.kill(student, examiner)
    assert [template.reap(one).status for one in (student, examiner)] == [-signal.SIGKILL] * 2


def endless(template: Template) -> Pausing[Report]:
    step = Step(0, "while True:\n    pass", by_student=True)
    return examination.examine(template, Job([step], 60, None), {}, {})


def test_whoever_does_not_wait_for_an_examination_ends_it():
    with Template("numpy", imports=("numpy",)) as template:
        work = endless(template)
        next(work)
        assert not template.runs()  # its start is not begun without a pause
        next(work)
        forks = forks_of(template)
        assert len(forks) == 4  # two for the next one
        work.close()
        assert {one.pid for one in forks if lives(one)} == {*template.ahead()}
        assert examine(template, {"double": SOLUTION}).points == {"test_double": 5}


def test_whoever_grades_alone_keeps_off_the_processor_of_its_forks(monkeypatch):
    before = os.sched_getaffinity(0)
    moved: list[tuple[int, set[int]]] = []
    with Template("numpy", imports=("numpy",)) as template:
        with off_the_core_of_forks():
            own = os.sched_getaffinity(0)
            with off_the_core_of_forks():  # once more changes nothing
                assert os.sched_getaffinity(0) == own
            assert os.sched_getaffinity(0) == own and len(own) == max(1, len(before) - 1)
            work = endless(template)
            next(work)
            next(work)
            student, examiner = (one for one in forks_of(template) if one.pid not in template.ahead())
            assert [{*one.cpu_affinity()} for one in (student, examiner)] == [before - own or before] * 2
            assert {*psutil.Process(template._process.pid).cpu_affinity()} == own
            set_affinity = os.sched_setaffinity
            monkeypatch.setattr(os, "sched_setaffinity", lambda *given: moved.append(given) or set_affinity(*given))
            work.close()
            assert moved[:1] == [(examiner.pid, own)] * (own != before)  # so that they need not end one after the other
        moved.clear()
        assert os.sched_getaffinity(0) == before
        assert examine(template, {"double": SOLUTION}).points == {"test_double": 5}
        assert moved == []


def test_forks_made_ahead_that_have_ended_or_are_for_another_assignment_are_not_used(templates):
    template = templates["numpy"]
    for _ in range(2):
        examine(template, {"double": SOLUTION})
        for number in template.ahead():
            os.kill(number, signal.SIGKILL)
            ended = psutil.Process(number)
            wait_until(lambda ended=ended: ended.status() == psutil.STATUS_ZOMBIE)  # the template reaps it
    assert examine(template, {"double": SOLUTION}).points == {"test_double": 5}
    template.fork_ahead(("checks",))
    child = template.fork("student", ("checks", "plotting"))
    assert child.modules == ("checks", "plotting")
    template.kill(child)
    template.reap(child)


def test_a_template_that_cannot_start_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr("grader.engine.template._environment", lambda: {"PYTHONHOME": "/nowhere"})
    with (
        Template("numpy") as template,
        pytest.raises(TemplateError, match=r"The template for numpy is lost: .*encodings"),
    ):
        template.fork("student")


CLIENT = """import time
from grader.engine.template import Template
template = Template("numpy", imports=("numpy",))
template.start()
print(template._process.pid, flush=True)
time.sleep(1_000)"""


def test_templates_end_with_their_client_and_their_folders_with_the_next_one(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", CLIENT], env=environment, stdout=subprocess.PIPE, text=True) as client:
        left = psutil.Process(int(client.stdout.readline()))
        client.kill()
    assert psutil.wait_procs([left], 120)[1] == []
    (folder,) = tmp_path.iterdir()
    with Template("numpy", imports=("numpy",)) as template:
        template.start()
        assert folder.name.startswith(scratch.PREFIX) and list(tmp_path.iterdir()) == [template._folder]
        assert not (template._folder / "log").stat().st_mode & 0o077  # other accounts can enter the folder
    assert list(tmp_path.iterdir()) == []
