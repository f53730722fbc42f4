"""What the notebook TensorFlow tutorial needs beside its exercises: pictures as columns, mini-batches, a traced graph as a figure, and TensorFlow 1's names.

No network and no step of a training is in here, and nothing is computed with TensorFlow when this module is imported.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.patches import FancyBboxPatch
from PIL import Image, ImageOps

from utils import plotting

SIDE = 64  # pixels
_QUIET_OPERATIONS = {"NoOp", "Identity"}  # they pass on what they get, and are left out of a figure


def columns(pictures):
    """Pictures as the columns of a matrix, with values from -0.5 to 0.5.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (m, height, width, 3)

    Returns
    -------
    ndarray of float32, shape (height * width * 3, m)
        The entries of a picture lie next to each other in memory, so that taking some columns is fast.
    """
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    return (flat / 255 - 0.5).T


def random_mini_batches(X, Y, mini_batch_size, seed):
    """Shuffle the examples and cut them into mini-batches, as in the notebook Optimization.

    Parameters
    ----------
    X : ndarray, shape (n_x, m)
    Y : ndarray, shape (n_y, m)
    mini_batch_size : int
    seed : int
        Of the order in which the examples come.

    Returns
    -------
    list of (ndarray, ndarray)
        Full batches first, then the rest as a shorter one if there is one.
    """
    order = np.random.RandomState(seed).permutation(X.shape[1])
    parts = [order[start : start + mini_batch_size] for start in range(0, len(order), mini_batch_size)]
    return [(X[:, part], Y[:, part]) for part in parts]


def accuracy(Z3, Y):
    """The share of the columns whose largest logit stands in the row of the label.

    Parameters
    ----------
    Z3, Y : array, shape (n_y, m)
        Logits, and labels as one-hot columns.

    Returns
    -------
    float
    """
    return float(np.mean(np.argmax(Z3, axis=0) == np.argmax(Y, axis=0)))


def tiny_network():
    """A network 1 -> 1 -> 1 -> 2 and one example, small enough to follow it with paper.

    Returns
    -------
    parameters : dict of str to ndarray of float32
        W1, b1, W2, b2 of the shape (1, 1) and W3, b3 of the shape (2, 1).
    X : ndarray of float32, shape (1, 1)
        Half of log 3, so that the softmax of the logits is 3/4 and 1/4.
    Y : ndarray of float32, shape (2, 1)
    """
    parameters = {"W1": [[1.0]], "b1": [[0.0]], "W2": [[1.0]], "b2": [[0.0]]}
    parameters |= {"W3": [[1.0], [-1.0]], "b3": [[0.0], [0.0]]}
    arrays = {name: np.array(value, np.float32) for name, value in parameters.items()}
    return arrays, np.array([[np.log(3) / 2]], np.float32), np.array([[1.0], [0.0]], np.float32)


def load_picture(path):
    """A picture file as the networks take it: the square in its middle, 64 x 64 pixels.

    Parameters
    ----------
    path : str or path
        JPEG, PNG or whatever else Pillow reads. A phone's note on how it was held is followed.

    Returns
    -------
    ndarray of uint8, shape (64, 64, 3)
    """
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        return np.asarray(ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS))


def find_picture(folder=".", stem="my_hand"):
    """The first picture file in a folder that is called `stem`, or None.

    Parameters
    ----------
    folder : str or path
    stem : str
        The name without what comes after the point.
    """
    endings = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
    found = sorted(path for path in Path(folder).glob(f"{stem}.*") if path.suffix.lower() in endings)
    return found[0] if found else None


def show_pictures(pictures, titles, size=1.25):
    """Draw pictures side by side.

    Parameters
    ----------
    pictures : sequence of ndarray, shape (height, width, 3)
    titles : sequence of str
    size : float
        Of one picture, in inches.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    axes = plotting.panels(len(pictures), size=(size, size + 0.3))
    for ax, picture, title in zip(axes, pictures, titles, strict=True):
        ax.imshow(picture)
        ax.grid(False)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize="small")
    return axes


def operations(traced):
    """The operations of a traced function, each with what it reads, in the order in which they can run.

    Parameters
    ----------
    traced : tensorflow.types.experimental.ConcreteFunction
        From ``get_concrete_function`` of a function that `tf.function` has wrapped.

    Returns
    -------
    dict of str to (str, list of str)
        The name of each operation, its type, and the names of the operations whose results it takes.
    """
    graph = traced.graph if hasattr(traced, "graph") else traced
    found: dict[str, tuple[str, list[str]]] = {}
    stands_for: dict[str, str] = {}  # an operation that passes on what it gets, and where that comes from
    for one in graph.get_operations():
        sources = [stands_for.get(tensor.op.name, tensor.op.name) for tensor in one.inputs]
        if one.type in _QUIET_OPERATIONS:
            if sources:
                stands_for[one.name] = sources[0]
            continue
        found[one.name] = one.type, sources
    return found


def draw_graph(traced, title=""):
    """Draw the operations of a traced function from left to right, with an arrow for each tensor.

    Parameters
    ----------
    traced : tensorflow.types.experimental.ConcreteFunction or tensorflow.Graph
    title : str

    Returns
    -------
    matplotlib.axes.Axes
    """
    found = operations(traced)
    depth: dict[str, int] = {}
    for name, (_, sources) in found.items():
        depth[name] = 1 + max((depth[source] for source in sources), default=-1)
    columns_of: dict[int, list[str]] = {}
    for name, level in depth.items():
        columns_of.setdefault(level, []).append(name)
    tallest = max(map(len, columns_of.values()))
    ax = plotting.new_axes(title, size=(1.75 * len(columns_of), 0.5 + 0.8 * tallest))
    places = {
        name: (1.7 * level, tallest / 2 - (row + 0.5) * tallest / len(names))
        for level, names in columns_of.items()
        for row, name in enumerate(names)
    }
    for name, (kind, sources) in found.items():
        x, y = places[name]
        for source in sources:
            ax.annotate(
                "",
                (x - 0.67, y),
                (places[source][0] + 0.67, places[source][1]),
                arrowprops={"arrowstyle": "->", "color": "0.35", "linewidth": 1.2},
            )
        is_input = not sources
        ax.add_patch(
            FancyBboxPatch(
                (x - 0.6, y - 0.2),
                1.2,
                0.4,
                boxstyle="round,pad=0.05",
                facecolor="white" if is_input else "#D6E6F2",
                edgecolor=plotting.BLUE,
                linestyle="--" if is_input else "-",
            )
        )
        last = "a variable" if name.endswith("/resource") else name.rpartition("/")[2]
        label = kind if last.lower() == kind.lower() else f"{kind}\n{last}"
        ax.text(x, y, label, ha="center", va="center", fontsize=7)
    ax.grid(False)
    ax.set(
        xticks=[],
        yticks=[],
        xlim=(-0.9, 1.7 * (len(columns_of) - 1) + 0.9),
        ylim=(-tallest / 2 - 0.2, tallest / 2 + 0.2),
    )
    ax.spines[:].set_visible(False)
    return ax
