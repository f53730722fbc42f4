"""Autoencoders: digits as columns, their pictures and maps, training in Keras, and a score for features with few labels.

Examples are columns here, as everywhere in this course; Keras wants them as rows, and the two functions that talk to it turn them.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from utils import datasets, plotting

MARKERS = "os^Dv<>PX*"  # one for each digit
COLORS = (*(color for color, _, _ in plotting.LINES), plotting.SKY, plotting.YELLOW, "0.45", "0.75")


def load_digits():
    """The handwritten digits of `utils.datasets.load_digits`, each picture a column of 64 grey values from 0 to 1.

    Returns
    -------
    train_X : ndarray, shape (64, 1348)
    train_Y : ndarray of int, shape (1348,)
    test_X : ndarray, shape (64, 449)
    test_Y : ndarray of int, shape (449,)
    """
    train_X, train_Y, test_X, test_Y = datasets.load_digits()
    train_X, test_X = (part.reshape(len(part), -1).T.astype(np.float64) for part in (train_X, test_X))
    return train_X, train_Y, test_X, test_Y


def initial_parameters(n_x, n_h, seed=1):
    """Small random weights and zero biases of an autoencoder with tied weights.

    Parameters
    ----------
    n_x, n_h : int
    seed : int

    Returns
    -------
    dict
        W, shape (n_h, n_x); b, shape (n_h, 1); c, shape (n_x, 1).
    """
    generator = np.random.default_rng(seed)
    return {"W": generator.normal(0, 0.1, (n_h, n_x)), "b": np.zeros((n_h, 1)), "c": np.zeros((n_x, 1))}


def small_example():
    """An autoencoder with three inputs and two hidden units, and two pictures for it, with numbers to calculate with.

    Returns
    -------
    X : ndarray, shape (3, 2)
    parameters : dict
        W, shape (2, 3); b, shape (2, 1); c, shape (3, 1).
    """
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.5]])
    parameters = {
        "W": np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]]),
        "b": np.array([[0.0], [-2.0]]),
        "c": np.array([[0.0], [-0.5], [0.5]]),
    }
    return X, parameters


def pictures(rows, title="", size=0.62):
    """Draw rows of pictures of 8 x 8 pixels: 0 is black, 1 is white, and what lies outside is cut.

    Parameters
    ----------
    rows : dict of str to ndarray, shape (64, n)
        The label of each row and its pictures.
    title : str
    size : float
        Of a picture, in inches.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    columns = max(np.shape(part)[1] for part in rows.values())
    figure, grid = plt.subplots(
        len(rows),
        columns,
        figsize=(size * columns + 1.6, size * len(rows) + (0.35 if title else 0.05)),
        facecolor="white",
        layout="constrained",
        squeeze=False,
    )
    for axes, (label, part) in zip(grid, rows.items(), strict=True):
        for ax, column in zip(axes, np.transpose(part), strict=False):
            ax.imshow(np.reshape(column, (8, 8)), cmap="gray", vmin=0, vmax=1)
        for ax in axes:
            ax.set(xticks=[], yticks=[])
        for ax in axes[np.shape(part)[1] :]:
            ax.set_visible(False)
        axes[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize="medium")
    if title:
        figure.suptitle(title, fontsize="medium")
    return list(grid.ravel())


def digit_map(codes, labels, ax=None, title=""):
    """Draw codes of two numbers as points, with one marker and one colour for each digit.

    Parameters
    ----------
    codes : ndarray, shape (2, m)
    labels : ndarray of int, shape (m,)
    ax : matplotlib.axes.Axes, optional
    title : str

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plotting.new_axes("", "code 1", "code 2", size=(5, 4.4))
    ax.set_title(title)
    for digit, (marker, color) in enumerate(zip(MARKERS, COLORS, strict=True)):
        ax.scatter(
            *np.asarray(codes)[:, labels == digit],
            s=22,
            marker=marker,
            color=color,
            edgecolors="black",
            linewidths=0.3,
            label=str(digit),
        )
    ax.legend(frameon=True, framealpha=0.9, fontsize="small", ncols=2, loc="best")
    return ax


def train(model, inputs, targets, epochs, batch_size=64, learning_rate=0.002):
    """Train a Keras model with Adam on the mean squared error.

    Parameters
    ----------
    model : keras.Model
        Takes rows.
    inputs : ndarray, shape (n_x, m)
    targets : ndarray, shape (n_y, m)
    epochs, batch_size : int
    learning_rate : float

    Returns
    -------
    list of float
        The mean squared error of each epoch, summed over the pixels of a picture.
    """
    from utils.quiet import tensorflow as tf

    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate),
        loss="mse",
        steps_per_execution=-(
            -np.shape(inputs)[1] // batch_size
        ),  # one call for an epoch, which saves half of the time
    )
    rows = [np.transpose(part).astype(np.float32) for part in (inputs, targets)]
    history = model.fit(*rows, epochs=epochs, batch_size=batch_size, verbose=0)
    return [value * np.shape(targets)[0] for value in history.history["loss"]]


def apply(model, X):
    """What a Keras model answers for examples that are columns.

    Parameters
    ----------
    model : keras.Model
    X : ndarray, shape (n_x, m)

    Returns
    -------
    ndarray, shape (n_y, m)
    """
    return np.transpose(model(np.transpose(X).astype(np.float32))).astype(np.float64)


def few_label_accuracy(train_features, train_Y, test_features, test_Y, per_class, draws=20):
    """How well a logistic regression reads the test digits when only a few training digits have a label.

    The features are centred, and scaled by one number so that their mean variance is 1; this uses no labels.

    Parameters
    ----------
    train_features : ndarray, shape (n, m)
    train_Y : ndarray of int, shape (m,)
    test_features : ndarray, shape (n, k)
    test_Y : ndarray of int, shape (k,)
    per_class : int
        Labelled examples of each digit.
    draws : int
        Choices of the labelled examples; choice number r is the same for all features.

    Returns
    -------
    ndarray, shape (draws,)
        The accuracy of each choice.
    """
    center = train_features.mean(axis=1, keepdims=True)
    scale = np.sqrt(((train_features - center) ** 2).mean())
    A, B = (((part - center) / scale).T for part in (train_features, test_features))
    found = []
    for draw in range(draws):
        generator = np.random.RandomState(draw)
        chosen = np.concatenate(
            [generator.choice(np.flatnonzero(train_Y == digit), per_class, replace=False) for digit in range(10)]
        )
        with threadpool_limits(1):  # for products as small as these, threads cost more than they bring
            model = LogisticRegression(max_iter=1000).fit(A[chosen], train_Y[chosen])
            found.append(model.score(B, test_Y))
    return np.array(found)
