"""Figures of the course: one look, colours that colour-blind readers can tell apart, and never colour alone.

Every function takes an `ax` (or makes one) and returns it. Colours: M. Okabe and K. Ito, Color Universal Design (2008).
"""

from __future__ import annotations

from itertools import cycle

import matplotlib.pyplot as plt

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
# A line differs from the next one in colour, marker and dashes.
LINES = ((BLUE, "o", "-"), (VERMILION, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"), (BLACK, "v", "-"))


def new_axes(title="", xlabel="", ylabel="", size=(7, 4)):
    """An empty white figure with labels; notebooks in a dark theme show it as it is.

    Returns
    -------
    matplotlib.axes.Axes
    """
    figure, ax = plt.subplots(figsize=size, facecolor="white", layout="constrained")
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, facecolor="white")
    ax.grid(True, color="0.88", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def lines(x, series, ax=None, title="", xlabel="", ylabel="", log=False):
    """Draw several series over the same x.

    Parameters
    ----------
    x : sequence of float, length n
    series : dict of str to sequence of float, length n
        The label of each line and its values.
    ax : matplotlib.axes.Axes, optional
    title, xlabel, ylabel : str
    log : bool
        Logarithmic on both axes; a value of zero then leaves a gap.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or new_axes(title, xlabel, ylabel)
    for (label, values), (color, marker, dashes) in zip(series.items(), cycle(LINES), strict=False):
        ax.plot(x, values, label=label, color=color, marker=marker, linestyle=dashes, markersize=4.5, linewidth=1.6)
    if log:
        ax.set_xscale("log")
        ax.set_yscale("log", nonpositive="mask")
    ax.legend(frameon=False)
    return ax


def bars(values, ax=None, title="", xlabel="", ylabel="", log=False, threshold=None, threshold_label="limit"):
    """Draw one bar per label; bars above the threshold are hatched, so that they differ in more than colour.

    Parameters
    ----------
    values : dict of str to float
    ax : matplotlib.axes.Axes, optional
    title, xlabel, ylabel : str
    log : bool
        Logarithmic in height.
    threshold : float, optional
        Drawn as a dashed line.
    threshold_label : str

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or new_axes(title, xlabel, ylabel)
    above = [threshold is not None and value > threshold for value in values.values()]
    ax.bar(
        list(values),
        list(values.values()),
        color=[VERMILION if high else SKY for high in above],
        hatch=["//" if high else "" for high in above],
        edgecolor="black",
        linewidth=0.8,
    )
    if threshold is not None:
        ax.axhline(threshold, color="black", linestyle="--", linewidth=1.2, label=threshold_label)
        ax.legend(frameon=False)
    if log:
        ax.set_yscale("log")
    return ax
