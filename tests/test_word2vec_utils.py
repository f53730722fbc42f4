"""The texts of the notebook on word vectors: the same each time, as its prose says, and read from where they are."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

import numpy as np
import pytest

from utils import word2vec_utils as w2v


def test_the_language_is_the_same_for_the_same_seed_and_another_for_another():
    assert w2v.make_language(50) == w2v.make_language(50) != w2v.make_language(50, seed=2)


def test_every_word_of_a_sentence_about_a_princess_is_said_of_women_or_the_young_or_her_circle():
    words = w2v.make_language(3000)
    said = Counter()
    for place, word in enumerate(words):
        if word == "princess":
            before = max(k for k in range(place) if words[k] == "the")
            after = min(k for k in range(place, len(words)) if words[k] in ("and", "while", "then", "but"))
            said.update(words[before + 1 : place] + words[place + 1 : after])
    circle = w2v.PEOPLE[("king", "queen", "prince", "princess")]
    assert set(said) == {*w2v.GENDERS["f"], *w2v.AGES["young"], *circle}
    assert sum(said[word] for word in circle) == sum(said[word] for word in w2v.GENDERS["f"])


def test_no_word_has_two_meanings():
    """But for the words that every sentence has, a word is a subject or is said of one feature, and stands there once."""
    subjects = [word for word, _ in w2v._subjects()]
    lists = [*w2v.GENDERS.values(), *w2v.AGES.values(), *w2v.PEOPLE.values(), *w2v.ANIMALS.values()]
    lists += [*w2v.KINDS_OF_PLACES, *w2v.PLACES.values()]
    every = subjects + [word for one in lists for word in one] + ["the", "and", "while", "then", "but"]
    assert [word for word, count in Counter(every).items() if count > 1] == []
    assert set(w2v.make_language()) == set(every)


def test_the_pairs_of_a_relation_differ_in_one_feature_and_the_same_one():
    features = dict(w2v._subjects())
    for relation, pairs in w2v.analogy_pairs().items():
        changes = set()
        for one, other in pairs:
            first, second = set(features[one]), set(features[other])
            assert len(first - second) == len(second - first) == 1, (one, other)
            changes.add((*(first - second), *(second - first)))
        assert len(changes) == 1, relation


def test_there_are_1116_questions_and_none_is_asked_twice_or_answers_itself():
    questions = [question for part in w2v.analogy_questions().values() for question in part]
    assert len(questions) == len(set(questions)) == 1116
    assert all(d not in (a, b, c) for a, b, c, d in questions)


def test_counts_of_neighbours_agree_with_a_loop():
    data, window = [0, 1, 2, 1, 3, 0, 0], 2
    expected = np.zeros((5, 5))
    for i, word in enumerate(data):
        for j in range(max(0, i - window), min(len(data), i + window + 1)):
            if i != j:
                expected[word, data[j]] += 1
    np.testing.assert_array_equal(w2v.context_counts(data, 5, window), expected)


def test_vectors_from_counts_are_a_decomposition_of_the_positive_mutual_information():
    counts = w2v.context_counts(np.random.RandomState(0).randint(6, size=200), 6, 2)
    counts[5], counts[:, 5] = 0, 0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.nan_to_num(np.maximum(np.log(counts / expected), 0), neginf=0)
    left, sizes, _ = np.linalg.svd(information)
    vectors = w2v.count_vectors(counts, 4)
    np.testing.assert_allclose(vectors @ vectors.T, left[:, :4] * sizes[:4] @ left[:, :4].T, atol=1e-12)
    assert not vectors[5].any()


@pytest.mark.parametrize(("power", "right"), [(1, [0.75, 0.25, 0]), (0, [0.5, 0.5, 0]), (2, [0.9, 0.1, 0])])
def test_noise_follows_a_power_of_the_counts_and_never_draws_what_does_not_occur(power, right):
    np.testing.assert_allclose(w2v.noise_distribution([0, 0, 0, 1], 3, power), right)


def test_finite_differences_leave_the_array_as_it_was():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    kept = x.copy()
    np.testing.assert_allclose(w2v.numerical_gradient(lambda: float(np.sum(x**3)), x), 3 * kept**2, rtol=1e-6)
    assert np.array_equal(x, kept)


@pytest.mark.parametrize("packed", [False, True])
def test_text8_is_read_where_it_is(tmp_path, packed, capsys):
    text = b" anarchism originated as a term of abuse first used against early working class radicals"
    if packed:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("text8", text)
        (tmp_path / "text8.zip").write_bytes(held.getvalue())
    else:
        (tmp_path / "text8").write_bytes(text)
    words = w2v.load_text(tmp_path, most_words=8)
    assert words == ["anarchism", "originated", "term", "abuse"]  # "as", "a", "of" and "first" are stop words
    assert "Text: the start of text8, read from" in capsys.readouterr().out


def test_the_news_are_read_where_there_is_no_text8(tmp_path, capsys):
    words = w2v.load_text(tmp_path)
    assert "because there is no text8 in" in capsys.readouterr().out
    assert len(words) > 30_000 and not {"the", "of", "a"} & set(words)
    assert all(word.isascii() and word.islower() and len(word) > 1 for word in words)
