"""The sandbox: which tier a machine gets, for whom, and the limits that name what was used up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
from small_course import SOLUTION, cell, course_notebook, examine

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
cell, limits, modules = json.loads(sys.argv[1])
with Template("numpy", Limits(**limits)) as template:
    examined = examine(template, {"double": SOLUTION}, before=[cell], modules=modules)
    outputs = examined.own[0]
    said = "".join(one.get("text") or one.get("evalue", "") for one in outputs)
    is_left = said.strip().isdigit() and os.path.exists(f"/proc/{said.strip()}")
    print(json.dumps([template.tier, template.why, examined.points, said, is_left]))
"""


def examined_by(
    prelude: str, cell: str = LOOK, limits: dict[str, int] | None = None, modules: Sequence[str] | None = None
) -> tuple[str, str, dict, str, bool]:
    """What an examination in a process of its own, which runs `prelude` first, says of itself.

    Returns
    -------
    (tier, why, points, said, is_left)
        The last two are what `cell` has said, and whether the process with that number lives after the examination.
    """
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(prelude) + EXAMINE, json.dumps([cell, limits or {}, modules])],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, cwd=TESTS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def test_here_everything_is_isolated():
    with Template("numpy") as template:
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
    tier, why, points, found, _ = examined_by(READABLE + who)
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


def test_without_namespaces_hand_ins_are_confined():
    tier, why, points, found, _ = examined_by(CONFINED)
    assert (tier, why, points) == ("confined", "unshare: Operation not permitted", {"test_double": 5})
    assert found == f"[{os.getuid()}, False]\n"


def test_what_else_its_user_runs_takes_no_processes_from_a_confined_hand_in():
    neighbours = """
import subprocess
beside = [subprocess.Popen(["cat"], stdin=subprocess.PIPE) for _ in range(40)]
"""
    threads = """import threading, time
started = 0
try:
    for _ in range(200):
        threading.Thread(target=time.sleep, args=(2,)).start()
        started += 1
except RuntimeError:
    pass
print(started)"""
    prelude = READABLE + AS_A_USER + neighbours + textwrap.dedent(CONFINED)
    tier, _, points, said, _ = examined_by(prelude, threads, {"processes": 16})
    assert (tier, points) == ("confined", {"test_double": 5})
    assert 0 < int(said) < 40


def test_what_a_confined_hand_in_started_ends_with_it():
    daemon = """import os, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writing, str(os.getpid()).encode())
        time.sleep(1_000)
    os._exit(0)
print(os.read(reading, 20).decode())"""
    tier, _, points, said, is_left = examined_by(CONFINED, daemon)
    assert (tier, points) == ("confined", {"test_double": 5})
    assert said.strip().isdigit() and not is_left


def test_a_confined_hand_in_changes_nothing_of_what_its_user_has(tmp_path):
    """System calls about files by their path, and about other processes, that Landlock does not look at."""
    gradebook = tmp_path / "gradebook.db"
    gradebook.write_text("marks")
    gradebook.chmod(0o600)
    before = gradebook.stat()
    neighbour = subprocess.Popen(["sleep", "1000"])
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
        tier, _, _, said, _ = examined_by(CONFINED, attack)
        assert tier == "confined" and "True\n" in said and "'copy'" in said
        after = gradebook.stat()
        assert (after.st_mode, after.st_mtime, after.st_size, after.st_uid) == (
            before.st_mode, before.st_mtime, before.st_size, before.st_uid,
        )  # fmt: skip
        assert neighbour.poll() is None and os.getpriority(os.PRIO_PROCESS, neighbour.pid) == 0
    finally:
        neighbour.kill()
        neighbour.wait()


def test_a_confined_hand_in_reads_only_the_modules_of_its_assignment():
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
    tier, _, _, said, _ = examined_by(CONFINED, read, modules=["checks"])
    assert tier == "confined"
    assert said.startswith("__init__ checks\n") and "Permission denied" in said


def test_a_confined_hand_in_has_folders_for_all_that_programs_write():
    write = """import os, tempfile
for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "KERAS_HOME"):
    os.makedirs(os.environ[name], exist_ok=True)
    open(os.path.join(os.environ[name], "written"), "w").close()
tempfile.TemporaryFile().close()
print(os.getcwd() == os.environ["HOME"], os.listdir("."))"""
    tier, _, _, said, _ = examined_by(CONFINED, write)
    assert (tier, said) == ("confined", "True ['written']\n")


