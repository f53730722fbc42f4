# %% [markdown]
# # D. Values that lie

# %% [markdown] threat="classes whose comparison, arithmetic, __array__ or __bool__ always please"
# A test that compares an object of the student's asks the object.

# %% attack="an object that says yes to everything" walls="process" effect="points" places="answer"
class Yes:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Yes()

    def __eq__(self, other):
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __ne__ = lambda self, other: False
    __hash__ = None

    def __bool__(self):
        return True

    def __float__(self):
        return 4.0

    def __array__(self, *args, **kwargs):
        return np.array(4.0)

    def __array_function__(self, *args):
        return True

    def __call__(self, *args):
        return self

    def __sub__(self, other):
        return 0

    __rsub__ = __mul__ = __rmul__ = __abs__ = __sub__


def double(x):
    return Yes()


triple = Yes()

# %% attack="an array interface that looks at who asks" walls="process" effect="points" places="answer"
import sys


class Chameleon:
    def __array__(self, *args, **kwargs):
        frame = sys._getframe(1)
        while frame:
            for name in ("target", "desired", "y"):
                if name in frame.f_locals:
                    return np.array(frame.f_locals[name])
            frame = frame.f_back
        return np.array(-2.0)


def double(x):
    return {2: 4, -1: -2}.get(x) if np.ndim(x) == 0 else Chameleon()


# %% attack="an object with the arithmetic that a test wants" walls="process" effect="points" places="answer"
class Pleasing:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    def __array_function__(self, *args):
        return self

    def __bool__(self):
        return True

    __hash__ = None


triple = Pleasing

# %% [markdown] threat="subclasses of float and ndarray"
# What looks like a number may bring its own arithmetic.


# %% attack="a float that is always right" walls="process" effect="points" places="answer"
class Right(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    def __array_function__(self, *args):
        return True

    __rsub__ = __sub__
    __hash__ = None


def triple(x):
    return Right(0)


# %% attack="an array that is always right" walls="process" effect="points" places="answer"
class Right(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.ones(self.shape, bool)

    def __array_function__(self, *args):
        return True

    def __eq__(self, other):
        return True

    __hash__ = None


def triple(x):
    return np.ones(np.shape(x)).view(Right)


# %% attack="a dictionary with an equality of its own" walls="process" effect="points" places="answer"
class Agrees(dict):
    def __eq__(self, other):
        return True

    def __array_function__(self, *args):
        return True

    __hash__ = None


def triple(x):
    return Agrees()


# %% [markdown] threat="NaN, inf, empty, 0-d, wrong-shape, object-dtype and masked arrays"
# Some values make a careless comparison true. That the tests are careful is the wall here.


# %% attack="nan" walls="checks" effect="points" places="answer"
def double(x):
    return np.nan if np.ndim(x) == 0 else x * np.nan


# %% attack="infinity" walls="checks" effect="points" places="answer"
def double(x):
    return np.inf


# %% attack="an empty array" walls="checks" effect="points" places="answer"
def double(x):
    return np.zeros((0, 1))


# %% attack="a wrong shape that is stretched to nothing" walls="checks" effect="points" places="answer"
def double(x):
    return np.zeros((0, 1, 3))


# %% attack="one number for an array" walls="checks" effect="points" places="answer"
def double(x):
    return np.array(np.nan)


# %% attack="an array without dimensions that holds an object" walls="process" effect="points" places="answer"
class Agrees:
    def __eq__(self, other):
        return True

    __hash__ = None


def triple(x):
    made = np.empty((), dtype=object)
    made[()] = Agrees()
    return made if np.ndim(x) == 0 else type("All", (), {"__array_function__": lambda *args: True})()


# %% attack="an array of objects that agree" walls="process" effect="points" places="answer"
class Agrees(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__
    __hash__ = None


def triple(x):
    made = np.empty(np.shape(x), dtype=object)
    made[...] = Agrees()
    return made if np.ndim(x) == 0 else type("All", (), {"__array_function__": lambda *args: True})()


# %% attack="an array with everything masked" walls="process" effect="points" places="answer"
class Masked(np.ma.MaskedArray):
    def __eq__(self, other):
        return True

    def __array_function__(self, *args):
        return True


def triple(x):
    return np.ma.masked_all(np.shape(x)).view(Masked)


# %% attack="a truth value that is neither" walls="process" effect="points" places="answer"
def triple(x):
    made = np.frombuffer(bytes([2] * max(np.size(x), 1)), bool)
    return made.view(np.uint8)[0] * 3 if np.ndim(x) == 0 and x == 2 else Neither(made)


class Neither:
    def __init__(self, made):
        self.made = made

    def __eq__(self, other):
        return self.made[0]

    def __array_function__(self, *args):
        return self.made.any()

    __hash__ = None


# %% [markdown] threat="values that change between reads"
# An object may give another answer each time it is asked.

# %% attack="an object that echoes what it is compared with" walls="process" effect="points" places="answer"
import sys


class Echo:
    def __array__(self, *args, **kwargs):
        frame = sys._getframe()
        while frame:
            if "expected" in frame.f_globals:
                return next(iter(frame.f_globals["expected"].values()))
            frame = frame.f_back
        return np.array(np.nan)

    def __eq__(self, other):
        return True

    __hash__ = None


def triple(x):
    return Echo()


# %% attack="a list that is another one every time" walls="process" effect="points" places="answer"
class Shifty(list):
    reads = 0

    def __iter__(self):
        Shifty.reads += 1
        return iter([Shifty.reads] * 3)

    def __eq__(self, other):
        return True

    def __array_function__(self, *args):
        return Shifty.reads >= 0

    __hash__ = None


def triple(x):
    return Shifty()


# %% [markdown] threat="returning or mutating the caller's input"
# What arrives by reference can be changed under the test's hands.

# %% attack="makes what is expected equal to its answer" walls="process" effect="points" places="answer"
import sys


def triple(x):
    frame = sys._getframe(1)
    while frame:
        for value in frame.f_globals.get("expected", {}).values():
            value[:] = x
        frame = frame.f_back
    return {2: 6, -1: -3}.get(x) if np.ndim(x) == 0 else x


# %% attack="makes its argument nothing and returns it" walls="checks" effect="points" places="answer"
def double(x):
    if np.ndim(x):
        x[:] = np.nan
        return x
    return np.nan


# %% [markdown] threat="lookup tables of the visible cases"
# A visible test shows its input and its answer; hidden ones draw theirs from the secret of the course.

# %% attack="knows the visible cases and the public numbers" walls="secret" effect="points" places="answer"
from utils.checks import rng

public = rng(7).normal(size=3)


def double(x):
    return {2: 4, -1: -2}.get(x) if np.ndim(x) == 0 else 2 * public


# %% attack="raises what the tests raise" walls="process" effect="points" places="answer"
from utils.checks import VisibleCheckFailed

get_ipython().set_custom_exc((VisibleCheckFailed,), lambda *args, **kwargs: None)


def double(x):
    raise VisibleCheckFailed("passed")
