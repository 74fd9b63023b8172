"""Spelling: slips and shorthand are mended, what people write on purpose is not, and languages are told apart."""

from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.yardstick import foreign, questions, reports
from bot.knowledge import load_knowledge
from bot.matching.gate import everyday
from bot.matching.spelling import ENGLISH, MENDED_FROM, SHORTHAND, Speller, english, language_of
from bot.text import words

PHRASINGS = (
    "Why is one side quiet?",
    "How do I clean my cable?",
    "is it balanced or does the nozzle not fit",
    "these earphones are too loud for my ears",
)
SPELLER = Speller(word for phrasing in PHRASINGS for word in words(phrasing))

ANY_TEXT = st.text(st.characters(exclude_categories=()))
TERMS = st.one_of(ANY_TEXT, st.sampled_from([*SHORTHAND, *SPELLER.counts, "calbe", "frend", "4.4", "b4", "é"]))
PIECES = ["calbe", "cable", "frend's", "don't", "don’t", "u", "UR", "idk", "4.4mm", "Größe", "café", "S12", "iem's"]
CHAT = st.lists(st.sampled_from([*PIECES, *SPELLER.counts]), max_size=12)
GAPS = st.sampled_from([" ", "  ", "\n", ", ", "? ", " - ", "/", "_", "... "])
SOFT = settings(deadline=None, max_examples=200)

APOSTROPHES = {
    "typewriter": "'",
    "typographic": "’",
    "opening": "‘",
    "acute accent": "´",
    "backtick": "`",
    "wide": "＇",
}


def sentence(language: str) -> str:
    return {
        "en": "how do i clean my earphones",
        "de": "wie reinige ich meine Kopfhörer am besten",
        "es": "¿cómo limpio mis auriculares sin romperlos?",
        "fr": "comment est-ce que je nettoie mes écouteurs",
        "pt": "como é que eu limpo os meus fones",
    }[language]


# One word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("calbe", "cable", id="two letters changed places"),
        pytest.param("cabl", "cable", id="a letter missing"),
        pytest.param("cabble", "cable", id="a letter too many"),
        pytest.param("cahle", "cable", id="a wrong letter"),
        pytest.param("ballancd", "balanced", id="two slips in a long word"),
        pytest.param("frend", "friend", id="common English that no phrasing has"),
        pytest.param("becuase", "because", id="long common English"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert SPELLER.mend(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("cables", id="another form of a phrasing's word"),
        pytest.param("clear", id="real English one letter from a phrasing's word"),
        pytest.param("teh", id="too short to tell"),
        pytest.param("nozl", id="two slips in a short word"),
        pytest.param("xable", id="a wrong first letter"),
        pytest.param("cable2", id="a digit in it"),
        pytest.param("4.4", id="a number"),
        pytest.param("zs10", id="a model's number"),
        pytest.param("moondrop", id="a name like nothing else"),
        pytest.param("кабель", id="another script"),
        pytest.param("イヤホン", id="no alphabet at all"),
        pytest.param("a" * 4000, id="nothing but one letter, 4,000 times"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_slip_is_left(typed: str) -> None:
    assert SPELLER.mend(typed) == typed


def test_a_word_of_the_phrasings_is_left_however_it_is_written() -> None:
    assert Speller(["calbe", "cable", "cable"]).mend("calbe") == "calbe"


def test_a_word_of_the_phrasings_comes_before_commoner_english() -> None:
    assert (Speller(["seal"]).mend("sead"), Speller([]).mend("sead")) == ("seal", "send")


def test_of_two_words_as_near_the_one_the_phrasings_use_oftener_is_meant() -> None:
    assert Speller(["tone", "tune", "tune"]).mend("tqne") == "tune"
    assert Speller(["tone", "tone", "tune"]).mend("tqne") == "tone"


@pytest.mark.parametrize(("typed", "meant"), SHORTHAND.items())
def test_shorthand_is_written_out(typed: str, meant: str) -> None:
    assert SPELLER.mend(typed) == meant


def test_shorthand_that_the_phrasings_use_is_left() -> None:
    assert Speller(["ty", "cable"]).mend("ty") == "ty"


def test_shorthand_is_written_as_it_is_compared() -> None:
    assert [short for short in SHORTHAND if words(short) != [short]] == []
    assert [full for full in SHORTHAND.values() if " ".join(words(full)) != full] == []


@SOFT
@given(TERMS)
def test_what_was_mended_is_not_mended_again(term: str) -> None:
    mended = SPELLER.mend(term).split()
    assert [SPELLER.mend(word) for word in mended] == mended


@SOFT
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=MENDED_FROM - 1))
def test_a_short_word_is_shorthand_or_left(term: str) -> None:
    assert SPELLER.mend(term) == SHORTHAND.get(term, term)


@SOFT
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1))
def test_only_an_unknown_word_is_mended(term: str) -> None:
    mended = SPELLER.mend(term)
    assert mended == term or term in SHORTHAND or not SPELLER.knows(term)


