# %% [markdown]
# Known answers to the exercises of Recurrent Networks: the tests of the tests. Each cell replaces the solution cell of that name.
# `right` answers must get all points, `wrong` ones must lose their exercise with a message that contains `says`;
# `hidden` gives the reason where only the hidden tests can catch a wrong answer.

# %% right="hand_steps" name="computed with numpy"
_feed = np.array([[1, 0], [0, 2], [-1, 1]])
_turn = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
_bias = np.array([0, -1, 0])
_a1 = np.tanh(_feed @ [1, 1] + _bias)
_b1 = np.tanh(_feed @ [0, 1] + _bias)
hand_steps = {
    "a1": _a1,
    "a2": np.tanh(_turn @ _a1 + _feed @ [0, 1] + _bias),
    "a2_swapped": np.tanh(_turn @ _b1 + _feed @ [1, 1] + _bias),
    "parameters": 9 + 6 + 3 + 6 + 2,
    "parameters_long": 9 + 6 + 3 + 6 + 2,
    "shape": (3, 5, 7),
}

# %% right="hand_steps" name="three decimals, tuples, other order of the keys"
hand_steps = {
    "shape": (3, 5, 7),
    "parameters": 26,
    "parameters_long": 26.0,
    "a1": (0.762, 0.762, 0),
    "a2": (0.642, 0.762, 0.943),
    "a2_swapped": (0.943, 0.943, 0),
}

# %% right="hand_steps" name="two decimals, cut off"
hand_steps = dict(
    a1=[0.76, 0.76, 0],
    a2=[0.64, 0.76, 0.94],
    a2_swapped=[0.94, 0.94, 0],
    parameters=26,
    parameters_long=26,
    shape=[3, 5, 7],
)

# %% wrong="hand_steps" name="sums before tanh" says="tanh comes last"
hand_steps = {
    "a1": [1, 1, 0],
    "a2": [0.76, 1, 1.76],
    "a2_swapped": [1.76, 1.76, 0],
    "parameters": 26,
    "parameters_long": 26,
    "shape": [3, 5, 7],
}

# %% wrong="hand_steps" name="the bias is forgotten in the second step" says="the bias is added in every step"
hand_steps = {
    "a1": [0.76, 0.76, 0],
    "a2": [0.64, 0.96, 0.94],
    "a2_swapped": [0.94, 0.94, 0],
    "parameters": 26,
    "parameters_long": 26,
    "shape": [3, 5, 7],
}

# %% wrong="hand_steps" name="no state in the second step" says="the state of step 1 goes through W_aa"
hand_steps = {
    "a1": [0.76, 0.76, 0],
    "a2": [0, 0.76, 0.76],
    "a2_swapped": [0.76, 0.76, 0],
    "parameters": 26,
    "parameters_long": 26,
    "shape": [3, 5, 7],
}

# %% wrong="hand_steps" name="the order does not matter" says="start again from the state 0"
hand_steps = {
    "a1": [0.76, 0.76, 0],
    "a2": [0.64, 0.76, 0.94],
    "a2_swapped": [0.64, 0.76, 0.94],
    "parameters": 26,
    "parameters_long": 26,
    "shape": [3, 5, 7],
}

# %% wrong="hand_steps" name="parameters for each time" says="belong to one time only"
hand_steps = {
    "a1": [0.76, 0.76, 0],
    "a2": [0.64, 0.76, 0.94],
    "a2_swapped": [0.94, 0.94, 0],
    "parameters": 52,
    "parameters_long": 2600,
    "shape": [3, 5, 7],
}

# %% wrong="hand_steps" name="longer sequences need more parameters" says="parameters_long"
hand_steps = {
    "a1": [0.76, 0.76, 0],
    "a2": [0.64, 0.76, 0.94],
    "a2_swapped": [0.94, 0.94, 0],
    "parameters": 26,
    "parameters_long": 1300,
    "shape": [3, 5, 7],
}

# %% wrong="hand_steps" name="times in the middle" says="units first"
hand_steps = {
    "a1": [0.76, 0.76, 0],
    "a2": [0.64, 0.76, 0.94],
    "a2_swapped": [0.94, 0.94, 0],
    "parameters": 26,
    "parameters_long": 26,
    "shape": [3, 7, 5],
}


# %% right="rnn_cell_forward" name="with TensorFlow"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = tf.tanh(
        parameters["Waa"] @ tf.constant(a_prev)
        + parameters["Wax"] @ tf.constant(xt)
        + parameters["ba"]
    )
    logits = tf.matmul(parameters["Wya"], a_next) + parameters["by"]
    yt_pred = tf.transpose(tf.nn.softmax(tf.transpose(logits)))
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


# %% right="rnn_cell_forward" name="the well-known lines"
def rnn_cell_forward(xt, a_prev, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]
    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba)
    yt_pred = softmax(np.dot(Wya, a_next) + by)
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


# %% right="rnn_cell_forward" name="loops over sequences and units"
def rnn_cell_forward(xt, a_prev, parameters):
    n_a, m = a_prev.shape
    a_next, yt_pred = np.zeros((n_a, m)), np.zeros((len(parameters["by"]), m))
    for j in range(m):
        for i in range(n_a):
            z = parameters["ba"][i, 0]
            for k in range(n_a):
                z += parameters["Waa"][i, k] * a_prev[k, j]
            for k in range(len(xt)):
                z += parameters["Wax"][i, k] * xt[k, j]
            a_next[i, j] = np.tanh(z)
        e = np.exp(parameters["Wya"] @ a_next[:, j] + parameters["by"][:, 0])
        yt_pred[:, j] = e / e.sum()
    return [a_next, yt_pred, (a_next, a_prev, xt, parameters, "extra")]


# %% right="rnn_cell_forward" name="einsum in float32, one stacked matrix"
def rnn_cell_forward(xt, a_prev, parameters):
    p = {name: np.float32(value) for name, value in parameters.items()}
    W = np.concatenate([p["Waa"], p["Wax"]], axis=1)
    a_next = np.tanh(np.einsum("ij,jm->im", W, np.float32(np.concatenate([a_prev, xt]))) + p["ba"])
    return a_next, softmax(p["Wya"] @ a_next + p["by"]), (a_next, a_prev, xt, parameters)


# %% wrong="rnn_cell_forward" name="Waa and Wax swapped" says="Waa belongs to the old state"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ a_prev + parameters["Waa"] @ xt + parameters["ba"])
    return (
        a_next,
        softmax(parameters["Wya"] @ a_next + parameters["by"]),
        (a_next, a_prev, xt, parameters),
    )


# %% wrong="rnn_cell_forward" name="the bias is forgotten" says="the bias is inside tanh"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt)
    return (
        a_next,
        softmax(parameters["Wya"] @ a_next + parameters["by"]),
        (a_next, a_prev, xt, parameters),
    )


