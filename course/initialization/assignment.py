# %% [markdown]
# # Initialization
#
# In 2015 Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun trained a network of 30 layers twice. The layers, the data and the
# learning rate were the same. Only the first random weights differed: in one run they were larger by a factor of $\sqrt{2}$. That run learned.
# The other one did not, however long it ran: its gradients had vanished.
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
# **Plan:** about 100 minutes, 100 points: 92 by tests and 8 for a text that a person reads.
#
# **You need** basic Python with NumPy, the variance of a random number, and the forward and backward pass of a small network.
#
# ## Set-up
#
# Run this cell first. `checks` holds the helpers of the check cells; `progress` remembers which of your exercises pass, until you run this cell again.

# %% setup="setup"
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
    for name, value in zeros.items():
        checks.close(value, np.zeros_like(value), name, "every entry is zero.")
### BEGIN HIDDEN TESTS
for sizes in ([4, 7], [2, 10, 5, 1], [6, 5, 4, 3, 2]):
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
# | `"changing"` | how many of the six arrays W1, b1, W2, b2, W3, b3 have changed after 300 steps, when 20% of the labels are 1 |
# | `"cost_unbalanced"` | the cost that training comes to when 20% of the labels are 1 |
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
# Now train on the rings. `train` runs gradient descent from the parameters that it gets: 15,000 steps with the learning rate 0.01, all examples in every step.

# %% demo="train_zeros" needs="initialize_parameters_zeros"
parameters_zeros, costs_zeros = train(
    train_X, train_Y, initialize_parameters_zeros([2, 10, 5, 1]), num_iterations=3001
)
print("train accuracy:", accuracy(train_X, train_Y, parameters_zeros))
print("test accuracy: ", accuracy(test_X, test_Y, parameters_zeros))

# %% [markdown] locked="count_distinct_units_statement"
# The cost stays at log 2 = 0.693147..., to the last digit, and half of the points are classified correctly. That is what a coin does.
#
# ## 2 Equal units stay equal
#
# Zero is an extreme case of a more general problem. Two units of a layer are *equal* if they have the same incoming weights and the same bias. They then
# compute the same value for every input. If what comes after them also treats them alike, they get the same gradient. And then they are equal after the step, too.
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
    W_u = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    b_u = np.zeros((3, 1))
    kept_W, kept_b = W_u.copy(), b_u.copy()
    checks.close(
        count_distinct_units(W_u, b_u),
        2,
        "The number for the weights [[1, 2], [3, 4], [1, 2]] without biases",
        "rows are the units, and the first and the last one are equal.",
    )
    checks.unchanged(W_u, kept_W, "W")
    checks.unchanged(b_u, kept_b, "b")
    checks.close(
        count_distinct_units(W_u, np.array([[5.0], [5.0], [6.0]])),
        3,
        "The number for these weights with the biases 5, 5, 6",
        "units with equal weights and different biases are different.",
    )
    checks.close(
        count_distinct_units(np.array([[1.0, 2.0], [2.0, 1.0]]), np.zeros((2, 1))),
        2,
        "The number for the weights [[1, 2], [2, 1]]",
        "the order of the weights counts: they belong to different inputs.",
    )
    checks.close(
        count_distinct_units(np.array([[0.1 + 0.2, 1.0], [0.3, 1.0]]), np.zeros((2, 1))),
        1,
        "The number for two rows [0.1 + 0.2, 1] and [0.3, 1]",
        "0.1 + 0.2 differs from 0.3 in the last binary digit; compare with a tolerance, or round.",
    )
    checks.close(
        count_distinct_units(np.array([[0.121], [0.122]]), np.zeros((2, 1))),
        2,
        "The number for the weights [[0.121], [0.122]]",
        "they differ by 0.001; the tolerance, or the rounding, is too coarse.",
    )
