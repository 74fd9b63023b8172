"""A message with several questions: when there are two answers, which, and in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.decision import (
    AMBIENT,
    ANSWERS_MOST,
    DIRECT,
    PART_ANSWER_FROM,
    Policy,
    decide,
    policies,
    weighed,
)
from bot.answers.outcome import Answer, Assessment, Outcome, Reason, Silence, Stage, Suggestion
from bot.settings import Manners
from tests.unit.answers.assessments import LEAST, assessed

NAMES = tuple("abcdef")
BOTH = pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
SURE = 0.99
LENIENT = replace(DIRECT, answer_from=0.1, lead=0.0, outside_odds=-10.0, suggest_from=0.01)
"""Answers almost anything that is asked by itself."""

SHY = policies(Manners(unasked_from=95))[1]
"""Overhears for a host who wants to hear little of it."""


def about(chances: Mapping[str, float], *parts: Assessment, question: str = "?", silenced: bool = False) -> Assessment:
    """An assessment that gives entries these chances, almost none to the others, and the rest to "none of them"."""
    told = (chances.get(name, LEAST) for name in NAMES)
    return assessed(*told, question=question, silenced=silenced, parts=parts)


def sure(entry: str, chance: float = SURE) -> Assessment:
    return about({entry: chance})


def unsure(entry: str = "f") -> Assessment:
    return about({entry: 0.5})


def message(*parts: Assessment) -> Assessment:
    """A message that as a whole is like nothing in the FAQ."""
    return about({}, *parts)


def entries_of(outcome: Outcome) -> tuple[str, ...]:
    assert isinstance(outcome, Answer)
    return outcome.entries


@BOTH
@pytest.mark.parametrize("asked", [("a", "b"), ("b", "a"), ("f", "a")])
def test_two_sure_questions_have_both_answers_in_the_order_they_were_asked(
    policy: Policy, asked: tuple[str, str]
) -> None:
    assert entries_of(decide(message(*map(sure, asked)), policy)) == asked


@BOTH
def test_no_more_than_two_answers_are_given_the_first_two(policy: Policy) -> None:
    assert ANSWERS_MOST == 2
    assert entries_of(decide(message(*map(sure, "dacb")), policy)) == ("d", "a")


@BOTH
def test_a_question_that_is_not_sure_by_itself_is_left_out(policy: Policy) -> None:
    assert entries_of(decide(message(unsure(), sure("b"), unsure(), sure("a")), policy)) == ("b", "a")


@BOTH
@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([sure("b"), unsure()], id="one sure"),
        pytest.param([unsure(), unsure()], id="none sure"),
        pytest.param([sure("b"), sure("b")], id="the same twice"),
        pytest.param([sure("b"), sure("b"), unsure()], id="the same twice and another"),
        pytest.param([sure("b")], id="one part"),
    ],
)
@pytest.mark.parametrize("whole", [{}, {"a": SURE}, {"a": 0.4, "c": 0.35}], ids=["nothing", "sure", "close"])
def test_without_two_answers_the_message_is_taken_as_a_whole(
    policy: Policy, parts: list[Assessment], whole: dict[str, float]
) -> None:
    assert decide(about(whole, *parts), policy) == decide(about(whole), policy)


@BOTH
def test_an_entry_that_answers_two_questions_is_shown_once(policy: Policy) -> None:
    assert entries_of(decide(message(sure("b"), sure("b"), sure("a"), sure("b")), policy)) == ("b", "a")


@BOTH
def test_two_answers_come_before_the_one_that_the_whole_message_would_have(policy: Policy) -> None:
    assert entries_of(decide(about({"c": SURE}, sure("a"), sure("b")), policy)) == ("a", "b")


@BOTH
def test_a_message_that_is_an_entrys_very_phrasing_has_that_answer_alone(policy: Policy) -> None:
    assessment = replace(about({"c": SURE}, sure("c"), sure("b")), exact="c")
    assert entries_of(decide(assessment, policy)) == ("c",)


@BOTH
def test_two_answers_carry_the_ranking_of_the_whole_message(policy: Policy) -> None:
    assessment = about({"c": 0.3, "d": 0.2}, sure("a"), sure("b"))
    assert decide(assessment, policy).candidates == weighed(assessment, policy)[0]


@pytest.mark.parametrize(
    ("chance", "policy", "count"),
    [
        pytest.param(0.901, DIRECT, 2, id="direct, just sure"),
        pytest.param(0.899, DIRECT, 1, id="direct, just not sure"),
        pytest.param(0.901, AMBIENT, 2, id="ambient, just sure"),
        pytest.param(0.899, AMBIENT, 0, id="ambient, just not sure"),
        pytest.param(0.949, SHY, 0, id="shy, sure enough for others"),
        pytest.param(0.951, SHY, 2, id="shy, just sure"),
        pytest.param(0.901, LENIENT, 2, id="lenient, just sure"),
        pytest.param(0.899, LENIENT, 1, id="lenient, just not sure"),
    ],
)
def test_a_part_must_be_surer_than_a_message_and_surer_still_for_a_shy_bot(
    chance: float, policy: Policy, count: int
) -> None:
    whole = {"c": 0.7}  # enough where it was asked, not where it was overheard
    outcome = decide(about(whole, sure("a"), sure("b", chance)), policy)
    assert (len(outcome.entries) if isinstance(outcome, Answer) else 0) == count


def test_a_part_is_not_thought_to_be_for_the_faq_because_the_bot_was_asked() -> None:
    assert DIRECT.outside_odds < 0
    likely = sure("b", 0.85)
    assert weighed(likely, DIRECT)[0][0].confidence > PART_ANSWER_FROM
    assert not isinstance(decide(message(sure("a"), likely), DIRECT), Answer)


@pytest.mark.parametrize(("lead", "is_answered"), [(0.895, True), (0.905, False)], ids=["enough", "too little"])
def test_a_part_must_lead_by_as_much_as_its_policy_demands(lead: float, is_answered: bool) -> None:
    part = about({"b": 0.95, "c": 0.05})
    outcome = decide(message(sure("a"), part), replace(AMBIENT, answer_from=0.0, lead=lead))
    assert isinstance(outcome, Answer) is is_answered


@BOTH
def test_a_part_that_is_silenced_has_no_answer(policy: Policy) -> None:
    silenced = replace(sure("b"), silenced=True)
    assert not isinstance(decide(message(sure("a"), silenced), policy), Answer)


@BOTH
def test_a_part_without_a_word_has_no_answer(policy: Policy) -> None:
    assert not isinstance(decide(message(sure("a"), replace(sure("b"), question="")), policy), Answer)


@BOTH
def test_a_part_that_is_an_exact_phrasing_is_sure(policy: Policy) -> None:
    exact = replace(unsure("f"), exact="e")
    assert entries_of(decide(message(exact, sure("a")), policy)) == ("e", "a")


def test_a_message_that_is_silenced_as_a_whole_is_not_answered_in_parts_when_overheard() -> None:
    outcome = decide(about({}, sure("a"), sure("b"), silenced=True), AMBIENT)
    assert isinstance(outcome, Silence)
    assert outcome.reason is Reason.SILENCED


def test_a_message_that_is_silenced_as_a_whole_is_answered_in_parts_when_asked() -> None:
    assert entries_of(decide(about({}, sure("a"), sure("b"), silenced=True), DIRECT)) == ("a", "b")


@BOTH
def test_an_empty_message_has_no_parts_that_count(policy: Policy) -> None:
    outcome = decide(about({}, sure("a"), sure("b"), question=""), policy)
    assert isinstance(outcome, Silence)
    assert outcome.reason is Reason.EMPTY


@BOTH
def test_a_part_that_is_doubted_has_no_answer(policy: Policy) -> None:
    doubted = replace(sure("b"), doubts={"b": Reason.NEGATED})
    assert not isinstance(decide(message(sure("a"), doubted), policy), Answer)


@BOTH
def test_the_parts_of_what_was_turned_away_have_no_answer(policy: Policy) -> None:
    outcome = decide(replace(message(sure("a"), sure("b")), stage=Stage.GATE), policy)
    assert outcome == Silence(Reason.EVERYDAY)


def test_a_suggestion_for_a_part_is_never_made() -> None:
    outcome = decide(about({"c": 0.1}, sure("a"), about({"d": 0.5, "e": 0.4})), DIRECT)
    assert isinstance(outcome, Suggestion)
    assert outcome.entries == ("c",)


chances = st.sampled_from([0.05, 0.5, 0.85, 0.899, 0.91, 0.94, 0.96, SURE])
asked_for = st.lists(st.tuples(st.sampled_from(NAMES), chances), max_size=4)
wholes = st.dictionaries(st.sampled_from(NAMES), chances, max_size=1)


@given(wholes, asked_for, st.sampled_from([DIRECT, AMBIENT, SHY]))
@settings(deadline=None, max_examples=200)
def test_whatever_the_parts_two_answers_are_their_two_first_sure_ones(
    whole: dict[str, float], parts: Sequence[tuple[str, float]], policy: Policy
) -> None:
    outcome = decide(about(whole, *(sure(*part) for part in parts)), policy)
    least = max(PART_ANSWER_FROM, policy.answer_from)
    certain = list(dict.fromkeys(entry for entry, chance in parts if chance >= least))
    if len(certain) > 1:
        assert entries_of(outcome) == tuple(certain[:2])
    else:
        assert outcome == decide(about(whole), policy)


@given(wholes, asked_for)
@settings(deadline=None, max_examples=100)
def test_what_is_answered_when_overheard_is_answered_when_asked(
    whole: dict[str, float], parts: Sequence[tuple[str, float]]
) -> None:
    assessment = about(whole, *(sure(*part) for part in parts))
    if isinstance(decide(assessment, AMBIENT), Answer):
        assert isinstance(decide(assessment, DIRECT), Answer)
