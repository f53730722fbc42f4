# %% [markdown]
# # Optimization
#
# In 1847 Augustin-Louis Cauchy filled three pages of the *Comptes rendus* of the Paris Academy. He wanted to compute the orbits of
# heavenly bodies, which meant solving systems of equations in several unknowns. His proposal: write the system as one function that is zero where all
# equations hold, compute its partial derivatives, and move every unknown a little against its derivative. Then repeat (Cauchy, 1847; Lemaréchal, 2012).
#
# Networks are trained by this rule today, with far more unknowns. But the rule has a weakness: in a narrow valley
# "downhill" points across the valley, and hardly along it. A step that is short enough for the way across is much too short for the way along. In this notebook you measure
# that weakness. And you build four ideas that make training faster: an average of past gradients and a step length for each parameter against the valley; small batches and a learning rate that falls, for steps that are cheap and noisy.
#
# **After this notebook you can**
#
# * cut a data set into shuffled mini-batches, and say what they cost and what they gain;
# * predict what an exponentially weighted average does, at its start and later;
# * derive the largest learning rate at which gradient descent is stable, and see what happens beyond it;
# * find and mend the errors in an optimizer, and write gradient descent, momentum, RMSprop, Adam and a falling learning rate;
# * judge what a comparison of optimizers shows and what it does not.
#
# **Plan:** about 120 minutes, 100 points: 92 by tests and 8 for a text that a person reads.
#
# **You need** basic Python with NumPy, gradients, the forward and backward pass of a small network, and from Gradient Checking the idea that wrong code may run without an error message.
#
# ## Set-up
#
# Run this cell first. `checks` holds the helpers of the check cells; `progress` remembers which of your exercises pass, until you run this cell again.

# %% setup="setup"
import copy
import math

import numpy as np

from utils import checks, plotting
from utils.network import accuracy, backward_propagation, compute_cost, forward_propagation, predict
from utils.opt_utils import (
    CURVATURES,
    daily_temperatures,
    example_network,
    initialize_parameters,
    load_dataset,
    ravine,
    small_network,
    walk,
)

train_X, train_Y = load_dataset()
progress = checks.Progress()

# %% [markdown]
# The set-up cell also loaded the data: 300 points of two half moons, with noise. `train_X` has the shape (2, 300), one column per example, and `train_Y` the shape (1, 300).

# %% tags=["figure"]
_ = plotting.classes(train_X, train_Y, title="Two moons with noise")

# %% [markdown] locked="update_parameters_with_gd_statement"
# No straight line separates the two classes. The network for them has the layers 2 -> 5 -> 2 -> 1 (relu, relu, sigmoid). Its forward and backward pass are given in
# `utils.network`; this notebook is about what happens between a backward pass and the next forward pass.
#
# ## 1 Gradient descent, all examples or a few
#
# Cauchy's rule for layer $l$, with the learning rate $\alpha$:
#
# $$W^{[l]} \leftarrow W^{[l]} - \alpha\, dW^{[l]}, \qquad b^{[l]} \leftarrow b^{[l]} - \alpha\, db^{[l]}$$
#
# ### Exercise 1: one step downhill (6 points)
#
# Write `update_parameters_with_gd(parameters, grads, learning_rate)`. `parameters` has the entries W1, b1, W2, b2, ... and `grads` the entries dW1, db1, dW2, db2, ...
#
# 1. Go through all layers, however many there are.
# 2. Update W and b of each. You may change `parameters` in place or make a new dictionary; leave `grads` as it is.
# 3. Return the dictionary with the new parameters.
#
# <details><summary>Hint</summary>
#
# Every layer has two entries, so there are `len(parameters) // 2` layers. `f"W{l}"` or `"W" + str(l)` makes a key. `range(1, L)` ends before `L`.
#
# </details>


# %% solution="update_parameters_with_gd"
def update_parameters_with_gd(parameters, grads, learning_rate):
    """Take one step of gradient descent.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, ...; Wl has the shape (n_l, n_(l-1)) and bl the shape (n_l, 1).
    grads : dict
        dW1, db1, dW2, db2, ... with the same shapes.
    learning_rate : float

    Returns
    -------
    parameters : dict
        The parameters after the step.
    """
    ### BEGIN SOLUTION
    return {name: value - learning_rate * grads["d" + name] for name, value in parameters.items()}
    ### END SOLUTION


# %% test="test_update_parameters_with_gd" points=6
with progress.exercise(
    "update_parameters_with_gd",
    hidden_tests="networks with other numbers of layers and other learning rates",
):
    hand_parameters, hand_grads = small_network()
    hand_by_hand = {
        "W1": [[0.0, 4.0]],
        "b1": [[0.3]],
        "W2": [[-3.5]],
        "b2": [[4.1]],
        "W3": [[6.4]],
        "b3": [[-1.8]],
    }
    moved = update_parameters_with_gd(hand_parameters, hand_grads, 0.1)
    checks.keys(moved, list(hand_by_hand), "What update_parameters_with_gd returns")
    checks.shape(moved["W1"], (1, 2), "W1 after the step", "each entry has its own derivative.")
    checks.property(
        not np.array_equal(moved["W1"], [[1.0, 2.0]]),
        "W1 is the same as before the step.",
        "the new value has to go back into the dictionary.",
    )
    checks.property(
        not np.allclose(checks.array(moved["W1"], "W1"), [[2.0, 0.0]]),
        "W1 moved uphill: the step has the right length and the wrong direction.",
        "the gradient points uphill; look at the sign.",
    )
    for name, value in hand_by_hand.items():
        checks.close(
            moved[name],
            value,
            f"{name} after a step with d{name} = {small_network()[1]['d' + name].tolist()} and the "
            "learning rate 0.1",
            "every layer is updated, also the last one, with its own gradient times the learning "
            "rate; `return` stands after the loop.",
        )
    checks.unchanged(hand_grads, small_network()[1], "grads")
    moved = update_parameters_with_gd(*example_network(), 0.01)
    checks.shapes(
        moved,
        {name: value.shape for name, value in example_network()[0].items()},
        "What update_parameters_with_gd returns for the example network",
    )
    checks.close(
        moved["b2"],
        [[-0.88020257], [0.02561572], [0.57539477]],
        "b2 of the example network with the learning rate 0.01",
        "the learning rate is an argument.",
        rtol=1e-4,
    )
