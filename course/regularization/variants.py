# %% [markdown]
# Known answers to the exercises of Regularization: the tests of the tests. Each cell replaces the solution cell of that name.
# `right` answers must get all points, `wrong` ones must lose their exercise with a message that contains `says`;
# `hidden` gives the reason where only the hidden tests can catch a wrong answer.


# %% right="compute_cost_with_regularization" name="the well-known steps"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = (
        1.0
        / m
        * lambd
        / 2
        * (np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3)))
    )
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% right="compute_cost_with_regularization" name="a loop over numbers"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = np.asarray(Y).size
    total = 0.0
    for a, y in zip(np.ravel(A3), np.ravel(Y)):
        total -= np.log(a) if y == 1 else np.log(1 - a)
    for name, value in parameters.items():
        if name.startswith("W"):
            for w in value.flat:
                total += 0.5 * lambd * w * w
    return total / m


# %% right="compute_cost_with_regularization" name="norms, float32"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    norms = [np.linalg.norm(parameters[f"W{l}"].astype(np.float32)) for l in (1, 2, 3)]
    return np.float32(compute_cost(A3, Y)) + np.float32(lambd / 2 / A3.shape[1]) * np.dot(
        norms, norms
    )


# %% right="compute_cost_with_regularization" name="an array of one element"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    penalty = sum(np.einsum("ij,ij->", parameters[k], parameters[k]) for k in ("W1", "W2", "W3"))
    return np.array([[compute_cost(A3, Y) + lambd * penalty / Y.shape[1] / 2]])


# %% wrong="compute_cost_with_regularization" name="no half" says="twice as large"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd / m * squares


# %% wrong="compute_cost_with_regularization" name="no m" says="does not depend on m"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd / 2 * squares


# %% wrong="compute_cost_with_regularization" name="m is the number of rows" says="does not depend on m"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[0]
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd / (2 * m) * squares


# %% wrong="compute_cost_with_regularization" name="biases as well" says="the biases are in the penalty"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(value**2) for value in parameters.values())
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * squares


# %% wrong="compute_cost_with_regularization" name="absolute values" says="absolute values"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    sizes = sum(np.sum(np.abs(parameters[k])) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * sizes


# %% wrong="compute_cost_with_regularization" name="not squared" says="the penalty adds the weights"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    sums = sum(np.sum(parameters[k]) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * sums


# %% wrong="compute_cost_with_regularization" name="a norm, not its square" says="square root"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * np.sqrt(squares)


# %% wrong="compute_cost_with_regularization" name="hidden layers only" says="W3 is not in the penalty"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2"))
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * squares


# %% wrong="compute_cost_with_regularization" name="subtracts" says="the penalty is subtracted"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) - lambd / (2 * Y.shape[1]) * squares


# %% wrong="compute_cost_with_regularization" name="the cross-entropy alone" says="there is no penalty"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    L2_cost = lambd / (2 * Y.shape[1]) * squares
    return compute_cost(A3, Y)


# %% wrong="compute_cost_with_regularization" name="the penalty alone" says="the cross-entropy is log 2"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return lambd / (2 * Y.shape[1]) * squares


# %% wrong="compute_cost_with_regularization" name="squares not summed" says="add all squares up"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * np.square(parameters["W1"])


# %% wrong="compute_cost_with_regularization" name="squares in place" says="parameters is not the same after the call"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = 0
    for k in ("W1", "W2", "W3"):
        parameters[k] **= 2
        squares += np.sum(parameters[k])
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * squares


# %% wrong="compute_cost_with_regularization" name="prints, returns nothing" says="is None"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    print(compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * squares)


# %% wrong="compute_cost_with_regularization" name="four examples, always" says="m is the number of examples"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd / 8 * squares


# %% wrong="compute_cost_with_regularization" name="no lambd" says="lambd is not in the penalty"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    squares, m = np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2), Y.shape[1]
    return compute_cost(A3, Y) + squares / (2 * m)


# %% wrong="compute_cost_with_regularization" name="no brackets" says="put 2 * m in brackets"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    squares, m = np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2), Y.shape[1]
    return compute_cost(A3, Y) + lambd / 2 * m * squares


# %% wrong="compute_cost_with_regularization" name="the mean divided once more" says="compute_cost returns a mean"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    squares, m = np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2), Y.shape[1]
    return compute_cost(A3, Y) / m + lambd / (2 * m) * squares


# %% wrong="compute_cost_with_regularization" name="squares of the sums" says="square each weight, then add"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    sums = [np.sum(parameters[name]) ** 2 for name in ("W1", "W2", "W3")]
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * sum(sums)


# %% wrong="compute_cost_with_regularization" name="lambd at most 1" says="" hidden="the visible examples have no lambd above 1"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + min(lambd, 1) / (2 * Y.shape[1]) * squares


# %% right="compute_cost_with_regularization" name="one long column of weights"
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    w = np.concatenate([parameters[k].reshape(-1) for k in ("W1", "W2", "W3")])
    return compute_cost(A3, Y) + lambd * w @ w / (2 * len(Y[0]))


# %% right="backward_propagation_with_regularization" name="the well-known steps"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T) + (lambd / m) * W3
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T) + (lambd / m) * W2
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T) + (lambd / m) * W1
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    gradients = {
        "dZ3": dZ3,
        "dW3": dW3,
        "db3": db3,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }
    return gradients


# %% right="backward_propagation_with_regularization" name="adds in place to fresh gradients"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    grads = backward_propagation(X, Y, cache)
    for l in (1, 2, 3):
        grads[f"dW{l}"] += lambd * cache[4 * l - 2] / Y.size
    return grads


