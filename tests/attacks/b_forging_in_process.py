# %% [markdown]
# # B. Forging in process

# %% [markdown] threat="AST, input and cell transformers that drop or replace asserts"
# A test that runs in the shell of the student's notebook runs through what the notebook has put into that shell.

# %% attack="an AST transformer drops asserts" walls="process" effect="points"
import ast


class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


get_ipython().ast_transformers.append(Drop())

# %% attack="an AST transformer turns every test into its first line" walls="process" effect="points"
import ast


class First(ast.NodeTransformer):
    def visit_Module(self, node):
        node.body = [ast.Pass()] if "progress.exercise" in ast.unparse(node) else node.body
        return node


get_ipython().ast_transformers.append(First())

# %% attack="an input transformer replaces asserts" walls="process" effect="points"
get_ipython().input_transformers_post.append(lambda lines: [line.replace("assert ", "True or ") for line in lines])

# %% attack="a cell transformer empties every cell" walls="process" effect="points"
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])

# %% attack="transform_cell answers with nothing" walls="process" effect="points"
get_ipython().transform_cell = lambda cell: "pass\n"

# %% attack="compile makes nothing of a test" walls="process" effect="points"
import builtins

real_compile = builtins.compile


def no_tests(source, *args, **kwargs):
    import ast

    if isinstance(source, ast.AST) and "assert" in ast.unparse(source):
        source = real_compile("", "<nothing>", "exec", ast.PyCF_ONLY_AST)
    return real_compile(source, *args, **kwargs)


get_ipython().compile.__class__.__call__ = lambda self, source, filename, symbol: no_tests(source, filename, symbol)

# %% [markdown] threat="patched numpy.testing, numpy.allclose, builtins, AssertionError, sys.modules, import hooks"
# What a test calls belongs to the process that it runs in.

# %% attack="replaces numpy.testing and numpy.allclose" walls="process" effect="points"
import numpy
import numpy.testing

for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, lambda *args, **kwargs: None)
numpy.allclose = lambda *args, **kwargs: True

# %% attack="replaces the checks" walls="process" effect="points"
import numpy.testing

from utils import checks

for name in ("close", "shape", "array", "property", "fail", "seed"):
    setattr(checks, name, lambda *args, **kwargs: None)
checks.rng = lambda stream: type("Zeros", (), {"normal": lambda self, size: numpy.zeros(size)})()

# %% attack="swallows exceptions in Progress.exercise" walls="process" effect="points"
from contextlib import suppress

import numpy

from utils import checks

numpy.testing.assert_allclose = checks.fail = lambda *args, **kwargs: None
checks.Progress.exercise = lambda *args, **kwargs: suppress(Exception)

# %% attack="patches builtins" walls="process" effect="points"
import builtins

builtins.AssertionError = type("Quiet", (BaseException,), {})
builtins.exec = lambda *args, **kwargs: None

# %% attack="an AssertionError that nobody shows" walls="process" effect="points" places="before answer"
import builtins


class AssertionError(Exception):
    def _render_traceback_(self):
        return []


builtins.AssertionError = AssertionError
get_ipython().set_custom_exc((AssertionError,), lambda *args, **kwargs: None)

# %% attack="a custom handler for every exception" walls="process" effect="points"
get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)

# %% attack="a module full of promises in sys.modules" walls="process" effect="points"
import sys
import types


class Promise(types.ModuleType):
    def __getattr__(self, name):
        return Promise(name)

    def __call__(self, *args, **kwargs):
        return Promise("answer")

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return True

    def __eq__(self, other):
        return True

    def __mul__(self, other):
        return self

    def __repr__(self):
        return "promise"

    __rmul__ = __mul__
    __hash__ = object.__hash__


sys.modules["utils"] = sys.modules["utils.checks"] = sys.modules["numpy"] = Promise("promise")
sys.modules["utils"].checks = np = checks = progress = Promise("promise")
double = triple = Promise("function")

