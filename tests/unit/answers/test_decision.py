"""What is done about an assessment: every branch, and the confidence just below and at each threshold."""

from dataclasses import replace
from math import log
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.decision import (
    AMBIENT,
    CANDIDATES_MOST,
    DIRECT,
    EXACT_CONFIDENCE,
    Policy,
    decide,
    meant_chance,
    policies,
    weighed,
)
from bot.answers.outcome import Answer, Outcome, Reason, Silence, Stage, Suggestion
from bot.settings import Manners
from tests.unit.answers.assessments import EVIDENCE, NAMES, assessed, log_odds, raw, shares, sureness

PLAIN = Policy(overheard=False, answer_from=0.6, lead=0.25, suggest_from=0.1, suggest_also_from=0.05)
"""Asked, and takes the chances of an assessment as they are."""

MUTE = replace(PLAIN, overheard=True, suggest_from=None)
"""The same, overheard."""

EACH = st.sampled_from([DIRECT, AMBIENT, PLAIN, MUTE])
DOUBTS = (Reason.NEGATED, Reason.SWAPPED, Reason.RENUMBERED)
CERTAIN = 60.0


def reason_of(outcome: Outcome) -> Reason:
    assert isinstance(outcome, Suggestion | Silence)
    return outcome.reason


def entries_of(outcome: Outcome) -> tuple[str, ...]:
    assert isinstance(outcome, Answer | Suggestion)
    return outcome.entries


@pytest.mark.parametrize(
    ("chances", "kind"),
    [
        pytest.param((0.601, 0.05), Answer, id="just above answer_from"),
        pytest.param((0.599, 0.05), Suggestion, id="just below answer_from"),
        pytest.param((0.101, 0.05), Suggestion, id="just above suggest_from"),
        pytest.param((0.099, 0.05), Silence, id="just below suggest_from"),
        pytest.param((0.62, 0.369), Answer, id="just enough lead"),
        pytest.param((0.62, 0.371), Suggestion, id="just too little lead"),
    ],
)
def test_a_confidence_near_a_threshold_decides(chances: tuple[float, ...], kind: type) -> None:
    assert type(decide(assessed(*chances), PLAIN)) is kind


@pytest.mark.parametrize(
    ("chances", "kind"),
    [
        pytest.param((0.601, 0.05), Answer, id="just above answer_from"),
        pytest.param((0.599, 0.05), Silence, id="just below answer_from"),
        pytest.param((0.62, 0.369), Answer, id="just enough lead"),
        pytest.param((0.62, 0.371), Silence, id="just too little lead"),
    ],
)
def test_a_confidence_near_a_threshold_decides_when_overheard(chances: tuple[float, ...], kind: type) -> None:
    assert type(decide(assessed(*chances), MUTE)) is kind


def test_exactly_the_answer_threshold_is_an_answer() -> None:
    half = raw([1.0], 0.0, 0.0)
    assert isinstance(decide(half, replace(PLAIN, answer_from=0.5)), Answer)


def test_exactly_the_lead_is_enough() -> None:
    equal = raw([0.5, 0.5], CERTAIN, 0.0)
    assert isinstance(decide(equal, replace(PLAIN, answer_from=0.5, lead=0.0)), Answer)


def test_exactly_the_suggestion_threshold_is_a_suggestion() -> None:
    half = raw([1.0], 0.0, 0.0)
    assert isinstance(decide(half, replace(PLAIN, suggest_from=0.5)), Suggestion)