# %% right="backward_propagation_with_regularization" name="einsum in float32, as lists"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = [
        np.asarray(part, dtype=np.float32) for part in cache
    ]
    m, out, delta = len(Y[0]), {}, A3 - np.asarray(Y, dtype=np.float32)
    X = np.asarray(X, dtype=np.float32)
    for l, below, W, Z in ((3, A2, W3, Z2), (2, A1, W2, Z1), (1, X, W1, None)):
        out[f"dZ{l}"] = delta
        out[f"dW{l}"] = (np.einsum("im,jm->ij", delta, below) + lambd * W) / m
        out[f"db{l}"] = delta.mean(axis=1)[:, None]
        if Z is not None:
            out[f"dA{l - 1}"] = np.einsum("ji,jm->im", W, delta)
            delta = out[f"dA{l - 1}"] * np.heaviside(Z, 0)
    return {key: np.asarray(value).tolist() for key, value in out.items()}


# %% wrong="backward_propagation_with_regularization" name="no m in the penalty" says="does not depend on m"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd * W
    return g


# %% wrong="backward_propagation_with_regularization" name="keeps the half" says="half as large in dW1"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / (2 * X.shape[1]) * W
    return g


# %% wrong="backward_propagation_with_regularization" name="2 lambd / m" says="twice as large in dW1"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + 2 * lambd / X.shape[1] * W
    return g


# %% wrong="backward_propagation_with_regularization" name="subtracts the penalty" says="wrong sign in dW1"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] - lambd / X.shape[1] * W
    return g


# %% wrong="backward_propagation_with_regularization" name="biases decay, too" says="biases are in the penalty"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, p in enumerate(("W1", "b1", "W2", "b2", "W3", "b3")):
        g["d" + p] = g["d" + p] + lambd / X.shape[1] * cache[(2, 3, 6, 7, 10, 11)[k]]
    return g


# %% wrong="backward_propagation_with_regularization" name="W3 is forgotten" says="dW3 does not change with lambd"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6])):
        g[k] = g[k] + lambd / X.shape[1] * W
    return g


# %% wrong="backward_propagation_with_regularization" name="only the sign of the weight" says="only the signs of the weights"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / X.shape[1] * np.sign(W)
    return g


# %% wrong="backward_propagation_with_regularization" name="the same number for every weight" says="adds one number to all entries of dW1"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / X.shape[1] * np.sum(W)
    return g


# %% wrong="backward_propagation_with_regularization" name="penalty in dZ3" says="dZ3"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / X.shape[1] * W
    g["dZ3"] = g["dZ3"] + lambd / X.shape[1]
    return g


# %% wrong="backward_propagation_with_regularization" name="1/m in dZ3" says="With lambd = 0, dZ3"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = dict(backward_propagation(X, Y, cache))
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / X.shape[1] * W
    g["dZ3"] = g["dZ3"] / X.shape[1]
    return g


# %% wrong="backward_propagation_with_regularization" name="db without keepdims" says="keepdims"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / X.shape[1] * W
    g["db2"] = np.mean(g["dZ2"], axis=1)
    return g


# %% wrong="backward_propagation_with_regularization" name="only the six gradients of parameters" says="no entry 'dZ3'"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / X.shape[1] * W
    return {k: v for k, v in g.items() if k[1] in "Wb"}


# %% wrong="backward_propagation_with_regularization" name="decays the weights in the cache" says="An array in cache is not the same after the call"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        W *= lambd / X.shape[1]
        g[k] = g[k] + W
    return g


# %% wrong="backward_propagation_with_regularization" name="five examples, always" says="With two examples and lambd = 2"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / 5 * W
    return g


# %% wrong="backward_propagation_with_regularization" name="lambd fixed" says="lambd is the argument"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + 0.7 / X.shape[1] * W
    return g


# %% wrong="backward_propagation_with_regularization" name="forgets to return" says="is None"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / X.shape[1] * W


# %% wrong="backward_propagation_with_regularization" name="m squared" says="does not depend on m as it should"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / m**2 * W
    return g


# %% wrong="backward_propagation_with_regularization" name="times m" says="divided by m, not multiplied"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd * m * W
    return g


# %% wrong="backward_propagation_with_regularization" name="half of lambd without m" says="does not depend on m as it should"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / 2 * W
    return g


# %% wrong="backward_propagation_with_regularization" name="the penalty itself, not differentiated" says="goes with the squares of the weights"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / (2 * m) * W**2
    return g


# %% wrong="backward_propagation_with_regularization" name="sizes of the weights" says="goes with the sizes of the weights"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / m * np.abs(W)
    return g


# %% wrong="backward_propagation_with_regularization" name="the sum of the squares" says="adds one number to all entries of dW1"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / (2 * m) * np.sum(W**2)
    return g


# %% wrong="backward_propagation_with_regularization" name="the norm" says="adds one number to all entries of dW1"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / m * np.linalg.norm(W)
    return g


# %% wrong="backward_propagation_with_regularization" name="penalty in dA2" says="With lambd = 0.7, dA2"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] + lambd / m * W3.T
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"]
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below, W in (("3", A2, W3), ("2", A1, W2), ("1", X, W1)):
        g["dW" + l] = (g["dZ" + l] @ below.T + lambd * W) / m
        g["db" + l] = g["dZ" + l].sum(axis=1, keepdims=True) / m
    return g


# %% wrong="backward_propagation_with_regularization" name="divides X in place" says="X is not the same after the call"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / m * W
    X /= m
    g["dW1"] = g["dZ1"] @ X.T + lambd / m * cache[2]
    return g


# %% wrong="backward_propagation_with_regularization" name="turns the sign of Y in place" says="Y is not the same after the call"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g, m = backward_propagation(X, Y, cache), X.shape[1]
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + lambd / m * W
    Y *= -1
    g["dZ3"] = cache[9] + Y
    return g


