"""Calls into a student's process: values cross, changes in place arrive, lies and crashes do no more than fail."""

from __future__ import annotations

import contextlib
import copy
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sized

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_wire import graphs

from grader.engine.calls import Link, NotData, Remote, StudentLost
from grader.engine.channel import Channel, ChannelError
from grader.engine.server import Server
from grader.engine.timelimit import Allowed
from grader.engine.wire import LIMITS, Handle, NotPlain, encode

STUDENT = """
import os, sys, time
import numpy as np

def add(a, b=1):
    return a + b

def update(parameters, rate):
    parameters["W"] -= rate
    parameters["new"] = [parameters["W"]]
    return parameters

def change_then_raise(values):
    values.append(1)
    raise ValueError("too late")

def same(x):
    return x

def twice(x, y):
    return x is y

class Model:
    units = 3
    def __call__(self, x):
        return 2 * x
    def __getitem__(self, key):
        return [self, key]
    def __eq__(self, other):
        return True

class Homemade(ValueError):
    pass

def homemade():
    raise Homemade("mine")

def undefined():
    return misspelt

def leave():
    sys.exit(3)

def key():
    return {}["W1"]

class Sour:
    def __reduce__(self):
        os.system("touch /tmp/never")
    @property
    def __class__(self):
        raise RuntimeError("no")
    @property
    def pretence(self):
        raise RuntimeError("no")

def sour():
    return Sour()

def objects():
    return np.array([object()], dtype=object)

def endless():
    while True:
        yield 1

def sleep():
    time.sleep(60)

def deaf():
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass

def uses_add():
    return add(2)

def wrap(x):
    return x, "wrapped"

def draw():
    return np.random.random()

flood = [[0] * 100 for _ in range(3000)]

def die():
    os.kill(os.getpid(), 9)

model = Model()
answer = {"a": [1.5, float("nan")]}
"""


def line(text: str) -> int:
    return STUDENT.splitlines().index(text) + 1


