"""Evidence: both regressions against the textbook, the best three, clusters, and what is left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.evidence import (
    ABSENT,
    BEST,
    MEANING_PENALTY,
    NEAREST,
    PARTS,
    RIDGE,
    WORDS_PENALTY,
    Groups,
    Likeness,
    MeaningLikeness,
    Weights,
    Whole,
    WordsLikeness,
    clusters,
    evidence_of,
    left_out,
)
from bot.matching.lexical import Floats, LexicalSpace

TEXTS = (
    "why is one side quiet",
    "the left earpiece is dead",
    "no sound on my right one",
    "how do I clean my iems",
    "wax in the nozzle, what now",
    "they look dirty, how to wash them",
    "good morning everyone",
    "what a game last night",
)
OWNERS = np.array([0, 0, 0, 1, 1, 1, 2, 2], np.int64)
EVERY = np.arange(len(TEXTS))
some_texts = st.lists(
    st.lists(st.sampled_from(["clean", "my", "iems", "one", "quiet", "???"]), max_size=5).map(" ".join),
    min_size=1,
)


def unit_rows(count: int, dimensions: int, seed: int = 0) -> Floats:
    rows = np.random.default_rng(seed).normal(size=(count, dimensions))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def whole(*numbers: int) -> Whole:
    return np.array(numbers, np.int64)


def by_words(texts: tuple[str, ...] = TEXTS) -> WordsLikeness:
    return WordsLikeness(LexicalSpace(texts))


def by_meaning(dimensions: int = 30, seed: int = 0) -> MeaningLikeness:
    return MeaningLikeness("meaning", unit_rows(len(TEXTS), dimensions, seed))


def textbook(rows: Floats, owners: Whole, penalty: float) -> Floats:
    """What kernel ridge regression predicts for the very rows it was made from."""
    gram = (rows @ rows.T).astype(np.float64)
    return np.asarray(gram @ np.linalg.solve(gram + penalty * np.eye(len(gram)), np.eye(3)[owners]), np.float32)


def likenesses() -> list[object]:
    return [pytest.param(by_words(), id="words"), pytest.param(by_meaning(), id="meaning")]


def spread_out(weights: Weights) -> Floats:
    return weights if isinstance(weights, np.ndarray) else weights.toarray()


def test_the_regression_on_words_is_the_textbooks() -> None:
    likeness = by_words()
    predicted = likeness.predicted(likeness.learned(OWNERS, 3), EVERY)
    assert np.allclose(predicted, textbook(likeness.space.matrix.toarray(), OWNERS, WORDS_PENALTY), atol=1e-5)


@pytest.mark.parametrize("dimensions", [3, 30], ids=["fewer dimensions than texts", "more dimensions than texts"])
def test_the_regression_on_meaning_is_the_textbooks(dimensions: int) -> None:
    likeness = by_meaning(dimensions)
    predicted = likeness.predicted(likeness.learned(OWNERS, 3), EVERY)
    assert np.allclose(predicted, textbook(likeness.vectors, OWNERS, MEANING_PENALTY), atol=1e-4)


def test_as_many_steps_as_texts_are_enough_and_fewer_are_not() -> None:
    space = LexicalSpace(TEXTS)
    exact = textbook(space.matrix.toarray(), OWNERS, WORDS_PENALTY)
    missed = []
    for steps in (1, 3, len(TEXTS)):
        likeness = WordsLikeness(space, steps)
        missed.append(np.abs(likeness.predicted(likeness.learned(OWNERS, 3), EVERY) - exact).max())
    assert missed[0] > 3 * missed[1] > 3 * missed[2]
    assert missed[2] < 1e-5


def test_many_more_steps_than_texts_do_no_harm() -> None:
    likeness = WordsLikeness(LexicalSpace(TEXTS), steps=200)
    predicted = likeness.predicted(likeness.learned(OWNERS, 3), EVERY)
    assert np.allclose(predicted, textbook(likeness.space.matrix.toarray(), OWNERS, WORDS_PENALTY), atol=1e-5)


@pytest.mark.parametrize("likeness", likenesses())
def test_a_regression_on_some_rows_has_not_seen_the_others(likeness: Likeness) -> None:
    seen = whole(0, 3, 6)
    other_owners = np.where(np.isin(EVERY, seen), OWNERS, 2 - OWNERS)
    first, second = likeness.learned(OWNERS, 3, seen), likeness.learned(other_owners, 3, seen)
    assert np.array_equal(spread_out(first), spread_out(second))
    assert not np.allclose(spread_out(first), spread_out(likeness.learned(OWNERS, 3)))


@pytest.mark.parametrize("likeness", likenesses())
def test_a_known_text_is_predicted_to_be_its_keys(likeness: Likeness) -> None:
    assert (likeness.predicted(likeness.learned(OWNERS, 3), EVERY).argmax(1) == OWNERS).all()


@pytest.mark.parametrize("likeness", likenesses())
def test_nothing_is_predicted_for_a_key_without_texts(likeness: Likeness) -> None:
    predicted = likeness.predicted(likeness.learned(OWNERS, 5), EVERY)
    assert np.abs(predicted[:, 3:]).max() == 0


@pytest.mark.parametrize("likeness", likenesses())
def test_nothing_is_predicted_by_a_regression_on_no_rows(likeness: Likeness) -> None:
    assert np.abs(likeness.predicted(likeness.learned(OWNERS, 3, whole()), EVERY)).max() == 0


@pytest.mark.parametrize("likeness", likenesses())
def test_each_text_is_nearest_to_itself(likeness: Likeness) -> None:
    near = likeness.nearness(EVERY)
    assert np.allclose(near.diagonal(), 1, atol=1e-5)
    assert (near.argmax(1) == EVERY).all()


def test_nearness_by_words_is_the_one_that_a_question_meets() -> None:
    likeness = by_words()
    asked = np.stack([likeness.space.near(likeness.space.row(text)) for text in TEXTS])
    assert np.allclose(likeness.nearness(EVERY), asked, atol=1e-5)


def test_nearness_is_the_same_after_it_was_forgotten() -> None:
    likeness = by_words()
    before = likeness.nearness(whole(1, 2))
    likeness.forget()
    assert np.array_equal(likeness.nearness(whole(1, 2)), before)


def test_where_keys_are_too_many_each_keys_centroid_predicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.matching.evidence.DENSE_MOST", 0)
    likeness = by_words()
    rows = likeness.space.matrix.toarray()
    middles = np.stack([rows[owner == OWNERS].mean(0) for owner in range(3)])
    cosines = rows @ (middles / np.linalg.norm(middles, axis=1, keepdims=True)).T
    assert np.allclose(likeness.predicted(likeness.learned(OWNERS, 3), EVERY), cosines, atol=1e-5)


def test_a_key_without_texts_has_a_centroid_that_predicts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.matching.evidence.DENSE_MOST", 0)
    likeness = by_words()
    predicted = likeness.predicted(likeness.learned(OWNERS, 4, EVERY[:5]), EVERY)
    assert np.abs(predicted[:, 2:]).max() == 0


@given(some_texts, st.integers(0, 2**16))
@settings(deadline=None, max_examples=60)
def test_a_regression_on_words_stays_between_no_and_yes_whoever_owns_the_texts(texts: list[str], seed: int) -> None:
    likeness = WordsLikeness(LexicalSpace(texts))
    owners = np.random.default_rng(seed).integers(0, 3, len(texts))
    predicted = likeness.predicted(likeness.learned(owners, 3), np.arange(len(texts)))
    assert np.isfinite(predicted).all()
    assert ((predicted > -0.5) & (predicted < 1.01)).all()


def test_where_all_vectors_lie_does_not_matter() -> None:
    vectors = unit_rows(8, 5)
    here, there = MeaningLikeness("a", vectors), MeaningLikeness("a", vectors + np.float32(3))
    assert np.allclose(here.nearness(EVERY), there.nearness(EVERY), atol=1e-4)


def test_a_vector_is_placed_where_the_same_text_of_the_corpus_lies() -> None:
    vectors = unit_rows(8, 5)
    likeness = MeaningLikeness("a", vectors)
    assert np.allclose(likeness.placed(vectors[3]), likeness.vectors[3], atol=1e-6)


def test_every_placed_vector_has_length_one() -> None:
    likeness = by_meaning()
    assert np.allclose(np.linalg.norm(likeness.vectors, axis=1), 1, atol=1e-5)
    assert np.linalg.norm(likeness.placed(np.full(30, 7, np.float32))) == pytest.approx(1, abs=1e-5)


def test_vectors_that_are_all_the_same_are_near_nothing() -> None:
    likeness = MeaningLikeness("a", np.ones((8, 4), np.float32))
    assert np.abs(likeness.nearness(EVERY)).max() == 0


def test_evidence_is_the_prediction_and_then_the_best() -> None:
    found = evidence_of(np.array([[1, 2]], np.float32), np.array([[3, 4]], np.float32))
    assert found.shape == (1, 2, PARTS)
    assert found[0, :, RIDGE].tolist() == [1, 2]
    assert found[0, :, NEAREST].tolist() == [3, 4]


def test_the_mean_of_the_best_three_is_taken() -> None:
    near = np.array([[0.9, 0.1, 0.6, 0.3, 0.4]], np.float32)
    assert Groups(whole(0, 0, 0, 0, 1), 2).best(near)[0].tolist() == pytest.approx([0.6, 0.4])


def test_each_row_has_its_own_best() -> None:
    near = np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)
    assert np.allclose(Groups(whole(0, 1), 3).best(near)[:, :2], near)


@pytest.mark.parametrize("count", range(1, BEST))
def test_of_fewer_than_three_texts_the_mean_of_all_is_taken(count: int) -> None:
    owners = whole(*[0] * count, 1, 1, 1, 1)
    near = np.linspace(0.1, 0.8, len(owners), dtype=np.float32)[None]
    assert Groups(owners, 2).best(near)[0, 0] == pytest.approx(near[0, :count].mean())


@pytest.mark.parametrize(
    ("owners", "absent"),
    [
        pytest.param(whole(0, 0, 2, 3), [1], id="a key without a text"),
        pytest.param(whole(0, 0, 1, 2), [3], id="no background"),
        pytest.param(whole(3, 3, 3, 3), [0, 1, 2], id="nothing but background"),
    ],
)
def test_only_what_has_no_text_is_absent(owners: Whole, absent: list[int]) -> None:
    best = Groups(owners, 4).best(unit_rows(2, 4) * np.float32(0.9))
    assert np.flatnonzero((best == ABSENT).all(0)).tolist() == absent


def test_without_any_text_all_are_absent() -> None:
    assert (Groups(whole(), 3).best(np.zeros((2, 0), np.float32)) == ABSENT).all()


@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 2**16))
@settings(deadline=None, max_examples=60)
def test_the_mean_of_the_best_lies_between_the_mean_and_the_best(count: int, keys: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    owners, near = chance.integers(0, keys + 1, count), chance.uniform(-1, 1, (2, count)).astype(np.float32)
    best = Groups(owners, keys + 1).best(near)
    for key in set(owners.tolist()):
        mine = near[:, owners == key]
        assert ((mine.mean(1) - 1e-5 <= best[:, key]) & (best[:, key] <= mine.max(1) + 1e-5)).all()


@pytest.mark.parametrize("likeness", likenesses())
def test_what_is_left_out_is_judged_by_the_rest_alone(likeness: Likeness) -> None:
    part, rest = whole(1, 4), np.setdiff1d(EVERY, whole(1, 4))
    predicted = likeness.predicted(likeness.learned(OWNERS, 3, rest), part)
    best = Groups(OWNERS[rest], 3).best(likeness.nearness(part)[:, rest])
    assert np.allclose(left_out(likeness, OWNERS, 3, [part])[part], evidence_of(predicted, best), atol=1e-6)


@pytest.mark.parametrize("likeness", likenesses())
def test_who_owns_what_is_left_out_makes_no_difference_to_it(likeness: Likeness) -> None:
    others = OWNERS.copy()
    others[1] = 2
    first, second = (left_out(likeness, owners, 3, [whole(1)])[1] for owners in (OWNERS, others))
    assert np.allclose(first, second, atol=1e-6)


@pytest.mark.parametrize("likeness", likenesses())
def test_a_key_left_out_whole_is_absent(likeness: Likeness) -> None:
    found = left_out(likeness, OWNERS, 3, [whole(0, 1, 2)])[:3]
    assert (found[:, 0, NEAREST] == ABSENT).all()
    assert np.abs(found[:, 0, RIDGE]).max() == 0


def test_with_everything_left_out_all_are_absent() -> None:
    assert (left_out(by_words(), OWNERS, 3, [EVERY])[..., NEAREST] == ABSENT).all()


def test_a_row_that_no_part_holds_has_no_evidence() -> None:
    found = left_out(by_words(), OWNERS, 3, [whole(0, 1), whole(5)])
    assert np.flatnonzero(np.abs(found).sum((1, 2))).tolist() == [0, 1, 5]


@pytest.mark.parametrize("likeness", likenesses())
def test_leaving_out_gives_the_same_however_few_rows_are_compared_at_once(
    likeness: Likeness, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [whole(0, 3, 4, 6), whole(1, 2, 5, 7)]
    together = left_out(likeness, OWNERS, 3, parts)
    monkeypatch.setattr("bot.matching.evidence.AT_ONCE", 3)
    assert np.allclose(left_out(likeness, OWNERS, 3, parts), together, atol=1e-5)


@pytest.mark.parametrize("likeness", likenesses())
def test_only_the_rows_that_were_asked_for_are_judged(likeness: Likeness) -> None:
    parts, judged = [whole(0, 3, 4, 6), whole(1, 2, 5)], whole(1, 3, 7)
    together = left_out(likeness, OWNERS, 3, parts)
    assert np.allclose(left_out(likeness, OWNERS, 3, parts, judged), together[judged], atol=1e-6)


ALIKE = ("how do I clean my iems", "how do I clean my iem", "wax in the nozzle", "how do I clean my iems?")


def test_texts_of_one_owner_that_say_nearly_the_same_are_one_cluster() -> None:
    numbers = clusters(LexicalSpace(ALIKE), whole(0, 0, 0, 0)).tolist()
    assert numbers[0] == numbers[1] == numbers[3] != numbers[2]


def test_texts_of_two_owners_are_never_one_cluster() -> None:
    numbers = clusters(LexicalSpace(ALIKE), whole(0, 1, 0, 2)).tolist()
    assert len(set(numbers)) == 4


def test_a_text_alike_to_two_others_makes_one_cluster_of_them() -> None:
    chain = ("red blue", "red blue green pink", "green pink")
    space = LexicalSpace(chain)
    apart = clusters(LexicalSpace((chain[0], chain[2])), whole(0, 0))
    assert space.near(space.row(chain[0]))[1] >= 0.6
    assert len(set(apart.tolist())) == 2
    assert len(set(clusters(space, whole(0, 0, 0)).tolist())) == 1


def test_clusters_are_the_same_however_few_rows_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    space, owners = LexicalSpace(ALIKE * 2), whole(0, 0, 0, 0, 1, 1, 1, 1)
    together = clusters(space, owners)
    monkeypatch.setattr("bot.matching.evidence.AT_ONCE", 3)
    assert np.array_equal(clusters(space, owners), together)


@given(some_texts, st.integers(0, 2**16))
@settings(deadline=None, max_examples=60)
def test_clusters_are_numbered_without_a_gap_and_have_one_owner_each(texts: list[str], seed: int) -> None:
    owners = np.random.default_rng(seed).integers(0, 3, len(texts))
    numbers = clusters(LexicalSpace(texts), owners)
    assert set(numbers.tolist()) == set(range(int(numbers.max()) + 1))
    assert all(len(set(owners[numbers == number].tolist())) == 1 for number in numbers)