# %% wrong="backward_propagation_with_regularization" name="lambd at most 2" says="" hidden="the visible examples have no lambd above 2"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    g = backward_propagation(X, Y, cache)
    for k, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        g[k] = g[k] + min(lambd, 2) / X.shape[1] * W
    return g


# %% right="backward_propagation_with_regularization" name="unpacks the gradients of the plain pass"
def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    decay = {"dW1": W1, "dW2": W2, "dW3": W3}
    return {
        key: value + lambd * decay.get(key, 0) / X.shape[1]
        for key, value in backward_propagation(X, Y, cache).items()
    }


# %% right="weight_after_decay" name="a loop"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    for _ in range(steps):
        weight = weight - learning_rate * lambd * weight / m
    return weight


# %% right="weight_after_decay" name="through logarithms, signs apart"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    factor = np.float64(1 - learning_rate * lambd / m)
    return np.sign(factor) ** steps * np.exp(steps * np.log(np.abs(factor))) * np.asarray(weight)


# %% right="weight_after_decay" name="halving the steps"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    if steps == 0:
        return weight
    if steps % 2:
        return weight_after_decay(weight, learning_rate, lambd, m, steps - 1) * (
            1 - learning_rate * lambd / m
        )
    half = weight_after_decay(1.0, learning_rate, lambd, m, steps // 2)
    return weight * half * half


# %% wrong="weight_after_decay" name="the same amount each step" says="The second step takes as much away"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 - steps * learning_rate * lambd / m)


# %% wrong="weight_after_decay" name="an exponential function" says="follows an exponential function"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * np.exp(-learning_rate * lambd / m * steps)


# %% wrong="weight_after_decay" name="no m" says="m times too much"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 - learning_rate * lambd) ** steps


# %% wrong="weight_after_decay" name="keeps the half" says="half as much"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 - learning_rate * lambd / (2 * m)) ** steps


# %% wrong="weight_after_decay" name="2 lambd" says="twice as much"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 - 2 * learning_rate * lambd / m) ** steps


# %% wrong="weight_after_decay" name="a plus" says="a weight of 10 grows"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 + learning_rate * lambd / m) ** steps


# %% wrong="weight_after_decay" name="no learning rate" says="the learning rate is missing"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 - lambd / m) ** steps


# %% wrong="weight_after_decay" name="one step only" says="after two steps"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight - learning_rate * lambd / m * weight if steps else weight


# %% wrong="weight_after_decay" name="L1" says="the same whatever its size"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight - steps * learning_rate * lambd / m * np.sign(weight)


# %% wrong="weight_after_decay" name="in place" says="weight is not the same after the call"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    for _ in range(steps):
        weight -= learning_rate * lambd / m * weight
    return weight


# %% wrong="weight_after_decay" name="one step more" says="no step leaves the weight"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 - learning_rate * lambd / m) ** (steps + 1)


# %% wrong="weight_after_decay" name="sizes without signs" says="element by element"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return np.abs(weight) * (1 - learning_rate * lambd / m) ** steps


# %% wrong="weight_after_decay" name="no lambd" says="lambd is missing"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 - learning_rate / m) ** steps


# %% wrong="weight_after_decay" name="counts from one" says="count your steps"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    for _ in range(1, steps):
        weight = weight - learning_rate * lambd / m * weight
    return weight


# %% wrong="weight_after_decay" name="whole division" says="a division that rounds to zero"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * (1 - learning_rate * (lambd // m)) ** steps


# %% wrong="weight_after_decay" name="never beyond zero" says="" hidden="the visible steps are too short to overshoot"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return weight * max(0.0, 1 - learning_rate * lambd / m) ** steps


# %% right="weight_after_decay" name="np.power"
def weight_after_decay(weight, learning_rate, lambd, m, steps):
    return np.multiply(weight, np.power(1.0 - learning_rate * (lambd / m), steps))


# %% right="chosen_lambd" name="floats"
chosen_lambd = {
    "best": 0.3,
    "strongest_near_best": 3.0,
    "training_suffers": 10.0,
    "learns_nothing": 30.0,
}

# %% right="chosen_lambd" name="dict call, other order"
chosen_lambd = dict(learns_nothing=30, training_suffers=10, strongest_near_best=3, best=3 / 10)

# %% right="chosen_lambd" name="numpy numbers"
chosen_lambd = {
    "best": np.float32(0.3) * 1,
    "strongest_near_best": np.int64(3),
    "training_suffers": np.array(10),
    "learns_nothing": np.array([30]),
}

# %% wrong="chosen_lambd" name="the lowest training cost" says="look for the lowest point of the curve of held-out examples"
chosen_lambd = {
    "best": 0,
    "strongest_near_best": 3,
    "training_suffers": 10,
    "learns_nothing": 30,
}

# %% wrong="chosen_lambd" name="the highest held-out accuracy" says="look for the lowest point of the curve of held-out examples"
chosen_lambd = {
    "best": 0.1,
    "strongest_near_best": 3,
    "training_suffers": 10,
    "learns_nothing": 30,
}

# %% wrong="chosen_lambd" name="the best once more" says="go to the right as far as you can"
chosen_lambd = {
    "best": 0.3,
    "strongest_near_best": 0.3,
    "training_suffers": 10,
    "learns_nothing": 30,
}

# %% wrong="chosen_lambd" name="any fall of the accuracy" says="compare the accuracies"
chosen_lambd = {
    "best": 0.3,
    "strongest_near_best": 3,
    "training_suffers": 1,
    "learns_nothing": 30,
}

# %% wrong="chosen_lambd" name="learns nothing from 10 on" says="what is its cross-entropy"
chosen_lambd = {
    "best": 0.3,
    "strongest_near_best": 3,
    "training_suffers": 10,
    "learns_nothing": 10,
}

# %% wrong="chosen_lambd" name="costs instead of lambd" says="not in the table"
chosen_lambd = {
    "best": 0.3228,
    "strongest_near_best": 0.3465,
    "training_suffers": 0.4137,
    "learns_nothing": 0.6919,
}

# %% wrong="chosen_lambd" name="a single number" says="not a dictionary"
chosen_lambd = 0.3

# %% right="chosen_lambd" name="nearly 0.3"
chosen_lambd = {
    "best": np.float64(0.1 * 3),
    "strongest_near_best": 3,
    "training_suffers": 10,
    "learns_nothing": 30,
}


# %% right="forward_propagation_with_dropout" name="the well-known steps"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W3 = parameters["W3"]
    b3 = parameters["b3"]
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    D1 = np.random.rand(A1.shape[0], A1.shape[1])
    D1 = D1 < keep_prob
    A1 = A1 * D1
    A1 = A1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    D2 = np.random.rand(A2.shape[0], A2.shape[1])
    D2 = D2 < keep_prob
    A2 = A2 * D2
    A2 = A2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
    return A3, cache


# %% right="forward_propagation_with_dropout" name="masks of 0 and 1, in place, lists"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A, cache = X, []
    for l in ("1", "2"):
        W, b = parameters["W" + l], parameters["b" + l]
        Z = W @ A + b
        A = np.maximum(Z, 0)
        D = (np.random.rand(*A.shape) < keep_prob).astype(int)
        A *= D
        A /= keep_prob
        cache += [Z, D, A, W, b]
    Z3 = parameters["W3"] @ A + parameters["b3"]
    A3 = 1 / (1 + np.exp(-Z3))
    return [A3, [*cache, Z3, A3, parameters["W3"], parameters["b3"]]]


# %% right="forward_propagation_with_dropout" name="einsum, np.where, float32"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    p = {k: v.astype(np.float32) for k, v in parameters.items()}
    layer = lambda l, A: np.einsum("ij,jm->im", p[f"W{l}"], A.astype(np.float32)) + p[f"b{l}"]
    Z1 = layer(1, X)
    D1 = np.where(np.random.random_sample(Z1.shape) < keep_prob, 1.0, 0.0)
    A1 = np.where(D1 == 1, relu(Z1) / np.float32(keep_prob), 0)
    Z2 = layer(2, A1)
    D2 = np.where(np.random.random_sample(Z2.shape) < keep_prob, 1.0, 0.0)
    A2 = np.where(D2 == 1, relu(Z2) / np.float32(keep_prob), 0)
    Z3 = layer(3, A2)
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, p["W1"], p["b1"], Z2, D2, A2, p["W2"], p["b2"]) + (
        Z3,
        A3,
        p["W3"],
        p["b3"],
    )


