"""What the text says of the outputs and of the data: `grader check` holds it against the executed notebook."""

import re

import numpy as np


def the_published_figures_and_what_the_text_says_are_printed(printed, figures, source):
    assert figures >= 3
    assert "11 of 11 exercises pass their visible checks.\n" in printed
    assert "tape          11.5\n" in printed and "not connected None\n" in printed
    costs = re.search(r"in the session: +\[\[([^]]+)\]\]", printed).group(1)
    np.testing.assert_allclose(  # in single precision
        [float(cost) for cost in costs.split()],
        [1.00538719, 1.03664088, 0.41385433, 0.39956614],
        rtol=2e-6,
    )
    broken = [float(cost) for cost in re.findall(r"(?m)^step +\d+: cost ([\d.]+)$", printed)]
    assert 1.0436 < broken[-1] < 1.06 < broken[0]  # "stops slightly above 1.0436"
    moved = re.findall(r"(?m)^(\w\d) has moved by at most ([\d.]+)$", printed)
    assert {name for name, far in moved if float(far) == 0} == {"W1", "b1", "b2", "b3"}
    assert (
        "X_train (12288, 1080) Y_train (6, 1080) X_test (12288, 120) Y_test (6, 120)\n" in printed
    )
    assert "largest difference of the logits on the test pictures, below 0.001: True\n" in printed
    assert printed.count("gives the same logits: True\n") == 3
    assert "A network with 307,615 parameters" in source


def on_drawn_hands_the_network_is_nearly_perfect_in_training_only_and_regularization_narrows_the_gap(
    printed,
):
    """Bands, not digits: sums in another order change a training, and a test picture is 0.008."""
    rows = re.findall(r"(?m)^(\S.*?) +training ([\d.]+) +test ([\d.]+)$", printed)
    reached = {name: (float(on_train), float(on_test)) for name, on_train, on_test in rows}
    on_train, on_test = reached["your network"]
    assert on_train > 0.98 and on_train - on_test > 0.1
    assert reached["linear model"][1] < on_test - 0.05
    gaps = {name: one - other for name, (one, other) in reached.items()}
    assert (
        min(gap for name, gap in gaps.items() if "L2" in name or "dropout" in name)
        < gaps["the same in Keras"] - 0.03
    )
