"""Assessments as values: what an answerer might have found, in terms of the chances that come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from hypothesis import strategies as st

from bot.answers.outcome import Assessment

NAMES = tuple("abcdefgh")
LEAST = 1e-9
EVIDENCE: Mapping[str, tuple[float, ...]] = {"words": (0.1, 0.2)}


@dataclass(frozen=True)
class Told:
    """Explains an entry by its name."""

    entries: Sequence[str]

    def nearest(self, number: int) -> str:
        return f"phrasing of {self.entries[number]}"

    def parts(self, number: int) -> Mapping[str, tuple[float, ...]]:  # noqa: ARG002 - the same for each
        return EVIDENCE


def assessed(*chances: float, outside: float | None = None, **more: Any) -> Assessment:
    """An assessment that gives entries a, b, c … these chances, asked or not; the rest to "none of them" unless told.

    They are taken as they are where a policy has `outside_odds` of 0.
    """
    given = np.array(chances, np.float64)
    total = max(float(given.sum()), LEAST)
    none = max(1 - total, LEAST) if outside is None else outside
    meant = total / (total + none)
    return raw([float(share) for share in given / meant], log(total / none), float(given.max()), **more)


def raw(shares: Sequence[float], meant: float, sure: float, **more: Any) -> Assessment:
    """An assessment with these very numbers."""
    entries = NAMES[: len(shares)]
    given = {"question": "?", "explains": Told(entries)} | more
    return Assessment(entries=entries, shares=np.array(shares, np.float32), meant=meant, sure=sure, **given)


def _shared(parts: list[float], right: float) -> list[float]:
    total = sum(parts) or 1.0
    return [right * part / total for part in parts]


shares = st.builds(_shared, st.lists(st.floats(0, 1, width=32), min_size=1, max_size=8), st.floats(0, 1))
"""Chances of any number of entries that sum to 1 or less."""
log_odds = st.floats(-60, 60)
sureness = st.floats(0, 1)