@SOFT
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1).filter(lambda term: term not in SHORTHAND))
def test_a_word_is_mended_to_one_that_is_known(term: str) -> None:
    mended = SPELLER.mend(term)
    assert mended == term or SPELLER.knows(mended)


@pytest.mark.parametrize(
    ("word", "known"), [("cable", True), ("friend", True), ("dont", True), ("calbe", False), ("4.4", False)]
)
def test_a_word_is_known_from_the_phrasings_or_from_english(word: str, known: bool) -> None:
    assert SPELLER.knows(word) is known


def test_english_words_are_written_as_they_are_compared() -> None:
    assert [word for word in english() if words(word) != [word]] == []


# A whole text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("my calbe is too loud", "my cable is too loud", id="a slip"),
        pytest.param("is it LOUD,\nmy calbe... ?!", "is it LOUD,\nmy cable... ?!", id="all else as it was typed"),
        pytest.param("u clean it b4 it is loud", "you clean it before it is loud", id="shorthand"),
        pytest.param("idk, is it balanced?", "i dont know, is it balanced?", id="shorthand for several words"),
        pytest.param("U clean it", "you clean it", id="shorthand in capitals"),
        pytest.param("Calbe: is it balanced", "cable: is it balanced", id="a slip that begins a sentence"),
        pytest.param("is the calbe/nozzel loud", "is the cable/nozzle loud", id="a slash between"),
        pytest.param("is my calbe_nozzel loud", "is my cable_nozzle loud", id="an underscore between"),
        pytest.param("is my calbe-nozzel loud", "is my cable-nozzle loud", id="a hyphen between"),
        pytest.param("is my 3.5 calbe loud", "is my 3.5 cable loud", id="beside a number"),
        pytest.param("is my 4.4 to 3.5 to 2.5 calbe loud", "is my 4.4 to 3.5 to 2.5 cable loud", id="among numbers"),
        pytest.param("my entrée calbe is loud", "my entrée cable is loud", id="beside an accent"),
        pytest.param("my frend’s cable is loud", "my friends cable is loud", id="an apostrophe in a slip"),
        pytest.param("is my 😀calbe😀 loud", "is my 😀cable😀 loud", id="between emoji"),
    ],
)
def test_a_text_is_read_with_its_slips_mended(typed: str, read: str) -> None:
    assert SPELLER.mended(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "?!",
        "😀",
        "1",
        "Is my cable too loud?",
        "it's one side, isn't it? I'm sure they aren't my ears",
        "10,000 songs, 3.5 mm and v2.0",
        "the cable's nozzle",
        "the café is naïve",
        "rock'n'roll is loud",
        "o'clock",
        "\0 is it \ud83d loud \u202e?",
    ],
    ids=repr,
)
def test_a_text_without_slips_is_read_as_it_was_typed(text: str) -> None:
    assert SPELLER.mended(text) == text


@pytest.mark.parametrize("mark", APOSTROPHES.values(), ids=APOSTROPHES.keys())
@pytest.mark.parametrize("contraction", ["don't", "isn't", "couldn't", "wouldn't", "aren't", "didn't", "it's", "we're"])
def test_a_contraction_keeps_its_end_whatever_the_apostrophe(mark: str, contraction: str) -> None:
    typed = f"my ears {contraction} quiet".replace("'", mark)
    assert words(SPELLER.mended(typed)) == words(typed)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("the proble\u0300me is my cable", id="an accent of its own"),
        pytest.param("is the trou\u00adble my cable", id="a soft hyphen"),
        pytest.param("is the trou\u200bble my cable", id="an invisible space"),
    ],
)
def test_a_mark_inside_a_word_does_not_cut_it_in_two(text: str) -> None:
    mended = [part for word in words(text) for part in SPELLER.mend(word).split()]
    assert words(SPELLER.mended(text)) == mended


@pytest.mark.parametrize("name", ["Shure", "Aful", "Blon", "Kefine", "Apos", "Cayin", "Dita", "Moondrop", "Hexa"])
def test_a_name_in_the_middle_of_a_sentence_is_left(name: str) -> None:
    asked = f"How do I clean my {name}?"
    assert SPELLER.mended(asked) == asked


def test_a_text_of_unknown_words_is_left() -> None:
    foreign = "jak wyczyścić słuchawki calbe"
    assert SPELLER.mended(foreign) == foreign


@pytest.mark.parametrize(
    ("phrasing", "asked"),
    [
        pytest.param("wie reinige ich meine Hörer", "wie reinige ich meine Hörer am besten", id="German"),
        pytest.param("comment nettoyer mes écouteurs", "comment est-ce que je nettoye mes écouteurs", id="French"),
        pytest.param("como é que eu limpo os meus fones", "como é que eu limpo o meu fone", id="Portuguese"),
    ],
)
def test_a_text_in_another_language_is_left_though_phrasings_use_its_words(phrasing: str, asked: str) -> None:
    assert Speller(words(phrasing)).mended(asked) == asked


