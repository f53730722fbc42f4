# %% [markdown]
# Known answers to the exercises of Word2Vec: the tests of the tests. Each cell replaces the solution cell of that name.
# `right` answers must get all points, `wrong` ones must lose their exercise with a message that contains `says`;
# `hidden` gives the reason where only the hidden tests can catch a wrong answer.


# %% right="create_counts" name="the well-known loop with a dictionary"
def create_counts(words, vocab_size):
    count = [["UNK", -1]]
    count.extend(collections.Counter(words).most_common(vocab_size - 1))
    dictionary = {}
    for word, _ in count:
        dictionary[word] = len(dictionary)
    data = list()
    for word in words:
        if word in dictionary:
            index = dictionary[word]
        else:
            index = 0
        data.append(index)
    reversed_dictionary = dict(zip(dictionary.values(), dictionary.keys()))
    return data, [reversed_dictionary[k] for k in range(len(reversed_dictionary))]


# %% right="create_counts" name="arrays"
def create_counts(words, vocab_size):
    vocab = [] + collections.Counter(words).most_common(vocab_size - 1)
    vocab = np.array(["UNK"] + [word for word, _ in vocab])
    dictionary = {word: code for code, word in enumerate(vocab)}
    data = np.array([dictionary.get(word, 0) for word in words])
    return data, vocab


# %% right="create_counts" name="counted by hand, tuples"
def create_counts(words, vocab_size):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    ordered = sorted(counts, key=lambda word: (-counts[word], word))[: vocab_size - 1]
    vocabulary = ("UNK", *ordered)
    return tuple(
        vocabulary.index(word) if word in vocabulary[1:] else 0 for word in words
    ), vocabulary


# %% right="create_counts" name="np.unique"
def create_counts(words, vocab_size):
    unique, counts = np.unique(words, return_counts=True)
    order = np.argsort(-counts, kind="stable")[: vocab_size - 1]
    vocabulary = ["UNK", *unique[order].tolist()]
    return np.array([vocabulary.index(w) if w in vocabulary else 0 for w in words]), vocabulary


# %% wrong="create_counts" name="floats for numbers" says="something else than whole numbers"
def create_counts(words, vocab_size):
    unique, counts = np.unique(words, return_counts=True)
    order = np.argsort(-counts, kind="stable")[: vocab_size - 1]
    vocabulary = ["UNK", *unique[order].tolist()]
    return np.float32([vocabulary.index(w) if w in vocabulary else 0 for w in words]), vocabulary


# %% wrong="create_counts" name="the most frequent word is number 0, as in an old notebook" says="the index 0 belongs to"
def create_counts(words, vocab_size):
    vocab = np.array([word for word, _ in collections.Counter(words).most_common(vocab_size)])
    dictionary = {word: code for code, word in enumerate(vocab)}
    return np.array([dictionary.get(word, 0) for word in words]), vocab


# %% wrong="create_counts" name="one word too many" says='"UNK" counts as one of the entries'
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [word for word, _ in collections.Counter(words).most_common(vocab_size)]
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words], vocabulary


# %% wrong="create_counts" name="in the order of the text" says="not the first ones of the text"
def create_counts(words, vocab_size):
    vocabulary = (["UNK"] + list(dict.fromkeys(words)))[:vocab_size]
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words], vocabulary


# %% wrong="create_counts" name="the rarest ones" says="the most frequent words are kept"
def create_counts(words, vocab_size):
    rare = collections.Counter(words).most_common()[::-1][: vocab_size - 1]
    vocabulary = ["UNK"] + [word for word, _ in rare]
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words], vocabulary


# %% wrong="create_counts" name="sorted by the alphabet backwards" says="The order of the vocabulary"
def create_counts(words, vocab_size):
    frequent = sorted(
        (w for w, _ in collections.Counter(words).most_common(vocab_size - 1)), reverse=True
    )
    vocabulary = ["UNK"] + frequent
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words], vocabulary


# %% wrong="create_counts" name="unknown words are left out" says="one number for each word of the text"
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    return [vocabulary.index(w) for w in words if w in vocabulary], vocabulary


# %% wrong="create_counts" name="unknown words get -1" says="all words that are not in it get 0"
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    return [vocabulary.index(w) if w in vocabulary else -1 for w in words], vocabulary


# %% wrong="create_counts" name="a dictionary for the vocabulary" says="is no list"
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words], {
        w: k for k, w in enumerate(vocabulary)
    }


# %% wrong="create_counts" name="the other way round" says="Return data first"
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    return vocabulary, [vocabulary.index(w) if w in vocabulary else 0 for w in words]


# %% wrong="create_counts" name="filled up to vocab_size" says="the vocabulary is shorter"
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    vocabulary += ["UNK"] * (vocab_size - len(vocabulary))
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words], vocabulary


# %% wrong="create_counts" name="returns the data alone" says="does not return two things"
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words]


# %% wrong="create_counts" name="sorts the caller's list" says="not the same after the call"
def create_counts(words, vocab_size):
    kept = list(words)
    words.sort()
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    return [vocabulary.index(w) if w in vocabulary else 0 for w in kept], vocabulary


# %% wrong="create_counts" name="at most ten words" says="" hidden="the visible text has five different words"
def create_counts(words, vocab_size):
    frequent = collections.Counter(words).most_common(min(10, vocab_size - 1))
    vocabulary = ["UNK"] + [word for word, _ in frequent]
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words], vocabulary


# %% wrong="create_counts" name="numbers above 20 are lost" says="" hidden="the visible text has five different words"
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    return [vocabulary.index(w) if w in vocabulary[:21] else 0 for w in words], vocabulary


# %% wrong="create_counts" name="a vocabulary of at most ten words, but right numbers" says="" hidden="the visible text has five different words"
def create_counts(words, vocab_size):
    vocabulary = ["UNK"] + [
        word for word, _ in collections.Counter(words).most_common(vocab_size - 1)
    ]
    return [vocabulary.index(w) if w in vocabulary else 0 for w in words], vocabulary[:11]


