# %% [markdown]
# # Initialization
#
# In 2015 Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun reported on a network of 30 layers that they had trained from two starts.
# The random weights of one start were larger by a factor of $\sqrt{2}$. From there the network learned.
# From the other start it did not, however long it ran: its gradients had vanished.
#
# A network learns from where it starts. This notebook starts the same small network in four ways, one of which cannot learn at all and
# one of which learns badly. Then it shows where the factor $\sqrt{2}$ comes from, by measuring what ten layers do to a signal.
#
# **After this notebook you can**
#
# * explain why equal units stay equal, and predict which starts break the symmetry;
# * predict by which factor a layer changes the size of a signal and of a gradient, from the variance of its weights;
# * write He's and Xavier's initialization, and derive the one for another activation;
# * find out from the weights of a network what is wrong with its start.
#
# **Plan:** about 110 minutes, 100 points: 92 by tests and 8 for a text that a person reads.
#
# **You need** basic Python with NumPy, the variance of a random number, and the forward and backward pass of a small network.
#
# ## Set-up
#
# Run this cell first. `checks` holds the helpers of the check cells; `progress` remembers which of your exercises pass, until you run this cell again.

# %% setup="setup"
import hashlib

import numpy as np

from utils import checks, plotting
from utils.activations import relu
from utils.init_utils import load_dataset, mystery_networks, train
from utils.network import (
    accuracy,
    backward_propagation,
    compute_cost,
    cost_from_logits,
    forward_propagation,
)

progress = checks.Progress()

# %% [markdown]
# The task: tell the inner ring from the outer one. Each column of `train_X` is a point of the plane, and `train_Y` holds the labels.
# Half of the 300 training points and half of the 100 test points have the label 1.

# %% given="data"
train_X, train_Y, test_X, test_Y = load_dataset()
print("train", train_X.shape, train_Y.shape, "test", test_X.shape, test_Y.shape)

# %% tags=["figure"]
_ = plotting.classes(train_X, train_Y, title="Two rings: the training points")

# %% [markdown] locked="initialize_parameters_zeros_statement"
# The network is linear, relu, linear, relu, linear, sigmoid. A list `layers_dims` gives the sizes of its layers, input first: `[2, 10, 5, 1]` has
# two inputs, two hidden layers of 10 and 5 units, and one output. Layer $l$ has the weights $W_l$ of shape $(n_l, n_{l-1})$ and the biases
# $b_l$ of shape $(n_l, 1)$, and computes $Z_l = W_l A_{l-1} + b_l$.
#
# ## 1 All zeros
#
# ### Exercise 1: start at zero (4 points)
#
# Write `initialize_parameters_zeros(layers_dims)`. It returns a dictionary with the keys W1, b1, W2, b2, ... up to the last layer, and every entry is zero.
# `layers_dims` stays as it is. It may have any number of layers.
#
# <details><summary>Hint</summary>
#
# `f"W{l}"` makes the key of layer `l`, and `np.zeros((rows, columns))` takes the shape in brackets of its own.
#
# </details>


# %% solution="initialize_parameters_zeros"
def initialize_parameters_zeros(layers_dims):
    """Make parameters that are all zero.

    Parameters
    ----------
    layers_dims : list of int
        The sizes of the layers, input first.

    Returns
    -------
    parameters : dict
        For l = 1, 2, ...: Wl, shape (layers_dims[l], layers_dims[l - 1]), and bl, shape (layers_dims[l], 1).
    """
    ### BEGIN SOLUTION
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters
    ### END SOLUTION


# %% test="test_initialize_parameters_zeros" points=4
with progress.exercise(
    "initialize_parameters_zeros", hidden_tests="other sizes and other numbers of layers"
):
    sizes = [3, 2, 1]
    zeros = initialize_parameters_zeros(sizes)
    checks.property(sizes == [3, 2, 1], "layers_dims is not the same after the call.")
    checks.shapes(
        zeros,
        {"W1": (2, 3), "b1": (2, 1), "W2": (1, 2), "b2": (1, 1)},
        "What initialize_parameters_zeros([3, 2, 1]) returns",
    )
    checks.property(
        len(zeros) == 4,
        f"For three sizes the keys are {', '.join(map(str, zeros))}.",
        "two layers have weights, 1 and 2, and nothing else is in the dictionary.",
    )
    for name, value in zeros.items():
        checks.close(value, np.zeros_like(value), name, "every entry is zero.")
### BEGIN HIDDEN TESTS
for sizes in ([4, 7], [5, 1, 4], [2, 10, 5, 1], [6, 5, 4, 3, 2]):
    zeros = initialize_parameters_zeros(list(sizes))
    for l, (before, after) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
        checks.close(zeros[f"W{l}"], np.zeros((after, before)), f"W{l}")
        checks.close(zeros[f"b{l}"], np.zeros((after, 1)), f"b{l}")
### END HIDDEN TESTS

# %% [markdown] locked="zeros_forecast_statement"
# ### Exercise 2: forecast the training (10 points)
#
# The network `[2, 10, 5, 1]` starts at zero and is trained by gradient descent. The gradients of the last layer are
# $dW_3 = \frac{1}{m} (A_3 - Y) A_2^T$ and $db_3 = \frac{1}{m} \sum (A_3 - Y)$. Those of the layers before it are
# products that contain $W_3$ or $W_2$ as a factor.
#
# **Before you train**, work out what will happen, and store your forecast in a dictionary `zeros_forecast`:
#
# | key | the question |
# |---|---|
# | `"output"` | the output $A_3$ of the network before the first step, for any input |
# | `"cost_balanced"` | the cost after 300 steps when half of the labels are 1 |
# | `"changing"` | how many of the six arrays W1, b1, W2, b2, W3, b3 (b3 has a single number) have changed after 300 steps, when 20% of the labels are 1 |
# | `"cost_unbalanced"` | the cost that training approaches when 20% of the labels are 1 |
# | `"accuracy_unbalanced"` | the share of these examples that the trained network then classifies correctly |
#
# The check trains and compares. Numbers may be off by 0.01. When a forecast fails, find out why before you change it: that is the exercise.
#
# <details><summary>Hint</summary>
#
# Which factors in the gradients are zero at the start? Which of them are still zero after one step? An output that is the same for all inputs is a number $a$;
# for which $a$ is the mean of $-Y \log a - (1 - Y) \log(1 - a)$ smallest?
#
# </details>

# %% solution="zeros_forecast"
### BEGIN SOLUTION
zeros_forecast = {
    "output": 0.5,  # sigmoid(0)
    "cost_balanced": 0.693,  # log 2: db3 is zero, too, because the errors +0.5 and -0.5 cancel
    "changing": 1,  # b3 alone; A1 and A2 stay zero, and with them dW3, dW2, and everything before
    "cost_unbalanced": 0.5004,  # the output becomes 0.2 for all: -0.2 log 0.2 - 0.8 log 0.8
    "accuracy_unbalanced": 0.8,  # everybody gets the label 0
}
### END SOLUTION

