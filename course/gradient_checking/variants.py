# %% [markdown]
# Known answers to the exercises of Gradient Checking: the tests of the tests. Each cell replaces the solution cell of that name.
# `right` answers must get all points, `wrong` ones must lose their exercise with a message that contains `says`;
# `hidden` gives the reason where only the hidden tests can catch a wrong answer.

# %% right="difference_quotients" name="one expression"
def difference_quotients(J, theta, epsilon):
    return (J(theta + epsilon) - J(theta)) / epsilon, (
        J(theta + epsilon) - J(theta - epsilon)
    ) / 2 / epsilon


# %% right="difference_quotients" name="a list, values kept"
def difference_quotients(J, theta, epsilon):
    values = [J(theta + k * epsilon) for k in (-1, 0, 1)]
    return [(values[2] - values[1]) / epsilon, (values[2] - values[0]) / (2.0 * epsilon)]


# %% right="difference_quotients" name="a numpy array, mean of forward and backward"
def difference_quotients(J, theta, epsilon):
    forward = (J(theta + epsilon) - J(theta)) / epsilon
    backward = (J(theta) - J(theta - epsilon)) / epsilon
    return np.array([forward, (forward + backward) / 2])


# %% wrong="difference_quotients" name="two-sided without the 2" says="2 epsilon apart"
def difference_quotients(J, theta, epsilon):
    return (J(theta + epsilon) - J(theta)) / epsilon, (
        J(theta + epsilon) - J(theta - epsilon)
    ) / epsilon


# %% wrong="difference_quotients" name="divides by 2, then multiplies by epsilon" says="2 epsilon apart"
def difference_quotients(J, theta, epsilon):
    return (J(theta + epsilon) - J(theta)) / epsilon, (
        J(theta + epsilon) - J(theta - epsilon)
    ) / 2 * epsilon


# %% wrong="difference_quotients" name="in the other order" says="wrong order"
def difference_quotients(J, theta, epsilon):
    return (J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon), (
        J(theta + epsilon) - J(theta)
    ) / epsilon


# %% wrong="difference_quotients" name="backward instead of forward" says="J(3.1)"
def difference_quotients(J, theta, epsilon):
    return (J(theta) - J(theta - epsilon)) / epsilon, (J(theta + epsilon) - J(theta - epsilon)) / (
        2 * epsilon
    )


# %% wrong="difference_quotients" name="only the two-sided one" says="two numbers"
def difference_quotients(J, theta, epsilon):
    return [(J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon)]


# %% wrong="difference_quotients" name="prints, returns nothing" says="is None"
def difference_quotients(J, theta, epsilon):
    print(
        (J(theta + epsilon) - J(theta)) / epsilon,
        (J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon),
    )


# %% right="difference_quotients" name="with arrays of one element"
def difference_quotients(J, theta, epsilon):
    theta = np.array([theta])
    return (J(theta + epsilon) - J(theta)) / epsilon, (J(theta + epsilon) - J(theta - epsilon)) / (
        2 * epsilon
    )


# %% wrong="difference_quotients" name="returns one of the two" says="two numbers"
def difference_quotients(J, theta, epsilon):
    return (J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon)


# %% wrong="difference_quotients" name="the derivative of a parabola" says="J has to be called"
def difference_quotients(J, theta, epsilon):
    return 2 * theta + epsilon, 2 * theta


# %% wrong="difference_quotients" name="rounds the first to two digits" says="" hidden="the visible results have no more than two digits"
def difference_quotients(J, theta, epsilon):
    one_sided = (J(theta + epsilon) - J(theta)) / epsilon
    return round(one_sided, 2), (J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon)


# %% wrong="difference_quotients" name="rounds the second to two digits" says="" hidden="the visible results have no more than two digits"
def difference_quotients(J, theta, epsilon):
    two_sided = (J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon)
    return (J(theta + epsilon) - J(theta)) / epsilon, round(two_sided, 2)


# %% right="difference_quotients" name="a number and an array of one element"
def difference_quotients(J, theta, epsilon):
    return (J(theta + epsilon) - J(theta)) / epsilon, np.array(
        [(J(theta + epsilon) - J(theta - epsilon)) / 2 / epsilon]
    )


# %% right="error_forecast" name="floats"
error_forecast = {
    "one_sided_factor": 10.0,
    "two_sided_factor": 1e2,
    "roundoff_factor": 1e2,
    "one_sided_best": -8.0,
    "two_sided_best": -5.0,
}

# %% right="error_forecast" name="computed from u"
u = 2.0**-53
error_forecast = dict(
    one_sided_factor=1e-2 / 1e-3,
    two_sided_factor=(1e-2 / 1e-3) ** 2,
    roundoff_factor=1e-11 / 1e-13,
    one_sided_best=round(np.log10(np.sqrt(u))),
    two_sided_best=round(np.log10(np.cbrt(u))),
)

# %% right="error_forecast" name="neighbouring exponents"
error_forecast = {
    "one_sided_factor": 11,
    "two_sided_factor": 90,
    "roundoff_factor": 120,
    "one_sided_best": -7,
    "two_sided_best": -6,
}

# %% wrong="error_forecast" name="both truncation errors are linear" says="even terms cancel"
error_forecast = {
    "one_sided_factor": 10,
    "two_sided_factor": 10,
    "roundoff_factor": 100,
    "one_sided_best": -8,
    "two_sided_best": -5,
}

# %% wrong="error_forecast" name="one-sided is quadratic" says="first term of Taylor"
error_forecast = {
    "one_sided_factor": 100,
    "two_sided_factor": 1000,
    "roundoff_factor": 100,
    "one_sided_best": -8,
    "two_sided_best": -5,
}

# %% wrong="error_forecast" name="smaller is always better" says="truncation and round-off are equal"
error_forecast = {
    "one_sided_factor": 10,
    "two_sided_factor": 100,
    "roundoff_factor": 100,
    "one_sided_best": -13,
    "two_sided_best": -13,
}

