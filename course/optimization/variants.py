# %% [markdown]
# Known answers to the exercises of Optimization: the tests of the tests. Each cell replaces the solution cell of that name.
# `right` answers must get all points, `wrong` ones must lose their exercise with a message that contains `says`;
# `hidden` gives the reason where only the hidden tests can catch a wrong answer.


# %% right="update_parameters_with_gd" name="the well-known loop, in place"
def update_parameters_with_gd(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(L):
        parameters["W" + str(l + 1)] = (
            parameters["W" + str(l + 1)] - learning_rate * grads["dW" + str(l + 1)]
        )
        parameters["b" + str(l + 1)] = (
            parameters["b" + str(l + 1)] - learning_rate * grads["db" + str(l + 1)]
        )
    return parameters


# %% right="update_parameters_with_gd" name="entries one by one"
def update_parameters_with_gd(parameters, grads, learning_rate):
    updated = {}
    for name in parameters:
        updated[name] = np.array(
            [
                [w - learning_rate * d for w, d in zip(row, slopes)]
                for row, slopes in zip(parameters[name], grads["d" + name])
            ]
        )
    return updated


# %% right="update_parameters_with_gd" name="float32, in a subclass of dict"
def update_parameters_with_gd(parameters, grads, learning_rate):
    from collections import OrderedDict

    return OrderedDict(
        (key, np.float32(value) - np.float32(learning_rate) * np.float32(grads[f"d{key}"]))
        for key, value in parameters.items()
    )


# %% wrong="update_parameters_with_gd" name="the new value is not stored" says="the same as before the step"
def update_parameters_with_gd(parameters, grads, learning_rate):
    for l in range(1, len(parameters) // 2 + 1):
        W = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]
        b = parameters[f"b{l}"] - learning_rate * grads[f"db{l}"]
    return parameters


# %% wrong="update_parameters_with_gd" name="uphill" says="moved uphill"
def update_parameters_with_gd(parameters, grads, learning_rate):
    return {key: value + learning_rate * grads["d" + key] for key, value in parameters.items()}


# %% wrong="update_parameters_with_gd" name="the last layer is left out" says="every layer is updated"
def update_parameters_with_gd(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(1, L):
        parameters["W" + str(l)] -= learning_rate * grads["dW" + str(l)]
        parameters["b" + str(l)] -= learning_rate * grads["db" + str(l)]
    return parameters


# %% wrong="update_parameters_with_gd" name="two layers only" says="every layer is updated"
def update_parameters_with_gd(parameters, grads, learning_rate):
    for key in ("W1", "b1", "W2", "b2"):
        parameters[key] = parameters[key] - learning_rate * grads["d" + key]
    return parameters


# %% wrong="update_parameters_with_gd" name="biases forgotten" says="b1 after a step"
def update_parameters_with_gd(parameters, grads, learning_rate):
    for l in range(1, len(parameters) // 2 + 1):
        parameters[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]
    return parameters


# %% wrong="update_parameters_with_gd" name="a learning rate of its own" says="times the learning rate"
def update_parameters_with_gd(parameters, grads, learning_rate):
    return {key: value - 0.01 * grads["d" + key] for key, value in parameters.items()}


# %% wrong="update_parameters_with_gd" name="right for the learning rate 0.1 only" says="the learning rate is an argument"
def update_parameters_with_gd(parameters, grads, learning_rate):
    return {key: value - 0.1 * grads["d" + key] for key, value in parameters.items()}


# %% wrong="update_parameters_with_gd" name="returns inside the loop" says="stands after the loop"
def update_parameters_with_gd(parameters, grads, learning_rate):
    for l in range(1, len(parameters) // 2 + 1):
        parameters[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]
        parameters[f"b{l}"] = parameters[f"b{l}"] - learning_rate * grads[f"db{l}"]
        return parameters


# %% wrong="update_parameters_with_gd" name="returns nothing" says="is None"
def update_parameters_with_gd(parameters, grads, learning_rate):
    for key in parameters:
        parameters[key] = parameters[key] - learning_rate * grads["d" + key]


# %% wrong="update_parameters_with_gd" name="changes the gradients" says="grads is not the same after the call"
def update_parameters_with_gd(parameters, grads, learning_rate):
    for key in parameters:
        grads["d" + key] *= learning_rate
        parameters[key] = parameters[key] - grads["d" + key]
    return parameters


# %% wrong="update_parameters_with_gd" name="stops after three layers" says="" hidden="the visible networks have at most three layers"
def update_parameters_with_gd(parameters, grads, learning_rate):
    for l in range(1, min(3, len(parameters) // 2) + 1):
        parameters[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]
        parameters[f"b{l}"] = parameters[f"b{l}"] - learning_rate * grads[f"db{l}"]
    return parameters


# %% right="update_parameters_with_gd" name="arrays changed in place"
def update_parameters_with_gd(parameters, grads, learning_rate):
    for key in parameters:
        parameters[key] -= learning_rate * grads["d" + key]
    return parameters


# %% right="random_mini_batches" name="the well-known steps"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    m = X.shape[1]
    mini_batches = []
    permutation = list(np.random.permutation(m))
    shuffled_X = X[:, permutation]
    shuffled_Y = Y[:, permutation].reshape((1, m))
    num_complete_minibatches = math.floor(m / mini_batch_size)
    for k in range(0, num_complete_minibatches):
        mini_batch_X = shuffled_X[:, k * mini_batch_size : (k + 1) * mini_batch_size]
        mini_batch_Y = shuffled_Y[:, k * mini_batch_size : (k + 1) * mini_batch_size]
        mini_batches.append((mini_batch_X, mini_batch_Y))
    if m % mini_batch_size != 0:
        mini_batch_X = shuffled_X[:, num_complete_minibatches * mini_batch_size : m]
        mini_batch_Y = shuffled_Y[:, num_complete_minibatches * mini_batch_size : m]
        mini_batches.append((mini_batch_X, mini_batch_Y))
    return mini_batches


# %% right="random_mini_batches" name="column by column"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    batches = []
    for k, column in enumerate(np.random.permutation(X.shape[1])):
        if k % mini_batch_size == 0:
            batches.append(([], []))
        batches[-1][0].append(X[:, column])
        batches[-1][1].append(Y[:, column])
    return [(np.stack(x, axis=1), np.stack(y, axis=1)) for x, y in batches]


# %% right="random_mini_batches" name="a generator of its own with the same numbers, float32"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    order = np.random.RandomState(seed).permutation(X.shape[1])
    both = np.vstack([X, Y]).astype(np.float32)[:, order]
    count = -(-X.shape[1] // mini_batch_size)
    return tuple(
        (
            both[:-1, k * mini_batch_size : (k + 1) * mini_batch_size],
            both[-1:, k * mini_batch_size : (k + 1) * mini_batch_size],
        )
        for k in range(count)
    )


# %% wrong="random_mini_batches" name="the rest is lost" says="must be neither lost nor counted twice"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    X, Y, size = X[:, order], Y[:, order], mini_batch_size
    return [
        (X[:, k * size : (k + 1) * size], Y[:, k * size : (k + 1) * size])
        for k in range(X.shape[1] // size)
    ]


# %% wrong="random_mini_batches" name="rows for columns" says="cut columns, not rows"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    X, Y = X[:, order], Y[:, order]
    starts = range(0, X.shape[1], mini_batch_size)
    return [(X[k : k + mini_batch_size], Y[k : k + mini_batch_size]) for k in starts]


# %% wrong="random_mini_batches" name="m from the rows" says="m is the number of columns"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(len(X))
    starts = range(0, len(order), mini_batch_size)
    chosen = [order[k : k + mini_batch_size] for k in starts]
    return [(X[:, part], Y[:, part]) for part in chosen]


# %% wrong="random_mini_batches" name="returns after the first batch" says="`return` stands after the loop"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order, mini_batches = np.random.permutation(X.shape[1]), []
    for k in range(0, len(order), mini_batch_size):
        part = order[k : k + mini_batch_size]
        mini_batches.append((X[:, part], Y[:, part]))
        return mini_batches


# %% wrong="random_mini_batches" name="returns only if there is a rest" says="after any `if`"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    m = X.shape[1]
    order, mini_batches = np.random.permutation(m), []
    for k in range(m // mini_batch_size):
        part = order[k * mini_batch_size : (k + 1) * mini_batch_size]
        mini_batches.append((X[:, part], Y[:, part]))
    if m % mini_batch_size:
        part = order[m - m % mini_batch_size :]
        mini_batches.append((X[:, part], Y[:, part]))
        return mini_batches


# %% wrong="random_mini_batches" name="the number of batches is rounded" says="neither lost nor counted twice"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    m = X.shape[1]
    order, full = np.random.permutation(m), round(m / mini_batch_size)
    parts = [order[k * mini_batch_size : (k + 1) * mini_batch_size] for k in range(full)]
    if m % mini_batch_size:
        parts.append(order[m - m % mini_batch_size :])
    return [(X[:, part], Y[:, part]) for part in parts]


# %% wrong="random_mini_batches" name="an empty batch when it divides" says="do not append an empty batch"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    X, Y, size = X[:, order], Y[:, order], mini_batch_size
    return [
        (X[:, k * size : (k + 1) * size], Y[:, k * size : (k + 1) * size])
        for k in range(X.shape[1] // size + 1)
    ]


# %% wrong="random_mini_batches" name="the labels stay where they were" says="lost their labels"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    X, size = X[:, np.random.permutation(X.shape[1])], mini_batch_size
    return [(X[:, k : k + size], Y[:, k : k + size]) for k in range(0, X.shape[1], size)]


# %% wrong="random_mini_batches" name="two permutations" says="lost their labels"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    m, size = X.shape[1], mini_batch_size
    X, Y = X[:, np.random.permutation(m)], Y[:, np.random.permutation(m)]
    return [(X[:, k : k + size], Y[:, k : k + size]) for k in range(0, m, size)]


# %% wrong="random_mini_batches" name="not shuffled" says="in their old order"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    permutation, size = np.random.permutation(X.shape[1]), mini_batch_size
    return [(X[:, k : k + size], Y[:, k : k + size]) for k in range(0, X.shape[1], size)]


# %% wrong="random_mini_batches" name="always the seed 0" says="np.random.seed(seed) with the argument"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(0)
    order, size = np.random.permutation(X.shape[1]), mini_batch_size
    return [
        (X[:, order[k : k + size]], Y[:, order[k : k + size]]) for k in range(0, X.shape[1], size)
    ]


# %% wrong="random_mini_batches" name="the inverse permutation" says="in another order than the permutation"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order, size = np.argsort(np.random.permutation(X.shape[1])), mini_batch_size
    return [
        (X[:, order[k : k + size]], Y[:, order[k : k + size]]) for k in range(0, X.shape[1], size)
    ]


# %% wrong="random_mini_batches" name="draws each batch at random" says="each of them once"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    m, batches = X.shape[1], []
    for k in range(0, m, mini_batch_size):
        chosen = np.random.randint(0, m, min(mini_batch_size, m - k))
        batches.append((X[:, chosen], Y[:, chosen]))
    return batches


# %% wrong="random_mini_batches" name="shuffles the data of the caller" says="X is not the same after the call"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order, size = np.random.permutation(X.shape[1]), mini_batch_size
    X[:], Y[:] = X[:, order], Y[:, order]
    return [(X[:, k : k + size], Y[:, k : k + size]) for k in range(0, X.shape[1], size)]


# %% wrong="random_mini_batches" name="shuffles Y in place" says="Y is not the same after the call"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order, size = np.random.permutation(X.shape[1]), mini_batch_size
    Y[:] = Y[:, order]
    return [(X[:, order[k : k + size]], Y[:, k : k + size]) for k in range(0, X.shape[1], size)]


# %% wrong="random_mini_batches" name="labels without their row" says="keep it two-dimensional"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order, size = np.random.permutation(X.shape[1]), mini_batch_size
    return [
        (X[:, order[k : k + size]], Y[0, order[k : k + size]]) for k in range(0, X.shape[1], size)
    ]


# %% wrong="random_mini_batches" name="the size is fixed" says="give batches of [10]"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    return [(X[:, order[k : k + 64]], Y[:, order[k : k + 64]]) for k in range(0, X.shape[1], 64)]


# %% wrong="random_mini_batches" name="another default of the size" says="the defaults are"
def random_mini_batches(X, Y, mini_batch_size=32, seed=0):
    np.random.seed(seed)
    order, size = np.random.permutation(X.shape[1]), mini_batch_size
    return [
        (X[:, order[k : k + size]], Y[:, order[k : k + size]]) for k in range(0, X.shape[1], size)
    ]


# %% wrong="random_mini_batches" name="the rest as the first batch" says="full batches first"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    cuts = np.arange(X.shape[1] % mini_batch_size, X.shape[1], mini_batch_size)
    parts = [part for part in np.split(order, cuts) if part.size]
    return [(X[:, part], Y[:, part]) for part in parts]


# %% wrong="random_mini_batches" name="returns nothing" says="not return a list of pairs"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order, batches = np.random.permutation(X.shape[1]), []
    for k in range(0, X.shape[1], mini_batch_size):
        batches.append((X[:, order[k : k + mini_batch_size]], Y[:, order[k : k + mini_batch_size]]))


# %% wrong="random_mini_batches" name="a rest of one joins the batch before" says="" hidden="no visible case leaves exactly one example"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    m = X.shape[1]
    order = np.random.permutation(m)
    starts = [
        k for k in range(0, m, mini_batch_size) if k == 0 or k < m - 1 or mini_batch_size == 1
    ]
    parts = np.split(order, starts[1:])
    return [(X[:, part], Y[:, part]) for part in parts]


# %% wrong="random_mini_batches" name="the examples without their labels" says="not return a list of pairs"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order, size = np.random.permutation(X.shape[1]), mini_batch_size
    return [X[:, order[k : k + size]] for k in range(0, X.shape[1], size)]


# %% wrong="random_mini_batches" name="shuffles rows" says="each of them once"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    X, size = X[np.random.permutation(X.shape[0])], mini_batch_size
    return [(X[:, k : k + size], Y[:, k : k + size]) for k in range(0, X.shape[1], size)]


# %% right="random_mini_batches" name="np.split, lists for pairs"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    cuts = np.arange(mini_batch_size, X.shape[1], mini_batch_size)
    return [[X[:, part], Y[:, part]] for part in np.split(order, cuts)]


# %% right="average_forecast" name="computed"
average_forecast = dict(
    raw_after_3=20 * (1 - 0.9**3),
    corrected_after_3=20.0,
    old_weight=0.9**10,
    beta_for_50=1 - 1 / 50,
    steps_to_95=math.ceil(math.log(0.05) / math.log(0.9)),
    lag=0.9 / (1 - 0.9),
)

# %% right="average_forecast" name="rounded"
average_forecast = {
    "raw_after_3": 5.4,
    "corrected_after_3": 20,
    "old_weight": 0.35,
    "beta_for_50": 0.98,
    "steps_to_95": 28,
    "lag": 9,
}

# %% right="average_forecast" name="by running the recursion"
raw, before = 0.0, 0.0
for _ in range(3):
    raw = 0.9 * raw + 0.1 * 20
slow = 0.0
for step in range(1, 1000):
    slow = 0.9 * slow + 0.1 * step
average_forecast = {
    "raw_after_3": np.float64(raw),
    "corrected_after_3": np.array([raw / (1 - 0.9**3)]),
    "old_weight": np.prod([0.9] * 10),
    "beta_for_50": 0.98,
    "steps_to_95": 29.0,
    "lag": 999 - slow,
}

# %% wrong="average_forecast" name="the average has no bias" says="raw_after_3 is 20; what is measured is smaller"
average_forecast = {
    "raw_after_3": 20,
    "corrected_after_3": 20,
    "old_weight": 0.3487,
    "beta_for_50": 0.98,
    "steps_to_95": 29,
    "lag": 9,
}

# %% wrong="average_forecast" name="beta and 1 - beta exchanged" says="each adds a tenth"
average_forecast = {
    "raw_after_3": 20 * (1 - 0.1**3),
    "corrected_after_3": 20,
    "old_weight": 0.1**10,
    "beta_for_50": 0.02,
    "steps_to_95": 2,
    "lag": 1 / 9,
}

# %% wrong="average_forecast" name="correction with the first power" says="what is the mean of equal values"
average_forecast = {
    "raw_after_3": 5.42,
    "corrected_after_3": 54.2,
    "old_weight": 0.3487,
    "beta_for_50": 0.98,
    "steps_to_95": 29,
    "lag": 9,
}

# %% wrong="average_forecast" name="the weight itself" says="old_weight"
average_forecast = {
    "raw_after_3": 5.42,
    "corrected_after_3": 20,
    "old_weight": 0.1 * 0.9**10,
    "beta_for_50": 0.98,
    "steps_to_95": 29,
    "lag": 9,
}

# %% wrong="average_forecast" name="one power less" says="how often"
average_forecast = {
    "raw_after_3": 5.42,
    "corrected_after_3": 20,
    "old_weight": 0.9**9,
    "beta_for_50": 0.98,
    "steps_to_95": 29,
    "lag": 9,
}

# %% wrong="average_forecast" name="one over fifty" says="solve 1 / (1 - beta) = 50"
average_forecast = {
    "raw_after_3": 5.42,
    "corrected_after_3": 20,
    "old_weight": 0.3487,
    "beta_for_50": 1 / 50,
    "steps_to_95": 29,
    "lag": 9,
}

# %% wrong="average_forecast" name="fifty itself" says="between 0 and 1"
average_forecast = {
    "raw_after_3": 5.42,
    "corrected_after_3": 20,
    "old_weight": 0.3487,
    "beta_for_50": 50,
    "steps_to_95": 29,
    "lag": 9,
}

# %% wrong="average_forecast" name="ten values, so ten steps" says="the distance that is left"
average_forecast = {
    "raw_after_3": 5.42,
    "corrected_after_3": 20,
    "old_weight": 0.3487,
    "beta_for_50": 0.98,
    "steps_to_95": 10,
    "lag": 9,
}

# %% wrong="average_forecast" name="lag of the whole window" says="lag is 10; what is measured is smaller"
average_forecast = {
    "raw_after_3": 5.42,
    "corrected_after_3": 20,
    "old_weight": 0.3487,
    "beta_for_50": 0.98,
    "steps_to_95": 29,
    "lag": 10,
}

# %% wrong="average_forecast" name="a list" says="not a dictionary"
average_forecast = [5.42, 20, 0.3487, 0.98, 29, 9]


# %% right="initialize_velocity" name="the well-known loop"
def initialize_velocity(parameters):
    L = len(parameters) // 2
    v = {}
    for l in range(L):
        v["dW" + str(l + 1)] = np.zeros(
            (parameters["W" + str(l + 1)].shape[0], parameters["W" + str(l + 1)].shape[1])
        )
        v["db" + str(l + 1)] = np.zeros((parameters["b" + str(l + 1)].shape[0], 1))
    return v


# %% right="initialize_velocity" name="zeros_like, float32"
def initialize_velocity(parameters):
    return {f"d{key}": np.zeros_like(value, dtype=np.float32) for key, value in parameters.items()}


# %% right="initialize_velocity" name="times zero, with entries that nobody asked for"
def initialize_velocity(parameters):
    v = {"steps": 0}
    for key in parameters:
        v["d" + key] = 0 * parameters[key]
    return v


# %% wrong="initialize_velocity" name="the keys of the parameters" says="the keys are those of the gradients"
def initialize_velocity(parameters):
    return {key: np.zeros(value.shape) for key, value in parameters.items()}


# %% wrong="initialize_velocity" name="the last layer is left out" says="for every layer"
def initialize_velocity(parameters):
    v = {}
    for l in range(1, len(parameters) // 2):
        v[f"dW{l}"], v[f"db{l}"] = (
            np.zeros(parameters[f"W{l}"].shape),
            np.zeros(parameters[f"b{l}"].shape),
        )
    return v


# %% wrong="initialize_velocity" name="two layers only" says="any number of layers"
def initialize_velocity(parameters):
    return {"d" + key: np.zeros(parameters[key].shape) for key in ("W1", "b1", "W2", "b2")}


# %% wrong="initialize_velocity" name="numbers instead of arrays" says="is no array of floats"
def initialize_velocity(parameters):
    return {"d" + key: 0.0 for key in parameters}


# %% wrong="initialize_velocity" name="biases as rows" says="it has the shape of b1"
def initialize_velocity(parameters):
    return {
        "d" + key: np.zeros(value.shape if key[0] == "W" else value.T.shape)
        for key, value in parameters.items()
    }


# %% wrong="initialize_velocity" name="starts at the parameters" says="the average is 0"
def initialize_velocity(parameters):
    return {"d" + key: value.copy() for key, value in parameters.items()}


# %% wrong="initialize_velocity" name="sets the parameters to zero" says="parameters is not the same after the call"
def initialize_velocity(parameters):
    v = {}
    for key in parameters:
        v["d" + key] = parameters[key]
        v["d" + key] *= 0
    return v


# %% wrong="initialize_velocity" name="stops after three layers" says="" hidden="the visible networks have at most three layers"
def initialize_velocity(parameters):
    names = [key for key in parameters if int(key[1:]) <= 3]
    return {"d" + key: np.zeros(parameters[key].shape) for key in parameters if key in names}


# %% wrong="initialize_velocity" name="zeros in the first three layers only" says="" hidden="the visible networks have at most three layers"
def initialize_velocity(parameters):
    return {
        "d" + key: np.zeros(value.shape) if int(key[1:]) <= 3 else np.ones(value.shape)
        for key, value in parameters.items()
    }


# %% wrong="initialize_velocity" name="nested lists" says="is no array of floats"
def initialize_velocity(parameters):
    return {"d" + name: np.zeros(value.shape).tolist() for name, value in parameters.items()}


# %% wrong="initialize_velocity" name="whole numbers" says="is no array of floats"
def initialize_velocity(parameters):
    return {"d" + name: np.zeros(value.shape, dtype=int) for name, value in parameters.items()}


# %% wrong="initialize_velocity" name="as many columns as W1" says="has the shape (1, 2)"
def initialize_velocity(parameters):
    v = {}
    for l in range(1, len(parameters) // 2 + 1):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        v[f"dW{l}"] = np.zeros((W.shape[0], parameters["W1"].shape[1]))
        v[f"db{l}"] = np.zeros(b.shape)
    return v


# %% right="initialize_velocity" name="arrays from nested lists"
def initialize_velocity(parameters):
    v = {}
    for name, value in parameters.items():
        rows, columns = np.shape(value)
        v["d" + name] = np.array([[0.0] * columns for _ in range(rows)])
    return v


# %% right="update_parameters_with_momentum" name="the well-known loop, in place"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    L = len(parameters) // 2
    for l in range(L):
        v["dW" + str(l + 1)] = beta * v["dW" + str(l + 1)] + (1 - beta) * grads["dW" + str(l + 1)]
        v["db" + str(l + 1)] = beta * v["db" + str(l + 1)] + (1 - beta) * grads["db" + str(l + 1)]
        parameters["W" + str(l + 1)] = (
            parameters["W" + str(l + 1)] - learning_rate * v["dW" + str(l + 1)]
        )
        parameters["b" + str(l + 1)] = (
            parameters["b" + str(l + 1)] - learning_rate * v["db" + str(l + 1)]
        )
    return parameters, v


# %% right="update_parameters_with_momentum" name="a mean with weights"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {k: np.average([v[k], grads[k]], axis=0, weights=[beta, 1 - beta]) for k in v}
    return {
        k: np.subtract(parameters[k], np.multiply(learning_rate, v[f"d{k}"])) for k in parameters
    }, v


# %% right="update_parameters_with_momentum" name="float32"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    small = np.float32
    v = {k: small(beta) * small(v[k]) + small(1 - beta) * small(grads[k]) for k in v}
    return {k: small(p) - small(learning_rate) * v["d" + k] for k, p in parameters.items()}, v


# %% wrong="update_parameters_with_momentum" name="the average of b in the line of W" says="the old average of this entry"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for l in map(str, range(1, len(parameters) // 2 + 1)):
        v["dW" + l] = beta * v["db" + l] + (1 - beta) * grads["dW" + l]
        v["db" + l] = beta * v["db" + l] + (1 - beta) * grads["db" + l]
        parameters["W" + l] = parameters["W" + l] - learning_rate * v["dW" + l]
        parameters["b" + l] = parameters["b" + l] - learning_rate * v["db" + l]
    return parameters, v


# %% wrong="update_parameters_with_momentum" name="a gradient of zero changes nothing" says="" hidden="no visible gradient is zero"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {
        key: np.where(grads[key] == 0, v[key], beta * v[key] + (1 - beta) * grads[key]) for key in v
    }
    return {key: parameters[key] - learning_rate * v["d" + key] for key in parameters}, v


# %% wrong="update_parameters_with_momentum" name="beta of zero means the default" says="" hidden="no visible beta is zero"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    beta = beta or 0.9
    v = {key: beta * v[key] + (1 - beta) * grads[key] for key in v}
    return {key: parameters[key] - learning_rate * v["d" + key] for key in parameters}, v


# %% wrong="update_parameters_with_momentum" name="the gradient with its full weight" says="(1 - beta) times its gradient"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {key: beta * v[key] + grads[key] for key in v}
    return {key: value - learning_rate * v["d" + key] for key, value in parameters.items()}, v


# %% wrong="update_parameters_with_momentum" name="beta and 1 - beta exchanged" says="beta times the old average"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {key: (1 - beta) * v[key] + beta * grads[key] for key in v}
    return {key: value - learning_rate * v["d" + key] for key, value in parameters.items()}, v


# %% wrong="update_parameters_with_momentum" name="steps along the gradient" says="step along the new v"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {key: beta * v[key] + (1 - beta) * grads[key] for key in v}
    return {key: value - learning_rate * grads["d" + key] for key, value in parameters.items()}, v


# %% wrong="update_parameters_with_momentum" name="steps along the old average" says="step along the new v"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    parameters = {key: value - learning_rate * v["d" + key] for key, value in parameters.items()}
    return parameters, {key: beta * v[key] + (1 - beta) * grads[key] for key in v}


# %% wrong="update_parameters_with_momentum" name="uphill" says="against its sign"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {key: beta * v[key] + (1 - beta) * grads[key] for key in v}
    return {key: value + learning_rate * v["d" + key] for key, value in parameters.items()}, v


# %% wrong="update_parameters_with_momentum" name="beta is always 0.9" says="beta is an argument"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {key: 0.9 * v[key] + 0.1 * grads[key] for key in v}
    return {key: value - learning_rate * v["d" + key] for key, value in parameters.items()}, v


# %% wrong="update_parameters_with_momentum" name="forgets what came before" says="beta times the old average"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {key: (1 - beta) * grads[key] for key in v}
    return {key: value - learning_rate * v["d" + key] for key, value in parameters.items()}, v


# %% wrong="update_parameters_with_momentum" name="the learning rate is always 0.1" says="learning_rate are arguments"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {key: beta * v[key] + (1 - beta) * grads[key] for key in v}
    return {key: value - 0.1 * v["d" + key] for key, value in parameters.items()}, v


# %% wrong="update_parameters_with_momentum" name="returns the parameters only" says="does not return two things"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for key in parameters:
        v["d" + key] = beta * v["d" + key] + (1 - beta) * grads["d" + key]
        parameters[key] = parameters[key] - learning_rate * v["d" + key]
    return parameters


# %% wrong="update_parameters_with_momentum" name="returns v first" says="it holds the parameters"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {key: beta * v[key] + (1 - beta) * grads[key] for key in v}
    return v, {key: value - learning_rate * v["d" + key] for key, value in parameters.items()}


# %% wrong="update_parameters_with_momentum" name="averages into the gradients" says="grads is not the same after the call"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for key in parameters:
        grads["d" + key] *= 1 - beta
        v["d" + key] = beta * v["d" + key] + grads["d" + key]
        parameters[key] = parameters[key] - learning_rate * v["d" + key]
    return parameters, v


# %% wrong="update_parameters_with_momentum" name="the last layer is left out" says="the loop ends too early"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for l in range(1, len(parameters) // 2):
        for key in (f"W{l}", f"b{l}"):
            v["d" + key] = beta * v["d" + key] + (1 - beta) * grads["d" + key]
            parameters[key] = parameters[key] - learning_rate * v["d" + key]
    return parameters, v


# %% wrong="update_parameters_with_momentum" name="stops after three layers" says="" hidden="the visible networks have at most three layers"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for key in parameters:
        if int(key[1:]) <= 3:
            v["d" + key] = beta * v["d" + key] + (1 - beta) * grads["d" + key]
            parameters[key] = parameters[key] - learning_rate * v["d" + key]
    return parameters, v


# %% right="update_parameters_with_momentum" name="arrays changed in place, a list returned"
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for key in parameters:
        v["d" + key] += (1 - beta) * (grads["d" + key] - v["d" + key])
        parameters[key] -= learning_rate * v["d" + key]
    return [parameters, v]


# %% right="largest_stable_learning_rate" name="max of a list"
def largest_stable_learning_rate(curvatures):
    return 2.0 / max(curvatures)


# %% right="largest_stable_learning_rate" name="the smallest of the limits"
def largest_stable_learning_rate(curvatures):
    return min([2 / c for c in curvatures])


# %% right="largest_stable_learning_rate" name="found by halving intervals"
def largest_stable_learning_rate(curvatures):
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        if np.all(np.abs(1 - middle * np.asarray(curvatures)) < 1):
            low = middle
        else:
            high = middle
    return low


# %% wrong="largest_stable_learning_rate" name="one over the largest" says="1% more still converges"
def largest_stable_learning_rate(curvatures):
    return 1 / max(curvatures)


# %% wrong="largest_stable_learning_rate" name="the flattest direction" says="99% of it does not converge"
def largest_stable_learning_rate(curvatures):
    return 2 / min(curvatures)


# %% wrong="largest_stable_learning_rate" name="the mean curvature" says="99% of it does not converge"
def largest_stable_learning_rate(curvatures):
    return 2 / np.mean(curvatures)


# %% wrong="largest_stable_learning_rate" name="the sum of the curvatures" says="1% more still converges"
def largest_stable_learning_rate(curvatures):
    return 2 / np.sum(curvatures)


# %% wrong="largest_stable_learning_rate" name="the fastest rate" says="1% more still converges"
def largest_stable_learning_rate(curvatures):
    return 2 / (max(curvatures) + min(curvatures))


# %% wrong="largest_stable_learning_rate" name="the first curvature" says="99% of it does not converge"
def largest_stable_learning_rate(curvatures):
    return 2 / curvatures[0]


# %% wrong="largest_stable_learning_rate" name="upside down" says="1% more still converges"
def largest_stable_learning_rate(curvatures):
    return max(curvatures) / 2


# %% wrong="largest_stable_learning_rate" name="always 2" says="For the curvatures [4.0]"
def largest_stable_learning_rate(curvatures):
    return 2


# %% wrong="largest_stable_learning_rate" name="a negative rate" says="a positive number"
def largest_stable_learning_rate(curvatures):
    return -2 / max(curvatures)


# %% wrong="largest_stable_learning_rate" name="prints the limit" says="is None"
def largest_stable_learning_rate(curvatures):
    print(2 / max(curvatures))


# %% wrong="largest_stable_learning_rate" name="one for each coordinate" says="one number for the whole bowl"
def largest_stable_learning_rate(curvatures):
    return 2 / np.array(curvatures)


# %% wrong="largest_stable_learning_rate" name="lists only" says="The limit for an array"
def largest_stable_learning_rate(curvatures):
    return 2 / max(curvatures) if isinstance(curvatures, list) else 0.5


# %% wrong="largest_stable_learning_rate" name="the first three curvatures" says="" hidden="the visible bowls have at most three curvatures"
def largest_stable_learning_rate(curvatures):
    return 2 / max(curvatures[:3])


# %% wrong="largest_stable_learning_rate" name="one percent too small" says="" hidden="the visible walks tell the limit to one percent"
def largest_stable_learning_rate(curvatures):
    return 1.993 / max(curvatures)


# %% right="largest_stable_learning_rate" name="an eigenvalue"
def largest_stable_learning_rate(curvatures):
    hessian = np.diag(np.asarray(curvatures, dtype=float))
    return np.array([2 / np.linalg.eigvalsh(hessian)[-1]])


# %% right="update_parameters_with_rmsprop" name="the given function with three lines mended"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    parameters, s = dict(parameters), dict(s)
    for l in range(1, len(parameters) // 2 + 1):
        W, b, dW, db = f"W{l}", f"b{l}", f"dW{l}", f"db{l}"
        s[dW] = beta2 * s[dW] + (1 - beta2) * grads[dW] ** 2
        s[db] = beta2 * s[db] + (1 - beta2) * grads[db] ** 2
        parameters[W] = parameters[W] - learning_rate * grads[dW] / (np.sqrt(s[dW]) + epsilon)
        parameters[b] = parameters[b] - learning_rate * grads[db] / (np.sqrt(s[db]) + epsilon)
    return parameters, s


# %% right="update_parameters_with_rmsprop" name="arrays changed in place"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    for key in parameters:
        s["d" + key] *= beta2
        s["d" + key] += (1 - beta2) * np.square(grads["d" + key])
        parameters[key] -= learning_rate * grads["d" + key] / (s["d" + key] ** 0.5 + epsilon)
    return parameters, s


# %% right="update_parameters_with_rmsprop" name="float32, a list returned"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    f = np.float32
    s = {k: f(beta2) * f(s[k]) + f(1 - beta2) * f(grads[k]) ** 2 for k in s}
    p = {
        k: f(x) - f(learning_rate) * f(grads["d" + k]) / (np.sqrt(s["d" + k]) + f(epsilon))
        for k, x in parameters.items()
    }
    return [p, s]


# %% wrong="update_parameters_with_rmsprop" name="a gradient of zero changes nothing" says="" hidden="the visible zero gradients come with averages of zero"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    s = {
        key: np.where(grads[key] == 0, s[key], beta2 * s[key] + (1 - beta2) * grads[key] ** 2)
        for key in s
    }
    step = {key: grads[key] / (np.sqrt(s[key]) + epsilon) for key in s}
    return {key: parameters[key] - learning_rate * step["d" + key] for key in parameters}, s


# %% wrong="update_parameters_with_rmsprop" name="unchanged" says="s averages the squares"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    return update_parameters_with_rmsprop_broken(
        parameters, grads, s, learning_rate, beta2, epsilon
    )


# %% wrong="update_parameters_with_rmsprop" name="the weight of the bias not mended" says="yours for db1"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    parameters, s = dict(parameters), dict(s)
    for l in range(1, len(parameters) // 2 + 1):
        W, b, dW, db = f"W{l}", f"b{l}", f"dW{l}", f"db{l}"
        s[dW] = beta2 * s[dW] + (1 - beta2) * grads[dW] ** 2
        s[db] = beta2 * s[db] + grads[db] ** 2
        parameters[W] = parameters[W] - learning_rate * grads[dW] / (np.sqrt(s[dW]) + epsilon)
        parameters[b] = parameters[b] - learning_rate * grads[db] / (np.sqrt(s[db]) + epsilon)
    return parameters, s


# %% wrong="update_parameters_with_rmsprop" name="the brackets of the bias not mended" says="Look at the brackets"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    parameters, s = dict(parameters), dict(s)
    for l in range(1, len(parameters) // 2 + 1):
        W, b, dW, db = f"W{l}", f"b{l}", f"dW{l}", f"db{l}"
        s[dW] = beta2 * s[dW] + (1 - beta2) * grads[dW] ** 2
        s[db] = beta2 * s[db] + (1 - beta2) * grads[db] ** 2
        parameters[W] = parameters[W] - learning_rate * grads[dW] / (np.sqrt(s[dW]) + epsilon)
        parameters[b] = parameters[b] - learning_rate * grads[db] / np.sqrt(s[db]) + epsilon
    return parameters, s


# %% wrong="update_parameters_with_rmsprop" name="the weights still square the average" says="s averages the squares"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    parameters, s = dict(parameters), dict(s)
    for l in range(1, len(parameters) // 2 + 1):
        W, b, dW, db = f"W{l}", f"b{l}", f"dW{l}", f"db{l}"
        s[dW] = (beta2 * s[dW] + (1 - beta2) * grads[dW]) ** 2
        s[db] = beta2 * s[db] + (1 - beta2) * grads[db] ** 2
        parameters[W] = parameters[W] - learning_rate * grads[dW] / (np.sqrt(s[dW]) + epsilon)
        parameters[b] = parameters[b] - learning_rate * grads[db] / (np.sqrt(s[db]) + epsilon)
    return parameters, s


# %% wrong="update_parameters_with_rmsprop" name="epsilon inside the root" says="outside of the root"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x - learning_rate * grads["d" + k] / np.sqrt(s["d" + k] + epsilon)
        for k, x in parameters.items()
    }
    return p, s


# %% wrong="update_parameters_with_rmsprop" name="epsilon left out" says="inside of the denominator"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {k: x - learning_rate * grads["d" + k] / np.sqrt(s["d" + k]) for k, x in parameters.items()}
    return p, s


# %% wrong="update_parameters_with_rmsprop" name="no root" says="divide by the root"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x - learning_rate * grads["d" + k] / (s["d" + k] + epsilon)
        for k, x in parameters.items()
    }
    return p, s


# %% wrong="update_parameters_with_rmsprop" name="the old s in the step" says="the root of the new s"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    p = {
        k: x - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
        for k, x in parameters.items()
    }
    return p, {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}


# %% wrong="update_parameters_with_rmsprop" name="another default of beta2" says="the defaults are"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.999, epsilon=1e-8
):
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
        for k, x in parameters.items()
    }
    return p, s


# %% wrong="update_parameters_with_rmsprop" name="squares the gradients in place" says="grads is not the same after the call"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    old = {k: np.array(g) for k, g in grads.items()}
    for k in s:
        grads[k] **= 2
        s[k] = beta2 * s[k] + (1 - beta2) * grads[k]
    p = {
        k: x - learning_rate * old["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
        for k, x in parameters.items()
    }
    return p, s


# %% wrong="update_parameters_with_rmsprop" name="returns the parameters only" says="does not return two things"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    for k in parameters:
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
        parameters[k] = parameters[k] - learning_rate * grads["d" + k] / (
            np.sqrt(s["d" + k]) + epsilon
        )
    return parameters


# %% wrong="update_parameters_with_rmsprop" name="stops after three layers" says="" hidden="the visible networks have at most three layers"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    for k in parameters:
        if int(k[1:]) <= 3:
            s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
            parameters[k] = parameters[k] - learning_rate * grads["d" + k] / (
                np.sqrt(s["d" + k]) + epsilon
            )
    return parameters, s


# %% right="update_parameters_with_rmsprop" name="np.hypot for the root"
def update_parameters_with_rmsprop(
    parameters, grads, s, learning_rate=0.01, beta2=0.9, epsilon=1e-8
):
    moved, squares = {}, {}
    for k, g in grads.items():
        root = np.hypot(np.sqrt(beta2 * s[k]), np.sqrt(1 - beta2) * g)
        squares[k] = root**2
        moved[k[1:]] = parameters[k[1:]] - g * (learning_rate / (root + epsilon))
    return moved, squares


# %% right="initialize_adam" name="the well-known loop"
def initialize_adam(parameters):
    L = len(parameters) // 2
    v = {}
    s = {}
    for l in range(L):
        v["dW" + str(l + 1)] = np.zeros(parameters["W" + str(l + 1)].shape)
        v["db" + str(l + 1)] = np.zeros(parameters["b" + str(l + 1)].shape)
        s["dW" + str(l + 1)] = np.zeros(parameters["W" + str(l + 1)].shape)
        s["db" + str(l + 1)] = np.zeros(parameters["b" + str(l + 1)].shape)
    return v, s


# %% right="initialize_adam" name="a deep copy"
def initialize_adam(parameters):
    v = {"d" + key: np.zeros_like(value) for key, value in parameters.items()}
    return [v, copy.deepcopy(v)]


# %% right="initialize_adam" name="initialize_velocity in two styles, float32"
def initialize_adam(parameters):
    make = lambda: {f"d{k}": np.zeros(np.shape(x), np.float32) for k, x in parameters.items()}
    return make(), make()


# %% wrong="initialize_adam" name="one dictionary under two names" says="the same thing under two names"
def initialize_adam(parameters):
    v = s = {"d" + key: np.zeros(value.shape) for key, value in parameters.items()}
    return v, s


# %% wrong="initialize_adam" name="two dictionaries with views of the same arrays" says="the same thing under two names"
def initialize_adam(parameters):
    v = {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    return v, {name: value[:] for name, value in v.items()}


# %% wrong="initialize_adam" name="biases like b1" says="it has the shape of b2"
def initialize_adam(parameters):
    v, s = {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        for part in (v, s):
            part[f"dW{l}"] = np.zeros(parameters[f"W{l}"].shape)
            part[f"db{l}"] = np.zeros(parameters["b1"].shape)
    return v, s


# %% wrong="initialize_adam" name="two dictionaries with the same arrays" says="the same thing under two names"
def initialize_adam(parameters):
    v = {"d" + key: np.zeros(value.shape) for key, value in parameters.items()}
    return v, dict(v)


# %% wrong="initialize_adam" name="v only" says="does not return two dictionaries"
def initialize_adam(parameters):
    return {"d" + key: np.zeros(value.shape) for key, value in parameters.items()}


# %% wrong="initialize_adam" name="s starts at one" says="before the first step both averages are 0"
def initialize_adam(parameters):
    v = {"d" + key: np.zeros(value.shape) for key, value in parameters.items()}
    return v, {key: value + 1 for key, value in v.items()}


# %% wrong="initialize_adam" name="the keys of the parameters" says="the keys are those of the gradients"
def initialize_adam(parameters):
    return tuple({key: np.zeros(value.shape) for key, value in parameters.items()} for _ in "vs")


# %% wrong="initialize_adam" name="the last layer is left out" says="for every layer"
def initialize_adam(parameters):
    names = [f"{letter}{l}" for l in range(1, len(parameters) // 2) for letter in "Wb"]
    return tuple({"d" + key: np.zeros(parameters[key].shape) for key in names} for _ in "vs")


# %% wrong="initialize_adam" name="numbers instead of arrays" says="is no array of floats"
def initialize_adam(parameters):
    return {"d" + key: 0 for key in parameters}, {"d" + key: 0 for key in parameters}


# %% wrong="initialize_adam" name="empties the parameters" says="parameters is not the same after the call"
def initialize_adam(parameters):
    v = {"d" + key: np.zeros(value.shape) for key, value in parameters.items()}
    s = {}
    for key in list(parameters):
        s["d" + key] = 0 * parameters.pop(key)
    return v, s


# %% wrong="initialize_adam" name="zeros in the first three layers only" says="" hidden="the visible networks have at most three layers"
def initialize_adam(parameters):
    make = lambda: {"d" + k: np.full(x.shape, float(int(k[1:]) > 3)) for k, x in parameters.items()}
    return make(), make()


# %% right="initialize_adam" name="times zero"
def initialize_adam(parameters):
    v, s = {}, {}
    for key, value in parameters.items():
        v["d" + key], s["d" + key] = value * 0, value * 0
    return v, s


# %% right="update_parameters_with_adam" name="the well-known loop, with corrected dictionaries"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    L = len(parameters) // 2
    v_corrected = {}
    s_corrected = {}
    for l in range(L):
        for key in ("W" + str(l + 1), "b" + str(l + 1)):
            v["d" + key] = beta1 * v["d" + key] + (1 - beta1) * grads["d" + key]
            v_corrected["d" + key] = v["d" + key] / (1 - np.power(beta1, t))
            s["d" + key] = beta2 * s["d" + key] + (1 - beta2) * np.power(grads["d" + key], 2)
            s_corrected["d" + key] = s["d" + key] / (1 - np.power(beta2, t))
            parameters[key] = parameters[key] - learning_rate * v_corrected["d" + key] / (
                np.sqrt(s_corrected["d" + key]) + epsilon
            )
    return parameters, v, s


# %% right="update_parameters_with_adam" name="with the corrected averages as two more values"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v_corrected, s_corrected = {}, {}
    for key, g in grads.items():
        v[key] = beta1 * v[key] + (1 - beta1) * g
        s[key] = beta2 * s[key] + (1 - beta2) * g * g
        v_corrected[key] = v[key] / (1 - beta1**t)
        s_corrected[key] = s[key] / (1 - beta2**t)
        parameters[key[1:]] = parameters[key[1:]] - learning_rate * v_corrected[key] / (
            s_corrected[key] ** 0.5 + epsilon
        )
    return parameters, v, s, v_corrected, s_corrected


# %% right="update_parameters_with_adam" name="arrays changed in place"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    for key in parameters:
        first, second, g = v["d" + key], s["d" + key], grads["d" + key]
        first += (1 - beta1) * (g - first)
        second += (1 - beta2) * (g * g - second)
        parameters[key] -= (
            learning_rate * (first / (1 - beta1**t)) / (np.sqrt(second / (1 - beta2**t)) + epsilon)
        )
    return [parameters, v, s]


# %% wrong="update_parameters_with_adam" name="returns s before v" says="v and s are exchanged"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {key: beta1 * v[key] + (1 - beta1) * grads[key] for key in v}
    s = {key: beta2 * s[key] + (1 - beta2) * grads[key] ** 2 for key in s}
    step = {
        key: v[key] / (1 - beta1**t) / (np.sqrt(s[key] / (1 - beta2**t)) + epsilon) for key in v
    }
    return {key: parameters[key] - learning_rate * step["d" + key] for key in parameters}, s, v


# %% wrong="update_parameters_with_adam" name="beta1 and 1 - beta1 exchanged" says="v averages the gradients"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {key: (1 - beta1) * v[key] + beta1 * grads[key] for key in v}
    s = {key: beta2 * s[key] + (1 - beta2) * grads[key] ** 2 for key in s}
    step = {
        key: v[key] / (1 - beta1**t) / (np.sqrt(s[key] / (1 - beta2**t)) + epsilon) for key in v
    }
    return {key: parameters[key] - learning_rate * step["d" + key] for key in parameters}, v, s


# %% wrong="update_parameters_with_adam" name="epsilon inside the root for b" says="outside of the root"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {key: beta1 * v[key] + (1 - beta1) * grads[key] for key in v}
    s = {key: beta2 * s[key] + (1 - beta2) * grads[key] ** 2 for key in s}
    moved = {}
    for key in parameters:
        first, second = v["d" + key] / (1 - beta1**t), s["d" + key] / (1 - beta2**t)
        root = np.sqrt(second + epsilon) if key[0] == "b" else np.sqrt(second) + epsilon
        moved[key] = parameters[key] - learning_rate * first / root
    return moved, v, s


# %% wrong="update_parameters_with_adam" name="beta1 divided by t instead of its power, for b" says="1 - beta1**t"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {key: beta1 * v[key] + (1 - beta1) * grads[key] for key in v}
    s = {key: beta2 * s[key] + (1 - beta2) * grads[key] ** 2 for key in s}
    moved = {}
    for key in parameters:
        power = beta1 / t if key[0] == "b" else beta1**t
        first, second = v["d" + key] / (1 - power), s["d" + key] / (1 - beta2**t)
        moved[key] = parameters[key] - learning_rate * first / (np.sqrt(second) + epsilon)
    return moved, v, s


# %% wrong="update_parameters_with_adam" name="without bias correction" says="the corrections divide by"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x - learning_rate * v["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="correction without t" says="the corrections divide by"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x
        - learning_rate * v["d" + k] / (1 - beta1) / (np.sqrt(s["d" + k] / (1 - beta2)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="the correction is kept" says="not kept in v"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: (beta1 * v[k] + (1 - beta1) * grads[k]) / (1 - beta1**t) for k in v}
    s = {k: (beta2 * s[k] + (1 - beta2) * grads[k] ** 2) / (1 - beta2**t) for k in s}
    p = {
        k: x - learning_rate * v["d" + k] / (np.sqrt(s["d" + k]) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="the correction of s is kept" says="not kept in s"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: (beta2 * s[k] + (1 - beta2) * grads[k] ** 2) / (1 - beta2**t) for k in s}
    p = {
        k: x - learning_rate * v["d" + k] / (1 - beta1**t) / (np.sqrt(s["d" + k]) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="epsilon inside the root" says="outside of the root"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x
        - learning_rate
        * v["d" + k]
        / (1 - beta1**t)
        / np.sqrt(s["d" + k] / (1 - beta2**t) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="both corrections in the learning rate" says="the root of the corrected s: outside"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    rate = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {k: x - rate * v["d" + k] / (np.sqrt(s["d" + k]) + epsilon) for k, x in parameters.items()}
    return p, v, s


# %% wrong="update_parameters_with_adam" name="squares the average" says="s averages the squares"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: (beta2 * s[k] + (1 - beta2) * grads[k]) ** 2 for k in s}
    p = {
        k: x
        - learning_rate
        * v["d" + k]
        / (1 - beta1**t)
        / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="s without the square" says="s averages the squares"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * np.abs(grads[k]) for k in s}
    p = {
        k: x
        - learning_rate
        * v["d" + k]
        / (1 - beta1**t)
        / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="beta1 for both averages" says="with beta2"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta1 * s[k] + (1 - beta1) * grads[k] ** 2 for k in s}
    p = {
        k: x
        - learning_rate
        * v["d" + k]
        / (1 - beta1**t)
        / (np.sqrt(s["d" + k] / (1 - beta1**t)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="no root" says="the root is taken of the corrected s"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x - learning_rate * v["d" + k] / (1 - beta1**t) / (s["d" + k] / (1 - beta2**t) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="the gradient instead of its average" says="every entry moves by the learning rate"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x - learning_rate * grads["d" + k] / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="uphill" says="goes against v"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x
        + learning_rate
        * v["d" + k]
        / (1 - beta1**t)
        / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="always t = 2" says="as long as the learning rate"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x
        - learning_rate
        * v["d" + k]
        / (1 - beta1**2)
        / (np.sqrt(s["d" + k] / (1 - beta2**2)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="another default of beta2" says="the defaults are"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.99, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x
        - learning_rate
        * v["d" + k]
        / (1 - beta1**t)
        / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="another default of the learning rate" says="the defaults are"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x
        - learning_rate
        * v["d" + k]
        / (1 - beta1**t)
        / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="returns the parameters and v" says="does not return three things"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    p = {
        k: x
        - learning_rate
        * v["d" + k]
        / (1 - beta1**t)
        / (np.sqrt(s["d" + k] / (1 - beta2**t)) + epsilon)
        for k, x in parameters.items()
    }
    return p, v


# %% wrong="update_parameters_with_adam" name="squares the gradients in place" says="grads is not the same after the call"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    for k in parameters:
        v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
        grads["d" + k] **= 2
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k]
        v_hat, s_hat = v["d" + k] / (1 - beta1**t), s["d" + k] / (1 - beta2**t)
        parameters[k] = parameters[k] - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return parameters, v, s


# %% wrong="update_parameters_with_adam" name="stops after three layers" says="" hidden="the visible networks have at most three layers"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    for k in parameters:
        if int(k[1:]) <= 3:
            v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
            s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
            v_hat, s_hat = v["d" + k] / (1 - beta1**t), s["d" + k] / (1 - beta2**t)
            parameters[k] = parameters[k] - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return parameters, v, s


# %% wrong="update_parameters_with_adam" name="correction of the first two steps only" says="" hidden="the visible steps have t = 1 and t = 2"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    one, two = (1 - beta1**t, 1 - beta2**t) if t <= 2 else (1, 1)
    p = {
        k: x - learning_rate * v["d" + k] / one / (np.sqrt(s["d" + k] / two) + epsilon)
        for k, x in parameters.items()
    }
    return p, v, s


# %% wrong="update_parameters_with_adam" name="the last layer is left out" says="the loop ends too early"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    for l in range(1, len(parameters) // 2):
        for k in (f"W{l}", f"b{l}"):
            v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
            s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
            v_hat, s_hat = v["d" + k] / (1 - beta1**t), s["d" + k] / (1 - beta2**t)
            parameters[k] = parameters[k] - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return parameters, v, s


# %% wrong="update_parameters_with_adam" name="epsilon outside of the brackets" says="inside of the denominator"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    for k in parameters:
        v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
        v_hat, s_hat = v["d" + k] / (1 - beta1**t), s["d" + k] / (1 - beta2**t)
        parameters[k] = parameters[k] - learning_rate * v_hat / np.sqrt(s_hat) + epsilon
    return parameters, v, s


# %% wrong="update_parameters_with_adam" name="the root before the correction" says="the root is taken of the corrected s"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    for k in parameters:
        v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
        v_hat, root = v["d" + k] / (1 - beta1**t), np.sqrt(s["d" + k]) / (1 - beta2**t)
        parameters[k] = parameters[k] - learning_rate * v_hat / (root + epsilon)
    return parameters, v, s


# %% right="update_parameters_with_adam" name="one function per array"
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    def one(theta, g, first, second):
        first = first * beta1 + g - beta1 * g
        second = second * beta2 + np.square(g) - beta2 * np.square(g)
        root = np.sqrt(second) / math.sqrt(1 - beta2**t)
        return theta - learning_rate / (1 - beta1**t) * first / (root + epsilon), first, second

    parts = {k: one(parameters[k], grads["d" + k], v["d" + k], s["d" + k]) for k in parameters}
    return (
        {k: part[0] for k, part in parts.items()},
        {"d" + k: part[1] for k, part in parts.items()},
        {"d" + k: part[2] for k, part in parts.items()},
    )


# %% right="update_lr" name="the well-known line"
def update_lr(learning_rate0, epoch_num, decay_rate):
    learning_rate = (1 / (1 + decay_rate * epoch_num)) * learning_rate0
    return learning_rate


# %% right="update_lr" name="np.divide"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return np.divide(learning_rate0, np.add(1, np.multiply(decay_rate, epoch_num)))


# %% right="update_lr" name="float32 in an array"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return np.array([learning_rate0], dtype=np.float32) / np.float32(1 + decay_rate * epoch_num)


# %% wrong="update_lr" name="brackets forgotten" says="in brackets"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / 1 + decay_rate * epoch_num if epoch_num else learning_rate0


# %% wrong="update_lr" name="without the 1" says="1 + 1 * 3"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (decay_rate * epoch_num) if epoch_num else learning_rate0


# %% wrong="update_lr" name="the decay rate is not used" says="the decay rate is an argument"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + epoch_num)


# %% wrong="update_lr" name="exponential decay" says="update_lr(0.8, 3, 1)"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * math.exp(-decay_rate * epoch_num)


# %% wrong="update_lr" name="a power of the decay rate" says="in epoch 0 nothing has fallen"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 * decay_rate ** (epoch_num + 1)


# %% wrong="update_lr" name="epochs counted from one" says="in epoch 0 nothing has fallen"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return learning_rate0 / (1 + decay_rate * (epoch_num + 1))


# %% wrong="update_lr" name="rounded" says="" hidden="the visible rates have three decimals"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return round(learning_rate0 / (1 + decay_rate * epoch_num), 3)


# %% right="update_lr" name="one over a sum"
def update_lr(learning_rate0, epoch_num, decay_rate):
    return 1 / (1 / learning_rate0 + decay_rate / learning_rate0 * epoch_num)


# %% right="schedule_lr_decay" name="np.floor, the well-known line"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    learning_rate = (1 / (1 + decay_rate * np.floor(epoch_num / time_interval))) * learning_rate0
    return learning_rate


# %% right="schedule_lr_decay" name="math.floor"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * math.floor(epoch_num / time_interval))


# %% right="schedule_lr_decay" name="int and update_lr's formula again"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    interval = int(epoch_num / time_interval)
    return np.float64(learning_rate0) / (1 + interval * decay_rate)


# %% wrong="schedule_lr_decay" name="not rounded down" says="the quotient is rounded down"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * epoch_num / time_interval)


# %% wrong="schedule_lr_decay" name="rounded to the nearest" says="the quotient is rounded down"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * round(epoch_num / time_interval))


# %% wrong="schedule_lr_decay" name="rounded up" says="the quotient is rounded down"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * math.ceil(epoch_num / time_interval))


# %% wrong="schedule_lr_decay" name="rounded after the product" says="then multiply by the decay rate"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + math.floor(decay_rate * epoch_num / time_interval))


# %% wrong="schedule_lr_decay" name="the interval is always 1000" says="first one of the second interval"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * (epoch_num // 1000))


# %% wrong="schedule_lr_decay" name="falls only in the epochs that are multiples" says="stays the same for 100 epochs"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    if epoch_num % time_interval == 0:
        return learning_rate0 / (1 + decay_rate * epoch_num / time_interval)
    return learning_rate0


# %% wrong="schedule_lr_decay" name="the remainder" says="first one of the second interval"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return learning_rate0 / (1 + decay_rate * (epoch_num % time_interval))


# %% wrong="schedule_lr_decay" name="another default" says="the default of time_interval"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=100):
    return learning_rate0 / (1 + decay_rate * (epoch_num // time_interval))


# %% wrong="schedule_lr_decay" name="rounded" says="" hidden="the visible rates have three decimals"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    return round(learning_rate0 / (1 + decay_rate * (epoch_num // time_interval)), 3)


# %% right="schedule_lr_decay" name="divmod"
def schedule_lr_decay(learning_rate0, epoch_num, decay_rate, time_interval=1000):
    intervals, _ = divmod(epoch_num, time_interval)
    return learning_rate0 / (1.0 + float(decay_rate) * intervals)


# %% survives="average_forecast" why="The number of steps may be off by 1: the statement says so."
# "steps_to_95": 28,  # 0.9**t = 0.05 at t = 28.4
# "steps_to_95": 30,  # 0.9**t = 0.05 at t = 28.4

# %% survives="update_parameters_with_adam" why="Parameters may be changed in place: the statement says so."
# pass

# %% near="test_update_parameters_with_adam" why="A check compares with published numbers, which have eight decimals."