# %% wrong="forward_propagation_with_dropout" name="no division" says="A1 is masked, but its mean is not kept"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="multiplies instead of dividing" says="smaller instead of larger"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 * keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 * keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="the comparison turned round" says="share of 1 - keep_prob"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) > keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) > keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="one mask column for all examples" says="a mask has the shape of its A"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(len(Z1), 1) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(len(Z2), 1) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="seeds before each mask" says="D2 is not the mask that belongs to seed 1"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    np.random.seed(1)
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    np.random.seed(1)
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="randn instead of rand" says="D1 is not the mask that belongs to seed 1"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.randn(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.randn(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="no dropout in layer 2" says="A2 is the activation without dropout"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2)
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="masks drawn, not used" says="A1 is the activation without dropout"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A3, (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = forward_propagation(X, parameters)
    D1 = np.random.rand(*A1.shape) < keep_prob
    D2 = np.random.rand(*A2.shape) < keep_prob
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="dropout on the output as well" says="the output layer has no mask"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    A3 = A3 * (np.random.rand(*A3.shape) < keep_prob) / keep_prob
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="layer 2 gets A1 from before the mask" says="gets the new A1"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ relu(Z1) + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="scaled masks in the cache" says="D1 holds something else than 0 and 1"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = (np.random.rand(*Z1.shape) < keep_prob) / keep_prob
    A1 = relu(Z1) * D1
    Z2 = W2 @ A1 + b2
    D2 = (np.random.rand(*Z2.shape) < keep_prob) / keep_prob
    A2 = relu(Z2) * D2
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="a cache without masks" says="not a tuple of 14 arrays"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    return forward_propagation(X, parameters)


# %% wrong="forward_propagation_with_dropout" name="returns A3 alone" says="does not return two things"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    return forward_propagation(X, parameters)[0]


# %% wrong="forward_propagation_with_dropout" name="divides in place by a fixed number" says="A1"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / 0.5
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / 0.5
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="another default" says="its default is 0.5"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.8):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="the cache keeps the old A2" says="or the cache holds the A2 from before"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2)
    Z3 = W3 @ (A2 * D2 / keep_prob) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="the cache keeps the old A1" says="or the cache holds the A1 from before"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1)
    Z2 = W2 @ (A1 * D1 / keep_prob) + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="A1 is a second name of Z1" says="a second name for one array"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = Z1
    A1[A1 < 0] = 0
    A1 = A1 * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="relu already in Z1" says="Z1 in the cache"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = relu(W1 @ X + b1)
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = Z1 * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="masks Z1" says="Z1 in the cache"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    Z1 = Z1 * D1 / keep_prob
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="masks Z2" says="Z2 in the cache"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    Z2 = Z2 * D2 / keep_prob
    A2 = relu(Z2)
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="divides A2 by keep_prob twice" says="A2 in the cache"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob**2
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="divides once more in Z3" says="masked and divided once"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 / keep_prob + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="np.random.binomial" says="np.random.binomial, use the random numbers otherwise"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.binomial(1, keep_prob, Z1.shape)
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.binomial(1, keep_prob, Z2.shape)
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% wrong="forward_propagation_with_dropout" name="weights and biases swapped in the cache" says="W1 in the cache"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, b1, W1, Z2, D2, A2, b2, W2, Z3, A3, b3, W3)