# %% test="test_zeros_forecast" points=10
with progress.exercise("zeros_forecast"):
    causes = {
        "output": "all Z are zero; what is the sigmoid of zero?",
        "cost_balanced": "what is db3 when half of the labels are 1? Does anything move at all?",
        "changing": "go through the gradients from the back: which of them have a factor that is zero?",
        "cost_unbalanced": "b3 can move. Which constant output has the smallest cost for these labels?",
        "accuracy_unbalanced": "the output is the same for every example; so is the predicted label.",
    }
    checks.keys(zeros_forecast, list(causes), "zeros_forecast", "the table lists five keys.")
    forecast = {key: checks.number(zeros_forecast[key], key) for key in causes}
    measured = {"output": 0.5}
    X_z = np.random.RandomState(4).randn(2, 100)
    for case, ones in (("balanced", 50), ("unbalanced", 20)):
        Y_z = (np.arange(100) < ones).astype(float)[np.newaxis]
        start = {"W1": (10, 2), "b1": (10, 1), "W2": (5, 10), "b2": (5, 1)}
        start |= {"W3": (1, 5), "b3": (1, 1)}
        trained = {name: np.zeros(size) for name, size in start.items()}
        for _ in range(300):
            A3, cache = forward_propagation(X_z, trained)
            grads = backward_propagation(X_z, Y_z, cache)
            trained = {name: value - grads["d" + name] for name, value in trained.items()}
        measured["cost_" + case] = compute_cost(A3, Y_z)
        measured["accuracy_" + case] = accuracy(X_z, Y_z, trained)
        measured["changing"] = sum(bool(np.any(value)) for value in trained.values())
    for key, cause in causes.items():
        direction = "larger" if measured[key] > forecast[key] else "smaller"
        checks.property(
            abs(forecast[key] - measured[key]) <= 0.01,
            f"{key} is {forecast[key]:g}; what is measured is {direction}.",
            cause,
        )

# %% [markdown]
# Now train on the rings. `train` runs gradient descent from the parameters that it gets, with the learning rate 0.01 and all examples in every step: 15,000 steps unless it is told otherwise, and 3001 here.

# %% demo="train_zeros" needs="initialize_parameters_zeros"
parameters_zeros, costs_zeros = train(
    train_X, train_Y, initialize_parameters_zeros([2, 10, 5, 1]), num_iterations=3001
)
print("train accuracy:", accuracy(train_X, train_Y, parameters_zeros))
print("test accuracy: ", accuracy(test_X, test_Y, parameters_zeros))

# %% [markdown] locked="count_distinct_units_statement"
# The cost stays at log 2 = 0.693147..., to the last digit, and half of the points are classified correctly. Tossing a coin would do as well.
#
# ## 2 Equal units stay equal
#
# Zero is an extreme case of a more general problem. Two units of a layer are *equal* if they have the same incoming weights and the same bias. They then
# compute the same value for every input. If every unit of the next layer also gives both of them the same weight, they get the same gradient. And then they are equal after the step, too.
# A layer of ten such units can represent no more than one unit.
#
# ### Exercise 3: count the distinct units (8 points)
#
# Write `count_distinct_units(W, b)`: how many different units does a layer have? Unit $i$ is row $i$ of `W` together with row $i$ of `b`. Two units count as
# equal if all these numbers agree to within $10^{-9}$; the tests use numbers that agree to $10^{-12}$ or differ by at least $10^{-3}$. Leave `W` and `b` as they are.
#
# <details><summary>Hint</summary>
#
# Put `W` and `b` side by side with `np.hstack`. `np.unique(rows, axis=0)` keeps each different row once, but it compares exactly: round first.
#
# </details>


# %% solution="count_distinct_units"
def count_distinct_units(W, b):
    """Count the units of a layer that differ from each other.

    Parameters
    ----------
    W : ndarray, shape (n, n_before)
    b : ndarray, shape (n, 1)

    Returns
    -------
    int
        Between 1 and n.
    """
    ### BEGIN SOLUTION
    units = np.hstack([W, b])
    return len(np.unique(np.round(units, 9), axis=0))
    ### END SOLUTION


# %% test="test_count_distinct_units" points=8
with progress.exercise(
    "count_distinct_units", hidden_tests="other shapes, equal units that are no neighbours"
):
    for weights, biases, expected, cause in (
        (
            [[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]],
            [0.0] * 3,
            2,
            "rows are the units: 1 and 3 are equal.",
        ),
        ([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]], [5.0, 5.0, 6.0], 3, "a bias belongs to its unit."),
        ([[1.0, 2.0], [2.0, 1.0]], [0.0, 0.0], 2, "the order of the weights counts."),
        ([[1.0, 2.0], [1.0, 3.0]], [0.0, 0.0], 2, "equal units agree in all numbers, not in one."),
        ([[1.0, -2.0], [-1.0, 2.0]], [0.0, 0.0], 2, "the sign of a weight counts."),
        ([[3.0, 4.0], [1.0, 2.0]], [0.0, 0.0], 2, "is a difference taken without its sign?"),
        ([[1.0, 2.0], [2.0, 3.0]], [1.0, 0.0], 2, "a bias is a number of its own; do not add it."),
        ([[7.0]] * 4, [1.0] * 4, 1, "four equal units are one unit; are equal pairs counted?"),
        ([[1.0], [2.0], [2.0]], [0.0] * 3, 2, "compare with all units, not only with the first."),
        ([[0.1 + 0.2], [0.3]], [0.0, 0.0], 1, "0.1 + 0.2 is not exactly 0.3; use the tolerance."),
        ([[1.0], [1.0 - 1e-13]], [0.0, 0.0], 1, "int and floor cut off, they do not round."),
        ([[1.0], [1.0]], [0.1 + 0.2, 0.3], 1, "the tolerance holds for biases, too."),
        (
            [[0.121], [0.122]],
            [0.0, 0.0],
            2,
            "0.001 is no rounding error; the tolerance is too coarse.",
        ),
        ([[1.0], [1.0]], [0.121, 0.122], 2, "biases that differ by 0.001 are different."),
    ):
        W_u, b_u = np.array(weights), np.array(biases).reshape(-1, 1)
        kept_W, kept_b = W_u.copy(), b_u.copy()
        checks.close(
            count_distinct_units(W_u, b_u),
            expected,
            f"The number for the weights {weights} and the biases {biases}",
            cause,
        )
        checks.unchanged(W_u, kept_W, "W")
        checks.unchanged(b_u, kept_b, "b")
### BEGIN HIDDEN TESTS
unit_rng = checks.rng(21)
for columns, copies in ((2, 1), (5, 3), (1, 2), (3, 4)):
    base = (unit_rng.permutation(np.arange(8, 40))[: columns + 1] + 0.5) / 4
    kinds = [base, -base, base[::-1], base + 0.3 * np.append(np.ones(columns), -1)]
    for j in range(columns + 1):
        kinds += [np.where(np.arange(columns + 1) == j, x, base) for x in (-base, base + 0.001)]
    units_u = unit_rng.permutation(np.repeat(kinds, copies, axis=0))
    units_u = units_u + 1e-13 * unit_rng.normal(size=units_u.shape)
    found_u = count_distinct_units(units_u[:, :-1].copy(), units_u[:, -1:].copy())
    checks.close(found_u, len(kinds), "the number", rtol=0)
### END HIDDEN TESTS

# %% [markdown]
# Now watch ten units learn. On the left all weights start at 0.5; on the right they are drawn at random, with standard deviation 0.5. Each line is the first
# incoming weight of one unit of the first layer. **Before you run the cell, what do you expect on the left?** Do the weights move? How many lines will you see?

# %% demo="watch_units" needs="count_distinct_units"
generator = np.random.RandomState(0)
constant_start, random_start = {}, {}
for layer, size in ((1, (10, 2)), (2, (5, 10)), (3, (1, 5))):
    constant_start[f"W{layer}"] = np.full(size, 0.5)
    random_start[f"W{layer}"] = 0.5 * generator.randn(*size)
    constant_start[f"b{layer}"] = random_start[f"b{layer}"] = np.zeros((size[0], 1))
