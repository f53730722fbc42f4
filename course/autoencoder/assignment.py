# %% [markdown]
# # Autoencoders
#
# In the 1980s networks were trained to repeat their input. Between input and output they had a narrow layer, so they had to find a short code for each example. Cottrell, Munro and Zipser (1987) compressed pictures in this way, and hoped
# to get codes that nobody had to invent. Then Hervé Bourlard and Yves Kamp (1988), who worked on speech for Philips in Brussels, looked at such a network with one hidden layer and a linear output. They proved that the nonlinear hidden
# units bring nothing: a method of linear algebra gives the best answer in one step, without training.
#
# Was the whole idea a detour? Eighteen years later Hinton and Salakhutdinov (2006) trained autoencoders with several layers, and their codes kept more of a picture than linear ones of the same length. Two years after that Vincent and colleagues (2008)
# changed the task: repair the input, do not repeat it. In this notebook you check both sides of the story with your own code. You meet the linear method that is so hard to beat, and you find out which kinds of autoencoder beat it, and which do not.
#
# **After this notebook you can**
#
# * write an autoencoder with tied weights, and derive its gradient by hand;
# * say what a linear autoencoder learns, predict its best error, and measure the angle between its subspace and that of the principal components;
# * build stacked autoencoders in Keras, and say why a wide one needs another task than copying;
# * find errors in the preparation of data that make a result look better than it is;
# * judge from experiments when a code helps: as a map, for few labels, and to find strangers.
#
# **Plan:** about 130 minutes, 100 points: 94 by tests and 6 for a text that a person reads.
#
# **You need** NumPy, the chain rule, sigmoid and cross-entropy, eigenvalues and the singular value decomposition as a tool, and from the earlier notebooks the first steps in Keras.
#
# ## Set-up
#
# Run this cell first; TensorFlow needs about ten seconds to start. `checks` holds the helpers of the check cells; `progress` remembers which of your exercises pass, until you run this cell again.

# %% setup="setup"
import numpy as np

from utils import autoencoder_utils, checks, plotting
from utils.activations import sigmoid
from utils.autoencoder_utils import initial_parameters, load_digits, small_example
from utils.quiet import tensorflow as tf

train_X, train_Y, test_X, test_Y = load_digits()
progress = checks.Progress()

# %% tags=["figure"]
_ = autoencoder_utils.pictures({"training": train_X[:, :12], "test": test_X[:, :12]})

# %% [markdown] locked="forward_pass_statement"
# The set-up cell also loaded 1,797 handwritten digits of 8 x 8 pixels (Alpaydin and Kaynak, 1998). Each picture is a column of 64 grey values from 0 to 1: `train_X` has the shape (64, 1348), `test_X` the shape (64, 449).
# An autoencoder needs no labels. `train_Y` and `test_Y`, the digits, are used for colours in a figure and in sections 5 and 6.
#
# ## 1 One matrix, used twice
#
# The *encoder* turns a picture $x$ with $n_x$ pixels into a *code* $h$ with $n_h$ numbers. The *decoder* turns the code into a picture $\hat x$ again, the *reconstruction*:
#
# $$h = \sigma(W x + b), \qquad \hat x = \sigma(W^T h + c)$$
#
# Both use the same matrix $W$; the weights are *tied*. $\sigma$ is the sigmoid. With $n_h < n_x$ the autoencoder is called *undercomplete*, else *overcomplete*.
#
# ### Exercise 1: there and back (8 points)
#
# Write `forward_pass(X, parameters)` for $m$ pictures at once. `parameters` has the entries W of the shape $(n_h, n_x)$, b of the shape $(n_h, 1)$ and c of the shape $(n_x, 1)$. `X` has the shape $(n_x, m)$.
#
# 1. Compute the codes `H` of the shape $(n_h, m)$. `sigmoid` is imported.
# 2. Compute the reconstructions `X_hat` of the shape $(n_x, m)$ from the codes.
# 3. Return `H, X_hat`, and leave `X` and `parameters` as they are.
#
# <details><summary>Hint</summary>
#
# Check the shapes: W times X is (n_h, n_x) times (n_x, m). What has to stand to the left of (n_h, m) to give (n_x, m)? A column such as b is added to every column by broadcasting.
#
# </details>


# %% solution="forward_pass"
def forward_pass(X, parameters):
    """Encode and decode pictures with tied weights.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    parameters : dict
        W, shape (n_h, n_x); b, shape (n_h, 1); c, shape (n_x, 1).

    Returns
    -------
    H : ndarray, shape (n_h, m)
        The codes.
    X_hat : ndarray, shape (n_x, m)
        The reconstructions.
    """
    ### BEGIN SOLUTION
    H = sigmoid(parameters["W"] @ X + parameters["b"])
    X_hat = sigmoid(parameters["W"].T @ H + parameters["c"])
    ### END SOLUTION
    return H, X_hat


# %% test="test_forward_pass" points=8
with progress.exercise("forward_pass", hidden_tests="other numbers of pixels, units and pictures"):
    hand_X, hand_parameters = small_example()
    answer = forward_pass(hand_X, hand_parameters)
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "forward_pass does not return two things.",
        "return H, X_hat.",
    )
    checks.shape(answer[0], (2, 2), "H for 3 pixels, 2 units and 2 pictures", "W from the left.")
    checks.shape(
        answer[1],
        (3, 2),
        "X_hat for 3 pixels, 2 units and 2 pictures",
        "the decoder has the pixels as its output.",
    )
    checks.close(
        [answer[0][0][0], answer[0][1][0]],
        [0.5, 0.5],
        "The code of the first picture of the small example, for which W x + b is 0 in both units,",
        "the sigmoid of W x + b; the bias b belongs to the encoder.",
    )
    checks.close(
        [row[0] for row in answer[1]],
        [1 / (1 + np.exp(-1.5)), 0.5, 0.5],
        "The reconstruction of the first picture, for which W^T h + c is (1.5, 0, 0),",
        "the decoder takes the code, uses W turned around and the bias c, and ends with a sigmoid.",
    )
    hand_H = 1 / (1 + np.exp(-np.array([[0.0, -0.5], [0.0, -1.0]])))
    checks.close(
        answer[0],
        hand_H,
        "H of the small example",
        "each column is the code of one picture.",
    )
    hand_back = [[1.0, 2.0], [0.0, 1.0], [-1.0, 0.0]] @ hand_H + np.array([[0.0], [-0.5], [0.5]])
    checks.close(
        answer[1],
        1 / (1 + np.exp(-hand_back)),
        "X_hat of the small example",
        "each column is decoded from its own code.",
    )
    checks.unchanged(hand_X, small_example()[0], "X")
    checks.unchanged(hand_parameters, small_example()[1], "parameters")
### BEGIN HIDDEN TESTS
forward_rng = checks.rng(1)
for n_f, k_f, m_f in ((5, 3, 4), (3, 7, 1), (4, 4, 4)):
    X_f = forward_rng.random((n_f, m_f))
    W_f, b_f, c_f = (forward_rng.normal(size=shape) for shape in ((k_f, n_f), (k_f, 1), (n_f, 1)))
    oracle_f = np.zeros((k_f + n_f, m_f))  # the codes, and the pictures below them
    for e in range(m_f):
        for i in range(k_f):
            z = b_f[i, 0] + sum(W_f[i, j] * X_f[j, e] for j in range(n_f))
            oracle_f[i, e] = 1 / (1 + np.exp(-z))
        for j in range(n_f):
            z = c_f[j, 0] + sum(W_f[i, j] * oracle_f[i, e] for i in range(k_f))
            oracle_f[k_f + j, e] = 1 / (1 + np.exp(-z))
    found_f = np.vstack(forward_pass(X_f, {"W": W_f, "b": b_f, "c": c_f}))
    checks.close(found_f, oracle_f, "H and X_hat")
### END HIDDEN TESTS

# %% [markdown] locked="reconstruction_cost_statement"
# ### How far from the original?
#
# Two costs are usual. Both add over the pixels $j$ of a picture, and both are a mean over the $m$ pictures:
#
# $$J_{\text{squared}} = \frac{1}{m} \sum_{i=1}^{m} \sum_{j=1}^{n_x} \left( \hat x_j^{(i)} - x_j^{(i)} \right)^2, \qquad
# J_{\text{cross}} = -\frac{1}{m} \sum_{i=1}^{m} \sum_{j=1}^{n_x} \left[ x_j^{(i)} \log \hat x_j^{(i)} + (1 - x_j^{(i)}) \log (1 - \hat x_j^{(i)}) \right]$$
#
# Cross-entropy treats a grey value as a probability. Note that there is no factor 1/2 and no division by the number of pixels; other texts have them.
#
# ### Exercise 2: two costs (6 points)
#
# Write `reconstruction_cost(X, X_hat, loss="squared")`. It returns one number; `loss` is "squared" or "cross". Leave `X` and `X_hat` as they are. You may assume that all entries of `X_hat` lie between 0 and 1, without the ends, when `loss` is "cross".
#
# <details><summary>Hint</summary>
#
# Sum over everything, and divide by the number of pictures, which are the columns.
#
# </details>


# %% solution="reconstruction_cost"
def reconstruction_cost(X, X_hat, loss="squared"):
    """The mean over pictures of the error summed over pixels.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
        The pictures.
    X_hat : ndarray, shape (n_x, m)
        Their reconstructions.
    loss : str
        "squared" or "cross".

    Returns
    -------
    float
    """
    ### BEGIN SOLUTION
    if loss == "squared":
        errors = (X_hat - X) ** 2
    else:
        errors = -(X * np.log(X_hat) + (1 - X) * np.log(1 - X_hat))
    return errors.sum() / X.shape[1]
    ### END SOLUTION


# %% test="test_reconstruction_cost" points=6
with progress.exercise("reconstruction_cost", hidden_tests="other shapes and grey values"):
    hand_X = np.array([[1.0, 0.0], [0.0, 0.5], [1.0, 1.0]])
    hand_X_hat = np.array([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]])
    checks.close(
        reconstruction_cost(hand_X, hand_X_hat, "squared"),
        0.625,
        "The squared cost of two pictures with three pixels, with five errors of 0.5,",
        "sum over pixels, mean over pictures, which are columns; no root and no factor 1/2.",
    )
    checks.close(
        reconstruction_cost(hand_X, hand_X_hat, "cross"),
        3 * np.log(2),
        "The cross-entropy of two pictures with three pixels that are all reconstructed as 0.5",
        "both terms, for ink and for no ink; the natural logarithm; the sign; sum over pixels, mean over pictures.",
    )
    checks.close(
        reconstruction_cost(hand_X, hand_X_hat),
        reconstruction_cost(hand_X, hand_X_hat, "squared"),
        "The cost without `loss`, compared with the squared one,",
        'the default is loss="squared".',
    )
    checks.close(
        reconstruction_cost(np.array([[1.0, 0.0]]), np.array([[0.8, 0.4]]), "cross"),
        -(np.log(0.8) + np.log(0.6)) / 2,
        "The cross-entropy of the pixels 1 and 0, reconstructed as 0.8 and 0.4,",
        "the logarithm is taken of the reconstruction, not of the picture.",
    )
