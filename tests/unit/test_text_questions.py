"""Which questions a message asks, one by one, and which messages are meant for another bot."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import QUESTION_LEAST, is_command, questions, spoken, words

ANY_TEXT = st.text(st.characters(exclude_categories=()))
PIECES = [
    "how",
    "What's",
    "what a",
    "which",
    "is",
    "tips",
    "cable",
    "4.4",
    "vs.",
    "e.g.",
    "etc.",
    "and",
    "also",
    "plus",
    "so",
    "I like bass",
]
PIECES += [
    "?",
    "?!",
    "!",
    ".",
    "...",
    ",",
    ";",
    ":",
    ":(",
    "\n",
    "\n\n",
    "  ",
    " and ",
    ", and how",
    "¿",
    "(",
    ")",
    '"',
]
SENTENCES = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
MESSAGES = st.one_of(ANY_TEXT, SENTENCES, SENTENCES.map(str.upper), st.lists(st.sampled_from(PIECES)).map("".join))
SOFT = settings(deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        pytest.param(
            "How do I clean them? Which tips fit me?",
            ["How do I clean them?", "Which tips fit me?"],
            id="two sentences",
        ),
        pytest.param(
            "Any tips for bass? Best set under 100?", ["Any tips for bass?", "Best set under 100?"], id="no asking word"
        ),
        pytest.param(
            "how do i clean them\nwhich tips fit me", ["how do i clean them", "which tips fit me"], id="two lines"
        ),
        pytest.param(
            "how do i clean them and which tips fit me", ["how do i clean them", "which tips fit me"], id="and"
        ),
        pytest.param(
            "is it safe to adapt 4.4 to 3.5, and does it sound worse?",
            ["is it safe to adapt 4.4 to 3.5", "does it sound worse?"],
            id="comma and",
        ),
        pytest.param(
            "how do i clean them, also what tips fit me", ["how do i clean them", "what tips fit me"], id="also"
        ),
        pytest.param(
            "How do I clean them?? Which tips fit me?!",
            ["How do I clean them??", "Which tips fit me?!"],
            id="marks",
        ),
        pytest.param(
            "Any tips for bass?! Best set under 100?!", ["Any tips for bass?!", "Best set under 100?!"], id="only ?!"
        ),
        pytest.param(
            "how do I clean them? (and which tips fit me?)",
            ["how do I clean them?", "(and which tips fit me?)"],
            id="one in brackets",
        ),
        pytest.param(
            "Is a 1.5k set worth it? Is a $100 budget enough?",
            ["Is a 1.5k set worth it?", "Is a $100 budget enough?"],
            id="prices",
        ),
        pytest.param(
            "Is 4.4mm better vs. 3.5mm? What about 2.5mm plugs?",
            ["Is 4.4mm better vs. 3.5mm?", "What about 2.5mm plugs?"],
            id="a point that ends no sentence",
        ),
        pytest.param(
            "How do I clean them?Which tips fit me?",
            ["How do I clean them?", "Which tips fit me?"],
            id="no space",
        ),
        pytest.param(
            "best set under 100???any tips for bass?!",
            ["best set under 100???", "any tips for bass?!"],
            id="no space after several marks",
        ),
        pytest.param(
            "(any tips for bass?) best set under 100?)",
            ["(any tips for bass?)", "best set under 100?)"],
            id="brackets end a question",
        ),
        pytest.param(
            '"any tips for bass?" best set under 100?', ['"any tips for bass?"', "best set under 100?"], id="quotes"
        ),
        pytest.param(
            "Which tips etc. fit me? Are others, e.g. foam, i.e. soft ones, better",
            ["Which tips etc. fit me?", "Are others, e.g. foam, i.e. soft ones, better"],
            id="abbreviations",
        ),
        pytest.param(
            "¿Cómo limpio los auriculares? ¿Qué cable debo comprar?",
            ["¿Cómo limpio los auriculares?", "¿Qué cable debo comprar?"],
            id="Spanish",
        ),
        pytest.param(
            "- how do I clean them\n- which tips fit me", ["how do I clean them", "which tips fit me"], id="list"
        ),
        pytest.param(
            "1. How do I clean them?\n2. Which tips fit me?",
            ["How do I clean them?", "Which tips fit me?"],
            id="numbered list",
        ),
        pytest.param(
            "HOW DO I CLEAN THEM? AND WHICH TIPS FIT ME?",
            ["HOW DO I CLEAN THEM?", "AND WHICH TIPS FIT ME?"],
            id="capitals",
        ),
        pytest.param(
            "How do I clean them? My old ones got dirty. Which tips fit me?",
            ["How do I clean them?", "Which tips fit me?"],
            id="something in between",
        ),
    ],
)
def test_two_questions_are_found_in_the_order_they_were_asked(message: str, parts: list[str]) -> None:
    assert questions(spoken(message)) == parts


@pytest.mark.parametrize(
    ("message", "question"),
    [
        pytest.param("How do I clean them?", "How do I clean them?", id="nothing else"),
        pytest.param(
            "I bought these last week. They sound great. How do I clean them?", "How do I clean them?", id="story"
        ),
        pytest.param("hi all!\n\nhow do i clean them\n\nthanks", "how do i clean them", id="greeting and thanks"),
        pytest.param("my left one died :( how do I fix it?", "my left one died :( how do I fix it?", id="unhappy"),
        pytest.param("Really? How come? Why is it so quiet?", "Why is it so quiet?", id="short ones before"),
        pytest.param("thanks and can I use foam tips", "can I use foam tips", id="thanks and"),
        pytest.param("is there bass and treble in it?", "is there bass and treble in it?", id="and within it"),
        pytest.param("which is better, planar or dynamic?", "which is better, planar or dynamic?", id="a choice"),
        pytest.param("what sounds better, A vs. B or neither", "what sounds better, A vs. B or neither", id="versus"),
        pytest.param(
            "WHAT SOUNDS BETTER, A VS. B OR NEITHER", "WHAT SOUNDS BETTER, A VS. B OR NEITHER", id="loud versus"
        ),
        pytest.param("do I need cases etc. for them", "do I need cases etc. for them", id="et cetera"),
        pytest.param("is foam, e.g. Comply, any good", "is foam, e.g. Comply, any good", id="for example"),
        pytest.param("is foam, i.e. the soft kind, good", "is foam, i.e. the soft kind, good", id="that is"),
        pytest.param("I have two DACs. which one is better", "which one is better", id="a word that ends like none"),
        pytest.param("They have good revs. Which tips fit me", "Which tips fit me", id="a word that ends in vs"),
        pytest.param("What a set! Which tips fit me", "Which tips fit me", id="what a"),
        pytest.param("what about a new cable", "what about a new cable", id="what about a"),
        pytest.param("what another cable would fit", "what another cable would fit", id="what another"),
        pytest.param("what a nozzle fits me?", "what a nozzle fits me?", id="what a, with a mark"),
        pytest.param("is 1.5k too much for a pair", "is 1.5k too much for a pair", id="a price with a point"),
        pytest.param("so... how do I clean them", "how do I clean them", id="three points"),
    ],
)
def test_a_single_question_is_found_in_whatever_stands_around_it(message: str, question: str) -> None:
    assert questions(spoken(message)) == [question]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("", id="nothing"),
        pytest.param("?", id="a mark"),
        pytest.param("???\n???", id="marks"),
        pytest.param("My new cable looks great. I love it!", id="statements"),
        pytest.param("I like bass and treble and what not", id="what not"),
        pytest.param("Somehow these are too bright and the howling stopped.", id="asking words inside of others"),
        pytest.param("Whichever you like, Iso is fine; Canned too.", id="words that begin like asking words"),
        pytest.param("What a great sounding set", id="what a"),
        pytest.param("and what an awful cable this is!", id="what an"),
        pytest.param("WHAT A GREAT SOUNDING SET", id="loud what a"),
        pytest.param("really?", id="one word"),
        pytest.param("which one?", id="two words"),
        pytest.param(":( ... 1.5k", id="no words"),
    ],
)
def test_what_asks_nothing_has_no_question(message: str) -> None:
    assert questions(spoken(message)) == []


@pytest.mark.parametrize(("message", "count"), [("how do I?", 1), ("how do?", 0)])
def test_a_question_has_at_least_three_words(message: str, count: int) -> None:
    assert QUESTION_LEAST == 3
    assert len(questions(message)) == count


def test_words_in_quotes_and_code_are_not_asked() -> None:
    message = "> how do I clean them?\n`which tips fit me?`\nIs burn-in a real thing?"
    assert questions(spoken(message)) == ["Is burn-in a real thing?"]


@given(MESSAGES)
@SOFT
def test_whatever_is_said_every_question_is_a_piece_of_it_and_they_do_not_overlap(said: str) -> None:
    rest = said
    for part in questions(said):
        _, found, rest = rest.partition(part)
        assert found
        assert part == part.strip() != ""


@given(MESSAGES)
@SOFT
def test_whatever_is_said_a_question_has_words_enough(said: str) -> None:
    assert all(len(words(part)) >= QUESTION_LEAST for part in questions(said))


@given(st.lists(st.sampled_from(["How do I clean them?", "Which tips fit me?", "Is burn-in real?"]), max_size=6))
@SOFT
def test_any_number_of_questions_is_found_on_one_line_and_on_many(asked: list[str]) -> None:
    assert questions(" ".join(asked)) == questions("\n".join(asked)) == questions("".join(asked)) == asked


@given(MESSAGES)
@SOFT
def test_a_question_by_itself_is_still_one(said: str) -> None:
    assert all(questions(part) == [part] for part in questions(said))


@pytest.mark.parametrize(
    "piece", ["and ", "how and ", "? ", " ", "\n", "also also ", ", and", "and,", "how? and also "], ids=repr
)
def test_a_message_of_the_greatest_length_is_taken_apart_at_once(piece: str) -> None:
    message = spoken((piece * 4000)[:4000])
    assert all(part in message for part in questions(message))


@pytest.mark.parametrize(
    "message",
    [
        "!play never gonna",
        "!p",
        "!!skip",
        "/ask how do I clean them",
        ".help",
        "$work",
        "%rank",
        "&help",
        ";queue",
        "+rep somebody",
        "~tag iem",
        "-play something",
        "--skip",
        "?!tag",
        "??tag tips",
        "?tag tips",
        "  !play",
        "\n/ask",
    ],
)
def test_what_begins_with_a_prefix_and_a_name_is_a_command(message: str) -> None:
    assert is_command(message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        " ",
        "!",
        "/",
        "?",
        "???",
        "! how do I clean them",
        "$100 budget?",
        "$1.5k budget?",
        "+1",
        "=tag iem",
        "^up",
        "\\help",
        "..help",
        "!!!help",
        "-5dB of bass",
        "~5mm nozzle?",
        "--- how do I clean them",
        ".5mm nozzle?",
        "...anyone?",
        "... anyone?",
        ":(",
        ":( my left one died",
        ";) what a set",
        "1.5k",
        "100% sure?",
        "¿Cómo limpio los auriculares?",
        "¡Hola!",
        "how do I use /ask",
        "which? !play",
        "- how do I clean them",
        "> how do I clean them",
        "# how do I clean them",
        "(how do I clean them)",
        "“how do I clean them”",
        "@everyone how",
        "how do I clean them!",
    ],
)
def test_what_members_say_to_each_other_is_no_command(message: str) -> None:
    assert not is_command(message)


@given(MESSAGES)
@SOFT
def test_whatever_is_said_may_be_a_command_or_not_but_never_fails(said: str) -> None:
    assert is_command(said) in (True, False)


@given(st.characters(categories=["L", "N"]), ANY_TEXT)
@SOFT
def test_what_begins_with_a_letter_or_a_number_is_no_command(first: str, rest: str) -> None:
    assert not is_command(first + rest)


@given(MESSAGES)
@SOFT
def test_space_before_it_makes_no_difference(said: str) -> None:
    assert is_command(f" \n{said}") == is_command(said)


NASTY = {
    "lines without words": ("a" + "\n" * 3998 + "b", "a\nb"),
    "spaces in lines": ("\n " * 2000, ""),
    "marks and brackets": ("?)" * 2000, "?)" * 2000),
    "quotes": ("> " * 2000, ""),
    "styling": ("*_~" * 1333, ""),
}
"""Four thousand characters that take pains to read, and what is said in them."""


@pytest.mark.parametrize(("message", "said"), NASTY.values(), ids=NASTY)
def test_of_a_long_nasty_message_the_words_are_said_and_nothing_is_asked(message: str, said: str) -> None:
    assert (spoken(message), questions(spoken(message))) == (said, [])


@pytest.mark.parametrize(("message", "said"), NASTY.values(), ids=NASTY)
def test_a_question_below_a_long_nasty_message_is_found(message: str, said: str) -> None:
    below = spoken(f"{message}\nhow do I clean them?")
    assert below == "\n".join(filter(None, [said, "how do I clean them?"]))
    assert questions(below) == ["how do I clean them?"]
