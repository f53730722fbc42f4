"""The sandbox: which tier a machine gets, for whom, and the limits that name what was used up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_course import SOLUTION, Examined, cell, course_notebook, examine

from grader.engine.limits import ControlGroup, Limits
from grader.engine.template import Template
from grader.examination import EngineFault
from grader.modules import closure

pytestmark = pytest.mark.system

TESTS = Path(__file__).parent
LOOK = """import os
try:
    read = bool(open("/etc/hostname").read())
except OSError:
    read = False
print([os.getuid(), read])"""
EXAMINE = """
import json, os, sys
from small_course import SOLUTION, examine
from grader.engine.limits import Limits
from grader.engine.template import Template
with Template("numpy", Limits(**json.loads(sys.argv[1])), imports=("numpy",)) as template:
    for line in sys.stdin:
        cell, modules = json.loads(line)
        examined = examine(template, {"double": SOLUTION}, before=[cell], modules=modules)
        outputs = examined.own[0]
        said = "".join(one.get("text") or one.get("evalue", "") for one in outputs)
        is_left = said.strip().isdigit() and os.path.exists(f"/proc/{said.strip()}")
        print(json.dumps([template.tier, template.why, examined.points, said, is_left]), flush=True)
"""
Said = tuple[str, str, dict, str, bool]


@contextmanager
def examining(prelude: str, **limits: int) -> Iterator[Callable[..., Said]]:
    """A process that runs `prelude` and then examines hand-ins, and what asks it to examine one.

    It is asked with the source of a cell, and with the modules that the hand-in can import, and answers with (tier, why,
    points, said, is_left): the last two are what the cell has said, and whether the process with that number lives after
    the examination.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(prelude) + EXAMINE, json.dumps(limits)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TESTS,
    ) as process:  # fmt: skip

        def ask(cell: str = LOOK, modules: Sequence[str] | None = None) -> Said:
            process.stdin.write(json.dumps([cell, modules]) + "\n")
            process.stdin.flush()
            return tuple(json.loads(process.stdout.readline()))

        yield ask


@pytest.fixture(scope="module")
def template():
    with Template("numpy", imports=("numpy",)) as template:
        yield template


def test_here_everything_is_isolated(template):
    template.start()
    assert (template.tier, template.why) == ("isolated", "")


# An administrator's interpreter may lie where nobody else can read it: then a private view of the files leads there.
READABLE = """
import os, sys
from pathlib import Path
from grader.engine import linux
if os.getuid() == 0:
    linux.unshare(linux.NEWNS)
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    for prefix in {sys.prefix, sys.base_prefix}:
        closed = [path for path in (Path(prefix), *Path(prefix).parents) if path.stat().st_mode & 0o5 != 0o5]
        if closed:
            inside = os.open(prefix, os.O_PATH)
            linux.mount("tmpfs", closed[-1], "tmpfs", 0, "mode=755")
            Path(prefix).mkdir(parents=True)
            linux.bind(f"/proc/self/fd/{inside}", prefix)
"""
AS_A_USER = """
if os.getuid() == 0:
    os.setgroups([])
    os.setresgid(12345, 12345, 12345)
    os.setresuid(12345, 12345, 12345)
    linux.set_dumpable()
"""
# What a container takes from its administrator. The right itself goes when the template is started.
WITHOUT_MOUNTS = """
import ctypes
PR_CAPBSET_DROP, CAP_SYS_ADMIN = 24, 21
assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0) == 0 or os.getuid()
"""


@pytest.mark.parametrize("who", [AS_A_USER, WITHOUT_MOUNTS], ids=["a user", "an administrator who may not mount"])
def test_others_than_an_administrator_get_the_same_walls(who):
    with examining(READABLE + who) as ask:
        tier, why, points, found, _ = ask()
    assert (tier, why, points) == ("isolated", "", {"test_double": 5})
    assert found == "[1000, False]\n"


def refuse(*calls: str) -> str:
    """Code that takes system calls away from a process, as the profile of a container does."""
    return f"""
    import errno, pyseccomp
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in {calls}:
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    rules.load()
    """