### BEGIN HIDDEN TESTS
cost_rng = checks.rng(2)
for n_c, m_c in ((1, 6), (7, 3), (4, 4)):
    X_c, X_hat_c = cost_rng.random((n_c, m_c)), cost_rng.uniform(0.05, 0.95, (n_c, m_c))
    total_c = [0.0, 0.0]
    for x, y in zip(X_c.ravel(), X_hat_c.ravel(), strict=True):
        total_c[0] += (x - y) ** 2 / m_c
        total_c[1] -= (x * np.log(y) + (1 - x) * np.log(1 - y)) / m_c
    found_c = [
        checks.number(reconstruction_cost(X_c, X_hat_c, kind), kind)
        for kind in ("squared", "cross")
    ]
    checks.close(found_c, total_c, "cost")
### END HIDDEN TESTS

# %% [markdown] locked="tied_gradients_statement"
# ### The gradient
#
# First the case that you know: two different matrices, the encoder $h = \sigma(Wx + b)$ and the decoder $\hat x = \sigma(Vh + c)$, with $V$ of the shape $(n_x, n_h)$. For the cross-entropy cost the backward pass is
#
# $$dZ_2 = \tfrac{1}{m} (\hat X - X), \qquad dV = dZ_2 H^T, \qquad dc = \textstyle\sum_i dZ_2^{(i)},$$
# $$dZ_1 = \left( V^T dZ_2 \right) \odot H \odot (1 - H), \qquad dW = dZ_1 X^T, \qquad db = \textstyle\sum_i dZ_1^{(i)}.$$
#
# The sums run over the columns, and $\odot$ multiplies element by element.
#
# ### Exercise 3: tie the weights (14 points)
#
# Our autoencoder has $V = W^T$, and only W, b and c are learned. The text above does not say what `dW` becomes: derive it.
# Write `tied_gradients(X, parameters)`, which returns a dictionary with dW, db and dc: the gradient of the cross-entropy cost, mean over pictures, of the autoencoder with tied weights. Each entry has the shape of its parameter. Leave `X` and `parameters` as they are.
# The forward pass is given in the function, so that the exercise does not depend on your first one.
#
# <details><summary>Hint</summary>
#
# A small example: if $J(w) = f(w, v)$ with $v = w$, then a small change of $w$ changes both arguments of $f$. What does the chain rule give for $J'(w)$? For matrices look at the shapes too: $dV$ has the shape of $V$, not of $W$.
#
# </details>


# %% solution="tied_gradients"
def tied_gradients(X, parameters):
    """The gradient of the cross-entropy cost of an autoencoder with tied weights.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    parameters : dict
        W, shape (n_h, n_x); b, shape (n_h, 1); c, shape (n_x, 1).

    Returns
    -------
    dict
        dW, db, dc with the shapes of W, b, c.
    """
    W, b, c = parameters["W"], parameters["b"], parameters["c"]
    H = sigmoid(W @ X + b)
    X_hat = sigmoid(W.T @ H + c)
    ### BEGIN SOLUTION
    dZ2 = (X_hat - X) / X.shape[1]
    dZ1 = (W @ dZ2) * H * (1 - H)
    return {
        "dW": dZ1 @ X.T + H @ dZ2.T,
        "db": dZ1.sum(axis=1, keepdims=True),
        "dc": dZ2.sum(axis=1, keepdims=True),
    }
    ### END SOLUTION


# %% test="test_tied_gradients" points=14
with progress.exercise("tied_gradients", hidden_tests="other shapes, also overcomplete ones"):
    hand_X, hand_parameters = small_example()
    found = tied_gradients(hand_X, hand_parameters)
    checks.keys(found, ["dW", "db", "dc"], "What tied_gradients returns")
    for name in ("W", "b", "c"):
        checks.shape(
            found["d" + name],
            small_example()[1][name].shape,
            "d" + name,
            "a gradient has the shape of its parameter; sums over the pictures keep the column (keepdims=True).",
        )
    checks.unchanged(hand_parameters, small_example()[1], "parameters")
    checks.unchanged(hand_X, small_example()[0], "X")
    measured, separate = {}, {}  # finite differences: W in both places, or in one of them
    for name in ("c", "b", "W"):
        for places in ("both", "encoder", "decoder") if name == "W" else ("both",):
            slope = np.zeros(small_example()[1][name].shape)
            for index in np.ndindex(slope.shape):
                costs = []
                for shift in (1e-5, -1e-5):
                    X, moved = small_example()
                    moved[name][index] += shift
                    into = moved["W"] if places != "decoder" else small_example()[1]["W"]
                    back = moved["W"] if places != "encoder" else small_example()[1]["W"]
                    codes = 1 / (1 + np.exp(-(into @ X + moved["b"])))
                    again = 1 / (1 + np.exp(-(back.T @ codes + moved["c"])))
                    costs.append(-(X * np.log(again) + (1 - X) * np.log(1 - again)).sum() / 2)
                slope[index] = (costs[0] - costs[1]) / 2e-5
            if places == "both":
                measured[name] = slope
            else:
                separate[places] = slope
    for places, slope in separate.items():
        other = "decoder" if places == "encoder" else "encoder"
        checks.property(
            not np.allclose(checks.array(found["dW"], "dW"), slope, rtol=1e-4, atol=1e-6),
            f"dW is right for a W that changes in the {places} only.",
            f"W stands in the {other}, too, and a change of W acts there as well.",
        )
    causes = {
        "c": "dZ2 with the mean over the pictures; check sign and order of the difference.",
        "b": "the error goes back through the decoder's matrix and through the slope of the sigmoid, H (1 - H).",
        "W": "collect what reaches W from every place where it stands, each with the shape of W; no factor besides.",
    }
    for name, slope in measured.items():
        checks.close(
            found["d" + name],
            slope,
            f"d{name} of the small example, compared with finite differences,",
            causes[name],
            rtol=1e-4,
            atol=1e-6,
        )
### BEGIN HIDDEN TESTS
tied_rng = checks.rng(3)
for n_t, k_t, m_t in ((5, 2, 7), (3, 6, 1), (4, 4, 3)):
    X_t = tied_rng.random((n_t, m_t))
    set_t = [tf.Variable(tied_rng.normal(size=s)) for s in ((k_t, n_t), (k_t, 1), (n_t, 1))]
    with tf.GradientTape() as tape_t:
        W_t, b_t, c_t = set_t
        logits_t = tf.transpose(W_t) @ tf.sigmoid(W_t @ X_t + b_t) + c_t
        each_t = tf.nn.sigmoid_cross_entropy_with_logits(labels=X_t, logits=logits_t)
        cost_t = tf.reduce_sum(each_t) / m_t
    oracle_t = np.concatenate([np.ravel(part) for part in tape_t.gradient(cost_t, set_t)])
    found_t = tied_gradients(X_t, dict(zip("Wbc", (part.numpy() for part in set_t), strict=True)))
    found_t = np.concatenate([np.ravel(found_t[name]) for name in ("dW", "db", "dc")])
    checks.close(found_t, oracle_t, "gradient", atol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# The next cell trains a tied autoencoder with 16 units: 40 epochs of gradient descent with batches of 32. It takes a few seconds. A picture of 64 numbers is squeezed into 16.
# **Before you run it, what do you expect:** can the cross-entropy cost reach 0?

# %% demo="train_tied" needs="forward_pass reconstruction_cost tied_gradients"
tied = initial_parameters(64, 16)
shuffle = np.random.default_rng(0)
tied_costs = [reconstruction_cost(train_X, forward_pass(train_X, tied)[1], "cross")]
for _ in range(40):
    order = shuffle.permutation(train_X.shape[1])
    for start in range(0, len(order), 32):
        grads = tied_gradients(train_X[:, order[start : start + 32]], tied)
        tied = {name: value - 0.3 * np.asarray(grads["d" + name]) for name, value in tied.items()}
    tied_costs.append(reconstruction_cost(train_X, forward_pass(train_X, tied)[1], "cross"))
near_X = np.clip(train_X, 1e-9, 1 - 1e-9)
perfect_cost = reconstruction_cost(train_X, near_X, "cross")
tied_error = reconstruction_cost(train_X, forward_pass(train_X, tied)[1])
print(
    f"cross-entropy: start {tied_costs[0]:.1f}, end {tied_costs[-1]:.1f}, perfect copy {perfect_cost:.1f}"
)
print(f"squared error in the end: {tied_error:.2f}")
ax = plotting.lines(
    range(41),
    {"cross-entropy cost": tied_costs, "a perfect copy": [perfect_cost] * 41},
    title="An autoencoder with tied weights and 16 units",
    xlabel="epoch",
    ylabel="cost",
)
_ = autoencoder_utils.pictures(
    {"test": test_X[:, :12], "16 units": forward_pass(test_X[:, :12], tied)[1]}
)

# %% [markdown] locked="pca_statement"
# The cost falls from 43 to 17, but even a perfect copy would cost 13.6: cross-entropy is not zero where pixels are grey. So we compare autoencoders by the squared error, which is about 1.0 here. The reconstructions are soft copies, and most of them can be read.
#
# ## 2 What linear algebra can do
#
# Principal component analysis (Pearson, 1901) looks for the directions in which the data vary most. Let $\mu$ be the mean picture, a column. The *first principal direction* is the unit vector $q_1$ with the largest variance
#
# $$\lambda_1 = \frac{1}{m} \sum_{i=1}^{m} \left( q_1^T (x^{(i)} - \mu) \right)^2,$$
#
# the second one has the largest variance among the unit vectors at a right angle to it, and so on. The singular value decomposition finds all of them at once: if the centred data are $X - \mu = U S V^T$, the columns of $U$ are the directions, and $\lambda_i = s_i^2 / m$.
#
# ### Exercise 4: principal components (8 points)
#
# Write `pca(X, k)`. It returns three arrays: the mean picture of the shape $(n_x, 1)$, the first $k$ principal directions as columns of an array of the shape $(n_x, k)$, and their variances, largest first, of the shape $(k,)$. `X` stays as it is. You may assume $k \le \min(n_x, m)$.
#
# <details><summary>Hint</summary>
#
# `np.linalg.svd(A, full_matrices=False)` returns U, s and the transposed V, in this order. s is an array with one axis, largest first. The sign of a direction is arbitrary, and the check accepts both.
#
# </details>


# %% solution="pca"
def pca(X, k):
    """The first k principal components.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    k : int

    Returns
    -------
    mean : ndarray, shape (n_x, 1)
    directions : ndarray, shape (n_x, k)
    variances : ndarray, shape (k,)
        Largest first.
    """
    ### BEGIN SOLUTION
    mean = X.mean(axis=1, keepdims=True)
    U, s, _ = np.linalg.svd(X - mean, full_matrices=False)
    return mean, U[:, :k], s[:k] ** 2 / X.shape[1]
    ### END SOLUTION


# %% test="test_pca" points=8
with progress.exercise("pca", hidden_tests="other shapes, with more pixels than pictures as well"):
    hand_X = np.array([[1.0, 7.0, 4.0, 4.0], [2.0, 2.0, 3.0, 1.0], [5.0, 5.0, 5.0, 5.0]])
    passed = hand_X.copy()
    answer = pca(passed, 2)
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 3,
        "pca does not return three things.",
        "return mean, directions, variances.",
    )
    checks.unchanged(passed, hand_X, "X")
    checks.shape(answer[0], (3, 1), "The mean", "the mean over the pictures, kept as a column.")
    checks.shape(
        answer[1], (3, 2), "The directions", "each one is a column with as many entries as pixels."
    )
    checks.shape(answer[2], (2,), "The variances", "one number for each direction.")
    checks.close(
        answer[0],
        [[4.0], [2.0], [5.0]],
        "The mean of the pictures (1, 2, 5), (7, 2, 5), (4, 3, 5), (4, 1, 5)",
        "the mean over the columns, one for each pixel.",
    )
    checks.close(
        np.abs(checks.array(answer[1], "directions")),
        [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]],
        "These four pictures vary most in the first pixel, less in the second, not in the third. Without the signs, the array of directions",
        "subtract the mean first; the directions are the columns of U, not its rows, and not V.",
        atol=1e-5,
    )
    checks.close(
        answer[2],
        [4.5, 0.5],
        "The variances of (1, 7, 4, 4) and of (2, 2, 3, 1)",
        "squared singular values of the centred data, divided by the number of pictures.",
    )
    tilted = np.random.RandomState(1).randn(4, 3) @ np.random.RandomState(2).randn(3, 9) + 5
    mean, directions, variances = (checks.array(part, "pca") for part in pca(tilted, 3))
    checks.close(
        directions.T @ directions,
        np.eye(3),
        "The products of the directions with each other, for data that are drawn,",
        "unit vectors at right angles.",
        atol=1e-5,
    )
    checks.close(
        directions @ (directions.T @ (tilted - tilted.mean(axis=1, keepdims=True))),
        tilted - tilted.mean(axis=1, keepdims=True),
        "For pictures that are a mean and a mixture of three patterns, the projection on three directions",
        "it has to give the centred pictures back; take the first k columns of U of the centred data.",
        atol=1e-4,
    )
