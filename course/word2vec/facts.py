"""What the text says of the outputs and of the data: `grader check` holds it against the executed notebook."""

import contextlib
import io
import re
from collections import Counter

import numpy as np

from utils.word2vec_utils import load_text


def the_published_figures_and_what_the_text_says_are_printed(printed, figures):
    assert figures >= 3
    assert "11 of 11 exercises pass their visible checks.\n" in printed
    assert "the made-up language: 61520 words, 250 different ones\n" in printed
    assert (
        "Text: the Lee news that come with gensim, because there is no text8 in the folder datasets.\n"
        in printed
    )
    assert "man is to king as woman is to queen\n" in printed
    # Sums in another order move trained vectors a little, so what follows are bands; counts alone are exact but for the
    # signs of an SVD.
    windows = {
        int(w): int(share) for w, share in re.findall(r"window (\d): +(\d+)% right", printed)
    }
    assert min(windows[w] for w in (1, 2, 4)) >= 95  # "nearly all questions right"
    assert 50 < windows[6] < 90 and windows[8] < 45
    relations = re.findall(r"\w+ : \w+ +(\d+)% of (\d+) questions", printed)
    assert len(relations) == 5
    asked = sum(int(n) for _, n in relations)
    assert (
        sum(int(share) * int(n) for share, n in relations) >= 90 * asked
    )  # must hold; here it is 100%
    first, last = map(
        float,
        re.findall(r"cost of the first batch ([\d.]+), mean of the last ten ([\d.]+)", printed)[0],
    )
    assert abs(first - 4.16) <= 0.011 and 2 < last < 2.4
    errors = re.findall(r"(?m)^(?:one|two) pairs?.*? (\d\.\d{6}) +(\d\.\d{6})$", printed)
    assert len(errors) == 4 and min(float(error) for row in errors for error in row) > 0.1
    shared = [
        float(x) for x in re.findall(r"(?m)^  (?:language|news), ours and .*? (\d\.\d)$", printed)
    ]
    assert min(shared[:2]) >= 2.5  # must hold: half of the top five; here it is about four
    assert 1 <= shared[2] <= 3  # "about two"
    assert shared[2] < min(shared[:2])
    assert int(re.findall(r"gensim, analogies of the language: (\d+)% right", printed)[0]) >= 95
    nearest = [int(n) for n in re.findall(r"a word of the question is nearest: +(\d+) of", printed)]
    assert nearest[:2] == [0, 0]
    assert (
        8 <= nearest[2] <= 28 and nearest[3] > 35
    )  # "about a third of the questions", "nearly always"
    table = re.findall(
        r"(?m)^(?:from counts|negative sampling), .*? (\d+)% +(\d\.\d) of 5$", printed
    )
    assert [int(share) >= 95 for share, _ in table] == [True] * 3 and table[1][1] == "5.0"


def the_news_are_as_the_text_says():
    words = load_text("no such folder")
    counts = Counter(words)
    assert (
        0.43 < np.mean([count == 1 for count in counts.values()]) < 0.5
    )  # "nearly half occur once"
    known = {word for word, _ in counts.most_common(1499)}
    assert round(len(counts), -2) == 6700
    assert round(np.mean([word in known for word in words]), 2) == 0.72
    assert round(sum(word in known for word in words), -2) == 22500


def the_symptoms_come_one_after_the_other(cells):
    """What the hint of its planted errors says: which row of the table is wrong as long as which error is there."""
    names: dict = {}
    for cell in cells:
        if cell.kind == "setup" or cell.grade_id in (
            "negative_sampling_loss",
            "negative_sampling_gradients_broken",
            "negative_sampling_gradients",
        ):
            exec(cell.source, names)
    (given,) = [
        cell.source for cell in cells if cell.grade_id == "negative_sampling_gradients_broken"
    ]

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
    given = given.replace(
        "return dE / len(batch), dC\n", "return dE / len(batch), dC / len(batch)\n"
    )
    assert wrong_rows(given) == [False, False, True, True]