# %% wrong="forward_propagation_with_dropout" name="at least 0.3 of the units stay" says="" hidden="no visible keep_prob is below 0.3"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    keep_prob = max(keep_prob, 0.3)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% right="forward_propagation_with_dropout" name="boolean indexing"
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    D1 = np.random.uniform(size=Z1.shape) < keep_prob
    A1 = relu(Z1) / keep_prob
    A1[~D1] = 0
    Z2 = W2 @ A1 + b2
    D2 = np.random.uniform(size=Z2.shape) < keep_prob
    A2 = relu(Z2) / keep_prob
    A2[~D2] = 0
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# %% right="dropout_forecast" name="decimals"
dropout_forecast = {
    "mean": 3.0,
    "variance": 2.25,
    "mean_undivided": 2.4,
    "pair": 0.64,
    "none_dropped": 0.168,
    "three_layers": 0.125,
}

# %% right="dropout_forecast" name="computed"
p, a = 0.8, 3
dropout_forecast = dict(
    mean=p * (a / p) + (1 - p) * 0,
    variance=p * (a / p - a) ** 2 + (1 - p) * (0 - a) ** 2,
    mean_undivided=np.float32(p * a),
    pair=p**2,
    none_dropped=np.prod([p] * 8),
    three_layers=1 / 8,
)

# %% right="dropout_forecast" name="the formula of the variance"
dropout_forecast = {
    "three_layers": 0.5 * 0.5 * 0.5,
    "none_dropped": np.exp(8 * np.log(0.8)),
    "pair": 1 - 2 * 0.2 + 0.2**2,
    "mean_undivided": 3 - 0.2 * 3,
    "variance": 9 * (1 - 0.8) / 0.8,
    "mean": np.array([3]),
}

# %% wrong="dropout_forecast" name="divides the mean once more" says="is then divided by 0.8"
dropout_forecast = {
    "mean": 3.75,
    "variance": 2.25,
    "mean_undivided": 2.4,
    "pair": 0.64,
    "none_dropped": 0.168,
    "three_layers": 0.125,
}

# %% wrong="dropout_forecast" name="variance of the mask" says="a spread of squares"
dropout_forecast = {
    "mean": 3.0,
    "variance": 0.16,
    "mean_undivided": 2.4,
    "pair": 0.64,
    "none_dropped": 0.168,
    "three_layers": 0.125,
}

# %% wrong="dropout_forecast" name="variance without the division" says="the exact value is larger"
dropout_forecast = {
    "mean": 3.0,
    "variance": 1.44,
    "mean_undivided": 2.4,
    "pair": 0.64,
    "none_dropped": 0.168,
    "three_layers": 0.125,
}

# %% wrong="dropout_forecast" name="standard deviation" says="a spread of squares"
dropout_forecast = {
    "mean": 3.0,
    "variance": 1.5,
    "mean_undivided": 2.4,
    "pair": 0.64,
    "none_dropped": 0.168,
    "three_layers": 0.125,
}

# %% wrong="dropout_forecast" name="the mean is kept anyway" says="weight both with their probabilities"
dropout_forecast = {
    "mean": 3.0,
    "variance": 2.25,
    "mean_undivided": 3.0,
    "pair": 0.64,
    "none_dropped": 0.168,
    "three_layers": 0.125,
}

# %% wrong="dropout_forecast" name="a pair like a single unit" says="independently of each other"
dropout_forecast = {
    "mean": 3.0,
    "variance": 2.25,
    "mean_undivided": 2.4,
    "pair": 0.8,
    "none_dropped": 0.168,
    "three_layers": 0.125,
}

# %% wrong="dropout_forecast" name="one unit is dropped" says="every one of the 8 units"
dropout_forecast = {
    "mean": 3.0,
    "variance": 2.25,
    "mean_undivided": 2.4,
    "pair": 0.64,
    "none_dropped": 0.2,
    "three_layers": 0.125,
}

# %% wrong="dropout_forecast" name="one layer counts" says="through all three layers"
dropout_forecast = {
    "mean": 3.0,
    "variance": 2.25,
    "mean_undivided": 2.4,
    "pair": 0.64,
    "none_dropped": 0.168,
    "three_layers": 0.5,
}

# %% wrong="dropout_forecast" name="an entry is missing" says="no entry 'three_layers'"
dropout_forecast = {
    "mean": 3.0,
    "variance": 2.25,
    "mean_undivided": 2.4,
    "pair": 0.64,
    "none_dropped": 0.168,
}


# %% right="backward_propagation_with_dropout" name="the well-known steps"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    m = X.shape[1]
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T)
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dA2 = dA2 * D2
    dA2 = dA2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dA1 = dA1 * D1
    dA1 = dA1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    gradients = {
        "dZ3": dZ3,
        "dW3": dW3,
        "db3": db3,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }
    return gradients


# %% right="backward_propagation_with_dropout" name="a loop over examples"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    out = {f"dW{l}": 0 for l in (1, 2, 3)} | {f"db{l}": 0 for l in (1, 2, 3)}
    columns = {k: [] for k in ("dZ3", "dA2", "dZ2", "dA1", "dZ1")}
    for j in range(m):
        d = {"dZ3": A3[:, [j]] - Y[:, [j]]}
        d["dA2"] = W3.T @ d["dZ3"] * D2[:, [j]] / keep_prob
        d["dZ2"] = d["dA2"] * (Z2[:, [j]] > 0)
        d["dA1"] = W2.T @ d["dZ2"] * D1[:, [j]] / keep_prob
        d["dZ1"] = d["dA1"] * (Z1[:, [j]] > 0)
        for l, below in ((3, A2), (2, A1), (1, X)):
            out[f"dW{l}"] = out[f"dW{l}"] + d[f"dZ{l}"] @ below[:, [j]].T / m
            out[f"db{l}"] = out[f"db{l}"] + d[f"dZ{l}"] / m
        for k in columns:
            columns[k].append(d[k])
    return out | {k: np.concatenate(v, axis=1) for k, v in columns.items()}