### BEGIN HIDDEN TESTS
unit_rng = checks.rng(21)
for rows, columns, copies in ((3, 4, 1), (2, 5, 3), (6, 1, 2), (4, 2, 4)):
    base = np.tile(unit_rng.integers(-40, 40, size=columns + 1) / 4, (rows, 1))
    base[np.arange(rows), unit_rng.integers(columns + 1, size=rows)] += 1 + np.arange(rows)
    order = unit_rng.permutation(np.repeat(np.arange(rows), copies))
    units_u = base[order] + 1e-13 * unit_rng.normal(size=(rows * copies, columns + 1))
    checks.close(count_distinct_units(units_u[:, :-1], units_u[:, -1:]), rows, "the number", rtol=0)
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
# On the left there is one line: the ten weights move, and they move together. The network has ten units there and the power of one.
# On the right every unit finds a way of its own, and the cost falls.
#
# ### Exercise 4: which starts break the symmetry? (10 points)
#
# A network `[2, 4, 3, 1]` is trained for 100 steps on random points. Unless the table says otherwise, all its weights start at 0.5 and all its biases at 0.
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
# A unit of layer 1 is changed by $dZ_1 = (W_2^T dZ_2) \cdot (A_1 > 0)$, row by row. Two units get the same gradient if their rows of $A_1$ are equal *and* their
# columns of $W_2$ are. Do the columns of $W_2$ stay equal?
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
    draw = np.random.RandomState(6).randn
    X_s = draw(2, 60)
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
# Random biases would break the symmetry, too. Everybody draws the weights at random and starts the biases at zero, and it is enough.
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
for sizes in ([5, 4], [2, 10, 5, 1], [3, 1, 6, 2, 4]):
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
# The first cost is `inf`. With such weights $Z_3$ lies in the thousands, the sigmoid of it is 1 to the last digit, and $\log(1 - A_3)$ of a wrong
# example is $\log 0$. Computed from $Z_3$ (`cost_from_logits` uses $\log(1 + e^{Z}) - Y Z$) the same cost is finite: 1773.6, where a coin has 0.69. The network starts
# out *sure*, and wrong. The cost falls, but where a sigmoid is flat its gradient is near zero, and much of the training is lost on undoing the start.
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
    X_d = np.array([[1.0, -2.0]])
    weights_d = [np.array([[1.0], [-1.0]]), np.array([[1.0, -1.0]])]
    kept_X, kept_weights = X_d.copy(), {0: weights_d[0].copy(), 1: weights_d[1].copy()}
    for g, first, second in (
        ("linear", [[1, -2], [-1, 2]], [[2, -4]]),
        ("relu", [[1, 0], [0, 2]], [[1, 0]]),
        ("tanh", np.tanh([[1, -2], [-1, 2]]), np.tanh(2 * np.tanh([[1, -2]]))),
    ):
        layers = deep_activations(X_d, weights_d, g)
        checks.unchanged(X_d, kept_X, "X")
        checks.unchanged(dict(enumerate(weights_d)), kept_weights, "weights")
        checks.property(
            isinstance(layers, (list, tuple)) and len(layers) == 2,
            f"For two matrices, deep_activations returns {type(layers).__name__}"
            f"{f' of {len(layers)}' if isinstance(layers, (list, tuple)) else ''}, not a list of two arrays.",
            "append one array for each layer; X itself is not in the list; return after the loop.",
        )
        checks.close(
            layers[0],
            first,
            f"A1 with {g}, for one input and two units,",
            "the first layer multiplies X by the first matrix, then applies g.",
        )
        checks.close(
            layers[1],
            second,
            f"A2 with {g}",
            "the second layer takes the activations of the first one, and applies g, too.",
        )
### BEGIN HIDDEN TESTS
deep_rng = checks.rng(22)
for g, sizes in (("relu", (3, 5, 2, 4)), ("tanh", (2, 3)), ("linear", (4, 2, 2, 3, 1))):
    X_h = deep_rng.normal(size=(sizes[0], 6))
    weights_h = [deep_rng.normal(size=(a, b)) for b, a in zip(sizes[:-1], sizes[1:], strict=True)]
    expected, A_h = [], X_h
    for W_h in weights_h:
        Z_h = np.array(
            [[sum(w * a for w, a in zip(r, c, strict=True)) for c in A_h.T] for r in W_h]
        )
        A_h = {"relu": np.where(Z_h > 0, Z_h, 0), "tanh": np.tanh(Z_h), "linear": Z_h}[g]
        expected.append(A_h)
    layers = deep_activations(X_h, weights_h, g)
    for l, A_h in enumerate(expected):
        checks.close(layers[l], A_h, f"A{l + 1}")