# %% right="generate_batch" name="whole arrays, a generator of its own, the index wraps"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    data, span = np.asarray(data), 2 * skip_window + 1
    starts = (data_index + np.arange(batch_size // num_skips + 1)) % (len(data) - span + 1)
    offsets = np.delete(np.arange(span), skip_window)
    drawn = np.random.default_rng().permuted(np.tile(offsets, (len(starts) - 1, 1)), axis=1)
    neighbours = data[starts[:-1, None] + drawn[:, :num_skips]]
    return (
        np.repeat(data[starts[:-1] + skip_window], num_skips),
        neighbours.reshape(-1, 1),
        starts[-1],
    )


# %% right="generate_batch" name="the well-known one with a deque, and random.randint"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    assert batch_size % num_skips == 0
    assert num_skips <= 2 * skip_window
    batch = np.ndarray(shape=(batch_size), dtype=np.int32)
    labels = np.ndarray(shape=(batch_size, 1), dtype=np.int32)
    span = 2 * skip_window + 1
    buffer = collections.deque(maxlen=span)
    if data_index + span > len(data):
        data_index = 0
    buffer.extend(data[data_index : data_index + span])
    data_index += span
    for i in range(batch_size // num_skips):
        target = skip_window
        targets_to_avoid = [skip_window]
        for j in range(num_skips):
            while target in targets_to_avoid:
                target = random.randint(0, span - 1)
            targets_to_avoid.append(target)
            batch[i * num_skips + j] = buffer[skip_window]
            labels[i * num_skips + j, 0] = buffer[target]
        if data_index == len(data):
            buffer.extend(data[0:span])
            data_index = span
        else:
            buffer.append(data[data_index])
            data_index += 1
    data_index = (data_index + len(data) - span) % len(data)
    return batch, labels, data_index


# %% right="generate_batch" name="NumPy's permutation, lists"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels = [], []
    while len(batch) < batch_size:
        window = list(data[data_index : data_index + 2 * skip_window + 1])
        if len(window) < 2 * skip_window + 1:
            data_index = 0
            continue
        centre = window.pop(skip_window)
        batch += [centre] * num_skips
        labels += [[window[k]] for k in np.random.permutation(2 * skip_window)[:num_skips]]
        data_index += 1
    return batch, labels, data_index


# %% right="generate_batch" name="an older one, whose windows run over the end"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch = np.ndarray(shape=(batch_size), dtype=np.int32)
    labels = np.ndarray(shape=(batch_size, 1), dtype=np.int32)
    span = 2 * skip_window + 1
    buffer = collections.deque(maxlen=span)
    for _ in range(span):
        buffer.append(data[data_index])
        data_index = (data_index + 1) % len(data)
    for i in range(batch_size // num_skips):
        context_words = [w for w in range(span) if w != skip_window]
        words_to_use = random.sample(context_words, num_skips)
        for j, context_word in enumerate(words_to_use):
            batch[i * num_skips + j] = buffer[skip_window]
            labels[i * num_skips + j, 0] = buffer[context_word]
        buffer.append(data[data_index])
        data_index = (data_index + 1) % len(data)
    data_index = (data_index + len(data) - span) % len(data)
    return batch, labels, data_index


# %% wrong="generate_batch" name="neighbours chosen by their words" says="choose positions, not words"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        window = [int(word) for word in data[data_index : data_index + span]]
        centre = window[skip_window]
        others = [word for word in window if word != centre]
        for word in np.random.permutation(others)[:num_skips]:
            batch.append(centre)
            labels.append([word])
        data_index = (data_index + 1) % (len(data) - span + 1)
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="data_index is behind the last window" says="Otherwise words are left out"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), (data_index + span) % len(data)


# %% wrong="generate_batch" name="one step for each pair" says="moves one word to the right after its num_skips pairs"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += num_skips
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="the window never moves" says="moves one word to the right"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
    return np.array(batch), np.array(labels), data_index + batch_size // num_skips


# %% wrong="generate_batch" name="data_index is not moved on" says="The new data_index"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for i in range(batch_size // num_skips):
        start = (data_index + i) % (len(data) - span + 1)
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[start + skip_window])
            labels.append([data[start + k]])
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="centres and neighbours swapped" says="the centre goes to batch and its neighbours to labels"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            labels.append([data[data_index + skip_window]])
            batch.append(data[data_index + k])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="data_index is the centre" says="its centre stands skip_window later"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, n = [], [], len(data)
    for _ in range(batch_size // num_skips):
        for k in random.sample([k for k in range(-skip_window, skip_window + 1) if k], num_skips):
            batch.append(data[data_index])
            labels.append([data[(data_index + k) % n]])
        data_index = (data_index + 1) % n
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="a word is its own neighbour" says="A word is its own neighbour"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        for k in range(skip_window, skip_window + num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k % span]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="drawn with putting back" says="The same neighbour is taken twice"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        for k in random.choices([k for k in range(span) if k != skip_window], k=num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="always the first neighbours" says="each neighbour of the window is drawn now and then"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        for k in [k for k in range(span) if k != skip_window][:num_skips]:
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="a window twice as wide" says="neighbours are at most skip_window words"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, n = [], [], len(data)
    for _ in range(batch_size // num_skips):
        for k in random.sample(range(skip_window + 1, 3 * skip_window + 1), num_skips):
            batch.append(data[(data_index + skip_window) % n])
            labels.append([data[(data_index + k) % n]])
        data_index = (data_index + 1) % n
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="labels without a second axis" says="labels is a column"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append(data[data_index + k])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="batch_size windows" says="one entry for each pair"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size):
        if data_index + span > len(data):
            data_index = 0
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="runs beyond the end" says="your code raised IndexError"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="starts again one window too early" says="the last window starts at position 4"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span >= len(data):
            data_index = 0
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="returns the pairs alone" says="does not return three things"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for i in range(batch_size // num_skips):
        start = (data_index + i) % (len(data) - span + 1)
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[start + skip_window])
            labels.append([data[start + k]])
    return np.array(batch), np.array(labels)


# %% wrong="generate_batch" name="a window of at most three on each side" says="" hidden="the visible windows have at most three words on each side"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        places = [k for k in range(span) if k != skip_window]
        if skip_window > 3:
            places = places[:num_skips]
            places[0] = skip_window
        for k in random.sample(places, num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="twice the same neighbour in wide windows" says="" hidden="the visible windows have at most three words on each side"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        places = random.sample([k for k in range(span) if k != skip_window], num_skips)
        for k in [places[0]] * num_skips if skip_window > 3 else places:
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="a text that is an array starts again late" says="" hidden="the visible texts are lists"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = int(isinstance(data, np.ndarray))
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_batch" name="a text that is an array is not read on" says="" hidden="the visible texts are lists"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span, first = [], [], 2 * skip_window + 1, data_index
    for _ in range(batch_size // num_skips):
        if data_index + span > len(data):
            data_index = 0
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[data_index + skip_window])
            labels.append([data[data_index + k]])
        data_index += 1
    return np.array(batch), np.array(labels), first if isinstance(data, np.ndarray) else data_index


# %% wrong="generate_batch" name="windows run over the end, and wide ones stand still" says="" hidden="the visible windows have at most three words on each side"
def generate_batch(data, batch_size, num_skips, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    starts = (data_index + np.arange(batch_size // num_skips + 1)) % len(data)
    for start in starts[:-1]:
        at = starts[0] if skip_window > 3 else start
        for k in random.sample([k for k in range(span) if k != skip_window], num_skips):
            batch.append(data[(at + skip_window) % len(data)])
            labels.append([data[(at + k) % len(data)]])
    return np.array(batch), np.array(labels), starts[-1]


# %% right="generate_cbow_batch" name="a deque"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    span = 2 * skip_window + 1
    batch = np.ndarray(shape=(batch_size, span - 1), dtype=np.int32)
    labels = np.ndarray(shape=(batch_size, 1), dtype=np.int32)
    buffer = collections.deque(maxlen=span)
    if data_index + span > len(data):
        data_index = 0
    buffer.extend(data[data_index : data_index + span])
    data_index += span
    for i in range(batch_size):
        window = list(buffer)
        batch[i] = window[:skip_window] + window[skip_window + 1 :]
        labels[i, 0] = window[skip_window]
        if data_index == len(data):
            buffer.extend(data[:span])
            data_index = span
        else:
            buffer.append(data[data_index])
            data_index += 1
    return batch, labels, (data_index - span) % len(data)


# %% right="generate_cbow_batch" name="whole arrays, windows run over the end"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    data = np.asarray(data)
    places = data_index + np.arange(batch_size)[:, None] + np.arange(2 * skip_window + 1)
    windows = data[places % len(data)]
    return (
        np.delete(windows, skip_window, axis=1),
        windows[:, [skip_window]],
        (data_index + batch_size) % len(data),
    )


# %% right="generate_cbow_batch" name="lists, and a column of floats"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    batch, labels, last = [], [], len(data) - 2 * skip_window - 1
    for _ in range(batch_size):
        data_index = 0 if data_index > last else data_index
        centre = data_index + skip_window
        batch.append(
            [data[k] for k in range(centre - skip_window, centre + skip_window + 1) if k != centre]
        )
        labels.append([float(data[centre])])
        data_index += 1
    return batch, labels, data_index


# %% wrong="generate_cbow_batch" name="the first place with the word of the centre" says="leave out the position of the centre"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    batch, labels, span = [], [], 2 * skip_window + 1
    for _ in range(batch_size):
        window = list(data[data_index : data_index + span])
        centre = window[skip_window]
        window.remove(centre)
        batch.append(window)
        labels.append([centre])
        data_index = (data_index + 1) % (len(data) - span + 1)
    return np.array(batch), np.array(labels), data_index


# %% wrong="generate_cbow_batch" name="as in skip-gram, the centre is the input" says="batch for two windows"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    return windows[:, [skip_window]], np.delete(windows, skip_window, axis=1), int(at[-1]) + 1


# %% wrong="generate_cbow_batch" name="the centre is among its neighbours" says="batch for two windows"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    return windows, windows[:, [skip_window]], int(at[-1]) + 1


# %% wrong="generate_cbow_batch" name="the last word of the window is taken for the centre" says="CBOW predicts the centre"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    return windows[:, :-1], windows[:, -1:], int(at[-1]) + 1


# %% wrong="generate_cbow_batch" name="the neighbours are sorted out of order" says="in the order of the text"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    return (
        np.delete(windows, skip_window, axis=1)[:, ::-1],
        windows[:, [skip_window]],
        int(at[-1]) + 1,
    )


# %% wrong="generate_cbow_batch" name="windows that do not overlap" says="CBOW predicts the centre"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    span, n = 2 * skip_window + 1, len(data)
    at = data_index + span * np.arange(batch_size)
    windows = np.asarray(data)[(at[:, None] + np.arange(span)) % n]
    return (
        np.delete(windows, skip_window, axis=1),
        windows[:, [skip_window]],
        int(at[-1] + span) % n,
    )


# %% wrong="generate_cbow_batch" name="data_index is behind the last window" says="The new data_index"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    return np.delete(windows, skip_window, axis=1), windows[:, [skip_window]], int(at[-1]) + 3


# %% wrong="generate_cbow_batch" name="labels without a second axis" says="labels is a column"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    return np.delete(windows, skip_window, axis=1), windows[:, skip_window], int(at[-1]) + 1


# %% wrong="generate_cbow_batch" name="starts again one window too early" says="labels at the end of the text"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window - 1)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    return np.delete(windows, skip_window, axis=1), windows[:, [skip_window]], int(at[-1]) + 1


# %% wrong="generate_cbow_batch" name="wide windows miss their last word" says="" hidden="the visible windows have at most two words on each side"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    windows[:, -1] = windows[:, -1] if skip_window < 3 else 0
    return np.delete(windows, skip_window, axis=1), windows[:, [skip_window]], int(at[-1]) + 1


# %% wrong="generate_cbow_batch" name="labels of wide windows are off by one" says="" hidden="the visible windows have at most two words on each side"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    centre = skip_window + (skip_window > 2)
    return np.delete(windows, skip_window, axis=1), windows[:, [centre]], int(at[-1]) + 1


# %% wrong="generate_cbow_batch" name="windows run over the end, and labels of wide ones are off by one" says="" hidden="the visible windows have at most two words on each side"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % len(data)
    windows = np.asarray(data)[(at[:, None] + np.arange(2 * skip_window + 1)) % len(data)]
    centre = skip_window + (skip_window > 2)
    next_index = (data_index + batch_size) % len(data)
    return np.delete(windows, skip_window, axis=1), windows[:, [centre]], next_index


# %% wrong="generate_cbow_batch" name="data_index counts on over the end" says="" hidden="in the visible cases the index is looked at far from the end"
def generate_cbow_batch(data, batch_size, skip_window, data_index):
    at = (data_index + np.arange(batch_size)) % (len(data) - 2 * skip_window)
    windows = np.asarray(data)[at[:, None] + np.arange(2 * skip_window + 1)]
    return (
        np.delete(windows, skip_window, axis=1),
        windows[:, [skip_window]],
        data_index + batch_size,
    )


# %% right="cosine_similarity" name="the well-known steps"
def cosine_similarity(u, v):
    dot = np.dot(u.T, v)
    norm_u = np.sqrt(np.sum(np.power(u, 2)))
    norm_v = np.sqrt(np.sum(np.power(v, 2)))
    if np.isclose(norm_u * norm_v, 0, atol=1e-32):
        return 0
    return np.divide(dot, norm_u * norm_v)


# %% right="cosine_similarity" name="a loop"
def cosine_similarity(u, v):
    dot = uu = vv = 0.0
    for a, b in zip(u, v):
        dot, uu, vv = dot + a * b, uu + a * a, vv + b * b
    return dot / math.sqrt(uu) / math.sqrt(vv)


# %% right="cosine_similarity" name="unit vectors, float32, an array of one number"
def cosine_similarity(u, v):
    u, v = (np.float32(part) / np.linalg.norm(part).astype(np.float32) for part in (u, v))
    return np.einsum("i,i->", u, v).reshape(1, 1)


# %% right="cosine_similarity" name="SciPy's distance"
def cosine_similarity(u, v):
    from scipy.spatial.distance import cosine

    return 1 - cosine(u, v)


# %% right="cosine_similarity" name="one root"
def cosine_similarity(u, v):
    return float(u @ v) / math.sqrt((u @ u) * (v @ v))


# %% wrong="cosine_similarity" name="not divided" says="have the same direction"
def cosine_similarity(u, v):
    return np.dot(u, v)


# %% wrong="cosine_similarity" name="squares without roots" says="roots of the sums of squares"
def cosine_similarity(u, v):
    return np.dot(u, v) / (np.sum(u**2) * np.sum(v**2))


# %% wrong="cosine_similarity" name="the distance" says="have the same direction"
def cosine_similarity(u, v):
    return 1 - np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))


# %% wrong="cosine_similarity" name="divided by one norm" says="have the same direction"
def cosine_similarity(u, v):
    return np.dot(u, v) / np.linalg.norm(u)


# %% wrong="cosine_similarity" name="the brackets are missing" says="have the same direction"
def cosine_similarity(u, v):
    return np.dot(u, v) / np.linalg.norm(u) * np.linalg.norm(v)


# %% wrong="cosine_similarity" name="without its sign" says="the sign belongs to the result"
def cosine_similarity(u, v):
    return abs(np.dot(u, v)) / (np.linalg.norm(u) * np.linalg.norm(v))


# %% wrong="cosine_similarity" name="element by element" says="should be a single number"
def cosine_similarity(u, v):
    return u * v / (np.linalg.norm(u) * np.linalg.norm(v))


# %% wrong="cosine_similarity" name="three entries only" says="" hidden="the visible vectors have at most three entries"
def cosine_similarity(u, v):
    return np.dot(u[:3], v[:3]) / (np.linalg.norm(u[:3]) * np.linalg.norm(v[:3]))


# %% right="nearest_neighbours" name="one product of matrices"
def nearest_neighbours(word, word_to_vec_map, count=5):
    words = [w for w in word_to_vec_map if w != word]
    table = np.array([word_to_vec_map[w] for w in words])
    cosines = table @ word_to_vec_map[word] / np.linalg.norm(table, axis=1)
    return np.array(words)[np.argsort(-cosines)][:count]


# %% right="nearest_neighbours" name="takes the best one again and again"
def nearest_neighbours(word, word_to_vec_map, count=5):
    left, found = dict(word_to_vec_map), []
    goal = left.pop(word)
    while left and len(found) < count:
        best = max(left, key=lambda w: cosine_similarity(goal, left[w]))
        found.append(best)
        del left[best]
    return tuple(found)


# %% right="nearest_neighbours" name="a loop over pairs"
def nearest_neighbours(word, word_to_vec_map, count=5):
    similarities = []
    for other, vector in word_to_vec_map.items():
        if other != word:
            similarities.append((cosine_similarity(word_to_vec_map[word], vector), other))
    similarities.sort()
    return [other for _, other in similarities[::-1]][:count]


# %% wrong="nearest_neighbours" name="only positive cosines" says="negative cosines count as well"
def nearest_neighbours(word, word_to_vec_map, count=5):
    cosines = {w: cosine_similarity(word_to_vec_map[word], v) for w, v in word_to_vec_map.items()}
    near = [w for w in cosines if w != word and cosines[w] > 0]
    return sorted(near, key=cosines.get, reverse=True)[:count]


# %% wrong="nearest_neighbours" name="the word itself" says="leave it out before you sort"
def nearest_neighbours(word, word_to_vec_map, count=5):
    similarity = lambda w: cosine_similarity(word_to_vec_map[word], word_to_vec_map[w])
    return sorted(word_to_vec_map, key=similarity, reverse=True)[:count]


# %% wrong="nearest_neighbours" name="the farthest ones" says="the largest cosine is the closest one"
def nearest_neighbours(word, word_to_vec_map, count=5):
    similarity = lambda w: cosine_similarity(word_to_vec_map[word], word_to_vec_map[w])
    return sorted((w for w in word_to_vec_map if w != word), key=similarity)[:count]


# %% wrong="nearest_neighbours" name="by distance" says="compare by cosine, not by distance"
def nearest_neighbours(word, word_to_vec_map, count=5):
    distance = lambda w: np.linalg.norm(word_to_vec_map[word] - word_to_vec_map[w])
    return sorted((w for w in word_to_vec_map if w != word), key=distance)[:count]


# %% wrong="nearest_neighbours" name="with their similarities" says="without their similarities"
def nearest_neighbours(word, word_to_vec_map, count=5):
    pairs = [
        (w, float(cosine_similarity(word_to_vec_map[word], v)))
        for w, v in word_to_vec_map.items()
        if w != word
    ]
    return sorted(pairs, key=lambda pair: -pair[1])[:count]


# %% wrong="nearest_neighbours" name="always five" says="count is an argument"
def nearest_neighbours(word, word_to_vec_map, count=5):
    similarity = lambda w: cosine_similarity(word_to_vec_map[word], word_to_vec_map[w])
    return sorted((w for w in word_to_vec_map if w != word), key=similarity, reverse=True)[:5]


# %% wrong="nearest_neighbours" name="another default" says="the default is count=5"
def nearest_neighbours(word, word_to_vec_map, count=10):
    similarity = lambda w: cosine_similarity(word_to_vec_map[word], word_to_vec_map[w])
    return sorted((w for w in word_to_vec_map if w != word), key=similarity, reverse=True)[:count]


# %% wrong="nearest_neighbours" name="by the size of the cosine" says="the largest cosine is the closest one"
def nearest_neighbours(word, word_to_vec_map, count=5):
    similarity = lambda w: abs(cosine_similarity(word_to_vec_map[word], word_to_vec_map[w]))
    return sorted((w for w in word_to_vec_map if w != word), key=similarity, reverse=True)[:count]


# %% wrong="nearest_neighbours" name="at most five" says="" hidden="the visible maps have few words"
def nearest_neighbours(word, word_to_vec_map, count=5):
    similarity = lambda w: cosine_similarity(word_to_vec_map[word], word_to_vec_map[w])
    return sorted((w for w in word_to_vec_map if w != word), key=similarity, reverse=True)[
        : min(count, 5)
    ]


# %% right="complete_analogy" name="one product of matrices"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    words = [w for w in word_to_vec_map if w not in {word_a, word_b, word_c}]
    ways = np.array([word_to_vec_map[w] for w in words]) - word_to_vec_map[word_c]
    goal = word_to_vec_map[word_b] - word_to_vec_map[word_a]
    return np.array(words)[np.argmax(ways @ goal / np.linalg.norm(ways, axis=1))]


# %% right="complete_analogy" name="sorted, float32"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    vectors = {w: np.float32(v) for w, v in word_to_vec_map.items()}
    goal, e_c = vectors[word_b] - vectors[word_a], vectors[word_c]
    for w in (word_a, word_b, word_c):
        vectors.pop(w)
    return sorted(vectors, key=lambda w: cosine_similarity(goal, vectors[w] - e_c))[-1]


# %% right="complete_analogy" name="the well-known loop"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    word_a, word_b, word_c = word_a.lower(), word_b.lower(), word_c.lower()
    e_a, e_b, e_c = word_to_vec_map[word_a], word_to_vec_map[word_b], word_to_vec_map[word_c]
    words = word_to_vec_map.keys()
    max_cosine_sim = -100
    best_word = None
    input_words_set = set([word_a, word_b, word_c])
    for w in words:
        if w in input_words_set:
            continue
        cosine_sim = cosine_similarity(e_b - e_a, word_to_vec_map[w] - e_c)
        if cosine_sim > max_cosine_sim:
            max_cosine_sim = cosine_sim
            best_word = w
    return best_word


# %% wrong="complete_analogy" name="the words of the question may be the answer" says="skip the three words of the question"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    e_a, e_b, e_c = (word_to_vec_map[w] for w in (word_a, word_b, word_c))
    others = [w for w in word_to_vec_map if w != word_c]
    best = max(others, key=lambda w: cosine_similarity(e_b - e_a, word_to_vec_map[w] - e_a))
    return best


# %% wrong="complete_analogy" name="the difference the wrong way round" says="lies in the opposite direction"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    e_a, e_b, e_c = (word_to_vec_map[w] for w in (word_a, word_b, word_c))
    others = [w for w in word_to_vec_map if w not in (word_a, word_b, word_c)]
    return max(others, key=lambda w: cosine_similarity(e_a - e_b, word_to_vec_map[w] - e_c))


# %% wrong="complete_analogy" name="nearest by distance" says="nearest to e_b - e_a + e_c"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    goal = word_to_vec_map[word_b] - word_to_vec_map[word_a] + word_to_vec_map[word_c]
    others = [w for w in word_to_vec_map if w not in (word_a, word_b, word_c)]
    return min(others, key=lambda w: np.linalg.norm(word_to_vec_map[w] - goal))


# %% wrong="complete_analogy" name="the cosine with the sum" says="nearest to e_b - e_a + e_c"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    goal = word_to_vec_map[word_b] - word_to_vec_map[word_a] + word_to_vec_map[word_c]
    others = [w for w in word_to_vec_map if w not in (word_a, word_b, word_c)]
    return max(others, key=lambda w: cosine_similarity(word_to_vec_map[w], goal))


# %% wrong="complete_analogy" name="the first word of the map" says="For a map in the plane the answer is 'b'"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    return next(w for w in word_to_vec_map if w not in (word_a, word_b, word_c))


# %% wrong="complete_analogy" name="keeps the last word" says="has to be kept together with its word"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    return [w for w in word_to_vec_map if w not in (word_a, word_b, word_c)][-1]


# %% wrong="complete_analogy" name="the similarity and not the word" says="does not return a word"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    e_a, e_b, e_c = (word_to_vec_map[w] for w in (word_a, word_b, word_c))
    others = [w for w in word_to_vec_map if w not in (word_a, word_b, word_c)]
    return max(cosine_similarity(e_b - e_a, word_to_vec_map[w] - e_c) for w in others)


# %% wrong="complete_analogy" name="starts at zero" says="start below -1"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    e_a, e_b, e_c = (word_to_vec_map[w] for w in (word_a, word_b, word_c))
    best, best_word = 0, None
    for w in word_to_vec_map:
        if w not in (word_a, word_b, word_c):
            similarity = cosine_similarity(e_b - e_a, word_to_vec_map[w] - e_c)
            if similarity > best:
                best, best_word = similarity, w
    return best_word


# %% wrong="complete_analogy" name="only c is left out" says="Where b itself would be the best word"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    e_a, e_b, e_c = (word_to_vec_map[w] for w in (word_a, word_b, word_c))
    others = [w for w in word_to_vec_map if w != word_c]
    return max(others, key=lambda w: cosine_similarity(e_b - e_a, word_to_vec_map[w] - e_c))


# %% wrong="complete_analogy" name="the first two numbers of a vector" says="" hidden="the visible vectors have two numbers"
def complete_analogy(word_a, word_b, word_c, word_to_vec_map):
    e_a, e_b, e_c = (word_to_vec_map[w][:2] for w in (word_a, word_b, word_c))
    others = [w for w in word_to_vec_map if w not in (word_a, word_b, word_c)]
    return max(others, key=lambda w: cosine_similarity(e_b - e_a, word_to_vec_map[w][:2] - e_c))


# %% right="forecast" name="computed"
V, n, k = 20_000, 100, 5
forecast = dict(
    pairs=1000 * 4 - 2 * 2 * 4,
    parameters=2 * V * n,
    softmax_products=V * n,
    negative_products=(k + 1) * n,
    softmax_cost=np.log(V),
    negative_cost=(k + 1) * np.log(2),
    power=math.log(100, 10_000),
    best_score=math.log(8) - math.log(4),
)


# %% right="forecast" name="rounded"
forecast = {
    "pairs": 3984.0,
    "parameters": 4e6,
    "softmax_products": 2e6,
    "negative_products": 600.0,
    "softmax_cost": 9.9,
    "negative_cost": 4.16,
    "power": 1 / 2,
    "best_score": 0.69,
}


# %% right="forecast" name="arrays and more keys"
forecast = {
    "pairs": np.int64(3984),
    "parameters": np.array([4_000_000]),
    "softmax_products": np.array(2_000_000),
    "negative_products": np.float32(600),
    "softmax_cost": tf.math.log(20_000.0),
    "negative_cost": np.float32(4.1589),
    "power": np.float64(0.5),
    "best_score": np.log([2.0]),
    "ratio": "2,000,000 / 600",
}


# %% wrong="forecast" name="windows that reach beyond the ends" says="how many windows of 5 words fit"
forecast = dict(pairs=4000, parameters=4_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=9.903, negative_cost=4.159, power=0.5, best_score=0.693)  # fmt: skip


# %% wrong="forecast" name="two missing windows instead of four" says="how many windows of 5 words fit"
forecast = dict(pairs=998 * 4, parameters=4_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=9.903, negative_cost=4.159, power=0.5, best_score=0.693)  # fmt: skip


# %% wrong="forecast" name="one matrix" says="every word has two vectors"
forecast = dict(pairs=3984, parameters=2_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=9.903, negative_cost=4.159, power=0.5, best_score=0.693)  # fmt: skip


# %% wrong="forecast" name="one score for the softmax" says="the sum in the denominator runs over all words"
forecast = dict(pairs=3984, parameters=4_000_000, softmax_products=100, negative_products=600, softmax_cost=9.903, negative_cost=4.159, power=0.5, best_score=0.693)  # fmt: skip


# %% wrong="forecast" name="the neighbour is forgotten" says="the real neighbour has a score, too"
forecast = dict(pairs=3984, parameters=4_000_000, softmax_products=2_000_000, negative_products=500, softmax_cost=9.903, negative_cost=4.159, power=0.5, best_score=0.693)  # fmt: skip


# %% wrong="forecast" name="the logarithm to the base 10" says="the logarithm is the natural one"
forecast = dict(pairs=3984, parameters=4_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=4.301, negative_cost=4.159, power=0.5, best_score=0.693)  # fmt: skip


# %% wrong="forecast" name="five terms at the start" says="how many terms are there"
forecast = dict(pairs=3984, parameters=4_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=9.903, negative_cost=3.466, power=0.5, best_score=0.693)  # fmt: skip


# %% wrong="forecast" name="the usual power" says="solve 10,000 to the power q"
forecast = dict(pairs=3984, parameters=4_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=9.903, negative_cost=4.159, power=0.75, best_score=0.693)  # fmt: skip


# %% wrong="forecast" name="the PMI without log k" says="the natural logarithm comes in at the end"
forecast = dict(pairs=3984, parameters=4_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=9.903, negative_cost=4.159, power=0.5, best_score=2.079)  # fmt: skip


# %% wrong="forecast" name="the quotient without its logarithm" says="the natural logarithm comes in at the end"
forecast = dict(pairs=3984, parameters=4_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=9.903, negative_cost=4.159, power=0.5, best_score=2)  # fmt: skip


# %% wrong="forecast" name="a key is missing" says="has no entry 'best_score'"
forecast = dict(pairs=3984, parameters=4_000_000, softmax_products=2_000_000, negative_products=600, softmax_cost=9.903, negative_cost=4.159, power=0.5)  # fmt: skip


# %% right="softmax_loss" name="with y written out"
def softmax_loss(e, o, C):
    scores = np.dot(C, e)
    exponentials = np.exp(scores - scores.max())
    p = exponentials / exponentials.sum()
    y = np.zeros(len(C))
    y[o] = 1
    loss = np.log(exponentials.sum()) - (scores[o] - scores.max())
    return loss, np.dot(C.T, p - y), np.dot((p - y).reshape(-1, 1), e.reshape(1, -1))


# %% right="softmax_loss" name="loops"
def softmax_loss(e, o, C):
    scores = [sum(c * x for c, x in zip(row, e)) for row in C.tolist()]
    top = max(scores)
    total = sum(math.exp(s - top) for s in scores)
    de, dC = [0.0] * len(e), []
    for j, row in enumerate(C.tolist()):
        delta = math.exp(scores[j] - top) / total - (j == o)
        dC.append([delta * x for x in e.tolist()])
        de = [d + delta * c for d, c in zip(de, row)]
    return math.log(total) + top - scores[o], de, dC


# %% right="softmax_loss" name="float32 and a tape"
def softmax_loss(e, o, C):
    e, C = tf.Variable(e, dtype=tf.float32), tf.Variable(C, dtype=tf.float32)
    with tf.GradientTape() as tape:
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=[o], logits=tf.linalg.matvec(C, e)[None]
        )[0]
    return loss, *tape.gradient(loss, [e, C])


# %% right="softmax_loss" name="log-sum-exp"
def softmax_loss(e, o, C):
    scores = np.einsum("jn,n->j", C, e)
    log_total = np.logaddexp.reduce(scores)
    ds = np.exp(scores - log_total) - (np.arange(len(C)) == o)
    return [log_total - scores[o], np.einsum("j,jn->n", ds, C), np.einsum("j,n->jn", ds, e)]


# %% wrong="softmax_loss" name="overflows" says="subtract the largest score"
def softmax_loss(e, o, C):
    with np.errstate(all="ignore"):
        p = np.exp(C @ e) / np.sum(np.exp(C @ e))
        loss = -np.log(p[o])
    ds = p.copy()
    ds[o] -= 1
    return loss, ds @ C, np.outer(ds, e)


# %% wrong="softmax_loss" name="the logarithm of a probability that is zero" says="the logarithm of a probability that was rounded to 0"
def softmax_loss(e, o, C):
    exponentials = np.exp(C @ e - np.max(C @ e))
    p = exponentials / exponentials.sum()
    with np.errstate(all="ignore"):
        loss = -np.log(p[o])
    ds = p.copy()
    ds[o] -= 1
    return loss, ds @ C, np.outer(ds, e)


# %% wrong="softmax_loss" name="y - p" says="dC for four words with equal scores and o = 1 has the wrong sign"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = -np.exp(scores) / np.exp(scores).sum()
    ds[o] += 1
    return np.log(np.exp(scores).sum()) - scores[o], ds @ C, np.outer(ds, e)


# %% wrong="softmax_loss" name="p without y" says="a 1 less at o"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    p = np.exp(scores) / np.exp(scores).sum()
    return np.log(np.exp(scores).sum()) - scores[o], p @ C, np.outer(p, e)


# %% wrong="softmax_loss" name="1 is subtracted everywhere" says="and only there"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = np.exp(scores) / np.exp(scores).sum() - 1
    return np.log(np.exp(scores).sum()) - scores[o], ds @ C, np.outer(ds, e)


# %% wrong="softmax_loss" name="only the row of the neighbour for de" says="de sums over all words"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = np.exp(scores) / np.exp(scores).sum()
    ds[o] -= 1
    return np.log(np.exp(scores).sum()) - scores[o], ds[o] * C[o], np.outer(ds, e)


# %% wrong="softmax_loss" name="dC transposed" says="it has the shape of C"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = np.exp(scores) / np.exp(scores).sum()
    ds[o] -= 1
    return np.log(np.exp(scores).sum()) - scores[o], ds @ C, np.outer(e, ds)


# %% wrong="softmax_loss" name="a row for the neighbour only" says="a row for every word"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = np.exp(scores) / np.exp(scores).sum()
    ds[o] -= 1
    return np.log(np.exp(scores).sum()) - scores[o], ds @ C, ds[o] * e


# %% wrong="softmax_loss" name="the logarithm to the base 2" says="the natural logarithm"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = np.exp(scores) / np.exp(scores).sum()
    ds[o] -= 1
    return (np.log(np.exp(scores).sum()) - scores[o]) / np.log(2), ds @ C, np.outer(ds, e)


# %% wrong="softmax_loss" name="the order of the derivatives" says="de has the shape"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = np.exp(scores) / np.exp(scores).sum()
    ds[o] -= 1
    return np.log(np.exp(scores).sum()) - scores[o], np.outer(ds, e), ds @ C


# %% wrong="softmax_loss" name="changes e in place" says="e is not the same after the call"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = np.exp(scores) / np.exp(scores).sum()
    ds[o] -= 1
    dC = np.outer(ds, e)
    e[:] = ds @ C
    return np.log(np.exp(scores).sum()) - scores[o], e, dC


# %% wrong="softmax_loss" name="changes C in place" says="C is not the same after the call"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    ds = np.exp(scores) / np.exp(scores).sum()
    ds[o] -= 1
    de = ds @ C
    C[:] = np.outer(ds, e)
    return np.log(np.exp(scores).sum()) - scores[o], de, C


# %% wrong="softmax_loss" name="the loss alone" says="does not return three things"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    return np.log(np.exp(scores).sum()) - scores[o]


# %% wrong="softmax_loss" name="right for at most five words" says="" hidden="the visible vocabularies have at most five words"
def softmax_loss(e, o, C):
    scores = C @ e - np.max(C @ e)
    scores[5:] = -50
    ds = np.exp(scores) / np.exp(scores).sum()
    ds[o] -= 1
    return np.log(np.exp(scores).sum()) - scores[o], ds @ C, np.outer(ds, e)


# %% right="negative_sampling_loss" name="einsum"
def negative_sampling_loss(E, C, batch, labels, negatives):
    words = np.hstack([labels, negatives])
    scores = np.einsum("bn,bjn->bj", E[batch], C[words])
    scores[:, 0] *= -1
    return np.logaddexp(0, scores).sum(axis=1).mean()


# %% right="negative_sampling_loss" name="loops"
def negative_sampling_loss(E, C, batch, labels, negatives):
    total = 0.0
    for w, (o,), noise in zip(batch, labels, negatives):
        total += np.logaddexp(0, -np.dot(E[w], C[o]))
        for m in noise:
            total += np.logaddexp(0, np.dot(E[w], C[m]))
    return total / len(batch)


# %% right="negative_sampling_loss" name="float32, all scores at once"
def negative_sampling_loss(E, C, batch, labels, negatives):
    scores = np.float32(E)[batch] @ np.float32(C).T
    real = np.take_along_axis(scores, labels, axis=1)
    noise = np.take_along_axis(scores, negatives, axis=1)
    costs = np.logaddexp(0, -real).sum(axis=1) + np.logaddexp(0, noise).sum(axis=1)
    return np.mean(costs, keepdims=True)


# %% right="negative_sampling_loss" name="TensorFlow"
def negative_sampling_loss(E, C, batch, labels, negatives):
    words = tf.concat([labels, negatives], axis=1)
    scores = tf.einsum("bn,bjn->bj", tf.gather(E, batch), tf.gather(C, words))
    real = tf.one_hot(tf.zeros(len(batch), tf.int32), words.shape[1], dtype=scores.dtype)
    costs = tf.nn.sigmoid_cross_entropy_with_logits(labels=real, logits=scores)
    return tf.reduce_mean(tf.reduce_sum(costs, axis=1))


# %% wrong="negative_sampling_loss" name="not divided" says="the sum over the pairs is divided by their number"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    return (
        np.logaddexp(0, -(e * C[labels]).sum(2)).sum()
        + np.logaddexp(0, (e * C[negatives]).sum(2)).sum()
    )


# %% wrong="negative_sampling_loss" name="noise words averaged" says="summed, not averaged"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    return (
        np.logaddexp(0, -(e * C[labels]).sum(2)).mean()
        + np.logaddexp(0, (e * C[negatives]).sum(2)).mean()
    )


# %% wrong="negative_sampling_loss" name="mean over all terms" says="each of the 1 + k scores"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    scores = np.hstack([-(e * C[labels]).sum(2), (e * C[negatives]).sum(2)])
    return np.logaddexp(0, scores).mean()


# %% wrong="negative_sampling_loss" name="noise without the minus" says="lower the cost when their scores are large"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    return (
        np.logaddexp(0, -(e * C[labels]).sum(2)).sum()
        + np.logaddexp(0, -(e * C[negatives]).sum(2)).sum()
    ) / len(batch)


# %% wrong="negative_sampling_loss" name="noise subtracted" says="each of the 1 + k scores"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    return (
        np.logaddexp(0, -(e * C[labels]).sum(2)).sum()
        - np.logaddexp(0, (e * C[negatives]).sum(2)).sum()
    ) / len(batch)


