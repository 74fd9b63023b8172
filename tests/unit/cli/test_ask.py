"""`ask`: JSON lines in and out without a process, and what a person is told."""

import json
from collections.abc import Callable, Iterator

import pytest

from bot.answers.desk import Desk
from bot.answers.outcome import Answer, Candidate, Outcome, Reason, Silence, Suggestion
from bot.cli.ask import answer_lines, as_json, explained
from bot.errors import BotError
from bot.words.catalogue import words

EXACT = "Is burn-in real?"
NESTED = "[" * 100_000


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    ready = make_desk()
    ready.prepare()
    return ready


def line(text: str) -> str:
    return json.dumps({"text": text}) + "\n"


def answered(desk: Desk, lines: list[str], mode: str = "direct") -> list[dict[str, object]]:
    written: list[str] = []
    answer_lines(desk, lines, mode, written.append)
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
@pytest.mark.parametrize("mode", ["direct", "ambient"])
def test_any_text_gets_one_line(desk: Desk, text: str, mode: str) -> None:
    (told,) = answered(desk, [line(text)], mode)
    assert set(told) == {"outcome", "entry", "answers", "confidence", "candidates"}


@pytest.mark.parametrize("mode", ["direct", "ambient"])
@pytest.mark.parametrize("text", ["https://example.org", "`code`", ""], ids=["a link", "code", "nothing"])
def test_the_ranking_is_told_even_when_nothing_was_said(desk: Desk, text: str, mode: str) -> None:
    (told,) = answered(desk, [line(text)], mode)
    assert told["outcome"] == "silent"
    assert len(told["candidates"]) == len(desk.faq.entries)


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
        answer_lines(desk, [line(EXACT), line(EXACT), "bad"], "direct", written.append)
    assert len(written) == 2


def test_each_line_is_answered_before_the_next_is_read(desk: Desk) -> None:
    written: list[str] = []

    def dialogue() -> Iterator[str]:
        for number in range(3):
            assert len(written) == number
            yield line(EXACT)

    answer_lines(desk, dialogue(), "direct", written.append)


def test_a_person_reads_the_question_and_the_answer_word_for_word(desk: Desk) -> None:
    told = list(explained(words(), desk, "is burn-in real", "direct"))
    entry = desk.faq.by_id["burn-in"]
    assert entry.question in told[0]
    assert entry.answer in told


def test_a_person_reads_which_questions_would_be_suggested(desk: Desk) -> None:
    told = "\n".join(explained(words(), desk, "clean my iems or burn in?", "direct"))
    assert desk.faq.by_id["cleaning"].question in told
    assert desk.faq.by_id["burn-in"].question in told


@pytest.mark.parametrize(("mode", "message"), [("direct", "why-silence"), ("ambient", "why-silence-ambient")])
def test_a_person_reads_that_it_would_say_nothing(desk: Desk, mode: str, message: str) -> None:
    assert next(iter(explained(words(), desk, "https://example.org", mode))) == words()(message)


def test_a_person_reads_that_no_encoder_had_its_say(desk: Desk) -> None:
    assert words()("why-words-only") in list(explained(words(), desk, EXACT, "direct"))