axes = plotting.panels(
    2, "training step", "first weight of each unit", sharey=True, size=(4.5, 3.6)
)
for ax, label, start in zip(
    axes, ("all weights 0.5", "random"), (constant_start, random_start), strict=True
):
    parameters, history = start, []
    for step in range(4001):
        if step % 100 == 0:
            history.append(parameters["W1"][:, 0])
        gradients = backward_propagation(
            train_X, train_Y, forward_propagation(train_X, parameters)[1]
        )
        parameters = {
            name: value - 0.3 * gradients["d" + name] for name, value in parameters.items()
        }
    ax.plot(range(0, 4001, 100), history, color=plotting.BLUE, linewidth=1.3)
    ax.set_title(label)
    distinct = int(checks.number(count_distinct_units(parameters["W1"], parameters["b1"]), "count"))
    print(f"{label:15} distinct units in layer 1 after 4000 steps: {distinct}")
    print(
        f"{label:15} cost {compute_cost(forward_propagation(train_X, parameters)[0], train_Y):.4f}"
    )

# %% [markdown] locked="symmetry_forecast_statement"
# On the left there is one line: the ten weights move, and they move together. The layer has ten units there, and can do as much as one.
# On the right every unit learns something different, and the cost is lower.
#
# ### Exercise 4: which starts break the symmetry? (10 points)
#
# A network `[2, 4, 3, 1]` is trained for 100 steps on random points. Unless the table says otherwise, all its weights start at 0.5 and all its biases at 0. *Random* means
# drawn between 0 and 1, each number on its own.
# **Forecast** how many distinct units the layer has *after* training, and store the six numbers in a dictionary `symmetry_forecast`.
#
# | key | what is different at the start | the layer |
# |---|---|---|
# | `"all_equal"` | nothing | 1 (four units) |
# | `"W1_in_pairs"` | W1 is random, but its rows 1 and 2 are equal, and so are its rows 3 and 4 | 1 |
# | `"b1_random"` | b1 is random | 1 |
# | `"W2_random"` | W2 is random | 1 |
# | `"W3_random"` | W3 is random | 1 |
# | `"W1_random"` | W1 is random | 2 (three units) |
#
# <details><summary>Hint</summary>
#
# Row $i$ of $dZ_1 = (W_2^T dZ_2) \cdot [A_1 > 0]$ belongs to unit $i$ (entry by entry; the bracket is 1 where it holds and 0 elsewhere). Two units get the same gradient if their rows
# of $A_1$ are equal *and* their columns of $W_2$ are. Do the columns of $W_2$ stay equal?
#
# </details>

# %% solution="symmetry_forecast"
### BEGIN SOLUTION
symmetry_forecast = {
    "all_equal": 1,
    "W1_in_pairs": 2,  # the partners of a pair have equal columns of W2, and keep them
    "b1_random": 4,
    "W2_random": 4,  # equal values, but different gradients: they part at the first step
    "W3_random": 1,  # layer 2 parts, but each of its units treats the four units of layer 1 alike
    "W1_random": 1,  # all units of layer 2 see the same inputs with the same weights
}
### END SOLUTION

# %% test="test_symmetry_forecast" points=10
with progress.exercise("symmetry_forecast"):
    causes = {
        "all_equal": "nothing tells one unit from another, neither its inputs nor what follows it.",
        "W1_in_pairs": "is there anything that treats the partners of a pair differently?",
        "b1_random": "a bias belongs to the unit, as its weights do.",
        "W2_random": "the values of the units are equal at the start; are their gradients?",
        "W3_random": "which rows of W2 become different, and which columns of W2?",
        "W1_random": "the question is about layer 2. What tells its three units apart?",
    }
    checks.keys(symmetry_forecast, list(causes), "symmetry_forecast", "the table lists six keys.")
    forecast = {key: checks.number(symmetry_forecast[key], key) for key in causes}
    stream = np.random.RandomState(6)
    X_s, draw = stream.randn(2, 60), stream.rand
    Y_s = (np.sum(X_s**2, axis=0, keepdims=True) > 1.2).astype(float)
    for key, cause in causes.items():
        trained = {"W1": (4, 2), "W2": (3, 4), "W3": (1, 3)}
        trained = {name: np.full(size, 0.5) for name, size in trained.items()}
        trained |= {"b1": np.zeros((4, 1)), "b2": np.zeros((3, 1)), "b3": np.zeros((1, 1))}
        if key == "W1_in_pairs":
            trained["W1"] = np.repeat(draw(2, 2), 2, axis=0)
        elif key != "all_equal":
            changed = key.split("_")[0]
            trained[changed] = draw(*trained[changed].shape)
        for _ in range(100):
            grads = backward_propagation(X_s, Y_s, forward_propagation(X_s, trained)[1])
            trained = {name: value - 0.1 * grads["d" + name] for name, value in trained.items()}
        layer = 2 if key == "W1_random" else 1
        units_s = np.hstack([trained[f"W{layer}"], trained[f"b{layer}"]])
        measured = len(np.unique(np.round(units_s, 9), axis=0))
        direction = "larger" if measured > forecast[key] else "smaller"
        checks.property(
            forecast[key] == measured,
            f"{key} is {forecast[key]:g}; what is measured is {direction}.",
            cause,
        )

# %% [markdown] locked="initialize_parameters_random_statement"
# Random biases in every layer would break the symmetry, too. It is enough to draw the weights at random and to start the biases at zero, and this is what we do.
#
# ## 3 Large random weights
#
# ### Exercise 5: draw large weights (6 points)
#
# Write `initialize_parameters_random(layers_dims)`:
#
# 1. Call `np.random.seed(3)` once, at the start, so that everybody gets the same numbers.
# 2. Draw W1, then W2, and so on with `np.random.randn`, each multiplied by 10.
# 3. The biases are zero and draw nothing. `layers_dims` stays as it is.
#
# <details><summary>Hint</summary>
#
# `np.random.randn(rows, columns)` takes the sizes one by one, and `np.zeros((rows, columns))` takes them in brackets of their own.
#
# </details>


# %% solution="initialize_parameters_random"
def initialize_parameters_random(layers_dims):
    """Make large random weights and zero biases.

    Parameters
    ----------
    layers_dims : list of int
        The sizes of the layers, input first.

    Returns
    -------
    parameters : dict
        For l = 1, 2, ...: Wl, shape (layers_dims[l], layers_dims[l - 1]), and bl, shape (layers_dims[l], 1).
    """
    ### BEGIN SOLUTION
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters
    ### END SOLUTION


# %% test="test_initialize_parameters_random" points=6
with progress.exercise(
    "initialize_parameters_random", hidden_tests="other sizes and other numbers of layers"
):
    sizes = [3, 2, 1]
    drawn = initialize_parameters_random(sizes)
    checks.property(sizes == [3, 2, 1], "layers_dims is not the same after the call.")
    checks.shapes(
        drawn,
        {"W1": (2, 3), "b1": (2, 1), "W2": (1, 2), "b2": (1, 1)},
        "What initialize_parameters_random([3, 2, 1]) returns",
    )
    checks.property(
        len(drawn) == 4,
        f"For three sizes the keys are {', '.join(map(str, drawn))}.",
        "two layers have weights, 1 and 2, and nothing else is in the dictionary.",
    )
    checks.close(drawn["b1"], np.zeros((2, 1)), "b1", "the biases start at zero.")
    checks.close(drawn["b2"], np.zeros((1, 1)), "b2", "the biases start at zero.")
    again = initialize_parameters_random([3, 2, 1])
    checks.property(
        np.array_equal(drawn["W1"], again["W1"]),
        "Two calls give different weights.",
        "np.random.seed(3) has to be called inside the function, and np.random.randn draws.",
    )
    checks.close(
        drawn["W1"],
        [[17.88628473, 4.36509851, 0.96497468], [-18.63492703, -2.77388203, -3.54758979]],
        "W1",
        "np.random.seed(3), then np.random.randn (not rand) times 10, and nothing is drawn before.",
    )
    checks.close(
        drawn["W2"],
        [[-0.82741481, -6.27000677]],
        "W2",
        "the seed is set once, before the loop; the biases draw nothing.",
    )
