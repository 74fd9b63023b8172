"""From evidence to probabilities: what is learned, what a verdict must satisfy, and what is written down."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from bot.matching.confidence import (
    Chance,
    Judge,
    Verdict,
    as_plain,
    chance_of,
    from_plain,
    learn,
    rough,
)
from bot.matching.evidence import ABSENT, NEAREST, PARTS, RIDGE, Whole
from bot.matching.lexical import Floats

ROUGH, ROUGH_WITH_BACKGROUND = (rough(("words",), background=known) for known in (False, True))

NOBODY = np.zeros(0, np.int64)
KEYS = 4
WRITTEN: dict[str, object] = json.loads(json.dumps(as_plain(ROUGH)))
part = st.floats(-1, 1, width=32)
some_evidence = st.lists(st.lists(part, min_size=PARTS, max_size=PARTS), min_size=2, max_size=8)
rough_judges = pytest.mark.parametrize("judge", [ROUGH, ROUGH_WITH_BACKGROUND], ids=["alone", "with a background"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def taught(texts: int = 160, keys: int = KEYS, *, background: bool = True, seed: int = 0) -> tuple[Floats, Whole]:
    """Evidence whose prediction tells the owner and whose nearness tells nothing; the last quarter is background."""
    chance = np.random.default_rng(seed)
    owners = np.arange(texts) % keys
    if background:
        owners[-texts // 4 :] = keys
    evidence = chance.normal(0, 0.1, (texts, keys + 1, PARTS))
    evidence[np.arange(texts), owners, RIDGE] += chance.normal(1, 0.4, texts)
    return evidence.astype(np.float32), owners.astype(np.int64)


def learned(evidence: Floats, owners: Whole, novel: Floats | None = None) -> Judge:
    return learn(("words",), {"words": evidence}, owners, None if novel is None else {"words": novel})


def verdict(judge: Judge, evidence: ArrayLike, barred: Whole = NOBODY) -> Verdict:
    return judge.verdict({"words": np.asarray(evidence, np.float32)}, barred)


def verdicts(judge: Judge, evidence: Floats) -> list[Verdict]:
    return [verdict(judge, row) for row in evidence]


def meant(judge: Judge, evidence: Floats) -> Floats:
    return np.array([chance_of(found.meant) for found in verdicts(judge, evidence)], np.float32)


def sure(judge: Judge, evidence: Floats) -> Floats:
    return np.array([found.sure for found in verdicts(judge, evidence)], np.float32)


def nothing_for(texts: int, keys: int = KEYS, seed: int = 9) -> Floats:
    """Evidence for no key at all."""
    return np.random.default_rng(seed).normal(0, 0.1, (texts, keys + 1, PARTS)).astype(np.float32)


@pytest.mark.parametrize(("log_odds", "chance"), [(0, 0.5), (np.log(3), 0.75), (-np.log(9), 0.1)])
def test_log_odds_mean_a_chance(log_odds: float, chance: float) -> None:
    assert chance_of(log_odds) == pytest.approx(chance)


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_greater_log_odds_never_mean_a_smaller_chance(one: float, other: float) -> None:
    assert 0 <= chance_of(min(one, other)) <= chance_of(max(one, other)) <= 1


@given(st.floats(-1e300, 1e300))
def test_for_and_against_add_up_to_one(log_odds: float) -> None:
    assert chance_of(log_odds) + chance_of(-log_odds) == pytest.approx(1)


def test_the_log_odds_of_a_chance_are_weighed_on_the_scale_it_was_learned_on() -> None:
    chance = Chance(np.array([1, 2], np.float32), np.array([2, 4], np.float32), np.array([3, -1], np.float32), 0.5)
    assert chance.log_odds(np.array([[5, 10]], np.float32)).tolist() == [3 * 2 - 1 * 2 + 0.5]


@given(some_evidence)
@settings(deadline=None, max_examples=100)
@rough_judges
def test_the_shares_sum_to_one_or_less(judge: Judge, rows: list[list[float]]) -> None:
    shares = verdict(judge, np.array(rows)).shares
    assert shares.shape == (len(rows) - 1,)
    assert (shares >= 0).all()
    assert shares.sum(dtype=np.float64) <= 1 + 1e-5


@pytest.mark.parametrize("ahead", [0.2, 0.5, 0.7, 0.8, 0.9, 1.0, 1.3])
def test_of_two_keys_the_second_has_what_the_first_leaves_however_far_behind_it_is(ahead: float) -> None:
    shares = verdict(ROUGH, np.array([[ahead, ahead], [0, 0], [0, 0]])).shares
    assert shares[1] == pytest.approx(1 - shares[0], abs=1e-5)


@given(some_evidence)
@settings(deadline=None, max_examples=100)
@rough_judges
def test_a_key_with_more_of_all_evidence_never_has_the_smaller_share(judge: Judge, rows: list[list[float]]) -> None:
    evidence = np.array(rows, np.float32)
    shares = verdict(judge, evidence).shares
    weaker = [(a, b) for a in range(len(shares)) for b in range(len(shares)) if (evidence[a] <= evidence[b]).all()]
    assert all(shares[a] <= shares[b] + 1e-5 for a, b in weaker if a > b or (evidence[a] < evidence[b]).any())


@given(some_evidence, st.floats(0, 1, width=32))
@settings(deadline=None, max_examples=100)
@rough_judges
def test_more_evidence_for_the_best_key_never_makes_it_less_likely(
    judge: Judge, rows: list[list[float]], more: float
) -> None:
    evidence = np.array(rows, np.float32)
    before = verdict(judge, evidence)
    best = int(before.shares.argmax())
    evidence[best] += np.float32(more)
    after = verdict(judge, evidence)
    assert after.shares[best] >= before.shares[best] - 1e-5
    assert after.meant >= before.meant - 1e-4
    assert after.sure >= before.sure - 1e-5


@given(some_evidence)
@settings(deadline=None, max_examples=100)
@rough_judges
def test_a_verdict_is_finite_even_where_keys_are_absent(judge: Judge, rows: list[list[float]]) -> None:
    evidence = np.array(rows, np.float32)
    evidence[::2, NEAREST] = ABSENT
    found = verdict(judge, evidence)
    assert np.isfinite([*found.shares, found.meant, found.sure]).all()
    assert 0 <= found.sure <= 1


def test_evidence_for_the_background_speaks_against_the_faq() -> None:
    for_nobody = np.array([[0.5, 0.4], [0.1, 0.1], [0.0, 0.0]])
    for_chat = np.array([[0.5, 0.4], [0.1, 0.1], [0.8, 0.4]])
    quiet, loud = (verdict(ROUGH_WITH_BACKGROUND, rows) for rows in (for_nobody, for_chat))
    assert loud.meant < quiet.meant - 1
    assert loud.sure < quiet.sure
    assert np.array_equal(loud.shares, quiet.shares)


def test_without_a_background_to_learn_from_its_evidence_says_nothing() -> None:
    rows = np.array([[0.5, 0.4], [0.1, 0.1], [0.0, ABSENT]])
    other = np.array([[0.5, 0.4], [0.1, 0.1], [0.9, 0.9]])
    assert verdict(ROUGH, rows).meant == verdict(ROUGH, other).meant


def test_a_barred_key_makes_way_for_the_next() -> None:
    rows = np.array([[0.9, 0.8], [0.4, 0.4], [0.1, 0.1], [0, 0]])
    assert verdict(ROUGH, rows).shares.argmax() == 0
    assert verdict(ROUGH, rows, np.array([0])).shares.argmax() == 1


def test_whether_a_message_is_for_the_faq_is_told_by_a_key_that_is_not_barred() -> None:
    strong, weak = np.array([[0.9, 0.8], [0.3, 0.2], [0, 0]]), np.array([[0.1, 0.1], [0.3, 0.2], [0, 0]])
    barred = np.array([0])
    assert verdict(ROUGH, strong, barred).meant == pytest.approx(verdict(ROUGH, weak, barred).meant)


@given(some_evidence, st.data())
@settings(deadline=None, max_examples=100)
@pytest.mark.parametrize(
    "judge",
    [ROUGH, replace(ROUGH, right=replace(ROUGH.right, weights=np.zeros(3, np.float32), bias=0.0))],
    ids=["rough", "never sure which key"],
)
def test_a_barred_key_has_next_to_no_chance(judge: Judge, rows: list[list[float]], data: st.DataObject) -> None:
    barred = data.draw(st.sets(st.integers(0, len(rows) - 2), min_size=1))
    shares = verdict(judge, np.array(rows), np.array(sorted(barred))).shares
    assert shares[sorted(barred)].max() < 0.01


@rough_judges
def test_with_every_key_barred_nothing_is_meant(judge: Judge) -> None:
    found = verdict(judge, np.array([[0.9, 0.8], [0.4, 0.4], [0, 0]]), np.array([0, 1]))
    assert found.shares.tolist() == [0, 0]
    assert found.sure == 0
    assert chance_of(found.meant) < 0.001


def test_learning_prefers_the_part_that_tells_the_keys_apart() -> None:
    weights = learned(*taught()).key_weights
    assert weights[RIDGE] > 5 * abs(weights[NEAREST])


def test_what_was_learned_finds_the_owners_of_texts_it_has_not_seen() -> None:
    unseen, owners = taught(seed=1)
    asked = owners < KEYS
    best = np.array([found.shares.argmax() for found in verdicts(learned(*taught()), unseen)])
    assert (best == owners)[asked].mean() > 0.9


def test_what_was_learned_tells_questions_from_the_background() -> None:
    evidence, owners = taught()
    chances = meant(learned(evidence, owners), taught(seed=1)[0])
    assert chances[owners == KEYS].mean() < 0.2
    assert chances[owners < KEYS].mean() > 0.8


def test_a_message_is_never_surer_than_it_is_meant_for_the_faq() -> None:
    """Among many: being meant and right is rarer than being meant."""
    judge, unseen = learned(*taught()), taught(seed=1)[0]
    assert sure(judge, unseen).mean() <= meant(judge, unseen).mean() + 1e-3


def test_what_was_learned_is_as_often_right_as_it_says() -> None:
    unseen, owners = taught(1200, background=False, seed=1)
    found = verdicts(learned(*taught(1200, background=False), nothing_for(100)), unseen)
    hits = np.array([v.shares.argmax() == owner for v, owner in zip(found, owners, strict=True)])
    assert np.mean([v.shares.max() for v in found]) == pytest.approx(hits.mean(), abs=0.03)


def test_learning_is_deterministic() -> None:
    assert as_plain(learned(*taught())) == as_plain(learned(*taught()))


def test_learning_leaves_the_evidence_as_it_was() -> None:
    evidence, owners = taught()
    before = evidence.copy()
    learned(evidence, owners)
    assert np.array_equal(evidence, before)


def test_a_text_whose_key_could_not_be_found_teaches_nothing() -> None:
    evidence, owners = taught()
    lost = evidence[:3].copy()
    lost[np.arange(3), owners[:3], NEAREST] = ABSENT
    with_lost = learned(np.concatenate([evidence, lost]), np.concatenate([owners, owners[:3]]))
    assert as_plain(with_lost) == as_plain(learned(evidence, owners))


def test_a_part_that_never_varies_has_no_say() -> None:
    evidence, owners = taught()
    evidence[..., NEAREST] = 0.25
    judge = learned(evidence, owners)
    other = evidence[0].copy()
    other[:KEYS, NEAREST] += 1e-7
    assert np.allclose(verdict(judge, other).shares, verdict(judge, evidence[0]).shares, atol=0.02)


def test_what_speaks_against_the_owner_gets_no_weight() -> None:
    evidence, owners = taught()
    evidence[np.arange(len(owners)), owners, NEAREST] -= 0.8
    assert learned(evidence, owners).key_weights[NEAREST] == 0


@given(st.integers(2, 30), st.integers(1, 4), st.booleans(), st.integers(0, 2**16))
@settings(deadline=None, max_examples=30)
def test_no_evidence_ever_speaks_against_its_own_side(texts: int, keys: int, background: bool, seed: int) -> None:
    chance = np.random.default_rng(seed)
    evidence = chance.normal(size=(texts, keys + 1, PARTS)).astype(np.float32)
    owners = chance.integers(0, keys + background, texts)
    judge = learned(evidence, owners, None if background else evidence)
    assert (judge.key_weights >= 0).all()
    assert (judge.right.weights >= 0).all()
    assert min(judge.meant.weights[0], judge.sure.weights[0]) >= 0
    assert max([0, *judge.meant.weights[1:], *judge.sure.weights[1:]]) <= 0


def test_without_a_background_phrasings_of_left_out_keys_stand_for_it() -> None:
    judge = learned(*taught(background=False), nothing_for(60))
    assert meant(judge, nothing_for(40, seed=3)).mean() < 0.3
    assert meant(judge, taught(background=False, seed=1)[0]).mean() > 0.8


def test_how_many_phrasings_were_left_out_does_not_make_the_bot_shyer() -> None:
    evidence, owners = taught(background=False)
    few, many = (learned(evidence, owners, np.tile(nothing_for(40), (times, 1, 1))) for times in (1, 10))
    assert meant(many, evidence).mean() == pytest.approx(meant(few, evidence).mean(), abs=0.02)


def test_with_a_background_phrasings_of_left_out_keys_teach_nothing() -> None:
    assert as_plain(learned(*taught(), nothing_for(60))) == as_plain(learned(*taught()))


def test_one_key_and_a_background_can_be_learned() -> None:
    evidence, owners = taught(keys=1)
    owners = np.where(np.arange(len(owners)) % 2, owners, 1)
    evidence[::2, 0, RIDGE] -= evidence[::2, 0, RIDGE].mean()
    chances = meant(learned(evidence, owners), evidence)
    assert chances[owners == 0].mean() > chances[owners == 1].mean() + 0.5


@pytest.mark.parametrize("texts", [1, 2, 4])
def test_a_handful_of_texts_proves_nothing_certain(texts: int) -> None:
    evidence, owners = taught(texts, keys=1, background=False)
    found = verdict(learned(evidence, owners), np.zeros((2, PARTS)))
    assert found.sure < 0.95
    assert chance_of(found.meant) < 0.95


def test_with_nothing_to_learn_from_nothing_is_certain() -> None:
    found = verdict(learned(np.zeros((0, 3, PARTS), np.float32), NOBODY), np.zeros((3, PARTS)))
    assert 0.05 < found.sure < 0.95
    assert 0.05 < chance_of(found.meant) < 0.95


def test_where_no_question_could_be_learned_from_not_every_message_is_turned_away() -> None:
    """A FAQ with one phrasing an entry: each was left out with its key, only the background is left to learn from."""
    evidence = nothing_for(60)
    owners = np.array([*range(KEYS)] + [KEYS] * 56, np.int64)
    evidence[np.arange(KEYS), np.arange(KEYS), NEAREST] = ABSENT
    speaks_for_one = np.zeros((KEYS + 1, PARTS))
    speaks_for_one[0] = 0.9
    found = verdict(learned(evidence, owners), speaks_for_one)
    assert found.meant > verdict(learned(evidence, owners), np.zeros((KEYS + 1, PARTS))).meant + 1


def test_two_kinds_of_likeness_are_weighed_together() -> None:
    evidence, owners = taught()
    noise = np.random.default_rng(5).normal(0, 0.1, evidence.shape).astype(np.float32)
    judge = learn(("words", "meaning"), {"words": noise, "meaning": evidence}, owners, None)
    by_words, by_meaning = judge.key_weights[:PARTS], judge.key_weights[PARTS:]
    assert judge.kinds == ("words", "meaning")
    assert by_meaning[RIDGE] > 5 * by_words.max()
    assert len(judge.meant.weights) == 2 + 2 * PARTS


def test_a_judge_takes_only_its_own_kinds_of_likeness() -> None:
    evidence, owners = taught()
    judge = learned(evidence, owners)
    alone = judge.verdict({"words": evidence[0]}, NOBODY)
    beside = judge.verdict({"meaning": -evidence[0], "words": evidence[0]}, NOBODY)
    assert (alone.sure, alone.meant, alone.shares.tolist()) == (beside.sure, beside.meant, beside.shares.tolist())


def test_a_judge_that_was_written_down_judges_as_before() -> None:
    evidence, owners = taught()
    judge = learned(evidence, owners)
    read = from_plain(json.loads(json.dumps(as_plain(judge))))
    assert read.kinds == judge.kinds
    for row in evidence[:10]:
        before, after = verdict(judge, row), verdict(read, row)
        assert np.array_equal(before.shares, after.shares)
        assert (before.meant, before.sure) == (after.meant, after.sure)


@given(st.sampled_from(sorted(WRITTEN)), json_values)
@settings(deadline=None, max_examples=200)
def test_what_was_written_down_is_a_judge_or_refused(field: str, broken: object) -> None:
    plain = {**WRITTEN, field: broken}
    try:
        read = from_plain(plain)
    except (TypeError, KeyError, ValueError):
        return
    assert as_plain(read).keys() == plain.keys()


@pytest.mark.parametrize("field", sorted(WRITTEN))
def test_a_judge_with_a_part_missing_is_refused(field: str) -> None:
    with pytest.raises(KeyError):
        from_plain({name: value for name, value in WRITTEN.items() if name != field})


@pytest.mark.parametrize("field", ["right", "meant", "sure"])
def test_a_judge_with_a_number_for_a_chance_is_refused(field: str) -> None:
    with pytest.raises(TypeError):
        from_plain({**WRITTEN, field: 0.5})


def test_a_judge_with_a_word_for_its_kinds_is_refused() -> None:
    with pytest.raises(TypeError):
        from_plain({**WRITTEN, "kinds": "words"})
