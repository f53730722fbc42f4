"""Regularization: the points of the plane that its networks learn from, and small helpers around the three-layer network."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.io import loadmat


def make_dataset(seed=3):
    """Draw points of the plane with noisy labels: 211 to train with, 200 to test with.

    The label is 1 above a diagonal line. Near the line chance decides, and everywhere 5 percent of the labels are
    flipped, so that even the line is right on about 90 percent of the points only.

    Parameters
    ----------
    seed : int

    Returns
    -------
    train_X : ndarray, shape (2, 211)
    train_Y : ndarray of int, shape (1, 211)
    test_X : ndarray, shape (2, 200)
    test_Y : ndarray of int, shape (1, 200)
    """
    generator = np.random.RandomState(seed)

    def draw(m):
        X = generator.uniform([[-0.6], [-0.65]], [[0.3], [0.6]], size=(2, m))
        height = X[1] - 1.2 * X[0] - 0.2 + 0.1 * generator.normal(size=m)
        flipped = generator.uniform(size=m) < 0.05
        return X, ((height > 0) ^ flipped).astype(int).reshape(1, m)

    return *draw(211), *draw(200)


def load_dataset(path="datasets/data.mat"):
    """Read the points of the well-known exercise where its file is, or draw those of `make_dataset`; say which.

    Parameters
    ----------
    path : str or path
        A MATLAB file with X (211, 2), y (211, 1), Xval (200, 2) and yval (200, 1).

    Returns
    -------
    train_X, train_Y, test_X, test_Y : ndarray
        As `make_dataset` returns them: one column per example.
    """
    if not Path(path).is_file():
        print(f"Data: drawn from a seed, because there is no file {path}.")
        return make_dataset()
    print(f"Data: read from {path}.")
    held = loadmat(path)
    return (
        held["X"].T,
        held["y"].T.astype(int),
        held["Xval"].T,
        held["yval"].T.astype(int),
    )


def draw_parameters(generator, layers_dims):
    """Draw weights and biases from the normal distribution, in the order W1, b1, W2, b2, ...

    Parameters
    ----------
    generator : numpy.random.RandomState or numpy.random.Generator
    layers_dims : sequence of int
        The sizes of the layers, input first.

    Returns
    -------
    dict
        Wl, shape (n_l, n_(l-1)), and bl, shape (n_l, 1).
    """
    parameters = {}
    for layer, (before, after) in enumerate(pairwise(layers_dims), start=1):
        parameters[f"W{layer}"] = generator.normal(size=(after, before))
        parameters[f"b{layer}"] = generator.normal(size=(after, 1))
    return parameters


def initialize_parameters(layers_dims, seed=3):
    """Parameters to start a training with: weights of variance 1 / n_(l-1), biases zero.

    Parameters
    ----------
    layers_dims : sequence of int
        The sizes of the layers, input first.
    seed : int

    Returns
    -------
    dict
        Wl, shape (n_l, n_(l-1)), and bl, shape (n_l, 1).
    """
    generator = np.random.RandomState(seed)
    parameters = {}
    for layer, (before, after) in enumerate(pairwise(layers_dims), start=1):
        parameters[f"W{layer}"] = generator.normal(size=(after, before)) / np.sqrt(before)
        parameters[f"b{layer}"] = np.zeros((after, 1))
    return parameters
