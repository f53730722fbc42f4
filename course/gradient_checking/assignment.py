# %% [markdown]
# # Gradient Checking
#
# In January 1982 the stock exchange of Vancouver started an index at 1000.000. Twenty-two months later it stood near 520,
# although its stocks had not lost half of their value. No program had crashed. After every trade the new value of the index
# had been cut off after three decimals instead of rounded. Each cut took less than 0.001, but there were very many of them.
# Computed again with rounding, the index was 1098.892 (Quinn, 1983; Lilley, 1983).
#
# A wrong gradient is an error of the same family. Nothing crashes, no message appears, and the cost may fall all the same.
# This notebook builds the measuring instrument that finds such an error: it compares the gradient that you derived with one that
# you measure. Then it uses the instrument on a network that has two errors in it.
#
# **After this notebook you can**
#
# * measure a derivative with one-sided and two-sided differences, and predict how the error depends on the step;
# * check the gradient of a network with one function call, and read the result against the step that you chose;
# * locate a wrong gradient and repair it;
# * say when a gradient check misleads, and what it costs.
#
# **Plan:** about 100 minutes, 100 points: 92 by tests and 8 for a text that a person reads.
#
# **You need** basic Python with NumPy, derivatives and Taylor's formula, the norm of a vector, and the forward and backward pass of a small network.
#
# ## Set-up
#
# Run this cell first. `checks` holds the helpers of the check cells; `progress` remembers which of your exercises pass, until you run this cell again.

# %% setup="setup"
import time

import numpy as np

from utils import checks, plotting
from utils.gc_utils import (
    dictionary_to_vector,
    gradients_to_vector,
    relu,
    sigmoid,
    vector_to_dictionary,
)

progress = checks.Progress()

# %% [markdown] locked="difference_quotients_statement"
# ## 1 Measure a derivative
#
# The derivative of $J$ at $\theta$ is the limit of a quotient:
#
# $$\frac{dJ}{d\theta} = \lim_{\varepsilon \to 0} \frac{J(\theta + \varepsilon) - J(\theta)}{\varepsilon}$$
#
# A computer cannot take the limit, but it can stop at a small $\varepsilon$. There are two common ways to do so:
#
# $$\text{one-sided:}\quad \frac{J(\theta + \varepsilon) - J(\theta)}{\varepsilon}
# \qquad\qquad
# \text{two-sided:}\quad \frac{J(\theta + \varepsilon) - J(\theta - \varepsilon)}{2\varepsilon}$$
#
# Both need two evaluations of $J$ and nothing else: no formula of the derivative, no chain rule. This is why they can test a
# derivative that somebody derived by hand.
#
# ### Exercise 1: both quotients (8 points)
#
# Write `difference_quotients(J, theta, epsilon)`. `J` is a function of one number.
#
# 1. Compute the one-sided quotient.
# 2. Compute the two-sided quotient.
# 3. Return both, in this order.
#
# <details><summary>Hint</summary>
#
# For $J(\theta) = \theta^2$, $\theta = 3$ and $\varepsilon = 0.1$ you can do it by hand: $J(3.1) = 9.61$ and $J(2.9) = 8.41$.
#
# </details>


# %% solution="difference_quotients"
def difference_quotients(J, theta, epsilon):
    """Measure the derivative of J at theta in two ways.

    Parameters
    ----------
    J : function of a float that returns a float
    theta : float
    epsilon : float
        The step, greater than zero.

    Returns
    -------
    one_sided, two_sided : float
    """
    ### BEGIN SOLUTION
    one_sided = (J(theta + epsilon) - J(theta)) / epsilon
    two_sided = (J(theta + epsilon) - J(theta - epsilon)) / (2 * epsilon)
    return one_sided, two_sided
    ### END SOLUTION


# %% [markdown]
# The next cell wraps your function for the check, which works with plain numbers. You can run it as it is.


# %% adapter="quotients_of_power" needs="difference_quotients"
def quotients_of_power(power, theta, epsilon):
    """Call difference_quotients for J(theta) = theta ** power.

    Returns
    -------
    list of two floats: one-sided, two-sided
    """
    quotients = difference_quotients(lambda t: t**power, theta, epsilon)
    parts = quotients if isinstance(quotients, (tuple, list)) else [quotients]
    return (
        None if quotients is None else np.concatenate([np.ravel(part) for part in parts]).tolist()
    )


# %% test="test_difference_quotients" points=8
with progress.exercise(
    "difference_quotients", hidden_tests="other powers, negative theta and other epsilon"
):
    quotients = quotients_of_power(2, 3.0, 0.1)
    checks.shape(
        quotients,
        (2,),
        "What difference_quotients returns",
        "it returns two numbers, one-sided and two-sided.",
    )
    checks.property(
        not np.allclose(quotients, [6.0, 6.1]),
        "The two quotients come in the wrong order.",
        "return the one-sided quotient first.",
    )
    checks.close(
        quotients[0],
        6.1,
        "The one-sided quotient of theta ** 2 at 3 with epsilon 0.1",
        "J(3.1) = 9.61 and J(3) = 9.",
    )
    checks.close(
        quotients[1],
        6.0,
        "The two-sided quotient of theta ** 2 at 3 with epsilon 0.1",
        "J(3.1) = 9.61 and J(2.9) = 8.41, and these two points are 2 epsilon apart.",
    )
    checks.close(
        quotients_of_power(3, -1.0, 0.5),
        [1.75, 3.25],
        "The list of both quotients of theta ** 3 at -1 with epsilon 0.5",
        "J(-0.5) = -0.125, J(-1) = -1, J(-1.5) = -3.375: J has to be called, with theta and epsilon.",
    )
### BEGIN HIDDEN TESTS
quotient_rng = checks.rng(1)
for theta_q, epsilon_q in zip(
    quotient_rng.uniform(-3, 3, 3), quotient_rng.uniform(0.05, 0.5, 3), strict=True
):
    for power_q, slope_q, extra_q in (
        (3, 3 * theta_q**2, (3 * theta_q * epsilon_q + epsilon_q**2, epsilon_q**2)),
        (1, 1.0, (0.0, 0.0)),
        (2, 2 * theta_q, (epsilon_q, 0.0)),
    ):
        quotients = quotients_of_power(power_q, float(theta_q), float(epsilon_q))
        checks.close(quotients[0], slope_q + extra_q[0], "one-sided", atol=1e-5)
        checks.close(quotients[1], slope_q + extra_q[1], "two-sided", atol=1e-5)
### END HIDDEN TESTS

# %% [markdown] locked="error_forecast_statement"
# ### How wrong is a quotient?
#
# Two errors work against each other.
#
# **Truncation.** Taylor's theorem around $\theta$ says
#
# $$J(\theta \pm \varepsilon) = J(\theta) \pm \varepsilon J'(\theta) + \frac{\varepsilon^2}{2} J''(\theta) \pm \frac{\varepsilon^3}{6} J'''(\theta) + \dots$$
#
# Put this into both quotients and see which terms cancel. The one-sided quotient, for example, becomes
# $J'(\theta) + \frac{\varepsilon}{2} J''(\theta) + \dots$: everything after $J'(\theta)$ is the truncation error, and it shrinks with $\varepsilon$.
#
# **Round-off.** A float64 stores about 16 significant digits: its relative error is up to $u = 2^{-53} \approx 1.1 \cdot 10^{-16}$.
# Each value of $J$ is therefore wrong by about $u \, |J|$, and the quotient divides this error by $\varepsilon$.
# Round-off *grows* when $\varepsilon$ shrinks.
#
# ### Exercise 2: forecast the error, then measure it (12 points)
#
# Take $J(\theta) = e^\theta$. **Before you draw the figure below**, work out on paper what it will show, and store your
# forecast in a dictionary `error_forecast` with these five entries:
#
# | key | the question |
# |---|---|
# | `"one_sided_factor"` | $\varepsilon$ goes from $10^{-2}$ to $10^{-3}$: the error of the one-sided quotient becomes smaller by which factor? |
# | `"two_sided_factor"` | the same for the two-sided quotient |
# | `"roundoff_factor"` | $\varepsilon$ goes from $10^{-11}$ to $10^{-13}$: the error of either quotient becomes *larger* by about which factor? |
# | `"one_sided_best"` | for which $k$ is $\varepsilon = 10^{k}$ about the best step of the one-sided quotient? (a whole number) |
# | `"two_sided_best"` | the same for the two-sided quotient |
#
# The check measures the errors and compares. The factors may be off by a factor of 2, the exponents by 1.
# When a forecast fails, find out why before you change it: that is the exercise.
#
# <details><summary>Hint</summary>
#
# Write the whole error as truncation plus round-off: one-sided $\approx c_1 \varepsilon + u / \varepsilon$ and two-sided
# $\approx c_2 \varepsilon^2 + u / \varepsilon$, with constants that are neither large nor small. The best step is where the two parts are about equal.
#
# </details>

