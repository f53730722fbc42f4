"""What the text says of the outputs and of the data: `grader check` holds it against the executed notebook."""

import re

import numpy as np

from utils.autoencoder_utils import load_digits


def the_published_figures_and_what_the_text_says_are_printed(printed, figures, source):
    assert figures >= 3
    assert "11 of 11 exercises pass their visible checks.\n" in printed
    assert "cross-entropy: start 43.3, end 17.3, perfect copy 13.6\n" in printed
    assert re.search(r"squared error in the end: (0\.9\d|1\.0\d)\n", printed)
    trained, best = map(
        float, re.search(r"trained ([\d.]+), best possible ([\d.]+)\n", printed).groups()
    )
    assert abs(trained - best) < 0.002
    assert (
        float(re.search(r"largest principal angle: .* end ([\d.]+) degrees\n", printed)[1]) < 0.1
    )  # must be below 1
    assert (
        float(re.search(r"nearest principal direction: (\d+) degrees or more\n", printed)[1]) > 10
    )
    errors = {
        label.strip(): float(error)
        for label, error in re.findall(r"(?m)^(.+?):? +squared error ([\d.]+)$", printed)
    }
    for part, linear in (
        ("training", "best linear, 2 units, training"),
        ("test", "two principal components, test"),
    ):
        assert (
            errors[f"stacked 128-64-2, {part}"] < 0.8 * errors[linear]
        )  # "a clearly smaller error"

    wide = [
        float(value)
        for value in re.findall(r"256 units: squared error for clean test digits ([\d.]+)", printed)
    ]
    assert wide[0] < 0.3
    denoised, cut = errors["denoising autoencoder"], errors["noisy digits, cut to 0..1"]
    assert (
        denoised < cut / 2 < errors["noisy digits"] / 3
    )  # "less than half of the error that cutting leaves"
    (projection,) = [
        error for label, error in errors.items() if label.startswith("best projection")
    ]
    assert denoised < 0.8 * projection < errors["256 units that learned to copy"]
    assert (
        errors["256 units that learned to copy"] > errors["noisy digits"] / 3
    )  # "still leaves more than a third"

    rows = {
        label.strip(): [float(share) for share in shares.split()]
        for label, shares in re.findall(r"(?m)^(\w+ \(\d+\)) +((?:0\.\d{3} *){5})$", printed)
    }
    for i in range(5):
        assert max(rows, key=lambda label: rows[label][i]) == "denoiser (64)"
        assert min(rows, key=lambda label: rows[label][i]) == "map (2)"
    assert (
        np.ptp([rows[label] for label in ("pixels (64)", "PCA (16)", "copier (256)")], axis=0).max()
        < 0.03
    )
    assert rows["pixels (64)"][2] - rows["pixels (64)"][0] > 2 * (
        rows["denoiser (64)"][0] - rows["pixels (64)"][0]
    )

    found = {
        label.strip(): [int(share) for share in re.findall(r"(\d+)%", shares)]
        for label, shares in re.findall(
            r"(?m)^(mean of ten|[78] as the stranger)((?: +\d+%){10})$", printed
        )
    }
    mean = found["mean of ten"]
    assert (
        3 < mean.index(max(mean)) < 8 and max(mean) < 50 and mean[-1] < 10
    )  # "fewer than half", "harm"
    assert abs(mean[5] - 41) <= 2 and abs(mean[9] - 6) <= 2
    assert all(
        seven > eight
        for seven, eight in zip(*(found[f"{n} as the stranger"] for n in (7, 8)), strict=True)
    )
    assert re.search(r"false alarms among the normal digits, mean of all runs: [456]%\n", printed)
    for said in (
        "falls from 43 to 17",
        "would cost 13.6",
        "a variance of 0.71, the eighth 0.17",
        "16 units has 0.69",
    ):
        assert said in source


def the_digits_are_columns_between_0_and_1():
    train_X, train_Y, test_X, test_Y = load_digits()
    assert (train_X.shape, test_X.shape) == ((64, 1348), (64, 449))
    assert (train_Y.shape, test_Y.shape) == ((1348,), (449,))
    assert train_X.min() == test_X.min() == 0 and train_X.max() == test_X.max() == 1