### BEGIN HIDDEN TESTS
pca_rng = checks.rng(4)
for n_p, m_p, k_p in ((5, 30, 2), (9, 4, 3), (6, 12, 6)):
    stretch_p = np.diag(3.0 ** -np.arange(n_p))
    X_p = (
        np.linalg.qr(pca_rng.normal(size=(n_p, n_p)))[0]
        @ stretch_p
        @ pca_rng.normal(size=(n_p, m_p))
    )
    X_p += pca_rng.normal(size=(n_p, 1))
    values_p, vectors_p = np.linalg.eigh(np.cov(X_p, bias=True))
    vectors_p = vectors_p[:, ::-1][:, :k_p]
    mean_p, directions_p, variances_p = (checks.array(part, "pca") for part in pca(X_p.copy(), k_p))
    signs_p = np.sign(np.sum(directions_p * vectors_p, axis=0))
    checks.close(
        np.concatenate([mean_p.ravel(), (directions_p * signs_p).ravel(), variances_p]),
        np.concatenate([X_p.mean(axis=1), vectors_p.ravel(), values_p[::-1][:k_p]]),
        "mean, directions and variances",
        rtol=1e-3,
        atol=1e-3,  # single precision finds the directions with a small variance less exactly
    )
### END HIDDEN TESTS

# %% tags=["figure"] needs="pca"
# The figure: the first principal directions of the digits. A direction has negative entries, too:
# 0 is grey here, and white and black are opposite signs.
digit_mean, digit_directions, digit_variances = (np.asarray(part) for part in pca(train_X, 12))
_ = autoencoder_utils.pictures({"mean": digit_mean, "directions": 0.5 + digit_directions})
print("variances:", np.round(digit_variances[:8], 2))

# %% [markdown] locked="best_linear_error_statement"
# The first direction has a variance of 0.71, the eighth 0.17. None of them looks like one digit: they are patterns that many digits share.
#
# ### Exercise 5: the best that a linear autoencoder can do (8 points)
#
# A *linear* autoencoder has no sigmoids: $\hat x = \mu + D E (x - \mu)$, with an encoder $E$ of the shape $(k, n_x)$ and a decoder $D$ of the shape $(n_x, k)$, which need not be tied. For the squared cost
# (summed over pixels, mean over pictures) the best choice projects on the first $k$ principal directions; this is a theorem of Eckart and Young (1936).
#
# How large is the error then? Write `best_linear_error(X, k)`, which returns the smallest squared cost that a linear autoencoder with $k$ units can reach on the pictures `X`, for any $k \ge 0$, also for $k$ larger than the number of pixels or of pictures.
# The function must not train anything. You may call `np.linalg.svd` again.
#
# <details><summary>Hint</summary>
#
# Write $x - \mu$ as a sum over all principal directions, one term for each. Which terms does the projection keep? The terms are at right angles, so their squares add. What is the mean of the square of one term?
#
# </details>


# %% solution="best_linear_error"
def best_linear_error(X, k):
    """The smallest squared cost of a linear autoencoder.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    k : int
        The number of hidden units, 0 or more.

    Returns
    -------
    float
        Summed over pixels, mean over pictures.
    """
    ### BEGIN SOLUTION
    s = np.linalg.svd(X - X.mean(axis=1, keepdims=True), compute_uv=False)
    return np.sum(s[k:] ** 2) / X.shape[1]
    ### END SOLUTION


# %% test="test_best_linear_error" points=8
with progress.exercise(
    "best_linear_error", hidden_tests="other pictures, every k, more pixels than pictures"
):
    hand_X = np.array([[1.0, 7.0, 4.0, 4.0], [2.0, 2.0, 3.0, 1.0], [5.0, 5.0, 5.0, 5.0]])
    for k, truth, cause in (
        (
            0,
            5.0,
            "without a unit every answer is the mean picture, and the error is the whole variance, summed over the pixels.",
        ),
        (
            1,
            0.5,
            "one unit keeps what the first pixel does; what is left? Which variances count as an error, the kept or the dropped ones?",
        ),
        (2, 0.0, "two units are enough for pictures that vary in two pixels."),
        (9, 0.0, "more units than pixels do no harm."),
    ):
        checks.close(
            best_linear_error(hand_X.copy(), k),
            truth,
            f"The error with k = {k} for the pictures (1, 2, 5), (7, 2, 5), (4, 3, 5), (4, 1, 5)",
            cause,
            atol=1e-6,
        )
    drawn = np.random.RandomState(3).randn(5, 8) * [[3.0], [2.0], [1.0], [1.0], [0.5]] + 2
    for k in (1, 3):
        centred = drawn - drawn.mean(axis=1, keepdims=True)
        U = np.linalg.svd(centred)[0][:, :k]
        measured = ((centred - U @ (U.T @ centred)) ** 2).sum() / 8
        checks.close(
            best_linear_error(drawn.copy(), k),
            measured,
            f"The error for pictures that are drawn, k = {k}, compared with a projection,",
            "summed over pixels and a mean over pictures, of the centred data.",
        )
### BEGIN HIDDEN TESTS
best_rng = checks.rng(5)
for n_b, m_b in ((7, 20), (9, 5)):
    X_b = best_rng.normal(size=(n_b, m_b)) * best_rng.uniform(0.3, 3, (n_b, 1)) + 4
    spread_b = np.linalg.eigvalsh(
        (X_b - X_b.mean(axis=1, keepdims=True)).T @ (X_b - X_b.mean(axis=1, keepdims=True))
    )
    oracle_b = [spread_b[: max(0, m_b - k)].sum() / m_b for k in range(n_b + 3)]
    found_b = [checks.number(best_linear_error(X_b.copy(), k), "error") for k in range(n_b + 3)]
    checks.close(found_b, oracle_b, "error", atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="principal_angles_statement"
# ### Comparing subspaces
#
# Two autoencoders may use the same subspace and quite different matrices. So we compare subspaces. Let the columns of A and of B span two subspaces. The first *principal angle* is the smallest angle between a vector of the one and a vector of the other. The next one is the
# smallest angle between vectors at right angles to the first pair, and so on. If the *largest* principal angle is 0, the smaller subspace lies in the other one. Björck and Golub (1973) showed how to compute the angles:
#
# 1. Find orthonormal bases $Q_A$ and $Q_B$ of the two subspaces (`np.linalg.qr(A)[0]` is one).
# 2. The singular values of $Q_A^T Q_B$ are the cosines of the angles.
#
# ### Exercise 6: principal angles (8 points)
#
# Write `principal_angles(A, B)` for A of the shape $(n, p)$ and B of the shape $(n, q)$. It returns the $\min(p, q)$ angles in **degrees**, smallest first. The columns are independent; they need not be unit vectors, nor at right angles.
# Round-off may make a cosine slightly larger than 1: your function must not return nan then.
#
# <details><summary>Hint</summary>
#
# `np.clip`, `np.arccos`, `np.rad2deg`. The singular values come largest first; the arccos turns the order around.
#
# </details>


# %% solution="principal_angles"
def principal_angles(A, B):
    """The principal angles between the column spaces of two matrices.

    Parameters
    ----------
    A : ndarray, shape (n, p)
    B : ndarray, shape (n, q)

    Returns
    -------
    ndarray, shape (min(p, q),)
        In degrees, smallest first.
    """
    ### BEGIN SOLUTION
    cosines = np.linalg.svd(np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0], compute_uv=False)
    return np.rad2deg(np.arccos(np.clip(cosines, -1, 1)))
    ### END SOLUTION