# %% wrong="rnn_cell_forward" name="sigmoid for tanh" says="the bias is inside tanh"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = sigmoid(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    return (
        a_next,
        softmax(parameters["Wya"] @ a_next + parameters["by"]),
        (a_next, a_prev, xt, parameters),
    )


# %% wrong="rnn_cell_forward" name="the output of the old state" says="the output comes from the new state"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    return (
        a_next,
        softmax(parameters["Wya"] @ a_prev + parameters["by"]),
        (a_next, a_prev, xt, parameters),
    )


# %% wrong="rnn_cell_forward" name="no softmax" says="through the softmax"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    return a_next, parameters["Wya"] @ a_next + parameters["by"], (a_next, a_prev, xt, parameters)


# %% wrong="rnn_cell_forward" name="softmax over everything" says="its probabilities sum to 1"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    e = np.exp(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, e / e.sum(), (a_next, a_prev, xt, parameters)


# %% wrong="rnn_cell_forward" name="Waa transposed" says="no matrix is transposed"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"].T @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    return (
        a_next,
        softmax(parameters["Wya"] @ a_next + parameters["by"]),
        (a_next, a_prev, xt, parameters),
    )


# %% wrong="rnn_cell_forward" name="the cache in another order" says="the order is a_next, a_prev, xt, parameters"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    return (
        a_next,
        softmax(parameters["Wya"] @ a_next + parameters["by"]),
        (a_prev, a_next, xt, parameters),
    )


# %% wrong="rnn_cell_forward" name="only the state is returned" says="does not return three things"
def rnn_cell_forward(xt, a_prev, parameters):
    return np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])


# %% wrong="rnn_cell_forward" name="right for up to five sequences" says="" hidden="the visible examples have at most five sequences"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    a_next[:, 5:] = 0
    return (
        a_next,
        softmax(parameters["Wya"] @ a_next + parameters["by"]),
        (a_next, a_prev, xt, parameters),
    )


# %% right="rnn_forward" name="the well-known loop"
def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
    caches = (caches, x)
    return a, y_pred, caches


# %% right="rnn_forward" name="without the cell, float32"
def rnn_forward(x, a0, parameters):
    p = {name: np.float32(value) for name, value in parameters.items()}
    a_prev, a, y, caches = np.float32(a0), [], [], []
    for xt in np.moveaxis(np.float32(x), 2, 0):
        a_next = np.tanh(p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"])
        a.append(a_next)
        y.append(softmax(p["Wya"] @ a_next + p["by"]))
        caches.append((a_next, a_prev, xt, parameters))
        a_prev = a_next
    return np.dstack(a), np.dstack(y), [caches, x, "extra"]


# %% right="rnn_forward" name="recursion"
def rnn_forward(x, a0, parameters):
    first = rnn_cell_forward(x[:, :, 0], a0, parameters)
    a, y, caches = first[0][:, :, None], first[1][:, :, None], [first[2]]
    if x.shape[2] > 1:
        rest = rnn_forward(x[:, :, 1:], first[0], parameters)
        a, y = np.concatenate([a, rest[0]], axis=2), np.concatenate([y, rest[1]], axis=2)
        caches += list(rest[2][0])
    return a, y, (caches, x)


# %% wrong="rnn_forward" name="caches from the last time to the first" says="in the order of time"
def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.insert(0, cache)
    caches = (caches, x)
    return a, y_pred, caches


# %% wrong="rnn_forward" name="states in the place of caches" says="no cache of the cell"
def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(a_next)
    caches = (caches, x)
    return a, y_pred, caches


# %% wrong="rnn_forward" name="the last cache for all times" says="in the order of time"
def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
    caches = ([cache] * T_x, x)
    return a, y_pred, caches


# %% wrong="rnn_forward" name="each step starts from a0" says="the state that the step before returned"
def rnn_forward(x, a0, parameters):
    steps = [rnn_cell_forward(x[:, :, t], a0, parameters) for t in range(x.shape[2])]
    return (
        np.dstack([s[0] for s in steps]),
        np.dstack([s[1] for s in steps]),
        ([s[2] for s in steps], x),
    )


# %% wrong="rnn_forward" name="starts from zeros" says="the first step starts from a0"
def rnn_forward(x, a0, parameters):
    a_next, steps = np.zeros(a0.shape), []
    for t in range(x.shape[2]):
        steps.append(rnn_cell_forward(x[:, :, t], a_next, parameters))
        a_next = steps[-1][0]
    return (
        np.dstack([s[0] for s in steps]),
        np.dstack([s[1] for s in steps]),
        ([s[2] for s in steps], x),
    )


# %% wrong="rnn_forward" name="the last step is missing" says="a for 3 units, 5 sequences and 4 times"
def rnn_forward(x, a0, parameters):
    a_next, steps = a0, []
    for t in range(x.shape[2] - 1):
        steps.append(rnn_cell_forward(x[:, :, t], a_next, parameters))
        a_next = steps[-1][0]
    return (
        np.dstack([s[0] for s in steps]),
        np.dstack([s[1] for s in steps]),
        ([s[2] for s in steps], x),
    )


# %% wrong="rnn_forward" name="the times come first" says="units, sequences, times"
def rnn_forward(x, a0, parameters):
    a_next, steps = a0, []
    for t in range(x.shape[2]):
        steps.append(rnn_cell_forward(x[:, :, t], a_next, parameters))
        a_next = steps[-1][0]
    return (
        np.array([s[0] for s in steps]),
        np.array([s[1] for s in steps]),
        ([s[2] for s in steps], x),
    )


# %% wrong="rnn_forward" name="backwards in time" says="The state after the first step"
def rnn_forward(x, a0, parameters):
    a_next, steps = a0, []
    for t in reversed(range(x.shape[2])):
        steps.append(rnn_cell_forward(x[:, :, t], a_next, parameters))
        a_next = steps[-1][0]
    return (
        np.dstack([s[0] for s in steps]),
        np.dstack([s[1] for s in steps]),
        ([s[2] for s in steps], x),
    )


# %% wrong="rnn_forward" name="the last output for all times" says="one output for each time"
def rnn_forward(x, a0, parameters):
    a_next, steps = a0, []
    for t in range(x.shape[2]):
        steps.append(rnn_cell_forward(x[:, :, t], a_next, parameters))
        a_next = steps[-1][0]
    return (
        np.dstack([s[0] for s in steps]),
        np.dstack([steps[-1][1]] * len(steps)),
        ([s[2] for s in steps], x),
    )


# %% wrong="rnn_forward" name="one cache only" says="append one in each step"
def rnn_forward(x, a0, parameters):
    a_next, steps = a0, []
    for t in range(x.shape[2]):
        steps.append(rnn_cell_forward(x[:, :, t], a_next, parameters))
        a_next = steps[-1][0]
    return np.dstack([s[0] for s in steps]), np.dstack([s[1] for s in steps]), ([steps[-1][2]], x)


# %% wrong="rnn_forward" name="stops after eight steps" says="" hidden="the visible sequences have four steps"
def rnn_forward(x, a0, parameters):
    a_next, steps = a0, []
    for t in range(x.shape[2]):
        steps.append(rnn_cell_forward(x[:, :, min(t, 7)], a_next, parameters))
        a_next = steps[-1][0]
    return (
        np.dstack([s[0] for s in steps]),
        np.dstack([s[1] for s in steps]),
        ([s[2] for s in steps], x),
    )


# %% right="rnn_cell_backward" name="the well-known lines"
def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    dtanh = (1 - np.square(a_next)) * da_next
    dxt = np.dot(Wax.T, dtanh)
    dWax = np.dot(dtanh, xt.T)
    da_prev = np.dot(Waa.T, dtanh)
    dWaa = np.dot(dtanh, a_prev.T)
    dba = np.sum(dtanh, axis=1, keepdims=1)
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


# %% right="rnn_cell_backward" name="loops"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    out = {
        "dxt": np.zeros(xt.shape),
        "da_prev": np.zeros(a_prev.shape),
        "dWax": np.zeros(p["Wax"].shape),
    }
    out["dWaa"], out["dba"] = np.zeros(p["Waa"].shape), np.zeros(p["ba"].shape)
    for i, j in np.ndindex(a_next.shape):
        dz = da_next[i, j] * (1 - a_next[i, j] ** 2)
        out["dxt"][:, j] += dz * p["Wax"][i]
        out["da_prev"][:, j] += dz * p["Waa"][i]
        out["dWax"][i] += dz * xt[:, j]
        out["dWaa"][i] += dz * a_prev[:, j]
        out["dba"][i] += dz
    return out


