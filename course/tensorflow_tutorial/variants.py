# %% [markdown]
# Known answers to the exercises of TensorFlow Tutorial: the tests of the tests. Each cell replaces the solution cell of that name.
# `right` answers must get all points, `wrong` ones must lose their exercise with a message that contains `says`;
# `hidden` gives the reason where only the hidden tests can catch a wrong answer.


# %% right="linear_function" name="the well-known steps"
def linear_function():
    np.random.seed(1)
    X = tf.constant(np.random.randn(3, 1), name="X")
    W = tf.Variable(np.random.randn(4, 3), name="W")
    b = tf.constant(np.random.randn(4, 1), name="b")
    Y = tf.add(tf.matmul(W, X), b)
    return Y


# %% right="linear_function" name="NumPy and lists"
def linear_function():
    np.random.seed(1)
    X = np.random.randn(3, 1)
    W = np.random.randn(4, 3)
    b = np.random.randn(4, 1)
    return [[sum(W[i, k] * X[k, 0] for k in range(3)) + b[i, 0]] for i in range(4)]


# %% right="linear_function" name="float32 and einsum"
def linear_function():
    np.random.seed(1)
    X, W, b = (tf.constant(np.random.randn(*s), tf.float32) for s in ((3, 1), (4, 3), (4, 1)))
    return tf.einsum("ik,kj->ij", W, X) + b


# %% wrong="linear_function" name="draws W first" says="draw X, then W, then b"
def linear_function():
    np.random.seed(1)
    W, X, b = np.random.randn(4, 3), np.random.randn(3, 1), np.random.randn(4, 1)
    return tf.matmul(W, X) + b


# %% wrong="linear_function" name="without b" says="add b"
def linear_function():
    np.random.seed(1)
    X, W = np.random.randn(3, 1), np.random.randn(4, 3)
    return tf.matmul(W, X)


# %% wrong="linear_function" name="entries multiplied" says="your code raised"
def linear_function():
    np.random.seed(1)
    X, W, b = np.random.randn(3, 1), np.random.randn(4, 3), np.random.randn(4, 1)
    return tf.constant(W) * tf.constant(X) + b


# %% wrong="linear_function" name="no seed" says="after np.random.seed(1)"
def linear_function():
    np.random.seed(2)
    X, W, b = np.random.randn(3, 1), np.random.randn(4, 3), np.random.randn(4, 1)
    return tf.matmul(W, X) + b


# %% wrong="linear_function" name="flat vectors" says="it should be (4, 1)"
def linear_function():
    np.random.seed(1)
    X, W, b = np.random.randn(3), np.random.randn(4, 3), np.random.randn(4)
    return tf.linalg.matvec(W, X) + b


# %% right="sigmoid" name="the well-known steps"
def sigmoid(z):
    z = tf.cast(z, tf.float32)
    a = tf.keras.activations.sigmoid(z)
    return a


def cost(logits, labels):
    z = tf.cast(logits, tf.float32)
    y = tf.cast(labels, tf.float32)
    return tf.nn.sigmoid_cross_entropy_with_logits(logits=z, labels=y)


# %% right="sigmoid" name="NumPy"
def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


def cost(logits, labels):
    return np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))


# %% right="sigmoid" name="tanh and softplus"
def sigmoid(z):
    return (tf.tanh(tf.cast(z, tf.float64) / 2) + 1) / 2


def cost(logits, labels):
    return tf.math.softplus(-logits) + (1 - labels) * logits


# %% wrong="sigmoid" name="rounded to whole numbers" says="has to be cast"
def sigmoid(z):
    return tf.round(tf.sigmoid(tf.cast(z, tf.float64)))