# %% test="test_principal_angles" points=8
# Where an angle is 0, the arccos turns round-off of size e into an angle of about sqrt(2 e): 0.03 degrees in single precision.
with progress.exercise("principal_angles", hidden_tests="other shapes and angles, drawn bases"):
    for A, B, truth, story, cause in (
        (
            [[1.0], [0.0]],
            [[1.0], [1.0]],
            [45.0],
            "between the vectors (1, 0) and (1, 1)",
            "orthonormal bases first; the answer is in degrees.",
        ),
        (
            [[3.0, 0.0], [0.0, 1.0], [0.0, 0.0]],
            [[0.0, 2.0], [1.0, 0.0], [0.0, 2.0]],
            [0.0, 45.0],
            "between the first coordinate plane and a plane that is turned by 45 degrees around the second axis",
            "the singular values of the product of both bases, smallest angle first.",
        ),
        (
            [[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]],
            [[1.0, -2.0], [1.0, 5.0], [0.0, 0.0]],
            [0.0, 0.0],
            "between two bases of the same plane, with columns that are not at right angles",
            "the angle between subspaces and not between columns: make orthonormal bases first.",
        ),
        (
            [[0.0], [0.0], [2.0]],
            [[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]],
            [90.0],
            "between a line and a plane at a right angle",
            "a line and a plane have one angle.",
        ),
    ):
        found = principal_angles(np.array(A), np.array(B))
        checks.shape(
            found,
            (len(truth),),
            f"The array of angles {story}",
            "one angle for each singular value.",
        )
        checks.close(found, truth, f"The array of angles {story}", cause, atol=0.1)
    same = np.linalg.qr(np.random.RandomState(5).randn(40, 12))[0]
    checks.close(
        principal_angles(same, same[:, ::-1].copy()),
        np.zeros(12),
        "The array of angles of a subspace with itself",
        "round-off makes a cosine larger than 1; clip it before the arccos.",
        atol=0.1,
    )
    checks.property(
        principal_angles(np.array([[1.0], [0.0]]), np.array([[-1.0], [0.1]]))[0] < 90,
        "The angle between two lines is larger than 90 degrees.",
        "a line has no direction: singular values are never negative, other products of two vectors may be.",
    )
### BEGIN HIDDEN TESTS
angle_rng = checks.rng(6)
for n_a, p_a, q_a in ((6, 2, 2), (7, 4, 2), (5, 1, 3)):
    r_a = min(p_a, q_a)
    truth_a = np.sort(angle_rng.uniform(2, 88, r_a) * (n_a >= p_a + q_a))
    frame_a = np.linalg.qr(angle_rng.normal(size=(n_a, n_a)))[0]
    first_a = frame_a[:, :p_a]
    turned_a = np.cos(np.deg2rad(truth_a)) * frame_a[:, :r_a]
    if n_a >= p_a + q_a:
        turned_a = turned_a + np.sin(np.deg2rad(truth_a)) * frame_a[:, p_a : p_a + r_a]
    rest_a = frame_a[:, p_a + r_a : p_a + q_a]
    second_a = np.hstack([turned_a, rest_a])[:, :q_a]
    mix_a, mix_b = (
        angle_rng.normal(size=(size, size)) + 3 * np.eye(size) for size in (p_a, second_a.shape[1])
    )
    found_a = principal_angles(first_a @ mix_a, second_a @ mix_b)
    checks.close(found_a, truth_a, "angles", atol=0.1)
### END HIDDEN TESTS

# %% [markdown] locked="linear_forecast_statement"
# ### Exercise 7: forecast (8 points)
#
# Work these out with paper and a calculator, **before you run the next experiment**, and store them in a dictionary `linear_forecast`:
#
# | key | the question |
# |---|---|
# | `"tied_numbers"` | How many numbers does the autoencoder of section 1 learn with 64 pixels and 10 units? |
# | `"untied_numbers"` | The same with a decoder matrix of its own? |
# | `"best_answer"` | A pixel is 1 in 30% of the pictures and 0 in the others. A network that knows nothing about the picture gives the same answer each time. Which answer has the lowest mean cross-entropy? |
# | `"mixed_ratio"` | A linear autoencoder has the encoder $E$ and the decoder $D$. Take $RE$ and $DR^{-1}$, with an invertible matrix $R$. How many times as large is the squared error? |
# | `"subspace_angle"` | The largest principal angle between the columns of $D$ and those of $DR^{-1}$, in degrees |
# | `"axis_angle"` | $k = 2$, the columns of $D$ are the first two principal directions, and $R$ turns the plane by 30 degrees. What is the angle between the first column of $DR^{-1}$ and the first principal direction? |
# | `"wide_error"` | The smallest squared error of a linear autoencoder with 100 units on the digits with 64 pixels |
#
# The check calculates all of them in another way and compares; a forecast may be off by 1%, or by 0.01.
#
# <details><summary>Hint</summary>
#
# Count the entries of W, b and c. For the pixel, write the mean cross-entropy as a function of the answer $a$, and set its derivative to 0. For the mixed autoencoder, multiply decoder and encoder.
#
# </details>

# %% solution="linear_forecast"
### BEGIN SOLUTION
linear_forecast = {
    "tied_numbers": 714,  # 640 weights, 10 and 64 biases
    "untied_numbers": 1354,  # another 640 weights
    "best_answer": 0.3,  # -0.3 / a + 0.7 / (1 - a) = 0
    "mixed_ratio": 1,  # D R^-1 R E = D E
    "subspace_angle": 0,  # the columns span the same subspace
    "axis_angle": 30,  # but they are other vectors in it
    "wide_error": 0,  # 64 units are enough for the identity
}
### END SOLUTION

# %% test="test_linear_forecast" points=8
with progress.exercise("linear_forecast"):
    asked = [
        "tied_numbers",
        "untied_numbers",
        "best_answer",
        "mixed_ratio",
        "subspace_angle",
        "axis_angle",
        "wide_error",
    ]
    checks.keys(linear_forecast, asked, "linear_forecast", "the table lists seven keys.")
    forecast = {key: checks.number(linear_forecast[key], key) for key in asked}
    pixels = np.random.RandomState(1).randn(3, 50) * [[3.0], [2.0], [1.0]]
    pixels -= pixels.mean(axis=1, keepdims=True)
    D = np.linalg.svd(pixels)[0][:, :2]
    E, R = (
        D.T,
        np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]]),
    )
    mixed = D @ np.linalg.inv(R)
    rest, mixed_rest = pixels - D @ (E @ pixels), pixels - mixed @ (R @ E @ pixels)
    answers = np.linspace(0.001, 0.999, 999)
    outside = mixed - D @ (D.T @ mixed)
    sizes = {name: value.size for name, value in initial_parameters(64, 10).items()}
    measured = {
        "tied_numbers": sum(sizes.values()),
        "untied_numbers": sum(sizes.values()) + sizes["W"],
        "best_answer": answers[np.argmin(-0.3 * np.log(answers) - 0.7 * np.log(1 - answers))],
        "mixed_ratio": (mixed_rest**2).sum() / (rest**2).sum(),
        "subspace_angle": np.rad2deg(np.arcsin(min(1.0, np.linalg.norm(outside, 2)))),
        "axis_angle": np.rad2deg(np.arccos(abs(mixed[:, 0] @ D[:, 0]))),
        "wide_error": 0.0,
    }
    causes = {
        "tied_numbers": "one matrix and two biases, one for the code and one for the pixels.",
        "untied_numbers": "the decoder's matrix has as many entries as the encoder's; the biases stay.",
        "best_answer": "cross-entropy rewards the answer that is a probability; where is its mean lowest?",
        "mixed_ratio": "multiply the new decoder and the new encoder. What is left of R?",
        "subspace_angle": "the new columns are mixtures of the old ones, and the other way round.",
        "axis_angle": "the new columns are the old ones, turned in their plane.",
        "wide_error": "with as many units as pixels, which matrix can D E be?",
    }
    for key, truth in measured.items():
        mine, direction = forecast[key], "larger" if truth > forecast[key] else "smaller"
        checks.property(
            abs(mine - truth) <= max(0.01, 0.01 * abs(truth)),
            f"{key} is {mine:g}; the right value is {direction}.",
            causes[key],
        )

# %% [markdown]
# Now train a linear autoencoder with 8 units on the centred digits: random matrices $E$ and $D$ at the start, and 3,000 steps of gradient descent, without a word about variances or right angles. **Before you run the cell, what do you expect** of the angle between its subspace and that of the
# first 8 principal directions? And will the columns of $D$ be these directions?

# %% demo="linear_autoencoder" needs="pca best_linear_error principal_angles"
mean_8, directions_8, _ = (np.asarray(part) for part in pca(train_X, 8))
covariance = (train_X - mean_8) @ (train_X - mean_8).T / train_X.shape[1]
start_values = np.random.default_rng(1)
E, D = start_values.normal(0, 0.1, (8, 64)), start_values.normal(0, 0.1, (64, 8))
linear_errors, largest_angles = [], []
for step in range(3001):
    rest = D @ E - np.eye(64)
    if step % 50 == 0:
        linear_errors.append(np.trace(rest @ covariance @ rest.T))
        largest_angles.append(np.max(principal_angles(D, directions_8)))
    dD, dE = 2 * rest @ covariance @ E.T, 2 * D.T @ rest @ covariance
    D, E = D - 0.3 * dD, E - 0.3 * dE
best_8 = best_linear_error(train_X, 8)
print(f"squared error: trained {linear_errors[-1]:.3f}, best possible {best_8:.3f}")
print(
    f"largest principal angle: start {largest_angles[0]:.0f} degrees, end {largest_angles[-1]:.2f} degrees"
)
columns = D / np.linalg.norm(D, axis=0)
to_axes = np.rad2deg(np.arccos(np.abs(directions_8.T @ columns).max(axis=0)))
print(
    f"angle of the columns of D to their nearest principal direction: {to_axes.min():.0f} degrees or more"
)
axes = plotting.panels(2, "step", size=(4.6, 3.4))
plotting.lines(
    range(0, 3001, 50), {"trained": linear_errors, "best possible": [best_8] * 61}, axes[0]
)
axes[0].set_ylabel("squared error")
plotting.lines(range(0, 3001, 50), {"largest angle": largest_angles}, axes[1], log="y")
axes[1].set_ylabel("angle to PCA's subspace (degrees)")

# %% [markdown] locked="build_autoencoder_statement"
# The trained error agrees with the best possible one, and the largest angle ends below 0.1 degrees: gradient descent has found the subspace of the principal components. But none of the columns of $D$ is a principal direction. The error sees the subspace only, as your forecast said.
# Baldi and Hornik (1989) proved more: this cost has no local minima besides the global one.
#
# Compare: the tied sigmoid network with **16** units had a squared error of about 1.0. The best linear one with 16 units has 0.69. Bourlard and Kamp were right about this kind of network.
#
# ## 3 Several layers
#
# Their proof is about *one* hidden layer and a linear output. A *stacked* autoencoder has more layers, and its code is not a linear function of the picture. Keras expects examples as **rows**, (m, n_x); the helpers `train` and `apply` of `autoencoder_utils` turn our columns.
#
# ### Exercise 8: build it (10 points)
#
# Write `build_autoencoder(n_x, sizes)`, which returns two Keras models, `autoencoder, encoder`. `sizes` lists the layers of the encoder; the last one is the code. For `build_autoencoder(64, [128, 32, 2])`:
#
# 1. The input has 64 numbers. Dense layers with 128 and 32 units and relu follow, then the code: a dense layer with 2 units and **no** activation.
# 2. The decoder mirrors the encoder: dense layers with 32 and 128 units and relu, then a dense layer with 64 units and a sigmoid.
# 3. `autoencoder` leads from the input to the output. `encoder` leads from the input to the code, and *shares* its layers with the autoencoder: training the one trains the other.
#
# It has to work for any list `sizes` with at least one entry. The weights are not tied. A model is not data that a check can look at, so the cell after yours is given: it builds your models, puts weights into the autoencoder, and returns what both models answer.
#
# <details><summary>Hint</summary>
#
# In Keras's functional style, `h = tf.keras.layers.Dense(5, activation="relu")(h)` puts a layer on top of `h`, and `tf.keras.Model(a, b)` is the model from `a` to `b`. Start with `tf.keras.Input((n_x,))`. `sizes[:-1]` are all entries but the last; `[::-1]` turns a list around.
#
# </details>