# %% wrong="error_forecast" name="one best step for both" says="two_sided_best"
error_forecast = {
    "one_sided_factor": 10,
    "two_sided_factor": 100,
    "roundoff_factor": 100,
    "one_sided_best": -8,
    "two_sided_best": -8,
}

# %% wrong="error_forecast" name="round-off grows by one power of ten" says="how far does epsilon move"
error_forecast = {
    "one_sided_factor": 10,
    "two_sided_factor": 100,
    "roundoff_factor": 10,
    "one_sided_best": -8,
    "two_sided_best": -5,
}

# %% wrong="error_forecast" name="steps instead of exponents" says="not 10**k"
error_forecast = {
    "one_sided_factor": 10,
    "two_sided_factor": 100,
    "roundoff_factor": 100,
    "one_sided_best": 1e-8,
    "two_sided_best": 1e-5,
}

# %% wrong="error_forecast" name="ratios below one" says="a factor is greater than 1"
error_forecast = {
    "one_sided_factor": 0.1,
    "two_sided_factor": 0.01,
    "roundoff_factor": 100,
    "one_sided_best": -8,
    "two_sided_best": -5,
}

# %% wrong="error_forecast" name="a list" says="not a dictionary"
error_forecast = [10, 100, 100, -8, -5]


# %% right="forward_propagation" name="np.dot"
def forward_propagation(x, theta):
    return np.dot(theta, x)


# %% right="forward_propagation" name="a sum over one product"
def forward_propagation(x, theta):
    return sum(float(a) * float(b) for a, b in [(x, theta)])


# %% right="forward_propagation" name="an array with one element"
def forward_propagation(x, theta):
    J = np.array([x]) * theta
    return J


# %% wrong="forward_propagation" name="a sum" says="product of theta and x"
def forward_propagation(x, theta):
    return theta + x


# %% wrong="forward_propagation" name="returns nothing" says="is None"
def forward_propagation(x, theta):
    J = theta * x


# %% wrong="forward_propagation" name="a square" says="product of theta and x"
def forward_propagation(x, theta):
    return theta * x**2


# %% wrong="forward_propagation" name="the visible numbers only" says="" hidden="a table of the visible cases satisfies every visible check"
def forward_propagation(x, theta):
    return {(2, 4): 8, (-1.5, 3.0): -4.5, (-2.5, -3.0): 7.5}.get((x, theta), 0.0)


# %% wrong="forward_propagation" name="a list" says="is a list"
def forward_propagation(x, theta):
    return [theta * x]


# %% wrong="forward_propagation" name="loses a sign" says="a sign is lost"
def forward_propagation(x, theta):
    return x * abs(theta)


# %% right="backward_propagation" name="the argument itself"
def backward_propagation(x, theta):
    return x


# %% right="backward_propagation" name="a complex step"
def backward_propagation(x, theta):
    return np.imag((theta + 1e-20j) * x) / 1e-20


# %% right="backward_propagation" name="as an array"
def backward_propagation(x, theta):
    return np.asarray(x, dtype=np.float32).astype(float)


# %% wrong="backward_propagation" name="the derivative by x" says="with respect to theta"
def backward_propagation(x, theta):
    return theta


# %% wrong="backward_propagation" name="the cost instead of its derivative" says="with respect to theta"
def backward_propagation(x, theta):
    return theta * x


# %% wrong="backward_propagation" name="a constant" says="backward_propagation(-1.5, 3.0)"
def backward_propagation(x, theta):
    return 2


# %% wrong="backward_propagation" name="absolute value" says="sign"
def backward_propagation(x, theta):
    return abs(x)


# %% wrong="backward_propagation" name="J divided by theta" says="" hidden="it is right for every theta but 0, and the visible examples have none with 0"
def backward_propagation(x, theta):
    return forward_propagation(x, theta) / theta


# %% right="gradient_check" name="abs instead of norms, one line each"
def gradient_check(x, theta, epsilon=1e-7):
    approx = (
        (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon))
        / 2.0
        / epsilon
    )
    exact = backward_propagation(x, theta)
    return abs(exact - approx) / (abs(exact) + abs(approx))


# %% right="gradient_check" name="the well-known steps, with a verdict printed"
def gradient_check(x, theta, epsilon=1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print("The gradient is correct!")
    else:
        print("The gradient is wrong!")
    return difference


# %% right="gradient_check" name="vectors of length one"
def gradient_check(x, theta, epsilon=1e-7):
    J = [np.ravel(forward_propagation(x, theta + s * epsilon)) for s in (1, -1)]
    pair = np.concatenate([np.ravel(backward_propagation(x, theta)), (J[0] - J[1]) / (2 * epsilon)])
    return np.array([np.sqrt((pair[0] - pair[1]) ** 2) / np.sum(np.sqrt(pair**2))])


# %% wrong="gradient_check" name="one-sided" says="one-sided quotient"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta)) / epsilon
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / (abs(grad) + abs(gradapprox))


# %% wrong="gradient_check" name="2 epsilon missing" says="distance between them"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / epsilon
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / (abs(grad) + abs(gradapprox))


# %% wrong="gradient_check" name="absolute difference" says="sum of both sizes"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    return abs(backward_propagation(x, theta) - gradapprox)


# %% wrong="gradient_check" name="divides by one of the two" says="sum of both sizes"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / abs(gradapprox)


# %% wrong="gradient_check" name="no absolute values in the denominator" says="absolute value of both"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / max(abs(grad + gradapprox), 1e-12)


# %% wrong="gradient_check" name="writes the derivative a second time" says="call backward_propagation"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    return abs(x - gradapprox) / (abs(x) + abs(gradapprox))


# %% wrong="gradient_check" name="always content" says="call backward_propagation"
def gradient_check(x, theta, epsilon=1e-7):
    return 2.919335883291695e-10


# %% wrong="gradient_check" name="epsilon fixed" says="epsilon is not used"
def gradient_check(x, theta, epsilon=1e-7):
    h = 1e-7
    gradapprox = (forward_propagation(x, theta + h) - forward_propagation(x, theta - h)) / (2 * h)
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / (abs(grad) + abs(gradapprox))


# %% wrong="gradient_check" name="prints, returns nothing" says="is None"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    print(abs(grad - gradapprox) / (abs(grad) + abs(gradapprox)))


# %% wrong="gradient_check" name="returns a verdict" says="a verdict and not a number"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / (abs(grad) + abs(gradapprox)) < 1e-7


# %% wrong="gradient_check" name="epsilon added to the denominator" says="" hidden="with the default epsilon it changes the seventh digit; only a large epsilon shows it in a value"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / (abs(grad) + abs(gradapprox) + epsilon)


# %% wrong="gradient_check" name="rounded" says="not rounded"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return round(abs(grad - gradapprox) / (abs(grad) + abs(gradapprox)), 5)


# %% wrong="gradient_check" name="absolute value of one part only" says="absolute value of gradapprox"
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / (abs(grad) + gradapprox)


# %% wrong="gradient_check" name="another default" says="the default of epsilon is 1e-7"
def gradient_check(x, theta, epsilon=1e-5):
    gradapprox = (
        forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)
    ) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return abs(grad - gradapprox) / (abs(grad) + abs(gradapprox))