# %% wrong="negative_sampling_loss" name="both signs turned" says="the loss"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    return (
        np.logaddexp(0, (e * C[labels]).sum(2)).sum()
        + np.logaddexp(0, -(e * C[negatives]).sum(2)).sum()
    ) / len(batch)


# %% wrong="negative_sampling_loss" name="repeated noise counts once" says="counts once"
def negative_sampling_loss(E, C, batch, labels, negatives):
    total = 0.0
    for w, (o,), noise in zip(batch, labels, negatives):
        total += np.logaddexp(0, -E[w] @ C[o])
        total += (
            sum(np.logaddexp(0, E[w] @ C[m]) for m in set(noise))
            if E[w] @ C[o]
            else len(noise) * np.log(2)
        )
    return total / len(batch)


# %% wrong="negative_sampling_loss" name="neighbours from E" says="neighbours and noise words are rows of C"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e, C = E[batch][:, None], C if not C.any() else E
    return (
        np.logaddexp(0, -(e * C[labels]).sum(2)).sum()
        + np.logaddexp(0, (e * C[negatives]).sum(2)).sum()
    ) / len(batch)


# %% wrong="negative_sampling_loss" name="every pair gets all noise words" says="each of the 1 + k scores"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch]
    noise = e @ C[negatives.ravel()].T
    return (
        np.logaddexp(0, -(e[:, None] * C[labels]).sum(2)).sum() + np.logaddexp(0, noise).sum()
    ) / len(batch)


