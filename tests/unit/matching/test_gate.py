"""The gate: chat in everyday words is turned away at once, hardly ever a question."""

from math import ceil
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.yardstick import messages, questions
from bot.knowledge import Knowledge, load_knowledge
from bot.matching.gate import AGAINST_MOST, FOR_MOST, LOST_MOST, Gate, everyday, stems
from bot.text import bare, spoken, words

SHIPPED = Path(__file__).parents[3] / "knowledge"
PHRASINGS = (
    "Why is one side quiet?",
    "the left earpiece is dead",
    "my right one has no sound anymore",
    "sound only on one side",
    "How do I clean my IEMs?",
    "wax in the nozzle, what now",
    "best way to clean eartips",
    "4.4 to 3.5 adapter ok?",
    "is it dangerous to adapt balanced to single ended",
)
CHAT = ("who wants pizza", "good morning everyone", "what a game last night", "thanks, see you all tomorrow")

ANY_TEXT = st.text(st.characters(exclude_categories=()))
SAID = st.sampled_from([*words(" ".join((*PHRASINGS, *CHAT))), "zqxj", "4,4", "кабель"])
TEXTS = st.lists(SAID, min_size=1, max_size=8)
SOFT = settings(deadline=None, max_examples=100)
A_FEW = settings(deadline=None, max_examples=10)


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(PHRASINGS)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(SHIPPED)


@pytest.fixture(scope="module")
def phrasings(knowledge: Knowledge) -> list[str]:
    return [phrasing for entry in knowledge.faq.entries for phrasing in entry.phrasings]


@pytest.fixture(scope="module")
def shipped(phrasings: list[str]) -> Gate:
    return Gate(phrasings)


@pytest.mark.parametrize("text", CHAT)
def test_chat_is_turned_away(gate: Gate, text: str) -> None:
    assert not gate.lets_pass(text)


@pytest.mark.parametrize("text", PHRASINGS)
def test_a_phrasing_is_let_pass(gate: Gate, text: str) -> None:
    assert gate.lets_pass(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("the nozzle of my left IEM is full of wax", id="other words around them"),
        pytest.param("CLEANING THE NOZZLES???", id="other forms, louder"),
        pytest.param("adapter", id="one word"),
        pytest.param("4.4 balanced", id="a number"),
    ],
)
def test_a_question_in_the_faqs_words_is_let_pass(gate: Gate, text: str) -> None:
    assert gate.lets_pass(text)


@pytest.mark.parametrize("text", ["мой левый наушник молчит", "słuchawki przestały działać", "イヤホンが壊れた"])
def test_what_is_in_nobodys_words_is_let_pass(gate: Gate, text: str) -> None:
    assert gate.lets_pass(text)


@pytest.mark.parametrize("text", ["", " \n", "?!", "😀", "\u200b"], ids=repr)
def test_nothing_said_is_worth_the_least(gate: Gate, text: str) -> None:
    assert gate.score(text) == AGAINST_MOST
    assert not gate.lets_pass(text)


def test_the_faqs_words_are_worth_more_than_chats(gate: Gate) -> None:
    assert gate.score("nozzle") > gate.score("game") + 3


def test_a_message_is_worth_the_mean_of_its_words(gate: Gate) -> None:
    assert gate.score("nozzle pizza") == pytest.approx((gate.score("nozzle") + gate.score("pizza")) / 2)


def test_a_word_said_by_more_phrasings_is_worth_more() -> None:
    once, thrice = (Gate(["clean the nozzle", *["which game"] * count, "buy a cable"]) for count in (1, 3))
    assert once.score("game") < thrice.score("game")


def test_an_faq_about_everyday_things_lets_them_pass() -> None:
    assert Gate(["who wants pizza", "which pizza do you want", "pizza tonight?"]).lets_pass("pizza anyone?")


def test_a_phrasing_nobody_else_is_like_does_not_pull_the_line_up() -> None:
    alone = Gate(["who wants pizza"])
    assert alone.lets_pass("who wants pizza")