# %% right="backward_propagation_with_dropout" name="float32, mask as a factor"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = [
        np.asarray(c, dtype=np.float32) for c in cache
    ]
    m = np.float32(X.shape[1])
    g = {"dZ3": A3 - Y.astype(np.float32)}
    g["dA2"] = np.einsum("ji,jm->im", W3, g["dZ3"]) * (D2 / np.float32(keep_prob))
    g["dZ2"] = np.where(A2 > 0, g["dA2"], 0)
    g["dA1"] = np.einsum("ji,jm->im", W2, g["dZ2"]) * (D1 / np.float32(keep_prob))
    g["dZ1"] = np.where(A1 > 0, g["dA1"], 0)
    for l, below in (("3", A2), ("2", A1), ("1", X.astype(np.float32))):
        g["dW" + l] = np.einsum("im,jm->ij", g["dZ" + l], below) / m
        g["db" + l] = g["dZ" + l].mean(axis=1).reshape(-1, 1)
    return g


# %% wrong="backward_propagation_with_dropout" name="no division" says="dA2 is masked, but not scaled"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = (
            g["dZ" + l] @ below.T / m,
            g["dZ" + l].sum(axis=1, keepdims=True) / m,
        )
    return g


# %% wrong="backward_propagation_with_dropout" name="no masks at all" says="dA2 is not zero at a unit that was dropped"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    return backward_propagation(X, Y, (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3))


# %% wrong="backward_propagation_with_dropout" name="no mask in layer 1" says="dA1 is not zero at a unit that was dropped"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = (
            g["dZ" + l] @ below.T / m,
            g["dZ" + l].sum(axis=1, keepdims=True) / m,
        )
    return g


# %% wrong="backward_propagation_with_dropout" name="multiplies with keep_prob" says="where the forward pass divided"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 * keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 * keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = (
            g["dZ" + l] @ below.T / m,
            g["dZ" + l].sum(axis=1, keepdims=True) / m,
        )
    return g


# %% wrong="backward_propagation_with_dropout" name="layer 1 is not scaled" says="dA1 is masked, but not scaled"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = (
            g["dZ" + l] @ below.T / m,
            g["dZ" + l].sum(axis=1, keepdims=True) / m,
        )
    return g


# %% wrong="backward_propagation_with_dropout" name="no relu" says="dA2 where the relu of this layer was open"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = g["dZ2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dA1"] = g["dZ1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = (
            g["dZ" + l] @ below.T / m,
            g["dZ" + l].sum(axis=1, keepdims=True) / m,
        )
    return g


# %% wrong="backward_propagation_with_dropout" name="no average over the examples" says="average over m"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    g = {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = g["dZ" + l] @ below.T, g["dZ" + l].sum(axis=1, keepdims=True)
    return g


# %% wrong="backward_propagation_with_dropout" name="scales the gradients of the weights once more" says="keep_prob is in dA only"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2 / keep_prob), ("2", A1 / keep_prob), ("1", X)):
        g["dW" + l], g["db" + l] = (
            g["dZ" + l] @ below.T / m,
            g["dZ" + l].sum(axis=1, keepdims=True) / m,
        )
    return g


# %% wrong="backward_propagation_with_dropout" name="1/m in dZ3" says="dZ3"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    g = {"dZ3": (A3 - Y) / X.shape[1]}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = g["dZ" + l] @ below.T, g["dZ" + l].sum(axis=1, keepdims=True)
    return g


# %% wrong="backward_propagation_with_dropout" name="db without keepdims" says="keepdims"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = g["dZ" + l] @ below.T / m, g["dZ" + l].sum(axis=1) / m
    return g


# %% wrong="backward_propagation_with_dropout" name="changes A3 in the cache" says="An array in cache is not the same after the call"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    A3 -= Y
    m, g = X.shape[1], {"dZ3": A3}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = (
            g["dZ" + l] @ below.T / m,
            g["dZ" + l].sum(axis=1, keepdims=True) / m,
        )
    return g


# %% wrong="backward_propagation_with_dropout" name="no relu in layer 1" says="dA1 where the relu of this layer was open"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"]
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l] = g["dZ" + l] @ below.T / m
        g["db" + l] = g["dZ" + l].sum(axis=1, keepdims=True) / m
    return g


# %% wrong="backward_propagation_with_dropout" name="dZ2 masked once more" says="dZ2"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * D2 / keep_prob * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l] = g["dZ" + l] @ below.T / m
        g["db" + l] = g["dZ" + l].sum(axis=1, keepdims=True) / m
    return g


# %% wrong="backward_propagation_with_dropout" name="keep_prob fixed" says="keep_prob is the argument"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / 0.8
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / 0.8
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l] = g["dZ" + l] @ below.T / m
        g["db" + l] = g["dZ" + l].sum(axis=1, keepdims=True) / m
    return g


# %% wrong="backward_propagation_with_dropout" name="dW1 divided once more" says="keep_prob is in dA only"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l] = g["dZ" + l] @ below.T / m
        g["db" + l] = g["dZ" + l].sum(axis=1, keepdims=True) / m
    g["dW1"] = g["dW1"] / keep_prob
    return g


# %% wrong="backward_propagation_with_dropout" name="divides X in place" says="X is not the same after the call"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g = X.shape[1], {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l] = g["dZ" + l] @ below.T / m
        g["db" + l] = g["dZ" + l].sum(axis=1, keepdims=True) / m
    X /= m
    g["dW1"] = g["dZ1"] @ X.T
    return g


