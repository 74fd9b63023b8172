"""What the knowledge teaches about itself: what is left out together, and the judges and floors that come of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.confidence import Judge, as_plain, rough
from bot.matching.evidence import ABSENT, NEAREST, PARTS, RIDGE
from bot.matching.learning import BOLDEST, LOST_MOST, PARTS_DEALT, Lessons
from bot.matching.lexical import Floats
from bot.matching.ranker import WORDS, Corpus, Ranker
from tests.conftest import LetterEncoder

ROUGH, ROUGH_WITH_BACKGROUND = (rough(("words",), background=known) for known in (False, True))

LETTERS = LetterEncoder().name
TOPICS = {
    "quiet": ("quiet side", "left earpiece dead", "channel imbalance", "silent driver"),
    "clean": ("clean nozzle", "wax brush", "wipe dirty tips", "wash filters"),
    "plug": ("balanced adapter", "cable jack", "connector pin", "termination 4.4"),
    "bass": ("more bass", "low end missing", "subwoofer rumble", "thin kick drum"),
    "price": ("budget pick", "cheap set", "under fifty dollars", "worth buying"),
}
FRAMES = ("why is it with {}", "what about {}", "how do i fix {}", "help, {} again", "anyone know about {}?")
PHRASINGS = tuple(
    (key, FRAMES[(number + shift) % len(FRAMES)].format(topic))
    for number, (key, topics) in enumerate(TOPICS.items())
    for shift, topic in enumerate((*topics, *(f"{topics[0]} and {other}" for other in topics[1:])))
)
BACKGROUND = tuple(
    f"{greeting} {people}"
    for greeting in ("good morning", "welcome back", "happy birthday", "see you tomorrow", "nice game")
    for people in ("everyone", "friends", "my dear", "old pal")
)
TWINS = (
    ("quiet", "why is one side quiet"),
    ("quiet", "why is one side quiet?"),
    ("clean", "how do I clean my iems"),
    ("clean", "wax in the nozzle, what now"),
    ("plug", "which plug adapters are safe"),
    ("plug", "can I use a balanced cable"),
)
some_corpora = st.builds(
    Corpus,
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["red", "red one", "blue", "green", "???"])), min_size=1
    ),
    st.lists(st.sampled_from(["hi", "good morning", "red"]), max_size=5),
)


def lessons_of(corpus: Corpus, *kinds: str, seed: int = 0) -> Lessons:
    """Lessons that have taken in these kinds of likeness."""
    ranker = Ranker(corpus)
    if LETTERS in kinds:
        ranker.add_meaning(LETTERS, LetterEncoder().embed(corpus.texts))
    lessons = Lessons(ranker, seed)
    for kind in kinds:
        lessons.take_in(ranker.likenesses[kind])
    return lessons


def sure_of(lessons: Lessons, judge: Judge) -> Floats:
    return np.array([verdict.sure for verdict in lessons.verdicts(judge)], np.float32)


def corpora() -> list[object]:
    return [
        pytest.param(Corpus(PHRASINGS, BACKGROUND), id="with a background"),
        pytest.param(Corpus(PHRASINGS), id="without a background"),
    ]


@given(some_corpora, st.integers(0, 9))
@settings(deadline=None, max_examples=60)
def test_every_text_is_left_out_once(corpus: Corpus, seed: int) -> None:
    parts = lessons_of(corpus, seed=seed).parts
    assert sorted(row for part in parts for row in part.tolist()) == list(range(len(corpus.texts)))
    assert 1 <= len(parts) <= PARTS_DEALT


@given(some_corpora, st.integers(0, 9))
@settings(deadline=None, max_examples=60)
def test_a_text_is_left_out_together_with_its_keys_texts_of_the_same_words(corpus: Corpus, seed: int) -> None:
    part_of = {row: number for number, part in enumerate(lessons_of(corpus, seed=seed).parts) for row in part.tolist()}
    worded = [row for row, text in enumerate(corpus.texts) if text != "???"]
    said = [(row, (int(corpus.owners[row]), corpus.texts[row])) for row in worded]
    assert all(part_of[one] == part_of[other] for one, same in said for other, too in said if same == too)


@given(some_corpora, st.integers(0, 9))
@settings(deadline=None, max_examples=60)
def test_every_key_is_left_out_whole_and_once(corpus: Corpus, seed: int) -> None:
    parts = lessons_of(corpus, seed=seed).parts_of_keys
    left_out = sorted(row for part in parts for row in part.tolist())
    assert left_out == list(range(len(corpus.phrasings)))
    keys = [set(corpus.owners[part].tolist()) for part in parts]
    assert sum(len(part) for part in keys) == len(corpus.keys)


def test_of_many_keys_several_are_left_out_together() -> None:
    corpus = Corpus([(f"key {number}", f"word{number}") for number in range(3 * PARTS_DEALT)])
    assert [len(part) for part in lessons_of(corpus).parts_of_keys] == [3] * PARTS_DEALT


def test_the_parts_are_dealt_by_the_seed_alone() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    first, again, other = ([p.tolist() for p in lessons_of(corpus, seed=seed).parts] for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("corpus", corpora())
@pytest.mark.parametrize("kind", [WORDS, LETTERS])
def test_evidence_has_a_row_for_each_text_and_a_column_for_each_key_and_the_background(
    corpus: Corpus, kind: str
) -> None:
    found = lessons_of(corpus, WORDS, LETTERS).evidence(kind)
    assert found.shape == (len(corpus.texts), len(TOPICS) + 1, PARTS)
    assert np.isfinite(found).all()


def test_a_texts_twin_is_no_evidence_for_it() -> None:
    found = lessons_of(Corpus(TWINS), WORDS).evidence(WORDS)
    assert (found[:2, 0, NEAREST] == ABSENT).all()
    assert np.abs(found[:2, 0, RIDGE]).max() == 0


def test_a_key_with_something_else_to_go_by_is_not_absent() -> None:
    found = lessons_of(Corpus(TWINS), WORDS).evidence(WORDS)
    others = range(2, len(TWINS))
    assert all(found[row, row // 2, NEAREST] > ABSENT for row in others)


def test_no_text_is_as_near_to_its_key_as_when_it_is_asked() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    lessons, ranker = lessons_of(corpus, WORDS), Ranker(corpus)
    asked = np.stack([ranker.by_words(text).evidence for text in corpus.texts])
    rows = np.arange(len(corpus.texts))
    unseen = lessons.evidence(WORDS)[rows, corpus.owners]
    assert (unseen < asked[rows, corpus.owners]).all()


@pytest.mark.parametrize("kinds", [(WORDS,), (WORDS, LETTERS), (LETTERS,)])
@pytest.mark.parametrize("corpus", corpora())
def test_a_judge_is_for_the_kinds_it_was_asked_for(corpus: Corpus, kinds: tuple[str, ...]) -> None:
    judge = lessons_of(corpus, WORDS, LETTERS).judge(kinds)
    assert judge.kinds == kinds
    assert judge.key_weights.shape == (len(kinds) * PARTS,)


@pytest.mark.parametrize("corpus", corpora())
def test_learning_twice_gives_the_same_judge(corpus: Corpus) -> None:
    first, second = (as_plain(lessons_of(corpus, WORDS, LETTERS).judge((WORDS, LETTERS))) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("corpus", corpora())
def test_a_kind_that_was_taken_in_later_changes_nothing_for_the_others(corpus: Corpus) -> None:
    alone, beside = lessons_of(corpus, WORDS), lessons_of(corpus, WORDS, LETTERS)
    assert as_plain(alone.judge((WORDS,))) == as_plain(beside.judge((WORDS,)))


@pytest.mark.parametrize("corpus", corpora())
def test_phrasings_are_found_without_themselves(corpus: Corpus) -> None:
    lessons = lessons_of(corpus, WORDS)
    judge, nobody = lessons.judge((WORDS,)), np.zeros(0, np.int64)
    found = [judge.verdict({WORDS: row}, nobody).shares.argmax() for row in lessons.evidence(WORDS)[: len(PHRASINGS)]]
    assert np.mean(found == corpus.owners[: len(PHRASINGS)]) > 0.6


def test_a_judge_is_surer_of_phrasings_than_of_the_background() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    lessons = lessons_of(corpus, WORDS)
    sure = sure_of(lessons, lessons.judge((WORDS,)))
    assert sure.shape == (len(corpus.texts),)
    assert ((sure >= 0) & (sure <= 1)).all()
    assert sure[: len(PHRASINGS)].mean() > sure[len(PHRASINGS) :].mean() + 0.3


def test_without_a_background_left_out_keys_teach_what_is_not_for_the_faq() -> None:
    corpus = Corpus(PHRASINGS)
    ranker = Ranker(corpus)
    lessons = Lessons(ranker)
    lessons.take_in(ranker.likenesses[WORDS])
    judge, nobody = lessons.judge((WORDS,)), np.zeros(0, np.int64)
    known, foreign = (
        ranker.rank({WORDS: ranker.by_words(text)}, judge, nobody).verdict.meant
        for text in ("how do i fix clean nozzle", "grandma baked twelve plum dumplings")
    )
    assert known > 0 > foreign


@pytest.mark.parametrize("corpus", corpora())
def test_learning_leaves_the_ranker_as_it_was(corpus: Corpus) -> None:
    ranker = Ranker(corpus)
    before = ranker.by_words("clean nozzle").evidence
    Lessons(ranker).take_in(ranker.likenesses[WORDS])
    assert np.array_equal(ranker.by_words("clean nozzle").evidence, before)


def test_a_floor_gives_up_hardly_a_phrasing_that_would_be_answered() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    lessons = lessons_of(corpus, WORDS, LETTERS)
    quick, thorough = lessons.judge((WORDS,)), lessons.judge((WORDS, LETTERS))
    asked = corpus.owners < len(corpus.keys)
    answered = asked & (sure_of(lessons, thorough) >= BOLDEST)
    given_up = (sure_of(lessons, quick)[answered] < lessons.floor(quick, thorough)).sum()
    assert answered.sum() > 5
    assert given_up <= LOST_MOST * answered.sum() + 1


def test_a_floor_lies_no_higher_than_needed_and_no_lower() -> None:
    """Under the judge that decides, everything that is answered is at least as sure as the boldest policy wants."""
    lessons = lessons_of(Corpus(PHRASINGS, BACKGROUND), WORDS)
    judge = lessons.judge((WORDS,))
    sure = sure_of(lessons, judge)[: len(PHRASINGS)]
    assert lessons.floor(judge, judge) == pytest.approx(np.quantile(sure[sure >= BOLDEST], LOST_MOST))


def test_messages_of_the_background_have_no_say_in_the_floor() -> None:
    lessons = lessons_of(Corpus(PHRASINGS, PHRASINGS[0][1:]), WORDS)
    sure = sure_of(lessons, ROUGH_WITH_BACKGROUND)[: len(PHRASINGS)]
    wanted = np.quantile(sure[sure >= BOLDEST], LOST_MOST) if (sure >= BOLDEST).any() else 0.0
    assert lessons.floor(ROUGH_WITH_BACKGROUND, ROUGH_WITH_BACKGROUND) == pytest.approx(wanted)


def test_where_nothing_would_be_answered_nothing_is_given_up() -> None:
    lessons = lessons_of(Corpus([("a", "red"), ("b", "blue")]), WORDS)
    assert lessons.floor(ROUGH, ROUGH) == 0.0


@given(some_corpora)
@settings(deadline=None, max_examples=20)
def test_any_corpus_can_be_learned_from(corpus: Corpus) -> None:
    lessons = lessons_of(corpus, WORDS)
    judge = lessons.judge((WORDS,))
    assert 0 <= lessons.floor(judge, judge) <= 1
    assert np.isfinite(sure_of(lessons, judge)).all()


def test_a_small_corpus_is_judged_whole() -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    assert lessons_of(corpus).judged.tolist() == list(range(len(corpus.texts)))


def test_of_a_large_corpus_a_sample_is_judged_as_all_of_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus(PHRASINGS, BACKGROUND)
    whole = lessons_of(corpus, WORDS)
    monkeypatch.setattr("bot.matching.learning.EVIDENCE_MOST", 20 * corpus.columns)
    sample = lessons_of(corpus, WORDS)
    assert len(set(sample.judged.tolist())) == 20
    assert np.array_equal(sample.owners, corpus.owners[sample.judged])
    assert len(corpus.keys) in sample.owners
    assert np.allclose(sample.evidence(WORDS), whole.evidence(WORDS)[sample.judged], atol=1e-5)


@pytest.mark.parametrize("corpus", corpora())
def test_a_sample_can_be_learned_from(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.matching.learning.EVIDENCE_MOST", 25 * corpus.columns)
    lessons = lessons_of(corpus, WORDS)
    judge = lessons.judge((WORDS,))
    found = [verdict.shares.argmax() for verdict in lessons.verdicts(judge)]
    asked = lessons.owners < len(corpus.keys)
    assert len(found) == 25
    assert np.mean(np.array(found)[asked] == lessons.owners[asked]) > 0.5


def test_the_verdicts_are_on_the_judged_texts_in_their_order() -> None:
    lessons = lessons_of(Corpus(PHRASINGS, BACKGROUND), WORDS)
    judge, nobody = lessons.judge((WORDS,)), np.zeros(0, np.int64)
    wanted = [judge.verdict({WORDS: row}, nobody).sure for row in lessons.evidence(WORDS)]
    assert [verdict.sure for verdict in lessons.verdicts(judge)] == wanted