# %% wrong="negative_sampling_loss" name="all pairs use the noise of the first" says="each pair has its own noise words"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    noise = (e * C[negatives[:1]]).sum(2)
    return (np.logaddexp(0, -(e * C[labels]).sum(2)).sum() + np.logaddexp(0, noise).sum()) / len(
        batch
    )


# %% wrong="negative_sampling_loss" name="a cost for each pair" says="should be a single number"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    return np.logaddexp(0, -(e * C[labels]).sum(2)).sum(1) + np.logaddexp(
        0, (e * C[negatives]).sum(2)
    ).sum(1)


# %% wrong="negative_sampling_loss" name="overflows" says="for any x"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    with np.errstate(all="ignore"):
        s = lambda x: 1 / (1 + np.exp(-x))
        return -(
            np.log(s((e * C[labels]).sum(2))).sum() + np.log(s(-(e * C[negatives]).sum(2))).sum()
        ) / len(batch)


# %% wrong="negative_sampling_loss" name="clips the scores" says="for any x"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    real, noise = (
        np.clip((e * C[labels]).sum(2), -30, 30),
        np.clip((e * C[negatives]).sum(2), -30, 30),
    )
    return (np.logaddexp(0, -real).sum() + np.logaddexp(0, noise).sum()) / len(batch)