### BEGIN HIDDEN TESTS
gd_rng = checks.rng(1)
for sizes_g in ([4, 2], [3, 5, 4, 2, 3, 1]):
    shapes_g = {}
    for l in range(1, len(sizes_g)):
        shapes_g[f"W{l}"], shapes_g[f"b{l}"] = (sizes_g[l], sizes_g[l - 1]), (sizes_g[l], 1)
    parameters_g = {name: gd_rng.normal(size=shape) for name, shape in shapes_g.items()}
    grads_g = {"d" + name: gd_rng.normal(size=shape) for name, shape in shapes_g.items()}
    rate_g = float(gd_rng.uniform(0.1, 2))
    oracle_g = {name: np.zeros(shape) for name, shape in shapes_g.items()}
    for name, target in oracle_g.items():
        for index in np.ndindex(target.shape):
            target[index] = parameters_g[name][index] - rate_g * grads_g["d" + name][index]
    moved = update_parameters_with_gd(parameters_g, grads_g, rate_g)
    for name, target in oracle_g.items():
        checks.close(moved[name], target, name, atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="random_mini_batches_statement"
# ### A part of the examples for each step
#
# The gradient of the cost is a mean over all examples. A few examples give an estimate of it: less exact, but cheap. So we shuffle the examples,
# cut them into *mini-batches*, and take a step after each. One pass over all mini-batches is an *epoch*. Robbins and Monro (1951) showed, for the problem of finding a root, that steps along noisy
# measurements can still lead to the right place, if the steps become shorter in the right way.
#
# ### Exercise 2: mini-batches (12 points)
#
# Write `random_mini_batches(X, Y, mini_batch_size=64, seed=0)`.
#
# 1. The line `np.random.seed(seed)` is there already. Draw the order of the $m$ examples with one `np.random.permutation(m)`. If it is [2, 0, 1], the columns become X[:, 2], X[:, 0], X[:, 1].
# 2. Put the columns of `X` and of `Y` into this order. `X` and `Y` themselves stay as they are.
# 3. Cut: full batches of `mini_batch_size` examples first, then the rest as a shorter batch if there is one. No batch is empty, and no example is missing.
# 4. Collect pairs `(mini_batch_X, mini_batch_Y)` in a list called `mini_batches`, which the last line returns.
#
# <details><summary>Hint</summary>
#
# For 148 examples and batches of 64 the batches start at 0, 64 and 128. A slice such as `A[:, 128:192]` ends at the last column if there are fewer.
#
# </details>


# %% solution="random_mini_batches"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    """Shuffle the examples and cut them into mini-batches.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    mini_batch_size : int
    seed : int
        For np.random.seed, before the order is drawn.

    Returns
    -------
    list of (ndarray, ndarray)
        The pairs (mini_batch_X, mini_batch_Y), shapes (n_x, size) and (1, size).
    """
    np.random.seed(seed)
    ### BEGIN SOLUTION
    order = np.random.permutation(X.shape[1])
    mini_batches = []
    for start in range(0, len(order), mini_batch_size):
        chosen = order[start : start + mini_batch_size]
        mini_batches.append((X[:, chosen], Y[:, chosen]))
    ### END SOLUTION
    return mini_batches


# %% test="test_random_mini_batches" points=12
with progress.exercise(
    "random_mini_batches",
    hidden_tests="other numbers of examples (with every length of the rest), features, batch sizes and seeds",
):
    for m, size, right_sizes, cause in (
        (10, 4, [4, 4, 2], "full batches first, then the rest."),
        (
            11,
            4,
            [4, 4, 3],
            "the number of full batches is rounded down; the rest comes after them.",
        ),
        (
            8,
            4,
            [4, 4],
            "when the batch size divides m there is no rest; do not append an empty batch.",
        ),
        (3, 64, [3], "fewer examples than a batch make one short batch."),
    ):
        labels = np.arange(m, dtype=float).reshape(1, m)  # every label is the number of its example
        examples = np.vstack([labels, 20 + labels])
        passed_X, passed_Y = examples.copy(), labels.copy()
        found = random_mini_batches(passed_X, passed_Y, size, 3)
        checks.property(
            isinstance(found, (list, tuple))
            and all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in found),
            f"For {m} examples in batches of {size}, random_mini_batches does not return a list of pairs.",
            "append (mini_batch_X, mini_batch_Y) to a list; `return` stands after the loop and after any `if`.",
        )
        checks.unchanged(passed_X, examples, "X")
        checks.unchanged(passed_Y, labels, "Y")
        for batch_X, batch_Y in found:
            rows = checks.array(batch_X, "mini_batch_X").shape
            checks.property(
                len(rows) == 2 and rows[0] == 2,
                f"A mini_batch_X of X with the shape (2, {m}) has the shape {rows}.",
                "the examples are columns: cut columns, not rows.",
            )
            checks.shape(
                batch_Y,
                (1, rows[1]),
                "Its mini_batch_Y",
                "cut Y like X, and keep it two-dimensional.",
            )
        found_sizes = [np.shape(pair[0])[1] for pair in found]
        checks.property(
            sum(found_sizes) == m,
            f"{m} examples in batches of {size} give batches of {found_sizes}, {sum(found_sizes)} examples in total.",
            "m is the number of columns, X.shape[1]; the rest must be neither lost nor counted twice; `return` stands after the loop.",
        )
        checks.property(
            found_sizes == right_sizes,
            f"{m} examples in batches of {size} give batches of {found_sizes}.",
            cause,
        )
    labels_10 = np.arange(10.0).reshape(1, 10)
    pairs = random_mini_batches(np.vstack([labels_10, 10 + labels_10]), labels_10.copy(), 4, 3)
    shuffled = np.hstack(
        [np.vstack([checks.array(x, "X"), checks.array(y, "Y")]) for x, y in pairs]
    )
    checks.property(
        sorted(shuffled[0]) == list(range(10)) and np.array_equal(shuffled[0] + 10, shuffled[1]),
        "The columns of the batches are not the columns of X, each of them once.",
        "one permutation, used for whole columns; the batches must not overlap.",
    )
    checks.property(
        np.array_equal(shuffled[0], shuffled[2]),
        "The examples have lost their labels: X and Y of a batch belong to different examples.",
        "use the same order for the columns of X and of Y.",
    )
    checks.property(
        not np.array_equal(shuffled[0], np.arange(10)),
        "The examples come in their old order.",
        "index the columns with the permutation before you cut.",
    )
    checks.property(
        np.array_equal(shuffled[0], np.random.RandomState(3).permutation(10)),
        "The examples are shuffled, but in another order than the permutation of this seed gives.",
        "np.random.seed(seed) with the argument, directly before one np.random.permutation(m); column "
        "k of the result is column permutation[k] of X.",
    )
    many = np.arange(100.0).reshape(1, 100)
    pairs = random_mini_batches(many, many)
    checks.property(
        [np.shape(pair[0])[1] for pair in pairs] == [64, 36]
        and np.array_equal(pairs[0][0][0], np.random.RandomState(0).permutation(100)[:64]),
        "Without mini_batch_size and seed the batches are not those of 64 and 0.",
        "the defaults are mini_batch_size=64, seed=0.",
    )
### BEGIN HIDDEN TESTS
batch_rng = checks.rng(2)
for m_b, size_b in ((9, 4), (12, 4), (14, 4), (15, 4), (5, 1), (7, 7), (6, 20), (21, 5)):
    n_b, seed_b = int(batch_rng.integers(1, 6)), int(batch_rng.integers(1, 10**6))
    X_b, Y_b = batch_rng.normal(size=(n_b, m_b)), (batch_rng.random((1, m_b)) < 0.5).astype(int)
    order_b = np.random.RandomState(seed_b).permutation(m_b)
    oracle_b = np.zeros((n_b + 2, m_b))  # the number of the batch, then X, then Y
    for k in range(m_b):
        oracle_b[0, k] = k // size_b
        for row in range(n_b):
            oracle_b[1 + row, k] = X_b[row, order_b[k]]
        oracle_b[-1, k] = Y_b[0, order_b[k]]
    found_b = [
        np.vstack([np.full((1, np.shape(x)[1]), number), x, y])
        for number, (x, y) in enumerate(random_mini_batches(X_b.copy(), Y_b.copy(), size_b, seed_b))
    ]
    checks.close(np.hstack(found_b), oracle_b, "batches")
### END HIDDEN TESTS

# %% [markdown]
# The next cell first cuts 148 examples with 12,288 features each into batches of 64, and prints the shapes. Then it trains the network for 40 epochs with the learning rate 0.3, three times: with all 300 examples in each step, with batches of 64 and with batches of 8.
# **Before you run the next cell, what do you expect:** which of the three curves is smooth, and which run has the lowest cost of all examples in the end (it is printed)?

# %% demo="batch_noise" needs="update_parameters_with_gd random_mini_batches"
np.random.seed(1)
wide_X = np.random.randn(12288, 148)
wide_Y = np.random.randn(1, 148) < 0.5
wide_batches = random_mini_batches(wide_X, wide_Y, 64, 0)
print("shapes:", ", ".join(str(np.shape(x)) for x, _ in wide_batches))
print("first entries of batch 0:", np.asarray(wide_batches[0][0])[0, :3])

axes = plotting.panels(3, xlabel="epoch", ylabel="cost of the batch", size=(3.6, 3.4), sharey=True)
for ax, size in zip(axes, (300, 64, 8), strict=True):
    parameters = initialize_parameters([2, 5, 2, 1])
    batch_costs = []
    for epoch in range(40):
        for batch_X, batch_Y in random_mini_batches(train_X, train_Y, size, seed=epoch):
            A3, cache = forward_propagation(batch_X, parameters)
            batch_costs.append(compute_cost(A3, batch_Y))
            gradients = backward_propagation(batch_X, batch_Y, cache)
            grads = {"d" + name: gradients["d" + name] for name in parameters}
            parameters = update_parameters_with_gd(parameters, grads, 0.3)
    ax.plot(
        np.linspace(0, 40, len(batch_costs), endpoint=False),
        batch_costs,
        color=plotting.BLUE,
        linewidth=0.8,
    )
    ax.set_title(f"batches of {size}: {len(batch_costs)} steps")
    whole_cost = compute_cost(forward_propagation(train_X, parameters)[0], train_Y)
    print(f"batches of {size:3}: {len(batch_costs):4} steps, cost of all examples {whole_cost:.2f}")

# %% [markdown] locked="average_forecast_statement"
# Two full batches and the 20 examples that are left: 148 = 64 + 64 + 20.
#
# With all examples the curve is smooth and falls slowly: 40 epochs are 40 steps. Batches of 8 give 1520 steps for the same number of examples. Each step is made from a poor estimate, and the
# curve jumps, but the cost of all examples ends far lower. Part of the jumping is not noise of the path: every batch has a cost of its own, since some examples are harder than others.
#
# ## 2 Averages that forget
#
# Noise suggests averaging. The *exponentially weighted average* of a series $x_1, x_2, \dots$ keeps one number and forgets slowly:
#
# $$v_0 = 0, \qquad v_t = \beta\, v_{t-1} + (1 - \beta)\, x_t$$
#
# Because it starts at zero, it is too close to zero at first. The *bias correction* divides by the sum of the weights that have been given so far:
#
# $$\hat v_t = \frac{v_t}{1 - \beta^t}$$
#
# A rule of thumb says that $v_t$ averages over about $1 / (1 - \beta)$ values.
#
# ### Exercise 3: forecast an average (10 points)
#
# Work these out with paper and a calculator, **before you draw the figure below**, and store them in a dictionary `average_forecast`:
#
# | key | the question |
# |---|---|
# | `"raw_after_3"` | all values are 20, $\beta = 0.9$: what is $v_3$? |
# | `"corrected_after_3"` | the same with bias correction: what is $\hat v_3$? |
# | `"old_weight"` | $\beta = 0.9$: the weight of the value from 10 steps ago, divided by the weight of the newest value |
# | `"beta_for_50"` | which $\beta$ averages over about 50 values, by the rule of thumb? |
# | `"steps_to_95"` | all values are the same, $\beta = 0.9$: after how many steps does $v_t$ first reach 95% of it? (a whole number) |
# | `"lag"` | the values rise by 1 with each step, for a long time, $\beta = 0.9$: how far is $v_t$ below the newest value in the end? |
#
# The check runs the recursion and compares. The numbers may be off by 2%, the number of steps by 1; `beta_for_50` has to give a window of 48 to 52 values.
#
# <details><summary>Hint</summary>
#
# Write $v_3$ out: which factor stands in front of $x_3$, of $x_2$, of $x_1$? For the lag, suppose that $v_t$ also rises by 1 with each step, and put
# $v_{t-1} = v_t - 1$ into the recursion.
#
# </details>

# %% solution="average_forecast"
### BEGIN SOLUTION
average_forecast = {
    "raw_after_3": 5.42,  # 20 * (1 - 0.9**3)
    "corrected_after_3": 20,  # the weights are divided by their sum
    "old_weight": 0.3487,  # 0.9**10, about 1 / e
    "beta_for_50": 0.98,  # 1 / (1 - beta) = 50
    "steps_to_95": 29,  # 0.9**t = 0.05 at t = 28.4
    "lag": 9,  # v = beta * (v - 1) + (1 - beta) * x, so x - v = beta / (1 - beta)
}
### END SOLUTION

# %% tags=["figure"]
# The figure: temperatures of a made-up year that starts on the first of July, and their averages.
temperatures = daily_temperatures()
axes = plotting.panels(
    2, "days after 1 July", "temperature (degrees Celsius)", (5.5, 3.8), sharey=True
)
for ax, corrected in zip(axes, (False, True), strict=True):
    curves = {}
    for beta in (0.5, 0.9, 0.98):
        average, values = 0.0, []
        for t, temperature in enumerate(temperatures, start=1):
            average = beta * average + (1 - beta) * temperature
            values.append(average / (1 - beta**t) if corrected else average)
        curves[f"beta = {beta}"] = values
    ax.plot(temperatures, ".", color="0.75", markersize=4, label="each day")
    plotting.lines(range(365), curves, ax)
    ax.set_title("with bias correction" if corrected else "without bias correction")

# %% [markdown]
# With $\beta = 0.5$ the average follows the weather. With 0.9 it follows the season. With 0.98 it is smooth and late: its lowest point comes weeks after the coldest days. On the left the curves start too low,
# the last two near zero, in July! The larger $\beta$ is, the longer this takes to heal. On the right all of them start at the temperature of the first days.

# %% test="test_average_forecast" points=10
with progress.exercise("average_forecast"):
    asked = ["raw_after_3", "corrected_after_3", "old_weight", "beta_for_50", "steps_to_95", "lag"]
    checks.keys(average_forecast, asked, "average_forecast", "the table lists six keys.")
    forecast = {key: checks.number(average_forecast[key], key) for key in asked}
    checks.property(
        0 < forecast["beta_for_50"] < 1,
        f"beta_for_50 is {forecast['beta_for_50']:g}.",
        "beta is a number between 0 and 1.",
    )

    constant, impulse, ramp = [0.0], [0.0], [0.0]  # the averages of three series, beta = 0.9
    for t in range(1, 401):
        constant.append(0.9 * constant[-1] + 0.1 * 1.0)
        impulse.append(0.9 * impulse[-1] + 0.1 * (t == 1))
        ramp.append(0.9 * ramp[-1] + 0.1 * t)
    measured = {
        "raw_after_3": 20 * constant[3],
        "corrected_after_3": 20 * constant[3] / (1 - 0.9**3),
        "old_weight": impulse[11] / impulse[1],
        "steps_to_95": next(t for t in range(401) if constant[t] >= 0.95),
        "lag": 400 - ramp[400],
    }
    causes = {
        "raw_after_3": "three steps from v = 0; each adds a tenth of the distance to 20.",
        "corrected_after_3": "the correction makes the weights add up to 1; what is the mean of equal values?",
        "old_weight": "each step multiplies the weight of an old value by beta; how often?",
        "steps_to_95": "the distance that is left shrinks by the factor beta in each step.",
        "lag": "in the end v rises by 1 per step, too; put v - 1 in the place of the old v and solve.",
    }
    for key, truth in measured.items():
        mine, direction = forecast[key], "larger" if truth > forecast[key] else "smaller"
        near = abs(mine - truth) <= (1 if key == "steps_to_95" else 0.02 * truth)
        checks.property(near, f"{key} is {mine:g}; what is measured is {direction}.", causes[key])
    window = 1 / (1 - forecast["beta_for_50"])
    checks.property(
        48 <= window <= 52,
        f"With beta = {forecast['beta_for_50']:g} the rule of thumb gives about {window:.1f} values.",
        "solve 1 / (1 - beta) = 50 for beta.",
    )

# %% [markdown] locked="initialize_velocity_statement"
# ## 3 Momentum
#
# On a narrow valley's wall, gradients change their sign from step to step; along the valley they keep it. Their average keeps what they agree on. **Momentum** steps along the
# average $v$ of the gradients and not along the newest gradient (the idea, in another form, is from Polyak, 1964).
#
# ### Exercise 4: start at rest (4 points)
#
# Write `initialize_velocity(parameters)`. It returns a dictionary with the entries dW1, db1, dW2, db2, ... for all layers. Each is an array of zeros (of floats) with the shape of its parameter.
# Leave `parameters` as it is.


# %% solution="initialize_velocity"
def initialize_velocity(parameters):
    """Make the averages of momentum, before the first step.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, ...

    Returns
    -------
    v : dict
        dW1, db1, dW2, db2, ...: zeros with the shapes of the parameters.
    """
    ### BEGIN SOLUTION
    return {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    ### END SOLUTION


# %% test="test_initialize_velocity" points=4
with progress.exercise("initialize_velocity", hidden_tests="networks with other numbers of layers"):
    example = example_network()[0]
    v_example = initialize_velocity(example)
    checks.keys(
        v_example,
        ["dW1", "db1", "dW2", "db2"],
        "What initialize_velocity returns",
        "the keys are those of the gradients, for every layer.",
    )
    checks.unchanged(example, example_network()[0], "parameters")
    checks.keys(
        initialize_velocity(small_network()[0]),
        ["dW1", "db1", "dW2", "db2", "dW3", "db3"],
        "For a network of three layers, v",
        "there may be any number of layers; `range(1, L)` ends before L.",
    )
    for network in (example, small_network()[0]):
        v_start = initialize_velocity(network)
        for name, value in network.items():
            part = v_start["d" + name]
            checks.property(
                isinstance(part, np.ndarray) and part.dtype.kind == "f",
                f"v['d{name}'] is no array of floats.",
                "np.zeros(shape) makes one; a list or whole numbers cannot be averaged with gradients.",
            )
            checks.shape(part, value.shape, f"v['d{name}']", f"it has the shape of {name}.")
            checks.close(
                part,
                np.zeros(value.shape),
                f"v['d{name}']",
                "before the first step the average is 0.",
            )
### BEGIN HIDDEN TESTS
velocity_rng = checks.rng(4)
for layers_v in (1, 5):
    sizes_v = velocity_rng.integers(2, 7, layers_v + 1)
    parameters_v = {}
    for l in range(1, layers_v + 1):
        parameters_v[f"W{l}"] = velocity_rng.normal(size=(sizes_v[l], sizes_v[l - 1]))
        parameters_v[f"b{l}"] = velocity_rng.normal(size=(sizes_v[l], 1))
    v_found = initialize_velocity(parameters_v)
    for name, value in parameters_v.items():
        checks.close(v_found["d" + name], np.zeros(value.shape), name)
### END HIDDEN TESTS

# %% [markdown] locked="update_parameters_with_momentum_statement"
# ### Exercise 5: a step with momentum (10 points)
#
# For each layer, with $dW$ and $db$ from the backward pass:
#
# $$v_{dW} \leftarrow \beta\, v_{dW} + (1 - \beta)\, dW, \qquad W \leftarrow W - \alpha\, v_{dW}$$
#
# and the same for $b$. Write `update_parameters_with_momentum(parameters, grads, v, beta, learning_rate)`.
#
# 1. Update `v` first, then the parameters with the new `v`.
# 2. You may change `parameters` and `v` in place or make new dictionaries; leave `grads` as it is.
# 3. Return both, `parameters, v`.
#
# Some libraries leave the factor $1 - \beta$ out; their learning rates are smaller by this factor. Here it stays in.
#
# <details><summary>Hint</summary>
#
# The keys of `v` and of `grads` are the same: `v["dW1"]` belongs to `grads["dW1"]` and to `parameters["W1"]`.
#
# </details>


# %% solution="update_parameters_with_momentum"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    """Take one step of gradient descent with momentum.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, ...
    grads : dict
        dW1, db1, dW2, db2, ...
    v : dict
        dW1, db1, dW2, db2, ...: the averages of the gradients so far.
    beta : float
        How much of the old average is kept, 0 <= beta < 1.
    learning_rate : float

    Returns
    -------
    parameters, v : dict
        After the step.
    """
    ### BEGIN SOLUTION
    v = {name: beta * v[name] + (1 - beta) * grads[name] for name in v}
    parameters = {name: value - learning_rate * v["d" + name] for name, value in parameters.items()}
    ### END SOLUTION
    return parameters, v


# %% test="test_update_parameters_with_momentum" points=10
with progress.exercise(
    "update_parameters_with_momentum",
    hidden_tests="several steps in a row, other networks, other beta and learning rates",
):
    hand_parameters, hand_grads = small_network()
    names = list(hand_parameters)
    answer = update_parameters_with_momentum(
        hand_parameters,
        hand_grads,
        {key: 2 * value + 8 for key, value in hand_grads.items()},
        0.75,
        0.1,
    )
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "update_parameters_with_momentum does not return two things.",
        "return parameters, v.",
    )
    moved, v_after = answer
    checks.keys(
        moved,
        names,
        "The first thing that is returned",
        "it holds the parameters, the second one v.",
    )
    checks.keys(v_after, ["d" + name for name in names], "The second thing that is returned")
    v_by_hand = {
        "W1": [[23.5, -29.0]],
        "b1": [[9.5]],
        "W2": [[14.75]],
        "b2": [[4.25]],
        "W3": [[-1.0]],
        "b3": [[20.0]],
    }
    by_hand = {
        "W1": [[-1.35, 4.9]],
        "b1": [[-0.45]],
        "W2": [[-4.475]],
        "b2": [[3.575]],
        "W3": [[6.1]],
        "b3": [[-3.0]],
    }
    for name in names:
        slope = small_network()[1]["d" + name].tolist()
        old = (2 * small_network()[1]["d" + name] + 8).tolist()
        checks.close(
            v_after["d" + name],
            v_by_hand[name],
            f"The new v['d{name}'], from {old}, d{name} = {slope} and beta = 0.75,",
            "beta times the old average of this entry plus (1 - beta) times its gradient; beta is an argument. "
            "If only the last layer is wrong, the loop ends too early.",
        )
        checks.close(
            moved[name],
            by_hand[name],
            f"The new {name}, from the old v['d{name}'] = {old}, d{name} = {slope}, beta = 0.75 and the learning rate 0.1,",
            "step along the new v, against its sign, and not along the gradient or the old v.",
        )
    checks.unchanged(hand_grads, small_network()[1], "grads")
    example, example_grads = example_network()
    moved, v_after = update_parameters_with_momentum(
        example, example_grads, {key: 0 * value for key, value in example_grads.items()}, 0.9, 0.01
    )
    for part, letter in ((moved, ""), (v_after, "d")):
        checks.shapes(
            part,
            {letter + name: value.shape for name, value in example_network()[0].items()},
            "What update_parameters_with_momentum returns for the example network",
        )
    checks.close(
        moved["W1"],
        [[1.62544598, -0.61290114, -0.52907334], [-1.07347112, 0.86450677, -2.30085497]],
        "W1 of the example network after the first step, beta 0.9 and learning rate 0.01",
        "beta and learning_rate are arguments, in this order.",
        rtol=1e-4,
    )
### BEGIN HIDDEN TESTS
momentum_rng = checks.rng(5)
for layers_m in (1, 4):
    sizes_m = momentum_rng.integers(2, 5, layers_m + 1)
    beta_m = 0.0 if layers_m == 1 else float(momentum_rng.uniform(0.1, 0.95))
    rate_m = float(momentum_rng.uniform(0.1, 2))
    oracle_m = {}  # the parameters W1, b1, ... and their averages dW1, db1, ...
    for l in range(1, layers_m + 1):
        for name, shape in ((f"W{l}", (sizes_m[l], sizes_m[l - 1])), (f"b{l}", (sizes_m[l], 1))):
            oracle_m[name], oracle_m["d" + name] = momentum_rng.normal(size=(2, *shape))
    moved = {key: value.copy() for key, value in oracle_m.items() if key[0] != "d"}
    v_after = {key: value.copy() for key, value in oracle_m.items() if key[0] == "d"}
    for _ in range(3):
        grads_m = {key: momentum_rng.normal(size=value.shape) for key, value in v_after.items()}
        grads_m["dW1"][0, 0] = 0.0  # as with a relu that gives zero
        for name in moved:
            for index in np.ndindex(oracle_m[name].shape):
                old, slope = oracle_m["d" + name][index], grads_m["d" + name][index]
                oracle_m["d" + name][index] = slope + beta_m * (old - slope)
                oracle_m[name][index] -= rate_m * oracle_m["d" + name][index]
        moved, v_after = update_parameters_with_momentum(moved, grads_m, v_after, beta_m, rate_m)
    for name, target in oracle_m.items():
        checks.close({**moved, **v_after}[name], target, name, atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="largest_stable_learning_rate_statement"
# Note that with $v = 0$ at the start and no bias correction, the first steps of momentum are shorter than those of gradient descent.
#
# ### How long may a step be?
#
# Near its lowest point a smooth cost looks like a bowl. In suitable coordinates the bowl is
#
# $$J(x_1, \dots, x_n) = \tfrac{1}{2} \left( c_1 x_1^2 + \dots + c_n x_n^2 \right), \qquad c_i > 0.$$
#
# The numbers $c_i$ are its *curvatures*: large across a narrow valley, small along it.
#
# ### Exercise 6: the largest stable learning rate (10 points)
#
# Gradient descent on this bowl converges to 0 from every start if the learning rate is small, and runs away from some starts if it is too large.
# Write `largest_stable_learning_rate(curvatures)`, which returns the limit between the two, for a list of curvatures of any length, in any order.
# There is no formula to copy here: derive it.
#
# <details><summary>Hint</summary>
#
# The derivative with respect to $x_i$ is $c_i x_i$, so one step turns $x_i$ into $(1 - \alpha c_i)\, x_i$. What must hold for this factor, so that many steps lead to 0? It must hold for every $i$.
#
# </details>


# %% solution="largest_stable_learning_rate"
def largest_stable_learning_rate(curvatures):
    """The limit of the learning rates at which gradient descent converges on a bowl.

    Parameters
    ----------
    curvatures : list of float, or ndarray, shape (n,)
        All greater than zero.

    Returns
    -------
    float
        Below it gradient descent converges from every start; above it, not.
    """
    ### BEGIN SOLUTION
    return 2 / np.max(curvatures)
    ### END SOLUTION


# %% test="test_largest_stable_learning_rate" points=10
with progress.exercise(
    "largest_stable_learning_rate", hidden_tests="other curvatures, more of them, in other orders"
):
    for bowl in ([1.0], [4.0], [0.25], [1.0, 10.0, 4.0], [30.0, 0.2], [2.0, 3.0]):
        limit = checks.number(
            largest_stable_learning_rate(list(bowl)),
            "The limit",
            "one number for the whole bowl: it has to hold for every coordinate at once.",
        )
        checks.property(
            np.isfinite(limit) and limit > 0,
            f"For the curvatures {bowl} the limit is {limit:g}.",
            "a learning rate is a positive number.",
        )
        for part, stable in ((0.99, True), (1.01, False)):
            place, steps = np.ones(len(bowl)), 0
            while steps < 2000 and 1e-3 < np.abs(place).max() < 1e3:
                place, steps = place - part * limit * np.array(bowl) * place, steps + 1
            converges = np.abs(place).max() < 1
            checks.property(
                converges == stable,
                f"For the curvatures {bowl} your limit is {limit:.6g}, but gradient descent with "
                + (
                    "99% of it does not converge."
                    if stable
                    else "1% more still converges, so the limit is higher."
                ),
                "each coordinate is multiplied by a factor in every step, which may be negative; which "
                "condition does it have to meet, and which coordinate meets it last?",
            )
    checks.close(
        largest_stable_learning_rate(np.array([1.0, 10.0, 4.0])),
        largest_stable_learning_rate([1.0, 10.0, 4.0]),
        "The limit for an array of curvatures, compared with the list,",
        "use the argument as a sequence of numbers.",
    )
### BEGIN HIDDEN TESTS
bowl_rng = checks.rng(6)
for n_c in (1, 2, 6, 9):
    bowl_c = np.exp(bowl_rng.uniform(-4, 4, n_c))
    if n_c == 9:
        bowl_c.sort()
    low_c, high_c = 0.0, 1e6
    for _ in range(100):  # halve the interval between a stable and an unstable rate
        middle_c = (low_c + high_c) / 2
        radius_c = np.abs(np.linalg.eigvalsh(np.eye(n_c) - middle_c * np.diag(bowl_c))).max()
        low_c, high_c = (middle_c, high_c) if radius_c < 1 else (low_c, middle_c)
    checks.close(largest_stable_learning_rate(bowl_c.tolist()), low_c, "limit")
### END HIDDEN TESTS

# %% [markdown]
# The next cell walks through a ravine with the curvatures 1 (along) and 25 (across), 30 steps each: with your gradient descent at half of your limit and at 5% above it, and with your momentum at the
# same 5% above the limit of gradient descent. **Before you run it, what do you expect** of the third walk?

# %% demo="ravine_limit" needs="update_parameters_with_gd update_parameters_with_momentum largest_stable_learning_rate"
stable_limit = checks.number(largest_stable_learning_rate(list(CURVATURES)), "the limit")


def gd_walk(learning_rate, start, steps):
    """The path of gradient descent through the ravine."""
    return walk(
        lambda point, slopes, t: update_parameters_with_gd(point, slopes, learning_rate),
        start,
        steps,
    )


def momentum_walk(learning_rate, start, steps, beta=0.9):
    """The path of momentum through the ravine, from rest."""
    state = {"v": {"dW1": np.zeros((1, 1)), "db1": np.zeros((1, 1))}}

    def step(point, slopes, t):
        point, state["v"] = update_parameters_with_momentum(
            point, slopes, state["v"], beta, learning_rate
        )
        return point

    return walk(step, start, steps)


walks_near_limit = {
    "gradient descent, 0.5 times the limit": gd_walk(0.5 * stable_limit, (-9, 1), 30),
    "gradient descent, 1.05 times the limit": gd_walk(1.05 * stable_limit, (-9, 1), 30),
    "momentum, 1.05 times the limit": momentum_walk(1.05 * stable_limit, (-9, 1), 30),
}
for ax, (label, path) in zip(
    plotting.panels(3, "x (curvature 1)", "y (curvature 25)", (4, 3.4), sharey=True),
    walks_near_limit.items(),
    strict=True,
):
    plotting.paths(ravine, {"path": path}, ((-10, 3), (-4, 4)), ax)
    ax.set_title(label, fontsize="medium")
    ax.get_legend().remove()
    print(f"{label:39} |y| at the start 1.00, at the end {abs(path[-1, 1]):.2f}")

# %% [markdown] locked="update_parameters_with_rmsprop_statement"
# At half of the limit gradient descent falls into the valley at once and then crawls along it. At 5% above the limit it jumps from wall to wall, higher each time, although the other coordinate is on
# its way to the lowest point. Momentum with the same learning rate swings a few times, less each time, and moves along the valley: the gradients across the valley change their sign and cancel in the average.
# Its own limit is higher.
#
# ## 4 A step length for every parameter
#
# RMSprop (Hinton, in a lecture of 2012) keeps an average $s$ of the *squares* of the gradients, and divides each gradient by the root of it:
#
# $$s_{dW} \leftarrow \beta_2\, s_{dW} + (1 - \beta_2)\, dW^2, \qquad W \leftarrow W - \alpha\, \frac{dW}{\sqrt{s_{dW}} + \varepsilon}$$
#
# and the same for $b$. (It is called $\beta_2$ because Adam will need two; RMSprop's default is 0.9, Adam's 0.999.) All operations are element by element. If the gradient has the same size for a while, $\sqrt{s}$ becomes that size, and the step becomes $\alpha$, however large or small the gradient is. $\varepsilon$ keeps the quotient finite.
#
# ### Exercise 7: find and mend (12 points)
#
# The function below was written by somebody in a hurry. It runs, it returns arrays of the right shape, and it has **three** errors. The table under it shows symptoms.
# Write `update_parameters_with_rmsprop` with the same arguments and without the errors.


# %% given="update_parameters_with_rmsprop_broken"
def update_parameters_with_rmsprop_broken(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    """Take one step of RMSprop; three things in it are wrong.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, ...
    grads : dict
        dW1, db1, dW2, db2, ...
    s : dict
        dW1, db1, dW2, db2, ...: the averages of the squared gradients so far.
    learning_rate, beta2, epsilon : float

    Returns
    -------
    parameters, s : dict
        After the step.
    """
    parameters, s = dict(parameters), dict(s)
    for l in range(1, len(parameters) // 2 + 1):
        W, b, dW, db = f"W{l}", f"b{l}", f"dW{l}", f"db{l}"
        s[dW] = (beta2 * s[dW] + (1 - beta2) * grads[dW]) ** 2
        s[db] = beta2 * s[db] + grads[db] ** 2
        parameters[W] = parameters[W] - learning_rate * grads[dW] / (np.sqrt(s[dW]) + epsilon)
        parameters[b] = parameters[b] - learning_rate * grads[db] / np.sqrt(s[db]) + epsilon
    return parameters, s


print("a step, in units of the learning rate, after 100 steps with the same gradient")
print("gradient    step of W    step of b")
with np.errstate(all="ignore"):  # the errors let numbers overflow, and divide zero by zero
    for slope in (0.1, 1.0, 10.0, 0.0):
        point = {"W1": np.zeros((1, 1)), "b1": np.zeros((1, 1))}
        state = {"dW1": np.zeros((1, 1)), "db1": np.zeros((1, 1))}
        same = {"dW1": np.full((1, 1), slope), "db1": np.full((1, 1), slope)}
        for _ in range(100):
            before = point
            point, state = update_parameters_with_rmsprop_broken(before, same, state)
        lengths = [(before[name] - point[name]).item() / 0.01 for name in ("W1", "b1")]
        print(f"{slope:8}{lengths[0]:13.3f}{lengths[1]:13.3f}")

# %% [markdown] locked="update_parameters_with_rmsprop_symptoms"
# A right RMSprop would print 1.000 in the first three rows and 0.000 in the last. Here the steps of W are about ten times too long for small gradients and vanish for a large one; those of b are too short
# by the factor $\sqrt{0.1} \approx 0.316$; and a gradient of zero, which every relu network has now and then, turns b into nan.
#
# <details><summary>Hint</summary>
#
# Compare each of the four lines with the formula, and the lines of W with those of b. Two of the three errors are about what is averaged and with which weights; one is about brackets.
#
# </details>


# %% solution="update_parameters_with_rmsprop"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    """Take one step of RMSprop.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, ...
    grads : dict
        dW1, db1, dW2, db2, ...; leave them as they are.
    s : dict
        dW1, db1, dW2, db2, ...: the averages of the squared gradients so far.
    learning_rate, beta2, epsilon : float

    Returns
    -------
    parameters, s : dict
        After the step.
    """
    ### BEGIN SOLUTION
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    parameters = {
        name: value - learning_rate * grads["d" + name] / (np.sqrt(s["d" + name]) + epsilon)
        for name, value in parameters.items()
    }
    ### END SOLUTION
    return parameters, s


# %% test="test_update_parameters_with_rmsprop" points=12
with progress.exercise(
    "update_parameters_with_rmsprop",
    hidden_tests="several steps in a row, other networks, other beta2, epsilon and learning rates",
):
    hand_parameters, hand_grads = small_network()
    answer = update_parameters_with_rmsprop(
        hand_parameters,
        hand_grads,
        {key: 5 * value**2 for key, value in hand_grads.items()},
        0.1,
        0.75,
        0.0,
    )
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "update_parameters_with_rmsprop does not return two things.",
        "return parameters, s.",
    )
    moved, s_after = answer
    hand_parameters, slopes = small_network()
    checks.keys(
        moved, list(hand_parameters), "The first thing that is returned", "return parameters, s."
    )
    checks.keys(s_after, list(slopes), "The second thing that is returned", "return parameters, s.")
    for name in hand_parameters:
        checks.close(
            s_after["d" + name],
            4 * slopes["d" + name] ** 2,
            f"With the old s 5 times the squared gradient and beta2 = 0.75, by hand s becomes 4 times it; yours for d{name}",
            "s averages the squares: beta2 times the old s plus (1 - beta2) times the squared gradient. "
            "If only the last layer is wrong, the loop ends too early.",
        )
        checks.close(
            moved[name],
            hand_parameters[name] - 0.05 * np.sign(slopes["d" + name]),
            f"With the new s 4 times the squared gradient and the learning rate 0.1 every entry moves by 0.05; yours of {name}",
            "divide by the root of the new s, of the same parameter, and step against the gradient.",
        )
    checks.unchanged(hand_grads, slopes, "grads")
    for name in ("W2", "b1"):
        slope = slopes["d" + name].item()
        moved, _ = update_parameters_with_rmsprop(
            *small_network(),
            {key: 5 * value**2 for key, value in slopes.items()},
            0.1,
            0.75,
            2 * slope,
        )
        checks.close(
            moved[name],
            hand_parameters[name] - 0.025,
            f"The same with an epsilon as large as the root of s, so that {name} moves by half of it; {name}",
            "epsilon is added to the root: outside of the root, inside of the denominator. Look at the brackets.",
        )
    with np.errstate(all="ignore"):
        moved, s_after = update_parameters_with_rmsprop(
            small_network()[0],
            {key: 0 * value for key, value in slopes.items()},
            {key: 0 * value for key, value in slopes.items()},
        )
    for name, value in hand_parameters.items():
        checks.close(
            moved[name],
            value,
            f"With gradients of zero nothing moves, but {name}",
            "epsilon belongs to the denominator, inside its brackets.",
        )
    moved, s_after = update_parameters_with_rmsprop(
        *small_network(), {key: 0 * value for key, value in slopes.items()}
    )
    checks.close(
        [checks.number(s_after["dW2"], "s['dW2']"), checks.number(moved["W2"], "W2")],
        [2.5, -3 - 0.01 * 5 / (np.sqrt(2.5) + 1e-8)],
        "With the defaults, the list of s['dW2'] and W2",
        "the defaults are learning_rate=0.01, beta2=0.9, epsilon=1e-8.",
    )
    moved, s_after = update_parameters_with_rmsprop(
        small_network()[0],
        {key: 0 * value + 1e-8 for key, value in slopes.items()},
        {key: 0 * value for key, value in slopes.items()},
    )
    checks.close(
        checks.number(moved["b3"], "b3") + 1,
        -0.01 * 1e-8 / (np.sqrt(1e-17) + 1e-8),
        "With the defaults and gradients of 1e-8, the step of b3",
        "epsilon is 1e-8 unless it is given; here it is as large as the gradient.",
        rtol=1e-3,
    )
### BEGIN HIDDEN TESTS
rms_rng = checks.rng(7)
for layers_r in (1, 2, 4):
    sizes_r = rms_rng.integers(2, 5, layers_r + 1)
    rate_r, beta_r, eps_r = (
        float(rms_rng.uniform(*ends)) for ends in ((0.1, 2), (0.1, 0.99), (0.01, 1))
    )
    oracle_r = {}
    for l in range(1, layers_r + 1):
        for name, shape in ((f"W{l}", (sizes_r[l], sizes_r[l - 1])), (f"b{l}", (sizes_r[l], 1))):
            oracle_r[name], oracle_r["d" + name] = rms_rng.normal(size=(2, *shape))
            oracle_r["d" + name] **= 2
    after_r = {key: value.copy() for key, value in oracle_r.items() if key[0] != "d"}
    squares_r = {key: value.copy() for key, value in oracle_r.items() if key[0] == "d"}
    for _ in range(3):
        grads_r = {key: rms_rng.normal(size=value.shape) for key, value in squares_r.items()}
        grads_r["dW1"][0, 0] = 0.0  # as with a relu that gives zero
        for name in after_r:
            for index in np.ndindex(oracle_r[name].shape):
                old, slope = oracle_r["d" + name][index], grads_r["d" + name][index]
                oracle_r["d" + name][index] = slope * slope + beta_r * (old - slope * slope)
                root = math.sqrt(oracle_r["d" + name][index])
                oracle_r[name][index] -= rate_r * slope / (root + eps_r)
        after_r, squares_r = update_parameters_with_rmsprop(
            after_r, grads_r, squares_r, rate_r, beta_r, eps_r
        )
    for name, target in oracle_r.items():
        checks.close({**after_r, **squares_r}[name], target, name, atol=1e-5)
### END HIDDEN TESTS

# %% tags=["result"] needs="update_parameters_with_rmsprop"
print("gradient    step of W    step of b    (mended)")
for slope in (0.1, 1.0, 10.0, 0.0):
    point = {"W1": np.zeros((1, 1)), "b1": np.zeros((1, 1))}
    state = {"dW1": np.zeros((1, 1)), "db1": np.zeros((1, 1))}
    for _ in range(100):
        before = copy.deepcopy(point)
        slopes_here = {"dW1": np.full((1, 1), slope), "db1": np.full((1, 1), slope)}
        point, state = update_parameters_with_rmsprop(point, slopes_here, state)
    lengths = [(before[name] - point[name]).item() / 0.01 for name in ("W1", "b1")]
    print(f"{slope:8}{lengths[0]:13.3f}{lengths[1]:13.3f}")

# %% [markdown] locked="initialize_adam_statement"
# Now the length of the step no longer depends on the size of the gradient, only on how steady this size is. The table shows the 100th step. The first one is longer: $s$ starts at zero, so
# after one step $\sqrt{s}$ is only $\sqrt{0.1}$ times the size of the gradient, and the step is $1 / \sqrt{0.1} \approx 3.2$ times $\alpha$. Adam mends this.
#
# ## 5 Adam
#
# Adam (Kingma and Ba, 2015) takes both averages, that of the gradients for the direction and that of their squares for the length, and corrects the bias of both.
#
# ### Exercise 8: two averages at zero (4 points)
#
# Write `initialize_adam(parameters)`. It returns two separate dictionaries, `v` and `s`, each with the entries dW1, db1, dW2, db2, ... and zeros (of floats) in the shapes of the parameters.
# Leave `parameters` as it is.


# %% solution="initialize_adam"
def initialize_adam(parameters):
    """Make the averages of Adam, before the first step.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, ...

    Returns
    -------
    v, s : dict
        dW1, db1, dW2, db2, ...: zeros with the shapes of the parameters.
    """
    ### BEGIN SOLUTION
    v = {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    s = {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    ### END SOLUTION
    return v, s


# %% test="test_initialize_adam" points=4
with progress.exercise("initialize_adam", hidden_tests="networks with other numbers of layers"):
    small = small_network()[0]
    answer = initialize_adam(small)
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "initialize_adam does not return two dictionaries.",
        "return v, s.",
    )
    for network in (small_network()[0], example_network()[0]):
        for letter, part in zip("vs", initialize_adam(network), strict=True):
            checks.keys(
                part,
                ["d" + name for name in network],
                letter,
                "the keys are those of the gradients, for every layer.",
            )
            for name, value in network.items():
                entry, label = part["d" + name], f"{letter}['d{name}']"
                checks.property(
                    isinstance(entry, np.ndarray) and entry.dtype.kind == "f",
                    f"{label} is no array of floats.",
                    "np.zeros(shape) makes one; a list or whole numbers cannot be averaged with gradients.",
                )
                checks.shape(entry, value.shape, label, f"it has the shape of {name}.")
                checks.close(
                    entry,
                    np.zeros(value.shape),
                    label,
                    "before the first step both averages are 0.",
                )
    checks.unchanged(small, small_network()[0], "parameters")
    checks.property(
        answer[0] is not answer[1]
        and not any(np.shares_memory(answer[0][key], answer[1][key]) for key in answer[0]),
        "v and s are the same thing under two names: a change of one would change the other.",
        "make new zeros for each of them; `s = v` copies nothing.",
    )
### BEGIN HIDDEN TESTS
adam_zero_rng = checks.rng(8)
for layers_z in (1, 5):
    sizes_z = adam_zero_rng.integers(2, 7, layers_z + 1)
    parameters_z = {}
    for l in range(1, layers_z + 1):
        parameters_z[f"W{l}"] = adam_zero_rng.normal(size=(sizes_z[l], sizes_z[l - 1]))
        parameters_z[f"b{l}"] = adam_zero_rng.normal(size=(sizes_z[l], 1))
    v_found, s_found = initialize_adam(parameters_z)
    for name, value in parameters_z.items():
        both = [v_found["d" + name], s_found["d" + name]]
        checks.close(both, np.zeros((2, *value.shape)), name)
### END HIDDEN TESTS

# %% [markdown] locked="update_parameters_with_adam_statement"
# ### Exercise 9: a step of Adam (14 points)
#
# In step number $t$ (1 for the first), for each layer:
#
# $$v_{dW} \leftarrow \beta_1 v_{dW} + (1 - \beta_1)\, dW, \qquad s_{dW} \leftarrow \beta_2 s_{dW} + (1 - \beta_2)\, dW^2$$
#
# $$\hat v = \frac{v_{dW}}{1 - \beta_1^t}, \qquad \hat s = \frac{s_{dW}}{1 - \beta_2^t}, \qquad W \leftarrow W - \alpha\, \frac{\hat v}{\sqrt{\hat s} + \varepsilon}$$
#
# and the same for $b$. Write `update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8)`.
#
# 1. Update `v` and `s`. What is kept for the next step are these, **without** the correction.
# 2. Use the corrected values for the step of the parameters. $\varepsilon$ stands outside of the root.
# 3. You may change `parameters`, `v` and `s` in place or make new dictionaries; leave `grads` as it is.
# 4. Return `parameters, v, s`. If you like, the corrected averages may follow as two more values.
#
# **Before you write it, what do you expect:** how long is Adam's first step with a gradient of 0.001, and with one of 1000?
#
# <details><summary>Hint</summary>
#
# Put $t = 1$ and $v = s = 0$ into the formulas: what are $\hat v$ and $\hat s$? In the code give $\hat v$ and $\hat s$ names of their own, so that they do not take the places of `v` and `s`.
#
# </details>


# %% solution="update_parameters_with_adam"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """Take one step of Adam.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, ...
    grads : dict
        dW1, db1, dW2, db2, ...
    v, s : dict
        dW1, db1, dW2, db2, ...: the averages of the gradients and of their squares so far, not corrected.
    t : int
        The number of this step, 1 for the first.
    learning_rate, beta1, beta2, epsilon : float

    Returns
    -------
    parameters, v, s : dict
        After the step; v and s not corrected.
    """
    ### BEGIN SOLUTION
    v = {name: beta1 * v[name] + (1 - beta1) * grads[name] for name in v}
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    parameters = dict(parameters)
    for name in parameters:
        v_corrected = v["d" + name] / (1 - beta1**t)
        s_corrected = s["d" + name] / (1 - beta2**t)
        step = learning_rate * v_corrected / (np.sqrt(s_corrected) + epsilon)
        parameters[name] = parameters[name] - step
    ### END SOLUTION
    return parameters, v, s


# %% test="test_update_parameters_with_adam" points=14
with progress.exercise(
    "update_parameters_with_adam",
    hidden_tests="several steps in a row, later t, other networks, other betas, epsilon and learning rates",
):
    hand_parameters, hand_grads = small_network()
    answer = update_parameters_with_adam(
        hand_parameters,
        hand_grads,
        {key: 0.65 * value for key, value in hand_grads.items()},
        {key: 2 * value**2 for key, value in hand_grads.items()},
        2,
        0.1,
        0.8,
        0.75,
        1e-12,
    )
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) in (3, 5),
        "update_parameters_with_adam does not return three things (or five).",
        "return parameters, v, s.",
    )
    moved, v_after, s_after = answer[:3]
    hand_parameters, slopes = small_network()
    checks.keys(
        moved, list(hand_parameters), "The first thing that is returned", "return parameters, v, s."
    )
    checks.keys(
        v_after, list(slopes), "The second thing that is returned", "return parameters, v, s."
    )
    checks.keys(
        s_after, list(slopes), "The third thing that is returned", "return parameters, v, s."
    )
    checks.property(
        not np.allclose(checks.array(v_after["dW1"], "v['dW1']"), 1.75 * slopes["dW1"] ** 2),
        "v and s are exchanged.",
        "return parameters, v, s, in this order.",
    )
    for name in hand_parameters:
        checks.close(
            v_after["d" + name],
            0.72 * slopes["d" + name],
            f"With the old v 0.65 times the gradient and beta1 = 0.8, by hand v becomes 0.72 times it; yours for d{name}",
            "v averages the gradients, with beta1. The corrected value is used in the step and not kept in v. "
            "If only the last layer is wrong, the loop ends too early.",
        )
        checks.close(
            s_after["d" + name],
            1.75 * slopes["d" + name] ** 2,
            f"With the old s twice the squared gradient and beta2 = 0.75, by hand s becomes 1.75 times it; yours for d{name}",
            "s averages the squares, with beta2. The corrected value is used in the step and not kept in s.",
        )
        checks.close(
            moved[name],
            hand_parameters[name] - 0.1 * np.sign(slopes["d" + name]),
            "In step t = 2 the corrected v is by hand twice the gradient, the root of the corrected s twice its size, so "
            f"every entry moves by the learning rate 0.1; yours of {name}",
            "the corrections divide by 1 - beta1**t and 1 - beta2**t; the root is taken of the corrected s; the step goes "
            "against v.",
        )
    checks.unchanged(hand_grads, slopes, "grads")
    for name in ("W2", "b1"):
        moved = update_parameters_with_adam(
            *small_network(),
            {key: 0.65 * value for key, value in slopes.items()},
            {key: 2 * value**2 for key, value in slopes.items()},
            2,
            0.1,
            0.8,
            0.75,
            2 * slopes["d" + name].item(),
        )[0]
        checks.close(
            moved[name],
            hand_parameters[name] - 0.05,
            f"With an epsilon as large as the root of the corrected s of {name} its step is half as long; {name}",
            "epsilon is added to the root of the corrected s: outside of the root, inside of the denominator.",
        )
    example, example_grads = example_network()
    moved, v_after, s_after = update_parameters_with_adam(
        example,
        example_grads,
        {key: 0 * value for key, value in example_grads.items()},
        {key: 0 * value for key, value in example_grads.items()},
        2,
    )[:3]
    for part, letter in ((moved, ""), (v_after, "d"), (s_after, "d")):
        checks.shapes(
            part,
            {letter + name: value.shape for name, value in example_network()[0].items()},
            "What update_parameters_with_adam returns for the example network",
        )
    checks.close(
        s_after["dW1"],
        [[0.00121136, 0.00131039, 0.00081287], [0.0002525, 0.00081154, 0.00046748]],
        "s['dW1'] of the example network with the defaults and t = 2",
        "the defaults are learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8; s averages with beta2.",
        atol=2e-8,
    )
    checks.close(
        moved["W1"],
        [[1.63178673, -0.61919778, -0.53561312], [-1.08040999, 0.85796626, -2.29409733]],
        "W1 of the example network with the defaults and t = 2",
        "the defaults are learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8; v is corrected with beta1, s with beta2.",
    )
    for size, step, length in (
        (1e-3, 0.01, "is as long as the learning rate"),
        (1e3, 0.01, "is as long as the learning rate"),
        (
            1e-8,
            0.005,
            "is half as long as the learning rate, because the default epsilon has this size",
        ),
    ):
        tiny = {"W1": np.zeros((1, 1)), "b1": np.zeros((1, 1))}
        zeros = [{"dW1": np.zeros((1, 1)), "db1": np.zeros((1, 1))} for _ in range(2)]
        same_grads = {"dW1": np.full((1, 1), size), "db1": np.full((1, 1), -size)}
        moved = update_parameters_with_adam(tiny, same_grads, *zeros, 1, 0.01)[0]
        checks.close(
            [checks.number(moved["W1"], "W1"), checks.number(moved["b1"], "b1")],
            [-step, step],
            f"The first step from zero with the gradients {size:g} and -{size:g} {length}; the list of your W1 and b1",
            "at t = 1 both corrections matter most; epsilon is 1e-8 unless it is given.",
            rtol=1e-4,
        )
### BEGIN HIDDEN TESTS
adam_rng = checks.rng(9)
for layers_a, first_t in ((1, 1), (2, 7), (4, 3)):
    sizes_a = adam_rng.integers(2, 5, layers_a + 1)
    rate_a, one_a, two_a, eps_a = (
        float(adam_rng.uniform(*ends)) for ends in ((0.1, 2), (0.1, 0.9), (0.2, 0.99), (0.01, 1))
    )
    state_a = {}  # name: an array with the parameter, v and s
    for l in range(1, layers_a + 1):
        for name, shape in ((f"W{l}", (sizes_a[l], sizes_a[l - 1])), (f"b{l}", (sizes_a[l], 1))):
            state_a[name] = adam_rng.normal(size=(3, *shape))
            state_a[name][2] **= 2
    moved = {name: value[0].copy() for name, value in state_a.items()}
    v_after = {"d" + name: value[1].copy() for name, value in state_a.items()}
    s_after = {"d" + name: value[2].copy() for name, value in state_a.items()}
    for t in range(first_t, first_t + 3):
        grads_a = {key: adam_rng.normal(size=value.shape) for key, value in v_after.items()}
        for name, value in state_a.items():
            for index in np.ndindex(value[0].shape):
                slope = grads_a["d" + name][index]
                first = slope + one_a * (value[1][index] - slope)
                second = slope * slope + two_a * (value[2][index] - slope * slope)
                value[1][index], value[2][index] = first, second
                first, second = first / (1 - one_a**t), second / (1 - two_a**t)
                value[0][index] -= rate_a * first / (math.sqrt(second) + eps_a)
        moved, v_after, s_after = update_parameters_with_adam(
            moved, grads_a, v_after, s_after, t, rate_a, one_a, two_a, eps_a
        )[:3]
    for name, value in state_a.items():
        checks.close(
            [moved[name], v_after["d" + name], s_after["d" + name]], value, name, atol=1e-5
        )
### END HIDDEN TESTS

# %% [markdown]
# The last visible check says it: both first steps are as long as the learning rate (up to $\varepsilon$), because the size of the gradient cancels.
#
# Now all four walk through the ravine for 40 steps, from the same point, each with a learning rate that suits it.
# **Before you run the next cell, what do you expect:** which of them leave the start along the steepest slope, and which go a different way?


# %% demo="ravine_paths" needs="update_parameters_with_gd update_parameters_with_momentum largest_stable_learning_rate update_parameters_with_rmsprop initialize_adam update_parameters_with_adam"
def rmsprop_walk(learning_rate, start, steps):
    """The path of RMSprop through the ravine."""
    state = {"s": {"dW1": np.zeros((1, 1)), "db1": np.zeros((1, 1))}}

    def step(point, slopes, t):
        point, state["s"] = update_parameters_with_rmsprop(point, slopes, state["s"], learning_rate)
        return point

    return walk(step, start, steps)


def adam_walk(learning_rate, start, steps):
    """The path of Adam through the ravine."""
    state = {}

    def step(point, slopes, t):
        if t == 1:
            state["v"], state["s"] = initialize_adam(point)
        point, state["v"], state["s"] = update_parameters_with_adam(
            point, slopes, state["v"], state["s"], t, learning_rate
        )[:3]
        return point

    return walk(step, start, steps)


walks = {
    "gradient descent, 0.04": gd_walk(0.04, (-9, 3), 40),
    "momentum, 0.3": momentum_walk(0.3, (-9, 3), 40),
    "RMSprop, 0.3": rmsprop_walk(0.3, (-9, 3), 40),
    "Adam, 0.5": adam_walk(0.5, (-9, 3), 40),
}
for ax, (label, path) in zip(
    plotting.panels(4, "x (curvature 1)", "y (curvature 25)", (3.3, 3.3), sharey=True),
    walks.items(),
    strict=True,
):
    plotting.paths(ravine, {"path": path}, ((-10, 5), (-5, 5)), ax)
    ax.set_title(label)
    ax.get_legend().remove()
    print(
        f"{label:24} height at the start {ravine(*path[0]):.1f}, after 40 steps {ravine(*path[-1]):.3f}"
    )

# %% [markdown] locked="update_lr_statement"
# Gradient descent and momentum leave along the steepest slope, across the valley; momentum swings through it several times. RMSprop and Adam leave diagonally: their first step has the same length in both coordinates and the next ones nearly so, and they do not see that one
# direction is 25 times as curved as the other. Do not read a ranking from the heights: each depends on the learning rate that we chose, and the ravine is one surface of two dimensions.
#
# ## 6 A learning rate that falls
#
# Steps of a constant rate along noisy gradients do not come to rest: near the lowest point the noise is all that is left, and a long step along a bad estimate can lead far away. Long steps at the start and short ones at the end give both, speed and rest.
# With the rate $\alpha_0$ at the start and the number of the epoch, which begins with 0:
#
# $$\alpha = \frac{\alpha_0}{1 + \text{decay\_rate} \cdot \text{epoch}}$$
#
# ### Exercise 10: fall with every epoch (4 points)
#
# Write `update_lr(learning_rate0, epoch_num, decay_rate)`, which returns $\alpha$.


# %% solution="update_lr"
def update_lr(learning_rate0, epoch_num, decay_rate):
    """The learning rate that falls with every epoch.

    Parameters
    ----------
    learning_rate0 : float
        The rate in epoch 0.
    epoch_num : int
    decay_rate : float

    Returns
    -------
    float
    """
    ### BEGIN SOLUTION
    return learning_rate0 / (1 + decay_rate * epoch_num)
    ### END SOLUTION


# %% test="test_update_lr" points=4
with progress.exercise("update_lr", hidden_tests="other rates, epochs and decay rates"):
    checks.close(
        update_lr(0.5, 0, 0.3), 0.5, "update_lr(0.5, 0, 0.3)", "in epoch 0 nothing has fallen yet."
    )
    checks.close(
        update_lr(0.8, 3, 1),
        0.2,
        "update_lr(0.8, 3, 1)",
        "1 + 1 * 3 stands in the denominator, in brackets.",
    )
    checks.close(
        update_lr(0.5, 6, 0.5),
        0.125,
        "update_lr(0.5, 6, 0.5)",
        "the denominator is 1 + 0.5 * 6; the decay rate is an argument.",
    )
### BEGIN HIDDEN TESTS
decay_rng = checks.rng(10)
for rate_d, decay_d in decay_rng.uniform(0.01, 2, (6, 2)):
    epoch_d = int(decay_rng.integers(1, 500))
    inverse_d = 1 / float(rate_d)  # grows by decay_d / rate_d in each epoch
    for _ in range(epoch_d):
        inverse_d += float(decay_d) / float(rate_d)
    checks.close(update_lr(float(rate_d), epoch_d, float(decay_d)), 1 / inverse_d, "rate")
### END HIDDEN TESTS

# %% [markdown] locked="schedule_lr_decay_statement"
# ### Exercise 11: fall on a schedule (6 points)
#
# With a decay rate of 1 the formula halves the rate after the first epoch, and after 100 epochs hardly anything is left. A *schedule* keeps the rate for `time_interval` epochs and then lowers it:
#
# $$\alpha = \frac{\alpha_0}{1 + \text{decay\_rate} \cdot \left\lfloor \dfrac{\text{epoch}}{\text{time\_interval}} \right\rfloor}$$
#
# $\lfloor x \rfloor$ is the largest whole number that is not greater than $x$. Write `schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000)`.


# %% solution="schedule_lr_decay"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    """The learning rate that falls once in each interval of epochs.

    Parameters
    ----------
    learning_rate0 : float
        The rate in the first interval.
    epoch_num : int
    decay_rate : float
    time_interval : int
        The number of epochs between two changes.

    Returns
    -------
    float
    """
    ### BEGIN SOLUTION
    return learning_rate0 / (1 + decay_rate * (epoch_num // time_interval))
    ### END SOLUTION


# %% test="test_schedule_lr_decay" points=6
with progress.exercise(
    "schedule_lr_decay", hidden_tests="other rates, epochs, decay rates and intervals"
):
    checks.close(
        schedule_lr_decay(0.8, 100, 1, 100),
        0.4,
        "schedule_lr_decay(0.8, 100, 1, 100)",
        "epoch 100 is the first one of the second interval.",
    )
    for epoch, value in ((0, 0.5), (99, 0.5), (170, 0.25), (199, 0.25), (350, 0.125)):
        checks.close(
            schedule_lr_decay(0.5, epoch, 1, 100),
            value,
            f"schedule_lr_decay(0.5, {epoch}, 1, 100)",
            "the quotient is rounded down, so that the rate stays the same for 100 epochs.",
        )
    checks.close(
        schedule_lr_decay(0.5, 799, 0.5, 200),
        0.2,
        "schedule_lr_decay(0.5, 799, 0.5, 200)",
        "round down the quotient of the epochs, then multiply by the decay rate.",
    )
    for epoch, value in ((1999, 0.25), (3000, 0.125)):
        checks.close(
            schedule_lr_decay(0.5, epoch, 1),
            value,
            f"schedule_lr_decay(0.5, {epoch}, 1)",
            "the default of time_interval is 1000.",
        )
### BEGIN HIDDEN TESTS
schedule_rng = checks.rng(11)
for rate_s, decay_s in schedule_rng.uniform(0.01, 2, (8, 2)):
    epoch_s, interval_s = int(schedule_rng.integers(1, 5000)), int(schedule_rng.integers(7, 900))
    changes_s = sum(1 for epoch in range(1, epoch_s + 1) if epoch % interval_s == 0)
    checks.close(
        schedule_lr_decay(float(rate_s), epoch_s, float(decay_s), interval_s),
        float(rate_s) / (1 + float(decay_s) * changes_s),
        "rate",
    )
### END HIDDEN TESTS

# %% tags=["figure"] needs="update_lr schedule_lr_decay"
epochs = np.arange(1000)
_ = plotting.lines(
    epochs,
    {
        "every epoch, decay rate 1": [update_lr(1.0, int(n), 1) for n in epochs],
        "every epoch, decay rate 0.02": [update_lr(1.0, int(n), 0.02) for n in epochs],
        "every 100 epochs, decay rate 1": [schedule_lr_decay(1.0, int(n), 1, 100) for n in epochs],
    },
    title="Three ways to lower a learning rate of 1",
    xlabel="epoch",
    ylabel="learning rate",
    log="y",
)

# %% [markdown]
# The first curve has fallen by 90% after nine epochs, and falls to 0.001. The second one is at 0.05 in the end. The third is a staircase that ends at 0.1.
#
# ## 7 The race
#
# The next cell trains the network with each optimizer, for 10,000 epochs with the learning rate 0.0007, always from the same parameters and with the same mini-batches. It takes about half a minute; a bar shows the progress.
#
# Before you run it, what do you expect: how large is the difference between gradient descent and momentum, with this learning rate?

# %% demo="race" needs="update_parameters_with_gd random_mini_batches initialize_velocity update_parameters_with_momentum update_parameters_with_rmsprop initialize_adam update_parameters_with_adam"
from tqdm.auto import tqdm


def model(
    X,
    Y,
    layers_dims,
    optimizer,
    learning_rate=0.0007,
    mini_batch_size=64,
    beta=0.9,
    beta1=0.9,
    beta2=0.999,
    epsilon=1e-8,
    num_epochs=10000,
    print_cost=True,
    decay=None,
):
    """Train the three-layer network with one of the optimizers.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    layers_dims : list of int
    optimizer : str
        "gd", "momentum", "rmsprop" or "adam".
    learning_rate, mini_batch_size, beta, beta1, beta2, epsilon, num_epochs
        beta is momentum's, and what RMSprop keeps of its average; beta1 and beta2 are Adam's.
    print_cost : bool
        Print the mean cost of every 1000th epoch.
    decay : function, optional
        Takes the learning rate and the number of the epoch, and returns the rate of that epoch.

    Returns
    -------
    parameters : dict
    costs : dict of int to float
        The mean cost of every 100th epoch, each batch with the parameters before its step.
    """
    parameters = initialize_parameters(layers_dims)
    v, s = initialize_adam(parameters)
    if optimizer == "momentum":
        v = initialize_velocity(parameters)
    costs, t, seed = {}, 0, 10
    for epoch in tqdm(range(num_epochs), desc=optimizer, leave=False):
        seed += 1
        rate = decay(learning_rate, epoch) if decay else learning_rate
        cost_sum = 0.0
        for batch_X, batch_Y in random_mini_batches(X, Y, mini_batch_size, seed):
            A3, cache = forward_propagation(batch_X, parameters)
            if epoch % 100 == 0:
                cost_sum += compute_cost(A3, batch_Y) * batch_Y.shape[1]
            gradients = backward_propagation(batch_X, batch_Y, cache)
            grads = {"d" + name: gradients["d" + name] for name in parameters}  # without dZ and dA
            t += 1
            if optimizer == "gd":
                parameters = update_parameters_with_gd(parameters, grads, rate)
            elif optimizer == "momentum":
                parameters, v = update_parameters_with_momentum(parameters, grads, v, beta, rate)
            elif optimizer == "rmsprop":
                parameters, s = update_parameters_with_rmsprop(
                    parameters, grads, s, rate, beta, epsilon
                )
            else:
                parameters, v, s = update_parameters_with_adam(
                    parameters, grads, v, s, t, rate, beta1, beta2, epsilon
                )[:3]
        if epoch % 100 == 0:
            costs[epoch] = cost_sum / Y.shape[1]
        if print_cost and epoch % 1000 == 0:
            print(f"{optimizer:8} mean cost of epoch {epoch:4}: {costs[epoch]:.6f}")
    return parameters, costs


trained, curves = {}, {}
for optimizer in ("gd", "momentum", "rmsprop", "adam"):
    trained[optimizer], curves[optimizer] = model(
        train_X, train_Y, [2, 5, 2, 1], optimizer, print_cost=optimizer in ("gd", "adam")
    )
_ = plotting.lines(
    list(curves["gd"]),
    {optimizer: list(costs.values()) for optimizer, costs in curves.items()},
    title="Four optimizers, learning rate 0.0007",
    xlabel="epoch",
    ylabel="mean cost of the epoch",
)

# %% [markdown]
# The curves of gradient descent and momentum lie on top of each other, and fall slowly and steadily. RMSprop and Adam, also nearly the same, are below 0.2 after the first 1000 epochs. What do the four networks look like?

# %% demo="boundaries" needs="update_parameters_with_gd random_mini_batches initialize_velocity update_parameters_with_momentum update_parameters_with_rmsprop initialize_adam update_parameters_with_adam"
for ax, (optimizer, parameters) in zip(
    plotting.panels(4, "x1", "x2", (3.3, 3.3), sharey=True), trained.items(), strict=True
):
    share = accuracy(train_X, train_Y, parameters)
    plotting.boundary(
        lambda grid: predict(grid, parameters),
        train_X,
        train_Y,
        ax,
        title=f"{optimizer}: {100 * share:.1f}%",
    )
    if ax.get_legend() and optimizer != "gd":
        ax.get_legend().remove()
    print(
        f"{optimizer:8} accuracy {share:.7f}, cost of the last recorded epoch {curves[optimizer][9900]:.3f}"
    )

# %% [markdown]
# After 10,000 epochs gradient descent and momentum have hardly bent their boundary and classify 79.7% of the points. RMSprop and Adam separate the moons: 94.0%.
#
# Now gradient descent again, with batches of 8 and a learning rate of 1, more than 1000 times as large as before, for 1000 epochs: with a constant rate, and with the three ways to lower it. Which of the
# four do you expect to end lowest?

# %% demo="decay" needs="update_parameters_with_gd random_mini_batches initialize_velocity update_parameters_with_momentum update_parameters_with_rmsprop initialize_adam update_parameters_with_adam update_lr schedule_lr_decay"
decays = {
    "constant": None,
    "every epoch, decay rate 1": lambda rate, epoch: update_lr(rate, epoch, 1),
    "every epoch, decay rate 0.02": lambda rate, epoch: update_lr(rate, epoch, 0.02),
    "every 100 epochs, decay rate 1": lambda rate, epoch: schedule_lr_decay(rate, epoch, 1, 100),
}
decay_curves, decay_shares = {}, {}
for label, decay in decays.items():
    parameters, costs = model(
        train_X,
        train_Y,
        [2, 5, 2, 1],
        "gd",
        learning_rate=1.0,
        mini_batch_size=8,
        num_epochs=1000,
        print_cost=False,
        decay=decay,
    )
    decay_curves[label] = list(costs.values())
    decay_shares[label] = accuracy(train_X, train_Y, parameters)
    whole_cost = compute_cost(forward_propagation(train_X, parameters)[0], train_Y)
    print(f"{label:31} cost of all examples {whole_cost:.3f}, accuracy {decay_shares[label]:.3f}")
_ = plotting.lines(
    range(0, 1000, 100),
    decay_curves,
    title="Gradient descent, learning rate 1, batches of 8",
    xlabel="epoch",
    ylabel="mean cost of the epoch",
)

# %% [markdown] locked="explain_race_question"
# With the constant rate the cost falls at first; then it jumps up and does not come back: the highest cost and the lowest accuracy of the four. A few long steps along poor estimates are enough for that: if they push a relu unit so far that
# it gives 0 for nearly all examples, it gets hardly any gradient to come back with, and the second layer has two units only. (Such a run magnifies the last
# digits of the computer's arithmetic. On another machine this one curve may go another way.) With the three rates that fall, nothing of the kind happens. The one that halves after the first epoch is soon too small, and its curve flattens first.
# The two milder ones end lowest and reach 94%, in a tenth of the epochs of the race (with small batches: 38,000 steps against 50,000).
#
# ### Exercise 12: explain (8 points, read by a person)
#
# A colleague looks at the race and writes: "Momentum brings nothing, and Adam is the better optimizer: 94.0% against 79.7%."
#
# Answer in about six sentences, in your own words:
#
# 1. Why do momentum and gradient descent give nearly the same curve in the race? Name one change of the setting with which momentum could make a difference, and say why.
# 2. Which result of this notebook speaks against the second half of the sentence? Give its numbers. Why is 0.0007 a bad learning rate for one of the two optimizers, and not for the other?
# 3. Name three things that you would do to compare the optimizers fairly.

# %% [markdown] manual="explain_race" points=8
# **Model answer.** With a learning rate of 0.0007 the parameters hardly move between two steps, so the gradient is nearly the same for many steps, and the average of nearly equal gradients is the gradient: because of the factor
# $1 - \beta$ momentum takes steps of the same length as gradient descent, only about nine steps late. It makes a difference when the gradient changes from step to step in a way that the average takes out: at a learning rate near or above the limit of gradient descent, where the
# path would jump from wall to wall, or at a larger rate with small batches, whose noise it averages. Against the second half speaks gradient descent with the learning rate 1 that falls, with batches of 8: it reaches 94% in 1000 epochs, or 38,000 steps, against 10,000 epochs and 50,000 steps of the race. In the race one learning rate was used for all; 0.0007 is far too small for plain gradient
# descent, while Adam's steps are about as long as the learning rate whatever the size of the gradient. A fair comparison searches the learning rate (and the other settings) of each optimizer with the same effort, measures on data that were not used for training or for the search,
# and repeats with several seeds; its result holds for problems of this kind.
#
# **Rubric.** 3 points: nearly equal gradients and the factor $1 - \beta$, so the same effective step (2), and a change with a reason (1). 2 points: names the run with the falling rate, or with long steps, with its numbers (1), and that 0.0007 was too small for gradient descent and not for Adam (1). 3 points: a search of the learning rate
# for each optimizer (1), several seeds (1), other data than those of the training (1).

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells, and look at this list. It shows the last result of each check since the set-up cell ran: after an edit, run the cell and its check again.
# The visible checks are a part of the tests; a line above that starts with a check mark says what the hidden tests try besides.
# Exercise 12 (8 points) is not in the list, because a person reads it. Is it written?

# %% demo="results" needs="update_parameters_with_gd random_mini_batches initialize_velocity update_parameters_with_momentum update_parameters_with_rmsprop initialize_adam update_parameters_with_adam update_lr schedule_lr_decay"
finished = progress.report(
    [
        "update_parameters_with_gd",
        "random_mini_batches",
        "average_forecast",
        "initialize_velocity",
        "update_parameters_with_momentum",
        "largest_stable_learning_rate",
        "update_parameters_with_rmsprop",
        "initialize_adam",
        "update_parameters_with_adam",
        "update_lr",
        "schedule_lr_decay",
    ]
)
if finished:
    print()
    print(f"{'optimizer':36}{'rate':>7}{'batch':>7}{'epochs':>8}{'accuracy':>10}")
    for optimizer, parameters in trained.items():
        share = accuracy(train_X, train_Y, parameters)
        print(f"{optimizer:36}{0.0007:>7}{64:>7}{10000:>8}{share:>10.3f}")
    for label, share in decay_shares.items():
        print(f"{'gd, ' + label:36}{1:>7}{8:>7}{1000:>8}{share:>10.3f}")

# %% [markdown]
# ## What you saw
#
# * Small batches give many cheap, noisy steps; with the same number of examples they came much further.
# * An exponentially weighted average forgets by the factor $\beta$, starts too low without correction, and lags behind what it averages; the smoother it is, the more.
# * The curvatures of the cost decide how long a step of gradient descent may be, and how long the whole way takes.
# * Momentum averages gradients, and what changes its sign cancels. RMSprop and Adam take the size of the gradient out of the step, parameter by parameter.
# * A learning rate that falls brings noisy steps to rest. It must not fall too early.
# * An accuracy belongs to an optimizer *and* its settings. A comparison at one learning rate compares little.
#
# ## Where to go further
#
# * Work out the limit of the learning rate for momentum on the ravine, with $\beta = 0.9$. Measure it with `momentum_walk`.
# * Among all constant learning rates, which one is the fastest on a ravine with the curvatures 1 and 25? It is not half of the limit.
# * Train with momentum, `beta=0.99` and a learning rate of 0.7, batches of 64 and 10,000 epochs, without decay. How low does the cost get?
# * Take the bias correction out of Adam. Which steps of the race change?
# * Split the 300 points into 200 for training and 100 for testing, and search a learning rate for each optimizer. Does the order of the race stay?
#
# ## References
#
# * A.-L. Cauchy: "Méthode générale pour la résolution des systèmes d'équations simultanées". Comptes rendus de l'Académie des sciences 25, 1847, pages 536-538.
# * C. Lemaréchal: "Cauchy and the Gradient Method". Documenta Mathematica, Extra Volume ISMP, 2012, pages 251-254.
# * H. Robbins and S. Monro: "A Stochastic Approximation Method". The Annals of Mathematical Statistics 22, 1951, pages 400-407.
# * B. T. Polyak: "Some methods of speeding up the convergence of iteration methods". USSR Computational Mathematics and Mathematical Physics 4, 1964, pages 1-17.
# * G. Hinton, N. Srivastava, K. Swersky: "Neural Networks for Machine Learning", lecture 6. University of Toronto and Coursera, 2012. RMSprop was published there and not in a paper.
# * D. P. Kingma and J. Ba: "Adam: A Method for Stochastic Optimization". International Conference on Learning Representations, 2015.
# * G. Goh: "Why Momentum Really Works". Distill, 2017.
# * L. Bottou, F. E. Curtis, J. Nocedal: "Optimization Methods for Large-Scale Machine Learning". SIAM Review 60, 2018, pages 223-311.