def cost(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


# %% wrong="sigmoid" name="without a cast" says="your code raised InvalidArgumentError"
def sigmoid(z):
    return tf.sigmoid(z)


def cost(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


# %% wrong="sigmoid" name="wrong sign" says="look at the sign"
def sigmoid(z):
    return 1 / (1 + tf.exp(tf.cast(z, tf.float64)))


def cost(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


# %% wrong="sigmoid" name="a softmax of the whole array" says="every entry on its own"
def sigmoid(z):
    z = tf.cast(z, tf.float64)
    return tf.nn.softmax(z) if len(z.shape) else tf.sigmoid(z)


def cost(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


# %% wrong="sigmoid" name="the mean of the costs" says="no mean and no sum"
def sigmoid(z):
    return tf.sigmoid(tf.cast(z, tf.float64))


def cost(logits, labels):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


# %% wrong="sigmoid" name="sigmoid before the cost" says="without a sigmoid before it"
def sigmoid(z):
    return tf.sigmoid(tf.cast(z, tf.float64))


def cost(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=sigmoid(logits))


# %% wrong="sigmoid" name="labels for logits" says="not in the place of the labels"
def sigmoid(z):
    return tf.sigmoid(tf.cast(z, tf.float64))


def cost(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=logits, logits=labels)


# %% wrong="sigmoid" name="the formula as it stands" says="contains infinity"
def sigmoid(z):
    return tf.sigmoid(tf.cast(z, tf.float64))


def cost(logits, labels):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-logits))
        return np.where(labels == 1, -np.log(p), -np.log(1 - p))


# %% wrong="sigmoid" name="matrices at most" says="" hidden="the visible arrays have at most two axes"
def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return (
        np.array([1 / (1 + np.exp(-row)) for row in z]) * (z.ndim < 3)
        if z.ndim
        else 1 / (1 + np.exp(-z))
    )


def cost(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


# %% right="one_hot_matrix" name="the well-known steps"
def one_hot_matrix(labels, C):
    C = tf.constant(C, name="C")
    return tf.one_hot(indices=labels, depth=C, axis=0)


def ones(shape):
    return tf.ones(shape=shape)


# %% right="one_hot_matrix" name="rows of the identity, transposed"
def one_hot_matrix(labels, C):
    return np.eye(C)[np.asarray(labels)].T


def ones(shape):
    return np.full(shape, 1)


# %% right="one_hot_matrix" name="lists"
def one_hot_matrix(labels, C):
    return [[1 if label == row else 0 for label in labels] for row in range(C)]


def ones(shape):
    return tf.fill(shape, 1.0)


# %% right="one_hot_matrix" name="comparison"
def one_hot_matrix(labels, C):
    return tf.cast(tf.range(C)[:, None] == tf.cast(labels, tf.int32)[None, :], tf.float32)


def ones(shape):
    return tf.zeros(shape) + 1


# %% wrong="one_hot_matrix" name="labels along the rows" says="look at the axis"
def one_hot_matrix(labels, C):
    return tf.one_hot(labels, C)


def ones(shape):
    return tf.ones(shape)


# %% wrong="one_hot_matrix" name="counted from one" says="counts rows from 0"
def one_hot_matrix(labels, C):
    return tf.one_hot(np.array(labels) - 1, C, axis=0)


def ones(shape):
    return tf.ones(shape)


# %% wrong="one_hot_matrix" name="as many classes as labels occur" says="the number of rows is C"
def one_hot_matrix(labels, C):
    return tf.one_hot(labels, max(labels) + 1, axis=0)


def ones(shape):
    return tf.ones(shape)


# %% wrong="one_hot_matrix" name="ones of a wrong shape" says="pass the list on"
def one_hot_matrix(labels, C):
    return tf.one_hot(labels, C, axis=0)


def ones(shape):
    return tf.ones([1, *shape])


# %% wrong="one_hot_matrix" name="zeros" says="every entry is 1"
def one_hot_matrix(labels, C):
    return tf.one_hot(labels, C, axis=0)


def ones(shape):
    return tf.zeros(shape) if len(shape) > 1 else tf.ones(shape)


# %% wrong="one_hot_matrix" name="four classes at most" says="" hidden="the visible examples have at most four classes"
def one_hot_matrix(labels, C):
    return np.eye(C)[:, labels] * (np.arange(C) < 4)[:, None]


def ones(shape):
    return tf.ones(shape)


# %% right="tensor_forecast" name="lists and floats"
tensor_forecast = {
    "broadcast": [4, 3],
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "Error",
    "old_product": 6,
    "constant": "None",
    "twice": 6.0,
    "left": 3,
}


# %% right="tensor_forecast" name="None itself"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": None,
    "twice": 6,
    "left": 3,
}


# %% right="tensor_forecast" name="measured"
v = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = v * v
tensor_forecast = {
    "broadcast": tuple((tf.ones([4, 1]) + tf.ones([3])).shape),
    "flat_bias": tuple((tf.ones([5, 1]) + tf.ones([5])).shape),
    "mean": tuple(tf.reduce_mean(tf.ones([6, 32, 2]), axis=0).shape),
    "list_type": tf.constant([1, 2.5]).dtype.name,
    "array_type": tf.constant(np.ones(3)).dtype.name,
    "mixed": "error",
    "old_product": (2 * v).numpy(),
    "constant": "none",
    "twice": tape.gradient(y, v),
    "left": v,
}


# %% wrong="tensor_forecast" name="a bias that fits" says="is it a row or a column"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 1),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
    "left": 3,
}


# %% wrong="tensor_forecast" name="the mean over the last axis" says="goes away"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (6, 32),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
    "left": 3,
}


# %% wrong="tensor_forecast" name="casts by itself" says="cast whole numbers by itself"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "float32",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
    "left": 3,
}


# %% wrong="tensor_forecast" name="y follows v" says="a value or a formula"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 10,
    "constant": "None",
    "twice": 6,
    "left": 3,
}


# %% wrong="tensor_forecast" name="constants are watched" says="what does a tape watch"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": 6,
    "twice": 6,
    "left": 3,
}


# %% wrong="tensor_forecast" name="float stays on the tape" says="float(v) is no tensor"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
    "left": 6,
}


# %% wrong="tensor_forecast" name="one factor only" says="two times"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 3,
    "left": 3,
}


# %% wrong="tensor_forecast" name="NumPy's numbers become single" says="a type already"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float32",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
    "left": 3,
}


# %% wrong="tensor_forecast" name="shapes as text" says="no tuple of whole numbers"
tensor_forecast = {
    "broadcast": "(4, 3)",
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
    "left": 3,
}


# %% wrong="tensor_forecast" name="a key is missing" says="the table lists ten keys"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
}


# %% wrong="tensor_forecast" name="no stretching" says="an axis of length 1 is repeated"
tensor_forecast = {
    "broadcast": (4, 1),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float32",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
    "left": 3,
}


# %% wrong="tensor_forecast" name="lists are doubles" says="TensorFlow's own type"
tensor_forecast = {
    "broadcast": (4, 3),
    "flat_bias": (5, 5),
    "mean": (32, 2),
    "list_type": "float64",
    "array_type": "float64",
    "mixed": "error",
    "old_product": 6,
    "constant": "None",
    "twice": 6,
    "left": 3,
}


