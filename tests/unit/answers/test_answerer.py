"""The front door of the core: what is found for a text, on words and with meaning."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.answerer import QUESTION_MOST, Answerer
from bot.answers.decision import AMBIENT, DIRECT, Policy, decide, weighed
from bot.answers.outcome import Answer, Assessment, Outcome, Reason, Silence
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from tests.conftest import LetterEncoder
from tests.unit.answers.conftest import MakeKnowledge

QUIET = {
    "id": "quiet",
    "question": "Why is one side quiet?",
    "alternatives": ("the left one is dead", "no sound on the right"),
}
CLEAN = {
    "id": "clean",
    "question": "How do I clean my IEMs?",
    "alternatives": ("wax in the nozzle", "best way to wash eartips"),
    "not_for": ("how do I clean my keyboard?",),
}
any_text = st.text(st.characters(exclude_categories=()), max_size=300)


class Answerers:
    """Both ways to answer, for what must hold on either."""

    def __init__(self, *answerers: Answerer) -> None:
        self._answerers = answerers

    def assess(self, message: str) -> list[Assessment]:
        return [answerer.assess(message) for answerer in self._answerers]


@pytest.fixture(scope="module")
def both(on_words: Answerer, on_meaning: Answerer) -> Answerers:
    return Answerers(on_words, on_meaning)


def shown(outcome: Outcome) -> set[str]:
    return set() if isinstance(outcome, Silence) else set(outcome.entries)


def entries(outcome: Outcome) -> tuple[str, ...]:
    return outcome.entries if isinstance(outcome, Answer) else ()


def reason(outcome: Outcome) -> Reason | None:
    return None if isinstance(outcome, Answer) else outcome.reason


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("Is burn-in real?", id="as it stands"),
        pytest.param("is burn-in real", id="small letters, no mark"),
        pytest.param("IS BURN-IN REAL?!?!", id="shouted"),
        pytest.param("  is   burn in\nreal ", id="other spaces"),
        pytest.param("**is** ||burn-in|| _real_?", id="styled"),
        pytest.param("<@123456789012345678> is burn-in real?", id="after a mention"),
        pytest.param("is burn-in real? https://example.org/a?b=c", id="with a link"),
        pytest.param("Ís bürn‑in real…", id="accents and another hyphen"),
        pytest.param("> somebody said so\nis burn-in real?", id="below a quote"),
        pytest.param("ｉｓ ｂｕｒｎ－ｉｎ ｒｅａｌ？", id="full width"),
    ],
)
def test_an_exact_phrasing_wins_however_it_is_written(both: Answerers, message: str) -> None:
    assert [entries(decide(found, AMBIENT)) for found in both.assess(message)] == [("burn-in",)] * 2


def test_an_alternative_counts_as_the_very_words_too(both: Answerers) -> None:
    assert {found.exact for found in both.assess("ONE BUD STOPPED WORKING!")} == {"one-side-quiet"}


def test_a_phrasing_with_a_word_more_is_not_the_very_words(both: Answerers) -> None:
    assert {found.exact for found in both.assess("is burn-in really real")} == {None}


def test_a_phrasing_of_two_entries_belongs_to_neither(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    shared = {"id": "other", "question": "No sound on the right!"}
    assert Answerer(knowledge_of(QUIET, shared), cache).assess("no sound on the right").exact is None


def test_a_phrasing_twice_in_one_entry_belongs_to_it(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    twice = QUIET | {"alternatives": ("why is one side quiet", "left is dead")}
    assert Answerer(knowledge_of(twice, CLEAN), cache).assess("why is one side QUIET").exact == "quiet"


@pytest.mark.parametrize("message", ["!!!", "👍", "\u200b", "..."], ids=ascii)
def test_a_phrasing_without_words_is_nobodys_very_words(
    knowledge_of: MakeKnowledge, cache: Cache, message: str
) -> None:
    wordless = {"id": "wordless", "question": "???", "alternatives": ("what does this mean",)}
    assert Answerer(knowledge_of(wordless, QUIET), cache).assess(message).exact is None


@pytest.mark.parametrize(
    "message",
    [
        "how do I clean my keyboard?",
        "HOW DO I CLEAN MY KEYBOARD",
        "my keyboard, how do I clean?",
        "how do i clean my keybord",
    ],
)
def test_not_for_bars_its_entry(both: Answerers, message: str) -> None:
    assert not any("cleaning" in shown(decide(found, DIRECT)) for found in both.assess(message))


def test_not_for_bars_the_only_entry_there_is(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    found = Answerer(knowledge_of(CLEAN), cache).assess("how do I clean my keyboard?")
    assert isinstance(decide(found, DIRECT), Silence)


def test_not_for_bars_however_surely_the_entry_would_win(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    barred = CLEAN | {"not_for": ("how do I clean all my IEMs?",)}
    found = Answerer(knowledge_of(barred, QUIET), cache).assess("how do I clean all my IEMs?")
    assert "clean" not in shown(decide(found, DIRECT))


def test_not_for_leaves_the_entrys_own_question_alone(both: Answerers) -> None:
    assert [entries(decide(found, DIRECT)) for found in both.assess("How do I clean my IEMs?")] == [("cleaning",)] * 2


def test_not_for_bars_no_other_entry(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    keyboard = {"id": "keyboard", "question": "How do I clean my keyboard?"}
    found = Answerer(knowledge_of(CLEAN, keyboard, QUIET), cache).assess("how do I clean my keyboard")
    assert entries(decide(found, DIRECT)) == ("keyboard",)


def test_every_candidate_shows_a_phrasing_of_its_own(both: Answerers, known: Knowledge) -> None:
    for found in both.assess("how do I clean my keyboard?"):
        for candidate in weighed(found, DIRECT)[0]:
            assert candidate.phrasing in known.faq.by_id[candidate.entry].phrasings


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("https://example.org/watch?v=1", id="a link"),
        pytest.param("<https://example.org>", id="a link in brackets"),
        pytest.param("HTTP://EXAMPLE.ORG/Why-is-one-side-quiet", id="a shouted link"),
        pytest.param("```\nwhy is one side quiet\n```", id="a code block"),
        pytest.param("`why is one side quiet`", id="code"),
        pytest.param("> why is one side quiet", id="a quote"),
        pytest.param("<@1> <@!2> <@&3> <#4>", id="mentions"),
        pytest.param("<:iem:123> <a:party:456>", id="custom emoji"),
        pytest.param(" \n\t ", id="spaces"),
        pytest.param("", id="nothing"),
    ],
)
@pytest.mark.parametrize("policy", [DIRECT, AMBIENT], ids=["direct", "ambient"])
def test_a_message_in_which_nothing_is_said_is_empty(both: Answerers, message: str, policy: Policy) -> None:
    outcomes = [decide(found, policy) for found in both.assess(message)]
    assert [reason(outcome) for outcome in outcomes] == [Reason.EMPTY] * 2


@pytest.mark.parametrize("message", ["Good morning everyone!", "GOOD MORNING, EVERYONE", "**good** morning everyone"])
def test_a_message_of_the_silence_list_is_known_however_it_is_written(both: Answerers, message: str) -> None:
    assert [reason(decide(found, AMBIENT)) for found in both.assess(message)] == [Reason.SILENCED] * 2


def test_a_message_that_only_begins_like_a_silenced_one_is_not_silenced(both: Answerers) -> None:
    assert not any(found.silenced for found in both.assess("good morning everyone, why is one side quiet?"))


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("no sound on one side of my iem", "one-side-quiet"),
        ("is burning in real or not", "burn-in"),
        ("wax in nozzle", "cleaning"),
        ("is a 4.4 to 3.5 adaptor ok", "adapters"),
        ("my left earpeice is dead", "one-side-quiet"),
    ],
)
def test_a_question_put_a_little_differently_finds_its_entry(both: Answerers, message: str, entry: str) -> None:
    assert [weighed(found, DIRECT)[0][0].entry for found in both.assess(message)] == [entry] * 2


def test_words_alone_have_their_say_before_meaning_is_learned(known: Knowledge, cache: Cache) -> None:
    answerer = Answerer(known, cache)
    found = answerer.assess("wax in nozzle")
    assert not answerer.with_meaning
    assert not found.with_meaning
    assert {kind for evidence in found.evidence.values() for kind in evidence} == {"words"}


def test_meaning_has_its_say_once_it_is_learned(known: Knowledge, cache: Cache) -> None:
    answerer = Answerer(known, cache)
    answerer.learn_meaning(LetterEncoder())
    found = answerer.assess("wax in nozzle")
    assert answerer.with_meaning
    assert found.with_meaning
    assert {kind for evidence in found.evidence.values() for kind in evidence} == {"words", "meaning"}


def test_words_only_leaves_the_encoder_alone(known: Knowledge, cache: Cache) -> None:
    encoder = LetterEncoder()
    answerer = Answerer(known, cache)
    answerer.learn_meaning(encoder)
    encoder.embedded.clear()
    assert not answerer.assess("wax in nozzle", words_only=True).with_meaning
    assert encoder.embedded == []


def test_a_question_is_embedded_once_and_without_its_markup(known: Knowledge, cache: Cache) -> None:
    encoder = LetterEncoder()
    answerer = Answerer(known, cache)
    answerer.learn_meaning(encoder)
    encoder.embedded.clear()
    answerer.assess("**wax** in <@1> the nozzle https://example.org")
    assert encoder.embedded == ["wax in the nozzle"]


def test_learning_meaning_tells_its_progress(known: Knowledge, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    texts = sum(len(entry.phrasings) for entry in known.faq.entries) + len(known.silence)
    Answerer(known, Cache(tmp_path)).learn_meaning(LetterEncoder(), lambda done, total: told.append((done, total)))
    assert told[-1] == (texts, texts)


def test_a_second_answerer_finds_what_the_first_one_learned(known: Knowledge, tmp_path: Path) -> None:
    first = Answerer(known, Cache(tmp_path)).assess("wax in nozzle")
    kept = sorted(tmp_path.iterdir())
    second = Answerer(known, Cache(tmp_path)).assess("wax in nozzle")
    assert sorted(tmp_path.iterdir()) == kept
    assert np.array_equal(first.utilities, second.utilities)


@pytest.mark.parametrize(
    ("entry", "silence"),
    [
        pytest.param(QUIET | {"alternatives": ("one is dead",)}, (), id="another alternative"),
        pytest.param(QUIET | {"id": "silent"}, (), id="another id"),
        pytest.param(QUIET, ("good morning",), id="a silence list"),
    ],
)
def test_other_knowledge_is_learned_anew(
    knowledge_of: MakeKnowledge, tmp_path: Path, entry: dict[str, object], silence: tuple[str, ...]
) -> None:
    Answerer(knowledge_of(QUIET, CLEAN), Cache(tmp_path))
    Answerer(knowledge_of(entry, CLEAN, silence=silence), Cache(tmp_path))
    assert len(list(tmp_path.iterdir())) == 2


def test_another_answer_teaches_nothing_new(knowledge_of: MakeKnowledge, tmp_path: Path) -> None:
    Answerer(knowledge_of(QUIET, CLEAN), Cache(tmp_path))
    Answerer(knowledge_of(QUIET | {"answer": "Swap the sides."}, CLEAN), Cache(tmp_path))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_question_at_the_end_of_a_full_message_is_read(both: Answerers) -> None:
    question = "why is one side quiet?"
    message = "https://example.org/" + "a" * (QUESTION_MOST - len(question) - 21) + " " + question
    assert len(message) == QUESTION_MOST
    assert {found.exact for found in both.assess(message)} == {"one-side-quiet"}


def test_what_stands_beyond_the_limit_is_not_read(both: Answerers) -> None:
    message = "a" * QUESTION_MOST + " why is one side quiet?"
    assert {len(found.question) for found in both.assess(message)} == {QUESTION_MOST}


@pytest.mark.parametrize("length", [QUESTION_MOST, QUESTION_MOST + 1, 100_000])
@pytest.mark.parametrize("piece", ["why ", "x", "> ", "`", "**", "<@", "👍", "\n"], ids=ascii)
def test_a_long_message_is_assessed_like_any_other(on_words: Answerer, piece: str, length: int) -> None:
    found = on_words.assess(piece * (length // len(piece)))
    assert np.isfinite(found.utilities).all()


@given(any_text)
@settings(deadline=None, max_examples=200)
def test_any_text_can_be_assessed(both: Answerers, text: str) -> None:
    for found in both.assess(text):
        assert np.isfinite(found.utilities).all()
        assert np.isfinite(found.outside)


@given(st.text(st.sampled_from("<>@#!&:/`*_|~ >\n.?-'’ahtps1"), max_size=80))
@settings(deadline=None, max_examples=200)
def test_any_markup_can_be_assessed(both: Answerers, text: str) -> None:
    for found in both.assess(text):
        assert np.isfinite(found.utilities).all()


@given(any_text)
@settings(deadline=None, max_examples=50)
def test_a_text_is_assessed_the_same_way_every_time(both: Answerers, text: str) -> None:
    for first, second in zip(both.assess(text), both.assess(text), strict=True):
        assert decide(first, DIRECT) == decide(second, DIRECT)


@pytest.mark.parametrize("encoder", [None, LetterEncoder()], ids=["words", "meaning"])
def test_the_smallest_faq_answers_its_question(
    knowledge_of: MakeKnowledge, tmp_path: Path, encoder: LetterEncoder | None
) -> None:
    answerer = Answerer(knowledge_of({"id": "only", "question": "Is burn-in real?"}), Cache(tmp_path))
    if encoder:
        answerer.learn_meaning(encoder)
    assert entries(decide(answerer.assess("is burn-in real"), DIRECT)) == ("only",)
