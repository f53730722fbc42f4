# %% [markdown]
# # Recurrent Networks
#
# In March 1958 Charles David Keeling began to measure the carbon dioxide in the air on Mauna Loa, a volcano on Hawaii. Within two years two patterns were visible: the value falls while the plants of the
# northern hemisphere grow and rises again in winter, and each year ends higher than the one before. In 1964 the money was cut and the measurements stopped for some months; Keeling had to argue for the record again and again, for decades
# (Keeling, 1998). In the data of this notebook you find the hole: February, March and April 1964 are missing. The rest has become one of the best-known series of measurements in science.
#
# A series has an order, and the order carries the message. A network whose inputs are a list of features does not know that one value came before another. A *recurrent* network reads one value at a time
# and keeps a state of what it has read. You build such cells by hand, forward and backward, and measure why long memories are hard to learn. In the end a network forecasts twelve months of Keeling's curve, against a rule of two lines. The stake is honest: nobody
# should use a network that loses against two lines.
#
# **After this notebook you can**
#
# * compute the state of a recurrent cell by hand and in code, for a sequence of any length;
# * derive its gradient through time, and check it against finite differences;
# * predict whether a gradient vanishes or explodes, and clip it;
# * write the gates of an LSTM and a GRU cell;
# * find the places where the future leaks into a forecast, and judge a forecast against a simple rule.
#
# **Plan:** about 130 minutes, 100 points: 94 by tests and 6 for a text that a person reads.
#
# **You need** NumPy, the chain rule, the softmax, finite differences from Gradient Checking, and the first steps in TensorFlow.
#
# ## Set-up
#
# Run this cell first; TensorFlow needs about ten seconds to start. `checks` holds the helpers of the check cells; `progress` remembers which of your exercises pass, until you run this cell again.
# It also loads Keeling's record as monthly means: `ppm` in parts per million, `years` as numbers (1960.5 is July 1960), and `measured`, which is `False` for months without a measurement. These are filled by a straight line.

# %% setup="setup"
import numpy as np

from utils import checks, plotting
from utils.differences import measured_gradients
from utils.quiet import tensorflow as tf
from utils.rnn_utils import TimeSeriesData, draw_parameters, load_co2, sigmoid, softmax

years, ppm, measured = load_co2()
progress = checks.Progress()

# %% tags=["figure"]
ax = plotting.lines(
    years,
    {"monthly mean": ppm},
    title="Carbon dioxide at Mauna Loa",
    xlabel="year",
    ylabel="CO2 (parts per million)",
)
ax.lines[0].set_marker("")
_ = ax.plot(years[~measured], ppm[~measured], "s", color=plotting.VERMILION, label="filled")
ax.legend(frameon=False)
print("months that were filled:", [f"{year:.2f}" for year in years[~measured]])

# %% [markdown] locked="hand_steps_statement"
# A rise that becomes steeper, a season of about six parts per million, and five filled months. We come back to this curve in section 7.
#
# ## 1 A cell with a state
#
# A sequence is a list of vectors $x^{\langle 1 \rangle}, x^{\langle 2 \rangle}, \dots, x^{\langle T \rangle}$. The cell reads them one after the other and keeps a state $a$, a vector with one number for each unit (neuron):
#
# $$a^{\langle t \rangle} = \tanh\left(W_{aa}\, a^{\langle t-1 \rangle} + W_{ax}\, x^{\langle t \rangle} + b_a\right)$$
#
# The same $W_{aa}$, $W_{ax}$, $b_a$ are used at all times. From the state it computes an output, here probabilities: $\hat y^{\langle t \rangle} = \mathrm{softmax}\left(W_{ya}\, a^{\langle t \rangle} + b_y\right)$.
#
# ### Exercise 1: two steps by hand (8 points)
#
# A cell has two inputs, three units and two outputs. It starts with $a^{\langle 0 \rangle} = (0, 0, 0)$, and
#
# $$W_{ax} = \begin{pmatrix} 1 & 0 \\ 0 & 2 \\ -1 & 1 \end{pmatrix}, \quad W_{aa} = \begin{pmatrix} 0 & 1 & 0 \\ 0 & 0 & 1 \\ 1 & 0 & 0 \end{pmatrix}, \quad b_a = \begin{pmatrix} 0 \\ -1 \\ 0 \end{pmatrix}, \quad x^{\langle 1 \rangle} = \begin{pmatrix} 1 \\ 1 \end{pmatrix}, \quad x^{\langle 2 \rangle} = \begin{pmatrix} 0 \\ 1 \end{pmatrix}.$$
#
# Work on paper, **before you write any code**; you need a calculator for tanh only. Two decimals are enough. Store the answers in a dictionary `hand_steps`.
#
# | key | the question |
# |---|---|
# | `"a1"` | the three numbers of $a^{\langle 1 \rangle}$, as a list |
# | `"a2"` | the three numbers of $a^{\langle 2 \rangle}$ |
# | `"a2_swapped"` | the three numbers of $a^{\langle 2 \rangle}$ when the two inputs come in the other order |
# | `"parameters"` | how many numbers this cell has to learn in total, for sequences of length 2 (the output included) |
# | `"parameters_long"` | the same for sequences of length 100 |
# | `"shape"` | five sequences of length 7 are read at once. All states of all units, sequences and times go into one array, in the order units, sequences, times. Its shape, as a list |
#
# <details><summary>Hint</summary>
#
# Write down the three sums before tanh for each step; most of their parts are 0. In the second step the state of the first one comes in through $W_{aa}$. Its first row says that unit 1 gets what unit 2 had.
#
# </details>

# %% solution="hand_steps"
### BEGIN SOLUTION
hand_steps = {
    "a1": [0.76, 0.76, 0.0],  # tanh of (1, 2 - 1, -1 + 1)
    "a2": [0.64, 0.76, 0.94],  # tanh of (0.76, 2 - 1 + 0, 1 + 0.76)
    "a2_swapped": [0.94, 0.94, 0.0],  # a1 is (0, 0.76, 0.76) then
    "parameters": 26,  # 6 + 9 + 3 for the state, 6 + 2 for the output
    "parameters_long": 26,
    "shape": [3, 5, 7],
}
### END SOLUTION

# %% test="test_hand_steps" points=8
with progress.exercise("hand_steps"):
    asked = ["a1", "a2", "a2_swapped", "parameters", "parameters_long", "shape"]
    checks.keys(hand_steps, asked, "hand_steps", "the table lists six keys.")
    inputs = [np.array([1.0, 1.0]), np.array([0.0, 1.0])]
    turn, feed = np.roll(np.eye(3), 1, axis=1), np.array([[1, 0], [0, 2], [-1, 1]])
    states = {}
    for label, order in (("", inputs), ("_swapped", inputs[::-1])):
        place = np.zeros(3)
        for time, x in enumerate(order, start=1):
            place = np.tanh(turn @ place + feed @ x + [0, -1, 0])
            states[f"a{time}{label}"] = place
    causes = {
        "a1": "the sum of the second unit holds its bias; tanh comes last.",
        "a2": "the state of step 1 goes through W_aa, and the bias is added in every step.",
        "a2_swapped": "start again from the state 0, with the other input first.",
    }
    for key, cause in causes.items():
        checks.shape(hand_steps[key], (3,), key, "a flat list with one number for each unit.")
        checks.close(hand_steps[key], states[key], key, cause, rtol=0, atol=0.011)
    sizes = [3 * 3, 3 * 2, 3, 2 * 3, 2]
    for key in ("parameters", "parameters_long"):
        checks.close(
            hand_steps[key],
            sum(sizes),
            key,
            "add up the sizes of three matrices and two biases. Which of them belong to one time only?",
        )
    checks.shape(hand_steps["shape"], (3,), "shape", "a list of three numbers.")
    checks.close(
        hand_steps["shape"],
        np.zeros((3, 5, 7)).shape,
        "shape",
        "units first, then sequences, then times.",
    )

# %% [markdown] locked="rnn_cell_forward_statement"
# The order of the inputs changes the state, and the length of the sequence does not change the number of parameters.
#
# ### Exercise 2: one step of the cell (8 points)
#
# Write `rnn_cell_forward(xt, a_prev, parameters)` for $m$ sequences at once; their columns stand side by side.
#
# 1. Compute `a_next`, shape $(n_a, m)$, from the formula at the start of this section. `parameters` has the entries Waa, Wax, Wya, ba, by; b is a column that is added to all sequences.
# 2. Compute `yt_pred`, shape $(n_y, m)$, from the *new* state. `softmax(z)` is given and turns each column into probabilities.
# 3. Return `a_next, yt_pred, cache` with `cache = (a_next, a_prev, xt, parameters)`: what the way back will need. More entries behind these four do no harm. Leave the arguments as they are.
#
# <details><summary>Hint</summary>
#
# Check the shapes: $(n_a, n_a)$ times $(n_a, m)$, and $(n_a, n_x)$ times $(n_x, m)$. `@` multiplies matrices, `*` multiplies entries.
#
# </details>