CONFINED = refuse("unshare", "mount", "setns")


@pytest.fixture(scope="module")
def confined():
    with examining(CONFINED) as ask:
        yield ask


def test_without_namespaces_hand_ins_are_confined(confined):
    tier, why, points, found, _ = confined()
    assert (tier, why, points) == ("confined", "unshare: Operation not permitted", {"test_double": 5})
    assert found == f"[{os.getuid()}, False]\n"


def test_what_else_its_user_runs_takes_no_processes_from_a_confined_hand_in():
    neighbours = """
import subprocess
beside = [subprocess.Popen(["cat"], stdin=subprocess.PIPE) for _ in range(40)]
"""
    threads = """import threading
started, is_over = 0, threading.Event()
try:
    for _ in range(200):
        threading.Thread(target=is_over.wait).start()
        started += 1
except RuntimeError:
    pass
is_over.set()
print(started)"""
    with examining(READABLE + AS_A_USER + neighbours + textwrap.dedent(CONFINED), processes=16) as ask:
        tier, _, points, said, _ = ask(threads)
    assert (tier, points) == ("confined", {"test_double": 5})
    assert 0 < int(said) < 40


def test_what_a_confined_hand_in_started_ends_with_it(confined):
    daemon = """import os, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writing, str(os.getpid()).encode())
        time.sleep(1_000)
    os._exit(0)
print(os.read(reading, 20).decode())"""
    tier, _, points, said, is_left = confined(daemon)
    assert (tier, points) == ("confined", {"test_double": 5})
    assert said.strip().isdigit() and not is_left


def test_a_confined_hand_in_changes_nothing_of_what_its_user_has(confined, tmp_path):
    """System calls about files by their path, and about other processes, that Landlock does not look at."""
    gradebook = tmp_path / "gradebook.db"
    gradebook.write_text("marks")
    gradebook.chmod(0o600)
    before = gradebook.stat()
    neighbour = subprocess.Popen(["sleep", "1000"])
    priority = os.getpriority(os.PRIO_PROCESS, neighbour.pid)
    attack = f"""import fcntl, os, shutil, socket
PATH, NEIGHBOUR, F_SETSIG = {str(gradebook)!r}, {neighbour.pid}, 10
def signal():
    one, other = socket.socketpair()
    fcntl.fcntl(one, fcntl.F_SETOWN, NEIGHBOUR)
    fcntl.fcntl(one, F_SETSIG, 9)
    fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC)
    other.send(b"x")
for change in (
    lambda: os.truncate(PATH, 0), lambda: os.chmod(PATH, 0o666), lambda: os.utime(PATH, (0, 0)), lambda: os.chown(PATH, 1, 1),
    lambda: os.chmod(os.path.dirname(PATH), 0), lambda: os.setpriority(os.PRIO_PROCESS, NEIGHBOUR, 19), signal,
):
    try:
        change()
    except OSError:
        pass
print("CapEff:\\t0000000000000000" in open("/proc/self/status").read())
open("mine", "w").close()
shutil.copy2("mine", "copy")
print(os.listdir("."))"""
    try:
        tier, _, _, said, _ = confined(attack)
        assert tier == "confined" and "True\n" in said and "'copy'" in said
        after = gradebook.stat()
        assert (after.st_mode, after.st_mtime, after.st_size, after.st_uid) == (
            before.st_mode, before.st_mtime, before.st_size, before.st_uid,
        )  # fmt: skip
        assert neighbour.poll() is None and os.getpriority(os.PRIO_PROCESS, neighbour.pid) == priority
    finally:
        neighbour.kill()
        neighbour.wait()


def test_a_confined_hand_in_reads_only_the_modules_of_its_assignment(confined):
    read = """import os, utils
def is_readable(path):
    try:
        return bool(open(path, "rb").read(1))
    except PermissionError:
        return False
folder = os.path.dirname(utils.__file__)
files = [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names]
print(*sorted({os.path.basename(path).partition(".")[0] for path in files if is_readable(path)}))
import utils.plotting"""
    tier, _, _, said, _ = confined(read, ["checks"])
    assert tier == "confined"
    assert said.startswith("__init__ checks\n") and "Permission denied" in said