# %% right="trace_forecast" name="floats"
trace_forecast = {
    "tensors": 1,
    "numbers": 3.0,
    "types": 2,
    "shapes": 3.0,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% right="trace_forecast" name="arrays"
trace_forecast = {
    name: np.array([count])
    for name, count in {
        "tensors": 1,
        "numbers": 3,
        "types": 2,
        "shapes": 3,
        "signature": 1,
        "epoch": 2,
        "two_epochs": 2,
        "printed": 1,
        "tf_printed": 5,
    }.items()
}


# %% right="trace_forecast" name="key by key"
trace_forecast = dict(tensors=1, numbers=len({1, 2, 3}), types=2, shapes=3, signature=1)
trace_forecast.update(epoch=1 + (1080 % 32 > 0), two_epochs=2)
trace_forecast |= {"printed": 1, "tf_printed": 5}


# %% wrong="trace_forecast" name="values count" says="not by its value"
trace_forecast = {
    "tensors": 3,
    "numbers": 3,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="numbers are like tensors" says="described by its value"
trace_forecast = {
    "tensors": 1,
    "numbers": 1,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="nothing is kept" says="what was traced once is kept"
trace_forecast = {
    "tensors": 1,
    "numbers": 4,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="types do not count" says="type and shape"
trace_forecast = {
    "tensors": 1,
    "numbers": 3,
    "types": 1,
    "shapes": 3,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="lengths do not count" says="two shapes"
trace_forecast = {
    "tensors": 1,
    "numbers": 3,
    "types": 2,
    "shapes": 2,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="the signature does not help" says="the length may be anything"
trace_forecast = {
    "tensors": 1,
    "numbers": 3,
    "types": 2,
    "shapes": 3,
    "signature": 2,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="every batch" says="sizes do the batches"
trace_forecast = {
    "tensors": 1,
    "numbers": 3,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 34,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="the rest forgotten" says="sizes do the batches"
trace_forecast = {
    "tensors": 1,
    "numbers": 3,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 1,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="each epoch anew" says="bring a new shape"
trace_forecast = {
    "tensors": 1,
    "numbers": 3,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 4,
    "printed": 1,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="print in every call" says="when Python runs"
trace_forecast = {
    "tensors": 1,
    "numbers": 3,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 5,
    "tf_printed": 5,
}


# %% wrong="trace_forecast" name="tf.print while tracing" says="is recorded"
trace_forecast = {
    "tensors": 1,
    "numbers": 3,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 1,
}


# %% wrong="trace_forecast" name="text" says="without quotes"
trace_forecast = {
    "tensors": "1",
    "numbers": 3,
    "types": 2,
    "shapes": 3,
    "signature": 1,
    "epoch": 2,
    "two_epochs": 2,
    "printed": 1,
    "tf_printed": 5,
}


# %% right="create_placeholders" name="the well-known steps"
def create_placeholders(n_x, n_y):
    X = tf.compat.v1.placeholder(tf.float32, [n_x, None], name="X")
    Y = tf.compat.v1.placeholder(tf.float32, [n_y, None], name="Y")
    return X, Y


# %% right="create_placeholders" name="keywords and a list"
def create_placeholders(n_x, n_y):
    return [
        tf.compat.v1.placeholder(dtype="float32", shape=(rows, None), name=name)
        for rows, name in ((n_x, "X"), (n_y, "Y"))
    ]


# %% right="create_placeholders" name="shapes of TensorFlow"
def create_placeholders(n_x, n_y):
    v1 = tf.compat.v1
    X = v1.placeholder(v1.float32, shape=tf.TensorShape([n_x, None]), name="X")
    Y = v1.placeholder(v1.float32, shape=tf.TensorShape([n_y, None]), name="Y")
    return X, Y


# %% wrong="create_placeholders" name="the number of examples is fixed" says="number of columns is not"
def create_placeholders(n_x, n_y):
    X = tf.compat.v1.placeholder(tf.float32, [n_x, 1], name="X")
    Y = tf.compat.v1.placeholder(tf.float32, [n_y, 1], name="Y")
    return X, Y


# %% wrong="create_placeholders" name="nothing is known" says="the rows are known"
def create_placeholders(n_x, n_y):
    X = tf.compat.v1.placeholder(tf.float32, name="X")
    Y = tf.compat.v1.placeholder(tf.float32, name="Y")
    return X, Y


# %% wrong="create_placeholders" name="rows of examples" says="the rows are known"
def create_placeholders(n_x, n_y):
    X = tf.compat.v1.placeholder(tf.float32, [None, n_x], name="X")
    Y = tf.compat.v1.placeholder(tf.float32, [None, n_y], name="Y")
    return X, Y


# %% wrong="create_placeholders" name="another type" says="the type is the first argument"
def create_placeholders(n_x, n_y):
    X = tf.compat.v1.placeholder(tf.float64, [n_x, None], name="X")
    Y = tf.compat.v1.placeholder(tf.float64, [n_y, None], name="Y")
    return X, Y


# %% wrong="create_placeholders" name="no names" says="the argument name"
def create_placeholders(n_x, n_y):
    X = tf.compat.v1.placeholder(tf.float32, [n_x, None])
    Y = tf.compat.v1.placeholder(tf.float32, [n_y, None])
    return X, Y


# %% wrong="create_placeholders" name="n_x twice" says="gives Y the shape"
def create_placeholders(n_x, n_y):
    X = tf.compat.v1.placeholder(tf.float32, [n_x, None], name="X")
    Y = tf.compat.v1.placeholder(tf.float32, [n_x, None], name="Y")
    return X, Y


# %% wrong="create_placeholders" name="sizes of the exercise" says="gives X the shape"
def create_placeholders(n_x, n_y):
    X = tf.compat.v1.placeholder(tf.float32, [12288, None], name="X")
    Y = tf.compat.v1.placeholder(tf.float32, [6, None], name="Y")
    return X, Y


# %% wrong="create_placeholders" name="constants" says="is no placeholder"
def create_placeholders(n_x, n_y):
    return tf.zeros([n_x, 1]), tf.zeros([n_y, 1])


# %% right="initialize_parameters" name="the well-known steps"
def initialize_parameters():
    initializer = tf.keras.initializers.GlorotNormal(seed=1)
    W1 = tf.Variable(initializer(shape=([25, 12288])))
    b1 = tf.Variable(tf.zeros(shape=([25, 1])))
    W2 = tf.Variable(initializer(shape=([12, 25])))
    b2 = tf.Variable(tf.zeros(shape=([12, 1])))
    W3 = tf.Variable(initializer(shape=([6, 12])))
    b3 = tf.Variable(tf.zeros(shape=([6, 1])))
    parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}
    return parameters


# %% right="initialize_parameters" name="a new initializer for each, named variables"
def initialize_parameters():
    parameters = {}
    for name, shape in dict(W1=(25, 12288), W2=(12, 25), W3=(6, 12)).items():
        weights = tf.keras.initializers.GlorotUniform(seed=1)(shape)
        parameters[name] = tf.Variable(weights, name=name)
        parameters["b" + name[1]] = tf.Variable(np.zeros((shape[0], 1), np.float32))
    return parameters


# %% right="initialize_parameters" name="drawn with NumPy"
def initialize_parameters():
    generator, parameters = np.random.default_rng(1), {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        limit = np.sqrt(6 / (rows + n))
        W = generator.uniform(-limit, limit, (rows, n))
        parameters[f"W{l}"] = tf.Variable(W, dtype=tf.float32)
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="no variables" says="has to be a tf.Variable"
def initialize_parameters():
    g = tf.keras.initializers.GlorotUniform(seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.constant(g((rows, n)))
        parameters[f"b{l}"] = tf.constant(tf.zeros((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="flat biases" says="it should be (25, 1)"
def initialize_parameters():
    g = tf.keras.initializers.GlorotUniform(seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(g((rows, n)))
        parameters[f"b{l}"] = tf.Variable(tf.zeros(rows))
    return parameters


# %% wrong="initialize_parameters" name="transposed" says="a row for each unit"
def initialize_parameters():
    g = tf.keras.initializers.GlorotUniform(seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(g((n, rows)))
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="biases of one" says="biases start at zero"
def initialize_parameters():
    g = tf.keras.initializers.GlorotUniform(seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(g((rows, n)))
        parameters[f"b{l}"] = tf.Variable(tf.ones((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="a standard deviation of 1" says="2 / (n_in + n_out)"
def initialize_parameters():
    g = tf.keras.initializers.RandomNormal(stddev=1.0, seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(g((rows, n)))
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="He's variance" says="2 / (n_in + n_out)"
def initialize_parameters():
    g = tf.keras.initializers.HeNormal(seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(g((rows, n)))
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="He's variance, another draw" says="He's is 2 / n_in"
def initialize_parameters():
    generator, parameters = np.random.RandomState(1), {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        W = generator.randn(rows, n) * np.sqrt(2 / n)
        parameters[f"W{l}"] = tf.Variable(W.astype(np.float32))
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="not trainable" says="and trainable"
def initialize_parameters():
    g = tf.keras.initializers.GlorotUniform(seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(g((rows, n)), trainable=False)
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)), trainable=False)
    return parameters


# %% wrong="initialize_parameters" name="no seed" says="needs seed=1"
def initialize_parameters():
    g = tf.keras.initializers.GlorotUniform()
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(g((rows, n)))
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="double precision" says="float32"
def initialize_parameters():
    g = tf.keras.initializers.GlorotUniform(seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(np.float64(g((rows, n))))
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)))
    return parameters


# %% wrong="initialize_parameters" name="zeros everywhere" says="around zero"
def initialize_parameters():
    g = tf.keras.initializers.GlorotUniform(seed=1)
    parameters = {}
    for l, (rows, n) in enumerate([(25, 12288), (12, 25), (6, 12)], start=1):
        parameters[f"W{l}"] = tf.Variable(tf.zeros((rows, n)))
        parameters[f"b{l}"] = tf.Variable(tf.zeros((rows, 1)))
    return parameters


# %% right="forward_propagation" name="the well-known steps"
def forward_propagation(X, parameters):
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W3 = parameters["W3"]
    b3 = parameters["b3"]
    Z1 = tf.add(tf.matmul(W1, X), b1)
    A1 = tf.nn.relu(Z1)
    Z2 = tf.math.add(tf.linalg.matmul(W2, A1), b2)
    A2 = tf.keras.activations.relu(Z2)
    Z3 = tf.add(tf.matmul(W3, A2), b3)
    return Z3


def compute_cost(Z3, Y):
    logits = tf.transpose(Z3)
    labels = tf.transpose(Y)
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=labels))


# %% right="forward_propagation" name="Keras' cost of rows"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.nn.relu(Z)
    return Z


def compute_cost(Z3, Y):
    return tf.reduce_mean(
        tf.keras.losses.categorical_crossentropy(
            tf.transpose(Y), tf.transpose(Z3), from_logits=True
        )
    )


# %% right="forward_propagation" name="einsum, and a log-softmax along the columns"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.einsum("ij,jm->im", parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.maximum(Z, 0.0)
    return Z


def compute_cost(Z3, Y):
    return -tf.reduce_mean(tf.reduce_sum(Y * tf.nn.log_softmax(Z3, axis=0), axis=0))


# %% wrong="forward_propagation" name="relu at the end" says="no relu and no softmax"
def forward_propagation(X, parameters):
    p = parameters
    A = X
    for l in (1, 2, 3):
        A = tf.nn.relu(tf.matmul(p[f"W{l}"], A) + p[f"b{l}"])
    return A


def compute_cost(Z3, Y):
    return tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), tf.transpose(Z3))
    )


# %% wrong="forward_propagation" name="softmax at the end" says="no relu and no softmax"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.nn.relu(Z)
    return tf.nn.softmax(Z, axis=0)


def compute_cost(Z3, Y):
    return tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), tf.transpose(Z3))
    )


# %% wrong="forward_propagation" name="no relu" says="relu stands after the first"
def forward_propagation(X, parameters):
    p = parameters
    A = X
    for l in (1, 2, 3):
        A = tf.matmul(p[f"W{l}"], A) + p[f"b{l}"]
    return A


def compute_cost(Z3, Y):
    return tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), tf.transpose(Z3))
    )


# %% wrong="forward_propagation" name="no relu after the second layer" says="Z2 is -2"
def forward_propagation(X, parameters):
    p = parameters
    A1 = tf.nn.relu(tf.matmul(p["W1"], X) + p["b1"])
    A2 = tf.matmul(p["W2"], A1) + p["b2"]
    return tf.matmul(p["W3"], A2) + p["b3"]


def compute_cost(Z3, Y):
    return tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), tf.transpose(Z3))
    )


# %% wrong="forward_propagation" name="a bias forgotten" says="each layer adds its bias"
def forward_propagation(X, parameters):
    p = parameters
    A1 = tf.nn.relu(tf.matmul(p["W1"], X) + p["b1"])
    A2 = tf.nn.relu(tf.matmul(p["W2"], A1) + p["b2"])
    return tf.matmul(p["W3"], A2)


def compute_cost(Z3, Y):
    return tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), tf.transpose(Z3))
    )


# %% wrong="forward_propagation" name="not transposed" says="transpose"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.nn.relu(Z)
    return Z


def compute_cost(Z3, Y):
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=Y, logits=Z3))


