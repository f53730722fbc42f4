"""Texts for the notebook on word vectors: a made-up language whose analogies are known, and news or text8 to read.

Also what its figures need besides: counts of neighbouring words, vectors made from counts, and derivatives by finite
differences. Nothing is downloaded; `load_text` says which text it took.
"""

from __future__ import annotations

import random
import re
import zipfile
from pathlib import Path

import numpy as np

Words = tuple[str, ...]
TEXT8_FILES = ("text8", "text8.zip")

# What is said near a word depends on its features, and on nothing else. So the differences between words are known.
GENDERS: dict[str, Words] = {
    "m": ("he", "his", "him", "himself", "sir"),
    "f": ("she", "her", "hers", "herself", "madam"),
}
AGES: dict[str, Words] = {
    "adult": ("old", "grown", "tired", "wise", "serious"),
    "young": ("young", "little", "playful", "curious", "noisy"),
}
PEOPLE: dict[Words, Words] = {  # the words of each circle; then what is said of all who belong to it
    ("king", "queen", "prince", "princess"): ("crown", "throne", "palace", "realm", "reigns"),
    ("man", "woman", "boy", "girl"): ("village", "neighbour", "street", "errand", "walks"),
    ("father", "mother", "son", "daughter"): ("family", "dinner", "kitchen", "home", "hugs"),
    ("uncle", "aunt", "nephew", "niece"): ("cousin", "visit", "gift", "letter", "travels"),
    ("actor", "actress"): ("stage", "theatre", "role", "curtain", "rehearses"),
    ("waiter", "waitress"): ("menu", "restaurant", "tray", "guest", "serves"),
    ("monk", "nun"): ("psalm", "cloister", "candle", "silence", "prays"),
    ("wizard", "witch"): ("spell", "potion", "wand", "dragon", "enchants"),
    ("duke", "duchess"): ("manor", "hunt", "estate", "carriage", "inherits"),
    ("steward", "stewardess"): ("aeroplane", "runway", "pilot", "luggage", "flies"),
}
ANIMALS: dict[Words, Words] = {
    ("cat", "kitten"): ("whiskers", "mouse", "sofa", "purrs"),
    ("dog", "puppy"): ("bone", "leash", "kennel", "barks"),
    ("cow", "calf"): ("milk", "pasture", "clover", "moos"),
    ("sheep", "lamb"): ("wool", "shepherd", "flock", "bleats"),
    ("horse", "foal"): ("saddle", "hooves", "stable", "gallops"),
    ("duck", "duckling"): ("pond", "reeds", "feathers", "quacks"),
    ("bear", "cub"): ("honey", "cave", "forest", "growls"),
    ("frog", "tadpole"): ("swamp", "puddle", "lily", "croaks"),
}
KINDS_OF_PLACES: tuple[Words, ...] = (
    ("government", "border", "parliament", "army", "treaty"),  # of a country
    ("mayor", "metro", "avenue", "suburb", "station"),  # of a capital
    ("grammar", "poem", "accent", "proverb", "translator"),  # of a language or a people
)
PLACES: dict[Words, Words] = {
    ("france", "paris", "french"): ("seine", "baguette", "louvre", "alsace"),
    ("spain", "madrid", "spanish"): ("prado", "paella", "flamenco", "castile"),
    ("italy", "rome", "italian"): ("tiber", "pasta", "colosseum", "tuscany"),
    ("egypt", "cairo", "egyptian"): ("nile", "pyramid", "papyrus", "sphinx"),
    ("japan", "tokyo", "japanese"): ("fuji", "sushi", "kimono", "samurai"),
    ("norway", "oslo", "norwegian"): ("fjord", "skis", "vikings", "aurora"),
    ("greece", "athens", "greek"): ("acropolis", "olives", "aegean", "crete"),
    ("russia", "moscow", "russian"): ("volga", "kremlin", "samovar", "taiga"),
    ("china", "beijing", "chinese"): ("yangtze", "silk", "bamboo", "panda"),
    ("austria", "vienna", "austrian"): ("danube", "waltz", "strudel", "tyrol"),
    ("peru", "lima", "peruvian"): ("andes", "llama", "quinoa", "inca"),
    ("india", "delhi", "indian"): ("ganges", "sari", "cricket", "monsoon"),
}


def make_language(sentences=8000, seed=1):
    """Draw sentences of a small made-up language, whose words are English.

    Each sentence is about a person, an animal or a place. Every other word of it is drawn from the words that belong to one feature
    of that person, animal or place: to the gender, the age, the circle; or it is one of a few words that stand everywhere.

    Parameters
    ----------
    sentences : int
    seed : int

    Returns
    -------
    list of str
        All words in order, without punctuation.
    """
    draw = random.Random(seed)
    subjects = _subjects()
    words = []
    for _ in range(sentences):
        word, features = draw.choice(subjects)
        said = [draw.choice(pool) for pool in features for _ in range(2)]
        draw.shuffle(said)
        middle = len(said) // 2
        words += ["the", *said[:middle], word, *said[middle:], draw.choice(("and", "while", "then", "but"))]
    return words


def _subjects():
    """What sentences are about: each word with the groups of words that are said near it."""
    found: list[tuple[str, tuple[Words, ...]]] = []
    for circle, said in PEOPLE.items():
        for number, word in enumerate(circle):
            found.append((word, (GENDERS["mf"[number % 2]], AGES["adult" if number < 2 else "young"], said)))
    for animals, said in ANIMALS.items():
        found += [(word, (AGES[age], said)) for word, age in zip(animals, AGES, strict=True)]
    for place, said in PLACES.items():
        found += [(word, (kind, said)) for word, kind in zip(place, KINDS_OF_PLACES, strict=True)]
    return found