@pytest.mark.parametrize(
    ("chances", "policy", "kind"),
    [
        pytest.param((AMBIENT.answer_from + 0.001, 0.01), AMBIENT, Answer, id="ambient, sure"),
        pytest.param((AMBIENT.answer_from - 0.001, 0.01), AMBIENT, Silence, id="ambient, not quite sure"),
        pytest.param((0.55, 0.3), AMBIENT, Silence, id="ambient, likely"),
        pytest.param((0.9, 0.01), DIRECT, Answer, id="direct, sure"),
        pytest.param((0.3, 0.28), DIRECT, Suggestion, id="direct, two likely ones"),
        pytest.param((0.005, 0.005), DIRECT, Silence, id="direct, none likely"),
    ],
)
def test_the_two_policies_draw_the_line_differently(chances: tuple[float, ...], policy: Policy, kind: type) -> None:
    assert type(decide(assessed(*chances), policy)) is kind


def test_the_best_entry_is_the_one_that_is_answered() -> None:
    assert entries_of(decide(assessed(0.1, 0.8, 0.05), PLAIN)) == ("b",)


def test_an_entry_alone_needs_no_lead() -> None:
    assert entries_of(decide(assessed(0.7), replace(PLAIN, lead=0.65))) == ("a",)


def test_suggestions_come_best_first() -> None:
    assert entries_of(decide(assessed(0.2, 0.35, 0.3), PLAIN)) == ("b", "c", "a")


def test_an_unlikely_entry_is_not_suggested_beside_a_likely_one() -> None:
    assert entries_of(decide(assessed(0.4, 0.049, 0.3), PLAIN)) == ("a", "c")


def test_a_less_likely_entry_is_suggested_beside_a_likely_one() -> None:
    assert entries_of(decide(assessed(0.4, 0.051, 0.3), PLAIN)) == ("a", "c", "b")


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_entries_are_suggested_than_the_policy_allows(most: int) -> None:
    assert len(entries_of(decide(assessed(0.2, 0.2, 0.2, 0.2), replace(PLAIN, suggest_most=most)))) == most


@pytest.mark.parametrize(
    ("chances", "reason"),
    [
        pytest.param((0.62, 0.371), Reason.CLOSE, id="two entries close"),
        pytest.param((0.5, 0.05), Reason.UNSURE, id="an entry likelier than none"),
        pytest.param((0.4, 0.05), Reason.OUTSIDE, id="none likelier than any entry"),
    ],
)
@pytest.mark.parametrize("policy", [PLAIN, MUTE], ids=["asking back", "mute"])
def test_the_reason_says_why_it_does_not_simply_answer(
    chances: tuple[float, ...], reason: Reason, policy: Policy
) -> None:
    assert reason_of(decide(assessed(*chances), policy)) is reason


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
def test_two_entries_that_fit_equally_well_are_called_close(policy: Policy) -> None:
    assert reason_of(decide(assessed(0.495, 0.495), policy)) is Reason.CLOSE


def test_an_entry_twice_as_likely_as_the_next_is_not_called_close() -> None:
    assert reason_of(decide(raw([0.5, 0.25], CERTAIN, 0.0), PLAIN)) is Reason.UNSURE


def test_exactly_as_likely_as_none_is_outside() -> None:
    assert reason_of(decide(raw([1.0], 0.0, 0.0), PLAIN)) is Reason.OUTSIDE


# What is known before any chance


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
@pytest.mark.parametrize("extra", [{}, {"silenced": True}, {"exact": "a"}], ids=["plain", "silenced", "exact"])
def test_an_empty_question_is_empty_whatever_fits(policy: Policy, extra: dict[str, object]) -> None:
    assert reason_of(decide(assessed(0.99, question="", **extra), policy)) is Reason.EMPTY


def test_a_silenced_message_is_not_answered_when_overheard() -> None:
    assert decide(assessed(0.999, silenced=True), AMBIENT) == Silence(
        Reason.SILENCED, decide(assessed(0.999), AMBIENT).candidates
    )


def test_a_silenced_message_stays_silent_even_as_an_exact_phrasing() -> None:
    assert reason_of(decide(assessed(0.9, exact="a", silenced=True), AMBIENT)) is Reason.SILENCED


