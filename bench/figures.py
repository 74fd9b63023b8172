"""Figures from what a system said: plain arithmetic on names and scores, the same for every system."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NOTHING = float("-inf")
"""The score of a message for which nothing was found: no cut lets it through."""

Point = tuple[float, float]
"""Messages wrongly answered, questions rightly answered; both in percent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put to a system."""

    wanted: str
    style: str
    order: tuple[str, ...]
    """What it found, best first."""
    score: float
    """How sure it was of the first, on its own scale."""

    @property
    def right(self) -> bool:
        return self.order[:1] == (self.wanted,)


@dataclass(frozen=True, slots=True)
class StyleFigures:
    """The questions of one style: how many, and in percent how often the right entry is first or in the top 3."""

    count: int
    top1: float
    top3: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a system's order and scores are worth. Shares in percent of the questions; None without such messages."""

    top1: float
    top3: float
    right_at_1: float | None
    right_at_5: float | None
    """Answered rightly at the cut that lets at most 1 % or 5 % of the messages through that nobody wants answered."""
    curve: list[Point]


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence fell into one tenth: mean confidence, share that was right (0 to 1), how many."""

    said: float
    right: float
    count: int


def share(hits: Sequence[bool]) -> float:
    """In percent; of nothing, nothing."""
    return 100 * sum(hits) / len(hits) if hits else 0.0


def ranking(asked: Sequence[Asked], noise: Sequence[float]) -> Ranking:
    """`noise`: the scores of the messages that nobody wants answered."""
    return Ranking(
        top1=share([a.right for a in asked]),
        top3=share([a.wanted in a.order[:3] for a in asked]),
        right_at_1=right_at(asked, noise, 0.01) if noise else None,
        right_at_5=right_at(asked, noise, 0.05) if noise else None,
        curve=curve(asked, noise) if noise else [],
    )


def by_style(asked: Sequence[Asked]) -> dict[str, StyleFigures]:
    groups: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        groups[one.style].append(one)
    return {
        style: StyleFigures(
            len(group), share([a.right for a in group]), share([a.wanted in a.order[:3] for a in group])
        )
        for style, group in sorted(groups.items())
    }


def right_at(asked: Sequence[Asked], noise: Sequence[float], passed: float) -> float:
    """Percent of the questions answered rightly above the cut that lets at most the share `passed` of noise through."""
    cut = sorted(noise, reverse=True)[int(passed * len(noise))]
    return share([a.right and a.score > cut for a in asked])


def curve(asked: Sequence[Asked], noise: Sequence[float]) -> list[Point]:
    """One point for each cut at which the messages let through change, from none to all of those that were scored."""
    loud, right = sorted(noise), sorted(a.score for a in asked if a.right)
    cuts = sorted({*loud, NOTHING}, reverse=True)
    return [
        (
            100 * (len(loud) - bisect_right(loud, cut)) / len(loud),
            100 * (len(right) - bisect_right(right, cut)) / len(asked),
        )
        for cut in cuts
    ]


def calibration(said: Sequence[tuple[float, bool]], bins: int = 10) -> list[Bin]:
    """Confidences, and whether the first candidate was right, in bins of equal width; empty bins are left out."""
    groups: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in said:
        groups[min(int(confidence * bins), bins - 1)].append((confidence, right))
    return [
        Bin(sum(c for c, _ in group) / len(group), sum(r for _, r in group) / len(group), len(group))
        for _, group in sorted(groups.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error, 0 to 1: how far confidence and share right lie apart, averaged over the questions."""
    return sum(b.count * abs(b.said - b.right) for b in bins) / max(sum(b.count for b in bins), 1)


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent))