def test_a_question_in_another_language_is_left_with_the_knowledge_that_we_ship() -> None:
    faq = load_knowledge(Path(__file__).parents[3] / "knowledge").faq
    speller = Speller(word for entry in faq.entries for phrasing in entry.phrasings for word in words(phrasing))
    assert [q.text for q in foreign() if speller.mended(q.text) != q.text] == []


@SOFT
@given(ANY_TEXT)
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(SPELLER.mended(text), str)


@SOFT
@given(CHAT, GAPS)
def test_a_text_is_mended_word_by_word_or_not_at_all(pieces: list[str], gap: str) -> None:
    typed = gap.join(pieces).lower()  # a capital within a sentence is a name's
    mended = [part for word in words(typed) for part in SPELLER.mend(word).split()]
    assert words(SPELLER.mended(typed)) in (mended, words(typed))


# Languages


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt"])
def test_a_sentence_is_told_by_its_language(language: str) -> None:
    assert language_of(words(sentence(language))) == language


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing said"),
        pytest.param("4.4 3.5 2.5", id="numbers only"),
        pytest.param("qwxz ztqk", id="words of no language"),
        pytest.param("jak wyczyścić słuchawki", id="a language that is not told"),
        pytest.param("нет звука", id="another script"),
        pytest.param("iem", id="one word that only we know"),
        pytest.param("the Thieaudio Oracle or the Elysian Diva?", id="names"),
    ],
)
def test_what_is_not_clearly_another_language_is_english(text: str) -> None:
    assert language_of(words(text)) == ENGLISH


@pytest.mark.parametrize("text", ["no bass", "no isolation", "no soundstage", "no mids", "no volume", "no hiss"])
def test_a_short_english_complaint_is_english(text: str) -> None:
    assert language_of(words(text)) == ENGLISH


def test_the_projects_own_questions_are_english() -> None:
    own = [*questions(), *reports()]
    assert [q.text for q in own if language_of(words(q.text)) != ENGLISH] == []


def test_the_projects_questions_in_other_languages_are_told() -> None:
    mistaken = [q.text for q in foreign() if q.style != f"in {language_of(words(q.text))}"]
    assert len(mistaken) <= 0.02 * len(foreign())


def test_hardly_a_line_of_everyday_chat_is_taken_for_another_language() -> None:
    mistaken = [line for line in everyday() if language_of(words(line)) != ENGLISH]
    assert len(mistaken) < 0.005 * len(everyday())


@SOFT
@given(st.lists(TERMS, max_size=8))
def test_any_words_have_one_of_the_languages(terms: list[str]) -> None:
    assert language_of(terms) in {"en", "de", "es", "fr", "pt"}


@SOFT
@given(st.sampled_from(["en", "de", "es", "fr", "pt"]), st.randoms(use_true_random=False))
def test_the_order_of_words_does_not_make_a_language(language: str, random: Random) -> None:
    terms = words(sentence(language))
    random.shuffle(terms)
    assert language_of(terms) == language


# languages.txt


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    text = files("bot.matching").joinpath("languages.txt").read_text("utf-8")
    return [line.split(" ") for line in text.split("\n")[:-1] if not line.startswith("#")]


@pytest.fixture(scope="module")
def shares(rows: list[list[str]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for language, _, millionths in rows:
        found[language].append(float(millionths))
    return found


def test_every_line_has_a_language_a_word_and_its_share(rows: list[list[str]]) -> None:
    assert [row for row in rows if len(row) != 3 or not all(row)] == []


def test_languages_are_named_by_two_letters_and_english_is_one(shares: dict[str, list[float]]) -> None:
    assert ENGLISH in shares
    assert [name for name in shares if not (len(name) == 2 and name.isascii() and name.islower())] == []


def test_every_language_has_as_many_words(shares: dict[str, list[float]]) -> None:
    assert len({len(of_one) for of_one in shares.values()}) == 1


def test_every_word_is_written_as_it_is_compared(rows: list[list[str]]) -> None:
    assert [word for _, word, _ in rows if words(word) != [word] or not word.isalpha()] == []


def test_no_language_has_a_word_twice(rows: list[list[str]]) -> None:
    counted = Counter((language, word) for language, word, _ in rows)
    assert [row for row, count in counted.items() if count > 1] == []


def test_the_shares_of_a_language_fall_and_are_no_more_than_all(shares: dict[str, list[float]]) -> None:
    assert [name for name, of_one in shares.items() if of_one != sorted(of_one, reverse=True)] == []
    assert [name for name, of_one in shares.items() if min(of_one) <= 0 or sum(of_one) > 1e6] == []