def test_without_landlock_too_there_are_limits_only():
    tier, why, points, *_ = examined_by(refuse("unshare", "mount", "setns", "landlock_create_ruleset"))
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
    tier, why, points, *_ = examined_by(covered + (READABLE + AS_A_USER).replace("\n", "\n    "))
    assert (tier, why, points) == ("isolated", "", {"test_double": 5})


def examined(limits: Limits, cell: str, without: tuple[str, ...] = (), seconds: float = 20):
    with Template("numpy", limits, without) as template:
        return examine(template, {"double": SOLUTION}, before=[cell], seconds=seconds)


def test_computing_time_is_limited_for_the_whole_notebook():
    busy = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF, signal.SIGALRM])\nwhile True: pass"
    report = examined(Limits(cpu=2), busy)
    assert report.points == {"test_double": 0}
    assert report.lost.endswith("died while its cells were running (it used more than 2 s of computing time).")


def test_time_on_the_clock_is_limited_for_the_whole_examination():
    deaf = "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF, signal.SIGALRM])\ntime.sleep(60)"
    assert examined(Limits(wall=2), deaf).lost == "The notebook took more than 2 s in all."


EAT = "kept = []\nfor _ in range(40):\n    kept.append(bytearray(10_000_000))"
FORKS = """import os, time
for _ in range(5):
    if os.fork() == 0:
        eaten = b'x' * 80_000_000
        time.sleep(60)
time.sleep(2)
killed = 0
while os.waitpid(-1, os.WNOHANG)[0]:
    killed += 1
print(killed > 0)"""


def test_memory_is_limited_for_one_process():
    report = examined(Limits(memory=200), EAT)
    assert report.own[0][0]["ename"] == "MemoryError"
    assert report.points == {"test_double": 5}
    assert examined(Limits(memory=200), EAT, without=("limits", "cgroup")).own[0] == []


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
def test_memory_is_limited_for_all_processes_together_where_there_is_a_control_group():
    limits = Limits(memory=100, disk=10)
    assert examined(limits, FORKS).own[0][0]["text"] == "True\n"
    assert examined(limits, FORKS, without=("cgroup",)).own[0][0]["text"] == "False\n"


def test_files_are_limited_each_and_together():
    write = "import os\nfor n in range(5):\n    with open(f'{n}', 'wb') as file: file.write(bytes(4_000_000))"
    assert examined(Limits(file=2), write).own[0][0]["evalue"].startswith("[Errno 27] File too large")
    assert examined(Limits(disk=10), write).own[0][0]["evalue"].startswith("[Errno 28] No space left")
    assert examined(Limits(), write).own[0] == []


def test_only_the_modules_that_an_assignment_lists_can_be_imported():
    assert closure(["gc_utils"]) == ("activations", "checks", "gc_utils")
    assert closure(["no_such_module"]) == ("checks",)


def test_an_answer_cannot_take_the_examiners_memory():
    views = (
        "def double(x):\n    return [np.broadcast_to(np.ones(1), (8_000_000,)) for _ in range(3)]"  # few bytes to send
    )
    grows = course_notebook(
        cell("solution", SOLUTION, "double"),
        cell("test", "rows = np.ones(12_000_000)\nassert double(2) == 4", "test_double", 5),
    )
    with Template("numpy") as template:
        report = examine(template, {"double": views})
        assert report.points == {"test_double": 0} and "did not answer as it should" in report.lost
        assert examine(template, {"double": SOLUTION}, grows).points == {"test_double": 5}
    with Template("numpy", Limits(memory=60)) as template:  # less than the test itself takes
        assert examine(template, {"double": SOLUTION}, grows).points == {"test_double": 0}


def test_a_hand_in_cannot_lower_its_own_limits():
    lowers = "import resource\nprint(resource.getrlimit(resource.RLIMIT_CPU))\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))"
    ((printed, error),) = examined(Limits(), lowers).own
    assert printed["text"].startswith("(900, 900)") and error["ename"] == "ValueError"