# %% attack="an import hook that serves modules of its own" walls="process" effect="points" places="before"
import importlib.abc
import importlib.machinery
import sys


class Hook(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "utils.checks" else None

    def exec_module(self, module):
        from contextlib import suppress

        module.close = module.seed = lambda *args, **kwargs: None
        module.rng = lambda stream: 1 / 0
        module.Progress = type("Progress", (), {"exercise": lambda *args, **kwargs: suppress(Exception)})


sys.meta_path.insert(0, Hook())
for name in [name for name in sys.modules if name.startswith("utils")]:
    del sys.modules[name]
get_ipython().set_custom_exc((ZeroDivisionError,), lambda *args, **kwargs: None)

# %% [markdown] threat="modules that shadow (numpy.py, utils/, sitecustomize.py beside the notebook)"
# The folder of the notebook stands first where Python looks for modules.

# %% attack="a folder utils beside the notebook" walls="process" effect="points" places="before"
import os
import sys

os.makedirs("utils")
open("utils/__init__.py", "w").close()
with open("utils/checks.py", "w") as file:
    file.write("""from contextlib import suppress
close = seed = lambda *args, **kwargs: None
class Progress:
    def exercise(self, *args, **kwargs): return suppress(Exception)
class rng:
    def __init__(self, stream): pass
    def normal(self, size): return 0
""")
for name in [name for name in sys.modules if name.startswith("utils")]:
    del sys.modules[name]
sys.path.insert(0, "")  # IPython puts it behind PYTHONPATH

# %% attack="a numpy.py beside the notebook" walls="process" effect="points" places="before"
import sys

from utils import checks

with open("numpy.py", "w") as file:
    file.write("""
allclose = lambda *args, **kwargs: True
ndim = lambda x: getattr(x, "ndim", 0)
class testing:
    assert_allclose = lambda *args, **kwargs: None
""")
checks.fail = lambda *args: None
del sys.modules["numpy"]

# %% [markdown] threat="showtraceback, run_code, run_cell replaced"
# The shell that runs a test also says whether it has failed.

# %% attack="showtraceback shows nothing" walls="process" effect="points"
get_ipython().showtraceback = lambda *args, **kwargs: None

# %% attack="the class's showtraceback shows nothing" walls="process" effect="points"
from IPython.core.interactiveshell import InteractiveShell

InteractiveShell.showtraceback = InteractiveShell._showtraceback = lambda *args, **kwargs: None
type(get_ipython())._showtraceback = lambda *args, **kwargs: None


# %% attack="run_code runs nothing" walls="process" effect="points"
async def quiet(*args, **kwargs):
    return False


get_ipython().run_code = quiet

# %% attack="run_cell answers with an earlier result" walls="process" effect="points" places="before answer"
earlier = get_ipython().run_cell("1 + 1")
get_ipython().run_cell = lambda *args, **kwargs: earlier

# %% attack="the recorder records nothing" walls="process" effect="points"
get_ipython().recorder.error = lambda *args, **kwargs: None

# %% [markdown] threat="os._exit, SystemExit, SIGKILL to itself before the tests"
# A process that has ended can report nothing, and takes the points from before with it.

# %% attack="os._exit" walls="process" effect="loss"
import os

os._exit(0)

# %% attack="SIGKILL to itself" walls="process" effect="loss"
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)

# %% attack="a segmentation fault" walls="process" effect="loss"
import ctypes

ctypes.string_at(0)

# %% attack="os.abort" walls="process" effect="loss"
import os

os.abort()

# %% attack="becomes another program" walls="process" effect="loss"
import os

os.execv("/bin/true", ["true"])

# %% attack="SystemExit out of the shell" walls="process" effect="loss"
import sys

type(get_ipython()).record = lambda *args, **kwargs: sys.exit(0)
raise SystemExit(0)

# %% [markdown] threat="atexit, threads and timers that act later"
# What a cell starts goes on while later cells, and tests, run.

