"""Ranking keys for a text, by words alone and with meaning, whatever the corpus is like."""

from collections.abc import Callable

import numpy as np
import pytest

from bot.matching.confidence import Judge, probabilities
from bot.matching.ranker import Corpus, MeaningRanker, Ranking, WordsRanker, learn_judge
from tests.conftest import LetterEncoder

PHRASINGS = (
    ("quiet", "why is one side quiet"),
    ("quiet", "the left earpiece is dead"),
    ("quiet", "no sound on my right one"),
    ("clean", "how do I clean my iems"),
    ("clean", "wax in the nozzle, what now"),
    ("clean", "they look dirty, how to wash them"),
    ("plug", "which plug adapters are safe"),
    ("plug", "can I use a balanced cable with a normal jack"),
    ("plug", "is a 4.4 to 3.5 adapter dangerous"),
    ("bass", "how do I get more bass"),
    ("bass", "there is no low end at all"),
    ("bass", "the bass sounds thin"),
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


def by_words(corpus: Corpus, text: str) -> Ranking:
    ranker = WordsRanker(corpus)
    return ranker.rank(text, learn_judge(ranker))


def by_meaning(corpus: Corpus, text: str, moved: float = 0.0) -> Ranking:
    encoder = LetterEncoder()
    ranker = MeaningRanker(WordsRanker(corpus), encoder.embed(corpus.texts) + np.float32(moved))
    return ranker.rank(text, encoder.embed([text])[0] + np.float32(moved), learn_judge(ranker))


def best(ranking: Ranking) -> str:
    return ranking.keys[int(ranking.utilities.argmax())]


def chances(ranking: Ranking) -> dict[str, float]:
    found, _ = probabilities(ranking.utilities, ranking.outside)
    return dict(zip(ranking.keys, found.tolist(), strict=True))


def test_keys_stand_in_the_order_of_their_first_phrasing() -> None:
    assert Corpus([("b", "x"), ("a", "y"), ("b", "z")]).keys == ("b", "a")


def test_the_background_belongs_to_the_number_after_the_last_key() -> None:
    assert Corpus([("b", "x"), ("a", "y"), ("b", "z")], ["hi"]).owners.tolist() == [0, 1, 0, 2]


def test_the_texts_are_the_phrasings_and_then_the_background() -> None:
    assert Corpus([("b", "x"), ("a", "y")], ["hi"]).texts == ("x", "y", "hi")


@pytest.mark.parametrize("corpus", corpora())
@pytest.mark.parametrize("rank", [by_words, by_meaning])
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
def test_a_phrasing_with_a_word_left_out_or_mistyped_still_puts_its_key_first(
    corpus: Corpus, text: str, key: str
) -> None:
    assert best(by_words(corpus, text)) == key


def test_foreign_words_are_most_likely_none_of_them() -> None:
    ranking = by_words(Corpus(PHRASINGS), FOREIGN)
    assert ranking.outside > ranking.utilities.max()


@pytest.mark.parametrize("message", BACKGROUND)
def test_a_background_message_is_most_likely_none_of_them(message: str) -> None:
    ranking = by_words(Corpus(PHRASINGS, BACKGROUND), message)
    assert ranking.outside > ranking.utilities.max()


@pytest.mark.parametrize("rank", [by_words, by_meaning])
def test_nearness_never_counts_against_a_key(rank: Rank) -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    near = chances(rank(corpus, "they look dirty, how to wash them"))
    far = chances(rank(corpus, "they look dirty, how to fix them"))
    assert near["clean"] > far["clean"]


@pytest.mark.parametrize("background", [(), BACKGROUND], ids=["without a background", "with a background"])
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("one side is quiet", "quiet"),
        ("clean iems", "clean"),
        ("are plug adapters safe", "plug"),
        ("foam tips", "tips"),
    ],
)
def test_a_corpus_with_one_phrasing_a_key_finds_it(background: tuple[str, ...], text: str, key: str) -> None:
    assert best(by_words(Corpus(ONE_EACH, background), text)) == key


