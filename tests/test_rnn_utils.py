"""What Recurrent Networks is given: softmax, parameters, the sine and the CO2 record."""

from __future__ import annotations

import numpy as np
import pytest

from utils import rnn_utils


def test_softmax_turns_columns_into_probabilities_also_when_they_are_large():
    z = np.array([[1000.0, -1000.0], [1000.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(rnn_utils.softmax(z), [[0.5, 0.0], [0.5, 0.5], [0.0, 0.5]], atol=1e-12)


@pytest.mark.parametrize(("kind", "names"), [("rnn", 5), ("lstm", 10), ("gru", 8)])
def test_parameters_have_their_shapes_and_come_again_with_the_seed(kind, names):
    first, again = (rnn_utils.draw_parameters(kind, 2, 3, 4, np.random.RandomState(1)) for _ in range(2))
    assert len(first) == names and all(np.array_equal(first[name], again[name]) for name in first)
    for name, value in first.items():
        if name == "Waa":
            assert value.shape == (3, 3)
        elif name == "Wax":
            assert value.shape == (3, 2)
        elif name in ("Wya", "Wy"):
            assert value.shape == (4, 3)
        else:
            assert value.shape == ((4 if name == "by" else 3), 1 if name[0] == "b" else 5)


@pytest.mark.parametrize(("low", "high"), [(0, 10), (10, 20), (-3, 2)])
def test_a_batch_of_the_sine_lies_between_its_ends_and_the_targets_are_one_step_later(low, high):
    data = rnn_utils.TimeSeriesData(250, low, high)
    inputs, targets, times = data.next_batch(200, 30, return_batch_ts=True)
    assert inputs.shape == targets.shape == (200, 30, 1) and times.shape == (200, 31)
    assert low <= times.min() and times.max() <= high + 1e-9
    assert times[:, 0].min() < low + 0.3 and times[:, -1].max() > high - 0.3
    np.testing.assert_allclose(np.diff(times), (high - low) / 250)
    np.testing.assert_allclose(inputs[:, :, 0], data.ret_true(times[:, :-1]))
    np.testing.assert_allclose(targets[:, :, 0], np.sin(times[:, 1:]))
    assert len(data.next_batch(3, 5)) == 2


def test_the_same_seed_gives_the_same_batches():
    first, again, other = (rnn_utils.TimeSeriesData(250, 0, 10, seed).next_batch(4, 5)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_the_co2_record_has_526_months_with_five_filled_on_straight_lines():
    years, ppm, measured = rnn_utils.load_co2()
    assert years.shape == ppm.shape == measured.shape == (526,)
    assert years[0] == pytest.approx(1958 + 2 / 12) and years[-1] == pytest.approx(2001 + 11 / 12)
    np.testing.assert_allclose(np.diff(years), 1 / 12)
    holes = [(int(year + 1e-6), round(12 * (year % 1)) + 1) for year in years[~measured]]
    assert holes == [(1958, 6), (1958, 10), (1964, 2), (1964, 3), (1964, 4)]
    first = int(np.flatnonzero(~measured)[2])
    np.testing.assert_allclose(np.diff(ppm[first - 1 : first + 4], n=2), 0, atol=1e-9)
    assert np.isfinite(ppm).all() and ppm.min() > 313 and ppm.max() < 375