def analogy_pairs():
    """The relations of the made-up language: pairs of words that differ in one feature only.

    Returns
    -------
    dict of str to list of (str, str)
    """
    people = list(PEOPLE)
    return {
        "man : woman": [pair for circle in people for pair in zip(circle[::2], circle[1::2], strict=True)],
        "king : prince": [pair for circle in people for pair in zip(circle[:2], circle[2:], strict=False)],
        "cat : kitten": list(ANIMALS),
        "france : paris": [place[:2] for place in PLACES],
        "france : french": [place[::2] for place in PLACES],
    }


def analogy_questions(pairs=None):
    """All questions "a is to b as c is to what?" that two pairs of one relation make, in both directions.

    Parameters
    ----------
    pairs : dict of str to list of (str, str), optional
        As `analogy_pairs` returns them.

    Returns
    -------
    dict of str to list of (str, str, str, str)
        For each relation a, b, c and the right answer.
    """
    questions = {}
    for relation, members in (pairs or analogy_pairs()).items():
        ways = [members, [pair[::-1] for pair in members]]
        questions[relation] = [(*one, *other) for way in ways for one in way for other in way if one != other]
    return questions


def context_counts(data, vocab_size, skip_window):
    """How often each word stands near each other word.

    Parameters
    ----------
    data : sequence of int, length m
        The numbers of the words of a text.
    vocab_size : int
    skip_window : int
        How many words to the left and to the right count as near.

    Returns
    -------
    ndarray, shape (vocab_size, vocab_size)
        Symmetric: the entry (i, j) is the number of times that j stands near i.
    """
    data = np.asarray(data)
    counts = np.zeros((vocab_size, vocab_size))
    for distance in range(1, skip_window + 1):
        np.add.at(counts, (data[:-distance], data[distance:]), 1)
    return counts + counts.T


def count_vectors(counts, n):
    """Vectors of words from counts of their neighbours: positive pointwise mutual information, cut down by a singular value decomposition.

    O. Levy and Y. Goldberg, "Neural Word Embedding as Implicit Matrix Factorization", NIPS 2014.

    Parameters
    ----------
    counts : ndarray, shape (vocab_size, vocab_size)
        From `context_counts`.
    n : int
        The length of the vectors.

    Returns
    -------
    ndarray, shape (vocab_size, n)
    """
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    seen = counts > 0
    information = np.zeros_like(counts)
    information[seen] = np.maximum(np.log(counts[seen] / expected[seen]), 0)
    left, sizes, _ = np.linalg.svd(information)
    return left[:, :n] * np.sqrt(sizes[:n])


def noise_distribution(data, vocab_size, power=0.75):
    """The probabilities with which noise words are drawn: the frequencies in a text, raised to a power.

    Parameters
    ----------
    data : sequence of int
    vocab_size : int
    power : float

    Returns
    -------
    ndarray, shape (vocab_size,)
        They add up to 1. A word that does not occur is never drawn.
    """
    counts = np.bincount(data, minlength=vocab_size)
    weights = np.where(counts > 0, counts ** float(power), 0.0)
    return weights / weights.sum()


def numerical_gradient(cost, array, epsilon=1e-5):
    """The derivatives of a cost by two-sided finite differences, entry by entry.

    Parameters
    ----------
    cost : function
        Without arguments; it reads `array`.
    array : ndarray of float
        Changed for a moment, and as before in the end.
    epsilon : float

    Returns
    -------
    ndarray
        Of the shape of `array`.

    >>> x = np.array([1.0, 3.0])
    >>> numerical_gradient(lambda: float(np.sum(x**2)), x).round(6).tolist()
    [2.0, 6.0]
    """
    slopes = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + epsilon
        above = cost()
        array[index] = kept - epsilon
        below = cost()
        array[index] = kept
        slopes[index] = (above - below) / (2 * epsilon)
    return slopes


def load_text(folder="datasets", most_words=400_000):
    """Words of a real text: text8 where its file is, or the news that come with gensim.

    text8 is the start of an English Wikipedia of 2006, prepared by M. Mahoney. The news are 300 short articles of
    the Australian Broadcasting Corporation: M. D. Lee, B. Pincombe, M. Welsh, "An Empirical Evaluation of Models of Text Document
    Similarity", Proceedings of the Annual Meeting of the Cognitive Science Society 27, 2005.

    Parameters
    ----------
    folder : str or path
        Where ``text8`` or ``text8.zip`` may lie.
    most_words : int
        Of text8, which is long, only the first ones.

    Returns
    -------
    list of str
        Lower-case words of at least two letters, in order, without the stop words of gensim ("the", "of", ...).
    """
    from gensim.parsing.preprocessing import STOPWORDS

    found = [Path(folder) / name for name in TEXT8_FILES if (Path(folder) / name).is_file()]
    if found:
        print(f"Text: the start of text8, read from {found[0]}.")
        words = _read_text8(found[0], most_words)
    else:
        print(f"Text: the Lee news that come with gensim, because there is no text8 in the folder {folder}.")
        words = _read_lee()
    return [word for word in words if len(word) > 1 and word not in STOPWORDS]


def _read_text8(path, most_words):
    """The first words of text8, from its file or from the zip file in which it is distributed."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open("text8") as file:
            start = file.read(12 * most_words)
    else:
        with path.open("rb") as file:
            start = file.read(12 * most_words)
    return start.decode("ascii").split()[:most_words]


def _read_lee():
    """The words of the news, in lower case."""
    from gensim.test.utils import datapath

    text = Path(datapath("lee_background.cor")).read_text(encoding="utf-8")
    return re.findall("[a-z]+", text.lower())