@pytest.mark.parametrize("phrasings", [[], ["?!", "..."]], ids=["no phrasings", "phrasings without words"])
def test_without_words_to_go_by_every_message_is_let_pass(phrasings: list[str]) -> None:
    assert [text for text in CHAT if not Gate(phrasings).lets_pass(text)] == []


@SOFT
@given(text=ANY_TEXT)
def test_any_text_is_worth_something_between_the_bounds(gate: Gate, text: str) -> None:
    assert AGAINST_MOST <= gate.score(text) <= FOR_MOST


@SOFT
@given(said=TEXTS, random=st.randoms(use_true_random=False))
def test_order_and_repetition_make_no_difference(gate: Gate, said: list[str], random: Random) -> None:
    again = said + said[:3]
    random.shuffle(again)
    assert gate.score(" ".join(again)) == pytest.approx(gate.score(" ".join(said)))


@SOFT
@given(said=TEXTS)
def test_case_and_marks_make_no_difference(gate: Gate, said: list[str]) -> None:
    assert gate.score("! ".join(said).upper() + "?") == gate.score(" ".join(said))


@A_FEW
@given(st.lists(TEXTS.map(" ".join), min_size=1, max_size=30, unique=True))
def test_no_more_phrasings_are_lost_than_may_be(phrasings: list[str]) -> None:
    gate = Gate(phrasings)
    lost = [text for text in phrasings if not gate.lets_pass(text)]
    assert len(lost) <= ceil(LOST_MOST * len(phrasings))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Cleaning, cleaned, CLEAN!", {"clean"}, id="one word in three forms"),
        pytest.param("4.4mm", {"4.4", "mm"}, id="a number with its unit"),
        pytest.param("?!", set(), id="no word"),
    ],
)
def test_a_text_has_each_stem_once(text: str, found: set[str]) -> None:
    assert stems(text) == found


# With the knowledge that we ship


def test_hardly_a_phrasing_is_turned_away(shipped: Gate, phrasings: list[str]) -> None:
    lost = [text for text in phrasings if not shipped.lets_pass(text)]
    assert len(lost) <= LOST_MOST * len(phrasings)


def test_hardly_a_question_is_turned_away(shipped: Gate) -> None:
    asked = [spoken(question.text) for question in questions()]
    lost = [text for text in asked if not shipped.lets_pass(text)]
    assert len(lost) <= 0.02 * len(asked)


def test_nearly_all_everyday_lines_are_turned_away(shipped: Gate) -> None:
    passed = [line for line in everyday() if shipped.lets_pass(line)]
    assert len(passed) <= 0.05 * len(everyday())


# everyday.txt


def test_there_are_thousands_of_everyday_lines() -> None:
    assert len(everyday()) >= 4000


def test_every_everyday_line_says_something_on_one_line() -> None:
    assert [line for line in everyday() if not words(line) or line != " ".join(line.split())] == []


def test_no_everyday_line_stands_twice() -> None:
    assert len({bare(line) for line in everyday()}) == len(everyday())


def test_no_everyday_line_was_said_as_a_comment() -> None:
    text = Path(SHIPPED.parent / "bot" / "matching" / "everyday.txt").read_text("utf-8")
    assert [number for number, line in enumerate(text.split("\n")) if line.startswith("#")] == [0]


def test_no_everyday_line_is_a_phrasing(phrasings: list[str]) -> None:
    known = {bare(phrasing) for phrasing in phrasings}
    assert [line for line in everyday() if bare(line) in known] == []


def test_no_everyday_line_is_a_message_of_the_silence_list(knowledge: Knowledge) -> None:
    known = {bare(message) for message in knowledge.silence}
    assert [line for line in everyday() if bare(line) in known] == []


def test_no_everyday_line_has_the_very_words_of_what_the_bot_is_measured_with() -> None:
    measured = {tuple(sorted(words(row.text))) for row in (*questions(), *messages())}
    assert [line for line in everyday() if tuple(sorted(words(line))) in measured] == []
