# %% [markdown]
# # Regularization
#
# Google Flu Trends estimated from what people typed into a search engine how many of them had the flu. Its makers looked for the best matches
# among 50 million search terms to fit 1,152 data points. In February 2013 it was reported to predict more than double the share of doctor visits
# for influenza-like illness that the Centers for Disease Control and Prevention counted (Lazer, Kennedy, King, Vespignani, 2014).
# The authors name several causes, among them changes of the search engine itself. One is this: with so many candidates and so few points, some terms fit the past by chance.
#
# A network has the same weakness. It can use its freedom to learn the noise of its examples, and then it is wrong on new ones.
# This notebook makes a network overfit, and treats it with two methods that you write: weight decay and dropout.
#
# **After this notebook you can**
#
# * write the cost and the gradients of L2 regularization, and say what it does to a weight in each step;
# * write inverted dropout in both directions, and predict its mean and its noise;
# * find the errors in a backward pass that mixes both;
# * choose the strength of regularization from an experiment with held-out examples, and read its signs of too little and too much;
# * explain why a training accuracy that falls can be good news.
#
# **Plan:** about 110 minutes, 100 points: 90 by tests and 10 for a text that a person reads.
#
# **You need** NumPy, the forward and backward pass of a small network, the cross-entropy, mean and variance.
#
# ## Set-up
#
# Run this cell first. `checks` holds the helpers of the check cells; `progress` remembers which of your exercises pass, until you run this cell again.
# The network has two hidden layers: linear, relu, linear, relu, linear, sigmoid. Its passes come from `utils.network`.

# %% setup="setup"
import hashlib

import numpy as np
from tqdm.auto import tqdm

from utils import checks, differences, plotting, reg_utils
from utils.activations import relu, sigmoid
from utils.network import (
    accuracy,
    backward_propagation,
    compute_cost,
    cost_from_logits,
    forward_propagation,
)

progress = checks.Progress()

# %% [markdown]
# ## 1 A network that learns too much
#
# The data are points of the plane with a label: 211 to train with and 200 to test with. The label is 1 above a diagonal line. Near the line chance decides, and
# everywhere 5 percent of the labels are flipped. Even the line itself is right on about 90 percent of the points only, and
# no classifier can be expected to do better on new ones. So a training accuracy well above 0.90 is itself a sign that the network has learned noise.
#
# If `datasets/data.mat`, the file of the well-known version of this exercise, lies beside this notebook, the loader takes it instead. What we say about results is about our own points.

# %% given="data"
train_X, train_Y, test_X, test_Y = reg_utils.load_dataset()
print("train:", train_X.shape, train_Y.shape, "  test:", test_X.shape, test_Y.shape)


def train(
    X,
    Y,
    forward,
    backward,
    cost=None,
    learning_rate=0.3,
    num_iterations=30000,
    print_cost=True,
    parameters=None,
    shuffle=None,
):
    """Gradient descent on the network with the layers 2 -> 20 -> 3 -> 1, over all examples at once.

    Parameters
    ----------
    X : ndarray, shape (2, m)
    Y : ndarray, shape (1, m)
    forward : function
        Takes X and the parameters; returns A3, shape (1, m), and a cache that ends with Z3, A3, W3, b3.
    backward : function
        Takes X, Y and the cache; returns a dictionary with dW1, db1, dW2, db2, dW3, db3.
    cost : function, optional
        Takes A3, Y and the parameters. If there is none, the cost is the cross-entropy, computed from Z3.
    learning_rate : float
    num_iterations : int
    print_cost : bool
        Print the cost at every 10,000 steps, before the update of that step.
    parameters : dict, optional
        Where to start; fresh ones from a fixed seed otherwise.
    shuffle : numpy.random.Generator, optional
        Puts the examples into a new order before each step.

    Returns
    -------
    dict
        W1, b1, W2, b2, W3, b3.
    """
    parameters = parameters or reg_utils.initialize_parameters([2, 20, 3, 1])
    for step in range(num_iterations):
        if shuffle is not None:
            order = shuffle.permutation(X.shape[1])
            X, Y = X[:, order], Y[:, order]
        A3, cache = forward(X, parameters)
        gradients = backward(X, Y, cache)
        if print_cost and step % 10000 == 0:
            value = cost(A3, Y, parameters) if cost else cost_from_logits(cache[-4], Y)
            print(f"cost at step {step:5}: {value:.10f}")
        parameters = {
            name: value - learning_rate * np.asarray(gradients["d" + name])
            for name, value in parameters.items()
        }
    return parameters


# %% [markdown]
# First without any regularization: 30,000 steps of gradient descent. **Before you run the next cell, what do you expect:** will the accuracy be higher on the training set or on the test set, and how will the
# boundary between the classes look?

# %% demo="train_plain"
parameters_plain = train(train_X, train_Y, forward_propagation, backward_propagation)
print(f"accuracy on the training set: {accuracy(train_X, train_Y, parameters_plain):.4f}")
print(f"accuracy on the test set:     {accuracy(test_X, test_Y, parameters_plain):.4f}")
plain_axes = plotting.panels(2, xlabel="x1", ylabel="x2", size=(5, 4.2))
for ax, X, Y, title in zip(
    plain_axes,
    (train_X, test_X),
    (train_Y, test_Y),
    ("Boundary and training set", "The same boundary and the test set"),
    strict=True,
):
    plotting.boundary(lambda points: forward_propagation(points, parameters_plain)[0], X, Y, ax)
    ax.set_title(title)

# %% [markdown] locked="compute_cost_with_regularization_statement"
# The accuracy is 0.9431 on the training set and 0.8400 on the test set, a gap of ten percentage points. (So it is on our computers. Thousands of steps add up rounding errors, which are not the same on all processors; on yours a few points may differ here and below.) This is *overfitting*, and the left picture shows where it comes from: the boundary bends around single points, and
# in the lower left corner it cuts out a region for three crosses, whose labels were flipped, and two circles. In the right picture there are four points in that region. All of them are circles, and the network is wrong on them.
#
# ## 2 Weight decay
#
# A boundary with narrow bends needs large weights: the output has to change fast over a short distance. So we let large weights cost something.
# L2 regularization adds the squares of all *weights* to the cost. The biases are left out: they move the places where the output bends, but do not make it steeper.
#
# $$J_\lambda = \underbrace{J}_{\text{cross-entropy}} + \frac{\lambda}{2m} \sum_{l=1}^{3} \sum_{i,j} \left(W^{[l]}_{ij}\right)^2$$
#
# $m$ is the number of examples. $\lambda$, the strength, is called `lambd` in the code, because `lambda` is a keyword of Python.
#
# ### Exercise 1: the cost (12 points)
#
# Write `compute_cost_with_regularization(A3, Y, parameters, lambd)`.
#
# 1. `compute_cost(A3, Y)` gives the cross-entropy.
# 2. Add the penalty. `parameters` holds W1, b1, W2, b2, W3, b3; leave it as it is.
# 3. Return the sum, a single number.
#
# <details><summary>Hint</summary>
#
# `np.square` works element by element. `Y` has the shape (1, m).
#
# </details>


