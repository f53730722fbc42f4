# %% [markdown]
# Known answers to the exercises of Convolutional Networks: the tests of the tests. Each cell replaces the solution cell of that name.
# `right` answers must get all points, `wrong` ones must lose their exercise with a message that contains `says`;
# `hidden` gives the reason where only the hidden tests can catch a wrong answer.

# %% right="edge_forecast" name="computed with correlate"
x = np.array([2, 2, 2, 8, 8, 8])
w = np.array([-1, 0, 1])
edge_forecast = {
    "edge": np.correlate(x, w),
    "padded": np.correlate(np.pad(x, 1), w),
    "stride_2": np.correlate(np.pad(x, 1), w)[::2],
    "flipped": np.convolve(x, w, mode="valid"),
    "blind_filter": np.diff([0, 1, -1, 0]),
}

# %% right="edge_forecast" name="tuples and floats"
edge_forecast = dict(
    edge=(0.0, 6.0, 6.0, 0.0),
    padded=(2.0, 0.0, 6.0, 6.0, 0.0, -8.0),
    stride_2=(2.0, 6.0, 0.0),
    flipped=(0.0, -6.0, -6.0, 0.0),
    blind_filter=(1.0, -2.0, 1.0),
)

# %% right="edge_forecast" name="loops over the row"
row = [2, 2, 2, 8, 8, 8]
with_zeros = [0] + row + [0]
edge_forecast = {}
edge_forecast["blind_filter"] = [1, -2, 1]
edge_forecast["edge"] = [row[i + 2] - row[i] for i in range(4)]
edge_forecast["flipped"] = [row[i] - row[i + 2] for i in range(4)]
edge_forecast["padded"] = [with_zeros[i + 2] - with_zeros[i] for i in range(6)]
edge_forecast["stride_2"] = [with_zeros[i + 2] - with_zeros[i] for i in range(0, 6, 2)]

# %% wrong="edge_forecast" name="nothing happens at the ends" says="compares a pixel with a zero"
edge_forecast = {
    "edge": [0, 6, 6, 0],
    "padded": [0, 0, 6, 6, 0, 0],
    "stride_2": [0, 6, 0],
    "flipped": [0, -6, -6, 0],
    "blind_filter": [1, -2, 1],
}

# %% wrong="edge_forecast" name="convolution and correlation exchanged" says="edge has the wrong sign"
edge_forecast = {
    "edge": [0, -6, -6, 0],
    "padded": [2, 0, 6, 6, 0, -8],
    "stride_2": [2, 6, 0],
    "flipped": [0, 6, 6, 0],
    "blind_filter": [1, -2, 1],
}

# %% wrong="edge_forecast" name="turning the filter around changes nothing" says="the filter is turned around first"
edge_forecast = {
    "edge": [0, 6, 6, 0],
    "padded": [2, 0, 6, 6, 0, -8],
    "stride_2": [2, 6, 0],
    "flipped": [0, 6, 6, 0],
    "blind_filter": [1, -2, 1],
}

# %% wrong="edge_forecast" name="as many answers as pixels" says="one number for each place where the whole filter fits"
edge_forecast = {
    "edge": [2, 0, 6, 6, 0, -8],
    "padded": [2, 0, 6, 6, 0, -8],
    "stride_2": [2, 6, 0],
    "flipped": [0, -6, -6, 0],
    "blind_filter": [1, -2, 1],
}

# %% wrong="edge_forecast" name="the stride starts with the second place" says="moves by two places"
edge_forecast = {
    "edge": [0, 6, 6, 0],
    "padded": [2, 0, 6, 6, 0, -8],
    "stride_2": [0, 6, -8],
    "flipped": [0, -6, -6, 0],
    "blind_filter": [1, -2, 1],
}

# %% wrong="edge_forecast" name="blind on equal values only" says="On the row [1, 3, 5]"
edge_forecast = {
    "edge": [0, 6, 6, 0],
    "padded": [2, 0, 6, 6, 0, -8],
    "stride_2": [2, 6, 0],
    "flipped": [0, -6, -6, 0],
    "blind_filter": [1, 0, -1],
}

# %% wrong="edge_forecast" name="blind everywhere" says="of which the first is 1"
edge_forecast = {
    "edge": [0, 6, 6, 0],
    "padded": [2, 0, 6, 6, 0, -8],
    "stride_2": [2, 6, 0],
    "flipped": [0, -6, -6, 0],
    "blind_filter": [0, 0, 0],
}

# %% wrong="edge_forecast" name="a key is missing" says="has no entry 'flipped'"
edge_forecast = {"edge": [0, 6, 6, 0], "padded": [2, 0, 6, 6, 0, -8]}
edge_forecast |= {"stride_2": [2, 6, 0], "blind_filter": [1, -2, 1]}


# %% right="zero_pad" name="the well-known call"
def zero_pad(X, pad):
    X_pad = np.pad(
        X,
        ((0, 0), (pad, pad), (pad, pad), (0, 0)),
        mode="constant",
        constant_values=(0, 0),
    )
    return X_pad


# %% right="zero_pad" name="zeros, then the picture, in float32"
def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    wide = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C), np.float32)
    wide[:, pad : n_H + pad, pad : n_W + pad, :] = X
    return wide


# %% right="zero_pad" name="pieces put together"
def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    side = np.zeros((m, n_H, pad, n_C))
    middle = np.concatenate([side, X, side], axis=2)
    above = np.zeros((m, pad, n_W + 2 * pad, n_C))
    return np.concatenate([above, middle, above], axis=1)


# %% right="zero_pad" name="TensorFlow's pad"
def zero_pad(X, pad):
    return tf.pad(X, [[0, 0], [pad, pad], [pad, pad], [0, 0]])


# %% wrong="zero_pad" name="all four axes" says="only the axes 1 (height) and 2 (width) grow"
def zero_pad(X, pad):
    return np.pad(X, pad)


# %% wrong="zero_pad" name="channels first" says="only the axes 1 (height) and 2 (width) grow"
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


# %% wrong="zero_pad" name="one side only" says="only the axes 1 (height) and 2 (width) grow"
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, 0), (pad, 0), (0, 0)))


# %% wrong="zero_pad" name="the edge is repeated" says="zeros on all four sides"
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="edge")


# %% wrong="zero_pad" name="a border of 1 whatever pad says" says="the border has the width pad"
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0)))


# %% wrong="zero_pad" name="a slice to minus pad" says="a slice such as [0:-0] is empty"
def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    wide = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C))
    wide[:, pad:-pad, pad:-pad, :] = X
    return wide


