"""What the text says of the outputs and of the data: `grader check` holds it against the executed notebook."""

import re

import numpy as np

from utils.opt_utils import load_dataset


def the_data_are_the_published_ones():
    X, Y = load_dataset()
    assert (X.shape, Y.shape) == ((2, 300), (1, 300))
    np.testing.assert_allclose(
        X[:, :2].T, [[-0.21687013, 1.01544937], [0.80505015, -0.5579734]], atol=1e-8
    )
    assert Y[0, :10].tolist() == [0, 1, 1, 1, 0, 0, 1, 1, 0, 1]


def the_published_figures_and_what_the_text_says_are_printed(printed, figures, source):
    assert figures >= 3
    assert "shapes: (12288, 64), (12288, 64), (12288, 20)\n" in printed
    assert "first entries of batch 0: [ 0.90085595 -0.7612069   0.2344157 ]\n" in printed
    costs = re.findall(r"(gd|adam) +mean cost of epoch +(\d+): ([\d.]+)\n", printed)
    published = {
        "gd": [0.702405, 0.668101, 0.635288, 0.600491, 0.573367],
        "adam": [0.702166, 0.167845, 0.141316, 0.138788, 0.136066],
    }
    for optimizer, expected in published.items():
        found = [
            float(cost) for name, epoch, cost in costs if name == optimizer and int(epoch) <= 4000
        ]
        np.testing.assert_allclose(found, expected, atol=2e-6)
    shares = {
        name: float(share)
        for name, share in re.findall(r"(\w+) +accuracy (0\.\d{7}), cost", printed)
    }
    assert shares == {"gd": 0.7966667, "momentum": 0.7966667, "rmsprop": 0.94, "adam": 0.94}
    assert "11 of 11 exercises pass their visible checks.\n" in printed

    noise = {
        int(m): (int(n), float(c))
        for m, n, c in re.findall(r"batches of +(\d+): +(\d+) steps, .* ([\d.]+)", printed)
    }
    assert [noise[size][0] for size in (300, 64, 8)] == [40, 200, 1520]
    assert noise[300][1] > noise[64][1] > noise[8][1]  # "the cost of all examples ends far lower"
    ends = [
        float(y)
        for y in re.findall(r"the limit +\|y\| at the start 1\.00, at the end ([\d.]+)", printed)
    ]
    assert ends[0] == 0 and ends[1] > 10 and ends[2] < 0.2
    broken, mended = (
        printed.split("(mended)")[0].split("step of b\n")[1],
        printed.split("(mended)\n")[1],
    )
    rows = [re.findall(r"\d+\.\d+|nan", row) for row in broken.splitlines()[:4]]
    assert (
        rows[0][1:] == ["9.909", "0.316"]
        and rows[2][1:] == ["0.000", "0.316"]
        and rows[3][2] == "nan"
    )
    assert [row.split()[1:] for row in mended.splitlines()[:4]] == [["1.000", "1.000"]] * 3 + [
        ["0.000", "0.000"]
    ]
    assert (
        len(re.findall(r"height at the start 153\.0, after 40 steps [0-2]\.\d{3}\n", printed)) == 4
    )
    decays = re.findall(
        r"(constant|every .*?) +cost of all examples ([\d.]+), accuracy ([\d.]+)\n", printed
    )
    constant, fast, mild, schedule = [(float(cost), float(share)) for _, cost, share in decays]
    assert constant[0] > fast[0] > max(mild[0], schedule[0]) and constant[1] < fast[1]
    assert round(mild[1], 2) == round(schedule[1], 2) == 0.94
    for said in (
        "classify 79.7% of the points",
        "separate the moons: 94.0%",
        "reach 94%, in a tenth of the epochs",
    ):
        assert said in source
