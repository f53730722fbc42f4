# %% [markdown]
# # TensorFlow operations
#
# Four small exercises for the bench: each asks for one or two operations, so that what grading costs beside them can be seen.

# %% setup="setup"
import numpy as np
import tensorflow as tf

from utils import checks

progress = checks.Progress()

# %% [markdown] locked="affine_statement"
# ### Exercise 1: an affine map (10 points)
#
# Write `affine(x, w, b)`, which returns $xw + b$ for `x` of the shape (m, n), `w` of (n, k) and `b` of (k,).


# %% solution="affine"
def affine(x, w, b):
    ### BEGIN SOLUTION
    return tf.matmul(x, w) + b
    ### END SOLUTION


# %% test="test_affine" points=10
with progress.exercise("affine", hidden_tests="other shapes and numbers"):
    found = affine(np.array([[1.0, 2.0]]), np.array([[1.0], [10.0]]), np.array([0.5]))
    checks.close(found, [[21.5]], "affine([[1, 2]], [[1], [10]], [0.5])", "x comes first.")
### BEGIN HIDDEN TESTS
rng_1 = checks.rng(1)
for m, n, k in [(3, 4, 2), (1, 5, 3), (6, 1, 1)]:
    x_1, w_1, b_1 = rng_1.normal(size=(m, n)), rng_1.normal(size=(n, k)), rng_1.normal(size=k)
    checks.close(affine(x_1, w_1, b_1), x_1 @ w_1 + b_1, "affine")
### END HIDDEN TESTS

# %% [markdown] locked="softmax_statement"
# ### Exercise 2: probabilities (10 points)
#
# Write `softmax(z)`, which turns every row of `z` into probabilities.


# %% solution="softmax"
def softmax(z):
    ### BEGIN SOLUTION
    return tf.nn.softmax(z, axis=-1)
    ### END SOLUTION


# %% test="test_softmax" points=10
with progress.exercise("softmax", hidden_tests="large and negative numbers"):
    checks.close(softmax(np.array([[0.0, 0.0]])), [[0.5, 0.5]], "softmax([[0, 0]])")
    sums = np.sum(checks.array(softmax(np.array([[1.0, 2.0], [3.0, 5.0]])), "softmax"), axis=1)
    checks.close(sums, [1.0, 1.0], "The sum of each row", "divide by the sum of the row.")
### BEGIN HIDDEN TESTS
for scale in [1.0, 30.0, 800.0]:
    z_2 = checks.rng(2).normal(size=(4, 5)) * scale
    e_2 = np.exp(z_2 - z_2.max(axis=1, keepdims=True))
    checks.close(softmax(z_2), e_2 / e_2.sum(axis=1, keepdims=True), "softmax")
### END HIDDEN TESTS

# %% [markdown] locked="cross_entropy_statement"
# ### Exercise 3: the cost of a prediction (10 points)
#
# Write `cross_entropy(z, labels)`, the mean over the rows of $-\log p_y$, where $p$ is the softmax of a row of `z` and $y$ its label.


# %% solution="cross_entropy"
def cross_entropy(z, labels):
    ### BEGIN SOLUTION
    costs = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=z)
    return tf.reduce_mean(costs)
    ### END SOLUTION


# %% test="test_cross_entropy" points=10
with progress.exercise("cross_entropy", hidden_tests="more rows and classes"):
    found = cross_entropy(np.zeros((2, 4)), np.array([0, 3]))
    checks.close(found, np.log(4), "The cost of four equal logits", "the mean of -log p.")
### BEGIN HIDDEN TESTS
z_3, labels_3 = checks.rng(3).normal(size=(7, 5)), np.array([0, 4, 2, 2, 1, 3, 0])
log_p_3 = z_3 - np.log(np.exp(z_3).sum(axis=1, keepdims=True))
checks.close(cross_entropy(z_3, labels_3), -log_p_3[np.arange(7), labels_3].mean(), "cross_entropy")
### END HIDDEN TESTS

# %% [markdown] locked="gradient_statement"
# ### Exercise 4: a gradient (10 points)
#
# Write `gradient(w, x, y)`, the gradient of the mean of $(xw - y)^2$ with respect to `w`, with a gradient tape.


# %% solution="gradient"
def gradient(w, x, y):
    ### BEGIN SOLUTION
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        cost = tf.reduce_mean((tf.matmul(x, w) - y) ** 2)
    return tape.gradient(cost, w)
    ### END SOLUTION


# %% test="test_gradient" points=10
with progress.exercise("gradient", hidden_tests="other shapes and numbers"):
    found = gradient(np.array([[2.0]]), np.array([[3.0]]), np.array([[5.0]]))
    checks.close(found, [[6.0]], "gradient([[2]], [[3]], [[5]])", "2 (xw - y) x.")
### BEGIN HIDDEN TESTS
rng_4 = checks.rng(4)
w_4, x_4, y_4 = rng_4.normal(size=(3, 1)), rng_4.normal(size=(8, 3)), rng_4.normal(size=(8, 1))
checks.close(gradient(w_4, x_4, y_4), 2 / 8 * x_4.T @ (x_4 @ w_4 - y_4), "gradient")
### END HIDDEN TESTS