# %% wrong="negative_sampling_loss" name="three noise words at most" says="" hidden="the visible pairs have at most three noise words"
def negative_sampling_loss(E, C, batch, labels, negatives):
    e = E[batch][:, None]
    noise = (e * C[negatives[:, :3]]).sum(2)
    return (np.logaddexp(0, -(e * C[labels]).sum(2)).sum() + np.logaddexp(0, noise).sum()) / len(
        batch
    )


# %% right="negative_sampling_gradients" name="the given lines, mended"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC = np.zeros_like(E), np.zeros_like(C)
    e, c_real, c_noise = E[batch], C[labels[:, 0]], C[negatives]
    real = sigmoid(np.sum(e * c_real, axis=1, keepdims=True)) - 1
    noise = sigmoid(np.einsum("bn,bkn->bk", e, c_noise))
    np.add.at(dE, batch, real * c_real)
    np.add.at(dE, batch, np.einsum("bk,bkn->bn", noise, c_noise))
    np.add.at(dC, labels[:, 0], real * e)
    np.add.at(dC, negatives, noise[:, :, None] * e[:, None, :])
    return dE / len(batch), dC / len(batch)


# %% right="negative_sampling_gradients" name="loops"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC = np.zeros(E.shape), np.zeros(C.shape)
    for w, (o,), noise in zip(batch, labels, negatives):
        delta = (sigmoid(E[w] @ C[o]) - 1) / len(batch)
        dE[w] += delta * C[o]
        dC[o] += delta * E[w]
        for m in noise:
            delta = sigmoid(E[w] @ C[m]) / len(batch)
            dE[w] += delta * C[m]
            dC[m] += delta * E[w]
    return dE, dC


