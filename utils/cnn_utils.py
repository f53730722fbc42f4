"""Convolutional Networks: pictures to look at, gradients by measurement, changed digits, and the training of a network.

How a filter or a pool works, in either direction, is what the notebook's exercises ask for, so none of it stands here.
"""

from __future__ import annotations

from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
from tqdm.auto import tqdm

from utils import hands
from utils.differences import measured_gradients
from utils.quiet import tensorflow as tf


def hand_picture():
    """A drawn hand that shows three fingers, in grey.

    Returns
    -------
    ndarray, shape (64, 64)
        Values from 0 (black) to 1 (white).
    """
    return hands.draw([3], np.random.RandomState(69))[0].mean(axis=2) / 255


def pictures(images, titles=(), columns=6, size=1.6, signed=False, title=""):
    """Draw grey pictures beside each other, without axes.

    Parameters
    ----------
    images : sequence of ndarray, shape (height, width)
    titles : sequence of str
        Stand above the first pictures.
    columns : int
        The most pictures in one row.
    size : float
        The width of a picture in inches.
    signed : bool
        Draw 0 in the middle between black and white, on one scale for all pictures. Otherwise the smallest value of each
        picture is black and its largest one white.
    title : str
        Stands above all of them.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height = size + (0.3 if len(titles) else 0)
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(size * columns, height * rows + (0.4 if title else 0)),
        facecolor="white",
        layout="constrained",
        squeeze=False,
    )
    high = max(np.abs(image).max() for image in images) if signed else None
    low = None if high is None else -high
    for ax in grid.flat:
        ax.axis("off")
    for ax, image in zip(grid.flat, images, strict=False):
        ax.imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
    for ax, text in zip(grid.flat, titles, strict=False):
        ax.set_title(text, fontsize="small")
    figure.suptitle(title)
    return list(grid.flat)[: len(images)]


def measured_gradient(function, A, upstream, step=1e-4):
    """Measure the gradient of ``sum(upstream * function(A))`` with two-sided differences, entry by entry.

    Parameters
    ----------
    function : function
        Takes an ndarray of the shape of A and returns one of the shape of `upstream`.
    A : ndarray
    upstream : ndarray
        The gradient of a cost with respect to what the function returns.
    step : float

    Returns
    -------
    ndarray, shape of A
    """

    def cost(values):
        return np.sum(upstream * np.asarray(function(values["A"])))

    return measured_gradients(cost, {"A": np.asarray(A, float)}, step)["dA"]


def moved(X, generator):
    """Each picture moved by one pixel in one of the eight directions; what comes in is 0, what goes out is lost.

    Parameters
    ----------
    X : ndarray, shape (m, height, width, channels)
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, shape of X
    """
    directions = np.array([(down, right) for down in (0, 1, 2) for right in (0, 1, 2) if (down, right) != (1, 1)])
    down, right = directions[generator.integers(0, 8, len(X))].T
    rows = down[:, None] + np.arange(X.shape[1])
    columns = right[:, None] + np.arange(X.shape[2])
    wide = np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return wide[np.arange(len(X))[:, None, None], rows[:, :, None], columns[:, None, :]]


def half_moved(X, generator):
    """Half of the pictures, drawn at random, as `moved` moves them; the others as they are."""
    return _half(X, moved(X, generator), generator)


def half_mirrored(X, generator):
    """Half of the pictures, drawn at random, with left and right exchanged; the others as they are."""
    return _half(X, X[:, :, ::-1], generator)


def half_turned(X, generator):
    """Half of the pictures, drawn at random, turned upside down (by 180 degrees); the others as they are."""
    return _half(X, X[:, ::-1, ::-1], generator)


def _half(X, changed, generator):
    chosen = generator.random(len(X)) < 0.5
    return np.where(chosen[:, None, None, None], changed, X)


class Model:
    """A network that makes its variables while it runs, with the variables of its first run.

    Functions such as `convolutional_layer` make new variables whenever they are called. The first call of a model keeps
    what they make. Each later call gives the same variables out again, in the same order, so that they can be trained.

    Parameters
    ----------
    network : function
        Takes pictures, a tensor of the shape (m, height, width, channels), and keep_prob, and returns the logits (m, 10).

    Attributes
    ----------
    variables : list of tensorflow.Variable
    """

    def __init__(self, network):
        self._network = network
        self.variables = []

    def __call__(self, X, keep_prob=1.0):
        """The logits of pictures, shape (m, 10)."""
        kept = iter(list(self.variables)) if self.variables else None

        def keep_or_make(make, **settings):
            if kept is not None:
                return next(kept)
            self.variables.append(make(**settings))
            return self.variables[-1]

        with tf.variable_creator_scope(keep_or_make):
            return self._network(tf.convert_to_tensor(X, tf.float32), keep_prob)

    def predict(self, X):
        """The class with the largest logit of each picture: ndarray of int, shape (m,)."""
        return np.concatenate([np.argmax(self(X[first : first + 500]), axis=1) for first in range(0, len(X), 500)])

    def count(self):
        """How many numbers all variables hold together."""
        return sum(int(np.prod(variable.shape)) for variable in self.variables)


def train(network, X, Y, steps, keep_prob=1.0, change=None, learning_rate=2e-3, batch_size=32, seed=1, label=""):
    """Train a network with Adam on mini-batches; the learning rate falls to 0 along a straight line.

    Parameters
    ----------
    network : function
        As `Model` takes it.
    X : ndarray of float32, shape (m, height, width, channels)
    Y : ndarray of int, shape (m,)
    steps : int
    keep_prob : float
        Of the dropout, while training.
    change : function, optional
        Takes the pictures of a mini-batch and a random generator, and returns other pictures with the same labels.
    learning_rate : float
        Of the first step.
    batch_size : int
    seed : int
        Of the first weights, the dropout, the order and the changes.
    label : str
        Stands at the bar that shows the progress.

    Returns
    -------
    model : Model
    costs : list of float, length `steps`
        The cost of each mini-batch before its step.
    """
    tf.random.set_seed(seed)
    generator = np.random.default_rng(seed)
    model = Model(network)
    model(X[:1])
    optimizer = tf.keras.optimizers.Adam(learning_rate)

    @tf.function(reduce_retracing=True)
    def step(batch_X, batch_Y):
        with tf.GradientTape() as tape:
            logits = model(batch_X, keep_prob)
            cost = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=batch_Y, logits=logits))
        optimizer.apply_gradients(zip(tape.gradient(cost, model.variables), model.variables, strict=True))
        return cost

    costs, order = [], np.zeros(0, int)
    for number in tqdm(range(steps), desc=label, leave=False):
        if len(order) < batch_size:
            order = generator.permutation(len(X))
        chosen, order = order[:batch_size], order[batch_size:]
        batch_X = X[chosen] if change is None else change(X[chosen], generator)
        optimizer.learning_rate.assign(learning_rate * (1 - number / steps))
        costs.append(float(step(tf.constant(batch_X, tf.float32), tf.constant(Y[chosen], tf.int32))))
    return model, costs


def confused_pairs(labels, predicted):
    """Which digit was taken for which, the most frequent pair first.

    Parameters
    ----------
    labels, predicted : ndarray of int, shape (m,)

    Returns
    -------
    list of (int, int, int)
        The digit, what it was taken for, and how often.

    >>> confused_pairs(np.array([3, 8, 8, 1, 8]), np.array([3, 1, 1, 1, 3]))
    [(8, 1, 2), (8, 3, 1)]
    """
    wrong = Counter((int(was), int(said)) for was, said in zip(labels, predicted, strict=True) if was != said)
    return [(was, said, count) for (was, said), count in sorted(wrong.items(), key=lambda pair: (-pair[1], pair[0]))]