# %% wrong="forward_propagation" name="the sum" says="neither a sum"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.nn.relu(Z)
    return Z


def compute_cost(Z3, Y):
    return tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), tf.transpose(Z3)))


# %% wrong="forward_propagation" name="a mean over classes, too" says="a mean over classes"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.nn.relu(Z)
    return Z


def compute_cost(Z3, Y):
    return -tf.reduce_mean(Y * tf.nn.log_softmax(Z3, axis=0))


# %% wrong="forward_propagation" name="softmax twice" says="do not take a second one"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.nn.relu(Z)
    return Z


def compute_cost(Z3, Y):
    P = tf.nn.softmax(tf.transpose(Z3))
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), P))


# %% wrong="forward_propagation" name="from_logits forgotten" says="logits go into the cost"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.nn.relu(Z)
    return Z


def compute_cost(Z3, Y):
    costs = tf.keras.losses.categorical_crossentropy(
        tf.transpose(Y), tf.abs(tf.transpose(Z3)) + 1.0
    )
    return tf.reduce_mean(costs)


# %% wrong="forward_propagation" name="the formula as it stands" says="contains"
def forward_propagation(X, parameters):
    A = X
    for l in (1, 2, 3):
        Z = tf.matmul(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        A = tf.nn.relu(Z)
    return Z


def compute_cost(Z3, Y):
    P = tf.exp(Z3) / tf.reduce_sum(tf.exp(Z3), axis=0)
    return -tf.reduce_mean(tf.math.log(tf.reduce_sum(P * Y, axis=0)))


# %% wrong="forward_propagation" name="the forward pass in NumPy" says="leaves no trace on a tape"
def forward_propagation(X, parameters):
    p = {name: np.array(value) for name, value in parameters.items()}
    A1 = np.maximum(0, np.dot(p["W1"], X) + p["b1"])
    A2 = np.maximum(0, np.dot(p["W2"], A1) + p["b2"])
    return np.dot(p["W3"], A2) + p["b3"]


def compute_cost(Z3, Y):
    costs = tf.nn.softmax_cross_entropy_with_logits(labels=tf.transpose(Y), logits=tf.transpose(Z3))
    return tf.reduce_mean(costs)


# %% wrong="forward_propagation" name="the cost in NumPy" says="leaves no trace on a tape"
def forward_propagation(X, parameters):
    A1 = tf.nn.relu(parameters["W1"] @ X + parameters["b1"])
    A2 = tf.nn.relu(parameters["W2"] @ A1 + parameters["b2"])
    return parameters["W3"] @ A2 + parameters["b3"]


def compute_cost(Z3, Y):
    Z3, Y = np.array(Z3), np.array(Y)
    top = Z3.max(axis=0)
    return np.mean(top + np.log(np.exp(Z3 - top).sum(axis=0)) - (Z3 * Y).sum(axis=0))


# %% wrong="forward_propagation" name="one column of a bias is enough" says="" hidden="the visible networks have one unit in the hidden layers"
def forward_propagation(X, parameters):
    p = parameters
    A1 = tf.nn.relu(tf.matmul(p["W1"], X) + p["b1"][0])
    A2 = tf.nn.relu(tf.matmul(p["W2"], A1) + p["b2"][0])
    return tf.matmul(p["W3"], A2) + p["b3"]


def compute_cost(Z3, Y):
    return tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), tf.transpose(Z3))
    )