### END HIDDEN TESTS

# %% [markdown] locked="depth_forecast_statement"
# ### What one layer does
#
# Let the weights of a layer be independent, with mean 0 and variance $\sigma^2$, and let it have $n$ inputs $a_j$. Then $z = \sum_j w_j a_j$ has the mean 0 and
#
# $$\mathrm{E}[z^2] = n \, \sigma^2 \, \mathrm{E}[a^2],$$
#
# because the $n$ products are uncorrelated and each has the mean square $\sigma^2 \, \mathrm{E}[a^2]$. A layer without activation multiplies the mean square by $n \sigma^2$. A relu sets the
# negative half of the $z$ to zero. They are distributed evenly around 0, so it halves the mean square: $\mathrm{E}[\mathrm{relu}(z)^2] = \frac{1}{2} \mathrm{E}[z^2]$.
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
# The check measures. The first four may be off by a factor of 2.5, because random networks of 200 units differ from each other; the last one by a quarter.

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
    draw = np.random.RandomState(8).randn
    measured = {"backward": np.mean((0.1 * draw(400, 100).T @ draw(400, 200)) ** 2)}
    for key, deviation in (
        ("linear", 200**-0.5),
        ("relu_1", 200**-0.5),
        ("relu_2", 0.1),
        ("relu_small", 0.01),
    ):
        logarithms = []
        for _ in range(4):
            signal = draw(200, 20)
            before = np.mean(signal**2)
            for _ in range(10):
                signal = deviation * draw(200, 200) @ signal
                signal = signal if key == "linear" else np.maximum(signal, 0)
            logarithms.append(np.log(np.mean(signal**2) / before))
        measured[key] = np.exp(np.mean(logarithms))
    for key, cause in causes.items():
        checks.property(
            forecast[key] > 0,
            f"{key} is {forecast[key]:g}.",
            "a factor of a mean square is positive.",
        )
        ratio, allowed = measured[key] / forecast[key], 1.25 if key == "backward" else 2.5
        checks.property(
            1 / allowed <= ratio <= allowed,
            f"{key} is {forecast[key]:.3g}; what is measured is {'larger' if ratio > 1 else 'smaller'}.",
            cause,
        )

# %% [markdown]
# The figure shows both directions for a relu network of ten layers with 200 units each. On the left is the variance of the activations, layer by layer. On the right is
# the variance of the gradients with respect to $Z_l$, when a random gradient comes in at the top; read it from layer 10 back to layer 1. The scales are logarithmic.
# **Before you run the cell: which line is level, and do the lines on the right go in the same directions?**