# %% solution="build_autoencoder"
def build_autoencoder(n_x, sizes):
    """Build a stacked autoencoder.

    Parameters
    ----------
    n_x : int
        Pixels.
    sizes : list of int
        Units of the encoder's layers; the last one is the code.

    Returns
    -------
    autoencoder : keras.Model
        From (m, n_x) to (m, n_x).
    encoder : keras.Model
        From (m, n_x) to (m, sizes[-1]), with the same layers.
    """
    ### BEGIN SOLUTION
    picture = h = tf.keras.Input((n_x,))
    for units in sizes[:-1]:
        h = tf.keras.layers.Dense(units, activation="relu")(h)
    code = h = tf.keras.layers.Dense(sizes[-1])(h)
    for units in sizes[:-1][::-1]:
        h = tf.keras.layers.Dense(units, activation="relu")(h)
    output = tf.keras.layers.Dense(n_x, activation="sigmoid")(h)
    return tf.keras.Model(picture, output), tf.keras.Model(picture, code)
    ### END SOLUTION


# %% adapter="trace_autoencoder" needs="build_autoencoder"
def trace_autoencoder(n_x, sizes, X, weights):
    """Build both models, put weights into the autoencoder, and apply both to pictures.

    Parameters
    ----------
    n_x : int
    sizes : list of int
    X : ndarray, shape (n_x, m)
    weights : list of ndarray
        A matrix and a bias for each layer, first layer first.

    Returns
    -------
    dict
        pair, whether there are two models; shapes, of the weights; and, if these are right, output and code, as columns.
    """
    models = build_autoencoder(n_x, sizes)
    if not isinstance(models, (tuple, list)) or len(models) != 2:
        return {"pair": False}
    autoencoder, encoder = models
    rows = np.transpose(X).astype(np.float32)
    autoencoder(rows)
    shapes = [tuple(map(int, part.shape)) for part in autoencoder.get_weights()]
    if shapes != [np.shape(part) for part in weights]:
        return {"pair": True, "shapes": shapes}
    autoencoder.set_weights(weights)
    answers = {"output": np.transpose(autoencoder(rows)), "code": np.transpose(encoder(rows))}
    return {"pair": True, "shapes": shapes, **answers}


# %% test="test_build_autoencoder" points=10
with progress.exercise(
    "build_autoencoder", hidden_tests="other sizes, with one layer and with four, and other weights"
):
    for n_x, sizes in ((3, [4, 2]), (3, [2]), (5, [4, 3, 2])):
        draw = np.random.RandomState(7)
        widths = [n_x, *sizes, *sizes[-2::-1], n_x]
        weights = []
        for a, b in zip(widths[:-1], widths[1:], strict=True):
            weights += [draw.randn(a, b), draw.randn(b)]
        pixels = draw.rand(n_x, 6)
        checks.seed(7)  # of weights that should not be there
        found = trace_autoencoder(n_x, list(sizes), pixels, weights)
        checks.property(
            found["pair"],
            "build_autoencoder does not return two models.",
            "return the autoencoder and the encoder, in this order.",
        )
        checks.property(
            list(map(tuple, found["shapes"])) == [part.shape for part in weights],
            f"build_autoencoder({n_x}, {sizes}) has weights of the shapes {list(map(tuple, found['shapes']))}.",
            "encoder, code, the hidden layers of the encoder in turned order, then one layer with n_x units; "
            "the autoencoder comes first, and every layer has a bias.",
        )
        h, code = pixels, None
        for layer in range(len(widths) - 1):
            h = weights[2 * layer].T @ h + weights[2 * layer + 1].reshape(-1, 1)
            if layer == len(sizes) - 1:
                code = h
            elif layer < len(widths) - 2:
                h = np.maximum(h, 0)
        checks.shape(
            found["code"],
            (sizes[-1], 6),
            f"The codes of build_autoencoder({n_x}, {sizes}), as columns,",
            "the encoder ends at the code.",
        )
        checks.property(
            np.any(checks.array(found["code"], "code") < 0),
            "With random weights, no number of a code is negative.",
            "the code has no activation.",
        )
        checks.close(
            found["code"],
            code,
            f"The codes of build_autoencoder({n_x}, {sizes}) with weights that were put into the autoencoder",
            "the encoder uses the very same layers as the autoencoder, with relu before the code and nothing after it.",
            rtol=1e-3,
            atol=1e-4,
        )
        checks.close(
            found["output"],
            1 / (1 + np.exp(-h)),
            f"The output of build_autoencoder({n_x}, {sizes})",
            "relu in the hidden layers of the decoder, and a sigmoid at its end.",
            rtol=1e-3,
            atol=1e-4,
        )
### BEGIN HIDDEN TESTS
build_rng = checks.rng(8)
for n_k, sizes_k in ((6, [3]), (4, [7, 6, 5, 3])):
    widths_k = [n_k, *sizes_k, *reversed(sizes_k[:-1]), n_k]
    weights_k = []
    for a, b in zip(widths_k[:-1], widths_k[1:], strict=True):
        weights_k += [build_rng.normal(size=(a, b)) / np.sqrt(a), build_rng.normal(size=b)]
    X_k = build_rng.random((n_k, 3))
    oracle_k, h_k = [], tf.constant(X_k.T)
    for layer in range(len(widths_k) - 1):
        h_k = h_k @ weights_k[2 * layer] + weights_k[2 * layer + 1]
        if layer == len(sizes_k) - 1:
            oracle_k.append(h_k.numpy().T)
        elif layer < len(widths_k) - 2:
            h_k = tf.nn.relu(h_k)
    oracle_k.append(tf.sigmoid(h_k).numpy().T)
    found_k = trace_autoencoder(n_k, sizes_k, X_k, weights_k)
    # single precision, through up to eight layers
    checks.close(
        np.vstack([found_k["code"], found_k["output"]]),
        np.vstack(oracle_k),
        "code and output",
        rtol=1e-3,
        atol=1e-4,
    )
### END HIDDEN TESTS

# %% [markdown]
# Two numbers for a picture make a map. The next cell compares two of them: the first two principal components, and the code of a stacked autoencoder with the layers 128, 64 and 2, trained for 100 epochs (some ten seconds).
# **Before you run it, what do you expect:** which of the two separates the digits better, although neither has seen a label?

# %% demo="map" needs="pca best_linear_error reconstruction_cost build_autoencoder"
tf.keras.utils.set_random_seed(1)
stacked, stacked_encoder = build_autoencoder(64, [128, 64, 2])
autoencoder_utils.train(stacked, train_X, train_X, epochs=100)
mean_2, directions_2, _ = (np.asarray(part) for part in pca(train_X, 2))
pca_codes = directions_2.T @ (test_X - mean_2)
axes = plotting.panels(2, "code 1", "code 2", (5, 4.6))
autoencoder_utils.digit_map(pca_codes, test_Y, axes[0], "two principal components")
autoencoder_utils.digit_map(
    autoencoder_utils.apply(stacked_encoder, test_X),
    test_Y,
    axes[1],
    "code of a stacked autoencoder",
)
map_errors = {
    "best linear, 2 units, training": best_linear_error(train_X, 2),
    "stacked 128-64-2, training": reconstruction_cost(
        train_X, autoencoder_utils.apply(stacked, train_X)
    ),
    "two principal components, test": reconstruction_cost(
        test_X, mean_2 + directions_2 @ pca_codes
    ),
    "stacked 128-64-2, test": reconstruction_cost(test_X, autoencoder_utils.apply(stacked, test_X)),
}
for label, error in map_errors.items():
    print(f"{label:32} squared error {error:.2f}")

# %% [markdown] locked="corrupt_statement"
# On the left most digits overlap in the middle of one cloud. On the right many of them form groups of their own. With the same two numbers the stacked autoencoder has a clearly smaller error than any linear one can have, on the training digits and also on new ones: several layers do bring something.
# (Groups may lie elsewhere on your machine: another order of the sums in training is enough for another map.)
#
# ## 4 Noise, and wide codes
#
# Noise is a test of what an autoencoder knows: does it repeat the noise, or the digit behind it? So we first make noise.
#
# ### Exercise 9: corruption (6 points)
#
# Write `corrupt(X, kind, amount, seed)`, which returns a corrupted copy of `X`:
#
# * `kind` "masking": each entry is set to 0 with the probability `amount`, independently of all others; the rest stays as it is.
# * `kind` "gaussian": to each entry a normally distributed number with the mean 0 and the standard deviation `amount` is added, independently of all others. Nothing is cut.
#
# The same seed gives the same corruption, another seed another one. `X` stays as it is. Use the `generator` in the first line for all random numbers.
#
# <details><summary>Hint</summary>
#
# `generator.random(X.shape)` draws numbers between 0 and 1: which share of them lies below `amount`? `generator.normal(0, amount, X.shape)` draws normally distributed ones.
#
# </details>


# %% solution="corrupt"
def corrupt(X, kind, amount, seed):
    """A copy of pictures with noise.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    kind : str
        "masking" or "gaussian".
    amount : float
        The probability that an entry is set to 0, or the standard deviation of the noise.
    seed : int

    Returns
    -------
    ndarray, shape (n_x, m)
    """
    generator = np.random.default_rng(seed)
    ### BEGIN SOLUTION
    if kind == "masking":
        return X * (generator.random(X.shape) >= amount)
    return X + generator.normal(0, amount, X.shape)
    ### END SOLUTION