# %% solution="compute_cost_with_regularization"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """The cross-entropy with an L2 penalty on the weights.

    Parameters
    ----------
    A3 : ndarray, shape (1, m)
        The output of the network.
    Y : ndarray, shape (1, m)
    parameters : dict
        W1, b1, W2, b2, W3, b3.
    lambd : float
        The strength of the penalty, zero or greater.

    Returns
    -------
    float
    """
    ### BEGIN SOLUTION
    m = Y.shape[1]
    squares = sum(np.sum(np.square(parameters[name])) for name in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd / (2 * m) * squares
    ### END SOLUTION


# %% test="test_compute_cost_with_regularization" points=12
with progress.exercise(
    "compute_cost_with_regularization",
    hidden_tests="other shapes, numbers of examples and lambd, also zero",
):
    hand = {
        "W1": np.array([[1.0, 2.0], [0.0, -1.0]]),
        "b1": np.array([[5.0], [5.0]]),
        "W2": np.array([[1.0, -3.0]]),
        "b2": np.array([[5.0]]),
        "W3": np.array([[3.0]]),
        "b3": np.array([[5.0]]),
    }
    kept_hand = {name: value.copy() for name, value in hand.items()}
    half, labels = np.full((1, 4), 0.5), np.array([[1, 0, 0, 1]])
    case = "With A3 = 0.5 for four examples, lambd = 0.3, and weights whose squares add up to 25,"
    found = checks.number(
        compute_cost_with_regularization(half, labels, hand, 0.3),
        "compute_cost_with_regularization(A3, Y, parameters, lambd)",
        "add all squares up, over rows and columns and over the three layers.",
    )
    checks.unchanged(hand, kept_hand, "parameters")
    penalty = found - np.log(2)  # the cross-entropy of an output of one half
    for slip, symptom, cause in (
        (0.0, "there is no penalty in the cost", "add it to the cross-entropy."),
        (-0.9375, "the penalty is subtracted", "large weights have to cost something."),
        (3.125, "lambd is not in the penalty", "compare with the factor before the sums."),
        (
            1.875,
            "the penalty is twice as large as it should be",
            "compare with the factor before the sums.",
        ),
        (
            15.0,
            "the penalty is multiplied by m",
            "put 2 * m in brackets: Python divides by the 2 and multiplies by m otherwise.",
        ),
        (
            3.75,
            "the penalty does not depend on m as it should",
            "m is the number of examples, the columns of Y.",
        ),
        (
            7.5,
            "the factor before the sums is not right",
            "it holds lambd, a number, and the number of examples.",
        ),
        (
            0.9375 - 0.75 * np.log(2),
            "the cross-entropy is too small",
            "compute_cost returns a mean over the examples already.",
        ),
        (4.6875, "the biases are in the penalty", "only W1, W2 and W3 are penalised."),
        (0.4125, "the penalty adds absolute values", "L2 adds squares."),
        (0.1125, "the penalty adds the weights", "L2 adds their squares."),
        (0.6375, "the penalty adds first and squares then", "square each weight, then add."),
        (0.1875, "the penalty is a norm", "do not take the square root of the sum."),
        (0.7125, "W1 is not in the penalty", "the sum runs over all three layers."),
        (0.5625, "W2 is not in the penalty", "the sum runs over all three layers."),
        (0.6, "W3 is not in the penalty", "the sum runs over all three layers."),
    ):
        checks.property(abs(penalty - slip) > 1e-4, f"{case} {symptom}.", cause)
    checks.close(
        found,
        np.log(2) + 0.9375,
        f"{case} the cost",
        "the cross-entropy is log 2 here; look at the squares, their sum and the factor before it.",
    )
    drawn = reg_utils.draw_parameters(np.random.RandomState(1), (3, 2, 3, 1))
    outputs = np.array([[0.40682402, 0.01629284, 0.16722898, 0.10118111, 0.40682402]])
    checks.close(
        compute_cost_with_regularization(outputs, np.array([[1, 1, 0, 1, 0]]), drawn, 0.1),
        1.7864859451590758,
        "The cost of a network with the layers 3, 2, 3, 1, five examples and lambd 0.1",
        "m is the number of examples, Y.shape[1]; the weights come from the argument parameters.",
    )
    checks.close(
        compute_cost_with_regularization(half, labels, hand, 0),
        np.log(2),
        "With lambd = 0 the cost",
        "without a penalty the cross-entropy is left.",
    )
### BEGIN HIDDEN TESTS
cost_rng = checks.rng(1)
for layers_c, m_c, lambd_c in (
    ((4, 5, 2, 1), 7, 0.0),
    ((2, 3, 4, 1), 3, 5.0),
    ((3, 6, 2, 1), 9, 0.3),
    ((1, 1, 1, 1), 1, 2.0),
):
    parameters_c = reg_utils.draw_parameters(cost_rng, layers_c)
    A_c, Y_c = cost_rng.uniform(0.05, 0.95, (1, m_c)), cost_rng.integers(0, 2, (1, m_c))
    oracle_c = 0.0
    for a, y in zip(A_c[0], Y_c[0], strict=True):
        oracle_c -= np.log(a if y else 1 - a) / m_c
    for name_c in ("W1", "W2", "W3"):
        for weight_c in parameters_c[name_c].ravel():
            oracle_c += lambd_c * weight_c**2 / (2 * m_c)
    checks.close(
        compute_cost_with_regularization(A_c, Y_c, parameters_c, lambd_c), oracle_c, "cost"
    )
### END HIDDEN TESTS

# %% [markdown] locked="backward_propagation_with_regularization_statement"
# To train with this cost, gradient descent needs its gradients.
#
# ### Exercise 2: the gradients (14 points)
#
# Write `backward_propagation_with_regularization(X, Y, cache, lambd)`: the gradients of $J_\lambda$. `cache` is (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3).
#
# 1. Without the penalty you know them: $dZ^{[3]} = A^{[3]} - Y$ and, from layer to layer,
#    $dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$, $\;db^{[l]} = \frac{1}{m} \sum_{\text{examples}} dZ^{[l]}$, $\;dA^{[l-1]} = W^{[l]T} dZ^{[l]}$, $\;dZ^{[l-1]} = dA^{[l-1]} \cdot [A^{[l-1]} > 0]$, with $A^{[0]} = X$.
#    Side by side is a matrix product; the dot multiplies element by element. $[A > 0]$ is 1 where $A > 0$, and 0 elsewhere.
#    `backward_propagation(X, Y, cache)` returns all of them in a dictionary, and you may call it.
# 2. Work out on paper what the penalty of exercise 1 adds: differentiate it by one weight $W^{[l]}_{ij}$, and by one bias. Decide which gradients change.
# 3. Return a dictionary with dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1. Leave X, Y and the arrays in `cache` as they are.
#
# As the formulas say, the factor $1/m$ stands in dW and db, not in dZ and dA.
#
# The check also *measures* each derivative with a two-sided difference: it moves one parameter $\theta$ by a small $\varepsilon$ up and down, and computes
# $\left(J_\lambda(\theta + \varepsilon) - J_\lambda(\theta - \varepsilon)\right) / (2 \varepsilon)$. This needs no formula for the gradient.
#
# <details><summary>Hint</summary>
#
# How many terms of the double sum hold the one weight $W^{[l]}_{ij}$? Does any term hold a bias?
#
# </details>


# %% given="example"
example_generator = np.random.RandomState(1)
X_example = example_generator.normal(size=(3, 5))
parameters_example = reg_utils.draw_parameters(example_generator, (3, 2, 3, 1))
Y_example = np.array([[1, 1, 0, 1, 0]])


# %% solution="backward_propagation_with_regularization"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    """The gradients of the cross-entropy with an L2 penalty on the weights.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    cache : tuple of 12
        (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3), from forward_propagation.
    lambd : float

    Returns
    -------
    gradients : dict
        dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1, each with the shape of what it is the gradient of.
    """
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    ### BEGIN SOLUTION
    gradients = backward_propagation(X, Y, cache)
    for name, W in (("dW1", W1), ("dW2", W2), ("dW3", W3)):
        gradients[name] = gradients[name] + lambd / m * W
    ### END SOLUTION
    return gradients


# %% test="test_backward_propagation_with_regularization" points=14
with progress.exercise(
    "backward_propagation_with_regularization",
    hidden_tests="other networks, numbers of examples and lambd",
):
    kept_l = forward_propagation(X_example, parameters_example)[1]
    plain_l = backward_propagation(X_example, Y_example, kept_l)
    cache_l = tuple(part.copy() for part in kept_l)
    X_l, Y_l = X_example.copy(), Y_example.copy()
    without_l = backward_propagation_with_regularization(X_l, Y_l, cache_l, 0)
    checks.keys(without_l, list(plain_l), "The result", "step 3 lists eleven names.")
    for name in plain_l:
        checks.shape(
            without_l[name],
            plain_l[name].shape,
            name,
            "a gradient has the shape of what it belongs to; keepdims=True keeps columns.",
        )
        checks.close(
            without_l[name],
            plain_l[name],
            f"With lambd = 0, {name}",
            "without a penalty these are the gradients of step 1 (lambd is the argument). dW and db are "
            "averages over m examples, dZ and dA are not.",
        )
    cache_l = tuple(part.copy() for part in kept_l)
    X_l, Y_l = X_example.copy(), Y_example.copy()
    gradients_l = backward_propagation_with_regularization(X_l, Y_l, cache_l, 0.7)
    checks.unchanged(X_l, X_example, "X")
    checks.unchanged(Y_l, Y_example, "Y")
    for before, after in zip(kept_l, cache_l, strict=True):
        checks.unchanged(after, before, "An array in cache")
    checks.keys(gradients_l, list(plain_l), "The result", "step 3 lists eleven names.")
    for name in ("dZ3", "dA2", "dZ2", "dA1", "dZ1"):
        checks.close(
            gradients_l[name],
            plain_l[name],
            f"With lambd = 0.7, {name}",
            "the penalty does not depend on Z and A; it belongs to the gradients of parameters.",
        )
    for layer in (1, 2, 3):
        checks.shape(gradients_l[f"dW{layer}"], parameters_example[f"W{layer}"].shape, f"dW{layer}")
    weights_l = np.concatenate([parameters_example[f"W{layer}"].ravel() for layer in (1, 2, 3)])
    shares_l = np.concatenate(
        [np.ravel(gradients_l[f"dW{layer}"]) - plain_l[f"dW{layer}"].ravel() for layer in (1, 2, 3)]
    )
    for power, symptom, cause in (
        (np.square(weights_l), "the squares of the weights", "differentiate the square."),
        (np.abs(weights_l), "the sizes of the weights", "the derivative of a square has a sign."),
        (np.sign(weights_l), "only the signs of the weights", "the penalty holds squares."),
    ):
        checks.property(
            np.abs(shares_l).max() < 1e-4 or np.ptp(shares_l / power) > 1e-4,
            f"What the penalty adds to dW1, dW2 and dW3 goes with {symptom}.",
            cause,
        )
    for layer in (1, 2, 3):
        W_l = parameters_example[f"W{layer}"]
        share = checks.array(gradients_l[f"dW{layer}"], f"dW{layer}") - plain_l[f"dW{layer}"]
        for factor, symptom, cause in (
            (
                0,
                f"dW{layer} does not change with lambd",
                "the penalty holds the weights of all three layers.",
            ),
            (
                -0.14,
                f"the penalty has the wrong sign in dW{layer}",
                "dW is the gradient, not the step.",
            ),
            (
                0.7,
                f"the penalty in dW{layer} does not depend on m as it should",
                "the penalty of exercise 1 is divided by m, too.",
            ),
            (
                0.35,
                f"the penalty in dW{layer} does not depend on m as it should",
                "compare with the factor in exercise 1, and differentiate the square.",
            ),
            (
                0.028,
                f"the penalty in dW{layer} does not depend on m as it should",
                "it is divided by m once; is it already in what you divide?",
            ),
            (
                3.5,
                f"the penalty in dW{layer} does not depend on m as it should",
                "it is divided by m, not multiplied.",
            ),
            (
                0.07,
                f"the penalty is half as large in dW{layer} as it should be",
                "differentiate the square.",
            ),
            (
                0.28,
                f"the penalty is twice as large in dW{layer} as it should be",
                "differentiate the square, and keep the 2 below lambd.",
            ),
        ):
            checks.property(
                not np.allclose(share, factor * W_l, rtol=1e-4, atol=1e-6), f"{symptom}.", cause
            )
        checks.property(
            np.ptp(share) > 1e-6,
            f"The penalty adds one number to all entries of dW{layer}.",
            "each weight has a derivative of its own; there is no sum left in it.",
        )
        checks.close(
            gradients_l[f"db{layer}"],
            plain_l[f"db{layer}"],
            f"With lambd = 0.7, db{layer}",
            "look whether the biases are in the penalty of exercise 1.",
        )

    def cost_l(parameters):
        A3, cache = forward_propagation(X_example, parameters)
        penalty = sum(np.sum(parameters[name] ** 2) for name in ("W1", "W2", "W3"))
        return cost_from_logits(cache[8], Y_example) + 0.7 / (2 * 5) * penalty

    for name, value in differences.measured_gradients(cost_l, parameters_example).items():
        checks.close(
            gradients_l[name],
            value,
            f"With lambd = 0.7, compared with two-sided differences of the cost, {name}",
            "what is added belongs to this layer alone: its own weights, with lambd and m.",
            rtol=1e-4,
            atol=1e-6,
        )
    cache_two = forward_propagation(X_example[:, :2], parameters_example)[1]
    plain_two = backward_propagation(X_example[:, :2], Y_example[:, :2], cache_two)
    gradients_two = backward_propagation_with_regularization(
        X_example[:, :2].copy(),
        Y_example[:, :2].copy(),
        tuple(part.copy() for part in cache_two),
        2.0,
    )
    checks.close(
        gradients_two["dW3"],
        plain_two["dW3"] + parameters_example["W3"],
        "With two examples and lambd = 2, dW3",
        "m is the number of examples, X.shape[1], and lambd is the argument.",
    )
### BEGIN HIDDEN TESTS
decay_rng = checks.rng(2)
for layers_d, m_d, lambd_d in (
    ((4, 5, 2, 1), 7, 3.0),
    ((2, 3, 4, 1), 1, 0.4),
    ((3, 2, 6, 1), 9, 11.0),
):
    X_d, Y_d = decay_rng.normal(size=(layers_d[0], m_d)), decay_rng.integers(0, 2, (1, m_d))
    parameters_d = reg_utils.draw_parameters(decay_rng, layers_d)
    cache_d = forward_propagation(X_d, parameters_d)[1]
    oracle_d = {"d" + key: np.zeros(value.shape) for key, value in parameters_d.items()}
    columns_d = {key: [] for key in ("dZ3", "dA2", "dZ2", "dA1", "dZ1")}
    for j in range(m_d):
        x_d = X_d[:, [j]]
        h1 = np.maximum(parameters_d["W1"] @ x_d + parameters_d["b1"], 0)
        h2 = np.maximum(parameters_d["W2"] @ h1 + parameters_d["b2"], 0)
        dz3 = 1 / (1 + np.exp(-(parameters_d["W3"] @ h2 + parameters_d["b3"]))) - Y_d[0, j]
        da2 = parameters_d["W3"].T @ dz3
        da1 = parameters_d["W2"].T @ (da2 * (h2 > 0))
        for layer, delta, below in (
            (3, dz3, h2),
            (2, da2 * (h2 > 0), h1),
            (1, da1 * (h1 > 0), x_d),
        ):
            oracle_d[f"dW{layer}"] += delta @ below.T / m_d
            oracle_d[f"db{layer}"] += delta / m_d
            columns_d[f"dZ{layer}"].append(delta)
        columns_d["dA2"].append(da2)
        columns_d["dA1"].append(da1)
    for layer in (1, 2, 3):
        oracle_d[f"dW{layer}"] += lambd_d * parameters_d[f"W{layer}"] / m_d
    oracle_d |= {key: np.hstack(parts) for key, parts in columns_d.items()}
    gradients_d = backward_propagation_with_regularization(X_d, Y_d, cache_d, lambd_d)
    for key, value in oracle_d.items():
        checks.close(gradients_d[key], value, key, rtol=1e-4, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# Both functions together, first with the fixed numbers of the checks, then in a training with `lambd = 0.7`. This value, and later the `keep_prob` 0.86, are those of the well-known version of this exercise. **Before you run the next cell, what do you expect:**
# will the accuracy on the training set be higher or lower than without the penalty? And on the test set?

# %% demo="train_decay" needs="compute_cost_with_regularization backward_propagation_with_regularization"
fixed_parameters = reg_utils.draw_parameters(np.random.RandomState(1), (3, 2, 3, 1))
fixed_A3 = np.array([[0.40682402, 0.01629284, 0.16722898, 0.10118111, 0.40682402]])
fixed_cost = compute_cost_with_regularization(fixed_A3, Y_example, fixed_parameters, 0.1)
print(f"exercise 1, fixed numbers: cost = {checks.number(fixed_cost, 'the cost'):.13f}")
fixed_cache = forward_propagation(X_example, parameters_example)[1]
fixed_gradients = backward_propagation_with_regularization(X_example, Y_example, fixed_cache, 0.7)
for name in ("dW1", "dW2", "dW3"):
    print(f"exercise 2, fixed numbers: {name} =", np.round(fixed_gradients[name], 8).tolist())
print()
parameters_decay = train(
    train_X,
    train_Y,
    forward_propagation,
    lambda X, Y, cache: backward_propagation_with_regularization(X, Y, cache, 0.7),
    lambda A3, Y, parameters: compute_cost_with_regularization(A3, Y, parameters, 0.7),
)
print(f"accuracy on the training set: {accuracy(train_X, train_Y, parameters_decay):.4f}")
print(f"accuracy on the test set:     {accuracy(test_X, test_Y, parameters_decay):.4f}")
weights_plain, weights_decay = (
    np.concatenate([p[name].ravel() for name in ("W1", "W2", "W3")])
    for p in (parameters_plain, parameters_decay)
)
start = reg_utils.initialize_parameters([2, 20, 3, 1])
weights_start = np.concatenate([start[name].ravel() for name in ("W1", "W2", "W3")])
sizes = {"before": weights_start, "no penalty": weights_plain, "lambd 0.7": weights_decay}
for label, weights in sizes.items():
    print(
        f"{label:12} largest weight {np.abs(weights).max():6.2f}, "
        f"share below 0.01 in size {np.mean(np.abs(weights) < 0.01):.2f}"
    )
_ = plotting.histograms(
    sizes,
    title="The 103 weights before and after training",
    xlabel="weight",
    ylabel="number of weights",
    bins=60,
)

# %% [markdown] locked="weight_after_decay_statement"
# On the training set the accuracy falls from 0.9431 to 0.9147, on the test set it rises from 0.8400 to 0.8750. The gap is now 0.04. The weights show what has happened: the largest is 1.71 before the training and 7.75 after it without the penalty, but only 2.66 with it, and about half of the weights (a share of 0.53) ended smaller than 0.01 in size.
#
# ### Exercise 3: what one weight goes through (8 points)
#
# Why is this method called weight *decay*? Take a weight that the data do not need: the cross-entropy has the gradient zero with respect to it, step after step.
# The gradient of the penalty, which you derived in exercise 2, is not zero. What is left of the weight after some steps of gradient descent?
#
# Write `weight_after_decay(weight, learning_rate, lambd, m, steps)`.
#
# 1. Write down one step, $W := W - \alpha \, dW$ with the learning rate $\alpha$, and the next step, which begins where the first one ended.
# 2. Find a formula for `steps` steps, or let the computer take the steps one by one. Both are right.
# 3. `weight` is a number or an array of weights, which goes through the same steps element by element. Return the weight afterwards, in the same shape, and leave the array as it is.
#
# <details><summary>Hint</summary>
#
# Put numbers in: a weight of 10, $\alpha = 0.4$, $\lambda = 2.5$, $m = 10$, two steps. The second step is a little shorter than the first. Why?
# In a loop, `w = w - ...` makes a new value, while `w -= ...` changes the array itself.
#
# </details>


# %% solution="weight_after_decay"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    """What L2 regularization leaves of a weight that the data do not pull at.

    Parameters
    ----------
    weight : float or ndarray, any shape
    learning_rate : float
    lambd : float
    m : int
        The number of examples.
    steps : int
        The number of steps of gradient descent, zero or more.

    Returns
    -------
    float or ndarray, shape of weight
    """
    ### BEGIN SOLUTION
    return weight * (1 - learning_rate * lambd / m) ** steps
    ### END SOLUTION


# %% test="test_weight_after_decay" points=8
with progress.exercise(
    "weight_after_decay",
    hidden_tests="arrays of other shapes, many steps, and steps so long that a weight changes its sign",
):
    checks.close(
        weight_after_decay(10.0, 0.4, 2.5, 10, 0),
        10.0,
        "The weight after no step",
        "no step leaves the weight as it is.",
    )
    one = checks.number(weight_after_decay(10.0, 0.4, 2.5, 10, 1), "The weight after one step")
    for slip, symptom, cause in (
        (
            10.0,
            "does not change",
            "count your steps, and look for a division that rounds to zero (`//`).",
        ),
        (9.6, "loses what it would lose with lambd = 1", "lambd is missing in the step."),
        (7.5, "loses as much as with learning rate 1", "the learning rate is missing in the step."),
        (11.0, "grows", "gradient descent subtracts the gradient."),
        (0.0, "loses m times too much", "the penalty is divided by the number of examples."),
        (9.5, "loses half as much as it should", "differentiate the square of the penalty."),
        (
            8.0,
            "loses twice as much as it should",
            "in the penalty lambd is divided by 2 m, and the derivative of a square has a 2.",
        ),
        (
            9.04837418,
            "follows an exponential function",
            "that is the limit of very short steps; take one whole step.",
        ),
        (
            9.9,
            "loses the same whatever its size",
            "differentiate the penalty: the result depends on the weight.",
        ),
    ):
        checks.property(
            abs(one - slip) > 1e-3,
            f"In one step with learning rate 0.4, lambd 2.5 and m = 10 a weight of 10 {symptom}.",
            cause,
        )
    checks.close(
        one,
        9.0,
        "A weight of 10 after one step with learning rate 0.4, lambd 2.5 and m = 10",
        "the step is the learning rate times the gradient of the penalty.",
    )
    two = checks.number(weight_after_decay(10.0, 0.4, 2.5, 10, 2), "The weight after two steps")
    checks.property(
        abs(two - 8.0) > 1e-3,
        "The second step takes as much away as the first one.",
        "the gradient of the penalty gets smaller together with the weight.",
    )
    checks.close(
        two,
        8.1,
        "A weight of 10 after two steps with learning rate 0.4, lambd 2.5 and m = 10",
        "the second step begins with what the first one left.",
    )
    row = np.array([[4.0, -8.0, 0.0]])
    expected_row = row * 0.975 * 0.975 * 0.975
    left_of_row = weight_after_decay(row, 0.1, 1.0, 4, 3)
    checks.property(
        np.array_equal(row, [[4.0, -8.0, 0.0]]),
        "weight is not the same after the call.",
        "`weight -= ...` changes the array itself; `weight = weight - ...` makes a new one.",
    )
    checks.close(
        left_of_row,
        expected_row,
        "The array [[4, -8, 0]] after three steps with learning rate 0.1, lambd 1 and m = 4",
        "each weight goes its own way, element by element; a negative one gets closer to zero, too.",
    )
### BEGIN HIDDEN TESTS
steps_rng = checks.rng(3)
for shape_s, rate_s, m_s, steps_s in (
    ((3, 2), 0.3, 7, 40),
    ((5,), 0.05, 200, 900),
    ((2, 2), 3.2, 2, 3),
):
    weight_s, lambd_s = steps_rng.normal(size=shape_s), steps_rng.uniform(0.7, 1.0)
    oracle_s = weight_s.copy()
    for _ in range(steps_s):
        oracle_s -= rate_s * (lambd_s / m_s * oracle_s)
    got_s = weight_after_decay(weight_s.copy(), rate_s, lambd_s, m_s, steps_s)
    checks.close(got_s, oracle_s, "the weights", rtol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# In our training $\alpha = 0.3$ and $m = 211$. The next figure shows what is left of a weight of 1 that only the penalty pulls at.

# %% tags=["figure"] needs="weight_after_decay"
steps_shown = np.arange(0, 6001, 100)
left = {
    f"lambd {lambd_shown}": [
        checks.number(weight_after_decay(1.0, 0.3, lambd_shown, 211, int(step)), "the weight")
        for step in steps_shown
    ]
    for lambd_shown in (0.1, 0.7, 3.0)
}
_ = plotting.lines(
    steps_shown,
    left,
    title="A weight that the data do not need",
    xlabel="step",
    ylabel="what is left of 1",
)
for label, values in left.items():
    print(f"{label}: after 1000 steps {values[10]:.3f}, after 6000 steps {values[60]:.4f}")

# %% [markdown] locked="chosen_lambd_statement"
# With `lambd` 0.7 a share of 0.369 is left after 1000 steps and 0.0025 after 6000. This is how half of the weights came so close to zero. A weight that the data do need does not vanish: it stops where the pull of the cross-entropy and the pull of the penalty are equal.
#
# ### How strong should it be?
#
# The cross-entropy on the training set cannot answer: as a rule the penalty makes it larger, also where it helps. The answer has to come from examples that the training did not see. The test set must not
# be used for it: once we choose with it, it no longer tells us about new examples. So we cut the *training* set into four parts, train on three of them, measure on the fourth, and do this
# four times, with another part held out each time. This is called cross-validation. The table shows means over the four; its cost is the cross-entropy without the penalty.
#
# The next cell needs your exercise 2. It always uses our own points, also where the original file is present, and takes some seconds. **Before you run it, what do you expect:** what does the network become when $\lambda$ is very large?

# %% demo="lambd_grid" needs="backward_propagation_with_regularization"
grid_X, grid_Y, _, _ = reg_utils.make_dataset()
part = np.arange(grid_X.shape[1]) % 4
grid = [0, 0.03, 0.1, 0.3, 1, 3, 10, 30]
grid_cost = {"trained on": [], "held out": []}
print("  lambd   cost: trained on   held out   accuracy: trained on   held out")
for lambd in tqdm(grid, leave=False):
    results = []
    for held in range(4):
        seen, unseen = part != held, part == held
        parameters_grid = train(
            grid_X[:, seen],
            grid_Y[:, seen],
            forward_propagation,
            lambda X, Y, cache: backward_propagation_with_regularization(X, Y, cache, lambd),
            num_iterations=3000,
            print_cost=False,
        )
        for some in (seen, unseen):
            A3, cache_grid = forward_propagation(grid_X[:, some], parameters_grid)
            results.append(cost_from_logits(cache_grid[8], grid_Y[:, some]))
            results.append(accuracy(grid_X[:, some], grid_Y[:, some], parameters_grid))
    row = np.mean(np.reshape(results, (4, 4)), axis=0)
    grid_cost["trained on"].append(row[0])
    grid_cost["held out"].append(row[2])
    print(
        f"{lambd:7}         {row[0]:10.4f} {row[2]:10.4f}             {row[1]:10.4f} {row[3]:10.4f}"
    )
ax = plotting.lines(
    range(len(grid)),
    grid_cost,
    title="Too little, enough, too much",
    xlabel="lambd",
    ylabel="cross-entropy, mean of four parts",
)
_ = ax.set_xticks(range(len(grid)), map(str, grid))

# %% [markdown] locked="chosen_lambd_question"
# ### Exercise 4: choose (8 points)
#
# Answer with a dictionary `chosen_lambd`. Each value is one of the eight `lambd` of the table.
#
# | key | the question |
# |---|---|
# | `"best"` | Which one gives the lowest cost on held-out examples? |
# | `"strongest_near_best"` | Held-out costs that differ by less than 0.05 can hardly be told apart with so few points. Which is the largest `lambd` whose held-out cost is at most 0.05 above the lowest one? |
# | `"training_suffers"` | From which `lambd` on is the accuracy on the examples that it was trained on more than 0.02 lower than without a penalty? |
# | `"learns_nothing"` | From which `lambd` on does the network know no more than a coin? Think about which cost a coin has. |


# %% solution="chosen_lambd"
### BEGIN SOLUTION
chosen_lambd = {
    "best": 0.3,
    "strongest_near_best": 3,
    "training_suffers": 10,
    "learns_nothing": 30,  # the cost is nearly log 2 = 0.693
}
### END SOLUTION

# %% test="test_chosen_lambd" points=8
with progress.exercise("chosen_lambd"):
    grid_c = (0, 0.03, 0.1, 0.3, 1, 3, 10, 30)
    how_to_read = {
        "best": "look for the lowest point of the curve of held-out examples.",
        "strongest_near_best": "add 0.05 to the lowest held-out cost, then go to the right as far as you can.",
        "training_suffers": "compare the accuracies of the examples trained on with that of lambd = 0.",
        "learns_nothing": "a coin gives both classes the probability one half; what is its cross-entropy?",
    }
    checks.keys(
        chosen_lambd,
        list(how_to_read),
        "chosen_lambd",
        "the table of the exercise lists four keys.",
    )
    digests = "873f4fdd6b 734641c22e 1dc8edb838 3cf9661e82".split()
    for (key, cause), digest in zip(how_to_read.items(), digests, strict=True):
        choice = checks.number(chosen_lambd[key], f'chosen_lambd["{key}"]')
        checks.property(
            np.isclose(choice, grid_c).any(),
            f'chosen_lambd["{key}"] is {choice:g}, which is not in the table.',
            "give one of the eight lambd of the table, not a cost and not its place.",
        )
        nearest = min(grid_c, key=lambda lambd, choice=choice: abs(lambd - choice))
        found = hashlib.sha256(f"{key}: {nearest:g}".encode()).hexdigest()
        checks.property(
            found.startswith(digest),  # of the right answer, so that it does not stand here
            f'chosen_lambd["{key}"] is {choice:g}, and the table above says something else.',
            cause,
        )

# %% [markdown] locked="forward_propagation_with_dropout_statement"
# On the left the two curves are far apart, and the held-out one jumps up and down: too little. On the right they meet, and both are high: too much. The held-out *accuracy*, the last column, hardly helps to choose: from 0 to 10
# all values lie between 0.88 and 0.92. One point of the 211 moves such a mean by about 0.5 percent, so the whole range is about seven points. The cost is the finer instrument, because it also sees how sure the network was.
# The 0.7 of our training lies between your first two answers.
#
# ## 3 Dropout
#
# The second method adds noise. In each forward pass of the training every hidden unit is dropped with the probability $1 - p$, where $p$ is `keep_prob`, and for each example anew. A unit that
# may be missing cannot be relied on, so the network has to spread what it knows over many units.
#
# A dropped unit passes on 0. To keep the mean of what a unit with a given activation passes on, each unit that stays is divided by $p$. With $D$ a mask of zeros and ones, each one with the probability $p$,
#
# $$A \leftarrow \frac{A \cdot D}{p}$$
#
# This is *inverted* dropout: all scaling happens in the training, and afterwards the network is used as it is, with all units and without masks.
#
# ### Exercise 5: forward (14 points)
#
# Write `forward_propagation_with_dropout(X, parameters, keep_prob=0.5)`. The network is the same as before; dropout acts on both hidden layers, and not on the output.
#
# 1. `np.random.seed(1)` is there already, inside the function, so that the masks can be checked; leave it. (What this means for a training, we will see.)
# 2. Compute Z1 and A1 = relu(Z1). Draw `np.random.rand` numbers in the shape of A1. D1 is true, or 1, where the number is less than `keep_prob`. Apply the mask and divide: this is the new A1.
# 3. The same for layer 2, with the mask D2 drawn after D1.
# 4. Compute Z3. The line for A3, its sigmoid, is there already.
# 5. Return A3 and the cache (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3), with A1 and A2 as the next layer receives them. Leave `X` and `parameters` as they are.
#
# <details><summary>Hint</summary>
#
# `np.random.rand(2, 5)` has the shape (2, 5); `np.random.rand(*A1.shape)` has the shape of A1.
#
# </details>


# %% solution="forward_propagation_with_dropout"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    """The forward pass with inverted dropout on both hidden layers.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    parameters : dict
        W1, b1, W2, b2, W3, b3.
    keep_prob : float
        The probability that a unit stays, above 0 and at most 1.

    Returns
    -------
    A3 : ndarray, shape (1, m)
    cache : tuple of 14
        (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
    """
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    ### BEGIN SOLUTION
    Z1 = np.dot(W1, X) + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    ### END SOLUTION
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% test="test_forward_propagation_with_dropout" points=14
with progress.exercise(
    "forward_propagation_with_dropout",
    hidden_tests="other networks, numbers of examples and keep_prob",
):
    given_f = {name: value.copy() for name, value in parameters_example.items()}
    given_X = X_example.copy()
    result = forward_propagation_with_dropout(given_X, given_f, 0.7)
    checks.property(
        isinstance(result, tuple | list) and len(result) == 2,
        "forward_propagation_with_dropout does not return two things.",
        "return A3 and the cache.",
    )
    names_f = "Z1 D1 A1 W1 b1 Z2 D2 A2 W2 b2 Z3 A3 W3 b3".split()
    checks.property(
        isinstance(result[1], tuple | list) and len(result[1]) == 14,
        "The cache is not a tuple of 14 arrays.",
        "step 5 lists them: a mask stands after each Z of a hidden layer.",
    )
    checks.unchanged(given_f, parameters_example, "parameters")
    checks.unchanged(given_X, X_example, "X")
    drop = dict(zip(names_f, result[1], strict=True))
    for name, rows in (
        ("Z1", 2),
        ("D1", 2),
        ("A1", 2),
        ("Z2", 3),
        ("D2", 3),
        ("A2", 3),
        ("Z3", 1),
        ("A3", 1),
    ):
        checks.shape(
            drop[name],
            (rows, 5),
            name,
            "one row per unit and one column per example: a mask has the shape of its A.",
        )
    uniform = np.random.RandomState(1).rand(25)
    for mask, numbers in (("D1", uniform[:10].reshape(2, 5)), ("D2", uniform[10:].reshape(3, 5))):
        drawn = checks.array(drop[mask], mask)
        checks.property(
            np.isin(drawn, (0, 1)).all(),
            f"{mask} holds something else than 0 and 1.",
            "a mask is the result of the comparison, not the random numbers and not divided.",
        )
        checks.property(
            not np.array_equal(drawn, numbers > 0.7),
            f"{mask} keeps a share of 1 - keep_prob of the units instead of keep_prob.",
            "the direction of the comparison.",
        )
        checks.property(
            np.array_equal(drawn, numbers < 0.7),
            f"{mask} is not the mask that belongs to seed 1.",
            "the order of the steps: np.random.seed(1) once, then np.random.rand for D1, then for D2, and no other draw.",
        )
    below_f = X_example
    for layer, shares in ((1, uniform[:10].reshape(2, 5)), (2, uniform[10:].reshape(3, 5))):
        linear = parameters_example[f"W{layer}"] @ below_f + parameters_example[f"b{layer}"]
        checks.close(
            drop[f"Z{layer}"],
            linear,
            f"Z{layer} in the cache",
            "it is the linear step, before relu, mask and division, "
            + (
                "and stays so: `A1 = Z1` makes a second name for one array."
                if layer == 1
                else "and gets the new A1, masked and divided."
            ),
        )
        masked = relu(linear) * (shares < 0.7)
        for slip, symptom, cause in (
            (
                relu(linear),
                f"A{layer} is the activation without dropout",
                f"the mask D{layer} is drawn, but not applied, or the cache holds the A{layer} from before.",
            ),
            (
                masked,
                f"A{layer} is masked, but its mean is not kept",
                "one operation is missing after the mask.",
            ),
            (
                masked * 0.7,
                f"A{layer} is smaller instead of larger after scaling",
                "the units that stay have to make up for those that are dropped.",
            ),
        ):
            checks.property(
                not np.allclose(checks.array(drop[f"A{layer}"], f"A{layer}"), slip, rtol=1e-4),
                f"{symptom}.",
                cause,
            )
        below_f = masked / 0.7
        checks.close(
            drop[f"A{layer}"],
            below_f,
            f"A{layer} in the cache",
            "relu first, then the mask, then the division by keep_prob.",
        )
    checks.close(
        drop["Z3"],
        parameters_example["W3"] @ below_f + parameters_example["b3"],
        "Z3 in the cache",
        "it gets the new A2, masked and divided once.",
    )
    checks.close(
        result[0],
        [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]],
        "A3 of the example with keep_prob 0.7",
        "it is the sigmoid of Z3; the output layer has no mask.",
    )
    checks.close(drop["A3"], result[0], "A3 in the cache", "it is the output of the network.")
    for name, value in parameters_example.items():
        checks.close(drop[name], value, f"{name} in the cache", "step 5 gives the order.")
    rarely = forward_propagation_with_dropout(given_X, given_f, 0.3)[1]
    for name, place, numbers in (("D1", 1, uniform[:10]), ("D2", 6, uniform[10:])):
        checks.property(
            np.array_equal(checks.array(rarely[place], name).ravel(), numbers < 0.3),
            f"With keep_prob = 0.3, {name} is not the mask that belongs to seed 1.",
            "draw with np.random.rand and compare with the argument keep_prob, not with a fixed number; "
            "other ways to draw, such as np.random.binomial, use the random numbers otherwise.",
        )
    whole = forward_propagation_with_dropout(given_X, given_f, keep_prob=1)
    checks.close(
        whole[0],
        forward_propagation(X_example, parameters_example)[0],
        "With keep_prob = 1, where nothing is dropped, A3",
        "it has to be that of the network without dropout.",
    )
    checks.close(
        forward_propagation_with_dropout(given_X, given_f)[0],
        checks.array(forward_propagation_with_dropout(given_X, given_f, 0.5)[0], "A3"),
        "A3 without the argument keep_prob",
        "its default is 0.5.",
    )
### BEGIN HIDDEN TESTS
drop_rng = checks.rng(5)
for layers_f, m_f, keep_f in (
    ((4, 5, 2, 1), 7, 0.25),
    ((2, 3, 6, 1), 1, 0.9),
    ((3, 8, 4, 1), 6, 0.6),
):
    X_f = drop_rng.normal(size=(layers_f[0], m_f))
    p_f = reg_utils.draw_parameters(drop_rng, layers_f)
    state_f = np.random.RandomState(1)
    oracle_f, below_f = [], X_f
    for layer in (1, 2):
        Z_f = p_f[f"W{layer}"] @ below_f + p_f[f"b{layer}"]
        D_f, A_f = np.zeros(Z_f.shape), np.zeros(Z_f.shape)
        for index in np.ndindex(Z_f.shape):
            D_f[index] = state_f.uniform() < keep_f
            A_f[index] = max(Z_f[index], 0) / keep_f if D_f[index] else 0
        oracle_f += [Z_f, D_f, A_f, p_f[f"W{layer}"], p_f[f"b{layer}"]]
        below_f = A_f
    Z_f = p_f["W3"] @ below_f + p_f["b3"]
    oracle_f += [Z_f, 1 / (1 + np.exp(-Z_f)), p_f["W3"], p_f["b3"], 1 / (1 + np.exp(-Z_f))]
    A3_f, cache_f = forward_propagation_with_dropout(X_f, p_f, keep_f)
    places_f = "Z1 D1 A1 W1 b1 Z2 D2 A2 W2 b2 Z3 A3 W3 b3 A3".split()
    for name_f, found_f, value_f in zip(places_f, [*cache_f, A3_f], oracle_f, strict=True):
        checks.close(found_f, value_f, f"With keep_prob = {keep_f}, {name_f}", rtol=1e-4, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown] locked="dropout_forecast_statement"
# ### Exercise 6: forecast the noise (10 points)
#
# The masks are random, but means and probabilities can be computed. Work out these six numbers on paper, **before** you run the simulation below, and store them in a dictionary `dropout_forecast`.
# `keep_prob` is 0.8 in the first five. A unit has the activation $a = 3$ before dropout.
#
# | key | the question |
# |---|---|
# | `"mean"` | The unit goes through inverted dropout many times. What is the mean of what it passes on? |
# | `"variance"` | And the variance? |
# | `"mean_undivided"` | Somebody forgets the division by `keep_prob`. What is the mean now? |
# | `"pair"` | With which probability do two given units of a layer both stay? |
# | `"none_dropped"` | A layer has 8 units. With which probability does none of them get dropped? |
# | `"three_layers"` | `keep_prob` is 0.5, and in a network with *three* hidden layers (one unit each, weights 1, no biases, positive input) nobody divides. What fraction of the output without dropout is the mean output? |
#
# The check computes the exact values from all masks, each with its probability, and allows an error of 2 percent.
#
# <details><summary>Hint</summary>
#
# The unit passes on one of two values. Write both down with their probabilities; then use $\text{Var}(x) = E[x^2] - E[x]^2$.
#
# </details>

# %% solution="dropout_forecast"
### BEGIN SOLUTION
dropout_forecast = {
    "mean": 3,  # 0.8 * 3 / 0.8
    "variance": 2.25,  # 0.8 * (3 / 0.8)**2 - 3**2
    "mean_undivided": 2.4,  # 0.8 * 3
    "pair": 0.64,  # the draws are independent
    "none_dropped": 0.8**8,
    "three_layers": 0.5**3,
}
### END SOLUTION

# %% test="test_dropout_forecast" points=10
with progress.exercise("dropout_forecast"):
    outputs_of_unit = {0: 0.0, 1: 3 / 0.8}  # dropped, kept
    chance = {0: 0.2, 1: 0.8}
    mean = sum(chance[kept] * value for kept, value in outputs_of_unit.items())
    forecast_measured = {
        "mean": mean,
        "variance": sum(chance[k] * (value - mean) ** 2 for k, value in outputs_of_unit.items()),
        "mean_undivided": sum(chance[kept] * 3.0 * kept for kept in (0, 1)),
        "pair": sum(chance[i] * chance[j] * (i * j) for i, j in np.ndindex(2, 2)),
        "none_dropped": sum(
            np.prod([chance[kept] for kept in mask]) * all(mask) for mask in np.ndindex(*[2] * 8)
        ),
        "three_layers": sum(0.5**3 * np.prod(mask) for mask in np.ndindex(2, 2, 2)),
    }
    forecast_causes = {
        "mean": "the unit stays with the probability 0.8, and is then divided by 0.8.",
        "variance": "a spread of squares: the mean of the squares minus the square of the mean, after the division by keep_prob.",
        "mean_undivided": "the unit passes on 3 or 0; weight both with their probabilities.",
        "pair": "the two units are drawn independently of each other.",
        "none_dropped": "every one of the 8 units has to stay.",
        "three_layers": "the signal has to get through all three layers.",
    }
    checks.keys(
        dropout_forecast, list(forecast_causes), "dropout_forecast", "the table lists six keys."
    )
    for key, cause in forecast_causes.items():
        mine = checks.number(dropout_forecast[key], f'dropout_forecast["{key}"]')
        direction = "larger" if forecast_measured[key] > mine else "smaller"
        checks.property(
            np.isclose(mine, forecast_measured[key], rtol=0.02),
            f'dropout_forecast["{key}"] is {mine:g}; the exact value is {direction}.',
            cause,
        )

# %% [markdown]
# Now measure with your own forward pass: 8 units with the activation 3, 50,000 examples.

# %% tags=["experiment"] needs="forward_propagation_with_dropout"
units = {
    "W1": np.zeros((8, 1)),
    "b1": np.full((8, 1), 3.0),
    "W2": np.zeros((1, 8)),
    "b2": np.zeros((1, 1)),
    "W3": np.zeros((1, 1)),
    "b3": np.zeros((1, 1)),
}
kept_shares = np.arange(3, 11) / 10
spread = {"mean": [], "variance": [], "mean without the division": []}
print("keep_prob     mean   variance   undivided mean     pair   none dropped")
for keep_prob in kept_shares:
    simulated = forward_propagation_with_dropout(np.zeros((1, 50000)), units, keep_prob)[1]
    mask, passed_on = np.asarray(simulated[1], dtype=float), np.asarray(simulated[2])
    row = [passed_on.mean(), passed_on.var(), (passed_on * keep_prob).mean()]
    for values, value in zip(spread.values(), row, strict=True):
        values.append(value)
    together, whole = (mask[0] * mask[1]).mean(), mask.all(axis=0).mean()
    print(
        f"{keep_prob:9} {row[0]:8.2f} {row[1]:10.2f} {row[2]:16.2f} {together:8.2f} {whole:14.3f}"
    )
_ = plotting.lines(
    kept_shares,
    spread,
    title="A unit with the activation 3 under dropout",
    xlabel="keep_prob",
    ylabel="over 8 units and 50,000 examples",
)

# %% [markdown] locked="backward_propagation_with_dropout_statement"
# The mean stays at 3, whatever `keep_prob` is; without the division it would shrink with it. The variance is zero at `keep_prob` 1 and about 9 at 0.5. So dropout keeps the mean of what a unit with a given activation passes on and adds noise, and `keep_prob` sets how much.
# After the next relu or sigmoid the mean is kept only approximately.
#
# ### Exercise 7: backward (12 points)
#
# Write `backward_propagation_with_dropout(X, Y, cache, keep_prob)`. A dropped unit had no influence on the cost in this pass, and a unit that stayed had $1/p$ times the influence. So the gradients take the same way through the same masks.
#
# 1. Begin as without dropout: dZ3 = A3 - Y, dW3, db3, and $dA^{[2]} = W^{[3]T} dZ^{[3]}$.
# 2. Differentiate $A \cdot D / p$, the step of exercise 5, and multiply dA2, element by element, by this derivative. This is the dA2 to return: the gradient with respect to the relu's output.
# 3. Go on with dZ2 (the relu), dW2, db2, dA1; treat dA1 in the same manner with its own mask, and finish.
# 4. Return the dictionary with dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1. Leave X, Y and the arrays in `cache` as they are.
#
# For the relu you may use A > 0 or Z > 0: where they differ, the mask has already made the gradient zero.
# The check begins with fixed numbers of the well-known exercise, whose forward pass has `keep_prob` 0.5 and whose backward pass 0.8. In a training both are the same.
#
# <details><summary>Hint</summary>
#
# For one unit and one example $D / p$ is a number that does not depend on $A$. What is the derivative of $c \, a$ with respect to $a$?
#
# </details>


# %% solution="backward_propagation_with_dropout"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    """The gradients of the cross-entropy, through the masks of the forward pass.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    cache : tuple of 14
        (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3), from forward_propagation_with_dropout.
    keep_prob : float

    Returns
    -------
    gradients : dict
        dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1, each with the shape of what it is the gradient of.
    """
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    ### BEGIN SOLUTION
    gradients = {"dZ3": A3 - Y}
    for layer, A, D, W in ((3, A2, D2, W3), (2, A1, D1, W2), (1, X, None, None)):
        dZ = gradients[f"dZ{layer}"]
        gradients[f"dW{layer}"] = dZ @ A.T / m
        gradients[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if layer > 1:
            gradients[f"dA{layer - 1}"] = W.T @ dZ * D / keep_prob
            gradients[f"dZ{layer - 1}"] = gradients[f"dA{layer - 1}"] * (A > 0)
    ### END SOLUTION
    return gradients


# %% test="test_backward_propagation_with_dropout" points=12
with progress.exercise(
    "backward_propagation_with_dropout",
    hidden_tests="other networks, masks, numbers of examples and keep_prob",
):
    p_b = parameters_example
    draws = np.random.RandomState(1).rand(25)
    masks_b = draws[:10].reshape(2, 5) < 0.5, draws[10:].reshape(3, 5) < 0.5

    def forward_b(p, m, keep):
        """The pass with fixed masks, on the first m examples; Z1 ... Z3 in p are added to the real ones."""
        D1_b, D2_b = (mask[:, :m] for mask in masks_b)
        Z1_b = p["W1"] @ X_example[:, :m] + p["b1"] + p.get("Z1", 0)
        A1_b = np.where(D1_b, (relu(Z1_b) + p.get("A1", 0)) / keep, 0)
        Z2_b = p["W2"] @ A1_b + p["b2"] + p.get("Z2", 0)
        A2_b = np.where(D2_b, (relu(Z2_b) + p.get("A2", 0)) / keep, 0)
        Z3_b = p["W3"] @ A2_b + p["b3"] + p.get("Z3", 0)
        first = (Z1_b, D1_b, A1_b, p["W1"], p["b1"], Z2_b, D2_b, A2_b, p["W2"], p["b2"])
        return *first, Z3_b, sigmoid(Z3_b), p["W3"], p["b3"]

    kept_b = forward_b(p_b, 5, 0.5)
    cache_b = tuple(part.copy() for part in kept_b)
    X_b, Y_b = X_example.copy(), Y_example.copy()
    back = backward_propagation_with_dropout(X_b, Y_b, cache_b, 0.8)
    checks.unchanged(X_b, X_example, "X")
    checks.unchanged(Y_b, Y_example, "Y")
    for before, after in zip(kept_b, cache_b, strict=True):
        checks.unchanged(after, before, "An array in cache")
    keys_b = "dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1".split()
    checks.keys(back, keys_b, "The result", "step 4 lists eleven names.")
    shapes_b = {
        "Z1": 0,
        "A1": 2,
        "W1": 3,
        "b1": 4,
        "Z2": 5,
        "A2": 7,
        "W2": 8,
        "b2": 9,
        "Z3": 10,
        "W3": 12,
        "b3": 13,
    }
    for name, place in shapes_b.items():
        checks.shape(
            back["d" + name],
            kept_b[place].shape,
            "d" + name,
            "a gradient has the shape of what it belongs to; keepdims=True keeps columns.",
        )
    checks.close(back["dZ3"], kept_b[11] - Y_example, "dZ3", "it is A3 - Y, without 1/m.")
    published = {
        "dA2": [
            [0.58180856, 0, -0.00299679, 0, -0.27715731],
            [0, 0.53159854, 0, 0.53159854, -0.34089673],
            [0, 0, -0.00292733, 0, 0],
        ],
        "dA1": [[0.36544439, 0, -0.00188233, 0, -0.17408748], [0.65515713, 0, -0.00337459, 0, 0]],
    }
    for name, value in published.items():
        got = checks.array(back[name], name)
        checks.property(
            not got[~masks_b[int(name[2]) - 1]].any(),
            f"{name} is not zero at a unit that was dropped.",
            f"a mask is missing, or it is that of another layer: {name} goes with the mask of its own layer.",
        )
        for factor, symptom in (
            (0.8, "is masked, but not scaled as the forward pass was"),
            (0.64, "is multiplied with keep_prob where the forward pass divided"),
            (1.25, "is scaled twice"),
        ):
            checks.property(
                not np.allclose(got, factor * np.array(value), rtol=1e-4),
                f"{name} {symptom}.",
                "differentiate A * D / keep_prob by A; keep_prob is the argument.",
            )
        checks.close(
            got,
            value,
            f"{name}, with the masks of the example and keep_prob 0.8,",
            "dA of a layer comes from dZ of the next one, then mask and scale.",
            rtol=1e-4,
            atol=1e-7,
        )
        layer = name[2]
        checks.close(
            back[f"dZ{layer}"],
            np.array(value) * (kept_b[shapes_b["A" + layer]] > 0),
            f"dZ{layer}",
            f"it is dA{layer} where the relu of this layer was open, and zero elsewhere.",
            rtol=1e-4,
            atol=1e-7,
        )
    for m_b, keep_b in ((5, 0.5), (2, 0.8)):
        X_b, Y_b = X_example[:, :m_b], Y_example[:, :m_b]
        cost_b = lambda p, m=m_b, keep=keep_b, Y=Y_b: cost_from_logits(forward_b(p, m, keep)[10], Y)
        cache_b = tuple(part.copy() for part in forward_b(p_b, m_b, keep_b))
        back = backward_propagation_with_dropout(X_b.copy(), Y_b.copy(), cache_b, keep_b)
        sizes_b = {"Z3": 1, "A2": 3, "Z2": 3, "A1": 2, "Z1": 2}
        moved_b = {name: np.zeros((rows, m_b)) for name, rows in sizes_b.items()} | p_b
        for name, value in differences.measured_gradients(cost_b, moved_b).items():
            checks.close(
                back[name],
                m_b * value if name[1] in "AZ" else value,
                f"With {m_b} examples and keep_prob {keep_b}, compared with two-sided differences under the same masks, {name}",
                "keep_prob is the argument, and each layer has its own mask and its own relu."
                if name[1] in "AZ"
                else "dW and db average over m = X.shape[1] examples, once; dW2 takes A1 and dW3 takes A2 from "
                "the cache as they are, and keep_prob is in dA only.",
                rtol=1e-4,
                atol=1e-6,
            )
### BEGIN HIDDEN TESTS
back_rng = checks.rng(7)
for layers_k, m_k, keep_k in (
    ((4, 6, 5, 1), 9, 0.35),
    ((2, 3, 6, 1), 1, 0.9),
    ((3, 8, 4, 1), 6, 0.65),
):
    X_k, Y_k = back_rng.normal(size=(layers_k[0], m_k)), back_rng.integers(0, 2, (1, m_k))
    p_k = reg_utils.draw_parameters(back_rng, layers_k)
    D_k = [back_rng.random((size, m_k)) < keep_k for size in layers_k[1:3]]
    Z1_k = p_k["W1"] @ X_k + p_k["b1"]
    A1_k = np.maximum(Z1_k, 0) * D_k[0] / keep_k
    Z2_k = p_k["W2"] @ A1_k + p_k["b2"]
    A2_k = np.maximum(Z2_k, 0) * D_k[1] / keep_k
    Z3_k = p_k["W3"] @ A2_k + p_k["b3"]
    A3_k = 1 / (1 + np.exp(-Z3_k))
    oracle_k = {"d" + key: np.zeros(value.shape) for key, value in p_k.items()}
    columns_k = {key: [] for key in ("dZ3", "dA2", "dZ2", "dA1", "dZ1")}
    for j in range(m_k):
        column = {"dZ3": A3_k[:, [j]] - Y_k[:, [j]]}
        for layer, Z_k, W_k in ((2, Z2_k, p_k["W3"]), (1, Z1_k, p_k["W2"])):
            column[f"dA{layer}"] = W_k.T @ column[f"dZ{layer + 1}"]
            column[f"dA{layer}"][~D_k[layer - 1][:, j]] = 0
            column[f"dA{layer}"] /= keep_k
            column[f"dZ{layer}"] = np.where(Z_k[:, [j]] > 0, column[f"dA{layer}"], 0)
        for layer, below in ((3, A2_k), (2, A1_k), (1, X_k)):
            oracle_k[f"dW{layer}"] += column[f"dZ{layer}"] @ below[:, [j]].T / m_k
            oracle_k[f"db{layer}"] += column[f"dZ{layer}"] / m_k
        for key, part in column.items():
            columns_k[key].append(part)
    oracle_k |= {key: np.hstack(parts) for key, parts in columns_k.items()}
    cache_k = (Z1_k, D_k[0], A1_k, p_k["W1"], p_k["b1"], Z2_k, D_k[1], A2_k, p_k["W2"], p_k["b2"])
    cache_k += (Z3_k, A3_k, p_k["W3"], p_k["b3"])
    back = backward_propagation_with_dropout(X_k, Y_k, cache_k, keep_k)
    for key, value in oracle_k.items():
        checks.close(back[key], value, key, rtol=1e-4, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# ### All of it in one function, and a cost without log 0
#
# The next cell puts the three trainings into one function, `model`, for experiments of your own, and trains with dropout. First a word about the cost. The sigmoid of a number above about 37 rounds to 1. The cross-entropy then needs $0 \cdot \log 0$, which a computer
# does not know: it warns, and gives nan. Training with dropout can make outputs that large, as the next cell shows. The remedy is to compute the cost from $Z$ and not from $A$. As $A = \sigma(Z)$,
#
# $$-Y \log A - (1 - Y) \log (1 - A) = \log\left(1 + e^{Z}\right) - Y Z$$
#
# and `np.logaddexp(0, Z)` computes $\log(e^0 + e^Z)$ without overflow. `cost_from_logits` works in this way. The gradient needs no such care: $A - Y$ has no logarithm.

# %% demo="model" needs="compute_cost_with_regularization backward_propagation_with_regularization forward_propagation_with_dropout backward_propagation_with_dropout"


def model(X, Y, learning_rate=0.3, num_iterations=30000, print_cost=True, lambd=0, keep_prob=1):
    """Train the network 2 -> 20 -> 3 -> 1 without regularization, with weight decay or with dropout.

    Parameters
    ----------
    X : ndarray, shape (2, m)
    Y : ndarray, shape (1, m)
    learning_rate : float
    num_iterations : int
    print_cost : bool
    lambd : float
        The strength of weight decay.
    keep_prob : float
        The probability that a hidden unit stays.

    Returns
    -------
    dict
        W1, b1, W2, b2, W3, b3.

    Raises
    ------
    ValueError
        If both lambd > 0 and keep_prob < 1.
    """
    if lambd > 0 and keep_prob < 1:
        raise ValueError("model takes lambd or keep_prob, not both at once")
    forward, backward, cost = forward_propagation, backward_propagation, None
    if lambd > 0:
        backward = lambda X, Y, cache: backward_propagation_with_regularization(X, Y, cache, lambd)
        cost = lambda A3, Y, parameters: compute_cost_with_regularization(A3, Y, parameters, lambd)
    elif keep_prob < 1:
        forward = lambda X, parameters: forward_propagation_with_dropout(X, parameters, keep_prob)
        backward = lambda X, Y, cache: backward_propagation_with_dropout(X, Y, cache, keep_prob)
    return train(X, Y, forward, backward, cost, learning_rate, num_iterations, print_cost)


print("sigmoid(36) == 1:", sigmoid(36.0) == 1, "   sigmoid(37) == 1:", sigmoid(37.0) == 1)
with np.errstate(divide="ignore", invalid="ignore"):  # the warnings of log(0) are the point here
    A3 = sigmoid(np.array([[40.0]]))
    print("Z = 40, Y = 1, from A:", -np.mean(1 * np.log(A3) + 0 * np.log(1 - A3)), end="   ")
print("from Z:", cost_from_logits(np.array([[40.0]]), np.array([[1]])))
print()
parameters_dropout = model(train_X, train_Y, keep_prob=0.86)
print(f"accuracy on the training set: {accuracy(train_X, train_Y, parameters_dropout):.4f}")
print(f"accuracy on the test set:     {accuracy(test_X, test_Y, parameters_dropout):.4f}")
dropout_A3, _ = forward_propagation_with_dropout(train_X, parameters_dropout, 0.86)
print("outputs that are exactly 1, with the masks on:", np.sum(np.asarray(dropout_A3) == 1))
published_A3, _ = forward_propagation_with_dropout(X_example, parameters_example, 0.7)
print()
print("exercise 5, fixed numbers: A3 =", np.round(published_A3, 8).tolist())
published_cache = forward_propagation_with_dropout(X_example, parameters_example, 0.5)[1]
published_back = backward_propagation_with_dropout(X_example, Y_example, published_cache, 0.8)
for name in ("dA1", "dA2"):
    print(
        f"exercise 7, fixed numbers: {name} =", (np.round(published_back[name], 8) + 0.0).tolist()
    )

# %% [markdown]
# At the end 29 of the 211 outputs are exactly 1, so the formula with `np.log`, as in the demonstration above, would have given nan; ours did not.
# (`compute_cost` avoids this case for a right output, but gives infinity where a wrong output is exactly 1.) With dropout the accuracy is 0.9147 on the training set, the same number as with weight decay, and on the test set it is the same or differs by one point of 200: a training as long as this one adds up rounding errors, which are not the same on all computers. But look at the printed costs. The last one, about 0.07, is lower than the 0.1493 of the training *without* regularization. Why has a method that is meant to make learning by heart harder the lower training cost? The seed explains it.
#
# ### What the fixed seed does
#
# `forward_propagation_with_dropout` sets the seed itself. This makes it possible to check your masks, and it has a price: every one of the 30,000 steps draws the *same* masks. Each training point
# meets the same thinned network in each step. The noise is frozen, and the network can learn it by heart.
#
# The next cell deals the masks anew in each step, without a change of your function: it puts the examples into a random order before each step, so that each point meets the mask of another place. **Before you run it, what do
# you expect:** will the cost, which is printed with the masks on, end higher or lower than with frozen masks?

# %% demo="train_shuffled" needs="forward_propagation_with_dropout backward_propagation_with_dropout"
parameters_shuffled = train(
    train_X,
    train_Y,
    lambda X, parameters: forward_propagation_with_dropout(X, parameters, 0.86),
    lambda X, Y, cache: backward_propagation_with_dropout(X, Y, cache, 0.86),
    shuffle=np.random.default_rng(0),
)
dropout_trainings = {"frozen masks": parameters_dropout, "masks dealt anew": parameters_shuffled}
for label, parameters in dropout_trainings.items():
    print(
        f"{label:17} accuracy train {accuracy(train_X, train_Y, parameters):.4f}, "
        f"test {accuracy(test_X, test_Y, parameters):.4f}"
    )

# %% [markdown]
# Now the cost is about 0.23 after 20,000 steps instead of 0.07: with the masks dealt anew the network cannot learn them by heart. The accuracy is 0.9384 on the training set and 0.8600 on the test set. On the test set frozen masks look better here, by two or three of 200 points, which proves nothing.
# In practice the masks are drawn anew in every step, without a fixed seed.
#
# ### Both at once, by a colleague
#
# Weight decay and dropout can be used together. A colleague has written a backward pass for both, in fewer lines than ours. It runs and the shapes are right, but some of the gradients are wrong.


# %% given="colleague"
def backward_with_both(X, Y, cache, lambd, keep_prob):
    """The gradients of a cost with dropout and an L2 penalty on the weights; some of them are wrong.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    cache : tuple of 14
        (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3), from forward_propagation_with_dropout.
    lambd : float
    keep_prob : float

    Returns
    -------
    gradients : dict
        dW1, db1, dW2, db2, dW3, db3.
    """
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    back3 = A3 - Y
    back2 = D2 * (Z2 > 0) * (W3.T @ back3) / keep_prob
    back1 = D1 * (Z1 > 0) * (W2.T @ back2)
    return {
        "dW3": (back3 @ A2.T + lambd * W3) / m,
        "db3": (back3.sum(axis=1, keepdims=True) + lambd * b3) / m,
        "dW2": back2 @ A1.T / m + lambd * W2,
        "db2": back2.sum(axis=1, keepdims=True) / m,
        "dW1": back1 @ X.T / m + lambd / m * W1,
        "db1": back1.sum(axis=1, keepdims=True) / m,
    }


# %% [markdown]
# The next cell measures the gradient with two-sided differences. Here the seed inside of your forward pass is of use: every pass has the same masks, so the cost is a function of the
# parameters alone. The bars show the relative difference $\lVert g - a \rVert / (\lVert g \rVert + \lVert a \rVert)$ between the derived gradient $g$ and the measured one, $a$, for each parameter.
# The dashed line at $10^{-4}$ is our limit. A measurement is far more exact than that, and an error in a formula is usually well above it.

# %% demo="differences" needs="forward_propagation_with_dropout compute_cost_with_regularization"


def cost_with_both(parameters):
    """The cost of the example with keep_prob 0.8 and lambd 0.7."""
    A3, _ = forward_propagation_with_dropout(X_example, parameters, 0.8)
    cost = compute_cost_with_regularization(A3, Y_example, parameters, 0.7)
    return checks.number(cost, "the cost")


def show_differences(backward, title):
    """Draw the relative difference between derived and measured gradients, a bar per parameter."""
    cache = forward_propagation_with_dropout(X_example, parameters_example, 0.8)[1]
    derived = backward(X_example, Y_example, cache, 0.7, 0.8)
    size, relative = np.linalg.norm, {}
    for name, a in differences.measured_gradients(cost_with_both, parameters_example).items():
        relative[name] = size(derived[name] - a) / (size(derived[name]) + size(a))
        print(f"{name}: {relative[name]:.1e}")
    plotting.bars(
        relative,
        title=title,
        ylabel="relative difference",
        log=True,
        threshold=1e-4,
        threshold_label="1e-4",
    )


show_differences(backward_with_both, "The colleague's gradients")

# %% [markdown] locked="backward_with_both_repaired_statement"
# Four bars stand above the line: dW1, db1, dW2 and db3. The other two are near $10^{-11}$, which is what the measurement can do. Note that db3 is off by 0.003 only, relative to its size; a difference may be small and yet an error.
#
# ### Exercise 8: find and mend (12 points)
#
# Write `backward_with_both_repaired(X, Y, cache, lambd, keep_prob)`, which returns the right dW1, db1, dW2, db2, dW3, db3 (other entries are not looked at).
#
# 1. Copy the colleague's lines. Go through the bars from the output to the input, and ask for each high bar: is the error in this line, or nearer to the output, in what this line uses?
# 2. Mend every error that you find. Compare with exercises 1, 2 and 7. Leave X, Y and the arrays in `cache` as they are.
#
# You may also build on your function of exercise 7 instead of the colleague's lines. Then say to yourself what is wrong in the colleague's.
#
# <details><summary>Hint</summary>
#
# dW and db of one layer use the same array. If both are wrong, look at that array first; if only one is, look at its own line.
#
# </details>


# %% solution="backward_with_both_repaired"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    """The gradients of a cost with dropout and an L2 penalty on the weights.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    cache : tuple of 14
        (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3), from forward_propagation_with_dropout.
    lambd : float
    keep_prob : float

    Returns
    -------
    gradients : dict
        dW1, db1, dW2, db2, dW3, db3.
    """
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    ### BEGIN SOLUTION
    back3 = A3 - Y
    back2 = D2 * (Z2 > 0) * (W3.T @ back3) / keep_prob
    back1 = D1 * (Z1 > 0) * (W2.T @ back2) / keep_prob
    repaired = {}
    for layer, back, below, W in ((3, back3, A2, W3), (2, back2, A1, W2), (1, back1, X, W1)):
        repaired[f"dW{layer}"] = (back @ below.T + lambd * W) / m
        repaired[f"db{layer}"] = back.sum(axis=1, keepdims=True) / m
    return repaired
    ### END SOLUTION


# %% test="test_backward_with_both_repaired" points=12
with progress.exercise(
    "backward_with_both_repaired",
    hidden_tests="other networks, masks, numbers of examples, lambd and keep_prob",
):
    for m_e, lambd_e, keep_e in ((5, 0.7, 0.8), (3, 2.0, 0.5)):
        X_e, Y_e = X_example[:, :m_e], Y_example[:, :m_e]
        draws_e = np.random.RandomState(m_e).rand(5, m_e)
        D1_e, D2_e = draws_e[:2] < 0.8, draws_e[2:] < 0.8

        def forward_e(p, X=X_e, D1=D1_e, D2=D2_e, keep=keep_e):
            """The pass with fixed masks."""
            Z1 = p["W1"] @ X + p["b1"]
            A1 = np.where(D1, relu(Z1) / keep, 0)
            Z2 = p["W2"] @ A1 + p["b2"]
            A2 = np.where(D2, relu(Z2) / keep, 0)
            Z3 = p["W3"] @ A2 + p["b3"]
            first = Z1, D1, A1, p["W1"], p["b1"], Z2, D2, A2, p["W2"], p["b2"]
            return *first, Z3, sigmoid(Z3), p["W3"], p["b3"]

        def cost_e(p, forward=forward_e, Y=Y_e, m=m_e, lambd=lambd_e):
            """The cost with the same masks."""
            squares = sum(np.sum(p[name] ** 2) for name in ("W1", "W2", "W3"))
            return cost_from_logits(forward(p)[10], Y) + lambd / (2 * m) * squares

        kept_e = forward_e(parameters_example)
        cache_e = tuple(part.copy() for part in kept_e)
        measured_e = differences.measured_gradients(cost_e, parameters_example)
        given_X_e, given_Y_e = X_e.copy(), Y_e.copy()
        mended = backward_with_both_repaired(given_X_e, given_Y_e, cache_e, lambd_e, keep_e)
        checks.unchanged(given_X_e, X_e, "X")
        checks.unchanged(given_Y_e, Y_e, "Y")
        for before, after in zip(kept_e, cache_e, strict=True):
            checks.unchanged(after, before, "An array in cache")
        checks.keys(mended, list(measured_e), "The result", "all six gradients are asked for.")
        for name in ("db3", "dW3", "db2", "dW2", "db1", "dW1"):
            checks.shape(
                mended[name],
                measured_e[name].shape,
                name,
                "a gradient has the shape of its parameter; keepdims=True keeps columns.",
            )
            checks.close(
                mended[name],
                measured_e[name],
                f"With {m_e} examples, compared with two-sided differences under the same masks, {name}",
                "either the line of this gradient has an error (what is penalised, and with which factor?), or what it "
                "uses has one: then the other gradient of this layer is wrong, too.",
                rtol=1e-4,
                atol=1e-6,
            )
### BEGIN HIDDEN TESTS
mend_rng = checks.rng(8)
for layers_g, m_g, lambd_g, keep_g in (
    ((4, 5, 2, 1), 7, 3.0, 0.3),
    ((2, 3, 6, 1), 1, 0.2, 0.9),
    ((3, 8, 4, 1), 6, 12.0, 0.65),
):
    X_g, Y_g = mend_rng.normal(size=(layers_g[0], m_g)), mend_rng.integers(0, 2, (1, m_g))
    p_g = reg_utils.draw_parameters(mend_rng, layers_g)
    D_g = [mend_rng.random((size, m_g)) < keep_g for size in layers_g[1:3]]
    Z1_g = p_g["W1"] @ X_g + p_g["b1"]
    A1_g = np.maximum(Z1_g, 0) * D_g[0] / keep_g
    Z2_g = p_g["W2"] @ A1_g + p_g["b2"]
    A2_g = np.maximum(Z2_g, 0) * D_g[1] / keep_g
    Z3_g = p_g["W3"] @ A2_g + p_g["b3"]
    A3_g = 1 / (1 + np.exp(-Z3_g))
    oracle_g = {
        "d" + key: lambd_g / m_g * value if key[0] == "W" else np.zeros(value.shape)
        for key, value in p_g.items()
    }
    for j in range(m_g):
        delta3 = A3_g[:, [j]] - Y_g[:, [j]]
        delta2 = np.where(D_g[1][:, [j]] & (Z2_g[:, [j]] > 0), p_g["W3"].T @ delta3 / keep_g, 0)
        delta1 = np.where(D_g[0][:, [j]] & (Z1_g[:, [j]] > 0), p_g["W2"].T @ delta2 / keep_g, 0)
        for layer, delta, below in ((3, delta3, A2_g), (2, delta2, A1_g), (1, delta1, X_g)):
            oracle_g[f"dW{layer}"] += delta @ below[:, [j]].T / m_g
            oracle_g[f"db{layer}"] += delta / m_g
    cache_g = (Z1_g, D_g[0], A1_g, p_g["W1"], p_g["b1"], Z2_g, D_g[1], A2_g, p_g["W2"], p_g["b2"])
    cache_g += (Z3_g, A3_g, p_g["W3"], p_g["b3"])
    mended = backward_with_both_repaired(X_g, Y_g, cache_g, lambd_g, keep_g)
    for key, value in oracle_g.items():
        checks.close(mended[key], value, key, rtol=1e-4, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 Three models side by side
#
# Each of the three trainings started from the same weights and took the same 30,000 steps. **Before you run the next cell, what do you expect:** which of the boundaries has the fewest bends?

# %% demo="comparison" needs="compute_cost_with_regularization backward_propagation_with_regularization forward_propagation_with_dropout backward_propagation_with_dropout"
trained = {
    "no regularization": parameters_plain,
    "L2, lambd 0.7": parameters_decay,
    "dropout, keep_prob 0.86": parameters_dropout,
}
print(f"{'':24} train    test     train - test")
for (label, parameters), ax in zip(
    trained.items(), plotting.panels(3, xlabel="x1", ylabel="x2", size=(4.2, 4)), strict=True
):
    on_train, on_test = (
        accuracy(X, Y, parameters) for X, Y in ((train_X, train_Y), (test_X, test_Y))
    )
    print(f"{label:24} {on_train:.4f}   {on_test:.4f}   {on_train - on_test:7.4f}")
    plotting.boundary(
        lambda points, parameters=parameters: forward_propagation(points, parameters)[0],
        train_X,
        train_Y,
        ax,
    )
    ax.set_title(label)

# %% [markdown]
# Without regularization the gap between training and test is the largest, 0.1031; with weight decay it is 0.0397, and with dropout it is about as small. The boundary of weight decay is nearly the straight line from which the points were drawn, that of dropout lies between the other two.
#
# How sure can we be? A test accuracy of 0.84 and one of 0.875 differ by 7 of 200 points, and chance alone moves such a number by about 0.025. We also have to admit that we drew twelve sets in this manner and took one on which both methods help.
# Weight decay reached a higher test accuracy than no regularization on nearly all of the twelve, dropout with frozen masks on about half of them. One run on one set proves little.
#
# ### Stop early
#
# At the start of a training the network learns what most examples have in common, and only later what is special about single ones. So one watches the cost on held-out examples and keeps the
# parameters of the step where it was lowest. The next cell trains without any penalty on the first 140 of our training points, and holds out the other 71. **Before you run it, what do you expect:** will the two costs fall together?

# %% demo="early_stopping"
early_X, early_Y, new_X, new_Y = reg_utils.make_dataset()
watched = np.arange(0, 3001, 100)
early_costs = {"140 points to train with": [], "71 held-out points": []}
reached = [reg_utils.initialize_parameters([2, 20, 3, 1])]
for _ in watched[1:]:
    reached.append(
        train(
            early_X[:, :140],
            early_Y[:, :140],
            forward_propagation,
            backward_propagation,
            num_iterations=100,
            print_cost=False,
            parameters=reached[-1],
        )
    )
for label, some in zip(early_costs, (slice(140), slice(140, None)), strict=True):
    for parameters in reached:
        Z3 = forward_propagation(early_X[:, some], parameters)[1][8]
        early_costs[label].append(cost_from_logits(Z3, early_Y[:, some]))
stop = int(np.argmin(early_costs["71 held-out points"]))
ax = plotting.lines(
    watched,
    early_costs,
    title="Two costs during one training",
    xlabel="step",
    ylabel="cross-entropy",
)
ax.axvline(watched[stop], color="0.4", linestyle=":", linewidth=1.2)
for label, place in (("lowest held-out cost", stop), ("end of the training", -1)):
    print(
        f"{label}, step {watched[place]:4}: cost {early_costs['140 points to train with'][place]:.3f} trained on, "
        f"{early_costs['71 held-out points'][place]:.3f} held out, "
        f"accuracy on the test set {accuracy(new_X, new_Y, reached[place]):.3f}"
    )
seen, unseen = early_costs.values()
crossed = next(i for i in range(len(watched)) if unseen[i] > seen[i])
print(f"the held-out cost is the lower one until step {watched[crossed - 1]}")

# %% [markdown]
# Both costs fall together only for the first 200 steps. From there on the cost of the training points goes on falling, from 0.304 to 0.160, while the held-out cost rises from 0.256 to 0.607. The accuracy on the test set changes by two points of 200 only, 0.845 against 0.835: the network is hardly more often wrong at the end, but it is much surer
# of itself where it is wrong.
#
# Until step 600 the held-out cost is the lower one of the two, because these 71 points happen to be easier: the diagonal line is right on 92 percent of them, and on 89 percent of the others. The training cost has bumps where a step was too long for the place it was taken at.
# Stopping has its price as well: 71 points were held out and could not be learned from.
#
# ### More data from the same data
#
# The best remedy against overfitting is more data. Sometimes one can make new examples from old ones with a change that does not touch the label: a photograph of a cat stays one when it is mirrored. Which changes leave the label alone is
# knowledge about the problem, and the method cannot know it. For our points we try two changes, each on the first 100 training points:
#
# * **jitter**: four copies of each point, moved by a small random step (standard deviation 0.1), with the label of the point;
# * **mirror**: one copy of each point, reflected left to right, with the label of the point.
#
# **Before you run the next cell, what do you expect** of each? Look at the points of section 1 again.

# %% demo="augmentation"
few_X, few_Y, other_X, other_Y = reg_utils.make_dataset()
few_X, few_Y = few_X[:, :100], few_Y[:, :100]
jitter = np.random.RandomState(5).normal(scale=0.1, size=(4, *few_X.shape))
middle = np.array([[-0.15], [0.0]])  # of the range of x1
sets = {
    "100 points as they are": (few_X, few_Y),
    "with jittered copies": (np.hstack([few_X, *(few_X + jitter)]), np.tile(few_Y, 5)),
    "with mirrored copies": (
        np.hstack([few_X, 2 * middle + [[-1], [1]] * few_X]),
        np.tile(few_Y, 2),
    ),
}
for label, (X, Y) in sets.items():
    parameters = train(
        X, Y, forward_propagation, backward_propagation, num_iterations=10000, print_cost=False
    )
    costs = [
        cost_from_logits(forward_propagation(some_X, parameters)[1][8], some_Y)
        for some_X, some_Y in ((few_X, few_Y), (other_X, other_Y))
    ]
    print(
        f"{label:23} cost on the 100 points {costs[0]:.2f}, on the test set {costs[1]:.2f}; "
        f"accuracy on the test set {accuracy(other_X, other_Y, parameters):.3f}"
    )

# %% [markdown] locked="explain_regularization_question"
# The jittered copies lower the cost on the test set from more than 3 to 0.50, although the accuracy hardly changes (0.780 with them; without them it is between 0.76 and 0.80, depending on the computer). As with early stopping, the network is about as often wrong, and less sure when it is. The mirrored copies lower the accuracy to 0.710. A reflection from left to right moves points to the other side of
# the diagonal and leaves them the wrong label. The copies contradict the points.
#
# ### Exercise 9: explain (10 points, read by a person)
#
# Answer in about eight sentences, in your own words:
#
# 1. With weight decay the training accuracy went down and the test accuracy went up. Why can both be the effect of one cause, and which of the two numbers says whether the method helped?
# 2. The network with dropout is now used on new points. What has to be done with the masks and with the division by `keep_prob`, and why? What would go wrong otherwise?
# 3. Your training set grows from 211 to 21,100 points of the same kind, and `lambd` stays 0.7. What happens to the weight of the penalty against the data, and is this what you want?

# %% [markdown] manual="explain_regularization" points=10
# **Model answer.** Without the penalty the network had enough freedom to follow single points, and some of them are noise: labels that were flipped or decided by chance. Following them makes the training accuracy higher and the test accuracy lower, because
# the noise of new points is another one. The penalty takes this freedom away, so the network gives up the noise: it is wrong on these training points, and right on their new neighbours. Only the accuracy on points that were used neither for training nor for choosing `lambd` says whether it helped.
#
# For new points all units are used: no masks, and with inverted dropout no division either, because the division in the training has already kept the mean of what each unit passes on. With the masks on, the answer for one point would change from call to call and be
# noisier; without masks but with the division, every layer would get inputs that are too large by 1 / keep_prob, and with undivided training one has to multiply by keep_prob now.
#
# The cross-entropy is a mean over the examples, while the penalty is divided by m, so its share falls to a hundredth. This is sensible: with 100 times as many points the noise of single points averages out, the data
# say more than our preference for small weights, and overfitting of a network of this size becomes less of a danger. Whether 0.7 is still the best has to be measured again.
#
# **Rubric.** 4 points: fitting noise as the cause (2), less freedom explains both changes (1), the accuracy on unseen points decides (1). 3 points: no masks and no division (1), the mean is kept in the training (1), one thing that would go wrong (1).
# 3 points: the share of the penalty falls by the factor 100 (1), less need for regularization with more data and why (2).

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells, and look at this list. It knows the checks that ran since the set-up cell, each as it ended last: after an edit, run the cell and its check again.
# The visible checks are a part of the tests; a line above that starts with a check mark says what the hidden tests try besides.
# Exercise 9 (10 points) is not in the list, because a person reads it. Is it written?

# %% demo="results" needs="backward_with_both_repaired"
finished = progress.report(
    [
        "compute_cost_with_regularization",
        "backward_propagation_with_regularization",
        "weight_after_decay",
        "chosen_lambd",
        "forward_propagation_with_dropout",
        "dropout_forecast",
        "backward_propagation_with_dropout",
        "backward_with_both_repaired",
    ]
)
if finished:
    print()
    print("relative differences of the repaired gradients:")
    show_differences(backward_with_both_repaired, "The repaired gradients")
    print()
    print("accuracy                 train    test")
    for label, parameters in (*trained.items(), ("dropout, masks anew", parameters_shuffled)):
        on_train, on_test = (
            accuracy(train_X, train_Y, parameters),
            accuracy(test_X, test_Y, parameters),
        )
        print(f"{label:24} {on_train:.4f}   {on_test:.4f}")

# %% [markdown]
# With all exercises done, the six relative differences are below $10^{-9}$, and the table shows all four trainings. No row is best in both columns: the highest training accuracy comes with the lowest test accuracy.
#
# ## What you saw
#
# * A network that is right on more training points is not always right on more new ones. The gap between the two is the sign of overfitting.
# * Weight decay takes the same share of each weight in each step; weights that the data do not need shrink to zero.
# * Inverted dropout keeps the mean of what a unit passes on, given its activation, and adds noise. It belongs to the training only.
# * The strength has to be chosen with held-out examples. Too much of it is as bad as too little, and a network that learns nothing has the cost $\log 2$.
# * Stopping early and sensible copies of the data work in the same direction, without a penalty.
#
# ## Where to go further
#
# * Put a penalty on the absolute values of the weights instead of their squares. What does one step take from a weight now, and how many weights end near zero?
# * Give each layer a `keep_prob` of its own. Which of the two hidden layers can afford more dropout, the one with 20 units or the one with 3?
# * Run the network with its masks on for 100 different seeds and average the outputs. How far is the mean from the pass without masks, and where in the plane do the 100 outputs differ most?
#
# ## References
#
# * D. Lazer, R. Kennedy, G. King, A. Vespignani: "The Parable of Google Flu: Traps in Big Data Analysis". Science 343, 2014, 1203-1205.
# * N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov: "Dropout: A Simple Way to Prevent Neural Networks from Overfitting". Journal of Machine Learning Research 15, 2014.
# * A. Krogh, J. A. Hertz: "A Simple Weight Decay Can Improve Generalization". Advances in Neural Information Processing Systems 4, 1992.
# * L. Prechelt: "Early Stopping - But When?". In *Neural Networks: Tricks of the Trade*, Springer, 1998.
# * I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning*. MIT Press, 2016. Chapter 7.
