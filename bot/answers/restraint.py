"""How often it may speak unasked: an entry once in a while, and not much in an hour. Time is handed in."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SAME_ENTRY_AFTER = timedelta(minutes=10)
"""An entry that was shown in a place is not shown there unasked again before this."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that stands in a place: message ids and entries, none of anybody's words.

    `place` is where it can be read: a channel or a thread. `area` is what the hourly limit counts in: the channel, or
    the one that a thread belongs to. `pointer` marks a message that only points to an earlier answer.
    """

    place: int
    area: int
    message: int
    entries: tuple[str, ...]
    at: datetime
    unasked: bool
    pointer: bool = False


@dataclass(frozen=True, slots=True)
class Speak:
    """Show these entries: the ones that were not shown lately."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PointTo:
    """Say that the answer stands in an earlier message."""

    message: int


@dataclass(frozen=True, slots=True)
class Hush:
    """Say nothing: the entry was shown and pointed to lately, or enough was said within the hour."""


Leave = Speak | PointTo | Hush


class Restraint:
    """Remembers what was shown where within the last hour."""

    def __init__(self, unasked_per_hour: int) -> None:
        self._per_hour = unasked_per_hour
        self._shown: defaultdict[int, deque[Shown]] = defaultdict(deque)

    def leave(
        self, place: int, area: int, entries: Sequence[str], now: datetime, *, instead_of: int | None = None
    ) -> Leave:
        """Whether it may speak unasked about these entries, or show them instead of what a message of its shows."""
        recent = [shown for shown in self._recent(area, now) if shown.message != instead_of]
        if sum(shown.unasked for shown in recent) >= self._per_hour:
            return Hush()
        about = [s for s in recent if s.place == place and not set(s.entries).isdisjoint(entries)]
        answers = [s for s in about if not s.pointer and now - s.at < SAME_ENTRY_AFTER]
        known = {entry for shown in answers for entry in shown.entries}
        fresh = tuple(entry for entry in entries if entry not in known)
        if fresh:
            return Speak(fresh)
        if any(s.pointer and s.at >= answers[-1].at for s in about):
            return Hush()
        return PointTo(answers[-1].message)

    def remember(self, shown: Shown) -> None:
        for area in list(self._shown):
            self._recent(area, shown.at)
        self._shown[shown.area].append(shown)

    def change(self, message: int, entries: tuple[str, ...], *, pointer: bool = False) -> None:
        """An answer was changed into another one, or into a pointer to one."""
        for area, kept in self._shown.items():
            self._shown[area] = deque(
                replace(s, entries=entries, pointer=pointer) if s.message == message else s for s in kept
            )

    def forget(self, message: int) -> None:
        """An answer is gone: nothing can point to it. It still counts for the hour."""
        self.change(message, ())

    def _recent(self, area: int, now: datetime) -> deque[Shown]:
        kept = self._shown[area]
        while kept and now - kept[0].at >= HOUR:
            kept.popleft()
        if not kept:
            self._shown.pop(area)
        return kept