# %% right="train_step" name="the well-known steps"
def train_step(X, Y, parameters, optimizer):
    with tf.GradientTape() as tape:
        Z3 = forward_propagation(X, parameters)
        minibatch_cost = compute_cost(Z3, Y)
    trainable_variables = [
        parameters["W1"],
        parameters["b1"],
        parameters["W2"],
        parameters["b2"],
        parameters["W3"],
        parameters["b3"],
    ]
    grads = tape.gradient(minibatch_cost, trainable_variables)
    optimizer.apply_gradients(zip(grads, trainable_variables))
    return minibatch_cost


# %% right="train_step" name="the broken one, mended line by line"
def train_step(X, Y, parameters, optimizer):
    with tf.GradientTape() as tape:
        first = tf.nn.relu(tf.matmul(parameters["W1"], X) + parameters["b1"])
        second = tf.nn.relu(tf.matmul(parameters["W2"], first) + parameters["b2"])
        output = tf.matmul(parameters["W3"], second) + parameters["b3"]
        batch_costs = tf.nn.softmax_cross_entropy_with_logits(tf.transpose(Y), tf.transpose(output))
        J = tf.reduce_mean(batch_costs)
    weights = list(parameters.values())
    optimizer.apply_gradients(list(zip(tape.gradient(J, weights), weights)))
    return J


