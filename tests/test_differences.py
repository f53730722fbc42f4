"""Measured derivatives."""

from __future__ import annotations

import numpy as np

from utils import differences


def test_differences_measure_a_gradient_and_leave_the_values_alone():
    values = {"a": np.array([[1.0, 2.0]]), "b": np.array(3.0).reshape(1, 1)}
    kept = {name: value.copy() for name, value in values.items()}
    slopes = differences.measured_gradients(lambda v: np.sum(v["a"] ** 3) * v["b"][0, 0], values)
    np.testing.assert_allclose(slopes["da"], [[9.0, 36.0]], rtol=1e-7)
    np.testing.assert_allclose(slopes["db"], [[9.0]], rtol=1e-7)
    assert all(np.array_equal(values[name], kept[name]) for name in values)