# %% right="rnn_cell_backward" name="einsum in float32, other order of the keys"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = np.float32(da_next) * np.float32(1 - a_next) * np.float32(1 + a_next)
    back = {
        "dba": np.einsum("im->i", dz)[:, None],
        "dWaa": np.einsum("im,jm->ij", dz, np.float32(a_prev)),
    }
    back["dWax"] = np.einsum("im,jm->ij", dz, np.float32(xt))
    back["da_prev"] = np.einsum("ij,im->jm", np.float32(p["Waa"]), dz)
    back["dxt"] = np.einsum("ij,im->jm", np.float32(p["Wax"]), dz)
    return back


# %% right="rnn_cell_backward" name="the state computed once more"
def rnn_cell_backward(da_next, cache):
    _, a_prev, xt, p = cache
    z = p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"]
    dz = da_next / np.cosh(z) ** 2 if z.size > 1 else da_next * (1 - cache[0] ** 2)
    return dict(
        dxt=(dz.T @ p["Wax"]).T,
        da_prev=(dz.T @ p["Waa"]).T,
        dWax=dz @ xt.T,
        dWaa=dz @ a_prev.T,
        dba=dz @ np.ones((dz.shape[1], 1)),
    )


# %% wrong="rnn_cell_backward" name="the slope of tanh is forgotten" says="1 - 0.25 here"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = da_next
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


# %% wrong="rnn_cell_backward" name="the slope of the sigmoid" says="1 - 0.25 here"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = a_next * (1 - a_next) * da_next
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


# %% wrong="rnn_cell_backward" name="the new state for dWaa" says="multiplied with the old state"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = (1 - a_next**2) * da_next
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_next.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


# %% wrong="rnn_cell_backward" name="Waa not transposed" says="a matrix is not transposed"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = (1 - a_next**2) * da_next
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"] @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


# %% wrong="rnn_cell_backward" name="Waa and Wax swapped on the way back" says="the old state is multiplied with Waa"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = (1 - a_next**2) * da_next
    return {
        "dxt": p["Waa"].T @ dz,
        "da_prev": p["Wax"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


# %% wrong="rnn_cell_backward" name="divided by m" says="without 1/m"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = (1 - a_next**2) * da_next
    m = xt.shape[1]
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz @ xt.T / m,
        "dWaa": dz @ a_prev.T / m,
        "dba": dz.sum(axis=1, keepdims=True) / m,
    }


# %% wrong="rnn_cell_backward" name="dba is one number" says="keepdims=True keeps columns"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = (1 - a_next**2) * da_next
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": np.sum(dz, keepdims=True),
    }


# %% wrong="rnn_cell_backward" name="changes da_next" says="da_next is not the same after the call"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    da_next *= 1 - a_next**2
    return {
        "dxt": p["Wax"].T @ da_next,
        "da_prev": p["Waa"].T @ da_next,
        "dWax": da_next @ xt.T,
        "dWaa": da_next @ a_prev.T,
        "dba": da_next.sum(axis=1, keepdims=True),
    }


# %% wrong="rnn_cell_backward" name="up to four sequences only" says="" hidden="the visible examples have at most four sequences"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = (1 - a_next**2) * da_next
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz[:, :4] @ xt[:, :4].T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


# %% right="rnn_backward" name="the well-known loop"
def rnn_backward(da, caches):
    (caches, x) = caches
    (a1, a0, x1, parameters) = caches[0]
    n_a, m, T_x = da.shape
    n_x, m = x1.shape
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da0 = np.zeros((n_a, m))
    da_prevt = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        gradients = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        dxt, da_prevt, dWaxt, dWaat, dbat = (
            gradients["dxt"],
            gradients["da_prev"],
            gradients["dWax"],
            gradients["dWaa"],
            gradients["dba"],
        )
        dx[:, :, t] = dxt
        dWax += dWaxt
        dWaa += dWaat
        dba += dbat
    da0 = da_prevt
    return {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}


# %% right="rnn_backward" name="without the cell, float32"
def rnn_backward(da, caches):
    steps, x = caches
    p = steps[0][3]
    later, dx = np.zeros(da.shape[:2], np.float32), np.zeros(x.shape, np.float32)
    dWax, dWaa, dba = (np.zeros(p[n].shape, np.float32) for n in ("Wax", "Waa", "ba"))
    for t in range(da.shape[2] - 1, -1, -1):
        a_next, a_prev, xt, _ = steps[t]
        dz = ((1 - a_next**2) * (da[:, :, t] + later)).astype(np.float32)
        dx[:, :, t] = p["Wax"].T @ dz
        later = p["Waa"].T @ dz
        dWax, dWaa, dba = dWax + dz @ xt.T, dWaa + dz @ a_prev.T, dba + dz.sum(1, keepdims=True)
    return {"dba": dba, "dWaa": dWaa, "dWax": dWax, "da0": later, "dx": dx}


# %% right="rnn_backward" name="lists, summed in the end"
def rnn_backward(da, caches):
    steps, carried = [], 0
    for t, cache in reversed(list(enumerate(caches[0]))):
        steps.insert(0, rnn_cell_backward(da[..., t] + carried, cache))
        carried = steps[0]["da_prev"]
    sums = {name: sum(step[name] for step in steps) for name in ("dWax", "dWaa", "dba")}
    return {**sums, "da0": carried, "dx": np.stack([step["dxt"] for step in steps], axis=-1)}