def test_a_silenced_message_is_answered_when_asked_directly() -> None:
    assert isinstance(decide(assessed(0.9, silenced=True), DIRECT), Answer)


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
def test_what_was_turned_away_is_everyday_chat_and_has_no_ranking(policy: Policy) -> None:
    assert decide(assessed(0.999, stage=Stage.GATE), policy) == Silence(Reason.EVERYDAY)


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
def test_an_exact_phrasing_is_answered_however_unlikely_it_looked(policy: Policy) -> None:
    assert entries_of(decide(assessed(0.9, 1e-6, exact="b"), policy)) == ("b",)


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
def test_an_exact_phrasing_has_the_confidence_of_one(policy: Policy) -> None:
    best, second = weighed(assessed(0.9, 0.05, exact="b"), replace(policy, outside_odds=0.0))[0]
    assert best.confidence == pytest.approx(EXACT_CONFIDENCE)
    assert second.confidence == pytest.approx(0.9 * (1 - EXACT_CONFIDENCE), abs=1e-4)


# Doubts


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_doubted_entry_is_asked_back_about_however_sure(doubt: Reason) -> None:
    outcome = decide(assessed(0.97, 0.01, doubts={"a": doubt}), DIRECT)
    assert outcome == Suggestion(("a",), doubt, outcome.candidates)


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_doubted_entry_is_let_pass_when_overheard(doubt: Reason) -> None:
    outcome = decide(assessed(0.999, doubts={"a": doubt}), AMBIENT)
    assert outcome == Silence(doubt, outcome.candidates)


def test_a_doubt_about_another_entry_than_the_best_keeps_nothing_back() -> None:
    assert entries_of(decide(assessed(0.97, 0.01, doubts={"b": Reason.SWAPPED}), AMBIENT)) == ("a",)


def test_a_doubt_moves_no_chance() -> None:
    plain, doubted = assessed(0.7, 0.2), assessed(0.7, 0.2, doubts={"a": Reason.NEGATED})
    assert weighed(plain, DIRECT) == weighed(doubted, DIRECT)


def test_an_unlikely_entry_is_not_asked_back_about_for_being_doubted() -> None:
    assert isinstance(decide(assessed(0.099, doubts={"a": Reason.NEGATED}), PLAIN), Silence)


# What the host has set


@given(st.integers(50, 99), st.integers(60, 99))
@settings(deadline=None, max_examples=50)
def test_the_policies_answer_from_the_percentages_that_the_host_has_set(asked: int, unasked: int) -> None:
    manners = Manners(answer_from=asked, unasked_from=unasked)
    assert policies(manners) == (
        replace(DIRECT, answer_from=asked / 100),
        replace(AMBIENT, answer_from=unasked / 100),
    )


def test_a_host_who_sets_nothing_has_the_policies_as_they_are() -> None:
    assert policies(Manners()) == (DIRECT, AMBIENT)


@given(shares, log_odds, sureness, st.integers(50, 98), st.integers(60, 98))
@settings(deadline=None, max_examples=100)
def test_a_bolder_bot_answers_whatever_a_shyer_one_does(
    given_shares: list[float], meant: float, sure: float, asked: int, unasked: int
) -> None:
    assessment = raw(given_shares, meant, sure)
    for bold, shy in zip(policies(Manners(answer_from=asked, unasked_from=unasked)), _shyest(), strict=True):
        if isinstance(decide(assessment, shy), Answer):
            assert entries_of(decide(assessment, bold)) == entries_of(decide(assessment, shy))


def _shyest() -> tuple[Policy, Policy]:
    return policies(Manners(answer_from=99, unasked_from=99))


# Chances


def test_where_fewer_messages_are_off_topic_an_entry_is_likelier() -> None:
    (here, *_), outside_here = weighed(assessed(0.3, 0.1), PLAIN)
    (asked, *_), outside_asked = weighed(assessed(0.3, 0.1), DIRECT)
    assert asked.confidence > here.confidence
    assert outside_asked < outside_here


