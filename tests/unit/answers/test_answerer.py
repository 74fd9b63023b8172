"""The front door of the core: what is found for a text, on words and with meaning."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.answerer import QUESTION_MOST, Answerer
from bot.answers.decision import AMBIENT, DIRECT, Policy, decide, weighed
from bot.answers.outcome import Answer, Assessment, Outcome, Reason, Silence, Stage, Suggestion
from bot.knowledge import Knowledge
from bot.matching.cache import Cache
from bot.matching.lexical import Floats
from tests.conftest import LetterEncoder
from tests.unit.answers.conftest import MakeKnowledge, Pair

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
EVERYDAY = ("who wants pizza tonight", "lol same here", "good morning everyone, all of you")
NOT_FOR_US = "what is the capital of mongolia"
"""In no words of everyday chat, and not for the FAQ."""

UNSURE = "my cat sat on my desk"
SURE = "wax in nozzle"
SILENCED = ("good morning everyone", "what a game last night", "who wants pizza", "selling my old set, dm me")
FRENCH = "pourquoi est-ce que le son est faible dans mes écouteurs"
any_text = st.text(st.characters(exclude_categories=()), max_size=300)


class Answerers:
    """Both ways to answer, for what must hold on either."""

    def __init__(self, *answerers: Answerer) -> None:
        self._answerers = answerers

    def assess(self, message: str, *, overheard: bool = False) -> list[Assessment]:
        return [answerer.assess(message, overheard=overheard) for answerer in self._answerers]

    def decide(self, message: str, policy: Policy) -> list[Outcome]:
        return [decide(found, policy) for found in self.assess(message, overheard=policy.overheard)]


@pytest.fixture(scope="module")
def both(on_words: Answerer, on_meaning: Answerer) -> Answerers:
    return Answerers(on_words, on_meaning)


def is_sound(found: Assessment) -> bool:
    """Whether an assessment's numbers are chances, and a log of odds."""
    within = bool((found.shares >= 0).all()) and float(found.shares.sum()) <= 1 + 1e-5
    return within and 0 <= found.sure <= 1 and bool(np.isfinite(found.meant))


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
    assert [entries(outcome) for outcome in both.decide(message, AMBIENT)] == [("burn-in",)] * 2


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
    assert not any("cleaning" in shown(outcome) for outcome in both.decide(message, DIRECT))
    assert {found.barred for found in both.assess(message)} == {("cleaning",)}