# %% solution="error_forecast"
### BEGIN SOLUTION
error_forecast = {
    "one_sided_factor": 10,  # truncation error proportional to epsilon
    "two_sided_factor": 100,  # the terms with epsilon**2 cancel in the numerator: proportional to epsilon**2
    "roundoff_factor": 100,  # u / epsilon
    "one_sided_best": -8,  # epsilon = sqrt(u)
    "two_sided_best": -5,  # epsilon = u**(1/3), about 5e-6
}
### END SOLUTION

# %% [markdown]
# Now draw what you forecast. The error is relative and averaged (root mean square) over 50 values of $\theta$ between 0 and 1,
# because the round-off at a single point jumps up and down.

# %% tags=["figure"] needs="difference_quotients"
exponents = np.arange(-1, -14, -1)
thetas = np.linspace(0, 1, 50)
errors = np.zeros((len(exponents), len(thetas), 2))  # of the two quotients
for i, k in enumerate(exponents):
    for j, theta_j in enumerate(thetas):
        for way, quotient in enumerate(difference_quotients(np.exp, theta_j, 10.0**k)):
            errors[i, j, way] = checks.number(quotient, "a quotient") / np.exp(theta_j) - 1
rms = np.sqrt(np.mean(errors**2, axis=1))  # shape (13, 2): one row per epsilon
ax = plotting.lines(
    10.0**exponents,
    {"one-sided": rms[:, 0], "two-sided": rms[:, 1]},
    title="Error of a measured derivative of exp",
    xlabel="step epsilon",
    ylabel="relative error (root mean square)",
    log=True,
)
ax.axvline(1e-7, color="0.4", linestyle=":", linewidth=1.2)
_ = ax.text(1.2e-7, 1e-2, "1e-7", color="0.3")

# %% [markdown]
# Read the figure from right to left. On the right both errors fall along straight lines, and the two-sided line is twice as steep.
# Then each line reaches its lowest point and turns: from there on round-off rules, and a smaller step makes the result *worse*.
# On the far left the two methods are about equally bad. The dotted line marks $\varepsilon = 10^{-7}$, a usual default. For the
# two-sided quotient it lies to the left of the lowest point, in the region of round-off. Keep this in mind for section 3.

# %% test="test_error_forecast" points=12
with progress.exercise("error_forecast"):
    factors = ["one_sided_factor", "two_sided_factor", "roundoff_factor"]
    best_steps = ["one_sided_best", "two_sided_best"]
    checks.keys(
        error_forecast, factors + best_steps, "error_forecast", "the table lists five keys."
    )
    forecast = {key: checks.number(error_forecast[key], key) for key in factors + best_steps}

    at = np.linspace(0, 1, 200)
    error = {}  # error[quotient, k] is measured with epsilon = 10**k
    for k in range(-13, 0):
        ahead, here, behind = np.exp(at + 10.0**k), np.exp(at), np.exp(at - 10.0**k)
        error["one_sided", k] = np.linalg.norm((ahead - here) / 10.0**k / here - 1)
        error["two_sided", k] = np.linalg.norm((ahead - behind) / (2 * 10.0**k) / here - 1)
    measured = {
        "one_sided_factor": error["one_sided", -2] / error["one_sided", -3],
        "two_sided_factor": error["two_sided", -2] / error["two_sided", -3],
        "roundoff_factor": error["two_sided", -13] / error["two_sided", -11],
        "one_sided_best": min(range(-13, 0), key=lambda k: error["one_sided", k]),
        "two_sided_best": min(range(-13, 0), key=lambda k: error["two_sided", k]),
    }
    causes = {
        "one_sided_factor": "look for the first term of Taylor's formula that stays.",
        "two_sided_factor": "subtract the formulas for + and -; the even terms cancel.",
        "roundoff_factor": "round-off is u / epsilon; how far does epsilon move?",
        "one_sided_best": "truncation and round-off are equal there; solve for epsilon.",
        "two_sided_best": "truncation and round-off are equal there; solve for epsilon.",
    }
    for key in factors + best_steps:
        mine, direction = forecast[key], "larger" if measured[key] > forecast[key] else "smaller"
        if key in factors:
            sense = mine > 1, f"{key} is {mine:g}.", "a factor is greater than 1; write 1/5 as 5."
            near = measured[key] / 2.1 <= mine <= measured[key] * 2.1
        else:
            sense = (
                mine in range(-20, 0),
                f"{key} is {mine:g}.",
                "give k, a whole number, not 10**k.",
            )
            near = abs(mine - measured[key]) <= 1
        checks.property(*sense)
        checks.property(near, f"{key} is {mine:g}; what is measured is {direction}.", causes[key])

# %% [markdown] locked="forward_propagation_statement"
# ## 2 Check a gradient in one dimension
#
# We start with the smallest model there is, $J(\theta) = \theta x$, one parameter and no bias. What you build for it
# carries over to a network unchanged.
#
# ### Exercise 3: the forward pass (4 points)
#
# Write `forward_propagation(x, theta)`, which returns $J(\theta) = \theta x$.


# %% solution="forward_propagation"
def forward_propagation(x, theta):
    """Compute J(theta) = theta * x.

    Parameters
    ----------
    x : float
        The input.
    theta : float
        The parameter.

    Returns
    -------
    J : float
    """
    ### BEGIN SOLUTION
    J = theta * x
    return J
    ### END SOLUTION


# %% test="test_forward_propagation" points=4
with progress.exercise("forward_propagation", hidden_tests="other numbers, also zero"):
    checks.close(
        forward_propagation(2, 4),
        8,
        "forward_propagation(2, 4)",
        "J is the product of theta and x.",
    )
    checks.close(
        forward_propagation(-1.5, 3.0),
        -4.5,
        "forward_propagation(-1.5, 3.0)",
        "a sign is lost, or theta + x is computed.",
    )
    checks.close(
        forward_propagation(-2.5, -3.0), 7.5, "forward_propagation(-2.5, -3.0)", "a sign is lost."
    )
### BEGIN HIDDEN TESTS
for x_f, theta_f in [(0.0, 7.0), (3.0, 0.0), *checks.rng(3).normal(size=(2, 2))]:
    checks.close(forward_propagation(float(x_f), float(theta_f)), float(theta_f * x_f), "J")
### END HIDDEN TESTS

# %% [markdown] locked="backward_propagation_statement"
# ### Exercise 4: the derivative, derived (4 points)
#
# Write `backward_propagation(x, theta)`, which returns $dJ/d\theta$. Derive it on paper from $J(\theta) = \theta x$.


# %% solution="backward_propagation"
def backward_propagation(x, theta):
    """Compute the derivative of J with respect to theta.

    Parameters
    ----------
    x : float
        The input.
    theta : float
        The parameter.

    Returns
    -------
    dtheta : float
    """
    ### BEGIN SOLUTION
    dtheta = x
    return dtheta
    ### END SOLUTION


# %% test="test_backward_propagation" points=4
with progress.exercise("backward_propagation", hidden_tests="other numbers, also zero"):
    checks.close(
        backward_propagation(2, 4),
        2,
        "backward_propagation(2, 4)",
        "the derivative is taken with respect to theta; x is a constant.",
    )
    checks.close(
        backward_propagation(-1.5, 3.0), -1.5, "backward_propagation(-1.5, 3.0)", "a sign is lost."
    )
    checks.close(
        backward_propagation(2.5, -3.0), 2.5, "backward_propagation(2.5, -3.0)", "a sign is lost."
    )
### BEGIN HIDDEN TESTS
for x_b, theta_b in [(0.0, 7.0), (3.0, 0.0), *checks.rng(4).normal(size=(2, 2))]:
    checks.close(backward_propagation(float(x_b), float(theta_b)), float(x_b), "dtheta")
### END HIDDEN TESTS

