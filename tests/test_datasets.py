"""Pictures to learn from: which set is taken, what is in it, and that files of others are read with care."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from utils import datasets, hands


@pytest.fixture
def few_hands(monkeypatch):
    monkeypatch.setattr(datasets, "SIGNS_SIZES", (24, 12))


def test_hands_are_the_same_for_the_same_seed_and_others_for_another():
    one, again, other = (hands.draw(range(6), np.random.RandomState(seed)) for seed in (1, 1, 2))
    assert one.shape == (6, 64, 64, 3) and one.dtype == np.uint8
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_more_fingers_cover_more_of_a_picture():
    """The same pose, skin, light and wall, with no and with all fingers stretched out."""
    closed, opened = (hands.draw([label] * 4, np.random.RandomState(3)).astype(int) for label in (0, 5))
    same = np.abs(closed - opened).max(axis=3) < 60
    assert 0.5 < same.mean() < 0.99


def test_hands_are_drawn_in_the_layout_of_signs(tmp_path, few_hands):
    datasets.write_hands(tmp_path)
    with h5py.File(tmp_path / "train_signs.h5") as train, h5py.File(tmp_path / "test_signs.h5") as test:
        assert set(train) == {"train_set_x", "train_set_y", "list_classes"}
        assert set(test) == {"test_set_x", "test_set_y", "list_classes"}
        assert train["train_set_x"].shape == (24, 64, 64, 3) and train["train_set_x"].dtype == np.uint8
        assert train["train_set_y"].shape == (24,)
        assert np.bincount(train["train_set_y"][:]).tolist() == [4] * 6


def test_hands_are_drawn_where_a_file_of_the_original_is_missing(tmp_path, few_hands, capsys):
    (tmp_path / "test_signs.h5").write_bytes(b"")
    train_X, train_Y, test_X, test_Y, classes = datasets.load_signs(tmp_path)
    assert "hands drawn from a seed, because there is no train_signs.h5 in" in capsys.readouterr().out
    assert (train_X.shape, train_Y.shape) == ((24, 64, 64, 3), (1, 24))
    assert (test_X.shape, test_Y.shape) == ((12, 64, 64, 3), (1, 12))
    assert classes.tolist() == [0, 1, 2, 3, 4, 5]


def test_the_original_files_are_taken_where_they_are(tmp_path, capsys):
    originals = Path(os.environ.get("COURSE_ORIGINALS", "")) / "test_signs.h5"
    if not originals.is_file():
        pytest.skip("COURSE_ORIGINALS does not name a folder with test_signs.h5, the test pictures of SIGNS")
    shutil.copy(originals, tmp_path)
    with h5py.File(originals) as test, h5py.File(tmp_path / "train_signs.h5", "w") as train:
        pictures, labels = test["test_set_x"][:], test["test_set_y"][:]
        train["train_set_x"], train["train_set_y"] = np.tile(pictures, (9, 1, 1, 1)), np.tile(labels, 9)
        train["list_classes"] = test["list_classes"][:]
    train_X, train_Y, test_X, test_Y, _ = datasets.load_signs(tmp_path)
    assert "the original SIGNS" in capsys.readouterr().out
    assert (train_X.shape, train_Y.shape) == ((1080, 64, 64, 3), (1, 1080))
    assert np.array_equal(test_X, pictures) and np.array_equal(test_Y[0], labels)


def test_the_digits_are_cut_into_two_parts():
    train_X, train_Y, test_X, test_Y = datasets.load_digits()
    assert (train_X.shape, test_X.shape) == ((1348, 8, 8, 1), (449, 8, 8, 1))
    assert train_X.dtype == np.float32 and train_X.min() == 0 and train_X.max() == 1
    assert (len(train_Y), len(test_Y)) == (1348, 449)
    assert set(train_Y) == set(test_Y) == set(range(10))


def test_mnist_and_cifar10_are_read_from_the_cache_of_keras(tmp_path, capsys):
    assert datasets.load_mnist(tmp_path) is None and datasets.load_cifar10(tmp_path) is None
    said = capsys.readouterr().out
    assert "MNIST is not here" in said and "keras.datasets.cifar10.load_data()" in said
    pixels = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
    np.savez(tmp_path / "mnist.npz", x_train=pixels, y_train=np.array([3, 4]), x_test=pixels[:1], y_test=np.array([5]))
    train_X, train_Y, test_X, test_Y = datasets.load_mnist(tmp_path)
    assert (train_X.shape, test_X.shape) == ((2, 28, 28, 1), (1, 28, 28, 1))
    assert train_X[0, 0, 5, 0] == np.float32(5 / 255) and (train_Y.tolist(), test_Y.tolist()) == ([3, 4], [5])

    folder = tmp_path / "cifar-10-batches-py-target" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for number, name in enumerate([*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]):
        data = np.full((2, 3072), number, dtype=np.uint8)
        data[:, 1024:2048] = 200  # green
        (folder / name).write_bytes(pickle.dumps({b"data": data, b"labels": [number, 9]}, protocol=2))
    train_X, train_Y, test_X, test_Y = datasets.load_cifar10(tmp_path)
    assert (train_X.shape, test_X.shape) == ((10, 32, 32, 3), (2, 32, 32, 3))
    assert np.allclose(test_X[0, 7, 7] * 255, [5, 200, 5])
    assert train_Y.tolist() == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9] and test_Y.tolist() == [5, 9]


def test_a_file_of_the_cache_cannot_run_code(tmp_path):
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for name in [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]:
        (folder / name).write_bytes(b"cos\nsystem\n(S'touch owned'\ntR.")
    with pytest.raises(pickle.UnpicklingError, match=r"holds os\.system"):
        datasets.load_cifar10(tmp_path)