# %% wrong="backward_propagation_with_dropout" name="turns the sign of Y in place" says="Y is not the same after the call"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    Y *= -1
    m, g = X.shape[1], {"dZ3": A3 + Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l] = g["dZ" + l] @ below.T / m
        g["db" + l] = g["dZ" + l].sum(axis=1, keepdims=True) / m
    return g


# %% wrong="backward_propagation_with_dropout" name="at least half of the units stay" says="" hidden="no visible keep_prob is below one half"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m, g, keep_prob = X.shape[1], {"dZ3": A3 - Y}, max(keep_prob, 0.5)
    g["dA2"] = W3.T @ g["dZ3"] * D2 / keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 / keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, below in (("3", A2), ("2", A1), ("1", X)):
        g["dW" + l], g["db" + l] = (
            g["dZ" + l] @ below.T / m,
            g["dZ" + l].sum(axis=1, keepdims=True) / m,
        )
    return g


# %% right="backward_propagation_with_dropout" name="lines one by one, relu by Z"
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = Y.shape[1]
    mean = lambda d: np.mean(d, axis=1, keepdims=True)
    dZ3 = A3 - Y
    dA2 = np.where(D2, W3.T @ dZ3 / keep_prob, 0.0)
    dZ2 = dA2 * (Z2 > 0)
    dA1 = np.where(D1, W2.T @ dZ2 / keep_prob, 0.0)
    dZ1 = dA1 * (Z1 > 0)
    return dict(
        dZ3=dZ3,
        dW3=dZ3 @ A2.T / m,
        db3=mean(dZ3),
        dA2=dA2,
        dZ2=dZ2,
        dW2=dZ2 @ A1.T / m,
        db2=mean(dZ2),
        dA1=dA1,
        dZ1=dZ1,
        dW1=dZ1 @ X.T / m,
        db1=mean(dZ1),
    )


# %% right="backward_with_both_repaired" name="the colleague's lines, mended"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    back3 = A3 - Y
    back2 = D2 * (Z2 > 0) * (W3.T @ back3) / keep_prob
    back1 = D1 * (Z1 > 0) * (W2.T @ back2) / keep_prob
    return {
        "dW3": (back3 @ A2.T + lambd * W3) / m,
        "db3": back3.sum(axis=1, keepdims=True) / m,
        "dW2": (back2 @ A1.T + lambd * W2) / m,
        "db2": back2.sum(axis=1, keepdims=True) / m,
        "dW1": back1 @ X.T / m + lambd / m * W1,
        "db1": back1.sum(axis=1, keepdims=True) / m,
    }


# %% right="backward_with_both_repaired" name="corrects what the given function returns"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    g, m = dict(backward_with_both(X, Y, cache, lambd, keep_prob)), X.shape[1]
    W1, W2, b3 = cache[3], cache[8], cache[13]
    g["db3"] = g["db3"] - lambd / m * b3
    g["dW2"] = g["dW2"] - lambd * W2 + lambd / m * W2
    g["db1"] = g["db1"] / keep_prob
    g["dW1"] = (g["dW1"] - lambd / m * W1) / keep_prob + lambd / m * W1
    return g


# %% right="backward_with_both_repaired" name="a loop over examples in float32"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = [
        np.asarray(c, dtype=np.float32) for c in cache
    ]
    m = X.shape[1]
    g = {f"dW{l}": np.float32(lambd / m) * W for l, W in ((1, W1), (2, W2), (3, W3))}
    g |= {"db1": 0, "db2": 0, "db3": 0}
    for j in range(m):
        col = lambda a: a[:, j : j + 1].astype(np.float32)
        d3 = col(A3) - col(Y)
        d2 = col(D2) * (col(Z2) > 0) * (W3.T @ d3) / np.float32(keep_prob)
        d1 = col(D1) * (col(Z1) > 0) * (W2.T @ d2) / np.float32(keep_prob)
        for l, d, a in ((3, d3, A2), (2, d2, A1), (1, d1, X)):
            g[f"dW{l}"] = g[f"dW{l}"] + d @ col(a).T / np.float32(m)
            g[f"db{l}"] = g[f"db{l}"] + d / np.float32(m)
    return g


# %% right="backward_with_both_repaired" name="builds on exercise 7"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    gradients = backward_propagation_with_dropout(X, Y, cache, keep_prob)
    for name, W in (("dW1", cache[3]), ("dW2", cache[8]), ("dW3", cache[12])):
        gradients[name] = gradients[name] + lambd / X.shape[1] * W
    return gradients


# %% wrong="backward_with_both_repaired" name="unchanged" says="db3 is wrong"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    return backward_with_both(X, Y, cache, lambd, keep_prob)


# %% wrong="backward_with_both_repaired" name="only db3 mended" says="dW2 is wrong"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    g = backward_with_both(X, Y, cache, lambd, keep_prob)
    g["db3"] = g["db3"] - lambd / X.shape[1] * cache[13]
    return g


# %% wrong="backward_with_both_repaired" name="layer 1 not mended" says="db1 is"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    g, m = backward_with_both(X, Y, cache, lambd, keep_prob), X.shape[1]
    g["db3"] = g["db3"] - lambd / m * cache[13]
    g["dW2"] = g["dW2"] + (lambd / m - lambd) * cache[8]
    return g


# %% wrong="backward_with_both_repaired" name="dW2 not mended" says="dW2 is wrong"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    back3 = A3 - Y
    back2 = D2 * (Z2 > 0) * (W3.T @ back3) / keep_prob
    back1 = D1 * (Z1 > 0) * (W2.T @ back2) / keep_prob
    return {
        "dW3": (back3 @ A2.T + lambd * W3) / m,
        "db3": back3.sum(axis=1, keepdims=True) / m,
        "dW2": back2 @ A1.T / m + lambd * W2,
        "db2": back2.sum(axis=1, keepdims=True) / m,
        "dW1": back1 @ X.T / m + lambd / m * W1,
        "db1": back1.sum(axis=1, keepdims=True) / m,
    }