# %% wrong="rnn_backward" name="no gradient from the next state" says="plus da_prev of the time behind it"
def rnn_backward(da, caches):
    steps = [rnn_cell_backward(da[:, :, t], caches[0][t]) for t in range(da.shape[2])]
    sums = {name: sum(step[name] for step in steps) for name in ("dWax", "dWaa", "dba")}
    return {**sums, "da0": steps[0]["da_prev"], "dx": np.dstack([step["dxt"] for step in steps])}


# %% wrong="rnn_backward" name="forwards in time" says="at the last time nothing comes from a later one"
def rnn_backward(da, caches):
    steps, carried = [], 0
    for t in range(da.shape[2]):
        steps.append(rnn_cell_backward(da[:, :, t] + carried, caches[0][t]))
        carried = steps[-1]["da_prev"]
    sums = {name: sum(step[name] for step in steps) for name in ("dWax", "dWaa", "dba")}
    return {**sums, "da0": carried, "dx": np.dstack([step["dxt"] for step in steps])}


# %% wrong="rnn_backward" name="parameters of the first time only" says="the parts of all times add up"
def rnn_backward(da, caches):
    dx, carried = np.zeros(caches[1].shape), 0
    for t in reversed(range(da.shape[2])):
        step = rnn_cell_backward(da[:, :, t] + carried, caches[0][t])
        carried, dx[:, :, t] = step["da_prev"], step["dxt"]
    return {"dx": dx, "da0": carried, **{name: step[name] for name in ("dWax", "dWaa", "dba")}}


# %% wrong="rnn_backward" name="the mean over the times" says="the parts of all times add up"
def rnn_backward(da, caches):
    steps, carried = [], 0
    for t in reversed(range(da.shape[2])):
        steps.insert(0, rnn_cell_backward(da[:, :, t] + carried, caches[0][t]))
        carried = steps[0]["da_prev"]
    sums = {
        name: sum(step[name] for step in steps) / len(steps) for name in ("dWax", "dWaa", "dba")
    }
    return {**sums, "da0": carried, "dx": np.dstack([step["dxt"] for step in steps])}


# %% wrong="rnn_backward" name="dx in reversed order" says="each dxt belongs to its own time"
def rnn_backward(da, caches):
    steps, carried = [], 0
    for t in reversed(range(da.shape[2])):
        steps.append(rnn_cell_backward(da[:, :, t] + carried, caches[0][t]))
        carried = steps[-1]["da_prev"]
    sums = {name: sum(step[name] for step in steps) for name in ("dWax", "dWaa", "dba")}
    return {**sums, "da0": carried, "dx": np.dstack([step["dxt"] for step in steps])}


# %% wrong="rnn_backward" name="an output is added to a0" says="a0 has no output of its own"
def rnn_backward(da, caches):
    steps, carried = [], 0
    for t in reversed(range(da.shape[2])):
        steps.insert(0, rnn_cell_backward(da[:, :, t] + carried, caches[0][t]))
        carried = steps[0]["da_prev"]
    sums = {name: sum(step[name] for step in steps) for name in ("dWax", "dWaa", "dba")}
    return {**sums, "da0": carried + da[:, :, 0], "dx": np.dstack([step["dxt"] for step in steps])}


# %% wrong="rnn_backward" name="forgets after six steps" says="" hidden="the visible sequences have at most five steps"
def rnn_backward(da, caches):
    steps, carried = [], 0
    for t in reversed(range(da.shape[2])):
        steps.insert(0, rnn_cell_backward(da[:, :, t] + carried, caches[0][t]))
        carried = steps[0]["da_prev"] if len(steps) < 6 else 0 * da[:, :, 0]
    sums = {name: sum(step[name] for step in steps) for name in ("dWax", "dWaa", "dba")}
    return {**sums, "da0": carried, "dx": np.dstack([step["dxt"] for step in steps])}


# %% right="gradient_forecast" name="two digits"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 120,
    "steps": 44,
    "radius": 0.977,
    "rotation": 0.026,
    "mixed": 38,
    "with_tanh": 6.6e-5,
}

# %% right="gradient_forecast" name="logarithms"
gradient_forecast = {
    "steps": int(np.ceil(np.log(0.01) / np.log(0.9))),
    "one_unit": np.exp(50 * np.log(0.9)),
    "exploding": np.exp(50 * np.log(1.1)),
    "radius": np.exp(np.log(0.1) / 100),
    "rotation": 5 * np.exp(50 * np.log(0.9)),
    "mixed": np.hypot(0.5**20, 1.2**20),
    "with_tanh": 0.825**50,
}

# %% right="gradient_forecast" name="arrays of one element, float32"
gradient_forecast = {
    key: np.array([value], np.float32)
    for key, value in {
        "one_unit": 0.00515,
        "exploding": 117.4,
        "steps": 44,
        "radius": 0.9772,
        "rotation": 0.02577,
        "mixed": 38.34,
        "with_tanh": 6.64e-5,
    }.items()
}

# %% wrong="gradient_forecast" name="the factor times the steps" says="one factor of 0.9 for each step"
gradient_forecast = {
    "one_unit": 45,
    "exploding": 55,
    "steps": 44,
    "radius": 0.977,
    "rotation": 0.026,
    "mixed": 38,
    "with_tanh": 6.6e-5,
}

# %% wrong="gradient_forecast" name="1.1 explodes in spite of tanh" says="the slope of tanh"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 117,
    "steps": 44,
    "radius": 0.977,
    "rotation": 0.026,
    "mixed": 38,
    "with_tanh": 117,
}

# %% wrong="gradient_forecast" name="the slope is that at the argument 0.5" says="the slope of tanh"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 117,
    "steps": 44,
    "radius": 0.977,
    "rotation": 0.026,
    "mixed": 38,
    "with_tanh": float((1.1 * (1 - np.tanh(0.5) ** 2)) ** 50),
}

# %% wrong="gradient_forecast" name="the length of the start is forgotten" says="How long is (3, 4)"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 117,
    "steps": 44,
    "radius": 0.977,
    "rotation": 0.0052,
    "mixed": 38,
    "with_tanh": 6.6e-5,
}

# %% wrong="gradient_forecast" name="the mean of two factors" says="each unit has its own factor"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 117,
    "steps": 44,
    "radius": 0.977,
    "rotation": 0.026,
    "mixed": 0.85**20,
    "with_tanh": 6.6e-5,
}

# %% wrong="gradient_forecast" name="rounded down" says="round up"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 117,
    "steps": 43,
    "radius": 0.977,
    "rotation": 0.026,
    "mixed": 38,
    "with_tanh": 6.6e-5,
}

# %% wrong="gradient_forecast" name="one step more than needed" says="the first time is asked for"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 117,
    "steps": 45,
    "radius": 0.977,
    "rotation": 0.026,
    "mixed": 38,
    "with_tanh": 6.6e-5,
}

# %% wrong="gradient_forecast" name="half a step" says="a whole number of steps"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 117,
    "steps": 43.7,
    "radius": 0.977,
    "rotation": 0.026,
    "mixed": 38,
    "with_tanh": 6.6e-5,
}

