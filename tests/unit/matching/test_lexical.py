"""Words and letters: what counts as near, which typing errors are mended, and how long a row is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.lexical import (
    LexicalSpace,
    Vocabulary,
    alike,
    alike_pairs,
    letter_features,
    letter_groups,
    word_features,
)

PHRASINGS = (
    "why is one side quiet",
    "my earbuds lost the sound on one side",
    "how do I clean the nozzle",
    "which cable is balanced",
    "do eartips change the sound",
)
VOCABULARY = Vocabulary(["cable", "nozzle", "bass", "tip", "adapter", "impedance", "4.4mm", "earphones"])
typed_words = st.text(st.characters(categories=["Ll"], max_codepoint=0x17F), min_size=1, max_size=14)


@pytest.fixture(scope="module")
def space() -> LexicalSpace:
    return LexicalSpace(PHRASINGS)


def length(space: LexicalSpace, text: str) -> float:
    return float(np.linalg.norm(space.row(text).weights))


def nearness(space: LexicalSpace, a: str, b: str) -> float:
    return float((space.matrix([a]) @ space.matrix([b]).T).toarray()[0, 0])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("cble", "cable", id="a letter left out"),
        pytest.param("caable", "cable", id="a letter doubled"),
        pytest.param("cabel", "cable", id="two neighbours swapped"),
        pytest.param("nozzke", "nozzle", id="a wrong letter"),
        pytest.param("impednace", "impedance", id="a swap in a long word"),
        pytest.param("inpedence", "impedance", id="two errors in a word of nine"),
        pytest.param("erphoens", "earphones", id="two errors in a word of eight"),
        pytest.param("basd", "bass", id="one error in a word of four"),
    ],
)
def test_a_mistyped_word_is_mended(typed: str, meant: str) -> None:
    assert VOCABULARY.mend(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("tio", id="three letters"),
        pytest.param("nzzel", id="two errors in a word of five"),
        pytest.param("adaptxy", id="two errors in a word of seven"),
        pytest.param("impedxyz", id="three errors in a word of eight"),
        pytest.param("vable", id="another first letter"),
        pytest.param("4.4nm", id="a size"),
        pytest.param("cabl3", id="a digit inside"),
        pytest.param("pizza", id="no such word"),
    ],
)
def test_a_word_that_may_be_another_one_is_left_alone(typed: str) -> None:
    assert VOCABULARY.mend(typed) == typed


def test_a_known_word_is_never_taken_for_its_neighbour() -> None:
    assert Vocabulary(["cable", "cables", "table"]).mend("cables") == "cables"


def test_nothing_is_mended_where_nothing_is_known() -> None:
    assert Vocabulary([]).mend("cabel") == "cabel"


@given(typed_words)
@settings(deadline=None, max_examples=100)
def test_mending_gives_the_word_itself_or_a_known_one_with_its_first_letter(typed: str) -> None:
    mended = VOCABULARY.mend(typed)
    assert mended == typed or (mended in VOCABULARY.known and mended[0] == typed[0])


@given(typed_words)
@settings(deadline=None, max_examples=100)
def test_a_mended_word_needs_no_more_mending(typed: str) -> None:
    mended = VOCABULARY.mend(typed)
    assert VOCABULARY.mend(mended) == mended


def test_a_typing_error_costs_nothing_in_the_space(space: LexicalSpace) -> None:
    mistyped = space.row("hwo do I claen teh nozzel")
    rightly = space.row("hwo do I clean teh nozzle")
    assert np.array_equal(mistyped.columns, rightly.columns)


@pytest.mark.parametrize("text", PHRASINGS)
def test_a_known_phrasing_has_length_one(space: LexicalSpace, text: str) -> None:
    assert length(space, text) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("text", ["", "   ", "???", "👍", "_"], ids=repr)
def test_a_text_without_words_has_length_zero(space: LexicalSpace, text: str) -> None:
    assert length(space, text) == 0


def test_a_foreign_word_shortens_the_row(space: LexicalSpace) -> None:
    assert length(space, "one side quiet zamboni") < length(space, "one side quiet") - 0.1


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=100)
def test_no_row_is_longer_than_one(text: str) -> None:
    assert length(LexicalSpace(PHRASINGS), text) <= 1 + 1e-5


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=50)
def test_every_column_of_a_row_lies_in_the_space(text: str) -> None:
    space = LexicalSpace(PHRASINGS)
    columns = space.row(text).columns
    assert ((columns >= 0) & (columns < space.width)).all()


def test_a_text_of_foreign_words_comes_near_nothing(space: LexicalSpace) -> None:
    foreign = space.matrix(["grandma baked twelve plum dumplings yesterday"])
    assert (foreign @ space.matrix(PHRASINGS).T).max() < 0.1


def test_foreign_words_around_a_known_one_keep_a_text_far(space: LexicalSpace) -> None:
    alone = nearness(space, "balanced cable", PHRASINGS[3])
    drowned = nearness(space, "grandma baked balanced plum dumplings beside a cable car yesterday", PHRASINGS[3])
    assert drowned < alone / 2


def test_a_text_is_nearest_to_itself(space: LexicalSpace) -> None:
    products = (space.matrix(PHRASINGS) @ space.matrix(PHRASINGS).T).toarray()
    assert np.allclose(products.diagonal(), 1, atol=1e-5)
    assert (products.argmax(1) == np.arange(len(PHRASINGS))).all()


def test_ear_buds_meets_earbuds() -> None:
    assert set(word_features(["earbuds"])) <= set(word_features(["ear", "buds"]))


def test_a_word_written_apart_comes_near_the_one_written_together() -> None:
    space = LexicalSpace(["earbuds", "cables", "adapters"])
    assert nearness(space, "ear buds", "earbuds") > 0.5


def test_two_forms_of_a_word_are_one_feature() -> None:
    assert word_features(["cleaning"]) == word_features(["cleaned"])


def test_the_order_of_words_counts(space: LexicalSpace) -> None:
    assert nearness(space, "side one quiet is why", PHRASINGS[0]) < nearness(
        space, "why is one side quiet", PHRASINGS[0]
    )


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    space = LexicalSpace(["sound cable", "sound tips", "sound amp", "sound case"])
    assert nearness(space, "cable", "sound cable") > nearness(space, "sound", "sound cable")


def test_letter_groups_mark_the_edges_of_a_word() -> None:
    assert letter_groups("ab") == ("<a", "ab", "b>", "<ab", "ab>", "<ab>")


def test_letter_groups_never_span_two_words() -> None:
    assert letter_features(["ab", "cd"]) == letter_features(["ab"]) + letter_features(["cd"])


def test_a_matrix_has_the_rows_of_its_texts(space: LexicalSpace) -> None:
    row = space.row(PHRASINGS[1])
    dense = space.matrix(PHRASINGS).toarray()[1]
    assert np.array_equal(np.sort(row.columns), np.flatnonzero(dense))
    assert np.allclose(dense[row.columns], row.weights)


def test_a_matrix_of_no_texts_is_empty(space: LexicalSpace) -> None:
    assert space.matrix([]).shape == (0, space.width)


def test_a_space_of_wordless_texts_can_be_asked() -> None:
    assert LexicalSpace(["???", "!"]).matrix(["one side quiet"]).sum() == 0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("Clean my IEMs?", "clean my iems", id="case and marks"),
        pytest.param("my iems clean", "clean my iems", id="order"),
        pytest.param("clean mý IEMs", "clean my iems", id="accents"),
    ],
)
def test_what_says_the_same_is_wholly_alike(a: str, b: str) -> None:
    assert alike(a, b) == 100


def test_one_other_word_of_many_leaves_texts_alike_but_not_wholly() -> None:
    assert 70 < alike("how do I clean my IEMs", "how do I clean my amp") < 100


def test_texts_without_a_common_letter_are_not_alike() -> None:
    assert alike("bass", "trim") == 0


def test_alike_pairs_name_the_earlier_text_first_and_no_text_twice() -> None:
    assert alike_pairs(["clean my iems", "one side quiet", "CLEAN my IEMs!"], 90) == [(0, 2)]


def test_alike_pairs_agree_with_alike() -> None:
    texts = ["clean my iems", "clean my iem", "clean her iems", "one side quiet", "quiet on one side"]
    wanted = [(a, b) for a in range(5) for b in range(a + 1, 5) if alike(texts[a], texts[b]) >= 75]
    assert alike_pairs(texts, 75) == wanted


def test_a_pair_exactly_as_alike_as_asked_is_a_pair() -> None:
    texts = ["clean my iems", "clean my iem"]
    assert alike_pairs(texts, alike(*texts)) == [(0, 1)]