@pytest.fixture
def student():
    """A link to a forked process that has run the cell above; `student.pid` and `student.socket` are its own."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            namespace: dict = {"__name__": "__main__", "CONNECTION": theirs}
            exec(STUDENT, namespace)
            Server(Channel(theirs, LIMITS.size), namespace).run()
        finally:
            os._exit(0)
    theirs.close()
    link = Link(Channel(ours, LIMITS.size))
    link.allow(Allowed.of(20))
    link.pid = pid
    yield link
    ours.close()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_a_call_returns_a_value(student):
    add = student.names(["add"])["add"]
    assert add(1) == 2
    assert add(np.arange(3.0), b=2).tolist() == [2, 3, 4]


def test_data_of_the_notebook_comes_by_value(student):
    answer = student.names(["answer"])["answer"]
    assert answer["a"][0] == 1.5
    assert np.isnan(answer["a"][1])


def test_what_a_function_changes_in_place_changes_here(student):
    parameters = {"W": np.ones(2)}
    weights = parameters["W"]
    result = student.names(["update"])["update"](parameters, 0.5)
    assert result is parameters
    assert weights.tolist() == [0.5, 0.5]
    assert parameters["new"][0] is weights


def test_changes_arrive_also_when_the_call_raises(student):
    values = []
    with pytest.raises(ValueError, match="too late"):
        student.names(["change_then_raise"])["change_then_raise"](values)
    assert values == [1]


def test_identity_travels(student):
    array = np.ones(2)
    assert student.names(["same"])["same"](array) is array
    assert student.names(["twice"])["twice"](array, array) is True
    assert student.names(["twice"])["twice"](array, array.copy()) is False


def test_other_objects_are_remotes_without_a_say(student):
    model = student.names(["model"])["model"]
    assert isinstance(model, Remote)
    assert model.units == 3
    assert model(4) == 8
    assert isinstance(model["k"][0], Remote)
    assert student.names(["same"])["same"](model).units == 3
    for asked in (lambda: model == 1, lambda: bool(model), lambda: str(model), lambda: setattr(model, "units", 4)):
        with pytest.raises(TypeError, match="no plain data"):
            asked()
        assert "no plain data" in student.refused
        student.refused = ""
    for asked in (lambda: len(model), lambda: list(model), lambda: 3 in model, lambda: next(model)):
        with pytest.raises(TypeError):
            asked()
    assert not hasattr(model, "__len__") and not isinstance(model, Iterable | Sized)
    assert student.names(["model"])["model"] is model is copy.deepcopy(model)
    with pytest.raises(TypeError):
        model + 1
    with pytest.raises(TypeError):
        hash(model)
    with pytest.raises((TypeError, ValueError)):
        np.testing.assert_allclose(model, 3.0)
    assert "Model" in repr(model)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("homemade", ValueError, "mine"),
        ("undefined", NameError, "misspelt"),
        ("leave", RuntimeError, "SystemExit: 3"),
        ("key", KeyError, "W1"),
        ("add", TypeError, "missing 1 required positional argument"),
    ],
)
def test_exceptions_arrive_as_their_built_in_types(student, name, kind, text):
    with pytest.raises(kind, match=text) as raised:
        student.names([name])[name]()
    assert type(raised.value) is kind
    if kind is NameError:
        assert raised.value.name == "misspelt"


def test_functions_of_the_examiner_do_not_cross(student):

    with pytest.raises(NotPlain, match="use an adapter"):
        student.names(["same"])["same"](lambda x: x)


@pytest.mark.parametrize("name", ["endless"])
def test_an_answer_without_end_fails_its_call_only(student, name):
    with pytest.raises(NotData, match="elements"):
        student.names([name])[name]()
    assert student.names(["add"])["add"](1) == 2


def test_an_object_array_becomes_a_remote(student):
    assert isinstance(student.names(["objects"])["objects"](), Remote)


def test_a_sour_object_fails_its_call_only(student):
    sour = student.names(["sour"])["sour"]()
    assert isinstance(sour, Remote)
    with pytest.raises(RuntimeError, match="no"):
        assert student.names(["same"])["same"](sour).pretence
    assert student.names(["add"])["add"](1) == 2
    assert not os.path.exists("/tmp/never")


def test_a_slow_call_ends_with_its_time_and_the_next_one_works(student):
    sleep, add = student.names(["sleep", "add"]).values()
    student.allow(Allowed.of(0.3))
    with pytest.raises(TimeoutError, match="not finished within the time limit") as raised:
        sleep()
    assert raised.value.elsewhere == ("TimeoutError", [("sleep", str(line("    time.sleep(60)")), "")])
    student.allow(Allowed.of(20))
    assert add(1) == 2


def test_a_process_that_hears_no_limit_is_lost(student):
    deaf = student.names(["deaf"])["deaf"]
    student.allow(Allowed.of(0.3))
    with pytest.raises(StudentLost, match="A cell did not stop"):
        deaf()  # it would go on for ever
    assert student.lost.startswith("A cell did not stop")
    with pytest.raises(StudentLost):
        student.names(["add"])


def test_names_that_do_not_exist_are_left_out(student):
    assert set(student.names(["add", "nowhere"])) == {"add"}


def test_a_name_can_be_taken_away_and_given_back(student):
    add, uses_add = student.names(["add", "uses_add"]).values()
    student.delete("add")
    with pytest.raises(NameError) as raised:
        uses_add()
    assert raised.value.name == "add"
    student.bind("add", add)
    assert uses_add() == 3
    with pytest.raises(NotPlain):
        student.bind("add", lambda: 0)


def test_more_than_may_travel_comes_as_a_remote_beside_what_may(student):
    found = student.names(["flood", "answer"])
    assert found["answer"]["a"][0] == 1.5
    assert isinstance(found["flood"], Remote) and type(found["flood"]).__name__ == "list"


def test_the_student_says_where_it_went_wrong(student):
    with pytest.raises(ValueError) as raised:
        student.names(["homemade"])["homemade"]()
    assert raised.value.elsewhere == ("Homemade", [("homemade", str(line('    raise Homemade("mine")')), "")])


def test_both_sides_can_be_seeded(student):
    draw = student.names(["draw"])["draw"]
    student.seed(3)
    first = draw()
    student.seed(3)
    assert draw() == first != draw()


def test_a_dead_process_is_lost(student):
    with pytest.raises(StudentLost, match="process died"):
        student.names(["die"])["die"]()


@contextlib.contextmanager
def hostile(*frames: bytes) -> Iterator[Link]:
    """A link to an end that has already written these bytes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for frame in frames:
            theirs.sendall(frame)
        link = Link(Channel(ours, 10_000))
        link.allow(Allowed.of(0.2))
        yield link