# %% wrong="gradient_forecast" name="a radius of 0.9" says="do not leave 0.1 of the gradient"
gradient_forecast = {
    "one_unit": 0.0052,
    "exploding": 117,
    "steps": 44,
    "radius": 0.9,
    "rotation": 0.026,
    "mixed": 38,
    "with_tanh": 6.6e-5,
}


# %% right="clip_gradients" name="one long vector"
def clip_gradients(gradients, max_norm):
    flat = np.concatenate([np.ravel(g) for g in gradients.values()])
    scale = min(1.0, max_norm / max(np.linalg.norm(flat), 1e-12))
    return {name: g * scale for name, g in gradients.items()}


# %% right="clip_gradients" name="in place"
def clip_gradients(gradients, max_norm):
    total = 0.0
    for g in gradients.values():
        total += (g**2).sum()
    if total > max_norm**2:
        for g in gradients.values():
            g *= max_norm / np.sqrt(total)
    return gradients


# %% right="clip_gradients" name="with TensorFlow, float32"
def clip_gradients(gradients, max_norm):
    arrays = [tf.constant(np.float32(g)) for g in gradients.values()]
    clipped, _ = tf.clip_by_global_norm(arrays, max_norm)
    return dict(zip(gradients, [c.numpy() for c in clipped]))


# %% wrong="clip_gradients" name="entry by entry" says="global norm 13 and the limit 6.5"
def clip_gradients(gradients, max_norm):
    return {name: np.clip(g, -max_norm, max_norm) for name, g in gradients.items()}


# %% wrong="clip_gradients" name="array by array" says="over all arrays together"
def clip_gradients(gradients, max_norm):
    return {
        name: g * min(1, max_norm / np.linalg.norm(g)) if g.any() else g
        for name, g in gradients.items()
    }


# %% wrong="clip_gradients" name="always as long as the limit" says="short enough stay as they are"
def clip_gradients(gradients, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
    return {name: g * max_norm / norm for name, g in gradients.items()}


# %% wrong="clip_gradients" name="divided by the norm" says="exactly as long as the limit"
def clip_gradients(gradients, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
    return {name: g / norm if norm > max_norm else g for name, g in gradients.items()}


# %% wrong="clip_gradients" name="the root is forgotten" says="exactly as long as the limit"
def clip_gradients(gradients, max_norm):
    norm = sum((g**2).sum() for g in gradients.values())
    return {name: g * max_norm / norm if norm > max_norm else g for name, g in gradients.items()}


# %% wrong="clip_gradients" name="the direction is lost" says="all entries get the same factor"
def clip_gradients(gradients, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
    return {
        name: np.abs(g) * min(1, max_norm / norm) if norm else g for name, g in gradients.items()
    }


# %% wrong="clip_gradients" name="divides by zero" says="contains nan"
def clip_gradients(gradients, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
    with np.errstate(all="ignore"):
        factor = np.minimum(1.0, max_norm / norm) if norm else np.float64(0) / norm
        return {name: g * factor for name, g in gradients.items()}


# %% wrong="clip_gradients" name="matrices only" says="" hidden="the visible gradients have two axes"
def clip_gradients(gradients, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in gradients.values() if g.ndim == 2))
    return {name: g * max_norm / norm if norm > max_norm else g for name, g in gradients.items()}


# %% right="lstm_forward" name="the well-known lines"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    Wf, bf, Wi, bi = parameters["Wf"], parameters["bf"], parameters["Wi"], parameters["bi"]
    Wc, bc, Wo, bo = parameters["Wc"], parameters["bc"], parameters["Wo"], parameters["bo"]
    Wy, by = parameters["Wy"], parameters["by"]
    n_x, m = xt.shape
    n_y, n_a = Wy.shape
    concat = np.zeros((n_a + n_x, m))
    concat[:n_a, :] = a_prev
    concat[n_a:, :] = xt
    ft = sigmoid(np.dot(Wf, concat) + bf)
    it = sigmoid(np.dot(Wi, concat) + bi)
    cct = np.tanh(np.dot(Wc, concat) + bc)
    c_next = ft * c_prev + it * cct
    ot = sigmoid(np.dot(Wo, concat) + bo)
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(np.dot(Wy, a_next) + by)
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a = np.zeros((n_a, m, T_x))
    c = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next = a0
    c_next = np.zeros((n_a, m))
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        y[:, :, t] = yt
        c[:, :, t] = c_next
        caches.append(cache)
    return a, y, c, (caches, x)


# %% right="lstm_forward" name="one large matrix, float32"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    W = np.float32(np.vstack([parameters["W" + g] for g in "fico"]))
    b = np.float32(np.vstack([parameters["b" + g] for g in "fico"]))
    f, i, k, o = np.split(W @ np.float32(np.vstack([a_prev, xt])) + b, 4)
    f, i, k, o = sigmoid(f), sigmoid(i), np.tanh(k), sigmoid(o)
    c_next = f * np.float32(c_prev) + i * k
    a_next = o * np.tanh(c_next)
    y = softmax(np.float32(parameters["Wy"]) @ a_next + np.float32(parameters["by"]))
    return [a_next, c_next, y, [a_next, c_next, a_prev, c_prev, f, i, k, o, xt, parameters, None]]


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for xt in np.moveaxis(x, 2, 0):
        out.append(lstm_cell_forward(xt, a, c, parameters))
        a, c = out[-1][0], out[-1][1]
    a, c, y, caches = zip(*out)
    return np.dstack(a), np.dstack(y), np.dstack(c), (list(caches), x)


# %% right="lstm_forward" name="column by column, the sigmoid as a tanh"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a, m = a_prev.shape
    gates = {g: np.zeros((n_a, m)) for g in "fico"}
    for j in range(m):
        for g in gates:
            W = parameters["W" + g]
            z = (
                W[:, :n_a].dot(a_prev[:, j])
                + W[:, n_a:].dot(xt[:, j])
                + parameters["b" + g].ravel()
            )
            gates[g][:, j] = np.tanh(z) if g == "c" else (1 + np.tanh(z / 2)) / 2
    c_next = gates["f"] * c_prev + gates["i"] * gates["c"]
    a_next = gates["o"] * np.tanh(c_next)
    y = softmax(parameters["Wy"].dot(a_next) + parameters["by"])
    return (
        a_next,
        c_next,
        y,
        (
            a_next,
            c_next,
            a_prev,
            c_prev,
            gates["f"],
            gates["i"],
            gates["c"],
            gates["o"],
            xt,
            parameters,
        ),
    )


def lstm_forward(x, a0, parameters):
    results, state = [], (a0, np.zeros(a0.shape))
    for t in range(x.shape[2]):
        results.append(lstm_cell_forward(x[:, :, t], *state, parameters))
        state = results[-1][:2]
    return *(np.stack([r[k] for r in results], -1) for k in (0, 2, 1)), ([r[3] for r in results], x)


# %% wrong="lstm_forward" name="caches from the last time to the first" says="in the order of time"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    Wf, bf, Wi, bi = parameters["Wf"], parameters["bf"], parameters["Wi"], parameters["bi"]
    Wc, bc, Wo, bo = parameters["Wc"], parameters["bc"], parameters["Wo"], parameters["bo"]
    Wy, by = parameters["Wy"], parameters["by"]
    n_x, m = xt.shape
    n_y, n_a = Wy.shape
    concat = np.zeros((n_a + n_x, m))
    concat[:n_a, :] = a_prev
    concat[n_a:, :] = xt
    ft = sigmoid(np.dot(Wf, concat) + bf)
    it = sigmoid(np.dot(Wi, concat) + bi)
    cct = np.tanh(np.dot(Wc, concat) + bc)
    c_next = ft * c_prev + it * cct
    ot = sigmoid(np.dot(Wo, concat) + bo)
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(np.dot(Wy, a_next) + by)
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a = np.zeros((n_a, m, T_x))
    c = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next = a0
    c_next = np.zeros((n_a, m))
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        y[:, :, t] = yt
        c[:, :, t] = c_next
        caches.insert(0, cache)
    return a, y, c, (caches, x)


# %% wrong="lstm_forward" name="no input in the caches" says="The second part of caches"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    Wf, bf, Wi, bi = parameters["Wf"], parameters["bf"], parameters["Wi"], parameters["bi"]
    Wc, bc, Wo, bo = parameters["Wc"], parameters["bc"], parameters["Wo"], parameters["bo"]
    Wy, by = parameters["Wy"], parameters["by"]
    n_x, m = xt.shape
    n_y, n_a = Wy.shape
    concat = np.zeros((n_a + n_x, m))
    concat[:n_a, :] = a_prev
    concat[n_a:, :] = xt
    ft = sigmoid(np.dot(Wf, concat) + bf)
    it = sigmoid(np.dot(Wi, concat) + bi)
    cct = np.tanh(np.dot(Wc, concat) + bc)
    c_next = ft * c_prev + it * cct
    ot = sigmoid(np.dot(Wo, concat) + bo)
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(np.dot(Wy, a_next) + by)
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a = np.zeros((n_a, m, T_x))
    c = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next = a0
    c_next = np.zeros((n_a, m))
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        y[:, :, t] = yt
        c[:, :, t] = c_next
        caches.append(cache)
    return a, y, c, (caches, None)


# %% wrong="lstm_forward" name="forget and input gate swapped" says="the forget gate keeps the old c"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    c_next = it * c_prev + ft * cct
    a_next = ot * np.tanh(c_next)
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = out[-1][:2]
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[2] for o in out]),
        np.dstack([o[1] for o in out]),
        ([o[3] for o in out], x),
    )


