"""What the text says of the outputs and of the data: `grader check` holds it against the executed notebook."""

import re

import numpy as np

from utils.init_utils import load_dataset, mystery_networks


def the_published_figures_and_what_the_text_says_are_printed(printed, figures, source):
    assert figures >= 3
    assert printed.count("cost before step     0: 0.6931471805599453\n") == 1
    assert "zeros, every cost: 0.6931471805599453\n" in printed
    assert "cost before step     0: inf\n" in printed
    assert "Z3 at the start: from 63 to 6929\noutputs that are exactly 1: 300 of 300\n" in printed
    assert "the first cost, from Z3 instead of A3: 1773.6\n" in printed
    assert (
        "0.8830537463 0.6879825920 0.6751286265 0.5304944492 0.1501555628 0.0735789596\n" in printed
    )
    table = {
        row[0]: row[1:]
        for row in re.findall(r"(?m)^(\w+) +([\d.]+|inf) +([\d.]+) +([\d.]+) +([\d.]+)$", printed)
    }
    assert table["zeros"] == ("0.6931", "0.6931", "0.5000", "0.5000")
    assert (table["random"][0], table["random"][2:]) == ("inf", ("0.8300", "0.8600"))
    assert abs(float(table["random"][1]) / 0.383 - 1) < 0.01  # saturated sigmoids: platforms differ
    assert table["he"] == ("0.8831", "0.0736", "0.9933", "0.9600")
    assert table["xavier"] == ("0.7295", "0.1085", "0.9900", "0.9300")
    assert "all weights 0.5 distinct units in layer 1 after 4000 steps: 1\n" in printed
    assert "random          distinct units in layer 1 after 4000 steps: 10\n" in printed
    factors = [float(x) for x in re.findall(r"layer 10 / layer 1: +(\S+)", printed)]
    assert (
        factors[0] < 1e-4 and 1e-3 < factors[1] < 1e-2 and 0.5 < factors[2] < 2 and factors[3] > 1e4
    )
    for said in (
        "the same cost is finite: 1773.6",
        "goes up to 6929",
        "stop near 0.38",
        "93 against 96 of the 100 test points",
    ):
        assert said in source


def the_data_are_the_well_known_ones():
    train_X, train_Y, test_X, _ = load_dataset()
    np.testing.assert_allclose(
        train_X[:, :2].T, [[-0.07741354, 0.85260226], [0.4318696, -0.87214504]], rtol=1e-6
    )
    assert train_Y[0, :10].tolist() == [1, 0, 1, 1, 0, 0, 1, 0, 1, 1]
    np.testing.assert_allclose(test_X[:, 0], [-0.52423739, -0.60910361], rtol=1e-6)


def each_of_the_six_networks_has_one_fault_and_the_answer_names_it(cells):
    names: dict = {}
    (answer,) = [cell.source for cell in cells if cell.grade_id == "diagnosis"]
    exec(answer, names)
    for letter, weights in mystery_networks().items():
        first = weights[0]
        faults = {
            "not centred": abs(first.mean()) > 0.05,
            "equal units": len(np.unique(first, axis=0)) < len(first),
            "same numbers": np.array_equal(first, weights[1]),
            "too small": first.var() < 0.01,
            "too large": first.var() > 0.04,
        }
        assert [label for label, found in faults.items() if found] == [
            names["diagnosis"][letter]
        ] * (letter != "F")
    assert names["diagnosis"]["F"] == "right"