# %% [markdown] locked="gradient_check_statement"
# ### From two numbers to a verdict
#
# Let $\text{grad}$ be the derived and $\text{gradapprox}$ the measured derivative. Their plain difference says little:
# 0.001 is a lot when the derivative is 0.002 and nothing when it is 5000. So we divide by their size:
#
# $$\text{difference} = \frac{\lVert \text{grad} - \text{gradapprox} \rVert_2}{\lVert \text{grad} \rVert_2 + \lVert \text{gradapprox} \rVert_2}$$
#
# For single numbers the norm is the absolute value. The result lies between 0 (the same) and 1 (opposite signs, or one of
# them zero). If both are zero the quotient is not defined; no check here uses that case.
#
# ### Exercise 5: the check in one dimension (12 points)
#
# Write `gradient_check(x, theta, epsilon=1e-7)`.
#
# 1. Measure `gradapprox` with the two-sided quotient; $J$ is your `forward_propagation`.
# 2. Call your `backward_propagation` for `grad`. Do not write its formula a second time: the check has to see the code that it judges.
# 3. Return the relative difference of the formula above, as a number. Printing a verdict is up to you.


# %% solution="gradient_check"
def gradient_check(x, theta, epsilon=1e-7):
    """Compare backward_propagation with a two-sided difference of forward_propagation.

    Parameters
    ----------
    x : float
        The input.
    theta : float
        The parameter.
    epsilon : float
        The step of the two-sided difference.

    Returns
    -------
    difference : float
        The relative difference, between 0 and 1.
    """
    ### BEGIN SOLUTION
    J_plus = forward_propagation(x, theta + epsilon)
    J_minus = forward_propagation(x, theta - epsilon)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    return numerator / denominator
    ### END SOLUTION


# %% adapter="check_on_power" needs="gradient_check"
# Run this cell as it is. It tests your check with gradients that are wrong on purpose: for a moment it
# puts J = x * theta ** power in the place of forward_propagation, and its derivative times a factor in
# the place of backward_propagation. With the factor 1 the gradient is right; any other factor your
# check has to notice.


def check_on_power(power, factor, x, theta, epsilon=1e-7):
    """Call gradient_check on J = x * theta ** power, with its derivative multiplied by factor.

    Returns
    -------
    float
        What gradient_check returns.
    """
    global forward_propagation, backward_propagation
    kept = forward_propagation, backward_propagation
    try:
        forward_propagation = lambda x, theta: x * theta**power
        backward_propagation = lambda x, theta: factor * power * x * theta ** (power - 1)
        return gradient_check(x, theta, epsilon)
    finally:
        forward_propagation, backward_propagation = kept


# %% test="test_gradient_check" points=12 needs="forward_propagation backward_propagation"
with progress.exercise(
    "gradient_check",
    hidden_tests="other functions, wrong gradients of other sizes and other epsilon",
    needs="forward_propagation backward_propagation",
):
    difference = checks.number(gradient_check(2, 4), "gradient_check(2, 4)")
    checks.property(
        difference == checks.number(gradient_check(2, 4, 1e-7), "gradient_check(2, 4, 1e-7)"),
        "gradient_check(2, 4) differs from gradient_check(2, 4, epsilon=1e-7).",
        "the default of epsilon is 1e-7.",
    )
    checks.property(
        difference >= 0,
        f"gradient_check(2, 4) is {difference:.3g}, a negative number.",
        "take the absolute value, or the norm, of the numerator.",
    )
    checks.property(
        difference < 1e-7,
        f"gradient_check(2, 4) is {difference:.3g}, although right passes agree to better than 1e-7.",
        "look at gradapprox: theta + epsilon, theta - epsilon, the distance between them, brackets.",
    )
    checks.close(
        check_on_power(1, 3.0, 2.0, 4.0),
        0.5,
        "The difference for a gradient that is three times too large, |3 - 1| / (3 + 1) by hand,",
        "call backward_propagation in the check, and divide by the sum of both sizes.",
        atol=1e-6,
    )
    checks.close(
        check_on_power(1, -1.0, 2.0, 4.0),
        1.0,
        "The difference for a gradient of the wrong sign, by hand 2 / (1 + 1),",
        "take the absolute value of both parts of the denominator before you add them.",
        atol=1e-6,
    )
    checks.close(
        check_on_power(2, 3.0, 2.0, -4.0),
        0.5,
        "The difference for J = x theta ** 2 at a negative theta and a gradient three times too large",
        "take the absolute value of gradapprox, not of theta.",
        atol=1e-6,
    )
    checks.close(
        check_on_power(1, 1 + 2.6e-6, 2.0, 4.0, 0.1),
        1.3e-6,
        "The difference for a gradient that is off by 2.6 in a million, 1.3e-6 by hand,",
        "return the difference as it is, not rounded and not compared with a limit.",
        rtol=0.1,
        atol=0,
    )
    checks.property(
        checks.number(check_on_power(2, 1.0, 2.0, 4.0, 0.1), "The difference for a parabola")
        < 1e-9,
        "For a parabola the two-sided quotient is exact for any epsilon, but your check sees a "
        "difference at epsilon = 0.1.",
        "a one-sided quotient, a missing 2 in the denominator, or forward_propagation is not called.",
    )
    checks.property(
        checks.number(check_on_power(3, 1.0, 2.0, 1.0, 0.1), "The difference for a cubic") > 1e-3,
        "For a cubic and epsilon = 0.1 the two-sided quotient is 6.02 instead of 6, but your check "
        "does not see it.",
        "the argument epsilon is not used.",
    )
