# %% [markdown]
# # Convolutional Networks
#
# In the late 1980s researchers at AT&T Bell Laboratories received digits from the United States Postal Service, cut out of the zip codes that people had written
# on their envelopes. A letter whose code is misread travels to the wrong town. A digit that the machine refuses to read costs the time of a person. In 1990 Yann LeCun and his
# colleagues reported a network that misread 1% of the digits, if it was allowed to refuse about 9% of them (LeCun et al., 1990).
#
# The network of an earlier paper on these digits had 64,660 connections, but only 9,760 numbers to learn (LeCun et al., 1989), because many connections had to share one weight: a pattern that is worth finding
# in one corner of a picture is worth finding in every other place. A network of this kind has *filters* that slide over the picture. This operation is called a convolution. In this notebook you write it yourself, forward and backward,
# then once more in a few lines of TensorFlow, and train a network that reads handwritten digits.
#
# **After this notebook you can**
#
# * predict what a filter answers, how large its output is, and what a layer costs in numbers to learn and in multiplications;
# * write convolution and pooling in both directions, for any stride and padding;
# * find the errors in a backward pass from the settings in which it is right and wrong;
# * build a convolutional network from TensorFlow's functions, and compare it with a softmax regression;
# * judge from an experiment which changed copies of the pictures help, and which do harm.
#
# **Plan:** about 130 minutes, 100 points: 94 by tests and 6 for a text that a person reads.
#
# **You need** NumPy with arrays of four dimensions, the chain rule, relu and cross-entropy, and from the earlier notebooks dropout, Adam and the first steps in TensorFlow.
#
# ## Set-up
#
# Run this cell first; TensorFlow needs about ten seconds to start. `checks` holds the helpers of the check cells; `progress` remembers which of your exercises pass, until you run this cell again.

# %% setup="setup"
import numpy as np

from utils import checks, cnn_utils, plotting
from utils.datasets import load_digits
from utils.quiet import tensorflow as tf

train_X, train_Y, test_X, test_Y = load_digits()
progress = checks.Progress()

# %% [markdown] locked="edge_forecast_statement"
# The set-up cell also loaded 1,797 handwritten digits of 8 x 8 pixels (Alpaydin and Kaynak, 1998): 1,348 to train with and 449 to test with. We come back to them later.
#
# ## 1 A filter slides along a line
#
# Let $x_0, x_1, x_2, \dots$ be the grey values of one row of a picture, and $w_0, \dots, w_{f-1}$ the numbers of a *filter*. Put the filter on the first $f$ values, multiply each value with the number that lies on it, and add up. Then move the filter and do it again:
#
# $$z_i = \sum_{k=0}^{f-1} w_k\, x_{i s + k}$$
#
# * $s$ is the *stride*: by how many places the filter moves. Only places where the whole filter fits count.
# * *Zero padding* puts zeros at both ends of $x$ first.
# * The same few numbers $w_k$ are used at all places.
#
# Deep learning calls this a convolution. In mathematics a convolution turns the filter around first, $w_{f-1}$ to the front, and then does the same.
#
# The filter $(-1, 0, 1)$ compares the right neighbour of a place with the left one. So it is an *edge filter*: it answers 0 where nothing changes.
#
# ### Exercise 1: forecast the answers of a filter (8 points)
#
# The row is $x = (2, 2, 2, 8, 8, 8)$: dark, then bright. Work the answers out on paper **before you run anything**, and store them in a dictionary `edge_forecast`. Each value is a list of numbers.
#
# | key | the question |
# |---|---|
# | `"edge"` | the answers of the filter $(-1, 0, 1)$ with stride 1, without padding |
# | `"padded"` | the same with one zero at each end of $x$. Where does the filter see an edge now? |
# | `"stride_2"` | the same with one zero at each end and stride 2 |
# | `"flipped"` | the mathematician's convolution of $x$ with $(-1, 0, 1)$, stride 1, without padding |
# | `"blind_filter"` | the three numbers of another filter. The first one is 1. It answers 0 on every row of equal values *and* on every row that rises or falls evenly, such as 1, 3, 5, 7; but not on our $x$ |
#
# <details><summary>Hint</summary>
#
# For the last one, call the filter $(1, a, b)$. What do equal values demand of $1 + a + b$? And what does the row 0, 1, 2 demand?
#
# </details>

# %% solution="edge_forecast"
### BEGIN SOLUTION
edge_forecast = {
    "edge": [0, 6, 6, 0],
    "padded": [2, 0, 6, 6, 0, -8],  # the two ends of the padded row look like edges
    "stride_2": [2, 6, 0],  # every second one of them
    "flipped": [0, -6, -6, 0],  # the filter becomes (1, 0, -1)
    "blind_filter": [1, -2, 1],  # 1 + a + b = 0 and a + 2 b = 0
}
### END SOLUTION

# %% test="test_edge_forecast" points=8
with progress.exercise("edge_forecast"):
    asked = ["edge", "padded", "stride_2", "flipped", "blind_filter"]
    checks.keys(edge_forecast, asked, "edge_forecast", "the table lists five keys.")
    dark_bright = [2, 2, 2, 8, 8, 8]
    settings = {
        "edge": (dark_bright, [-1, 0, 1], 1),
        "padded": ([0, *dark_bright, 0], [-1, 0, 1], 1),
        "stride_2": ([0, *dark_bright, 0], [-1, 0, 1], 2),
        "flipped": (dark_bright, [-1, 0, 1][::-1], 1),
    }
    causes = {
        "edge": "multiply, add up, move by one place. Bright minus dark is positive.",
        "padded": "at both ends the filter compares a pixel with a zero. That looks like an edge, too.",
        "stride_2": "the filter starts at the first zero and moves by two places each time.",
        "flipped": "the filter is turned around first. What becomes of an answer?",
    }
    for key, (signal, weights, stride) in settings.items():
        measured = []
        for start in range(0, len(signal) - 2, stride):
            measured.append(sum(w * signal[start + k] for k, w in enumerate(weights)))
        mine = checks.array(edge_forecast[key], key)
        checks.property(
            mine.ndim == 1 and mine.size == len(measured),
            f"{key} has the shape {mine.shape}, which is not the number of places where the filter fits.",
            "write a flat list with one number for each place where the whole filter fits on the (padded) row.",
        )
        checks.close(mine, measured, key, causes[key])
    blind = checks.array(edge_forecast["blind_filter"], "blind_filter")
    checks.property(
        blind.shape == (3,) and np.isclose(blind[0], 1),
        "blind_filter does not hold three numbers of which the first is 1.",
        "write them as a flat list, [1, ...].",
    )
    for row in ([5, 5, 5], [1, 3, 5], [7, 4, 1]):
        checks.property(
            np.isclose(blind @ row, 0),
            f"On the row {row} your blind_filter answers {blind @ row:g}, not 0.",
            "both kinds of rows give an equation for the two numbers that are missing.",
        )

# %% [markdown]
# The next cell lets the same filter slide along one row of a drawn hand, from left to right. The dashed line in the picture shows which row. **Before you run it, what do you expect:** how many of the answers are large, and which signs do they have?

# %% tags=["figure"]
picture = cnn_utils.hand_picture()
grey = picture[18]
axes = plotting.panels(2, "column of the picture", size=(5, 3.6))
axes[0].imshow(picture, cmap="gray", vmin=0, vmax=1)
axes[0].axhline(18, color=plotting.ORANGE, linestyle="--", linewidth=2)
axes[0].grid(False)
_ = plotting.lines(
    np.arange(1, 63),
    {"grey value": grey[1:-1], "answer of (-1, 0, 1)": np.correlate(grey, [-1, 0, 1])},
    axes[1],
)

# %% [markdown] locked="zero_pad_statement"
# On the wall the answers are close to 0. Each of the three dark fingers gives two edges, one with a negative answer, where bright turns into dark, and one with a positive answer. The filter sees three pixels at a time, and knows nothing of fingers.
#
# ## 2 Convolution of pictures
#
# From here on our arrays have four axes: $m$ pictures, height, width, channels. A grey picture has one channel, a coloured one three, and the output of a layer has as many as the layer has filters. Height and width may differ.
#
# ### Exercise 2: zero padding (4 points)
#
# Write `zero_pad(X, pad)`. It returns the pictures with a border of `pad` zeros on all four sides. The number of pictures and of channels stays, and so does `X` itself. `pad` may be 0.
#
# <details><summary>Hint</summary>
#
# `np.pad` takes one pair (before, after) for each axis. Or make zeros of the new shape and write `X` into the middle.
#
# </details>


# %% solution="zero_pad"
def zero_pad(X, pad):
    """Put a border of zeros around pictures.

    Parameters
    ----------
    X : ndarray, shape (m, n_H, n_W, n_C)
    pad : int
        The width of the border, 0 or more.

    Returns
    -------
    ndarray, shape (m, n_H + 2 pad, n_W + 2 pad, n_C)
    """
    ### BEGIN SOLUTION
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    ### END SOLUTION


# %% test="test_zero_pad" points=4
with progress.exercise("zero_pad", hidden_tests="other numbers of pictures, shapes and borders"):
    six = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).reshape(1, 2, 3, 1)
    padded = zero_pad(six.copy(), 1)
    checks.shape(
        padded,
        (1, 4, 5, 1),
        "zero_pad of one grey picture of 2 x 3 pixels, with pad = 1,",
        "only the axes 1 (height) and 2 (width) grow, and by twice the border.",
    )
    checks.close(
        checks.array(padded, "padded")[0, :, :, 0],
        [[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 0, 0, 0, 0]],
        "The padded picture",
        "zeros on all four sides, the picture in the middle.",
    )
    several = np.arange(1.0, 49.0).reshape(2, 3, 4, 2)
    given_several = several.copy()
    padded = zero_pad(given_several, 2)
    checks.unchanged(given_several, several, "X")
    checks.shape(
        padded,
        (2, 7, 8, 2),
        "zero_pad of two pictures of 3 x 4 pixels with 2 channels, with pad = 2,",
        "pictures and channels are not padded; the border has the width pad.",
    )
    padded = checks.array(padded, "padded")
    checks.close(
        padded[:, 2:5, 2:6], several, "The middle of it", "the pictures keep their values."
    )
    checks.close(
        np.abs(padded).sum(), several.sum(), "The sum of it", "the border holds zeros only."
    )
    try:
        padded = zero_pad(several.copy(), 0)
    except ValueError as error:
        checks.fail(f"With pad = 0 there is an error: {error}.", "a slice such as [0:-0] is empty.")
    checks.close(
        padded,
        several,
        "The same with pad = 0",
        "a border of 0 changes nothing. A slice such as [0:-0] is empty.",
    )
### BEGIN HIDDEN TESTS
pad_rng = checks.rng(2)
for shape_p, border_p in (((3, 2, 5, 4), 3), ((1, 6, 1, 1), 1), ((2, 4, 3, 2), 4)):
    X_p = pad_rng.normal(size=shape_p)
    wide_p = np.zeros(
        (shape_p[0], shape_p[1] + 2 * border_p, shape_p[2] + 2 * border_p, shape_p[3])
    )
    for i, h, w, c in np.ndindex(*shape_p):
        wide_p[i, h + border_p, w + border_p, c] = X_p[i, h, w, c]
    checks.close(zero_pad(X_p.copy(), border_p), wide_p, "padded", atol=1e-6)
### END HIDDEN TESTS