# %% wrong="lstm_forward" name="the input on top" says="the old state stands on top of the input"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([xt, a_prev])
    ft, it, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = out[-1][:2]
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[2] for o in out]),
        np.dstack([o[1] for o in out]),
        ([o[3] for o in out], x),
    )


# %% wrong="lstm_forward" name="no tanh around the new c" says="the output gate times the tanh of the new c"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * c_next
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = out[-1][:2]
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[2] for o in out]),
        np.dstack([o[1] for o in out]),
        ([o[3] for o in out], x),
    )


# %% wrong="lstm_forward" name="the output of c" says="from the new state a, not from c"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ c_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = out[-1][:2]
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[2] for o in out]),
        np.dstack([o[1] for o in out]),
        ([o[3] for o in out], x),
    )


# %% wrong="lstm_forward" name="a sigmoid for the candidate" says="the input gate lets the candidate in"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([a_prev, xt])
    ft, it, cct, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fico")
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = out[-1][:2]
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[2] for o in out]),
        np.dstack([o[1] for o in out]),
        ([o[3] for o in out], x),
    )


# %% wrong="lstm_forward" name="c is not handed on" says="with both states of the step before"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a = out[-1][0]
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[2] for o in out]),
        np.dstack([o[1] for o in out]),
        ([o[3] for o in out], x),
    )


# %% wrong="lstm_forward" name="c starts as a0" says="at first a0, and zeros for c"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = out[-1][:2]
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[2] for o in out]),
        np.dstack([o[1] for o in out]),
        ([o[3] for o in out], x),
    )


# %% wrong="lstm_forward" name="c before y" says="the order is a, y, c, caches"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = out[-1][:2]
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[1] for o in out]),
        np.dstack([o[2] for o in out]),
        ([o[3] for o in out], x),
    )


# %% wrong="lstm_forward" name="the memory is lost after five steps" says="" hidden="the visible sequences have four steps"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return (
        a_next,
        c_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters),
    )


def lstm_forward(x, a0, parameters):
    a, c, out = a0, 0 * a0, []
    for t in range(x.shape[2]):
        out.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = out[-1][:2]
        c = c * (t != 5)
    return (
        np.dstack([o[0] for o in out]),
        np.dstack([o[2] for o in out]),
        np.dstack([o[1] for o in out]),
        ([o[3] for o in out], x),
    )


# %% right="gru_cell_forward" name="split matrices"
def gru_cell_forward(xt, a_prev, parameters):
    n_a = a_prev.shape[0]

    def linear(gate, state):
        W = parameters["W" + gate]
        return np.dot(W[:, :n_a], state) + np.dot(W[:, n_a:], xt) + parameters["b" + gate]

    z, r = sigmoid(linear("z", a_prev)), sigmoid(linear("r", a_prev))
    h = np.tanh(linear("h", r * a_prev))
    a_next = h + z * (a_prev - h)
    return [
        a_next,
        softmax(np.dot(parameters["Wy"], a_next) + parameters["by"]),
        [a_next, a_prev, z, r, h, xt, parameters, 0],
    ]


# %% right="gru_cell_forward" name="float32"
def gru_cell_forward(xt, a_prev, parameters):
    p = {name: np.float32(value) for name, value in parameters.items()}
    x, a = np.float32(xt), np.float32(a_prev)
    z = sigmoid(p["Wz"] @ np.vstack([a, x]) + p["bz"])
    r = sigmoid(p["Wr"] @ np.vstack([a, x]) + p["br"])
    h = np.tanh(p["Wh"] @ np.vstack([r * a, x]) + p["bh"])
    a_next = z * a + (1 - z) * h
    return a_next, softmax(p["Wy"] @ a_next + p["by"]), (a_next, a_prev, z, r, h, xt, parameters)