# %% wrong="zero_pad" name="the picture at the upper left" says="the picture in the middle"
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (0, 2 * pad), (0, 2 * pad), (0, 0)))


# %% wrong="zero_pad" name="empties its argument" says="X is not the same after the call"
def zero_pad(X, pad):
    wide = np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    X -= X
    return wide


# %% wrong="zero_pad" name="returns nothing" says="is None"
def zero_pad(X, pad):
    X = np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


# %% wrong="zero_pad" name="a border of at most two" says="" hidden="the visible borders are 0, 1 and 2 wide"
def zero_pad(X, pad):
    pad = min(pad, 2)
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


# %% right="conv_single_step" name="the well-known steps"
def conv_single_step(a_slice_prev, W, b):
    s = np.multiply(a_slice_prev, W)
    Z = np.sum(s)
    Z = Z + b
    return Z


# %% right="conv_single_step" name="a scalar product in float32"
def conv_single_step(a_slice_prev, W, b):
    return np.dot(np.float32(a_slice_prev).ravel(), np.float32(W).ravel()) + np.float32(b[0, 0, 0])


# %% right="conv_single_step" name="three loops"
def conv_single_step(a_slice_prev, W, b):
    total = 0.0
    for row in range(W.shape[0]):
        for column in range(W.shape[1]):
            for channel in range(W.shape[2]):
                total += a_slice_prev[row, column, channel] * W[row, column, channel]
    return total + float(b[0][0][0])


# %% right="conv_single_step" name="einsum"
def conv_single_step(a_slice_prev, W, b):
    return np.einsum("qrk,qrk->", a_slice_prev, W) + np.squeeze(b)


# %% wrong="conv_single_step" name="the bias in every product" says="the bias was added four times"
def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W + b)


# %% wrong="conv_single_step" name="no bias" says="there is no bias in it"
def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W)


# %% wrong="conv_single_step" name="not added up" says="the products are added up"
def conv_single_step(a_slice_prev, W, b):
    return a_slice_prev * W + b


# %% wrong="conv_single_step" name="the filter turned around" says="nothing is turned around"
def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W[::-1, ::-1]) + b


# %% wrong="conv_single_step" name="a mean" says="then add everything up"
def conv_single_step(a_slice_prev, W, b):
    return np.mean(a_slice_prev * W) + b


# %% wrong="conv_single_step" name="the sum leaves the channels" says="the sum runs over the channels"
def conv_single_step(a_slice_prev, W, b):
    return (a_slice_prev * W).sum(axis=(0, 1))[0] + b


# %% wrong="conv_single_step" name="the first weight for all channels" says="each channel has its own weight"
def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W[:, :, :1]) + b


# %% wrong="conv_single_step" name="two channels at most" says="" hidden="the visible windows have one or two channels"
def conv_single_step(a_slice_prev, W, b):
    return np.sum((a_slice_prev * W)[:, :, :2]) + b


# %% right="conv_forward" name="the well-known four loops"
def conv_forward(A_prev, W, b, hparameters):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice_prev = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]
                    step = conv_single_step(a_slice_prev, W[:, :, :, c], b[:, :, :, c])
                    Z[i, h, w, c] = np.squeeze(step)
    cache = (A_prev, W, b, hparameters)
    return Z, cache


# %% right="conv_forward" name="windows and einsum, a cache with more in it"
def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    padded = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, W.shape[:2], axis=(1, 2))
    Z = np.einsum("ihwkqr,qrkc->ihwc", windows[:, ::s, ::s], W) + b
    return Z, (A_prev, W, b, hparameters, padded)


# %% right="conv_forward" name="a sum over the places of the filter, float32, a list of two"
def conv_forward(A_prev, W, b, hparameters):
    s, p, f = hparameters["stride"], hparameters["pad"], len(W)
    padded = np.pad(np.float32(A_prev), ((0, 0), (p, p), (p, p), (0, 0)))
    rows, columns = ((size - f) // s + 1 for size in padded.shape[1:3])
    Z = np.float32(b)
    for q in range(f):
        for r in range(f):
            part = padded[:, q : q + s * (rows - 1) + 1 : s, r : r + s * (columns - 1) + 1 : s]
            Z = Z + part @ np.float32(W[q, r])
    return [Z, (A_prev, W, b, hparameters)]


# %% right="conv_forward" name="one matrix product"
def conv_forward(A_prev, W, b, hparameters):
    stride, pad, (f, _, n_in, n_C) = hparameters["stride"], hparameters["pad"], W.shape
    P = zero_pad(A_prev, pad)
    n_H, n_W = 1 + (P.shape[1] - f) // stride, 1 + (P.shape[2] - f) // stride
    pieces = [
        P[i, h * stride : h * stride + f, w * stride : w * stride + f].ravel()
        for i in range(len(P))
        for h in range(n_H)
        for w in range(n_W)
    ]
    Z = np.array(pieces) @ W.reshape(f * f * n_in, n_C) + b.reshape(n_C)
    return Z.reshape(len(P), n_H, n_W, n_C), (A_prev, W, b, hparameters)


# %% right="conv_forward" name="TensorFlow"
def conv_forward(A_prev, W, b, hparameters):
    p = hparameters["pad"]
    padded = tf.pad(tf.constant(A_prev), [[0, 0], [p, p], [p, p], [0, 0]])
    Z = tf.nn.conv2d(padded, W, strides=hparameters["stride"], padding="VALID") + b
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="the cache holds the padded pictures" says="A_prev as it came"
def conv_forward(A_prev, W, b, hparameters):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice_prev = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]
                    step = conv_single_step(a_slice_prev, W[:, :, :, c], b[:, :, :, c])
                    Z[i, h, w, c] = np.squeeze(step)
    cache = (A_prev_pad, W, b, hparameters)
    return Z, cache


# %% wrong="conv_forward" name="the cache in another order" says="in the cache"
def conv_forward(A_prev, W, b, hparameters):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice_prev = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]
                    step = conv_single_step(a_slice_prev, W[:, :, :, c], b[:, :, :, c])
                    Z[i, h, w, c] = np.squeeze(step)
    cache = (W, b, A_prev, hparameters)
    return Z, cache


# %% wrong="conv_forward" name="the cache without the settings" says="four parts"
def conv_forward(A_prev, W, b, hparameters):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice_prev = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]
                    step = conv_single_step(a_slice_prev, W[:, :, :, c], b[:, :, :, c])
                    Z[i, h, w, c] = np.squeeze(step)
    cache = (A_prev, W, b)
    return Z, cache


