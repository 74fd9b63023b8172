"""Guards: a doubt is raised where one word turns a phrasing's meaning, and hardly ever elsewhere."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.yardstick import questions
from bot.answers.outcome import Reason
from bot.knowledge import Knowledge, load_knowledge
from bot.matching.guards import CONTRACTED, NEGATIONS, WORDS_LEAST, WORDS_MOST, Doubt, Guards
from bot.matching.ranker import Corpus
from bot.text import spoken, words

CLEAN, CABLES, ARIA, TIPS = "clean", "cables", "aria", "tips"
CORPUS = Corpus(
    [
        (CLEAN, "how do I clean my earphones"),
        (CLEAN, "wax in the nozzle, what should I do now"),
        (CLEAN, "do I need 70 percent alcohol to clean them"),
        (CABLES, "Which cable should I buy for these?"),
        (CABLES, "is a new cable worth it for my set"),
        (CABLES, "should I not coil the wire around my phone"),
        (CABLES, "can i get a cable with a 4.4 plug for it"),
        (ARIA, "is the Aria 2 good for gaming"),
        (ARIA, "is the Aria 2 tiring after some hours"),
        (ARIA, "u think her aria could sound wich way, pls"),
        (ARIA, "pls tell me what u and her mates could do, wich one"),
        (TIPS, "Which eartips should I buy for small ears?"),
        (TIPS, "are foam eartips any good"),
        (TIPS, "do eartips wear out in a year"),
    ],
    background=["good morning everyone", "my new nozzle is a different thing altogether"],
)
GUARDS = Guards(CORPUS)

ANY_TEXT = st.text(st.characters(exclude_categories=()))
SAID = st.sampled_from([*sorted(NEGATIONS), "don't", "4.4", "3,5", "2", "s12", "clean", "cable", "the", "my", "x" * 30])
PHRASINGS = st.lists(SAID, min_size=1, max_size=9).map(" ".join)
CORPORA = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), PHRASINGS), min_size=1, max_size=12).map(Corpus)
SOFT = settings(deadline=None, max_examples=200)


def doubt(question: str, key: str, guards: Guards = GUARDS, corpus: Corpus = CORPUS) -> Doubt | None:
    return guards.doubt(question, corpus.keys.index(key))


# What is told


@pytest.mark.parametrize(
    ("question", "key"),
    [
        pytest.param("how do I not clean my earphones", CLEAN, id="a not"),
        pytest.param("How do I never clean my earphones?!", CLEAN, id="another word for it"),
        pytest.param("how don't I clean my earphones", CLEAN, id="a contraction in place of its verb"),
        pytest.param("which cable shouldn’t I buy for these", CABLES, id="another one, typographic apostrophe"),
        pytest.param("don't do wax in the nozzle, what should I do now", CLEAN, id="a contraction beside it all"),
        pytest.param("dont wax in the nozzle, what should i do now", CLEAN, id="no apostrophe"),
        pytest.param("should I coil the wire around my phone", CABLES, id="the phrasing has the not"),
        pytest.param("not clean my earphones how do I", CLEAN, id="in another order"),
    ],
)
def test_a_phrasing_turned_round_is_negated(question: str, key: str) -> None:
    assert doubt(question, key) is Doubt.NEGATED


@pytest.mark.parametrize(
    ("question", "key"),
    [
        pytest.param("is the Aria 3 good for gaming", ARIA, id="another number"),
        pytest.param("is the Aria good for gaming", ARIA, id="no number"),
        pytest.param("is the Aria S2 good for gaming", ARIA, id="a number with a letter"),
        pytest.param("can i get a cable with a 2.5 plug for it", CABLES, id="a plug"),
        pytest.param("how do I clean my earphones 2", CLEAN, id="a number that the phrasing lacks"),
        pytest.param("is the Aria 2 3 good for gaming", ARIA, id="one number more"),
    ],
)
def test_a_phrasing_with_other_numbers_is_renumbered(question: str, key: str) -> None:
    assert doubt(question, key) is Doubt.RENUMBERED


@pytest.mark.parametrize(
    ("question", "key"),
    [
        pytest.param("how do I clean my eartips", CLEAN, id="what another entry is about"),
        pytest.param("is a new eartip worth it for my set", CABLES, id="in another form"),
        pytest.param("Which CABLE should I buy for small ears?", TIPS, id="in capitals"),
    ],
)
def test_a_phrasing_with_another_entrys_word_is_swapped(question: str, key: str) -> None:
    assert doubt(question, key) is Doubt.SWAPPED


# What is not


@pytest.mark.parametrize(("key", "phrasing"), CORPUS.phrasings)
def test_a_phrasing_is_not_doubted(key: str, phrasing: str) -> None:
    assert doubt(phrasing, key) is None


@pytest.mark.parametrize(
    ("question", "key"),
    [
        pytest.param("how should I clean the nozzle of my set with water", CLEAN, id="an ordinary question"),
        pytest.param("HOW DO I CLEAN MY EARPHONES???", CLEAN, id="a phrasing shouted"),
        pytest.param("how do I clean my earphones please", CLEAN, id="a please"),
        pytest.param("how do I clean my headset", CLEAN, id="a word that no entry uses"),
        pytest.param("how do I clean my phone", CLEAN, id="a word that one other phrasing uses"),
        pytest.param("how do I clean my nozzle", CLEAN, id="a word that the entry uses elsewhere"),
        pytest.param("how do I clean your earphone", CLEAN, id="another form of a word"),
        pytest.param("how do I clean my thing", CLEAN, id="a word of the background only"),
        pytest.param("why can't I not clean my earphones", CLEAN, id="not twice"),
        pytest.param("not this", CLEAN, id="too few words"),
        pytest.param("I have never used a cable and my phone is not new", CLEAN, id="nothing that is repeated"),
        pytest.param("", CLEAN, id="nothing said"),
        pytest.param("?!", CLEAN, id="no words"),
    ],
)
def test_another_way_to_ask_is_not_doubted(question: str, key: str) -> None:
    assert doubt(question, key) is None


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("how do u clean my earphones", id="you"),
        pytest.param("how do I clean her earphones", id="a pronoun"),
        pytest.param("how could I clean my earphones", id="an auxiliary"),
        pytest.param("pls do I clean my earphones", id="please"),
    ],
)
def test_a_word_that_everybody_uses_is_not_what_another_entry_is_about(question: str) -> None:
    assert doubt(question, CLEAN) is None


def test_a_slip_that_another_entrys_phrasings_make_too_is_not_what_it_is_about() -> None:
    assert doubt("wich cable should I buy for these", CABLES) is None


def test_a_decimal_comma_makes_no_other_number() -> None:
    assert doubt("can i get a cable with a 4,4 plug for it", CABLES) is None


def test_asking_whether_or_not_turns_nothing_round() -> None:
    assert doubt("is a new cable worth it for my set or not?", CABLES) is None
    assert doubt("is the Aria 2 good for gaming or no?", ARIA) is None


def test_where_an_entry_is_asked_both_ways_neither_is_doubted() -> None:
    corpus = Corpus([("a", "can I clean them with water"), ("a", "can't I clean them with water")])
    guards = Guards(corpus)
    asked = ["can I clean them with water?", "could I not clean them with water"]
    assert [doubt(text, "a", guards, corpus) for text in asked] == [None, None]


def test_not_twice_is_as_good_as_not_at_all() -> None:
    corpus = Corpus([("a", "should I never not clean the wax in the nozzle")])
    guards = Guards(corpus)
    asked = ["should I clean the wax in the nozzle", "should I not clean the wax in the nozzle"]
    assert [doubt(text, "a", guards, corpus) for text in asked] == [None, Doubt.NEGATED]


def test_where_one_of_several_phrasings_has_the_number_it_is_not_doubted() -> None:
    corpus = Corpus([("a", "is the Aria 2 good for gaming"), ("a", "is the Aria 3 good for gaming?")])
    guards = Guards(corpus)
    asked = ["is the Aria 3 good for gaming", "is the Aria 4 good for gaming"]
    assert [doubt(text, "a", guards, corpus) for text in asked] == [None, Doubt.RENUMBERED]


def test_each_entry_is_doubted_by_its_own_phrasings_only() -> None:
    asked = "how do I not clean my earphones"
    assert [doubt(asked, key) for key in CORPUS.keys if key != CLEAN] == [None] * 3


def test_the_same_words_are_too_few_or_too_many_from_certain_counts_on() -> None:
    counts = range(1, WORDS_MOST + 3)
    corpus = Corpus([(f"{count}", " ".join(["quiet"] * count)) for count in counts])
    guards = Guards(corpus)
    told = [n for n in counts[1:] if doubt(" ".join(["quiet"] * (n - 1) + ["never"]), f"{n - 1}", guards, corpus)]
    assert told == list(range(WORDS_LEAST, WORDS_MOST + 1))


@SOFT
@given(CORPORA)
def test_no_phrasing_is_doubted_against_its_own_entry(corpus: Corpus) -> None:
    guards = Guards(corpus)
    assert [text for key, text in corpus.phrasings if guards.doubt(text, corpus.keys.index(key))] == []


@SOFT
@given(CORPORA, st.one_of(ANY_TEXT, PHRASINGS))
def test_any_text_can_be_compared_with_any_entry(corpus: Corpus, text: str) -> None:
    guards = Guards(corpus)
    assert {guards.doubt(text, number) for number in range(len(corpus.keys))} <= {None, *Doubt}


def test_every_doubt_is_a_reason_that_can_be_told() -> None:
    assert [doubted for doubted in Doubt if doubted.value not in set(Reason)] == []


def test_negations_are_written_as_they_are_compared() -> None:
    assert [word for word in NEGATIONS if words(word) != [word]] == []


@pytest.mark.parametrize(
    "verb",
    [
        "do",
        "does",
        "did",
        "can",
        "could",
        "wo",
        "would",
        "is",
        "are",
        "was",
        "were",
        "should",
        "have",
        "has",
        "had",
        "must",
        "need",
        "ai",
    ],
)
def test_every_contraction_with_a_not_is_a_negation(verb: str) -> None:
    assert set(words(f"{verb}n't".replace("cann't", "can't"))) <= CONTRACTED.keys()


# With the knowledge that we ship


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(Path(__file__).parents[3] / "knowledge")


def test_hardly_a_question_is_doubted_against_its_right_entry(knowledge: Knowledge) -> None:
    corpus = Corpus([(entry.id, phrasing) for entry in knowledge.faq.entries for phrasing in entry.phrasings])
    guards = Guards(corpus)
    doubted = [q.text for q in questions() if guards.doubt(spoken(q.text), corpus.keys.index(q.entry))]
    assert len(doubted) <= 0.005 * len(questions())
