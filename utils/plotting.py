"""Figures of the course: one look, colours that colour-blind readers can tell apart, and never colour alone.

Every function takes an `ax` (or makes one) and returns it. Colours: M. Okabe and K. Ito, Color Universal Design (2008).
"""

from __future__ import annotations

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np

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
LINES = (
    (BLUE, "o", "-"),
    (VERMILION, "s", "--"),
    (GREEN, "^", "-."),
    (PURPLE, "D", ":"),
    (BLACK, "v", "-"),
    (ORANGE, "P", (0, (6, 1))),
)


def new_axes(title="", xlabel="", ylabel="", size=(7, 4)):
    """An empty white figure with labels; notebooks in a dark theme show it as it is.

    Returns
    -------
    matplotlib.axes.Axes
    """
    (ax,) = panels(1, xlabel, ylabel, size)
    ax.set_title(title)
    return ax


def panels(count, xlabel="", ylabel="", size=(4, 3.6), sharey=False):
    """Axes side by side in one white figure, each of the given size in inches.

    Parameters
    ----------
    count : int
    xlabel, ylabel : str
        The y label stands at the first panel only if the panels share their y axis.
    size : tuple of float
    sharey : bool

    Returns
    -------
    list of matplotlib.axes.Axes, length `count`
    """
    figure, grid = plt.subplots(
        1,
        count,
        figsize=(size[0] * count, size[1]),
        facecolor="white",
        layout="constrained",
        sharey=sharey,
        squeeze=False,
    )
    for number, ax in enumerate(grid[0]):
        ax.set(xlabel=xlabel, ylabel="" if sharey and number else ylabel, facecolor="white")
        ax.grid(True, color="0.88", linewidth=0.8)
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
    return list(grid[0])


def lines(x, series, ax=None, title="", xlabel="", ylabel="", log=False):
    """Draw several series over the same x.

    Parameters
    ----------
    x : sequence of float, length n
    series : dict of str to sequence of float, length n
        The label of each line and its values.
    ax : matplotlib.axes.Axes, optional
    title, xlabel, ylabel : str
    log : bool or str
        Logarithmic on both axes (True) or on one of them ("x" or "y"); a value of zero then leaves a gap.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or new_axes(title, xlabel, ylabel)
    for (label, values), (color, marker, dashes) in zip(series.items(), cycle(LINES), strict=False):
        ax.plot(
            x,
            values,
            label=label,
            color=color,
            marker=marker,
            markevery=max(1, len(x) // 15),
            linestyle=dashes,
            markersize=4.5,
            linewidth=1.6,
        )
    if log in (True, "x"):
        ax.set_xscale("log")
    if log in (True, "y"):
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


def classes(X, Y, ax=None, title="", xlabel="x1", ylabel="x2"):
    """Draw the points of two classes in the plane: circles for the label 0, crosses for the label 1.

    Parameters
    ----------
    X : ndarray, shape (2, m)
    Y : ndarray, shape (1, m)
    ax : matplotlib.axes.Axes, optional
    title, xlabel, ylabel : str

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or new_axes(title, xlabel, ylabel, size=(5, 4))
    ax.set_title(title)
    label = np.ravel(Y)
    ax.scatter(*X[:, label == 0], s=18, color=BLUE, marker="o", linewidths=0, label="label 0")
    ax.scatter(*X[:, label == 1], s=22, color=VERMILION, marker="x", linewidths=1.3, label="label 1")
    ax.legend(frameon=True, framealpha=0.9, loc="upper right", fontsize="small")
    return ax


def boundary(probability, X, Y, ax=None, title="", xlabel="x1", ylabel="x2"):
    """Draw what a classifier of the plane says everywhere, and the points of both classes on top.

    Parameters
    ----------
    probability : function
        Takes an ndarray of shape (2, n) and returns the probability of the label 1, shape (1, n).
    X : ndarray, shape (2, m)
    Y : ndarray, shape (1, m)
    ax : matplotlib.axes.Axes, optional
    title, xlabel, ylabel : str

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or new_axes(title, xlabel, ylabel, size=(5, 4))
    low, high = X.min(axis=1), X.max(axis=1)
    margin = 0.1 * (high - low)
    across, up = (np.linspace(*ends, 200) for ends in zip(low - margin, high + margin, strict=True))
    grid = np.stack(np.meshgrid(across, up)).reshape(2, -1)
    height = np.reshape(probability(grid), (len(up), len(across)))
    ax.contourf(across, up, height, levels=[-1, 0.5, 2], colors=["#D6E6F2", "#F8E0D2"])
    ax.contour(across, up, height, levels=[0.5], colors="black", linewidths=1.4)
    return classes(X, Y, ax, title)


def histograms(values, ax=None, title="", xlabel="", ylabel="count", bins=40, limits=None):
    """Draw the outlines of several histograms over the same bins.

    Parameters
    ----------
    values : dict of str to ndarray
        The label of each histogram and its values, of any shape.
    ax : matplotlib.axes.Axes, optional
    title, xlabel, ylabel : str
    bins : int
    limits : tuple of float, optional
        The ends of the bins; the smallest and largest value unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or new_axes(title, xlabel, ylabel)
    flat = {label: np.ravel(part) for label, part in values.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(flat.values())), bins, limits)
    for (label, part), (color, _, dashes) in zip(flat.items(), cycle(LINES), strict=False):
        ax.hist(part, edges, histtype="step", color=color, linestyle=dashes, linewidth=1.8, label=label)
    ax.legend(frameon=False)
    return ax


def paths(surface, walks, limits, ax=None, title="", xlabel="", ylabel="", levels=20):
    """Draw walks over the contour lines of a surface.

    Parameters
    ----------
    surface : function
        Takes two ndarrays of one shape and returns the height there.
    walks : dict of str to ndarray, shape (steps, 2)
        The label of each walk and its points; the first one is marked.
    limits : tuple of two tuples of float
        The ends of both axes.
    ax : matplotlib.axes.Axes, optional
    title, xlabel, ylabel : str
    levels : int or sequence of float
        As `matplotlib.axes.Axes.contour` takes them.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or new_axes(title, xlabel, ylabel)
    across, up = (np.linspace(low, high, 200) for low, high in limits)
    ax.contour(across, up, surface(*np.meshgrid(across, up)), levels=levels, colors="0.75", linewidths=0.8)
    for (label, walk), (color, marker, dashes) in zip(walks.items(), cycle(LINES), strict=False):
        ax.plot(
            *np.transpose(walk),
            color=color,
            marker=marker,
            markersize=3.5,
            linestyle=dashes,
            linewidth=1.4,
            label=label,
        )
    start = next(iter(walks.values()))[0]
    ax.plot(*start, marker="*", color=BLACK, markersize=12, linestyle="none", label="start")
    ax.set(xlim=limits[0], ylim=limits[1])
    ax.legend(frameon=True, framealpha=0.9)
    return ax
