"""The course's recurrent cells and optimizers, and Keras' of the same names, come to the same numbers.

Keras writes the matrices of a cell the other way round and in an order of its own: one kernel for the input and one for the state, with the
gates side by side (i, f, c, o in an LSTM; z, r, h in a GRU). A GRU has to be told that the reset gate acts before the matrix.

Two optimizers are written differently, which the table `OPTIMIZERS` undoes:

* Its momentum has no factor (1 - beta): velocity = beta * velocity - rate * gradient. With the rate times (1 - beta) it is ours.
* Its epsilon stands elsewhere: inside the root in RMSprop, and beside the root of the average that is not corrected in Adam.
  Here epsilon is negligible beside the gradients, so that its place is no difference.

TensorFlow is imported in a process of its own, once for all of this.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import only_once
from sample_class import reference_answers

from utils import rnn_utils

pytestmark = pytest.mark.system

KERAS = """
import json, sys
import keras
import numpy as np

keras.backend.set_floatx("float64")
job = json.load(sys.stdin)
cells, walks = {}, {}
x, a0 = np.array(job["x"]), np.array(job["a0"])
for kind, weights in job["weights"].items():
    settings = {"reset_after": False} if kind == "GRU" else {}
    layer = getattr(keras.layers, kind)(a0.shape[1], return_sequences=True, **settings)
    start = [a0, 0 * a0] if kind == "LSTM" else a0
    layer.build(x.shape)
    layer.set_weights([np.array(weight) for weight in weights])
    cells[kind] = np.array(layer(x, initial_state=start)).tolist()
for name, (kind, settings) in job["optimizers"].items():
    variable = keras.Variable(np.array(job["start"]), dtype="float64")
    optimizer = getattr(keras.optimizers, kind)(**settings)
    walks[name] = []
    for gradient in job["gradients"]:
        optimizer.apply([keras.ops.convert_to_tensor(np.array(gradient))], [variable])
        walks[name].append(np.array(variable).tolist())
print(json.dumps({"cells": cells, "walks": walks}))
"""


@pytest.fixture(scope="module")
def keras(test_run: Path) -> dict[str, dict[str, list]]:
    """The states that Keras' cells come to, and where its optimizers are after each step."""
    found = test_run / "keras" / "found.json"
    with only_once(found.parent) as is_first:
        if is_first:
            x, a0, weights, _ = sequence()
            start, gradients = way()
            job = {
                "x": x.transpose(1, 2, 0).tolist(),
                "a0": a0.T.tolist(),
                "weights": {kind: [weight.tolist() for weight in arrays] for kind, arrays in weights.items()},
                "optimizers": OPTIMIZERS,
                "start": start.tolist(),
                "gradients": gradients.tolist(),
            }
            done = subprocess.run([sys.executable, "-c", KERAS], input=json.dumps(job), capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            found.write_text(done.stdout.splitlines()[-1])
    return json.loads(found.read_text())


# Cells

N_X, N_A, M, T = 3, 4, 2, 7


def sequence() -> tuple[np.ndarray, np.ndarray, dict[str, list[np.ndarray]], dict[str, np.ndarray]]:
    """A sequence, a first state, the weights as Keras has them, and the states of the course's solutions, shape (n_a, m, T)."""
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
    return x, a0, weights, ours


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_a_cell_and_keras_read_a_sequence_to_the_same_states(keras, kind):
    ours = sequence()[3][kind]
    theirs = np.array(keras["cells"][kind]).transpose(2, 0, 1)
    assert ours.shape == theirs.shape == (N_A, M, T)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


# Optimizers

STEPS, RATE, EPSILON = 12, 0.05, 1e-14
OPTIMIZERS = {
    "gd": ("SGD", {"learning_rate": RATE}),
    "momentum": ("SGD", {"learning_rate": RATE * (1 - 0.8), "momentum": 0.8}),
    "rmsprop": ("RMSprop", {"learning_rate": RATE, "rho": 0.7, "epsilon": EPSILON}),
    "adam": ("Adam", {"learning_rate": RATE, "beta_1": 0.8, "beta_2": 0.95, "epsilon": EPSILON}),
}


def way() -> tuple[np.ndarray, np.ndarray]:
    """A start, shape (3, 4), and a gradient of that shape for every step."""
    generator = np.random.default_rng(5)
    return generator.normal(size=(3, 4)), generator.normal(size=(STEPS, 3, 4))


@pytest.fixture(scope="module")
def solutions() -> dict:
    """The functions of the course text."""
    names = {"np": np, "math": math}
    for source in reference_answers("optimization").values():
        exec(source, names)
    return names


def step(solutions: dict, optimizer: str, parameters: dict, grads: dict, memory: dict, t: int) -> dict:
    """One step of a course solution; `memory` keeps v and s between the steps."""
    if optimizer == "gd":
        return solutions["update_parameters_with_gd"](parameters, grads, RATE)
    if optimizer == "momentum":
        memory.setdefault("v", solutions["initialize_velocity"](parameters))
        parameters, memory["v"] = solutions["update_parameters_with_momentum"](
            parameters, grads, memory["v"], 0.8, RATE
        )
    elif optimizer == "rmsprop":
        memory.setdefault("s", solutions["initialize_velocity"](parameters))
        parameters, memory["s"] = solutions["update_parameters_with_rmsprop"](
            parameters, grads, memory["s"], RATE, 0.7, EPSILON
        )
    else:
        if not memory:
            memory["v"], memory["s"] = solutions["initialize_adam"](parameters)
        parameters, memory["v"], memory["s"] = solutions["update_parameters_with_adam"](
            parameters, grads, memory["v"], memory["s"], t, RATE, 0.8, 0.95, EPSILON
        )
    return parameters


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_solution_and_keras_agree_after_every_step(optimizer, solutions, keras):
    start, gradients = way()
    parameters, memory = {"W1": start, "b1": np.zeros((3, 1))}, {}
    for t, gradient in enumerate(gradients, start=1):
        grads = {"dW1": gradient, "db1": np.ones((3, 1))}
        parameters = step(solutions, optimizer, parameters, grads, memory, t)
        np.testing.assert_allclose(parameters["W1"], keras["walks"][optimizer][t - 1], rtol=1e-6, atol=1e-9)