# %% wrong="conv_forward" name="the filter is turned around" says="not turned around"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            window = P[:, h * s : h * s + f, w * s : w * s + f]
            Z[:, h, w] = np.tensordot(window, W[::-1, ::-1], 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="the stride is forgotten in the windows" says="with stride 2 the windows begin"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            Z[:, h, w] = np.tensordot(P[:, h : h + f, w : w + f], W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="the stride is forgotten in the size" says="look at the formula for the height"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), P.shape[1] - f + 1, P.shape[2] - f + 1, W.shape[3]))
    for h in range((P.shape[1] - f) // s + 1):
        for w in range((P.shape[2] - f) // s + 1):
            Z[:, h, w] = np.tensordot(P[:, h * s : h * s + f, w * s : w * s + f], W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="height and width exchanged" says="it should be (1, 2, 3, 1)"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[2] - f) // s + 1, (P.shape[1] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            window = P[:, w * s : w * s + f, h * s : h * s + f]
            Z[:, h, w] = np.tensordot(window, W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="the size is rounded up" says="rounded down"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    n_H, n_W = (int(np.ceil((size - f) / s)) + 1 for size in P.shape[1:3])
    wide = np.pad(P, ((0, 0), (0, s), (0, s), (0, 0)))
    Z = np.zeros((len(P), n_H, n_W, W.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            window = wide[:, h * s : h * s + f, w * s : w * s + f]
            Z[:, h, w] = np.tensordot(window, W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="not padded" says="+ 2 pad"
def conv_forward(A_prev, W, b, hparameters):
    f, s = W.shape[0], hparameters["stride"]
    n_H, n_W = (A_prev.shape[1] - f) // s + 1, (A_prev.shape[2] - f) // s + 1
    Z = np.zeros((len(A_prev), n_H, n_W, W.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            window = A_prev[:, h * s : h * s + f, w * s : w * s + f]
            Z[:, h, w] = np.tensordot(window, W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="padded at the end only" says="pad first, with zeros"
def conv_forward(A_prev, W, b, hparameters):
    f, s, p = W.shape[0], hparameters["stride"], hparameters["pad"]
    P = np.pad(A_prev, ((0, 0), (0, 2 * p), (0, 2 * p), (0, 0)))
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            window = P[:, h * s : h * s + f, w * s : w * s + f]
            Z[:, h, w] = np.tensordot(window, W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="no bias" says="one window per place"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            Z[:, h, w] = np.tensordot(P[:, h * s : h * s + f, w * s : w * s + f], W, 3)
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="the first bias for all filters" says="has its own bias"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            window = P[:, h * s : h * s + f, w * s : w * s + f]
            Z[:, h, w] = np.tensordot(window, W, 3) + b[0, 0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="one channel of the input only" says="the sum runs over all channels of the input"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            window = P[:, h * s : h * s + f, w * s : w * s + f, :1]
            Z[:, h, w] = np.tensordot(window, W[:, :, :1], 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="the first picture for all" says="every picture meets every filter"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            window = P[:1, h * s : h * s + f, w * s : w * s + f]
            Z[:, h, w] = np.tensordot(window, W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="as many channels as the input" says="the last axis has as many entries as there are filters"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[2]))
    for i, h, w, c in np.ndindex(*Z.shape):
        window = P[i, h * s : h * s + f, w * s : w * s + f]
        Z[i, h, w, c] = np.sum(window * W[:, :, :, c]) + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="without the cache" says="does not return two things"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for i, h, w, c in np.ndindex(*Z.shape):
        window = P[i, h * s : h * s + f, w * s : w * s + f]
        Z[i, h, w, c] = np.sum(window * W[:, :, :, c]) + b[0, 0, 0, c]
    return Z


# %% wrong="conv_forward" name="adds the bias to the pictures" says="A_prev is not the same after the call"
def conv_forward(A_prev, W, b, hparameters):
    f, s = W.shape[0], hparameters["stride"]
    P = zero_pad(A_prev, hparameters["pad"])
    A_prev *= 0
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for i, h, w, c in np.ndindex(*Z.shape):
        window = P[i, h * s : h * s + f, w * s : w * s + f]
        Z[i, h, w, c] = np.sum(window * W[:, :, :, c]) + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)


# %% wrong="conv_forward" name="a border of at most one" says="" hidden="the visible borders are 0 and 1 wide"
def conv_forward(A_prev, W, b, hparameters):
    f, s, P = W.shape[0], hparameters["stride"], zero_pad(A_prev, min(1, hparameters["pad"]))
    Z = np.zeros((len(P), (P.shape[1] - f) // s + 1, (P.shape[2] - f) // s + 1, W.shape[3]))
    for i, h, w, c in np.ndindex(*Z.shape):
        window = P[i, h * s : h * s + f, w * s : w * s + f]
        Z[i, h, w, c] = np.sum(window * W[:, :, :, c]) + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)


# %% right="pool_forward" name="the well-known four loops"
def pool_forward(A_prev, hparameters, mode="max"):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = int(1 + (n_H_prev - f) / stride)
    n_W = int(1 + (n_W_prev - f) / stride)
    n_C = n_C_prev
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    a_prev_slice = A_prev[
                        i, h * stride : h * stride + f, w * stride : w * stride + f, c
                    ]
                    if mode == "max":
                        A[i, h, w, c] = np.max(a_prev_slice)
                    elif mode == "average":
                        A[i, h, w, c] = np.mean(a_prev_slice)
    cache = (A_prev, hparameters)
    return A, cache


# %% right="pool_forward" name="windows"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(A_prev, (f, f), axis=(1, 2))[:, ::s, ::s]
    A = windows.max(axis=(4, 5)) if mode == "max" else windows.sum(axis=(4, 5)) / f**2
    return A, (A_prev, hparameters, A)


# %% right="pool_forward" name="float32, window by window of the filter"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    parts = np.stack(
        [
            A_prev[:, q : q + s * (n_H - 1) + 1 : s, r : r + s * (n_W - 1) + 1 : s]
            for q in range(f)
            for r in range(f)
        ]
    ).astype(np.float32)
    return [np.amax(parts, 0) if mode == "max" else np.average(parts, 0), [A_prev, hparameters]]


# %% right="pool_forward" name="TensorFlow"
def pool_forward(A_prev, hparameters, mode="max"):
    pool = tf.nn.max_pool2d if mode == "max" else tf.nn.avg_pool2d
    A = pool(A_prev, hparameters["f"], hparameters["stride"], "VALID")
    return A, (A_prev, hparameters)


# %% wrong="pool_forward" name="the output in the cache" says="both as they came"
def pool_forward(A_prev, hparameters, mode="max"):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = int(1 + (n_H_prev - f) / stride)
    n_W = int(1 + (n_W_prev - f) / stride)
    n_C = n_C_prev
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    a_prev_slice = A_prev[
                        i, h * stride : h * stride + f, w * stride : w * stride + f, c
                    ]
                    if mode == "max":
                        A[i, h, w, c] = np.max(a_prev_slice)
                    elif mode == "average":
                        A[i, h, w, c] = np.mean(a_prev_slice)
    cache = (A, hparameters)
    return A, cache


# %% wrong="pool_forward" name="a quarter of the sum" says="its mean"
def pool_forward(A_prev, hparameters, mode="max"):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = int(1 + (n_H_prev - f) / stride)
    n_W = int(1 + (n_W_prev - f) / stride)
    n_C = n_C_prev
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    a_prev_slice = A_prev[
                        i, h * stride : h * stride + f, w * stride : w * stride + f, c
                    ]
                    if mode == "max":
                        A[i, h, w, c] = np.max(a_prev_slice)
                    elif mode == "average":
                        A[i, h, w, c] = np.sum(a_prev_slice) / 4
    cache = (A_prev, hparameters)
    return A, cache


# %% wrong="pool_forward" name="the maximum of all channels" says="each channel is pooled on its own"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    A = np.zeros((len(A_prev), n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(*A.shape):
        window = A_prev[i, h * s : h * s + f, w * s : w * s + f]
        A[i, h, w, c] = np.max(window) if mode == "max" else np.mean(window)
    return A, (A_prev, hparameters)


# %% wrong="pool_forward" name="the stride is forgotten in the windows" says="begins in row h * stride"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    A = np.zeros((len(A_prev), n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(*A.shape):
        window = A_prev[i, h : h + f, w : w + f, c]
        A[i, h, w, c] = np.max(window) if mode == "max" else np.mean(window)
    return A, (A_prev, hparameters)


# %% wrong="pool_forward" name="windows as far apart as they are large" says="(size - f) // stride + 1"
def pool_forward(A_prev, hparameters, mode="max"):
    f = hparameters["f"]
    n_H, n_W = A_prev.shape[1] // f, A_prev.shape[2] // f
    A = np.zeros((len(A_prev), n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(*A.shape):
        window = A_prev[i, h * f : h * f + f, w * f : w * f + f, c]
        A[i, h, w, c] = np.max(window) if mode == "max" else np.mean(window)
    return A, (A_prev, hparameters)


# %% wrong="pool_forward" name="a sum for the average" says="is 4 times as large as it should be"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    A = np.zeros((len(A_prev), n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(*A.shape):
        window = A_prev[i, h * s : h * s + f, w * s : w * s + f, c]
        A[i, h, w, c] = np.max(window) if mode == "max" else np.sum(window)
    return A, (A_prev, hparameters)


# %% wrong="pool_forward" name="no value below zero" says="a largest value may be negative"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    A = np.zeros((len(A_prev), n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(*A.shape):
        window = A_prev[i, h * s : h * s + f, w * s : w * s + f, c]
        A[i, h, w, c] = max(A[i, h, w, c], np.max(window)) if mode == "max" else np.mean(window)
    return A, (A_prev, hparameters)


# %% wrong="pool_forward" name="the mode is not looked at" says="mode 'average'"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    A = np.zeros((len(A_prev), n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(*A.shape):
        A[i, h, w, c] = np.max(A_prev[i, h * s : h * s + f, w * s : w * s + f, c])
    return A, (A_prev, hparameters)


# %% wrong="pool_forward" name="another default mode" says="the default of mode"
def pool_forward(A_prev, hparameters, mode="average"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    A = np.zeros((len(A_prev), n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(*A.shape):
        window = A_prev[i, h * s : h * s + f, w * s : w * s + f, c]
        A[i, h, w, c] = np.max(window) if mode == "max" else np.mean(window)
    return A, (A_prev, hparameters)


# %% wrong="pool_forward" name="without the cache" says="does not return two things"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(A_prev, (f, f), axis=(1, 2))[:, ::s, ::s]
    return windows.max(axis=(4, 5)) if mode == "max" else windows.mean(axis=(4, 5))


# %% wrong="pool_forward" name="windows of at most three" says="" hidden="the visible windows are 2 x 2 and 3 x 3"
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (A_prev.shape[1] - f) // s, 1 + (A_prev.shape[2] - f) // s
    A = np.zeros((len(A_prev), n_H, n_W, A_prev.shape[3]))
    for i, h, w, c in np.ndindex(*A.shape):
        window = A_prev[i, h * s : h * s + f, w * s : w * s + f, c][:3, :3]
        A[i, h, w, c] = np.max(window) if mode == "max" else np.mean(window)
    return A, (A_prev, hparameters)


# %% right="conv_backward" name="the well-known four loops"
def conv_backward(dZ, cache):
    (A_prev, W, b, hparameters) = cache
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    (m, n_H, n_W, n_C) = dZ.shape
    dA_prev = np.zeros(A_prev.shape)
    dW = np.zeros(W.shape)
    db = np.zeros((1, 1, 1, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    dA_prev_pad = zero_pad(dA_prev, pad)
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        da_prev_pad = dA_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]
                    da_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :] += (
                        W[:, :, :, c] * dZ[i, h, w, c]
                    )
                    dW[:, :, :, c] += a_slice * dZ[i, h, w, c]
                    db[:, :, :, c] += dZ[i, h, w, c]
        if pad:
            dA_prev[i, :, :, :] = da_prev_pad[pad:-pad, pad:-pad, :]
        else:
            dA_prev[i, :, :, :] = da_prev_pad
    return dA_prev, dW, db


# %% right="conv_backward" name="places of the filter, einsum"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters["stride"], hparameters["pad"], W.shape[0]
    P = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dP, dW = np.zeros_like(P), np.zeros_like(W)
    for q in range(f):
        for r in range(f):
            rows = slice(q, q + s * (dZ.shape[1] - 1) + 1, s)
            columns = slice(r, r + s * (dZ.shape[2] - 1) + 1, s)
            dP[:, rows, columns] += np.einsum("ihwc,kc->ihwk", dZ, W[q, r])
            dW[q, r] = np.einsum("ihwk,ihwc->kc", P[:, rows, columns], dZ)
    inside = slice(p, -p or None)
    return dP[:, inside, inside], dW, dZ.sum((0, 1, 2)).reshape(1, 1, 1, -1)


# %% right="conv_backward" name="float32, and a list"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0))).astype(np.float32)
    dP, dW = np.zeros(P.shape, np.float32), np.zeros(W.shape, np.float32)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += np.float32(dZ[i, h, w, c] * W[:, :, :, c])
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    for _ in range(pad):
        dP = dP[:, 1:-1, 1:-1]
    return [dP, dW, np.sum(dZ, axis=(0, 1, 2), keepdims=True)]


# %% right="conv_backward" name="TensorFlow's gradient"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    p = hparameters["pad"]
    A_t, W_t, b_t = (tf.constant(np.asarray(part, float)) for part in (A_prev, W, b))
    with tf.GradientTape() as tape:
        tape.watch([A_t, W_t, b_t])
        wide = tf.pad(A_t, [[0, 0], [p, p], [p, p], [0, 0]])
        Z = tf.nn.conv2d(wide, W_t, hparameters["stride"], "VALID") + b_t
    return tuple(tape.gradient(Z, [A_t, W_t, b_t], output_gradients=tf.constant(dZ)))


# %% wrong="conv_backward" name="a slice to minus pad" says="a slice such as [pad:-pad] is empty then"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P, dA_prev = zero_pad(A_prev, pad), np.zeros(A_prev.shape)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev[:, :, :, :] = dP[:, pad:-pad, pad:-pad, :]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="returns the slice to minus pad" says="the border has to go, and nothing else"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    return dP[:, pad:-pad, pad:-pad, :], dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="the border stays" says="the border has to go, and nothing else"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s = len(W), hparameters["stride"]
    P = zero_pad(A_prev, hparameters["pad"])
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    return dP, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="the border cut off at the end" says="the border lies around the picture on all sides"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s = len(W), hparameters["stride"]
    P = zero_pad(A_prev, hparameters["pad"])
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, : A_prev.shape[1], : A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="overlapping windows overwrite each other" says="where windows overlap their gradients add up"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] = dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="the last place alone teaches the filter" says="each place adds its window"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] = dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="the stride is forgotten" says="mind stride and pad"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, pad = len(W), hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h, h + f), slice(w, w + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="windows of the picture without its border" says="your code raised ValueError"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    dP, dW = np.zeros(zero_pad(A_prev, pad).shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * A_prev[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="a mean over the pictures" says="It is a sum, not a mean"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True) / len(dZ)


# %% wrong="conv_backward" name="dW as a mean over the pictures" says="all pictures add to it"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place] / len(dZ)
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="db without its shape" says="it has the shape of b"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2))


# %% wrong="conv_backward" name="one db for all filters" says="one sum per filter"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW, db = np.zeros(P.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
        db += dZ[i, h, w, c]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, db


# %% wrong="conv_backward" name="the filter turned around" says="each place adds the filter times its dZ"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[::-1, ::-1, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="all pictures get the same gradient" says="each picture has its own gradient"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        rows, columns = slice(h * s, h * s + f), slice(w * s, w * s + f)
        dP[:, rows, columns] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[i, rows, columns]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="the last filter alone reaches the pictures" says="all filters add to every channel"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        if c == dZ.shape[3] - 1:
            dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% wrong="conv_backward" name="another order" says="in this order"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    dA_prev = dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]
    return dW, dZ.sum((0, 1, 2), keepdims=True), dA_prev


# %% wrong="conv_backward" name="only the gradient of the pictures" says="does not return three things"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    dP = np.zeros(zero_pad(A_prev, pad).shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        dP[i, h * s : h * s + f, w * s : w * s + f] += dZ[i, h, w, c] * W[:, :, :, c]
    return dP[:, pad : pad + A_prev.shape[1], pad : pad + A_prev.shape[2]]


# %% wrong="conv_backward" name="a border of one is cut off" says="" hidden="the visible borders are 0 and 1 wide"
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, pad = len(W), hparameters["stride"], hparameters["pad"]
    P = zero_pad(A_prev, pad)
    dP, dW = np.zeros(P.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        place = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dP[place] += dZ[i, h, w, c] * W[:, :, :, c]
        dW[:, :, :, c] += dZ[i, h, w, c] * P[place]
    return dP[:, 1:-1, 1:-1] if pad else dP, dW, dZ.sum((0, 1, 2), keepdims=True)


# %% right="create_mask_from_window" name="the well-known lines"
def create_mask_from_window(x):
    mask = x == np.max(x)
    return mask


def distribute_value(dz, shape):
    (n_H, n_W) = shape
    average = dz / (n_H * n_W)
    a = np.ones(shape) * average
    return a


# %% right="create_mask_from_window" name="loops, zeros and ones"
def create_mask_from_window(x):
    largest = x[0][0]
    for row in x:
        for value in row:
            largest = max(largest, value)
    return np.array([[1 if value == largest else 0 for value in row] for row in x])


def distribute_value(dz, shape):
    return np.array([[dz / shape[0] / shape[1]] * shape[1] for _ in range(shape[0])])


# %% right="create_mask_from_window" name="float32"
def create_mask_from_window(x):
    return np.isclose(x, x.max(), rtol=0, atol=0).astype(np.float32)


def distribute_value(dz, shape):
    return np.full(shape, dz, dtype=np.float32) / np.float32(np.prod(shape))


# %% wrong="create_mask_from_window" name="the first maximum only" says="all places of the largest value are marked"
def create_mask_from_window(x):
    mask = np.zeros(x.shape, bool)
    mask[np.unravel_index(np.argmax(x), x.shape)] = True
    return mask


def distribute_value(dz, shape):
    return np.full(shape, dz / (shape[0] * shape[1]))


# %% wrong="create_mask_from_window" name="all that is positive" says="of the whole window"
def create_mask_from_window(x):
    return x > 0


def distribute_value(dz, shape):
    return np.full(shape, dz / (shape[0] * shape[1]))


# %% wrong="create_mask_from_window" name="the largest of each row" says="not of its row or column"
def create_mask_from_window(x):
    return x == np.max(x, axis=1, keepdims=True)


def distribute_value(dz, shape):
    return np.full(shape, dz / (shape[0] * shape[1]))


# %% wrong="create_mask_from_window" name="the value itself" says="The mask of"
def create_mask_from_window(x):
    return x * (x == np.max(x))


def distribute_value(dz, shape):
    return np.full(shape, dz / (shape[0] * shape[1]))


# %% wrong="create_mask_from_window" name="the largest in size" says="the largest value may be negative"
def create_mask_from_window(x):
    return np.abs(x) == np.max(np.abs(x))


def distribute_value(dz, shape):
    return np.full(shape, dz / (shape[0] * shape[1]))


# %% wrong="create_mask_from_window" name="the whole value for each" says="a quarter each"
def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    return np.full(shape, dz)


# %% wrong="create_mask_from_window" name="divided by the height squared" says="height times width"
def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    return np.full(shape, dz / shape[0] ** 2)


# %% wrong="create_mask_from_window" name="divided without a rest" says="a quarter each"
def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    return np.full(shape, dz // (shape[0] * shape[1]))


# %% wrong="create_mask_from_window" name="one number for all" says="shape is (n_H, n_W)"
def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    return dz / (shape[0] * shape[1])


# %% wrong="create_mask_from_window" name="the second function is missing" says="the name 'distribute_value' does not exist"
def create_mask_from_window(x):
    return x == np.max(x)


# %% wrong="create_mask_from_window" name="two maxima at most" says="" hidden="the visible windows have one or two largest values"
def create_mask_from_window(x):
    mask = x == np.max(x)
    mask.flat[np.flatnonzero(mask)[2:]] = False
    return mask


def distribute_value(dz, shape):
    return np.full(shape, dz / (shape[0] * shape[1]))


# %% wrong="create_mask_from_window" name="the size of the value is shared" says="" hidden="the visible numbers are positive"
def create_mask_from_window(x):
    return x == np.max(x)


def distribute_value(dz, shape):
    return np.full(shape, abs(dz) / (shape[0] * shape[1]))


# %% right="pool_backward" name="the well-known four loops"
def pool_backward(dA, cache, mode="max"):
    (A_prev, hparameters) = cache
    stride = hparameters["stride"]
    f = hparameters["f"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        a_prev = A_prev[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    if mode == "max":
                        a_prev_slice = a_prev[vert_start:vert_end, horiz_start:horiz_end, c]
                        mask = create_mask_from_window(a_prev_slice)
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += np.multiply(
                            mask, dA[i, h, w, c]
                        )
                    elif mode == "average":
                        da = dA[i, h, w, c]
                        shape = (f, f)
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += (
                            distribute_value(da, shape)
                        )
    return dA_prev


# %% right="pool_backward" name="all pictures and channels at once, float32"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape, np.float32)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            place = (slice(None), slice(h * s, h * s + f), slice(w * s, w * s + f))
            window, passed = A_prev[place], dA[:, h, w][:, None, None, :]
            share = window == window.max((1, 2), keepdims=True) if mode == "max" else 1 / f**2
            dA_prev[place] += np.float32(share * passed)
    return dA_prev


# %% right="pool_backward" name="pixel by pixel, as a list"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    result = np.zeros(A_prev.shape).tolist()
    for i, h, w, c in np.ndindex(*dA.shape):
        places = [(h * s + q, w * s + r) for q in range(f) for r in range(f)]
        largest = max(A_prev[i, row, column, c] for row, column in places)
        for row, column in places:
            if mode == "average":
                result[i][row][column][c] += dA[i, h, w, c] / (f * f)
            elif A_prev[i, row, column, c] == largest:
                result[i][row][column][c] += dA[i, h, w, c]
    return result


# %% right="pool_backward" name="the three lines mended"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows = slice(h * stride, h * stride + f)
        columns = slice(w * stride, w * stride + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns, c])
            dA_prev[i, rows, columns, c] += np.asarray(mask) * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


# %% wrong="pool_backward" name="of equal values the first" says="each of them gets the whole gradient"
def pool_backward(dA, cache, mode="max"):
    (A_prev, hparameters) = cache
    stride = hparameters["stride"]
    f = hparameters["f"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        a_prev = A_prev[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    if mode == "max":
                        a_prev_slice = a_prev[vert_start:vert_end, horiz_start:horiz_end, c]
                        mask = np.zeros((f, f))
                        mask[np.unravel_index(np.argmax(a_prev_slice), (f, f))] = 1
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += np.multiply(
                            mask, dA[i, h, w, c]
                        )
                    elif mode == "average":
                        da = dA[i, h, w, c]
                        shape = (f, f)
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += (
                            distribute_value(da, shape)
                        )
    return dA_prev


# %% wrong="pool_backward" name="equal values share the gradient" says="each of them gets the whole gradient"
def pool_backward(dA, cache, mode="max"):
    (A_prev, hparameters) = cache
    stride = hparameters["stride"]
    f = hparameters["f"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        a_prev = A_prev[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    if mode == "max":
                        a_prev_slice = a_prev[vert_start:vert_end, horiz_start:horiz_end, c]
                        mask = create_mask_from_window(a_prev_slice)
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += np.multiply(
                            mask, dA[i, h, w, c] / np.sum(mask)
                        )
                    elif mode == "average":
                        da = dA[i, h, w, c]
                        shape = (f, f)
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += (
                            distribute_value(da, shape)
                        )
    return dA_prev


# %% wrong="pool_backward" name="the columns are not mended" says="the columns move with the stride"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w, w + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns, c])
            dA_prev[i, rows, columns, c] += mask * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


# %% wrong="pool_backward" name="the overlap is not mended" says="a pixel that wins in two of them gets both gradients"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns, c])
            dA_prev[i, rows, columns, c] = mask * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


# %% wrong="pool_backward" name="the channels are not mended" says="each channel has its own largest value"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns])
            dA_prev[i, rows, columns, c] += mask[:, :, c] * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


# %% wrong="pool_backward" name="the broken one, copied" says="a pixel that wins in two of them"
def pool_backward(dA, cache, mode="max"):
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


# %% wrong="pool_backward" name="the overlap of averages is broken as well" says="the shares of both add up"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns, c])
            dA_prev[i, rows, columns, c] += mask * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] = distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


# %% wrong="pool_backward" name="the whole gradient for each value of an average" says="gets an equal share"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns, c])
            dA_prev[i, rows, columns, c] += mask * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += dA[i, h, w, c]
    return dA_prev


# %% wrong="pool_backward" name="the values times the mask" says="to the place of the largest value"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            window = A_prev[i, rows, columns, c]
            dA_prev[i, rows, columns, c] += window * (window == window.max()) * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


# %% wrong="pool_backward" name="always max" says="mode 'average'"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        mask = create_mask_from_window(A_prev[i, rows, columns, c])
        dA_prev[i, rows, columns, c] += mask * dA[i, h, w, c]
    return dA_prev


# %% wrong="pool_backward" name="another default mode" says="the default of mode"
def pool_backward(dA, cache, mode="average"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns, c])
            dA_prev[i, rows, columns, c] += mask * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


# %% wrong="pool_backward" name="the shape of dA" says="it has the shape of A_prev"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    return np.zeros(dA.shape)


# %% wrong="pool_backward" name="a stride of at most two" says="" hidden="the visible strides are 1 and 2"
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], min(hparameters["stride"], 2)
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
        if mode == "max":
            mask = create_mask_from_window(A_prev[i, rows, columns, c])
            dA_prev[i, rows, columns, c] += mask * dA[i, h, w, c]
        else:
            dA_prev[i, rows, columns, c] += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


# %% right="init_weights" name="as it was written for TensorFlow 1"
def init_weights(shape):
    init_random_dist = tf.random.truncated_normal(shape, stddev=0.1)
    return tf.Variable(init_random_dist)


def init_bias(shape):
    init_bias_vals = tf.constant(0.1, shape=shape)
    return tf.Variable(init_bias_vals)


def conv2d(x, W):
    return tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding="SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool(x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


# %% right="init_weights" name="other functions for the same"
def init_weights(shape):
    shape = tuple(shape)
    values = np.random.normal(0, 0.1, size=shape)
    while np.any(np.abs(values) > 0.2):
        values = np.where(np.abs(values) > 0.2, np.random.normal(0, 0.1, size=shape), values)
    return tf.Variable(values, dtype=tf.float32)


def init_bias(shape):
    return tf.Variable(0.1 * tf.ones(shape), name="bias")


def conv2d(x, W):
    return tf.nn.convolution(x, W, padding="SAME")


def max_pool_2by2(x):
    return tf.nn.pool(x, [2, 2], "MAX", strides=[2, 2], padding="SAME")


# %% right="init_weights" name="padded by hand, max by hand"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape=shape, mean=0.0, stddev=0.1))


def init_bias(shape):
    return tf.Variable(np.full(shape, 0.1, dtype=np.float32))


def conv2d(x, W):
    f = W.shape[0]
    before, after = (f - 1) // 2, f // 2
    wide = tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]])
    return tf.nn.conv2d(wide, W, 1, "VALID")


def max_pool_2by2(x):
    low, rest = x.dtype.min, [size % 2 for size in x.shape]
    wide = tf.pad(x, [[0, 0], [0, rest[1]], [0, rest[2]], [0, 0]], constant_values=low)
    above = tf.maximum(wide[:, ::2], wide[:, 1::2])
    return tf.maximum(above[:, :, ::2], above[:, :, 1::2])


# %% wrong="init_weights" name="a normal distribution that is not truncated" says="ends at 0.2"
def init_weights(shape):
    return tf.Variable(tf.random.normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="a standard deviation of 1" says="the default of stddev is 1"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="equal probabilities" says="which does not fit"
def init_weights(shape):
    return tf.Variable(tf.random.uniform(shape, -0.2, 0.2))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="cut off and not drawn again" says="draws anew what it cuts off"
def init_weights(shape):
    return tf.Variable(tf.clip_by_value(tf.random.normal(shape, stddev=0.1), -0.2, 0.2))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="a seed inside" says="Two calls of init_weights give the same weights"
def init_weights(shape):
    tf.random.set_seed(1)
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1, seed=1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="weights that are no variable" says="What init_weights returns cannot be trained"
def init_weights(shape):
    return tf.random.truncated_normal(shape, stddev=0.1)


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="a bias that is no variable" says="What init_bias returns cannot be trained"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.constant(0.1, shape=shape)


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="biases of zero" says="init_bias([3])"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.zeros(shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="valid padding" says="conv2d of a picture of 3 x 4 pixels has the shape"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "VALID")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "VALID")


# %% wrong="init_weights" name="a relu in conv2d" says="no bias, no relu"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.relu(tf.nn.conv2d(x, W, 1, "SAME") + init_bias([W.shape[3]]))


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="a stride of one in the pool" says="three rows become two"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 1, "SAME")


# %% wrong="init_weights" name="a pool without the last row" says="three rows become two"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "VALID")


# %% wrong="init_weights" name="an average pool" says="the largest value of each window"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.avg_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="zeros beside the picture of a pool" says="and not at zeros"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    wide = tf.pad(x, [[0, 0], [0, x.shape[1] % 2], [0, x.shape[2] % 2], [0, 0]])
    return tf.nn.max_pool2d(wide, 2, 2, "VALID")


# %% wrong="init_weights" name="wide matrices of weights" says="" hidden="the visible weights have four axes"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1 if len(shape) == 4 else 1.0))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="the first channel only" says="" hidden="the visible picture has one channel"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x[..., :1], W[:, :, :1], 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


# %% wrong="init_weights" name="the largest value of all channels" says="" hidden="the visible picture has one channel"
def init_weights(shape):
    return tf.Variable(tf.random.truncated_normal(shape, stddev=0.1))


def init_bias(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, 1, "SAME")


def max_pool_2by2(x):
    return tf.nn.max_pool2d(tf.reduce_max(x, axis=3, keepdims=True), 2, 2, "SAME")


# %% right="convolutional_layer" name="as it was written for TensorFlow 1"
def convolutional_layer(input_x, shape):
    W = init_weights(shape)
    b = init_bias([shape[3]])
    return tf.nn.relu(conv2d(input_x, W) + b)


def normal_full_layer(input_layer, size):
    input_size = int(input_layer.get_shape()[1])
    W = init_weights([input_size, size])
    b = init_bias([size])
    return tf.matmul(input_layer, W) + b


# %% right="convolutional_layer" name="the bias first, other operations"
def convolutional_layer(input_x, shape):
    b = init_bias((shape[-1],))
    sums = tf.nn.bias_add(conv2d(input_x, init_weights(tuple(shape))), b)
    return tf.maximum(sums, 0.0)


def normal_full_layer(input_layer, size):
    b = init_bias((size,))
    return tf.add(input_layer @ init_weights((input_layer.shape[-1], size)), b)


# %% right="convolutional_layer" name="variables of its own, einsum"
def convolutional_layer(input_x, shape):
    W = tf.Variable(tf.random.truncated_normal(shape, stddev=0.1), trainable=True)
    b = tf.Variable(tf.fill([shape[3]], 0.1))
    Z = tf.nn.conv2d(input_x, W, strides=[1, 1, 1, 1], padding="SAME") + b
    return Z * tf.cast(Z > 0, tf.float32)


def normal_full_layer(input_layer, size):
    W = init_weights([tf.convert_to_tensor(input_layer).shape[1], size])
    return tf.einsum("mn,nk->mk", input_layer, W) + tf.reshape(init_bias([size]), [1, -1])


# %% wrong="convolutional_layer" name="no relu" says="the relu is missing"
def convolutional_layer(input_x, shape):
    return conv2d(input_x, init_weights(shape)) + init_bias([shape[3]])


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.matmul(input_layer, W) + init_bias([size])


# %% wrong="convolutional_layer" name="a relu in the full layer" says="no negative numbers: it has an activation"
def convolutional_layer(input_x, shape):
    return tf.nn.relu(conv2d(input_x, init_weights(shape)) + init_bias([shape[3]]))


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.nn.relu(tf.matmul(input_layer, W) + init_bias([size]))


# %% wrong="convolutional_layer" name="the bias after the relu" says="then plus the bias, then the relu"
def convolutional_layer(input_x, shape):
    return tf.nn.relu(conv2d(input_x, init_weights(shape))) + init_bias([shape[3]])


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.matmul(input_layer, W) + init_bias([size])


# %% wrong="convolutional_layer" name="a bias per channel of the input" says="one bias for each filter"
def convolutional_layer(input_x, shape):
    return tf.nn.relu(conv2d(input_x, init_weights(shape)) + init_bias([shape[2]]))


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.matmul(input_layer, W) + init_bias([size])


# %% wrong="convolutional_layer" name="no bias" says="convolutional_layer returns reaches 1 variables"
def convolutional_layer(input_x, shape):
    return tf.nn.relu(conv2d(input_x, init_weights(shape)))


def normal_full_layer(input_layer, size):
    return tf.matmul(input_layer, init_weights([input_layer.shape[1], size]))


# %% wrong="convolutional_layer" name="a softmax at the end" says="no negative numbers: it has an activation"
def convolutional_layer(input_x, shape):
    return tf.nn.relu(conv2d(input_x, init_weights(shape)) + init_bias([shape[3]]))


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.nn.softmax(tf.matmul(input_layer, W) + init_bias([size]))


# %% wrong="convolutional_layer" name="a pool inside" says="What convolutional_layer returns has the shape"
def convolutional_layer(input_x, shape):
    Z = conv2d(input_x, init_weights(shape)) + init_bias([shape[3]])
    return max_pool_2by2(tf.nn.relu(Z))


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.matmul(input_layer, W) + init_bias([size])


# %% wrong="convolutional_layer" name="weights that are not trained" says="reaches 1 variables"
def convolutional_layer(input_x, shape):
    W = tf.convert_to_tensor(np.asarray(init_weights(shape)))
    return tf.nn.relu(conv2d(input_x, W) + init_bias([shape[3]]))


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.matmul(input_layer, W) + init_bias([size])


# %% wrong="convolutional_layer" name="returns nothing" says="What convolutional_layer returns is None"
def convolutional_layer(input_x, shape):
    Z = tf.nn.relu(conv2d(input_x, init_weights(shape)) + init_bias([shape[3]]))


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.matmul(input_layer, W) + init_bias([size])


# %% wrong="convolutional_layer" name="the first picture only" says="" hidden="the visible input is one picture"
def convolutional_layer(input_x, shape):
    return tf.nn.relu(conv2d(input_x[:1], init_weights(shape)) + init_bias([shape[3]]))


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.matmul(input_layer, W) + init_bias([size])


# %% wrong="convolutional_layer" name="the first row only" says="" hidden="the visible input of the full layer is one row"
def convolutional_layer(input_x, shape):
    return tf.nn.relu(conv2d(input_x, init_weights(shape)) + init_bias([shape[3]]))


def normal_full_layer(input_layer, size):
    W = init_weights([input_layer.shape[1], size])
    return tf.matmul(input_layer[:1], W) + init_bias([size])


# %% right="network_forecast" name="computed"
network_forecast = {
    "flat": (8 // 2 // 2) ** 2 * 64,
    "conv2_parameters": (3 * 3 * 32 + 1) * 64,
    "conv2_products": 3 * 3 * 32 * 64 * 4**2,
    "full_instead": (4 * 4 * 32) * (4 * 4 * 64) + 4 * 4 * 64,
    "receptive_field": 2 * 3 + 2,
    "strided": int((28 - 5 + 2) / 3) + 1,
}

# %% right="network_forecast" name="floats and arrays"
network_forecast = dict(
    flat=256.0,
    conv2_parameters=np.array(18496),
    conv2_products=2.94912e5,
    full_instead=np.float64(525312),
    receptive_field=np.array([8]),
    strided=9.0,
)

# %% right="network_forecast" name="filled one by one"
network_forecast = {}
network_forecast["strided"] = np.floor(25 / 3) + 1
network_forecast["receptive_field"] = len(range(1, 9))
network_forecast["full_instead"] = 513 * 1024
network_forecast["conv2_products"] = 16 * 18432
network_forecast["conv2_parameters"] = np.prod([3, 3, 32, 64]) + 64
network_forecast["flat"] = 2 * 2 * 64

# %% wrong="network_forecast" name="the biases are forgotten" says="and one bias. How many filters are there?"
network_forecast = {
    "flat": 256,
    "conv2_parameters": 18432,
    "conv2_products": 294912,
    "full_instead": 524288,
    "receptive_field": 8,
    "strided": 9,
}

# %% wrong="network_forecast" name="filters without depth" says="for each channel of its input"
network_forecast = {
    "flat": 256,
    "conv2_parameters": 640,
    "conv2_products": 9216,
    "full_instead": 525312,
    "receptive_field": 8,
    "strided": 9,
}

# %% wrong="network_forecast" name="pools forgotten" says="each pool halves"
network_forecast = {
    "flat": 4096,
    "conv2_parameters": 18496,
    "conv2_products": 1179648,
    "full_instead": 525312,
    "receptive_field": 8,
    "strided": 9,
}

# %% wrong="network_forecast" name="one place only" says="how many places are there"
network_forecast = {
    "flat": 256,
    "conv2_parameters": 18496,
    "conv2_products": 18432,
    "full_instead": 525312,
    "receptive_field": 8,
    "strided": 9,
}

# %% wrong="network_forecast" name="a full layer without its biases" says="every output has a bias"
network_forecast = {
    "flat": 256,
    "conv2_parameters": 18496,
    "conv2_products": 294912,
    "full_instead": 524288,
    "receptive_field": 8,
    "strided": 9,
}

# %% wrong="network_forecast" name="filters add up, and the pool does not count" says="cover two columns each"
network_forecast = {
    "flat": 256,
    "conv2_parameters": 18496,
    "conv2_products": 294912,
    "full_instead": 525312,
    "receptive_field": 5,
    "strided": 9,
}

# %% wrong="network_forecast" name="rounded up" says="In which direction is it rounded"
network_forecast = {
    "flat": 256,
    "conv2_parameters": 18496,
    "conv2_products": 294912,
    "full_instead": 525312,
    "receptive_field": 8,
    "strided": 10,
}


# %% survives="init_weights" why="A distribution around zero is the same when it is mirrored."
# return tf.Variable(tf.random.truncated_normal(shape, stddev=-0.1))