# %% tags=["figure"] needs="deep_activations"
generator = np.random.RandomState(1)
deviations = {
    "0.05 (small)": 0.05,
    "Xavier: root of 1 / n": np.sqrt(1 / 200),
    "He: root of 2 / n": np.sqrt(2 / 200),
    "0.2 (large)": 0.2,
}
forward, backward = {}, {}
for label, deviation in deviations.items():
    weights = [deviation * generator.randn(200, 200) for _ in range(10)]
    activations = deep_activations(generator.randn(200, 300), weights, "relu")
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
# the signal explodes. A layer that starts with standard deviation 10, as in section 3, would multiply by 10,000. The lines are straight because every layer multiplies by the same factor:
# what a single layer does by a factor of 2, thirty layers do by a factor of $2^{30}$, about a billion. That is the story at the top of this notebook.
#
# ### Exercise 8: He's initialization (8 points)
#
# For relu networks He and colleagues therefore take weights of variance
#
# $$\mathrm{Var}(W_l) = \frac{2}{n_{l-1}}$$
#
# where $n_{l-1}$ is the number of inputs of the layer. Write `initialize_parameters_he(layers_dims)`: `np.random.seed(3)` once, then
# `np.random.randn` for W1, W2, ... scaled to this variance; biases zero.
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
    checks.close(drawn["b1"], np.zeros((4, 1)), "b1", "the biases start at zero.")
    checks.close(drawn["b2"], np.zeros((1, 1)), "b2", "the biases start at zero.")
    checks.property(
        np.array_equal(drawn["W1"], initialize_parameters_he([2, 4, 1])["W1"]),
        "Two calls give different weights.",
        "np.random.seed(3) has to be called inside the function, and np.random.randn draws.",
    )
    wide = initialize_parameters_he([50, 200, 8])
    for name, inputs in (("W1", 50), ("W2", 200)):
        size = inputs * np.mean(checks.array(wide[name], name) ** 2)
        checks.property(
            1.8 < size < 2.2,
            f"For the sizes [50, 200, 8], the mean square of {name} is {size / inputs:.3g}, "
            f"which is {size:.3g} divided by its number of inputs.",
            "the variance should be 2 / n_in; is the root taken, and of what? n_in is the size of the layer before.",
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
for sizes in ([5, 4], [2, 10, 5, 1], [7, 3, 6, 2, 4]):
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
# Write `initialize_parameters_xavier(layers_dims)` with the variance $1/n_{l-1}$: seed 3 once, `np.random.randn`, zero biases.


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
    checks.close(drawn["b1"], np.zeros((2, 1)), "b1", "the biases start at zero.")
    checks.close(drawn["b2"], np.zeros((1, 1)), "b2", "the biases start at zero.")
    checks.property(
        np.array_equal(drawn["W1"], initialize_parameters_xavier([3, 2, 1])["W1"]),
        "Two calls give different weights.",
        "np.random.seed(3) has to be called inside the function, and np.random.randn draws.",
    )
    wide = initialize_parameters_xavier([50, 200, 8])
    for name, inputs in (("W1", 50), ("W2", 200)):
        size = inputs * np.mean(checks.array(wide[name], name) ** 2)
        checks.property(
            0.9 < size < 1.1,
            f"For the sizes [50, 200, 8], the mean square of {name} is {size / inputs:.3g}, "
            f"which is {size:.3g} divided by its number of inputs.",
            "the variance should be 1 / n_in; is the root taken, and of what? The paper's formula has n_out in it, this one has not.",
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
for sizes in ([5, 4], [2, 10, 5, 1], [7, 3, 6, 2, 4]):
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
# Derive the standard deviation of the weights for which such a layer with $n$ inputs leaves the mean square of its activations as it was. Write it as
# `weight_deviation(n_inputs, slope)`. The inputs of the layer are activations with mean square 1, and $z$ is distributed evenly around 0.
#
# Two cases you know already: $s = 0$ is the relu, and $s = 1$ is no activation at all.


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
        "for slope 0 it is He's: a deviation, not a variance.",
    )
    checks.close(
        weight_deviation(25, 1),
        0.2,
        "weight_deviation(25, 1), no activation,",
        "for slope 1 the negative half is not lost at all.",
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
            f"With slope {slope:g} and 40 inputs, a layer with your deviation multiplies the mean square by {factor:.3f}, not by 1.",
            "split the mean square of g(z) into the positive and the negative half; what does the slope do to a square?",
        )
### BEGIN HIDDEN TESTS
for inputs, slope in zip((1, 7, 300), checks.rng(23).uniform(-1.5, 1.5, 3), strict=True):
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
# The zeros never leave log 2. The large random weights start at an infinite cost, which the figure leaves out; then they are ahead for a while, because a large
# network function has something to work with, and stop near 0.38 with a ragged boundary. He's start has the lowest cost in the end: 0.07, and a boundary
# that follows the rings.
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
# Measure, with the free cell below or cells of your own, and store your findings in a dictionary `diagnosis` with the six letters as keys and the labels as values.

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
    for letter, weights in mystery_networks().items():
        first = weights[0]
        evidence = {
            "not centred": abs(first.mean()) > 0.05,
            "equal units": len(np.unique(first, axis=0)) < len(first),
            "same numbers": np.array_equal(first, weights[1]),
            "too small": first.var() < 0.01,
            "too large": first.var() > 0.04,
        }
        evidence["right"] = not any(evidence.values())
        where_to_look = {
            "right": "one thing is wrong with this network. Look at means, equal rows, and two layers side by side.",
            "too small": "compare the variance of its weights with 2 / 100.",
            "too large": "compare the variance of its weights with 2 / 100. Something else can make a signal grow.",
            "not centred": "compute the mean of its weights.",
            "equal units": "compare the rows of one of its matrices with each other.",
            "same numbers": "compare its first matrix with its second one.",
        }
        checks.property(
            evidence[diagnosis[letter]],
            f"Network {letter}: {diagnosis[letter]!r} does not agree with what is measured.",
            where_to_look[diagnosis[letter]],
        )

# %% [markdown] locked="explain_start_question"
# Two of these faults do not show in the size of the signal at all. Networks with such a start train, more or less, and nobody notices. A test that looks at the weights finds
# them in a millisecond.
#
# ### Exercise 12: explain (8 points, read by a person)
#
# A colleague writes: "I start all weights of a layer with the same number, $\sqrt{2 / n_{in}}$, which is He's value, and draw the biases of the first layer at random. So the symmetry is broken
# and the scale is right. My network of 20 relu layers still does not learn."
#
# Answer in about six sentences, in your own words:
#
# 1. Is the symmetry broken in the first layer? Is it in the others?
# 2. What does such a layer do to the size of a signal, and why is He's argument not valid for it? Give a factor for $n_{in} = 100$.
# 3. What should the colleague do, and why is it the variance of the weights that counts and not the mean of their absolute values?

# %% [markdown] manual="explain_start" points=8
# **Model answer.** In the first layer the units have different biases, so they are different and stay so. In the second layer all units have the same incoming weights and no bias,
# so they all compute the same number, and what follows treats them alike; the same holds for all later layers: each has the power of one unit. The size is wrong as well. With equal positive weights $w$ the sum over
# $n$ equal activations $a$ is $n w a$ and not of the order $\sqrt{n} w a$: nothing cancels. With $n = 100$ and $w = \sqrt{2/100} = 0.14$ each layer multiplies by about 14, and 20 layers by $14^{20}$,
# more than $10^{22}$. He's argument needs independent weights with mean zero, so that the mixed products vanish in $E[z^2]$. The remedy is to draw every weight at random with mean 0 and variance $2/n_{in}$; biases may be zero. The variance counts because
# $E[z^2]$ is the sum of $n$ terms $E[w^2] E[a^2]$: the mean square of a weight enters, and no other property of its distribution.
#
# **Rubric.** 3 points: layer 1 is broken (1), the later layers are not, with the reason (2). 3 points: the sum adds up instead of cancelling (1), a factor of about 14 per layer (1), independence and mean zero as what He's argument needs (1).
# 2 points: random weights of variance 2/n with mean 0 (1); the mean square is what enters E[z^2] (1).

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells, and look at this list. It knows the checks that ran since the set-up cell, each as it ended last: after an edit, run the cell and its check again.
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
# * A layer multiplies the mean square of a signal by $n_{in} \sigma^2$, halved by a relu, and that of a gradient by $n_{out} \sigma^2$, halved again.
# * He's variance $2/n_{in}$ keeps both level in a relu network, Xavier's $1/n_{in}$ does in a linear one. In three layers the difference is small, in thirty it decides.
# * Too large a start makes a network sure before it has learned anything; the cost may even be infinite in floating point.
#
# ## Where to go further
#
# * Draw the figure of section 4 for `"tanh"`. Which start is level there? What happens to the gradient with large weights, although the activations stay below 1?
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
