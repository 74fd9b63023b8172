"""What many tests share: a small FAQ in files, and an encoder that needs no model."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.answers.desk import Desk
from bot.knowledge import Knowledge, load_knowledge
from bot.knowledge.faq import Entry, Faq
from bot.matching.cache import Cache
from bot.matching.encoder import Encoder
from bot.matching.lexical import Floats

SMALL_FAQ = """\
entries:
  - id: one-side-quiet
    category: trouble
    question: "Why is one side quiet?"
    alternatives:
      - "the left earpiece is dead"
      - "my right one has no sound anymore"
      - "sound only on one side"
      - "one bud stopped working"
    answer: "Swap the cable sides first, then clean the **nozzle**."
    related: [cleaning]
  - id: cleaning
    category: care
    question: "How do I clean my IEMs?"
    alternatives:
      - "wax in the nozzle, what now"
      - "best way to clean eartips"
      - "they look dirty, how to wash them"
      - "cleaning kit needed?"
    not_for:
      - "how do I clean my keyboard?"
    answer: "Use a soft brush and a dry cloth."
  - id: burn-in
    category: sound
    question: "Is burn-in real?"
    alternatives:
      - "do I need to play noise for 100 hours first"
      - "will they sound better after a while"
      - "burning in new earphones"
      - "does sound change with time"
    answer: "Not audibly. Your ears get used to them."
  - id: adapters
    category: cables
    question: "Which plug adapters are safe?"
    alternatives:
      - "4.4 to 3.5 adapter ok?"
      - "can I use a balanced cable with a normal jack"
      - "adapter for my phone jack"
      - "is it dangerous to adapt balanced to single ended"
    answer: "Balanced cable to 3.5 mm: fine. The other way round: not safe."
"""

SMALL_SILENCE = """\
messages:
  - "my new cable looks great"
  - "good morning everyone"
  - "what a game last night"
  - "selling my old set, dm me"
  - "finally cleaned my desk today"
  - "who wants pizza"
"""


COLOURS = ("red", "blue", "green", "white", "black")
THANKS = ("thanks!", "thank you, that helped", "got it")


def marking(colour: str) -> Entry:
    return Entry(
        id=f"marking-{colour}",
        question=f"What does the {colour} marking mean?",
        alternatives=(f"there is a {colour} dot on it", f"meaning of the {colour} dot"),
        answer=f"The {colour} marking is only decoration.",
    )


class LetterEncoder:
    """An honest little encoder: a text's vector is the sum of fixed random vectors, one for each letter triple."""

    dimensions = 32

    def __init__(self, name: str = "letters", languages: frozenset[str] | None = None) -> None:
        self.name = name
        self.languages = languages
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Floats:
        self.embedded += texts
        rows = [sum((self._of(text[i : i + 3]) for i in range(len(text))), np.zeros(self.dimensions)) for text in texts]
        matrix = np.stack(rows) + 1e-3
        return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), np.float32)

    def _of(self, triple: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(triple.encode("utf-8", "replace")).digest()[:4], "big")
        return np.random.default_rng(seed).normal(size=self.dimensions)


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "faq.yaml").write_text(SMALL_FAQ, encoding="utf-8")
    (folder / "silence.yaml").write_text(SMALL_SILENCE, encoding="utf-8")
    return folder


@pytest.fixture
def small_knowledge(small_folder: Path) -> Knowledge:
    return load_knowledge(small_folder)


@pytest.fixture
def larger_knowledge(small_knowledge: Knowledge) -> Knowledge:
    """The small FAQ with five entries more that differ in one word, and with thanks to stay silent on."""
    entries = (*small_knowledge.faq.entries, *map(marking, COLOURS))
    return replace(small_knowledge, faq=Faq(entries=entries), silence=(*small_knowledge.silence, *THANKS))


@pytest.fixture
def make_desk(tmp_path: Path, small_knowledge: Knowledge) -> Callable[..., Desk]:
    """A desk on the small FAQ that is not open yet; on words alone unless encoders are given."""

    def make(*encoders: Encoder, knowledge: Knowledge = small_knowledge) -> Desk:
        return Desk(knowledge, Cache(tmp_path / "cache"), lambda: encoders)

    return make