# %% test="test_corrupt" points=6
# 20,000 entries: a share of them varies by about 0.003, a mean by 0.007 times the deviation; the bands are five times as wide or more.
with progress.exercise("corrupt", hidden_tests="other amounts, seeds and shapes"):
    clean = 1 + np.random.RandomState(1).rand(100, 200)
    passed = clean.copy()
    masked = checks.array(corrupt(passed, "masking", 0.2, 1), "The result of masking")
    checks.unchanged(passed, clean, "X")
    checks.shape(masked, (100, 200), "The result of masking", "a corrupted copy of X.")
    checks.property(
        np.all((masked == 0) | np.isclose(masked, clean, rtol=1e-6)),
        "After masking, an entry is neither 0 nor what it was.",
        "masking sets entries to 0; the others are not scaled.",
    )
    share = np.mean(masked == 0)
    checks.property(
        abs(share - 0.2) < 0.02,
        f"Masking with the amount 0.2 sets {100 * share:.1f}% of the entries to 0.",
        "`amount` is the probability to be set to 0, not to be kept.",
    )
    for axis, word in ((0, "picture"), (1, "pixel")):
        spread = np.mean(masked == 0, axis=axis)
        checks.property(
            0.01 < spread.std() < 0.1,
            f"Each {word} has nearly the same share of zeros, or each {word} has all or none.",
            "draw one number for every entry, X.shape of them, independently.",
        )
    passed = clean.copy()
    noise = checks.array(corrupt(passed, "gaussian", 0.5, 1), "The result of gaussian") - clean
    checks.unchanged(passed, clean, "X")
    checks.shape(noise, (100, 200), "The result of gaussian", "a corrupted copy of X.")
    checks.property(
        abs(noise.mean()) < 0.05,
        f"The mean of the gaussian noise is {noise.mean():.3f}.",
        "numbers from the normal distribution around 0, not from 0 to 1.",
    )
    checks.property(
        abs(noise.std() - 0.5) < 0.03,
        f"With the amount 0.5 the gaussian noise has the standard deviation {noise.std():.3f}.",
        "`amount` is the standard deviation, not the variance, and nothing is cut.",
    )
    checks.property(
        noise.mean(axis=0).std() < 0.1 and noise.mean(axis=1).std() < 0.1,
        "Pixels of one picture, or one pixel of all pictures, get the same noise.",
        "draw one number for every entry, X.shape of them.",
    )
    for kind in ("masking", "gaussian"):
        again, other = (
            checks.array(corrupt(clean.copy(), kind, 0.3, seed), kind) for seed in (1, 2)
        )
        checks.close(
            corrupt(clean.copy(), kind, 0.3, 1),
            again,
            f"{kind}, twice with the same seed,",
            "use the generator.",
        )
        checks.property(
            not np.allclose(again, other),
            f"{kind}: another seed gives the same corruption.",
            "the generator in the first line takes the argument `seed`.",
        )
### BEGIN HIDDEN TESTS
corrupt_rng = checks.rng(9)
for n_q, m_q in ((1, 20000), (20000, 1), (150, 140)):
    X_q, seed_q = corrupt_rng.uniform(0.5, 2, (n_q, m_q)), int(corrupt_rng.integers(10**6))
    amount_q = float(corrupt_rng.uniform(0.55, 0.9))
    masked_q = checks.array(corrupt(X_q.copy(), "masking", amount_q, seed_q), "masked")
    noise_q = checks.array(corrupt(X_q.copy(), "gaussian", amount_q, seed_q), "noisy") - X_q
    tails_q = np.mean(
        np.abs(noise_q) > amount_q
    )  # 32% of a normal distribution, 42% of a uniform one
    close_q = np.isclose(masked_q, X_q * (masked_q != 0), rtol=1e-5).all()
    seen_q = [np.mean(masked_q == 0), noise_q.mean(), noise_q.std(), tails_q, float(close_q)]
    checks.close(
        seen_q, [amount_q, 0, amount_q, 0.3173, 1], "shares, mean and deviation", atol=0.03
    )
### END HIDDEN TESTS

# %% [markdown]
# Does a wider code bring more? An *overcomplete* autoencoder has more units than pixels. The next cell trains one with 256 code units to copy digits, then gives it digits with strong noise. **Before you run it, what do you expect:** are the reconstructions cleaner than the noisy digits?

# %% demo="overcomplete" needs="build_autoencoder reconstruction_cost corrupt"
tf.keras.utils.set_random_seed(1)
wide, wide_encoder = build_autoencoder(64, [256])
autoencoder_utils.train(wide, train_X, train_X, epochs=60)
noisy_test = np.asarray(corrupt(test_X, "gaussian", 0.4, 9))
noisy_error = reconstruction_cost(test_X, noisy_test)
cut_error = reconstruction_cost(test_X, np.clip(noisy_test, 0, 1))
copied = autoencoder_utils.apply(wide, noisy_test)
wide_copy_error = reconstruction_cost(test_X, autoencoder_utils.apply(wide, test_X))
wide_noisy_error = reconstruction_cost(test_X, copied)
print(f"256 units: squared error for clean test digits {wide_copy_error:.2f}")
print(
    f"noisy digits: squared error to the clean ones {noisy_error:.1f}, cut to 0..1: {cut_error:.1f}"
)
print(f"256 units, noisy digits in: squared error to the clean ones {wide_noisy_error:.1f}")
_ = autoencoder_utils.pictures(
    {"clean": test_X[:, :12], "noisy": noisy_test[:, :12], "256 units": copied[:, :12]}
)

# %% [markdown] locked="denoising_pairs_statement"
# It copies clean digits almost without error, and the noise as well: its answers are still noisy. Cutting the grey values to the range from 0 to 1 takes away about half of the squared error without any learning, and the network, whose sigmoid cannot leave this range, still leaves more than a third of it. With enough units the identity solves the task, so copying teaches little about digits.
#
# The *denoising* autoencoder of Vincent and colleagues (2008) gets a corrupted picture and must answer with the clean one. Now the identity is a bad answer, however wide the code is. To repair a picture the network has to know what digits look like.
#
# ### Exercise 10: find and mend (10 points)
#
# A denoiser is trained on pairs: a noisy picture as the input, the clean one as the target. The function below prepares them for training and test. The inputs are centred with the mean picture; the targets stay pictures. It was written in a hurry and has **three** errors, each of which makes a
# result better or worse than it is. Run its cell and look at the symptoms.
#
# The function that you write, `denoising_pairs(train_X, test_X, deviation, seed)`, returns the same keys with this meaning:
#
# * `mean` is the mean of the clean pictures that a denoiser may learn from. Nothing about the test pictures may enter what it is trained or centred with.
# * `train_input` and `test_input` are pictures with Gaussian noise of the standard deviation `deviation`, minus `mean`. All noise is independent, and the same seed gives the same noise.
# * `train_target` and `test_target` are the clean pictures, not centred.
# * The arrays of the caller stay as they are.
#
# <details><summary>Hint</summary>
#
# Compare each line that the next cell prints with what it should be: which pictures may decide the mean? Which two names of arrays stand for the same array? What should a denoiser's test result be compared with?
#
# </details>


# %% given="denoising_pairs_broken"
def denoising_pairs_broken(train_X, test_X, deviation, seed):
    """Noisy inputs and clean targets for a denoiser; three things in it are wrong.

    Parameters
    ----------
    train_X : ndarray, shape (n_x, m)
    test_X : ndarray, shape (n_x, k)
        Clean pictures.
    deviation : float
        The standard deviation of the Gaussian noise.
    seed : int

    Returns
    -------
    dict
        mean, shape (n_x, 1); train_input, train_target, test_input, test_target.
    """
    generator = np.random.default_rng(seed)
    mean = np.hstack([train_X, test_X]).mean(axis=1, keepdims=True)
    noisy_train = train_X
    noisy_train += generator.normal(0, deviation, train_X.shape)
    noisy_test = test_X + generator.normal(0, deviation, test_X.shape)
    return {
        "mean": mean,
        "train_input": noisy_train - mean,
        "train_target": train_X,
        "test_input": noisy_test - mean,
        "test_target": noisy_test,
    }


dark, bright = np.full((4, 1000), 0.2), np.full((4, 1000), 0.8)
broken_pairs = denoising_pairs_broken(dark, bright, 0.1, 1)
print("training pictures 0.2 everywhere, test pictures 0.8 everywhere, deviation 0.1")
print(f"mean picture:                       {broken_pairs['mean'].mean():.2f}")
for part in ("train", "test"):
    difference = (
        broken_pairs[f"{part}_input"] + broken_pairs["mean"] - broken_pairs[f"{part}_target"]
    )
    print(f"{part + ':':6} deviation of noisy - target: {difference.std():.2f}")
print(f"deviation of the caller's training pictures after the call: {dark.std():.2f}")


# %% solution="denoising_pairs"
def denoising_pairs(train_X, test_X, deviation, seed):
    """Noisy inputs and clean targets for a denoiser.

    Parameters
    ----------
    train_X : ndarray, shape (n_x, m)
    test_X : ndarray, shape (n_x, k)
        Clean pictures.
    deviation : float
        The standard deviation of the Gaussian noise.
    seed : int

    Returns
    -------
    dict
        mean, shape (n_x, 1); train_input, train_target, test_input, test_target.
    """
    generator = np.random.default_rng(seed)
    ### BEGIN SOLUTION
    mean = train_X.mean(axis=1, keepdims=True)
    return {
        "mean": mean,
        "train_input": train_X + generator.normal(0, deviation, train_X.shape) - mean,
        "train_target": train_X,
        "test_input": test_X + generator.normal(0, deviation, test_X.shape) - mean,
        "test_target": test_X,
    }
    ### END SOLUTION


# %% test="test_denoising_pairs" points=10
# 20,000 entries: their mean varies by 0.007 times the deviation, their deviation by half a percent; the bands are ten times as wide.
with progress.exercise("denoising_pairs", hidden_tests="other shapes, deviations and seeds"):
    draw = np.random.RandomState(2)
    clean = {"train": draw.rand(50, 400), "test": 1 + draw.rand(50, 300)}
    passed = {part: value.copy() for part, value in clean.items()}
    pairs = denoising_pairs(passed["train"], passed["test"], 0.5, 3)
    checks.shapes(
        pairs,
        {
            "mean": (50, 1),
            "train_input": (50, 400),
            "train_target": (50, 400),
            "test_input": (50, 300),
            "test_target": (50, 300),
        },
        "What denoising_pairs returns",
    )
    for part in ("train", "test"):
        checks.unchanged(passed[part], clean[part], f"{part}_X")
    mean = checks.array(pairs["mean"], "mean")
    checks.property(
        not np.allclose(
            mean, np.hstack(list(clean.values())).mean(axis=1, keepdims=True), atol=1e-3
        ),
        "The mean changes when the test pictures change.",
        "the test pictures take part in it; what is learned from them makes the test result too good.",
    )
    checks.close(
        mean,
        clean["train"].mean(axis=1, keepdims=True),
        "The mean",
        "the mean of the clean pictures of the training, one number for each pixel, before any noise.",
        rtol=1e-4,
    )
    noise = {}
    for part in ("train", "test"):
        checks.close(
            pairs[f"{part}_target"],
            clean[part],
            f"{part}_target",
            "the target is the clean picture: no noise, not centred.",
        )
        noise[part] = checks.array(pairs[f"{part}_input"], "input") + mean - clean[part]
        checks.property(
            noise[part].mean(axis=0).std() < 0.2 and noise[part].mean(axis=1).std() < 0.2,
            f"The noise of {part}_input is the same for all pixels of a picture, or for all pictures.",
            "every pixel of every picture gets a number of its own: as many as there are entries.",
        )
        checks.property(
            abs(noise[part].mean()) < 0.05,
            f"{part}_input plus the mean, minus the clean pictures, has the mean {noise[part].mean():.2f}.",
            "the same mean picture is subtracted from both inputs, once.",
        )
        checks.property(
            abs(noise[part].std() - 0.5) < 0.04,
            f"{part}_input has noise with the standard deviation {noise[part].std():.2f}; the argument was 0.5.",
            "noise once, on each of the two inputs.",
        )
    both = [
        (noise["train"][:, :300], noise["test"]),
        (noise["train"][:, 100:], noise["test"]),
        (noise["train"].ravel()[:15000], noise["test"].ravel()),
        (noise["train"].ravel()[5000:], noise["test"].ravel()),
    ]
    checks.property(
        all(abs(np.mean(one.ravel() * other.ravel())) < 0.03 for one, other in both),
        "The noise of the test pictures is that of the training pictures.",
        "draw two arrays, one after the other, from one generator.",
    )
    checks.close(
        denoising_pairs(clean["train"].copy(), clean["test"].copy(), 0.5, 3)["test_input"],
        pairs["test_input"],
        "test_input of a second call with the same seed",
        "all noise comes from the generator of the first line.",
    )