def test_the_odds_of_a_policy_shift_the_odds_of_none_by_as_much() -> None:
    (best, *_), outside = weighed(assessed(0.3, outside=0.7), replace(PLAIN, outside_odds=-1.5))
    assert log(outside / best.confidence) == pytest.approx(log(0.7 / 0.3) - 1.5, abs=1e-4)


@pytest.mark.parametrize(("odds", "chance"), [(0.0, 0.3), (log(3 / 7), 0.5), (CERTAIN, 0.0)])
def test_the_chance_that_a_message_is_for_the_faq_depends_on_where_it_was_said(odds: float, chance: float) -> None:
    found = meant_chance(assessed(0.2, 0.1), replace(PLAIN, outside_odds=odds))
    assert found == pytest.approx(chance, abs=1e-4)


def test_overheard_the_best_is_as_likely_as_it_is_sure() -> None:
    (best, second), outside = weighed(raw([0.8, 0.2], -9.0, 0.6), AMBIENT)
    assert (best.confidence, second.confidence, outside) == pytest.approx((0.6, 0.15, 0.25), abs=1e-6)


def test_asked_it_does_not_matter_how_sure_it_would_be_unasked() -> None:
    assert weighed(raw([0.8, 0.2], 1.0, 0.0), DIRECT) == weighed(raw([0.8, 0.2], 1.0, 1.0), DIRECT)


@given(shares, log_odds, sureness)
@settings(deadline=None, max_examples=100)
def test_overheard_no_entry_is_likelier_than_the_bot_is_sure(
    given_shares: list[float], meant: float, sure: float
) -> None:
    assert all(c.confidence <= sure + 1e-6 for c in weighed(raw(given_shares, meant, sure), AMBIENT)[0])


def test_candidates_are_the_best_five() -> None:
    candidates, _ = weighed(assessed(0.01, 0.3, 0.02, 0.2, 0.03, 0.1, 0.04), PLAIN)
    assert [candidate.entry for candidate in candidates] == ["b", "d", "f", "g", "e"]
    assert len(candidates) == CANDIDATES_MOST


@pytest.mark.parametrize(
    ("most", "names"),
    [(0, ""), (1, "b"), (3, "bdf"), (CANDIDATES_MOST, "bdfge"), (7, "bdfgeca"), (100, "bdfgeca")],
)
def test_as_many_candidates_as_wanted_and_there_are_the_best_first(most: int, names: str) -> None:
    candidates, _ = weighed(assessed(0.01, 0.3, 0.02, 0.2, 0.03, 0.1, 0.04), PLAIN, most=most)
    assert [candidate.entry for candidate in candidates] == list(names)


@given(shares, log_odds, sureness, st.booleans(), st.integers(0, 10), EACH)
@settings(deadline=None, max_examples=100)
def test_wanting_more_candidates_changes_nothing_about_the_first_ones(
    given_shares: list[float], meant: float, sure: float, exact: bool, most: int, policy: Policy
) -> None:
    assessment = raw(given_shares, meant, sure, exact="a" if exact else None)
    everything, none = weighed(assessment, policy, most=len(NAMES))
    assert weighed(assessment, policy, most=most) == (everything[:most], none)
    assert len(everything) == len(given_shares)


def test_an_exact_phrasing_is_the_one_candidate_that_is_wanted() -> None:
    ((only,), _) = weighed(assessed(0.9, 1e-6, exact="b"), PLAIN, most=1)
    assert only.entry == "b"


def test_only_the_first_candidates_are_explained() -> None:
    candidates, _ = weighed(assessed(*[0.1] * 8), PLAIN, most=8)
    explained = [bool(candidate.phrasing and candidate.evidence) for candidate in candidates]
    assert explained == [True] * CANDIDATES_MOST + [False] * (8 - CANDIDATES_MOST)


