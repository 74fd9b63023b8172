"""What the knowledge may be expected to do: how often it is right, and which entries get in each other's way.

Every phrasing and silence message is assessed as if it and its likes did not stand in the files, so that it is as new
to the bot as a member's own words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.answers.decision import Policy, decide, weighed
from bot.answers.outcome import Answer, Assessment, Silence
from bot.knowledge import Knowledge

TOLD_MOST = 10
"""Thefts, and entries that need more, that are told of: the worst."""

STOLEN_LEAST = 3
"""Phrasings of one entry that another one gets, from which on it is worth telling."""

NEEDY_BELOW = 70.0
"""Percent of an entry's phrasings that are found without themselves, below which it needs more of them."""

IDLE_FROM = 0.99
"""A phrasing of which the bot is so sure without it adds nothing."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Shares in percent, of new questions like those in the files and of new messages like the silence list's."""

    first: float
    """The right entry is the first candidate."""
    answered: float
    wrong: float
    overheard: float
    overheard_wrong: float
    out_of_turn: float | None
    """Messages to let pass that would be answered; None without a silence list."""


@dataclass(frozen=True, slots=True)
class Theft:
    """So many of an entry's phrasings would go to another entry."""

    entry: str
    rival: str
    count: int
    of: int
    example: str


@dataclass(frozen=True, slots=True)
class Needy:
    """An entry too few of whose phrasings would be found without themselves, with one that would not."""

    entry: str
    found: float
    example: str


@dataclass(frozen=True, slots=True)
class Report:
    expected: Expected
    thefts: tuple[Theft, ...]
    needy: tuple[Needy, ...]
    idle: int
    """Phrasings that add nothing: the bot would be as sure without them."""
    examined: int


@dataclass(frozen=True, slots=True)
class _Tried:
    entry: str
    text: str
    found: str
    sure: float
    answered: bool
    overheard: str | None


def expectation(
    knowledge: Knowledge, examined: Iterable[tuple[int, Assessment]], asked: Policy, overheard: Policy
) -> Report:
    """The report. `examined` as from `Answerer.examine`."""
    owners = [entry.id for entry in knowledge.faq.entries for _ in entry.phrasings]
    tried: list[_Tried] = []
    spoke: list[bool] = []
    for number, assessment in examined:
        if number < len(owners):
            tried.append(_try(owners[number], assessment, asked, overheard))
        else:
            spoke.append(not isinstance(decide(assessment, overheard), Silence))
    return Report(
        _expected(tried, spoke),
        tuple(sorted(_thefts(tried), key=lambda theft: -theft.count / theft.of)[:TOLD_MOST]),
        tuple(sorted(_needy(tried), key=lambda needy: needy.found)[:TOLD_MOST]),
        sum(t.found == t.entry and t.sure >= IDLE_FROM for t in tried),
        len(tried),
    )


def _try(entry: str, assessment: Assessment, asked: Policy, overheard: Policy) -> _Tried:
    (best, *_), _outside = weighed(assessment, asked, most=1)
    heard = decide(assessment, overheard)
    return _Tried(
        entry,
        assessment.question,
        best.entry,
        best.confidence,
        isinstance(decide(assessment, asked), Answer),
        heard.entries[0] if isinstance(heard, Answer) else None,
    )


def _expected(tried: list[_Tried], spoke: list[bool]) -> Expected:
    def share(hits: Iterable[bool]) -> float:
        return 100 * sum(hits) / max(len(tried), 1)

    return Expected(
        first=share(t.found == t.entry for t in tried),
        answered=share(t.answered and t.found == t.entry for t in tried),
        wrong=share(t.answered and t.found != t.entry for t in tried),
        overheard=share(t.overheard == t.entry for t in tried),
        overheard_wrong=share(t.overheard not in (None, t.entry) for t in tried),
        out_of_turn=100 * sum(spoke) / len(spoke) if spoke else None,
    )


def _thefts(tried: list[_Tried]) -> Iterable[Theft]:
    of = Counter(t.entry for t in tried)
    stolen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for t in tried:
        if t.found != t.entry:
            stolen[t.entry, t.found].append(t.text)
    for (entry, rival), texts in stolen.items():
        if len(texts) >= STOLEN_LEAST:
            yield Theft(entry, rival, len(texts), of[entry], min(texts, key=len))


def _needy(tried: list[_Tried]) -> Iterable[Needy]:
    by_entry: dict[str, list[_Tried]] = defaultdict(list)
    for t in tried:
        by_entry[t.entry].append(t)
    for entry, mine in by_entry.items():
        missed = [t.text for t in mine if t.found != entry]
        found = 100 * (1 - len(missed) / len(mine))
        if found < NEEDY_BELOW:
            yield Needy(entry, found, min(missed, key=len))
