# %% [markdown]
# Known answers to the exercises of Initialization: the tests of the tests. Each cell replaces the solution cell of that name.
# `right` answers must get all points, `wrong` ones must lose their exercise with a message that contains `says`;
# `hidden` gives the reason where only the hidden tests can catch a wrong answer.

# %% right="initialize_parameters_zeros" name="a comprehension"
def initialize_parameters_zeros(layers_dims):
    sizes = list(zip(layers_dims[:-1], layers_dims[1:]))
    weights = {f"W{l}": np.zeros((n, k)) for l, (k, n) in enumerate(sizes, start=1)}
    biases = {f"b{l}": np.zeros((n, 1)) for l, (k, n) in enumerate(sizes, start=1)}
    return {**weights, **biases}


# %% right="initialize_parameters_zeros" name="the well-known form"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters["W" + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% right="initialize_parameters_zeros" name="single precision, from random numbers times zero"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        parameters[f"W{l}"] = (0 * np.random.randn(*shape)).astype(np.float32)
        parameters[f"b{l}"] = np.zeros_like(parameters[f"W{l}"][:, :1])
    return parameters


# %% right="initialize_parameters_zeros" name="lists of lists"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = [[0.0] * layers_dims[l - 1] for _ in range(layers_dims[l])]
        parameters[f"b{l}"] = [[0.0] for _ in range(layers_dims[l])]
    return parameters


# %% wrong="initialize_parameters_zeros" name="shapes transposed" says="transposed"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l - 1], layers_dims[l]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_zeros" name="biases with one axis" says="two axes"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros(layers_dims[l])
    return parameters


# %% wrong="initialize_parameters_zeros" name="the last layer is missing" says="no entry 'W2'"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims) - 1):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_zeros" name="keys count from zero" says="no entry"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(len(layers_dims) - 1):
        parameters[f"W{l}"] = np.zeros((layers_dims[l + 1], layers_dims[l]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l + 1], 1))
    return parameters


# %% wrong="initialize_parameters_zeros" name="ones" says="every entry is zero"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.ones((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_zeros" name="returns in the loop" says="no entry 'W2'"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
        return parameters


# %% wrong="initialize_parameters_zeros" name="a layer for the input, too" says="nothing else is in the dictionary"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_zeros" name="takes the list apart" says="layers_dims is not the same"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    before, l = layers_dims.pop(0), 0
    while layers_dims:
        after, l = layers_dims.pop(0), l + 1
        parameters[f"W{l}"], parameters[f"b{l}"] = np.zeros((after, before)), np.zeros((after, 1))
        before = after
    return parameters


