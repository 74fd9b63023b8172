"""Evidence: the two ways to the same regression, and keys that are absent, alone or without a background."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.evidence import ABSENT, BEST, PARTS, Evidence, Whole, ridge, ridge_of_vectors
from bot.matching.lexical import Floats

RIDGE, BEST_THREE, CENTROID = range(PARTS)


def unit_rows(count: int, dimensions: int, seed: int = 0) -> Floats:
    rows = np.random.default_rng(seed).normal(size=(count, dimensions))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def whole(*numbers: int) -> Whole:
    return np.array(numbers, np.int64)


def evidence_of(vectors: Floats, owners: Whole, columns: int) -> Evidence:
    gram = vectors @ vectors.T
    return Evidence(gram, ridge(gram, owners, columns, 0.5), owners)


@pytest.mark.parametrize(("count", "dimensions"), [(12, 4), (5, 20), (1, 3)], ids=["tall", "wide", "one text"])
@pytest.mark.parametrize("penalty", [0.3, 2.0])
def test_both_ways_to_the_regression_agree(count: int, dimensions: int, penalty: float) -> None:
    vectors = unit_rows(count, dimensions)
    owners = np.arange(count) % 3
    by_gram = ridge(vectors @ vectors.T, owners, 3, penalty)
    assert np.allclose(by_gram, ridge_of_vectors(vectors, owners, 3, penalty), atol=1e-4)


def test_the_regression_leaves_the_gram_as_it_was() -> None:
    vectors = unit_rows(6, 4)
    gram = vectors @ vectors.T
    before = gram.copy()
    ridge(gram, np.arange(6) % 2, 2, 0.5)
    assert np.array_equal(gram, before)


def test_with_little_damping_a_known_text_is_predicted_to_be_its_keys() -> None:
    vectors = unit_rows(6, 12)
    owners = whole(0, 1, 2, 0, 1, 2)
    gram = vectors @ vectors.T
    predicted = gram @ ridge(gram, owners, 3, 1e-3)
    assert np.allclose(predicted, np.eye(3)[owners], atol=0.02)


def test_more_damping_predicts_less() -> None:
    vectors = unit_rows(6, 12)
    gram = vectors @ vectors.T
    owners = whole(0, 1, 2, 0, 1, 2)
    mild, strong = (np.abs(gram @ ridge(gram, owners, 3, penalty)).sum() for penalty in (0.1, 10.0))
    assert strong < mild / 2


def test_evidence_has_a_row_for_each_key_and_one_for_the_background() -> None:
    vectors = unit_rows(7, 5)
    found = evidence_of(vectors, whole(0, 0, 1, 1, 2, 2, 2), 3).of(vectors[:4] @ vectors.T)
    assert found.shape == (4, 3, PARTS)


def test_the_second_part_is_the_mean_of_the_best_three() -> None:
    evidence = Evidence(np.eye(5, dtype=np.float32), np.zeros((5, 2), np.float32), whole(0, 0, 0, 0, 1))
    found = evidence.of(np.array([[0.9, 0.1, 0.6, 0.3, 0.4]], np.float32))
    assert found[0, :, BEST_THREE] == pytest.approx([0.6, 0.4])


@pytest.mark.parametrize("count", range(1, BEST))
def test_of_fewer_than_three_phrasings_the_mean_of_all_is_taken(count: int) -> None:
    owners = whole(*[0] * count, 1, 1, 1, 1)
    evidence = Evidence(np.eye(len(owners), dtype=np.float32), np.zeros((len(owners), 2), np.float32), owners)
    similarities = np.linspace(0.1, 0.8, len(owners), dtype=np.float32)[None]
    assert evidence.of(similarities)[0, 0, BEST_THREE] == pytest.approx(similarities[0, :count].mean())


def test_a_keys_only_phrasing_is_its_own_centroid() -> None:
    vectors = unit_rows(3, 4)
    found = evidence_of(vectors, whole(0, 1, 2), 3).of(vectors @ vectors.T)
    assert np.allclose(found[..., CENTROID].diagonal(), 1, atol=1e-5)


def test_the_centroid_is_the_cosine_with_the_mean_of_the_phrasings() -> None:
    vectors = unit_rows(4, 6)
    middle = vectors[:3].mean(0)
    wanted = vectors[3] @ middle / np.linalg.norm(middle)
    found = evidence_of(vectors, whole(0, 0, 0, 1), 2).of(vectors[3:] @ vectors.T)
    assert found[0, 0, CENTROID] == pytest.approx(wanted, abs=1e-5)


def test_a_key_without_phrasings_has_the_evidence_of_an_absent_one() -> None:
    vectors = unit_rows(4, 6)
    found = evidence_of(vectors, whole(0, 0, 2, 3), 4).of(vectors @ vectors.T)
    assert (found[:, 1, [BEST_THREE, CENTROID]] == ABSENT).all()


def test_nothing_is_predicted_for_a_key_without_phrasings() -> None:
    vectors = unit_rows(4, 6)
    found = evidence_of(vectors, whole(0, 0, 2, 3), 4).of(vectors @ vectors.T)
    assert (found[:, 1, RIDGE] == 0).all()


def test_without_a_background_its_evidence_is_that_of_an_absent_key() -> None:
    vectors = unit_rows(4, 6)
    found = evidence_of(vectors, whole(0, 0, 1, 1), 3).of(vectors @ vectors.T)
    assert (found[:, -1, [BEST_THREE, CENTROID]] == ABSENT).all()


def test_a_background_alone_leaves_every_key_absent() -> None:
    vectors = unit_rows(3, 6)
    found = evidence_of(vectors, whole(2, 2, 2), 3).of(vectors @ vectors.T)
    assert (found[:, :2, [BEST_THREE, CENTROID]] == ABSENT).all()


def test_one_key_and_no_background_is_enough() -> None:
    vectors = unit_rows(2, 6)
    found = evidence_of(vectors, whole(0, 0), 2).of(vectors[:1] @ vectors.T)
    assert found[0, 0, BEST_THREE] == pytest.approx((1 + vectors[0] @ vectors[1]) / 2, abs=1e-6)


@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**16))
@settings(deadline=None, max_examples=60)
def test_evidence_is_finite_whoever_owns_the_texts(count: int, keys: int, seed: int) -> None:
    vectors = unit_rows(count, 4, seed)
    owners = np.random.default_rng(seed).integers(0, keys + 1, count)
    assert np.isfinite(evidence_of(vectors, owners, keys + 1).of(vectors @ vectors.T)).all()


@given(st.integers(1, 12), st.integers(0, 2**16))
@settings(deadline=None, max_examples=60)
def test_the_mean_of_the_best_lies_between_the_mean_and_the_best(count: int, seed: int) -> None:
    vectors = unit_rows(count + 1, 4, seed)
    near = (vectors[-1:] @ vectors[:-1].T).astype(np.float32)
    found = evidence_of(vectors[:-1], np.zeros(count, np.int64), 2).of(near)[0, 0, BEST_THREE]
    assert near.mean() - 1e-5 <= found <= near.max() + 1e-5
