"""Derivatives measured by two-sided differences, for checks of gradients that were derived by hand."""

from __future__ import annotations

import numpy as np


def measured_gradients(cost, parameters, epsilon=1e-5):
    """Measure the derivative of a cost by each parameter with two-sided differences.

    Parameters
    ----------
    cost : function
        Takes a dictionary like `parameters` and returns a float.
    parameters : dict of str to ndarray
        Where to measure; they are left as they are.
    epsilon : float
        Half the distance of the two places at which the cost is compared.

    Returns
    -------
    dict of str to ndarray
        "d" + name for each name, with the shape of its parameter.
    """
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[index] = epsilon
            ahead, behind = (cost({**parameters, name: value + sign * step}) for sign in (1, -1))
            gradients["d" + name][index] = (ahead - behind) / (2 * epsilon)
    return gradients