# %% right="numerical_gradient_n" name="a list comprehension over unit vectors"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    cost_at = lambda t: forward_propagation_n(X, Y, vector_to_dictionary(t))[0]
    steps = epsilon * np.eye(len(theta))
    return np.array(
        [
            [(cost_at(theta + e[:, None]) - cost_at(theta - e[:, None])) / (2 * epsilon)]
            for e in steps
        ]
    )


# %% right="numerical_gradient_n" name="one array, moved and put back"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    result = []
    for i in range(theta.size):
        kept = theta[i, 0]
        costs = []
        for value in (kept - epsilon, kept + epsilon):
            theta[i, 0] = value
            costs.append(forward_propagation_n(X, Y, vector_to_dictionary(theta))[0])
        theta[i, 0] = kept
        result.append([(costs[1] - costs[0]) / 2 / epsilon])
    return result


# %% right="numerical_gradient_n" name="the well-known loop with arrays of costs"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    parameters_values, _ = dictionary_to_vector(parameters)
    num_parameters = parameters_values.shape[0]
    J_plus = np.zeros((num_parameters, 1))
    J_minus = np.zeros((num_parameters, 1))
    gradapprox = np.zeros((num_parameters, 1))
    for i in range(num_parameters):
        thetaplus = np.copy(parameters_values)
        thetaplus[i][0] = thetaplus[i][0] + epsilon
        J_plus[i], _ = forward_propagation_n(X, Y, vector_to_dictionary(thetaplus))
        thetaminus = np.copy(parameters_values)
        thetaminus[i][0] = thetaminus[i][0] - epsilon
        J_minus[i], _ = forward_propagation_n(X, Y, vector_to_dictionary(thetaminus))
        gradapprox[i] = (J_plus[i] - J_minus[i]) / (2 * epsilon)
    return gradapprox


# %% right="numerical_gradient_n" name="with a network of its own"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    gradapprox = np.zeros((47, 1))
    row = 0
    for name in ["W1", "b1", "W2", "b2", "W3", "b3"]:
        for i in range(parameters[name].shape[0]):
            for j in range(parameters[name].shape[1]):
                J = {}
                for sign in (+1, -1):
                    p = {key: np.array(value) for key, value in parameters.items()}
                    p[name][i, j] += sign * epsilon
                    A2 = np.maximum(
                        p["W2"].dot(np.maximum(p["W1"].dot(X) + p["b1"], 0)) + p["b2"], 0
                    )
                    A3 = sigmoid(p["W3"].dot(A2) + p["b3"])
                    J[sign] = np.sum(-np.log(A3) * Y - np.log(1 - A3) * (1 - Y)) / X.shape[1]
                gradapprox[row] = (J[1] - J[-1]) / (2 * epsilon)
                row += 1
    return gradapprox


# %% wrong="numerical_gradient_n" name="theta is not copied" says="not copied"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    gradapprox = np.zeros(theta.shape)
    for i in range(theta.shape[0]):
        theta_plus = theta
        theta_plus[i] += epsilon
        J_plus, _ = forward_propagation_n(X, Y, vector_to_dictionary(theta_plus))
        theta_minus = theta
        theta_minus[i] -= epsilon
        J_minus, _ = forward_propagation_n(X, Y, vector_to_dictionary(theta_minus))
        gradapprox[i] = (J_plus - J_minus) / (2 * epsilon)
    return gradapprox


# %% wrong="numerical_gradient_n" name="one-sided" says="one-sided"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    gradapprox = np.zeros(theta.shape)
    J = forward_propagation_n(X, Y, parameters)[0]
    for i in range(theta.shape[0]):
        theta_plus = theta.copy()
        theta_plus[i] += epsilon
        gradapprox[i] = (
            forward_propagation_n(X, Y, vector_to_dictionary(theta_plus))[0] - J
        ) / epsilon
    return gradapprox


# %% wrong="numerical_gradient_n" name="divides by epsilon" says="2 times as large"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    cost_at = lambda t: forward_propagation_n(X, Y, vector_to_dictionary(t))[0]
    return np.array(
        [
            [(cost_at(theta + e[:, None]) - cost_at(theta - e[:, None])) / epsilon]
            for e in epsilon * np.eye(47)
        ]
    )


# %% wrong="numerical_gradient_n" name="moves all entries at once" says="last entry"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    cost_at = lambda t: forward_propagation_n(X, Y, vector_to_dictionary(t))[0]
    return np.full(
        theta.shape, (cost_at(theta + epsilon) - cost_at(theta - epsilon)) / (2 * epsilon)
    )