def test_a_confined_hand_in_has_folders_for_all_that_programs_write(confined):
    write = """import os, tempfile
for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "KERAS_HOME"):
    os.makedirs(os.environ[name], exist_ok=True)
    open(os.path.join(os.environ[name], "written"), "w").close()
tempfile.TemporaryFile().close()
print(os.getcwd() == os.environ["HOME"], os.listdir("."))"""
    tier, _, _, said, _ = confined(write)
    assert (tier, said) == ("confined", "True ['written']\n")


def test_without_landlock_too_there_are_limits_only():
    with examining(refuse("unshare", "mount", "setns", "landlock_create_ruleset")) as ask:
        tier, why, points, *_ = ask()
    assert (tier, points) == ("open", {"test_double": 5})
    assert why == "unshare: Operation not permitted, and this kernel has no Landlock"


def test_a_container_that_covers_parts_of_proc_costs_only_proc():
    covered = """
    from grader.engine import linux
    linux.unshare(linux.NEWNS)
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.bind("/dev/null", "/proc/meminfo")
    linux.mount("tmpfs", "/proc/sys", "tmpfs", 0)
    """
    with examining(textwrap.dedent(covered) + READABLE + AS_A_USER) as ask:
        tier, why, points, *_ = ask()
    assert (tier, why, points) == ("isolated", "", {"test_double": 5})


LOW = Limits(memory=100, disk=100, file=2, cpu=2)


@pytest.fixture(scope="module")
def limited():
    """A template whose hand-ins may use little."""
    with Template("numpy", LOW, imports=("numpy",)) as template:
        yield template


def examined(template: Template, cell: str) -> Examined:
    return examine(template, {"double": SOLUTION}, before=[cell], seconds=20)


def unlimited(cell: str, *walls: str) -> Examined:
    """The same with some walls taken down."""
    with Template("numpy", LOW, walls, imports=("numpy",)) as template:
        return examined(template, cell)


def test_computing_time_is_limited_for_the_whole_notebook(limited):
    busy = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF, signal.SIGALRM])\nwhile True: pass"
    report = examined(limited, busy)
    assert report.points == {"test_double": 0}
    assert report.lost.endswith("died while its cells were running (it used more than 2 s of computing time).")


def test_time_on_the_clock_is_limited_for_the_whole_examination(template, monkeypatch):
    monkeypatch.setattr(template, "limits", Limits(wall=1))
    deaf = "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF, signal.SIGALRM])\ntime.sleep(60)"
    assert examined(template, deaf).lost == "The notebook took more than 1 s in all."


EAT = "kept = []\nfor _ in range(40):\n    kept.append(bytearray(10_000_000))"
FORKS = """import os, time
reports = []
for _ in range(5):
    reading, writing = os.pipe()
    if os.fork() == 0:
        eaten = b'x' * 80_000_000
        os.write(writing, b'x')
        time.sleep(1_000)
    os.close(writing)
    reports.append(reading)
print(any(os.read(report, 1) == b'' for report in reports))  # one that was killed has nothing to report"""


def test_memory_is_limited_for_one_process(limited):
    report = examined(limited, EAT)
    assert report.own[0][0]["ename"] == "MemoryError"
    assert report.points == {"test_double": 5}
    assert unlimited(EAT, "limits", "cgroup").own[0] == []


@pytest.fixture
def group():
    """A control group; tests are skipped where none can be had: without the rights, or in most containers."""
    made = ControlGroup.make(Limits())
    if made is None:
        hierarchies = [Path("/sys/fs/cgroup") / controller for controller in ("memory", "pids")]
        assert not all(os.access(path, os.W_OK) for path in hierarchies), "who may write there can have one"
        pytest.skip("no rights to make a control group")
    yield made
    made.remove()