# %% right="gru_cell_forward" name="column by column"
def gru_cell_forward(xt, a_prev, parameters):
    columns = []
    for x, a in zip(xt.T, a_prev.T):
        s = np.concatenate([a, x])
        z = 1 / (1 + np.exp(-(parameters["Wz"] @ s + parameters["bz"][:, 0])))
        r = 1 / (1 + np.exp(-(parameters["Wr"] @ s + parameters["br"][:, 0])))
        h = np.tanh(parameters["Wh"] @ np.concatenate([r * a, x]) + parameters["bh"][:, 0])
        new = z * a + (1 - z) * h
        e = np.exp(parameters["Wy"] @ new + parameters["by"][:, 0])
        columns.append((new, e / e.sum(), z, r, h))
    a_next, y, z, r, h = (np.stack([c[k] for c in columns], axis=1) for k in range(5))
    return a_next, y, (a_next, a_prev, z, r, h, xt, parameters)


# %% wrong="gru_cell_forward" name="the other convention of the update gate" says="an update gate of 1 keeps the old state here"
def gru_cell_forward(xt, a_prev, parameters):
    s = np.vstack([a_prev, xt])
    zt, rt = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "zr")
    cct = np.tanh(parameters["Wh"] @ np.vstack([rt * a_prev, xt]) + parameters["bh"])
    a_next = (1 - zt) * a_prev + zt * cct
    return (
        a_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, a_prev, zt, rt, cct, xt, parameters),
    )


# %% wrong="gru_cell_forward" name="the reset gate is forgotten" says="the reset gate multiplies a_prev"
def gru_cell_forward(xt, a_prev, parameters):
    s = np.vstack([a_prev, xt])
    zt, rt = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "zr")
    cct = np.tanh(parameters["Wh"] @ s + parameters["bh"])
    a_next = zt * a_prev + (1 - zt) * cct
    return (
        a_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, a_prev, zt, rt, cct, xt, parameters),
    )


# %% wrong="gru_cell_forward" name="the reset gate on the input, too" says="and not xt"
def gru_cell_forward(xt, a_prev, parameters):
    s = np.vstack([a_prev, xt])
    zt, rt = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "zr")
    cct = np.tanh(rt * (parameters["Wh"] @ s) + parameters["bh"])
    a_next = zt * a_prev + (1 - zt) * cct
    return (
        a_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, a_prev, zt, rt, cct, xt, parameters),
    )


# %% wrong="gru_cell_forward" name="the reset gate after the matrix" says="before the matrix Wh, not after it"
def gru_cell_forward(xt, a_prev, parameters):
    n = len(a_prev)
    s = np.vstack([a_prev, xt])
    zt, rt = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "zr")
    Wh = parameters["Wh"]
    cct = np.tanh(rt * (Wh[:, :n] @ a_prev) + Wh[:, n:] @ xt + parameters["bh"])
    a_next = zt * a_prev + (1 - zt) * cct
    return (
        a_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, a_prev, zt, rt, cct, xt, parameters),
    )


# %% wrong="gru_cell_forward" name="the input on top" says="stands on top"
def gru_cell_forward(xt, a_prev, parameters):
    s = np.vstack([xt, a_prev])
    zt, rt = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "zr")
    cct = np.tanh(parameters["Wh"] @ np.vstack([xt, rt * a_prev]) + parameters["bh"])
    a_next = zt * a_prev + (1 - zt) * cct
    return (
        a_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, a_prev, zt, rt, cct, xt, parameters),
    )


# %% wrong="gru_cell_forward" name="no softmax" says="through the softmax"
def gru_cell_forward(xt, a_prev, parameters):
    s = np.vstack([a_prev, xt])
    zt, rt = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "zr")
    cct = np.tanh(parameters["Wh"] @ np.vstack([rt * a_prev, xt]) + parameters["bh"])
    a_next = zt * a_prev + (1 - zt) * cct
    return (
        a_next,
        parameters["Wy"] @ a_next + parameters["by"],
        (a_next, a_prev, zt, rt, cct, xt, parameters),
    )


# %% wrong="gru_cell_forward" name="right for up to five sequences" says="" hidden="the visible examples have at most five sequences"
def gru_cell_forward(xt, a_prev, parameters):
    s = np.vstack([a_prev, xt])
    zt, rt = (sigmoid(parameters["W" + g] @ s + parameters["b" + g]) for g in "zr")
    cct = np.tanh(parameters["Wh"] @ np.vstack([rt * a_prev, xt]) + parameters["bh"])
    a_next = zt * a_prev + (1 - zt) * cct
    a_next[:, 5:] = a_prev[:, 5:]
    return (
        a_next,
        softmax(parameters["Wy"] @ a_next + parameters["by"]),
        (a_next, a_prev, zt, rt, cct, xt, parameters),
    )


# %% right="prepare" name="split first, then windows"
def prepare(series, n_test, steps):
    n = len(series)
    mean, std = series[: n - n_test].mean(), series[: n - n_test].std()
    z = (series - mean) / std
    train = z[: n - n_test]
    test = z[n - n_test - steps :]

    def windows(part):
        X, Y = [], []
        for i in range(len(part) - steps):
            X.append(part[i : i + steps])
            Y.append(part[i + steps])
        return np.array(X), np.array(Y)

    X_train, Y_train = windows(train)
    X_test, Y_test = windows(test)
    return {
        "mean": mean,
        "std": std,
        "X_train": X_train,
        "Y_train": Y_train,
        "X_test": X_test,
        "Y_test": Y_test,
    }


# %% right="prepare" name="sliding_window_view"
def prepare(series, n_test, steps):
    from numpy.lib.stride_tricks import sliding_window_view

    mean, std = np.mean(series[:-n_test]), np.std(series[:-n_test])
    rows = sliding_window_view((np.asarray(series) - mean) / std, steps + 1)
    train, test = rows[:-n_test], rows[-n_test:]
    return {
        "X_test": test[:, :-1],
        "Y_test": test[:, -1],
        "X_train": train[:, :-1],
        "Y_train": train[:, -1],
        "std": std,
        "mean": mean,
    }


# %% right="prepare" name="lists of Python numbers, float32"
def prepare(series, n_test, steps):
    values = [float(v) for v in series]
    known = values[: len(values) - n_test]
    mean = sum(known) / len(known)
    std = (sum((v - mean) ** 2 for v in known) / len(known)) ** 0.5
    z = np.float32([(v - mean) / std for v in values])
    border = len(values) - n_test
    at = {"train": range(steps, border), "test": range(border, len(values))}
    result = {"mean": mean, "std": std}
    for label, targets in at.items():
        result["X_" + label] = [z[t - steps : t].tolist() for t in targets]
        result["Y_" + label] = [float(z[t]) for t in targets]
    return result


# %% wrong="prepare" name="nothing mended" says="only values before the test may be used"
def prepare(series, n_test, steps):
    return prepare_leaky(series, n_test, steps)


# %% wrong="prepare" name="scaled with the whole series" says="only values before the test may be used"
def prepare(series, n_test, steps):
    mean, std = np.mean(series), np.std(series)
    z = (series - mean) / std
    X = np.array([z[i : i + steps] for i in range(len(z) - steps)])
    Y = z[steps:]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:],
        "Y_test": Y[-n_test:],
    }