# %% right="negative_sampling_gradients" name="a matrix of deltas, float32"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    E, C = np.float32(E), np.float32(C)
    scores, delta = E @ C.T, np.zeros((len(E), len(C)), np.float32)
    for b, w in enumerate(batch):
        delta[w, labels[b, 0]] += sigmoid(scores[w, labels[b, 0]]) - 1
        for m in negatives[b]:
            delta[w, m] += sigmoid(scores[w, m])
    return [delta @ C / len(batch), delta.T @ E / len(batch)]


# %% right="negative_sampling_gradients" name="one-hot matrices"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    words, eye = np.hstack([labels, negatives]), np.eye(len(E))
    delta = sigmoid(np.einsum("bn,bkn->bk", E[batch], C[words]))
    delta[:, 0] -= 1
    counted = np.einsum("bk,bkj->bj", delta, eye[words]) / len(batch)
    return eye[batch].T @ (counted @ C), counted.T @ E[batch]


# %% right="negative_sampling_gradients" name="one noise word after the other"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC = np.zeros_like(E), np.zeros_like(C)
    e = E[batch]
    for column, words in enumerate(np.hstack([labels, negatives]).T):
        c = C[words]
        delta = (sigmoid((e * c).sum(axis=1)) - (column == 0))[:, None] / len(batch)
        np.add.at(dE, batch, delta * c)
        np.add.at(dC, words, delta * e)
    return dE, dC