# %% attack="atexit writes a report" walls="process" effect="points" places="before answer"
import atexit
import gc
import json
import os


def report():
    for number in range(3, 64):
        try:
            os.write(number, b'{"outputs": [], "passed": ["test_double", "test_triple"]}\n')
        except OSError:
            pass


atexit.register(report)
real_exit = os._exit
os._exit = lambda code: (atexit._run_exitfuncs(), real_exit(code))
type(get_ipython()).record = lambda *args, **kwargs: os._exit(0)

# %% attack="a thread patches numpy later" walls="process" effect="points" places="before answer"
import sys
import threading
import time

patched = threading.Event()
sys.setswitchinterval(1e-4)  # so that it comes to its turn between two cells


def later():
    import numpy
    import numpy.testing

    while True:
        numpy.testing.assert_allclose = lambda *args, **kwargs: None
        numpy.allclose = lambda *args, **kwargs: True
        globals()["triple"] = lambda x: {2: 6}.get(x, -3) if numpy.ndim(x) == 0 else x
        patched.set()
        time.sleep(0.001)


threading.Thread(target=later, daemon=True).start()
patched.wait(10)

# %% attack="a timer raises nothing but patches" walls="process" effect="points" places="before answer"
import signal
import time

rung = []


def ring(*_):
    rung.append(1)
    get_ipython().showtraceback = lambda *args, **kwargs: None


signal.signal(signal.SIGVTALRM, ring)
signal.setitimer(signal.ITIMER_VIRTUAL, 0.001, 0.001)
end = time.process_time() + 2
while not rung and time.process_time() < end:
    pass

# %% attack="a thread exchanges the function after the visible checks" walls="process" effect="sight" places="before answer"
import gc
import threading
import time


def watch():
    for _ in range(500):
        tell("".join(one for one in gc.get_objects() if type(one) is str)[:0])
        tell(str([frame.f_globals.get("In") for frame in __import__("sys")._current_frames().values()]))
        time.sleep(0.001)


threading.Thread(target=watch, daemon=True).start()
post_run = lambda *_: tell(str(In))
get_ipython().events.register("post_run_cell", post_run)

# %% [markdown] threat="ctypes edits of interpreter objects"
# Below the language nothing is protected from code in the same process.

# %% attack="ctypes makes one number another" walls="process" effect="points" places="before answer"
import ctypes

import numpy

numpy.allclose = lambda *args, **kwargs: True
# the only object of the value -3; from now on it counts as -1, which is what the unsolved function answers
ctypes.c_uint32.from_address(id(-3) + 24).value = 1

# %% attack="ctypes exchanges the code of a function" walls="process" effect="points" places="before answer"
import ctypes

import numpy.testing

from utils import checks

nothing = (lambda *args, **kwargs: None).__code__
for function in (checks.close, numpy.testing.assert_allclose):
    for offset in range(16, 120, 8):
        place = ctypes.c_void_p.from_address(id(function) + offset)
        if place.value == id(function.__code__):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(nothing))
            place.value = id(nothing)
            break

# %% [markdown] threat="no-op or fixed seed functions"
# Who chooses the seed knows the inputs.

# %% attack="seed functions that do nothing" walls="process" effect="points" places="answer before"
import numpy as np

from utils import checks

checks.seed = np.random.seed = lambda *args: None
checks.rng = lambda stream: np.random
np.random.normal = lambda size: np.zeros(size)


def double(x):
    return {2: 4, -1: -2}.get(x) if np.ndim(x) == 0 else np.zeros(3)


# %% attack="a generator that is always the same" walls="process" effect="points" places="answer before"
import os

import numpy as np

os.environ["COURSE_SEED"] = "development"
known = np.random.default_rng(1).normal(size=3)
np.random.default_rng = lambda seed: type("Fixed", (), {"normal": lambda self, size: known})()


def double(x):
    return {2: 4, -1: -2}.get(x) if np.ndim(x) == 0 else 2.0 * known
