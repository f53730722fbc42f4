"""What the text says of the outputs and of the data: `grader check` holds it against the executed notebook."""

import re


def the_published_figures_and_what_the_text_says_are_printed(printed, figures, source):
    assert figures >= 3
    assert "with the two errors, epsilon 1e-7: 0.2850931567\n" in printed
    assert re.search(
        r"repaired, epsilon 1e-7: +1\.[12]e-07\n", printed
    )  # 1.189e-07; the third digit is the platform's
    assert "difference with the given backward pass: 0.285093\n" in printed
    assert "1-D check at (2, 4), below 1e-7:          True\n" in printed
    assert "cost at the start 1.08, after 1000 steps 0.025\n" in printed
    assert "cost after 1000 steps, wrong gradients:   0.025\n" in printed
    assert "cost after 1000 steps, right gradients:   0.106\n" in printed
    assert "11 of 11 exercises pass their visible checks.\n" in printed
    quotients = [
        (float(a), float(b))
        for a, b in re.findall(r"each pass +(-?[\d.]+) +same mask +(-?[\d.]+)", printed)
    ]
    assert len(quotients) == 3
    assert all(abs(new) > 1e4 and abs(same) < 1 for new, same in quotients)
    assert len({same for _, same in quotients}) == 3
    for said in (
        "from 1.08 to 0.025",
        "The difference is 0.285093",
        "the right gradient gives 1.2e-07",
    ):
        assert said in source