# %% [markdown] locked="conv_single_step_statement"
# A filter that starts in the border also gets to see the outermost pixels in its middle, and the output can be as large as the picture.
#
# ### Exercise 3: one place of a filter (4 points)
#
# A filter for pictures has the height $f$, the width $f$, and as many channels as its input. On one place of the picture it lies on a *window* of the same shape. It answers with one number: the sum of all products, over height, width *and* channels, plus a bias.
#
# Write `conv_single_step(a_slice_prev, W, b)`, which returns this number for one window, one filter and one bias. Nothing is turned around.
#
# <details><summary>Hint</summary>
#
# `*` multiplies arrays of equal shape entry by entry, and `np.sum` without an axis adds up all entries. Which of the two happens first, the sum or the bias?
#
# </details>


# %% solution="conv_single_step"
def conv_single_step(a_slice_prev, W, b):
    """The answer of one filter at one place.

    Parameters
    ----------
    a_slice_prev : ndarray, shape (f, f, n_C_prev)
        The window that the filter lies on.
    W : ndarray, shape (f, f, n_C_prev)
    b : ndarray, shape (1, 1, 1)

    Returns
    -------
    float
    """
    ### BEGIN SOLUTION
    return np.sum(a_slice_prev * W) + b.item()
    ### END SOLUTION


# %% test="test_conv_single_step" points=4
with progress.exercise("conv_single_step", hidden_tests="larger windows and more channels"):
    window = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(2, 2, 1)
    weights = np.array([[10.0, 0.0], [-1.0, 2.0]]).reshape(2, 2, 1)
    bias = np.full((1, 1, 1), 0.5)
    found = checks.number(
        conv_single_step(window.copy(), weights.copy(), bias.copy()),
        "The answer",
        "the products are added up, over all three axes.",
    )
    checks.property(
        not np.isclose(found, 17.0),
        "The answer is 17: the bias was added four times.",
        "add the bias once, after the sum.",
    )
    checks.property(
        not np.isclose(found, 15.0),
        "The answer is 15: there is no bias in it.",
        "b is added to the sum.",
    )
    checks.close(
        found,
        15.5,
        "The answer to the window [[1, 2], [3, 4]] with the weights [[10, 0], [-1, 2]] and the bias 0.5",
        "multiply entry by entry (this is no matrix product, and nothing is turned around), then add everything up.",
    )
    checks.close(
        conv_single_step(
            np.array([[[1.0, 10.0]]]), np.array([[[3.0, -2.0]]]), np.full((1, 1, 1), 4.0)
        ),
        -13.0,
        "The answer to one pixel with the channels 1 and 10, the weights 3 and -2 and the bias 4",
        "each channel has its own weight, and the sum runs over the channels, too.",
    )
### BEGIN HIDDEN TESTS
step_rng = checks.rng(3)
for f_s, channels_s in ((3, 4), (1, 5), (4, 3)):
    window_s, W_s = step_rng.normal(size=(2, f_s, f_s, channels_s))
    total_s = bias_s = float(step_rng.normal())
    for index in np.ndindex(*window_s.shape):
        total_s += window_s[index] * W_s[index]
    checks.close(
        conv_single_step(window_s.copy(), W_s.copy(), np.full((1, 1, 1), bias_s)),
        total_s,
        "answer",
        rtol=1e-4,
        atol=1e-5,
    )
### END HIDDEN TESTS

# %% [markdown] locked="conv_forward_statement"
# ### Exercise 4: a layer of filters (14 points)
#
# A layer has $n_C$ filters and a bias for each. All of them slide over each picture, and each writes its answers into a channel of its own. With the padded input $P$ and the stride $s$:
#
# $$Z_{i, h, w, c} = b_c + \sum_{q=0}^{f-1} \sum_{r=0}^{f-1} \sum_{k} P_{i,\; hs+q,\; ws+r,\; k} \; W_{q, r, k, c}$$
#
# The output has the height and width
#
# $$n_H = \left\lfloor \frac{n_{H,prev} - f + 2\, pad}{s} \right\rfloor + 1, \qquad n_W = \left\lfloor \frac{n_{W,prev} - f + 2\, pad}{s} \right\rfloor + 1,$$
#
# where $\lfloor x \rfloor$ is the largest whole number that is not greater than $x$.
#
# Write `conv_forward(A_prev, W, b, hparameters)`. `hparameters` is a dictionary with the entries `"stride"` and `"pad"`.
#
# 1. Pad the pictures with your `zero_pad`.
# 2. Make `Z` with zeros of the right shape.
# 3. Fill it. For the place $(h, w)$ the window begins in row $hs$ and in column $ws$ of the padded picture. You may loop over pictures, places and filters and call `conv_single_step`, or treat all pictures or filters at once.
# 4. Return `Z` and the cache `(A_prev, W, b, hparameters)`, with `A_prev` as it came. Leave `A_prev` unchanged.
#
# <details><summary>Hint</summary>
#
# `W[:, :, :, c]` is filter number c, and `b[:, :, :, c]` its bias. For whole numbers `//` divides and rounds down. Four loops are fine here.
#
# </details>