### BEGIN HIDDEN TESTS
pairs_rng = checks.rng(10)
for n_d, m_d, k_d in ((2, 9000, 10000), (90, 170, 230)):
    deviation_d, seed_d = float(pairs_rng.uniform(0.6, 2)), int(pairs_rng.integers(10**6))
    train_d, test_d = pairs_rng.normal(3, 1, (n_d, m_d)), pairs_rng.normal(-1, 1, (n_d, k_d))
    found_d = denoising_pairs(train_d.copy(), test_d.copy(), deviation_d, seed_d)
    found_d = {key: checks.array(value, key) for key, value in found_d.items()}
    center_d = train_d.mean(axis=1, keepdims=True)
    noise_d = [
        found_d["train_input"] + center_d - train_d,
        found_d["test_input"] + center_d - test_d,
    ]
    exact_d = [
        np.allclose(found_d["mean"], center_d, atol=1e-4),
        np.allclose(found_d["train_target"], train_d, atol=1e-4),
        np.allclose(found_d["test_target"], test_d, atol=1e-4),
    ]
    seen_d = [
        *exact_d,
        *(part.mean() for part in noise_d),
        *(part.std() / deviation_d for part in noise_d),
    ]
    checks.close(np.array(seen_d, dtype=float), [1, 1, 1, 0, 0, 1, 1], "pairs", atol=0.1)
### END HIDDEN TESTS

# %% [markdown]
# Now the denoiser: layers 256 and 64, trained on ten noisy copies of each training digit, noise of the standard deviation 0.4, for 15 epochs (some ten seconds). Its rivals for the same noisy test digits are the wide copier from above, and projections on principal directions of the clean training digits.
# **Before you run it, what do you expect:** a projection on 2 directions removes most of the noise, one on 64 none of it. Where between them is the best one, and does the network beat it?

# %% demo="denoise" needs="reconstruction_cost pca build_autoencoder denoising_pairs"
copies = [denoising_pairs(train_X, test_X, 0.4, seed) for seed in range(10)]
tf.keras.utils.set_random_seed(1)
denoiser, denoiser_encoder = build_autoencoder(64, [256, 64])
autoencoder_utils.train(
    denoiser,
    np.hstack([pairs["train_input"] for pairs in copies]),
    np.hstack([pairs["train_target"] for pairs in copies]),
    epochs=15,
    batch_size=128,
)
noisy_input = np.asarray(copies[0]["test_input"])
noisy_digits = noisy_input + np.asarray(copies[0]["mean"])
repaired = autoencoder_utils.apply(denoiser, noisy_input)
kept = (1, 2, 4, 6, 8, 10, 13, 16, 24, 32, 48, 64)
mean_64, directions_64, _ = (np.asarray(part) for part in pca(train_X, 64))
projection_errors = []
for k in kept:
    directions_k = directions_64[:, :k]  # the first k of 64 are the first k
    back = mean_64 + directions_k @ (directions_k.T @ (noisy_digits - mean_64))
    projection_errors.append(reconstruction_cost(test_X, back))
before_error = reconstruction_cost(test_X, noisy_digits)
before_cut_error = reconstruction_cost(test_X, np.clip(noisy_digits, 0, 1))
denoised_error = reconstruction_cost(test_X, repaired)
copied_error = reconstruction_cost(test_X, autoencoder_utils.apply(wide, noisy_digits))
best_kept = kept[int(np.argmin(projection_errors))]
print(f"noisy digits:                        squared error {before_error:.1f}")
print(f"noisy digits, cut to 0..1:           squared error {before_cut_error:.1f}")
print(f"256 units that learned to copy:      squared error {copied_error:.1f}")
print(f"best projection, on {best_kept:2} directions:   squared error {min(projection_errors):.1f}")
print(f"denoising autoencoder:               squared error {denoised_error:.1f}")
_ = plotting.lines(
    kept,
    {
        "projection on principal directions": projection_errors,
        "denoising autoencoder": [denoised_error] * len(kept),
    },
    title="What is left of the noise on test digits",
    xlabel="number of principal directions",
    ylabel="squared error to the clean digits",
)
_ = autoencoder_utils.pictures(
    {"clean": test_X[:, :12], "noisy": noisy_digits[:, :12], "repaired": repaired[:, :12]}
)

# %% [markdown]
# The projection has its best place in the middle: fewer directions lose strokes of the digits, more of them keep noise. The denoiser beats the best projection, and leaves less than half of the error that cutting the noisy digits leaves. Some repaired digits are wrong: where the noise hides the
# digit, the network draws one that is likely.
#
# ## 5 Few labels
#
# Pictures are cheap, labels cost somebody's time. Do codes, learned without labels, help a classifier that gets only a few labels? The next cell trains a logistic regression with 1, 2, 5, 10 or 50 labelled digits of each class, on five kinds of features: the pixels, 16 principal components, the codes of the map with 2 numbers, of the wide
# copier with 256 and of the denoiser with 64. The mean of 20 draws of the labelled digits is shown; all features get the same draws. **Before you run it, write down your order.**

# %% demo="few_labels" needs="pca build_autoencoder denoising_pairs"
mean_16, directions_16, _ = (np.asarray(part) for part in pca(train_X, 16))
features = {
    "pixels (64)": (train_X, test_X),
    "PCA (16)": tuple(directions_16.T @ (part - mean_16) for part in (train_X, test_X)),
    "map (2)": tuple(autoencoder_utils.apply(stacked_encoder, part) for part in (train_X, test_X)),
    "copier (256)": tuple(
        autoencoder_utils.apply(wide_encoder, part) for part in (train_X, test_X)
    ),
    "denoiser (64)": tuple(
        autoencoder_utils.apply(denoiser_encoder, part - np.asarray(copies[0]["mean"]))
        for part in (train_X, test_X)
    ),
}
label_counts = (1, 2, 5, 10, 50)
accuracies = {}
print("labels of each class" + "".join(f"{count:>8}" for count in label_counts))
for label, (train_part, test_part) in features.items():
    draws = [
        autoencoder_utils.few_label_accuracy(train_part, train_Y, test_part, test_Y, count)
        for count in label_counts
    ]
    accuracies[label] = [part.mean() for part in draws]
    print(f"{label:20}" + "".join(f"{share:8.3f}" for share in accuracies[label]))
_ = plotting.lines(
    label_counts,
    accuracies,
    title="Logistic regression on codes, mean of 20 draws",
    xlabel="labelled digits of each class",
    ylabel="accuracy on test digits",
    log="x",
)

# %% [markdown] locked="flag_anomalies_statement"
# The map with two numbers loses everywhere: a code that is good to look at has thrown away what a classifier needs. Pixels, PCA and the copier are close to each other: a code that only repeats the pixels brings a linear classifier nearly nothing. The denoiser's code wins for every number of labels, by a few
# percent. It does not replace labels: 5 labels of each class in the place of 1 bring far more than the denoiser's code in the place of pixels.
#
# ## 6 Strangers
#
# An autoencoder that has seen normal examples only should repeat normal ones well, and others badly. So the reconstruction error is a score for *anomalies*: failures of a machine, or pictures that do not belong here. It needs no examples of what goes wrong.
#
# ### Exercise 11: raise an alarm (8 points)
#
# Write `flag_anomalies(X, X_hat, new_X, new_X_hat, false_alarms)`.
#
# `X` and `X_hat` are normal pictures that were **not** used for training, and their reconstructions, of the shape $(n_x, m)$. `new_X` and `new_X_hat` are pictures to be judged, shape $(n_x, k)$.
#
# 1. The score of a picture is its squared error, as a **mean** over its pixels.
# 2. The threshold is a quantile of the scores of the *normal* pictures, chosen such that about the share `false_alarms` of normal pictures would raise an alarm. Use `np.quantile`.
# 3. A picture raises an alarm if its score is larger than the threshold.
# 4. Return the scores of the new pictures, shape $(k,)$, the threshold, a number, and the alarms, shape $(k,)$, True or False.
#
# <details><summary>Hint</summary>
#
# `np.quantile(scores, 0.3)` is a number that 30% of the scores do not exceed. If 5% of the normal pictures shall lie above the threshold, how many shall lie below it?
#
# </details>


# %% solution="flag_anomalies"
def flag_anomalies(X, X_hat, new_X, new_X_hat, false_alarms):
    """Score pictures by their reconstruction error, and raise alarms.

    Parameters
    ----------
    X, X_hat : ndarray, shape (n_x, m)
        Normal pictures that were not used for training, and their reconstructions.
    new_X, new_X_hat : ndarray, shape (n_x, k)
        Pictures to judge, and their reconstructions.
    false_alarms : float
        The share of normal pictures that may raise an alarm.

    Returns
    -------
    scores : ndarray, shape (k,)
    threshold : float
    alarms : ndarray of bool, shape (k,)
    """
    ### BEGIN SOLUTION
    threshold = np.quantile(((X - X_hat) ** 2).mean(axis=0), 1 - false_alarms)
    scores = ((new_X - new_X_hat) ** 2).mean(axis=0)
    return scores, threshold, scores > threshold
    ### END SOLUTION