### BEGIN HIDDEN TESTS
for sizes in ([5, 4], [4, 2, 3], [2, 10, 5, 1], [3, 1, 6, 2, 4]):
    drawn = initialize_parameters_random(list(sizes))
    stream = np.random.RandomState(3)
    for l, (before, after) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
        expected = [[10 * stream.standard_normal() for _ in range(before)] for _ in range(after)]
        checks.close(drawn[f"W{l}"], expected, f"W{l}")
        checks.close(drawn[f"b{l}"], np.zeros((after, 1)), f"b{l}")
### END HIDDEN TESTS

# %% [markdown]
# The weights differ now, so the symmetry is broken. **Before you run the next cell, what do you expect** of the first cost: below 0.69, a bit above it, or very large?

# %% demo="train_random" needs="initialize_parameters_random"
start_random = initialize_parameters_random([2, 10, 5, 1])
parameters_random, costs_random = train(train_X, train_Y, start_random, num_iterations=3001)
A3, cache = forward_propagation(train_X, start_random)
Z3 = cache[8]
print(f"Z3 at the start: from {Z3.min():.0f} to {Z3.max():.0f}")
print("outputs that are exactly 1:", int(np.sum(A3 == 1)), "of", A3.size)
print(f"the first cost, from Z3 instead of A3: {cost_from_logits(Z3, train_Y):.1f}")

# %% [markdown] locked="deep_activations_statement"
# The first cost is `inf`. With such weights $Z_3$ goes up to 6929, the sigmoid of every $Z_3$ is 1 to the last digit, and $\log(1 - A_3)$ of a wrong
# example is $\log 0$. Computed from $Z_3$ (`cost_from_logits` uses $\log(1 + e^{Z}) - Y Z$) the same cost is finite: 1773.6, where an output of 0.5 for everything costs 0.69. The network starts
# out *sure*, and wrong for half of the points. The error $A_3 - Y$ of a wrong example is 1, so the first steps are very large, and the cost falls below 1 soon. But the network does not recover well: section 5 shows where it ends.
#
# So: not zero, and not large. How large, then?
#
# ## 4 What ten layers do to a signal
#
# A deep network multiplies by one matrix after the other. We send random inputs through ten layers and watch how large the activations are.
#
# ### Exercise 6: send a signal through (10 points)
#
# Write `deep_activations(X, weights, activation)`. It returns the list of the activations $A_1, A_2, \dots$ of all layers, with $A_0 = X$ and
#
# $$A_l = g(W_l A_{l-1}),$$
#
# without biases. `weights` is the list $W_1, W_2, \dots$, and `activation` is the name of $g$: `"relu"`, `"tanh"`, or `"linear"`, where $g(z) = z$. Every layer
# applies $g$, also the last one. Leave `X` and `weights` as they are.
#
# <details><summary>Hint</summary>
#
# Start with `A = X`; in a loop over the matrices compute the new `A` from the old one and append it to a list. `relu` and `np.tanh` work on whole arrays.
#
# </details>


# %% solution="deep_activations"
def deep_activations(X, weights, activation):
    """Compute the activations of all layers of a network without biases.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
    weights : list of ndarray
        W_l has the shape (n_l, n_(l-1)).
    activation : str
        "relu", "tanh" or "linear".

    Returns
    -------
    list of ndarray
        A_1, A_2, ...; A_l has the shape (n_l, m).
    """
    ### BEGIN SOLUTION
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    activations = [X]
    for W in weights:
        activations.append(g(W @ activations[-1]))
    return activations[1:]
    ### END SOLUTION


# %% test="test_deep_activations" points=10
with progress.exercise(
    "deep_activations", hidden_tests="other sizes and numbers of layers, all three activations"
):
    X_d = np.array([[1.0, -2.0], [0.0, 3.0]])
    weights_d = [np.array([[1.0, 0.0], [-1.0, 1.0]]), np.array([[1.0, -1.0], [0.0, 2.0]])]
    kept_X, kept_weights = X_d.copy(), {0: weights_d[0].copy(), 1: weights_d[1].copy()}
    tanh_1 = np.tanh([[1, -2], [-1, 5]])
    for g, first, second in (
        ("linear", [[1, -2], [-1, 5]], [[2, -7], [-2, 10]]),
        ("relu", [[1, 0], [0, 5]], [[1, 0], [0, 10]]),
        ("tanh", tanh_1, np.tanh([tanh_1[0] - tanh_1[1], 2 * tanh_1[1]])),
    ):
        layers = deep_activations(X_d, weights_d, g)
        checks.unchanged(X_d, kept_X, "X")
        checks.unchanged(dict(enumerate(weights_d)), kept_weights, "weights")
        checks.property(
            layers is not None, "deep_activations returns None.", "`return` is missing at its end."
        )
        layers = list(layers)
        checks.property(
            len(layers) == 2,
            f"For two matrices, deep_activations returns {len(layers)} arrays, not two.",
            "one array for each layer; X itself is not in the list; return after the loop.",
        )
        checks.close(
            layers[0],
            first,
            f"A1, the first in the list, with {g}",
            "the first layer multiplies X by the first matrix, then applies g; "
            "the list holds one array for each layer.",
        )
        checks.close(
            layers[1],
            second,
            f"A2 with {g}",
            "the second layer takes the activations of the first one, and applies g, too.",
        )