def folders_of(group: ControlGroup) -> list[Path]:
    return sorted({*group._folders.values()})


MAKE_A_GROUP = """
import os, signal
from grader.engine.limits import ControlGroup, Limits
print(*ControlGroup.make(Limits())._folders.values(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
WHERE_NO_OTHER_PROCESS_IS_SEEN = """
import os
from grader.engine import filetree, linux
linux.unshare(linux.NEWNS | linux.NEWPID | (linux.NEWUSER if os.getuid() else 0))
if pid := os.fork():
    os.waitpid(pid, 0)
    os._exit(0)
linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
filetree.mount_processes()
"""


@pytest.mark.parametrize("where", ["", WHERE_NO_OTHER_PROCESS_IS_SEEN], ids=["here", "in a namespace of processes"])
def test_control_groups_of_living_clients_stay_and_those_of_killed_ones_go(group, where):
    command = [sys.executable, "-c", where + MAKE_A_GROUP]
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=TESTS)
    left = [Path(path) for path in done.stdout.split()]
    assert left and all(path.is_dir() for path in [*left, *folders_of(group)]), done.stderr
    next_one = ControlGroup.make(Limits())
    assert [path for path in left if path.exists()] == []
    assert all(path.is_dir() for path in [*folders_of(group), *folders_of(next_one)])
    next_one.remove()
    assert [path for path in folders_of(next_one) if path.exists()] == []


@pytest.mark.usefixtures("group")
def test_a_template_whose_control_group_is_gone_is_started_anew():
    with Template("numpy", imports=("numpy",)) as template:
        template.start()
        for folder in folders_of(template._group):
            folder.rmdir()
        with pytest.raises(EngineFault, match="could not be started"):
            examine(template, {})
        assert examine(template, {"double": SOLUTION}).points == {"test_double": 5}
        assert template.starts == 2


@pytest.mark.usefixtures("group")
def test_memory_is_limited_for_all_processes_together_where_there_is_a_control_group(limited):
    assert examined(limited, FORKS).own[0][0]["text"] == "True\n"
    assert unlimited(FORKS, "cgroup").own[0][0]["text"] == "False\n"


def test_files_are_limited_each_and_together(limited, template):
    write = "for n in range({}):\n    with open(f'{{n}}', 'wb') as file: file.write(bytes({}))"
    large, many = write.format(1, 4_000_000), write.format(60, 2_000_000)
    assert examined(limited, large).own[0][0]["evalue"].startswith("[Errno 27] File too large")
    assert examined(limited, many).own[0][0]["evalue"].startswith("[Errno 28] No space left")
    assert examined(template, large).own[0] == examined(template, many).own[0] == []


def test_only_the_modules_that_an_assignment_lists_can_be_imported():
    assert closure(["gc_utils"]) == ("activations", "checks", "gc_utils")
    assert closure(["no_such_module"]) == ("checks",)


def test_an_answer_cannot_take_the_examiners_memory(template):
    views = (
        "def double(x):\n    return [np.broadcast_to(np.ones(1), (8_000_000,)) for _ in range(3)]"  # few bytes to send
    )
    grows = course_notebook(
        cell("solution", SOLUTION, "double"),
        cell("test", "rows = np.ones(12_000_000)\nassert double(2) == 4", "test_double", 5),
    )
    report = examine(template, {"double": views})
    assert report.points == {"test_double": 0} and "did not answer as it should" in report.lost
    assert examine(template, {"double": SOLUTION}, grows).points == {"test_double": 5}
    with Template("numpy", Limits(memory=60), imports=("numpy",)) as low:  # less than the test itself takes
        assert examine(low, {"double": SOLUTION}, grows).points == {"test_double": 0}


def test_a_hand_in_cannot_lower_its_own_limits(template):
    lowers = "import resource\nprint(resource.getrlimit(resource.RLIMIT_CPU))\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))"
    ((printed, error),) = examined(template, lowers).own
    assert printed["text"].startswith("(900, 900)") and error["ename"] == "ValueError"