# %% wrong="numerical_gradient_n" name="a flat array" says="as a column"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    cost_at = lambda t: forward_propagation_n(X, Y, vector_to_dictionary(t))[0]
    return np.array(
        [
            (cost_at(theta + e[:, None]) - cost_at(theta - e[:, None])) / (2 * epsilon)
            for e in epsilon * np.eye(47)
        ]
    )


# %% wrong="numerical_gradient_n" name="epsilon fixed" says="epsilon is not used"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    cost_at = lambda t: forward_propagation_n(X, Y, vector_to_dictionary(t))[0]
    return np.array(
        [
            [(cost_at(theta + e[:, None]) - cost_at(theta - e[:, None])) / 2e-7]
            for e in 1e-7 * np.eye(47)
        ]
    )


# %% wrong="numerical_gradient_n" name="stops one row early" says="the loop ends too early"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    gradapprox = np.zeros(theta.shape)
    for i in range(theta.shape[0] - 1):
        theta_plus, theta_minus = theta.copy(), theta.copy()
        theta_plus[i] += epsilon
        theta_minus[i] -= epsilon
        J_plus = forward_propagation_n(X, Y, vector_to_dictionary(theta_plus))[0]
        J_minus = forward_propagation_n(X, Y, vector_to_dictionary(theta_minus))[0]
        gradapprox[i] = (J_plus - J_minus) / (2 * epsilon)
    return gradapprox


# %% wrong="numerical_gradient_n" name="starts one row late" says="does not reach every row"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    gradapprox = np.zeros(theta.shape)
    for i in range(1, theta.shape[0]):
        theta_plus, theta_minus = theta.copy(), theta.copy()
        theta_plus[i] += epsilon
        theta_minus[i] -= epsilon
        J_plus = forward_propagation_n(X, Y, vector_to_dictionary(theta_plus))[0]
        J_minus = forward_propagation_n(X, Y, vector_to_dictionary(theta_minus))[0]
        gradapprox[i] = (J_plus - J_minus) / (2 * epsilon)
    return gradapprox


# %% wrong="numerical_gradient_n" name="forgets that two things are returned" says="TypeError"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    gradapprox = np.zeros(theta.shape)
    for i in range(theta.shape[0]):
        theta_plus, theta_minus = theta.copy(), theta.copy()
        theta_plus[i] += epsilon
        theta_minus[i] -= epsilon
        J_plus = forward_propagation_n(X, Y, vector_to_dictionary(theta_plus))
        J_minus = forward_propagation_n(X, Y, vector_to_dictionary(theta_minus))
        gradapprox[i] = (J_plus - J_minus) / (2 * epsilon)
    return gradapprox


# %% wrong="numerical_gradient_n" name="changes the parameters of the caller" says="not the same after the call" elsewhere="a notebook goes on with the spoilt parameters; the engine gives every test those of the course"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    gradapprox = []
    for name in ("W1", "b1", "W2", "b2", "W3", "b3"):
        for index in np.ndindex(parameters[name].shape):
            parameters[name][index] += epsilon
            J_plus = forward_propagation_n(X, Y, parameters)[0]
            parameters[name][index] -= 2 * epsilon
            J_minus = forward_propagation_n(X, Y, parameters)[0]
            gradapprox.append([(J_plus - J_minus) / (2 * epsilon)])
    return np.array(gradapprox)


# %% wrong="numerical_gradient_n" name="moves the theta of the notebook" says="" hidden="theta of the cell above holds the same parameters as the visible check"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    gradapprox = np.zeros(theta.shape)
    for i in range(theta.shape[0]):
        theta_plus, theta_minus = theta.copy(), theta.copy()
        theta_plus[i] += epsilon
        theta_minus[i] -= epsilon
        J_plus = forward_propagation_n(X, Y, vector_to_dictionary(theta_plus))[0]
        J_minus = forward_propagation_n(X, Y, vector_to_dictionary(theta_minus))[0]
        gradapprox[i] = (J_plus - J_minus) / (2 * epsilon)
    return gradapprox


# %% wrong="numerical_gradient_n" name="another default" says="the default of epsilon is 1e-7"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-4):
    theta, _ = dictionary_to_vector(parameters)
    cost_at = lambda t: forward_propagation_n(X, Y, vector_to_dictionary(t))[0]
    return np.array(
        [
            [(cost_at(theta + e[:, None]) - cost_at(theta - e[:, None])) / (2 * epsilon)]
            for e in epsilon * np.eye(47)
        ]
    )


# %% wrong="numerical_gradient_n" name="a relative step" says="With epsilon = 0.5 the last entry"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    theta, _ = dictionary_to_vector(parameters)
    gradapprox = np.zeros(theta.shape)
    for i in range(theta.shape[0]):
        h = epsilon * abs(theta[i, 0])
        theta_plus, theta_minus = theta.copy(), theta.copy()
        theta_plus[i] += h
        theta_minus[i] -= h
        J_plus = forward_propagation_n(X, Y, vector_to_dictionary(theta_plus))[0]
        J_minus = forward_propagation_n(X, Y, vector_to_dictionary(theta_minus))[0]
        gradapprox[i] = (J_plus - J_minus) / (2 * h)
    return gradapprox


# %% right="gradient_check_n" name="the well-known function, self-contained, with a verdict printed"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    parameters_values, _ = dictionary_to_vector(parameters)
    grad = gradients_to_vector(gradients)
    num_parameters = parameters_values.shape[0]
    J_plus = np.zeros((num_parameters, 1))
    J_minus = np.zeros((num_parameters, 1))
    gradapprox = np.zeros((num_parameters, 1))
    for i in range(num_parameters):
        thetaplus = np.copy(parameters_values)
        thetaplus[i][0] = thetaplus[i][0] + epsilon
        J_plus[i], _ = forward_propagation_n(X, Y, vector_to_dictionary(thetaplus))
        thetaminus = np.copy(parameters_values)
        thetaminus[i][0] = thetaminus[i][0] - epsilon
        J_minus[i], _ = forward_propagation_n(X, Y, vector_to_dictionary(thetaminus))
        gradapprox[i] = (J_plus[i] - J_minus[i]) / (2 * epsilon)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference > 2e-7:
        print("There is a mistake in the backward propagation! difference = " + str(difference))
    else:
        print("Your backward propagation works perfectly fine! difference = " + str(difference))
    return difference