# %% right="train_step" name="gradients as a dictionary, apply"
def train_step(X, Y, parameters, optimizer):
    with tf.GradientTape(persistent=True) as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    grads = tape.gradient(J, parameters)
    optimizer.apply([grads[name] for name in parameters], [parameters[name] for name in parameters])
    return tf.identity(J)


# %% wrong="train_step" name="biases left out" says="b1 has not moved"
def train_step(X, Y, parameters, optimizer):
    variables = [parameters[f"W{l}"] for l in (1, 2, 3)]
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    optimizer.apply_gradients(
        [pair for pair in zip(tape.gradient(J, variables), variables) if pair[0] is not None]
    )
    return J


# %% wrong="train_step" name="the first layer is not on the tape" says="W1 has not moved"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    first = tf.nn.relu(tf.matmul(parameters["W1"], X) + parameters["b1"])
    with tf.GradientTape() as tape:
        second = tf.nn.relu(tf.matmul(parameters["W2"], first) + parameters["b2"])
        J = compute_cost(tf.matmul(parameters["W3"], second) + parameters["b3"], Y)
    optimizer.apply_gradients(
        [pair for pair in zip(tape.gradient(J, variables), variables) if pair[0] is not None]
    )
    return J


# %% wrong="train_step" name="softmax twice" says="not probabilities"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        J = compute_cost(tf.nn.softmax(forward_propagation(X, parameters), axis=0), Y)
    optimizer.apply_gradients(
        [pair for pair in zip(tape.gradient(J, variables), variables) if pair[0] is not None]
    )
    return J


# %% wrong="train_step" name="returns nothing" says="is None"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    optimizer.apply_gradients(
        [pair for pair in zip(tape.gradient(J, variables), variables) if pair[0] is not None]
    )
    return None


# %% wrong="train_step" name="the cost after the step" says="it is the cost before the step"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    optimizer.apply_gradients(
        [pair for pair in zip(tape.gradient(J, variables), variables) if pair[0] is not None]
    )
    return compute_cost(forward_propagation(X, parameters), Y)


# %% wrong="train_step" name="two steps at once" says="One step for one call"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    slopes = tape.gradient(J, variables)
    for _ in range(2):
        optimizer.apply_gradients(zip(slopes, variables))
    return J


# %% wrong="train_step" name="uphill" says="after a step of gradient descent"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    optimizer.apply_gradients([(-g, v) for g, v in zip(tape.gradient(J, variables), variables)])
    return J


# %% wrong="train_step" name="the optimizer is not used" says="the step is the optimizer's"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    [
        v.assign_sub(optimizer.learning_rate * g)
        for g, v in zip(tape.gradient(J, variables), variables)
    ]
    return J


# %% wrong="train_step" name="no step at all" says="has not moved"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    tape.gradient(J, variables)
    return J


# %% wrong="train_step" name="the gradient of the sum" says="the mean over its examples"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    m = tf.cast(tf.shape(X)[1], tf.float32)
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y) * m
    optimizer.apply_gradients(zip(tape.gradient(J, variables), variables))
    return J / m


# %% wrong="train_step" name="the cost without a tensor" says="no .numpy()"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    optimizer.apply_gradients(zip(tape.gradient(J, variables), variables))
    return J.numpy()


# %% wrong="train_step" name="a new Adam in each step" says="" hidden="the visible checks take one step with Adam"
def train_step(X, Y, parameters, optimizer):
    variables = list(parameters.values())
    if isinstance(optimizer, tf.keras.optimizers.Adam):
        optimizer = tf.keras.optimizers.Adam(float(optimizer.learning_rate))
    with tf.GradientTape() as tape:
        J = compute_cost(forward_propagation(X, parameters), Y)
    optimizer.apply_gradients(
        [pair for pair in zip(tape.gradient(J, variables), variables) if pair[0] is not None]
    )
    return J