### BEGIN HIDDEN TESTS
check_rng = checks.rng(5)
for power_c, factors_c in ((1, (0.5, 0.0)), (2, (1.0, -2.0)), (3, (1.0, 1.1)), (4, (1.0, 0.5))):
    for factor_c in factors_c:
        x_c, theta_c, epsilon_c = (
            check_rng.uniform(-2, -0.5),
            check_rng.uniform(0.5, 2),
            check_rng.uniform(0.05, 0.2),
        )
        slope_c = power_c * x_c * theta_c ** (power_c - 1)
        extra_c = {1: 0.0, 2: 0.0, 3: epsilon_c**2, 4: 4 * theta_c * epsilon_c**2}[power_c] * x_c
        oracle_c = abs(factor_c * slope_c - slope_c - extra_c) / (
            abs(factor_c * slope_c) + abs(slope_c + extra_c)
        )
        got_c = check_on_power(power_c, factor_c, float(x_c), float(theta_c), float(epsilon_c))
        checks.close(got_c, oracle_c, "difference", rtol=1e-4, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# ## 3 Check a network
#
# The network has four inputs, hidden layers of five and three units, and one output:
#
# $$Z^{[1]} = W_1 X + b_1,\quad A^{[1]} = \text{relu}(Z^{[1]}),\quad Z^{[2]} = W_2 A^{[1]} + b_2,\quad A^{[2]} = \text{relu}(Z^{[2]}),\quad
# Z^{[3]} = W_3 A^{[2]} + b_3,\quad A^{[3]} = \sigma(Z^{[3]})$$
#
# `X` has the shape (4, m), one column per example, and `Y` has the shape (1, m). The cost is the mean cross-entropy. You get both passes.
# **The backward pass has two errors in it.** You could look for them by reading. Try it for a minute, and remember
# your suspicion. A real network has a thousand lines, and its errors do not stand out.


# %% given="network"
def forward_propagation_n(X, Y, parameters):
    """Compute the cost of the network 4 -> 5 -> 3 -> 1.

    Parameters
    ----------
    X : ndarray, shape (4, m)
    Y : ndarray, shape (1, m)
        Labels, 0 or 1.
    parameters : dict
        W1 (5, 4), b1 (5, 1), W2 (3, 5), b2 (3, 1), W3 (1, 3), b3 (1, 1).

    Returns
    -------
    cost : float
        The mean cross-entropy.
    cache : tuple of 12
        (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)
    """
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    cost = -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
    return cost, (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)


def backward_propagation_n(X, Y, cache):
    """Compute the gradients of the cost; two of them are wrong.

    Parameters
    ----------
    X : ndarray, shape (4, m)
    Y : ndarray, shape (1, m)
    cache : tuple of 12
        From forward_propagation_n.

    Returns
    -------
    gradients : dict
        dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1, each with the shape of what it is the gradient of.
    """
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dW3 = 1 / m * dZ3 @ A2.T
    db3 = 1 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (A2 > 0)
    dW2 = 1 / m * dZ2 @ A1.T * 2
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (A1 > 0)
    dW1 = 1 / m * dZ1 @ X.T
    db1 = 4 / m * np.sum(dZ1, axis=1, keepdims=True)
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


# %% [markdown]
# First, train with it. If the cost falls, is the gradient right? **Before you run the next cell, what do you expect:** does gradient
# descent with two wrong gradients out of six lower the cost?


# %% demo="train_with_errors"
def train(backward, steps=1000, learning_rate=0.1):
    """Gradient descent on 200 made-up examples; returns the cost at the start and after each step."""
    generator = np.random.RandomState(2)
    X_train = generator.randn(4, 200)
    Y_train = (
        (generator.randn(4) @ X_train + 0.8 * X_train[0] * X_train[1] > 0)
        .astype(int)
        .reshape(1, -1)
    )
    start = np.random.RandomState(3)
    parameters = {
        "W1": start.randn(5, 4) * np.sqrt(2 / 4),
        "b1": np.zeros((5, 1)),
        "W2": start.randn(3, 5) * np.sqrt(2 / 5),
        "b2": np.zeros((3, 1)),
        "W3": start.randn(1, 3) * np.sqrt(2 / 3),
        "b3": np.zeros((1, 1)),
    }
    costs = []
    for _ in range(steps):
        cost, cache = forward_propagation_n(X_train, Y_train, parameters)
        gradients = backward(X_train, Y_train, cache)
        parameters = {
            name: value - learning_rate * np.asarray(gradients["d" + name])
            for name, value in parameters.items()
        }
        costs.append(cost)
    return [*costs, forward_propagation_n(X_train, Y_train, parameters)[0]]


costs_with_errors = train(backward_propagation_n)
ax = plotting.lines(
    range(0, 1001, 50),
    {"two wrong gradients": costs_with_errors[::50]},
    title="Training with a backward pass that is wrong",
    xlabel="step",
    ylabel="cost",
)
print(f"cost at the start {costs_with_errors[0]:.2f}, after 1000 steps {costs_with_errors[-1]:.3f}")

# %% [markdown]
# The cost falls steadily, from 1.08 to 0.025. Nothing in this curve tells you that two of six gradients are wrong. A falling cost
# shows that the steps point downhill on the whole; it does not show that the gradient is the gradient.
#
# ### Measure 47 derivatives
#
# The network has 47 parameters. `dictionary_to_vector(parameters)` stacks them into one column `theta` of the shape (47, 1) and
# also returns, for each row, the name of its parameter; `vector_to_dictionary(theta)` goes back. Both make copies.
# `gradients_to_vector(gradients)` stacks dW1, db1, ... in the same order. With them the network is a function of one column:
#
# $$J(\theta) = \texttt{forward\_propagation\_n}(X, Y, \texttt{vector\_to\_dictionary}(\theta))\texttt{[0]}$$
#
# and each of its 47 partial derivatives is a two-sided difference in which one entry of $\theta$ moves and all the others stay.

# %% given="example"
np.random.seed(1)
X = np.random.randn(4, 3)
Y = np.array([[1, 1, 0]])
parameters = {
    "W1": np.random.randn(5, 4),
    "b1": np.random.randn(5, 1),
    "W2": np.random.randn(3, 5),
    "b2": np.random.randn(3, 1),
    "W3": np.random.randn(1, 3),
    "b3": np.random.randn(1, 1),
}
cost, cache = forward_propagation_n(X, Y, parameters)
gradients = backward_propagation_n(X, Y, cache)
theta, names = dictionary_to_vector(parameters)
print("theta:", theta.shape, " first row belongs to", names[0], " last row belongs to", names[-1])
print(f"cost {cost:.6f}, outputs A3 {np.round(cache[9], 4)}")

# %% [markdown] locked="numerical_gradient_n_statement"
# ### Exercise 6: the measured gradient (14 points)
#
# Write `numerical_gradient_n(parameters, X, Y, epsilon=1e-7)`, which returns the 47 two-sided differences as a column of the shape (47, 1).
# For each $i$ from 0 to 46:
#
# 1. take a **copy** of `theta`, add `epsilon` to entry $i$, and compute the cost $J_+$;
# 2. take another copy, subtract `epsilon` from entry $i$, and compute the cost $J_-$;
# 3. entry $i$ of the result is $(J_+ - J_-) / (2\varepsilon)$.
#
# `parameters` must be the same after the call.
#
# <details><summary>Hint</summary>
#
# `forward_propagation_n` returns two things; you need the first. `b = a.copy()` makes a copy of an array; `b = a` gives the same array a second name.
#
# </details>


# %% solution="numerical_gradient_n"
def numerical_gradient_n(parameters, X, Y, epsilon=1e-7):
    """Measure the gradient of the cost with respect to all parameters.

    Parameters
    ----------
    parameters : dict
        W1 (5, 4), b1 (5, 1), W2 (3, 5), b2 (3, 1), W3 (1, 3), b3 (1, 1).
    X : ndarray, shape (4, m)
    Y : ndarray, shape (1, m)
    epsilon : float
        The step of the two-sided difference.

    Returns
    -------
    gradapprox : ndarray, shape (47, 1)
        In the order of dictionary_to_vector.
    """
    theta, _ = dictionary_to_vector(parameters)
    gradapprox = np.zeros(theta.shape)
    ### BEGIN SOLUTION
    for i in range(theta.shape[0]):
        theta_plus = theta.copy()
        theta_plus[i] += epsilon
        J_plus, _ = forward_propagation_n(X, Y, vector_to_dictionary(theta_plus))
        theta_minus = theta.copy()
        theta_minus[i] -= epsilon
        J_minus, _ = forward_propagation_n(X, Y, vector_to_dictionary(theta_minus))
        gradapprox[i] = (J_plus - J_minus) / (2 * epsilon)
    ### END SOLUTION
    return gradapprox


# %% test="test_numerical_gradient_n" points=14
with progress.exercise(
    "numerical_gradient_n", hidden_tests="other parameters, numbers of examples and epsilon"
):
    kept_parameters = {name: value.copy() for name, value in parameters.items()}
    measured_column = numerical_gradient_n(parameters, X, Y, 0.5)
    checks.shape(
        measured_column, (47, 1), "numerical_gradient_n(...)", "one row per parameter, as a column."
    )
    checks.unchanged(parameters, kept_parameters, "parameters")
    checks.property(
        np.asarray(measured_column)[46, 0] != 0,
        "The last row, the derivative by b3, is zero.",
        "the loop ends too early, `return` stands inside it, or every result goes into one row.",
    )
    # The last parameter, b3, shifts every Z3 by the same amount. So its difference can be had from Z3 alone, for any epsilon.
    cross_entropy = lambda shift: np.mean(
        np.logaddexp(0, cache[8] + shift) - Y * (cache[8] + shift)
    )
    checks.close(
        np.asarray(measured_column)[46, 0],
        cross_entropy(0.5) - cross_entropy(-0.5),
        "With epsilon = 0.5 the last entry, the derivative by b3,",
        "theta is not copied, the difference is one-sided or not divided by 2 * epsilon, "
        "or epsilon is not used.",
    )
    with_default = np.asarray(numerical_gradient_n(parameters, X, Y))
    checks.property(
        np.array_equal(with_default, numerical_gradient_n(parameters, X, Y, 1e-7)),
        "Without epsilon the result differs from the one with epsilon=1e-7.",
        "the default of epsilon is 1e-7.",
    )
    # Moving all 47 parameters at once, in a direction v, changes the cost at the rate (gradient . v).
    direction = np.cos(np.arange(47.0)).reshape(47, 1)
    ahead, behind = (vector_to_dictionary(theta + sign * 1e-5 * direction) for sign in (1, -1))
    rate = (forward_propagation_n(X, Y, ahead)[0] - forward_propagation_n(X, Y, behind)[0]) / 2e-5
    checks.close(
        np.sum(with_default * direction),
        rate,
        "The rate at which the cost changes when all parameters move at once, computed from your gradient,",
        "the loop does not reach every row, or the rows are in another order than those of theta.",
        rtol=1e-4,
    )
### BEGIN HIDDEN TESTS
network_rng = checks.rng(6)
for m_n, epsilon_n, size_n in ((5, 1e-2, 0.6), (7, 0.2, 0.8), (1, 1e-6, 0.3)):
    X_n = network_rng.normal(size=(4, m_n))
    Y_n = np.array([[1]]) if m_n == 1 else (network_rng.random((1, m_n)) < 0.5).astype(int)
    theta_n = size_n * network_rng.normal(size=(47, 1))
    # All 94 moved networks at once, one behind the other: W1 has the shape (94, 5, 4).
    moved_n = np.split(
        theta_n.T + epsilon_n * np.concatenate([np.eye(47), -np.eye(47)]),
        [20, 25, 40, 43, 46],
        axis=1,
    )
    stacked_n = {
        name: part.reshape(-1, *parameters[name].shape)
        for name, part in zip(("W1", "b1", "W2", "b2", "W3", "b3"), moved_n, strict=True)
    }
    logits_n = forward_propagation_n(X_n, Y_n, stacked_n)[1][8]
    costs_n = np.mean(np.logaddexp(0, logits_n) - Y_n * logits_n, axis=(1, 2))
    oracle_n = (costs_n[:47] - costs_n[47:]).reshape(47, 1) / (2 * epsilon_n)
    got_n = numerical_gradient_n(vector_to_dictionary(theta_n), X_n, Y_n, epsilon_n)
    checks.close(got_n, oracle_n, "gradient", rtol=1e-5, atol=1e-11 / epsilon_n + 1e-6)
### END HIDDEN TESTS

# %% [markdown] locked="gradient_check_n_statement"
# ### Exercise 7: one number for the whole network (8 points)
#
# Write `gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7)`, which returns the relative difference of section 2 between two columns:
# the derived gradient (`gradients`, stacked) and the measured one. The norms are Euclidean, over all 47 entries at once.
#
# `gradients` may hold other entries, such as dZ1, and in any order; `gradients_to_vector` takes care of that. Leave `parameters` and `gradients` as they are.
# You may call `numerical_gradient_n`.


# %% solution="gradient_check_n"
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    """Compare derived gradients with measured ones.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, W3, b3.
    gradients : dict
        dW1, db1, dW2, db2, dW3, db3, and perhaps more.
    X : ndarray, shape (4, m)
    Y : ndarray, shape (1, m)
    epsilon : float
        The step of the two-sided difference.

    Returns
    -------
    difference : float
        The relative difference, between 0 and 1.
    """
    ### BEGIN SOLUTION
    grad = gradients_to_vector(gradients)
    gradapprox = numerical_gradient_n(parameters, X, Y, epsilon)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    return numerator / denominator
    ### END SOLUTION


# %% test="test_gradient_check_n" points=8 needs="numerical_gradient_n"
with progress.exercise(
    "gradient_check_n",
    hidden_tests="other networks, gradients that are wrong in other places, entries in another order",
    needs="numerical_gradient_n",
):
    kept_gradients = {name: value.copy() for name, value in gradients.items()}
    kept_parameters = {name: value.copy() for name, value in parameters.items()}
    of_the_given_pass = gradient_check_n(parameters, gradients, X, Y)
    checks.unchanged(parameters, kept_parameters, "parameters")
    checks.unchanged(gradients, kept_gradients, "gradients")
    zero_gradients = {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    checks.close(
        gradient_check_n(parameters, zero_gradients, X, Y),
        1.0,
        "With gradients that are all zero, |0 - a| / (|0| + |a|) by hand,",
        "divide the norm of the difference by the sum of both norms, and return the result.",
    )
    checks.close(
        of_the_given_pass,
        0.2850931567,
        "gradient_check_n for the given backward pass",
        "take norms over all 47 entries at once (square root of the sum of squares), not parameter "
        "by parameter; divide by the sum of the two norms, not by one norm or the norm of the sum.",
    )
    checks.property(
        np.isclose(
            of_the_given_pass,
            gradient_check_n(parameters, gradients, X, Y, 1e-7),
            rtol=1e-12,
            atol=0,
        ),
        "Without epsilon the result differs from the one with epsilon=1e-7.",
        "the default of epsilon is 1e-7.",
    )
    column = np.asarray(numerical_gradient_n(parameters, X, Y, 0.5))
    same = {"d" + name: value for name, value in vector_to_dictionary(column).items()}
    checks.property(
        checks.number(gradient_check_n(parameters, same, X, Y, 0.5), "The difference") < 1e-9,
        "With epsilon = 0.5 the gradient measured with epsilon = 0.5 does not agree with itself.",
        "pass epsilon on to the measurement.",
    )
    near = {name: value * (1 + 2.6e-6) for name, value in same.items()}
    checks.close(
        gradient_check_n(parameters, near, X, Y, 0.5),
        1.3e-6,
        "For gradients that are off by 2.6 in a million, 1.3e-6 by hand, the difference",
        "return the difference as it is, not rounded and not compared with a limit.",
        rtol=0.1,
        atol=0,
    )
### BEGIN HIDDEN TESTS
n_rng = checks.rng(7)
for epsilon_v in (1e-4, 0.3):
    X_v, Y_v = n_rng.normal(size=(4, 6)), (n_rng.random((1, 6)) < 0.5).astype(int)
    theta_v = 0.6 * n_rng.normal(size=(47, 1))
    moved_v = np.split(
        theta_v.T + epsilon_v * np.concatenate([np.eye(47), -np.eye(47)]),
        [20, 25, 40, 43, 46],
        axis=1,
    )
    stacked_v = {
        name: part.reshape(-1, *parameters[name].shape)
        for name, part in zip(("W1", "b1", "W2", "b2", "W3", "b3"), moved_v, strict=True)
    }
    logits_v = forward_propagation_n(X_v, Y_v, stacked_v)[1][8]
    costs_v = np.mean(np.logaddexp(0, logits_v) - Y_v * logits_v, axis=(1, 2))
    right_v = (costs_v[:47] - costs_v[47:]).reshape(47, 1) / (2 * epsilon_v)
    wrong_v = right_v * (1 + 0.3 * n_rng.normal(size=(47, 1)))
    oracle_v = np.sqrt(np.sum((wrong_v - right_v) ** 2)) / (
        np.sqrt(np.sum(wrong_v**2)) + np.sqrt(np.sum(right_v**2))
    )
    gradients_v = {
        "d" + key: value for key, value in reversed(vector_to_dictionary(wrong_v).items())
    }
    gradients_v["dZ1"] = np.ones((5, 6))
    checks.close(
        gradient_check_n(vector_to_dictionary(theta_v), gradients_v, X_v, Y_v, epsilon_v),
        oracle_v,
        "difference",
        rtol=1e-4,
    )
### END HIDDEN TESTS

# %% tags=["result"] needs="gradient_check_n"
difference = checks.number(gradient_check_n(parameters, gradients, X, Y), "the difference")
print(f"difference with the given backward pass: {difference:.6f}")

# %% [markdown] locked="difference_by_parameter_statement"
# The difference is 0.285093. Two gradients that agreed to seven digits would give about $10^{-7}$; this is more than a million times as much.
# There is an error, and the training curve did not show it.
#
# ### Exercise 8: where is the error? (8 points)
#
# One number says *that* something is wrong. The columns say *where*. Write
# `difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7)`, which returns a dictionary with the six keys W1, b1, W2, b2, W3, b3.
# Each value is the relative difference over the rows of that parameter alone. Leave `parameters` and `gradients` as they are.
#
# <details><summary>Hint</summary>
#
# `_, names = dictionary_to_vector(parameters)` gives the parameter of every row, and `np.array(names) == "W2"` the rows of W2.
# Or cut the measured column with `vector_to_dictionary`.
#
# </details>


# %% solution="difference_by_parameter"
def difference_by_parameter(parameters, gradients, X, Y, epsilon=1e-7):
    """Compare derived gradients with measured ones, one parameter at a time.

    Parameters
    ----------
    parameters : dict
        W1, b1, W2, b2, W3, b3.
    gradients : dict
        dW1, db1, dW2, db2, dW3, db3, and perhaps more.
    X : ndarray, shape (4, m)
    Y : ndarray, shape (1, m)
    epsilon : float
        The step of the two-sided difference.

    Returns
    -------
    differences : dict
        W1, b1, W2, b2, W3, b3, each a relative difference between 0 and 1.
    """
    ### BEGIN SOLUTION
    measured = vector_to_dictionary(numerical_gradient_n(parameters, X, Y, epsilon))
    differences = {}
    for name in measured:
        grad, gradapprox = gradients["d" + name], measured[name]
        differences[name] = np.linalg.norm(grad - gradapprox) / (
            np.linalg.norm(grad) + np.linalg.norm(gradapprox)
        )
    return differences
    ### END SOLUTION


# %% test="test_difference_by_parameter" points=8 needs="numerical_gradient_n"
with progress.exercise(
    "difference_by_parameter",
    hidden_tests="other networks, and gradients that are wrong in other parameters",
    needs="numerical_gradient_n",
):
    column = np.asarray(numerical_gradient_n(parameters, X, Y, 0.5))
    planted = {"d" + name: value for name, value in vector_to_dictionary(column).items()}
    planted["dW3"] = 3 * planted["dW3"]
    planted["db2"] = -planted["db2"]
    half_turn = np.concatenate([-column[10:20], column[:10]]).reshape(5, 4)  # as long as dW1, and
    planted["dW1"] = planted["dW1"] + half_turn  # at a right angle to it
    planted["db3"] = planted["db3"] * (1 + 2.6e-6)
    kept_gradients = {name: value.copy() for name, value in planted.items()}
    kept_parameters = {name: value.copy() for name, value in parameters.items()}
    by_parameter = difference_by_parameter(parameters, planted, X, Y, 0.5)
    checks.unchanged(parameters, kept_parameters, "parameters")
    checks.unchanged(planted, kept_gradients, "gradients")
    checks.keys(
        by_parameter,
        ["W1", "b1", "W2", "b2", "W3", "b3"],
        "What difference_by_parameter returns",
        "the keys have no d in front, and `return` stands after the loop.",
    )
    for name in ("b1", "W2"):
        checks.property(
            checks.number(by_parameter[name], f"The entry for {name}") < 1e-5,
            f"Nothing was made wrong in d{name}, but the entry for {name} is not near zero.",
            "rows of different parameters are mixed, or epsilon is not passed on.",
        )
    for name, by_hand, planting in (
        ("W3", 0.5, "is three times too large, |3 - 1| / (3 + 1) by hand"),
        ("b2", 1.0, "has the wrong sign, 2 / (1 + 1) by hand"),
        (
            "W1",
            1 / (1 + np.sqrt(2)),
            "has an error at a right angle to it, 1 / (1 + sqrt(2)) by hand",
        ),
    ):
        checks.close(
            by_parameter[name],
            by_hand,
            f"When d{name} {planting}, the entry for {name}",
            "use these rows alone, Euclidean norms, and the sum of both norms in the denominator.",
            atol=1e-5,
        )
    checks.close(
        by_parameter["b3"],
        1.3e-6,
        "When db3 is off by 2.6 in a million, 1.3e-6 by hand, the entry for b3",
        "return the differences as they are, not rounded and not compared with a limit.",
        rtol=0.1,
        atol=0,
    )
    by_default = difference_by_parameter(parameters, planted, X, Y)
    by_name = difference_by_parameter(parameters, planted, X, Y, 1e-7)
    checks.property(
        all(
            np.isclose(value, by_name[name], rtol=1e-9, atol=0)
            for name, value in by_default.items()
        ),
        "Without epsilon the result differs from the one with epsilon=1e-7.",
        "the default of epsilon is 1e-7.",
    )
### BEGIN HIDDEN TESTS
part_rng = checks.rng(8)
X_p, Y_p = part_rng.normal(size=(4, 5)), (part_rng.random((1, 5)) < 0.5).astype(int)
theta_p = 0.6 * part_rng.normal(size=(47, 1))
moved_p = np.split(
    theta_p.T + 1e-3 * np.concatenate([np.eye(47), -np.eye(47)]), [20, 25, 40, 43, 46], axis=1
)
stacked_p = {
    name: part.reshape(-1, *parameters[name].shape)
    for name, part in zip(("W1", "b1", "W2", "b2", "W3", "b3"), moved_p, strict=True)
}
logits_p = forward_propagation_n(X_p, Y_p, stacked_p)[1][8]
costs_p = np.mean(np.logaddexp(0, logits_p) - Y_p * logits_p, axis=(1, 2))
numeric_p = vector_to_dictionary((costs_p[:47] - costs_p[47:]).reshape(47, 1) / 2e-3)
noisy_p = {
    "d" + key: value + 0.1 * part_rng.normal(size=value.shape) for key, value in numeric_p.items()
}
oracle_p = {
    key: np.sqrt(np.sum((noisy_p["d" + key] - value) ** 2))
    / (np.sqrt(np.sum(noisy_p["d" + key] ** 2)) + np.sqrt(np.sum(value**2)))
    for key, value in numeric_p.items()
}
by_parameter = difference_by_parameter(vector_to_dictionary(theta_p), noisy_p, X_p, Y_p, 1e-3)
for key, value in oracle_p.items():
    checks.close(by_parameter[key], value, key, rtol=1e-4, atol=1e-7)
### END HIDDEN TESTS

# %% [markdown]
# Before you run the next cell: which bars do you expect to be high, after your minute of reading?

# %% tags=["figure"] needs="difference_by_parameter"
differences = difference_by_parameter(parameters, gradients, X, Y)
_ = plotting.bars(
    {name: checks.number(value, name) for name, value in differences.items()},
    title="Which gradients disagree with the measurement?",
    xlabel="parameter",
    ylabel="relative difference",
    log=True,
    threshold=1e-5,
    threshold_label="1e-5",
)

# %% [markdown] locked="faulty_parameters_statement"
# Four bars lie below $10^{-6}$, and two reach above 0.1 (hatched). Between the two groups there are more than five orders of magnitude, so
# the verdict does not depend on where exactly the limit is drawn.
#
# ### Exercise 9: name them (6 points)
#
# Set `faulty_parameters` to a list of the parameters whose gradient is wrong in `backward_propagation_n`, for example `["W1", "b3"]`.

# %% solution="faulty_parameters"
### BEGIN SOLUTION
faulty_parameters = ["W2", "b1"]
### END SOLUTION

# %% test="test_faulty_parameters" points=6 needs="numerical_gradient_n"
with progress.exercise("faulty_parameters", needs="numerical_gradient_n"):
    checks.property(
        isinstance(faulty_parameters, (list, tuple, set, frozenset, np.ndarray)),
        f"faulty_parameters is of the type {type(faulty_parameters).__name__}, not a list.",
        'write a list of names, such as ["W1", "b3"].',
    )
    named = [str(name).strip().removeprefix("d") for name in faulty_parameters]
    for name in named:
        checks.property(
            name in parameters,
            f"{name!r} is not a parameter of this network.",
            "the names are W1, b1, W2, b2, W3, b3.",
        )
    given_gradients = backward_propagation_n(X, Y, cache)
    sent = {
        name: value.copy() for name, value in parameters.items()
    }  # an answer may spoil what it gets
    measured = numerical_gradient_n(sent, X.copy(), Y.copy())
    measured_parts = vector_to_dictionary(np.asarray(measured))
    for name, value in parameters.items():
        corner = np.zeros_like(value)
        corner.flat[0] = 1e-5
        plus, minus = (
            forward_propagation_n(X, Y, {**parameters, name: value + shift})[0]
            for shift in (corner, -corner)
        )
        checks.close(
            measured_parts[name].flat[0],
            (plus - minus) / 2e-5,
            f"What numerical_gradient_n measures for the first entry of {name}",
            "this check measures with your numerical_gradient_n; exercise 6 comes first.",
            rtol=1e-3,
            atol=1e-7,
        )
    for name in named:
        disagreement = np.linalg.norm(given_gradients["d" + name] - measured_parts[name])
        checks.property(
            disagreement > 1e-3 * np.linalg.norm(measured_parts[name]),
            f"You named {name}, but its gradient agrees with the measurement.",
            "name only the parameters with high bars.",
        )
    rest = [
        np.linalg.norm(given_gradients["d" + name] - measured_parts[name])
        for name in parameters
        if name not in named
    ]
    checks.property(
        sum(rest) < 1e-4,
        "If the gradients that you named were right, the network would still fail the check.",
        "at least one parameter with a high bar is missing from your list.",
    )

# %% [markdown] locked="backward_propagation_n_repaired_statement"
# ### Exercise 10: repair the backward pass (12 points)
#
# Write `backward_propagation_n_repaired(X, Y, cache)`: the same interface as `backward_propagation_n`, with right gradients.
# Start from the given code, or write it anew. At least dW1, db1, dW2, db2, dW3 and db3 must be in the dictionary, and the arrays of the cache stay as they are.
#
# Now that you know where to look: what should stand there instead, and why?


# %% solution="backward_propagation_n_repaired"
def backward_propagation_n_repaired(X, Y, cache):
    """Compute the gradients of the cost of the network 4 -> 5 -> 3 -> 1.

    Parameters
    ----------
    X : ndarray, shape (4, m)
    Y : ndarray, shape (1, m)
    cache : tuple of 12
        From forward_propagation_n.

    Returns
    -------
    gradients : dict
        dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1, each with the shape of what it is the gradient of.
    """
    ### BEGIN SOLUTION
    m = X.shape[1]
    gradients = backward_propagation_n(X, Y, cache)
    A1 = cache[1]
    gradients["dW2"] = 1 / m * gradients["dZ2"] @ A1.T
    gradients["db1"] = 1 / m * np.sum(gradients["dZ1"], axis=1, keepdims=True)
    return gradients
    ### END SOLUTION


# %% test="test_backward_propagation_n_repaired" points=12 needs="numerical_gradient_n"
with progress.exercise(
    "backward_propagation_n_repaired",
    hidden_tests="other networks and other numbers of examples, also a single one",
    needs="numerical_gradient_n",
):
    names_in_order = ("W3", "b3", "W2", "b2", "W1", "b1")
    for size in (3, 2):  # the three examples, then only the first two
        X_m, Y_m = X[:, :size], Y[:, :size]
        cache_m = forward_propagation_n(X_m, Y_m, parameters)[1]
        kept_cache = [part.copy() for part in cache_m]
        repaired = backward_propagation_n_repaired(X_m, Y_m, cache_m)
        checks.unchanged(dict(enumerate(cache_m)), dict(enumerate(kept_cache)), "cache")
        checks.keys(
            repaired,
            ["d" + name for name in names_in_order],
            "What backward_propagation_n_repaired returns",
        )
        measured_m = vector_to_dictionary(
            np.asarray(numerical_gradient_n(parameters, X_m, Y_m, 1e-5))
        )
        for name in names_in_order:
            checks.shape(
                repaired["d" + name],
                parameters[name].shape,
                "d" + name,
                "a gradient has the shape of its parameter; keepdims=True keeps columns.",
            )
            checks.close(
                repaired["d" + name],
                measured_m[name],
                f"d{name}" if size == 3 else f"With two examples only, d{name}",
                f"compare the line of d{name} with the same line of the other layers; each averages "
                "over the m examples of X. Or an error further back, in a dZ or dA that it uses.",
                rtol=1e-4,
                atol=1e-6,
            )
### BEGIN HIDDEN TESTS
repair_rng = checks.rng(9)
for m_r in (1, 4, 9):
    X_r, Y_r = repair_rng.normal(size=(4, m_r)), (repair_rng.random((1, m_r)) < 0.5).astype(int)
    Y_r[0, 0] = 0
    parameters_r = {
        key: 0.7 * repair_rng.normal(size=value.shape) for key, value in parameters.items()
    }
    cache_r = forward_propagation_n(X_r, Y_r, parameters_r)[1]
    oracle_r = {"d" + key: np.zeros(value.shape) for key, value in parameters_r.items()}
    for j in range(m_r):
        x_r = X_r[:, j : j + 1]
        h1 = np.maximum(parameters_r["W1"] @ x_r + parameters_r["b1"], 0)
        h2 = np.maximum(parameters_r["W2"] @ h1 + parameters_r["b2"], 0)
        delta3 = 1 / (1 + np.exp(-(parameters_r["W3"] @ h2 + parameters_r["b3"]))) - Y_r[0, j]
        delta2 = (parameters_r["W3"].T @ delta3) * (h2 > 0)
        delta1 = (parameters_r["W2"].T @ delta2) * (h1 > 0)
        for layer, delta, before in ((3, delta3, h2), (2, delta2, h1), (1, delta1, x_r)):
            oracle_r[f"dW{layer}"] += delta @ before.T / m_r
            oracle_r[f"db{layer}"] += delta / m_r
    repaired = backward_propagation_n_repaired(X_r, Y_r, cache_r)
    for key, value in oracle_r.items():
        checks.close(repaired[key], value, key, rtol=1e-4, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# ### Which step, and which limit?
#
# Now the gradient is right. The next cell runs your check on both backward passes, for eight steps.

# %% demo="sweep" needs="gradient_check_n backward_propagation_n_repaired"
steps = 10.0 ** np.arange(-1, -9, -1)
gradients_repaired = backward_propagation_n_repaired(X, Y, cache)
sweep = {"with the two errors": [], "repaired": []}
for epsilon in steps:
    for label, derived in zip(sweep, (gradients, gradients_repaired), strict=True):
        difference = gradient_check_n(parameters, derived, X, Y, epsilon)
        sweep[label].append(checks.number(difference, "the difference"))
_ = plotting.lines(
    steps,
    sweep,
    title="The check at different steps",
    xlabel="step epsilon",
    ylabel="relative difference",
    log=True,
)
print(f"with the two errors, epsilon 1e-7: {sweep['with the two errors'][6]:.10f}")
print(f"repaired, epsilon 1e-7:            {sweep['repaired'][6]:.1e}")
print(f"repaired, epsilon 1e-4:            {sweep['repaired'][3]:.1e}")

# %% [markdown] locked="forward_passes_statement"
# The wrong gradient gives 0.285 at all small steps; no choice of $\varepsilon$ hides it. The right one gives the curve of section 1 again: it falls,
# reaches its lowest point near $10^{-4}$, and rises with round-off.
#
# At the default of $10^{-7}$ the right gradient gives 1.2e-07. A rule of thumb says "below 1e-7 is right", and by
# that rule this gradient is wrong! It is not. The third example has $y = 0$ and an output of 0.9989, so the cost needs
# $1 - 0.9989$, a subtraction that loses three digits, and the division by $2\varepsilon$ makes the loss visible. The last digits of such a
# result may differ from one machine to another. A limit of 2e-7 accepts it, and here any limit up to 0.1 separates right from wrong; a step of
# $10^{-4}$ or $10^{-5}$ is better still. In practice:
#
# * look at the *gap* between right and wrong, not at a fixed limit; a real error mostly gives $10^{-3}$ or more;
# * when the difference lies between $10^{-7}$ and $10^{-4}$, change $\varepsilon$: round-off changes with it, an error stays;
# * compute in float64: with float32 ($u = 2^{-24}$) the smallest error for $e^\theta$ is near $u^{2/3} \approx 10^{-5}$ instead of $10^{-11}$, and a step of $10^{-7}$ leaves nothing.
#
# ## 4 What the check costs, and when it misleads
#
# ### Exercise 11: count the forward passes (4 points)
#
# Write `forward_passes(layer_dims)`: how many forward passes does the measured gradient of a two-sided check need, for a fully connected
# network with weights and biases whose layers have the sizes `layer_dims`, input first? Leave the list `layer_dims` as it is.
# For the network above `layer_dims` is `[4, 5, 3, 1]`.


# %% solution="forward_passes"
def forward_passes(layer_dims):
    """Count the forward passes of a two-sided gradient check.

    Parameters
    ----------
    layer_dims : list of int
        The sizes of the layers, input first.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    parameters_in_total = sum(
        (before + 1) * after for before, after in zip(layer_dims[:-1], layer_dims[1:], strict=True)
    )
    return 2 * parameters_in_total
    ### END SOLUTION


# %% test="test_forward_passes" points=4
with progress.exercise("forward_passes", hidden_tests="networks with other numbers of layers"):
    checks.close(
        forward_passes([2, 1]),
        6,
        "forward_passes([2, 1]), two weights and one bias,",
        "every weight and every bias needs two passes, one with + epsilon and one with - epsilon.",
    )
    sizes = [4, 5, 3, 1]
    checks.close(
        forward_passes(sizes), 94, "forward_passes([4, 5, 3, 1])", "this network has 47 parameters."
    )
    checks.unchanged(np.array(sizes), np.array([4, 5, 3, 1]), "layer_dims")
### BEGIN HIDDEN TESTS
for layer_dims_w in ([784, 128, 10], [3, 3], [1, 2, 3, 4, 5, 6], [10, 1, 10]):
    weights_w = sum(
        np.zeros((after, before)).size + after
        for before, after in zip(layer_dims_w[:-1], layer_dims_w[1:], strict=True)
    )
    checks.close(forward_passes(layer_dims_w), 2 * weights_w, "passes", rtol=0)
### END HIDDEN TESTS

# %% tags=["experiment"] needs="forward_passes"
begin = time.perf_counter()
for _ in range(200):
    forward_propagation_n(X, Y, parameters)
seconds = (time.perf_counter() - begin) / 200
print(f"one forward pass of the small network: {seconds * 1e6:.0f} microseconds")
for layer_dims in ([4, 5, 3, 1], [784, 128, 10], [784, 1000, 1000, 10]):
    passes = int(checks.number(forward_passes(layer_dims), "the number of passes"))
    print(f"{layer_dims!s:24} {passes:9,} passes, at this speed {passes * seconds:8.2f} s")

# %% [markdown]
# The number of passes grows with the number of parameters, while backpropagation needs one backward pass for all of them. A larger network also
# needs longer for each pass, so the seconds above are too small for the two larger ones. This is why networks are hardly ever trained with measured gradients. The check
# belongs in a test: once after a change of the code, on a few examples, with a small network or a random sample of the parameters.
#
# ### Dropout
#
# A dropout layer draws a new random mask at every forward pass; with keep_prob = 1 it keeps every unit, which switches dropout off. The next cell measures the derivative by $b_3$ of a network with dropout, first with a new mask
# for each pass, then with the same mask for both.


# %% given="forward_with_dropout"
def forward_with_dropout(X, Y, parameters, generator, keep_prob=0.5):
    """The cost of the network when each unit of the second layer is kept with probability keep_prob.

    Parameters
    ----------
    X : ndarray, shape (4, m)
    Y : ndarray, shape (1, m)
    parameters : dict
    generator : numpy.random.RandomState
        Draws the mask.
    keep_prob : float

    Returns
    -------
    cost : float
    """
    A1 = relu(parameters["W1"] @ X + parameters["b1"])
    A2 = relu(parameters["W2"] @ A1 + parameters["b2"])
    A2 = A2 * (generator.rand(*A2.shape) < keep_prob) / keep_prob
    Z3 = parameters["W3"] @ A2 + parameters["b3"]
    return np.mean(np.logaddexp(0, Z3) - Y * Z3)


plus, minus = ({**parameters, "b3": parameters["b3"] + sign * 1e-4} for sign in (1, -1))
for trial in (1, 2, 3):
    new_mask = [
        forward_with_dropout(X, Y, p, np.random.RandomState(10 * trial + i))
        for i, p in enumerate((plus, minus))
    ]
    same_mask = [
        forward_with_dropout(X, Y, p, np.random.RandomState(10 * trial)) for p in (plus, minus)
    ]
    print(
        f"trial {trial}: new mask for each pass {(new_mask[0] - new_mask[1]) / 2e-4:12.3f}    "
        f"same mask {(same_mask[0] - same_mask[1]) / 2e-4:7.3f}"
    )

# %% [markdown] locked="explain_dropout_question"
# With a new mask for each pass the quotient compares two different networks, and its values are in the tens of thousands. With the same mask it is a derivative again,
# between -1 and 1 as it has to be for $b_3$ (its derivative is the mean of $A^{[3]} - Y$), and it differs from trial to trial because each trial has a mask of its own.
#
# A relu has a smaller problem of the same kind: it has no derivative at 0. If a unit's input is so close to 0 that the step changes its sign, the quotient
# measures across the corner and a right gradient looks wrong. With a small step this is rare; try other inputs when a single entry fails.
#
# ### Exercise 12: explain (8 points, read by a person)
#
# A colleague checks the gradients of a network with dropout (keep_prob 0.5), gets a difference of 0.99, and concludes that the backward pass is wrong.
#
# Answer in about five sentences, in your own words:
#
# 1. Why does this result not support the conclusion?
# 2. Which two changes of the experiment would each make the check meaningful, and what does each of them leave unchecked, if anything?
# 3. The colleague wants to run the check after every training step, "to be safe". What do you answer, with a number?

# %% [markdown] manual="explain_dropout" points=8
# **Model answer.** The two costs of each quotient come from two different random masks, so their difference contains the effect of another network and not
# only that of $\pm\varepsilon$; divided by $2\varepsilon$ it is large and random whether or not the backward pass is right. One can switch dropout off
# (keep_prob = 1): then everything is checked but the lines that apply the mask in the backward pass. Or one can fix the mask, by setting the seed before each forward pass or by
# passing the mask in: then the backward pass of that same mask is checked too, including its division by keep_prob. A check after each step costs two forward
# passes per parameter: for [784, 128, 10] about 200,000 passes per step instead of one forward and one backward pass. The code does not change between the
# steps, so one check after each change of the code is enough.
#
# **Rubric.** 3 points: names the changing mask as the cause, and says that the noise is divided by a small number. 3 points: two sound changes (1 each) and what the first leaves
# unchecked (1). 2 points: a cost with a number of the right order (1) and that the code, not the parameters, is what is checked (1).

# %% [markdown]
# ## Before you hand in
#
# Restart the kernel, run all cells, and look at this list. It knows the checks that ran since the set-up cell, each as it ended last: after an edit, run the cell and its check again.
# The visible checks are a part of the tests; a line above that starts with a check mark says what the hidden tests try besides.
# Exercise 12 (8 points) is not in the list, because a person reads it. Is it written?

# %% demo="results" needs="gradient_check backward_propagation_n_repaired"
finished = progress.report(
    [
        "difference_quotients",
        "error_forecast",
        "forward_propagation",
        "backward_propagation",
        "gradient_check",
        "numerical_gradient_n",
        "gradient_check_n",
        "difference_by_parameter",
        "faulty_parameters",
        "backward_propagation_n_repaired",
        "forward_passes",
    ]
)
if finished:
    costs_repaired = train(backward_propagation_n_repaired)
    print()
    print(f"1-D check at (2, 4), below 1e-7:          {gradient_check(2, 4) < 1e-7}")
    print(f"network, given backward pass:             {sweep['with the two errors'][6]:.10f}")
    print(f"network, repaired backward pass:          {sweep['repaired'][6]:.1e}")
    print(f"cost after 1000 steps, wrong gradients:   {costs_with_errors[-1]:.3f}")
    print(f"cost after 1000 steps, right gradients:   {costs_repaired[-1]:.3f}")

# %% [markdown]
# With all exercises done, the last two lines hold a surprise: on this small problem the *wrong* gradients reached the lower cost. The two errors only make the steps of W2 twice
# and those of b1 four times as long, and longer steps happened to help here. A cost that falls, even one that falls faster, is no evidence that a gradient is right. A check is.
#
# ## What you saw
#
# * Two evaluations of $J$ measure a derivative. The two-sided quotient has an error proportional to $\varepsilon^2$, until round-off takes over.
# * The relative difference turns two columns into one number; taken by parameter it says where the error is.
# * A limit means something only together with $\varepsilon$, the precision and the size of the cost.
# * The check needs two forward passes per parameter and a cost that does not change at random.
#
# ## Where to go further
#
# * With the step $\varepsilon = 10^{-20}$, `np.imag(f(theta + 1j * epsilon)) / epsilon` measures the derivative of `np.exp` without the cancellation of a difference. Why? Why does it fail for `np.abs`?
# * Write the cost of the network as the mean of `np.logaddexp(0, Z3) - Y * Z3`, without any $1 - A$. What does the check of the right gradient give at $10^{-7}$ now?
# * Check only a random sample of 10 parameters. How large is the chance to miss an error in $b_1$?
# * `tf.test.compute_gradient` is the same instrument in TensorFlow.
#
# ## References
#
# * K. Quinn: "Ever had problems rounding off figures? This stock exchange has." The Wall Street Journal, 8 November 1983, page 37.
# * W. Lilley: "Vancouver stock index has right number at last." The Toronto Star, 29 November 1983.
# * N. J. Higham: *Accuracy and Stability of Numerical Algorithms*. 2nd edition, SIAM, 2002. Chapter 1 treats cancellation.
# * J. Nocedal and S. J. Wright: *Numerical Optimization*. 2nd edition, Springer, 2006. Section 8.1 derives the best steps.
# * L. Bottou: "Stochastic Gradient Descent Tricks". In *Neural Networks: Tricks of the Trade*, 2nd edition, Springer, 2012. It recommends checking gradients with finite differences.
# * A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind: "Automatic Differentiation in Machine Learning: a Survey". Journal of Machine Learning Research 18, 2018.
