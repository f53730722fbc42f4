"""Pictures to learn from: hands that show a number, scikit-learn's digits, and MNIST and CIFAR-10 where their files are.

Nothing is downloaded. A loader that has a choice says which data it took.
"""

from __future__ import annotations

import io
import os
import pickle
import tempfile
from pathlib import Path

import h5py
import numpy as np
from sklearn.datasets import load_digits as sklearn_digits

from utils import hands

SIGNS_FILES = ("train_signs.h5", "test_signs.h5")
SIGNS_SIZES = (1080, 120)
KERAS_CACHE = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "datasets"


def load_signs(folder="datasets", seed=1):
    """Pictures of hands that show 0 to 5 fingers: the original SIGNS where both files are, or hands drawn from a seed.

    Parameters
    ----------
    folder : str or path
        Where ``train_signs.h5`` and ``test_signs.h5`` may lie.
    seed : int
        Of the drawn hands.

    Returns
    -------
    train_X : ndarray of uint8, shape (1080, 64, 64, 3)
    train_Y : ndarray of int, shape (1, 1080)
    test_X : ndarray of uint8, shape (120, 64, 64, 3)
    test_Y : ndarray of int, shape (1, 120)
    classes : ndarray of int, shape (6,)
    """
    missing = [name for name in SIGNS_FILES if not (Path(folder) / name).is_file()]
    if not missing:
        print(f"Data: the original SIGNS, read from {folder}.")
        return read_signs(folder)
    print(f"Data: hands drawn from a seed, because there is no {' and no '.join(missing)} in the folder {folder}.")
    with tempfile.TemporaryDirectory() as drawn:
        write_hands(drawn, seed)
        return read_signs(drawn)


def write_hands(folder, seed=1):
    """Draw hands and write them to two HDF5 files in the layout of SIGNS, each class as often as the others.

    Parameters
    ----------
    folder : str or path
    seed : int
    """
    generator = np.random.RandomState(seed)
    recorded = hands.sessions(generator)  # as in SIGNS, pictures of both files come from the same recordings
    for name, count in zip(SIGNS_FILES, SIGNS_SIZES, strict=True):
        part = name.partition("_")[0]
        labels = generator.permutation(np.arange(count) % 6)
        with h5py.File(Path(folder) / name, "w") as file:
            file[f"{part}_set_x"] = hands.draw(labels, generator, recorded)
            file[f"{part}_set_y"] = labels
            file["list_classes"] = np.arange(6)


def read_signs(folder):
    """Read two HDF5 files in the layout of SIGNS; the result is that of `load_signs`."""
    found = []
    for name in SIGNS_FILES:
        part = name.partition("_")[0]
        with h5py.File(Path(folder) / name, "r") as file:
            found += [file[f"{part}_set_x"][:], file[f"{part}_set_y"][:].reshape(1, -1).astype(int)]
            classes = file["list_classes"][:]
    return *found, classes


def load_digits(test_share=0.25, seed=0):
    """Scikit-learn's 1,797 handwritten digits, 8 x 8 pixels, in a part to train with and a part to test with.

    They come from E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998.

    Parameters
    ----------
    test_share : float
    seed : int
        Of the order in which they are cut.

    Returns
    -------
    train_X : ndarray of float32, shape (m, 8, 8, 1)
        Values from 0 to 1.
    train_Y : ndarray of int, shape (m,)
    test_X : ndarray of float32, shape (n, 8, 8, 1)
    test_Y : ndarray of int, shape (n,)
    """
    held = sklearn_digits()
    order = np.random.RandomState(seed).permutation(len(held.target))
    X = (held.images[order, :, :, None] / 16).astype(np.float32)
    Y = held.target[order].astype(int)
    first = round(test_share * len(Y))
    return X[first:], Y[first:], X[:first], Y[:first]


def load_mnist(folder=KERAS_CACHE):
    """MNIST from the file that ``keras.datasets.mnist.load_data()`` has downloaded once; None where it is not.

    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition", Proceedings of
    the IEEE 86, 1998.

    Parameters
    ----------
    folder : str or path
        Where Keras keeps its data.

    Returns
    -------
    tuple of four ndarrays, or None
        As `load_digits` returns them: 60,000 and 10,000 pictures of the shape (28, 28, 1).
    """
    path = Path(folder) / "mnist.npz"
    if not path.is_file():
        return _not_there("MNIST", path, "mnist")
    with np.load(path, allow_pickle=False) as held:
        train_X, train_Y, test_X, test_Y = (held[name] for name in ("x_train", "y_train", "x_test", "y_test"))
    print(f"Data: MNIST, read from {path}.")
    return _as_float(train_X[..., None]), train_Y.astype(int), _as_float(test_X[..., None]), test_Y.astype(int)


def load_cifar10(folder=KERAS_CACHE):
    """CIFAR-10 from the files that ``keras.datasets.cifar10.load_data()`` has downloaded once; None where they are not.

    A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", technical report, University of Toronto, 2009.

    Parameters
    ----------
    folder : str or path
        Where Keras keeps its data.

    Returns
    -------
    tuple of four ndarrays, or None
        As `load_digits` returns them: 50,000 and 10,000 pictures of the shape (32, 32, 3).
    """
    places = [Path(folder) / "cifar-10-batches-py-target" / "cifar-10-batches-py", Path(folder) / "cifar-10-batches-py"]
    path = next((place for place in places if place.is_dir()), places[0])
    sides = [path / f"data_batch_{number}" for number in range(1, 6)], [path / "test_batch"]
    if not all(part.is_file() for side in sides for part in side):
        return _not_there("CIFAR-10", path, "cifar10")
    print(f"Data: CIFAR-10, read from {path}.")
    found = []
    for side in sides:
        held = [_Arrays(io.BytesIO(part.read_bytes()), encoding="bytes").load() for part in side]
        pixels = np.concatenate([one[b"data"] for one in held]).reshape(-1, 3, 32, 32)
        found += [_as_float(pixels.transpose(0, 2, 3, 1)), np.concatenate([one[b"labels"] for one in held]).astype(int)]
    return tuple(found)


class _Arrays(pickle.Unpickler):
    """Reads pickled arrays and nothing that could run code."""

    def find_class(self, module, name):
        if (module.replace("numpy.core", "numpy._core"), name) in {
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("_codecs", "encode"),  # how Python 3 writes bytes for Python 2
        }:
            return super().find_class(module.replace("numpy.core", "numpy._core"), name)
        raise pickle.UnpicklingError(f"a file of arrays holds {module}.{name}")


def _not_there(title, path, name):
    print(f"{title} is not here: there is no {path}. `keras.datasets.{name}.load_data()` downloads it once.")


def _as_float(pixels):
    return (pixels / 255).astype(np.float32)