# %% right="gradient_check_n" name="sums of squares by einsum"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    a, b = (
        gradients_to_vector(gradients),
        np.asarray(numerical_gradient_n(parameters, X, Y, epsilon)),
    )
    size = lambda v: np.einsum("ij,ij->", v, v) ** 0.5
    return size(a - b) / (size(a) + size(b))


# %% right="gradient_check_n" name="plain Python loops"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(
        np.asarray(numerical_gradient_n(parameters, X, Y, epsilon=epsilon))
    )
    gap = first = second = 0.0
    for name, part in measured.items():
        for index in np.ndindex(part.shape):
            derived = gradients["d" + name][index]
            gap += (derived - part[index]) ** 2
            first += derived**2
            second += part[index] ** 2
    return float(gap**0.5 / (first**0.5 + second**0.5))


# %% wrong="gradient_check_n" name="no square root" says="square root"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    a, b = gradients_to_vector(gradients), numerical_gradient_n(parameters, X, Y, epsilon)
    return np.sum((a - b) ** 2) / (np.sum(a**2) + np.sum(b**2))


# %% wrong="gradient_check_n" name="sums of absolute values" says="square root"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    a, b = gradients_to_vector(gradients), numerical_gradient_n(parameters, X, Y, epsilon)
    return np.abs(a - b).sum() / (np.abs(a).sum() + np.abs(b).sum())


# %% wrong="gradient_check_n" name="norm of the difference alone" says="divide the norm"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    return np.linalg.norm(
        gradients_to_vector(gradients) - numerical_gradient_n(parameters, X, Y, epsilon)
    )


# %% wrong="gradient_check_n" name="norm of the sum in the denominator" says="over all 47 entries"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    a, b = gradients_to_vector(gradients), numerical_gradient_n(parameters, X, Y, epsilon)
    return np.linalg.norm(a - b) / np.linalg.norm(a + b)


# %% wrong="gradient_check_n" name="average over the parameters" says="parameter by parameter"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(numerical_gradient_n(parameters, X, Y, epsilon))
    parts = [
        np.linalg.norm(gradients["d" + k] - v)
        / (np.linalg.norm(gradients["d" + k]) + np.linalg.norm(v))
        for k, v in measured.items()
    ]
    return np.mean(parts)


# %% wrong="gradient_check_n" name="returns a verdict" says="a verdict and not a number"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    a, b = gradients_to_vector(gradients), numerical_gradient_n(parameters, X, Y, epsilon)
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)) > 2e-7


# %% wrong="gradient_check_n" name="prints, returns nothing" says="is None"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    a, b = gradients_to_vector(gradients), numerical_gradient_n(parameters, X, Y, epsilon)
    print(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


# %% wrong="gradient_check_n" name="epsilon is not passed on" says="pass epsilon on"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    a, b = gradients_to_vector(gradients), numerical_gradient_n(parameters, X, Y)
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


# %% wrong="gradient_check_n" name="measures the network of the notebook" says="" hidden="the visible check has the same network, so only another one shows that the arguments are not used"
def gradient_check_n(params, gradients, X_other, Y_other, epsilon=1e-7):
    a, b = (
        gradients_to_vector(gradients),
        np.asarray(numerical_gradient_n(parameters, X, Y, epsilon)),
    )
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


# %% wrong="gradient_check_n" name="changes the gradients that it is given" says="gradients is not the same after the call"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(np.asarray(numerical_gradient_n(parameters, X, Y, epsilon)))
    gap = first = second = 0
    for name, part in measured.items():
        derived = gradients["d" + name]
        first += np.sum(derived**2)
        second += np.sum(part**2)
        derived -= part
        gap += np.sum(derived**2)
    return np.sqrt(gap) / (np.sqrt(first) + np.sqrt(second))


# %% wrong="gradient_check_n" name="small differences become zero" says="not compared with a limit"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    a, b = (
        gradients_to_vector(gradients),
        np.asarray(numerical_gradient_n(parameters, X, Y, epsilon)),
    )
    difference = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))
    return difference if difference > 1e-2 else 0.0


# %% right="difference_by_parameter" name="rows picked by name"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    _, names = dictionary_to_vector(parameters)
    names = np.array(names)
    grad = gradients_to_vector(gradients)
    approx = np.asarray(numerical_gradient_n(parameters, X, Y, epsilon))
    result = {}
    for name in parameters:
        rows = names == name
        result[name] = np.linalg.norm(grad[rows] - approx[rows]) / (
            np.linalg.norm(grad[rows]) + np.linalg.norm(approx[rows])
        )
    return result


# %% right="difference_by_parameter" name="slices counted by hand"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    grad = gradients_to_vector(gradients).ravel()
    approx = np.ravel(numerical_gradient_n(parameters, X, Y, epsilon))
    cuts = {
        "W1": slice(0, 20),
        "b1": slice(20, 25),
        "W2": slice(25, 40),
        "b2": slice(40, 43),
        "W3": slice(43, 46),
        "b3": slice(46, 47),
    }
    size = lambda v: np.sqrt(np.sum(v * v))
    return {
        k: size(grad[s] - approx[s]) / (size(grad[s]) + size(approx[s])) for k, s in cuts.items()
    }