def test_not_for_bars_the_only_entry_there_is(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    found = Answerer(knowledge_of(CLEAN), cache).assess("how do I clean my keyboard?")
    assert isinstance(decide(found, DIRECT), Silence)


def test_not_for_bars_however_surely_the_entry_would_win(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    barred = CLEAN | {"not_for": ("how do I clean all my IEMs?",)}
    found = Answerer(knowledge_of(barred, QUIET), cache).assess("how do I clean all my IEMs?")
    assert "clean" not in shown(decide(found, DIRECT))


def test_not_for_leaves_the_entrys_own_question_alone(both: Answerers) -> None:
    assert [entries(outcome) for outcome in both.decide("How do I clean my IEMs?", DIRECT)] == [("cleaning",)] * 2
    assert {found.barred for found in both.assess("How do I clean my IEMs?")} == {()}


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
    assert [reason(outcome) for outcome in both.decide(message, policy)] == [Reason.EMPTY] * 2


@pytest.mark.parametrize("message", ["Good morning everyone!", "GOOD MORNING, EVERYONE", "**good** morning everyone"])
def test_a_message_of_the_silence_list_is_known_however_it_is_written(both: Answerers, message: str) -> None:
    assert [found.silenced for found in both.assess(message)] == [True] * 2


@pytest.mark.parametrize("message", SILENCED)
def test_a_message_of_the_silence_list_is_not_answered_when_overheard(both: Answerers, message: str) -> None:
    assert {reason(outcome) for outcome in both.decide(message, AMBIENT)} <= {Reason.SILENCED, Reason.EVERYDAY}


@pytest.mark.parametrize("message", SILENCED)
def test_a_message_of_the_silence_list_is_not_thought_to_be_for_the_faq(on_meaning: Answerer, message: str) -> None:
    assert on_meaning.assess(message).meant < 0


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


# Who is asked


def test_words_alone_have_their_say_before_meaning_is_learned(known: Knowledge, cache: Cache) -> None:
    answerer = Answerer(known, cache)
    found = answerer.assess(SURE)
    assert not answerer.with_meaning
    assert (found.stage, found.kinds, found.with_meaning) == (Stage.WORDS, ("words",), False)
    assert evidence(found) == {("words",)}


def test_meaning_has_its_say_once_it_is_learned(on_meaning: Answerer) -> None:
    found = on_meaning.assess(SURE)
    assert on_meaning.with_meaning
    assert (found.stage, found.kinds, found.with_meaning) == (Stage.MEANING, ("words", "letters"), True)
    assert evidence(found) == {("words", "letters")}


def evidence(found: Assessment) -> set[tuple[str, ...]]:
    return {tuple(candidate.evidence) for candidate in weighed(found, DIRECT)[0]}


def test_without_encoders_it_learns_and_stays_with_words(known: Knowledge, cache: Cache) -> None:
    answerer = Answerer(known, cache)
    answerer.learn([])
    assert not answerer.with_meaning
    assert entries(decide(answerer.assess(SURE), DIRECT)) == ("cleaning",)


def test_words_only_leaves_the_encoder_alone(known: Knowledge, cache: Cache) -> None:
    encoder = LetterEncoder()
    answerer = Answerer(known, cache)
    answerer.learn([encoder])
    encoder.embedded.clear()
    assert not answerer.assess(UNSURE, words_only=True).with_meaning
    assert encoder.embedded == []


def test_a_question_is_embedded_once_and_without_its_markup(known: Knowledge, cache: Cache) -> None:
    encoder = LetterEncoder()
    answerer = Answerer(known, cache)
    answerer.learn([encoder])
    encoder.embedded.clear()
    answerer.assess("**wax** in <@1> the nozzle https://example.org")
    assert encoder.embedded == ["wax in the nozzle"]


def test_an_encoder_reads_a_question_with_its_slips_mended(pair: Pair) -> None:
    assert pair.asked_about("my left earpeice is dead") == (["my left earpiece is dead"], [])
    found = pair.answerer.assess("my left earpeice is dead")
    assert (found.question, found.read_as) == ("my left earpeice is dead", "my left earpiece is dead")


def test_a_question_without_slips_is_not_said_to_be_read_otherwise(pair: Pair) -> None:
    assert pair.answerer.assess("my left earpiece is dead").read_as == ""


@pytest.mark.parametrize("overheard", [False, True], ids=["asked", "overheard"])
@pytest.mark.parametrize("message", ["Is burn-in real?", "https://example.org", ""], ids=["phrasing", "link", "empty"])
def test_no_encoder_is_asked_what_a_look_tells(pair: Pair, message: str, overheard: bool) -> None:
    assert pair.asked_about(message, overheard=overheard) == ([], [])


def test_a_sure_question_is_not_asked_of_the_second_encoder(pair: Pair) -> None:
    assert pair.asked_about(SURE) == ([SURE], [])


def test_a_question_that_is_not_sure_is_asked_of_both_encoders(pair: Pair) -> None:
    assert pair.asked_about(UNSURE) == ([UNSURE], [UNSURE])


def test_nothing_is_answered_unasked_before_every_encoder_had_its_say(pair: Pair) -> None:
    assert pair.asked_about(SURE, overheard=True) == ([SURE], [SURE])


def test_a_question_in_a_language_that_an_encoder_does_not_understand_goes_to_one_that_does(pair: Pair) -> None:
    assert pair.asked_about(FRENCH) == ([], [FRENCH])
    assert pair.answerer.assess(FRENCH).kinds == ("words", "any")


def test_where_no_encoder_understands_the_language_words_have_their_say_alone(known: Knowledge, cache: Cache) -> None:
    english = LetterEncoder("english", frozenset({"en"}))
    answerer = Answerer(known, cache)
    answerer.learn([english])
    english.embedded.clear()
    found = answerer.assess(FRENCH)
    assert (found.stage, found.kinds, english.embedded) == (Stage.WORDS, ("words",), [])


@pytest.mark.parametrize("message", EVERYDAY)
def test_overheard_everyday_chat_is_turned_away_before_anything_is_compared(pair: Pair, message: str) -> None:
    assert pair.asked_about(message, overheard=True) == ([], [])
    found = pair.answerer.assess(message, overheard=True)
    assert (found.stage, found.kinds, found.explains) == (Stage.GATE, (), None)


@pytest.mark.parametrize("message", EVERYDAY)
def test_everyday_chat_that_was_said_to_the_bot_is_looked_into(pair: Pair, message: str) -> None:
    assert pair.answerer.assess(message).stage is not Stage.GATE


def test_nobody_is_turned_away_before_it_has_learned(on_words: Answerer) -> None:
    assert {on_words.assess(message, overheard=True).stage for message in EVERYDAY} == {Stage.WORDS}


@pytest.mark.parametrize("answerer", ["on_words", "on_meaning"])
def test_no_phrasing_of_an_entry_is_turned_away(
    request: pytest.FixtureRequest, known: Knowledge, answerer: str
) -> None:
    chosen: Answerer = request.getfixturevalue(answerer)
    for entry in known.faq.entries:
        for phrasing in entry.phrasings:
            assert chosen.assess(phrasing, overheard=True).exact == entry.id


def test_even_a_phrasing_in_words_of_everyday_chat_is_not_turned_away(
    knowledge_of: MakeKnowledge, cache: Cache
) -> None:
    marks = {"id": "marks", "question": "What are the markings?", "alternatives": tuple(_about_marks())}
    plain = {
        "id": "water",
        "question": "What to do about water in the nozzle?",
        "alternatives": ("dropped it, what now",),
    }
    answerer = Answerer(knowledge_of(marks, plain), cache)
    answerer.learn([])
    assert entries(decide(answerer.assess("dropped it, what now", overheard=True), AMBIENT)) == ("water",)


def _about_marks() -> Iterator[str]:
    """So many phrasings in the FAQ's own words that everyday words hardly count among them."""
    for colour in ("red", "blue", "green", "white", "black", "silver"):
        for part in ("cable", "shell", "nozzle", "case", "plug", "filter", "jack", "faceplate", "splitter"):
            yield f"what does the {colour} marking on the {part} mean"
            yield f"where do I find the {colour} marking on my {part}"
            yield f"is the {colour} marking on the {part} a defect"


def test_no_encoder_is_asked_where_words_tell_that_what_was_overheard_is_not_for_the_faq(pair: Pair) -> None:
    assert pair.asked_about(NOT_FOR_US, overheard=True) == ([], [])
    assert pair.answerer.assess(NOT_FOR_US, overheard=True).stage is Stage.WORDS


def test_the_encoders_are_asked_about_the_same_words_when_they_were_said_to_the_bot(pair: Pair) -> None:
    assert pair.asked_about(NOT_FOR_US) == ([NOT_FOR_US], [NOT_FOR_US])


# Doubts


@pytest.mark.parametrize(
    ("message", "entry", "doubt"),
    [
        pytest.param("how do I not clean my IEMs?", "cleaning", Reason.NEGATED, id="negated"),
        pytest.param("the left earpiece is not dead", "one-side-quiet", Reason.NEGATED, id="negated at the end"),
        pytest.param("do I need to play noise for 20 hours first", "burn-in", Reason.RENUMBERED, id="renumbered"),
        pytest.param("wax in the adapter, what now", "cleaning", Reason.SWAPPED, id="swapped"),
    ],
)
def test_a_phrasing_that_was_turned_around_is_asked_back_about(
    both: Answerers, message: str, entry: str, doubt: Reason
) -> None:
    for outcome in both.decide(message, DIRECT):
        assert isinstance(outcome, Suggestion)
        assert (outcome.entries[0], outcome.reason) == (entry, doubt)


@pytest.mark.parametrize("message", ["how do I not clean my IEMs?", "do I need to play noise for 20 hours first"])
def test_a_phrasing_that_was_turned_around_is_not_answered_unasked(both: Answerers, message: str) -> None:
    assert {type(outcome) for outcome in both.decide(message, AMBIENT)} == {Silence}


def test_a_phrasing_that_is_negated_itself_is_in_no_doubt(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    negated = QUIET | {"alternatives": ("the left one does not work", "no sound on the right")}
    found = Answerer(knowledge_of(negated, CLEAN), cache).assess("the left one does not work!")
    assert (found.exact, found.doubts) == ("quiet", {})


def test_a_question_that_fits_two_entries_alike_is_asked_back_about(knowledge_of: MakeKnowledge, cache: Cache) -> None:
    answerer = Answerer(knowledge_of(*map(_marking, ("red", "blue")), QUIET, CLEAN, silence=("got it",)), cache)
    answerer.learn([])
    found = answerer.assess("what does the marking mean?")
    assert found.shares.sum() == pytest.approx(1, abs=0.01)
    outcome = decide(found, DIRECT)
    assert isinstance(outcome, Suggestion)
    assert (set(outcome.entries[:2]), outcome.reason) == ({"red", "blue"}, Reason.CLOSE)


def _marking(colour: str) -> dict[str, object]:
    alternatives = (f"there is a {colour} dot on it", f"meaning of the {colour} dot")
    return {"id": colour, "question": f"What does the {colour} marking mean?", "alternatives": alternatives}


# Several questions


def test_the_questions_of_a_message_are_looked_at_one_by_one(both: Answerers) -> None:
    for found in both.assess("why is one side quiet? is burn-in real?"):
        assert [part.exact for part in found.parts] == ["one-side-quiet", "burn-in"]


def test_what_is_overheard_and_not_for_the_faq_is_not_looked_at_question_by_question(pair: Pair) -> None:
    message = "what is the capital of mongolia? how tall is the tower of pisa?"
    assert pair.answerer.assess(message).parts
    assert not pair.answerer.assess(message, overheard=True).parts


# Learning


def test_learning_tells_its_progress(known: Knowledge, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    texts = sum(len(entry.phrasings) for entry in known.faq.entries) + len(known.silence)
    Answerer(known, Cache(tmp_path)).learn([LetterEncoder()], lambda done, total: told.append((done, total)))
    assert told[-1] == (texts, texts)


def test_an_encoder_that_breaks_leaves_those_before_it_their_say(known: Knowledge, cache: Cache) -> None:
    class Broken(LetterEncoder):
        def embed(self, texts: Sequence[str]) -> Floats:
            raise MemoryError(len(texts))

    answerer = Answerer(known, cache)
    with pytest.raises(MemoryError):
        answerer.learn([LetterEncoder(), Broken("broken")])
    assert answerer.assess(UNSURE).kinds == ("words", "letters")


def test_a_second_answerer_finds_what_the_first_one_learned(known: Knowledge, tmp_path: Path) -> None:
    first = Answerer(known, Cache(tmp_path))
    first.learn([LetterEncoder()])
    kept = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    again = LetterEncoder()
    second = Answerer(known, Cache(tmp_path))
    second.learn([again])
    assert again.embedded == []
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == kept
    assert second.assess(UNSURE).shares == pytest.approx(first.assess(UNSURE).shares, abs=0.01)


def test_what_was_kept_of_the_words_is_used_before_anything_is_learned_again(known: Knowledge, tmp_path: Path) -> None:
    first = Answerer(known, Cache(tmp_path))
    first.learn([])
    second = Answerer(known, Cache(tmp_path))
    assert second.assess(UNSURE).meant == pytest.approx(first.assess(UNSURE).meant, abs=0.05)


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
    Answerer(knowledge_of(QUIET, CLEAN), Cache(tmp_path)).learn([])
    before = set(tmp_path.iterdir())
    Answerer(knowledge_of(entry, CLEAN, silence=silence), Cache(tmp_path)).learn([])
    assert {file.name.split("-")[0] for file in set(tmp_path.iterdir()) - before} == {"words", "judge"}


def test_another_answer_teaches_nothing_new(knowledge_of: MakeKnowledge, tmp_path: Path) -> None:
    Answerer(knowledge_of(QUIET, CLEAN), Cache(tmp_path)).learn([])
    before = set(tmp_path.iterdir())
    Answerer(knowledge_of(QUIET | {"answer": "Swap the sides."}, CLEAN), Cache(tmp_path)).learn([])
    assert set(tmp_path.iterdir()) == before


# Any text


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
    assert is_sound(on_words.assess(piece * (length // len(piece))))


@given(any_text)
@settings(deadline=None, max_examples=200)
def test_any_text_can_be_assessed(both: Answerers, text: str) -> None:
    assert all(is_sound(found) for overheard in (False, True) for found in both.assess(text, overheard=overheard))


@given(st.text(st.sampled_from("<>@#!&:/`*_|~ >\n.?-'’ahtps1"), max_size=80))
@settings(deadline=None, max_examples=200)
def test_any_markup_can_be_assessed(both: Answerers, text: str) -> None:
    assert all(is_sound(found) for overheard in (False, True) for found in both.assess(text, overheard=overheard))


@given(any_text)
@settings(deadline=None, max_examples=50)
def test_a_text_is_assessed_the_same_way_every_time(both: Answerers, text: str) -> None:
    assert both.decide(text, DIRECT) == both.decide(text, DIRECT)
    assert both.decide(text, AMBIENT) == both.decide(text, AMBIENT)


@given(any_text)
@settings(deadline=None, max_examples=50)
def test_what_was_overheard_goes_no_further_than_what_was_asked(pair: Pair, text: str) -> None:
    further = [Stage.GATE, Stage.WORDS, Stage.MEANING]
    asked, overheard = pair.answerer.assess(text), pair.answerer.assess(text, overheard=True)
    assert further.index(overheard.stage) <= further.index(asked.stage)


@pytest.mark.parametrize("encoders", [(), (LetterEncoder(),)], ids=["words", "meaning"])
def test_the_smallest_faq_answers_its_question(
    knowledge_of: MakeKnowledge, tmp_path: Path, encoders: tuple[LetterEncoder, ...]
) -> None:
    answerer = Answerer(knowledge_of({"id": "only", "question": "Is burn-in real?"}), Cache(tmp_path))
    answerer.learn(encoders)
    assert entries(decide(answerer.assess("is burn-in real"), DIRECT)) == ("only",)
