"""Recurrent Networks: softmax and random parameters, a sine series, and the CO2 record of Mauna Loa.

No cell and no backward pass stands here, and no window is cut out of the CO2 record: that is what the exercises ask for.
"""

from __future__ import annotations

import numpy as np
from scipy import special
from statsmodels.datasets import co2

from utils.activations import sigmoid

__all__ = ["TimeSeriesData", "draw_parameters", "load_co2", "sigmoid", "softmax"]

# The gates of each kind of cell; each of them has a matrix W and a bias b.
_GATES = {"lstm": "fico", "gru": "zrh"}


def softmax(z):
    """Turn each column into probabilities.

    Parameters
    ----------
    z : ndarray, shape (n, m)

    Returns
    -------
    ndarray, shape (n, m)
        Positive numbers; each column sums to one.

    Examples
    --------
    >>> softmax(np.array([[0.0], [0.0]])).tolist()
    [[0.5], [0.5]]
    """
    return special.softmax(z, axis=0)


def draw_parameters(kind, n_x, n_a, n_y, generator):
    """Draw the parameters of a cell from a normal distribution, biases too.

    Parameters
    ----------
    kind : str
        "rnn", "lstm" or "gru".
    n_x, n_a, n_y : int
        The numbers of inputs, units and outputs.
    generator : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    dict
        "rnn": Waa (n_a, n_a), Wax (n_a, n_x), Wya (n_y, n_a), ba (n_a, 1), by (n_y, 1).
        "lstm": Wf, Wi, Wc, Wo (n_a, n_a + n_x), bf, bi, bc, bo (n_a, 1), Wy (n_y, n_a), by (n_y, 1).
        "gru": Wz, Wr, Wh (n_a, n_a + n_x), bz, br, bh (n_a, 1), Wy (n_y, n_a), by (n_y, 1).
    """
    if kind == "rnn":
        shapes = {"Waa": (n_a, n_a), "Wax": (n_a, n_x), "Wya": (n_y, n_a), "ba": (n_a, 1), "by": (n_y, 1)}
    else:
        shapes = {f"W{gate}": (n_a, n_a + n_x) for gate in _GATES[kind]}
        shapes |= {f"b{gate}": (n_a, 1) for gate in _GATES[kind]}
        shapes |= {"Wy": (n_y, n_a), "by": (n_y, 1)}
    return {name: generator.normal(scale=0.6, size=shape) for name, shape in shapes.items()}


class TimeSeriesData:
    """A sine wave at equally spaced times, and random pieces of it to learn from.

    Parameters
    ----------
    num_points : int
        How many steps lie between `xmin` and `xmax`.
    xmin, xmax : float
    seed : int
        For the places of the pieces.
    """

    def __init__(self, num_points, xmin, xmax, seed=0):
        self.num_points, self.xmin, self.xmax = num_points, xmin, xmax
        self.resolution = (xmax - xmin) / num_points
        self.x_data = np.linspace(xmin, xmax, num_points)
        self.y_true = np.sin(self.x_data)
        self._generator = np.random.default_rng(seed)

    def ret_true(self, x_series):
        """The true values of the series at the times `x_series`."""
        return np.sin(x_series)

    def next_batch(self, batch_size, steps, return_batch_ts=False):
        """Random pieces of the series, and the same pieces one step later.

        Parameters
        ----------
        batch_size, steps : int
        return_batch_ts : bool
            Also return the times, of one step more than the inputs.

        Returns
        -------
        inputs, targets : ndarray, shape (batch_size, steps, 1)
            targets[:, t] is the value that follows inputs[:, t].
        times : ndarray, shape (batch_size, steps + 1), only if asked for
        """
        latest = self.xmax - self.xmin - steps * self.resolution
        starts = self.xmin + self._generator.random((batch_size, 1)) * latest
        times = starts + np.arange(steps + 1) * self.resolution
        values = self.ret_true(times)
        inputs, targets = values[:, :-1, np.newaxis], values[:, 1:, np.newaxis]
        return (inputs, targets, times) if return_batch_ts else (inputs, targets)


def load_co2():
    """The CO2 in the air at Mauna Loa: the mean of each month, from the weekly record inside statsmodels.

    Five months have no measurement. They are filled by a straight line between their neighbours.

    Returns
    -------
    years : ndarray, shape (526,)
        March 1958 to December 2001; January 1960 is 1960.0, each month is a twelfth more.
    ppm : ndarray, shape (526,)
        Parts per million.
    measured : ndarray of bool, shape (526,)
        False where a month was filled.
    """
    months = co2.load_pandas().data["co2"].resample("MS").mean()
    first = months.index[0]
    years = first.year + (first.month - 1 + np.arange(len(months))) / 12
    return years, months.interpolate().to_numpy(float), months.notna().to_numpy()
