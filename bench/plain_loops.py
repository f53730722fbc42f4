"""The training loops of the three numpy notebooks as one writes them first: the peer in `bench/notebooks.py`.

Every step goes through functions that pass dictionaries and caches, computes the cost whether or not anybody reads it, and
spells every product out with `np.dot` and `np.multiply`. This is how the well-known versions of these exercises train.
"""

from __future__ import annotations

import math

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(0, x)


def forward(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = relu(Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = relu(Z2)
    Z3 = np.dot(parameters["W3"], A2) + parameters["b3"]
    A3 = sigmoid(Z3)
    cache = (Z1, A1, parameters["W1"], parameters["b1"], Z2, A2, parameters["W2"], parameters["b2"], Z3, A3)
    return A3, (*cache, parameters["W3"], parameters["b3"])


def backward(X, Y, cache):
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = 1.0 / m * (A3 - Y)
    dW3 = np.dot(dZ3, A2.T)
    db3 = np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = np.dot(dZ2, A1.T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return {"dW3": dW3, "db3": db3, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


def cost_of(A3, Y):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    return 1.0 / Y.shape[1] * np.nansum(terms)


def descend(parameters, gradients, learning_rate):
    for layer in range(1, len(parameters) // 2 + 1):
        parameters["W" + str(layer)] = parameters["W" + str(layer)] - learning_rate * gradients["dW" + str(layer)]
        parameters["b" + str(layer)] = parameters["b" + str(layer)] - learning_rate * gradients["db" + str(layer)]
    return parameters


def random_weights(sizes, scale):
    np.random.seed(3)
    parameters = {}
    for layer in range(1, len(sizes)):
        parameters["W" + str(layer)] = np.random.randn(sizes[layer], sizes[layer - 1]) * scale(sizes[layer - 1])
        parameters["b" + str(layer)] = np.zeros((sizes[layer], 1))
    return parameters


def initialization(X, Y, steps):
    """Gradient descent from He's start; returns the parameters and the last cost."""
    parameters = random_weights([2, 10, 5, 1], lambda n: np.sqrt(2.0 / n))
    for _ in range(steps):
        A3, cache = forward(X, parameters)
        cost = cost_of(A3, Y)
        parameters = descend(parameters, backward(X, Y, cache), 0.01)
    return parameters, cost


def regularization(X, Y, steps, keep_prob=0.86):
    """Gradient descent with dropout, the seed inside the forward pass; returns the parameters and the last cost."""
    parameters = random_weights([2, 20, 3, 1], lambda n: 1 / np.sqrt(n))
    for _ in range(steps):
        A3, cache = _dropout_forward(X, parameters, keep_prob)
        cost = cost_of(A3, Y)
        parameters = descend(parameters, _dropout_backward(X, Y, cache, keep_prob), 0.3)
    return parameters, cost


def _dropout_forward(X, parameters, keep_prob):
    np.random.seed(1)
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = relu(Z1)
    D1 = np.random.rand(A1.shape[0], A1.shape[1])
    D1 = keep_prob > D1
    A1 = A1 * D1
    A1 = A1 / keep_prob
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = relu(Z2)
    D2 = np.random.rand(A2.shape[0], A2.shape[1])
    D2 = keep_prob > D2
    A2 = A2 * D2
    A2 = A2 / keep_prob
    Z3 = np.dot(parameters["W3"], A2) + parameters["b3"]
    A3 = sigmoid(Z3)
    return A3, (D1, A1, D2, A2, parameters["W2"], A3, parameters["W3"])


def _dropout_backward(X, Y, cache, keep_prob):
    m = X.shape[1]
    D1, A1, D2, A2, W2, A3, W3 = cache
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
    return {"dW3": dW3, "db3": db3, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


def optimization(X, Y, epochs, learning_rate=0.0007, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Adam on mini-batches of 64; returns the parameters and the last mean cost."""
    parameters = random_weights([2, 5, 2, 1], lambda n: np.sqrt(2.0 / n))
    v, s, t, seed = {}, {}, 0, 10
    for name in parameters:
        v["d" + name] = np.zeros(parameters[name].shape)
        s["d" + name] = np.zeros(parameters[name].shape)
    for _ in range(epochs):
        seed = seed + 1
        total = 0.0
        for batch_X, batch_Y in _mini_batches(X, Y, 64, seed):
            A3, cache = forward(batch_X, parameters)
            total += cost_of(A3, batch_Y) * batch_Y.shape[1]
            gradients = backward(batch_X, batch_Y, cache)
            t = t + 1
            for name in parameters:
                key = "d" + name
                v[key] = beta1 * v[key] + (1 - beta1) * gradients[key]
                s[key] = beta2 * s[key] + (1 - beta2) * np.power(gradients[key], 2)
                corrected_v = v[key] / (1 - np.power(beta1, t))
                corrected_s = s[key] / (1 - np.power(beta2, t))
                step = learning_rate * corrected_v / (np.sqrt(corrected_s) + epsilon)
                parameters[name] = parameters[name] - step
    return parameters, total / X.shape[1]


def _mini_batches(X, Y, size, seed):
    np.random.seed(seed)
    m = X.shape[1]
    order = list(np.random.permutation(m))
    shuffled_X, shuffled_Y = X[:, order], Y[:, order].reshape((1, m))
    batches = []
    for k in range(math.floor(m / size)):
        batches.append((shuffled_X[:, k * size : (k + 1) * size], shuffled_Y[:, k * size : (k + 1) * size]))
    if m % size != 0:
        start = math.floor(m / size) * size
        batches.append((shuffled_X[:, start:], shuffled_Y[:, start:]))
    return batches
