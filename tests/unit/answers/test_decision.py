"""What is done about an assessment: every branch, and the confidence just below and at each threshold."""

from collections.abc import Iterable
from dataclasses import replace
from math import log
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.decision import AMBIENT, CANDIDATES_MOST, DIRECT, EXACT_CONFIDENCE, Policy, decide, weighed
from bot.answers.outcome import Answer, Assessment, Outcome, Reason, Silence, Suggestion

PLAIN = Policy(outside_odds=0.0, answer_from=0.6, lead=0.25, suggest_from=0.1, suggest_also_from=0.05)
"""Takes the chances of an assessment as they are."""

MUTE = replace(PLAIN, suggest_from=None)
NAMES = tuple("abcdefgh")
utilities = st.lists(st.floats(-60, 60, width=32), min_size=1, max_size=8)


def assessed(
    *chances: float, outside: float | None = None, exact: str | None = None, silenced: bool = False, question: str = "?"
) -> Assessment:
    """An assessment that gives entries a, b, c … these chances, and the rest to "none of them" unless told."""
    rest = max(1 - sum(chances), 1e-12) if outside is None else outside
    logs = np.array([log(chance) for chance in chances], np.float64)
    return raw(logs, log(rest), exact=exact, silenced=silenced, question=question)


def raw(
    numbers: Iterable[float],
    outside: float,
    *,
    exact: str | None = None,
    silenced: bool = False,
    question: str = "?",
) -> Assessment:
    given = np.array(list(numbers), np.float32)
    entries = NAMES[: len(given)]
    nearest = {name: f"phrasing of {name}" for name in entries}
    evidence = {name: {"words": (0.1, 0.2, 0.3)} for name in entries}
    return Assessment(question, entries, given, outside, exact, silenced, nearest, evidence, with_meaning=False)


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


def test_exactly_the_answer_threshold_is_an_answer() -> None:
    half = raw([0.0], 0.0)
    assert isinstance(decide(half, replace(PLAIN, answer_from=0.5)), Answer)


def test_exactly_the_lead_is_enough() -> None:
    equal = assessed(0.5, 0.5, outside=1e-30)
    assert isinstance(decide(equal, replace(PLAIN, answer_from=0.5, lead=0.0)), Answer)


def test_exactly_the_suggestion_threshold_is_a_suggestion() -> None:
    half = raw([0.0], 0.0)
    assert isinstance(decide(half, replace(PLAIN, suggest_from=0.5)), Suggestion)


