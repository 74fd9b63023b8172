"""FAQs as values, and what it takes to assess texts against them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answers.answerer import Answerer
from bot.knowledge import Knowledge, load_knowledge
from bot.knowledge.faq import Entry, Faq
from bot.matching.cache import Cache
from bot.matching.spelling import ENGLISH
from tests.conftest import SMALL_FAQ, SMALL_SILENCE, LetterEncoder

MakeKnowledge = Callable[..., Knowledge]


class Pair:
    """An answerer that asks two encoders, and what it asked them since it last forgot: one reads English only."""

    def __init__(self, knowledge: Knowledge, cache: Cache) -> None:
        self.english = LetterEncoder("english", frozenset({ENGLISH}))
        self.any_language = LetterEncoder("any")
        self.answerer = Answerer(knowledge, cache)
        self.answerer.learn([self.english, self.any_language])

    def asked_about(self, message: str, *, overheard: bool = False) -> tuple[list[str], list[str]]:
        """What each of the two had to read for a message."""
        self.english.embedded.clear()
        self.any_language.embedded.clear()
        self.answerer.assess(message, overheard=overheard)
        return list(self.english.embedded), list(self.any_language.embedded)


@pytest.fixture
def knowledge_of() -> MakeKnowledge:
    """Knowledge from entries as keyword arguments; what is not given is left empty."""

    def make(*entries: dict[str, object], silence: tuple[str, ...] = ()) -> Knowledge:
        made = tuple(Entry.model_validate({"alternatives": (), "answer": "-"} | entry) for entry in entries)
        return Knowledge(Faq(entries=made), silence)

    return make


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The small FAQ, loaded once for many tests."""
    folder: Path = tmp_path_factory.mktemp("knowledge")
    (folder / "faq.yaml").write_text(SMALL_FAQ, encoding="utf-8")
    (folder / "silence.yaml").write_text(SMALL_SILENCE, encoding="utf-8")
    return load_knowledge(folder)


@pytest.fixture(scope="module")
def on_words(known: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """One that has learned nothing so far, and never heard of what others have."""
    return Answerer(known, Cache(tmp_path_factory.mktemp("empty")))


@pytest.fixture(scope="module")
def on_meaning(known: Knowledge, cache: Cache) -> Answerer:
    answerer = Answerer(known, cache)
    answerer.learn([LetterEncoder()])
    return answerer


@pytest.fixture(scope="module")
def pair(known: Knowledge, cache: Cache) -> Pair:
    return Pair(known, cache)
