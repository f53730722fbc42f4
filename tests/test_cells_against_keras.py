"""The course's recurrent cells and Keras' layers read a sequence to the same states.

Keras writes the matrices the other way round and in an order of its own: one kernel for the input and one for the state, with the
gates side by side (i, f, c, o in an LSTM; z, r, h in a GRU). A GRU has to be told that the reset gate acts before the matrix.

TensorFlow is imported in a process of its own, for this file alone.
"""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from sample_class import reference_answers

from utils import rnn_utils

pytestmark = pytest.mark.system

N_X, N_A, M, T = 3, 4, 2, 7
KERAS = """
import json, sys
import keras
import numpy as np

keras.backend.set_floatx("float64")
job = json.load(sys.stdin)
x, a0 = np.array(job["x"]), np.array(job["a0"])
found = {}
for kind, weights in job["weights"].items():
    settings = {"reset_after": False} if kind == "GRU" else {}
    layer = getattr(keras.layers, kind)(a0.shape[1], return_sequences=True, **settings)
    start = [a0, 0 * a0] if kind == "LSTM" else a0
    layer.build(x.shape)
    layer.set_weights([np.array(weight) for weight in weights])
    found[kind] = np.array(layer(x, initial_state=start)).tolist()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def states() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each kind of cell the states of the course's solution and of Keras, shape (n_a, m, T)."""
    generator = np.random.RandomState(0)
    x, a0 = generator.normal(size=(N_X, M, T)), generator.normal(size=(N_A, M))
    p = {kind: rnn_utils.draw_parameters(kind, N_X, N_A, 2, generator) for kind in ("rnn", "lstm", "gru")}
    names: dict = {"np": np, "sigmoid": rnn_utils.sigmoid, "softmax": rnn_utils.softmax}
    answers = reference_answers("rnn")
    for solution in ("rnn_cell_forward", "rnn_forward", "lstm_forward", "gru_cell_forward"):
        exec(answers[solution], names)
    ours = {"SimpleRNN": names["rnn_forward"](x, a0, p["rnn"])[0], "LSTM": names["lstm_forward"](x, a0, p["lstm"])[0]}
    path = [a0]
    for t in range(T):
        path.append(names["gru_cell_forward"](x[:, :, t], path[-1], p["gru"])[0])
    ours["GRU"] = np.stack(path[1:], axis=2)

    def gates(kind: str, order: str) -> list[np.ndarray]:
        W = np.vstack([p[kind][f"W{gate}"] for gate in order]).T
        return [W[N_A:], W[:N_A], np.vstack([p[kind][f"b{gate}"] for gate in order])[:, 0]]

    weights = {
        "SimpleRNN": [p["rnn"]["Wax"].T, p["rnn"]["Waa"].T, p["rnn"]["ba"][:, 0]],
        "LSTM": gates("lstm", "ifco"),
        "GRU": gates("gru", "zrh"),
    }
    job = {
        "x": x.transpose(1, 2, 0).tolist(),
        "a0": a0.T.tolist(),
        "weights": {kind: [weight.tolist() for weight in arrays] for kind, arrays in weights.items()},
    }
    done = subprocess.run([sys.executable, "-c", KERAS], input=json.dumps(job), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {kind: np.array(value).transpose(2, 0, 1) for kind, value in json.loads(done.stdout).items()}
    return {kind: (ours[kind], found[kind]) for kind in ours}


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_a_cell_and_keras_read_a_sequence_to_the_same_states(states, kind):
    ours, theirs = states[kind]
    assert ours.shape == theirs.shape == (N_A, M, T)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)