# %% test="test_flag_anomalies" points=8
with progress.exercise("flag_anomalies", hidden_tests="other pictures and shares of false alarms"):
    normal = np.zeros((2, 11))
    normal_hat = np.vstack(
        [np.sqrt(np.arange(11.0)), np.sqrt(np.arange(11.0))]
    )  # scores 0, 1, .. 10
    new, new_hat = np.ones((2, 3)), np.array([[1.0, 4.0, 1.0], [1.0, 4.0, 7.0]])  # scores 0, 9, 18
    answer = flag_anomalies(normal.copy(), normal_hat.copy(), new.copy(), new_hat.copy(), 0.2)
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 3,
        "flag_anomalies does not return three things.",
        "return scores, threshold, alarms.",
    )
    checks.shape(
        answer[0],
        (3,),
        "The scores of three new pictures",
        "a mean over the pixels, which are rows.",
    )
    checks.close(
        answer[0],
        [0.0, 9.0, 18.0],
        "The scores of new pictures with the errors (0, 0), (3, 3) and (0, 6)",
        "the mean of the squares over the pixels, without a root.",
    )
    threshold = checks.number(answer[1], "The threshold")
    checks.property(
        not np.isclose(threshold, 2.0, rtol=1e-4),
        "With false_alarms = 0.2, most normal pictures raise an alarm.",
        "the threshold has the share of false alarms above it, not below it.",
    )
    checks.close(
        threshold,
        8.0,
        "The threshold for normal pictures with the scores 0, 1, ..., 10 and 20% false alarms",
        "a quantile of the scores of the normal pictures, not of the new ones.",
    )
    checks.shape(answer[2], (3,), "The alarms for three new pictures")
    checks.close(
        checks.array(answer[2], "The alarms"),
        [0.0, 1.0, 1.0],
        "The alarms, with True as 1, for the scores 0, 9, 18 and the threshold 8",
        "an alarm means a score above the threshold.",
    )
    answer = flag_anomalies(normal.copy(), normal_hat.copy(), normal.copy(), normal_hat.copy(), 0.1)
    checks.property(
        not checks.array(answer[2], "The alarms")[9],
        "A picture whose score equals the threshold raises an alarm.",
        "an alarm means larger than the threshold.",
    )
### BEGIN HIDDEN TESTS
flag_rng = checks.rng(11)
for n_n, m_n, k_n in ((3, 40, 25), (7, 9, 4), (1, 30, 30)):
    X_n, new_n = flag_rng.normal(size=(n_n, m_n)), flag_rng.normal(size=(n_n, k_n))
    hat_n, new_hat_n = (
        X_n + flag_rng.normal(size=X_n.shape),
        new_n + 1.4 * flag_rng.normal(size=new_n.shape),
    )
    allowed_n = float(flag_rng.uniform(0.1, 0.6))
    normal_n = sorted(
        sum((X_n[i, e] - hat_n[i, e]) ** 2 for i in range(n_n)) / n_n for e in range(m_n)
    )
    place_n = (1 - allowed_n) * (m_n - 1)
    low_n = int(place_n)
    limit_n = normal_n[low_n] + (place_n - low_n) * (normal_n[low_n + 1] - normal_n[low_n])
    scores_n = [
        sum((new_n[i, e] - new_hat_n[i, e]) ** 2 for i in range(n_n)) / n_n for e in range(k_n)
    ]
    found_n = flag_anomalies(X_n, hat_n, new_n, new_hat_n, allowed_n)
    found_n = np.concatenate([np.ravel(np.asarray(part, dtype=float)) for part in found_n])
    oracle_n = [*scores_n, limit_n, *(float(score > limit_n) for score in scores_n)]
    checks.close(found_n, oracle_n, "scores, threshold and alarms")
### END HIDDEN TESTS

# %% [markdown]
# The experiment: one digit is declared a stranger. A linear autoencoder (principal components) learns the training digits of the other nine classes. Half of the normal test digits set the threshold for 5% false alarms; the other half and all test digits of the strange class are judged.
# This is repeated for all ten digits as the stranger and for several numbers of units.
# **Before you run it, what do you expect:** do more units, and so a smaller error, find more strangers?

# %% demo="strangers" needs="pca flag_anomalies"
unit_counts = (0, 1, 2, 5, 10, 15, 20, 30, 40, 50)
caught = {digit: [] for digit in range(10)}
false_shares = []
for stranger in range(10):
    normal_X = train_X[:, train_Y != stranger]
    held = test_X[:, test_Y != stranger]
    set_by, judged, others = held[:, ::2], held[:, 1::2], test_X[:, test_Y == stranger]
    mean, directions, _ = (np.asarray(part) for part in pca(normal_X, max(unit_counts)))
    for k in unit_counts:
        directions_k = directions[:, :k]  # the first k of 50 are the first k
        again = [
            mean + directions_k @ (directions_k.T @ (part - mean))
            for part in (set_by, judged, others)
        ]
        alarms = flag_anomalies(set_by, again[0], others, again[2], 0.05)[2]
        caught[stranger].append(np.mean(alarms))
        false_shares.append(np.mean(flag_anomalies(set_by, again[0], judged, again[1], 0.05)[2]))
mean_caught = [np.mean([caught[digit][i] for digit in range(10)]) for i in range(len(unit_counts))]
print(f"false alarms among the normal digits, mean of all runs: {100 * np.mean(false_shares):.0f}%")
print("units                " + "".join(f"{k:>6}" for k in unit_counts))
for label, shares in (
    ("mean of ten", mean_caught),
    ("7 as the stranger", caught[7]),
    ("8 as the stranger", caught[8]),
):
    print(f"{label:21}" + "".join(f"{100 * share:5.0f}%" for share in shares))
_ = plotting.lines(
    unit_counts,
    {
        "7 as the stranger": caught[7],
        "8 as the stranger": caught[8],
        "mean of all ten": mean_caught,
    },
    title="Strangers found, with 5% false alarms allowed",
    xlabel="units of the linear autoencoder",
    ylabel="share of strangers found",
)

# %% [markdown] locked="explain_width_question"
# The false alarms are near the 5% that were asked for. At first more units help: an autoencoder with few units repeats nothing well. Then they do harm, although the error of normal digits still falls: with 50 of 64 units it repeats strangers nearly as well as everything else. At the best place it finds
# fewer than half of the strangers, and it depends on the stranger: a 7 is found far more often than an 8, whose strokes are those of other digits. Such a score is a help for a person who looks, not a guard.
#
# ### Exercise 12: explain (6 points, read by a person)
#
# A colleague writes: "The reconstruction error says how much an autoencoder has learned. So take as many units as fit into the memory: the error goes to 0, and the codes get better for noise, for classifiers and for strangers."
#
# Answer in about six sentences, in your own words:
#
# 1. Name two results of this notebook that speak against it, with their numbers.
# 2. Why does a low error say so little when there are many units, and what does the denoising task change?
# 3. You have no example of a stranger yet. Can the share of false alarms on normal pictures tell you how many units to take? Say why, and what you would collect.

# %% [markdown] manual="explain_width" points=6
# **Model answer.** The copier with 256 units repeats clean test digits with an error of about 0.1, but given noisy digits it leaves an error of about 4, more than the best projection (2.9) and the denoiser (1.6). With 15 units the linear autoencoder finds about 41% of the strangers, with 50 units about 6%. With as many units as pixels the identity is
# possible: it repeats every input, digit, noise or stranger, so a low error need not have anything to do with digits. The denoiser cannot copy, because its input is not its target; to repair a picture it has to use what digits have in common, also with many units. The share of false alarms is set by the quantile and is about 5% for every number of units,
# so it cannot choose among them. One needs some strangers, real ones or ones that are made for this purpose, kept apart from the test, and compares the share that is found at the same share of false alarms.
#
# **Rubric.** 2 points: two results with numbers, one each. 2 points: identity or copying explains the low error (1), and the denoising task excludes it (1). 2 points: the threshold fixes the false alarms whatever the units (1), and some strangers kept apart from the test are needed to choose (1).

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells, and look at this list. It shows the last result of each check since the set-up cell ran: after an edit, run the cell and its check again.
# The visible checks are a part of the tests; a line above that starts with a check mark says what the hidden tests try besides.
# Exercise 12 (6 points) is not in the list, because a person reads it. Is it written?

# %% demo="results" needs="forward_pass reconstruction_cost tied_gradients pca best_linear_error principal_angles build_autoencoder corrupt denoising_pairs flag_anomalies"
finished = progress.report(
    [
        "forward_pass",
        "reconstruction_cost",
        "tied_gradients",
        "pca",
        "best_linear_error",
        "principal_angles",
        "linear_forecast",
        "build_autoencoder",
        "corrupt",
        "denoising_pairs",
        "flag_anomalies",
    ]
)
if finished:
    print()
    print(f"{'autoencoder':34}{'task':24}{'squared error':>14}")
    for label, task, error in (
        ("tied, sigmoid, 16 units", "copy, training digits", tied_error),
        ("linear, 16 units (best)", "copy, training digits", best_linear_error(train_X, 16)),
        ("linear, 2 units (best)", "copy, training digits", best_linear_error(train_X, 2)),
        ("stacked 128-64-2", "copy, training digits", map_errors["stacked 128-64-2, training"]),
        ("256 units", "copy, test digits", wide_copy_error),
        ("256 units", "denoise, test digits", copied_error),
        ("best projection", "denoise, test digits", min(projection_errors)),
        ("denoiser 256-64", "denoise, test digits", denoised_error),
    ):
        print(f"{label:34}{task:24}{error:14.2f}")

# %% [markdown]
# ## What you saw
#
# * With tied weights the gradient of a matrix collects what arrives in every place where the matrix stands.
# * A linear autoencoder finds the subspace of the principal components, not the directions themselves; its best error is known before any training.
# * One hidden layer with sigmoids did not beat PCA. Several layers did, on the same number of code units.
# * Copying asks little of a wide code. Repairing asks more, and its code helped a classifier with few labels a little.
# * Test pictures must not enter a mean, noise must not enter a target, and a helper must not change the arrays of its caller.
# * A reconstruction error finds some strangers. The smallest error is not the best detector.
#
# ## Where to go further
#
# * Train the denoiser with masking noise and test it on Gaussian noise, and the other way round.
# * Which number of directions gives the best projection, if the noise has the standard deviation $\sigma$? Compare $\sigma^2$ with the variances of the directions.
# * Tie the weights of the *linear* autoencoder, and look at $W W^T$ after training.
# * Put the stacked autoencoder in the place of the linear one in section 6. Which strangers does it find?
#
# ## References
#
# * K. Pearson: "On lines and planes of closest fit to systems of points in space". Philosophical Magazine 2, 1901, pages 559-572.
# * C. Eckart and G. Young: "The approximation of one matrix by another of lower rank". Psychometrika 1, 1936, pages 211-218.
# * Å. Björck and G. H. Golub: "Numerical methods for computing angles between linear subspaces". Mathematics of Computation 27, 1973, pages 579-594.
# * G. W. Cottrell, P. Munro, D. Zipser: "Learning internal representations from gray-scale images: An example of extensional programming". Ninth Annual Conference of the Cognitive Science Society, 1987.
# * H. Bourlard and Y. Kamp: "Auto-association by multilayer perceptrons and singular value decomposition". Biological Cybernetics 59, 1988, pages 291-294.
# * P. Baldi and K. Hornik: "Neural networks and principal component analysis: Learning from examples without local minima". Neural Networks 2, 1989, pages 53-58.
# * E. Alpaydin and C. Kaynak: "Optical Recognition of Handwritten Digits". UCI Machine Learning Repository, 1998.
# * G. E. Hinton and R. R. Salakhutdinov: "Reducing the dimensionality of data with neural networks". Science 313, 2006, pages 504-507.
# * P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol: "Extracting and composing robust features with denoising autoencoders". International Conference on Machine Learning, 2008.
