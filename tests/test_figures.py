"""What the executed notebooks print: the published figures, and every number that their text says about an output."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from test_notebooks import cells, printed

from utils import autoencoder_utils, cnn_utils, init_utils, opt_utils, reg_utils, word2vec_utils
from utils.datasets import load_digits


def test_gradient_checking_prints_the_published_figures_and_what_its_text_says():
    text = printed("gradient_checking")
    assert "with the two errors, epsilon 1e-7: 0.2850931567\n" in text
    assert re.search(r"repaired, epsilon 1e-7: +1\.[12]e-07\n", text)  # 1.189e-07; the third digit is the platform's
    assert "difference with the given backward pass: 0.285093\n" in text
    assert "1-D check at (2, 4), below 1e-7:          True\n" in text
    assert "cost at the start 1.08, after 1000 steps 0.025\n" in text
    assert "cost after 1000 steps, wrong gradients:   0.025\n" in text
    assert "cost after 1000 steps, right gradients:   0.106\n" in text
    assert "11 of 11 exercises pass their visible checks.\n" in text
    quotients = [(float(a), float(b)) for a, b in re.findall(r"each pass +(-?[\d.]+) +same mask +(-?[\d.]+)", text)]
    assert len(quotients) == 3
    assert all(abs(new) > 1e4 and abs(same) < 1 for new, same in quotients)
    assert len({same for _, same in quotients}) == 3
    source = "\n".join(cell.source for cell in cells("gradient_checking"))
    for said in ("from 1.08 to 0.025", "The difference is 0.285093", "the right gradient gives 1.2e-07"):
        assert said in source


def test_initialization_prints_the_published_figures_and_what_its_text_says():
    text = printed("initialization")
    assert text.count("cost before step     0: 0.6931471805599453\n") == 1
    assert "zeros, every cost: 0.6931471805599453\n" in text
    assert "cost before step     0: inf\n" in text
    assert "Z3 at the start: from 63 to 6929\noutputs that are exactly 1: 300 of 300\n" in text
    assert "the first cost, from Z3 instead of A3: 1773.6\n" in text
    assert "0.8830537463 0.6879825920 0.6751286265 0.5304944492 0.1501555628 0.0735789596\n" in text
    table = {row[0]: row[1:] for row in re.findall(r"(?m)^(\w+) +([\d.]+|inf) +([\d.]+) +([\d.]+) +([\d.]+)$", text)}
    assert table["zeros"] == ("0.6931", "0.6931", "0.5000", "0.5000")
    assert (table["random"][0], table["random"][2:]) == ("inf", ("0.8300", "0.8600"))
    assert float(table["random"][1]) == pytest.approx(0.383, rel=0.01)  # saturated sigmoids: platforms differ
    assert table["he"] == ("0.8831", "0.0736", "0.9933", "0.9600")
    assert table["xavier"] == ("0.7295", "0.1085", "0.9900", "0.9300")
    assert "all weights 0.5 distinct units in layer 1 after 4000 steps: 1\n" in text
    assert "random          distinct units in layer 1 after 4000 steps: 10\n" in text
    factors = [float(x) for x in re.findall(r"layer 10 / layer 1: +(\S+)", text)]
    assert factors[0] < 1e-4 and 1e-3 < factors[1] < 1e-2 and 0.5 < factors[2] < 2 and factors[3] > 1e4
    source = "\n".join(cell.source for cell in cells("initialization"))
    for said in (
        "the same cost is finite: 1773.6",
        "goes up to 6929",
        "stop near 0.38",
        "93 against 96 of the 100 test points",
    ):
        assert said in source


def test_the_data_of_initialization_are_the_well_known_ones():
    train_X, train_Y, test_X, _ = init_utils.load_dataset()
    np.testing.assert_allclose(train_X[:, :2].T, [[-0.07741354, 0.85260226], [0.4318696, -0.87214504]], rtol=1e-6)
    assert train_Y[0, :10].tolist() == [1, 0, 1, 1, 0, 0, 1, 0, 1, 1]
    np.testing.assert_allclose(test_X[:, 0], [-0.52423739, -0.60910361], rtol=1e-6)


def test_optimization_loads_the_published_data():
    X, Y = opt_utils.load_dataset()
    assert (X.shape, Y.shape) == ((2, 300), (1, 300))
    np.testing.assert_allclose(X[:, :2].T, [[-0.21687013, 1.01544937], [0.80505015, -0.5579734]], atol=1e-8)
    assert Y[0, :10].tolist() == [0, 1, 1, 1, 0, 0, 1, 1, 0, 1]


def test_optimization_prints_the_published_figures_and_what_its_text_says():
    text = printed("optimization")
    assert "shapes: (12288, 64), (12288, 64), (12288, 20)\n" in text
    assert "first entries of batch 0: [ 0.90085595 -0.7612069   0.2344157 ]\n" in text
    costs = re.findall(r"(gd|adam) +mean cost of epoch +(\d+): ([\d.]+)\n", text)
    published = {
        "gd": [0.702405, 0.668101, 0.635288, 0.600491, 0.573367],
        "adam": [0.702166, 0.167845, 0.141316, 0.138788, 0.136066],
    }
    for optimizer, expected in published.items():
        found = [float(cost) for name, epoch, cost in costs if name == optimizer and int(epoch) <= 4000]
        np.testing.assert_allclose(found, expected, atol=2e-6)
    shares = {name: float(share) for name, share in re.findall(r"(\w+) +accuracy (0\.\d{7}), cost", text)}
    assert shares == {"gd": 0.7966667, "momentum": 0.7966667, "rmsprop": 0.94, "adam": 0.94}
    assert "11 of 11 exercises pass their visible checks.\n" in text

    noise = {
        int(m): (int(n), float(c)) for m, n, c in re.findall(r"batches of +(\d+): +(\d+) steps, .* ([\d.]+)", text)
    }
    assert [noise[size][0] for size in (300, 64, 8)] == [40, 200, 1520]
    assert noise[300][1] > noise[64][1] > noise[8][1]  # "the cost of all examples ends far lower"
    ends = [float(y) for y in re.findall(r"the limit +\|y\| at the start 1\.00, at the end ([\d.]+)", text)]
    assert ends[0] == 0 and ends[1] > 10 and ends[2] < 0.2
    broken, mended = text.split("(mended)")[0].split("step of b\n")[1], text.split("(mended)\n")[1]
    rows = [re.findall(r"\d+\.\d+|nan", row) for row in broken.splitlines()[:4]]
    assert rows[0][1:] == ["9.909", "0.316"] and rows[2][1:] == ["0.000", "0.316"] and rows[3][2] == "nan"
    assert [row.split()[1:] for row in mended.splitlines()[:4]] == [["1.000", "1.000"]] * 3 + [["0.000", "0.000"]]
    assert len(re.findall(r"height at the start 153\.0, after 40 steps [0-2]\.\d{3}\n", text)) == 4
    decays = re.findall(r"(constant|every .*?) +cost of all examples ([\d.]+), accuracy ([\d.]+)\n", text)
    constant, fast, mild, schedule = [(float(cost), float(share)) for _, cost, share in decays]
    assert constant[0] > fast[0] > max(mild[0], schedule[0]) and constant[1] < fast[1]
    assert round(mild[1], 2) == round(schedule[1], 2) == 0.94
    source = "\n".join(cell.source for cell in cells("optimization"))
    for said in ("classify 79.7% of the points", "separate the moons: 94.0%", "reach 94%, in a tenth of the epochs"):
        assert said in source


def test_regularization_prints_the_published_figures_and_what_its_text_says():
    text = printed("regularization")
    assert "Data: drawn from a seed, because there is no file datasets/data.mat.\n" in text
    assert "8 of 8 exercises pass their visible checks.\n" in text
    fixed = dict(re.findall(r"fixed numbers: (\w+) = (.+)\n", text))
    published = {
        "cost": 1.7864859451590758,
        "dW1": [[-0.25604646, 0.12298827, -0.28297129], [-0.17706303, 0.34536094, -0.4410571]],
        "dW2": [[0.79276486, 0.85133918], [-0.0957219, -0.01720463], [-0.13100772, -0.03750433]],
        "dW3": [[-1.77691347, -0.11832879, -0.09397446]],
        "A3": [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]],
        "dA1": [[0.36544439, 0, -0.00188233, 0, -0.17408748], [0.65515713, 0, -0.00337459, 0, 0]],
        "dA2": [
            [0.58180856, 0, -0.00299679, 0, -0.27715731],
            [0, 0.53159854, 0, 0.53159854, -0.34089673],
            [0, 0, -0.00292733, 0, 0],
        ],
    }
    assert set(fixed) == set(published)
    for name, value in published.items():
        np.testing.assert_allclose(ast.literal_eval(fixed[name]), value, rtol=0, atol=1.5e-8)

    table = {
        name.strip(): (float(train), float(test), float(gap))
        for name, train, test, gap in re.findall(r"(?m)^(\w.+?) +(0\.\d{4}) +(0\.\d{4}) +(-?0\.\d{4})$", text)
    }
    on_this_machine = table.pop("dropout, keep_prob 0.86")  # one of 200 points has the other class on some machines
    assert on_this_machine in {(0.9147, 0.8750, 0.0397), (0.9147, 0.8700, 0.0447)}
    assert table == {"no regularization": (0.9431, 0.8400, 0.1031), "L2, lambd 0.7": (0.9147, 0.8750, 0.0397)}
    for line in (
        "accuracy on the training set: 0.9431\naccuracy on the test set:     0.8400\n",
        "accuracy on the training set: 0.9147\naccuracy on the test set:     0.8750\n",
        "before       largest weight   1.71,",
        "no penalty   largest weight   7.75,",
        "lambd 0.7    largest weight   2.66, share below 0.01 in size 0.53\n",
        "lambd 0.7: after 1000 steps 0.369, after 6000 steps 0.0025\n",
        "sigmoid(36) == 1: False    sigmoid(37) == 1: True\n",
        "Z = 40, Y = 1, from A: nan   from Z: 0.0\n",
        "outputs that are exactly 1, with the masks on: 29\n",
        "masks dealt anew  accuracy train 0.9384, test 0.8600\n",
        "lowest held-out cost, step  200: cost 0.304 trained on, 0.256 held out, accuracy on the test set 0.845\n",
        "end of the training, step 3000: cost 0.160 trained on, 0.607 held out, accuracy on the test set 0.835\n",
        "the held-out cost is the lower one until step 600\n",
        "with jittered copies    cost on the 100 points 0.25, on the test set 0.50; accuracy on the test set 0.780\n",
        "with mirrored copies    cost on the 100 points 0.33, on the test set 0.73; accuracy on the test set 0.710\n",
    ):
        assert line in text, line
    source = "\n".join(cell.source for cell in cells("regularization"))
    for said in (
        "The accuracy is 0.9431 on the training set and 0.8400 on the test set",
        "the largest is 1.71 before the training and 7.75 after it without the penalty, but only 2.66",
        "At the end 29 of the 211 outputs are exactly 1",
        "The last one, about 0.07, is lower than the 0.1493",
        "the cost is about 0.23 after 20,000 steps instead of 0.07",
        "The accuracy on the test set changes by two points of 200 only, 0.845 against 0.835",
        "from more than 3 to 0.50",
    ):
        assert said in source, said
    as_they_are = re.search(
        r"100 points as they are +cost .*, on the test set (\S+); accuracy on the test set (\S+)\n", text
    )
    assert float(as_they_are[1]) > 3 and 0.76 <= float(as_they_are[2]) <= 0.8
    costs = [float(cost) for cost in re.findall(r"cost at step 20000: (\S+)", text)]
    assert costs[:2] == pytest.approx([0.1493, 0.3035], abs=6e-5)  # none, decay
    assert costs[2:] == pytest.approx([0.07, 0.23], abs=0.005)  # frozen masks, dealt anew: platforms differ
    differences = [float(d) for d in re.findall(r"(?m)^d[Wb][123]: (\S+)$", text)]
    colleague, repaired = differences[:6], differences[6:]
    assert [d > 1e-4 for d in colleague] == [True, True, True, False, False, True]  # dW1 db1 dW2 db2 dW3 db3
    assert 0.0025 < colleague[5] < 0.0035 and len(repaired) == 6 and max(repaired) < 1e-9
    noise = {row[0]: row[1:] for row in (line.split() for line in text.splitlines()) if len(row) == 6}
    assert all(abs(float(noise[p][0]) - 3) < 0.02 for p in ("0.3", "0.5", "0.8", "1.0"))
    assert float(noise["1.0"][1]) == 0 and abs(float(noise["0.5"][1]) - 9) < 0.05


def test_the_points_of_regularization_are_the_same_each_time_and_like_the_original_ones():
    first, again = reg_utils.make_dataset(), reg_utils.make_dataset()
    assert [part.shape for part in first] == [(2, 211), (1, 211), (2, 200), (1, 200)]
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert not np.array_equal(first[0], reg_utils.make_dataset(seed=4)[0])
    for labels in (first[1], first[3]):
        assert set(np.unique(labels)) == {0, 1} and 0.4 < labels.mean() < 0.6


def right_of_the_line(X, Y):
    """The share of the points of `reg_utils.make_dataset` on whose label the diagonal line is right."""
    return np.mean((X[1] - 1.2 * X[0] - 0.2 > 0) == Y[0])


def test_even_the_line_of_regularization_is_right_on_about_90_percent_only():
    train_X, train_Y, test_X, test_Y = reg_utils.make_dataset()
    assert right_of_the_line(train_X, train_Y) == pytest.approx(0.9, abs=0.005)
    assert right_of_the_line(test_X, test_Y) == pytest.approx(0.9, abs=0.005)
    others = [reg_utils.make_dataset(seed) for seed in range(200)]
    assert np.mean([right_of_the_line(*other[:2]) for other in others]) == pytest.approx(0.894, abs=0.005)
    # Early stopping: "right on 92 percent of them, and on 89 percent of the others".
    assert round(right_of_the_line(train_X[:, 140:], train_Y[:, 140:]), 2) == 0.92
    assert round(right_of_the_line(train_X[:, :140], train_Y[:, :140]), 2) == 0.89


def test_without_regularization_the_network_cuts_out_a_region_for_three_flipped_crosses():
    names: dict = {}
    for cell in cells("regularization"):
        if cell.kind in ("setup", "given"):
            exec(cell.source, names)
    forward = names["forward_propagation"]
    parameters = names["train"](
        names["train_X"], names["train_Y"], forward, names["backward_propagation"], print_cost=False
    )
    labels = []
    for part in ("train", "test"):
        X, Y = names[f"{part}_X"], names[f"{part}_Y"]
        corner = (forward(X, parameters)[0][0] > 0.5) & (X[1] - 1.2 * X[0] - 0.2 < -0.3)
        labels.append(sorted(Y[0, corner]))
    assert labels == [[0, 0, 1, 1, 1], [0, 0, 0, 0]]


def test_the_table_of_regularization_supports_the_answers_that_its_check_accepts():
    rows = re.findall(r"(?m)^ +([\d.]+) {5,}([\d.]+) +([\d.]+) {5,}([\d.]+) +([\d.]+)$", printed("regularization"))
    grid = {float(row[0]): tuple(map(float, row[1:])) for row in rows}
    assert list(grid) == [0, 0.03, 0.1, 0.3, 1, 3, 10, 30]
    lowest = min(held for _, held, _, _ in grid.values())
    names: dict = {}
    (answer,) = [cell.source for cell in cells("regularization") if cell.grade_id == "chosen_lambd"]
    exec(answer, names)
    assert names["chosen_lambd"] == {
        "best": min(lambd for lambd in grid if grid[lambd][1] == lowest),
        "strongest_near_best": max(lambd for lambd in grid if grid[lambd][1] <= lowest + 0.05),
        "training_suffers": min(lambd for lambd in grid if grid[lambd][2] < grid[0][2] - 0.02),
        "learns_nothing": min(lambd for lambd in grid if grid[lambd][0] > np.log(2) - 0.01),
    }
    assert names["chosen_lambd"]["best"] < 0.7 < names["chosen_lambd"]["strongest_near_best"]
    # No answer hangs on the last digits: the limits of the questions are far from the numbers.
    lowest, *others = sorted(held for _, held, _, _ in grid.values())
    assert lowest == grid[0.3][1] and others[0] > lowest + 0.01
    assert min(abs(held - lowest - 0.05) for _, held, _, _ in grid.values()) > 0.01
    assert min(abs(grid[0][2] - 0.02 - accuracy) for _, _, accuracy, _ in grid.values()) > 0.005
    shares = [grid[lambd][3] for lambd in (0, 0.03, 0.1, 0.3, 1, 3, 10)]
    assert all(0.88 < share < 0.92 for share in shares)
    assert round((max(shares) - min(shares)) * 211) == 7  # "the whole range is about seven points"


def test_regularization_on_the_original_points_gives_the_published_accuracies(tmp_path, monkeypatch, capsys):
    originals = os.environ.get("COURSE_ORIGINALS")
    if not originals or not (Path(originals) / "data.mat").is_file():
        pytest.skip("COURSE_ORIGINALS does not name a folder with data.mat, the points of the well-known exercise")
    (tmp_path / "datasets").symlink_to(Path(originals).resolve())
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for cell in cells("regularization"):
        if cell.kind in ("setup", "given", "solution") or cell.grade_id == "model":
            exec(cell.source, names)
    assert "Data: read from datasets/data.mat.\n" in capsys.readouterr().out
    for settings, costs, on_train, on_test in (
        ({}, [0.6557412523, 0.1632998753, 0.1385164242], 0.9478673, 0.915),
        ({"lambd": 0.7}, [0.6974484493, 0.2684918873, 0.2680916337], 0.9383886, 0.93),
        ({"keep_prob": 0.86}, [0.6543912405, 0.0610169866, 0.0605824358], 0.9289100, 0.95),
    ):
        parameters = names["model"](names["train_X"], names["train_Y"], **settings)
        shown = [float(cost) for cost in re.findall(r"cost at step +\d+: ([\d.]+)", capsys.readouterr().out)]
        np.testing.assert_allclose(shown, costs, rtol=1e-4)
        reached = [names["accuracy"](names[f"{part}_X"], names[f"{part}_Y"], parameters) for part in ("train", "test")]
        np.testing.assert_allclose(reached, [on_train, on_test], atol=1e-6)


def test_each_of_the_six_networks_of_initialization_has_one_fault_and_the_answer_names_it():
    names: dict = {}
    (answer,) = [cell.source for cell in cells("initialization") if cell.grade_id == "diagnosis"]
    exec(answer, names)
    for letter, weights in init_utils.mystery_networks().items():
        first = weights[0]
        faults = {
            "not centred": abs(first.mean()) > 0.05,
            "equal units": len(np.unique(first, axis=0)) < len(first),
            "same numbers": np.array_equal(first, weights[1]),
            "too small": first.var() < 0.01,
            "too large": first.var() > 0.04,
        }
        assert [label for label, found in faults.items() if found] == [names["diagnosis"][letter]] * (letter != "F")
    assert names["diagnosis"]["F"] == "right"


def test_cnn_prints_the_published_figures_and_what_its_text_says():
    text = printed("cnn")
    for line in (
        "digits moved by a pixel: mean change of pixels 0.85\n",
        "digits moved by a pixel: mean change of max 0.44\n",
        "right on 59 of 60 pictures that it has not seen\n",
        "softmax_regression: 650 numbers to learn\n",
        "convolutional_network: 53,002 numbers to learn\n",
        "11 of 11 exercises pass their visible checks.\n",
    ):
        assert line in text, line
    assert text.count("to the measured one below 1e-4: True, to TensorFlow's below 1e-4: True\n") == 3
    assert re.search(r"your NumPy network, 3 or 5 +77 +59 of 60\n", text)
    source = "\n".join(cell.source for cell in cells("cnn"))
    for said in (
        "is 0.85 of the sum of its pixels; after a max pool of 2 x 2 it is 0.44",
        "is right on 59 of 60 pictures that it has not seen. It has 77 numbers to learn",
        "The softmax regression gets about 18 of the 449 pictures wrong, the convolutional network about 4.",
    ):
        assert said in source, said


def test_the_row_of_the_hand_in_cnn_has_six_edges_of_alternating_signs():
    answers = np.correlate(cnn_utils.hand_picture()[18], [-1, 0, 1])
    signs = np.sign(answers[np.abs(answers) > 0.15])
    assert [int(sign) for sign in signs[np.insert(np.diff(signs) != 0, 0, True)]] == [-1, 1, -1, 1, -1, 1]
    assert np.abs(answers[:15]).max() < 0.05 > np.abs(answers[-15:]).max()  # "on the wall close to 0"


def test_the_convolutional_network_reads_98_percent_and_beats_the_softmax_regression_clearly():
    """Training in float32 magnifies round-off, so another machine is like another seed: with ten seeds the two got 2 to 5 and 18 to 22 wrong."""
    wrong = [int(count) for count in re.findall(r"test set: +(\d+) of 449 wrong", printed("cnn"))]
    assert len(wrong) == 2
    regression, network = wrong
    assert network <= 0.02 * 449
    assert 12 <= regression <= 28 and regression - network >= 8
    train_X, train_Y, test_X, test_Y = (part.reshape(len(part), -1) for part in load_digits())
    best = [LogisticRegression(C=C, max_iter=5000).fit(train_X, train_Y[:, 0]).score(test_X, test_Y) for C in (1, 1000)]
    np.testing.assert_allclose([449 * (1 - share) for share in best], [18, 23], atol=1.1)  # "gets 18 to 23 wrong"
    # "an 8 for a 1 more often than any other digit for another"
    assert re.search(r"softmax regression: 8 taken for 1 \((\d+)\)", printed("cnn"))


def test_the_table_of_augmentations_in_cnn_supports_what_the_question_asks_for():
    """Bands around what seven seeds gave; what the text and the model answer say holds anywhere in them."""
    rows = re.findall(r"trained with 200, (\D+?) +(0\.\d\d) +(0\.\d\d)\n", printed("cnn"))
    table = {name: (float(as_they_are), float(moved)) for name, as_they_are, moved in rows}
    assert list(table) == [
        "as they are",
        "dropout",
        "half of them moved",
        "half of them mirrored",
        "half of them turned",
    ]
    plain, moved = table["as they are"], table["half of them moved"]
    assert 0.93 <= plain[0] <= 0.98 and 0.35 <= plain[1] < 0.5  # "about 95%", "less than half of them"
    assert moved[0] >= plain[0] - 0.015 and moved[1] >= 0.82  # "about 90%", "cost nothing on the others"
    assert abs(table["dropout"][0] - plain[0]) < 0.02
    assert max(table[f"half of them {change}"][0] for change in ("mirrored", "turned")) < plain[0] - 0.01


def test_the_settings_of_the_broken_pool_in_cnn_tell_its_three_errors_apart():
    rows = re.findall(r"(max|average) +\(1, 4, (\d), (\d)\) +2 +(\d) +(\d\.\d{3})\n", printed("cnn"))
    wrong = {
        (mode, int(width), int(channels), int(stride)): float(error) > 0.2
        for mode, width, channels, stride, error in rows
    }
    assert all(error == "0.000" or float(error) > 0.2 for *_, error in rows)
    assert wrong == {
        ("max", 2, 1, 2): False,
        ("max", 2, 1, 1): True,  # overlapping windows
        ("max", 2, 3, 2): True,  # channels
        ("max", 6, 1, 2): True,  # places from left to right
        ("average", 2, 1, 1): False,
        ("average", 2, 3, 2): False,
        ("average", 6, 1, 2): True,
    }


def test_cnn_learns_from_1348_digits_and_counts_on_449_others():
    train_X, train_Y, test_X, test_Y = load_digits()
    assert (len(train_X), len(test_X)) == (1348, 449)
    pixels = {picture.tobytes() for picture in train_X}
    assert not any(picture.tobytes() in pixels for picture in test_X)


def test_word2vec_prints_the_published_figures_and_what_its_text_says():
    text = printed("word2vec")
    assert "11 of 11 exercises pass their visible checks.\n" in text
    assert "the made-up language: 61520 words, 250 different ones\n" in text
    assert "Text: the Lee news that come with gensim, because there is no text8 in the folder datasets.\n" in text
    assert "man is to king as woman is to queen\n" in text
    # Sums in another order move trained vectors a little, so what follows are bands; counts alone are exact but for the
    # signs of an SVD.
    windows = {int(w): int(share) for w, share in re.findall(r"window (\d): +(\d+)% right", text)}
    assert min(windows[w] for w in (1, 2, 4)) >= 95  # "nearly all questions right"
    assert 50 < windows[6] < 90 and windows[8] < 45
    relations = re.findall(r"\w+ : \w+ +(\d+)% of (\d+) questions", text)
    assert len(relations) == 5
    asked = sum(int(n) for _, n in relations)
    assert sum(int(share) * int(n) for share, n in relations) >= 90 * asked  # must hold; here it is 100%
    first, last = map(float, re.findall(r"cost of the first batch ([\d.]+), mean of the last ten ([\d.]+)", text)[0])
    assert first == 4.16 and 2 < last < 2.4
    errors = re.findall(r"(?m)^(?:one|two) pairs?.*? (\d\.\d{6}) +(\d\.\d{6})$", text)
    assert len(errors) == 4 and min(float(error) for row in errors for error in row) > 0.1
    shared = [float(x) for x in re.findall(r"(?m)^  (?:language|news), ours and .*? (\d\.\d)$", text)]
    assert min(shared[:2]) >= 2.5  # must hold: half of the top five; here it is about four
    assert 1 <= shared[2] <= 3  # "about two"
    assert shared[2] < min(shared[:2])
    assert int(re.findall(r"gensim, analogies of the language: (\d+)% right", text)[0]) >= 95
    nearest = [int(n) for n in re.findall(r"a word of the question is nearest: +(\d+) of", text)]
    assert nearest[:2] == [0, 0]
    assert 8 <= nearest[2] <= 28 and nearest[3] > 35  # "about a third of the questions", "nearly always"
    table = re.findall(r"(?m)^(?:from counts|negative sampling), .*? (\d+)% +(\d\.\d) of 5$", text)
    assert [int(share) >= 95 for share, _ in table] == [True] * 3 and table[1][1] == "5.0"


def test_the_news_of_word2vec_are_as_its_text_says():
    words = word2vec_utils.load_text("no such folder")
    counts = Counter(words)
    assert 0.43 < np.mean([count == 1 for count in counts.values()]) < 0.5  # "nearly half occur once"
    known = {word for word, _ in counts.most_common(1499)}
    assert round(len(counts), -2) == 6700
    assert round(np.mean([word in known for word in words]), 2) == 0.72
    assert round(sum(word in known for word in words), -2) == 22500


def test_the_symptoms_of_word2vec_come_one_after_the_other():
    """What the hint of its planted errors says: which row of the table is wrong as long as which error is there."""
    names: dict = {}
    for cell in cells("word2vec"):
        if cell.kind == "setup" or cell.grade_id in (
            "negative_sampling_loss",
            "negative_sampling_gradients_broken",
            "negative_sampling_gradients",
        ):
            exec(cell.source, names)
    (given,) = [cell.source for cell in cells("word2vec") if cell.grade_id == "negative_sampling_gradients_broken"]

    def wrong_rows(mended: str) -> list[bool]:
        exec(mended, names)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            names["compare_with_finite_differences"](
                names["negative_sampling_gradients_broken"], names["negative_sampling_loss"]
            )
        rows = re.findall(r"(?m)^(?:one|two) pairs?.*? (\d\.\d{6}) +(\d\.\d{6})$", out.getvalue())
        return [any(float(error) > 0 for error in row) for row in rows]

    assert wrong_rows(given) == [True] * 4
    given = given.replace("1 - sigmoid(np.einsum", "sigmoid(np.einsum")
    assert wrong_rows(given) == [False, True, True, True]
    given = given.replace("return dE / len(batch), dC\n", "return dE / len(batch), dC / len(batch)\n")
    assert wrong_rows(given) == [False, False, True, True]


def test_tensorflow_tutorial_prints_the_published_figures_and_what_its_text_says():
    text = printed("tensorflow_tutorial")
    assert "11 of 11 exercises pass their visible checks.\n" in text
    assert "tape          11.5\n" in text and "not connected None\n" in text
    costs = re.search(r"in the session: +\[\[([^]]+)\]\]", text).group(1)
    np.testing.assert_allclose(  # in single precision
        [float(cost) for cost in costs.split()], [1.00538719, 1.03664088, 0.41385433, 0.39956614], rtol=2e-6
    )
    broken = [float(cost) for cost in re.findall(r"(?m)^step +\d+: cost ([\d.]+)$", text)]
    assert 1.0436 < broken[-1] < 1.06 < broken[0]  # "stops slightly above 1.0436"
    moved = re.findall(r"(?m)^(\w\d) has moved by at most ([\d.]+)$", text)
    assert {name for name, far in moved if float(far) == 0} == {"W1", "b1", "b2", "b3"}
    assert "X_train (12288, 1080) Y_train (6, 1080) X_test (12288, 120) Y_test (6, 120)\n" in text
    assert "largest difference of the logits on the test pictures, below 0.001: True\n" in text
    assert text.count("gives the same logits: True\n") == 3
    source = "\n".join(cell.source for cell in cells("tensorflow_tutorial"))
    assert "A network with 307,615 parameters" in source


def test_on_drawn_hands_the_network_is_nearly_perfect_in_training_only_and_regularization_narrows_the_gap():
    """Bands, not digits: sums in another order change a training, and a test picture is 0.008."""
    rows = re.findall(r"(?m)^(\S.*?) +training ([\d.]+) +test ([\d.]+)$", printed("tensorflow_tutorial"))
    reached = {name: (float(on_train), float(on_test)) for name, on_train, on_test in rows}
    on_train, on_test = reached["your network"]
    assert on_train > 0.98 and on_train - on_test > 0.1
    assert reached["linear model"][1] < on_test - 0.05
    gaps = {name: one - other for name, (one, other) in reached.items()}
    assert (
        min(gap for name, gap in gaps.items() if "L2" in name or "dropout" in name) < gaps["the same in Keras"] - 0.03
    )


def test_rnn_prints_the_published_figures_and_what_its_text_says():
    text = printed("rnn")
    assert "11 of 11 exercises pass their visible checks.\n" in text
    assert "months that were filled: ['1958.42', '1958.75', '1964.08', '1964.17', '1964.25']\n" in text
    ends = {
        (label, radius): float(length)
        for label, radius, length in re.findall(r"(with\w*) tanh +radius ([\d.]+): after 60 steps (\S+)", text)
    }
    assert len(ends) == 8
    assert ends["without", "0.8"] < 1e-5 < 0.1 < ends["without", "1.0"] < 1 and ends["without", "2.0"] > 1e17
    assert (
        ends["without", "0.8"] / 3 < ends["with", "0.8"] and 0.03 < ends["with", "1.0"] / ends["without", "1.0"] < 0.3
    )
    assert ends["with", "1.0"] < 0.1 and 1 < ends["with", "1.2"] < 20 and 1e4 < ends["with", "2.0"] < 1e5
    kept = dict(re.findall(r"(?m)^(.+): (\S+) of the first distance is left$", text))
    assert float(kept["simple cell, spectral radius 0.9"]) < 1e-6 > float(kept["LSTM, bias of the forget gate 0"])
    assert 0.01 < float(kept["LSTM, bias of the forget gate 2"]) < 0.1
    assert 0.5 < float(kept["LSTM, bias of the forget gate 5"]) < 2
    assert "scaled with the mean 49.5; the 80 values before the test have the mean 39.5\n" in text
    assert "MSE of repeating the last value of a test window: 0.0000\n" in text


def test_in_rnn_a_limit_prevents_explosions_and_a_very_small_one_crawls():
    text = printed("rnn")
    # The bands are wide: training from such matrices is chaotic.
    median, largest = re.search(r"no clipping: median of the norms ([\d.]+), largest (\d+)", text).groups()
    assert float(median) < 0.5 and float(largest) > 1000 * float(median)
    rows = re.findall(
        r"(?m)^(no clipping|limit \S+) +highest cost +([\d.]+), mean cost of the last 50 steps ([\d.]+)$", text
    )
    highest, end = ({label: float(row[k]) for label, *row in rows} for k in (0, 1))
    assert len(rows) == 4 and highest["no clipping"] > 4
    assert max(cost for label, cost in highest.items() if label != "no clipping") < 2
    assert end["limit 1"] < 0.1 and end["limit 0.01"] > 3 * end["limit 1"]


def test_in_rnn_a_gru_or_an_lstm_predicts_the_sine_ten_times_better_than_the_last_value():
    rows = re.findall(r"(?m)^(\w[\w ]+?) +(\d+) parameters, test MSE (\S+?)(?:,|$)", printed("rnn"))
    sizes = {label: int(size) for label, size, _ in rows}
    errors = {label: float(error) for label, _, error in rows}
    # The layers alone: 32 * 33 + 32, three times that and 96 more, four times that.
    assert sizes == {"repeat the last value": 0, "SimpleRNN": 1088, "GRU": 3360, "LSTM": 4352}
    assert min(errors["GRU"], errors["LSTM"]) * 10 < errors["repeat the last value"]
    assert errors["LSTM"] * 50 < errors["repeat the last value"]  # 353 times; the text says fifty
    assert max(errors.values()) < 2e-3 and max(errors["SimpleRNN"], errors["GRU"], errors["LSTM"]) < 0.015**2
    assert errors["SimpleRNN"] < errors["repeat the last value"] / 2


def test_in_rnn_a_generated_sine_goes_wrong_although_one_step_is_good():
    text = printed("rnn")
    zeros = re.findall(r"from zeros: the first generated value is (\S+), the largest size in 200 steps (\S+)\n", text)
    assert len(zeros) == 3 and all(abs(float(first)) < 0.1 and float(size) < 6 for first, size in zeros)
    errors = re.findall(r"largest error in the first 50 generated steps (\S+), in all 200 (\S+)\n", text)
    assert len(errors) == 3
    for early, whole in errors:  # which of the three drifts away first is another matter on another machine
        assert float(early) <= float(whole) < 6 and float(whole) > 0.6


def test_the_rule_with_drift_of_rnn_is_chosen_on_earlier_years_as_its_text_says():
    text = printed("rnn")
    choice = {
        int(n): float(e) for n, e in re.findall(r"drift over +(\d+) years: mean RMSE 1982-1991 ([\d.]+) ppm", text)
    }
    assert choice == {1: 0.584, 2: 0.641, 5: 0.552, 10: 0.529, 20: 0.556}
    assert "chosen: 10 years\n" in text
    for label, error in (
        ("repeat the last month", "2.54"),
        ("seasonal naive", "1.59"),
        ("with drift over 10 years", "0.70"),
    ):
        assert re.search(rf"(?m)^{label} +mean RMSE 1992-2001 {error} ppm$", text)


def test_the_networks_of_rnn_beat_the_rule_with_drift_on_the_test_and_not_another_simple_rule():
    text = printed("rnn")
    chosen = {
        (kind, int(steps)): float(e)
        for kind, steps, e in re.findall(
            r"(?m)^(levels|changes) +(\d+) months: mean RMSE 1982-1991 ([\d.]+) ppm$", text
        )
    }
    # Over three seeds 0.56 to 0.58 with 24 months of changes, 0.64 to 0.66 with 12; the levels miss by 10.
    assert chosen["levels", 24] > 2 and 0.529 < min(chosen["changes", 24], chosen["changes", 12]) < 0.7
    assert "chosen: changes of " in text
    errors = dict(re.findall(r"(?m)^(\w[\w ,]+?) +mean RMSE 1992-2001 ([\d.]+) ppm$", text))
    assert errors["mean changes of 10 years"] == "0.44"
    assert 0.44 < float(errors["mean of the three GRUs"]) < 0.62  # 0.52; single seeds 0.49 to 0.54
    better = re.findall(r"networks are better than the rule (with drift|mean changes) .*: (\d+) of 10\n", text)
    wins = {rule: int(count) for rule, count in better}
    assert len(wins) == 2
    assert wins["with drift"] >= 6 and "on the years of the choice: 0.48 ppm\n" in text
    source = "\n".join(cell.source for cell in cells("rnn"))
    for said in ("2.54 ppm", "by 1.59, and the rule with drift by 0.70", "about 0.5 ppm", "is at 0.44 ppm and wins"):
        assert said in source


def test_autoencoder_prints_the_published_figures_and_what_its_text_says():
    text = printed("autoencoder")
    assert "11 of 11 exercises pass their visible checks.\n" in text
    assert "cross-entropy: start 43.3, end 17.3, perfect copy 13.6\n" in text
    assert re.search(r"squared error in the end: (0\.9\d|1\.0\d)\n", text)
    trained, best = map(float, re.search(r"trained ([\d.]+), best possible ([\d.]+)\n", text).groups())
    assert trained == pytest.approx(best, abs=0.002)
    assert float(re.search(r"largest principal angle: .* end ([\d.]+) degrees\n", text)[1]) < 0.1  # must be below 1
    assert float(re.search(r"nearest principal direction: (\d+) degrees or more\n", text)[1]) > 10
    errors = {
        label.strip(): float(error) for label, error in re.findall(r"(?m)^(.+?):? +squared error ([\d.]+)$", text)
    }
    for part, linear in (("training", "best linear, 2 units, training"), ("test", "two principal components, test")):
        assert errors[f"stacked 128-64-2, {part}"] < 0.8 * errors[linear]  # "a clearly smaller error"

    wide = [float(value) for value in re.findall(r"256 units: squared error for clean test digits ([\d.]+)", text)]
    assert wide[0] < 0.3
    denoised, cut = errors["denoising autoencoder"], errors["noisy digits, cut to 0..1"]
    assert denoised < cut / 2 < errors["noisy digits"] / 3  # "less than half of the error that cutting leaves"
    (projection,) = [error for label, error in errors.items() if label.startswith("best projection")]
    assert denoised < 0.8 * projection < errors["256 units that learned to copy"]
    assert errors["256 units that learned to copy"] > errors["noisy digits"] / 3  # "still leaves more than a third"

    rows = {
        label.strip(): [float(share) for share in shares.split()]
        for label, shares in re.findall(r"(?m)^(\w+ \(\d+\)) +((?:0\.\d{3} *){5})$", text)
    }
    for i in range(5):
        assert max(rows, key=lambda label: rows[label][i]) == "denoiser (64)"
        assert min(rows, key=lambda label: rows[label][i]) == "map (2)"
    assert np.ptp([rows[label] for label in ("pixels (64)", "PCA (16)", "copier (256)")], axis=0).max() < 0.03
    assert rows["pixels (64)"][2] - rows["pixels (64)"][0] > 2 * (rows["denoiser (64)"][0] - rows["pixels (64)"][0])

    found = {
        label.strip(): [int(share) for share in re.findall(r"(\d+)%", shares)]
        for label, shares in re.findall(r"(?m)^(mean of ten|[78] as the stranger)((?: +\d+%){10})$", text)
    }
    mean = found["mean of ten"]
    assert 3 < mean.index(max(mean)) < 8 and max(mean) < 50 and mean[-1] < 10  # "fewer than half", "harm"
    assert mean[5] == pytest.approx(41, abs=2) and mean[9] == pytest.approx(6, abs=2)
    assert all(seven > eight for seven, eight in zip(*(found[f"{n} as the stranger"] for n in (7, 8)), strict=True))
    assert re.search(r"false alarms among the normal digits, mean of all runs: [456]%\n", text)
    source = "\n".join(cell.source for cell in cells("autoencoder"))
    for said in ("falls from 43 to 17", "would cost 13.6", "a variance of 0.71, the eighth 0.17", "16 units has 0.69"):
        assert said in source


def test_the_digits_of_autoencoder_are_columns_between_0_and_1():
    train_X, train_Y, test_X, test_Y = autoencoder_utils.load_digits()
    assert (train_X.shape, test_X.shape) == ((64, 1348), (64, 449))
    assert (train_Y.shape, test_Y.shape) == ((1348,), (449,))
    assert train_X.min() == test_X.min() == 0 and train_X.max() == test_X.max() == 1
