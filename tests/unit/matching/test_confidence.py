"""From evidence to probabilities: what is learned, and what a share of the exponentials must satisfy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.confidence import Judge, learn, probabilities
from bot.matching.evidence import Whole
from bot.matching.lexical import Floats

TRUE, NOISE = 0, 1
some_utilities = st.lists(st.floats(-500, 500, width=32), min_size=1, max_size=20)


def taught(texts: int = 120, keys: int = 4, seed: int = 0) -> tuple[Floats, Whole]:
    """Evidence whose first part tells the owner and whose second tells nothing; the last quarter is background."""
    chance = np.random.default_rng(seed)
    owners = np.arange(texts) % keys
    owners[-texts // 4 :] = keys
    evidence = chance.normal(0, 0.1, (texts, keys + 1, 2))
    evidence[np.arange(texts), owners, TRUE] += chance.normal(1, 0.4, texts)
    return evidence.astype(np.float32), owners.astype(np.int64)


def judged(judge: Judge, evidence: Floats) -> tuple[Floats, Floats]:
    utilities, outside = judge.utilities(evidence)
    pairs = [probabilities(row, float(none)) for row, none in zip(utilities, outside, strict=True)]
    return np.stack([chances for chances, _ in pairs]), np.array([none for _, none in pairs])


@given(some_utilities, st.floats(-500, 500))
@settings(deadline=None, max_examples=100)
def test_probabilities_sum_to_one(utilities: list[float], outside: float) -> None:
    chances, none = probabilities(np.array(utilities, np.float32), outside)
    assert float(chances.sum(dtype=np.float64)) + none == pytest.approx(1, abs=1e-5)


@given(some_utilities, st.floats(-500, 500))
@settings(deadline=None, max_examples=100)
def test_a_greater_utility_never_has_the_smaller_probability(utilities: list[float], outside: float) -> None:
    chances, _ = probabilities(np.array(utilities, np.float32), outside)
    assert (np.diff(chances[np.argsort(utilities, kind="stable")]) >= 0).all()


def test_differences_of_utilities_are_log_odds() -> None:
    chances, none = probabilities(np.array([3.0, 1.0], np.float32), 0.0)
    assert np.log(chances[0] / chances[1]) == pytest.approx(2, abs=1e-5)
    assert np.log(chances[1] / none) == pytest.approx(1, abs=1e-5)


def test_only_differences_of_utilities_count() -> None:
    here, _ = probabilities(np.array([1.0, 2.0], np.float32), 0.5)
    there, _ = probabilities(np.array([1001.0, 1002.0], np.float32), 1000.5)
    assert np.allclose(here, there, atol=1e-6)


def test_a_key_at_minus_infinity_has_no_chance() -> None:
    chances, none = probabilities(np.array([-np.inf, 0.0], np.float32), 0.0)
    assert chances.tolist() == [0.0, 0.5]
    assert none == 0.5


def test_learning_prefers_the_part_that_tells_the_keys_apart() -> None:
    evidence, owners = taught()
    judge = learn(evidence, owners, np.ones(len(owners), np.float32))
    assert judge.key_weights[TRUE] > 5 * abs(judge.key_weights[NOISE])


def test_what_was_learned_finds_the_owners_of_texts_it_has_not_seen() -> None:
    evidence, owners = taught()
    unseen, true = taught(seed=1)
    chances, none = judged(learn(evidence, owners, np.ones(len(owners), np.float32)), unseen)
    found = np.concatenate([chances, none[:, None]], axis=1).argmax(1)
    assert (found == true).mean() > 0.9


def test_what_was_learned_gives_the_background_to_none_of_them() -> None:
    evidence, owners = taught()
    _, none = judged(learn(evidence, owners, np.ones(len(owners), np.float32)), evidence)
    assert none[owners == 4].mean() > 0.8
    assert none[owners < 4].mean() < 0.2


def test_learning_is_deterministic() -> None:
    evidence, owners = taught()
    weights = np.ones(len(owners), np.float32)
    first, second = learn(evidence, owners, weights), learn(evidence, owners, weights)
    assert np.array_equal(first.key_weights, second.key_weights)
    assert np.array_equal(first.outside_weights, second.outside_weights)


def test_learning_leaves_the_evidence_as_it_was() -> None:
    evidence, owners = taught()
    before = evidence.copy()
    learn(evidence, owners, np.ones(len(owners), np.float32))
    assert np.array_equal(evidence, before)


def test_a_text_of_no_weight_teaches_nothing() -> None:
    evidence, owners = taught()
    weights = np.ones(len(owners), np.float32)
    weights[::2] = 0
    wrong = owners.copy()
    wrong[::2] = (wrong[::2] + 1) % 4
    assert np.allclose(learn(evidence, owners, weights).key_weights, learn(evidence, wrong, weights).key_weights)


def test_more_background_among_the_texts_makes_none_of_them_likelier() -> None:
    evidence, owners = taught()
    little, much = (np.where(owners == 4, share, 1).astype(np.float32) for share in (0.1, 10))
    _, seldom = judged(learn(evidence, owners, little), evidence)
    _, often = judged(learn(evidence, owners, much), evidence)
    assert often.mean() > seldom.mean()


def test_a_part_that_never_varies_has_no_say() -> None:
    evidence, owners = taught()
    weights = np.ones(len(owners), np.float32)
    evidence[..., NOISE] = 0.25
    with_it, _ = judged(learn(evidence, owners, weights), evidence)
    without_it, _ = judged(learn(evidence[..., :1], owners, weights), evidence[..., :1])
    assert np.allclose(with_it, without_it, atol=0.02)


def test_utilities_have_a_number_for_each_key_and_one_for_none_of_them() -> None:
    evidence, owners = taught()
    utilities, outside = learn(evidence, owners, np.ones(len(owners), np.float32)).utilities(evidence[:3])
    assert utilities.shape == (3, 4)
    assert outside.shape == (3,)


def test_one_key_alone_can_be_learned() -> None:
    evidence, owners = taught(keys=1)
    chances, _ = judged(learn(evidence, owners, np.ones(len(owners), np.float32)), evidence)
    assert chances[owners == 0].mean() > chances[owners == 1].mean() + 0.5
