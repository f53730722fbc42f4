"""The helpers of Convolutional Networks: measured gradients, changed pictures, and variables that are kept and trained."""

from __future__ import annotations

import numpy as np
import pytest

from utils import cnn_utils
from utils.quiet import tensorflow as tf

NUMBERED = np.arange(2 * 3 * 4).reshape(2, 3, 4, 1).astype(float) + 1


def test_a_measured_gradient_is_that_of_the_formula():
    A, upstream = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([2.0, -1.0])
    measured = cnn_utils.measured_gradient(lambda a: (a**2).sum(axis=1), A, upstream)
    np.testing.assert_allclose(measured, 2 * A * upstream[:, None], atol=1e-6)


def test_a_moved_picture_is_moved_by_one_pixel_and_filled_with_zeros():
    many = np.repeat(NUMBERED[:1], 100, axis=0)
    found = {picture.tobytes() for picture in cnn_utils.moved(many, np.random.default_rng(0))}
    wide = np.pad(NUMBERED[0], ((1, 1), (1, 1), (0, 0)))
    expected = [wide[down : down + 3, right : right + 4].tobytes() for down in range(3) for right in range(3)]
    assert found == set(expected) - {NUMBERED[0].tobytes()}


@pytest.mark.parametrize(
    ("change", "right"),
    [
        (cnn_utils.half_mirrored, NUMBERED[:, :, ::-1]),
        (cnn_utils.half_turned, NUMBERED[:, ::-1, ::-1]),
    ],
)
def test_half_of_the_pictures_are_changed(change, right):
    many = np.repeat(NUMBERED[:1], 400, axis=0)
    before = many.copy()
    found = change(many, np.random.default_rng(0))
    changed = (found == right[0]).all(axis=(1, 2, 3))
    assert ((found == NUMBERED[0]).all(axis=(1, 2, 3)) == ~changed).all()
    assert 150 < changed.sum() < 250
    assert np.array_equal(many, before)


def line(x, keep_prob):
    """A network that makes its variables in each call, as the functions of the notebook do."""
    W = tf.Variable(tf.random.normal([4, 10]))
    return tf.matmul(tf.reshape(x, [-1, 4]), W) + tf.Variable(tf.zeros([10]))


def test_a_model_keeps_the_variables_of_its_first_call():
    model, x = cnn_utils.Model(line), np.ones((3, 2, 2, 1), np.float32)
    first, again, other = model(x), model(x), cnn_utils.Model(line)(x)
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert [tuple(part.shape) for part in model.variables] == [(4, 10), (10,)] and model.count() == 50
    model.variables[1].assign(np.eye(10)[7] * 1000)
    assert model.predict(x).tolist() == [7, 7, 7]


def test_training_lowers_the_cost_and_is_the_same_for_the_same_seed():
    generator = np.random.default_rng(0)
    X = generator.random((60, 2, 2, 1)).astype(np.float32)
    Y = (X[:, 0, 0, 0] > X[:, 1, 1, 0]).astype(int)
    model, costs = cnn_utils.train(line, X, Y, 80, learning_rate=0.1)
    again = cnn_utils.train(line, X, Y, 80, learning_rate=0.1)[1]
    assert len(costs) == 80 and np.mean(costs[-10:]) < 0.5 * np.mean(costs[:10])
    np.testing.assert_allclose(costs, again, rtol=1e-4)
    assert costs != cnn_utils.train(line, X, Y, 2, learning_rate=0.1, seed=2)[1]
    assert np.mean(model.predict(X) == Y) > 0.9


def test_the_changes_reach_the_network_and_the_data_stay():
    X, Y = np.ones((40, 2, 2, 1), np.float32), np.zeros(40, int)
    seen = []

    def note(pictures, generator):
        seen.append(len(pictures))
        return 0 * pictures

    _, costs = cnn_utils.train(line, X, Y, 3, change=note)
    assert seen == [32, 32, 32] and (X == 1).all()
    assert costs[0] == pytest.approx(np.log(10), abs=1e-4)  # of black pictures only the biases, which are 0, are seen


def test_confused_pairs_are_counted_from_the_most_frequent_one():
    labels, predicted = np.array([3, 8, 8, 1, 8]), np.array([3, 1, 1, 1, 3])
    assert cnn_utils.confused_pairs(labels, predicted) == [(8, 1, 2), (8, 3, 1)]