# %% wrong="initialize_parameters_zeros" name="weights of the third layer forgotten" says="" hidden="the visible example has two layers"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        make = np.zeros if l < 3 else np.ones
        parameters[f"W{l}"] = make((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_zeros" name="biases of the third layer like those of the second" says="" hidden="the visible example has two layers"
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters[f"b{l}"] = np.zeros((layers_dims[min(l, 2)], 1))
    return parameters


# %% right="zeros_forecast" name="formulas"
zeros_forecast = {
    "output": 1 / (1 + np.exp(0)),
    "cost_balanced": np.log(2),
    "changing": 1,
    "cost_unbalanced": -(0.2 * np.log(0.2) + 0.8 * np.log(0.8)),
    "accuracy_unbalanced": 1 - 0.2,
}

# %% right="zeros_forecast" name="rounded to two digits"
zeros_forecast = dict(
    output=0.5, cost_balanced=0.69, changing=1, cost_unbalanced=0.5, accuracy_unbalanced=0.8
)

# %% right="zeros_forecast" name="single precision"
zeros_forecast = {
    "output": np.float32(0.5),
    "cost_balanced": np.float32(0.6931),
    "changing": 1.0,
    "cost_unbalanced": np.float32(0.5004),
    "accuracy_unbalanced": np.float32(0.8),
}

# %% wrong="zeros_forecast" name="the output is zero" says="sigmoid of zero"
zeros_forecast = {
    "output": 0,
    "cost_balanced": 0.693,
    "changing": 1,
    "cost_unbalanced": 0.5,
    "accuracy_unbalanced": 0.8,
}

# %% wrong="zeros_forecast" name="the cost falls to zero" says="Does anything move at all"
zeros_forecast = {
    "output": 0.5,
    "cost_balanced": 0,
    "changing": 1,
    "cost_unbalanced": 0.5,
    "accuracy_unbalanced": 0.8,
}

# %% wrong="zeros_forecast" name="all biases learn" says="factor that is zero"
zeros_forecast = {
    "output": 0.5,
    "cost_balanced": 0.693,
    "changing": 3,
    "cost_unbalanced": 0.5,
    "accuracy_unbalanced": 0.8,
}

# %% wrong="zeros_forecast" name="nothing moves at all" says="factor that is zero"
zeros_forecast = {
    "output": 0.5,
    "cost_balanced": 0.693,
    "changing": 0,
    "cost_unbalanced": 0.693,
    "accuracy_unbalanced": 0.8,
}

# %% wrong="zeros_forecast" name="log 2 for other labels, too" says="Which constant output"
zeros_forecast = {
    "output": 0.5,
    "cost_balanced": 0.693,
    "changing": 1,
    "cost_unbalanced": 0.693,
    "accuracy_unbalanced": 0.8,
}

# %% wrong="zeros_forecast" name="a coin" says="the same for every example"
zeros_forecast = {
    "output": 0.5,
    "cost_balanced": 0.693,
    "changing": 1,
    "cost_unbalanced": 0.5,
    "accuracy_unbalanced": 0.5,
}

# %% wrong="zeros_forecast" name="one key is missing" says="no entry 'changing'"
zeros_forecast = {
    "output": 0.5,
    "cost_balanced": 0.693,
    "cost_unbalanced": 0.5,
    "accuracy_unbalanced": 0.8,
}


# %% right="count_distinct_units" name="a set of tuples"
def count_distinct_units(W, b):
    rows = np.concatenate([W, b], axis=1).round(8)
    return len({tuple(row + 0.0) for row in rows})


# %% right="count_distinct_units" name="pairwise, with a tolerance"
def count_distinct_units(W, b):
    found = []
    for w, bias in zip(W, b):
        unit = np.append(w, bias)
        if not any(np.allclose(unit, other, rtol=0, atol=1e-9) for other in found):
            found.append(unit)
    return len(found)


# %% right="count_distinct_units" name="distances, no loop"
def count_distinct_units(W, b):
    units = np.hstack((W, b))
    same = np.abs(units[:, None] - units[None]).max(axis=2) < 1e-9
    return np.sum(~np.tril(same, -1).any(axis=1))


# %% wrong="count_distinct_units" name="without the biases" says="a bias belongs to its unit"
def count_distinct_units(W, b):
    return len(np.unique(np.round(W, 9), axis=0))


# %% wrong="count_distinct_units" name="counts numbers, not rows" says="rows are the units"
def count_distinct_units(W, b):
    return len(np.unique(np.round(np.hstack([W, b]), 9)))


# %% wrong="count_distinct_units" name="exact" says="use the tolerance"
def count_distinct_units(W, b):
    return len(np.unique(np.hstack([W, b]), axis=0))


# %% wrong="count_distinct_units" name="columns for rows" says="rows are the units"
def count_distinct_units(W, b):
    return len(np.unique(np.round(np.hstack([W, b]), 9), axis=1))


# %% wrong="count_distinct_units" name="sums of the weights" says="the order of the weights counts"
def count_distinct_units(W, b):
    return len(np.unique(np.round(W.sum(axis=1) + 10 * b[:, 0], 9)))


# %% wrong="count_distinct_units" name="neighbours only" says="1 and 3 are equal"
def count_distinct_units(W, b):
    units = np.hstack([W, b])
    return 1 + sum(not np.allclose(x, y) for x, y in zip(units[1:], units[:-1]))


# %% wrong="count_distinct_units" name="rounded too much" says="too coarse"
def count_distinct_units(W, b):
    return len(np.unique(np.round(np.hstack([W, b]), 2), axis=0))


# %% wrong="count_distinct_units" name="the rank" says="the sign of a weight counts"
def count_distinct_units(W, b):
    return np.linalg.matrix_rank(np.hstack([W, b]))


# %% wrong="count_distinct_units" name="adds the bias to the weights in place" says="W is not the same after the call"
def count_distinct_units(W, b):
    W += 1000 * b
    return len(np.unique(np.round(W, 6), axis=0))


# %% wrong="count_distinct_units" name="rounds in place" says="W is not the same after the call"
def count_distinct_units(W, b):
    np.round(W, 9, out=W)
    np.round(b, 9, out=b)
    return len(np.unique(np.hstack([W, b]), axis=0))


# %% wrong="count_distinct_units" name="sorts the biases in place" says="b is not the same after the call"
def count_distinct_units(W, b):
    count = len(np.unique(np.round(np.hstack([W, b]), 9), axis=0))
    b[::-1].sort(axis=0)
    return count


# %% wrong="count_distinct_units" name="adds the bias to the weights" says="do not add it"
def count_distinct_units(W, b):
    return len(np.unique(np.round(W + b, 9), axis=0))


# %% wrong="count_distinct_units" name="without signs" says="the sign of a weight counts"
def count_distinct_units(W, b):
    return len(np.unique(np.abs(np.round(np.hstack([W, b]), 9)), axis=0))


# %% wrong="count_distinct_units" name="a difference without abs" says="without its sign"
def count_distinct_units(W, b):
    units, count = np.hstack([W, b]), 0
    for i in range(len(units)):
        count += not any(np.all(units[i] - units[j] < 1e-9) for j in range(i))
    return count


# %% wrong="count_distinct_units" name="one common number is enough" says="not in one"
def count_distinct_units(W, b):
    count = 0
    for i in range(len(W)):
        count += not any(
            np.isclose(W[i], W[j], rtol=0, atol=1e-9).any() and abs(b[i, 0] - b[j, 0]) < 1e-9
            for j in range(i)
        )
    return count


# %% wrong="count_distinct_units" name="all less the equal pairs" says="are equal pairs counted"
def count_distinct_units(W, b):
    units = np.round(np.hstack([W, b]), 9)
    n = len(units)
    return n - sum(np.array_equal(units[i], units[j]) for i in range(n) for j in range(i))


# %% wrong="count_distinct_units" name="compared with the first unit only" says="with all units"
def count_distinct_units(W, b):
    units = np.hstack([W, b])
    return 1 + sum(not np.allclose(unit, units[0], rtol=0, atol=1e-9) for unit in units[1:])


# %% wrong="count_distinct_units" name="cut off instead of rounded" says="they do not round"
def count_distinct_units(W, b):
    units = np.floor(np.hstack([W, b]) * 1e9)
    return len(np.unique(units, axis=0))


# %% wrong="count_distinct_units" name="exact biases" says="the tolerance holds for biases"
def count_distinct_units(W, b):
    return len(np.unique(np.hstack([np.round(W, 9), b]), axis=0))


# %% wrong="count_distinct_units" name="coarse biases" says="biases that differ by 0.001"
def count_distinct_units(W, b):
    return len(np.unique(np.hstack([np.round(W, 9), np.round(b, 2)]), axis=0))


# %% wrong="count_distinct_units" name="a relative tolerance" says="" hidden="the visible numbers that differ by 0.001 are small"
def count_distinct_units(W, b):
    units, found = np.hstack([W, b]), []
    for unit in units:
        if not any(np.allclose(unit, other, rtol=1e-3, atol=0) for other in found):
            found.append(unit)
    return len(found)


# %% wrong="count_distinct_units" name="only the first two weights" says="" hidden="the visible examples have at most two weights"
def count_distinct_units(W, b):
    return len(np.unique(np.round(np.hstack([W[:, :2], b]), 9), axis=0))


# %% right="symmetry_forecast" name="floats"
symmetry_forecast = {
    "all_equal": 1.0,
    "W1_in_pairs": 2.0,
    "b1_random": 4.0,
    "W2_random": 4.0,
    "W3_random": 1.0,
    "W1_random": 1.0,
}

# %% right="symmetry_forecast" name="written with dict"
symmetry_forecast = dict(
    W1_random=1, W3_random=1, W2_random=4, b1_random=4, W1_in_pairs=2, all_equal=1
)

# %% right="symmetry_forecast" name="numpy integers, another key besides"
symmetry_forecast = dict(
    zip(
        ["all_equal", "W1_in_pairs", "b1_random", "W2_random", "W3_random", "W1_random", "note"],
        [*np.array([1, 2, 4, 4, 1, 1]), "forecast of Monday"],
    )
)

# %% wrong="symmetry_forecast" name="the pairs part" says="the partners of a pair"
symmetry_forecast = {
    "all_equal": 1,
    "W1_in_pairs": 4,
    "b1_random": 4,
    "W2_random": 4,
    "W3_random": 1,
    "W1_random": 1,
}

# %% wrong="symmetry_forecast" name="biases do not count" says="a bias belongs to the unit"
symmetry_forecast = {
    "all_equal": 1,
    "W1_in_pairs": 2,
    "b1_random": 1,
    "W2_random": 4,
    "W3_random": 1,
    "W1_random": 1,
}

# %% wrong="symmetry_forecast" name="equal values stay equal" says="are their gradients"
symmetry_forecast = {
    "all_equal": 1,
    "W1_in_pairs": 2,
    "b1_random": 4,
    "W2_random": 1,
    "W3_random": 1,
    "W1_random": 1,
}

# %% wrong="symmetry_forecast" name="any randomness behind breaks it" says="which columns of W2"
symmetry_forecast = {
    "all_equal": 1,
    "W1_in_pairs": 2,
    "b1_random": 4,
    "W2_random": 4,
    "W3_random": 4,
    "W1_random": 1,
}

# %% wrong="symmetry_forecast" name="any randomness before breaks it" says="about layer 2"
symmetry_forecast = {
    "all_equal": 1,
    "W1_in_pairs": 2,
    "b1_random": 4,
    "W2_random": 4,
    "W3_random": 1,
    "W1_random": 3,
}

# %% wrong="symmetry_forecast" name="training always breaks it" says="nothing tells one unit from another"
symmetry_forecast = {
    "all_equal": 4,
    "W1_in_pairs": 4,
    "b1_random": 4,
    "W2_random": 4,
    "W3_random": 4,
    "W1_random": 3,
}


# %% right="initialize_parameters_random" name="a comprehension"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l, (k, n) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters["W%d" % l] = 10 * np.random.randn(n, k)
        parameters["b%d" % l] = np.zeros((n, 1))
    return parameters


# %% right="initialize_parameters_random" name="the well-known form"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims) - 1
    for l in range(1, L + 1):
        parameters["W" + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% right="initialize_parameters_random" name="a generator of its own, normal, single precision"
def initialize_parameters_random(layers_dims):
    stream = np.random.RandomState(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        parameters[f"W{l}"] = stream.normal(0, 10.0, size=(n, k)).astype(np.float32)
        parameters[f"b{l}"] = np.zeros((n, 1), dtype=np.float32)
    return parameters


# %% wrong="initialize_parameters_random" name="no seed" says="Two calls give different weights"
def initialize_parameters_random(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="seed in the loop" says="set once, before the loop"
def initialize_parameters_random(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        np.random.seed(3)
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="rand for randn" says="nothing is drawn before"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.rand(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="another seed" says="np.random.seed(3)"
def initialize_parameters_random(layers_dims):
    np.random.seed(1)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="random biases" says="the biases start at zero"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.random.randn(layers_dims[l], 1)
    return parameters


# %% wrong="initialize_parameters_random" name="biases with one axis" says="two axes"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.zeros(layers_dims[l])
    return parameters


# %% wrong="initialize_parameters_random" name="shapes transposed" says="transposed"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l - 1], layers_dims[l]) * 10
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="drawn transposed, then turned" says="nothing is drawn before"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l - 1], layers_dims[l]).T * 10
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="the biases draw, too" says="the biases draw nothing"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = 0 * np.random.randn(layers_dims[l], 1)
    return parameters


# %% wrong="initialize_parameters_random" name="takes the list apart" says="layers_dims is not the same"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters, l, k = {}, 0, layers_dims.pop(0)
    while layers_dims:
        n, l = layers_dims.pop(0), l + 1
        parameters[f"W{l}"] = np.random.randn(n, k) * 10.0
        parameters[f"b{l}"], k = np.zeros((n, 1)), n
    return parameters


# %% wrong="initialize_parameters_random" name="a layer for the input, too" says="nothing else is in the dictionary"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    parameters["L"] = len(layers_dims) - 1
    return parameters


# %% wrong="initialize_parameters_random" name="times 0.01" says="W1 is 0.001 times"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 0.01
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="not scaled" says="W1 is 0.1 times"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 1
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="the third layer is not scaled" says="" hidden="the visible examples have two layers"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * (
            10 if l < 3 else 1
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_random" name="biases of one from the third layer on" says="" hidden="the visible examples have two layers"
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters[f"b{l}"] = np.full((layers_dims[l], 1), float(l > 2))
    return parameters


# %% right="deep_activations" name="if and elif"
def deep_activations(X, weights, activation):
    A = X
    result = []
    for W in weights:
        Z = np.dot(W, A)
        if activation == "relu":
            A = np.maximum(0, Z)
        elif activation == "tanh":
            A = np.tanh(Z)
        else:
            A = Z
        result.append(A)
    return result


# %% right="deep_activations" name="recursive, a tuple, single precision"
def deep_activations(X, weights, activation):
    if len(weights) == 0:
        return ()
    Z = (weights[0] @ X).astype(np.float32)
    A = Z * (Z > 0) if activation == "relu" else np.tanh(Z) if activation == "tanh" else Z
    return (A, *deep_activations(A, weights[1:], activation))


# %% right="deep_activations" name="accumulate and einsum"
def deep_activations(X, weights, activation):
    from itertools import accumulate

    g = dict(relu=relu, tanh=np.tanh, linear=np.copy)[activation]
    return list(accumulate([X, *weights], lambda A, W: g(np.einsum("ij,jk->ik", W, A))))[1:]


# %% right="deep_activations" name="loops over the units"
def deep_activations(X, weights, activation):
    signals, layers = np.array(X), []
    for W in weights:
        new = np.zeros((W.shape[0], X.shape[1]))
        for i in range(W.shape[0]):
            z = sum(W[i, j] * signals[j] for j in range(W.shape[1]))
            new[i] = {"relu": np.where(z > 0, z, 0), "tanh": np.tanh(z), "linear": z}[activation]
        signals = new
        layers.append(new)
    return layers


# %% wrong="deep_activations" name="with the input in the list" says="X itself is not in the list"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers = [X]
    for W in weights:
        layers.append(g(W @ layers[-1]))
    return layers


# %% wrong="deep_activations" name="only the last one" says="one array for each layer"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    A = X
    for W in weights:
        A = g(W @ A)
    return A


# %% wrong="deep_activations" name="returns in the loop" says="return after the loop"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers, A = [], X
    for W in weights:
        A = g(W @ A)
        layers.append(A)
        return layers


# %% wrong="deep_activations" name="every layer gets X" says="takes the activations of the first one"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    return [g(W @ X) for W in weights]


# %% wrong="deep_activations" name="forgets to return" says="deep_activations returns None"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers, A = [], X
    for W in weights:
        A = g(W @ A)
        layers.append(A)


# %% right="deep_activations" name="a generator"
def deep_activations(X, weights, activation):
    for W in weights:
        X = W @ X
        X = relu(X) if activation == "relu" else np.tanh(X) if activation == "tanh" else X
        yield X


# %% wrong="deep_activations" name="keeps Z instead of A" says="the first in the list, with relu"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers, A = [], X
    for W in weights:
        Z = W @ A
        layers.append(Z)
        A = g(Z)
    return layers


# %% wrong="deep_activations" name="the last layer stays linear" says="applies g, too"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers, A = [], X
    for l, W in enumerate(weights, start=1):
        A = g(W @ A) if l < len(weights) else W @ A
        layers.append(A)
    return layers


# %% wrong="deep_activations" name="passes Z on" says="takes the activations of the first one"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers, Z = [], X
    for W in weights:
        Z = W @ Z
        layers.append(g(Z))
    return layers


# %% wrong="deep_activations" name="activation on the input" says="then applies g"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers, A = [], X
    for W in weights:
        A = W @ g(A)
        layers.append(A)
    return layers


# %% wrong="deep_activations" name="always relu" says="the first in the list, with linear"
def deep_activations(X, weights, activation):
    layers, A = [], X
    for W in weights:
        A = relu(W @ A)
        layers.append(A)
    return layers


# %% wrong="deep_activations" name="absolute value for relu" says="the first in the list, with relu"
def deep_activations(X, weights, activation):
    g = {"relu": np.abs, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers, A = [], X
    for W in weights:
        A = g(W @ A)
        layers.append(A)
    return layers


# %% wrong="deep_activations" name="reuses the memory of X" says="X is not the same after the call"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers = []
    A = X
    for W in weights:
        A = g(W @ A)
        layers.append(A)
    X[...] = A
    return layers


# %% wrong="deep_activations" name="the third layer is skipped" says="" hidden="the visible example has two layers"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": np.tanh, "linear": lambda z: z}[activation]
    layers, A = [], X
    for l, W in enumerate(weights, start=1):
        A = g(W @ A) if l < 3 else W @ A
        layers.append(A)
    return layers


# %% wrong="deep_activations" name="a straight line for tanh" says="the first in the list, with tanh"
def deep_activations(X, weights, activation):
    g = {"relu": relu, "tanh": lambda z: np.clip(z, -1, 1), "linear": lambda z: z}[activation]
    layers, A = [], X
    for W in weights:
        A = g(W @ A)
        layers.append(A)
    return layers


# %% right="depth_forecast" name="computed step by step"
depth_forecast = {
    "linear": (200 / 200) ** 10,
    "relu_1": np.prod([0.5] * 10),
    "relu_2": (0.5 * 200 * 2 / 200) ** 10,
    "relu_small": (200 * 0.01**2 / 2) ** 10,
    "backward": 400 / 100,
}

# %% right="depth_forecast" name="rounded"
depth_forecast = {
    "linear": 1,
    "relu_1": 0.001,
    "relu_2": 1,
    "relu_small": 1e-20,
    "backward": 4,
}

# %% right="depth_forecast" name="with dict"
depth_forecast = dict(linear=1.0, relu_1=0.5**10, relu_2=1.0, relu_small=0.01**10, backward=2.0**2)

# %% wrong="depth_forecast" name="linear layers shrink a signal" says="ten times over"
depth_forecast = {
    "linear": 1 / 200,
    "relu_1": 2**-10,
    "relu_2": 1,
    "relu_small": 1e-20,
    "backward": 4,
}

# %% wrong="depth_forecast" name="one layer instead of ten" says="each of the ten layers"
depth_forecast = {
    "linear": 1,
    "relu_1": 0.5,
    "relu_2": 1,
    "relu_small": 1e-20,
    "backward": 4,
}

# %% wrong="depth_forecast" name="relu quarters" says="each of the ten layers"
depth_forecast = {
    "linear": 1,
    "relu_1": 0.25**10,
    "relu_2": 1,
    "relu_small": 1e-20,
    "backward": 4,
}

# %% wrong="depth_forecast" name="relu loses half whatever the weights" says="one half of n times the variance"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 0.5**10,
    "relu_small": 1e-20,
    "backward": 4,
}

# %% wrong="depth_forecast" name="the deviation for the variance" says="square of the standard deviation"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 1,
    "relu_small": 1.0,
    "backward": 4,
}

# %% wrong="depth_forecast" name="forgets the relu in relu_small" says="square of the standard deviation"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 1,
    "relu_small": 0.02**10,
    "backward": 4,
}

# %% wrong="depth_forecast" name="a half for the relu with double variance" says="one half of n times the variance"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 0.5,
    "relu_small": 1e-20,
    "backward": 4,
}

# %% wrong="depth_forecast" name="eleven layers" says="each of the ten layers"
depth_forecast = {
    "linear": 1,
    "relu_1": 0.5**11,
    "relu_2": 1,
    "relu_small": 1e-20,
    "backward": 4,
}

# %% wrong="depth_forecast" name="the way back is the inverse" says="a sum over how many outputs"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 1,
    "relu_small": 1e-20,
    "backward": 0.25,
}

# %% wrong="depth_forecast" name="the way back is as the way forward" says="a sum over how many outputs"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 1,
    "relu_small": 1e-20,
    "backward": 1,
}

# %% wrong="depth_forecast" name="the root of the factor" says="a sum over how many outputs"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 1,
    "relu_small": 1e-20,
    "backward": 2,
}