# %% wrong="prepare" name="std of the whole series" says="np.std without ddof"
def prepare(series, n_test, steps):
    mean, std = np.mean(series[:-n_test]), np.std(series)
    z = (series - mean) / std
    X = np.array([z[i : i + steps] for i in range(len(z) - steps)])
    Y = z[steps:]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:],
        "Y_test": Y[-n_test:],
    }


# %% wrong="prepare" name="the target is the last value of the window" says="they are the last n_test values of the series"
def prepare(series, n_test, steps):
    mean, std = np.mean(series[:-n_test]), np.std(series[:-n_test])
    z = (series - mean) / std
    X = np.array([z[i : i + steps] for i in range(len(z) - steps)])
    Y = z[steps - 1 : -1]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:],
        "Y_test": Y[-n_test:],
    }


# %% wrong="prepare" name="still shuffled" says="they are the last n_test values of the series"
def prepare(series, n_test, steps):
    mean, std = np.mean(series[:-n_test]), np.std(series[:-n_test])
    z = (series - mean) / std
    X = np.array([z[i : i + steps] for i in range(len(z) - steps)])
    Y = z[steps:]
    order = np.random.RandomState(0).permutation(len(X))
    X, Y = X[order], Y[order]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:],
        "Y_test": Y[-n_test:],
    }


# %% wrong="prepare" name="shuffled within the test" says="nothing is shuffled"
def prepare(series, n_test, steps):
    mean, std = np.mean(series[:-n_test]), np.std(series[:-n_test])
    z = (series - mean) / std
    X = np.array([z[i : i + steps] for i in range(len(z) - steps)])
    Y = z[steps:]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:][::-1],
        "Y_test": Y[-n_test:][::-1],
    }


# %% wrong="prepare" name="test windows only from the test" says="one window for each target"
def prepare(series, n_test, steps):
    mean, std = np.mean(series[:-n_test]), np.std(series[:-n_test])
    z = (series - mean) / std
    train, test = z[:-n_test], z[-n_test:]
    cut = lambda part: np.array([part[i : i + steps] for i in range(len(part) - steps)])
    return {
        "mean": mean,
        "std": std,
        "X_train": cut(train),
        "Y_train": train[steps:],
        "X_test": cut(test),
        "Y_test": test[steps:],
    }


# %% wrong="prepare" name="the windows are not scaled" says="the targets of the test, scaled back and sorted"
def prepare(series, n_test, steps):
    mean, std = np.mean(series[:-n_test]), np.std(series[:-n_test])
    X = np.array([series[i : i + steps] for i in range(len(series) - steps)])
    Y = series[steps:]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:],
        "Y_test": Y[-n_test:],
    }


# %% wrong="prepare" name="the windows are shuffled, the targets are not" says="directly before its target"
def prepare(series, n_test, steps):
    mean, std = np.mean(series[:-n_test]), np.std(series[:-n_test])
    z = (series - mean) / std
    X = np.array([z[i : i + steps] for i in range(len(z) - steps)])
    Y = z[steps:]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test][::-1],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:],
        "Y_test": Y[-n_test:],
    }


# %% wrong="prepare" name="windows of at most three values" says="" hidden="the visible windows have two and three values"
def prepare(series, n_test, steps):
    mean, std = np.mean(series[:-n_test]), np.std(series[:-n_test])
    z = (series - mean) / std
    X = np.array([z[i : i + steps] for i in range(len(z) - steps)])
    X[:, 3:] = X[:, :1]
    Y = z[steps:]
    return {
        "mean": mean,
        "std": std,
        "X_train": X[:-n_test],
        "Y_train": Y[:-n_test],
        "X_test": X[-n_test:],
        "Y_test": Y[-n_test:],
    }


# %% right="seasonal_naive_with_drift" name="month by month"
def seasonal_naive_with_drift(series, years):
    n = len(series)
    growth = 0.0
    for month in range(12):
        growth += (series[n - 12 + month] - series[n - 12 + month - 12 * years]) / years
    return [series[n - 12 + month] + growth / 12 for month in range(12)]


# %% right="seasonal_naive_with_drift" name="a table of years, float32"
def seasonal_naive_with_drift(series, years):
    table = np.float32(series[len(series) % 12 :]).reshape(-1, 12)
    means = table.mean(axis=1)
    return table[-1] + (means[-1] - means[-1 - years]) / np.float32(years)


# %% right="seasonal_naive_with_drift" name="the mean of the yearly differences"
def seasonal_naive_with_drift(series, years):
    seasonal_differences = series[12:] - series[:-12]
    return series[-12:] + np.mean(seasonal_differences[-12 * years :])


# %% wrong="seasonal_naive_with_drift" name="without drift" says="plus the growth of one year"
def seasonal_naive_with_drift(series, years):
    return series[-12:].copy()


# %% wrong="seasonal_naive_with_drift" name="the growth of all years at once" says="divided by `years`"
def seasonal_naive_with_drift(series, years):
    return series[-12:] + series[-12:].mean() - series[-12 * (years + 1) : -12 * years].mean()


# %% wrong="seasonal_naive_with_drift" name="the growth of a month" says="plus the growth of one year"
def seasonal_naive_with_drift(series, years):
    return series[-12:] + (series[-12:].mean() - series[-12 * (years + 1) : -12 * years].mean()) / (
        12 * years
    )


# %% wrong="seasonal_naive_with_drift" name="repeats the last value" says="the value of the same month of last year"
def seasonal_naive_with_drift(series, years):
    return (
        np.full(12, series[-1])
        + (series[-12:].mean() - series[-12 * (years + 1) : -12 * years].mean()) / years
    )


# %% wrong="seasonal_naive_with_drift" name="all years before, and not one of them" says="a difference over `years` years"
def seasonal_naive_with_drift(series, years):
    return series[-12:] + (series[-12:].mean() - series[-12 * (years + 1) : -12].mean()) / years


# %% wrong="seasonal_naive_with_drift" name="the number of years is ignored" says="the year that lies two years before the last one"
def seasonal_naive_with_drift(series, years):
    return series[-12:] + series[-12:].mean() - series[-24:-12].mean()


# %% wrong="seasonal_naive_with_drift" name="changes the series" says="series is not the same after the call"
def seasonal_naive_with_drift(series, years):
    growth = (series[-12:].mean() - series[-12 * (years + 1) : -12 * years].mean()) / years
    series += growth
    return series[-12:]


# %% wrong="seasonal_naive_with_drift" name="at most five years" says="" hidden="the visible drifts are over at most four years"
def seasonal_naive_with_drift(series, years):
    years = min(years, 5)
    return (
        series[-12:]
        + (series[-12:].mean() - series[-12 * (years + 1) : -12 * years].mean()) / years
    )


# %% survives="gradient_forecast" why="Three decimals are asked for; these differ in the fourth."
# "radius": 0.1 ** (1 / 99),  # 0.977
# "radius": 0.1 ** (1 / 101),  # 0.977


# %% near="test_hand_steps" why="Two decimals are asked for, rounded or cut off: an answer may be off by 0.01."