# %% right="model" name="np.average, without a compiled step"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate=learning_rate)
    costs = []
    for epoch in range(num_epochs):
        pairs = random_mini_batches(X_train, Y_train, minibatch_size, epoch)
        batch_costs = [
            train_step(tf.constant(X), tf.constant(Y), parameters, optimizer) for X, Y in pairs
        ]
        costs += [np.average(batch_costs, weights=[np.shape(Y)[1] for _, Y in pairs])]
    return parameters, costs


# %% right="model" name="while loops, tensors"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    epoch = 0
    while len(costs) < num_epochs:
        sums = tf.constant(0.0)
        for X, Y in random_mini_batches(X_train, Y_train, minibatch_size, seed=epoch):
            sums = sums + step(tf.convert_to_tensor(X), tf.convert_to_tensor(Y)) * len(Y[0])
        costs.append((sums / X_train.shape[1]).numpy())
        epoch += 1
    return parameters, costs


# %% right="model" name="the well-known steps"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    m = X_train.shape[1]
    seed = -1
    for epoch in range(num_epochs):
        epoch_cost = 0.0
        seed = seed + 1
        minibatches = random_mini_batches(X_train, Y_train, minibatch_size, seed)
        for minibatch in minibatches:
            (minibatch_X, minibatch_Y) = minibatch
            minibatch_cost = step(minibatch_X, minibatch_Y)
            epoch_cost += minibatch_cost * minibatch_X.shape[1] / m
        if print_cost and epoch % 100 == 0:
            print("Cost after epoch %i: %f" % (epoch, epoch_cost))
        costs.append(epoch_cost)
    return parameters, costs


# %% wrong="model" name="trains on the test set" says="a step for every mini-batch"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(num_epochs):
        total = 0.0
        for X, Y in random_mini_batches(X_test, Y_test, minibatch_size, seed=epoch):
            total += float(step(X, Y)) * X.shape[1]
        costs.append(total / X_test.shape[1])
    return parameters, costs


# %% wrong="model" name="batches weighted alike" says="weight the cost of a batch"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(num_epochs):
        pairs = random_mini_batches(X_train, Y_train, minibatch_size, seed=epoch)
        costs.append(np.mean([float(step(X, Y)) for X, Y in pairs]))
    return parameters, costs


# %% wrong="model" name="the sum of the costs" says="the mean over examples"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(num_epochs):
        total = 0.0
        for X, Y in random_mini_batches(X_train, Y_train, minibatch_size, seed=epoch):
            total += float(step(X, Y)) * X.shape[1]
        costs.append(total)
    return parameters, costs


# %% wrong="model" name="the whole set in each step" says="a step for every mini-batch"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(num_epochs):
        costs.append(float(step(X_train, Y_train)))
    return parameters, costs


# %% wrong="model" name="the cost of every batch" says="one cost for each epoch"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(num_epochs):
        for X, Y in random_mini_batches(X_train, Y_train, minibatch_size, seed=epoch):
            costs.append(float(step(X, Y)))
    return parameters, costs


# %% wrong="model" name="one epoch only" says="does not hold two numbers"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(1):
        total = 0.0
        for X, Y in random_mini_batches(X_train, Y_train, minibatch_size, seed=epoch):
            total += float(step(X, Y)) * X.shape[1]
        costs.append(total / X_train.shape[1])
    return parameters, costs


# %% wrong="model" name="the short batch is left out" says="also for the short one"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(num_epochs):
        total = 0.0
        for X, Y in random_mini_batches(X_train, Y_train, minibatch_size, seed=epoch):
            if X.shape[1] == minibatch_size:
                total += float(step(X, Y)) * X.shape[1]
        costs.append(total / (X_train.shape[1] - X_train.shape[1] % minibatch_size))
    return parameters, costs


# %% wrong="model" name="batches of 32" says="minibatch_size and num_epochs are arguments"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(num_epochs):
        total = 0.0
        for X, Y in random_mini_batches(X_train, Y_train, 32, seed=epoch):
            total += float(step(X, Y)) * X.shape[1]
        costs.append(total / X_train.shape[1])
    return parameters, costs


# %% wrong="model" name="the sum goes on through the epochs" says="start each epoch at 0"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    total = 0.0
    for epoch in range(num_epochs):
        for X, Y in random_mini_batches(X_train, Y_train, minibatch_size, seed=epoch):
            total += float(step(X, Y)) * X.shape[1]
        costs.append(total / X_train.shape[1])
    return parameters, costs


# %% wrong="model" name="the same order in every epoch" says="" hidden="with a learning rate of nearly 0 the order cannot be seen, and a visible oracle would be the answer"
def model(
    X_train,
    Y_train,
    X_test,
    Y_test,
    learning_rate=0.0001,
    num_epochs=1500,
    minibatch_size=32,
    print_cost=True,
):
    parameters = initialize_parameters()
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    optimizer.build(list(parameters.values()))
    step = tf.function(lambda X, Y: train_step(X, Y, parameters, optimizer))
    costs = []
    for epoch in range(num_epochs):
        total = 0.0
        for X, Y in random_mini_batches(X_train, Y_train, minibatch_size, seed=0):
            total += float(step(X, Y)) * X.shape[1]
        costs.append(total / X_train.shape[1])
    return parameters, costs


