"""The two activations of the course's first networks, element by element."""

from __future__ import annotations

import numpy as np
from scipy.special import expit


def sigmoid(z):
    """1 / (1 + exp(-z)), without an overflow at large negative z.

    Parameters
    ----------
    z : scalar or ndarray, any shape

    Returns
    -------
    scalar or ndarray, shape of z
    """
    return expit(z)


def relu(z):
    """max(0, z).

    Parameters
    ----------
    z : scalar or ndarray, any shape

    Returns
    -------
    scalar or ndarray, shape of z
    """
    return np.maximum(0, z)
