"""Initialization: the data, plain gradient descent from given starting values, and networks to diagnose."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import make_circles

from utils.network import backward_propagation, compute_cost, forward_propagation


def load_dataset():
    """Two noisy rings in the plane, the inner one with the label 1.

    Returns
    -------
    train_X : ndarray, shape (2, 300)
    train_Y : ndarray of int, shape (1, 300)
    test_X : ndarray, shape (2, 100)
    test_Y : ndarray of int, shape (1, 100)
    """
    train_X, train_Y = make_circles(n_samples=300, noise=0.05, random_state=1)
    test_X, test_Y = make_circles(n_samples=100, noise=0.05, random_state=2)
    return train_X.T, train_Y[np.newaxis], test_X.T, test_Y[np.newaxis]


def train(X, Y, parameters, learning_rate=0.01, num_iterations=15000, print_cost=True):
    """Gradient descent on the mean cross-entropy, from the given starting values, with all examples in every step.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (1, m)
    parameters : dict
        W1, b1, W2, b2, W3, b3; stays as it is.
    learning_rate : float
    num_iterations : int
    print_cost : bool
        Print every 1000th cost.

    Returns
    -------
    parameters : dict
        After the last step.
    costs : list of float
        The cost before the steps 0, 1000, 2000, ...; infinite where an output rounds to 0 or 1 on the wrong side.
    """
    parameters = {name: np.array(value, dtype=float) for name, value in parameters.items()}
    costs = []
    for i in range(num_iterations):
        A3, cache = forward_propagation(X, parameters)
        if i % 1000 == 0:
            costs.append(compute_cost(A3, Y))
            if print_cost:
                print(f"cost before step {i:5d}: {costs[-1]}")
        gradients = backward_propagation(X, Y, cache)
        for name in parameters:
            parameters[name] -= learning_rate * gradients["d" + name]
    return parameters, costs


def mystery_networks():
    """Six relu networks whose starting weights were made in six ways, to be told apart by measuring.

    Returns
    -------
    dict of str to list of ndarray
        "A" to "F"; each has the weights of eight layers of 100 units, shape (100, 100). The biases are zero.
    """
    # The plans have short names on purpose: reading this should not be easier than measuring.
    plans = {
        "A": (1, 0, 2, 8),
        "B": (3, 0, 1, 8),
        "C": (1, 0, 1, 1),
        "D": (1, 1, 1, 8),
        "E": (0.3, 0, 1, 8),
        "F": (1, 0, 1, 8),
    }
    networks = {}
    for number, (letter, (a, b, c, d)) in enumerate(plans.items()):
        generator = np.random.RandomState(50 + number)
        layers = [0.1 * b + np.sqrt(0.02) * a * generator.randn(100 // c, 100) for _ in range(d)]
        networks[letter] = [np.tile(layers[k % d], (c, 1)) for k in range(8)]
    return networks