# %% wrong="backward_with_both_repaired" name="scales the penalty of layer 1, too" says="dW1 is"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    g, m = backward_with_both(X, Y, cache, lambd, keep_prob), X.shape[1]
    g["db3"] = g["db3"] - lambd / m * cache[13]
    g["dW2"] = g["dW2"] + (lambd / m - lambd) * cache[8]
    g["db1"], g["dW1"] = g["db1"] / keep_prob, g["dW1"] / keep_prob
    return g


# %% wrong="backward_with_both_repaired" name="dropout alone" says="dW3 is wrong"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    d3 = A3 - Y
    d2 = D2 * (Z2 > 0) * (W3.T @ d3) / keep_prob
    d1 = D1 * (Z1 > 0) * (W2.T @ d2) / keep_prob
    g = {}
    for l, d, a in ((3, d3, A2), (2, d2, A1), (1, d1, X)):
        g[f"dW{l}"], g[f"db{l}"] = d @ a.T / m, d.mean(axis=1, keepdims=True)
    return g


# %% wrong="backward_with_both_repaired" name="right for five examples" says="With 3 examples"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    g = backward_with_both(X, Y, cache, lambd, keep_prob)
    g["db3"] = g["db3"] - lambd / 5 * cache[13]
    g["dW2"] = g["dW2"] + (lambd / 5 - lambd) * cache[8]
    g["db1"] = g["db1"] / keep_prob
    g["dW1"] = (g["dW1"] - lambd / 5 * cache[3]) / keep_prob + lambd / 5 * cache[3]
    return g


# %% wrong="backward_with_both_repaired" name="forgets to return" says="is None"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    g = backward_with_both(X, Y, cache, lambd, keep_prob)
    g["db3"] = g["db3"] - lambd / X.shape[1] * cache[13]


# %% wrong="backward_with_both_repaired" name="subtracts Y in the cache" says="An array in cache is not the same after the call"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    back3 = A3
    back3 -= Y
    back2 = D2 * (Z2 > 0) * (W3.T @ back3) / keep_prob
    back1 = D1 * (Z1 > 0) * (W2.T @ back2) / keep_prob
    g = {}
    for l, d, a, W in ((3, back3, A2, W3), (2, back2, A1, W2), (1, back1, X, W1)):
        g[f"dW{l}"], g[f"db{l}"] = (d @ a.T + lambd * W) / m, d.mean(axis=1, keepdims=True)
    return g


# %% wrong="backward_with_both_repaired" name="divides X in place" says="X is not the same after the call"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    back3 = A3 - Y
    back2 = D2 * (Z2 > 0) * (W3.T @ back3) / keep_prob
    back1 = D1 * (Z1 > 0) * (W2.T @ back2) / keep_prob
    g = {}
    for l, d, a, W in ((3, back3, A2, W3), (2, back2, A1, W2), (1, back1, X, W1)):
        g[f"dW{l}"], g[f"db{l}"] = (d @ a.T + lambd * W) / m, d.mean(axis=1, keepdims=True)
    X /= m
    g["dW1"] = back1 @ X.T + lambd / m * W1
    return g


# %% wrong="backward_with_both_repaired" name="turns the sign of Y in place" says="Y is not the same after the call"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    Y *= -1
    back3 = A3 + Y
    back2 = D2 * (Z2 > 0) * (W3.T @ back3) / keep_prob
    back1 = D1 * (Z1 > 0) * (W2.T @ back2) / keep_prob
    g = {}
    for l, d, a, W in ((3, back3, A2, W3), (2, back2, A1, W2), (1, back1, X, W1)):
        g[f"dW{l}"], g[f"db{l}"] = (d @ a.T + lambd * W) / m, d.mean(axis=1, keepdims=True)
    return g


# %% wrong="backward_with_both_repaired" name="lambd at most 2" says="" hidden="the visible examples have no lambd above 2"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    m, lambd = X.shape[1], min(lambd, 2)
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    back3 = A3 - Y
    back2 = D2 * (Z2 > 0) * (W3.T @ back3) / keep_prob
    back1 = D1 * (Z1 > 0) * (W2.T @ back2) / keep_prob
    g = {}
    for l, d, a, W in ((3, back3, A2, W3), (2, back2, A1, W2), (1, back1, X, W1)):
        g[f"dW{l}"], g[f"db{l}"] = (d @ a.T + lambd * W) / m, d.mean(axis=1, keepdims=True)
    return g


# %% right="backward_with_both_repaired" name="a loop over layers"
def backward_with_both_repaired(X, Y, cache, lambd, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    gradients, delta = {}, A3 - Y
    below = {3: (A2, D2, Z2, W3), 2: (A1, D1, Z1, W2), 1: (X, None, None, W1)}
    for layer in (3, 2, 1):
        A, D, Z, W = below[layer]
        gradients[f"dW{layer}"] = (np.dot(delta, A.T) + lambd * W) / Y.size
        gradients[f"db{layer}"] = np.mean(delta, axis=1, keepdims=True)
        if layer > 1:
            delta = np.dot(W.T, delta) * D * (Z > 0) / keep_prob
    return gradients


# %% survives="backward_with_both_repaired" why="A2 and A1 are the outputs with their masks: where the mask lets something pass, they are positive just where Z2 and Z1 are."
# back2 = D2 * (A2 > 0) * (W3.T @ back3) / keep_prob
# back1 = D1 * (A1 > 0) * (W2.T @ back2) / keep_prob

# %% near="test_forward_propagation_with_dropout" why="Single precision keeps seven digits, and the check asks for five: the rounding errors of three layers add up to an eighth of that."
