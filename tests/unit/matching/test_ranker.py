"""Ranking keys for a text, by words alone and with meaning, whatever the corpus is like."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from bot.matching.cache import Cache
from bot.matching.confidence import rough as unlearned
from bot.matching.evidence import NEAREST, PARTS, RIDGE, Weights, Whole, WordsLikeness
from bot.matching.learning import Lessons
from bot.matching.ranker import WORDS, Corpus, Ranker, Ranking
from tests.conftest import LetterEncoder

PHRASINGS = (
    ("quiet", "why is one side quiet"),
    ("quiet", "the left earpiece is dead"),
    ("quiet", "no sound on my right one"),
    ("quiet", "left side is so quiet now"),
    ("quiet", "there is no sound on the left side"),
    ("clean", "how do I clean my iems"),
    ("clean", "wax in the nozzle, what now"),
    ("clean", "they look dirty, how to wash them"),
    ("clean", "best way to clean wax out of iems"),
    ("clean", "can I wash a dirty nozzle"),
    ("plug", "which plug adapters are safe"),
    ("plug", "can I use a balanced cable with a normal jack"),
    ("plug", "is a 4.4 to 3.5 adapter dangerous"),
    ("plug", "is it safe to adapt a balanced plug"),
    ("plug", "adapter from balanced to a normal 3.5 jack"),
    ("bass", "how do I get more bass"),
    ("bass", "there is no low end at all"),
    ("bass", "the bass sounds thin"),
    ("bass", "my set sounds thin, I want more low end"),
    ("bass", "not much bass in my set"),
)
BACKGROUND = (
    "good morning everyone",
    "good night everyone",
    "good morning to all of you",
    "selling my old set, write me",
    "selling my old case, write me",
    "what a game last night",
    "what a night that was",
    "my new case looks great",
    "my new set looks great",
)
Rank = Callable[[Corpus, str], Ranking]
FOREIGN = "grandma baked twelve plum dumplings"
LETTERS = LetterEncoder().name
NOBODY = np.zeros(0, np.int64)
ONE_EACH = (
    ("quiet", "why is one side quiet"),
    ("clean", "how do I clean my iems"),
    ("plug", "which plug adapters are safe"),
    ("bass", "where did the bass go"),
    ("tips", "do foam tips wear out"),
    ("burn", "will burning in help"),
)


def corpora() -> list[object]:
    return [
        pytest.param(Corpus(PHRASINGS, BACKGROUND), id="with a background"),
        pytest.param(Corpus(PHRASINGS), id="without a background"),
    ]


def rough(corpus: Corpus, text: str, barred: Whole = NOBODY) -> Ranking:
    """Before anything was learned."""
    ranker = Ranker(corpus)
    judge = unlearned(("words",), background=True) if corpus.background else unlearned(("words",), background=False)
    return ranker.rank({WORDS: ranker.by_words(text)}, judge, barred)


@cache
def ranker_for(corpus: Corpus) -> tuple[Ranker, Lessons]:
    """A ranker with words and meaning, and what its corpus taught."""
    ranker = Ranker(corpus)
    ranker.refine_words()
    ranker.add_meaning(LETTERS, LetterEncoder().embed(corpus.texts))
    return ranker, taught(ranker, WORDS, LETTERS)


def by_words(corpus: Corpus, text: str) -> Ranking:
    ranker, lessons = ranker_for(corpus)
    return ranker.rank({WORDS: ranker.by_words(text)}, lessons.judge((WORDS,)), NOBODY)


def by_meaning(corpus: Corpus, text: str) -> Ranking:
    ranker, lessons = ranker_for(corpus)
    vector = LetterEncoder().embed([text])[0]
    looks = {WORDS: ranker.by_words(text), LETTERS: ranker.by_meaning(LETTERS, vector)}
    return ranker.rank(looks, lessons.judge((WORDS, LETTERS)), NOBODY)


def taught(ranker: Ranker, *kinds: str) -> Lessons:
    lessons = Lessons(ranker)
    for kind in kinds:
        lessons.take_in(ranker.likenesses[kind])
    return lessons


def best(ranking: Ranking) -> str:
    return ranking.corpus.keys[int(ranking.verdict.shares.argmax())]


def shares(ranking: Ranking) -> dict[str, float]:
    return dict(zip(ranking.corpus.keys, ranking.verdict.shares.tolist(), strict=True))


def dense(weights: Weights) -> np.ndarray:
    return weights if isinstance(weights, np.ndarray) else weights.toarray()


def predictions(ranker: Ranker, text: str) -> np.ndarray:
    return ranker.by_words(text).evidence[:, RIDGE]


def test_keys_stand_in_the_order_of_their_first_phrasing() -> None:
    assert Corpus([("b", "x"), ("a", "y"), ("b", "z")]).keys == ("b", "a")


def test_the_background_belongs_to_the_number_after_the_last_key() -> None:
    assert Corpus([("b", "x"), ("a", "y"), ("b", "z")], ["hi"]).owners.tolist() == [0, 1, 0, 2]


def test_the_texts_are_the_phrasings_and_then_the_background() -> None:
    assert Corpus([("b", "x"), ("a", "y")], ["hi"]).texts == ("x", "y", "hi")


def test_the_rows_of_a_key_are_those_of_its_phrasings() -> None:
    assert [rows.tolist() for rows in Corpus([("b", "x"), ("a", "y"), ("b", "z")], ["hi"]).rows] == [[0, 2], [1]]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=5))), st.lists(st.text(max_size=5)))
def test_every_text_of_a_corpus_has_one_owner(phrasings: list[tuple[str, str]], background: list[str]) -> None:
    corpus = Corpus(phrasings, background)
    owned = [(*corpus.keys, None)[owner] for owner in corpus.owners]
    assert list(zip(owned, corpus.texts, strict=True)) == [*phrasings, *((None, text) for text in background)]
    assert corpus.columns == len(corpus.keys) + 1


@pytest.mark.parametrize("corpus", corpora())
@pytest.mark.parametrize("rank", [rough, by_words, by_meaning])
def test_every_known_phrasing_puts_its_key_first(corpus: Corpus, rank: Rank) -> None:
    assert [best(rank(corpus, text)) for _, text in PHRASINGS] == [key for key, _ in PHRASINGS]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("wax in nozzle", "clean"),
        ("bass sounds so thin", "bass"),
        ("is one side quiet", "quiet"),
        ("balanced cable with normal jack?", "plug"),
        ("left earpeice dead", "quiet"),
    ],
)
@pytest.mark.parametrize("corpus", corpora())
@pytest.mark.parametrize("rank", [rough, by_words])
def test_a_phrasing_with_a_word_left_out_or_mistyped_still_puts_its_key_first(
    rank: Rank, corpus: Corpus, text: str, key: str
) -> None:
    assert best(rank(corpus, text)) == key


@pytest.mark.parametrize("corpus", corpora())
@pytest.mark.parametrize("rank", [rough, by_words, by_meaning])
def test_foreign_words_are_less_likely_meant_for_the_faq_than_a_phrasing(corpus: Corpus, rank: Rank) -> None:
    known, foreign = rank(corpus, "how do I clean my iems").verdict, rank(corpus, FOREIGN).verdict
    assert foreign.meant < known.meant - 2
    assert foreign.sure < known.sure / 2


@pytest.mark.parametrize("corpus", corpora())
def test_foreign_words_are_most_likely_not_meant_for_the_faq(corpus: Corpus) -> None:
    assert by_words(corpus, FOREIGN).verdict.meant < 0


@pytest.mark.parametrize("message", BACKGROUND)
def test_a_background_message_is_most_likely_not_meant_for_the_faq(message: str) -> None:
    verdict = by_words(Corpus(PHRASINGS, BACKGROUND), message).verdict
    assert verdict.meant < 0
    assert verdict.sure < 0.5


@pytest.mark.parametrize("rank", [rough, by_words, by_meaning])
def test_a_word_of_its_phrasing_never_counts_against_a_key(rank: Rank) -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    near = rank(corpus, "they look dirty, how to wash them").verdict
    far = rank(corpus, "they look dirty, how to fix them").verdict
    assert near.sure > far.sure


@pytest.mark.parametrize("background", [(), BACKGROUND], ids=["without a background", "with a background"])
@pytest.mark.parametrize("rank", [rough, by_words])
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("one side is quiet", "quiet"),
        ("clean iems", "clean"),
        ("are plug adapters safe", "plug"),
        ("foam tips", "tips"),
    ],
)
def test_a_corpus_with_one_phrasing_a_key_finds_it(
    rank: Rank, background: tuple[str, ...], text: str, key: str
) -> None:
    assert best(rank(Corpus(ONE_EACH, background), text)) == key


@pytest.mark.parametrize("background", [(), BACKGROUND], ids=["without a background", "with a background"])
@pytest.mark.parametrize("rank", [rough, by_words])
def test_a_corpus_with_one_phrasing_a_key_tells_its_questions_from_foreign_words(
    rank: Rank, background: tuple[str, ...]
) -> None:
    corpus = Corpus(ONE_EACH, background)
    known, foreign = rank(corpus, "one side is quiet").verdict, rank(corpus, FOREIGN).verdict
    assert known.sure > 2 * foreign.sure
    assert known.meant > foreign.meant + 1


@pytest.mark.parametrize("rank", [rough, by_words])
def test_a_corpus_of_one_key_does_not_take_every_message_for_it(rank: Rank) -> None:
    corpus = Corpus(PHRASINGS[:5])
    assert rank(corpus, FOREIGN).verdict.sure < 0.6


@pytest.mark.parametrize("background", [(), ("good morning",)], ids=["without a background", "with a background"])
@pytest.mark.parametrize("text", ["why is one side quiet", FOREIGN, "", "???"])
@pytest.mark.parametrize("rank", [rough, by_words, by_meaning])
def test_a_single_phrasing_is_a_corpus(rank: Rank, background: tuple[str, ...], text: str) -> None:
    verdict = rank(Corpus((("quiet", "why is one side quiet"),), background), text or " ").verdict
    assert np.isfinite([*verdict.shares, verdict.meant, verdict.sure]).all()


@pytest.mark.parametrize("phrasings", [(("a", "???"),), (("a", "???"), ("b", "!"))], ids=["one", "two"])
@pytest.mark.parametrize("rank", [rough, by_words])
def test_a_corpus_without_a_word_is_no_accident(rank: Rank, phrasings: tuple[tuple[str, str], ...]) -> None:
    assert np.isfinite(rank(Corpus(phrasings), "one side quiet").verdict.shares).all()


@pytest.mark.parametrize("text", ["", "???", "👍", "\u200b"], ids=repr)
def test_a_text_without_words_has_no_evidence_for_any_key(text: str) -> None:
    assert not Ranker(Corpus(PHRASINGS, BACKGROUND)).by_words(text).evidence.any()


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=100)
def test_any_text_gets_a_verdict(text: str) -> None:
    ranker = RANKER
    verdict = ranker.rank({WORDS: ranker.by_words(text)}, unlearned(("words",), background=True), NOBODY).verdict
    assert np.isfinite([*verdict.shares, verdict.meant, verdict.sure]).all()
    assert 0 <= verdict.sure <= 1


RANKER = Ranker(Corpus(PHRASINGS, BACKGROUND))


def test_a_look_has_evidence_for_each_key_and_the_background_and_nearness_to_each_text() -> None:
    look = RANKER.by_words("wax in the nozzle")
    assert look.evidence.shape == (4 + 1, PARTS)
    assert look.near.shape == (len(PHRASINGS) + len(BACKGROUND),)


def test_the_evidence_for_a_key_is_the_mean_of_its_best_three_phrasings() -> None:
    look = RANKER.by_words("wax in the nozzle")
    assert look.evidence[1, NEAREST] == pytest.approx(np.sort(look.near[5:10])[-3:].mean())


def test_the_nearest_phrasing_is_the_one_that_was_typed() -> None:
    ranking = rough(Corpus(PHRASINGS, BACKGROUND), "wax in the nozzle")
    assert ranking.nearest(ranking.corpus.keys.index("clean")) == "wax in the nozzle, what now"


def test_the_nearest_phrasing_of_a_key_is_its_own_even_where_another_keys_is_nearer() -> None:
    ranking = rough(Corpus(PHRASINGS, BACKGROUND), "wax in the nozzle")
    assert all((key, ranking.nearest(number)) in PHRASINGS for number, key in enumerate(ranking.corpus.keys))


@pytest.mark.parametrize(("rank", "kinds"), [(by_words, {WORDS}), (by_meaning, {WORDS, LETTERS})])
def test_each_kind_of_likeness_that_was_asked_gives_two_parts(rank: Rank, kinds: set[str]) -> None:
    parts = rank(Corpus(PHRASINGS, BACKGROUND), "wax in the nozzle").parts(0)
    assert {kind: len(numbers) for kind, numbers in parts.items()} == dict.fromkeys(kinds, PARTS)


def test_a_barred_key_makes_way_for_another() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    assert best(rough(corpus, "how do I clean my iems")) == "clean"
    ranking = rough(corpus, "how do I clean my iems", np.array([corpus.keys.index("clean")]))
    assert best(ranking) != "clean"
    assert shares(ranking)["clean"] < 0.01


def test_where_all_vectors_lie_does_not_matter() -> None:
    corpus, encoder = Corpus(PHRASINGS, BACKGROUND), LetterEncoder()
    here, there = Ranker(corpus), Ranker(corpus)
    here.add_meaning(LETTERS, encoder.embed(corpus.texts))
    there.add_meaning(LETTERS, encoder.embed(corpus.texts) + np.float32(3))
    (asked,) = encoder.embed(["dirty nozzle"])
    moved = there.by_meaning(LETTERS, asked + np.float32(3))
    assert np.allclose(here.by_meaning(LETTERS, asked).evidence, moved.evidence, atol=1e-3)


def test_vectors_that_are_all_the_same_leave_it_to_the_words() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    ranker = Ranker(corpus)
    same = np.ones((len(corpus.texts), 8), np.float32)
    ranker.add_meaning("same", same)
    looks = {WORDS: ranker.by_words("how do I clean my iems"), "same": ranker.by_meaning("same", same[0])}
    assert best(ranker.rank(looks, taught(ranker, WORDS, "same").judge((WORDS, "same")), NOBODY)) == "clean"


def test_words_are_asked_for_no_meaning() -> None:
    with pytest.raises(TypeError, match=WORDS):
        RANKER.by_meaning(WORDS, np.ones(8, np.float32))


def test_an_added_encoder_stands_beside_the_words() -> None:
    corpus = Corpus(PHRASINGS)
    ranker = Ranker(corpus)
    assert list(ranker.likenesses) == [WORDS]
    ranker.add_meaning(LETTERS, LetterEncoder().embed(corpus.texts))
    assert list(ranker.likenesses) == [WORDS, LETTERS]


def test_the_same_phrasing_in_two_keys_speaks_for_both() -> None:
    shared = Corpus((*PHRASINGS, ("bass", "wax in the nozzle, what now")), BACKGROUND)
    found = shares(by_words(shared, "wax in the nozzle, what now"))
    assert set(sorted(found, key=found.__getitem__)[-2:]) == {"clean", "bass"}


def test_lessons_after_refining_come_nearer_to_the_exact_regression() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    ranker = Ranker(corpus)
    exact = dense(WordsLikeness(ranker.space, 200).learned(corpus.owners, corpus.columns))
    hurried = np.abs(dense(ranker.likenesses[WORDS].learned(corpus.owners, corpus.columns)) - exact).max()
    ranker.refine_words()
    refined = np.abs(dense(ranker.likenesses[WORDS].learned(corpus.owners, corpus.columns)) - exact).max()
    assert refined < hurried / 2


def test_questions_are_weighed_by_what_refining_learned() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    ranker = Ranker(corpus, np.zeros_like(Ranker(corpus).words_weights))
    ranker.refine_words()
    learned = dense(ranker.likenesses[WORDS].learned(corpus.owners, corpus.columns))
    assert np.allclose(dense(ranker.words_weights), learned, atol=2e-3)


def test_a_ranker_with_the_weights_of_another_ranks_as_it_does() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    first = Ranker(corpus)
    first.refine_words()
    again = Ranker(corpus, first.words_weights)
    assert np.array_equal(again.by_words("wax in nozzle").evidence, first.by_words("wax in nozzle").evidence)


def test_weights_that_were_handed_over_are_not_worked_out_again() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    nothing = np.zeros_like(Ranker(corpus).words_weights)
    assert not predictions(Ranker(corpus, nothing), "wax in the nozzle").any()


def test_where_keys_are_too_many_their_centroids_still_find_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.matching.evidence.DENSE_MOST", 0)
    corpus = Corpus(PHRASINGS, BACKGROUND)
    assert sparse.issparse(Ranker(corpus).words_weights)
    ranker = Ranker(corpus)
    judge = taught(ranker, WORDS).judge((WORDS,))
    ranked = [ranker.rank({WORDS: ranker.by_words(text)}, judge, NOBODY) for _, text in PHRASINGS]
    assert [best(ranking) for ranking in ranked] == [key for key, _ in PHRASINGS]


def test_many_threads_may_look_while_more_is_learned() -> None:
    corpus, encoder = Corpus(PHRASINGS, BACKGROUND), LetterEncoder()
    ranker = Ranker(corpus)
    vectors = encoder.embed(corpus.texts)

    def look(text: str) -> str:
        return best(ranker.rank({WORDS: ranker.by_words(text)}, unlearned(("words",), background=True), NOBODY))

    with ThreadPoolExecutor(4) as threads:
        looked = [threads.submit(look, text) for _ in range(20) for _, text in PHRASINGS]
        ranker.refine_words()
        ranker.add_meaning(LETTERS, vectors)
        found = [future.result() for future in looked]
    assert found == [key for key, _ in PHRASINGS] * 20


def test_kept_weights_teach_the_same_as_those_just_learned() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    fresh = Ranker(corpus)
    fresh.refine_words()
    kept = Ranker(corpus, fresh.words_weights)
    first, second = (Lessons(ranker) for ranker in (fresh, kept))
    for lessons, ranker in ((first, fresh), (second, kept)):
        lessons.take_in(ranker.likenesses[WORDS])
    assert np.array_equal(first.evidence(WORDS), second.evidence(WORDS))


def test_a_corpus_of_very_many_keys_goes_by_centroids_and_survives_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.matching.evidence.DENSE_MOST", 0)
    fresh = Ranker(Corpus(PHRASINGS, BACKGROUND))
    fresh.refine_words()
    cache = Cache(tmp_path)
    cache.keep_weights("many", fresh.words_weights)
    kept = Ranker(Corpus(PHRASINGS, BACKGROUND), cache.weights("many"))
    for _, text in PHRASINGS:
        assert np.array_equal(kept.by_words(text).evidence, fresh.by_words(text).evidence)