# %% right="keras_network" name="layer by layer"
def keras_network(l2=0.0, dropout=0.0):
    network = tf.keras.Sequential()
    network.add(tf.keras.Input(shape=(12288,)))
    network.add(tf.keras.layers.Dense(25, "relu", kernel_regularizer=tf.keras.regularizers.l2(l2)))
    network.add(tf.keras.layers.Dropout(rate=dropout))
    network.add(tf.keras.layers.Dense(12, "relu", kernel_regularizer=tf.keras.regularizers.l2(l2)))
    network.add(tf.keras.layers.Dense(6, kernel_regularizer=tf.keras.regularizers.l2(l2)))
    return network


# %% right="keras_network" name="functional"
def keras_network(l2=0.0, dropout=0.0):
    inputs = x = tf.keras.Input((12288,))
    for units in (25, 12, 6):
        x = tf.keras.layers.Dense(units, kernel_regularizer=tf.keras.regularizers.L1L2(l2=l2))(x)
        if units > 6:
            x = tf.keras.layers.ReLU()(x)
        if units == 25:
            x = tf.keras.layers.Dropout(dropout)(x)
    return tf.keras.Model(inputs, x)


# %% right="keras_network" name="activations as layers"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, kernel_regularizer=penalty),
            tf.keras.layers.Activation("relu"),
            tf.keras.layers.Dropout(dropout),
            D(12, kernel_regularizer=penalty),
            tf.keras.layers.Activation("relu"),
            D(6, activation="linear", kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="softmax at the end" says="the last layer has no activation"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(12, activation="relu", kernel_regularizer=penalty),
            D(6, activation="softmax", kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="no penalty on the last layer" says="all three layers"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(12, activation="relu", kernel_regularizer=penalty),
            D(6),
        ]
    )


# %% wrong="keras_network" name="a penalty on the biases" says="to no bias"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", kernel_regularizer=penalty, bias_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(12, activation="relu", kernel_regularizer=penalty, bias_regularizer=penalty),
            D(6, kernel_regularizer=penalty, bias_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="dropout after the second layer" says="after the first relu"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", kernel_regularizer=penalty),
            D(12, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="dropout of the pixels" says="after the first relu"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            tf.keras.layers.Dropout(dropout),
            D(25, activation="relu", kernel_regularizer=penalty),
            D(12, activation="relu", kernel_regularizer=penalty),
            D(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="the share that is kept" says="with the given rate"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(1 - dropout if dropout else 0),
            D(12, activation="relu", kernel_regularizer=penalty),
            D(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="no relu in the first layer" says="after the first layer"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(12, activation="relu", kernel_regularizer=penalty),
            D(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="no relu in the second layer" says="after the second layer"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(12, kernel_regularizer=penalty),
            D(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="units in another order" says="have the shapes"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(12, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(25, activation="relu", kernel_regularizer=penalty),
            D(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="no biases" says="have the shapes"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", use_bias=False, kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(12, activation="relu", use_bias=False, kernel_regularizer=penalty),
            D(6, use_bias=False, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="a relu with waves" says="" hidden="in the visible networks the second layer gets multiples of 1.25"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(
                12,
                activation=lambda z: tf.nn.relu(z + 0.1 * tf.sin(0.8 * np.pi * z)),
                kernel_regularizer=penalty,
            ),
            D(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="the rate is fixed" says="with the given rate"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(l2)
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            tf.keras.layers.Dense(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(0.2),
            tf.keras.layers.Dense(12, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dense(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="other defaults" says="the defaults are"
def keras_network(l2=0.01, dropout=0.2):
    penalty = tf.keras.regularizers.L2(l2)
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            tf.keras.layers.Dense(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            tf.keras.layers.Dense(12, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dense(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="no defaults" says="missing 2 required positional arguments"
def keras_network(l2, dropout):
    penalty = tf.keras.regularizers.L2(l2)
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            tf.keras.layers.Dense(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            tf.keras.layers.Dense(12, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dense(6, kernel_regularizer=penalty),
        ]
    )


# %% wrong="keras_network" name="the penalty is fixed" says="" hidden="the visible penalties are 0.01 and nothing"
def keras_network(l2=0.0, dropout=0.0):
    penalty = tf.keras.regularizers.L2(0.01 if l2 else 0.0)
    D = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input((12288,)),
            D(25, activation="relu", kernel_regularizer=penalty),
            tf.keras.layers.Dropout(dropout),
            D(12, activation="relu", kernel_regularizer=penalty),
            D(6, kernel_regularizer=penalty),
        ]
    )


# %% survives="create_placeholders" why="Which of the two is made first is the same: a test asks for them by what is returned."
# Y = tf.compat.v1.placeholder(tf.float32, [n_y, None], name="Y")

# %% survives="initialize_parameters" why="Any Glorot weights that are the same in every call are right, also with another seed or drawn with NumPy; more entries than six do no harm."
# glorot, sizes, parameters = tf.keras.initializers.GlorotUniform(seed=0), [12288, 25, 12, 6], {}
# glorot, sizes, parameters = tf.keras.initializers.GlorotUniform(seed=2), [12288, 25, 12, 6], {}
# for l in range(0, 4):

# %% survives="train_step" why="There are as many gradients as variables; strict would say so if not."
# optimizer.apply_gradients(zip(tape.gradient(J, variables), variables))
# optimizer.apply_gradients(zip(tape.gradient(J, variables), variables, strict=False))

# %% survives="model" why="A cost may be a tensor instead of a float."
# total += (step(X, Y)) * X.shape[1]


# %% near="test_train_step" why="Adam moves every parameter by about the learning rate, whatever the gradient; of a gradient near zero single precision may lose the sign. So the check has to allow more than elsewhere, and another optimizer, or a new one in each step, is off by three to seven times that."