@pytest.mark.parametrize(
    ("chances", "policy", "kind"),
    [
        pytest.param((0.951, 0.01), AMBIENT, Answer, id="ambient, sure"),
        pytest.param((0.949, 0.01), AMBIENT, Silence, id="ambient, not quite sure"),
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


def test_an_entry_three_times_as_likely_as_the_next_is_not_called_close() -> None:
    assert reason_of(decide(assessed(0.45, 0.15, outside=0.4), AMBIENT)) is Reason.UNSURE


def test_exactly_as_likely_as_none_is_outside() -> None:
    assert reason_of(decide(raw([0.0], 0.0), PLAIN)) is Reason.OUTSIDE


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
@pytest.mark.parametrize("extra", [{}, {"silenced": True}, {"exact": "a"}], ids=["plain", "silenced", "exact"])
def test_an_empty_question_is_empty_whatever_fits(policy: Policy, extra: dict[str, object]) -> None:
    assessment = replace(assessed(0.99), question="", **extra)
    assert reason_of(decide(assessment, policy)) is Reason.EMPTY


def test_a_silenced_message_is_not_answered_when_overheard() -> None:
    assert decide(assessed(0.999, silenced=True), AMBIENT) == replace(
        Silence(Reason.SILENCED), candidates=decide(assessed(0.999), AMBIENT).candidates
    )


def test_a_silenced_message_stays_silent_even_as_an_exact_phrasing() -> None:
    assert reason_of(decide(assessed(0.9, exact="a", silenced=True), AMBIENT)) is Reason.SILENCED


def test_a_silenced_message_is_answered_when_asked_directly() -> None:
    assert isinstance(decide(assessed(0.9, silenced=True), DIRECT), Answer)


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
def test_an_exact_phrasing_is_answered_however_unlikely_it_looked(policy: Policy) -> None:
    assert entries_of(decide(assessed(0.9, 1e-6, exact="b"), policy)) == ("b",)


def test_an_exact_phrasing_has_the_confidence_of_one() -> None:
    best, second = weighed(assessed(0.9, 0.05, exact="b"), PLAIN)[0]
    assert best.confidence == pytest.approx(EXACT_CONFIDENCE)
    assert second.confidence == pytest.approx(0.9 * (1 - EXACT_CONFIDENCE), abs=1e-4)


def test_where_fewer_messages_are_off_topic_an_entry_is_likelier() -> None:
    (here, *_), outside_here = weighed(assessed(0.3, 0.1), AMBIENT)
    (asked, *_), outside_asked = weighed(assessed(0.3, 0.1), DIRECT)
    assert asked.confidence > here.confidence
    assert outside_asked < outside_here


def test_the_odds_of_a_policy_shift_the_odds_of_none_by_as_much() -> None:
    (best, *_), outside = weighed(assessed(0.3, outside=0.7), replace(PLAIN, outside_odds=-1.5))
    assert log(outside / best.confidence) == pytest.approx(log(0.7 / 0.3) - 1.5, abs=1e-4)


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


@given(utilities, st.floats(-60, 60), st.booleans(), st.integers(0, 10))
@settings(deadline=None, max_examples=100)
def test_wanting_more_candidates_changes_nothing_about_the_first_ones(
    numbers: list[float], outside: float, exact: bool, most: int
) -> None:
    assessment = raw(numbers, outside, exact="a" if exact else None)
    everything, none = weighed(assessment, DIRECT, most=len(NAMES))
    assert weighed(assessment, DIRECT, most=most) == (everything[:most], none)
    assert len(everything) == len(numbers)


def test_an_exact_phrasing_is_the_one_candidate_that_is_wanted() -> None:
    ((only,), _) = weighed(assessed(0.9, 1e-6, exact="b"), PLAIN, most=1)
    assert only.entry == "b"


def test_a_candidate_beyond_those_that_were_explained_has_no_phrasing_and_no_evidence() -> None:
    assessment = replace(assessed(0.5, 0.3), nearest={"a": "x"}, evidence={"a": {"words": (0.1, 0.2, 0.3)}})
    (_, second), _ = weighed(assessment, PLAIN, most=2)
    assert (second.phrasing, second.evidence) == ("", {})


def test_equally_likely_candidates_stay_in_the_order_of_the_faq() -> None:
    candidates, _ = weighed(assessed(0.2, 0.2, 0.2), PLAIN)
    assert [candidate.entry for candidate in candidates] == ["a", "b", "c"]


def test_a_candidate_carries_its_phrasing_and_its_evidence() -> None:
    (best, *_), _ = weighed(assessed(0.2, 0.7), PLAIN)
    assert (best.phrasing, best.evidence) == ("phrasing of b", {"words": (0.1, 0.2, 0.3)})


@pytest.mark.parametrize("policy", [DIRECT, AMBIENT, PLAIN, MUTE], ids=["direct", "ambient", "plain", "mute"])
@pytest.mark.parametrize("chances", [(0.999,), (0.5, 0.4), (0.2, 0.2), (0.001,)], ids=str)
def test_every_outcome_on_words_carries_the_whole_ranking(policy: Policy, chances: tuple[float, ...]) -> None:
    assessment = assessed(*chances)
    assert decide(assessment, policy).candidates == weighed(assessment, policy)[0]


def test_the_outcomes_are_these_three_and_no_more() -> None:
    assert set(get_args(Outcome)) == {Answer, Suggestion, Silence}


@given(utilities, st.floats(-60, 60), st.booleans(), st.booleans(), st.sampled_from([DIRECT, AMBIENT, PLAIN, MUTE]))
@settings(deadline=None, max_examples=150)
def test_any_assessment_has_an_outcome(
    numbers: list[float], outside: float, exact: bool, silenced: bool, policy: Policy
) -> None:
    assessment = raw(numbers, outside, exact="a" if exact else None, silenced=silenced)
    assert isinstance(decide(assessment, policy), Outcome)


@given(utilities, st.floats(-60, 60), st.booleans())
@settings(deadline=None, max_examples=100)
def test_it_never_asks_back_when_overheard(numbers: list[float], outside: float, silenced: bool) -> None:
    assert not isinstance(decide(raw(numbers, outside, silenced=silenced), AMBIENT), Suggestion)


@given(utilities, st.floats(-60, 60), st.booleans())
@settings(deadline=None, max_examples=100)
def test_confidences_are_chances_that_leave_room_for_none(numbers: list[float], outside: float, exact: bool) -> None:
    candidates, none = weighed(raw(numbers, outside, exact="a" if exact else None), DIRECT)
    confidences = [candidate.confidence for candidate in candidates]
    assert all(0 <= confidence <= 1 for confidence in [*confidences, none])
    assert sum(confidences) + none <= 1 + 1e-5


@given(utilities, st.floats(-60, 60), st.booleans())
@settings(deadline=None, max_examples=100)
def test_candidates_come_best_first(numbers: list[float], outside: float, exact: bool) -> None:
    candidates, _ = weighed(raw(numbers, outside, exact="a" if exact else None), DIRECT)
    confidences = [candidate.confidence for candidate in candidates]
    assert confidences == sorted(confidences, reverse=True)


@given(utilities, st.floats(-60, 60))
@settings(deadline=None, max_examples=50)
def test_the_same_assessment_has_the_same_outcome_and_is_left_as_it_was(numbers: list[float], outside: float) -> None:
    assessment = raw(numbers, outside, exact="a")
    before = assessment.utilities.copy()
    assert decide(assessment, DIRECT) == decide(assessment, DIRECT)
    assert np.array_equal(assessment.utilities, before)