@pytest.mark.parametrize("background", [(), ("good morning",)], ids=["without a background", "with a background"])
@pytest.mark.parametrize("text", ["why is one side quiet", FOREIGN, "", "???"])
def test_a_single_phrasing_is_a_corpus(background: tuple[str, ...], text: str) -> None:
    ranking = by_words(Corpus([("quiet", "why is one side quiet")], background), text)
    assert np.isfinite(ranking.utilities).all()
    assert np.isfinite(ranking.outside)


@pytest.mark.parametrize("phrasings", [[("a", "???")], [("a", "???"), ("b", "!")]], ids=["one", "two"])
def test_a_corpus_without_a_word_is_no_accident(phrasings: list[tuple[str, str]]) -> None:
    assert np.isfinite(by_words(Corpus(phrasings), "one side quiet").utilities).all()


@pytest.mark.parametrize("text", ["", "???", "👍", "\u200b"], ids=repr)
def test_a_text_without_words_prefers_no_key(text: str) -> None:
    ranking = by_words(Corpus(PHRASINGS, BACKGROUND), text)
    assert np.ptp(ranking.utilities) < 0.01


def test_the_nearest_phrasing_is_the_one_that_was_typed() -> None:
    ranking = by_words(Corpus(PHRASINGS, BACKGROUND), "wax in the nozzle")
    assert ranking.nearest(ranking.keys.index("clean")) == "wax in the nozzle, what now"


def test_each_kind_of_likeness_gives_three_parts() -> None:
    ranking = by_meaning(Corpus(PHRASINGS, BACKGROUND), "wax in the nozzle")
    assert {kind: len(parts) for kind, parts in ranking.parts(0).items()} == {"words": 3, "meaning": 3}


def test_words_alone_give_no_evidence_of_meaning() -> None:
    assert set(by_words(Corpus(PHRASINGS), "wax").parts(0)) == {"words"}


def test_where_all_vectors_lie_does_not_matter() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    here, there = by_meaning(corpus, "dirty nozzle"), by_meaning(corpus, "dirty nozzle", moved=3.0)
    assert np.allclose(here.evidence["meaning"], there.evidence["meaning"], atol=1e-3)


def test_vectors_that_are_all_the_same_leave_it_to_the_words() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    same = np.ones((len(corpus.texts), 8), np.float32)
    ranker = MeaningRanker(WordsRanker(corpus), same)
    assert best(ranker.rank("how do I clean my iems", same[0], learn_judge(ranker))) == "clean"


@pytest.mark.parametrize("corpus", corpora())
def test_learning_twice_gives_the_same_judge(corpus: Corpus) -> None:
    first, second = (learn_judge(WordsRanker(corpus)) for _ in range(2))
    fields = Judge.__dataclass_fields__
    assert all(np.array_equal(getattr(first, name), getattr(second, name)) for name in fields)


def test_the_same_phrasing_in_two_keys_speaks_for_both() -> None:
    shared = Corpus([*PHRASINGS, ("bass", "wax in the nozzle, what now")], BACKGROUND)
    found = chances(by_words(shared, "wax in the nozzle, what now"))
    assert set(sorted(found, key=found.__getitem__)[-2:]) == {"clean", "bass"}


@pytest.mark.parametrize("text", ["wax in nozzle", FOREIGN])
def test_a_ranker_that_has_forgotten_ranks_as_before(text: str) -> None:
    ranker = WordsRanker(Corpus(PHRASINGS, BACKGROUND))
    judge = learn_judge(ranker)
    before = ranker.rank(text, judge)
    ranker.forget()
    assert np.array_equal(ranker.rank(text, judge).utilities, before.utilities)


def test_a_ranker_that_has_forgotten_cannot_be_learned_from() -> None:
    ranker = WordsRanker(Corpus(PHRASINGS, BACKGROUND))
    ranker.forget()
    with pytest.raises(ValueError, match="forgotten"):
        learn_judge(ranker)