@pytest.mark.parametrize(
    "frames",
    [
        [b"\0"],
        [b"\0" * 16 + (5).to_bytes(8, "big") + b"value"],
        [b"\xff" * 24],
    ],
)
def test_a_frame_that_nobody_asked_for_ends_the_trust(frames):
    with hostile(*frames) as link, pytest.raises(StudentLost, match="nobody asked for"):
        link.names(["score"])


@contextlib.contextmanager
def answered_with(payload: bytes, change_token: bool = False) -> Iterator[Link]:
    """A link to a forked end that answers the first question with these bytes."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            token, _ = Channel(theirs, 10_000).next_request()
            theirs.sendall((b"\0" * 16 if change_token else token) + len(payload).to_bytes(8, "big") + payload)
        finally:
            os._exit(0)
    theirs.close()
    with ours:
        link = Link(Channel(ours, 10_000))
        link.allow(Allowed.of(20))
        yield link
    os.waitpid(pid, 0)


@pytest.mark.parametrize(
    "payload",
    [b"", b"garbage", b"\0" * 100, b"x" * 20_000],
)
def test_an_answer_that_is_no_message_ends_the_trust(payload):
    with answered_with(payload) as link, pytest.raises(StudentLost):
        link.names(["score"])


def test_an_answer_to_another_question_ends_the_trust():
    with answered_with(b"anything", change_token=True) as link, pytest.raises(StudentLost, match="another question"):
        link.names(["score"])


@pytest.mark.parametrize("root", [[], ["value"], ["raised"], ["pass", 1], {"value": 1}, 5, ["stuck"]])
def test_an_answer_of_no_known_kind_ends_the_trust(root):
    with answered_with(encode(root).data) as link, pytest.raises(StudentLost):
        link.names(["score"])


@contextlib.contextmanager
def ends_with(send: Callable[[bytes], bytes]) -> Iterator[Link]:
    """A link whose other end, a thread, answers one question with the bytes ``send(token)``."""
    ours, theirs = socket.socketpair()

    def answer() -> None:
        with (
            theirs,
            contextlib.suppress(OSError, ChannelError),
        ):  # the examiner may have hung up before or in the middle
            token, _ = Channel(theirs, LIMITS.size).next_request()
            theirs.sendall(send(token))

    thread = threading.Thread(target=answer)
    thread.start()
    with ours:
        link = Link(Channel(ours, 100_000))
        link.allow(Allowed.of(20))
        yield link
    thread.join()


@settings(max_examples=200)
@given(st.data(), graphs())
def test_whatever_bytes_a_hostile_end_sends_only_that_call_fails(data, root):
    kind = data.draw(st.sampled_from(["value", "raised", "stuck"]))
    payload = bytearray(encode([kind, root, "", [], {}]).data)
    for _ in range(data.draw(st.integers(0, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    junk = data.draw(st.binary(max_size=40))
    which = data.draw(st.integers(0, 4))

    def send(token: bytes) -> bytes:
        frame = token + len(payload).to_bytes(8, "big") + bytes(payload)
        return [frame, frame + junk, junk + frame, frame[: len(frame) // 2], junk][which]

    arguments = [1.5, "text"], {"W": np.ones(3)}
    with ends_with(send) as link:
        try:
            link._remote(Handle(0, "function"))(*arguments)
        except (StudentLost, NotData):
            pass
        except Exception as error:
            assert hasattr(error, "elsewhere")  # one that the other end claims to have raised
    assert type(arguments[0]) is list and type(arguments[1]) is dict  # what they hold may be anything: it was sent


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(root=graphs())
def test_any_graph_goes_to_another_process_and_back(student, root):
    sent = [root]  # so that a plain number has a place, too
    same = student.names(["same"])["same"]
    back = same(sent)
    assert back is sent and back[0] is root
    swapped = student.names(["wrap"])["wrap"](root)
    assert type(swapped) is tuple and swapped[1] == "wrapped"
    if isinstance(root, list | dict | set | np.ndarray):
        assert swapped[0] is root
