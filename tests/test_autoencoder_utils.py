"""What the notebook on autoencoders imports: its small example, pictures, training and the score of features."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils import autoencoder_utils


def test_parameters_come_from_the_seed_and_fit_together():
    first, again, other = (autoencoder_utils.initial_parameters(5, 3, seed) for seed in (1, 1, 2))
    assert {name: part.shape for name, part in first.items()} == {"W": (3, 5), "b": (3, 1), "c": (5, 1)}
    assert np.array_equal(first["W"], again["W"]) and not np.array_equal(first["W"], other["W"])
    assert not first["b"].any() and not first["c"].any()


def test_the_small_example_is_new_each_time():
    X, parameters = autoencoder_utils.small_example()
    assert parameters["W"].shape == (2, 3) and X.shape == (3, 2)
    parameters["W"][:] = 0
    assert autoencoder_utils.small_example()[1]["W"].any()


def test_rows_of_pictures_may_differ_in_length():
    axes = autoencoder_utils.pictures({"three": np.zeros((64, 3)), "one": np.ones((64, 1))}, title="two rows")
    assert [bool(ax.images) for ax in axes] == [True, True, True, True, False, False]
    assert [ax.get_visible() for ax in axes] == [True, True, True, True, False, False]
    assert np.shape(axes[0].images[0].get_array()) == (8, 8)
    plt.close("all")


def test_a_map_names_each_digit():
    ax = autoencoder_utils.digit_map(np.arange(40.0).reshape(2, 20), np.arange(20) % 10, title="map")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [str(digit) for digit in range(10)]
    plt.close("all")


def test_training_turns_columns_to_rows_and_counts_the_error_of_a_picture():
    from utils.quiet import tensorflow as tf

    X = np.random.RandomState(0).rand(4, 30)
    tf.keras.utils.set_random_seed(1)
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(4)])
    start = ((autoencoder_utils.apply(model, X) - X) ** 2).sum(axis=0).mean()
    errors = autoencoder_utils.train(model, X, X, epochs=40, batch_size=7, learning_rate=0.01)
    assert len(errors) == 40 and errors[0] == pytest.approx(start, rel=0.5)  # the mean of an epoch in which it learned
    end = ((autoencoder_utils.apply(model, X) - X) ** 2).sum(axis=0).mean()
    assert end < start / 3 and errors[-1] == pytest.approx(end, rel=0.2)


def test_the_score_of_features_takes_the_same_labels_for_all_and_needs_no_units():
    generator = np.random.RandomState(3)
    train_Y, test_Y = np.arange(200) % 10, np.arange(100) % 10
    centres = generator.normal(size=(5, 10))
    train_X, test_X = (centres[:, Y] + 0.3 * generator.normal(size=(5, len(Y))) for Y in (train_Y, test_Y))
    score = autoencoder_utils.few_label_accuracy
    few, many = (score(train_X, train_Y, test_X, test_Y, count, draws=4) for count in (1, 10))
    assert few.shape == (4,) and many.mean() > few.mean() > 0.3
    other_units = score(100 * train_X + 7, train_Y, 100 * test_X + 7, test_Y, 1, draws=4)
    assert np.allclose(few, other_units, atol=0.011)  # one picture of 100