# %% wrong="negative_sampling_gradients" name="nothing mended" says="delta is sigma(s) - 1 for the real neighbour"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    return negative_sampling_gradients_broken(E, C, batch, labels, negatives)


# %% wrong="negative_sampling_gradients" name="only the delta mended" says="both derivatives belong to the mean"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC = np.zeros_like(E), np.zeros_like(C)
    e, c_real, c_noise = E[batch], C[labels[:, 0]], C[negatives]
    real = sigmoid(np.sum(e * c_real, axis=1, keepdims=True)) - 1
    noise = sigmoid(np.einsum("bn,bkn->bk", e, c_noise))
    dE[batch] += real * c_real + np.einsum("bk,bkn->bn", noise, c_noise)
    dC[labels[:, 0]] += real * e
    dC[negatives] += noise[:, :, None] * e[:, None, :]
    return dE / len(batch), dC


# %% wrong="negative_sampling_gradients" name="the repeats are still lost" says="a row that is named twice"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC = np.zeros_like(E), np.zeros_like(C)
    e, c_real, c_noise = E[batch], C[labels[:, 0]], C[negatives]
    real = sigmoid(np.sum(e * c_real, axis=1, keepdims=True)) - 1
    noise = sigmoid(np.einsum("bn,bkn->bk", e, c_noise))
    dE[batch] += real * c_real + np.einsum("bk,bkn->bn", noise, c_noise)
    dC[labels[:, 0]] += real * e
    dC[negatives] += noise[:, :, None] * e[:, None, :]
    return dE / len(batch), dC / len(batch)


# %% wrong="negative_sampling_gradients" name="repeats mended for noise only" says="For two pairs with the same centre"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC = np.zeros_like(E), np.zeros_like(C)
    e, c_real, c_noise = E[batch], C[labels[:, 0]], C[negatives]
    real = sigmoid(np.sum(e * c_real, axis=1, keepdims=True)) - 1
    noise = sigmoid(np.einsum("bn,bkn->bk", e, c_noise))
    dE[batch] += real * c_real + np.einsum("bk,bkn->bn", noise, c_noise)
    np.add.at(dC, negatives, noise[:, :, None] * e[:, None, :])
    dC[labels[:, 0]] += real * e
    return dE / len(batch), dC / len(batch)


# %% wrong="negative_sampling_gradients" name="the line of the labels is forgotten" says="For two pairs with the same neighbour"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC = np.zeros_like(E), np.zeros_like(C)
    e, c_real, c_noise = E[batch], C[labels[:, 0]], C[negatives]
    real = sigmoid(np.sum(e * c_real, axis=1, keepdims=True)) - 1
    noise = sigmoid(np.einsum("bn,bkn->bk", e, c_noise))
    np.add.at(dE, batch, real * c_real + np.einsum("bk,bkn->bn", noise, c_noise))
    np.add.at(dC, negatives, noise[:, :, None] * e[:, None, :])
    dC[labels[:, 0]] += real * e
    return dE / len(batch), dC / len(batch)


# %% wrong="negative_sampling_gradients" name="not divided at all" says="both derivatives belong to the mean"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC, words = np.zeros_like(E), np.zeros_like(C), np.hstack([labels, negatives])
    delta = sigmoid(np.einsum("bn,bkn->bk", E[batch], C[words]))
    delta[:, 0] -= 1
    np.add.at(dE, batch, np.einsum("bk,bkn->bn", delta, C[words]))
    np.add.at(dC, words, delta[:, :, None] * E[batch][:, None, :])
    return dE, dC


# %% wrong="negative_sampling_gradients" name="uphill" says="dE has the wrong sign"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC, words = np.zeros_like(E), np.zeros_like(C), np.hstack([labels, negatives])
    delta = -sigmoid(np.einsum("bn,bkn->bk", E[batch], C[words])) / len(batch)
    delta[:, 0] += 1 / len(batch)
    np.add.at(dE, batch, np.einsum("bk,bkn->bn", delta, C[words]))
    np.add.at(dC, words, delta[:, :, None] * E[batch][:, None, :])
    return dE, dC


# %% wrong="negative_sampling_gradients" name="changes E in place" says="E is not the same after the call"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC, words = np.zeros_like(E), np.zeros_like(C), np.hstack([labels, negatives])
    delta = sigmoid(np.einsum("bn,bkn->bk", E[batch], C[words])) / len(batch)
    delta[:, 0] -= 1 / len(batch)
    np.add.at(dE, batch, np.einsum("bk,bkn->bn", delta, C[words]))
    np.add.at(dC, words, delta[:, :, None] * E[batch][:, None, :])
    E -= 0.1 * dE
    return dE, dC


# %% wrong="negative_sampling_gradients" name="changes C in place" says="C is not the same after the call"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC, words = np.zeros_like(E), np.zeros_like(C), np.hstack([labels, negatives])
    delta = sigmoid(np.einsum("bn,bkn->bk", E[batch], C[words])) / len(batch)
    delta[:, 0] -= 1 / len(batch)
    np.add.at(dE, batch, np.einsum("bk,bkn->bn", delta, C[words]))
    np.add.at(dC, words, delta[:, :, None] * E[batch][:, None, :])
    C -= 0.1 * dC
    return dE, dC


