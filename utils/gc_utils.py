"""Gradient Checking: the activations, and the way between a dictionary of parameters and one long column.

The network of the notebook has the layers 4 -> 5 -> 3 -> 1, so its parameters are 47 numbers, in the order
W1 (5, 4), b1 (5, 1), W2 (3, 5), b2 (3, 1), W3 (1, 3), b3 (1, 1), each row by row.
"""

from __future__ import annotations

import numpy as np

from utils.activations import relu, sigmoid

__all__ = ["dictionary_to_vector", "gradients_to_vector", "relu", "sigmoid", "vector_to_dictionary"]

SHAPES = {"W1": (5, 4), "b1": (5, 1), "W2": (3, 5), "b2": (3, 1), "W3": (1, 3), "b3": (1, 1)}


def dictionary_to_vector(parameters):
    """Stack the six parameters into one column.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, W3, b3 with the shapes of `SHAPES`.

    Returns
    -------
    theta : ndarray, shape (47, 1)
        A copy: changing it leaves `parameters` alone.
    keys : list of str, length 47
        The parameter that each row of theta belongs to.
    """
    columns = [np.reshape(parameters[name], (-1, 1)) for name in SHAPES]
    keys = [name for name, column in zip(SHAPES, columns, strict=True) for _ in column]
    return np.concatenate(columns), keys


def vector_to_dictionary(theta):
    """Cut a column into the six parameters: the inverse of `dictionary_to_vector`.

    Parameters
    ----------
    theta : ndarray, shape (47, 1)

    Returns
    -------
    dict
        W1, b1, W2, b2, W3, b3 with the shapes of `SHAPES`; copies.
    """
    parameters, start = {}, 0
    for name, shape in SHAPES.items():
        stop = start + shape[0] * shape[1]
        parameters[name] = np.array(theta[start:stop]).reshape(shape)
        start = stop
    return parameters


def gradients_to_vector(gradients):
    """Stack the six gradients into one column, in the order of `dictionary_to_vector`.

    Parameters
    ----------
    gradients : dict
        dW1, db1, dW2, db2, dW3, db3 with the shapes of `SHAPES`; other entries are left out.

    Returns
    -------
    ndarray, shape (47, 1)
    """
    return np.concatenate([np.reshape(gradients["d" + name], (-1, 1)) for name in SHAPES])
