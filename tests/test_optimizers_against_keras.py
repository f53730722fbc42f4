"""The course's solutions of the optimizers and Keras' optimizers walk the same way, step by step.

Keras writes two of them differently, which the table `OPTIMIZERS` undoes:

* Its momentum has no factor (1 - beta): velocity = beta * velocity - rate * gradient. With the rate times (1 - beta) it is ours.
* Its epsilon stands elsewhere: inside the root in RMSprop, and beside the root of the average that is not corrected in Adam.
  Here epsilon is negligible beside the gradients, so that its place is no difference.

TensorFlow is imported in a process of its own, for this file alone.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from sample_class import reference_answers

pytestmark = pytest.mark.system

STEPS, RATE, EPSILON = 12, 0.05, 1e-14
OPTIMIZERS = {
    "gd": ("SGD", {"learning_rate": RATE}),
    "momentum": ("SGD", {"learning_rate": RATE * (1 - 0.8), "momentum": 0.8}),
    "rmsprop": ("RMSprop", {"learning_rate": RATE, "rho": 0.7, "epsilon": EPSILON}),
    "adam": ("Adam", {"learning_rate": RATE, "beta_1": 0.8, "beta_2": 0.95, "epsilon": EPSILON}),
}
KERAS = """
import json, sys
import keras
import numpy as np

keras.backend.set_floatx("float64")
job = json.load(sys.stdin)
walks = {}
for name, (kind, settings) in job["optimizers"].items():
    variable = keras.Variable(np.array(job["start"]), dtype="float64")
    optimizer = getattr(keras.optimizers, kind)(**settings)
    walks[name] = []
    for gradient in job["gradients"]:
        optimizer.apply([keras.ops.convert_to_tensor(np.array(gradient))], [variable])
        walks[name].append(np.array(variable).tolist())
print(json.dumps(walks))
"""


def way() -> tuple[np.ndarray, np.ndarray]:
    """A start, shape (3, 4), and a gradient of that shape for every step."""
    generator = np.random.default_rng(5)
    return generator.normal(size=(3, 4)), generator.normal(size=(STEPS, 3, 4))


@pytest.fixture(scope="module")
def keras_walks() -> dict[str, list]:
    """Where Keras' optimizers are after each step."""
    start, gradients = way()
    job = {"optimizers": OPTIMIZERS, "start": start.tolist(), "gradients": gradients.tolist()}
    done = subprocess.run([sys.executable, "-c", KERAS], input=json.dumps(job), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


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
def test_a_solution_and_keras_agree_after_every_step(optimizer, solutions, keras_walks):
    start, gradients = way()
    parameters, memory = {"W1": start, "b1": np.zeros((3, 1))}, {}
    for t, gradient in enumerate(gradients, start=1):
        grads = {"dW1": gradient, "db1": np.ones((3, 1))}
        parameters = step(solutions, optimizer, parameters, grads, memory, t)
        np.testing.assert_allclose(parameters["W1"], keras_walks[optimizer][t - 1], rtol=1e-6, atol=1e-9)
