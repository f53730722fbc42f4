"""The network that several notebooks train: linear -> relu -> linear -> relu -> linear -> sigmoid.

X has the shape (n_x, m), one column per example, and Y the shape (1, m). The parameters are a dictionary W1, b1, W2, b2,
W3, b3, where Wl has the shape (n_l, n_(l-1)) and bl the shape (n_l, 1).
"""

from __future__ import annotations

import numpy as np
from scipy.special import xlog1py, xlogy

from utils.activations import relu, sigmoid


def forward_propagation(X, parameters):
    """Compute the output of the network.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    parameters : dict
        W1, b1, W2, b2, W3, b3.

    Returns
    -------
    A3 : ndarray, shape (1, m)
        The probability that the label is 1.
    cache : tuple of 12
        (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3), for `backward_propagation`.
    """
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)


def backward_propagation(X, Y, cache):
    """Compute the gradients of the mean cross-entropy.

    dZ and dA are those of the sum over the examples; the factor 1/m stands in dW and db.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    cache : tuple of 12
        From `forward_propagation`.

    Returns
    -------
    dict
        dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1, each with the shape of what it is the gradient of.
    """
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dW3 = dZ3 @ A2.T / m
    db3 = dZ3.sum(axis=1, keepdims=True) / m
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (A2 > 0)
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (A1 > 0)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {
        "dZ3": dZ3,
        "dW3": dW3,
        "db3": db3,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


def compute_cost(A3, Y):
    """The mean cross-entropy of probabilities.

    An example with the probability 1 for its true class costs 0; one with the probability 0 costs infinity.

    Parameters
    ----------
    A3 : ndarray, shape (1, m)
    Y : ndarray, shape (1, m)

    Returns
    -------
    float
    """
    return float(-(xlogy(Y, A3) + xlog1py(1 - Y, -A3)).sum() / Y.shape[1])


def cost_from_logits(Z3, Y):
    """The mean cross-entropy of sigmoid(Z3), computed without the sigmoid.

    -log(sigmoid(z)) = log(1 + exp(-z)) and -log(1 - sigmoid(z)) = log(1 + exp(z)); `numpy.logaddexp` computes both without
    overflow, so that the result is finite and precise also where the sigmoid rounds to 0 or 1.

    Parameters
    ----------
    Z3 : ndarray, shape (1, m)
    Y : ndarray, shape (1, m)

    Returns
    -------
    float
    """
    return float((np.logaddexp(0, Z3) - Y * Z3).sum() / Y.shape[1])


def predict(X, parameters):
    """Classify examples: 1 where the network gives a probability above one half.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    parameters : dict

    Returns
    -------
    ndarray of int, shape (1, m)
    """
    return (forward_propagation(X, parameters)[0] > 0.5).astype(int)


def accuracy(X, Y, parameters):
    """The share of examples that the network classifies correctly.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    parameters : dict

    Returns
    -------
    float
    """
    return float(np.mean(predict(X, parameters) == Y))