def test_candidates_of_what_nobody_explains_have_no_phrasing_and_no_evidence() -> None:
    (best, *_), _ = weighed(assessed(0.5, 0.3, explains=None), PLAIN)
    assert (best.phrasing, best.evidence) == ("", {})


def test_equally_likely_candidates_stay_in_the_order_of_the_faq() -> None:
    candidates, _ = weighed(assessed(0.2, 0.2, 0.2), PLAIN)
    assert [candidate.entry for candidate in candidates] == ["a", "b", "c"]


def test_a_candidate_carries_its_phrasing_and_its_evidence() -> None:
    (best, *_), _ = weighed(assessed(0.2, 0.7), PLAIN)
    assert (best.phrasing, best.evidence) == ("phrasing of b", EVIDENCE)


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT, PLAIN, MUTE], ids=["direct", "ambient", "plain", "mute"])
@pytest.mark.parametrize("chances", [(0.999,), (0.5, 0.4), (0.2, 0.2), (0.001,)], ids=str)
def test_every_outcome_of_a_comparison_carries_the_whole_ranking(policy: Policy, chances: tuple[float, ...]) -> None:
    assessment = assessed(*chances)
    assert decide(assessment, policy).candidates == weighed(assessment, policy)[0]


def test_the_outcomes_are_these_three_and_no_more() -> None:
    assert set(get_args(Outcome)) == {Answer, Suggestion, Silence}


@given(shares, log_odds, sureness, st.booleans(), st.booleans(), st.sampled_from(Stage), EACH)
@settings(deadline=None, max_examples=150)
def test_any_assessment_has_an_outcome(
    given_shares: list[float],
    meant: float,
    sure: float,
    exact: bool,
    silenced: bool,
    stage: Stage,
    policy: Policy,
) -> None:
    assessment = raw(given_shares, meant, sure, exact="a" if exact else None, silenced=silenced, stage=stage)
    assert isinstance(decide(assessment, policy), Outcome)


@given(shares, log_odds, sureness, st.booleans(), st.sampled_from([None, *DOUBTS]))
@settings(deadline=None, max_examples=100)
def test_it_never_asks_back_when_overheard(
    given_shares: list[float], meant: float, sure: float, silenced: bool, doubt: Reason | None
) -> None:
    doubts = {"a": doubt} if doubt else {}
    assert not isinstance(decide(raw(given_shares, meant, sure, silenced=silenced, doubts=doubts), AMBIENT), Suggestion)


@given(shares, log_odds, sureness, st.booleans(), EACH)
@settings(deadline=None, max_examples=150)
def test_confidences_are_chances_that_leave_room_for_none(
    given_shares: list[float], meant: float, sure: float, exact: bool, policy: Policy
) -> None:
    candidates, none = weighed(raw(given_shares, meant, sure, exact="a" if exact else None), policy, most=8)
    confidences = [candidate.confidence for candidate in candidates]
    assert all(0 <= confidence <= 1 for confidence in [*confidences, none])
    assert sum(confidences) + none == pytest.approx(1, abs=1e-5)


@given(shares, log_odds, sureness, st.booleans(), EACH)
@settings(deadline=None, max_examples=100)
def test_candidates_come_best_first(
    given_shares: list[float], meant: float, sure: float, exact: bool, policy: Policy
) -> None:
    candidates, _ = weighed(raw(given_shares, meant, sure, exact="a" if exact else None), policy)
    confidences = [candidate.confidence for candidate in candidates]
    assert confidences == sorted(confidences, reverse=True)


@given(shares, log_odds, sureness, EACH)
@settings(deadline=None, max_examples=50)
def test_the_same_assessment_has_the_same_outcome_and_is_left_as_it_was(
    given_shares: list[float], meant: float, sure: float, policy: Policy
) -> None:
    assessment = raw(given_shares, meant, sure, exact="a")
    before = assessment.shares.copy()
    assert decide(assessment, policy) == decide(assessment, policy)
    assert np.array_equal(assessment.shares, before)
