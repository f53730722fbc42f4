"""Optimization: the moons to classify, the first parameters, a ravine to walk in, and a year of temperatures.

How a step is made is what the notebook's exercises ask for, so no rule of an optimizer stands here.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import sklearn.datasets

CURVATURES = (1.0, 25.0)  # of the ravine: along it, and across it


def load_dataset():
    """Two half moons that reach into each other, with noise.

    Returns
    -------
    X : ndarray, shape (2, 300)
    Y : ndarray of int, shape (1, 300)
        Labels, 0 or 1.
    """
    np.random.seed(3)
    X, Y = sklearn.datasets.make_moons(n_samples=300, noise=0.2)
    return X.T, Y.reshape(1, -1)


def initialize_parameters(layer_dims):
    """Random weights with the variance 2 / (units of the layer before), and biases of zero.

    Parameters
    ----------
    layer_dims : list of int
        The sizes of the layers, input first.

    Returns
    -------
    dict
        Wl, shape (layer_dims[l], layer_dims[l - 1]), and bl, shape (layer_dims[l], 1), for l = 1, 2, ...
    """
    np.random.seed(3)
    parameters = {}
    for layer, (before, after) in enumerate(pairwise(layer_dims), start=1):
        parameters[f"W{layer}"] = np.random.randn(after, before) * np.sqrt(2 / before)
        parameters[f"b{layer}"] = np.zeros((after, 1))
    return parameters


def example_network():
    """Parameters and gradients of two layers, drawn with the seed 1: the example of the published figures.

    Returns
    -------
    parameters : dict
        W1 (2, 3), b1 (2, 1), W2 (3, 3), b2 (3, 1).
    grads : dict
        dW1, db1, dW2, db2 with the same shapes.
    """
    generator = np.random.RandomState(1)
    shapes = {"W1": (2, 3), "b1": (2, 1), "W2": (3, 3), "b2": (3, 1)}
    parameters = {name: generator.randn(*shape) for name, shape in shapes.items()}
    return parameters, {"d" + name: generator.randn(*shape) for name, shape in shapes.items()}


def small_network():
    """Three layers of one unit each, and gradients, with numbers that are easy to work with by hand.

    Returns
    -------
    parameters : dict
        W1 (1, 2), b1 (1, 1), W2 (1, 1), b2 (1, 1), W3 (1, 1), b3 (1, 1).
    grads : dict
        dW1, db1, dW2, db2, dW3, db3 with the same shapes.
    """
    parameters = {"W1": [[1, 2]], "b1": [[0.5]], "W2": [[-3]], "b2": [[4]], "W3": [[6]], "b3": [[-1]]}
    grads = {"dW1": [[10, -20]], "db1": [[2]], "dW2": [[5]], "db2": [[-1]], "dW3": [[-4]], "db3": [[8]]}
    return tuple({name: np.array(value, float) for name, value in part.items()} for part in (parameters, grads))


def ravine(x, y):
    """The height of a long valley: flat along x, steep along y, lowest at (0, 0).

    Parameters
    ----------
    x, y : float or ndarray

    Returns
    -------
    float or ndarray, shape of x
    """
    along, across = CURVATURES
    return (along * np.square(x) + across * np.square(y)) / 2


def walk(step, start, steps):
    """Follow an optimizer through the ravine.

    Parameters
    ----------
    step : function
        Takes parameters (W1 is x and b1 is y, both of the shape (1, 1)), the gradient (dW1, db1) of the ravine there and
        the number of the step, 1 for the first, and returns the next parameters.
    start : tuple of float
        x and y.
    steps : int

    Returns
    -------
    ndarray, shape (steps + 1, 2)
        x and y at the start and after each step.
    """
    point = {"W1": np.array([[start[0]]], dtype=float), "b1": np.array([[start[1]]], dtype=float)}
    points = [start]
    for number in range(1, steps + 1):
        slopes = {"dW1": CURVATURES[0] * point["W1"], "db1": CURVATURES[1] * point["b1"]}
        point = step(point, slopes, number)
        points.append((np.asarray(point["W1"]).item(), np.asarray(point["b1"]).item()))
    return np.array(points)


def daily_temperatures():
    """Made-up temperatures of a year that starts on the first of July: a season, and weather as noise.

    Returns
    -------
    ndarray, shape (365,)
        In degrees Celsius.
    """
    days = np.arange(365)
    season = 10 + 9 * np.cos(2 * np.pi * (days - 20) / 365)
    return season + 3 * np.random.RandomState(4).randn(365)