# %% wrong="depth_forecast" name="a factor of zero" says="is positive"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 1,
    "relu_small": 0,
    "backward": 4,
}

# %% wrong="depth_forecast" name="one key is missing" says="no entry 'backward'"
depth_forecast = {
    "linear": 1,
    "relu_1": 2**-10,
    "relu_2": 1,
    "relu_small": 1e-20,
}


# %% right="initialize_parameters_he" name="a comprehension"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l, (k, n) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters["W%d" % l] = (2 / k) ** 0.5 * np.random.randn(n, k)
        parameters["b%d" % l] = np.zeros((n, 1))
    return parameters


# %% right="initialize_parameters_he" name="the well-known form"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims) - 1
    for l in range(1, L + 1):
        parameters["W" + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2.0 / layers_dims[l - 1]
        )
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% right="initialize_parameters_he" name="a generator of its own, normal, single precision"
def initialize_parameters_he(layers_dims):
    stream = np.random.RandomState(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        parameters[f"W{l}"] = stream.normal(0, np.sqrt(2 / k), size=(n, k)).astype(np.float32)
        parameters[f"b{l}"] = np.zeros((n, 1), dtype=np.float32)
    return parameters


# %% wrong="initialize_parameters_he" name="no seed" says="Two calls give different weights"
def initialize_parameters_he(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="seed in the loop" says="set once, before the loop"
def initialize_parameters_he(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        np.random.seed(3)
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="rand for randn" says="draws around zero"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.rand(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="another seed" says="np.random.seed(3)"
def initialize_parameters_he(layers_dims):
    np.random.seed(1)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="random biases" says="the biases start at zero"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.random.randn(layers_dims[l], 1)
    return parameters


# %% wrong="initialize_parameters_he" name="biases with one axis" says="two axes"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros(layers_dims[l])
    return parameters


# %% wrong="initialize_parameters_he" name="shapes transposed" says="transposed"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l - 1], layers_dims[l]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="drawn transposed, then turned" says="nothing is drawn before"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l - 1], layers_dims[l]).T * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="the biases draw, too" says="the biases draw nothing"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = 0 * np.random.randn(layers_dims[l], 1)
    return parameters


# %% wrong="initialize_parameters_he" name="takes the list apart" says="layers_dims is not the same"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters, l, k = {}, 0, layers_dims.pop(0)
    while layers_dims:
        n, l = layers_dims.pop(0), l + 1
        parameters[f"W{l}"] = np.random.randn(n, k) * np.sqrt(2 / k)
        parameters[f"b{l}"], k = np.zeros((n, 1)), n
    return parameters


# %% wrong="initialize_parameters_he" name="a layer for the input, too" says="nothing else is in the dictionary"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    parameters["L"] = len(layers_dims) - 1
    return parameters


# %% wrong="initialize_parameters_he" name="without the root" says="is the root taken"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * (
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="outputs for inputs" says="size of the layer before"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="the other formula" says="divided by its number of inputs"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="the paper of Glorot and Bengio" says="divided by its number"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / (layers_dims[l - 1] + layers_dims[l])
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="the size of the input for all layers" says="of what? n_in"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[0]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="not scaled" says="is the root taken"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 1
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="divided by the variance" says="is the root taken"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            layers_dims[l - 1] / 2
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="the third layer is not scaled" says="" hidden="the visible examples have two layers"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * (
            np.sqrt(2 / layers_dims[l - 1]) if l < 3 else 1
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_he" name="biases of one from the third layer on" says="" hidden="the visible examples have two layers"
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.full((layers_dims[l], 1), float(l > 2))
    return parameters


# %% right="initialize_parameters_xavier" name="a comprehension"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l, (k, n) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters["W%d" % l] = k**-0.5 * np.random.randn(n, k)
        parameters["b%d" % l] = np.zeros((n, 1))
    return parameters


# %% right="initialize_parameters_xavier" name="the well-known form"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims) - 1
    for l in range(1, L + 1):
        parameters["W" + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) / np.sqrt(
            layers_dims[l - 1]
        )
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% right="initialize_parameters_xavier" name="a generator of its own, normal, single precision"
def initialize_parameters_xavier(layers_dims):
    stream = np.random.RandomState(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        n, k = layers_dims[l], layers_dims[l - 1]
        parameters[f"W{l}"] = stream.normal(0, 1 / np.sqrt(k), size=(n, k)).astype(np.float32)
        parameters[f"b{l}"] = np.zeros((n, 1), dtype=np.float32)
    return parameters


# %% wrong="initialize_parameters_xavier" name="no seed" says="Two calls give different weights"
def initialize_parameters_xavier(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="seed in the loop" says="set once, before the loop"
def initialize_parameters_xavier(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        np.random.seed(3)
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="rand for randn" says="draws around zero"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.rand(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="another seed" says="np.random.seed(3)"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(1)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="random biases" says="the biases start at zero"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.random.randn(layers_dims[l], 1)
    return parameters


# %% wrong="initialize_parameters_xavier" name="biases with one axis" says="two axes"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros(layers_dims[l])
    return parameters


# %% wrong="initialize_parameters_xavier" name="shapes transposed" says="transposed"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l - 1], layers_dims[l]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="drawn transposed, then turned" says="nothing is drawn before"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l - 1], layers_dims[l]).T * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="the biases draw, too" says="the biases draw nothing"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = 0 * np.random.randn(layers_dims[l], 1)
    return parameters


# %% wrong="initialize_parameters_xavier" name="takes the list apart" says="layers_dims is not the same"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters, l, k = {}, 0, layers_dims.pop(0)
    while layers_dims:
        n, l = layers_dims.pop(0), l + 1
        parameters[f"W{l}"] = np.random.randn(n, k) * 1 / np.sqrt(k)
        parameters[f"b{l}"], k = np.zeros((n, 1)), n
    return parameters


# %% wrong="initialize_parameters_xavier" name="a layer for the input, too" says="nothing else is in the dictionary"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    parameters["L"] = len(layers_dims) - 1
    return parameters


# %% wrong="initialize_parameters_xavier" name="without the root" says="is the root taken"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * (
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="outputs for inputs" says="is the root taken"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="the other formula" says="divided by its number of inputs"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="the paper of Glorot and Bengio" says="has n_out in it"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            2 / (layers_dims[l - 1] + layers_dims[l])
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="the size of the input for all layers" says="mean square of W2"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[0]
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="not scaled" says="is the root taken"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 1
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="divided by the variance" says="is the root taken"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            layers_dims[l - 1] / 1
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="the third layer is not scaled" says="" hidden="the visible examples have two layers"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * (
            np.sqrt(1 / layers_dims[l - 1]) if l < 3 else 1
        )
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong="initialize_parameters_xavier" name="biases of one from the third layer on" says="" hidden="the visible examples have two layers"
def initialize_parameters_xavier(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters[f"W{l}"] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(
            1 / layers_dims[l - 1]
        )
        parameters[f"b{l}"] = np.full((layers_dims[l], 1), float(l > 2))
    return parameters


# %% right="weight_deviation" name="one expression"
def weight_deviation(n_inputs, slope):
    return (2 / (n_inputs * (1 + slope * slope))) ** 0.5


# %% right="weight_deviation" name="He's, corrected"
def weight_deviation(n_inputs, slope):
    he = np.sqrt(2 / n_inputs)
    return he / np.sqrt(1 + slope**2)


# %% right="weight_deviation" name="an array of one element, single precision"
def weight_deviation(n_inputs, slope):
    kept = np.mean([1.0, slope**2], dtype=np.float32)
    return np.array([1 / np.sqrt(kept * n_inputs)], dtype=np.float32)


# %% right="weight_deviation" name="by numerical integration"
def weight_deviation(n_inputs, slope):
    z = np.linspace(-8, 8, 100_001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    kept = np.sum(np.where(z > 0, z, slope * z) ** 2 * density) * (z[1] - z[0])
    return 1 / np.sqrt(n_inputs * kept)


# %% wrong="weight_deviation" name="always He's" says="negative half is not lost"
def weight_deviation(n_inputs, slope):
    return np.sqrt(2 / n_inputs)


# %% wrong="weight_deviation" name="the variance" says="the root of the variance"
def weight_deviation(n_inputs, slope):
    return 2 / ((1 + slope**2) * n_inputs)


# %% wrong="weight_deviation" name="the slope is not squared" says="what does the slope do to a square"
def weight_deviation(n_inputs, slope):
    return np.sqrt(2 / ((1 + slope) * n_inputs))


# %% wrong="weight_deviation" name="a straight line between both cases" says="what does the slope do to a square"
def weight_deviation(n_inputs, slope):
    return (1 - slope) * np.sqrt(2 / n_inputs) + slope * np.sqrt(1 / n_inputs)


# %% wrong="weight_deviation" name="the mean of the slopes, squared" says="the root of the variance"
def weight_deviation(n_inputs, slope):
    return 1 / ((1 + slope) / 2 * np.sqrt(n_inputs))


# %% wrong="weight_deviation" name="the sum instead of the mean" says="for slope 0 it is He"
def weight_deviation(n_inputs, slope):
    return np.sqrt(1 / ((1 + slope**2) * n_inputs))


# %% wrong="weight_deviation" name="negative slopes as zero" says="what does the slope do to a square"
def weight_deviation(n_inputs, slope):
    return np.sqrt(2 / ((1 + max(slope, 0) ** 2) * n_inputs))


# %% wrong="weight_deviation" name="slopes no larger than 1" says="" hidden="the visible slopes lie between -1 and 1"
def weight_deviation(n_inputs, slope):
    return np.sqrt(2 / ((1 + min(1, slope**2)) * n_inputs))


# %% wrong="weight_deviation" name="rounded to three digits" says="" hidden="the visible checks allow half a percent"
def weight_deviation(n_inputs, slope):
    return round(float(np.sqrt(2 / ((1 + slope**2) * n_inputs))), 3)


# %% right="diagnosis" name="measured"
diagnosis = {}
for letter, weights in mystery_networks().items():
    W = weights[0]
    if abs(np.mean(W)) > 0.05:
        diagnosis[letter] = "not centred"
    elif not 0.5 < np.var(W) / 0.02 < 2:
        diagnosis[letter] = "too large" if np.var(W) > 0.02 else "too small"
    elif np.allclose(W, weights[1]):
        diagnosis[letter] = "same numbers"
    else:
        diagnosis[letter] = (
            "equal units" if count_distinct_units(W, np.zeros((100, 1))) < 100 else "right"
        )

# %% right="diagnosis" name="with dict"
diagnosis = dict(
    F="right", E="too small", B="too large", D="not centred", A="equal units", C="same numbers"
)

# %% right="diagnosis" name="from a table"
rows = """A equal units
B too large
C same numbers
D not centred
E too small
F right"""
diagnosis = dict(row.split(" ", 1) for row in rows.splitlines())

# %% wrong="diagnosis" name="the largest signal is too large" says="compute the mean of its weights"
diagnosis = {
    "A": "equal units",
    "B": "not centred",
    "C": "same numbers",
    "D": "too large",
    "E": "too small",
    "F": "right",
}

# %% wrong="diagnosis" name="the level ones guessed" says="one thing is wrong with this network"
diagnosis = {
    "A": "right",
    "B": "too large",
    "C": "same numbers",
    "D": "not centred",
    "E": "too small",
    "F": "equal units",
}

# %% wrong="diagnosis" name="equal layers for equal units" says="Network A: 'same numbers'"
diagnosis = {
    "A": "same numbers",
    "B": "too large",
    "C": "equal units",
    "D": "not centred",
    "E": "too small",
    "F": "right",
}

# %% wrong="diagnosis" name="equal units twice" says="compare the rows of one of its matrices"
diagnosis = {
    "A": "equal units",
    "B": "too large",
    "C": "same numbers",
    "D": "not centred",
    "E": "too small",
    "F": "equal units",
}

# %% wrong="diagnosis" name="what is not centred is large, too" says="Something else can make a signal grow"
diagnosis = {
    "A": "equal units",
    "B": "too large",
    "C": "same numbers",
    "D": "too large",
    "E": "too small",
    "F": "right",
}

# %% wrong="diagnosis" name="capital letters" says="with small letters"
diagnosis = {
    "A": "equal units",
    "B": "too large",
    "C": "same numbers",
    "D": "not centred",
    "E": "too small",
    "F": "Right",
}

# %% wrong="diagnosis" name="another word" says="is not in the table"
diagnosis = {
    "A": "equal units",
    "B": "too large",
    "C": "same numbers",
    "D": "not centred",
    "E": "vanishing",
    "F": "right",
}

# %% wrong="diagnosis" name="two networks only" says="no entry"
diagnosis = {
    "A": "equal units",
    "B": "too large",
    "E": "too small",
    "F": "right",
}

# %% wrong="diagnosis" name="too small twice" says="compare the variance of its weights with 2 / 100"
diagnosis = {
    "A": "equal units",
    "B": "too large",
    "C": "same numbers",
    "D": "not centred",
    "E": "too small",
    "F": "too small",
}


# %% survives="depth_forecast" why="Numbers may be off by a factor of 1.4: the statement says so."
# "backward": 3,  # 400 terms of variance 1/100
# "backward": 5,  # 400 terms of variance 1/100
