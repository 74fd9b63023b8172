"""What the core hands to a shell: an assessment of a text, and the closed list of what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.matching.lexical import Floats


class Reason(StrEnum):
    """Why it does not simply answer. Codes; the sentences are in the message catalogue."""

    EMPTY = "empty"
    """Nothing was said: only links, code, pictures, emoji or mentions."""
    SILENCED = "silenced"
    """The message stands in the silence list."""
    EVERYDAY = "everyday"
    """Overheard, and in words that everyday chat uses rather than the FAQ."""
    OUTSIDE = "outside"
    """Most likely not a question that the FAQ answers."""
    UNSURE = "unsure"
    """An entry may fit, but not surely enough."""
    CLOSE = "close"
    """Two entries fit about equally well."""
    NEGATED = "negated"
    """It is a phrasing of the entry but for a "not"."""
    SWAPPED = "swapped"
    """It is a phrasing of the entry but for one word, which other entries are about."""
    RENUMBERED = "renumbered"
    """It is a phrasing of the entry but for a number or a model's number."""


class Stage(StrEnum):
    """How far a message was looked into."""

    GATE = "gate"
    """Its words alone told that it is everyday chat."""
    WORDS = "words"
    """Compared with all phrasings by words."""
    MEANING = "meaning"
    """... and by meaning."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry, the chance that it is the right one to show, and the phrasing of it that comes nearest."""

    entry: str
    confidence: float
    phrasing: str
    evidence: Mapping[str, tuple[float, ...]]
    """By kind of likeness, words or an encoder's: prediction, mean of the best three (see `matching.evidence`)."""


class Explains(Protocol):
    """Can say why an entry, by its number, stands where it does."""

    def nearest(self, number: int) -> str:
        """The phrasing that comes nearest."""

    def parts(self, number: int) -> Mapping[str, tuple[float, ...]]:
        """The evidence by kind of likeness."""


@dataclass(frozen=True)
class Assessment:
    """What was found for a text. Says nothing about what to do: that depends on where it was asked (see `decide`)."""

    question: str
    """What was said, without markup, quotes and code; nothing where that has no word in it."""
    entries: tuple[str, ...]
    shares: Floats
    """The chance of each entry, given that the message is for the FAQ at all."""
    meant: float
    """Log odds that it is, as often as among the texts the weights were learned from."""
    sure: float
    """The chance that it is and that the best entry is the right one, where nobody asked the bot."""
    exact: str | None = None
    """The entry that has this very phrasing."""
    silenced: bool = False
    everyday: bool = False
    """Its words are those of everyday chat rather than the FAQ's."""
    stage: Stage = Stage.WORDS
    doubts: Mapping[str, Reason] = field(default_factory=dict)
    """Entries that must not be answered outright, however near they are, and why."""
    barred: tuple[str, ...] = ()
    """Entries one of whose `not_for` examples was asked: they are out."""
    kinds: tuple[str, ...] = ()
    """The kinds of likeness that had their say."""
    read_as: str = ""
    """The question as the encoders read it, typing errors mended; nothing where none was."""
    explains: Explains | None = None
    parts: tuple["Assessment", ...] = ()
    """Where the message asks several questions: each of them by itself, in the order they were asked."""

    @property
    def with_meaning(self) -> bool:
        """Whether an encoder had its say, or words alone."""
        return self.stage is Stage.MEANING


@dataclass(frozen=True, slots=True)
class Answer:
    """Show these entries' answers: one, or as many as the message had questions, in the order they were asked."""

    entries: tuple[str, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Ask which of these entries was meant."""

    entries: tuple[str, ...]
    reason: Reason
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """Say nothing; asked directly, say that nothing was found."""

    reason: Reason
    candidates: tuple[Candidate, ...] = ()


Outcome = Answer | Suggestion | Silence
