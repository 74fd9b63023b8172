"""Words and letters: what counts as near, how long a row is, and which texts are alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.lexical import (
    GRAM_SIZES,
    RARE_MOST,
    LexicalSpace,
    Lookalikes,
    alike,
    alike_pairs,
    letter_groups,
    stem,
)
from bot.text import words

PHRASINGS = (
    "why is one side quiet",
    "my earbuds lost the sound on one side",
    "how do I clean the nozzle",
    "which cable is balanced",
    "do eartips change the sound",
)
SPACE = LexicalSpace(PHRASINGS)
FOREIGN = "grandma baked twelve plum dumplings yesterday"
some_texts = st.lists(st.text(max_size=30), min_size=1, max_size=6)
wordy_texts = st.lists(
    st.lists(st.sampled_from(["clean", "my", "iems", "one", "side", "quiet"]), max_size=5).map(" ".join), max_size=6
)


def dense(space: LexicalSpace, text: str) -> np.ndarray:
    row = space.row(text)
    placed = np.zeros(space.width, np.float32)
    placed[row.columns] = row.weights
    return placed


def length(space: LexicalSpace, text: str) -> float:
    return float(np.linalg.norm(space.row(text).weights))


def nearness(space: LexicalSpace, text: str, number: int) -> float:
    return float(space.near(space.row(text))[number])


def test_a_typing_error_costs_nothing_in_the_space() -> None:
    mistyped, rightly = dense(SPACE, "how do I claen the nozzel"), dense(SPACE, "how do I clean the nozzle")
    assert np.array_equal(mistyped, rightly)


def test_shorthand_lies_where_the_words_it_stands_for_do() -> None:
    assert np.array_equal(dense(SPACE, "wdym, one side r quiet"), dense(SPACE, "what do you mean one side are quiet"))


def test_shorthand_that_the_phrasings_use_themselves_is_left_as_it_is() -> None:
    assert nearness(LexicalSpace(["diff between these", "what a difference"]), "diff", 0) > 0


@pytest.mark.parametrize("text", PHRASINGS)
def test_a_known_phrasing_has_length_one(text: str) -> None:
    assert length(SPACE, text) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("text", ["", "   ", "???", "👍", "_"], ids=repr)
def test_a_text_without_words_has_length_zero(text: str) -> None:
    assert length(SPACE, text) == 0


def test_a_foreign_word_shortens_the_row() -> None:
    assert length(SPACE, "one side quiet zamboni") < length(SPACE, "one side quiet") - 0.1


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=100)
def test_no_row_is_longer_than_one(text: str) -> None:
    assert length(SPACE, text) <= 1 + 1e-5


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=100)
def test_every_column_of_a_row_lies_in_the_space_and_comes_once(text: str) -> None:
    columns = SPACE.row(text).columns
    assert ((columns >= 0) & (columns < SPACE.width)).all()
    assert len(set(columns.tolist())) == len(columns)


@given(some_texts)
@settings(deadline=None, max_examples=100)
def test_the_row_of_a_text_of_the_space_is_its_row_of_the_matrix(texts: list[str]) -> None:
    space = LexicalSpace(texts)
    assert np.allclose([dense(space, text) for text in texts], space.matrix.toarray(), atol=1e-5)


@given(some_texts)
@settings(deadline=None, max_examples=100)
def test_each_text_of_a_space_has_length_one_or_no_word(texts: list[str]) -> None:
    lengths = np.linalg.norm(LexicalSpace(texts).matrix.toarray(), axis=1)
    assert np.allclose(lengths, [1.0 if words(text) else 0.0 for text in texts], atol=1e-5)


@given(some_texts, st.text(max_size=60))
@settings(deadline=None, max_examples=100)
def test_nearness_is_the_product_with_each_row_of_the_matrix(texts: list[str], asked: str) -> None:
    space = LexicalSpace(texts)
    assert np.allclose(space.near(space.row(asked)), space.matrix.toarray() @ dense(space, asked), atol=1e-5)


@given(wordy_texts.filter(bool), st.sampled_from(["clean iems", "my side", "one quiet zamboni", FOREIGN]))
@settings(deadline=None, max_examples=60)
def test_nearness_lies_between_nothing_and_one(texts: list[str], asked: str) -> None:
    space = LexicalSpace(texts)
    near = space.near(space.row(asked))
    assert near.shape == (len(texts),)
    assert ((near >= 0) & (near <= 1 + 1e-5)).all()


def test_a_text_of_foreign_words_comes_near_nothing() -> None:
    assert SPACE.near(SPACE.row(FOREIGN)).max() < 0.1


def test_foreign_words_around_a_known_one_keep_a_text_far() -> None:
    alone = nearness(SPACE, "balanced cable", 3)
    drowned = nearness(SPACE, "grandma baked balanced plum dumplings beside a cable car yesterday", 3)
    assert drowned < alone / 2


def test_a_text_is_nearest_to_itself() -> None:
    near = np.stack([SPACE.near(SPACE.row(text)) for text in PHRASINGS])
    assert np.allclose(near.diagonal(), 1, atol=1e-5)
    assert (near.argmax(1) == np.arange(len(PHRASINGS))).all()


def test_words_and_letters_have_equal_say() -> None:
    # Of "quiet side" in "side quiet": both words and no pair out of three features, all letter groups.
    space = LexicalSpace(["side quiet"])
    same = 2 / np.sqrt(3 * (2 + space_unseen(space) ** 2))
    assert nearness(space, "quiet side", 0) == pytest.approx((same + 1) / 2, abs=1e-4)


def space_unseen(space: LexicalSpace) -> float:
    """The weight of a feature that no text has, where every known one weighs 1."""
    return float(np.log(1 + space.matrix.shape[0]) + 1)


@pytest.mark.parametrize("apart", ["ear buds", "Ear-Buds", "ear  buds?"])
def test_a_word_written_apart_comes_near_the_one_written_together(apart: str) -> None:
    assert nearness(LexicalSpace(["earbuds", "cables", "adapters"]), apart, 0) > 0.5


@pytest.mark.parametrize(("a", "b"), [("cleaning", "cleaned"), ("cables", "cable")])
def test_two_forms_of_a_word_have_one_stem(a: str, b: str) -> None:
    assert stem(a) == stem(b)


def test_the_order_of_words_counts() -> None:
    assert nearness(SPACE, "side one quiet is why", 0) < nearness(SPACE, "why is one side quiet", 0)


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    space = LexicalSpace(["sound cable", "sound tips", "sound amp", "sound case"])
    assert nearness(space, "cable", 0) > nearness(space, "sound", 0)


def test_saying_a_word_twice_counts_more_than_once_and_less_than_double() -> None:
    space = LexicalSpace(["sound", "cable"])
    once, twice = (dense(space, text)[space.row("sound").columns[0]] for text in ("sound cable", "sound sound cable"))
    assert once < twice < 2 * once


@pytest.mark.parametrize(("texts", "tells"), [(RARE_MOST, True), (RARE_MOST + 1, False)])
def test_a_word_of_too_many_texts_brings_none_of_them_nearer(texts: int, tells: bool) -> None:
    space = LexicalSpace([f"sound {number}" for number in range(texts)])
    assert bool(space.near(space.row("sound")).any()) is tells


def test_a_word_of_too_many_texts_keeps_its_place_in_the_matrix() -> None:
    space = LexicalSpace([f"sound {number}" for number in range(RARE_MOST + 1)])
    column = int(space.row("sound").columns[0])
    assert space.matrix[:, [column]].nnz == RARE_MOST + 1
    assert space.rare()[:, [column]].nnz == 0


def test_letter_groups_mark_the_edges_of_a_word() -> None:
    assert letter_groups("ab") == ["<a", "ab", "b>", "<ab", "ab>", "<ab>"]


@given(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=20))
@settings(deadline=None)
def test_letter_groups_are_all_runs_of_two_to_four(term: str) -> None:
    groups = letter_groups(term)
    assert len(groups) == sum(max(len(term) + 3 - size, 0) for size in GRAM_SIZES)
    assert all(group in f"<{term}>" and len(group) in GRAM_SIZES for group in groups)


def test_letter_groups_never_span_two_words() -> None:
    words_and_pair = 3
    groups = {*letter_groups("clean"), *letter_groups("nozzle")}
    assert LexicalSpace(["clean nozzle"]).width == words_and_pair + len(groups)


@pytest.mark.parametrize("texts", [["???", "!"], []], ids=["wordless texts", "no texts"])
def test_a_space_without_a_word_can_be_asked(texts: list[str]) -> None:
    space = LexicalSpace(texts)
    assert space.near(space.row("one side quiet")).tolist() == [0.0] * len(texts)


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


@given(wordy_texts, st.integers(1, 100))
@settings(deadline=None)
def test_alike_pairs_agree_with_alike(texts: list[str], likeness: int) -> None:
    numbers = range(len(texts))
    wanted = [(a, b) for a in numbers for b in numbers if a < b and alike(texts[a], texts[b]) >= likeness]
    assert alike_pairs(texts, likeness) == wanted


@given(wordy_texts, st.text(max_size=20) | st.sampled_from(["clean my iems", "quiet side"]), st.integers(1, 100))
@settings(deadline=None)
def test_lookalikes_agree_with_alike(texts: list[str], asked: str, likeness: int) -> None:
    wanted = [number for number, text in enumerate(texts) if alike(asked, text) >= likeness]
    assert Lookalikes(texts).of(asked, likeness) == wanted


def test_a_pair_exactly_as_alike_as_asked_is_a_pair() -> None:
    texts = ["clean my iems", "clean my iem"]
    likeness = alike(*texts)
    assert alike_pairs(texts, likeness) == [(0, 1)]
    assert Lookalikes(texts[:1]).of(texts[1], likeness) == [0]


@given(wordy_texts, st.text(max_size=20) | st.sampled_from(["clean my iems", "quiet side"]), st.integers(1, 100))
@settings(deadline=None)
def test_lookalikes_of_words_are_those_of_texts(texts: list[str], asked: str, likeness: int) -> None:
    by_words = Lookalikes.of_terms(words(text) for text in texts).of_words(words(asked), likeness)
    assert by_words == Lookalikes(texts).of(asked, likeness)


@pytest.mark.parametrize("asked", ["", "???", "👍"], ids=repr)
def test_what_has_no_words_looks_like_no_text(asked: str) -> None:
    assert Lookalikes(["clean my iems", "one side quiet"]).of(asked, 1) == []