# %% solution="conv_forward"
def conv_forward(A_prev, W, b, hparameters):
    """The forward pass of a layer of filters.

    Parameters
    ----------
    A_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C_prev)
    W : ndarray, shape (f, f, n_C_prev, n_C)
    b : ndarray, shape (1, 1, 1, n_C)
    hparameters : dict
        "stride" and "pad".

    Returns
    -------
    Z : ndarray, shape (m, n_H, n_W, n_C)
    cache : tuple
        (A_prev, W, b, hparameters), for conv_backward.
    """
    ### BEGIN SOLUTION
    f, stride = W.shape[0], hparameters["stride"]
    P = zero_pad(A_prev, hparameters["pad"])
    n_H, n_W = (P.shape[1] - f) // stride + 1, (P.shape[2] - f) // stride + 1
    Z = np.zeros((len(A_prev), n_H, n_W, W.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            windows = P[:, h * stride : h * stride + f, w * stride : w * stride + f, :]
            Z[:, h, w, :] = np.tensordot(windows, W, axes=3) + b[0, 0, 0]
    ### END SOLUTION
    cache = (A_prev, W, b, hparameters)
    return Z, cache


# %% test="test_conv_forward" points=14 needs="zero_pad conv_single_step"
with progress.exercise(
    "conv_forward",
    hidden_tests="other numbers of pictures, shapes, filters, strides and borders",
    needs="zero_pad conv_single_step",
):
    twelve = np.array([[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], float).reshape(1, 3, 4, 1)
    one_filter = np.array([[1, 0], [2, -1]], float).reshape(2, 2, 1, 1)
    ten = np.full((1, 1, 1, 1), 10.0)
    given_twelve = twelve.copy()
    answer = conv_forward(given_twelve, one_filter.copy(), ten.copy(), {"stride": 1, "pad": 0})
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "conv_forward does not return two things.",
        "return Z, cache.",
    )
    checks.unchanged(given_twelve, twelve, "A_prev")
    bordered = conv_forward(twelve.copy(), one_filter.copy(), ten.copy(), {"stride": 1, "pad": 1})[
        1
    ]
    checks.property(
        isinstance(bordered, (tuple, list)) and len(bordered) >= 4,
        "The cache of conv_forward does not have four parts.",
        "cache = (A_prev, W, b, hparameters).",
    )
    for part, right, label in zip(bordered, (twelve, one_filter, ten), ("A_prev", "W", "b")):
        checks.shape(
            part,
            right.shape,
            f"{label} in the cache",
            "A_prev as it came, without the border; then W and b.",
        )
        checks.close(part, right, f"{label} in the cache", "the arguments as they came.")
    checks.property(
        isinstance(bordered[3], dict)
        and (bordered[3].get("stride"), bordered[3].get("pad")) == (1, 1),
        "The last part of the cache is not the dictionary with stride and pad.",
        "hparameters as it came, with both entries.",
    )
    said = "For the picture [[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], the filter [[1, 0], [2, -1]] and the bias 10"
    for setting, right, cause in (
        (
            {"stride": 1, "pad": 0},
            [[10, 10, 17], [14, 10, 11]],
            "one window per place: rows h to h + f, columns w to w + f, not turned around; then plus the bias. f comes from the shape of W.",
        ),
        (
            {"stride": 2, "pad": 0},
            [[10, 17]],
            "with stride 2 the windows begin in the columns 0 and 2; the size is rounded down.",
        ),
        (
            {"stride": 2, "pad": 1},
            [[9, 14, 16], [8, 10, 21]],
            "pad first, with zeros, then let the windows begin in the rows and columns 0, 2, ... of the padded picture.",
        ),
    ):
        Z = conv_forward(twelve.copy(), one_filter.copy(), ten.copy(), dict(setting))[0]
        words = f"{said}, with stride {setting['stride']} and pad {setting['pad']}, Z"
        checks.shape(
            Z,
            (1, *np.shape(right), 1),
            words,
            "look at the formula for the height and the width: rows and columns, + 2 pad, rounded down, + 1.",
        )
        checks.close(checks.array(Z, "Z")[0, :, :, 0], right, words, cause)
    two_pictures = np.arange(48.0).reshape(2, 3, 4, 2) % 7 - 2
    three_filters = np.arange(24.0).reshape(2, 2, 2, 3) % 5 - 1
    three_biases = np.array([0.0, 10.0, -5.0]).reshape(1, 1, 1, 3)
    Z = conv_forward(
        two_pictures.copy(), three_filters.copy(), three_biases.copy(), {"stride": 2, "pad": 1}
    )[0]
    words = "For two pictures of 3 x 4 pixels with 2 channels, three filters, stride 2 and pad 1"
    checks.shape(
        Z,
        (2, 2, 3, 3),
        f"{words}, Z",
        "pictures, height, width, filters; the last axis has as many entries as there are filters.",
    )
    Z = checks.array(Z, "Z")
    for channel, right in enumerate(
        ([[2, -5, -1], [15, -9, 2]], [[15, 9, 10], [22, 0, 20]], [[-2, 8, -4], [4, -6, 3]])
    ):
        checks.close(
            Z[1, :, :, channel],
            right,
            f"{words}, the output of filter {channel} for the second picture",
            "every picture meets every filter; filter number c is W[:, :, :, c] and has its own bias; the sum runs over all channels of the input.",
        )
### BEGIN HIDDEN TESTS
conv_rng = checks.rng(4)
for shape_c, f_c, filters_c, stride_c, pad_c in (
    ((2, 5, 7, 3), 3, 4, 1, 1),
    ((1, 7, 4, 2), 2, 3, 3, 2),
    ((3, 6, 5, 1), 4, 2, 2, 3),
):
    A_c = conv_rng.normal(size=shape_c)
    W_c = conv_rng.normal(size=(f_c, f_c, shape_c[3], filters_c))
    b_c = conv_rng.normal(size=(1, 1, 1, filters_c))
    wide_c = np.zeros((shape_c[0], shape_c[1] + 2 * pad_c, shape_c[2] + 2 * pad_c, shape_c[3]))
    wide_c[:, pad_c : pad_c + shape_c[1], pad_c : pad_c + shape_c[2]] = A_c
    rows_c = range(0, wide_c.shape[1] - f_c + 1, stride_c)
    columns_c = range(0, wide_c.shape[2] - f_c + 1, stride_c)
    oracle_c = np.zeros((shape_c[0], len(rows_c), len(columns_c), filters_c))
    for h, row in enumerate(rows_c):
        for w, column in enumerate(columns_c):
            for q, r, k in np.ndindex(f_c, f_c, shape_c[3]):
                oracle_c[:, h, w, :] += wide_c[:, row + q, column + r, [k]] * W_c[q, r, k]
    oracle_c += b_c
    Z = conv_forward(A_c, W_c, b_c, {"stride": stride_c, "pad": pad_c})[0]
    checks.close(Z, oracle_c, "Z", rtol=1e-4, atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# Six filters at once are a *filter bank*: one call of your function, one output channel per filter. The next cell shows what six filters answer to the hand. Then it takes the first of them with the strides 1, 2 and 4, each time with pad 1.
#
# **Before you run it, what do you expect:** where does a filter for edges between left and right answer 0, and where one for edges between above and below? And how large are the last three outputs, for a picture of 64 x 64 pixels?

# %% tags=["figure"] needs="conv_forward"
side = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
bank = {
    "left to right": side,
    "top to bottom": side.T,
    "along a diagonal": np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]) / 8,
    "pixel against neighbours": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8,
    "mean of nine": np.ones((3, 3)) / 9,
    "sharper": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
}
bank_W = np.stack(list(bank.values()), axis=-1)[:, :, None, :]
answers = conv_forward(
    picture[None, :, :, None], bank_W, np.zeros((1, 1, 1, 6)), {"stride": 1, "pad": 0}
)[0]
answers = np.moveaxis(np.asarray(answers)[0], 2, 0)
_ = cnn_utils.pictures(answers[:4], list(bank)[:4], size=2.2, signed=True)
_ = cnn_utils.pictures([picture, *answers[4:]], ["the picture", *list(bank)[4:]], size=2.2)

coarse = {}
for stride in (1, 2, 4):
    answer = conv_forward(
        picture[None, :, :, None],
        side[:, :, None, None],
        np.zeros((1, 1, 1, 1)),
        {"stride": stride, "pad": 1},
    )[0]
    coarse[f"stride {stride}: {np.shape(answer)[1]} x {np.shape(answer)[2]}"] = np.asarray(answer)[
        0, :, :, 0
    ]
_ = cnn_utils.pictures(list(coarse.values()), list(coarse), size=2.4, signed=True)

# %% [markdown] locked="pool_forward_statement"
# In the first row medium grey is the answer 0. The first filter finds the sides of the fingers and of the arm, the second one the finger tips and the stripe on the wall. The third one compares the pixels at the lower left with those at the upper right; it hardly sees the stripe, because the stripe runs in just this direction. The fourth one finds edges in all directions, and the noise as well. The other two do not look for anything: the mean takes noise and detail away, the last one enlarges both.
#
# With pad 1 and a filter of 3 x 3 the output has the size of the picture, 64; the strides 2 and 4 give 32 and 16. The border answers, too, as in exercise 1: there the picture meets the zeros.
#
# ## 3 Pooling
#
# A filter says *where* its pattern is. For the question which digit it is, the exact pixel matters little. *Pooling* slides a window over each channel, and keeps its largest value (`"max"`) or its mean (`"average"`). There is nothing to learn in it, and no padding here:
#
# $$n_H = \left\lfloor \frac{n_{H,prev} - f}{s} \right\rfloor + 1, \qquad n_W = \left\lfloor \frac{n_{W,prev} - f}{s} \right\rfloor + 1$$
#
# ### Exercise 5: pooling (8 points)
#
# Write `pool_forward(A_prev, hparameters, mode="max")`. `hparameters` has the entries `"f"` and `"stride"`. Every channel is pooled on its own. Windows may overlap, and values may be negative. Return `A` and the cache `(A_prev, hparameters)`. Leave `A_prev` unchanged.
#
# <details><summary>Hint</summary>
#
# The loops are those of exercise 4, with a maximum or a mean in the place of the sum of products. `np.max(x, axis=(1, 2))` takes the maximum over height and width, and keeps pictures and channels apart.
#
# </details>


# %% solution="pool_forward"
def pool_forward(A_prev, hparameters, mode="max"):
    """The forward pass of a pooling layer.

    Parameters
    ----------
    A_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C)
    hparameters : dict
        "f", the height and width of the window, and "stride".
    mode : str
        "max" or "average".

    Returns
    -------
    A : ndarray, shape (m, n_H, n_W, n_C)
    cache : tuple
        (A_prev, hparameters), for pool_backward.
    """
    ### BEGIN SOLUTION
    f, stride = hparameters["f"], hparameters["stride"]
    n_H, n_W = ((size - f) // stride + 1 for size in A_prev.shape[1:3])
    pool = {"max": np.max, "average": np.mean}[mode]
    A = np.zeros((A_prev.shape[0], n_H, n_W, A_prev.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
            A[:, h, w, :] = pool(A_prev[:, rows, columns, :], axis=(1, 2))
    ### END SOLUTION
    cache = (A_prev, hparameters)
    return A, cache


# %% test="test_pool_forward" points=8
with progress.exercise(
    "pool_forward", hidden_tests="other numbers of pictures, shapes, windows and strides"
):
    twelve = np.array([[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], float).reshape(1, 3, 4, 1)
    given_twelve = twelve.copy()
    answer = pool_forward(given_twelve, {"f": 2, "stride": 1}, "max")
    checks.property(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "pool_forward does not return two things.",
        "return A, cache.",
    )
    checks.unchanged(given_twelve, twelve, "A_prev")
    cache = answer[1]
    checks.property(
        isinstance(cache, (tuple, list))
        and len(cache) >= 2
        and np.shape(cache[0]) == twelve.shape
        and isinstance(cache[1], dict)
        and (cache[1].get("f"), cache[1].get("stride")) == (2, 1),
        "The cache is not the pair of A_prev and the dictionary with f and stride.",
        "cache = (A_prev, hparameters), both as they came; pool_backward needs the input, not the output.",
    )
    said = "For the picture [[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]] and"
    for f, stride, mode, right in (
        (2, 1, "max", [[2, 4, 4], [2, 4, 5]]),
        (2, 1, "average", [[1, 1.75, 2], [0.75, 1.5, 2.75]]),
        (2, 2, "max", [[2, 4]]),
        (2, 2, "average", [[1, 2]]),
        (3, 1, "max", [[4, 5]]),
        (3, 1, "average", [[11 / 9, 17 / 9]]),
    ):
        A = pool_forward(twelve.copy(), {"f": f, "stride": stride}, mode)[0]
        words = f"{said} windows of {f} x {f} with stride {stride}, mode {mode!r}, A"
        checks.shape(
            A,
            (1, *np.shape(right), 1),
            words,
            "(size - f) // stride + 1 for the height and for the width.",
        )
        checks.close(
            checks.array(A, "A")[0, :, :, 0],
            right,
            words,
            "the window of (h, w) begins in row h * stride and column w * stride and has f rows and f columns; "
            '"max" takes its largest value, "average" its mean.',
        )
    channels = np.concatenate([twelve, -twelve - 1], axis=3)
    A = pool_forward(channels.copy(), {"f": 2, "stride": 2})[0]
    checks.shape(
        A, (1, 1, 2, 2), "For a picture with two channels, A", "each channel is pooled on its own."
    )
    checks.close(
        A,
        [[[[2, -1], [4, -1]]]],
        "For a picture with two channels, the second one all negative, A without a mode",
        'each channel is pooled on its own; a largest value may be negative; the default of mode is "max".',
    )
### BEGIN HIDDEN TESTS
pool_rng = checks.rng(5)
for shape_q, f_q, stride_q in (((2, 6, 5, 3), 3, 2), ((3, 4, 7, 2), 4, 3), ((1, 5, 6, 4), 1, 2)):
    A_q = pool_rng.normal(size=shape_q)
    rows_q = range(0, shape_q[1] - f_q + 1, stride_q)
    columns_q = range(0, shape_q[2] - f_q + 1, stride_q)
    oracle_q = np.zeros((2, shape_q[0], len(rows_q), len(columns_q), shape_q[3]))
    for h, row in enumerate(rows_q):
        for w, column in enumerate(columns_q):
            for i, c in np.ndindex(shape_q[0], shape_q[3]):
                window_q = [A_q[i, row + q, column + r, c] for q in range(f_q) for r in range(f_q)]
                oracle_q[:, i, h, w, c] = max(window_q), sum(window_q) / len(window_q)
    both_q = [
        pool_forward(A_q.copy(), {"f": f_q, "stride": stride_q}, mode)[0]
        for mode in ("max", "average")
    ]
    for found_q, right_q in zip(both_q, oracle_q, strict=True):
        checks.close(found_q, right_q, "A", rtol=1e-4, atol=1e-5)
### END HIDDEN TESTS

# %% tags=["figure"] needs="conv_forward pool_forward"
# The size of the first filter's answers to the hand, pooled in two ways; and what remains of the change
# when digits move by one pixel. How much would you expect?
edges = np.abs(
    np.asarray(
        conv_forward(
            picture[None, :, :, None],
            side[:, :, None, None],
            np.zeros((1, 1, 1, 1)),
            {"stride": 1, "pad": 0},
        )[0]
    )
)
pooled = {
    f"{mode}, 4 x 4, stride 4": np.asarray(pool_forward(edges, {"f": 4, "stride": 4}, mode)[0])
    for mode in ("max", "average")
}
_ = cnn_utils.pictures(
    [edges[0, :, :, 0], *(part[0, :, :, 0] for part in pooled.values())],
    ["size of the answers", *pooled],
    size=2.4,
)
few = train_X[:200].astype(float)
aside = np.pad(few, ((0, 0), (0, 0), (1, 0), (0, 0)))[:, :, :8]  # moved by one pixel to the right
for label, one, other in (
    ("pixels", few, aside),
    ("max", *(np.asarray(pool_forward(part, {"f": 2, "stride": 2})[0]) for part in (few, aside))),
):
    change = np.abs(one - other).sum() / np.abs(one).sum()
    print(f"digits moved by a pixel: mean change of {label} {change:.2f}")

# %% [markdown] locked="conv_backward_statement"
# Both pools keep 15 x 15 numbers where there were 62 x 62 (the last two rows and columns are left out: 62 = 15 * 4 + 2). The maximum keeps thin lines bright, the mean thins them out. If a digit moves by one pixel, the sum of the changes is 0.85 of the sum of its pixels; after a max pool of 2 x 2 it is 0.44. A pool forgives a part of a small move, and not all of it.
#
# ## 4 The way back
#
# ### Exercise 6: the gradients of a layer of filters (14 points)
#
# The backward pass gets $dZ$, the derivatives of the cost with respect to all entries of $Z$. Look at the formula of exercise 4: each output is a sum of products of a pixel of the padded input $P$ and a weight, plus a bias. So each output $Z_{i,h,w,c}$ passes its $dZ_{i,h,w,c}$ on to everything that went into it:
#
# $$dP_{i,\,window} \mathrel{+}= W_{:,:,:,c} \; dZ_{i,h,w,c}, \qquad dW_{:,:,:,c} \mathrel{+}= P_{i,\,window} \; dZ_{i,h,w,c}, \qquad db_c \mathrel{+}= dZ_{i,h,w,c}$$
#
# *window* are the rows $hs$ to $hs + f - 1$, the columns $ws$ to $ws + f - 1$ and all channels, as in the forward pass. It is "+=" because windows overlap and because all places share the filter.
#
# One thing this text leaves to you. The layer before wants $dA_{prev}$, and we have $dP$. **Derive** the one from the other: what did the forward pass do with the entries of $A_{prev}$, and what becomes of the gradient of the border? It has to hold for every pad, also for 0.
#
# Write `conv_backward(dZ, cache)`.
#
# 1. The cache is `(A_prev, W, b, hparameters)` as in exercise 4, with `A_prev` not yet padded.
# 2. Go through the outputs (all pictures or filters at once, if you like) and add up the three gradients. There is no mean over the pictures here.
# 3. Return `dA_prev, dW, db`, with the shapes of `A_prev`, `W` and `b`. Leave `dZ` and the cache as they are.
#
# <details><summary>Hint</summary>
#
# Write the whole function for pad 0 first, with `dP` of the shape of the padded pictures. For the last step think of the place in $P$ where the pixel (0, 0) of $A_{prev}$ is, and of how many rows and columns belong to $A_{prev}$.
#
# </details>


# %% solution="conv_backward"
def conv_backward(dZ, cache):
    """The backward pass of a layer of filters.

    Parameters
    ----------
    dZ : ndarray, shape (m, n_H, n_W, n_C)
    cache : tuple
        (A_prev, W, b, hparameters), from conv_forward.

    Returns
    -------
    dA_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C_prev)
    dW : ndarray, shape (f, f, n_C_prev, n_C)
    db : ndarray, shape (1, 1, 1, n_C)
    """
    A_prev, W, b, hparameters = cache
    ### BEGIN SOLUTION
    f, stride, pad = W.shape[0], hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
            dP[:, rows, columns] += np.tensordot(dZ[:, h, w], W, axes=([1], [3]))
            dW += np.tensordot(P[:, rows, columns], dZ[:, h, w], axes=([0], [0]))
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    ### END SOLUTION
    return dA_prev, dW, db


# %% test="test_conv_backward" points=14 needs="zero_pad"
with progress.exercise(
    "conv_backward",
    hidden_tests="TensorFlow's gradients for other pictures, filters, strides and borders",
    needs="zero_pad",
):
    twelve = np.array([[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], float).reshape(1, 3, 4, 1)
    one_filter = np.array([[1, 0], [2, -1]], float).reshape(2, 2, 1, 1)
    for stride, pad, upstream, right_A, right_W, right_b in (
        (
            2,
            1,
            [[1, 2, 3], [4, 5, 6]],
            [[-1, 4, -2, 6], [0, 5, 0, 6], [-4, 10, -5, 12]],
            [[11, 20], [43, 14]],
            21,
        ),
        (
            1,
            0,
            [[1, 10, 0], [0, 100, 1]],
            [[1, 10, 0, 0], [2, 119, -9, 0], [0, 200, -98, -1]],
            [[125, 403], [11, 146]],
            112,
        ),
    ):
        dZ = np.array(upstream, float).reshape(1, 2, 3, 1)
        given_dZ, setting = dZ.copy(), {"stride": stride, "pad": pad}
        kept = (twelve.copy(), one_filter.copy(), np.full((1, 1, 1, 1), 10.0), setting)
        try:
            answer = conv_backward(given_dZ, kept)
        except ValueError as error:
            if pad:
                raise
            checks.fail(
                f"With pad = 0 there is an error: {error}.",
                "a slice such as [pad:-pad] is empty then.",
            )
        checks.property(
            isinstance(answer, (tuple, list)) and len(answer) == 3,
            "conv_backward does not return three things.",
            "return dA_prev, dW, db.",
        )
        checks.unchanged(kept[0], twelve, "A_prev in the cache")
        words = f"With stride {stride} and pad {pad}, for dZ = {upstream}, the picture and the filter of the check of exercise 4,"
        dA_prev, dW, db = answer
        checks.shape(dW, (2, 2, 1, 1), f"{words} dW", "return dA_prev, dW, db, in this order.")
        checks.close(
            checks.array(dW, "dW")[:, :, 0, 0],
            right_W,
            f"{words} dW",
            "each place adds its window of the padded picture times its dZ. The same windows as in the forward pass: "
            "mind stride and pad.",
        )
        checks.shape(db, (1, 1, 1, 1), f"{words} db", "it has the shape of b.")
        checks.close(
            checks.array(db, "db")[0, 0, 0, 0],
            right_b,
            f"{words} db",
            "the bias goes into every place, so all dZ are added up.",
        )
        checks.shape(
            dA_prev,
            (1, 3, 4, 1),
            f"{words} dA_prev",
            "it has the shape of A_prev: the border has to go, and nothing else. With pad = 0 a slice such as [pad:-pad] is empty.",
        )
        checks.close(
            checks.array(dA_prev, "dA_prev")[0, :, :, 0],
            right_A,
            f"{words} dA_prev",
            "where windows overlap their gradients add up; each place adds the filter times its dZ; the border lies "
            "around the picture on all sides.",
        )
    two_pictures = np.arange(48.0).reshape(2, 3, 4, 2) % 7 - 2
    three_filters = np.arange(24.0).reshape(2, 2, 2, 3) % 5 - 1
    dZ = np.arange(36.0).reshape(2, 2, 3, 3) % 4 - 1
    dA_prev, dW, db = conv_backward(
        dZ.copy(), (two_pictures, three_filters, np.zeros((1, 1, 1, 3)), {"stride": 2, "pad": 1})
    )
    words = "For two pictures with 2 channels and three filters"
    checks.shape(dW, (2, 2, 2, 3), f"{words}, dW", "it has the shape of W.")
    checks.close(
        checks.array(dW, "dW")[:, :, 1, 2],
        [[8, 4], [21, -6]],
        f"{words}, the part of dW for channel 1 and filter 2",
        "filter c gets the dZ of channel c; all pictures add to it.",
    )
    checks.shape(db, (1, 1, 1, 3), f"{words}, db", "it has the shape of b: one number per filter.")
    checks.close(
        checks.array(db, "db")[0, 0, 0],
        [6, 6, 6],
        f"{words}, db",
        "one sum per filter, over pictures, rows and columns. It is a sum, not a mean.",
    )
    checks.shape(dA_prev, (2, 3, 4, 2), f"{words}, dA_prev", "it has the shape of A_prev.")
    checks.close(
        checks.array(dA_prev, "dA_prev")[1, :, :, 1],
        [[0, 2, 5, 2], [7, 9, 1, 1], [-1, -2, 0, 2]],
        f"{words}, the part of dA_prev for channel 1 of the second picture",
        "all filters add to every channel of their window; each picture has its own gradient.",
    )
### BEGIN HIDDEN TESTS
back_rng = checks.rng(6)
for shape_b, f_b, filters_b, stride_b, pad_b in (
    ((2, 5, 4, 3), 3, 2, 2, 2),
    ((3, 4, 6, 1), 2, 4, 3, 0),
    ((1, 3, 5, 2), 3, 3, 1, 1),
):
    A_b = back_rng.normal(size=shape_b)
    W_b = back_rng.normal(size=(f_b, f_b, shape_b[3], filters_b))
    b_b = back_rng.normal(size=(1, 1, 1, filters_b))
    inputs_b = [tf.constant(part) for part in (A_b, W_b, b_b)]
    with tf.GradientTape() as tape_b:
        tape_b.watch(inputs_b)
        wide_b = tf.pad(inputs_b[0], ((0, 0), (pad_b, pad_b), (pad_b, pad_b), (0, 0)))
        Z_b = tf.nn.conv2d(wide_b, inputs_b[1], stride_b, "VALID") + inputs_b[2]
        dZ_b = back_rng.normal(size=Z_b.shape)
        cost_b = tf.reduce_sum(Z_b * dZ_b)
    oracle_b = [part.numpy() for part in tape_b.gradient(cost_b, inputs_b)]
    found_b = conv_backward(dZ_b, (A_b, W_b, b_b, {"stride": stride_b, "pad": pad_b}))
    for mine_b, right_b in zip(found_b, oracle_b, strict=True):
        checks.close(mine_b, right_b, "gradient", rtol=1e-4, atol=1e-4)
### END HIDDEN TESTS

# %% demo="conv_gradients" needs="conv_forward conv_backward"
# Are the derived gradients right? This cell compares them with two others that know nothing of your loops:
# two-sided differences of your own conv_forward, as in Gradient Checking, and TensorFlow's gradients.
generator = np.random.default_rng(7)
shapes = {"A_prev": (2, 5, 4, 3), "W": (3, 3, 3, 2), "b": (1, 1, 1, 2)}
inputs = {name: generator.normal(size=shape) for name, shape in shapes.items()}
setting = {"stride": 2, "pad": 1}
example_Z, example_cache = conv_forward(*inputs.values(), setting)
upstream = generator.normal(size=np.shape(example_Z))
derived = dict(zip(shapes, conv_backward(upstream, example_cache), strict=True))

tensors = {name: tf.constant(value) for name, value in inputs.items()}
with tf.GradientTape() as tape:
    tape.watch(tensors)
    padded = tf.pad(tensors["A_prev"], ((0, 0), (1, 1), (1, 1), (0, 0)))
    their_Z = tf.nn.conv2d(padded, tensors["W"], strides=2, padding="VALID") + tensors["b"]
    cost = tf.reduce_sum(their_Z * upstream)
theirs = tape.gradient(cost, tensors)
for name, value in inputs.items():
    differences = cnn_utils.measured_gradient(
        lambda changed, name=name: conv_forward(*{**inputs, name: changed}.values(), setting)[0],
        value,
        upstream,
    )
    to_measured = np.abs(derived[name] - differences).max()
    to_tensorflow = np.abs(derived[name] - theirs[name].numpy()).max()
    print(
        f"d{name:7} largest difference to the measured one below 1e-4: {to_measured < 1e-4}, "
        f"to TensorFlow's below 1e-4: {to_tensorflow < 1e-4}"
    )

# %% [markdown] locked="create_mask_from_window_statement"
# Three answers agree that come from three ways of computing.
#
# ### The way back through a pool
#
# The largest value of a window goes through a max pool unchanged, and the others have no influence at all. So the gradient goes back to the place of the largest value. In an average pool each of the $n$ values has the weight $1/n$, and gets this share of the gradient.
#
# ### Exercise 7: a mask and a share (6 points)
#
# Write two short functions in the cell below. The cell has the head of the first one; write the second one under it, from its `def` on.
#
# * `create_mask_from_window(x)` returns an array of the shape of `x` that is True (or 1) where `x` has its largest value and False (or 0) elsewhere. If several entries are equally large, all of them are True.
# * `distribute_value(dz, shape)` returns an array of the shape `shape = (n_H, n_W)`. Each entry gets an equal share of the number `dz`, so that all entries add up to `dz`.
#
# <details><summary>Hint</summary>
#
# Comparing an array with a number gives an array of True and False. `np.full(shape, value)` makes an array of equal entries.
#
# </details>


# %% solution="create_mask_from_window"
def create_mask_from_window(x):
    """Mark the largest value of a window.

    Parameters
    ----------
    x : ndarray, shape (f, f)

    Returns
    -------
    ndarray of bool, shape (f, f)
    """
    ### BEGIN SOLUTION
    return x == np.max(x)
    ### END SOLUTION


def distribute_value(dz, shape):
    """Share a number out to a window.

    Parameters
    ----------
    dz : float
    shape : tuple of int
        (n_H, n_W)

    Returns
    -------
    ndarray, shape (n_H, n_W)
    """
    ### BEGIN SOLUTION
    return np.full(shape, dz / (shape[0] * shape[1]))
    ### END SOLUTION


# %% test="test_create_mask_from_window" points=6
with progress.exercise(
    "create_mask_from_window", hidden_tests="other windows, shares of other numbers in other shapes"
):
    for values, right, cause in (
        (
            [[1.0, 3.0], [4.0, 2.0]],
            [[0, 0], [1, 0]],
            "compare every entry with the largest one of the whole window, not of its row or column.",
        ),
        (
            [[-5.0, -2.0, -9.0], [-3.0, -4.0, -6.0]],
            [[0, 1, 0], [0, 0, 0]],
            "the largest value may be negative; compare with it, not with 0.",
        ),
        (
            [[7.0, 1.0], [0.0, 7.0]],
            [[1, 0], [0, 1]],
            "all places of the largest value are marked, not only the first one.",
        ),
    ):
        window = np.array(values)
        mask = create_mask_from_window(window)
        checks.unchanged(window, np.array(values), "x")
        checks.shape(mask, np.shape(right), f"The mask of {values}", "it has the shape of x.")
        checks.close(mask, right, f"The mask of {values}", cause)
    for value, size, right, cause in (
        (2, (2, 2), [[0.5, 0.5], [0.5, 0.5]], "four entries, a quarter each."),
        (
            6.0,
            (2, 3),
            [[1, 1, 1], [1, 1, 1]],
            "divide by the number of entries, height times width.",
        ),
    ):
        shares = distribute_value(value, size)
        checks.shape(shares, size, f"distribute_value({value}, {size})", "shape is (n_H, n_W).")
        checks.close(shares, right, f"distribute_value({value}, {size})", cause)
### BEGIN HIDDEN TESTS
mask_rng = checks.rng(7)
for size_m in (2, 3, 5):
    window_m = mask_rng.normal(size=(size_m, size_m))
    for place_m in mask_rng.choice(size_m**2, size_m + 1, replace=False):
        window_m.flat[place_m] = 4.0 if size_m > 2 else -4.0
    highest_m = max(window_m.ravel())
    mask_m = [[float(value == highest_m) for value in line] for line in window_m]
    checks.close(create_mask_from_window(window_m), mask_m, "mask")
    rows_m, value_m = int(mask_rng.integers(1, 5)), -float(mask_rng.uniform(1, 9))
    share_m = [[value_m / rows_m / size_m] * size_m] * rows_m
    checks.close(distribute_value(value_m, (rows_m, size_m)), share_m, "shares")
### END HIDDEN TESTS

# %% [markdown] locked="pool_backward_statement"
# ### Exercise 8: find and mend (12 points)
#
# The function in the next cell uses your mask and your shares for the way back through a pool. It runs without an error message, it returns arrays of the right shape, and **three** things in it are wrong. Its author tried it on one picture and one setting, and it was right.
#
# The cell also compares it with two-sided differences of your `pool_forward`, in seven settings. The last column of the table shows the largest difference between the two gradients; 0.000 is right. **Before you run it:** read the function, and write down what you suspect.


# %% demo="pool_symptoms" needs="pool_forward create_mask_from_window"
def pool_backward_broken(dA, cache, mode="max"):
    """The backward pass of a pooling layer; three things in it are wrong.

    Parameters
    ----------
    dA : ndarray, shape (m, n_H, n_W, n_C)
    cache : tuple
        (A_prev, hparameters), from pool_forward; hparameters has "f" and "stride".
    mode : str
        "max" or "average".

    Returns
    -------
    dA_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C)
    """
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows = slice(h * stride, h * stride + f)
        columns = slice(w, w + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns])
            dA_prev[i, rows, columns, c] = mask[:, :, c] * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


generator = np.random.default_rng(3)
print("mode      A_prev         f  stride   largest difference")
for mode, shape, f, stride in (
    ("max", (1, 4, 2, 1), 2, 2),
    ("max", (1, 4, 2, 1), 2, 1),
    ("max", (1, 4, 2, 3), 2, 2),
    ("max", (1, 4, 6, 1), 2, 2),
    ("average", (1, 4, 2, 1), 2, 1),
    ("average", (1, 4, 2, 3), 2, 2),
    ("average", (1, 4, 6, 1), 2, 2),
):
    A_here, setting = (
        generator.permutation(np.arange(np.prod(shape))).reshape(shape) / 4,
        {"f": f, "stride": stride},
    )
    out_here, _ = pool_forward(A_here, setting, mode)
    upstream = generator.uniform(1, 2, np.shape(out_here))
    differences = cnn_utils.measured_gradient(
        lambda changed, mode=mode, setting=setting: pool_forward(changed, setting, mode)[0],
        A_here,
        upstream,
    )
    error = np.abs(pool_backward_broken(upstream, (A_here, setting), mode) - differences).max()
    print(f"{mode:8}  {shape!s:14} {f}  {stride}        {error:.3f}")

# %% [markdown] locked="pool_backward_symptoms"
# In a picture of 4 x 2 pixels, windows of 2 x 2 have one place from left to right. Ask for each wrong row: what does it have that a right row does not have? More places from left to right, more channels, or windows that overlap?
#
# Write `pool_backward(dA, cache, mode="max")` with the same arguments and without the errors. Leave `dA` and the arrays in the cache unchanged. The cache is `(A_prev, hparameters)`. If the largest value stands in several places of a window, each of them gets the whole gradient, as your mask says.
#
# <details><summary>Hint</summary>
#
# One error is in a line that both modes use. The other two are in the two lines that only "max" uses; one of them shows only where windows overlap.
#
# </details>


# %% solution="pool_backward"
def pool_backward(dA, cache, mode="max"):
    """The backward pass of a pooling layer.

    Parameters
    ----------
    dA : ndarray, shape (m, n_H, n_W, n_C)
    cache : tuple
        (A_prev, hparameters), from pool_forward; hparameters has "f" and "stride".
    mode : str
        "max" or "average".

    Returns
    -------
    dA_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C)
    """
    A_prev, hparameters = cache
    ### BEGIN SOLUTION
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            passed = create_mask_from_window(A_prev[i, rows, columns, c]) * dA[i, h, w, c]
        else:
            passed = distribute_value(dA[i, h, w, c], (f, f))
        dA_prev[i, rows, columns, c] += passed
    ### END SOLUTION
    return dA_prev


# %% test="test_pool_backward" points=12 needs="create_mask_from_window"
with progress.exercise(
    "pool_backward",
    hidden_tests="TensorFlow's gradients for other pictures, windows and strides",
    needs="create_mask_from_window",
):
    column = np.array([[1, 2], [5, 3], [0, 4], [7, 6]], float).reshape(1, 4, 2, 1)
    wide = np.array([[1, 2, 5, 8], [0, 4, 3, 7]], float).reshape(1, 2, 4, 1)
    deep = np.array([[[1, -9], [2, -3]], [[5, -4], [3, -8]]], float).reshape(1, 2, 2, 2)
    ties = np.array([[2, 2], [1, 0]], float).reshape(1, 2, 2, 1)
    for A_prev, stride, upstream, mode, right, cause in (
        (
            column,
            2,
            [[[3.0]], [[10.0]]],
            "max",
            [[0, 0], [3, 0], [0, 0], [10, 0]],
            "the gradient goes to the place of the largest value of its window, and to no other.",
        ),
        (
            column,
            1,
            [[[3.0]], [[10.0]], [[100.0]]],
            "max",
            [[0, 0], [13, 0], [0, 0], [100, 0]],
            "the windows overlap: a pixel that wins in two of them gets both gradients.",
        ),
        (
            wide,
            2,
            [[[3.0], [10.0]]],
            "max",
            [[0, 0, 0, 10], [0, 3, 0, 0]],
            "with two places from left to right the columns move with the stride, like the rows.",
        ),
        (
            deep,
            2,
            [[[3.0, 10.0]]],
            "max",
            [[[0, 0], [0, 10]], [[3, 0], [0, 0]]],
            "each channel has its own largest value.",
        ),
        (
            ties,
            2,
            [[[3.0]]],
            "max",
            [[3, 3], [0, 0]],
            "the largest value stands in two places: each of them gets the whole gradient.",
        ),
        (
            column,
            1,
            [[[4.0]], [[40.0]], [[400.0]]],
            "average",
            [[1, 1], [11, 11], [110, 110], [100, 100]],
            "the windows overlap: the shares of both add up; each of the f * f values gets an equal share.",
        ),
        (
            wide,
            2,
            [[[4.0], [40.0]]],
            "average",
            [[1, 1, 10, 10], [1, 1, 10, 10]],
            "with two places from left to right the columns move with the stride, like the rows.",
        ),
    ):
        dA = np.array([upstream])
        given_dA, kept = dA.copy(), A_prev.copy()
        found = pool_backward(given_dA, (kept, {"f": 2, "stride": stride}), mode)
        checks.unchanged(given_dA, dA, "dA")
        checks.unchanged(kept, A_prev, "A_prev in the cache")
        words = (
            f"For A_prev = {A_prev[0].squeeze().tolist()}, f = 2, stride = {stride}, "
            f"dA = {dA[0].squeeze().tolist()} and mode {mode!r}, dA_prev"
        )
        checks.shape(found, A_prev.shape, words, "it has the shape of A_prev.")
        checks.close(found, np.reshape(right, A_prev.shape), words, cause)
    checks.close(
        pool_backward(np.array([[[[3.0]]]]), (deep[..., :1].copy(), {"f": 2, "stride": 1})),
        np.reshape([[0, 0], [3, 0]], (1, 2, 2, 1)),
        "Without a mode, dA_prev",
        'the default of mode is "max".',
    )
### BEGIN HIDDEN TESTS
pool_back_rng = checks.rng(8)
for shape_k, f_k, stride_k in (((2, 5, 6, 3), 3, 2), ((3, 7, 4, 2), 2, 3), ((2, 3, 6, 2), 3, 1)):
    A_k = tf.constant(pool_back_rng.normal(size=shape_k))
    for mode_k, pool_k in (("max", tf.nn.max_pool2d), ("average", tf.nn.avg_pool2d)):
        with tf.GradientTape() as tape_k:
            tape_k.watch(A_k)
            out_k = pool_k(A_k, f_k, stride_k, "VALID")
            dA_k = pool_back_rng.normal(size=out_k.shape)
            cost_k = tf.reduce_sum(out_k * dA_k)
        right_k = tape_k.gradient(cost_k, A_k).numpy()
        found_k = pool_backward(dA_k, (A_k.numpy(), {"f": f_k, "stride": stride_k}), mode_k)
        checks.close(found_k, right_k, "dA_prev", rtol=1e-4, atol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# Now all that you wrote works together: four filters of 3 x 3, relu, a max pool of 2 x 2, and a sigmoid unit on top of it learn to tell a 3 from a 5. The next cell takes 60 steps with 16 pictures each. It uses the first 1,000 training pictures, and counts on the other 348, of which 60 show a 3 or a 5. **Before you run it, what do you expect:** on how many of the 60 is it right?

# %% demo="own_network" needs="conv_forward pool_forward conv_backward pool_backward"
generator = np.random.RandomState(1)
own = {
    "W": generator.randn(3, 3, 1, 4) * np.sqrt(2 / 9),
    "b": np.zeros((1, 1, 1, 4)),
    "V": generator.randn(36, 1) * np.sqrt(1 / 36),
    "v": np.zeros((1, 1)),
}


def own_forward(X):
    """The probability that a picture shows a 5, and what the way back needs."""
    Z, conv_cache = conv_forward(X, own["W"], own["b"], {"stride": 1, "pad": 0})
    pooled, pool_cache = pool_forward(np.maximum(Z, 0), {"f": 2, "stride": 2})
    flat = np.reshape(pooled, (len(X), 36))
    return 1 / (1 + np.exp(-(flat @ own["V"] + own["v"]))), (flat, Z, conv_cache, pool_cache)


def own_backward(A, Y, kept):
    """The gradients of the mean cross-entropy."""
    flat, Z, conv_cache, pool_cache = kept
    d_score = (A - Y) / len(Y)
    d_pooled = np.reshape(d_score @ own["V"].T, (len(Y), 3, 3, 4))
    dZ = np.asarray(pool_backward(d_pooled, pool_cache)) * (np.asarray(Z) > 0)
    _, dW, db = conv_backward(dZ, conv_cache)
    return {"W": dW, "b": db, "V": flat.T @ d_score, "v": d_score.sum(keepdims=True)}


is_3_or_5 = np.isin(train_Y, (3, 5))
learn, count = is_3_or_5.copy(), is_3_or_5.copy()
learn[1000:], count[:1000] = False, False
own_X, own_Y = train_X[learn].astype(float), (train_Y[learn] == 5)[:, None]
own_costs = []
for step in range(60):
    chosen = generator.randint(0, len(own_X), 16)
    A, kept = own_forward(own_X[chosen])
    picked = np.where(own_Y[chosen], A, 1 - A)
    own_costs.append(-np.mean(np.log(picked)))
    for name, slope in own_backward(A, own_Y[chosen], kept).items():
        own[name] = own[name] - 0.3 * np.asarray(slope)
A, _ = own_forward(train_X[count].astype(float))
own_right = int(np.sum((A > 0.5)[:, 0] == (train_Y[count] == 5)))
print(f"right on {own_right} of {count.sum()} pictures that it has not seen")
_ = plotting.lines(
    range(60),
    {"cost": own_costs},
    title="A network of your own functions learns 3 against 5",
    xlabel="step",
    ylabel="cost of the mini-batch",
)

# %% [markdown] locked="init_weights_statement"
# The cost falls from 0.7 to about 0.1, and the network is right on 59 of 60 pictures that it has not seen. It has 77 numbers to learn. All gradients came from your functions.
#
# ## 5 The same in TensorFlow
#
# Your loops in NumPy show how it works; for speed we use TensorFlow's own operations, which also bring their gradients. A tensor of pictures has the same four axes, and a filter bank the same shape $(f, f, n_{C,prev}, n_C)$.
#
# ### Exercise 9: four small parts (6 points)
#
# Write four functions of one or two lines in the cell below. It has the head of the first one; write the others under it: `def init_bias(shape):`, `def conv2d(x, W):` and `def max_pool_2by2(x):`.
#
# * `init_weights(shape)` returns a `tf.Variable` of this shape. Its values are drawn from a *truncated* normal distribution with mean 0 and `stddev=0.1`: values more than two standard deviations from the mean are drawn again, so that none is larger than 0.2 in size.
# * `init_bias(shape)` returns a `tf.Variable` of this shape that is 0.1 everywhere. A small positive bias lets the relus start on their active side.
# * `conv2d(x, W)` lets the filters `W` slide over the pictures `x` with stride 1. `padding="SAME"` adds as many zeros as it takes for the output to have the height and width of the input.
# * `max_pool_2by2(x)` is a max pool with windows of 2 x 2 and stride 2, also with `padding="SAME"`: if the height or width is odd, the last window sticks out, and looks only at the values inside.
#
# <details><summary>Hint</summary>
#
# The functions to look up are `tf.random.truncated_normal`, `tf.constant`, `tf.nn.conv2d` and `tf.nn.max_pool2d`. In a notebook, `tf.nn.conv2d?` shows what a function takes.
#
# </details>


# %% solution="init_weights"
def init_weights(shape):
    """Weights to start with.

    Parameters
    ----------
    shape : list of int

    Returns
    -------
    tensorflow.Variable
        Drawn from a truncated normal distribution with mean 0 and standard deviation 0.1.
    """
    ### BEGIN SOLUTION
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))
    ### END SOLUTION


def init_bias(shape):
    """Biases to start with: a variable that is 0.1 everywhere."""
    ### BEGIN SOLUTION
    return tf.Variable(tf.constant(0.1, shape=shape))
    ### END SOLUTION


def conv2d(x, W):
    """Filters W (f, f, n_C_prev, n_C) over pictures x (m, n_H, n_W, n_C_prev); returns (m, n_H, n_W, n_C)."""
    ### BEGIN SOLUTION
    return tf.nn.conv2d(x, W, strides=1, padding="SAME")
    ### END SOLUTION


def max_pool_2by2(x):
    """The largest value of each window of 2 x 2; height and width become half, rounded up."""
    ### BEGIN SOLUTION
    return tf.nn.max_pool2d(x, ksize=2, strides=2, padding="SAME")
    ### END SOLUTION


# %% adapter="parts_on_arrays" needs="init_weights"
# This cell wraps your functions for the check, which works with plain arrays. Run it as it is.
def parts_on_arrays(part, *arrays):
    """Call conv2d or max_pool_2by2 with tensors in place of arrays."""
    call = conv2d if part == "conv2d" else max_pool_2by2
    return call(*(tf.constant(values, tf.float32) for values in arrays))


def can_learn(part, shape):
    """Whether a gradient tape watches what init_weights or init_bias makes, as it does with variables."""
    made = init_weights(shape) if part == "init_weights" else init_bias(shape)
    with tf.GradientTape() as tape:
        tf.identity(made)
    return len(tape.watched_variables()) == 1


# %% test="test_init_weights" points=6
with progress.exercise(
    "init_weights",
    hidden_tests="other shapes of weights, several pictures and channels, filters and pictures of other sizes",
):
    checks.seed(1)
    drawn = init_weights([3, 3, 8, 120])
    checks.shape(drawn, (3, 3, 8, 120), "init_weights([3, 3, 8, 120])", "use the argument shape.")
    drawn = checks.array(drawn, "The weights")
    checks.property(
        np.abs(drawn).max() < 0.201,
        f"The largest of 8640 weights has the size {np.abs(drawn).max():.3f}.",
        "a truncated normal distribution with stddev=0.1 ends at 0.2; the default of stddev is 1.",
    )
    checks.property(
        0.0845 < drawn.std() < 0.0915 and abs(drawn.mean()) < 0.006,
        f"The weights have the mean {drawn.mean():.3f} and the standard deviation {drawn.std():.3f}, which does not fit.",
        "tf.random.truncated_normal with mean 0 and stddev=0.1, which draws anew what it cuts off; the standard deviation of what is left is 0.088.",
    )
    checks.property(
        not np.allclose(drawn, checks.array(init_weights([3, 3, 8, 120]), "The weights")),
        "Two calls of init_weights give the same weights.",
        "do not set a seed inside the function: layers of equal shape would start alike.",
    )
    checks.close(init_bias([3]), [0.1, 0.1, 0.1], "init_bias([3])", "every entry is 0.1.")
    for part in ("init_weights", "init_bias"):
        checks.property(
            can_learn(part, [2]),
            f"What {part} returns cannot be trained.",
            "put the values into a tf.Variable; tensors and constants do not change.",
        )

    twelve = np.array([[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], float).reshape(1, 3, 4, 1)
    nine = np.array([[0, 1, 0], [0, 0, 2], [0, 0, 0]], float).reshape(3, 3, 1, 1)
    found = parts_on_arrays("conv2d", twelve, nine)
    checks.shape(
        found, (1, 3, 4, 1), "conv2d of a picture of 3 x 4 pixels", 'padding="SAME" and stride 1.'
    )
    checks.close(
        checks.array(found, "conv2d")[0, :, :, 0],
        [[4, 0, 6, 0], [3, 10, 2, 3], [0, 3, 14, 1]],
        "conv2d of [[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]] with the filter [[0, 1, 0], [0, 0, 2], [0, 0, 0]]",
        "tf.nn.conv2d(x, W, ...) and nothing else: no bias, no relu.",
    )
    for sign, right in ((1, [[2, 4], [2, 5]]), (-1, [[0, 0], [0, -1]])):
        found = parts_on_arrays("max_pool_2by2", sign * twelve)
        words = f"max_pool_2by2 of {(sign * twelve[0, :, :, 0]).astype(int).tolist()}"
        checks.shape(
            found,
            (1, 2, 2, 1),
            words,
            'windows of 2 x 2, stride 2, padding="SAME": three rows become two.',
        )
        checks.close(
            checks.array(found, "pool")[0, :, :, 0],
            right,
            words,
            "the largest value of each window of 2 x 2; a window that sticks out looks at the values inside only, and not at zeros.",
        )
### BEGIN HIDDEN TESTS
parts_rng = checks.rng(9)
flat_w = checks.array(init_weights([90, 110]), "weights")
checks.property(
    flat_w.shape == (90, 110) and 0.0845 < flat_w.std() < 0.0915 and np.abs(flat_w).max() < 0.201,
    "weights of another shape",
)
x_w, W_w = parts_rng.normal(size=(2, 5, 4, 3)), parts_rng.normal(size=(5, 5, 3, 2))
wide_w = np.zeros((2, 9, 8, 3))
wide_w[:, 2:7, 2:6] = x_w
right_w = np.zeros((2, 5, 4, 2))
for q, r, k in np.ndindex(5, 5, 3):
    right_w += wide_w[:, q : q + 5, r : r + 4, [k]] * W_w[q, r, k]
checks.close(parts_on_arrays("conv2d", x_w, W_w), right_w, "conv2d", rtol=1e-4, atol=1e-4)
best_w = np.zeros((2, 3, 2, 3))
for i, h, w, c in np.ndindex(*best_w.shape):
    best_w[i, h, w, c] = max(x_w[i, 2 * h : 2 * h + 2, 2 * w : 2 * w + 2, c].ravel())
checks.close(parts_on_arrays("max_pool_2by2", x_w), best_w, "pool", rtol=1e-4, atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="convolutional_layer_statement"
# ### Exercise 10: two layers (8 points)
#
# Write two functions in the cell below. It has the head of the first one; write `def normal_full_layer(input_layer, size):` under it.
#
# * `convolutional_layer(input_x, shape)` makes weights of the shape $(f, f, n_{C,prev}, n_C)$ that `shape` says, and one bias for each filter (`init_bias` with the shape `[n_C]`), with your functions of exercise 9. It returns the relu of the convolution plus the bias.
# * `normal_full_layer(input_layer, size)` gets a tensor of the shape (m, n). It makes weights of the shape (n, size) and a bias for each of the `size` units (shape `[size]`), and returns the matrix product plus the bias, **without** an activation.
#
# <details><summary>Hint</summary>
#
# The shape of a bias is a list with one number. `input_layer.shape[1]` is $n$. `tf.matmul` multiplies matrices.
#
# </details>


# %% solution="convolutional_layer"
def convolutional_layer(input_x, shape):
    """A layer of filters with relu, and with new variables in each call.

    Parameters
    ----------
    input_x : tensor, shape (m, n_H, n_W, n_C_prev)
    shape : list of int
        [f, f, n_C_prev, n_C]

    Returns
    -------
    tensor, shape (m, n_H, n_W, n_C)
    """
    ### BEGIN SOLUTION
    W, b = init_weights(shape), init_bias([shape[3]])
    return tf.nn.relu(conv2d(input_x, W) + b)
    ### END SOLUTION


def normal_full_layer(input_layer, size):
    """A full layer without activation: from a tensor (m, n) to a tensor (m, size)."""
    ### BEGIN SOLUTION
    W, b = init_weights([input_layer.shape[1], size]), init_bias([size])
    return tf.matmul(input_layer, W) + b
    ### END SOLUTION


# %% adapter="trace_layer" needs="convolutional_layer"
def trace_layer(layer, values, setting):
    """Call one of the two layers with a tensor; return its output and the variables that a gradient reaches."""
    call = convolutional_layer if layer == "convolutional_layer" else normal_full_layer
    with tf.GradientTape() as tape:
        output = call(tf.constant(values, tf.float32), setting)
    made = tape.watched_variables()
    slopes = tape.gradient(output, made) if tf.is_tensor(output) else [None] * len(made)
    reached = [part.numpy() for part, slope in zip(made, slopes, strict=True) if slope is not None]
    return {"output": output, "variables": reached}


# %% test="test_convolutional_layer" points=8 needs="init_weights"
with progress.exercise(
    "convolutional_layer",
    hidden_tests="other shapes and sizes, several pictures",
    needs="init_weights",
):
    checks.seed(2)
    spot = np.zeros((1, 3, 3, 1))
    spot[0, 1, 1, 0] = 5.0  # one bright pixel: the output shows the filter, turned around
    row = np.array([[3.0, -20.0, 0.0]])
    for layer, values, setting, shapes, sums_of in (
        (
            "convolutional_layer",
            spot,
            [3, 3, 1, 8],
            ((1, 3, 3, 8), (3, 3, 1, 8), (8,)),
            lambda W, b: 5 * W[None, ::-1, ::-1, 0] + b,
        ),
        ("normal_full_layer", row, 9, ((1, 9), (3, 9), (9,)), lambda W, b: row @ W + b),
    ):
        traced = trace_layer(layer, values, setting)
        output, variables = traced["output"], sorted(traced["variables"], key=np.ndim)
        checks.shape(
            output,
            shapes[0],
            f"What {layer} returns",
            "pictures, height, width, filters for a convolutional layer; (m, size) for a full one.",
        )
        checks.property(
            len(variables) == 2,
            f"The gradient of what {layer} returns reaches {len(variables)} variables; it should be the weights and a bias.",
            "make W with init_weights and b with init_bias, and use both in TensorFlow's operations.",
        )
        b, W = variables
        checks.shape(W, shapes[1], f"W of {layer}", "the text above says which shape it has.")
        checks.shape(b, shapes[2], f"b of {layer}", "one bias for each filter or unit, [n].")
        sums, has_relu = sums_of(W, b), layer == "convolutional_layer"
        checks.property(
            not has_relu or checks.array(output, "output").min() >= 0,
            f"{layer} returns negative numbers: the relu is missing.",
            "a convolutional layer ends with a relu.",
        )
        checks.property(
            has_relu or checks.array(output, "output").min() < 0,
            f"{layer} returns no negative numbers: it has an activation.",
            "the full layer returns the matrix product plus the bias.",
        )
        checks.close(
            output,
            np.maximum(sums, 0) if has_relu else sums,
            f"The output of {layer}, compared with its own W and b,",
            "the convolution (or matrix product), then plus the bias, then the relu (or none).",
            rtol=1e-4,
            atol=1e-5,
        )
### BEGIN HIDDEN TESTS
layer_rng = checks.rng(10)
x_l = layer_rng.normal(size=(2, 5, 4, 3)) * 5
traced_l = trace_layer("convolutional_layer", x_l, [3, 3, 3, 7])
b_l, W_l = sorted(traced_l["variables"], key=np.ndim)
wide_l, right_l = np.zeros((2, 7, 6, 3)), np.zeros((2, 5, 4, 7)) + b_l
wide_l[:, 1:6, 1:5] = x_l
for q, r, k in np.ndindex(3, 3, 3):
    right_l += wide_l[:, q : q + 5, r : r + 4, [k]] * W_l[q, r, k]
checks.close(
    traced_l["output"], np.maximum(right_l, 0), "convolutional_layer", rtol=1e-4, atol=1e-4
)
v_l = layer_rng.normal(size=(6, 11)) * 5
traced_l = trace_layer("normal_full_layer", v_l, 4)
b_l, W_l = sorted(traced_l["variables"], key=np.ndim)
checks.close(traced_l["output"], v_l @ W_l + b_l, "normal_full_layer", rtol=1e-4, atol=1e-4)
### END HIDDEN TESTS

# %% [markdown] locked="network_forecast_statement"
# ### Exercise 11: forecast a network (10 points)
#
# This is the network for our digits:
#
# | layer | what it is |
# |---|---|
# | input | a picture of 8 x 8 pixels with one channel |
# | conv 1 | 32 filters of 3 x 3, stride 1, "SAME", relu |
# | pool 1 | max pool of 2 x 2, stride 2 |
# | conv 2 | 64 filters of 3 x 3, stride 1, "SAME", relu |
# | pool 2 | max pool of 2 x 2, stride 2 |
# | full 1 | everything in one long row, then 128 units with relu, dropout |
# | full 2 | 10 units, one logit per digit |
#
# Work these out on paper, **before you run the network**, and store whole numbers in a dictionary `network_forecast`:
#
# | key | the question |
# |---|---|
# | `"flat"` | how many numbers of one picture arrive at full 1? |
# | `"conv2_parameters"` | how many numbers does conv 2 learn, weights and biases? |
# | `"conv2_products"` | how many multiplications of a weight and a number does conv 2 need for one picture? (Count the zeros of the border, too.) |
# | `"full_instead"` | how many numbers would a full layer learn that has the same inputs and the same number of outputs as conv 2? |
# | `"receptive_field"` | on a piece of the picture of how many pixels *in width* does one number in the output of conv 2 depend? (Think of a large picture, far from its border.) |
# | `"strided"` | another layer: 5 x 5 filters, stride 3, pad 1, on a picture that is 28 pixels wide. How wide is its output? |
#
# <details><summary>Hint</summary>
#
# For the receptive field go backward: one number of conv 2 sees 3 neighbouring numbers of pool 1, in width. Each of those sees two of conv 1. How many of conv 1 together? And each of those sees 3 pixels.
#
# </details>

# %% solution="network_forecast"
### BEGIN SOLUTION
network_forecast = {
    "flat": 256,  # 8 -> 4 -> 2, so 2 * 2 * 64
    "conv2_parameters": 18496,  # 3 * 3 * 32 * 64 + 64
    "conv2_products": 294912,  # 4 * 4 places, 64 filters, 3 * 3 * 32 products
    "full_instead": 525312,  # 512 inputs * 1024 outputs + 1024
    "receptive_field": 8,  # 3 -> 6 -> 8
    "strided": 9,  # floor(25 / 3) + 1
}
### END SOLUTION

# %% test="test_network_forecast" points=10
with progress.exercise("network_forecast"):
    asked = [
        "flat",
        "conv2_parameters",
        "conv2_products",
        "full_instead",
        "receptive_field",
        "strided",
    ]
    checks.keys(network_forecast, asked, "network_forecast", "the table lists six keys.")
    halved = 8 // 2  # the height and width of what pool 1 gives to conv 2
    seen = {10}  # columns that a number of conv 2 in column 10 depends on
    for reach in ((-1, 0, 1), (0, 1), (-1, 0, 1)):  # conv 2, pool 1, conv 1
        seen = {(2 if len(reach) == 2 else 1) * place + step for place in seen for step in reach}
    counted = {
        "flat": np.zeros((halved // 2, halved // 2, 64)).size,
        "conv2_parameters": np.zeros((3, 3, 32, 64)).size + np.zeros(64).size,
        "conv2_products": halved * halved * np.zeros((3, 3, 32, 64)).size,
        "full_instead": (halved * halved * 32 + 1) * (halved * halved * 64),
        "receptive_field": max(seen) - min(seen) + 1,
        "strided": len(range(0, 28 + 2 - 5 + 1, 3)),
    }
    causes = {
        "flat": "each pool halves the height and the width; the number of channels is that of the filters of conv 2.",
        "conv2_parameters": "a filter has 3 x 3 weights for each channel of its input, and one bias. How many filters are there?",
        "conv2_products": "how many places are there, and how many products at each, for each filter?",
        "full_instead": "every input is connected with every output, and every output has a bias. How many numbers go into conv 2, and how many come out?",
        "receptive_field": "three numbers of pool 1 cover two columns each; filters of conv 1 look one pixel further on both sides.",
        "strided": "the formula for the width stands in exercise 4. In which direction is it rounded?",
    }
    for key, truth in counted.items():
        mine = checks.number(network_forecast[key], key)
        direction = "larger" if truth > mine else "smaller"
        checks.property(
            mine == truth, f"{key} is {mine:g}; what is counted is {direction}.", causes[key]
        )

# %% [markdown]
# ## 6 Reading digits
#
# Here is the network, and beside it the softmax regression: one full layer from the pixels to the ten logits. Note that your functions make new variables in each call. `cnn_utils.Model` keeps those of the first call and hands them out again later, so that they can be trained.
#
# Both are trained for 1000 steps with mini-batches of 32 pictures, with Adam and a learning rate that falls. The network has dropout with `keep_prob=0.5`. This takes about 15 seconds.
#
# **Before you run the next cell, what do you expect:** of the 449 pictures of the test set, how many does each of the two get wrong?

# %% demo="race" needs="init_weights convolutional_layer"


def convolutional_network(x, keep_prob):
    """The logits of pictures x (m, n_H, n_W, n_C): two convolutional and two full layers."""
    first = max_pool_2by2(convolutional_layer(x, [3, 3, x.shape[3], 32]))
    second = max_pool_2by2(convolutional_layer(first, [3, 3, 32, 64]))
    flat = tf.reshape(second, [-1, second.shape[1] * second.shape[2] * 64])
    full = tf.nn.relu(normal_full_layer(flat, 128))
    return normal_full_layer(tf.nn.dropout(full, 1 - keep_prob), 10)


def softmax_regression(x, keep_prob):
    """The logits of pictures x: one full layer."""
    return normal_full_layer(tf.reshape(x, [-1, x.shape[1] * x.shape[2] * x.shape[3]]), 10)


for network in (softmax_regression, convolutional_network):
    model = cnn_utils.Model(network)
    model(train_X[:1])
    shapes = ", ".join(str(tuple(part.shape)) for part in model.variables)
    print(f"{network.__name__}: {model.count():,} numbers to learn\n  {shapes}")
some = [np.flatnonzero(train_Y == label)[0] for label in range(10)]
_ = cnn_utils.pictures(
    train_X[some, :, :, 0], [str(label) for label in range(10)], columns=10, size=1
)

models, curves = {}, {}
for network, keep_prob in ((softmax_regression, 1.0), (convolutional_network, 0.5)):
    name = network.__name__.replace("_", " ")
    models[name], costs = cnn_utils.train(
        network,
        train_X,
        train_Y,
        1000,
        keep_prob,
        learning_rate=3e-3 if keep_prob < 1 else 1e-2,
        label=name,
    )
    curves[name] = np.reshape(costs, (50, 20)).mean(axis=1)
    wrong = int(np.sum(models[name].predict(test_X) != test_Y))
    on_train = np.mean(models[name].predict(train_X) == train_Y)
    print(
        f"{name:22} right on {on_train:.3f} of the training set; test set: {wrong:2} of 449 wrong, {1 - wrong / 449:.3f} right"
    )
_ = plotting.lines(
    np.arange(10, 1000, 20),
    curves,
    title="Digits",
    xlabel="step",
    ylabel="cost, mean of 20 mini-batches",
    log="y",
)

# %% [markdown]
# The softmax regression gets about 18 of the 449 pictures wrong, the convolutional network about 4. On another machine it may be a few more or less: with ten seeds we saw 18 to 22, and 2 to 5. Longer training does not help the regression: scikit-learn's, trained until nothing changes any more, gets 18 to 23 wrong, depending on how strongly its weights are held down.
#
# How sure is that? If the true share of errors is 1%, the number of errors in 449 pictures varies by about 2 (one standard deviation). So 18 against 4 is a clear difference, and 4 against 6 would not be one.
#
# What has the first layer learned, and what does the network still get wrong? The next cell shows the 32 filters of conv 1, and what five of them answer to a picture after the relu. Then it shows which digits are taken for which: the most frequent pairs, and all pictures of the test set that the network misreads.
#
# **Before you run it, what do you expect:** will you find edge filters among them? Which pairs of digits look alike on 8 x 8 pixels?

# %% demo="learned_filters" needs="init_weights convolutional_layer"
network_model = models["convolutional network"]
filters = network_model.variables[0].numpy()[:, :, 0, :]
if filters.shape != (3, 3, 32):  # whoever makes the bias before the weights
    filters = next(part.numpy() for part in network_model.variables if len(part.shape) == 4)[
        :, :, 0, :
    ]
_ = cnn_utils.pictures(
    [filters[:, :, c] for c in range(32)],
    columns=16,
    size=0.7,
    signed=True,
    title="The 32 learned filters (grey is 0, bright is positive)",
)
zero = train_X[some[0]]
strongest = np.argsort(-np.abs(filters).sum(axis=(0, 1)))[:5]
answers = [
    tf.nn.conv2d(zero[None], filters[:, :, None, [c]], 1, "SAME").numpy()[0, :, :, 0]
    for c in strongest
]
_ = cnn_utils.pictures(
    [zero[:, :, 0], *(np.maximum(answer, 0) for answer in answers)],
    ["a zero", *(f"filter {c}" for c in strongest)],
    size=1.5,
)

read_as = {name: model.predict(test_X) for name, model in models.items()}
for name in models:
    pairs = cnn_utils.confused_pairs(test_Y, read_as[name])
    print(
        f"{name}: "
        + ", ".join(f"{was} taken for {what} ({count})" for was, what, count in pairs[:6])
    )
misread = np.flatnonzero(read_as["convolutional network"] != test_Y)[:12]
_ = cnn_utils.pictures(
    test_X[misread, :, :, 0],
    [f"a {test_Y[i]}, read as {read_as['convolutional network'][i]}" for i in misread],
    columns=6,
    size=1.7,
    title="What the network misreads",
)

# %% [markdown]
# Many of the filters are bright on one side and dark on the other one: edge filters in all directions, like those of section 2. Nobody has told the network that edges are useful. The answers below show where in the zero each of five filters finds its pattern.
#
# The regression takes an 8 for a 1 more often than any other digit for another: both are a column of bright pixels in the middle. Look at the pictures that the network gets wrong: on so few pixels, would you be sure?
#
# ### More pictures from few
#
# Suppose that somebody has only 200 pictures. Two remedies: dropout, and *augmentation*, which changes some pictures of each mini-batch a little, in a way that keeps the label true. The next cell trains the network with the first 200 training pictures, 300 steps each:
#
# * as they are, and with dropout, `keep_prob=0.5`;
# * with half of them moved by one pixel in one of the eight directions;
# * with half of them mirrored, left and right exchanged;
# * with half of them turned upside down.
#
# It counts on the 1,148 training pictures that were not used, twice: as they are, and each of them moved by one pixel. (The test set is not for choosing.) It takes about 15 seconds.
#
# **Before you run the next cell, what do you expect:** which of the rows are better than the first one, in which column?

# %% demo="few_pictures" needs="init_weights convolutional_layer"
held_X, held_Y = train_X[200:], train_Y[200:]
held_moved = cnn_utils.moved(held_X, np.random.default_rng(1))
two_and_six = train_X[[some[2], some[6]]]
changed = {
    "as it is": two_and_six,
    "moved": cnn_utils.moved(two_and_six, np.random.default_rng(2)),
    "mirrored": two_and_six[:, :, ::-1],
    "turned": two_and_six[:, ::-1, ::-1],
}
_ = cnn_utils.pictures(
    [pictures[number, :, :, 0] for number in (0, 1) for pictures in changed.values()],
    2 * list(changed),
    columns=8,
    size=1.1,
)
table = {}
for name, keep_prob, change in (
    ("as they are", 1.0, None),
    ("dropout", 0.5, None),
    ("half of them moved", 1.0, cnn_utils.half_moved),
    ("half of them mirrored", 1.0, cnn_utils.half_mirrored),
    ("half of them turned", 1.0, cnn_utils.half_turned),
):
    model, _ = cnn_utils.train(
        convolutional_network,
        train_X[:200],
        train_Y[:200],
        300,
        keep_prob,
        change,
        3e-3,
        label=name,
    )
    table[name] = [np.mean(model.predict(X) == held_Y) for X in (held_X, held_moved)]
print("share of right answers on pictures    as they are    moved by a pixel")
for name, (as_they_are, when_moved) in table.items():
    print(f"trained with 200, {name:22} {as_they_are:10.2f} {when_moved:16.2f}")

# %% [markdown] locked="explain_augmentation_question"
# The exact numbers may differ a little on another machine: training magnifies the last digits of the computer's arithmetic. What the questions below ask for are differences that are much larger.
#
# ### Exercise 12: explain (6 points, read by a person)
#
# Answer in about six sentences, in your own words, with numbers from your table:
#
# 1. A colleague says: "Filters slide and pools forgive, so a convolutional network reads a digit wherever it stands." What does the first row of the table say to this? Where in our network does the place of a pattern begin to matter?
# 2. Which training would you choose if the camera does not always hit the digit in the middle?
# 3. Why does it harm to mirror or turn digits? Name two digits for which it is worst, and a task for whose pictures mirroring is a good augmentation.

# %% [markdown] manual="explain_augmentation" points=6
# **Model answer.** The first row contradicts the colleague: on pictures as they are, about 95% of the answers are right, but less than half of them as soon as each picture is moved by one pixel. The filters do slide, so a moved picture gives moved answers, and a pool of 2 x 2 forgives a move
# only if the maximum stays in its window. After pool 2 the 2 x 2 x 64 numbers are laid in a row, and the full layer has a weight of its own for every place: there the place begins to matter. For a camera that does not always hit the middle I would train with moved copies: on moved pictures they raise the share to about 90%, and cost nothing on the others.
# Mirroring changes the meaning: a mirrored 2 looks like a 5 or like no digit at all, and a 6 that is turned upside down *is* a 9, so the network is trained with wrong labels for these digits and spends its filters on shapes that never come. Mirroring is good where left and right do not matter, for instance to tell
# cats from dogs in photographs.
#
# **Rubric.** 2 points: the drop in the first row with its numbers (1) and the full layer, with a weight for every place, as the reason (1). 1 point: moved copies, with the numbers of that row. 3 points: a change has to keep the label true, and these do not (1); two digits, such as 6 and 9 or 2 and 5 (1); a sensible task (1).

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells, and look at this list. It shows the last result of each check since the set-up cell ran: after an edit, run the cell and its check again.
# The visible checks are a part of the tests; a line above that starts with a check mark says what the hidden tests try besides.
# Exercise 12 (6 points) is not in the list, because a person reads it. Is it written?

# %% demo="results" needs="conv_forward pool_forward conv_backward pool_backward init_weights convolutional_layer"
finished = progress.report(
    [
        "edge_forecast",
        "zero_pad",
        "conv_single_step",
        "conv_forward",
        "pool_forward",
        "conv_backward",
        "create_mask_from_window",
        "pool_backward",
        "init_weights",
        "convolutional_layer",
        "network_forecast",
    ]
)
if finished:
    print()
    print(f"{'':32}{'numbers to learn':>18}{'right':>18}")
    row = f"{own_right} of {count.sum()}"
    print(
        f"{'your NumPy network, 3 or 5':32}{sum(part.size for part in own.values()):18,}{row:>18}"
    )
    for name, model in models.items():
        row = f"{int(np.sum(read_as[name] == test_Y))} of {len(test_Y)}"
        print(f"{name + ', ten digits':32}{model.count():18,}{row:>18}")

# %% [markdown]
# ## What you saw
#
# * A filter asks the same question at every place. Its few numbers are shared, and so they are learned from all places.
# * Padding, stride and the size of the filter decide the size of the output, by one formula; zeros at the border look like edges.
# * On the way back, gradients add up where windows overlap and where weights are shared. The border is cut off again.
# * A backward pass that is right in one setting can be wrong in others: try more than one channel, overlapping windows, and pictures that are not square.
# * The same layers take a line each in TensorFlow, and bring their gradients.
# * A convolutional network that reads digits well may still fail when they are moved. A changed copy is good if it stays true and if such pictures will come.
#
# ## Where to go further
#
# * Refuse instead of guessing: sort the test pictures by the largest probability that the network gives. How many of the 449 do you have to refuse until all others are right?
# * Put the mean over each channel (a global average pool) in the place of full 1. How does the row "as they are" of the last table change?
# * Replace the two pools by convolutions with stride 2. What becomes of the number of weights and of the result?
# * Write `conv_forward` without loops, with `np.lib.stride_tricks.sliding_window_view` and `np.einsum`. How much faster is it?
# * Larger pictures: `load_mnist` and `load_cifar10` in `utils.datasets` read MNIST (digits of 28 x 28 pixels) and CIFAR-10 (small colour photographs), if Keras has once downloaded them on your machine; otherwise they say where they have looked. They return four arrays like `load_digits`, and `convolutional_network` takes them as it is. Train it with `cnn_utils.train(convolutional_network, X, Y, 600, 0.5, batch_size=64)`, and CIFAR-10 with and without mirrored copies. Here mirroring should help: why?
#
# ## References
#
# * Y. LeCun, B. Boser, J. S. Denker, D. Henderson, R. E. Howard, W. Hubbard, L. D. Jackel: "Backpropagation Applied to Handwritten Zip Code Recognition". Neural Computation 1, 1989, pages 541-551.
# * Y. LeCun, B. Boser, J. S. Denker, D. Henderson, R. E. Howard, W. Hubbard, L. D. Jackel: "Handwritten Digit Recognition with a Back-Propagation Network". Advances in Neural Information Processing Systems 2, 1990, pages 396-404.
# * Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: "Gradient-Based Learning Applied to Document Recognition". Proceedings of the IEEE 86, 1998, pages 2278-2324.
# * E. Alpaydin and C. Kaynak: "Optical Recognition of Handwritten Digits". UCI Machine Learning Repository, 1998.
# * N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov: "Dropout: A Simple Way to Prevent Neural Networks from Overfitting". Journal of Machine Learning Research 15, 2014, pages 1929-1958.
# * V. Dumoulin and F. Visin: "A guide to convolution arithmetic for deep learning". arXiv:1603.07285, 2016.
# * A. Krizhevsky: "Learning Multiple Layers of Features from Tiny Images". Technical report, University of Toronto, 2009.