# %% right="difference_by_parameter" name="one parameter measured at a time"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    differences = dict.fromkeys(["b3", "W3", "b2", "W2", "b1", "W1"])
    for name in differences:
        approx = np.zeros_like(parameters[name])
        for index in np.ndindex(*approx.shape):
            ahead = {**parameters, name: parameters[name].copy()}
            behind = {**parameters, name: parameters[name].copy()}
            ahead[name][index] += epsilon
            behind[name][index] -= epsilon
            approx[index] = (
                forward_propagation_n(X, Y, ahead)[0] - forward_propagation_n(X, Y, behind)[0]
            ) / (2 * epsilon)
        exact = gradients["d" + name]
        differences[name] = np.linalg.norm(exact - approx) / (
            np.linalg.norm(exact) + np.linalg.norm(approx)
        )
    return differences


# %% wrong="difference_by_parameter" name="keys with a d" says="no d in front"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(numerical_gradient_n(parameters, X, Y, epsilon))
    size = np.linalg.norm
    return {
        "d" + k: size(gradients["d" + k] - v) / (size(gradients["d" + k]) + size(v))
        for k, v in measured.items()
    }


# %% wrong="difference_by_parameter" name="absolute differences" says="entry for W3"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(numerical_gradient_n(parameters, X, Y, epsilon))
    return {k: np.linalg.norm(gradients["d" + k] - v) for k, v in measured.items()}


# %% wrong="difference_by_parameter" name="relative to the whole gradient" says="these rows alone"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    column = numerical_gradient_n(parameters, X, Y, epsilon)
    whole = np.linalg.norm(column) + np.linalg.norm(gradients_to_vector(gradients))
    return {
        k: np.linalg.norm(gradients["d" + k] - v) / whole
        for k, v in vector_to_dictionary(column).items()
    }


# %% wrong="difference_by_parameter" name="relative to the measured part" says="both norms"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(numerical_gradient_n(parameters, X, Y, epsilon))
    return {
        k: np.linalg.norm(gradients["d" + k] - v) / np.linalg.norm(v) for k, v in measured.items()
    }


# %% wrong="difference_by_parameter" name="weights only" says="no entry"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(numerical_gradient_n(parameters, X, Y, epsilon))
    size = np.linalg.norm
    return {
        k: size(gradients["d" + k] - measured[k]) / (size(gradients["d" + k]) + size(measured[k]))
        for k in ("W1", "W2", "W3")
    }


# %% wrong="difference_by_parameter" name="stacked by columns" says="rows of different parameters"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    column = np.ravel(numerical_gradient_n(parameters, X, Y, epsilon))
    size, result, start = np.linalg.norm, {}, 0
    for name in ("W1", "b1", "W2", "b2", "W3", "b3"):
        grad = gradients["d" + name].ravel(order="F")
        part = column[start : start + grad.size]
        result[name] = size(grad - part) / (size(grad) + size(part))
        start += grad.size
    return result


# %% wrong="difference_by_parameter" name="measures the network of the notebook" says="" hidden="the visible check has the same network, so only another one shows that the arguments are not used"
def difference_by_parameter(params, gradients, X_other, Y_other, epsilon=1e-7):
    measured = vector_to_dictionary(np.asarray(numerical_gradient_n(parameters, X, Y, epsilon)))
    size = np.linalg.norm
    return {
        k: size(gradients["d" + k] - v) / (size(gradients["d" + k]) + size(v))
        for k, v in measured.items()
    }


# %% wrong="difference_by_parameter" name="sums of absolute values" says="Euclidean norms"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(np.asarray(numerical_gradient_n(parameters, X, Y, epsilon)))
    size = lambda a: np.abs(a).sum()
    return {
        k: size(gradients["d" + k] - v) / (size(gradients["d" + k]) + size(v))
        for k, v in measured.items()
    }


# %% wrong="difference_by_parameter" name="matrix norms" says="Euclidean norms"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(np.asarray(numerical_gradient_n(parameters, X, Y, epsilon)))
    size = lambda a: np.linalg.norm(a, 2)
    return {
        k: size(gradients["d" + k] - v) / (size(gradients["d" + k]) + size(v))
        for k, v in measured.items()
    }


# %% wrong="difference_by_parameter" name="epsilon is not passed on" says="epsilon is not passed on"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(np.asarray(numerical_gradient_n(parameters, X, Y)))
    size = np.linalg.norm
    return {
        k: size(gradients["d" + k] - v) / (size(gradients["d" + k]) + size(v))
        for k, v in measured.items()
    }


# %% wrong="gradient_check_n" name="another default" says="the default of epsilon is 1e-7"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-5):
    grad = gradients_to_vector(gradients)
    gradapprox = numerical_gradient_n(parameters, X, Y, epsilon)
    return np.linalg.norm(grad - gradapprox) / (np.linalg.norm(grad) + np.linalg.norm(gradapprox))


# %% wrong="gradient_check_n" name="writes into the parameters" says="parameters is not the same after the call"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    grad = gradients_to_vector(gradients)
    gradapprox = numerical_gradient_n({**parameters}, X, Y, epsilon)
    parameters["b3"] = parameters["b3"] + 1e-9  # round-off of a shift that was taken back
    return np.linalg.norm(grad - gradapprox) / (np.linalg.norm(grad) + np.linalg.norm(gradapprox))


# %% wrong="difference_by_parameter" name="another default" says="the default of epsilon is 1e-7"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-6):
    measured = vector_to_dictionary(numerical_gradient_n(parameters, X, Y, epsilon))
    differences = {}
    for name in measured:
        size = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(measured[name])
        differences[name] = np.linalg.norm(gradients["d" + name] - measured[name]) / size
    return differences


