"""Helpers of the TensorFlow tutorial: columns of pictures, mini-batches, pictures from files, and graphs as figures."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from utils import tf_utils


def test_pictures_become_columns_between_minus_and_plus_one_half():
    pictures = np.zeros((2, 3, 4, 3), np.uint8)
    pictures[1, 0, 0] = [255, 0, 51]
    X = tf_utils.columns(pictures)
    assert X.shape == (36, 2) and X.dtype == np.float32
    np.testing.assert_allclose(X[:3, 1], [0.5, -0.5, -0.3], atol=1e-6)


def test_every_example_is_in_one_batch_with_its_label():
    X = np.arange(20.0).reshape(2, 10)
    batches = tf_utils.random_mini_batches(X, X[:1] * 10, 4, seed=3)
    assert [x.shape[1] for x, _ in batches] == [4, 4, 2]
    assert sorted(np.hstack([x for x, _ in batches])[0]) == list(range(10))
    assert all(np.array_equal(x[:1] * 10, y) for x, y in batches)
    assert np.array_equal(batches[0][0][0], np.random.RandomState(3).permutation(10)[:4])


def test_accuracy_looks_at_the_largest_logit_of_each_column():
    assert tf_utils.accuracy([[3.0, -1.0], [2.0, -2.0]], [[1, 0], [0, 1]]) == 0.5


@pytest.mark.parametrize("size", [(200, 100), (64, 64), (33, 70)])
def test_a_picture_file_becomes_a_square_in_colour(tmp_path, size):
    path = tmp_path / "my_hand.png"
    Image.new("L", size, 90).save(path)
    assert tf_utils.find_picture(tmp_path) == path
    picture = tf_utils.load_picture(path)
    assert picture.shape == (64, 64, 3) and picture.dtype == np.uint8 and (picture == 90).all()


def test_no_picture_is_found_where_there_is_none(tmp_path):
    (tmp_path / "my_hand.txt").write_text("five")
    assert tf_utils.find_picture(tmp_path) is None


def test_a_graph_names_operations_and_what_they_read():
    from utils.quiet import tensorflow as tf

    traced = tf.function(lambda x: tf.nn.relu(tf.identity(x) + 1.0)).get_concrete_function(tf.TensorSpec([2], name="x"))
    found = tf_utils.operations(traced)
    kinds = {name: kind for name, (kind, _) in found.items()}
    assert sorted(kinds.values()) == ["AddV2", "Const", "Placeholder", "Relu"]
    (add,) = [sources for kind, sources in found.values() if kind == "AddV2"]
    assert {kinds[source] for source in add} == {"Placeholder", "Const"}
    ax = tf_utils.draw_graph(traced, "a graph")
    assert len(ax.patches) == 4
