"""`ask`: JSON lines in and out without a process, and what a person is told."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers.decision import AMBIENT, DIRECT, Policy, decide, policies, weighed
from bot.answers.desk import Desk
from bot.answers.outcome import Answer, Candidate, Outcome, Reason, Silence, Stage, Suggestion
from bot.cli.ask import EVERYDAY_MOST, answer_lines, as_json, explained
from bot.errors import BotError
from bot.settings import Manners
from bot.words.catalogue import words
from tests.conftest import LetterEncoder

EXACT = "Is burn-in real?"
NEAR = "is it real?"
EVERYDAY = "who wants pizza tonight"
NEGATED = "how do I not clean my IEMs?"
NESTED = "[" * 100_000
BOTH = pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    ready = make_desk()
    ready.prepare()
    return ready


def line(text: str) -> str:
    return json.dumps({"text": text}) + "\n"


def answered(desk: Desk, lines: list[str], policy: Policy = DIRECT) -> list[dict[str, Any]]:
    written: list[str] = []
    answer_lines(desk, lines, policy, written.append)
    return [json.loads(one) for one in written]


def candidate(entry: str, confidence: float) -> Candidate:
    return Candidate(entry, confidence, "a phrasing", {})


RANKING = (candidate("a", 0.61234567), candidate("b", 0.25))


@pytest.mark.parametrize(
    ("outcome", "name", "answers"),
    [
        (Answer(("a",), RANKING), "answer", ["a"]),
        (Answer(("b", "a"), RANKING), "answer", ["b", "a"]),
        (Suggestion(("a", "b"), Reason.UNSURE, RANKING), "suggest", []),
        (Silence(Reason.OUTSIDE, RANKING), "silent", []),
    ],
    ids=["answer", "two answers", "suggestion", "silence"],
)
def test_an_outcome_is_named_and_only_an_answer_has_answers(outcome: Outcome, name: str, answers: list[str]) -> None:
    told = as_json(outcome)
    assert (told["outcome"], told["answers"], told["entry"]) == (name, answers, next(iter(answers), None))


def test_the_confidence_told_is_that_of_the_best_candidate() -> None:
    told = as_json(Silence(Reason.UNSURE, RANKING))
    assert told["confidence"] == 0.612346
    assert told["candidates"] == [{"entry": "a", "confidence": 0.612346}, {"entry": "b", "confidence": 0.25}]


def test_an_outcome_without_candidates_has_no_confidence() -> None:
    assert as_json(Silence(Reason.EMPTY)) == {
        "outcome": "silent",
        "entry": None,
        "answers": [],
        "confidence": 0.0,
        "candidates": [],
    }


def test_every_line_is_answered_in_its_order(desk: Desk) -> None:
    questions = [phrasing for entry in desk.faq.entries for phrasing in entry.phrasings]
    owners = [entry.id for entry in desk.faq.entries for _ in entry.phrasings]
    assert [told["entry"] for told in answered(desk, [line(question) for question in questions])] == owners


def test_every_line_stands_alone(desk: Desk) -> None:
    alone = answered(desk, [line("wax in nozzle")])
    assert answered(desk, [line(EXACT), line("wax in nozzle"), line(EXACT), line("wax in nozzle")])[1::2] == alone * 2


def test_blank_lines_are_passed_over(desk: Desk) -> None:
    assert len(answered(desk, ["\n", line(EXACT), "  \n", line(EXACT)])) == 2


def test_what_else_stands_in_the_object_does_not_matter(desk: Desk) -> None:
    assert answered(desk, [json.dumps({"id": 7, "text": EXACT, "lang": None})])[0]["entry"] == "burn-in"


@pytest.mark.parametrize(
    "text", ["", "\0", "\ud800", "👍", "a" * 5000, "why\n```\ncode\n```\nis it quiet", "\u2028"], ids=ascii
)
@BOTH
def test_any_text_gets_one_line(desk: Desk, text: str, policy: Policy) -> None:
    (told,) = answered(desk, [line(text)], policy)
    assert set(told) == {"outcome", "entry", "answers", "confidence", "candidates"}


@BOTH
@pytest.mark.parametrize("text", ["https://example.org", "`code`", ""], ids=["a link", "code", "nothing"])
def test_the_ranking_is_told_even_when_nothing_was_said(desk: Desk, text: str, policy: Policy) -> None:
    (told,) = answered(desk, [line(text)], policy)
    assert told["outcome"] == "silent"
    assert len(told["candidates"]) == len(desk.faq.entries)


@pytest.mark.parametrize("text", [EVERYDAY, "lol same here", "good morning everyone"])
def test_of_what_was_turned_away_the_ranking_is_told_but_no_confidence(desk: Desk, text: str) -> None:
    assert decide(desk.assess(text, overheard=True), AMBIENT) == Silence(Reason.EVERYDAY)
    (told,) = answered(desk, [line(text)], AMBIENT)
    chances = [candidate["confidence"] for candidate in told["candidates"]]
    assert (told["outcome"], told["answers"]) == ("silent", [])
    assert len(chances) == len(desk.faq.entries)
    assert max(chances) == told["confidence"] <= EVERYDAY_MOST


def test_what_was_turned_away_is_ranked_as_words_rank_it(desk: Desk) -> None:
    (told,) = answered(desk, [line(EVERYDAY)], AMBIENT)
    ranking, _ = weighed(desk.assess(EVERYDAY, words_only=True), AMBIENT)
    assert [c["entry"] for c in told["candidates"]] == [c.entry for c in ranking]


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_overheard_text_is_told_with_more_confidence_than_everyday_chat_unless_it_was_compared(
    desk: Desk, text: str
) -> None:
    (told,) = answered(desk, [line(text)], AMBIENT)
    if desk.assess(text, overheard=True).stage is Stage.GATE:
        assert told["confidence"] <= EVERYDAY_MOST
    assert told["confidence"] == told["candidates"][0]["confidence"]


def test_a_negated_phrasing_is_told_as_a_suggestion_however_sure(desk: Desk) -> None:
    (told,) = answered(desk, [line(NEGATED)])
    assert (told["outcome"], told["answers"]) == ("suggest", [])
    assert told["candidates"][0]["entry"] == "cleaning"


@pytest.mark.parametrize("overheard", [False, True], ids=["direct", "ambient"])
def test_a_host_who_wants_more_certainty_gets_fewer_answers(desk: Desk, overheard: bool) -> None:
    bold, shy = (policies(Manners(answer_from=n, unasked_from=n))[overheard] for n in (60, 99))
    outcomes = [answered(desk, [line(NEAR)], policy)[0]["outcome"] for policy in (bold, shy)]
    assert outcomes == ["answer", "silent" if overheard else "suggest"]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("hello\n", id="not JSON"),
        pytest.param('{"text": "cut off\n', id="cut off"),
        pytest.param('["text"]\n', id="a list"),
        pytest.param('"text"\n', id="a text"),
        pytest.param("null\n", id="null"),
        pytest.param("7\n", id="a number"),
        pytest.param("{}\n", id="no text"),
        pytest.param('{"Text": "hi"}\n', id="another key"),
        pytest.param('{"text": null}\n', id="text is null"),
        pytest.param('{"text": 7}\n', id="text is a number"),
        pytest.param('{"text": ["hi"]}\n', id="text is a list"),
        pytest.param('{"text": "hi"} {"text": "hi"}\n', id="two objects"),
        pytest.param(NESTED + "\n", id="nested too deeply"),
    ],
)
def test_a_line_that_is_no_message_is_refused_by_its_number(desk: Desk, bad: str) -> None:
    with pytest.raises(BotError) as refused:
        answered(desk, [line(EXACT), "\n", bad])
    assert (refused.value.problem, refused.value.details) == ("cli-line-not-json", {"line": 3})


def test_lines_before_a_bad_one_are_answered(desk: Desk) -> None:
    written: list[str] = []
    with pytest.raises(BotError):
        answer_lines(desk, [line(EXACT), line(EXACT), "bad"], DIRECT, written.append)
    assert len(written) == 2


def test_each_line_is_answered_before_the_next_is_read(desk: Desk) -> None:
    written: list[str] = []

    def dialogue() -> Iterator[str]:
        for number in range(3):
            assert len(written) == number
            yield line(EXACT)

    answer_lines(desk, dialogue(), DIRECT, written.append)


def told_a_person(desk: Desk, question: str, policy: Policy = DIRECT) -> list[str]:
    return list(explained(words(), desk, question, policy))


def test_a_person_reads_the_question_and_the_answer_word_for_word(desk: Desk) -> None:
    told = told_a_person(desk, "is burn-in real")
    entry = desk.faq.by_id["burn-in"]
    assert entry.question in told[0]
    assert entry.answer in told


def test_a_person_reads_which_question_would_be_suggested_and_why(desk: Desk) -> None:
    told = told_a_person(desk, NEGATED)
    assert told[0].startswith(words()("why-suggestion"))
    assert desk.faq.by_id["cleaning"].question in told[1]
    assert words()("why-reason", reason="negated") in told


@pytest.mark.parametrize(
    ("policy", "message"),
    [(DIRECT, "why-silence"), (AMBIENT, "why-silence-ambient")],
    ids=["direct", "ambient"],
)
def test_a_person_reads_that_it_would_say_nothing(desk: Desk, policy: Policy, message: str) -> None:
    told = told_a_person(desk, "https://example.org", policy)
    assert told[:2] == [words()(message), words()("why-reason", reason="empty")]


def test_a_person_reads_that_everyday_chat_was_turned_away_and_nothing_else(desk: Desk) -> None:
    assert told_a_person(desk, EVERYDAY, AMBIENT) == [
        words()("why-silence-ambient"),
        words()("why-reason", reason="everyday"),
    ]


def test_a_person_reads_that_no_encoder_had_its_say(desk: Desk) -> None:
    assert words()("why-words-only") in told_a_person(desk, NEAR)


def test_a_person_reads_which_entry_was_left_out(desk: Desk) -> None:
    assert words()("why-barred", entry="cleaning") in told_a_person(desk, "how do I clean my keyboard?")


def test_a_person_reads_how_a_slip_was_read(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(LetterEncoder())
    desk.prepare()
    told = told_a_person(desk, "my left earpeice is dead")
    assert words()("why-read-as", text="my left earpiece is dead") in told
    assert words()("why-kinds", kinds="words, letters") in told


def test_a_person_reads_from_which_confidence_on_the_host_wants_answers(desk: Desk) -> None:
    asked = policies(Manners(answer_from=77))[0]
    lead = f"{100 * asked.lead:.0f}"
    assert words()("why-needed", percent="77", lead=lead) in told_a_person(desk, NEAR, asked)
