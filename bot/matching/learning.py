"""What the knowledge teaches about itself: how far each kind of evidence is to be trusted.

Its texts are dealt into parts, whole clusters of alike ones together, and each part is judged by models made from the
others. Without background messages, phrasings of keys that were left out whole stand for them.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from bot.matching.confidence import Judge, Verdict, learn
from bot.matching.evidence import Likeness, Whole, clusters, left_out
from bot.matching.lexical import Floats
from bot.matching.ranker import Ranker

PARTS_DEALT = 10
"""Parts the texts are dealt into."""

EVIDENCE_MOST = 3_000_000
"""Texts times keys that are judged at most: bounds the memory, and a few thousand texts teach enough."""

BOLDEST = 0.6
"""No policy speaks unasked below this confidence."""

LOST_MOST = 0.005
"""Share of the phrasings that would be answered which a quick look may give up."""


class Lessons:
    """Left-out evidence by kind of likeness, and the judges it teaches. Costs minutes of memory: let go of it after."""

    def __init__(self, ranker: Ranker, seed: int = 0) -> None:
        corpus = ranker.corpus
        self.corpus = corpus
        self._ranker = ranker
        self._seed = seed
        self.judged = _sample(len(corpus.owners), corpus.columns, seed)
        self.owners = corpus.owners[self.judged]
        self._seen: dict[str, Floats] = {}
        self._novel: dict[str, Floats] = {}

    @cached_property
    def parts(self) -> list[Whole]:
        """The texts that are left out together."""
        numbers = clusters(self._ranker.space, self.corpus.owners)
        return _dealt(numbers, self._seed)

    @cached_property
    def parts_of_keys(self) -> list[Whole]:
        """The phrasings of keys that are left out whole together."""
        owners = self.corpus.owners
        return [
            part[owners[part] < len(self.corpus.keys)]
            for part in _dealt(np.where(owners < len(self.corpus.keys), owners, 0), self._seed)
        ]

    def take_in(self, likeness: Likeness) -> None:
        """Judge every text by this kind of likeness without what is left out."""
        owners, columns = self.corpus.owners, self.corpus.columns
        self._seen[likeness.kind] = left_out(likeness, owners, columns, self.parts, self.judged)
        if not self.corpus.background and len(self.corpus.keys) > 1:
            self._novel[likeness.kind] = left_out(likeness, owners, columns, self.parts_of_keys, self.judged)

    def evidence(self, kind: str) -> Floats:
        """Shape (judged, keys + 1, PARTS)."""
        return self._seen[kind]

    def judge(self, kinds: tuple[str, ...]) -> Judge:
        return learn(kinds, self._seen, self.owners, self._novel if self._novel else None)

    def verdicts(self, judge: Judge) -> Iterator[Verdict]:
        """What a judge makes of each judged text, as if it and its likes were not in the corpus."""
        nobody = np.zeros(0, np.int64)
        for row in range(len(self.judged)):
            yield judge.verdict({kind: self._seen[kind][row] for kind in judge.kinds}, nobody)

    def floor(self, quick: Judge, thorough: Judge) -> float:
        """Below this, a quick judge's `sure` is as good as no: hardly a phrasing that would be answered lies there."""
        first, last = (np.array([verdict.sure for verdict in self.verdicts(j)]) for j in (quick, thorough))
        answered = (self.owners < len(self.corpus.keys)) & (last >= BOLDEST)
        return float(np.quantile(first[answered], LOST_MOST)) if answered.any() else 0.0


def _sample(texts: int, columns: int, seed: int) -> Whole:
    """The rows that are judged: all, or as many by chance as keep the evidence within its bounds."""
    most = max(EVIDENCE_MOST // columns, 1)
    if texts <= most:
        return np.arange(texts)
    return np.sort(np.random.default_rng(seed).permutation(texts)[:most])


def _dealt(numbers: Whole, seed: int) -> list[Whole]:
    """Rows with the same number stay together."""
    count = int(numbers.max()) + 1 if len(numbers) else 0
    part_of = np.random.default_rng(seed).permutation(count) % PARTS_DEALT
    dealt = [np.flatnonzero(part_of[numbers] == part) for part in range(min(PARTS_DEALT, count))]
    return [part for part in dealt if len(part)]