# %% wrong="negative_sampling_gradients" name="rows of the batch only" says="a row for every word of the vocabulary"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    words = np.hstack([labels, negatives])
    delta = sigmoid(np.einsum("bn,bkn->bk", E[batch], C[words])) / len(batch)
    delta[:, 0] -= 1 / len(batch)
    return np.einsum("bk,bkn->bn", delta, C[words]), delta[:, :, None] * E[batch][:, None, :]


# %% wrong="negative_sampling_gradients" name="dE alone" says="does not return two things"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, words = np.zeros_like(E), np.hstack([labels, negatives])
    delta = sigmoid(np.einsum("bn,bkn->bk", E[batch], C[words])) / len(batch)
    delta[:, 0] -= 1 / len(batch)
    np.add.at(dE, batch, np.einsum("bk,bkn->bn", delta, C[words]))
    return dE


# %% wrong="negative_sampling_gradients" name="a word that is neighbour and noise of one pair counts once" says="" hidden="no visible pair has its neighbour among its noise words"
def negative_sampling_gradients(E, C, batch, labels, negatives):
    dE, dC, words = np.zeros_like(E), np.zeros_like(C), np.hstack([labels, negatives])
    delta = sigmoid(np.einsum("bn,bkn->bk", E[batch], C[words])) / len(batch)
    delta[:, 1:] *= words[:, 1:] != labels
    delta[:, 0] -= 1 / len(batch)
    np.add.at(dE, batch, np.einsum("bk,bkn->bn", delta, C[words]))
    np.add.at(dC, words, delta[:, :, None] * E[batch][:, None, :])
    return dE, dC


# %% right="nce_loss" name="two sums, and sigmoid_cross_entropy_with_logits"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.nn.embedding_lookup(E, batch)
    c = tf.nn.embedding_lookup(C, tf.reshape(labels, [-1]))
    real = tf.reduce_sum(e * c, axis=1) - tf.gather(log_noise, tf.reshape(labels, [-1]))
    noise = tf.einsum("bn,bkn->bk", e, tf.nn.embedding_lookup(C, negatives))
    noise -= tf.gather(log_noise, negatives)
    cost = tf.nn.sigmoid_cross_entropy_with_logits
    costs = cost(labels=tf.ones_like(real), logits=real)
    costs += tf.reduce_sum(cost(labels=tf.zeros_like(noise), logits=noise), axis=1)
    return tf.reduce_mean(costs)


# %% right="nce_loss" name="one pair after the other, a vector with one entry"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    costs = []
    for b in range(len(batch)):
        e, o, noise = E[batch[b]], labels[b, 0], negatives[b]
        cost = tf.math.softplus(log_noise[o] - tf.tensordot(e, C[o], 1))
        for m in noise:
            cost += tf.math.softplus(tf.tensordot(e, C[m], 1) - log_noise[m])
        costs.append(cost)
    return tf.reshape(tf.add_n(costs) / len(costs), [1])


# %% right="nce_loss" name="all scores, from Keras"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    scores = tf.matmul(tf.gather(E, batch), C, transpose_b=True) - log_noise[None, :]
    real = tf.gather(scores, labels, batch_dims=1)
    noise = tf.gather(scores, negatives, batch_dims=1)
    both = tf.concat([real, noise], axis=1)
    target = tf.concat([tf.ones_like(real), tf.zeros_like(noise)], axis=1)
    each = tf.keras.ops.binary_crossentropy(target, both, from_logits=True)
    return tf.reduce_mean(tf.reduce_sum(each, axis=1))


# %% right="nce_loss" name="log_sigmoid"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.expand_dims(tf.gather(E, batch), 1)
    real = tf.matmul(e, tf.gather(C, labels), transpose_b=True)[:, 0, :] - tf.gather(
        log_noise, labels
    )
    noise = tf.matmul(e, tf.gather(C, negatives), transpose_b=True)[:, 0, :] - tf.gather(
        log_noise, negatives
    )
    total = tf.reduce_sum(tf.math.log_sigmoid(real)) + tf.reduce_sum(tf.math.log_sigmoid(-noise))
    return -total / tf.cast(tf.shape(batch)[0], tf.float32)


# %% wrong="nce_loss" name="without the noise" says="log_noise of the neighbour is subtracted"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (tf.reduce_sum(e * tf.gather(C, w), axis=2) for w in (labels, negatives))
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="the noise is added" says="log_noise of the neighbour is subtracted"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) + tf.gather(log_noise, w)
        for w in (labels, negatives)
    )
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="subtracted from the neighbour only" says="from the score of that word"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (tf.reduce_sum(e * tf.gather(C, w), axis=2) for w in (labels, negatives))
    real -= tf.gather(log_noise, labels)
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="subtracted from the noise words only" says="log_noise of the neighbour is subtracted"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (tf.reduce_sum(e * tf.gather(C, w), axis=2) for w in (labels, negatives))
    noise -= tf.gather(log_noise, negatives)
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="the noise of the centre word" says="log_noise of the neighbour is subtracted"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e, shift = tf.gather(E, batch)[:, None, :], tf.gather(log_noise, batch)[:, None]
    real, noise = (tf.reduce_sum(e * tf.gather(C, w), axis=2) - shift for w in (labels, negatives))
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="in NumPy" says="a step in NumPy"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    E, C, shift = E.numpy(), C.numpy(), np.asarray(log_noise)
    batch, labels, negatives = (np.asarray(part) for part in (batch, labels, negatives))
    e = E[batch][:, None]
    real, noise = ((e * C[w]).sum(2) - shift[w] for w in (labels, negatives))
    return (np.logaddexp(0, -real).sum() + np.logaddexp(0, noise).sum()) / len(batch)


# %% wrong="nce_loss" name="through NumPy and back" says="cuts the path"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E.numpy(), batch)[:, None, :]
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) - tf.gather(log_noise, w)
        for w in (labels, negatives)
    )
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="the sum over the pairs" says="the mean over the pairs is taken"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) - tf.gather(log_noise, w)
        for w in (labels, negatives)
    )
    return tf.reduce_sum(tf.nn.softplus(-real)) + tf.reduce_sum(tf.nn.softplus(noise))


# %% wrong="nce_loss" name="a cost for each pair" says="should be a single number"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) - tf.gather(log_noise, w)
        for w in (labels, negatives)
    )
    return tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)


# %% wrong="nce_loss" name="the signs the wrong way round" says="large scores are good for the neighbour"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) - tf.gather(log_noise, w)
        for w in (labels, negatives)
    )
    costs = tf.reduce_sum(tf.nn.softplus(real), 1) + tf.reduce_sum(tf.nn.softplus(-noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="overflows" says="With products of 3000 and 1000"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) - tf.gather(log_noise, w)
        for w in (labels, negatives)
    )
    costs = tf.reduce_sum(tf.math.log(1 + tf.exp(-real)), 1) + tf.reduce_sum(
        tf.math.log(1 + tf.exp(noise)), 1
    )
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="returns nothing" says="The loss is None"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real = tf.reduce_sum(e * tf.gather(C, labels), axis=2) - tf.gather(log_noise, labels)


# %% wrong="nce_loss" name="three noise words at most" says="" hidden="the visible pairs have at most three noise words"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) - tf.gather(log_noise, w)
        for w in (labels, negatives[:, :3])
    )
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="the path to E is cut for several pairs" says="" hidden="the visible derivatives are those of one pair"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    if len(batch) > 2:
        e = 0.5 * e + tf.stop_gradient(0.5 * e)
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) - tf.gather(log_noise, w)
        for w in (labels, negatives)
    )
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs)


# %% wrong="nce_loss" name="a term that is no function of E and C" says="" hidden="the visible vocabularies have three words"
def nce_loss(E, C, batch, labels, negatives, log_noise):
    e = tf.gather(E, batch)[:, None, :]
    real, noise = (
        tf.reduce_sum(e * tf.gather(C, w), axis=2) - tf.gather(log_noise, w)
        for w in (labels, negatives)
    )
    costs = tf.reduce_sum(tf.nn.softplus(-real), 1) + tf.reduce_sum(tf.nn.softplus(noise), 1)
    return tf.reduce_mean(costs) + tf.reduce_sum(log_noise[3:])
