"""What the core hands to a shell: an assessment of a text, and the closed list of what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.matching.lexical import Floats


class Reason(StrEnum):
    """Why it does not simply answer. Codes; the sentences are in the message catalogue."""

    EMPTY = "empty"
    """Nothing was said: only links, code, pictures, emoji or mentions."""
    SILENCED = "silenced"
    """The message stands in the silence list."""
    OUTSIDE = "outside"
    """Most likely not a question that the FAQ answers."""
    UNSURE = "unsure"
    """An entry may fit, but not surely enough."""
    CLOSE = "close"
    """Two entries fit about equally well."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry, the chance that it is the right one to show, and the phrasing of it that comes nearest."""

    entry: str
    confidence: float
    phrasing: str
    evidence: Mapping[str, tuple[float, ...]]
    """By kind of likeness, words or meaning: prediction, mean of the best three, centroid (see `matching.evidence`)."""


@dataclass(frozen=True)
class Assessment:
    """What was found for a text. Says nothing about what to do: that depends on where it was asked (see `decide`)."""

    question: str
    """What was said, without markup, quotes and code; nothing where that has no word in it."""
    entries: tuple[str, ...]
    utilities: Floats
    outside: float
    """Utilities of the entries and of "none of them"; differences are log odds."""
    exact: str | None
    """The entry that has this very phrasing."""
    silenced: bool
    nearest: Mapping[str, str]
    """For the best entries: the phrasing that comes nearest."""
    evidence: Mapping[str, Mapping[str, tuple[float, ...]]]
    with_meaning: bool
    """Whether an encoder had its say, or words alone."""
    parts: tuple["Assessment", ...] = ()
    """Where the message asks several questions: each of them by itself, in the order they were asked."""


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
