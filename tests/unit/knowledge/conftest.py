"""A sound FAQ to spoil, and what is said about it then."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import Complaint, KnowledgeError
from bot.knowledge.faq import load_faq
from bot.words.catalogue import words
from bot.words.sentences import complaint_line

SOUND = """\
entries:
  - id: first
    question: "Is it first?"
    alternatives: ["the first one"]
    answer: "Yes."
  - id: second
    question: "What comes then?"
    alternatives: ["and after that"]
    answer: "The second."
"""

Write = Callable[..., Path]
Complaints = Callable[..., tuple[Complaint, ...]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a knowledge file; a text as UTF-8, bytes as they are."""

    def to_file(content: str | bytes, name: str = "faq.yaml") -> Path:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return file

    return to_file


@pytest.fixture
def refused(write: Write) -> Complaints:
    """The complaints that keep an FAQ from loading."""

    def complaints(content: str | bytes) -> tuple[Complaint, ...]:
        with pytest.raises(KnowledgeError) as caught:
            load_faq(write(content))
        return caught.value.complaints

    return complaints


@pytest.fixture
def spoiled(refused: Complaints) -> Complaints:
    """The complaints on the sound FAQ after one replacement in it."""

    def complaints(old: str, new: str) -> tuple[Complaint, ...]:
        assert SOUND.count(old) == 1
        return refused(SOUND.replace(old, new))

    return complaints


@pytest.fixture
def line() -> Callable[[Complaint], str]:
    """A complaint as a moderator reads it."""
    return lambda complaint: complaint_line(words(), complaint)


@pytest.fixture
def sound() -> str:
    return SOUND
