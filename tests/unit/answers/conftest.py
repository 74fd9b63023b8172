"""FAQs as values, and what it takes to assess texts against them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answers.answerer import Answerer
from bot.knowledge import Knowledge, load_knowledge
from bot.knowledge.faq import Entry, Faq
from bot.matching.cache import Cache
from tests.conftest import SMALL_FAQ, SMALL_SILENCE, LetterEncoder

MakeKnowledge = Callable[..., Knowledge]


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
def on_words(known: Knowledge, cache: Cache) -> Answerer:
    return Answerer(known, cache)


@pytest.fixture(scope="module")
def on_meaning(known: Knowledge, cache: Cache) -> Answerer:
    answerer = Answerer(known, cache)
    answerer.learn_meaning(LetterEncoder())
    return answerer