### BEGIN HIDDEN TESTS
deep_rng = checks.rng(22)
for g, sizes in (("relu", (3, 6, 4, 6, 4)), ("tanh", (3, 4, 2, 4)), ("linear", (4, 2, 2, 4, 2))):
    X_h = deep_rng.normal(size=(sizes[0], 6))
    halves = [deep_rng.normal(size=(a // 2, b)) for b, a in zip(sizes[:-1], sizes[1:], strict=True)]
    weights_h = [np.vstack([half, -half]) for half in halves]  # no layer of relus can be dead
    expected, A_h = [], X_h
    for W_h in weights_h:
        Z_h = np.array(
            [[sum(w * a for w, a in zip(r, c, strict=True)) for c in A_h.T] for r in W_h]
        )
        A_h = {"relu": np.where(Z_h > 0, Z_h, 0), "tanh": np.tanh(Z_h), "linear": Z_h}[g]
        expected.append(A_h)
    layers = list(deep_activations(X_h, weights_h, g))
    for l, A_h in enumerate(expected):
        checks.close(layers[l], A_h, f"A{l + 1}", rtol=1e-4, atol=1e-5 * np.abs(A_h).max())
### END HIDDEN TESTS

# %% [markdown] locked="depth_forecast_statement"
# ### What one layer does
#
# Let the weights of a layer be independent of each other and of its inputs, with mean 0 and variance $\sigma^2$, and let it have $n$ inputs $a_j$. Then $z = \sum_j w_j a_j$ has the mean 0 and
#
# $$\mathrm{E}[z^2] = n \, \sigma^2 \, \mathrm{E}[a^2],$$
#
# because the $n$ products are uncorrelated and each has the mean square $\sigma^2 \, \mathrm{E}[a^2]$. A layer without activation multiplies the mean square by $n \sigma^2$. A relu sets the
# negative $z$ to zero. If the weights are distributed symmetrically around 0, so is $z$, and the relu halves the mean square: $\mathrm{E}[\mathrm{relu}(z)^2] = \frac{1}{2} \mathrm{E}[z^2]$.
#
# On the way back the layer multiplies by $W^T$: each entry of the gradient is a sum over the *outputs* of the layer.
#
# ### Exercise 7: forecast the factors (10 points)
#
# By which factor does the mean square change? Store five factors in a dictionary `depth_forecast`. A signal that becomes smaller has a factor below 1.
#
# | key | the network | factor of what |
# |---|---|---|
# | `"linear"` | ten layers without activation from 200 to 200 units, weights of variance 1/200 | from the input to the last activation |
# | `"relu_1"` | the same with relu | from the input to the last activation |
# | `"relu_2"` | with relu and weights of variance 2/200 | from the input to the last activation |
# | `"relu_small"` | with relu and weights of standard deviation 0.01 | from the input to the last activation |
# | `"backward"` | *one* layer without activation from 100 to 400 units, weights of variance 1/100 | of the gradient, from the outputs back to the inputs |
#
# The check measures, and your numbers may be off by a factor of 1.4, because random networks differ from each other.
#
# <details><summary>Hint</summary>
#
# First find the factor of one layer. Ten layers multiply by it ten times: `factor**10`.
#
# </details>

# %% solution="depth_forecast"
### BEGIN SOLUTION
depth_forecast = {
    "linear": 1,  # 200 * 1/200
    "relu_1": 0.5**10,
    "relu_2": 1,
    "relu_small": (0.5 * 200 * 0.01**2) ** 10,  # 1e-20
    "backward": 4,  # 400 terms of variance 1/100
}
### END SOLUTION

# %% test="test_depth_forecast" points=10
with progress.exercise("depth_forecast"):
    causes = {
        "linear": "n times the variance, ten times over.",
        "relu_1": "each of the ten layers halves the mean square.",
        "relu_2": "one half of n times the variance, ten times over.",
        "relu_small": "the variance is the square of the standard deviation; ten layers.",
        "backward": "an entry of the gradient is a sum over how many outputs?",
    }
    checks.keys(depth_forecast, list(causes), "depth_forecast", "the table lists five keys.")
    forecast = {key: checks.number(depth_forecast[key], key) for key in causes}
    draw = np.random.default_rng(9).standard_normal
    measured = {"backward": np.mean((0.1 * draw((400, 100)).T @ draw((400, 200))) ** 2)}
    matrices = draw((8, 10, 200, 200), dtype=np.float32)  # of eight networks
    inputs = draw((8, 200, 20), dtype=np.float32)
    for key, deviation in (
        ("linear", 200**-0.5),
        ("relu_1", 200**-0.5),
        ("relu_2", 0.1),
        ("relu_small", 0.01),
    ):
        signal = inputs
        for layer in range(10):
            signal = matrices[:, layer] @ (deviation * signal)
            signal = signal if key == "linear" else np.maximum(signal, 0)
        measured[key] = np.mean(np.float64(signal) ** 2) / np.mean(inputs**2)
    for key, cause in causes.items():
        checks.property(
            forecast[key] > 0,
            f"{key} is {forecast[key]:g}.",
            "a factor of a mean square is positive.",
        )
        ratio = measured[key] / forecast[key]
        checks.property(
            1 / 1.4 <= ratio <= 1.4,
            f"{key} is {forecast[key]:.3g}; what is measured is {'larger' if ratio > 1 else 'smaller'}.",
            cause,
        )

# %% [markdown]
# The figure shows both directions for a relu network of ten layers with 200 units each. On the left is the variance of the activations, layer by layer. On the right is
# the variance of the gradients with respect to $Z_l$, when a random gradient comes in at the top; read it from layer 10 back to layer 1. The scales are logarithmic. The figure shows variances, not mean squares:
# behind a relu the mean is not 0, and the variance is about two thirds of the mean square. Both change by the same factor from layer to layer.
# **Before you run the cell: which of the four lines is level?**

# %% tags=["figure"] needs="deep_activations"
generator = np.random.RandomState(1)
deviations = {
    "0.05 (small)": 0.05,
    "root of 1 / n (Xavier)": np.sqrt(1 / 200),
    "root of 2 / n (He)": np.sqrt(2 / 200),
    "0.2 (large)": 0.2,
}
forward, backward = {}, {}
for label, deviation in deviations.items():
    weights = [deviation * generator.randn(200, 200) for _ in range(10)]
    activations = list(deep_activations(generator.randn(200, 300), weights, "relu"))
    dA, gradient_variances = generator.randn(200, 300), []
    for W, A in zip(reversed(weights), reversed(activations), strict=True):
        dZ = dA * (checks.array(A, "an activation") > 0)
        gradient_variances.insert(0, dZ.var())
        dA = W.T @ dZ
    forward[label] = [checks.array(A, "an activation").var() for A in activations]
    backward[label] = gradient_variances
    print(
        f"{label:22} activations, layer 10 / layer 1: {forward[label][-1] / forward[label][0]:8.2g}"
        f"   gradients, layer 1 / layer 10: {backward[label][0] / backward[label][-1]:8.2g}"
    )
left, right = plotting.panels(2, "layer", "variance", size=(5, 4))
plotting.lines(range(1, 11), forward, left, log="y").set_title("activations")
plotting.lines(range(1, 11), backward, right, log="y").set_title("gradients")
right.get_legend().remove()

# %% [markdown] locked="initialize_parameters_he_statement"
# One line is level in both panels: the one with variance $2/n$. With $1/n$ a factor 2 is lost at every layer, with a smaller deviation more, and with a larger one
# signal and gradient explode. With 200 inputs and the standard deviation 10 of section 3 a layer would multiply by 10,000. The lines are straight because every layer multiplies by the same factor:
# a factor of 2 in one layer is a factor of $2^{30}$ in thirty layers, about a billion. That is the story at the top of this notebook: a factor of $\sqrt{2}$ in each weight is one of 2 in each mean square.
#
# ### Exercise 8: He's initialization (8 points)
#
# For relu networks He and colleagues therefore take weights of variance
#
# $$\mathrm{Var}(W_l) = \frac{2}{n_{l-1}}$$
#
# where $n_{l-1}$ is the number of inputs of the layer. The names in the figure are those of this formula and of the next exercise's. Write `initialize_parameters_he(layers_dims)`: `np.random.seed(3)` once, then
# `np.random.randn` for W1, W2, ... scaled to this variance; biases zero, and `layers_dims` stays as it is.
#
# <details><summary>Hint</summary>
#
# `randn` draws numbers of variance 1. Multiplied by $c$ they have the variance $c^2$.
#
# </details>


# %% solution="initialize_parameters_he"
def initialize_parameters_he(layers_dims):
    """Make random weights of variance 2 / n_in and zero biases (He, Zhang, Ren, Sun, 2015).

    Parameters
    ----------
    layers_dims : list of int
        The sizes of the layers, input first.

    Returns
    -------
    parameters : dict
        For l = 1, 2, ...: Wl, shape (layers_dims[l], layers_dims[l - 1]), and bl, shape (layers_dims[l], 1).
    """
    ### BEGIN SOLUTION
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        scale = np.sqrt(2 / layers_dims[l - 1])
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * scale
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters
    ### END SOLUTION


# %% test="test_initialize_parameters_he" points=8
with progress.exercise(
    "initialize_parameters_he", hidden_tests="other sizes and other numbers of layers"
):
    sizes = [2, 4, 1]
    drawn = initialize_parameters_he(sizes)
    checks.property(sizes == [2, 4, 1], "layers_dims is not the same after the call.")
    checks.shapes(
        drawn,
        {"W1": (4, 2), "b1": (4, 1), "W2": (1, 4), "b2": (1, 1)},
        "What initialize_parameters_he([2, 4, 1]) returns",
    )
    checks.property(
        len(drawn) == 4,
        f"For three sizes the keys are {', '.join(map(str, drawn))}.",
        "two layers have weights, 1 and 2, and nothing else is in the dictionary.",
    )
    checks.close(drawn["b1"], np.zeros((4, 1)), "b1", "the biases start at zero.")
    checks.close(drawn["b2"], np.zeros((1, 1)), "b2", "the biases start at zero.")
    checks.property(
        np.array_equal(drawn["W1"], initialize_parameters_he([2, 4, 1])["W1"]),
        "Two calls give different weights.",
        "np.random.seed(3) has to be called inside the function, and np.random.randn draws.",
    )
    wide = initialize_parameters_he([50, 200, 8])
    for name, inputs in (("W1", 50), ("W2", 200)):
        checks.property(
            np.min(checks.array(wide[name], name)) < 0,
            f"No entry of {name} is negative.",
            "np.random.randn draws around zero; np.random.rand draws between 0 and 1.",
        )
        size = inputs * np.mean(checks.array(wide[name], name) ** 2)
        checks.property(
            1.8 < size < 2.2,
            f"For the sizes [50, 200, 8], the mean square of {name} is {size / inputs:.3g}, "
            f"which is {size:.3g} divided by its number of inputs.",
            "the variance should be 2 / n_in; is the root taken, and of what? "
            "n_in is the size of the layer before.",
        )
    checks.close(
        drawn["W1"],
        [
            [1.78862847, 0.43650985],
            [0.09649747, -1.8634927],
            [-0.2773882, -0.35475898],
            [-0.08274148, -0.62700068],
        ],
        "W1",
        "np.random.seed(3), then np.random.randn (not rand), and nothing is drawn before.",
    )
    checks.close(
        drawn["W2"],
        [[-0.03098412, -0.33744411, -0.92904268, 0.62552248]],
        "W2",
        "the seed is set once, before the loop; the biases draw nothing.",
    )
### BEGIN HIDDEN TESTS
for sizes in ([5, 4], [4, 2, 3], [2, 10, 5, 1], [7, 3, 6, 2, 4]):
    drawn = initialize_parameters_he(list(sizes))
    stream = np.random.RandomState(3)
    for l, (before, after) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
        expected = [[stream.standard_normal() for _ in range(before)] for _ in range(after)]
        checks.close(drawn[f"W{l}"], np.multiply((2 / before) ** 0.5, expected), f"W{l}")
        checks.close(drawn[f"b{l}"], np.zeros((after, 1)), f"b{l}")
### END HIDDEN TESTS

# %% [markdown] locked="initialize_parameters_xavier_statement"
# ### Two formulas under one name
#
# For networks with tanh, Xavier Glorot and Yoshua Bengio (2010) had argued in the same way. Near zero tanh is almost linear, so the forward signal keeps its size
# if $n_{in} \sigma^2 = 1$. The gradient keeps its size on the way back if $n_{out} \sigma^2 = 1$ (your forecast `"backward"`). Both cannot hold unless the layer is square, so they took the mean of $n_{in}$ and $n_{out}$:
#
# $$\mathrm{Var}(W_l) = \frac{2}{n_{l-1} + n_l} \quad\text{(their paper)}
# \qquad\qquad
# \mathrm{Var}(W_l) = \frac{1}{n_{l-1}} \quad\text{(forward signal only)}$$
#
# Lecture notes and libraries use the name Xavier for both. For square layers they are the same. Keras' `glorot_normal` and `glorot_uniform` follow the paper; its `lecun_normal` has
# the variance $1/n_{in}$.
#
# ### Exercise 9: the forward formula (6 points)
#
# Write `initialize_parameters_xavier(layers_dims)` with the variance $1/n_{l-1}$: seed 3 once, `np.random.randn`, zero biases; `layers_dims` stays as it is.


# %% solution="initialize_parameters_xavier"
def initialize_parameters_xavier(layers_dims):
    """Make random weights of variance 1 / n_in and zero biases.

    Parameters
    ----------
    layers_dims : list of int
        The sizes of the layers, input first.

    Returns
    -------
    parameters : dict
        For l = 1, 2, ...: Wl, shape (layers_dims[l], layers_dims[l - 1]), and bl, shape (layers_dims[l], 1).
    """
    ### BEGIN SOLUTION
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        scale = np.sqrt(1 / layers_dims[l - 1])
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * scale
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters
    ### END SOLUTION


# %% test="test_initialize_parameters_xavier" points=6
with progress.exercise(
    "initialize_parameters_xavier", hidden_tests="other sizes and other numbers of layers"
):
    sizes = [3, 2, 1]
    drawn = initialize_parameters_xavier(sizes)
    checks.property(sizes == [3, 2, 1], "layers_dims is not the same after the call.")
    checks.shapes(
        drawn,
        {"W1": (2, 3), "b1": (2, 1), "W2": (1, 2), "b2": (1, 1)},
        "What initialize_parameters_xavier([3, 2, 1]) returns",
    )
    checks.property(
        len(drawn) == 4,
        f"For three sizes the keys are {', '.join(map(str, drawn))}.",
        "two layers have weights, 1 and 2, and nothing else is in the dictionary.",
    )
    checks.close(drawn["b1"], np.zeros((2, 1)), "b1", "the biases start at zero.")
    checks.close(drawn["b2"], np.zeros((1, 1)), "b2", "the biases start at zero.")
    checks.property(
        np.array_equal(drawn["W1"], initialize_parameters_xavier([3, 2, 1])["W1"]),
        "Two calls give different weights.",
        "np.random.seed(3) has to be called inside the function, and np.random.randn draws.",
    )
    wide = initialize_parameters_xavier([50, 200, 8])
    for name, inputs in (("W1", 50), ("W2", 200)):
        checks.property(
            np.min(checks.array(wide[name], name)) < 0,
            f"No entry of {name} is negative.",
            "np.random.randn draws around zero; np.random.rand draws between 0 and 1.",
        )
        size = inputs * np.mean(checks.array(wide[name], name) ** 2)
        checks.property(
            0.9 < size < 1.1,
            f"For the sizes [50, 200, 8], the mean square of {name} is {size / inputs:.3g}, "
            f"which is {size:.3g} divided by its number of inputs.",
            "the variance should be 1 / n_in; is the root taken, and of what? "
            "The paper's formula has n_out in it, this one has not.",
        )
    checks.close(
        drawn["W1"],
        [[1.03266513, 0.25201908, 0.05571284], [-1.07588801, -0.16015015, -0.20482019]],
        "W1",
        "np.random.seed(3), then np.random.randn (not rand), and nothing is drawn before.",
    )
    checks.close(
        drawn["W2"],
        [[-0.05850706, -0.44335643]],
        "W2",
        "the seed is set once, before the loop; the biases draw nothing.",
    )
### BEGIN HIDDEN TESTS
for sizes in ([5, 4], [4, 2, 3], [2, 10, 5, 1], [7, 3, 6, 2, 4]):
    drawn = initialize_parameters_xavier(list(sizes))
    stream = np.random.RandomState(3)
    for l, (before, after) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
        expected = [[stream.standard_normal() for _ in range(before)] for _ in range(after)]
        checks.close(drawn[f"W{l}"], np.multiply(before**-0.5, expected), f"W{l}")
        checks.close(drawn[f"b{l}"], np.zeros((after, 1)), f"b{l}")
### END HIDDEN TESTS

# %% [markdown] locked="weight_deviation_statement"
# ### Exercise 10: another activation (10 points)
#
# A *leaky relu* passes negative numbers on, made smaller: $g(z) = z$ for $z > 0$ and $g(z) = s z$ otherwise, with a slope $s$ such as 0.01 or 0.2.
#
# Derive the standard deviation of the weights for which such a layer with $n$ inputs leaves the mean square as it was: that of its activations is the same as that of its inputs. Write it as
# `weight_deviation(n_inputs, slope)`. As before, $z$ is distributed symmetrically around 0.
#
# Two cases you know already: $s = 0$ is the relu, and $s = 1$ is no activation at all.
#
# <details><summary>Hint</summary>
#
# Half of the mean square of $z$ comes from positive and half from negative $z$. What does $g$ do to the square of a negative one?
#
# </details>


# %% solution="weight_deviation"
def weight_deviation(n_inputs, slope):
    """The standard deviation of weights that keeps the mean square through a leaky-relu layer.

    Parameters
    ----------
    n_inputs : int
    slope : float
        The slope of the activation for negative numbers.

    Returns
    -------
    float
    """
    ### BEGIN SOLUTION
    kept = (1 + slope**2) / 2  # E[g(z)**2] / E[z**2]
    return np.sqrt(1 / (kept * n_inputs))
    ### END SOLUTION


# %% test="test_weight_deviation" points=10
with progress.exercise(
    "weight_deviation", hidden_tests="other numbers of inputs and slopes, also negative ones"
):
    checks.close(
        weight_deviation(50, 0),
        0.2,
        "weight_deviation(50, 0), the relu,",
        "for slope 0 it is He's; the exercise asks for the deviation, the root of the variance.",
    )
    checks.close(
        weight_deviation(25, 1),
        0.2,
        "weight_deviation(25, 1), no activation,",
        "for slope 1 the negative half is not lost at all, and n times the variance is 1.",
    )
    symmetric = np.linspace(-4, 4, 2001)
    density = np.exp(-(symmetric**2) / 2)
    for slope in (0.2, 0.5, -1.0):
        leaky = np.where(symmetric > 0, symmetric, slope * symmetric)
        kept_share = np.sum(density * leaky**2) / np.sum(density * symmetric**2)
        deviation = checks.number(weight_deviation(40, slope), "weight_deviation(40, slope)")
        factor = 40 * deviation**2 * kept_share
        checks.property(
            abs(factor - 1) < 0.005,
            f"With slope {slope:g} and 40 inputs, a layer with your deviation multiplies the mean "
            f"square by {factor:.3f}, not by 1.",
            "split the mean square of g(z) into the positive and the negative half; what does the "
            "slope do to a square?",
        )
### BEGIN HIDDEN TESTS
for inputs, slope in zip(
    (1, 7, 300), checks.rng(23).uniform(1.1, 1.5, 3) * [-1, 0.3, 1], strict=True
):
    target = (0.5 * inputs + 0.5 * inputs * float(slope) ** 2) ** -0.5
    checks.close(weight_deviation(inputs, float(slope)), target, "deviation")
### END HIDDEN TESTS

# %% [markdown]
# ## 5 The four starts side by side
#
# `model` trains the network `[2, 10, 5, 1]` from one of your initializations.


# %% demo="model" needs="initialize_parameters_zeros initialize_parameters_random initialize_parameters_he initialize_parameters_xavier"
def model(X, Y, learning_rate=0.01, num_iterations=15000, print_cost=True, initialization="he"):
    """Train the network [2, 10, 5, 1] from a start of your choice.

    Parameters
    ----------
    X : ndarray, shape (2, m)
    Y : ndarray, shape (1, m)
    learning_rate : float
    num_iterations : int
    print_cost : bool
    initialization : str
        "zeros", "random", "he" or "xavier".

    Returns
    -------
    parameters : dict
    costs : list of float
        The cost before the steps 0, 1000, 2000, ...
    """
    starts = {
        "zeros": initialize_parameters_zeros,
        "random": initialize_parameters_random,
        "he": initialize_parameters_he,
        "xavier": initialize_parameters_xavier,
    }
    start = starts[initialization]([2, 10, 5, 1])
    return train(X, Y, start, learning_rate, num_iterations, print_cost)


names = ["zeros", "random", "xavier", "he"]
runs = {name: model(train_X, train_Y, print_cost=False, initialization=name) for name in names}
print("initialization   first cost    last cost   train accuracy   test accuracy")
for name, (parameters, costs) in runs.items():
    train_accuracy = accuracy(train_X, train_Y, parameters)
    test_accuracy = accuracy(test_X, test_Y, parameters)
    print(
        f"{name:14} {costs[0]:12.4f} {costs[-1]:12.4f} {train_accuracy:16.4f} {test_accuracy:15.4f}"
    )
print("zeros, every cost:", *set(runs["zeros"][1]))
print("he, costs before the steps 0, 1000, 2000, 5000, 10000, 14000:")
print(*(f"{runs['he'][1][k]:.10f}" for k in (0, 1, 2, 5, 10, 14)))

# %% [markdown]
# The last cost in the table is the one before step 14,000.

# %% demo="figures" needs="initialize_parameters_zeros initialize_parameters_random initialize_parameters_he initialize_parameters_xavier"
_ = plotting.lines(
    range(0, 15000, 1000),
    {name: np.where(np.isfinite(costs), costs, np.nan) for name, (_, costs) in runs.items()},
    title="Cost during training",
    xlabel="training step",
    ylabel="cost (mean cross-entropy)",
)
axes = plotting.panels(4, "x1", "x2", size=(3.5, 3.6), sharey=True)
for ax, (name, (parameters, _)) in zip(axes, runs.items(), strict=True):
    plotting.boundary(
        lambda points: forward_propagation(points, parameters)[0], train_X, train_Y, ax, name
    )
    if ax is not axes[-1]:
        ax.get_legend().remove()

# %% [markdown] locked="diagnosis_statement"
# The zeros never leave log 2. The large random weights start at an infinite cost, which the figure leaves out; then they are ahead for a while,
# and stop near 0.38 with a ragged boundary. He's start has the lowest cost in the end, 0.07, and a boundary that follows the rings.
#
# Xavier's start comes close: 93 against 96 of the 100 test points. In a network of three layers a factor of 2 per layer is no disaster, and three points of a hundred do not
# say which start is better. The figure of section 4 says it, for deep networks.
#
# ## 6 Find out what is wrong
#
# ### Exercise 11: six starts (10 points)
#
# `mystery_networks()` returns six relu networks, "A" to "F", at their start: eight layers of 100 units each, without biases. One of them was started well. In each of the others one thing
# went wrong, and each thing went wrong once:
#
# | label | what went wrong |
# |---|---|
# | `"right"` | nothing: independent weights with He's variance |
# | `"too small"` | the standard deviation of the weights is too small |
# | `"too large"` | the standard deviation of the weights is too large |
# | `"not centred"` | the mean of the weights is not zero |
# | `"equal units"` | every layer has units that are equal to each other |
# | `"same numbers"` | all layers got the same random numbers, because the seed was set for each layer again |
#
# The next cell draws how their signals change from layer to layer. Measure what else you need in the answer cell or in cells of your own, and store your findings in a dictionary `diagnosis` with the six letters as keys and the labels as values.
#
# <details><summary>Hint</summary>
#
# The mean of a matrix, its variance, the number of its distinct rows, and a comparison of two matrices of one network are all that it takes.
#
# </details>

# %% tags=["experiment"] needs="deep_activations"
networks = mystery_networks()
signal = np.random.RandomState(0).randn(100, 200)
variances = {}
for letter, weights in networks.items():
    activations = deep_activations(signal, weights, "relu")
    variances[letter] = [checks.array(A, "an activation").var() for A in activations]
_ = plotting.lines(
    range(1, 9),
    variances,
    title="Six networks at their start",
    xlabel="layer",
    ylabel="variance of the activations",
    log="y",
)

# %% [markdown]
# The figure is not enough to tell all six apart. `networks["A"][0]` is the first matrix of network A. Which numbers separate those whose lines are close together?

# %% solution="diagnosis"
### BEGIN SOLUTION
diagnosis = {
    "A": "equal units",
    "B": "too large",
    "C": "same numbers",
    "D": "not centred",
    "E": "too small",
    "F": "right",
}
### END SOLUTION

# %% test="test_diagnosis" points=10
with progress.exercise("diagnosis"):
    labels = ["right", "too small", "too large", "not centred", "equal units", "same numbers"]
    checks.keys(diagnosis, list("ABCDEF"), "diagnosis", "the keys are the letters A to F.")
    for letter in "ABCDEF":
        checks.property(
            diagnosis[letter] in labels,
            f"The label {diagnosis[letter]!r} of network {letter} is not in the table.",
            "copy a label from the table, with small letters.",
        )
    causes = {
        "right": "one thing is wrong with this network. Look at means, rows, and two layers side by side.",
        "too small": "compare the variance of its weights with 2 / 100.",
        "too large": "compare the variance of its weights with 2 / 100. Something else can make a signal grow.",
        "not centred": "compute the mean of its weights.",
        "equal units": "compare the rows of one of its matrices with each other.",
        "same numbers": "compare its first matrix with its second one.",
    }
    digests = "066793e541 ed8e2dcc62 f653ce6e61 d82fdac079 bae286d03a 6b50226816".split()
    for letter, digest in zip(
        "ABCDEF", digests, strict=True
    ):  # of the right labels, so that they do not stand here
        found = hashlib.sha256(f"{letter}: {diagnosis[letter]}".encode()).hexdigest()
        checks.property(
            found.startswith(digest),
            f"Network {letter}: {diagnosis[letter]!r} is not what was done to it.",
            causes[diagnosis[letter]],
        )

# %% [markdown] locked="explain_start_question"
# Two of these faults do not show in the size of the signal at all. No message and no curve would have told you; looking at the weights does.
#
# ### Exercise 12: explain (8 points, read by a person)
#
# A colleague writes: "I start all weights of a layer with the same number, $\sqrt{2 / n_{in}}$, which is He's value, and draw the biases of the first layer at random. So the symmetry is broken
# and the scale is right. My network of 20 relu layers still does not learn."
#
# Answer in about six sentences, in your own words:
#
# 1. Is the symmetry broken in the first layer? Is it in the others?
# 2. By which factor does a later layer with $n_{in} = 100$ multiply the size of its inputs (the size itself, not its square)?
# 3. The mean square of these weights is $2 / n_{in}$, as He's formula wants it. Which part of He's argument fails all the same, and what should the colleague do?

# %% [markdown] manual="explain_start" points=8
# **Model answer.** In the first layer the units have different biases, so they are different and stay so. In the second layer all units have the same incoming weights and no bias,
# so they all compute the same number, and what follows treats them alike; the same holds for all later layers: each has the power of one unit. The size is wrong as well. With equal positive weights $w$ the sum over
# $n$ equal activations $a$ is $n w a$ and not of the order $\sqrt{n} w a$: nothing cancels. With $n = 100$ and $w = \sqrt{2/100} = 0.14$ each layer multiplies by about 14, and 20 layers by $14^{20}$,
# more than $10^{22}$. He's argument needs independent weights with mean zero, so that the mixed products vanish in $E[z^2]$; here each of them is $w^2 a^2 > 0$, and there are about $n^2$ of them. The remedy is to draw every weight at random with mean 0 and variance $2/n_{in}$; biases may be zero.
#
# **Rubric.** 3 points: layer 1 is broken (1), the later layers are not, with the reason (2). 2 points: the sum adds up instead of cancelling (1), a factor of about 14 (1; also 200 if it is said to be that of the mean square).
# 3 points: mean zero and independence are missing (1), so the mixed products do not vanish (1); random weights of mean 0 and variance 2/n (1).

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells, and look at this list. It knows the checks that ran since the set-up cell, each with its latest result: after an edit, run the cell and its check again.
# The visible checks are a part of the tests; a line above that starts with a check mark says what the hidden tests try besides.
# Exercise 12 (8 points) is not in the list, because a person reads it. Is it written?

# %% demo="results" needs="initialize_parameters_zeros initialize_parameters_random initialize_parameters_he initialize_parameters_xavier"
finished = progress.report(
    [
        "initialize_parameters_zeros",
        "zeros_forecast",
        "count_distinct_units",
        "symmetry_forecast",
        "initialize_parameters_random",
        "deep_activations",
        "depth_forecast",
        "initialize_parameters_he",
        "initialize_parameters_xavier",
        "weight_deviation",
        "diagnosis",
    ]
)
if finished:
    print()
    for name, (parameters, _) in runs.items():
        print(
            f"{name:7} train {accuracy(train_X, train_Y, parameters):.2%}"
            f"   test {accuracy(test_X, test_Y, parameters):.2%}"
        )

# %% [markdown]
# ## What you saw
#
# * Units that start equal and are treated alike stay equal. Random weights break the symmetry; biases may start at zero.
# * A layer multiplies the mean square of a signal by $n_{in} \sigma^2$ and that of a gradient by $n_{out} \sigma^2$; a relu halves both.
# * He's variance $2/n_{in}$ keeps the signal level in a relu network, and in layers of equal width the gradient too; Xavier's $1/n_{in}$ does so in a linear one. In three layers the difference is small, in thirty it decides.
# * Too large a start makes a network sure before it has learned anything; the cost may even be infinite in floating point.
#
# ## Where to go further
#
# * Draw the figure of section 4 for `"tanh"` (the derivative is $1 - A^2$). Inputs of size 1 are not near zero: which start keeps the activations level now? What happens to the gradient with large weights?
# * Start with standard deviation 0.01 and train the rings. How long does it take until the cost moves?
# * Build a relu network of 30 layers with NumPy or Keras and train it from both starts of the story.
# * Orthogonal matrices keep the length of every vector. `scipy.stats.ortho_group` draws them; what does a deep linear network of them do to a signal? (A. M. Saxe and colleagues)
#
# ## References
#
# * X. Glorot and Y. Bengio: "Understanding the difficulty of training deep feedforward neural networks". AISTATS, 2010.
# * K. He, X. Zhang, S. Ren, J. Sun: "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification". ICCV, 2015. Section 2.2 compares the two starts of the 30 layers.
# * Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller: "Efficient BackProp". In *Neural Networks: Tricks of the Trade*, Springer, 1998.
# * A. M. Saxe, J. L. McClelland, S. Ganguli: "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks". ICLR, 2014.