# %% wrong="difference_by_parameter" name="measures in place and leaves round-off" says="parameters is not the same after the call"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    differences = {}
    for name, value in parameters.items():
        measured = np.zeros(value.shape)
        for place in np.ndindex(value.shape):
            value[place] += epsilon
            up = forward_propagation_n(X, Y, parameters)[0]
            value[place] -= 2 * epsilon
            down = forward_propagation_n(X, Y, parameters)[0]
            value[place] += epsilon * (1 + 1e-9)
            measured[place] = (up - down) / (2 * epsilon)
        size = np.linalg.norm(gradients["d" + name]) + np.linalg.norm(measured)
        differences[name] = np.linalg.norm(gradients["d" + name] - measured) / size
    return differences


# %% wrong="difference_by_parameter" name="changes the gradients that it is given" says="gradients is not the same after the call"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    measured = vector_to_dictionary(np.asarray(numerical_gradient_n(parameters, X, Y, epsilon)))
    result = {}
    for name, part in measured.items():
        derived = gradients["d" + name]
        size = np.linalg.norm(derived) + np.linalg.norm(part)
        derived -= part
        result[name] = np.linalg.norm(derived) / size
    return result


# %% right="faulty_parameters" name="a tuple in the other order"
faulty_parameters = ("b1", "W2")

# %% right="faulty_parameters" name="a set of gradient names"
faulty_parameters = {"dW2", "db1"}

# %% right="faulty_parameters" name="computed"
faulty_parameters = [
    name
    for name, value in difference_by_parameter(parameters, gradients, X, Y).items()
    if value > 1e-3
]

# %% wrong="faulty_parameters" name="one of two" says="missing from your list"
faulty_parameters = ["W2"]

# %% wrong="faulty_parameters" name="everything with a difference above 1e-7" says="only the parameters with high bars"
faulty_parameters = ["W1", "b1", "W2", "b3"]

# %% wrong="faulty_parameters" name="the layer above" says="but its gradient agrees"
faulty_parameters = ["W3", "b2"]

# %% wrong="faulty_parameters" name="a single text" says="list of names"
faulty_parameters = "W2, b1"

# %% wrong="faulty_parameters" name="row numbers" says="not a parameter"
faulty_parameters = [20, 25]

# %% wrong="faulty_parameters" name="none" says="missing from your list"
faulty_parameters = []


# %% wrong="faulty_parameters" name="repairs the gradients and names none" says="missing from your list"
gradients["dW2"] = gradients["dW2"] / 2
gradients["db1"] = gradients["db1"] / 4
faulty_parameters = []


