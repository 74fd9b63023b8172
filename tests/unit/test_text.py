"""What a member said, and when two texts are the same."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text import bare, comparable, spoken, words

ANY_TEXT = st.text(st.characters(exclude_categories=()))
PIECES = ["```", "`", ">", "> ", ">>> ", "\n", "\r\n", " ", "**", "*", "_", "__", "~~", "||", "# ", "- ", "-# "]
PIECES += [
    "<@1>",
    "<#2>",
    "<:foam:3>",
    "<",
    "https://a.example",
    "[",
    "](",
    ")",
    "quiet",
    "4.4mm",
    "’",
    "\u200b",
    "\u00a0",
]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
MESSAGES = st.one_of(ANY_TEXT, MARKUP)
WORDS_ONLY = st.lists(st.text("abcdefgäöü0123456789", min_size=1), min_size=1).map(" ".join)
SOFT = settings(deadline=None, max_examples=200)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        pytest.param("**why** is it quiet", "why is it quiet", id="bold"),
        pytest.param("why is *it* quiet", "why is it quiet", id="italics"),
        pytest.param("why is _it_ quiet", "why is it quiet", id="italics with underscores"),
        pytest.param("__why__ is it quiet", "why is it quiet", id="underlined"),
        pytest.param("~~loud~~ quiet", "loud quiet", id="struck out"),
        pytest.param("||quiet||", "quiet", id="spoiler"),
        pytest.param("# quiet\n## left\n### side", "quiet\nleft\nside", id="headings"),
        pytest.param("-# quiet", "quiet", id="small print"),
        pytest.param("- left\n* right", "left\nright", id="list"),
        pytest.param("  - left", "left", id="inner list"),
    ],
)
def test_styling_is_not_said(message: str, said: str) -> None:
    assert spoken(message) == said


@pytest.mark.parametrize(
    "message",
    [
        "4.4mm to 3.5mm?",
        "snake_case",
        "5*3*2",
        "a - b",
        "in-ear",
        "#1 choice",
        "I <3 these",
        "5 > 3",
        "2-pin/MMCX",
        ">no",
    ],
)
def test_marks_that_style_nothing_are_said(message: str) -> None:
    assert spoken(message) == message


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("```py\nprint(1)\n```", id="block"),
        pytest.param("```\n> a\n\n**b**", id="block left open"),
        pytest.param("`print(1)`", id="in a line"),
    ],
)
def test_code_is_not_said(message: str) -> None:
    assert spoken(message) == ""


def test_what_stands_around_code_is_said() -> None:
    assert spoken("why ```\nx\n``` is `y` it") == "why is it"


def test_a_lone_backtick_hides_nothing() -> None:
    assert "quiet" in spoken("it`s so quiet\nand it`s old")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        pytest.param("> theirs\nmine", "mine", id="before"),
        pytest.param("mine\n> theirs", "mine", id="after"),
        pytest.param("> theirs\n> theirs too\nmine", "mine", id="two lines"),
        pytest.param(">>> theirs\ntheirs too", "", id="all the rest"),
        pytest.param("mine\n>>> theirs\ntheirs too", "mine", id="all the rest from the middle"),
        pytest.param("mine\r\n> theirs\r\nmine too", "mine\nmine too", id="Windows line ends"),
        pytest.param("mine\n  > theirs", "mine", id="after spaces, where Discord quotes too"),
    ],
)
def test_what_others_said_is_not_said(message: str, said: str) -> None:
    assert spoken(message) == said


@pytest.mark.parametrize(
    "mention",
    [
        pytest.param("<@80351110224678912>", id="member"),
        pytest.param("<@!80351110224678912>", id="member, old form"),
        pytest.param("<@&165511591545143296>", id="role"),
        pytest.param("<#103735883630395392>", id="channel"),
        pytest.param("</ask:816437322781949972>", id="command"),
        pytest.param("</faq ask now:816437322781949972>", id="subcommand"),
        pytest.param("<t:1618953630:R>", id="time"),
        pytest.param("<id:customize>", id="guide"),
        pytest.param("<:mmlol:216154654256398347>", id="emoji"),
        pytest.param("<a:b1nzy:392938283556143104>", id="moving emoji"),
    ],
)
def test_a_mention_says_nothing(mention: str) -> None:
    assert spoken(f"{mention} why{mention}is it {mention}quiet {mention}") == "why is it quiet"


@pytest.mark.parametrize("text", ["<3", "a<b>c", "<who?>", "<:foam>", "@foam", "<# foam>"])
def test_what_only_looks_like_a_mention_is_said(text: str) -> None:
    assert spoken(text) == text


@pytest.mark.parametrize(
    "link", ["https://a.example/x?y=1", "http://a.example", "<https://a.example>", "HTTPS://A.EXAMPLE"]
)
def test_a_link_says_nothing(link: str) -> None:
    assert spoken(f"is {link} any good") == "is any good"


def test_the_text_of_a_masked_link_is_said() -> None:
    assert words(spoken("[this one](https://a.example) any good?")) == ["this", "one", "any", "good"]


@pytest.mark.parametrize("message", ["", " \n\t", "<@1>", "https://a.example", "||**||", "> theirs", "`x`"])
def test_nothing_said_is_an_empty_text(message: str) -> None:
    assert spoken(message) == ""


def test_lines_stay_lines_and_empty_ones_go() -> None:
    assert spoken("  one \n\n\n two\t three ") == "one\ntwo three"


@SOFT
@given(WORDS_ONLY)
def test_plain_words_are_said_as_they_are(text: str) -> None:
    assert spoken(text) == text


@SOFT
@given(MESSAGES)
@example(">_x")
@example(">||no||")
@example("_*__")
@example("<@1> > 5 ohm?")
def test_saying_again_what_was_said_changes_nothing(message: str) -> None:
    assert spoken(spoken(message)) == spoken(message)


@SOFT
@given(MESSAGES)
def test_what_was_said_has_neither_empty_lines_nor_outer_spaces(message: str) -> None:
    assert all(line and line == line.strip() for line in spoken(message).splitlines())


@SOFT
@given(MESSAGES)
def test_no_message_adds_letters_to_what_was_said(message: str) -> None:
    assert len(spoken(message).replace(" ", "")) <= len(message)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("QUIET", "quiet", id="case"),
        pytest.param("Straße", "STRASSE", id="sharp s"),
        pytest.param("café", "cafe", id="accent"),
        pytest.param("cafe\u0301", "caf\u00e9", id="accent as a mark of its own"),
        pytest.param("ＩＥＭ", "iem", id="full-width letters"),
        pytest.param("４．４ｍｍ", "4.4mm", id="full-width digits"),
        pytest.param("ﬁt", "fit", id="ligature"),
        pytest.param("𝐪𝐮𝐢𝐞𝐭", "quiet", id="mathematical letters"),
        pytest.param("İEM", "iem", id="dotted capital i"),
        pytest.param("qui\u200bet", "quiet", id="zero-width space"),
        pytest.param("q\u200cu\u200di\u2060et\ufeff", "quiet", id="zero-width joiners"),
        pytest.param("qui\u00adet", "quiet", id="soft hyphen"),
        pytest.param("\u202equiet\u202c", "quiet", id="direction marks"),
        pytest.param("so\u00a0 quiet\n", "so quiet", id="spaces"),
        pytest.param("so\u3000quiet", "so quiet", id="ideographic space"),
        pytest.param("don’t", "don't", id="curly apostrophe"),
        pytest.param("don´t", "don't", id="acute accent for an apostrophe"),
        pytest.param("“quiet”", '"quiet"', id="curly quotes"),
        pytest.param("left – right — both…", "left - right - both...", id="dashes and ellipsis"),
        pytest.param("👍\ufe0f", "👍", id="emoji with a variation mark"),
    ],
)
def test_texts_that_look_alike_compare_alike(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), [("quiet", "quite"), ("4.4", "44"), ("left", "right"), ("дом", "дым")])
def test_different_texts_compare_as_different(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@SOFT
@given(MESSAGES)
def test_making_comparable_twice_changes_nothing(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


def test_making_any_single_character_comparable_twice_changes_nothing() -> None:
    changing = [c for c in map(chr, range(0x110000)) if unicodedata.normalize("NFKD", c).casefold() != c]
    assert [f"U+{ord(c):04X}" for c in changing if comparable(comparable(c)) != comparable(c)] == []


@SOFT
@given(MESSAGES)
def test_a_comparable_text_has_nothing_invisible(text: str) -> None:
    assert not [c for c in comparable(text) if unicodedata.category(c) in ("Mn", "Cf")]


@SOFT
@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_case_never_tells_two_texts_apart(text: str) -> None:
    assert comparable(text.casefold()) == comparable(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Don't panic", ["dont", "panic"], id="apostrophe"),
        pytest.param("don’t", ["dont"], id="curly apostrophe"),
        pytest.param("2-pin", ["2", "pin"], id="hyphen"),
        pytest.param("snake_case", ["snake", "case"], id="underscore"),
        pytest.param("1,000 and 2.5", ["1,000", "and", "2.5"], id="numbers"),
        pytest.param("Quiet. 4 ohm.", ["quiet", "4", "ohm"], id="full stops"),
        pytest.param("why?!", ["why"], id="punctuation"),
        pytest.param("👍 :) ...", [], id="no word"),
        pytest.param("", [], id="nothing"),
        pytest.param("耳机 наушники", ["耳机", "наушники"], id="other scripts"),
    ],
)
def test_words_are_found(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_a_measure_reads_alike_with_and_without_its_space() -> None:
    assert words("4.4mm") == words("4.4 mm")


@pytest.mark.parametrize("other", ["why is it quiet", "WHY is it quiet?!", "“Why is it quiet?”", "why  is-it\tquiet"])
def test_the_bare_form_is_the_words_and_nothing_else(other: str) -> None:
    assert bare(other) == "why is it quiet"


@SOFT
@given(MESSAGES)
def test_a_bare_text_is_bare_already(text: str) -> None:
    assert bare(bare(text)) == bare(text)


@SOFT
@given(MESSAGES)
def test_no_text_has_a_word_with_a_space_in_it(text: str) -> None:
    assert all(word and word == "".join(word.split()) for word in words(text))
