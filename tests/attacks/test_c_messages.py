"""C. The result channel: forged messages between the student's process and the examiner.

A student's process can say what it likes on the one socket that it has. What counts is that it is read by a program that
believes nothing: an answer needs the token of its question, and what is wrong with it costs only its sender.
"""

from __future__ import annotations

import pickle
import socket
import sys

import pytest
from catalogue import threat
from testbed import NOTHING

from grader.engine import channel as channels
from grader.engine.calls import Link, StudentLost
from grader.engine.channel import Channel
from grader.engine.wire import WireError, decode, encode

pytestmark = pytest.mark.system

MESSAGES = "forged protocol messages"
OBJECTS = "malicious pickle or object arrays as return values"

FORGE = """import json
from grader.engine import server
real, forged = server.encode, []
class Graph: pass
def forge(nodes, *buffers):
    head = json.dumps({'root': [0], 'nodes': nodes, 'buffers': [len(b) for b in buffers]}).encode()
    made = Graph()
    made.data = len(head).to_bytes(8, 'big') + head + b''.join(buffers)
    return made
server.encode = lambda root, *a, **k: forged.pop() if forged else real(root, *a, **k)
"""
FORGERIES = {
    "surrogates": "forged.append(forge([['list', 'stuck', '\\ud800 hi']]))",
    "names are stuck": "forged[:] = [forge([['list', 'stuck', 'x']]), real(['value', {'outputs': [], 'ok': True}])]",
    "a dtype that numpy divides by": "forged.append(forge([['list', 'value', [1]], ['scalar', '<M8[D/0]', 0]], b'x' * 8))",
    "a deep tuple that nobody reaches": "forged.append(forge([['list', 'value', 1], ['tuple', 1], *[['tuple', [n]] for n in range(1, 150_000)], ['set', [150_000]]]))",
    "one output three hundred times": "forged.append(real(['value', {'outputs': [{'output_type': 'stream', 'name': 'stdout', 'text': 'x' * 1_000_000}] * 300, 'ok': True}]))",
    "arrays of nothing, for what was in the memory": "forged.append(forge([['list', 'value', [1]], *[['array', '|S0', [1_000], 0]] * 1_000], b''))",
    "one text in a thousand kinds": "forged.append(forge([['list', 'value', [1]], ['dict', 'outputs', [2], 'ok', True], ['list', [3]], ['dict', 'output_type', 'display_data', 'data', [4]], ['dict', *[part for n in range(1000) for part in (f'text/x{n}', [5])]], ['str', 'x' * 20_000_000]]))",
    "one line in a thousand of an exception": "forged.append(forge([['list', 'value', [1]], ['dict', 'outputs', [2], 'ok', True], ['list', [3]], ['dict', 'output_type', 'error', 'ename', 'x', 'evalue', 'y', 'traceback', [4]], ['list', *[[5]] * 1000], ['str', 'x' * 20_000_000]]))",
    "deep json": "deep = []\nfor _ in range(150): deep = [deep]\nforged.append(real(['value', {'outputs': [{'output_type': 'display_data', 'data': {'application/json': deep}}], 'ok': True}]))",
    "a reason of ten million characters": "forged.append(real(['raised', {'kind': 'X', 'text': 'x' * 10_000_000}]))",
    "an int that fights": "class A(int):\n    def __int__(self): raise ValueError\ndouble = triple = A(3)",
    "doubling without end": "t = 1\nfor _ in range(100): t = (t, t)\ndouble = triple = t",
    "answers before it is asked": "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Channel': o.answer(b'0' * 16, real(['value', 4]).data)",
    "closes the channel": "import os\nos.closerange(3, 64)",
    "a server that always says four": "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Server': type(o)._do = lambda *a: 4",
    "true to every question": "server.encode = lambda *a, **k: real(['value', True])",
    "a verdict as the answer": "server.encode = lambda *a, **k: real(['value', {'cell': 5, 'passed': True, 'value': 5.0, 'outputs': [], 'lost': ''}])",
    "an answer without end": "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Channel': o._connection.sendall(b'0' * 16 + (1 << 62).to_bytes(8, 'big'))",
    "huge arrays": "def double(x): return np.zeros(100_000_000)\ntriple = double",
    "deep lists": "def double(x):\n    l = []\n    for _ in range(10_000): l = [l]\n    return l\ntriple = double",
    "an exception that fights": "class E(Exception):\n    def __str__(s): raise s\n    __repr__ = __str__\ndef double(x): raise E\ntriple = double",
    "a truth value that is four": "def double(x): return np.frombuffer(b'\\x04', bool)[0]\ntriple = double",
    "handles that nobody has": "forged.append(forge([['list', 'value', [1]], ['handle', 10**9, 'x']]))",
    "a type's name as code": "server.type = lambda thing: type('__import__(\"os\")', (), {})\ndouble = triple = object()",
}  # fmt: skip


@threat(MESSAGES, "messages", list(FORGERIES))
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_message_costs_only_its_sender(testbed, forgery):
    answers = {"double": "double = triple = None", "triple": FORGE + FORGERIES[forgery]}
    outcome = testbed.grade(testbed.hand_in(answers, [testbed.prelude()]))
    assert (outcome.points, outcome.score) == (NOTHING, 0)
    assert len(outcome.told) < 20_000_000 and len(outcome.lost) < 1_000
    outcome.told.encode("utf-8")
    assert not outcome.seen and not testbed.processes_left()
    assert testbed.is_honest()


def test_without_its_token_an_answer_that_was_there_before_counts(monkeypatch):
    def asked() -> dict:
        here, there = socket.socketpair()
        forged = encode(["value", {"double": 4}]).data
        with there:
            there.sendall(b"0" * 16 + len(forged).to_bytes(8, "big") + forged)
            return Link(Channel(here, 1_000_000)).names(["double"])

    with pytest.raises(StudentLost):
        asked()
    monkeypatch.setattr(Channel, "_pending", lambda self: False)
    with pytest.raises(StudentLost):
        asked()
    monkeypatch.setattr(channels.secrets, "compare_digest", lambda one, other: True)
    assert asked() == {"double": 4}


class Evil:
    def __reduce__(self):
        return exec, ("import sys; sys.forged_by_a_pickle = True",)


@threat(OBJECTS, "messages", ["a pickle as an answer", "an array of objects"])
def test_an_answer_is_data_and_nothing_in_it_runs(testbed):
    answers = {
        "double": "class Evil:\n    def __reduce__(self):\n        return print, ('forged',)\ndef double(x):\n    return np.array([Evil()], dtype=object)",
        "triple": "import pickle\ndef triple(x):\n    return pickle.dumps(Evil())",
    }
    outcome = testbed.grade(testbed.hand_in(answers, [testbed.prelude()]))
    assert (outcome.points, outcome.score) == (NOTHING, 0)
    assert testbed.is_honest()


def test_a_format_that_can_run_code_would_run_it(monkeypatch):
    monkeypatch.setattr(sys, "forged_by_a_pickle", False, raising=False)
    data = pickle.dumps(Evil())
    with pytest.raises(WireError):
        decode(data)
    assert not sys.forged_by_a_pickle
    pickle.loads(data)
    assert sys.forged_by_a_pickle