# %% solution="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    """One time step of a recurrent cell.

    Parameters
    ----------
    xt : ndarray, shape (n_x, m)
    a_prev : ndarray, shape (n_a, m)
    parameters : dict
        Waa (n_a, n_a), Wax (n_a, n_x), Wya (n_y, n_a), ba (n_a, 1), by (n_y, 1).

    Returns
    -------
    a_next : ndarray, shape (n_a, m)
    yt_pred : ndarray, shape (n_y, m)
    cache : tuple
        (a_next, a_prev, xt, parameters).
    """
    ### BEGIN SOLUTION
    fed_back = parameters["Waa"] @ a_prev + parameters["Wax"] @ xt
    a_next = np.tanh(fed_back + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)
    ### END SOLUTION


# %% test="test_rnn_cell_forward" points=8
with progress.exercise(
    "rnn_cell_forward", hidden_tests="other numbers of inputs, units, outputs and sequences"
):
    one = {
        "Waa": [[2.0]],
        "Wax": [[0.5]],
        "ba": [[-1.0]],
        "Wya": [[1.0], [-1.0]],
        "by": [[0.0], [2.0]],
    }
    one = {name: np.array(value) for name, value in one.items()}
    answer = rnn_cell_forward(np.array([[3.0]]), np.array([[0.25]]), one)
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 3,
        "rnn_cell_forward does not return three things.",
        "return a_next, yt_pred, cache.",
    )
    a_next, yt_pred, cache = answer
    checks.shape(a_next, (1, 1), "a_next for one unit and one sequence")
    checks.shape(
        yt_pred,
        (2, 1),
        "yt_pred for two outputs and one sequence",
        "Wya a_next has a row for each output.",
    )
    checks.close(
        a_next,
        [[np.tanh(1.0)]],
        "a_next for Waa = 2, a_prev = 0.25, Wax = 0.5, xt = 3, ba = -1",
        "Waa belongs to the old state, Wax to the input; the bias is inside tanh.",
    )
    odds = np.exp(2 * np.tanh(1.0) - 2)
    checks.close(
        yt_pred,
        [[odds / (1 + odds)], [1 / (1 + odds)]],
        "yt_pred for Wya = (1, -1) and by = (0, 2)",
        "the output comes from the new state, with its bias, through the softmax.",
    )
    p_v = draw_parameters("rnn", 2, 3, 4, np.random.RandomState(1))
    xt_v, a_v = (
        np.random.RandomState(2).normal(size=(2, 5)),
        np.random.RandomState(3).normal(size=(3, 5)),
    )
    side = np.hstack([p_v["Waa"], p_v["Wax"], p_v["ba"]])
    target = np.tanh(side @ np.vstack([a_v, xt_v, np.ones((1, 5))]))
    kept_x, kept_a = xt_v.copy(), a_v.copy()
    passed = {name: value.copy() for name, value in p_v.items()}
    a_next, yt_pred, cache = rnn_cell_forward(kept_x, kept_a, passed)
    checks.close(
        a_next,
        target,
        "a_next for 2 inputs, 3 units and 5 sequences",
        "every sequence has its own column, and no matrix is transposed.",
        atol=1e-5,
    )
    checks.shape(yt_pred, (4, 5), "yt_pred for 4 outputs and 5 sequences")
    checks.close(
        checks.array(yt_pred, "yt_pred").sum(axis=0),
        np.ones(5),
        "The sum of each column of yt_pred",
        "each column is one sequence, and its probabilities sum to 1.",
        atol=1e-5,
    )
    checks.unchanged(kept_x, xt_v, "xt")
    checks.unchanged(kept_a, a_v, "a_prev")
    checks.unchanged(passed, p_v, "parameters")
    checks.property(
        isinstance(cache, (tuple, list)) and len(cache) >= 4 and isinstance(cache[3], dict),
        "The cache does not start with (a_next, a_prev, xt, parameters).",
        "a tuple of these four, in this order.",
    )
    for part, value, label in zip(cache, (target, a_v, xt_v), ("a_next", "a_prev", "xt")):
        checks.close(
            part,
            value,
            f"{label} in the cache",
            "the order is a_next, a_prev, xt, parameters.",
            atol=1e-5,
        )
### BEGIN HIDDEN TESTS
cell_rng = checks.rng(1)
for n_x, n_a, n_y, m in ((3, 2, 5, 1), (1, 6, 2, 8), (4, 4, 1, 3)):
    p_h = draw_parameters("rnn", n_x, n_a, n_y, cell_rng)
    xt_h, a_h = cell_rng.normal(size=(n_x, m)), cell_rng.normal(size=(n_a, m))
    oracle = np.zeros((n_a + n_y, m))  # the states, and below them the probabilities
    for j in range(m):
        for i in range(n_a):
            oracle[i, j] = np.tanh(
                p_h["Waa"][i] @ a_h[:, j] + p_h["Wax"][i] @ xt_h[:, j] + p_h["ba"][i, 0]
            )
        logits_h = [np.exp(p_h["Wya"][i] @ oracle[:n_a, j] + p_h["by"][i, 0]) for i in range(n_y)]
        oracle[n_a:, j] = np.divide(logits_h, sum(logits_h))
    a_next, yt_pred, _ = rnn_cell_forward(xt_h, a_h, p_h)
    both = np.vstack([checks.array(a_next, "a_next"), checks.array(yt_pred, "yt_pred")])
    checks.close(both, oracle, "a_next and yt_pred", atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="rnn_forward_statement"
# ## 2 The cell over time
#
# A whole batch is an array `x` of the shape $(n_x, m, T)$: the vectors of time $t$ are `x[:, :, t]`, from $t = 0$ in Python.
#
# ### Exercise 3: all steps (8 points)
#
# Write `rnn_forward(x, a0, parameters)`.
#
# 1. Start with the state `a0`, shape $(n_a, m)$. Call `rnn_cell_forward` once for each time, and give each call the state that the call before returned.
# 2. Put the new states into an array `a` of the shape $(n_a, m, T)$, and the outputs into `y_pred` of the shape $(n_y, m, T)$. `a0` itself is not part of `a`.
# 3. Collect the caches of the cell in a list, in the order of time.
# 4. Return `a, y_pred, caches` with `caches = (list of caches, x)`. Leave the arguments as they are.
#
# <details><summary>Hint</summary>
#
# `np.zeros((n_a, m, T))` and then `a[:, :, t] = ...`, or a list and `np.stack(list, axis=2)`. The number of outputs is the number of rows of Wya.
#
# </details>


# %% solution="rnn_forward"
def rnn_forward(x, a0, parameters):
    """A recurrent cell over a whole sequence.

    Parameters
    ----------
    x : ndarray, shape (n_x, m, T)
    a0 : ndarray, shape (n_a, m)
    parameters : dict
        Waa (n_a, n_a), Wax (n_a, n_x), Wya (n_y, n_a), ba (n_a, 1), by (n_y, 1).

    Returns
    -------
    a : ndarray, shape (n_a, m, T)
    y_pred : ndarray, shape (n_y, m, T)
    caches : tuple
        (list of the T caches of the cell, x).
    """
    ### BEGIN SOLUTION
    a_next, states, outputs, caches = a0, [], [], []
    for t in range(x.shape[2]):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        states.append(a_next)
        outputs.append(yt_pred)
        caches.append(cache)
    return np.stack(states, axis=2), np.stack(outputs, axis=2), (caches, x)
    ### END SOLUTION


# %% test="test_rnn_forward" points=8 needs="rnn_cell_forward"
with progress.exercise(
    "rnn_forward",
    hidden_tests="other lengths, with one step only and with many, and other shapes",
    needs="rnn_cell_forward",
):
    p_v = draw_parameters("rnn", 2, 3, 4, np.random.RandomState(1))
    x_v, start = (
        np.random.RandomState(4).normal(size=(2, 5, 4)),
        np.random.RandomState(5).normal(size=(3, 5)),
    )
    targets, outputs, place = [], [], start
    side = np.hstack([p_v["Waa"], p_v["Wax"], p_v["ba"]])
    for time in range(4):
        place = np.tanh(side @ np.vstack([place, x_v[:, :, time], np.ones((1, 5))]))
        targets.append(place)
        outputs.append(
            softmax(np.hstack([p_v["Wya"], p_v["by"]]) @ np.vstack([place, np.ones((1, 5))]))
        )
    kept_x, kept_a = x_v.copy(), start.copy()
    answer = rnn_forward(kept_x, kept_a, {name: value.copy() for name, value in p_v.items()})
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 3,
        "rnn_forward does not return three things.",
        "return a, y_pred, caches, after the loop.",
    )
    a, y_pred, caches = answer
    checks.shape(a, (3, 5, 4), "a for 3 units, 5 sequences and 4 times", "units, sequences, times.")
    checks.shape(y_pred, (4, 5, 4), "y_pred for 4 outputs, 5 sequences and 4 times")
    a, y_pred = checks.array(a, "a"), checks.array(y_pred, "y_pred")
    checks.close(
        a[:, :, 0],
        targets[0],
        "The state after the first step",
        "the first step starts from a0, which may be different from zero; a0 is not part of a.",
        atol=1e-5,
    )
    for time in (1, 2, 3):
        checks.close(
            a[:, :, time],
            targets[time],
            f"The state a[:, :, {time}]",
            "each step starts from the state that the step before returned.",
            atol=1e-5,
        )
        checks.close(
            y_pred[:, :, time],
            outputs[time],
            f"y_pred[:, :, {time}]",
            "one output for each time.",
            atol=1e-5,
        )
    checks.close(
        y_pred[:, :, 0], outputs[0], "y_pred[:, :, 0]", "one output for each time.", atol=1e-5
    )
    checks.unchanged(kept_x, x_v, "x")
    checks.unchanged(kept_a, start, "a0")
    checks.property(
        isinstance(caches, (tuple, list))
        and len(caches) >= 2
        and isinstance(caches[0], (tuple, list)),
        "caches is not a pair that starts with a list.",
        "caches = (list of caches, x).",
    )
    checks.property(
        len(caches[0]) == 4,
        f"For 4 times caches holds {len(caches[0])} caches of the cell.",
        "append one in each step.",
    )
    for time, one in enumerate(caches[0]):
        checks.property(
            isinstance(one, (tuple, list)) and len(one) >= 4,
            f"The entry for time {time} in the list of caches is no cache of the cell.",
            "append what rnn_cell_forward returns last.",
        )
        for part, right, label in zip(
            one,
            (targets[time], [start, *targets][time], x_v[:, :, time]),
            ("a_next", "a_prev", "xt"),
        ):
            checks.close(
                part,
                right,
                f"{label} in the cache of time {time}",
                "one cache for each time, in the order of time, and each with arrays of its own.",
                atol=1e-5,
            )
    checks.close(caches[1], x_v, "The second part of caches", "it is x.", atol=1e-5)
### BEGIN HIDDEN TESTS
forward_rng = checks.rng(2)
for n_x, n_a, n_y, m, T in ((3, 2, 5, 2, 1), (1, 4, 2, 6, 9), (2, 2, 3, 1, 15)):
    p_h = draw_parameters("rnn", n_x, n_a, n_y, forward_rng)
    x_h, place_h = forward_rng.normal(size=(n_x, m, T)), forward_rng.normal(size=(n_a, m))
    start_h, oracle = place_h.copy(), np.zeros((n_a + n_y, m, T))
    for t in range(T):
        before = np.vstack([place_h, x_h[:, :, t]])
        place_h = np.tanh(np.hstack([p_h["Waa"], p_h["Wax"]]) @ before + p_h["ba"])
        powers_h = np.exp(p_h["Wya"] @ place_h + p_h["by"])
        oracle[:, :, t] = np.vstack([place_h, powers_h / powers_h.sum(axis=0)])
    a, y_pred, _ = rnn_forward(x_h, start_h, p_h)
    both = np.vstack([checks.array(a, "a"), checks.array(y_pred, "y_pred")])
    checks.close(both, oracle, "a and y_pred", atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="rnn_cell_backward_statement"
# The state at the end depends on every input, also on the first one. How would the cell learn that an early input mattered?
#
# ## 3 The way back
#
# Let $L$ be a cost, and write $da$ for $\partial L / \partial a$, as in the earlier notebooks. One step forward is $a^{\langle t \rangle} = \tanh(z)$ with $z = W_{aa}\, a^{\langle t-1 \rangle} + W_{ax}\, x^{\langle t \rangle} + b_a$, and $\tanh' = 1 - \tanh^2$. So
#
# $$dz = \left(1 - (a^{\langle t \rangle})^2\right) \odot da^{\langle t \rangle}$$
#
# where $\odot$ multiplies entry by entry. From $dz$ you get all the rest as in a dense layer with two inputs. (No $1/m$ anywhere: the cost may hold it, and then it is in $da$ already.)
#
# ### Exercise 4: one step back (8 points)
#
# Write `rnn_cell_backward(da_next, cache)`.
#
# 1. The cache starts with `a_next, a_prev, xt, parameters`. Compute $dz$.
# 2. Compute the gradients of the two inputs of the step, dxt and da_prev: how does a change of each reach $z$?
# 3. Compute the gradients of Wax, Waa and ba. All sequences use the same parameters, so their parts add up.
# 4. Return a dictionary with the entries dxt, da_prev, dWax, dWaa, dba. Each has the shape of what it is the gradient of. Leave the arguments as they are.
#
# <details><summary>Hint</summary>
#
# There is only one way to multiply dz, shape $(n_a, m)$, with Waa or with a_prev so that the result has the shape that you need. Unless the sizes agree by accident. The sum for `dba` needs `keepdims=True`.
#
# </details>


# %% solution="rnn_cell_backward"
def rnn_cell_backward(da_next, cache):
    """The way back through one time step.

    Parameters
    ----------
    da_next : ndarray, shape (n_a, m)
        The gradient of the cost with respect to a_next.
    cache : tuple
        (a_next, a_prev, xt, parameters), perhaps with more behind.

    Returns
    -------
    gradients : dict
        dxt (n_x, m), da_prev (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    a_next, a_prev, xt, parameters = cache[:4]
    ### BEGIN SOLUTION
    dz = (1 - a_next**2) * da_next
    return {
        "dxt": parameters["Wax"].T @ dz,
        "da_prev": parameters["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }
    ### END SOLUTION


# %% test="test_rnn_cell_backward" points=8
with progress.exercise(
    "rnn_cell_backward", hidden_tests="other numbers of inputs, units and sequences"
):
    one = {"Waa": [[2.0]], "Wax": [[-3.0]], "ba": [[0.5]], "Wya": [[1.0]], "by": [[0.0]]}
    one = {name: np.array(value) for name, value in one.items()}
    back = rnn_cell_backward(
        np.array([[4.0]]), (np.array([[0.5]]), np.array([[0.2]]), np.array([[7.0]]), one)
    )
    names = ["dxt", "da_prev", "dWax", "dWaa", "dba"]
    checks.keys(back, names, "What rnn_cell_backward returns")
    by_hand = {"dba": 3.0, "dWaa": 0.6, "dWax": 21.0, "da_prev": 6.0, "dxt": -9.0}
    causes = {
        "dba": "dz is (1 - a_next^2) times da_next: 1 - 0.25 here.",
        "dWaa": "Waa is multiplied with the old state on the way forward.",
        "dWax": "Wax is multiplied with the input on the way forward.",
        "da_prev": "the old state is multiplied with Waa on the way forward.",
        "dxt": "the input is multiplied with Wax on the way forward.",
    }
    for name, value in by_hand.items():
        checks.close(
            back[name],
            [[value]],
            f"{name} for a_next = 0.5, a_prev = 0.2, xt = 7, Waa = 2, Wax = -3 and da_next = 4",
            causes[name],
        )
    for n_x, n_a, m in ((2, 3, 4), (3, 3, 3)):
        generator = np.random.RandomState(n_x)
        p_v = draw_parameters("rnn", n_x, n_a, 2, generator)
        xt_v, a_v, da_v = (generator.normal(size=(size, m)) for size in (n_x, n_a, n_a))
        values = {"xt": xt_v, "a_prev": a_v, "Wax": p_v["Wax"], "Waa": p_v["Waa"], "ba": p_v["ba"]}

        def state(v):
            """The state after one step."""
            return np.tanh(
                np.hstack([v["Waa"], v["Wax"]]) @ np.vstack([v["a_prev"], v["xt"]]) + v["ba"]
            )

        slopes = measured_gradients(lambda v, da=da_v: np.sum(da * state(v)), values)
        kept = [part.copy() for part in (da_v, state(values), a_v, xt_v)]
        before = [part.copy() for part in kept]
        back = rnn_cell_backward(
            kept[0], (kept[1], kept[2], kept[3], {k: v.copy() for k, v in p_v.items()})
        )
        checks.keys(back, names, "What rnn_cell_backward returns")
        for name in ("dba", "dWaa", "dWax", "da_prev", "dxt"):
            checks.shape(
                back[name],
                slopes[name].shape,
                name,
                "a gradient has the shape of what it belongs to; keepdims=True keeps columns.",
            )
            checks.close(
                back[name],
                slopes[name],
                f"Compared with two-sided differences, for {n_x} inputs, {n_a} units and {m} sequences, {name}",
                "the parts of all sequences add up, without 1/m. If the shapes are right and the numbers are not, a matrix is not transposed, or the wrong one is.",
                rtol=1e-4,
                atol=1e-5,
            )
        for part, old, label in zip(kept, before, ("da_next", "a_next", "a_prev", "xt")):
            checks.unchanged(part, old, label)
### BEGIN HIDDEN TESTS
back_rng = checks.rng(3)
for n_x, n_a, m in ((3, 2, 1), (1, 5, 7), (6, 4, 9)):
    p_h = draw_parameters("rnn", n_x, n_a, 3, back_rng)
    xt_h, a_h, da_h = (back_rng.normal(size=(size, m)) for size in (n_x, n_a, n_a))
    new_h = np.tanh(np.hstack([p_h["Waa"], p_h["Wax"]]) @ np.vstack([a_h, xt_h]) + p_h["ba"])
    oracle = {"dxt": np.zeros((n_x, m)), "da_prev": np.zeros((n_a, m)), "dba": np.zeros((n_a, 1))}
    oracle |= {"dWax": np.zeros((n_a, n_x)), "dWaa": np.zeros((n_a, n_a))}
    for j in range(m):
        for i in range(n_a):
            slope_h = da_h[i, j] * (1 - new_h[i, j]) * (1 + new_h[i, j])
            oracle["dba"][i, 0] += slope_h
            oracle["dWax"][i] += slope_h * xt_h[:, j]
            oracle["dWaa"][i] += slope_h * a_h[:, j]
            oracle["dxt"][:, j] += slope_h * p_h["Wax"][i]
            oracle["da_prev"][:, j] += slope_h * p_h["Waa"][i]
    back = rnn_cell_backward(da_h, (new_h, a_h, xt_h, p_h))
    for name, value in oracle.items():
        checks.close(back[name], value, name, rtol=1e-4, atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="rnn_backward_statement"
# ### Back through time
#
# A state $a^{\langle t \rangle}$ acts on the cost in two ways: through the output $\hat y^{\langle t \rangle}$ of its own time, and through the next state $a^{\langle t+1 \rangle}$. So its gradient is a sum of two parts. The first one is
# given as `da[:, :, t]`. The second one is `da_prev` from the step back through time $t + 1$; at the last time there is none.
#
# ### Exercise 5: all steps back (10 points)
#
# Write `rnn_backward(da, caches)`. `caches` is what `rnn_forward` returns: the list of the caches of the cell, and x.
#
# 1. Go through the times from the last to the first. Call `rnn_cell_backward` with the *sum* of the two parts.
# 2. Put each dxt into dx, shape $(n_x, m, T)$. What is left as `da_prev` after the first time belongs to `a0`: call it da0.
# 3. The parameters are the same at all times. Think what that means for their gradients.
# 4. Return a dictionary with the entries dx, da0, dWax, dWaa, dba. Leave the arguments as they are.
#
# <details><summary>Hint</summary>
#
# `for t in reversed(range(T))`. Start with `da_prev` as zeros, and the gradients of the parameters as zeros of their shapes.
#
# </details>


# %% solution="rnn_backward"
def rnn_backward(da, caches):
    """The way back through a whole sequence.

    Parameters
    ----------
    da : ndarray, shape (n_a, m, T)
        The part of the gradient of each state that does not come through the next state.
    caches : tuple
        (list of the T caches of the cell, x).

    Returns
    -------
    gradients : dict
        dx (n_x, m, T), da0 (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    ### BEGIN SOLUTION
    cell_caches, x = caches[:2]
    total = {"dx": np.zeros(x.shape), "da0": np.zeros(da.shape[:2])}
    for t in reversed(range(da.shape[2])):
        step = rnn_cell_backward(da[:, :, t] + total["da0"], cell_caches[t])
        total["dx"][:, :, t], total["da0"] = step["dxt"], step["da_prev"]
        for name in ("dWax", "dWaa", "dba"):
            total[name] = total.get(name, 0) + step[name]
    return total
    ### END SOLUTION


# %% test="test_rnn_backward" points=10 needs="rnn_cell_backward"
with progress.exercise(
    "rnn_backward",
    hidden_tests="other lengths, with one step only and with many, and other shapes",
    needs="rnn_cell_backward",
):
    names = ["dx", "da0", "dWax", "dWaa", "dba"]
    for n_x, n_a, m, T in ((2, 3, 2, 2), (3, 2, 4, 5)):
        generator = np.random.RandomState(T)
        p_v = draw_parameters("rnn", n_x, n_a, 2, generator)
        x_v, start, da_v = (
            generator.normal(size=size) for size in ((n_x, m, T), (n_a, m), (n_a, m, T))
        )

        def run(v):
            """The states after every step, the first one included."""
            path = [v["a0"]]
            for time in range(v["x"].shape[2]):
                z = np.hstack([v["Waa"], v["Wax"]]) @ np.vstack([path[-1], v["x"][:, :, time]])
                path.append(np.tanh(z + v["ba"]))
            return path

        values = {"x": x_v, "a0": start, "Wax": p_v["Wax"], "Waa": p_v["Waa"], "ba": p_v["ba"]}
        path = run(values)
        slopes = measured_gradients(
            lambda v, da=da_v: np.sum(da * np.stack(run(v)[1:], axis=2)), values
        )
        kept_da, kept_x = da_v.copy(), x_v.copy()
        each = [(path[t + 1], path[t], x_v[:, :, t].copy(), dict(p_v)) for t in range(T)]
        back = rnn_backward(kept_da, (each, kept_x))
        checks.keys(back, names, "What rnn_backward returns")
        for name in names:
            checks.shape(
                back[name],
                slopes[name].shape,
                name,
                "a gradient has the shape of what it belongs to.",
            )
        last = checks.array(back["dx"], "dx")[:, :, -1]
        checks.close(
            last,
            slopes["dx"][:, :, -1],
            f"With {T} times, dx of the last time",
            "at the last time nothing comes from a later one; each dxt belongs to its own time.",
            rtol=1e-4,
            atol=1e-5,
        )
        causes = {
            "dx": "the gradient of a state is da[:, :, t] plus da_prev of the time behind it.",
            "da0": "da_prev of the first time; a0 has no output of its own, so nothing is added to it.",
            "dWax": "the same parameter acts at every time, so the parts of all times add up.",
            "dWaa": "the same parameter acts at every time, so the parts of all times add up.",
            "dba": "the same parameter acts at every time, so the parts of all times add up.",
        }
        for name, cause in causes.items():
            checks.close(
                back[name],
                slopes[name],
                f"Compared with two-sided differences, with {T} times, {name}",
                cause,
                rtol=1e-4,
                atol=1e-5,
            )
        checks.unchanged(kept_da, da_v, "da")
        checks.unchanged(kept_x, x_v, "x")
### BEGIN HIDDEN TESTS
through_rng = checks.rng(4)
for n_x, n_a, m, T in ((3, 4, 2, 1), (1, 2, 5, 9), (4, 3, 1, 14)):
    p_h = draw_parameters("rnn", n_x, n_a, 2, through_rng)
    x_h, da_h = through_rng.normal(size=(n_x, m, T)), through_rng.normal(size=(n_a, m, T))
    path_h = [through_rng.normal(size=(n_a, m))]
    for t in range(T):
        before = np.vstack([path_h[-1], x_h[:, :, t]])
        path_h.append(np.tanh(np.hstack([p_h["Waa"], p_h["Wax"]]) @ before + p_h["ba"]))
    oracle = {"dx": np.zeros((n_x, m, T)), "dba": np.zeros((n_a, 1)), "da0": np.zeros((n_a, m))}
    oracle |= {"dWax": np.zeros((n_a, n_x)), "dWaa": np.zeros((n_a, n_a))}
    for j in range(m):
        later_h = np.zeros(n_a)
        for t in range(T - 1, -1, -1):
            delta_h = (1 - path_h[t + 1][:, j] ** 2) * (da_h[:, j, t] + later_h)
            oracle["dx"][:, j, t] = p_h["Wax"].T @ delta_h
            oracle["dWax"] += np.outer(delta_h, x_h[:, j, t])
            oracle["dWaa"] += np.outer(delta_h, path_h[t][:, j])
            oracle["dba"][:, 0] += delta_h
            later_h = p_h["Waa"].T @ delta_h
        oracle["da0"][:, j] = later_h
    each_h = [(path_h[t + 1], path_h[t], x_h[:, :, t], p_h) for t in range(T)]
    back = rnn_backward(da_h, (each_h, x_h))
    for name, value in oracle.items():
        checks.close(back[name], value, name, rtol=1e-4, atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="gradient_forecast_statement"
# ## 4 Gradients that vanish and explode
#
# On the way back the gradient is multiplied with $W_{aa}^T$ once per step, and with the slopes of tanh. Take the slopes away for a moment (a *linear* cell, $a^{\langle t \rangle} = W_{aa}\, a^{\langle t-1 \rangle} + \dots$). Then
#
# $$\frac{\partial L}{\partial a^{\langle 0 \rangle}} = \left(W_{aa}^{\top}\right)^{T}\, \frac{\partial L}{\partial a^{\langle T \rangle}}$$
#
# with the transposed matrix ($\top$) to the power of $T$, the number of steps. The largest absolute eigenvalue of $W_{aa}$, its *spectral radius* $\rho$, decides in the long run. If $\rho < 1$ the gradient vanishes, and the cell cannot learn what happened early. If $\rho > 1$ it can explode. This was found by Hochreiter (1991) and by Bengio, Simard and Frasconi (1994).
#
# ### Exercise 6: forecast a gradient (10 points)
#
# Work the answers out with a calculator **before you run the figure below**, and store them in a dictionary `gradient_forecast`. Two significant digits are enough. A gradient arrives at $a^{\langle T \rangle}$; how long (Euclidean norm) is the one that reaches $a^{\langle 0 \rangle}$?
#
# | key | the question |
# |---|---|
# | `"one_unit"` | a linear cell with one unit, $W_{aa} = 0.9$; a gradient of 1 after 50 steps |
# | `"exploding"` | the same with $W_{aa} = 1.1$ |
# | `"steps"` | $W_{aa} = 0.9$: after how many steps has the gradient fallen below 0.01 for the first time? |
# | `"radius"` | which positive $W_{aa}$ leaves 0.1 of the gradient after 100 steps? Three decimals |
# | `"rotation"` | two linear units, $W_{aa}$ turns the plane by 90 degrees and shrinks it to 0.9 of its length; the gradient (3, 4) after 50 steps |
# | `"mixed"` | two linear units, $W_{aa}$ is diagonal with 0.5 and 1.2; the gradient (1, 1) after 20 steps |
# | `"with_tanh"` | one unit *with* tanh, $W_{aa} = 1.1$, and the state is 0.5 at all times; a gradient of 1 after 50 steps |
#
# <details><summary>Hint</summary>
#
# A factor per step, raised to the number of steps. For `"steps"` and `"radius"` take logarithms. A rotation does not change a length. For `"with_tanh"` look at dz: what is the slope of tanh where its *value* is 0.5?
#
# </details>

# %% solution="gradient_forecast"
### BEGIN SOLUTION
gradient_forecast = {
    "one_unit": 0.9**50,  # 0.0052
    "exploding": 1.1**50,  # 117
    "steps": 44,
    "radius": 0.1 ** (1 / 100),  # 0.977
    "rotation": 5 * 0.9**50,
    "mixed": 38.3,  # 1.2 ** 20; the other unit has nothing left
    "with_tanh": (1.1 * 0.75) ** 50,  # 6.6e-05: smaller, not larger
}
### END SOLUTION

# %% test="test_gradient_forecast" points=10
with progress.exercise("gradient_forecast"):
    asked = ["one_unit", "exploding", "steps", "radius", "rotation", "mixed", "with_tanh"]
    checks.keys(gradient_forecast, asked, "gradient_forecast", "the table lists seven keys.")
    forecast = {key: checks.number(gradient_forecast[key], key) for key in asked}

    def length_after(steps, weights, gradient):
        """Send a gradient back through linear cells, step by step."""
        for _ in range(steps):
            gradient = np.transpose(weights) @ gradient
        return np.linalg.norm(gradient)

    quarter = 0.9 * np.array([[0.0, -1.0], [1.0, 0.0]])
    truths = {
        "one_unit": length_after(50, [[0.9]], [1.0]),
        "exploding": length_after(50, [[1.1]], [1.0]),
        "rotation": length_after(50, quarter, [3.0, 4.0]),
        "mixed": length_after(20, np.diag([0.5, 1.2]), [1.0, 1.0]),
        "with_tanh": length_after(50, [[1.1 * (1 - 0.5) * (1 + 0.5)]], [1.0]),
    }
    causes = {
        "one_unit": "one factor of 0.9 for each step.",
        "exploding": "one factor of 1.1 for each step.",
        "rotation": "turning keeps a length. How long is (3, 4)?",
        "mixed": "each unit has its own factor; put the two results together to a length.",
        "with_tanh": "each step multiplies with the weight and with the slope of tanh. In terms of the value a the slope is 1 - a^2.",
    }
    for key, truth in truths.items():
        # 3%: two significant digits are enough
        direction = "larger" if truth > forecast[key] else "smaller"
        near = abs(forecast[key] - truth) <= 0.03 * truth
        checks.property(
            near, f"{key} is {forecast[key]:g}; what is measured is {direction}.", causes[key]
        )
    checks.property(
        forecast["steps"] == int(forecast["steps"]) and 0 < forecast["steps"] < 1000,
        f"steps is {forecast['steps']:g}.",
        "a whole number of steps.",
    )
    steps = int(forecast["steps"])
    checks.property(
        length_after(steps, [[0.9]], [1.0]) < 0.01,
        f"After {steps} steps the gradient is still {length_after(steps, [[0.9]], [1.0]):.4f}.",
        "solve 0.9^n = 0.01 for n, and round up.",
    )
    checks.property(
        length_after(steps - 1, [[0.9]], [1.0]) >= 0.01,
        f"After {steps - 1} steps, one fewer than your answer, the gradient is below 0.01 already.",
        "the first time is asked for.",
    )
    checks.property(
        0 < forecast["radius"] < 1.5
        and abs(length_after(100, [[forecast["radius"]]], [1.0]) - 0.1) < 0.006,
        f"With a weight of {forecast['radius']:g}, 100 steps do not leave 0.1 of the gradient.",
        "solve w^100 = 0.1 for w, and give three decimals.",
    )

# %% [markdown]
# Now measure it, with your `rnn_cell_backward`: 20 units, small random inputs, and $W_{aa}$ a random matrix with the spectral radius that the legend says. The figure shows the length of the gradient that comes back through 1 to 60 steps, with a length of 1 at the start. It does so
# twice: on the left without tanh, on the right with it. **What do you expect on the right for 1.2 and 2?**

# %% tags=["figure"] needs="rnn_forward rnn_cell_forward rnn_cell_backward"
generator = np.random.RandomState(10)
drawn = generator.normal(size=(20, 20))
drawn /= np.abs(np.linalg.eigvals(drawn)).max()  # the spectral radius is 1 now
noise = generator.normal(scale=0.1, size=(1, 1, 60))
base = {**draw_parameters("rnn", 1, 20, 2, generator), "ba": np.zeros((20, 1))}
lengths = {"without tanh": {}, "with tanh": {}}
for radius in (0.8, 1.0, 1.2, 2.0):
    known = {**base, "Waa": radius * drawn}
    answer = rnn_forward(noise, np.zeros((20, 1)), known)
    states, _, (cell_caches, _) = tf.nest.map_structure(np.asarray, answer)  # if it has tensors
    for label in lengths:
        gradient, found = np.ones((20, 1)) / np.sqrt(20), []
        for _, a_prev, xt, p in (cache[:4] for cache in reversed(cell_caches)):
            new = states[:, :, 59 - len(found)] if label == "with tanh" else np.zeros((20, 1))
            gradient = checks.array(
                rnn_cell_backward(gradient, (new, a_prev, xt, p))["da_prev"], "da_prev"
            )
            found.append(np.linalg.norm(gradient))
        lengths[label][f"radius {radius}"] = found
axes = plotting.panels(2, "steps back", "length of the gradient", (5.5, 4))
for ax, (label, curves) in zip(axes, lengths.items(), strict=True):
    plotting.lines(range(1, 61), curves, ax, log="y")
    ax.set_title(label)
for label, curves in lengths.items():
    for name, found in curves.items():
        print(f"{label:13} {name}: after 60 steps {found[-1]:.1e}")

# %% [markdown] locked="clip_gradients_statement"
# On the left the lengths follow straight lines: after 60 steps the radius 0.8 has left about a millionth, and 2 has made nearly $10^{18}$ out of 1. On the right every curve ends lower. For 0.8 the states are small, and tanh changes little; for 1 it leaves about a tenth of the length. For 1.2 and 2 the states are far from zero, where tanh is flat:
# with 1.2 the gradient has not even become ten times as long, and 2 gives about $10^4$ to $10^5$. So a radius above 1 *can* explode; one clearly below 1 vanishes for certain.
#
# ### Exercise 7: clip by the norm (6 points)
#
# Against explosions helps a simple remedy (Pascanu, Mikolov and Bengio, 2013). Put all gradients of one step into one long vector; its length is the *global norm*, the root of the sum of all squares of all arrays. If it is larger than a limit, make the vector exactly as long as the limit, and
# keep its direction. If it is not, leave it alone.
#
# Write `clip_gradients(gradients, max_norm)`.
#
# 1. `gradients` is a dictionary of arrays of any shapes, with any names.
# 2. Return a dictionary with the same names. You may change the arrays in place or make new ones.
#
# <details><summary>Hint</summary>
#
# One factor for all arrays. When all gradients are zero, nothing may be divided by their norm.
#
# </details>


# %% solution="clip_gradients"
def clip_gradients(gradients, max_norm):
    """Shorten gradients whose global norm is too large.

    Parameters
    ----------
    gradients : dict of str to ndarray
        Any names and shapes.
    max_norm : float
        Greater than zero.

    Returns
    -------
    gradients : dict of str to ndarray
        In the same direction, with a global norm of at most max_norm.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(value**2) for value in gradients.values()))
    factor = max_norm / norm if norm > max_norm else 1.0
    return {name: factor * value for name, value in gradients.items()}
    ### END SOLUTION


# %% test="test_clip_gradients" points=6
with progress.exercise("clip_gradients", hidden_tests="other names, shapes, signs and limits"):

    def two():
        """Two gradients whose global norm is 13."""
        return {"dW": np.array([[3.0, 0.0], [0.0, -4.0]]), "db": np.array([[12.0]])}

    clipped = clip_gradients(two(), 6.5)
    checks.shapes(clipped, {"dW": (2, 2), "db": (1, 1)}, "What clip_gradients returns")
    norm = np.sqrt(sum(np.sum(checks.array(clipped[name], name) ** 2) for name in ("dW", "db")))
    checks.property(
        norm < 6.5 * 1.001,
        f"Gradients with the global norm 13 and the limit 6.5 come back with the global norm {norm:.4g}.",
        "the norm is the root of the sum of the squares over all arrays together.",
    )
    checks.property(
        norm > 6.5 * 0.999,
        f"Gradients with the global norm 13 and the limit 6.5 come back with the global norm {norm:.4g}.",
        "they should be exactly as long as the limit.",
    )
    for name in ("dW", "db"):
        checks.close(
            clipped[name],
            two()[name] / 2,
            f"{name} after clipping",
            "all entries get the same factor, so the direction stays; nothing is cut off entry by entry or array by array.",
        )
    for limit in (13.5, 20.0):
        kept = clip_gradients(two(), limit)
        checks.keys(kept, ["dW", "db"], "What clip_gradients returns")
        for name in ("dW", "db"):
            checks.close(
                kept[name],
                two()[name],
                f"{name} with the limit {limit} and a global norm of 13",
                "gradients that are short enough stay as they are.",
            )
    nothing = clip_gradients({"dW": np.zeros((2, 3))}, 1.0)
    checks.keys(nothing, ["dW"], "What clip_gradients returns for one array")
    checks.close(
        nothing["dW"],
        np.zeros((2, 3)),
        "A gradient of zeros",
        "a division by the norm, which is zero.",
    )
### BEGIN HIDDEN TESTS
clip_rng = checks.rng(5)
for share in (0.1, 0.7, 3.0):
    pieces = [clip_rng.normal(size=size) for size in ((3, 2), (4,), (2, 1, 3), (1, 1))]
    length_h = np.linalg.norm(np.concatenate([piece.ravel() for piece in pieces]))
    factor_h = min(1.0, share)
    clipped = clip_gradients(
        {f"g{k}": piece.copy() for k, piece in enumerate(pieces)}, share * length_h
    )
    for k, piece in enumerate(pieces):
        checks.close(clipped[f"g{k}"], factor_h * piece, f"g{k}", atol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# Does clipping help? The next cell trains a cell with 10 units to continue a coarse sine, with gradient descent and a learning rate of 0.1, from random matrices with a spectral radius of 1.8. It does this from three seeds and with several limits (about ten seconds). **Before you run it, what do you expect:** is a smaller limit always safer?


# %% demo="clipping" needs="rnn_cell_forward rnn_forward rnn_cell_backward rnn_backward clip_gradients"
def train_with_limit(limit, seed, steps=200, learning_rate=0.1):
    """Costs and global norms of a small cell that predicts the next value of a sine; no clipping if `limit` is None."""
    generator = np.random.RandomState(seed)
    p = {
        "Waa": 1.8 * np.linalg.qr(generator.normal(size=(10, 10)))[0],
        "Wax": generator.normal(scale=0.5, size=(10, 1)),
        "ba": np.zeros((10, 1)),
        "readout": generator.normal(scale=0.1, size=(1, 10)),
    }
    no_output = {"Wya": np.zeros((1, 10)), "by": np.zeros((1, 1))}  # the readout takes its place
    costs, norms = [], []
    for _ in range(steps):
        series = np.sin(8 * generator.rand(1, 16, 1) + 0.3 * np.arange(31))
        answer = rnn_forward(series[:, :, :30], np.zeros((10, 16)), {**p, **no_output})
        states, _, caches = tf.nest.map_structure(np.asarray, answer)
        last = states[:, :, -1]
        error = p["readout"] @ last - series[:, :, 30]
        costs.append(np.mean(error**2))
        da = np.zeros((10, 16, 30))
        da[:, :, -1] = p["readout"].T @ (2 * error / 16)
        back = rnn_backward(da, caches)
        grads = {name: back["d" + name] for name in ("Waa", "Wax", "ba")}
        grads["readout"] = 2 * error / 16 @ last.T
        norms.append(np.sqrt(sum(np.sum(np.square(grad)) for grad in grads.values())))
        if limit is not None:
            grads = clip_gradients(grads, limit)
        p = {name: p[name] - learning_rate * grads[name] for name in p}
    return costs, norms


limits = {"no clipping": None, "limit 1": 1, "limit 0.1": 0.1, "limit 0.01": 0.01}
clip_costs = {}
for label, limit in limits.items():
    runs = [train_with_limit(limit, seed) for seed in range(3)]
    if limit is None:
        norms = np.array([norms for _, norms in runs])
        print(f"no clipping: median of the norms {np.median(norms):.2f}, largest {norms.max():.0f}")
    clip_costs[label] = np.mean([costs for costs, _ in runs], axis=0)
    highest = max(max(costs) for costs, _ in runs)
    end = np.mean(clip_costs[label][-50:])
    print(f"{label:12} highest cost {highest:6.2f}, mean cost of the last 50 steps {end:.3f}")
_ = plotting.lines(
    range(200),
    clip_costs,
    title="Gradient descent from a spectral radius of 1.8, mean of 3 seeds",
    xlabel="step",
    ylabel="cost",
    log="y",
)

# %% [markdown] locked="lstm_forward_statement"
# Most gradients without clipping are short, with a global norm far below 1, and a few are more than a thousand times as long: the surface of the cost has cliffs. One step from such a place throws the parameters far away; the highest cost shows it, and the training needs many steps to come back. With a limit of 1 nothing of the
# kind happens, and the other steps stay as they are. A smaller limit is not safer: with 0.01 every step is so short that the training crawls. A good limit lies above the usual norm and below the explosions. (From such matrices training is chaotic; on another machine the digits can differ.)
#
# ## 5 Gates
#
# Clipping does nothing against gradients that vanish. Hochreiter and Schmidhuber (1997) changed the cell. An **LSTM** cell has a second state $c$ that is not multiplied with a matrix in each step, but with a number between 0 and 1 that the cell chooses itself, a *gate*. Gates act on the old state and the input together, one above the other:
#
# $$\Gamma_f = \sigma\left(W_f \begin{bmatrix} a^{\langle t-1 \rangle} \\ x^{\langle t \rangle} \end{bmatrix} + b_f\right), \qquad \Gamma_i = \sigma(W_i [\cdot] + b_i), \qquad \Gamma_o = \sigma(W_o [\cdot] + b_o), \qquad \tilde c = \tanh(W_c [\cdot] + b_c)$$
#
# $$c^{\langle t \rangle} = \Gamma_f \odot c^{\langle t-1 \rangle} + \Gamma_i \odot \tilde c, \qquad a^{\langle t \rangle} = \Gamma_o \odot \tanh(c^{\langle t \rangle}), \qquad \hat y^{\langle t \rangle} = \mathrm{softmax}(W_y a^{\langle t \rangle} + b_y)$$
#
# $f$ is for forget (a gate of 1 *keeps*), $i$ for input, $o$ for output. (The forget gate was added by Gers, Schmidhuber and Cummins, 2000.)
#
# ### Exercise 8: an LSTM cell, and its way over time (12 points)
#
# Write two functions into one cell.
#
# `lstm_cell_forward(xt, a_prev, c_prev, parameters)`: one step.
#
# 1. Put a_prev on top of xt, shape $(n_a + n_x, m)$, and compute the four quantities above, then the two new states, then the output.
# 2. Return `a_next, c_next, yt_pred, cache` with `cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)`, where cct is $\tilde c$.
#
# `lstm_forward(x, a0, parameters)`: all steps, as in exercise 3.
#
# 3. Start with the state a0, and with zeros for $c$. Hand *both* states on.
# 4. Return `a, y, c, caches`, each of the first three with the times on the last axis, and `caches = (list of caches, x)`. Mind the order: y before c. Leave the arguments as they are.
#
# <details><summary>Hint</summary>
#
# `np.concatenate([a_prev, xt], axis=0)`. `sigmoid` and `softmax` are given. Four calls on the same stacked array.
#
# </details>


# %% solution="lstm_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """One time step of an LSTM cell.

    Parameters
    ----------
    xt : ndarray, shape (n_x, m)
    a_prev, c_prev : ndarray, shape (n_a, m)
    parameters : dict
        Wf, Wi, Wc, Wo (n_a, n_a + n_x), bf, bi, bc, bo (n_a, 1), Wy (n_y, n_a), by (n_y, 1).

    Returns
    -------
    a_next, c_next : ndarray, shape (n_a, m)
    yt_pred : ndarray, shape (n_y, m)
    cache : tuple
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters).
    """
    ### BEGIN SOLUTION
    stacked = np.concatenate([a_prev, xt], axis=0)
    ft, it, ot = (sigmoid(parameters[f"W{g}"] @ stacked + parameters[f"b{g}"]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ stacked + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache
    ### END SOLUTION


def lstm_forward(x, a0, parameters):
    """An LSTM cell over x (n_x, m, T) from a0 (n_a, m): a, y, c with the times on the last axis, and the caches."""
    ### BEGIN SOLUTION
    a_next, c_next, steps = a0, np.zeros_like(a0), []
    for t in range(x.shape[2]):
        steps.append(lstm_cell_forward(x[:, :, t], a_next, c_next, parameters))
        a_next, c_next = steps[-1][:2]
    a, c, y = (np.stack([step[k] for step in steps], axis=2) for k in range(3))
    return a, y, c, ([step[3] for step in steps], x)
    ### END SOLUTION


# %% test="test_lstm_forward" points=12
with progress.exercise(
    "lstm_forward", hidden_tests="other numbers of inputs, units, outputs, sequences and steps"
):
    logit = np.log(3.0)  # the sigmoid of it is 3/4
    gates = {
        "Wf": [[logit, 0]],
        "bf": [[0]],
        "Wi": [[0, logit]],
        "bi": [[-logit]],
        "Wo": [[0, 0]],
        "bo": [[logit]],
    }
    one = {**gates, "Wc": [[0.5, 0.5]], "bc": [[1]], "Wy": [[1], [0]], "by": [[0], [0]]}
    one = {name: np.array(value, float) for name, value in one.items()}
    answer = lstm_cell_forward(np.array([[1.0]]), np.array([[1.0]]), np.array([[2.0]]), one)
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 4,
        "lstm_cell_forward does not return four things.",
        "return a_next, c_next, yt_pred, cache.",
    )
    a_next, c_next, yt_pred, cache = answer
    by_hand = 0.75 * 2 + 0.5 * np.tanh(2.0)
    checks.shape(a_next, (1, 1), "a_next for one unit and one sequence")
    checks.shape(yt_pred, (2, 1), "yt_pred for two outputs and one sequence")
    checks.close(
        c_next,
        [[by_hand]],
        "c_next when the forget gate is 0.75, the input gate 0.5, c_prev = 2 and the candidate tanh(2)",
        "the forget gate keeps the old c, the input gate lets the candidate in. The old state stands on top of the input.",
    )
    checks.close(
        a_next,
        [[0.75 * np.tanh(by_hand)]],
        "a_next when the output gate is 0.75",
        "the output gate times the tanh of the new c.",
    )
    checks.close(
        yt_pred,
        softmax(np.array([[0.75 * np.tanh(by_hand)], [0.0]])),
        "yt_pred",
        "the output comes from the new state a, not from c, through the softmax.",
    )
    p_v = draw_parameters("lstm", 2, 3, 4, np.random.RandomState(1))
    x_v = np.random.RandomState(2).normal(size=(2, 5, 4))
    start = np.random.RandomState(3).normal(size=(3, 5))
    rows, weights = [], np.vstack([np.hstack([p_v[f"W{g}"], p_v[f"b{g}"]]) for g in "fioc"])
    place, memory = start, np.zeros((3, 5))
    for time in range(4):
        four = weights @ np.vstack([place, x_v[:, :, time], np.ones((1, 5))])
        memory = sigmoid(four[:3]) * memory + sigmoid(four[3:6]) * np.tanh(four[9:])
        place = sigmoid(four[6:9]) * np.tanh(memory)
        rows.append((place, softmax(p_v["Wy"] @ place + p_v["by"]), memory))
    kept_x, kept_a = x_v.copy(), start.copy()
    passed = {name: value.copy() for name, value in p_v.items()}
    answer = lstm_forward(kept_x, kept_a, passed)
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 4,
        "lstm_forward does not return four things.",
        "return a, y, c, caches, after the loop.",
    )
    for part, number, label, n in zip(answer, range(3), "ayc", (3, 4, 3)):
        checks.shape(
            part,
            (n, 5, 4),
            f"{label} for 3 units, 4 outputs, 5 sequences and 4 times",
            "the order is a, y, c, caches; the times are the last axis.",
        )
        for time in range(4):
            checks.close(
                checks.array(part, label)[:, :, time],
                rows[time][number],
                f"{label}[:, :, {time}]",
                "is the cell called once per time, with both states of the step before (at first a0, and zeros for c)? The order is a, y, c; in the cell the old state stands on top of the input.",
                atol=1e-5,
            )
    for value, old, label in (
        (kept_x, x_v, "x"),
        (kept_a, start, "a0"),
        (passed, p_v, "parameters"),
    ):
        checks.unchanged(value, old, label)
    checks.property(
        isinstance(cache, (tuple, list)) and len(cache) >= 10,
        "The cache of lstm_cell_forward does not have ten parts.",
        "(a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters).",
    )
    parts = (0.75 * np.tanh(by_hand), by_hand, 1.0, 2.0, 0.75, 0.5, np.tanh(2.0), 0.75, 1.0)
    labels = ("a_next", "c_next", "a_prev", "c_prev", "ft", "it", "cct", "ot", "xt")
    for part, value, label in zip(cache, parts, labels):
        checks.close(
            part,
            [[value]],
            f"{label} in the cache",
            "look at the order of the ten parts.",
            atol=1e-5,
        )
    caches = answer[3]
    checks.property(
        isinstance(caches, (tuple, list))
        and len(caches) >= 2
        and isinstance(caches[0], (tuple, list))
        and len(caches[0]) == 4
        and all(isinstance(one, (tuple, list)) and len(one) >= 10 for one in caches[0]),
        "For 4 times, caches of lstm_forward is not a pair that starts with a list of 4 caches.",
        "caches = (list of caches, x), where a cache is what lstm_cell_forward returns last.",
    )
    for time, one in enumerate(caches[0]):
        checks.close(
            one[0],
            rows[time][0],
            f"a_next in the cache of time {time}",
            "one cache for each time, in the order of time.",
            atol=1e-5,
        )
    checks.close(caches[1], x_v, "The second part of caches", "it is x.", atol=1e-5)
### BEGIN HIDDEN TESTS
lstm_rng = checks.rng(6)
for n_x, n_a, n_y, m, T in ((3, 2, 5, 2, 1), (1, 4, 2, 6, 9), (2, 2, 3, 1, 12)):
    p_h = draw_parameters("lstm", n_x, n_a, n_y, lstm_rng)
    x_h, start_h = lstm_rng.normal(size=(n_x, m, T)), lstm_rng.normal(size=(n_a, m))
    oracle = np.zeros((n_a + n_y + n_a, m, T))
    for j in range(m):
        state_h, memory_h = start_h[:, j], np.zeros(n_a)
        for t in range(T):
            joined_h = np.append(state_h, x_h[:, j, t])
            pre_h = {g: p_h[f"W{g}"] @ joined_h + p_h[f"b{g}"][:, 0] for g in "fico"}
            open_h = {g: 1 / (1 + np.exp(-pre_h[g])) for g in "fio"}
            memory_h = memory_h * open_h["f"] + np.tanh(pre_h["c"]) * open_h["i"]
            state_h = np.tanh(memory_h) * open_h["o"]
            powers_h = np.exp(p_h["Wy"] @ state_h + p_h["by"][:, 0])
            oracle[:, j, t] = np.concatenate([state_h, powers_h / powers_h.sum(), memory_h])
    a, y, c, _ = lstm_forward(x_h, start_h, p_h)
    together = np.vstack([checks.array(a, "a"), checks.array(y, "y"), checks.array(c, "c")])
    checks.close(together, oracle, "a, y and c", atol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# How long does such a cell remember? The next cell reads two sequences of 40 values that differ in the first value only (+1 and -1). It plots how far apart the states of your simple cell are after each step, and the memories $c$ of your LSTM cell for three biases of its forget gate; all parameters are random. **What do you expect** of a bias of 5, whose sigmoid is 0.993?

# %% tags=["figure"] needs="rnn_forward rnn_cell_forward lstm_forward"
cell = draw_parameters("lstm", 1, 20, 2, np.random.RandomState(11))
cell = {name: value if name[0] == "b" else 0.3 * value for name, value in cell.items()}
pair = np.random.RandomState(8).normal(scale=0.3, size=(1, 1, 40)).repeat(2, axis=1)
pair[0, :, 0] = [1, -1]
simple = draw_parameters("rnn", 1, 20, 2, np.random.RandomState(6))
turned = np.linalg.qr(np.random.RandomState(7).normal(size=(20, 20)))[0]  # keeps all lengths
a = rnn_forward(pair, np.zeros((20, 2)), {**simple, "Waa": 0.9 * turned})[0]
distances = {"simple cell, spectral radius 0.9": np.linalg.norm(a[:, 0] - a[:, 1], axis=0)}
for bias in (0, 2, 5):
    c = lstm_forward(pair, np.zeros((20, 2)), {**cell, "bf": np.full((20, 1), float(bias))})[2]
    distances[f"LSTM, bias of the forget gate {bias}"] = np.linalg.norm(c[:, 0] - c[:, 1], axis=0)
for label, found in distances.items():
    print(f"{label}: {found[-1] / found[0]:.1e} of the first distance is left")
_ = plotting.lines(
    range(1, 41),
    distances,
    title="How far apart are two states that differ in their first input?",
    xlabel="time step",
    ylabel="distance",
    log="y",
)

# %% [markdown] locked="gru_cell_forward_statement"
# The simple cell, and the LSTM cell whose forget gate is half open, have forgotten nearly all of the first input: less than a millionth of the distance is left. With a bias of 2 a few hundredths are left, and with a bias of 5 the two memories are about as far apart as at the start. A gate can hold this open as long as it is useful, and close it when the next
# input says so; a matrix cannot.
#
# ### Exercise 9: a GRU cell (8 points)
#
# The **gated recurrent unit** (Cho et al., 2014) gets along with one state and two gates, update and reset:
#
# $$\Gamma_z = \sigma\left(W_z \begin{bmatrix} a^{\langle t-1 \rangle} \\ x^{\langle t \rangle} \end{bmatrix} + b_z\right), \qquad \Gamma_r = \sigma\left(W_r \begin{bmatrix} a^{\langle t-1 \rangle} \\ x^{\langle t \rangle} \end{bmatrix} + b_r\right), \qquad \tilde a = \tanh\left(W_h \begin{bmatrix} \Gamma_r \odot a^{\langle t-1 \rangle} \\ x^{\langle t \rangle} \end{bmatrix} + b_h\right)$$
#
# $$a^{\langle t \rangle} = \Gamma_z \odot a^{\langle t-1 \rangle} + (1 - \Gamma_z) \odot \tilde a, \qquad \hat y^{\langle t \rangle} = \mathrm{softmax}(W_y a^{\langle t \rangle} + b_y)$$
#
# **Convention:** here, as in Cho et al. and in Keras, an update gate of 1 *keeps the old state*. Other texts write it the other way round. The reset gate acts on the old state before the matrix, and on the part that stands above the input only.
#
# Write `gru_cell_forward(xt, a_prev, parameters)`, which returns `a_next, yt_pred, cache` with `cache = (a_next, a_prev, zt, rt, cct, xt, parameters)`, where cct is $\tilde a$. Leave the arguments as they are.
#
# <details><summary>Hint</summary>
#
# You need two stacked arrays: one with a_prev, one with rt * a_prev on top.
#
# </details>


# %% solution="gru_cell_forward"
def gru_cell_forward(xt, a_prev, parameters):
    """One time step of a GRU cell.

    Parameters
    ----------
    xt : ndarray, shape (n_x, m)
    a_prev : ndarray, shape (n_a, m)
    parameters : dict
        Wz, Wr, Wh (n_a, n_a + n_x), bz, br, bh (n_a, 1), Wy (n_y, n_a), by (n_y, 1).

    Returns
    -------
    a_next : ndarray, shape (n_a, m)
    yt_pred : ndarray, shape (n_y, m)
    cache : tuple
        (a_next, a_prev, zt, rt, cct, xt, parameters).
    """
    ### BEGIN SOLUTION
    stacked = np.concatenate([a_prev, xt], axis=0)
    zt = sigmoid(parameters["Wz"] @ stacked + parameters["bz"])
    rt = sigmoid(parameters["Wr"] @ stacked + parameters["br"])
    reset = np.concatenate([rt * a_prev, xt], axis=0)
    cct = np.tanh(parameters["Wh"] @ reset + parameters["bh"])
    a_next = zt * a_prev + (1 - zt) * cct
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, zt, rt, cct, xt, parameters)
    ### END SOLUTION


# %% test="test_gru_cell_forward" points=8
with progress.exercise(
    "gru_cell_forward", hidden_tests="other numbers of inputs, units, outputs and sequences"
):
    logit = np.log(3.0)  # the sigmoid of it is 3/4
    gates = {"Wz": [[logit, 0]], "bz": [[0]], "Wr": [[0, logit]], "br": [[-2 * logit]]}
    one = {**gates, "Wh": [[4, 2]], "bh": [[-2]], "Wy": [[1], [0]], "by": [[0], [1]]}
    one = {name: np.array(value, float) for name, value in one.items()}
    answer = gru_cell_forward(np.array([[1.0]]), np.array([[1.0]]), one)
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 3,
        "gru_cell_forward does not return three things.",
        "return a_next, yt_pred, cache.",
    )
    a_next, yt_pred, cache = answer
    by_hand = 0.75 + 0.25 * np.tanh(1.0)
    checks.shape(a_next, (1, 1), "a_next for one unit and one sequence")
    checks.shape(yt_pred, (2, 1), "yt_pred for two outputs and one sequence")
    checks.close(
        a_next,
        [[by_hand]],
        "a_next when the update gate is 0.75, the reset gate 0.25, a_prev = 1, xt = 1, Wh = (4, 2) and bh = -2",
        "an update gate of 1 keeps the old state here; the reset gate multiplies a_prev, and not xt, inside the candidate; a_prev stands on top of xt.",
    )
    checks.close(
        yt_pred,
        softmax(np.array([[by_hand], [1.0]])),
        "yt_pred",
        "from the new state, with by, through the softmax.",
    )
    p_v = draw_parameters("gru", 2, 3, 4, np.random.RandomState(1))
    xt_v, a_v = (
        np.random.RandomState(2).normal(size=(2, 5)),
        np.random.RandomState(3).normal(size=(3, 5)),
    )
    full = np.vstack([a_v, xt_v, np.ones((1, 5))])
    update, reset = (sigmoid(np.hstack([p_v[f"W{g}"], p_v[f"b{g}"]]) @ full) for g in "zr")
    candidate = np.tanh(p_v["Wh"][:, :3] @ (reset * a_v) + p_v["Wh"][:, 3:] @ xt_v + p_v["bh"])
    target = candidate + update * (a_v - candidate)
    kept_x, kept_a = xt_v.copy(), a_v.copy()
    passed = {name: value.copy() for name, value in p_v.items()}
    a_next, yt_pred, _ = gru_cell_forward(kept_x, kept_a, passed)
    checks.close(
        a_next,
        target,
        "a_next for 2 inputs, 3 units and 5 sequences",
        "a_prev stands on top of xt; the reset gate acts before the matrix Wh, not after it.",
        atol=1e-5,
    )
    checks.shape(yt_pred, (4, 5), "yt_pred for 4 outputs and 5 sequences")
    checks.close(
        checks.array(yt_pred, "yt_pred").sum(axis=0),
        np.ones(5),
        "The sum of each column of yt_pred",
        "each column is one sequence, and its probabilities sum to 1.",
        atol=1e-5,
    )
    for value, old, label in (
        (kept_x, xt_v, "xt"),
        (kept_a, a_v, "a_prev"),
        (passed, p_v, "parameters"),
    ):
        checks.unchanged(value, old, label)
    checks.property(
        isinstance(cache, (tuple, list)) and len(cache) >= 7,
        "The cache of gru_cell_forward does not have seven parts.",
        "(a_next, a_prev, zt, rt, cct, xt, parameters).",
    )
    labels = ("a_next", "a_prev", "zt", "rt", "cct", "xt")
    for part, value, label in zip(cache, (by_hand, 1.0, 0.75, 0.25, np.tanh(1.0), 1.0), labels):
        checks.close(
            part,
            [[value]],
            f"{label} in the cache",
            "look at the order of the seven parts.",
            atol=1e-5,
        )
### BEGIN HIDDEN TESTS
gru_rng = checks.rng(7)
for n_x, n_a, n_y, m in ((3, 2, 5, 1), (1, 6, 2, 8), (4, 4, 3, 7)):
    p_h = draw_parameters("gru", n_x, n_a, n_y, gru_rng)
    xt_h, a_h = gru_rng.normal(size=(n_x, m)), gru_rng.normal(size=(n_a, m))
    oracle = np.zeros((n_a + n_y, m))
    for j in range(m):
        joined_h = np.append(a_h[:, j], xt_h[:, j])
        open_h = {g: 1 / (1 + np.exp(-p_h[f"W{g}"] @ joined_h - p_h[f"b{g}"][:, 0])) for g in "zr"}
        new_h = np.tanh(
            p_h["Wh"] @ np.append(open_h["r"] * a_h[:, j], xt_h[:, j]) + p_h["bh"][:, 0]
        )
        oracle[:n_a, j] = new_h + open_h["z"] * (a_h[:, j] - new_h)
        powers_h = np.exp(p_h["Wy"] @ oracle[:n_a, j] + p_h["by"][:, 0])
        oracle[n_a:, j] = powers_h / powers_h.sum()
    a_next, yt_pred, _ = gru_cell_forward(xt_h, a_h, p_h)
    both = np.vstack([checks.array(a_next, "a_next"), checks.array(yt_pred, "yt_pred")])
    checks.close(both, oracle, "a_next and yt_pred", atol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 A sine wave in Keras
#
# How large is each cell? An LSTM with $n_a$ units has four matrices where the simple cell has one (Waa and Wax side by side), and a GRU has three; each has its bias, a vector of $n_a$ numbers. **Before you run the next cell**, work out on paper how many numbers a layer of 32 units that reads one value per step has to learn, without an output, for each of the three. The table shows them.
#
# `TimeSeriesData(num_points, xmin, xmax)` holds a sine wave, here 250 points on 0 to 10. `next_batch(batch_size, steps)` returns random pieces of it and the same pieces one step later: the targets. Three networks learn to predict the next value after each step, from pieces of 30 steps. They are tested on pieces
# from another stretch of the wave, 10 to 20, and compared with a rule that needs no learning: the next value is equal to the last one. (On the CPU, training takes about half a minute for all three.)

# %% demo="sine_networks"
sine, sine_test = TimeSeriesData(250, 0, 10, seed=1), TimeSeriesData(250, 10, 20, seed=2)
test_inputs, test_targets = sine_test.next_batch(500, 30)
repeat_mse = np.mean((test_inputs[:, -1] - test_targets[:, -1]) ** 2)
print(f"{'repeat the last value':21} {0:5} parameters, test MSE {repeat_mse:.1e}")
sine_models, sine_mse = {}, {}
for kind in ("SimpleRNN", "GRU", "LSTM"):
    tf.keras.utils.set_random_seed(1)
    sine_models[kind] = tf.keras.Sequential(
        [
            tf.keras.Input((None, 1)),
            getattr(tf.keras.layers, kind)(32, return_sequences=True),
            tf.keras.layers.Dense(1),
        ]
    )
    sine_models[kind].compile(tf.keras.optimizers.Adam(0.005, clipnorm=1.0), "mse")
    sine_models[kind].fit(*sine.next_batch(3000, 30), batch_size=32, epochs=8, verbose=0)
    predicted = sine_models[kind](test_inputs.astype("float32")).numpy()
    sine_mse[kind] = np.mean((predicted[:, -1] - test_targets[:, -1]) ** 2)
    size = sine_models[kind].layers[0].count_params()
    print(
        f"{kind:21} {size:5} parameters, test MSE {sine_mse[kind]:.1e}, {repeat_mse / sine_mse[kind]:.0f} times below"
    )

# %% [markdown]
# The sizes: $32 \cdot 33 + 32 = 1088$ for the simple cell and four times that for the LSTM. The GRU has 96 more than three times 1088, because Keras' GRU applies the reset gate after the matrix (unless you say `reset_after=False`) and then learns a second bias for each of its three matrices.
#
# Compare each error with the first line, which costs nothing. All three networks are better than the last value, and the LSTM more than fifty times: from the values before they can tell where on the wave they are.
#
# A network that predicts one step can also *generate*: feed its prediction back as the next input. We start once from 30 zeros and once from 30 true values. **What do you expect** of a network that has seen nothing but zeros, and was trained on waves?

# %% demo="sine_generation"
seeds = {"30 zeros": np.zeros(30), "30 true values": sine.ret_true(np.arange(30) * sine.resolution)}
for ax, (label, start) in zip(
    plotting.panels(2, "step", "value", (5.5, 3.6), sharey=True), seeds.items(), strict=True
):
    curves = {}
    for kind, network in sine_models.items():
        values, predict = list(start), tf.function(network)  # a graph: much faster, call by call
        for _ in range(200):
            window = tf.constant(values[-30:], dtype="float32", shape=(1, 30, 1))
            values.append(float(predict(window)[0, -1, 0]))
        curves[kind] = values
        if start.any():
            worst = np.abs(np.array(values) - sine.ret_true(np.arange(230) * sine.resolution))
            print(
                f"{kind:10} from true values: largest error in the first 50 generated steps {worst[30:80].max():.2f}, in all 200 {worst.max():.2f}"
            )
        else:
            print(
                f"{kind:10} from zeros: the first generated value is {values[30]:+.3f}, the largest size in 200 steps {np.abs(values).max():.2f}"
            )
    if start.any():
        curves["true sine"] = sine.ret_true(np.arange(230) * sine.resolution)
    plotting.lines(range(230), curves, ax)
    ax.axvline(29.5, color="0.5", linewidth=1)
    ax.set_title(f"started from {label}")

# %% [markdown] locked="prepare_statement"
# On the left a network gets an input that it has never seen. Its first value is close to zero, as it should be; but a small value is no zero, the networks have learned to continue waves, and out of almost nothing a swing grows. It says something about the networks, and nothing about the sine. On the right the start is
# true, and still each generated wave leaves the true one, in its phase, in its height, or because the network gets stuck: a single step is wrong by about 0.01 or less (the root of the MSE), and after 200 steps the largest error is as large as the wave itself. What a network predicts becomes its input, and so do its errors.
#
# ## 7 Twelve months of carbon dioxide
#
# Now real data, and a trap. A forecast has to be judged on times that the network has never seen, in no way at all: not as an input of the training, not as a target, and not in the numbers that scale the data. If the future leaks into the past, the result on paper is wonderful and the forecast of tomorrow is not.
#
# ### Exercise 10: find and mend the leaks (10 points)
#
# A colleague wrote `prepare_leaky(series, n_test, steps)`. It should cut a series into windows of `steps` values and the value that follows each, scale them, and keep the last `n_test` values of the series for testing. It runs, the shapes are right, and it has **three** errors. Under it are
# symptoms.


# %% given="prepare_leaky"
def prepare_leaky(series, n_test, steps):
    """Cut, scale and split a series; three things in it are wrong.

    Parameters
    ----------
    series : ndarray, shape (n,)
    n_test : int
        The last n_test values are what is to be forecast in the test.
    steps : int
        The length of a window.

    Returns
    -------
    dict
        mean, std: of the scaling. X_train (n - n_test - steps, steps), Y_train (n - n_test - steps,),
        X_test (n_test, steps), Y_test (n_test,): scaled windows, and the scaled value that follows each.
    """
    mean, std = np.mean(series), np.std(series)
    scaled = (series - mean) / std
    X = np.array([scaled[i : i + steps] for i in range(len(scaled) - steps)])
    Y = np.array([scaled[i + steps - 1] for i in range(len(scaled) - steps)])
    order = np.random.RandomState(0).permutation(len(X))
    X, Y = X[order], Y[order]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:],
        "Y_test": Y[-n_test:],
    }


# %% tags=["figure"]
def show_symptoms(prepared):
    """What can be seen from outside, for the series 0, 1, 2, ..., 99 with 20 test values and windows of 5."""
    back = {
        key: prepared[key] * prepared["std"] + prepared["mean"] for key in ("Y_train", "Y_test")
    }
    repeated = np.mean((prepared["X_test"][:, -1] - prepared["Y_test"]) ** 2)
    print(
        f"scaled with the mean {prepared['mean']:.1f}; the 80 values before the test have the mean 39.5"
    )
    print(f"MSE of repeating the last value of a test window: {repeated:.4f}")
    print(
        f"first five values to forecast in the test: {np.round(back['Y_test'][:5]).astype(int).tolist()}"
    )
    print(f"largest value to forecast in the training: {back['Y_train'].max():.0f}")
    _ = plotting.histograms(
        back,
        title="Which values are to be forecast?",
        xlabel="value (equal to its time)",
        bins=20,
        limits=(0, 100),
    )


show_symptoms(prepare_leaky(np.arange(100.0), 20, 5))

# %% [markdown] locked="prepare_symptoms"
# The series is its own clock: each value says when it was. So the 20 test values should be 80 to 99, in this order, and the figure should show two separate blocks. It does not. And a rule that repeats the last value has no error at all, on a series that rises all the time.
#
# Write `prepare(series, n_test, steps)` with the same arguments and the same result, without the errors:
#
# 1. `mean` and `std` (as `np.std` computes it) are those of the values before the test, and all is scaled with them.
# 2. Each window is followed by the value that it is to forecast: the next one.
# 3. The targets of the test are the last `n_test` values, in the order of time. Their windows may reach back before the test: at the time of the forecast those values are known. All targets and all windows of the training lie before the test, in the order of time, too.
#
# Leave `series` as it is. When your check passes, call `show_symptoms(prepare(np.arange(100.0), 20, 5))` in a cell of your own.
#
# <details><summary>Hint</summary>
#
# Without shuffling, where does the first window stand whose target is a test value? Count the windows for the series 0 to 9 with 3 test values and windows of 2.
#
# </details>


# %% solution="prepare"
def prepare(series, n_test, steps):
    """Cut, scale and split a series without a look into the future.

    Parameters
    ----------
    series : ndarray, shape (n,)
    n_test : int
    steps : int

    Returns
    -------
    dict
        mean, std, X_train (n - n_test - steps, steps), Y_train (n - n_test - steps,), X_test (n_test, steps),
        Y_test (n_test,).
    """
    ### BEGIN SOLUTION
    known = series[:-n_test]
    mean, std = np.mean(known), np.std(known)
    scaled = (series - mean) / std
    X = np.array([scaled[i : i + steps] for i in range(len(scaled) - steps)])
    Y = scaled[steps:]
    both = {"train": slice(None, -n_test), "test": slice(-n_test, None)}
    parts = {f"X_{label}": X[part] for label, part in both.items()}
    return {
        "mean": mean,
        "std": std,
        **parts,
        **{f"Y_{label}": Y[part] for label, part in both.items()},
    }
    ### END SOLUTION


# %% test="test_prepare" points=10
with progress.exercise(
    "prepare", hidden_tests="other series, lengths, windows and numbers of test values"
):
    for series_v, n_v, steps_v in (
        (np.arange(10.0), 3, 2),
        (np.array([3.0, 8, 1, 9, 4, 4, 7, 2, 30, 50, 12, 25]), 4, 3),
    ):
        n_train = len(series_v) - n_v - steps_v
        where = (
            f"For {len(series_v)} values, {n_v} of them for the test, and windows of {steps_v}, "
        )
        before = series_v[: len(series_v) - n_v]
        centre, spread = before.sum() / before.size, np.sqrt(np.mean((before - before.mean()) ** 2))
        kept = series_v.copy()
        parts = prepare(kept, n_v, steps_v)
        checks.keys(
            parts, ["mean", "std", "X_train", "Y_train", "X_test", "Y_test"], "What prepare returns"
        )
        checks.close(
            parts["mean"], centre, where + "mean", "only values before the test may be used."
        )
        checks.close(
            parts["std"],
            spread,
            where + "std",
            "only values before the test may be used, and np.std without ddof.",
        )
        wanted = {
            "X_train": (n_train, steps_v),
            "Y_train": (n_train,),
            "X_test": (n_v, steps_v),
            "Y_test": (n_v,),
        }
        for name, size in wanted.items():
            checks.shape(
                parts[name],
                size,
                where + name,
                "one window for each target; a training window needs `steps` values and a target before the test.",
            )
        back = {name: checks.array(parts[name], name) * spread + centre for name in wanted}
        checks.close(
            np.sort(back["Y_test"]),
            np.sort(series_v[-n_v:]),
            where + "the targets of the test, scaled back and sorted,",
            "they are the last n_test values of the series, whatever their windows are.",
            atol=1e-5,
        )
        checks.close(
            back["Y_test"],
            series_v[-n_v:],
            where + "Y_test, scaled back,",
            "the order of time; nothing is shuffled.",
            atol=1e-5,
        )
        checks.close(
            back["Y_train"],
            series_v[steps_v : len(series_v) - n_v],
            where + "Y_train, scaled back,",
            "the target is the value behind the window, not the last one in it, and lies before the test; in the order of time.",
            atol=1e-5,
        )
        for name, first in (("X_train", 0), ("X_test", n_train)):
            rows = np.array(
                [series_v[k : k + steps_v] for k in range(first, first + wanted[name][0])]
            )
            checks.close(
                back[name],
                rows,
                where + f"{name}, scaled back,",
                "each window holds the values directly before its target, the oldest first.",
                atol=1e-5,
            )
        checks.unchanged(kept, series_v, "series")
### BEGIN HIDDEN TESTS
prepare_rng = checks.rng(8)
for n_h, test_h, steps_h in ((30, 1, 4), (25, 9, 1), (60, 20, 12)):
    series_h = prepare_rng.normal(50, 8, n_h).cumsum()
    early_h = series_h[: n_h - test_h]
    mean_h = early_h.mean()
    std_h = np.sqrt(((early_h - mean_h) ** 2).mean())
    oracle = []  # one row per window: the values in it, then its target
    for last_h in range(steps_h, n_h):
        oracle.append((series_h[last_h - steps_h : last_h + 1] - mean_h) / std_h)
    parts = prepare(series_h, test_h, steps_h)
    found_h = []
    for label in ("train", "test"):
        X_h, Y_h = checks.array(parts[f"X_{label}"], "X"), checks.array(parts[f"Y_{label}"], "Y")
        found_h.append(np.column_stack([X_h, Y_h]))
    scales_h = [[checks.number(parts["mean"], "mean") / mean_h] * (steps_h + 1)]
    scales_h.append([checks.number(parts["std"], "std") / std_h] * (steps_h + 1))
    checks.close(
        np.vstack([*found_h, *scales_h]),
        np.vstack([*oracle, np.ones((2, steps_h + 1))]),
        "windows",
        atol=1e-4,
    )
### END HIDDEN TESTS

# %% [markdown] locked="seasonal_naive_with_drift_statement"
# ### A rule of two lines
#
# Before a network forecasts anything, ask what a rule without learning can do. Carbon dioxide repeats its season, and rises. So: next March is like last March, plus a year's growth. It is called *seasonal naive with drift*.
#
# ### Exercise 11: seasonal naive with drift (6 points)
#
# Write `seasonal_naive_with_drift(series, years)`. `series` are monthly values up to now, and the forecast is an array with the next 12 of them.
#
# 1. The *drift* is the mean growth per year over the last `years` years: the mean of the last 12 values, minus the mean of the 12 values that lie `years` years before those, divided by `years`.
# 2. The forecast for each month is the value 12 months before it, plus the drift.
#
# `series` has at least $12 \cdot (\text{years} + 1)$ values; leave it as it is.
#
# <details><summary>Hint</summary>
#
# The last 12 values are `series[-12:]`. With `years = 1` the other 12 are `series[-24:-12]`.
#
# </details>


# %% solution="seasonal_naive_with_drift"
def seasonal_naive_with_drift(series, years):
    """Forecast 12 months: last year's values and the mean growth of a year.

    Parameters
    ----------
    series : ndarray, shape (n,)
        Monthly values, n >= 12 * (years + 1).
    years : int
        Over how many years the growth is averaged.

    Returns
    -------
    ndarray, shape (12,)
    """
    ### BEGIN SOLUTION
    last_year = series[-12:]
    earlier = series[-12 * (years + 1) : -12 * years]
    return last_year + (np.mean(last_year) - np.mean(earlier)) / years
    ### END SOLUTION


# %% test="test_seasonal_naive_with_drift" points=6
with progress.exercise(
    "seasonal_naive_with_drift", hidden_tests="other series, lengths and numbers of years"
):
    months = np.arange(60.0)
    season = np.tile([0.0, 3, 5, 4, 1, -2, -6, -7, -4, 0, 2, 4], 5)
    for series_v, label in (
        (months, "a straight line that rises by 1 per month"),
        (season, "a season without growth"),
        (season + 0.5 * months, "a season with a growth of 6 per year"),
    ):
        for span in (1, 2, 4):
            kept = series_v.copy()
            found = seasonal_naive_with_drift(kept, span)
            future = np.tile(season[:12], 1) * (
                label != "a straight line that rises by 1 per month"
            )
            slope = {
                "a straight line that rises by 1 per month": 1.0,
                "a season without growth": 0.0,
            }.get(label, 0.5)
            checks.shape(found, (12,), "The forecast", "one value for each of the next 12 months.")
            checks.close(
                found,
                future + slope * np.arange(60, 72),
                f"For {label}, 60 months long, and years = {span}, the forecast",
                "the value of the same month of last year, plus the growth of one year: a difference over `years` years, divided by `years`. On such a series the rule makes no error.",
                atol=1e-5,
            )
            checks.unchanged(kept, series_v, "series")
    jump = np.concatenate([np.zeros(24), np.ones(12), np.full(12, 5.0)])
    checks.close(
        seasonal_naive_with_drift(jump, 2),
        np.full(12, 7.5),
        "For years of 0, 0, 1 and 5, and years = 2, the forecast",
        "the year that lies two years before the last one counts, and not the one between.",
    )
### BEGIN HIDDEN TESTS
drift_rng = checks.rng(9)
for years_h, more_h in ((1, 0), (6, 5), (11, 40)):
    series_h = drift_rng.normal(300, 20, 12 * (years_h + 1) + more_h)
    n_h = len(series_h)
    growth_h = sum(
        series_h[n_h - 1 - k] - series_h[n_h - 1 - k - 12 * years_h] for k in range(12)
    ) / (12 * years_h)
    oracle = [series_h[n_h - 12 + k] + growth_h for k in range(12)]
    checks.close(seasonal_naive_with_drift(series_h, years_h), oracle, "forecast", rtol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# How many years should the drift average over? This is a setting, and a setting is chosen on years that the final test does not use. We take 1982 to 1991 to choose, and keep 1992 to 2001 for the test. For each of these years the rule stands at the end of December, knows the measurements up to then, and forecasts January to December. The error of a year is
# the root of its mean squared error (RMSE), and ten years are averaged.
#
# ### The network
#
# What should a network read? The level of the curve rises beyond all values of the training, and a network is bad at what it has never seen. So we also try the *changes* from month to month, which stay in the same range. It predicts one month; its predictions are fed back for the next, as with the sine. We try the levels with windows of 24 months, and the changes
# with windows of 12 and 24 months. The network is a GRU of 16 units, trained on the months up to December 1981, which your `prepare` has cut and scaled (it holds the last year back, as always). The three networks take about half a minute. **What do you expect:** over how many years should the drift be averaged? Which input is the better one?


# %% demo="co2_choice" needs="prepare seasonal_naive_with_drift"
def january(year):
    """The place of January of a year in `ppm`."""
    return (year - 1958) * 12 - 2


def yearly_errors(forecast, first, last):
    """The RMSE of each year, of a function that gets the measurements up to the year before."""
    errors = []
    for year in range(first, last + 1):
        now = january(year)
        found = checks.array(forecast(ppm[:now].copy()), "the forecast")
        errors.append(np.sqrt(np.mean((found - ppm[now : now + 12]) ** 2)))
    return np.array(errors)


drift_errors = {
    span: yearly_errors(
        lambda known, span=span: seasonal_naive_with_drift(known, span), 1982, 1991
    ).mean()
    for span in (1, 2, 5, 10, 20)
}
for span, error in drift_errors.items():
    print(f"drift over {span:2} years: mean RMSE 1982-1991 {error:.3f} ppm")
chosen_years = min(drift_errors, key=drift_errors.get)
print(f"chosen: {chosen_years} years")


def train_network(known, changes, steps, seed, n_test=12):
    """A GRU that predicts the next month; returns a function from measurements to a forecast of 12 months."""
    parts = prepare(np.diff(known) if changes else known.copy(), n_test, steps)
    mean, std, X_train, Y_train = (
        checks.array(parts[name], name) for name in ("mean", "std", "X_train", "Y_train")
    )
    tf.keras.utils.set_random_seed(seed)
    network = tf.keras.Sequential(
        [tf.keras.Input((steps, 1)), tf.keras.layers.GRU(16), tf.keras.layers.Dense(1)]
    )
    network.compile(tf.keras.optimizers.Adam(0.02, clipnorm=1.0), "mse")
    network.fit(X_train[:, :, np.newaxis], Y_train, batch_size=512, epochs=100, verbose=0)
    predict = tf.function(network)  # a graph: much faster, call by call

    def forecast(measurements):
        """The 12 months after `measurements`."""
        series = (np.diff(measurements) if changes else measurements)[-steps:]
        window = (series - mean) / std
        for _ in range(12):
            reading = tf.constant(window[-steps:], dtype="float32", shape=(1, steps, 1))
            window = np.append(window, predict(reading).numpy())
        found = window[-12:] * std + mean
        return measurements[-1] + np.cumsum(found) if changes else found

    return forecast


network_errors = {}
for changes, steps in ((False, 24), (True, 12), (True, 24)):
    forecast = train_network(ppm[: january(1982)], changes, steps, seed=1)
    network_errors[changes, steps] = yearly_errors(forecast, 1982, 1991).mean()
    label = "changes" if changes else "levels"
    print(f"{label:8} {steps} months: mean RMSE 1982-1991 {network_errors[changes, steps]:.2f} ppm")
chosen_network = min(network_errors, key=network_errors.get)
print("chosen:", "changes" if chosen_network[0] else "levels", f"of {chosen_network[1]} months")

# %% [markdown]
# The best number of years is 10, with 0.529 ppm; 5 and 20 years come close with 0.552 and 0.556, and short spans are worse, because a single year's growth varies. The network that reads levels
# misses by several ppm, because it is asked for values above all that it has been trained on. The networks that read changes come near the rule on these ten years, and do not beat it.
#
# Now the test, once: the rule with the chosen number of years, and the chosen network, trained again on the months up to December 1991 (`prepare` holds the last year back again), with three seeds. There is one more competitor. A network that reads changes starts from the last month, while the rule starts from the months of last year. So we give
# a second rule the start of the network: the last month, plus the mean change from each month to the next, over the same number of years. **Write down your bet before you run it:** in which order do they end?


# %% demo="co2_test" needs="prepare seasonal_naive_with_drift"
def mean_changes(known, span):
    """Start from the last month, and let each month change by its mean change over the last `span` years."""
    changes = np.diff(known)[-12 * span :].reshape(span, 12)
    return known[-1] + np.cumsum(changes.mean(axis=0))


drift_label = f"with drift over {chosen_years} years"
changes_label = f"mean changes of {chosen_years} years"
rules = {
    "repeat the last month": lambda known: np.full(12, known[-1]),
    "seasonal naive": lambda known: known[-12:],
    drift_label: lambda known: seasonal_naive_with_drift(known, chosen_years),
    changes_label: lambda known: mean_changes(known, chosen_years),
}
for seed in (1, 2, 3):
    rules[f"GRU, seed {seed}"] = train_network(ppm[: january(1992)], *chosen_network, seed)
test_errors = {label: yearly_errors(rule, 1992, 2001) for label, rule in rules.items()}
for label, errors in test_errors.items():
    print(f"{label:26} mean RMSE 1992-2001 {errors.mean():.2f} ppm")
networks = np.mean([test_errors[f"GRU, seed {seed}"] for seed in (1, 2, 3)], axis=0)
print(f"{'mean of the three GRUs':26} mean RMSE 1992-2001 {networks.mean():.2f} ppm")
for label in (drift_label, changes_label):
    count = np.sum(networks < test_errors[label])
    print(f"years in which the networks are better than the rule {label}: {count} of 10")
earlier = yearly_errors(rules[changes_label], 1982, 1991).mean()
print(f"the rule {changes_label} on the years of the choice: {earlier:.2f} ppm")
shown = {label: test_errors[label] for label in ("seasonal naive", drift_label, changes_label)}
ax = plotting.lines(
    range(1992, 2002),
    {**shown, "GRU, mean of 3 seeds": networks},
    title="Errors of ten forecasts of twelve months",
    xlabel="forecast year",
    ylabel="RMSE (parts per million)",
)
ax.set_ylim(0)
now = january(2001)
ax = plotting.lines(
    years[now - 12 : now + 12],
    {
        "measured": ppm[now - 12 : now + 12],
        **{
            label: np.append(np.full(12, np.nan), rules[label](ppm[:now]))
            for label in ("seasonal naive", drift_label, changes_label, "GRU, seed 1")
        },
    },
    title="The forecast of 2001",
    xlabel="year",
    ylabel="CO2 (parts per million)",
)
_ = ax.set_ylim(365, 378)  # room for the legend

# %% [markdown] locked="explain_forecast_question"
# Among the rules, repeating the last month misses by 2.54 ppm, the seasonal rule by 1.59, and the rule with drift by 0.70. (With hindsight 20 years would have given 0.69; but hindsight is what we forbid.) So the comparison that a network has to stand is the last one, and not the first.
#
# The networks stand it: they miss by about 0.5 ppm, and are better than the rule with drift in most of the years. That is no proof of a network's power. On the ten years of the choice the same rule was ahead, if only by a little. And the second rule, which starts where the network starts and has nothing to train, is at 0.44 ppm and wins (with 0.48 it was ahead on the years of the choice, too). So
# what the networks gained over the rule with drift need not come from their gates: a good start is enough for it. The figure shows that the networks and both rules have their largest error in 1998, after a strong El Niño, which the curve had not announced.
#
# ### Exercise 12: explain (6 points, read by a person)
#
# A colleague shows you a forecast of next year's electricity use by the hour, made by a large LSTM. "On the test set the mean absolute error of the next hour is only 1.2% of the mean. I took a random fifth of all windows for the test, after scaling everything to mean 0 and standard deviation 1."
#
# Answer in about six sentences, in your own words:
#
# 1. Why can 1.2% not be trusted? Name two different ways in which the future got into the training, and say for each how you would do it instead.
# 2. Which two simple rules would you compare with, and why these? What in this notebook shows that such a comparison is needed?
# 3. The colleague wants to use the same network, fed with its own predictions, for a whole year. What do you expect to happen to the error, and which of your results supports that?

# %% [markdown] manual="explain_forecast" points=6
# **Model answer.** A random fifth of the windows is surrounded by training windows that overlap with it: nearly all of its hours, and hours after it, have been seen in the training. Better: cut at one time, and let all targets of the training lie before it. The mean and the standard deviation were computed with the test hours in them; better: with the training hours only.
# Compare with the last hour repeated, which is hard to beat one hour ahead, and with the same hour of the day (of the last week or year, with a drift), because use repeats daily, weekly and yearly. In this notebook the drift alone took the seasonal rule on CO2 from 1.59 to 0.70 ppm, and another rule without training came to 0.44, below the networks: a comparison with a weak rule
# makes any network look good. An error of one step says little about a year: predictions become inputs, their errors too, and add up. In the notebook a sine that is predicted to about 0.01 for one step is wrong by about its own height within 200 generated steps.
#
# **Rubric.** 2 points: overlapping or later windows in the training, with the cut in time (1), the scaling, with the training part only (1). 2 points: two fitting rules, one of them seasonal (1), with a result of this notebook (1). 2 points: errors are fed back and grow (1), with the generated sine or the twelve months as support (1).

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells, and look at this list. It shows the last result of each check since the set-up cell ran: after an edit, run the cell and its check again.
# The visible checks are a part of the tests; a line above that starts with a check mark says what the hidden tests try besides.
# Exercise 12 (6 points) is not in the list, because a person reads it. Is it written?

# %% demo="results" needs="prepare seasonal_naive_with_drift"
finished = progress.report(
    [
        "hand_steps",
        "rnn_cell_forward",
        "rnn_forward",
        "rnn_cell_backward",
        "rnn_backward",
        "gradient_forecast",
        "clip_gradients",
        "lstm_forward",
        "gru_cell_forward",
        "prepare",
        "seasonal_naive_with_drift",
    ]
)
if finished:
    print()
    print(f"{'next value of the sine':34}{'test MSE':>12}")
    print(f"{'repeat the last value':34}{repeat_mse:>12.1e}")
    for kind, error in sine_mse.items():
        print(f"{kind:34}{error:>12.1e}")
    print()
    print(f"{'twelve months of CO2, 1992-2001':34}{'RMSE (ppm)':>12}")
    for label, errors in test_errors.items():
        print(f"{label:34}{errors.mean():>12.2f}")

# %% [markdown]
# ## What you saw
#
# * A recurrent cell uses the same parameters at all times, so they do not grow with the length of the sequence, and their gradients add up over the times.
# * A gradient that goes back through many steps is multiplied again and again: it vanishes or explodes, and the spectral radius and the slopes of tanh decide which.
# * Clipping by the global norm shortens a step and keeps its direction. Against vanishing it does nothing; gates that keep a memory do.
# * A small error of one step does not mean a small error of a generated sequence.
# * Scaling, targets and splits can let the future leak into the past. The result looks better, and is worth nothing.
# * A forecast is as good as its distance from a simple rule, over several years that nobody has used for choosing. Here the networks were better than one simple rule and worse than another.
#
# ## Where to go further
#
# * Write `lstm_cell_backward` and check it with `measured_gradients`.
# * Let a network forecast the error of the rule with drift, and not the curve. Choose on 1982 to 1991, test on 1992 to 2001.
# * Keras' `GRU(..., dropout=..., recurrent_dropout=...)`: does it change the comparison?
# * How does the picture change with a forecast of five years?
#
# ## References
#
# * S. Hochreiter: "Untersuchungen zu dynamischen neuronalen Netzen". Diploma thesis, Technische Universität München, 1991.
# * Y. Bengio, P. Simard, P. Frasconi: "Learning Long-Term Dependencies with Gradient Descent is Difficult". IEEE Transactions on Neural Networks 5, 1994, pages 157-166.
# * S. Hochreiter and J. Schmidhuber: "Long Short-Term Memory". Neural Computation 9, 1997, pages 1735-1780.
# * F. A. Gers, J. Schmidhuber, F. Cummins: "Learning to Forget: Continual Prediction with LSTM". Neural Computation 12, 2000, pages 2451-2471.
# * R. Pascanu, T. Mikolov, Y. Bengio: "On the difficulty of training recurrent neural networks". International Conference on Machine Learning, 2013.
# * K. Cho et al.: "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation". Conference on Empirical Methods in Natural Language Processing, 2014.
# * C. D. Keeling: "Rewards and Penalties of Monitoring the Earth". Annual Review of Energy and the Environment 23, 1998, pages 25-82.
# * C. D. Keeling and T. P. Whorf: "Atmospheric CO2 concentrations derived from flask air samples at sites in the SIO network". In: Trends: A Compendium of Data on Global Change. Carbon Dioxide Information Analysis Center, Oak Ridge National Laboratory, 2004. So the record inside statsmodels is cited.
# * R. J. Hyndman and G. Athanasopoulos: "Forecasting: Principles and Practice". OTexts, 3rd edition, 2021.
