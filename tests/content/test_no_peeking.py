"""The yardstick measures nothing if its questions stand in the FAQ."""

from pathlib import Path

import pytest

from bench.yardstick import foreign, messages, questions, reports
from bot.knowledge import Knowledge, load_knowledge
from bot.matching.lexical import alike

NEAR = 90.0


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(Path(__file__).parents[2] / "knowledge")


def test_no_question_is_nearly_a_phrasing(knowledge: Knowledge) -> None:
    phrasings = [phrasing for entry in knowledge.faq.entries for phrasing in entry.phrasings]
    assert [
        q.text
        for q in [*questions(), *reports(), *foreign()]
        if any(alike(q.text, phrasing) >= NEAR for phrasing in phrasings)
    ] == []


def test_no_message_is_nearly_in_the_silence_list(knowledge: Knowledge) -> None:
    assert [m.text for m in messages() if any(alike(m.text, known) >= NEAR for known in knowledge.silence)] == []
