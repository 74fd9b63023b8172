"""The knowledge that we ship keeps to what its README promises of every entry."""

import re
from pathlib import Path

import pytest

from bot.knowledge import Knowledge, load_knowledge
from bot.knowledge.faq import Entry
from bot.matching.lexical import alike_pairs, stem
from bot.text import bare, words

SHIPPED = Path(__file__).parents[2] / "knowledge"

ENTRIES = 88
ALTERNATIVES_LEAST = 25
ALIKE_FROM = 90.0
"""From this token sort ratio on, two alternatives count once."""
OTHER_WORDS_LEAST = 10
"""Alternatives of an entry that share no content word with its question."""
ANSWER_MOST = 900
SILENCES_LEAST = 800

MARKDOWN_THAT_DISCORD_LACKS = re.compile(r"^\s*\||\|\s*:?-{2,}|^\s*#{1,6}\s|^\s*[=-]{3,}\s*$|!\[|</?\w+>", re.MULTILINE)

STOP_WORDS = frozenset(
    """
    a about above after again against all am an and any are aren't as at be because been before being below between
    both but by can cannot can't could couldn't did didn't do does doesn't doing don't down during each few for from
    further had hadn't has hasn't have haven't having he her here hers herself him himself his how i i'd i'll i'm i've
    if in into is isn't it it's its itself just let's me more most mustn't my myself no nor not now of off on once only
    or other ought our ours ourselves out over own same shan't she should shouldn't so some such than that that's the
    their theirs them themselves then there these they this those through to too under until up very was wasn't we
    were weren't what what's when where which while who whom why will with won't would wouldn't you your yours yourself
    yourselves
    """.replace("'", "").split()
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(SHIPPED)


@pytest.fixture(scope="module")
def entries(knowledge: Knowledge) -> tuple[Entry, ...]:
    return knowledge.faq.entries


def content_stems(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS}


def different_alternatives(entry: Entry) -> int:
    pairs = alike_pairs(entry.alternatives, ALIKE_FROM)
    return len(entry.alternatives) - len({later for _, later in pairs})


def in_other_words(entry: Entry) -> int:
    asked = content_stems(entry.question)
    return sum(asked.isdisjoint(content_stems(alternative)) for alternative in entry.alternatives)


def test_the_faq_is_complete(entries: tuple[Entry, ...]) -> None:
    assert len(entries) == ENTRIES


def test_the_knowledge_loads_without_warnings(knowledge: Knowledge) -> None:
    assert knowledge.warnings == ()


def test_every_entry_has_enough_different_alternatives(entries: tuple[Entry, ...]) -> None:
    counts = {entry.id: different_alternatives(entry) for entry in entries}
    assert {name: count for name, count in counts.items() if count < ALTERNATIVES_LEAST} == {}


def test_every_entry_is_also_asked_in_other_words(entries: tuple[Entry, ...]) -> None:
    counts = {entry.id: in_other_words(entry) for entry in entries}
    assert {name: count for name, count in counts.items() if count < OTHER_WORDS_LEAST} == {}


def test_every_question_has_a_content_word(entries: tuple[Entry, ...]) -> None:
    assert [entry.id for entry in entries if not content_stems(entry.question)] == []


def test_every_answer_is_short(entries: tuple[Entry, ...]) -> None:
    lengths = {entry.id: len(entry.answer) for entry in entries}
    assert {name: length for name, length in lengths.items() if length > ANSWER_MOST} == {}


def test_every_answer_is_markdown_that_discord_shows(entries: tuple[Entry, ...]) -> None:
    found = {entry.id: MARKDOWN_THAT_DISCORD_LACKS.findall(entry.answer) for entry in entries}
    assert {name: marks for name, marks in found.items() if marks} == {}


@pytest.mark.parametrize("key", ["category", "sources", "checked", "related"])
def test_every_entry_has_it(entries: tuple[Entry, ...], key: str) -> None:
    assert [entry.id for entry in entries if not getattr(entry, key)] == []


def test_every_related_entry_exists(knowledge: Knowledge) -> None:
    named = {(entry.id, related) for entry in knowledge.faq.entries for related in entry.related}
    assert {pair for pair in named if pair[1] not in knowledge.faq.by_id or pair[0] == pair[1]} == set()


def test_no_entry_names_a_related_one_twice(entries: tuple[Entry, ...]) -> None:
    assert [entry.id for entry in entries if len(set(entry.related)) < len(entry.related)] == []


def test_what_an_answer_is_not_for_is_no_phrasing_of_its_entry(entries: tuple[Entry, ...]) -> None:
    own = {(entry.id, bare(phrasing)) for entry in entries for phrasing in entry.phrasings}
    barred = {(entry.id, bare(text)) for entry in entries for text in entry.not_for}
    assert own & barred == set()


def test_the_silence_list_has_enough_different_messages(knowledge: Knowledge) -> None:
    assert len({bare(message) for message in knowledge.silence}) >= SILENCES_LEAST


def test_no_message_of_the_silence_list_is_a_phrasing(knowledge: Knowledge) -> None:
    phrasings = {bare(phrasing) for entry in knowledge.faq.entries for phrasing in entry.phrasings}
    assert [message for message in knowledge.silence if bare(message) in phrasings] == []