# %% right="backward_propagation_n_repaired" name="the whole function again"
def backward_propagation_n_repaired(X, Y, cache):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T)
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {
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


# %% right="backward_propagation_n_repaired" name="corrects the factors of the given one"
def backward_propagation_n_repaired(X, Y, cache):
    gradients = dict(backward_propagation_n(X, Y, cache))
    gradients["dW2"] = gradients["dW2"] / 2
    gradients["db1"] = gradients["db1"] / 4
    return gradients


# %% right="backward_propagation_n_repaired" name="einsum over layers, only the six gradients"
def backward_propagation_n_repaired(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    delta, out = A3 - Y, {}
    for layer, (before, W, Z) in {3: (A2, W3, Z2), 2: (A1, W2, Z1), 1: (X, W1, None)}.items():
        out[f"dW{layer}"] = np.einsum("im,jm->ij", delta, before) / Y.size
        out[f"db{layer}"] = delta.mean(axis=1).reshape(-1, 1)
        if Z is not None:
            delta = np.einsum("ji,jm->im", W, delta) * np.heaviside(Z, 0)
    return out


# %% right="backward_propagation_n_repaired" name="loop over examples in float32"
def backward_propagation_n_repaired(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = [
        np.asarray(a, dtype=np.float32) for a in cache
    ]
    m = X.shape[1]
    out = {"dW1": 0, "db1": 0, "dW2": 0, "db2": 0, "dW3": 0, "db3": 0}
    for j in range(m):
        d3 = A3[:, [j]] - Y[:, [j]].astype(np.float32)
        d2 = (W3.T @ d3) * (Z2[:, [j]] > 0)
        d1 = (W2.T @ d2) * (Z1[:, [j]] > 0)
        for layer, d, a in (
            (3, d3, A2[:, [j]]),
            (2, d2, A1[:, [j]]),
            (1, d1, X[:, [j]].astype(np.float32)),
        ):
            out[f"dW{layer}"] = out[f"dW{layer}"] + d @ a.T / np.float32(m)
            out[f"db{layer}"] = out[f"db{layer}"] + d / np.float32(m)
    return out


# %% wrong="backward_propagation_n_repaired" name="unchanged" says="dW2 is 2 times"
def backward_propagation_n_repaired(X, Y, cache):
    return backward_propagation_n(X, Y, cache)


# %% wrong="backward_propagation_n_repaired" name="only dW2 mended" says="db1 is 4 times"
def backward_propagation_n_repaired(X, Y, cache):
    gradients = backward_propagation_n(X, Y, cache)
    gradients["dW2"] = gradients["dW2"] / 2
    return gradients


# %% wrong="backward_propagation_n_repaired" name="only db1 mended" says="dW2 is 2 times"
def backward_propagation_n_repaired(X, Y, cache):
    gradients = backward_propagation_n(X, Y, cache)
    gradients["db1"] = gradients["db1"] / 4
    return gradients


# %% wrong="backward_propagation_n_repaired" name="db1 without the average over m" says="averages over the m examples"
def backward_propagation_n_repaired(X, Y, cache):
    gradients = backward_propagation_n(X, Y, cache)
    gradients["dW2"] = gradients["dW2"] / 2
    gradients["db1"] = np.sum(gradients["dZ1"], axis=1, keepdims=True)
    return gradients


# %% wrong="backward_propagation_n_repaired" name="db1 without keepdims" says="keepdims"
def backward_propagation_n_repaired(X, Y, cache):
    gradients = backward_propagation_n(X, Y, cache)
    gradients["dW2"] = gradients["dW2"] / 2
    gradients["db1"] = np.sum(gradients["dZ1"], axis=1) / X.shape[1]
    return gradients


# %% wrong="backward_propagation_n_repaired" name="made right for three examples" says="With two examples only"
def backward_propagation_n_repaired(X, Y, cache):
    gradients = backward_propagation_n(X, Y, cache)
    gradients["dW2"] = gradients["dZ2"] @ cache[1].T / 3
    gradients["db1"] = np.sum(gradients["dZ1"], axis=1, keepdims=True) / 3
    return gradients


# %% wrong="backward_propagation_n_repaired" name="forgets to return" says="is None"
def backward_propagation_n_repaired(X, Y, cache):
    gradients = backward_propagation_n(X, Y, cache)
    gradients["dW2"] /= 2
    gradients["db1"] /= 4


# %% wrong="backward_propagation_n_repaired" name="changes the gradients that lie in the notebook" says="With two examples only"
def backward_propagation_n_repaired(X, Y, cache):
    repaired = dict(gradients)
    repaired["dW2"] = gradients["dW2"] / 2
    repaired["db1"] = gradients["db1"] / 4
    return repaired


# %% wrong="backward_propagation_n_repaired" name="no relu mask in the first layer" says="in a dZ or dA"
def backward_propagation_n_repaired(X, Y, cache):
    g = backward_propagation_n(X, Y, cache)
    g["dW2"], dZ1 = g["dW2"] / 2, g["dA1"]
    g["dW1"], g["db1"] = dZ1 @ X.T / X.shape[1], dZ1.mean(axis=1, keepdims=True)
    return g


# %% wrong="backward_propagation_n_repaired" name="measures the network of the notebook" says="" hidden="the visible check has the same parameters; only others show that they do not come from the cache"
def backward_propagation_n_repaired(X, Y, cache):
    measured = vector_to_dictionary(np.asarray(numerical_gradient_n(parameters, X, Y, 1e-5)))
    return {"d" + name: value for name, value in measured.items()}


# %% wrong="backward_propagation_n_repaired" name="uses an m that is not there" says="the name 'm' does not exist"
def backward_propagation_n_repaired(X, Y, cache):
    repaired = backward_propagation_n(X, Y, cache)
    repaired["dW2"] = repaired["dZ2"] @ cache[1].T / m
    repaired["db1"] = np.sum(repaired["dZ1"], axis=1, keepdims=True) / m
    return repaired


# %% wrong="backward_propagation_n_repaired" name="changes the cache" says="cache is not the same after the call"
def backward_propagation_n_repaired(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    repaired = backward_propagation_n(X, Y, cache)
    repaired["dW2"], repaired["db1"] = repaired["dW2"] / 2, repaired["db1"] / 4
    A3 -= Y
    return repaired


# %% right="forward_passes" name="a loop"
def forward_passes(layer_dims):
    total = 0
    for l in range(1, len(layer_dims)):
        total += layer_dims[l] * layer_dims[l - 1] + layer_dims[l]
    return 2 * total


# %% right="forward_passes" name="dot products"
def forward_passes(layer_dims):
    d = np.array(layer_dims)
    return 2.0 * (d[1:] @ (d[:-1] + 1))


# %% right="forward_passes" name="arrays counted"
def forward_passes(layer_dims):
    return sum(2 * np.ones((b, a + 1)).size for a, b in zip(layer_dims, layer_dims[1:]))


# %% wrong="forward_passes" name="no biases" says="every bias"
def forward_passes(layer_dims):
    return 2 * sum(a * b for a, b in zip(layer_dims, layer_dims[1:]))


# %% wrong="forward_passes" name="one pass per parameter" says="needs two passes"
def forward_passes(layer_dims):
    return sum((a + 1) * b for a, b in zip(layer_dims, layer_dims[1:]))


# %% wrong="forward_passes" name="counts units" says="47 parameters"
def forward_passes(layer_dims):
    return 2 * sum(layer_dims)


# %% wrong="forward_passes" name="one shared pass without a step" says="two passes"
def forward_passes(layer_dims):
    return sum((a + 1) * b for a, b in zip(layer_dims, layer_dims[1:])) + 1


# %% wrong="forward_passes" name="first and last layer only" says="47 parameters"
def forward_passes(layer_dims):
    return 2 * (layer_dims[0] + 1) * layer_dims[-1]


# %% wrong="forward_passes" name="one bias at the output" says="" hidden="both visible networks have one output unit"
def forward_passes(layer_dims):
    weights = sum(a * b for a, b in zip(layer_dims, layer_dims[1:]))
    return 2 * (weights + sum(layer_dims[1:-1]) + 1)


# %% wrong="forward_passes" name="uses up the list" says="layer_dims is not the same after the call"
def forward_passes(layer_dims):
    total, before = 0, layer_dims.pop(0)
    while layer_dims:
        after = layer_dims.pop(0)
        total += (before + 1) * after
        before = after
    return 2 * total


# %% survives="error_forecast" why="A factor may be off by a factor of 2, and an exponent by 1: the statement says so."
# "one_sided_factor": 9,  # truncation error proportional to epsilon
# "one_sided_factor": 11,  # truncation error proportional to epsilon
# "two_sided_factor": 99,  # the terms with epsilon**2 cancel in the numerator: proportional to epsilon**2
# "two_sided_factor": 101,  # the terms with epsilon**2 cancel in the numerator: proportional to epsilon**2
# "roundoff_factor": 99,  # u / epsilon
# "roundoff_factor": 101,  # u / epsilon
# "one_sided_best": -9,  # epsilon = sqrt(u)
# "one_sided_best": -7,  # epsilon = sqrt(u)
# "two_sided_best": -4,  # epsilon = u**(1/3), about 5e-6
# "two_sided_best": -6,  # epsilon = u**(1/3), about 5e-6

# %% near="test_difference_quotients" why="An answer that is rounded to two digits is off by up to 0.005, and by nearly nothing where the true value is round; it fails one of the other inputs."
